/* request.c - the life of a request's memory. */
#include "request.h"

#include <sodium.h>

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
