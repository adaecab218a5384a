/* signature.h - signing a body as Standard Webhooks 1.0.0 says.
 *
 * What is signed is "id.timestamp.body", the exact bytes sent; the header holds one
 * signature for each secret, so that two secrets can overlap while they are changed.
 */
#ifndef DUBAN_NOTIFY_SIGNATURE_H
#define DUBAN_NOTIFY_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum { SECRETS_MOST = 4, SECRET_MIN_BYTES = 24, SECRET_MAX_BYTES = 64 };

struct secrets {
    uint8_t secret[SECRETS_MOST][SECRET_MAX_BYTES];
    size_t size[SECRETS_MOST];
    size_t count;
};

/* One secret a line, "whsec_" and base64 of 24 to 64 bytes; empty lines and # comments are
 * left out. False when a line is something else or there is none. */
bool secrets_parse(struct secrets *secrets, const char *text);

/* Append "v1,BASE64" for each secret, separated by spaces. */
void signature_write(struct text *out, const struct secrets *secrets, const char *id, int64_t timestamp_s,
                     const char *body, size_t size);

/* Wipe. */
void secrets_close(struct secrets *secrets);

#endif
