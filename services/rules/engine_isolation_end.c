/* engine_isolation_end.c - 24:00 of the last day: released by itself, or to be released by somebody.
 *
 * Numbers in brackets are rules of the domain: (17) release.
 */
#include <assert.h>
#include <stdio.h>

#include "engine_isolation.h"

/* ---------------------------------------------------------------- the end */

/* Of the last windows, those without a contact or with one that was not normal. */
static uint32_t missing_at_end(struct engine *engine, const Duban__Subject *subject)
{
    uint32_t missing = 0, wanted = engine_subject_policy(engine, subject)->isolation.windows_needed;
    int64_t last = 2 * isolation_last_day(subject->isolation) + 1;

    for (uint32_t i = 0; i < wanted; i++) {
        const Duban__MadeContact *contact = isolation_contact_in(subject->isolation, last - i);

        missing += contact == NULL || contact->abnormal;
    }
    return missing;
}

static void ask_to_forget(struct engine *engine, const Duban__Subject *subject)
{
    int64_t days = engine_subject_policy(engine, subject)->isolation.forget_after_days;

    engine_forget_from(engine, engine->now_s + days * DAY_SECONDS, &subject->isolation->person_token, subject->id.data);
    engine_forget_from(engine, engine->now_s + days * DAY_SECONDS, &subject->isolation->address_token, subject->id.data);
}

void isolation_finish(struct engine *engine, Duban__Subject *subject, Duban__IsolationState to, const char *rule, const char *reason)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ENDED, subject);

    fact->rule = (char *) rule;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
    subject->isolation->state = to;
    engine_end_task(engine, &subject->isolation->end_task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_end_task(engine, &subject->isolation->door_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);   /* a contact that nobody has made */
    engine_subject_finish(engine, subject);
    ask_to_forget(engine, subject);
    isolation_tell_area(engine, subject, "isolation_over", rule);
}

int64_t engine_isolation_ends_s(const Duban__Task *task)
{
    return task->due_s;
}

/* (17) By itself only when the last contacts were made and all was well. */
void engine_fire_isolation_end(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    Duban__Subject *subject = engine_subject_of(engine, task);
    uint32_t missing = missing_at_end(engine, subject);
    Duban__Fact *fact;

    (void) case_;
    (void) step;
    if (missing == 0) {
        isolation_finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_RELEASED, "isolation.complete", "");
        return;
    }
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_TO_RELEASE, subject);
    fact->number = missing;
    fact->of = engine_subject_policy(engine, subject)->isolation.windows_needed;
    engine_add_fact(engine, fact);
    subject->isolation->state = DUBAN__ISOLATION_STATE__ISOLATION_STATE_TO_RELEASE;
    state_put_subject(engine->state, subject);
}

void isolation_open_end(struct engine *engine, Duban__Subject *subject)
{
    Duban__Task *task = engine_task_about(engine, DUBAN__TASK_KIND__TASK_KIND_ISOLATION_END, subject);

    task->owner_role = DUBAN__ROLE__ROLE_AREA_CONTACT;
    task->due_s = isolation_end_s(engine, subject);
    subject->isolation->end_task = task->id;
    engine_task_start(engine, task);
}

static void add_gap(struct engine *engine, Duban__IsolationRecord *isolation, int64_t from, int64_t until)
{
    Duban__WindowGap **gaps = arena_take_pointers(&engine->state->arena, isolation->n_gaps + 1);
    Duban__WindowGap *gap = arena_take(&engine->state->arena, sizeof *gap);

    assert(gaps != NULL && gap != NULL);
    duban__window_gap__init(gap);
    gap->from = from;
    gap->until = until;
    for (size_t i = 0; i < isolation->n_gaps; i++)
        gaps[i] = isolation->gaps[i];
    gaps[isolation->n_gaps++] = gap;
    isolation->gaps = gaps;
}

/* (17) From its old end to now nobody was asked for a contact, so none was missed. */
static void ask_again(struct engine *engine, Duban__Subject *subject, int64_t old_end_s)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    int64_t asked_until = 2 * policy_day(policy, old_end_s), window = isolation_first_full_window(policy, engine->now_s);

    if (window > asked_until)
        add_gap(engine, subject->isolation, asked_until, window);
    isolation_open_window(engine, subject, window);
}

/* What was lengthened goes back to its day: a contact after that is not asked for any more. */
static void drop_window_after_end(struct engine *engine, Duban__Subject *subject)
{
    const struct policy *policy = engine_subject_policy(engine, subject);
    const Duban__Task *task = engine_task_of(engine, &subject->task);

    if (task != NULL && policy_day(policy, task->start_s) > isolation_last_day(subject->isolation))
        engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
}

void isolation_move_end(struct engine *engine, Duban__Subject *subject)
{
    const Duban__Task *end = engine_task_of(engine, &subject->isolation->end_task);
    int64_t old_end_s = end->due_s;

    engine_end_task(engine, &subject->isolation->end_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    isolation_open_end(engine, subject);
    subject->isolation->state = DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING;
    drop_window_after_end(engine, subject);
    if (subject->task.len == 0)
        ask_again(engine, subject, old_end_s);
    isolation_open_door_check(engine, subject);
}

/* ---------------------------------------------------------------- somebody confirms it */

static bool days_are_over(const Duban__Subject *subject, struct fault *fault)
{
    return subject->isolation->state != DUBAN__ISOLATION_STATE__ISOLATION_STATE_OBSERVING ||
           fault_set(fault, "isolationChange.act", "观察期未满，不能解除；到期后有漏联系的，再人工确认",
                     "its days are not over: it cannot be released yet");
}

bool isolation_release(struct engine *engine, Duban__Subject *subject, const char *reason, struct fault *fault)
{
    if (!days_are_over(subject, fault))
        return engine_decline(engine, "isolation_release", subject->id, fault);
    isolation_finish(engine, subject, DUBAN__ISOLATION_STATE__ISOLATION_STATE_RELEASED, "isolation.confirmed", reason);
    return true;
}

/* One of a batch that does not fit its state holds up none of the others. */
static bool release_one(struct engine *engine, Duban__Subject *subject, const char *reason, struct fault *fault)
{
    if (subject->finished_s != 0)
        return engine_subject_contradiction(engine, subject, "isolation_change", "ended");
    return isolation_release(engine, subject, reason, fault);
}

/* A reference and the right to it, for each of the batch, before anything is changed. */
static Duban__Subject **all_of(struct engine *engine, const Duban__IsolationRelease *batch, struct fault *fault)
{
    Duban__Subject **subjects = arena_take_pointers(&engine->state->arena, batch->n_isolations + 1);

    assert(subjects != NULL);
    for (size_t i = 0; i < batch->n_isolations; i++) {
        char field[64];

        snprintf(field, sizeof field, "isolationRelease.isolations[%zu]", i);
        subjects[i] = engine_referenced_subject(engine, batch->isolations[i], DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION, field, fault);
        if (subjects[i] == NULL ||
            !engine_may_at(engine, RIGHT_RELEASE_PERSON, engine_place_of_subject(subjects[i]), "", fault))
            return NULL;
    }
    return subjects;
}

/* What is adopted is applied whole, or stays held as it is: nothing of it is declined. */
static bool fits_whole(struct engine *engine, Duban__Subject *const *subjects, size_t count, struct fault *fault)
{
    if (engine->adopter == NULL || engine_era(engine) < ERA_OF_WHOLE_RELEASES)
        return true;
    for (size_t i = 0; i < count; i++)
        if (subjects[i]->finished_s == 0 && !days_are_over(subjects[i], fault))
            return false;
    return true;
}

bool engine_on_isolation_release(struct engine *engine, const Duban__IsolationRelease *batch, struct fault *fault)
{
    Duban__Subject **subjects = all_of(engine, batch, fault);

    if (subjects != NULL && !fits_whole(engine, subjects, batch->n_isolations, fault))
        return false;
    for (size_t i = 0; subjects != NULL && i < batch->n_isolations; i++)
        if (!release_one(engine, subjects[i], batch->reason, fault))
            return false;
    return subjects != NULL;
}
