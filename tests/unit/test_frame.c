#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "frame.h"

enum { PATIENCE_MS = 10000,   /* how long a broken test waits; a sound one never does */
       MOMENT_MS = 10 };       /* between two looks at what no event tells of */

struct fixture {
    void *zmq;
    char root[32];
    char endpoint[64];
    void *router;
    void *dealer;
};

static struct fixture *new_fixture(const char *scheme)
{
    struct fixture *f = calloc(1, sizeof *f);

    (void) snprintf(f->root, sizeof f->root, "/tmp/duban-frame-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    (void) snprintf(f->endpoint, sizeof f->endpoint, "%s%s/test.socket", scheme, f->root);
    f->zmq = zmq_ctx_new();
    f->router = frame_bind(f->zmq, f->endpoint);
    assert_non_null(f->router);
    f->dealer = frame_connect(f->zmq, f->endpoint);
    assert_non_null(f->dealer);
    return f;
}

static int setup_inproc(void **state)
{
    *state = new_fixture("inproc://");
    return 0;
}

static int setup_ipc(void **state)
{
    *state = new_fixture("ipc://");
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    if (f->dealer != NULL)
        zmq_close(f->dealer);
    zmq_close(f->router);
    zmq_ctx_term(f->zmq);
    (void) unlink(f->endpoint + strlen("ipc://"));
    (void) rmdir(f->root);
    free(f);
    return 0;
}

static void wait_readable(void *socket)
{
    zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };

    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
}

static void send_example(void *socket, const struct peer *peer, uint64_t value, const char *body)
{
    struct frame frame = { .type = FRAME_BATCH, .lineage = 0x0102030405060708, .epoch = 0x090a0b0c, .value = value };

    assert_int_equal(frame_send(socket, peer, &frame, bytes_of_text(body)), 0);
}

static void expect_example(void *socket, bool from_router, struct peer *peer, uint64_t value, const char *body)
{
    struct received received;

    wait_readable(socket);
    assert_int_equal(frame_receive(socket, from_router, &received), FRAME_OK);
    assert_int_equal(received.frame.type, FRAME_BATCH);
    assert_int_equal(received.frame.lineage, 0x0102030405060708);
    assert_int_equal(received.frame.epoch, 0x090a0b0c);
    assert_int_equal(received.frame.value, value);
    assert_true(bytes_equal(received.body, bytes_of_text(body)));
    assert_int_equal(received.peer.size > 0, from_router);
    if (peer != NULL)
        *peer = received.peer;
    frame_release(&received);
}

static void a_message_goes_there_and_back(void **state)
{
    struct fixture *f = *state;
    struct peer peer;

    send_example(f->dealer, NULL, 1, "there");
    expect_example(f->router, true, &peer, 1, "there");
    send_example(f->router, &peer, UINT64_MAX, "");
    expect_example(f->dealer, false, NULL, UINT64_MAX, "");
}

static void nothing_there_is_none(void **state)
{
    struct fixture *f = *state;
    struct received received;

    assert_int_equal(frame_receive(f->router, true, &received), FRAME_NONE);
    assert_int_equal(frame_receive(f->dealer, false, &received), FRAME_NONE);
}

static void a_socket_that_is_none_has_failed(void **state)
{
    struct received received;

    (void) state;
    assert_int_equal(frame_receive(NULL, true, &received), FRAME_FAILED);
}

static void the_header_lies_as_link_proto_draws_it(void **state)
{
    static const uint8_t expected[FRAME_HEADER_BYTES] = {
        'D', 'B', 1, FRAME_BATCH, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
        9, 10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
    };
    struct fixture *f = *state;
    uint8_t raw[64];

    send_example(f->dealer, NULL, 256, "body");
    wait_readable(f->router);
    assert_true(zmq_recv(f->router, raw, sizeof raw, 0) > 0);
    assert_int_equal(zmq_recv(f->router, raw, sizeof raw, 0), FRAME_HEADER_BYTES);
    assert_memory_equal(raw, expected, sizeof expected);
    assert_int_equal(zmq_recv(f->router, raw, sizeof raw, 0), 4);
    assert_memory_equal(raw, "body", 4);
}

static void good_header(uint8_t header[FRAME_HEADER_BYTES])
{
    memset(header, 0, FRAME_HEADER_BYTES);
    header[0] = 'D';
    header[1] = 'B';
    header[2] = FRAME_VERSION;
    header[3] = FRAME_HELLO;
}

/* Send a header of that size and as many parts after it; expect it to be refused with that errno,
 * by the router and by the dealer, and the message behind it to arrive whole. */
static void expect_bad(struct fixture *f, const uint8_t *header, size_t size, int parts, int error)
{
    struct received received;
    struct peer peer;

    (void) zmq_send(f->dealer, header, size, parts > 0 ? ZMQ_SNDMORE : 0);
    for (int i = 1; i <= parts; i++)
        (void) zmq_send(f->dealer, "body", 4, i < parts ? ZMQ_SNDMORE : 0);
    send_example(f->dealer, NULL, 2, "next");
    wait_readable(f->router);
    assert_int_equal(frame_receive(f->router, true, &received), FRAME_BAD);
    assert_int_equal(errno, error);
    assert_true(received.peer.size > 0);
    expect_example(f->router, true, &peer, 2, "next");

    (void) zmq_send(f->router, peer.id, peer.size, ZMQ_SNDMORE);
    (void) zmq_send(f->router, header, size, parts > 0 ? ZMQ_SNDMORE : 0);
    for (int i = 1; i <= parts; i++)
        (void) zmq_send(f->router, "body", 4, i < parts ? ZMQ_SNDMORE : 0);
    send_example(f->router, &peer, 3, "next");
    wait_readable(f->dealer);
    assert_int_equal(frame_receive(f->dealer, false, &received), FRAME_BAD);
    assert_int_equal(errno, error);
    expect_example(f->dealer, false, NULL, 3, "next");
}

static void another_number_of_frames_is_bad(void **state)
{
    struct fixture *f = *state;
    uint8_t header[FRAME_HEADER_BYTES];

    good_header(header);
    expect_bad(f, header, sizeof header, 0, EPROTO);
    expect_bad(f, header, sizeof header, 2, EPROTO);
    expect_bad(f, header, sizeof header, 9, EPROTO);
}

static void another_size_of_header_is_bad(void **state)
{
    struct fixture *f = *state;
    uint8_t header[FRAME_HEADER_BYTES + 1];

    good_header(header);
    header[FRAME_HEADER_BYTES] = 0;
    expect_bad(f, header, 0, 1, EPROTO);
    expect_bad(f, header, FRAME_HEADER_BYTES - 1, 1, EPROTO);
    expect_bad(f, header, FRAME_HEADER_BYTES + 1, 1, EPROTO);
    expect_bad(f, header, 3, 2, EPROTO);
}

static void another_magic_or_reserved_bits_are_bad(void **state)
{
    static const size_t must_be_fixed[] = { 0, 1, 4, 5, 6, 7, 20, 21, 22, 23 };
    struct fixture *f = *state;
    uint8_t header[FRAME_HEADER_BYTES];

    for (size_t i = 0; i < sizeof must_be_fixed / sizeof must_be_fixed[0]; i++) {
        good_header(header);
        header[must_be_fixed[i]] ^= 0x80;
        expect_bad(f, header, sizeof header, 1, EPROTO);
    }
}

static void another_version_is_bad_and_told_apart(void **state)
{
    struct fixture *f = *state;
    uint8_t header[FRAME_HEADER_BYTES];

    good_header(header);
    header[2] = FRAME_VERSION + 1;
    expect_bad(f, header, sizeof header, 1, EPROTONOSUPPORT);
    expect_bad(f, header, sizeof header, 4, EPROTONOSUPPORT);
}

static void a_peer_whose_id_is_too_long_is_bad(void **state)
{
    struct fixture *f = *state;
    struct received received;
    char id[FRAME_PEER_BYTES + 1];
    void *stranger = zmq_socket(f->zmq, ZMQ_DEALER);

    memset(id, 'x', sizeof id);
    assert_int_equal(zmq_setsockopt(stranger, ZMQ_ROUTING_ID, id, sizeof id), 0);
    assert_int_equal(zmq_connect(stranger, f->endpoint), 0);
    send_example(stranger, NULL, 1, "body");
    wait_readable(f->router);
    assert_int_equal(frame_receive(f->router, true, &received), FRAME_BAD);
    assert_int_equal(received.peer.size, 0);
    assert_int_equal(frame_receive(f->router, true, &received), FRAME_NONE);
    zmq_close(stranger);
}

static void a_peer_that_never_was_is_unreachable(void **state)
{
    struct fixture *f = *state;
    struct peer peer = { .id = { 1, 2, 3 }, .size = 3 };
    struct frame frame = { .type = FRAME_TAIL };
    struct peer real;

    assert_int_equal(frame_send(f->router, &peer, &frame, bytes_of_text("body")), -1);
    assert_int_equal(errno, EHOSTUNREACH);
    send_example(f->dealer, NULL, 1, "there");   /* the socket is as good as before */
    expect_example(f->router, true, &real, 1, "there");
    send_example(f->router, &real, 2, "back");
    expect_example(f->dealer, false, NULL, 2, "back");
}

static void a_peer_that_went_away_is_unreachable(void **state)
{
    struct fixture *f = *state;
    struct frame frame = { .type = FRAME_TAIL };
    struct peer peer;
    zmq_pollitem_t until_told = { .socket = f->router, .events = ZMQ_POLLIN };
    int result;

    send_example(f->dealer, NULL, 1, "there");
    expect_example(f->router, true, &peer, 1, "there");
    zmq_close(f->dealer);
    f->dealer = NULL;
    do {
        zmq_poll(&until_told, 1, MOMENT_MS);   /* lets the router hear of it; nothing comes to be read */
        result = frame_send(f->router, &peer, &frame, bytes_of_text("body"));
    } while (result == 0 || errno == EAGAIN);
    assert_int_equal(errno, EHOSTUNREACH);
}

/* A pipe of one message in each direction's buffer: what was accepted arrives whole, what was not
 * leaves no half behind. */
static void a_full_peer_gets_whole_messages_or_none(void **state)
{
    struct fixture *f = *state;
    struct frame frame = { .type = FRAME_BATCH, .lineage = 0x0102030405060708, .epoch = 0x090a0b0c, .value = 7 };
    void *router = zmq_socket(f->zmq, ZMQ_ROUTER);
    void *dealer = zmq_socket(f->zmq, ZMQ_DEALER);
    struct received received;
    struct peer peer;
    int one = 1;
    int sent = 0;

    assert_int_equal(zmq_setsockopt(router, ZMQ_ROUTER_MANDATORY, &one, sizeof one), 0);
    assert_int_equal(zmq_setsockopt(router, ZMQ_SNDHWM, &one, sizeof one), 0);
    assert_int_equal(zmq_setsockopt(dealer, ZMQ_RCVHWM, &one, sizeof one), 0);
    assert_int_equal(zmq_bind(router, "inproc://full"), 0);
    assert_int_equal(zmq_connect(dealer, "inproc://full"), 0);
    send_example(dealer, NULL, 1, "there");
    expect_example(router, true, &peer, 1, "there");
    while (frame_send(router, &peer, &frame, bytes_of_text("body")) == 0)
        sent++;
    assert_int_equal(errno, EAGAIN);
    assert_true(sent > 0);
    for (int i = 0; i < sent; i++)
        expect_example(dealer, false, NULL, 7, "body");
    assert_int_equal(frame_receive(dealer, false, &received), FRAME_NONE);
    while (frame_send(router, &peer, &frame, bytes_of_text("body")) == -1) {
        assert_int_equal(errno, EAGAIN);   /* until the router has heard that there is room */
        sched_yield();
    }
    expect_example(dealer, false, NULL, 7, "body");
    zmq_close(dealer);
    zmq_close(router);
}

static void a_full_dealer_keeps_no_half_message(void **state)
{
    struct fixture *f = *state;
    struct frame frame = { .type = FRAME_BATCH, .lineage = 0x0102030405060708, .epoch = 0x090a0b0c, .value = 7 };
    void *dealer = zmq_socket(f->zmq, ZMQ_DEALER);
    void *router;
    int one = 1;
    int linger = 0;
    int sent = 0;

    assert_int_equal(zmq_setsockopt(dealer, ZMQ_SNDHWM, &one, sizeof one), 0);
    assert_int_equal(zmq_setsockopt(dealer, ZMQ_LINGER, &linger, sizeof linger), 0);
    assert_int_equal(zmq_connect(dealer, "inproc://later"), 0);   /* nobody is there yet */
    while (frame_send(dealer, NULL, &frame, bytes_of_text("body")) == 0)
        sent++;
    assert_int_equal(errno, EAGAIN);
    router = frame_bind(f->zmq, "inproc://later");
    assert_non_null(router);
    for (int i = 0; i < sent; i++)
        expect_example(router, true, NULL, 7, "body");
    zmq_close(dealer);
    zmq_close(router);
}

static void an_ipc_socket_is_for_owner_and_group(void **state)
{
    struct fixture *f = *state;
    struct stat status;

    assert_int_equal(stat(f->endpoint + strlen("ipc://"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0660);
}

static void a_message_beyond_the_limit_never_arrives(void **state)
{
    struct fixture *f = *state;
    uint8_t header[FRAME_HEADER_BYTES];
    char *body = calloc(1, FRAME_MAX_BYTES + 1);
    void *stranger = zmq_socket(f->zmq, ZMQ_DEALER);
    int linger = 0;

    good_header(header);
    assert_int_equal(zmq_setsockopt(stranger, ZMQ_LINGER, &linger, sizeof linger), 0);
    assert_int_equal(zmq_connect(stranger, f->endpoint), 0);
    assert_true(zmq_send(stranger, header, sizeof header, ZMQ_SNDMORE) > 0);
    assert_true(zmq_send(stranger, body, FRAME_MAX_BYTES + 1, 0) > 0);
    send_example(f->dealer, NULL, 1, "small");
    expect_example(f->router, true, NULL, 1, "small");
    zmq_close(stranger);
    free(body);
}

static void the_largest_message_arrives(void **state)
{
    struct fixture *f = *state;
    struct frame frame = { .type = FRAME_BATCH };
    char *body = calloc(1, FRAME_MAX_BYTES);
    struct received received;

    assert_int_equal(frame_send(f->dealer, NULL, &frame, bytes_of(body, FRAME_MAX_BYTES)), 0);
    wait_readable(f->router);
    assert_int_equal(frame_receive(f->router, true, &received), FRAME_OK);
    assert_int_equal(received.body.size, FRAME_MAX_BYTES);
    frame_release(&received);
    free(body);
}

static void a_message_beyond_the_limit_is_not_sent(void **state)
{
    struct fixture *f = *state;
    struct frame frame = { .type = FRAME_BATCH };
    char *body = calloc(1, FRAME_MAX_BYTES + 1);

    assert_int_equal(frame_send(f->dealer, NULL, &frame, bytes_of(body, FRAME_MAX_BYTES + 1)), -1);
    assert_int_equal(errno, EMSGSIZE);
    send_example(f->dealer, NULL, 1, "small");
    expect_example(f->router, true, NULL, 1, "small");
    free(body);
}

/* Who does not read is owed a few answers, not all of them. */
static void answers_that_nobody_reads_are_not_hoarded(void **state)
{
    struct fixture *f = *state;
    struct frame frame = { .type = FRAME_REPLY };
    void *router = frame_bind_bounded(f->zmq, "inproc://unread", 10, 10);
    void *dealer = zmq_socket(f->zmq, ZMQ_DEALER);
    struct peer peer;
    int one = 1;
    int sent = 0;

    assert_int_equal(zmq_setsockopt(dealer, ZMQ_RCVHWM, &one, sizeof one), 0);
    assert_int_equal(zmq_connect(dealer, "inproc://unread"), 0);
    send_example(dealer, NULL, 1, "there");
    expect_example(router, true, &peer, 1, "there");
    while (frame_send(router, &peer, &frame, bytes_of_text("body")) == 0)
        assert_true(++sent <= 20);
    assert_int_equal(errno, EAGAIN);
    assert_true(sent > 0);
    zmq_close(dealer);
    zmq_close(router);
}

static void binding_where_one_cannot_fails(void **state)
{
    struct fixture *f = *state;

    assert_null(frame_bind(f->zmq, "ipc:///nowhere/at/all"));
    assert_int_equal(errno, ENOENT);
    assert_null(frame_bind(f->zmq, "nonsense"));
    assert_int_equal(errno, EINVAL);
    assert_null(frame_connect(f->zmq, "nonsense"));
    assert_int_equal(errno, EINVAL);
}

#define INPROC(function) cmocka_unit_test_setup_teardown(function, setup_inproc, teardown)
#define IPC(function) cmocka_unit_test_setup_teardown(function, setup_ipc, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        INPROC(a_message_goes_there_and_back),
        IPC(a_message_goes_there_and_back),
        INPROC(nothing_there_is_none),
        cmocka_unit_test(a_socket_that_is_none_has_failed),
        INPROC(the_header_lies_as_link_proto_draws_it),
        INPROC(another_number_of_frames_is_bad),
        IPC(another_number_of_frames_is_bad),
        INPROC(another_size_of_header_is_bad),
        INPROC(another_magic_or_reserved_bits_are_bad),
        INPROC(another_version_is_bad_and_told_apart),
        INPROC(a_peer_whose_id_is_too_long_is_bad),
        INPROC(a_peer_that_never_was_is_unreachable),
        IPC(a_peer_that_never_was_is_unreachable),
        INPROC(a_peer_that_went_away_is_unreachable),
        IPC(a_peer_that_went_away_is_unreachable),
        INPROC(a_full_peer_gets_whole_messages_or_none),
        INPROC(a_full_dealer_keeps_no_half_message),
        IPC(an_ipc_socket_is_for_owner_and_group),
        IPC(a_message_beyond_the_limit_never_arrives),
        IPC(the_largest_message_arrives),
        INPROC(a_message_beyond_the_limit_is_not_sent),
        INPROC(answers_that_nobody_reads_are_not_hoarded),
        IPC(binding_where_one_cannot_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
