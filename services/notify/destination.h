/* destination.h - where messages queue, and what is known of the far end there.
 *
 * A destination is an address token of one channel: its messages have a queue of their own in the store, so that one
 * far end that is slow, throttled or dead holds up nobody else. What lies behind tokens is known once the vault has
 * been asked: two people may share one robot, and then its budget, its penalties and its failures are shared too. That
 * is the far end, known by a digest of its address (of a URL without what stands behind its #, which is never sent);
 * what must outlive a restart of it is a row of its own.
 *
 *   queue of token A \
 *                     > far end: bucket, not before, failures, window (slow start: 1, doubled by each success)
 *   queue of token B /
 *
 * Only destinations with something queued and far ends with something to remember are in memory.
 */
#ifndef DUBAN_NOTIFY_DESTINATION_H
#define DUBAN_NOTIFY_DESTINATION_H

#include "channel.h"

enum {
    BACK_OFF_MOST_MS = 5 * 60 * 1000,
    FORSAKEN_AFTER_MS = 2 * 24 * 3600 * 1000,   /* longer than any wait of a usual schedule */
    ADDRESS_GOOD_FOR_MS = 60 * 1000,    /* so long after the vault was asked what waits for a far end is not asked for again */
};

struct far_end {
    enum channel_number channel;
    uint8_t digest[DIGEST_BYTES];       /* of its address: of a URL up to its # */
    struct far_end_row kept;            /* state.h: bucket, not_before, failures; failing_since: throttled counts too */
    uint32_t flying;
    uint32_t window;                    /* requests that it may have at a time by now */
    bool answers_well;                  /* the last thing that it did was to take one */
    bool forsaken;                      /* what was kept of it is deleted by the transaction under way */
};

struct destination {
    enum channel_number channel;
    uint8_t token[TOKEN_BYTES];         /* zero where the channel has no addresses */
    int64_t due_ms[LANES_PER_CHANNEL];  /* earliest of its queue, by lane; INT64_MAX = none; never later than it is */
    bool has_digest;
    uint8_t digest[DIGEST_BYTES];       /* of its far end, as the vault last said ... */
    int64_t addressed_ms;               /* ... at that time */
    uint32_t in_window;                 /* its messages in the window */
    bool diverted;                      /* it failed for long, and what waited then was sent another way where there was one */
    struct queue_place diverted_to[LANES_PER_CHANNEL];
    struct queue_place taken[LANES_PER_CHANNEL];   /* up to where its queue was taken into the window in this round */
};

struct destinations {
    struct destination *list;           /* by channel and token */
    size_t count, capacity;
    size_t turn;                        /* whose turn it is next */
    struct far_end *far_ends;           /* by channel and digest */
    size_t far_end_count, far_end_capacity;
};

/* Find what is queued and what is remembered. 0, or -1 without memory. */
int destinations_open(struct destinations *destinations, struct store_txn *txn);
void destinations_close(struct destinations *destinations);

/* Made when it is not there; NULL without memory. Valid until another is made or destinations_prune. */
struct destination *destination_of(struct destinations *destinations, enum channel_number channel,
                                   const uint8_t token[TOKEN_BYTES]);
struct far_end *far_end_of(struct destinations *destinations, enum channel_number channel,
                           const uint8_t digest[DIGEST_BYTES]);

/* The one that is there already; NULL = none. */
const struct destination *destination_known(const struct destinations *destinations, enum channel_number channel,
                                            const uint8_t token[TOKEN_BYTES]);

/* Another attempt there is over: what waits for it is to be looked at again. */
void destinations_divert_anew(struct destinations *destinations, const struct far_end *far_end);

/* The settings may be others than those under which budgets were used up: a penalty that a far end has set stays. */
void destinations_fit(struct destinations *destinations, const struct channels *channels, int64_t now_ms);

/* The one that its messages went to last; NULL when that is not known yet. */
struct far_end *destination_far_end(struct destinations *destinations, const struct destination *destination);

/* Something was queued there. */
void destinations_note_due(struct destinations *destinations, enum channel_number channel,
                           const uint8_t token[TOKEN_BYTES], bool urgent, int64_t due_ms);

/* When the next message there may go: due, and its far end takes it. INT64_MAX = nothing is queued. */
int64_t destination_next_ms(struct destinations *destinations, const struct destination *destination,
                            const struct channel_settings *settings, int64_t now_ms);

/* Of a far end alone: 0 = now. */
int64_t far_end_wait_ms(const struct far_end *far_end, const struct channel_settings *settings, int64_t now_ms);

/* Somebody says that it is to be tried now: back-off is over, a penalty that it has set is not. */
void destination_try_now(struct destinations *destinations, enum channel_number channel,
                         const uint8_t token[TOKEN_BYTES]);

/* What an answer means for it. again_ms: when the message that failed is tried again, which its others do not wait for
 * longer than BACK_OFF_MOST_MS; said_ms: the wait that it has asked for itself, 0 = none. */
void far_end_accepted(struct far_end *far_end, const struct channel_settings *settings);
void far_end_failed(struct far_end *far_end, int64_t now_ms, int64_t again_ms, int64_t said_ms);
void far_end_throttled(struct far_end *far_end, const struct channel_settings *settings, int64_t now_ms,
                       int64_t wait_ms);

/* Does it fail, and nothing was sent there for FORSAKEN_AFTER_MS (policy time) nor waits to be? Nobody can know then whether
 * it still fails: its address was changed, or nobody has anything for it. */
bool far_end_is_forsaken(const struct destinations *destinations, const struct far_end *far_end, int64_t now_ms);

/* It has taken nothing for longer than its channel's failing_after. */
bool far_end_has_failed_for_long(const struct far_end *far_end, const struct channel_settings *settings, int64_t now_ms);

/* As if nothing had ever been sent there. */
void far_end_forget(struct far_end *far_end);

/* Forget what has nothing queued and nothing to remember. */
void destinations_prune(struct destinations *destinations, const struct channels *channels, int64_t now_ms);

#endif
