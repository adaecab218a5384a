/* Marks of answers, and whether who asks has them. */
#include "etag.h"
#include "test.h"

static void a_mark_is_found_wherever_it_stands(void **state)
{
    (void) state;
    assert_true(etag_is_named("\"abc\"", "\"abc\""));
    assert_true(etag_is_named("\"x\", W/\"abc\" ", "W/\"abc\""));
    assert_true(etag_is_named("\"abc\"", "W/\"abc\""));
    assert_true(etag_is_named("W/\"abc\",\"y\"", "\"abc\""));
    assert_true(etag_is_named("*", "\"abc\""));
    assert_true(etag_is_named(" , *", "\"abc\""));
}

static void nothing_else_is_it(void **state)
{
    (void) state;
    assert_false(etag_is_named(NULL, "\"abc\""));
    assert_false(etag_is_named("", "\"abc\""));
    assert_false(etag_is_named("\"ab\"", "\"abc\""));
    assert_false(etag_is_named("\"abcd\"", "\"abc\""));
    assert_false(etag_is_named("abc", "\"abc\""));
    assert_false(etag_is_named(", ,W/", "\"abc\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_found_wherever_it_stands),
        cmocka_unit_test(nothing_else_is_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
