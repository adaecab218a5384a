/* tool_send.c - how fast duban-notify sends: the daemon whole in this process, its far ends in others.
 *
 *   tool_send rate COUNT            notices a second to one receiver, accepted durably and delivered
 *   tool_send half COUNT 0|1        seconds until the messages of 100 receivers are out; 1: a hundred more are dead
 *   tool_send queued COUNT          private memory with that many waiting for a receiver that is dead
 *   tool_send single COUNT          p50 from the outbox to the request's arrival, one at a time
 *
 * Prints one line of JSON. A receiver is a child with an epoll loop that answers 200 to every POST over connections that
 * stay open; a dead one takes the connection and never answers.
 */
#include "fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "../../bench/bench.h"

enum {
    RECEIVERS_MOST = 200,
    CONNECTIONS_MOST = 4096,
    REQUEST_MOST_BYTES = 32 * 1024,
    BATCH = 512,
    HEALTHY = 100,
};

/* What a receiver shares with us. */
struct seen {
    volatile uint64_t requests;
    volatile int64_t last_ns;
};

struct connection {
    char request[REQUEST_MOST_BYTES];
    size_t size;
};

static struct seen *seen;

/* ---------------------------------------------------------------- receivers */

static int listening(char *address, size_t size)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd != -1 && bind(fd, (struct sockaddr *) &at, sizeof at) == 0 && listen(fd, 1024) == 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *) &at, &length), 0);
    (void) snprintf(address, size, "http://127.0.0.1:%u/hook", ntohs(at.sin_port));
    return fd;
}

/* Bytes of one whole request at the front; 0 = not yet. */
static size_t whole_request(const struct connection *connection)
{
    const char *end = memmem(connection->request, connection->size, "\r\n\r\n", 4);
    const char *length;
    size_t head;

    if (end == NULL)
        return 0;
    head = (size_t) (end - connection->request) + 4;
    length = memmem(connection->request, head, "Content-Length: ", 16);
    head += length != NULL ? strtoul(length + 16, NULL, 10) : 0;
    return connection->size >= head ? head : 0;
}

static void answer_all(int fd, struct connection *connection)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    size_t size;

    while ((size = whole_request(connection)) > 0) {
        seen->last_ns = now_ns(CLOCK_MONOTONIC);
        seen->requests++;
        memmove(connection->request, connection->request + size, connection->size - size);
        connection->size -= size;
        if (write(fd, ok, sizeof ok - 1) != (ssize_t) sizeof ok - 1)
            return;
    }
}

static void take_connection(int epoll, int listener, struct connection **connections)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

    if (fd == -1 || fd >= CONNECTIONS_MOST)
        return;
    (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[fd] = calloc(1, sizeof **connections);
    (void) epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void read_connection(int fd, struct connection **connections)
{
    struct connection *connection = connections[fd];
    ssize_t got = read(fd, connection->request + connection->size, sizeof connection->request - connection->size);

    if (got <= 0) {
        free(connection);
        connections[fd] = NULL;
        close(fd);
        return;
    }
    connection->size += (size_t) got;
    answer_all(fd, connection);
}

static _Noreturn void receive(const int *listeners, size_t count)
{
    static struct connection *connections[CONNECTIONS_MOST];
    struct epoll_event events[64];
    int epoll = epoll_create1(EPOLL_CLOEXEC);

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < count; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.fd = listeners[i] };

        (void) epoll_ctl(epoll, EPOLL_CTL_ADD, listeners[i], &event);
    }
    for (;;) {
        int ready = epoll_wait(epoll, events, 64, -1);

        for (int i = 0; i < ready; i++) {
            bool is_listener = false;

            for (size_t k = 0; k < count && !is_listener; k++)
                is_listener = events[i].data.fd == listeners[k];
            if (is_listener)
                take_connection(epoll, events[i].data.fd, connections);
            else
                read_connection(events[i].data.fd, connections);
        }
    }
}

/* Receivers that answer, all of one child; the dead ones listen and are never accepted. */
static void open_receivers(struct fixture *f, char addresses[][64], size_t healthy, size_t dead)
{
    int listeners[RECEIVERS_MOST];

    for (size_t i = 0; i < healthy + dead; i++) {
        uint8_t token[TOKEN_BYTES] = { 0x55, (uint8_t) i };

        listeners[i] = listening(addresses[i], 64);
        know_address(f, token, addresses[i]);
    }
    if (healthy > 0 && fork() == 0)
        receive(listeners, healthy);
}

/* ---------------------------------------------------------------- the daemon */

static void open_daemon(struct fixture *f, struct sample *s, const char *more)
{
    prepare(f);
    f->settings.map = UINT64_C(16) << 30;
    f->settings.tail_stale_ms = 3600 * 1000;
    write_channels(f, more);
    start(f);
    tail(f);
    sample_init(s);
    to_webhook(s);
    push_texts(f);
    apply(f);
}

static void push_to(struct fixture *f, struct sample *s, size_t receiver)
{
    memset(s->token, 0, sizeof s->token);
    s->token[0] = 0x55;
    s->token[1] = (uint8_t) receiver;
    (void) push_notice(f, s);
}

/* Hand over as rules would, batch after batch, while what has come is sent; until so many are delivered. */
static double send_all(struct fixture *f, struct sample *s, size_t count, size_t receivers, uint64_t delivered)
{
    int64_t begun_ns = now_ns(CLOCK_MONOTONIC);
    size_t handed = 0;

    while (f->notify->state.committed.delivered < delivered) {
        if (handed < count) {
            for (size_t i = 0; i < BATCH && handed < count; i++)
                push_to(f, s, handed++ % receivers);
            apply(f);
        }
        tail(f);
        step(f);
    }
    return (double) (now_ns(CLOCK_MONOTONIC) - begun_ns) / 1e9;
}

/* ---------------------------------------------------------------- figures */

/* One step that does not wait: what the daemon asks of the vault is answered by this very thread, so to wait would only
 * put off its answer. */
static void step_at_once(struct fixture *f)
{
    notify_turn(f->notify, -1, 0);
    serve_outcomes(f);
    serve_vault(f);
}

static void rate(struct fixture *f, struct sample *s, char addresses[][64], size_t count)
{
    double span_s;

    open_daemon(f, s, "    in_flight: 256\n    per_address: 192\n");
    open_receivers(f, addresses, 1, 0);
    span_s = send_all(f, s, count, 1, count);
    printf("{\"rate\": %.0f, \"commits\": %llu}\n", (double) count / span_s, (unsigned long long) f->notify->state.commits);
}

static void half(struct fixture *f, struct sample *s, char addresses[][64], size_t count, bool with_dead)
{
    size_t receivers = with_dead ? 2 * HEALTHY : HEALTHY;
    double span_s;

    open_daemon(f, s, "    in_flight: 256\n");
    open_receivers(f, addresses, HEALTHY, receivers - HEALTHY);
    span_s = send_all(f, s, with_dead ? 2 * count : count, receivers, count);
    printf("{\"seconds\": %.3f}\n", span_s);
}

static double private_mib(void)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    char line[256];
    double mib = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "Anonymous:", 10) == 0)
            mib = (double) strtoul(line + 10, NULL, 10) / 1024;
    (void) fclose(file);
    return mib;
}

static void queued(struct fixture *f, struct sample *s, char addresses[][64], size_t count)
{
    double before_mib, after_mib;

    open_daemon(f, s, "");
    open_receivers(f, addresses, 0, 1);
    before_mib = private_mib();
    for (size_t handed = 0; handed < count;) {
        for (size_t i = 0; i < BATCH && handed < count; i++, handed++)
            push_to(f, s, 0);
        apply(f);
        step_at_once(f);
    }
    assert_int_equal(f->notify->state.head.queued, count);
    after_mib = private_mib();
    printf("{\"mib\": %.1f, \"before_mib\": %.1f}\n", after_mib, before_mib);
}

static void single(struct fixture *f, struct sample *s, char addresses[][64], size_t count)
{
    int64_t *spans_ns = calloc(count, sizeof *spans_ns);

    assert_non_null(spans_ns);
    open_daemon(f, s, "");
    open_receivers(f, addresses, 1, 0);
    for (size_t i = 0; i < count; i++) {
        uint64_t before = seen->requests;
        int64_t begun_ns;

        push_to(f, s, 0);
        begun_ns = now_ns(CLOCK_MONOTONIC);
        apply(f);
        while (seen->requests == before)
            step_at_once(f);
        spans_ns[i] = seen->last_ns - begun_ns;
        while (f->notify->state.committed.delivered <= i)
            step_at_once(f);
    }
    printf("{\"p50_us\": %.1f, \"p99_us\": %.1f}\n", percentile_us(spans_ns, count, 50), percentile_us(spans_ns, count, 99));
    free(spans_ns);
}

int main(int argc, char **argv)
{
    static char addresses[RECEIVERS_MOST][64];
    static struct fixture f;
    static struct sample s;
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED || count == 0) {
        (void) fprintf(stderr, "tool_send rate|queued|single COUNT, or half COUNT 0|1\n");
        return 2;
    }
    if (strcmp(argv[1], "rate") == 0)
        rate(&f, &s, addresses, count);
    else if (strcmp(argv[1], "half") == 0 && argc == 4)
        half(&f, &s, addresses, count, argv[3][0] == '1');
    else if (strcmp(argv[1], "queued") == 0)
        queued(&f, &s, addresses, count);
    else if (strcmp(argv[1], "single") == 0)
        single(&f, &s, addresses, count);
    cleanup(&f);
    return 0;
}
