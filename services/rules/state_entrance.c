/* state_entrance.c - entrances of sites as they were last seen. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

static struct bytes key_of_entrance(uint8_t *key, const char *site, const char *name)
{
    return bytes_of(key, key_text(key, key_text(key, 0, site), name) - 1);
}

Duban__SiteEntrance *state_entrance(struct state *state, const char *site, const char *name)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_ENTRANCE, key_of_entrance(key, site, name), &duban__site_entrance__descriptor);
}

void state_put_entrance(struct state *state, const Duban__SiteEntrance *entrance)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_ENTRANCE, key_of_entrance(key, entrance->site, entrance->name), entrance);
}

Duban__SiteEntrance *state_entrance_after(struct state *state, const char *site, const char *name)
{
    uint8_t first[STATE_KEY_BYTES];
    size_t prefix_size = key_text(first, 0, site);
    Duban__SiteEntrance *entrance = NULL;
    struct store_cursor cursor;
    struct bytes key, value;

    store_cursor_open(&cursor, &state->txn, TABLE_ENTRANCE);
    /* With its zero byte behind, the name's key is the least above its own. */
    if (store_seek(&cursor, bytes_of(first, key_text(first, prefix_size, name)), &key, &value) && key.size > prefix_size &&
        memcmp(key.data, first, prefix_size) == 0) {
        entrance = message_unpack_own(&state->arena, &duban__site_entrance__descriptor, value);
        assert(entrance != NULL);
    }
    store_cursor_close(&cursor);
    return entrance;
}

/* The key of the first entrance of the site, copied: a deletion moves the cursor's row away. */
static bool first_of_site(struct state *state, struct bytes prefix, struct bytes *first)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_ENTRANCE);
    found = store_seek(&cursor, prefix, &key, &value) && key.size > prefix.size && memcmp(key.data, prefix.data, prefix.size) == 0;
    if (found)
        *first = bytes_of(arena_copy(&state->arena, (const char *) key.data, key.size), key.size);
    store_cursor_close(&cursor);
    return found;
}

void state_delete_entrances(struct state *state, const char *site)
{
    uint8_t prefix[STATE_KEY_BYTES];
    struct bytes below = bytes_of(prefix, key_text(prefix, 0, site)), key;

    while (first_of_site(state, below, &key))
        row_delete(state, TABLE_ENTRANCE, key);
}
