/* routes.h - what the gateway serves: one line for each path and method, one function for each line.
 *
 * A path that ends in / stands for everything below it, / itself alone; the handler finds the rest in request->rest.
 */
#ifndef DUBAN_GATEWAY_ROUTES_H
#define DUBAN_GATEWAY_ROUTES_H

#include <stdbool.h>

struct request;

enum route_needs {
    NEEDS_NOTHING,      /* whoever can reach it */
    NEEDS_ACCOUNT,      /* who has shown a password or a token; what his posts may is judged by rules from an entry, and by
                           READINGS of readings.c from a question */
    NEEDS_LOGIN,        /* the same, of a page: who has shown nothing is sent to /login */
};

struct route {
    const char *method;                /* GET serves HEAD as well */
    const char *path;
    enum route_needs needs;
    void (*handle)(struct request *request);
};

/* NULL: nothing has that path, or (*other_method) something that is asked for by another method. */
const struct route *route_find(const char *method, const char *path, bool *other_method);

/* The methods that a path is served by, for Allow. */
const char *route_methods(const char *path);

#endif
