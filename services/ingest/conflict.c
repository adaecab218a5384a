#include "conflict.h"

#include <string.h>

#include "log.h"
#include "message.h"
#include "tables.h"

enum {
    KEY_BYTES = CONFLICT_PLACE_BYTES,
    HEADER_BYTES = 17,
    ORDER_BYTES = 8 + KEY_BYTES,
    DROPPED_AT_ONCE = 4,     /* more than come in at once, so that a backlog shrinks */
};

static const int64_t KEPT_MS = (int64_t) CONFLICT_KEPT_DAYS * 86400 * 1000;

static uint64_t last_number(struct store_cursor *cursor)
{
    struct bytes key, value;

    return store_last(cursor, &key, &value) ? get_u64(key.data) : 0;
}

/* True when the oldest had to go. Numbers have no holes, so they tell how many there are. One that
 * cannot be read goes too: it would keep all after it for ever. */
static bool drop_oldest(struct store_txn *txn, struct store_cursor *cursor, uint64_t last, int64_t now_ms)
{
    struct bytes key, value;
    uint8_t number[8];
    uint8_t row[ORDER_BYTES];
    bool readable;

    if (!store_seek(cursor, bytes_of(NULL, 0), &key, &value))
        return false;
    memcpy(number, key.data, sizeof number);
    readable = value.size == sizeof row;
    if (readable)
        memcpy(row, value.data, sizeof row);
    if (readable && last - get_u64(number) < CONFLICT_MOST && now_ms - (int64_t) get_u64(row) <= KEPT_MS)
        return false;
    store_delete(txn, TABLE_CONFLICT_ORDER, bytes_of(number, sizeof number));
    if (readable)
        store_delete(txn, TABLE_CONFLICT, bytes_of(row + 8, KEY_BYTES));
    return true;
}

static void put_in_order(struct store_txn *txn, const uint8_t key[KEY_BYTES], int64_t now_ms)
{
    struct store_cursor cursor;
    uint8_t number[8];
    uint8_t row[ORDER_BYTES];
    uint64_t last;

    store_cursor_open(&cursor, txn, TABLE_CONFLICT_ORDER);
    last = last_number(&cursor) + 1;
    put_u64(number, last);
    put_u64(row, (uint64_t) now_ms);
    memcpy(row + 8, key, KEY_BYTES);
    store_append(txn, TABLE_CONFLICT_ORDER, bytes_of(number, sizeof number), bytes_of(row, sizeof row));
    for (int i = 0; i < DROPPED_AT_ONCE && drop_oldest(txn, &cursor, last, now_ms); i++)
        ;
    store_cursor_close(&cursor);
}

static void put_payload(struct store_txn *txn, const uint8_t key[KEY_BYTES], const char *account, uint64_t sequence,
                        int64_t now_ms, struct bytes payload)
{
    uint8_t row[HEADER_BYTES + RECORD_MAX_ACCOUNT + MESSAGE_MAX_BYTES];
    struct bytes name = bytes_of_text(account);

    put_u64(row, (uint64_t) now_ms);
    put_u64(row + 8, sequence);
    row[16] = (uint8_t) name.size;
    memcpy(row + HEADER_BYTES, name.data, name.size);
    memcpy(row + HEADER_BYTES + name.size, payload.data, payload.size);
    store_put(txn, TABLE_CONFLICT, bytes_of(key, KEY_BYTES),
              bytes_of(row, HEADER_BYTES + name.size + payload.size));
}

void conflict_keep(struct store_txn *txn, const struct submission_key *key, const char *account, uint64_t sequence,
                   int64_t now_ms, struct bytes payload)
{
    uint8_t row_key[KEY_BYTES];
    struct bytes kept;

    memcpy(row_key, key->dedup, DEDUP_KEY_BYTES);
    memcpy(row_key + DEDUP_KEY_BYTES, key->hash, PAYLOAD_HASH_BYTES);
    if (store_get(txn, TABLE_CONFLICT, bytes_of(row_key, sizeof row_key), &kept))
        return;
    put_payload(txn, row_key, account, sequence, now_ms, payload);
    put_in_order(txn, row_key, now_ms);
}

/* ---------------------------------------------------------------- reading them back */

static size_t place_bytes(bool of_one)
{
    return of_one ? KEY_BYTES : sizeof(uint64_t);
}

bool conflict_walk_open(struct conflict_walk *walk, struct store_txn *txn, const struct submission_key *only,
                        struct bytes after)
{
    *walk = (struct conflict_walk){ .txn = txn, .of_one = only != NULL };
    if (after.size != 0 && after.size != place_bytes(walk->of_one))
        return false;
    if (only != NULL)
        memcpy(walk->prefix, only->dedup, sizeof walk->prefix);
    if (after.size > 0)
        memcpy(walk->place, after.data, after.size);
    walk->place_size = after.size;
    store_cursor_open(&walk->cursor, txn, only == NULL ? TABLE_CONFLICT_ORDER : TABLE_CONFLICT);
    return true;
}

/* Behind the place, whether or not it is still there. */
static bool begin(struct conflict_walk *walk, struct bytes *key, struct bytes *value)
{
    struct bytes place = bytes_of(walk->place, walk->place_size);
    struct bytes prefix = bytes_of(walk->prefix, walk->of_one ? sizeof walk->prefix : 0);
    bool found = store_seek(&walk->cursor, place.size > 0 ? place : prefix, key, value);

    walk->begun = true;
    if (found && place.size > 0 && bytes_equal(*key, place))
        return store_next(&walk->cursor, key, value);
    return found;
}

static bool read_row(const uint8_t *key, struct bytes value, struct conflict *conflict)
{
    const uint8_t *row = value.data;
    size_t account_size = value.size < HEADER_BYTES ? 0 : row[HEADER_BYTES - 1];

    if (account_size == 0 || account_size > RECORD_MAX_ACCOUNT || value.size < HEADER_BYTES + account_size)
        return false;
    *conflict = (struct conflict){ .refused_ms = (int64_t) get_u64(row), .sequence = get_u64(row + 8), .client_id = key };
    memcpy(conflict->account, row + HEADER_BYTES, account_size);
    conflict->payload = bytes_of(row + HEADER_BYTES + account_size, value.size - HEADER_BYTES - account_size);
    return true;
}

/* To the next row of this walk, readable or not. */
static bool step(struct conflict_walk *walk, struct bytes *key, struct bytes *value)
{
    bool found = walk->begun ? store_next(&walk->cursor, key, value) : begin(walk, key, value);

    return found && (!walk->of_one || (key->size >= sizeof walk->prefix &&
                                       memcmp(key->data, walk->prefix, sizeof walk->prefix) == 0));
}

/* What the row in the order of arrival points at. */
static bool follow(struct conflict_walk *walk, struct bytes *key, struct bytes *value)
{
    if (value->size != ORDER_BYTES)
        return false;
    *key = bytes_of((const uint8_t *) value->data + 8, KEY_BYTES);
    return store_get(walk->txn, TABLE_CONFLICT, *key, value);
}

static bool read_at(struct conflict_walk *walk, struct bytes key, struct bytes value, struct conflict *conflict)
{
    if (key.size != place_bytes(walk->of_one) || (!walk->of_one && !follow(walk, &key, &value)))
        return false;
    return read_row(key.data, value, conflict);
}

bool conflict_walk_next(struct conflict_walk *walk, struct conflict *conflict)
{
    struct bytes key, value;

    while (step(walk, &key, &value)) {
        if (read_at(walk, key, value, conflict)) {
            memcpy(walk->place, key.data, key.size);
            walk->place_size = key.size;
            return true;
        }
        walk->unreadable++;
    }
    return false;
}

void conflict_walk_close(struct conflict_walk *walk)
{
    store_cursor_close(&walk->cursor);
    if (walk->unreadable > 0)
        log_error("conflicts: rows that cannot be read are left out of the listing; the journal is not affected, "
                  "an earlier backup may still hold what was refused: rows=%zu", walk->unreadable);
}
