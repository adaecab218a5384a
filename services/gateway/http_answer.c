/* http_answer.c - what is sent. */
#include "http_private.h"

#include <assert.h>
#include <sys/socket.h>

#include "gateway.h"

enum {
    TAKING_MS = 60 * 1000,             /* to take an answer */
    STREAM_BLOCK_BYTES = 4096, READ_BLOCK_BYTES = 32 * 1024, STREAM_SOCKET_BYTES = 64 * 1024,
};

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

enum MHD_Result http_send(struct request *request)
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
