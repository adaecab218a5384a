/* http_visitor.c - who has connected, from where, and until when he must have said something. */
#include "http_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "gateway.h"

/* ---------------------------------------------------------------- addresses */

void http_address_of_connection(struct MHD_Connection *connection, char out[ADDRESS_BYTES])
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

    http_address_of_connection(request->connection, out);
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

void http_on_connection(void *self, struct MHD_Connection *connection, void **kept, enum MHD_ConnectionNotificationCode what)
{
    struct http *http = self;

    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        visitor_begin(http, connection, kept);
    else if (*kept != NULL)
        visitor_end(http, *kept);
}

struct visitor *http_visitor_of(struct MHD_Connection *connection)
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
