/* What is written into a CSV is computed by no spreadsheet, and read again as it was. */
#include "csv_write.h"

#include "csv.h"
#include "test.h"

enum { ARENA_BYTES = 1024 * 1024, WRITTEN_BYTES = 256 };

static void write_one(const char *text, char out[WRITTEN_BYTES])
{
    FILE *file = fmemopen(out, WRITTEN_BYTES, "w");

    out[0] = '\0';
    assert_non_null(file);
    csv_write_cell(file, text);
    assert_int_equal(fclose(file), 0);
}

static void what_looks_like_a_formula_has_an_apostrophe_in_front(void **state)
{
    static const char *const WRITTEN[][2] = {
        { "", "" }, { "x", "x" }, { "1", "1" }, { "=1", "'=1" }, { "+1", "'+1" }, { "-1", "'-1" }, { "@x", "'@x" }, { "\tx", "\"'\tx\"" },
        { "\rx", "\"'\rx\"" }, { "\nx", "\"'\nx\"" }, { "＝1", "'＝1" }, { "＋1", "'＋1" }, { "－1", "'－1" }, { "＠x", "'＠x" }, { "'=1", "''=1" },
        { "''=1", "'''=1" }, { "'", "'" }, { "'x", "'x" }, { "a=b", "a=b" }, { "a,b", "\"a,b\"" }, { "a\"b", "\"a\"\"b\"" }, { " x", "\" x\"" },
        { "=a,b", "\"'=a,b\"" }, { "a;=1+1", "\"a;=1+1\"" }, { ";", "\";\"" },
    };
    char written[WRITTEN_BYTES];

    (void) state;
    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++) {
        write_one(WRITTEN[i][0], written);
        assert_string_equal(written, WRITTEN[i][1]);
    }
}

static void what_is_read_again_is_what_was_written(void **state)
{
    static const char *const TEXTS[] = { "=1", "'=1", "''=1", "'", "'x", " x ", "a,\"b\"\nc", "\t=", "＝", "-", "一\r\n二", "a;=1", "x" };
    char written[WRITTEN_BYTES], file[WRITTEN_BYTES + 8];
    struct csv_table table;
    struct arena arena;
    struct fault fault;

    (void) state;
    arena_open(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        write_one(TEXTS[i], written);
        snprintf(file, sizeof file, "a,b\n%s,x\n", written);
        assert_true(csv_read(&table, &arena, bytes_of_text(file), &fault));
        assert_string_equal(csv_without_mark(table.rows[0].cells[0].text), TEXTS[i]);
        arena_reset(&arena);
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_looks_like_a_formula_has_an_apostrophe_in_front),
        cmocka_unit_test(what_is_read_again_is_what_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
