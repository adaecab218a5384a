/* public_url.c - the address at which phones reach the gateway. */
#include "public_url.h"

#include <string.h>

#include "log.h"

enum { URL_MOST_BYTES = 120 };

static bool is_plain(const char *url)
{
    for (; *url != '\0'; url++)
        if (*url <= ' ' || (unsigned char) *url >= 0x7f || strchr("\"'<>`#?@", *url) != NULL)
            return false;
    return true;
}

bool public_url_is_right(const char *url)
{
    bool has_scheme = strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
    size_t size = strlen(url);

    if (size == 0 || (has_scheme && size <= URL_MOST_BYTES && is_plain(url) && url[size - 1] != '/'))
        return true;
    log_error("public_url：请写手机能打开的网址，如 https://duban.example，最多 %d 个字节，末尾不带 /，不能是“%s” / public_url: write the "
              "address that phones reach the gateway at, as https://duban.example, at most %d bytes, without a / at its end, not \"%s\"",
              URL_MOST_BYTES, url, URL_MOST_BYTES, url);
    return false;
}
