/* state_photos.c - which reports declare which photo, and how large each was when it was stored. */
#include "state_private.h"

#include <string.h>

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
    state_end_read(&txn);
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
    state_end_read(&txn);
    if (known)
        return 0;
    store_begin(&txn, &state->store, STORE_WRITE);
    put_declared(&txn, sha256, report_sequence, size_bytes);
    return state_commit(&txn);
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
    return state_commit(&txn);
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
    return state_commit(&txn);
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
    return state_commit(&txn);
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
