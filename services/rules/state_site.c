/* state_site.c - sites, and which an area has, by kind: kept as sites are put. */
#include "state_rows.h"

#include <string.h>

#include "message.h"

/* ---------------------------------------------------------------- by area */

static struct bytes key_of_site_in_area(uint8_t *key, const Duban__Site *site)
{
    size_t size = key_text(key, key_text(key, 0, site->area), site->kind);

    return bytes_of(key, key_text(key, size, site->code) - 1);
}

/* As the site was put last; 0 bytes when it never was. */
static struct bytes listed_key(struct state *state, const char *code, uint8_t *key)
{
    struct bytes value, listed = bytes_of(key, 0);
    struct arena arena;

    arena_open(&arena, ROW_ARENA_BYTES);
    if (store_get(&state->txn, TABLE_SITE, bytes_of_text(code), &value)) {
        const Duban__Site *old = message_unpack_own(&arena, &duban__site__descriptor, value);

        if (old != NULL)
            listed = key_of_site_in_area(key, old);
    }
    arena_close(&arena);
    return listed;
}

static void list_site(struct state *state, const Duban__Site *site)
{
    uint8_t old[STATE_KEY_BYTES], new[STATE_KEY_BYTES];
    struct bytes was = listed_key(state, site->code, old), is = key_of_site_in_area(new, site);

    if (bytes_equal(was, is))
        return;
    if (was.size > 0)
        row_delete(state, TABLE_SITE_BY_AREA, was);
    row_put(state, TABLE_SITE_BY_AREA, is, bytes_of("", 0));
}

void state_list_sites(struct state *state)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_SITE);
    for (found = store_seek(&cursor, bytes_of("", 0), &key, &value); found; found = store_next(&cursor, &key, &value)) {
        uint8_t listed[STATE_KEY_BYTES];
        struct arena arena;
        const Duban__Site *site;

        arena_open(&arena, ROW_ARENA_BYTES); /* one row at a time: there may be many sites */
        site = message_unpack_own(&arena, &duban__site__descriptor, value);
        if (site != NULL)
            row_put(state, TABLE_SITE_BY_AREA, key_of_site_in_area(listed, site), bytes_of("", 0));
        arena_close(&arena);
    }
    store_cursor_close(&cursor);
}

static bool begins_with(struct bytes key, struct bytes prefix)
{
    return key.size > prefix.size && memcmp(key.data, prefix.data, prefix.size) == 0;
}

bool state_area_has_site(struct state *state, const char *area)
{
    uint8_t prefix[STATE_KEY_BYTES];
    struct bytes below = bytes_of(prefix, key_text(prefix, 0, area)), key, value;
    struct store_cursor cursor;
    bool has;

    store_cursor_open(&cursor, &state->txn, TABLE_SITE_BY_AREA);
    has = store_seek(&cursor, below, &key, &value) && begins_with(key, below);
    store_cursor_close(&cursor);
    return has;
}

Duban__Site *state_first_site(struct state *state, const char *area, const char *kind)
{
    uint8_t prefix[STATE_KEY_BYTES];
    struct bytes below = bytes_of(prefix, key_text(prefix, key_text(prefix, 0, area), kind)), key, value;
    struct store_cursor cursor;
    const char *code = NULL;

    store_cursor_open(&cursor, &state->txn, TABLE_SITE_BY_AREA);
    if (store_seek(&cursor, below, &key, &value) && begins_with(key, below))
        code = arena_copy(&state->arena, (const char *) key.data + below.size, key.size - below.size);
    store_cursor_close(&cursor);
    return code == NULL ? NULL : state_site(state, code);
}

static int64_t last_inspection_ms(struct state *state, struct bytes code)
{
    struct arena arena;
    struct bytes value;
    int64_t last_ms = 0;

    arena_open(&arena, ROW_ARENA_BYTES);
    if (store_get(&state->txn, TABLE_SITE, code, &value)) {
        const Duban__Site *site = message_unpack_own(&arena, &duban__site__descriptor, value);

        last_ms = site == NULL ? 0 : site->last_inspection_ms;
    }
    arena_close(&arena);
    return last_ms;
}

int64_t state_area_last_inspection_ms(struct state *state, const char *area)
{
    uint8_t prefix[STATE_KEY_BYTES];
    struct bytes below = bytes_of(prefix, key_text(prefix, 0, area)), key, value;
    struct store_cursor cursor;
    int64_t last_ms = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_SITE_BY_AREA);
    found = store_seek(&cursor, below, &key, &value);
    for (; found && begins_with(key, below); found = store_next(&cursor, &key, &value)) {
        const uint8_t *kind = (const uint8_t *) key.data + below.size;
        const uint8_t *code = (const uint8_t *) memchr(kind, 0, key.size - below.size) + 1;
        int64_t site_ms = last_inspection_ms(state, bytes_of(code, (size_t) ((const uint8_t *) key.data + key.size - code)));

        if (site_ms > last_ms)
            last_ms = site_ms;
    }
    store_cursor_close(&cursor);
    return last_ms;
}

/* ---------------------------------------------------------------- sites */

Duban__Site *state_site(struct state *state, const char *code)
{
    return row_share(state, TABLE_SITE, bytes_of_text(code), &duban__site__descriptor);
}

void state_put_site(struct state *state, const Duban__Site *site)
{
    row_put_now(state, TABLE_SITE, bytes_of_text(site->code), site);
}

void state_register_site(struct state *state, const Duban__Site *site)
{
    list_site(state, site);
    state_put_site(state, site);
}

void state_delete_site(struct state *state, const char *code)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes listed = listed_key(state, code, key);

    if (listed.size > 0)
        row_delete(state, TABLE_SITE_BY_AREA, listed);
    row_forget(state, TABLE_SITE, bytes_of_text(code));
    row_delete(state, TABLE_SITE, bytes_of_text(code));
}
