/* table.c - columns of words: as wide as their widest cell, Chinese characters counted as two. */
#include <assert.h>
#include <string.h>

#include "show_private.h"

struct show_cell {
    const char *lines[2];   /* Chinese and English, or one of them */
    size_t line_count;
    enum colour colour;
};

void table_open(struct show_table *table, const struct show *show, const struct show_column *columns, size_t count)
{
    assert(count <= SHOW_MAX_COLUMNS);
    *table = (struct show_table){ .show = show, .columns = columns, .column_count = count };
}

static struct show_cell *next_cell(struct show_table *table)
{
    if (table->cell_count == table->capacity) {
        size_t capacity = table->capacity == 0 ? 256 : 2 * table->capacity;
        struct show_cell *cells = show_take(table->show->arena, capacity * sizeof *cells);

        if (table->cell_count > 0)
            memcpy(cells, table->cells, table->cell_count * sizeof *cells);
        table->cells = cells;
        table->capacity = capacity;
    }
    table->cells[table->cell_count] = (struct show_cell){ .line_count = 0 };
    return &table->cells[table->cell_count++];
}

static struct show_cell cell_of(const struct show *show, struct words words)
{
    struct show_cell cell = { .line_count = 0 };

    if (show_says_zh(show, words))
        cell.lines[cell.line_count++] = text_clean(show->arena, words.zh);
    if (show_says_en(show, words) || cell.line_count == 0)
        cell.lines[cell.line_count++] = text_clean(show->arena, words.en);
    return cell;
}

void table_words(struct show_table *table, struct words words)
{
    *next_cell(table) = cell_of(table->show, words);
}

void table_coloured(struct show_table *table, enum colour colour, const char *text)
{
    struct show_cell *cell = next_cell(table);

    *cell = cell_of(table->show, (struct words){ text, "" });
    cell->colour = colour;
}

void table_text(struct show_table *table, const char *text)
{
    table_coloured(table, COLOUR_NONE, text);
}

void table_number(struct show_table *table, uint64_t number)
{
    table_text(table, number == 0 ? "" : text_of(table->show->arena, "%llu", (unsigned long long) number));
}

void table_time(struct show_table *table, int64_t at_s)
{
    table_text(table, show_time(table->show, at_s));
}

/* A run of text that is printed in one line of a cell. */
struct run {
    const char *text;
    size_t size;
    size_t width;
};

/* The part of *text that fits `most` columns, broken behind a space or a wide character;
 * *text moves behind it. */
static struct run next_run(const char **text, size_t most)
{
    struct run run = { .text = *text };
    struct run whole_words = { .text = *text };
    const char *at = *text;

    while (*at != '\0') {
        size_t size = character_bytes(at);
        size_t width = character_width(character_at(at, size));

        if (most > 0 && run.width + width > most && run.size > 0)
            break;
        run.size += size;
        run.width += width;
        at += size;
        if (width == 2 || at[-1] == ' ')
            whole_words = run;
    }
    if (*at != '\0' && whole_words.size > 0)
        run = whole_words;
    *text += run.size;
    return run;
}

static size_t cell_width(const struct show_cell *cell, size_t most)
{
    size_t widest = 0;

    for (size_t i = 0; i < cell->line_count; i++) {
        const char *rest = cell->lines[i];

        do {
            struct run run = next_run(&rest, most);

            widest = run.width > widest ? run.width : widest;
        } while (*rest != '\0');
    }
    return widest;
}

/* What is left to print of a cell while its row goes down line by line. */
struct pending {
    const struct show_cell *cell;
    size_t line;
    const char *rest;
};

static bool is_pending(const struct pending *pending)
{
    return pending->line < pending->cell->line_count;
}

static struct run pending_run(struct pending *pending, size_t most)
{
    struct run run = { .text = "" };

    if (!is_pending(pending))
        return run;
    run = next_run(&pending->rest, most);
    if (*pending->rest == '\0') {
        pending->line++;
        if (is_pending(pending))
            pending->rest = pending->cell->lines[pending->line];
    }
    return run;
}

static void print_row(const struct show_table *table, const struct show_cell *cells, const size_t *widths)
{
    const struct show *show = table->show;
    struct pending pending[SHOW_MAX_COLUMNS];
    bool more = true;

    for (size_t i = 0; i < table->column_count; i++)
        pending[i] = (struct pending){ &cells[i], 0, cells[i].line_count > 0 ? cells[i].lines[0] : "" };
    while (more) {
        more = false;
        for (size_t i = 0; i < table->column_count; i++) {
            struct run run = pending_run(&pending[i], table->columns[i].most);
            size_t gap = i + 1 < table->column_count ? widths[i] - run.width + 2 : 0;

            fprintf(show->out, "%s%.*s%s%*s", show_colour_begin(show, cells[i].colour), (int) run.size, run.text,
                    show_colour_end(show, cells[i].colour), (int) gap, "");
            more = more || is_pending(&pending[i]);
        }
        fputc('\n', show->out);
    }
}

static void print_rule(const struct show_table *table, const size_t *widths)
{
    for (size_t i = 0; i < table->column_count; i++) {
        for (size_t k = 0; k < widths[i]; k++)
            fputs("-", table->show->out);
        fputs(i + 1 < table->column_count ? "  " : "\n", table->show->out);
    }
}

void table_print(const struct show_table *table)
{
    struct show_cell headings[SHOW_MAX_COLUMNS];
    size_t widths[SHOW_MAX_COLUMNS];

    if (table->cell_count == 0) {
        show_line(table->show, "（无）", "(none)");
        return;
    }
    assert(table->cell_count % table->column_count == 0);
    for (size_t i = 0; i < table->column_count; i++) {
        headings[i] = cell_of(table->show, table->columns[i].heading);
        headings[i].colour = COLOUR_BOLD;
        widths[i] = cell_width(&headings[i], table->columns[i].most);
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t column = i % table->column_count;
        size_t width = cell_width(&table->cells[i], table->columns[column].most);

        widths[column] = width > widths[column] ? width : widths[column];
    }
    print_row(table, headings, widths);
    print_rule(table, widths);
    for (size_t i = 0; i < table->cell_count; i += table->column_count)
        print_row(table, &table->cells[i], widths);
}
