/* conflict.h - what came under a client id that had brought something else before.
 *
 * Kept for review, once for each other payload, without clear personal texts. Bounded: the
 * oldest go when there are more than CONFLICT_MOST or they are older than CONFLICT_KEPT_DAYS.
 */
#ifndef DUBAN_INGEST_CONFLICT_H
#define DUBAN_INGEST_CONFLICT_H

#include "journal.h"

enum { CONFLICT_MOST = 10000, CONFLICT_KEPT_DAYS = 90, CONFLICT_PLACE_BYTES = DEDUP_KEY_BYTES + PAYLOAD_HASH_BYTES };

void conflict_keep(struct store_txn *txn, const struct submission_key *key, const char *account, uint64_t sequence,
                   int64_t now_ms, struct bytes payload);

/* One that was kept. What it points at is borrowed from the transaction. */
struct conflict {
    uint64_t sequence;                       /* journal sequence of what stands */
    int64_t refused_ms;
    char account[RECORD_MAX_ACCOUNT + 1];
    const uint8_t *client_id;                /* ID_BYTES */
    struct bytes payload;
};

/* Walks over what is kept: all of it, oldest first, or what came against one submission. */
struct conflict_walk {
    struct store_txn *txn;
    struct store_cursor cursor;
    bool of_one;
    uint8_t prefix[DEDUP_KEY_BYTES];         /* of_one */
    bool begun;
    uint8_t place[CONFLICT_PLACE_BYTES];     /* of the row handed out last */
    size_t place_size;
    size_t unreadable;                       /* rows passed over */
};

/* only = whose (its hash does not count); NULL = all. after = a place where an earlier walk of
 * the same kind stood, or empty. False, and nothing is open, when it is no such place. */
bool conflict_walk_open(struct conflict_walk *walk, struct store_txn *txn, const struct submission_key *only,
                        struct bytes after);
/* The next that can be read; false = there is none. */
bool conflict_walk_next(struct conflict_walk *walk, struct conflict *conflict);
/* Before the transaction ends. Logs how many rows could not be read, if any. */
void conflict_walk_close(struct conflict_walk *walk);

#endif
