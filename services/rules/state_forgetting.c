/* state_forgetting.c - tokens whose texts are to leave the vault, by the time from which on. */
#include "state_rows.h"

#include <string.h>

enum { FORGETTING_KEY_BYTES = 8 + ID_BYTES };

void state_put_forgetting(struct state *state, int64_t at_s, const uint8_t token[ID_BYTES], const uint8_t subject[ID_BYTES])
{
    uint8_t key[FORGETTING_KEY_BYTES];

    put_u64(key, (uint64_t) at_s);
    memcpy(key + 8, token, ID_BYTES);
    row_put(state, TABLE_FORGETTING, bytes_of(key, sizeof key), key_of_id(subject));
}

size_t state_forgettings(struct store_txn *txn, int64_t until_s, uint8_t (*tokens)[ID_BYTES], size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, txn, TABLE_FORGETTING);
    found = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    while (found && count < most && (int64_t) get_u64(key.data) <= until_s) {
        memcpy(tokens[count++], (const uint8_t *) key.data + 8, ID_BYTES);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

bool state_take_forgetting(struct state *state, int64_t until_s, const uint8_t token[ID_BYTES], uint8_t subject[ID_BYTES])
{
    uint8_t own_key[FORGETTING_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;
    bool found, is_it = false;

    store_cursor_open(&cursor, &state->txn, TABLE_FORGETTING);
    found = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    while (found && !is_it && (int64_t) get_u64(key.data) <= until_s) {
        is_it = memcmp((const uint8_t *) key.data + 8, token, ID_BYTES) == 0;
        if (is_it) {
            memcpy(own_key, key.data, sizeof own_key);
            memcpy(subject, value.data, ID_BYTES);
        }
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    if (is_it)
        row_delete(state, TABLE_FORGETTING, bytes_of(own_key, sizeof own_key));
    return is_it;
}
