/* policy_cadence.c - how often sites are inspected, where it is not simply as their kind says.
 *
 *   cadences:
 *     - when: site.watched
 *       every: 1cd
 *     - kinds: [OFFC, SHOP]
 *       when: has(site.headcount) && site.headcount >= 30
 *       every: 1wd
 *
 * The first row that fits a site counts: so a row behind one that fits every site could never be reached.
 */
#include <stdio.h>
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { NAME_BYTES = 24 };

/* ---------------------------------------------------------------- reading */

static void check_kind(struct loading *loading, const struct yaml *value)
{
    struct choices choices = choices_for(value->text);

    if (!loading->site_kinds_known)
        return;
    for (size_t i = 0; i < loading->policy->site_kind_count; i++)
        choices_add(&choices, loading->policy->site_kinds[i].code);
    if (!choices.found)
        policy_complain_unknown(loading, value->place, "点位类别", "site kind", &choices);
}

static void read_kinds(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    const char **kinds;
    size_t count = 0;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count == 0)
        policy_complain(loading, value->place, "没有写点位类别；不限类别请去掉 kinds 一行",
                        "no site kind is named; for every kind leave kinds out");
    kinds = policy_take(loading, &loading->policy->arena, value->count + 1, sizeof *kinds);
    if (kinds == NULL)
        return;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        if (!policy_is_scalar(loading, entry))
            continue;
        check_kind(loading, entry);
        kinds[count++] = policy_keep(loading, entry->text);
    }
    *(const char *const **) target = kinds;
}

static void read_every(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_limit limit = { 0 };

    (void) field;
    if (!policy_is_scalar(loading, value) || !policy_parse_limit(loading, value->text, value->place, &limit))
        return;
    if (limit.unit != UNIT_CALENDAR_DAYS && limit.unit != UNIT_WORKING_DAYS)
        policy_complain(loading, value->place, "巡查间隔以天计；应写作 3cd（自然日）或 3wd（工作日）",
                        "sites are inspected by days; write it like 3cd (calendar days) or 3wd (working days)");
    else
        *(struct policy_limit *) target = limit;
}

static const char *name_of(struct loading *loading, size_t place)
{
    char name[NAME_BYTES];

    snprintf(name, sizeof name, "cadences[%zu]", place + 1);
    return policy_keep(loading, name);
}

static bool read_cadence(struct loading *loading, const struct yaml *value, struct policy_cadence *cadence)
{
    static const struct field fields[] = {
        { "kinds", read_kinds, offsetof(struct policy_cadence, kinds), 0, 0, true },
        { "when", policy_read_condition, offsetof(struct policy_cadence, when), 0, KNOWS_SITE | KNOWS_STANDING, true },
        { "every", read_every, offsetof(struct policy_cadence, every), 0, 0, false },
    };
    static const char *const every_kind[] = { NULL };

    *cadence = (struct policy_cadence){ .kinds = every_kind, .place = value->place };
    return policy_read_fields(loading, value, fields, COUNT(fields), cadence);
}

static bool fits_every_site(const struct yaml *entry)
{
    return policy_yaml_member(entry, "kinds") == NULL && policy_yaml_member(entry, "when") == NULL;
}

static void check_reached(struct loading *loading, const struct yaml *entry)
{
    if (entry->next == NULL || entry->kind != YAML_MAP || !fits_every_site(entry))
        return;
    policy_complain(loading, entry->place, "这一行没有写 kinds 和 when，适用于所有点位，后面的行永远用不到；请移到最后",
                    "this row has neither kinds nor when and fits every site, so that those behind it are never reached; "
                    "move it to the end");
}

void policy_read_cadences(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy *policy = target;
    struct policy_cadence *cadences;

    (void) field;
    if (!policy_is_list(loading, value))
        return;
    if (value->count > POLICY_MAX_CADENCES) {
        policy_complain(loading, value->place, "巡查间隔最多 %d 行，现为 %zu 行", "there may be at most %d cadences, not %zu",
                        (int) POLICY_MAX_CADENCES, value->count);
        return;
    }
    cadences = policy_take(loading, &policy->arena, value->count, sizeof *cadences);
    if (cadences == NULL)
        return;
    policy->cadences = cadences;
    for (const struct yaml *entry = value->first; entry != NULL; entry = entry->next) {
        size_t place = policy->cadence_count;

        if (!read_cadence(loading, entry, &cadences[place]))
            continue;
        cadences[place].name = name_of(loading, policy->cadence_count++);
        check_reached(loading, entry);
    }
}

/* ---------------------------------------------------------------- looking up */

static bool fits_kind(const struct policy_cadence *cadence, const char *site_kind)
{
    for (const char *const *kind = cadence->kinds; *kind != NULL; kind++)
        if (strcmp(*kind, site_kind) == 0)
            return true;
    return cadence->kinds[0] == NULL;
}

const struct policy_cadence *policy_cadence(const struct policy *policy, const char *site_kind,
                                            const struct condition_values *values)
{
    for (size_t i = 0; i < policy->cadence_count; i++) {
        const struct policy_cadence *cadence = &policy->cadences[i];

        if (fits_kind(cadence, site_kind) && (cadence->when.node_count == 0 || condition_is_true(&cadence->when, values)))
            return cadence;
    }
    return NULL;
}
