/* policy_meetings.c - the section meetings of policy.yaml: what the two meetings of a day are told, when, and who attends. */
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_MEETINGS(member) offsetof(struct policy_meetings, member)

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
