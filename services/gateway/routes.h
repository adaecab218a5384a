/* routes.h - what the gateway serves: one line for each path and method, one function for each line.
 *
 * A path that ends in / stands for everything below it; the handler finds the rest in request->rest.
 */
#ifndef DUBAN_GATEWAY_ROUTES_H
#define DUBAN_GATEWAY_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

struct request;

enum route_needs {
    NEEDS_NOTHING,      /* whoever can reach it */
    NEEDS_ACCOUNT,      /* who has shown a password or a token; what his posts may is judged by rules from an entry, and by
                           READINGS of readings.c from a question */
};

/* How a route takes what may be large, a file: not into memory. */
struct intake {
    /* The head is there, and nothing speaks against it: it may be answered by that alone. NULL = nothing to do. */
    void (*begin)(struct request *request);
    /* The next piece of its body, which may be as large as http_settings.upload_bytes. False: it was answered, or what still
     * comes is of no use. */
    bool (*take)(struct request *request, const char *data, size_t size);
};

struct route {
    const char *method;                /* GET serves HEAD as well */
    const char *path;
    enum route_needs needs;
    void (*handle)(struct request *request);   /* all of its body is there, unless it was answered before */
    const struct intake *intake;       /* NULL: its body waits in memory; otherwise see request->drop, too */
};

/* NULL: nothing has that path, or (*other_method) something that is asked for by another method. */
const struct route *route_find(const char *method, const char *path, bool *other_method);

enum { ROUTE_METHODS_BYTES = 64 };

/* The methods that a path is served by, for Allow. */
void route_methods(const char *path, char out[ROUTE_METHODS_BYTES]);

#endif
