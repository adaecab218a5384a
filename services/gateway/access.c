/* access.c - who is about to be shown personal data, or to take something out: an entry first. */
#include <sodium.h>

#include "gateway.h"
#include "message.h"

struct noting {
    access_then *then;
    void *self;
};

static void on_answer(struct request *request, void *self, const struct upstream_answer *answer)
{
    const struct noting *noting = self;
    const Duban__Refusal *refusal = answer->refusal;
    struct fault fault;

    if (answer->receipt != NULL) {
        noting->then(request, noting->self, answer->receipt->sequence);
    } else if (refusal != NULL) {
        fault_carry(&fault, refusal->field, refusal->zh, refusal->en);
        problem_answer(request, problem_status_of(refusal->code), problem_name_of(refusal->code), &fault, (refusal->retry_after_ms + 999) / 1000);
    } else {
        problem_silent(request, UPSTREAM_INGEST);
    }
}

void access_note(struct request *request, const Duban__Access *access, access_then *then, void *self)
{
    struct noting *noting = arena_take(&request->arena, sizeof *noting);
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Submit submit = DUBAN__SUBMIT__INIT;
    uint8_t client_id[ID_BYTES];
    struct bytes packed;

    entry.body_case = DUBAN__ENTRY__BODY_ACCESS;
    entry.access = (Duban__Access *) access;
    packed = message_pack(&request->arena, &entry);
    if (noting == NULL || packed.data == NULL) {
        problem_send(request, NULL);
        return;
    }
    *noting = (struct noting){ then, self };
    randombytes_buf(client_id, sizeof client_id);   /* each time that it is shown is one of its own */
    submit.account = request->account;
    submit.client_id = (ProtobufCBinaryData){ ID_BYTES, client_id };
    submit.entry = (ProtobufCBinaryData){ packed.size, (uint8_t *) packed.data };
    if (!upstream_submit(request, &submit, on_answer, noting))
        problem_silent(request, UPSTREAM_INGEST);
}
