/* test_turn.c - the whole loop over a real link: rules' stream in, lines and facts out. */
#include "fixture.h"

enum { STREAM_MOST = 3000, LINEAGE = 77 };

/* Rules' outbox, played by a real producer. */
struct stream {
    struct fixture f;
    void *zmq;                     /* the producer's own: it has let go of the socket when this has ended */
    struct link_producer producer;
    struct bytes records[STREAM_MOST + 1];
    uint8_t digests[STREAM_MOST + 1][DIGEST_BYTES];
    uint64_t count;
    uint64_t cursor;               /* as notify says */
    uint32_t epoch;
};

static void hello_ok(void *self, Duban__HelloOk *hello_ok)
{
    struct stream *s = self;

    hello_ok->lineage = LINEAGE;
    hello_ok->epoch = s->epoch;
    hello_ok->first_sequence = 1;
    hello_ok->last_sequence = s->count;
    hello_ok->rehearsal = true;
}

static bool digest(void *self, uint64_t sequence, uint8_t out[DIGEST_BYTES])
{
    memcpy(out, ((struct stream *) self)->digests[sequence], DIGEST_BYTES);
    return true;
}

static int read_records(void *self, uint64_t from, struct link_batch *batch)
{
    struct stream *s = self;

    for (uint64_t i = from; i <= s->count; i++)
        if (!link_batch_add(batch, i, s->f.clock_ms, s->records[i]))
            break;
    return 0;
}

static void cursor(void *self, const char *consumer, uint64_t sequence)
{
    assert_string_equal(consumer, "notify");
    ((struct stream *) self)->cursor = sequence;
}

static void tell_tail(void *self, Duban__Tail *tail)
{
    struct stream *s = self;

    tail->last_sequence = s->count;
    tail->clock_ms = tail->journal_stamp_ms = tail->applied_stamp_ms = s->f.clock_ms;
}

static void open_producer(struct stream *s)
{
    const struct link_source source = { .self = s, .hello_ok = hello_ok, .digest = digest, .read = read_records,
                                        .cursor = cursor, .tail = tell_tail };
    char endpoint[256];

    s->epoch++;
    endpoint_of(&s->f, "rules.outbox", endpoint, sizeof endpoint);
    s->zmq = zmq_ctx_new();
    assert_int_equal(link_producer_open(&s->producer, s->zmq, endpoint, LINEAGE, s->epoch, source), 0);
}

static void close_producer(struct stream *s)
{
    link_producer_close(&s->producer);
    zmq_ctx_term(s->zmq);
}

static struct bytes copy_of(struct bytes record)
{
    void *copy = malloc(record.size);

    assert_non_null(copy);
    memcpy(copy, record.data, record.size);
    return bytes_of(copy, record.size);
}

static void add_notices(struct stream *s, int count)
{
    struct sample sample;

    sample_init(&sample);
    for (int i = 0; i < count; i++) {
        (void) push_notice(&s->f, &sample);
        s->count++;
        s->records[s->count] = copy_of(s->f.records[0].data);
        memcpy(s->digests[s->count], s->f.chain, DIGEST_BYTES);
        s->f.record_count = 0;
    }
}

static void turn(struct stream *s)
{
    link_producer_receive(&s->producer);
    link_producer_pump(&s->producer);
    link_producer_tick(&s->producer);
    step(&s->f);
}

#define TURN_UNTIL(s, condition)                                 \
    for (int turns_left = 3000; !(condition); turns_left--) {    \
        assert_true(turns_left > 0);                             \
        turn(s);                                                 \
    }

static struct stream *make_stream(void)
{
    struct stream *s = calloc(1, sizeof *s);

    assert_non_null(s);
    prepare(&s->f);
    start(&s->f);
    open_producer(s);
    return s;
}

static void drop_stream(struct stream *s)
{
    close_producer(s);
    cleanup(&s->f);
    for (uint64_t i = 1; i <= s->count; i++)
        free((void *) s->records[i].data);
    free(s);
}

static bool is_done(const struct stream *s)
{
    return s->f.notify->state.head.cursor == s->count && notify_is_idle(s->f.notify);
}

static void a_long_stream_comes_through_whole_and_once(void **state)
{
    struct stream *s = make_stream();

    (void) state;
    add_notices(s, STREAM_MOST);
    TURN_UNTIL(s, is_done(s) && s->cursor == s->count);
    assert_int_equal(s->f.notify->state.head.lineage, LINEAGE);
    assert_true(s->f.notify->state.head.rehearsal);
    assert_int_equal(spool_count(&s->f), STREAM_MOST);
    assert_int_equal(s->f.fact_count, STREAM_MOST);
    assert_true(s->f.requests < STREAM_MOST / 50);
    drop_stream(s);
}

static void after_a_restart_of_either_it_goes_on_where_it_was(void **state)
{
    struct stream *s = make_stream();

    (void) state;
    add_notices(s, 100);
    TURN_UNTIL(s, is_done(s));
    close_producer(s);
    stop(&s->f);
    start(&s->f);
    open_producer(s);
    add_notices(s, 100);
    TURN_UNTIL(s, is_done(s));
    close_producer(s);
    open_producer(s);
    add_notices(s, 100);
    TURN_UNTIL(s, is_done(s));
    assert_int_equal(spool_count(&s->f), 300);
    assert_int_equal(s->f.notify->state.head.delivered, 300);
    drop_stream(s);
}

static void a_forged_record_ends_the_session_and_the_right_one_is_taken_later(void **state)
{
    struct stream *s = make_stream();
    struct bytes right;
    uint8_t wrong[2048];

    (void) state;
    add_notices(s, 10);
    right = s->records[5];
    assert_true(right.size <= sizeof wrong);
    memcpy(wrong, right.data, right.size);
    wrong[right.size - 1] ^= 1;
    s->records[5] = bytes_of(wrong, right.size);
    tail(&s->f);
    assert_false(notify_is_holding(s->f.notify));
    TURN_UNTIL(s, s->f.notify->counters.refused_records > 0);
    assert_true(notify_is_holding(s->f.notify));   /* what the session said does not outlive it */
    assert_int_equal(s->f.notify->state.head.cursor, 0);
    s->records[5] = right;
    TURN_UNTIL(s, is_done(s));
    assert_int_equal(spool_count(&s->f), 10);
    drop_stream(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_stream_comes_through_whole_and_once),
        cmocka_unit_test(after_a_restart_of_either_it_goes_on_where_it_was),
        cmocka_unit_test(a_forged_record_ends_the_session_and_the_right_one_is_taken_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
