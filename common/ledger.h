/* ledger.h - the ledger as tables that people take away: which there are, their columns, and a row of an answer as cells.
 *
 * One table for each listing of query.proto that is exported, one line for each column: what it is called, what kind of cell, and a
 * function that says what stands there. The command and the gateway, CSV and workbook all use it, so none of them can show what
 * another would not: nothing of who complained, and of a phone number that somebody wrote into a text its middle is left out.
 */
#ifndef DUBAN_LEDGER_H
#define DUBAN_LEDGER_H

#include "arena.h"
#include "query.pb-c.h"
#include "spreadsheet.h"
#include "words.h"

/* What the cells of one export are made with. */
struct ledger_reader {
    bool english;                      /* else Chinese; where a text has no English, Chinese */
    struct arena *arena;               /* for the cells of a row, one after the other */
    const struct ledger_titles *titles;
    bool is_out_of_memory;             /* some cell is not what it should be */
};

struct ledger_column {
    struct words heading;
    enum cell_kind kind;
    unsigned width;                    /* as of struct spreadsheet_column */
    void (*fill)(struct ledger_reader *reader, const void *row, struct cell *cell);
};

struct ledger_table {
    const char *name;                  /* cases: JSON name of the query's field */
    struct words title;
    Duban__Reply__BodyCase answer;     /* what holds its rows */
    const struct ledger_column *columns;
    size_t column_count;
};

/* Ends with a row whose name is NULL. */
extern const struct ledger_table LEDGER_TABLES[];

/* NULL: there is none of that name. */
const struct ledger_table *ledger_table_of(const char *name);

/* Headings and kinds as a spreadsheet wants them. Returns how many. */
size_t ledger_columns(const struct ledger_table *table, bool english, struct spreadsheet_column out[SPREADSHEET_MAX_COLUMNS]);

/* All rows of an answer to the table's query, below each other. False when memory is out: the file is not to be used. */
bool ledger_rows(const struct ledger_table *table, struct ledger_reader *reader, const Duban__Reply *answer, struct spreadsheet *spreadsheet);

/* ---------------------------------------------------------------- ledger_titles.c */

/* What the accounts are called, looked up once for a whole export. */
struct ledger_titles {
    struct arena arena;
    struct ledger_title *titles;
    size_t count, capacity;
};

void ledger_titles_open(struct ledger_titles *titles);
void ledger_titles_close(struct ledger_titles *titles);

/* Those of one page of holders. False when memory is out. */
bool ledger_titles_add(struct ledger_titles *titles, const Duban__HolderRows *holders);

/* To be called when all have been added. */
void ledger_titles_sort(struct ledger_titles *titles);

/* Empty words: nobody of that account is registered. */
struct words ledger_title_of(const struct ledger_titles *titles, const char *account);

#endif
