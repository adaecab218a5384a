/* evidence_put.c - PUT /v1/evidence/HASH: one whole photo, and which report has declared it. */
#include "arrival.h"
#include "daemon.h"
#include "gateway.h"

/* One that comes. */
struct taking {
    struct upload upload;
    uint8_t expected[SHA256_BYTES];
    struct declared declared;
    struct submitting submitting;
    Duban__StoredPhoto stored;
};

static void drop(struct request *request)
{
    struct taking *taking = request->own;

    evidence_abandon(&taking->upload);
}

static bool is_right(struct request *request, struct taking *taking, struct fault *fault)
{
    if (!hex_parse(request->rest, taking->expected, SHA256_BYTES))
        return fault_set(fault, "sha256", "网址末尾写照片内容的 SHA-256，64 位十六进制数字",
                         "the address ends with the SHA-256 of the photo, in 64 hexadecimal digits");
    return arrival_arguments(request, &taking->declared, fault);
}

static void begin(struct request *request)
{
    struct taking *taking = arena_clear(&request->arena, sizeof *taking);
    struct fault fault;

    if (taking == NULL) {
        problem_send(request, NULL);
        return;
    }
    request->own = taking;
    request->drop = drop;
    if (!is_right(request, taking, &fault))
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
    else if (!evidence_begin(request, &taking->upload))
        evidence_refuse(request, taking->upload.outcome);
}

static bool take(struct request *request, const char *data, size_t size)
{
    struct taking *taking = request->own;

    daemon_kill_point("gateway.receiving");
    if (evidence_add(&taking->upload, data, size))
        return true;
    evidence_refuse(request, taking->upload.outcome);
    evidence_abandon(&taking->upload);
    return false;
}

const struct intake EVIDENCE_INTAKE = { .begin = begin, .take = take };

static void on_arrival(struct submitting *submitting)
{
    struct taking *taking = submitting->self;

    daemon_kill_point("gateway.arrived");
    taking->stored.arrival = &submitting->submitted;
    if (submitting->status >= MHD_HTTP_BAD_REQUEST)
        submitting_answer(submitting);
    else
        answer_message(submitting->request, submitting->status, &taking->stored.base);
}

static void on_stored(struct request *request, void *self, struct upload *upload)
{
    struct taking *taking = self;

    daemon_kill_point("gateway.stored");
    if (upload->outcome != EVIDENCE_FINE) {
        evidence_refuse(request, upload->outcome);
        return;
    }
    duban__stored_photo__init(&taking->stored);
    taking->stored.sha256 = (char *) request->rest;
    taking->stored.size_bytes = upload->size_bytes;
    taking->stored.type = (char *) photo_type(upload->kind);
    taking->stored.known = upload->was_known;
    if (taking->declared.report_sequence == 0)
        answer_message(request, upload->was_known ? MHD_HTTP_OK : MHD_HTTP_CREATED, &taking->stored.base);
    else if (!arrival_submit(&taking->submitting, request, &taking->declared, upload->sha256, upload->size_bytes, on_arrival, taking))
        submitting_answer(&taking->submitting);
}

void evidence_put(struct request *request)
{
    struct taking *taking = request->own;

    evidence_finish(&taking->upload, taking->expected, on_stored, taking);
}
