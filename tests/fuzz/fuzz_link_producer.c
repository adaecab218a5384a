/* What a consumer may say to a producer: it never gets more than its credit, nothing beyond the end of
 * the stream, and only messages that it can read.
 *
 * The input: one byte, odd when the session begins with a good HELLO; then messages of a type
 * (1 byte), marks (1 byte, below) and a sized body.
 */
#include "fuzz.h"
#include "link_fixture.h"
#include "log.h"

enum { OTHER_LINEAGE = 1, OTHER_START = 2, MESSAGES_MOST = 32, LAST = 3000, SILENCE_MS = 60 * 1000,
       INPUTS_OF_ONE_HOUSE = 100, VISITOR_ARENA_BYTES = 64 << 20 };

struct house {
    void *zmq;
    struct test_stream stream;
    struct link_producer producer;
};

/* One bare consumer, and what it was given so far. */
struct visitor {
    void *socket;
    uint64_t credit_records;   /* granted in all, by whatever it said */
    uint64_t credit_bytes;
    uint64_t records;          /* received in all */
    uint64_t bytes;
    struct arena arena;
};

static void open_house(struct house *house)
{
    log_open("fuzz");
    *house = (struct house){ .zmq = zmq_ctx_new() };
    house->stream = (struct test_stream){ .first = 1, .last = LAST, .record_bytes = 40 };
    MUST(link_producer_open(&house->producer, house->zmq, "inproc://stream", LINEAGE, EPOCH,
                            source_of(&house->stream)) == 0);
}

static void close_house(struct house *house)
{
    link_producer_close(&house->producer);
    zmq_ctx_term(house->zmq);
}

/* A new one now and then: closed sockets are taken away by a thread of their context that may fall behind, and
 * there is an end to them. */
static struct house *house_of_this_input(void)
{
    static struct house house;
    static unsigned inputs;

    if (inputs == INPUTS_OF_ONE_HOUSE) {
        close_house(&house);
        inputs = 0;
    }
    if (inputs++ == 0)
        open_house(&house);
    return &house;
}

/* ---------------------------------------------------------------- what comes back */

static void on_batch(struct visitor *visitor, const struct received *received)
{
    const uint8_t *at = received->body.data;
    uint64_t sequence = received->frame.value;

    MUST(received->body.size > 0);
    for (size_t offset = 0; offset < received->body.size; sequence++) {
        MUST(sequence >= 1 && sequence <= LAST && get_u64(at + offset + 8) == sequence);
        offset += RECORD_OVERHEAD + get_u32(at + offset);
        visitor->records++;
    }
    visitor->bytes += received->body.size;
    MUST(visitor->records <= visitor->credit_records);
    MUST(visitor->bytes <= visitor->credit_bytes);
}

static void must_be_readable(struct visitor *visitor, const ProtobufCMessageDescriptor *type,
                             const struct received *received)
{
    MUST(message_unpack(&visitor->arena, type, received->body, MESSAGE_MAX_BYTES, NULL) != NULL);
}

static void on_answer(struct visitor *visitor, const struct received *received)
{
    MUST(received->frame.lineage == LINEAGE && received->frame.epoch == EPOCH);
    switch (received->frame.type) {
    case FRAME_HELLO_OK:
        must_be_readable(visitor, &duban__hello_ok__descriptor, received);
        break;
    case FRAME_REFUSE:
        must_be_readable(visitor, &duban__refuse__descriptor, received);
        break;
    case FRAME_TAIL:
        must_be_readable(visitor, &duban__tail__descriptor, received);
        break;
    case FRAME_BYE:
        must_be_readable(visitor, &duban__bye__descriptor, received);
        break;
    default:
        MUST(received->frame.type == FRAME_BATCH);
        on_batch(visitor, received);
    }
}

static void take_answers(struct house *house, struct visitor *visitor)
{
    struct received received;

    MUST(link_producer_receive(&house->producer) == 0);
    link_producer_tick(&house->producer);
    while (frame_receive(visitor->socket, false, &received) == FRAME_OK) {
        on_answer(visitor, &received);
        frame_release(&received);
        MUST(link_producer_receive(&house->producer) == 0);
    }
}

/* ---------------------------------------------------------------- what is said */

static void note_credit(struct visitor *visitor, struct bytes body)
{
    Duban__Credit *credit = message_unpack(&visitor->arena, &duban__credit__descriptor, body, body.size, NULL);

    if (credit == NULL)
        return;
    visitor->credit_records += credit->records;
    visitor->credit_bytes += credit->bytes;
}

static void say_one(struct house *house, struct visitor *visitor, struct input *input)
{
    struct frame frame = frame_of((enum frame_type) take_number(input, 1));
    unsigned marks = (unsigned) take_number(input, 1);
    struct bytes body = take_sized(input);

    frame.lineage += (marks & OTHER_LINEAGE) != 0;
    frame.epoch += (marks & OTHER_START) != 0;
    if (frame.type == FRAME_CREDIT)
        note_credit(visitor, body);
    MUST(frame_send(visitor->socket, NULL, &frame, body) == 0);
    wait_readable(house->producer.socket);   /* even inproc: a thread that takes sockets away may be slow to signal */
    take_answers(house, visitor);
}

static void say_hello(struct house *house, struct visitor *visitor)
{
    Duban__Hello hello = DUBAN__HELLO__INIT;
    struct frame frame = frame_of(FRAME_HELLO);

    hello.consumer = "rules";
    MUST(frame_send(visitor->socket, NULL, &frame, message_pack(&visitor->arena, &hello)) == 0);
    take_answers(house, visitor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    struct visitor visitor = { 0 };
    struct house *house = house_of_this_input();

    visitor.socket = frame_connect(house->zmq, "inproc://stream");
    MUST(visitor.socket != NULL);
    arena_open(&visitor.arena, VISITOR_ARENA_BYTES);
    if (take_number(&input, 1) % 2 == 1)
        say_hello(house, &visitor);
    for (int i = 0; input.left > 0 && i < MESSAGES_MOST; i++)
        say_one(house, &visitor, &input);
    zmq_close(visitor.socket);
    arena_close(&visitor.arena);
    test_clock_ms += SILENCE_MS;   /* the session is over before the next input */
    link_producer_tick(&house->producer);
    return 0;
}
