/* channel.h - one way out: what it can take, how to send, how to judge the answer.
 *
 * A new channel is one file with one struct channel, a number in state.h and a row in
 * channel.c. What all channels share is elsewhere: the text is rendered (line.h), withdrawals
 * are checked (delivery.c), retries are timed (retry.h), outcomes are told (outcome.h).
 */
#ifndef DUBAN_NOTIFY_CHANNEL_H
#define DUBAN_NOTIFY_CHANNEL_H

#include "state.h"

struct notify;

/* One notice ready to go. */
struct message {
    const struct delivery *delivery;
    const Duban__Notice *notice;
    struct bytes object;           /* line.h: the JSON object, borrowed for the call */
    void *place;                   /* where the channel keeps this attempt; NULL for none */
};

/* What came back. */
struct answer {
    int status;                    /* of HTTP; 0 = none */
    const char *error;             /* of the transport, without addresses; NULL = none */
    int64_t retry_after_s;         /* -1 = not said */
    const char *words;             /* the far end's own, "" = none */
};

enum verdict {
    VERDICT_DELIVERED,
    VERDICT_LATER,                 /* try again; not before wait_ms from now when that is more than the schedule's */
    VERDICT_DEAD,                  /* this message will never be taken */
    VERDICT_GONE,                  /* nor will any other at this address */
    VERDICT_UNUSABLE,              /* the address cannot be used: the spool takes it */
};

struct judgement {
    enum verdict verdict;
    int64_t wait_ms;
    char detail[DETAIL_BYTES + 1];
};

struct channel {
    const char *name;              /* as Recipient.channel has it */
    bool needs_address;
    bool at_once;                  /* goes with the batch that brings it, in one write */
    bool last_resort;              /* never given up */
    size_t text_limit_bytes;       /* of each language; 0 = none */

    /* NULL when it can be used, else why not (for a detail, in English). */
    const char *(*unusable)(const struct notify *notify);

    /* Take the message. 0, or -1: this attempt cannot be made now. */
    int (*send)(struct notify *notify, const struct message *message);

    /* Pure. */
    void (*judge)(const struct answer *answer, struct judgement *judgement);
};

extern const struct channel channel_spool;
extern const struct channel channel_webhook;

const struct channel *channel_of(enum channel_number number);

/* False when no channel has that name. "" is the spool. */
bool channel_named(const char *name, enum channel_number *number);

#endif
