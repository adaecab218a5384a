/* engine_task.c - the one mechanism: a task opens, its steps fire, it closes.
 *
 * A step is a row of the policy's plan at a moment; its timer is (due, task, step). All
 * steps are planned when the task opens, so that what will come can be shown; a repeat
 * plans its next time when it fires.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

enum { MAX_STEPS = 64 };

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

const struct policy_row *engine_row(struct engine *engine, const Duban__Task *task, uint32_t step)
{
    const struct policy_plan *plan = policy_plan(engine_policy_of(engine, &task->policy_version), task->kind, task->level);

    if (step < STEP_REMINDER + plan->reminder_count)
        return &plan->reminders[step - STEP_REMINDER];
    if (step >= STEP_LADDER && step < STEP_LADDER + plan->ladder_count)
        return &plan->ladder[step - STEP_LADDER];
    return NULL;
}

/* ---------------------------------------------------------------- planning */

static bool is_exempt_from_quiet(const struct policy *policy, const Duban__Task *task)
{
    const struct policy_severity *severity = policy_severity(policy, task->level);

    if (severity != NULL && severity->urgent)
        return true;
    return task->due_s - task->base_s <= policy->quiet_exempt_limit_s;
}

/* 4.6 rule 11: a reminder before due inside quiet hours goes the evening before when the
 * due is early in the morning; else it stays and becomes a digest line when it fires. */
static int64_t out_of_quiet(const struct policy *policy, const Duban__Task *task, int64_t at_s)
{
    int32_t offset = policy->utc_offset_s;
    int64_t morning = civil_day(at_s, offset);

    if (at_s >= task->due_s || !policy_is_quiet(policy, at_s) || is_exempt_from_quiet(policy, task))
        return at_s;
    if (civil_second_of_day(at_s, offset) >= policy->quiet_from_s)
        morning++;
    if (task->due_s >= civil_moment(morning, policy->quiet_due_before_s, offset))
        return at_s;
    return civil_moment(morning - 1, policy->quiet_reminder_s, offset);
}

static int64_t row_moment(const struct policy *policy, const Duban__Task *task, const struct policy_row *row)
{
    int64_t at_s = task->due_s + row->offset_s;

    switch (row->when) {
    case WHEN_OFFSET:
        if (row->offset_s == 0)
            return task->due_s + 1;   /* exactly at due is on time */
        break;
    case WHEN_CLOCK:
        at_s = civil_moment(civil_day(task->due_s, policy->utc_offset_s) + row->day, row->second_of_day,
                            policy->utc_offset_s);
        break;
    case WHEN_BRIEFING:
        return policy_next_briefing(policy, row->offset_s == 0 ? task->due_s + 1 : at_s);
    }
    if (row->is_ladder)
        return at_s;
    return row->fold ? at_s : out_of_quiet(policy, task, at_s);
}

struct plan_in_progress {
    Duban__Step steps[MAX_STEPS];
    size_t count;
    bool goes_on;   /* after a pause: what is past was told in its time */
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
                         int64_t at_s)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, NULL);

    fact->subject = task->case_id.len > 0 ? task->case_id : task->id;
    fact->task = task->id;
    fact->step = step;
    fact->message_kind = (char *) row->message;
    fact->rule = (char *) row->name;
    fact->new_s = at_s;
    fact->reason = "past";
    engine_add_fact(engine, fact);
}

/* A reminder whose time is past when the task is planned is recorded, not sent; what comes
 * after the due is owed however late, so it is set for now. */
static void plan_row(struct engine *engine, const Duban__Task *task, struct plan_in_progress *plan,
                     const struct policy_row *row, uint32_t step)
{
    int64_t at_s = row_moment(engine_policy_of(engine, &task->policy_version), task, row);

    if (at_s <= task->due_s && at_s < engine->now_s) {
        if (!plan->goes_on)
            note_skipped(engine, task, row, step, at_s);
        return;
    }
    if (at_s < engine->now_s && row->every_s > 0)
        at_s += (engine->now_s - at_s + row->every_s - 1) / row->every_s * row->every_s;
    plan_step(plan, step, at_s < engine->now_s ? engine->now_s : at_s);
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

/* One more step in its place in time. */
static void add_step(struct engine *engine, Duban__Task *task, uint32_t number, int64_t due_s)
{
    Duban__Step **steps = arena_take(&engine->state->arena, sizeof *steps * (task->n_steps + 1));
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

static void clear_steps(struct engine *engine, Duban__Task *task)
{
    for (size_t i = 0; i < task->n_steps; i++)
        clear_timer(engine, task, task->steps[i]);
    task->n_steps = 0;
}

static void take_plan(struct engine *engine, Duban__Task *task, struct plan_in_progress *plan)
{
    qsort(plan->steps, plan->count, sizeof plan->steps[0], by_moment);
    task->steps = arena_take(&engine->state->arena, sizeof task->steps[0] * (plan->count + 1));
    task->n_steps = plan->count;
    for (size_t i = 0; i < plan->count; i++) {
        task->steps[i] = arena_take(&engine->state->arena, sizeof(Duban__Step));
        *task->steps[i] = plan->steps[i];
        set_timer(engine, task, task->steps[i]);
    }
}

static void plan_task(struct engine *engine, Duban__Task *task, bool goes_on)
{
    const struct policy_plan *rows = policy_plan(engine_policy_of(engine, &task->policy_version), task->kind, task->level);
    struct plan_in_progress plan = { .goes_on = goes_on };

    for (size_t i = 0; i < rows->reminder_count; i++)
        plan_row(engine, task, &plan, &rows->reminders[i], (uint32_t) (STEP_REMINDER + i));
    if (!task->overdue_told)
        plan_step(&plan, STEP_OVERDUE, task->due_s + 1 < engine->now_s ? engine->now_s : task->due_s + 1);
    for (size_t i = 0; i < rows->ladder_count; i++)
        plan_row(engine, task, &plan, &rows->ladder[i], (uint32_t) (STEP_LADDER + i));
    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION && !task->overdue_told)
        plan_step(&plan, STEP_WINDOW, task->due_s < engine->now_s ? engine->now_s : task->due_s);
    take_plan(engine, task, &plan);
}

/* ---------------------------------------------------------------- opening and closing */

Duban__Task *engine_task_new(struct engine *engine, Duban__TaskKind kind, Duban__Case *case_, uint32_t occurrence)
{
    Duban__Task *task = arena_take(&engine->state->arena, sizeof *task);
    uint8_t *id = arena_take(&engine->state->arena, ID_BYTES);

    duban__task__init(task);
    if (case_ != NULL) {
        engine_id(id, get_u64(case_->id.data), get_u16(case_->id.data + 8), (uint16_t) kind, occurrence);
        task->case_id = case_->id;
        task->site = case_->site;
        task->owner = case_->owner;
        task->level = case_->level;
        task->policy_version = case_->policy_version;
    } else {
        /* Counted down from the top, so that it never meets the index of a finding; by entries
         * only, since firing may begin again after a crash and must give the same ids. */
        assert(engine->account[0] != '\0');
        engine_id(id, engine->entry_sequence, (uint16_t) (0xffff - engine->next_subject++), (uint16_t) kind, occurrence);
        task->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) engine->policy->version };
    }
    task->id = (ProtobufCBinaryData){ ID_BYTES, id };
    task->kind = kind;
    task->state = DUBAN__TASK_STATE__TASK_STATE_OPEN;
    task->opened_s = task->base_s = task->start_s = engine->now_s;
    task->cause_sequence = engine->entry_sequence;
    return task;
}

void engine_task_start(struct engine *engine, Duban__Task *task)
{
    plan_task(engine, task, false);
    state_put_task(engine->state, task);
}

void engine_task_replan(struct engine *engine, Duban__Task *task)
{
    clear_steps(engine, task);
    plan_task(engine, task, false);
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

void engine_task_stop(struct engine *engine, Duban__Task *task, Duban__TaskState state)
{
    clear_steps(engine, task);
    task->state = state;
    if (state == DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        task->paused_s = engine->now_s;
    else if (state != DUBAN__TASK_STATE__TASK_STATE_CLAIMED)
        task->closed_s = engine->now_s;
    engine_withdraw(engine, task, stop_reason(state));
    state_put_task(engine->state, task);
}

void engine_task_resume(struct engine *engine, Duban__Task *task, int64_t shift_s)
{
    assert(task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED);
    task->state = DUBAN__TASK_STATE__TASK_STATE_OPEN;
    task->paused_s = 0;
    task->start_s += shift_s;
    task->base_s += shift_s;
    task->due_s += shift_s;
    clear_steps(engine, task);
    plan_task(engine, task, true);
    state_put_task(engine->state, task);
}

/* Take step i out of the list without touching its timer. */
static void remove_step(Duban__Task *task, size_t i)
{
    memmove(&task->steps[i], &task->steps[i + 1], sizeof task->steps[0] * (task->n_steps - i - 1));
    task->n_steps--;
}

void engine_task_drop_steps(struct engine *engine, Duban__Task *task,
                            bool (*drop)(const struct policy_row *row, uint32_t rank), uint32_t rank)
{
    for (size_t i = 0; i < task->n_steps;) {
        const struct policy_row *row = engine_row(engine, task, task->steps[i]->step);

        if (row != NULL && drop(row, rank)) {
            clear_timer(engine, task, task->steps[i]);
            remove_step(task, i);
        } else {
            i++;
        }
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

static bool is_house(const struct timer *timer)
{
    uint8_t id[ID_BYTES];

    house_id(id);
    return memcmp(timer->task, id, ID_BYTES) == 0;
}

static void fire_house(struct engine *engine, const struct timer *timer)
{
    state_delete_timer(engine->state, timer);
    switch (timer->step) {
    case HOUSE_DIGEST:
        engine_send_digests(engine);
        break;
    case HOUSE_WAITING:
        engine_release_waiting(engine);
        break;
    case HOUSE_POLICY:
        engine_policy_due(engine);
        break;
    default:
        assert(!"house timer of no known step");
    }
}

/* ---------------------------------------------------------------- firing */

static Duban__Case *case_of(struct engine *engine, const Duban__Task *task)
{
    return task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
}

static void note_not_told(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step,
                          const char *reason, const char *recipient)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, NULL);

    fact->subject = task->case_id.len > 0 ? task->case_id : task->id;
    fact->task = task->id;
    fact->step = step;
    fact->message_kind = (char *) row->message;
    fact->rule = (char *) row->name;
    fact->reason = (char *) reason;
    if (recipient != NULL)
        fact->recipient = (char *) recipient;
    engine_add_fact(engine, fact);
}

/* 4.6 rule 12: reminders of the same kind at the same site for the same people that are due
 * within the join window go along now. */
static size_t join_reminders(struct engine *engine, const Duban__Task *task, const struct policy_row *row,
                             Duban__NoticeItem **items, size_t most)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t cases = state_cases_of_site(engine->state, task->site, ids, MAX_CASES_PER_SITE);
    size_t joined = 0;

    for (size_t i = 0; i < cases && joined < most; i++) {
        Duban__Case *case_;
        Duban__Task *other;

        if (memcmp(ids[i], task->case_id.data, ID_BYTES) == 0)
            continue;
        case_ = state_case(engine->state, ids[i]);
        other = engine_task_of(engine, task->kind == DUBAN__TASK_KIND__TASK_KIND_REVISIT ? &case_->revisit_task
                                                                                     : &case_->rectification_task);
        if (other == NULL || other->kind != task->kind || strcmp(other->owner, task->owner) != 0)
            continue;
        for (size_t k = 0; k < other->n_steps; k++) {
            const struct policy_row *also = engine_row(engine, other, other->steps[k]->step);

            if (also == NULL || also->is_ladder || also->fold || also->every_s > 0 || also->offset_s >= 0 ||
                strcmp(also->message, row->message) != 0 || other->steps[k]->due_s > engine->now_s + policy->join_window_s)
                continue;
            clear_timer(engine, other, other->steps[k]);
            remove_step(other, k);
            state_put_task(engine->state, other);
            items[joined++] = engine_item(engine, other, case_);
            break;
        }
    }
    return joined;
}

/* A task that went along must know of the notice, so that its end withdraws it. */
static void note_joined(struct engine *engine, Duban__NoticeItem *const *items, size_t count, uint64_t sequence)
{
    for (size_t i = 0; sequence > 0 && i < count; i++) {
        Duban__Task *task = state_task(engine->state, items[i]->task.data);

        task->last_outbox_sequence = sequence;
        state_put_task(engine->state, task);
    }
}

static void tell_row(struct engine *engine, Duban__Task *task, Duban__Case *case_, const struct policy_row *row,
                     uint32_t step, const char *const *skip, size_t skip_count)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    Duban__NoticeItem *items[MAX_DIGEST_ITEMS];
    struct telling telling = {
        .message = row->message, .to = row->to, .to_count = row->to_count, .row = row, .rule = row->name,
        .task = task, .case_ = case_, .step = step, .items = items, .item_count = 1,
        .urgent = is_exempt_from_quiet(policy, task), .foldable = true, .skip = skip, .skip_count = skip_count,
        .zone_site = task->site,
    };

    items[0] = engine_item(engine, task, case_);
    if (!row->is_ladder && !row->fold && row->every_s == 0 && row->offset_s < 0 && case_ != NULL)
        telling.item_count += join_reminders(engine, task, row, items + 1, MAX_DIGEST_ITEMS - 1);
    note_joined(engine, items + 1, telling.item_count - 1, engine_tell(engine, &telling));
}

static void fire_reminder(struct engine *engine, Duban__Task *task, Duban__Case *case_, const struct policy_row *row,
                          uint32_t step)
{
    if (row->until_explained && case_ != NULL && case_->explained_s > task->due_s) {
        note_not_told(engine, task, row, step, "explained", NULL);
        return;
    }
    tell_row(engine, task, case_, row, step, NULL, 0);
    if (row->every_s > 0)
        add_step(engine, task, step, engine->now_s + row->every_s);
}

/* "Steps that reach one person together send the highest only": everybody whom the higher
 * rows of this moment reach. */
static size_t reached_by(struct engine *engine, Duban__Task *task, Duban__Case *case_,
                         const struct policy_row *const *rows, size_t count, const char **accounts, size_t most)
{
    struct telling probe = { .task = task, .case_ = case_, .zone_site = task->site };
    struct recipient recipients[MAX_RECIPIENTS];
    size_t reached = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < rows[i]->to_count; k++) {
            size_t found = engine_recipients(engine, rows[i]->to[k], &probe, recipients, MAX_RECIPIENTS);

            for (size_t n = 0; n < found && reached < most; n++)
                accounts[reached++] = recipients[n].holder->account;
        }
    return reached;
}

/* Ladder rows of this task whose moment is now, taken out of its steps, lowest first. */
static size_t take_ladder_rows(struct engine *engine, Duban__Task *task, const struct policy_row **rows,
                               uint32_t *steps)
{
    size_t count = 0;

    for (size_t i = 0; i < task->n_steps;) {
        const Duban__Step *step = task->steps[i];

        if (step->due_s <= engine->now_s && step->step >= STEP_LADDER && step->step < STEP_WINDOW) {
            rows[count] = engine_row(engine, task, step->step);
            steps[count++] = step->step;
            clear_timer(engine, task, step);
            remove_step(task, i);
        } else {
            i++;
        }
    }
    return count;
}

static void fire_ladder(struct engine *engine, Duban__Task *task, Duban__Case *case_)
{
    const struct policy_row *rows[MAX_STEPS];
    uint32_t steps[MAX_STEPS];
    size_t count = take_ladder_rows(engine, task, rows, steps);
    const char *skip[MAX_STEPS];

    for (size_t i = 0; i < count; i++) {
        size_t skip_count;

        if (case_ != NULL && rows[i]->ladder_step == 0)
            case_->chased++;
        if (case_ != NULL && rows[i]->ladder_step + 1 > case_->ladder_step)
            case_->ladder_step = rows[i]->ladder_step + 1;
        skip_count = reached_by(engine, task, case_, rows + i + 1, count - i - 1, skip, MAX_STEPS);
        tell_row(engine, task, case_, rows[i], steps[i], skip, skip_count);
        if (rows[i]->every_s > 0)
            add_step(engine, task, steps[i], engine->now_s + rows[i]->every_s);
    }
}

static void note_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_OVERDUE, case_);

    task->overdue_told = true;
    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_REVISIT)
        fact->kind = DUBAN__FACT_KIND__FACT_KIND_MISSED;
    if (case_ != NULL && task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION)
        task->overdue_round = ++case_->overdue_rounds;
    fact->subject = case_ != NULL ? case_->id : task->id;
    fact->task = task->id;
    fact->old_s = task->due_s;
    fact->number = task->pass_number;
    engine_add_fact(engine, fact);
}

/* What fires may change the case (chased, ladder step, nobody told): put only then. */
static void fire_step(struct engine *engine, Duban__Task *task, uint32_t step)
{
    Duban__Case *case_ = case_of(engine, task);
    uint32_t nobody_told = case_ == NULL ? 0 : case_->nobody_told;
    bool case_changed = true;

    if (step == STEP_WINDOW) {
        engine_case_window(engine, case_, task->due_s);
    } else if (step == STEP_OVERDUE) {
        note_overdue(engine, task, case_);
        fire_ladder(engine, task, case_);
    } else if (step >= STEP_LADDER) {
        fire_ladder(engine, task, case_);
    } else {
        fire_reminder(engine, task, case_, engine_row(engine, task, step), step);
        case_changed = case_ != NULL && case_->nobody_told != nobody_told;
    }
    state_put_task(engine->state, task);
    if (case_ != NULL && case_changed)
        state_put_case(engine->state, case_);
}

static size_t find_step(const Duban__Task *task, const struct timer *timer)
{
    for (size_t i = 0; i < task->n_steps; i++)
        if (task->steps[i]->step == timer->step && task->steps[i]->due_s == timer->due_s)
            return i;
    return task->n_steps;
}

void engine_fire(struct engine *engine, const struct timer *timer)
{
    Duban__Task *task;
    size_t i;

    if (is_house(timer)) {
        fire_house(engine, timer);
        return;
    }
    task = state_task(engine->state, timer->task);
    assert(task != NULL);
    i = find_step(task, timer);
    assert(i < task->n_steps);   /* steps and timers change together */
    if (timer->step < STEP_LADDER || timer->step >= STEP_WINDOW) {   /* else fire_ladder takes it */
        state_delete_timer(engine->state, timer);
        remove_step(task, i);
    }
    fire_step(engine, task, timer->step);
}

bool engine_move_repeat(struct engine *engine, const struct timer *timer)
{
    const struct policy_row *row;
    Duban__Task *task;
    size_t i;
    int64_t last_s;

    if (is_house(timer) || timer->due_s == engine->stamp_s)
        return false;
    task = state_task(engine->state, timer->task);
    row = task == NULL ? NULL : engine_row(engine, task, timer->step);
    if (row == NULL || row->every_s == 0 || timer->due_s + row->every_s > engine->stamp_s)
        return false;
    i = find_step(task, timer);
    assert(i < task->n_steps);
    last_s = timer->due_s + (engine->stamp_s - timer->due_s) / row->every_s * row->every_s;
    clear_timer(engine, task, task->steps[i]);
    task->steps[i]->due_s = last_s;
    set_timer(engine, task, task->steps[i]);
    state_put_task(engine->state, task);
    return true;
}
