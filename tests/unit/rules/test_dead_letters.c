/* test_dead_letters.c - what did not arrive: noted, sent again or settled by who may, once. */
#include "township.h"

static void outcome(struct township *t, uint64_t notice, Duban__Grade grade)
{
    outcome_of(t, notice, 0, grade);
}

static void settle(struct township *t, const char *who, uint64_t notice)
{
    Duban__DeadLetterSettlement message = DUBAN__DEAD_LETTER_SETTLEMENT__INIT;

    message.notice = notice;
    message.reason = "已电话告知";
    SUBMIT(t, who, DEAD_LETTER_SETTLEMENT, dead_letter_settlement, &message);
}

/* The last record of the outbox. */
static Duban__OutboxRecord *last_record(struct township *t)
{
    struct store_txn txn;
    struct bytes row;
    uint8_t key[8];
    Duban__OutboxRecord *record;

    put_u64(key, t->rules.state.meta.outbox_last);
    state_read(&t->rules.state, &txn);
    assert_true(store_get(&txn, TABLE_OUTBOX, bytes_of(key, 8), &row));
    record = outbox_record(&t->arena, row);
    store_abort(&txn);
    assert_non_null(record);
    return record;
}

/* A case, and the sequence of a notice about it that did not arrive. */
static uint64_t undelivered(struct township *t, Duban__Grade grade)
{
    uint64_t notice;

    township_open(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "DS-01");
    notice = t->rules.state.meta.outbox_last;
    assert_int_equal(last_record(t)->body_case, DUBAN__OUTBOX_RECORD__BODY_NOTICE);
    forget_told(t);
    outcome(t, notice, grade);
    assert_int_equal(facts(t, FACT(NOT_TOLD)), 1);
    return notice;
}

static void both_ways_of_not_arriving_may_be_tried_again(void **state)
{
    static const Duban__Grade grades[] = { DUBAN__GRADE__GRADE_DEAD, DUBAN__GRADE__GRADE_SPOOLED };

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct township t;
        uint64_t notice = undelivered(&t, grades[i]);

        retry_notice(&t, "clerk", notice);
        assert_null(held_last(&t));
        assert_int_equal(last_record(&t)->body_case, DUBAN__OUTBOX_RECORD__BODY_RESEND);
        assert_int_equal(last_record(&t)->resend->notice, notice);
        assert_int_equal(last_record(&t)->resend->retry, 1);
        assert_int_equal(facts(&t, FACT(RETRIED)), 1);
        outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DELIVERED);
        retry_notice(&t, "clerk", notice);
        assert_non_null(strstr(held_last(&t)->en, "has been delivered since"));
        township_close(&t);
    }
}

static void what_a_channel_took_and_lost_may_be_sent_again(void **state)
{
    struct township t;
    uint64_t notice;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    notice = t.rules.state.meta.outbox_last;
    forget_told(&t);
    outcome(&t, notice, DUBAN__GRADE__GRADE_DELIVERED);
    retry_notice(&t, "clerk", notice);
    assert_non_null(held_last(&t));
    outcome(&t, notice, DUBAN__GRADE__GRADE_NOT_RECEIVED);
    assert_int_equal(facts(&t, FACT(NOT_TOLD)), 1);
    retry_notice(&t, "clerk", notice);
    assert_int_equal(last_record(&t)->body_case, DUBAN__OUTBOX_RECORD__BODY_RESEND);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DELIVERED);
    retry_notice(&t, "clerk", notice);
    assert_non_null(strstr(held_last(&t)->en, "has been delivered since"));
    assert_int_equal(facts(&t, FACT(RETRIED)), 1);
    township_close(&t);
}

static void one_that_is_being_sent_again_is_not_sent_twice(void **state)
{
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_DEAD);
    uint64_t before;

    (void) state;
    retry_notice(&t, "clerk", notice);
    before = t.rules.state.meta.outbox_last;
    retry_notice(&t, "lead", notice);
    assert_non_null(strstr(held_last(&t)->en, "is being sent again"));
    assert_int_equal(facts(&t, FACT(RETRIED)), 1);
    settle(&t, "lead", notice);   /* who does not want to wait may still tell him otherwise */
    assert_null(held_last(&t));
    assert_true(t.rules.state.meta.outbox_last > before);
    assert_int_equal(last_record(&t)->body_case, DUBAN__OUTBOX_RECORD__BODY_SETTLED);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DELIVERED);   /* it was under way */
    settle(&t, "clerk", notice);
    assert_non_null(strstr(held_last(&t)->en, "settled already"));
    township_close(&t);
}

static void each_failure_leaves_its_fact_once(void **state)
{
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_DEAD);

    (void) state;
    outcome(&t, notice, DUBAN__GRADE__GRADE_DEAD);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DEAD);   /* there was no such sending */
    assert_int_equal(facts(&t, FACT(NOT_TOLD)), 1);
    retry_notice(&t, "clerk", notice);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DEAD);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DEAD);
    assert_int_equal(facts(&t, FACT(NOT_TOLD)), 2);
    retry_notice(&t, "clerk", notice);
    assert_null(held_last(&t));
    assert_int_equal(last_record(&t)->resend->retry, 2);
    outcome_of(&t, notice, 2, DUBAN__GRADE__GRADE_SPOOLED);
    assert_int_equal(facts(&t, FACT(NOT_TOLD)), 3);
    assert_int_equal(facts(&t, FACT(RETRIED)), 2);
    township_close(&t);
}

/* ---------------------------------------------------------------- somebody is told */

/* channel, account: as notify names them; "" = as before it did. */
static void alarm_about(struct township *t, Duban__AlarmKind kind, const char *channel, const char *account)
{
    Duban__Outcomes outcomes = DUBAN__OUTCOMES__INIT;
    Duban__HouseAlarm alarm = DUBAN__HOUSE_ALARM__INIT;
    Duban__Text detail = DUBAN__TEXT__INIT;
    Duban__HouseAlarm *alarms[] = { &alarm };

    detail.zh = detail.en = "channel=wecom: 42 min";
    alarm.kind = kind;
    alarm.at_ms = 1581300000000;
    alarm.detail_text = &detail;
    alarm.channel = (char *) channel;
    alarm.account = (char *) account;
    outcomes.alarms = alarms;
    outcomes.n_alarms = 1;
    SUBMIT(t, "notify", OUTCOMES, outcomes, &outcomes);
}

static void alarm_of(struct township *t, Duban__AlarmKind kind)
{
    alarm_about(t, kind, "", "");
}

static void the_duty_clerk_hears_of_a_dead_letter_but_not_of_one_about_that(void **state)
{
    struct township t;
    uint64_t notice, told;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, 7);
    fails(&t, "COUR-1", "DS-01");
    notice = t.rules.state.meta.outbox_last;
    forget_told(&t);
    outcome(&t, notice, DUBAN__GRADE__GRADE_DEAD);
    told = t.rules.state.meta.outbox_last;
    assert_int_equal(told, notice + 1);
    assert_string_equal(last_record(&t)->notice->kind, "delivery_failure");
    assert_string_equal(last_record(&t)->notice->recipient->account, "clerk");
    assert_string_not_equal(last_record(&t)->notice->items[0]->owner, "");
    outcome(&t, notice, DUBAN__GRADE__GRADE_DEAD);   /* said once */
    outcome(&t, told, DUBAN__GRADE__GRADE_DEAD);     /* it ends there */
    assert_int_equal(t.rules.state.meta.outbox_last, told);
    assert_int_equal(facts(&t, FACT(NOT_TOLD)), 2);
    township_close(&t);
}

static const Duban__Outcome *outcome_kept(struct township *t, uint64_t notice, uint32_t retry, Duban__Grade grade)
{
    const Duban__Outcome *outcome;

    state_begin(&t->rules.state);
    outcome = state_outcome(&t->rules.state, notice, retry, grade);
    store_abort(&t->rules.state.txn);
    assert_non_null(outcome);
    return outcome;
}

/* Told of it, or not; sent again under its number; the time of it kept, or not. */
static void dies_and_is_sent_again(struct township *t, uint32_t era, uint64_t notice, uint32_t sending)
{
    bool is_told = era >= ERA_OF_TOLD_FAILURES, has_time = era >= ERA_OF_ARRIVALS;
    uint64_t before = t->rules.state.meta.outbox_last;

    outcome_of(t, notice, sending, DUBAN__GRADE__GRADE_DEAD);
    assert_int_equal(t->rules.state.meta.outbox_last, before + is_told);
    assert_true((outcome_kept(t, notice, sending, DUBAN__GRADE__GRADE_DEAD)->at_s != 0) == has_time);
    retry_notice(t, "clerk", notice);
    assert_null(held_last(t));
    assert_int_equal(t->rules.state.meta.outbox_last, before + is_told + 1);
    assert_int_equal(last_record(t)->body_case, DUBAN__OUTBOX_RECORD__BODY_RESEND);
    assert_int_equal(last_record(t)->resend->notice, notice);
    assert_int_equal(last_record(t)->resend->retry, sending + 1);
    assert_int_equal(last_record(t)->resend->n_ended_tasks, 0);
}

/* As a journal goes that was begun under an earlier engine: each entry by the era in which it came. */
static void what_failed_and_is_sent_again_goes_by_the_era_of_its_entry(void **state)
{
    struct township t;
    uint64_t notice;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, 6);
    fails(&t, "COUR-1", "DS-01");
    notice = t.rules.state.meta.outbox_last;
    forget_told(&t);
    for (uint32_t era = 6; era <= ENGINE_VERSION; era++) {
        t.now_s += 3600;   /* within its join window a failure is gathered with the one before */
        begin_era(&t, era);
        dies_and_is_sent_again(&t, era, notice, era - 6);
    }
    outcome_of(&t, notice, ENGINE_VERSION - 5, DUBAN__GRADE__GRADE_DELIVERED);
    retry_notice(&t, "clerk", notice);
    assert_non_null(strstr(held_last(&t)->en, "has been delivered since"));
    assert_int_equal(facts(&t, FACT(RETRIED)), ENGINE_VERSION - 5);
    township_close(&t);
}

static void who_was_not_reached_himself_is_not_who_is_told(void **state)
{
    struct township t;
    uint64_t notice;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, 7);
    alarm_of(&t, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW);   /* to the clerk */
    retry_notice(&t, "nobody-known", 1);                           /* held: the clerk is to settle it */
    notice = t.rules.state.meta.outbox_last;
    assert_string_equal(last_record(&t)->notice->recipient->account, "clerk");
    outcome(&t, notice, DUBAN__GRADE__GRADE_SPOOLED);
    assert_string_equal(last_record(&t)->notice->kind, "delivery_failure");
    assert_string_equal(last_record(&t)->notice->recipient->account, "lead");
    township_close(&t);
}

static void a_house_alarm_is_told_once_each_time_that_it_is_raised(void **state)
{
    struct township t;
    uint64_t before;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    before = t.rules.state.meta.outbox_last;
    alarm_of(&t, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD);
    assert_int_equal(t.rules.state.meta.outbox_last, before);   /* as before this era */
    begin_era(&t, 7);
    alarm_of(&t, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE);
    assert_int_equal(t.rules.state.meta.outbox_last, before);   /* over when it is heard of */
    alarm_of(&t, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD);
    assert_int_equal(t.rules.state.meta.outbox_last, before + 1);
    assert_string_equal(last_record(&t)->notice->kind, "house_alarm");
    assert_string_equal(last_record(&t)->notice->recipient->account, "clerk");
    assert_non_null(strstr(last_record(&t)->notice->items[0]->matter->en, "channel=wecom: 42 min"));
    township_close(&t);
}

static uint8_t first_token[TOKEN_BYTES] = { 1, 2 }, second_token[TOKEN_BYTES] = { 3, 4 };

static Duban__Personal personal(uint8_t *token)
{
    Duban__Personal address = DUBAN__PERSONAL__INIT;

    address.value_case = DUBAN__PERSONAL__VALUE_TOKEN;
    address.token = (ProtobufCBinaryData){ TOKEN_BYTES, token };
    return address;
}

/* other NULL: he has one way. */
static void give_ways(struct township *t, const char *who, const char *channel, const char *other)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__Personal first = personal(first_token), second = personal(second_token);
    Duban__ChannelWay way = DUBAN__CHANNEL_WAY__INIT;
    Duban__ChannelWay *ways[] = { &way };
    Duban__RoleGrant role = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *roles[] = { &role };

    role.role = strcmp(who, "clerk") == 0 ? DUBAN__ROLE__ROLE_DUTY_CLERK : DUBAN__ROLE__ROLE_LEAD;
    change.roles = roles;
    change.n_roles = 1;
    change.account = (char *) who;
    change.channel = (char *) channel;
    change.address = &first;
    way.channel = (char *) other;
    way.address = &second;
    change.other_ways = ways;
    change.n_other_ways = other != NULL;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
    assert_null(held_last(t));
}

static const Duban__Recipient *told_of_dead_channel(struct township *t, const char *channel, const char *account)
{
    uint64_t before = t->rules.state.meta.outbox_last;

    alarm_about(t, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, channel, account);
    assert_int_equal(t->rules.state.meta.outbox_last, before + 1);
    return last_record(t)->notice->recipient;
}

static void a_dead_channel_is_told_by_another_one(void **state)
{
    struct township t;
    const Duban__Recipient *recipient;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_OTHER_CHANNELS);
    give_ways(&t, "clerk", "wecom", "sms");
    give_ways(&t, "lead", "wecom", NULL);
    recipient = told_of_dead_channel(&t, "wecom", "leader-n");
    assert_string_equal(recipient->account, "clerk");
    assert_string_equal(recipient->channel, "sms");   /* his first is what has failed */
    assert_memory_equal(recipient->address_token.data, second_token, TOKEN_BYTES);
    assert_int_equal(recipient->n_other_ways, 1);
    assert_string_equal(recipient->other_ways[0]->channel, "wecom");
    assert_memory_equal(recipient->other_ways[0]->address_token.data, first_token, TOKEN_BYTES);
    give_ways(&t, "clerk", "wecom", NULL);
    give_ways(&t, "lead", "sms", NULL);
    assert_string_equal(told_of_dead_channel(&t, "wecom", "leader-n")->account, "lead");
    give_ways(&t, "lead", "wecom", NULL);
    assert_string_equal(told_of_dead_channel(&t, "wecom", "leader-n")->account, "clerk");   /* better than nobody */
    township_close(&t);
}

static void who_is_out_of_reach_is_passed_over_for_the_next(void **state)
{
    struct township t;
    const Duban__Recipient *recipient;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_OTHER_CHANNELS);
    give_ways(&t, "clerk", "wecom", "sms");
    give_ways(&t, "lead", "smtp", NULL);
    assert_string_equal(told_of_dead_channel(&t, "wecom", "clerk")->account, "lead");
    give_ways(&t, "lead", "wecom", NULL);
    recipient = told_of_dead_channel(&t, "wecom", "clerk");   /* nobody else has another channel: he has */
    assert_string_equal(recipient->account, "clerk");
    assert_string_equal(recipient->channel, "sms");
    give_ways(&t, "clerk", "wecom", NULL);
    assert_string_equal(told_of_dead_channel(&t, "wecom", "clerk")->account, "lead");
    township_close(&t);
}

static void before_that_era_the_clerk_was_told_whatever_had_failed(void **state)
{
    struct township t;
    const Duban__Recipient *recipient;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_OTHER_CHANNELS - 1);
    give_ways(&t, "clerk", "wecom", "sms");
    recipient = told_of_dead_channel(&t, "wecom", "clerk");
    assert_string_equal(recipient->account, "clerk");
    assert_string_equal(recipient->channel, "wecom");
    township_close(&t);
}

static void what_a_ledger_made_anew_has_undelivered_can_be_settled(void **state)
{
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_DEAD);

    (void) state;
    retry_notice(&t, "clerk", notice);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DELIVERED);
    settle(&t, "clerk", notice);
    assert_null(held_last(&t));
    assert_int_equal(facts(&t, FACT(SETTLED)), 1);
    township_close(&t);
}

static void what_is_done_by_now_is_left_out_of_what_goes_again(void **state)
{
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_DEAD);
    Duban__Resend *resend;

    (void) state;
    retry_notice(&t, "clerk", notice);
    assert_int_equal(last_record(&t)->resend->n_ended_tasks, 0);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DEAD);
    claim(&t, "COUR-1", "DS-01");
    retry_notice(&t, "clerk", notice);
    assert_null(held_last(&t));
    resend = last_record(&t)->resend;
    assert_int_equal(resend->n_ended_tasks, 1);
    assert_int_equal(resend->ended_tasks[0].len, ID_BYTES);
    assert_memory_equal(resend->ended_tasks[0].data, case_at(&t, "COUR-1", "DS-01")->rectification_task.data, ID_BYTES);
    township_close(&t);
}

static void change_channel(struct township *t, const char *who, const char *channel, uint8_t *token)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__Personal address = DUBAN__PERSONAL__INIT;

    address.value_case = DUBAN__PERSONAL__VALUE_TOKEN;
    address.token = (ProtobufCBinaryData){ TOKEN_BYTES, token };
    change.account = (char *) who;
    change.channel = (char *) channel;
    change.address = &address;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
    assert_null(held_last(t));
}

static void it_goes_again_to_the_channel_that_its_recipient_has_by_now(void **state)
{
    static uint8_t token[TOKEN_BYTES] = { 7, 8, 9 };
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_SPOOLED);
    Duban__Notice *decided;
    Duban__Resend *resend;

    (void) state;
    state_begin(&t.rules.state);
    decided = state_notice(&t.rules.state, notice);
    store_abort(&t.rules.state.txn);
    assert_string_equal(decided->recipient->channel, "spool");
    change_channel(&t, decided->recipient->account, "webhook", token);
    retry_notice(&t, "clerk", notice);
    resend = last_record(&t)->resend;
    assert_string_equal(resend->channel, "webhook");
    assert_int_equal(resend->address_token.len, TOKEN_BYTES);
    assert_memory_equal(resend->address_token.data, token, TOKEN_BYTES);
    township_close(&t);
}

static void settled_is_settled_with_author_and_reason(void **state)
{
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_SPOOLED);

    (void) state;
    settle(&t, "clerk", notice);
    assert_null(held_last(&t));
    assert_int_equal(last_record(&t)->body_case, DUBAN__OUTBOX_RECORD__BODY_SETTLED);
    assert_string_equal(last_record(&t)->settled->account, "clerk");
    assert_string_equal(last_record(&t)->settled->reason, "已电话告知");
    assert_int_equal(facts(&t, FACT(SETTLED)), 1);
    retry_notice(&t, "clerk", notice);
    assert_non_null(strstr(held_last(&t)->en, "settled already"));
    settle(&t, "clerk", notice);
    assert_non_null(strstr(held_last(&t)->en, "settled already"));
    township_close(&t);
}

static void the_case_shows_who_had_it_sent_again(void **state)
{
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_DEAD);
    struct store_txn txn;
    struct bytes row;
    uint8_t key[8];
    Duban__Fact *fact;

    (void) state;
    retry_notice(&t, "clerk", notice);
    put_u64(key, t.rules.state.meta.fact_last);
    state_read(&t.rules.state, &txn);
    assert_true(store_get(&txn, TABLE_FACT, bytes_of(key, 8), &row));
    fact = state_unpack(&t.arena, &duban__fact__descriptor, row);
    store_abort(&txn);
    assert_int_equal(fact->kind, FACT(RETRIED));
    assert_memory_equal(fact->subject.data, case_at(&t, "COUR-1", "DS-01")->id.data, ID_BYTES);
    assert_string_equal(fact->actor, "clerk");
    assert_string_equal(fact->reason, "渠道已修好");
    assert_int_equal(fact->outbox_sequence, notice);
    township_close(&t);
}

static void only_what_did_not_arrive_and_only_by_who_may(void **state)
{
    struct township t;
    uint64_t notice = undelivered(&t, DUBAN__GRADE__GRADE_DEAD);
    uint64_t before = t.rules.state.meta.outbox_last;

    (void) state;
    retry_notice(&t, "clerk", notice - 1);              /* on its way, for all that is known */
    assert_string_equal(held_last(&t)->field, "deadLetterRetry.notice");
    settle(&t, "clerk", 1);                      /* no notice at all: the texts */
    assert_string_equal(held_last(&t)->field, "deadLetterSettlement.notice");
    settle(&t, "clerk", before + 1000);
    assert_string_equal(held_last(&t)->field, "deadLetterSettlement.notice");
    settle(&t, "inspector-n1", notice);
    assert_string_equal(held_last(&t)->field, "account");
    retry_notice(&t, "inspector-n1", notice);
    assert_string_equal(held_last(&t)->field, "account");
    assert_int_equal(facts(&t, FACT(RETRIED)) + facts(&t, FACT(SETTLED)), 0);
    township_close(&t);
}

static uint64_t near_due_notice(struct township *t, int64_t *expires_s)
{
    for (uint64_t sequence = t->rules.state.meta.outbox_last; sequence > 0; sequence--) {
        Duban__Notice *notice;

        state_begin(&t->rules.state);
        notice = state_notice(&t->rules.state, sequence);
        store_abort(&t->rules.state.txn);
        if (notice != NULL && notice->expires_at_s != 0) {
            *expires_s = notice->expires_at_s;
            return sequence;
        }
    }
    fail_msg("no notice that expires");
    return 0;
}

static void what_is_past_its_time_is_not_sent_again_but_settled(void **state)
{
    struct township t;
    uint64_t notice;
    int64_t expires_s;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "TM-01");   /* two hours: a reminder before that is of no use after it */
    pass_until(&t, "2020-02-10T11:59");
    notice = near_due_notice(&t, &expires_s);
    outcome(&t, notice, DUBAN__GRADE__GRADE_DEAD);
    pass_until(&t, "2020-02-10T13:00");
    assert_true(expires_s <= t.now_s);
    retry_notice(&t, "clerk", notice);
    assert_non_null(strstr(held_last(&t)->en, "past its time"));
    settle(&t, "clerk", notice);
    assert_null(held_last(&t));
    township_close(&t);
}

static void settle_alarm(struct township *t, const char *who, Duban__AlarmKind kind)
{
    Duban__AlarmSettlement message = DUBAN__ALARM_SETTLEMENT__INIT;

    message.kind = kind;
    message.account = "leader-north";
    message.reason = "已换号";
    SUBMIT(t, who, ALARM_SETTLEMENT, alarm_settlement, &message);
}

static void an_alarm_is_settled_unless_it_ends_by_itself(void **state)
{
    static uint8_t token[TOKEN_BYTES] = { 1, 2, 3 };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    settle_alarm(&t, "clerk", DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW);
    assert_string_equal(held_last(&t)->field, "alarmSettlement.kind");
    settle_alarm(&t, "inspector-n1", DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD);
    assert_string_equal(held_last(&t)->field, "account");
    change_channel(&t, "leader-north", "webhook", token);
    settle_alarm(&t, "clerk", DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD);
    assert_null(held_last(&t));
    assert_int_equal(last_record(&t)->body_case, DUBAN__OUTBOX_RECORD__BODY_ALARM_SETTLED);
    assert_string_equal(last_record(&t)->alarm_settled->subject, "leader-north");
    assert_string_equal(last_record(&t)->alarm_settled->account, "clerk");
    assert_memory_equal(last_record(&t)->alarm_settled->address_token.data, token, TOKEN_BYTES);
    assert_int_equal(facts(&t, FACT(ALARM_SETTLED)), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_of_not_arriving_may_be_tried_again),
        cmocka_unit_test(what_a_channel_took_and_lost_may_be_sent_again),
        cmocka_unit_test(one_that_is_being_sent_again_is_not_sent_twice),
        cmocka_unit_test(each_failure_leaves_its_fact_once),
        cmocka_unit_test(the_duty_clerk_hears_of_a_dead_letter_but_not_of_one_about_that),
        cmocka_unit_test(what_failed_and_is_sent_again_goes_by_the_era_of_its_entry),
        cmocka_unit_test(who_was_not_reached_himself_is_not_who_is_told),
        cmocka_unit_test(a_house_alarm_is_told_once_each_time_that_it_is_raised),
        cmocka_unit_test(a_dead_channel_is_told_by_another_one),
        cmocka_unit_test(who_is_out_of_reach_is_passed_over_for_the_next),
        cmocka_unit_test(before_that_era_the_clerk_was_told_whatever_had_failed),
        cmocka_unit_test(what_a_ledger_made_anew_has_undelivered_can_be_settled),
        cmocka_unit_test(what_is_done_by_now_is_left_out_of_what_goes_again),
        cmocka_unit_test(it_goes_again_to_the_channel_that_its_recipient_has_by_now),
        cmocka_unit_test(settled_is_settled_with_author_and_reason),
        cmocka_unit_test(the_case_shows_who_had_it_sent_again),
        cmocka_unit_test(only_what_did_not_arrive_and_only_by_who_may),
        cmocka_unit_test(what_is_past_its_time_is_not_sent_again_but_settled),
        cmocka_unit_test(an_alarm_is_settled_unless_it_ends_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
