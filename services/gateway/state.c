/* state.c - passwords, tokens and sessions in LMDB, and which reports declare which photo. */
#include "state.h"

#include <assert.h>
#include <stdlib.h>
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

/* A row that cannot be read is not one that is not there. */
static void end_read(struct store_txn *txn)
{
    store_abort(txn);
    if (txn->error != 0)
        die("账号库读不出来，请检查磁盘后重新启动 / the store of accounts cannot be read: check the disk, then start again: %s",
            mdb_strerror(txn->error));
}

static int commit(struct store_txn *txn)
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
    end_read(&txn);
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
    if (store_get(&txn, (int) table, key, &value)) {
        message = message_unpack_own(arena, type, value);
        if (message == NULL)
            log_error("state: a row cannot be read: table=%s bytes=%zu", TABLE_NAMES[table], value.size);
    }
    end_read(&txn);
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
    failed = commit(&txn);
    arena_close(&arena);
    return failed;
}

int state_put_credential(struct state *state, const Duban__Credential *credential)
{
    bool gone = credential->password[0] == '\0' && credential->app_digest.len == 0;

    return put(state, TABLE_CREDENTIAL, bytes_of_text(credential->account), gone ? NULL : &credential->base);
}

int state_put_token(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__AppToken *token)
{
    return put(state, TABLE_TOKEN, bytes_of(key, DIGEST_BYTES), &token->base);
}

Duban__Session *state_session(struct state *state, struct arena *arena, const uint8_t key[DIGEST_BYTES])
{
    return row(state, arena, TABLE_SESSION, bytes_of(key, DIGEST_BYTES), &duban__session__descriptor);
}

int state_put_session(struct state *state, const uint8_t key[DIGEST_BYTES], const Duban__Session *session)
{
    return put(state, TABLE_SESSION, bytes_of(key, DIGEST_BYTES), &session->base);
}

int state_delete_session(struct state *state, const uint8_t key[DIGEST_BYTES])
{
    return put(state, TABLE_SESSION, bytes_of(key, DIGEST_BYTES), NULL);
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
    store_abort(&txn);
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
    failed = commit(&txn);
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
    failed = commit(&txn);
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
    end_read(&txn);
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
    end_read(&txn);
    qsort(tokens, *count, sizeof *tokens, by_account_and_label);
    return tokens;
}

/* ---------------------------------------------------------------- photos */

enum { PHOTO_BYTES = 32, SEQUENCE_BYTES = 8, DECLARED_KEY_BYTES = PHOTO_BYTES + SEQUENCE_BYTES, MARKS_BYTES = 3 * SEQUENCE_BYTES };

static const char MARKS[] = "evidence";

struct state_marks state_marks(struct state *state)
{
    struct state_marks marks = { 0 };
    struct store_txn txn;
    struct bytes value;

    store_begin(&txn, &state->store, STORE_READ);
    if (store_get(&txn, TABLE_MARK, bytes_of_text(MARKS), &value) && value.size == MARKS_BYTES) {
        const uint8_t *at = value.data;

        marks = (struct state_marks){ get_u64(at), get_u64(at + SEQUENCE_BYTES), get_u64(at + 2 * SEQUENCE_BYTES) };
    }
    end_read(&txn);
    return marks;
}

static struct bytes declared_key(uint8_t key[DECLARED_KEY_BYTES], const uint8_t sha256[PHOTO_BYTES], uint64_t report_sequence)
{
    memcpy(key, sha256, PHOTO_BYTES);
    put_u64(key + PHOTO_BYTES, report_sequence);
    return bytes_of(key, DECLARED_KEY_BYTES);
}

/* size_bytes 0: not known to have been stored, which takes nothing back. */
static void put_declared(struct store_txn *txn, const uint8_t sha256[PHOTO_BYTES], uint64_t report_sequence, uint64_t size_bytes)
{
    uint8_t row[DECLARED_KEY_BYTES], size[SEQUENCE_BYTES];
    struct bytes key = declared_key(row, sha256, report_sequence), before;

    put_u64(size, size_bytes);
    if (size_bytes != 0 || !store_get(txn, TABLE_DECLARED, key, &before))
        store_put(txn, TABLE_DECLARED, key, bytes_of(size, size_bytes == 0 ? 0 : sizeof size));
}

static void put_row(struct store_txn *txn, const Duban__EvidenceRow *row)
{
    for (size_t i = 0; i < row->n_evidence; i++) {
        const Duban__Evidence *photo = row->evidence[i];

        if (photo->sha256.len == PHOTO_BYTES)
            put_declared(txn, photo->sha256.data, row->sequence, photo->here ? photo->size_bytes : 0);
    }
}

int state_note_declared(struct state *state, const uint8_t sha256[PHOTO_BYTES], uint64_t report_sequence, uint64_t size_bytes)
{
    uint8_t key[DECLARED_KEY_BYTES];
    struct store_txn txn;
    struct bytes value;
    bool known;

    store_begin(&txn, &state->store, STORE_READ);
    known = store_get(&txn, TABLE_DECLARED, declared_key(key, sha256, report_sequence), &value) && (value.size != 0 || size_bytes == 0);
    end_read(&txn);
    if (known)
        return 0;
    store_begin(&txn, &state->store, STORE_WRITE);
    put_declared(&txn, sha256, report_sequence, size_bytes);
    return commit(&txn);
}

uint64_t state_stored(struct state *state, const uint8_t sha256[PHOTO_BYTES])
{
    struct declared_photo photo = { .report_sequence = 0 };
    uint64_t size_bytes = 0;

    memcpy(photo.sha256, sha256, PHOTO_BYTES);
    while (size_bytes == 0 && state_next_declared(state, &photo, &photo, 1) == 1 && memcmp(photo.sha256, sha256, PHOTO_BYTES) == 0)
        size_bytes = photo.size_bytes;
    return size_bytes;
}

int state_put_stored(struct state *state, const struct declared_photo *photos, size_t count)
{
    struct store_txn txn;

    store_begin(&txn, &state->store, STORE_WRITE);
    for (size_t i = 0; i < count; i++)
        put_declared(&txn, photos[i].sha256, photos[i].report_sequence, photos[i].size_bytes);
    return commit(&txn);
}

static struct declared_photo declared_photo(struct bytes key, struct bytes value)
{
    const uint8_t *row = key.data;
    struct declared_photo photo = { .report_sequence = get_u64(row + PHOTO_BYTES) };

    memcpy(photo.sha256, row, PHOTO_BYTES);
    photo.size_bytes = value.size == SEQUENCE_BYTES ? get_u64(value.data) : 0;
    return photo;
}

ssize_t state_next_declared(struct state *state, const struct declared_photo *behind, struct declared_photo *photos, size_t most)
{
    uint8_t row[DECLARED_KEY_BYTES];
    struct bytes from = behind == NULL ? bytes_of(NULL, 0) : declared_key(row, behind->sha256, behind->report_sequence + 1), key, value;
    struct store_txn txn;
    struct store_cursor cursor;
    size_t count = 0;

    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_DECLARED);
    for (bool found = store_seek(&cursor, from, &key, &value); found && count < most && key.size == DECLARED_KEY_BYTES;
         found = store_next(&cursor, &key, &value))
        photos[count++] = declared_photo(key, value);
    store_cursor_close(&cursor);
    store_abort(&txn);
    return txn.error == 0 ? (ssize_t) count : -1;
}

static void drop_declared(struct store_txn *txn)
{
    uint8_t row[DECLARED_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;

    store_cursor_open(&cursor, txn, TABLE_DECLARED);
    while (store_seek(&cursor, bytes_of(NULL, 0), &key, &value) && key.size <= sizeof row) {
        memcpy(row, key.data, key.size);
        store_delete(txn, TABLE_DECLARED, bytes_of(row, key.size));
    }
    store_cursor_close(&cursor);
}

int state_begin_declared(struct state *state, uint64_t lineage)
{
    struct state_marks before = state_marks(state);
    uint8_t value[MARKS_BYTES] = { 0 };
    struct store_txn txn;

    put_u64(value + 2 * SEQUENCE_BYTES, lineage);
    store_begin(&txn, &state->store, STORE_WRITE);
    if (before.lineage != 0)           /* before the first one is known, all that was noted is of this one */
        drop_declared(&txn);
    store_put(&txn, TABLE_MARK, bytes_of_text(MARKS), bytes_of(value, sizeof value));
    return commit(&txn);
}

int state_put_declared(struct state *state, const Duban__EvidenceRows *rows, const struct state_marks *marks)
{
    uint8_t value[MARKS_BYTES];
    struct store_txn txn;

    put_u64(value, marks->visits);
    put_u64(value + SEQUENCE_BYTES, marks->held);
    put_u64(value + 2 * SEQUENCE_BYTES, marks->lineage);
    store_begin(&txn, &state->store, STORE_WRITE);
    for (size_t i = 0; i < rows->n_rows; i++)
        put_row(&txn, rows->rows[i]);
    store_put(&txn, TABLE_MARK, bytes_of_text(MARKS), bytes_of(value, sizeof value));
    return commit(&txn);
}

ssize_t state_declared(struct state *state, const uint8_t sha256[PHOTO_BYTES], uint64_t *sequences, size_t most)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;

    store_begin(&txn, &state->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_DECLARED);
    for (bool found = store_seek(&cursor, bytes_of(sha256, PHOTO_BYTES), &key, &value);
         found && count < most && key.size == DECLARED_KEY_BYTES && memcmp(key.data, sha256, PHOTO_BYTES) == 0;
         found = store_next(&cursor, &key, &value))
        sequences[count++] = get_u64((const uint8_t *) key.data + PHOTO_BYTES);
    store_cursor_close(&cursor);
    store_abort(&txn);
    return txn.error == 0 ? (ssize_t) count : -1;
}

/* ---------------------------------------------------------------- uploads */

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

    return row(state, arena, TABLE_UPLOAD, upload_key(key, account, id), &duban__upload__descriptor);
}

int state_put_upload(struct state *state, const char *account, const uint8_t id[ID_BYTES], const Duban__Upload *upload)
{
    uint8_t key[UPLOAD_KEY_BYTES];

    return put(state, TABLE_UPLOAD, upload_key(key, account, id), upload == NULL ? NULL : &upload->base);
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
    end_read(&txn);
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
    end_read(&txn);
    arena_close(&arena);
    return is_old;
}

bool state_drop_old_upload(struct state *state, int64_t before_ms, uint8_t id[ID_BYTES])
{
    uint8_t key[UPLOAD_KEY_BYTES];
    size_t size;

    if (!old_upload(state, before_ms, key, &size) || put(state, TABLE_UPLOAD, bytes_of(key, size), NULL) == -1)
        return false;
    memcpy(id, key + size - ID_BYTES, ID_BYTES);
    return true;
}
