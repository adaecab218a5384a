/* routes.c - what the gateway serves. */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "openrosa.h"

static const struct route ROUTES[] = {
    { "GET", "/healthz", NEEDS_NOTHING, operations_health, NULL, SPEAKS_JSON },
    { "GET", "/readyz", NEEDS_NOTHING, operations_ready, NULL, SPEAKS_JSON },
    { "GET", "/metrics", NEEDS_NOTHING, operations_metrics, NULL, SPEAKS_JSON },
    { "POST", "/v1/entries", NEEDS_ACCOUNT, entries_submit, NULL, SPEAKS_JSON },
    { "GET", "/v1/submissions/", NEEDS_ACCOUNT, entries_status, NULL, SPEAKS_JSON },
    { "GET", "/formList", NEEDS_ACCOUNT, openrosa_list, NULL, SPEAKS_OPENROSA },
    { "GET", "/forms/", NEEDS_ACCOUNT, openrosa_form, NULL, SPEAKS_OPENROSA },
    { "GET", "/media/", NEEDS_ACCOUNT, openrosa_media, NULL, SPEAKS_OPENROSA },
    { "HEAD", "/submission", NEEDS_ACCOUNT, openrosa_submission_head, NULL, SPEAKS_OPENROSA },
    { "POST", "/submission", NEEDS_ACCOUNT, openrosa_submit, &OPENROSA_INTAKE, SPEAKS_OPENROSA },
    { "GET", "/v1/", NEEDS_ACCOUNT, readings_read, NULL, SPEAKS_JSON },
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

const char *route_methods(const char *path)
{
    bool reads = false, writes = false, heads = false;
    const struct route *first = first_of_path(path);

    for (size_t i = 0; first != NULL && i < ROUTE_COUNT; i++) {
        if (strcmp(ROUTES[i].path, first->path) != 0)
            continue;
        reads = reads || strcmp(ROUTES[i].method, "GET") == 0;
        writes = writes || strcmp(ROUTES[i].method, "POST") == 0;
        heads = heads || strcmp(ROUTES[i].method, "HEAD") == 0;
    }
    if (heads)
        return "HEAD, POST";
    return reads && writes ? "GET, HEAD, POST" : writes ? "POST" : "GET, HEAD";
}
