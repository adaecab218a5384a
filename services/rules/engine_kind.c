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

SAME_AT_EVERY_LEVEL(coordination, coordination.needed_within)
SAME_AT_EVERY_LEVEL(referral, referrals.receipt_limit)
SAME_AT_EVERY_LEVEL(referral_result, referrals.result_limit)
SAME_AT_EVERY_LEVEL(urgent, urgent.referral_limit)

/* Where a pack has both, coordination's stands for them; each task has its own by limit_of. */
static const struct policy_limit *confirmation_limit(const struct policy *policy, const struct policy_severity *severity)
{
    (void) severity;
    return policy->coordination.given ? &policy->coordination.confirm_limit : &policy->referrals.confirm_limit;
}

static bool has_coordination(const struct policy *policy)
{
    return policy->coordination.given;
}

static bool has_referrals(const struct policy *policy)
{
    return policy->referrals.given;
}

static bool has_confirmations(const struct policy *policy)
{
    return has_coordination(policy) || has_referrals(policy);
}

static bool has_urgent(const struct policy *policy)
{
    return policy->urgent.given;
}

static bool has_complaints(const struct policy *policy)
{
    return policy->complaints.given;
}

static bool has_watch(const struct policy *policy)
{
    return policy->watch.given;
}

static bool has_isolation(const struct policy *policy)
{
    return policy->isolation.given;
}

SAME_AT_EVERY_LEVEL(side_items, referrals.answer_limit)

static bool has_door_checks(const struct policy *policy)
{
    return policy->isolation.door_checks_given;
}

static bool has_side_items(const struct policy *policy)
{
    return policy->referrals.answer_limit.seconds > 0 || policy->referrals.answer_limit.days > 0;
}

SAME_AT_EVERY_LEVEL(photos, photos_limit)

static bool has_photos(const struct policy *policy)
{
    return policy->photos_limit.seconds > 0 || policy->photos_limit.days > 0;
}

SAME_AT_EVERY_LEVEL(household_check, campaigns.check_limit)

static bool has_campaigns(const struct policy *policy)
{
    return policy->campaigns.given;
}

SAME_AT_EVERY_LEVEL(resolution, meetings.resolution_limit)

static bool has_meetings(const struct policy *policy)
{
    return policy->meetings.given;
}

SAME_AT_EVERY_LEVEL(look_back, look_back.limit)

static bool has_look_back(const struct policy *policy)
{
    return policy->look_back.given;
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

static const ProtobufCBinaryData *look_back_of(const Duban__Case *case_)
{
    return &case_->look_back_task;
}

/* ---------------------------------------------------------------- the tables */

static const struct task_kind TASK_KINDS[] = {
    [DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION] = {
        .name = "rectification", .label = { "整改", "rectification" }, .is_chased = true, .limit = rectification_limit,
        .has_item_limit = true, .limit_of = engine_rectification_limit, .in_case = rectification_of, .own_step_s = engine_window_opens_s, .fire_own = engine_fire_window,
        .overdue = engine_rectification_overdue },
    [DUBAN__TASK_KIND__TASK_KIND_REVISIT] = {
        .name = "revisit", .label = { "复查", "revisit" }, .is_visit = true, .in_case = revisit_of, .fill = engine_fill_revisit,
        .fill_overdue = engine_fill_missed_revisit,
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
    [DUBAN__TASK_KIND__TASK_KIND_CHECK_IN] = {
        .name = "check_in", .label = { "打卡", "check-in" }, .is_in = has_watch, .fill = engine_fill_check_in,
        .own_step_s = engine_check_in_midnight_s, .fire_own = engine_fire_check_in_midnight, .overdue = engine_check_in_overdue },
    [DUBAN__TASK_KIND__TASK_KIND_ISOLATION_CONTACT] = {
        .name = "isolation_contact", .label = { "随访联系", "isolation contact" }, .is_in = has_isolation, .is_missed_for_good = true,
        .fill = engine_fill_isolation_contact, .own_step_s = engine_isolation_contact_closes_s,
        .fire_own = engine_fire_isolation_contact, .overdue = engine_isolation_contact_overdue },
    [DUBAN__TASK_KIND__TASK_KIND_ISOLATION_END] = {
        .name = "isolation_end", .label = { "观察期满", "isolation end" }, .is_in = has_isolation,
        .own_step_s = engine_isolation_ends_s, .fire_own = engine_fire_isolation_end },
    [DUBAN__TASK_KIND__TASK_KIND_COORDINATION] = {
        .name = "coordination", .label = { "协调物资", "coordination" }, .is_in = has_coordination,
        .limit = coordination_limit, .own_step_s = engine_promise_passes_s, .fire_own = engine_fire_promise },
    [DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION] = {
        .name = "confirmation", .label = { "到场确认", "confirmation" }, .is_in = has_confirmations,
        .limit = confirmation_limit, .limit_of = engine_confirmation_limit },
    [DUBAN__TASK_KIND__TASK_KIND_REFERRAL] = {
        .name = "referral", .label = { "移交待接", "referral to be taken" }, .is_in = has_referrals,
        .limit = referral_limit, .fill = engine_fill_referral_task },
    [DUBAN__TASK_KIND__TASK_KIND_REFERRAL_RESULT] = {
        .name = "referral_result", .label = { "移交反馈", "result of a referral" }, .is_in = has_referrals,
        .limit = referral_result_limit, .fill = engine_fill_referral_task },
    [DUBAN__TASK_KIND__TASK_KIND_URGENT] = {
        .name = "urgent", .label = { "紧急处置", "urgent" }, .is_in = has_urgent, .limit = urgent_limit,
        .limit_of = engine_urgent_limit, .fill = engine_fill_urgent_task },
    [DUBAN__TASK_KIND__TASK_KIND_CAMPAIGN] = {
        .name = "campaign", .label = { "入户活动", "campaign" }, .is_in = has_campaigns,
        .own_step_s = engine_campaign_draws_s, .fire_own = engine_fire_draw },
    [DUBAN__TASK_KIND__TASK_KIND_HOUSEHOLDS] = {
        .name = "households", .label = { "入户", "households" }, .is_in = has_campaigns, .fill = engine_fill_households },
    [DUBAN__TASK_KIND__TASK_KIND_HOUSEHOLD_CHECK] = {
        .name = "household_check", .label = { "入户核查", "household check" }, .is_in = has_campaigns,
        .limit = household_check_limit, .fill = engine_fill_household_check },
    [DUBAN__TASK_KIND__TASK_KIND_LOOK_BACK] = {
        .name = "look_back", .label = { "回头看", "look-back" }, .is_visit = true, .is_in = has_look_back,
        .limit = look_back_limit, .in_case = look_back_of, .fill = engine_fill_look_back },
    [DUBAN__TASK_KIND__TASK_KIND_RESOLUTION] = {
        .name = "resolution", .label = { "例会交办", "resolution" }, .is_in = has_meetings, .limit = resolution_limit },
    [DUBAN__TASK_KIND__TASK_KIND_DOOR_CHECK] = {
        .name = "door_check", .label = { "上门查看", "door check" }, .is_visit = true, .is_in = has_door_checks,
        .fill = engine_fill_isolation_contact, .own_step_s = engine_door_check_closes_s, .fire_own = engine_fire_door_check },
    [DUBAN__TASK_KIND__TASK_KIND_SIDE_ITEMS] = {
        .name = "side_items", .label = { "补答", "side-items to be answered" }, .is_visit = true, .is_in = has_side_items,
        .limit = side_items_limit, .fill = engine_fill_side_items },
    [DUBAN__TASK_KIND__TASK_KIND_PHOTOS] = {
        .name = "photos", .label = { "补传照片", "photos to be sent" }, .is_in = has_photos, .limit = photos_limit, .fill = engine_fill_photos },
};

static const struct subject_kind SUBJECT_KINDS[] = {
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT] = {
        .prefix = "TS", .listing = "complaints", .label = { "投诉", "complaint" }, .has_limits = true, .fill = engine_fill_complaint, .state = engine_complaint_state,
        .what = engine_complaint_words, .visit_amended = engine_complaint_amended },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH] = {
        .prefix = "DS", .listing = "watches", .label = { "盯守", "watch" }, .fill = engine_fill_watch, .state = engine_watch_state,
        .what = engine_watch_words, .visit_amended = engine_watch_amended },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION] = {
        .prefix = "GL", .listing = "isolations", .label = { "居家观察", "isolation" }, .fill = engine_fill_isolation, .state = engine_isolation_state,
        .what = engine_isolation_words, .count = engine_isolation_count },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION] = {
        .prefix = "XT", .listing = "coordinations", .label = { "协调", "coordination" }, .has_limits = true, .fill = engine_fill_coordination,
        .state = engine_coordination_state, .what = engine_coordination_words, .item = engine_coordination_item,
        .withdraw = engine_coordination_withdraw },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_REFERRAL] = {
        .prefix = "YJ", .listing = "referrals", .label = { "移交", "referral" }, .has_limits = true, .fill = engine_fill_referral, .state = engine_referral_state,
        .what = engine_referral_words, .item = engine_referral_item, .withdraw = engine_referral_withdraw },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_URGENT] = {
        .prefix = "JB", .listing = "alerts", .label = { "紧急", "urgent alert" }, .has_limits = true, .fill = engine_fill_urgent, .state = engine_urgent_state,
        .what = engine_urgent_words, .item = engine_urgent_item, .withdraw = engine_urgent_withdraw },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN] = {
        .prefix = "HD", .listing = "campaigns", .label = { "入户活动", "campaign" }, .fill = engine_fill_campaign, .state = engine_campaign_state,
        .what = engine_campaign_words },
    [DUBAN__SUBJECT_KIND__SUBJECT_KIND_RESOLUTION] = {
        .prefix = "LH", .listing = "resolutions", .label = { "例会决定", "resolution" }, .fill = engine_fill_resolution, .state = engine_resolution_state,
        .what = engine_resolution_words },
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
