/* engine_task.c - the one mechanism: a task opens, its steps fire, it closes.
 *
 * A step is a row of the policy's plan at a moment; its timer is (due, task, step). All
 * steps are planned when the task opens, so that what will come can be shown; a repeat
 * plans its next time when it fires.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "engine.h"

void engine_id(uint8_t id[ID_BYTES], uint64_t sequence, uint16_t index, uint16_t kind, uint32_t occurrence)
{
    put_u64(id, sequence);
    put_u16(id + 8, index);
    put_u16(id + 10, kind);
    put_u32(id + 12, occurrence);
}

const struct policy *engine_policy_of(struct engine *engine, const ProtobufCBinaryData *version)
{
    const struct policy *policy = engine->policy;

    if (version->len == POLICY_VERSION_BYTES && memcmp(version->data, policy->version, POLICY_VERSION_BYTES) != 0)
        policy = engine->shelf.policy(engine->shelf.self, version->data, NULL);
    assert(policy != NULL);   /* it was loaded when the case was opened */
    return policy;
}

uint32_t engine_row_step(uint32_t step)
{
    if (step >= STEP_LADDER_AGAIN)
        return STEP_LADDER + (step - STEP_LADDER_AGAIN);
    return step >= STEP_AGAIN ? STEP_REMINDER + (step - STEP_AGAIN) : step;
}

const struct policy_row *engine_row(struct engine *engine, const Duban__Task *task, uint32_t step)
{
    const struct policy_plan *plan = policy_plan(engine_policy_of(engine, &task->policy_version), task->kind, task->level);

    step = engine_row_step(step);
    if (step < STEP_REMINDER + plan->reminder_count)
        return &plan->reminders[step - STEP_REMINDER];
    if (step >= STEP_LADDER && step < STEP_LADDER + plan->ladder_count)
        return &plan->ladder[step - STEP_LADDER];
    return NULL;
}

bool engine_row_may_join(const struct policy_row *row)
{
    return !row->is_ladder && !row->fold && !policy_repeats(row);
}

bool engine_rows_tell_alike(const struct policy_row *one, const struct policy_row *other)
{
    return strcmp(one->message, other->message) == 0 && one->to_count == other->to_count &&
           memcmp(one->to, other->to, sizeof one->to[0] * one->to_count) == 0;
}

/* ---------------------------------------------------------------- planning */

bool engine_is_exempt_from_quiet(const struct policy *policy, const Duban__Task *task)
{
    const struct policy_severity *severity = policy_severity(policy, task->level);

    if (severity != NULL && severity->urgent)
        return true;
    return task->due_s != 0 && task->due_s - task->base_s <= policy->quiet_exempt_limit_s;
}

/* 4.6 rule 11: a reminder before due (aim_s: or before what was agreed) inside quiet hours goes the evening before when the
 * due is early in the morning; else it stays and becomes a digest line when it fires. */
static int64_t out_of_quiet(const struct policy *policy, const Duban__Task *task, int64_t at_s, int64_t aim_s)
{
    int32_t offset = policy->utc_offset_s;
    int64_t morning = civil_day(at_s, offset);

    if (at_s >= aim_s || !policy_is_quiet(policy, at_s) || engine_is_exempt_from_quiet(policy, task))
        return at_s;
    if (civil_second_of_day(at_s, offset) >= policy->quiet_from_s)
        morning++;
    if (aim_s >= civil_moment(morning, policy->quiet_due_before_s, offset))
        return at_s;
    return civil_moment(morning - 1, policy->quiet_reminder_s, offset);
}

static bool is_at_due(const struct policy_row *row)
{
    return row->when != WHEN_CLOCK && row->offset_s == 0 && row->offset_days == 0;
}

bool engine_row_applies(const Duban__Task *task, const struct policy_row *row)
{
    return row->when != WHEN_APPOINTMENT || task->appointed_s != 0;
}

bool engine_row_moment(struct engine *engine, const Duban__Task *task, const struct policy_row *row, int64_t *at_s,
                       int32_t *missing_year)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);

    if (row->when == WHEN_APPOINTMENT) {
        *at_s = out_of_quiet(policy, task, task->appointed_s + row->offset_s, task->appointed_s);
        return true;
    }
    *at_s = task->due_s + 1;   /* exactly at due is on time */
    if (!is_at_due(row) && !policy_row_time(engine_calendar_of(engine, task), row, task->due_s, at_s, missing_year))
        return false;
    if (row->when == WHEN_BRIEFING)
        *at_s = policy_next_briefing(policy, *at_s);
    else if (!row->is_ladder && !row->fold)
        *at_s = out_of_quiet(policy, task, *at_s, task->due_s);
    return true;
}

int64_t engine_first_reminder_s(struct engine *engine, const Duban__Task *task)
{
    const struct policy_plan *plan = policy_plan(engine_policy_of(engine, &task->policy_version), task->kind, task->level);
    int64_t first_s = INT64_MAX;

    for (size_t i = 0; i < plan->reminder_count; i++) {
        const struct policy_row *row = &plan->reminders[i];
        int32_t missing_year;
        int64_t at_s;

        if (!engine_row_applies(task, row) || !engine_row_moment(engine, task, row, &at_s, &missing_year) || at_s > task->due_s)
            continue;
        if (row->when == WHEN_CLOCK && at_s < task->opened_s)   /* nobody was reminded that morning */
            continue;
        if (at_s < first_s)
            first_s = at_s;
    }
    return first_s;
}

struct plan_in_progress {
    Duban__Step steps[MAX_STEPS];
    size_t count;
    bool goes_on;   /* after a pause: what is past was told in its time */
    const char *said;   /* message that is said at once */
};

static void plan_step(struct plan_in_progress *plan, uint32_t step, int64_t due_s)
{
    Duban__Step *slot;

    assert(plan->count < MAX_STEPS);
    slot = &plan->steps[plan->count++];
    duban__step__init(slot);
    slot->step = step;
    slot->due_s = due_s;
}

static void note_skipped(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step,
                         int64_t at_s, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, NULL);

    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->step = step;
    fact->message_kind = (char *) row->message;
    fact->rule = (char *) row->name;
    fact->new_s = at_s;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
}

static void note_unplaced(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step,
                          int32_t missing_year)
{
    const ProtobufCBinaryData *version = task->counted != NULL ? &task->counted->policy_version : &task->policy_version;

    note_skipped(engine, task, row, step, 0, "year_not_published");
    engine_year_missing(engine, version, (uint32_t) missing_year);
}

/* The last of its times where the policy bounds them. Counted from the due each time, so that nothing need be kept of it. */
int64_t engine_repeat_ends_s(struct engine *engine, const Duban__Task *task, const struct policy_row *row)
{
    const struct calendar *calendar = engine_calendar_of(engine, task);
    int32_t missing_year;
    int64_t at_s;

    if (row->times == 0 || !engine_row_moment(engine, task, row, &at_s, &missing_year))
        return INT64_MAX;
    for (uint32_t i = 0; i < row->times; i++)
        if (!policy_next_time(calendar, row, at_s, &at_s, &missing_year))
            return INT64_MAX;   /* in a year that is not published: it ends there anyway */
    return at_s;
}

bool engine_next_repeat(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step,
                        int64_t at_s, int64_t *next_s)
{
    int32_t missing_year;

    if (policy_next_time(engine_calendar_of(engine, task), row, at_s, next_s, &missing_year)) {
        if (*next_s <= engine_repeat_ends_s(engine, task, row))
            return true;
        note_skipped(engine, task, row, step, *next_s, "repeated_enough");
        return false;
    }
    note_unplaced(engine, task, row, step, missing_year);
    return false;
}

int64_t engine_last_repeat(struct engine *engine, const Duban__Task *task, const struct policy_row *row, int64_t at_s,
                           int64_t until_s)
{
    const struct calendar *calendar = engine_calendar_of(engine, task);
    int64_t ends_s = engine_repeat_ends_s(engine, task, row);
    int32_t missing_year;
    int64_t next_s;

    if (until_s > ends_s)
        until_s = ends_s;
    if (row->every_s > 0)
        return until_s < at_s ? at_s : at_s + (until_s - at_s) / row->every_s * row->every_s;
    while (policy_next_time(calendar, row, at_s, &next_s, &missing_year) && next_s <= until_s)
        at_s = next_s;
    return at_s;
}

uint32_t engine_repeats_between(struct engine *engine, const Duban__Task *task, const struct policy_row *row, int64_t at_s,
                                int64_t last_s)
{
    const struct calendar *calendar = engine_calendar_of(engine, task);
    uint32_t count = 0;
    int32_t missing_year;

    if (row->every_s > 0)
        return (uint32_t) ((last_s - at_s) / row->every_s);
    while (at_s < last_s && policy_next_time(calendar, row, at_s, &at_s, &missing_year))
        count++;
    return count;
}

/* Of a task that goes on: which steps of the ladder of a rectification were sent its case knows. */
static bool is_past_and_told(const struct engine *engine, const Duban__Task *task, const struct plan_in_progress *plan,
                             const struct policy_row *row, int64_t at_s)
{
    if (!plan->goes_on || policy_repeats(row))
        return false;
    if (row->is_ladder)
        return at_s <= engine->now_s && !task_kind((int) task->kind)->is_chased;
    return at_s < engine->now_s;
}

/* A reminder whose time is past when the task is planned is recorded, not sent; what comes
 * after the due is owed however late, so it is set for now. */
static void plan_row(struct engine *engine, const Duban__Task *task, struct plan_in_progress *plan,
                     const struct policy_row *row, uint32_t step)
{
    int32_t missing_year;
    int64_t at_s;

    if (!engine_row_applies(task, row))
        return;
    if (!engine_row_moment(engine, task, row, &at_s, &missing_year)) {
        note_unplaced(engine, task, row, step, missing_year);
        return;
    }
    if ((at_s <= task->due_s || row->when == WHEN_APPOINTMENT) && at_s < engine->now_s) {
        if (!plan->goes_on && strcmp(plan->said, row->message) != 0)
            note_skipped(engine, task, row, step, at_s, "past");
        return;
    }
    if (is_past_and_told(engine, task, plan, row, at_s))
        return;
    if (at_s < engine->now_s && policy_repeats(row) &&
        !engine_next_repeat(engine, task, row, step, engine_last_repeat(engine, task, row, at_s, engine->now_s - 1), &at_s))
        return;
    plan_step(plan, step, at_s < engine->now_s ? engine->now_s : at_s);
}

/* When a reminder planned for that moment is read: what quiet hours keep comes with the digest. */
static int64_t heard_s(const struct policy *policy, const Duban__Task *task, int64_t at_s)
{
    if (!policy_is_quiet(policy, at_s) || engine_is_exempt_from_quiet(policy, task))
        return at_s;
    return policy_next_digest(policy, at_s - 1);
}

static bool is_said_by(struct engine *engine, const Duban__Task *task, const Duban__Step *one, const Duban__Step *other)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    const struct policy_row *row = engine_row(engine, task, one->step);
    const struct policy_row *later = engine_row(engine, task, other->step);

    return engine_row_may_join(row) && engine_row_may_join(later) && engine_rows_tell_alike(row, later) &&
           heard_s(policy, task, one->due_s) == heard_s(policy, task, other->due_s);
}

/* Quiet hours may bring two rows of one plan to one moment: nobody reads the same twice. The
 * plan holds reminders only, in the order of their rows; the later row speaks. */
static void join_alike(struct engine *engine, const Duban__Task *task, struct plan_in_progress *plan)
{
    size_t kept = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const Duban__Step step = plan->steps[i];
        bool said = false;

        for (size_t k = i + 1; k < plan->count && !said; k++)
            said = is_said_by(engine, task, &step, &plan->steps[k]);
        if (said)
            note_skipped(engine, task, engine_row(engine, task, step.step), step.step, step.due_s, "joined");
        else
            plan->steps[kept++] = step;
    }
    plan->count = kept;
}

static int by_moment(const void *left, const void *right)
{
    const Duban__Step *a = left, *b = right;

    if (a->due_s != b->due_s)
        return a->due_s < b->due_s ? -1 : 1;
    return (a->step > b->step) - (a->step < b->step);
}

static void set_timer(struct engine *engine, const Duban__Task *task, const Duban__Step *step)
{
    struct timer timer = { .due_s = step->due_s, .step = (uint16_t) step->step };

    memcpy(timer.task, task->id.data, ID_BYTES);
    state_put_timer(engine->state, &timer);
}

static void clear_timer(struct engine *engine, const Duban__Task *task, const Duban__Step *step)
{
    struct timer timer = { .due_s = step->due_s, .step = (uint16_t) step->step };

    memcpy(timer.task, task->id.data, ID_BYTES);
    state_delete_timer(engine->state, &timer);
}

void engine_step_add(struct engine *engine, Duban__Task *task, uint32_t number, int64_t due_s)
{
    Duban__Step **steps = arena_take_pointers(&engine->state->arena, task->n_steps + 1);
    Duban__Step *step = arena_take(&engine->state->arena, sizeof *step);
    size_t place = task->n_steps;

    assert(steps != NULL && step != NULL);
    duban__step__init(step);
    step->step = number;
    step->due_s = due_s;
    for (size_t i = 0; i < task->n_steps; i++)
        steps[i] = task->steps[i];
    for (; place > 0 && by_moment(steps[place - 1], step) > 0; place--)
        steps[place] = steps[place - 1];
    steps[place] = step;
    task->steps = steps;
    task->n_steps++;
    set_timer(engine, task, step);
}

void engine_step_take(struct engine *engine, Duban__Task *task, size_t i)
{
    clear_timer(engine, task, task->steps[i]);
    task->n_steps--;
    for (; i < task->n_steps; i++)
        task->steps[i] = task->steps[i + 1];
}

static void clear_steps(struct engine *engine, Duban__Task *task)
{
    for (size_t i = 0; i < task->n_steps; i++)
        clear_timer(engine, task, task->steps[i]);
    task->n_steps = 0;
}

/* Ladder rows of the overdue step's moment fire with it and need no timer of their own. */
static bool goes_with_overdue(const struct plan_in_progress *plan, const Duban__Step *step)
{
    if (step->step < STEP_LADDER || step->step >= STEP_OWN)
        return false;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].step == STEP_OVERDUE)
            return plan->steps[i].due_s == step->due_s;
    return false;
}

static void take_plan(struct engine *engine, Duban__Task *task, struct plan_in_progress *plan)
{
    qsort(plan->steps, plan->count, sizeof plan->steps[0], by_moment);
    task->steps = arena_take_pointers(&engine->state->arena, plan->count + 1);
    task->n_steps = plan->count;
    for (size_t i = 0; i < plan->count; i++) {
        task->steps[i] = arena_take(&engine->state->arena, sizeof(Duban__Step));
        *task->steps[i] = plan->steps[i];
        if (!goes_with_overdue(plan, task->steps[i]))
            set_timer(engine, task, task->steps[i]);
    }
}

static void drop_step(struct engine *engine, Duban__Task *task, uint32_t step)
{
    for (size_t i = 0; i < task->n_steps; i++)
        if (task->steps[i]->step == step) {
            engine_step_take(engine, task, i);
            return;
        }
}

void engine_task_appoint(struct engine *engine, Duban__Task *task, int64_t at_s)
{
    const struct policy_plan *rows = policy_plan(engine_policy_of(engine, &task->policy_version), task->kind, task->level);

    task->appointed_s = at_s;
    for (size_t i = 0; i < rows->reminder_count; i++) {
        const struct policy_row *row = &rows->reminders[i];
        uint32_t step = (uint32_t) (STEP_REMINDER + i);
        int32_t missing_year;
        int64_t told_s;

        if (row->when != WHEN_APPOINTMENT || !engine_row_moment(engine, task, row, &told_s, &missing_year))
            continue;
        drop_step(engine, task, step);
        if (told_s < engine->now_s)
            note_skipped(engine, task, row, step, told_s, "past");
        else
            engine_step_add(engine, task, step, told_s);
    }
    state_put_task(engine->state, task);
}

/* Of what stands on the agenda while its light is yellow. What is so already is looked at as it is put. */
static bool turns_yellow(struct engine *engine, const Duban__Task *task, int64_t *at_s)
{
    const struct policy_severity *severity = policy_severity(engine_policy_of(engine, &task->policy_version), task->level);

    if (engine_era(engine) < ERA_OF_WHOLE_AGENDA || task->kind != DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION || task->due_s == 0 ||
        (severity != NULL && severity->starts_yellow))
        return false;
    *at_s = engine_turns_yellow_s(engine, task);
    return *at_s > engine->now_s;
}

bool engine_heed_light(struct engine *engine, Duban__Task *task)
{
    int64_t yellow_s;

    if (task->kind != DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION || task->state != DUBAN__TASK_STATE__TASK_STATE_OPEN)
        return false;
    for (size_t i = 0; i < task->n_steps; i++)
        if (task->steps[i]->step == STEP_YELLOW)
            return false;
    if (turns_yellow(engine, task, &yellow_s))
        engine_step_add(engine, task, STEP_YELLOW, yellow_s);
    return true;
}

static void plan_task(struct engine *engine, Duban__Task *task, bool goes_on, const char *said)
{
    const struct policy_plan *rows = policy_plan(engine_policy_of(engine, &task->policy_version), task->kind, task->level);
    const struct task_kind *kind = task_kind((int) task->kind);
    int64_t own_s = kind->own_step_s == NULL ? 0 : kind->own_step_s(task), yellow_s;
    struct plan_in_progress plan = { .goes_on = goes_on, .said = said };

    if (task->due_s == 0) {   /* no moment of it is known yet */
        take_plan(engine, task, &plan);
        return;
    }
    for (size_t i = 0; i < rows->reminder_count; i++)
        plan_row(engine, task, &plan, &rows->reminders[i], (uint32_t) (STEP_REMINDER + i));
    join_alike(engine, task, &plan);
    if (turns_yellow(engine, task, &yellow_s))
        plan_step(&plan, STEP_YELLOW, yellow_s);
    if (!task->overdue_told)
        plan_step(&plan, STEP_OVERDUE, task->due_s + 1 < engine->now_s ? engine->now_s : task->due_s + 1);
    for (size_t i = 0; i < rows->ladder_count; i++)
        plan_row(engine, task, &plan, &rows->ladder[i], (uint32_t) (STEP_LADDER + i));
    if (own_s != 0)
        plan_step(&plan, STEP_OWN, own_s < engine->now_s ? engine->now_s : own_s);
    take_plan(engine, task, &plan);
}

/* ---------------------------------------------------------------- opening and closing */

/* Counted down from the top, so that it never meets the index of a finding; by entries only,
 * since firing may begin again after a crash and must give the same ids. */
uint16_t engine_next_index(struct engine *engine)
{
    bool is_released = engine->adopter != NULL && engine_era(engine) >= ERA_OF_OWN_IDS;

    assert(engine->account[0] != '\0');
    return (uint16_t) (0xffff - is_released - engine->next_subject++);   /* the first was its settlement's, when it was held */
}

static Duban__Task *new_task(struct engine *engine, Duban__TaskKind kind, const uint8_t id[ID_BYTES])
{
    Duban__Task *task = arena_take(&engine->state->arena, sizeof *task);

    assert(task != NULL);
    duban__task__init(task);
    task->id = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) arena_copy(&engine->state->arena, id, ID_BYTES) };
    task->kind = kind;
    task->state = DUBAN__TASK_STATE__TASK_STATE_OPEN;
    task->opened_s = task->base_s = task->start_s = engine->now_s;
    task->cause_sequence = engine->entry_sequence;
    return task;
}

/* Of the same first 10 bytes as what it is about. */
static void id_within(uint8_t id[ID_BYTES], const ProtobufCBinaryData *about, Duban__TaskKind kind, uint32_t occurrence)
{
    engine_id(id, get_u64(about->data), get_u16(about->data + 8), (uint16_t) kind, occurrence);
}

Duban__Task *engine_task_new(struct engine *engine, Duban__TaskKind kind, Duban__Case *case_, uint32_t occurrence)
{
    uint8_t id[ID_BYTES];
    Duban__Task *task;

    if (case_ != NULL) {
        id_within(id, &case_->id, kind, occurrence);
        task = new_task(engine, kind, id);
        task->case_id = case_->id;
        task->site = case_->site;
        task->owner = case_->owner;
        task->level = case_->level;
        task->policy_version = case_->policy_version;
    } else {
        engine_id(id, engine->entry_sequence, engine_next_index(engine), (uint16_t) kind, occurrence);
        task = new_task(engine, kind, id);
        task->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) engine->policy->version };
    }
    return task;
}

Duban__Task *engine_task_about(struct engine *engine, Duban__TaskKind kind, Duban__Subject *subject)
{
    uint8_t id[ID_BYTES];
    Duban__Task *task;

    id_within(id, &subject->id, kind, subject->next_task++);
    task = new_task(engine, kind, id);
    task->subject = subject->id;
    task->site = subject->site;
    task->area = subject->area;
    task->policy_version = subject->policy_version;
    return task;
}

/* Halfway between the indices of findings, which go up, and those of engine_next_index, which go down. */
enum { INDEX_OF_REPORT = 0x8000 };

Duban__Task *engine_task_of_report(struct engine *engine, Duban__TaskKind kind, const Duban__Visit *visit)
{
    uint8_t id[ID_BYTES];
    Duban__Task *task;
    uint32_t occurrence = 0;

    do
        engine_id(id, visit->sequence, INDEX_OF_REPORT, (uint16_t) kind, occurrence++);
    while (state_task(engine->state, id) != NULL);
    task = new_task(engine, kind, id);
    task->site = visit->site;
    task->report_sequence = task->cause_sequence = visit->sequence;
    task->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) engine->policy->version };
    return task;
}

void engine_task_start(struct engine *engine, Duban__Task *task)
{
    engine_task_start_saying(engine, task, "");
}

void engine_task_start_saying(struct engine *engine, Duban__Task *task, const char *message)
{
    plan_task(engine, task, false, message);
    state_put_task(engine->state, task);
    if (task->due_s == 0)
        engine_note_no_due(engine, task);
}

void engine_task_set_due(struct engine *engine, Duban__Task *task, int64_t due_s)
{
    task->due_s = due_s;
    if (engine_era(engine) >= ERA_OF_DUES_SET)
        task->due_set_s = engine->now_s;
}

void engine_task_replan(struct engine *engine, Duban__Task *task, bool goes_on)
{
    clear_steps(engine, task);
    if (!goes_on)
        task->n_heard = task->n_acknowledged = 0;   /* of the new due nobody has heard anything, nor taken note */
    plan_task(engine, task, goes_on, "");
    state_put_task(engine->state, task);
}

static const char *stop_reason(Duban__TaskState state)
{
    switch (state) {
    case DUBAN__TASK_STATE__TASK_STATE_CLAIMED:
        return "claimed";
    case DUBAN__TASK_STATE__TASK_STATE_PAUSED:
        return "suspended";
    case DUBAN__TASK_STATE__TASK_STATE_CANCELLED:
        return "cancelled";
    default:
        return "done";
    }
}

static const struct policy_text *why_over(struct engine *engine, const Duban__Task *task)
{
    static const struct policy_text FIXED = { "已整改，复查合格", "it has been fixed, and seen" }, DONE = { "已办结", "it is done" },
                                    TAKEN = { "已有科室接收", "an office has taken it" },
                                    ANSWERED = { "科室已反馈结果", "the office has answered" },
                                    VERIFIED = { "已核实", "it has been verified" },
                                    SEEN = { "已有人到场看过", "somebody has been there and seen it" };

    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION)
        return &FIXED;
    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_REFERRAL && engine_era(engine) >= ERA_OF_ARRIVALS)
        return &TAKEN;
    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_REFERRAL_RESULT && engine_era(engine) >= ERA_OF_ARRIVALS)
        return &ANSWERED;
    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_COMPLAINT && engine_era(engine) >= ERA_OF_EVERYONE_STOOD_DOWN)
        return &VERIFIED;
    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION && engine_era(engine) >= ERA_OF_EVERYONE_STOOD_DOWN)
        return &SEEN;
    return &DONE;
}

/* Handed back, it is with nobody: the clerk has to send it on. */
static bool is_handed_back(struct engine *engine, const Duban__Task *task)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    return task->kind == DUBAN__TASK_KIND__TASK_KIND_REFERRAL && subject != NULL &&
           subject->referral->state == DUBAN__REFERRAL_STATE__REFERRAL_STATE_RETURNED;
}

/* What is cancelled goes on otherwise, such as a case in another round, or says itself that it is over; an urgent alert is
 * over when all that follows from it is (engine_subject_finish). */
static void stand_down(struct engine *engine, Duban__Task *task)
{
    if (task->state != DUBAN__TASK_STATE__TASK_STATE_DONE || task->kind == DUBAN__TASK_KIND__TASK_KIND_URGENT)
        return;
    if (engine_era(engine) < ERA_OF_ARRIVALS || !is_handed_back(engine, task))
        engine_stand_down(engine, task, why_over(engine, task));
}

static void close_task(struct engine *engine, Duban__Task *task)
{
    task->closed_s = engine->now_s;
    if (engine_era(engine) >= ERA_OF_ENDED_TASKS)
        state_list_ended(engine->state, task);
}

void engine_task_stop(struct engine *engine, Duban__Task *task, Duban__TaskState state)
{
    clear_steps(engine, task);
    task->state = state;
    if (state == DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        task->paused_s = engine->now_s;
    else if (state != DUBAN__TASK_STATE__TASK_STATE_CLAIMED)
        close_task(engine, task);
    engine_withdraw(engine, task, stop_reason(state));
    stand_down(engine, task);
    state_put_task(engine->state, task);
}

void engine_task_resume(struct engine *engine, Duban__Task *task)
{
    assert(task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED);
    task->state = DUBAN__TASK_STATE__TASK_STATE_OPEN;
    task->paused_s = 0;
    clear_steps(engine, task);
    plan_task(engine, task, true, "");
    state_put_task(engine->state, task);
    if (task->due_s == 0)
        engine_note_no_due(engine, task);
}

void engine_task_drop_steps(struct engine *engine, Duban__Task *task,
                            bool (*drop)(const struct policy_row *row, uint32_t rank), uint32_t rank, int64_t before_s, const char *reason)
{
    for (size_t i = 0; i < task->n_steps;) {
        const Duban__Step *step = task->steps[i];
        const struct policy_row *row = engine_row(engine, task, step->step);

        if (row == NULL || step->due_s >= before_s || !drop(row, rank)) {
            i++;
            continue;
        }
        if (reason != NULL)
            note_skipped(engine, task, row, step->step, step->due_s, reason);
        engine_step_take(engine, task, i);
    }
    state_put_task(engine->state, task);
}

/* ---------------------------------------------------------------- house timers */

/* All ones: at its moment it fires after every task's step, so that the lines that these
 * add to a digest are in it. */
static void house_id(uint8_t id[ID_BYTES])
{
    memset(id, 0xff, ID_BYTES);
}

void engine_house_timer(struct engine *engine, uint16_t step, int64_t due_s)
{
    struct timer timer = { .due_s = due_s, .step = step };

    house_id(timer.task);
    state_put_timer(engine->state, &timer);
}

void engine_house_timer_off(struct engine *engine, uint16_t step, int64_t due_s)
{
    struct timer timer = { .due_s = due_s, .step = step };

    house_id(timer.task);
    state_delete_timer(engine->state, &timer);
}

int64_t engine_moved_s(const struct engine *engine, int64_t old_s, int32_t second_of_day)
{
    int64_t at_s = policy_moment(engine->policy, policy_day(engine->policy, old_s), second_of_day);

    return at_s > engine->now_s ? at_s : engine->now_s + 1;   /* nothing of that second has been journaled yet */
}

bool engine_is_house_timer(const struct timer *timer)
{
    uint8_t id[ID_BYTES];

    house_id(id);
    return memcmp(timer->task, id, ID_BYTES) == 0;
}
