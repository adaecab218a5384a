/* state_figures.c - the sums that figures are made of, each with all that it ever was.
 *
 * A cell has one row for each second at which it changed, the newest first: what it was at any
 * second is the first row at or behind that second's place.
 */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

enum { TIME_BYTES = 8, SUM_BYTES = 16, SCOPE_TAIL_BYTES = 2 + 4 };   /* cell, day */

const void *state_put_in_link(const struct state *state, size_t at, int *table)
{
    const struct link_row *row;

    if (at >= state->rows.put_count)
        return NULL;
    row = &state->rows.rows[state->rows.put[at]];
    *table = row->table;
    return row->message;
}

Duban__Counting *state_counting(struct state *state, struct bytes key)
{
    return row_get_message(state, TABLE_COUNTING, key, &duban__counting__descriptor);
}

void state_delete_counting(struct state *state, struct bytes key)
{
    row_delete(state, TABLE_COUNTING, key);
}

void state_put_counting(struct state *state, struct bytes key, const Duban__Counting *counting)
{
    row_put_message(state, TABLE_COUNTING, key, counting);
}

/* ---------------------------------------------------------------- cells */

static size_t key_of_day(uint8_t *key, const char *scope, uint32_t cell, int64_t day)
{
    size_t size = key_text(key, 0, scope);

    put_u16(key + size, (uint16_t) cell);
    put_u32(key + size + 2, (uint32_t) day);
    return size + SCOPE_TAIL_BYTES;
}

static size_t key_of_time(uint8_t *key, size_t size, int64_t at_s)
{
    assert(size + TIME_BYTES <= STATE_KEY_BYTES);
    put_u64(key + size, ~(uint64_t) at_s);
    return size + TIME_BYTES;
}

static bool is_of_cell(struct bytes key, const uint8_t *cell, size_t size)
{
    return key.size == size + TIME_BYTES && memcmp(key.data, cell, size) == 0;
}

/* The newest row of the cell that is not newer than at_s. */
static bool row_at(struct store_cursor *cursor, uint8_t *key, size_t size, int64_t at_s, struct bytes *found, struct bytes *value)
{
    return store_seek(cursor, bytes_of(key, key_of_time(key, size, at_s)), found, value) && is_of_cell(*found, key, size);
}

/* What a cell is now, and since when. */
struct newest {
    int64_t at_s, numerator, denominator;
};

/* The cell's newest row of before this transaction. False: it has none. */
static bool committed_newest(struct state *state, uint8_t *key, size_t size, struct newest *newest)
{
    struct store_cursor cursor;
    struct bytes found, value;
    bool is_there;

    store_cursor_open_tree(&cursor, &state->txn, TABLE_FIGURE);
    is_there = row_at(&cursor, key, size, INT64_MAX, &found, &value);
    if (is_there)
        *newest = (struct newest){ (int64_t) ~get_u64((const uint8_t *) found.data + size), (int64_t) get_u64(value.data),
                                   (int64_t) get_u64((const uint8_t *) value.data + 8) };
    store_cursor_close(&cursor);
    return is_there;
}

/* A cell that this transaction has changed is in state->newest: of others nothing waits to be written. */
static bool newest_of(struct state *state, uint8_t *key, size_t size, struct newest *newest)
{
    const struct row_map_row *row = row_map_find(&state->newest, bytes_of(key, size));

    if (row == NULL)
        return committed_newest(state, key, size, newest);
    memcpy(newest, row_map_value(row).data, sizeof *newest);
    return true;
}

static void keep_newest(struct state *state, struct bytes cell, const struct newest *newest)
{
    if (row_map_put(&state->newest, &state->newest_arena, cell, bytes_of(newest, sizeof *newest)) != NULL)
        return;
    store_write_gathered(&state->txn, TABLE_FIGURE);   /* then all are in the tree, this one too */
    row_map_clear(&state->newest);
    arena_reset(&state->newest_arena);
}

void state_add_figure(struct state *state, const struct figure_place *place, int64_t at_s, int64_t numerator, int64_t denominator)
{
    uint8_t key[STATE_KEY_BYTES], sums[SUM_BYTES];
    size_t size = key_text(key, key_of_day(key, place->scope, place->cell, place->day), place->part);
    struct newest newest = { 0, 0, 0 };

    if (newest_of(state, key, size, &newest) && newest.at_s > at_s)
        at_s = newest.at_s;
    newest = (struct newest){ at_s, newest.numerator + numerator, newest.denominator + denominator };
    put_u64(sums, (uint64_t) newest.numerator);
    put_u64(sums + 8, (uint64_t) newest.denominator);
    row_put(state, TABLE_FIGURE, bytes_of(key, key_of_time(key, size, at_s)), bytes_of(sums, sizeof sums));
    keep_newest(state, bytes_of(key, size), &newest);
}

/* ---------------------------------------------------------------- asking */

/* On to the first row of the next cell, whatever its time. */
static bool step(struct state *state, struct figure_walk *walk, struct bytes *found)
{
    struct store_cursor cursor;
    struct bytes value;
    bool is_there;

    if (walk->key_size == 0)
        walk->key_size = key_of_day(walk->key, walk->scope, walk->cell, walk->from_day);
    else
        memset(walk->key + walk->key_size, 0xff, TIME_BYTES), walk->key_size += TIME_BYTES;
    store_cursor_open(&cursor, &state->txn, TABLE_FIGURE);
    is_there = store_seek(&cursor, bytes_of(walk->key, walk->key_size), found, &value);
    store_cursor_close(&cursor);
    return is_there;
}

static bool is_within(const struct figure_walk *walk, struct bytes key, size_t day_size)
{
    uint8_t scope[STATE_KEY_BYTES];
    size_t size = key_of_day(scope, walk->scope, walk->cell, 0) - sizeof(uint32_t);

    return key.size >= day_size && memcmp(key.data, scope, size) == 0 &&
           get_u32((const uint8_t *) key.data + size) <= (uint32_t) walk->to_day;
}

static bool is_text(const char *wanted, const char *text, const char *end)
{
    return strlen(wanted) == (size_t) (end - text) && memcmp(wanted, text, (size_t) (end - text)) == 0;
}

/* False: it is of another focus group than the one that is wanted, or of none. */
static bool take_off_focus(struct figure_walk *walk)
{
    const char *end = strchr(walk->part, FIGURE_FOCUS_SEPARATOR);
    bool wanted = walk->focus == NULL || (end != NULL && is_text(walk->focus, walk->part, end));

    if (end != NULL)
        walk->part = end + 1;
    return wanted;
}

/* False: it is of another zone, or focus group. */
static bool take_off_zone(struct figure_walk *walk)
{
    const char *end;

    if (walk->zone == NULL)
        return true;
    end = strchr(walk->part, FIGURE_PART_SEPARATOR);
    if (end == NULL || (walk->zone[0] != '\0' && !is_text(walk->zone, walk->part, end)))
        return false;
    walk->part = end + 1;
    return take_off_focus(walk);
}

static bool sums_at(struct state *state, struct figure_walk *walk)
{
    struct store_cursor cursor;
    struct bytes found, value;
    bool is_there;

    store_cursor_open(&cursor, &state->txn, TABLE_FIGURE);
    is_there = row_at(&cursor, walk->key, walk->key_size, walk->as_of_s, &found, &value);
    if (is_there) {
        walk->numerator = (int64_t) get_u64(value.data);
        walk->denominator = (int64_t) get_u64((const uint8_t *) value.data + 8);
    }
    store_cursor_close(&cursor);
    return is_there;
}

bool state_next_figure(struct state *state, struct figure_walk *walk)
{
    size_t day_size = strlen(walk->scope) + 1 + SCOPE_TAIL_BYTES;
    struct bytes found;

    while (step(state, walk, &found) && is_within(walk, found, day_size)) {
        walk->key_size = found.size - TIME_BYTES;
        memcpy(walk->key, found.data, walk->key_size);
        if (!sums_at(state, walk))
            continue;   /* it came later */
        walk->day = get_u32(walk->key + day_size - sizeof(uint32_t));
        walk->part = (const char *) walk->key + day_size;
        if (!take_off_zone(walk))
            continue;
        return true;
    }
    return false;
}

struct figure_sums state_sum_figures(struct state *state, struct figure_walk walk)
{
    struct figure_sums sums = { 0, 0 };

    while (state_next_figure(state, &walk)) {
        sums.numerator += walk.numerator;
        sums.denominator += walk.denominator;
    }
    return sums;
}
