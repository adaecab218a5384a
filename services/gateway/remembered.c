/* remembered.c - passwords that were right a while ago. */
#include "remembered.h"

#include <sodium.h>
#include <string.h>

static void digest_by_key(const struct remembered *remembered, uint8_t out[DIGEST_BYTES], const char *account, const char *password)
{
    const struct bytes parts[] = { bytes_of_text(account), bytes_of_text(password) };

    digest_of_parts(out, DIGEST_BYTES, bytes_of(remembered->key, sizeof remembered->key), parts, 2);
}

/* The account's own place, or else the one of its row that is over first. */
static struct remembered_password *place_of(struct remembered *remembered, const uint8_t account[DIGEST_BYTES])
{
    struct remembered_password *row = remembered->rows[get_u64(account) % REMEMBERED_ROWS], *first = row;

    for (size_t i = 0; i < REMEMBERED_OF_ROW; i++) {
        if (row[i].until_ms != 0 && memcmp(row[i].account, account, DIGEST_BYTES) == 0)
            return &row[i];
        if (row[i].until_ms < first->until_ms)
            first = &row[i];
    }
    return first;
}

void remembered_open(struct remembered *remembered)
{
    memset(remembered, 0, sizeof *remembered);
    randombytes_buf(remembered->key, sizeof remembered->key);
}

bool remembered_was_right(const struct remembered *remembered, const char *account, const char *password, int64_t now_ms)
{
    const struct remembered_password *place;
    uint8_t own[DIGEST_BYTES], both[DIGEST_BYTES];

    digest_by_key(remembered, own, account, "");
    digest_by_key(remembered, both, account, password);
    place = place_of((struct remembered *) remembered, own);   /* and is not written to */
    return place->until_ms > now_ms && sodium_memcmp(place->both, both, DIGEST_BYTES) == 0;
}

void remembered_note(struct remembered *remembered, const char *account, const char *password, int64_t now_ms)
{
    uint8_t own[DIGEST_BYTES];
    struct remembered_password *place;

    digest_by_key(remembered, own, account, "");
    place = place_of(remembered, own);
    memcpy(place->account, own, DIGEST_BYTES);
    digest_by_key(remembered, place->both, account, password);
    place->until_ms = now_ms + REMEMBERED_MS;
}

void remembered_forget(struct remembered *remembered, const char *account)
{
    uint8_t own[DIGEST_BYTES];
    struct remembered_password *place;

    digest_by_key(remembered, own, account, "");
    place = place_of(remembered, own);
    if (place->until_ms != 0 && memcmp(place->account, own, DIGEST_BYTES) == 0)
        sodium_memzero(place, sizeof *place);
}
