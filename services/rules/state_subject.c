/* state_subject.c - what else tasks are about: complaints and their kin, by number and by place. */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

static size_t key_of_subject_number(uint8_t *key, Duban__SubjectKind kind, uint32_t number)
{
    put_u16(key, (uint16_t) kind);
    put_u32(key + 2, number);
    return 6;
}

/* Without the number: what all open ones at a place have in common. */
static size_t key_of_subject_place(uint8_t *key, Duban__SubjectKind kind, const char *site, const char *area)
{
    put_u16(key, (uint16_t) kind);
    return key_text(key, key_text(key, 2, site), site[0] == '\0' ? area : "");
}

Duban__Subject *state_subject(struct state *state, const uint8_t id[ID_BYTES])
{
    return row_share(state, TABLE_SUBJECT, key_of_id(id), &duban__subject__descriptor);
}

void state_put_subject(struct state *state, const Duban__Subject *subject)
{
    row_put_shared(state, TABLE_SUBJECT, key_of_id(subject->id.data), subject);
}

static size_t key_of_open_subject(uint8_t *key, const Duban__Subject *subject)
{
    size_t size = key_of_subject_place(key, subject->kind, subject->site, subject->area);

    put_u32(key + size, subject->number);
    return size + 4;
}

void state_number_subject(struct state *state, Duban__Subject *subject)
{
    uint8_t key[STATE_KEY_BYTES];

    assert((size_t) subject->kind < MAX_LEDGERS);
    subject->number = ++state->ledger_last[subject->kind];
    row_put(state, TABLE_SUBJECT_BY_NUMBER, bytes_of(key, key_of_subject_number(key, subject->kind, subject->number)),
            key_of_id(subject->id.data));
    state_reopen_subject(state, subject);
}

void state_finish_subject(struct state *state, const Duban__Subject *subject)
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_OPEN_SUBJECT, bytes_of(key, key_of_open_subject(key, subject)));
}

/* One row at a time: there may be many. */
static bool is_opened_under(struct state *state, struct bytes id, const uint8_t version[32])
{
    const Duban__Subject *subject;
    struct arena arena;
    struct bytes value;
    bool is = false;

    arena_open(&arena, ROW_ARENA_BYTES);
    if (store_get(&state->txn, TABLE_SUBJECT, id, &value)) {
        subject = message_unpack_own(&arena, &duban__subject__descriptor, value);
        is = subject != NULL && subject->policy_version.len == 32 && memcmp(subject->policy_version.data, version, 32) == 0;
    }
    arena_close(&arena);
    return is;
}

bool state_open_subject_after(struct state *state, const uint8_t version[32], struct subject_cursor *at, uint8_t id[ID_BYTES])
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_OPEN_SUBJECT);
    found = store_seek(&cursor, bytes_of(at->key, at->size), &key, &value);
    if (found && at->size > 0 && bytes_equal(key, bytes_of(at->key, at->size)))
        found = store_next(&cursor, &key, &value);
    while (found && !is_opened_under(state, value, version))
        found = store_next(&cursor, &key, &value);
    if (found) {
        memcpy(at->key, key.data, at->size = key.size);
        at->kind = (Duban__SubjectKind) get_u16(at->key);
        memcpy(id, value.data, ID_BYTES);
    }
    store_cursor_close(&cursor);
    return found;
}

void state_reopen_subject(struct state *state, const Duban__Subject *subject)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put(state, TABLE_OPEN_SUBJECT, bytes_of(key, key_of_open_subject(key, subject)), key_of_id(subject->id.data));
}

Duban__Subject *state_subject_numbered(struct state *state, Duban__SubjectKind kind, uint32_t number)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes id;

    if (!store_get(&state->txn, TABLE_SUBJECT_BY_NUMBER, bytes_of(key, key_of_subject_number(key, kind, number)), &id))
        return NULL;
    assert(id.size == ID_BYTES);
    return state_subject(state, id.data);
}

size_t state_open_subjects(struct state *state, Duban__SubjectKind kind, const char *site, const char *area,
                           uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];
    size_t prefix_size = key_of_subject_place(prefix, kind, site, area);

    return row_ids(state, TABLE_OPEN_SUBJECT, bytes_of(prefix, prefix_size), ids, most);
}
