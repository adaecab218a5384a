/* test_show.c - words, times and tables as a terminal shows them. */
#include "test.h"

#include "show.h"

struct fixture {
    struct arena arena;
    struct show show;
    char *printed;
    size_t size;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    arena_open(&f->arena, (size_t) 1024 * 1024);
    f->show = (struct show){ .arena = &f->arena, .offset_s = 8 * 3600, .out = open_memstream(&f->printed, &f->size) };
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    fclose(f->show.out);
    free(f->printed);
    arena_close(&f->arena);
    free(f);
    return 0;
}

static const char *printed(struct fixture *f)
{
    assert_int_equal(fflush(f->show.out), 0);
    return f->printed;
}

static void chinese_characters_take_two_columns_and_marks_none(void **state)
{
    (void) state;
    assert_int_equal(text_width("整改"), 4);
    assert_int_equal(text_width("DB-0001"), 7);
    assert_int_equal(text_width("（无）"), 6);
    assert_int_equal(text_width("e\xcc\x81"), 1);       /* e with a combining accent */
    assert_int_equal(text_width("\xf0\xa0\x80\x80"), 2);  /* beyond the basic plane */
    assert_int_equal(text_width(""), 0);
}

static void what_comes_from_outside_cannot_steer_the_terminal(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(text_clean(&f->arena, "红\033[31m字"), "红 [31m字");
    assert_string_equal(text_clean(&f->arena, "a\nb\tc\x7f"), "a b c ");
    assert_string_equal(text_clean(&f->arena, "\xc2\x9b" "31m"), " 31m");           /* C1 */
    assert_string_equal(text_clean(&f->arena, "abc\xe2\x80\xae" "def"), "abc def");   /* right to left */
    assert_string_equal(text_clean(&f->arena, "bad \xff\xe4\xb8"), "bad    ");
}

static void a_table_lines_up_in_both_languages(void **state)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "number" }, 0 }, { { "点位", "site" }, 0 }, { { "期限", "due" }, 0 },
    };
    struct fixture *f = *state;
    struct show_table table;

    table_open(&table, &f->show, COLUMNS, 3);
    table_text(&table, "DB-0001");
    table_words(&table, (struct words){ "快递网点", "courier outlet" });
    table_time(&table, 1580692200);
    table_number(&table, 0);
    table_words(&table, (struct words){ "门岗", "" });
    table_time(&table, 0);
    table_print(&table);
    assert_string_equal(printed(f),
                        "编号     点位            期限\n"
                        "number   site            due\n"
                        "-------  --------------  ----------------\n"
                        "DB-0001  快递网点        2020-02-03 09:10\n"
                        "         courier outlet  \n"
                        "         门岗            \n");
}

static void a_long_cell_goes_on_in_the_next_line(void **state)
{
    static const struct show_column COLUMNS[] = { { { "问题", "" }, 10 }, { { "级", "" }, 0 } };
    struct fixture *f = *state;
    struct show_table table;

    table_open(&table, &f->show, COLUMNS, 2);
    table_text(&table, "公共区域每日消毒");
    table_text(&table, "B");
    table_text(&table, "no log of it");
    table_text(&table, "C");
    table_print(&table);
    assert_string_equal(printed(f),
                        "问题        级\n"
                        "----------  --\n"
                        "公共区域每  B\n"
                        "日消毒      \n"
                        "no log of   C\n"
                        "it          \n");
}

static void an_empty_table_says_so(void **state)
{
    static const struct show_column COLUMNS[] = { { { "问题", "" }, 10 } };
    struct fixture *f = *state;
    struct show_table table;

    table_open(&table, &f->show, COLUMNS, 1);
    table_print(&table);
    assert_string_equal(printed(f), "（无）\n(none)\n");
}

static void the_language_decides_what_is_said(void **state)
{
    const struct words words = { "整改中", "rectifying" };
    struct fixture *f = *state;

    assert_string_equal(show_label(&f->show, words), "整改中 rectifying");
    f->show.language = LANGUAGE_ZH;
    assert_string_equal(show_label(&f->show, words), "整改中");
    f->show.language = LANGUAGE_EN;
    assert_string_equal(show_label(&f->show, words), "rectifying");
    assert_string_equal(show_label(&f->show, (struct words){ "没有译文", "" }), "没有译文");
}

static void colours_appear_only_where_they_were_asked_for(void **state)
{
    struct fixture *f = *state;

    show_words(&f->show, 0, COLOUR_RED, (struct words){ "逾期", "" });
    f->show.colours = true;
    show_words(&f->show, 2, COLOUR_RED, (struct words){ "逾期", "" });
    assert_string_equal(printed(f), "逾期\n  \033[31m逾期\033[0m\n");
}

static void times_are_those_of_the_deployment(void **state)
{
    struct fixture *f = *state;
    struct words day = show_day(&f->show, 1580659200);   /* 2020-02-02T16:00Z: Monday in Beijing */

    assert_string_equal(show_time(&f->show, 1580659200), "2020-02-03 00:00");
    assert_string_equal(show_time(&f->show, 0), "");
    assert_string_equal(show_clock(&f->show, 1580692200), "09:10");
    assert_string_equal(day.zh, "2020年2月3日 星期一");
    assert_string_equal(day.en, "Monday, 3 February 2020");
}

static void durations_are_told_in_their_two_largest_units(void **state)
{
    static const struct { int64_t seconds; const char *zh, *en; } GOLDEN[] = {
        { 0, "0分钟", "0 min" }, { 59, "0分钟", "0 min" }, { 1800, "30分钟", "30 min" }, { 7200, "2小时", "2 h" },
        { 9000, "2小时30分", "2 h 30 min" }, { 86400, "1天", "1 d" }, { 90000, "1天1小时", "1 d 1 h" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof GOLDEN / sizeof GOLDEN[0]; i++) {
        struct words words = show_duration(&f->show, GOLDEN[i].seconds);

        assert_string_equal(words.zh, GOLDEN[i].zh);
        assert_string_equal(words.en, GOLDEN[i].en);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_characters_take_two_columns_and_marks_none),
        cmocka_unit_test_setup_teardown(what_comes_from_outside_cannot_steer_the_terminal, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_lines_up_in_both_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_cell_goes_on_in_the_next_line, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_table_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(the_language_decides_what_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(colours_appear_only_where_they_were_asked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(times_are_those_of_the_deployment, setup, teardown),
        cmocka_unit_test_setup_teardown(durations_are_told_in_their_two_largest_units, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
