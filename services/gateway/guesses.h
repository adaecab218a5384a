/* guesses.h - wrong passwords, counted for each account at each address, and for each address.
 *
 * Beyond a few in a row that address waits for that account, longer with each further one, and nobody else does. Whoever tries
 * one account after the other has his wrong ones counted for his address alone. Each step of waiting leaves a warning in the log,
 * and an address that must wait whatever it tries leaves one: so who reads the log sees that somebody guesses, and a guess that
 * is refused unchecked adds no line. Places are few and shared by chance: what is counted may be forgotten early, never wrongly kept.
 */
#ifndef DUBAN_GATEWAY_GUESSES_H
#define DUBAN_GATEWAY_GUESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

enum { GUESSED_MOST = 4096 };

struct request;

struct guessed {
    uint8_t digest[8];                 /* of account and address, by the key */
    uint32_t wrong;                    /* in a row */
    int64_t not_before_ms;             /* monotonic */
    int64_t until_ms;                  /* monotonic: forgotten then; 0 = nothing */
};

/* Of one address, whatever the accounts. */
struct strayed {
    uint8_t digest[8];                 /* of the address, by the key */
    int64_t until_ms;                  /* monotonic: drained then; each wrong one puts it off */
    bool is_told;                      /* that it waits; until it is drained */
};

struct guesses {
    uint8_t key[DIGEST_BYTES];         /* of this start */
    struct guessed guessed[GUESSED_MOST];
    struct strayed strayed[GUESSED_MOST];
};

void guesses_open(struct guesses *guesses);

/* How long whoever asks waits before that account may be tried; account NULL: before anything may, whatever it is. Zero or less: he
 * does not. */
int64_t guesses_wait_ms(struct request *request, const char *account);

/* He was wrong; account NULL: at something that is no account's. */
void guesses_note_wrong(struct request *request, const char *account);

/* He was right: what he got wrong at that account before does not count any more. */
void guesses_note_right(struct request *request, const char *account);

#endif
