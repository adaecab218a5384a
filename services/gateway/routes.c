/* routes.c - what the gateway serves. */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "gateway.h"

static const struct route ROUTES[] = {
    { "GET", "/healthz", NEEDS_NOTHING, operations_health, NULL },
    { "GET", "/readyz", NEEDS_NOTHING, operations_ready, NULL },
    { "GET", "/metrics", NEEDS_NOTHING, operations_metrics, NULL },
    { "POST", "/v1/entries", NEEDS_ACCOUNT, entries_submit, NULL },
    { "GET", "/v1/submissions/", NEEDS_ACCOUNT, entries_status, NULL },
    { "PUT", "/v1/evidence/", NEEDS_ACCOUNT, evidence_put, &EVIDENCE_INTAKE },
    { "GET", "/v1/", NEEDS_ACCOUNT, readings_read, NULL },
};
enum { ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0] };

static bool is_path(const struct route *route, const char *path)
{
    size_t size = strlen(route->path);

    return route->path[size - 1] == '/' ? strncmp(route->path, path, size) == 0 : strcmp(route->path, path) == 0;
}

static bool is_method(const struct route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* The longest path is meant: those that are longer stand first in the table. */
static const struct route *first_of_path(const char *path)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (is_path(&ROUTES[i], path))
            return &ROUTES[i];
    return NULL;
}

const struct route *route_find(const char *method, const char *path, bool *other_method)
{
    const struct route *first = first_of_path(path);

    *other_method = first != NULL;
    for (size_t i = 0; first != NULL && i < ROUTE_COUNT; i++)
        if (strcmp(ROUTES[i].path, first->path) == 0 && is_method(&ROUTES[i], method))
            return &ROUTES[i];
    return NULL;
}

void route_methods(const char *path, char out[ROUTE_METHODS_BYTES])
{
    const struct route *first = first_of_path(path);
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; first != NULL && i < ROUTE_COUNT; i++)
        if (strcmp(ROUTES[i].path, first->path) == 0)
            used += (size_t) snprintf(out + used, ROUTE_METHODS_BYTES - used, "%s%s%s", used == 0 ? "" : ", ", ROUTES[i].method,
                                      strcmp(ROUTES[i].method, "GET") == 0 ? ", HEAD" : "");
}
