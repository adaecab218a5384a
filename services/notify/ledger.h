/* ledger.h - receipts: what was tried for each notice, what its far end said, and what became of it.
 *
 * Append-only: one receipt for each attempt, with the grade that it brought, and one for each grade without an attempt.
 * Each is chained to the one before (BLAKE2b-256(chain before || receipt)), and the head says where the chain ends, so
 * that a receipt that is changed, left out or cut off is found. Those of one notice are linked backwards.
 *
 * TABLE_LEDGER: number u64 -> chain 32, packed DeliveryReceipt.
 */
#ifndef DUBAN_NOTIFY_LEDGER_H
#define DUBAN_NOTIFY_LEDGER_H

#include "channel.h"

/* An attempt that is being settled; written once what it brought is known. */
struct receipt {
    Duban__DeliveryReceipt message;
    char detail[DETAIL_BYTES + 1];
    char reference[REFERENCE_BYTES + 1];
};

/* A request was made and judged. The delivery's further grade goes into this receipt; it must outlive the delivery's use
 * until ledger_close_attempt. */
void ledger_open_attempt(struct state *state, struct delivery *delivery, const struct judgement *judgement,
                         struct receipt *receipt);

/* No request was made, but something was heard: as above, with the delivery's detail. */
void ledger_open_word(struct state *state, struct delivery *delivery, Duban__Grade grade, struct receipt *receipt);

/* Write it, with the grade that the delivery came to, if any. */
void ledger_close_attempt(struct state *state, struct store_txn *txn, struct receipt *receipt);

/* The delivery has come to a grade: into the receipt of the attempt under way, or else one of its own. */
void ledger_note_grade(struct state *state, struct store_txn *txn, struct delivery *delivery, Duban__Grade grade);

#endif
