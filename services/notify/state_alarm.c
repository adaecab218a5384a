/* state_alarm.c - what is said about the house and its notices: facts that wait for ingest, alarms that stand, and ended ones. */
#include "state_row.h"

enum {
    FACT_VERSION = 3,                                         /* 1 had no retry, 2 one detail to the end of the row */
    RETRY_BYTES = 4,
    FACT_BYTES = 1 + 1 + 1 + 1 + 4 + 8 + 8 + RETRY_BYTES + 1,   /* then the detail, then the English one */
    ALARM_VERSION = 3,                                        /* 1 had one detail to the end of the row, 2 no token */
    ALARM_BYTES_1 = 1 + 8,
    ALARM_BYTES_2 = ALARM_BYTES_1 + 1,
    ALARM_BYTES = ALARM_BYTES_2 + TOKEN_BYTES,                /* then the detail in Chinese, then in English */
    ENDED_VERSION = 2,                                        /* 1 had one detail */
    ENDED_BYTES = 1 + 1 + 8 + 8 + 1 + 1 + 1,                  /* then the details, the account, the reason */
};

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

/* ---------------------------------------------------------------- alarms */

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
