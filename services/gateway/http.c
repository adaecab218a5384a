/* http.c - connections, heads, bodies and answers. */
#include "http.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sodium.h>

#include "form.h"
#include "gateway.h"
#include "link.h"
#include "log.h"
#include "session.h"

enum {
    REQUEST_ARENA_BYTES = 8 * 1024 * 1024,
    CONNECTION_BYTES = 8 * 1024,       /* of memory for its head */
    FIRST_BODY_BYTES = 4096,
    TAKING_MS = 60 * 1000,             /* to take an answer */
    KEPT_REQUESTS = 256, KEPT_ARENA_BYTES = 64 * 1024,   /* of those that are over, for the next ones */
    BACKLOG = 1024,
    NONCES = 4096,                     /* of Digest that are known at a time */
    STREAM_BLOCK_BYTES = 4096, READ_BLOCK_BYTES = 32 * 1024, STREAM_SOCKET_BYTES = 64 * 1024,
    ROUNDS_OF_FILES = 16,
    OTHER_FILES = 64 + EVIDENCE_UPLOADS_MOST,   /* than connections: photos, the store, sockets of the other daemons, the log */
};

/* ---------------------------------------------------------------- addresses */

void http_listening(const struct http *http, char *out, size_t size)
{
    const char *colon = strrchr(http->settings.listen, ':');
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);

    snprintf(out, size, "%.*s:%u", (int) (colon - http->settings.listen), http->settings.listen, info == NULL ? 0u : info->port);
}

static void address_of_connection(struct MHD_Connection *connection, char out[ADDRESS_BYTES])
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    address_write(info == NULL ? NULL : info->client_addr, out);
}

static enum MHD_Result on_forwarded(void *self, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const char **last = self;

    (void) kind;
    if (strcasecmp(name, "X-Forwarded-For") == 0 && value != NULL)
        *last = value;
    return MHD_YES;
}

/* The proxy has added the last one, to the last such line or as a line of its own; those before it are whatever the client said. */
void http_address_of(const struct request *request, char out[ADDRESS_BYTES])
{
    const char *proxy = request->gateway->http.settings.trusted_proxy, *named = NULL, *last;

    address_of_connection(request->connection, out);
    if (proxy[0] == '\0' || strcmp(out, proxy) != 0)
        return;
    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, on_forwarded, &named);
    if (named == NULL)
        return;
    last = strrchr(named, ',');
    address_of_text(last == NULL ? named : last + 1, out);
}

/* ---------------------------------------------------------------- visitors */

static void visitor_end(struct http *http, struct visitor *visitor)
{
    visitor->before->after = visitor->after;
    visitor->after->before = visitor->before;
    http->visitor_count--;
    certificate_release(visitor->certificate);
    free(visitor);
}

/* Before its handshake: the one that is shown now stays with it, whatever is loaded meanwhile. */
static void meet_certificate(struct http *http, struct MHD_Connection *connection, struct visitor *visitor)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

    if (http->certificate == NULL || info == NULL)
        return;
    if (visitor != NULL)
        visitor->certificate = certificate_use(http->certificate);
    gnutls_session_set_ptr(info->tls_session, visitor == NULL ? NULL : visitor->certificate);
}

static void visitor_begin(struct http *http, struct MHD_Connection *connection, void **kept)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct visitor *visitor = calloc(1, sizeof *visitor);

    *kept = visitor;
    if (visitor == NULL || info == NULL) {   /* nobody would cut him off */
        free(visitor);
        *kept = NULL;
        meet_certificate(http, connection, NULL);
        if (info != NULL)
            shutdown(info->connect_fd, SHUT_RDWR);
        return;
    }
    visitor->socket = info->connect_fd;
    meet_certificate(http, connection, visitor);
    visitor->until_ms = http->gateway->now_ms + http->settings.head_ms;
    visitor->before = &http->visitors;
    visitor->after = http->visitors.after;
    visitor->after->before = visitor;
    http->visitors.after = visitor;
    http->visitor_count++;
}

static void on_connection(void *self, struct MHD_Connection *connection, void **kept, enum MHD_ConnectionNotificationCode what)
{
    struct http *http = self;

    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        visitor_begin(http, connection, kept);
    else if (*kept != NULL)
        visitor_end(http, *kept);
}

static struct visitor *visitor_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

/* libmicrohttpd sees the end of the socket, and closes it. */
void http_cut_off(struct http *http, int64_t now_ms)
{
    for (struct visitor *visitor = http->visitors.after; visitor != &http->visitors; visitor = visitor->after) {
        if (visitor->until_ms > now_ms)
            continue;
        shutdown(visitor->socket, SHUT_RDWR);
        visitor->until_ms = INT64_MAX;
        http->cut_off++;
    }
}

/* ---------------------------------------------------------------- requests */

static struct request *request_take(struct http *http)
{
    struct request *request = http->free;

    if (request != NULL) {
        http->free = request->next;
        http->free_count--;
        return request;
    }
    request = calloc(1, sizeof *request);
    if (request != NULL)
        arena_open(&request->arena, REQUEST_ARENA_BYTES);
    return request;
}

static void request_free(struct request *request)
{
    arena_close(&request->arena);
    free(request);
}

/* A rush, or a large one, does not hold its memory for ever. */
static void request_give(struct http *http, struct request *request)
{
    struct arena arena;

    free(request->body);
    if (request->share != NULL)
        request->share->body_bytes -= request->body_room;
    share_release(&http->shares, request->share);
    if (request->has_file)
        close(request->answer_fd);
    http->bodies_bytes -= request->body_room;
    if (http->free_count >= KEPT_REQUESTS || request->arena.used_bytes > KEPT_ARENA_BYTES) {
        request_free(request);
        return;
    }
    arena_reset(&request->arena);
    arena = request->arena;
    *request = (struct request){ .arena = arena, .next = http->free };
    request->arena.allocator.allocator_data = &request->arena;   /* it has not moved */
    http->free = request;
    http->free_count++;
}

static struct request *request_begin(struct http *http, struct MHD_Connection *connection, const char *method, const char *path)
{
    struct request *request = request_take(http);

    if (request == NULL)
        return NULL;
    request->gateway = http->gateway;
    request->connection = connection;
    request->visitor = visitor_of(connection);
    request->method = method;
    request->path = path;
    request->began_ms = http->gateway->now_ms;
    snprintf(request->id, sizeof request->id, "%08llx%08llx", (unsigned long long) (http->random & UINT32_MAX),
             (unsigned long long) ++http->last_request);
    http->requests++;
    return request;
}

const char *http_header_of(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_cookie_of(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
}

bool http_is_secure(const struct request *request)
{
    const char *proxy = request->gateway->http.settings.trusted_proxy;
    const char *said = http_header_of(request, "X-Forwarded-Proto");
    char address[ADDRESS_BYTES];

    if (MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION) != NULL)
        return true;
    address_of_connection(request->connection, address);
    return proxy[0] != '\0' && strcmp(address, proxy) == 0 && said != NULL && strcasecmp(said, "https") == 0;
}

struct visiting {
    http_visit *visit;
    void *self;
};

static enum MHD_Result on_argument(void *self, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const struct visiting *visiting = self;

    (void) kind;
    return visiting->visit(visiting->self, name, value == NULL ? "" : value) ? MHD_YES : MHD_NO;
}

void http_each_argument(const struct request *request, http_visit *visit, void *self)
{
    struct visiting visiting = { visit, self };

    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_argument, &visiting);
}

/* ---------------------------------------------------------------- answers */

void http_add_header(struct request *request, const char *name, const char *value)
{
    assert(request->header_count < HTTP_MOST_HEADERS);
    request->headers[request->header_count++] = (struct http_header){ name, value };
}

void http_answer(struct request *request, unsigned status, const char *type, struct bytes answer)
{
    assert(request->status == 0 && status >= 200 && status <= 599);
    request->status = status;
    request->type = type;
    request->answer = answer;
    if (request->is_suspended) {
        request->is_suspended = false;
        MHD_resume_connection(request->connection);
    }
}

void http_answer_read(struct request *request, unsigned status, const char *type, uint64_t size, http_read *read, void *self)
{
    request->read = read;
    request->read_self = self;
    request->answer_bytes = size;
    http_answer(request, status, type, bytes_of(NULL, 0));
}

void http_answer_file(struct request *request, unsigned status, const char *type, int fd, uint64_t size)
{
    request->has_file = true;
    request->answer_fd = fd;
    request->answer_bytes = size;
    http_answer(request, status, type, bytes_of(NULL, 0));
}

void http_stream(struct request *request, unsigned status, const char *type, const struct http_stream *stream)
{
    int most_bytes = STREAM_SOCKET_BYTES;

    request->stream = *stream;
    if (request->visitor != NULL)   /* the system would hold megabytes for each who takes too slowly */
        (void) setsockopt(request->visitor->socket, SOL_SOCKET, SO_SNDBUF, &most_bytes, sizeof most_bytes);
    http_answer(request, status, type, bytes_of(NULL, 0));
}

void http_stream_wake(struct request *request)
{
    assert(request->questions == 0);
    if (!request->is_suspended)
        return;
    request->is_suspended = false;
    if (request->visitor != NULL)
        request->visitor->until_ms = request->gateway->now_ms + TAKING_MS;
    MHD_resume_connection(request->connection);
}

/* While there is nothing, its connection is not looked at: nobody has to take anything. */
static ssize_t on_stream(void *self, uint64_t position, char *out, size_t size)
{
    struct request *request = self;
    ssize_t got = request->stream.read(request->stream.self, out, size);

    (void) position;
    if (request->visitor != NULL)
        request->visitor->until_ms = got == 0 ? INT64_MAX : request->gateway->now_ms + TAKING_MS;
    if (got == 0) {
        request->is_suspended = true;
        MHD_suspend_connection(request->connection);
    }
    return got == -1 ? MHD_CONTENT_READER_END_OF_STREAM : got;
}

static ssize_t on_read(void *self, uint64_t at, char *out, size_t size)
{
    struct request *request = self;
    ssize_t got = request->read(request->read_self, at, out, size);

    return got > 0 ? got : MHD_CONTENT_READER_END_WITH_ERROR;
}

/* Bytes of the arena stay until the request ends, and that is after its answer has left. */
static struct MHD_Response *response_of(struct request *request)
{
    if (request->stream.read != NULL)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, on_stream, request, NULL);
    if (request->has_file) {
        struct MHD_Response *response = MHD_create_response_from_fd64(request->answer_bytes, request->answer_fd);

        request->has_file = response == NULL;   /* from here on it is the answer's */
        return response;
    }
    if (request->read != NULL)
        return MHD_create_response_from_callback(request->answer_bytes, READ_BLOCK_BYTES, on_read, request, NULL);
    return MHD_create_response_from_buffer(request->answer.size, (void *) request->answer.data, MHD_RESPMEM_PERSISTENT);
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    (void) MHD_add_response_header(response, name, value);
}

/* What is large is taken at the least rate at which a body must come. */
static int64_t time_to_take(const struct request *request)
{
    uint64_t size = request->answer.size + request->answer_bytes;

    return (int64_t) (size * 1000 / request->gateway->http.settings.body_bytes_per_s);
}

static enum MHD_Result send_answer(struct request *request)
{
    const struct http *http = &request->gateway->http;
    struct MHD_Response *response = response_of(request);
    enum MHD_Result result;

    if (response == NULL)
        return MHD_NO;
    if (request->type != NULL)
        add(response, MHD_HTTP_HEADER_CONTENT_TYPE, request->type);
    add(response, "X-Request-Id", request->id);
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, MHD_HTTP_HEADER_CACHE_CONTROL, request->cache == NULL ? "no-store" : request->cache);
    if (request->gateway->http.certificate != NULL)
        add(response, MHD_HTTP_HEADER_STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    for (size_t i = 0; i < request->header_count; i++)
        add(response, request->headers[i].name, request->headers[i].value);
    if (request->is_last)
        add(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (request->visitor != NULL)
        request->visitor->until_ms = request->gateway->now_ms + TAKING_MS + time_to_take(request);
    if (request->route != NULL && request->route->speaks == SPEAKS_OPENROSA)
        add(response, "X-OpenRosa-Version", "1.0");
    if (request->asks_digest)
        result = MHD_queue_auth_fail_response2(request->connection, ACCOUNT_REALM, http->digest_opaque, response,
                                               request->digest_is_stale ? MHD_YES : MHD_NO, MHD_DIGEST_ALG_MD5);
    else
        result = MHD_queue_response(request->connection, request->status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---------------------------------------------------------------- a request in its order */

static void no_such_path(struct request *request)
{
    struct fault fault;

    fault_set(&fault, "", "这里没有 %s，请核对网址", "there is nothing at %s; check the address", request->path);
    problem_answer(request, MHD_HTTP_NOT_FOUND, "not-found", &fault, 0);
}

static void no_such_method(struct request *request)
{
    char *methods = arena_take(&request->arena, ROUTE_METHODS_BYTES);
    struct fault fault;

    fault_set(&fault, "", "%s 不接受 %s 方法", "%s is not served by the method %s", request->path, request->method);
    if (methods != NULL) {
        route_methods(request->path, methods);
        http_add_header(request, MHD_HTTP_HEADER_ALLOW, methods);
    }
    problem_answer(request, MHD_HTTP_METHOD_NOT_ALLOWED, "method-not-allowed", &fault, 0);
}

/* Whoever has not signed in, or signs in by a page, sends a form or nothing. */
static uint64_t most_bytes(const struct request *request)
{
    const struct http_settings *settings = &request->gateway->http.settings;

    if (request->route->intake != NULL)
        return settings->upload_bytes;
    return request->route->needs != NEEDS_ACCOUNT && settings->body_bytes > FORM_MOST_BYTES ? FORM_MOST_BYTES : settings->body_bytes;
}

static void too_large(struct request *request)
{
    struct fault fault;

    request->is_last = true;
    request->gateway->http.too_large++;
    fault_set(&fault, "", "内容超过上限 %llu 字节，请分成几次", "larger than the %llu bytes that are allowed; send it in parts",
              (unsigned long long) most_bytes(request));
    problem_answer(request, MHD_HTTP_CONTENT_TOO_LARGE, "too-large", &fault, 0);
}

static void no_room(struct request *request)
{
    struct fault fault;

    request->is_last = true;
    request->gateway->http.no_room++;
    fault_set(&fault, "", "正在接收的内容过多，请稍后原样重交", "too much is being received; send the same again later");
    problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, 1);
}

/* Of all that bodies may take. */
static uint64_t share_bytes(const struct http_settings *settings)
{
    uint64_t part = settings->bodies_bytes / SHARES_IN_ALL;

    return part < settings->body_bytes ? settings->body_bytes : part;
}

/* A body that would be kept in memory: of one that comes in chunks nobody knows how large it will be. */
static bool brings_body(const struct request *request, uint64_t size)
{
    return request->route->intake == NULL && (size > 0 || http_header_of(request, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL);
}

/* Nobody takes the room of all others. False: it has been answered. */
static bool has_share(struct request *request, uint64_t size)
{
    struct http *http = &request->gateway->http;
    const struct share *share;

    if (request->route->needs == NEEDS_NOTHING)
        return true;
    share = request->share = share_use(&http->shares, request->account);
    if (share == NULL)
        problem_send(request, NULL);
    else if (brings_body(request, size) && share->body_bytes > 0 && share->body_bytes + size > share_bytes(&http->settings))
        no_room(request);
    else
        return true;
    return false;
}

static void stopping(struct request *request)
{
    struct fault fault;

    fault_set(&fault, "", "服务正在停止，请稍后原样重交", "the service is stopping; send the same again later");
    problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, 5);
}

/* Where a body ends is said once, and in one way: a proxy that took it otherwise would let one client write the head of
 * another's request. */
struct framing {
    unsigned lengths, encodings;
    bool is_odd;
};

static enum MHD_Result on_framing(void *self, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *framing = self;
    bool is_encoding = strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;

    (void) kind;
    framing->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    framing->encodings += is_encoding;
    if (name[strcspn(name, " \t\r\n")] != '\0' || (is_encoding && (value == NULL || strcasecmp(value, "chunked") != 0)))
        framing->is_odd = true;
    return MHD_YES;
}

static bool is_framed(const struct request *request)
{
    struct framing framing = { 0 };

    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, on_framing, &framing);
    return !framing.is_odd && framing.lengths + framing.encodings <= 1;
}

static void not_framed(struct request *request)
{
    struct fault fault;

    request->is_last = true;
    fault_set(&fault, "", "请求头没有说清内容到哪里为止：只能写一个 Content-Length，或者 Transfer-Encoding: chunked",
              "the head does not say where the body ends: one Content-Length, or Transfer-Encoding: chunked");
    problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
}

static void begin(struct request *request)
{
    request->rest = request->path + strlen(request->route->path);
    if (request->route->intake != NULL && request->route->intake->begin != NULL)
        request->route->intake->begin(request);
}

/* What speaks against it is said before its body is read. */
static void on_head(struct request *request)
{
    const struct http *http = &request->gateway->http;
    const char *length = http_header_of(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    uint64_t size = length == NULL ? 0 : strtoull(length, NULL, 10);
    bool other_method;

    request->route = route_find(request->method, request->path, &other_method);
    if (!is_framed(request))
        not_framed(request);
    else if (request->gateway->is_stopping)
        stopping(request);
    else if (request->route == NULL && other_method)
        no_such_method(request);
    else if (request->route == NULL)
        no_such_path(request);
    else if (size > most_bytes(request))
        too_large(request);
    else if (request->route->intake == NULL && http->bodies_bytes + size > http->settings.bodies_bytes)
        no_room(request);
    else if (session_admits(request) && (request->route->needs == NEEDS_NOTHING || account_of_request(request)) && has_share(request, size))
        begin(request);
}

/* Doubled, but never beyond what a body may have. Those that were let in may come to twice what all may take, or one account, for
 * who has said how much he sends has not sent it yet. False: that is reached, or memory is out. */
static bool body_grow(struct request *request, size_t wanted)
{
    struct http *http = &request->gateway->http;
    struct share *share = request->share;
    size_t room = request->body_room == 0 ? FIRST_BODY_BYTES : request->body_room, more;
    uint8_t *grown;

    while (room < wanted)
        room *= 2;
    if (room > most_bytes(request))
        room = most_bytes(request);
    if (room == request->body_room)
        return true;
    more = room - request->body_room;
    if (http->bodies_bytes + more > 2 * http->settings.bodies_bytes)
        return false;
    if (share != NULL && share->body_bytes + more > 2 * share_bytes(&http->settings))
        return false;
    grown = realloc(request->body, room);
    if (grown == NULL)
        return false;
    http->bodies_bytes += more;
    if (share != NULL)
        share->body_bytes += more;
    request->body = grown;
    request->body_room = room;
    return true;
}

static bool body_add(struct request *request, const char *data, size_t size)
{
    if (!body_grow(request, request->body_size + size)) {
        request->gateway->http.no_room++;
        return false;
    }
    memcpy(request->body + request->body_size, data, size);
    request->body_size += size;
    return true;
}

/* More than is allowed although its head did not say so: no answer can be given in the middle, so the connection ends. */
static enum MHD_Result too_large_after_all(struct request *request)
{
    request->gateway->http.too_large++;
    return MHD_NO;
}

/* What comes buys time at the least rate; what comes faster buys no longer silence for it. */
static int64_t time_for_body(const struct request *request)
{
    const struct http_settings *settings = &request->gateway->http.settings;
    int64_t earned_ms = (int64_t) (request->came_bytes * 1000 / settings->body_bytes_per_s);
    int64_t now_ms = request->gateway->now_ms;

    return (request->began_ms + earned_ms < now_ms ? request->began_ms + earned_ms : now_ms) + settings->body_ms;
}

/* What is of no use any more is read all the same, in its time: who is still sending does not hear an answer. */
static enum MHD_Result on_body(struct request *request, const char *data, size_t size)
{
    request->came_bytes += size;
    if (request->route == NULL)        /* answered by its head */
        return MHD_YES;
    if (request->came_bytes > most_bytes(request))
        return too_large_after_all(request);
    if (request->visitor != NULL)
        request->visitor->until_ms = time_for_body(request);
    if (request->status != 0 || request->is_useless)
        return MHD_YES;
    if (request->route->intake == NULL)
        return body_add(request, data, size) ? MHD_YES : MHD_NO;
    request->is_useless = !request->route->intake->take(request, data, size);
    return MHD_YES;
}

static enum MHD_Result on_whole(struct request *request)
{
    if (request->status == 0 && !request->body_is_whole) {
        request->body_is_whole = true;
        if (request->visitor != NULL)
            request->visitor->until_ms = INT64_MAX;   /* it is we who are waited for */
        if (request->gateway->is_stopping)   /* nobody could wait for a daemon any more */
            stopping(request);
        else if (session_allows(request))
            request->route->handle(request);
    }
    if (request->status != 0)
        return send_answer(request);
    assert(request->questions > 0);
    request->is_suspended = true;
    MHD_suspend_connection(request->connection);
    return MHD_YES;
}

/* Who is told before he has sent everything may see a broken connection instead of what he is told: he is told when he has. Who
 * waits for a word before he sends, or sends too much, is told at once. */
static bool is_told_at_once(const struct request *request)
{
    return request->status != 0 && (request->is_last || http_header_of(request, MHD_HTTP_HEADER_EXPECT) != NULL);
}

static enum MHD_Result on_access(void *self, struct MHD_Connection *connection, const char *path, const char *method,
                                 const char *version, const char *data, size_t *size, void **kept)
{
    struct http *http = self;
    struct request *request = *kept;
    enum MHD_Result result;

    (void) version;
    if (request == NULL) {
        *kept = request = request_begin(http, connection, method, path);
        if (request == NULL)
            return MHD_NO;
        if (request->visitor != NULL)
            request->visitor->until_ms = http->gateway->now_ms + http->settings.body_ms;
        on_head(request);
        return is_told_at_once(request) ? send_answer(request) : MHD_YES;
    }
    if (*size == 0)
        return on_whole(request);
    result = on_body(request, data, *size);
    *size = 0;
    return result;
}

/* The request's number beside the entry's: who has the one finds the other. */
static void tell(const struct request *request, enum MHD_RequestTerminationCode how)
{
    char address[ADDRESS_BYTES], entered[64] = "";

    http_address_of(request, address);
    if (request->entries > 0)
        (void) snprintf(entered, sizeof entered, " entries=%zu sequence=%llu", request->entries, (unsigned long long) request->sequence);
    log_info("http: request=%s method=%s path=%s status=%u bytes=%zu ms=%lld account=%s address=%s%s%s", request->id,
             request->route == NULL ? "?" : request->method, request->route == NULL ? "?" : request->route->path, request->status,
             request->answer.size + (size_t) request->answer_bytes, (long long) (request->gateway->now_ms - request->began_ms), request->account[0] == '\0' ? "-" : request->account, address,
             entered, how == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : " cut=yes");
}

static void on_completed(void *self, struct MHD_Connection *connection, void **kept, enum MHD_RequestTerminationCode how)
{
    struct http *http = self;
    struct request *request = *kept;

    (void) connection;
    if (request == NULL)
        return;
    assert(request->questions == 0);
    if (request->drop != NULL)
        request->drop(request);
    http->by_class[request->status / 100]++;
    if (http->gateway->settings.access_log)
        tell(request, how);
    if (request->stream.end != NULL)
        request->stream.end(request->stream.self);
    if (request->visitor != NULL)
        request->visitor->until_ms = http->gateway->now_ms + http->settings.idle_ms + http->settings.head_ms;
    request_give(http, request);
    *kept = NULL;
}

/* ---------------------------------------------------------------- open, turn, close */

static void on_trouble(void *self, const char *format, va_list arguments)
{
    char text[200];
    size_t size;

    (void) self;
    fault_fill(text, sizeof text, format, arguments);
    size = strcspn(text, "\r\n");
    log_warn("http: %.*s", (int) size, text);
}

/* A connection is a file to the system. */
static void make_room_for_connections(struct http *http)
{
    struct rlimit files;
    rlim_t wanted = (rlim_t) http->settings.connections + OTHER_FILES;

    if (getrlimit(RLIMIT_NOFILE, &files) == -1 || files.rlim_cur >= wanted)
        return;
    files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &files) == -1)
        (void) getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur >= wanted)
        return;
    http->settings.connections = files.rlim_cur > 2 * OTHER_FILES ? (uint32_t) files.rlim_cur - OTHER_FILES : (uint32_t) files.rlim_cur / 2;
    log_warn("系统允许打开的文件太少，同时最多 %u 个连接；请加大 LimitNOFILE / the system allows too few open files: at most %u "
             "connections at a time; raise LimitNOFILE", http->settings.connections, http->settings.connections);
}

/* TLS 1.3 and 1.2, of the latter what forgets its keys and authenticates what it encrypts. */
static const char PRIORITIES[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:"
                                 "+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE";

static int start(struct http *http, const struct sockaddr_storage *address, uint32_t per_address)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (address->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u);
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *) certificate_show },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) PRIORITIES },
        { MHD_OPTION_END, 0, NULL },
    };
    const union MHD_DaemonInfo *info;

    if (http->certificate != NULL)
        flags |= MHD_USE_TLS;
    http->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_access, http,
                                    MHD_OPTION_EXTERNAL_LOGGER, on_trouble, NULL,
                                    MHD_OPTION_SOCK_ADDR, (const struct sockaddr *) address,
                                    MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned) BACKLOG,
                                    MHD_OPTION_CONNECTION_LIMIT, (unsigned) http->settings.connections,
                                    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned) per_address,
                                    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) CONNECTION_BYTES,
                                    MHD_OPTION_DIGEST_AUTH_RANDOM, (size_t) DIGEST_SECRET_BYTES, http->digest_secret,
                                    MHD_OPTION_NONCE_NC_SIZE, (unsigned) NONCES,
                                    MHD_OPTION_CONNECTION_TIMEOUT, 0u,   /* visitors have times of their own */
                                    MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
                                    MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
                                    MHD_OPTION_ARRAY, http->certificate != NULL ? tls : tls + 2,
                                    MHD_OPTION_END);
    info = http->daemon == NULL ? NULL : MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL)
        return -1;
    http->epoll_fd = info->epoll_fd;
    return 0;
}

static bool listening_address(const struct http_settings *settings, struct sockaddr_storage *address)
{
    if (address_read(settings->listen, address))
        return true;
    log_error("listen：请写 地址:端口，如 0.0.0.0:8440 或 [::]:8440，不能是“%s” / listen: write ADDRESS:PORT, as 0.0.0.0:8440 or "
              "[::]:8440, not \"%s\"", settings->listen, settings->listen);
    return false;
}

/* In the form in which sockets are told, empty where there is none. False: what is written is no address. */
static bool proxy_address(const char *written, char out[ADDRESS_BYTES])
{
    out[0] = '\0';
    address_of_text(written, out);
    if (written[0] == '\0' || out[0] != '\0')
        return true;
    log_error("trusted_proxy：请写代理的地址，如 192.0.2.7，不能是“%s” / trusted_proxy: write the proxy's address, as 192.0.2.7, not "
              "\"%s\"", written, written);
    return false;
}

/* True without one when none is wanted. */
static bool take_certificate(const struct http_settings *settings, struct certificate **certificate)
{
    bool has_one = settings->tls_certificate[0] != '\0';

    *certificate = NULL;
    if (has_one != (settings->tls_key[0] != '\0')) {
        log_error("tls_certificate 和 tls_key 要么都写，要么都不写 / tls_certificate and tls_key: write both or neither");
        return false;
    }
    if (has_one)
        *certificate = certificate_read(settings->tls_certificate, settings->tls_key);
    return !has_one || *certificate != NULL;
}

static bool certificate_is_right(const struct http_settings *settings)
{
    struct certificate *certificate;
    bool right = take_certificate(settings, &certificate);

    if (certificate != NULL)
        right = !certificate_is_over(certificate, settings->tls_certificate);
    certificate_release(certificate);
    return right;
}

bool http_check(const struct http_settings *settings)
{
    struct sockaddr_storage address;
    char proxy[ADDRESS_BYTES];
    bool listens = listening_address(settings, &address), trusts = proxy_address(settings->trusted_proxy, proxy);

    return certificate_is_right(settings) && listens && trusts;
}

void http_reload(struct http *http)
{
    const struct http_settings *settings = &http->settings;
    struct certificate *certificate;

    if (take_certificate(settings, &certificate) && !certificate_is_over(certificate, settings->tls_certificate)) {
        certificate_release(http->certificate);
        http->certificate = certificate;
        log_info("新证书从下一个连接起使用 / the certificate is shown from the next connection on: path=%s", settings->tls_certificate);
        return;
    }
    certificate_release(certificate);
    log_error("证书没有更换，继续用原来的；原因见上一行 / the certificate stays as it was; the line above says why");
}

int http_open(struct http *http, struct gateway *gateway, const struct http_settings *settings)
{
    struct sockaddr_storage address;
    int failed;

    *http = (struct http){ .gateway = gateway, .settings = *settings, .epoll_fd = -1 };
    http->visitors.before = http->visitors.after = &http->visitors;
    http->random = randombytes_random();
    randombytes_buf(http->digest_secret, sizeof http->digest_secret);
    (void) hex_of(http->digest_opaque, http->digest_secret + DIGEST_SECRET_BYTES, 8);
    if (!listening_address(settings, &address) || !proxy_address(settings->trusted_proxy, http->settings.trusted_proxy) ||
        !take_certificate(settings, &http->certificate))
        return -1;
    if (http->certificate != NULL)   /* who trusts it all the same can send */
        (void) certificate_is_over(http->certificate, settings->tls_certificate);
    make_room_for_connections(http);
    failed = start(http, &address, settings->trusted_proxy[0] != '\0' ? 0 : settings->connections_per_address);
    if (failed == -1)
        log_error("无法在 %s 监听：%s / cannot listen at %s: %s", settings->listen, strerror(errno), settings->listen, strerror(errno));
    return failed;
}

static void requests_free(struct http *http)
{
    while (http->free != NULL) {
        struct request *request = http->free;

        http->free = request->next;
        request_free(request);
    }
}

void http_close(struct http *http)
{
    if (http->daemon != NULL)
        MHD_stop_daemon(http->daemon);
    http->daemon = NULL;
    certificate_release(http->certificate);
    http->certificate = NULL;
    requests_free(http);
}

int http_timeout_ms(const struct http *http)
{
    MHD_UNSIGNED_LONG_LONG timeout;

    return MHD_get_timeout(http->daemon, &timeout) == MHD_YES && timeout < INT32_MAX ? (int) timeout : INT32_MAX;
}

/* A body comes in pieces of 4 KiB: while files come, several of each before the other daemons are looked at again. */
void http_turn(struct http *http)
{
    unsigned rounds = http->gateway->evidence.under_way > 0 ? ROUNDS_OF_FILES : 1;

    while (MHD_run(http->daemon) == MHD_YES && --rounds > 0 && http_timeout_ms(http) == 0)
        ;
}
