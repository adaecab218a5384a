/* state_entrance.c - entrances and gate posts of sites as they were last seen. */
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

/* The first row of the site from that key on, which begins with the site's. */
static void *row_of_site_from(struct state *state, int table, struct bytes from, size_t prefix_size,
                              const ProtobufCMessageDescriptor *type)
{
    struct store_cursor cursor;
    struct bytes key, value;
    void *row = NULL;

    store_cursor_open(&cursor, &state->txn, table);
    if (store_seek(&cursor, from, &key, &value) && key.size > prefix_size && memcmp(key.data, from.data, prefix_size) == 0) {
        row = message_unpack_own(&state->arena, type, value);
        assert(row != NULL);
    }
    store_cursor_close(&cursor);
    return row;
}

Duban__SiteEntrance *state_entrance_after(struct state *state, const char *site, const char *name)
{
    uint8_t first[STATE_KEY_BYTES];
    size_t prefix_size = key_text(first, 0, site);

    /* With its zero byte behind, the name's key is the least above its own. */
    return row_of_site_from(state, TABLE_ENTRANCE, bytes_of(first, key_text(first, prefix_size, name)), prefix_size,
                            &duban__site_entrance__descriptor);
}

/* ---------------------------------------------------------------- gate posts */

static struct bytes key_of_post(uint8_t *key, const char *site, const char *post, const char *shift)
{
    return bytes_of(key, key_text(key, key_text(key, key_text(key, 0, site), post), shift) - 1);
}

Duban__SiteGatePost *state_gate_post(struct state *state, const char *site, const char *post, const char *shift)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_GATE_POST, key_of_post(key, site, post, shift), &duban__site_gate_post__descriptor);
}

void state_put_gate_post(struct state *state, const Duban__SiteGatePost *post)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_GATE_POST, key_of_post(key, post->site, post->post, post->shift), post);
}

Duban__SiteGatePost *state_gate_post_after(struct state *state, const char *site, const char *post, const char *shift)
{
    uint8_t first[STATE_KEY_BYTES];
    size_t prefix_size = key_text(first, 0, site);

    return row_of_site_from(state, TABLE_GATE_POST, bytes_of(first, key_text(first, key_text(first, prefix_size, post), shift)),
                            prefix_size, &duban__site_gate_post__descriptor);
}

/* ---------------------------------------------------------------- the site is removed */

/* The key of the site's first row, copied: a deletion moves the cursor's row away. */
static bool first_of_site(struct state *state, int table, struct bytes prefix, struct bytes *first)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, table);
    found = store_seek(&cursor, prefix, &key, &value) && key.size > prefix.size && memcmp(key.data, prefix.data, prefix.size) == 0;
    if (found)
        *first = bytes_of(arena_copy(&state->arena, (const char *) key.data, key.size), key.size);
    store_cursor_close(&cursor);
    return found;
}

static void delete_of_site(struct state *state, int table, const char *site)
{
    uint8_t prefix[STATE_KEY_BYTES];
    struct bytes below = bytes_of(prefix, key_text(prefix, 0, site)), key;

    while (first_of_site(state, table, below, &key))
        row_delete(state, table, key);
}

void state_delete_entrances(struct state *state, const char *site)
{
    delete_of_site(state, TABLE_ENTRANCE, site);
}

void state_delete_gate_posts(struct state *state, const char *site)
{
    delete_of_site(state, TABLE_GATE_POST, site);
}
