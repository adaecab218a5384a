/* routes.c - what the gateway serves. */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "gateway.h"

static const struct route ROUTES[] = {
    { "GET", "/healthz", NEEDS_NOTHING, operations_health },
    { "GET", "/readyz", NEEDS_NOTHING, operations_ready },
    { "GET", "/metrics", NEEDS_NOTHING, operations_metrics },
    { "POST", "/v1/entries", NEEDS_ACCOUNT, entries_submit },
    { "GET", "/v1/submissions/", NEEDS_ACCOUNT, entries_status },
    { "POST", "/v1/reveal", NEEDS_ACCOUNT, reveal_show },
    { "GET", "/v1/", NEEDS_ACCOUNT, readings_read },
    { "GET", "/login", NEEDS_NOTHING, login_show },
    { "POST", "/login", NEEDS_NOTHING, login_enter },
    { "POST", "/logout", NEEDS_LOGIN, login_leave },
    { "GET", "/a/", NEEDS_NOTHING, task_page_by_link },
    { "POST", "/a/", NEEDS_NOTHING, task_page_by_link },
    { "GET", "/t/", NEEDS_LOGIN, task_page_by_account },
    { "POST", "/t/", NEEDS_LOGIN, task_page_by_account },
    { "POST", "/reveal", NEEDS_LOGIN, reveal_on_page },
    { "GET", "/paper/case/", NEEDS_LOGIN, paper_case },
    { "GET", "/paper/plan", NEEDS_LOGIN, paper_plan },
    { "GET", "/paper/morning", NEEDS_LOGIN, paper_morning },
    { "GET", "/paper/evening", NEEDS_LOGIN, paper_evening },
    { "GET", "/", NEEDS_LOGIN, home_show },
};
enum { ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0] };

static bool is_path(const struct route *route, const char *path)
{
    size_t size = strlen(route->path);

    return size > 1 && route->path[size - 1] == '/' ? strncmp(route->path, path, size) == 0 : strcmp(route->path, path) == 0;
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
    bool reads = false, writes = false;
    const struct route *first = first_of_path(path);

    for (size_t i = 0; first != NULL && i < ROUTE_COUNT; i++) {
        if (strcmp(ROUTES[i].path, first->path) != 0)
            continue;
        reads = reads || strcmp(ROUTES[i].method, "GET") == 0;
        writes = writes || strcmp(ROUTES[i].method, "POST") == 0;
    }
    return reads && writes ? "GET, HEAD, POST" : writes ? "POST" : "GET, HEAD";
}
