/* A question to a whole ingest: one answer that can be read, now or when its time is over. The first
 * byte is the type of the frame, 0 = QUERY.
 */
#include "fuzz.h"
#include "ingest_fixture.h"

enum { INPUTS_OF_ONE_INGEST = 5000 };

/* A rehearsal, so that its clock may be moved by a question. */
static struct fixture *ingest_of_this_input(void)
{
    static struct fixture fixture;
    static unsigned inputs;

    if (inputs == INPUTS_OF_ONE_INGEST) {
        teardown(&fixture);
        inputs = 0;
    }
    if (inputs++ == 0) {
        prepare(&fixture);
        (void) snprintf(fixture.settings.rehearsal_start, sizeof fixture.settings.rehearsal_start, "2020-02-03T08:00");
        start(&fixture);
        assert_receipt(submit(&fixture, 1, entry_of(&fixture, REPORT)), 1, false);
    }
    return &fixture;
}

static void must_be_answered_clearly(struct fixture *f, const struct received *received, const Duban__Query *query)
{
    Duban__Reply *reply = message_unpack(&f->arena, &duban__reply__descriptor, received->body, FRAME_MAX_BYTES, NULL);

    MUST(received->frame.type == FRAME_REPLY);
    MUST(reply != NULL && reply->body_case != DUBAN__REPLY__BODY__NOT_SET);
    MUST(query == NULL || reply->request_id == query->request_id);
    MUST(query != NULL || reply->body_case == DUBAN__REPLY__BODY_FAULT);
    if (reply->body_case == DUBAN__REPLY__BODY_FAULT)
        must_be_told(reply->fault->zh, reply->fault->en);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fixture *f = ingest_of_this_input();
    struct input input = { data, size };
    struct frame frame = { .type = (uint8_t) take_number(&input, 1) };
    struct bytes body = take_rest(&input);
    Duban__Query *query = NULL;
    struct received received;

    frame.type = frame.type == 0 ? FRAME_QUERY : frame.type;
    if (frame.type == FRAME_QUERY)
        query = message_unpack(&f->arena, &duban__query__descriptor, body, MESSAGE_MAX_BYTES, NULL);
    MUST(frame_send(f->asker, NULL, &frame, body) == 0);
    ingest_turn(f->ingest, -1);
    if (f->ingest->queries.held_count > 0)
        pass_ms(QUERY_MAX_WAIT_MS);
    await(f, f->asker, &received);
    must_be_answered_clearly(f, &received, query);
    frame_release(&received);
    MUST(!try_receive(f->asker, &received));
    arena_reset(&f->arena);
    return 0;
}
