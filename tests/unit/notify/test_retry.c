/* test_retry.c - schedules, jitter, Retry-After. */
#include "test.h"

#include "retry.h"

static const uint8_t key[ID_BYTES] = { 1, 2, 3 };

static void a_schedule_is_a_list_of_waits(void **state)
{
    struct schedule schedule;

    (void) state;
    assert_true(schedule_parse(&schedule, "0s 5s 5m 30m 2h 5h 10h 14h 20h 24h"));
    assert_int_equal(schedule.attempts, 10);
    assert_int_equal(schedule.wait_ms[1], 5000);
    assert_int_equal(schedule.wait_ms[9], 24 * 3600 * 1000);
    assert_true(schedule_parse(&schedule, "  1d  "));
    assert_int_equal(schedule.wait_ms[0], 86400000);
}

static void what_is_no_schedule_is_refused(void **state)
{
    static const char *const bad[] = { "", "   ", "5", "s", "5x", "-5s", "5s,5m", "1234567s", "5 s",
                                       "1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s" };
    struct schedule schedule;

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (schedule_parse(&schedule, bad[i]))
            fail_msg("taken: %s", bad[i]);
}

static void waits_differ_by_a_tenth_at_most_and_always_the_same_way(void **state)
{
    struct schedule schedule;
    int64_t smallest = INT64_MAX, largest = 0;

    (void) state;
    assert_true(schedule_parse(&schedule, "0s 100s"));
    for (unsigned i = 0; i < 500; i++) {
        uint8_t other[ID_BYTES] = { 0 };
        int64_t wait_ms;

        put_u32(other, i);
        wait_ms = schedule_wait_ms(&schedule, other, 1);
        assert_int_equal(wait_ms, schedule_wait_ms(&schedule, other, 1));
        assert_in_range(wait_ms, 90000, 110000);
        smallest = wait_ms < smallest ? wait_ms : smallest;
        largest = wait_ms > largest ? wait_ms : largest;
    }
    assert_true(smallest < 92000 && largest > 108000);
}

static void the_first_goes_at_once_and_after_the_last_there_is_none(void **state)
{
    struct schedule schedule;

    (void) state;
    assert_true(schedule_parse(&schedule, "0s 5s 5m"));
    assert_int_equal(schedule_wait_ms(&schedule, key, 0), 0);
    assert_in_range(schedule_wait_ms(&schedule, key, 2), 270000, 330000);
    assert_int_equal(schedule_wait_ms(&schedule, key, 3), -1);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    const int64_t now_s = 1580691600;   /* Mon, 03 Feb 2020 01:00:00 GMT */

    (void) state;
    assert_int_equal(retry_after_s("120", now_s), 120);
    assert_int_equal(retry_after_s("  7 \r\n", now_s), 7);
    assert_int_equal(retry_after_s("0", now_s), 0);
    assert_int_equal(retry_after_s("Mon, 03 Feb 2020 01:02:00 GMT", now_s), 120);
    assert_int_equal(retry_after_s("Mon, 03 Feb 2020 00:00:00 GMT", now_s), 0);
    assert_int_equal(retry_after_s("99999999999999999999", now_s), RETRY_AFTER_MAX_S);
    assert_int_equal(retry_after_s("Thu, 03 Feb 2022 01:02:00 GMT", now_s), RETRY_AFTER_MAX_S);
    assert_int_equal(retry_after_s("soon", now_s), -1);
    assert_int_equal(retry_after_s("", now_s), -1);
    assert_int_equal(retry_after_s("-5", now_s), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schedule_is_a_list_of_waits),
        cmocka_unit_test(what_is_no_schedule_is_refused),
        cmocka_unit_test(waits_differ_by_a_tenth_at_most_and_always_the_same_way),
        cmocka_unit_test(the_first_goes_at_once_and_after_the_last_there_is_none),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
