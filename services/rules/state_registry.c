/* state_registry.c - areas, holders and who holds which role. */
#include "state_rows.h"

#include <string.h>

#include "message.h"

static size_t key_of_role(uint8_t *key, Duban__Role role, const char *scope, const char *account)
{
    key[0] = (uint8_t) role;
    return key_text(key, key_text(key, 1, scope), account) - 1;
}

const Duban__Area *state_area(struct state *state, const char *code)
{
    return row_keep(state, TABLE_AREA, bytes_of_text(code), &duban__area__descriptor);
}

void state_put_area(struct state *state, const Duban__Area *area)
{
    row_forget(state, TABLE_AREA, bytes_of_text(area->code));
    row_put_message(state, TABLE_AREA, bytes_of_text(area->code), area);
}

void state_delete_area(struct state *state, const char *code)
{
    row_forget(state, TABLE_AREA, bytes_of_text(code));
    row_delete(state, TABLE_AREA, bytes_of_text(code));
}

Duban__Area *state_area_of_zone_after(struct state *state, const char *zone, const char *code)
{
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__Area *area = NULL;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_AREA);
    for (found = store_seek(&cursor, bytes_of_text(code), &key, &value); found; found = store_next(&cursor, &key, &value)) {
        if (key.size == strlen(code) && memcmp(key.data, code, key.size) == 0)
            continue;
        area = message_unpack_own(&state->arena, &duban__area__descriptor, value);
        if (area != NULL && strcmp(area->zone, zone) == 0)
            break;
        area = NULL;
    }
    store_cursor_close(&cursor);
    return area;
}

bool state_zone_has_area(struct state *state, const char *zone)
{
    return state_area_of_zone_after(state, zone, "") != NULL;
}

const Duban__Holder *state_holder(struct state *state, const char *account)
{
    return row_keep(state, TABLE_HOLDER, bytes_of_text(account), &duban__holder__descriptor);
}

static void index_holder(struct state *state, const Duban__Holder *holder, bool present)
{
    for (size_t i = 0; i < holder->n_roles; i++) {
        uint8_t key[STATE_KEY_BYTES];
        size_t size = key_of_role(key, holder->roles[i]->role, holder->roles[i]->scope, holder->account);

        if (present)
            row_put(state, TABLE_HOLDER_BY_ROLE, bytes_of(key, size), bytes_of("", 0));
        else
            row_delete(state, TABLE_HOLDER_BY_ROLE, bytes_of(key, size));
    }
    state_index_units(state, holder, present);
}

void state_put_holder(struct state *state, const Duban__Holder *holder, const Duban__Holder *old)
{
    if (old != NULL)
        index_holder(state, old, false);
    index_holder(state, holder, true);
    row_forget(state, TABLE_HOLDER, bytes_of_text(holder->account));
    row_put_message(state, TABLE_HOLDER, bytes_of_text(holder->account), holder);
}

void state_delete_holder(struct state *state, const Duban__Holder *old)
{
    index_holder(state, old, false);
    row_forget(state, TABLE_HOLDER, bytes_of_text(old->account));
    row_delete(state, TABLE_HOLDER, bytes_of_text(old->account));
}

size_t state_holders_by_role(struct state *state, Duban__Role role, const char *scope, const char **accounts,
                             size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];
    size_t prefix_size = key_of_role(prefix, role, scope, "");
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_HOLDER_BY_ROLE);
    found = store_seek(&cursor, bytes_of(prefix, prefix_size), &key, &value);
    while (found && count < most && key.size > prefix_size && memcmp(key.data, prefix, prefix_size) == 0) {
        accounts[count++] = arena_copy(&state->arena, (const char *) key.data + prefix_size, key.size - prefix_size);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

const char *state_scope_after(struct state *state, Duban__Role role, const char *scope)
{
    uint8_t first[STATE_KEY_BYTES] = { (uint8_t) role };
    size_t size = key_text(first, 1, scope);
    struct store_cursor cursor;
    struct bytes key, value;
    const char *next = NULL;
    bool found;

    first[size - 1] = 1;   /* behind all accounts of that scope, also of none: no code has a byte below its own */
    store_cursor_open(&cursor, &state->txn, TABLE_HOLDER_BY_ROLE);
    found = store_seek(&cursor, bytes_of(first, size), &key, &value);
    if (found && *(const uint8_t *) key.data == (uint8_t) role)
        next = arena_copy(&state->arena, (const char *) key.data + 1, strnlen((const char *) key.data + 1, key.size - 1) + 1);
    store_cursor_close(&cursor);
    return next;
}
