/* state_photo.c - which photos have been shown, for as long as that is asked; where members were last. */
#include "state_rows.h"

#include <string.h>

enum { PHOTO_VALUE_BYTES = 16, TAKEN_OUT_FOR_ONE = 2 };

static struct bytes key_of_shown(uint8_t *key, int64_t shown_s, const uint8_t sha256[SHA256_BYTES])
{
    put_u64(key, (uint64_t) shown_s);
    memcpy(key + 8, sha256, SHA256_BYTES);
    return bytes_of(key, 8 + SHA256_BYTES);
}

/* False: not known. */
static bool read_photo(struct state *state, const uint8_t sha256[SHA256_BYTES], uint64_t *visit, int64_t *shown_s)
{
    struct bytes value;

    if (!store_get(&state->txn, TABLE_PHOTO, bytes_of(sha256, SHA256_BYTES), &value) || value.size != PHOTO_VALUE_BYTES)
        return false;
    *visit = get_u64(value.data);
    *shown_s = (int64_t) get_u64((const uint8_t *) value.data + 8);
    return true;
}

uint64_t state_photo_shown(struct state *state, const uint8_t sha256[SHA256_BYTES], int64_t since_s)
{
    uint64_t visit;
    int64_t shown_s;

    return read_photo(state, sha256, &visit, &shown_s) && shown_s >= since_s ? visit : 0;
}

/* The oldest of all, when it was shown before then. */
static bool take_out_oldest(struct state *state, int64_t since_s)
{
    uint8_t oldest[8 + SHA256_BYTES] = { 0 };
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_PHOTO_BY_TIME);
    found = store_seek(&cursor, bytes_of(oldest, sizeof oldest), &key, &value) && key.size == sizeof oldest &&
            (int64_t) get_u64(key.data) < since_s;
    if (found)
        memcpy(oldest, key.data, sizeof oldest);
    store_cursor_close(&cursor);
    if (!found)
        return false;
    row_delete(state, TABLE_PHOTO_BY_TIME, bytes_of(oldest, sizeof oldest));
    row_delete(state, TABLE_PHOTO, bytes_of(oldest + 8, SHA256_BYTES));
    return true;
}

void state_put_photo(struct state *state, const uint8_t sha256[SHA256_BYTES], uint64_t visit, int64_t since_s)
{
    int64_t now_s = state->stamp_ms / 1000, shown_s;
    uint8_t key[STATE_KEY_BYTES], row[PHOTO_VALUE_BYTES];
    uint64_t known;

    for (int i = 0; i < TAKEN_OUT_FOR_ONE && take_out_oldest(state, since_s); i++)
        ;
    if (read_photo(state, sha256, &known, &shown_s)) {
        if (shown_s >= since_s)
            return;
        row_delete(state, TABLE_PHOTO_BY_TIME, key_of_shown(key, shown_s, sha256));
    }
    put_u64(row, visit);
    put_u64(row + 8, (uint64_t) now_s);
    row_put(state, TABLE_PHOTO, bytes_of(sha256, SHA256_BYTES), bytes_of(row, sizeof row));
    row_put(state, TABLE_PHOTO_BY_TIME, key_of_shown(key, now_s, sha256), bytes_of("", 0));
}

Duban__LastPosition *state_last_position(struct state *state, const char *account)
{
    return row_get_message(state, TABLE_LAST_POSITION, bytes_of_text(account), &duban__last_position__descriptor);
}

void state_put_last_position(struct state *state, const Duban__LastPosition *position)
{
    row_put_message(state, TABLE_LAST_POSITION, bytes_of_text(position->account), position);
}
