/* state_visit.c - visits by site and time, and entries in quarantine. */
#include "state_rows.h"

#include <string.h>

#include "message.h"

enum { VISIT_ARENA_BYTES = 1024 * 1024 };

static size_t key_of_visit_at(uint8_t *key, const char *site, int64_t visit_ms, uint64_t sequence)
{
    size_t size = key_text(key, 0, site);

    put_u64(key + size, (uint64_t) visit_ms);
    put_u64(key + size + 8, sequence);
    return size + 16;
}

Duban__Visit *state_visit(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_VISIT, bytes_of(key, key_of_number(key, sequence)), &duban__visit__descriptor);
}

void state_put_visit(struct state *state, const Duban__Visit *visit)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_VISIT, bytes_of(key, key_of_number(key, visit->sequence)), visit);
    row_put(state, TABLE_VISIT_BY_SITE,
            bytes_of(key, key_of_visit_at(key, visit->site, visit->visit_ms, visit->sequence)), bytes_of("", 0));
}

size_t state_visits_of_site(struct state *state, const char *site, int64_t after_ms, uint64_t *sequences, size_t most)
{
    uint8_t first[STATE_KEY_BYTES], last[STATE_KEY_BYTES];
    struct bytes lowest = bytes_of(first, key_of_visit_at(first, site, after_ms, UINT64_MAX));
    struct bytes key = bytes_of(last, key_of_visit_at(last, site, INT64_MAX, UINT64_MAX)), value;
    struct store_cursor cursor;
    size_t count = 0;

    store_cursor_open(&cursor, &state->txn, TABLE_VISIT_BY_SITE);
    while (count < most && store_before(&cursor, key, &key, &value) && key.size == lowest.size &&
           memcmp(key.data, lowest.data, key.size) > 0)
        sequences[count++] = get_u64((const uint8_t *) key.data + key.size - 8);
    store_cursor_close(&cursor);
    return count;
}

/* False: it is the last one that is wanted. */
static bool show_visit(struct state *state, uint64_t sequence, visit_shown *shown, void *self)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes row;
    struct arena arena;
    const Duban__Visit *visit = NULL;
    bool goes_on;

    arena_open(&arena, VISIT_ARENA_BYTES);   /* one row at a time: there may be many visits */
    if (store_get(&state->txn, TABLE_VISIT, bytes_of(key, key_of_number(key, sequence)), &row))
        visit = message_unpack_own(&arena, &duban__visit__descriptor, row);
    goes_on = visit == NULL || shown(self, visit);
    arena_close(&arena);
    return goes_on;
}

void state_show_visits(struct state *state, const struct visit_span *span, visit_shown *shown, void *self)
{
    uint8_t first[STATE_KEY_BYTES], last[STATE_KEY_BYTES];
    struct bytes lowest = bytes_of(first, key_of_visit_at(first, span->site, span->from_ms, 0));
    struct bytes key = bytes_of(last, key_of_visit_at(last, span->site, span->until_ms, 0)), value;
    struct store_cursor cursor;
    bool goes_on = true;

    store_cursor_open(&cursor, &state->txn, TABLE_VISIT_BY_SITE);
    for (size_t left = span->most; goes_on && left > 0 && store_before(&cursor, key, &key, &value) && key.size == lowest.size &&
           memcmp(key.data, lowest.data, key.size) >= 0; left--)
        goes_on = show_visit(state, get_u64((const uint8_t *) key.data + key.size - 8), shown, self);
    store_cursor_close(&cursor);
}

Duban__Quarantined *state_quarantined(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];

    return row_get_message(state, TABLE_QUARANTINE, bytes_of(key, key_of_number(key, sequence)),
                           &duban__quarantined__descriptor);
}

void state_put_quarantined(struct state *state, const Duban__Quarantined *quarantined)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_QUARANTINE, bytes_of(key, key_of_number(key, quarantined->sequence)), quarantined);
}
