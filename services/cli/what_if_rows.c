/* what_if_rows.c - cases or subjects of both runs side by side, those of one entry at a time. */
#include "what_if.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

enum { MOST_OF_ENTRY = 1024 };   /* of cases one for each item of a report: no more than a pack may have */

struct reading {
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    bool there;
};

struct rows {
    const void *rows[MOST_OF_ENTRY];
    struct content contents[MOST_OF_ENTRY];
    bool paired[MOST_OF_ENTRY];
    size_t count;
};

struct comparison {
    struct what_if *what_if;
    const struct compared *compared;
    struct reading readings[RUN_COUNT];
    struct rows of[RUN_COUNT];
    differing_shown *shown;
    void *self;
    bool wanted;
};

void differing_add(struct differing *differing, const char *name, struct words words, const char *before, const char *after)
{
    assert(differing->field_count < MOST_DIFFERING_FIELDS);
    differing->fields[differing->field_count++] = (struct differing_field){ name, words, { before, after } };
}

/* ---------------------------------------------------------------- those of one entry */

static void begin_reading(struct comparison *comparison, enum run run)
{
    struct reading *reading = &comparison->readings[run];

    state_read(&comparison->what_if->runs[run].state, &reading->txn);
    store_cursor_open(&reading->cursor, &reading->txn, comparison->compared->table);
    reading->there = store_seek(&reading->cursor, bytes_of("", 0), &reading->key, &reading->value);
}

static void end_reading(struct reading *reading)
{
    store_cursor_close(&reading->cursor);
    store_abort(&reading->txn);
}

static void read_rows(struct comparison *comparison, enum run run, uint64_t sequence)
{
    struct reading *reading = &comparison->readings[run];
    struct arena *arena = &comparison->what_if->arena;
    struct rows *rows = &comparison->of[run];

    for (rows->count = 0; reading->there && get_u64(reading->key.data) == sequence && rows->count < MOST_OF_ENTRY;
         reading->there = store_next(&reading->cursor, &reading->key, &reading->value)) {
        const void *row = state_unpack(arena, comparison->compared->type, reading->value);

        if (row == NULL)
            continue;
        rows->paired[rows->count] = false;
        rows->contents[rows->count] = comparison->compared->content(arena, &reading->txn, row);
        rows->rows[rows->count++] = row;
    }
}

static bool is_same(const struct content *one, const struct content *other)
{
    return one->sort == other->sort && one->ordinal == other->ordinal && strcmp(one->site, other->site) == 0 &&
           strcmp(one->area, other->area) == 0 && strcmp(one->item, other->item) == 0;
}

static const void *take_partner(struct rows *rows, const struct content *content)
{
    for (size_t i = 0; i < rows->count; i++)
        if (!rows->paired[i] && is_same(&rows->contents[i], content)) {
            rows->paired[i] = true;
            return rows->rows[i];
        }
    return NULL;
}

static void show_pair(struct comparison *comparison, const void *before, const void *after)
{
    struct store_txn *const txns[RUN_COUNT] = { &comparison->readings[BEFORE].txn, &comparison->readings[AFTER].txn };
    const void *const rows[RUN_COUNT] = { before, after };
    struct differing differing = { .there = { before != NULL, after != NULL } };

    if (!comparison->wanted)
        return;
    if (before != NULL && after != NULL)
        comparison->compared->compare(comparison->what_if, txns, rows, &differing);
    if (before != NULL && after != NULL && differing.field_count == 0)
        return;
    comparison->compared->name(comparison->what_if, rows, &differing);
    comparison->wanted = comparison->shown(comparison->self, &differing);
}

static void compare_rows(struct comparison *comparison)
{
    struct rows *before = &comparison->of[BEFORE], *after = &comparison->of[AFTER];

    for (size_t i = 0; i < before->count; i++)
        show_pair(comparison, before->rows[i], take_partner(after, &before->contents[i]));
    for (size_t i = 0; i < after->count; i++)
        if (!after->paired[i])
            show_pair(comparison, NULL, after->rows[i]);
}

/* ---------------------------------------------------------------- all */

static bool next_entry(const struct comparison *comparison, uint64_t *sequence)
{
    bool found = false;

    for (int run = 0; run < RUN_COUNT; run++) {
        const struct reading *reading = &comparison->readings[run];

        if (reading->there && (!found || get_u64(reading->key.data) < *sequence)) {
            *sequence = get_u64(reading->key.data);
            found = true;
        }
    }
    return found;
}

void rows_compare(struct what_if *what_if, const struct compared *compared, differing_shown *shown, void *self,
                  uint64_t counts[RUN_COUNT])
{
    struct comparison *comparison = calloc(1, sizeof *comparison);
    uint64_t sequence;

    if (comparison == NULL)
        die("内存不足 / out of memory");
    *comparison = (struct comparison){ .what_if = what_if, .compared = compared, .shown = shown, .self = self, .wanted = true };
    for (int run = 0; run < RUN_COUNT; run++)
        begin_reading(comparison, (enum run) run);
    while (comparison->wanted && next_entry(comparison, &sequence)) {
        arena_reset(&what_if->arena);
        for (int run = 0; run < RUN_COUNT; run++) {
            read_rows(comparison, (enum run) run, sequence);
            counts[run] += comparison->of[run].count;
        }
        compare_rows(comparison);
    }
    for (int run = 0; run < RUN_COUNT; run++)
        end_reading(&comparison->readings[run]);
    free(comparison);
}

struct counting {
    uint64_t *changed;
    uint64_t *alone;               /* of each run */
};

static bool count_change(void *self, const struct differing *differing)
{
    struct counting *counting = self;

    (*counting->changed)++;
    for (int run = 0; run < RUN_COUNT; run++)
        counting->alone[run] += differing->there[run] && !differing->there[1 - run] ? 1 : 0;
    return true;
}

void rows_count(struct what_if *what_if, const struct compared *compared, uint64_t counts[RUN_COUNT], uint64_t *changed,
                uint64_t alone[RUN_COUNT])
{
    struct counting counting = { .changed = changed, .alone = alone };

    rows_compare(what_if, compared, count_change, &counting, counts);
}
