/* link_rows.h - the rows that one link has asked for.
 *
 * Whoever asks for a row within a link gets the same message, so that one handler sees what another has changed.
 * All of them stay until the link ends: were one dropped in between, a second message for its row would exist,
 * and a change to the first would be lost. What has been put is kept in the order in which it was first put, whatever
 * was read meanwhile: the digest does not depend on what the engine looks at.
 */
#ifndef DUBAN_RULES_LINK_ROWS_H
#define DUBAN_RULES_LINK_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

enum { LINK_KEY_BYTES = 32 };

struct link_row {
    int table;
    size_t key_size;
    uint8_t key[LINK_KEY_BYTES];
    void *message;            /* lent; NULL = to be read anew */
    bool is_put;
};

/* All zero is empty. */
struct link_rows {
    struct link_row *rows;
    size_t count, capacity;
    uint32_t *slots;          /* capacity x 2 of them: 1 + place of a row, 0 = none; open addressing */
    uint32_t *put;            /* places of the rows that were put, in that order */
    size_t put_count;
};

/* Longer keys have no row: NULL. Points until the next link_rows_add. */
struct link_row *link_rows_find(const struct link_rows *rows, int table, struct bytes key);

/* One that is not there yet, without a message. Dies when memory is out. Points as above. */
struct link_row *link_rows_add(struct link_rows *rows, int table, struct bytes key);

/* The row is to be written; again changes nothing. */
void link_rows_put(struct link_rows *rows, struct link_row *row);

/* Empty again; keeps its memory for the next link. */
void link_rows_clear(struct link_rows *rows);

void link_rows_close(struct link_rows *rows);

#endif
