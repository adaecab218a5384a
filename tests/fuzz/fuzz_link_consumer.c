/* What a producer may say to a consumer: records are handed on in order and gap-free after the
 * cursor, whatever came, and the consumer opens a session again.
 *
 * The input: one byte, odd when the session begins with a good HELLO_OK; then messages of a type
 * (1 byte), marks (1 byte, below), a distance from the cursor (1 byte, signed), and a sized body.
 */
#include "fuzz.h"
#include "link_fixture.h"
#include "link_private.h"
#include "log.h"

enum { OTHER_LINEAGE = 1, OTHER_START = 2, MEND_CRC = 4, MESSAGES_MOST = 32, FIRST_CURSOR = 10, BACK_OFF_MS = 5000,
       INPUTS_OF_ONE_CONTEXT = 25 };

struct house {
    void *router;
    struct peer peer;
    struct link_consumer consumer;
    uint64_t cursor;        /* as the sink knows it */
};

/* ---------------------------------------------------------------- the one who uses the stream */

static void house_hello(void *self, Duban__Hello *hello)
{
    static uint8_t digest[DIGEST_BYTES];
    struct house *house = self;

    hello->consumer = "rules";
    hello->lineage = LINEAGE;
    hello->cursor = house->cursor;
    hello->digest = (ProtobufCBinaryData){ sizeof digest, digest };
}

static int house_hello_ok(void *self, const Duban__HelloOk *hello_ok)
{
    struct house *house = self;

    MUST(hello_ok->lineage == LINEAGE);
    MUST(hello_ok->last_sequence >= house->cursor);
    return 0;
}

static int house_apply(void *self, const struct link_record *records, size_t count)
{
    struct house *house = self;

    MUST(count > 0 && count <= LINK_CREDIT_RECORDS);
    for (size_t i = 0; i < count; i++)
        MUST(records[i].sequence == house->cursor + 1 + i);
    if (records[0].data.size > 0 && ((const uint8_t *) records[0].data.data)[0] == 0xff)
        return -1;   /* as when a record cannot be read */
    house->cursor += count;
    return 0;
}

static void house_refused(void *self, const Duban__Refuse *refuse)
{
    (void) self;
    MUST(is_utf8(refuse->detail, strlen(refuse->detail)));
}

/* ---------------------------------------------------------------- the one who owns it */

static void await_hello(struct house *house)
{
    struct received received;

    house->peer.size = 0;
    while (house->peer.size == 0) {
        wait_readable(house->router);
        MUST(frame_receive(house->router, true, &received) == FRAME_OK);
        if (received.frame.type == FRAME_HELLO)
            house->peer = received.peer;
        frame_release(&received);
    }
}

static void say(struct house *house, struct frame frame, struct bytes body)
{
    MUST(frame_send(house->router, &house->peer, &frame, body) == 0);
    wait_readable(house->consumer.socket);   /* even inproc: a thread that takes sockets away may be slow to signal */
    link_consumer_receive(&house->consumer);
}

static void say_hello_ok(struct house *house)
{
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;
    struct arena arena;

    hello_ok.lineage = LINEAGE;
    hello_ok.epoch = EPOCH;
    hello_ok.first_sequence = 1;
    hello_ok.last_sequence = UINT64_MAX;
    arena_open(&arena, ARENA_BYTES);
    say(house, frame_of(FRAME_HELLO_OK), message_pack(&arena, &hello_ok));
    arena_close(&arena);
    MUST(house->consumer.state == LINK_OPEN);
}

/* As far as the lengths go. */
static void mend_crcs(uint8_t *body, size_t size)
{
    for (size_t at = 0; size - at >= BATCH_RECORD_BYTES;) {
        size_t length = get_u32(body + at + BATCH_AT_LENGTH);

        if (length > size - at - BATCH_RECORD_BYTES)
            return;
        put_u32(body + at + BATCH_AT_CRC, crc32c(0, body + at + BATCH_RECORD_BYTES, length));
        at += BATCH_RECORD_BYTES + length;
    }
}

static void say_one(struct house *house, struct input *input)
{
    struct frame frame = frame_of((enum frame_type) take_number(input, 1));
    unsigned marks = (unsigned) take_number(input, 1);
    struct bytes body;
    uint8_t *copy;

    frame.value = house->cursor + (uint64_t) (int64_t) (int8_t) take_number(input, 1);
    frame.lineage += (marks & OTHER_LINEAGE) != 0;
    frame.epoch += (marks & OTHER_START) != 0;
    body = take_sized(input);
    copy = malloc(body.size + 1);
    memcpy(copy, body.data, body.size);
    if ((marks & MEND_CRC) != 0)
        mend_crcs(copy, body.size);
    say(house, frame, bytes_of(copy, body.size));
    free(copy);
}

/* ---------------------------------------------------------------- sessions */

static void must_be_consistent(struct house *house)
{
    const struct link_consumer *consumer = &house->consumer;

    MUST((consumer->state == LINK_CLOSED) == (consumer->socket == NULL));
    MUST(consumer->state != LINK_CLOSED || consumer->fault != LINK_FINE);
    MUST(consumer->cursor == house->cursor);
}

static void open_session_again(struct house *house)
{
    test_clock_ms += BACK_OFF_MS;
    link_consumer_tick(&house->consumer);
    MUST(house->consumer.state == LINK_GREETING);
    await_hello(house);
}

struct context {
    void *zmq;
    void *router;
    unsigned inputs;
};

/* A new one now and then: closed sockets are taken away by a thread of their context that may fall behind, and
 * there is an end to them. */
static const struct context *context_of_this_input(void)
{
    static struct context context;

    if (context.inputs == INPUTS_OF_ONE_CONTEXT) {
        zmq_close(context.router);
        zmq_ctx_term(context.zmq);
        context.inputs = 0;
    }
    if (context.inputs++ == 0) {
        log_open("fuzz");
        context.zmq = zmq_ctx_new();
        context.router = frame_bind(context.zmq, "inproc://stream");
        MUST(context.router != NULL);
    }
    return &context;
}

static void open_house(struct house *house)
{
    const struct context *context = context_of_this_input();

    *house = (struct house){ .router = context->router, .cursor = FIRST_CURSOR };
    link_consumer_open(&house->consumer, context->zmq, "inproc://stream",
                       (struct link_sink){ .self = house, .hello = house_hello, .hello_ok = house_hello_ok,
                                           .refused = house_refused, .apply = house_apply });
    open_session_again(house);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    struct house house;
    bool greeted = take_number(&input, 1) % 2 == 1;

    open_house(&house);
    if (greeted)
        say_hello_ok(&house);
    for (int i = 0; input.left > 0 && i < MESSAGES_MOST; i++) {
        say_one(&house, &input);
        must_be_consistent(&house);
        if (house.consumer.state != LINK_CLOSED)
            continue;
        open_session_again(&house);
        house.consumer.epoch = 0;   /* as after a start of our own: any start of the producer is taken */
        say_hello_ok(&house);
    }
    link_consumer_close(&house.consumer);
    return 0;
}
