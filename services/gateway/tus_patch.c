/* tus_patch.c - the next bytes of an upload. */
#include "gateway.h"
#include "number.h"
#include "tus.h"

/* ---------------------------------------------------------------- those that bring bytes now */

static void list(struct tus *tus)
{
    struct gateway *gateway = tus->request->gateway;

    tus->next = gateway->tus;
    gateway->tus = tus;
    tus->is_listed = true;
}

static void drop(struct request *request)
{
    struct tus *tus = request->own;

    if (!tus->is_listed)
        return;
    for (struct tus **at = &request->gateway->tus; *at != NULL; at = &(*at)->next) {
        if (*at != tus)
            continue;
        *at = tus->next;
        break;
    }
    evidence_leave(&tus->upload);
}

bool tus_go_on(struct tus *tus)
{
    uint64_t offset;

    tus->request->drop = drop;
    if (!tus_has_come(tus, &offset))
        return false;
    if (!evidence_resume(tus->request, &tus->upload, tus->id, false)) {
        evidence_refuse(tus->request, tus->upload.outcome);
        evidence_leave(&tus->upload);
        return false;
    }
    list(tus);
    return true;
}

/* ---------------------------------------------------------------- the head */

static void other_offset(struct request *request)
{
    tus_refuse(request, MHD_HTTP_CONFLICT, "conflict", "Upload-Offset", "不是从已收到的地方接着传：先用 HEAD 询问",
               "this does not go on where what has come ends: ask with HEAD");
}

static bool is_right(struct request *request, uint64_t *offset)
{
    const char *type = http_header_of(request, MHD_HTTP_HEADER_CONTENT_TYPE);

    if (type == NULL || strcmp(type, "application/offset+octet-stream") != 0)
        tus_refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "invalid", "Content-Type", "内容类型是 application/offset+octet-stream",
                   "the content type is application/offset+octet-stream");
    else if (!number_of(http_header_of(request, "Upload-Offset"), offset))
        tus_refuse(request, MHD_HTTP_BAD_REQUEST, "invalid", "Upload-Offset", "请求头请写 Upload-Offset：从第几个字节接着传",
                   "the head must have Upload-Offset: the byte to go on from");
    else
        return true;
    return false;
}

static void begin(struct request *request)
{
    struct tus *tus = tus_open(request);
    uint64_t offset;

    if (tus == NULL || !is_right(request, &offset) || !tus_take_over(tus))
        return;
    if (tus->row->sha256.len > 0) {
        if (offset != tus->row->length_bytes)
            other_offset(request);
        return;
    }
    if (tus_go_on(tus) && offset != tus->upload.size_bytes)
        other_offset(request);
}

/* ---------------------------------------------------------------- the bytes */

/* It will never be a photo: nobody is to go on with it. */
static void end(struct tus *tus)
{
    struct request *request = tus->request;

    evidence_leave(&tus->upload);
    evidence_forget(&request->gateway->evidence, tus->id);
    (void) state_put_upload(&request->gateway->state, request->account, tus->id, NULL);
}

static bool take(struct request *request, const char *data, size_t size)
{
    struct tus *tus = request->own;

    if (tus->is_taken)
        return false;
    if (!tus->upload.is_open || tus->upload.size_bytes + size > tus->row->length_bytes) {
        tus_refuse(request, MHD_HTTP_BAD_REQUEST, "invalid", "Upload-Length", "传来的比 Upload-Length 所说的多", "more has come than Upload-Length said");
        return false;
    }
    if (evidence_add(&tus->upload, data, size))
        return true;
    evidence_refuse(request, tus->upload.outcome);
    if (tus->upload.outcome == EVIDENCE_NO_PHOTO || tus->upload.outcome == EVIDENCE_TOO_LARGE)
        end(tus);
    return false;
}

const struct intake TUS_INTAKE = { .begin = begin, .take = take };

/* ---------------------------------------------------------------- the end */

static void on_stored(struct request *request, void *self, struct upload *upload)
{
    struct tus *tus = self;

    if (upload->outcome != EVIDENCE_FINE) {
        evidence_refuse(request, upload->outcome);
        if (upload->outcome == EVIDENCE_OTHER || upload->outcome == EVIDENCE_NO_PHOTO)
            end(tus);
        return;
    }
    tus->row->sha256 = (ProtobufCBinaryData){ SHA256_BYTES, upload->sha256 };
    if (state_put_upload(&request->gateway->state, request->account, tus->id, tus->row) == -1)
        evidence_refuse(request, EVIDENCE_FAILED);
    else
        tus_arrive(tus, tus->status);
}

void tus_finish(struct tus *tus, unsigned status)
{
    tus->status = status;
    evidence_finish(&tus->upload, tus->row->expected.len > 0 ? tus->row->expected.data : NULL, on_stored, tus);
}

void tus_patch(struct request *request)
{
    struct tus *tus = request->own;
    uint64_t came_bytes = tus->upload.size_bytes;

    if (tus->is_taken)
        other_offset(request);
    else if (tus->row->sha256.len > 0)
        tus_arrive(tus, MHD_HTTP_NO_CONTENT);
    else if (came_bytes == tus->row->length_bytes)
        tus_finish(tus, MHD_HTTP_NO_CONTENT);
    else
        tus_answer(tus, MHD_HTTP_NO_CONTENT, came_bytes);
}
