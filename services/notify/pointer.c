/* pointer.c - walking a JSON value by a pointer. */
#include "pointer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { PART_BYTES = 128 };

bool pointer_is(const char *pointer)
{
    if (pointer[0] != '\0' && pointer[0] != '/')
        return false;
    for (const char *at = strchr(pointer, '~'); at != NULL; at = strchr(at + 1, '~'))
        if (at[1] != '0' && at[1] != '1')
            return false;
    return true;
}

/* The part at `from` (behind its slash) without its escapes; NULL when it is too long. Returns what follows. */
static const char *next_part(const char *from, char part[PART_BYTES])
{
    size_t size = 0;

    for (; *from != '\0' && *from != '/'; from++) {
        if (size == PART_BYTES - 1)
            return NULL;
        part[size++] = *from == '~' && from[1] != '\0' ? (*++from == '1' ? '/' : '~') : *from;
    }
    part[size] = '\0';
    return from;
}

static const json_t *member_at(const json_t *value, const char *part)
{
    size_t digits = strspn(part, "0123456789");

    if (json_is_object(value))
        return json_object_get(value, part);
    if (!json_is_array(value) || digits == 0 || part[digits] != '\0')
        return NULL;
    return json_array_get(value, strtoul(part, NULL, 10));
}

const json_t *pointer_at(const json_t *root, const char *pointer)
{
    char part[PART_BYTES];

    while (root != NULL && *pointer == '/') {
        pointer = next_part(pointer + 1, part);
        if (pointer == NULL)
            return NULL;
        root = member_at(root, part);
    }
    return root;
}

bool pointer_text(const json_t *root, const char *pointer, char *out, size_t size)
{
    const json_t *value = pointer_at(root, pointer);

    if (json_is_string(value))
        text_copy(out, size, json_string_value(value));
    else if (json_is_integer(value))
        snprintf(out, size, "%lld", (long long) json_integer_value(value));
    else
        return false;
    return true;
}
