/* test_webhook.c - signed posts: what leaves, what each answer means, who holds up whom. */
#include "fixture.h"
#include "server.h"

struct posting {
    struct fixture f;
    struct server server;
    struct sample s;
};

static void setup_posting(struct posting *p)
{
    server_open(&p->server);
    setup(&p->f);
    sample_init(&p->s);
    to_webhook(&p->s);
    know_address(&p->f, p->s.token, p->server.address);
    push_texts(&p->f);
    apply(&p->f);
}

static void cleanup_posting(struct posting *p)
{
    cleanup(&p->f);
    server_close(&p->server);
}

static int64_t next_attempt_s(struct posting *p)
{
    return notify_next_attempt_ms(p->f.notify) / 1000 - START_S;
}

/* Let the attempt that is due now be made and settled. */
static void attempt(struct posting *p, size_t total)
{
    UNTIL(&p->f, server_requests(&p->server) == total && p->f.notify->flights.used == 0);
}

static void a_post_is_signed_and_delivered(void **state)
{
    struct posting p;
    struct secrets secrets;
    struct text signature = { 0 };
    char id[64], timestamp[32], given[256], type[64];
    uint64_t sequence;
    const char *body;
    json_t *parsed, *lines;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, OK);
    sequence = take_notice(&p.f, &p.s);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_string_equal(fact_of(&p.f, sequence)->channel, "webhook");
    assert_string_equal(fact_of(&p.f, sequence)->detail, "HTTP 200: ok");
    assert_int_equal(server_requests(&p.server), 1);
    assert_int_equal(strncmp(p.server.requests[0], "POST /hook?k=secret HTTP/1.1\r\n", 30), 0);

    body = server_body(&p.server, 0);
    assert_true(secrets_parse(&secrets, SECRET));
    signature_write(&signature, &secrets, server_header(&p.server, 0, "webhook-id", id, sizeof id),
                    strtoll(server_header(&p.server, 0, "webhook-timestamp", timestamp, sizeof timestamp), NULL, 10),
                    body, strlen(body));
    text_put(&signature, "", 1);
    assert_string_equal(server_header(&p.server, 0, "webhook-signature", given, sizeof given), signature.data);
    text_close(&signature);
    assert_string_equal(id, "00000000000000000000000000000002");
    assert_string_equal(server_header(&p.server, 0, "content-type", type, sizeof type), "application/json");

    parsed = json_loads(body, 0, NULL);
    assert_string_equal(json_text(parsed, "type"), "duban.notice.new_case");
    assert_string_equal(json_text(parsed, "timestamp"), "2020-02-03T01:00:00+00:00");
    lines = json_object_get(parsed, "data");
    assert_string_equal(json_text(lines, "id"), id);
    assert_string_equal(json_text(lines, "at"), "2020-02-03T09:00:00+08:00");
    assert_contains(json_text(json_object_get(lines, "text"), "en"), "New case DB-0012");
    json_decref(parsed);
    assert_int_equal(spool_count(&p.f), 0);
    assert_int_equal(p.f.questions, 1);
    cleanup_posting(&p);
}

static void failures_are_tried_again_on_schedule_with_the_same_id(void **state)
{
    struct posting p;
    uint64_t sequence;
    char first[64], second[64];

    (void) state;
    setup_posting(&p);
    server_says(&p.server, STATUS("500 Oops"));
    server_says(&p.server, STATUS("302 Elsewhere"));
    server_says(&p.server, OK);
    sequence = take_notice(&p.f, &p.s);
    attempt(&p, 1);
    assert_in_range(next_attempt_s(&p), 4, 6);
    assert_true(notify_is_idle(p.f.notify));   /* nothing is due yet */
    assert_int_equal(delivery_of(&p.f, sequence).attempts, 1);
    assert_string_equal(delivery_of(&p.f, sequence).detail, "HTTP 500");
    at(&p.f, 6);
    attempt(&p, 2);
    assert_in_range(next_attempt_s(&p), 6 + 270, 6 + 330);
    at(&p.f, 340);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(fact_of(&p.f, sequence)->attempts, 3);
    assert_string_equal(server_header(&p.server, 0, "webhook-id", first, sizeof first),
                        server_header(&p.server, 2, "webhook-id", second, sizeof second));
    assert_int_equal(p.f.questions, 3);   /* asked anew each time */
    cleanup_posting(&p);
}

static void retry_after_is_a_least_wait(void **state)
{
    struct posting p;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, STATUS_AND("429 Slow down", "Retry-After: 120"));
    server_says(&p.server, STATUS_AND("503 Busy", "Retry-After: 1"));
    server_says(&p.server, OK);
    (void) take_notice(&p.f, &p.s);
    attempt(&p, 1);
    assert_int_equal(next_attempt_s(&p), 120);
    at(&p.f, 120);
    attempt(&p, 2);
    assert_in_range(next_attempt_s(&p), 120 + 270, 120 + 330);   /* the schedule's five minutes are more */
    cleanup_posting(&p);
}

/* Rules is down for hours, and what it has left goes on: no faster than the schedule. */
static void while_rules_is_silent_the_waits_are_as_long_as_ever(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, STATUS("500 Oops"));
    p.f.notify->alarms.clock_moved_ms -= 2 * 3600 * 1000;
    sequence = take_notice(&p.f, &p.s);
    attempt(&p, 1);
    assert_in_range(next_attempt_s(&p), 7200 + 4, 7200 + 6 + 5);
    assert_int_equal(delivery_of(&p.f, sequence).attempts, 1);
    cleanup_posting(&p);
}

static void what_expires_while_rules_is_silent_is_not_sent(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, OK);
    p.f.notify->alarms.clock_moved_ms -= 2 * 3600 * 1000;
    p.s.notice.expires_at_s = START_S + 3600;
    sequence = take_notice(&p.f, &p.s);
    UNTIL(&p.f, fact_of(&p.f, sequence) != NULL);
    assert_string_equal(fact_of(&p.f, sequence)->detail, "expired");
    assert_int_equal(server_requests(&p.server), 0);
    cleanup_posting(&p);
}

static void retry_after_may_be_a_date(void **state)
{
    struct posting p;
    char answer[256], date[64];
    time_t when = time(NULL) + 1000;
    struct tm parts;

    (void) state;
    setup_posting(&p);
    assert_true(strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&when, &parts)) > 0);
    (void) snprintf(answer, sizeof answer,
                    "HTTP/1.1 503 Busy\r\nRetry-After: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", date);
    server_says(&p.server, answer);
    (void) take_notice(&p.f, &p.s);
    attempt(&p, 1);
    assert_in_range(next_attempt_s(&p), 900, 1000);
    cleanup_posting(&p);
}

static void a_schedule_that_is_used_up_ends_with_the_duty_clerk(void **state)
{
    struct posting p;
    uint64_t sequence;
    char words[1024];

    (void) state;
    setup_posting(&p);
    server_says(&p.server, "HTTP/1.1 500 Oops\r\nContent-Length: 12\r\nConnection: close\r\n\r\n磁盘\n满了");
    sequence = take_notice(&p.f, &p.s);
    attempt(&p, 1);
    at(&p.f, 6);
    attempt(&p, 2);
    at(&p.f, 400);
    UNTIL_IDLE(&p.f);
    assert_int_equal(server_requests(&p.server), 3);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DEAD);
    assert_contains(fact_of(&p.f, sequence)->detail, "given up after 3 attempts: HTTP 500: 磁盘");
    assert_int_equal(spool_count_of(&p.f, "delivery_failure", sequence), 1);
    assert_contains(spool_words(&p.f, "delivery_failure", words, sizeof words), "请内勤改用电话通知");
    assert_contains(words, "【整改交办】DB-0012 东风快递");
    assert_int_equal(spool_count_of(&p.f, "house_alarm", 0), 1);
    assert_int_equal(delivery_of(&p.f, sequence).state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD);
    assert_true(delivery_of(&p.f, sequence).record.size > 0);
    cleanup_posting(&p);
}

static void a_far_end_that_fails_for_long_is_said_once_and_is_over_when_it_works(void **state)
{
    struct posting p;
    struct alarm alarm;

    (void) state;
    server_open(&p.server);
    prepare(&p.f);
    write_channels(&p.f, "    failing_after: 4m\n");
    start(&p.f);
    tail(&p.f);
    sample_init(&p.s);
    to_webhook(&p.s);
    know_address(&p.f, p.s.token, p.server.address);
    for (int i = 0; i < 2; i++)
        server_says(&p.server, STATUS("500 Oops"));
    server_says(&p.server, OK);
    (void) take_notice(&p.f, &p.s);
    attempt(&p, 1);
    assert_int_equal(p.f.notify->alarms.count, 0);   /* not for long yet */
    at(&p.f, 300);
    attempt(&p, 2);
    UNTIL(&p.f, p.f.notify->alarms.count == 1);
    alarm = p.f.notify->alarms.standing[0];
    assert_int_equal(alarm.kind, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD);
    assert_contains(alarm.detail_zh, "渠道 webhook（账号 leader-n 的地址）：对方已");
    assert_contains(alarm.detail_en, "channel webhook (address of account leader-n): ");
    assert_true(alarm.way.is_far_end);
    assert_null(strstr(alarm.detail_en, "127.0.0.1"));
    restart(&p.f);
    assert_int_equal(p.f.notify->alarms.count, 1);
    assert_string_equal(p.f.notify->alarms.standing[0].way.account, "leader-n");
    at(&p.f, 1200);
    UNTIL(&p.f, p.f.notify->alarms.count == 0);
    assert_int_equal(p.f.notify->state.head.delivered, 1);
    UNTIL(&p.f, p.f.alarm_count == 1);   /* journaled once */
    assert_int_equal(spool_count_of(&p.f, "house_alarm", 0), 1);
    cleanup_posting(&p);
}

static size_t far_ends_said(const struct fixture *f)
{
    size_t count = 0;

    for (size_t i = 0; i < f->notify->alarms.count; i++)
        count += strstr(f->notify->alarms.standing[i].detail_en, "its far end took nothing") != NULL;
    return count;
}

static size_t ended_for(struct fixture *f, const char *reason)
{
    static struct ended_alarm alarms[ENDED_ALARMS_MOST];
    struct arena arena;
    struct store_txn txn;
    size_t ended, count = 0;

    arena_open(&arena, 1 << 20);
    store_begin(&txn, &f->notify->state.store, STORE_READ);
    ended = state_read_ended_alarms(&txn, &arena, alarms, ENDED_ALARMS_MOST);
    store_abort(&txn);
    for (size_t i = 0; i < ended; i++)
        count += alarms[i].account[0] == '\0' && strcmp(alarms[i].reason, reason) == 0;
    arena_close(&arena);
    return count;
}

static void a_far_end_that_nothing_goes_to_any_more_is_no_alarm_for_good(void **state)
{
    enum { LAST_TRY_S = 300, TWO_DAYS_S = 2 * 24 * 3600 };
    struct posting p;

    (void) state;
    server_open(&p.server);
    prepare(&p.f);
    write_channels(&p.f, "    failing_after: 4m\n");
    start(&p.f);
    tail(&p.f);
    sample_init(&p.s);
    to_webhook(&p.s);
    know_address(&p.f, p.s.token, p.server.address);
    server_says(&p.server, STATUS("500 Oops"));
    (void) take_notice(&p.f, &p.s);
    attempt(&p, 1);
    at(&p.f, LAST_TRY_S);
    attempt(&p, 2);
    UNTIL(&p.f, far_ends_said(&p.f) == 1);
    at(&p.f, LAST_TRY_S + TWO_DAYS_S - 3600);
    attempt(&p, 3);                                    /* the schedule is used up: nothing is queued there any more */
    UNTIL_IDLE(&p.f);
    at(&p.f, LAST_TRY_S + 2 * TWO_DAYS_S - 3600);
    UNTIL_IDLE(&p.f);
    assert_int_equal(far_ends_said(&p.f), 1);          /* tried within two days */
    restart(&p.f);
    assert_int_equal(far_ends_said(&p.f), 1);
    at(&p.f, LAST_TRY_S + 2 * TWO_DAYS_S);
    UNTIL(&p.f, far_ends_said(&p.f) == 0);
    assert_int_equal(ended_for(&p.f, "nothing_sent_there"), 1);
    restart(&p.f);
    UNTIL_IDLE(&p.f);
    assert_int_equal(far_ends_said(&p.f), 0);
    assert_int_equal(server_requests(&p.server), 3);
    cleanup_posting(&p);
}

static void what_fails_there_again_is_said_anew(void **state)
{
    struct far_end far_end = { .channel = CHANNEL_WEBHOOK };
    struct destinations none = { 0 };

    (void) state;
    assert_false(far_end_is_forsaken(&none, &far_end, FORSAKEN_AFTER_MS * INT64_C(10)));   /* it does not fail */
    far_end_failed(&far_end, 1000, 6000, 0);
    assert_false(far_end_is_forsaken(&none, &far_end, 6000 + FORSAKEN_AFTER_MS));
    assert_true(far_end_is_forsaken(&none, &far_end, 6001 + FORSAKEN_AFTER_MS));
    far_end.flying = 1;
    assert_false(far_end_is_forsaken(&none, &far_end, 6001 + FORSAKEN_AFTER_MS));
    far_end_forget(&far_end);
    assert_int_equal(far_end.kept.failing_since_ms, 0);
    far_end_failed(&far_end, 9000, 9000, 0);
    assert_int_equal(far_end.kept.failing_since_ms, 9000);
    assert_int_equal(far_end.kept.failures, 1);
}

static void other_refusals_are_for_good(void **state)
{
    static const char *const lines[] = { STATUS("400 Bad"), STATUS("401 No"), STATUS("404 Nowhere"),
                                         STATUS("413 Big") };
    struct posting p;

    (void) state;
    setup_posting(&p);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        uint64_t sequence;

        server_says(&p.server, lines[i]);
        sequence = take_notice(&p.f, &p.s);
        UNTIL_IDLE(&p.f);
        assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DEAD);
        assert_int_equal(fact_of(&p.f, sequence)->attempts, 1);
        assert_int_equal(spool_count_of(&p.f, "delivery_failure", sequence), 1);
    }
    assert_int_equal(p.f.notify->alarms.count, 0);   /* the message, not the channel */
    cleanup_posting(&p);
}

static void gone_disables_the_endpoint_until_it_has_another_address(void **state)
{
    struct posting p;
    struct server other;
    uint64_t first, second, third;

    (void) state;
    setup_posting(&p);
    server_open(&other);
    server_says(&p.server, STATUS("410 Gone"));
    server_says(&other, OK);
    first = take_notice(&p.f, &p.s);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, first)->grade, DUBAN__GRADE__GRADE_DEAD);
    assert_int_equal(p.f.notify->alarms.count, 1);
    restart(&p.f);
    second = take_notice(&p.f, &p.s);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, second)->grade, DUBAN__GRADE__GRADE_DEAD);
    assert_int_equal(fact_of(&p.f, second)->attempts, 0);
    assert_int_equal(server_requests(&p.server), 1);
    know_address(&p.f, p.s.token, other.address);
    third = take_notice(&p.f, &p.s);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, third)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(server_requests(&other), 1);
    assert_int_equal(p.f.notify->alarms.count, 0);
    cleanup_posting(&p);
    server_close(&other);
}

static void a_connection_that_is_refused_is_tried_again(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    know_address(&p.f, p.s.token, "http://127.0.0.1:1/");
    sequence = take_notice(&p.f, &p.s);
    UNTIL(&p.f, delivery_of(&p.f, sequence).attempts == 1);
    assert_in_range(next_attempt_s(&p), 4, 6);
    assert_null(strstr(delivery_of(&p.f, sequence).detail, "127.0.0.1"));
    know_address(&p.f, p.s.token, p.server.address);
    server_says(&p.server, OK);
    at(&p.f, 10);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    cleanup_posting(&p);
}

static void no_answer_in_time_is_tried_again(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    server_open(&p.server);
    prepare(&p.f);
    write_channels(&p.f, "    timeout: 100ms\n");
    start(&p.f);
    tail(&p.f);
    sample_init(&p.s);
    to_webhook(&p.s);
    know_address(&p.f, p.s.token, p.server.address);
    sequence = take_notice(&p.f, &p.s);
    UNTIL(&p.f, delivery_of(&p.f, sequence).attempts == 1);
    assert_in_range(next_attempt_s(&p), 4, 6);
    cleanup_posting(&p);
}

static void a_slow_address_holds_up_nobody_else(void **state)
{
    struct posting p;
    struct server quick;
    uint8_t quick_token[TOKEN_BYTES] = { 9 };
    uint64_t spooled, posted;

    (void) state;
    setup_posting(&p);   /* never answers */
    server_open(&quick);
    server_says(&quick, OK);
    know_address(&p.f, quick_token, quick.address);
    for (int i = 0; i < 300; i++)
        push_notice(&p.f, &p.s);
    memcpy(p.s.token, quick_token, sizeof quick_token);
    posted = push_notice(&p.f, &p.s);
    p.s.recipient.channel = "spool";
    spooled = push_notice(&p.f, &p.s);
    apply(&p.f);
    assert_int_equal(spool_count_of(&p.f, "new_case", spooled), 1);
    UNTIL(&p.f, fact_of(&p.f, posted) != NULL);
    assert_int_equal(fact_of(&p.f, posted)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(p.f.notify->flights.flying, 1);   /* it has answered nothing yet */
    assert_int_equal(p.f.notify->flights.used, 1);
    cleanup_posting(&p);
    server_close(&quick);
}

static void many_posts_arrive_once_each(void **state)
{
    struct posting p;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, OK);
    for (int i = 0; i < 60; i++)
        push_notice(&p.f, &p.s);
    apply(&p.f);
    UNTIL_IDLE(&p.f);
    assert_int_equal(server_requests(&p.server), 60);
    assert_int_equal(p.f.notify->state.head.delivered, 60);
    assert_int_equal(p.f.notify->state.head.queued, 0);
    cleanup_posting(&p);
}

static void an_address_that_is_forgotten_or_no_url_falls_to_the_spool(void **state)
{
    static const char *const useless[] = { NULL, "", "mailto:a@b", "not a url", "file:///etc/passwd", "ftp://h/x" };
    struct posting p;

    (void) state;
    setup_posting(&p);
    for (size_t i = 0; i < sizeof useless / sizeof useless[0]; i++) {
        uint64_t sequence;

        know_address(&p.f, p.s.token, useless[i]);
        sequence = take_notice(&p.f, &p.s);
        UNTIL_IDLE(&p.f);
        assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_SPOOLED);
        assert_string_equal(fact_of(&p.f, sequence)->channel, "spool");
        assert_contains(fact_of(&p.f, sequence)->detail, "spool instead");
        assert_int_equal(spool_count_of(&p.f, "new_case", sequence), 1);
    }
    assert_int_equal(spool_count_of(&p.f, "house_alarm", 0), 1);
    cleanup_posting(&p);
}

static void a_withdrawal_takes_an_item_out_before_the_retry(void **state)
{
    struct posting p;
    uint64_t whole, part;
    json_t *parsed;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, STATUS("500 Oops"));
    server_says(&p.server, STATUS("500 Oops"));
    server_says(&p.server, OK);
    whole = push_notice(&p.f, &p.s);
    p.s.notice.n_items = 2;
    part = push_notice(&p.f, &p.s);
    apply(&p.f);
    attempt(&p, 2);
    push_withdrawal(&p.f, p.s.task, part);
    apply(&p.f);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, whole)->grade, DUBAN__GRADE__GRADE_WITHDRAWN);
    assert_int_equal(fact_of(&p.f, whole)->attempts, 1);
    at(&p.f, 30);
    UNTIL_IDLE(&p.f);
    assert_int_equal(server_requests(&p.server), 3);
    assert_int_equal(fact_of(&p.f, part)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    parsed = json_loads(server_body(&p.server, 2), 0, NULL);
    assert_int_equal(json_array_size(json_object_get(json_object_get(parsed, "data"), "items")), 1);
    json_decref(parsed);
    cleanup_posting(&p);
}

static void a_withdrawal_while_its_address_is_asked_comes_in_time(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, OK);
    p.f.vault_silent = true;
    sequence = take_notice(&p.f, &p.s);
    UNTIL(&p.f, p.f.notify->vault.request_id != 0);
    push_withdrawal(&p.f, p.s.task, sequence);
    apply(&p.f);
    p.f.vault_silent = false;
    UNTIL(&p.f, p.f.notify->flights.used == 0 && notify_is_idle(p.f.notify));
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_WITHDRAWN);
    assert_int_equal(server_requests(&p.server), 0);
    cleanup_posting(&p);
}

static void withdrawn_under_way_it_is_not_tried_again(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    sequence = take_notice(&p.f, &p.s);
    UNTIL(&p.f, server_requests(&p.server) == 1);
    push_withdrawal(&p.f, p.s.task, sequence);
    apply(&p.f);
    assert_int_equal(p.f.notify->state.head.withdrawn, 0);   /* it may have arrived */
    restart(&p.f);
    UNTIL_IDLE(&p.f);
    assert_int_equal(server_requests(&p.server), 1);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_WITHDRAWN);
    cleanup_posting(&p);
}

static void withdrawn_under_way_it_may_have_arrived(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, OK);
    sequence = take_notice(&p.f, &p.s);
    UNTIL(&p.f, p.f.notify->flights.flying == 1);
    push_withdrawal(&p.f, p.s.task, sequence);
    apply(&p.f);
    UNTIL_IDLE(&p.f);
    assert_int_equal(facts_about(&p.f, sequence), 1);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    cleanup_posting(&p);
}

static void what_is_not_urgent_waits_while_rules_is_behind(void **state)
{
    struct posting p;
    uint64_t normal, urgent;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, OK);
    tail_behind(&p.f, 60000);
    normal = push_notice(&p.f, &p.s);
    p.s.notice.urgency = DUBAN__URGENCY__URGENCY_URGENT;
    urgent = push_notice(&p.f, &p.s);
    apply(&p.f);
    UNTIL(&p.f, fact_of(&p.f, urgent) != NULL);
    assert_null(fact_of(&p.f, normal));
    assert_int_equal(server_requests(&p.server), 1);
    tail(&p.f);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, normal)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    cleanup_posting(&p);
}

static void a_notice_that_expires_between_retries_dies_at_its_time(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, STATUS("500 Oops"));
    p.s.notice.expires_at_s = START_S + 100;
    sequence = take_notice(&p.f, &p.s);
    attempt(&p, 1);
    at(&p.f, 6);
    attempt(&p, 2);
    assert_int_equal(next_attempt_s(&p), 100);
    at(&p.f, 100);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DEAD);
    assert_string_equal(fact_of(&p.f, sequence)->detail, "expired");
    assert_int_equal(server_requests(&p.server), 2);
    cleanup_posting(&p);
}

static void a_long_answer_is_cut_off_and_its_status_counts(void **state)
{
    enum { LONG_BYTES = 256 * 1024 };
    static char answer[LONG_BYTES + 1024];
    struct posting p;
    uint64_t sequence;
    int head = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
                        (int) LONG_BYTES);

    (void) state;
    memset(answer + head, 'x', LONG_BYTES);
    setup_posting(&p);
    server_says(&p.server, answer);
    sequence = take_notice(&p.f, &p.s);
    UNTIL_IDLE(&p.f);
    assert_int_equal(fact_of(&p.f, sequence)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    assert_true(strlen(fact_of(&p.f, sequence)->detail) <= DETAIL_BYTES);
    cleanup_posting(&p);
}

static void a_broken_answer_is_no_answer(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf");
    sequence = take_notice(&p.f, &p.s);
    attempt(&p, 1);
    assert_int_equal(delivery_of(&p.f, sequence).attempts, 1);
    assert_int_equal(delivery_of(&p.f, sequence).state, DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED);
    cleanup_posting(&p);
}

static void words_of_the_far_end_are_made_valid(void **state)
{
    struct posting p;
    uint64_t sequence;

    (void) state;
    setup_posting(&p);
    server_says(&p.server, "HTTP/1.1 400 Bad\r\nContent-Length: 7\r\nConnection: close\r\n\r\na\xff\xfe\x01\nbc");
    sequence = take_notice(&p.f, &p.s);
    UNTIL_IDLE(&p.f);
    assert_string_equal(fact_of(&p.f, sequence)->detail, "HTTP 400: a??  bc");
    cleanup_posting(&p);
}

static void every_status_has_its_verdict(void **state)
{
    static const struct {
        int status;
        enum verdict verdict;
    } cases[] = {
        { 200, VERDICT_ACCEPTED }, { 204, VERDICT_ACCEPTED }, { 299, VERDICT_ACCEPTED }, { 301, VERDICT_LATER },
        { 400, VERDICT_DEAD }, { 403, VERDICT_DEAD }, { 408, VERDICT_LATER }, { 410, VERDICT_GONE },
        { 422, VERDICT_DEAD }, { 429, VERDICT_LATER }, { 500, VERDICT_LATER }, { 503, VERDICT_LATER },
    };
    struct channel_settings settings = { 0 };
    struct judgement judgement;

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer = { .reached = REACHED_ANSWER, .status = cases[i].status, .retry_after_s = -1, .words = "" };

        channel_webhook.judge(&settings, &answer, &judgement);
        assert_int_equal(judgement.verdict, cases[i].verdict);
        assert_int_equal(judgement.wait_ms, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_is_signed_and_delivered),
        cmocka_unit_test(failures_are_tried_again_on_schedule_with_the_same_id),
        cmocka_unit_test(retry_after_is_a_least_wait),
        cmocka_unit_test(while_rules_is_silent_the_waits_are_as_long_as_ever),
        cmocka_unit_test(what_expires_while_rules_is_silent_is_not_sent),
        cmocka_unit_test(retry_after_may_be_a_date),
        cmocka_unit_test(a_schedule_that_is_used_up_ends_with_the_duty_clerk),
        cmocka_unit_test(a_far_end_that_fails_for_long_is_said_once_and_is_over_when_it_works),
        cmocka_unit_test(a_far_end_that_nothing_goes_to_any_more_is_no_alarm_for_good),
        cmocka_unit_test(what_fails_there_again_is_said_anew),
        cmocka_unit_test(other_refusals_are_for_good),
        cmocka_unit_test(gone_disables_the_endpoint_until_it_has_another_address),
        cmocka_unit_test(a_connection_that_is_refused_is_tried_again),
        cmocka_unit_test(no_answer_in_time_is_tried_again),
        cmocka_unit_test(a_slow_address_holds_up_nobody_else),
        cmocka_unit_test(many_posts_arrive_once_each),
        cmocka_unit_test(an_address_that_is_forgotten_or_no_url_falls_to_the_spool),
        cmocka_unit_test(a_withdrawal_takes_an_item_out_before_the_retry),
        cmocka_unit_test(a_withdrawal_while_its_address_is_asked_comes_in_time),
        cmocka_unit_test(withdrawn_under_way_it_is_not_tried_again),
        cmocka_unit_test(withdrawn_under_way_it_may_have_arrived),
        cmocka_unit_test(what_is_not_urgent_waits_while_rules_is_behind),
        cmocka_unit_test(a_notice_that_expires_between_retries_dies_at_its_time),
        cmocka_unit_test(a_long_answer_is_cut_off_and_its_status_counts),
        cmocka_unit_test(a_broken_answer_is_no_answer),
        cmocka_unit_test(words_of_the_far_end_are_made_valid),
        cmocka_unit_test(every_status_has_its_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
