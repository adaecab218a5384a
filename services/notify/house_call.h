/* house_call.h - what the house tells somebody by itself while rules, which decides on whom to tell, cannot.
 *
 * Rules makes no progress, or nothing is heard from it, for house_after: then each way of the section house: of notify.yaml
 * gets one message that says so, and one when it is over, but only where the first was taken. They go past the queues: a
 * failed one is tried again until it is taken, or there is nothing to tell any more. What was told is remembered in memory:
 * after a restart it is told once more if it still stands.
 */
#ifndef DUBAN_NOTIFY_HOUSE_CALL_H
#define DUBAN_NOTIFY_HOUSE_CALL_H

#include "channel.h"
#include "wire.h"

enum { HOUSE_CALL_CAUSES = 2 };        /* rules stalled, its TAIL stale */

struct house_call {
    struct attempt attempt;
    bool under_way;
    size_t cause;                      /* that it is under way for ... */
    bool stands;                       /* ... and whether it says that it stands, or is over */
    bool told[HOUSE_CALL_CAUSES];      /* that it stands */
    uint32_t failures;                 /* in a row */
    int64_t next_ms;                   /* monotonic: not before then */
};

struct house_calls {
    struct house_call calls[HOUSE_WAYS_MOST];    /* one for each way of channels->house */
    struct alarm last[HOUSE_CALL_CAUSES];        /* as it stands, or stood */
    int64_t since_ms[HOUSE_CALL_CAUSES];         /* monotonic; 0 = it does not stand */
    uint64_t sent, failed;
};

struct notify;

/* Begin what is to be told now. */
void house_calls_make(struct notify *notify);

/* The settings are to be read again: what is under way is given up, and begun anew. */
void house_calls_reload(struct notify *notify);
void house_calls_close(struct notify *notify);

#endif
