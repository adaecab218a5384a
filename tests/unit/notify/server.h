/* server.h - a small HTTP server for tests: answers as told, remembers what came.
 *
 * One thread, one connection at a time, closed after each answer. An answer of NULL is
 * never given: the connection stays open until the server is closed.
 */
#ifndef DUBAN_TEST_NOTIFY_SERVER_H
#define DUBAN_TEST_NOTIFY_SERVER_H

#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <strings.h>
#include <sys/socket.h>

enum { SERVER_REQUESTS_MOST = 64, SERVER_REQUEST_BYTES = 32 * 1024, SERVER_HELD_MOST = 64 };

struct server {
    int fd;
    int stop[2];                          /* a pipe: closing ends the thread */
    char address[64];
    pthread_t thread;
    pthread_mutex_t lock;
    const char *answers[SERVER_REQUESTS_MOST];   /* in turn; the last one again and again */
    size_t answer_count;
    size_t answered;
    char *requests[SERVER_REQUESTS_MOST];
    size_t request_count;
    int held[SERVER_HELD_MOST];
    size_t held_count;
};

static inline bool is_complete(const char *request)
{
    const char *end = strstr(request, "\r\n\r\n");
    const char *length = strcasestr(request, "content-length:");

    return end != NULL && (length == NULL || strlen(end + 4) >= strtoul(length + 15, NULL, 10));
}

/* One whole request; the caller's to free. */
static inline char *read_request(int fd)
{
    char *request = calloc(1, SERVER_REQUEST_BYTES);
    size_t size = 0;

    while (request != NULL && !is_complete(request) && size + 1 < SERVER_REQUEST_BYTES) {
        ssize_t got = read(fd, request + size, SERVER_REQUEST_BYTES - 1 - size);

        if (got <= 0)
            break;
        size += (size_t) got;
    }
    return request;
}

static inline const char *next_answer(struct server *server, char *request)
{
    const char *answer = NULL;

    pthread_mutex_lock(&server->lock);
    if (server->request_count < SERVER_REQUESTS_MOST)
        server->requests[server->request_count++] = request;
    else
        free(request);
    if (server->answer_count > 0) {
        size_t turn = server->answered < server->answer_count ? server->answered : server->answer_count - 1;

        answer = server->answers[turn];
        server->answered++;
    }
    pthread_mutex_unlock(&server->lock);
    return answer;
}

static inline void serve_one(struct server *server, int fd)
{
    const char *answer = next_answer(server, read_request(fd));

    if (answer == NULL && server->held_count < SERVER_HELD_MOST) {
        server->held[server->held_count++] = fd;
        return;
    }
    for (size_t size = answer == NULL ? 0 : strlen(answer), done = 0; done < size;) {
        ssize_t wrote = send(fd, answer + done, size - done, MSG_NOSIGNAL);

        if (wrote <= 0)
            break;
        done += (size_t) wrote;
    }
    shutdown(fd, SHUT_WR);
    close(fd);
}

static inline void *serve(void *self)
{
    struct server *server = self;

    for (;;) {
        struct pollfd wait[] = { { .fd = server->fd, .events = POLLIN }, { .fd = server->stop[0], .events = POLLIN } };
        int fd;

        if (poll(wait, 2, -1) == -1 || wait[1].revents != 0)
            return NULL;
        fd = accept(server->fd, NULL, NULL);
        if (fd != -1)
            serve_one(server, fd);
    }
}

static inline void server_open(struct server *server)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;

    memset(server, 0, sizeof *server);
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->fd != -1);
    assert_int_equal(bind(server->fd, (struct sockaddr *) &address, size), 0);
    assert_int_equal(listen(server->fd, 64), 0);
    assert_int_equal(getsockname(server->fd, (struct sockaddr *) &address, &size), 0);
    (void) snprintf(server->address, sizeof server->address, "http://127.0.0.1:%d/hook?k=secret",
                    ntohs(address.sin_port));
    assert_int_equal(pipe(server->stop), 0);
    assert_int_equal(pthread_mutex_init(&server->lock, NULL), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static inline void server_close(struct server *server)
{
    close(server->stop[1]);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    close(server->stop[0]);
    close(server->fd);
    for (size_t i = 0; i < server->held_count; i++)
        close(server->held[i]);
    for (size_t i = 0; i < server->request_count; i++)
        free(server->requests[i]);
    pthread_mutex_destroy(&server->lock);
}

static inline void server_says(struct server *server, const char *answer)
{
    pthread_mutex_lock(&server->lock);
    assert_true(server->answer_count < SERVER_REQUESTS_MOST);
    server->answers[server->answer_count++] = answer;
    pthread_mutex_unlock(&server->lock);
}

static inline size_t server_requests(struct server *server)
{
    size_t count;

    pthread_mutex_lock(&server->lock);
    count = server->request_count;
    pthread_mutex_unlock(&server->lock);
    return count;
}

static inline const char *server_body(struct server *server, size_t request)
{
    const char *body = strstr(server->requests[request], "\r\n\r\n");

    assert_non_null(body);
    return body + 4;
}

/* Value of a header of that request, into out. */
static inline char *server_header(struct server *server, size_t request, const char *name, char *out, size_t size)
{
    size_t length = strlen(name);
    const char *line = strstr(server->requests[request], "\r\n");

    out[0] = '\0';
    for (; line != NULL && strncmp(line, "\r\n\r\n", 4) != 0; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') {
            const char *value = line + 3 + length + strspn(line + 3 + length, " ");

            (void) snprintf(out, size, "%.*s", (int) strcspn(value, "\r"), value);
        }
    }
    return out;
}

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
#define STATUS(line) "HTTP/1.1 " line "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define STATUS_AND(line, header) "HTTP/1.1 " line "\r\n" header "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

#endif
