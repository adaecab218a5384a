/* routes.h - what the gateway serves: one row for each path and method, one function for each row.
 *
 * A path that ends in / stands for everything below it, / itself alone; the handler finds the rest in request->rest. What a row
 * says besides its function is what the API's own description (openapi.h) tells of it: a test asks that it says all.
 */
#ifndef DUBAN_GATEWAY_ROUTES_H
#define DUBAN_GATEWAY_ROUTES_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

struct request;

enum route_needs {
    NEEDS_NOTHING,      /* whoever can reach it */
    NEEDS_ACCOUNT,      /* who has shown a password or a token; what his posts may is judged by rules from an entry, and by
                           READINGS of rights.c from a question */
    NEEDS_LOGIN,        /* the same, of a page: who has shown nothing is sent to /login */
};

/* How a route takes what may be large, a file: not into memory. */
struct intake {
    /* The head is there, and nothing speaks against it: it may be answered by that alone. NULL = nothing to do. */
    void (*begin)(struct request *request);
    /* The next piece of its body, which may be as large as http_settings.upload_bytes and what is spare. False: it was answered,
     * or what still comes is of no use. */
    bool (*take)(struct request *request, const char *data, size_t size);
    uint64_t spare_bytes;
};

/* In what a route answers, above all what it refuses. */
enum route_speaks {
    SPEAKS_JSON,        /* problem details (RFC 9457) */
    SPEAKS_PAGES,       /* pages for people: what they refuse they say themselves */
    SPEAKS_OPENROSA,    /* OpenRosaResponse: its message is shown to whoever filled in the form */
};

enum { ROUTE_BODIES = 3, ROUTE_ANSWERS = 4, ROUTE_PROBLEMS = 8, ROUTE_HEADERS = 4 };

/* A body that comes or goes. Of several with the same status and type one or the other comes. */
struct route_content {
    unsigned status;                             /* of an answer; 0 = of a request */
    const char *type;                            /* as application/json; NULL = no more, or (with a status) an answer without a body */
    const ProtobufCMessageDescriptor *message;   /* of JSON; NULL = no JSON of ours */
};

/* A header or an argument that a request may have. */
struct route_header {
    const char *name;                            /* NULL = no more */
    const char *zh, *en;
};

#define ROUTE_IF_NONE_MATCH \
    { "If-None-Match", "上次得到的 ETag：内容没有变化则答复 304", "the ETag that was given last: 304 when nothing has changed" }

#define ROUTE_TUS { "Tus-Resumable", "1.0.0", "1.0.0" }

struct route {
    const char *method;                /* GET serves HEAD as well */
    const char *path;
    enum route_needs needs;
    void (*handle)(struct request *request);   /* all of its body is there, unless it was answered before */
    const char *zh, *en;               /* what it does, in a line */
    const char *rest;                  /* what follows a path that ends in /, as a name: clientId. "" = each reading by its name */
    const char *more;                  /* what may follow that behind another /, as a name; NULL = nothing */
    struct route_content bodies[ROUTE_BODIES];
    struct route_content answers[ROUTE_ANSWERS];
    unsigned problems[ROUTE_PROBLEMS]; /* statuses of what it refuses, besides those that any path refuses */
    struct route_header headers[ROUTE_HEADERS];
    struct route_header arguments[ROUTE_HEADERS];   /* ?name= */
    const struct intake *intake;       /* NULL: its body waits in memory; otherwise see request->drop, too */
    enum route_speaks speaks;
    const char *noted;                 /* of a GET: the journal has who reads it: "" = always, otherwise with ?noted=true; NULL = never */
    bool of_operations;                /* its questions have places of their own (UPSTREAM_OPERATIONS_MOST) */
    bool of_photos;                    /* field apps send and fetch photos there: an app password enters */
};

/* Does an app password enter there? It lies on phones: where field apps go and nowhere else. */
static inline bool route_takes_app_password(const struct route *route)
{
    return route->speaks == SPEAKS_OPENROSA || route->of_photos;
}

/* NULL: nothing has that path, or (*other_method) something that is asked for by another method. */
const struct route *route_find(const char *method, const char *path, bool *other_method);

enum { ROUTE_METHODS_BYTES = 64 };

/* The methods that a path is served by, for Allow. */
void route_methods(const char *path, char out[ROUTE_METHODS_BYTES]);

/* Row by row; NULL beyond the last. */
const struct route *route_at(size_t row);

#endif
