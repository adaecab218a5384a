/* test_ways.c - a recipient with two ways: which one is taken, and what is said of the one that fails. */
#include "ways.h"

static void a_way_that_is_gone_is_said_once_however_many_go_by_the_next(void **state)
{
    struct ways w;
    uint64_t last = 0;

    (void) state;
    setup_ways(&w, "");
    server_says(&w.first, STATUS("410 Gone"));
    server_says(&w.second, OK);
    for (int i = 0; i < 3; i++) {
        last = take_notice(&w.f, &w.s);
        at(&w.f, i + 1);
        UNTIL_IDLE(&w.f);
    }
    assert_int_equal(fact_of(&w.f, last)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(w.f.alarm_count, 1);
    assert_int_equal(w.f.notify->alarms.count, 1);   /* and it stands: the second way says nothing of the first */
    assert_contains(w.f.alarm_en, "channel=webhook account=leader-n: HTTP 410");
    know_address(&w.f, w.s.token, w.second.address);
    (void) take_notice(&w.f, &w.s);
    UNTIL_IDLE(&w.f);
    assert_int_equal(w.f.notify->alarms.count, 0);
    cleanup_ways(&w);
}

static void what_tells_of_an_alarm_raises_none(void **state)
{
    static char *const kinds[] = { "house_alarm", "delivery_failure" };
    struct ways w;

    (void) state;
    setup_ways(&w, "");
    server_says(&w.first, STATUS("410 Gone"));
    server_says(&w.second, OK);
    for (int i = 0; i < 2; i++) {
        w.s.notice.kind = kinds[i];
        (void) take_notice(&w.f, &w.s);
        UNTIL_IDLE(&w.f);
    }
    assert_int_equal(server_requests(&w.second), 2);
    assert_int_equal(w.f.alarm_count, 0);
    cleanup_ways(&w);
}

static void a_far_end_that_has_failed_for_long_is_asked_now_and_then_and_holds_up_nobody(void **state)
{
    struct ways w;
    uint64_t before, waiting;

    (void) state;
    setup_ways(&w, "    failing_after: 4m\n    in_flight: 8\n    per_address: 1\n");
    for (int i = 0; i < 3; i++)
        server_says(&w.first, STATUS("500 Oops"));
    server_says(&w.first, OK);
    server_says(&w.second, OK);
    w.s.notice.urgency = DUBAN__URGENCY__URGENCY_URGENT;
    before = push_notice(&w.f, &w.s);
    waiting = push_notice(&w.f, &w.s);
    apply(&w.f);
    UNTIL(&w.f, server_requests(&w.first) == 1 && w.f.notify->flights.used == 0);
    at(&w.f, 300);   /* what was there goes on by the second way, be it tried once more or not */
    UNTIL_IDLE(&w.f);
    assert_int_equal(fact_of(&w.f, before)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(fact_of(&w.f, waiting)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(server_requests(&w.second), 2);
    (void) take_notice(&w.f, &w.s);   /* asks it once more */
    UNTIL_IDLE(&w.f);
    assert_int_equal(server_requests(&w.first), 2);
    for (int i = 0; i < 3; i++)       /* what comes then goes by the second way at once */
        (void) take_notice(&w.f, &w.s);
    UNTIL_IDLE(&w.f);
    assert_int_equal(server_requests(&w.first), 2);
    assert_int_equal(server_requests(&w.second), 6);
    at(&w.f, 601 + 300);   /* back-off is over: one of them asks again, and those behind it go on with it */
    for (int i = 0; i < 3; i++)
        (void) push_notice(&w.f, &w.s);
    apply(&w.f);
    UNTIL_IDLE(&w.f);
    assert_int_equal(server_requests(&w.first), 3);
    assert_int_equal(server_requests(&w.second), 9);
    at(&w.f, 1202 + 300);   /* and it works again */
    for (int i = 0; i < 2; i++) {
        (void) take_notice(&w.f, &w.s);
        UNTIL_IDLE(&w.f);
    }
    assert_int_equal(server_requests(&w.first), 5);
    assert_int_equal(server_requests(&w.second), 9);
    assert_int_equal(w.f.notify->alarms.count, 0);
    cleanup_ways(&w);
}

#define THROTTLED "HTTP/1.1 200 OK\r\nContent-Length: 38\r\nConnection: close\r\n\r\n{\"errcode\":45009,\"errmsg\":\"too often\"}"

static void a_far_end_that_throttles_for_good_is_said_and_left(void **state)
{
    struct ways w;
    uint64_t sequence;

    (void) state;
    setup_ways(&w, "  wecom:\n    failing_after: 10m\n    schedule: [0s, 1m, 5m]\n");
    w.s.recipient.channel = "wecom";
    w.s.notice.urgency = DUBAN__URGENCY__URGENCY_URGENT;   /* not spread */
    server_says(&w.first, THROTTLED);
    server_says(&w.second, OK);
    sequence = take_notice(&w.f, &w.s);
    UNTIL(&w.f, server_requests(&w.first) == 1 && w.f.notify->flights.used == 0);
    for (int minute = 2; minute < 10; minute += 2) {
        at(&w.f, minute * 60);
        UNTIL(&w.f, server_requests(&w.first) == 1 + (size_t) minute / 2 && w.f.notify->flights.used == 0);
    }
    assert_int_equal(w.f.notify->alarms.count, 0);
    assert_null(fact_of(&w.f, sequence));
    at(&w.f, 12 * 60);
    UNTIL(&w.f, fact_of(&w.f, sequence) != NULL);
    assert_string_equal(fact_of(&w.f, sequence)->channel, "webhook");
    assert_int_equal(server_requests(&w.second), 1);
    assert_true(w.f.notify->alarms.count > 0);
    cleanup_ways(&w);
}

static void one_that_throttles_and_has_no_second_is_a_dead_letter_in_the_end(void **state)
{
    struct ways w;
    uint64_t sequence;

    (void) state;
    setup_ways(&w, "  wecom:\n    failing_after: 10m\n    schedule: [0s, 1m, 5m]\n");
    w.s.recipient.channel = "wecom";
    w.s.notice.urgency = DUBAN__URGENCY__URGENCY_URGENT;   /* not spread */
    w.s.recipient.n_other_ways = 0;
    server_says(&w.first, THROTTLED);
    sequence = take_notice(&w.f, &w.s);
    UNTIL(&w.f, server_requests(&w.first) == 1 && w.f.notify->flights.used == 0);
    at(&w.f, 12 * 60);
    UNTIL(&w.f, fact_of(&w.f, sequence) != NULL);
    assert_int_equal(fact_of(&w.f, sequence)->grade, DUBAN__GRADE__GRADE_DEAD);
    cleanup_ways(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_that_is_gone_is_said_once_however_many_go_by_the_next),
        cmocka_unit_test(what_tells_of_an_alarm_raises_none),
        cmocka_unit_test(a_far_end_that_has_failed_for_long_is_asked_now_and_then_and_holds_up_nobody),
        cmocka_unit_test(a_far_end_that_throttles_for_good_is_said_and_left),
        cmocka_unit_test(one_that_throttles_and_has_no_second_is_a_dead_letter_in_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
