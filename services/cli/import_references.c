/* import_references.c - a row that refers to what nobody has registered is held by rules: said before anything is
 * submitted; and once it is there, which held entries that sets free.
 */
#include <string.h>

#include "import_registry.h"
#include "message.h"

/* What rules knows, and the row that is looked at. */
struct referring {
    struct import *import;
    struct registry known;
    struct listing units;          /* Duban__UnitRow */
    const struct csv_row *row;
};

/* ---------------------------------------------------------------- is it there */

static bool is_area(const struct referring *referring, const char *code)
{
    return registry_find(&referring->known.areas, code) != NULL;
}

static bool is_site(const struct referring *referring, const char *code)
{
    return registry_find(&referring->known.sites, code) != NULL;
}

static bool is_zone(const struct referring *referring, const char *code)
{
    return registry_has_zone(&referring->known, code);
}

static const Duban__UnitRow *unit_of(const struct referring *referring, const char *code)
{
    for (size_t i = 0; i < referring->units.count; i++) {
        const Duban__UnitRow *row = referring->units.rows[i];

        if (strcmp(row->unit->code, code) == 0)
            return row;
    }
    return NULL;
}

static bool is_unit(const struct referring *referring, const char *code)
{
    return unit_of(referring, code) != NULL;
}

/* What a row refers to in the registry, and which table registers it. */
struct registered {
    bool (*is_there)(const struct referring *referring, const char *code);
    struct words what;
    const char *table;
};

static const struct registered AREA = { is_area, { "这个社区（村）", "area" }, "areas" };
static const struct registered ZONE = { is_zone, { "属于这个片区的社区（村）", "area of that zone" }, "areas" };
static const struct registered SITE = { is_site, { "这个点位", "site" }, "sites" };
static const struct registered UNIT = { is_unit, { "这个组织", "unit" }, "units" };

static struct csv_cell cell_of(const struct referring *referring, const char *column)
{
    return import_cell(referring->import, referring->row, import_heading_named(referring->import, column));
}

static struct words heading_of(const struct referring *referring, const char *column)
{
    return import_heading(referring->import, import_heading_named(referring->import, column));
}

static void refers_to(struct referring *referring, const char *column, const struct registered *to, const char *code)
{
    struct words heading = heading_of(referring, column);

    if (code[0] != '\0' && !to->is_there(referring, code))
        import_fault(referring->import, cell_of(referring, column),
                     "“%1$s”列写的是“%3$s”：没有登记%4$s；先导入 %6$s，或更正编号，或加 --hold 先提交待核%2$.0s%5$.0s",
                     "column \"%2$s\" says \"%3$s\": no such %5$s is registered; import %6$s first, or set it right, or "
                     "add --hold to submit it all the same, to be held%1$.0s%4$.0s",
                     heading.zh, heading.en, code, to->what.zh, to->what.en, to->table);
}

/* Before a policy is in force there are no codes, and rules takes any. */
static void is_of_the_policy(struct referring *referring, const char *column, Duban__Code *const *codes, size_t count,
                             const char *code)
{
    struct words heading = heading_of(referring, column);
    struct choices choices = choices_for(code);

    for (size_t i = 0; i < count; i++)
        choices_add(&choices, codes[i]->code);
    if (code[0] != '\0' && count > 0 && !choices.found)
        import_fault(referring->import, cell_of(referring, column),
                     "“%1$s”列写的是“%3$s”：现行政策包里没有，应为 %4$s；或加 --hold 先提交待核%2$.0s",
                     "column \"%2$s\" says \"%3$s\": the policy in force has none such, it should be %4$s; or add --hold to "
                     "submit it all the same, to be held%1$.0s", heading.zh, heading.en, code, choices_right(&choices));
}

/* ---------------------------------------------------------------- what may not go yet */

static void cannot_go(struct referring *referring, const char *zh, const char *en)
{
    import_fault(referring->import, cell_of(referring, "removed"),
                 "“注销 removed”列：%1$s；或加 --hold 先提交待核%2$.0s", "column \"removed\": %2$s; or add --hold to submit it all the same, to be held%1$.0s",
                 zh, en);
}

static void area_goes(struct referring *referring, const char *code)
{
    const struct listing *sites = &referring->known.sites;
    bool has_sites = false;

    for (size_t i = 0; i < sites->count; i++)
        has_sites = has_sites || strcmp(((const Duban__Site *) sites->rows[i])->area, code) == 0;
    if (has_sites)
        cannot_go(referring, "还有点位属于这个社区（村），先把它们改到别处", "sites still belong to this area, move them first");
}

static void site_goes(struct referring *referring, const char *code)
{
    if (registry_open_cases(referring->import, code, "") > 0)
        cannot_go(referring, "这个点位还有没销号的问题", "the site still has open cases");
}

static void unit_goes(struct referring *referring, const char *code)
{
    const Duban__UnitRow *unit = unit_of(referring, code);

    if (unit != NULL && unit->n_members > 0)
        cannot_go(referring, "这个组织还有成员，先更改他们的登记", "the unit still has members, change their registration first");
}

/* ---------------------------------------------------------------- one function for each kind of row */

static void look_at_site(struct referring *referring, const Duban__SiteChange *change)
{
    const Duban__Codes *codes = referring->known.codes;

    if (change->removed) {
        site_goes(referring, change->code);
        return;
    }
    refers_to(referring, "area", &AREA, change->area);
    is_of_the_policy(referring, "kind", codes->site_kinds, codes->n_site_kinds, change->kind);
    for (size_t i = 0; i < codes->n_site_kinds; i++)
        if (strcmp(codes->site_kinds[i]->code, change->kind) == 0)
            is_of_the_policy(referring, "class", codes->site_kinds[i]->classes, codes->site_kinds[i]->n_classes, change->site_class);
}

static void look_at_grant(struct referring *referring, const Duban__RoleGrant *grant)
{
    if (grant->role == DUBAN__ROLE__ROLE_AREA_CONTACT || grant->role == DUBAN__ROLE__ROLE_AREA_STAFF)
        refers_to(referring, "roles", &AREA, grant->scope);
    if (grant->role == DUBAN__ROLE__ROLE_SITE_CONTACT)
        refers_to(referring, "roles", &SITE, grant->scope);
}

static void look_at_holder(struct referring *referring, const Duban__RoleHolderChange *change)
{
    for (size_t i = 0; !change->removed && i < change->n_roles; i++)
        look_at_grant(referring, change->roles[i]);
    for (size_t i = 0; !change->removed && i < change->n_units; i++)
        refers_to(referring, "units", &UNIT, change->units[i]);
}

static void look_at_unit(struct referring *referring, const Duban__UnitChange *change)
{
    const Duban__Codes *codes = referring->known.codes;

    if (change->removed) {
        unit_goes(referring, change->code);
        return;
    }
    refers_to(referring, "zone", &ZONE, change->zone);
    refers_to(referring, "area", &AREA, change->area);
    is_of_the_policy(referring, "focus_group", codes->focus_groups, codes->n_focus_groups, change->focus_group);
}

static void look_at_entry(struct referring *referring, const Duban__Entry *entry)
{
    if (entry->body_case == DUBAN__ENTRY__BODY_AREA_CHANGE && entry->area_change->removed)
        area_goes(referring, entry->area_change->code);
    if (entry->body_case == DUBAN__ENTRY__BODY_SITE_CHANGE)
        look_at_site(referring, entry->site_change);
    if (entry->body_case == DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE)
        look_at_holder(referring, entry->role_holder_change);
    if (entry->body_case == DUBAN__ENTRY__BODY_UNIT_CHANGE)
        look_at_unit(referring, entry->unit_change);
    if (entry->body_case == DUBAN__ENTRY__BODY_HOUSEHOLD_CHANGE && !entry->household_change->removed)
        refers_to(referring, "area", &AREA, entry->household_change->area);
}

bool import_check_references(struct import *import)
{
    struct referring referring = { .import = import };
    struct fault ignored;

    if (!registry_read(import, false, &referring.known) || !ask_units(import->cli, &referring.units, &ignored))
        return false;
    for (size_t i = 0; i < import->table.count; i++) {
        referring.row = &import->table.rows[i];
        look_at_entry(&referring, import->entries[i]);
    }
    return true;
}

/* ---------------------------------------------------------------- what was waiting */

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static bool is_free_now(struct cli *cli, const Duban__Quarantined *row, const struct listing *areas,
                        const struct listing *sites)
{
    const Duban__Entry *entry = message_unpack_own(&cli->arena, &duban__entry__descriptor,
                                                   bytes_of(row->entry.data, row->entry.len));

    if (entry == NULL)
        return false;
    if (entry->body_case == DUBAN__ENTRY__BODY_SITE_CHANGE)
        return ends_with(row->field, "area") && registry_find(areas, entry->site_change->area) != NULL;
    return entry->body_case == DUBAN__ENTRY__BODY_REPORT && ends_with(row->field, "site") &&
           registry_find(sites, entry->report->site) != NULL;
}

void import_tell_releasable(struct cli *cli)
{
    Duban__QuarantineQuery which = DUBAN__QUARANTINE_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing held, areas, sites;
    struct fault fault;
    char *names = "";

    query.body_case = DUBAN__QUERY__BODY_QUARANTINE;
    query.quarantine = &which;
    if (!ask_all_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_QUARANTINE, &held, &fault) || held.count == 0 ||
        !ask_areas(cli, &areas, &fault) || !ask_sites(cli, &sites, &fault))
        return;
    for (size_t i = 0; i < held.count; i++) {
        const Duban__Quarantined *row = held.rows[i];

        if (row->state == DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD && is_free_now(cli, row, &areas, &sites))
            names = text_of(&cli->arena, "%s %llu", names, (unsigned long long) row->sequence);
    }
    if (names[0] != '\0')
        show_line(&cli->errors, "提醒：这些待核记录所缺的登记已补上，可以采用：duban release%s", "note: what these held entries lacked is "
                  "registered now, they can be released: duban release%s", names);
}
