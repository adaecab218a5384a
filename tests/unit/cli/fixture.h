/* fixture.h - the command run as a person would, against daemons that tests make up.
 *
 * duban(f, "cases", "--json", NULL) runs one command line; f->out and f->errors are what it
 * printed, its exit code is returned. A fake daemon is a thread on one or two sockets in the
 * fixture's directory; it answers by a function of the test and stops when told.
 */
#ifndef DUBAN_TEST_CLI_FIXTURE_H
#define DUBAN_TEST_CLI_FIXTURE_H

#include "test.h"

#include <pthread.h>
#include <zmq.h>

#include "cli.h"
#include "frame.h"
#include "json.h"
#include "message.h"

enum { MOST_SUBMITS = 2048, MOST_WORDS = 32 };

struct fixture;

struct seen_submit {
    char account[33];
    uint8_t client_id[16];
    uint8_t *entry;
    size_t entry_size;
};

/* What the fake ingest answers to a submission. */
enum answer { ANSWER_RECEIPT, ANSWER_DUPLICATE, ANSWER_REFUSED, ANSWER_LATER, ANSWER_FULL, ANSWER_SILENCE };

struct fake {
    struct fixture *fixture;
    void *zmq;
    void *socket;
    void *stop;              /* inproc pair: anything here ends the thread */
    pthread_t thread;
    bool running;
    struct arena arena;
    /* Of a daemon that is asked: fill the reply; in the fake's thread. */
    void (*reply)(struct fixture *fixture, const Duban__Query *query, Duban__Reply *reply);
};

struct fixture {
    char directory[SCRATCH_BYTES];
    char *out;
    char *errors;
    struct fake ingest, ingest_query, rules, notify;
    void *mine;              /* of the test */

    enum answer answers[64]; /* to the first submissions; receipts after them */
    size_t answer_count;
    struct seen_submit submits[MOST_SUBMITS];
    size_t submit_count;
    uint64_t last_sequence;
    bool rules_elsewhere;    /* rules follows another journal */
};

enum { FAKE_LINEAGE = 5 };

/* ---------------------------------------------------------------- the command */

static inline int duban(struct fixture *f, ...)
{
    char *words[MOST_WORDS] = { "duban", "--run", f->directory };
    FILE *out, *errors;
    size_t out_size, errors_size;
    struct cli cli;
    va_list list;
    int count = 3;
    int code;

    va_start(list, f);
    while (count < MOST_WORDS - 1 && (words[count] = va_arg(list, char *)) != NULL)
        count++;
    va_end(list);
    free(f->out);
    free(f->errors);
    out = open_memstream(&f->out, &out_size);
    errors = open_memstream(&f->errors, &errors_size);
    cli_open(&cli, out, errors);
    code = (int) cli_run(&cli, count, words);
    cli_close(&cli);
    fclose(out);
    fclose(errors);
    return code;
}

/* ---------------------------------------------------------------- fake daemons */

static inline void fake_send(struct fake *fake, const struct peer *peer, enum frame_type type, const void *message)
{
    struct frame frame = { .type = (uint8_t) type, .lineage = FAKE_LINEAGE };
    struct bytes body = message_pack(&fake->arena, message);

    if (body.data == NULL || frame_send(fake->socket, peer, &frame, body) == -1)
        abort();
}

static inline void fake_refuse(struct fake *fake, const struct peer *peer, uint64_t request_id, enum answer answer)
{
    Duban__Refusal refusal = DUBAN__REFUSAL__INIT;

    refusal.request_id = request_id;
    refusal.field = "report.site";
    refusal.zh = "点位编号不对";
    refusal.en = "bad site code";
    refusal.code = DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID;
    if (answer == ANSWER_FULL)
        refusal.code = DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL;
    if (answer == ANSWER_LATER) {
        refusal.code = DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER;
        refusal.retry_after_ms = 1;
    }
    fake_send(fake, peer, FRAME_REFUSAL, &refusal);
}

static inline void fake_take_submission(struct fake *fake, const struct received *received, const Duban__Submit *submit)
{
    struct fixture *f = fake->fixture;
    size_t place = f->submit_count < MOST_SUBMITS ? f->submit_count++ : MOST_SUBMITS - 1;
    enum answer answer = place < f->answer_count ? f->answers[place] : ANSWER_RECEIPT;
    struct seen_submit *seen = &f->submits[place];
    Duban__Receipt receipt = DUBAN__RECEIPT__INIT;

    if (submit->client_id.len != 16)
        abort();
    (void) snprintf(seen->account, sizeof seen->account, "%s", submit->account);
    memcpy(seen->client_id, submit->client_id.data, 16);
    seen->entry = malloc(submit->entry.len + 1);
    seen->entry_size = submit->entry.len;
    memcpy(seen->entry, submit->entry.data, submit->entry.len);
    if (answer == ANSWER_SILENCE)
        return;
    if (answer == ANSWER_REFUSED || answer == ANSWER_LATER || answer == ANSWER_FULL) {
        fake_refuse(fake, &received->peer, submit->request_id, answer);
        return;
    }
    receipt.request_id = submit->request_id;
    receipt.sequence = ++f->last_sequence;
    receipt.stamp_ms = 1580692200000;   /* 2020-02-03 09:10 in Beijing */
    receipt.duplicate = answer == ANSWER_DUPLICATE;
    fake_send(fake, &received->peer, FRAME_RECEIPT, &receipt);
}

/* A probe is no submission. */
static inline void fake_take_submit(struct fake *fake, const struct received *received)
{
    const Duban__Submit *submit = message_unpack(&fake->arena, &duban__submit__descriptor, received->body,
                                                 FRAME_MAX_BYTES, NULL);

    if (submit == NULL)
        abort();
    if (submit->client_id.len == 0 && submit->entry.len == 0)
        fake_refuse(fake, &received->peer, submit->request_id, ANSWER_REFUSED);
    else
        fake_take_submission(fake, received, submit);
}

static inline void fake_take_query(struct fake *fake, const struct received *received)
{
    const Duban__Query *query = message_unpack(&fake->arena, &duban__query__descriptor, received->body, FRAME_MAX_BYTES,
                                               NULL);
    Duban__Reply reply = DUBAN__REPLY__INIT;

    if (query == NULL)
        abort();
    reply.request_id = query->request_id;
    reply.as_of_ms = 1580692200000;
    if (query->lineage == FAKE_LINEAGE && query->min_sequence > 0 && fake->fixture->rules_elsewhere) {
        static Duban__Fault elsewhere = DUBAN__FAULT__INIT;

        elsewhere.field = "journal";
        reply.body_case = DUBAN__REPLY__BODY_FAULT;
        reply.fault = &elsewhere;
        fake_send(fake, &received->peer, FRAME_REPLY, &reply);
        return;
    }
    fake->reply(fake->fixture, query, &reply);
    fake_send(fake, &received->peer, FRAME_REPLY, &reply);
}

static inline void fake_take(struct fake *fake)
{
    struct received received;

    while (frame_receive(fake->socket, true, &received) == FRAME_OK) {
        arena_reset(&fake->arena);
        if (received.frame.type == FRAME_SUBMIT)
            fake_take_submit(fake, &received);
        else
            fake_take_query(fake, &received);
        frame_release(&received);
    }
}

static inline void *fake_live(void *argument)
{
    struct fake *fake = argument;
    void *stop = zmq_socket(fake->zmq, ZMQ_PAIR);
    zmq_pollitem_t items[2] = { { .socket = fake->socket, .events = ZMQ_POLLIN }, { .events = ZMQ_POLLIN } };

    if (zmq_connect(stop, "inproc://stop") == -1)
        abort();
    items[1].socket = stop;
    while (zmq_poll(items, 2, -1) > 0 && items[1].revents == 0)
        fake_take(fake);
    zmq_close(stop);
    return NULL;
}

static inline void fake_start(struct fixture *f, struct fake *fake, const char *name,
                              void (*reply)(struct fixture *, const Duban__Query *, Duban__Reply *))
{
    char endpoint[256];

    (void) snprintf(endpoint, sizeof endpoint, "ipc://%s/%s", f->directory, name);
    fake->fixture = f;
    fake->reply = reply;
    fake->zmq = zmq_ctx_new();
    fake->socket = frame_bind_bounded(fake->zmq, endpoint, 256, 4096);   /* as ingest.submit is bound */
    fake->stop = zmq_socket(fake->zmq, ZMQ_PAIR);
    assert_non_null(fake->socket);
    assert_int_equal(zmq_bind(fake->stop, "inproc://stop"), 0);
    arena_open(&fake->arena, (size_t) 8 * 1024 * 1024);
    assert_int_equal(pthread_create(&fake->thread, NULL, fake_live, fake), 0);
    fake->running = true;
}

static inline void fake_stop(struct fake *fake)
{
    if (!fake->running)
        return;
    assert_int_equal(zmq_send(fake->stop, "", 0, 0), 0);
    assert_int_equal(pthread_join(fake->thread, NULL), 0);
    zmq_close(fake->stop);
    zmq_close(fake->socket);
    zmq_ctx_term(fake->zmq);
    arena_close(&fake->arena);
    fake->running = false;
}

/* ---------------------------------------------------------------- set up, tear down */

static inline struct fixture *fixture_open(void)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    scratch_make(f->directory);
    return f;
}

static inline void fixture_close(struct fixture *f)
{
    fake_stop(&f->ingest);
    fake_stop(&f->ingest_query);
    fake_stop(&f->rules);
    fake_stop(&f->notify);
    for (size_t i = 0; i < f->submit_count; i++)
        free(f->submits[i].entry);
    free(f->out);
    free(f->errors);
    scratch_remove(f->directory);
    free(f);
}

/* A file in the fixture's directory; its path lives until the next call. */
static inline char *file_of(struct fixture *f, const char *name, const char *text)
{
    static char path[SCRATCH_BYTES + 64];
    FILE *file;

    (void) snprintf(path, sizeof path, "%s/%s", f->directory, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* What the test has put into mine goes with it. */
static inline int teardown(void **state)
{
    struct fixture *f = *state;
    void *mine = f->mine;

    fixture_close(f);
    free(mine);
    return 0;
}

/* ---------------------------------------------------------------- looking at what it did */

/* The entry of a submission as canonical JSON in one line, names in order; free it. */
static inline char *entry_json(const struct fixture *f, size_t place)
{
    Duban__Entry *entry = duban__entry__unpack(NULL, f->submits[place].entry_size, f->submits[place].entry);
    json_t *json;
    char *text;

    assert_non_null(entry);
    json = json_of_message(&entry->base);
    text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    duban__entry__free_unpacked(entry, NULL);
    assert_non_null(text);
    return text;
}

/* ---------------------------------------------------------------- usual answers */

static inline Duban__Text text_of_words(const char *zh, const char *en)
{
    Duban__Text text = DUBAN__TEXT__INIT;

    text.zh = (char *) zh;
    text.en = (char *) en;
    return text;
}

/* One case, DB-0002 of a courier outlet, as rules would tell it; the test may change it. */
struct known_case {
    uint8_t id[16];
    Duban__Text site_name, finding, state_label;
    Duban__Case case_;
    Duban__CaseRow row;
    Duban__CaseRow *list[1];
    Duban__CaseRows rows;
};

static inline void known_case_make(struct known_case *known)
{
    *known = (struct known_case){ .id = { [7] = 29 } };
    known->site_name = text_of_words("快递网点", "courier outlet");
    known->finding = text_of_words("没有消毒记录", "no log");
    known->state_label = text_of_words("待复查", "fix reported");
    duban__case__init(&known->case_);
    known->case_.id = (ProtobufCBinaryData){ 16, known->id };
    known->case_.number = 2;
    known->case_.state = DUBAN__CASE_STATE__CASE_STATE_RECTIFYING;
    duban__case_row__init(&known->row);
    known->row.case_ = &known->case_;
    known->row.site_name = &known->site_name;
    known->row.finding = &known->finding;
    known->row.state_label = &known->state_label;
    known->row.next_s = 1580778600;   /* 2020-02-04 09:10 in Beijing */
    known->list[0] = &known->row;
    duban__case_rows__init(&known->rows);
    known->rows.n_rows = 1;
    known->rows.rows = known->list;
}

static inline void answer_case(Duban__Reply *reply, struct known_case *known)
{
    reply->body_case = DUBAN__REPLY__BODY_CASES;
    reply->cases = &known->rows;
}

/* Questions about a registry in which nobody and nothing is registered. False: it is none. */
static inline bool answer_empty_registry(const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__AreaRows areas = DUBAN__AREA_ROWS__INIT;
    static Duban__SiteRows sites = DUBAN__SITE_ROWS__INIT;
    static Duban__HolderRows holders = DUBAN__HOLDER_ROWS__INIT;
    static Duban__UnitRows units = DUBAN__UNIT_ROWS__INIT;
    static Duban__ItemRows items = DUBAN__ITEM_ROWS__INIT;
    static Duban__Codes codes = DUBAN__CODES__INIT;
    static Duban__ActivationRows activations = DUBAN__ACTIVATION_ROWS__INIT;

    switch ((int) query->body_case) {
    case DUBAN__QUERY__BODY_AREAS:
        reply->body_case = DUBAN__REPLY__BODY_AREAS;
        reply->areas = &areas;
        return true;
    case DUBAN__QUERY__BODY_SITES:
        reply->body_case = DUBAN__REPLY__BODY_SITES;
        reply->sites = &sites;
        return true;
    case DUBAN__QUERY__BODY_HOLDERS:
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &holders;
        return true;
    case DUBAN__QUERY__BODY_ITEMS:
        reply->body_case = DUBAN__REPLY__BODY_ITEMS;
        reply->items = &items;
        return true;
    case DUBAN__QUERY__BODY_UNITS:
        reply->body_case = DUBAN__REPLY__BODY_UNITS;
        reply->units = &units;
        return true;
    case DUBAN__QUERY__BODY_CODES:
        reply->body_case = DUBAN__REPLY__BODY_CODES;
        reply->codes = &codes;
        return true;
    case DUBAN__QUERY__BODY_ACTIVATIONS:
        reply->body_case = DUBAN__REPLY__BODY_ACTIVATIONS;
        reply->activations = &activations;
        return true;
    default:
        return false;
    }
}

/* An ingest whose clock stands at 2020-02-03 09:10 in Beijing. */
static inline void tell_time(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__IngestStatus status = DUBAN__INGEST_STATUS__INIT;

    (void) f;
    assert_int_equal(query->body_case, DUBAN__QUERY__BODY_STATUS);
    status.clock_ms = 1580692200000;
    reply->body_case = DUBAN__REPLY__BODY_INGEST;
    reply->ingest = &status;
}

/* Rules that holds nothing, and in which nothing happens. */
static inline void nothing_held(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__QuarantineRows none = DUBAN__QUARANTINE_ROWS__INIT;
    static Duban__FactRows no_facts = DUBAN__FACT_ROWS__INIT;

    reply->applied_sequence = f->last_sequence;
    if (query->body_case == DUBAN__QUERY__BODY_FACTS) {
        reply->body_case = DUBAN__REPLY__BODY_FACTS;
        reply->facts = &no_facts;
        return;
    }
    if (answer_empty_registry(query, reply))
        return;
    assert_int_equal(query->body_case, DUBAN__QUERY__BODY_QUARANTINE);
    reply->body_case = DUBAN__REPLY__BODY_QUARANTINE;
    reply->quarantine = &none;
}

/* Rules that holds whatever sequence is asked for. */
static inline void everything_held(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__QuarantineRows rows = DUBAN__QUARANTINE_ROWS__INIT;
    static Duban__Quarantined held = DUBAN__QUARANTINED__INIT;
    static Duban__Quarantined *list[] = { &held };

    (void) f;
    if (answer_empty_registry(query, reply))
        return;
    held.sequence = query->quarantine->sequence != 0 ? query->quarantine->sequence : query->min_sequence;
    held.field = "report.site";
    held.zh = "没有这个点位";
    held.en = "no such site";
    held.state = DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD;
    rows.n_rows = 1;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_QUARANTINE;
    reply->quarantine = &rows;
}

#endif
