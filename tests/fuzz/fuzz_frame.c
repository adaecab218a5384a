/* Any parts that a peer may send, behind a DEALER and behind a ROUTER: never more than that one
 * message is lost, and a good frame comes out as it went in.
 *
 * The input: for each part two bytes of length and the part.
 */
#include <zmq.h>

#include "frame.h"
#include "fuzz.h"

enum { PARTS_MOST = 8 };

struct ends {
    void *zmq;
    void *near;
    void *far;
    bool from_router;
};

static void open_ends(struct ends *ends, bool from_router)
{
    ends->zmq = zmq_ctx_new();
    ends->from_router = from_router;
    ends->near = from_router ? frame_bind(ends->zmq, "inproc://frames") : zmq_socket(ends->zmq, ZMQ_PAIR);
    MUST(ends->near != NULL && (from_router || zmq_bind(ends->near, "inproc://frames") == 0));
    ends->far = from_router ? frame_connect(ends->zmq, "inproc://frames") : zmq_socket(ends->zmq, ZMQ_PAIR);
    MUST(ends->far != NULL && (from_router || zmq_connect(ends->far, "inproc://frames") == 0));
}

static void send_parts(struct ends *ends, struct input input)
{
    struct bytes part;
    int count = 0;

    do {
        part = take_sized(&input);
        count++;
        MUST(zmq_send(ends->far, part.data, part.size, input.left > 0 && count < PARTS_MOST ? ZMQ_SNDMORE : 0) != -1);
    } while (input.left > 0 && count < PARTS_MOST);
}

/* What frame_send makes of a frame is what came. */
static void must_go_back_the_same(struct ends *ends, struct received *received, struct input input)
{
    struct bytes parts[2] = { take_sized(&input), take_sized(&input) };
    uint8_t back[UINT16_MAX];

    MUST(frame_send(ends->near, &received->peer, &received->frame, received->body) == 0);
    for (size_t i = 0; i < 2; i++) {
        int size = zmq_recv(ends->far, back, sizeof back, ZMQ_DONTWAIT);

        MUST(size >= 0 && bytes_equal(bytes_of(back, (size_t) size), parts[i]));
    }
}

/* One that is good, behind the one from the fuzzer. */
static void must_still_listen(struct ends *ends)
{
    const struct frame frame = { .type = FRAME_QUERY, .value = 7 };
    struct received received;

    MUST(frame_send(ends->far, NULL, &frame, bytes_of("body", 4)) == 0);
    MUST(frame_receive(ends->near, ends->from_router, &received) == FRAME_OK);
    MUST(received.frame.value == 7 && bytes_equal(received.body, bytes_of("body", 4)));
    frame_release(&received);
    MUST(frame_receive(ends->near, ends->from_router, &received) == FRAME_NONE);
}

static void try_parts(struct ends *ends, struct input input)
{
    struct received received;
    enum frame_status status;

    if (ends->zmq == NULL)
        open_ends(ends, ends->from_router);
    send_parts(ends, input);
    status = frame_receive(ends->near, ends->from_router, &received);
    MUST(status == FRAME_OK || status == FRAME_BAD);
    if (status == FRAME_OK) {
        must_go_back_the_same(ends, &received, input);
        frame_release(&received);
    }
    must_still_listen(ends);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ends direct = { .from_router = false };
    static struct ends routed = { .from_router = true };

    try_parts(&direct, (struct input){ data, size });
    try_parts(&routed, (struct input){ data, size });
    return 0;
}
