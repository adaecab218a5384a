/* listings.c - deliveries and dead letters, in pages. */
#include "message.h"
#include "notify.h"

enum { ANSWER_MOST_BYTES_OF_ROWS = 512 * 1024, NOTICES_MOST = 256 };

/* Rows of an answer, gathered within the limits of one page. */
struct page {
    struct question *question;
    struct store_txn txn;
    Duban__Delivery **rows;
    size_t count;
    size_t limit;
    size_t bytes;
};

static bool open_page(struct page *page, struct question *question)
{
    memset(page, 0, sizeof *page);
    page->question = question;
    page->limit = query_rows(question->query->limit);
    page->rows = arena_take(&question->notify->queries.arena, page->limit * sizeof(Duban__Delivery *));
    return page->rows != NULL;
}

static const char *channel_name(const struct delivery *delivery)
{
    return channel_of(delivery->channel)->name;
}

static Duban__DeliveryState state_shown(struct notify *notify, const struct delivery *delivery)
{
    const struct flight *flight = flights_find(notify, delivery->sequence);

    if (flight != NULL && flight->state == FLIGHT_FLYING)
        return DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING;
    return delivery->state;
}

/* Asked for by number all of them come in one answer: when that is full, without what they say. */
static void add_row(struct page *page, uint64_t sequence)
{
    struct notify *notify = page->question->notify;
    struct arena *arena = &notify->queries.arena;
    struct delivery delivery;
    Duban__Delivery *row;

    if (!state_get_delivery(&page->txn, sequence, &delivery))
        return;
    row = arena_take(arena, sizeof *row);
    if (row == NULL)
        return;
    duban__delivery__init(row);
    row->notice = sequence;
    row->state = state_shown(notify, &delivery);
    row->channel = (char *) channel_name(&delivery);
    row->attempts = delivery.attempts;
    row->next_attempt_ms = delivery.next_ms;
    row->queued_ms = delivery.queued_ms;
    row->done_ms = delivery.done_ms;
    if (row->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED)
        row->expected_ms = expected_ms(notify, &page->txn, &delivery, &row->waits_for);
    row->proves = channel_proves(delivery.channel, &notify->channels.of[delivery.channel]);
    row->detail = arena_copy(arena, delivery.detail, strlen(delivery.detail));
    if (row->detail == NULL)
        row->detail = "";
    page->bytes += DETAIL_BYTES;
    if (delivery.record.size > 0 && page->bytes <= ANSWER_MOST_BYTES_OF_ROWS) {
        Duban__OutboxRecord *outbox = delivery_unpack(arena, &delivery);

        row->what = outbox != NULL ? outbox->notice : NULL;
        page->bytes += delivery.record.size;
    }
    page->rows[page->count++] = row;
}

static void send_page(struct page *page)
{
    Duban__DeliveryRows rows = DUBAN__DELIVERY_ROWS__INIT;

    rows.rows = page->rows;
    rows.n_rows = page->count;
    page->question->reply.body_case = DUBAN__REPLY__BODY_DELIVERIES;
    page->question->reply.deliveries = &rows;
    queries_reply(page->question);
}

static bool is_full(const struct page *page)
{
    return page->count == page->limit || page->bytes > ANSWER_MOST_BYTES_OF_ROWS;
}

/* Rows of an index whose keys end with the sequence; the next page starts with the key that
 * did not fit any more. */
static void list(struct page *page, int table)
{
    struct question *question = page->question;
    ProtobufCBinaryData after = question->query->after;
    struct store_cursor cursor;
    struct bytes key, value;
    bool more;

    store_begin(&page->txn, &question->notify->state.store, STORE_READ);
    store_cursor_open(&cursor, &page->txn, table);
    more = store_seek(&cursor, bytes_of(after.data, after.len), &key, &value);
    while (more && !is_full(page)) {
        uint64_t sequence = get_u64((const uint8_t *) key.data + key.size - 8);

        if ((sequence & HOUSE_BIT) == 0)
            add_row(page, sequence);
        more = store_next(&cursor, &key, &value);
    }
    if (more) {
        question->reply.next.data = (uint8_t *) arena_copy(&question->notify->queries.arena, key.data, key.size);
        question->reply.next.len = question->reply.next.data != NULL ? key.size : 0;
    }
    store_cursor_close(&cursor);
    store_abort(&page->txn);
    send_page(page);
}

void listings_deliveries(struct question *question, const Duban__DeliveriesQuery *deliveries)
{
    struct page page;

    if (!open_page(&page, question))
        return;
    if (deliveries->notice == 0 && deliveries->n_notices == 0) {
        list(&page, TABLE_QUEUE);
        return;
    }
    store_begin(&page.txn, &question->notify->state.store, STORE_READ);
    if (deliveries->notice != 0)
        add_row(&page, deliveries->notice);
    for (size_t i = 0; i < deliveries->n_notices && i < NOTICES_MOST && page.count < page.limit; i++)
        add_row(&page, deliveries->notices[i]);
    store_abort(&page.txn);
    send_page(&page);
}

void listings_dead_letters(struct question *question)
{
    struct page page;

    if (open_page(&page, question))
        list(&page, TABLE_DEAD);
}
