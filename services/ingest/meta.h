/* meta.h - what ingest remembers about itself: rows of TABLE_META.
 *
 *   identity   format u8, rehearsal u8, lineage u64, secret 32    written once, at creation
 *   epoch      u32                                                +1 at every start
 *   clock      held u8, lead_ms u64, manual_ms u64
 *   compact    empty: texts were forgotten since the file was compacted
 *   tail       sequence u64, stamp_ms u64, chain digest 32, crc32c u32    of the journal's last record, beside it
 */
#ifndef DUBAN_INGEST_META_H
#define DUBAN_INGEST_META_H

#include "clock.h"
#include "digest.h"
#include "store.h"

enum { META_SECRET_BYTES = 32 };

struct identity {
    uint64_t lineage;                    /* random, never 0: this data set and no other */
    uint32_t epoch;                      /* of this start */
    bool rehearsal;                      /* a manual clock, from creation on and for ever */
    uint8_t secret[META_SECRET_BYTES];   /* of the vault: keys the payload hashes */
};

struct journal_head {
    uint64_t sequence;    /* 0 = nothing journaled yet */
    int64_t stamp_ms;
    uint8_t chain[DIGEST_BYTES];
};

/* Read who we are and make the next epoch durable. In a new directory: become somebody, in
 * rehearsal when rehearsal_start_ms is not 0, with the manual clock there. Dies when the
 * directory is of another format, or is real and a rehearsal is asked for. */
void meta_open(struct identity *identity, struct clock_memory *memory, struct store *store, const char *directory,
               int64_t rehearsal_start_ms);

void meta_put_clock(struct store_txn *txn, const struct clock_memory *memory);

/* Where the journal ends, said a second time, in the transaction that moves it. */
void meta_put_tail(struct store_txn *txn, const struct journal_head *tail);
/* False when it was never said (by an older version), or cannot be read any more. */
bool meta_get_tail(struct store_txn *txn, struct journal_head *tail);

/* Is the file to be compacted, so that it does not hold what was forgotten? Dies when that cannot be read. */
bool meta_wants_compaction(struct store *store);
void meta_want_compaction(struct store_txn *txn, bool wanted);

#endif
