/* http_order.c - a request in its order: head, body, handler, answer, end. */
#include "http_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "form.h"
#include "gateway.h"
#include "origin.h"
#include "session.h"

enum { FIRST_BODY_BYTES = 4096 };

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
        return settings->upload_bytes + request->route->intake->spare_bytes;
    return request->route->needs != NEEDS_ACCOUNT && settings->body_bytes > FORM_MOST_BYTES ? FORM_MOST_BYTES : settings->body_bytes;
}

static void too_large(struct request *request)
{
    struct fault fault;

    request->is_last = true;
    request->gateway->http.too_large++;
    if (request->route->intake == &EVIDENCE_INTAKE)   /* one photo is not sent in parts */
        evidence_fault(&request->gateway->evidence, EVIDENCE_TOO_LARGE, &fault);
    else
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

/* Nobody takes the room of all others; those without an account are one. False: it has been answered. */
static bool has_share(struct request *request, uint64_t size)
{
    struct http *http = &request->gateway->http;
    const struct share *share;

    share = request->share = share_use(&http->shares, request->route->needs == NEEDS_NOTHING ? "" : request->account);
    if (share == NULL)
        problem_send(request, NULL);
    else if (brings_body(request, size) && share->body_bytes > 0 && share->body_bytes + size > share_bytes(&http->settings))
        no_room(request);
    else
        return true;
    return false;
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
        problem_stopping(request);
    else if (request->route == NULL && other_method)
        no_such_method(request);
    else if (request->route == NULL)
        no_such_path(request);
    else if (size > most_bytes(request))
        too_large(request);
    else if (brings_body(request, size) && http->bodies_bytes + size > http->settings.bodies_bytes)
        no_room(request);
    else if (origin_admits(request) && (request->route->needs == NEEDS_NOTHING || account_of_request(request)) && has_share(request, size))
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
            problem_stopping(request);
        else if (session_allows(request))
            request->route->handle(request);
    }
    if (request->status != 0)
        return http_send(request);
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

enum MHD_Result http_on_access(void *self, struct MHD_Connection *connection, const char *path, const char *method,
                                 const char *version, const char *data, size_t *size, void **kept)
{
    struct http *http = self;
    struct request *request = *kept;
    enum MHD_Result result;

    (void) version;
    if (request == NULL) {
        *kept = request = http_request_begin(http, connection, method, path);
        if (request == NULL)
            return MHD_NO;
        if (request->visitor != NULL)
            request->visitor->until_ms = http->gateway->now_ms + http->settings.body_ms;
        on_head(request);
        return is_told_at_once(request) ? http_send(request) : MHD_YES;
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
    log_gather(&request->gateway->http.log, "http: request=%s method=%s path=%s status=%u bytes=%zu ms=%lld account=%s address=%s%s%s", request->id,
               request->route == NULL ? "?" : request->method, request->route == NULL ? "?" : request->route->path, request->status,
               request->answer.size + (size_t) request->answer_bytes, (long long) (request->gateway->now_ms - request->began_ms),
               request->account[0] == '\0' ? "-" : request->account, address, entered, how == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : " cut=yes");
}

void http_on_completed(void *self, struct MHD_Connection *connection, void **kept, enum MHD_RequestTerminationCode how)
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
    http_request_give(http, request);
    *kept = NULL;
}
