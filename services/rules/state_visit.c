/* state_visit.c - visits by site and time, and entries in quarantine. */
#include "state_rows.h"

#include <string.h>

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
