/* A question to rules about a township with a case: one answer that can be read, now or when its time
 * is over.
 */
#include <zmq.h>

#include "fuzz.h"
#include "township.h"

enum { QUERY_ARENA_BYTES = 16 * 1024 * 1024, REPLY_ARENA_BYTES = 64 * 1024 * 1024 };

struct asking {
    struct township town;
    void *asker;
};

/* Nothing that is asked changes anything: one township for all inputs. */
static struct asking *town_of_all_inputs(void)
{
    static struct asking asking;
    void *zmq;

    if (asking.asker != NULL)
        return &asking;
    township_open(&asking.town, "2020-02-10T10:00");
    fails(&asking.town, "COUR-1", "DS-01");
    claim(&asking.town, "COUR-1", "DS-01");
    fails(&asking.town, "COUR-9", "DS-01");   /* quarantined */
    zmq = zmq_ctx_new();
    asking.town.rules.query_socket = frame_bind(zmq, "inproc://rules.query");
    arena_open(&asking.town.rules.query_arena, QUERY_ARENA_BYTES);
    asking.asker = frame_connect(zmq, "inproc://rules.query");
    MUST(asking.asker != NULL);
    return &asking;
}

static void must_be_answered_clearly(const struct received *received, const Duban__Query *query, struct arena *arena)
{
    Duban__Reply *reply = message_unpack(arena, &duban__reply__descriptor, received->body, FRAME_MAX_BYTES, NULL);

    MUST(received->frame.type == FRAME_REPLY);
    MUST(reply != NULL && reply->body_case != DUBAN__REPLY__BODY__NOT_SET);
    MUST(query == NULL || reply->request_id == query->request_id);
    MUST(query != NULL || reply->body_case == DUBAN__REPLY__BODY_FAULT);
    if (reply->body_case == DUBAN__REPLY__BODY_FAULT)
        must_be_told(reply->fault->zh, reply->fault->en);
}

/* A question that is held waits for a sequence that never comes: answered when it is waited for no more. */
static void answer(struct rules *rules)
{
    rules_queries(rules);
    for (size_t i = 0; i < rules->held_count; i++)
        rules->held[i].until_ms = 0;
    rules_queries_tick(rules);
    MUST(rules->held_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct frame frame = { .type = FRAME_QUERY };
    struct asking *asking = town_of_all_inputs();
    struct received received;
    struct arena arena;

    arena_open(&arena, REPLY_ARENA_BYTES);
    MUST(frame_send(asking->asker, NULL, &frame, bytes_of(data, size)) == 0);
    answer(&asking->town.rules);
    MUST(frame_receive(asking->asker, false, &received) == FRAME_OK);
    must_be_answered_clearly(
        &received, message_unpack(&arena, &duban__query__descriptor, bytes_of(data, size), MESSAGE_MAX_BYTES, NULL),
        &arena);
    frame_release(&received);
    MUST(frame_receive(asking->asker, false, &received) == FRAME_NONE);
    arena_close(&arena);
    return 0;
}
