/* conflict.h - what came under a client id that had brought something else before.
 *
 * Kept for review, once for each other payload, without clear personal texts. Bounded: the
 * oldest go when there are more than CONFLICT_MOST or they are older than CONFLICT_KEPT_DAYS.
 */
#ifndef DUBAN_INGEST_CONFLICT_H
#define DUBAN_INGEST_CONFLICT_H

#include "journal.h"

enum { CONFLICT_MOST = 10000, CONFLICT_KEPT_DAYS = 90 };

void conflict_keep(struct store_txn *txn, const struct submission_key *key, const char *account, uint64_t sequence,
                   int64_t now_ms, struct bytes payload);

#endif
