#include "outcome.h"

#include "tables.h"

enum { FACT_KEY_BYTES = 8 + 1 + 4 };

static struct bytes key_of(uint8_t key[FACT_KEY_BYTES], const Duban__Outcome *outcome)
{
    put_u64(key, outcome->notice);
    key[8] = (uint8_t) outcome->grade;
    if (outcome->retry == 0)
        return bytes_of(key, 9);
    put_u32(key + 9, outcome->retry);
    return bytes_of(key, FACT_KEY_BYTES);
}

/* The entry that holds the fact, noting this one if none does. */
static uint64_t holder_of(struct store_txn *txn, const Duban__Outcome *outcome, uint64_t sequence)
{
    uint8_t key[FACT_KEY_BYTES];
    uint8_t row[8];
    struct bytes fact = key_of(key, outcome);
    struct bytes value;

    if (store_get(txn, TABLE_FACT, fact, &value))
        return get_u64(value.data);
    put_u64(row, sequence);
    store_put(txn, TABLE_FACT, fact, bytes_of(row, sizeof row));
    return 0;
}

size_t outcome_take_new(struct store_txn *txn, Duban__Outcomes *outcomes, uint64_t sequence, uint64_t *held)
{
    size_t kept = 0;

    *held = 0;
    for (size_t i = 0; i < outcomes->n_outcomes; i++) {
        uint64_t holder = holder_of(txn, outcomes->outcomes[i], sequence);

        if (holder == 0)
            outcomes->outcomes[kept++] = outcomes->outcomes[i];
        else if (holder > *held)
            *held = holder;
    }
    outcomes->n_outcomes = kept;
    return kept;
}
