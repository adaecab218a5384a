#include <string.h>

#include "ingest.h"

static void fill_hello_ok(void *self, Duban__HelloOk *hello_ok)
{
    struct ingest *ingest = self;

    hello_ok->first_sequence = ingest->journal.first_sequence;
    hello_ok->last_sequence = ingest->journal.committed.sequence;
    hello_ok->last_stamp_ms = ingest->journal.committed.stamp_ms;
    hello_ok->rehearsal = ingest->identity.rehearsal;
    hello_ok->skips = ingest->skips.sequences;
    hello_ok->n_skips = ingest->skips.count;
}

static bool find_digest(void *self, uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    struct ingest *ingest = self;

    return journal_digest(&ingest->journal, sequence, digest);
}

static int read_records(void *self, uint64_t from, struct link_batch *batch)
{
    struct ingest *ingest = self;

    return journal_read(&ingest->journal, from, batch);
}

/* A replay has a cursor too, but nobody would skip for it. */
static void remember_cursor(void *self, const char *consumer, uint64_t sequence)
{
    struct ingest *ingest = self;

    if (strcmp(consumer, "rules") == 0)
        ingest->next_of_rules = sequence + 1;
}

/* A replay has timers too, but of a time gone by. */
static void remember_wake(void *self, const char *consumer, int64_t due_ms)
{
    struct ingest *ingest = self;

    if (strcmp(consumer, "rules") == 0)
        ingest->wake_ms = due_ms;
}

/* It goes on asking until it has applied what was journaled of it: a second time is not needed. */
static void remember_forgetting(void *self, const char *consumer, const ProtobufCBinaryData *tokens, size_t count)
{
    struct ingest *ingest = self;

    if (strcmp(consumer, "rules") != 0 || ingest->next_of_rules <= ingest->forgotten_sequence)
        return;
    for (size_t i = 0; i < count; i++)
        memcpy(ingest->forget[i], tokens[i].data, TOKEN_BYTES);
    ingest->forget_count = count;
}

static void fill_tail(void *self, Duban__Tail *tail)
{
    struct ingest *ingest = self;

    tail->last_sequence = ingest->journal.committed.sequence;
    tail->last_stamp_ms = ingest->journal.committed.stamp_ms;
    tail->clock_ms = clock_now(&ingest->clock);
}

struct link_source stream_source(struct ingest *ingest)
{
    return (struct link_source){
        .self = ingest,
        .hello_ok = fill_hello_ok,
        .digest = find_digest,
        .read = read_records,
        .cursor = remember_cursor,
        .wake = remember_wake,
        .forget = remember_forgetting,
        .tail = fill_tail,
    };
}
