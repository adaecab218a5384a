#include "vault.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tables.h"

enum { PATH_BYTES = 256, LOG_HEADER_BYTES = 9 + TOKEN_BYTES };

/* ---------------------------------------------------------------- where a Personal can stand */

/* No type in entry.proto contains itself, so this ends. */
static bool can_hold_personal(const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];

        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        /* A field is cleared by leaving it out, which a place in a list cannot be. */
        assert(field->descriptor != &duban__personal__descriptor || field->label != PROTOBUF_C_LABEL_REPEATED);
        if (field->descriptor == &duban__personal__descriptor || can_hold_personal(field->descriptor))
            return true;
    }
    return false;
}

void vault_open(struct vault *vault, struct store *store)
{
    const ProtobufCMessageDescriptor *entry = &duban__entry__descriptor;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;

    *vault = (struct vault){ 0 };
    for (unsigned i = 0; i < entry->n_fields; i++) {
        assert(entry->fields[i].id < VAULT_KINDS);
        vault->concerned[entry->fields[i].id] = can_hold_personal(entry->fields[i].descriptor);
    }
    store_begin(&txn, store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_VAULT_LOG);
    if (store_last(&cursor, &key, &value))
        vault->last_access = get_u64(key.data);
    store_cursor_close(&cursor);
    store_abort(&txn);
}

/* ---------------------------------------------------------------- walking an entry */

/* One visit to every Personal of an entry. */
struct walk {
    bool (*visit)(struct walk *walk, Duban__Personal **slot);
    struct store_txn *txn;
    struct arena *arena;
    struct vault_subject subject;
    struct fault *fault;
    bool changed;
    char field[PATH_BYTES];    /* of the Personal: role_holder_change.phone */
    char row[PATH_BYTES];      /* of the subject's field: role_holder_change/clerk-1/phone; "" = no subject */
};

static bool walk_message(struct walk *walk, ProtobufCMessage *message, size_t field_size, size_t row_size);

/* The subject's code, where an entry is about one for ever. */
static const char *code_of(const Duban__Entry *entry)
{
    switch (entry->body_case) {
    case DUBAN__ENTRY__BODY_AREA_CHANGE:
        return entry->area_change->code;
    case DUBAN__ENTRY__BODY_SITE_CHANGE:
        return entry->site_change->code;
    case DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE:
        return entry->role_holder_change->account;
    case DUBAN__ENTRY__BODY_REPORT:
    case DUBAN__ENTRY__BODY_CLAIM:
    case DUBAN__ENTRY__BODY_ACKNOWLEDGEMENT:
    case DUBAN__ENTRY__BODY_ASSIGNMENT:
    case DUBAN__ENTRY__BODY_APPROVAL:
    case DUBAN__ENTRY__BODY_EXTENSION:
    case DUBAN__ENTRY__BODY_OVERDUE_EXPLANATION:
    case DUBAN__ENTRY__BODY_CASE_EDIT:
    case DUBAN__ENTRY__BODY_SUSPENSION:
    case DUBAN__ENTRY__BODY_RECOMPUTE:
    case DUBAN__ENTRY__BODY_RESUMPTION:
    case DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL:
    case DUBAN__ENTRY__BODY_RELEASE:
    case DUBAN__ENTRY__BODY_SKIP:
    case DUBAN__ENTRY__BODY_POLICY_FILE:
    case DUBAN__ENTRY__BODY_POLICY_ACTIVATION:
    case DUBAN__ENTRY__BODY_ENGINE_VERSION:
    case DUBAN__ENTRY__BODY_OUTCOMES:
    case DUBAN__ENTRY__BODY_TICK:
    case DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY:
    case DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT:
    case DUBAN__ENTRY__BODY_ALARM_SETTLEMENT:
    case DUBAN__ENTRY__BODY_POLICY_REVOCATION:
    case DUBAN__ENTRY__BODY_COMPLAINT:
    case DUBAN__ENTRY__BODY_COMPLAINT_RESULT:
    case DUBAN__ENTRY__BODY_FEEDBACK_RECEIPT:
    case DUBAN__ENTRY__BODY_WATCH:
    case DUBAN__ENTRY__BODY_WATCH_END:
    case DUBAN__ENTRY__BODY_CONTACT_ABSENCE:
    case DUBAN__ENTRY__BODY_ISOLATION:
    case DUBAN__ENTRY__BODY_ISOLATION_CONTACT:
    case DUBAN__ENTRY__BODY_ISOLATION_CHANGE:
    case DUBAN__ENTRY__BODY_FORGOTTEN:
    case DUBAN__ENTRY__BODY_DIFFICULTY:
    case DUBAN__ENTRY__BODY_COORDINATION_STEP:
    case DUBAN__ENTRY__BODY_REFERRAL_STEP:
    case DUBAN__ENTRY__BODY_URGENT_REPORT:
    case DUBAN__ENTRY__BODY_URGENT_STEP:
    case DUBAN__ENTRY__BODY_HOUSEHOLD_CHANGE:
    case DUBAN__ENTRY__BODY_CAMPAIGN_OPENING:
    case DUBAN__ENTRY__BODY_CAMPAIGN_END:
    case DUBAN__ENTRY__BODY_HOUSEHOLD_ACT:
    case DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK:
    case DUBAN__ENTRY__BODY_AVAILABILITY_CHANGE:
    case DUBAN__ENTRY__BODY_ON_CALL_CHANGE:
    case DUBAN__ENTRY__BODY_UNIT_CHANGE:
    case DUBAN__ENTRY__BODY_AMENDMENT:
    case DUBAN__ENTRY__BODY_APPEAL:
    case DUBAN__ENTRY__BODY_ISOLATION_RELEASE:
    case DUBAN__ENTRY__BODY_PLAN_CONFIRMATION:
    case DUBAN__ENTRY__BODY_SILENCE:
    case DUBAN__ENTRY__BODY_SILENCE_END:
    case DUBAN__ENTRY__BODY_RESOLUTION:
    case DUBAN__ENTRY__BODY_RESOLUTION_STEP:
    case DUBAN__ENTRY__BODY_REMARK:
    case DUBAN__ENTRY__BODY_STOP_LEFT:
    case DUBAN__ENTRY__BODY_CONTACT_TEST:
    case DUBAN__ENTRY__BODY_CONTACT_CONFIRMATION:
    case DUBAN__ENTRY__BODY_ACCESS:
    case DUBAN__ENTRY__BODY__NOT_SET:
    case _DUBAN__ENTRY__BODY__CASE_IS_INT_SIZE:
        break;
    }
    return NULL;
}

static size_t append(char *path, size_t used, const char *mark, const char *name)
{
    int size = snprintf(path + used, PATH_BYTES - used, "%s%s", mark, name);

    assert(size >= 0 && used + (size_t) size < PATH_BYTES);   /* bounded by the .proto and by codes */
    return used + (size_t) size;
}

static bool walk_slot(struct walk *walk, const ProtobufCFieldDescriptor *field, ProtobufCMessage **slot,
                      size_t field_size, size_t row_size)
{
    if (field->descriptor == &duban__personal__descriptor)
        return walk->visit(walk, (Duban__Personal **) slot);
    return walk_message(walk, *slot, field_size, row_size);
}

static bool walk_list(struct walk *walk, const ProtobufCFieldDescriptor *field, ProtobufCMessage **list, size_t count,
                      size_t field_size, size_t row_size)
{
    char index[24];

    for (size_t i = 0; i < count; i++) {
        snprintf(index, sizeof index, "[%zu]", i);
        if (!walk_slot(walk, field, &list[i], append(walk->field, field_size, index, ""),
                       row_size == 0 ? 0 : append(walk->row, row_size, index, "")))
            return false;
    }
    return true;
}

static bool walk_field(struct walk *walk, const ProtobufCFieldDescriptor *field, ProtobufCMessage *message,
                       size_t field_size, size_t row_size)
{
    char *base = (char *) message;
    ProtobufCMessage **slot = (ProtobufCMessage **) (void *) (base + field->offset);

    field_size = append(walk->field, field_size, ".", field->name);
    if (row_size != 0)
        row_size = append(walk->row, row_size, "/", field->name);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return walk_list(walk, field, *(ProtobufCMessage ***) (void *) slot,
                         *(size_t *) (void *) (base + field->quantifier_offset), field_size, row_size);
    return *slot == NULL || walk_slot(walk, field, slot, field_size, row_size);
}

/* Of a oneof, only the member that is set may be touched. */
static bool is_set(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message)
{
    const char *base = (const char *) message;

    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
        return true;
    return *(const uint32_t *) (const void *) (base + field->quantifier_offset) == field->id;
}

static bool walk_message(struct walk *walk, ProtobufCMessage *message, size_t field_size, size_t row_size)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;

    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];

        if (field->type == PROTOBUF_C_TYPE_MESSAGE && is_set(field, message) &&
            !walk_field(walk, field, message, field_size, row_size))
            return false;
    }
    return true;
}

static bool walk_entry(struct walk *walk, const Duban__Entry *entry)
{
    const ProtobufCFieldDescriptor *kind =
        protobuf_c_message_descriptor_get_field(&duban__entry__descriptor, (unsigned) entry->body_case);
    const char *code = code_of(entry);
    size_t field_size = append(walk->field, 0, "", kind->name);
    size_t row_size = 0;

    if (code != NULL)
        row_size = append(walk->row, append(walk->row, 0, "", kind->name), "/", code);
    /* All members of the union are pointers to messages. */
    return walk_message(walk, (ProtobufCMessage *) entry->report, field_size, row_size);
}

/* ---------------------------------------------------------------- tokens */

static bool find_token(const struct walk *walk, uint8_t token[TOKEN_BYTES])
{
    struct bytes value;

    if (walk->row[0] == '\0' || !store_get(walk->txn, TABLE_VAULT_SUBJECT, bytes_of_text(walk->row), &value))
        return false;
    assert(value.size == TOKEN_BYTES);
    memcpy(token, value.data, TOKEN_BYTES);
    return true;
}

static void make_token(const struct walk *walk, uint8_t token[TOKEN_BYTES])
{
    struct bytes parts[] = {
        bytes_of_text(walk->subject.account),
        bytes_of(walk->subject.client_id, ID_BYTES),
        bytes_of_text(walk->field),
    };

    digest_of_parts(token, TOKEN_BYTES, bytes_of(NULL, 0), parts, sizeof parts / sizeof parts[0]);
    if (walk->row[0] != '\0')
        store_put(walk->txn, TABLE_VAULT_SUBJECT, bytes_of_text(walk->row), bytes_of(token, TOKEN_BYTES));
}

static bool allow(struct walk *walk, Duban__Personal **slot)
{
    uint8_t token[TOKEN_BYTES];

    if ((*slot)->value_case != DUBAN__PERSONAL__VALUE_TOKEN)
        return true;
    if (find_token(walk, token) && (*slot)->token.len == TOKEN_BYTES &&
        memcmp(token, (*slot)->token.data, TOKEN_BYTES) == 0)
        return true;
    return fault_set(walk->fault, walk->field, "这个代号不属于此人的这一项，请填明文(clear)",
                     "this token was not given to this field of this subject; give the text (clear)");
}

/* An empty text clears the field, and what was known of it. */
static void forget(struct walk *walk, Duban__Personal **slot)
{
    uint8_t token[TOKEN_BYTES];

    if (find_token(walk, token))
        store_delete(walk->txn, TABLE_VAULT_TEXT, bytes_of(token, sizeof token));
    *slot = NULL;
    walk->changed = true;
}

static bool holds(const struct walk *walk, const uint8_t token[TOKEN_BYTES], const char *text)
{
    struct bytes value;

    return store_get(walk->txn, TABLE_VAULT_TEXT, bytes_of(token, TOKEN_BYTES), &value) && bytes_equal(value, bytes_of_text(text));
}

static bool take(struct walk *walk, Duban__Personal **slot)
{
    Duban__Personal *personal = *slot;
    uint8_t *token;

    if (personal->value_case != DUBAN__PERSONAL__VALUE_CLEAR) {
        walk->changed |= personal->changed;   /* somebody has read an entry and submits it again: it changes nothing now */
        personal->changed = false;
        return true;
    }
    if (personal->clear[0] == '\0') {
        forget(walk, slot);
        return true;
    }
    token = arena_take(walk->arena, TOKEN_BYTES);
    assert(token != NULL);
    if (!find_token(walk, token))
        make_token(walk, token);
    personal->changed = !holds(walk, token, personal->clear);
    store_put(walk->txn, TABLE_VAULT_TEXT, bytes_of(token, TOKEN_BYTES), bytes_of_text(personal->clear));
    personal->value_case = DUBAN__PERSONAL__VALUE_TOKEN;
    personal->token = (ProtobufCBinaryData){ .len = TOKEN_BYTES, .data = token };
    walk->changed = true;
    return true;
}

static bool blank(struct walk *walk, Duban__Personal **slot)
{
    (void) walk;
    if ((*slot)->value_case == DUBAN__PERSONAL__VALUE_CLEAR)
        *slot = NULL;
    return true;
}

bool vault_allows(struct store_txn *txn, const Duban__Entry *entry, struct fault *fault)
{
    struct walk walk = { .visit = allow, .txn = txn, .fault = fault };

    return walk_entry(&walk, entry);
}

bool vault_take(struct store_txn *txn, struct arena *arena, struct vault_subject subject, Duban__Entry *entry)
{
    struct walk walk = { .visit = take, .txn = txn, .arena = arena, .subject = subject };

    walk_entry(&walk, entry);
    return walk.changed;
}

void vault_blank(Duban__Entry *entry)
{
    struct walk walk = { .visit = blank };

    walk_entry(&walk, entry);
}

bool vault_forget(struct store_txn *txn, const uint8_t token[TOKEN_BYTES])
{
    return store_delete(txn, TABLE_VAULT_TEXT, bytes_of(token, TOKEN_BYTES));
}

/* ---------------------------------------------------------------- asking */

static void note_access(struct vault *vault, struct store_txn *txn, const uint8_t token[TOKEN_BYTES],
                        const Duban__VaultRead *question, int64_t now_ms)
{
    uint8_t key[8];
    uint8_t row[LOG_HEADER_BYTES + 32];
    size_t size = strlen(question->on_behalf_of);

    assert(size <= sizeof row - LOG_HEADER_BYTES);   /* a code */
    put_u64(key, ++vault->last_access);
    put_u64(row, (uint64_t) now_ms);
    row[8] = (uint8_t) question->purpose;
    memcpy(row + 9, token, TOKEN_BYTES);
    memcpy(row + LOG_HEADER_BYTES, question->on_behalf_of, size);
    store_append(txn, TABLE_VAULT_LOG, bytes_of(key, sizeof key), bytes_of(row, LOG_HEADER_BYTES + size));
}

Duban__VaultRow *vault_read(struct vault *vault, struct store_txn *txn, struct arena *arena,
                            const uint8_t token[TOKEN_BYTES], const Duban__VaultRead *question, int64_t now_ms)
{
    Duban__VaultRow *row = arena_take(arena, sizeof *row);
    uint8_t *own_token = arena_take(arena, TOKEN_BYTES);
    struct bytes value;

    if (row == NULL || own_token == NULL)
        return NULL;
    note_access(vault, txn, token, question, now_ms);
    duban__vault_row__init(row);
    memcpy(own_token, token, TOKEN_BYTES);
    row->token = (ProtobufCBinaryData){ .len = TOKEN_BYTES, .data = own_token };
    row->forgotten = !store_get(txn, TABLE_VAULT_TEXT, bytes_of(token, TOKEN_BYTES), &value);
    if (!row->forgotten)
        row->clear = arena_copy(arena, value.data, value.size);
    return row->clear == NULL ? NULL : row;
}
