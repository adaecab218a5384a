/* pointer.h - JSON pointers (RFC 6901): what stands at "/data/0/code". */
#ifndef DUBAN_NOTIFY_POINTER_H
#define DUBAN_NOTIFY_POINTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* It is one: empty, or each part begins with a slash, and ~ is followed by 0 or 1. */
bool pointer_is(const char *pointer);

/* Borrowed from root; NULL when there is nothing. root may be NULL. */
const json_t *pointer_at(const json_t *root, const char *pointer);

/* A string or whole number there as text, cut to size. False when it is something else. */
bool pointer_text(const json_t *root, const char *pointer, char *out, size_t size);

#endif
