/* queries_conflicts.c - what was refused because its id had brought something else before, beside
 * what stands. Rows lie in the arena of the question until the answer is sent. */
#include <string.h>

#include "conflict.h"
#include "message.h"
#include "queries.h"

enum { MAX_REPLY_BYTES = 512 * 1024 };

/* One page while it is gathered. */
struct page {
    struct asking *asking;
    struct store_txn txn;
    bool with_entries;
    size_t limit;
    size_t bytes;              /* looked at so far */
    Duban__ConflictRows rows;
};

/* The record there; false when the journal does not hold it. */
static bool read_record(struct store_txn *txn, uint64_t sequence, struct record *record)
{
    struct bytes value;
    uint8_t key[8];

    put_u64(key, sequence);
    return store_get(txn, TABLE_JOURNAL, bytes_of(key, sizeof key), &value) && record_unpack(record, value);
}

/* Its field in Entry; empty when this version cannot read it. */
static const char *kind_of(struct ingest *ingest, struct bytes payload)
{
    const ProtobufCFieldDescriptor *field;
    const Duban__Entry *entry;

    arena_reset(&ingest->answers);
    entry = message_unpack_own(&ingest->answers, &duban__entry__descriptor, payload);
    if (entry == NULL)
        return "";
    field = protobuf_c_message_descriptor_get_field(&duban__entry__descriptor, entry->body_case);
    return field == NULL ? "" : field->name;
}

static bool copy_bytes(struct arena *arena, const void *data, size_t size, ProtobufCBinaryData *copy)
{
    copy->data = (uint8_t *) arena_copy(arena, data, size);
    copy->len = copy->data == NULL ? 0 : size;
    return copy->data != NULL;
}

static bool fill_row(struct page *page, const struct conflict *conflict, Duban__Conflict *row)
{
    struct ingest *ingest = page->asking->ingest;
    struct record standing = { .stamp_ms = 0 };
    bool stands = read_record(&page->txn, conflict->sequence, &standing);

    duban__conflict__init(row);
    row->sequence = conflict->sequence;
    row->stamp_ms = standing.stamp_ms;
    row->refused_ms = conflict->refused_ms;
    row->account = (char *) arena_copy(&ingest->arena, conflict->account, strlen(conflict->account));
    row->kind = (char *) (stands ? kind_of(ingest, standing.payload) : "");
    row->refused_kind = (char *) kind_of(ingest, conflict->payload);
    page->bytes += conflict->payload.size + standing.payload.size;
    if (row->account == NULL || !copy_bytes(&ingest->arena, conflict->client_id, ID_BYTES, &row->client_id))
        return false;
    if (!page->with_entries)
        return true;
    return copy_bytes(&ingest->arena, standing.payload.data, standing.payload.size, &row->entry) &&
           copy_bytes(&ingest->arena, conflict->payload.data, conflict->payload.size, &row->refused_entry);
}

static bool add_row(struct page *page, const struct conflict *conflict)
{
    Duban__Conflict *row = arena_take(&page->asking->ingest->arena, sizeof *row);

    if (row == NULL || !fill_row(page, conflict, row))
        return false;
    page->rows.rows[page->rows.n_rows++] = row;
    return true;
}

/* False when memory is out. */
static bool gather(struct page *page, struct conflict_walk *walk, Duban__Reply *reply)
{
    struct arena *arena = &page->asking->ingest->arena;
    struct conflict conflict;

    page->rows.rows = (Duban__Conflict **) arena_take_pointers(arena, page->limit);
    if (page->rows.rows == NULL)
        return false;
    while (conflict_walk_next(walk, &conflict)) {
        if (!add_row(page, &conflict))
            return false;
        if (page->rows.n_rows == page->limit || page->bytes > MAX_REPLY_BYTES)
            return copy_bytes(arena, walk->place, walk->place_size, &reply->next);
    }
    return true;
}

static void answer_page(struct page *page, const struct submission_key *only)
{
    const ProtobufCBinaryData *after = &page->asking->query->after;
    Duban__Reply reply = DUBAN__REPLY__INIT;
    struct conflict_walk walk;
    bool gathered;

    if (!conflict_walk_open(&walk, &page->txn, only, bytes_of(after->data, after->len))) {
        queries_refuse(page->asking, "after", "翻页位置不对，请从头再问", "this is no place in a listing; ask from the beginning");
        return;
    }
    gathered = gather(page, &walk, &reply);
    conflict_walk_close(&walk);
    if (!gathered) {
        queries_refuse(page->asking, "limit", "一次要的太多，请减少行数", "too much at once: ask for fewer rows");
        return;
    }
    reply.body_case = DUBAN__REPLY__BODY_CONFLICTS;
    reply.conflicts = &page->rows;
    queries_answer(page->asking, &reply);
}

static void answer_one(struct page *page, uint64_t sequence)
{
    struct submission_key key;
    struct record standing;

    if (!read_record(&page->txn, sequence, &standing)) {
        queries_refuse(page->asking, "conflicts.sequence", "日志里没有这个序号；duban conflicts 列出全部重号提交",
                       "the journal has no such sequence; duban conflicts lists all conflicts");
        return;
    }
    journal_key(&page->asking->ingest->journal, standing.account, standing.client_id, standing.payload, &key);
    page->with_entries = true;
    answer_page(page, &key);
}

void queries_on_conflicts(struct asking *asking, const Duban__ConflictsQuery *wanted)
{
    struct page page = { .asking = asking, .limit = query_rows(asking->query->limit), .rows = DUBAN__CONFLICT_ROWS__INIT };

    store_begin(&page.txn, &asking->ingest->store, STORE_READ);
    if (wanted->sequence != 0)
        answer_one(&page, wanted->sequence);
    else
        answer_page(&page, NULL);
    store_abort(&page.txn);
}
