/* html.h - a page being written: what is markup and what is text cannot be mixed up.
 *
 * html_put's format is markup and a literal (the compiler refuses another); whatever is put in place of %s is text, and is
 * escaped so that it can be nothing else, between tags as well as in a quoted attribute. A writer looks once, at the end,
 * whether memory was enough.
 */
#ifndef DUBAN_GATEWAY_HTML_H
#define DUBAN_GATEWAY_HTML_H

#include "arena.h"
#include "bytes.h"

struct html {
    struct arena *arena;
    char *data;
    size_t size, room;
    bool failed;                       /* memory was out: nothing is added any more */
};

struct html html_begin(struct arena *arena);

/* Append markup with texts in it: %s is a text, %u and %d are numbers; nothing else is understood. A % itself is %%. */
#define html_put(html, ...) html_put_markup((html), "" __VA_ARGS__)
void html_put_markup(struct html *html, const char *markup, ...) __attribute__((format(printf, 2, 3)));

/* Append a style sheet of our own as it is: a literal too. */
#define html_put_style(html, sheet) html_put_raw((html), sheet, sizeof(sheet) - 1)
void html_put_raw(struct html *html, const char *sheet, size_t size);

/* Append a text: < > & " ' are escaped; what is no UTF-8, and control characters but line ends and tabs, become U+FFFD. */
void html_text(struct html *html, struct bytes text);

/* What was written; data is NULL when memory was out. */
struct bytes html_end(const struct html *html);

#endif
