/* test_expected.c - when what waits is to leave, and what it waits for. */
#include "fixture.h"
#include "server.h"

#define REASON(name) DUBAN__WAIT_REASON__WAIT_REASON_##name

struct waiting {
    struct fixture f;
    struct server server;
    struct sample s;
};

static void setup_waiting(struct waiting *w, const char *channel_lines)
{
    server_open(&w->server);
    prepare(&w->f);
    write_channels(&w->f, channel_lines);
    start(&w->f);
    tail(&w->f);
    sample_init(&w->s);
    to_webhook(&w->s);
    know_address(&w->f, w->s.token, w->server.address);
    push_texts(&w->f);
    apply(&w->f);
}

static void cleanup_waiting(struct waiting *w)
{
    cleanup(&w->f);
    server_close(&w->server);
}

/* In seconds after the beginning; -1 = it does not wait. */
static int64_t expected_s(struct waiting *w, uint64_t sequence, Duban__WaitReason *reason)
{
    struct store_txn txn;
    struct delivery delivery;
    int64_t at_ms;

    store_begin(&txn, &w->f.notify->state.store, STORE_READ);
    assert_true(state_get_delivery(&txn, sequence, &delivery));
    at_ms = expected_ms(w->f.notify, &txn, &delivery, reason);
    store_abort(&txn);
    return at_ms != 0 ? (at_ms + 999) / 1000 - START_S : -1;
}

/* One leaves at once and the others 20 s after one another: a quarter of four, and the rest over the minute. */
static void behind_a_budget_each_has_its_own_time(void **state)
{
    struct waiting w;
    uint64_t first;
    Duban__WaitReason reason;
    int64_t second_s, third_s;

    (void) state;
    setup_waiting(&w, "    budget: [4/1m]\n");
    server_says(&w.server, OK);
    first = push_notice(&w.f, &w.s);
    push_notice(&w.f, &w.s);
    push_notice(&w.f, &w.s);
    apply(&w.f);
    UNTIL(&w.f, fact_of(&w.f, first) != NULL);
    assert_int_equal(expected_s(&w, first, &reason), -1);
    assert_int_equal(reason, REASON(UNSPECIFIED));
    second_s = expected_s(&w, first + 1, &reason);
    assert_int_equal(reason, REASON(BUDGET));
    third_s = expected_s(&w, first + 2, &reason);
    assert_int_equal(reason, REASON(BUDGET));
    assert_in_range(second_s, 1, 60);
    assert_in_range(third_s, second_s + 1, 60);
    at(&w.f, second_s);
    UNTIL(&w.f, fact_of(&w.f, first + 1) != NULL);   /* as it was said */
    cleanup_waiting(&w);
}

static void what_was_tried_waits_for_its_next_try_or_its_far_end(void **state)
{
    struct waiting w;
    uint64_t sequence;
    Duban__WaitReason reason;
    int64_t at_s;

    (void) state;
    setup_waiting(&w, "");
    server_says(&w.server, STATUS_AND("503 Busy", "Retry-After: 120"));
    sequence = take_notice(&w.f, &w.s);
    UNTIL(&w.f, delivery_of(&w.f, sequence).attempts == 1);
    at_s = expected_s(&w, sequence, &reason);
    assert_in_range(at_s, 120, 121);
    assert_int_equal(reason, REASON(RETRY));
    sequence = take_notice(&w.f, &w.s);   /* another one to the same */
    at_s = expected_s(&w, sequence, &reason);
    assert_in_range(at_s, 120, 121);
    assert_int_equal(reason, REASON(FAR_END));
    cleanup_waiting(&w);
}

static void while_rules_is_behind_that_is_what_it_waits_for(void **state)
{
    struct waiting w;
    uint64_t sequence;
    Duban__WaitReason reason;

    (void) state;
    setup_waiting(&w, "");
    tail_behind(&w.f, 60000);
    sequence = take_notice(&w.f, &w.s);
    assert_in_range(expected_s(&w, sequence, &reason), 0, 2);
    assert_int_equal(reason, REASON(RULES));
    cleanup_waiting(&w);
}

static uint64_t push_due_at(struct waiting *w, int64_t due_s, Duban__Urgency urgency)
{
    w->s.notice.due_at_s = due_s;
    w->s.notice.urgency = urgency;
    return push_notice(&w->f, &w->s);
}

/* Everybody sets nine o'clock: each message leaves a little later, always by the same, and none of them early. */
static void what_is_due_at_a_full_or_half_hour_leaves_within_a_minute_after_it(void **state)
{
    enum { MESSAGES = 8, HALF_HOUR_S = 1800, SPREAD_S = 60 };
    const int64_t half_hour_s = START_S - START_S % HALF_HOUR_S;
    Duban__WaitReason reason;
    uint64_t first, odd, urgent;
    int64_t latest_s = 0;
    struct waiting w;

    (void) state;
    setup_waiting(&w, "    spread: 60s\n");
    server_says(&w.server, OK);
    first = push_due_at(&w, half_hour_s, DUBAN__URGENCY__URGENCY_NORMAL);
    for (int i = 1; i < MESSAGES; i++)
        push_due_at(&w, half_hour_s, DUBAN__URGENCY__URGENCY_NORMAL);
    odd = push_due_at(&w, half_hour_s + 60, DUBAN__URGENCY__URGENCY_NORMAL);
    urgent = push_due_at(&w, half_hour_s, DUBAN__URGENCY__URGENCY_URGENT);
    apply(&w.f);
    for (uint64_t i = 0; i < MESSAGES; i++) {
        uint8_t key[ID_BYTES] = { 0 };
        int64_t expected;

        put_u64(key + 8, first + i);
        expected = expected_s(&w, first + i, &reason);
        assert_int_equal(expected, (spread_ms(SPREAD_S * 1000, key) + 999) / 1000);
        assert_in_range(expected, 0, SPREAD_S);
        latest_s = expected > latest_s ? expected : latest_s;
    }
    assert_true(latest_s > SPREAD_S / 4);   /* of eight keys some are late in the minute */
    UNTIL(&w.f, fact_of(&w.f, odd) != NULL && fact_of(&w.f, urgent) != NULL);
    at(&w.f, SPREAD_S);
    for (uint64_t i = 0; i < MESSAGES; i++)
        UNTIL(&w.f, fact_of(&w.f, first + i) != NULL);
    cleanup_waiting(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behind_a_budget_each_has_its_own_time),
        cmocka_unit_test(what_was_tried_waits_for_its_next_try_or_its_far_end),
        cmocka_unit_test(what_is_due_at_a_full_or_half_hour_leaves_within_a_minute_after_it),
        cmocka_unit_test(while_rules_is_behind_that_is_what_it_waits_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
