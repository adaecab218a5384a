/* pages.h - the file of an LMDB environment, read beside LMDB.
 *
 * LMDB reads its file through a map and believes what it finds: of a file that was cut off it dies with a bus error, of
 * a damaged page it may do anything. Here each page is read with pread, and nothing in it is believed: so a daemon can
 * look its own file over while it works. Between two calls the owner may have committed, for a walk remembers keys and
 * no pages; during one nothing may be written.
 *
 * Knows the layout of LMDB 0.9 (data version 1), and tables without duplicates.
 */
#ifndef DUBAN_PAGES_H
#define DUBAN_PAGES_H

#include <stdbool.h>

#include "bytes.h"

enum { PAGES_MAX_KEY = 511, PAGES_MAX_VALUE = 128 * 1024, PAGES_MAX_PAGE = 32 * 1024 };

/* How far through one table. All zero but for the table: at its first row. */
struct pages_walk {
    const char *table;               /* NULL: LMDB's own table of free pages */
    uint8_t key[PAGES_MAX_KEY];      /* the next row's, or before it */
    size_t key_size;
};

enum pages_step {
    PAGES_MORE,                      /* rows may follow */
    PAGES_END,                       /* that was all */
    PAGES_DAMAGED,                   /* what lies there cannot be read; the walk has gone on behind it */
    PAGES_DAMAGED_TO_END,            /* the same, and nothing behind it can be reached */
};

/* One row, lent for the call. value.data NULL: longer than PAGES_MAX_VALUE, not looked at. */
typedef void pages_row(void *self, struct bytes key, struct bytes value);

/* The rows of the next leaf of the table, in order. A table that is not there has none. pages_read counts the pages that were
 * read. row NULL: only whether they can be read. */
enum pages_step pages_step(int descriptor, struct pages_walk *walk, pages_row *row, void *self, uint32_t *pages_read);

#endif
