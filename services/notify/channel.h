/* channel.h - one way out: what it can take, how a message is written for it, what its answer means.
 *
 * A new channel is one file with one struct channel, a number in state.h, a row in channel.c, and its part of
 * notify.yaml in channels.h. What all channels share is elsewhere: the words are rendered (render.h), withdrawals
 * are checked (delivery.c), budgets kept (destination.h), requests sent (wire.h), retries timed (retry.h), outcomes
 * told (outcome.c). Writing and judging are pure: given the same message, settings and moment they say the same.
 */
#ifndef DUBAN_NOTIFY_CHANNEL_H
#define DUBAN_NOTIFY_CHANNEL_H

#include "channel_limits.h"
#include "channels.h"
#include "request.h"
#include "state.h"

struct notify;

/* One message ready to go: a notice, or several of one recipient folded into one. */
struct message {
    uint64_t sequence;             /* of its delivery, of the first when there are several */
    const Duban__Notice *notice;   /* the first of them */
    struct bytes object;           /* line.h: the JSON object of a channel with takes_object, borrowed for the call */
    struct bytes title;            /* otherwise: one line, what it is about */
    struct bytes words;            /* and the text, in the recipient's language, escaped, within the limit */
    uint8_t key[ID_BYTES];         /* idempotency key, the same for every attempt */
    const char *address;           /* in clear; NULL where there is none */
    int64_t now_ms;                /* wall clock of this attempt: far ends compare it with theirs */
};

enum verdict {
    VERDICT_ACCEPTED,
    VERDICT_LATER,                 /* try again; not before wait_ms from now when that is more than the schedule's */
    VERDICT_THROTTLED,             /* the address takes nothing for wait_ms; it was no attempt */
    VERDICT_UNCERTAIN,             /* it may have arrived; the channel's rule says what then */
    VERDICT_DEAD,                  /* this message will never be taken */
    VERDICT_GONE,                  /* nor will any other at this address */
    VERDICT_UNUSABLE,              /* the address cannot be used: the next way or the spool takes it */
};

enum { REFERENCE_BYTES = 64 };

struct judgement {
    enum verdict verdict;
    int64_t wait_ms;
    char detail[DETAIL_BYTES + 1];
    char reference[REFERENCE_BYTES + 1];   /* the far end's own number of it, for its receipt; "" = none */
    uint64_t counted_in;           /* it left with that one, which had no room for its words (fold.h); 0 = it was spelled out */
};

struct channel {
    const char *name;              /* as Recipient.channel has it, and in notify.yaml */
    Duban__Grade proves;           /* the most that it can ever show: DELIVERED, its far end took it; RECEIVED, it is on the device */
    bool needs_address;
    bool address_is_url;           /* what stands behind its # is never sent: it makes no other far end */
    bool one_for_all;              /* every address is reached through the one server or program that its section names */
    bool at_once;                  /* goes with the batch that brings it, in one write: the spool */
    bool last_resort;              /* never given up */
    bool is_private;               /* what goes there is read by its recipient alone, or by his own program */
    bool takes_object;             /* the JSON object instead of words */
    bool folds;                    /* several normal messages may leave as one when its budget is used up */
    enum uncertain uncertain;      /* unless notify.yaml says otherwise */
    size_t text_limit_bytes;       /* of the words, or of each language of an object (channel_limits.h); 0 = none */
    const char *schedule;          /* unless notify.yaml says otherwise */
    const char *budget[BUDGET_MOST_LIMITS + 1];   /* likewise; ended by NULL */

    /* NULL when it can be used, else why not (for a detail, in English). */
    const char *(*unusable)(const struct channel_settings *settings);

    /* What every address is reached through, as notify.yaml has it, without anything secret; of a channel with one_for_all. */
    void (*name_far_end)(const struct channel_settings *settings, struct text *out);

    /* NULL when the address is one for this channel, else what is wrong with it, without quoting it. */
    const char *(*address_fault)(const char *address);

    /* Append words so that nothing in them is markup or a mention there; NULL = as they are. */
    void (*escape)(struct text *out, struct bytes words);

    /* Fill in the cleared request. 0, or -1 without memory. Of a channel that goes over the wire. */
    int (*write)(const struct channel_settings *settings, const struct message *message, struct request *request);

    /* What the answer means. */
    void (*judge)(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement);
};

extern const struct channel channel_spool;
extern const struct channel channel_webhook;
extern const struct channel channel_wecom;
extern const struct channel channel_dingtalk;
extern const struct channel channel_feishu;
extern const struct channel channel_smtp;
extern const struct channel channel_sms;
extern const struct channel channel_exec;

const struct channel *channel_of(enum channel_number number);

/* False when no channel has that name. "" is the spool. */
bool channel_named(const char *name, enum channel_number *number);

/* The most that it can show as it is set up. */
Duban__Grade channel_proves(enum channel_number number, const struct channel_settings *settings);

/* The unusable of channels that only need to be there. */
const char *channel_unset(const struct channel_settings *settings);

/* The address_fault of channels whose addresses are http or https URLs. */
const char *channel_fault_of_url(const char *address);

/* No answer at all is judged alike for every channel: tried again, or uncertain when it may have arrived. True when it
 * was that. */
bool channel_judge_transport(const struct answer *answer, struct judgement *judgement);

/* Fill in: verdict, wait and a formatted detail. */
void judgement_set(struct judgement *judgement, enum verdict verdict, int64_t wait_ms, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "HTTP 200: words" where there are words. */
void judgement_set_status(struct judgement *judgement, enum verdict verdict, int64_t wait_ms, const struct answer *answer);

#endif
