/* engine_stand_down.c - 解除: it is over, for those who had been called in for it.
 *
 * Called in are those who were told of a task by a step of the ladder above the first, or of an urgent alert. They are
 * found in the facts of what was told, so that it is exactly them: not who holds the post by now. Whoever ended it knows,
 * and its follow-up owner hears of the end anyway. Once stood down, one is told again only after another call.
 */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

#define FACT(name) DUBAN__FACT_KIND__FACT_KIND_##name

static const char MESSAGE[] = "stand_down";

struct called {
    const char *accounts[MAX_RECIPIENTS];
    bool was_told[MAX_RECIPIENTS];     /* false: it stands in a digest that has not been sent */
    size_t count;
};

static size_t place_of(const struct called *called, const char *account)
{
    size_t i = 0;

    while (i < called->count && strcmp(called->accounts[i], account) != 0)
        i++;
    return i;
}

static void call(struct called *called, const char *account, bool was_told)
{
    size_t i = place_of(called, account);

    if (i == MAX_RECIPIENTS)
        return;
    if (i == called->count) {
        called->accounts[called->count] = account;
        called->was_told[called->count++] = false;
    }
    called->was_told[i] |= was_told;
}

static void forget(struct called *called, const char *account)
{
    size_t i = place_of(called, account);

    if (i == called->count)
        return;
    called->count--;
    called->accounts[i] = called->accounts[called->count];
    called->was_told[i] = called->was_told[called->count];
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

static bool calls_in(struct engine *engine, const Duban__Task *task, const Duban__Fact *fact)
{
    return strcmp(fact->rule, "urgent.alert") == 0 ||
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

static void hear(struct engine *engine, struct called *called, const Duban__Task *task, const char *rule, const Duban__Fact *fact)
{
    bool was_told = fact->kind == FACT(TOLD);

    if (strcmp(fact->message_kind, MESSAGE) == 0 && strcmp(fact->rule, rule) == 0)
        forget(called, fact->recipient);
    else if (!belongs(fact, task) || (!was_told && fact->kind != FACT(FOLDED)))
        return;
    else if (calls_in(engine, task, fact))
        call(called, fact->recipient, was_told);
    else if (was_told && strcmp(fact->message_kind, "digest") == 0 && place_of(called, fact->recipient) < called->count)
        call(called, fact->recipient, true);
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

void engine_stand_down(struct engine *engine, Duban__Task *task, const struct policy_text *reason)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    const char *rule = engine_joined(engine, "stand_down.", task_kind((int) task->kind)->name);
    const Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
    struct called called = { .count = 0 };
    const Duban__Subject *subject = engine_subject_of(engine, task);
    const Duban__Fact *fact;

    if (subject != NULL && subject->withdrawn_s != 0)
        return;   /* whoever was told of it hears why: engine_withdrawn.c */
    if (!policy->stand_down.kinds[task->kind] || policy_message(engine->policy, MESSAGE) == NULL)
        return;
    for (uint64_t last = 0; (fact = state_fact_after(engine->state, task_about(task)->data, last)) != NULL; last = fact->sequence)
        hear(engine, &called, task, rule, fact);
    for (size_t i = 0; i < called.count; i++)
        if (called.was_told[i] && !knows_already(engine, task, case_, called.accounts[i]))
            tell(engine, task, called.accounts[i], rule, reason);
}
