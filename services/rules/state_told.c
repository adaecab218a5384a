/* state_told.c - facts, notices and what became of them. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

/* ---------------------------------------------------------------- facts and the outbox */

void state_add_fact(struct state *state, Duban__Fact *fact)
{
    uint8_t key[STATE_KEY_BYTES], notice[8];
    bool is_told = fact->kind == DUBAN__FACT_KIND__FACT_KIND_TOLD;

    fact->sequence = ++state->meta.fact_last;
    row_append(state, TABLE_FACT, bytes_of(key, key_of_number(key, fact->sequence)), row_packed(state, fact));
    if (fact->subject.len != ID_BYTES)
        return;
    put_u64(notice, fact->outbox_sequence);
    row_put(state, TABLE_FACT_BY_SUBJECT, bytes_of(key, key_of_subject(key, fact->subject.data, fact->sequence)),
            bytes_of(notice, is_told ? sizeof notice : 0));
}

uint64_t state_add_outbox(struct state *state, const Duban__OutboxRecord *record)
{
    enum { HEAD_BYTES = 8 + 1 + DIGEST_BYTES };
    struct bytes packed = row_packed(state, record);
    uint8_t *row = arena_take(&state->arena, HEAD_BYTES + packed.size);
    uint64_t sequence = ++state->meta.outbox_last;
    uint8_t key[STATE_KEY_BYTES];

    assert(row != NULL);
    digest_chain(state->outbox_digest, packed);
    put_u64(row, (uint64_t) state->stamp_ms);
    row[8] = OUTBOX_RECORD_VERSION;
    memcpy(row + 9, state->outbox_digest, DIGEST_BYTES);
    memcpy(row + HEAD_BYTES, packed.data, packed.size);
    row_append(state, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), bytes_of(row, HEAD_BYTES + packed.size));
    return sequence;
}

struct bytes outbox_shipped(struct bytes row, int64_t *stamp_ms)
{
    *stamp_ms = (int64_t) get_u64(row.data);
    return bytes_of((const uint8_t *) row.data + 8, row.size - 8);
}

Duban__OutboxRecord *outbox_record(struct arena *arena, struct bytes row)
{
    enum { HEAD_BYTES = 8 + 1 + DIGEST_BYTES };

    return message_unpack_own(arena, &duban__outbox_record__descriptor,
                              bytes_of((const uint8_t *) row.data + HEAD_BYTES, row.size - HEAD_BYTES));
}

Duban__Notice *state_notice(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    Duban__OutboxRecord *record = NULL;
    struct bytes row;

    if (store_get(&state->txn, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), &row))
        record = outbox_record(&state->arena, row);
    return record != NULL && record->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE ? record->notice : NULL;
}

uint32_t state_retries(struct state *state, uint64_t notice)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    if (!store_get(&state->txn, TABLE_RETRY, bytes_of(key, key_of_number(key, notice)), &value))
        return 0;
    return get_u32(value.data);
}

void state_put_retries(struct state *state, uint64_t notice, uint32_t retries)
{
    uint8_t key[STATE_KEY_BYTES], value[4];

    put_u32(value, retries);
    row_put(state, TABLE_RETRY, bytes_of(key, key_of_number(key, notice)), bytes_of(value, sizeof value));
}

/* In order of what became of the notice first, and each time that it was sent again. */
static size_t key_of_outcome(uint8_t *key, uint64_t notice, uint32_t retry, Duban__Grade grade)
{
    size_t at = 8;

    put_u64(key, notice);
    if (retry > 0) {
        key[at] = 0xff;
        put_u32(key + at + 1, retry);
        at += 5;
    }
    key[at] = (uint8_t) grade;
    return at + 1;
}

Duban__Outcome *state_outcome(struct state *state, uint64_t notice, uint32_t retry, Duban__Grade grade)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    if (!store_get(&state->txn, TABLE_OUTCOME, bytes_of(key, key_of_outcome(key, notice, retry, grade)), &value))
        return NULL;
    return message_unpack_own(&state->arena, &duban__outcome__descriptor, value);
}

bool state_has_outcome(struct state *state, uint64_t notice, uint32_t retry, Duban__Grade grade)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    return store_get(&state->txn, TABLE_OUTCOME, bytes_of(key, key_of_outcome(key, notice, retry, grade)), &value);
}

bool state_has_any_outcome(struct state *state, uint64_t notice)
{
    uint8_t key[STATE_KEY_BYTES];
    size_t size = key_of_number(key, notice);
    struct store_cursor cursor;
    struct bytes found, value;
    bool has_any;

    store_cursor_open(&cursor, &state->txn, TABLE_OUTCOME);
    has_any = store_seek(&cursor, bytes_of(key, size), &found, &value) && found.size > size && memcmp(found.data, key, size) == 0 &&
              ((const uint8_t *) found.data)[size] != 0xff;
    store_cursor_close(&cursor);
    return has_any;
}

int64_t state_outbox_stamp_s(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes row;

    if (!store_get(&state->txn, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), &row))
        return 0;
    return (int64_t) get_u64(row.data) / 1000;
}

void state_put_outcome(struct state *state, const Duban__Outcome *outcome)
{
    uint8_t key[STATE_KEY_BYTES];
    size_t size = key_of_outcome(key, outcome->notice, outcome->retry, outcome->grade);

    row_put_message(state, TABLE_OUTCOME, bytes_of(key, size), outcome);
}

void state_put_stand_down_awaited(struct state *state, uint64_t notice, const Duban__StandDownAwaited *awaited)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_STAND_DOWN_AWAITED, bytes_of(key, key_of_number(key, notice)), awaited);
}

Duban__StandDownAwaited *state_take_stand_down_awaited(struct state *state, uint64_t notice)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes number = bytes_of(key, key_of_number(key, notice)), value;
    Duban__StandDownAwaited *awaited;

    if (!store_get(&state->txn, TABLE_STAND_DOWN_AWAITED, number, &value))
        return NULL;
    awaited = message_unpack_own(&state->arena, &duban__stand_down_awaited__descriptor, value);
    row_delete(state, TABLE_STAND_DOWN_AWAITED, number);
    return awaited;
}

/* ---------------------------------------------------------------- notices that wait */

enum { WAITING_KEY_BYTES = 16, WAITING_LOOK_AHEAD = 256 };

void state_put_waiting(struct state *state, int64_t release_s, const Duban__Notice *notice)
{
    uint8_t key[STATE_KEY_BYTES];

    put_u64(key, (uint64_t) release_s);
    put_u64(key + 8, state->meta.fact_last);
    row_put_message(state, TABLE_WAITING, bytes_of(key, WAITING_KEY_BYTES), notice);
}

void state_put_digest_line(struct state *state, int64_t at_s, const Duban__Notice *notice)
{
    uint8_t key[STATE_KEY_BYTES];
    size_t size;

    put_u64(key, (uint64_t) at_s);
    size = key_text(key, 8, notice->recipient->account);
    put_u64(key + size, state->meta.fact_last);
    row_put_message(state, TABLE_DIGEST_LINE, bytes_of(key, size + 8), notice);
}

/* ---------------------------------------------------------------- what somebody heard last */

static struct bytes key_of_told(uint8_t *key, const char *account, const char *message)
{
    size_t size = key_text(key, 0, account);
    size_t length = strlen(message);

    assert(size + length <= STATE_KEY_BYTES);
    memcpy(key + size, message, length);
    return bytes_of(key, size + length);
}

int64_t state_told_last_s(struct state *state, const char *account, const char *message)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    if (!store_get(&state->txn, TABLE_TOLD_LAST, key_of_told(key, account, message), &value))
        return 0;
    return (int64_t) get_u64(value.data);
}

void state_put_told_last(struct state *state, const char *account, const char *message, int64_t at_s)
{
    uint8_t key[STATE_KEY_BYTES], value[8];

    put_u64(value, (uint64_t) at_s);
    row_put(state, TABLE_TOLD_LAST, key_of_told(key, account, message), bytes_of(value, sizeof value));
}

/* Stand on the first row of the table due at or before at_s; the account stands behind the
 * time in a digest line's key. */
static bool first_due(struct store_cursor *cursor, int64_t at_s, const char *account, struct bytes *key,
                      struct bytes *value)
{
    if (!store_seek(cursor, bytes_of("", 0), key, value) || (int64_t) get_u64(key->data) > at_s)
        return false;
    return account == NULL || strcmp((const char *) key->data + 8, account) == 0;
}

static Duban__Notice *take_first(struct state *state, int table, int64_t at_s, const char *account)
{
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__Notice *notice = NULL;
    uint8_t copy[STATE_KEY_BYTES];

    store_cursor_open(&cursor, &state->txn, table);
    if (first_due(&cursor, at_s, account, &key, &value)) {
        notice = message_unpack_own(&state->arena, &duban__notice__descriptor, value);
        memcpy(copy, key.data, key.size);
    }
    store_cursor_close(&cursor);
    if (notice != NULL)
        row_delete(state, table, bytes_of(copy, key.size));
    return notice;
}

static bool has_first(struct state *state, int table, int64_t at_s)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, table);
    found = first_due(&cursor, at_s, NULL, &key, &value);
    store_cursor_close(&cursor);
    return found;
}

Duban__Notice *state_take_waiting(struct state *state, int64_t at_s)
{
    return take_first(state, TABLE_WAITING, at_s, NULL);
}

static bool is_like(const Duban__Notice *notice, const Duban__Notice *like)
{
    return strcmp(notice->kind, like->kind) == 0 && strcmp(notice->recipient->account, like->recipient->account) == 0;
}

size_t state_take_waiting_like(struct state *state, int64_t at_s, const Duban__Notice *like, Duban__Notice **taken,
                               size_t most)
{
    uint8_t keys[WAITING_LOOK_AHEAD][WAITING_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_WAITING);
    found = first_due(&cursor, at_s, NULL, &key, &value);
    for (size_t seen = 0; found && seen < WAITING_LOOK_AHEAD && count < most && (int64_t) get_u64(key.data) <= at_s;
         seen++) {
        Duban__Notice *notice = message_unpack_own(&state->arena, &duban__notice__descriptor, value);

        if (notice != NULL && is_like(notice, like)) {
            assert(key.size == WAITING_KEY_BYTES);
            memcpy(keys[count], key.data, WAITING_KEY_BYTES);
            taken[count++] = notice;
        }
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    for (size_t i = 0; i < count; i++)
        row_delete(state, TABLE_WAITING, bytes_of(keys[i], WAITING_KEY_BYTES));
    return count;
}

Duban__Notice *state_take_digest_line(struct state *state, int64_t at_s, const char *account)
{
    return take_first(state, TABLE_DIGEST_LINE, at_s, account);
}

Duban__Notice *state_take_digest_line_of(struct state *state, int64_t at_s, const char *account)
{
    uint8_t prefix[STATE_KEY_BYTES], copy[STATE_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__Notice *notice = NULL;
    size_t size;

    put_u64(prefix, (uint64_t) at_s);
    size = key_text(prefix, 8, account);
    store_cursor_open(&cursor, &state->txn, TABLE_DIGEST_LINE);
    if (store_seek(&cursor, bytes_of(prefix, size), &key, &value) && key.size >= size && memcmp(key.data, prefix, size) == 0) {
        notice = message_unpack_own(&state->arena, &duban__notice__descriptor, value);
        memcpy(copy, key.data, key.size);
    }
    store_cursor_close(&cursor);
    if (notice != NULL)
        row_delete(state, TABLE_DIGEST_LINE, bytes_of(copy, key.size));
    return notice;
}

bool state_has_waiting(struct state *state, int64_t at_s)
{
    return has_first(state, TABLE_WAITING, at_s);
}

bool state_has_digest_line(struct state *state, int64_t at_s)
{
    return has_first(state, TABLE_DIGEST_LINE, at_s);
}

/* ---------------------------------------------------------------- of one second */

/* Account, kind and end: what goes into one notice. */
static size_t key_of_alike(uint8_t *key, const Duban__Notice *notice)
{
    size_t size = key_text(key, key_text(key, 0, notice->recipient->account), notice->kind);

    put_u64(key + size, (uint64_t) notice->expires_at_s);
    return size + 8;
}

static struct bytes key_of_together(uint8_t *key, const Duban__Notice *notice)
{
    const ProtobufCBinaryData *about = notice->cause->task.len > 0 ? &notice->cause->task : &notice->items[0]->subject;
    size_t size = key_of_alike(key, notice);

    assert(about->len == ID_BYTES && size + ID_BYTES + 4 <= STATE_KEY_BYTES);
    memcpy(key + size, about->data, ID_BYTES);
    put_u32(key + size + ID_BYTES, notice->cause->step);
    return bytes_of(key, size + ID_BYTES + 4);
}

void state_put_together(struct state *state, const Duban__Notice *notice)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_TOGETHER, key_of_together(key, notice), notice);
}

void state_delete_together(struct state *state, const Duban__Notice *notice)
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_TOGETHER, key_of_together(key, notice));
}

Duban__Notice *state_first_together(struct state *state, const Duban__Notice *like)
{
    uint8_t prefix[STATE_KEY_BYTES];
    size_t size = like == NULL ? 0 : key_of_alike(prefix, like);
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__Notice *notice = NULL;

    store_cursor_open(&cursor, &state->txn, TABLE_TOGETHER);
    if (store_seek(&cursor, bytes_of(prefix, size), &key, &value) && key.size >= size && memcmp(key.data, prefix, size) == 0)
        notice = message_unpack_own(&state->arena, &duban__notice__descriptor, value);
    store_cursor_close(&cursor);
    return notice;
}

bool state_has_together(struct state *state, const Duban__Notice *like)
{
    return state_first_together(state, like) != NULL;
}

/* ---------------------------------------------------------------- single messages */

Duban__ToldLately *state_told_lately(struct state *state, const char *account)
{
    return row_get_message(state, TABLE_TOLD_LATELY, bytes_of_text(account), &duban__told_lately__descriptor);
}

void state_put_told_lately(struct state *state, const char *account, const Duban__ToldLately *heard)
{
    row_put_message(state, TABLE_TOLD_LATELY, bytes_of_text(account), heard);
}
