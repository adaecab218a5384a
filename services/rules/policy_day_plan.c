/* policy_day_plan.c - the section plan of policy.yaml: how the days of the groups are planned. */
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OF_PLAN(member) offsetof(struct policy_day_plan, member)

void policy_read_day_plan(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "draft_at", policy_read_clock, OF_PLAN(draft_at_s), 0, 0, false },
        { "stands_at", policy_read_clock, OF_PLAN(stands_at_s), 0, 0, false },
        { "stops", policy_read_count, OF_PLAN(stops), 1, POLICY_MAX_STOPS, false },
    };
    struct policy_day_plan *plan = target;

    (void) field;
    plan->given = true;
    plan->place = policy_yaml_place(value, "draft_at", NULL);
    policy_read_fields(loading, value, fields, COUNT(fields), plan);
    if (plan->stands_at_s != 0 && plan->stands_at_s <= plan->draft_at_s)
        policy_complain(loading, plan->place, "stands_at 应晚于 draft_at：先有草案，才谈得上到时生效",
                        "stands_at should be later than draft_at: there is a draft first, and then it stands");
}
