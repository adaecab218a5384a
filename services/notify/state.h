/* state.h - what survives a restart of notify.
 *
 * All keys are big-endian, so that byte order is the order of sequences and of time.
 * Values start with a version byte; to change a layout: add 1 to its version, teach its
 * reader the old one, add a test that reads an old row.
 *
 * A delivery is QUEUED (and then has its rows in queue and task), ATTEMPTING (its spool line
 * leaves with the batch that brought it), or done. What is tried from the queue stays QUEUED
 * until its answer is committed: after a crash a webhook goes again with the same webhook-id,
 * a spool line is looked for first.
 */
#ifndef DUBAN_NOTIFY_STATE_H
#define DUBAN_NOTIFY_STATE_H

#include "arena.h"
#include "budget.h"
#include "digest.h"
#include "outbox.pb-c.h"
#include "query.pb-c.h"
#include "store.h"
#include "text.h"

enum table {
    TABLE_META,       /* "head" -> struct head */
    TABLE_DELIVERY,   /* sequence u64 -> struct delivery; done ones stay, without the notice */
    TABLE_HOUSE,      /* HOUSE_BIT + number u64 -> struct delivery: what the house itself says; gone when done */
    TABLE_DUE,        /* the queue of former versions: moved to TABLE_QUEUE when it is opened */
    TABLE_TASK,       /* task 16, sequence u64 -> nothing; of QUEUED ones, dead letters, and those whose receipt is awaited */
    TABLE_OUTCOME,    /* number u64 -> struct fact: not yet receipted by ingest */
    TABLE_TEXTS,      /* version 32 -> packed Texts */
    TABLE_ENDPOINT,   /* address token 16 -> struct endpoint: said "gone", not used any more */
    TABLE_DEAD,       /* sequence u64 -> nothing; its delivery keeps the notice */
    TABLE_ALARM,      /* kind u8, subject 8 -> struct alarm: those that stand */
    TABLE_ENDED,      /* number u64 -> struct ended_alarm: the last ENDED_ALARMS_MOST */
    TABLE_QUEUE,      /* channel u8, address token 16, lane u8, due_ms u64, sequence u64 -> nothing; of QUEUED ones */
    TABLE_FAR_END,    /* channel u8, address digest 32 -> struct far_end_row: those with something to remember */
    TABLE_REFERENCE,  /* channel u8, the far end's own number -> struct reference: whose receipt is awaited */
    TABLE_AWAITED,    /* at_ms u64, then the key of TABLE_REFERENCE -> nothing: the same by time */
    TABLE_LEDGER,     /* number u64 -> chain 32, packed DeliveryReceipt (ledger.h) */
    TABLE_LINK_ENDED, /* task 16 (zero: every one), account -> version u8, moment s u64: links decided up to it open nothing */
    TABLE_COUNT
};

#define HOUSE_BIT (UINT64_C(1) << 63)

enum {
    DETAIL_BYTES = 200,
    SUBJECT_BYTES = 8,
    ENDED_ALARMS_MOST = 256,
    NAME_BYTES = 64,                  /* of a channel or account, as far as an alarm keeps it */
    DESTINATION_BYTES = 128,
};

/* Stored: never renumber. Channels are listed by name in channel.h. */
enum channel_number {
    CHANNEL_SPOOL, CHANNEL_WEBHOOK, CHANNEL_WECOM, CHANNEL_DINGTALK, CHANNEL_FEISHU, CHANNEL_SMTP, CHANNEL_SMS,
    CHANNEL_EXEC, CHANNEL_COUNT,
};

/* Of each queue two: what is urgent does not wait behind what is not. */
enum { LANE_URGENT, LANE_NORMAL, LANES_PER_CHANNEL };

/* Where a message stands in the queue of its destination. */
struct queue_place {
    int64_t due_ms;
    uint64_t sequence;
};

struct head {
    uint64_t lineage;                 /* 0 = none yet */
    uint64_t cursor;                  /* last outbox record taken over */
    uint64_t attempting_after;        /* only deliveries after this one can be ATTEMPTING */
    uint8_t digest[DIGEST_BYTES];     /* the outbox chain at the cursor */
    int64_t clock_ms;                 /* policy time, as far as heard */
    uint32_t spool_file;              /* everything up to here is settled ... */
    uint64_t spool_bytes;             /* ... what lies behind may be a crash's */
    uint64_t house_last;              /* house messages made */
    uint64_t outcome_last;            /* facts written */
    uint64_t outcomes_waiting;        /* facts not receipted */
    uint64_t queued;
    uint64_t delivered;
    uint64_t dead;
    uint64_t withdrawn;
    uint64_t uncertain;
    uint64_t ledger_last;             /* receipts written */
    uint8_t ledger_chain[DIGEST_BYTES];    /* of the last one */
    uint8_t texts_version[DIGEST_BYTES];   /* the newest: for what the house itself says */
    bool rehearsal;
};

struct state {
    struct store store;
    struct head head;                 /* with the changes of the transaction that is open */
    struct head committed;
    struct text row;                  /* where rows are put together */
    uint64_t commits;
};

struct receipt;

struct delivery {
    uint64_t sequence;
    Duban__DeliveryState state;
    enum channel_number channel;
    bool urgent;
    bool emptied;                     /* every item was withdrawn while it was under way */
    bool fell;                        /* its channel could not be used: the spool is not the recipient's choice */
    bool settled;                     /* its recipient was told otherwise while it was under way */
    bool awaited;                     /* DELIVERED, and its far end is to say whether it came to the device: the record stays */
    bool accepted;                    /* of this sending a channel had taken it, and lost it: it is not DELIVERED twice */
    uint8_t way;                      /* of its recipient's ways the one that it goes by now; 0 = the first */
    uint8_t token[TOKEN_BYTES];       /* of its address there; zero = the channel has none */
    uint32_t retry;                   /* sent again for the n-th time; 0 = the first sending */
    uint32_t attempts;
    int64_t queued_ms;
    int64_t next_ms;                  /* QUEUED: policy time; its place in its queue */
    int64_t first_ms;                 /* when it was first tried by this way; 0 = not yet */
    int64_t done_ms;
    uint64_t about;                   /* outbox sequence that it is about; 0 = the house itself */
    uint64_t receipt_last;            /* number of its newest receipt; 0 = none */
    struct receipt *receipt;          /* of the attempt that is being settled, not stored; NULL = none is */
    uint64_t counted_in;              /* by that attempt, not stored: as of its judgement */
    char detail[DETAIL_BYTES + 1];
    struct bytes record;              /* packed OutboxRecord with the notice; kept until done, and when dead */
};

/* A message that a far end has taken, by the number that it gave it. */
struct reference {
    uint64_t notice;
    uint32_t retry;
    int64_t at_ms;
};

/* The way out that an alarm is about; without a channel it is about none. */
struct failing_way {
    char channel[NAME_BYTES + 1];
    char account[NAME_BYTES + 1];     /* who is not reached by it; of a far end, one of those whose messages it did not take */
    char destination[DESTINATION_BYTES + 1];   /* the server, gateway or program; "" = the address of that account */
    bool is_far_end;                  /* nothing is taken there, whoever it is for */
};

/* One fact that ingest is to journal. */
struct fact {
    uint64_t number;
    bool is_alarm;
    uint64_t notice;                  /* of an outcome */
    uint32_t retry;
    Duban__Grade grade;
    enum channel_number channel;
    uint32_t attempts;
    uint64_t counted_in;              /* as of Outcome */
    Duban__AlarmKind alarm;           /* of an alarm */
    int64_t at_ms;
    char detail[DETAIL_BYTES + 1];    /* the far end's words; of an alarm: in Chinese */
    char detail_en[DETAIL_BYTES + 1]; /* of an alarm */
    struct failing_way way;           /* of an alarm */
};

struct endpoint {
    int64_t disabled_ms;
    uint8_t address_digest[DIGEST_BYTES];  /* of the address that is gone: a new one is used again */
    char detail[DETAIL_BYTES + 1];
};

struct alarm {
    Duban__AlarmKind kind;
    uint8_t subject[SUBJECT_BYTES];   /* which one of that kind */
    int64_t at_ms;
    uint8_t token[TOKEN_BYTES];       /* of the address that it is about; zero = of none, or over */
    char detail_zh[DETAIL_BYTES + 1]; /* the same twice: somebody's own words, or a row of before */
    char detail_en[DETAIL_BYTES + 1];
    struct failing_way way;
};

/* One that is over. */
struct ended_alarm {
    struct alarm alarm;
    int64_t ended_ms;
    const char *account;              /* who settled it; "" = over by itself */
    const char *reason;               /* his; without an account a token, "" = over with its condition */
};

/* 0, or -1 and logged. */
int state_open(struct state *state, const char *directory, size_t map_bytes);
void state_close(struct state *state);

/* Every change goes through these: the head is part of each commit. -1: nothing is written
 * and the head is as before (the map is full); any other failure ends the process, because
 * the disk cannot be believed any more. */
void state_begin(struct state *state, struct store_txn *txn);
int state_commit(struct state *state, struct store_txn *txn);
void state_abort(struct state *state, struct store_txn *txn);

/* Policy time never goes back. */
void state_set_clock(struct state *state, int64_t clock_ms);

/* record is borrowed from the transaction; copy it before writing. */
bool state_get_delivery(struct store_txn *txn, uint64_t sequence, struct delivery *delivery);
bool state_read_delivery(struct bytes value, uint64_t sequence, struct delivery *delivery);
void state_put_delivery(struct state *state, struct store_txn *txn, const struct delivery *delivery);

/* The same for a sequence greater than every one before. */
void state_append_delivery(struct state *state, struct store_txn *txn, const struct delivery *delivery);
void state_delete_delivery(struct store_txn *txn, uint64_t sequence);

/* The rows of a QUEUED delivery in queue and task. */
void state_index(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice);
void state_unindex(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice);

/* Out of whichever lane it stands in, by its number alone: its row is damaged. False when it stands in none. */
bool state_unqueue(struct store_txn *txn, enum channel_number channel, const uint8_t token[TOKEN_BYTES], uint64_t sequence);

/* Of its tasks alone. */
void state_index_tasks(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice);
void state_unindex_tasks(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice);

bool state_get_reference(struct store_txn *txn, enum channel_number channel, const char *number, struct reference *reference);
void state_put_reference(struct store_txn *txn, enum channel_number channel, const char *number,
                         const struct reference *reference);
void state_delete_reference(struct store_txn *txn, enum channel_number channel, const char *number);

/* The oldest, when it is older than that moment, with its number (of at most `size` bytes); false when there is none. */
bool state_find_old_reference(struct store_txn *txn, enum channel_number channel, int64_t before_ms, char *number, size_t size,
                              struct reference *reference);

/* Is anything awaited there? */
bool state_has_reference(struct store_txn *txn, enum channel_number channel);

int lane_of(bool urgent);

/* The earliest of a lane of a queue. */
struct queue_end {
    enum channel_number channel;
    uint8_t token[TOKEN_BYTES];
    int lane;
    int64_t due_ms;
};

/* Go through all queues that have something; false at the end. */
bool state_first_queue(struct store_txn *txn, struct queue_end *end);
bool state_next_queue(struct store_txn *txn, struct queue_end *end);

/* The first message of the lane at or behind place, into place. False when there is none. */
bool state_queue_seek(struct store_txn *txn, enum channel_number channel, const uint8_t token[TOKEN_BYTES], int lane,
                      struct queue_place *place);

/* What is remembered of a far end (destination.h). */
struct far_end_row {
    struct bucket bucket;             /* of its budget */
    int64_t not_before_ms;            /* penalty or back-off */
    uint32_t failures;                /* in a row */
    int64_t failing_since_ms;         /* 0 = it is not */
    char account[NAME_BYTES + 1];     /* whose message went there last; "" = not known */
};

bool state_read_far_end(struct bytes value, struct far_end_row *row);
void state_put_far_end(struct store_txn *txn, enum channel_number channel, const uint8_t digest[DIGEST_BYTES],
                       const struct far_end_row *row);
void state_delete_far_end(struct store_txn *txn, enum channel_number channel, const uint8_t digest[DIGEST_BYTES]);

/* Is anything queued for that task, or a dead letter? Sequences after `after` (start with 0, HOUSE_BIT never
 * occurs); false at the end. */
bool state_next_of_task(struct store_txn *txn, const uint8_t task[ID_BYTES], uint64_t after, uint64_t *sequence);

/* Add a fact for ingest; its number is set here. */
void state_add_fact(struct state *state, struct store_txn *txn, struct fact *fact);
bool state_read_fact(struct bytes key, struct bytes value, struct fact *fact);
void state_delete_facts(struct state *state, struct store_txn *txn, uint64_t first, uint64_t last);

bool state_get_endpoint(struct store_txn *txn, const uint8_t token[TOKEN_BYTES], struct endpoint *endpoint);
void state_put_endpoint(struct state *state, struct store_txn *txn, const uint8_t token[TOKEN_BYTES],
                        const struct endpoint *endpoint);
void state_delete_endpoint(struct store_txn *txn, const uint8_t token[TOKEN_BYTES]);

void state_put_alarm(struct state *state, struct store_txn *txn, const struct alarm *alarm);
/* Out of those that stand; the oldest that is over makes room. */
void state_end_alarm(struct state *state, struct store_txn *txn, const struct ended_alarm *ended);

/* account and reason live in the arena. Oldest first. */
size_t state_read_ended_alarms(struct store_txn *txn, struct arena *arena, struct ended_alarm *alarms, size_t most);

size_t state_read_alarms(struct store_txn *txn, struct alarm *alarms, size_t most);

void state_put_texts(struct store_txn *txn, struct bytes version, struct bytes packed);
bool state_get_texts(struct store_txn *txn, struct bytes version, struct bytes *packed);

/* The rows of a dead letter in dead and task. */
void state_put_dead(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice);
void state_delete_dead(struct store_txn *txn, const struct delivery *delivery, const Duban__Notice *notice);

#endif
