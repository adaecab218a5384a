/* policy_uplift.c - when a finding counts one level higher than its item says. */
#include <stdio.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { NAME_BYTES = 24 };

static const char *name_of(struct loading *loading, size_t place)
{
    char name[NAME_BYTES];

    snprintf(name, sizeof name, "uplifts[%zu]", place + 1);
    return policy_keep(loading, name);
}

void policy_read_uplifts(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "when", policy_read_condition, offsetof(struct policy_uplift, when), 0, KNOWS_SITE | KNOWS_ITEM | KNOWS_ANSWER, false },
    };
    struct policy *policy = target;
    struct policy_uplift *uplifts;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count > POLICY_MAX_UPLIFTS) {
        policy_complain(loading, value->place, "提级条件最多 %d 条，现为 %zu 条", "there may be at most %d uplifts, not %zu",
                        (int) POLICY_MAX_UPLIFTS, value->count);
        return;
    }
    uplifts = policy_take(loading, &policy->arena, value->count, sizeof *uplifts);
    if (uplifts == NULL)
        return;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        struct policy_uplift *uplift = &uplifts[policy->uplift_count];

        uplift->place = entry->place;
        if (policy_read_fields(loading, entry, fields, COUNT(fields), uplift))
            uplift->name = name_of(loading, policy->uplift_count++);
    }
    policy->uplifts = uplifts;
}
