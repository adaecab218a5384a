/* state.c - tables of rules: meta and the digest link first, then one block per table. */
#include "state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "log.h"
#include "message.h"

enum { ARENA_LIMIT_BYTES = 32 * 1024 * 1024, ROW_ARENA_BYTES = 64 * 1024 };

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
    [TABLE_NOTICE_BY_SUBJECT] = "notice_by_subject",
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
};

/* ---------------------------------------------------------------- keys */

static struct bytes key_of_id(const uint8_t id[ID_BYTES])
{
    return bytes_of(id, ID_BYTES);
}

static size_t key_text(uint8_t *key, size_t at, const char *text)
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

static size_t key_of_role(uint8_t *key, Duban__Role role, const char *scope, const char *account)
{
    key[0] = (uint8_t) role;
    return key_text(key, key_text(key, 1, scope), account) - 1;
}

static size_t key_of_visit_at(uint8_t *key, const char *site, int64_t visit_ms, uint64_t sequence)
{
    size_t size = key_text(key, 0, site);

    put_u64(key + size, (uint64_t) visit_ms);
    put_u64(key + size + 8, sequence);
    return size + 16;
}

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

static size_t key_of_timer(uint8_t *key, const struct timer *timer)
{
    put_u64(key, (uint64_t) timer->due_s);
    memcpy(key + 8, timer->task, ID_BYTES);
    put_u16(key + 8 + ID_BYTES, timer->step);
    return 8 + ID_BYTES + 2;
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

static void put(struct state *state, int table, struct bytes key, struct bytes value)
{
    digest_change(state, table, CHANGE_PUT, key, value);
    store_put(&state->txn, table, key, value);
}

static void append(struct state *state, int table, struct bytes key, struct bytes value)
{
    digest_change(state, table, CHANGE_PUT, key, value);
    store_append(&state->txn, table, key, value);
}

static void delete(struct state *state, int table, struct bytes key)
{
    if (store_delete(&state->txn, table, key))
        digest_change(state, table, CHANGE_DELETE, key, bytes_of(NULL, 0));
}

/* A row that does not fit the arena would mean that we built something unbounded. */
static struct bytes packed(struct state *state, const void *message)
{
    struct bytes value = message_pack(&state->arena, message);

    if (value.data == NULL)
        die("state: a row of %s does not fit %d MiB; stop and report this",
            ((const ProtobufCMessage *) message)->descriptor->name, ARENA_LIMIT_BYTES >> 20);
    return value;
}

static void put_message(struct state *state, int table, struct bytes key, const void *message)
{
    put(state, table, key, packed(state, message));
}

static void *get_message(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type)
{
    struct bytes value;
    void *message;

    /* No code is empty: asked for by a subject that has none. */
    if (key.size == 0 || !store_get(&state->txn, table, key, &value))
        return NULL;
    message = message_unpack_own(&state->arena, type, value);
    if (message == NULL)
        die("state: a row of table %s cannot be read; restore or replay", TABLE_NAMES[table]);
    return message;
}

/* ---------------------------------------------------------------- rows of one link */

static struct link_row *find_row(struct state *state, int table, struct bytes key)
{
    for (size_t i = 0; i < state->row_count; i++) {
        struct link_row *row = &state->rows[i];

        if (row->table == table && row->key_size == key.size && memcmp(row->key, key.data, key.size) == 0)
            return row;
    }
    return NULL;
}

static void write_rows(struct state *state)
{
    for (size_t i = 0; i < state->row_count; i++) {
        struct link_row *row = &state->rows[i];

        if (row->is_changed)
            put_message(state, row->table, bytes_of(row->key, row->key_size), row->message);
    }
    state->row_count = 0;
}

static struct link_row *add_row(struct state *state, int table, struct bytes key, void *message)
{
    struct link_row *row;

    assert(state->in_link && key.size <= LINK_KEY_BYTES);
    if (state->row_count == LINK_ROWS)
        write_rows(state);
    row = &state->rows[state->row_count++];
    *row = (struct link_row){ .table = table, .key_size = key.size, .message = message };
    memcpy(row->key, key.data, key.size);
    return row;
}

/* A code that no row can have is longer than a key. */
static void *get_row(struct state *state, int table, struct bytes key, const ProtobufCMessageDescriptor *type)
{
    struct link_row *row = find_row(state, table, key);
    void *message;

    if (row != NULL)
        return row->message;
    message = get_message(state, table, key, type);
    if (message != NULL && state->in_link)
        add_row(state, table, key, message);
    return message;
}

/* Written when the link ends. */
static void put_row(struct state *state, int table, struct bytes key, const void *message)
{
    struct link_row *row = find_row(state, table, key);

    if (row == NULL)
        row = add_row(state, table, key, NULL);
    row->message = (void *) message;
    row->is_changed = true;
}

/* Changed behind its back: read it anew. */
static void forget_row(struct state *state, int table, struct bytes key)
{
    struct link_row *row = find_row(state, table, key);

    if (row != NULL)
        *row = state->rows[--state->row_count];
}

/* ---------------------------------------------------------------- links */

void state_link_begin(struct state *state)
{
    assert(!state->in_link && state->row_count == 0);
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

static int load_meta(struct state *state)
{
    struct store_txn txn;
    struct bytes value;
    int result = 0;

    duban__meta__init(&state->meta);
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
    arena_open(&state->arena, ARENA_LIMIT_BYTES);
    if (load_meta(state) == -1)
        return -1;
    note_committed(state);
    return 0;
}

void state_close(struct state *state)
{
    store_close(&state->store);
    arena_close(&state->arena);
}

void state_begin(struct state *state)
{
    store_begin(&state->txn, &state->store, STORE_WRITE);
}

int state_commit(struct state *state)
{
    arena_reset(&state->arena);
    store_put(&state->txn, TABLE_META, bytes_of_text("meta"), packed(state, &state->meta));
    if (store_commit(&state->txn) == -1)
        return -1;
    note_committed(state);
    return 0;
}

void state_read(struct state *state, struct store_txn *txn)
{
    store_begin(txn, &state->store, STORE_READ);
}

/* ---------------------------------------------------------------- policy */

Duban__PolicyState *state_policy(struct state *state)
{
    return get_message(state, TABLE_POLICY_STATE, bytes_of_text("policy"), &duban__policy_state__descriptor);
}

void state_put_policy(struct state *state, const Duban__PolicyState *policy)
{
    put_message(state, TABLE_POLICY_STATE, bytes_of_text("policy"), policy);
}

static size_t key_of_policy_file(uint8_t *key, const Duban__PolicyFile *file)
{
    size_t size;

    memcpy(key, file->pack_sha256.data, 32);
    size = key_text(key, 32, file->path);
    assert(size + 4 <= STATE_KEY_BYTES);
    put_u32(key + size, file->piece);
    return size + 4;
}

void state_put_policy_file(struct state *state, const Duban__PolicyFile *file)
{
    uint8_t key[STATE_KEY_BYTES];

    put_message(state, TABLE_POLICY_FILE, bytes_of(key, key_of_policy_file(key, file)), file);
}

bool state_has_policy_file(struct state *state, const Duban__PolicyFile *file)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    return store_get(&state->txn, TABLE_POLICY_FILE, bytes_of(key, key_of_policy_file(key, file)), &value) &&
           bytes_equal(value, packed(state, file));
}

void state_freeze_pack(struct state *state, const uint8_t version[32])
{
    put(state, TABLE_POLICY_STATE, bytes_of(version, 32), bytes_of("", 0));
}

bool state_is_frozen(struct state *state, const uint8_t version[32])
{
    struct bytes value;

    return store_get(&state->txn, TABLE_POLICY_STATE, bytes_of(version, 32), &value);
}

Duban__Activation *state_activation(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];

    return get_message(state, TABLE_ACTIVATION, bytes_of(key, key_of_number(key, sequence)), &duban__activation__descriptor);
}

void state_put_activation(struct state *state, const Duban__Activation *activation)
{
    uint8_t key[STATE_KEY_BYTES];

    put_message(state, TABLE_ACTIVATION, bytes_of(key, key_of_number(key, activation->sequence)), activation);
}

/* ---------------------------------------------------------------- registry */

Duban__Area *state_area(struct state *state, const char *code)
{
    return get_row(state, TABLE_AREA, bytes_of_text(code), &duban__area__descriptor);
}

void state_put_area(struct state *state, const Duban__Area *area)
{
    forget_row(state, TABLE_AREA, bytes_of_text(area->code));
    put_message(state, TABLE_AREA, bytes_of_text(area->code), area);
}

void state_delete_area(struct state *state, const char *code)
{
    forget_row(state, TABLE_AREA, bytes_of_text(code));
    delete(state, TABLE_AREA, bytes_of_text(code));
}

bool state_area_has_site(struct state *state, const char *code)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found, has = false;

    store_cursor_open(&cursor, &state->txn, TABLE_SITE);
    for (found = store_seek(&cursor, bytes_of("", 0), &key, &value); found && !has; found = store_next(&cursor, &key, &value)) {
        struct arena arena;
        const Duban__Site *site;

        arena_open(&arena, ROW_ARENA_BYTES);   /* one row at a time: there may be many sites */
        site = message_unpack_own(&arena, &duban__site__descriptor, value);
        has = site != NULL && strcmp(site->area, code) == 0;
        arena_close(&arena);
    }
    store_cursor_close(&cursor);
    return has;
}

Duban__Site *state_site(struct state *state, const char *code)
{
    return get_row(state, TABLE_SITE, bytes_of_text(code), &duban__site__descriptor);
}

void state_put_site(struct state *state, const Duban__Site *site)
{
    forget_row(state, TABLE_SITE, bytes_of_text(site->code));
    put_message(state, TABLE_SITE, bytes_of_text(site->code), site);
}

void state_delete_site(struct state *state, const char *code)
{
    forget_row(state, TABLE_SITE, bytes_of_text(code));
    delete(state, TABLE_SITE, bytes_of_text(code));
}

Duban__Holder *state_holder(struct state *state, const char *account)
{
    return get_row(state, TABLE_HOLDER, bytes_of_text(account), &duban__holder__descriptor);
}

static void index_holder(struct state *state, const Duban__Holder *holder, bool present)
{
    for (size_t i = 0; i < holder->n_roles; i++) {
        uint8_t key[STATE_KEY_BYTES];
        size_t size = key_of_role(key, holder->roles[i]->role, holder->roles[i]->scope, holder->account);

        if (present)
            put(state, TABLE_HOLDER_BY_ROLE, bytes_of(key, size), bytes_of("", 0));
        else
            delete(state, TABLE_HOLDER_BY_ROLE, bytes_of(key, size));
    }
}

void state_put_holder(struct state *state, const Duban__Holder *holder, const Duban__Holder *old)
{
    if (old != NULL)
        index_holder(state, old, false);
    index_holder(state, holder, true);
    forget_row(state, TABLE_HOLDER, bytes_of_text(holder->account));
    put_message(state, TABLE_HOLDER, bytes_of_text(holder->account), holder);
}

void state_delete_holder(struct state *state, const Duban__Holder *old)
{
    index_holder(state, old, false);
    forget_row(state, TABLE_HOLDER, bytes_of_text(old->account));
    delete(state, TABLE_HOLDER, bytes_of_text(old->account));
}

size_t state_holders_by_role(struct state *state, Duban__Role role, const char *scope, const char **accounts, size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];
    size_t prefix_size = key_of_role(prefix, role, scope, "");
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_HOLDER_BY_ROLE);
    found = store_seek(&cursor, bytes_of(prefix, prefix_size), &key, &value);
    while (found && count < most && key.size > prefix_size && memcmp(key.data, prefix, prefix_size) == 0) {
        accounts[count++] = arena_copy(&state->arena, (const char *) key.data + prefix_size, key.size - prefix_size);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

/* ---------------------------------------------------------------- cases and tasks */

Duban__Case *state_case(struct state *state, const uint8_t id[ID_BYTES])
{
    return get_row(state, TABLE_CASE, key_of_id(id), &duban__case__descriptor);
}

void state_put_case(struct state *state, const Duban__Case *case_)
{
    put_row(state, TABLE_CASE, key_of_id(case_->id.data), case_);
}

static bool is_open_under(struct state *state, struct bytes id, const uint8_t version[32])
{
    const Duban__Case *case_;
    struct arena arena;
    struct bytes value;
    bool is = false;

    arena_open(&arena, ROW_ARENA_BYTES);   /* one row at a time: there may be many */
    if (store_get(&state->txn, TABLE_CASE, id, &value)) {
        case_ = message_unpack_own(&arena, &duban__case__descriptor, value);
        is = case_ != NULL && case_->state != DUBAN__CASE_STATE__CASE_STATE_CLOSED &&
             case_->state != DUBAN__CASE_STATE__CASE_STATE_VOIDED && case_->policy_version.len == 32 &&
             memcmp(case_->policy_version.data, version, 32) == 0;
    }
    arena_close(&arena);
    return is;
}

bool state_open_case_after(struct state *state, const uint8_t version[32], uint32_t *number, uint8_t id[ID_BYTES])
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t next[4];
    bool found;

    put_u32(next, *number + 1);
    store_cursor_open(&cursor, &state->txn, TABLE_CASE_BY_NUMBER);
    found = store_seek(&cursor, bytes_of(next, sizeof next), &key, &value);
    while (found && !is_open_under(state, value, version))
        found = store_next(&cursor, &key, &value);
    if (found) {
        *number = get_u32(key.data);
        memcpy(id, value.data, ID_BYTES);
    }
    store_cursor_close(&cursor);
    return found;
}

Duban__Case *state_case_at(struct state *state, const char *site, const char *item)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes id;

    if (!store_get(&state->txn, TABLE_CASE_BY_PLACE, bytes_of(key, key_of_place(key, site, item)), &id))
        return NULL;
    assert(id.size == ID_BYTES);
    return state_case(state, id.data);
}

void state_put_case_place(struct state *state, const Duban__Case *case_)
{
    uint8_t key[STATE_KEY_BYTES];
    uint8_t number[4];

    put(state, TABLE_CASE_BY_PLACE, bytes_of(key, key_of_place(key, case_->site, case_->item)), key_of_id(case_->id.data));
    put_u32(number, case_->number);
    put(state, TABLE_CASE_BY_NUMBER, bytes_of(number, sizeof number), key_of_id(case_->id.data));
}

size_t state_cases_of_site(struct state *state, const char *site, uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];
    size_t prefix_size = key_text(prefix, 0, site);
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_CASE_BY_PLACE);
    found = store_seek(&cursor, bytes_of(prefix, prefix_size), &key, &value);
    while (found && count < most && key.size > prefix_size && memcmp(key.data, prefix, prefix_size) == 0) {
        memcpy(ids[count++], value.data, ID_BYTES);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

Duban__Task *state_task(struct state *state, const uint8_t id[ID_BYTES])
{
    return get_row(state, TABLE_TASK, key_of_id(id), &duban__task__descriptor);
}

void state_put_task(struct state *state, const Duban__Task *task)
{
    put_row(state, TABLE_TASK, key_of_id(task->id.data), task);
}

/* One row at a time: there may be many. */
static bool waits_for_due(struct bytes value)
{
    const Duban__Task *task;
    struct arena arena;
    bool waits;

    arena_open(&arena, ROW_ARENA_BYTES);
    task = message_unpack_own(&arena, &duban__task__descriptor, value);
    waits = task != NULL && task->due_s == 0 && task->closed_s == 0;
    arena_close(&arena);
    return waits;
}

bool state_task_without_due(struct state *state, uint8_t id[ID_BYTES])
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_TASK);
    found = store_seek(&cursor, bytes_of(id, ID_BYTES), &key, &value);
    if (found && memcmp(key.data, id, ID_BYTES) == 0)
        found = store_next(&cursor, &key, &value);
    while (found && !waits_for_due(value))
        found = store_next(&cursor, &key, &value);
    if (found)
        memcpy(id, key.data, ID_BYTES);
    store_cursor_close(&cursor);
    return found;
}

/* ---------------------------------------------------------------- subjects */

Duban__Subject *state_subject(struct state *state, const uint8_t id[ID_BYTES])
{
    return get_row(state, TABLE_SUBJECT, key_of_id(id), &duban__subject__descriptor);
}

void state_put_subject(struct state *state, const Duban__Subject *subject)
{
    put_row(state, TABLE_SUBJECT, key_of_id(subject->id.data), subject);
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
    put(state, TABLE_SUBJECT_BY_NUMBER, bytes_of(key, key_of_subject_number(key, subject->kind, subject->number)),
        key_of_id(subject->id.data));
    put(state, TABLE_OPEN_SUBJECT, bytes_of(key, key_of_open_subject(key, subject)), key_of_id(subject->id.data));
}

void state_finish_subject(struct state *state, const Duban__Subject *subject)
{
    uint8_t key[STATE_KEY_BYTES];

    delete(state, TABLE_OPEN_SUBJECT, bytes_of(key, key_of_open_subject(key, subject)));
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
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_OPEN_SUBJECT);
    found = store_seek(&cursor, bytes_of(prefix, prefix_size), &key, &value);
    while (found && count < most && key.size > prefix_size && memcmp(key.data, prefix, prefix_size) == 0) {
        memcpy(ids[count++], value.data, ID_BYTES);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

/* ---------------------------------------------------------------- timers */

void state_put_timer(struct state *state, const struct timer *timer)
{
    uint8_t key[STATE_KEY_BYTES];

    put(state, TABLE_TIMER, bytes_of(key, key_of_timer(key, timer)), bytes_of("", 0));
    if (timer->due_s < state->earliest_timer_s)
        state->earliest_timer_s = timer->due_s;
}

void state_delete_timer(struct state *state, const struct timer *timer)
{
    uint8_t key[STATE_KEY_BYTES];

    delete(state, TABLE_TIMER, bytes_of(key, key_of_timer(key, timer)));
}

static struct timer timer_at(const uint8_t *key)
{
    struct timer timer = { .due_s = (int64_t) get_u64(key), .step = get_u16(key + 8 + ID_BYTES) };

    memcpy(timer.task, key + 8, ID_BYTES);
    return timer;
}

size_t state_timers_of_kind(struct state *state, uint16_t kind, int64_t until_s, struct timer *timers, size_t most)
{
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_TIMER);
    found = store_seek(&cursor, bytes_of("", 0), &key, &value);
    while (found && count < most) {
        struct timer timer = timer_at(key.data);

        if (timer.due_s > until_s)
            break;
        if (get_u16(timer.task + 10) == kind)
            timers[count++] = timer;
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

bool state_first_timer(struct state *state, int64_t until_s, struct timer *timer)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    /* Most entries find nothing due: remember the earliest, and look only when it may be. */
    if (state->earliest_timer_s > until_s)
        return false;
    store_cursor_open(&cursor, &state->txn, TABLE_TIMER);
    found = store_seek(&cursor, bytes_of("", 0), &key, &value);
    if (found)
        *timer = timer_at(key.data);
    store_cursor_close(&cursor);
    if (!found) {
        state->earliest_timer_s = INT64_MAX;
        return false;
    }
    state->earliest_timer_s = timer->due_s;
    return timer->due_s <= until_s;
}

int64_t state_next_due(struct store_txn *txn)
{
    struct store_cursor cursor;
    struct bytes key, value;
    int64_t due_s = 0;

    store_cursor_open(&cursor, txn, TABLE_TIMER);
    if (store_seek(&cursor, bytes_of("", 0), &key, &value))
        due_s = (int64_t) get_u64(key.data);
    store_cursor_close(&cursor);
    return due_s;
}

/* ---------------------------------------------------------------- facts and the outbox */

void state_add_fact(struct state *state, Duban__Fact *fact)
{
    uint8_t key[STATE_KEY_BYTES];

    fact->sequence = ++state->meta.fact_last;
    append(state, TABLE_FACT, bytes_of(key, key_of_number(key, fact->sequence)), packed(state, fact));
    if (fact->subject.len == ID_BYTES)
        put(state, TABLE_FACT_BY_SUBJECT, bytes_of(key, key_of_subject(key, fact->subject.data, fact->sequence)),
            bytes_of("", 0));
}

static void index_notice(struct state *state, const Duban__Notice *notice, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];

    for (size_t i = 0; i < notice->n_items; i++) {
        const Duban__NoticeItem *item = notice->items[i];
        const ProtobufCBinaryData *subject = item_about(item);

        if (subject->len == ID_BYTES)
            put(state, TABLE_NOTICE_BY_SUBJECT, bytes_of(key, key_of_subject(key, subject->data, sequence)), bytes_of("", 0));
    }
}

uint64_t state_add_outbox(struct state *state, const Duban__OutboxRecord *record)
{
    enum { HEAD_BYTES = 8 + 1 + DIGEST_BYTES };
    size_t size = duban__outbox_record__get_packed_size(record);
    uint8_t *row = arena_take(&state->arena, HEAD_BYTES + size);
    uint64_t sequence = ++state->meta.outbox_last;
    uint8_t key[STATE_KEY_BYTES];

    assert(row != NULL);
    duban__outbox_record__pack(record, row + HEAD_BYTES);
    digest_chain(state->outbox_digest, bytes_of(row + HEAD_BYTES, size));
    put_u64(row, (uint64_t) state->stamp_ms);
    row[8] = OUTBOX_RECORD_VERSION;
    memcpy(row + 9, state->outbox_digest, DIGEST_BYTES);
    append(state, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), bytes_of(row, HEAD_BYTES + size));
    if (record->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE)
        index_notice(state, record->notice, sequence);
    return sequence;
}

struct bytes outbox_shipped(struct bytes row, int64_t *stamp_ms)
{
    *stamp_ms = (int64_t) get_u64(row.data);
    return bytes_of((const uint8_t *) row.data + 8, row.size - 8);
}

Duban__OutboxRecord *outbox_record(struct arena *arena, struct bytes row)
{
    enum { HEAD_BYTES = 8 + 1 + DIGEST_BYTES };

    return message_unpack_own(arena, &duban__outbox_record__descriptor,
                              bytes_of((const uint8_t *) row.data + HEAD_BYTES, row.size - HEAD_BYTES));
}

Duban__Notice *state_notice(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];
    Duban__OutboxRecord *record = NULL;
    struct bytes row;

    if (store_get(&state->txn, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), &row))
        record = outbox_record(&state->arena, row);
    return record != NULL && record->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE ? record->notice : NULL;
}

uint32_t state_retries(struct state *state, uint64_t notice)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    if (!store_get(&state->txn, TABLE_RETRY, bytes_of(key, key_of_number(key, notice)), &value))
        return 0;
    return get_u32(value.data);
}

void state_put_retries(struct state *state, uint64_t notice, uint32_t retries)
{
    uint8_t key[STATE_KEY_BYTES], value[4];

    put_u32(value, retries);
    put(state, TABLE_RETRY, bytes_of(key, key_of_number(key, notice)), bytes_of(value, sizeof value));
}

/* In order of what became of the notice first, and each time that it was sent again. */
static size_t key_of_outcome(uint8_t *key, uint64_t notice, uint32_t retry, Duban__Grade grade)
{
    size_t at = 8;

    put_u64(key, notice);
    if (retry > 0) {
        key[at] = 0xff;
        put_u32(key + at + 1, retry);
        at += 5;
    }
    key[at] = (uint8_t) grade;
    return at + 1;
}

bool state_has_outcome(struct state *state, uint64_t notice, uint32_t retry, Duban__Grade grade)
{
    uint8_t key[STATE_KEY_BYTES];
    struct bytes value;

    return store_get(&state->txn, TABLE_OUTCOME, bytes_of(key, key_of_outcome(key, notice, retry, grade)), &value);
}

void state_put_outcome(struct state *state, const Duban__Outcome *outcome)
{
    uint8_t key[STATE_KEY_BYTES];
    size_t size = key_of_outcome(key, outcome->notice, outcome->retry, outcome->grade);

    put_message(state, TABLE_OUTCOME, bytes_of(key, size), outcome);
}

/* ---------------------------------------------------------------- visits, quarantine */

Duban__Visit *state_visit(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];

    return get_message(state, TABLE_VISIT, bytes_of(key, key_of_number(key, sequence)), &duban__visit__descriptor);
}

void state_put_visit(struct state *state, const Duban__Visit *visit)
{
    uint8_t key[STATE_KEY_BYTES];

    put_message(state, TABLE_VISIT, bytes_of(key, key_of_number(key, visit->sequence)), visit);
    put(state, TABLE_VISIT_BY_SITE, bytes_of(key, key_of_visit_at(key, visit->site, visit->visit_ms, visit->sequence)),
        bytes_of("", 0));
}

size_t state_visits_of_site(struct state *state, const char *site, int64_t after_ms, uint64_t *sequences, size_t most)
{
    uint8_t first[STATE_KEY_BYTES], last[STATE_KEY_BYTES];
    struct bytes lowest = bytes_of(first, key_of_visit_at(first, site, after_ms, UINT64_MAX));
    struct bytes key = bytes_of(last, key_of_visit_at(last, site, INT64_MAX, UINT64_MAX)), value;
    struct store_cursor cursor;
    size_t count = 0;

    store_cursor_open(&cursor, &state->txn, TABLE_VISIT_BY_SITE);
    while (count < most && store_before(&cursor, key, &key, &value) && key.size == lowest.size &&
           memcmp(key.data, lowest.data, key.size) > 0)
        sequences[count++] = get_u64((const uint8_t *) key.data + key.size - 8);
    store_cursor_close(&cursor);
    return count;
}

Duban__Quarantined *state_quarantined(struct state *state, uint64_t sequence)
{
    uint8_t key[STATE_KEY_BYTES];

    return get_message(state, TABLE_QUARANTINE, bytes_of(key, key_of_number(key, sequence)),
                       &duban__quarantined__descriptor);
}

void state_put_quarantined(struct state *state, const Duban__Quarantined *quarantined)
{
    uint8_t key[STATE_KEY_BYTES];

    put_message(state, TABLE_QUARANTINE, bytes_of(key, key_of_number(key, quarantined->sequence)), quarantined);
}

/* ---------------------------------------------------------------- notices that wait */

enum { WAITING_KEY_BYTES = 16, WAITING_LOOK_AHEAD = 256 };

void state_put_waiting(struct state *state, int64_t release_s, const Duban__Notice *notice)
{
    uint8_t key[STATE_KEY_BYTES];

    put_u64(key, (uint64_t) release_s);
    put_u64(key + 8, state->meta.fact_last);
    put_message(state, TABLE_WAITING, bytes_of(key, WAITING_KEY_BYTES), notice);
}

void state_put_digest_line(struct state *state, int64_t at_s, const Duban__Notice *notice)
{
    uint8_t key[STATE_KEY_BYTES];
    size_t size;

    put_u64(key, (uint64_t) at_s);
    size = key_text(key, 8, notice->recipient->account);
    put_u64(key + size, state->meta.fact_last);
    put_message(state, TABLE_DIGEST_LINE, bytes_of(key, size + 8), notice);
}

/* Stand on the first row of the table due at or before at_s; the account stands behind the
 * time in a digest line's key. */
static bool first_due(struct store_cursor *cursor, int64_t at_s, const char *account, struct bytes *key, struct bytes *value)
{
    if (!store_seek(cursor, bytes_of("", 0), key, value) || (int64_t) get_u64(key->data) > at_s)
        return false;
    return account == NULL || strcmp((const char *) key->data + 8, account) == 0;
}

static Duban__Notice *take_first(struct state *state, int table, int64_t at_s, const char *account)
{
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__Notice *notice = NULL;
    uint8_t copy[STATE_KEY_BYTES];

    store_cursor_open(&cursor, &state->txn, table);
    if (first_due(&cursor, at_s, account, &key, &value)) {
        notice = message_unpack_own(&state->arena, &duban__notice__descriptor, value);
        memcpy(copy, key.data, key.size);
    }
    store_cursor_close(&cursor);
    if (notice != NULL)
        delete(state, table, bytes_of(copy, key.size));
    return notice;
}

static bool has_first(struct state *state, int table, int64_t at_s)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    store_cursor_open(&cursor, &state->txn, table);
    found = first_due(&cursor, at_s, NULL, &key, &value);
    store_cursor_close(&cursor);
    return found;
}

Duban__Notice *state_take_waiting(struct state *state, int64_t at_s)
{
    return take_first(state, TABLE_WAITING, at_s, NULL);
}

static bool is_like(const Duban__Notice *notice, const Duban__Notice *like)
{
    return strcmp(notice->kind, like->kind) == 0 && strcmp(notice->recipient->account, like->recipient->account) == 0;
}

size_t state_take_waiting_like(struct state *state, int64_t at_s, const Duban__Notice *like, Duban__Notice **taken, size_t most)
{
    uint8_t keys[WAITING_LOOK_AHEAD][WAITING_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    store_cursor_open(&cursor, &state->txn, TABLE_WAITING);
    found = first_due(&cursor, at_s, NULL, &key, &value);
    for (size_t seen = 0; found && seen < WAITING_LOOK_AHEAD && count < most && (int64_t) get_u64(key.data) <= at_s; seen++) {
        Duban__Notice *notice = message_unpack_own(&state->arena, &duban__notice__descriptor, value);

        if (notice != NULL && is_like(notice, like)) {
            assert(key.size == WAITING_KEY_BYTES);
            memcpy(keys[count], key.data, WAITING_KEY_BYTES);
            taken[count++] = notice;
        }
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    for (size_t i = 0; i < count; i++)
        delete(state, TABLE_WAITING, bytes_of(keys[i], WAITING_KEY_BYTES));
    return count;
}

Duban__Notice *state_take_digest_line(struct state *state, int64_t at_s, const char *account)
{
    return take_first(state, TABLE_DIGEST_LINE, at_s, account);
}

bool state_has_waiting(struct state *state, int64_t at_s)
{
    return has_first(state, TABLE_WAITING, at_s);
}

bool state_has_digest_line(struct state *state, int64_t at_s)
{
    return has_first(state, TABLE_DIGEST_LINE, at_s);
}

void *state_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes value)
{
    return message_unpack_own(arena, type, value);
}
