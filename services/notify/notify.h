/* notify.h - duban-notify: carries out what rules decided, and tells what became of it.
 *
 *   rules.outbox --link--> handlers --> deliveries (LMDB) --> spool     --> line in a file
 *                                            |    ^       \-> flights  --> robot, webhook, mail, SMS
 *                                  withdrawn |    | retry         \--asks address--> ingest.query
 *                                            v    |
 *   ingest.outcome <--facts-- outcome     every grade is a fact: delivered, dead, withdrawn, spooled
 *
 * One thread, one loop (notify_turn), one writer. Policy time is rules' TAIL; only sockets
 * look at the monotonic clock. A notice is taken over, its grade and its fact are written in
 * one transaction each, with the cursor and the counts (state.h).
 *
 * Who is where:  handlers.c one function per outbox record   delivery.c the life of a notice, grade.c its end
 * dead_letter.c one that did not arrive   house.c what the house says itself
 * channel_*.c ways out   channels.c notify.yaml   spooling.c lines on their way   flight.c requests on theirs, flight_failing.c far ends that take none
 * destination.c queues and far ends   budget.c how many   wire.c libcurl   vault.c addresses   retry.c when again   render.c, values.c, texts.c, line.c, action_link.c what it says
 * handset.c what came to the device   ledger.c receipts   outcome.c facts back   alarm.c the house's own, house_call.c said while rules cannot   queries*.c, listings.c answers
 * state*.c, spool.c what survives
 */
#ifndef DUBAN_NOTIFY_H
#define DUBAN_NOTIFY_H

#include <curl/curl.h>
#include <zmq.h>

#include "action_link.h"
#include "channel.h"
#include "channels.h"
#include "daemon.h"
#include "disk.h"
#include "flight.h"
#include "fold.h"
#include "handset.h"
#include "heartbeat.h"
#include "house_call.h"
#include "ledger.h"
#include "line.h"
#include "link.h"
#include "metrics.h"
#include "render.h"
#include "retry.h"
#include "signature.h"
#include "spool.h"
#include "state.h"
#include "wording.h"

struct notify_settings {
    char data[256];
    char run[96];
    uint64_t map;
    uint64_t spool_file;               /* size at which the spool goes on in a new file */
    char channels[256];                /* notify.yaml; empty = the spool alone */
    char public_url[256];              /* of the gateway, as phones reach it; empty = messages have no addresses */
    uint32_t links_last_ms;            /* addresses that need no account */
    uint32_t behind_ms;                /* rules' lag from which what is not urgent is held */
    uint32_t tail_stale_ms;
    uint32_t rules_stalled_ms;
    uint32_t disk_percent;             /* used, of disk or map: house alarm */
};

/* ---------------------------------------------------------------- parts of the one struct */

enum {
    VAULT_MOST_TOKENS = 64,
    OUTCOME_REQUESTS = 2,              /* credit */
    OUTCOME_MOST_FACTS = 256,
    ALARMS_MOST = 64,
    ALARMS_RESERVED = 4,               /* of those for the house's own: the spool, the disk, rules silent, rules behind */
    QUERIES_HELD_MOST = 32,
    WAYS_MOST = 5,                     /* of a recipient */
};

struct vault {
    void *socket;                      /* DEALER to ingest.query; NULL = opened at the next question */
    uint64_t request_id;               /* of the question under way; 0 = none */
    uint64_t last_request_id;
    int64_t deadline_ms;               /* monotonic: of the question, or until the next may be asked */
};

enum submission_state { SUBMISSION_FREE, SUBMISSION_UNSENT, SUBMISSION_SENT, SUBMISSION_RECEIPTED };

/* Facts first to last, submitted as one entry; the same ones again until receipted. */
struct submission {
    enum submission_state state;
    uint64_t id;
    uint64_t first, last;
    int64_t at_ms;                     /* monotonic: SENT: when given up; UNSENT: not before */
};

struct outcome {
    void *socket;
    struct submission requests[OUTCOME_REQUESTS];
    uint64_t last_request_id;
    uint64_t next;                     /* first fact that no request covers */
};

struct alarms {
    struct alarm standing[ALARMS_MOST];
    size_t count;
    int64_t tail_heard_ms;             /* monotonic */
    int64_t clock_moved_ms;            /* monotonic: when a TAIL last had a later policy time */
    int64_t behind_since_ms;           /* monotonic; 0 = rules keeps up */
    int64_t disk_looked_ms;            /* monotonic */
    bool disk_is_low;                  /* or the map */
    bool map_is_low;                   /* nothing more is taken over, what was taken over still goes out */
    bool full_logged;
};

struct held_query {
    struct peer peer;
    uint64_t request_id;
    uint64_t min_sequence;
    bool idle;                         /* wants nothing left to do */
    int64_t deadline_ms;               /* monotonic */
};

struct queries {
    void *socket;                      /* ROUTER */
    struct held_query held[QUERIES_HELD_MOST];
    size_t held_count;
    struct arena arena;
};

struct counters {
    uint64_t records;
    uint64_t notices;
    uint64_t withdrawals;
    uint64_t refused_records;
    uint64_t delivered[CHANNEL_COUNT];
    uint64_t dead;
    uint64_t withdrawn;
    uint64_t fell_to_spool;
    uint64_t attempts[CHANNEL_COUNT];  /* requests made */
    uint64_t failures[CHANNEL_COUNT];  /* of those that were not accepted */
    uint64_t other_ways;               /* went on by another way of their recipient */
    uint64_t outcome_requests;
    uint64_t outcome_refusals;
    uint64_t vault_questions;
    uint64_t queries;
    uint64_t bad_frames;               /* at the query socket: malformed, or no question */
    struct render_counts render;
};

struct notify {
    bool settings_refused;             /* notify.yaml was read again and is faulty: what was read before is in use */
    struct notify_settings settings;
    void *zmq;
    struct state state;
    struct link_consumer rules;
    struct spool spool;
    struct channels channels;
    struct action_links action_links;
    struct wire wire;
    struct flights flights;
    struct heartbeat heartbeat;
    struct house_calls house_calls;
    struct handset handset;
    struct vault vault;
    struct outcome outcome;
    struct alarms alarms;
    struct queries queries;
    struct shelf shelf;
    struct counters counters;
    struct arena batch;                /* of the records being taken over */
    struct arena arena;                /* of the one notice under way */
    struct text object;                /* of the notice under way */
    struct text title;
    struct text scratch;
    bool tail_heard;                   /* in this session of rules: before that nobody knows whether it keeps up */
    bool behind;                       /* rules is behind, says its TAIL */
    bool is_stopping;                  /* nothing new is begun */
    bool more;                         /* the next turn must not wait */
    int64_t now_ms;                    /* monotonic, of this turn */
    struct room_wait room;             /* the disk is full: nothing is written before then */
    int64_t settle_at_ms;              /* monotonic: when what can wait is settled by itself; 0 = nothing waits */
};

/* ---------------------------------------------------------------- notify.c: its life */

/* Open everything but the lock; dies with what to do. settings are copied. */
void notify_open(struct notify *notify, void *zmq, const struct notify_settings *settings);
void notify_close(struct notify *notify);

/* Read the settings of channels again, between two turns: what is queued and under way goes on, by the new ones. A faulty
 * file changes nothing. */
void notify_reload(struct notify *notify);

/* The end is near: begin nothing new and wait at most most_ms for the answers of what is on the wire. What has none by then
 * and left for a channel that cannot drop doubles is graded uncertain; the rest goes again after the next start. */
void notify_wind_down(struct notify *notify, int64_t most_ms);

/* Wait for something to happen, at most timeout_ms, and do it. signal_fd -1 = none. */
void notify_turn(struct notify *notify, int signal_fd, int timeout_ms);

/* Everything that needs writing or sending now; called by notify_turn. */
void notify_work(struct notify *notify);

/* What is not urgent waits: rules is behind, or has not said yet. */
bool notify_is_holding(const struct notify *notify);

/* In every transaction: write what has become of things under way; once it is committed,
 * forget them. */
void notify_settle(struct notify *notify, struct store_txn *txn);
void notify_settled(struct notify *notify);

/* What waits to be settled has waited long enough. */
bool notify_is_settling_due(const struct notify *notify);

/* Commit, or die: there is no way on when even the reserve of the map is used up. -1 when only the disk is full:
 * nothing was written, and nothing is until notify_waits_for_room says no. */
int notify_commit(struct notify *notify, struct store_txn *txn);

/* A commit has failed: what is remembered of the transaction is what was committed before; the lines that it
 * added are dropped. */
void notify_drop(struct notify *notify, const struct store_txn *txn);

/* The disk is full and it is not time yet to try again. */
bool notify_waits_for_room(const struct notify *notify);

/* Nothing under way, due, or unreceipted. */
bool notify_is_idle(struct notify *notify);

/* Policy time as far as it can be told: rules' TAIL, and while that stands still in a house that is not a rehearsal what
 * has passed since by our own clock, so that what was taken over still goes out. For queues only: what is written
 * down has the TAIL's time. */
int64_t notify_clock_ms(const struct notify *notify);

/* Earliest retry (policy time); 0 = none. */
int64_t notify_next_attempt_ms(struct notify *notify);

/* ipc endpoint of that name in the run directory. */
void notify_endpoint(const struct notify *notify, const char *name, char *out, size_t size);

/* The texts of that version, from the shelf or the store; NULL when never sent. */
const struct texts *notify_texts(struct notify *notify, struct store_txn *txn, struct bytes version);

/* ---------------------------------------------------------------- handlers.c: outbox records */

/* The sink of the link to rules. */
struct link_sink handlers_sink(struct notify *notify);

/* ---------------------------------------------------------------- delivery.c: the life of a notice */

/* A notice unpacked from the record that brings it. */
struct incoming {
    uint64_t sequence;
    Duban__OutboxRecord *outbox;       /* items may be taken out by a withdrawal in the same batch */
    struct bytes packed;
    bool changed;                      /* packed is older than outbox */
    uint32_t retry;                    /* sent again already, as the same batch says; 0 = not */
    const Duban__Settled *settled;     /* its recipient was told otherwise, as the same batch says; NULL = not */
};

/* Take over a notice: to its channel, and on its way when it can go at once. */
void delivery_take(struct notify *notify, struct store_txn *txn, struct incoming *incoming);

/* Take a task's item out of what is queued, up to a sequence. */
void delivery_withdraw(struct notify *notify, struct store_txn *txn, const uint8_t task[ID_BYTES], uint64_t up_to);

/* Take a task's item out of an unpacked notice. True when there was one. */
bool delivery_take_item_out(Duban__Notice *notice, const uint8_t task[ID_BYTES]);

/* What the channel's answer means for it. attempted: a request was made. Returns when it is tried again (policy time);
 * 0 = not by this way. */
int64_t delivery_judged(struct notify *notify, struct store_txn *txn, uint64_t sequence,
                     const struct judgement *judgement, bool attempted);

/* A line that left with the batch that brought it is in the spool. False when it was not such
 * a one. */
bool delivery_line_written(struct notify *notify, struct store_txn *txn, uint64_t sequence);

/* The same, but it is not there: it goes again from the queue. */
void delivery_queue_again(struct notify *notify, struct store_txn *txn, uint64_t sequence);

/* Out of the queue of a far end that has failed for long, when its recipient has another way. */
void delivery_divert(struct notify *notify, struct store_txn *txn, uint64_t sequence);

/* Not done yet: queued or attempting. */
bool delivery_is_open(const struct delivery *delivery);

/* It has left and its answer has not come: it may arrive. */
bool delivery_is_under_way(struct notify *notify, const struct delivery *delivery);

/* What stands in its queue cannot be read: out of the queue, a dead letter without words that says so. */
void delivery_park_damaged(struct notify *notify, struct store_txn *txn, uint64_t sequence, enum channel_number channel,
                           const uint8_t token[TOKEN_BYTES]);

/* Its record, safe from later writes in the transaction, and its notice. False when it is damaged. */
bool delivery_open_record(struct notify *notify, struct delivery *delivery, Duban__OutboxRecord **outbox);

/* An open delivery and its notice, safe from later writes in the transaction. False when it is
 * not there, done, or damaged. */
bool delivery_load(struct notify *notify, struct store_txn *txn, uint64_t sequence, struct delivery *delivery,
                   Duban__OutboxRecord **outbox);

/* Unpack a delivery's notice into the arena; NULL when damaged (logged). */
Duban__OutboxRecord *delivery_unpack(struct arena *arena, const struct delivery *delivery);

/* Its JSON object, in notify->object until the next one. */
struct bytes delivery_object(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                             const Duban__Notice *notice);

bool delivery_is_expired(const struct notify *notify, const Duban__Notice *notice);

/* To the first of its recipient's ways that can be used; else to the spool. */
void delivery_route(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                    const Duban__Notice *notice);

/* What its recipient's addresses have said of being gone: they are tried again. */
void delivery_forget_gone(struct store_txn *txn, const Duban__Notice *notice);

/* Of the recipient's ways that one: its channel, and the token of its address; empty = none. */
const char *delivery_way_channel(const Duban__Notice *notice, size_t way);
struct bytes delivery_way_token(const Duban__Notice *notice, size_t way);

/* By the next of its recipient's ways. False when there is none. */
bool delivery_goes_another_way(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                               const Duban__Notice *notice);

/* Into the queue of its channel, to be tried after wait_ms. The caller puts it. */
void delivery_queue(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                    const Duban__Notice *notice, int64_t wait_ms);

/* Out of it again, when it is there. The caller puts it. */
void delivery_unqueue(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                      const Duban__Notice *notice);

/* ---------------------------------------------------------------- grade.c: the end of a notice */

/* The grade and its fact, in one transaction. The delivery is out of the queue already;
 * notice is needed for a dead letter only. is_new: it has no row yet. */
void delivery_finish(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                     const Duban__Notice *notice, Duban__Grade grade, bool is_new);

/* The end of one whose recipient was told otherwise; its detail says by whom. It is out of the queue and of
 * the dead letters already. */
void delivery_finish_settled(struct notify *notify, struct store_txn *txn, struct delivery *delivery, bool is_new);

/* ---------------------------------------------------------------- dead_letter.c: one that did not arrive */

bool dead_letter_is(const struct delivery *delivery);

/* Take a task's item out of a dead letter. False when the notice is none. */
bool dead_letter_thin(struct notify *notify, struct store_txn *txn, uint64_t sequence, const uint8_t task[ID_BYTES]);

/* Send it again under its own idempotency key; withdrawn when nothing is left to say. One that is not done
 * yet goes on under the new number; nothing happens to one that is done. */
void dead_letter_resend(struct notify *notify, struct store_txn *txn, const Duban__Resend *resend);

/* The notice as it is to be sent again; it borrows from resend. */
void dead_letter_renew(Duban__Notice *notice, const Duban__Resend *resend);

/* Its recipient was told otherwise: it is not tried any more. Nothing happens to one that has arrived. */
void dead_letter_settle(struct notify *notify, struct store_txn *txn, const Duban__Settled *settled);

/* Who settled it and why, into its detail. */
void dead_letter_note_settled(struct delivery *delivery, const Duban__Settled *settled);

/* ---------------------------------------------------------------- expected.c: when what waits is to leave */

/* Policy time, and what it waits for until then; 0 and UNSPECIFIED when it is not queued. Not before then: what comes
 * meanwhile and is urgent goes first, and an address that the vault was not asked for yet is not known to be busy. */
int64_t expected_ms(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                    Duban__WaitReason *reason);

/* ---------------------------------------------------------------- house.c: what the house says itself */

struct house_reader {
    Duban__Text title;
    Duban__Recipient clerk;
};

/* To whoever reads what the house says: the duty clerk, in both languages, urgent, now. It borrows the reader. */
void house_address(struct notify *notify, Duban__Notice *notice, struct house_reader *reader);

/* Queued for the duty clerk's spool, urgent. about: the outbox sequence that it is about; 0 = the house. */
void house_say(struct notify *notify, struct store_txn *txn, Duban__Notice *notice, uint64_t about);

/* Whom a notice did not reach: the last resort, once each time that it dies. */
void house_say_undelivered(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                           const Duban__Notice *notice);

/* ---------------------------------------------------------------- spooling.c: lines on their way */

/* Settle what the spool has written or could not write. */
void spooling_settle(struct notify *notify, struct store_txn *txn);

/* Write and flush the lines that are due in the queue. True when there were some. */
bool spooling_send_due(struct notify *notify);

/* After a start: lines that are in the spool already are delivered; others go again. */
void spooling_recover(struct notify *notify);

/* ---------------------------------------------------------------- vault.c: addresses */

void vault_close(struct notify *notify);
void vault_receive(struct notify *notify);

/* Ask for what the window wants, when nothing is being asked. */
void vault_ask(struct notify *notify);

/* ---------------------------------------------------------------- outcome.c: facts back to ingest */

void outcome_open(struct notify *notify);
void outcome_close(struct notify *notify);
void outcome_receive(struct notify *notify);

/* Submit what waits, within the credit; again what was not receipted in time. */
void outcome_send(struct notify *notify);

bool outcome_has_receipts(const struct notify *notify);

/* Delete what was receipted; once committed, forget it. */
void outcome_settle(struct notify *notify, struct store_txn *txn);
void outcome_settled(struct notify *notify);

/* ---------------------------------------------------------------- alarm.c: the house's own */

/* Load those that stand. */
void alarm_open(struct notify *notify);

/* Raise once per condition: kept, told to ingest, and to the duty clerk's spool. zh and en: its detail, the same text
 * where it is the far end's own words; each is cut to DETAIL_BYTES. */
void alarm_raise(struct notify *notify, struct store_txn *txn, Duban__AlarmKind kind, const char *subject,
                 const char *zh, const char *en);

/* The same of a channel that ends with its condition: its detail names it. */
void alarm_raise_channel(struct notify *notify, struct store_txn *txn, enum channel_number channel, const char *subject,
                         const char *zh, const char *en);

/* One condition for each way of an account: it cannot be reached by that channel; it took something there again. A notice
 * that tells of a failure or an alarm raises none: whom it does not reach would be told of that, and so on. */
void alarm_unreachable(struct notify *notify, struct store_txn *txn, const Duban__Notice *notice, size_t way,
                       const char *why);
void alarm_reachable(struct notify *notify, struct store_txn *txn, const Duban__Recipient *recipient, size_t way);

/* One condition for each far end: it has failed for longer than its channel's failing_after; it works again. Nobody
 * settles it: whose robot was replaced, and whose address was corrected, sends nothing to the old one any more, and the
 * alarm ends by itself once that was so for FORSAKEN_AFTER_MS (alarm_forsaken), saying so. What fails there later is
 * a new one. */
void alarm_far_end(struct notify *notify, struct store_txn *txn, const struct far_end *far_end);
void alarm_forsaken(struct notify *notify, struct store_txn *txn, const struct far_end *far_end);

/* Somebody has dealt with it; it may be raised anew. Nothing happens when it does not stand. */
void alarm_settle(struct notify *notify, struct store_txn *txn, const Duban__AlarmSettled *settled);

/* As fields of a message, which borrows them. */
void alarm_fill_way(Duban__HouseAlarm *message, const struct failing_way *way);

/* What is said of an alarm under that kind of message. key: unlike that of any other with another kind or number. */
struct alarm_notice {
    char zh[512], en[512];
    uint8_t key[ID_BYTES];
    Duban__Text matter;
    Duban__NoticeItem item;
    Duban__NoticeItem *items[1];
    Duban__Notice notice;              /* borrows the rest; without a recipient */
};
void alarm_word(struct alarm_notice *words, const struct alarm *alarm, const char *kind, uint64_t number);

/* The one of that kind that stands; NULL = none does. */
const struct alarm *alarm_standing(const struct notify *notify, Duban__AlarmKind kind, const char *subject);

/* The condition is over. */
void alarm_clear(struct notify *notify, struct store_txn *txn, Duban__AlarmKind kind, const char *subject);
bool alarm_stands(const struct notify *notify, Duban__AlarmKind kind, const char *subject);

/* Look now: before every batch, because a few of them may fill what is left. */
bool alarm_map_is_low(struct notify *notify);

/* Rules is heard, its time goes on (where it is not a rehearsal's), and it keeps up: whatever alarms stand. */
bool alarm_rules_is_alive(const struct notify *notify);

/* Is TAIL stale, rules stalled, the disk low? True when alarm_check would change something. */
bool alarm_is_due(struct notify *notify);
void alarm_check(struct notify *notify, struct store_txn *txn);

/* ---------------------------------------------------------------- queries*.c, listings.c: answers */

int queries_open(struct notify *notify, const char *endpoint);
void queries_close(struct notify *notify);
void queries_receive(struct notify *notify);

/* Answer held ones that can be answered now, or whose time is over. */
void queries_pump(struct notify *notify);

/* A held one waits until nothing is left to do: what was put off is done now. */
bool queries_want_idle(const struct notify *notify);
int queries_timeout_ms(const struct notify *notify);

/* One question being answered. */
struct question {
    struct notify *notify;
    const struct peer *peer;
    const Duban__Query *query;
    Duban__Reply reply;
};

/* Send question->reply. */
void queries_reply(struct question *question);

void listings_deliveries(struct question *question, const Duban__DeliveriesQuery *deliveries);
void listings_dead_letters(struct question *question);
void queries_alarms(struct question *question, const Duban__AlarmsQuery *alarms);
void queries_ledger(struct question *question, const Duban__LedgerQuery *ledger);
void queries_render(struct question *question, const Duban__RenderQuery *wanted);
void queries_action_link(struct question *question, const Duban__ActionLinkQuery *wanted);
void queries_action_links_end(struct question *question, const Duban__ActionLinksEnd *wanted);

/* Answer that it cannot be answered, and asking again is of no use. */
void queries_fault(struct question *question, const char *field, const char *zh, const char *en);

/* Answer that it cannot be answered now, and may be later. */
void queries_later(struct question *question, const char *field, const char *zh, const char *en);

/* As many as notify->alarms has, in the arena of queries, with its texts; NULL when there is no memory. */
Duban__HouseAlarm **queries_standing_alarms(struct notify *notify);

#endif
