/* rows.c - an array that grows in an arena. */
#include "rows.h"

#include <string.h>

enum { FIRST_ROWS = 64 };

void *rows_grow(struct arena *arena, void *rows, size_t count, size_t *room, size_t more, size_t row_bytes)
{
    size_t wanted = 2 * *room + more + FIRST_ROWS;
    void *grown;

    if (rows != NULL && *room - count >= more)
        return rows;
    grown = arena_take(arena, wanted * row_bytes);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, rows, count * row_bytes);
    *room = wanted;
    return grown;
}
