/* policy_mandatory.c - the section mandatory of policy.yaml: items that a visit must answer where a condition holds, beside
 * those that items.csv names for kinds of sites.
 */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void policy_read_mandatory(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "item", policy_read_code, offsetof(struct policy_mandatory, item), 0, 0, false },
        { "when", policy_read_condition, offsetof(struct policy_mandatory, when), 0, KNOWS_SITE | KNOWS_REPORT, false },
    };
    struct policy *policy = target;
    struct policy_mandatory *rows;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > POLICY_MAX_MANDATORY) {
        policy_complain(loading, value->place, "必答条件应有 1 至 %d 条，现为 %zu 条", "there should be 1 to %d rows of mandatory, not %zu",
                        (int) POLICY_MAX_MANDATORY, value->count);
        return;
    }
    rows = policy_take(loading, &policy->arena, value->count, sizeof *rows);
    if (rows == NULL)
        return;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        struct policy_mandatory *row = &rows[policy->mandatory_count];

        *row = (struct policy_mandatory){ .item = "", .place = entry->place };
        policy->mandatory = rows;
        if (!policy_read_fields(loading, entry, fields, COUNT(fields), row))
            continue;
        if (policy_mandatory(policy, row->item) != NULL)
            policy_complain_twice(loading, policy_yaml_place(entry, "item", NULL), "必答条件", "condition of mandatory", row->item,
                                  policy_mandatory(policy, row->item)->place.line);
        else
            policy->mandatory_count++;
    }
    policy->asks_for_answers = true;
}

void policy_check_mandatory(struct loading *loading)
{
    const struct policy *policy = loading->policy;

    for (size_t i = 0; i < policy->mandatory_count; i++)
        policy_check_item(loading, policy->mandatory[i].place, policy->mandatory[i].item);
}

const struct policy_mandatory *policy_mandatory(const struct policy *policy, const char *item)
{
    for (size_t i = 0; i < policy->mandatory_count; i++)
        if (strcmp(policy->mandatory[i].item, item) == 0)
            return &policy->mandatory[i];
    return NULL;
}
