/* state.c - the gateway's store in LMDB: its tables, how a row is read and put. */
#include "state_private.h"

#include <string.h>

#include "log.h"
#include "message.h"

static const char *const TABLE_NAMES[TABLE_COUNT] = {
    [TABLE_CREDENTIAL] = "credential",
    [TABLE_TOKEN] = "token",
    [TABLE_DECLARED] = "declared",
    [TABLE_MARK] = "mark",
    [TABLE_SESSION] = "session",
    [TABLE_UPLOAD] = "upload",
    [TABLE_CALENDAR] = "calendar",
};

/* ---------------------------------------------------------------- transactions */

void state_end_read(struct store_txn *txn)
{
    store_abort(txn);
    if (txn->error != 0)
        die("账号库读不出来，请检查磁盘后重新启动 / the store of accounts cannot be read: check the disk, then start again: %s",
            mdb_strerror(txn->error));
}

int state_commit(struct store_txn *txn)
{
    if (store_commit(txn) == 0)
        return 0;
    if (txn->error != MDB_MAP_FULL && !txn->no_room)
        die("账号库提交失败，请检查磁盘后重新启动 / a commit failed: check the disk, then start again: %s", mdb_strerror(txn->error));
    return -1;
}

/* ---------------------------------------------------------------- rows */

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
    state_end_read(&txn);
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

void *state_row(struct state *state, struct arena *arena, enum table table, struct bytes key,
                const ProtobufCMessageDescriptor *type)
{
    struct store_txn txn;
    struct bytes value;
    void *message = NULL;

    store_begin(&txn, &state->store, STORE_READ);
    if (store_get(&txn, (int) table, key, &value)) {
        message = message_unpack_own(arena, type, value);
        if (message == NULL)
            log_error("state: a row cannot be read: table=%s bytes=%zu", TABLE_NAMES[table], value.size);
    }
    state_end_read(&txn);
    return message;
}

int state_put(struct state *state, enum table table, struct bytes key, const ProtobufCMessage *message)
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
    failed = state_commit(&txn);
    arena_close(&arena);
    return failed;
}
