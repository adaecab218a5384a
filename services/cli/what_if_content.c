/* what_if_content.c - what an id stands for, said so that two runs of one journal say the same. */
#include "what_if.h"

#include <string.h>

#include "about.h"
#include "engine_kind.h"

static void *row_of(struct arena *arena, struct store_txn *txn, int table, struct bytes key, const ProtobufCMessageDescriptor *type)
{
    struct bytes value;

    return store_get(txn, table, key, &value) ? state_unpack(arena, type, value) : NULL;
}

static bool same_text(const char *one, const char *other)
{
    return strcmp(one, other) == 0;
}

/* ---------------------------------------------------------------- subjects of one entry */

/* Indices of what is no case count down from the highest. */
static bool is_opened_earlier(const Duban__Subject *one, const Duban__Subject *other)
{
    return get_u16(one->id.data + 8) > get_u16(other->id.data + 8);
}

static const char *item_of(const Duban__Subject *subject)
{
    const struct subject_kind *kind = subject_kind((int) subject->kind);

    return kind->item == NULL ? "" : kind->item(subject);
}

static bool is_alike(const Duban__Subject *one, const Duban__Subject *other)
{
    return one->kind == other->kind && same_text(one->site, other->site) && same_text(one->area, other->area) &&
           same_text(item_of(one), item_of(other));
}

/* Rows of a table by the ids of that entry, one after the other; at has size 0 first. */
static void *next_of_entry(struct arena *arena, struct store_cursor *cursor, uint64_t sequence, bool *begun,
                           const ProtobufCMessageDescriptor *type)
{
    struct bytes key, value;
    uint8_t prefix[8];
    bool found;

    put_u64(prefix, sequence);
    found = *begun ? store_next(cursor, &key, &value) : store_seek(cursor, bytes_of(prefix, sizeof prefix), &key, &value);
    *begun = true;
    if (!found || key.size != ID_BYTES || memcmp(key.data, prefix, sizeof prefix) != 0)
        return NULL;
    return state_unpack(arena, type, value);
}

static uint32_t ordinal_of(struct arena *arena, struct store_txn *txn, const Duban__Subject *subject)
{
    uint64_t sequence = get_u64(subject->id.data);
    struct store_cursor cursor;
    const Duban__Subject *other;
    uint32_t ordinal = 0;
    bool begun = false;

    store_cursor_open(&cursor, txn, TABLE_SUBJECT);
    while ((other = next_of_entry(arena, &cursor, sequence, &begun, &duban__subject__descriptor)) != NULL)
        if (is_alike(other, subject) && is_opened_earlier(other, subject))
            ordinal++;
    store_cursor_close(&cursor);
    return ordinal;
}

/* ---------------------------------------------------------------- content */

struct content content_of_case(struct arena *arena, struct store_txn *txn, const void *row)
{
    const Duban__Case *case_ = row;

    (void) arena;
    (void) txn;
    return (struct content){ .sequence = get_u64(case_->id.data), .site = case_->site, .area = "", .item = case_->item };
}

struct content content_of_subject(struct arena *arena, struct store_txn *txn, const void *row)
{
    const Duban__Subject *subject = row;

    return (struct content){ .sequence = get_u64(subject->id.data), .sort = get_u16(subject->id.data + 10),
                             .ordinal = ordinal_of(arena, txn, subject), .site = subject->site, .area = subject->area,
                             .item = item_of(subject) };
}

struct content content_of_id(struct arena *arena, struct store_txn *txn, const ProtobufCBinaryData *id)
{
    struct bytes key = bytes_of(id->data, id->len);
    struct content content = { .site = "", .area = "", .item = "" };
    const Duban__Case *case_;
    const Duban__Subject *subject;

    if (id->len != ID_BYTES)
        return content;
    if (is_id_of_case(id) && (case_ = row_of(arena, txn, TABLE_CASE, key, &duban__case__descriptor)) != NULL)
        return content_of_case(arena, txn, case_);
    if (is_id_of_subject(id) && (subject = row_of(arena, txn, TABLE_SUBJECT, key, &duban__subject__descriptor)) != NULL)
        return content_of_subject(arena, txn, subject);
    content.sequence = get_u64(id->data);
    content.sort = get_u16(id->data + 10);
    content.ordinal = get_u32(id->data + 12);
    return content;
}

/* ---------------------------------------------------------------- counterparts */

static const Duban__Case *newest_at(struct what_if *what_if, enum run run, const Duban__Case *place)
{
    struct store_txn *txn = &what_if->runs[run].state.txn;
    uint8_t key[STATE_KEY_BYTES];
    struct bytes id;

    if (!store_get(txn, TABLE_CASE_BY_PLACE, bytes_of(key, key_of_place(key, place->site, place->item)), &id))
        return NULL;
    return row_of(&what_if->arena, txn, TABLE_CASE, id, &duban__case__descriptor);
}

static const Duban__Case *opened_alike(struct what_if *what_if, const Duban__Case *case_)
{
    struct store_cursor cursor;
    const Duban__Case *other;
    bool begun = false;

    store_cursor_open(&cursor, &what_if->runs[AFTER].state.txn, TABLE_CASE);
    while ((other = next_of_entry(&what_if->arena, &cursor, get_u64(case_->id.data), &begun, &duban__case__descriptor)) != NULL)
        if (same_text(other->site, case_->site) && same_text(other->item, case_->item))
            break;
    store_cursor_close(&cursor);
    return other;
}

/* Whoever acts on the newest case of a place means that one, whether it came back there or was opened anew. */
bool counterpart_of_case(struct what_if *what_if, const Duban__Case *case_, uint8_t id[ID_BYTES])
{
    const Duban__Case *newest = newest_at(what_if, BEFORE, case_);
    const Duban__Case *counterpart;

    if (newest != NULL && memcmp(newest->id.data, case_->id.data, ID_BYTES) == 0)
        counterpart = newest_at(what_if, AFTER, case_);
    else
        counterpart = opened_alike(what_if, case_);
    if (counterpart != NULL)
        memcpy(id, counterpart->id.data, ID_BYTES);
    return counterpart != NULL;
}

bool counterpart_of_subject(struct what_if *what_if, const Duban__Subject *subject, uint8_t id[ID_BYTES])
{
    struct store_txn *txn = &what_if->runs[AFTER].state.txn;
    uint32_t ordinal = ordinal_of(&what_if->arena, &what_if->runs[BEFORE].state.txn, subject);
    struct store_cursor cursor;
    const Duban__Subject *other;
    bool begun = false, found = false;

    store_cursor_open(&cursor, txn, TABLE_SUBJECT);
    while (!found && (other = next_of_entry(&what_if->arena, &cursor, get_u64(subject->id.data), &begun,
                                            &duban__subject__descriptor)) != NULL) {
        found = is_alike(other, subject) && ordinal_of(&what_if->arena, txn, other) == ordinal;
        if (found)
            memcpy(id, other->id.data, ID_BYTES);
    }
    store_cursor_close(&cursor);
    return found;
}
