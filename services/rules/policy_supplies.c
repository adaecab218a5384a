/* policy_supplies.c - the section supplies of policy.yaml: of which items the number is how much there is of a supply. */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MAX_SUPPLIES = 32 };

void policy_read_supplies(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "item", policy_read_code, offsetof(struct policy_supply, item), 0, 0, false },
        { "measure", policy_read_text, offsetof(struct policy_supply, measure), 0, 0, false },
    };
    struct policy_supplies *section = target;
    struct policy_supply *supplies;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > MAX_SUPPLIES) {
        policy_complain(loading, value->place, "物资应有 1 至 %d 项，现为 %zu 项", "there should be 1 to %d supplies, not %zu",
                        (int) MAX_SUPPLIES, value->count);
        return;
    }
    supplies = policy_take(loading, &loading->policy->arena, value->count, sizeof *supplies);
    *section = (struct policy_supplies){ .given = supplies != NULL, .supplies = supplies };
    for (const struct yaml *entry = supplies == NULL ? NULL : value->first; entry != NULL; entry = entry->next) {
        struct policy_supply *supply = &supplies[section->count++];

        *supply = (struct policy_supply){ .item = "", .measure = { "", "" }, .place = policy_yaml_place(entry, "item", NULL) };
        policy_read_fields(loading, entry, fields, COUNT(fields), supply);
    }
}

static void check_supply(struct loading *loading, const struct policy_supply *supply)
{
    const struct policy_item *item = policy_item(loading->policy, supply->item);

    if (supply->item[0] == '\0' || loading->policy->item_count == 0)
        return;   /* complained about already */
    if (item == NULL)
        policy_complain(loading, supply->place, "检查项 %s 不在 items.csv 中", "check item %s is not in items.csv", supply->item);
    else if (!item->has_minimum)
        policy_complain(loading, supply->place, "检查项 %s 没有写下限（items.csv 的 min），无从预警", "check item %s has no minimum (min of items.csv): nothing is below it",
                        supply->item);
}

void policy_check_supplies(struct loading *loading)
{
    for (size_t i = 0; i < loading->policy->supplies.count; i++)
        check_supply(loading, &loading->policy->supplies.supplies[i]);
}

const struct policy_supply *policy_supply(const struct policy *policy, const char *item)
{
    for (size_t i = 0; i < policy->supplies.count; i++)
        if (strcmp(policy->supplies.supplies[i].item, item) == 0)
            return &policy->supplies.supplies[i];
    return NULL;
}
