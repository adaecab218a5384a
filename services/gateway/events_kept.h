/* events_kept.h - the latest events, as they are sent: a ring by the sequence of their facts, bounded in number and in bytes.
 *
 * What it holds is without gaps; whoever wants what is older, or could not be kept, asks rules.
 */
#ifndef DUBAN_GATEWAY_EVENTS_KEPT_H
#define DUBAN_GATEWAY_EVENTS_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query.pb-c.h"

enum { EVENTS_KEPT = 1024, EVENTS_CODE_BYTES = 33 };

/* Which row of READINGS says who sees it. */
enum event_kind { EVENT_NOTICE, EVENT_CASE, EVENT_FACT, EVENT_KIND_COUNT };

struct event {
    uint64_t sequence;                 /* of its fact */
    enum event_kind kind;
    char *text;                        /* as it is sent; NULL = nothing is kept here. To be freed */
    size_t size;
    bool tells_times;
    char zone[EVENTS_CODE_BYTES], area[EVENTS_CODE_BYTES], own[EVENTS_CODE_BYTES];
};

struct events_kept {
    struct event ring[EVENTS_KEPT];    /* by sequence, the oldest overwritten */
    uint64_t first, last;              /* sequences: all of first to last are kept; first = last + 1: none is */
    size_t bytes;
};

/* What is sent for it. False: memory is out, and event->text is NULL. */
bool event_make(struct event *event, const Duban__EventRow *row);

/* From now on those after `last` are kept. Accepts what is all zero. */
void events_keep_nothing(struct events_kept *kept, uint64_t last);

/* Keep one more; what cannot be is passed over, with all that came before it. */
void events_keep(struct events_kept *kept, const Duban__EventRow *row);

/* One that is kept. */
const struct event *event_kept(const struct events_kept *kept, uint64_t sequence);

#endif
