#include "yaml.h"

#include "test.h"

/* One text read; @@ in it marks the place where its only fault is expected. */
struct fixture {
    struct file_faults faults;
    struct arena arena;
    char text[4096];
    uint32_t line, column;
    const struct yaml *root;
};

static void read_text(struct fixture *f, const char *text)
{
    const char *mark = strstr(text, "@@");
    size_t before = mark != NULL ? (size_t) (mark - text) : strlen(text);

    memset(f, 0, sizeof *f);
    arena_open(&f->arena, 1 << 20);
    memcpy(f->text, text, before);
    strcpy(f->text + before, mark != NULL ? mark + 2 : "");
    f->line = f->column = mark != NULL ? 1 : 0;
    for (size_t i = 0; i < before && mark != NULL; i++) {
        f->column = text[i] == '\n' ? 1 : f->column + (((unsigned char) text[i] & 0xC0) != 0x80);
        f->line += text[i] == '\n';
    }
    f->root = yaml_read(&f->faults, &f->arena, "x.yaml", bytes_of_text(f->text));
}

static void check_fault(const struct fixture *f, const char *en)
{
    assert_int_equal(f->faults.total, 1);
    assert_contains(f->faults.faults[0].en, en);
    assert_true(f->faults.faults[0].zh[0] != '\0');
    assert_string_equal(f->faults.faults[0].place.file, "x.yaml");
    assert_int_equal(f->faults.faults[0].place.line, f->line);
    assert_int_equal(f->faults.faults[0].place.column, f->column);
}

static void close_text(struct fixture *f)
{
    arena_close(&f->arena);
}

/* ---------------------------------------------------------------- the tree */

static void every_value_knows_its_place(void **state)
{
    const struct yaml *list;
    struct fixture f;

    (void) state;
    read_text(&f, "# first\n点位: {名: \"甲\"}\nlist:\n  - one\n  - [2, 3]\nnothing:\n");
    assert_int_equal(f.faults.total, 0);
    assert_int_equal(f.root->kind, YAML_MAP);
    assert_int_equal(f.root->count, 3);
    assert_string_equal(yaml_member(yaml_member(f.root, "点位"), "名")->text, "甲");
    assert_int_equal(yaml_place(f.root, "点位", "名").line, 2);
    assert_int_equal(yaml_place(f.root, "点位", "名").column, 9);
    assert_int_equal(yaml_place(f.root, "点位", "none").column, 5);
    assert_int_equal(yaml_place(f.root, "none", NULL).line, 2);
    assert_true(yaml_member(yaml_member(f.root, "点位"), "名")->is_quoted);
    list = yaml_member(f.root, "list");
    assert_int_equal(list->kind, YAML_LIST);
    assert_string_equal(list->first->text, "one");
    assert_int_equal(list->last->count, 2);
    assert_int_equal(list->last->last->place.line, 5);
    assert_int_equal(list->last->last->place.column, 9);
    assert_string_equal(yaml_member(f.root, "nothing")->text, "");
    assert_null(yaml_member(f.root, "none"));
    assert_null(yaml_member(list, "one"));
    close_text(&f);
}

static void what_is_not_taken_is_refused_where_it_stands(void **state)
{
    static const struct {
        const char *text;
        const char *en;
    } bad[] = {
        { "a: @@&x 1\n", "anchors (&) are not supported" },
        { "a: @@*x\n", "aliases (*) are not supported" },
        { "a: 1\n@@a: 2\n", "key \"a\" is given twice; it already stands in line 1" },
        { "a: 1\n@@--- \nb: 2\n", "several documents" },
        { "a: @@\"x\\ty\"\n", "holds a line end, tab" },
        { "? @@[a]\n: 1\n", "a key must be a word" },
        { "[[[[[[[[[[[[[[[[@@[1]]]]]]]]]]]]]]]]]\n", "nested more than 16 deep" },
    };
    struct fixture f;

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        read_text(&f, bad[i].text);
        check_fault(&f, bad[i].en);
        close_text(&f);
    }
}

static void text_that_is_no_yaml_and_no_text_are_told(void **state)
{
    struct fixture f;

    (void) state;
    read_text(&f, "a: [1, 2\n");
    assert_null(f.root);
    assert_int_equal(f.faults.total, 1);
    assert_contains(f.faults.faults[0].en, "not well-formed YAML");
    close_text(&f);
    read_text(&f, "# nothing\n");
    assert_null(f.root);
    assert_contains(f.faults.faults[0].en, "the file is empty");
    close_text(&f);
}

static void too_little_memory_is_a_fault(void **state)
{
    struct file_faults faults = { .count = 0 };
    struct arena arena;

    (void) state;
    arena_open(&arena, 64);
    assert_null(yaml_read(&faults, &arena, "x.yaml", bytes_of_text("a: {b: {c: {d: 1}}}\n")));
    assert_true(faults.total > 0);
    assert_contains(faults.faults[0].en, "out of memory");
    arena_close(&arena);
}

/* ---------------------------------------------------------------- values */

struct row {
    const char *key;
    int other;
};

static void a_map_is_matched_with_a_table_of_its_keys(void **state)
{
    static const struct row rows[] = { { "schedule", 1 }, { "budget", 2 } };
    const struct yaml *values[2];
    struct fixture f;

    (void) state;
    read_text(&f, "budget: 5\n@@shedule: 1\n");
    assert_true(yaml_match(&f.faults, f.root, rows, sizeof rows[0], 2, values));
    check_fault(&f, "there is no key \"shedule\"; should be: schedule");
    assert_null(values[0]);
    assert_string_equal(values[1]->text, "5");
    yaml_complain_missing(&f.faults, f.root, "schedule");
    assert_contains(f.faults.faults[1].en, "key \"schedule\" is missing");
    close_text(&f);
    read_text(&f, "@@[1]\n");
    assert_false(yaml_match(&f.faults, f.root, rows, sizeof rows[0], 2, values));
    check_fault(&f, "this should be a map (key: value), not a list");
    close_text(&f);
}

static void kinds_are_told_apart(void **state)
{
    struct fixture f;

    (void) state;
    read_text(&f, "a: @@\n");
    assert_false(yaml_is_list(&f.faults, f.root->first));
    assert_contains(f.faults.faults[0].en, "nothing is written; this should be a list");
    assert_false(yaml_is_scalar(&f.faults, f.root->first));
    assert_contains(f.faults.faults[1].en, "nothing is written; fill it in");
    assert_true(yaml_is_map(&f.faults, f.root));
    assert_false(yaml_is_scalar(&f.faults, f.root));
    assert_contains(f.faults.faults[2].en, "this should be a single value, not a map");
    close_text(&f);
}

static void counts_and_flags_say_how_they_are_written(void **state)
{
    struct file_faults faults = { .count = 0 };
    const struct file_place place = file_place_at("x.yaml", 3, 4);
    int64_t count = 0;
    bool flag = false;

    (void) state;
    assert_true(yaml_parse_count(&faults, "-5", place, -9, 9, &count));
    assert_int_equal(count, -5);
    assert_true(yaml_parse_flag(&faults, "true", place, &flag));
    assert_true(flag);
    assert_true(yaml_parse_flag(&faults, "false", place, &flag));
    assert_false(flag);
    assert_int_equal(faults.total, 0);
    assert_false(yaml_parse_count(&faults, "12", place, 1, 9, &count));
    assert_contains(faults.faults[0].en, "12 is out of range; should be 1 to 9");
    assert_false(yaml_parse_count(&faults, "1234567", place, 1, 9999999, &count));
    assert_false(yaml_parse_count(&faults, "a few", place, 1, 9, &count));
    assert_contains(faults.faults[2].en, "\"a few\" is no whole number");
    assert_false(yaml_parse_flag(&faults, "on", place, &flag));
    assert_contains(faults.faults[3].zh, "是写 true，否写 false");
    assert_int_equal(faults.faults[3].place.column, 4);
}

/* ---------------------------------------------------------------- faults of files */

static void faults_stand_in_the_order_of_files_lines_and_columns(void **state)
{
    static const char *const files[] = { "b.csv", "a.csv" };
    static const struct file_place places[] = { { "other", 1, 1 }, { "a.csv", 1, 1 }, { "b.csv", 2, 7 }, { "b.csv", 2, 1 },
                                                { "b.csv", 1, 9 } };
    struct file_faults faults = { .count = 0 };

    (void) state;
    for (uint32_t i = 0; i < 5; i++)
        file_complain(&faults, places[i], "%u", "%u", i);
    file_faults_sort(&faults, files, 2);
    for (uint32_t i = 0; i < 5; i++) {
        char number[2] = { (char) ('4' - (char) i), '\0' };

        assert_string_equal(faults.faults[i].en, number);
    }
}

static void more_faults_than_are_kept_are_counted(void **state)
{
    struct file_faults faults = { .count = 0 };

    (void) state;
    for (uint32_t i = 0; i < FILE_FAULTS_MOST + 5; i++)
        file_complain(&faults, file_place_at("x", i, 1), "错", "wrong");
    assert_int_equal(faults.count, FILE_FAULTS_MOST);
    assert_int_equal(faults.total, FILE_FAULTS_MOST + 5);
}

static void a_file_is_text_of_a_reasonable_size(void **state)
{
    struct file_faults faults = { .count = 0 };

    (void) state;
    assert_true(file_is_sound(&faults, "x", bytes_of_text("字\n"), 100));
    assert_int_equal(faults.total, 0);
    assert_false(file_is_sound(&faults, "x", bytes_of_text("a\nb字\xC4\xE3"), 100));
    assert_int_equal(faults.faults[0].place.line, 2);
    assert_int_equal(faults.faults[0].place.column, 3);
    assert_false(file_is_sound(&faults, "x", bytes_of_text(""), 100));
    assert_false(file_is_sound(&faults, "x", bytes_of("", 3000), 2048));
    assert_contains(faults.faults[2].en, "at most 2 KiB");
}

static void what_is_quoted_is_short_and_clean(void **state)
{
    char text[200];

    (void) state;
    memset(text, 'x', sizeof text);
    memcpy(text, "a\tb", 3);
    text[sizeof text - 1] = '\0';
    assert_int_equal(strlen(excerpt_of(text).text), 63);
    assert_contains(excerpt_of(text).text, "a bx");
    assert_contains(excerpt_of(text).text, "x...");
    assert_string_equal(excerpt_of("甲\xE4\xB9").text, "甲");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_knows_its_place),
        cmocka_unit_test(what_is_not_taken_is_refused_where_it_stands),
        cmocka_unit_test(text_that_is_no_yaml_and_no_text_are_told),
        cmocka_unit_test(too_little_memory_is_a_fault),
        cmocka_unit_test(a_map_is_matched_with_a_table_of_its_keys),
        cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(counts_and_flags_say_how_they_are_written),
        cmocka_unit_test(faults_stand_in_the_order_of_files_lines_and_columns),
        cmocka_unit_test(more_faults_than_are_kept_are_counted),
        cmocka_unit_test(a_file_is_text_of_a_reasonable_size),
        cmocka_unit_test(what_is_quoted_is_short_and_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
