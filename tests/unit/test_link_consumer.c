/* The consumer's end, against a bare ROUTER that says what a producer would never say. */
#include "link_fixture.h"

struct fixture {
    void *zmq;
    void *router;           /* a bare producer */
    struct peer peer;       /* the consumer, as the router knows it */
    struct test_sink sink;
    struct link_consumer consumer;
    struct arena arena;
};

static const char endpoint[] = "inproc://stream";

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    f->zmq = zmq_ctx_new();
    f->router = frame_bind(f->zmq, endpoint);
    assert_non_null(f->router);
    f->sink = (struct test_sink){ .name = "rules", .lineage = LINEAGE, .cursor = 10, .record_bytes = 40 };
    link_consumer_open(&f->consumer, f->zmq, endpoint, sink_of(&f->sink));
    arena_open(&f->arena, ARENA_BYTES);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_close(&f->arena);
    link_consumer_close(&f->consumer);
    link_consumer_close(&f->consumer);
    zmq_close(f->router);
    zmq_ctx_term(f->zmq);
    free(f);
    return 0;
}

/* ---------------------------------------------------------------- what the producer says */

static Duban__HelloOk hello_ok_of(uint64_t lineage, uint32_t epoch)
{
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;

    hello_ok.lineage = lineage;
    hello_ok.epoch = epoch;
    hello_ok.first_sequence = 1;
    hello_ok.last_sequence = 1000;
    return hello_ok;
}

static void say(struct fixture *f, enum frame_type type, const void *message)
{
    send_message(f->router, &f->peer, frame_of(type), message);
    link_consumer_receive(&f->consumer);
}

/* A batch of records first to last, as a producer packs it. */
struct packed_batch {
    uint8_t data[LINK_BATCH_BYTES];
    struct link_batch batch;
};

static struct packed_batch *pack_batch(struct fixture *f, uint64_t first, uint64_t last)
{
    struct packed_batch *packed = calloc(1, sizeof *packed);

    packed->batch = (struct link_batch){
        .data = packed->data, .capacity = sizeof packed->data, .max_records = UINT32_MAX };
    for (uint64_t i = first; i <= last; i++)
        assert_true(link_batch_add(&packed->batch, i, stamp_at(i), record_at(i, f->sink.record_bytes)));
    return packed;
}

static void send_batch(struct fixture *f, struct frame frame, const struct packed_batch *packed)
{
    send_body(f->router, &f->peer, frame, bytes_of(packed->data, packed->batch.size));
}

static struct frame batch_frame(uint64_t first)
{
    struct frame frame = frame_of(FRAME_BATCH);

    frame.value = first;
    return frame;
}

static void say_batch(struct fixture *f, uint64_t first, uint64_t last)
{
    struct packed_batch *packed = pack_batch(f, first, last);

    send_batch(f, batch_frame(first), packed);
    link_consumer_receive(&f->consumer);
    free(packed);
}

static void say_tail(struct fixture *f)
{
    Duban__Tail tail = DUBAN__TAIL__INIT;

    tail.last_sequence = 1000;
    say(f, FRAME_TAIL, &tail);
}

/* ---------------------------------------------------------------- what the consumer says */

static void expect_hello(struct fixture *f, uint64_t lineage, uint64_t cursor)
{
    struct received received;
    Duban__Hello *hello;

    expect_frame(f->router, true, FRAME_HELLO, &received);
    assert_int_equal(received.frame.lineage, lineage);
    assert_int_equal(received.frame.epoch, 0);
    hello = message_unpack(&f->arena, &duban__hello__descriptor, received.body, 4096, NULL);
    assert_non_null(hello);
    assert_string_equal(hello->consumer, "rules");
    assert_int_equal(hello->lineage, lineage);
    assert_int_equal(hello->cursor, cursor);
    assert_int_equal(hello->digest.len, cursor > 0 ? DIGEST_BYTES : 0);
    f->peer = received.peer;
    frame_release(&received);
    arena_reset(&f->arena);
    expect_nothing(f->router);
}

/* The next message, unpacked into f->arena. */
static void *expect_message(struct fixture *f, enum frame_type type, const ProtobufCMessageDescriptor *descriptor)
{
    struct received received;
    void *message;

    expect_frame(f->router, true, type, &received);
    assert_int_equal(received.frame.lineage, LINEAGE);
    assert_int_equal(received.frame.epoch, EPOCH);
    message = message_unpack(&f->arena, descriptor, received.body, 4096, NULL);
    assert_non_null(message);
    frame_release(&received);
    return message;
}

static void expect_credit(struct fixture *f, uint32_t records, uint32_t bytes)
{
    Duban__Credit *credit = expect_message(f, FRAME_CREDIT, &duban__credit__descriptor);

    assert_int_equal(credit->records, records);
    assert_int_equal(credit->bytes, bytes);
}

static void expect_cursor(struct fixture *f, uint64_t sequence)
{
    Duban__Cursor *cursor = expect_message(f, FRAME_CURSOR, &duban__cursor__descriptor);

    assert_int_equal(cursor->sequence, sequence);
}

static void expect_wake(struct fixture *f, int64_t due_ms)
{
    Duban__Wake *wake = expect_message(f, FRAME_WAKE, &duban__wake__descriptor);

    assert_int_equal(wake->due_ms, due_ms);
}

static uint32_t size_of_records(const struct fixture *f, uint32_t count)
{
    return count * (RECORD_OVERHEAD + (uint32_t) f->sink.record_bytes);
}

/* From HELLO to the first credit. */
static void greet(struct fixture *f)
{
    Duban__HelloOk hello_ok = hello_ok_of(LINEAGE, EPOCH);

    link_consumer_tick(&f->consumer);
    assert_int_equal(f->consumer.state, LINK_GREETING);
    assert_non_null(link_consumer_trouble(&f->consumer));
    expect_hello(f, LINEAGE, f->sink.cursor);
    say(f, FRAME_HELLO_OK, &hello_ok);
    assert_int_equal(f->consumer.state, LINK_OPEN);
    assert_null(link_consumer_trouble(&f->consumer));
    if (f->consumer.sink.takes_together)
        expect_credit(f, LINK_TOGETHER_RECORDS, LINK_TOGETHER_BYTES);
    else
        expect_credit(f, LINK_CREDIT_RECORDS, LINK_CREDIT_BYTES);
}

/* The session ended; it comes back within the bounds of the first back-off, with the same cursor. */
static void expect_end(struct fixture *f, uint64_t dropped)
{
    int wait_ms = link_consumer_timeout_ms(&f->consumer);

    assert_int_equal(f->consumer.state, LINK_CLOSED);
    assert_null(f->consumer.socket);
    assert_int_not_equal(f->consumer.fault, LINK_FINE);
    assert_ptr_equal(link_consumer_trouble(&f->consumer), link_trouble_of(f->consumer.fault));
    assert_int_equal(f->consumer.dropped_count, dropped);
    expect_nothing(f->router);
    assert_true(wait_ms >= 100 && wait_ms <= 5000);
    link_consumer_receive(&f->consumer);   /* harmless while there is no socket */
    link_consumer_tick(&f->consumer);
    assert_int_equal(f->consumer.state, LINK_CLOSED);
    test_clock_ms += wait_ms;
}

/* ---------------------------------------------------------------- the usual course */

static void hello_credit_and_what_follows_a_batch(void **state)
{
    struct fixture *f = *state;

    f->sink.skip = 0;
    assert_int_equal(link_consumer_timeout_ms(&f->consumer), 0);
    greet(f);
    assert_int_equal(f->sink.opened, 1);
    assert_int_equal(link_consumer_timeout_ms(&f->consumer), LINK_SILENCE_MS);
    expect_nothing(f->router);
    say_batch(f, 11, 13);
    assert_int_equal(f->sink.cursor, 13);
    assert_int_equal(f->sink.batches, 1);
    expect_cursor(f, 13);
    expect_credit(f, 3, size_of_records(f, 3));
    expect_nothing(f->router);
    say_batch(f, 14, 14);
    expect_cursor(f, 14);
    expect_credit(f, 1, size_of_records(f, 1));
    assert_int_equal(f->consumer.dropped_count, 0);
}

static void a_consumer_that_knows_nothing_takes_the_lineage_it_finds(void **state)
{
    struct fixture *f = *state;
    Duban__HelloOk hello_ok = hello_ok_of(LINEAGE, EPOCH);

    f->sink.lineage = 0;
    f->sink.cursor = 0;
    link_consumer_tick(&f->consumer);
    expect_hello(f, 0, 0);
    say(f, FRAME_HELLO_OK, &hello_ok);
    expect_credit(f, LINK_CREDIT_RECORDS, LINK_CREDIT_BYTES);
    say_batch(f, 1, 2);
    expect_cursor(f, 2);
}

static void a_tail_is_answered_with_the_cursor(void **state)
{
    struct fixture *f = *state;

    greet(f);
    say_tail(f);
    assert_int_equal(f->sink.tails, 1);
    assert_int_equal(f->sink.tail_sequence, 1000);
    expect_cursor(f, 10);
    expect_nothing(f->router);   /* no WAKE: nobody ever asked for one */
}

static void records_up_to_the_cursor_are_ignored(void **state)
{
    struct fixture *f = *state;

    greet(f);
    say_batch(f, 8, 12);
    assert_int_equal(f->sink.applied, 2);
    expect_cursor(f, 12);
    expect_credit(f, 5, size_of_records(f, 5));
    say_batch(f, 3, 12);
    assert_int_equal(f->sink.applied, 2);
    assert_int_equal(f->sink.batches, 1);
    expect_cursor(f, 12);
    expect_credit(f, 10, size_of_records(f, 10));
    assert_int_equal(f->consumer.state, LINK_OPEN);
}

static void records_may_be_empty(void **state)
{
    struct fixture *f = *state;

    f->sink.record_bytes = 0;
    greet(f);
    say_batch(f, 11, 11 + LINK_CREDIT_RECORDS - 1);
    assert_int_equal(f->sink.applied, LINK_CREDIT_RECORDS);
}

/* One turn applies one batch, so that the owner can look after its other sockets. Crumbs of credit
 * are saved up while more lies waiting. */
static void credit_is_granted_in_lumps_while_more_waits(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed;

    greet(f);
    for (uint64_t i = 0; i < 6; i++) {
        packed = pack_batch(f, 11 + i * 3000, 10 + (i + 1) * 3000);
        send_batch(f, batch_frame(11 + i * 3000), packed);
        free(packed);
    }
    for (uint64_t i = 1; i <= 6; i++) {
        link_consumer_receive(&f->consumer);
        assert_int_equal(f->sink.batches, i);
        expect_cursor(f, 10 + i * 3000);
        if (i % 3 == 0)
            expect_credit(f, 9000, size_of_records(f, 9000));
        expect_nothing(f->router);
    }
}

static void the_last_crumbs_are_granted_when_nothing_waits(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed;
    Duban__Tail tail = DUBAN__TAIL__INIT;

    greet(f);
    packed = pack_batch(f, 11, 11);
    send_batch(f, batch_frame(11), packed);
    send_message(f->router, &f->peer, frame_of(FRAME_TAIL), &tail);
    link_consumer_receive(&f->consumer);
    expect_cursor(f, 11);
    expect_nothing(f->router);
    link_consumer_receive(&f->consumer);
    expect_cursor(f, 11);
    expect_credit(f, 1, size_of_records(f, 1));
    free(packed);
}

/* ---------------------------------------------------------------- batches taken together */

static void send_batches(struct fixture *f, uint64_t count, uint64_t records)
{
    for (uint64_t i = 0; i < count; i++) {
        struct packed_batch *packed = pack_batch(f, 11 + i * records, 10 + (i + 1) * records);

        send_batch(f, batch_frame(11 + i * records), packed);
        free(packed);
    }
}

static void batches_that_have_come_are_applied_as_one(void **state)
{
    struct fixture *f = *state;

    f->consumer.sink.takes_together = true;
    greet(f);
    send_batches(f, 3, 1000);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.batches, 1);
    assert_int_equal(f->sink.applied, 3000);
    expect_cursor(f, 3010);
    expect_credit(f, 3000, size_of_records(f, 3000));
    expect_nothing(f->router);
}

/* Half of the window, so that the other half is on its way meanwhile. */
static void no_more_than_half_of_the_bytes_is_taken_together(void **state)
{
    struct fixture *f = *state;

    f->consumer.sink.takes_together = true;
    f->sink.record_bytes = 1000;
    greet(f);
    send_batches(f, 6, 1000);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.batches, 1);
    assert_in_range(size_of_records(f, (uint32_t) f->sink.applied), LINK_TOGETHER_BYTES / 2 - LINK_BATCH_BYTES, LINK_TOGETHER_BYTES / 2);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.batches, 2);
    assert_int_equal(f->sink.applied, 6000);
}

static void no_more_records_are_taken_together_than_there_is_room_for(void **state)
{
    struct fixture *f = *state;

    f->consumer.sink.takes_together = true;
    f->sink.record_bytes = 0;
    greet(f);
    send_batches(f, 5, LINK_BATCH_RECORDS);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.batches, 1);
    assert_in_range(f->sink.applied, LINK_TOGETHER_RECORDS / 2, LINK_TOGETHER_RECORDS);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.applied, 5 * LINK_BATCH_RECORDS);
}

static void what_came_behind_batches_is_heeded_after_them(void **state)
{
    struct fixture *f = *state;
    Duban__Tail tail = DUBAN__TAIL__INIT;

    f->consumer.sink.takes_together = true;
    tail.last_sequence = 1000;
    greet(f);
    send_batches(f, 2, 10);
    send_message(f->router, &f->peer, frame_of(FRAME_TAIL), &tail);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.batches, 1);
    assert_int_equal(f->sink.tails, 1);
    expect_cursor(f, 30);
    expect_cursor(f, 30);
    expect_credit(f, 20, size_of_records(f, 20));
    expect_nothing(f->router);
}

static void what_came_before_a_bad_batch_stands(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed;

    f->consumer.sink.takes_together = true;
    greet(f);
    send_batches(f, 2, 10);
    packed = pack_batch(f, 32, 33);   /* 31 is missing */
    send_batch(f, batch_frame(32), packed);
    free(packed);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.applied, 20);
    assert_int_equal(f->consumer.cursor, 30);
    expect_cursor(f, 30);
    expect_end(f, 1);
}

static void what_came_behind_batches_that_fail_is_dropped_with_them(void **state)
{
    struct fixture *f = *state;
    Duban__Tail tail = DUBAN__TAIL__INIT;

    f->consumer.sink.takes_together = true;
    f->sink.fails = true;
    greet(f);
    send_batches(f, 2, 10);
    send_message(f->router, &f->peer, frame_of(FRAME_TAIL), &tail);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.tails, 0);
    assert_int_equal(f->consumer.cursor, 10);
    expect_end(f, 0);
}

/* ---------------------------------------------------------------- batches at fault */

static void expect_batch_fault(struct fixture *f, struct frame frame, const struct packed_batch *packed)
{
    uint64_t dropped = f->consumer.dropped_count;

    send_batch(f, frame, packed);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.applied, 0);
    expect_end(f, dropped + 1);
}

static void a_gap_before_the_batch_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 12, 14);

    greet(f);
    expect_batch_fault(f, batch_frame(12), packed);
    greet(f);
    say_batch(f, 11, 14);
    assert_int_equal(f->sink.cursor, 14);
    free(packed);
}

static void a_gap_within_the_batch_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 13);

    put_u64(packed->data + size_of_records(f, 1) + 8, 13);
    greet(f);
    expect_batch_fault(f, batch_frame(11), packed);
    free(packed);
}

static void a_header_that_names_another_first_record_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 13);

    greet(f);
    expect_batch_fault(f, batch_frame(10), packed);
    free(packed);
}

static void a_bad_crc_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 13);

    greet(f);
    packed->data[packed->batch.size - 1] ^= 1;   /* the last record: none of the batch is applied */
    expect_batch_fault(f, batch_frame(11), packed);
    packed->data[packed->batch.size - 1] ^= 1;
    packed->data[7] ^= 1;
    greet(f);
    expect_batch_fault(f, batch_frame(11), packed);
    free(packed);
}

static void a_batch_cut_anywhere_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 12);
    size_t whole = packed->batch.size;
    int kept = mute();

    for (size_t size = 0; size < whole; size++) {
        if (size == whole / 2)
            continue;   /* one record is a batch, too */
        packed->batch.size = size;
        greet(f);
        expect_batch_fault(f, batch_frame(11), packed);
    }
    unmute(kept);
    free(packed);
}

static void a_record_longer_than_its_batch_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 12);

    put_u32(packed->data, UINT32_MAX);
    greet(f);
    expect_batch_fault(f, batch_frame(11), packed);
    free(packed);
}

static void a_batch_beyond_the_credit_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed;

    f->sink.record_bytes = 1;
    packed = pack_batch(f, 11, 11 + LINK_CREDIT_RECORDS);
    greet(f);
    expect_batch_fault(f, batch_frame(11), packed);
    free(packed);
}

/* The sequence after the last one there is would be 0 again. */
static void a_batch_at_the_end_of_all_numbers_does_not_wrap(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 12);

    put_u64(packed->data + 8, UINT64_MAX);
    put_u64(packed->data + size_of_records(f, 1) + 8, 0);
    greet(f);
    expect_batch_fault(f, batch_frame(UINT64_MAX), packed);
    free(packed);
}

static void a_frame_of_another_lineage_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 13);
    struct frame frame = batch_frame(11);

    frame.lineage++;
    greet(f);
    expect_batch_fault(f, frame, packed);
    free(packed);
}

static void a_frame_of_another_start_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 13);
    struct frame frame = batch_frame(11);

    frame.epoch--;
    greet(f);
    expect_batch_fault(f, frame, packed);
    frame.epoch += 2;
    greet(f);
    expect_batch_fault(f, frame, packed);
    free(packed);
}

static void a_batch_before_hello_ok_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct packed_batch *packed = pack_batch(f, 11, 13);

    link_consumer_tick(&f->consumer);
    expect_hello(f, LINEAGE, 10);
    expect_batch_fault(f, batch_frame(11), packed);
    free(packed);
}

static void records_that_cannot_be_applied_are_offered_again(void **state)
{
    struct fixture *f = *state;

    greet(f);
    f->sink.fails = true;
    say_batch(f, 11, 13);
    expect_end(f, 0);   /* it was not the producer's fault */
    f->sink.fails = false;
    greet(f);
    say_batch(f, 11, 13);
    assert_int_equal(f->sink.cursor, 13);
}

/* ---------------------------------------------------------------- other frames at fault */

static void expect_hello_ok_fault(struct fixture *f, struct frame frame, const Duban__HelloOk *hello_ok)
{
    uint64_t dropped = f->consumer.dropped_count;
    int opened = f->sink.opened;

    link_consumer_tick(&f->consumer);
    expect_hello(f, LINEAGE, 10);
    send_message(f->router, &f->peer, frame, hello_ok);
    link_consumer_receive(&f->consumer);
    assert_int_equal(f->sink.opened, opened);
    expect_end(f, dropped + 1);
}

static void a_hello_ok_that_does_not_fit_ends_the_session(void **state)
{
    struct fixture *f = *state;
    struct frame frame = frame_of(FRAME_HELLO_OK);
    Duban__HelloOk hello_ok = hello_ok_of(LINEAGE + 1, EPOCH);

    frame.lineage = LINEAGE + 1;
    expect_hello_ok_fault(f, frame, &hello_ok);           /* another lineage */
    frame.lineage = LINEAGE;
    expect_hello_ok_fault(f, frame, &hello_ok);           /* differs from its header */
    hello_ok = hello_ok_of(LINEAGE, EPOCH + 1);
    expect_hello_ok_fault(f, frame, &hello_ok);
    hello_ok = hello_ok_of(LINEAGE, EPOCH);
    hello_ok.last_sequence = 9;                           /* we know more */
    expect_hello_ok_fault(f, frame, &hello_ok);
    hello_ok.last_sequence = 1000;
    hello_ok.first_sequence = 12;                         /* ours is trimmed */
    expect_hello_ok_fault(f, frame, &hello_ok);
    greet(f);
}

static void a_producer_of_an_older_start_is_not_believed(void **state)
{
    struct fixture *f = *state;
    struct frame frame = frame_of(FRAME_HELLO_OK);
    Duban__HelloOk hello_ok = hello_ok_of(LINEAGE, EPOCH - 1);

    greet(f);
    test_clock_ms += LINK_SILENCE_MS;
    link_consumer_tick(&f->consumer);
    expect_end(f, 0);
    frame.epoch = EPOCH - 1;
    expect_hello_ok_fault(f, frame, &hello_ok);
    greet(f);
}

static void a_sink_may_refuse_a_session(void **state)
{
    struct fixture *f = *state;
    Duban__HelloOk hello_ok = hello_ok_of(LINEAGE, EPOCH);

    f->sink.refuses = true;
    link_consumer_tick(&f->consumer);
    expect_hello(f, LINEAGE, 10);
    say(f, FRAME_HELLO_OK, &hello_ok);
    expect_end(f, 0);
}

static void a_refusal_is_told_and_tried_again(void **state)
{
    struct fixture *f = *state;
    Duban__Refuse refuse = DUBAN__REFUSE__INIT;

    refuse.detail = "because";
    for (int reason = 0; reason <= (int) DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED; reason++) {
        refuse.reason = (Duban__RefuseReason) reason;
        link_consumer_tick(&f->consumer);
        expect_hello(f, LINEAGE, 10);
        say(f, FRAME_REFUSE, &refuse);
        assert_int_equal(f->sink.refusals, reason + 1);
        assert_int_equal(f->sink.reason, reason);
        expect_end(f, 0);
    }
    greet(f);
    say(f, FRAME_REFUSE, &refuse);
    assert_int_equal(f->sink.refusals, 8);
    expect_end(f, 0);
}

static void a_bye_ends_the_session(void **state)
{
    struct fixture *f = *state;
    Duban__Bye bye = DUBAN__BYE__INIT;

    greet(f);
    say(f, FRAME_BYE, &bye);
    expect_end(f, 0);
    greet(f);
}

static void malformed_bodies_end_the_session(void **state)
{
    static const enum frame_type types[] = { FRAME_TAIL, FRAME_REFUSE };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        greet(f);
        send_body(f->router, &f->peer, frame_of(types[i]), bytes_of("\x0a\xff\xff\xff\xff", 5));
        link_consumer_receive(&f->consumer);
        expect_end(f, i + 1);
    }
    link_consumer_tick(&f->consumer);
    expect_hello(f, LINEAGE, 10);
    send_body(f->router, &f->peer, frame_of(FRAME_HELLO_OK), bytes_of("\x0a\xff\xff\xff\xff", 5));
    link_consumer_receive(&f->consumer);
    expect_end(f, 3);
}

static void frames_that_no_producer_sends_end_the_session(void **state)
{
    static const uint8_t types[] = { 0, FRAME_HELLO, FRAME_HELLO_OK, FRAME_CREDIT, FRAME_CURSOR, FRAME_WAKE, 10,
                                     FRAME_SUBMIT, FRAME_REPLY, 255 };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct frame frame = frame_of(FRAME_TAIL);

        frame.type = types[i];
        greet(f);
        send_body(f->router, &f->peer, frame, bytes_of_text(""));
        link_consumer_receive(&f->consumer);
        expect_end(f, i + 1);
    }
}

/* parts: how many frames come behind the header. */
static void say_raw(struct fixture *f, uint8_t version, size_t header_size, int parts)
{
    uint8_t header[FRAME_HEADER_BYTES] = { 'D', 'B', version, FRAME_TAIL };

    assert_true(zmq_send(f->router, f->peer.id, f->peer.size, ZMQ_SNDMORE) > 0);
    assert_true(zmq_send(f->router, header, header_size, parts > 0 ? ZMQ_SNDMORE : 0) >= 0);
    for (int i = 1; i <= parts; i++)
        assert_true(zmq_send(f->router, "body", 4, i < parts ? ZMQ_SNDMORE : 0) >= 0);
    link_consumer_receive(&f->consumer);
}

static void malformed_frames_end_the_session(void **state)
{
    struct fixture *f = *state;

    greet(f);
    say_raw(f, FRAME_VERSION, FRAME_HEADER_BYTES, 2);
    expect_end(f, 1);
    greet(f);
    say_raw(f, FRAME_VERSION, FRAME_HEADER_BYTES, 0);
    expect_end(f, 2);
    greet(f);
    say_raw(f, FRAME_VERSION, FRAME_HEADER_BYTES - 1, 1);
    expect_end(f, 3);
    greet(f);
    say_raw(f, FRAME_VERSION + 1, FRAME_HEADER_BYTES, 1);
    expect_end(f, 4);
    greet(f);
}

static void random_messages_do_no_harm(void **state)
{
    struct fixture *f = *state;
    uint32_t random = 20200203;
    uint8_t noise[96];
    struct received received;
    struct frame frame;
    int kept = mute();

    for (int i = 0; i < 10000; i++) {
        if (f->consumer.state == LINK_CLOSED) {
            test_clock_ms += 5000;
            greet(f);
        }
        random_bytes(&random, noise, sizeof noise);
        frame = batch_frame(noise[1] % 20);
        frame.type = FRAME_BATCH + noise[0] % 3;
        send_body(f->router, &f->peer, frame, bytes_of(noise + 8, noise[2] % 88));
        link_consumer_receive(&f->consumer);
        while (is_readable(f->router)) {
            assert_int_equal(frame_receive(f->router, true, &received), FRAME_OK);
            frame_release(&received);
        }
        arena_reset(&f->arena);
    }
    unmute(kept);
    assert_int_equal(f->sink.applied, 0);
    assert_true(f->consumer.dropped_count > 1000);
}

/* ---------------------------------------------------------------- time */

static void silence_ends_the_session(void **state)
{
    struct fixture *f = *state;

    greet(f);
    test_clock_ms += LINK_SILENCE_MS - 1;
    link_consumer_tick(&f->consumer);
    assert_int_equal(f->consumer.state, LINK_OPEN);
    assert_int_equal(link_consumer_timeout_ms(&f->consumer), 1);
    say_tail(f);
    expect_cursor(f, 10);
    test_clock_ms += LINK_SILENCE_MS - 1;
    link_consumer_tick(&f->consumer);
    assert_int_equal(f->consumer.state, LINK_OPEN);
    test_clock_ms += 1;
    link_consumer_tick(&f->consumer);
    expect_end(f, 0);
    greet(f);
}

static void a_producer_that_never_answers_is_greeted_again_and_again(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 20; i++) {
        link_consumer_tick(&f->consumer);
        expect_hello(f, LINEAGE, 10);
        test_clock_ms += LINK_SILENCE_MS;
        link_consumer_tick(&f->consumer);
        expect_end(f, 0);
    }
    greet(f);
}

/* We were busy ourselves: what waits in the socket has not been heard yet. */
static void what_was_not_listened_to_is_no_silence(void **state)
{
    struct fixture *f = *state;
    Duban__Tail tail = DUBAN__TAIL__INIT;

    greet(f);
    send_message(f->router, &f->peer, frame_of(FRAME_TAIL), &tail);
    test_clock_ms += 10 * (int64_t) LINK_SILENCE_MS;
    link_consumer_tick(&f->consumer);
    assert_int_equal(f->consumer.state, LINK_OPEN);
    link_consumer_receive(&f->consumer);
    link_consumer_tick(&f->consumer);
    assert_int_equal(f->consumer.state, LINK_OPEN);
    assert_int_equal(link_consumer_timeout_ms(&f->consumer), LINK_SILENCE_MS);
}

static void waiting_grows_and_begins_anew_after_success(void **state)
{
    struct fixture *f = *state;
    int longest = 0;
    int wait_ms;
    int kept = mute();

    for (int i = 0; i < 200; i++) {
        link_consumer_tick(&f->consumer);
        expect_hello(f, LINEAGE, 10);
        test_clock_ms += LINK_SILENCE_MS;
        link_consumer_tick(&f->consumer);
        wait_ms = link_consumer_timeout_ms(&f->consumer);
        assert_true(wait_ms >= 100 && wait_ms <= 5000);
        assert_true(i >= 6 || wait_ms <= 200 << i);
        longest = wait_ms > longest ? wait_ms : longest;
        test_clock_ms += wait_ms;
    }
    unmute(kept);
    assert_true(longest > 2500);   /* missed by 194 draws from 100 to 5000 once in 2^194 */
    greet(f);
    say_tail(f);
    assert_int_equal(f->consumer.fault, LINK_FINE);
    expect_cursor(f, 10);
    test_clock_ms += LINK_SILENCE_MS;
    link_consumer_tick(&f->consumer);
    assert_true(link_consumer_timeout_ms(&f->consumer) <= 200);
}

/* A HELLO_OK alone is no success: it would retry at full speed what fails right behind it. */
static void a_session_that_fails_at_once_each_time_is_tried_ever_more_rarely(void **state)
{
    struct fixture *f = *state;

    f->sink.fails = true;
    for (int i = 0; i < 10; i++) {
        greet(f);
        say_batch(f, 11, 11);
        expect_end(f, 0);
    }
    assert_int_equal(f->consumer.failures, 10);
}

/* ---------------------------------------------------------------- WAKE */

static void a_wake_is_said_when_it_changes_and_at_every_tail(void **state)
{
    struct fixture *f = *state;

    greet(f);
    link_consumer_wake(&f->consumer, 1580000000000);
    expect_wake(f, 1580000000000);
    link_consumer_wake(&f->consumer, 1580000000000);
    expect_nothing(f->router);
    link_consumer_wake(&f->consumer, 0);
    expect_wake(f, 0);
    say_tail(f);
    expect_cursor(f, 10);
    expect_wake(f, 0);
    expect_nothing(f->router);
}

static void a_wake_is_said_again_in_the_next_session(void **state)
{
    struct fixture *f = *state;

    link_consumer_wake(&f->consumer, 1580000000000);   /* nobody to say it to yet */
    greet(f);
    expect_wake(f, 1580000000000);
    test_clock_ms += LINK_SILENCE_MS;
    link_consumer_tick(&f->consumer);
    expect_end(f, 0);
    link_consumer_wake(&f->consumer, 1590000000000);
    greet(f);
    expect_wake(f, 1590000000000);
    expect_nothing(f->router);
}

static void an_endpoint_that_cannot_be_connected_is_tried_again(void **state)
{
    struct fixture *f = *state;

    (void) snprintf(f->consumer.endpoint, sizeof f->consumer.endpoint, "nonsense");
    link_consumer_tick(&f->consumer);
    expect_end(f, 0);
    (void) snprintf(f->consumer.endpoint, sizeof f->consumer.endpoint, "%s", endpoint);
    greet(f);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hello_credit_and_what_follows_a_batch),
        TEST(a_consumer_that_knows_nothing_takes_the_lineage_it_finds),
        TEST(a_tail_is_answered_with_the_cursor),
        TEST(records_up_to_the_cursor_are_ignored),
        TEST(records_may_be_empty),
        TEST(credit_is_granted_in_lumps_while_more_waits),
        TEST(the_last_crumbs_are_granted_when_nothing_waits),
        TEST(batches_that_have_come_are_applied_as_one),
        TEST(no_more_than_half_of_the_bytes_is_taken_together),
        TEST(no_more_records_are_taken_together_than_there_is_room_for),
        TEST(what_came_behind_batches_is_heeded_after_them),
        TEST(what_came_before_a_bad_batch_stands),
        TEST(what_came_behind_batches_that_fail_is_dropped_with_them),
        TEST(a_gap_before_the_batch_ends_the_session),
        TEST(a_gap_within_the_batch_ends_the_session),
        TEST(a_header_that_names_another_first_record_ends_the_session),
        TEST(a_bad_crc_ends_the_session),
        TEST(a_batch_cut_anywhere_ends_the_session),
        TEST(a_record_longer_than_its_batch_ends_the_session),
        TEST(a_batch_beyond_the_credit_ends_the_session),
        TEST(a_batch_at_the_end_of_all_numbers_does_not_wrap),
        TEST(a_frame_of_another_lineage_ends_the_session),
        TEST(a_frame_of_another_start_ends_the_session),
        TEST(a_batch_before_hello_ok_ends_the_session),
        TEST(records_that_cannot_be_applied_are_offered_again),
        TEST(a_hello_ok_that_does_not_fit_ends_the_session),
        TEST(a_producer_of_an_older_start_is_not_believed),
        TEST(a_sink_may_refuse_a_session),
        TEST(a_refusal_is_told_and_tried_again),
        TEST(a_bye_ends_the_session),
        TEST(malformed_bodies_end_the_session),
        TEST(frames_that_no_producer_sends_end_the_session),
        TEST(malformed_frames_end_the_session),
        TEST(random_messages_do_no_harm),
        TEST(silence_ends_the_session),
        TEST(a_producer_that_never_answers_is_greeted_again_and_again),
        TEST(what_was_not_listened_to_is_no_silence),
        TEST(waiting_grows_and_begins_anew_after_success),
        TEST(a_session_that_fails_at_once_each_time_is_tried_ever_more_rarely),
        TEST(a_wake_is_said_when_it_changes_and_at_every_tail),
        TEST(a_wake_is_said_again_in_the_next_session),
        TEST(an_endpoint_that_cannot_be_connected_is_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
