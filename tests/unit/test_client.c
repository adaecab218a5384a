#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <zmq.h>

#include "client.h"
#include "digest.h"
#include "message.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, LARGE_BYTES = 8 * 1024 * 1024 };
enum { PATIENCE_MS = 10000 };   /* how long a broken test waits; a sound one never does */

/* What the server does with the next request. */
enum behaviour {
    ANSWER,            /* receipt, or reply */
    ANSWER_LATE,       /* first to the request before, then garbage frames, then to this one */
    REFUSE,
    REFUSE_FOR_NOW,
    REFUSE_FULL,
    GARBAGE,           /* the right type, an unreadable body */
    WRONG_KIND,        /* a reply to a submission, a receipt to a question */
};

struct fixture {
    void *zmq;
    void *server;               /* ROUTER, used by the thread alone once that runs */
    pthread_t thread;
    bool serving;
    enum behaviour behaviour;   /* set before the request is sent, read after it came */
    struct client client;
    struct arena arena;
    struct fault fault;
    char account[33];           /* of the last submission */
    uint8_t client_id[ID_BYTES];
    size_t entry_size;
};

static const char endpoint[] = "inproc://run/ingest.submit";

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    f->zmq = zmq_ctx_new();
    f->server = frame_bind(f->zmq, endpoint);
    assert_non_null(f->server);
    assert_int_equal(client_open(&f->client, f->zmq, endpoint), 0);
    arena_open(&f->arena, ARENA_BYTES);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    if (f->serving)
        (void) pthread_join(f->thread, NULL);
    client_close(&f->client);
    client_close(&f->client);
    zmq_close(f->server);
    zmq_ctx_term(f->zmq);
    arena_close(&f->arena);
    free(f);
    return 0;
}

/* ---------------------------------------------------------------- the server */

static void send_message(struct fixture *f, const struct peer *peer, enum frame_type type, const void *message)
{
    struct frame frame = { .type = (uint8_t) type };
    struct arena arena;

    arena_open(&arena, ARENA_BYTES);
    (void) frame_send(f->server, peer, &frame, message_pack(&arena, message));
    arena_close(&arena);
}

static void send_receipt(struct fixture *f, const struct peer *peer, uint64_t request_id)
{
    Duban__Receipt receipt = DUBAN__RECEIPT__INIT;

    receipt.request_id = request_id;
    receipt.sequence = 100 + request_id;
    receipt.stamp_ms = 1580000000000;
    send_message(f, peer, FRAME_RECEIPT, &receipt);
}

static void send_refusal(struct fixture *f, const struct peer *peer, uint64_t request_id, Duban__RefusalCode code)
{
    Duban__Refusal refusal = DUBAN__REFUSAL__INIT;

    refusal.request_id = request_id;
    refusal.code = code;
    refusal.field = (char *) "report.site";
    refusal.zh = (char *) "没有这个点位";
    refusal.en = (char *) "no such site";
    send_message(f, peer, FRAME_REFUSAL, &refusal);
}

static void send_reply(struct fixture *f, const struct peer *peer, uint64_t request_id)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Metrics metrics = DUBAN__METRICS__INIT;

    metrics.text = (char *) "duban_up 1\n";
    reply.request_id = request_id;
    reply.body_case = DUBAN__REPLY__BODY_METRICS;
    reply.metrics = &metrics;
    send_message(f, peer, FRAME_REPLY, &reply);
}

/* Longer than a struct fault holds, and no ASCII in it: the cut must not split a character. */
static void send_fault(struct fixture *f, const struct peer *peer, uint64_t request_id, bool later)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Fault fault = DUBAN__FAULT__INIT;
    static const char character[] = "督";
    char zh[1200 + 1] = "";

    for (size_t i = 0; i < sizeof zh - 1; i++)
        zh[i] = character[i % 3];
    fault.field = (char *) "min_sequence";
    fault.zh = zh;
    fault.en = (char *) "not there yet";
    fault.later = later;
    reply.request_id = request_id;
    reply.body_case = DUBAN__REPLY__BODY_FAULT;
    reply.fault = &fault;
    send_message(f, peer, FRAME_REPLY, &reply);
}

static void send_garbage(struct fixture *f, const struct peer *peer, enum frame_type type)
{
    struct frame frame = { .type = (uint8_t) type };

    (void) frame_send(f->server, peer, &frame, bytes_of("\x0a\xff\xff\xff\xff", 5));
}

static void send_late(struct fixture *f, const struct peer *peer, uint64_t request_id)
{
    uint8_t header[3] = { 'D', 'B', 1 };

    send_receipt(f, peer, request_id - 1);
    send_reply(f, peer, request_id - 1);
    send_refusal(f, peer, request_id + 1, DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID);
    send_garbage(f, peer, FRAME_TAIL);
    (void) zmq_send(f->server, peer->id, peer->size, ZMQ_SNDMORE);
    (void) zmq_send(f->server, header, sizeof header, 0);
}

static void serve_submit(struct fixture *f, const struct peer *peer, const Duban__Submit *submit)
{
    (void) strncpy(f->account, submit->account, sizeof f->account - 1);
    if (submit->client_id.len == ID_BYTES)
        memcpy(f->client_id, submit->client_id.data, ID_BYTES);
    f->entry_size = submit->entry.len;
    switch (f->behaviour) {
    case ANSWER_LATE:
        send_late(f, peer, submit->request_id);
        send_receipt(f, peer, submit->request_id);
        return;
    case ANSWER:
        send_receipt(f, peer, submit->request_id);
        return;
    case REFUSE:
        send_refusal(f, peer, submit->request_id, DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID);
        return;
    case REFUSE_FOR_NOW:
        send_refusal(f, peer, submit->request_id, DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER);
        return;
    case REFUSE_FULL:
        send_refusal(f, peer, submit->request_id, DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL);
        return;
    case GARBAGE:
        send_garbage(f, peer, FRAME_RECEIPT);
        return;
    case WRONG_KIND:
        send_reply(f, peer, submit->request_id);
        return;
    }
}

static void serve_query(struct fixture *f, const struct peer *peer, const Duban__Query *query)
{
    switch (f->behaviour) {
    case ANSWER_LATE:
        send_late(f, peer, query->request_id);
        send_reply(f, peer, query->request_id);
        return;
    case ANSWER:
        send_reply(f, peer, query->request_id);
        return;
    case REFUSE:
        send_fault(f, peer, query->request_id, false);
        return;
    case REFUSE_FOR_NOW:
    case REFUSE_FULL:
        send_fault(f, peer, query->request_id, true);
        return;
    case GARBAGE:
        send_garbage(f, peer, FRAME_REPLY);
        return;
    case WRONG_KIND:
        send_receipt(f, peer, query->request_id);
        return;
    }
}

/* Serves one request. Without assertions: those belong to the test's own thread. */
static void *serve(void *argument)
{
    struct fixture *f = argument;
    zmq_pollitem_t item = { .socket = f->server, .events = ZMQ_POLLIN };
    struct received received;
    struct arena arena;
    void *message;

    if (zmq_poll(&item, 1, PATIENCE_MS) != 1 || frame_receive(f->server, true, &received) != FRAME_OK)
        return NULL;
    arena_open(&arena, ARENA_BYTES);
    if (received.frame.type == FRAME_SUBMIT) {
        message = message_unpack_own(&arena, &duban__submit__descriptor, received.body);
        if (message != NULL)
            serve_submit(f, &received.peer, message);
    } else {
        message = message_unpack_own(&arena, &duban__query__descriptor, received.body);
        if (message != NULL)
            serve_query(f, &received.peer, message);
    }
    arena_close(&arena);
    frame_release(&received);
    return NULL;
}

static void start_serving(struct fixture *f, enum behaviour behaviour)
{
    f->behaviour = behaviour;
    f->serving = true;
    assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
}

static void stop_serving(struct fixture *f)
{
    assert_int_equal(pthread_join(f->thread, NULL), 0);
    f->serving = false;
}

/* ---------------------------------------------------------------- submitting */

static enum client_status submit(struct fixture *f, enum behaviour behaviour, Duban__Receipt **receipt)
{
    static const uint8_t id[ID_BYTES] = { 1, 2, 3 };
    enum client_status status;

    start_serving(f, behaviour);
    status = client_submit(&f->client, &f->arena, "n1", id, bytes_of_text("entry"), PATIENCE_MS, receipt, &f->fault);
    stop_serving(f);
    assert_memory_equal(f->client_id, id, sizeof id);
    return status;
}

static void a_submission_comes_back_with_its_receipt(void **state)
{
    struct fixture *f = *state;
    Duban__Receipt *receipt = NULL;

    assert_int_equal(submit(f, ANSWER, &receipt), CLIENT_OK);
    assert_int_equal(receipt->request_id, 1);
    assert_int_equal(receipt->sequence, 101);
    assert_int_equal(receipt->stamp_ms, 1580000000000);
    assert_string_equal(f->account, "n1");
    assert_int_equal(f->entry_size, 5);
    assert_int_equal(submit(f, ANSWER, &receipt), CLIENT_OK);
    assert_int_equal(receipt->sequence, 102);
}

static void answers_to_other_requests_are_dropped(void **state)
{
    struct fixture *f = *state;
    Duban__Receipt *receipt = NULL;

    assert_int_equal(submit(f, ANSWER, &receipt), CLIENT_OK);
    assert_int_equal(submit(f, ANSWER_LATE, &receipt), CLIENT_OK);
    assert_int_equal(receipt->sequence, 102);
}

static void a_refusal_is_carried_to_the_person(void **state)
{
    struct fixture *f = *state;
    Duban__Receipt *receipt = NULL;

    assert_int_equal(submit(f, REFUSE, &receipt), CLIENT_REFUSED);
    assert_null(receipt);
    assert_string_equal(f->fault.field, "report.site");
    assert_string_equal(f->fault.zh, "没有这个点位");
    assert_string_equal(f->fault.en, "no such site");
}

static void overload_and_a_full_disk_are_for_later(void **state)
{
    struct fixture *f = *state;
    Duban__Receipt *receipt = NULL;

    assert_int_equal(submit(f, REFUSE_FOR_NOW, &receipt), CLIENT_LATER);
    assert_int_equal(submit(f, REFUSE_FULL, &receipt), CLIENT_LATER);
    assert_string_equal(f->fault.zh, "没有这个点位");
}

static void an_unreadable_receipt_leaves_it_open(void **state)
{
    struct fixture *f = *state;
    Duban__Receipt *receipt = NULL;

    assert_int_equal(submit(f, GARBAGE, &receipt), CLIENT_TIMEOUT);
    assert_non_null(strstr(f->fault.zh, "无法解读"));
    assert_int_equal(submit(f, WRONG_KIND, &receipt), CLIENT_TIMEOUT);
    assert_null(receipt);
    assert_int_equal(submit(f, ANSWER, &receipt), CLIENT_OK);
}

static void without_a_receipt_the_person_may_submit_again(void **state)
{
    static const uint8_t id[ID_BYTES] = { 1 };
    struct fixture *f = *state;
    Duban__Receipt *receipt = NULL;

    assert_int_equal(client_submit(&f->client, &f->arena, "n1", id, bytes_of_text("entry"), 0, &receipt, &f->fault),
                     CLIENT_TIMEOUT);
    assert_null(receipt);
    assert_non_null(strstr(f->fault.zh, "duban-ingest"));
    assert_non_null(strstr(f->fault.zh, endpoint));
    assert_non_null(strstr(f->fault.zh, "同一编号"));
    assert_non_null(strstr(f->fault.en, "under the same id"));
}

static void what_is_too_large_is_refused_here(void **state)
{
    static const uint8_t id[ID_BYTES] = { 1 };
    struct fixture *f = *state;
    Duban__Receipt *receipt = NULL;
    char *large = calloc(1, LARGE_BYTES);

    assert_int_equal(client_submit(&f->client, &f->arena, "n1", id, bytes_of(large, FRAME_MAX_BYTES), 0, &receipt,
                                   &f->fault), CLIENT_REFUSED);
    assert_int_equal(client_submit(&f->client, &f->arena, "n1", id, bytes_of(large, LARGE_BYTES), 0, &receipt,
                                   &f->fault), CLIENT_REFUSED);
    assert_non_null(strstr(f->fault.en, "too large"));
    free(large);
}

/* ---------------------------------------------------------------- asking */

static enum client_status ask(struct fixture *f, enum behaviour behaviour, Duban__Reply **reply)
{
    Duban__MetricsQuery metrics = DUBAN__METRICS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    enum client_status status;

    query.body_case = DUBAN__QUERY__BODY_METRICS;
    query.metrics = &metrics;
    start_serving(f, behaviour);
    status = client_ask(&f->client, &f->arena, &query, PATIENCE_MS, reply, &f->fault);
    stop_serving(f);
    return status;
}

static void a_question_comes_back_with_its_reply(void **state)
{
    struct fixture *f = *state;
    Duban__Reply *reply = NULL;

    assert_int_equal(ask(f, ANSWER, &reply), CLIENT_OK);
    assert_int_equal(reply->request_id, 1);
    assert_string_equal(reply->metrics->text, "duban_up 1\n");
    assert_int_equal(ask(f, ANSWER_LATE, &reply), CLIENT_OK);
    assert_int_equal(reply->request_id, 2);
}

static void a_fault_is_never_a_reply(void **state)
{
    struct fixture *f = *state;
    Duban__Reply *reply = NULL;

    assert_int_equal(ask(f, REFUSE, &reply), CLIENT_REFUSED);
    assert_null(reply);
    assert_string_equal(f->fault.field, "min_sequence");
    assert_string_equal(f->fault.en, "not there yet");
    assert_int_equal(strlen(f->fault.zh), 399);   /* 133 whole characters */
    assert_true(is_utf8(f->fault.zh, strlen(f->fault.zh)));
    assert_int_equal(ask(f, REFUSE_FOR_NOW, &reply), CLIENT_LATER);
    assert_null(reply);
}

static void an_unreadable_reply_is_told(void **state)
{
    struct fixture *f = *state;
    Duban__Reply *reply = NULL;

    assert_int_equal(ask(f, GARBAGE, &reply), CLIENT_TIMEOUT);
    assert_int_equal(ask(f, WRONG_KIND, &reply), CLIENT_TIMEOUT);
    assert_non_null(strstr(f->fault.en, "of one version"));
    assert_null(reply);
}

static void expect_no_answer(struct fixture *f, const char *where, const char *words)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply = NULL;
    struct client client;

    assert_int_equal(client_open(&client, f->zmq, where), 0);
    assert_int_equal(client_ask(&client, &f->arena, &query, 0, &reply, &f->fault), CLIENT_TIMEOUT);
    assert_null(reply);
    assert_non_null(strstr(f->fault.zh, words));
    assert_non_null(strstr(f->fault.zh, where));
    assert_non_null(strstr(f->fault.en, where));
    assert_int_equal(client_ask(&client, &f->arena, &query, 0, &reply, NULL), CLIENT_TIMEOUT);
    client_close(&client);
}

static void silence_names_the_daemon_to_look_at(void **state)
{
    struct fixture *f = *state;

    expect_no_answer(f, "ipc:///tmp/duban-nobody/ingest.query",
                     "收件守护进程(ingest)没有应答，请检查 duban-ingest 是否在运行");
    expect_no_answer(f, "ipc:///tmp/duban-nobody/rules.query", "duban-rules");
    expect_no_answer(f, "ipc:///tmp/duban-nobody/notify.query", "duban-notify");
    expect_no_answer(f, "inproc://somewhere", "该处的守护进程");
}

static struct peer take_question(struct fixture *f)
{
    zmq_pollitem_t item = { .socket = f->server, .events = ZMQ_POLLIN };
    struct received received;

    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
    assert_int_equal(frame_receive(f->server, true, &received), FRAME_OK);
    frame_release(&received);
    return received.peer;
}

/* With its socket goes what was queued for a daemon that is not there, and what would still be answered:
 * the daemon must not get a question minutes after the person was told that nobody answers. */
static void a_question_that_was_given_up_leaves_with_its_socket(void **state)
{
    struct fixture *f = *state;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply = NULL;
    struct frame frame = { .type = FRAME_REPLY };
    struct peer first;
    struct peer second;

    assert_int_equal(client_ask(&f->client, &f->arena, &query, 0, &reply, &f->fault), CLIENT_TIMEOUT);
    first = take_question(f);
    assert_int_equal(client_ask(&f->client, &f->arena, &query, 0, &reply, &f->fault), CLIENT_TIMEOUT);
    second = take_question(f);
    assert_false(bytes_equal(bytes_of(first.id, first.size), bytes_of(second.id, second.size)));
    while (frame_send(f->server, &first, &frame, bytes_of(NULL, 0)) == 0)
        ;   /* until the socket has heard that it is gone */
    assert_int_equal(errno, EHOSTUNREACH);
    assert_int_equal(ask(f, ANSWER, &reply), CLIENT_OK);
    assert_int_equal(reply->request_id, 3);
}

static void an_endpoint_that_is_none_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct client client;
    char name[300];

    assert_int_equal(client_open(&client, f->zmq, "nonsense"), -1);
    assert_int_equal(errno, EINVAL);
    client_close(&client);
    memset(name, 'x', sizeof name);
    memcpy(name, "inproc://", 9);
    name[sizeof name - 1] = '\0';
    assert_int_equal(client_open(&client, f->zmq, name), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    client_close(&client);
}

static void new_ids_are_uuids_of_version_7_and_all_different(void **state)
{
    uint8_t ids[1000][ID_BYTES];

    (void) state;
    for (int i = 0; i < 1000; i++) {
        client_new_id(ids[i]);
        assert_int_equal(ids[i][6] >> 4, 7);
        assert_int_equal(ids[i][8] >> 6, 2);
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(ids[i], ids[j], ID_BYTES);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_submission_comes_back_with_its_receipt),
        TEST(answers_to_other_requests_are_dropped),
        TEST(a_refusal_is_carried_to_the_person),
        TEST(overload_and_a_full_disk_are_for_later),
        TEST(an_unreadable_receipt_leaves_it_open),
        TEST(without_a_receipt_the_person_may_submit_again),
        TEST(what_is_too_large_is_refused_here),
        TEST(a_question_comes_back_with_its_reply),
        TEST(a_fault_is_never_a_reply),
        TEST(an_unreadable_reply_is_told),
        TEST(silence_names_the_daemon_to_look_at),
        TEST(a_question_that_was_given_up_leaves_with_its_socket),
        TEST(an_endpoint_that_is_none_is_an_error),
        cmocka_unit_test(new_ids_are_uuids_of_version_7_and_all_different),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
