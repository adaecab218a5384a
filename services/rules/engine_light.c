/* engine_light.c - green, yellow, red, grey: derived when asked, never stored. */
#include "engine.h"

/* In the task's own unit. A task of an earlier engine, or whose base no calendar covers any
 * more, is measured in natural time. */
static int64_t time_between(struct engine *engine, const Duban__Task *task, int64_t from_s, int64_t to_s)
{
    enum policy_unit unit = task->counted != NULL ? engine_unit_of(task->counted) : UNIT_NATURAL_HOURS;
    int32_t missing_year;
    int64_t length_s;

    if (policy_length(engine_calendar_of(engine, task), unit, from_s, to_s, &length_s, &missing_year))
        return length_s;
    return to_s - from_s;
}

static bool little_is_left(struct engine *engine, const struct policy *policy, const Duban__Task *task, int64_t now_s)
{
    int64_t whole_s, left_s;

    if (now_s < task->base_s || task->due_s < task->base_s)
        return (task->due_s - now_s) * 100 <= (task->due_s - task->base_s) * policy->yellow_percent;
    whole_s = time_between(engine, task, task->base_s, task->due_s);
    left_s = time_between(engine, task, now_s, task->due_s);
    return left_s * 100 <= whole_s * policy->yellow_percent;
}

/* The first moment at which little is left; less is left from second to second, however many of them count. */
static int64_t little_left_s(struct engine *engine, const struct policy *policy, const Duban__Task *task)
{
    int64_t before_s = task->base_s - 1, at_s = task->due_s;

    while (at_s - before_s > 1) {
        int64_t middle_s = before_s + (at_s - before_s) / 2;

        if (little_is_left(engine, policy, task, middle_s))
            at_s = middle_s;
        else
            before_s = middle_s;
    }
    return at_s;
}

int64_t engine_turns_yellow_s(struct engine *engine, const Duban__Task *task)
{
    int64_t little_s = little_left_s(engine, engine_policy_of(engine, &task->policy_version), task);
    int64_t reminder_s = engine_first_reminder_s(engine, task);

    return little_s < reminder_s ? little_s : reminder_s;
}

Duban__Light engine_light(struct engine *engine, const Duban__Task *task, int64_t now_s)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    const struct policy_severity *severity = policy_severity(policy, task->level);

    if (task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return DUBAN__LIGHT__LIGHT_GREY;
    if (task->state != DUBAN__TASK_STATE__TASK_STATE_OPEN)
        return DUBAN__LIGHT__LIGHT_GREEN;
    if (task->due_s != 0 && now_s > task->due_s)
        return DUBAN__LIGHT__LIGHT_RED;
    if (severity != NULL && severity->starts_yellow)
        return DUBAN__LIGHT__LIGHT_YELLOW;
    if (task->due_s == 0)
        return DUBAN__LIGHT__LIGHT_GREEN;
    if (little_is_left(engine, policy, task, now_s))
        return DUBAN__LIGHT__LIGHT_YELLOW;
    return now_s >= engine_first_reminder_s(engine, task) ? DUBAN__LIGHT__LIGHT_YELLOW : DUBAN__LIGHT__LIGHT_GREEN;
}
