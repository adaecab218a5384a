/* state.c - rows in and out of notify's tables; state.h has the keys, state_queue.c what waits. */
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
    FACT_VERSION = 3,                                         /* 1 had no retry, 2 one detail to the end of the row */
    FACT_BYTES = 1 + 1 + 1 + 1 + 4 + 8 + 8 + RETRY_BYTES + 1,   /* then the detail, then the English one */
    ENDPOINT_VERSION = 1,
    ENDPOINT_BYTES = 1 + 8 + DIGEST_BYTES,                    /* then the detail */
    ALARM_VERSION = 3,                                        /* 1 had one detail to the end of the row, 2 no token */
    ALARM_BYTES_1 = 1 + 8,
    ALARM_BYTES_2 = ALARM_BYTES_1 + 1,
    ALARM_BYTES = ALARM_BYTES_2 + TOKEN_BYTES,                /* then the detail in Chinese, then in English */
    FLAG_URGENT = 1,
    FLAG_EMPTIED = 2,
    FLAG_FELL = 4,
    FLAG_SETTLED = 8,
    FLAG_AWAITED = 16,
    FLAG_ACCEPTED = 32,
    REFERENCE_VERSION = 1,
    REFERENCE_ROW_BYTES = 1 + 8 + 4 + 8,
    REFERENCE_KEY_MOST_BYTES = 128,
    ENDED_VERSION = 2,                                        /* 1 had one detail */
    ENDED_BYTES = 1 + 1 + 8 + 8 + 1 + 1 + 1,                  /* then the details, the account, the reason */
};

static const char *const table_names[TABLE_COUNT] = {
    [TABLE_META] = "meta", [TABLE_DELIVERY] = "delivery", [TABLE_HOUSE] = "house", [TABLE_DUE] = "due",
    [TABLE_TASK] = "task", [TABLE_OUTCOME] = "outcome", [TABLE_TEXTS] = "texts", [TABLE_ENDPOINT] = "endpoint",
    [TABLE_DEAD] = "dead", [TABLE_ALARM] = "alarm", [TABLE_ENDED] = "ended",
    [TABLE_QUEUE] = "queue", [TABLE_FAR_END] = "far_end", [TABLE_LEDGER] = "ledger",
    [TABLE_REFERENCE] = "reference", [TABLE_AWAITED] = "awaited",
};

static int index_awaited(struct state *state);

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
    if (state_move_old_queue(state) == -1 || index_awaited(state) == -1) {
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

/* ---------------------------------------------------------------- receipts that are awaited */

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

static int index_awaited(struct state *state)
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

/* ---------------------------------------------------------------- facts for ingest */

void state_add_fact(struct state *state, struct store_txn *txn, struct fact *fact)
{
    uint8_t key[8];
    uint8_t row[FACT_BYTES + 2 * DETAIL_BYTES];
    uint8_t *at = row;

    fact->number = ++state->head.outcome_last;
    state->head.outcomes_waiting++;
    put_number(&at, FACT_VERSION, 1);
    put_number(&at, fact->is_alarm, 1);
    put_number(&at, fact->is_alarm ? (uint64_t) fact->alarm : (uint64_t) fact->grade, 1);
    put_number(&at, fact->channel, 1);
    put_number(&at, fact->attempts, 4);
    put_number(&at, fact->notice, 8);
    put_number(&at, (uint64_t) fact->at_ms, 8);
    put_number(&at, fact->retry, RETRY_BYTES);
    put_number(&at, strlen(fact->detail), 1);
    put_data(&at, fact->detail, strlen(fact->detail));
    put_data(&at, fact->detail_en, strlen(fact->detail_en));
    store_append(txn, TABLE_OUTCOME, sequence_key(key, fact->number), bytes_of(row, (size_t) (at - row)));
}

static const size_t fact_bytes[] = { [1] = FACT_BYTES - 1 - RETRY_BYTES, [2] = FACT_BYTES - 1, [FACT_VERSION] = FACT_BYTES };

/* at: behind the head. */
static bool take_fact_details(struct bytes value, const uint8_t *at, uint8_t version, struct fact *fact)
{
    size_t size = version < FACT_VERSION ? value.size - fact_bytes[version] : (size_t) take_number(&at, 1);

    if (fact_bytes[version] + size > value.size)
        return false;
    take_detail(value, fact_bytes[version], size, fact->detail);
    if (version < FACT_VERSION && fact->is_alarm)
        memcpy(fact->detail_en, fact->detail, sizeof fact->detail);
    else
        take_detail(value, fact_bytes[version] + size, value.size - fact_bytes[version] - size, fact->detail_en);
    return true;
}

bool state_read_fact(struct bytes key, struct bytes value, struct fact *fact)
{
    const uint8_t *at = value.data;
    uint8_t version = value.size > 0 ? at[0] : 0;
    uint64_t what;

    memset(fact, 0, sizeof *fact);
    if (key.size != 8 || version == 0 || version > FACT_VERSION || value.size < fact_bytes[version])
        return false;
    at++;
    fact->number = get_u64(key.data);
    fact->is_alarm = take_number(&at, 1) != 0;
    what = take_number(&at, 1);
    if (fact->is_alarm)
        fact->alarm = (Duban__AlarmKind) what;
    else
        fact->grade = (Duban__Grade) what;
    fact->channel = (enum channel_number) take_number(&at, 1);
    fact->attempts = (uint32_t) take_number(&at, 4);
    fact->notice = take_number(&at, 8);
    fact->at_ms = (int64_t) take_number(&at, 8);
    if (version > 1)
        fact->retry = (uint32_t) take_number(&at, RETRY_BYTES);
    return take_fact_details(value, at, version, fact) && fact->channel < CHANNEL_COUNT;
}

void state_delete_facts(struct state *state, struct store_txn *txn, uint64_t first, uint64_t last)
{
    uint8_t key[8];

    for (uint64_t number = first; number <= last; number++)
        if (store_delete(txn, TABLE_OUTCOME, sequence_key(key, number)))
            state->head.outcomes_waiting--;
}

/* ---------------------------------------------------------------- endpoints, alarms, texts, dead letters */

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

static struct bytes alarm_key(uint8_t key[1 + SUBJECT_BYTES], const struct alarm *alarm)
{
    key[0] = (uint8_t) alarm->kind;
    memcpy(key + 1, alarm->subject, SUBJECT_BYTES);
    return bytes_of(key, 1 + SUBJECT_BYTES);
}

void state_put_alarm(struct state *state, struct store_txn *txn, const struct alarm *alarm)
{
    uint8_t key[1 + SUBJECT_BYTES];
    uint8_t row[ALARM_BYTES];
    uint8_t *at = row;

    put_number(&at, ALARM_VERSION, 1);
    put_number(&at, (uint64_t) alarm->at_ms, 8);
    put_number(&at, strlen(alarm->detail_zh), 1);
    put_data(&at, alarm->token, TOKEN_BYTES);
    text_clear(&state->row);
    text_put(&state->row, row, sizeof row);
    text_add(&state->row, alarm->detail_zh);
    text_add(&state->row, alarm->detail_en);
    store_put(txn, TABLE_ALARM, alarm_key(key, alarm), bytes_of(state->row.data, state->row.size));
}

/* The number of the next that is over; the oldest of too many makes room. */
static uint64_t next_ended(struct store_txn *txn)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t oldest[8];
    uint64_t first = 0, last = 0;

    store_cursor_open(&cursor, txn, TABLE_ENDED);
    if (store_last(&cursor, &key, &value))
        last = get_u64(key.data);
    if (store_seek(&cursor, bytes_of(NULL, 0), &key, &value))
        first = get_u64(key.data);
    store_cursor_close(&cursor);
    if (last - first + 1 >= ENDED_ALARMS_MOST)
        store_delete(txn, TABLE_ENDED, sequence_key(oldest, first));
    return last + 1;
}

void state_end_alarm(struct state *state, struct store_txn *txn, const struct ended_alarm *ended)
{
    const struct alarm *alarm = &ended->alarm;
    size_t zh_size = strlen(alarm->detail_zh), en_size = strlen(alarm->detail_en), account_size = strlen(ended->account);
    uint8_t standing[1 + SUBJECT_BYTES], key[8];
    uint8_t row[ENDED_BYTES];
    uint8_t *at = row;

    store_delete(txn, TABLE_ALARM, alarm_key(standing, alarm));
    put_number(&at, ENDED_VERSION, 1);
    put_number(&at, alarm->kind, 1);
    put_number(&at, (uint64_t) alarm->at_ms, 8);
    put_number(&at, (uint64_t) ended->ended_ms, 8);
    put_number(&at, zh_size, 1);
    put_number(&at, en_size, 1);
    put_number(&at, account_size, 1);
    text_clear(&state->row);
    text_put(&state->row, row, sizeof row);
    text_put(&state->row, alarm->detail_zh, zh_size);
    text_put(&state->row, alarm->detail_en, en_size);
    text_put(&state->row, ended->account, account_size);
    text_add(&state->row, ended->reason);
    store_append(txn, TABLE_ENDED, sequence_key(key, next_ended(txn)), bytes_of(state->row.data, state->row.size));
}

/* One detail of before stands for both. False when the row is too short for them. */
static bool take_alarm_details(struct bytes value, size_t from, size_t zh_size, size_t en_size, bool is_one,
                               struct alarm *alarm)
{
    if (from + zh_size + en_size > value.size)
        return false;
    take_detail(value, from, zh_size, alarm->detail_zh);
    take_detail(value, is_one ? from : from + zh_size, is_one ? zh_size : en_size, alarm->detail_en);
    return true;
}

static bool read_alarm(struct bytes key, struct bytes value, struct alarm *alarm)
{
    const uint8_t *at = value.data;
    uint8_t version = value.size > 0 ? at[0] : 0;
    size_t head_size = version < ALARM_VERSION ? (version == 1 ? ALARM_BYTES_1 : ALARM_BYTES_2) : ALARM_BYTES;
    size_t zh_size;

    memset(alarm, 0, sizeof *alarm);
    if (key.size != 1 + SUBJECT_BYTES || version == 0 || version > ALARM_VERSION || value.size < head_size)
        return false;
    at++;
    alarm->kind = (Duban__AlarmKind) ((const uint8_t *) key.data)[0];
    memcpy(alarm->subject, (const uint8_t *) key.data + 1, SUBJECT_BYTES);
    alarm->at_ms = (int64_t) take_number(&at, 8);
    zh_size = version > 1 ? (size_t) take_number(&at, 1) : value.size - head_size;
    if (head_size + zh_size > value.size)
        return false;
    if (version == ALARM_VERSION)
        take_data(&at, alarm->token, TOKEN_BYTES);
    return take_alarm_details(value, head_size, zh_size, value.size - head_size - zh_size, version == 1, alarm);
}

size_t state_read_alarms(struct store_txn *txn, struct alarm *alarms, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool more;

    store_cursor_open(&cursor, txn, TABLE_ALARM);
    more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    while (more && count < most) {
        if (read_alarm(key, value, &alarms[count]))
            count++;
        more = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

/* False when it is of a version not known here. */
static bool read_ended_alarm(struct arena *arena, struct bytes value, struct ended_alarm *ended)
{
    const uint8_t *at = value.data;
    uint8_t version = value.size > 0 ? at[0] : 0;
    size_t head_size = version == ENDED_VERSION ? ENDED_BYTES : ENDED_BYTES - 1;
    size_t zh_size, en_size, account_size;

    memset(ended, 0, sizeof *ended);
    if (version == 0 || version > ENDED_VERSION || value.size < head_size)
        return false;
    at++;
    ended->alarm.kind = (Duban__AlarmKind) take_number(&at, 1);
    ended->alarm.at_ms = (int64_t) take_number(&at, 8);
    ended->ended_ms = (int64_t) take_number(&at, 8);
    zh_size = (size_t) take_number(&at, 1);
    en_size = version == ENDED_VERSION ? (size_t) take_number(&at, 1) : 0;
    account_size = (size_t) take_number(&at, 1);
    if (value.size < head_size + zh_size + en_size + account_size ||
        !take_alarm_details(value, head_size, zh_size, en_size, version < ENDED_VERSION, &ended->alarm))
        return false;
    at += zh_size + en_size;
    ended->account = arena_copy(arena, at, account_size);
    ended->reason = arena_copy(arena, at + account_size,
                               value.size - head_size - zh_size - en_size - account_size);
    return ended->account != NULL && ended->reason != NULL;
}

size_t state_read_ended_alarms(struct store_txn *txn, struct arena *arena, struct ended_alarm *alarms, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool more;

    store_cursor_open(&cursor, txn, TABLE_ENDED);
    more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    for (; more && count < most; more = store_next(&cursor, &key, &value))
        count += read_ended_alarm(arena, value, &alarms[count]);
    store_cursor_close(&cursor);
    return count;
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
