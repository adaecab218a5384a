/* guesses.c - wrong passwords, counted. */
#include "guesses.h"

#include <sodium.h>
#include <string.h>

#include "gateway.h"
#include "log.h"

enum {
    MINUTE_MS = 60 * 1000,
    FREE_GUESSES = 5,
    GUESS_LEAST_MS = 1000, GUESS_MOST_MS = 15 * MINUTE_MS,   /* doubled with each further one */
    GUESSES_FORGOTTEN_MS = 60 * MINUTE_MS,
    STRAYED_EACH_MS = 2000, STRAYED_MOST = 30,   /* wrong ones of an address: drained one by one */
};

void guesses_open(struct guesses *guesses)
{
    memset(guesses, 0, sizeof *guesses);
    randombytes_buf(guesses->key, sizeof guesses->key);
}

static struct guesses *guesses_of(const struct request *request)
{
    return &request->gateway->accounts.guesses;
}

/* ---------------------------------------------------------------- places */

static void digest_at(const struct request *request, const char *account, uint8_t digest[8])
{
    const struct guesses *guesses = guesses_of(request);
    char address[ADDRESS_BYTES];
    struct bytes parts[2];

    http_address_of(request, address);
    address_to_network(address);
    parts[0] = bytes_of_text(account);
    parts[1] = bytes_of_text(address);
    digest_of_parts(digest, 8, bytes_of(guesses->key, sizeof guesses->key), parts, 2);
}

static struct strayed *strayed_at(const struct request *request)
{
    struct strayed *strayed;
    uint8_t digest[8];

    digest_at(request, "", digest);
    strayed = &guesses_of(request)->strayed[get_u64(digest) % GUESSED_MOST];
    if (memcmp(strayed->digest, digest, sizeof digest) != 0 || strayed->until_ms < request->gateway->now_ms) {
        *strayed = (struct strayed){ .until_ms = request->gateway->now_ms };
        memcpy(strayed->digest, digest, sizeof digest);
    }
    return strayed;
}

/* Who has the same place takes it over. */
static struct guessed *guessed_at(const struct request *request, const char *account)
{
    struct guessed *guessed;
    uint8_t digest[8];

    digest_at(request, account, digest);
    guessed = &guesses_of(request)->guessed[get_u64(digest) % GUESSED_MOST];
    if (memcmp(guessed->digest, digest, sizeof digest) != 0 || guessed->until_ms <= request->gateway->now_ms) {
        *guessed = (struct guessed){ 0 };
        memcpy(guessed->digest, digest, sizeof digest);
    }
    return guessed;
}

/* ---------------------------------------------------------------- the log */

/* What stands where an account does may be the password, typed into the wrong line: it is named where there is such an account. */
static const char *shown(struct request *request, const char *account)
{
    return state_credential(&request->gateway->state, &request->arena, account) == NULL ? "-" : account;
}

static void tell_guessed(struct request *request, const char *account, const struct guessed *guessed, int64_t wait_ms)
{
    char address[ADDRESS_BYTES];

    http_address_of(request, address);
    log_warn("密码连续输错，来自这个地址的要等一等才能再试这个账号 / wrong passwords in a row, that account waits for that address: account=%s address=%s "
             "wrong=%u wait_ms=%lld request=%s", shown(request, account), address, guessed->wrong, (long long) wait_ms, request->id);
}

static void tell_strayed(const struct request *request)
{
    char address[ADDRESS_BYTES];

    http_address_of(request, address);
    log_warn("这个地址一再输错账号、密码或网址中的密钥，以后每次都要等一等 / one wrong password, account or secret in an address after the other, that "
             "address waits whatever it tries: address=%s request=%s", address, request->id);
}

/* ---------------------------------------------------------------- waiting */

static int64_t strayed_wait_ms(const struct strayed *strayed, int64_t now_ms)
{
    return strayed->until_ms - (int64_t) (STRAYED_MOST - 1) * STRAYED_EACH_MS - now_ms;
}

int64_t guesses_wait_ms(struct request *request, const char *account)
{
    int64_t now_ms = request->gateway->now_ms, for_all_ms = strayed_wait_ms(strayed_at(request), now_ms), for_one_ms;

    if (account == NULL)
        return for_all_ms;
    for_one_ms = guessed_at(request, account)->not_before_ms - now_ms;
    return for_all_ms < for_one_ms ? for_one_ms : for_all_ms;
}

static void note_strayed(struct request *request)
{
    struct strayed *strayed = strayed_at(request);

    strayed->until_ms += STRAYED_EACH_MS;
    if (strayed->is_told || strayed_wait_ms(strayed, request->gateway->now_ms) <= 0)
        return;
    strayed->is_told = true;
    tell_strayed(request);
}

static void note_guessed(struct request *request, const char *account)
{
    struct guessed *guessed = guessed_at(request, account);
    int64_t now_ms = request->gateway->now_ms, wait_ms = GUESS_LEAST_MS;

    guessed->wrong++;
    guessed->until_ms = now_ms + GUESSES_FORGOTTEN_MS;
    for (uint32_t i = FREE_GUESSES; i < guessed->wrong && wait_ms < GUESS_MOST_MS; i++)
        wait_ms *= 2;
    if (guessed->wrong < FREE_GUESSES)
        return;
    wait_ms = wait_ms < GUESS_MOST_MS ? wait_ms : GUESS_MOST_MS;
    guessed->not_before_ms = now_ms + wait_ms;
    tell_guessed(request, account, guessed, wait_ms);
}

void guesses_note_wrong(struct request *request, const char *account)
{
    note_strayed(request);
    if (account != NULL)
        note_guessed(request, account);
}

void guesses_note_right(struct request *request, const char *account)
{
    *guessed_at(request, account) = (struct guessed){ 0 };
}
