/* engine_approval.c - what needs a second person (engine_decider.c): extensions, and closing at level A. */
#include <assert.h>
#include <string.h>

#include "engine.h"

void engine_fill_approval(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                          const Duban__Case *case_)
{
    if (task->matter == DUBAN__MATTER__MATTER_CLOSURE)
        item->matter = engine_text(engine, "销号", "closing");
    if (task->matter == DUBAN__MATTER__MATTER_RECOMPUTE)
        item->matter = engine_text(engine, "重新计算时限", "counting dues anew");
    if (task->matter == DUBAN__MATTER__MATTER_AMENDMENT)
        engine_fill_amendment(engine, item, task);
    if (task->matter == DUBAN__MATTER__MATTER_APPEAL)
        engine_fill_appeal(engine, item, case_);
    if (task->matter != DUBAN__MATTER__MATTER_EXTENSION)
        return;
    item->matter = engine_text(engine, "延期", "an extension");
    item->new_due_s = case_->extension_asked_s;
    item->reason = case_->extension_reason;
}

/* ---------------------------------------------------------------- asking for an extension */

/* The first one is the group leader's to decide, the second the lead's. */
static struct request extension_request(const Duban__Case *case_)
{
    bool waits = case_->extension_asked_s != 0;

    return (struct request){
        .right = case_->extensions == 0 ? RIGHT_APPROVE_EXTENSION : RIGHT_APPROVE_CLOSURE,
        .role = case_->extensions == 0 ? DUBAN__ROLE__ROLE_GROUP_LEADER : DUBAN__ROLE__ROLE_LEAD,
        .case_ = case_, .asked_by = waits ? case_->extension_asked_by : "", .asked_for = waits ? case_->owner : "",
    };
}

static void ask_for_extension(struct engine *engine, Duban__Case *case_, const Duban__Extension *extension)
{
    struct request request;
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_APPROVAL, case_, case_->next_other++);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "approval_wanted", .rule = "case.extension_asked", .task = task, .case_ = case_, .items = &item, .item_count = 1,
    };

    case_->extension_asked_s = extension->new_due_ms / 1000;
    case_->extension_asked_by = (char *) engine->account;
    request = extension_request(case_);
    engine_give_to_decider(engine, &request, task);
    task->matter = DUBAN__MATTER__MATTER_EXTENSION;
    engine_task_limit(engine, task, &engine_policy_of(engine, &case_->policy_version)->approval_limit);
    case_->approval_task = task->id;
    case_->extension_requested_s = engine->now_s;
    case_->extension_reason = extension->reason;
    engine_task_start(engine, task);
    item = engine_item(engine, task, case_);
    engine_ask_decider(engine, &request, &telling);
    state_put_task(engine->state, task);
}

/* Up to the original length once more; the second needs the lead (who approves it). */
static bool extension_is_allowed(struct engine *engine, const Duban__Case *case_, const Duban__Extension *extension,
                                 struct fault *fault)
{
    int64_t new_due_s = extension->new_due_ms / 1000;
    int64_t longest_s = case_->due_s + case_->limit_s;

    if (case_->due_s == 0)
        return fault_set(fault, "extension.case", "时限尚未确定（%u年放假安排未公布），无从延期",
                         "it has no due yet (the calendar of %u is not published): there is nothing to extend",
                         case_->counted->missing_year);
    if (case_->extensions >= 2)
        return fault_set(fault, "extension.case", "已延期两次，不得再延", "it has been extended twice; no more");
    if (!engine_severity(engine, case_)->extendable)
        return fault_set(fault, "extension.case", "%s级问题不得延期", "level %s cannot be extended", case_->level);
    if (new_due_s <= case_->due_s || new_due_s <= engine->now_s)
        return fault_set(fault, "extension.newDueMs", "新时限必须晚于现时限和当前时间", "the new due must be later than the one in force and than now");
    if (new_due_s > longest_s)
        return fault_set(fault, "extension.newDueMs", "延期不得超过原时限长度", "an extension may be at most as long as the original limit");
    return true;
}

bool engine_on_extension(struct engine *engine, const Duban__Extension *extension, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, extension->case_, fault);
    Duban__Fact *fact;

    if (case_ == NULL || !engine_may(engine, RIGHT_ASK_EXTENSION, case_, NULL, fault))
        return false;
    if (engine_case_not_to_be_fixed(case_) != NULL)
        return engine_contradiction(engine, case_, "extension", engine_case_not_to_be_fixed(case_));
    if (case_->extension_asked_s != 0)
        return engine_contradiction(engine, case_, "extension", "request_pending");
    if (!extension_is_allowed(engine, case_, extension, fault))
        return engine_decline(engine, "extension", case_->id, fault);
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EXTENSION_ASKED, case_);
    fact->old_s = case_->due_s;
    fact->new_s = extension->new_due_ms / 1000;
    fact->reason = extension->reason;
    engine_add_fact(engine, fact);
    ask_for_extension(engine, case_, extension);
    state_put_case(engine->state, case_);
    return true;
}

static void end_approval(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_of(engine, &case_->approval_task);

    if (task != NULL)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    case_->approval_task = (ProtobufCBinaryData){ 0, NULL };
}

static bool decide_extension(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault)
{
    int64_t asked_s = case_->extension_asked_s;
    struct request request = extension_request(case_);
    Duban__Fact *fact;

    if (!engine_may_decide(engine, &request, fault))
        return false;
    if (asked_s == 0 || engine_case_not_to_be_fixed(case_) != NULL)
        return engine_contradiction(engine, case_, "approval", asked_s == 0 ? "nothing_waits" : engine_case_not_to_be_fixed(case_));
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED &&
        (!engine_severity(engine, case_)->extendable || asked_s <= case_->due_s || asked_s <= engine->now_s))
        return engine_contradiction(engine, case_, "approval", "request_outdated");
    end_approval(engine, case_);
    case_->extension_asked_s = 0;
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED) {
        engine_case_move_due(engine, case_, asked_s, case_->extension_reason);
        engine_tell_decision(engine, "extension_granted", case_, case_->extension_reason);
    } else {
        fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EXTENSION_REFUSED, case_);
        fact->reason = approval->reason;
        engine_add_fact(engine, fact);
        engine_tell_decision(engine, "extension_refused", case_, approval->reason);
    }
    state_put_case(engine->state, case_);
    return true;
}

/* Refused: one more revisit, the next day. */
static void refuse_closure(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CLOSURE_REFUSED, case_);
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    int64_t day = civil_day(engine->now_s, policy->utc_offset_s) + 1;

    fact->from = case_->state;
    fact->to = case_->state = DUBAN__CASE_STATE__CASE_STATE_FOLLOWING_UP;
    fact->reason = approval->reason;
    engine_add_fact(engine, fact);
    case_->passes_needed = case_->passes + 1;
    engine_case_revisit(engine, case_, civil_moment(day, 0, policy->utc_offset_s),
                        civil_moment(day, policy->end_of_day_s, policy->utc_offset_s));
    engine_tell_decision(engine, "closure_refused", case_, approval->reason);
}

struct request engine_closure_request(const Duban__Case *case_)
{
    bool waits = case_->state == DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE;

    return (struct request){
        .right = RIGHT_APPROVE_CLOSURE, .role = DUBAN__ROLE__ROLE_LEAD, .case_ = case_,
        .asked_by = waits ? case_->passed_by : "", .asked_for = waits ? case_->owner : "",
    };
}

static bool decide_closure(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault)
{
    struct request request = engine_closure_request(case_);

    if (!engine_may_decide(engine, &request, fault))
        return false;
    if (case_->state != DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE)
        return engine_contradiction(engine, case_, "approval", "nothing_waits");
    end_approval(engine, case_);
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED)
        engine_case_close(engine, case_);
    else
        refuse_closure(engine, case_, approval);
    state_put_case(engine->state, case_);
    return true;
}

bool engine_on_approval(struct engine *engine, const Duban__Approval *approval, struct fault *fault)
{
    Duban__Case *case_;

    if (approval->policy_version.len > 0)
        return engine_decide_recompute(engine, NULL, approval, fault);
    if (approval->about != NULL)
        return engine_decide_recompute(engine, NULL, approval, fault);
    if (approval->report_sequence != 0)
        return engine_decide_amendment(engine, approval, fault);
    case_ = engine_referenced_case(engine, approval->case_, fault);
    if (case_ == NULL)
        return false;
    switch (approval->matter) {
    case DUBAN__MATTER__MATTER_EXTENSION:
        return decide_extension(engine, case_, approval, fault);
    case DUBAN__MATTER__MATTER_CLOSURE:
        return decide_closure(engine, case_, approval, fault);
    case DUBAN__MATTER__MATTER_RECOMPUTE:
        return engine_decide_recompute(engine, case_, approval, fault);
    case DUBAN__MATTER__MATTER_APPEAL:
        return engine_decide_appeal(engine, case_, approval, fault);
    case DUBAN__MATTER__MATTER_AMENDMENT:   /* of a report, not of a case */
    case DUBAN__MATTER__MATTER_UNSPECIFIED:
    case _DUBAN__MATTER_IS_INT_SIZE:
        break;
    }
    return fault_set(fault, "approval.matter", "未说明审批事项", "the matter is missing");
}
