/* row_map.h - rows in memory, found by their key: what a table of a store holds is one of these for a while.
 *
 * A key and a value are copied into an arena of the caller's and live until that is reset; the caller clears the map first.
 */
#ifndef DUBAN_ROW_MAP_H
#define DUBAN_ROW_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "bytes.h"

struct row_map_row {
    uint64_t first;                        /* eight bytes of the key as a number: most keys are in order by these alone */
    uint32_t hash;
    uint32_t key_size, value_size, room;   /* room for a value, in bytes */
    bool is_deleted;                       /* the caller's; false when it is put */
    uint8_t *key;                          /* the value stands behind it */
};

/* All zero is empty. */
struct row_map {
    struct row_map_row *rows;   /* in the order of their first put */
    size_t count, capacity;
    uint32_t *slots;            /* capacity x 2 of them: 1 + place of a row, 0 = none; open addressing */
};

/* NULL: there is none. Points until the next put. */
struct row_map_row *row_map_find(const struct row_map *map, struct bytes key);

/* The row of that key has that value from now on: in the place of the one before where there is room. Points as above;
 * NULL when the arena is full, and nothing has changed. Dies when memory is out. */
struct row_map_row *row_map_put(struct row_map *map, struct arena *arena, struct bytes key, struct bytes value);

/* Until the row is put again. */
struct bytes row_map_key(const struct row_map_row *row);
struct bytes row_map_value(const struct row_map_row *row);

/* In the order of their keys: bytes as numbers, the shorter of two that begin alike first. What was found points nowhere. */
void row_map_sort(struct row_map *map);

/* Empty again; keeps its memory for the next round. */
void row_map_clear(struct row_map *map);

void row_map_close(struct row_map *map);

#endif
