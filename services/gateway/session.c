/* session.c - somebody who has signed in with a browser. */
#include "session.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "form.h"
#include "gateway.h"

enum {
    ID_RANDOM_BYTES = 32,
    ID_TEXT_BYTES = sodium_base64_ENCODED_LEN(ID_RANDOM_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
    COOKIE_BYTES = 160,
};

static const int64_t MINUTE_MS = 60 * 1000, HOUR_MS = 60 * 60 * 1000;
#define LASTS_MS (7 * 24 * HOUR_MS)
#define IDLE_MS (24 * HOUR_MS)
#define USED_EVERY_MS (10 * MINUTE_MS)

/* The prefix makes a browser refuse one that did not come over TLS, or from a neighbour below the same domain. */
static const char *name_of_cookie(const struct request *request)
{
    return http_is_secure(request) ? "__Host-duban" : "duban";
}

static void key_of(const char *id, uint8_t key[DIGEST_BYTES])
{
    const struct bytes parts[] = { bytes_of_text("session"), bytes_of_text(id) };

    digest_of_parts(key, DIGEST_BYTES, bytes_of(NULL, 0), parts, 2);
}

/* Known to who has the cookie, and it leads back to nothing. */
static void csrf_of(const char *id, char out[HTTP_CSRF_BYTES])
{
    const struct bytes parts[] = { bytes_of_text("csrf"), bytes_of_text(id) };
    uint8_t digest[DIGEST_BYTES];

    digest_of_parts(digest, sizeof digest, bytes_of(NULL, 0), parts, 2);
    sodium_bin2base64(out, HTTP_CSRF_BYTES, digest, sizeof digest, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void set_cookie(struct request *request, const char *id, int64_t lasts_ms)
{
    char line[COOKIE_BYTES];
    const char *copy;

    (void) snprintf(line, sizeof line, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s", name_of_cookie(request), id,
                    (long long) (lasts_ms / 1000), http_is_secure(request) ? "; Secure" : "");
    copy = arena_copy(&request->arena, line, strlen(line));
    if (copy != NULL)
        http_add_header(request, MHD_HTTP_HEADER_SET_COOKIE, copy);
}

/* ---------------------------------------------------------------- begin, end */

static int forget(struct request *request)
{
    const char *id = http_cookie_of(request, name_of_cookie(request));
    uint8_t key[DIGEST_BYTES];

    if (id == NULL)
        return 0;
    key_of(id, key);
    if (state_session(&request->gateway->state, &request->arena, key) == NULL)
        return 0;
    return state_delete_session(&request->gateway->state, key);
}

int session_begin(struct request *request)
{
    struct state *state = &request->gateway->state;
    const Duban__Credential *credential = state_credential(state, &request->arena, request->account);
    Duban__Session session = DUBAN__SESSION__INIT;
    uint8_t random[ID_RANDOM_BYTES], key[DIGEST_BYTES];
    char id[ID_TEXT_BYTES];
    int failed = forget(request);

    session.account = request->account;
    session.made_ms = session.used_ms = account_wall_ms();
    session.password_set_ms = credential == NULL ? 0 : credential->set_ms;
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(id, sizeof id, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    key_of(id, key);
    if (failed == 0)
        failed = state_begin_session(state, key, &session, session.made_ms - LASTS_MS, session.made_ms - IDLE_MS);
    if (failed == 0)
        set_cookie(request, id, LASTS_MS);
    sodium_memzero(random, sizeof random);
    sodium_memzero(id, sizeof id);
    return failed;
}

int session_end(struct request *request)
{
    if (forget(request) == -1)
        return -1;
    set_cookie(request, "", 0);
    return 0;
}

/* ---------------------------------------------------------------- who it is */

static bool is_over(struct request *request, const Duban__Session *session, int64_t now_ms)
{
    const Duban__Credential *credential = state_credential(&request->gateway->state, &request->arena, session->account);

    return credential == NULL || credential->set_ms != session->password_set_ms || now_ms - session->made_ms >= LASTS_MS ||
           now_ms - session->used_ms >= IDLE_MS;
}

bool session_enter(struct request *request)
{
    struct gateway *gateway = request->gateway;
    const char *id = http_cookie_of(request, name_of_cookie(request));
    int64_t now_ms = account_wall_ms();
    uint8_t key[DIGEST_BYTES];
    Duban__Session *session;

    if (id == NULL || strlen(id) != ID_TEXT_BYTES - 1)
        return false;
    key_of(id, key);
    session = state_session(&gateway->state, &request->arena, key);
    if (session == NULL || is_over(request, session, now_ms))
        return false;
    if (now_ms - session->used_ms >= USED_EVERY_MS && now_ms >= gateway->accounts.note_used_ms) {
        session->used_ms = now_ms;
        if (state_put_session(&gateway->state, key, session) == -1)
            gateway->accounts.note_used_ms = now_ms + MINUTE_MS;
    }
    (void) snprintf(request->account, sizeof request->account, "%s", session->account);
    csrf_of(id, request->csrf);
    return true;
}

/* ---------------------------------------------------------------- who posts */

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

bool session_admits(struct request *request)
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

static bool is_meant(struct request *request)
{
    const char *said = http_header_of(request, "X-CSRF-Token");
    struct form form;
    struct fault fault;

    if (said == NULL && form_read(&form, &request->arena, bytes_of(request->body, request->body_size), &fault))
        said = form_value(&form, "csrf");
    return said != NULL && strlen(said) == strlen(request->csrf) && sodium_memcmp(said, request->csrf, strlen(said)) == 0;
}

bool session_allows(struct request *request)
{
    struct fault fault;

    if (request->csrf[0] == '\0' || strcmp(request->method, "POST") != 0 || is_meant(request))
        return true;
    fault_set(&fault, "csrf", "这个页面已经失效，请重新打开再提交一次", "this page is not valid any more; open it again, and send it once more");
    problem_answer(request, MHD_HTTP_FORBIDDEN, "forbidden", &fault, 0);
    return false;
}
