/* engine_change.c - what changes a running case without deciding it: level, due, pause, owner.
 *
 * Found-at and the limit's start never move by an edit. Numbers in brackets are rules of the
 * domain. Where these are silent:
 *
 * - A new due, by extension or by a raised level, begins with nothing told and nothing acknowledged; what was kept
 *   for the morning's list of the old one is not said.
 * - A level raised while the clock stands still counts its limit from where the clock stopped; raised after a failed
 *   revisit, it brings the limit of a rework.
 * - The planned revisit stays at its time, and is one of the new level: its light and its quiet hours. The 签收 keeps
 *   the limit that it was given.
 * - While the clock stands still so does the original due, if it was not past; an interrupted revisit begins anew.
 */
#include <assert.h>
#include <string.h>

#include "engine_figures.h"

/* ---------------------------------------------------------------- level and due */

static bool was_sent(const struct policy_row *row, uint32_t rank)
{
    return row->is_ladder && row->ladder_step < rank;
}

static bool is_at_or_below(const struct policy_row *row, uint32_t rank)
{
    return row->is_ladder && row->ladder_step <= rank;
}

/* What was sent stays sent, and what an acknowledgement stopped stays stopped, while the due
 * is the same. */
static void drop_what_is_over(struct engine *engine, Duban__Task *task, const Duban__Case *case_)
{
    uint32_t rank = 0;

    engine_task_drop_steps(engine, task, was_sent, case_->ladder_step, INT64_MAX, NULL);
    for (size_t i = 0; i < case_->n_acknowledged; i++) {
        if (case_->acknowledged[i]->rank > rank)
            rank = case_->acknowledged[i]->rank;
        if (engine_era(engine) >= ERA_OF_ENDING_NOTES)
            engine_stop_ladder(engine, task, case_->acknowledged[i], NULL);
    }
    if (rank > 0 && engine_era(engine) < ERA_OF_ENDING_NOTES)
        engine_task_drop_steps(engine, task, is_at_or_below, rank, INT64_MAX, NULL);
}

/* 0 is a due that is not known yet. */
static bool is_sooner(int64_t due_s, int64_t than_s)
{
    return due_s != 0 && (than_s == 0 || due_s < than_s);
}

static void forget_old_due(Duban__Case *case_)
{
    case_->n_acknowledged = 0;
    case_->ladder_step = 0;
    case_->explained_s = 0;
}

/* (7, 9) After a failed revisit a level has its shorter limit. */
static const struct policy_limit *limit_at_level(struct engine *engine, const Duban__Case *case_,
                                                 const struct policy_severity *severity)
{
    return case_->failed_revisits > 0 ? &severity->rework_limit : engine_limit_of(engine, case_, severity);
}

/* (9) The earlier of the old due and the new limit from now, or from where the clock stands; true when that is new. */
static bool bring_forward(struct engine *engine, Duban__Case *case_, const Duban__Task *rectification,
                          const struct policy_severity *severity)
{
    const struct policy_limit *limit = limit_at_level(engine, case_, severity);
    bool stands = rectification != NULL && rectification->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED;
    Duban__Counted *counted = engine_counted_new(engine, engine_policy_of(engine, &case_->policy_version), limit->unit,
                                                 stands ? rectification->paused_s : engine->now_s);
    int64_t due_s = engine_count(engine, counted, limit);

    if (!is_sooner(due_s, case_->due_s))
        return false;
    counted->level = case_->level;
    counted->rework = case_->failed_revisits > 0;
    case_->due_s = due_s;
    case_->counted = counted;
    forget_old_due(case_);
    return true;
}

static void relevel_rectification(struct engine *engine, const Duban__Case *case_, Duban__Task *task, bool new_due)
{
    task->level = case_->level;
    task->due_s = case_->due_s;
    if (new_due)
        task->due_set_s = engine->now_s;
    task->counted = case_->counted;
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN) {
        engine_task_replan(engine, task, !new_due);
        drop_what_is_over(engine, task, case_);
    } else {
        state_put_task(engine->state, task);   /* paused or claimed: planned when it goes on */
    }
}

static void relevel_revisit(struct engine *engine, const Duban__Case *case_)
{
    Duban__Task *task = engine_task_of(engine, &case_->revisit_task);

    if (task == NULL)
        return;
    task->level = case_->level;
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        engine_task_replan(engine, task, true);
    else
        state_put_task(engine->state, task);
}

/* What is planned is still made; a case that waits for its closing wants no more. */
static void keep_planned_revisit(Duban__Case *case_)
{
    if (case_->passes > 0 && case_->passes_needed <= case_->passes)
        case_->passes_needed = case_->passes + (case_->revisit_task.len > 0);
}

/* (9) A raised level may bring the due forward, never an overdue by itself; a lowered one
 * leaves it. Ladder steps that were sent stay sent unless the due is new. */
void engine_case_relevel(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity,
                         const char *reason)
{
    bool raised = severity < engine_severity(engine, case_);
    Duban__Task *task = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact = engine_fact(engine, raised ? DUBAN__FACT_KIND__FACT_KIND_RAISED
                                                   : DUBAN__FACT_KIND__FACT_KIND_LOWERED, case_);
    bool new_due;

    fact->level_from = case_->level;
    fact->level_to = (char *) severity->code;
    fact->reason = (char *) reason;
    fact->old_s = case_->due_s;
    engine_set_level(engine, case_, severity);
    keep_planned_revisit(case_);
    new_due = raised && case_->passes == 0 && bring_forward(engine, case_, task, severity);
    fact->new_s = case_->due_s;
    engine_add_fact(engine, fact);
    if (task != NULL)
        relevel_rectification(engine, case_, task, new_due);
    relevel_revisit(engine, case_);
    if (raised)
        engine_tell_raised_by_edit(engine, case_, reason);
    else
        engine_watches_relieved(engine, case_->site);
}

void engine_case_move_due(struct engine *engine, Duban__Case *case_, int64_t new_due_s, const char *reason)
{
    Duban__Task *task = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EXTENDED, case_);

    assert(task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN);
    fact->old_s = case_->due_s;
    fact->new_s = new_due_s;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
    engine_end_task(engine, &case_->revisit_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);   /* opened by the old due */
    if (case_->missed_due_s == 0 && case_->extension_requested_s > case_->due_s)
        case_->missed_due_s = case_->due_s;   /* asked for too late: being overdue stays */
    case_->due_s = new_due_s;
    if (case_->counted != NULL) {
        case_->counted->given_s = new_due_s;
        case_->counted->n_pauses = 0;
    }
    case_->extensions++;
    forget_old_due(case_);
    task->due_s = new_due_s;
    task->due_set_s = engine->now_s;
    task->counted = case_->counted;
    task->overdue_told = false;
    engine_task_replan(engine, task, false);
}

void engine_case_recount(struct engine *engine, Duban__Case *case_, enum policy_unit unit, int64_t due_s, const char *reason)
{
    Duban__Task *task = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RECOMPUTED, case_);

    assert(task != NULL && case_->counted != NULL);
    fact->old_s = case_->due_s;
    fact->new_s = due_s;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
    engine_end_task(engine, &case_->revisit_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);   /* opened by the old due */
    if (case_->original_due_s == case_->due_s)
        case_->original_due_s = due_s;
    case_->counted->missing_year = 0;
    engine_counted_set(case_->counted, engine->policy, unit);
    case_->due_s = due_s;
    case_->limit_s = due_s - case_->base_s;
    case_->limit_in_days = unit == UNIT_CALENDAR_DAYS;
    forget_old_due(case_);
    task->due_s = due_s;
    task->due_set_s = engine->now_s;
    task->counted = case_->counted;
    task->overdue_told = false;
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        engine_task_replan(engine, task, false);
    else
        state_put_task(engine->state, task);   /* paused: planned when it goes on */
}

static void pause_task(struct engine *engine, const ProtobufCBinaryData *id)
{
    Duban__Task *task = engine_task_of(engine, id);

    if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_PAUSED);
}

void engine_pause_with_case(struct engine *engine, const Duban__Case *case_, Duban__Task *task)
{
    if (case_->suspended_s != 0 || case_->site_paused)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_PAUSED);
}

void engine_case_pause(struct engine *engine, Duban__Case *case_, bool by_site)
{
    pause_task(engine, &case_->rectification_task);
    pause_task(engine, &case_->revisit_task);
    pause_task(engine, &case_->acknowledgement_task);
    pause_task(engine, &case_->approval_task);
    if (by_site)
        case_->site_paused = true;
    else
        case_->suspended_s = engine->now_s;
}

static void resume_rectification(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact;

    if (task == NULL || task->state != DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_DUE_MOVED, case_);
    fact->old_s = case_->due_s;
    engine_count_pause(engine, task, case_->limit_in_days);
    if (task->paused_s <= case_->original_due_s)
        engine_shift_by_pause(engine, task, &case_->original_due_s);
    case_->counted = task->counted;
    case_->due_s = task->due_s;
    case_->base_s = task->base_s;
    if (task->overdue_told)
        engine_filing_overdue(case_);   /* what was overdue stays so */
    fact->new_s = case_->due_s;
    fact->reason = "paused";
    if (fact->old_s != fact->new_s && fact->new_s != 0)
        engine_add_fact(engine, fact);
    engine_task_resume(engine, task);
    drop_what_is_over(engine, task, case_);
}

/* A revisit that was interrupted is wanted within a day of the resumption. */
static void resume_revisit(struct engine *engine, Duban__Case *case_)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    Duban__Task *task = engine_task_of(engine, &case_->revisit_task);

    if (task == NULL || task->state != DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return;
    if (task->start_s < engine->now_s) {
        task->base_s = engine->now_s;
        task->due_s = engine->now_s + policy->resumption_revisit_s;
    }
    engine_task_resume(engine, task);
}

static void resume_other(struct engine *engine, Duban__Case *case_, const ProtobufCBinaryData *id)
{
    Duban__Task *task = engine_task_of(engine, id);

    if (task == NULL || task->state != DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return;
    engine_count_pause(engine, task, case_->limit_in_days);
    engine_task_resume(engine, task);
}

void engine_case_resume(struct engine *engine, Duban__Case *case_, bool by_site)
{
    if (by_site)
        case_->site_paused = false;
    else
        case_->suspended_s = 0;
    if (case_->site_paused || case_->suspended_s != 0)
        return;
    resume_rectification(engine, case_);
    resume_revisit(engine, case_);
    resume_other(engine, case_, &case_->acknowledgement_task);
    resume_other(engine, case_, &case_->approval_task);
}

static void change_task_owner(struct engine *engine, const ProtobufCBinaryData *id, const char *owner)
{
    Duban__Task *task = engine_task_of(engine, id);

    if (task == NULL)
        return;
    task->owner = (char *) owner;
    state_put_task(engine->state, task);
}

static void open_acknowledgement(struct engine *engine, Duban__Case *case_)
{
    static const enum policy_selector TO[] = { TO_OWNER };
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_ACKNOWLEDGEMENT, case_, case_->next_other++);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "new_case", .to = TO, .to_count = 1, .rule = "case.assigned", .task = task, .case_ = case_,
        .items = &item, .item_count = 1,
    };

    engine_task_limit(engine, task, &engine_severity(engine, case_)->acknowledge_within);
    /* (11) He must not be chased at night for what he hears of in the morning. */
    telling.urgent = engine_is_exempt_from_quiet(engine_policy_of(engine, &task->policy_version), task);
    case_->acknowledgement_task = task->id;
    engine_task_start(engine, task);
    item = engine_item(engine, task, case_);
    item->due_s = case_->due_s;   /* the message names the limit of the case, not of the 签收 */
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
    engine_pause_with_case(engine, case_, task);
}

Duban__CaseState *engine_goes_on_as(Duban__Case *case_)
{
    return case_->state == DUBAN__CASE_STATE__CASE_STATE_SUSPENDED ? &case_->state_before_suspension : &case_->state;
}

void engine_case_assign(struct engine *engine, Duban__Case *case_, const char *owner, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ASSIGNED, case_);
    Duban__CaseState *standing = engine_goes_on_as(case_);
    const char *from = case_->owner;

    fact->recipient = (char *) owner;
    fact->reason = (char *) reason;
    fact->from = case_->state;
    engine_end_task(engine, &case_->acknowledgement_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    case_->owner = (char *) owner;
    change_task_owner(engine, &case_->rectification_task, owner);
    change_task_owner(engine, &case_->revisit_task, owner);
    engine_stop_handed_over(engine, case_->site);
    if (strcmp(owner, case_->finder) != 0) {
        if (*standing == DUBAN__CASE_STATE__CASE_STATE_RECTIFYING)
            *standing = DUBAN__CASE_STATE__CASE_STATE_ASSIGNED;
        open_acknowledgement(engine, case_);
    } else if (*standing == DUBAN__CASE_STATE__CASE_STATE_ASSIGNED) {
        *standing = DUBAN__CASE_STATE__CASE_STATE_RECTIFYING;
    }
    fact->to = case_->state;
    engine_add_fact(engine, fact);
    engine_tell_assigned_away(engine, case_, NULL, from);
}
