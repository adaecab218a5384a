/* state_accounts.c - passwords, tokens, sessions and calendar addresses of accounts. */
#include "state_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

Duban__Credential *state_credential(struct state *state, struct arena *arena, const char *account)
{
    return state_row(state, arena, TABLE_CREDENTIAL, bytes_of_text(account), &duban__credential__descriptor);
}

Duban__AppToken *state_token(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES])
{
    return state_row(state, arena, TABLE_TOKEN, bytes_of(key, DIGEST_BYTES), &duban__app_token__descriptor);
}

Duban__CalendarAddress *state_calendar(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES])
{
    return state_row(state, arena, TABLE_CALENDAR, bytes_of(key, DIGEST_BYTES), &duban__calendar_address__descriptor);
}

int state_put_credential(struct state *state, const Duban__Credential *credential)
{
    bool gone = credential->password[0] == '\0' && credential->app_digest.len == 0;

    return state_put(state, TABLE_CREDENTIAL, bytes_of_text(credential->account), gone ? NULL : &credential->base);
}

int state_put_token(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__AppToken *token)
{
    return state_put(state, TABLE_TOKEN, bytes_of(key, DIGEST_BYTES), &token->base);
}

Duban__Session *state_session(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES])
{
    return state_row(state, arena, TABLE_SESSION, bytes_of(key, DIGEST_BYTES), &duban__session__descriptor);
}

int state_put_session(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__Session *session)
{
    return state_put(state, TABLE_SESSION, bytes_of(key, DIGEST_BYTES), &session->base);
}

int state_delete_session(struct state *state, const uint8_t key[DIGEST_BYTES])
{
    return state_put(state, TABLE_SESSION, bytes_of(key, DIGEST_BYTES), NULL);
}

enum { OLD_AT_A_TIME = 256 };

/* What goes when a session begins. */
struct going {
    const char *account;
    int64_t made_before_ms, used_before_ms;
    uint8_t old[OLD_AT_A_TIME][DIGEST_BYTES];
    size_t old_count;
    uint8_t oldest[DIGEST_BYTES];      /* of the account's own, of those that are not old */
    int64_t oldest_ms;
    size_t own_count;
};

static void look_at(struct going *going, const uint8_t *key, const Duban__Session *session)
{
    if (session == NULL || session->made_ms < going->made_before_ms || session->used_ms < going->used_before_ms) {
        if (going->old_count < OLD_AT_A_TIME)
            memcpy(going->old[going->old_count++], key, DIGEST_BYTES);
    } else if (strcmp(session->account, going->account) == 0) {
        if (going->own_count++ == 0 || session->made_ms < going->oldest_ms) {
            memcpy(going->oldest, key, DIGEST_BYTES);
            going->oldest_ms = session->made_ms;
        }
    }
}

/* Read only: there are no more than STATE_SESSIONS_OF_ACCOUNT times the accounts, and a sign-in takes a password's check. */
static void look_at_all(struct state *state, struct going *going)
{
    struct arena arena;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;

    arena_open(&arena, 64 * 1024);
    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_SESSION);
    for (bool found = store_seek(&cursor, bytes_of(NULL, 0), &key, &value); found; found = store_next(&cursor, &key, &value)) {
        if (key.size == DIGEST_BYTES)
            look_at(going, key.data, message_unpack_own(&arena, &duban__session__descriptor, value));
        arena_reset(&arena);
    }
    store_cursor_close(&cursor);
    state_end_read(&txn);
    arena_close(&arena);
}

int state_begin_session(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__Session *session, int64_t made_before_ms,
                        int64_t used_before_ms)
{
    struct going going = { .account = session->account, .made_before_ms = made_before_ms, .used_before_ms = used_before_ms };
    struct arena arena;
    struct store_txn txn;
    int failed;

    look_at_all(state, &going);
    arena_open(&arena, 64 * 1024);
    store_begin(&txn, &state->store, STORE_WRITE);
    for (size_t i = 0; i < going.old_count; i++)
        store_delete(&txn, TABLE_SESSION, bytes_of(going.old[i], DIGEST_BYTES));
    if (going.own_count >= STATE_SESSIONS_OF_ACCOUNT)
        store_delete(&txn, TABLE_SESSION, bytes_of(going.oldest, DIGEST_BYTES));
    store_put(&txn, TABLE_SESSION, bytes_of(key, DIGEST_BYTES), message_pack(&arena, session));
    failed = state_commit(&txn);
    arena_close(&arena);
    return failed;
}

/* The key of its address; false: it has none. */
static bool key_of_calendar(struct store_txn *txn, struct arena *arena, const char *account, uint8_t key[DIGEST_BYTES])
{
    struct store_cursor cursor;
    struct bytes found, value;
    bool is_found = false;

    store_cursor_open(&cursor, txn, TABLE_CALENDAR);
    for (bool more = store_seek(&cursor, bytes_of(NULL, 0), &found, &value); more && !is_found;) {
        struct arena_mark mark = arena_mark(arena);
        const Duban__CalendarAddress *address = message_unpack_own(arena, &duban__calendar_address__descriptor, value);

        is_found = address != NULL && strcmp(address->account, account) == 0 && found.size == DIGEST_BYTES;
        arena_rewind(arena, mark);
        if (is_found)
            memcpy(key, found.data, DIGEST_BYTES);
        else
            more = store_next(&cursor, &found, &value);
    }
    store_cursor_close(&cursor);
    return is_found;
}

int state_set_calendar(struct state *state, const uint8_t *key, const Duban__CalendarAddress *address)
{
    uint8_t before[DIGEST_BYTES];
    struct arena arena;
    struct store_txn txn;
    int failed;

    arena_open(&arena, 64 * 1024);
    store_begin(&txn, &state->store, STORE_WRITE);
    while (key_of_calendar(&txn, &arena, address->account, before))
        store_delete(&txn, TABLE_CALENDAR, bytes_of(before, sizeof before));
    if (key != NULL)
        store_put(&txn, TABLE_CALENDAR, bytes_of(key, DIGEST_BYTES), message_pack(&arena, address));
    failed = state_commit(&txn);
    arena_close(&arena);
    return failed;
}

/* An id is how its key begins. */
static bool key_of_id(struct state *state, struct bytes id, uint8_t key[DIGEST_BYTES])
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes found, value;
    bool is_found;

    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_TOKEN);
    is_found = store_seek(&cursor, id, &found, &value) && found.size == DIGEST_BYTES && memcmp(found.data, id.data, id.size) == 0;
    if (is_found)
        memcpy(key, found.data, DIGEST_BYTES);
    store_cursor_close(&cursor);
    state_end_read(&txn);
    return is_found;
}

int state_delete_token(struct state *state, struct bytes id)
{
    uint8_t key[DIGEST_BYTES];

    if (id.size == 0 || id.size > DIGEST_BYTES || !key_of_id(state, id, key))
        return 0;
    return state_put(state, TABLE_TOKEN, bytes_of(key, DIGEST_BYTES), NULL) == -1 ? -1 : 1;
}

static int by_account_and_label(const void *one, const void *other)
{
    const Duban__AppToken *a = *(Duban__AppToken *const *) one, *b = *(Duban__AppToken *const *) other;
    int order = strcmp(a->account, b->account);

    return order != 0 ? order : strcmp(a->label, b->label);
}

Duban__AppToken **state_tokens(struct state *state, struct arena *arena, const char *account, size_t *count)
{
    size_t all = state_count(state, TABLE_TOKEN);
    Duban__AppToken **tokens = arena_take_pointers(arena, all + 1);
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;

    *count = 0;
    if (tokens == NULL)
        return NULL;
    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_TOKEN);
    for (bool found = store_seek(&cursor, bytes_of(NULL, 0), &key, &value); found && *count < all;
         found = store_next(&cursor, &key, &value)) {
        Duban__AppToken *token = message_unpack_own(arena, &duban__app_token__descriptor, value);

        if (token != NULL && (account[0] == '\0' || strcmp(token->account, account) == 0))
            tokens[(*count)++] = token;
    }
    store_cursor_close(&cursor);
    state_end_read(&txn);
    qsort(tokens, *count, sizeof *tokens, by_account_and_label);
    return tokens;
}
