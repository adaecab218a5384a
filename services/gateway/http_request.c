/* http_request.c - a request: its memory, and what its head says. */
#include "http_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "gateway.h"

enum {
    REQUEST_ARENA_BYTES = 8 * 1024 * 1024,
    KEPT_REQUESTS = 256, KEPT_ARENA_BYTES = 64 * 1024,   /* of those that are over, for the next ones */
};

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

void http_request_free(struct request *request)
{
    arena_close(&request->arena);
    free(request);
}

/* A rush, or a large one, does not hold its memory for ever. */
void http_request_give(struct http *http, struct request *request)
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
        http_request_free(request);
        return;
    }
    arena_reset(&request->arena);
    arena = request->arena;
    *request = (struct request){ .arena = arena, .next = http->free };
    request->arena.allocator.allocator_data = &request->arena;   /* it has not moved */
    http->free = request;
    http->free_count++;
}

struct request *http_request_begin(struct http *http, struct MHD_Connection *connection, const char *method, const char *path)
{
    struct request *request = request_take(http);

    if (request == NULL)
        return NULL;
    request->gateway = http->gateway;
    request->connection = connection;
    request->visitor = http_visitor_of(connection);
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
    http_address_of_connection(request->connection, address);
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
