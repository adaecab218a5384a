/* rules.h - duban-rules: decides whom to tell what and when.
 *
 *   ingest.log ==BATCH==> apply.c --timers, entries--> engine*.c --> state*.c ==outbox==> notify
 *                                                                    ^
 *   rules.query --Query--> queries.c --------------------------------+
 *
 * rules.h      this page            apply.c    a batch becomes transactions
 * main.c       its life             serve.c    its two links: journal in, outbox out
 * handlers.c   entry -> function    queries*.c  what may be asked
 * engine*.c    decisions, pure      shelf.c    loaded policies
 * policy*.c    a pack, checked      state*.c   what survives a restart
 */
#ifndef DUBAN_RULES_H
#define DUBAN_RULES_H

#include "daemon.h"
#include "disk.h"
#include "engine.h"
#include "link.h"
#include "query.pb-c.h"
#include "shelf.h"
#include "state.h"

enum { RULES_MAX_SKIPS = 256, RULES_MAX_HELD = 64, RULES_EVENTS_PER_TRANSACTION = 16384 };

struct rules_settings {
    char data[200];
    char run[200];
    uint64_t map_bytes;
    uint32_t events_per_transaction;
};

/* A query whose min_sequence has not come yet. */
struct held_query {
    struct peer peer;
    struct bytes query;         /* ours to free */
    int64_t until_ms;           /* monotonic */
    uint64_t min_sequence;
};

/* How a what-if departs from the journal that it is fed: see duban policy diff. */
enum rules_admission { ADMIT_AS_IT_IS, ADMIT_CHANGED, PASS_OVER };

struct rules_variation {
    void *self;
    /* Before the entry is applied, which may be changed in place, from memory that lives as long as it. PASS_OVER: all
     * that is left of it is its stamp. */
    enum rules_admission (*admit)(void *self, uint64_t sequence, Duban__Entry *entry);
    /* It cannot be applied; true = it is not held for that. */
    bool (*let_go)(void *self, uint64_t sequence, const Duban__Entry *entry);
    int64_t on_time_before_s;   /* what is due before then fires at its own time, though the journal has no tick there */
};

struct rules {
    struct state state;
    struct shelf shelf;
    struct engine engine;
    struct arena entry_arena;   /* the entry being applied */
    uint64_t skips[RULES_MAX_SKIPS];
    size_t skip_count;
    uint32_t events_per_transaction;   /* timers and entries; the result does not depend on it */
    uint32_t events;            /* in the open transaction */
    const struct rules_variation *variation;   /* NULL = as journaled */
    void (*ship)(void *self);   /* what is committed, while the rest is applied; may be NULL */
    void *ship_self;
    bool damaged;               /* a commit failed: the process must end, or read anew what is on the disk (rules_reload) */
    char stopped[200];          /* why nothing is applied any more; empty = running */

    /* Only in the daemon; untouched by a replay. */
    struct daemon daemon;
    struct rules_settings settings;
    struct link_consumer journal;
    struct link_producer outbox;
    void *query_socket;
    struct held_query held[RULES_MAX_HELD];
    size_t held_count;
    Duban__Tail tail;           /* of ingest, last heard */
    struct arena query_arena;
    bool version_submitted;
    uint32_t era;               /* engine version that the journal names last */
    int64_t version_retry_ms;   /* monotonic */
    struct room_wait room;      /* the disk is full: nothing is applied before then */
    uint64_t entries_applied;
    uint64_t timers_fired;
    uint64_t transactions;
    uint64_t entries_quarantined;
    uint64_t queries_answered;
    uint64_t bad_frames;        /* at the query socket: malformed, or no question */
};

/* ---------------------------------------------------------------- apply.c */

/* Open the state under data_directory. 0, or -1 and logged. */
int rules_open(struct rules *rules, const char *data_directory, size_t map_bytes);
void rules_close(struct rules *rules);

/* Apply journal records in order and make them durable. 0; -1 (logged) when a record cannot
 * be read or the store fails (damaged is set: stop, or rules_reload where only the disk is full). */
int rules_apply(struct rules *rules, const struct link_record *records, size_t count);

/* The same one record at a time. From rules_begin to rules_end, which makes it durable, a transaction is open, so that
 * what a record came to can be read in state.txn at once. */
void rules_begin(struct rules *rules);
int rules_apply_one(struct rules *rules, const struct link_record *record);
int rules_end(struct rules *rules);

/* In between, by no entry: fire what is due before then, each at its own time (-1 as above); put a pack of the shelf in
 * force, whoever may, in place of all that was or was to be. */
int rules_pass_time(struct rules *rules, int64_t before_s);
void rules_change_policy(struct rules *rules, const struct policy *policy, int64_t at_s);

/* The disk was full: go back to what was committed last, as after a start. 0; -1 (logged) when that cannot be read. */
int rules_reload(struct rules *rules);

/* Take over lineage and skips from the journal's greeting. -1 (logged): another data set. */
int rules_greet(struct rules *rules, const Duban__HelloOk *hello_ok);

/* Where rules stands, by what it has applied. */
void rules_status(struct rules *rules, Duban__RulesStatus *status);

/* ---------------------------------------------------------------- serve.c */

int rules_serve_open(struct rules *rules);
void rules_serve_close(struct rules *rules);
/* One turn: wait for something, handle it. */
void rules_serve(struct rules *rules);

/* ---------------------------------------------------------------- queries.c */

/* Handle what has come on the query socket. */
void rules_queries(struct rules *rules);
/* Answer held queries whose time has come. */
void rules_queries_tick(struct rules *rules);
void rules_queries_close(struct rules *rules);

#endif
