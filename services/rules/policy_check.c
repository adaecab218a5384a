/* policy_check.c - what only the whole pack shows: values that contradict each other, rows
 * that could never go, duties that nobody would hear of.
 */
#include <string.h>

#include "civil.h"
#include "engine_kind.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define UNKNOWN_LENGTH INT64_MAX

/* Kinds that the engine names itself or that every pack's plans are built from. A loaded
 * policy has a text for each. */
static const char *const NEEDED_MESSAGES[] = {
    /* a case's turning points */
    "new_case", "notice_to_site", "assigned_away", "level_raised", "revisit_failed", "recurrence", "closed",
    "closure_refused", "extension_granted", "extension_refused", "suspended", "resumed",
    /* what reminders and ladders say */
    "not_acknowledged", "near_due", "due_today", "overdue_owner", "overdue_group_leader", "overdue_lead", "agenda",
    "reported_up", "explanation_wanted", "revisit_today", "revisit_missed", "approval_wanted", "review_due",
    "settlement_wanted", "site_check_wanted",
    /* about reports and about the house itself */
    "quarantined", "quarantine_settled", "photos_missing", "nobody_to_receive", "delivery_failure", "digest",
    "house_alarm",
};

/* ... and for each of these when it has the section complaints. */
static const char *const COMPLAINT_MESSAGES[] = { "complaint_in", "complaint_result" };

static const char *const WATCH_MESSAGES[] = { "watch_begins", "watch_ended", "contact_absent" };

static const char *const ISOLATION_MESSAGES[] = {
    "isolation_begins", "isolation_missing_again", "isolation_restart", "isolation_lengthened", "isolation_abnormal",
    "isolation_went_out", "isolation_over",
};

static const char *const CAMPAIGN_MESSAGES[] = { "campaign_opened", "campaign_ended", "household_check_in", "mismatch" };

static const char *const PLAN_MESSAGES[] = { "plan_drafted" };

static const char *const MEETING_MESSAGES[] = { "morning_brief", "evening_summary", "coverage_low", "briefing_decision",
                                                "resolution_taken_back", "remark" };

static const char *const LOOK_BACK_MESSAGES[] = { "look_back", "look_back_failed" };

static const char *const DOUBT_MESSAGES[] = { "visit_doubted" };

static const char *const PEOPLE_MESSAGES[] = { "own_isolation_over", "back_on_duty", "duty_of_care", "taken_over" };

static const char *const DOOR_MESSAGES[] = { "door_check", "door_check_missed" };

static const char *const RETURNED_MESSAGES[] = { "contact_returned" };

static const char *const SUPPLY_MESSAGES[] = { "supplies_low" };

static const char *const STAND_DOWN_MESSAGES[] = { "stand_down" };

/* ... when it has a number of open tasks that are too many. */
static const char *const LOAD_MESSAGES[] = { "overloaded" };

/* What a section that a pack may have says of its own. */
static const struct section_texts {
    size_t given;                      /* offset of its flag in struct policy */
    const char *const *kinds;
    size_t count;
} SECTIONS[] = {
    { offsetof(struct policy, complaints.given), COMPLAINT_MESSAGES, COUNT(COMPLAINT_MESSAGES) },
    { offsetof(struct policy, watch.given), WATCH_MESSAGES, COUNT(WATCH_MESSAGES) },
    { offsetof(struct policy, isolation.given), ISOLATION_MESSAGES, COUNT(ISOLATION_MESSAGES) },
    { offsetof(struct policy, campaigns.given), CAMPAIGN_MESSAGES, COUNT(CAMPAIGN_MESSAGES) },
    { offsetof(struct policy, people.given), PEOPLE_MESSAGES, COUNT(PEOPLE_MESSAGES) },
    { offsetof(struct policy, look_back.given), LOOK_BACK_MESSAGES, COUNT(LOOK_BACK_MESSAGES) },
    { offsetof(struct policy, plan.given), PLAN_MESSAGES, COUNT(PLAN_MESSAGES) },
    { offsetof(struct policy, doubts.given), DOUBT_MESSAGES, COUNT(DOUBT_MESSAGES) },
    { offsetof(struct policy, stand_down.given), STAND_DOWN_MESSAGES, COUNT(STAND_DOWN_MESSAGES) },
    { offsetof(struct policy, isolation.door_checks_given), DOOR_MESSAGES, COUNT(DOOR_MESSAGES) },
    { offsetof(struct policy, isolation.returned_contact_given), RETURNED_MESSAGES, COUNT(RETURNED_MESSAGES) },
    { offsetof(struct policy, supplies.given), SUPPLY_MESSAGES, COUNT(SUPPLY_MESSAGES) },
    { offsetof(struct policy, meetings.given), MEETING_MESSAGES, COUNT(MEETING_MESSAGES) },
};

void policy_check_texts(struct loading *loading, const char *const *kinds, size_t count)
{
    for (size_t i = 0; loading->messages_known && i < count; i++)
        if (policy_message(loading->policy, kinds[i]) == NULL)
            policy_complain(loading, policy_place_at(POLICY_MESSAGES_FILE, 0, 0), "缺少消息“%s”；请补上一行",
                            "message \"%s\" is missing; add a row for it", kinds[i]);
}

static void check_load_message(struct loading *loading)
{
    if (loading->policy->people.overload_tasks > 0)
        policy_check_texts(loading, LOAD_MESSAGES, COUNT(LOAD_MESSAGES));
}

static void check_messages(struct loading *loading)
{
    policy_check_texts(loading, NEEDED_MESSAGES, COUNT(NEEDED_MESSAGES));
    for (size_t i = 0; i < COUNT(SECTIONS); i++)
        if (*(const bool *) ((const char *) loading->policy + SECTIONS[i].given))
            policy_check_texts(loading, SECTIONS[i].kinds, SECTIONS[i].count);
    check_load_message(loading);
}

/* ---------------------------------------------------------------- working time */

/* Nobody could say when such a limit is over; the first place where one stands is shown. */
static void check_working_time(struct loading *loading)
{
    const struct calendar *calendar = &loading->policy->calendar;
    struct file_place place = loading->working_unit;

    if (place.line == 0)
        return;
    if (policy_yaml_member(loading->document, "working_hours") == NULL)
        policy_complain(loading, place, "用了工作时间，却没有写 working_hours；请补上，如 [[\"08:30\", \"12:00\"], [\"13:30\", \"18:00\"]]",
                        "working time is used, but working_hours are missing; add them, as [[\"08:30\", \"12:00\"], "
                        "[\"13:30\", \"18:00\"]]");
    if (calendar->year_count == 0 && !loading->calendar_faulty)
        policy_complain(loading, place, "用了工作时间，却没有公布任何一年的 calendar.csv；请补上，并写明年份（如 2020,year）",
                        "working time is used, but there is no calendar.csv that publishes a year; add it, with its "
                        "years (as 2020,year)");
    if (loading->messages_known && policy_message(loading->policy, "year_missing") == NULL)
        policy_complain(loading, policy_place_at(POLICY_MESSAGES_FILE, 0, 0), "缺少消息“%s”；请补上一行",
                        "message \"%s\" is missing; add a row for it", "year_missing");
}

/* ---------------------------------------------------------------- hours */

/* In [from, to) over midnight? */
static bool is_within(int32_t second_of_day, int32_t from, int32_t to)
{
    return second_of_day >= from || second_of_day < to;
}

/* The engine looks for the end of such hours on the next morning. */
static bool runs_over_midnight(struct loading *loading, const char *hours, int32_t from, int32_t to)
{
    struct file_place place = policy_yaml_place(loading->document, hours, "to");

    if (from == to)
        policy_complain(loading, place, "from 与 to 相同，占了全天；两者应不同，如 \"22:00\" 至 \"07:00\"",
                        "from and to are the same and cover the whole day; they should differ, as \"22:00\" to "
                        "\"07:00\"");
    else if (from < to)
        policy_complain(loading, place, "应从当晚到次日早晨：to 要早于 from，如 \"22:00\" 至 \"07:00\"",
                        "these hours run over midnight: to should be earlier than from, as \"22:00\" to \"07:00\"");
    return from > to;
}

/* Was that clock given, and well-formed? */
static bool is_given(const struct loading *loading, const char *first, const char *second)
{
    const struct yaml *value = policy_yaml_member(loading->document, first);
    int32_t second_of_day;

    if (second != NULL)
        value = policy_yaml_member(value, second);
    return value != NULL && value->kind == YAML_SCALAR && civil_parse_clock(value->text, &second_of_day) &&
           second_of_day < DAY_SECONDS;
}

static void check_quiet_hours(struct loading *loading)
{
    const struct policy *policy = loading->policy;
    const struct yaml *document = loading->document;

    if (!is_given(loading, "quiet_hours", "from") || !is_given(loading, "quiet_hours", "to"))
        return;
    if (!runs_over_midnight(loading, "quiet_hours", policy->quiet_from_s, policy->quiet_to_s))
        return;
    if (is_given(loading, "quiet_hours", "reminder_at") &&
        is_within(policy->quiet_reminder_s, policy->quiet_from_s, policy->quiet_to_s))
        policy_complain(loading, policy_yaml_place(document, "quiet_hours", "reminder_at"),
                        "reminder_at 应在免打扰时段之前，如 \"21:30\"",
                        "reminder_at should stand before the quiet hours, as \"21:30\"");
    if (is_given(loading, "digest", NULL) && is_within(policy->digest_s, policy->quiet_from_s, policy->quiet_to_s))
        policy_complain(loading, policy_yaml_place(document, "digest", NULL), "汇总时间不能在免打扰时段内；应在其后，如 \"07:43\"",
                        "the digest cannot go in quiet hours; it should come after them, as \"07:43\"");
}

static void check_night(struct loading *loading)
{
    const struct policy *policy = loading->policy;
    const struct yaml *document = loading->document;

    if (!is_given(loading, "night", "from") || !is_given(loading, "night", "to"))
        return;
    if (runs_over_midnight(loading, "night", policy->night_from_s, policy->night_to_s) &&
        is_given(loading, "night", "moves_to") &&
        is_within(policy->night_moves_to_s, policy->night_from_s, policy->night_to_s))
        policy_complain(loading, policy_yaml_place(document, "night", "moves_to"), "moves_to 应在夜间之后，如 \"10:00\"",
                        "moves_to should stand after the night, as \"10:00\"");
}

/* ---------------------------------------------------------------- plans */

/* In what a row's offset is compared with a limit: the same working unit, or natural time. Days
 * stand for themselves times a day. */
static int64_t length_in(const struct policy *policy, enum policy_unit unit, const struct policy_limit *limit)
{
    if (policy_is_working_unit(unit) || policy_is_working_unit(limit->unit)) {
        if (unit != limit->unit)
            return UNKNOWN_LENGTH;   /* only a calendar could say */
        return limit->seconds + (int64_t) limit->days * DAY_SECONDS;
    }
    return policy_limit_longest(policy, limit);
}

static void check_complaints(struct loading *loading)
{
    const struct policy_complaints *complaints = &loading->policy->complaints;
    enum policy_unit unit = complaints->danger_limit.unit;

    if (length_in(loading->policy, unit, &complaints->danger_limit) > length_in(loading->policy, unit, &complaints->limit))
        policy_complain(loading, policy_yaml_place(loading->document, "complaints", "danger_limit"),
                        "有危险的时限 danger_limit 不能比一般时限 limit 长", "danger_limit cannot be longer than limit");
}

static void check_photos(struct loading *loading)
{
    const struct policy *policy = loading->policy;

    if (policy->photos_within_s == 0 && policy_yaml_member(loading->document, "photos_limit") != NULL)
        policy_complain(loading, policy_yaml_place(loading->document, "photos_limit", NULL),
                        "只有写了 photos_within 才有补传照片的任务；请补上 photos_within（如 4h），或去掉 photos_limit",
                        "photos are a task only where photos_within says when they are late; add it (as 4h), or remove photos_limit");
}

static void check_campaigns(struct loading *loading)
{
    const struct policy_campaigns *campaigns = &loading->policy->campaigns;

    if (campaigns->mismatch_item != NULL && loading->policy->item_count > 0 &&
        policy_item(loading->policy, campaigns->mismatch_item) == NULL)
        policy_complain(loading, policy_yaml_place(loading->document, "campaigns", "mismatch_item"),
                        "检查项 %s 不在 items.csv 中", "check item %s is not in items.csv", campaigns->mismatch_item);
    if (campaigns->attempt_days > campaigns->attempts)
        policy_complain(loading, policy_yaml_place(loading->document, "campaigns", "attempt_days"),
                        "天数 attempt_days 不能多于次数 attempts", "attempt_days cannot be more than attempts");
}

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The longest time that a task of that kind at that level can have, in the unit of a row; or
 * UNKNOWN_LENGTH when it depends on more than the policy. */
static int64_t longest_task(const struct policy *policy, int kind, size_t level, enum policy_unit unit)
{
    const struct policy_severity *severity = &policy->severities[level];
    int64_t longest;

    if (task_kind(kind)->limit == NULL)
        return UNKNOWN_LENGTH;
    longest = length_in(policy, unit, task_kind(kind)->limit(policy, severity));
    for (size_t i = 0; task_kind(kind)->has_item_limit && i < policy->item_count; i++)
        if (policy->items[i].severity == severity && policy->items[i].has_limit)
            longest = longer(longest, length_in(policy, unit, &policy->items[i].limit));
    return longest;
}

/* Over all levels that this list of rows serves. */
static int64_t longest_of_rows(const struct policy *policy, int kind, const struct policy_row *rows,
                               enum policy_unit unit)
{
    int64_t longest = 0;

    for (size_t i = 0; i < policy->severity_count; i++)
        if (policy->plans[kind][i].reminders == rows)
            longest = longer(longest, longest_task(policy, kind, i, unit));
    return longest;
}

static void check_reachable(struct loading *loading, int kind, const struct policy_plan *plan)
{
    for (size_t i = 0; i < plan->reminder_count; i++) {
        const struct policy_row *row = &plan->reminders[i];
        int64_t longest = longest_of_rows(loading->policy, kind, plan->reminders, row->offset_unit);
        int64_t before = -(row->offset_s + (int64_t) row->offset_days * DAY_SECONDS);

        if (row->when == WHEN_OFFSET && before >= longest && longest > 0)
            policy_complain(loading, row->place, "这一行永远不会发出：提前的时间不短于整个时限；请改近或删去",
                            "this row can never go: it stands further before the due time than the limit is long; move "
                            "it closer or remove it");
    }
}

static bool is_first_use(const struct policy *policy, int kind, size_t column)
{
    for (size_t i = 0; i < column; i++)
        if (policy->plans[kind][i].reminders == policy->plans[kind][column].reminders)
            return false;
    return true;
}

/* One complaint for a kind is enough: one row for "*" may cure all its levels. */
static void check_step_zero(struct loading *loading, int kind)
{
    const struct policy *policy = loading->policy;

    for (size_t i = 0; i < policy->severity_count; i++) {
        const struct policy_plan *plan = &policy->plans[kind][i];

        if (plan->ladder_count > 0 && plan->ladder[0].ladder_step == 0)
            continue;
        policy_complain(loading, policy_yaml_place(loading->document, "ladder", task_kind(kind)->name),
                        "任务 %s 在级别 %s 没有第 0 步，逾期将无人知道；请补上一行 step: 0",
                        "task %s at level %s has no step 0, so that nobody would hear that it is overdue; add a row "
                        "with step: 0",
                        task_kind(kind)->name, policy->severities[i].code);
        return;
    }
}

static bool is_in(const struct policy *policy, int kind)
{
    return task_kind(kind)->is_in == NULL || task_kind(kind)->is_in(policy);
}

static void check_plans(struct loading *loading)
{
    const struct policy *policy = loading->policy;
    bool has_ladder = policy_yaml_member(loading->document, "ladder") != NULL;

    if (!loading->levels_known)
        return;
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind)) {
        if (!is_in(policy, kind))
            continue;
        for (size_t i = 0; i < policy->severity_count; i++)
            if (is_first_use(policy, kind, i))
                check_reachable(loading, kind, &policy->plans[kind][i]);
        if (has_ladder)
            check_step_zero(loading, kind);
    }
}

void policy_check_whole(struct loading *loading)
{
    check_messages(loading);
    if (loading->is_new) {
        policy_check_duties(loading);
        policy_check_texts_fit(loading);
        policy_check_texts_can_fit(loading);
    }
    policy_check_conditions(loading);
    if (loading->document == NULL)
        return;
    if (loading->is_new)
        policy_check_placeholders(loading);
    check_quiet_hours(loading);
    check_night(loading);
    check_working_time(loading);
    check_complaints(loading);
    check_photos(loading);
    policy_check_watch(loading);
    policy_check_look_back(loading);
    policy_check_doubts(loading);
    policy_check_meetings(loading);
    policy_check_isolation(loading);
    policy_check_elsewhere(loading);
    policy_check_mandatory(loading);
    check_campaigns(loading);
    policy_check_territory(loading);
    policy_check_supplies(loading);
    check_plans(loading);
}
