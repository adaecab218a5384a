/* account.h - who asks: by a password (Basic), by an app password (Digest or Basic, on routes of field apps alone), by a token (Bearer), or by a session
 * (session.h) that a password began.
 *
 * A password costs some tens of milliseconds to check, on purpose: one that was right is remembered for a while
 * (remembered.h). Wrong ones are counted by guesses.h: who guesses cannot lock out who knows. All checks together take at
 * most half of the gateway's time: beyond that, a password that is not remembered is asked for again later. Tokens, app
 * passwords and remembered passwords go on meanwhile: an app password costs next to nothing to check, and of 160 random bits
 * there is nothing to guess.
 */
#ifndef DUBAN_GATEWAY_ACCOUNT_H
#define DUBAN_GATEWAY_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "fault.h"
#include "guesses.h"
#include "remembered.h"

#define ACCOUNT_REALM "Duban"         /* of Basic and of Digest: an app password is made for it */

struct request;
struct gateway;

struct accounts {
    struct remembered remembered;
    struct guesses guesses;
    int64_t checked_until_ms;          /* monotonic: when what checks have taken is made up for */
    int64_t note_used_ms;              /* wall clock: no use of a token is written down before; the store failed */
    uint64_t right, wrong, throttled;
};

void account_open(struct accounts *accounts);

/* Find out whose the request is: request->account. False: it has been answered (401, 429, 503). */
bool account_of_request(struct request *request);

/* Is it that account's password, or its app password where the route takes one? RIGHT: the request is that account's from here on. WAIT: nothing was checked, not before so
 * many milliseconds. BUSY: nothing was checked, there is too much to check. */
enum password_verdict { PASSWORD_RIGHT, PASSWORD_WRONG, PASSWORD_WAIT, PASSWORD_BUSY };
enum password_verdict account_check_password(struct request *request, const char *account, const char *password, int64_t *wait_ms);

/* What to say of a verdict that is not RIGHT, and when to try again; 0 = that is his matter. */
void account_fault_of(enum password_verdict verdict, int64_t wait_ms, struct fault *fault);
uint32_t account_retry_after_s(enum password_verdict verdict, int64_t wait_ms);

/* Some secret in an address is none: count that for whoever asks, as a wrong password of no account. False: too many have been,
 * and it has been answered. */
bool account_may_err(struct request *request);

/* What Basic shows, ACCOUNT:PASSWORD in base64, cut in two: the account in line, the password behind it. NULL: it cannot be read. */
enum { ACCOUNT_LINE_BYTES = 512 };
char *account_password_in(char line[ACCOUNT_LINE_BYTES], const char *encoded);

/* Set the password of an account: its argon2id. 0; -1: memory is out, or the store failed. Empty: none any more, and no app
 * password either. */
int account_set_password(struct gateway *gateway, const char *account, const char *password);

/* A new app password, for Digest and Basic of field apps; the one before no longer counts. 0, or -1. */
enum { ACCOUNT_APP_PASSWORD_BYTES = 28 };
int account_make_app_password(struct gateway *gateway, const char *account, char text[ACCOUNT_APP_PASSWORD_BYTES]);

/* A new token; text has room for ACCOUNT_TOKEN_BYTES. 0, or -1. */
enum { ACCOUNT_TOKEN_BYTES = 56, ACCOUNT_TOKEN_ID_BYTES = 8, PASSWORD_LEAST_BYTES = 10, PASSWORD_MOST_BYTES = 200 };
int account_make_token(struct gateway *gateway, const char *account, const char *label, int64_t expires_ms, char *text,
                       uint8_t id[ACCOUNT_TOKEN_ID_BYTES]);

/* By the wall clock. */
int64_t account_wall_ms(void);

#endif
