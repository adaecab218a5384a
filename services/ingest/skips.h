/* skips.h - the entries that the operator has decided to pass over: rows of TABLE_SKIP, kept at hand.
 */
#ifndef DUBAN_INGEST_SKIPS_H
#define DUBAN_INGEST_SKIPS_H

#include "store.h"

enum { MAX_SKIPS = 256 };   /* as many as rules keeps */

struct skips {
    uint64_t sequences[MAX_SKIPS];
    size_t count;
    size_t fresh;             /* put in the transaction that is open: not among them yet */
};

/* Read them from what is committed. Dies when they cannot be read. */
void skips_read(struct skips *skips, struct store *store);

bool skips_have(const struct skips *skips, uint64_t sequence);

bool skips_are_full(const struct skips *skips);

/* Pass over a sequence, by the Skip entry of that other sequence. */
void skips_put(struct skips *skips, struct store_txn *txn, uint64_t sequence, uint64_t by);

#endif
