/* state_unit.c - units of the organisation, and who belongs to them. */
#include "state_rows.h"

#include <string.h>

Duban__Unit *state_unit(struct state *state, const char *code)
{
    return row_get_message(state, TABLE_UNIT, bytes_of_text(code), &duban__unit__descriptor);
}

void state_put_unit(struct state *state, const Duban__Unit *unit)
{
    row_put_message(state, TABLE_UNIT, bytes_of_text(unit->code), unit);
}

void state_delete_unit(struct state *state, const char *code)
{
    row_delete(state, TABLE_UNIT, bytes_of_text(code));
}

void state_index_units(struct state *state, const Duban__Holder *holder, bool present)
{
    for (size_t i = 0; i < holder->n_units; i++) {
        uint8_t key[STATE_KEY_BYTES];
        size_t size = key_text(key, key_text(key, 0, holder->units[i]), holder->account) - 1;

        if (present)
            row_put(state, TABLE_UNIT_MEMBER, bytes_of(key, size), bytes_of("", 0));
        else
            row_delete(state, TABLE_UNIT_MEMBER, bytes_of(key, size));
    }
}

bool state_unit_has_member(struct state *state, const char *code)
{
    uint8_t prefix[STATE_KEY_BYTES];
    size_t size = key_text(prefix, 0, code);
    struct store_cursor cursor;
    struct bytes key, value;
    bool has;

    store_cursor_open(&cursor, &state->txn, TABLE_UNIT_MEMBER);
    has = store_seek(&cursor, bytes_of(prefix, size), &key, &value) && key.size > size && memcmp(key.data, prefix, size) == 0;
    store_cursor_close(&cursor);
    return has;
}
