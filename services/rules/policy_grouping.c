/* policy_grouping.c - the section grouping of policy.yaml: how many single messages one person gets in a while. */
#include "civil.h"
#include "policy_private.h"

void policy_read_grouping(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "most", policy_read_count, offsetof(struct policy_grouping, most), 1, POLICY_MAX_SINGLE_MESSAGES, false },
        { "within", policy_read_period, offsetof(struct policy_grouping, within_s), 60, DAY_SECONDS, false },
    };
    struct policy_grouping *grouping = target;

    (void) field;
    grouping->given = true;
    grouping->place = value->place;
    policy_read_fields(loading, value, fields, sizeof fields / sizeof fields[0], grouping);
}
