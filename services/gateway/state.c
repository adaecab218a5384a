/* state.c - passwords and tokens in LMDB. */
#include "state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

static const char *const TABLE_NAMES[TABLE_COUNT] = {
    [TABLE_CREDENTIAL] = "credential",
    [TABLE_TOKEN] = "token",
    [TABLE_CALENDAR] = "calendar",
};

uint32_t state_count(struct state *state, enum table table)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    uint32_t count = 0;

    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, (int) table);
    for (bool found = store_seek(&cursor, bytes_of(NULL, 0), &key, &value); found; found = store_next(&cursor, &key, &value))
        count++;
    store_cursor_close(&cursor);
    store_abort(&txn);
    return count;
}

int state_open(struct state *state, const char *directory, uint64_t map_bytes)
{
    memset(state, 0, sizeof *state);
    return store_open(&state->store, directory, (size_t) map_bytes, TABLE_NAMES, TABLE_COUNT);
}

void state_close(struct state *state)
{
    store_close(&state->store);
}

static void *row(struct state *state, struct arena *arena, enum table table, struct bytes key,
                 const ProtobufCMessageDescriptor *type)
{
    struct store_txn txn;
    struct bytes value;
    void *message = NULL;

    store_begin(&txn, &state->store, STORE_READ);
    if (store_get(&txn, (int) table, key, &value))
        message = message_unpack_own(arena, type, value);
    store_abort(&txn);
    return message;
}

Duban__Credential *state_credential(struct state *state, struct arena *arena, const char *account)
{
    return row(state, arena, TABLE_CREDENTIAL, bytes_of_text(account), &duban__credential__descriptor);
}

Duban__AppToken *state_token(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES])
{
    return row(state, arena, TABLE_TOKEN, bytes_of(key, DIGEST_BYTES), &duban__app_token__descriptor);
}

Duban__CalendarAddress *state_calendar(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES])
{
    return row(state, arena, TABLE_CALENDAR, bytes_of(key, DIGEST_BYTES), &duban__calendar_address__descriptor);
}

/* message NULL: the row goes. */
static int put(struct state *state, enum table table, struct bytes key, const ProtobufCMessage *message)
{
    struct arena arena;
    struct store_txn txn;
    int failed;

    arena_open(&arena, 64 * 1024);
    store_begin(&txn, &state->store, STORE_WRITE);
    if (message == NULL)
        store_delete(&txn, (int) table, key);
    else
        store_put(&txn, (int) table, key, message_pack(&arena, message));
    failed = store_commit(&txn);
    arena_close(&arena);
    return failed;
}

int state_put_credential(struct state *state, const Duban__Credential *credential)
{
    bool gone = credential->password[0] == '\0';

    return put(state, TABLE_CREDENTIAL, bytes_of_text(credential->account), gone ? NULL : &credential->base);
}

int state_put_token(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__AppToken *token)
{
    return put(state, TABLE_TOKEN, bytes_of(key, DIGEST_BYTES), &token->base);
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
    failed = store_commit(&txn);
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
    store_abort(&txn);
    return is_found;
}

int state_delete_token(struct state *state, struct bytes id)
{
    uint8_t key[DIGEST_BYTES];

    if (id.size == 0 || id.size > DIGEST_BYTES || !key_of_id(state, id, key))
        return 0;
    return put(state, TABLE_TOKEN, bytes_of(key, DIGEST_BYTES), NULL) == -1 ? -1 : 1;
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
    store_abort(&txn);
    qsort(tokens, *count, sizeof *tokens, by_account_and_label);
    return tokens;
}
