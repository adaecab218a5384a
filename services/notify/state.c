/* state.c - rows in and out of notify's tables; state.h has the keys, state_queue.c what waits, state_reference.c whose receipt
 * is awaited, state_alarm.c facts for ingest and alarms. */
#include "state.h"

#include "log.h"
#include "state_row.h"

enum {
    HEAD_VERSION = 3,                                         /* 1 had no count of uncertain ones, 2 no ledger */
    HEAD_BYTES_1 = 1 + 8 + 8 + 8 + DIGEST_BYTES + 8 + 4 + 8 + 8 + 8 + 8 + 8 + 8 + 8 + 8 + DIGEST_BYTES + 1,
    HEAD_BYTES_2 = HEAD_BYTES_1 + 8,
    HEAD_BYTES = HEAD_BYTES_2 + 8 + DIGEST_BYTES,
    DELIVERY_VERSION = 4,                                     /* 1 had no retry, 2 no way, 3 no receipts */
    DELIVERY_BYTES_1 = 1 + 1 + 1 + 1 + 4 + 8 + 8 + 8 + 8 + 1,     /* then the detail, then the record */
    RETRY_BYTES = 4,
    WAY_BYTES = 1 + TOKEN_BYTES + 8,
    DELIVERY_BYTES_2 = DELIVERY_BYTES_1 + RETRY_BYTES,
    DELIVERY_BYTES_3 = DELIVERY_BYTES_2 + WAY_BYTES,
    DELIVERY_BYTES = DELIVERY_BYTES_3 + 8,
    ENDPOINT_VERSION = 1,
    ENDPOINT_BYTES = 1 + 8 + DIGEST_BYTES,                    /* then the detail */
    FLAG_URGENT = 1,
    FLAG_EMPTIED = 2,
    FLAG_FELL = 4,
    FLAG_SETTLED = 8,
    FLAG_AWAITED = 16,
    FLAG_ACCEPTED = 32,
};

static const char *const table_names[TABLE_COUNT] = {
    [TABLE_META] = "meta", [TABLE_DELIVERY] = "delivery", [TABLE_HOUSE] = "house", [TABLE_DUE] = "due",
    [TABLE_TASK] = "task", [TABLE_OUTCOME] = "outcome", [TABLE_TEXTS] = "texts", [TABLE_ENDPOINT] = "endpoint",
    [TABLE_DEAD] = "dead", [TABLE_ALARM] = "alarm", [TABLE_ENDED] = "ended",
    [TABLE_QUEUE] = "queue", [TABLE_FAR_END] = "far_end", [TABLE_LEDGER] = "ledger",
    [TABLE_REFERENCE] = "reference", [TABLE_AWAITED] = "awaited",
    [TABLE_LINK_ENDED] = "link_ended",
};

/* ---------------------------------------------------------------- the head */

static void write_head(struct state *state, struct store_txn *txn)
{
    const struct head *head = &state->head;
    uint8_t row[HEAD_BYTES];
    uint8_t *at = row;

    put_number(&at, HEAD_VERSION, 1);
    put_number(&at, head->lineage, 8);
    put_number(&at, head->cursor, 8);
    put_number(&at, head->attempting_after, 8);
    put_data(&at, head->digest, DIGEST_BYTES);
    put_number(&at, (uint64_t) head->clock_ms, 8);
    put_number(&at, head->spool_file, 4);
    put_number(&at, head->spool_bytes, 8);
    put_number(&at, head->house_last, 8);
    put_number(&at, head->outcome_last, 8);
    put_number(&at, head->outcomes_waiting, 8);
    put_number(&at, head->queued, 8);
    put_number(&at, head->delivered, 8);
    put_number(&at, head->dead, 8);
    put_number(&at, head->withdrawn, 8);
    put_data(&at, head->texts_version, DIGEST_BYTES);
    put_number(&at, head->rehearsal, 1);
    put_number(&at, head->uncertain, 8);
    put_number(&at, head->ledger_last, 8);
    put_data(&at, head->ledger_chain, DIGEST_BYTES);
    store_put(txn, TABLE_META, bytes_of_text("head"), bytes_of(row, sizeof row));
}

/* False when the row is of a version not known here. */
static bool read_head(struct head *head, struct bytes value)
{
    static const size_t sizes[HEAD_VERSION + 1] = { 0, HEAD_BYTES_1, HEAD_BYTES_2, HEAD_BYTES };
    const uint8_t *at = value.data;
    uint8_t version = value.size > 0 ? (uint8_t) take_number(&at, 1) : 0;

    if (version == 0 || version > HEAD_VERSION || value.size != sizes[version])
        return false;
    head->lineage = take_number(&at, 8);
    head->cursor = take_number(&at, 8);
    head->attempting_after = take_number(&at, 8);
    take_data(&at, head->digest, DIGEST_BYTES);
    head->clock_ms = (int64_t) take_number(&at, 8);
    head->spool_file = (uint32_t) take_number(&at, 4);
    head->spool_bytes = take_number(&at, 8);
    head->house_last = take_number(&at, 8);
    head->outcome_last = take_number(&at, 8);
    head->outcomes_waiting = take_number(&at, 8);
    head->queued = take_number(&at, 8);
    head->delivered = take_number(&at, 8);
    head->dead = take_number(&at, 8);
    head->withdrawn = take_number(&at, 8);
    take_data(&at, head->texts_version, DIGEST_BYTES);
    head->rehearsal = take_number(&at, 1) != 0;
    if (version > 1)
        head->uncertain = take_number(&at, 8);
    if (version > 2) {
        head->ledger_last = take_number(&at, 8);
        take_data(&at, head->ledger_chain, DIGEST_BYTES);
    }
    return true;
}

int state_open(struct state *state, const char *directory, size_t map_bytes)
{
    struct store_txn txn;
    struct bytes value;
    bool known = true;

    memset(state, 0, sizeof *state);
    if (store_open(&state->store, directory, map_bytes, table_names, TABLE_COUNT) == -1)
        return -1;
    store_begin(&txn, &state->store, STORE_READ);
    if (store_get(&txn, TABLE_META, bytes_of_text("head"), &value))
        known = read_head(&state->head, value);
    store_abort(&txn);
    if (txn.error != 0 || !known) {
        if (!known)
            log_error("state: written by another version of duban-notify: directory=%s", directory);
        state_close(state);
        return -1;
    }
    state->committed = state->head;
    if (state_move_old_queue(state) == -1 || state_index_awaited(state) == -1) {
        state_close(state);
        return -1;
    }
    return 0;
}

void state_close(struct state *state)
{
    store_close(&state->store);
    text_close(&state->row);
    memset(state, 0, sizeof *state);
}

/* ---------------------------------------------------------------- transactions */

void state_begin(struct state *state, struct store_txn *txn)
{
    store_begin(txn, &state->store, STORE_WRITE);
}

int state_commit(struct state *state, struct store_txn *txn)
{
    write_head(state, txn);
    if (state->row.failed)
        die("内存不足，无法写入状态 / out of memory while writing state: give the machine more");
    if (store_commit(txn) == -1) {
        if (txn->error != MDB_MAP_FULL && !txn->no_room)
            die("状态库提交失败，请检查磁盘后重新启动 / commit failed: check the disk, then start again: %s",
                mdb_strerror(txn->error));
        state->head = state->committed;
        return -1;
    }
    state->committed = state->head;
    state->commits++;
    return 0;
}

void state_abort(struct state *state, struct store_txn *txn)
{
    store_abort(txn);
    state->head = state->committed;
}

void state_set_clock(struct state *state, int64_t clock_ms)
{
    if (clock_ms <= state->head.clock_ms)
        return;
    state->head.clock_ms = clock_ms;
    state->committed.clock_ms = clock_ms;   /* what was heard stays heard when a transaction is dropped */
}

/* ---------------------------------------------------------------- deliveries */

/* Of a delivery's row up to its detail, by its version; 0 = of none that is known here. */
static size_t delivery_size_of(struct bytes value)
{
    static const size_t sizes[DELIVERY_VERSION + 1] = { 0, DELIVERY_BYTES_1, DELIVERY_BYTES_2, DELIVERY_BYTES_3,
                                                           DELIVERY_BYTES };
    uint8_t found = value.size > 0 ? *(const uint8_t *) value.data : 0;

    return found <= DELIVERY_VERSION && value.size >= sizes[found] ? sizes[found] : 0;
}

bool state_read_delivery(struct bytes value, uint64_t sequence, struct delivery *delivery)
{
    const uint8_t *at = value.data;
    size_t head_size = delivery_size_of(value);
    unsigned flags;
    size_t detail_size;

    memset(delivery, 0, sizeof *delivery);
    if (head_size == 0)
        return false;
    at++;
    delivery->sequence = sequence;
    delivery->state = (Duban__DeliveryState) take_number(&at, 1);
    delivery->channel = (enum channel_number) take_number(&at, 1);
    flags = (unsigned) take_number(&at, 1);
    delivery->urgent = (flags & FLAG_URGENT) != 0;
    delivery->emptied = (flags & FLAG_EMPTIED) != 0;
    delivery->fell = (flags & FLAG_FELL) != 0;
    delivery->settled = (flags & FLAG_SETTLED) != 0;
    delivery->awaited = (flags & FLAG_AWAITED) != 0;
    delivery->accepted = (flags & FLAG_ACCEPTED) != 0;
    delivery->attempts = (uint32_t) take_number(&at, 4);
    delivery->queued_ms = (int64_t) take_number(&at, 8);
    delivery->next_ms = (int64_t) take_number(&at, 8);
    delivery->done_ms = (int64_t) take_number(&at, 8);
    delivery->about = take_number(&at, 8);
    if (head_size >= DELIVERY_BYTES_2)
        delivery->retry = (uint32_t) take_number(&at, RETRY_BYTES);
    if (head_size >= DELIVERY_BYTES_3) {
        delivery->way = (uint8_t) take_number(&at, 1);
        take_data(&at, delivery->token, TOKEN_BYTES);
        delivery->first_ms = (int64_t) take_number(&at, 8);
    }
    if (head_size >= DELIVERY_BYTES)
        delivery->receipt_last = take_number(&at, 8);
    detail_size = (size_t) take_number(&at, 1);
    if (delivery->channel >= CHANNEL_COUNT || value.size < head_size + detail_size)
        return false;
    take_detail(value, head_size, detail_size, delivery->detail);
    delivery->record = bytes_of(at + detail_size, value.size - head_size - detail_size);
    return true;
}

static int table_of(uint64_t sequence)
{
    return (sequence & HOUSE_BIT) != 0 ? TABLE_HOUSE : TABLE_DELIVERY;
}

bool state_get_delivery(struct store_txn *txn, uint64_t sequence, struct delivery *delivery)
{
    uint8_t key[8];
    struct bytes value;

    return store_get(txn, table_of(sequence), sequence_key(key, sequence), &value) &&
           state_read_delivery(value, sequence, delivery);
}

static unsigned flags_of(const struct delivery *delivery)
{
    return (delivery->urgent ? FLAG_URGENT : 0u) | (delivery->emptied ? FLAG_EMPTIED : 0u) |
           (delivery->fell ? FLAG_FELL : 0u) | (delivery->settled ? FLAG_SETTLED : 0u) |
           (delivery->awaited ? FLAG_AWAITED : 0u) | (delivery->accepted ? FLAG_ACCEPTED : 0u);
}

static struct bytes delivery_row(struct state *state, const struct delivery *delivery)
{
    uint8_t row[DELIVERY_BYTES];
    uint8_t *at = row;
    size_t detail_size = strlen(delivery->detail);

    put_number(&at, DELIVERY_VERSION, 1);
    put_number(&at, delivery->state, 1);
    put_number(&at, delivery->channel, 1);
    put_number(&at, flags_of(delivery), 1);
    put_number(&at, delivery->attempts, 4);
    put_number(&at, (uint64_t) delivery->queued_ms, 8);
    put_number(&at, (uint64_t) delivery->next_ms, 8);
    put_number(&at, (uint64_t) delivery->done_ms, 8);
    put_number(&at, delivery->about, 8);
    put_number(&at, delivery->retry, RETRY_BYTES);
    put_number(&at, delivery->way, 1);
    put_data(&at, delivery->token, TOKEN_BYTES);
    put_number(&at, (uint64_t) delivery->first_ms, 8);
    put_number(&at, delivery->receipt_last, 8);
    put_number(&at, detail_size, 1);
    text_clear(&state->row);
    text_put(&state->row, row, sizeof row);
    text_put(&state->row, delivery->detail, detail_size);
    text_put(&state->row, delivery->record.data, delivery->record.size);
    return bytes_of(state->row.data, state->row.size);
}

void state_put_delivery(struct state *state, struct store_txn *txn, const struct delivery *delivery)
{
    uint8_t key[8];

    store_put(txn, table_of(delivery->sequence), sequence_key(key, delivery->sequence), delivery_row(state, delivery));
}

void state_append_delivery(struct state *state, struct store_txn *txn, const struct delivery *delivery)
{
    uint8_t key[8];

    store_append(txn, table_of(delivery->sequence), sequence_key(key, delivery->sequence),
                 delivery_row(state, delivery));
}

void state_delete_delivery(struct store_txn *txn, uint64_t sequence)
{
    uint8_t key[8];

    store_delete(txn, table_of(sequence), sequence_key(key, sequence));
}

/* ---------------------------------------------------------------- endpoints, texts, dead letters */

bool state_get_endpoint(struct store_txn *txn, const uint8_t token[TOKEN_BYTES], struct endpoint *endpoint)
{
    struct bytes value;
    const uint8_t *at;

    if (!store_get(txn, TABLE_ENDPOINT, bytes_of(token, TOKEN_BYTES), &value))
        return false;
    at = value.data;
    if (value.size < ENDPOINT_BYTES || take_number(&at, 1) != ENDPOINT_VERSION)
        return false;
    endpoint->disabled_ms = (int64_t) take_number(&at, 8);
    take_data(&at, endpoint->address_digest, DIGEST_BYTES);
    take_detail(value, ENDPOINT_BYTES, value.size - ENDPOINT_BYTES, endpoint->detail);
    return true;
}

void state_put_endpoint(struct state *state, struct store_txn *txn, const uint8_t token[TOKEN_BYTES],
                        const struct endpoint *endpoint)
{
    uint8_t row[ENDPOINT_BYTES];
    uint8_t *at = row;

    put_number(&at, ENDPOINT_VERSION, 1);
    put_number(&at, (uint64_t) endpoint->disabled_ms, 8);
    put_data(&at, endpoint->address_digest, DIGEST_BYTES);
    text_clear(&state->row);
    text_put(&state->row, row, sizeof row);
    text_add(&state->row, endpoint->detail);
    store_put(txn, TABLE_ENDPOINT, bytes_of(token, TOKEN_BYTES), bytes_of(state->row.data, state->row.size));
}

void state_delete_endpoint(struct store_txn *txn, const uint8_t token[TOKEN_BYTES])
{
    store_delete(txn, TABLE_ENDPOINT, bytes_of(token, TOKEN_BYTES));
}

void state_put_texts(struct store_txn *txn, struct bytes version, struct bytes packed)
{
    store_put(txn, TABLE_TEXTS, version, packed);
}

bool state_get_texts(struct store_txn *txn, struct bytes version, struct bytes *packed)
{
    return version.size == DIGEST_BYTES && store_get(txn, TABLE_TEXTS, version, packed);
}

void state_put_dead(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice)
{
    uint8_t key[8];

    store_put(txn, TABLE_DEAD, sequence_key(key, delivery->sequence), bytes_of_text(""));
    state_index_tasks(txn, delivery, notice);
}

void state_delete_dead(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice)
{
    uint8_t key[8];

    store_delete(txn, TABLE_DEAD, sequence_key(key, delivery->sequence));
    state_unindex_tasks(txn, delivery, notice);
}
