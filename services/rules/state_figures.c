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
static bool row_at(struct state *state, uint8_t *key, size_t size, int64_t at_s, struct bytes *found, struct bytes *value)
{
    struct store_cursor cursor;
    bool is_there;

    store_cursor_open(&cursor, &state->txn, TABLE_FIGURE);
    is_there = store_seek(&cursor, bytes_of(key, key_of_time(key, size, at_s)), found, value) && is_of_cell(*found, key, size);
    store_cursor_close(&cursor);
    return is_there;
}

void state_add_figure(struct state *state, const struct figure_place *place, int64_t at_s, int64_t numerator, int64_t denominator)
{
    uint8_t key[STATE_KEY_BYTES], sums[SUM_BYTES];
    size_t size = key_text(key, key_of_day(key, place->scope, place->cell, place->day), place->part);
    struct bytes found, value;

    if (row_at(state, key, size, INT64_MAX, &found, &value)) {
        int64_t newest_s = (int64_t) ~get_u64((const uint8_t *) found.data + size);

        at_s = newest_s > at_s ? newest_s : at_s;
        numerator += (int64_t) get_u64(value.data);
        denominator += (int64_t) get_u64((const uint8_t *) value.data + 8);
    }
    put_u64(sums, (uint64_t) numerator);
    put_u64(sums + 8, (uint64_t) denominator);
    row_put(state, TABLE_FIGURE, bytes_of(key, key_of_time(key, size, at_s)), bytes_of(sums, sizeof sums));
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

bool state_next_figure(struct state *state, struct figure_walk *walk)
{
    size_t day_size = strlen(walk->scope) + 1 + SCOPE_TAIL_BYTES;
    struct bytes found, value;

    while (step(state, walk, &found) && is_within(walk, found, day_size)) {
        walk->key_size = found.size - TIME_BYTES;
        memcpy(walk->key, found.data, walk->key_size);
        if (!row_at(state, walk->key, walk->key_size, walk->as_of_s, &found, &value))
            continue;   /* it came later */
        walk->day = get_u32(walk->key + day_size - sizeof(uint32_t));
        walk->part = (const char *) walk->key + day_size;
        if (!take_off_zone(walk))
            continue;
        walk->numerator = (int64_t) get_u64(value.data);
        walk->denominator = (int64_t) get_u64((const uint8_t *) value.data + 8);
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
