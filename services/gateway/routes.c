/* routes.c - what the gateway serves. */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "gateway.h"

#define JSON "application/json"
#define TEXT "text/plain"

static const struct route ROUTES[] = {
    { "GET", "/healthz", NEEDS_NOTHING, operations_health,
      "服务在运行", "it runs",
      .answers = { { 200, TEXT, NULL } } },
    { "GET", "/readyz", NEEDS_NOTHING, operations_ready,
      "收件和规则服务都有应答，可以提交", "ingest and rules answer: reports can be taken",
      .answers = { { 200, TEXT, NULL }, { 503, TEXT, NULL } } },
    { "GET", "/metrics", NEEDS_NOTHING, operations_metrics,
      "各服务的运行指标，Prometheus 文本格式", "figures of all daemons, in the text format of Prometheus",
      .answers = { { 200, TEXT, NULL } } },
    { "GET", "/v1/openapi.json", NEEDS_NOTHING, openapi_read,
      "本接口说明，OpenAPI 3.1", "this description, OpenAPI 3.1",
      .answers = { { 200, JSON, NULL }, { 304, NULL, NULL } }, .headers = { ROUTE_IF_NONE_MATCH } },
    { "POST", "/v1/entries", NEEDS_ACCOUNT, entries_submit,
      "提交一条或多条：同一编号、同一内容再交，得到同一回执；201 表示已入流水账，不会丢失",
      "submit one entry or several: the same again under the same id gives the same receipt; 201 means durable",
      .bodies = { { 0, JSON, &duban__submission__descriptor }, { 0, JSON, &duban__submissions__descriptor } },
      .answers = { { 201, JSON, &duban__submitted__descriptor }, { 200, JSON, &duban__submitted__descriptor },
                   { 200, JSON, &duban__submitted_all__descriptor } },
      .problems = { 403, 409, 413, 422, 507 } },
    { "GET", "/v1/submissions/", NEEDS_ACCOUNT, entries_status,
      "本账号的一次提交现在怎样：已收下、已生效、待核（附原因）、已放行、已退回",
      "what has become of a submission of this account: accepted, applied, held (and why), released, rejected",
      .rest = "clientId", .answers = { { 200, JSON, &duban__submission_progress__descriptor } }, .problems = { 404 } },
    { "GET", "/v1/events", NEEDS_ACCOUNT, events_listen,
      "事件：决定了什么，随时告知（server-sent events）；notice 是发给谁的通知，case 是问题状态的变化，fact 是其他经过，reset 是流水账换了",
      "events, as they are decided (server-sent events): notice, case (a change of state), fact (anything else), reset (another journal)",
      .answers = { { 200, "text/event-stream", NULL } }, .problems = { 403 },
      .headers = { { "Last-Event-ID", "上次得到的事件编号，从它之后接着来", "id of the last event that was got: what follows it comes" } } },
    { "GET", "/calendar/", NEEDS_NOTHING, calendar_read,
      "某人的日历，网址 SECRET.ics 保密，不用登录；duban account calendar 给出", "somebody's calendar at a secret address, SECRET.ics, without signing in; made by duban account calendar",
      .rest = "secret", .answers = { { 200, "text/calendar", NULL }, { 304, NULL, NULL } }, .problems = { 404, 429 },
      .headers = { ROUTE_IF_NONE_MATCH } },
    { "GET", "/v1/", NEEDS_ACCOUNT, readings_read,
      "查询", "read",
      .rest = "", .answers = { { 200, JSON, &duban__reply__descriptor }, { 304, NULL, NULL } }, .problems = { 403, 404, 422 },
      .headers = { ROUTE_IF_NONE_MATCH } },
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

const struct route *route_at(size_t row)
{
    return row < ROUTE_COUNT ? &ROUTES[row] : NULL;
}
