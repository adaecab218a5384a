/* policy_stand_down.c - the section stand_down of policy.yaml: of which tasks it is told that they are over. */
#include <string.h>

#include "engine_kind.h"
#include "policy_private.h"

static void read_kinds(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_stand_down *stand_down = target;

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
            stand_down->kinds[kind] = true;
        else
            policy_complain_unknown(loading, entry->place, "任务种类", "task kind", &choices);
    }
}

void policy_read_stand_down(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field fields[] = { { "kinds", read_kinds, 0, 0, 0, false } };
    struct policy_stand_down *stand_down = target;

    (void) field;
    stand_down->given = true;
    stand_down->place = value->place;
    policy_read_fields(loading, value, fields, sizeof fields / sizeof fields[0], stand_down);
}
