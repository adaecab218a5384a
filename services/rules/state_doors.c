/* state_doors.c - campaigns whose doors are to be forgotten, by the time from which on; and the forgetting. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

enum { TO_FORGET_BYTES = 8 + 4 };

static struct bytes key_to_forget(uint8_t key[TO_FORGET_BYTES], int64_t from_s, uint32_t campaign)
{
    put_u64(key, (uint64_t) from_s);
    put_u32(key + 8, campaign);
    return bytes_of(key, TO_FORGET_BYTES);
}

void state_put_doors_to_forget(struct state *state, int64_t from_s, uint32_t campaign)
{
    uint8_t key[TO_FORGET_BYTES];

    row_put(state, TABLE_DOORS_TO_FORGET, key_to_forget(key, from_s, campaign), bytes_of("", 0));
}

void state_delete_doors_to_forget(struct state *state, int64_t from_s, uint32_t campaign)
{
    uint8_t key[TO_FORGET_BYTES];

    row_delete(state, TABLE_DOORS_TO_FORGET, key_to_forget(key, from_s, campaign));
}

bool state_doors_to_forget(struct state *state, int64_t until_s, int64_t *from_s, uint32_t *campaign)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_DOORS_TO_FORGET);
    found = store_seek(&cursor, bytes_of("", 0), &key, &value) && (int64_t) get_u64(key.data) <= until_s;
    if (found) {
        *from_s = (int64_t) get_u64(key.data);
        *campaign = get_u32((const uint8_t *) key.data + 8);
    }
    store_cursor_close(&cursor);
    return found;
}

/* Keys of the table that begin with the campaign's number, copied into the arena; at most `most`. */
static size_t keys_of(struct state *state, int table, uint32_t campaign, struct bytes *keys, size_t most)
{
    uint8_t prefix[4];
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    put_u32(prefix, campaign);
    store_cursor_open(&cursor, &state->txn, table);
    found = store_seek(&cursor, bytes_of(prefix, sizeof prefix), &key, &value);
    while (found && count < most && key.size > sizeof prefix && memcmp(key.data, prefix, sizeof prefix) == 0) {
        uint8_t *copy = arena_take(&state->arena, key.size);

        assert(copy != NULL);
        memcpy(copy, key.data, key.size);
        keys[count++] = bytes_of(copy, key.size);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

size_t state_forget_doors(struct state *state, uint32_t campaign, size_t most)
{
    static const int TABLES[] = { TABLE_DOOR, TABLE_DOOR_TO_CHECK, TABLE_DOOR_DRAW };
    struct bytes *keys = arena_take(&state->arena, most * sizeof *keys);
    size_t gone = 0;

    assert(keys != NULL);
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        size_t count = keys_of(state, TABLES[i], campaign, keys, most - gone);

        for (size_t k = 0; k < count; k++)
            row_delete(state, TABLES[i], keys[k]);
        gone += count;
    }
    return gone;
}
