/* row_map.c - rows in memory, found by their key. */
#include "row_map.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"

enum { FIRST_CAPACITY = 64, ROOM_STEP_BYTES = 16 };

static bool is_row(const struct row_map_row *row, uint32_t hash, struct bytes key)
{
    return row->hash == hash && row->key_size == key.size && memcmp(row->key, key.data, key.size) == 0;
}

/* Where that row is, or would be. There is room: at most half of the slots are taken. */
static size_t slot_of(const struct row_map *map, uint32_t hash, struct bytes key)
{
    size_t mask = map->capacity * 2 - 1, slot = hash & mask;

    while (map->slots[slot] != 0 && !is_row(&map->rows[map->slots[slot] - 1], hash, key))
        slot = (slot + 1) & mask;
    return slot;
}

static struct row_map_row *find(const struct row_map *map, uint32_t hash, struct bytes key)
{
    size_t slot;

    if (map->count == 0)
        return NULL;
    slot = slot_of(map, hash, key);
    return map->slots[slot] == 0 ? NULL : &map->rows[map->slots[slot] - 1];
}

struct row_map_row *row_map_find(const struct row_map *map, struct bytes key)
{
    return map->count == 0 ? NULL : find(map, bytes_hash(0, key), key);
}

static void place_all(struct row_map *map)
{
    memset(map->slots, 0, map->capacity * 2 * sizeof *map->slots);
    for (size_t i = 0; i < map->count; i++)
        map->slots[slot_of(map, map->rows[i].hash, row_map_key(&map->rows[i]))] = (uint32_t) i + 1;
}

static void *resized(void *memory, size_t count, size_t size)
{
    memory = reallocarray(memory, count, size);
    if (memory == NULL)
        die("out of memory for %zu rows", count);
    return memory;
}

static void grow(struct row_map *map)
{
    map->capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2;
    map->rows = resized(map->rows, map->capacity, sizeof *map->rows);
    map->slots = resized(map->slots, map->capacity * 2, sizeof *map->slots);
    place_all(map);
}

/* Room for both; a little more for a value that grows. False at the arena's limit. */
static bool take_room(struct row_map_row *row, struct arena *arena, struct bytes key, struct bytes value)
{
    uint32_t room = (uint32_t) ((value.size + ROOM_STEP_BYTES) / ROOM_STEP_BYTES * ROOM_STEP_BYTES);
    uint8_t *bytes = arena_take(arena, key.size + room);

    if (bytes == NULL)
        return false;
    memcpy(bytes, key.data, key.size);
    row->key = bytes;
    row->key_size = (uint32_t) key.size;
    row->room = room;
    return true;
}

static uint64_t first_bytes(struct bytes key)
{
    uint8_t first[sizeof(uint64_t)] = { 0 };

    memcpy(first, key.data, key.size < sizeof first ? key.size : sizeof first);
    return get_u64(first);
}

static struct row_map_row *add(struct row_map *map, struct arena *arena, uint32_t hash, struct bytes key, struct bytes value)
{
    struct row_map_row row = { .first = first_bytes(key), .hash = hash };

    if (!take_room(&row, arena, key, value))
        return NULL;
    if (map->count == map->capacity)
        grow(map);
    map->rows[map->count++] = row;
    map->slots[slot_of(map, hash, key)] = (uint32_t) map->count;
    return &map->rows[map->count - 1];
}

struct row_map_row *row_map_put(struct row_map *map, struct arena *arena, struct bytes key, struct bytes value)
{
    uint32_t hash = bytes_hash(0, key);
    struct row_map_row *row = find(map, hash, key);

    if (row == NULL)
        row = add(map, arena, hash, key, value);
    else if (row->room < value.size && !take_room(row, arena, row_map_key(row), value))
        return NULL;
    if (row == NULL)
        return NULL;
    if (value.size > 0)
        memmove(row->key + row->key_size, value.data, value.size);   /* it may be what was lent of this very row */
    row->value_size = (uint32_t) value.size;
    row->is_deleted = false;
    return row;
}

struct bytes row_map_key(const struct row_map_row *row)
{
    return bytes_of(row->key, row->key_size);
}

struct bytes row_map_value(const struct row_map_row *row)
{
    return bytes_of(row->key + row->key_size, row->value_size);
}

static int by_key(const void *one, const void *other)
{
    const struct row_map_row *a = one, *b = other;
    int order;

    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    order = memcmp(a->key, b->key, a->key_size < b->key_size ? a->key_size : b->key_size);
    return order != 0 ? order : (a->key_size > b->key_size) - (a->key_size < b->key_size);
}

void row_map_sort(struct row_map *map)
{
    if (map->count == 0)
        return;
    qsort(map->rows, map->count, sizeof *map->rows, by_key);
    place_all(map);
}

/* A round of a few rows must not pay for the largest that there ever was. */
void row_map_clear(struct row_map *map)
{
    size_t mask = map->capacity * 2 - 1;

    for (size_t i = 0; i < map->count; i++)
        for (size_t slot = map->rows[i].hash & mask; map->slots[slot] != 0; slot = (slot + 1) & mask)
            map->slots[slot] = 0;
    map->count = 0;
}

void row_map_close(struct row_map *map)
{
    free(map->rows);
    free(map->slots);
    *map = (struct row_map){ 0 };
}
