/* test_command_line.c - what a person types, what he is told, how the command ends. */
#include "fixture.h"

static int setup(void **state)
{
    *state = fixture_open();
    return 0;
}

static void no_command_is_wrong_use_and_shows_the_help(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, NULL), EXIT_WRONG_USE);
    assert_contains(f->out, "rehearse");
}

static void help_lists_every_command_in_both_languages(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "help", NULL), EXIT_FINE);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        assert_contains(f->out, command->name);
        assert_contains(f->out, command->help.zh);
        assert_contains(f->out, command->help.en);
    }
    assert_int_equal(duban(f, "--help", NULL), EXIT_FINE);
}

static void every_command_and_option_explains_itself(void **state)
{
    struct fixture *f = *state;

    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        assert_int_equal(duban(f, "help", command->name, NULL), EXIT_FINE);
        assert_contains(f->out, command->help.en);
        assert_int_equal(duban(f, command->name, "--help", NULL), EXIT_FINE);
        for (int i = 0; i < COMMAND_MAX_OPTIONS && command->options[i].name != NULL; i++) {
            assert_contains(f->out, command->options[i].name);
            assert_contains(f->out, command->options[i].zh);
            assert_contains(f->out, command->options[i].en);
        }
    }
}

static void an_unknown_command_is_named(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "caes", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "没有“caes”这个命令");
    assert_contains(f->errors, "there is no command \"caes\"");
    assert_string_equal(f->out, "");
}

static void an_unknown_option_is_named(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "cases", "--ovredue", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--ovredue");
    assert_int_equal(duban(f, "cases", "--site", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--site");
    assert_int_equal(duban(f, "--runn", "x", "cases", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--runn");
}

static void more_sites_than_a_plan_may_name_are_not_dropped_in_silence(void **state)
{
    struct fixture *f = *state;
    char codes[101 * 4 + 1];

    for (int i = 0; i < 101; i++)
        memcpy(codes + i * 4, "X-1,", 5);
    assert_int_equal(duban(f, "plan", "confirm", "north", "--first", codes, "--as", "leader-north", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "101");
    assert_contains(f->errors, "--first");
    assert_int_equal(f->submit_count, 0);
}

static void too_few_or_too_many_arguments_show_the_usage(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "import", "areas", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "duban import areas|sites|holders|households|units FILE.csv");
    assert_int_equal(duban(f, "cases", "DB-0001", NULL), EXIT_WRONG_USE);
}

static void values_are_checked_before_anybody_is_asked(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "--lang", "fr", "cases", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "cases", "--timeout", "soon", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "cases", "--timeout", "0", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "cases", "--time-zone", "Mars/Olympus", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "explain", "first", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "release", "7", "--reject", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "release", "7", "--reject", "--reason", "重复", "--site", "x", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "release", "7", "--item", "DS-01", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "skip", "7", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "replay", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "clock", "reset", NULL), EXIT_WRONG_USE);
}

static void one_language_alone_is_possible(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "--lang", "en", "caes", NULL), EXIT_WRONG_USE);
    assert_string_equal(f->errors, "duban: there is no command \"caes\"; see duban help\n");
    assert_int_equal(duban(f, "--lang", "zh", "caes", NULL), EXIT_WRONG_USE);
    assert_null(strstr(f->errors, "there is"));
}

static void nobody_there_ends_with_three_and_says_who(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "cases", "--timeout", "1", NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "rules");
    assert_contains(f->errors, f->directory);
    assert_string_equal(f->out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_command_is_wrong_use_and_shows_the_help, setup, teardown),
        cmocka_unit_test_setup_teardown(help_lists_every_command_in_both_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(every_command_and_option_explains_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_command_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_option_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(more_sites_than_a_plan_may_name_are_not_dropped_in_silence, setup, teardown),
        cmocka_unit_test_setup_teardown(too_few_or_too_many_arguments_show_the_usage, setup, teardown),
        cmocka_unit_test_setup_teardown(values_are_checked_before_anybody_is_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(one_language_alone_is_possible, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_there_ends_with_three_and_says_who, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
