/* ledger_export.h - one table of the ledger on its way into a file.
 *
 *   ledger_export_open -> ledger_export_take, page after page: holders first, then rows -> ledger_export_finish -> ledger_export_close
 *                      \--------------------------> ledger_export_abandon
 *
 * Who asks for the pages, and how he waits for them, is his own affair: the command asks and waits, the gateway has others to serve.
 */
#ifndef DUBAN_LEDGER_EXPORT_H
#define DUBAN_LEDGER_EXPORT_H

#include "ledger.h"

enum { LEDGER_REASON_BYTES = 200 };    /* most */

struct ledger_wish {
    const struct ledger_table *table;
    enum spreadsheet_format format;
    bool english;
    int32_t offset_s;                  /* of the deployment's zone */
    const char *account, *reason;      /* who wants it, and what for: both stand in a workbook */
    const char *scratch;               /* as of struct spreadsheet_plan */
};

struct ledger_export {
    struct ledger_wish wish;
    struct ledger_reader reader;
    struct ledger_titles titles;
    struct arena arena;
    struct spreadsheet_column columns[SPREADSHEET_MAX_COLUMNS];
    struct spreadsheet *spreadsheet;
    int64_t as_of_ms;                  /* of the first page of rows */
    bool rehearsal;
};

/* CSV and XLSX by name, in small letters. */
bool ledger_format_of(const char *name, enum spreadsheet_format *format);

/* Into fd, as spreadsheet_open; it must not be moved, and the texts of the wish must live until the close. 0, or -1 with errno. */
int ledger_export_open(struct ledger_export *export, const struct ledger_wish *wish, int fd);

/* A page of holders, or of the table's rows. False when memory is out. */
bool ledger_export_take(struct ledger_export *export, const Duban__Reply *page);

/* What it is, behind the rows; then as spreadsheet_close, which may take seconds and touches nothing but the file: another thread
 * may do it. 0, or -1 with errno. */
void ledger_export_finish(struct ledger_export *export);
int ledger_export_close(struct ledger_export *export);

/* In place of the two: it comes to nothing, and takes no time. Also after an open that has failed. */
void ledger_export_abandon(struct ledger_export *export);

#endif
