/* state_queue.c - what waits: the queue of each destination, what is known of far ends, which notices name a task. */
#include "log.h"
#include "state_row.h"

enum {
    OLD_QUEUE_KEY_BYTES = 1 + 8 + 8,
    QUEUE_HEAD_BYTES = 1 + TOKEN_BYTES + 1,
    QUEUE_KEY_BYTES = QUEUE_HEAD_BYTES + 8 + 8,
    FAR_END_VERSION = 2,                                      /* 1 had no account */
    FAR_END_KEY_BYTES = 1 + DIGEST_BYTES,
    FAR_END_BYTES = 1 + 8 * BUDGET_MOST_LIMITS + 8 + 4 + 8,   /* then the account */
};

/* ---------------------------------------------------------------- keys of queues */

int lane_of(bool urgent)
{
    return urgent ? LANE_URGENT : LANE_NORMAL;
}

static void queue_head(uint8_t key[QUEUE_HEAD_BYTES], enum channel_number channel, const uint8_t *token, int lane)
{
    key[0] = (uint8_t) channel;
    memcpy(key + 1, token, TOKEN_BYTES);
    key[1 + TOKEN_BYTES] = (uint8_t) lane;
}

static struct bytes queue_key(uint8_t key[QUEUE_KEY_BYTES], const struct delivery *delivery)
{
    queue_head(key, delivery->channel, delivery->token, lane_of(delivery->urgent));
    put_u64(key + QUEUE_HEAD_BYTES, (uint64_t) delivery->next_ms);
    put_u64(key + QUEUE_HEAD_BYTES + 8, delivery->sequence);
    return bytes_of(key, QUEUE_KEY_BYTES);
}

/* ---------------------------------------------------------------- the two indexes */

static void task_key(uint8_t key[ID_BYTES + 8], const uint8_t *task, uint64_t sequence)
{
    memcpy(key, task, ID_BYTES);
    put_u64(key + ID_BYTES, sequence);
}

void state_index_tasks(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice)
{
    uint8_t task[ID_BYTES + 8];

    for (size_t i = 0; i < notice->n_items; i++) {
        if (notice->items[i]->task.len != ID_BYTES)
            continue;
        task_key(task, notice->items[i]->task.data, delivery->sequence);
        store_put(txn, TABLE_TASK, bytes_of(task, sizeof task), bytes_of_text(""));
    }
}

void state_unindex_tasks(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice)
{
    uint8_t task[ID_BYTES + 8];

    for (size_t i = 0; i < notice->n_items; i++) {
        if (notice->items[i]->task.len != ID_BYTES)
            continue;
        task_key(task, notice->items[i]->task.data, delivery->sequence);
        store_delete(txn, TABLE_TASK, bytes_of(task, sizeof task));
    }
}

void state_index(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice)
{
    uint8_t key[QUEUE_KEY_BYTES];

    store_put(txn, TABLE_QUEUE, queue_key(key, delivery), bytes_of_text(""));
    state_index_tasks(txn, delivery, notice);
}

void state_unindex(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice)
{
    uint8_t key[QUEUE_KEY_BYTES];

    store_delete(txn, TABLE_QUEUE, queue_key(key, delivery));
    state_unindex_tasks(txn, delivery, notice);
}

/* ---------------------------------------------------------------- queues */

static bool queue_from(struct store_txn *txn, struct bytes from, struct queue_end *end)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, txn, TABLE_QUEUE);
    found = store_seek(&cursor, from, &key, &value) && key.size == QUEUE_KEY_BYTES;
    if (found) {
        const uint8_t *at = key.data;

        end->channel = (enum channel_number) at[0];
        memcpy(end->token, at + 1, TOKEN_BYTES);
        end->lane = at[1 + TOKEN_BYTES];
        end->due_ms = (int64_t) get_u64(at + QUEUE_HEAD_BYTES);
        found = end->channel < CHANNEL_COUNT && end->lane < LANES_PER_CHANNEL;
    }
    store_cursor_close(&cursor);
    return found;
}

bool state_first_queue(struct store_txn *txn, struct queue_end *end)
{
    return queue_from(txn, bytes_of(NULL, 0), end);
}

bool state_next_queue(struct store_txn *txn, struct queue_end *end)
{
    uint8_t behind[QUEUE_KEY_BYTES];

    memset(behind, 0xFF, sizeof behind);
    queue_head(behind, end->channel, end->token, end->lane);
    return queue_from(txn, bytes_of(behind, sizeof behind), end);
}

bool state_queue_seek(struct store_txn *txn, enum channel_number channel, const uint8_t token[TOKEN_BYTES], int lane,
                      struct queue_place *place)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t from[QUEUE_KEY_BYTES];
    bool found;

    queue_head(from, channel, token, lane);
    put_u64(from + QUEUE_HEAD_BYTES, (uint64_t) place->due_ms);
    put_u64(from + QUEUE_HEAD_BYTES + 8, place->sequence);
    store_cursor_open(&cursor, txn, TABLE_QUEUE);
    found = store_seek(&cursor, bytes_of(from, sizeof from), &key, &value) && key.size == QUEUE_KEY_BYTES &&
            memcmp(key.data, from, QUEUE_HEAD_BYTES) == 0;
    if (found) {
        place->due_ms = (int64_t) get_u64((const uint8_t *) key.data + QUEUE_HEAD_BYTES);
        place->sequence = get_u64((const uint8_t *) key.data + QUEUE_HEAD_BYTES + 8);
    }
    store_cursor_close(&cursor);
    return found;
}

bool state_unqueue(struct store_txn *txn, enum channel_number channel, const uint8_t token[TOKEN_BYTES], uint64_t sequence)
{
    for (int lane = 0; lane < LANES_PER_CHANNEL; lane++) {
        struct queue_place place = { 0 };

        for (; state_queue_seek(txn, channel, token, lane, &place); place.sequence++) {
            struct delivery at = { .sequence = sequence, .channel = channel, .urgent = lane == LANE_URGENT,
                                   .next_ms = place.due_ms };
            uint8_t key[QUEUE_KEY_BYTES];

            if (place.sequence != sequence)
                continue;
            memcpy(at.token, token, TOKEN_BYTES);
            store_delete(txn, TABLE_QUEUE, queue_key(key, &at));
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------- of a task */

bool state_next_of_task(struct store_txn *txn, const uint8_t task[ID_BYTES], uint64_t after, uint64_t *sequence)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t from[ID_BYTES + 8];
    bool found = false;

    task_key(from, task, after + 1);
    store_cursor_open(&cursor, txn, TABLE_TASK);
    if (store_seek(&cursor, bytes_of(from, sizeof from), &key, &value) && memcmp(key.data, task, ID_BYTES) == 0) {
        *sequence = get_u64((const uint8_t *) key.data + ID_BYTES);
        found = true;
    }
    store_cursor_close(&cursor);
    return found;
}

/* ---------------------------------------------------------------- far ends */

static struct bytes far_end_key(uint8_t key[FAR_END_KEY_BYTES], enum channel_number channel, const uint8_t *digest)
{
    key[0] = (uint8_t) channel;
    memcpy(key + 1, digest, DIGEST_BYTES);
    return bytes_of(key, FAR_END_KEY_BYTES);
}

bool state_read_far_end(struct bytes value, struct far_end_row *row)
{
    const uint8_t *at = value.data;
    size_t account_size = value.size - FAR_END_BYTES;
    uint64_t version;

    memset(row, 0, sizeof *row);
    if (value.size < FAR_END_BYTES || account_size > NAME_BYTES)
        return false;
    version = take_number(&at, 1);
    if (version == 0 || version > FAR_END_VERSION)
        return false;
    for (int i = 0; i < BUDGET_MOST_LIMITS; i++)
        row->bucket.full_at_ms[i] = (int64_t) take_number(&at, 8);
    row->not_before_ms = (int64_t) take_number(&at, 8);
    row->failures = (uint32_t) take_number(&at, 4);
    row->failing_since_ms = (int64_t) take_number(&at, 8);
    memcpy(row->account, at, account_size);
    return true;
}

void state_put_far_end(struct store_txn *txn, enum channel_number channel, const uint8_t digest[DIGEST_BYTES],
                       const struct far_end_row *row)
{
    uint8_t key[FAR_END_KEY_BYTES];
    uint8_t packed[FAR_END_BYTES + NAME_BYTES];
    uint8_t *at = packed;

    put_number(&at, FAR_END_VERSION, 1);
    for (int i = 0; i < BUDGET_MOST_LIMITS; i++)
        put_number(&at, (uint64_t) row->bucket.full_at_ms[i], 8);
    put_number(&at, (uint64_t) row->not_before_ms, 8);
    put_number(&at, row->failures, 4);
    put_number(&at, (uint64_t) row->failing_since_ms, 8);
    put_data(&at, row->account, strlen(row->account));
    store_put(txn, TABLE_FAR_END, far_end_key(key, channel, digest), bytes_of(packed, (size_t) (at - packed)));
}

void state_delete_far_end(struct store_txn *txn, enum channel_number channel, const uint8_t digest[DIGEST_BYTES])
{
    uint8_t key[FAR_END_KEY_BYTES];

    store_delete(txn, TABLE_FAR_END, far_end_key(key, channel, digest));
}

/* ---------------------------------------------------------------- the queue of former versions */

/* The queue of former versions: lane u8 (channel, then urgent or not), due_ms, sequence -> token or nothing. */
static void move_old_queue(struct state *state, struct store_txn *txn)
{
    struct store_cursor cursor;
    struct bytes key, value;

    store_cursor_open(&cursor, txn, TABLE_DUE);
    while (store_seek(&cursor, bytes_of(NULL, 0), &key, &value)) {
        uint8_t old_key[OLD_QUEUE_KEY_BYTES];
        uint8_t token[TOKEN_BYTES] = { 0 };
        struct delivery delivery;

        memcpy(old_key, key.data, sizeof old_key);
        if (value.size == TOKEN_BYTES)
            memcpy(token, value.data, TOKEN_BYTES);
        if (state_get_delivery(txn, get_u64(old_key + 9), &delivery)) {
            struct text record = { 0 };
            uint8_t new_key[QUEUE_KEY_BYTES];

            text_put(&record, delivery.record.data, delivery.record.size);
            delivery.record = bytes_of(record.data, record.size);
            if (record.failed)
                die("内存不足，无法启动 / no memory to start with");
            memcpy(delivery.token, token, TOKEN_BYTES);
            state_put_delivery(state, txn, &delivery);
            store_put(txn, TABLE_QUEUE, queue_key(new_key, &delivery), bytes_of_text(""));
            text_close(&record);
        }
        store_delete(txn, TABLE_DUE, bytes_of(old_key, sizeof old_key));
    }
    store_cursor_close(&cursor);
}

static bool has_old_queue(struct state *state)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_DUE);
    found = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    store_cursor_close(&cursor);
    store_abort(&txn);
    return found;
}

int state_move_old_queue(struct state *state)
{
    struct store_txn txn;

    if (!has_old_queue(state))
        return 0;
    state_begin(state, &txn);
    move_old_queue(state, &txn);
    return state_commit(state, &txn);
}
