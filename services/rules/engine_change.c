/* engine_change.c - what changes a running case without deciding it: level, due, pause, owner.
 *
 * Found-at and the limit's start never move by an edit. Numbers in brackets are rules of the
 * domain.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

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

    for (size_t i = 0; i < case_->n_acknowledged; i++)
        if (case_->acknowledged[i]->rank > rank)
            rank = case_->acknowledged[i]->rank;
    engine_task_drop_steps(engine, task, was_sent, case_->ladder_step);
    if (rank > 0)
        engine_task_drop_steps(engine, task, is_at_or_below, rank);
}

/* (9) A raised level may bring the due forward, never an overdue by itself; a lowered one
 * leaves it. Ladder steps that were sent stay sent unless the due is new. */
void engine_case_relevel(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity,
                         const char *reason)
{
    const struct policy_severity *old = engine_severity(engine, case_);
    Duban__Task *task = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact = engine_fact(engine, severity < old ? DUBAN__FACT_KIND__FACT_KIND_RAISED
                                                         : DUBAN__FACT_KIND__FACT_KIND_LOWERED, case_);
    int64_t due_s = policy_due(engine_policy_of(engine, &case_->policy_version), engine_limit_of(engine, case_, severity),
                               engine->now_s);
    bool new_due;

    fact->level_from = case_->level;
    fact->level_to = (char *) severity->code;
    fact->reason = (char *) reason;
    fact->old_s = case_->due_s;
    engine_set_level(engine, case_, severity);
    if (case_->passes > 0 && case_->passes_needed <= case_->passes)
        case_->passes_needed = case_->passes + 1;   /* the planned revisit is still made */
    if (severity < old && due_s < case_->due_s && case_->passes == 0) {
        case_->due_s = due_s;
        case_->ladder_step = 0;
    }
    fact->new_s = case_->due_s;
    engine_add_fact(engine, fact);
    if (task == NULL)
        return;
    new_due = task->due_s != case_->due_s;
    task->level = case_->level;
    task->due_s = case_->due_s;
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN) {
        engine_task_replan(engine, task, !new_due);
        drop_what_is_over(engine, task, case_);
    } else {
        state_put_task(engine->state, task);   /* paused or claimed: planned when it goes on */
    }
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
    case_->extensions++;
    case_->n_acknowledged = 0;
    case_->ladder_step = 0;
    case_->explained_s = 0;
    task->due_s = new_due_s;
    task->overdue_told = false;
    engine_task_replan(engine, task, false);
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

/* A pause is measured in the unit of the limit: whole days for calendar days. */
static int64_t pause_length(struct engine *engine, const Duban__Case *case_, int64_t paused_s)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);

    if (case_->limit_in_days)
        return (civil_day(engine->now_s, policy->utc_offset_s) - civil_day(paused_s, policy->utc_offset_s)) * DAY_SECONDS;
    return engine->now_s - paused_s;
}

static void resume_rectification(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_of(engine, &case_->rectification_task);
    Duban__Fact *fact;
    int64_t shift_s;

    if (task == NULL || task->state != DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return;
    shift_s = pause_length(engine, case_, task->paused_s);
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_DUE_MOVED, case_);
    fact->old_s = case_->due_s;
    case_->due_s += shift_s;
    case_->base_s += shift_s;
    fact->new_s = case_->due_s;
    fact->reason = "paused";
    if (shift_s != 0)
        engine_add_fact(engine, fact);
    engine_task_resume(engine, task, shift_s);
    drop_what_is_over(engine, task, case_);
}

/* A revisit that was interrupted is wanted within a day of the resumption. */
static void resume_revisit(struct engine *engine, Duban__Case *case_)
{
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    Duban__Task *task = engine_task_of(engine, &case_->revisit_task);

    if (task == NULL || task->state != DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        return;
    if (task->start_s < engine->now_s)
        task->due_s = engine->now_s + policy->resumption_revisit_s;
    engine_task_resume(engine, task, 0);
}

static void resume_other(struct engine *engine, Duban__Case *case_, const ProtobufCBinaryData *id)
{
    Duban__Task *task = engine_task_of(engine, id);

    if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED)
        engine_task_resume(engine, task, pause_length(engine, case_, task->paused_s));
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
        .items = &item, .item_count = 1, .urgent = engine_severity(engine, case_)->urgent,
    };

    task->due_s = policy_due(engine_policy_of(engine, &case_->policy_version),
                             &engine_severity(engine, case_)->acknowledge_within, engine->now_s);
    case_->acknowledgement_task = task->id;
    engine_task_start(engine, task);
    item = engine_item(engine, task, case_);
    item->due_s = case_->due_s;   /* the message names the limit of the case, not of the 签收 */
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
    engine_pause_with_case(engine, case_, task);
}

void engine_case_assign(struct engine *engine, Duban__Case *case_, const char *owner, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ASSIGNED, case_);

    fact->recipient = (char *) owner;
    fact->reason = (char *) reason;
    fact->from = case_->state;
    engine_end_task(engine, &case_->acknowledgement_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    case_->owner = (char *) owner;
    change_task_owner(engine, &case_->rectification_task, owner);
    change_task_owner(engine, &case_->revisit_task, owner);
    if (strcmp(owner, case_->finder) != 0) {
        if (case_->state == DUBAN__CASE_STATE__CASE_STATE_RECTIFYING)
            case_->state = DUBAN__CASE_STATE__CASE_STATE_ASSIGNED;
        open_acknowledgement(engine, case_);
    } else if (case_->state == DUBAN__CASE_STATE__CASE_STATE_ASSIGNED) {
        case_->state = DUBAN__CASE_STATE__CASE_STATE_RECTIFYING;
    }
    fact->to = case_->state;
    engine_add_fact(engine, fact);
}
