/* lost.h - a record of the journal that cannot be read any more.
 *
 * It stays as it lies: nothing is written over it, and its sequence is not given a second time. Whoever reads stops before
 * it. After the operator's Skip a stand-in is handed over in its place, without content, so that the next one follows.
 *
 * Stamp and digest of the last record are kept beside it as well (meta.h: tail): when a start finds it damaged, they are put
 * into TABLE_LOST, and the chain goes on as if nothing had happened. Of any other lost record the digest is what stands in
 * its place, right or wrong, and the stamp that of the record before it: both are the same at every reading.
 */
#ifndef DUBAN_INGEST_LOST_H
#define DUBAN_INGEST_LOST_H

#include "meta.h"
#include "record.h"
#include "store.h"

/* Read the row there; the payload borrows from it. What is wrong with it, Chinese / English, or NULL when it is sound. An
 * empty row is a missing one. */
const char *lost_fault(const struct identity *identity, uint64_t sequence, struct bytes row, struct record *record);

/* Keep what is known of one. */
void lost_put(struct store_txn *txn, const struct journal_head *known);

/* Fill what stands in for it. */
void lost_stand_in(struct store_txn *txn, const struct identity *identity, uint64_t sequence, struct record *record);

#endif
