/* policy_tables.c - what the tables of a pack share.
 *
 * A fault in a table points into the cell, through quotes and doubled quotes, so that an
 * editor's "go to line and column" lands on the very character.
 */
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "policy_private.h"

enum { MAX_HEADING_BYTES = 1000 };

static void complain_of_table(struct loading *loading, const char *file, const struct fault *fault)
{
    char *rest;
    uint32_t line = (uint32_t) strtoul(fault->field, &rest, 10);
    uint32_t column = *rest == ':' ? (uint32_t) strtoul(rest + 1, NULL, 10) : 0;

    policy_complain(loading, policy_place_at(file, line, column), "%s%.0s", "%.0s%s", fault->zh, fault->en);
}

/* Telling headings apart takes the square of their number: a few short ones, in one line. */
static bool is_short_heading(struct loading *loading, const char *file, struct bytes text)
{
    const char *start = text.data;
    const char *end = memchr(start, '\n', text.size);
    size_t size = end == NULL ? text.size : (size_t) (end - start);
    size_t quotes = 0;

    for (size_t i = 0; i < size && size <= MAX_HEADING_BYTES; i++)
        quotes += start[i] == '"';
    if (size <= MAX_HEADING_BYTES && quotes % 2 == 0)
        return true;
    policy_complain(loading, policy_place_at(file, 1, 1), "表头应写在一行内，最多 %d 字节",
                    "the headings should stand in one line of at most %d bytes", (int) MAX_HEADING_BYTES);
    return false;
}

static bool check_headings(struct loading *loading, const struct table *table, const char *const *headings,
                           size_t count, size_t needed)
{
    const struct csv_row *header = &table->csv.header;
    bool complete = true;

    for (size_t i = 0; i < needed; i++)
        if (csv_column(&table->csv, headings[i]) == -1) {
            policy_complain(loading, policy_place_at(table->file, header->line, 1), "缺少列“%s”；请在表头补上",
                            "column \"%s\" is missing; add it to the heading", headings[i]);
            complete = false;
        }
    for (size_t k = 0; k < header->count; k++) {
        struct choices choices = choices_for(header->cells[k].text);
        bool known = false;

        for (size_t i = 0; i < count && !known; i++) {
            known = strcmp(headings[i], header->cells[k].text) == 0;
            choices_add(&choices, headings[i]);
        }
        if (!known)
            policy_complain_unknown(loading,
                                    policy_place_at(table->file, header->cells[k].line, header->cells[k].column),
                                    "列", "column", &choices);
    }
    return complete;
}

static void check_row_lengths(struct loading *loading, const struct table *table)
{
    for (size_t i = 0; i < table->csv.count; i++) {
        const struct csv_row *row = &table->csv.rows[i];

        for (size_t k = table->csv.header.count; k < row->count; k++)
            if (row->cells[k].text[0] != '\0') {
                policy_complain(loading, policy_place_at(table->file, row->cells[k].line, row->cells[k].column),
                                "这一行比表头多出内容“%s”；文字中有逗号时请加引号",
                                "this row has more cells than the heading: \"%s\"; put text that holds a comma in "
                                "quotes",
                                policy_excerpt(row->cells[k].text).text);
                break;
            }
    }
}

bool policy_table_read(struct loading *loading, struct table *table, const struct policy_source *source,
                       const char *file, const char *const *headings, size_t heading_count, size_t needed)
{
    struct fault fault = { .field = "" };

    *table = (struct table){ .file = file, .source = source->content };
    if (!is_short_heading(loading, file, source->content))
        return false;
    if (!csv_read(&table->csv, &loading->scratch, source->content, &fault)) {
        complain_of_table(loading, file, &fault);
        return false;
    }
    if (!check_headings(loading, table, headings, heading_count, needed))
        return false;
    check_row_lengths(loading, table);
    return true;
}

struct cell policy_cell(const struct table *table, const struct csv_row *row, const char *heading)
{
    struct csv_cell raw = csv_at(row, csv_column(&table->csv, heading));

    return (struct cell){ .text = raw.text, .raw = raw, .place = policy_place_at(table->file, raw.line, raw.column) };
}

/* One character further. */
static const char *step(const char *at, const char *end, struct file_place *place)
{
    if (*at++ == '\n') {
        place->line++;
        place->column = 1;
        return at;
    }
    while (at < end && ((unsigned char) *at & 0xC0) == 0x80)
        at++;
    place->column++;
    return at;
}

struct file_place policy_inside(const struct loading *loading, const struct table *table, const struct cell *cell,
                                  size_t offset)
{
    const char *at = table->source.data;
    const char *end = at + table->source.size;
    struct file_place place = policy_place_at(table->file, 1, 1);
    bool quoted;

    if (loading->faults->count == POLICY_MAX_FAULTS)
        return cell->place;   /* nobody will see it: no need to look through the file */
    if (table->source.size >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    while (at < end && place.line < cell->raw.line) {   /* asked of every placeholder of a large table: whole lines at a time */
        const char *line_end = memchr(at, '\n', (size_t) (end - at));

        at = line_end == NULL ? end : line_end + 1;
        place.line++;
    }
    while (at < end && place.line == cell->raw.line && place.column < cell->raw.column)
        at = step(at, end, &place);
    while (at < end && (*at == ' ' || *at == '\t'))
        at = step(at, end, &place);
    quoted = at < end && *at == '"';
    if (quoted)
        at = step(at, end, &place);
    for (size_t passed = 0; at < end && passed < offset;) {
        const char *next = step(at, end, &place);

        passed += (size_t) (next - at);
        if (quoted && *at == '"' && next < end && *next == '"')
            next = step(next, end, &place);   /* a doubled quote is one character of the text */
        at = next;
    }
    return place;
}

bool policy_cell_text(struct loading *loading, const struct cell *cell, const char *heading, size_t max_bytes)
{
    if (cell->text[0] == '\0') {
        policy_complain(loading, cell->place, "“%s”一格没有填写", "cell \"%s\" is empty; fill it in", heading);
        return false;
    }
    if (strlen(cell->text) > max_bytes) {
        policy_complain(loading, cell->place, "“%s”一格太长；最多 %zu 字节", "cell \"%s\" is too long; at most %zu bytes",
                        heading, max_bytes);
        return false;
    }
    return true;
}

bool policy_cell_code(struct loading *loading, const struct cell *cell, const char *heading)
{
    if (is_code(cell->text))
        return true;
    policy_complain(loading, cell->place, "“%s”一格的“%s”不能作代码；只用 1 至 32 个字母、数字和 . _ -",
                    "in cell \"%s\", \"%s\" is no code; use 1 to 32 letters, digits and . _ -", heading,
                    policy_excerpt(cell->text).text);
    return false;
}
