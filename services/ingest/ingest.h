/* ingest.h - takes in what changes the house, stamps it, keeps it, hands it on.
 *
 *   gateway, duban --SUBMIT--> ingest.submit  \                      / RECEIPT after the commit
 *   notify --SUBMIT Outcomes-> ingest.outcome  > one LMDB transaction
 *   clock reaches a WAKE ----> Tick           /                      \ ingest.log --> rules, replay
 *   duban, notify ----Query--> ingest.query   <-> status, metrics, clock, vault, submission, conflicts
 *
 * One turn of the loop: take what has arrived, judge its form, journal it all in one
 * transaction, answer, ship. Under load batches grow by themselves. The only writer of the
 * journal, the only clock, the only keeper of personal data.
 *
 *   main.c      its life: settings, open, run, close      journal.c   append, dedup, read
 *   ingest.c    open and close                            lost.c      records that cannot be read any more
 *   skips.c     what the operator passes over             conflict.c  same id, other payload
 *   turn.c      one turn: batch, commit, tick             vault.c     personal data
 *   intake.c    what waits for its turn                   outcome.c   one fact per (notice, retry, grade)
 *   handlers.c  one function per entry, dispatcher last   space.c     a full disk or map
 *   answer.c    receipts and refusals                     clock.c     the time
 *   validate.c  form of every entry; form.c its shapes    meta.c      lineage, epoch, clock memory
 *   queries*.c  one function per question                 figures.c   status and metrics
 *   stream.c    the journal as the link's stream          look_over.c the data file read from end to end
 *   tables.h    key layouts
 */
#ifndef DUBAN_INGEST_H
#define DUBAN_INGEST_H

#include "arena.h"
#include "clock.h"
#include "disk.h"
#include "intake.h"
#include "journal.h"
#include "link.h"
#include "look_over.h"
#include "meta.h"
#include "metrics.h"
#include "query.pb-c.h"
#include "skips.h"
#include "space.h"
#include "store.h"
#include "tables.h"
#include "vault.h"

enum {
    INGEST_OUTCOME_QUEUE = 64,    /* submissions at ingest.outcome that wait for their turn */
    INGEST_MAX_HELD = 64,         /* questions that wait for a sequence */
    INGEST_MAX_HELD_BYTES = 2048, /* of one of them */
    INGEST_MAX_WAITING = 64,      /* answers that wait for one commit of the access log */
};

struct ingest_settings {
    char data[200];
    char run[80];                 /* a directory of ipc sockets, or a prefix as inproc://x */
    char rehearsal_start[32];
    char time_zone[48];
    uint64_t map_bytes;
    uint64_t batch_bytes;
    uint64_t reserve_bytes;
    uint64_t submit_queue_bytes;
    uint32_t batch_records;
    uint32_t submit_queue;
    uint32_t clock_jump_ms;
    uint32_t clock_gap_ms;
    uint32_t refuse_at_percent;
    uint32_t disk_percent;
};

struct counters {
    uint64_t received;
    uint64_t accepted;
    uint64_t duplicates;
    uint64_t conflicts;
    uint64_t invalid;
    uint64_t forbidden;
    uint64_t full;
    uint64_t later;
    uint64_t probes;              /* asked only whether anybody answers */
    uint64_t unanswered;          /* the peer had gone: it will submit again */
    uint64_t commits;
    uint64_t ticks;
    uint64_t facts;               /* outcomes journaled */
    uint64_t facts_held;          /* outcomes dropped: known already */
    uint64_t personal;            /* entries whose personal fields went to the vault */
    uint64_t vault_reads;
    uint64_t queries;
    uint64_t bad_frames;
};

/* A question that waits for min_sequence. */
struct held_query {
    struct peer peer;
    uint64_t request_id;
    uint64_t min_sequence;
    int64_t until_ms;             /* monotonic */
    size_t size;
    uint8_t body[INGEST_MAX_HELD_BYTES];
};

/* An answer that may leave only after the access log is durable. */
struct waiting_reply {
    struct peer peer;
    uint64_t request_id;
    struct bytes body;            /* in the arena of queries */
};

struct queries {
    void *socket;                 /* ROUTER */
    struct held_query held[INGEST_MAX_HELD];
    size_t held_count;
    struct waiting_reply waiting[INGEST_MAX_WAITING];
    size_t waiting_count;
    struct arena arena;           /* of the replies that wait */
};

struct ingest {
    struct ingest_settings settings;
    struct store store;
    struct identity identity;
    struct clock clock;
    struct journal journal;
    struct vault vault;
    struct space space;
    struct intake submit;
    struct intake outcome;
    struct link_producer log;
    struct queries queries;
    struct store_txn txn;         /* the one that is open: of a batch, or of questions to the vault */
    int64_t now_ms;               /* the clock at the start of this turn's batch */
    int64_t wake_ms;              /* what rules asked for; 0 = nothing */
    uint8_t forget[LINK_MOST_FORGET][TOKEN_BYTES];   /* texts that it wants forgotten */
    size_t forget_count;
    uint64_t forgotten_sequence;  /* of the last Forgotten since the start; rules asks again until it has applied it */
    bool compaction_wanted;       /* texts were forgotten: their bytes are still in the file */
    int64_t compact_after_ms;     /* monotonic: not before */
    uint32_t compactions_failed;  /* in a row */
    struct store_pulse pulse;     /* set after opening by whoever is watched (main.c) */
    int64_t looked_ms;            /* monotonic: when space was last looked at */
    uint64_t unlooked_bytes;      /* journaled since */
    int64_t tick_after_ms;        /* monotonic: a Tick found map or disk full, try again then */
    struct room_wait room;        /* the disk is full, try again then */
    struct look_over look_over;
    struct skips skips;
    uint64_t next_of_rules;       /* the entry behind its durable cursor; 0 = not heard since the start */
    struct arena arena;           /* of one message that came in */
    struct arena answers;         /* of one that goes out */
    struct counters counters;
};

/* ---------------------------------------------------------------- ingest.c */

/* Where a rehearsal's clock is to start by the settings, 0 = no rehearsal. False after telling which setting is wrong. */
bool ingest_rehearsal_start(const struct ingest_settings *settings, int64_t *start_ms);

/* Open the data and bind the sockets. Dies with what to do when it cannot. The data directory
 * is locked already (daemon_open). */
void ingest_open(struct ingest *ingest, const struct ingest_settings *settings, struct clock_source source, void *zmq);
void ingest_close(struct ingest *ingest);

/* ---------------------------------------------------------------- turn.c */

/* Wait for something to do, at most until the next thing that time brings, and do it once
 * around. stop_fd becomes readable when the process should end; -1 = nothing to watch. */
void ingest_turn(struct ingest *ingest, int stop_fd);

/* Commit ingest->txn. 0; -1 when map or disk are full and nothing was written. Dies when the disk
 * cannot be believed any more: what it kept must be read anew. */
int ingest_commit(struct ingest *ingest);

/* Make the clock's memory durable, with a Tick if one is due now; ship it. 0 or -1 as above. */
int ingest_save_clock(struct ingest *ingest);

/* ---------------------------------------------------------------- handlers.c */

/* Judge one submission and write what it brings into ingest->txn. Its answer is sent (refused)
 * or set in it, to be sent after the commit. */
void ingest_handle(struct ingest *ingest, const struct intake *intake, struct submission *submission);

/* ---------------------------------------------------------------- answer.c */

/* Send what a submission has come to after the commit. */
void answer_committed(struct ingest *ingest, const struct intake *intake, const struct submission *submission);

void answer_refusal(struct ingest *ingest, void *socket, const struct peer *peer, uint64_t request_id,
                    Duban__RefusalCode code, const struct fault *fault);

/* Whoever only asked whether anybody answers: refused at once, and counted as nothing else. */
void answer_probe(struct ingest *ingest, const struct intake *intake, struct submission *submission);

/* Whose frames this version cannot read: refused at once, though that peer may not be able to read the
 * answer either. The intake has counted it as a bad frame; it is no submission. */
void answer_other_version(struct ingest *ingest, const struct intake *intake, const struct peer *peer);

/* Not one more can be kept: come again. */
void answer_later(struct ingest *ingest, const struct intake *intake, const struct received *received);

/* ---------------------------------------------------------------- queries.c */

/* Answer what has been asked (bounded). */
void queries_receive(struct ingest *ingest);

/* Answer held questions whose sequence or time has come. */
void queries_held(struct ingest *ingest);

/* Milliseconds until a held question runs out of time; -1 = none is held. */
int64_t queries_timeout_ms(const struct ingest *ingest);

/* ---------------------------------------------------------------- figures.c */

/* How ingest is doing; texts and bytes are borrowed from it, messages live in ingest->arena. */
void figures_status(struct ingest *ingest, Duban__IngestStatus *status);

/* All metrics as text; returns like snprintf. */
size_t figures_render(struct ingest *ingest, char *out, size_t size);

/* ---------------------------------------------------------------- stream.c */

/* What the link asks about the journal. */
struct link_source stream_source(struct ingest *ingest);

#endif
