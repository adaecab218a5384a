/* engine_delivery.c - what became of notices, and what somebody does about those that did not arrive. */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

/* ---------------------------------------------------------------- outcomes */

/* What becomes of a notice whose recipient was not reached; NULL: he was, or need not be. */
static const char *failure_of(Duban__Grade grade)
{
    if (grade == DUBAN__GRADE__GRADE_DEAD || grade == DUBAN__GRADE__GRADE_NOT_RECEIVED)
        return "dead";
    return grade == DUBAN__GRADE__GRADE_SPOOLED ? "spooled" : NULL;
}

static void note_failure(struct engine *engine, const Duban__Outcome *outcome, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, NULL);

    fact->outbox_sequence = outcome->notice;
    fact->reason = (char *) reason;
    fact->number = outcome->attempts;
    engine_add_fact(engine, fact);
}

/* Of a notice and a sending that there have been, and not known yet. */
static bool is_new(struct engine *engine, const Duban__Outcome *outcome)
{
    return outcome->notice <= engine->state->meta.outbox_last &&
           outcome->retry <= state_retries(engine->state, outcome->notice) &&
           !state_has_outcome(engine->state, outcome->notice, outcome->retry, outcome->grade);
}

static bool has_failed(struct engine *engine, uint64_t sequence, uint32_t retry)
{
    return state_has_outcome(engine->state, sequence, retry, DUBAN__GRADE__GRADE_DEAD) ||
           state_has_outcome(engine->state, sequence, retry, DUBAN__GRADE__GRADE_NOT_RECEIVED) ||
           state_has_outcome(engine->state, sequence, retry, DUBAN__GRADE__GRADE_SPOOLED);
}

static void keep_outcome(struct engine *engine, const Duban__Outcome *outcome)
{
    Duban__Outcome kept = *outcome;

    kept.at_s = engine_era(engine) >= ERA_OF_ARRIVALS ? engine->stamp_s : 0;
    state_put_outcome(engine->state, &kept);
}

/* What hangs on whether a notice reached somebody. */
static void weigh(struct engine *engine, const Duban__Outcome *outcome, bool is_failure)
{
    if (is_failure)
        engine_repeat_failed(engine, outcome->notice);
    else if (outcome->grade == DUBAN__GRADE__GRADE_DELIVERED ||
             (outcome->grade == DUBAN__GRADE__GRADE_UNCERTAIN && engine_era(engine) >= ERA_OF_UNCERTAIN))
        engine_stand_down_reached(engine, outcome->notice, outcome->retry);
}

bool engine_on_outcomes(struct engine *engine, const Duban__Outcomes *outcomes, struct fault *fault)
{
    if (strcmp(engine->account, "notify") != 0)
        return fault_set(fault, "outcomes", "只有 duban-notify 可以报告送达结果", "only duban-notify reports outcomes");
    for (size_t i = 0; i < outcomes->n_outcomes; i++) {
        const Duban__Outcome *outcome = outcomes->outcomes[i];
        const char *failure = failure_of(outcome->grade);

        if (!is_new(engine, outcome))
            continue;
        if (outcome->retry == 0)
            engine_alive_known(engine, outcome->notice, !state_has_any_outcome(engine->state, outcome->notice),
                               failure != NULL && !has_failed(engine, outcome->notice, 0));
        keep_outcome(engine, outcome);
        if (failure != NULL)
            note_failure(engine, outcome, failure);
        if (engine_era(engine) >= ERA_OF_ARRIVALS)
            weigh(engine, outcome, failure != NULL);
        if (failure != NULL)
            engine_tell_undelivered(engine, outcome);
    }
    for (size_t i = 0; i < outcomes->n_alarms; i++)
        engine_tell_house_alarm(engine, outcomes->alarms[i]);
    return true;
}

static const Duban__Outcome *accepted_by(struct engine *engine, uint64_t notice, uint32_t retry)
{
    const Duban__Outcome *outcome = state_outcome(engine->state, notice, retry, DUBAN__GRADE__GRADE_DELIVERED);

    if (outcome != NULL && state_has_outcome(engine->state, notice, retry, DUBAN__GRADE__GRADE_NOT_RECEIVED))
        outcome = NULL;   /* taken, and then lost by the channel */
    return outcome != NULL ? outcome : state_outcome(engine->state, notice, retry, DUBAN__GRADE__GRADE_SETTLED);
}

static const Duban__Outcome *left_unanswered(struct engine *engine, uint64_t notice, uint32_t retry)
{
    return engine_era(engine) < ERA_OF_UNCERTAIN ? NULL : state_outcome(engine->state, notice, retry, DUBAN__GRADE__GRADE_UNCERTAIN);
}

enum arrival engine_arrival_of(struct engine *engine, uint64_t notice, int64_t *at_s)
{
    uint32_t retries = state_retries(engine->state, notice);
    const Duban__Outcome *unanswered;

    *at_s = 0;
    for (uint32_t retry = 0; retry <= retries; retry++) {
        const Duban__Outcome *outcome = accepted_by(engine, notice, retry);

        if (outcome == NULL)
            continue;
        *at_s = outcome->at_s;
        return ARRIVAL_ACCEPTED;
    }
    if (has_failed(engine, notice, retries))
        return ARRIVAL_FAILED;
    unanswered = left_unanswered(engine, notice, retries);
    if (unanswered != NULL) {
        *at_s = unanswered->at_s;
        return ARRIVAL_UNCERTAIN;
    }
    return state_has_outcome(engine->state, notice, retries, DUBAN__GRADE__GRADE_WITHDRAWN) ? ARRIVAL_WITHDRAWN : ARRIVAL_AWAITED;
}

/* ---------------------------------------------------------------- dead letters */

/* A notice that was not delivered at least once, and how it stands. */
struct dead_letter {
    const Duban__Notice *notice;
    uint64_t sequence;
    uint32_t retry;               /* how often it was sent again: what became of it is told under this number */
};

static bool came_to(struct engine *engine, const struct dead_letter *letter, Duban__Grade grade)
{
    return state_has_outcome(engine->state, letter->sequence, letter->retry, grade);
}

/* What a channel took and lost has not arrived. */
static bool has_arrived(struct engine *engine, const struct dead_letter *letter)
{
    return came_to(engine, letter, DUBAN__GRADE__GRADE_DELIVERED) && !came_to(engine, letter, DUBAN__GRADE__GRADE_NOT_RECEIVED);
}

/* The notice, when it did not arrive at first and nobody has settled it. A ledger of notify's that was made
 * anew may have it undelivered whatever was heard of it before, so that this alone is asked. */
static bool find_dead_letter(struct engine *engine, const char *field, uint64_t sequence, struct dead_letter *letter,
                             struct fault *fault)
{
    letter->sequence = sequence;
    letter->notice = state_notice(engine->state, sequence);
    letter->retry = state_retries(engine->state, sequence);
    if (letter->notice == NULL || !has_failed(engine, sequence, 0))
        return fault_set(fault, field, "通知 %llu 没有未送达的记录；请用 duban dead-letters 核对",
                         "notice %llu is not known as undelivered; see duban dead-letters", (unsigned long long) sequence);
    if (came_to(engine, letter, DUBAN__GRADE__GRADE_SETTLED))
        return fault_set(fault, field, "通知 %llu 已经了结", "notice %llu is settled already",
                         (unsigned long long) sequence);
    return true;
}

/* May it be sent again now? */
static bool is_to_retry(struct engine *engine, const char *field, const struct dead_letter *letter, struct fault *fault)
{
    unsigned long long sequence = letter->sequence;
    int64_t expires_s = letter->notice->expires_at_s;

    if (has_arrived(engine, letter) || came_to(engine, letter, DUBAN__GRADE__GRADE_WITHDRAWN))
        return fault_set(fault, field, "通知 %llu 已重发送达，或事情已办而撤回",
                         "notice %llu has been delivered since, or withdrawn", sequence);
    if (!has_failed(engine, letter->sequence, letter->retry))
        return fault_set(fault, field, "通知 %llu 正在重发，结果未到；请稍候，或另行告知后了结",
                         "notice %llu is being sent again; wait for its outcome, or tell its recipient otherwise and "
                         "settle it", sequence);
    if (expires_s != 0 && expires_s <= engine->now_s)
        return fault_set(fault, field, "通知 %llu 已过时效，重发会误导；请另行告知后了结",
                         "notice %llu is past its time and would mislead; tell its recipient otherwise and settle it",
                         sequence);
    return true;
}

static void note_act(struct engine *engine, Duban__FactKind kind, const struct dead_letter *letter, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    if (letter->notice->n_items > 0)
        fact->subject = *item_about(letter->notice->items[0]);
    fact->outbox_sequence = letter->sequence;
    fact->message_kind = letter->notice->kind;
    fact->recipient = letter->notice->recipient->account;
    fact->reason = (char *) reason;
    fact->number = letter->retry;
    engine_add_fact(engine, fact);
}

/* By the registry as it is now: that somebody has mended it there may be why it is sent again. */
static void address_anew(struct engine *engine, const Duban__Notice *notice, Duban__Resend *resend)
{
    const Duban__Holder *holder = state_holder(engine->state, notice->recipient->account);

    if (holder == NULL || strcmp(notice->kind, "contact_test") == 0)   /* it tests that way and no other */
        return;
    resend->channel = (char *) engine_channel_of(holder);
    resend->address_token = holder->address_token;
    resend->n_other_ways = holder->n_other_ways;
    resend->other_ways = engine_other_ways(engine, holder);
}

/* Notify knows of withdrawals since it died; not of those that a ledger of before passed over. */
static void leave_out_ended(struct engine *engine, const Duban__Notice *notice, Duban__Resend *resend)
{
    resend->ended_tasks = arena_take(&engine->state->arena, (notice->n_items + 1) * sizeof *resend->ended_tasks);
    assert(resend->ended_tasks != NULL);
    for (size_t i = 0; i < notice->n_items; i++)
        if (!engine_item_stands(engine, notice->items[i]))
            resend->ended_tasks[resend->n_ended_tasks++] = notice->items[i]->task;
}

static void send_again(struct engine *engine, const struct dead_letter *letter)
{
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__Resend resend = DUBAN__RESEND__INIT;

    resend.notice = letter->sequence;
    resend.retry = letter->retry;
    address_anew(engine, letter->notice, &resend);
    leave_out_ended(engine, letter->notice, &resend);
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_RESEND;
    record.resend = &resend;
    state_add_outbox(engine->state, &record);
}

bool engine_on_dead_letter_retry(struct engine *engine, const Duban__DeadLetterRetry *retry, struct fault *fault)
{
    static const char field[] = "deadLetterRetry.notice";
    struct dead_letter letter;

    if (!engine_may(engine, RIGHT_SETTLE, NULL, NULL, fault) ||
        !find_dead_letter(engine, field, retry->notice, &letter, fault) || !is_to_retry(engine, field, &letter, fault))
        return false;
    state_put_retries(engine->state, letter.sequence, ++letter.retry);
    note_act(engine, DUBAN__FACT_KIND__FACT_KIND_RETRIED, &letter, retry->reason);
    send_again(engine, &letter);
    return true;
}

static void put_settled(struct engine *engine, const struct dead_letter *letter, const char *reason)
{
    Duban__Outcome outcome = DUBAN__OUTCOME__INIT;

    outcome.notice = letter->sequence;
    outcome.retry = letter->retry;
    outcome.grade = DUBAN__GRADE__GRADE_SETTLED;
    outcome.account = (char *) engine->account;
    outcome.reason = (char *) reason;
    keep_outcome(engine, &outcome);
}

static void send_settled(struct engine *engine, const struct dead_letter *letter, const char *reason)
{
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__Settled settled = DUBAN__SETTLED__INIT;

    settled.notice = letter->sequence;
    settled.account = (char *) engine->account;
    settled.reason = (char *) reason;
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_SETTLED;
    record.settled = &settled;
    state_add_outbox(engine->state, &record);
}

bool engine_on_dead_letter_settlement(struct engine *engine, const Duban__DeadLetterSettlement *settlement,
                                      struct fault *fault)
{
    struct dead_letter letter;

    if (!engine_may(engine, RIGHT_SETTLE, NULL, NULL, fault) ||
        !find_dead_letter(engine, "deadLetterSettlement.notice", settlement->notice, &letter, fault))
        return false;
    note_act(engine, DUBAN__FACT_KIND__FACT_KIND_SETTLED, &letter, settlement->reason);
    put_settled(engine, &letter, settlement->reason);
    send_settled(engine, &letter, settlement->reason);
    return true;
}

/* ---------------------------------------------------------------- house alarms */

static void note_alarm_settled(struct engine *engine, const Duban__AlarmSettlement *settlement)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ALARM_SETTLED, NULL);

    fact->recipient = settlement->account;
    fact->reason = settlement->reason;
    engine_add_fact(engine, fact);
}

/* Notify keeps them, and knows whether it stands: it is passed on with its author and reason. */
static void send_alarm_settled(struct engine *engine, const Duban__AlarmSettlement *settlement)
{
    const Duban__Holder *holder = state_holder(engine->state, settlement->account);
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__AlarmSettled settled = DUBAN__ALARM_SETTLED__INIT;

    settled.kind = settlement->kind;
    settled.subject = settlement->account;
    settled.account = (char *) engine->account;
    settled.reason = settlement->reason;
    if (holder != NULL)
        settled.address_token = holder->address_token;
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_ALARM_SETTLED;
    record.alarm_settled = &settled;
    state_add_outbox(engine->state, &record);
}

bool engine_on_alarm_settlement(struct engine *engine, const Duban__AlarmSettlement *settlement, struct fault *fault)
{
    if (!engine_may(engine, RIGHT_SETTLE, NULL, NULL, fault))
        return false;
    if (settlement->kind != DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD)
        return fault_set(fault, "alarmSettlement.kind", "这种告警在情况恢复后自行解除，不用人工了结",
                         "such an alarm ends with its condition; nobody settles it");
    note_alarm_settled(engine, settlement);
    send_alarm_settled(engine, settlement);
    return true;
}
