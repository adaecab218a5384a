/* test_queries.c - status, waiting for idleness, listings, and what is not answered here. */
#include "asking.h"

static void status_tells_what_is_going_on(void **state)
{
    struct asking a;
    struct sample s;
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    (void) take_notice(&a.f, &s);
    UNTIL_IDLE(&a.f);
    tail_behind(&a.f, 60000);
    s.recipient.channel = "pager";
    (void) take_notice(&a.f, &s);
    query.request_id = 5;
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    reply = ask(&a, &query);
    assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_NOTIFY);
    assert_int_equal(reply->as_of_ms, a.f.clock_ms);
    assert_int_equal(reply->applied_sequence, 2);
    assert_int_equal(reply->notify->cursor, 2);
    assert_int_equal(reply->notify->delivered, 1);
    assert_int_equal(reply->notify->queued, 1);
    assert_true(reply->notify->holding);
    assert_int_equal(reply->notify->n_alarms, 1);
    assert_int_equal(reply->notify->alarms[0]->kind, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD);
    assert_in_range(reply->notify->next_attempt_ms, a.f.clock_ms, a.f.clock_ms + 60000);
    cleanup_asking(&a);
}

static void idleness_is_waited_for(void **state)
{
    struct asking a;
    struct sample s;
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    a.f.outcome_silent = true;
    (void) take_notice(&a.f, &s);
    query.request_id = 6;
    query.min_sequence = 2;
    query.wait_ms = UINT32_MAX;
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    status.idle = true;
    send_query(&a, &query);
    UNTIL(&a.f, a.f.notify->queries.held_count == 1);
    assert_in_range(queries_timeout_ms(a.f.notify), 1, QUERY_MAX_WAIT_MS);
    UNTIL(&a.f, a.f.requests == 1);
    assert_null(reply_now(&a));                    /* not receipted */
    a.f.outcome_silent = false;
    a.f.notify->now_ms += 5001;
    outcome_send(a.f.notify);
    UNTIL_IDLE(&a.f);
    assert_null(reply_now(&a));                    /* sequence 2 is not there */
    (void) take_notice(&a.f, &s);
    UNTIL(&a.f, (reply = reply_now(&a)) != NULL);
    assert_int_equal(reply->request_id, 6);
    assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_NOTIFY);
    assert_int_equal(reply->notify->outcomes_unreceipted, 0);
    assert_int_equal(reply->notify->cursor, 2);
    cleanup_asking(&a);
}

static void waiting_ends_with_later(void **state)
{
    struct asking a;
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    (void) state;
    setup_asking(&a);
    query.min_sequence = 99;
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    for (uint32_t wait_ms = 0; wait_ms <= 1; wait_ms++) {
        query.wait_ms = wait_ms;
        query.request_id = 10 + wait_ms;
        reply = ask(&a, &query);
        assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_FAULT);
        assert_true(reply->fault->later);
        assert_true(strlen(reply->fault->zh) > 0 && strlen(reply->fault->en) > 0);
    }
    cleanup_asking(&a);
}

static void only_so_many_questions_wait(void **state)
{
    struct asking a;
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply = NULL;

    (void) state;
    setup_asking(&a);
    query.min_sequence = 99;
    query.wait_ms = 60000;
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    for (uint64_t i = 0; i <= QUERIES_HELD_MOST; i++) {
        query.request_id = i;
        send_query(&a, &query);
    }
    UNTIL(&a.f, (reply = reply_now(&a)) != NULL);
    assert_int_equal(reply->request_id, QUERIES_HELD_MOST);
    assert_true(reply->fault->later);
    cleanup_asking(&a);
}

static void what_waits_is_listed_in_pages(void **state)
{
    struct asking a;
    struct sample s;
    Duban__DeliveriesQuery deliveries = DUBAN__DELIVERIES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    bool seen[26] = { false };
    size_t pages = 0;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    tail_behind(&a.f, 60000);
    for (int i = 0; i < 25; i++)
        push_notice(&a.f, &s);
    apply(&a.f);
    query.limit = 10;
    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &deliveries;
    do {
        Duban__Reply *reply = ask(&a, &query);

        assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_DELIVERIES);
        for (size_t i = 0; i < reply->deliveries->n_rows; i++) {
            const Duban__Delivery *row = reply->deliveries->rows[i];

            assert_in_range(row->notice, 1, 25);
            assert_false(seen[row->notice]);
            seen[row->notice] = true;
            assert_int_equal(row->state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED);
            assert_string_equal(row->what->kind, "new_case");
            assert_string_equal(row->channel, "spool");
        }
        query.after = reply->next;
        query.request_id++;
        pages++;
    } while (query.after.len > 0);
    assert_int_equal(pages, 3);
    for (int i = 1; i <= 25; i++)
        assert_true(seen[i]);
    cleanup_asking(&a);
}

static void one_delivery_and_the_dead_letters_are_shown(void **state)
{
    struct asking a;
    struct sample s;
    Duban__DeliveriesQuery deliveries = DUBAN__DELIVERIES_QUERY__INIT;
    Duban__DeadLettersQuery dead_letters = DUBAN__DEAD_LETTERS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    push_notice(&a.f, &s);
    s.notice.expires_at_s = START_S;
    deliveries.notice = push_notice(&a.f, &s);
    apply(&a.f);
    UNTIL_IDLE(&a.f);
    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &deliveries;
    reply = ask(&a, &query);
    assert_int_equal(reply->deliveries->n_rows, 1);
    assert_int_equal(reply->deliveries->rows[0]->state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD);
    deliveries.notice = 1;
    query.request_id++;
    reply = ask(&a, &query);
    assert_int_equal(reply->deliveries->rows[0]->state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_DELIVERED);
    assert_null(reply->deliveries->rows[0]->what);
    deliveries.notice = 99;
    query.request_id++;
    assert_int_equal(ask(&a, &query)->deliveries->n_rows, 0);
    query.request_id++;
    query.body_case = DUBAN__QUERY__BODY_DEAD_LETTERS;
    query.dead_letters = &dead_letters;
    reply = ask(&a, &query);
    assert_int_equal(reply->deliveries->n_rows, 1);
    assert_int_equal(reply->deliveries->rows[0]->notice, 2);
    assert_string_equal(reply->deliveries->rows[0]->detail, "expired");
    assert_string_equal(reply->deliveries->rows[0]->what->items[0]->number, "DB-0012");
    cleanup_asking(&a);
}

static void alarms_are_listed_with_those_that_are_over(void **state)
{
    struct asking a;
    struct sample s;
    Duban__AlarmsQuery alarms = DUBAN__ALARMS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__AlarmRows *rows;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    s.recipient.channel = "pager";
    (void) take_notice(&a.f, &s);
    push_alarm_settled(&a.f, "leader-n", NULL);
    apply(&a.f);
    s.recipient.account = "leader-s";
    (void) take_notice(&a.f, &s);
    query.body_case = DUBAN__QUERY__BODY_ALARMS;
    query.alarms = &alarms;
    rows = ask(&a, &query)->alarms;
    assert_int_equal(rows->n_rows, 1);
    assert_contains(rows->rows[0]->alarm->detail_text->zh, "账号 leader-s，渠道 pager：没有这种渠道");
    assert_string_equal(rows->rows[0]->alarm->account, "leader-s");
    assert_string_equal(rows->rows[0]->alarm->channel, "pager");
    assert_false(rows->rows[0]->alarm->far_end);
    assert_int_equal(rows->rows[0]->ended_ms, 0);
    alarms.ended_too = true;
    query.request_id++;
    rows = ask(&a, &query)->alarms;
    assert_int_equal(rows->n_rows, 2);
    assert_int_equal(rows->rows[1]->ended_ms, a.f.clock_ms);
    assert_string_equal(rows->rows[1]->account, "clerk");
    assert_string_equal(rows->rows[1]->reason, "已换号");
    cleanup_asking(&a);
}

static void a_rules_that_does_not_greet_is_said_so(void **state)
{
    struct asking a;
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    (void) state;
    setup_asking(&a);
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    assert_string_equal(ask(&a, &query)->notify->outbox->en, "no answer to the greeting yet");
    cleanup_asking(&a);
}

static void metrics_are_text(void **state)
{
    struct asking a;
    struct sample s;
    Duban__MetricsQuery metrics = DUBAN__METRICS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    (void) take_notice(&a.f, &s);
    UNTIL_IDLE(&a.f);
    query.body_case = DUBAN__QUERY__BODY_METRICS;
    query.metrics = &metrics;
    reply = ask(&a, &query);
    assert_contains(reply->metrics->text, "\nduban_notify_delivered_total{channel=\"spool\"} 1\n");
    assert_contains(reply->metrics->text, "\nduban_notify_unknown_kinds_total 2\n");
    assert_int_equal(reply->metrics->text[strlen(reply->metrics->text) - 1], '\n');
    cleanup_asking(&a);
}

static void what_others_know_is_refused_and_rubbish_too(void **state)
{
    struct asking a;
    Duban__CasesQuery cases = DUBAN__CASES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply = NULL;
    struct frame frame = { .type = FRAME_QUERY };

    (void) state;
    setup_asking(&a);
    query.body_case = DUBAN__QUERY__BODY_CASES;
    query.cases = &cases;
    reply = ask(&a, &query);
    assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_FAULT);
    assert_false(reply->fault->later);
    query.body_case = DUBAN__QUERY__BODY__NOT_SET;
    query.request_id = 3;
    assert_int_equal(ask(&a, &query)->body_case, DUBAN__REPLY__BODY_FAULT);
    assert_int_equal(frame_send(a.socket, NULL, &frame, bytes_of_text("\xff\xff\xff")), 0);
    reply = NULL;
    UNTIL(&a.f, (reply = reply_now(&a)) != NULL);
    assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_FAULT);
    frame.type = FRAME_SUBMIT;
    assert_int_equal(frame_send(a.socket, NULL, &frame, bytes_of_text("")), 0);
    reply = NULL;
    UNTIL(&a.f, (reply = reply_now(&a)) != NULL);
    assert_string_equal(reply->fault->field, "frame.type");
    assert_int_equal(a.f.notify->counters.bad_frames, 2);
    cleanup_asking(&a);
}

static void another_version_is_told_and_what_is_no_frame_is_dropped(void **state)
{
    uint8_t header[FRAME_HEADER_BYTES] = { 'D', 'B', FRAME_VERSION + 1, FRAME_QUERY };
    Duban__Reply *reply = NULL;
    struct asking a;

    (void) state;
    setup_asking(&a);
    assert_int_equal(zmq_send(a.socket, "one part", 8, 0), 8);
    assert_int_equal(zmq_send(a.socket, header, sizeof header, ZMQ_SNDMORE), sizeof header);
    assert_int_equal(zmq_send(a.socket, "", 0, 0), 0);
    UNTIL(&a.f, (reply = reply_now(&a)) != NULL);
    assert_string_equal(reply->fault->field, "frame.version");
    assert_true(reply->fault->zh[0] != '\0' && reply->fault->en[0] != '\0');
    assert_int_equal(a.f.notify->counters.bad_frames, 2);
    cleanup_asking(&a);
}

static void a_key_that_names_no_row_starts_where_it_would_stand(void **state)
{
    struct asking a;
    uint8_t odd[3] = { 0xFF, 0xFF, 0xFF };
    Duban__DeliveriesQuery deliveries = DUBAN__DELIVERIES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct sample s;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    tail_behind(&a.f, 60000);
    (void) take_notice(&a.f, &s);
    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &deliveries;
    query.after = (ProtobufCBinaryData){ sizeof odd, odd };
    assert_int_equal(ask(&a, &query)->deliveries->n_rows, 0);
    memset(odd, 0, sizeof odd);
    query.request_id++;
    assert_int_equal(ask(&a, &query)->deliveries->n_rows, 1);
    cleanup_asking(&a);
}

/* More than a frame holds: the numbers and grades of all of them, and what they say as far as there is room. */
static void many_large_deliveries_come_in_one_answer(void **state)
{
    enum { MANY = 250, LARGE_BYTES = 6000 };
    static char words[LARGE_BYTES];
    struct asking a;
    struct sample s;
    Duban__Text large = DUBAN__TEXT__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__DeliveriesQuery deliveries = DUBAN__DELIVERIES_QUERY__INIT;
    uint64_t notices[MANY];
    Duban__Reply *reply;

    (void) state;
    setup_asking(&a);
    sample_init(&s);
    to_webhook(&s);
    tail_behind(&a.f, 60000);
    memset(words, 'x', sizeof words - 1);
    large.zh = words;
    s.item.matter = &large;
    for (int i = 0; i < MANY; i++)
        notices[i] = push_notice(&a.f, &s);
    apply(&a.f);
    deliveries.notices = notices;
    deliveries.n_notices = MANY;
    query.limit = MANY;
    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &deliveries;
    reply = ask(&a, &query);
    assert_int_equal(reply->deliveries->n_rows, MANY);
    assert_non_null(reply->deliveries->rows[0]->what);
    assert_null(reply->deliveries->rows[MANY - 1]->what);
    assert_int_equal(reply->deliveries->rows[MANY - 1]->state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED);
    cleanup_asking(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_tells_what_is_going_on),
        cmocka_unit_test(idleness_is_waited_for),
        cmocka_unit_test(waiting_ends_with_later),
        cmocka_unit_test(only_so_many_questions_wait),
        cmocka_unit_test(what_waits_is_listed_in_pages),
        cmocka_unit_test(one_delivery_and_the_dead_letters_are_shown),
        cmocka_unit_test(alarms_are_listed_with_those_that_are_over),
        cmocka_unit_test(a_rules_that_does_not_greet_is_said_so),
        cmocka_unit_test(metrics_are_text),
        cmocka_unit_test(what_others_know_is_refused_and_rubbish_too),
        cmocka_unit_test(another_version_is_told_and_what_is_no_frame_is_dropped),
        cmocka_unit_test(a_key_that_names_no_row_starts_where_it_would_stand),
        cmocka_unit_test(many_large_deliveries_come_in_one_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
