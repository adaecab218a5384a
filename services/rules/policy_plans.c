/* policy_plans.c - policy.yaml: reminders and ladder.
 *
 *   reminders: task kind -> level or "*" -> rows before and after the due time
 *   ladder:    task kind -> level or "*" -> steps 0 to 4 from the due time on
 *
 * Rows of "*" serve every level that has none of its own; an empty list is one of its own.
 */
#include <stdio.h>
#include <string.h>

#include "engine_kind.h"
#include "policy_private.h"

/* ---------------------------------------------------------------- lists of rows */

static const char *row_name(struct loading *loading, const char *section, int kind, const char *level, size_t place)
{
    char name[160];

    snprintf(name, sizeof name, "%s.%s.%s[%zu]", section, task_kind(kind)->name, level, place);
    return policy_keep(loading, name);
}

static const struct policy_row *read_rows(struct loading *loading, const struct yaml *value, bool is_ladder, int kind,
                                          size_t *count)
{
    const char *section = is_ladder ? "ladder" : "reminders";
    size_t most = is_ladder ? POLICY_LAST_STEP + 1 : POLICY_MAX_ROWS;
    struct policy_row *rows;
    size_t place = 0;

    if (!policy_is_list(loading, value))
        return NULL;
    if (value->count > most) {
        policy_complain(loading, value->place, "最多 %zu 行，现为 %zu 行", "at most %zu rows, not %zu", most, value->count);
        return NULL;
    }
    rows = policy_take(loading, &loading->policy->arena, value->count, sizeof *rows);
    if (rows == NULL)
        return NULL;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next, place++) {
        policy_read_row(loading, entry, is_ladder, kind, rows, place);
        rows[place].name = row_name(loading, section, kind, value->key, place);
    }
    *count = place;
    return rows;
}

/* Column of that level in policy.plans; -1 after a complaint. */
static int column_of(struct loading *loading, const struct yaml *value)
{
    const struct policy *policy = loading->policy;
    struct choices choices = choices_for(value->key);

    if (strcmp(value->key, "*") == 0)
        return POLICY_ANY_LEVEL;
    for (size_t i = 0; i < policy->severity_count; i++) {
        if (strcmp(policy->severities[i].code, value->key) == 0)
            return (int) i;
        choices_add(&choices, policy->severities[i].code);
    }
    choices_add(&choices, "*");
    if (loading->levels_known)
        policy_complain_unknown(loading, value->key_place, "级别", "level", &choices);
    return -1;
}

static int kind_named(struct loading *loading, const struct yaml *value)
{
    struct choices choices = choices_for(value->key);
    int named = (int) task_kind_named(value->key);

    if (named > 0)
        return named;
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        choices_add(&choices, task_kind(kind)->name);
    policy_complain_unknown(loading, value->key_place, "任务种类", "task kind", &choices);
    return -1;
}

static void put_rows(struct policy_plan *plan, bool is_ladder, const struct policy_row *rows, size_t count)
{
    if (is_ladder) {
        plan->ladder = rows;
        plan->ladder_count = count;
    } else {
        plan->reminders = rows;
        plan->reminder_count = count;
    }
}

static void read_kind(struct loading *loading, const struct yaml *value, bool is_ladder, int kind)
{
    struct policy_plan *plans = loading->policy->plans[kind];
    bool own[POLICY_ANY_LEVEL + 1] = { false };

    if (!policy_is_map(loading, value))
        return;
    for (const struct yaml *member = value->first; member != NULL; member = member->next) {
        int column = column_of(loading, member);
        size_t count = 0;
        const struct policy_row *rows = read_rows(loading, member, is_ladder, kind, &count);

        if (column < 0)
            continue;
        put_rows(&plans[column], is_ladder, rows, count);
        own[column] = true;
    }
    for (size_t i = 0; i < POLICY_ANY_LEVEL; i++)
        if (!own[i] && is_ladder)
            put_rows(&plans[i], true, plans[POLICY_ANY_LEVEL].ladder, plans[POLICY_ANY_LEVEL].ladder_count);
        else if (!own[i])
            put_rows(&plans[i], false, plans[POLICY_ANY_LEVEL].reminders, plans[POLICY_ANY_LEVEL].reminder_count);
}

static void read_plans(struct loading *loading, const struct yaml *value, bool is_ladder)
{
    if (!policy_is_map(loading, value))
        return;
    for (const struct yaml *member = value->first; member != NULL; member = member->next) {
        int kind = kind_named(loading, member);

        if (kind > 0)
            read_kind(loading, member, is_ladder, kind);
    }
}

void policy_read_reminders(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) target;
    (void) field;
    read_plans(loading, value, false);
}

void policy_read_ladder(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) target;
    (void) field;
    read_plans(loading, value, true);
}
