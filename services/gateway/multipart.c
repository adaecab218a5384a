/* multipart.c - bodies of multipart/form-data, read as they come. */
#include "multipart.h"

#include <string.h>
#include <strings.h>

/* ---------------------------------------------------------------- parameters: ; name=value, ; name="value" */

/* Where the value of that parameter begins; NULL = it is not there. at: behind the first value. */
static const char *parameter(const char *at, const char *end, const char *name)
{
    size_t size = strlen(name);

    while (at < end) {
        const char *equals;
        bool quoted = false;

        while (at < end && (*at == ';' || *at == ' ' || *at == '\t'))
            at++;
        equals = memchr(at, '=', (size_t) (end - at));
        if (equals == NULL)
            return NULL;
        if ((size_t) (equals - at) == size && strncasecmp(at, name, size) == 0)
            return equals + 1;
        for (at = equals + 1; at < end && (quoted || *at != ';'); at++) {
            if (*at == '\\' && quoted && at + 1 < end)
                at++;
            else if (*at == '"')
                quoted = !quoted;
        }
    }
    return NULL;
}

/* False: it is longer than there is room for, or its quote does not end. Browsers write " as %22, others as \" : the
 * backslash of a Windows path stands for itself. */
static bool copy_value(const char *at, const char *end, char *out, size_t room)
{
    bool quoted = at < end && *at == '"';
    size_t size = 0;

    for (at += quoted; at < end; at++) {
        if (quoted ? *at == '"' : *at == ';' || *at == ' ' || *at == '\t')
            break;
        if (quoted && *at == '\\' && at + 1 < end && (at[1] == '"' || at[1] == '\\'))
            at++;
        if (size + 1 >= room)
            return false;
        out[size++] = *at;
    }
    out[size] = '\0';
    return !quoted || at < end;
}

/* ---------------------------------------------------------------- the boundary */

/* RFC 2046 5.1.1. */
static bool is_boundary(const char *text)
{
    size_t size = strlen(text);

    return size > 0 && size <= MULTIPART_BOUNDARY_BYTES && text[size - 1] != ' ' &&
           strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ") == size;
}

bool multipart_open(struct multipart *multipart, const char *content_type, const struct multipart_calls *calls, void *self)
{
    static const char KIND[] = "multipart/form-data";
    char boundary[MULTIPART_BOUNDARY_BYTES + 1];
    const char *end, *value;

    *multipart = (struct multipart){ .calls = calls, .self = self };
    if (content_type == NULL || strncasecmp(content_type, KIND, sizeof KIND - 1) != 0)
        return false;
    end = content_type + strlen(content_type);
    value = parameter(content_type + sizeof KIND - 1, end, "boundary");
    if (value == NULL || !copy_value(value, end, boundary, sizeof boundary) || !is_boundary(boundary))
        return false;
    memcpy(multipart->mark, "\r\n--", 4);
    memcpy(multipart->mark + 4, boundary, strlen(boundary));
    multipart->mark_size = 4 + strlen(boundary);
    multipart->matched = 2;            /* the first one may stand at the very beginning */
    return true;
}

/* ---------------------------------------------------------------- heads */

static bool broken(struct multipart *multipart, const char *why)
{
    multipart->state = MULTIPART_BROKEN;
    multipart->broken = why;
    return false;
}

static bool begin_part(struct multipart *multipart)
{
    static const char NAME[] = "Content-Disposition:";
    const char *at = multipart->head, *end = multipart->head + multipart->head_size;
    struct multipart_part part = { .name = "" };

    while (at < end) {
        const char *line_end = memchr(at, '\r', (size_t) (end - at)), *value;

        if (line_end == NULL)
            line_end = end;
        if ((size_t) (line_end - at) >= sizeof NAME - 1 && strncasecmp(at, NAME, sizeof NAME - 1) == 0) {
            const char *kind = memchr(at, ';', (size_t) (line_end - at));

            value = kind == NULL ? NULL : parameter(kind, line_end, "name");
            if (value == NULL || !copy_value(value, line_end, part.name, sizeof part.name))
                return broken(multipart, "a part has no name");
            value = parameter(kind, line_end, "filename");
            if (value != NULL && !copy_value(value, line_end, part.file_name, sizeof part.file_name))
                return broken(multipart, "a file name is too long");
        }
        at = line_end + (end - line_end >= 2 ? 2 : end - line_end);
    }
    if (part.name[0] == '\0')
        return broken(multipart, "a part has no name");
    multipart->state = MULTIPART_DATA;
    multipart->matched = 0;
    return multipart->calls->begin(multipart->self, &part);
}

/* Ends with an empty line; a head may also be empty, and then has no name. */
static bool add_to_head(struct multipart *multipart, char one)
{
    size_t size = multipart->head_size;

    if (one == '\0')
        return broken(multipart, "there is a zero byte in the head of a part");
    if (size == sizeof multipart->head)
        return broken(multipart, "the head of a part is too long");
    multipart->head[multipart->head_size++] = one;
    size++;
    if (size >= 4 && memcmp(multipart->head + size - 4, "\r\n\r\n", 4) == 0) {
        multipart->head_size -= 2;
        return begin_part(multipart);
    }
    return true;
}

/* Blanks may follow a boundary, and nothing else. */
static bool add_behind_boundary(struct multipart *multipart, char one)
{
    char *seen = multipart->head;

    if (multipart->head_size == 0 && (one == ' ' || one == '\t'))
        return true;
    seen[multipart->head_size++] = one;
    if (multipart->head_size < 2)
        return one == '-' || one == '\r' || broken(multipart, "something follows a boundary");
    multipart->head_size = 0;
    if (memcmp(seen, "--", 2) == 0) {
        multipart->state = MULTIPART_OVER;
        return true;
    }
    if (memcmp(seen, "\r\n", 2) != 0)
        return broken(multipart, "something follows a boundary");
    multipart->state = MULTIPART_HEAD;
    return true;
}

/* ---------------------------------------------------------------- data */

static bool pass_on(struct multipart *multipart, const char *data, size_t size)
{
    return size == 0 || multipart->state != MULTIPART_DATA || multipart->calls->data(multipart->self, data, size);
}

static bool end_part(struct multipart *multipart)
{
    bool is_part = multipart->state == MULTIPART_DATA;

    multipart->state = MULTIPART_AFTER_BOUNDARY;
    multipart->head_size = 0;
    return !is_part || multipart->calls->end(multipart->self);
}

/* The mark begins with the only CR in it: after a byte that does not fit, a new match can begin with that byte alone. Returns
 * how much was read; 0 = false was said. */
static size_t add_data(struct multipart *multipart, const char *data, size_t size)
{
    size_t at = 0;

    while (at < size) {
        const char *next;

        if (multipart->matched == 0) {
            next = memchr(data + at, '\r', size - at);
            if (!pass_on(multipart, data + at, next == NULL ? size - at : (size_t) (next - (data + at))))
                return 0;
            if (next == NULL)
                return size;
            at = (size_t) (next - data);
        }
        if (data[at] == multipart->mark[multipart->matched]) {
            at++;
            if (++multipart->matched == multipart->mark_size)
                return end_part(multipart) ? at : 0;
            continue;
        }
        if (!pass_on(multipart, multipart->mark, multipart->matched))
            return 0;
        multipart->matched = 0;
        if (data[at] != '\r') {
            if (!pass_on(multipart, data + at, 1))
                return 0;
            at++;
        }
    }
    return size;
}

bool multipart_add(struct multipart *multipart, const char *data, size_t size)
{
    size_t at = 0;

    while (at < size) {
        size_t read = 1;
        bool fine = true;

        switch (multipart->state) {
        case MULTIPART_PREAMBLE:
        case MULTIPART_DATA:
            read = add_data(multipart, data + at, size - at);
            fine = read != 0;
            break;
        case MULTIPART_AFTER_BOUNDARY:
            fine = add_behind_boundary(multipart, data[at]);
            break;
        case MULTIPART_HEAD:
            fine = add_to_head(multipart, data[at]);
            break;
        case MULTIPART_OVER:
            return true;
        case MULTIPART_BROKEN:
            return false;
        }
        if (!fine)
            return false;
        at += read;
    }
    return true;
}
