/* queries_ledger.c - receipts as they were written, in pages: whoever asks walks the chain himself. */
#include "message.h"
#include "notify.h"

enum { ANSWER_MOST_BYTES_OF_RECEIPTS = 512 * 1024 };

struct receipts_page {
    struct question *question;
    struct store_txn txn;
    Duban__LedgerRows rows;
    size_t limit;
    size_t bytes;
};

static bool is_full(const struct receipts_page *page)
{
    return page->rows.n_rows == page->limit || page->bytes > ANSWER_MOST_BYTES_OF_RECEIPTS;
}

static ProtobufCBinaryData binary_of(struct arena *arena, const void *data, size_t size)
{
    uint8_t *copy = (uint8_t *) arena_copy(arena, data, size);

    return (ProtobufCBinaryData){ copy != NULL ? size : 0, copy };
}

/* False without memory, or when it is damaged. */
static bool add_row(struct receipts_page *page, struct bytes value)
{
    struct arena *arena = &page->question->notify->queries.arena;
    Duban__LedgerRow *row = arena_take(arena, sizeof *row);

    if (row == NULL || value.size < DIGEST_BYTES)
        return false;
    duban__ledger_row__init(row);
    row->chain = binary_of(arena, value.data, DIGEST_BYTES);
    row->record = binary_of(arena, (const uint8_t *) value.data + DIGEST_BYTES, value.size - DIGEST_BYTES);
    page->rows.rows[page->rows.n_rows++] = row;
    page->bytes += value.size;
    return true;
}

static void go_on_from(struct receipts_page *page, uint64_t number)
{
    uint8_t key[8];

    put_u64(key, number);
    page->question->reply.next = binary_of(&page->question->notify->queries.arena, key, sizeof key);
}

/* All, from the first on. */
static void list_all(struct receipts_page *page, uint64_t from)
{
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t first[8];
    bool more;

    put_u64(first, from);
    store_cursor_open(&cursor, &page->txn, TABLE_LEDGER);
    more = store_seek(&cursor, bytes_of(first, sizeof first), &key, &value);
    while (more && !is_full(page) && add_row(page, value))
        more = store_next(&cursor, &key, &value);
    if (more && is_full(page))
        go_on_from(page, get_u64(key.data));
    store_cursor_close(&cursor);
}

/* Of one notice, from the newest back. A link that does not lead back ends it: a damaged one must not go in circles. */
static void list_back(struct receipts_page *page, uint64_t number)
{
    while (number != 0) {
        uint8_t key[8];
        struct bytes value;
        const Duban__DeliveryReceipt *receipt;
        uint64_t before;

        if (is_full(page)) {
            go_on_from(page, number);
            return;
        }
        put_u64(key, number);
        if (!store_get(&page->txn, TABLE_LEDGER, bytes_of(key, sizeof key), &value) || !add_row(page, value))
            return;
        receipt = message_unpack_own(&page->question->notify->queries.arena, &duban__delivery_receipt__descriptor,
                                     bytes_of((const uint8_t *) value.data + DIGEST_BYTES, value.size - DIGEST_BYTES));
        before = receipt != NULL ? receipt->before : 0;
        number = before < number ? before : 0;
    }
}

static uint64_t newest_of(struct receipts_page *page, uint64_t notice)
{
    struct delivery delivery;

    return state_get_delivery(&page->txn, notice, &delivery) ? delivery.receipt_last : 0;
}

void queries_ledger(struct question *question, const Duban__LedgerQuery *ledger)
{
    const struct head *head = &question->notify->state.committed;
    ProtobufCBinaryData after = question->query->after;
    struct receipts_page page = { .question = question, .limit = query_rows(question->query->limit) };
    uint64_t from = after.len == 8 ? get_u64(after.data) : 0;

    duban__ledger_rows__init(&page.rows);
    page.rows.rows = arena_take_pointers(&question->notify->queries.arena, page.limit);
    if (page.rows.rows == NULL)
        return;
    store_begin(&page.txn, &question->notify->state.store, STORE_READ);
    if (ledger->notice == 0)
        list_all(&page, from);
    else
        list_back(&page, from != 0 ? from : newest_of(&page, ledger->notice));
    store_abort(&page.txn);
    page.rows.last = head->ledger_last;
    page.rows.chain = (ProtobufCBinaryData){ DIGEST_BYTES, (uint8_t *) head->ledger_chain };
    question->reply.body_case = DUBAN__REPLY__BODY_LEDGER;
    question->reply.ledger = &page.rows;
    queries_reply(question);
}
