/* spreadsheet.h - a table into a file that people open in WPS or Excel: CSV, or a workbook (XLSX).
 *
 * Rows are written as they come and not kept: a hundred thousand take no more memory than one. The first error is remembered, and
 * every further call does nothing, so a caller puts row after row and looks once, at spreadsheet_close.
 *
 * CSV is what these programs read without being asked anything: UTF-8 with its mark, CRLF, quotes (RFC 4180). What they would
 * take for a formula has an apostrophe in front (csv_write.h). In a workbook a text is a text whatever it begins with,
 * and a moment is one that can be sorted and counted with.
 */
#ifndef DUBAN_SPREADSHEET_H
#define DUBAN_SPREADSHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spreadsheet_format { SPREADSHEET_CSV, SPREADSHEET_XLSX };

enum { SPREADSHEET_MAX_COLUMNS = 32, SPREADSHEET_MAX_ROWS = 1048575 };   /* of a workbook, below its headings */

enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_MOMENT };

struct spreadsheet_column {
    const char *heading;
    enum cell_kind kind;
    unsigned width;                    /* in Latin characters: a Chinese one takes two */
};

/* text NULL, value 0 of a moment: nothing is there. */
struct cell {
    const char *text;                  /* CELL_TEXT: UTF-8 */
    int64_t value;                     /* CELL_NUMBER; CELL_MOMENT: seconds since 1970, UTC */
    bool has_value;                    /* CELL_NUMBER */
};

struct spreadsheet_plan {
    enum spreadsheet_format format;
    const char *title;                 /* of the sheet; at most 31 characters, none of []:*?/\ */
    const struct spreadsheet_column *columns;
    size_t column_count;
    int32_t offset_s;                  /* of the zone in which moments are written */
    const char *scratch;               /* directory for what a workbook is put together from */
};

struct spreadsheet;

/* Into a file that is open for reading and writing, empty, and stays the caller's. Headings are written at once, and stay in
 * sight when somebody scrolls. The columns must live until the close. NULL with errno. */
struct spreadsheet *spreadsheet_open(const struct spreadsheet_plan *plan, int fd);

/* One cell for each column. */
void spreadsheet_row(struct spreadsheet *spreadsheet, const struct cell *cells);

/* Behind the rows, on a sheet of its own: what the table is, by whom, why. A CSV has no room for that, and is left as it is. */
struct spreadsheet_note {
    const char *name, *text;
};
void spreadsheet_notes(struct spreadsheet *spreadsheet, const char *title, const struct spreadsheet_note *notes, size_t count);

/* Rows so far. */
size_t spreadsheet_rows(const struct spreadsheet *spreadsheet);

/* errno of the first thing that could not be written: no further row is; 0 = none. */
int spreadsheet_error(const struct spreadsheet *spreadsheet);

/* Put it together (a large workbook takes seconds) and let go of everything but fd. 0; -1 with errno when something could not
 * be written; EFBIG: more rows than a workbook has. NULL is let pass. */
int spreadsheet_close(struct spreadsheet *spreadsheet);

/* Nobody wants it any more: let go of everything but fd at once, and put nothing together. NULL is let pass. */
void spreadsheet_abandon(struct spreadsheet *spreadsheet);

#endif
