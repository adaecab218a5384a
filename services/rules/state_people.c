/* state_people.c - who is there: availability and figures by account, who is on call, whose cases are open. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

/* ---------------------------------------------------------------- presence */

Duban__Presence *state_presence(struct state *state, const char *account)
{
    return row_share_kept(state, TABLE_PRESENCE, bytes_of_text(account), &duban__presence__descriptor);
}

void state_put_presence(struct state *state, const Duban__Presence *presence)
{
    row_put_kept(state, TABLE_PRESENCE, bytes_of_text(presence->account), &presence->base);
}

Duban__Presence *state_presence_after(struct state *state, const char *account)
{
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__Presence *presence = NULL;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_PRESENCE);
    found = store_seek(&cursor, bytes_of_text(account), &key, &value);
    if (found && key.size == strlen(account) && memcmp(key.data, account, key.size) == 0)
        found = store_next(&cursor, &key, &value);
    if (found)
        presence = message_unpack_own(&state->arena, &duban__presence__descriptor, value);
    store_cursor_close(&cursor);
    assert(!found || presence != NULL);
    return presence;
}

/* ---------------------------------------------------------------- on call */

static size_t key_of_on_call(uint8_t *key, int64_t from_s, const char *account)
{
    put_u64(key, (uint64_t) from_s);
    return key_text(key, 8, account) - 1;
}

void state_put_on_call(struct state *state, const Duban__OnCall *on_call)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_ON_CALL, bytes_of(key, key_of_on_call(key, on_call->from_s, on_call->account)), on_call);
}

bool state_delete_on_call(struct state *state, int64_t from_s, const char *account)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes row = bytes_of(key, key_of_on_call(key, from_s, account)), value;

    if (!store_get(&state->txn, TABLE_ON_CALL, row, &value))
        return false;
    row_delete(state, TABLE_ON_CALL, row);
    return true;
}

size_t state_on_call(struct state *state, int64_t at_s, int64_t longest_s, const char **accounts, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t first[8];
    size_t count = 0;
    bool found;

    put_u64(first, (uint64_t) (at_s - longest_s));
    store_cursor_open(&cursor, &state->txn, TABLE_ON_CALL);
    for (found = store_seek(&cursor, bytes_of(first, sizeof first), &key, &value);
         found && count < most && (int64_t) get_u64(key.data) <= at_s; found = store_next(&cursor, &key, &value)) {
        const Duban__OnCall *on_call = message_unpack_own(&state->arena, &duban__on_call__descriptor, value);

        assert(on_call != NULL);
        if (at_s < on_call->until_s)
            accounts[count++] = on_call->account;
    }
    store_cursor_close(&cursor);
    return count;
}

/* ---------------------------------------------------------------- whose cases are open */

static bool is_open_case_of(struct state *state, struct bytes id, const char *owner)
{
    const Duban__Case *case_;
    struct bytes value;
    struct arena arena;
    bool is;

    if (!store_get(&state->txn, TABLE_CASE, id, &value))
        return false;
    arena_open(&arena, ROW_ARENA_BYTES);   /* one row at a time: there may be many */
    case_ = message_unpack_own(&arena, &duban__case__descriptor, value);
    is = case_ != NULL && case_->state != DUBAN__CASE_STATE__CASE_STATE_CLOSED &&
         case_->state != DUBAN__CASE_STATE__CASE_STATE_VOIDED && strcmp(case_->owner, owner) == 0;
    arena_close(&arena);
    return is;
}

bool state_open_case_of_owner_after(struct state *state, const char *owner, uint32_t *number, uint8_t id[ID_BYTES])
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t next[4];
    bool found;

    put_u32(next, *number + 1);
    store_cursor_open(&cursor, &state->txn, TABLE_CASE_BY_NUMBER);
    found = store_seek(&cursor, bytes_of(next, sizeof next), &key, &value);
    while (found && !is_open_case_of(state, value, owner))
        found = store_next(&cursor, &key, &value);
    if (found) {
        *number = get_u32(key.data);
        memcpy(id, value.data, ID_BYTES);
    }
    store_cursor_close(&cursor);
    return found;
}
