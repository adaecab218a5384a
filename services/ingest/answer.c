#include <errno.h>

#include "ingest.h"
#include "log.h"
#include "message.h"

enum { LATER_AFTER_MS = 1000, FULL_AFTER_MS = 60000 };

static void send_answer(struct ingest *ingest, void *socket, const struct peer *peer, enum frame_type type,
                        const void *message)
{
    const struct identity *identity = &ingest->identity;
    struct frame frame = { .type = (uint8_t) type, .lineage = identity->lineage, .epoch = identity->epoch };
    struct bytes body;

    arena_reset(&ingest->answers);
    body = message_pack(&ingest->answers, message);
    /* Who has gone submits again under the same id and gets the same answer. */
    if (body.data == NULL || frame_send(socket, peer, &frame, body) == -1)
        ingest->counters.unanswered++;
}

static void send_receipt(struct ingest *ingest, const struct intake *intake, const struct submission *submission)
{
    Duban__Receipt receipt = DUBAN__RECEIPT__INIT;

    receipt.request_id = submission->request_id;
    receipt.sequence = submission->place.sequence;
    receipt.stamp_ms = submission->place.stamp_ms;
    receipt.duplicate = submission->duplicate;
    if (submission->duplicate)
        ingest->counters.duplicates++;
    else
        ingest->counters.accepted++;
    send_answer(ingest, intake->socket, &submission->received.peer, FRAME_RECEIPT, &receipt);
}

static void send_conflict(struct ingest *ingest, const struct intake *intake, const struct submission *submission,
                          bool is_kept)
{
    struct fault fault;

    if (is_kept)
        fault_set(&fault, "client_id", "该提交编号此前已用于另一份内容，原记录不变，本次内容已留存待查；如为新内容请换新编号提交",
                  "this client id has brought something else before; that stays as it is, this one is kept for review; "
                  "submit something new under a new id");
    else
        fault_set(&fault, "client_id", "该提交编号此前已用于另一份内容，原记录不变；空间将满，本次内容未留存；如为新内容请换新编号提交",
                  "this client id has brought something else before; that stays as it is, and for want of space this one "
                  "is not kept; submit something new under a new id");
    answer_refusal(ingest, intake->socket, &submission->received.peer, submission->request_id,
                   DUBAN__REFUSAL_CODE__REFUSAL_CODE_CONFLICT, &fault);
}

void answer_committed(struct ingest *ingest, const struct intake *intake, const struct submission *submission)
{
    switch (submission->answer) {
    case ANSWER_RECEIPT:
        send_receipt(ingest, intake, submission);
        break;
    case ANSWER_CONFLICT:
        send_conflict(ingest, intake, submission, true);
        break;
    case ANSWER_CONFLICT_NOT_KEPT:
        send_conflict(ingest, intake, submission, false);
        break;
    case ANSWER_GIVEN:
        break;
    }
}

static void count_refusal(struct counters *counters, Duban__RefusalCode code)
{
    switch (code) {
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID:
        counters->invalid++;
        return;
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_CONFLICT:
        counters->conflicts++;
        return;
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER:
        counters->later++;
        return;
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL:
        counters->full++;
        return;
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_FORBIDDEN:
        counters->forbidden++;
        return;
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_UNSPECIFIED:
    case _DUBAN__REFUSAL_CODE_IS_INT_SIZE:
        break;
    }
}

static uint32_t retry_after_ms(Duban__RefusalCode code)
{
    if (code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER)
        return LATER_AFTER_MS;
    return code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL ? FULL_AFTER_MS : 0;
}

static void send_refusal(struct ingest *ingest, void *socket, const struct peer *peer, uint64_t request_id,
                         Duban__RefusalCode code, const struct fault *fault)
{
    Duban__Refusal refusal = DUBAN__REFUSAL__INIT;

    refusal.request_id = request_id;
    refusal.code = code;
    refusal.field = (char *) fault->field;
    refusal.zh = (char *) fault->zh;
    refusal.en = (char *) fault->en;
    refusal.retry_after_ms = retry_after_ms(code);
    send_answer(ingest, socket, peer, FRAME_REFUSAL, &refusal);
}

void answer_refusal(struct ingest *ingest, void *socket, const struct peer *peer, uint64_t request_id,
                    Duban__RefusalCode code, const struct fault *fault)
{
    count_refusal(&ingest->counters, code);
    send_refusal(ingest, socket, peer, request_id, code, fault);
}

void answer_probe(struct ingest *ingest, const struct intake *intake, struct submission *submission)
{
    struct fault fault;

    fault_set(&fault, "client_id", "这是探询，没有提交内容", "this is a probe: nothing was submitted");
    ingest->counters.probes++;
    submission->answer = ANSWER_GIVEN;
    send_refusal(ingest, intake->socket, &submission->received.peer, submission->request_id,
                 DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID, &fault);
}

void answer_other_version(struct ingest *ingest, const struct intake *intake, const struct peer *peer)
{
    struct fault fault;

    frame_version_fault(&fault);
    send_refusal(ingest, intake->socket, peer, 0, DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID, &fault);
}

void answer_later(struct ingest *ingest, const struct intake *intake, const struct received *received)
{
    Duban__Submit *submit;
    struct fault fault;

    arena_reset(&ingest->arena);
    submit = message_unpack(&ingest->arena, &duban__submit__descriptor, received->body, FRAME_MAX_BYTES, NULL);
    fault_set(&fault, "", "等待处理的提交过多，请稍后原样重交", "too many submissions are waiting; submit the same again later");
    ingest->counters.received++;
    answer_refusal(ingest, intake->socket, &received->peer, submit == NULL ? 0 : submit->request_id,
                   DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER, &fault);
}
