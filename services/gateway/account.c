/* account.c - who asks. */
#include "account.h"

#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gateway.h"
#include "link.h"
#include "log.h"
#include "session.h"

enum {
    MINUTE_MS = 60 * 1000,
    CHECKS_SHARE = 2,                  /* one part of so many of the gateway's time is for checks */
    BUSY_AFTER_S = 1,
    CHECKS_AT_ONCE_MS = 3000,          /* that much may have to be made up for */
    USED_EVERY_MS = 60 * MINUTE_MS,    /* written down no more often */
    USED_AGAIN_MS = MINUTE_MS,         /* and after a failure not before */
    NONCE_S = 3600,                    /* a nonce of Digest can be used for so long */
};

/* OWASP's least for argon2id: 19 MiB, two passes. */
static const unsigned long long PASSWORD_PASSES = 2;
static const size_t PASSWORD_MEMORY_BYTES = 19 * 1024 * 1024;

enum { APP_DIGEST_BYTES = 16, APP_PASSWORD_RANDOM_BYTES = 20 };

static const char TOKEN_PREFIX[] = "duban_";   /* so that scanners of leaked secrets know one */

int64_t account_wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void account_open(struct accounts *accounts)
{
    memset(accounts, 0, sizeof *accounts);
    remembered_open(&accounts->remembered);
    guesses_open(&accounts->guesses);
}

/* ---------------------------------------------------------------- answers */

static bool refuse(struct request *request, const char *zh, const char *en)
{
    struct fault fault;

    fault_set(&fault, "Authorization", zh, en);
    http_add_header(request, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Basic realm=\"" ACCOUNT_REALM "\", charset=\"UTF-8\"");
    request->asks_digest = request->route != NULL && route_takes_app_password(request->route);
    problem_answer(request, MHD_HTTP_UNAUTHORIZED, "unauthorized", &fault, 0);
    return false;
}

uint32_t account_retry_after_s(enum password_verdict verdict, int64_t wait_ms)
{
    return verdict == PASSWORD_WAIT ? (uint32_t) ((wait_ms + 999) / 1000) : verdict == PASSWORD_BUSY ? BUSY_AFTER_S : 0;
}

void account_fault_of(enum password_verdict verdict, int64_t wait_ms, struct fault *fault)
{
    if (verdict == PASSWORD_WAIT)
        fault_set(fault, "Authorization", "密码连续输错，请 %u 秒后再试；忘记密码请找管理员重设",
                  "wrong passwords in a row: try again in %u s; who has forgotten it asks the administrator for a new one",
                  account_retry_after_s(verdict, wait_ms));
    else if (verdict == PASSWORD_BUSY)
        fault_set(fault, "", "正在核对的密码过多，请稍后再试", "too many passwords are being checked; try again later");
    else
        fault_set(fault, "Authorization", "账号或密码不对", "account or password is wrong");
}

static bool refuse_password(struct request *request, enum password_verdict verdict, int64_t wait_ms)
{
    struct fault fault;

    account_fault_of(verdict, wait_ms, &fault);
    if (verdict == PASSWORD_WAIT)
        problem_answer(request, MHD_HTTP_TOO_MANY_REQUESTS, "too-many-attempts", &fault, account_retry_after_s(verdict, wait_ms));
    else if (verdict == PASSWORD_BUSY)
        problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, account_retry_after_s(verdict, wait_ms));
    else
        return refuse(request, fault.zh, fault.en);
    return false;
}

/* ---------------------------------------------------------------- by a password */

/* What Digest calls HA1 (RFC 7616 3.4.2, with MD5, the only one that phones know). */
static void app_digest_of(uint8_t digest[APP_DIGEST_BYTES], const char *account, const char *password)
{
    char line[ACCOUNT_LINE_BYTES];

    (void) snprintf(line, sizeof line, "%s:" ACCOUNT_REALM ":%s", account, password);
    (void) gnutls_hash_fast(GNUTLS_DIG_MD5, line, strlen(line), digest);
    sodium_memzero(line, sizeof line);
}

/* Shown by Basic. */
static bool is_app_password(struct request *request, const char *account, const char *password)
{
    const Duban__Credential *credential;
    uint8_t digest[APP_DIGEST_BYTES];

    if (!route_takes_app_password(request->route))
        return false;
    credential = state_credential(&request->gateway->state, &request->arena, account);
    if (credential == NULL || credential->app_digest.len != sizeof digest)
        return false;
    app_digest_of(digest, account, password);
    return sodium_memcmp(digest, credential->app_digest.data, sizeof digest) == 0;
}

/* An account without a password takes as long as one with: whether there is one is nobody's business. */
static bool is_right(struct request *request, const char *account, const char *password)
{
    static const char NOBODYS[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const Duban__Credential *credential = state_credential(&request->gateway->state, &request->arena, account);
    char expected[crypto_pwhash_STRBYTES];
    bool has_one = credential != NULL && credential->password[0] != '\0';
    (void) snprintf(expected, sizeof expected, "%s", has_one ? credential->password : NOBODYS);
    return crypto_pwhash_str_verify(expected, password, strlen(password)) == 0 && has_one;
}

static void note_wrong(struct request *request, const char *account)
{
    request->gateway->accounts.wrong++;
    guesses_note_wrong(request, account);
}

/* What it took is made up for by as much time for others. now_ms is this turn's: many in one turn add up. */
static bool is_right_in_time(struct request *request, const char *account, const char *password)
{
    struct accounts *accounts = &request->gateway->accounts;
    int64_t began_ms = monotonic_ms();
    bool right = is_right(request, account, password);

    if (accounts->checked_until_ms < request->gateway->now_ms)
        accounts->checked_until_ms = request->gateway->now_ms;
    accounts->checked_until_ms += CHECKS_SHARE * (monotonic_ms() - began_ms);
    return right;
}

static bool enter(struct request *request, const char *account)
{
    (void) snprintf(request->account, sizeof request->account, "%s", account);
    request->gateway->accounts.right++;
    return true;
}

static enum password_verdict check_anew(struct request *request, const char *account, const char *password, int64_t *wait_ms)
{
    struct accounts *accounts = &request->gateway->accounts;

    *wait_ms = guesses_wait_ms(request, account);
    if (*wait_ms > 0 || accounts->checked_until_ms - request->gateway->now_ms > CHECKS_AT_ONCE_MS) {
        accounts->throttled++;
        return *wait_ms > 0 ? PASSWORD_WAIT : PASSWORD_BUSY;
    }
    if (!is_right_in_time(request, account, password)) {
        note_wrong(request, account);
        return PASSWORD_WRONG;
    }
    guesses_note_right(request, account);
    return PASSWORD_RIGHT;
}

enum password_verdict account_check_password(struct request *request, const char *account, const char *password, int64_t *wait_ms)
{
    struct accounts *accounts = &request->gateway->accounts;
    enum password_verdict verdict;

    if (strlen(account) >= HTTP_ACCOUNT_BYTES || strlen(password) > PASSWORD_MOST_BYTES)
        return PASSWORD_WRONG;
    if (remembered_was_right(&accounts->remembered, account, password, request->gateway->now_ms) || is_app_password(request, account, password)) {
        (void) enter(request, account);
        return PASSWORD_RIGHT;
    }
    verdict = check_anew(request, account, password, wait_ms);
    if (verdict == PASSWORD_RIGHT) {
        remembered_note(&accounts->remembered, account, password, request->gateway->now_ms);
        (void) enter(request, account);
    }
    return verdict;
}

bool account_may_err(struct request *request)
{
    int64_t wait_ms = guesses_wait_ms(request, NULL);

    if (wait_ms > 0) {
        request->gateway->accounts.throttled++;
        return refuse_password(request, PASSWORD_WAIT, wait_ms);
    }
    note_wrong(request, NULL);
    return true;
}

char *account_password_in(char line[ACCOUNT_LINE_BYTES], const char *encoded)
{
    size_t size;
    char *colon;

    if (sodium_base642bin((unsigned char *) line, ACCOUNT_LINE_BYTES - 1, encoded, strlen(encoded), " ", &size, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return NULL;
    line[size] = '\0';
    colon = memchr(line, ':', size);
    if (colon == NULL || strlen(line) != size)
        return NULL;
    *colon = '\0';
    return colon + 1;
}

static bool by_password(struct request *request, const char *encoded)
{
    char line[ACCOUNT_LINE_BYTES] = "";
    const char *password = account_password_in(line, encoded);
    enum password_verdict verdict;
    int64_t wait_ms = 0;
    bool entered;

    if (password == NULL) {
        entered = refuse(request, "登录信息无法解读", "the credentials cannot be read");
    } else {
        verdict = account_check_password(request, line, password, &wait_ms);
        entered = verdict == PASSWORD_RIGHT || refuse_password(request, verdict, wait_ms);
    }
    sodium_memzero(line, sizeof line);
    return entered;
}

/* ---------------------------------------------------------------- by Digest (RFC 7616) */

/* The right one enters, whoever guesses beside it: others of the same network must not keep a phone out. An account without an
 * app password answers like one with a wrong one. A nonce that has grown old is no guess: the client knows by "stale" that it
 * can answer again without asking anybody. */
static bool check_digest(struct request *request, const char *account)
{
    const Duban__Credential *credential = state_credential(&request->gateway->state, &request->arena, account);
    int64_t wait_ms = guesses_wait_ms(request, account);
    uint8_t expected[APP_DIGEST_BYTES];
    bool has_one = credential != NULL && credential->app_digest.len == sizeof expected;
    int answer;

    randombytes_buf(expected, sizeof expected);
    if (has_one)
        memcpy(expected, credential->app_digest.data, sizeof expected);
    answer = MHD_digest_auth_check_digest2(request->connection, ACCOUNT_REALM, account, expected, sizeof expected, NONCE_S,
                                           MHD_DIGEST_ALG_MD5);
    if (answer == MHD_YES)
        return enter(request, account);
    request->digest_is_stale = answer == MHD_INVALID_NONCE;
    if (answer != MHD_INVALID_NONCE && wait_ms > 0) {
        request->gateway->accounts.throttled++;
        return refuse_password(request, PASSWORD_WAIT, wait_ms);
    }
    if (answer != MHD_INVALID_NONCE)
        note_wrong(request, account);
    return refuse(request, "账号或应用密码不对", "account or app password is wrong");
}

static bool by_digest(struct request *request)
{
    char *account;
    bool entered;

    if (!route_takes_app_password(request->route))
        return refuse(request, "应用密码只能用来填表和传照片；这里请用账号密码或令牌",
                      "an app password is for forms and photos alone; sign in here with the account's password, or with a token");
    account = MHD_digest_auth_get_username(request->connection);
    if (account == NULL || strlen(account) >= HTTP_ACCOUNT_BYTES)
        entered = refuse(request, "登录信息无法解读", "the credentials cannot be read");
    else
        entered = check_digest(request, account);
    MHD_free(account);
    return entered;
}

/* ---------------------------------------------------------------- by a token */

static void key_of_token(const char *text, uint8_t key[DIGEST_BYTES])
{
    const struct bytes part = bytes_of_text(text);

    digest_of_parts(key, DIGEST_BYTES, bytes_of(NULL, 0), &part, 1);
}

/* Where it cannot be written, a list says a little less; who enters does not wait for a failing disk each time. */
static void note_used(struct gateway *gateway, const uint8_t key[DIGEST_BYTES], Duban__AppToken *token, int64_t now_ms)
{
    if (now_ms - token->used_ms < USED_EVERY_MS || now_ms < gateway->accounts.note_used_ms)
        return;
    token->used_ms = now_ms;
    if (state_put_token(&gateway->state, key, token) == -1)
        gateway->accounts.note_used_ms = now_ms + USED_AGAIN_MS;
}

static bool by_token(struct request *request, const char *text)
{
    struct state *state = &request->gateway->state;
    int64_t now_ms = account_wall_ms();
    uint8_t key[DIGEST_BYTES];
    Duban__AppToken *token;

    key_of_token(text, key);
    token = state_token(state, &request->arena, key);
    if (token == NULL) {
        request->gateway->accounts.wrong++;
        return refuse(request, "令牌无效或已收回", "the token is unknown or has been revoked");
    }
    if (token->expires_ms != 0 && token->expires_ms <= now_ms)
        return refuse(request, "令牌已过期，请换新令牌", "the token has expired; ask for a new one");
    note_used(request->gateway, key, token, now_ms);
    return enter(request, token->account);
}

bool account_of_request(struct request *request)
{
    const char *shown = http_header_of(request, MHD_HTTP_HEADER_AUTHORIZATION);

    if (shown == NULL && session_enter(request))
        return true;
    if (shown == NULL && request->route->needs == NEEDS_LOGIN)
        return login_first(request);
    if (shown == NULL)
        return refuse(request, "请先登录：账号加密码，或者令牌", "sign in: with account and password, or with a token");
    if (strncasecmp(shown, "Bearer ", 7) == 0)
        return by_token(request, shown + 7 + strspn(shown + 7, " "));
    if (strncasecmp(shown, "Basic ", 6) == 0)
        return by_password(request, shown + 6);
    if (strncasecmp(shown, "Digest ", 7) == 0)
        return by_digest(request);
    return refuse(request, "登录方式只能是 Basic、Digest 或 Bearer", "sign in by Basic, Digest or Bearer");
}

/* ---------------------------------------------------------------- the operator's acts */

/* As it stands now; a new one where there is none. */
static Duban__Credential credential_now(struct gateway *gateway, const char *account)
{
    const Duban__Credential *known = state_credential(&gateway->state, &gateway->query_arena, account);
    Duban__Credential credential = DUBAN__CREDENTIAL__INIT;

    if (known != NULL)
        credential = *known;
    credential.account = (char *) account;
    return credential;
}

int account_set_password(struct gateway *gateway, const char *account, const char *password)
{
    char hashed[crypto_pwhash_STRBYTES] = "";
    Duban__Credential credential = credential_now(gateway, account);

    if (password[0] != '\0' &&
        crypto_pwhash_str(hashed, password, strlen(password), PASSWORD_PASSES, PASSWORD_MEMORY_BYTES) != 0)
        return -1;
    credential.password = hashed;
    credential.set_ms = account_wall_ms();   /* sessions that began before end with it */
    if (password[0] == '\0')
        credential.app_digest.len = 0;   /* closed is closed */
    if (state_put_credential(&gateway->state, &credential) == -1)
        return -1;
    remembered_forget(&gateway->accounts.remembered, account);
    events_end_of(&gateway->events, account);
    return 0;
}

int account_make_app_password(struct gateway *gateway, const char *account, char text[ACCOUNT_APP_PASSWORD_BYTES])
{
    uint8_t secret[APP_PASSWORD_RANDOM_BYTES], digest[APP_DIGEST_BYTES];
    Duban__Credential credential = credential_now(gateway, account);

    randombytes_buf(secret, sizeof secret);
    sodium_bin2base64(text, ACCOUNT_APP_PASSWORD_BYTES, secret, sizeof secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
    app_digest_of(digest, account, text);
    credential.app_digest = (ProtobufCBinaryData){ sizeof digest, digest };
    return state_put_credential(&gateway->state, &credential);
}

int account_make_token(struct gateway *gateway, const char *account, const char *label, int64_t expires_ms, char *text,
                       uint8_t id[ACCOUNT_TOKEN_ID_BYTES])
{
    uint8_t secret[32], key[DIGEST_BYTES];
    Duban__AppToken token = DUBAN__APP_TOKEN__INIT;
    size_t prefix = sizeof TOKEN_PREFIX - 1;

    randombytes_buf(secret, sizeof secret);
    memcpy(text, TOKEN_PREFIX, prefix);
    sodium_bin2base64(text + prefix, ACCOUNT_TOKEN_BYTES - prefix, secret, sizeof secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
    key_of_token(text, key);
    memcpy(id, key, ACCOUNT_TOKEN_ID_BYTES);
    token.account = (char *) account;
    token.id = (ProtobufCBinaryData){ ACCOUNT_TOKEN_ID_BYTES, id };
    token.label = (char *) label;
    token.made_ms = account_wall_ms();
    token.expires_ms = expires_ms;
    return state_put_token(&gateway->state, key, &token);
}
