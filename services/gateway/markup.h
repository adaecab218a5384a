/* markup.h - XML that is being written: what comes from data is escaped, because there is no other way to put it in.
 *
 *   markup_put(&markup, "<value>%s</value>", text)   the text can hold < & " and what it likes
 */
#ifndef DUBAN_GATEWAY_MARKUP_H
#define DUBAN_GATEWAY_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

struct markup {
    char *data;                        /* size bytes, without a zero byte behind; markup_close frees it */
    size_t size, room;
    bool failed;                       /* memory was out: what there is, is not all */
};

/* %s: a text, escaped so that it is right between tags and in quotes; %m: markup as it is, a constant or what this module has
 * written; %u: an unsigned. Nothing else. */
void markup_put(struct markup *markup, const char *format, ...);

/* Bytes as they are. */
void markup_add(struct markup *markup, const char *data, size_t size);

void markup_close(struct markup *markup);

#endif
