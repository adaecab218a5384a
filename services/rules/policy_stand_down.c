/* policy_stand_down.c - the section stand_down of policy.yaml: of which tasks it is told that they are over. */
#include <string.h>

#include "engine_kind.h"
#include "policy_private.h"

static void read_kinds(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    bool *kinds = target;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        struct choices choices = choices_for(entry->text);
        int kind;

        if (!policy_is_scalar(loading, entry))
            continue;
        kind = (int) task_kind_named(entry->text);
        for (int known = task_kind_after(0); known != 0; known = task_kind_after(known))
            choices_add(&choices, task_kind(known)->name);
        if (kind > 0)
            kinds[kind] = true;
        else
            policy_complain_unknown(loading, entry->place, "任务种类", "task kind", &choices);
    }
}

static void check_everyone(struct loading *loading, const struct yaml *value, const struct policy_stand_down *stand_down)
{
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        if (stand_down->everyone[kind] && !stand_down->kinds[kind])
            policy_complain(loading, policy_yaml_place(value, "everyone", NULL), "everyone 中的 %1$s 没有写在 kinds 里；请补上",
                            "%1$s stands in everyone, but not in kinds; add it there", task_kind(kind)->name);
}

void policy_read_stand_down(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = {
        { "kinds", read_kinds, offsetof(struct policy_stand_down, kinds), 0, 0, false },
        { "everyone", read_kinds, offsetof(struct policy_stand_down, everyone), 0, 0, true },
    };
    struct policy_stand_down *stand_down = target;

    (void) field;
    stand_down->given = true;
    stand_down->place = value->place;
    policy_read_fields(loading, value, fields, sizeof fields / sizeof fields[0], stand_down);
    check_everyone(loading, value, stand_down);
}
