/* import.h - a clerk's table on its way into the registry.
 *
 *   import.c       the table as a whole: headings, ids, submitting, what became of it
 *   import_rows.c  one row becomes one entry; every fault is told with its place
 */
#ifndef DUBAN_CLI_IMPORT_H
#define DUBAN_CLI_IMPORT_H

#include "cli.h"
#include "csv.h"

enum { IMPORT_MAX_HEADINGS = 13 };

struct import {
    struct cli *cli;
    const char *path;
    struct csv_table table;
    int columns[IMPORT_MAX_HEADINGS];   /* by place in the kind's headings; -1 = not in the file */
    size_t fault_count;
    const char *salt;                   /* --again: makes new ids */
};

struct import_kind {
    const char *name;
    const char *headings[IMPORT_MAX_HEADINGS];
    size_t needed;                      /* of the headings: the first ones */
    Duban__Entry *(*entry_of)(struct import *import, const struct csv_row *row);
};

/* Ends with a row whose name is NULL. The first heading is each kind's key. */
extern const struct import_kind IMPORT_KINDS[];

/* Tell a fault at a cell, and count it. */
void import_fault(struct import *import, struct csv_cell cell, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* Cleared memory from the command's arena. Dies when it is out. */
void *import_made(struct import *import, size_t size);

#endif
