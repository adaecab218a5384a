/* import_registry.c - rules' registry, and what a table would make of it. */
#include "import_registry.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- rows by their key */

/* Of areas, sites and holders the key is the first field. */
static const char *key_of(const void *row)
{
    const char *key;

    memcpy(&key, (const char *) row + sizeof(ProtobufCMessage), sizeof key);
    return key;
}
_Static_assert(offsetof(Duban__Area, code) == sizeof(ProtobufCMessage), "key_of");
_Static_assert(offsetof(Duban__Site, code) == sizeof(ProtobufCMessage), "key_of");
_Static_assert(offsetof(Duban__Holder, account) == sizeof(ProtobufCMessage), "key_of");

static int by_key(const void *left, const void *right)
{
    return strcmp(key_of(*(void *const *) left), key_of(*(void *const *) right));
}

static int key_against_row(const void *key, const void *row)
{
    return strcmp(key, key_of(*(void *const *) row));
}

const void *registry_find(const struct listing *rows, const char *key)
{
    void **found = rows->count == 0 ? NULL : bsearch(key, rows->rows, rows->count, sizeof *rows->rows, key_against_row);

    return found == NULL ? NULL : *found;
}

bool registry_has_zone(const struct registry *registry, const char *zone)
{
    for (size_t i = 0; i < registry->areas.count; i++)
        if (strcmp(((const Duban__Area *) registry->areas.rows[i])->zone, zone) == 0)
            return true;
    return false;
}

/* ---------------------------------------------------------------- the table, as if applied */

static void *area_of(struct import *import, const Duban__AreaChange *change)
{
    Duban__Area *area = import_made(import, sizeof *area);

    duban__area__init(area);
    area->code = change->code;
    area->kind = change->kind;
    area->zone = change->zone;
    return change->removed ? NULL : area;
}

static void *site_of(struct import *import, const Duban__SiteChange *change)
{
    Duban__Site *site = import_made(import, sizeof *site);

    duban__site__init(site);
    site->code = change->code;
    site->kind = change->kind;
    site->area = change->area;
    site->operating_state = change->operating_state;
    return change->removed ? NULL : site;
}

static void *holder_of(struct import *import, const Duban__RoleHolderChange *change)
{
    Duban__Holder *holder = import_made(import, sizeof *holder);

    duban__holder__init(holder);
    holder->account = change->account;
    holder->n_roles = change->n_roles;
    holder->roles = change->roles;
    holder->deputy = change->deputy;
    holder->away = change->away;
    return change->removed ? NULL : holder;
}

/* The row that an entry of the table leaves under its key; NULL when it takes it away. */
static void *row_of(struct import *import, const Duban__Entry *entry)
{
    if (entry->body_case == DUBAN__ENTRY__BODY_AREA_CHANGE)
        return area_of(import, entry->area_change);
    if (entry->body_case == DUBAN__ENTRY__BODY_SITE_CHANGE)
        return site_of(import, entry->site_change);
    assert(entry->body_case == DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE);
    return holder_of(import, entry->role_holder_change);
}

static const char *key_of_row(const struct import *import, size_t place)
{
    return import_cell(import, &import->table.rows[place], 0).text;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *) left, *(const char *const *) right);
}

static const char **sorted_keys(struct import *import)
{
    const char **keys = import_made(import, (import->table.count + 1) * sizeof *keys);

    for (size_t i = 0; i < import->table.count; i++)
        keys[i] = key_of_row(import, i);
    qsort(keys, import->table.count, sizeof *keys, by_text);
    return keys;
}

/* What the table says takes the place of what was known under the same keys. */
static void pretend_applied(struct import *import, struct listing *rows)
{
    const char **keys = sorted_keys(import);
    struct listing merged = { .count = 0 };

    merged.rows = import_made(import, (rows->count + import->table.count + 1) * sizeof *merged.rows);
    for (size_t i = 0; i < rows->count; i++) {
        const char *key = key_of(rows->rows[i]);

        if (bsearch(&key, keys, import->table.count, sizeof *keys, by_text) == NULL)
            merged.rows[merged.count++] = rows->rows[i];
    }
    for (size_t i = 0; i < import->table.count; i++) {
        void *row = row_of(import, import->entries[i]);

        if (row != NULL)
            merged.rows[merged.count++] = row;
    }
    qsort(merged.rows, merged.count, sizeof *merged.rows, by_key);
    *rows = merged;
}

/* NULL: households and units are in none of them, and nobody is missed for want of one. */
static struct listing *listing_of(struct registry *registry, const struct import *import)
{
    if (strcmp(import->kind->name, "areas") == 0)
        return &registry->areas;
    if (strcmp(import->kind->name, "sites") == 0)
        return &registry->sites;
    return strcmp(import->kind->name, "holders") == 0 ? &registry->holders : NULL;
}

/* ---------------------------------------------------------------- posts */

static int by_post(const void *left, const void *right)
{
    const struct post *a = left, *b = right;

    return a->role != b->role ? (a->role > b->role) - (a->role < b->role) : strcmp(a->scope, b->scope);
}

static bool can_be_told(const struct registry *registry, const Duban__Holder *holder)
{
    const Duban__Holder *deputy = registry_find(&registry->holders, holder->deputy);

    return !holder->away || (deputy != NULL && !deputy->away);
}

static void find_posts(struct import *import, struct registry *registry)
{
    const struct listing *holders = &registry->holders;
    size_t most = 1;

    for (size_t i = 0; i < holders->count; i++)
        most += ((const Duban__Holder *) holders->rows[i])->n_roles;
    registry->posts = import_made(import, most * sizeof *registry->posts);
    for (size_t i = 0; i < holders->count; i++) {
        const Duban__Holder *holder = holders->rows[i];

        for (size_t k = 0; can_be_told(registry, holder) && k < holder->n_roles; k++)
            registry->posts[registry->post_count++] = (struct post){ holder->roles[k]->role, holder->roles[k]->scope };
    }
    qsort(registry->posts, registry->post_count, sizeof *registry->posts, by_post);
}

bool registry_post_is_held(const struct registry *registry, Duban__Role role, const char *scope)
{
    struct post wanted = { role, scope };

    return registry->post_count > 0 &&
           bsearch(&wanted, registry->posts, registry->post_count, sizeof wanted, by_post) != NULL;
}

/* ---------------------------------------------------------------- reading */

static bool ask_registry(struct cli *cli, struct registry *registry)
{
    struct fault fault;

    if (!ask_areas(cli, &registry->areas, &fault) || !ask_sites(cli, &registry->sites, &fault) ||
        !ask_holders(cli, &registry->holders, &fault))
        return false;
    registry->codes = ask_codes(cli, &fault);
    return registry->codes != NULL;
}

bool registry_read(struct import *import, bool pretend, struct registry *registry)
{
    *registry = (struct registry){ .post_count = 0 };
    if (!ask_registry(import->cli, registry))
        return false;
    if (pretend && listing_of(registry, import) != NULL)
        pretend_applied(import, listing_of(registry, import));
    find_posts(import, registry);
    return true;
}

size_t registry_open_cases(struct import *import, const char *site, const char *owner)
{
    Duban__CasesQuery which = DUBAN__CASES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing cases;
    struct fault ignored;

    which.site = (char *) site;
    which.owner = (char *) owner;
    query.body_case = DUBAN__QUERY__BODY_CASES;
    query.cases = &which;
    return ask_all_quietly(import->cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CASES, &cases, &ignored) ? cases.count : 0;
}
