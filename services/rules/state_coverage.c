/* state_coverage.c - coverage by day, area and kind of site, and how far the counting of days has come. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

enum { FEW_ZONES = 16 };

static struct bytes key_of_coverage(uint8_t *key, int64_t day, const char *area, const char *kind)
{
    size_t size = key_text(key, key_of_number(key, (uint64_t) day), area);

    return bytes_of(key, key_text(key, size, kind) - 1);
}

Duban__CoverageCount *state_coverage(struct state *state, int64_t day, const char *area, const char *kind)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_COVERAGE, key_of_coverage(key, day, area, kind), &duban__coverage_count__descriptor);
}

void state_put_coverage(struct state *state, const Duban__CoverageCount *count)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_COVERAGE, key_of_coverage(key, count->day, count->area, count->kind), count);
}

Duban__CoverageCount *state_coverage_after(struct state *state, int64_t day, const char *area, const char *kind)
{
    uint8_t first[STATE_KEY_BYTES];
    struct bytes after = key_of_coverage(first, day, area, kind), key, value;
    size_t prefix_size = after.size - strlen(kind);
    Duban__CoverageCount *count = NULL;
    struct store_cursor cursor;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_COVERAGE);
    found = store_seek(&cursor, after, &key, &value);
    if (found && bytes_equal(key, after))
        found = store_next(&cursor, &key, &value);
    if (found && key.size >= prefix_size && memcmp(key.data, first, prefix_size) == 0)
        count = message_unpack_own(&state->arena, &duban__coverage_count__descriptor, value);
    store_cursor_close(&cursor);
    return count;
}

/* ---------------------------------------------------------------- sums of a day */

/* Of each zone, however many there are: a figure that left some out would be wrong without a word. */
struct zone_sums {
    Duban__CoverageCount **sums;
    size_t count, room;
};

static void make_room(struct state *state, struct zone_sums *zones)
{
    Duban__CoverageCount **more;

    if (zones->count < zones->room)
        return;
    zones->room = zones->room == 0 ? FEW_ZONES : 2 * zones->room;
    more = (Duban__CoverageCount **) arena_take_pointers(&state->arena, zones->room);
    assert(more != NULL);
    for (size_t i = 0; i < zones->count; i++)
        more[i] = zones->sums[i];
    zones->sums = more;
}

static Duban__CoverageCount *sum_of_zone(struct state *state, struct zone_sums *zones, const char *zone)
{
    Duban__CoverageCount *sum;

    for (size_t i = 0; i < zones->count; i++)
        if (strcmp(zones->sums[i]->zone, zone) == 0)
            return zones->sums[i];
    make_room(state, zones);
    sum = arena_take(&state->arena, sizeof *sum);
    assert(sum != NULL);
    duban__coverage_count__init(sum);
    sum->zone = arena_copy(&state->arena, zone, strlen(zone) + 1);
    return zones->sums[zones->count++] = sum;
}

static void add(Duban__CoverageCount *sum, const Duban__CoverageCount *row)
{
    sum->required += row->required;
    sum->inspected += row->inspected;
    sum->planned += row->planned;
    sum->planned_inspected += row->planned_inspected;
    sum->stopped += row->stopped;
    sum->unknown += row->unknown;
    sum->blind += row->blind;
    sum->extra += row->extra;
    sum->attempted += row->attempted;
}

size_t state_coverage_of_zones(struct state *state, int64_t day, Duban__CoverageCount ***sums)
{
    struct store_cursor cursor;
    struct bytes key, value;
    struct arena arena;
    uint8_t prefix[8];
    struct zone_sums zones = { NULL, 0, 0 };
    bool found;

    put_u64(prefix, (uint64_t) day);
    arena_open(&arena, ROW_ARENA_BYTES);   /* one row at a time: there may be many areas */
    store_cursor_open(&cursor, &state->txn, TABLE_COVERAGE);
    found = store_seek(&cursor, bytes_of(prefix, sizeof prefix), &key, &value);
    while (found && get_u64(key.data) == (uint64_t) day) {
        const Duban__CoverageCount *row = message_unpack_own(&arena, &duban__coverage_count__descriptor, value);

        if (row != NULL)
            add(sum_of_zone(state, &zones, row->zone), row);
        arena_reset(&arena);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    arena_close(&arena);
    *sums = zones.sums;
    return zones.count;
}

/* ---------------------------------------------------------------- the day book */

static const char BOOK[] = "book";

Duban__DayBook *state_day_book(struct state *state)
{
    return row_share(state, TABLE_DAY_BOOK, bytes_of_text(BOOK), &duban__day_book__descriptor);
}

void state_put_day_book(struct state *state, const Duban__DayBook *book)
{
    row_put_now(state, TABLE_DAY_BOOK, bytes_of_text(BOOK), book);
}

void state_delete_day_book(struct state *state)
{
    row_forget(state, TABLE_DAY_BOOK, bytes_of_text(BOOK));
    row_delete(state, TABLE_DAY_BOOK, bytes_of_text(BOOK));
}

/* ---------------------------------------------------------------- plans */

static struct bytes key_of_plan(uint8_t *key, int64_t day, const char *zone)
{
    return bytes_of(key, key_text(key, key_of_number(key, (uint64_t) day), zone) - 1);
}

Duban__DayPlan *state_day_plan(struct state *state, int64_t day, const char *zone)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_share(state, TABLE_DAY_PLAN, key_of_plan(key, day, zone), &duban__day_plan__descriptor);
}

/* Many stops are put into it within a link: it is written once. */
void state_put_day_plan(struct state *state, const Duban__DayPlan *plan)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_shared(state, TABLE_DAY_PLAN, key_of_plan(key, plan->day, plan->zone), plan);
}

const char *state_planned_zone_after(struct state *state, int64_t day, const char *zone)
{
    uint8_t first[STATE_KEY_BYTES];
    struct bytes after = key_of_plan(first, day, zone), key, value;
    struct store_cursor cursor;
    const char *found = NULL;
    bool is_there;

    store_cursor_open(&cursor, &state->txn, TABLE_DAY_PLAN);
    is_there = store_seek(&cursor, after, &key, &value);
    if (is_there && bytes_equal(key, after))
        is_there = store_next(&cursor, &key, &value);
    if (is_there && get_u64(key.data) == (uint64_t) day)
        found = arena_copy(&state->arena, (const char *) key.data + 8, key.size - 8);
    store_cursor_close(&cursor);
    return found;
}

/* ---------------------------------------------------------------- all sites, some at a time */

size_t state_sites_after(struct state *state, const char *code, const char **codes, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value, after = bytes_of_text(code);
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_SITE);
    found = store_seek(&cursor, after, &key, &value);
    if (found && after.size > 0 && bytes_equal(key, after))
        found = store_next(&cursor, &key, &value);
    for (; found && count < most; found = store_next(&cursor, &key, &value))
        codes[count++] = arena_copy(&state->arena, key.data, key.size);
    store_cursor_close(&cursor);
    return count;
}
