/* request.c - the life of a request's memory. */
#include "request.h"

#include <sodium.h>

#include "message.h"

bool request_add_header(struct request *request, const char *line)
{
    struct curl_slist *longer = curl_slist_append(request->headers, line);

    if (longer == NULL)
        return false;
    request->headers = longer;
    return true;
}

static void wipe(struct text *text)
{
    if (text->data != NULL)
        sodium_memzero(text->data, text->size);
    text_clear(text);
}

void request_clear(struct request *request)
{
    wipe(&request->url);
    wipe(&request->body);
    wipe(&request->sender);
    wipe(&request->recipient);
    curl_slist_free_all(request->headers);
    request->headers = NULL;
    request->kind = REQUEST_POST;
    request->user = request->password = request->ca_file = NULL;
    request->command = NULL;
    request->mail_tls = CURLUSESSL_ALL;
}

void request_close(struct request *request)
{
    request_clear(request);
    text_close(&request->url);
    text_close(&request->body);
    text_close(&request->sender);
    text_close(&request->recipient);
}

/* ---------------------------------------------------------------- its answer */

/* Length of the longest valid beginning, when at most the last character is cut; else 0. */
static size_t valid_size(const char *words, size_t size)
{
    for (size_t cut = 0; cut < 4 && cut < size; cut++)
        if (is_utf8(words, size - cut))
            return size - cut;
    return 0;
}

void answer_clean(char *words, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char) words[i] < 0x20 || words[i] == 0x7F)
            words[i] = ' ';
    if (valid_size(words, size) > 0)
        size = valid_size(words, size);
    else
        for (size_t i = 0; i < size; i++)
            if ((unsigned char) words[i] >= 0x80)
                words[i] = '?';
    words[size] = '\0';
}

enum { HIDDEN_LEAST_BYTES = 4, TELLING_BYTES = 8, PHONE_BYTES = 11 };

static size_t alike(const char *words, const char *secret, size_t size)
{
    size_t count = 0;

    while (count < size && words[count] != '\0' && words[count] == secret[count])
        count++;
    return count;
}

/* A long one is told by its beginning, which may be all that is left of it. */
static void hide(char *words, const char *secret, size_t size)
{
    static const char shown[] = "***";
    size_t least = size < TELLING_BYTES ? size : TELLING_BYTES;

    for (char *at = words; size >= HIDDEN_LEAST_BYTES && *at != '\0'; at++) {
        size_t count = alike(at, secret, size);

        if (count < least)
            continue;
        memmove(at + sizeof shown - 1, at + count, strlen(at + count) + 1);
        memcpy(at, shown, sizeof shown - 1);
        at += sizeof shown - 2;
    }
}

/* Behind the host: all of it, then each piece that is no name of a parameter. */
static void hide_way(char *words, const char *way)
{
    hide(words, way, strcspn(way, "#"));
    while (*way != '\0') {
        size_t size = strcspn(way, "/?&=#");

        if (size >= TELLING_BYTES && way[size] != '=')
            hide(words, way, size);
        way += size;
        way += *way != '\0';
    }
}

void answer_hide(char *words, const char *address)
{
    const char *host = address != NULL ? strstr(address, "://") : NULL;

    if (address == NULL)
        return;
    if (host != NULL) {
        hide_way(words, host + 3 + strcspn(host + 3, "/?#"));
        return;
    }
    hide(words, address, strlen(address));
    if (strlen(address) > PHONE_BYTES)   /* without the country */
        hide(words, address + strlen(address) - PHONE_BYTES, PHONE_BYTES);
}
