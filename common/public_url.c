/* public_url.c - the address at which phones reach the gateway. */
#include "public_url.h"

#include <string.h>

#include "log.h"

enum { URL_MOST_BYTES = 120 };

/* A name or number with a port perhaps: the gateway serves at / alone. */
static bool is_host(const char *host)
{
    if (host[0] == '\0')
        return false;
    for (; *host != '\0'; host++)
        if (*host <= ' ' || (unsigned char) *host >= 0x7f || strchr("\"'<>`#?@/\\%", *host) != NULL)
            return false;
    return true;
}

bool public_url_is_right(const char *url)
{
    size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;

    if (url[0] == '\0' || (scheme > 0 && strlen(url) <= URL_MOST_BYTES && is_host(url + scheme)))
        return true;
    log_error("public_url：请写手机能打开的网址，如 https://duban.example，只有主机名和端口，最多 %d 个字节，不能是“%s” / public_url: write the "
              "address that phones reach the gateway at, as https://duban.example, host and port alone, at most %d bytes, not \"%s\"",
              URL_MOST_BYTES, url, URL_MOST_BYTES, url);
    return false;
}
