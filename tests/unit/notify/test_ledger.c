/* test_ledger.c - a receipt for each attempt and each grade, chained; data of before goes on without. */
#include "asking.h"
#include "server.h"

#define GRADE(name) DUBAN__GRADE__GRADE_##name
#define VERDICT(name) DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_##name

enum { RECEIPTS_MOST = 64, LEDGER_OF_HEAD_BYTES = 8 + DIGEST_BYTES,
       RECEIPT_AT = 1 + 1 + 1 + 1 + 4 + 4 * 8 + 4 + 1 + TOKEN_BYTES + 8 };   /* in the row of a delivery */

struct posting {
    struct asking a;
    struct server server;
    struct sample s;
};

static void setup_posting(struct posting *p)
{
    server_open(&p->server);
    setup_asking(&p->a);
    sample_init(&p->s);
    to_webhook(&p->s);
    know_address(&p->a.f, p->s.token, p->server.address);
    push_texts(&p->a.f);
    apply(&p->a.f);
}

static void cleanup_posting(struct posting *p)
{
    cleanup_asking(&p->a);
    server_close(&p->server);
}

/* Rows of one notice, newest first; 0 = all. */
static Duban__LedgerRows *rows_of(struct asking *a, uint64_t notice, uint32_t limit, ProtobufCBinaryData *after)
{
    Duban__LedgerQuery which = DUBAN__LEDGER_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    which.notice = notice;
    query.body_case = DUBAN__QUERY__BODY_LEDGER;
    query.ledger = &which;
    query.limit = limit;
    query.after = *after;
    reply = ask(a, &query);
    assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_LEDGER);
    *after = reply->next;
    return reply->ledger;
}

static Duban__DeliveryReceipt *receipt_in(struct asking *a, const Duban__LedgerRow *row)
{
    Duban__DeliveryReceipt *receipt = message_unpack(&a->arena, &duban__delivery_receipt__descriptor,
                                                     bytes_of(row->record.data, row->record.len), 1 << 16, NULL);

    assert_non_null(receipt);
    return receipt;
}

/* All receipts in order; their chain is walked on the way. */
static size_t all_receipts(struct asking *a, Duban__DeliveryReceipt *receipts[RECEIPTS_MOST])
{
    ProtobufCBinaryData after = { 0 };
    uint8_t chain[DIGEST_BYTES] = { 0 };
    Duban__LedgerRows *rows;
    size_t count = 0;

    do {
        rows = rows_of(a, 0, 2, &after);   /* in small pages */
        for (size_t i = 0; i < rows->n_rows; i++) {
            assert_true(count < RECEIPTS_MOST);
            digest_chain(chain, bytes_of(rows->rows[i]->record.data, rows->rows[i]->record.len));
            assert_int_equal(rows->rows[i]->chain.len, DIGEST_BYTES);
            assert_memory_equal(rows->rows[i]->chain.data, chain, DIGEST_BYTES);
            receipts[count] = receipt_in(a, rows->rows[i]);
            count++;
            assert_int_equal(receipts[count - 1]->number, count);
        }
    } while (after.len > 0);
    assert_int_equal(rows->last, count);
    assert_memory_equal(rows->chain.data, chain, DIGEST_BYTES);
    return count;
}

static void each_attempt_leaves_one_receipt_with_the_providers_answer(void **state)
{
    struct posting p;
    Duban__DeliveryReceipt *receipts[RECEIPTS_MOST];
    ProtobufCBinaryData after = { 0 };
    Duban__LedgerRows *rows;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, STATUS("500 Oops"));
    server_says(&p.server, OK);
    sequence = take_notice(&p.a.f, &p.s);
    UNTIL(&p.a.f, delivery_of(&p.a.f, sequence).attempts == 1);
    at(&p.a.f, 6);
    UNTIL_IDLE(&p.a.f);
    assert_int_equal(all_receipts(&p.a, receipts), 2);
    assert_int_equal(receipts[0]->notice, sequence);
    assert_int_equal(receipts[0]->attempt, 1);
    assert_int_equal(receipts[0]->verdict, VERDICT(LATER));
    assert_int_equal(receipts[0]->grade, GRADE(UNSPECIFIED));
    assert_string_equal(receipts[0]->detail, "HTTP 500");
    assert_int_equal(receipts[0]->before, 0);
    assert_int_equal(receipts[1]->attempt, 2);
    assert_int_equal(receipts[1]->verdict, VERDICT(ACCEPTED));
    assert_int_equal(receipts[1]->grade, GRADE(DELIVERED));
    assert_string_equal(receipts[1]->channel, "webhook");
    assert_string_equal(receipts[1]->detail, "HTTP 200: ok");
    assert_int_equal(receipts[1]->at_ms, p.a.f.clock_ms);
    assert_int_equal(receipts[1]->before, 1);
    rows = rows_of(&p.a, sequence, 1, &after);   /* newest first, page by page */
    assert_int_equal(rows->n_rows, 1);
    assert_int_equal(receipt_in(&p.a, rows->rows[0])->number, 2);
    rows = rows_of(&p.a, sequence, 1, &after);
    assert_int_equal(receipt_in(&p.a, rows->rows[0])->number, 1);
    assert_int_equal(after.len, 0);
    cleanup_posting(&p);
}

static void a_line_of_the_spool_leaves_one_receipt_and_the_chain_goes_on_after_a_start(void **state)
{
    struct posting p;
    Duban__DeliveryReceipt *receipts[RECEIPTS_MOST];

    (void) state;
    setup_posting(&p);
    p.s.recipient.channel = "spool";
    (void) take_notice(&p.a.f, &p.s);
    UNTIL_IDLE(&p.a.f);
    assert_int_equal(all_receipts(&p.a, receipts), 1);
    zmq_close(p.a.socket);
    restart(&p.a.f);
    connect_asking(&p.a);
    (void) take_notice(&p.a.f, &p.s);
    UNTIL_IDLE(&p.a.f);
    assert_int_equal(all_receipts(&p.a, receipts), 2);
    assert_int_equal(receipts[1]->attempt, 1);
    assert_int_equal(receipts[1]->verdict, VERDICT(ACCEPTED));
    assert_int_equal(receipts[1]->grade, GRADE(DELIVERED));
    assert_string_equal(receipts[1]->channel, "spool");
    cleanup_posting(&p);
}

/* Dead without an attempt, settled by somebody; and what the house says of it. */
static void a_grade_without_an_attempt_has_a_receipt_of_its_own(void **state)
{
    struct posting p;
    Duban__DeliveryReceipt *receipts[RECEIPTS_MOST];
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    p.s.notice.expires_at_s = START_S - 1;
    sequence = take_notice(&p.a.f, &p.s);
    UNTIL_IDLE(&p.a.f);
    push_settled(&p.a.f, sequence);
    apply(&p.a.f);
    UNTIL_IDLE(&p.a.f);
    assert_int_equal(all_receipts(&p.a, receipts), 3);
    assert_int_equal(receipts[0]->attempt, 0);
    assert_int_equal(receipts[0]->verdict, VERDICT(UNSPECIFIED));
    assert_int_equal(receipts[0]->grade, GRADE(DEAD));
    assert_string_equal(receipts[0]->detail, "expired");
    assert_true((receipts[1]->notice & HOUSE_BIT) != 0);
    assert_int_equal(receipts[1]->grade, GRADE(DELIVERED));
    assert_int_equal(receipts[2]->grade, GRADE(SETTLED));
    assert_string_equal(receipts[2]->detail, "clerk: 已电话告知");
    assert_int_equal(receipts[2]->before, 1);
    cleanup_posting(&p);
}

/* The head and a delivery as they were before there was a ledger. */
static void data_of_before_goes_on_and_its_ledger_begins(void **state)
{
    struct posting p;
    struct store_txn txn;
    struct bytes value;
    uint8_t head[512], row[2048], key[8];
    struct delivery delivery;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    p.s.recipient.channel = "spool";
    sequence = take_notice(&p.a.f, &p.s);
    UNTIL_IDLE(&p.a.f);
    put_u64(key, sequence);
    store_begin(&txn, &p.a.f.notify->state.store, STORE_WRITE);
    assert_true(store_get(&txn, TABLE_META, bytes_of_text("head"), &value));
    memcpy(head, value.data, value.size);
    head[0] = 2;
    store_put(&txn, TABLE_META, bytes_of_text("head"), bytes_of(head, value.size - LEDGER_OF_HEAD_BYTES));
    assert_true(store_get(&txn, TABLE_DELIVERY, bytes_of(key, sizeof key), &value));
    memcpy(row, value.data, RECEIPT_AT);
    memcpy(row + RECEIPT_AT, (const uint8_t *) value.data + RECEIPT_AT + 8, value.size - RECEIPT_AT - 8);
    row[0] = 3;
    assert_true(state_read_delivery(bytes_of(row, value.size - 8), sequence, &delivery));
    assert_int_equal(delivery.receipt_last, 0);
    assert_int_equal(delivery.state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_DELIVERED);
    assert_int_equal(store_commit(&txn), 0);
    zmq_close(p.a.socket);
    p.a.socket = NULL;
    restart(&p.a.f);
    assert_int_equal(p.a.f.notify->state.head.ledger_last, 0);
    assert_int_equal(p.a.f.notify->state.head.cursor, sequence);
    assert_int_equal(p.a.f.notify->state.head.delivered, 1);
    cleanup(&p.a.f);
    arena_close(&p.a.arena);
    server_close(&p.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_attempt_leaves_one_receipt_with_the_providers_answer),
        cmocka_unit_test(a_line_of_the_spool_leaves_one_receipt_and_the_chain_goes_on_after_a_start),
        cmocka_unit_test(a_grade_without_an_attempt_has_a_receipt_of_its_own),
        cmocka_unit_test(data_of_before_goes_on_and_its_ledger_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
