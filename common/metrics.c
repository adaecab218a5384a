#include "metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What snprintf would write into a buffer that may already be full. */
struct page {
    char *out;
    size_t size;
    size_t used;   /* may pass size */
};

static void add(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct page *page, const char *format, ...)
{
    size_t left = page->used < page->size ? page->size - page->used : 0;
    va_list arguments;
    int written;

    va_start(arguments, format);
    written = vsnprintf(left > 0 ? page->out + page->used : NULL, left, format, arguments);
    va_end(arguments);
    if (written > 0)
        page->used += (size_t) written;
}

/* In a HELP line a backslash and a line end are written as \\ and \n. */
static void add_help(struct page *page, const char *help)
{
    for (; *help != '\0'; help++) {
        if (*help == '\\')
            add(page, "\\\\");
        else if (*help == '\n')
            add(page, "\\n");
        else
            add(page, "%c", *help);
    }
}

static const char *type_name(enum metric_type type)
{
    switch (type) {
    case METRIC_COUNTER:
        return "counter";
    case METRIC_GAUGE:
        return "gauge";
    }
    return "untyped";
}

size_t metrics_render(char *out, size_t size, const struct metric *table, size_t count)
{
    struct page page = { out, size, 0 };

    if (size > 0)
        out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(table[i].name, table[i - 1].name) != 0) {
            add(&page, "# HELP %s ", table[i].name);
            add_help(&page, table[i].help);
            add(&page, "\n# TYPE %s %s\n", table[i].name, type_name(table[i].type));
        }
        if (table[i].label != NULL)
            add(&page, "%s{%s} %" PRIu64 "\n", table[i].name, table[i].label, *table[i].value);
        else
            add(&page, "%s %" PRIu64 "\n", table[i].name, *table[i].value);
    }
    return page.used;
}
