/* test_choices.c - what was probably meant. */
#include "test.h"

#include "choices.h"

static struct choices zones(const char *written)
{
    struct choices choices = choices_for(written);

    choices_add(&choices, "north");
    choices_add(&choices, "south");
    return choices;
}

static void a_slip_of_the_pen_is_put_right(void **state)
{
    static const char *const SLIPS[] = { "nroth", "Noth", "norths", "nort" };

    (void) state;
    for (size_t i = 0; i < sizeof SLIPS / sizeof SLIPS[0]; i++) {
        struct choices choices = zones(SLIPS[i]);

        assert_string_equal(choices_near(&choices), "north");
        assert_string_equal(choices_right(&choices), "north");
    }
}

static void something_else_altogether_gets_all_that_there_is(void **state)
{
    struct choices choices = zones("X");
    struct choices empty = zones("");

    (void) state;
    assert_null(choices_near(&choices));
    assert_string_equal(choices_right(&choices), "north / south");
    assert_null(choices_near(&empty));
}

static void chinese_is_compared_by_character(void **state)
{
    struct choices choices = choices_for("设区");

    (void) state;
    choices_add(&choices, "村");
    choices_add(&choices, "社区");
    assert_string_equal(choices_near(&choices), "社区");
}

static void case_and_the_width_of_a_keyboard_are_no_slips(void **state)
{
    static const char *const WRITTEN[] = { "gt-03", "ＧＴ-03", "ｇｔ－０３" };

    (void) state;
    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++) {
        struct choices choices = choices_for(WRITTEN[i]);

        choices_add(&choices, "CR-03");
        choices_add(&choices, "GT-02");
        choices_add(&choices, "GT-03");
        assert_string_equal(choices_near(&choices), "GT-03");
        assert_false(choices.found);
    }
}

static void of_too_many_the_first_are_shown(void **state)
{
    struct choices choices = choices_for("?");
    char codes[100][16];

    (void) state;
    for (int i = 0; i < 100; i++) {
        (void) snprintf(codes[i], sizeof codes[i], "code-%02u", (unsigned) i % 100);
        choices_add(&choices, codes[i]);
    }
    assert_true(strlen(choices.all) < sizeof choices.all);
    assert_string_equal(choices.all + strlen(choices.all) - 3, "...");
    assert_contains(choices.all, "code-00 / code-01");
}

static void one_that_still_fits_does_not_follow_the_dots(void **state)
{
    struct choices choices = choices_for("?");
    char long_code[sizeof choices.all];

    (void) state;
    memset(long_code, 'x', sizeof long_code);
    long_code[sizeof long_code - 1] = '\0';
    choices_add(&choices, "north");
    choices_add(&choices, long_code);
    choices_add(&choices, "south");
    assert_string_equal(choices_right(&choices), "north...");
}

static void one_that_is_not_shown_may_still_be_meant(void **state)
{
    struct choices choices = choices_for("nroth");
    char long_code[sizeof choices.all];

    (void) state;
    memset(long_code, 'x', sizeof long_code);
    long_code[sizeof long_code - 1] = '\0';
    choices_add(&choices, long_code);
    choices_add(&choices, "north");
    assert_string_equal(choices_right(&choices), "north");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_of_the_pen_is_put_right),
        cmocka_unit_test(something_else_altogether_gets_all_that_there_is),
        cmocka_unit_test(chinese_is_compared_by_character),
        cmocka_unit_test(case_and_the_width_of_a_keyboard_are_no_slips),
        cmocka_unit_test(of_too_many_the_first_are_shown),
        cmocka_unit_test(one_that_still_fits_does_not_follow_the_dots),
        cmocka_unit_test(one_that_is_not_shown_may_still_be_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
