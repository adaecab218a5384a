/* exports.c - a table of the ledger to take away. */
#include "exports.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "civil.h"
#include "disk.h"
#include "gateway.h"
#include "ledger_export.h"
#include "log.h"
#include "message.h"
#include "readings.h"

enum { PAGE_ROWS = 500, CURSOR_BYTES = 512, NAME_BYTES = 64, LATER_AFTER_S = 10 };

/* One of them; in the arena of its request, before the mark. */
struct exporting {
    struct exporting *next;            /* while it waits to be told */
    struct request *request;
    struct ledger_wish wish;
    struct ledger_export export;
    bool is_open;                      /* the export: to be closed */
    Duban__Query *query;               /* for the rows */
    const Duban__Holder *holder;       /* who asks */
    struct arena_mark mark;            /* what a page took is given back to here */
    uint8_t cursor[CURSOR_BYTES];
    char file_name[NAME_BYTES];
    int fd;
    int error;                         /* errno of what could not be written; 0 = none */
    pthread_t thread;
};

static const char *const APART[] = { "reason", "lang", NULL };   /* arguments that are not the question's */

/* ---------------------------------------------------------------- ends */

/* What is left of it, the file apart. */
static void end(struct exporting *exporting)
{
    struct exports *exports = &exporting->request->gateway->exports;

    if (exporting->is_open)
        ledger_export_abandon(&exporting->export);
    exporting->is_open = false;
    exports->under_way--;
}

static void give_up(struct exporting *exporting)
{
    end(exporting);
    if (exporting->fd != -1)
        close(exporting->fd);
    exporting->request->gateway->exports.failed++;
}

static void refuse_silent(struct exporting *exporting)
{
    give_up(exporting);
    problem_silent(exporting->request, UPSTREAM_RULES);
}

static void refuse_write(struct exporting *exporting, int error)
{
    struct fault fault;

    give_up(exporting);
    log_warn("export: not written: request=%s error=%s", exporting->request->id, strerror(error));
    if (error == EFBIG) {
        fault_set(&fault, "", "超过一张工作表的 %d 行：请加筛选条件，或导出为 .csv", "more than the %d rows of a sheet: ask for less, or for .csv",
                  (int) SPREADSHEET_MAX_ROWS);
        problem_answer(exporting->request, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault, 0);
        return;
    }
    fault_set(&fault, "", "没有导出：磁盘或内存不足，见网关的日志", "not exported: no room on the disk or in memory, see the gateway's log");
    problem_answer(exporting->request, MHD_HTTP_INSUFFICIENT_STORAGE, "full", &fault, LATER_AFTER_S);
}

static void add_file_name(struct exporting *exporting)
{
    struct request *request = exporting->request;
    char text[NAME_BYTES + 32];
    char *kept;

    (void) snprintf(text, sizeof text, "attachment; filename=\"%s\"", exporting->file_name);
    kept = arena_copy(&request->arena, text, strlen(text));
    if (kept != NULL)
        http_add_header(request, MHD_HTTP_HEADER_CONTENT_DISPOSITION, kept);
}

static void answer_file(struct exporting *exporting)
{
    static const char *const TYPES[] = {
        [SPREADSHEET_CSV] = "text/csv; charset=utf-8; header=present",
        [SPREADSHEET_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    struct stat file;

    if (fstat(exporting->fd, &file) == -1) {
        refuse_write(exporting, errno);
        return;
    }
    end(exporting);
    add_file_name(exporting);
    http_answer_file(exporting->request, MHD_HTTP_OK, TYPES[exporting->wish.format], exporting->fd, (uint64_t) file.st_size);
}

/* ---------------------------------------------------------------- put together */

static void close_file(struct exporting *exporting)
{
    exporting->error = ledger_export_close(&exporting->export) == 0 ? 0 : errno;
    exporting->is_open = false;
}

static void tell(struct exporting *exporting)
{
    if (exporting->error != 0)
        refuse_write(exporting, exporting->error);
    else
        answer_file(exporting);
}

static void *work(void *self)
{
    struct exporting *exporting = self;
    struct exports *exports = &exporting->request->gateway->exports;

    close_file(exporting);
    pthread_mutex_lock(&exports->lock);
    exporting->next = exports->done;
    exports->done = exporting;
    (void) eventfd_write(exports->done_fd, 1);
    pthread_mutex_unlock(&exports->lock);
    return NULL;
}

static struct exporting *take_done(struct exports *exports)
{
    struct exporting *done;
    eventfd_t ignored;

    pthread_mutex_lock(&exports->lock);
    done = exports->done;
    exports->done = NULL;
    if (done != NULL)
        (void) eventfd_read(exports->done_fd, &ignored);
    pthread_mutex_unlock(&exports->lock);
    return done;
}

void exports_turn(struct exports *exports)
{
    struct exporting *done = take_done(exports);

    while (done != NULL) {
        struct exporting *one = done;

        done = one->next;
        pthread_join(one->thread, NULL);
        exports->closing--;
        one->request->questions--;
        tell(one);
    }
}

/* A CSV lies there already but for its last block. */
static void put_together(struct exporting *exporting)
{
    ledger_export_finish(&exporting->export);
    if (exporting->wish.format == SPREADSHEET_XLSX && pthread_create(&exporting->thread, NULL, work, exporting) == 0) {
        exporting->request->gateway->exports.closing++;
        exporting->request->questions++;
        return;
    }
    close_file(exporting);
    tell(exporting);
}

/* ---------------------------------------------------------------- pages */

/* As with photos: what is added to a disk that fills up is reports, and nothing else. */
static bool has_room(const struct gateway *gateway)
{
    return disk_is_below(gateway->settings.data, gateway->settings.disk_percent - EARLIER_PERCENT);
}

static int error_of(const struct exporting *exporting)
{
    int error = spreadsheet_error(exporting->export.spreadsheet);

    return error != 0 ? error : has_room(exporting->request->gateway) ? 0 : ENOSPC;
}

static void ask_for_page(struct exporting *exporting, Duban__Query *query, upstream_then *then)
{
    query->limit = PAGE_ROWS;
    if (!upstream_ask(exporting->request, UPSTREAM_RULES, query, then, exporting))
        refuse_silent(exporting);
}

/* Take what has come, and give its memory back. False: it is over, and answered. *next is in exporting->cursor. */
static bool take_page(struct exporting *exporting, const Duban__Reply *reply, Duban__Reply__BodyCase expected, ProtobufCBinaryData *next)
{
    int error;

    if (reply != NULL && reply->body_case == DUBAN__REPLY__BODY_FAULT) {
        give_up(exporting);
        problem_said(exporting->request, reply->fault);
        return false;
    }
    if (reply == NULL || reply->body_case != expected) {
        refuse_silent(exporting);
        return false;
    }
    if (reply->next.len > CURSOR_BYTES || !ledger_export_take(&exporting->export, reply)) {
        refuse_write(exporting, ENOMEM);
        return false;
    }
    error = error_of(exporting);
    if (error != 0) {
        refuse_write(exporting, error);
        return false;
    }
    if (reply->next.len > 0)
        memcpy(exporting->cursor, reply->next.data, reply->next.len);
    *next = (ProtobufCBinaryData){ reply->next.len, exporting->cursor };
    arena_rewind(&exporting->request->arena, exporting->mark);
    return true;
}

static void on_rows(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct exporting *exporting = self;

    (void) request;
    if (answer->reply != NULL)
        reading_hide(exporting->holder, (Duban__Reply *) answer->reply);   /* of this request's arena */
    if (!take_page(exporting, answer->reply, exporting->wish.table->answer, &exporting->query->after))
        return;
    if (exporting->query->after.len > 0)
        ask_for_page(exporting, exporting->query, on_rows);
    else
        put_together(exporting);
}

static void ask_for_titles(struct exporting *exporting, ProtobufCBinaryData after);

static void on_titles(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct exporting *exporting = self;
    ProtobufCBinaryData next;

    (void) request;
    if (!take_page(exporting, answer->reply, DUBAN__REPLY__BODY_HOLDERS, &next))
        return;
    if (next.len > 0)
        ask_for_titles(exporting, next);
    else
        ask_for_page(exporting, exporting->query, on_rows);
}

static void ask_for_titles(struct exporting *exporting, ProtobufCBinaryData after)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__HoldersQuery holders = DUBAN__HOLDERS_QUERY__INIT;

    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &holders;
    query.after = after;
    ask_for_page(exporting, &query, on_titles);
}

/* ---------------------------------------------------------------- begin */

/* A file that nobody can find, and that is gone when we are. */
static void begin(struct exporting *exporting)
{
    const char *directory = exporting->request->gateway->settings.data;

    exporting->fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    exporting->is_open = exporting->fd != -1;
    if (exporting->fd == -1 || ledger_export_open(&exporting->export, &exporting->wish, exporting->fd) == -1) {
        refuse_write(exporting, errno);
        return;
    }
    if (!has_room(exporting->request->gateway)) {
        refuse_write(exporting, ENOSPC);
        return;
    }
    exporting->mark = arena_mark(&exporting->request->arena);
    ask_for_titles(exporting, (ProtobufCBinaryData){ 0, NULL });
}

static void refuse_crowd(struct request *request)
{
    struct fault fault;

    fault_set(&fault, "", "正在导出的已有 %d 份，请稍后再试", "%d exports are under way; try again later", (int) EXPORTS_MOST);
    problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, LATER_AFTER_S);
}

/* It is in the journal that he takes it away. */
static void on_noted(struct request *request, void *self, uint64_t sequence)
{
    struct exporting *exporting = self;
    struct exports *exports = &request->gateway->exports;

    if (exports->under_way >= EXPORTS_MOST) {
        refuse_crowd(request);
        return;
    }
    exports->under_way++;
    exports->begun++;
    log_info("export: request=%s account=%s table=%s sequence=%llu", request->id, request->account, exporting->wish.table->name,
             (unsigned long long) sequence);
    begin(exporting);
}

static void note(struct exporting *exporting)
{
    static const char *const ALL[] = { "all" };
    Duban__Access access = DUBAN__ACCESS__INIT;

    access.kind = DUBAN__ACCESS_KIND__ACCESS_KIND_EXPORTED;
    access.object = (char *) exporting->wish.table->name;
    access.n_fields = 1;
    access.fields = (char **) ALL;
    access.reason = (char *) exporting->wish.reason;
    access_note(exporting->request, &access, on_noted, exporting);
}

static void on_first_row(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct exporting *exporting = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != exporting->wish.table->answer)
        problem_unanswered(request, UPSTREAM_RULES, reply);
    else
        note(exporting);
}

/* He may see what he asks for. Whether rules knows what that is, a row tells: what comes to nothing leaves no trace. */
static void on_question(struct request *request, void *self, Duban__Query *query, const Duban__Holder *holder)
{
    struct exporting *exporting = self;

    if (request->gateway->exports.under_way >= EXPORTS_MOST) {
        refuse_crowd(request);
        return;
    }
    exporting->query = query;
    exporting->holder = holder;
    query->limit = 1;
    if (!upstream_ask(request, UPSTREAM_RULES, query, on_first_row, exporting))
        problem_silent(request, UPSTREAM_RULES);
}

/* ---------------------------------------------------------------- what is wanted */

static bool on_argument(void *self, const char *name, const char *value)
{
    struct exporting *exporting = self;

    if (strcmp(name, "reason") == 0)
        exporting->wish.reason = value;
    if (strcmp(name, "lang") == 0)
        exporting->wish.english = strcmp(value, "en") == 0;
    return true;
}

static bool has_reason(struct exporting *exporting)
{
    struct fault fault;

    if (access_is_reason(exporting->wish.reason))
        return true;
    fault_set(&fault, "reason", "导出要写明事由：?reason=周例会用，最多 %d 字节", "say what the export is for: ?reason=weekly+briefing, at most %d bytes",
              (int) LEDGER_REASON_BYTES);
    problem_answer(exporting->request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
    return false;
}

/* cases.xlsx, from behind /v1/export/. */
static bool read_name(struct exporting *exporting)
{
    const char *rest = exporting->request->rest, *dot = strrchr(rest, '.');
    char name[NAME_BYTES];
    struct civil now = civil_of(time(NULL), exporting->wish.offset_s);
    struct fault fault;

    (void) snprintf(name, sizeof name, "%.*s", dot == NULL ? 0 : (int) (dot - rest), rest);
    exporting->wish.table = ledger_table_of(name);
    if (exporting->wish.table == NULL || !ledger_format_of(dot + 1, &exporting->wish.format)) {
        fault_set(&fault, "", "这里没有 %s，请核对网址", "there is nothing at %s; check the address", exporting->request->path);
        problem_answer(exporting->request, MHD_HTTP_NOT_FOUND, "not-found", &fault, 0);
        return false;
    }
    (void) snprintf(exporting->file_name, sizeof exporting->file_name, "%s-%04d%02d%02d%s", exporting->wish.table->name, now.year % 10000,
                    now.month % 100, now.day % 100, dot);
    return true;
}

void exports_read(struct request *request)
{
    struct exporting *exporting = arena_clear(&request->arena, sizeof *exporting);

    if (exporting == NULL) {
        problem_send(request, NULL);
        return;
    }
    exporting->request = request;
    exporting->fd = -1;
    exporting->wish = (struct ledger_wish){ .offset_s = request->gateway->settings.offset_s, .account = request->account, .reason = "",
                                            .scratch = request->gateway->settings.data };
    http_each_argument(request, on_argument, exporting);
    if (read_name(exporting) && has_reason(exporting))
        readings_question(request, exporting->wish.table->name, APART, on_question, exporting);
}

/* ---------------------------------------------------------------- life */

int exports_open(struct exports *exports, struct gateway *gateway)
{
    *exports = (struct exports){ .gateway = gateway };
    pthread_mutex_init(&exports->lock, NULL);
    exports->done_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return exports->done_fd == -1 ? -1 : 0;
}

void exports_settle(struct exports *exports)
{
    struct pollfd done = { .fd = exports->done_fd, .events = POLLIN };

    while (exports->closing > 0) {
        (void) poll(&done, 1, -1);
        exports_turn(exports);
    }
}

void exports_close(struct exports *exports)
{
    if (exports->done_fd != -1)
        close(exports->done_fd);
    pthread_mutex_destroy(&exports->lock);
}
