/* state_checked.c - what a case was before the latest report that changed it; facts of one subject in order. */
#include "state_rows.h"

#include <string.h>

Duban__Checked *state_checked(struct state *state, const uint8_t case_id[ID_BYTES])
{
    return row_get_message(state, TABLE_CHECKED, key_of_id(case_id), &duban__checked__descriptor);
}

void state_put_checked(struct state *state, const uint8_t case_id[ID_BYTES], const Duban__Checked *checked)
{
    row_put_message(state, TABLE_CHECKED, key_of_id(case_id), checked);
}

void state_delete_checked(struct state *state, const uint8_t case_id[ID_BYTES])
{
    row_delete(state, TABLE_CHECKED, key_of_id(case_id));
}

Duban__Fact *state_fact_after(struct state *state, const uint8_t subject[ID_BYTES], uint64_t sequence)
{
    uint8_t first[STATE_KEY_BYTES], place[STATE_KEY_BYTES];
    struct bytes from = bytes_of(first, key_of_subject(first, subject, sequence + 1)), key, value;
    struct store_cursor cursor;
    uint64_t found = 0;

    store_cursor_open(&cursor, &state->txn, TABLE_FACT_BY_SUBJECT);
    if (store_seek(&cursor, from, &key, &value) && key.size == from.size && memcmp(key.data, subject, ID_BYTES) == 0)
        found = get_u64((const uint8_t *) key.data + ID_BYTES);
    store_cursor_close(&cursor);
    if (found == 0)
        return NULL;
    return row_get_message(state, TABLE_FACT, bytes_of(place, key_of_number(place, found)), &duban__fact__descriptor);
}
