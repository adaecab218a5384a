/* import_references.c - a site of an area that nobody has registered is held by rules: said before anything is
 * submitted; and once the area is there, which held entries that sets free. */
#include <string.h>

#include "import_registry.h"
#include "message.h"

/* The area that must be there for the row; NULL = none. */
static const char *area_needed(const Duban__Entry *entry)
{
    if (entry->body_case == DUBAN__ENTRY__BODY_SITE_CHANGE && !entry->site_change->removed)
        return entry->site_change->area;
    if (entry->body_case == DUBAN__ENTRY__BODY_HOUSEHOLD_CHANGE && !entry->household_change->removed)
        return entry->household_change->area;
    return NULL;
}

static bool names_areas(const struct import_kind *kind)
{
    return strcmp(kind->name, "sites") == 0 || strcmp(kind->name, "households") == 0;
}

void import_check_references(struct import *import)
{
    struct listing areas;
    struct fault fault;

    if (!names_areas(import->kind) || !ask_areas(import->cli, &areas, &fault))
        return;
    for (size_t i = 0; i < import->table.count; i++) {
        const char *area = area_needed(import->entries[i]);

        if (area != NULL && registry_find(&areas, area) == NULL)
            import_fault(import, csv_at(&import->table.rows[i], csv_column(&import->table, "area")),
                         "“area”列写的是“%s”：没有登记这个社区（村）；先导入 areas，或更正编号，或加 --hold 先提交待核",
                         "column \"area\" says \"%s\": no such area is registered; import areas first, or set it right, or "
                         "add --hold to submit it all the same, to be held",
                         area);
    }
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
