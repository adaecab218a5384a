/* policy_territory.c - policy.yaml: what is about the territory and its people, not about one duty.
 *
 *   entrances      what a problem with an entrance of a site is
 *   focus_groups   whom the work is about
 */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---------------------------------------------------------------- entrances */

void policy_read_entrances(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "item", policy_read_code, offsetof(struct policy_entrances, item), 0, 0, false },
        { "unmanned_item", policy_read_code, offsetof(struct policy_entrances, unmanned_item), 0, 0, true },
    };
    struct policy_entrances *entrances = target;

    (void) field;
    *entrances = (struct policy_entrances){ .given = true, .place = value->place };
    policy_read_fields(loading, value, fields, COUNT(fields), entrances);
}

static void check_item_of_entrances(struct loading *loading, const char *key, const char *item)
{
    const struct policy *policy = loading->policy;
    struct choices choices;

    if (item == NULL || policy->item_count == 0 || policy_item(policy, item) != NULL)
        return;
    choices = choices_for(item);
    for (size_t i = 0; i < policy->item_count; i++)
        choices_add(&choices, policy->items[i].code);
    policy_complain_unknown(loading, policy_yaml_place(loading->document, "entrances", key), "检查项", "check item", &choices);
}

/* ---------------------------------------------------------------- focus groups */

static void read_focus_group(struct loading *loading, const struct yaml *value, struct policy_focus_group *groups, size_t place)
{
    static const struct field fields[] = {
        { "code", policy_read_code, offsetof(struct policy_focus_group, code), 0, 0, false },
        { "label", policy_read_text, offsetof(struct policy_focus_group, label), 0, 0, false },
    };
    struct policy_focus_group *group = &groups[place];

    *group = (struct policy_focus_group){ .code = "", .label = { "", "" }, .place = value->place };
    policy_read_fields(loading, value, fields, COUNT(fields), group);
    for (size_t i = 0; group->code[0] != '\0' && i < place; i++)
        if (strcmp(groups[i].code, group->code) == 0)
            policy_complain_twice(loading, policy_yaml_place(value, "code", NULL), "重点人群", "focus group", group->code,
                                  groups[i].place.line);
}

void policy_read_focus_groups(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy *policy = target;
    struct policy_focus_group *groups;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0 || value->count > POLICY_MAX_FOCUS_GROUPS) {
        policy_complain(loading, value->place, "重点人群应有 1 至 %d 类，现为 %zu 类", "there should be 1 to %d focus groups, not %zu",
                        (int) POLICY_MAX_FOCUS_GROUPS, value->count);
        return;
    }
    groups = policy_take(loading, &policy->arena, value->count, sizeof *groups);
    policy->focus_groups = groups;
    for (const struct yaml *entry = groups == NULL ? NULL : value->first; entry != NULL; entry = entry->next)
        read_focus_group(loading, entry, groups, policy->focus_group_count++);
}

static void check_focus_group(struct loading *loading, const char *code, struct file_place place)
{
    const struct policy *policy = loading->policy;
    struct choices choices;

    if (code == NULL || policy_focus_group(policy, code) != NULL)
        return;
    choices = choices_for(code);
    for (size_t i = 0; i < policy->focus_group_count; i++)
        choices_add(&choices, policy->focus_groups[i].code);
    if (policy->focus_group_count > 0)
        policy_complain_unknown(loading, place, "重点人群", "focus group", &choices);
    else
        policy_complain(loading, place, "重点人群“%s”没有列出；请补上一节 focus_groups", "focus group \"%s\" is not listed; add a section focus_groups", code);
}

static void check_focus_groups(struct loading *loading)
{
    const struct policy *policy = loading->policy;

    for (size_t i = 0; i < policy->site_kind_count; i++)
        check_focus_group(loading, policy->site_kinds[i].focus_group, policy->site_kinds[i].place);
    for (size_t i = 0; i < policy->isolation.class_count; i++)
        check_focus_group(loading, policy->isolation.classes[i].focus_group, policy->isolation.classes[i].place);
}

const struct policy_focus_group *policy_focus_group(const struct policy *policy, const char *code)
{
    for (size_t i = 0; i < policy->focus_group_count; i++)
        if (strcmp(policy->focus_groups[i].code, code) == 0)
            return &policy->focus_groups[i];
    return NULL;
}

/* ---------------------------------------------------------------- the whole */

void policy_check_territory(struct loading *loading)
{
    check_item_of_entrances(loading, "item", loading->policy->entrances.item);
    check_item_of_entrances(loading, "unmanned_item", loading->policy->entrances.unmanned_item);
    check_focus_groups(loading);
}
