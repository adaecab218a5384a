/* engine_appeal.c - 申诉: that a closed case was overdue should not count in the figures.
 *
 *   appeal --> group leader --for it--> lead --for it--> exempt from the figures
 *                  \--------- against --------\--------> refused, for good
 *
 * Once per case, and by nobody on his own appeal or that of a case he follows up (engine_decider.c). The fact of
 * having been overdue is never touched.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

static bool was_overdue(const Duban__Case *case_)
{
    return case_->overdue_rounds > 0 || case_->fixed_late;
}

/* Why it cannot be appealed (a token); NULL when it can. */
static const char *objection(const Duban__Case *case_)
{
    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_VOIDED)
        return "voided";
    if (case_->state != DUBAN__CASE_STATE__CASE_STATE_CLOSED)
        return "not_closed";
    if (case_->appeal != NULL)
        return "appealed_already";
    return was_overdue(case_) ? NULL : "was_not_overdue";
}

/* ---------------------------------------------------------------- asking the next one */

static struct request request_of(const Duban__Case *case_, enum right right, Duban__Role role)
{
    return (struct request){ .right = right, .role = role, .case_ = case_, .asked_by = case_->appeal->asked_by,
                             .asked_for = case_->owner };
}

static void ask(struct engine *engine, Duban__Case *case_, Duban__AppealState state, Duban__Role role)
{
    struct request request = request_of(case_, RIGHT_DECIDE_APPEAL, role);
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_APPROVAL, case_, case_->next_other++);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "approval_wanted", .rule = "case.appealed", .task = task, .case_ = case_, .items = &item, .item_count = 1,
    };

    engine_give_to_decider(engine, &request, task);
    task->matter = DUBAN__MATTER__MATTER_APPEAL;
    engine_task_limit(engine, task, &engine_policy_of(engine, &case_->policy_version)->approval_limit);
    case_->appeal->state = state;
    case_->appeal->task = task->id;
    engine_task_start(engine, task);
    item = engine_item(engine, task, case_);
    engine_ask_decider(engine, &request, &telling);
    state_put_task(engine->state, task);
}

void engine_fill_appeal(struct engine *engine, Duban__NoticeItem *item, const Duban__Case *case_)
{
    item->matter = engine_text(engine, "申诉（不计超时）", "an appeal (not to count as overdue)");
    item->reason = case_->appeal->reason;
}

bool engine_on_appeal(struct engine *engine, const Duban__Appeal *appeal, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, appeal->case_, fault);
    Duban__Fact *fact;

    if (case_ == NULL || !engine_may(engine, RIGHT_APPEAL, case_, NULL, fault))
        return false;
    if (objection(case_) != NULL)
        return engine_contradiction(engine, case_, "appeal", objection(case_));
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_APPEALED, case_);
    fact->reason = appeal->reason;
    engine_add_fact(engine, fact);
    case_->appeal = arena_take(&engine->state->arena, sizeof *case_->appeal);
    assert(case_->appeal != NULL);
    duban__case_appeal__init(case_->appeal);
    case_->appeal->reason = appeal->reason;
    case_->appeal->asked_by = (char *) engine->account;
    case_->appeal->asked_s = engine->now_s;
    ask(engine, case_, DUBAN__APPEAL_STATE__APPEAL_STATE_FIRST, DUBAN__ROLE__ROLE_GROUP_LEADER);
    state_put_case(engine->state, case_);
    return true;
}

void engine_end_appeal(struct engine *engine, Duban__Case *case_)
{
    if (case_->appeal != NULL)
        engine_end_task(engine, &case_->appeal->task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    case_->appeal = NULL;
}

/* ---------------------------------------------------------------- deciding */

static bool waits(const Duban__Case *case_)
{
    return case_->appeal != NULL && (case_->appeal->state == DUBAN__APPEAL_STATE__APPEAL_STATE_FIRST ||
                                     case_->appeal->state == DUBAN__APPEAL_STATE__APPEAL_STATE_SECOND);
}

static void note_decision(struct engine *engine, Duban__FactKind kind, const Duban__Case *case_, char *reason)
{
    Duban__Fact *fact = engine_fact(engine, kind, case_);

    fact->reason = reason;
    engine_add_fact(engine, fact);
}

static void tell_decision(struct engine *engine, const char *message, Duban__Case *case_, const char *reason)
{
    if (policy_message(engine_policy_of(engine, &case_->policy_version), message) != NULL)   /* not in packs of before */
        engine_tell_decision(engine, message, case_, reason);
}

static void grant(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval)
{
    static const struct policy_text GRANTED = { "申诉通过，不计逾期", "its appeal was granted: it does not count as overdue" };
    Duban__Task *rectification = engine_task_of(engine, &case_->rectification_task);

    case_->appeal->state = DUBAN__APPEAL_STATE__APPEAL_STATE_GRANTED;
    case_->exempt_from_stats = true;
    note_decision(engine, DUBAN__FACT_KIND__FACT_KIND_APPEAL_GRANTED, case_, approval->reason);
    tell_decision(engine, "appeal_granted", case_, case_->appeal->reason);
    if (rectification != NULL)
        engine_stand_down(engine, rectification, &GRANTED);
}

static void refuse(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval)
{
    case_->appeal->state = DUBAN__APPEAL_STATE__APPEAL_STATE_REFUSED;
    note_decision(engine, DUBAN__FACT_KIND__FACT_KIND_APPEAL_REFUSED, case_, approval->reason);
    tell_decision(engine, "appeal_refused", case_, approval->reason);
}

static void support(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval)
{
    note_decision(engine, DUBAN__FACT_KIND__FACT_KIND_APPEAL_SUPPORTED, case_, approval->reason);
    ask(engine, case_, DUBAN__APPEAL_STATE__APPEAL_STATE_SECOND, DUBAN__ROLE__ROLE_LEAD);
}

/* The word of the lead, or of whoever decides for him, is the last one, whomever the appeal waits for. */
bool engine_decide_appeal(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault)
{
    struct request first, last;
    struct fault by_lead;
    bool is_last;

    if (!waits(case_))
        return engine_may(engine, RIGHT_DECIDE_APPEAL, case_, NULL, fault) &&
               engine_contradiction(engine, case_, "approval", "nothing_waits");
    first = request_of(case_, RIGHT_SUPPORT_APPEAL, DUBAN__ROLE__ROLE_GROUP_LEADER);
    last = request_of(case_, RIGHT_DECIDE_APPEAL, DUBAN__ROLE__ROLE_LEAD);
    is_last = engine_may_decide(engine, &last, &by_lead);
    if (!engine_may_decide(engine, case_->appeal->state == DUBAN__APPEAL_STATE__APPEAL_STATE_FIRST ? &first : &last, fault))
        return false;
    engine_end_task(engine, &case_->appeal->task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    case_->appeal->decided_by = (char *) engine->account;
    case_->appeal->decided_s = engine->now_s;
    if (approval->decision != DUBAN__DECISION__DECISION_GRANTED)
        refuse(engine, case_, approval);
    else if (is_last)
        grant(engine, case_, approval);
    else
        support(engine, case_, approval);
    state_put_case(engine->state, case_);
    return true;
}
