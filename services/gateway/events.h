/* events.h - GET /v1/events: what is decided, as it is decided (server-sent events, WHATWG HTML 9.2).
 *
 *   rules --EventRows--> the latest ones, once for all --each what he may see--> listeners
 *
 * One question waits at rules for all who listen; each listener is a place in what it brings. Who takes too slowly falls
 * behind what is kept and is told the rest by questions of his own, one at a time for all who have fallen behind; who takes nothing at all is cut off. In both cases, as
 * after any break, the id of the last event that he has got brings him to the next: no gap, and nothing twice. A stream
 * ends after a while, so that it ends too for whoever may not listen any more.
 */
#ifndef DUBAN_GATEWAY_EVENTS_H
#define DUBAN_GATEWAY_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events_kept.h"
#include "http.h"

struct gateway;
struct listener;

struct events {
    struct gateway *gateway;
    struct request house;              /* in whose name rules is asked: it has no connection */
    struct events_kept kept;           /* for all who listen */
    uint64_t applied;                  /* of the journal, at the last answer */
    struct listener *listeners;
    uint32_t count;
    bool is_asking, is_catching_up;    /* for what is new; for one who has fallen behind */
    uint64_t places;                   /* given to those who have fallen behind */
    int64_t ask_ms;                    /* monotonic: not asked again before */
    uint64_t told, fallen_behind, refused;   /* since the start */
};

void events_open(struct events *events, struct gateway *gateway);
void events_close(struct events *events);

/* Ask what is new, if somebody listens; tell each listener that it is still there; end those whose time is over. */
void events_turn(struct events *events);

/* For how many milliseconds at most nothing has to be done. */
int events_timeout_ms(const struct events *events);

/* End all streams, or those of an account, so that nobody hears on by what does not count any more: their listeners come again. */
void events_end_all(struct events *events);
void events_end_of(struct events *events, const char *account);

/* The handler. */
void events_listen(struct request *request);

#endif
