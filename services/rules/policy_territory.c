/* policy_territory.c - policy.yaml: what is about the territory and its people, not about one duty.
 *
 *   entrances      what a problem with an entrance of a site is
 */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---------------------------------------------------------------- entrances */

void policy_read_entrances(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "item", policy_read_code, offsetof(struct policy_entrances, item), 0, 0, false },
    };
    struct policy_entrances *entrances = target;

    (void) field;
    *entrances = (struct policy_entrances){ .given = true, .place = value->place };
    policy_read_fields(loading, value, fields, COUNT(fields), entrances);
}

static void check_entrances(struct loading *loading)
{
    const struct policy *policy = loading->policy;
    struct choices choices;

    if (policy->entrances.item == NULL || policy->item_count == 0 || policy_item(policy, policy->entrances.item) != NULL)
        return;
    choices = choices_for(policy->entrances.item);
    for (size_t i = 0; i < policy->item_count; i++)
        choices_add(&choices, policy->items[i].code);
    policy_complain_unknown(loading, policy_yaml_place(loading->document, "entrances", "item"), "检查项", "check item", &choices);
}

/* ---------------------------------------------------------------- the whole */

void policy_check_territory(struct loading *loading)
{
    check_entrances(loading);
}
