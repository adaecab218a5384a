/* origin.c - whether another site has made a browser send this. */
#include "origin.h"

#include <string.h>

#include "gateway.h"

/* As browsers write it, and as a proxy may have to be told who we are. */
static bool is_our_origin(const struct request *request, const char *origin)
{
    const char *host = http_header_of(request, MHD_HTTP_HEADER_HOST), *at = strstr(origin, "://");
    const char *public_url = request->gateway->settings.public_url;
    size_t size = strlen(origin);

    if (at == NULL)
        return false;
    if (strncasecmp(public_url, origin, size) == 0 && (public_url[size] == '\0' || public_url[size] == '/'))
        return true;
    return host != NULL && strcasecmp(at + 3, host) == 0;
}

/* Of those that say so: apps say neither. Where there is no https, browsers say the second alone. */
static bool is_foreign(const struct request *request)
{
    const char *site = http_header_of(request, "Sec-Fetch-Site"), *origin = http_header_of(request, MHD_HTTP_HEADER_ORIGIN);

    if (site != NULL)
        return strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0;
    return origin != NULL && !is_our_origin(request, origin);
}

struct asked_for {
    const char *name;
    bool is_true;
};

static bool on_argument(void *self, const char *name, const char *value)
{
    struct asked_for *asked = self;

    asked->is_true = asked->is_true || (strcmp(name, asked->name) == 0 && strcmp(value, "true") == 0);
    return !asked->is_true;
}

static bool has_effect(const struct request *request)
{
    struct asked_for asked = { request->route->noted, false };

    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
        return strcmp(request->method, "OPTIONS") != 0;
    if (asked.name == NULL || asked.name[0] == '\0')
        return asked.name != NULL;
    http_each_argument(request, on_argument, &asked);
    return asked.is_true;
}

/* What a form can send without asking first. */
static bool comes_as_form(const struct request *request)
{
    static const char *const TYPES[] = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data" };
    const char *type = http_header_of(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    size_t size = type == NULL ? 0 : strcspn(type, "; \t");

    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
        if (size == strlen(TYPES[i]) && strncasecmp(type, TYPES[i], size) == 0)
            return true;
    return false;
}

static bool takes_json(const struct route *route)
{
    return route->bodies[0].status == 0 && route->bodies[0].message != NULL;
}

bool origin_admits(struct request *request)
{
    struct fault fault;

    if (has_effect(request) && is_foreign(request)) {
        fault_set(&fault, "", "这个请求来自别的网站，没有受理；请打开本系统自己的页面再办", "another site has sent this, and nothing was done; open our own page for it");
        problem_answer(request, MHD_HTTP_FORBIDDEN, "forbidden", &fault, 0);
        return false;
    }
    if (takes_json(request->route) && comes_as_form(request)) {
        fault_set(&fault, "Content-Type", "这里收 JSON，请写明 Content-Type: application/json（curl 加 -H 'Content-Type: application/json'）",
                  "JSON is taken here: send Content-Type: application/json (with curl: -H 'Content-Type: application/json')");
        problem_answer(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "invalid", &fault, 0);
        return false;
    }
    return true;
}
