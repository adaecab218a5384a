/* test_handset.c - what a gateway tells of the device: received, or lost and then another way or a dead letter. */
#include "fixture.h"
#include "server.h"

#define GRADE(name) DUBAN__GRADE__GRADE_##name
#define STATE(name) DUBAN__DELIVERY_STATE__DELIVERY_STATE_##name

/* A gateway: where messages go, and where it is asked for receipts; and a webhook. */
struct texting {
    struct fixture f;
    struct server gateway, receipts, hook;
    struct sample s;
    Duban__Way way;
    Duban__Way *ways[1];
    uint8_t hook_token[TOKEN_BYTES];
    char answers[4][512];            /* the servers borrow them */
    size_t answer_count;
};

static void say_json(struct texting *t, struct server *server, const char *json)
{
    char *answer = t->answers[t->answer_count++];

    assert_true(t->answer_count <= sizeof t->answers / sizeof t->answers[0]);
    (void) snprintf(answer, sizeof t->answers[0], "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                    strlen(json), json);
    server_says(server, answer);
}

static void setup_texting(struct texting *t)
{
    char lines[1024];

    t->answer_count = 0;
    memset(t->hook_token, 0x77, sizeof t->hook_token);
    server_open(&t->gateway);
    server_open(&t->receipts);
    server_open(&t->hook);
    prepare(&t->f);
    (void) snprintf(lines, sizeof lines,
                    "  sms:\n    url: \"%s&to={phone}&text={text}\"\n    code_at: /code\n    code_ok: \"0\"\n"
                    "    reference_at: /id\n"
                    "    receipts: {url: \"%s\", every: 1s, at: /data, reference_at: /id, code_at: /status, delivered: DELIVRD}\n",
                    t->gateway.address, t->receipts.address);
    write_channels(&t->f, lines);
    start(&t->f);
    tail(&t->f);
    sample_init(&t->s);
    t->s.recipient.channel = "sms";
    t->s.recipient.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, t->s.token };
    know_address(&t->f, t->s.token, "+8613800000000");
    push_texts(&t->f);
    apply(&t->f);
    say_json(t, &t->gateway, "{\"code\":0,\"id\":\"m-1\"}");
}

static void has_a_webhook_too(struct texting *t)
{
    duban__way__init(&t->way);
    t->way.channel = "webhook";
    t->way.address_token = (ProtobufCBinaryData){ TOKEN_BYTES, t->hook_token };
    t->ways[0] = &t->way;
    t->s.recipient.other_ways = t->ways;
    t->s.recipient.n_other_ways = 1;
    know_address(&t->f, t->hook_token, t->hook.address);
}

static void cleanup_texting(struct texting *t)
{
    cleanup(&t->f);
    server_close(&t->gateway);
    server_close(&t->receipts);
    server_close(&t->hook);
}

static uint64_t accepted(struct texting *t)
{
    uint64_t sequence = take_notice(&t->f, &t->s);

    UNTIL(&t->f, fact_of(&t->f, sequence) != NULL);
    assert_int_equal(fact_of(&t->f, sequence)->grade, GRADE(DELIVERED));
    assert_true(delivery_of(&t->f, sequence).awaited);
    t->f.notify->handset.next_ms = 0;   /* it is time to ask */
    return sequence;
}

static Duban__Grade last_grade(struct texting *t, uint64_t sequence)
{
    Duban__DeliveryReceipt *receipt;
    struct store_txn txn;
    struct bytes value;
    uint8_t key[8];
    Duban__Grade grade;

    put_u64(key, delivery_of(&t->f, sequence).receipt_last);
    store_begin(&txn, &t->f.notify->state.store, STORE_READ);
    assert_true(store_get(&txn, TABLE_LEDGER, bytes_of(key, sizeof key), &value));
    receipt = duban__delivery_receipt__unpack(NULL, value.size - DIGEST_BYTES, (const uint8_t *) value.data + DIGEST_BYTES);
    assert_non_null(receipt);
    grade = receipt->grade;
    duban__delivery_receipt__free_unpacked(receipt, NULL);
    store_abort(&txn);
    return grade;
}

static void what_came_to_the_device_is_received(void **state)
{
    struct texting t;
    uint64_t sequence;

    (void) state;
    setup_texting(&t);
    say_json(&t, &t.receipts, "{\"data\":[{\"id\":\"another\",\"status\":\"DELIVRD\"},{\"id\":\"m-1\",\"status\":\"DELIVRD\"}]}");
    sequence = accepted(&t);
    UNTIL(&t.f, facts_about(&t.f, sequence) == 2);
    assert_int_equal(fact_of(&t.f, sequence)->grade, GRADE(RECEIVED));
    assert_string_equal(fact_of(&t.f, sequence)->detail, "receipt m-1: DELIVRD");
    assert_int_equal(delivery_of(&t.f, sequence).state, STATE(RECEIVED));
    assert_int_equal(delivery_of(&t.f, sequence).record.size, 0);
    assert_int_equal(last_grade(&t, sequence), GRADE(RECEIVED));
    assert_int_equal(t.f.notify->state.head.ledger_last, 2);
    t.f.notify->handset.next_ms = 0;
    UNTIL(&t.f, !t.f.notify->handset.perhaps_awaited);   /* nothing waits: nobody is asked any more */
    assert_int_equal(server_requests(&t.receipts), 1);
    cleanup_texting(&t);
}

static void what_was_lost_goes_by_the_next_way_and_is_said_delivered_once(void **state)
{
    struct texting t;
    uint64_t sequence;

    (void) state;
    setup_texting(&t);
    has_a_webhook_too(&t);
    server_says(&t.hook, OK);
    say_json(&t, &t.receipts, "{\"data\":[{\"id\":\"m-1\",\"status\":\"UNDELIV\"}]}");
    sequence = accepted(&t);
    UNTIL(&t.f, server_requests(&t.hook) == 1);
    UNTIL_IDLE(&t.f);
    assert_int_equal(facts_about(&t.f, sequence), 1);
    assert_int_equal(delivery_of(&t.f, sequence).state, STATE(DELIVERED));
    assert_int_equal(delivery_of(&t.f, sequence).channel, CHANNEL_WEBHOOK);
    assert_int_equal(t.f.notify->state.head.delivered, 1);
    assert_int_equal(t.f.notify->state.head.ledger_last, 3);   /* taken, lost, taken by the other */
    cleanup_texting(&t);
}

static void what_was_lost_without_another_way_is_a_dead_letter_that_is_told(void **state)
{
    struct texting t;
    uint64_t sequence;

    (void) state;
    setup_texting(&t);
    say_json(&t, &t.receipts, "{\"data\":[{\"id\":\"m-1\",\"status\":\"UNDELIV\"}]}");
    sequence = accepted(&t);
    restart(&t.f);                       /* what is awaited outlives it */
    UNTIL(&t.f, facts_about(&t.f, sequence) == 2);
    UNTIL_IDLE(&t.f);
    assert_int_equal(fact_of(&t.f, sequence)->grade, GRADE(NOT_RECEIVED));
    assert_int_equal(delivery_of(&t.f, sequence).state, STATE(DEAD));
    assert_int_equal(last_grade(&t, sequence), GRADE(NOT_RECEIVED));
    assert_int_equal(t.f.notify->state.head.dead, 1);
    assert_int_equal(t.f.notify->state.head.delivered, 0);
    assert_int_equal(spool_count_of(&t.f, "delivery_failure", sequence), 1);
    say_json(&t, &t.gateway, "{\"code\":0,\"id\":\"m-2\"}");
    push_resend(&t.f, sequence);
    apply(&t.f);
    UNTIL(&t.f, facts_about(&t.f, sequence) == 3);
    assert_int_equal(fact_of(&t.f, sequence)->grade, GRADE(DELIVERED));
    assert_int_equal(fact_of(&t.f, sequence)->retry, 1);
    cleanup_texting(&t);
}

/* What is done by then is not sent by another way. */
static void what_was_done_meanwhile_goes_nowhere(void **state)
{
    struct texting t;
    uint64_t sequence;

    (void) state;
    setup_texting(&t);
    has_a_webhook_too(&t);
    sequence = accepted(&t);
    push_withdrawal(&t.f, t.s.task, sequence);
    apply(&t.f);
    say_json(&t, &t.receipts, "{\"data\":[{\"id\":\"m-1\",\"status\":\"UNDELIV\"}]}");
    t.f.notify->handset.next_ms = 0;
    UNTIL(&t.f, !delivery_of(&t.f, sequence).awaited);
    UNTIL_IDLE(&t.f);
    assert_int_equal(server_requests(&t.hook), 0);
    assert_int_equal(facts_about(&t.f, sequence), 1);
    assert_int_equal(t.f.notify->state.head.dead, 0);
    cleanup_texting(&t);
}

static void without_a_receipt_in_three_days_none_is_awaited_any_more(void **state)
{
    struct texting t;
    uint64_t sequence;

    (void) state;
    setup_texting(&t);
    say_json(&t, &t.receipts, "{\"data\":[]}");
    sequence = accepted(&t);
    at(&t.f, 4 * 24 * 3600);
    t.f.notify->handset.next_ms = 0;
    UNTIL(&t.f, !delivery_of(&t.f, sequence).awaited);
    assert_int_equal(delivery_of(&t.f, sequence).state, STATE(DELIVERED));
    assert_int_equal(delivery_of(&t.f, sequence).record.size, 0);
    cleanup_texting(&t);
}

static void receipts_that_cannot_be_read_are_said(void **state)
{
    struct texting t;
    uint64_t sequence;

    (void) state;
    setup_texting(&t);
    say_json(&t, &t.receipts, "{\"data\":{\"id\":\"m-1\"}}");
    say_json(&t, &t.receipts, "{\"data\":[{\"id\":\"m-1\",\"status\":\"DELIVRD\"}]}");
    sequence = accepted(&t);
    UNTIL(&t.f, t.f.notify->alarms.count == 1);
    assert_int_equal(t.f.notify->handset.failed, 1);
    t.f.notify->handset.next_ms = 0;
    UNTIL(&t.f, facts_about(&t.f, sequence) == 2);
    assert_int_equal(t.f.notify->alarms.count, 0);
    cleanup_texting(&t);
}

static void receipts_that_were_cut_are_said(void **state)
{
    enum { LONG_BYTES = ANSWER_MOST_BYTES + 1024 };
    static char answer[LONG_BYTES + 256];
    struct texting t;
    int head = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n{\"data\":[",
                        (int) LONG_BYTES);

    (void) state;
    memset(answer + head, ' ', sizeof answer - (size_t) head - 1);
    setup_texting(&t);
    server_says(&t.receipts, answer);
    (void) accepted(&t);
    UNTIL(&t.f, t.f.notify->alarms.count == 1);
    cleanup_texting(&t);
}

static void awaited_no_more_once_nobody_asks(void **state)
{
    struct texting t;
    uint64_t sequence, another;

    (void) state;
    setup_texting(&t);
    say_json(&t, &t.receipts, "{\"data\":[]}");
    sequence = accepted(&t);
    t.f.notify->channels.of[CHANNEL_SMS].sms.receipts_url = NULL;   /* taken out of notify.yaml */
    at(&t.f, 4 * 24 * 3600);
    t.s.recipient.channel = "spool";
    another = take_notice(&t.f, &t.s);
    UNTIL(&t.f, fact_of(&t.f, another) != NULL);
    assert_false(delivery_of(&t.f, sequence).awaited);
    assert_int_equal(delivery_of(&t.f, sequence).record.size, 0);
    cleanup_texting(&t);
}

static void a_number_that_is_given_twice_is_the_later_one_s(void **state)
{
    struct texting t;
    uint64_t first, second;

    (void) state;
    setup_texting(&t);
    say_json(&t, &t.receipts, "{\"data\":[{\"id\":\"m-1\",\"status\":\"DELIVRD\"}]}");
    t.f.notify->channels.of[CHANNEL_SMS].sms.receipts_every_ms = 3600 * 1000;
    first = accepted(&t);
    t.f.notify->handset.next_ms = INT64_MAX;
    second = take_notice(&t.f, &t.s);
    UNTIL(&t.f, fact_of(&t.f, second) != NULL);
    assert_false(delivery_of(&t.f, first).awaited);
    t.f.notify->handset.next_ms = 0;
    UNTIL(&t.f, facts_about(&t.f, second) == 2);
    assert_int_equal(fact_of(&t.f, second)->grade, GRADE(RECEIVED));
    assert_int_equal(facts_about(&t.f, first), 1);
    cleanup_texting(&t);
}

static void the_oldest_awaited_is_found_by_its_time(void **state)
{
    struct fixture f;
    struct store_txn txn;
    struct reference reference;
    char number[REFERENCE_BYTES + 1];

    (void) state;
    setup(&f);
    state_begin(&f.notify->state, &txn);
    state_put_reference(&txn, CHANNEL_SMS, "a", &(struct reference){ 1, 0, 2000 });
    state_put_reference(&txn, CHANNEL_SMS, "b", &(struct reference){ 2, 0, 1000 });
    assert_true(state_find_old_reference(&txn, CHANNEL_SMS, 3000, number, sizeof number, &reference));
    assert_string_equal(number, "b");
    state_delete_reference(&txn, CHANNEL_SMS, "b");
    assert_false(state_find_old_reference(&txn, CHANNEL_SMS, 2000, number, sizeof number, &reference));
    store_delete(&txn, TABLE_AWAITED, bytes_of("\0\0\0\0\0\0\x07\xD0\x06" "a", 10));   /* as a version of before left it */
    assert_int_equal(state_commit(&f.notify->state, &txn), 0);
    f.notify->handset.perhaps_awaited = false;
    restart(&f);
    store_begin(&txn, &f.notify->state.store, STORE_READ);
    assert_true(state_find_old_reference(&txn, CHANNEL_SMS, 3000, number, sizeof number, &reference));
    assert_string_equal(number, "a");
    store_abort(&txn);
    cleanup(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_to_the_device_is_received),
        cmocka_unit_test(what_was_lost_goes_by_the_next_way_and_is_said_delivered_once),
        cmocka_unit_test(what_was_lost_without_another_way_is_a_dead_letter_that_is_told),
        cmocka_unit_test(what_was_done_meanwhile_goes_nowhere),
        cmocka_unit_test(without_a_receipt_in_three_days_none_is_awaited_any_more),
        cmocka_unit_test(receipts_that_cannot_be_read_are_said),
        cmocka_unit_test(receipts_that_were_cut_are_said),
        cmocka_unit_test(awaited_no_more_once_nobody_asks),
        cmocka_unit_test(a_number_that_is_given_twice_is_the_later_one_s),
        cmocka_unit_test(the_oldest_awaited_is_found_by_its_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
