/* import.h - a clerk's table on its way into the registry.
 *
 *   import.c           the table as a whole: ids, submitting, what became of it
 *   import_text.c      its bytes: UTF-8, GB18030 or UTF-16, wide signs of a Chinese keyboard
 *   import_headings.c  its columns: a missing one, an unknown one, another table altogether
 *   import_rows.c      one row becomes one entry
 *   import_fault.c     a fault is told with its line, its column, what stands there, what would be right
 *   import_references.c  what a row refers to, and who waited for it
 *   import_gaps.c      what is right by itself and will bite later: nobody would be told
 *   import_channels.c  ways by which nothing can be sent yet
 *   import_registry.c  the registry in which that is looked for
 */
#ifndef DUBAN_CLI_IMPORT_H
#define DUBAN_CLI_IMPORT_H

#include "choices.h"
#include "cli.h"
#include "csv.h"

enum { IMPORT_MAX_HEADINGS = 24 };

struct import;

struct import_kind {
    const char *name;
    struct words what;                  /* is in it */
    struct words headings[IMPORT_MAX_HEADINGS];   /* a column may be called either; English ends with NULL */
    size_t needed;                      /* of the headings: the first ones */
    Duban__Entry *(*entry_of)(struct import *import, const struct csv_row *row);
};

/* Ends with a row whose name is NULL. The first heading is each kind's key. */
extern const struct import_kind IMPORT_KINDS[];

/* NULL: there is none of that name. */
const struct import_kind *import_kind_named(const char *name);

/* As the column roles has it: group_leader. */
const char *import_role_name(Duban__Role role);

/* A fault and its place. */
struct import_told {
    unsigned line, column;
    size_t order;                       /* found as the how manieth */
    struct words words;
};

struct import {
    struct cli *cli;
    const struct import_kind *kind;
    const char *path;
    struct csv_table table;
    int columns[IMPORT_MAX_HEADINGS];   /* by place in the kind's headings; -1 = not in the file */
    Duban__Entry **entries;             /* one for each row of the table */
    struct import_told *faults;         /* told at the end, in the order of the file */
    size_t fault_count;
    size_t fault_capacity;
    const char *salt;                   /* --again: makes new ids */
};

/* ---------------------------------------------------------------- import_text.c */

/* The file as UTF-8, in the cli's arena, after saying what else it was. False after saying that it is nothing known; what is meant to
 * be UTF-8 and is not quite stays as it is. */
bool import_to_utf8(struct import *import, struct bytes *text);

/* Once the columns are found: without the apostrophes of csv_write.h, and with plain signs where only such are meant. */
void import_make_plain(struct import *import);

/* ---------------------------------------------------------------- import_headings.c */

/* Find the kind's columns. Faults are told and counted. */
void import_check_headings(struct import *import);

/* How to call that column: 名称 name_zh, in English name_zh alone. In the cli's arena. */
struct words import_heading(const struct import *import, int heading);

/* Say which columns the table has, and which of this kind's it has not. */
void import_tell_headings(struct import *import);

/* The place of the heading that is called so, in either language, among the kind's; -1 = there is none such. */
int import_heading_named(const struct import *import, const char *name);

/* ---------------------------------------------------------------- import_fault.c */

/* The cell of a row below a heading of the kind. */
struct csv_cell import_cell(const struct import *import, const struct csv_row *row, int heading);

/* Note a fault at a place; it is told with the others. Of very many only the first are. */
void import_fault(struct import *import, struct csv_cell at, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* The same of a cell: its column and what it says come first, then what is wrong with that. */
void import_cell_fault(struct import *import, const struct csv_row *row, int heading, const char *zh, const char *en,
                       ...) __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* All of them, in the order of the file, then "12 faults in all; nothing was submitted". */
enum exit_code import_refused(struct import *import);

/* Cleared memory from the command's arena. Dies when it is out. */
void *import_made(struct import *import, size_t size);

/* ---------------------------------------------------------------- import_channels.c */

/* Say of which rows a channel is not set up, as far as notify answers. */
void import_tell_channels(struct import *import);

/* ---------------------------------------------------------------- import_references.c */

/* A row that refers to what rules does not know would be held: a fault of it. False when rules does not answer, and nothing
 * was looked at. */
bool import_check_references(struct import *import);

/* Say which entries that were held for want of what has now been imported can be released. */
void import_tell_releasable(struct cli *cli);

/* ---------------------------------------------------------------- import_gaps.c */

/* One sort of gap, and where it is. */
struct gap {
    const char *what;            /* for JSON: zoneWithoutGroupLeader, ... */
    struct words words;
    const char **names;
    size_t count;
    size_t capacity;
};

struct gaps {
    bool checked;                /* false: rules did not answer */
    struct gap *rows;            /* only those with something in them */
    size_t count;
};

/* Look for gaps in the registry of rules; pretend = with the entries of this table as if they
 * had been applied. */
struct gaps import_gaps(struct import *import, bool pretend);

/* Tell them on standard error; or as a JSON value, null when nothing was checked. */
void import_tell_gaps(struct cli *cli, const struct gaps *gaps);
json_t *import_gaps_json(const struct gaps *gaps);

#endif
