#include "link_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

enum { FIRST_CAPACITY = 64 };

static uint32_t hash_of(int table, struct bytes key)
{
    return bytes_hash((uint32_t) table, key);
}

static bool is_row(const struct link_row *row, int table, struct bytes key)
{
    return row->table == table && row->key_size == key.size && memcmp(row->key, key.data, key.size) == 0;
}

/* Where that row is, or would be. There is room: at most half of the slots are taken. */
static size_t slot_of(const struct link_rows *rows, int table, struct bytes key)
{
    size_t mask = rows->capacity * 2 - 1, slot = hash_of(table, key) & mask;

    while (rows->slots[slot] != 0 && !is_row(&rows->rows[rows->slots[slot] - 1], table, key))
        slot = (slot + 1) & mask;
    return slot;
}

struct link_row *link_rows_find(const struct link_rows *rows, int table, struct bytes key)
{
    size_t slot;

    if (rows->count == 0 || key.size > LINK_KEY_BYTES)
        return NULL;
    slot = slot_of(rows, table, key);
    return rows->slots[slot] == 0 ? NULL : &rows->rows[rows->slots[slot] - 1];
}

static void *resized(void *memory, size_t count, size_t size)
{
    memory = reallocarray(memory, count, size);
    if (memory == NULL)
        die("out of memory for %zu rows of one entry", count);
    return memory;
}

static void grow(struct link_rows *rows)
{
    rows->capacity = rows->capacity == 0 ? FIRST_CAPACITY : rows->capacity * 2;
    rows->rows = resized(rows->rows, rows->capacity, sizeof *rows->rows);
    rows->put = resized(rows->put, rows->capacity, sizeof *rows->put);
    rows->slots = resized(rows->slots, rows->capacity * 2, sizeof *rows->slots);
    memset(rows->slots, 0, rows->capacity * 2 * sizeof *rows->slots);
    for (size_t i = 0; i < rows->count; i++) {
        const struct link_row *row = &rows->rows[i];

        rows->slots[slot_of(rows, row->table, bytes_of(row->key, row->key_size))] = (uint32_t) i + 1;
    }
}

struct link_row *link_rows_add(struct link_rows *rows, int table, struct bytes key)
{
    struct link_row *row;

    assert(key.size <= LINK_KEY_BYTES && link_rows_find(rows, table, key) == NULL);
    if (rows->count == rows->capacity)
        grow(rows);
    row = &rows->rows[rows->count++];
    *row = (struct link_row){ .table = table, .key_size = key.size };
    memcpy(row->key, key.data, key.size);
    rows->slots[slot_of(rows, table, key)] = (uint32_t) rows->count;
    return row;
}

void link_rows_put(struct link_rows *rows, struct link_row *row)
{
    if (row->is_put)
        return;
    row->is_put = true;
    rows->put[rows->put_count++] = (uint32_t) (row - rows->rows);
}

/* A link of a few rows must not pay for the largest that there ever was. */
static void clear_slots(struct link_rows *rows)
{
    size_t mask = rows->capacity * 2 - 1;

    for (size_t i = 0; i < rows->count; i++) {
        const struct link_row *row = &rows->rows[i];

        for (size_t slot = hash_of(row->table, bytes_of(row->key, row->key_size)) & mask; rows->slots[slot] != 0;
             slot = (slot + 1) & mask)
            rows->slots[slot] = 0;
    }
}

void link_rows_clear(struct link_rows *rows)
{
    clear_slots(rows);
    rows->count = 0;
    rows->put_count = 0;
}

void link_rows_close(struct link_rows *rows)
{
    free(rows->rows);
    free(rows->put);
    free(rows->slots);
    *rows = (struct link_rows){ 0 };
}
