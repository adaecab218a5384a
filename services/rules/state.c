/* state.c - what every table stands on: keys, the digest, the rows of a link, opening and commit. The tables
 * themselves are in state_*.c, one file for each thing that they are about. */
#include "state_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "message.h"

enum { ARENA_LIMIT_BYTES = 32 * 1024 * 1024, KEPT_BYTES = 4 * 1024 * 1024, GATHERED_BYTES = 32 * 1024 * 1024, NEWEST_BYTES = 8 * 1024 * 1024 };

/* Got by key and changed by many entries of one transaction. */
static const int GATHERED[] = {
    TABLE_CASE, TABLE_TASK, TABLE_SUBJECT, TABLE_COUNTING, TABLE_FIGURE, TABLE_CAMPAIGN_AREA, TABLE_CAMPAIGN_TALLY, TABLE_HOUSEHOLD,
    TABLE_AREA_HOUSEHOLDS, TABLE_CHECKED, TABLE_PHOTO, TABLE_ALERTING, TABLE_SITE, TABLE_COVERAGE, TABLE_DOOR, TABLE_DOOR_DRAW,
    TABLE_PRESENCE, TABLE_TOLD_LATELY,
};

static const char *const TABLE_NAMES[TABLE_COUNT] = {
    [TABLE_META] = "meta",
    [TABLE_POLICY_STATE] = "policy",
    [TABLE_POLICY_FILE] = "policy_file",
    [TABLE_AREA] = "area",
    [TABLE_SITE] = "site",
    [TABLE_HOLDER] = "holder",
    [TABLE_HOLDER_BY_ROLE] = "holder_by_role",
    [TABLE_CASE] = "case",
    [TABLE_CASE_BY_PLACE] = "case_by_place",
    [TABLE_CASE_BY_NUMBER] = "case_by_number",
    [TABLE_TASK] = "task",
    [TABLE_TIMER] = "timer",
    [TABLE_FACT] = "fact",
    [TABLE_FACT_BY_SUBJECT] = "fact_by_subject",
    [TABLE_OUTBOX] = "outbox",
    [TABLE_OUTCOME] = "outcome",
    [TABLE_VISIT] = "visit",
    [TABLE_QUARANTINE] = "quarantine",
    [TABLE_WAITING] = "waiting",
    [TABLE_DIGEST_LINE] = "digest_line",
    [TABLE_ACTIVATION] = "activation",
    [TABLE_RETRY] = "retry",
    [TABLE_SUBJECT] = "subject",
    [TABLE_SUBJECT_BY_NUMBER] = "subject_by_number",
    [TABLE_OPEN_SUBJECT] = "open_subject",
    [TABLE_VISIT_BY_SITE] = "visit_by_site",
    [TABLE_FORGETTING] = "forgetting",
    [TABLE_HOUSEHOLD] = "household",
    [TABLE_HOUSEHOLD_BY_AREA] = "household_by_area",
    [TABLE_AREA_HOUSEHOLDS] = "area_households",
    [TABLE_CAMPAIGN_AREA] = "campaign_area",
    [TABLE_CAMPAIGN_TALLY] = "campaign_tally",
    [TABLE_DOOR] = "door",
    [TABLE_DOOR_TO_CHECK] = "door_to_check",
    [TABLE_DOOR_DRAW] = "door_draw",
    [TABLE_PRESENCE] = "presence",
    [TABLE_ON_CALL] = "on_call",
    [TABLE_CHECKED] = "checked",
    [TABLE_TOUCHED] = "touched",
    [TABLE_LOOK_BACK_ROUND] = "look_back_round",
    [TABLE_TO_LOOK_BACK] = "to_look_back",
    [TABLE_UNIT] = "unit",
    [TABLE_UNIT_MEMBER] = "unit_member",
    [TABLE_ENTRANCE] = "entrance",
    [TABLE_OPEN_TASK] = "open_task",
    [TABLE_ROSTER_WORK] = "roster_work",
    [TABLE_SITE_BY_AREA] = "site_by_area",
    [TABLE_WAITING_AMENDMENT] = "waiting_amendment",
    [TABLE_COVERAGE] = "coverage",
    [TABLE_DAY_BOOK] = "day_book",
    [TABLE_DAY_PLAN] = "day_plan",
    [TABLE_COUNTING] = "counting",
    [TABLE_FIGURE] = "figure",
    [TABLE_PHOTO] = "photo",
    [TABLE_PHOTO_BY_TIME] = "photo_by_time",
    [TABLE_LAST_POSITION] = "last_position",
    [TABLE_PHOTOS_AWAITED] = "photos_awaited",
    [TABLE_TOLD_LAST] = "told_last", [TABLE_STAND_DOWN_AWAITED] = "stand_down_awaited",
    [TABLE_SILENCE] = "silence",
    [TABLE_SILENCE_BOOK] = "silence_book",
    [TABLE_SILENCED] = "silenced",
    [TABLE_DOORS_TO_FORGET] = "doors_to_forget",
    [TABLE_MEETING] = "meeting",
    [TABLE_MEETING_BOOK] = "meeting_book",
    [TABLE_AGENDA] = "agenda",
    [TABLE_REMARK] = "remark",
    [TABLE_GATE_POST] = "gate_post",
    [TABLE_TOGETHER] = "together",
    [TABLE_TOLD_LATELY] = "told_lately",
    [TABLE_CONTACT] = "contact",
    [TABLE_UNVERIFIED] = "unverified",
    [TABLE_ALERTING] = "alerting",
    [TABLE_ENDED_TASK] = "ended_task",
};

/* ---------------------------------------------------------------- keys */

struct bytes key_of_id(const uint8_t id[ID_BYTES])
{
    return bytes_of(id, ID_BYTES);
}

size_t key_text(uint8_t *key, size_t at, const char *text)
{
    size_t size = strlen(text);

    assert(at + size + 1 <= STATE_KEY_BYTES);
    memcpy(key + at, text, size);
    key[at + size] = 0;
    return at + size + 1;
}

size_t key_of_number(uint8_t *key, uint64_t number)
{
    put_u64(key, number);
    return 8;
}

size_t key_of_place(uint8_t *key, const char *site, const char *item)
{
    size_t size = key_text(key, 0, site);

    return key_text(key, size, item) - 1;
}

size_t key_of_subject(uint8_t *key, const uint8_t id[ID_BYTES], uint64_t sequence)
{
    memcpy(key, id, ID_BYTES);
    put_u64(key + ID_BYTES, sequence);
    return ID_BYTES + 8;
}

/* ---------------------------------------------------------------- changes and the digest */

enum { CHANGE_PUT = 1, CHANGE_DELETE = 2 };

static void digest_change(struct state *state, int table, int change, struct bytes key, struct bytes value)
{
    uint8_t head[8] = { (uint8_t) table, (uint8_t) change };

    assert(state->in_link);
    put_u16(head + 2, (uint16_t) key.size);
    put_u32(head + 4, (uint32_t) value.size);
    crypto_generichash_update(&state->link, head, sizeof head);
    crypto_generichash_update(&state->link, key.data, key.size);
    if (value.size > 0)
        crypto_generichash_update(&state->link, value.data, value.size);
}

void row_put(struct state *state, int table, struct bytes key, struct bytes value)
{
    digest_change(state, table, CHANGE_PUT, key, value);
    store_put(&state->txn, table, key, value);
}

void row_append(struct state *state, int table, struct bytes key, struct bytes value)
{
    digest_change(state, table, CHANGE_PUT, key, value);
    store_append(&state->txn, table, key, value);
}

void row_delete(struct state *state, int table, struct bytes key)
{
    if (store_delete(&state->txn, table, key))
        digest_change(state, table, CHANGE_DELETE, key, bytes_of(NULL, 0));
}

/* A row that does not fit the arena would mean that we built something unbounded. */
struct bytes row_packed(struct state *state, const void *message)
{
    struct bytes value = message_pack(&state->arena, message);

    if (value.data == NULL)
        die("state: a row of %s does not fit %d MiB; stop and report this",
            ((const ProtobufCMessage *) message)->descriptor->name, ARENA_LIMIT_BYTES >> 20);
    return value;
}

void row_put_message(struct state *state, int table, struct bytes key, const void *message)
{
    row_put(state, table, key, row_packed(state, message));
}

static void *get_message(struct state *state, struct arena *arena, int table, struct bytes key,
                         const ProtobufCMessageDescriptor *type)
{
    struct bytes value;
    void *message;

    /* No code is empty: asked for by a subject that has none. */
    if (key.size == 0 || !store_get(&state->txn, table, key, &value))
        return NULL;
    message = message_unpack_own(arena, type, value);
    if (message == NULL)
        die("state: a row of table %s cannot be read; restore or replay", TABLE_NAMES[table]);
    return message;
}

void *row_get_message(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type)
{
    return get_message(state, &state->arena, table, key, type);
}

size_t row_ids(struct state *state, int table, struct bytes prefix, uint8_t (*ids)[ID_BYTES], size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, table);
    found = store_seek(&cursor, prefix, &key, &value);
    while (found && count < most && key.size > prefix.size && memcmp(key.data, prefix.data, prefix.size) == 0) {
        memcpy(ids[count++], value.data, ID_BYTES);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

/* ---------------------------------------------------------------- rows of one link */

static void share(struct state *state, int table, struct bytes key, void *message)
{
    struct link_row *row = link_rows_find(&state->rows, table, key);

    if (!state->in_link)
        return;
    if (row == NULL)
        row = link_rows_add(&state->rows, table, key);
    row->message = message;
}

/* A code that no row can have is longer than a key. */
void *row_share(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type)
{
    const struct link_row *row = link_rows_find(&state->rows, table, key);
    void *message;

    if (row != NULL && row->message != NULL)
        return row->message;
    message = row_get_message(state, table, key, type);
    if (message != NULL)
        share(state, table, key, message);
    return message;
}

const void *row_look_at(struct state *state, struct arena *arena, int table, struct bytes key,
                        const ProtobufCMessageDescriptor *type)
{
    const struct link_row *row = link_rows_find(&state->rows, table, key);

    return row != NULL && row->message != NULL ? row->message : get_message(state, arena, table, key, type);
}

/* Beyond a few thousand the rows of the link do: nobody needs all holders for every entry. */
const void *row_keep(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type)
{
    struct link_row *row = link_rows_find(&state->kept, table, key);
    void *message;

    if (row != NULL && row->message != NULL)
        return row->message;
    if (state->kept_arena.used_bytes > KEPT_BYTES)
        return row_share(state, table, key, type);
    message = get_message(state, &state->kept_arena, table, key, type);
    if (message != NULL) {
        if (row == NULL)
            row = link_rows_add(&state->kept, table, key);
        row->message = message;
    }
    return message;
}

void *row_share_kept(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type)
{
    const struct link_row *row = link_rows_find(&state->rows, table, key);
    const void *kept;
    void *message;

    if (row != NULL && row->message != NULL)
        return row->message;
    kept = row_keep(state, table, key, type);
    if (kept == NULL)
        return NULL;
    message = arena_take(&state->arena, type->sizeof_message);
    assert(message != NULL);
    memcpy(message, kept, type->sizeof_message);
    share(state, table, key, message);
    return message;
}

/* Do the two differ in numbers alone? */
static bool points_at_the_same(const ProtobufCMessage *one, const ProtobufCMessage *other)
{
    const ProtobufCMessageDescriptor *type = one->descriptor;

    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        const char *const *at = (const void *) ((const char *) one + field->offset);
        const char *const *there = (const void *) ((const char *) other + field->offset);

        assert(field->label != PROTOBUF_C_LABEL_REPEATED && field->type != PROTOBUF_C_TYPE_BYTES);
        if ((field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE) && *at != *there)
            return false;
    }
    return true;
}

void row_put_kept(struct state *state, int table, struct bytes key, const ProtobufCMessage *message)
{
    struct link_row *kept;

    row_put_now(state, table, key, message);
    kept = link_rows_find(&state->kept, table, key);
    if (kept == NULL || kept->message == NULL)
        return;
    if (points_at_the_same(message, kept->message))
        memcpy(kept->message, message, message->descriptor->sizeof_message);
    else
        kept->message = NULL;
}

/* Written when the link ends. */
void row_put_shared(struct state *state, int table, struct bytes key, const void *message)
{
    struct link_row *row = link_rows_find(&state->rows, table, key);

    assert(state->in_link);
    if (row == NULL)
        row = link_rows_add(&state->rows, table, key);
    row->message = (void *) message;
    link_rows_put(&state->rows, row);
}

void row_put_now(struct state *state, int table, struct bytes key, const void *message)
{
    struct link_row *row = link_rows_find(&state->rows, table, key);

    if (row == NULL || row->message != message)
        row_forget(state, table, key);
    row_put_message(state, table, key, message);
}

/* Changed behind its back: read it anew. */
void row_forget(struct state *state, int table, struct bytes key)
{
    struct link_row *row = link_rows_find(&state->rows, table, key);

    assert(row == NULL || !row->is_put);
    if (row != NULL)
        row->message = NULL;
    row = link_rows_find(&state->kept, table, key);
    if (row != NULL)
        row->message = NULL;
}

static void write_rows(struct state *state)
{
    for (size_t i = 0; i < state->rows.put_count; i++) {
        const struct link_row *row = &state->rows.rows[state->rows.put[i]];

        row_put_message(state, row->table, bytes_of(row->key, row->key_size), row->message);
    }
    link_rows_clear(&state->rows);
}

/* ---------------------------------------------------------------- links */

void state_link_begin(struct state *state)
{
    assert(!state->in_link && state->rows.count == 0);
    state->loads = NULL;
    state->load_count = state->load_room = 0;
    arena_reset(&state->arena);
    crypto_generichash_init(&state->link, NULL, 0, DIGEST_BYTES);
    crypto_generichash_update(&state->link, state->state_digest, DIGEST_BYTES);
    state->in_link = true;
}

void state_link_end(struct state *state)
{
    assert(state->in_link);
    write_rows(state);
    crypto_generichash_final(&state->link, state->state_digest, DIGEST_BYTES);
    state->in_link = false;
}

/* ---------------------------------------------------------------- open, begin, commit */

static void copy_digest(uint8_t digest[DIGEST_BYTES], const ProtobufCBinaryData *from)
{
    memset(digest, 0, DIGEST_BYTES);
    if (from->len == DIGEST_BYTES)
        memcpy(digest, from->data, DIGEST_BYTES);
}

static void copy_ledgers(struct state *state, const Duban__Meta *meta)
{
    for (size_t i = 0; i < meta->n_ledger_last && i < MAX_LEDGERS; i++)
        state->ledger_last[i] = meta->ledger_last[i];
}

static void forget_meta(struct state *state)
{
    duban__meta__init(&state->meta);
    memset(state->journal_digest, 0, DIGEST_BYTES);
    memset(state->state_digest, 0, DIGEST_BYTES);
    memset(state->outbox_digest, 0, DIGEST_BYTES);
    memset(state->ledger_last, 0, sizeof state->ledger_last);
}

/* What cannot be read is an error, and never an empty state. */
static int load_meta(struct state *state)
{
    struct store_txn txn;
    struct bytes value;
    int result = 0;

    forget_meta(state);
    store_begin(&txn, &state->store, STORE_READ);
    if (store_get(&txn, TABLE_META, bytes_of_text("meta"), &value)) {
        Duban__Meta *meta = message_unpack_own(&state->arena, &duban__meta__descriptor, value);

        if (meta == NULL) {
            log_error("state: meta cannot be read; restore from a backup or replay the journal");
            result = -1;
        } else {
            state->meta = *meta;
            copy_digest(state->journal_digest, &meta->journal_digest);
            copy_digest(state->state_digest, &meta->state_digest);
            copy_digest(state->outbox_digest, &meta->outbox_digest);
            copy_ledgers(state, meta);
        }
    }
    store_abort(&txn);
    if (txn.error != 0)
        result = -1;
    state->meta.journal_digest = (ProtobufCBinaryData){ DIGEST_BYTES, state->journal_digest };
    state->meta.state_digest = (ProtobufCBinaryData){ DIGEST_BYTES, state->state_digest };
    state->meta.outbox_digest = (ProtobufCBinaryData){ DIGEST_BYTES, state->outbox_digest };
    state->meta.ledger_last = state->ledger_last;
    state->meta.n_ledger_last = MAX_LEDGERS;
    return result;
}

static void note_committed(struct state *state)
{
    state->committed.outbox_last = state->meta.outbox_last;
    state->committed.applied_stamp_ms = state->meta.applied_stamp_ms;
}

int state_open(struct state *state, const char *directory, size_t map_bytes)
{
    if (store_open(&state->store, directory, map_bytes, TABLE_NAMES, TABLE_COUNT) == -1)
        return -1;
    store_gather(&state->store, GATHERED, sizeof GATHERED / sizeof GATHERED[0], GATHERED_BYTES);
    arena_open(&state->arena, ARENA_LIMIT_BYTES);
    arena_open(&state->kept_arena, ARENA_LIMIT_BYTES);
    arena_open(&state->newest_arena, NEWEST_BYTES);
    if (load_meta(state) == -1)
        return -1;
    note_committed(state);
    return 0;
}

void state_close(struct state *state)
{
    store_close(&state->store);
    arena_close(&state->arena);
    link_rows_close(&state->rows);
    arena_close(&state->kept_arena);
    link_rows_close(&state->kept);
    arena_close(&state->newest_arena);
    row_map_close(&state->newest);
}

void state_begin(struct state *state)
{
    link_rows_clear(&state->kept);   /* the last transaction may have been dropped */
    arena_reset(&state->kept_arena);
    row_map_clear(&state->newest);
    arena_reset(&state->newest_arena);
    store_begin(&state->txn, &state->store, STORE_WRITE);
}

int state_commit(struct state *state)
{
    arena_reset(&state->arena);
    store_put(&state->txn, TABLE_META, bytes_of_text("meta"), row_packed(state, &state->meta));
    if (store_commit(&state->txn) == -1)
        return -1;
    note_committed(state);
    return 0;
}

int state_reload(struct state *state)
{
    link_rows_clear(&state->rows);
    state->in_link = false;
    state->loads = NULL;
    state->load_count = state->load_room = 0;
    state->earliest_timer_s = 0;
    arena_reset(&state->arena);
    if (load_meta(state) == -1)
        return -1;
    if (state->meta.outbox_last != state->committed.outbox_last ||
        state->meta.applied_stamp_ms != state->committed.applied_stamp_ms) {
        log_error("state: the store does not hold what was committed last");
        return -1;
    }
    return 0;
}

void state_read(struct state *state, struct store_txn *txn)
{
    store_begin(txn, &state->store, STORE_READ);
}

void *state_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes value)
{
    return message_unpack_own(arena, type, value);
}
