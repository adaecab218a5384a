/* engine_stand_down.c - 解除: it is over, for those who had been called in for it.
 *
 * Called in are those who were told of a task by a step of the ladder above the first, or of an urgent alert; of the kinds that
 * the policy names (everyone) all who were told of it, be it as it opened or by a reminder. They are
 * found in the facts of what was told, so that it is exactly them: not who holds the post by now. Whoever ended it knows,
 * and its follow-up owner hears of the end anyway. Once stood down, one is told again only after another call.
 *
 * Told is who got it, or may have got it (是否送达不明): what died, or was taken back in time, called nobody in. Where the call has not arrived by the end,
 * what becomes of it decides (StandDownAwaited): whom it reaches after all is told then; not whom it reaches when it is sent
 * again later, since what is over has been left out of that. Several matters may stand in one list that is under way at the
 * end: whoever gets it may have read of this one, and is told.
 */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

static const char MESSAGE[] = "stand_down";

enum called_in {
    CALLED_BY_NONE,                    /* it stands in a digest that has not been sent, or was taken back in time */
    CALLED_BUT_NOT_REACHED,            /* nothing has arrived, but may yet */
    CALLED_AND_TOLD,
};

struct called {
    const char *accounts[MAX_RECIPIENTS];
    enum called_in how[MAX_RECIPIENTS];
    size_t count;
};

static size_t place_of(const struct called *called, const char *account)
{
    size_t i = 0;

    while (i < called->count && strcmp(called->accounts[i], account) != 0)
        i++;
    return i;
}

static void call(struct called *called, const char *account, enum called_in how)
{
    size_t i = place_of(called, account);

    if (i == MAX_RECIPIENTS)
        return;
    if (i == called->count) {
        called->accounts[called->count] = account;
        called->how[called->count++] = CALLED_BY_NONE;
    }
    if (how > called->how[i])
        called->how[i] = how;
}

static void forget(struct called *called, const char *account)
{
    size_t i = place_of(called, account);

    if (i == called->count)
        return;
    called->count--;
    called->accounts[i] = called->accounts[called->count];
    called->how[i] = called->how[called->count];
}

/* What the fact that somebody was told comes to. */
static enum called_in called_by(struct engine *engine, const Duban__Fact *fact)
{
    int64_t at_s;

    if (fact->kind != FACT(TOLD))
        return CALLED_BY_NONE;
    if (engine_era(engine) < ERA_OF_ARRIVALS)
        return CALLED_AND_TOLD;
    switch (engine_arrival_of(engine, fact->outbox_sequence, &at_s)) {
    case ARRIVAL_ACCEPTED:
    case ARRIVAL_UNCERTAIN:
        return CALLED_AND_TOLD;
    case ARRIVAL_AWAITED:
        return engine->takes_as_accepted ? CALLED_AND_TOLD : CALLED_BUT_NOT_REACHED;
    case ARRIVAL_FAILED:
        return CALLED_BUT_NOT_REACHED;
    case ARRIVAL_WITHDRAWN:
        break;
    }
    return CALLED_BY_NONE;
}

/* A plan's row by its name, in whichever level's plan it stands: the level may have changed since. */
static bool is_step_above_first(const struct policy *policy, int kind, const char *rule)
{
    for (size_t level = 0; level < policy->severity_count; level++) {
        const struct policy_plan *plan = policy_plan(policy, (Duban__TaskKind) kind, policy->severities[level].code);

        for (size_t i = 0; i < plan->ladder_count; i++)
            if (strcmp(plan->ladder[i].name, rule) == 0)
                return plan->ladder[i].ladder_step > 0;
    }
    return false;
}

static bool concerns_everyone(struct engine *engine, const Duban__Task *task)
{
    return engine_era(engine) >= ERA_OF_EVERYONE_STOOD_DOWN && engine_policy_of(engine, &task->policy_version)->stand_down.everyone[task->kind];
}

static bool calls_in(struct engine *engine, const Duban__Task *task, const Duban__Fact *fact)
{
    return strcmp(fact->rule, "urgent.alert") == 0 || concerns_everyone(engine, task) ||
           is_step_above_first(engine_policy_of(engine, &task->policy_version), (int) task->kind, fact->rule);
}

/* Of another round of the same thing too: its id differs in the occurrence only. */
static bool is_about(const Duban__Fact *fact, const Duban__Task *task)
{
    return fact->task.len == ID_BYTES && memcmp(fact->task.data, task->id.data, ID_BYTES - 4) == 0;
}

/* The alert itself is told without its task, so that it stays true. */
static bool belongs(const Duban__Fact *fact, const Duban__Task *task)
{
    return is_about(fact, task) || (task->kind == DUBAN__TASK_KIND__TASK_KIND_URGENT && strcmp(fact->rule, "urgent.alert") == 0);
}

static bool is_call(struct engine *engine, const Duban__Task *task, const Duban__Fact *fact)
{
    return belongs(fact, task) && (fact->kind == FACT(TOLD) || fact->kind == FACT(FOLDED)) && calls_in(engine, task, fact);
}

/* What was folded has been said. */
static bool is_list_with_it(const Duban__Task *task, const Duban__Fact *fact)
{
    return belongs(fact, task) && fact->kind == FACT(TOLD) && strcmp(fact->message_kind, "digest") == 0;
}

static void hear(struct engine *engine, struct called *called, const Duban__Task *task, const char *rule, const Duban__Fact *fact)
{
    bool is_said = fact->kind == FACT(TOLD) || fact->kind == FACT(FOLDED);

    if (is_said && strcmp(fact->message_kind, MESSAGE) == 0 && strcmp(fact->rule, rule) == 0)
        forget(called, fact->recipient);
    else if (is_call(engine, task, fact) ||
             (is_list_with_it(task, fact) && place_of(called, fact->recipient) < called->count))
        call(called, fact->recipient, called_by(engine, fact));
}

static bool knows_already(const struct engine *engine, const Duban__Task *task, const Duban__Case *case_, const char *account)
{
    return strcmp(account, engine->account) == 0 || strcmp(account, case_ != NULL ? case_->owner : task->owner) == 0 ||
           (engine->adopter != NULL && strcmp(account, engine->adopter) == 0);
}

/* True whatever becomes of the task. */
static Duban__NoticeItem *item_of(struct engine *engine, const Duban__Task *task, const Duban__Case *case_, const struct policy_text *reason)
{
    Duban__NoticeItem *item = case_ != NULL || task->subject.len == 0
                                  ? engine_item(engine, NULL, case_) : engine_item_of_subject(engine, engine_subject_of(engine, task));

    item->at_s = engine->stamp_s;
    item->reason = (char *) reason->zh;
    item->reason_text = engine_text(engine, reason->zh, reason->en);
    return item;
}

static void tell(struct engine *engine, Duban__Task *task, const char *account, const char *rule, const struct policy_text *reason)
{
    static const enum policy_selector TO[] = { TO_TOLD };
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
    Duban__NoticeItem *item = item_of(engine, task, case_, reason);
    uint64_t unsent = task->last_outbox_sequence;
    struct telling telling = {
        .message = MESSAGE, .to = TO, .to_count = 1, .rule = rule, .place = &policy->stand_down.place, .task = task, .case_ = case_,
        .items = &item, .item_count = 1, .sender = account, .urgent = engine_is_exempt_from_quiet(policy, task), .foldable = true,
    };

    engine_tell(engine, &telling);
    task->last_outbox_sequence = unsent;   /* nothing that could come too late */
}

/* ---------------------------------------------------------------- whom the call has not reached yet */

static Duban__Fact *note_not_reached(struct engine *engine, const Duban__Task *task, const char *account, const char *rule)
{
    Duban__Fact *fact = engine_fact(engine, FACT(NOT_TOLD), NULL);

    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->message_kind = (char *) MESSAGE;
    fact->rule = (char *) rule;
    fact->recipient = (char *) account;
    fact->reason = "not_reached";
    engine_add_fact(engine, fact);
    return fact;
}

/* Whichever of them arrives first. */
static void await_arrival(struct engine *engine, const Duban__Task *task, const char *account, const char *rule,
                          const struct policy_text *reason)
{
    Duban__StandDownAwaited awaited = DUBAN__STAND_DOWN_AWAITED__INIT;
    const Duban__Fact *fact;

    awaited.task = task->id;
    awaited.reason = engine_text(engine, reason->zh, reason->en);
    for (uint64_t last = 0; (fact = state_fact_after(engine->state, task_about(task)->data, last)) != NULL; last = fact->sequence) {
        if (strcmp(fact->recipient, account) != 0 || !(is_call(engine, task, fact) || is_list_with_it(task, fact)) ||
            called_by(engine, fact) != CALLED_BUT_NOT_REACHED)
            continue;
        awaited.sendings = state_retries(engine->state, fact->outbox_sequence) + 1;
        state_put_stand_down_awaited(engine->state, fact->outbox_sequence, &awaited);
    }
    note_not_reached(engine, task, account, rule);
}

static const char *rule_of(struct engine *engine, const Duban__Task *task)
{
    return engine_joined(engine, "stand_down.", task_kind((int) task->kind)->name);
}

/* Of a case that has come back since, or a subject that is open again, it is not over. */
static bool is_still_over(struct engine *engine, const Duban__Task *task)
{
    const Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
    const Duban__Subject *subject = engine_subject_of(engine, task);

    if (case_ != NULL && task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION)
        return engine_task_of(engine, &case_->rectification_task) == NULL;
    if (subject != NULL && engine_task_of(engine, &subject->task) != NULL)
        return engine_task_of(engine, &subject->task)->kind != task->kind;
    return true;
}

/* Has he been stood down meanwhile, since another call had reached him? The last word of these facts tells. */
static bool still_waits(struct engine *engine, const Duban__Task *task, const char *account, const char *rule)
{
    const Duban__Fact *fact;
    bool waits = false;

    for (uint64_t last = 0; (fact = state_fact_after(engine->state, task_about(task)->data, last)) != NULL; last = fact->sequence)
        if (strcmp(fact->recipient, account) == 0 && strcmp(fact->rule, rule) == 0 && strcmp(fact->message_kind, MESSAGE) == 0)
            waits = fact->kind == FACT(NOT_TOLD) && strcmp(fact->reason, "not_reached") == 0;
    return waits;
}

void engine_stand_down_reached(struct engine *engine, uint64_t sequence, uint32_t retry)
{
    const Duban__StandDownAwaited *awaited = state_take_stand_down_awaited(engine->state, sequence);
    const Duban__Notice *notice = awaited == NULL ? NULL : state_notice(engine->state, sequence);
    Duban__Task *task = notice == NULL ? NULL : engine_task_of(engine, &awaited->task);
    struct policy_text reason;

    if (task == NULL || retry >= awaited->sendings || !is_still_over(engine, task) ||
        !still_waits(engine, task, notice->recipient->account, rule_of(engine, task)))
        return;
    reason = (struct policy_text){ awaited->reason->zh, awaited->reason->en };
    tell(engine, task, notice->recipient->account, rule_of(engine, task), &reason);
    state_put_task(engine->state, task);
}

/* ---------------------------------------------------------------- it is over */

/* There may be any number of facts: each that names nobody new is dropped before the next. */
static void hear_all(struct engine *engine, struct called *called, const Duban__Task *task, const char *rule)
{
    struct arena *arena = &engine->state->arena;
    uint64_t last = 0;
    bool goes_on = true;

    while (goes_on) {
        struct arena_mark mark = arena_mark(arena);
        const Duban__Fact *fact = state_fact_after(engine->state, task_about(task)->data, last);
        size_t count = called->count;

        goes_on = fact != NULL;
        if (fact == NULL)
            continue;
        last = fact->sequence;
        hear(engine, called, task, rule, fact);
        if (called->count <= count)
            arena_rewind(arena, mark);
    }
}

void engine_stand_down(struct engine *engine, Duban__Task *task, const struct policy_text *reason)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    const char *rule = rule_of(engine, task);
    const Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
    struct called called = { .count = 0 };
    const Duban__Subject *subject = engine_subject_of(engine, task);

    if (subject != NULL && subject->withdrawn_s != 0)
        return;   /* whoever was told of it hears why: engine_withdrawn.c */
    if (!policy->stand_down.kinds[task->kind] || policy_message(engine->policy, MESSAGE) == NULL)
        return;
    hear_all(engine, &called, task, rule);
    for (size_t i = 0; i < called.count; i++) {
        if (knows_already(engine, task, case_, called.accounts[i]))
            continue;
        if (called.how[i] == CALLED_AND_TOLD)
            tell(engine, task, called.accounts[i], rule, reason);
        else if (called.how[i] == CALLED_BUT_NOT_REACHED)
            await_arrival(engine, task, called.accounts[i], rule, reason);
    }
}
