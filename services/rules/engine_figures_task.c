/* engine_figures_task.c - what tasks count for: was it done in time? One row of the table for each kind that is asked. */
#include "engine_figures.h"

/* ---------------------------------------------------------------- in time or not */

static bool is_done(const Duban__Task *task)
{
    return task->state == DUBAN__TASK_STATE__TASK_STATE_DONE && !task->taken_back;
}

static bool is_in_time(const Duban__Task *task)
{
    int64_t done_s = task->done_ms != 0 ? task->done_ms / 1000 : task->closed_s;

    return is_done(task) && (task->due_s == 0 || done_s <= task->due_s);
}

static void add(struct figure_counts *counts, enum figure_cell cell, int64_t day, bool numerator)
{
    figure_counts_add(counts, &(Duban__FigureCount){ .cell = cell, .day = day, .numerator = numerator, .denominator = 1 });
}

static int64_t day_of(struct figure_counts *counts, const Duban__Task *task, int64_t at_s)
{
    return policy_day(engine_policy_of(counts->engine, &task->policy_version), at_s);
}

/* ---------------------------------------------------------------- kinds */

/* Done, or its time is over; cancelled in time it counts for nothing. */
static void count_by_due(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell)
{
    if (!task->taken_back && (is_done(task) || task->overdue_told) && task->due_s != 0)
        add(counts, cell, day_of(counts, task, task->due_s), is_in_time(task));
}

/* Given on that day, whether it is due already or not; cancelled it counts for nothing. */
static void count_in_time_by_start(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell)
{
    if (task->state != DUBAN__TASK_STATE__TASK_STATE_CANCELLED && !task->taken_back)
        add(counts, cell, day_of(counts, task, task->opened_s), is_in_time(task));
}

static void count_done_by_start(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell)
{
    if (task->state != DUBAN__TASK_STATE__TASK_STATE_CANCELLED && !task->taken_back)
        add(counts, cell, day_of(counts, task, task->opened_s), is_done(task));
}

/* A revisit is wanted on a day, and the whole of that day is in time. */
static void count_revisit(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell)
{
    int64_t day = task->due_s == 0 ? 0 : day_of(counts, task, task->due_s);

    if (task->state != DUBAN__TASK_STATE__TASK_STATE_CANCELLED && !task->taken_back && day != 0)
        add(counts, cell, day, is_done(task) && day_of(counts, task, task->done_ms / 1000) <= day);
}

/* That it was answered is counted with its subject: a late entry may say so when the task is over. */
static void count_wanted(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell)
{
    if (is_done(task) || task->overdue_told)
        add(counts, cell, day_of(counts, task, task->start_s), false);
}

/* The same of a watch, for each site. */
static void count_check_in(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell)
{
    if (is_done(task) || task->overdue_told)
        figure_counts_add(counts, &(Duban__FigureCount){ .cell = cell, .day = day_of(counts, task, task->start_s), .denominator = 1,
                                                         .part = engine_watch_part(counts->engine, task->site) });
}

static void count_late_now(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell)
{
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN && task->overdue_told)
        figure_counts_add(counts, &(Duban__FigureCount){ .cell = cell, .numerator = 1 });
}

static const struct {
    Duban__TaskKind kind;
    enum figure_cell cell;
    void (*count)(struct figure_counts *counts, const Duban__Task *task, enum figure_cell cell);
} KINDS[] = {
    { DUBAN__TASK_KIND__TASK_KIND_REVISIT, CELL_REVISIT, count_revisit },
    { DUBAN__TASK_KIND__TASK_KIND_ACKNOWLEDGEMENT, CELL_ACKNOWLEDGED, count_in_time_by_start },
    { DUBAN__TASK_KIND__TASK_KIND_COMPLAINT, CELL_COMPLAINT_CHECK, count_by_due },
    { DUBAN__TASK_KIND__TASK_KIND_FEEDBACK, CELL_FEEDBACK, count_done_by_start },
    { DUBAN__TASK_KIND__TASK_KIND_COORDINATION, CELL_COORDINATION_LATE, count_late_now },
    { DUBAN__TASK_KIND__TASK_KIND_REFERRAL_RESULT, CELL_REFERRAL_RESULT, count_by_due },
    { DUBAN__TASK_KIND__TASK_KIND_ISOLATION_CONTACT, CELL_ISOLATION_CONTACT, count_wanted },
    { DUBAN__TASK_KIND__TASK_KIND_CHECK_IN, CELL_CHECK_IN, count_check_in },
};

enum { KIND_COUNT = sizeof KINDS / sizeof KINDS[0] };

bool engine_task_counts(const Duban__Task *task)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (KINDS[i].kind == task->kind)
            return true;
    return false;
}

void engine_count_task(struct figure_counts *counts, const Duban__Task *task)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (KINDS[i].kind == task->kind)
            KINDS[i].count(counts, task, KINDS[i].cell);
}
