/* test_dead_letters.c - what did not arrive: sent again, thinned by what is done, settled; alarms that are over. */
#include "fixture.h"
#include "server.h"

#define GRADE(name) DUBAN__GRADE__GRADE_##name
#define STATE(name) DUBAN__DELIVERY_STATE__DELIVERY_STATE_##name

/* A webhook that has said no for good once. */
struct refused {
    struct fixture f;
    struct server server;
    struct sample s;
    uint64_t notice;
};

static void setup_refused(struct refused *r, size_t items)
{
    setup(&r->f);
    server_open(&r->server);
    server_says(&r->server, STATUS("400 Bad Request"));
    sample_init(&r->s);
    to_webhook(&r->s);
    r->s.notice.n_items = items;
    know_address(&r->f, r->s.token, r->server.address);
    push_texts(&r->f);
    r->notice = take_notice(&r->f, &r->s);
    UNTIL_IDLE(&r->f);
    assert_int_equal(fact_of(&r->f, r->notice)->grade, GRADE(DEAD));
    assert_int_equal(r->f.notify->state.head.dead, 1);
}

static void cleanup_refused(struct refused *r)
{
    cleanup(&r->f);
    server_close(&r->server);
}

static void sent_again_it_arrives_under_its_own_key(void **state)
{
    struct refused r;
    char key[2 * ID_BYTES + 1];

    (void) state;
    setup_refused(&r, 1);
    server_says(&r.server, OK);
    push_resend(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(fact_of(&r.f, r.notice)->grade, GRADE(DELIVERED));
    assert_int_equal(fact_of(&r.f, r.notice)->attempts, 1);
    assert_int_equal(fact_of(&r.f, r.notice)->retry, 1);
    assert_int_equal(server_requests(&r.server), 2);
    assert_contains(server_body(&r.server, 1), hex_of(key, r.s.key, sizeof r.s.key));
    assert_int_equal(r.f.notify->state.head.dead, 0);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(DELIVERED));
    push_resend(&r.f, r.notice);   /* it is none any more */
    push_settled(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(server_requests(&r.server), 2);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(DELIVERED));
    cleanup_refused(&r);
}

static void one_that_fails_again_is_told_again(void **state)
{
    struct refused r;

    (void) state;
    setup_refused(&r, 1);
    at(&r.f, 60);
    push_resend(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(DEAD));
    assert_int_equal(r.f.notify->state.head.dead, 1);
    assert_int_equal(spool_count_of(&r.f, "delivery_failure", r.notice), 2);
    cleanup_refused(&r);
}

static void what_is_done_meanwhile_is_not_sent_again(void **state)
{
    struct refused r;

    (void) state;
    setup_refused(&r, 2);
    server_says(&r.server, OK);
    push_withdrawal(&r.f, r.s.task, r.notice);
    push_resend(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(fact_of(&r.f, r.notice)->grade, GRADE(DELIVERED));
    assert_null(strstr(server_body(&r.server, 1), "DB-0012"));
    assert_contains(server_body(&r.server, 1), "DB-0013");
    cleanup_refused(&r);
}

static void with_nothing_left_to_say_it_is_withdrawn(void **state)
{
    struct refused r;

    (void) state;
    setup_refused(&r, 1);
    push_withdrawal(&r.f, r.s.task, r.notice);
    apply(&r.f);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(DEAD));   /* nobody was told: it stays */
    push_resend(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(fact_of(&r.f, r.notice)->grade, GRADE(WITHDRAWN));
    assert_int_equal(server_requests(&r.server), 1);
    assert_int_equal(r.f.notify->state.head.dead, 0);
    cleanup_refused(&r);
}

static void settled_it_keeps_who_and_why(void **state)
{
    struct refused r;

    (void) state;
    setup_refused(&r, 1);
    push_settled(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    restart(&r.f);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(SETTLED));
    assert_string_equal(delivery_of(&r.f, r.notice).detail, "clerk: 已电话告知");
    assert_int_equal(r.f.notify->state.head.dead, 0);
    assert_int_equal(facts_about(&r.f, r.notice), 1);   /* rules has said so, and knows */
    push_resend(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(server_requests(&r.server), 1);
    cleanup_refused(&r);
}

static void settled_while_it_waits_to_be_tried_again_it_is_done_with(void **state)
{
    struct refused r;

    (void) state;
    setup_refused(&r, 1);
    server_says(&r.server, STATUS("503 Service Unavailable"));
    push_resend(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(server_requests(&r.server), 2);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(QUEUED));
    push_settled(&r.f, r.notice);
    apply(&r.f);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(SETTLED));
    assert_string_equal(delivery_of(&r.f, r.notice).detail, "clerk: 已电话告知");
    at(&r.f, 86400);
    UNTIL_IDLE(&r.f);
    assert_int_equal(server_requests(&r.server), 2);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(SETTLED));
    assert_int_equal(r.f.notify->state.head.queued, 0);
    assert_int_equal(r.f.notify->state.head.dead, 0);
    assert_int_equal(facts_about(&r.f, r.notice), 1);
    cleanup_refused(&r);
}

/* Sent again, and on its way without an answer when it is settled. */
static void setup_settled_in_flight(struct refused *r)
{
    setup_refused(r, 1);
    server_says(&r->server, NULL);
    push_resend(&r->f, r->notice);
    apply(&r->f);
    UNTIL(&r->f, server_requests(&r->server) == 2);
    push_settled(&r->f, r->notice);
    apply(&r->f);
    assert_int_equal(delivery_of(&r->f, r->notice).state, STATE(QUEUED));
}

static void settled_in_flight_no_failure_makes_it_a_dead_letter_again(void **state)
{
    struct refused r;

    (void) state;
    setup_settled_in_flight(&r);
    shutdown(r.server.held[0], SHUT_RDWR);   /* the connection breaks */
    UNTIL_IDLE(&r.f);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(SETTLED));
    assert_string_equal(delivery_of(&r.f, r.notice).detail, "clerk: 已电话告知");
    assert_int_equal(r.f.notify->state.head.queued, 0);
    assert_int_equal(facts_about(&r.f, r.notice), 1);
    cleanup_refused(&r);
}

static void settled_in_flight_it_is_not_tried_again_after_a_crash(void **state)
{
    struct refused r;

    (void) state;
    setup_settled_in_flight(&r);
    restart(&r.f);
    UNTIL(&r.f, delivery_of(&r.f, r.notice).state == STATE(SETTLED));
    assert_int_equal(server_requests(&r.server), 2);
    cleanup_refused(&r);
}

static void settled_in_flight_it_may_still_arrive(void **state)
{
    struct refused r;

    (void) state;
    setup_settled_in_flight(&r);
    assert_int_equal(write(r.server.held[0], OK, strlen(OK)), strlen(OK));
    shutdown(r.server.held[0], SHUT_WR);
    UNTIL_IDLE(&r.f);
    assert_int_equal(delivery_of(&r.f, r.notice).state, STATE(DELIVERED));
    assert_string_equal(delivery_of(&r.f, r.notice).detail, "HTTP 200: ok");
    assert_int_equal(fact_of(&r.f, r.notice)->grade, GRADE(DELIVERED));
    cleanup_refused(&r);
}

static void a_line_settled_before_it_is_known_to_be_written_is_delivered(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t notice;

    (void) state;
    setup(&f);
    sample_init(&s);
    notice = take_notice(&f, &s);
    assert_int_equal(delivery_of(&f, notice).state, STATE(ATTEMPTING));
    push_settled(&f, notice);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(delivery_of(&f, notice).state, STATE(DELIVERED));
    assert_int_equal(spool_count(&f), 1);
    cleanup(&f);
}

static void in_one_batch_with_its_notice_a_settlement_holds(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t notice;

    (void) state;
    setup(&f);
    sample_init(&s);
    s.recipient.channel = "pager";
    notice = push_notice(&f, &s);   /* a ledger made anew reads both at once */
    push_settled(&f, notice);
    push_settled(&f, notice + 100);   /* one that nobody has brought yet is passed over */
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(delivery_of(&f, notice).state, STATE(SETTLED));
    assert_string_equal(delivery_of(&f, notice).detail, "clerk: 已电话告知");
    assert_int_equal(spool_count(&f), 0);
    assert_int_equal(facts_about(&f, notice), 0);
    assert_int_equal(f.notify->state.head.dead, 0);
    assert_int_equal(f.notify->alarms.count, 0);
    cleanup(&f);
}

/* ---------------------------------------------------------------- as it is by now */

static void it_goes_to_where_its_recipient_is_now(void **state)
{
    struct fixture f;
    struct server server;
    struct sample s;
    Duban__Resend resend = DUBAN__RESEND__INIT;
    char key[2 * ID_BYTES + 1];

    (void) state;
    setup(&f);
    server_open(&server);
    server_says(&server, OK);
    sample_init(&s);
    know_address(&f, s.token, server.address);
    s.recipient.channel = "pager";
    resend.notice = take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, resend.notice)->grade, GRADE(SPOOLED));
    resend.retry = 1;
    resend.channel = "webhook";
    resend.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, s.token };
    push_this_resend(&f, &resend);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, resend.notice)->grade, GRADE(DELIVERED));
    assert_string_equal(fact_of(&f, resend.notice)->channel, "webhook");
    assert_contains(server_body(&server, 0), hex_of(key, s.key, sizeof s.key));
    assert_int_equal(f.notify->alarms.count, 0);
    cleanup(&f);
    server_close(&server);
}

static void what_rules_says_is_over_is_left_out(void **state)
{
    struct refused r;
    Duban__Resend resend = DUBAN__RESEND__INIT;
    ProtobufCBinaryData ended[2];

    (void) state;
    setup_refused(&r, 2);
    ended[0] = (ProtobufCBinaryData){ ID_BYTES, r.s.task };
    ended[1] = (ProtobufCBinaryData){ ID_BYTES, r.s.second_task };
    resend.notice = r.notice;
    resend.retry = 1;
    resend.ended_tasks = ended;
    resend.n_ended_tasks = 1;
    push_this_resend(&r.f, &resend);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_null(strstr(server_body(&r.server, 1), "DB-0012"));
    assert_contains(server_body(&r.server, 1), "DB-0013");
    resend.retry = 2;
    resend.n_ended_tasks = 2;
    push_this_resend(&r.f, &resend);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(server_requests(&r.server), 2);
    assert_int_equal(fact_of(&r.f, r.notice)->grade, GRADE(WITHDRAWN));
    assert_int_equal(fact_of(&r.f, r.notice)->retry, 2);
    cleanup_refused(&r);
}

static void a_ledger_made_anew_tells_the_outcome_that_rules_waits_for(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t together, before;

    (void) state;
    setup(&f);
    sample_init(&s);
    together = push_notice(&f, &s);
    push_resend(&f, together);
    apply(&f);
    before = take_notice(&f, &s);
    push_resend(&f, before);   /* it is not done yet */
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, together)->retry, 1);
    assert_int_equal(fact_of(&f, before)->retry, 1);
    assert_int_equal(spool_count(&f), 2);
    cleanup(&f);
}

/* ---------------------------------------------------------------- gone for good, and back */

static void setup_gone(struct refused *r)
{
    setup(&r->f);
    server_open(&r->server);
    server_says(&r->server, STATUS("410 Gone"));
    server_says(&r->server, OK);
    sample_init(&r->s);
    to_webhook(&r->s);
    know_address(&r->f, r->s.token, r->server.address);
    r->notice = take_notice(&r->f, &r->s);
    UNTIL_IDLE(&r->f);
    assert_int_equal(fact_of(&r->f, r->notice)->grade, GRADE(DEAD));
    assert_int_equal(r->f.notify->alarms.count, 1);
}

static void an_address_whose_alarm_is_settled_is_tried_again(void **state)
{
    struct refused r;
    uint64_t next;

    (void) state;
    setup_gone(&r);
    push_alarm_settled(&r.f, "leader-n", r.s.token);
    apply(&r.f);
    next = take_notice(&r.f, &r.s);
    UNTIL_IDLE(&r.f);
    assert_int_equal(fact_of(&r.f, next)->grade, GRADE(DELIVERED));
    assert_int_equal(r.f.notify->alarms.count, 0);
    cleanup_refused(&r);
}

static void sent_again_it_is_tried_even_where_it_was_gone(void **state)
{
    struct refused r;

    (void) state;
    setup_gone(&r);
    push_resend(&r.f, r.notice);
    apply(&r.f);
    UNTIL_IDLE(&r.f);
    assert_int_equal(fact_of(&r.f, r.notice)->grade, GRADE(DELIVERED));
    assert_int_equal(r.f.notify->alarms.count, 0);
    cleanup_refused(&r);
}

static void gone_before_raises_the_alarm_anew(void **state)
{
    struct refused r;
    struct store_txn txn;
    uint64_t next;

    (void) state;
    setup_gone(&r);
    state_begin(&r.f.notify->state, &txn);
    alarm_clear(r.f.notify, &txn, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, "account/leader-n");
    assert_int_equal(state_commit(&r.f.notify->state, &txn), 0);
    assert_int_equal(r.f.notify->alarms.count, 0);
    next = take_notice(&r.f, &r.s);
    UNTIL_IDLE(&r.f);
    assert_int_equal(fact_of(&r.f, next)->grade, GRADE(DEAD));
    assert_int_equal(server_requests(&r.server), 1);
    assert_int_equal(r.f.notify->alarms.count, 1);
    cleanup_refused(&r);
}

/* ---------------------------------------------------------------- rows of the version before */

/* The row as that version wrote it: `missing` bytes fewer from `place` on. */
static struct bytes older(struct bytes row, uint8_t version, size_t place, size_t missing, uint8_t *out)
{
    memcpy(out, row.data, row.size);
    out[0] = version;
    memmove(out + place, out + place + missing, row.size - place - missing);
    return bytes_of(out, row.size - missing);
}

enum { RETRY = 4, WAY = 1 + TOKEN_BYTES + 8, RECEIPT = 8 };

static void deliveries_of_former_versions_are_read(void **state)
{
    enum { ABOUT_ENDS = 1 + 1 + 1 + 1 + 4 + 8 + 8 + 8 + 8 };
    struct refused r;
    struct store_txn txn;
    struct bytes row;
    struct delivery delivery;
    uint8_t key[8], out[4096];

    (void) state;
    setup_refused(&r, 1);
    state_begin(&r.f.notify->state, &txn);
    put_u64(key, r.notice);
    assert_true(store_get(&txn, TABLE_DELIVERY, bytes_of(key, 8), &row));
    assert_true(state_read_delivery(older(row, 2, ABOUT_ENDS + RETRY, WAY + RECEIPT, out), r.notice, &delivery));
    assert_int_equal(delivery.state, STATE(DEAD));
    assert_int_equal(delivery.retry, 0);
    assert_contains(delivery.detail, "400");
    assert_true(delivery.record.size > 0);
    assert_non_null(delivery_unpack(&r.f.notify->arena, &delivery));
    assert_true(state_read_delivery(older(row, 1, ABOUT_ENDS, RETRY + WAY + RECEIPT, out), r.notice, &delivery));
    assert_int_equal(delivery.state, STATE(DEAD));
    assert_int_equal(delivery.retry, 0);
    assert_contains(delivery.detail, "400");
    assert_true(delivery.record.size > 0);
    state_abort(&r.f.notify->state, &txn);
    cleanup_refused(&r);
}

/* ---------------------------------------------------------------- only in the spool */

static void after_a_restart_a_line_that_nobody_chose_is_still_no_delivery(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t notice;

    (void) state;
    setup(&f);
    sample_init(&s);
    s.recipient.channel = "pager";
    notice = take_notice(&f, &s);
    assert_int_equal(spool_count(&f), 1);   /* written, and not yet settled */
    restart(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, notice)->grade, GRADE(SPOOLED));
    assert_int_equal(spool_count_of(&f, "new_case", notice), 1);
    assert_int_equal(spool_count_of(&f, "delivery_failure", notice), 1);
    cleanup(&f);
}

static void once_its_channel_works_again_it_reaches_its_recipient(void **state)
{
    struct fixture f;
    struct server server;
    struct sample s;
    uint64_t notice;

    (void) state;
    prepare(&f);
    f.settings.channels[0] = '\0';
    start(&f);
    tail(&f);
    server_open(&server);
    server_says(&server, OK);
    sample_init(&s);
    to_webhook(&s);
    know_address(&f, s.token, server.address);
    notice = take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, notice)->grade, GRADE(SPOOLED));
    write_channels(&f, "");
    restart(&f);
    push_resend(&f, notice);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(fact_of(&f, notice)->grade, GRADE(DELIVERED));
    assert_string_equal(fact_of(&f, notice)->channel, "webhook");
    assert_int_equal(f.notify->alarms.count, 0);
    cleanup(&f);
    server_close(&server);
}

static void who_chooses_the_spool_is_delivered_by_it(void **state)
{
    static const char *const chosen[] = { "spool", "" };
    struct fixture f;
    struct sample s;

    (void) state;
    setup(&f);
    sample_init(&s);
    for (size_t i = 0; i < 2; i++) {
        uint64_t notice;

        s.recipient.channel = (char *) chosen[i];
        notice = take_notice(&f, &s);
        UNTIL_IDLE(&f);
        assert_int_equal(fact_of(&f, notice)->grade, GRADE(DELIVERED));
    }
    assert_int_equal(f.notify->state.head.dead, 0);
    cleanup(&f);
}

/* ---------------------------------------------------------------- alarms that are over */

static size_t ended(struct fixture *f, struct arena *arena, struct ended_alarm *alarms)
{
    struct store_txn txn;
    size_t count;

    store_begin(&txn, &f->notify->state.store, STORE_READ);
    count = state_read_ended_alarms(&txn, arena, alarms, ENDED_ALARMS_MOST);
    store_abort(&txn);
    return count;
}

static void a_settled_alarm_is_over_and_may_be_raised_anew(void **state)
{
    static struct ended_alarm alarms[ENDED_ALARMS_MOST];
    struct fixture f;
    struct sample s;
    struct arena arena;

    (void) state;
    setup(&f);
    arena_open(&arena, 1 << 20);
    sample_init(&s);
    s.recipient.channel = "pager";
    (void) take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->alarms.count, 1);
    at(&f, 30);
    push_alarm_settled(&f, "somebody-else", NULL);
    apply(&f);
    assert_int_equal(f.notify->alarms.count, 1);
    push_alarm_settled(&f, "leader-n", NULL);
    apply(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    restart(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    assert_int_equal(ended(&f, &arena, alarms), 1);
    assert_int_equal(alarms[0].ended_ms, f.clock_ms);
    assert_int_equal(alarms[0].alarm.at_ms, f.clock_ms - 30000);
    assert_string_equal(alarms[0].account, "clerk");
    assert_string_equal(alarms[0].reason, "已换号");
    assert_contains(alarms[0].alarm.detail_zh, "账号 leader-n，渠道");
    (void) take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->alarms.count, 1);
    s.recipient.channel = "spool";
    (void) take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(ended(&f, &arena, alarms), 2);
    assert_string_equal(alarms[1].account, "");   /* by itself */
    arena_close(&arena);
    cleanup(&f);
}

static void only_the_last_alarms_that_are_over_are_kept(void **state)
{
    static struct ended_alarm alarms[ENDED_ALARMS_MOST];
    struct fixture f;
    struct arena arena;
    struct store_txn txn;

    (void) state;
    setup(&f);
    arena_open(&arena, 4 << 20);
    for (int i = 0; i < ENDED_ALARMS_MOST + 5; i++) {
        at(&f, i);
        state_begin(&f.notify->state, &txn);
        alarm_raise(f.notify, &txn, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, "", "test", "test");
        alarm_clear(f.notify, &txn, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, "");
        assert_int_equal(state_commit(&f.notify->state, &txn), 0);
        arena_reset(&f.notify->arena);
    }
    assert_int_equal(ended(&f, &arena, alarms), ENDED_ALARMS_MOST);
    assert_int_equal(alarms[0].ended_ms, ((int64_t) START_S + 5) * 1000);
    arena_close(&arena);
    cleanup(&f);
}

/* lane (channel, then urgent or not), due_ms, sequence -> token: as the queue was kept before each destination had one. */
static void a_queue_of_the_former_version_goes_on(void **state)
{
    enum { OLD_LANE_OF_NORMAL_WEBHOOKS = 3 };
    struct refused r;
    struct store_txn txn;
    struct delivery delivery;
    Duban__OutboxRecord *outbox;
    uint64_t waiting;
    uint8_t key[1 + 8 + 8] = { OLD_LANE_OF_NORMAL_WEBHOOKS };

    (void) state;
    setup_refused(&r, 1);
    tail_behind(&r.f, 60000);
    waiting = take_notice(&r.f, &r.s);
    state_begin(&r.f.notify->state, &txn);
    assert_true(delivery_load(r.f.notify, &txn, waiting, &delivery, &outbox));
    state_unindex(&txn, &delivery, outbox->notice);
    put_u64(key + 1, (uint64_t) delivery.next_ms);
    put_u64(key + 9, waiting);
    store_put(&txn, TABLE_DUE, bytes_of(key, sizeof key), bytes_of(r.s.token, TOKEN_BYTES));
    memset(delivery.token, 0, TOKEN_BYTES);
    state_put_delivery(&r.f.notify->state, &txn, &delivery);
    assert_int_equal(state_commit(&r.f.notify->state, &txn), 0);
    server_says(&r.server, OK);
    restart(&r.f);
    UNTIL(&r.f, fact_of(&r.f, waiting) != NULL);
    assert_int_equal(fact_of(&r.f, waiting)->grade, GRADE(DELIVERED));
    assert_int_equal(server_requests(&r.server), 2);
    cleanup_refused(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sent_again_it_arrives_under_its_own_key),
        cmocka_unit_test(one_that_fails_again_is_told_again),
        cmocka_unit_test(what_is_done_meanwhile_is_not_sent_again),
        cmocka_unit_test(with_nothing_left_to_say_it_is_withdrawn),
        cmocka_unit_test(settled_it_keeps_who_and_why),
        cmocka_unit_test(settled_while_it_waits_to_be_tried_again_it_is_done_with),
        cmocka_unit_test(settled_in_flight_no_failure_makes_it_a_dead_letter_again),
        cmocka_unit_test(settled_in_flight_it_is_not_tried_again_after_a_crash),
        cmocka_unit_test(settled_in_flight_it_may_still_arrive),
        cmocka_unit_test(a_line_settled_before_it_is_known_to_be_written_is_delivered),
        cmocka_unit_test(in_one_batch_with_its_notice_a_settlement_holds),
        cmocka_unit_test(it_goes_to_where_its_recipient_is_now),
        cmocka_unit_test(what_rules_says_is_over_is_left_out),
        cmocka_unit_test(a_ledger_made_anew_tells_the_outcome_that_rules_waits_for),
        cmocka_unit_test(an_address_whose_alarm_is_settled_is_tried_again),
        cmocka_unit_test(sent_again_it_is_tried_even_where_it_was_gone),
        cmocka_unit_test(gone_before_raises_the_alarm_anew),
        cmocka_unit_test(deliveries_of_former_versions_are_read),
        cmocka_unit_test(a_queue_of_the_former_version_goes_on),
        cmocka_unit_test(after_a_restart_a_line_that_nobody_chose_is_still_no_delivery),
        cmocka_unit_test(once_its_channel_works_again_it_reaches_its_recipient),
        cmocka_unit_test(who_chooses_the_spool_is_delivered_by_it),
        cmocka_unit_test(a_settled_alarm_is_over_and_may_be_raised_anew),
        cmocka_unit_test(only_the_last_alarms_that_are_over_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
