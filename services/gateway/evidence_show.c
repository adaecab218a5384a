/* evidence_show.c - GET /v1/evidence/HASH: a photo, to whom it may be shown, without what it says of where it was taken.
 *
 *   who asks (rules) -> which reports declare it (rules) -> all of the file -> what of it belongs to the picture -> answer
 *
 * What is in the file is looked at as a whole, in memory for as long as that takes; it is read once more, piece by piece, as the
 * answer is taken. A disk that does not give it costs an answer and no more.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "etag.h"
#include "evidence_index.h"
#include "gateway.h"
#include "ledger_export.h"
#include "log.h"
#include "number.h"
#include "photo_shown.h"
#include "readings.h"

enum { CLOSED_AFTER_S = 60 };

/* What is shown of it, in order. */
struct piece {
    uint64_t size;
    uint64_t at;                       /* of the file; where own is NULL */
    const uint8_t *own;
};

struct showing {
    struct request *request;
    struct declared_photo photo;       /* which; a report that declares it; how large it was when it came, 0 = nobody says */
    struct bytes content;              /* all of it, while it is looked at */
    enum photo_kind kind;
    bool original;                     /* it is asked for as it came: that is journaled before it is shown */
    const char *reason;                /* what for */
    const Duban__EvidenceRows *rows;   /* who declares it */
    struct fault fault;                /* of an argument */
    bool is_wrong;
    const Duban__Holder *holder;
    struct photo_shown shown;
    struct piece pieces[PHOTO_PARTS_MOST];   /* the same, once the file is not in memory any more */
};

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

/* ---------------------------------------------------------------- what the disk does not give */

static Duban__PhotoLoss loss_of(const struct showing *showing)
{
    uint64_t size_bytes;

    if (!evidence_has(&showing->request->gateway->evidence, showing->photo.sha256, &size_bytes))
        return DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE;
    return size_bytes == showing->photo.size_bytes ? DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE : DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_SIZE;
}

/* As in losses_turn: while nothing can be written there, the folder may be another one. */
static void note(struct showing *showing, Duban__PhotoLoss how)
{
    struct gateway *gateway = showing->request->gateway;

    if (evidence_failing(&gateway->evidence) == 0)
        (void) losses_note(&gateway->losses, &gateway->evidence, &showing->photo, how);
}

/* What was never stored is not missed: whoever enters a report by hand need not bring its photos. */
static void gone(struct showing *showing)
{
    if (showing->photo.size_bytes == 0) {
        not_there(showing);
        return;
    }
    note(showing, DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE);
    refuse(showing, MHD_HTTP_NOT_FOUND, "not-found", "这张照片的文件不见了，请管理员从备份放回（duban status）",
           "the file of this photo is gone: the administrator should restore it from a backup (duban status)");
}

/* That says nothing of the file. */
static void closed(struct showing *showing, int error)
{
    struct fault fault;

    evidence_note_closed(&showing->request->gateway->evidence, showing->photo.sha256, error);
    fault_set(&fault, "", "照片目录现在打不开，照片应当还在：请管理员查看 duban status",
              "the folder of this photo cannot be opened now; the photo should still be there: the administrator should look at duban status");
    problem_answer(showing->request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, CLOSED_AFTER_S);
}

static void damaged(struct showing *showing, Duban__PhotoLoss how)
{
    note(showing, how);
    refuse(showing, MHD_HTTP_INTERNAL_SERVER_ERROR, "damaged", "这张照片的文件已损坏，请管理员从备份放回（duban status）",
           "the file of this photo is damaged: the administrator should restore it from a backup (duban status)");
}

/* What was not read for want of descriptors or memory says nothing of the photo. */
static bool is_short(ssize_t got)
{
    return got == -1 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM);
}

/* ---------------------------------------------------------------- piece by piece */

static ssize_t read_piece(struct showing *showing, const struct piece *piece, uint64_t at, char *out, size_t size)
{
    const struct evidence *evidence = &showing->request->gateway->evidence;
    ssize_t got;

    if (size > piece->size - at)
        size = (size_t) (piece->size - at);
    if (piece->own != NULL) {
        memcpy(out, piece->own + at, size);
        return (ssize_t) size;
    }
    got = evidence_read(evidence, showing->photo.sha256, piece->at + at, out, size);
    if (got == (ssize_t) size)
        return got;
    if (!is_short(got))
        note(showing, loss_of(showing));
    return -1;
}

static ssize_t read_shown(void *self, uint64_t at, char *out, size_t size)
{
    struct showing *showing = self;
    const struct piece *piece = showing->pieces;

    while (at >= piece->size)
        at -= piece++->size;
    return read_piece(showing, piece, at, out, size);
}

/* All that was in memory of the file is found there again. */
static void cut_up(struct showing *showing)
{
    const struct photo_shown *shown = &showing->shown;
    const uint8_t *photo = showing->content.data;

    for (size_t i = 0; i < shown->count; i++) {
        const uint8_t *part = shown->parts[i].data;
        bool is_own = part >= shown->own && part < shown->own + PHOTO_OWN_BYTES;

        showing->pieces[i] = (struct piece){ shown->parts[i].size, is_own ? 0 : (uint64_t) (part - photo), is_own ? part : NULL };
    }
}

/* ---------------------------------------------------------------- a part of it */

bool evidence_read_range(const char *text, uint64_t size_bytes, uint64_t *first, uint64_t *last)
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
        evidence_read_range(http_header_of(request, MHD_HTTP_HEADER_RANGE), size_bytes, &first, &last)) {
        if (first > last) {
            add_range(request, "bytes */%llu", 0, 0, size_bytes);
            refuse(showing, MHD_HTTP_RANGE_NOT_SATISFIABLE, "invalid", "照片没有这么长", "the photo is not that long");
            return;
        }
        add_range(request, "bytes %2$llu-%3$llu/%1$llu", first, last, size_bytes);
        photo_cut(shown, first, last);
        status = MHD_HTTP_PARTIAL_CONTENT;
    }
    cut_up(showing);
    http_answer_read(request, status, photo_type(showing->kind), shown->size_bytes, read_shown, showing);
}

/* ---------------------------------------------------------------- what is shown */

/* The mark tells what was left out from what was not: another way of leaving out needs another number. */
static char *mark_of(struct showing *showing)
{
    char hex[2 * SHA256_BYTES + 1], mark[sizeof hex + 16];

    (void) snprintf(mark, sizeof mark, "\"%s%s\"", hex_of(hex, showing->photo.sha256, SHA256_BYTES), showing->original ? "" : "-1");
    return arena_copy(&showing->request->arena, mark, strlen(mark));
}

static void add_name(struct showing *showing)
{
    char hex[17], text[64];
    char *copy;

    (void) snprintf(text, sizeof text, "inline; filename=\"%s.%s\"", hex_of(hex, showing->photo.sha256, 8), photo_ending(showing->kind));
    copy = arena_copy(&showing->request->arena, text, strlen(text));
    if (copy != NULL)
        http_add_header(showing->request, MHD_HTTP_HEADER_CONTENT_DISPOSITION, copy);
}

/* True: that has been answered. */
static bool is_unchanged(struct showing *showing)
{
    const char *mark = mark_of(showing);

    return mark != NULL && etag_is_named(http_header_of(showing->request, MHD_HTTP_HEADER_IF_NONE_MATCH), mark) &&
           etag_answer_unchanged(showing->request, mark);
}

static void show(struct showing *showing)
{
    const char *mark = mark_of(showing);

    if (mark == NULL) {
        problem_send(showing->request, NULL);
        return;
    }
    if (showing->original) {
        photo_whole(&showing->shown, showing->content);
    } else if (!photo_strip(&showing->shown, showing->kind, showing->content)) {
        refuse(showing, MHD_HTTP_UNPROCESSABLE_CONTENT, "not-shown",
               "这种照片（HEIC、AVIF，或已损坏）去不掉拍摄位置，不能这样显示；督导人员可加 original=true 和 reason=事由 查看原件",
               "of such a photo (HEIC, AVIF, or a damaged one) the position cannot be taken out: it is not shown like this; oversight may "
               "ask for it as it came with original=true and reason=what for");
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

/* ---------------------------------------------------------------- all of the file */

/* A photo that is there is as large as it was when it came. */
static void show_file(struct showing *showing, size_t size_bytes)
{
    struct gateway *gateway = showing->request->gateway;
    uint8_t *photo = malloc(size_bytes);
    ssize_t got = photo == NULL ? -1 : evidence_read(&gateway->evidence, showing->photo.sha256, 0, photo, size_bytes);

    if (photo == NULL || is_short(got)) {
        problem_send(showing->request, NULL);
    } else if (got != (ssize_t) size_bytes) {
        damaged(showing, loss_of(showing));
    } else if (!evidence_is_of(showing->photo.sha256, bytes_of(photo, size_bytes))) {
        damaged(showing, DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_CONTENT);
    } else {
        losses_end(&gateway->losses, showing->photo.sha256);
        showing->content = bytes_of(photo, size_bytes);
        showing->kind = photo_kind_of(showing->content);
        show(showing);
    }
    free(photo);
}

/* How large it was when it came says the store alone: a report may be wrong about that, its photo is known by its hash. */
static void look_for_file(struct showing *showing)
{
    struct gateway *gateway = showing->request->gateway;
    uint64_t size_bytes;

    showing->photo.report_sequence = showing->rows->rows[0]->sequence;
    showing->photo.size_bytes = state_stored(&gateway->state, showing->photo.sha256);
    if (!evidence_has(&gateway->evidence, showing->photo.sha256, &size_bytes)) {
        int error = errno;

        if (error == ENOENT && evidence_failing(&gateway->evidence) == 0)
            gone(showing);
        else
            closed(showing, error);
        return;
    }
    if (showing->photo.size_bytes == 0)
        showing->photo.size_bytes = size_bytes;
    if (size_bytes == 0 || size_bytes != showing->photo.size_bytes)
        damaged(showing, DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_SIZE);
    else if (!is_unchanged(showing))   /* who has it needs none of the file */
        show_file(showing, (size_t) size_bytes);
}

static void on_noted(struct request *request, void *self, uint64_t sequence)
{
    (void) request;
    (void) sequence;
    look_for_file(self);
}

/* It says where and when it was taken: that is personal data. */
static void note_original(struct showing *showing)
{
    static const char *const ORIGINAL[] = { "original" };
    char hex[2 * SHA256_BYTES + 1], object[32 + 1];   /* a code */
    Duban__Access access = DUBAN__ACCESS__INIT;

    (void) snprintf(object, sizeof object, "photo-%.26s", hex_of(hex, showing->photo.sha256, SHA256_BYTES));
    access.kind = DUBAN__ACCESS_KIND__ACCESS_KIND_SHOWN;
    access.object = object;
    access.n_fields = 1;
    access.fields = (char **) ORIGINAL;
    access.reason = (char *) showing->reason;
    access_note(showing->request, &access, on_noted, showing);
}

static void go_on(struct showing *showing, const Duban__EvidenceRows *rows)
{
    showing->rows = rows;
    if (showing->original)
        note_original(showing);
    else
        look_for_file(showing);
}

static void on_reports(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct showing *showing = self;
    const Duban__Reply *reply = answer->reply;

    (void) request;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_EVIDENCE)
        problem_unanswered(request, UPSTREAM_RULES, reply);
    else if (reply->evidence->n_rows == 0)
        refuse(showing, MHD_HTTP_NOT_FOUND, "not-found", "没有报告申报过这张照片，或者报告还没有生效",
               "no report declares this photo, or that report is not applied yet");
    else if (!is_shown_by(showing, reply->evidence))
        refuse(showing, MHD_HTTP_FORBIDDEN, "forbidden", "您的岗位不能查看这张照片", "your post does not see this photo");
    else
        go_on(showing, reply->evidence);
}

/* ---------------------------------------------------------------- who asks for what */

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct showing *showing = self;
    const Duban__Reply *reply = answer->reply;
    Duban__Query *query;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    if (readings_post_in(reply) == NULL || (showing->original && !reading_shows_original(reply->holders->rows[0]))) {
        refuse(showing, MHD_HTTP_FORBIDDEN, "forbidden", "您的岗位不能这样查看照片", "your post does not see photos like this");
        return;
    }
    showing->holder = reply->holders->rows[0];
    query = evidence_index_question(request, showing->photo.sha256);
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
    if (strcmp(name, "reason") == 0) {
        showing->reason = value;
        return true;
    }
    showing->is_wrong = true;
    return fault_set(&showing->fault, name, "只有参数 original=true 或 false 和 reason", "the only arguments are original=true or false, and reason");
}

/* Rules need not be asked for what was never heard of. */
static bool is_heard_of(const struct showing *showing)
{
    struct gateway *gateway = showing->request->gateway;
    uint64_t report;

    return evidence_has(&gateway->evidence, showing->photo.sha256, NULL) || state_declared(&gateway->state, showing->photo.sha256, &report, 1) != 0;
}

void evidence_show(struct request *request)
{
    struct showing *showing = arena_clear(&request->arena, sizeof *showing);

    if (showing == NULL) {
        problem_send(request, NULL);
        return;
    }
    showing->request = request;
    showing->reason = "";
    http_each_argument(request, on_argument, showing);
    if (!showing->is_wrong && showing->original && !access_is_reason(showing->reason)) {
        showing->is_wrong = true;
        fault_set(&showing->fault, "reason", "看原件要写明事由：?original=true&reason=核对拍摄地点，最多 %d 字节",
                  "say what the photo is wanted for as it came: ?original=true&reason=where+it+was+taken, at most %d bytes", (int) LEDGER_REASON_BYTES);
    }
    if (showing->is_wrong)
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &showing->fault, 0);
    else if (!hex_parse(request->rest, showing->photo.sha256, SHA256_BYTES) || !is_heard_of(showing))
        not_there(showing);
    else
        ask_for_holder(showing);
}
