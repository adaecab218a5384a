/* csv.h - tables that clerks keep in WPS and Excel (RFC 4180).
 *
 * UTF-8 with or without BOM; CRLF or LF; quoted cells may hold commas, quotes and line
 * ends. Every cell knows its line and column (both from 1, the column counted in
 * characters of the line where the cell starts).
 */
#ifndef DUBAN_CSV_H
#define DUBAN_CSV_H

#include "arena.h"
#include "bytes.h"
#include "fault.h"

enum { CSV_MAX_COLUMNS = 256 };

struct csv_cell {
    const char *text;   /* never NULL; white space around unquoted text is removed */
    uint32_t line;
    uint32_t column;
};

struct csv_row {
    struct csv_cell *cells;
    size_t count;
    uint32_t line;
};

struct csv_table {
    struct csv_row header;
    struct csv_row *rows;   /* without the header; blank lines are left out */
    size_t count;
};

/* Read the whole table into the arena. False with the fault filled (field = "line:column")
 * when it is not UTF-8, a quote stays open, or the header is empty, too wide or names a
 * column twice. */
bool csv_read(struct csv_table *table, struct arena *arena, struct bytes text, struct fault *fault);

/* Place of the column with that heading, or -1. */
int csv_column(const struct csv_table *table, const char *heading);

/* The cell, or an empty one at the row's line when the row is shorter. */
struct csv_cell csv_at(const struct csv_row *row, int column);

#endif
