/* ledger_walk.h - along the chain of receipts, from the first on. Pure. */
#ifndef DUBAN_CLI_LEDGER_WALK_H
#define DUBAN_CLI_LEDGER_WALK_H

#include "digest.h"
#include "query.pb-c.h"

enum ledger_fault {
    LEDGER_WHOLE,
    LEDGER_GAP,                        /* a receipt is left out */
    LEDGER_CHANGED,                    /* it does not follow from the one before */
    LEDGER_UNREADABLE,
    LEDGER_CUT,                        /* the head knows of later ones, or of another last one */
    LEDGER_UNREAD,                     /* notify did not answer */
};

/* Zeroed = before the first. */
struct ledger_walk {
    uint8_t chain[DIGEST_BYTES];       /* of the last good one */
    uint64_t count;                    /* good ones */
    enum ledger_fault fault;
    uint64_t broken_at;                /* number where it breaks */
};

/* The next row; receipt NULL = its record cannot be read. False when it breaks there. */
bool ledger_walk_on(struct ledger_walk *walk, struct bytes record, struct bytes chain,
                    const Duban__DeliveryReceipt *receipt);

/* There are no more rows: is that where the head says that it ends? */
void ledger_walk_end(struct ledger_walk *walk, uint64_t last, struct bytes chain);

#endif
