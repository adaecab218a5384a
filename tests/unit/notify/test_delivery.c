/* test_delivery.c - taken over, sent, withdrawn, held, expired: with the spool. */
#include "fixture.h"

static void a_notice_becomes_a_line_and_a_fact(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t sequence;
    char words[512];

    (void) state;
    setup(&f);
    sample_init(&s);
    push_texts(&f);
    sequence = take_notice(&f, &s);
    assert_int_equal(spool_count(&f), 1);   /* before apply returned */
    UNTIL_IDLE(&f);
    assert_string_equal(spool_words(&f, "new_case", words, sizeof words),
                        "【整改交办】DB-0012 东风快递：无消毒记录。请于2月3日 11:00前整改到位。");
    assert_int_equal(fact_of(&f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_string_equal(fact_of(&f, sequence)->channel, "spool");
    assert_int_equal(fact_of(&f, sequence)->attempts, 1);
    assert_int_equal(delivery_of(&f, sequence).state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_DELIVERED);
    assert_int_equal(delivery_of(&f, sequence).record.size, 0);
    assert_int_equal(f.notify->state.head.delivered, 1);
    assert_int_equal(f.notify->state.head.queued, 0);
    cleanup(&f);
}

static void a_batch_is_one_fact_each_and_few_requests(void **state)
{
    struct fixture f;
    struct sample s;

    (void) state;
    setup(&f);
    sample_init(&s);
    push_texts(&f);
    for (int i = 0; i < 700; i++)
        push_notice(&f, &s);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(spool_count(&f), 700);
    assert_int_equal(f.fact_count, 700);
    assert_int_equal(f.requests, 3);   /* 256 + 256 + 188 */
    for (uint64_t sequence = 2; sequence <= 701; sequence++)
        assert_int_equal(facts_about(&f, sequence), 1);
    cleanup(&f);
}

static void a_record_that_does_not_follow_is_refused_and_nothing_is_written(void **state)
{
    struct fixture f;
    struct sample s;
    uint8_t chain[DIGEST_BYTES];

    (void) state;
    setup(&f);
    sample_init(&s);
    (void) take_notice(&f, &s);
    UNTIL_IDLE(&f);
    memcpy(chain, f.chain, sizeof chain);
    (void) push_notice(&f, &s);
    f.chain[0] ^= 1;
    (void) push_notice(&f, &s);
    assert_int_equal(apply_result(&f), -1);
    assert_int_equal(f.notify->state.head.cursor, 1);
    assert_int_equal(spool_count(&f), 1);
    memcpy(f.chain, chain, sizeof chain);
    f.last = 1;
    (void) take_notice(&f, &s);
    assert_int_equal(f.notify->state.head.cursor, 2);
    assert_int_equal(spool_count(&f), 2);
    cleanup(&f);
}

static void records_that_make_no_sense_are_refused(void **state)
{
    struct fixture f;
    struct sample s;
    uint8_t other[64] = { 2 };
    Duban__OutboxRecord empty = DUBAN__OUTBOX_RECORD__INIT;

    (void) state;
    setup(&f);
    sample_init(&s);
    f.records[f.record_count++] = (struct link_record){ 1, f.clock_ms, bytes_of(other, sizeof other) };
    assert_int_equal(apply_result(&f), -1);
    other[0] = 1;
    f.records[f.record_count++] = (struct link_record){ 1, f.clock_ms, bytes_of(other, 20) };
    assert_int_equal(apply_result(&f), -1);
    f.records[f.record_count++] = (struct link_record){ 2, f.clock_ms, bytes_of(other, sizeof other) };
    assert_int_equal(apply_result(&f), -1);
    (void) push(&f, &empty);
    assert_int_equal(apply_result(&f), -1);
    memset(f.chain, 0, sizeof f.chain);
    f.last = 0;
    s.notice.recipient = NULL;
    (void) push_notice(&f, &s);
    assert_int_equal(apply_result(&f), -1);
    assert_int_equal(f.notify->state.head.cursor, 0);
    assert_int_equal(f.notify->counters.refused_records, 5);
    cleanup(&f);
}

static void a_withdrawal_in_the_same_batch_comes_in_time(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t first, second, third;

    (void) state;
    setup(&f);
    sample_init(&s);
    first = push_notice(&f, &s);
    s.notice.n_items = 2;
    second = push_notice(&f, &s);
    push_withdrawal(&f, s.task, second);
    s.notice.n_items = 1;
    third = push_notice(&f, &s);   /* opened again: after the withdrawal */
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, first)->grade, DUBAN__GRADE__GRADE_WITHDRAWN);
    assert_int_equal(fact_of(&f, second)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(fact_of(&f, third)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(spool_count(&f), 2);
    cleanup(&f);
}

static void what_is_not_urgent_is_held_while_rules_is_behind(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t normal, urgent;

    (void) state;
    setup(&f);
    sample_init(&s);
    tail_behind(&f, 5001);
    normal = push_notice(&f, &s);
    s.notice.urgency = DUBAN__URGENCY__URGENCY_URGENT;
    urgent = push_notice(&f, &s);
    apply(&f);
    UNTIL(&f, fact_of(&f, urgent) != NULL);
    assert_null(fact_of(&f, normal));
    assert_true(notify_is_holding(f.notify));
    assert_false(notify_is_idle(f.notify));
    assert_int_equal(f.notify->state.head.queued, 1);
    tail_behind(&f, 5000);   /* exactly 5 s is not behind */
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, normal)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(spool_count(&f), 2);
    cleanup(&f);
}

static void rules_that_does_not_know_the_journal_is_behind(void **state)
{
    struct fixture f;
    struct link_sink sink;
    Duban__Tail tail = DUBAN__TAIL__INIT;

    (void) state;
    setup(&f);
    sink = handlers_sink(f.notify);
    tail.clock_ms = f.clock_ms;
    tail.applied_stamp_ms = f.clock_ms;
    sink.tail(sink.self, &tail);
    assert_true(notify_is_holding(f.notify));
    tail.applied_stamp_ms = 0;   /* an empty house */
    sink.tail(sink.self, &tail);
    assert_false(notify_is_holding(f.notify));
    cleanup(&f);
}

static void nothing_ordinary_leaves_before_the_first_tail(void **state)
{
    struct fixture f;
    struct sample s;

    (void) state;
    prepare(&f);
    start(&f);
    sample_init(&s);
    (void) take_notice(&f, &s);
    step(&f);
    assert_int_equal(spool_count(&f), 0);
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(spool_count(&f), 1);
    cleanup(&f);
}

static void a_held_notice_loses_what_is_withdrawn(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t whole, part;
    json_t *lines;

    (void) state;
    setup(&f);
    sample_init(&s);
    tail_behind(&f, 60000);
    whole = push_notice(&f, &s);
    s.notice.n_items = 2;
    part = push_notice(&f, &s);
    apply(&f);
    step(&f);
    push_withdrawal(&f, s.task, part);
    apply(&f);
    UNTIL(&f, fact_of(&f, whole) != NULL);
    assert_int_equal(fact_of(&f, whole)->grade, DUBAN__GRADE__GRADE_WITHDRAWN);
    assert_int_equal(fact_of(&f, whole)->attempts, 0);
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, part)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    lines = spool_lines(&f);
    assert_int_equal(json_array_size(lines), 1);
    assert_int_equal(json_array_size(json_object_get(json_array_get(lines, 0), "items")), 1);
    json_decref(lines);
    cleanup(&f);
}

static void a_withdrawal_reaches_only_up_to_its_sequence(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t before, after;

    (void) state;
    setup(&f);
    sample_init(&s);
    tail_behind(&f, 60000);
    before = push_notice(&f, &s);
    after = push_notice(&f, &s);
    apply(&f);
    push_withdrawal(&f, s.task, before);
    apply(&f);
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, before)->grade, DUBAN__GRADE__GRADE_WITHDRAWN);
    assert_int_equal(fact_of(&f, after)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    cleanup(&f);
}

static void a_withdrawal_after_the_send_changes_nothing(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t sequence;

    (void) state;
    setup(&f);
    sample_init(&s);
    sequence = take_notice(&f, &s);
    push_withdrawal(&f, s.task, sequence);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(facts_about(&f, sequence), 1);
    assert_int_equal(fact_of(&f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    cleanup(&f);
}

static void an_expired_notice_dies_and_the_clerk_is_told(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t late, held;
    char words[1024];

    (void) state;
    setup(&f);
    sample_init(&s);
    push_texts(&f);
    s.notice.expires_at_s = START_S;
    late = take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, late)->grade, DUBAN__GRADE__GRADE_DEAD);
    assert_string_equal(fact_of(&f, late)->detail, "expired");
    assert_int_equal(spool_count_of(&f, "new_case", late), 0);
    assert_int_equal(spool_count_of(&f, "delivery_failure", late), 1);
    assert_contains(spool_words(&f, "delivery_failure", words, sizeof words), "【整改交办】DB-0012");
    assert_contains(words, "北片组组长");

    tail_behind(&f, 60000);
    s.notice.expires_at_s = START_S + 60;
    held = take_notice(&f, &s);
    at(&f, 61);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, held)->grade, DUBAN__GRADE__GRADE_DEAD);
    assert_int_equal(f.notify->state.head.dead, 2);
    cleanup(&f);
}

static void a_dead_notice_about_a_failed_delivery_begets_none(void **state)
{
    struct fixture f;
    struct sample s;

    (void) state;
    setup(&f);
    sample_init(&s);
    s.notice.kind = "delivery_failure";
    s.notice.expires_at_s = START_S;
    (void) take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->state.head.dead, 1);
    assert_int_equal(spool_count(&f), 0);
    cleanup(&f);
}

static void a_channel_that_is_not_known_falls_to_the_spool_with_one_alarm(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t first, second;

    (void) state;
    setup(&f);
    sample_init(&s);
    s.recipient.channel = "pager";
    first = take_notice(&f, &s);
    second = take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, first)->grade, DUBAN__GRADE__GRADE_SPOOLED);
    assert_int_equal(delivery_of(&f, first).state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_SPOOLED);
    assert_int_equal(spool_count_of(&f, "delivery_failure", first), 1);
    assert_int_equal(f.notify->state.head.dead, 2);
    assert_int_equal(f.notify->state.head.delivered, 0);
    assert_string_equal(fact_of(&f, second)->channel, "spool");
    assert_string_equal(fact_of(&f, second)->detail, "channel pager: not known here; spool instead");
    assert_int_equal(spool_count_of(&f, "new_case", second), 1);
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 1);
    assert_int_equal(f.alarm_count, 1);
    cleanup(&f);
}

static void a_webhook_without_address_or_secret_falls_to_the_spool(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t sequence;

    (void) state;
    setup(&f);
    sample_init(&s);
    s.recipient.channel = "webhook";
    sequence = take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_string_equal(fact_of(&f, sequence)->detail, "channel webhook: no address; spool instead");
    f.settings.channels[0] = '\0';
    restart(&f);
    to_webhook(&s);
    sequence = take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_contains(fact_of(&f, sequence)->detail, "it has no section in notify.yaml");
    assert_int_equal(spool_count_of(&f, "new_case", sequence), 1);
    cleanup(&f);
}

static void a_spool_that_cannot_be_written_is_tried_again_with_an_alarm(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t sequence;
    char path[512];

    (void) state;
    setup(&f);
    sample_init(&s);
    (void) snprintf(path, sizeof path, "%s/spool/spool-000001.jsonl", f.settings.data);
    assert_int_equal(mkdir(path, 0700), 0);
    sequence = take_notice(&f, &s);
    step(&f);
    assert_int_equal(delivery_of(&f, sequence).state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED);
    assert_true(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, "channel/spool"));
    assert_int_equal(rmdir(path), 0);
    at(&f, 10);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(fact_of(&f, sequence)->attempts, 2);
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 1);
    assert_false(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, "channel/spool"));
    cleanup(&f);
}

static void everything_is_there_after_a_restart(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t sequence;
    char words[512];

    (void) state;
    setup(&f);
    sample_init(&s);
    push_texts(&f);
    tail_behind(&f, 60000);
    sequence = take_notice(&f, &s);
    stop(&f);
    start(&f);
    assert_int_equal(f.notify->state.head.cursor, f.last);
    assert_memory_equal(f.notify->state.head.digest, f.chain, DIGEST_BYTES);
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_contains(spool_words(&f, "new_case", words, sizeof words), "【整改交办】DB-0012");
    cleanup(&f);
}

static void another_lineage_or_a_shorter_outbox_is_not_accepted(void **state)
{
    struct fixture f;
    struct sample s;
    struct link_sink sink;
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;
    Duban__Hello hello = DUBAN__HELLO__INIT;

    (void) state;
    setup(&f);
    sample_init(&s);
    sink = handlers_sink(f.notify);
    hello_ok.lineage = 77;
    hello_ok.rehearsal = true;
    assert_int_equal(sink.hello_ok(sink.self, &hello_ok), 0);
    (void) take_notice(&f, &s);
    hello_ok.last_sequence = 1;
    assert_int_equal(sink.hello_ok(sink.self, &hello_ok), 0);
    hello_ok.last_sequence = 0;
    assert_int_equal(sink.hello_ok(sink.self, &hello_ok), -1);
    hello_ok.last_sequence = 1;
    hello_ok.lineage = 78;
    assert_int_equal(sink.hello_ok(sink.self, &hello_ok), -1);
    restart(&f);
    sink = handlers_sink(f.notify);
    sink.hello(sink.self, &hello);
    assert_int_equal(hello.lineage, 77);
    assert_int_equal(hello.cursor, 1);
    assert_memory_equal(hello.digest.data, f.chain, DIGEST_BYTES);
    assert_true(f.notify->state.head.rehearsal);
    cleanup(&f);
}

static void what_was_heard_of_the_time_stays_heard(void **state)
{
    struct fixture f;
    struct sample s;

    (void) state;
    setup(&f);
    sample_init(&s);
    at(&f, 100);
    f.chain[0] ^= 1;
    (void) push_notice(&f, &s);
    assert_int_equal(apply_result(&f), -1);
    assert_int_equal(f.notify->state.head.clock_ms, f.clock_ms);
    f.clock_ms -= 50000;
    tail(&f);   /* never back */
    assert_int_equal(f.notify->state.head.clock_ms, f.clock_ms + 50000);
    cleanup(&f);
}

/* Its line is written and not on the disk yet, and the file is taken away: it is not told any more. */
static void a_withdrawal_reaches_a_line_that_has_to_be_written_again(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t sequence;
    char path[512];

    (void) state;
    setup(&f);
    sample_init(&s);
    sequence = take_notice(&f, &s);
    (void) snprintf(path, sizeof path, "%s/spool/spool-000001.jsonl", f.settings.data);
    assert_int_equal(unlink(path), 0);
    push_withdrawal(&f, s.task, sequence);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, sequence)->grade, DUBAN__GRADE__GRADE_WITHDRAWN);
    assert_int_equal(spool_count_of(&f, "new_case", sequence), 0);
    cleanup(&f);
}

/* As when notify's ledger was made anew and rules sends again what the new one has queued. */
static void what_is_sent_again_while_it_waits_goes_by_the_ways_of_now(void **state)
{
    struct fixture f;
    struct sample s;
    Duban__Resend resend = DUBAN__RESEND__INIT;
    ProtobufCBinaryData ended[1];
    uint64_t sequence;

    (void) state;
    setup(&f);
    sample_init(&s);
    to_webhook(&s);
    s.notice.n_items = 2;
    tail_behind(&f, 60000);
    sequence = take_notice(&f, &s);
    ended[0] = (ProtobufCBinaryData){ ID_BYTES, s.task };
    resend.notice = sequence;
    resend.retry = 3;
    resend.channel = "spool";
    resend.ended_tasks = ended;
    resend.n_ended_tasks = 1;
    push_this_resend(&f, &resend);
    apply(&f);
    tail(&f);
    UNTIL(&f, fact_of(&f, sequence) != NULL);
    assert_int_equal(fact_of(&f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_string_equal(fact_of(&f, sequence)->channel, "spool");
    assert_int_equal(fact_of(&f, sequence)->retry, 3);
    assert_int_equal(f.notify->state.head.queued, 0);
    cleanup(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notice_becomes_a_line_and_a_fact),
        cmocka_unit_test(a_batch_is_one_fact_each_and_few_requests),
        cmocka_unit_test(a_record_that_does_not_follow_is_refused_and_nothing_is_written),
        cmocka_unit_test(records_that_make_no_sense_are_refused),
        cmocka_unit_test(a_withdrawal_in_the_same_batch_comes_in_time),
        cmocka_unit_test(what_is_not_urgent_is_held_while_rules_is_behind),
        cmocka_unit_test(rules_that_does_not_know_the_journal_is_behind),
        cmocka_unit_test(nothing_ordinary_leaves_before_the_first_tail),
        cmocka_unit_test(a_held_notice_loses_what_is_withdrawn),
        cmocka_unit_test(a_withdrawal_reaches_only_up_to_its_sequence),
        cmocka_unit_test(a_withdrawal_after_the_send_changes_nothing),
        cmocka_unit_test(an_expired_notice_dies_and_the_clerk_is_told),
        cmocka_unit_test(a_dead_notice_about_a_failed_delivery_begets_none),
        cmocka_unit_test(a_channel_that_is_not_known_falls_to_the_spool_with_one_alarm),
        cmocka_unit_test(a_webhook_without_address_or_secret_falls_to_the_spool),
        cmocka_unit_test(a_spool_that_cannot_be_written_is_tried_again_with_an_alarm),
        cmocka_unit_test(everything_is_there_after_a_restart),
        cmocka_unit_test(what_was_heard_of_the_time_stays_heard),
        cmocka_unit_test(another_lineage_or_a_shorter_outbox_is_not_accepted),
        cmocka_unit_test(a_withdrawal_reaches_a_line_that_has_to_be_written_again),
        cmocka_unit_test(what_is_sent_again_while_it_waits_goes_by_the_ways_of_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
