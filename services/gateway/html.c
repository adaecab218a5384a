/* html.c - a page being written. */
#include "html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "message.h"

enum { FIRST_BYTES = 8192 };

struct html html_begin(struct arena *arena)
{
    return (struct html){ .arena = arena };
}

static bool make_room(struct html *html, size_t size)
{
    size_t room = html->room == 0 ? FIRST_BYTES : html->room;
    char *grown;

    if (html->failed || size <= html->room - html->size)
        return !html->failed;
    while (room - html->size < size)
        room *= 2;
    grown = arena_take(html->arena, room);
    if (grown == NULL) {
        html->failed = true;
        return false;
    }
    if (html->size > 0)
        memcpy(grown, html->data, html->size);
    html->data = grown;
    html->room = room;
    return true;
}

static void add(struct html *html, const void *data, size_t size)
{
    if (!make_room(html, size))
        return;
    if (size > 0)
        memcpy(html->data + html->size, data, size);
    html->size += size;
}

static void add_words(struct html *html, const char *words)
{
    add(html, words, strlen(words));
}

/* ---------------------------------------------------------------- text */

static const char *escape_of(unsigned char byte)
{
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static bool is_control(unsigned char byte)
{
    return (byte < ' ' && byte != '\n' && byte != '\t' && byte != '\r') || byte == 0x7f;
}

/* How many bytes the character has that begins there; 0 = it is none. */
static size_t character_at(const char *text, size_t left)
{
    for (size_t size = 1; size <= 4 && size <= left; size++)
        if (is_utf8(text, size))
            return size;
    return 0;
}

void html_text(struct html *html, struct bytes text)
{
    const char *at = text.data;

    for (size_t left = text.size, size; left > 0; at += size, left -= size) {
        const char *escape = escape_of((unsigned char) *at);

        size = character_at(at, left);
        if (escape != NULL)
            add_words(html, escape);
        else if (size == 0 || is_control((unsigned char) *at))
            add_words(html, "\xef\xbf\xbd");
        else
            add(html, at, size);
        size += size == 0;
    }
}

/* ---------------------------------------------------------------- markup */

static void put_argument(struct html *html, char what, va_list *arguments)
{
    char number[16];

    switch (what) {
    case 's':
        html_text(html, bytes_of_text(va_arg(*arguments, const char *)));
        return;
    case 'u':
        (void) snprintf(number, sizeof number, "%u", va_arg(*arguments, unsigned));
        break;
    case 'd':
        (void) snprintf(number, sizeof number, "%d", va_arg(*arguments, int));
        break;
    default:
        assert(what == '%');
        (void) snprintf(number, sizeof number, "%%");
    }
    add_words(html, number);
}

void html_put_raw(struct html *html, const char *sheet, size_t size)
{
    add(html, sheet, size);
}

void html_put_markup(struct html *html, const char *markup, ...)
{
    va_list arguments;

    va_start(arguments, markup);
    for (const char *at = markup; *at != '\0';) {
        size_t plain = strcspn(at, "%");

        add(html, at, plain);
        at += plain;
        if (*at == '\0')
            break;
        put_argument(html, at[1], &arguments);
        at += 2;
    }
    va_end(arguments);
}

struct bytes html_end(const struct html *html)
{
    return bytes_of(html->failed ? NULL : html->data, html->failed ? 0 : html->size);
}
