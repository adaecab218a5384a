/* evidence_show.c - GET /v1/evidence/HASH: a photo, to whom it may be shown, without what it says of where it was taken.
 *
 *   the file -> who asks (rules) -> which reports declare it (rules) -> what of it belongs to the picture -> answer
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "etag.h"
#include "evidence_index.h"
#include "gateway.h"
#include "log.h"
#include "number.h"
#include "photo_shown.h"
#include "readings.h"

struct showing {
    struct request *request;
    uint8_t sha256[SHA256_BYTES];
    struct bytes photo;                /* mapped; data NULL: not */
    enum photo_kind kind;
    bool original;                     /* it is asked for as it came */
    struct fault fault;                /* of an argument */
    bool is_wrong;
    const Duban__Holder *holder;
    struct photo_shown shown;
};

static void drop(struct request *request)
{
    struct showing *showing = request->own;

    if (showing->photo.data != NULL)
        (void) munmap((void *) showing->photo.data, showing->photo.size);
}

static void refuse(struct showing *showing, unsigned status, const char *name, const char *zh, const char *en)
{
    struct fault fault;

    fault_set(&fault, "", zh, en);
    problem_answer(showing->request, status, name, &fault, 0);
}

static void not_there(struct showing *showing)
{
    refuse(showing, MHD_HTTP_NOT_FOUND, "not-found", "没有这张照片", "there is no such photo");
}

/* ---------------------------------------------------------------- a part of it */

/* bytes=FIRST-LAST, bytes=FIRST-, bytes=-COUNT (RFC 9110, 14.1.2). False: no range of ours is asked for. */
static bool read_range(const char *text, uint64_t size_bytes, uint64_t *first, uint64_t *last)
{
    uint64_t wanted;

    if (text == NULL || strncmp(text, "bytes=", 6) != 0)
        return false;
    text += 6;
    *last = size_bytes - 1;
    if (*text == '-') {
        if (!number_of(text + 1, &wanted))
            return false;
        *first = wanted > size_bytes ? 0 : size_bytes - wanted;
        return true;
    }
    if (!number_take(&text, first) || *text != '-')
        return false;
    if (text[1] == '\0')
        return true;
    if (!number_of(text + 1, &wanted))
        return false;
    *last = wanted < *last ? wanted : *last;
    return true;
}

static void add_range(struct request *request, const char *format, uint64_t first, uint64_t last, uint64_t size_bytes)
{
    char text[96];
    char *copy;

    (void) snprintf(text, sizeof text, format, (unsigned long long) size_bytes, (unsigned long long) first, (unsigned long long) last);
    copy = arena_copy(&request->arena, text, strlen(text));
    if (copy != NULL)
        http_add_header(request, MHD_HTTP_HEADER_CONTENT_RANGE, copy);
}

static void send_shown(struct showing *showing, const char *etag)
{
    struct request *request = showing->request;
    struct photo_shown *shown = &showing->shown;
    const char *on_condition = http_header_of(request, MHD_HTTP_HEADER_IF_RANGE);
    uint64_t first, last, size_bytes = shown->size_bytes;
    unsigned status = MHD_HTTP_OK;

    http_add_header(request, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
    if ((on_condition == NULL || strcmp(on_condition, etag) == 0) &&
        read_range(http_header_of(request, MHD_HTTP_HEADER_RANGE), size_bytes, &first, &last)) {
        if (first > last) {
            add_range(request, "bytes */%llu", 0, 0, size_bytes);
            refuse(showing, MHD_HTTP_RANGE_NOT_SATISFIABLE, "invalid", "照片没有这么长", "the photo is not that long");
            return;
        }
        add_range(request, "bytes %2$llu-%3$llu/%1$llu", first, last, size_bytes);
        photo_cut(shown, first, last);
        status = MHD_HTTP_PARTIAL_CONTENT;
    }
    http_answer_parts(request, status, photo_type(showing->kind), shown->parts, shown->count);
}

/* ---------------------------------------------------------------- what is shown */

/* The mark tells what was left out from what was not: another way of leaving out needs another number. */
static char *mark_of(struct showing *showing)
{
    char hex[2 * SHA256_BYTES + 1], mark[sizeof hex + 16];

    (void) snprintf(mark, sizeof mark, "\"%s%s\"", hex_of(hex, showing->sha256, SHA256_BYTES), showing->original ? "" : "-1");
    return arena_copy(&showing->request->arena, mark, strlen(mark));
}

static void add_name(struct showing *showing)
{
    char hex[17], text[64];
    char *copy;

    (void) snprintf(text, sizeof text, "inline; filename=\"%s.%s\"", hex_of(hex, showing->sha256, 8), photo_ending(showing->kind));
    copy = arena_copy(&showing->request->arena, text, strlen(text));
    if (copy != NULL)
        http_add_header(showing->request, MHD_HTTP_HEADER_CONTENT_DISPOSITION, copy);
}

static void show(struct showing *showing)
{
    const char *mark = mark_of(showing);

    if (mark == NULL) {
        problem_send(showing->request, NULL);
        return;
    }
    if (showing->original) {
        log_info("evidence: shown as it came: account=%s request=%s photo=%.17s", showing->request->account, showing->request->id, mark + 1);
        photo_whole(&showing->shown, showing->photo);
    } else if (!photo_strip(&showing->shown, showing->kind, showing->photo)) {
        refuse(showing, MHD_HTTP_UNPROCESSABLE_CONTENT, "not-shown",
               "这种照片（HEIC、AVIF，或已损坏）去不掉拍摄位置，不能这样显示；督导人员可加 original=true 查看原件",
               "of such a photo (HEIC, AVIF, or a damaged one) the position cannot be taken out: it is not shown like this; oversight may "
               "ask for it as it came with original=true");
        return;
    }
    if (etag_answer_unchanged(showing->request, mark))
        return;
    add_name(showing);
    send_shown(showing, mark);
}

static bool is_shown_by(const struct showing *showing, const Duban__EvidenceRows *rows)
{
    for (size_t i = 0; i < rows->n_rows; i++)
        if (reading_shows_photo(showing->holder, rows->rows[i]))
            return true;
    return false;
}

static void on_reports(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct showing *showing = self;
    const Duban__Reply *reply = answer->reply;

    (void) request;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_EVIDENCE)
        problem_silent(request, UPSTREAM_RULES);
    else if (reply->evidence->n_rows == 0)
        refuse(showing, MHD_HTTP_NOT_FOUND, "not-found", "没有报告申报过这张照片，或者报告还没有生效",
               "no report declares this photo, or that report is not applied yet");
    else if (!is_shown_by(showing, reply->evidence))
        refuse(showing, MHD_HTTP_FORBIDDEN, "forbidden", "您的岗位不能查看这张照片", "your post does not see this photo");
    else
        show(showing);
}

/* ---------------------------------------------------------------- who asks for what */

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct showing *showing = self;
    const Duban__Reply *reply = answer->reply;
    Duban__Query *query;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_silent(request, UPSTREAM_RULES);
        return;
    }
    if (readings_post_in(reply) == NULL || (showing->original && !reading_shows_original(reply->holders->rows[0]))) {
        refuse(showing, MHD_HTTP_FORBIDDEN, "forbidden", "您的岗位不能这样查看照片", "your post does not see photos like this");
        return;
    }
    showing->holder = reply->holders->rows[0];
    query = evidence_index_question(request, showing->sha256);
    if (query == NULL || !upstream_ask(request, UPSTREAM_RULES, query, on_reports, showing))
        problem_silent(request, UPSTREAM_RULES);
}

static void ask_for_holder(struct showing *showing)
{
    if (!readings_ask_for_holder(showing->request, on_holder, showing))
        problem_silent(showing->request, UPSTREAM_RULES);
}

static bool on_argument(void *self, const char *name, const char *value)
{
    struct showing *showing = self;

    if (strcmp(name, "original") == 0 && (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)) {
        showing->original = value[0] == 't';
        return true;
    }
    showing->is_wrong = true;
    return fault_set(&showing->fault, name, "只有参数 original=true 或 false", "the only argument is original=true or false");
}

/* Mapped, it takes no memory of ours while somebody slow takes it. A file of the store is never changed. */
static bool map_photo(struct showing *showing)
{
    uint64_t size_bytes;
    int file = evidence_file(&showing->request->gateway->evidence, showing->sha256, &size_bytes);
    void *data;

    if (file == -1)
        return false;
    data = mmap(NULL, (size_t) size_bytes, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (data == MAP_FAILED)
        return false;
    showing->photo = bytes_of(data, (size_t) size_bytes);
    showing->kind = photo_kind_of(showing->photo);
    return true;
}

void evidence_show(struct request *request)
{
    struct showing *showing = arena_clear(&request->arena, sizeof *showing);

    if (showing == NULL) {
        problem_send(request, NULL);
        return;
    }
    showing->request = request;
    request->own = showing;
    request->drop = drop;
    http_each_argument(request, on_argument, showing);
    if (showing->is_wrong)
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &showing->fault, 0);
    else if (!hex_parse(request->rest, showing->sha256, SHA256_BYTES) || !map_photo(showing))
        not_there(showing);
    else
        ask_for_holder(showing);
}
