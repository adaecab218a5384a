/* rows.h - an array that grows in an arena.
 *
 *     void *grown = rows_grow(arena, list->rows, list->count, &list->room, 1, sizeof *list->rows);
 *
 *     if (grown != NULL) {
 *         list->rows = grown;
 *         list->rows[list->count++] = row;
 *     }
 */
#ifndef DUBAN_GATEWAY_ROWS_H
#define DUBAN_GATEWAY_ROWS_H

#include "arena.h"

/* The rows, with room for `more` behind the `count` that are there: where they are while it suffices, else copied to where there is at
 * least twice as much. NULL: memory is out, and they stay as they were. */
void *rows_grow(struct arena *arena, void *rows, size_t count, size_t *room, size_t more, size_t row_bytes);

#endif
