/* journal.h - the only way in: a chain of records, and who has sent what before.
 *
 * The embedded kind of the four calls that everything above goes through: append with dedup,
 * read from a sequence, the durable tail (head), and trimming, which has no call because a
 * journal is shortened only after its segments are archived, and nothing here archives.
 *
 * `head` runs ahead inside a transaction; journal_committed and journal_dropped say how it
 * ended. Whoever reads or tells others uses `committed`.
 */
#ifndef DUBAN_INGEST_JOURNAL_H
#define DUBAN_INGEST_JOURNAL_H

#include "link.h"
#include "meta.h"
#include "record.h"
#include "skips.h"
#include "store.h"

enum { DEDUP_KEY_BYTES = ID_BYTES + 8, PAYLOAD_HASH_BYTES = 16 };

struct journal {
    struct store *store;
    const struct identity *identity;
    const struct skips *skips;
    uint64_t first_sequence;      /* oldest held; 1 in an empty journal */
    struct journal_head committed;
    struct journal_head head;
    uint64_t damaged_sequence;    /* last found unreadable; 0 = none */
};

/* What a submission is known by: whose, which, and what is in it as it came. */
struct submission_key {
    uint8_t dedup[DEDUP_KEY_BYTES];
    uint8_t hash[PAYLOAD_HASH_BYTES];
};

enum known { KNOWN_NEW, KNOWN_SAME, KNOWN_OTHER };

struct place_in_journal {
    uint64_t sequence;
    int64_t stamp_ms;
};

/* Find the tail. A last record that is damaged stays where it is, and the journal goes on behind it (lost.h). Dies where it
 * is not known for certain which sequence comes next. The others outlive the journal. */
void journal_open(struct journal *journal, struct store *store, const struct identity *identity,
                  const struct skips *skips);

void journal_key(const struct journal *journal, const char *account, const uint8_t client_id[ID_BYTES],
                 struct bytes payload, struct submission_key *key);

/* Has it been journaled (also earlier in this transaction)? The place is filled unless NEW. */
enum known journal_find(struct store_txn *txn, const struct submission_key *key, struct place_in_journal *place);

/* Where a submission was journaled, by account and client id alone. */
bool journal_locate(struct store_txn *txn, const char *account, const uint8_t client_id[ID_BYTES],
                    struct place_in_journal *place);

/* Append: lineage, sequence, stamp (now_ms, or the last one if that is later) and digest are
 * filled here. key NULL = nothing that anybody could submit again. */
void journal_append(struct journal *journal, struct store_txn *txn, const struct submission_key *key, int64_t now_ms,
                    struct record *record);

/* Before the commit: where the journal will end then. */
void journal_settle(const struct journal *journal, struct store_txn *txn);
void journal_committed(struct journal *journal);
void journal_dropped(struct journal *journal);

/* The rest answers the link (struct link_source). A damaged or missing record ends a read, until it is passed over; nobody
 * dies of it. */
int journal_read(struct journal *journal, uint64_t from, struct link_batch *batch);
bool journal_digest(struct journal *journal, uint64_t sequence, uint8_t digest[DIGEST_BYTES]);

/* Stamp of the record there; 0 when it is not held. */
int64_t journal_stamp(struct store_txn *txn, uint64_t sequence);

#endif
