#include "journal.h"

#include <string.h>

#include "daemon.h"
#include "log.h"
#include "lost.h"
#include "message.h"
#include "tables.h"

enum { DEDUP_VALUE_BYTES = 16 + PAYLOAD_HASH_BYTES };

_Static_assert((int) RECORD_HEADER_BYTES + (int) RECORD_MAX_ACCOUNT + (int) MESSAGE_MAX_BYTES <=
                   (int) LINK_MAX_RECORD_BYTES, "every record fits a batch");

/* ---------------------------------------------------------------- opening */

/* A sequence that has been given is not given again, whatever it costs. */
static _Noreturn void die_of_tail(const struct journal *journal, uint64_t sequence, const char *fault)
{
    const char *directory = store_directory(journal->store);

    die("日志末尾不可信，接着记会重用已经发出的号，所以不启动：先把 %s 整个另存一份，再从备份恢复它（README：恢复），其中的文件不要删改 / the end of the "
        "journal cannot be trusted and to go on would give a sequence a second time, so this is no start: copy %s as a whole to "
        "another place, then restore it from a backup (README: restoring); change nothing in it: sequence=%llu fault=%s",
        directory, directory, (unsigned long long) sequence, fault);
}

/* What is known of it must outlast the next record. */
static void go_on_behind(struct journal *journal, const struct journal_head *tail, const char *fault)
{
    struct store_txn txn;

    journal->committed = *tail;
    journal->damaged_sequence = tail->sequence;
    store_begin(&txn, journal->store, STORE_WRITE);
    lost_put(&txn, tail);
    if (store_commit(&txn) == -1)
        die("无法记下损坏的记录，请检查磁盘后重新启动 / cannot note a damaged record: %s; check the disk, then start again",
            mdb_strerror(txn.error));
    log_error("house alarm: 日志最后一条记录损坏：照常接收，从下一号记起，这一号原样留着、不再使用；处理见 duban status / the last record of the journal is "
              "damaged: entries are taken from the next sequence on, and it is left as it lies; see duban status on what to do: "
              "sequence=%llu fault=%s", (unsigned long long) tail->sequence, fault);
}

/* What the table says and what was said beside it must agree on where it ends. An older version says nothing beside it. */
static void judge_tail(struct journal *journal, uint64_t sequence, const char *fault, const struct journal_head *tail)
{
    if (tail->sequence > sequence)
        die_of_tail(journal, tail->sequence, "不在了 / it is missing");
    if (fault == NULL)
        return;
    if (tail->sequence < sequence)
        die_of_tail(journal, sequence, fault);
    go_on_behind(journal, tail, fault);
}

/* NULL: it is sound, and taken. */
static const char *look_at_last(struct journal *journal, struct bytes key, struct bytes value, uint64_t *sequence)
{
    struct record last;
    const char *fault;

    *sequence = key.size == sizeof *sequence ? get_u64(key.data) : UINT64_MAX;
    fault = lost_fault(journal->identity, *sequence, value, &last);
    if (fault != NULL)
        return fault;
    journal->committed.sequence = last.sequence;
    journal->committed.stamp_ms = last.stamp_ms;
    memcpy(journal->committed.chain, last.digest, DIGEST_BYTES);
    return NULL;
}

void journal_open(struct journal *journal, struct store *store, const struct identity *identity,
                  const struct skips *skips)
{
    struct journal_head tail;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    const char *fault = NULL;
    uint64_t sequence = 0;

    *journal = (struct journal){ .store = store, .identity = identity, .skips = skips, .first_sequence = 1 };
    store_begin(&txn, store, STORE_READ);
    if (!meta_get_tail(&txn, &tail))
        tail = (struct journal_head){ .sequence = 0 };
    store_cursor_open(&cursor, &txn, TABLE_JOURNAL);
    if (store_last(&cursor, &key, &value))
        fault = look_at_last(journal, key, value, &sequence);
    if (store_seek(&cursor, bytes_of(NULL, 0), &key, &value))
        journal->first_sequence = get_u64(key.data);
    store_cursor_close(&cursor);
    store_abort(&txn);
    if (txn.error != 0)
        die_of_tail(journal, sequence, mdb_strerror(txn.error));
    judge_tail(journal, sequence, fault, &tail);
    journal->head = journal->committed;
}

/* ---------------------------------------------------------------- who has sent what */

/* The client id first: a UUIDv7 grows with time, so that what many accounts send in one hour stays in
 * a few pages; behind the account each of them would cost a page of its own in every commit. */
static void dedup_key(const char *account, const uint8_t client_id[ID_BYTES], uint8_t key[DEDUP_KEY_BYTES])
{
    struct bytes part = bytes_of_text(account);

    memcpy(key, client_id, ID_BYTES);
    digest_of_parts(key + ID_BYTES, DEDUP_KEY_BYTES - ID_BYTES, bytes_of(NULL, 0), &part, 1);
}

void journal_key(const struct journal *journal, const char *account, const uint8_t client_id[ID_BYTES],
                 struct bytes payload, struct submission_key *key)
{
    /* Keyed, because what came may have held a phone number: nobody may try them all. */
    struct bytes secret = bytes_of(journal->identity->secret, META_SECRET_BYTES);

    dedup_key(account, client_id, key->dedup);
    digest_of_parts(key->hash, sizeof key->hash, secret, &payload, 1);
}

static bool find_row(struct store_txn *txn, const uint8_t key[DEDUP_KEY_BYTES], struct place_in_journal *place,
                     struct bytes *value)
{
    const uint8_t *row;

    if (!store_get(txn, TABLE_DEDUP, bytes_of(key, DEDUP_KEY_BYTES), value))
        return false;
    row = value->data;
    place->sequence = get_u64(row);
    place->stamp_ms = (int64_t) get_u64(row + 8);
    return true;
}

enum known journal_find(struct store_txn *txn, const struct submission_key *key, struct place_in_journal *place)
{
    struct bytes value;

    if (!find_row(txn, key->dedup, place, &value))
        return KNOWN_NEW;
    return memcmp((const uint8_t *) value.data + 16, key->hash, sizeof key->hash) == 0 ? KNOWN_SAME : KNOWN_OTHER;
}

bool journal_locate(struct store_txn *txn, const char *account, const uint8_t client_id[ID_BYTES],
                    struct place_in_journal *place)
{
    uint8_t key[DEDUP_KEY_BYTES];
    struct bytes value;

    dedup_key(account, client_id, key);
    return find_row(txn, key, place, &value);
}

static void put_dedup(struct store_txn *txn, const struct submission_key *key, const struct record *record)
{
    uint8_t value[DEDUP_VALUE_BYTES];

    put_u64(value, record->sequence);
    put_u64(value + 8, (uint64_t) record->stamp_ms);
    memcpy(value + 16, key->hash, sizeof key->hash);
    store_put(txn, TABLE_DEDUP, bytes_of(key->dedup, sizeof key->dedup), bytes_of(value, sizeof value));
}

/* ---------------------------------------------------------------- appending */

void journal_append(struct journal *journal, struct store_txn *txn, const struct submission_key *key, int64_t now_ms,
                    struct record *record)
{
    uint8_t sequence[8];
    uint8_t *space;

    record->lineage = journal->identity->lineage;
    record->sequence = journal->head.sequence + 1;
    record->stamp_ms = now_ms > journal->head.stamp_ms ? now_ms : journal->head.stamp_ms;
    put_u64(sequence, record->sequence);
    space = store_append_space(txn, TABLE_JOURNAL, bytes_of(sequence, sizeof sequence), record_size(record));
    if (space == NULL)
        return;
    record_pack(record, journal->head.chain, space);
    journal->head.sequence = record->sequence;
    journal->head.stamp_ms = record->stamp_ms;
    if (key != NULL)
        put_dedup(txn, key, record);
    daemon_kill_point("ingest.put");
}

void journal_settle(const struct journal *journal, struct store_txn *txn)
{
    if (journal->head.sequence != journal->committed.sequence)
        meta_put_tail(txn, &journal->head);
}

void journal_committed(struct journal *journal)
{
    journal->committed = journal->head;
}

void journal_dropped(struct journal *journal)
{
    journal->head = journal->committed;
}

/* ---------------------------------------------------------------- reading */

/* A consumer comes to it again and again: once is enough. */
static void raise_alarm(struct journal *journal, uint64_t sequence, const char *fault)
{
    if (journal->damaged_sequence == sequence)
        return;
    journal->damaged_sequence = sequence;
    log_error("house alarm: 日志有一条记录损坏，谁也读不过去，处理见 duban status / a journal record is damaged, nobody can read on beyond it, see "
              "duban status on what to do: sequence=%llu fault=%s", (unsigned long long) sequence, fault);
}

static bool add_stand_in(const struct journal *journal, struct store_txn *txn, struct link_batch *batch,
                         uint64_t sequence)
{
    uint8_t packed[RECORD_HEADER_BYTES + RECORD_MAX_ACCOUNT];
    struct record record;

    lost_stand_in(txn, journal->identity, sequence, &record);
    record_pack_stand_in(&record, packed);
    return link_batch_add(batch, sequence, record.stamp_ms, bytes_of(packed, record_size(&record)));
}

/* One batch while it is read. */
struct reading {
    struct journal *journal;
    struct store_txn txn;
    struct link_batch *batch;
    bool damaged;              /* what comes next cannot be read */
};

/* row: empty when there is none. False at the end of the batch, or at a damaged record. */
static bool add_record(struct reading *reading, uint64_t sequence, struct bytes row)
{
    struct journal *journal = reading->journal;
    struct record record;
    const char *fault = lost_fault(journal->identity, sequence, row, &record);

    if (fault == NULL)
        return link_batch_add(reading->batch, sequence, record.stamp_ms, row);
    if (skips_have(journal->skips, sequence))
        return add_stand_in(journal, &reading->txn, reading->batch, sequence);
    raise_alarm(journal, sequence, fault);
    reading->damaged = true;
    return false;
}

int journal_read(struct journal *journal, uint64_t from, struct link_batch *batch)
{
    struct reading reading = { .journal = journal, .batch = batch };
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t first[8];
    bool is_there;

    if (from > journal->committed.sequence)
        return 0;
    if (from < journal->first_sequence)
        from = journal->first_sequence;
    put_u64(first, from);
    store_begin(&reading.txn, journal->store, STORE_READ);
    store_cursor_open(&cursor, &reading.txn, TABLE_JOURNAL);
    is_there = store_seek(&cursor, bytes_of(first, sizeof first), &key, &value);
    for (uint64_t sequence = from; sequence <= journal->committed.sequence && reading.txn.error == 0; sequence++) {
        bool is_it = is_there && get_u64(key.data) == sequence;

        if (!add_record(&reading, sequence, is_it ? value : bytes_of(NULL, 0)))
            break;
        if (is_it)
            is_there = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    store_abort(&reading.txn);
    /* What was read before a damaged record is as good as ever. */
    return reading.txn.error == 0 && (!reading.damaged || batch->records > 0) ? 0 : -1;
}

static bool find_record(struct store_txn *txn, uint64_t sequence, struct record *record)
{
    uint8_t key[8];
    struct bytes value;

    put_u64(key, sequence);
    return store_get(txn, TABLE_JOURNAL, bytes_of(key, sizeof key), &value) && record_unpack(record, value);
}

/* Of a lost one what its stand-in has: who applied it while it was sound has the same, where that part of it is sound. */
static void read_digest(const struct journal *journal, struct store_txn *txn, uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    struct record record;

    if (!find_record(txn, sequence, &record))
        lost_stand_in(txn, journal->identity, sequence, &record);
    memcpy(digest, record.digest, DIGEST_BYTES);
}

bool journal_digest(struct journal *journal, uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    struct store_txn txn;

    memset(digest, 0, DIGEST_BYTES);
    if (sequence == 0)
        return true;
    if (sequence > journal->committed.sequence || sequence < journal->first_sequence)
        return false;
    store_begin(&txn, journal->store, STORE_READ);
    read_digest(journal, &txn, sequence, digest);
    store_abort(&txn);
    return txn.error == 0;
}

int64_t journal_stamp(struct store_txn *txn, uint64_t sequence)
{
    struct record record;

    return find_record(txn, sequence, &record) ? record.stamp_ms : 0;
}
