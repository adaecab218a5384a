/* state_timer.c - timers, in order of their due time. */
#include "state_rows.h"

#include <string.h>

static size_t key_of_timer(uint8_t *key, const struct timer *timer)
{
    put_u64(key, (uint64_t) timer->due_s);
    memcpy(key + 8, timer->task, ID_BYTES);
    put_u16(key + 8 + ID_BYTES, timer->step);
    return 8 + ID_BYTES + 2;
}

void state_put_timer(struct state *state, const struct timer *timer)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put(state, TABLE_TIMER, bytes_of(key, key_of_timer(key, timer)), bytes_of("", 0));
    if (timer->due_s < state->earliest_timer_s)
        state->earliest_timer_s = timer->due_s;
}

void state_delete_timer(struct state *state, const struct timer *timer)
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_TIMER, bytes_of(key, key_of_timer(key, timer)));
}

static struct timer timer_at(const uint8_t *key)
{
    struct timer timer = { .due_s = (int64_t) get_u64(key), .step = get_u16(key + 8 + ID_BYTES) };

    memcpy(timer.task, key + 8, ID_BYTES);
    return timer;
}

size_t state_timers_of_kind(struct state *state, uint16_t kind, int64_t until_s, struct timer *timers, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_TIMER);
    found = store_seek(&cursor, bytes_of("", 0), &key, &value);
    while (found && count < most) {
        struct timer timer = timer_at(key.data);

        if (timer.due_s > until_s)
            break;
        if (get_u16(timer.task + 10) == kind)
            timers[count++] = timer;
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

bool state_first_timer(struct state *state, int64_t until_s, struct timer *timer)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    /* Most entries find nothing due: remember the earliest, and look only when it may be. */
    if (state->earliest_timer_s > until_s)
        return false;
    store_cursor_open(&cursor, &state->txn, TABLE_TIMER);
    found = store_seek(&cursor, bytes_of("", 0), &key, &value);
    if (found)
        *timer = timer_at(key.data);
    store_cursor_close(&cursor);
    if (!found) {
        state->earliest_timer_s = INT64_MAX;
        return false;
    }
    state->earliest_timer_s = timer->due_s;
    return timer->due_s <= until_s;
}

int64_t state_next_due(struct store_txn *txn)
{
    struct store_cursor cursor;
    struct bytes key, value;
    int64_t due_s = 0;

    store_cursor_open(&cursor, txn, TABLE_TIMER);
    if (store_seek(&cursor, bytes_of("", 0), &key, &value))
        due_s = (int64_t) get_u64(key.data);
    store_cursor_close(&cursor);
    return due_s;
}
