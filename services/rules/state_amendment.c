/* state_amendment.c - reports whose amendment waits for its approval, by site. */
#include "state_rows.h"

#include <string.h>

static struct bytes key_of_waiting(uint8_t *key, const char *site, uint64_t sequence)
{
    size_t size = key_text(key, 0, site);

    put_u64(key + size, sequence);
    return bytes_of(key, size + 8);
}

void state_put_waiting_amendment(struct state *state, const Duban__Visit *visit)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put(state, TABLE_WAITING_AMENDMENT, key_of_waiting(key, visit->site, visit->sequence), bytes_of("", 0));
}

void state_delete_waiting_amendment(struct state *state, const Duban__Visit *visit)
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_WAITING_AMENDMENT, key_of_waiting(key, visit->site, visit->sequence));
}

uint64_t state_waiting_amendment_after(struct state *state, const char *site, uint64_t sequence)
{
    uint8_t first[STATE_KEY_BYTES];
    struct bytes lowest = key_of_waiting(first, site, sequence + 1), key, value;
    struct store_cursor cursor;
    uint64_t found = 0;

    store_cursor_open(&cursor, &state->txn, TABLE_WAITING_AMENDMENT);
    if (store_seek(&cursor, lowest, &key, &value) && key.size == lowest.size &&
        memcmp(key.data, lowest.data, lowest.size - 8) == 0)
        found = get_u64((const uint8_t *) key.data + key.size - 8);
    store_cursor_close(&cursor);
    return found;
}
