#include "metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* Without its labels. */
static int name_size(const struct metric *metric)
{
    return (int) strcspn(metric->name, "{");
}

static bool has_same_name(const struct metric *a, const struct metric *b)
{
    return name_size(a) == name_size(b) && strncmp(a->name, b->name, (size_t) name_size(a)) == 0;
}

size_t metrics_render(char *out, size_t size, const struct metric *table, size_t count)
{
    struct page page = { out, size, 0 };

    if (size > 0)
        out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !has_same_name(&table[i], &table[i - 1])) {
            add(&page, "# HELP %.*s ", name_size(&table[i]), table[i].name);
            add_help(&page, table[i].help);
            add(&page, "\n# TYPE %.*s %s\n", name_size(&table[i]), table[i].name, type_name(table[i].type));
        }
        add(&page, "%s %" PRIu64 "\n", table[i].name, *table[i].value);
    }
    return page.used;
}
