/* flight.h - the window over the queues: what is addressed, under way, landed.
 *
 *   queue -> FLIGHT_UNADDRESSED -> FLIGHT_READY -> FLIGHT_FLYING -> FLIGHT_LANDED -> settled
 *             asks the vault        budget, last look   on the wire    judged           in one transaction
 *
 * The queues live in the store; at most FLIGHTS_MOST flights are in memory. Destinations take turns, and a far end
 * that has not answered well lately gets one flight at a time (destination.h), all such together at most half of the
 * window: one that is slow or dead holds up nobody else. A notice is read again from the store at the last moment
 * before it is sent: a withdrawal may have come. Messages wait until then in their queue, so that a crash loses nothing.
 */
#ifndef DUBAN_NOTIFY_FLIGHT_H
#define DUBAN_NOTIFY_FLIGHT_H

#include "destination.h"
#include "wire.h"

enum {
    FLIGHTS_MOST = 256,
    FOLDED_MOST = 50,                  /* messages that leave as one */
};

enum flight_state {
    FLIGHT_FREE,
    FLIGHT_UNADDRESSED,                /* its address is asked of the vault */
    FLIGHT_READY,
    FLIGHT_FLYING,
    FLIGHT_LANDED,                     /* judged; the next transaction settles it */
};

struct flight {
    enum flight_state state;
    enum channel_number channel;
    uint8_t token[TOKEN_BYTES];
    bool urgent;
    uint64_t sequence;                 /* of the first of its messages */
    uint64_t folded[FOLDED_MOST - 1];  /* and of those that leave with it */
    size_t folded_count;
    size_t spelled_out;                /* of them all, that had room for their words; the others were counted */
    bool attempted;                    /* a request was made: it counts */
    bool damaged;                      /* its row cannot be read */
    bool renewed;                      /* its address was gone and is another one now */
    char *address;                     /* from FLIGHT_READY on; wiped when its place is free again */
    uint8_t address_digest[DIGEST_BYTES];      /* of all of it: another secret behind # is another address */
    uint8_t far_end_digest[DIGEST_BYTES];      /* of what it reaches (destination.h) */
    struct attempt attempt;
    struct judgement judgement;
};

struct flights {
    struct destinations destinations;
    struct flight list[FLIGHTS_MOST];
    size_t used;                       /* that are not free */
    size_t flying;
    size_t landed;
    uint32_t used_by_channel[CHANNEL_COUNT];
    uint32_t flying_by_channel[CHANNEL_COUNT];
    int64_t accepted_ms[CHANNEL_COUNT];    /* policy time: when it last took something; 0 = not since the start */
};

struct notify;

void flights_open(struct notify *notify);
void flights_close(struct notify *notify);

/* Take messages that are due into the window, as far as there is room. */
void flights_refill(struct notify *notify);

/* Start what has its address, within the limits. */
void flights_start(struct notify *notify);

/* Those on the wire will not be heard of any more: uncertain, where their channel leaves such ones alone. */
void flights_leave(struct notify *notify);

/* Tokens wanted from the vault, each once. Returns how many. */
size_t flights_wanted(const struct notify *notify, ProtobufCBinaryData *tokens, size_t most);

/* The vault's answer; clear NULL = no such row any more. */
void flights_addressed(struct notify *notify, const uint8_t *token, const char *clear);

/* Settle what has landed; once committed, make its place free. */
void flights_settle(struct notify *notify, struct store_txn *txn);
void flights_settled(struct notify *notify);

/* That message's flight; NULL when it is not in the window. */
struct flight *flights_find(struct notify *notify, uint64_t sequence);

/* When the earliest message may go, of all queues but the spool's; INT64_MAX = never. */
int64_t flights_next_ms(struct notify *notify);

/* ---------------------------------------------------------------- flight_failing.c */

/* Far ends that have failed for long: what waits there goes another way where there is one. True when there is
 * something to do; the second does a part of it. */
bool flights_have_to_divert(struct notify *notify);
void flights_divert(struct notify *notify, struct store_txn *txn);

/* Far ends that fail and that nothing goes to any more (destination.h): flights_settle ends their alarm and forgets them. */
bool flights_have_forsaken(const struct notify *notify);
void flights_forsake(struct notify *notify, struct store_txn *txn);
void flights_forget_forsaken(struct notify *notify);   /* once that is committed */

/* Of the far end behind that token, as far as it is known: since when it has taken nothing (0 = it is not failing); is that
 * longer than failing_after; and would what is queued there now have to wait for it, rather than be what it is tried with. */
int64_t flights_failing_since_ms(struct notify *notify, enum channel_number channel, const uint8_t token[TOKEN_BYTES]);
bool flights_have_failed_for_long(struct notify *notify, enum channel_number channel, const uint8_t token[TOKEN_BYTES]);
bool flights_would_wait(struct notify *notify, enum channel_number channel, const uint8_t token[TOKEN_BYTES]);

#endif
