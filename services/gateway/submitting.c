/* submitting.c - one entry on its way to ingest. */
#include "submitting.h"

#include <stdio.h>

#include "frame.h"
#include "gateway.h"
#include "message.h"

enum { UNKNOWN_AFTER_S = 5, BUSY_AFTER_S = 1, SPARE_BYTES = 4096 };   /* of a frame: for what stands around an entry */

void submitting_open(struct submitting *submitting, struct request *request, const char *client_id)
{
    *submitting = (struct submitting){ .request = request };
    duban__submitted__init(&submitting->submitted);
    submitting->submitted.client_id = (char *) client_id;
}

void submitting_refuse(struct submitting *submitting, unsigned status, const char *name, const struct fault *fault,
                       uint32_t retry_after_s)
{
    submitting->status = status;
    submitting->submitted.problem = problem_of(submitting->request, status, name, fault, retry_after_s);
}

/* ---------------------------------------------------------------- answers of ingest */

static void on_receipt(struct submitting *submitting, const Duban__Receipt *receipt)
{
    submitting->status = receipt->duplicate ? MHD_HTTP_OK : MHD_HTTP_CREATED;
    submitting->submitted.sequence = receipt->sequence;
    submitting->request->sequence = receipt->sequence;
    submitting->request->entries++;
    submitting->submitted.stamp_ms = receipt->stamp_ms;
    submitting->submitted.duplicate = receipt->duplicate;
}

/* Ingest speaks of the id, which is made of the report and the name: who sent the photo knows those. */
static void say_other_photo(const char *photo, struct fault *fault)
{
    fault_set(fault, "name", "这份记录的照片 %s 已经收到过另一张，以先到的为准；这一张不算这份记录的，请核对照片和名称有没有配错",
              "another photo has come before as %s of that report, and stays; this one does not count for it: check which photo goes by which name",
              photo);
}

static void on_refusal(struct submitting *submitting, const Duban__Refusal *refusal)
{
    bool may_try_again = refusal->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER || refusal->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL;
    struct fault fault;

    fault_carry(&fault, refusal->field, refusal->zh, refusal->en);
    if (refusal->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_CONFLICT && submitting->photo != NULL)
        say_other_photo(submitting->photo, &fault);
    submitting_refuse(submitting, problem_status_of(refusal->code), problem_name_of(refusal->code), &fault,
                      may_try_again ? (refusal->retry_after_ms + 999) / 1000 : 0);
}

static void on_answer(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct submitting *submitting = self;
    struct fault fault;

    (void) request;
    if (answer->receipt != NULL) {
        on_receipt(submitting, answer->receipt);
    } else if (answer->refusal != NULL) {
        on_refusal(submitting, answer->refusal);
    } else {
        submitting->is_silent = true;
        upstream_fault(UPSTREAM_SUBMIT, &fault);
        submitting_refuse(submitting, MHD_HTTP_SERVICE_UNAVAILABLE, "unknown-outcome", &fault, UNKNOWN_AFTER_S);
    }
    submitting->then(submitting);
}

/* ---------------------------------------------------------------- to ingest */

bool submitting_send(struct submitting *submitting, const Duban__Entry *entry, submitting_then *then, void *self)
{
    struct request *request = submitting->request;
    Duban__Submit submit = DUBAN__SUBMIT__INIT;
    struct bytes packed = message_pack(&request->arena, entry);
    struct fault fault;

    submitting->then = then;
    submitting->self = self;
    submit.account = request->account;
    submit.client_id = (ProtobufCBinaryData){ ID_BYTES, submitting->client_id };
    submit.entry = (ProtobufCBinaryData){ packed.size, (uint8_t *) packed.data };
    if (packed.data != NULL && upstream_submit(request, &submit, on_answer, submitting))
        return true;
    if (packed.size > FRAME_MAX_BYTES - SPARE_BYTES) {
        fault_set(&fault, "", "内容过大，请拆成几条提交", "the entry is too large: send it as several");
        submitting_refuse(submitting, MHD_HTTP_CONTENT_TOO_LARGE, "too-large", &fault, 0);
        return false;
    }
    submitting->is_silent = true;
    fault_set(&fault, "", "正在处理的提交过多，请稍后用同一编号原样重交",
              "too many submissions are under way; send the same under the same id again later");
    submitting_refuse(submitting, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, BUSY_AFTER_S);
    return false;
}

/* ---------------------------------------------------------------- to whoever asks */

static void add_location(struct request *request, const char *client_id)
{
    char text[96];
    char *location;

    (void) snprintf(text, sizeof text, "/v1/submissions/%.64s", client_id);
    location = arena_copy(&request->arena, text, strlen(text));
    if (location != NULL)
        http_add_header(request, MHD_HTTP_HEADER_LOCATION, location);
}

void submitting_answer(struct submitting *submitting)
{
    if (submitting->status >= MHD_HTTP_BAD_REQUEST) {
        problem_send(submitting->request, submitting->submitted.problem);
        return;
    }
    add_location(submitting->request, submitting->submitted.client_id);
    answer_message(submitting->request, submitting->status, &submitting->submitted.base);
}
