/* tus.c - uploads that are resumed: made, asked about, taken away. */
#include "tus.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include <sodium.h>

#include "gateway.h"
#include "log.h"
#include "message.h"
#include "number.h"

static const char VERSION[] = "1.0.0";

enum { UPLOADS_MOST = 100, VALUE_BYTES = 600, KEY_BYTES = 32, SECOND_MS = 1000 };

void tus_refuse(struct request *request, unsigned status, const char *name, const char *field, const char *zh, const char *en)
{
    struct fault fault;

    fault_set(&fault, field, zh, en);
    problem_answer(request, status, name, &fault, status == MHD_HTTP_SERVICE_UNAVAILABLE ? 1 : 0);
}

static void add_text(struct request *request, const char *name, const char *text)
{
    char *copy = arena_copy(&request->arena, text, strlen(text));

    if (copy != NULL)
        http_add_header(request, name, copy);
}

static void add_number(struct request *request, const char *name, uint64_t number)
{
    char text[24];

    (void) snprintf(text, sizeof text, "%llu", (unsigned long long) number);
    add_text(request, name, text);
}

static void add_end(struct request *request, const Duban__Upload *row)
{
    time_t end = (time_t) (row->made_ms / SECOND_MS + (int64_t) (request->gateway->settings.orphans_after_ms / SECOND_MS));
    char text[40];
    struct tm parts;

    if (gmtime_r(&end, &parts) != NULL && strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0)
        add_text(request, "Upload-Expires", text);
}

/* ---------------------------------------------------------------- any request */

static bool speaks_it(struct request *request)
{
    const char *version = http_header_of(request, "Tus-Resumable");

    http_add_header(request, "Tus-Resumable", VERSION);
    if (version != NULL && strcmp(version, VERSION) == 0)
        return true;
    http_add_header(request, "Tus-Version", VERSION);
    tus_refuse(request, MHD_HTTP_PRECONDITION_FAILED, "invalid", "Tus-Resumable", "请求头请写 Tus-Resumable: 1.0.0",
               "the head must have Tus-Resumable: 1.0.0");
    return false;
}

void tus_options(struct request *request)
{
    http_add_header(request, "Tus-Resumable", VERSION);
    http_add_header(request, "Tus-Version", VERSION);
    http_add_header(request, "Tus-Extension", "creation,termination,expiration");
    add_number(request, "Tus-Max-Size", request->gateway->evidence.most_bytes);
    http_answer(request, MHD_HTTP_NO_CONTENT, NULL, bytes_of(NULL, 0));
}

struct tus *tus_open(struct request *request)
{
    struct tus *tus = arena_clear(&request->arena, sizeof *tus);

    if (!speaks_it(request))
        return NULL;
    if (tus == NULL) {
        problem_send(request, NULL);
        return NULL;
    }
    request->own = tus;
    tus->request = request;
    if (hex_parse(request->rest, tus->id, ID_BYTES))
        tus->row = state_upload(&request->gateway->state, &request->arena, request->account, tus->id);
    if (tus->row != NULL) {
        tus->declared = (struct declared){ tus->row->report_sequence, tus->row->name };
        return tus;
    }
    tus_refuse(request, MHD_HTTP_NOT_FOUND, "not-found", "", "本账号没有这个上传，或者已经过期", "this account has no such upload, or it has expired");
    return NULL;
}

bool tus_take_over(struct tus *tus)
{
    for (struct tus *other = tus->request->gateway->tus; other != NULL; other = other->next) {
        if (other == tus || other->is_taken || memcmp(other->id, tus->id, ID_BYTES) != 0)
            continue;
        if (other->upload.then != NULL) {
            tus_refuse(tus->request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "", "照片正在存盘，请稍后再问", "the photo is being stored; ask again");
            return false;
        }
        other->is_taken = true;
        evidence_leave(&other->upload);
        if (other->request->visitor != NULL)
            shutdown(other->request->visitor->socket, SHUT_RDWR);
    }
    return true;
}

void tus_answer(struct tus *tus, unsigned status, uint64_t offset)
{
    add_number(tus->request, "Upload-Offset", offset);
    add_end(tus->request, tus->row);
    http_answer(tus->request, status, NULL, bytes_of(NULL, 0));
}

/* ---------------------------------------------------------------- its arrival */

static void on_arrival(struct submitting *submitting)
{
    struct tus *tus = submitting->self;

    if (submitting->status >= MHD_HTTP_BAD_REQUEST)
        submitting_answer(submitting);
    else
        tus_answer(tus, tus->status, tus->row->length_bytes);
}

void tus_arrive(struct tus *tus, unsigned status)
{
    tus->status = status;
    if (tus->declared.report_sequence == 0)
        tus_answer(tus, status, tus->row->length_bytes);
    else if (!arrival_submit(&tus->submitting, tus->request, &tus->declared, tus->row->sha256.data, tus->row->length_bytes, on_arrival, tus))
        submitting_answer(&tus->submitting);
}

/* ---------------------------------------------------------------- POST */

/* A pair of Upload-Metadata: a key, and its value in base64. False: it is none. */
static bool read_pair(const char *text, size_t size, char key[KEY_BYTES], char value[VALUE_BYTES])
{
    const char *space = memchr(text, ' ', size);
    size_t key_size = space == NULL ? size : (size_t) (space - text), got = 0;

    if (key_size == 0 || key_size >= KEY_BYTES)
        return false;
    memcpy(key, text, key_size);
    key[key_size] = '\0';
    value[0] = '\0';
    if (space == NULL)
        return true;
    if (sodium_base642bin((unsigned char *) value, VALUE_BYTES - 1, space + 1, size - key_size - 1, " ", &got, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    value[got] = '\0';
    return is_utf8(value, got) && memchr(value, '\0', got) == NULL;
}

/* What we know of; an app may say more. */
static bool note_pair(struct arena *arena, Duban__Upload *row, const char *key, const char *value)
{
    uint8_t sha256[SHA256_BYTES];

    if (strcmp(key, "report") == 0)
        return arrival_is_report(value, &row->report_sequence);
    if (strcmp(key, "name") == 0 || (strcmp(key, "filename") == 0 && row->name[0] == '\0')) {
        row->name = arena_copy(arena, value, strlen(value));
        return row->name != NULL;
    }
    if (strcmp(key, "sha256") == 0) {
        if (!hex_parse(value, sha256, SHA256_BYTES))
            return false;
        row->expected = (ProtobufCBinaryData){ SHA256_BYTES, (uint8_t *) arena_copy(arena, sha256, SHA256_BYTES) };
        return row->expected.data != NULL;
    }
    return true;
}

bool tus_read_metadata(struct arena *arena, const char *at, Duban__Upload *row)
{
    char key[KEY_BYTES], value[VALUE_BYTES];

    for (; at != NULL && *at != '\0'; at += *at == ',') {
        size_t size;

        at += strspn(at, " ");
        size = strcspn(at, ",");
        if (!read_pair(at, size, key, value) || !note_pair(arena, row, key, value))
            return false;
        at += size;
    }
    return row->report_sequence == 0 || row->name[0] != '\0';
}

static bool read_length(const struct request *request, uint64_t *length)
{
    return number_of(http_header_of(request, "Upload-Length"), length) && *length > 0;
}

static bool is_right(struct request *request, Duban__Upload *row)
{
    if (!read_length(request, &row->length_bytes))
        tus_refuse(request, MHD_HTTP_BAD_REQUEST, "invalid", "Upload-Length", "请求头请写 Upload-Length：照片的字节数",
                   "the head must have Upload-Length: the bytes of the photo");
    else if (row->length_bytes > request->gateway->evidence.most_bytes)
        evidence_refuse(request, EVIDENCE_TOO_LARGE);
    else if (!tus_read_metadata(&request->arena, http_header_of(request, "Upload-Metadata"), row))
        tus_refuse(request, MHD_HTTP_BAD_REQUEST, "invalid", "Upload-Metadata",
                   "Upload-Metadata 写 report（报告序号）、name（申报的文件名）、sha256（十六进制），值用 base64；有 report 就要有 name",
                   "Upload-Metadata has report (its sequence), name (as declared), sha256 (in hexadecimal), each in base64; with report "
                   "there must be name");
    else if (state_unfinished_of(&request->gateway->state, request->account) >= UPLOADS_MOST)
        tus_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "", "本账号没有传完的照片太多，请先传完或删除",
                   "this account has too many unfinished uploads: finish or delete some");
    else
        return true;
    return false;
}

static void make(struct request *request, struct tus *tus)
{
    char hex[2 * ID_BYTES + 1], location[64];

    randombytes_buf(tus->id, ID_BYTES);
    if (!evidence_resume(request, &tus->upload, tus->id, true)) {
        evidence_leave(&tus->upload);
        evidence_refuse(request, tus->upload.outcome);
        return;
    }
    evidence_leave(&tus->upload);
    if (state_put_upload(&request->gateway->state, request->account, tus->id, tus->row) == -1) {
        evidence_forget(&request->gateway->evidence, tus->id);
        evidence_refuse(request, EVIDENCE_FAILED);
        return;
    }
    (void) snprintf(location, sizeof location, "/v1/uploads/%s", hex_of(hex, tus->id, ID_BYTES));
    add_text(request, MHD_HTTP_HEADER_LOCATION, location);
    tus_answer(tus, MHD_HTTP_CREATED, 0);
}

void tus_create(struct request *request)
{
    struct tus *tus;

    if (!speaks_it(request))
        return;
    tus = arena_clear(&request->arena, sizeof *tus);
    if (tus != NULL)
        tus->row = arena_take(&request->arena, sizeof *tus->row);
    if (tus == NULL || tus->row == NULL) {
        problem_send(request, NULL);
        return;
    }
    tus->request = request;
    duban__upload__init(tus->row);
    tus->row->made_ms = account_wall_ms();
    if (is_right(request, tus->row))
        make(request, tus);
}

/* ---------------------------------------------------------------- HEAD, DELETE */

/* Its row is durable before its name is, and may be all that a power cut has left. */
bool tus_has_come(struct tus *tus, uint64_t *offset)
{
    struct request *request = tus->request;

    if (evidence_resumable(&request->gateway->evidence, tus->id, offset))
        return true;
    if (errno != ENOENT) {
        log_error("evidence: cannot look at an upload: account=%s error=%s", request->account, strerror(errno));
        evidence_refuse(request, EVIDENCE_FAILED);
        return false;
    }
    (void) state_put_upload(&request->gateway->state, request->account, tus->id, NULL);
    tus_refuse(request, MHD_HTTP_NOT_FOUND, "not-found", "", "这个上传已经不在，请重新开始", "this upload is gone: begin anew");
    return false;
}

/* Who is told that all has come asks no more: so that it is stored, and its arrival, is made sure of first. */
void tus_head(struct request *request)
{
    struct tus *tus = tus_open(request);
    uint64_t offset;

    if (tus == NULL || !tus_take_over(tus))
        return;
    add_number(request, "Upload-Length", tus->row->length_bytes);
    if (tus->row->sha256.len > 0)
        tus_arrive(tus, MHD_HTTP_OK);
    else if (!tus_has_come(tus, &offset))
        return;
    else if (offset < tus->row->length_bytes)
        tus_answer(tus, MHD_HTTP_OK, offset);
    else if (tus_go_on(tus))
        tus_finish(tus, MHD_HTTP_OK);
}

void tus_delete(struct request *request)
{
    struct tus *tus = tus_open(request);

    if (tus == NULL || !tus_take_over(tus))
        return;
    if (state_put_upload(&request->gateway->state, request->account, tus->id, NULL) == -1) {
        evidence_refuse(request, EVIDENCE_FAILED);
        return;
    }
    evidence_forget(&request->gateway->evidence, tus->id);
    http_answer(request, MHD_HTTP_NO_CONTENT, NULL, bytes_of(NULL, 0));
}
