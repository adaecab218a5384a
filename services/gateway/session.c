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
    events_end_of(&request->gateway->events, request->account);
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

static bool is_meant(struct request *request)
{
    const char *said = http_header_of(request, "X-CSRF-Token");
    struct form form;
    struct fault fault;

    if (said == NULL && form_read(&form, &request->arena, bytes_of(request->body, request->body_size), &fault))
        said = form_value(&form, "csrf");
    return said != NULL && strlen(said) == strlen(request->csrf) && sodium_memcmp(said, request->csrf, strlen(said)) == 0;
}

static bool is_reading(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

bool session_allows(struct request *request)
{
    struct fault fault;

    if (request->csrf[0] == '\0' || is_reading(request->method) || is_meant(request))
        return true;
    fault_set(&fault, "csrf", "这个页面已经失效，请重新打开再提交一次", "this page is not valid any more; open it again, and send it once more");
    problem_answer(request, MHD_HTTP_FORBIDDEN, "forbidden", &fault, 0);
    return false;
}
