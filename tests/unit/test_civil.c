#include "civil.h"

#include "test.h"

enum { SHANGHAI_S = 28800 };

static void zones_without_daylight_saving_are_known(void **state)
{
    int32_t offset_s = -1;

    (void) state;
    assert_true(civil_zone("Asia/Shanghai", &offset_s));
    assert_int_equal(offset_s, SHANGHAI_S);
    assert_true(civil_zone("UTC", &offset_s));
    assert_int_equal(offset_s, 0);
    assert_true(civil_zone("Asia/Kolkata", &offset_s));
    assert_int_equal(offset_s, 19800);
    assert_false(civil_zone("Europe/Berlin", &offset_s));
    assert_false(civil_zone("", &offset_s));
    assert_int_equal(offset_s, 19800);
}

static void days_are_numbered_from_1970(void **state)
{
    (void) state;
    assert_int_equal(civil_day_of(1970, 1, 1), 0);
    assert_int_equal(civil_day_of(1969, 12, 31), -1);
    assert_int_equal(civil_day_of(2000, 2, 29), 11016);
    assert_int_equal(civil_day_of(2000, 3, 1), 11017);
    assert_int_equal(civil_day_of(2020, 2, 3), 18295);
    assert_int_equal(civil_day_of(1, 1, 1), -719162);
    assert_int_equal(civil_day_of(0, 3, 1), -719468);
    assert_int_equal(civil_day_of(9999, 12, 31), 2932896);
}

static void leap_years_follow_the_gregorian_rule(void **state)
{
    (void) state;
    assert_int_equal(civil_day_of(2020, 3, 1) - civil_day_of(2020, 2, 28), 2);
    assert_int_equal(civil_day_of(2021, 3, 1) - civil_day_of(2021, 2, 28), 1);
    assert_int_equal(civil_day_of(1900, 3, 1) - civil_day_of(1900, 2, 28), 1);
    assert_int_equal(civil_day_of(2000, 3, 1) - civil_day_of(2000, 2, 28), 2);
    assert_int_equal(civil_day_of(2100, 3, 1) - civil_day_of(2100, 2, 28), 1);
}

static void every_day_of_eight_centuries_goes_there_and_back(void **state)
{
    int64_t first = civil_day_of(1600, 1, 1);
    int64_t last = civil_day_of(2400, 12, 31);

    (void) state;
    for (int64_t day = first; day <= last; day++) {
        struct civil civil = civil_of(civil_moment(day, 0, SHANGHAI_S), SHANGHAI_S);

        assert_true(civil.month >= 1 && civil.month <= 12 && civil.day >= 1 && civil.day <= 31);
        assert_int_equal(civil_day_of(civil.year, civil.month, civil.day), day);
        assert_int_equal(civil.hour + civil.minute + civil.second, 0);
    }
}

static void a_moment_has_a_day_and_a_second(void **state)
{
    int64_t at_s = 1580692200;   /* 2020-02-03T09:10+08:00 */

    (void) state;
    assert_int_equal(civil_day(at_s, SHANGHAI_S), 18295);
    assert_int_equal(civil_second_of_day(at_s, SHANGHAI_S), 9 * 3600 + 10 * 60);
    assert_int_equal(civil_moment(18295, 9 * 3600 + 10 * 60, SHANGHAI_S), at_s);
    assert_int_equal(civil_day(civil_moment(18295, 0, SHANGHAI_S) - 1, SHANGHAI_S), 18294);
    assert_int_equal(civil_day(civil_moment(18295, 0, SHANGHAI_S), 0), 18294);
}

static void times_before_1970_are_floored(void **state)
{
    struct civil civil = civil_of(-1, 0);

    (void) state;
    assert_int_equal(civil_day(-1, 0), -1);
    assert_int_equal(civil_second_of_day(-1, 0), 86399);
    assert_int_equal(civil_day(-86400, 0), -1);
    assert_int_equal(civil_day(-86401, 0), -2);
    assert_int_equal(civil_day(-1, SHANGHAI_S), 0);
    assert_int_equal(civil_day(0, -3600), -1);
    assert_int_equal(civil.year, 1969);
    assert_int_equal(civil.month, 12);
    assert_int_equal(civil.day, 31);
    assert_int_equal(civil.hour, 23);
    assert_int_equal(civil.second, 59);
}

static void absurd_times_do_no_harm(void **state)
{
    char text[64];

    (void) state;
    assert_true(civil_of(INT64_MAX, SHANGHAI_S).year > 2000000);
    assert_true(civil_of(INT64_MIN, -SHANGHAI_S).year < -2000000);
    civil_format(text, sizeof text, INT64_MAX, SHANGHAI_S);
    civil_format(text, 5, INT64_MIN, SHANGHAI_S);
    assert_int_equal(strlen(text), 4);
}

static void weekdays_begin_on_monday(void **state)
{
    (void) state;
    assert_int_equal(civil_weekday(0), 3);
    assert_int_equal(civil_weekday(-1), 2);
    assert_int_equal(civil_weekday(-4), 6);
    assert_int_equal(civil_weekday(civil_day_of(2020, 2, 3)), 0);
    assert_int_equal(civil_weekday(civil_day_of(2020, 2, 9)), 6);
    assert_int_equal(civil_weekday(civil_day_of(1900, 1, 1)), 0);
}

static void times_are_read_with_and_without_a_zone(void **state)
{
    static const struct {
        const char *text;
        int64_t at_s;
    } good[] = {
        { "2020-02-03T09:10", 1580692200 },          { "2020-02-03 09:10", 1580692200 },
        { "2020-02-03T09:10:07", 1580692207 },       { "2020-02-03T09:10+08:00", 1580692200 },
        { "2020-02-03T01:10Z", 1580692200 },         { "2020-02-03T01:10:07Z", 1580692207 },
        { "2020-02-02T20:10-05:00", 1580692200 },    { "2020-02-29T00:00", 1582905600 },
        { "1970-01-01T08:00", 0 },                   { "1969-12-31T23:59:59Z", -1 },
        { "2020-02-03T06:40:00+05:30", 1580692200 },
    };
    int64_t at_s;

    (void) state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(civil_parse(good[i].text, SHANGHAI_S, &at_s));
        assert_int_equal(at_s, good[i].at_s);
    }
}

static void malformed_times_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "2020-02-03",
        "2020-02-30T09:10",
        "2021-02-29T09:10",
        "1900-02-29T09:10",
        "2020-13-01T09:10",
        "2020-00-01T09:10",
        "2020-01-00T09:10",
        "2020-04-31T09:10",
        "2020-02-03T24:00",
        "2020-02-03T09:60",
        "2020-02-03T09:10:60",
        "2020-02-03T9:10",
        "2020-2-3T09:10",
        "20200203T0910",
        "2020-02-03t09:10",
        "2020-02-03T09:10:",
        "2020-02-03T09:10 ",
        " 2020-02-03T09:10",
        "2020-02-03T09:10+0800",
        "2020-02-03T09:10+08",
        "2020-02-03T09:10+15:00",
        "2020-02-03T09:10ZZ",
        "2020-02-03T09:10.5",
        "+020-02-03T09:10",
        "2020/02/03 09:10",
        "明天九点",
    };
    int64_t at_s = 7;

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (civil_parse(bad[i], SHANGHAI_S, &at_s))
            fail_msg("accepted: %s", bad[i]);
    }
    assert_int_equal(at_s, 7);
}

static void clock_times_are_read(void **state)
{
    int32_t second;

    (void) state;
    assert_true(civil_parse_clock("00:00", &second));
    assert_int_equal(second, 0);
    assert_true(civil_parse_clock("17:30:05", &second));
    assert_int_equal(second, 17 * 3600 + 30 * 60 + 5);
    assert_true(civil_parse_clock("24:00", &second));
    assert_int_equal(second, 86400);
    assert_false(civil_parse_clock("24:01", &second));
    assert_false(civil_parse_clock("24:00:01", &second));
    assert_false(civil_parse_clock("25:00", &second));
    assert_false(civil_parse_clock("9:00", &second));
    assert_false(civil_parse_clock("09:00 ", &second));
    assert_false(civil_parse_clock("", &second));
    assert_int_equal(second, 86400);
}

static void times_are_written_in_the_zone(void **state)
{
    char text[32];

    (void) state;
    assert_string_equal(civil_format(text, sizeof text, 1580692200, SHANGHAI_S), "2020-02-03 09:10:00");
    assert_string_equal(civil_format(text, sizeof text, 1580692200, 0), "2020-02-03 01:10:00");
    assert_string_equal(civil_format(text, sizeof text, -1, 0), "1969-12-31 23:59:59");
    assert_string_equal(civil_format_short(text, sizeof text, 1580692200, SHANGHAI_S), "02-03 09:10");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_without_daylight_saving_are_known),
        cmocka_unit_test(days_are_numbered_from_1970),
        cmocka_unit_test(leap_years_follow_the_gregorian_rule),
        cmocka_unit_test(every_day_of_eight_centuries_goes_there_and_back),
        cmocka_unit_test(a_moment_has_a_day_and_a_second),
        cmocka_unit_test(times_before_1970_are_floored),
        cmocka_unit_test(absurd_times_do_no_harm),
        cmocka_unit_test(weekdays_begin_on_monday),
        cmocka_unit_test(times_are_read_with_and_without_a_zone),
        cmocka_unit_test(malformed_times_are_refused),
        cmocka_unit_test(clock_times_are_read),
        cmocka_unit_test(times_are_written_in_the_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
