/* engine_delivery.c - what became of notices, and what somebody does about those that did not arrive. */
#include <string.h>

#include "about.h"
#include "engine.h"

/* ---------------------------------------------------------------- outcomes */

/* What becomes of a notice whose recipient was not reached; NULL: he was, or need not be. */
static const char *failure_of(Duban__Grade grade)
{
    if (grade == DUBAN__GRADE__GRADE_DEAD)
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

bool engine_on_outcomes(struct engine *engine, const Duban__Outcomes *outcomes, struct fault *fault)
{
    if (strcmp(engine->account, "notify") != 0)
        return fault_set(fault, "outcomes", "只有 duban-notify 可以报告送达结果", "only duban-notify reports outcomes");
    for (size_t i = 0; i < outcomes->n_outcomes; i++) {
        const Duban__Outcome *outcome = outcomes->outcomes[i];
        const char *failure = failure_of(outcome->grade);

        if (outcome->notice > engine->state->meta.outbox_last || state_has_outcome(engine->state, outcome->notice, outcome->grade))
            continue;
        state_put_outcome(engine->state, outcome);
        if (failure != NULL)
            note_failure(engine, outcome, failure);
    }
    return true;
}

/* ---------------------------------------------------------------- dead letters */

static bool has_grade(struct engine *engine, uint64_t notice, Duban__Grade grade)
{
    return state_has_outcome(engine->state, notice, grade);
}

/* The notice, when nobody was reached by it and nobody has settled it; NULL with the fault filled. */
static const Duban__Notice *dead_letter(struct engine *engine, const char *field, uint64_t sequence, struct fault *fault)
{
    const Duban__Notice *notice = state_notice(engine->state, sequence);

    if (notice == NULL || (!has_grade(engine, sequence, DUBAN__GRADE__GRADE_DEAD) &&
                           !has_grade(engine, sequence, DUBAN__GRADE__GRADE_SPOOLED))) {
        fault_set(fault, field, "通知 %llu 没有未送达的记录；请用 duban dead-letters 核对",
                  "notice %llu is not known as undelivered; see duban dead-letters", (unsigned long long) sequence);
        return NULL;
    }
    if (has_grade(engine, sequence, DUBAN__GRADE__GRADE_SETTLED)) {
        fault_set(fault, field, "通知 %llu 已经了结", "notice %llu is settled already", (unsigned long long) sequence);
        return NULL;
    }
    if (has_grade(engine, sequence, DUBAN__GRADE__GRADE_DELIVERED) ||
        has_grade(engine, sequence, DUBAN__GRADE__GRADE_WITHDRAWN)) {
        fault_set(fault, field, "通知 %llu 已重发送达，或事情已办而撤回", "notice %llu has been delivered since, or withdrawn",
                  (unsigned long long) sequence);
        return NULL;
    }
    return notice;
}

static void note_act(struct engine *engine, Duban__FactKind kind, uint64_t sequence, const Duban__Notice *notice,
                     const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    if (notice->n_items > 0)
        fact->subject = *item_about(notice->items[0]);
    fact->outbox_sequence = sequence;
    fact->message_kind = notice->kind;
    fact->recipient = notice->recipient->account;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

bool engine_on_dead_letter_retry(struct engine *engine, const Duban__DeadLetterRetry *retry, struct fault *fault)
{
    static const char field[] = "deadLetterRetry.notice";
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__Resend resend = DUBAN__RESEND__INIT;
    const Duban__Notice *notice;

    if (!engine_may(engine, RIGHT_SETTLE, NULL, NULL, fault))
        return false;
    notice = dead_letter(engine, field, retry->notice, fault);
    if (notice == NULL)
        return false;
    if (notice->expires_at_s != 0 && notice->expires_at_s <= engine->now_s)
        return fault_set(fault, field, "通知 %llu 已过时效，重发会误导；请另行告知后了结",
                         "notice %llu is past its time and would mislead; tell its recipient otherwise and settle it",
                         (unsigned long long) retry->notice);
    note_act(engine, DUBAN__FACT_KIND__FACT_KIND_RETRIED, retry->notice, notice, retry->reason);
    resend.notice = retry->notice;
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_RESEND;
    record.resend = &resend;
    state_add_outbox(engine->state, &record);
    return true;
}

static void put_settled(struct engine *engine, const Duban__DeadLetterSettlement *settlement)
{
    Duban__Outcome outcome = DUBAN__OUTCOME__INIT;

    outcome.notice = settlement->notice;
    outcome.grade = DUBAN__GRADE__GRADE_SETTLED;
    outcome.account = (char *) engine->account;
    outcome.reason = settlement->reason;
    state_put_outcome(engine->state, &outcome);
}

bool engine_on_dead_letter_settlement(struct engine *engine, const Duban__DeadLetterSettlement *settlement,
                                      struct fault *fault)
{
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__Settled settled = DUBAN__SETTLED__INIT;
    const Duban__Notice *notice;

    if (!engine_may(engine, RIGHT_SETTLE, NULL, NULL, fault))
        return false;
    notice = dead_letter(engine, "deadLetterSettlement.notice", settlement->notice, fault);
    if (notice == NULL)
        return false;
    note_act(engine, DUBAN__FACT_KIND__FACT_KIND_SETTLED, settlement->notice, notice, settlement->reason);
    put_settled(engine, settlement);
    settled.notice = settlement->notice;
    settled.account = (char *) engine->account;
    settled.reason = settlement->reason;
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_SETTLED;
    record.settled = &settled;
    state_add_outbox(engine->state, &record);
    return true;
}

/* ---------------------------------------------------------------- house alarms */

/* Notify keeps them, and knows whether it stands: it is passed on with its author and reason. */
bool engine_on_alarm_settlement(struct engine *engine, const Duban__AlarmSettlement *settlement, struct fault *fault)
{
    Duban__OutboxRecord record = DUBAN__OUTBOX_RECORD__INIT;
    Duban__AlarmSettled settled = DUBAN__ALARM_SETTLED__INIT;
    Duban__Fact *fact;

    if (!engine_may(engine, RIGHT_SETTLE, NULL, NULL, fault))
        return false;
    if (settlement->kind != DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD)
        return fault_set(fault, "alarmSettlement.kind", "这种告警在情况恢复后自行解除，不用人工了结",
                         "such an alarm ends with its condition; nobody settles it");
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ALARM_SETTLED, NULL);
    fact->recipient = settlement->account;
    fact->reason = settlement->reason;
    engine_add_fact(engine, fact);
    settled.kind = settlement->kind;
    settled.subject = settlement->account;
    settled.account = (char *) engine->account;
    settled.reason = settlement->reason;
    record.body_case = DUBAN__OUTBOX_RECORD__BODY_ALARM_SETTLED;
    record.alarm_settled = &settled;
    state_add_outbox(engine->state, &record);
    return true;
}
