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

SAME_AT_EVERY_LEVEL(household_check, campaigns.check_limit)

static bool has_campaigns(const struct policy *policy)
{
    return policy->campaigns.given;
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
        .name = "revisit", .label = { "复查", "revisit" }, .in_case = revisit_of, .fill_overdue = engine_fill_missed_revisit,
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
        .name = "complaint", .label = { "投诉核实", "complaint check" }, .is_in = has_complaints, .limit = complaint_limit,
        .limit_of = engine_complaint_limit, .fill = engine_fill_complaint_check },
    [DUBAN__TASK_KIND__TASK_KIND_FEEDBACK] = {
        .name = "feedback", .label = { "反馈待收", "feedback" }, .is_in = has_complaints, .limit = feedback_limit,
        .fill = engine_fill_feedback },
    [DUBAN__TASK_KIND__TASK_KIND_CAMPAIGN] = {
        .name = "campaign", .label = { "入户活动", "campaign" }, .is_in = has_campaigns,
        .own_step_s = engine_campaign_draws_s, .fire_own = engine_fire_draw },
    [DUBAN__TASK_KIND__TASK_KIND_HOUSEHOLDS] = {
        .name = "households", .label = { "入户", "households" }, .is_in = has_campaigns, .fill = engine_fill_households },
    [DUBAN__TASK_KIND__TASK_KIND_HOUSEHOLD_CHECK] = {
        .name = "household_check", .label = { "入户核查", "household check" }, .is_in = has_campaigns,
        .limit = household_check_limit, .fill = engine_fill_household_check },
};

static const struct subject_kind SUBJECT_KINDS[] = {
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT] = {
        .prefix = "TS", .label = { "投诉", "complaint" }, .fill = engine_fill_complaint, .state = engine_complaint_state,
        .what = engine_complaint_words },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN] = {
        .prefix = "HD", .label = { "入户活动", "campaign" }, .fill = engine_fill_campaign, .state = engine_campaign_state,
        .what = engine_campaign_words },
};

const struct task_kind *task_kind(int kind)
{
    return kind > 0 && (size_t) kind < COUNT(TASK_KINDS) && TASK_KINDS[kind].name != NULL ? &TASK_KINDS[kind] : NULL;
}

int task_kind_after(int kind)
{
    while ((size_t) ++kind < COUNT(TASK_KINDS))
        if (TASK_KINDS[kind].name != NULL)
            return kind;
    return 0;
}

Duban__TaskKind task_kind_named(const char *name)
{
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        if (strcmp(TASK_KINDS[kind].name, name) == 0)
            return (Duban__TaskKind) kind;
    return DUBAN__TASK_KIND__TASK_KIND_UNSPECIFIED;
}

const struct subject_kind *subject_kind(int kind)
{
    return kind > 0 && (size_t) kind < COUNT(SUBJECT_KINDS) && SUBJECT_KINDS[kind].prefix != NULL ? &SUBJECT_KINDS[kind] : NULL;
}

int subject_kind_after(int kind)
{
    while ((size_t) ++kind < COUNT(SUBJECT_KINDS))
        if (SUBJECT_KINDS[kind].prefix != NULL)
            return kind;
    return 0;
}
