/* engine_light.c - green, yellow, red, grey: derived when asked, never stored. */
#include "engine.h"

static bool is_before_due(const struct policy_row *row)
{
    return row->when == WHEN_OFFSET && row->offset_s < 0;
}

/* A reminder before due that is not planned any more has been reached (or was past when the
 * task opened, which comes to the same). */
static bool first_reminder_reached(const struct policy_plan *plan, const Duban__Task *task)
{
    size_t rows = 0, left = 0;

    for (size_t i = 0; i < plan->reminder_count; i++)
        rows += is_before_due(&plan->reminders[i]);
    for (size_t i = 0; i < task->n_steps; i++)
        left += task->steps[i]->step < plan->reminder_count && is_before_due(&plan->reminders[task->steps[i]->step]);
    return rows > 0 && left < rows;
}

Duban__Light engine_light(const struct policy *policy, const Duban__Task *task, int64_t now_s)
{
    const struct policy_severity *severity = policy_severity(policy, task->level);
    int64_t whole_s = task->due_s - task->base_s;

    if (task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return DUBAN__LIGHT__LIGHT_GREY;
    if (task->state != DUBAN__TASK_STATE__TASK_STATE_OPEN)
        return DUBAN__LIGHT__LIGHT_GREEN;
    if (now_s > task->due_s)
        return DUBAN__LIGHT__LIGHT_RED;
    if (severity != NULL && severity->starts_yellow)
        return DUBAN__LIGHT__LIGHT_YELLOW;
    if ((task->due_s - now_s) * 100 <= whole_s * policy->yellow_percent)
        return DUBAN__LIGHT__LIGHT_YELLOW;
    if (first_reminder_reached(policy_plan(policy, task->kind, task->level), task))
        return DUBAN__LIGHT__LIGHT_YELLOW;
    return DUBAN__LIGHT__LIGHT_GREEN;
}
