/* test_ledger.c - duban ledger, deliveries, notices: receipts told, their chain walked, and when what waits is to leave. */
#include "fixture.h"

#include <jansson.h>

#include "digest.h"

enum { RECEIPTS = 3 };

/* The ledger that the fake notify has; damaged by a test before it asks. */
static struct ledger {
    uint8_t records[RECEIPTS][256];
    size_t sizes[RECEIPTS];
    uint8_t chains[RECEIPTS][DIGEST_BYTES];
    size_t shown[RECEIPTS];          /* which ones, in this order */
    size_t count;
} ledger;

static void add_receipt(size_t place, uint32_t attempt, Duban__AttemptVerdict verdict, Duban__Grade grade, char *detail)
{
    Duban__DeliveryReceipt receipt = DUBAN__DELIVERY_RECEIPT__INIT;

    receipt.number = place + 1;
    receipt.notice = 18;
    receipt.attempt = attempt;
    receipt.channel = "sms";
    receipt.at_ms = 1580692200000;
    receipt.verdict = verdict;
    receipt.grade = grade;
    receipt.detail = detail;
    receipt.reference = attempt == 2 ? "m-77" : "";
    receipt.before = place;
    ledger.sizes[place] = duban__delivery_receipt__pack(&receipt, ledger.records[place]);
    if (place > 0)
        memcpy(ledger.chains[place], ledger.chains[place - 1], DIGEST_BYTES);
    digest_chain(ledger.chains[place], bytes_of(ledger.records[place], ledger.sizes[place]));
    ledger.shown[ledger.count++] = place;
}

static void answer_ledger(const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__LedgerRows rows;
    static Duban__LedgerRow row[RECEIPTS];
    static Duban__LedgerRow *list[RECEIPTS];
    bool backwards = query->ledger->notice != 0;

    duban__ledger_rows__init(&rows);
    for (size_t i = 0; i < ledger.count; i++) {
        size_t place = ledger.shown[backwards ? ledger.count - 1 - i : i];

        duban__ledger_row__init(&row[i]);
        row[i].record = (ProtobufCBinaryData){ ledger.sizes[place], ledger.records[place] };
        row[i].chain = (ProtobufCBinaryData){ DIGEST_BYTES, ledger.chains[place] };
        list[i] = &row[i];
    }
    rows.rows = list;
    rows.n_rows = ledger.count;
    rows.last = RECEIPTS;
    rows.chain = (ProtobufCBinaryData){ DIGEST_BYTES, ledger.chains[RECEIPTS - 1] };
    reply->body_case = DUBAN__REPLY__BODY_LEDGER;
    reply->ledger = &rows;
}

static void answer_deliveries(Duban__Reply *reply)
{
    static Duban__DeliveryRows rows;
    static Duban__Delivery delivery;
    static Duban__Delivery *list[] = { &delivery };

    duban__delivery_rows__init(&rows);
    duban__delivery__init(&delivery);
    delivery.notice = 18;
    delivery.state = DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED;
    delivery.channel = "wecom";
    delivery.expected_ms = 1580691780000;   /* 09:03 in Beijing */
    delivery.waits_for = DUBAN__WAIT_REASON__WAIT_REASON_BUDGET;
    rows.n_rows = 1;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_DELIVERIES;
    reply->deliveries = &rows;
}

static void as_notify(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    (void) f;
    if (query->body_case == DUBAN__QUERY__BODY_LEDGER)
        answer_ledger(query, reply);
    else
        answer_deliveries(reply);
}

static void as_rules(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__HolderRows holders = DUBAN__HOLDER_ROWS__INIT;
    static Duban__NoticeRows rows;
    static Duban__NoticeRow row;
    static Duban__NoticeRow *list[] = { &row };
    static Duban__Notice notice;
    static Duban__Recipient recipient;
    static Duban__Cause cause = DUBAN__CAUSE__INIT;
    static Duban__RulesStatus status = DUBAN__RULES_STATUS__INIT;

    (void) f;
    if (query->body_case == DUBAN__QUERY__BODY_STATUS) {
        reply->body_case = DUBAN__REPLY__BODY_RULES;
        reply->rules = &status;
        return;
    }
    if (query->body_case != DUBAN__QUERY__BODY_NOTICES) {
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &holders;
        return;
    }
    duban__notice_rows__init(&rows);
    duban__notice_row__init(&row);
    duban__notice__init(&notice);
    duban__recipient__init(&recipient);
    recipient.account = "leader-n";
    recipient.channel = "wecom";
    notice.kind = "new_case";
    notice.recipient = &recipient;
    notice.cause = &cause;
    row.sequence = 18;
    row.notice = &notice;
    rows.rows = list;
    rows.n_rows = 1;
    reply->body_case = DUBAN__REPLY__BODY_NOTICES;
    reply->notices = &rows;
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    memset(&ledger, 0, sizeof ledger);
    add_receipt(0, 1, DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_LATER, DUBAN__GRADE__GRADE_UNSPECIFIED, "HTTP 503");
    add_receipt(1, 2, DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_ACCEPTED, DUBAN__GRADE__GRADE_DELIVERED, "code 0");
    add_receipt(2, 0, DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_UNSPECIFIED, DUBAN__GRADE__GRADE_RECEIVED, "DELIVRD");
    fake_start(f, &f->rules, "rules.query", as_rules);
    fake_start(f, &f->notify, "notify.query", as_notify);
    *state = f;
    return 0;
}

static void receipts_are_listed_with_the_providers_answer(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "ledger", "18", NULL), EXIT_FINE);
    assert_contains(f->out, "HTTP 503");
    assert_contains(f->out, "m-77");
    assert_contains(f->out, "渠道已接收");
    assert_contains(f->out, "已到本人手机");
    assert_true(strstr(f->out, "HTTP 503") < strstr(f->out, "DELIVRD"));
}

static void a_whole_chain_is_said_to_be_whole(void **state)
{
    struct fixture *f = *state;
    char hex[2 * DIGEST_BYTES + 1];

    assert_int_equal(duban(f, "ledger", "--verify", NULL), EXIT_FINE);
    assert_contains(f->out, "台账完整：3 条回执");
    assert_contains(f->out, hex_of(hex, ledger.chains[2], DIGEST_BYTES));
}

static void a_receipt_that_was_changed_is_found(void **state)
{
    struct fixture *f = *state;

    *(char *) memmem(ledger.records[1], ledger.sizes[1], "code 0", 6) = 'C';
    assert_int_equal(duban(f, "ledger", "--verify", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "台账在第 2 条回执处断开");
    assert_contains(f->errors, "it was changed");
}

static void a_receipt_that_is_left_out_or_cut_off_is_found(void **state)
{
    struct fixture *f = *state;

    ledger.shown[1] = 2;
    ledger.count = 2;
    assert_int_equal(duban(f, "ledger", "--verify", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "breaks at receipt 2: 缺了回执");
    ledger.shown[1] = 1;
    assert_int_equal(duban(f, "ledger", "--verify", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "breaks at receipt 3");
    assert_contains(f->errors, "was cut off");
}

static void what_waits_says_when_it_is_expected_to_leave_and_why(void **state)
{
    static const char *const COMMANDS[] = { "deliveries", "notices" };
    struct fixture *f = *state;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(duban(f, COMMANDS[i], "--lang", "zh", NULL), EXIT_FINE);
        assert_contains(f->out, "排队中，预计 2020-02-03 09:03 发出");
        assert_int_equal(duban(f, COMMANDS[i], "--lang", "en", NULL), EXIT_FINE);
        assert_contains(f->out, "queued, expected to leave at");
    }
    assert_int_equal(duban(f, "explain", "18", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "排队中，预计 2020-02-03 09:03 发出（该机器人本分钟额度已用完）。");
    assert_contains(f->out, "第 2 次尝试，渠道 sms，对方接收，答复：代码 0，对方编号 m-77，结果：渠道已接收。");
}

static void programs_are_told_how_far_a_notice_came_as_people_are(void **state)
{
    struct fixture *f = *state;
    json_t *document, *delivery;

    assert_int_equal(duban(f, "notices", "--json", NULL), EXIT_FINE);
    document = json_loads(f->out, 0, NULL);
    delivery = json_object_get(json_array_get(json_object_get(document, "rows"), 0), "delivery");
    assert_non_null(delivery);
    assert_string_equal(json_string_value(json_object_get(delivery, "channel")), "wecom");
    assert_string_equal(json_string_value(json_object_get(delivery, "waitsFor")), "WAIT_REASON_BUDGET");
    assert_string_equal(json_string_value(json_object_get(delivery, "expectedMs")), "1580691780000");
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(receipts_are_listed_with_the_providers_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_whole_chain_is_said_to_be_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(a_receipt_that_was_changed_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(a_receipt_that_is_left_out_or_cut_off_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(what_waits_says_when_it_is_expected_to_leave_and_why, setup, teardown),
        cmocka_unit_test_setup_teardown(programs_are_told_how_far_a_notice_came_as_people_are, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
