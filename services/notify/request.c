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
