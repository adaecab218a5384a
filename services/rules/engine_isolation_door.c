/* engine_isolation_door.c - on some of its days somebody goes to the door and sees that it is as the calls say.
 *
 *   door day -> told that morning -> a contact at the door -> the next door day -> ...
 *                                 -> nobody went: told, over at midnight
 *
 * Which days they are the pack says by their number (isolation.door_days); the inspectors of the zone owe it.
 */
#include "engine_isolation.h"

/* The first door day that is still to come, or is today and not over; 0 = there is none. */
static int64_t next_day(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    const Duban__IsolationRecord *isolation = subject->isolation;

    for (size_t i = 0; i < policy->isolation.door_day_count; i++) {
        int64_t day = isolation->first_day + policy->isolation.door_days[i] - 1;

        if (day > isolation_last_day(isolation))
            break;
        if (day > isolation->door_seen_day && policy_moment(policy, day, policy->end_of_day_s) >= engine->now_s)
            return day;
    }
    return 0;
}

void isolation_open_door_check(struct engine *engine, Duban__Subject *subject)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t day = next_day(engine, subject);
    Duban__Task *task;

    engine_end_task(engine, &subject->isolation->door_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    if (day != 0) {
        task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_DOOR_CHECK, subject);
        task->owner_role = DUBAN__ROLE__ROLE_INSPECTOR;
        task->start_s = task->base_s = policy_moment(policy, day, 0);
        task->due_s = policy_moment(policy, day, policy->end_of_day_s);
        subject->isolation->door_task = task->id;
        engine_task_start(engine, task);
    }
    state_put_subject(engine->state, subject);
}

int64_t engine_door_check_closes_s(const Duban__Task *task)
{
    return task->start_s + DAY_SECONDS;
}

/* That nobody went stays true: what was told of it is not withdrawn. */
void engine_fire_door_check(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    (void) step;
    task->last_outbox_sequence = 0;
    isolation_open_door_check(engine, subject);
}

void isolation_door_seen(struct engine *engine, Duban__Subject *subject, int64_t at_s)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    const Duban__Task *task = engine_task_of(engine, &subject->isolation->door_task);
    int64_t day = policy_day(policy, at_s);

    if (day > subject->isolation->door_seen_day)
        subject->isolation->door_seen_day = day;
    engine_add_fact(engine, isolation_fact(engine, DUBAN__FACT_KIND__FACT_KIND_DOOR_CHECKED, subject, day));
    if (task != NULL && policy_day(policy, task->start_s) <= day) {
        engine_end_task(engine, &subject->isolation->door_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
        isolation_open_door_check(engine, subject);
    }
    state_put_subject(engine->state, subject);
}
