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

static void one_that_nobody_has_brought_yet_is_passed_over(void **state)
{
    struct fixture f;
    struct sample s;
    uint64_t notice;

    (void) state;
    setup(&f);
    sample_init(&s);
    s.recipient.channel = "pager";
    notice = push_notice(&f, &s);   /* a ledger made anew reads both in one batch */
    push_settled(&f, notice);
    push_resend(&f, notice + 100);
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(delivery_of(&f, notice).state, STATE(SPOOLED));
    cleanup(&f);
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
    f.settings.webhook_secret_file[0] = '\0';
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
    (void) snprintf(f.settings.webhook_secret_file, sizeof f.settings.webhook_secret_file, "%s/secret", f.scratch);
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
    push_alarm_settled(&f, "somebody-else");
    apply(&f);
    assert_int_equal(f.notify->alarms.count, 1);
    push_alarm_settled(&f, "leader-n");
    apply(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    restart(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    assert_int_equal(ended(&f, &arena, alarms), 1);
    assert_int_equal(alarms[0].ended_ms, f.clock_ms);
    assert_int_equal(alarms[0].alarm.at_ms, f.clock_ms - 30000);
    assert_string_equal(alarms[0].account, "clerk");
    assert_string_equal(alarms[0].reason, "已换号");
    assert_contains(alarms[0].alarm.detail, "account=leader-n");
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
        alarm_raise(f.notify, &txn, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, "", "test");
        alarm_clear(f.notify, &txn, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, "");
        assert_int_equal(state_commit(&f.notify->state, &txn), 0);
        arena_reset(&f.notify->arena);
    }
    assert_int_equal(ended(&f, &arena, alarms), ENDED_ALARMS_MOST);
    assert_int_equal(alarms[0].ended_ms, ((int64_t) START_S + 5) * 1000);
    arena_close(&arena);
    cleanup(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sent_again_it_arrives_under_its_own_key),
        cmocka_unit_test(one_that_fails_again_is_told_again),
        cmocka_unit_test(what_is_done_meanwhile_is_not_sent_again),
        cmocka_unit_test(with_nothing_left_to_say_it_is_withdrawn),
        cmocka_unit_test(settled_it_keeps_who_and_why),
        cmocka_unit_test(one_that_nobody_has_brought_yet_is_passed_over),
        cmocka_unit_test(after_a_restart_a_line_that_nobody_chose_is_still_no_delivery),
        cmocka_unit_test(once_its_channel_works_again_it_reaches_its_recipient),
        cmocka_unit_test(who_chooses_the_spool_is_delivered_by_it),
        cmocka_unit_test(a_settled_alarm_is_over_and_may_be_raised_anew),
        cmocka_unit_test(only_the_last_alarms_that_are_over_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
