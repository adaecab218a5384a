/* asking.h - a duban-notify of the fixture, and somebody who asks it. */
#ifndef DUBAN_TEST_NOTIFY_ASKING_H
#define DUBAN_TEST_NOTIFY_ASKING_H

#include "fixture.h"

struct asking {
    struct fixture f;
    void *socket;                  /* DEALER */
    struct arena arena;
};

static inline void connect_asking(struct asking *a)
{
    char endpoint[256];

    endpoint_of(&a->f, "notify.query", endpoint, sizeof endpoint);
    a->socket = frame_connect(a->f.zmq, endpoint);
    assert_non_null(a->socket);
}

static inline void setup_asking(struct asking *a)
{
    setup(&a->f);
    connect_asking(a);
    arena_open(&a->arena, UINT64_C(16) << 20);
}

static inline void cleanup_asking(struct asking *a)
{
    zmq_close(a->socket);
    arena_close(&a->arena);
    cleanup(&a->f);
}

static inline void send_query(struct asking *a, const Duban__Query *query)
{
    struct frame frame = { .type = FRAME_QUERY };

    assert_int_equal(frame_send(a->socket, NULL, &frame, message_pack(&a->arena, query)), 0);
}

/* The reply if there is one already; lives in the arena. */
static inline Duban__Reply *reply_now(struct asking *a)
{
    struct received received;
    Duban__Reply *reply;

    if (frame_receive(a->socket, false, &received) != FRAME_OK)
        return NULL;
    assert_int_equal(received.frame.type, FRAME_REPLY);
    reply = message_unpack(&a->arena, &duban__reply__descriptor, received.body, 1 << 20, NULL);
    assert_non_null(reply);
    frame_release(&received);
    return reply;
}

static inline Duban__Reply *ask(struct asking *a, const Duban__Query *query)
{
    Duban__Reply *reply = NULL;

    send_query(a, query);
    UNTIL(&a->f, (reply = reply_now(a)) != NULL);
    assert_int_equal(reply->request_id, query->request_id);
    return reply;
}

#endif
