/* look_over.h - the data file read from end to end, now and then, a little in every turn.
 *
 * A record that has rotted on the disk would be noticed by whoever wants it next: a replay, a rules that is built anew, years
 * later. So all tables are read once after the start and then once a day, beside LMDB (common/pages.h): each page must be
 * what it should be, each record of the journal must be whole and follow the one before it. What is found is logged once
 * and said by the status until a later round finds it sound; nothing is changed.
 *
 * A slice takes some pages or some milliseconds, whichever is less, and the next one comes a good while later.
 */
#ifndef DUBAN_INGEST_LOOK_OVER_H
#define DUBAN_INGEST_LOOK_OVER_H

#include "clock.h"
#include "pages.h"
#include "skips.h"
#include "store.h"

/* What a round has found so far, or the last one in all. */
struct findings {
    uint64_t sequence;            /* first record that is damaged or missing; 0 = none */
    uint32_t records;             /* that are */
    const char *table;            /* first other table with a page that cannot be read; NULL = none */
};

struct look_over {
    struct store *store;
    uint64_t lineage;
    const struct skips *skips;
    int next_table;               /* -1 = LMDB's own of free pages */
    struct pages_walk walk;
    uint64_t expected;            /* sequence of the journal's next record; 0 = any */
    uint64_t last_sequence;       /* of the journal when the table was begun */
    struct findings now;
    struct findings said;
    uint32_t rounds;              /* that are complete */
    int64_t next_ms;              /* monotonic: not before */
    uint32_t pages_read;          /* in this slice */
};

/* A record that is passed over is nobody's trouble any more. The skips outlive it. */
void look_over_open(struct look_over *look, struct store *store, uint64_t lineage, const struct skips *skips);

/* Forget what was found, and begin a round at once. */
void look_over_again(struct look_over *look);

/* A slice, when its time has come. No transaction may be open. */
void look_over_turn(struct look_over *look, uint64_t last_sequence, const struct clock_source *clock);

/* What to say: of the last complete round, and already what the one under way has found. */
struct findings look_over_findings(const struct look_over *look);

#endif
