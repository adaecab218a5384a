/* signature.c - Standard Webhooks, symmetric (v1). */
#include "signature.h"

#include <sodium.h>
#include <stdio.h>

static const char prefix[] = "whsec_";

static bool parse_secret(struct secrets *secrets, const char *line, size_t size)
{
    const char *end = NULL;
    size_t place = secrets->count;

    if (place == SECRETS_MOST || size < sizeof prefix || memcmp(line, prefix, sizeof prefix - 1) != 0)
        return false;
    line += sizeof prefix - 1;
    size -= sizeof prefix - 1;
    if (sodium_base642bin(secrets->secret[place], SECRET_MAX_BYTES, line, size, NULL, &secrets->size[place], &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != line + size || secrets->size[place] < SECRET_MIN_BYTES)
        return false;
    secrets->count++;
    return true;
}

bool secrets_parse(struct secrets *secrets, const char *text)
{
    memset(secrets, 0, sizeof *secrets);
    while (*text != '\0') {
        size_t line = strcspn(text, "\n");
        const char *from = text + strspn(text, " \t\r");
        size_t size = from < text + line ? (size_t) (text + line - from) : 0;

        while (size > 0 && strchr(" \t\r", from[size - 1]) != NULL)
            size--;
        if (size > 0 && from[0] != '#' && !parse_secret(secrets, from, size))
            return false;
        text += line + (text[line] == '\n');
    }
    return secrets->count > 0;
}

static void put_one(struct text *out, const uint8_t *secret, size_t secret_size, const char *head, const char *body,
                    size_t size)
{
    crypto_auth_hmacsha256_state state;
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    char base64[sodium_base64_ENCODED_LEN(sizeof mac, sodium_base64_VARIANT_ORIGINAL)];

    crypto_auth_hmacsha256_init(&state, secret, secret_size);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *) head, strlen(head));
    crypto_auth_hmacsha256_update(&state, (const uint8_t *) body, size);
    crypto_auth_hmacsha256_final(&state, mac);
    text_add(out, "v1,");
    text_add(out, sodium_bin2base64(base64, sizeof base64, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL));
}

void signature_write(struct text *out, const struct secrets *secrets, const char *id, int64_t timestamp_s,
                     const char *body, size_t size)
{
    char head[128];

    snprintf(head, sizeof head, "%s.%lld.", id, (long long) timestamp_s);
    for (size_t i = 0; i < secrets->count; i++) {
        if (i > 0)
            text_add(out, " ");
        put_one(out, secrets->secret[i], secrets->size[i], head, body, size);
    }
}

void secrets_close(struct secrets *secrets)
{
    sodium_memzero(secrets, sizeof *secrets);
}
