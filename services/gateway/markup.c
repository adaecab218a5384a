/* markup.c - XML that is being written. */
#include "markup.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 4096 };

void markup_add(struct markup *markup, const char *data, size_t size)
{
    size_t room = markup->room == 0 ? FIRST_BYTES : markup->room;
    char *grown;

    while (room - markup->size < size)
        room *= 2;
    if (room != markup->room && !markup->failed) {
        grown = realloc(markup->data, room);
        markup->failed = grown == NULL;
        if (grown != NULL) {
            markup->data = grown;
            markup->room = room;
        }
    }
    if (markup->failed || size == 0)
        return;
    memcpy(markup->data + markup->size, data, size);
    markup->size += size;
}

static const char *escape_of(char one)
{
    switch (one) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: break;
    }
    /* XML 1.0 has no way to say the others */
    return (unsigned char) one >= 0x20 || one == '\t' || one == '\n' || one == '\r' ? NULL : "?";
}

static void add_text(struct markup *markup, const char *text)
{
    const char *from = text;

    for (; *text != '\0'; text++) {
        const char *escape = escape_of(*text);

        if (escape == NULL)
            continue;
        markup_add(markup, from, (size_t) (text - from));
        markup_add(markup, escape, strlen(escape));
        from = text + 1;
    }
    markup_add(markup, from, (size_t) (text - from));
}

static void add_number(struct markup *markup, unsigned number)
{
    char digits[16];

    (void) snprintf(digits, sizeof digits, "%u", number);
    markup_add(markup, digits, strlen(digits));
}

void markup_put(struct markup *markup, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    for (const char *percent; (percent = strchr(format, '%')) != NULL; format = percent + 2) {
        markup_add(markup, format, (size_t) (percent - format));
        assert(percent[1] == 's' || percent[1] == 'm' || percent[1] == 'u');
        if (percent[1] == 'u') {
            add_number(markup, va_arg(arguments, unsigned));
        } else {
            const char *text = va_arg(arguments, const char *);

            if (percent[1] == 's')
                add_text(markup, text);
            else
                markup_add(markup, text, strlen(text));
        }
    }
    markup_add(markup, format, strlen(format));
    va_end(arguments);
}

void markup_close(struct markup *markup)
{
    free(markup->data);
    *markup = (struct markup){ 0 };
}
