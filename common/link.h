/* link.h - a durable stream of records from the daemon that owns it to one that uses it.
 *
 * One implementation of the protocol that proto/link.proto draws, used by ingest->rules and
 * rules->notify (and by a replay). The producer never sends what is not committed nor more
 * than the consumer's credit; the consumer applies only the record after its cursor and
 * makes it durable before it says so. Sockets, acknowledgements of a send and heartbeats
 * are hints: sequence, chained digest and the durable cursor decide.
 *
 * Neither side has a thread or a timer: the owner polls `socket` for input, calls
 * *_receive when it is readable, and *_tick at least every *_timeout_ms.
 */
#ifndef DUBAN_LINK_H
#define DUBAN_LINK_H

#include "arena.h"
#include "bytes.h"
#include "digest.h"
#include "frame.h"
#include "link.pb-c.h"

enum {
    LINK_MAX_CONSUMERS = 8,
    LINK_CREDIT_RECORDS = 16384,          /* many small ones: who catches up commits seldom, and pages are written once */
    LINK_CREDIT_BYTES = 2 * 1024 * 1024,
    LINK_BATCH_RECORDS = LINK_CREDIT_RECORDS / 2,   /* one is applied while the next is on its way */
    LINK_BATCH_BYTES = LINK_CREDIT_BYTES / 2,       /* of a BATCH body */
    LINK_MAX_RECORD_BYTES = 512 * 1024 - 64,
    LINK_MAX_UNACKNOWLEDGED = 2 * LINK_CREDIT_RECORDS,   /* records sent beyond the last CURSOR, whatever the credit */
    LINK_TOGETHER_RECORDS = LINK_MAX_UNACKNOWLEDGED,     /* credit of a consumer that applies what has come together: */
    LINK_TOGETHER_BYTES = 4 * LINK_CREDIT_BYTES,         /* half of it is applied as one while the other half is on its way */
    LINK_TAIL_MS = 1000,
    LINK_SILENCE_MS = 3 * LINK_TAIL_MS,   /* no traffic for this long: open a new session */
    LINK_GATHER_MS = 20,                  /* what the daemons set gather_ms to */
    LINK_MOST_FORGET = 64,                /* tokens in one WAKE */
};

struct link_record {
    uint64_t sequence;
    int64_t stamp_ms;
    struct bytes data;
};

/* Records packed as a BATCH body; filled by the source's read. */
struct link_batch {
    uint8_t *data;
    size_t size;
    size_t capacity;
    uint32_t records;
    uint32_t max_records;
};

/* Append a record to the batch; false (batch unchanged) when it does not fit, be it into an
 * empty batch: the consumer's credit may bound it. A record larger than LINK_MAX_RECORD_BYTES
 * is an assertion: no credit would ever cover it. */
bool link_batch_add(struct link_batch *batch, uint64_t sequence, int64_t stamp_ms, struct bytes data);

/* ---------------------------------------------------------------- producer */

/* What the owner of a stream answers. All are called from link_producer_receive / _pump. */
struct link_source {
    void *self;

    /* Lineage, epoch, first and last sequence, stamp, skips: all of HelloOk. Repeated
     * fields may point at memory that stays until the next call. */
    void (*hello_ok)(void *self, Duban__HelloOk *hello_ok);

    /* Chained digest of the stream at a sequence (0 = 32 zero bytes). False: not held. */
    bool (*digest)(void *self, uint64_t sequence, uint8_t digest[DIGEST_BYTES]);

    /* Add committed records from `from` on until batch is full or the stream ends. Copies,
     * holding no read transaction afterwards. 0, or -1 when the record at `from` cannot be read
     * (logged): the session ends, its consumer comes again with back-off. */
    int (*read)(void *self, uint64_t from, struct link_batch *batch);

    /* The consumer has made everything up to sequence durable: told at HELLO and whenever
     * it rises. NULL = not wanted. */
    void (*cursor)(void *self, const char *consumer, uint64_t sequence);

    /* WAKE; NULL = this stream keeps no clock. */
    void (*wake)(void *self, const char *consumer, int64_t due_ms);

    /* The rest of WAKE: tokens, at most LINK_MOST_FORGET of TOKEN_BYTES each, whose texts are to leave the
     * vault; borrowed. NULL = this stream has none. */
    void (*forget)(void *self, const char *consumer, const ProtobufCBinaryData *tokens, size_t count);

    void (*tail)(void *self, Duban__Tail *tail);
};

struct link_session {            /* one connected consumer */
    struct peer peer;
    char consumer[33];
    uint64_t next;               /* sequence to send next */
    uint64_t acknowledged;       /* durable at the consumer */
    uint64_t credit_records;
    uint64_t credit_bytes;
    int64_t opened_ms;           /* monotonic */
    int64_t heard_ms;            /* monotonic */
    int64_t gather_until_ms;     /* monotonic: nothing is sent before */
    bool open;
};

struct link_producer {
    void *socket;                /* ROUTER; poll for input */
    struct link_source source;
    uint64_t lineage;
    uint32_t epoch;
    struct link_session sessions[LINK_MAX_CONSUMERS];
    struct arena arena;
    uint8_t *buffer;             /* of one batch: LINK_BATCH_BYTES */
    int64_t tail_sent_ms;
    uint32_t gather_ms;          /* its owner may set it: every batch costs the consumer a commit, so that after
                                    many records at once the next gather for that long; after a few none waits */
    uint64_t refused_count;      /* malformed frames, refused HELLOs: for metrics */
    uint64_t sent_count;         /* records */
};

/* Bind. 0, or -1 with errno. */
int link_producer_open(struct link_producer *producer, void *zmq, const char *endpoint,
                       uint64_t lineage, uint32_t epoch, struct link_source source);
void link_producer_close(struct link_producer *producer);

/* Handle everything that has arrived (bounded), then pump. 0, or -1 when the socket is broken. */
int link_producer_receive(struct link_producer *producer);

/* Send what is committed, covered by credit, and does not gather. Call after every commit. */
void link_producer_pump(struct link_producer *producer);

/* Send the TAIL when its second has passed. */
void link_producer_tick(struct link_producer *producer);

/* Send a TAIL at once: after a manual step of the clock. */
void link_producer_tail_now(struct link_producer *producer);

/* Milliseconds until tick wants to be called. */
int link_producer_timeout_ms(const struct link_producer *producer);

/* Who is connected, in the arena until it is reset; last is the stream's last sequence. *count is 0
 * without memory too. */
Duban__LinkSession **link_producer_sessions(const struct link_producer *producer, uint64_t last, struct arena *arena,
                                            size_t *count);

/* ---------------------------------------------------------------- consumer */

/* What the one who uses a stream answers. All are called from link_consumer_receive / _tick. */
struct link_sink {
    void *self;

    /* Fill consumer, lineage, cursor, digest from durable state. */
    void (*hello)(void *self, Duban__Hello *hello);

    /* The session is open. -1 refuses it (another lineage, a cursor beyond its last). */
    int (*hello_ok)(void *self, const Duban__HelloOk *hello_ok);

    /* The producer refused: an operator's business, logged once by the link. The consumer
     * keeps trying with back-off. NULL = not wanted. */
    void (*refused)(void *self, const Duban__Refuse *refuse);

    /* Apply the records, in order, gap-free after the cursor, and make them durable before
     * returning 0. -1: the session is closed and opened again (logged by the sink). */
    int (*apply)(void *self, const struct link_record *records, size_t count);

    /* Batches that have come already are applied as one: for whom a commit costs more than what is in it. Its credit is
     * larger. */
    bool takes_together;

    /* NULL = not wanted. */
    void (*tail)(void *self, const Duban__Tail *tail);
};

/* Why a session ended or did not come about. */
enum link_fault {
    LINK_FINE,
    LINK_FAULT_SILENT, LINK_FAULT_UNSENT, LINK_FAULT_UNCONNECTED, LINK_FAULT_UNHEARD, LINK_FAULT_NO_MEMORY,
    LINK_FAULT_HALF_RECORD, LINK_FAULT_BAD_CRC, LINK_FAULT_BATCH_SIZE, LINK_FAULT_BATCH_CREDIT, LINK_FAULT_GAP_INSIDE,
    LINK_FAULT_GAP_BEFORE, LINK_FAULT_NOT_APPLIED, LINK_FAULT_MALFORMED, LINK_FAULT_MALFORMED_FRAMES,
    LINK_FAULT_HEADER, LINK_FAULT_OTHER_LINEAGE, LINK_FAULT_OLDER_START, LINK_FAULT_NOT_REACHED,
    LINK_FAULT_NOT_ACCEPTED, LINK_FAULT_REFUSED_LINEAGE, LINK_FAULT_REFUSED_AHEAD, LINK_FAULT_REFUSED_TRIMMED,
    LINK_FAULT_REFUSED_DIVERGED, LINK_FAULT_REFUSED_VERSION, LINK_FAULT_REFUSED_MALFORMED, LINK_FAULT_REFUSED_FULL,
    LINK_FAULT_EARLY_FRAME, LINK_FAULT_BYE, LINK_FAULT_UNEXPECTED, LINK_FAULT_FRAME_LINEAGE, LINK_FAULT_FRAME_START,
    LINK_FAULT_UNGREETED,
};

/* The same for people: fixed texts. */
struct link_trouble {
    const char *zh;
    const char *en;
    bool other_stream;   /* the two ends do not hold the same stream: one was restored, or belongs elsewhere */
};

/* Not of LINK_FINE. */
const struct link_trouble *link_trouble_of(enum link_fault fault);

enum link_state { LINK_CLOSED, LINK_GREETING, LINK_OPEN };

struct link_consumer {
    void *zmq;
    void *socket;                /* DEALER, a new one for each session; NULL while backing off */
    char endpoint[256];
    struct link_sink sink;
    enum link_state state;
    uint64_t lineage;
    uint32_t epoch;
    uint64_t cursor;             /* applied and durable */
    uint32_t owed_records;       /* credit consumed and not yet granted again */
    uint32_t owed_bytes;
    int64_t heard_ms;            /* monotonic */
    int64_t retry_at_ms;
    uint32_t failures;           /* in a row: 100 ms to 5 s of back-off */
    int64_t wake_ms;             /* last asked for; -1 = never asked */
    uint8_t forget[LINK_MOST_FORGET][TOKEN_BYTES];   /* asked for with it */
    size_t forget_count;
    enum link_fault fault;       /* why the last session ended; LINK_FINE = all is well */
    int64_t good_ms;             /* monotonic: a record or a TAIL came last; at first when it was opened */
    struct arena arena;
    uint64_t dropped_count;      /* bad frames, gaps, CRC failures: for metrics */
};

void link_consumer_open(struct link_consumer *consumer, void *zmq, const char *endpoint, struct link_sink sink);
void link_consumer_close(struct link_consumer *consumer);

/* Handle everything that has arrived (bounded by one batch at a time, or by those that are taken together). */
void link_consumer_receive(struct link_consumer *consumer);

/* Open a session when it is time, close one that has gone silent. */
void link_consumer_tick(struct link_consumer *consumer);
int link_consumer_timeout_ms(const struct link_consumer *consumer);

/* Why there is no session now; NULL = there is one, as far as known here. */
const struct link_trouble *link_consumer_trouble(const struct link_consumer *consumer);

/* The same for a status, and for how long nothing has come. Its texts are fixed ones. */
void link_consumer_describe(const struct link_consumer *consumer, Duban__LinkState *state);

/* Ask the producer for a Tick at due_ms (0 = none). Remembered: sent again on every
 * HELLO_OK and TAIL, so that a lost one costs a second. */
void link_consumer_wake(struct link_consumer *consumer, int64_t due_ms);

/* Ask with every WAKE for these texts to be forgotten, at most LINK_MOST_FORGET, until told otherwise (count 0). */
void link_consumer_forget(struct link_consumer *consumer, const uint8_t (*tokens)[TOKEN_BYTES], size_t count);

/* CLOCK_MONOTONIC in milliseconds: for heartbeats and back-off only, never for policy. */
int64_t monotonic_ms(void);

#endif
