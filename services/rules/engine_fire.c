/* engine_fire.c - a step's moment has come: remind, chase up the ladder, open the window. */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

/* ---------------------------------------------------------------- the house */

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
    case HOUSE_FORGET:   /* time has come here: what is to be forgotten is asked for with the next WAKE */
        break;
    case HOUSE_PRESENCE:
        engine_presence_due(engine);
        break;
    case HOUSE_LOOK_BACK:
        engine_draw_look_backs(engine);
        break;
    case HOUSE_DAY:
        engine_day_walk(engine);
        break;
    case HOUSE_PLAN:
        engine_plan_walk(engine);
        break;
    case HOUSE_DOORS:
        engine_doors_due(engine);
        break;
    case HOUSE_PHOTOS:
        engine_photos_due(engine);
        break;
    case HOUSE_SILENCE:
        engine_silences_due(engine);
        break;
    case HOUSE_BRIEF:
        engine_brief(engine);
        break;
    case HOUSE_ALERT:
        engine_progress_alert(engine);
        break;
    case HOUSE_CUTOFF:
        engine_cutoff(engine);
        break;
    case HOUSE_SUMMARY:
        engine_summary(engine);
        break;
    case HOUSE_STOPS:
        engine_stops_stand(engine);
        break;
    case HOUSE_TOGETHER:
        engine_send_together(engine);
        break;
    case HOUSE_ROSTER:
        engine_post_goes_on(engine);
        break;
    default:
        assert(!"house timer of no known step");
    }
}

/* ---------------------------------------------------------------- reminders */

static size_t find_step(const Duban__Task *task, const struct timer *timer)
{
    for (size_t i = 0; i < task->n_steps; i++)
        if (task->steps[i]->step == timer->step && task->steps[i]->due_s == timer->due_s)
            return i;
    return task->n_steps;
}

static Duban__Case *case_of(struct engine *engine, const Duban__Task *task)
{
    return task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
}

static void note_not_told(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step,
                          const char *reason, const char *recipient)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, NULL);

    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->step = step;
    fact->message_kind = (char *) row->message;
    fact->rule = (char *) row->name;
    fact->reason = (char *) reason;
    if (recipient != NULL)
        fact->recipient = (char *) recipient;
    engine_add_fact(engine, fact);
}

static bool has_such_task(void *self, const Duban__Case *case_)
{
    const struct task_kind *kind = self;

    return kind->in_case(case_)->len == ID_BYTES;
}

/* (11) It would go after its due: its own moment, which comes next, says so. */
static bool is_past_its_due(struct engine *engine, const Duban__Task *other)
{
    return engine_era(engine) >= ERA_OF_JOINED_DUES && engine->stamp_s > other->due_s;
}

/* Takes the other's step that says the same within the join window, before its due. */
static bool take_alike(struct engine *engine, Duban__Task *other, const struct policy_row *row, const struct policy *policy)
{
    for (size_t k = 0; k < other->n_steps; k++) {
        const struct policy_row *also = engine_row(engine, other, other->steps[k]->step);

        if (also == NULL || !engine_row_may_join(also) || !engine_rows_tell_alike(also, row) || other->steps[k]->due_s > other->due_s ||
            other->steps[k]->due_s > engine->now_s + policy->join_window_s)
            continue;
        engine_step_take(engine, other, k);
        state_put_task(engine->state, other);
        return true;
    }
    return false;
}

/* 4.6 rule 12: reminders of the same kind at the same site for the same people that are due
 * within the join window go along now. */
static size_t join_reminders(struct engine *engine, const Duban__Task *task, const struct policy_row *row,
                             Duban__NoticeItem **items, size_t most)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    const struct task_kind *kind = task_kind((int) task->kind);
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t cases = state_cases_wanted(engine->state, task->site, has_such_task, (void *) kind, ids, MAX_CASES_PER_SITE);
    size_t joined = 0;

    for (size_t i = 0; i < cases && joined < most; i++) {
        Duban__Case *case_;
        Duban__Task *other;

        if (memcmp(ids[i], task->case_id.data, ID_BYTES) == 0)
            continue;
        case_ = state_case(engine->state, ids[i]);
        other = engine_task_of(engine, kind->in_case(case_));
        if (other == NULL || strcmp(other->owner, task->owner) != 0 || is_past_its_due(engine, other))
            continue;
        if (take_alike(engine, other, row, policy))
            items[joined++] = engine_item(engine, other, case_);
    }
    return joined;
}

static bool is_owed_alike(const Duban__Task *task, const Duban__Task *other)
{
    return other->kind == task->kind && other->state == DUBAN__TASK_STATE__TASK_STATE_OPEN && strcmp(other->owner, task->owner) == 0 &&
           other->owner_role == task->owner_role && strcmp(other->office, task->office) == 0;
}

/* The same of complaints, referrals and the like at that place. */
static size_t join_subjects(struct engine *engine, const Duban__Task *task, const struct policy_row *row, Duban__NoticeItem **items, size_t most)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    const Duban__Subject *subject = engine_subject_of(engine, task);
    uint8_t ids[MAX_DIGEST_ITEMS][ID_BYTES];
    size_t count = subject == NULL ? 0 : engine_open_subjects(engine, subject->kind, engine_place_of_task(task), ids, MAX_DIGEST_ITEMS);
    size_t joined = 0;

    for (size_t i = 0; i < count && joined < most; i++) {
        const Duban__Subject *beside = memcmp(ids[i], subject->id.data, ID_BYTES) == 0 ? NULL : state_subject(engine->state, ids[i]);
        Duban__Task *other = beside == NULL ? NULL : engine_task_of(engine, &beside->task);

        if (other != NULL && is_owed_alike(task, other) && !is_past_its_due(engine, other) && take_alike(engine, other, row, policy))
            items[joined++] = engine_item(engine, other, NULL);
    }
    return joined;
}

/* Reminders of other entries that wait to be settled, for the same post. */
static size_t join_settlements(struct engine *engine, const Duban__Task *task, const struct policy_row *row,
                               Duban__NoticeItem **items, size_t most)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);
    struct timer timers[MAX_DIGEST_ITEMS];
    size_t count = state_timers_of_kind(engine->state, DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT,
                                        engine->now_s + policy->join_window_s, timers, MAX_DIGEST_ITEMS);
    size_t joined = 0;

    for (size_t i = 0; i < count && joined < most; i++) {
        Duban__Task *other = state_task(engine->state, timers[i].task);
        const struct policy_row *also = engine_row(engine, other, timers[i].step);

        if (memcmp(timers[i].task, task->id.data, ID_BYTES) == 0 || also == NULL || !engine_row_may_join(also) ||
            !engine_rows_tell_alike(also, row) || timers[i].due_s > other->due_s || is_past_its_due(engine, other))
            continue;
        engine_step_take(engine, other, find_step(other, &timers[i]));
        state_put_task(engine->state, other);
        items[joined++] = engine_item(engine, other, NULL);
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

/* (11) Such a reminder never goes after the due. */
static bool is_before_due(const struct engine *engine, const Duban__Task *task, const struct policy_row *row)
{
    return !row->is_ladder && engine->now_s <= task->due_s;
}

static struct telling telling_of_row(struct engine *engine, Duban__Task *task, Duban__Case *case_, const struct policy_row *row,
                                     uint32_t step, Duban__NoticeItem **items)
{
    int64_t expires_s = is_before_due(engine, task, row) ? task->due_s : 0;

    items[0] = engine_item(engine, task, case_);
    if (row->when == WHEN_APPOINTMENT)
        expires_s = task->appointed_s;
    return (struct telling){
        .message = row->message, .to = row->to, .to_count = row->to_count, .row = row, .rule = row->name,
        .task = task, .case_ = case_, .step = step, .items = items, .item_count = 1,
        .urgent = engine_is_exempt_from_quiet(engine_policy_of(engine, &task->policy_version), task), .foldable = true,
        .expires_s = expires_s,
    };
}

/* Whatever item's due comes first: after that the notice would not be true of it. */
static int64_t least_due_s(Duban__NoticeItem *const *items, size_t count, int64_t due_s)
{
    for (size_t i = 0; i < count; i++)
        if (items[i]->due_s < due_s)
            due_s = items[i]->due_s;
    return due_s;
}

static void tell_row(struct engine *engine, Duban__Task *task, Duban__Case *case_, const struct policy_row *row,
                     uint32_t step, const char *const *skip, size_t skip_count)
{
    Duban__NoticeItem *items[MAX_DIGEST_ITEMS];
    struct telling telling = telling_of_row(engine, task, case_, row, step, items);

    telling.skip = skip;
    telling.skip_count = skip_count;
    if (engine_row_may_join(row) && is_before_due(engine, task, row) && task_kind((int) task->kind)->in_case != NULL)
        telling.item_count += join_reminders(engine, task, row, items + 1, MAX_DIGEST_ITEMS - 1);
    else if (engine_row_may_join(row) && is_before_due(engine, task, row) && task->kind == DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT)
        telling.item_count += join_settlements(engine, task, row, items + 1, MAX_DIGEST_ITEMS - 1);
    else if (engine_row_may_join(row) && is_before_due(engine, task, row) && engine_era(engine) >= ERA_OF_JOINED_SUBJECTS)
        telling.item_count += join_subjects(engine, task, row, items + 1, MAX_DIGEST_ITEMS - 1);
    if (engine_era(engine) >= ERA_OF_JOINED_DUES)
        telling.expires_s = least_due_s(items + 1, telling.item_count - 1, telling.expires_s);
    note_joined(engine, items + 1, telling.item_count - 1, engine_tell(engine, &telling));
}

/* Whatever is said to those who must fix it after the due has passed: 已催办n次. */
static bool is_chase(const struct engine *engine, const Duban__Task *task, const Duban__Case *case_)
{
    return case_ != NULL && task_kind((int) task->kind)->is_chased && engine->now_s > task->due_s;
}

static void plan_repeat(struct engine *engine, Duban__Task *task, const struct policy_row *row, uint32_t step)
{
    int64_t next_s;

    if (policy_repeats(row) && engine_next_repeat(engine, task, row, step, engine->now_s, &next_s))
        engine_step_add(engine, task, step, next_s);
    engine_plan_again(engine, task, row, step);
}

static bool is_explained(const Duban__Task *task, const Duban__Case *case_, const struct policy_row *row)
{
    return row->until_explained && case_ != NULL && case_->explained_s > task->due_s;
}

/* What was told at the row's time stands for it, where that has come by now. */
static bool is_overtaken_by_its_row(const struct engine *engine, const Duban__Task *task, uint32_t row_step)
{
    for (size_t i = 0; i < task->n_steps; i++)
        if (task->steps[i]->step == row_step && task->steps[i]->due_s <= engine->stamp_s)
            return true;
    return false;
}

static void fire_again(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step)
{
    const struct policy_row *row = engine_row(engine, task, step);
    Duban__NoticeItem *items[1];
    struct telling telling;

    if (is_overtaken_by_its_row(engine, task, engine_row_step(step)))
        return;
    if (is_explained(task, case_, row)) {
        note_not_told(engine, task, row, engine_row_step(step), "explained", NULL);
        return;
    }
    telling = telling_of_row(engine, task, case_, row, engine_row_step(step), items);
    telling.again = true;
    engine_tell(engine, &telling);
    engine_plan_again(engine, task, row, engine_row_step(step));
}

/* The evening says how many of these there were. */
static void note_past(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step)
{
    note_not_told(engine, task, row, step, "past", NULL);
    engine_alive_expired(engine);
}

/* late: drop. What is urgent goes however late it is. */
static bool is_too_late(struct engine *engine, const Duban__Task *task, const struct policy_row *row)
{
    return row->late == LATE_DROP && engine_is_stale(engine) &&
           !engine_is_exempt_from_quiet(engine_policy_of(engine, &task->policy_version), task);
}

static void fire_reminder(struct engine *engine, Duban__Task *task, Duban__Case *case_, const struct policy_row *row,
                          uint32_t step)
{
    if (is_before_due(engine, task, row) && engine->stamp_s > task->due_s) {
        note_past(engine, task, row, step);
        return;
    }
    if (is_explained(task, case_, row)) {
        note_not_told(engine, task, row, step, "explained", NULL);
        return;
    }
    if (is_too_late(engine, task, row)) {
        note_past(engine, task, row, step);
        plan_repeat(engine, task, row, step);
        return;
    }
    if (is_chase(engine, task, case_))
        case_->chased++;
    tell_row(engine, task, case_, row, step, NULL, 0);
    plan_repeat(engine, task, row, step);
}

/* At night every row of an urgent task reaches those on call as well. */
static size_t on_call_too(struct engine *engine, Duban__Task *task, Duban__Case *case_, const char **accounts, size_t most)
{
    const struct telling probe = {
        .task = task, .case_ = case_,
        .urgent = engine_is_exempt_from_quiet(engine_policy_of(engine, &task->policy_version), task),
    };
    struct recipient recipients[MAX_RECIPIENTS];
    size_t found = engine_on_call(engine, &probe, recipients, most);

    for (size_t i = 0; i < found; i++)
        accounts[i] = recipients[i].holder->account;
    return found;
}

/* "Steps that reach one person together send the highest only": everybody whom the higher
 * rows of this moment reach. */
static size_t reached_by(struct engine *engine, Duban__Task *task, Duban__Case *case_,
                         const struct policy_row *const *rows, size_t count, const char **accounts, size_t most)
{
    struct recipient recipients[MAX_RECIPIENTS];
    size_t reached = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < rows[i]->to_count; k++) {
            struct telling probe = { .row = rows[i], .task = task, .case_ = case_ };
            size_t found = engine_audience(engine, &probe, rows[i]->to[k], recipients, MAX_RECIPIENTS);

            for (size_t n = 0; n < found && reached < most; n++)
                accounts[reached++] = recipients[n].holder->account;
        }
    return reached + (count == 0 ? 0 : on_call_too(engine, task, case_, accounts + reached, most - reached));
}

/* ---------------------------------------------------------------- the ladder */

/* Nobody is told the same several times at once: of the times that went by while nothing ran the last stands for all. */
static void note_moved(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step, int64_t at_s,
                       int64_t last_s)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, NULL);

    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->step = step;
    fact->message_kind = (char *) row->message;
    fact->rule = (char *) row->name;
    fact->reason = "nothing_ran";
    fact->new_s = at_s;
    fact->number = engine_repeats_between(engine, task, row, at_s, last_s);
    engine_add_fact(engine, fact);
}

/* When the row's time at at_s is followed by another not after the stamp, its step stands at the
 * last of these. The step at at_s has been taken. */
static bool move_repeat(struct engine *engine, Duban__Task *task, const struct policy_row *row, uint32_t step, int64_t at_s)
{
    int64_t last_s = policy_repeats(row) ? engine_last_repeat(engine, task, row, at_s, engine->stamp_s) : at_s;

    if (last_s == at_s)
        return false;
    note_moved(engine, task, row, step, at_s, last_s);
    engine_step_add(engine, task, step, last_s);
    return true;
}

/* Ladder rows of this task whose moment is now, taken out of its steps, lowest first. */
static size_t take_ladder_rows(struct engine *engine, Duban__Task *task, const struct policy_row **rows,
                               uint32_t *steps)
{
    size_t count = 0;

    for (size_t i = 0; i < task->n_steps;) {
        const Duban__Step *step = task->steps[i];

        if (step->due_s <= engine->now_s && step->step >= STEP_LADDER && step->step < STEP_OWN) {
            const struct policy_row *row = engine_row(engine, task, step->step);
            uint32_t number = step->step;

            engine_step_take(engine, task, i);
            if (move_repeat(engine, task, row, number, engine->now_s))
                continue;   /* a later one stands for it */
            rows[count] = row;
            steps[count++] = number;
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
    const char *skip[MAX_RECIPIENTS];

    for (size_t i = 0; i < count; i++) {
        size_t skip_count;

        if (is_chase(engine, task, case_)) {
            case_->chased += rows[i]->ladder_step == 0;
            if (rows[i]->ladder_step + 1 > case_->ladder_step)
                case_->ladder_step = rows[i]->ladder_step + 1;
        }
        skip_count = reached_by(engine, task, case_, rows + i + 1, count - i - 1, skip, MAX_RECIPIENTS);
        tell_row(engine, task, case_, rows[i], steps[i], skip, skip_count);
        plan_repeat(engine, task, rows[i], steps[i]);
    }
}

static void note_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_OVERDUE, NULL);
    const struct task_kind *kind = task_kind((int) task->kind);

    task->overdue_told = true;
    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->old_s = task->due_s;
    fact->number = task->pass_number;
    if (kind->overdue != NULL)
        kind->overdue(engine, task, case_, fact);
    engine_add_fact(engine, fact);
}

/* What fires may change the case (chased, ladder step, nobody told): put only then. */
static void fire_step(struct engine *engine, Duban__Task *task, uint32_t step)
{
    Duban__Case *case_ = case_of(engine, task);
    uint32_t nobody_told = case_ == NULL ? 0 : case_->nobody_told;
    uint32_t chased = case_ == NULL ? 0 : case_->chased;
    bool case_changed = true;

    if (step >= STEP_AGAIN) {
        fire_again(engine, task, case_, step);
    } else if (step >= STEP_OWN) {
        task_kind((int) task->kind)->fire_own(engine, task, case_, step);
    } else if (step == STEP_YELLOW) {   /* the agenda looks at what is put */
        case_changed = false;
    } else if (step == STEP_OVERDUE) {
        note_overdue(engine, task, case_);
        fire_ladder(engine, task, case_);
    } else if (step >= STEP_LADDER) {
        fire_ladder(engine, task, case_);
    } else {
        fire_reminder(engine, task, case_, engine_row(engine, task, step), step);
        case_changed = case_ != NULL && (case_->nobody_told != nobody_told || case_->chased != chased);
    }
    state_put_task(engine->state, task);
    if (case_ != NULL && case_changed)
        state_put_case(engine->state, case_);
}

/* ---------------------------------------------------------------- a timer */

void engine_fire(struct engine *engine, const struct timer *timer)
{
    Duban__Task *task;
    size_t i;

    if (engine_is_house_timer(timer)) {
        fire_house(engine, timer);
        return;
    }
    engine_alive_checked(engine);
    task = state_task(engine->state, timer->task);
    assert(task != NULL);
    i = find_step(task, timer);
    assert(i < task->n_steps);   /* steps and timers change together */
    if (timer->step < STEP_LADDER || timer->step >= STEP_OWN)   /* else fire_ladder takes it */
        engine_step_take(engine, task, i);
    fire_step(engine, task, timer->step);
}

bool engine_move_repeat(struct engine *engine, const struct timer *timer)
{
    const struct policy_row *row;
    Duban__Task *task;
    size_t i;
    if (engine_is_house_timer(timer) || timer->due_s == engine->stamp_s || timer->step >= STEP_AGAIN)
        return false;
    task = state_task(engine->state, timer->task);
    row = task == NULL ? NULL : engine_row(engine, task, timer->step);
    if (row == NULL || !policy_repeats(row) ||
        engine_last_repeat(engine, task, row, timer->due_s, engine->stamp_s) == timer->due_s)
        return false;
    i = find_step(task, timer);
    assert(i < task->n_steps);
    engine_step_take(engine, task, i);
    move_repeat(engine, task, row, timer->step, timer->due_s);
    state_put_task(engine->state, task);
    return true;
}
