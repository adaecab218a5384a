/* The producer's end, seen by bare sockets that say what a consumer would never say. */
#include "link_fixture.h"

struct fixture {
    void *zmq;
    struct test_stream stream;
    struct link_producer producer;
    void *peer;          /* a bare consumer */
    void *others[LINK_MAX_CONSUMERS];
    size_t other_count;
    struct arena arena;
};

static const char endpoint[] = "inproc://stream";

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    f->zmq = zmq_ctx_new();
    f->stream = (struct test_stream){ .first = 1, .last = 100, .record_bytes = 40 };
    assert_int_equal(link_producer_open(&f->producer, f->zmq, endpoint, LINEAGE, EPOCH, source_of(&f->stream)), 0);
    f->peer = frame_connect(f->zmq, endpoint);
    arena_open(&f->arena, ARENA_BYTES);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_close(&f->arena);
    zmq_close(f->peer);
    for (size_t i = 0; i < f->other_count; i++)
        zmq_close(f->others[i]);
    link_producer_close(&f->producer);
    link_producer_close(&f->producer);
    zmq_ctx_term(f->zmq);
    free(f);
    return 0;
}

/* Another bare consumer. Closed at the end, also of a test that failed: a context waits for its sockets. */
static void *other_peer(struct fixture *f)
{
    assert_true(f->other_count < LINK_MAX_CONSUMERS);
    f->others[f->other_count] = frame_connect(f->zmq, endpoint);
    assert_non_null(f->others[f->other_count]);
    return f->others[f->other_count++];
}

static void turn(struct fixture *f)
{
    assert_int_equal(link_producer_receive(&f->producer), 0);
}

static Duban__Hello hello_of(const char *name, uint64_t lineage, uint64_t cursor, uint8_t digest[DIGEST_BYTES])
{
    Duban__Hello hello = DUBAN__HELLO__INIT;

    digest_at(cursor, digest);
    hello.consumer = (char *) name;
    hello.lineage = lineage;
    hello.cursor = cursor;
    if (cursor > 0)
        hello.digest = (ProtobufCBinaryData){ DIGEST_BYTES, digest };
    return hello;
}

static void say_hello(struct fixture *f, void *peer, const char *name, uint64_t lineage, uint64_t cursor)
{
    uint8_t digest[DIGEST_BYTES];
    Duban__Hello hello = hello_of(name, lineage, cursor, digest);
    struct frame frame = { .type = FRAME_HELLO, .lineage = lineage };

    send_message(peer, NULL, frame, &hello);
    turn(f);
}

static void expect_refusal(void *peer, Duban__RefuseReason reason)
{
    struct received received;
    struct arena arena;
    Duban__Refuse *refuse;

    arena_open(&arena, 4096);
    expect_frame(peer, false, FRAME_REFUSE, &received);
    assert_int_equal(received.frame.lineage, LINEAGE);
    assert_int_equal(received.frame.epoch, EPOCH);
    refuse = message_unpack(&arena, &duban__refuse__descriptor, received.body, 4096, NULL);
    assert_non_null(refuse);
    assert_int_equal(refuse->reason, reason);
    assert_true(refuse->detail[0] != '\0');
    frame_release(&received);
    expect_nothing(peer);
    arena_close(&arena);
}

static void expect_type(void *peer, enum frame_type type)
{
    struct received received;

    expect_frame(peer, false, type, &received);
    frame_release(&received);
}

static void open_session(struct fixture *f, void *peer, const char *name, uint64_t cursor)
{
    say_hello(f, peer, name, LINEAGE, cursor);
    expect_type(peer, FRAME_HELLO_OK);
    expect_nothing(peer);
}

static void grant(struct fixture *f, void *peer, uint32_t records, uint32_t bytes)
{
    Duban__Credit credit = DUBAN__CREDIT__INIT;

    credit.records = records;
    credit.bytes = bytes;
    send_message(peer, NULL, frame_of(FRAME_CREDIT), &credit);
    turn(f);
}

static void acknowledge(struct fixture *f, void *peer, uint64_t sequence)
{
    Duban__Cursor cursor = DUBAN__CURSOR__INIT;

    cursor.sequence = sequence;
    send_message(peer, NULL, frame_of(FRAME_CURSOR), &cursor);
    turn(f);
}

/* Take every BATCH that waits; the records must go on after `after`. How many they were. */
static uint64_t take_batches(struct fixture *f, void *peer, uint64_t after)
{
    struct received received;
    uint64_t count = 0;

    while (is_readable(peer)) {
        expect_frame(peer, false, FRAME_BATCH, &received);
        assert_int_equal(received.frame.value, after + count + 1);
        assert_true(received.body.size <= LINK_BATCH_BYTES);
        for (size_t at = 0; at < received.body.size; count++) {
            const uint8_t *record = (const uint8_t *) received.body.data + at;
            struct bytes data = bytes_of(record + RECORD_OVERHEAD, get_u32(record));

            assert_int_equal(get_u32(record + 4), crc32c(0, data.data, data.size));
            assert_int_equal(get_u64(record + 8), after + count + 1);
            assert_int_equal(get_u64(record + 16), stamp_at(after + count + 1));
            assert_true(bytes_equal(data, record_at(after + count + 1, f->stream.record_bytes)));
            at += RECORD_OVERHEAD + data.size;
        }
        frame_release(&received);
    }
    return count;
}

/* ---------------------------------------------------------------- HELLO */

static void hello_is_answered_with_the_state_of_the_stream(void **state)
{
    struct fixture *f = *state;
    struct received received;
    Duban__HelloOk *hello_ok;

    f->stream.first = 3;
    f->stream.skips[0] = 7;
    say_hello(f, f->peer, "rules", LINEAGE, 5);
    expect_frame(f->peer, false, FRAME_HELLO_OK, &received);
    assert_int_equal(received.frame.lineage, LINEAGE);
    assert_int_equal(received.frame.epoch, EPOCH);
    hello_ok = message_unpack(&f->arena, &duban__hello_ok__descriptor, received.body, 4096, NULL);
    assert_non_null(hello_ok);
    assert_int_equal(hello_ok->lineage, LINEAGE);
    assert_int_equal(hello_ok->epoch, EPOCH);
    assert_int_equal(hello_ok->first_sequence, 3);
    assert_int_equal(hello_ok->last_sequence, 100);
    assert_int_equal(hello_ok->n_skips, 1);
    assert_int_equal(hello_ok->skips[0], 7);
    frame_release(&received);
    assert_int_equal(f->stream.cursor, 5);
    assert_string_equal(f->stream.consumer, "rules");
}

static void a_consumer_that_knows_nothing_yet_is_welcome(void **state)
{
    struct fixture *f = *state;

    say_hello(f, f->peer, "rules", 0, 0);
    expect_type(f->peer, FRAME_HELLO_OK);
}

static void zeros_are_the_digest_at_the_beginning(void **state)
{
    struct fixture *f = *state;
    uint8_t digest[DIGEST_BYTES];
    Duban__Hello hello = hello_of("rules", LINEAGE, 0, digest);

    hello.digest = (ProtobufCBinaryData){ DIGEST_BYTES, digest };
    send_message(f->peer, NULL, frame_of(FRAME_HELLO), &hello);
    turn(f);
    expect_type(f->peer, FRAME_HELLO_OK);
    digest[31] = 1;
    send_message(f->peer, NULL, frame_of(FRAME_HELLO), &hello);
    turn(f);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_DIVERGED);
}

static void another_lineage_is_refused(void **state)
{
    struct fixture *f = *state;

    say_hello(f, f->peer, "rules", LINEAGE + 1, 5);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_LINEAGE);
    say_hello(f, f->peer, "rules", LINEAGE + 1, 0);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_LINEAGE);
    assert_int_equal(f->producer.refused_count, 2);
    assert_int_equal(f->stream.cursors, 0);
}

static void no_lineage_with_a_cursor_is_refused(void **state)
{
    struct fixture *f = *state;

    say_hello(f, f->peer, "rules", 0, 5);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_LINEAGE);
}

static void a_cursor_ahead_is_refused(void **state)
{
    struct fixture *f = *state;

    say_hello(f, f->peer, "rules", LINEAGE, 101);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_AHEAD);
    say_hello(f, f->peer, "rules", LINEAGE, UINT64_MAX);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_AHEAD);
    open_session(f, f->peer, "rules", 100);
}

static void a_trimmed_cursor_is_refused(void **state)
{
    struct fixture *f = *state;

    f->stream.first = 51;
    say_hello(f, f->peer, "rules", LINEAGE, 49);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED);
    say_hello(f, f->peer, "rules", LINEAGE, 0);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED);
}

/* The next record is held, the digest of the one before it is not: nobody can say that they agree. */
static void a_cursor_whose_digest_is_not_held_is_refused(void **state)
{
    struct fixture *f = *state;

    f->stream.first = 51;
    say_hello(f, f->peer, "rules", LINEAGE, 50);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED);
    open_session(f, f->peer, "rules", 51);
}

static void another_digest_is_refused(void **state)
{
    struct fixture *f = *state;
    uint8_t digest[DIGEST_BYTES];
    Duban__Hello hello = hello_of("rules", LINEAGE, 5, digest);

    digest[31] = 1;
    send_message(f->peer, NULL, frame_of(FRAME_HELLO), &hello);
    turn(f);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_DIVERGED);
}

static void a_hello_that_is_not_well_formed_is_refused(void **state)
{
    struct fixture *f = *state;
    uint8_t digest[DIGEST_BYTES];
    Duban__Hello no_name = hello_of("", LINEAGE, 5, digest);
    Duban__Hello long_name = hello_of("123456789012345678901234567890123", LINEAGE, 5, digest);
    Duban__Hello short_digest = hello_of("rules", LINEAGE, 5, digest);
    Duban__Hello no_digest = hello_of("rules", LINEAGE, 5, digest);

    short_digest.digest.len = 31;
    no_digest.digest.len = 0;
    send_message(f->peer, NULL, frame_of(FRAME_HELLO), &no_name);
    turn(f);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    send_message(f->peer, NULL, frame_of(FRAME_HELLO), &long_name);
    turn(f);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    send_message(f->peer, NULL, frame_of(FRAME_HELLO), &short_digest);
    turn(f);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    send_message(f->peer, NULL, frame_of(FRAME_HELLO), &no_digest);
    turn(f);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    send_body(f->peer, NULL, frame_of(FRAME_HELLO), bytes_of("\xff\xff", 2));
    turn(f);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    assert_int_equal(f->producer.refused_count, 5);
}

static void a_refused_hello_does_not_take_the_place_of_a_session(void **state)
{
    struct fixture *f = *state;
    void *other = other_peer(f);

    open_session(f, f->peer, "rules", 0);
    say_hello(f, other, "rules", LINEAGE + 1, 5);
    expect_refusal(other, DUBAN__REFUSE_REASON__REFUSE_REASON_LINEAGE);
    expect_nothing(f->peer);
    grant(f, f->peer, 10, 10000);
    assert_int_equal(take_batches(f, f->peer, 0), 10);
}

static void who_is_connected_shows_how_far_it_is_and_since_when(void **state)
{
    struct fixture *f = *state;
    Duban__LinkSession **sessions;
    size_t count = 1;

    arena_reset(&f->arena);
    (void) link_producer_sessions(&f->producer, 100, &f->arena, &count);
    assert_int_equal(count, 0);
    open_session(f, f->peer, "rules", 60);
    open_session(f, other_peer(f), "replay", 100);
    test_clock_ms += 1500;
    sessions = link_producer_sessions(&f->producer, 100, &f->arena, &count);
    assert_int_equal(count, 2);
    assert_string_equal(sessions[0]->consumer, "rules");
    assert_int_equal(sessions[0]->cursor, 60);
    assert_int_equal(sessions[0]->behind, 40);
    assert_int_equal(sessions[0]->connected_ms, 1500);
    assert_int_equal(sessions[1]->behind, 0);
}

static void a_second_hello_begins_the_session_anew(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    grant(f, f->peer, 5, 10000);
    assert_int_equal(take_batches(f, f->peer, 0), 5);
    open_session(f, f->peer, "rules", 2);   /* no BYE to itself, no credit left from before */
    grant(f, f->peer, 5, 10000);
    assert_int_equal(take_batches(f, f->peer, 2), 5);
}

static void a_newer_session_of_the_same_name_replaces_the_older(void **state)
{
    struct fixture *f = *state;
    void *newer = other_peer(f);

    open_session(f, f->peer, "rules", 0);
    open_session(f, newer, "rules", 7);
    expect_type(f->peer, FRAME_BYE);
    grant(f, f->peer, 5, 10000);
    expect_type(f->peer, FRAME_BYE);
    expect_nothing(f->peer);
    assert_int_equal(f->producer.refused_count, 1);
    grant(f, newer, 5, 10000);
    assert_int_equal(take_batches(f, newer, 7), 5);
}

static void consumers_of_other_names_are_served_side_by_side(void **state)
{
    struct fixture *f = *state;
    void *other = other_peer(f);

    open_session(f, f->peer, "rules", 0);
    open_session(f, other, "replay", 90);
    grant(f, f->peer, 20, 10000);
    grant(f, other, 20, 10000);
    assert_int_equal(take_batches(f, f->peer, 0), 20);
    assert_int_equal(take_batches(f, other, 90), 10);
}

static void one_consumer_too_many_is_refused(void **state)
{
    struct fixture *f = *state;
    void *peers[LINK_MAX_CONSUMERS];
    char name[24];

    for (int i = 0; i < LINK_MAX_CONSUMERS; i++) {
        peers[i] = other_peer(f);
        (void) snprintf(name, sizeof name, "replay-%d", i);
        open_session(f, peers[i], name, 0);
    }
    say_hello(f, f->peer, "rules", LINEAGE, 0);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED);
    say_hello(f, f->peer, "replay-3", LINEAGE, 0);   /* this one has a place to take over */
    expect_type(f->peer, FRAME_HELLO_OK);
    expect_type(peers[3], FRAME_BYE);
}

/* ---------------------------------------------------------------- credit */

static void without_credit_nothing_is_sent(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    for (int i = 0; i < 100; i++) {
        link_producer_pump(&f->producer);
        test_clock_ms += LINK_TAIL_MS;
        link_producer_tick(&f->producer);
        while (is_readable(f->peer))
            expect_type(f->peer, FRAME_TAIL);
        acknowledge(f, f->peer, 0);
    }
    assert_int_equal(f->producer.sent_count, 0);
    expect_nothing(f->peer);
}

static void no_more_records_are_sent_than_granted(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    grant(f, f->peer, 3, 100000);
    assert_int_equal(take_batches(f, f->peer, 0), 3);
    grant(f, f->peer, 0, 100000);
    assert_int_equal(take_batches(f, f->peer, 3), 0);
    grant(f, f->peer, 1, 0);
    assert_int_equal(take_batches(f, f->peer, 3), 1);
    assert_int_equal(f->producer.sent_count, 4);
}

static void no_more_bytes_are_sent_than_granted(void **state)
{
    struct fixture *f = *state;
    uint32_t record = RECORD_OVERHEAD + (uint32_t) f->stream.record_bytes;

    open_session(f, f->peer, "rules", 0);
    grant(f, f->peer, 1000, record - 1);
    assert_int_equal(take_batches(f, f->peer, 0), 0);
    grant(f, f->peer, 0, 1);
    assert_int_equal(take_batches(f, f->peer, 0), 1);
    grant(f, f->peer, 0, 3 * record + record / 2);
    assert_int_equal(take_batches(f, f->peer, 1), 3);
    grant(f, f->peer, 0, record / 2);
    assert_int_equal(take_batches(f, f->peer, 4), 1);
}

static void a_batch_stays_within_its_bounds(void **state)
{
    struct fixture *f = *state;
    struct received received;

    f->stream.record_bytes = 100000;
    open_session(f, f->peer, "rules", 0);
    grant(f, f->peer, 1000, 3000000);
    expect_frame(f->peer, false, FRAME_BATCH, &received);
    assert_int_equal(received.body.size, 10 * (100000 + RECORD_OVERHEAD));
    frame_release(&received);
    assert_int_equal(take_batches(f, f->peer, 10), 19);
}

/* Granting without end neither overflows nor lets the whole stream into memory. */
static void boundless_credit_does_not_send_boundlessly(void **state)
{
    struct fixture *f = *state;
    struct link_session *session = &f->producer.sessions[0];

    f->stream.last = 100000;
    f->stream.record_bytes = 8;
    open_session(f, f->peer, "rules", 0);
    for (int i = 0; i < 50; i++) {
        grant(f, f->peer, UINT32_MAX, UINT32_MAX);
        assert_true(session->credit_records <= UINT64_C(1) << 32);
        assert_true(session->credit_bytes <= UINT64_C(1) << 32);
    }
    assert_int_equal(session->credit_records, UINT64_C(1) << 32);
    assert_int_equal(take_batches(f, f->peer, 0), LINK_MAX_UNACKNOWLEDGED);
    acknowledge(f, f->peer, 1000);
    assert_int_equal(take_batches(f, f->peer, LINK_MAX_UNACKNOWLEDGED), 1000);
    acknowledge(f, f->peer, LINK_MAX_UNACKNOWLEDGED + 1000);
    assert_int_equal(take_batches(f, f->peer, LINK_MAX_UNACKNOWLEDGED + 1000), LINK_MAX_UNACKNOWLEDGED);
}

static void what_is_committed_later_is_sent_at_the_pump(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 100);
    grant(f, f->peer, 10, 10000);
    expect_nothing(f->peer);
    f->stream.last = 104;
    link_producer_pump(&f->producer);
    assert_int_equal(take_batches(f, f->peer, 100), 4);
}

/* Every batch costs the consumer a commit. */
static void after_many_records_at_once_the_next_gather(void **state)
{
    struct fixture *f = *state;

    f->producer.gather_ms = LINK_GATHER_MS;
    open_session(f, f->peer, "rules", 100);
    grant(f, f->peer, 1000, 100000);
    f->stream.last = 103;
    turn(f);
    assert_int_equal(take_batches(f, f->peer, 100), 3);
    f->stream.last = 140;   /* after a few nothing waits */
    turn(f);
    assert_int_equal(take_batches(f, f->peer, 103), 37);
    f->stream.last = 141;
    turn(f);
    f->stream.last = 142;
    turn(f);
    expect_nothing(f->peer);
    assert_int_equal(link_producer_timeout_ms(&f->producer), LINK_GATHER_MS);
    test_clock_ms += LINK_GATHER_MS;
    turn(f);
    assert_int_equal(take_batches(f, f->peer, 140), 2);
    assert_int_equal(link_producer_timeout_ms(&f->producer), LINK_TAIL_MS - LINK_GATHER_MS);
}

static void a_source_that_fails_ends_the_session_and_another_may_follow(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    grant(f, f->peer, 0, 10000);
    f->stream.fails = true;
    link_producer_pump(&f->producer);   /* nothing was asked of it */
    send_message(f->peer, NULL, frame_of(FRAME_CREDIT), &(Duban__Credit){
        .base = PROTOBUF_C_MESSAGE_INIT(&duban__credit__descriptor), .records = 1 });
    turn(f);
    expect_type(f->peer, FRAME_BYE);
    expect_nothing(f->peer);
    f->stream.fails = false;
    open_session(f, f->peer, "rules", 0);
    grant(f, f->peer, 1, 10000);
    assert_int_equal(take_batches(f, f->peer, 0), 1);
}

/* Records trimmed under a session would be a gap: it has to say HELLO and hear TRIMMED. */
static void a_session_behind_the_trimming_ends(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 10);
    f->stream.first = 50;
    grant(f, f->peer, 10, 10000);
    expect_type(f->peer, FRAME_BYE);
    expect_nothing(f->peer);
    say_hello(f, f->peer, "rules", LINEAGE, 10);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED);
}

/* ---------------------------------------------------------------- CURSOR and WAKE */

static void a_cursor_is_passed_on_when_it_rises(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 2);
    grant(f, f->peer, 10, 10000);
    assert_int_equal(take_batches(f, f->peer, 2), 10);
    acknowledge(f, f->peer, 5);
    assert_int_equal(f->stream.cursor, 5);
    assert_int_equal(f->stream.cursors, 2);   /* HELLO was one */
    acknowledge(f, f->peer, 5);
    acknowledge(f, f->peer, 3);
    assert_int_equal(f->stream.cursor, 5);
    assert_int_equal(f->stream.cursors, 2);
    acknowledge(f, f->peer, 12);
    assert_int_equal(f->stream.cursor, 12);
    expect_nothing(f->peer);
}

static void a_cursor_beyond_what_was_sent_ends_the_session(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 2);
    grant(f, f->peer, 3, 10000);
    assert_int_equal(take_batches(f, f->peer, 2), 3);
    acknowledge(f, f->peer, 6);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    assert_int_equal(f->stream.cursor, 2);
    assert_false(f->producer.sessions[0].open);
}

static void wake(struct fixture *f, int64_t due_ms)
{
    Duban__Wake message = DUBAN__WAKE__INIT;

    message.due_ms = due_ms;
    send_message(f->peer, NULL, frame_of(FRAME_WAKE), &message);
    turn(f);
}

static void a_wake_is_passed_on(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    wake(f, 1580000000000);
    assert_int_equal(f->stream.wake_ms, 1580000000000);
    assert_string_equal(f->stream.consumer, "rules");
    wake(f, 0);
    assert_int_equal(f->stream.wake_ms, 0);
    assert_int_equal(f->stream.wakes, 2);
    wake(f, -1);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    assert_int_equal(f->stream.wakes, 2);
}

static void a_stream_without_a_clock_drops_a_wake(void **state)
{
    struct fixture *f = *state;

    f->producer.source.wake = NULL;
    open_session(f, f->peer, "notify", 0);
    wake(f, 1580000000000);
    expect_nothing(f->peer);
    assert_int_equal(f->producer.refused_count, 1);
    assert_true(f->producer.sessions[0].open);
}

/* ---------------------------------------------------------------- what does not belong */

static void frames_of_another_start_or_lineage_are_dropped(void **state)
{
    struct fixture *f = *state;
    struct frame stale = frame_of(FRAME_CREDIT);
    struct frame foreign = frame_of(FRAME_CREDIT);
    Duban__Credit credit = DUBAN__CREDIT__INIT;

    credit.records = 5;
    credit.bytes = 10000;
    stale.epoch--;
    foreign.lineage++;
    open_session(f, f->peer, "rules", 0);
    send_message(f->peer, NULL, stale, &credit);
    turn(f);
    send_message(f->peer, NULL, foreign, &credit);
    turn(f);
    expect_nothing(f->peer);
    assert_int_equal(f->producer.refused_count, 2);
    grant(f, f->peer, 3, 10000);
    assert_int_equal(take_batches(f, f->peer, 0), 3);
}

/* It was connected before our start, or was silent too long. */
static void a_frame_of_no_session_is_answered_with_bye(void **state)
{
    struct fixture *f = *state;
    struct frame stale = frame_of(FRAME_CURSOR);
    Duban__Cursor cursor = DUBAN__CURSOR__INIT;

    stale.epoch--;
    send_message(f->peer, NULL, stale, &cursor);
    turn(f);
    expect_type(f->peer, FRAME_BYE);
    expect_nothing(f->peer);
    assert_int_equal(f->producer.refused_count, 1);
    assert_int_equal(f->stream.cursors, 0);
}

static void malformed_bodies_end_the_session(void **state)
{
    static const enum frame_type types[] = { FRAME_CREDIT, FRAME_CURSOR, FRAME_WAKE, FRAME_HELLO };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        open_session(f, f->peer, "rules", 0);
        send_body(f->peer, NULL, frame_of(types[i]), bytes_of("\x0a\xff\xff\xff\xff", 5));
        turn(f);
        expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
        assert_false(f->producer.sessions[0].open);
        assert_int_equal(f->producer.refused_count, i + 1);
    }
}

static void frames_that_no_consumer_sends_end_the_session(void **state)
{
    static const uint8_t types[] = { 0, FRAME_HELLO_OK, FRAME_REFUSE, FRAME_BATCH, FRAME_TAIL, FRAME_BYE, 10,
                                     FRAME_SUBMIT, FRAME_QUERY, FRAME_REPLY, 255 };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct frame frame = frame_of(FRAME_HELLO);

        frame.type = types[i];
        open_session(f, f->peer, "rules", 0);
        send_body(f->peer, NULL, frame, bytes_of_text("body"));
        turn(f);
        expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
        assert_false(f->producer.sessions[0].open);
    }
}

/* parts: how many frames come behind the header. */
static void send_raw(struct fixture *f, uint8_t version, size_t header_size, int parts)
{
    uint8_t header[FRAME_HEADER_BYTES] = { 'D', 'B', version, FRAME_CREDIT };

    assert_true(zmq_send(f->peer, header, header_size, parts > 0 ? ZMQ_SNDMORE : 0) >= 0);
    for (int i = 1; i <= parts; i++)
        assert_true(zmq_send(f->peer, "body", 4, i < parts ? ZMQ_SNDMORE : 0) >= 0);
    turn(f);
}

static void malformed_frames_end_the_session(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    send_raw(f, FRAME_VERSION, FRAME_HEADER_BYTES, 2);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    assert_false(f->producer.sessions[0].open);
    open_session(f, f->peer, "rules", 0);
    send_raw(f, FRAME_VERSION, FRAME_HEADER_BYTES, 0);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    open_session(f, f->peer, "rules", 0);
    send_raw(f, FRAME_VERSION, FRAME_HEADER_BYTES - 1, 1);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED);
    open_session(f, f->peer, "rules", 0);
    send_raw(f, FRAME_VERSION + 1, FRAME_HEADER_BYTES, 1);
    expect_refusal(f->peer, DUBAN__REFUSE_REASON__REFUSE_REASON_VERSION);
    assert_int_equal(f->producer.refused_count, 4);
    open_session(f, f->peer, "rules", 0);
}

static void random_messages_do_no_harm(void **state)
{
    struct fixture *f = *state;
    uint32_t random = 20200203;
    uint8_t noise[64];
    struct received received;
    struct frame frame;
    uint64_t stopped = 0;
    int kept = mute();

    for (int i = 0; i < 20000; i++) {
        random_bytes(&random, noise, sizeof noise);
        frame = frame_of(FRAME_HELLO);
        frame.type = noise[0] % 12;
        if (noise[1] == 0)
            frame.epoch = 0;
        if (noise[2] % 4 == 0)
            say_hello(f, f->peer, "rules", LINEAGE, noise[3] % 100);
        send_body(f->peer, NULL, frame, bytes_of(noise + 8, noise[4] % 48));
        turn(f);
        stopped += !f->producer.sessions[0].open;
        while (is_readable(f->peer)) {
            assert_int_equal(frame_receive(f->peer, false, &received), FRAME_OK);
            frame_release(&received);
        }
    }
    unmute(kept);
    assert_true(stopped > 1000);
    open_session(f, f->peer, "rules", 0);
    grant(f, f->peer, 3, 10000);
    assert_int_equal(take_batches(f, f->peer, 0), 3);
}

/* ---------------------------------------------------------------- time */

static void a_tail_is_sent_every_second(void **state)
{
    struct fixture *f = *state;
    struct received received;
    Duban__Tail *tail;

    open_session(f, f->peer, "rules", 0);
    assert_int_equal(link_producer_timeout_ms(&f->producer), LINK_TAIL_MS);
    link_producer_tick(&f->producer);
    expect_nothing(f->peer);
    test_clock_ms += LINK_TAIL_MS - 1;
    assert_int_equal(link_producer_timeout_ms(&f->producer), 1);
    link_producer_tick(&f->producer);
    expect_nothing(f->peer);
    test_clock_ms += 1;
    assert_int_equal(link_producer_timeout_ms(&f->producer), 0);
    link_producer_tick(&f->producer);
    expect_frame(f->peer, false, FRAME_TAIL, &received);
    tail = message_unpack(&f->arena, &duban__tail__descriptor, received.body, 4096, NULL);
    assert_non_null(tail);
    assert_int_equal(tail->last_sequence, 100);
    assert_int_equal(tail->clock_ms, test_clock_ms);
    frame_release(&received);
    expect_nothing(f->peer);
    link_producer_tail_now(&f->producer);
    expect_type(f->peer, FRAME_TAIL);
    assert_int_equal(link_producer_timeout_ms(&f->producer), LINK_TAIL_MS);
}

static void a_silent_session_is_forgotten(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    test_clock_ms += LINK_SILENCE_MS - 1;
    link_producer_tick(&f->producer);
    expect_type(f->peer, FRAME_TAIL);
    assert_true(f->producer.sessions[0].open);
    acknowledge(f, f->peer, 0);
    test_clock_ms += LINK_SILENCE_MS - 1;
    link_producer_tick(&f->producer);
    expect_type(f->peer, FRAME_TAIL);
    test_clock_ms += LINK_TAIL_MS;
    link_producer_tick(&f->producer);
    assert_false(f->producer.sessions[0].open);
    expect_nothing(f->peer);
}

/* The producer itself was busy: what waits in the socket has not been heard yet. */
static void a_session_that_nobody_listened_to_is_not_silent(void **state)
{
    struct fixture *f = *state;
    Duban__Cursor cursor = DUBAN__CURSOR__INIT;

    open_session(f, f->peer, "rules", 0);
    send_message(f->peer, NULL, frame_of(FRAME_CURSOR), &cursor);
    test_clock_ms += 10 * (int64_t) LINK_SILENCE_MS;
    link_producer_tick(&f->producer);
    assert_true(f->producer.sessions[0].open);
    turn(f);
    test_clock_ms += LINK_TAIL_MS;
    link_producer_tick(&f->producer);
    assert_true(f->producer.sessions[0].open);
}

static void a_session_whose_peer_is_gone_is_forgotten(void **state)
{
    struct fixture *f = *state;

    open_session(f, f->peer, "rules", 0);
    zmq_close(f->peer);
    f->peer = frame_connect(f->zmq, endpoint);
    while (f->producer.sessions[0].open) {   /* until the socket has heard of it; the clock stands still */
        turn(f);
        link_producer_tail_now(&f->producer);
    }
}

static void a_place_that_cannot_be_bound_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct link_producer other;

    assert_int_equal(
        link_producer_open(&other, f->zmq, "ipc:///nowhere/at/all", LINEAGE, EPOCH, source_of(&f->stream)), -1);
    assert_int_equal(errno, ENOENT);
    link_producer_close(&other);
}

static void a_record_that_does_not_fit_leaves_the_batch_as_it_was(void **state)
{
    uint8_t data[100];
    struct link_batch batch = { .data = data, .capacity = sizeof data, .max_records = 2 };

    (void) state;
    assert_false(link_batch_add(&batch, 1, 0, record_at(1, 100 - RECORD_OVERHEAD + 1)));
    assert_int_equal(batch.size, 0);
    assert_true(link_batch_add(&batch, 1, 0, bytes_of(NULL, 0)));
    assert_true(link_batch_add(&batch, 2, 0, record_at(2, 10)));
    assert_false(link_batch_add(&batch, 3, 0, record_at(3, 1)));   /* two were allowed */
    assert_int_equal(batch.size, 2 * RECORD_OVERHEAD + 10);
    assert_int_equal(batch.records, 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hello_is_answered_with_the_state_of_the_stream),
        TEST(a_consumer_that_knows_nothing_yet_is_welcome),
        TEST(zeros_are_the_digest_at_the_beginning),
        TEST(another_lineage_is_refused),
        TEST(no_lineage_with_a_cursor_is_refused),
        TEST(a_cursor_ahead_is_refused),
        TEST(a_trimmed_cursor_is_refused),
        TEST(a_cursor_whose_digest_is_not_held_is_refused),
        TEST(another_digest_is_refused),
        TEST(a_hello_that_is_not_well_formed_is_refused),
        TEST(a_refused_hello_does_not_take_the_place_of_a_session),
        TEST(who_is_connected_shows_how_far_it_is_and_since_when),
        TEST(a_second_hello_begins_the_session_anew),
        TEST(a_newer_session_of_the_same_name_replaces_the_older),
        TEST(consumers_of_other_names_are_served_side_by_side),
        TEST(one_consumer_too_many_is_refused),
        TEST(without_credit_nothing_is_sent),
        TEST(no_more_records_are_sent_than_granted),
        TEST(no_more_bytes_are_sent_than_granted),
        TEST(a_batch_stays_within_its_bounds),
        TEST(boundless_credit_does_not_send_boundlessly),
        TEST(what_is_committed_later_is_sent_at_the_pump),
        TEST(after_many_records_at_once_the_next_gather),
        TEST(a_source_that_fails_ends_the_session_and_another_may_follow),
        TEST(a_session_behind_the_trimming_ends),
        TEST(a_cursor_is_passed_on_when_it_rises),
        TEST(a_cursor_beyond_what_was_sent_ends_the_session),
        TEST(a_wake_is_passed_on),
        TEST(a_stream_without_a_clock_drops_a_wake),
        TEST(frames_of_another_start_or_lineage_are_dropped),
        TEST(a_frame_of_no_session_is_answered_with_bye),
        TEST(malformed_bodies_end_the_session),
        TEST(frames_that_no_consumer_sends_end_the_session),
        TEST(malformed_frames_end_the_session),
        TEST(random_messages_do_no_harm),
        TEST(a_tail_is_sent_every_second),
        TEST(a_silent_session_is_forgotten),
        TEST(a_session_that_nobody_listened_to_is_not_silent),
        TEST(a_session_whose_peer_is_gone_is_forgotten),
        TEST(a_place_that_cannot_be_bound_is_an_error),
        cmocka_unit_test(a_record_that_does_not_fit_leaves_the_batch_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
