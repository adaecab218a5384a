/* spreadsheet.c - tables for WPS and Excel. Both kinds of file behind one struct; which is which is decided in each of the public calls. */
#include "spreadsheet.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "civil.h"
#include "csv_write.h"

enum { UP_TO_THE_MINUTE = sizeof "2020-02-03 09:10", PATH_BYTES = 32, MAX_TEXT_CHARACTERS = 32767, WIDEST = 60, FIRST_DAY_OF_WORKBOOKS = -25569 /* 1899-12-30 */ };

struct spreadsheet {
    struct spreadsheet_plan plan;
    size_t rows;
    int error;                         /* errno of the first one; 0 = none */
    FILE *csv;
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *bold, *moment, *wrapped;
};

static void fail(struct spreadsheet *spreadsheet, int error)
{
    if (spreadsheet->error == 0)
        spreadsheet->error = error == 0 ? EIO : error;
}

/* ---------------------------------------------------------------- CSV */

static void put_text(struct spreadsheet *spreadsheet, size_t column, const char *text)
{
    if (column > 0)
        fputc(',', spreadsheet->csv);
    csv_write_cell(spreadsheet->csv, text);
}

static void end_line(struct spreadsheet *spreadsheet)
{
    if (fputs("\r\n", spreadsheet->csv) == EOF || ferror(spreadsheet->csv))
        fail(spreadsheet, errno);
}

static bool open_csv(struct spreadsheet *spreadsheet, int fd)
{
    int own = dup(fd);

    spreadsheet->csv = own == -1 ? NULL : fdopen(own, "w");
    if (spreadsheet->csv == NULL) {
        if (own != -1)
            close(own);
        return false;
    }
    fputs("\xef\xbb\xbf", spreadsheet->csv);   /* without it Excel takes UTF-8 for the system's code page */
    for (size_t i = 0; i < spreadsheet->plan.column_count; i++)
        put_text(spreadsheet, i, spreadsheet->plan.columns[i].heading);
    end_line(spreadsheet);
    return true;
}

static const char *text_of_cell(const struct spreadsheet *spreadsheet, enum cell_kind kind, const struct cell *cell, char out[32])
{
    out[0] = '\0';
    if (kind == CELL_TEXT)
        return cell->text == NULL ? "" : cell->text;
    if (kind == CELL_NUMBER && cell->has_value)
        (void) snprintf(out, 32, "%lld", (long long) cell->value);
    if (kind == CELL_MOMENT && cell->value != 0)
        (void) civil_format(out, UP_TO_THE_MINUTE, cell->value, spreadsheet->plan.offset_s);
    return out;
}

static void put_csv_row(struct spreadsheet *spreadsheet, const struct cell *cells)
{
    char text[32];

    for (size_t i = 0; i < spreadsheet->plan.column_count; i++)
        put_text(spreadsheet, i, text_of_cell(spreadsheet, spreadsheet->plan.columns[i].kind, &cells[i], text));
    end_line(spreadsheet);
}

/* ---------------------------------------------------------------- XLSX */

static void check(struct spreadsheet *spreadsheet, lxw_error error)
{
    if (error != LXW_NO_ERROR)
        fail(spreadsheet, error == LXW_ERROR_MEMORY_MALLOC_FAILED ? ENOMEM : errno);
}

static void set_columns(struct spreadsheet *spreadsheet)
{
    const struct spreadsheet_plan *plan = &spreadsheet->plan;

    for (size_t i = 0; i < plan->column_count; i++) {
        const struct spreadsheet_column *column = &plan->columns[i];

        check(spreadsheet, worksheet_set_column(spreadsheet->sheet, (lxw_col_t) i, (lxw_col_t) i,
                                                column->width > WIDEST ? WIDEST : column->width, NULL));
    }
    for (size_t i = 0; i < plan->column_count; i++)
        check(spreadsheet, worksheet_write_string(spreadsheet->sheet, 0, (lxw_col_t) i, plan->columns[i].heading, spreadsheet->bold));
    worksheet_freeze_panes(spreadsheet->sheet, 1, 0);
}

/* The library leaves the rows' own file open where it does not put them together. */
static void free_workbook(lxw_workbook *workbook)
{
    lxw_worksheet *sheet;

    LXW_FOREACH_WORKSHEET(sheet, workbook) {
        if (sheet->optimize_tmpfile != NULL)
            (void) fclose(sheet->optimize_tmpfile);
        sheet->optimize_tmpfile = NULL;
    }
    lxw_workbook_free(workbook);
}

/* By the name that the system has for the open file: the library wants one, and nothing is left behind when we die. */
static bool open_workbook(struct spreadsheet *spreadsheet, int fd)
{
    lxw_workbook_options options = { .constant_memory = 1, .tmpdir = (char *) spreadsheet->plan.scratch };
    char path[PATH_BYTES];

    (void) snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    spreadsheet->workbook = workbook_new_opt(path, &options);
    if (spreadsheet->workbook == NULL)
        return false;
    spreadsheet->bold = workbook_add_format(spreadsheet->workbook);
    spreadsheet->moment = workbook_add_format(spreadsheet->workbook);
    spreadsheet->wrapped = workbook_add_format(spreadsheet->workbook);
    spreadsheet->sheet = workbook_add_worksheet(spreadsheet->workbook, spreadsheet->plan.title);
    if (spreadsheet->bold == NULL || spreadsheet->moment == NULL || spreadsheet->wrapped == NULL || spreadsheet->sheet == NULL)
        return false;
    format_set_bold(spreadsheet->bold);
    format_set_num_format(spreadsheet->moment, "yyyy-mm-dd hh:mm");
    format_set_text_wrap(spreadsheet->wrapped);
    set_columns(spreadsheet);
    return true;
}

/* A workbook counts days, and has no zones: the moment as a clock on the wall shows it. */
static double day_of(const struct spreadsheet *spreadsheet, int64_t at_s)
{
    return (double) (at_s + spreadsheet->plan.offset_s) / DAY_SECONDS - FIRST_DAY_OF_WORKBOOKS;
}

static void put_workbook_text(struct spreadsheet *spreadsheet, lxw_row_t row, lxw_col_t column, const char *text)
{
    char *cut = NULL;

    if (text == NULL || text[0] == '\0')
        return;
    if (strlen(text) > MAX_TEXT_CHARACTERS) {   /* so many bytes are no more characters */
        size_t size = MAX_TEXT_CHARACTERS;

        while (((unsigned char) text[size] & 0xc0) == 0x80)
            size--;
        cut = strndup(text, size);
        if (cut == NULL)
            fail(spreadsheet, ENOMEM);
    }
    check(spreadsheet, worksheet_write_string(spreadsheet->sheet, row, column, cut != NULL ? cut : text, NULL));
    free(cut);
}

static void put_workbook_row(struct spreadsheet *spreadsheet, const struct cell *cells)
{
    lxw_row_t row = (lxw_row_t) spreadsheet->rows + 1;

    if (spreadsheet->rows == SPREADSHEET_MAX_ROWS) {
        fail(spreadsheet, EFBIG);
        return;
    }
    for (size_t i = 0; i < spreadsheet->plan.column_count; i++) {
        enum cell_kind kind = spreadsheet->plan.columns[i].kind;
        lxw_col_t column = (lxw_col_t) i;

        if (kind == CELL_TEXT)
            put_workbook_text(spreadsheet, row, column, cells[i].text);
        else if (kind == CELL_NUMBER && cells[i].has_value)
            check(spreadsheet, worksheet_write_number(spreadsheet->sheet, row, column, (double) cells[i].value, NULL));
        else if (kind == CELL_MOMENT && cells[i].value != 0)
            check(spreadsheet, worksheet_write_number(spreadsheet->sheet, row, column, day_of(spreadsheet, cells[i].value),
                                                      spreadsheet->moment));
    }
}

void spreadsheet_notes(struct spreadsheet *spreadsheet, const char *title, const struct spreadsheet_note *notes, size_t count)
{
    lxw_worksheet *sheet;

    if (spreadsheet->workbook == NULL || spreadsheet->error != 0)
        return;
    sheet = workbook_add_worksheet(spreadsheet->workbook, title);
    if (sheet == NULL) {
        fail(spreadsheet, ENOMEM);
        return;
    }
    check(spreadsheet, worksheet_set_column(sheet, 0, 0, 20, NULL));
    check(spreadsheet, worksheet_set_column(sheet, 1, 1, WIDEST, NULL));
    for (size_t i = 0; i < count; i++) {
        check(spreadsheet, worksheet_write_string(sheet, (lxw_row_t) i, 0, notes[i].name, spreadsheet->bold));
        check(spreadsheet, worksheet_write_string(sheet, (lxw_row_t) i, 1, notes[i].text, spreadsheet->wrapped));
    }
}

/* ---------------------------------------------------------------- both */

struct spreadsheet *spreadsheet_open(const struct spreadsheet_plan *plan, int fd)
{
    struct spreadsheet *spreadsheet = calloc(1, sizeof *spreadsheet);
    bool open;

    assert(plan->column_count <= SPREADSHEET_MAX_COLUMNS);
    if (spreadsheet == NULL)
        return NULL;
    spreadsheet->plan = *plan;
    open = plan->format == SPREADSHEET_CSV ? open_csv(spreadsheet, fd) : open_workbook(spreadsheet, fd);
    if (open)
        return spreadsheet;
    if (spreadsheet->workbook != NULL)
        free_workbook(spreadsheet->workbook);
    free(spreadsheet);
    return NULL;
}

void spreadsheet_row(struct spreadsheet *spreadsheet, const struct cell *cells)
{
    if (spreadsheet->error != 0)
        return;
    if (spreadsheet->csv != NULL)
        put_csv_row(spreadsheet, cells);
    else
        put_workbook_row(spreadsheet, cells);
    spreadsheet->rows++;
}

size_t spreadsheet_rows(const struct spreadsheet *spreadsheet)
{
    return spreadsheet->rows;
}

int spreadsheet_error(const struct spreadsheet *spreadsheet)
{
    return spreadsheet->error;
}

/* Of one that has failed nobody wants the file: it is not put together. */
static void close_workbook(struct spreadsheet *spreadsheet)
{
    if (spreadsheet->error != 0) {
        free_workbook(spreadsheet->workbook);
        return;
    }
    if (spreadsheet->rows > 0)
        (void) worksheet_autofilter(spreadsheet->sheet, 0, 0, (lxw_row_t) spreadsheet->rows, (lxw_col_t) (spreadsheet->plan.column_count - 1));
    errno = 0;
    check(spreadsheet, workbook_close(spreadsheet->workbook));
}

int spreadsheet_close(struct spreadsheet *spreadsheet)
{
    int error;

    if (spreadsheet == NULL)
        return 0;
    if (spreadsheet->workbook != NULL)
        close_workbook(spreadsheet);
    if (spreadsheet->csv != NULL && fclose(spreadsheet->csv) == EOF)
        fail(spreadsheet, errno);
    error = spreadsheet->error;
    free(spreadsheet);
    errno = error;
    return error == 0 ? 0 : -1;
}

void spreadsheet_abandon(struct spreadsheet *spreadsheet)
{
    if (spreadsheet == NULL)
        return;
    fail(spreadsheet, ECANCELED);
    (void) spreadsheet_close(spreadsheet);
}
