/* state_contact.c - the ways of accounts, and who has one that nobody has verified. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

enum { MAX_UNVERIFIED_COUNTED = 9999 };

Duban__Contacts *state_contacts(struct state *state, const char *account)
{
    return row_share(state, TABLE_CONTACT, bytes_of_text(account), &duban__contacts__descriptor);
}

/* The list beside the rows is written only where it changes. */
static void list_unverified(struct state *state, const char *account, bool is_unverified)
{
    struct bytes key = bytes_of_text(account), value;
    bool is_listed = store_get(&state->txn, TABLE_UNVERIFIED, key, &value);

    if (is_unverified && !is_listed)
        row_put(state, TABLE_UNVERIFIED, key, bytes_of("", 0));
    else if (!is_unverified && is_listed)
        row_delete(state, TABLE_UNVERIFIED, key);
}

void state_put_contacts(struct state *state, const Duban__Contacts *contacts, bool is_unverified)
{
    row_put_now(state, TABLE_CONTACT, bytes_of_text(contacts->account), contacts);
    list_unverified(state, contacts->account, is_unverified);
}

void state_delete_contacts(struct state *state, const char *account)
{
    row_forget(state, TABLE_CONTACT, bytes_of_text(account));
    row_delete(state, TABLE_CONTACT, bytes_of_text(account));
    list_unverified(state, account, false);
}

size_t state_unverified(struct state *state, const char **accounts, size_t most, uint32_t *total)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    *total = 0;
    store_cursor_open(&cursor, &state->txn, TABLE_UNVERIFIED);
    for (found = store_seek(&cursor, bytes_of("", 0), &key, &value); found && *total < MAX_UNVERIFIED_COUNTED; found = store_next(&cursor, &key, &value)) {
        (*total)++;
        if (count == most)
            continue;
        accounts[count] = arena_copy(&state->arena, key.data, key.size);
        assert(accounts[count] != NULL);
        count++;
    }
    store_cursor_close(&cursor);
    return count;
}

const char *state_holder_after(struct state *state, const char *account)
{
    uint8_t from[STATE_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;
    const char *next = NULL;

    store_cursor_open(&cursor, &state->txn, TABLE_HOLDER);
    if (store_seek(&cursor, bytes_of(from, key_text(from, 0, account)), &key, &value))   /* the zero byte: behind it */
        next = arena_copy(&state->arena, key.data, key.size);
    store_cursor_close(&cursor);
    return next;
}
