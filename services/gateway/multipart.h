/* multipart.h - bodies of multipart/form-data, read as they come (RFC 7578, RFC 2046 5.1.1).
 *
 *   preamble  --boundary CRLF  head CRLF CRLF  data  CRLF --boundary CRLF ... CRLF --boundary--
 *
 * Nothing is kept but the head of the part under way and what may yet turn out to be a boundary: data goes on in the pieces
 * in which it came. File names may be raw UTF-8, as phones send them; "filename*" (RFC 5987) is not used by forms.
 */
#ifndef DUBAN_GATEWAY_MULTIPART_H
#define DUBAN_GATEWAY_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

enum { MULTIPART_BOUNDARY_BYTES = 70, MULTIPART_HEAD_BYTES = 2048, MULTIPART_NAME_BYTES = 256 };

struct multipart_part {
    char name[MULTIPART_NAME_BYTES];
    char file_name[MULTIPART_NAME_BYTES];   /* empty = it is no file */
};

/* Each returns false to end it: then multipart_add does. */
struct multipart_calls {
    bool (*begin)(void *self, const struct multipart_part *part);
    bool (*data)(void *self, const char *data, size_t size);
    bool (*end)(void *self);
};

enum multipart_state {
    MULTIPART_PREAMBLE,                /* before the first boundary */
    MULTIPART_AFTER_BOUNDARY,          /* its end, or -- */
    MULTIPART_HEAD,
    MULTIPART_DATA,
    MULTIPART_OVER,                    /* behind the last one: what follows does not count */
    MULTIPART_BROKEN,
};

struct multipart {
    const struct multipart_calls *calls;
    void *self;
    enum multipart_state state;
    char mark[MULTIPART_BOUNDARY_BYTES + 5];   /* CRLF -- boundary */
    size_t mark_size, matched;         /* of the mark: so many of its bytes have come just now */
    char head[MULTIPART_HEAD_BYTES];
    size_t head_size;
    const char *broken;                /* why, in English; constant */
};

/* By the Content-Type of the request. False: it is no multipart/form-data, or names no boundary that can be used. */
bool multipart_open(struct multipart *multipart, const char *content_type, const struct multipart_calls *calls, void *self);

/* The next piece. False: it is broken, or a call wants no more. */
bool multipart_add(struct multipart *multipart, const char *data, size_t size);

/* Has the last boundary come? */
static inline bool multipart_is_whole(const struct multipart *multipart)
{
    return multipart->state == MULTIPART_OVER;
}

#endif
