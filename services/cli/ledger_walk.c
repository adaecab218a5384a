/* ledger_walk.c - each receipt follows from all before it. */
#include "ledger_walk.h"

#include <string.h>

static bool broken(struct ledger_walk *walk, enum ledger_fault fault)
{
    walk->fault = fault;
    walk->broken_at = walk->count + 1;
    return false;
}

static bool is_chain(struct bytes chain, const uint8_t expected[DIGEST_BYTES])
{
    return chain.size == DIGEST_BYTES && memcmp(chain.data, expected, DIGEST_BYTES) == 0;
}

bool ledger_walk_on(struct ledger_walk *walk, struct bytes record, struct bytes chain,
                    const Duban__DeliveryReceipt *receipt)
{
    uint8_t next[DIGEST_BYTES];

    memcpy(next, walk->chain, sizeof next);
    digest_chain(next, record);
    if (receipt == NULL)
        return broken(walk, LEDGER_UNREADABLE);
    if (receipt->number != walk->count + 1)
        return broken(walk, LEDGER_GAP);
    if (!is_chain(chain, next))
        return broken(walk, LEDGER_CHANGED);
    memcpy(walk->chain, next, sizeof next);
    walk->count++;
    return true;
}

void ledger_walk_end(struct ledger_walk *walk, uint64_t last, struct bytes chain)
{
    if (walk->count != last || !is_chain(chain, walk->chain))
        broken(walk, LEDGER_CUT);
}
