/* remembered.h - passwords that were right a while ago, so that they are not checked anew with each request.
 *
 * Of each account the last one that was, by digests with a key of this start: what lies in memory tells nobody a password.
 * Places are few: of accounts that meet in one row, whoever was right longest ago is forgotten early, never one wrongly kept.
 */
#ifndef DUBAN_GATEWAY_REMEMBERED_H
#define DUBAN_GATEWAY_REMEMBERED_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

enum { REMEMBERED_ROWS = 256, REMEMBERED_OF_ROW = 4, REMEMBERED_MS = 10 * 60 * 1000 };

struct remembered_password {
    uint8_t account[DIGEST_BYTES];
    uint8_t both[DIGEST_BYTES];        /* of account and password */
    int64_t until_ms;                  /* monotonic; 0 = nothing */
};

struct remembered {
    uint8_t key[DIGEST_BYTES];
    struct remembered_password rows[REMEMBERED_ROWS][REMEMBERED_OF_ROW];
};

/* Nothing, under a new key. */
void remembered_open(struct remembered *remembered);

/* Was that its password within the last REMEMBERED_MS? now_ms: monotonic. */
bool remembered_was_right(const struct remembered *remembered, const char *account, const char *password, int64_t now_ms);

/* It has just been found right. */
void remembered_note(struct remembered *remembered, const char *account, const char *password, int64_t now_ms);

/* Whatever it was: it has been changed. */
void remembered_forget(struct remembered *remembered, const char *account);

#endif
