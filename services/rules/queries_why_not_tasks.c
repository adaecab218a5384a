/* queries_why_not_tasks.c - what a task still says, when and to whom; or why it says nothing more.
 *
 * Now, a task's steps say what is to come. As of a past time they are counted again from the due and the level of then:
 * the first change behind that time names what was before it.
 */
#include "queries_why_not.h"

#include <assert.h>
#include <string.h>

static struct engine *engine_of(const struct why_not *why)
{
    return &why->question->rules->engine;
}

static bool is_rectification(const Duban__Task *task)
{
    return task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION && task->case_id.len == ID_BYTES;
}

/* ---------------------------------------------------------------- as it was then */

/* What goes through the facts of a case. False: it has seen enough. It keeps no pointer into a fact. */
typedef bool fact_heeded(void *self, const Duban__Fact *fact);

/* Facts of what the task is about behind that one, in order. There may be any number: each is dropped before the next. */
static void each_fact(struct why_not *why, const Duban__Task *task, uint64_t last, fact_heeded *heed, void *self)
{
    struct state *state = &why->question->rules->state;
    bool goes_on = true;

    while (goes_on) {
        struct arena_mark mark = arena_mark(&state->arena);
        const Duban__Fact *fact = state_fact_after(state, task_about(task)->data, last);

        goes_on = fact != NULL && heed(self, fact);
        last = fact == NULL ? last : fact->sequence;
        arena_rewind(&state->arena, mark);
    }
}

/* One that each_fact has gone by; 0: NULL. */
static const Duban__Fact *fact_of(struct why_not *why, const Duban__Task *task, uint64_t sequence)
{
    return sequence == 0 ? NULL : state_fact_after(&why->question->rules->state, task_about(task)->data, sequence - 1);
}

/* What the first changes behind at_s found. */
struct before {
    int64_t until_s;           /* facts later than this say nothing of the task; 0 = all do */
    uint64_t level_sequence;   /* of the fact that changed its level; 0 = it has not changed since */
    bool has_due;
    int64_t due_s;
    bool is_decided;           /* whether its clock stood: */
    bool stood;
};

static bool moves_due(Duban__FactKind kind)
{
    return kind == FACT(DUE_MOVED) || kind == FACT(EXTENDED) || kind == FACT(RECOMPUTED) || kind == FACT(DUE_SET) ||
           kind == FACT(RAISED) || kind == FACT(LOWERED);
}

static bool heed_change(void *self, const Duban__Fact *fact)
{
    struct before *before = self;

    if (before->until_s != 0 && fact->at_s > before->until_s)
        return false;
    if ((fact->kind == FACT(RAISED) || fact->kind == FACT(LOWERED)) && before->level_sequence == 0)
        before->level_sequence = fact->sequence;
    if (moves_due(fact->kind) && !before->has_due && (fact->old_s != 0 || fact->kind == FACT(DUE_SET))) {
        before->has_due = true;
        before->due_s = fact->old_s;
    }
    if (!before->is_decided && (fact->kind == FACT(SUSPENDED) || fact->kind == FACT(RESUMED))) {
        before->is_decided = true;
        before->stood = fact->kind == FACT(RESUMED);
    }
    return before->level_sequence == 0 || !before->has_due || !before->is_decided;
}

/* Facts of its case behind at_s, until the task ended. */
static struct before before_changes(struct why_not *why, const Duban__Task *task)
{
    struct before before = { .until_s = task->closed_s };

    each_fact(why, task, query_first_fact_since(why->question, why->at_s + 1) - 1, heed_change, &before);
    return before;
}

static bool ends_claim(Duban__FactKind kind)
{
    return kind == FACT(STILL_FAILING) || kind == FACT(FAILED) || kind == FACT(REOPENED) || kind == FACT(UNDONE);
}

struct claimed {
    int64_t at_s;              /* as of then */
    uint64_t sequence;         /* of the claim; 0 = none stands */
};

static bool heed_claim(void *self, const Duban__Fact *fact)
{
    struct claimed *claimed = self;

    if (fact->at_s > claimed->at_s)
        return false;
    if (fact->kind == FACT(CLAIMED))
        claimed->sequence = fact->sequence;
    else if (ends_claim(fact->kind))
        claimed->sequence = 0;
    return true;
}

/* What the site had said since the task was opened, as of at_s, that had not been found otherwise; NULL = nothing. */
static const Duban__Fact *claim_then(struct why_not *why, const Duban__Task *task)
{
    struct claimed claimed = { .at_s = why->at_s };

    if (is_rectification(task))
        each_fact(why, task, query_first_fact_since(why->question, task->opened_s) - 1, heed_claim, &claimed);
    return fact_of(why, task, claimed.sequence);
}

static Duban__TaskState state_then(struct why_not *why, const Duban__Task *task, const struct before *before)
{
    if (task->closed_s != 0 && task->closed_s <= why->at_s)
        return task->state;
    if (before->is_decided ? before->stood : task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return DUBAN__TASK_STATE__TASK_STATE_PAUSED;
    return claim_then(why, task) != NULL ? DUBAN__TASK_STATE__TASK_STATE_CLAIMED : DUBAN__TASK_STATE__TASK_STATE_OPEN;
}

Duban__Task *why_not_task_then(struct why_not *why, const Duban__Task *task)
{
    Duban__Task *then = arena_take(why->question->arena, sizeof *then);
    struct before before = { .level_sequence = 0 };

    assert(then != NULL);
    *then = *task;
    if (task->opened_s > why->at_s)
        return NULL;
    if (why->is_now)
        return then;
    if (task->case_id.len == ID_BYTES)
        before = before_changes(why, task);
    then->state = state_then(why, task, &before);
    if (before.level_sequence != 0)
        then->level = fact_of(why, task, before.level_sequence)->level_from;
    if (is_rectification(task) && before.has_due)
        then->due_s = before.due_s;
    if (task->closed_s > why->at_s)
        then->closed_s = 0;
    return then;
}

/* ---------------------------------------------------------------- what is to come */

/* The row's next time behind at_s; false when it has none. */
static bool next_moment(struct why_not *why, const Duban__Task *task, const struct policy_row *row, int64_t at_s, int64_t *next_s)
{
    struct engine *engine = engine_of(why);
    int32_t missing_year;

    if (task->due_s == 0 || !engine_row_applies(task, row) || !engine_row_moment(engine, task, row, next_s, &missing_year))
        return false;
    if (*next_s > at_s)
        return true;
    return policy_repeats(row) &&
           policy_next_time(engine_calendar_of(engine, task), row, engine_last_repeat(engine, task, row, *next_s, at_s), next_s,
                            &missing_year) &&
           *next_s > at_s && *next_s <= engine_repeat_ends_s(engine, task, row);
}

struct coming {
    const struct policy_row *row;
    int64_t at_s;
};

static size_t add_coming(struct coming *coming, size_t count, const struct policy_row *row, int64_t at_s)
{
    size_t place = count;

    if (count == MAX_STEPS)
        return count;
    for (; place > 0 && coming[place - 1].at_s > at_s; place--)
        coming[place] = coming[place - 1];
    coming[place] = (struct coming){ row, at_s };
    return count + 1;
}

/* (4.6) What people have stopped of a plan, until the due is another one. */
struct stopped {
    const Duban__Task *task;
    int64_t at_s;              /* as of then */
    int64_t due_s;             /* of the task */
    uint32_t rank;             /* ladder steps up to this one; 0 = none */
    bool is_explained;         /* why it is overdue */
};

/* One of a case is about all of it. */
static bool is_of_task(const Duban__Fact *fact, const Duban__Task *task)
{
    return fact->task.len == 0 || (fact->task.len == task->id.len && memcmp(fact->task.data, task->id.data, task->id.len) == 0);
}

static bool heed_stop(void *self, const Duban__Fact *fact)
{
    struct stopped *stopped = self;

    if (fact->at_s > stopped->at_s)
        return false;
    if (fact->kind == FACT(ACKNOWLEDGED) && fact->number > stopped->rank && is_of_task(fact, stopped->task))
        stopped->rank = fact->number;
    if (fact->kind == FACT(EXPLAINED) && fact->at_s > stopped->due_s)
        stopped->is_explained = true;
    if (fact->kind == FACT(EXTENDED) || fact->kind == FACT(RECOMPUTED) || (fact->kind == FACT(RAISED) && fact->new_s != fact->old_s))
        *stopped = (struct stopped){ .task = stopped->task, .at_s = stopped->at_s, .due_s = stopped->due_s };
    return true;
}

static struct stopped what_is_stopped(struct why_not *why, const Duban__Task *task)
{
    struct stopped stopped = { .task = task, .at_s = why->at_s, .due_s = task->due_s };

    if (is_rectification(task) || task->case_id.len == 0)
        each_fact(why, task, 0, heed_stop, &stopped);
    return stopped;
}

static bool is_stopped(const struct stopped *stopped, const struct policy_row *row)
{
    if (row->is_ladder && !is_rectification(stopped->task) && policy_repeats(row))
        return false;   /* for a time only */
    if (row->is_ladder)
        return stopped->rank > 0 && row->ladder_step <= stopped->rank;
    return row->until_explained && stopped->is_explained;
}

static size_t add_rows(struct why_not *why, const Duban__Task *task, const struct stopped *stopped,
                       const struct policy_row *rows, size_t row_count, int64_t after_s, struct coming *coming, size_t count)
{
    int64_t next_s;

    for (size_t i = 0; i < row_count; i++)
        if (!is_stopped(stopped, &rows[i]) && next_moment(why, task, &rows[i], after_s, &next_s))
            count = add_coming(coming, count, &rows[i], next_s);
    return count;
}

static size_t coming_by_plan(struct why_not *why, const Duban__Task *task, int64_t after_s, struct coming *coming)
{
    const struct policy_plan *plan = policy_plan(engine_policy_of(engine_of(why), &task->policy_version), task->kind, task->level);
    struct stopped stopped = what_is_stopped(why, task);
    size_t count = add_rows(why, task, &stopped, plan->reminders, plan->reminder_count, after_s, coming, 0);

    return add_rows(why, task, &stopped, plan->ladder, plan->ladder_count, after_s, coming, count);
}

static size_t coming_by_steps(struct why_not *why, const Duban__Task *task, struct coming *coming)
{
    size_t count = 0;

    for (size_t i = 0; i < task->n_steps; i++) {
        const struct policy_row *row = engine_row(engine_of(why), task, task->steps[i]->step);

        if (row != NULL)
            count = add_coming(coming, count, row, task->steps[i]->due_s);
    }
    return count;
}

static size_t what_is_coming(struct why_not *why, const Duban__Task *task, struct coming *coming)
{
    return why->is_now ? coming_by_steps(why, task, coming) : coming_by_plan(why, task, why->at_s, coming);
}

Duban__WhyNotRow *why_not_add_coming(struct why_not *why, Duban__Task *task, const struct policy_row *plan_row, int64_t at_s)
{
    Duban__WhyNotRow *row = why_not_add(why, WHY(NOT_DUE), task_about(task));

    row->at_s = at_s;
    row->as_registered_now = !why->is_now;
    why_not_fill_plan_row(why, row, task, plan_row);
    return row;
}

static void of_open(struct why_not *why, Duban__Task *task, size_t most)
{
    struct coming coming[MAX_STEPS];
    size_t count = what_is_coming(why, task, coming);

    for (size_t i = 0; i < count && i < most; i++)
        why_not_add_coming(why, task, coming[i].row, coming[i].at_s);
    if (count == 0 && task->due_s != 0)
        why_not_fill_task(why_not_add(why, WHY(PLAN_OVER), task_about(task)), task);
}

/* ---------------------------------------------------------------- what never comes */

static bool is_withdrawal_of(const Duban__Fact *fact, const Duban__Task *task)
{
    return fact->kind == DUBAN__FACT_KIND__FACT_KIND_WITHDRAWN &&
           bytes_equal(bytes_of(fact->task.data, fact->task.len), bytes_of(task->id.data, task->id.len));
}

/* Several entries may fall into one second, its own beginning among them: what took its notices back ended it, else the last. */
static const Duban__Fact *fact_of_end(struct why_not *why, const Duban__Task *task)
{
    const ProtobufCBinaryData *about = task_about(task);
    uint64_t before = query_first_fact_since(why->question, task->closed_s) - 1;
    const Duban__Fact *last = NULL, *withdrawal = NULL, *fact;

    while ((fact = state_fact_after(&why->question->rules->state, about->data, before)) != NULL && fact->at_s == task->closed_s) {
        withdrawal = is_withdrawal_of(fact, task) ? fact : withdrawal;
        last = fact;
        before = fact->sequence;
    }
    return withdrawal != NULL ? withdrawal : last;
}

/* The first that it would have said behind its end. */
static void of_over(struct why_not *why, Duban__Task *task)
{
    struct coming coming[MAX_STEPS];
    size_t count = coming_by_plan(why, task, task->closed_s, coming);
    const Duban__Fact *fact = fact_of_end(why, task);
    Duban__WhyNotRow *row;

    if (count == 0)
        return;
    row = why_not_add_coming(why, task, coming[0].row, coming[0].at_s);
    row->why = WHY(DONE);
    row->as_registered_now = false;
    row->n_to = 0;
    row->selector = "";
    row->heard_s = 0;
    row->decided_s = task->closed_s;
    row->entry_sequence = fact == NULL ? 0 : fact->entry_sequence;
    row->reason = task->state == DUBAN__TASK_STATE__TASK_STATE_CANCELLED ? "cancelled" : "done";
}

/* Its plan goes on from here, should the revisit fail. */
static void of_claimed(struct why_not *why, Duban__Task *task)
{
    const Duban__Fact *claim = claim_then(why, task);
    struct coming coming[MAX_STEPS];
    Duban__WhyNotRow *row;

    if (claim == NULL)
        return;
    row = why_not_add(why, WHY(CLAIMED), task_about(task));
    why_not_fill_task(row, task);
    row->decided_s = claim->at_s;
    row->entry_sequence = claim->entry_sequence;
    if (coming_by_plan(why, task, claim->at_s, coming) == 0)
        return;
    row->at_s = coming[0].at_s;
    row->message = (char *) coming[0].row->message;
    why_not_fill_place(row, engine_policy_of(engine_of(why), &task->policy_version), coming[0].row->name, &coming[0].row->place);
}

/* That a clock stands is told by its fact. */
void why_not_of_task(struct why_not *why, const Duban__Task *task, size_t most)
{
    Duban__Task *then = why_not_task_then(why, task);

    if (then == NULL)
        return;
    switch (then->state) {
    case DUBAN__TASK_STATE__TASK_STATE_OPEN:
        of_open(why, then, most);
        return;
    case DUBAN__TASK_STATE__TASK_STATE_CLAIMED:
        of_claimed(why, then);
        return;
    case DUBAN__TASK_STATE__TASK_STATE_DONE:
    case DUBAN__TASK_STATE__TASK_STATE_CANCELLED:
        of_over(why, then);
        return;
    case DUBAN__TASK_STATE__TASK_STATE_PAUSED:
    case DUBAN__TASK_STATE__TASK_STATE_UNSPECIFIED:
    case _DUBAN__TASK_STATE_IS_INT_SIZE:
        return;
    }
}
