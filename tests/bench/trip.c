/* trip.c - what the transport takes by itself: a message there and its answer back, one at a time.
 *
 *   trip ENDPOINT count=N
 *
 * A process of its own answers, as ingest does: a ROUTER behind zmq_poll. The question has the size of a report,
 * the answer that of a receipt. Nothing is kept and nothing is checked. Prints one JSON object.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <zmq.h>

#include "bench.h"
#include "log.h"

enum { QUESTION_BYTES = 400, ANSWER_BYTES = 48, ROUTE_BYTES = 64 };

static _Noreturn void answer_all(const char *endpoint)
{
    void *zmq = zmq_ctx_new();
    void *socket = zmq_socket(zmq, ZMQ_ROUTER);
    char route[ROUTE_BYTES], body[QUESTION_BYTES] = { 0 };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (zmq_bind(socket, endpoint) == -1)
        die("cannot bind %s: %s", endpoint, zmq_strerror(errno));
    for (;;) {
        zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
        int size;

        zmq_poll(&item, 1, -1);
        size = zmq_recv(socket, route, sizeof route, 0);
        if (size == -1 || zmq_recv(socket, body, sizeof body, 0) == -1 ||
            zmq_send(socket, route, (size_t) size, ZMQ_SNDMORE) == -1 || zmq_send(socket, body, ANSWER_BYTES, 0) == -1)
            die("cannot answer: %s", zmq_strerror(errno));
    }
}

static void ask(void *socket, int64_t *spans_ns, size_t count)
{
    char body[QUESTION_BYTES] = { 0 };

    for (size_t i = 0; i < count; i++) {
        int64_t start_ns = now_ns(CLOCK_MONOTONIC);

        if (zmq_send(socket, body, sizeof body, 0) == -1 || zmq_recv(socket, body, sizeof body, 0) == -1)
            die("cannot ask: %s", zmq_strerror(errno));
        spans_ns[i] = now_ns(CLOCK_MONOTONIC) - start_ns;
    }
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 && strncmp(argv[2], "count=", 6) == 0 ? strtoull(argv[2] + 6, NULL, 10) : 0;
    int64_t *spans_ns = calloc(count + 1, sizeof *spans_ns);
    void *zmq, *socket;
    pid_t child;

    log_open("trip");
    if (count == 0 || spans_ns == NULL)
        die("usage: trip ENDPOINT count=N");
    child = fork();   /* before there is a context: its threads do not come along */
    if (child == 0)
        answer_all(argv[1]);
    zmq = zmq_ctx_new();
    socket = zmq_socket(zmq, ZMQ_DEALER);
    if (child == -1 || zmq_connect(socket, argv[1]) == -1)
        die("cannot connect %s: %s", argv[1], zmq_strerror(errno));
    ask(socket, spans_ns, 1);   /* the connection is made */
    ask(socket, spans_ns, count);
    printf("{\"count\": %zu, \"p50_us\": %.1f, \"p99_us\": %.1f}\n", count, percentile_us(spans_ns, count, 50),
           percentile_us(spans_ns, count, 99));
    kill(child, SIGKILL);
    zmq_close(socket);
    zmq_ctx_term(zmq);
    free(spans_ns);
    return 0;
}
