/* ingest_fixture.h - an ingest over inproc sockets, a fresh directory and clocks that a test moves.
 *
 * Over inproc a message is there as soon as it was sent: a turn of the loop then finds it and
 * does not wait. Whoever asks for an answer that does not come fails after some turns.
 */
#ifndef DUBAN_INGEST_FIXTURE_H
#define DUBAN_INGEST_FIXTURE_H

#include "test.h"

#include <zmq.h>

#include "frame.h"
#include "ingest.h"
#include "json.h"
#include "log.h"
#include "message.h"

enum { MANY_TURNS = 20, MOST_ANSWERS = 64 };

static const int64_t FIRST_WALL_MS = 1580688000000;   /* 2020-02-03T00:00Z */
static const int64_t MINUTE_MS = 60000;
static const int64_t DAY_MS = 86400000;

/* The three clocks. Tests move them; nothing else does. */
static int64_t test_wall_ms;
static int64_t test_boot_ms;
static int64_t test_monotonic_ms;

/* In the place of the link's own. */
int64_t monotonic_ms(void)
{
    return test_monotonic_ms;
}

static inline int64_t read_clock(void *self)
{
    return *(int64_t *) self;
}

static inline int64_t read_wall(void *self)
{
    (void) self;
    return test_wall_ms;
}

static inline int64_t read_monotonic(void *self)
{
    (void) self;
    return test_monotonic_ms;
}

static inline struct clock_source test_clocks(void)
{
    return (struct clock_source){ &test_boot_ms, read_wall, read_clock, read_monotonic };
}

/* Time goes by as it does everywhere at once. */
static inline void pass_ms(int64_t ms)
{
    test_wall_ms += ms;
    test_boot_ms += ms;
    test_monotonic_ms += ms;
}

struct fixture {
    char directory[SCRATCH_BYTES];
    struct ingest_settings settings;
    struct ingest *ingest;
    void *zmq;
    void *submitter;
    void *notify;
    void *rules;
    void *asker;
    struct arena arena;           /* of the answers; never reset within a test */
    uint64_t last_request;
};

/* One answer to a SUBMIT. Exactly one of the two is set. */
struct verdict {
    Duban__Receipt *receipt;
    Duban__Refusal *refusal;
};

static inline void start(struct fixture *f)
{
    f->zmq = zmq_ctx_new();
    f->ingest = calloc(1, sizeof *f->ingest);
    assert_non_null(f->ingest);
    ingest_open(f->ingest, &f->settings, test_clocks(), f->zmq);
    f->submitter = frame_connect(f->zmq, "inproc://test/ingest.submit");
    f->notify = frame_connect(f->zmq, "inproc://test/ingest.outcome");
    f->rules = frame_connect(f->zmq, "inproc://test/ingest.log");
    f->asker = frame_connect(f->zmq, "inproc://test/ingest.query");
    assert_non_null(f->asker);
}

static inline void stop(struct fixture *f)
{
    zmq_close(f->submitter);
    zmq_close(f->notify);
    zmq_close(f->rules);
    zmq_close(f->asker);
    ingest_close(f->ingest);
    free(f->ingest);
    zmq_ctx_term(f->zmq);
}

static inline void restart(struct fixture *f)
{
    stop(f);
    start(f);
}

/* The usual settings in a fresh directory, not started. */
static inline void prepare(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    log_open("test");
    scratch_make(f->directory);
    snprintf(f->settings.data, sizeof f->settings.data, "%s", f->directory);
    snprintf(f->settings.run, sizeof f->settings.run, "inproc://test");
    snprintf(f->settings.time_zone, sizeof f->settings.time_zone, "Asia/Shanghai");
    f->settings.map_bytes = 64 << 20;
    f->settings.batch_records = 512;
    f->settings.batch_bytes = 8 << 20;
    f->settings.submit_queue = 1024;
    f->settings.submit_queue_bytes = 64 << 20;
    f->settings.clock_jump_ms = 10 * 60 * 1000;
    f->settings.clock_gap_ms = 30U * 86400 * 1000;
    f->settings.refuse_at_percent = 85;
    f->settings.disk_percent = 100;   /* the machine's own disk is nobody's business here */
    arena_open(&f->arena, 64 << 20);
    test_wall_ms = FIRST_WALL_MS;
    test_boot_ms = 5000;
    test_monotonic_ms = 5000;
}

static inline void setup(struct fixture *f)
{
    prepare(f);
    start(f);
}

static inline void teardown(struct fixture *f)
{
    stop(f);
    arena_close(&f->arena);
    scratch_remove(f->directory);
}

/* ---------------------------------------------------------------- entries as JSON */

static inline struct bytes entry_of_json(struct fixture *f, const json_t *json)
{
    struct fault fault;
    Duban__Entry *entry = json_to_message(&f->arena, &duban__entry__descriptor, json, &fault);

    if (entry == NULL)
        fail_msg("%s: %s", fault.field, fault.en);
    return message_pack(&f->arena, entry);
}

static inline struct bytes entry_of(struct fixture *f, const char *text)
{
    struct fault fault;
    json_t *json = json_parse(bytes_of_text(text), &fault);
    struct bytes packed;

    if (json == NULL)
        fail_msg("%s: %s", fault.en, text);
    packed = entry_of_json(f, json);
    json_decref(json);
    return packed;
}

static const char REPORT[] =
    "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1580687000000\",\"deviceOffsetMinutes\":480,"
    "\"startedAtMs\":\"1580686000000\",\"site\":\"S-1\",\"purpose\":\"PURPOSE_INSPECTION\","
    "\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"answers\":[{\"item\":\"DS-01\",\"result\":\"RESULT_PASS\"},"
    "{\"item\":\"DS-02\",\"result\":\"RESULT_FAIL\",\"numberMilli\":\"2500\",\"note\":\"没有记录\"}],"
    "\"evidence\":[{\"name\":\"a.jpg\",\"sizeBytes\":\"10\","
    "\"sha256\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\","
    "\"takenAtMs\":\"1580686500000\",\"item\":\"DS-02\"}],\"position\":{\"latitudeE7\":399000000,"
    "\"longitudeE7\":1164000000,\"accuracyCm\":500},\"text\":\"备注\"}}";

/* A report that differs from others by its remark. */
static inline struct bytes report_saying(struct fixture *f, const char *remark)
{
    char text[400];

    snprintf(text, sizeof text,
             "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1580687000000\",\"site\":\"S-1\","
             "\"purpose\":\"PURPOSE_CHECK_IN\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"text\":\"%s\"}}",
             remark);
    return entry_of(f, text);
}

/* ---------------------------------------------------------------- submitting */

struct id {
    uint8_t bytes[ID_BYTES];
};

static inline struct id id_of(uint64_t number)
{
    struct id id = { { 0 } };

    put_u64(id.bytes + 8, number);
    return id;
}

static inline void send_message(struct fixture *f, void *socket, uint8_t type, const void *message)
{
    struct frame frame = { .type = type, .lineage = f->ingest->identity.lineage, .epoch = f->ingest->identity.epoch };

    assert_int_equal(frame_send(socket, NULL, &frame, message_pack(&f->arena, message)), 0);
}

/* Send without waiting for the answer. Returns the request id. */
static inline uint64_t push(struct fixture *f, void *socket, const char *account, struct id id, struct bytes entry)
{
    Duban__Submit submit = DUBAN__SUBMIT__INIT;

    submit.request_id = ++f->last_request;
    submit.account = (char *) account;
    submit.client_id = (ProtobufCBinaryData){ .len = ID_BYTES, .data = id.bytes };
    submit.entry = (ProtobufCBinaryData){ .len = entry.size, .data = (uint8_t *) entry.data };
    send_message(f, socket, FRAME_SUBMIT, &submit);
    return f->last_request;
}

/* A message that only a later version of the wire could read. */
static inline void send_of_another_version(void *socket, uint8_t type)
{
    uint8_t header[FRAME_HEADER_BYTES] = { 'D', 'B', FRAME_VERSION + 1, type };

    assert_int_equal(zmq_send(socket, header, sizeof header, ZMQ_SNDMORE), sizeof header);
    assert_int_equal(zmq_send(socket, "body", 4, 0), 4);
}

static inline bool try_receive(void *socket, struct received *received)
{
    enum frame_status status = frame_receive(socket, false, received);

    assert_true(status == FRAME_OK || status == FRAME_NONE);
    return status == FRAME_OK;
}

/* Turn the loop until a message comes. */
static inline void await(struct fixture *f, void *socket, struct received *received)
{
    for (int i = 0; i < MANY_TURNS; i++) {
        if (try_receive(socket, received))
            return;
        ingest_turn(f->ingest, -1);
    }
    if (!try_receive(socket, received))
        fail_msg("no answer");
}

static inline struct verdict verdict(struct fixture *f, void *socket)
{
    struct received received;
    struct verdict verdict = { NULL, NULL };

    await(f, socket, &received);
    if (received.frame.type == FRAME_RECEIPT)
        verdict.receipt = message_unpack_own(&f->arena, &duban__receipt__descriptor, received.body);
    else if (received.frame.type == FRAME_REFUSAL)
        verdict.refusal = message_unpack_own(&f->arena, &duban__refusal__descriptor, received.body);
    frame_release(&received);
    assert_true((verdict.receipt == NULL) != (verdict.refusal == NULL));
    return verdict;
}

static inline struct verdict submit_as(struct fixture *f, const char *account, uint64_t number, struct bytes entry)
{
    push(f, f->submitter, account, id_of(number), entry);
    return verdict(f, f->submitter);
}

static inline struct verdict submit(struct fixture *f, uint64_t number, struct bytes entry)
{
    return submit_as(f, "operator", number, entry);
}

static inline void assert_receipt(struct verdict verdict, uint64_t sequence, bool duplicate)
{
    if (verdict.receipt == NULL)
        fail_msg("refused: %d %s: %s", verdict.refusal->code, verdict.refusal->field, verdict.refusal->en);
    assert_int_equal(verdict.receipt->sequence, sequence);
    assert_int_equal(verdict.receipt->duplicate, duplicate);
}

/* Every refusal speaks both languages. */
static inline void assert_refusal(struct verdict verdict, Duban__RefusalCode code, const char *field)
{
    if (verdict.refusal == NULL)
        fail_msg("taken: %llu, but %s is wrong", (unsigned long long) verdict.receipt->sequence, field);
    assert_string_equal(verdict.refusal->field, field);
    assert_int_equal(verdict.refusal->code, code);
    assert_true(verdict.refusal->zh[0] != '\0' && verdict.refusal->en[0] != '\0');
}

#define INVALID DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID
#define CONFLICT DUBAN__REFUSAL_CODE__REFUSAL_CODE_CONFLICT
#define LATER DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER
#define FULL DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL
#define FORBIDDEN DUBAN__REFUSAL_CODE__REFUSAL_CODE_FORBIDDEN

/* ---------------------------------------------------------------- asking */

static inline void push_query(struct fixture *f, Duban__Query *query)
{
    query->request_id = ++f->last_request;
    send_message(f, f->asker, FRAME_QUERY, query);
}

static inline Duban__Reply *reply(struct fixture *f)
{
    struct received received;
    Duban__Reply *reply;

    await(f, f->asker, &received);
    assert_int_equal(received.frame.type, FRAME_REPLY);
    reply = message_unpack_own(&f->arena, &duban__reply__descriptor, received.body);
    frame_release(&received);
    assert_non_null(reply);
    return reply;
}

static inline Duban__Reply *ask(struct fixture *f, Duban__Query *query)
{
    Duban__Reply *answer;

    push_query(f, query);
    answer = reply(f);
    assert_int_equal(answer->request_id, query->request_id);
    return answer;
}

static inline Duban__IngestStatus *status(struct fixture *f)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__StatusQuery body = DUBAN__STATUS_QUERY__INIT;
    Duban__Reply *answer;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &body;
    answer = ask(f, &query);
    assert_int_equal(answer->body_case, DUBAN__REPLY__BODY_INGEST);
    return answer->ingest;
}

static inline Duban__Reply *advance_to(struct fixture *f, int64_t to_ms)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__ClockAdvance body = DUBAN__CLOCK_ADVANCE__INIT;

    body.to_ms = to_ms;
    query.body_case = DUBAN__QUERY__BODY_CLOCK_ADVANCE;
    query.clock_advance = &body;
    return ask(f, &query);
}

static inline Duban__Reply *accept_clock(struct fixture *f)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__ClockAccept body = DUBAN__CLOCK_ACCEPT__INIT;

    query.body_case = DUBAN__QUERY__BODY_CLOCK_ACCEPT;
    query.clock_accept = &body;
    return ask(f, &query);
}

/* ---------------------------------------------------------------- what is in the journal */

/* The record at a sequence; its payload is copied into the fixture's arena. */
static inline struct record record_at(struct fixture *f, uint64_t sequence)
{
    struct store_txn txn;
    struct record record;
    struct bytes value;
    uint8_t key[8];

    put_u64(key, sequence);
    store_begin(&txn, &f->ingest->store, STORE_READ);
    assert_true(store_get(&txn, TABLE_JOURNAL, bytes_of(key, sizeof key), &value));
    assert_true(record_unpack(&record, value));
    record.payload.data = arena_copy(&f->arena, record.payload.data, record.payload.size);
    store_abort(&txn);
    return record;
}

static inline Duban__Entry *entry_at(struct fixture *f, uint64_t sequence)
{
    struct record record = record_at(f, sequence);
    Duban__Entry *entry = message_unpack_own(&f->arena, &duban__entry__descriptor, record.payload);

    assert_non_null(entry);
    return entry;
}

static inline size_t rows_in(struct fixture *f, int table)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;

    store_begin(&txn, &f->ingest->store, STORE_READ);
    store_cursor_open(&cursor, &txn, table);
    for (bool more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value); more;
         more = store_next(&cursor, &key, &value))
        count++;
    store_cursor_close(&cursor);
    store_abort(&txn);
    return count;
}

/* Does the text stand anywhere in the environment's file? */
static inline bool is_on_disk(struct fixture *f, const char *text)
{
    char path[SCRATCH_BYTES + 16];
    FILE *file;
    char *content;
    size_t size;
    bool found;

    snprintf(path, sizeof path, "%s/data.mdb", f->directory);
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = (size_t) ftell(file);
    rewind(file);
    content = malloc(size);
    assert_non_null(content);
    assert_int_equal(fread(content, 1, size, file), size);
    fclose(file);
    found = memmem(content, size, text, strlen(text)) != NULL;
    free(content);
    return found;
}

/* ---------------------------------------------------------------- rules at the log */

static inline void await_type(struct fixture *f, void *socket, uint8_t type, struct received *received)
{
    for (int i = 0; i < MANY_TURNS; i++) {
        await(f, socket, received);
        if (received->frame.type == type)
            return;
        frame_release(received);
    }
    fail_msg("frame type %d did not come", type);
}

/* Say HELLO under that name, from nothing; returns the answer. */
static inline Duban__HelloOk *hello_as(struct fixture *f, const char *consumer)
{
    Duban__Hello hello = DUBAN__HELLO__INIT;
    Duban__HelloOk *hello_ok;
    struct received received;

    hello.consumer = (char *) consumer;
    send_message(f, f->rules, FRAME_HELLO, &hello);
    await_type(f, f->rules, FRAME_HELLO_OK, &received);
    hello_ok = message_unpack_own(&f->arena, &duban__hello_ok__descriptor, received.body);
    frame_release(&received);
    return hello_ok;
}

/* Ask for a Tick; the status that comes after it shows that it has arrived. */
static inline Duban__IngestStatus *wake_at(struct fixture *f, int64_t due_ms)
{
    Duban__Wake wake = DUBAN__WAKE__INIT;

    wake.due_ms = due_ms;
    send_message(f, f->rules, FRAME_WAKE, &wake);
    return status(f);
}

#endif
