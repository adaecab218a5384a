/* load.c - many submitters at once, each a connection of its own, and an eye on the spool.
 *
 *   load RUN what=passes|urgent|findings|sites|contacts count=N [name=value ...]
 *
 * what      passes: reports that find nothing; urgent: each opens one case of level A at a site of
 *           its own; findings: each opens `findings` cases at a site of its own, of items from
 *           BN-`first` on; sites: registers sites; contacts: one for each of them
 * count     how many submissions; from: number of the first site (0)
 * submitters, window   connections (64), and submissions that each has on its way (1)
 * ids       v7 or random; size: bytes of a packed report (300); at: the device's clock in ms (now)
 * spool     directory of notify's spool: wait until a notice is visible there for each report;
 *           with each=1 before the next report is submitted
 * answers   of a report that finds nothing or one thing (8)
 *
 * Prints one JSON object: receipts per second and their latency; with spool, notices as well.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <zmq.h>

#include "arena.h"
#include "bench.h"
#include "entry.pb-c.h"
#include "frame.h"
#include "link.pb-c.h"
#include "log.h"
#include "message.h"

enum { MAX_SUBMITTERS = 64, MAX_ANSWERS = 12, MAX_FINDINGS = 8, CHUNK_BYTES = 1 << 20, LOOK_EVERY_NS = 10 * 1000 * 1000, PATIENCE_MS = 60000 };

enum what { PASSES, URGENT, FINDINGS, SITES, CONTACTS };

/* Lines of the spool as they become visible. */
struct watch {
    const char *directory;         /* NULL = nobody looks */
    int notice_fd;                 /* inotify */
    int fd;                        /* of the file being read; -1 = it is not there yet */
    unsigned file;
    off_t at;
    size_t lines;
    int64_t seen_ns;               /* when the last of them was found */
};

struct load {
    const char *run;
    enum what what;
    size_t count, from, submitters, window, answers, findings, first, size;
    bool random_ids, each;
    int64_t at_ms;
    struct watch watch;

    void *zmq;
    void *sockets[MAX_SUBMITTERS];
    int epoll_fd;                  /* all of them: looking at each in every turn would cost more than the rest */
    struct arena arena;
    uint64_t random;
    char *padding;                 /* remark that brings a report to its size */
    struct bytes *submissions;     /* packed before the first leaves: who measures shares the machine's two cores */
    size_t sent, receipted;
    int64_t *sent_ns;              /* of each submission; becomes its latency with the receipt */
    int64_t *visible_ns;           /* with each: until its notice is visible */
};

/* ---------------------------------------------------------------- the spool */

static void watch_open(struct watch *watch)
{
    watch->fd = -1;
    watch->file = 1;
    watch->notice_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->notice_fd == -1 || inotify_add_watch(watch->notice_fd, watch->directory, IN_MODIFY | IN_CREATE) == -1)
        die("cannot watch %s: %s", watch->directory, strerror(errno));
}

static int open_spool_file(const struct watch *watch, unsigned file)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/spool-%06u.jsonl", watch->directory, file);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static void count_lines(struct watch *watch)
{
    static char chunk[CHUNK_BYTES];
    ssize_t size;

    while ((size = pread(watch->fd, chunk, sizeof chunk, watch->at)) > 0) {
        const char *line = chunk;

        watch->at += size;
        while ((line = memchr(line, '\n', (size_t) (chunk + size - line))) != NULL) {
            watch->lines++;
            line++;
        }
        watch->seen_ns = now_ns(CLOCK_MONOTONIC);
    }
}

/* The file that follows may be there before the end of this one has been read. */
static void look(struct watch *watch)
{
    for (;;) {
        int next;

        if (watch->fd == -1)
            watch->fd = open_spool_file(watch, watch->file);
        if (watch->fd == -1)
            return;
        next = open_spool_file(watch, watch->file + 1);
        count_lines(watch);
        if (next == -1)
            return;
        close(watch->fd);
        watch->fd = next;
        watch->file++;
        watch->at = 0;
    }
}

static void wait_for_lines(struct watch *watch, size_t lines)
{
    char events[4096];

    look(watch);
    while (watch->lines < lines) {
        struct pollfd item = { .fd = watch->notice_fd, .events = POLLIN };

        if (poll(&item, 1, PATIENCE_MS) == 0)
            die("no more notices come: %zu of %zu are there", watch->lines, lines);
        while (read(watch->notice_fd, events, sizeof events) > 0)
            ;
        look(watch);
    }
}

/* ---------------------------------------------------------------- entries */

static char *text_of(struct load *load, const char *format, size_t number)
{
    char *text = arena_take(&load->arena, 32);

    snprintf(text, 32, format, number);
    return text;
}

static Duban__Text *both(struct load *load, const char *zh, const char *en)
{
    Duban__Text *text = arena_take(&load->arena, sizeof *text);

    duban__text__init(text);
    text->zh = (char *) zh;
    text->en = (char *) en;
    return text;
}

static Duban__Answer *answer_of(struct load *load, size_t item, Duban__Result result)
{
    Duban__Answer *answer = arena_take(&load->arena, sizeof *answer);

    duban__answer__init(answer);
    answer->item = text_of(load, "BN-%02zu", item);
    answer->result = result;
    if (result == DUBAN__RESULT__RESULT_FAIL)
        answer->note = "入口处无人测温，登记本空白";
    return answer;
}

static void add_answers(struct load *load, Duban__Report *report)
{
    report->answers = arena_take_pointers(&load->arena, MAX_FINDINGS + MAX_ANSWERS);
    switch (load->what) {
    case PASSES:
        for (size_t i = 0; i < load->answers; i++)
            report->answers[report->n_answers++] = answer_of(load, i, DUBAN__RESULT__RESULT_PASS);
        break;
    case URGENT:
        for (size_t i = 0; i < load->answers; i++)
            report->answers[report->n_answers++] =
                answer_of(load, i, i == 0 ? DUBAN__RESULT__RESULT_FAIL : DUBAN__RESULT__RESULT_NOT_APPLICABLE);
        break;
    case FINDINGS:
        for (size_t i = load->first; i < load->first + load->findings; i++)
            report->answers[report->n_answers++] = answer_of(load, i, DUBAN__RESULT__RESULT_FAIL);
        break;
    case SITES:
    case CONTACTS:
        break;
    }
}

static void fill_report(struct load *load, Duban__Entry *entry, const char *account, size_t number)
{
    Duban__Report *report = arena_take(&load->arena, sizeof *report);

    duban__report__init(report);
    report->reporter = (char *) account;
    report->device_time_ms = load->at_ms > 0 ? load->at_ms : now_ns(CLOCK_REALTIME) / 1000000;
    report->device_offset_minutes = 480;
    report->site = text_of(load, "S%07zu", load->from + number);
    report->purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report->outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report->text = load->padding;
    add_answers(load, report);
    entry->body_case = DUBAN__ENTRY__BODY_REPORT;
    entry->report = report;
}

static void fill_site(struct load *load, Duban__Entry *entry, size_t number)
{
    Duban__SiteChange *change = arena_take(&load->arena, sizeof *change);

    duban__site_change__init(change);
    change->code = text_of(load, "S%07zu", load->from + number);
    change->kind = "SHOP";
    change->area = "AREA";
    change->name = both(load, text_of(load, "第%zu便民商店", load->from + number), "convenience store");
    change->operating_state = DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING;
    entry->body_case = DUBAN__ENTRY__BODY_SITE_CHANGE;
    entry->site_change = change;
}

static void fill_contact(struct load *load, Duban__Entry *entry, size_t number)
{
    Duban__RoleHolderChange *change = arena_take(&load->arena, sizeof *change);
    Duban__RoleGrant *role = arena_take(&load->arena, sizeof *role);

    duban__role_holder_change__init(change);
    duban__role_grant__init(role);
    role->role = DUBAN__ROLE__ROLE_SITE_CONTACT;
    role->scope = text_of(load, "S%07zu", load->from + number);
    change->account = text_of(load, "c%07zu", load->from + number);
    change->title = both(load, "商店负责人", "shop manager");
    change->roles = arena_take_pointers(&load->arena, 1);
    change->roles[0] = role;
    change->n_roles = 1;
    entry->body_case = DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE;
    entry->role_holder_change = change;
}

static bool is_registry(const struct load *load)
{
    return load->what == SITES || load->what == CONTACTS;
}

static struct bytes entry_of(struct load *load, const char *account, size_t number)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;

    if (load->what == SITES)
        fill_site(load, &entry, number);
    else if (load->what == CONTACTS)
        fill_contact(load, &entry, number);
    else
        fill_report(load, &entry, account, number);
    return message_pack(&load->arena, &entry);
}

/* As long as it takes: the padding's own tag and length are one byte each more than none, or two. */
static void set_padding(struct load *load)
{
    size_t bare;

    load->padding = "";
    bare = entry_of(load, "n01", 0).size;
    if (is_registry(load) || bare + 4 > load->size)
        return;
    load->padding = calloc(1, load->size);
    if (load->padding == NULL)
        die("no memory");
    for (size_t i = 0; i < load->size && entry_of(load, "n01", 0).size < load->size; i++)
        load->padding[i] = 'x';
    arena_reset(&load->arena);
}

/* ---------------------------------------------------------------- submitting */

static struct bytes kept(struct bytes packed)
{
    void *copy = malloc(packed.size);

    if (copy == NULL)
        die("no memory");
    memcpy(copy, packed.data, packed.size);
    return bytes_of(copy, packed.size);
}

static struct bytes submission_of(struct load *load, size_t number)
{
    Duban__Submit message = DUBAN__SUBMIT__INIT;
    uint8_t id[16];
    char account[24];
    struct bytes entry;

    arena_reset(&load->arena);
    snprintf(account, sizeof account, is_registry(load) ? "operator" : "n%02zu", number % load->submitters + 1);
    entry = entry_of(load, account, number);
    make_id(id, load->random_ids, &load->random);
    message.request_id = number + 1;
    message.account = account;
    message.client_id = (ProtobufCBinaryData){ sizeof id, id };
    message.entry = (ProtobufCBinaryData){ entry.size, (uint8_t *) entry.data };
    return kept(message_pack(&load->arena, &message));
}

static void prepare(struct load *load)
{
    load->submissions = calloc(load->count, sizeof *load->submissions);
    if (load->submissions == NULL)
        die("no memory");
    for (size_t i = 0; i < load->count; i++)
        load->submissions[i] = submission_of(load, i);
}

static void submit(struct load *load, size_t submitter)
{
    struct frame frame = { .type = FRAME_SUBMIT };
    size_t number = load->sent++;

    load->sent_ns[number] = now_ns(CLOCK_MONOTONIC);
    if (frame_send(load->sockets[submitter], NULL, &frame, load->submissions[number]) == -1)
        die("cannot submit: %s", zmq_strerror(errno));
}

static void take_receipt(struct load *load, const struct received *received)
{
    Duban__Receipt *receipt;
    Duban__Refusal *refusal;

    arena_reset(&load->arena);
    if (received->frame.type == FRAME_REFUSAL) {
        refusal = message_unpack_own(&load->arena, &duban__refusal__descriptor, received->body);
        die("refused: %s: %s", refusal == NULL ? "?" : refusal->field, refusal == NULL ? "?" : refusal->en);
    }
    receipt = message_unpack_own(&load->arena, &duban__receipt__descriptor, received->body);
    if (receipt == NULL || receipt->request_id == 0 || receipt->request_id > load->sent)
        die("a receipt for something else");
    load->sent_ns[receipt->request_id - 1] = now_ns(CLOCK_MONOTONIC) - load->sent_ns[receipt->request_id - 1];
    load->receipted++;
}

/* Everything that has come for one, and for each receipt its next submission. Ends where nothing is
 * left, so that its descriptor tells of whatever comes later. */
static void serve(struct load *load, size_t submitter)
{
    struct received received;

    while (frame_receive(load->sockets[submitter], false, &received) == FRAME_OK) {
        take_receipt(load, &received);
        frame_release(&received);
        if (load->sent < load->count && !load->each)
            submit(load, submitter);
    }
}

static void wait_and_serve(struct load *load)
{
    struct epoll_event events[MAX_SUBMITTERS];
    int count = epoll_wait(load->epoll_fd, events, MAX_SUBMITTERS, PATIENCE_MS);

    if (count == 0)
        die("no more receipts come: %zu of %zu are there", load->receipted, load->count);
    for (int i = 0; i < count; i++)
        serve(load, events[i].data.u32);
}

static void look_now_and_then(struct load *load, int64_t *looked_ns)
{
    int64_t ns = now_ns(CLOCK_MONOTONIC);

    if (load->watch.directory == NULL || ns - *looked_ns < LOOK_EVERY_NS)
        return;
    look(&load->watch);
    *looked_ns = ns;
}

static void submit_all(struct load *load)
{
    int64_t looked_ns = 0;

    for (size_t i = 0; i < load->window * load->submitters && load->sent < load->count; i++)
        submit(load, i % load->submitters);
    for (size_t i = 0; i < load->submitters; i++)
        serve(load, i);
    while (load->receipted < load->count) {
        wait_and_serve(load);
        look_now_and_then(load, &looked_ns);
    }
}

static void submit_one_by_one(struct load *load)
{
    while (load->receipted < load->count) {
        size_t this = load->sent;
        int64_t start_ns;

        submit(load, this % load->submitters);
        start_ns = load->sent_ns[this];
        serve(load, this % load->submitters);
        while (load->receipted < load->sent)
            wait_and_serve(load);
        if (load->watch.directory == NULL)
            continue;
        wait_for_lines(&load->watch, load->sent);
        load->visible_ns[this] = load->watch.seen_ns - start_ns;
    }
}

/* ---------------------------------------------------------------- what was asked for */

static void set_number(size_t *number, const char *value, size_t most)
{
    char *end;

    *number = strtoull(value, &end, 10);
    if (*end != '\0' || *value == '\0' || *number > most)
        die("%s is no number up to %zu", value, most);
}

static void set_what(struct load *load, const char *value)
{
    static const char *const names[] = { [PASSES] = "passes", [URGENT] = "urgent", [FINDINGS] = "findings", [SITES] = "sites",
                                         [CONTACTS] = "contacts" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(value, names[i]) == 0) {
            load->what = (enum what) i;
            return;
        }
    }
    die("what=%s is not known", value);
}

static void set_option(struct load *load, const char *name, const char *value)
{
    size_t number = 0;

    if (strcmp(name, "what") == 0) {
        set_what(load, value);
    } else if (strcmp(name, "ids") == 0) {
        load->random_ids = strcmp(value, "random") == 0;
    } else if (strcmp(name, "spool") == 0) {
        load->watch.directory = value;
    } else if (strcmp(name, "count") == 0) {
        set_number(&load->count, value, 100000000);
    } else if (strcmp(name, "from") == 0) {
        set_number(&load->from, value, 9999999);
    } else if (strcmp(name, "submitters") == 0) {
        set_number(&load->submitters, value, MAX_SUBMITTERS);
    } else if (strcmp(name, "window") == 0) {
        set_number(&load->window, value, 256);
    } else if (strcmp(name, "findings") == 0) {
        set_number(&load->findings, value, MAX_FINDINGS);
    } else if (strcmp(name, "first") == 0) {
        set_number(&load->first, value, MAX_FINDINGS);
    } else if (strcmp(name, "answers") == 0) {
        set_number(&load->answers, value, MAX_ANSWERS);
    } else if (strcmp(name, "size") == 0) {
        set_number(&load->size, value, 2000);
    } else if (strcmp(name, "at") == 0) {
        set_number(&number, value, INT64_MAX);
        load->at_ms = (int64_t) number;
    } else if (strcmp(name, "each") == 0) {
        set_number(&number, value, 1);
        load->each = number == 1;
    } else {
        die("%s is not known", name);
    }
}

static void read_words(struct load *load, int argc, char **argv)
{
    if (argc < 3)
        die("usage: load RUN what=passes|urgent|findings|sites|contacts count=N [name=value ...]");
    load->run = argv[1];
    for (int i = 2; i < argc; i++) {
        char *value = strchr(argv[i], '=');

        if (value == NULL)
            die("%s: write name=value", argv[i]);
        *value = '\0';
        set_option(load, argv[i], value + 1);
    }
    if (load->count == 0 || load->submitters == 0 || load->window == 0)
        die("count, submitters and window must be at least 1");
}

static void connect_one(struct load *load, size_t submitter, const char *endpoint)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t) submitter };
    size_t size = sizeof(int);
    int fd = -1;

    load->sockets[submitter] = frame_connect(load->zmq, endpoint);
    if (load->sockets[submitter] == NULL || zmq_getsockopt(load->sockets[submitter], ZMQ_FD, &fd, &size) == -1 ||
        epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
        die("cannot connect %s: %s", endpoint, zmq_strerror(errno));
}

static void open_load(struct load *load)
{
    char endpoint[256];

    arena_open(&load->arena, 1 << 20);
    load->random = (uint64_t) now_ns(CLOCK_REALTIME) | 1;
    load->sent_ns = calloc(load->count, sizeof *load->sent_ns);
    load->visible_ns = calloc(load->count, sizeof *load->visible_ns);
    load->zmq = zmq_ctx_new();
    if (load->sent_ns == NULL || load->visible_ns == NULL || load->zmq == NULL)
        die("no memory");
    snprintf(endpoint, sizeof endpoint, "ipc://%s/ingest.submit", load->run);
    load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < load->submitters; i++)
        connect_one(load, i, endpoint);
    set_padding(load);
    prepare(load);
    if (load->watch.directory != NULL)
        watch_open(&load->watch);
}

static void close_load(struct load *load)
{
    for (size_t i = 0; i < load->submitters; i++)
        zmq_close(load->sockets[i]);
    close(load->epoll_fd);
    zmq_ctx_term(load->zmq);
    arena_close(&load->arena);
    for (size_t i = 0; i < load->count; i++)
        free((void *) load->submissions[i].data);
    free(load->submissions);
    free(load->sent_ns);
    free(load->visible_ns);
}

int main(int argc, char **argv)
{
    struct load load = { .submitters = MAX_SUBMITTERS, .window = 1, .answers = 8, .findings = 1, .first = 1, .size = 300 };
    int64_t start_ns, receipted_ns;
    size_t before;
    double p50_us;

    log_open("load");
    read_words(&load, argc, argv);
    open_load(&load);
    if (load.watch.directory != NULL)
        look(&load.watch);
    before = load.watch.lines;
    load.watch.lines = 0;
    start_ns = now_ns(CLOCK_MONOTONIC);
    if (load.each)
        submit_one_by_one(&load);
    else
        submit_all(&load);
    receipted_ns = now_ns(CLOCK_MONOTONIC);
    if (load.watch.directory != NULL)
        wait_for_lines(&load.watch, load.count);
    p50_us = percentile_us(load.sent_ns, load.count, 50);
    printf("{\"count\": %zu, \"before\": %zu, \"rate\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f", load.count, before,
           (double) load.count * 1e9 / (double) (receipted_ns - start_ns), p50_us,
           percentile_us(load.sent_ns, load.count, 99));
    if (load.watch.directory != NULL)
        printf(", \"notice_rate\": %.0f", (double) load.count * 1e9 / (double) (load.watch.seen_ns - start_ns));
    if (load.each && load.watch.directory != NULL) {
        p50_us = percentile_us(load.visible_ns, load.count, 50);
        printf(", \"notice_p50_us\": %.1f, \"notice_p99_us\": %.1f", p50_us,
               percentile_us(load.visible_ns, load.count, 99));
    }
    printf("}\n");
    close_load(&load);
    return 0;
}
