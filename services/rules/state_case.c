/* state_case.c - cases and tasks. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "labels.h"
#include "message.h"

Duban__Case *state_case(struct state *state, const uint8_t id[ID_BYTES])
{
    return row_share(state, TABLE_CASE, key_of_id(id), &duban__case__descriptor);
}

const Duban__Case *state_look_at_case(struct state *state, const uint8_t id[ID_BYTES], struct arena *arena)
{
    return row_look_at(state, arena, TABLE_CASE, key_of_id(id), &duban__case__descriptor);
}

const Duban__Task *state_look_at_task(struct state *state, const uint8_t id[ID_BYTES], struct arena *arena)
{
    return row_look_at(state, arena, TABLE_TASK, key_of_id(id), &duban__task__descriptor);
}

void state_put_case(struct state *state, const Duban__Case *case_)
{
    row_put_shared(state, TABLE_CASE, key_of_id(case_->id.data), case_);
}

static bool is_open_under(struct state *state, struct bytes id, const uint8_t version[32])
{
    const Duban__Case *case_;
    struct arena arena;
    struct bytes value;
    bool is = false;

    arena_open(&arena, ROW_ARENA_BYTES); /* one row at a time: there may be many */
    if (store_get(&state->txn, TABLE_CASE, id, &value)) {
        case_ = message_unpack_own(&arena, &duban__case__descriptor, value);
        is = case_ != NULL && case_->state != DUBAN__CASE_STATE__CASE_STATE_CLOSED &&
             case_->state != DUBAN__CASE_STATE__CASE_STATE_VOIDED && case_->policy_version.len == 32 &&
             memcmp(case_->policy_version.data, version, 32) == 0;
    }
    arena_close(&arena);
    return is;
}

bool state_open_case_after(struct state *state, const uint8_t version[32], uint32_t *number, uint8_t id[ID_BYTES])
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t next[4];
    bool found;

    put_u32(next, *number + 1);
    store_cursor_open(&cursor, &state->txn, TABLE_CASE_BY_NUMBER);
    found = store_seek(&cursor, bytes_of(next, sizeof next), &key, &value);
    while (found && !is_open_under(state, value, version))
        found = store_next(&cursor, &key, &value);
    if (found) {
        *number = get_u32(key.data);
        memcpy(id, value.data, ID_BYTES);
    }
    store_cursor_close(&cursor);
    return found;
}

Duban__Case *state_case_at(struct state *state, const char *site, const char *item)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes id;

    if (!store_get(&state->txn, TABLE_CASE_BY_PLACE, bytes_of(key, key_of_place(key, site, item)), &id))
        return NULL;
    assert(id.size == ID_BYTES);
    return state_case(state, id.data);
}

Duban__Case *state_case_numbered(struct state *state, uint32_t number)
{
    uint8_t key[4];
    struct bytes id;

    put_u32(key, number);
    if (!store_get(&state->txn, TABLE_CASE_BY_NUMBER, bytes_of(key, sizeof key), &id))
        return NULL;
    assert(id.size == ID_BYTES);
    return state_case(state, id.data);
}

void state_put_case_place(struct state *state, const Duban__Case *case_)
{
    uint8_t key[STATE_KEY_BYTES];
    uint8_t number[4];

    row_put(state, TABLE_CASE_BY_PLACE, bytes_of(key, key_of_place(key, case_->site, case_->item)),
            key_of_id(case_->id.data));
    put_u32(number, case_->number);
    row_put(state, TABLE_CASE_BY_NUMBER, bytes_of(number, sizeof number), key_of_id(case_->id.data));
}

size_t state_cases_of_site(struct state *state, const char *site, uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];
    size_t prefix_size = key_text(prefix, 0, site);

    return row_ids(state, TABLE_CASE_BY_PLACE, bytes_of(prefix, prefix_size), ids, most);
}

size_t state_cases_wanted(struct state *state, const char *site, case_choice *wanted, void *self, uint8_t (*ids)[ID_BYTES],
                          size_t most)
{
    size_t count = state_cases_of_site(state, site, ids, most), kept = 0;
    struct arena arena;

    arena_open(&arena, state->arena.limit_bytes);
    for (size_t i = 0; i < count; i++) {
        if (wanted(self, state_look_at_case(state, ids[i], &arena)))
            memmove(ids[kept++], ids[i], ID_BYTES);
        arena_reset(&arena);
    }
    arena_close(&arena);
    return kept;
}

Duban__Task *state_task(struct state *state, const uint8_t id[ID_BYTES])
{
    return row_share(state, TABLE_TASK, key_of_id(id), &duban__task__descriptor);
}

void state_put_task(struct state *state, Duban__Task *task)
{
    row_list_task(state, task);
    row_put_shared(state, TABLE_TASK, key_of_id(task->id.data), task);
}

size_t state_tasks_after(struct state *state, const uint8_t *after, uint8_t (*ids)[ID_BYTES], size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_TASK);
    found = store_seek(&cursor, bytes_of(after, ID_BYTES), &key, &value);
    for (; found && count < most; found = store_next(&cursor, &key, &value))
        if (memcmp(key.data, after, ID_BYTES) != 0)
            memcpy(ids[count++], key.data, ID_BYTES);
    store_cursor_close(&cursor);
    return count;
}

bool state_next_task_about(struct state *state, uint8_t id[ID_BYTES])
{
    uint8_t next[1][ID_BYTES];

    if (state_tasks_after(state, id, next, 1) == 0 || memcmp(next[0], id, 10) != 0)
        return false;
    memcpy(id, next[0], ID_BYTES);
    return true;
}

/* One row at a time: there may be many. */
static bool waits_for_due(struct bytes value)
{
    const Duban__Task *task;
    struct arena arena;
    bool waits;

    arena_open(&arena, ROW_ARENA_BYTES);
    task = message_unpack_own(&arena, &duban__task__descriptor, value);
    waits = task != NULL && task->due_s == 0 && task->closed_s == 0;
    arena_close(&arena);
    return waits;
}

bool state_task_without_due(struct state *state, uint8_t id[ID_BYTES])
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_TASK);
    found = store_seek(&cursor, bytes_of(id, ID_BYTES), &key, &value);
    if (found && memcmp(key.data, id, ID_BYTES) == 0)
        found = store_next(&cursor, &key, &value);
    while (found && !waits_for_due(value))
        found = store_next(&cursor, &key, &value);
    if (found)
        memcpy(id, key.data, ID_BYTES);
    store_cursor_close(&cursor);
    return found;
}

char *state_case_label(struct arena *arena, uint32_t number)
{
    char *label = arena_take(arena, LABEL_CASE_BYTES);

    assert(label != NULL);
    label_case(number, label);
    return label;
}
