/* policy_placeholders.c - which message can fill which placeholder.
 *
 * Most values come with whatever a message is about: number, site, finding, due, owner. What stands in the tables here is
 * known to some messages only; elsewhere it would be a dash. Asked of a pack before it is put in force, as whether its texts
 * fit (policy_fit.c).
 *
 * Recipe: a value that only some messages have gets a row here, with the messages that the engine fills it in for and the
 * tasks in whose rows any message has it. test_placeholders.c looks at every row.
 */
#include <string.h>

#include "engine_kind.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define MEETINGS "morning_brief evening_summary"
#define DAYS MEETINGS " coverage_low"
#define CASE_TASKS "rectification acknowledgement revisit"

/* A value that these messages have, and those of rows of these tasks; nobody else. */
static const struct {
    const char *name, *kinds, *tasks;
} OF_SOME[] = {
    { "code", "contact_test", "" },
    { "amount", "supplies_low", "" },   { "minimum", "supplies_low", "" },
    { "held", "quarantined quarantine_settled settlement_wanted", "settlement" },
    { "prior", "complaint_in", "complaint" },
    { "red", MEETINGS, "" },            { "due_cases", MEETINGS, "" },  { "revisits", MEETINGS, "" },
    { "complaints", MEETINGS, "" },     { "required", DAYS, "" },   { "planned", DAYS, "" },
    { "inspected", DAYS, "" },      { "remaining", "coverage_low", "" },  { "filed", MEETINGS, "" },
    { "closed_cases", MEETINGS, "" },   { "carried", MEETINGS, "" },    { "late", MEETINGS, "" },
    { "other_red", MEETINGS, "" },      { "blind", MEETINGS, "" },
};

/* A value that a message has not when rows of these tasks alone name it: it tells of a case as it stands. A row that is told
 * before an appointment has what was agreed. */
static const struct {
    const char *name, *tasks;
} NOT_OF_ROWS[] = {
    { "reason", CASE_TASKS }, { "matter", CASE_TASKS }, { "at", CASE_TASKS }, { "days", CASE_TASKS },
    { "new_due", "rectification acknowledgement" }, { "new_date", "rectification acknowledgement" },
};

static bool is_word_of(const char *list, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = list; *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, word, size) == 0 && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static bool is_said_in(const struct policy_row *rows, size_t count, const char *message)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].message != NULL && rows[i].when != WHEN_APPOINTMENT && strcmp(rows[i].message, message) == 0)
            return true;
    return false;
}

static bool is_said_by_task(const struct policy *policy, int kind, const char *message)
{
    for (size_t level = 0; level <= POLICY_ANY_LEVEL; level++) {
        const struct policy_plan *plan = &policy->plans[kind][level];

        if (is_said_in(plan->reminders, plan->reminder_count, message) || is_said_in(plan->ladder, plan->ladder_count, message))
            return true;
    }
    return false;
}

/* Whose rows name it: tasks of the list, and others. */
static void find_rows(const struct policy *policy, const char *message, const char *tasks, bool *listed, bool *other)
{
    *listed = *other = false;
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind)) {
        if (!is_said_by_task(policy, kind, message))
            continue;
        if (is_word_of(tasks, task_kind(kind)->name))
            *listed = true;
        else
            *other = true;
    }
}

static bool has_value(const struct policy *policy, const struct policy_placing *placing)
{
    bool listed, other;

    for (size_t i = 0; i < COUNT(OF_SOME); i++)
        if (strcmp(OF_SOME[i].name, placing->name) == 0) {
            find_rows(policy, placing->kind, OF_SOME[i].tasks, &listed, &other);
            return listed || is_word_of(OF_SOME[i].kinds, placing->kind);
        }
    for (size_t i = 0; i < COUNT(NOT_OF_ROWS); i++)
        if (strcmp(NOT_OF_ROWS[i].name, placing->name) == 0) {
            find_rows(policy, placing->kind, NOT_OF_ROWS[i].tasks, &listed, &other);
            return !listed || other;
        }
    if (strcmp(placing->name, "left") == 0)
        return !policy_is_said_after_due(placing->kind);
    if (strcmp(placing->name, "overdue") == 0 || strcmp(placing->name, "lateness") == 0)
        return !policy_is_said_before_due(placing->kind);
    return true;
}

void policy_check_placeholders(struct loading *loading)
{
    for (const struct policy_placing *placing = loading->policy->placings; placing != NULL; placing = placing->next)
        if (!has_value(loading->policy, placing))
            policy_complain(loading, placing->place, "消息“%1$s”里没有占位词“%2$s”的值，发出时只会是“—”；请去掉，或换一个",
                            "message \"%1$s\" has no value for \"%2$s\", which would be a dash when it is sent; remove it, or use another",
                            placing->kind, placing->written);
}

bool policy_placeholders_fit(const struct policy *policy, struct file_faults *faults)
{
    struct loading loading = { .policy = (struct policy *) policy, .faults = faults };   /* reads it only */

    memset(faults, 0, sizeof *faults);
    policy_check_placeholders(&loading);
    policy_sort_faults(faults);
    return faults->total == 0;
}
