/* handset.h - whether text messages came to the device: a gateway is asked for its delivery receipts.
 *
 * A gateway that has taken a message gives it a number. While such numbers wait, receipts.url of notify.yaml is asked every
 * receipts.every; a receipt that says "delivered" grades its notice RECEIVED, any other sends it on by the next way of its
 * recipient, and where there is none makes it a dead letter (NOT_RECEIVED). What stays without a receipt for
 * HANDSET_WITHIN_MS stays "accepted by the channel".
 *
 *   accepted -> TABLE_REFERENCE -> handset_ask -> handset_settle -> RECEIVED | another way | NOT_RECEIVED
 */
#ifndef DUBAN_NOTIFY_HANDSET_H
#define DUBAN_NOTIFY_HANDSET_H

#include "channel.h"
#include "wire.h"

/* An answer of ANSWER_MOST_BYTES holds no more receipts than that: none has a row of less than 16 bytes. */
enum { HANDSET_RECEIPTS_MOST = 4096, HANDSET_WITHIN_MS = 72 * 60 * 60 * 1000, HANDSET_CODE_BYTES = 64 };

struct handset_receipt {
    char reference[REFERENCE_BYTES + 1];
    char code[HANDSET_CODE_BYTES + 1];
};

struct handset {
    struct attempt attempt;
    struct text answer;
    bool under_way;
    bool answered;                     /* to be settled, be it that there are no receipts */
    bool unreadable;                   /* what came was cut, or is no list of receipts: some may be lost */
    bool perhaps_awaited;              /* something is, unless a look into the store says otherwise */
    int64_t next_ms;                   /* monotonic */
    struct handset_receipt receipts[HANDSET_RECEIPTS_MOST];
    size_t count;
    uint64_t asked, failed;
};

struct notify;

void handset_open(struct notify *notify);
void handset_close(struct notify *notify);

/* The attempt that is being settled was accepted: remember its number. False when no receipt will come. */
bool handset_await(struct notify *notify, struct store_txn *txn, const struct delivery *delivery);

/* Take a task's item out of a notice whose receipt is awaited. False when it is none. */
bool handset_thin(struct notify *notify, struct store_txn *txn, uint64_t sequence, const uint8_t task[ID_BYTES]);

/* Ask when it is time and something is awaited. */
void handset_ask(struct notify *notify);

/* The settings were read again: it is not asked later than they say. */
void handset_reloaded(struct notify *notify);
int handset_timeout_ms(const struct notify *notify);

/* An answer has come: what its receipts mean; once committed, forget them. */
bool handset_has_answer(const struct notify *notify);
void handset_settle(struct notify *notify, struct store_txn *txn);
void handset_settled(struct notify *notify);

/* ---------------------------------------------------------------- channel_sms.c: how a gateway is asked */

/* Fill in the cleared request. 0, or -1 without memory. */
int sms_ask_receipts(const struct sms_settings *sms, struct request *request);

/* The receipts of an answer, as far as they can be read; none where there is no list. -1: it is no JSON, or no list stands
 * where it should. */
int sms_read_receipts(const struct sms_settings *sms, const char *words, struct handset_receipt *receipts, size_t most);

#endif
