/* policy_meetings.c - the section meetings of policy.yaml: what the two meetings of a day are told, when, and who attends. */
#include <string.h>

#include "engine_kind.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_MEETINGS(member) offsetof(struct policy_meetings, member)

/* ---------------------------------------------------------------- what is listed as overdue */

static bool is_level(const struct policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->severity_count; i++)
        if (strcmp(policy->severities[i].code, name) == 0)
            return true;
    return false;
}

static void complain_of_listed(struct loading *loading, const struct yaml *value)
{
    struct choices choices = choices_for(value->text);

    for (size_t i = 0; i < loading->policy->severity_count; i++)
        choices_add(&choices, loading->policy->severities[i].code);
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        if (!task_kind(kind)->is_chased)
            choices_add(&choices, task_kind(kind)->name);
    policy_complain_unknown(loading, value->place, "级别或任务种类", "level or task kind", &choices);
}

static bool is_listed(const struct policy_overdue_list *list, const char *name, int kind)
{
    for (size_t i = 0; i < list->level_count; i++)
        if (kind == 0 && strcmp(list->levels[i], name) == 0)
            return true;
    for (size_t i = 0; i < list->kind_count; i++)
        if (kind != 0 && list->kinds[i] == kind)
            return true;
    return false;
}

/* A level, or the kind of a duty beside the rectification, which goes by its level. */
static void add_listed(struct loading *loading, const struct yaml *value, struct policy_overdue_list *list)
{
    int kind = is_level(loading->policy, value->text) ? 0 : (int) task_kind_named(value->text);

    if ((kind == 0 && !is_level(loading->policy, value->text)) || (kind > 0 && task_kind(kind)->is_chased)) {
        if (loading->levels_known)
            complain_of_listed(loading, value);
    } else if (is_listed(list, value->text, kind)) {
        policy_complain(loading, value->place, "“%s”写了两次；请删去一处", "\"%s\" is given twice; remove one", value->text);
    } else if (kind == 0) {
        list->levels[list->level_count++] = policy_keep(loading, value->text);
    } else {
        list->kinds[list->kind_count++] = kind;
    }
}

static void read_listed(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count > POLICY_MAX_LISTED) {
        policy_complain(loading, value->place, "最多 %d 项，现为 %zu 项", "at most %d of them, not %zu", (int) POLICY_MAX_LISTED, value->count);
        return;
    }
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next)
        if (policy_is_scalar(loading, entry))
            add_listed(loading, entry, target);
}

/* ---------------------------------------------------------------- the section */

void policy_read_meetings(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "brief_at", policy_read_clock, OF_MEETINGS(brief_at_s), 0, 0, false },
        { "alert_at", policy_read_clock, OF_MEETINGS(alert_at_s), 0, 0, false },
        { "alert_percent", policy_read_count, OF_MEETINGS(alert_percent), 0, 100, false },
        { "cutoff_at", policy_read_clock, OF_MEETINGS(cutoff_at_s), 0, 0, false },
        { "summary_at", policy_read_clock, OF_MEETINGS(summary_at_s), 0, 0, false },
        { "attend", policy_read_recipients, OF_MEETINGS(attend), 0, 0, false },
        { "resolution_limit", policy_read_limit, OF_MEETINGS(resolution_limit), 0, 0, false },
        { "overdue_in_brief", read_listed, OF_MEETINGS(overdue_in_brief), 0, 0, true },
        { "overdue_in_summary", read_listed, OF_MEETINGS(overdue_in_summary), 0, 0, true },
    };
    struct policy_meetings *meetings = target;

    (void) field;
    meetings->given = true;
    meetings->brief_place = policy_yaml_place(value, "brief_at", NULL);
    meetings->alert_place = policy_yaml_place(value, "alert_at", NULL);
    meetings->summary_place = policy_yaml_place(value, "summary_at", NULL);
    meetings->place = policy_yaml_place(value, "resolution_limit", NULL);
    policy_read_fields(loading, value, fields, COUNT(fields), meetings);
}

/* A post whose holders meet, whatever is talked of; others are found by a case or a task only. */
static bool can_attend(enum policy_selector selector)
{
    return selector == TO_LEAD || selector == TO_DUTY_CLERK || selector == TO_COMMITTEE || selector == TO_GROUP_LEADER ||
           selector == TO_AREA_CONTACT || selector == TO_INSPECTOR;
}

static void check_order(struct loading *loading, int32_t earlier_s, int32_t later_s, const char *earlier, const char *later)
{
    if (later_s <= earlier_s && later_s != 0)
        policy_complain(loading, policy_yaml_place(loading->document, "meetings", later), "%2$s 应晚于 %1$s", "%2$s should be later than %1$s",
                        earlier, later);
}

void policy_check_meetings(struct loading *loading)
{
    const struct policy_meetings *meetings = &loading->policy->meetings;

    if (!meetings->given)
        return;
    check_order(loading, meetings->brief_at_s, meetings->alert_at_s, "brief_at", "alert_at");
    check_order(loading, meetings->alert_at_s, meetings->cutoff_at_s, "alert_at", "cutoff_at");
    check_order(loading, meetings->cutoff_at_s, meetings->summary_at_s, "cutoff_at", "summary_at");
    for (size_t i = 0; i < meetings->attend.to_count; i++)
        if (!can_attend(meetings->attend.to[i]))
            policy_complain(loading, policy_yaml_place(loading->document, "meetings", "attend"),
                            "与会人写岗位：lead、duty_clerk、group_leader、area_contact、inspector、committee",
                            "those who attend hold a post: lead, duty_clerk, group_leader, area_contact, inspector, committee");
}
