/* rereads.h - photos in the store, read once more, one after another, for as long as the gateway runs.
 *
 * A disk that loses a byte says nothing until somebody reads it. So one photo is read every REREAD_EVERY_MS, wherever the last run
 * left off: from a place that chance gives, in the order of their hashes, round and round. What has another hash than its name is
 * a loss (losses.h).
 */
#ifndef DUBAN_GATEWAY_REREADS_H
#define DUBAN_GATEWAY_REREADS_H

#include "state.h"

enum { REREAD_EVERY_MS = 10 * 1000 };

struct gateway;

/* All zero: begins with the first turn. */
struct rereads {
    bool has_begun;
    int64_t next_ms;                   /* monotonic */
    struct declared_photo last;
    uint64_t photos;                   /* read since the start, whole or not */
};

/* Read the next one, if it is time. */
void rereads_turn(struct rereads *rereads, struct gateway *gateway);

#endif
