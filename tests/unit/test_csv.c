#include "csv.h"

#include "test.h"

struct fixture {
    struct arena arena;
    struct csv_table table;
    struct fault fault;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    arena_open(&fixture->arena, 1 << 20);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    arena_close(&fixture->arena);
    free(fixture);
    return 0;
}

/* The text lies in memory of exactly its size, so that ASan sees a step too far. */
static bool read_text(struct fixture *fixture, const char *text)
{
    struct bytes given = bytes_of_text(text);
    uint8_t *exact = malloc(given.size > 0 ? given.size : 1);
    bool good;

    memcpy(exact, given.data, given.size);
    good = csv_read(&fixture->table, &fixture->arena, bytes_of(exact, given.size), &fixture->fault);
    free(exact);
    return good;
}

static void assert_cell(const struct fixture *fixture, size_t row, int column, const char *text, unsigned line,
                        unsigned at)
{
    struct csv_cell cell = csv_at(&fixture->table.rows[row], column);

    assert_string_equal(cell.text, text);
    assert_int_equal(cell.line, line);
    assert_int_equal(cell.column, at);
}

static void a_table_has_a_header_and_rows(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, "code,kind,area\nS1,GATE,A1\nS2,COUR,A2\n"));
    assert_int_equal(fixture->table.header.count, 3);
    assert_int_equal(fixture->table.count, 2);
    assert_int_equal(csv_column(&fixture->table, "area"), 2);
    assert_int_equal(csv_column(&fixture->table, "zone"), -1);
    assert_cell(fixture, 0, 0, "S1", 2, 1);
    assert_cell(fixture, 1, 2, "A2", 3, 9);
}

static void what_a_spreadsheet_writes_is_read(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, "\xef\xbb\xbf编码,名称\r\nS1,\"南门, 东侧\"\r\n,\r\nS2,北门\r\n,\r\n"));
    assert_int_equal(csv_column(&fixture->table, "编码"), 0);
    assert_int_equal(fixture->table.count, 2);
    assert_cell(fixture, 0, 1, "南门, 东侧", 2, 4);
    assert_cell(fixture, 1, 0, "S2", 4, 1);
    assert_int_equal(fixture->table.rows[1].line, 4);
}

static void quoted_cells_hold_anything(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, "a,b,c\n\"say \"\"yes\"\"\",\"two\nlines\",\" kept \"\n\"\",\"\"\"\",x"));
    assert_int_equal(fixture->table.count, 2);
    assert_cell(fixture, 0, 0, "say \"yes\"", 2, 1);
    assert_cell(fixture, 0, 1, "two\nlines", 2, 15);
    assert_cell(fixture, 0, 2, " kept ", 3, 8);
    assert_cell(fixture, 1, 0, "", 4, 1);
    assert_cell(fixture, 1, 1, "\"", 4, 4);
    assert_cell(fixture, 1, 2, "x", 4, 9);
}

static void white_space_around_plain_text_is_removed(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, " a ,\tb\n  x y\t, \"q\" \n"));
    assert_int_equal(csv_column(&fixture->table, "a"), 0);
    assert_int_equal(csv_column(&fixture->table, "b"), 1);
    assert_cell(fixture, 0, 0, "x y", 2, 3);
    assert_cell(fixture, 0, 1, "q", 2, 9);
}

static void columns_are_counted_in_characters(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, "a,b,c\n快递,é,网点\n"));
    assert_cell(fixture, 0, 1, "é", 2, 4);
    assert_cell(fixture, 0, 2, "网点", 2, 6);
}

static void a_short_row_has_empty_cells(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, "a,b,c\nx\n\ny,z"));
    assert_int_equal(fixture->table.count, 2);
    assert_cell(fixture, 0, 2, "", 2, 1);
    assert_cell(fixture, 0, -1, "", 2, 1);
    assert_cell(fixture, 1, 1, "z", 4, 3);
    assert_cell(fixture, 1, 2, "", 4, 1);
}

static void a_header_alone_is_an_empty_table(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, "a"));
    assert_int_equal(fixture->table.count, 0);
    assert_true(read_text(fixture, "a,b,,\n\n\n"));
    assert_int_equal(fixture->table.count, 0);
}

static void assert_refused(struct fixture *fixture, const char *text, const char *field)
{
    if (read_text(fixture, text))
        fail_msg("accepted: %s", text);
    assert_string_equal(fixture->fault.field, field);
    assert_true(fixture->fault.zh[0] != '\0' && fixture->fault.en[0] != '\0');
}

static void faults_name_line_and_column(void **state)
{
    struct fixture *fixture = *state;

    assert_refused(fixture, "", "1:1");
    assert_refused(fixture, "\n", "1:1");
    assert_refused(fixture, ",,\nx,y,z\n", "1:1");
    assert_refused(fixture, "a,b,a\n", "1:5");
    assert_refused(fixture, "甲,乙, 甲\n", "1:6");
    assert_refused(fixture, "a,b\nx,\"never closed\ny,z\n", "2:3");
    assert_refused(fixture, "a,b\nx,\"", "2:3");
    assert_refused(fixture, "a,b\n\"x\"y,z\n", "2:4");
    assert_refused(fixture, "a,b\nx,\"one\ntwo\"z\n", "3:5");
    assert_refused(fixture, "a,b\nx,y\nz,\xc4\xe3\xba\xc3\n", "3:1");
}

static void a_zero_byte_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_false(csv_read(&fixture->table, &fixture->arena, bytes_of("a,b\nx\0,y\n", 9), &fixture->fault));
    assert_string_equal(fixture->fault.field, "2:1");
}

static void a_quote_inside_plain_text_is_a_character(void **state)
{
    struct fixture *fixture = *state;

    assert_true(read_text(fixture, "a,b\n5\" pipe,x\"\"\n"));
    assert_cell(fixture, 0, 0, "5\" pipe", 2, 1);
    assert_cell(fixture, 0, 1, "x\"\"", 2, 9);
}

static void a_table_beyond_the_arena_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct arena small;

    arena_open(&small, 256);
    assert_false(csv_read(&fixture->table, &small, bytes_of_text("a,b,c,d,e,f\n1,2,3,4,5,6\n1,2,3,4,5,6\n"),
                          &fixture->fault));
    assert_true(fixture->fault.en[0] != '\0');
    arena_close(&small);
}

static void no_text_steps_outside_its_memory(void **state)
{
    static const char letters[] = "a,\"\n\r \xe4";
    struct fixture *fixture = *state;
    char text[8];

    /* Every text of up to five of these characters. */
    for (size_t size = 0; size <= 5; size++) {
        size_t combinations = 1;

        for (size_t i = 0; i < size; i++)
            combinations *= sizeof letters - 1;
        for (size_t number = 0; number < combinations; number++) {
            size_t rest = number;

            for (size_t i = 0; i < size; i++, rest /= sizeof letters - 1)
                text[i] = letters[rest % (sizeof letters - 1)];
            text[size] = '\0';
            arena_reset(&fixture->arena);
            read_text(fixture, text);
        }
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_table_has_a_header_and_rows),
        test(what_a_spreadsheet_writes_is_read),
        test(quoted_cells_hold_anything),
        test(white_space_around_plain_text_is_removed),
        test(columns_are_counted_in_characters),
        test(a_short_row_has_empty_cells),
        test(a_header_alone_is_an_empty_table),
        test(faults_name_line_and_column),
        test(a_zero_byte_is_refused),
        test(a_quote_inside_plain_text_is_a_character),
        test(a_table_beyond_the_arena_is_refused),
        test(no_text_steps_outside_its_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
