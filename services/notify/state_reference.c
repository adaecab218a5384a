/* state_reference.c - messages that a far end has taken and whose receipt is awaited: by its number of them, and by time. */
#include "state_row.h"

enum {
    REFERENCE_VERSION = 1,
    REFERENCE_ROW_BYTES = 1 + 8 + 4 + 8,
    REFERENCE_KEY_MOST_BYTES = 128,
};

static struct bytes reference_key(uint8_t key[REFERENCE_KEY_MOST_BYTES], enum channel_number channel, const char *number)
{
    size_t size = strnlen(number, REFERENCE_KEY_MOST_BYTES - 1);

    key[0] = (uint8_t) channel;
    memcpy(key + 1, number, size);
    return bytes_of(key, 1 + size);
}

static bool read_reference(struct bytes value, struct reference *reference)
{
    const uint8_t *at = value.data;

    if (value.size != REFERENCE_ROW_BYTES || take_number(&at, 1) != REFERENCE_VERSION)
        return false;
    reference->notice = take_number(&at, 8);
    reference->retry = (uint32_t) take_number(&at, 4);
    reference->at_ms = (int64_t) take_number(&at, 8);
    return true;
}

bool state_get_reference(struct store_txn *txn, enum channel_number channel, const char *number, struct reference *reference)
{
    uint8_t key[REFERENCE_KEY_MOST_BYTES];
    struct bytes value;

    return store_get(txn, TABLE_REFERENCE, reference_key(key, channel, number), &value) && read_reference(value, reference);
}

/* Its place among all by time. */
static struct bytes awaited_key(uint8_t key[8 + REFERENCE_KEY_MOST_BYTES], int64_t at_ms, struct bytes reference)
{
    put_u64(key, (uint64_t) at_ms);
    memcpy(key + 8, reference.data, reference.size);
    return bytes_of(key, 8 + reference.size);
}

void state_put_reference(struct store_txn *txn, enum channel_number channel, const char *number,
                         const struct reference *reference)
{
    uint8_t key[REFERENCE_KEY_MOST_BYTES], awaited[8 + REFERENCE_KEY_MOST_BYTES], row[REFERENCE_ROW_BYTES];
    struct bytes place = reference_key(key, channel, number);
    uint8_t *at = row;

    put_number(&at, REFERENCE_VERSION, 1);
    put_number(&at, reference->notice, 8);
    put_number(&at, reference->retry, 4);
    put_number(&at, (uint64_t) reference->at_ms, 8);
    store_put(txn, TABLE_REFERENCE, place, bytes_of(row, sizeof row));
    store_put(txn, TABLE_AWAITED, awaited_key(awaited, reference->at_ms, place), bytes_of_text(""));
}

void state_delete_reference(struct store_txn *txn, enum channel_number channel, const char *number)
{
    uint8_t key[REFERENCE_KEY_MOST_BYTES], awaited[8 + REFERENCE_KEY_MOST_BYTES];
    struct bytes place = reference_key(key, channel, number);
    struct reference reference;

    if (state_get_reference(txn, channel, number, &reference))
        store_delete(txn, TABLE_AWAITED, awaited_key(awaited, reference.at_ms, place));
    store_delete(txn, TABLE_REFERENCE, place);
}

bool state_find_old_reference(struct store_txn *txn, enum channel_number channel, int64_t before_ms, char *number, size_t size,
                              struct reference *reference)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found = false;

    store_cursor_open(&cursor, txn, TABLE_AWAITED);
    for (bool more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value); more && !found;
         more = store_next(&cursor, &key, &value)) {
        const uint8_t *at = key.data;

        if (key.size < 8 + 1 || (int64_t) get_u64(at) >= before_ms)
            break;
        found = at[8] == channel && key.size - 8 <= size;
        if (found) {
            memcpy(number, at + 8 + 1, key.size - 8 - 1);
            number[key.size - 8 - 1] = '\0';
        }
    }
    store_cursor_close(&cursor);
    return found && state_get_reference(txn, channel, number, reference);
}

/* Those of a version that did not keep them by time. */
static void add_awaited(struct store_txn *txn)
{
    struct store_cursor cursor, all;
    struct bytes key, value;
    bool is_there;

    store_cursor_open(&cursor, txn, TABLE_AWAITED);
    is_there = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    store_cursor_close(&cursor);
    if (is_there)
        return;
    store_cursor_open(&all, txn, TABLE_REFERENCE);
    for (bool more = store_seek(&all, bytes_of(NULL, 0), &key, &value); more; more = store_next(&all, &key, &value)) {
        uint8_t awaited[8 + REFERENCE_KEY_MOST_BYTES];
        struct reference reference;

        if (read_reference(value, &reference))
            store_put(txn, TABLE_AWAITED, awaited_key(awaited, reference.at_ms, key), bytes_of_text(""));
    }
    store_cursor_close(&all);
}

int state_index_awaited(struct state *state)
{
    struct store_txn txn;
    bool is_needed;

    store_begin(&txn, &state->store, STORE_READ);
    is_needed = state_has_reference(&txn, CHANNEL_SMS);
    store_abort(&txn);
    if (!is_needed)
        return 0;
    state_begin(state, &txn);
    add_awaited(&txn);
    return state_commit(state, &txn);
}

bool state_has_reference(struct store_txn *txn, enum channel_number channel)
{
    uint8_t first = (uint8_t) channel;
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, txn, TABLE_REFERENCE);
    found = store_seek(&cursor, bytes_of(&first, 1), &key, &value) && *(const uint8_t *) key.data == first;
    store_cursor_close(&cursor);
    return found;
}
