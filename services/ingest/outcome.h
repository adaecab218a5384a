/* outcome.h - what became of notices: one fact for each (notice, retry, grade), however
 * often told. */
#ifndef DUBAN_INGEST_OUTCOME_H
#define DUBAN_INGEST_OUTCOME_H

#include "entry.pb-c.h"
#include "store.h"

/* Take the facts that are held already out of the list, and note the others as facts of the
 * entry that will be `sequence`. *held is the latest entry that holds one of those taken out
 * (0 = none was). Returns how many stay. */
size_t outcome_take_new(struct store_txn *txn, Duban__Outcomes *outcomes, uint64_t sequence, uint64_t *held);

#endif
