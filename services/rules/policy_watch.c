/* policy_watch.c - the section watch of policy.yaml. */
#include "policy_private.h"

#define OF_WATCH(member) offsetof(struct policy_watch, member)

void policy_read_watch(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "check_in_by", policy_read_clock, OF_WATCH(check_in_by_s), 0, 0, false },
        { "clean_days", policy_read_count, OF_WATCH(clean_days), 1, POLICY_MAX_PERIOD_DAYS, false },
        { "held_by", policy_read_code, OF_WATCH(held_by), 0, 0, false },
        { "begins_when", policy_read_condition, OF_WATCH(begins_when), 0, KNOWS_SITE | KNOWS_STANDING, true },
    };
    const struct yaml *begins_when = policy_yaml_member(value, "begins_when");
    struct policy_watch *watch = target;

    (void) field;
    *watch = (struct policy_watch){ .given = true, .held_by = "", .place = value->place };
    policy_read_fields(loading, value, fields, sizeof fields / sizeof fields[0], watch);
    watch->begins_place = begins_when == NULL ? value->place : begins_when->place;
}

void policy_check_watch(struct loading *loading)
{
    const struct policy *policy = loading->policy;
    struct choices choices;

    if (!policy->watch.given || policy->watch.held_by[0] == '\0' || !loading->levels_known ||
        policy_severity(policy, policy->watch.held_by) != NULL)
        return;
    choices = choices_for(policy->watch.held_by);
    for (size_t i = 0; i < policy->severity_count; i++)
        choices_add(&choices, policy->severities[i].code);
    policy_complain_unknown(loading, policy_yaml_place(loading->document, "watch", "held_by"), "级别", "level", &choices);
}
