/* state_photos.c - reports whose declared photos are awaited, by the moment at which they are late. */
#include "state_rows.h"

enum { AWAITED_KEY_BYTES = 8 + 8 };

static struct bytes key_of_awaited(uint8_t key[AWAITED_KEY_BYTES], int64_t due_s, uint64_t sequence)
{
    put_u64(key, (uint64_t) due_s);
    put_u64(key + 8, sequence);
    return bytes_of(key, AWAITED_KEY_BYTES);
}

void state_put_photos_awaited(struct state *state, const Duban__Visit *visit)
{
    uint8_t key[AWAITED_KEY_BYTES];

    row_put(state, TABLE_PHOTOS_AWAITED, key_of_awaited(key, visit->photos_due_s, visit->sequence), bytes_of("", 0));
}

void state_delete_photos_awaited(struct state *state, const Duban__Visit *visit)
{
    uint8_t key[AWAITED_KEY_BYTES];

    row_delete(state, TABLE_PHOTOS_AWAITED, key_of_awaited(key, visit->photos_due_s, visit->sequence));
}

uint64_t state_photos_awaited(struct state *state, int64_t due_s)
{
    uint8_t first[AWAITED_KEY_BYTES];
    struct bytes lowest = key_of_awaited(first, due_s, 0), key, value;
    struct store_cursor cursor;
    uint64_t found = 0;

    store_cursor_open(&cursor, &state->txn, TABLE_PHOTOS_AWAITED);
    if (store_seek(&cursor, lowest, &key, &value) && (int64_t) get_u64(key.data) == due_s)
        found = get_u64((const uint8_t *) key.data + 8);
    store_cursor_close(&cursor);
    return found;
}
