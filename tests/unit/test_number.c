#include "number.h"

#include "test.h"

static void digits_are_a_number(void **state)
{
    static const struct {
        const char *text;
        uint64_t number;
    } WRITTEN[] = { { "0", 0 }, { "7", 7 }, { "007", 7 }, { "1580688000000", 1580688000000 }, { "18446744073709551615", UINT64_MAX } };
    uint64_t number;

    (void) state;
    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++) {
        assert_true(number_of(WRITTEN[i].text, &number));
        assert_true(number == WRITTEN[i].number);
    }
}

static void nothing_else_is_one(void **state)
{
    static const char *const WRITTEN[] = { "", " 1", "1 ", "+1", "-1", "1.0", "0x1", "1e3", "１", "18446744073709551616", "99999999999999999999999" };
    uint64_t number = 5;

    (void) state;
    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++)
        assert_false(number_of(WRITTEN[i], &number));
    assert_false(number_of(NULL, &number));
    assert_true(number == 5);
}

static void what_follows_the_digits_is_left(void **state)
{
    const char *at = "12-34", *none = "-34";
    uint64_t number;

    (void) state;
    assert_true(number_take(&at, &number));
    assert_true(number == 12);
    assert_string_equal(at, "-34");
    assert_false(number_take(&none, &number));
    assert_string_equal(none, "-34");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_a_number),
        cmocka_unit_test(nothing_else_is_one),
        cmocka_unit_test(what_follows_the_digits_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
