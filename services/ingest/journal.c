#include "journal.h"

#include <string.h>

#include "daemon.h"
#include "log.h"
#include "message.h"
#include "tables.h"

enum { DEDUP_VALUE_BYTES = 16 + PAYLOAD_HASH_BYTES };

_Static_assert((int) RECORD_HEADER_BYTES + (int) RECORD_MAX_ACCOUNT + (int) MESSAGE_MAX_BYTES <=
                   (int) LINK_MAX_RECORD_BYTES, "every record fits a batch");

/* ---------------------------------------------------------------- opening */

static void read_tail(struct journal *journal, struct bytes value)
{
    struct record last;

    if (!record_unpack(&last, value) || last.lineage != journal->identity->lineage)
        die("日志最后一条记录已损坏，请从备份恢复 / the last journal record is damaged; restore from a backup");
    journal->committed.sequence = last.sequence;
    journal->committed.stamp_ms = last.stamp_ms;
    memcpy(journal->committed.chain, last.digest, DIGEST_BYTES);
}

void journal_open(struct journal *journal, struct store *store, const struct identity *identity)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;

    *journal = (struct journal){ .store = store, .identity = identity, .first_sequence = 1 };
    store_begin(&txn, store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_JOURNAL);
    if (store_last(&cursor, &key, &value))
        read_tail(journal, value);
    if (store_seek(&cursor, bytes_of(NULL, 0), &key, &value))
        journal->first_sequence = get_u64(key.data);
    store_cursor_close(&cursor);
    store_abort(&txn);
    if (txn.error != 0)
        die("无法读取日志 / cannot read the journal: %s", mdb_strerror(txn.error));
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
static void raise_alarm(struct journal *journal, uint64_t sequence)
{
    if (journal->damaged_sequence == sequence)
        return;
    journal->damaged_sequence = sequence;
    log_error("house alarm: a journal record is damaged, nobody can read on beyond it, restore from a backup: "
              "sequence=%llu", (unsigned long long) sequence);
}

/* False at the end: of what is committed, of the batch, or at a damaged record. */
static bool add_record(struct journal *journal, struct link_batch *batch, struct bytes key, struct bytes data,
                       bool *damaged)
{
    struct record record;

    if (get_u64(key.data) > journal->committed.sequence)
        return false;
    if (record_unpack(&record, data))
        return link_batch_add(batch, record.sequence, record.stamp_ms, data);
    raise_alarm(journal, get_u64(key.data));
    *damaged = true;
    return false;
}

int journal_read(struct journal *journal, uint64_t from, struct link_batch *batch)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t first[8];
    bool damaged = false;
    bool more;

    if (from > journal->committed.sequence)
        return 0;
    put_u64(first, from);
    store_begin(&txn, journal->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_JOURNAL);
    more = store_seek(&cursor, bytes_of(first, sizeof first), &key, &value);
    while (more && add_record(journal, batch, key, value, &damaged))
        more = store_next(&cursor, &key, &value);
    store_cursor_close(&cursor);
    store_abort(&txn);
    /* What was read before a damaged record is as good as ever. */
    return txn.error == 0 && (!damaged || batch->records > 0) ? 0 : -1;
}

static bool find_record(struct store_txn *txn, uint64_t sequence, struct record *record)
{
    uint8_t key[8];
    struct bytes value;

    put_u64(key, sequence);
    return store_get(txn, TABLE_JOURNAL, bytes_of(key, sizeof key), &value) && record_unpack(record, value);
}

bool journal_digest(struct journal *journal, uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    struct store_txn txn;
    struct record record;
    bool found;

    memset(digest, 0, DIGEST_BYTES);
    if (sequence == 0)
        return true;
    store_begin(&txn, journal->store, STORE_READ);
    found = sequence <= journal->committed.sequence && find_record(&txn, sequence, &record);
    if (found)
        memcpy(digest, record.digest, DIGEST_BYTES);
    store_abort(&txn);
    return found;
}

int64_t journal_stamp(struct store_txn *txn, uint64_t sequence)
{
    struct record record;

    return find_record(txn, sequence, &record) ? record.stamp_ms : 0;
}
