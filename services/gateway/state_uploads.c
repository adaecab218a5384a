/* state_uploads.c - uploads that go on in several requests. */
#include "state_private.h"

#include <string.h>

#include "message.h"

enum { ACCOUNT_BYTES = 64, UPLOAD_KEY_BYTES = ACCOUNT_BYTES + 1 + ID_BYTES };

static struct bytes upload_key(uint8_t key[UPLOAD_KEY_BYTES], const char *account, const uint8_t *id)
{
    size_t size = strnlen(account, ACCOUNT_BYTES);

    memcpy(key, account, size);
    key[size] = '\0';
    if (id != NULL)
        memcpy(key + size + 1, id, ID_BYTES);
    return bytes_of(key, size + 1 + (id == NULL ? 0 : ID_BYTES));
}

Duban__Upload *state_upload(struct state *state, struct arena *arena, const char *account, const uint8_t id[ID_BYTES])
{
    uint8_t key[UPLOAD_KEY_BYTES];

    return state_row(state, arena, TABLE_UPLOAD, upload_key(key, account, id), &duban__upload__descriptor);
}

int state_put_upload(struct state *state, const char *account, const uint8_t id[ID_BYTES], const Duban__Upload *upload)
{
    uint8_t key[UPLOAD_KEY_BYTES];

    return state_put(state, TABLE_UPLOAD, upload_key(key, account, id), upload == NULL ? NULL : &upload->base);
}

size_t state_unfinished_of(struct state *state, const char *account)
{
    uint8_t prefix[UPLOAD_KEY_BYTES];
    struct bytes wanted = upload_key(prefix, account, NULL), key, value;
    struct arena arena;
    struct store_txn txn;
    struct store_cursor cursor;
    size_t count = 0;

    arena_open(&arena, 64 * 1024);
    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_UPLOAD);
    for (bool found = store_seek(&cursor, wanted, &key, &value);
         found && key.size >= wanted.size && memcmp(key.data, wanted.data, wanted.size) == 0; found = store_next(&cursor, &key, &value)) {
        const Duban__Upload *upload = message_unpack_own(&arena, &duban__upload__descriptor, value);

        count += upload == NULL || upload->sha256.len == 0;
        arena_reset(&arena);
    }
    store_cursor_close(&cursor);
    state_end_read(&txn);
    arena_close(&arena);
    return count;
}

/* The key of the first row that is that old. */
static bool old_upload(struct state *state, int64_t before_ms, uint8_t key[UPLOAD_KEY_BYTES], size_t *size)
{
    struct arena arena;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes found_key, value;
    bool is_old = false;

    arena_open(&arena, 64 * 1024);
    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_UPLOAD);
    for (bool found = store_seek(&cursor, bytes_of(NULL, 0), &found_key, &value); found && !is_old;
         found = !is_old && store_next(&cursor, &found_key, &value)) {
        const Duban__Upload *upload = message_unpack_own(&arena, &duban__upload__descriptor, value);

        is_old = found_key.size > ID_BYTES && found_key.size <= UPLOAD_KEY_BYTES && (upload == NULL || upload->made_ms < before_ms);
        if (is_old)
            memcpy(key, found_key.data, *size = found_key.size);
        arena_reset(&arena);
    }
    store_cursor_close(&cursor);
    state_end_read(&txn);
    arena_close(&arena);
    return is_old;
}

bool state_drop_old_upload(struct state *state, int64_t before_ms, uint8_t id[ID_BYTES])
{
    uint8_t key[UPLOAD_KEY_BYTES];
    size_t size;

    if (!old_upload(state, before_ms, key, &size) || state_put(state, TABLE_UPLOAD, bytes_of(key, size), NULL) == -1)
        return false;
    memcpy(id, key + size - ID_BYTES, ID_BYTES);
    return true;
}
