/* state_alarm.c - what is said about the house and its notices: facts that wait for ingest, alarms that stand, and ended ones. */
#include <stdio.h>

#include "state_row.h"

enum {
    FACT_VERSION = 4,                     /* 1 had no retry, 2 one detail to the end of the row, 3 no way and no counted_in */
    RETRY_BYTES = 4,
    FACT_BYTES_1 = 1 + 1 + 1 + 1 + 4 + 8 + 8,
    FACT_BYTES_2 = FACT_BYTES_1 + RETRY_BYTES,
    FACT_BYTES_3 = FACT_BYTES_2 + 1,
    FACT_BYTES = FACT_BYTES_3 + 1 + 8,    /* then the detail, then the English one, then the way of an alarm */
    ALARM_VERSION = 4,                    /* 1 had one detail to the end of the row, 2 no token, 3 no way */
    ALARM_BYTES_1 = 1 + 8,
    ALARM_BYTES_2 = ALARM_BYTES_1 + 1,
    ALARM_BYTES_3 = ALARM_BYTES_2 + TOKEN_BYTES,
    ALARM_BYTES = ALARM_BYTES_3 + 1,      /* then the detail in Chinese, then in English, then the way */
    ENDED_VERSION = 3,                    /* 1 had one detail, 2 no way */
    ENDED_BYTES_1 = 1 + 1 + 8 + 8 + 1 + 1,
    ENDED_BYTES_2 = ENDED_BYTES_1 + 1,
    ENDED_BYTES = ENDED_BYTES_2 + 2,      /* then the details, the account, the way, the reason */
    WAY_MOST_BYTES = 1 + 3 + NAME_BYTES + NAME_BYTES + DESTINATION_BYTES,
};

/* ---------------------------------------------------------------- the way that an alarm is about */

static void put_words(uint8_t **at, const char *words)
{
    put_number(at, strlen(words), 1);
    put_data(at, words, strlen(words));
}

static struct bytes way_row(uint8_t row[WAY_MOST_BYTES], const struct failing_way *way)
{
    uint8_t *at = row;

    put_number(&at, way->is_far_end, 1);
    put_words(&at, way->channel);
    put_words(&at, way->account);
    put_words(&at, way->destination);
    return bytes_of(row, (size_t) (at - row));
}

/* What is behind it stays; nothing of a size that does not fit. */
static void take_words(const uint8_t **at, const uint8_t *end, char *words, size_t most)
{
    size_t size = *at < end ? (size_t) take_number(at, 1) : 0;

    if (size > most || size > (size_t) (end - *at))
        size = 0;
    take_data(at, words, size);
    words[size] = '\0';
}

static void take_way(const uint8_t *at, size_t size, struct failing_way *way)
{
    const uint8_t *end = at + size;

    if (size == 0)
        return;
    way->is_far_end = take_number(&at, 1) != 0;
    take_words(&at, end, way->channel, NAME_BYTES);
    take_words(&at, end, way->account, NAME_BYTES);
    take_words(&at, end, way->destination, DESTINATION_BYTES);
}

/* "channel=webhook account=leader: why": rows of before have it in words alone. */
static void take_way_of_before(const char *detail, struct failing_way *way)
{
    static const char FORMAT[] = "channel=%64[^ :] account=%64[^ :]";

    if (sscanf(detail, FORMAT, way->channel, way->account) < 2)
        way->account[0] = '\0';
    way->is_far_end = way->channel[0] != '\0' && way->account[0] == '\0';
}

/* ---------------------------------------------------------------- facts for ingest */

void state_add_fact(struct state *state, struct store_txn *txn, struct fact *fact)
{
    uint8_t key[8];
    uint8_t row[FACT_BYTES + 2 * DETAIL_BYTES + WAY_MOST_BYTES], way[WAY_MOST_BYTES];
    struct bytes packed_way = fact->is_alarm ? way_row(way, &fact->way) : bytes_of(NULL, 0);
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
    put_number(&at, strlen(fact->detail_en), 1);
    put_number(&at, fact->counted_in, 8);
    put_data(&at, fact->detail, strlen(fact->detail));
    put_data(&at, fact->detail_en, strlen(fact->detail_en));
    if (packed_way.size > 0)
        put_data(&at, packed_way.data, packed_way.size);
    store_append(txn, TABLE_OUTCOME, sequence_key(key, fact->number), bytes_of(row, (size_t) (at - row)));
}

static const size_t fact_bytes[] = { [1] = FACT_BYTES_1, [2] = FACT_BYTES_2, [3] = FACT_BYTES_3, [FACT_VERSION] = FACT_BYTES };

/* at: behind the head. */
static bool take_fact_details(struct bytes value, const uint8_t *at, uint8_t version, struct fact *fact)
{
    size_t from = fact_bytes[version];
    size_t size = version < 3 ? value.size - from : (size_t) take_number(&at, 1);
    size_t size_en = version > 3 ? (size_t) take_number(&at, 1) : 0;

    if (from + size + size_en > value.size)
        return false;
    if (version > 3)
        fact->counted_in = take_number(&at, 8);
    else
        size_en = value.size - from - size;
    take_detail(value, from, size, fact->detail);
    take_detail(value, from + size, size_en, fact->detail_en);
    if (version < 3 && fact->is_alarm)
        memcpy(fact->detail_en, fact->detail, sizeof fact->detail);
    if (version > 3)
        take_way((const uint8_t *) value.data + from + size + size_en, value.size - from - size - size_en, &fact->way);
    else if (fact->is_alarm && fact->alarm == DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD)
        take_way_of_before(fact->detail_en, &fact->way);
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
    uint8_t row[ALARM_BYTES], way[WAY_MOST_BYTES];
    struct bytes packed_way = way_row(way, &alarm->way);
    uint8_t *at = row;

    put_number(&at, ALARM_VERSION, 1);
    put_number(&at, (uint64_t) alarm->at_ms, 8);
    put_number(&at, strlen(alarm->detail_zh), 1);
    put_data(&at, alarm->token, TOKEN_BYTES);
    put_number(&at, strlen(alarm->detail_en), 1);
    text_clear(&state->row);
    text_put(&state->row, row, sizeof row);
    text_add(&state->row, alarm->detail_zh);
    text_add(&state->row, alarm->detail_en);
    text_put(&state->row, packed_way.data, packed_way.size);
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
    uint8_t row[ENDED_BYTES], way[WAY_MOST_BYTES];
    struct bytes packed_way = way_row(way, &alarm->way);
    uint8_t *at = row;

    store_delete(txn, TABLE_ALARM, alarm_key(standing, alarm));
    put_number(&at, ENDED_VERSION, 1);
    put_number(&at, alarm->kind, 1);
    put_number(&at, (uint64_t) alarm->at_ms, 8);
    put_number(&at, (uint64_t) ended->ended_ms, 8);
    put_number(&at, zh_size, 1);
    put_number(&at, en_size, 1);
    put_number(&at, account_size, 1);
    put_number(&at, packed_way.size, 2);
    text_clear(&state->row);
    text_put(&state->row, row, sizeof row);
    text_put(&state->row, alarm->detail_zh, zh_size);
    text_put(&state->row, alarm->detail_en, en_size);
    text_put(&state->row, ended->account, account_size);
    text_put(&state->row, packed_way.data, packed_way.size);
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
    if (alarm->kind == DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD)
        take_way_of_before(alarm->detail_en, &alarm->way);
    return true;
}

static bool read_alarm(struct bytes key, struct bytes value, struct alarm *alarm)
{
    const uint8_t *at = value.data;
    uint8_t version = value.size > 0 ? at[0] : 0;
    static const size_t sizes[ALARM_VERSION + 1] = { 0, ALARM_BYTES_1, ALARM_BYTES_2, ALARM_BYTES_3, ALARM_BYTES };
    size_t head_size, zh_size, en_size, way_size;

    memset(alarm, 0, sizeof *alarm);
    if (key.size != 1 + SUBJECT_BYTES || version == 0 || version > ALARM_VERSION || value.size < sizes[version])
        return false;
    head_size = sizes[version];
    at++;
    alarm->kind = (Duban__AlarmKind) ((const uint8_t *) key.data)[0];
    memcpy(alarm->subject, (const uint8_t *) key.data + 1, SUBJECT_BYTES);
    alarm->at_ms = (int64_t) take_number(&at, 8);
    zh_size = version > 1 ? (size_t) take_number(&at, 1) : value.size - head_size;
    if (head_size + zh_size > value.size)
        return false;
    if (version > 2)
        take_data(&at, alarm->token, TOKEN_BYTES);
    en_size = version > 3 ? (size_t) take_number(&at, 1) : value.size - head_size - zh_size;
    if (!take_alarm_details(value, head_size, zh_size, en_size, version == 1, alarm))
        return false;
    way_size = value.size - head_size - zh_size - en_size;
    take_way((const uint8_t *) value.data + value.size - way_size, way_size, &alarm->way);
    return true;
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
    static const size_t sizes[ENDED_VERSION + 1] = { 0, ENDED_BYTES_1, ENDED_BYTES_2, ENDED_BYTES };
    size_t head_size, zh_size, en_size, account_size, way_size;

    memset(ended, 0, sizeof *ended);
    if (version == 0 || version > ENDED_VERSION || value.size < sizes[version])
        return false;
    head_size = sizes[version];
    at++;
    ended->alarm.kind = (Duban__AlarmKind) take_number(&at, 1);
    ended->alarm.at_ms = (int64_t) take_number(&at, 8);
    ended->ended_ms = (int64_t) take_number(&at, 8);
    zh_size = (size_t) take_number(&at, 1);
    en_size = version > 1 ? (size_t) take_number(&at, 1) : 0;
    account_size = (size_t) take_number(&at, 1);
    way_size = version > 2 ? (size_t) take_number(&at, 2) : 0;
    if (value.size < head_size + zh_size + en_size + account_size + way_size ||
        !take_alarm_details(value, head_size, zh_size, en_size, version == 1, &ended->alarm))
        return false;
    at += zh_size + en_size;
    ended->account = arena_copy(arena, at, account_size);
    at += account_size;
    take_way(at, way_size, &ended->alarm.way);
    ended->reason = arena_copy(arena, at + way_size,
                               value.size - head_size - zh_size - en_size - account_size - way_size);
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
