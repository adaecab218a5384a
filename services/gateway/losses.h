/* losses.h - photos that were stored and that reports declare, whose file is not there any more as it came.
 *
 * What was stored is known with its size (state.h): some of it is looked for in each turn, all of it within an hour or so; whoever
 * shows a photo finds the same. What is found stays known until its file is as it came. Nothing is deleted or mended.
 */
#ifndef DUBAN_GATEWAY_LOSSES_H
#define DUBAN_GATEWAY_LOSSES_H

#include <sys/types.h>
#include <time.h>

#include "evidence.h"
#include "query.pb-c.h"
#include "state.h"

enum { LOSSES_MOST = 256 };

/* By which another file, and one that was written since, is known. */
struct loss_file {
    ino_t number;
    struct timespec changed;
};

struct loss {
    struct declared_photo photo;
    Duban__PhotoLoss how;
    struct loss_file file;             /* of one that is there with the right size: another may be whole */
};

struct losses {
    struct loss known[LOSSES_MOST];    /* one for each photo */
    size_t count;
    uint64_t beyond;                   /* more that this round has found, or the last one */
    bool is_resting;                   /* until next_ms (monotonic); otherwise some are looked for in each turn */
    int64_t next_ms;
    struct declared_photo last;        /* that was looked for in this round; none where report_sequence is 0 */
    uint64_t rounds;                   /* complete, since the start */
};

/* The next ones, if it is time. To be called about once a second. */
void losses_turn(struct losses *losses, struct gateway *gateway);

/* That photo is not there as it came: said in the log where that is news. size_bytes is its right one. False: LOSSES_MOST others are
 * known, and it is left to losses_turn to count it. */
bool losses_note(struct losses *losses, const struct evidence *evidence, const struct declared_photo *photo, Duban__PhotoLoss how);

/* All of it could be read just now, and is as it came. */
void losses_end(struct losses *losses, const uint8_t sha256[SHA256_BYTES]);

/* How many are known: of known those that are whole again have gone. */
uint64_t losses_count(struct losses *losses, const struct evidence *evidence);

#endif
