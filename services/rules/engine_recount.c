/* engine_recount.c - what dues would be under the policy in force, from the same start. Changes nothing. */
#include "engine.h"

static bool is_running(const Duban__Task *task)
{
    return task != NULL && (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN || task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED);
}

static bool is_to_be_fixed(struct engine *engine, const Duban__Case *case_)
{
    return engine_case_is_open(case_) && case_->passes == 0 && is_running(engine_task_of(engine, &case_->rectification_task));
}

struct recount engine_recount(struct engine *engine, const Duban__Case *case_)
{
    struct recount recount = { .kept = NULL, .due_s = case_->due_s };
    int32_t missing_year;
    int64_t due_s;

    if (!is_to_be_fixed(engine, case_))
        recount.kept = "not_waiting";
    else if (case_->counted == NULL)
        recount.kept = "opened_before";
    else if (case_->counted->given_s != 0)
        recount.kept = "extended";
    else if ((recount.limit = engine_limit_by(engine->policy, case_->item, case_->counted)) == NULL)
        recount.kept = "level_unknown";
    else if ((due_s = engine_count_by(engine->policy, case_->counted, recount.limit, &missing_year)) == 0)
        recount.kept = "year_not_published";
    else if (due_s == case_->due_s)
        recount.kept = "same_due";
    else
        recount.due_s = due_s;
    return recount;
}

struct recount engine_recount_subject(struct engine *engine, const Duban__Subject *subject)
{
    const Duban__Task *task = engine_task_of(engine, &subject->task);
    struct recount recount = { .kept = NULL, .due_s = task == NULL ? 0 : task->due_s };
    int32_t missing_year;
    int64_t due_s;

    if (!is_running(task))
        recount.kept = "not_waiting";
    else if (task->counted == NULL || task_kind((int) task->kind)->limit == NULL)
        recount.kept = "no_limit";
    else if (task->counted->given_s != 0)
        recount.kept = "agreed";
    else if ((recount.limit = engine_limit_of_task(engine, engine->policy, task, NULL)) == NULL)
        recount.kept = "subject_unknown";
    else if ((due_s = engine_count_by(engine->policy, task->counted, recount.limit, &missing_year)) == 0)
        recount.kept = "year_not_published";
    else if (due_s == task->due_s)
        recount.kept = "same_due";
    else
        recount.due_s = due_s;
    return recount;
}
