/* engine_recompute_subject.c - the due of a complaint's, referral's or other subject's open task, counted anew. */
#include <assert.h>

#include "engine.h"

/* ---------------------------------------------------------------- asking */

/* Whatever its kind: a number says that by its letters. */
static Duban__Subject *referenced(struct engine *engine, const Duban__SubjectReference *reference, const char *field, struct fault *fault)
{
    Duban__Subject *subject = reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_NUMBER
                                  ? engine_subject_numbered(engine, reference->number)
                                  : state_subject(engine->state, reference->id.data);

    if (subject == NULL)
        fault_set(fault, field, "没有这个编号的事项", "nothing has that number");
    return subject;
}

static void note_asked(struct engine *engine, const Duban__Subject *subject, int64_t old_s, int64_t new_s)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECOMPUTE_ASKED, subject);

    fact->task = subject->recompute_task;
    fact->old_s = old_s;
    fact->new_s = new_s;
    fact->reason = subject->recompute_reason;
    engine_add_fact(engine, fact);
}

bool engine_ask_recompute_of_subject(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault)
{
    Duban__Subject *subject = referenced(engine, recompute->about, "recompute.about", fault);
    struct recount recount;
    Duban__NoticeItem *item;
    Duban__Task *approval;

    if (subject == NULL || !engine_may(engine, RIGHT_ASK_RECOMPUTE, NULL, NULL, fault))
        return false;
    recount = engine_recount_subject(engine, subject);
    if (recount.kept != NULL || subject->recompute_task.len > 0)
        return engine_subject_contradiction(engine, subject, "recompute", recount.kept != NULL ? recount.kept : "recompute");
    approval = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_APPROVAL, subject);
    subject->recompute_task = approval->id;
    subject->recompute_reason = recompute->reason;
    subject->recompute_asked_by = (char *) engine->account;
    state_put_subject(engine->state, subject);   /* whoever is told of the approval asks for it */
    engine_recompute_approval(engine, approval, NULL);
    note_asked(engine, subject, engine_task_of(engine, &subject->task)->due_s, recount.due_s);
    item = engine_item(engine, approval, NULL);
    item->new_due_s = recount.due_s;
    item->reason = recompute->reason;
    engine_recompute_asked(engine, approval, NULL, item);
    return true;
}

/* ---------------------------------------------------------------- deciding */

static void tell_owner(struct engine *engine, const Duban__Subject *subject, Duban__Task *task, const char *reason)
{
    static const enum policy_selector OWNER[] = { TO_OWNER };
    struct words_of_subject words = {
        .message = "due_recomputed", .rule = "case.recomputed", .to = OWNER, .to_count = 1 };
    Duban__NoticeItem *item;

    if (policy_message(engine->policy, words.message) == NULL)
        return;   /* packs of natural time only need not have it */
    item = engine_item_of_subject(engine, subject);
    item->new_due_s = task->due_s;
    item->reason = (char *) reason;
    engine_subject_tell(engine, subject, task, item, &words);
}

static void move_due(struct engine *engine, const Duban__Subject *subject, const struct recount *recount, const char *reason)
{
    Duban__Task *task = engine_task_of(engine, &subject->task);

    engine_counted_set(task->counted, engine->policy, recount->limit->unit);
    task->counted->missing_year = 0;
    task->due_s = recount->due_s;
    task->due_set_s = engine->now_s;
    task->overdue_told = false;
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        engine_task_replan(engine, task, false);
    tell_owner(engine, subject, task, reason);
    state_put_task(engine->state, task);
}

void engine_recompute_subject(struct engine *engine, Duban__Subject *subject, const char *reason)
{
    struct recount recount = engine_recount_subject(engine, subject);
    const Duban__Task *task = engine_task_of(engine, &subject->task);
    Duban__Fact *fact = engine_subject_fact(engine, recount.kept != NULL ? DUBAN__FACT_KIND__FACT_KIND_RECOMPUTE_KEPT
                                                                         : DUBAN__FACT_KIND__FACT_KIND_RECOMPUTED, subject);

    fact->task = subject->task;
    fact->old_s = task == NULL ? 0 : task->due_s;
    fact->new_s = recount.kept != NULL ? 0 : recount.due_s;
    fact->reason = (char *) (recount.kept != NULL ? recount.kept : reason);
    engine_add_fact(engine, fact);
    if (recount.kept == NULL)
        move_due(engine, subject, &recount, reason);
}

bool engine_decide_recompute_of_subject(struct engine *engine, const Duban__Approval *approval, struct fault *fault)
{
    Duban__Subject *subject = referenced(engine, approval->about, "approval.about", fault);
    struct request request;

    if (subject == NULL)
        return false;
    if (subject->recompute_task.len == 0)
        return engine_may(engine, RIGHT_APPROVE_RECOMPUTE, NULL, NULL, fault) &&
               engine_subject_contradiction(engine, subject, "approval", "nothing_waits");
    request = engine_recompute_request(NULL, subject->recompute_asked_by);
    if (!engine_may_decide(engine, &request, fault))
        return false;
    engine_end_task(engine, &subject->recompute_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED)
        engine_recompute_subject(engine, subject, subject->recompute_reason);
    else
        engine_recompute_refused(engine, &subject->id, approval->reason);
    state_put_subject(engine->state, subject);
    return true;
}
