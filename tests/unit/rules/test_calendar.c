/* test_calendar.c - the golden dates of 2020, before and after the holiday was lengthened. */
#include "calendar.h"

#include "civil.h"
#include "test.h"

#define HOUR INT64_C(3600)

enum { SHANGHAI_S = 28800, MONTHS = 12, MOST_DAYS = 64 };

/* 国办发明电〔2019〕16号; amended by 国办发明电〔2020〕1号. */
static const char *const OFF[] = {
    "2020-01-01", "2020-01-24", "2020-01-27", "2020-01-28", "2020-01-29", "2020-01-30", "2020-04-06", "2020-05-01",
    "2020-05-04", "2020-05-05", "2020-06-25", "2020-06-26", "2020-10-01", "2020-10-02", "2020-10-05", "2020-10-06",
    "2020-10-07", "2020-10-08",
};
static const char *const WORKED[] = { "2020-01-19", "2020-04-26", "2020-05-09", "2020-06-28", "2020-09-27", "2020-10-10" };

struct year {
    struct calendar calendar;
    struct calendar_day days[MOST_DAYS];
};

static int64_t at(const char *text)
{
    int64_t at_s = 0;

    assert_true(civil_parse(text, SHANGHAI_S, &at_s));
    return at_s;
}

static int64_t day_of(const char *date)
{
    char text[32];

    snprintf(text, sizeof text, "%sT00:00", date);
    return civil_day(at(text), SHANGHAI_S);
}

static int by_day(const void *left, const void *right)
{
    const struct calendar_day *a = left, *b = right;

    return (a->day > b->day) - (a->day < b->day);
}

static void add(struct year *year, const char *date, bool is_worked)
{
    year->days[year->calendar.day_count++] = (struct calendar_day){ .day = day_of(date), .is_worked = is_worked };
}

static void open_2020(struct year *year, bool is_amended)
{
    *year = (struct year){ .calendar = { .years = { 2020 }, .year_count = 1, .slot_count = 2,
                                         .end_of_day_s = 18 * HOUR, .utc_offset_s = SHANGHAI_S } };
    year->calendar.slots[0].from_s = 8 * HOUR + HOUR / 2;
    year->calendar.slots[0].to_s = 12 * HOUR;
    year->calendar.slots[1].from_s = 13 * HOUR + HOUR / 2;
    year->calendar.slots[1].to_s = 18 * HOUR;
    for (size_t i = 0; i < (sizeof OFF / sizeof OFF[0]); i++)
        add(year, OFF[i], false);
    for (size_t i = 0; i < (sizeof WORKED / sizeof WORKED[0]); i++)
        add(year, WORKED[i], true);
    if (is_amended)
        add(year, "2020-01-31", false);
    else
        add(year, "2020-02-01", true);
    qsort(year->days, year->calendar.day_count, sizeof year->days[0], by_day);
    year->calendar.days = year->days;
}

static void assert_hours(const struct year *year, const char *start, int64_t working_s, const char *due)
{
    int64_t at_s = 0;
    int32_t missing_year = 0;
    char found[40];

    assert_true(calendar_after_hours(&year->calendar, at(start), working_s, &at_s, &missing_year));
    assert_string_equal(civil_format(found, sizeof found, at_s, SHANGHAI_S), due);
}

static void assert_days(const struct year *year, const char *start, int32_t days, const char *due)
{
    int64_t at_s = 0;
    int32_t missing_year = 0;
    char found[40];

    assert_true(calendar_after_days(&year->calendar, at(start), days, &at_s, &missing_year));
    assert_string_equal(civil_format(found, sizeof found, at_s, SHANGHAI_S), due);
}

static void golden_dates_of_working_hours_and_days(void **state)
{
    static const struct {
        const char *start, *four_hours, *one_day, *three_days;
    } rows[] = {
        { "2020-02-10T10:00", "2020-02-10 15:30:00", "2020-02-11 18:00:00", "2020-02-13 18:00:00" },
        { "2020-02-11T12:30", "2020-02-11 17:30:00", "2020-02-12 18:00:00", "2020-02-14 18:00:00" },
        { "2020-02-10T20:00", "2020-02-11 14:00:00", "2020-02-11 18:00:00", "2020-02-13 18:00:00" },
        { "2020-02-14T17:00", "2020-02-17 11:30:00", "2020-02-17 18:00:00", "2020-02-19 18:00:00" },
        { "2020-02-08T10:00", "2020-02-10 14:00:00", "2020-02-10 18:00:00", "2020-02-12 18:00:00" },
        { "2020-04-03T17:00", "2020-04-07 11:30:00", "2020-04-07 18:00:00", "2020-04-09 18:00:00" },
        { "2020-04-26T09:00", "2020-04-26 14:30:00", "2020-04-27 18:00:00", "2020-04-29 18:00:00" },
        { "2020-04-30T16:30", "2020-05-06 11:00:00", "2020-05-06 18:00:00", "2020-05-08 18:00:00" },
        { "2020-01-23T15:00", "2020-02-03 09:30:00", "2020-02-03 18:00:00", "2020-02-05 18:00:00" },
    };
    struct year year;

    (void) state;
    open_2020(&year, true);
    for (size_t i = 0; i < (sizeof rows / sizeof rows[0]); i++) {
        assert_hours(&year, rows[i].start, 4 * HOUR, rows[i].four_hours);
        assert_days(&year, rows[i].start, 1, rows[i].one_day);
        assert_days(&year, rows[i].start, 3, rows[i].three_days);
    }
}

static void before_the_holiday_was_lengthened_the_same_start_was_due_earlier(void **state)
{
    struct year year;

    (void) state;
    open_2020(&year, false);
    assert_hours(&year, "2020-01-23T15:00", 4 * HOUR, "2020-01-31 09:30:00");
    assert_days(&year, "2020-01-23T15:00", 3, "2020-02-03 18:00:00");
}

static void a_limit_that_ends_as_a_slot_closes_is_due_then(void **state)
{
    struct year year;

    (void) state;
    open_2020(&year, true);
    assert_hours(&year, "2020-02-10T08:30", 7 * HOUR / 2, "2020-02-10 12:00:00");
    assert_hours(&year, "2020-02-10T08:30", 8 * HOUR, "2020-02-10 18:00:00");
    assert_hours(&year, "2020-02-10T18:00", 1, "2020-02-11 08:30:01");
    assert_hours(&year, "2020-02-10T12:00", HOUR, "2020-02-10 14:30:00");
}

static void months_of_2020_have_249_workdays(void **state)
{
    static const int32_t days[MONTHS] = { 17, 20, 22, 22, 19, 21, 23, 21, 23, 17, 21, 23 };
    struct year year;

    (void) state;
    open_2020(&year, true);
    for (int month = 1; month <= MONTHS; month++) {
        int64_t first = civil_day_of(2020, month, 1);
        int64_t end = month == MONTHS ? civil_day_of(2021, 1, 1) : civil_day_of(2020, month + 1, 1);
        int32_t worked = 0;

        for (int64_t day = first; day < end; day++)
            worked += calendar_is_worked(&year.calendar, day);
        assert_int_equal(worked, days[month - 1]);
    }
}

static void backwards_ends_where_forwards_began(void **state)
{
    static const char *const starts[] = { "2020-02-10T08:30", "2020-02-10T11:59", "2020-04-03T17:00", "2020-04-30T16:30" };
    struct year year;

    (void) state;
    open_2020(&year, true);
    for (size_t i = 0; i < (sizeof starts / sizeof starts[0]); i++) {
        for (int64_t working_s = 1; working_s < 30 * HOUR; working_s += 1777) {
            int64_t due_s, back_s, between_s;
            int32_t missing_year;

            assert_true(calendar_after_hours(&year.calendar, at(starts[i]), working_s, &due_s, &missing_year));
            assert_true(calendar_before_hours(&year.calendar, due_s, working_s, &back_s, &missing_year));
            assert_true(calendar_working_time(&year.calendar, at(starts[i]), due_s, &between_s, &missing_year));
            assert_int_equal(back_s, at(starts[i]));
            assert_int_equal(between_s, working_s);
        }
    }
}

static void days_between_are_those_that_a_limit_counts(void **state)
{
    struct year year;
    int32_t missing_year;

    (void) state;
    open_2020(&year, true);
    for (int32_t days = 1; days < 60; days++) {
        int64_t due_s;
        int32_t between;

        assert_true(calendar_after_days(&year.calendar, at("2020-01-23T15:00"), days, &due_s, &missing_year));
        assert_true(calendar_working_days(&year.calendar, at("2020-01-23T15:00"), due_s, &between, &missing_year));
        assert_int_equal(between, days);
    }
}

static void a_year_that_is_not_published_is_named_and_nothing_is_guessed(void **state)
{
    struct year year;
    int64_t at_s = 42;
    int64_t working_s = 43;
    int32_t days = 44;
    int32_t missing_year = 0;

    (void) state;
    open_2020(&year, true);
    assert_false(calendar_after_hours(&year.calendar, at("2020-12-31T17:00"), 2 * HOUR, &at_s, &missing_year));
    assert_int_equal(missing_year, 2021);
    assert_false(calendar_after_days(&year.calendar, at("2020-12-31T17:00"), 1, &at_s, &missing_year));
    assert_false(calendar_before_hours(&year.calendar, at("2020-01-02T09:00"), 2 * HOUR, &at_s, &missing_year));
    assert_int_equal(missing_year, 2019);
    assert_false(calendar_after_days(&year.calendar, at("2020-01-02T09:00"), -2, &at_s, &missing_year));
    assert_false(calendar_working_time(&year.calendar, at("2019-12-31T09:00"), at("2020-01-02T09:00"), &working_s, &missing_year));
    assert_false(calendar_working_days(&year.calendar, at("2020-12-31T09:00"), at("2021-01-02T09:00"), &days, &missing_year));
    assert_int_equal(at_s, 42);
    assert_int_equal(working_s, 43);
    assert_int_equal(days, 44);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_dates_of_working_hours_and_days),
        cmocka_unit_test(before_the_holiday_was_lengthened_the_same_start_was_due_earlier),
        cmocka_unit_test(a_limit_that_ends_as_a_slot_closes_is_due_then),
        cmocka_unit_test(months_of_2020_have_249_workdays),
        cmocka_unit_test(backwards_ends_where_forwards_began),
        cmocka_unit_test(days_between_are_those_that_a_limit_counts),
        cmocka_unit_test(a_year_that_is_not_published_is_named_and_nothing_is_guessed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
