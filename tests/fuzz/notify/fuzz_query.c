/* A question to notify about some notices: one answer that can be read. */
#include "fixture.h"
#include "fuzz.h"

enum { REPLY_ARENA_BYTES = 64 * 1024 * 1024 };

struct asking {
    struct fixture f;
    void *asker;
    struct arena arena;
};

static struct asking *notify_of_all_inputs(void)
{
    static struct asking asking;
    struct sample sample;
    char endpoint[256];

    if (asking.asker != NULL)
        return &asking;
    setup(&asking.f);
    sample_init(&sample);
    push_texts(&asking.f);
    take_notice(&asking.f, &sample);
    UNTIL_IDLE(&asking.f);
    endpoint_of(&asking.f, "notify.query", endpoint, sizeof endpoint);
    asking.asker = frame_connect(asking.f.zmq, endpoint);
    arena_open(&asking.arena, REPLY_ARENA_BYTES);
    return &asking;
}

/* What waits for something that never comes is answered when its time is over: at once. */
static void give_up_waiting(struct notify *notify)
{
    for (size_t i = 0; i < notify->queries.held_count; i++)
        notify->queries.held[i].deadline_ms = 0;
}

static void await_answer(struct asking *asking, struct received *received)
{
    UNTIL(&asking->f, (give_up_waiting(asking->f.notify),
                       frame_receive(asking->asker, false, received) == FRAME_OK));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct frame frame = { .type = FRAME_QUERY };
    struct asking *asking = notify_of_all_inputs();
    struct received received;
    Duban__Query *query;
    Duban__Reply *reply;

    arena_reset(&asking->arena);
    query = message_unpack(&asking->arena, &duban__query__descriptor, bytes_of(data, size), MESSAGE_MAX_BYTES, NULL);
    MUST(frame_send(asking->asker, NULL, &frame, bytes_of(data, size)) == 0);
    await_answer(asking, &received);
    reply = message_unpack(&asking->arena, &duban__reply__descriptor, received.body, FRAME_MAX_BYTES, NULL);
    MUST(received.frame.type == FRAME_REPLY && reply != NULL && reply->body_case != DUBAN__REPLY__BODY__NOT_SET);
    MUST(query == NULL || reply->request_id == query->request_id);
    if (reply->body_case == DUBAN__REPLY__BODY_FAULT)
        must_be_told(reply->fault->zh, reply->fault->en);
    else
        MUST(query != NULL);
    frame_release(&received);
    return 0;
}
