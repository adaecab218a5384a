/* policy_document.c - policy.yaml: settings, severities and site kinds.
 *
 * Each map is one table of its keys. To add a setting: a field in struct policy, a row here,
 * a line in each pack; if it depends on another value, a check in policy_check.c.
 */
#include <string.h>

#include "civil.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_POLICY(member) offsetof(struct policy, member)
#define OF_DRAFT(member) offsetof(struct draft, severity.member)

#define DAYS(count) ((int64_t) (count) * DAY_SECONDS)

enum { HOUR = 3600 };

/* ---------------------------------------------------------------- settings */

static void read_time_zone(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    if (policy_is_scalar(loading, value) && !civil_zone(value->text, target))
        policy_complain(loading, value->place, "不认识时区“%s”，或该时区有夏令时；中国写 Asia/Shanghai",
                        "time zone \"%s\" is unknown or has daylight saving; for China write Asia/Shanghai",
                        policy_excerpt(value->text).text);
}

static void read_quiet_hours(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "from", policy_read_clock, OF_POLICY(quiet_from_s), 0, 0, false },
        { "to", policy_read_clock, OF_POLICY(quiet_to_s), 0, 0, false },
        { "reminder_at", policy_read_clock, OF_POLICY(quiet_reminder_s), 0, 0, false },
        { "due_before", policy_read_clock, OF_POLICY(quiet_due_before_s), 0, 0, false },
        { "exempt_limit", policy_read_hours, OF_POLICY(quiet_exempt_limit_s), 0, 0, false },
    };

    (void) field;
    policy_read_fields(loading, value, fields, COUNT(fields), target);
}

static void read_night(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "from", policy_read_clock, OF_POLICY(night_from_s), 0, 0, false },
        { "to", policy_read_clock, OF_POLICY(night_to_s), 0, 0, false },
        { "moves_to", policy_read_clock, OF_POLICY(night_moves_to_s), 0, 0, false },
    };

    (void) field;
    policy_read_fields(loading, value, fields, COUNT(fields), target);
}

static void read_briefings(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy *policy = target;

    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > COUNT(policy->briefings_s)) {
        policy_complain(loading, value->place, "例会应有 1 至 %zu 次，现为 %zu 次",
                        "there should be 1 to %zu briefings, not %zu", COUNT(policy->briefings_s), value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        size_t i = policy->briefing_count++;

        policy_read_clock(loading, entry, &policy->briefings_s[i], field);
        if (i > 0 && policy->briefings_s[i] <= policy->briefings_s[i - 1])
            policy_complain(loading, entry->place, "例会时间应从早到晚排列", "briefings should stand from early to late");
    }
}

/* ---------------------------------------------------------------- working hours */

/* One slot: ["08:30","12:00"]. False after a complaint. */
static bool read_slot(struct loading *loading, const struct yaml *value, int32_t *from_s, int32_t *to_s)
{
    size_t faults = loading->faults->total;

    if (!policy_is_list(loading, value))
        return false;
    if (value->count != 2) {
        policy_complain(loading, value->place, "一段工作时间要写起止两个钟点，如 [\"08:30\", \"12:00\"]",
                        "a slot has a beginning and an end, as [\"08:30\", \"12:00\"]");
        return false;
    }
    policy_read_clock(loading, value->first, from_s, NULL);
    policy_read_clock_end(loading, value->last, to_s, NULL);
    if (loading->faults->total > faults)
        return false;
    if (*from_s < *to_s)
        return true;
    policy_complain(loading, value->last->place, "一段工作时间应先起后止，不跨零点", "a slot ends after it begins, on the same day");
    return false;
}

static void add_slot(struct loading *loading, struct calendar *calendar, const struct yaml *value)
{
    int32_t from_s, to_s;

    if (!read_slot(loading, value, &from_s, &to_s))
        return;
    if (calendar->slot_count > 0 && from_s <= calendar->slots[calendar->slot_count - 1].to_s) {
        policy_complain(loading, value->place, "各段工作时间应从早到晚排列，彼此隔开；相连的请写成一段",
                        "slots stand from early to late, apart from each other; write touching ones as one");
        return;
    }
    calendar->slots[calendar->slot_count].from_s = from_s;
    calendar->slots[calendar->slot_count++].to_s = to_s;
}

static void read_working_hours(struct loading *loading, const struct yaml *value, void *target,
                               const struct field *field)
{
    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > CALENDAR_MAX_SLOTS) {
        policy_complain(loading, value->place, "工作时间应有 1 至 %d 段，现为 %zu 段", "there should be 1 to %d slots, not %zu",
                        (int) CALENDAR_MAX_SLOTS, value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        add_slot(loading, target, entry);
}

/* ---------------------------------------------------------------- severities */

/* A severity with what is only needed until it has been checked. */
struct draft {
    struct policy_severity severity;
    size_t offset_count;
    const struct yaml *raised_to;
};

static void read_first_window(struct loading *loading, const struct yaml *value, void *target,
                              const struct field *field)
{
    struct policy_severity *severity = target;
    struct policy_limit limit = { 0 };

    policy_read_limit(loading, value, &limit, field);
    if (policy_is_working_unit(limit.unit))
        policy_complain(loading, value->place, "复查窗口不按工作时间计；应写作 4nh 或 2cd",
                        "a revisit window is not counted in working time; write it like 4nh or 2cd");
    severity->first_window_s = limit.seconds;
    severity->first_window_days = limit.days;
}

static void read_offsets(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct draft *draft = target;
    size_t faults = loading->faults->total;

    if (!policy_is_list(loading, value))
        return;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        if (draft->offset_count < POLICY_MAX_PASSES)
            policy_read_count(loading, entry, &draft->severity.pass_offsets_days[draft->offset_count], field);
        draft->offset_count++;
    }
    if (loading->faults->total == faults)
        policy_check_offsets(loading, value->place, draft->severity.passes, draft->severity.pass_offsets_days,
                             draft->offset_count);
}

static void read_raised_to(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct draft *draft = target;

    (void) field;
    if (policy_is_scalar(loading, value))
        draft->raised_to = value;
}

static const struct field SEVERITY_FIELDS[] = {
    { "code", policy_read_code, OF_DRAFT(code), 0, 0, false },
    { "label", policy_read_text, OF_DRAFT(label), 0, 0, false },
    { "limit", policy_read_limit, OF_DRAFT(limit), 0, 0, false },
    { "rework_limit", policy_read_limit, OF_DRAFT(rework_limit), 0, 0, false },
    { "acknowledge_within", policy_read_limit, OF_DRAFT(acknowledge_within), 0, 0, false },
    { "first_window", read_first_window, offsetof(struct draft, severity), 0, 0, false },
    { "window_at_night", policy_read_flag, OF_DRAFT(window_at_night), 0, 0, false },
    { "passes", policy_read_count, OF_DRAFT(passes), 1, POLICY_MAX_PASSES, false },
    { "pass_offsets_days", read_offsets, 0, 0, POLICY_MAX_PERIOD_DAYS, false },
    { "urgent", policy_read_flag, OF_DRAFT(urgent), 0, 0, false },
    { "starts_yellow", policy_read_flag, OF_DRAFT(starts_yellow), 0, 0, false },
    { "extendable", policy_read_flag, OF_DRAFT(extendable), 0, 0, false },
    { "approval_to_close", policy_read_flag, OF_DRAFT(approval_to_close), 0, 0, false },
    { "different_eyes", policy_read_flag, OF_DRAFT(different_eyes), 0, 0, true },
    { "raised_to", read_raised_to, 0, 0, 0, true },
};

/* A later level is a milder one: it leaves at least as much time. */
static void check_level_order(struct loading *loading, const struct yaml *value, const struct policy_severity *severity)
{
    const struct policy_severity *above = severity - 1;
    bool is_given = severity->limit.seconds + severity->limit.days > 0;

    if (is_given &&
        policy_limit_longest(loading->policy, &severity->limit) < policy_limit_longest(loading->policy, &above->limit))
        policy_complain(loading, policy_yaml_place(value, "limit", NULL),
                        "级别应从重到轻排列：%s 在 %s 之后，时限不能更短",
                        "levels should stand from severe to mild: %s comes after %s, so its limit cannot be shorter",
                        severity->code, above->code);
}

static const struct policy_severity *raised_from(struct loading *loading, const struct draft *draft,
                                                 const struct policy_severity *severities, size_t place)
{
    struct choices choices;

    if (draft->raised_to == NULL)
        return &severities[place > 0 ? place - 1 : 0];
    choices = choices_for(draft->raised_to->text);
    for (size_t i = 0; i <= place; i++) {
        if (strcmp(severities[i].code, draft->raised_to->text) == 0)
            return &severities[i];
        choices_add(&choices, severities[i].code);
    }
    policy_complain_unknown(loading, draft->raised_to->place, "同级或更重的级别", "level as severe or more severe",
                            &choices);
    return &severities[place];
}

/* Judges the code: there, and not used above. */
static bool is_new_level(struct loading *loading, const struct yaml *value, const struct policy_severity *severities,
                         size_t place, const char *code)
{
    for (size_t i = 0; code[0] != '\0' && i < place; i++)
        if (strcmp(severities[i].code, code) == 0) {
            policy_complain_twice(loading, policy_yaml_place(value, "code", NULL), "级别", "level", code,
                                  severities[i].place.line);
            return false;
        }
    return code[0] != '\0';
}

static void read_severity(struct loading *loading, const struct yaml *value, struct policy_severity *severities,
                          size_t place)
{
    struct draft draft = { .severity = { .code = "", .label = { "", "" }, .place = value->place } };

    if (!policy_read_fields(loading, value, SEVERITY_FIELDS, COUNT(SEVERITY_FIELDS), &draft))
        draft.severity.raised = &severities[place];
    if (!is_new_level(loading, value, severities, place, draft.severity.code))
        loading->levels_known = false;
    severities[place] = draft.severity;
    if (draft.severity.raised == NULL)
        severities[place].raised = raised_from(loading, &draft, severities, place);
    if (place > 0)
        check_level_order(loading, value, &severities[place]);
}

static void read_severities(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy *policy = target;
    struct policy_severity *severities;
    size_t place = 0;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > POLICY_MAX_SEVERITIES) {
        policy_complain(loading, value->place, "级别应有 1 至 %d 个，现为 %zu 个", "there should be 1 to %d levels, not %zu",
                        (int) POLICY_MAX_SEVERITIES, value->count);
        return;
    }
    severities = policy_take(loading, &policy->arena, value->count, sizeof *severities);
    if (severities == NULL)
        return;
    policy->severities = severities;
    loading->levels_known = true;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        read_severity(loading, entry, severities, place++);
    policy->severity_count = value->count;
}

/* ---------------------------------------------------------------- site kinds */

static void read_risk(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const char *const risks[] = { "high", "medium", "low" };
    struct choices choices = choices_for(value->text);

    (void) field;
    if (!policy_is_scalar(loading, value))
        return;
    for (size_t i = 0; i < COUNT(risks); i++) {
        if (strcmp(risks[i], value->text) == 0) {
            *(const char **) target = risks[i];
            return;
        }
        choices_add(&choices, risks[i]);
    }
    policy_complain_unknown(loading, value->place, "风险等级", "risk", &choices);
}

static void read_night_rounds(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "every_days", policy_read_number, offsetof(struct policy_night, every_days), 1, POLICY_MAX_PERIOD_DAYS, false },
        { "from", policy_read_clock, offsetof(struct policy_night, from_s), 0, 0, false },
        { "to", policy_read_clock, offsetof(struct policy_night, to_s), 0, 0, false },
    };
    struct policy_night *night = target;

    (void) field;
    *night = (struct policy_night){ 0 };
    if (policy_read_fields(loading, value, fields, COUNT(fields), night) && night->from_s <= night->to_s)
        policy_complain(loading, policy_yaml_place(value, "to", NULL), "应从当晚到次日早晨：to 要早于 from，如 \"19:00\" 至 \"06:00\"",
                        "these hours run over midnight: to should be earlier than from, as \"19:00\" to \"06:00\"");
}

static void read_site_classes(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "code", policy_read_code, offsetof(struct policy_site_class, code), 0, 0, false },
        { "label", policy_read_text, offsetof(struct policy_site_class, label), 0, 0, false },
    };
    struct policy_site_kind *kind = target;
    struct policy_site_class *classes;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    classes = policy_take(loading, &loading->policy->arena, value->count + 1, sizeof *classes);
    kind->classes = classes;
    for (const struct yaml *entry = classes == NULL ? NULL : value->first; entry != NULL; entry = entry->next) {
        struct policy_site_class *class_ = &classes[kind->class_count];

        *class_ = (struct policy_site_class){ .code = "", .label = { "", "" } };
        policy_read_fields(loading, entry, fields, COUNT(fields), class_);
        for (size_t i = 0; i < kind->class_count; i++)
            if (class_->code[0] != '\0' && strcmp(classes[i].code, class_->code) == 0)
                policy_complain_twice(loading, policy_yaml_place(entry, "code", NULL), "分类", "class", class_->code, value->place.line);
        kind->class_count++;
    }
}

static void read_site_kind(struct loading *loading, const struct yaml *value, struct policy_site_kind *site_kinds,
                           size_t place)
{
    static const struct field fields[] = {
        { "code", policy_read_code, offsetof(struct policy_site_kind, code), 0, 0, false },
        { "label", policy_read_text, offsetof(struct policy_site_kind, label), 0, 0, false },
        { "risk", read_risk, offsetof(struct policy_site_kind, risk), 0, 0, false },
        { "interval_days", policy_read_number, offsetof(struct policy_site_kind, interval_days), 0,
          POLICY_MAX_PERIOD_DAYS, false },
        { "focus_group", policy_read_code, offsetof(struct policy_site_kind, focus_group), 0, 0, true },
        { "night", read_night_rounds, offsetof(struct policy_site_kind, night), 0, 0, true },
        { "classes", read_site_classes, 0, 0, 0, true },
    };
    struct policy_site_kind *site_kind = &site_kinds[place];

    *site_kind = (struct policy_site_kind){ .code = "", .label = { "", "" }, .risk = "low", .place = value->place };
    policy_read_fields(loading, value, fields, COUNT(fields), site_kind);
    if (site_kind->code[0] == '\0')
        loading->site_kinds_known = false;
    for (size_t i = 0; site_kind->code[0] != '\0' && i < place; i++)
        if (strcmp(site_kinds[i].code, site_kind->code) == 0)
            policy_complain_twice(loading, policy_yaml_place(value, "code", NULL), "点位类别", "site kind",
                                  site_kind->code, site_kinds[i].place.line);
}

static void read_site_kinds(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy *policy = target;
    struct policy_site_kind *site_kinds;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > POLICY_MAX_SITE_KINDS) {
        policy_complain(loading, value->place, "点位类别应有 1 至 %d 个，现为 %zu 个",
                        "there should be 1 to %d site kinds, not %zu", (int) POLICY_MAX_SITE_KINDS, value->count);
        return;
    }
    site_kinds = policy_take(loading, &policy->arena, value->count, sizeof *site_kinds);
    if (site_kinds == NULL)
        return;
    policy->site_kinds = site_kinds;
    loading->site_kinds_known = true;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        read_site_kind(loading, entry, site_kinds, policy->site_kind_count++);
}

/* ---------------------------------------------------------------- complaints */

#define OF_COMPLAINTS(member) offsetof(struct policy_complaints, member)

enum { COMPLAINANT_KEPT_DAYS = 90 };   /* where a pack does not say */

static void read_complaints(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "limit", policy_read_limit, OF_COMPLAINTS(limit), 0, 0, false },
        { "danger_limit", policy_read_limit, OF_COMPLAINTS(danger_limit), 0, 0, false },
        { "observation", policy_read_period, OF_COMPLAINTS(observation_s), 60, DAYS(1), false },
        { "visits_shown", policy_read_count, OF_COMPLAINTS(visits_shown), 0, 20, false },
        { "feedback_limit", policy_read_limit, OF_COMPLAINTS(feedback_limit), 0, 0, false },
        { "forget_after_days", policy_read_count, OF_COMPLAINTS(forget_after_days), 0, INT64_C(10) * POLICY_MAX_PERIOD_DAYS, true },
    };
    struct policy_complaints *complaints = target;

    (void) field;
    complaints->given = true;
    complaints->forget_after_days = COMPLAINANT_KEPT_DAYS;
    complaints->place = value->place;
    policy_read_fields(loading, value, fields, COUNT(fields), complaints);
}

/* ---------------------------------------------------------------- campaigns */

#define OF_CAMPAIGNS(member) offsetof(struct policy_campaigns, member)

enum { FORGET_DOORS_AFTER_DAYS = 60 };   /* where the pack says nothing */

static void read_campaigns(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "attempts", policy_read_count, OF_CAMPAIGNS(attempts), 1, 10, false },
        { "attempt_days", policy_read_count, OF_CAMPAIGNS(attempt_days), 1, 10, false },
        { "evening", policy_read_clock, OF_CAMPAIGNS(evening_s), 0, 0, false },
        { "draw_at", policy_read_clock, OF_CAMPAIGNS(draw_at_s), 0, 0, false },
        { "doors_drawn", policy_read_count, OF_CAMPAIGNS(doors_drawn), 1, 50, false },
        { "check_limit", policy_read_limit, OF_CAMPAIGNS(check_limit), 0, 0, false },
        { "mismatch_item", policy_read_code, OF_CAMPAIGNS(mismatch_item), 0, 0, false },
        { "forget_after_days", policy_read_count, OF_CAMPAIGNS(forget_after_days), 0, INT64_C(10) * POLICY_MAX_PERIOD_DAYS, true },
    };
    struct policy_campaigns *campaigns = target;

    (void) field;
    campaigns->given = true;
    campaigns->place = value->place;
    campaigns->forget_after_days = FORGET_DOORS_AFTER_DAYS;
    policy_read_fields(loading, value, fields, COUNT(fields), campaigns);
}

/* ---------------------------------------------------------------- people */

static void read_people(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "rest_after_days", policy_read_count, offsetof(struct policy_people, rest_after_days), 0, 60, false },
        { "overload_tasks", policy_read_count, offsetof(struct policy_people, overload_tasks), 0, 999, true },
    };
    struct policy_people *people = target;

    (void) field;
    people->given = true;
    people->place = value->place;
    policy_read_fields(loading, value, fields, COUNT(fields), people);
}

/* ---------------------------------------------------------------- the whole document */

static const struct field FIELDS[] = {
    { "name", policy_read_name, OF_POLICY(name), 0, 0, false },
    { "time_zone", read_time_zone, OF_POLICY(utc_offset_s), 0, 0, false },
    { "time_zone_label", policy_read_text, OF_POLICY(time_zone_label), 0, 0, false },
    { "end_of_day", policy_read_clock_end, OF_POLICY(end_of_day_s), 0, 0, false },
    { "working_hours", read_working_hours, OF_POLICY(calendar), 0, 0, true },   /* before any limit */
    { "calendar_notice_days", policy_read_number, OF_POLICY(calendar_notice_days), 0, 366, true },
    { "quiet_hours", read_quiet_hours, 0, 0, 0, false },
    { "digest", policy_read_clock, OF_POLICY(digest_s), 0, 0, false },
    { "briefings", read_briefings, 0, 0, 0, false },
    { "night", read_night, 0, 0, 0, false },
    { "join_window", policy_read_period, OF_POLICY(join_window_s), 0, DAYS(1), false },
    { "acknowledged_silence", policy_read_period, OF_POLICY(acknowledged_silence_s), 0, DAYS(7), false },
    { "acknowledgement", policy_read_acknowledgement, OF_POLICY(acknowledgement), 0, 0, true },
    { "late_after", policy_read_period, OF_POLICY(late_after_s), 1, DAYS(1), false },
    { "late_digest_after", policy_read_period, OF_POLICY(late_digest_after_s), 600, DAYS(7), true },
    { "pass_spacing", policy_read_period, OF_POLICY(pass_spacing_s), 0, DAYS(30), false },
    { "recurrence_days", policy_read_number, OF_POLICY(recurrence_days), 0, POLICY_MAX_PERIOD_DAYS, false },
    { "yellow_percent", policy_read_number, OF_POLICY(yellow_percent), 0, 100, false },
    { "suspension_review_days", policy_read_number, OF_POLICY(suspension_review_days), 1, POLICY_MAX_PERIOD_DAYS,
      false },
    { "resumption_revisit", policy_read_period, OF_POLICY(resumption_revisit_s), HOUR, DAYS(30), false },
    { "device_time_window", policy_read_period, OF_POLICY(device_time_window_s), 60, DAYS(30), false },
    { "photos_within", policy_read_period, OF_POLICY(photos_within_s), 60, DAYS(7), true },
    { "photos_limit", policy_read_limit, OF_POLICY(photos_limit), 0, 0, true },
    { "attempts_before_site_check", policy_read_count, OF_POLICY(attempts_before_site_check), 1, 10, false },
    { "settlement_limit", policy_read_limit, OF_POLICY(settlement_limit), 0, 0, false },
    { "approval_limit", policy_read_limit, OF_POLICY(approval_limit), 0, 0, false },
    { "site_check_limit", policy_read_limit, OF_POLICY(site_check_limit), 0, 0, false },
    { "severities", read_severities, 0, 0, 0, false },
    { "site_kinds", read_site_kinds, 0, 0, 0, false },
    { "uplifts", policy_read_uplifts, 0, 0, 0, true },
    { "mandatory", policy_read_mandatory, 0, 0, 0, true },
    { "complaints", read_complaints, OF_POLICY(complaints), 0, 0, true },
    { "coordination", policy_read_coordination, OF_POLICY(coordination), 0, 0, true },
    { "referrals", policy_read_referrals, OF_POLICY(referrals), 0, 0, true },
    { "urgent", policy_read_urgent, OF_POLICY(urgent), 0, 0, true },
    { "campaigns", read_campaigns, OF_POLICY(campaigns), 0, 0, true },
    { "people", read_people, OF_POLICY(people), 0, 0, true },
    { "amendment_window", policy_read_period, OF_POLICY(amendment_window_s), 0, DAYS(30), true },
    { "reminders", policy_read_reminders, 0, 0, 0, false },   /* these two after the severities */
    { "ladder", policy_read_ladder, 0, 0, 0, false },
    { "watch", policy_read_watch, OF_POLICY(watch), 0, 0, true },
    { "isolation", policy_read_isolation, OF_POLICY(isolation), 0, 0, true },
    { "cadences", policy_read_cadences, 0, 0, 0, true },
    { "look_back", policy_read_look_back, OF_POLICY(look_back), 0, 0, true },
    { "plan", policy_read_day_plan, OF_POLICY(plan), 0, 0, true },
    { "evidence_doubts", policy_read_doubts, OF_POLICY(doubts), 0, 0, true },
    { "meetings", policy_read_meetings, OF_POLICY(meetings), 0, 0, true },
    { "focus_groups", policy_read_focus_groups, 0, 0, 0, true },
    { "entrances", policy_read_entrances, OF_POLICY(entrances), 0, 0, true },
    { "supplies", policy_read_supplies, OF_POLICY(supplies), 0, 0, true },
    { "stand_down", policy_read_stand_down, OF_POLICY(stand_down), 0, 0, true },
    { "silences", policy_read_silences, OF_POLICY(silences), 0, 0, true },
    { "grouping", policy_read_grouping, OF_POLICY(grouping), 0, 0, true },
};

void policy_read_document(struct loading *loading, const struct policy_source *source)
{
    const struct yaml *root = yaml_read(loading->faults, &loading->scratch, POLICY_DOCUMENT_FILE, source->content);

    if (root != NULL && policy_read_fields(loading, root, FIELDS, COUNT(FIELDS), loading->policy))
        loading->document = root;
}
