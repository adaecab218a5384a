#include "lost.h"

#include <string.h>

#include "tables.h"

enum { LOST_BYTES = 8 + DIGEST_BYTES };

const char *lost_fault(const struct identity *identity, uint64_t sequence, struct bytes row, struct record *record)
{
    if (row.size == 0)
        return "不在了 / it is missing";
    if (!record_unpack(record, row))
        return record_fault(row);
    if (record->lineage != identity->lineage)
        return "属于另一套数据 / it belongs to another data set";
    return record->sequence == sequence ? NULL : "放错了位置，是另一号的记录 / it is the record of another sequence";
}

void lost_put(struct store_txn *txn, const struct journal_head *known)
{
    uint8_t key[8], row[LOST_BYTES];

    put_u64(key, known->sequence);
    put_u64(row, (uint64_t) known->stamp_ms);
    memcpy(row + 8, known->chain, DIGEST_BYTES);
    store_put(txn, TABLE_LOST, bytes_of(key, sizeof key), bytes_of(row, sizeof row));
}

static struct bytes row_at(struct store_txn *txn, int table, uint64_t sequence)
{
    struct bytes row;
    uint8_t key[8];

    put_u64(key, sequence);
    return store_get(txn, table, bytes_of(key, sizeof key), &row) ? row : bytes_of(NULL, 0);
}

/* The nearest before it that is sound; where there is none, nothing has been stamped yet. */
static void take_from_before(struct store_txn *txn, const struct identity *identity, uint64_t sequence,
                             struct record *record)
{
    struct record before;

    while (--sequence > 0) {
        if (lost_fault(identity, sequence, row_at(txn, TABLE_JOURNAL, sequence), &before) == NULL) {
            record->stamp_ms = before.stamp_ms;
            memcpy(record->digest, before.digest, DIGEST_BYTES);
            return;
        }
    }
}

void lost_stand_in(struct store_txn *txn, const struct identity *identity, uint64_t sequence, struct record *record)
{
    struct bytes known = row_at(txn, TABLE_LOST, sequence);

    *record = (struct record){ .flags = RECORD_STAND_IN, .lineage = identity->lineage, .sequence = sequence, .account = "ingest" };
    put_u64(record->client_id + 8, sequence);
    if (known.size == LOST_BYTES) {
        record->stamp_ms = (int64_t) get_u64(known.data);
        memcpy(record->digest, (const uint8_t *) known.data + 8, DIGEST_BYTES);
        return;
    }
    take_from_before(txn, identity, sequence, record);
    (void) record_salvage_digest(row_at(txn, TABLE_JOURNAL, sequence), record->digest);
}
