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
    assert_contains(w.f.alarm_en, "account leader-n, channel webhook: HTTP 410");
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

/* Each address of theirs is asked one thing at a time, be it healthy or not. */
static void far_ends_that_never_answer_hold_up_no_healthy_robot(void **state)
{
    enum { DEAD = 140 };
    static char addresses[DEAD][80];
    struct ways w;
    uint64_t healthy;
    uint8_t robot[TOKEN_BYTES] = { 9 };

    (void) state;
    setup_ways(&w, "    in_flight: 1\n    timeout: 10m\n  wecom: {per_address: 1}\n");
    server_says(&w.second, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"errcode\":0}");
    w.s.notice.urgency = DUBAN__URGENCY__URGENCY_URGENT;
    w.s.recipient.n_other_ways = 0;
    know_address(&w.f, robot, w.second.address);
    w.s.recipient.channel = "wecom";
    w.s.recipient.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, robot };
    (void) take_notice(&w.f, &w.s);
    UNTIL_IDLE(&w.f);
    to_webhook(&w.s);
    for (int i = 0; i < DEAD; i++) {
        memset(w.s.token, 0, TOKEN_BYTES);
        w.s.token[0] = 1;
        w.s.token[1] = (uint8_t) i;
        (void) snprintf(addresses[i], sizeof addresses[i], "%s%d", w.first.address, i);
        know_address(&w.f, w.s.token, addresses[i]);
        (void) push_notice(&w.f, &w.s);
    }
    apply(&w.f);
    UNTIL(&w.f, w.f.notify->flights.used >= FLIGHTS_MOST / 2 && w.f.notify->flights.flying == 1);
    w.s.recipient.channel = "wecom";
    w.s.recipient.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, robot };
    healthy = take_notice(&w.f, &w.s);
    UNTIL(&w.f, fact_of(&w.f, healthy) != NULL);
    assert_int_equal(fact_of(&w.f, healthy)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    cleanup_ways(&w);
}

static void a_channel_takes_no_more_of_the_window_than_it_can_use(void **state)
{
    struct ways w;

    (void) state;
    setup_ways(&w, "    in_flight: 2\n");
    w.f.vault_silent = true;
    for (int i = 0; i < 20; i++) {
        w.s.token[1] = (uint8_t) i;
        (void) push_notice(&w.f, &w.s);
    }
    apply(&w.f);
    for (int i = 0; i < 10; i++)
        step(&w.f);
    assert_int_equal(w.f.notify->flights.used, 4);
    cleanup_ways(&w);
}

static void what_a_far_end_repeats_of_its_address_is_not_kept(void **state)
{
    struct ways w;
    uint64_t sequence;

    (void) state;
    setup_ways(&w, "");
    w.s.recipient.n_other_ways = 0;
    server_says(&w.first, "HTTP/1.1 400 No\r\nContent-Length: 32\r\nConnection: close\r\n\r\nCannot POST /hook?k=secret today");
    sequence = take_notice(&w.f, &w.s);
    UNTIL_IDLE(&w.f);
    assert_string_equal(fact_of(&w.f, sequence)->detail, "HTTP 400: Cannot POST *** today");
    cleanup_ways(&w);
}

static void a_part_of_an_address_is_hidden_and_what_is_no_part_stays(void **state)
{
    static const struct {
        const char *address;
        const char *words;
        const char *shown;
    } cases[] = {
        { "https://h.example/hook/0123456789abcdef", "no such 0123456789abcdef", "no such ***" },
        { "https://h.example/hook/0123456789abcdef", "cut off: 0123456789", "cut off: ***" },
        { "https://h.example/send?access_token=0123456789abcdef", "access_token 0123456789abcdef is wrong",
          "access_token *** is wrong" },
        { "https://h.example/send?key=0123456789#secret=abcdefghij", "abcdefghij", "***" },
        { "https://h.example/", "https://h.example/ is closed", "https://h.example/ is closed" },
        { "+8613800000000", "invalid phone 13800000000, and +8613800000000", "invalid phone ***, and ***" },
        { "a@b.cn", "550 <a@b.cn> unknown", "550 <***> unknown" },
        { NULL, "as it is", "as it is" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[128];

        text_copy(words, sizeof words, cases[i].words);
        answer_hide(words, cases[i].address);
        assert_string_equal(words, cases[i].shown);
    }
}

static void on_its_way_to_a_robot(struct ways *w)
{
    setup_ways(w, "  wecom: {schedule: [0s, 1m]}\n");
    w->s.recipient.channel = "wecom";
    w->s.recipient.n_other_ways = 0;
    w->s.notice.due_at_s++;   /* not spread */
}

static void a_stop_waits_for_answers(void **state)
{
    struct ways w;

    (void) state;
    on_its_way_to_a_robot(&w);
    server_says(&w.first, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"errcode\":0}");
    (void) take_notice(&w.f, &w.s);
    UNTIL(&w.f, w.f.notify->flights.flying == 1);
    w.s.recipient.address_token = w.way.address_token;
    (void) take_notice(&w.f, &w.s);   /* begun is nothing more */
    notify_wind_down(w.f.notify, 30 * 1000);
    assert_int_equal(w.f.notify->state.head.delivered, 1);
    assert_int_equal(w.f.notify->flights.used, 0);
    assert_int_equal(server_requests(&w.second), 0);
    cleanup_ways(&w);
}

static void what_has_no_answer_by_then_is_uncertain_and_not_told_twice(void **state)
{
    struct ways w;
    uint64_t sequence;

    (void) state;
    on_its_way_to_a_robot(&w);
    sequence = take_notice(&w.f, &w.s);
    UNTIL(&w.f, server_requests(&w.first) == 1);
    notify_wind_down(w.f.notify, 0);
    assert_int_equal(delivery_of(&w.f, sequence).state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_UNCERTAIN);
    restart(&w.f);
    UNTIL_IDLE(&w.f);
    assert_int_equal(fact_of(&w.f, sequence)->grade, DUBAN__GRADE__GRADE_UNCERTAIN);
    assert_int_equal(server_requests(&w.first), 1);
    cleanup_ways(&w);
}

static void damage(struct fixture *f, uint64_t sequence)
{
    struct delivery delivery;
    struct store_txn txn;

    state_begin(&f->notify->state, &txn);
    assert_true(state_get_delivery(&txn, sequence, &delivery));
    delivery.record = bytes_of_text("no record");
    state_put_delivery(&f->notify->state, &txn, &delivery);
    assert_int_equal(state_commit(&f->notify->state, &txn), 0);
}

static void a_damaged_row_is_a_dead_letter_and_holds_up_nothing(void **state)
{
    static char *const channels[] = { "webhook", "spool" };

    (void) state;
    for (int i = 0; i < 2; i++) {
        struct ways w;
        uint64_t damaged, whole;

        setup_ways(&w, "");
        server_says(&w.first, OK);
        tail_behind(&w.f, 60000);   /* held */
        w.s.recipient.channel = channels[i];
        damaged = take_notice(&w.f, &w.s);
        whole = take_notice(&w.f, &w.s);
        damage(&w.f, damaged);
        tail(&w.f);
        UNTIL(&w.f, fact_of(&w.f, damaged) != NULL && fact_of(&w.f, whole) != NULL);
        assert_int_equal(fact_of(&w.f, damaged)->grade, DUBAN__GRADE__GRADE_DEAD);
        assert_contains(fact_of(&w.f, damaged)->detail, "damaged");
        assert_int_equal(fact_of(&w.f, whole)->grade, DUBAN__GRADE__GRADE_DELIVERED);
        UNTIL_IDLE(&w.f);
        assert_int_equal(w.f.notify->state.head.queued, 0);
        cleanup_ways(&w);
    }
}

/* A ban: one is addressed and has to go back, and those behind it come after it. */
static void what_goes_back_into_its_queue_is_the_first_again(void **state)
{
    struct ways w;
    struct destination *destination;
    uint64_t first;

    (void) state;
    setup_ways(&w, "");
    server_says(&w.first, OK);
    w.s.recipient.n_other_ways = 0;
    w.f.vault_silent = true;
    first = push_notice(&w.f, &w.s);
    (void) push_notice(&w.f, &w.s);
    apply(&w.f);
    UNTIL(&w.f, flights_find(w.f.notify, first) != NULL);
    destination = destination_of(&w.f.notify->flights.destinations, CHANNEL_WEBHOOK, w.s.token);
    assert_int_equal(destination->taken[LANE_NORMAL].sequence, first);
    tail_behind(&w.f, 60000);   /* it is held in the last moment */
    w.f.vault_silent = false;
    UNTIL(&w.f, w.f.notify->flights.used == 0);
    assert_int_equal(destination->taken[LANE_NORMAL].sequence, 0);
    cleanup_ways(&w);
}

static void budgets_of_before_do_not_hold_up_by_the_limits_of_now(void **state)
{
    struct budget before = { 0 }, now = { 0 };
    struct bucket bucket = { 0 };

    (void) state;
    assert_true(budget_add(&before, "40/24h"));
    assert_true(budget_add(&now, "20/1m"));
    for (int i = 0; i < 20; i++)
        budget_take(&before, &bucket, 1000);
    assert_true(budget_wait_ms(&now, &bucket, 1000) > 3600 * 1000);
    budget_fit(&now, &bucket, 1000);
    assert_in_range(budget_wait_ms(&now, &bucket, 1000), 1, 60 * 1000);
}

static void settled_a_second_way_that_was_gone_is_tried_again(void **state)
{
    struct ways w;

    (void) state;
    setup_ways(&w, "");
    server_says(&w.first, STATUS("410 Gone"));
    server_says(&w.second, STATUS("410 Gone"));
    server_says(&w.second, OK);
    (void) take_notice(&w.f, &w.s);
    UNTIL_IDLE(&w.f);
    assert_int_equal(w.f.notify->alarms.count, 2);   /* one for each way */
    restart(&w.f);                                   /* what they are about outlives it */
    push_alarm_settled(&w.f, "leader-n", NULL);
    apply(&w.f);
    assert_int_equal(w.f.notify->alarms.count, 0);
    (void) take_notice(&w.f, &w.s);
    UNTIL_IDLE(&w.f);
    assert_int_equal(server_requests(&w.first), 2);
    assert_int_equal(server_requests(&w.second), 2);
    assert_int_equal(w.f.notify->state.head.delivered, 1);
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
        cmocka_unit_test(far_ends_that_never_answer_hold_up_no_healthy_robot),
        cmocka_unit_test(a_channel_takes_no_more_of_the_window_than_it_can_use),
        cmocka_unit_test(what_a_far_end_repeats_of_its_address_is_not_kept),
        cmocka_unit_test(a_part_of_an_address_is_hidden_and_what_is_no_part_stays),
        cmocka_unit_test(a_stop_waits_for_answers),
        cmocka_unit_test(what_has_no_answer_by_then_is_uncertain_and_not_told_twice),
        cmocka_unit_test(a_damaged_row_is_a_dead_letter_and_holds_up_nothing),
        cmocka_unit_test(what_goes_back_into_its_queue_is_the_first_again),
        cmocka_unit_test(budgets_of_before_do_not_hold_up_by_the_limits_of_now),
        cmocka_unit_test(settled_a_second_way_that_was_gone_is_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
