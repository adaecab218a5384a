/* import_gaps.c - what nobody notices until something happens: a post that nobody holds, a code
 * that names nothing. Judged over the whole registry as rules has it, because each table
 * alone may be right.
 *
 *   registry of rules (+ the table, when it is only checked) -> one function for each sort of gap
 */
#include <string.h>

#include "import_registry.h"

struct looking {
    struct import *import;
    struct registry registry;
};

/* ---------------------------------------------------------------- one function for each sort of gap */

static void add_name(struct looking *looking, struct gap *gap, const char *name)
{
    if (gap->count == gap->capacity) {
        size_t capacity = gap->capacity == 0 ? 16 : 2 * gap->capacity;
        const char **names = import_made(looking->import, capacity * sizeof *names);

        if (gap->count > 0)
            memcpy(names, gap->names, gap->count * sizeof *names);
        gap->names = names;
        gap->capacity = capacity;
    }
    gap->names[gap->count++] = name;
}

/* "s-1 (n-c9)": the code and what is wrong with it. */
static void add_pair(struct looking *looking, struct gap *gap, const char *code, const char *wrong)
{
    add_name(looking, gap, text_of(&looking->import->cli->arena, "%s (%s)", code, wrong));
}

static bool anybody_is_registered(const struct looking *looking)
{
    return looking->registry.holders.count > 0;
}

static void look_for_anybody(struct looking *looking, struct gap *gap)
{
    if (!anybody_is_registered(looking))
        add_name(looking, gap, "holders");
}

static bool is_said(const struct gap *gap, const char *name)
{
    for (size_t i = 0; i < gap->count; i++)
        if (strcmp(gap->names[i], name) == 0)
            return true;
    return false;
}

static void look_for_group_leaders(struct looking *looking, struct gap *gap)
{
    const struct listing *areas = &looking->registry.areas;

    for (size_t i = 0; anybody_is_registered(looking) && i < areas->count; i++) {
        const Duban__Area *area = areas->rows[i];

        if (!registry_post_is_held(&looking->registry, DUBAN__ROLE__ROLE_GROUP_LEADER, area->zone) && !is_said(gap, area->zone))
            add_name(looking, gap, area->zone);
    }
}

static void look_for_area_contacts(struct looking *looking, struct gap *gap)
{
    const struct listing *areas = &looking->registry.areas;

    for (size_t i = 0; anybody_is_registered(looking) && i < areas->count; i++) {
        const Duban__Area *area = areas->rows[i];

        if (!registry_post_is_held(&looking->registry, DUBAN__ROLE__ROLE_AREA_CONTACT, area->code))
            add_name(looking, gap, area->code);
    }
}

/* A closed site is not visited any more. */
static void look_for_site_contacts(struct looking *looking, struct gap *gap)
{
    const struct listing *sites = &looking->registry.sites;

    for (size_t i = 0; anybody_is_registered(looking) && i < sites->count; i++) {
        const Duban__Site *site = sites->rows[i];

        if (site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED &&
            !registry_post_is_held(&looking->registry, DUBAN__ROLE__ROLE_SITE_CONTACT, site->code))
            add_name(looking, gap, site->code);
    }
}

static void look_for_lead_and_clerk(struct looking *looking, struct gap *gap)
{
    if (!anybody_is_registered(looking))
        return;
    if (!registry_post_is_held(&looking->registry, DUBAN__ROLE__ROLE_LEAD, ""))
        add_name(looking, gap, "lead");
    if (!registry_post_is_held(&looking->registry, DUBAN__ROLE__ROLE_DUTY_CLERK, ""))
        add_name(looking, gap, "duty_clerk");
}

static void look_for_areas_of_sites(struct looking *looking, struct gap *gap)
{
    const struct listing *sites = &looking->registry.sites;

    for (size_t i = 0; i < sites->count; i++) {
        const Duban__Site *site = sites->rows[i];

        if (registry_find(&looking->registry.areas, site->area) == NULL)
            add_pair(looking, gap, site->code, site->area);
    }
}

/* Without a policy in force there is nothing to compare with. */
static void look_for_kinds_of_sites(struct looking *looking, struct gap *gap)
{
    const struct listing *sites = &looking->registry.sites;
    const Duban__Codes *codes = looking->registry.codes;

    for (size_t i = 0; codes->n_site_kinds > 0 && i < sites->count; i++) {
        const Duban__Site *site = sites->rows[i];
        struct choices choices = choices_for(site->kind);

        for (size_t k = 0; k < codes->n_site_kinds; k++)
            choices_add(&choices, codes->site_kinds[k]->code);
        if (choices.distance > 0)
            add_name(looking, gap, text_of(&looking->import->cli->arena, "%s (%s -> %s)", site->code, site->kind,
                                           choices_right(&choices)));
    }
}

static bool scope_exists(const struct registry *registry, const Duban__RoleGrant *grant)
{
    switch (grant->role) {
    case DUBAN__ROLE__ROLE_GROUP_LEADER:
    case DUBAN__ROLE__ROLE_INSPECTOR:
        return registry_has_zone(registry, grant->scope);
    case DUBAN__ROLE__ROLE_AREA_CONTACT:
    case DUBAN__ROLE__ROLE_AREA_STAFF:
        return registry_find(&registry->areas, grant->scope) != NULL;
    case DUBAN__ROLE__ROLE_SITE_CONTACT:
        return registry_find(&registry->sites, grant->scope) != NULL;
    default:
        return true;
    }
}

static void look_for_scopes(struct looking *looking, struct gap *gap)
{
    const struct listing *holders = &looking->registry.holders;

    for (size_t i = 0; i < holders->count; i++) {
        const Duban__Holder *holder = holders->rows[i];

        for (size_t k = 0; k < holder->n_roles; k++)
            if (!scope_exists(&looking->registry, holder->roles[k]))
                add_pair(looking, gap, holder->account, holder->roles[k]->scope);
    }
}

static void look_for_deputies(struct looking *looking, struct gap *gap)
{
    const struct listing *holders = &looking->registry.holders;

    for (size_t i = 0; i < holders->count; i++) {
        const Duban__Holder *holder = holders->rows[i];

        if (holder->deputy[0] != '\0' && registry_find(holders, holder->deputy) == NULL)
            add_pair(looking, gap, holder->account, holder->deputy);
    }
}

/* "n1 (3)": who is taken out of the registry, and how many open cases he follows up. */
static void look_for_cases_left_behind(struct looking *looking, struct gap *gap)
{
    const struct import *import = looking->import;

    for (size_t i = 0; i < import->table.count; i++) {
        const Duban__Entry *entry = import->entries[i];
        size_t count;

        if (entry->body_case != DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE || !entry->role_holder_change->removed)
            continue;
        count = registry_open_cases(looking->import, "", entry->role_holder_change->account);
        if (count > 0)
            add_name(looking, gap, text_of(&import->cli->arena, "%s (%zu)", entry->role_holder_change->account, count));
    }
}

/* A new sort of gap: its function above, its row here. */
static const struct gap_sort {
    const char *what;
    struct words words;
    void (*look)(struct looking *looking, struct gap *gap);
} SORTS[] = {
    { "nobodyRegistered", { "还没有登记任何人员岗位，有事时没有人会被告知；请接着导入",
                            "nobody is registered yet: nobody would be told; go on with importing" }, look_for_anybody },
    { "leadOrClerkMissing", { "这些岗位没有在岗的人，有事时没有人会被告知", "nobody on duty holds these posts: nobody would be told" },
      look_for_lead_and_clerk },
    { "zoneWithoutGroupLeader", { "这些片区没有在岗的组长（group_leader:片区），有事时没有人会被告知",
                                  "these zones have no group leader on duty (group_leader:ZONE): nobody would be told" },
      look_for_group_leaders },
    { "areaWithoutContact", { "这些社区（村）没有在岗的包片联系人（area_contact:编号），有事时没有人会被告知",
                              "these areas have no area contact on duty (area_contact:AREA): nobody would be told" },
      look_for_area_contacts },
    { "siteWithoutContact", { "这些点位没有在岗的负责人（site_contact:编号），整改告知没有人收",
                              "these sites have no contact on duty (site_contact:SITE): nobody would be told to fix a finding" },
      look_for_site_contacts },
    { "siteOfUnknownArea", { "这些点位所属的社区（村）没有登记（括号内），点位会被列为待核",
                             "the area of these sites (in brackets) is not registered; they would be held in quarantine" },
      look_for_areas_of_sites },
    { "siteOfUnknownKind", { "这些点位的种类不在现行政策包里（括号内，箭头后是可用的），会被列为待核",
                             "the policy in force has no such kind for these sites (in brackets, with what would be right); "
                             "they would be held in quarantine" },
      look_for_kinds_of_sites },
    { "roleOfUnknownScope", { "这些账号的岗位范围没有登记（括号内）", "the scope of a role of these accounts (in brackets) is not registered" },
      look_for_scopes },
    { "unknownDeputy", { "这些账号的代理人没有登记（括号内），本人不在岗时没有人会被告知",
                         "the deputy of these accounts (in brackets) is not registered: nobody would be told while they are away" },
      look_for_deputies },
    { "openCasesLeft", { "这些注销的账号还在跟进没有办结的问题（括号内为件数），请用 duban assign 改派",
                         "these accounts, which are removed, still follow up open cases (in brackets, how many): reassign them "
                         "with duban assign" }, look_for_cases_left_behind },
};

enum { SORT_COUNT = sizeof SORTS / sizeof SORTS[0] };

/* ---------------------------------------------------------------- looking and telling */

struct gaps import_gaps(struct import *import, bool pretend)
{
    struct looking looking = { .import = import };
    struct gaps gaps = { .rows = import_made(import, SORT_COUNT * sizeof *gaps.rows) };

    gaps.checked = registry_read(import, pretend, &looking.registry);
    for (size_t i = 0; gaps.checked && i < SORT_COUNT; i++) {
        struct gap gap = { .what = SORTS[i].what, .words = SORTS[i].words };

        SORTS[i].look(&looking, &gap);
        if (gap.count > 0)
            gaps.rows[gaps.count++] = gap;
    }
    return gaps;
}

static struct words words_of_gap(struct cli *cli, const struct gap *gap)
{
    enum { MOST_NAMES = 10 };
    struct words names = { gap->names[0], gap->names[0] };

    for (size_t i = 1; i < gap->count && i < MOST_NAMES; i++)
        names = (struct words){ text_of(&cli->arena, "%s、%s", names.zh, gap->names[i]),
                                text_of(&cli->arena, "%s, %s", names.en, gap->names[i]) };
    if (gap->count > MOST_NAMES)
        names = words_of(&cli->arena, "%1$s 等 %3$zu 个%2$.0s", "%2$s, %3$zu in all%1$.0s", names.zh, names.en, gap->count);
    return words_of(&cli->arena, "提醒：%1$s：%3$s%2$.0s%4$.0s", "note: %2$s: %4$s%1$.0s%3$.0s", gap->words.zh,
                    gap->words.en, names.zh, names.en);
}

void import_tell_gaps(struct cli *cli, const struct gaps *gaps)
{
    fflush(cli->show.out);
    if (!gaps->checked)
        show_line(&cli->errors, "规则引擎没有应答：有没有无人负责的片区、社区（村）、点位，没有检查",
                  "rules did not answer: whether a zone, an area or a site has nobody to be told was not checked");
    for (size_t i = 0; i < gaps->count; i++)
        show_words(&cli->errors, 0, COLOUR_YELLOW, words_of_gap(cli, &gaps->rows[i]));
}

json_t *import_gaps_json(const struct gaps *gaps)
{
    json_t *rows = json_array();

    if (!gaps->checked) {
        json_decref(rows);
        return json_null();
    }
    for (size_t i = 0; i < gaps->count; i++) {
        json_t *names = json_array();

        for (size_t k = 0; k < gaps->rows[i].count; k++)
            json_array_append_new(names, json_string(gaps->rows[i].names[k]));
        json_array_append_new(rows, json_pack("{s:s, s:o}", "what", gaps->rows[i].what, "names", names));
    }
    return rows;
}
