/* The text is copied once; cells point into the copy, where quotes are taken out and ends are
 * marked in place: a cell never gets longer by reading. */
#include "csv.h"

#include <stdio.h>

#include "message.h"

struct reader {
    char *at;
    char *end;
    uint32_t line;
    uint32_t column;
    struct csv_cell *cells;   /* where the next row's cells go; there is room for all */
    struct fault *fault;
};

static bool out_of_memory(struct fault *fault)
{
    return fault_set(fault, "", "表格过大，请拆成几份", "the table is too large, split it");
}

static bool fault_at(struct reader *reader, uint32_t line, uint32_t column, const char *zh, const char *en)
{
    char place[32];

    (void) snprintf(place, sizeof place, "%u:%u", line, column);
    return fault_set(reader->fault, place, zh, en);
}

/* ---------------------------------------------------------------- characters */

static void step(struct reader *reader)
{
    char passed = *reader->at++;

    if (passed == '\n') {
        reader->line++;
        reader->column = 1;
    } else if (((unsigned char) passed & 0xc0) != 0x80) {
        reader->column++;
    }
}

static bool at_line_end(const struct reader *reader)
{
    return reader->at == reader->end || *reader->at == '\n';
}

/* A carriage return in front of a line end is white space, too. */
static bool is_blank(char at)
{
    return at == ' ' || at == '\t' || at == '\r';
}

static void skip_blanks(struct reader *reader)
{
    while (reader->at < reader->end && is_blank(*reader->at))
        step(reader);
}

/* ---------------------------------------------------------------- cells */

/* The readers of a cell return where its text ends. The zero byte is put there only when the
 * separator behind the cell has been read, because it may lie in the separator's place. */

static char *read_plain(struct reader *reader)
{
    char *end = reader->at;

    while (!at_line_end(reader) && *reader->at != ',') {
        if (!is_blank(*reader->at))
            end = reader->at + 1;
        step(reader);
    }
    return end;
}

/* NULL with the fault filled when the quotes are not right. */
static char *read_quoted(struct reader *reader)
{
    uint32_t line = reader->line;
    uint32_t column = reader->column;
    char *end = reader->at;

    step(reader);
    while (reader->at < reader->end) {
        bool quote = *reader->at == '"';

        if (quote && (reader->at + 1 == reader->end || reader->at[1] != '"'))
            break;
        if (quote)
            step(reader);
        *end++ = *reader->at;
        step(reader);
    }
    if (reader->at == reader->end) {
        fault_at(reader, line, column, "引号没有结束，请补上右引号", "this quote is never closed, add the closing one");
        return NULL;
    }
    step(reader);
    skip_blanks(reader);
    if (at_line_end(reader) || *reader->at == ',')
        return end;
    fault_at(reader, reader->line, reader->column, "右引号之后应为逗号或换行；单元格内的引号请写两个",
             "a comma or line end should follow the quote; write a quote inside a cell twice");
    return NULL;
}

static bool read_cell(struct reader *reader, struct csv_cell *cell, bool *last)
{
    char *end;

    skip_blanks(reader);
    *cell = (struct csv_cell){ .line = reader->line, .column = reader->column };
    if (reader->at < reader->end && *reader->at == '"') {
        cell->text = reader->at;
        end = read_quoted(reader);
    } else {
        cell->text = reader->at;
        end = read_plain(reader);
    }
    if (end == NULL)
        return false;
    *last = at_line_end(reader);
    if (reader->at < reader->end)
        step(reader);
    *end = '\0';
    return true;
}

/* ---------------------------------------------------------------- rows */

static bool read_row(struct reader *reader, struct csv_row *row)
{
    bool last = false;

    *row = (struct csv_row){ .cells = reader->cells, .line = reader->line };
    while (!last) {
        if (!read_cell(reader, &row->cells[row->count], &last))
            return false;
        row->count++;
    }
    reader->cells += row->count;
    return true;
}

/* An empty line, or the row of commas that a spreadsheet leaves behind. */
static bool is_blank_row(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].text[0] != '\0')
            return false;
    }
    return true;
}

static bool check_header(struct reader *reader, const struct csv_row *header)
{
    if (is_blank_row(header))
        return fault_at(reader, 1, 1, "第一行应是各列的标题", "the first line should hold the headings");
    if (header->count > CSV_MAX_COLUMNS)
        return fault_at(reader, 1, 1, "列太多，这不像是一张表", "too many columns, this does not look like a table");
    for (size_t i = 0; i < header->count; i++) {
        const struct csv_cell *cell = &header->cells[i];

        for (size_t j = 0; j < i && cell->text[0] != '\0'; j++) {
            if (strcmp(cell->text, header->cells[j].text) == 0)
                return fault_at(reader, cell->line, cell->column, "这个标题出现了两次，请改名或删去一列",
                                "this heading stands twice, rename or remove one column");
        }
    }
    return true;
}

static bool check_utf8(struct reader *reader)
{
    const char *line = reader->at;

    for (uint32_t number = 1; line < reader->end; number++) {
        const char *end = memchr(line, '\n', (size_t) (reader->end - line));

        end = end == NULL ? reader->end : end;
        if (!is_utf8(line, (size_t) (end - line)))
            return fault_at(reader, number, 1, "此行不是 UTF-8，请在 WPS/Excel 中另存为“CSV UTF-8”",
                            "this line is not UTF-8, save it as \"CSV UTF-8\" in WPS or Excel");
        line = end + 1;
    }
    return true;
}

static size_t count_of(struct bytes text, char wanted)
{
    const char *at = text.data;
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += at[i] == wanted;
    return count;
}

static struct bytes without_mark(struct bytes text)
{
    static const char mark[] = "\xef\xbb\xbf";

    if (text.size >= 3 && memcmp(text.data, mark, 3) == 0)
        return bytes_of((const char *) text.data + 3, text.size - 3);
    return text;
}

bool csv_read(struct csv_table *table, struct arena *arena, struct bytes text, struct fault *fault)
{
    struct bytes content = without_mark(text);
    size_t lines = count_of(content, '\n') + 1;
    size_t cells = count_of(content, ',') + lines + 1;
    struct reader reader = { .line = 1, .column = 1, .fault = fault };

    *table = (struct csv_table){ 0 };
    reader.at = arena_copy(arena, content.data, content.size);
    reader.cells = arena_take(arena, cells * sizeof *reader.cells);
    table->rows = arena_take(arena, lines * sizeof *table->rows);
    if (reader.at == NULL || reader.cells == NULL || table->rows == NULL)
        return out_of_memory(fault);
    reader.end = reader.at + content.size;
    if (!check_utf8(&reader) || !read_row(&reader, &table->header) || !check_header(&reader, &table->header))
        return false;
    while (reader.at < reader.end) {
        struct csv_row *row = &table->rows[table->count];

        if (!read_row(&reader, row))
            return false;
        if (!is_blank_row(row))
            table->count++;
    }
    return true;
}

/* ---------------------------------------------------------------- looking up */

int csv_column(const struct csv_table *table, const char *heading)
{
    for (size_t i = 0; i < table->header.count; i++) {
        if (strcmp(table->header.cells[i].text, heading) == 0)
            return (int) i;
    }
    return -1;
}

struct csv_cell csv_at(const struct csv_row *row, int column)
{
    if (column >= 0 && (size_t) column < row->count)
        return row->cells[column];
    return (struct csv_cell){ .text = "", .line = row->line, .column = 1 };
}
