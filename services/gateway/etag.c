/* etag.c - marks of answers. */
#include "etag.h"

#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "gateway.h"

enum { MARK_BYTES = 16 };

const char *etag_of(struct request *request, bool is_weak, const struct bytes *parts, size_t count)
{
    uint8_t digest[MARK_BYTES];
    char hex[2 * MARK_BYTES + 1], etag[sizeof hex + sizeof "W/\"\""];

    digest_of_parts(digest, sizeof digest, bytes_of(NULL, 0), parts, count);
    (void) snprintf(etag, sizeof etag, "%s\"%s\"", is_weak ? "W/" : "", hex_of(hex, digest, sizeof digest));
    return arena_copy(&request->arena, etag, strlen(etag));
}

static const char *opaque(const char *etag)
{
    return strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag;
}

/* A list of marks, compared weakly: ours hold neither comma nor quote inside. */
bool etag_is_named(const char *if_none_match, const char *etag)
{
    const char *wanted = opaque(etag);

    for (const char *at = if_none_match; at != NULL && *at != '\0';) {
        const char *one;
        size_t size;

        at += strspn(at, " \t,");
        size = strcspn(at, ",");
        one = opaque(at);
        if (*at == '*' || strncmp(one, wanted, strlen(wanted)) == 0)
            return true;
        at += size;
    }
    return false;
}

bool etag_answer_unchanged(struct request *request, const char *etag)
{
    request->cache = "private, no-cache";   /* kept, and asked for with its mark each time */
    http_add_header(request, MHD_HTTP_HEADER_ETAG, etag);
    if (!etag_is_named(http_header_of(request, MHD_HTTP_HEADER_IF_NONE_MATCH), etag))
        return false;
    http_answer(request, MHD_HTTP_NOT_MODIFIED, NULL, bytes_of(NULL, 0));
    return true;
}
