/* link_fixture.h - a stream, a user of it, a clock and bare peers for the tests of the link.
 *
 * The clock stands still unless a test moves it. Over inproc a message is there as soon as
 * it was sent, so that "nothing came" can be asked without waiting.
 */
#ifndef DUBAN_LINK_FIXTURE_H
#define DUBAN_LINK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

#include "link.h"
#include "message.h"

enum { PATIENCE_MS = 10000, RECORD_OVERHEAD = 24, MAX_TEST_RECORD = 256 * 1024, ARENA_BYTES = 1024 * 1024 };

static const uint64_t LINEAGE = 0x11;
static const uint32_t EPOCH = 4;

static int64_t test_clock_ms = 1000000;

/* In the place of the link's own. */
int64_t monotonic_ms(void)
{
    return test_clock_ms;
}

/* What record and digest at a sequence are, so that both ends can be checked. */
static inline struct bytes record_at(uint64_t sequence, size_t size)
{
    static uint8_t data[MAX_TEST_RECORD];

    assert_true(size <= sizeof data);
    memset(data, (int) (sequence & 0xff), size);
    if (size >= 8)
        put_u64(data, sequence);
    return bytes_of(data, size);
}

static inline int64_t stamp_at(uint64_t sequence)
{
    return 1580000000000 + (int64_t) sequence;
}

static inline void digest_at(uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    memset(digest, 0, DIGEST_BYTES);
    put_u64(digest, sequence);
}

/* ---------------------------------------------------------------- the owner of a stream */

struct test_stream {
    uint64_t first;
    uint64_t last;
    size_t record_bytes;
    bool fails;
    uint64_t skips[1];
    uint64_t cursor;
    int cursors;
    int64_t wake_ms;
    int wakes;
    char consumer[33];
};

static inline void stream_hello_ok(void *self, Duban__HelloOk *hello_ok)
{
    struct test_stream *stream = self;

    hello_ok->lineage = LINEAGE;
    hello_ok->first_sequence = stream->first;
    hello_ok->last_sequence = stream->last;
    hello_ok->last_stamp_ms = stamp_at(stream->last);
    hello_ok->skips = stream->skips;
    hello_ok->n_skips = stream->skips[0] != 0 ? 1 : 0;
}

static inline bool stream_digest(void *self, uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    struct test_stream *stream = self;

    digest_at(sequence, digest);
    return sequence == 0 || sequence >= stream->first;
}

static inline int stream_read(void *self, uint64_t from, struct link_batch *batch)
{
    struct test_stream *stream = self;

    if (stream->fails)
        return -1;
    if (from < stream->first)
        from = stream->first;
    while (from <= stream->last &&
           link_batch_add(batch, from, stamp_at(from), record_at(from, stream->record_bytes)))
        from++;
    return 0;
}

static inline void stream_cursor(void *self, const char *consumer, uint64_t sequence)
{
    struct test_stream *stream = self;

    stream->cursor = sequence;
    stream->cursors++;
    (void) snprintf(stream->consumer, sizeof stream->consumer, "%s", consumer);
}

static inline void stream_wake(void *self, const char *consumer, int64_t due_ms)
{
    struct test_stream *stream = self;

    stream->wake_ms = due_ms;
    stream->wakes++;
    (void) snprintf(stream->consumer, sizeof stream->consumer, "%s", consumer);
}

static inline void stream_tail(void *self, Duban__Tail *tail)
{
    struct test_stream *stream = self;

    tail->last_sequence = stream->last;
    tail->last_stamp_ms = stamp_at(stream->last);
    tail->clock_ms = test_clock_ms;
}

static inline struct link_source source_of(struct test_stream *stream)
{
    return (struct link_source){
        .self = stream, .hello_ok = stream_hello_ok, .digest = stream_digest, .read = stream_read,
        .cursor = stream_cursor, .wake = stream_wake, .tail = stream_tail,
    };
}

/* ---------------------------------------------------------------- the user of a stream */

struct test_sink {
    const char *name;
    uint64_t lineage;
    uint64_t cursor;
    size_t record_bytes;
    bool fails;
    bool refuses;
    uint64_t applied;
    uint64_t batches;
    size_t largest_batch;
    int opened;
    uint64_t skip;
    int refusals;
    Duban__RefuseReason reason;
    int tails;
    uint64_t tail_sequence;
    uint8_t digest[DIGEST_BYTES];
};

static inline void sink_hello(void *self, Duban__Hello *hello)
{
    struct test_sink *sink = self;

    digest_at(sink->cursor, sink->digest);
    hello->consumer = (char *) sink->name;
    hello->lineage = sink->lineage;
    hello->cursor = sink->cursor;
    if (sink->cursor > 0)
        hello->digest = (ProtobufCBinaryData){ sizeof sink->digest, sink->digest };
}

static inline int sink_hello_ok(void *self, const Duban__HelloOk *hello_ok)
{
    struct test_sink *sink = self;

    if (sink->refuses)
        return -1;
    sink->opened++;
    sink->lineage = hello_ok->lineage;
    sink->skip = hello_ok->n_skips > 0 ? hello_ok->skips[0] : 0;
    return 0;
}

static inline void sink_refused(void *self, const Duban__Refuse *refuse)
{
    struct test_sink *sink = self;

    sink->refusals++;
    sink->reason = refuse->reason;
    assert_true(refuse->detail[0] != '\0');
}

static inline int sink_apply(void *self, const struct link_record *records, size_t count)
{
    struct test_sink *sink = self;

    if (sink->fails)
        return -1;
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(records[i].sequence, sink->cursor + 1);
        assert_int_equal(records[i].stamp_ms, stamp_at(records[i].sequence));
        assert_true(bytes_equal(records[i].data, record_at(records[i].sequence, sink->record_bytes)));
        sink->cursor++;
    }
    sink->applied += count;
    sink->batches++;
    if (count > sink->largest_batch)
        sink->largest_batch = count;
    return 0;
}

static inline void sink_tail(void *self, const Duban__Tail *tail)
{
    struct test_sink *sink = self;

    sink->tails++;
    sink->tail_sequence = tail->last_sequence;
}

static inline struct link_sink sink_of(struct test_sink *sink)
{
    return (struct link_sink){
        .self = sink, .hello = sink_hello, .hello_ok = sink_hello_ok, .refused = sink_refused, .apply = sink_apply,
        .tail = sink_tail,
    };
}

/* ---------------------------------------------------------------- bare peers */

static inline void wait_readable(void *socket)
{
    zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };

    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
}

static inline bool is_readable(void *socket)
{
    zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };

    return socket != NULL && zmq_poll(&item, 1, 0) == 1;
}

static inline void send_body(void *socket, const struct peer *peer, struct frame frame, struct bytes body)
{
    assert_int_equal(frame_send(socket, peer, &frame, body), 0);
}

static inline void send_message(void *socket, const struct peer *peer, struct frame frame, const void *message)
{
    struct arena arena;
    struct bytes body;

    arena_open(&arena, ARENA_BYTES);
    body = message_pack(&arena, message);
    send_body(socket, peer, frame, body);
    arena_close(&arena);
}

/* A frame of our lineage and start. */
static inline struct frame frame_of(enum frame_type type)
{
    return (struct frame){ .type = (uint8_t) type, .lineage = LINEAGE, .epoch = EPOCH };
}

/* The next message is of that type. Release it. */
static inline void expect_frame(void *socket, bool from_router, enum frame_type type, struct received *received)
{
    wait_readable(socket);
    assert_int_equal(frame_receive(socket, from_router, received), FRAME_OK);
    assert_int_equal(received->frame.type, type);
}

static inline void expect_nothing(void *socket)
{
    assert_false(is_readable(socket));
}

/* Thousands of log lines would say nothing. Returns what unmute wants. */
static inline int mute(void)
{
    int kept = dup(STDERR_FILENO);

    assert_non_null(freopen("/dev/null", "w", stderr));
    return kept;
}

static inline void unmute(int kept)
{
    (void) dup2(kept, STDERR_FILENO);
    (void) close(kept);
}

static inline void random_bytes(uint32_t *state, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        *state = *state * 1664525u + 1013904223u;
        out[i] = (uint8_t) (*state >> 24);
    }
}

#endif
