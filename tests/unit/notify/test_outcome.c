/* test_outcome.c - facts back to ingest: gathered, sent again, never lost, never doubled. */
#include "fixture.h"

static void take_many(struct fixture *f, int count)
{
    struct sample s;

    sample_init(&s);
    for (int i = 0; i < count; i++)
        push_notice(f, &s);
    apply(f);
}

static void an_idle_house_sends_a_single_fact_at_once(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take_many(&f, 1);
    UNTIL_IDLE(&f);
    take_many(&f, 1);
    UNTIL_IDLE(&f);
    assert_int_equal(f.requests, 2);
    assert_int_equal(f.fact_count, 2);
    cleanup(&f);
}

static void while_one_request_is_under_way_the_next_facts_gather(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    f.outcome_silent = true;
    take_many(&f, 1);
    UNTIL(&f, f.requests == 1);
    for (int i = 0; i < 20; i++) {
        take_many(&f, 10);
        step(&f);
    }
    assert_int_equal(f.requests, 1);
    take_many(&f, 100);          /* now there is a full one: the second of the credit */
    UNTIL(&f, f.requests == 2);
    assert_int_equal(f.fact_count, 257);
    take_many(&f, 600);
    UNTIL(&f, f.notify->state.head.outcomes_waiting == 901);
    assert_int_equal(f.requests, 2);
    cleanup(&f);
}

static void what_is_not_receipted_in_time_is_sent_again_under_the_same_id(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    f.outcome_silent = true;
    take_many(&f, 3);
    UNTIL(&f, f.requests == 1);
    f.notify->now_ms += 5001;
    outcome_send(f.notify);
    f.outcome_silent = false;
    UNTIL_IDLE(&f);
    assert_int_equal(f.requests, 2);
    assert_memory_equal(f.client_ids[0], f.client_ids[1], ID_BYTES);
    assert_int_equal(f.notify->state.head.outcomes_waiting, 0);
    cleanup(&f);
}

static void a_restart_sends_again_what_was_not_receipted(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    f.outcome_silent = true;
    take_many(&f, 300);
    UNTIL(&f, f.requests == 1);
    restart(&f);
    f.outcome_silent = false;
    UNTIL_IDLE(&f);
    assert_memory_equal(f.client_ids[0], f.client_ids[1], ID_BYTES);
    for (uint64_t notice = 1; notice <= 300; notice++)
        assert_non_null(fact_of(&f, notice));
    restart(&f);
    assert_int_equal(f.notify->state.head.outcomes_waiting, 0);
    cleanup(&f);
}

static void later_is_waited_for_and_nothing_is_dropped(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    f.refusals_left = 3;
    take_many(&f, 2);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->counters.outcome_refusals, 3);
    assert_int_equal(f.fact_count, 2);
    cleanup(&f);
}

static void an_alarm_goes_alone(void **state)
{
    struct fixture f;
    struct sample s;

    (void) state;
    setup(&f);
    sample_init(&s);
    push_notice(&f, &s);
    s.recipient.channel = "pager";   /* raises an alarm between the facts */
    push_notice(&f, &s);
    s.recipient.channel = "spool";
    push_notice(&f, &s);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(f.alarm_count, 1);
    assert_int_equal(f.fact_count, 3);
    assert_int_equal(f.requests, 2);
    cleanup(&f);
}

static void malformed_answers_change_nothing(void **state)
{
    struct fixture f;
    struct received received;
    struct frame frame = { .type = FRAME_RECEIPT };
    Duban__Receipt other = DUBAN__RECEIPT__INIT;

    (void) state;
    setup(&f);
    take_many(&f, 1);
    f.outcome_silent = true;
    for (int i = 0; f.notify->counters.outcome_requests == 0 && i < 100; i++)
        notify_turn(f.notify, -1, 20);
    while (frame_receive(f.outcome, true, &received) != FRAME_OK)
        notify_turn(f.notify, -1, 20);
    other.request_id = 999;
    assert_int_equal(frame_send(f.outcome, &received.peer, &frame, bytes_of_text("\xff\xff")), 0);
    assert_int_equal(frame_send(f.outcome, &received.peer, &frame, message_pack(&f.arena, &other)), 0);
    frame.type = FRAME_TAIL;
    assert_int_equal(frame_send(f.outcome, &received.peer, &frame, bytes_of_text("")), 0);
    frame_release(&received);
    for (int i = 0; i < 5; i++)
        notify_turn(f.notify, -1, 20);
    assert_int_equal(f.notify->state.head.outcomes_waiting, 1);
    cleanup(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_house_sends_a_single_fact_at_once),
        cmocka_unit_test(while_one_request_is_under_way_the_next_facts_gather),
        cmocka_unit_test(what_is_not_receipted_in_time_is_sent_again_under_the_same_id),
        cmocka_unit_test(a_restart_sends_again_what_was_not_receipted),
        cmocka_unit_test(later_is_waited_for_and_nothing_is_dropped),
        cmocka_unit_test(an_alarm_goes_alone),
        cmocka_unit_test(malformed_answers_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
