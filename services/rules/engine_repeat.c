/* engine_repeat.c - 重复提醒的计时: what repeats waits from its delivery on, not from when it was decided.
 *
 *   row at its time -> notice -> accepted late     his clock begins there: not at the next time, but once it has run out
 *                             -> did not arrive    it is told to him again after a while, whatever the row's next time is
 *                             -> no answer came    是否送达不明: as accepted when it left. Most likely he has it, and another one
 *                                                  at once would be a double for sure; if not, the next one reaches him. What
 *                                                  is urgent has gone by his next way meanwhile (notify), and counts from there
 *                             -> nothing known yet it counts as accepted when it was told, as it does in a what-if for good
 *
 * Each recipient of a row has a clock of his own (Task.heard). The row keeps its times; between them there is a step of its
 * own for whom it has not reached. That one failing too is left to the row's next time: somebody is told of the dead letter
 * anyway. Rows that come at a time of day, or in lists, keep to that.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

static bool has_clocks(const struct policy_row *row)
{
    return row != NULL && policy_repeats(row) && !row->fold;
}

/* ---------------------------------------------------------------- what each has heard */

static Duban__Heard *heard_by(const Duban__Task *task, uint32_t step, const char *account)
{
    for (size_t i = 0; i < task->n_heard; i++)
        if (task->heard[i]->step == step && strcmp(task->heard[i]->account, account) == 0)
            return task->heard[i];
    return NULL;
}

static Duban__Heard *add_heard(struct engine *engine, Duban__Task *task, uint32_t step, const char *account)
{
    Duban__Heard **list = arena_take_pointers(&engine->state->arena, task->n_heard + 1);
    Duban__Heard *heard = arena_take(&engine->state->arena, sizeof *heard);

    assert(list != NULL && heard != NULL);
    duban__heard__init(heard);
    heard->step = step;
    heard->account = (char *) account;
    for (size_t i = 0; i < task->n_heard; i++)
        list[i] = task->heard[i];
    list[task->n_heard++] = heard;
    task->heard = list;
    return heard;
}

void engine_note_heard(struct engine *engine, const struct telling *telling, const char *account, uint64_t notice)
{
    Duban__Heard *heard;

    if (telling->task == NULL || !has_clocks(telling->row) || engine_era(engine) < ERA_OF_ARRIVALS)
        return;
    heard = heard_by(telling->task, telling->step, account);
    if (heard == NULL)
        heard = add_heard(engine, telling->task, telling->step, account);
    heard->notice = notice;
    heard->told_s = engine->now_s;
    heard->again = telling->again;
}

/* One that went along has no clock: a row that repeats never joins another. */
static bool is_of_the_row(struct engine *engine, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    return engine_era(engine) < ERA_OF_OWN_CLOCKS ||
           bytes_equal(bytes_of(item->task.data, item->task.len), bytes_of(notice->cause->task.data, notice->cause->task.len));
}

/* Of what was said together: each task's row has its own clock. */
void engine_note_all_heard(struct engine *engine, const Duban__Notice *notice, uint64_t sequence)
{
    for (size_t i = 0; i < notice->n_items; i++) {
        Duban__Task *task = engine_task_of(engine, &notice->items[i]->task);
        struct telling telling = { .task = task, .step = notice->cause->step };

        if (task == NULL || !is_of_the_row(engine, notice, notice->items[i]))
            continue;
        telling.row = engine_row(engine, task, telling.step);
        engine_note_heard(engine, &telling, notice->recipient->account, sequence);
        state_put_task(engine->state, task);
    }
}

/* ---------------------------------------------------------------- his clock */

/* A delivery within what is not late counts from its time, so that the row keeps to the hour. 0: it did not arrive. */
static int64_t clock_began_s(struct engine *engine, const Duban__Heard *heard)
{
    int64_t at_s;

    switch (engine_arrival_of(engine, heard->notice, &at_s)) {
    case ARRIVAL_ACCEPTED:
    case ARRIVAL_UNCERTAIN:
        return at_s - heard->told_s > engine->policy->late_after_s ? at_s : heard->told_s;
    case ARRIVAL_AWAITED:
        return heard->told_s;
    case ARRIVAL_FAILED:
    case ARRIVAL_WITHDRAWN:
        break;
    }
    return 0;
}

/* When it has run out; 0 = there is none. */
static int64_t clock_ends_s(struct engine *engine, const Duban__Task *task, const struct policy_row *row, const Duban__Heard *heard)
{
    int64_t began_s = heard == NULL ? 0 : clock_began_s(engine, heard);
    int32_t missing_year;
    int64_t ends_s;

    if (began_s == 0 || !policy_next_time(engine_calendar_of(engine, task), row, began_s, &ends_s, &missing_year))
        return 0;
    return ends_s;
}

int64_t engine_rests_until_s(struct engine *engine, const struct telling *telling, const char *account)
{
    int64_t ends_s;

    if (telling->task == NULL || !has_clocks(telling->row) || telling->row->when == WHEN_CLOCK)
        return 0;
    ends_s = clock_ends_s(engine, telling->task, telling->row, heard_by(telling->task, telling->step, account));
    return ends_s > engine->now_s ? ends_s : 0;
}

bool engine_is_told_again(struct engine *engine, const struct telling *telling, const char *account)
{
    const Duban__Heard *heard;

    if (!telling->again)
        return true;
    heard = heard_by(telling->task, telling->step, account);
    return heard != NULL && clock_ends_s(engine, telling->task, telling->row, heard) <= engine->now_s;
}

/* ---------------------------------------------------------------- between the row's times */

/* INT64_MAX: it has none any more. */
static int64_t next_time_s(const Duban__Task *task, uint32_t step)
{
    for (size_t i = 0; i < task->n_steps; i++)
        if (task->steps[i]->step == step)
            return task->steps[i]->due_s;
    return INT64_MAX;
}

static uint32_t again_step(uint32_t row_step)
{
    return row_step >= STEP_LADDER ? STEP_LADDER_AGAIN + (row_step - STEP_LADDER) : STEP_AGAIN + (row_step - STEP_REMINDER);
}

/* One at a time: whoever's turn comes later has it planned when this one fires. */
static void tell_again_at(struct engine *engine, Duban__Task *task, uint32_t row_step, int64_t at_s)
{
    uint32_t number = again_step(row_step);

    for (size_t i = 0; i < task->n_steps; i++) {
        if (task->steps[i]->step != number)
            continue;
        if (task->steps[i]->due_s <= at_s)
            return;
        engine_step_take(engine, task, i);
        break;
    }
    engine_step_add(engine, task, number, at_s);
}

void engine_plan_again(struct engine *engine, Duban__Task *task, const struct policy_row *row, uint32_t step)
{
    int64_t next_s = next_time_s(task, step);

    if (!has_clocks(row) || row->when == WHEN_CLOCK || next_s == INT64_MAX)
        return;
    for (size_t i = 0; i < task->n_heard; i++) {
        int64_t ends_s = task->heard[i]->step != step ? 0 : clock_ends_s(engine, task, row, task->heard[i]);

        if (ends_s > engine->now_s && ends_s < next_s)
            tell_again_at(engine, task, step, ends_s);
    }
}

/* ---------------------------------------------------------------- it did not arrive */

static void heard_nothing(struct engine *engine, Duban__Task *task, const char *account, uint64_t notice)
{
    int64_t again_s = engine->now_s + engine->policy->join_window_s;

    for (size_t i = 0; i < task->n_heard; i++) {
        const Duban__Heard *heard = task->heard[i];

        if (heard->notice != notice || heard->again || strcmp(heard->account, account) != 0)
            continue;
        if (again_s < next_time_s(task, heard->step))
            tell_again_at(engine, task, heard->step, again_s);
        state_put_task(engine->state, task);
    }
}

/* What is gathered waits for others only behind one that he has got. */
static void forget_gathered(struct engine *engine, const Duban__Notice *notice)
{
    const char *account = notice->recipient->account;

    if (engine_is_gathered(notice->kind) && state_told_last_s(engine->state, account, notice->kind) == notice->due_at_s)
        state_put_told_last(engine->state, account, notice->kind, 0);
}

void engine_repeat_failed(struct engine *engine, uint64_t sequence)
{
    const Duban__Notice *notice = state_notice(engine->state, sequence);

    for (size_t i = 0; notice != NULL && i < notice->n_items; i++) {
        Duban__Task *task = engine_task_of(engine, &notice->items[i]->task);

        if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
            heard_nothing(engine, task, notice->recipient->account, sequence);
    }
    if (notice != NULL)
        forget_gathered(engine, notice);
}
