/* engine_kind.c - the kinds of tasks and of subjects, one row each. */
#include "engine_kind.h"

#include <string.h>

#include "engine.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---------------------------------------------------------------- limits */

static const struct policy_limit *rectification_limit(const struct policy *policy, const struct policy_severity *severity)
{
    (void) policy;
    return &severity->limit;
}

static const struct policy_limit *acknowledgement_limit(const struct policy *policy, const struct policy_severity *severity)
{
    (void) policy;
    return &severity->acknowledge_within;
}

/* A limit of the whole policy, the same at every level. */
#define SAME_AT_EVERY_LEVEL(name, member)                                                                              \
    static const struct policy_limit *name##_limit(const struct policy *policy, const struct policy_severity *severity) \
    {                                                                                                                  \
        (void) severity;                                                                                               \
        return &policy->member;                                                                                        \
    }

SAME_AT_EVERY_LEVEL(approval, approval_limit)
SAME_AT_EVERY_LEVEL(settlement, settlement_limit)
SAME_AT_EVERY_LEVEL(site_check, site_check_limit)
SAME_AT_EVERY_LEVEL(complaint, complaints.limit)
SAME_AT_EVERY_LEVEL(feedback, complaints.feedback_limit)

static bool has_complaints(const struct policy *policy)
{
    return policy->complaints.given;
}

/* ---------------------------------------------------------------- where a case names it */

static const ProtobufCBinaryData *rectification_of(const Duban__Case *case_)
{
    return &case_->rectification_task;
}

static const ProtobufCBinaryData *revisit_of(const Duban__Case *case_)
{
    return &case_->revisit_task;
}

/* ---------------------------------------------------------------- the tables */

static const struct task_kind TASK_KINDS[] = {
    [DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION] = {
        .name = "rectification", .label = { "整改", "rectification" }, .is_chased = true, .limit = rectification_limit,
        .has_item_limit = true, .limit_of = engine_rectification_limit, .in_case = rectification_of, .own_step_s = engine_window_opens_s, .fire_own = engine_fire_window,
        .overdue = engine_rectification_overdue },
    [DUBAN__TASK_KIND__TASK_KIND_REVISIT] = {
        .name = "revisit", .label = { "复查", "revisit" }, .is_visit = true, .in_case = revisit_of, .fill_overdue = engine_fill_missed_revisit,
        .overdue = engine_revisit_overdue },
    [DUBAN__TASK_KIND__TASK_KIND_ACKNOWLEDGEMENT] = {
        .name = "acknowledgement", .label = { "签收", "acknowledgement" }, .limit = acknowledgement_limit },
    [DUBAN__TASK_KIND__TASK_KIND_APPROVAL] = {
        .name = "approval", .label = { "审批", "approval" }, .limit = approval_limit, .fill = engine_fill_approval },
    [DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT] = {
        .name = "settlement", .label = { "处理待核记录", "settlement" }, .has_sender = true, .limit = settlement_limit,
        .fill = engine_fill_settlement },
    [DUBAN__TASK_KIND__TASK_KIND_SITE_CHECK] = {
        .name = "site_check", .label = { "核实营业状态", "site check" }, .limit = site_check_limit },
    [DUBAN__TASK_KIND__TASK_KIND_REVIEW] = { .name = "review", .label = { "挂账复核", "review" } },
    [DUBAN__TASK_KIND__TASK_KIND_COMPLAINT] = {
        .name = "complaint", .label = { "投诉核实", "complaint check" }, .is_visit = true, .is_in = has_complaints, .limit = complaint_limit,
        .limit_of = engine_complaint_limit, .fill = engine_fill_complaint_check },
    [DUBAN__TASK_KIND__TASK_KIND_FEEDBACK] = {
        .name = "feedback", .label = { "反馈待收", "feedback" }, .is_in = has_complaints, .limit = feedback_limit,
        .fill = engine_fill_feedback },
};

static const struct subject_kind SUBJECT_KINDS[] = {
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT] = {
        .prefix = "TS", .label = { "投诉", "complaint" }, .fill = engine_fill_complaint, .state = engine_complaint_state,
        .what = engine_complaint_words },
};

const struct task_kind *task_kind(int kind)
{
    return kind > 0 && (size_t) kind < COUNT(TASK_KINDS) ? &TASK_KINDS[kind] : NULL;
}

Duban__TaskKind task_kind_named(const char *name)
{
    for (size_t i = 1; i < COUNT(TASK_KINDS); i++)
        if (strcmp(TASK_KINDS[i].name, name) == 0)
            return (Duban__TaskKind) i;
    return DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED;
}

const struct subject_kind *subject_kind(int kind)
{
    return kind > 0 && (size_t) kind < COUNT(SUBJECT_KINDS) ? &SUBJECT_KINDS[kind] : NULL;
}
