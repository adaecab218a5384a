/* test_alarm.c - the house's own alarms: once per condition, kept, told, over. */
#include "fixture.h"

/* Let that much time pass for sockets, without waiting for it. */
static void work_at(struct fixture *f, int64_t now_ms)
{
    f->notify->now_ms = now_ms;
    notify_work(f->notify);
}

static void a_silent_rules_raises_one_alarm_until_it_is_heard_again(void **state)
{
    struct fixture f;
    int64_t heard_ms;
    char words[512];

    (void) state;
    setup(&f);
    heard_ms = f.notify->alarms.tail_heard_ms;
    work_at(&f, heard_ms + 10000);
    assert_int_equal(f.notify->alarms.count, 0);
    work_at(&f, heard_ms + 10001);
    assert_true(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, ""));
    work_at(&f, heard_ms + 60000);
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 1);
    assert_contains(spool_words(&f, "house_alarm", words, sizeof words), "收不到规则服务的消息");
    assert_contains(words, "（10 秒没有消息）");
    UNTIL(&f, f.alarm_count == 1);
    assert_string_equal(f.alarm_zh, "10 秒没有消息");
    assert_string_equal(f.alarm_en, "nothing heard for 10 s");
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    heard_ms = f.notify->alarms.tail_heard_ms;
    at(&f, 60);
    work_at(&f, f.notify->alarms.tail_heard_ms + 20000);
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 2);   /* a new condition */
    cleanup(&f);
}

/* How many of them are there, each id once? */
static size_t ids_of_alarms(const struct fixture *f)
{
    json_t *lines = spool_lines(f), *seen = json_object();
    size_t count;

    for (size_t i = 0; i < json_array_size(lines); i++)
        if (strcmp(json_text(json_array_get(lines, i), "kind"), "house_alarm") == 0)
            json_object_set_new(seen, json_text(json_array_get(lines, i), "id"), json_true());
    count = json_object_size(seen);
    json_decref(seen);
    json_decref(lines);
    return count;
}

static void an_alarm_that_comes_again_at_the_same_moment_has_a_key_of_its_own(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    for (int time = 0; time < 2; time++) {
        work_at(&f, f.notify->alarms.tail_heard_ms + 10001);
        tail(&f);
        UNTIL_IDLE(&f);
        assert_int_equal(f.notify->alarms.count, 0);
    }
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 2);
    assert_int_equal(ids_of_alarms(&f), 2);
    cleanup(&f);
}

static void an_alarm_is_still_standing_after_a_restart(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    f.outcome_silent = true;
    work_at(&f, f.notify->alarms.tail_heard_ms + 10001);
    stop(&f);
    start(&f);
    assert_true(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, ""));
    assert_string_equal(f.notify->alarms.standing[0].detail_zh, "10 秒没有消息");
    assert_string_equal(f.notify->alarms.standing[0].detail_en, "nothing heard for 10 s");
    f.notify->alarms.tail_heard_ms = 0;
    work_at(&f, 20000);
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 1);
    assert_int_equal(f.notify->state.head.outcomes_waiting, 1);
    f.outcome_silent = false;
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(f.alarm_count, 1);
    cleanup(&f);
}

static void rules_that_stays_behind_is_an_alarm(void **state)
{
    struct fixture f;
    int64_t since_ms;

    (void) state;
    setup(&f);
    tail_behind(&f, 60000);
    since_ms = f.notify->alarms.tail_heard_ms;
    work_at(&f, since_ms);
    f.notify->alarms.tail_heard_ms = since_ms + 180001;
    work_at(&f, since_ms + 180001);
    assert_true(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED, ""));
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    cleanup(&f);
}

static void a_low_disk_is_an_alarm_and_nothing_more_is_taken_over(void **state)
{
    struct fixture f;
    struct sample s;

    (void) state;
    setup(&f);
    sample_init(&s);
    f.notify->settings.disk_percent = 0;
    f.notify->alarms.disk_looked_ms = 0;
    work_at(&f, f.notify->now_ms);
    assert_true(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, ""));
    (void) push_notice(&f, &s);
    assert_int_equal(apply_result(&f), -1);
    assert_int_equal(f.notify->state.head.cursor, 0);
    f.notify->settings.disk_percent = 100 + 10;
    f.notify->alarms.disk_looked_ms = 0;
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    memset(f.chain, 0, sizeof f.chain);
    f.last = 0;
    (void) take_notice(&f, &s);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->state.head.delivered, 1);
    cleanup(&f);
}

static void there_are_only_so_many_alarms_and_places_for_the_house(void **state)
{
    struct fixture f;
    struct sample s;
    char accounts[100][24];

    (void) state;
    setup(&f);
    sample_init(&s);
    s.recipient.channel = "pager";
    for (int i = 0; i < 100; i++) {
        (void) snprintf(accounts[i], sizeof accounts[i], "account-%d", i);
        s.recipient.account = accounts[i];
        push_notice(&f, &s);
    }
    apply(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->alarms.count, ALARMS_MOST - ALARMS_RESERVED);
    assert_int_equal(f.notify->state.head.dead, 100);
    assert_int_equal(spool_count(&f), 100 + 100 + ALARMS_MOST - ALARMS_RESERVED);   /* the lines, the failures, the alarms */
    work_at(&f, f.notify->alarms.tail_heard_ms + 10001);   /* and what concerns all of them is said nevertheless */
    assert_true(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, ""));
    assert_false(alarm_is_due(f.notify));
    cleanup(&f);
}

static void before_any_policy_time_is_known_there_is_no_alarm(void **state)
{
    struct fixture f;

    (void) state;
    prepare(&f);
    start(&f);
    work_at(&f, f.notify->now_ms + 60000);
    assert_int_equal(f.notify->alarms.count, 0);
    assert_int_equal(f.notify->state.head.outcomes_waiting, 0);
    cleanup(&f);
}

/* Rules says its TAIL each second without ingest, too. */
static void a_time_that_stands_still_is_an_alarm(void **state)
{
    struct fixture f;
    int64_t moved_ms;
    char words[512];

    (void) state;
    setup(&f);
    moved_ms = f.notify->alarms.clock_moved_ms;
    f.notify->now_ms = moved_ms + 10001;
    tail(&f);
    assert_false(alarm_rules_is_alive(f.notify));
    notify_work(f.notify);
    assert_true(alarm_stands(f.notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, ""));
    work_at(&f, moved_ms + 10002);
    assert_contains(spool_words(&f, "house_alarm", words, sizeof words), "duban-ingest");
    at(&f, 60);
    UNTIL_IDLE(&f);
    assert_int_equal(f.notify->alarms.count, 0);
    assert_true(alarm_rules_is_alive(f.notify));
    cleanup(&f);
}

static void in_a_rehearsal_time_may_stand_still(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    f.notify->state.head.rehearsal = true;
    f.notify->now_ms = f.notify->alarms.clock_moved_ms + 10001;
    tail(&f);
    notify_work(f.notify);
    assert_int_equal(f.notify->alarms.count, 0);
    cleanup(&f);
}

static size_t alarms_of_mailboxes(struct fixture *f, size_t count)
{
    struct store_txn txn;

    state_begin(&f->notify->state, &txn);
    for (size_t i = 0; i < count; i++) {
        struct far_end mailbox = { .channel = CHANNEL_SMTP, .digest = { (uint8_t) i },
                                   .kept.failing_since_ms = f->clock_ms - 24 * 3600 * 1000 };

        alarm_far_end(f->notify, &txn, &mailbox);
    }
    assert_int_equal(state_commit(&f->notify->state, &txn), 0);
    return f->notify->alarms.count;
}

static void a_dead_mail_server_is_one_alarm_and_a_dead_mailbox_is_no_server(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    f.notify->flights.accepted_ms[CHANNEL_SMTP] = f.clock_ms - 60 * 1000;
    assert_int_equal(alarms_of_mailboxes(&f, 64), 0);   /* the server took others since */
    f.notify->flights.accepted_ms[CHANNEL_SMTP] = 0;
    assert_int_equal(alarms_of_mailboxes(&f, 64), 1);
    cleanup(&f);
}

/* Who cannot say "the webhook" any more, because there are two. */
static void alarms_of_two_far_ends_name_whose_they_are(void **state)
{
    struct fixture f;
    struct store_txn txn;
    struct far_end one = { .channel = CHANNEL_WEBHOOK, .digest = { 1 }, .kept.account = "leader-n" };
    struct far_end other = { .channel = CHANNEL_WEBHOOK, .digest = { 2 }, .kept.account = "leader-s" };
    const struct alarm *alarms;

    (void) state;
    setup(&f);
    one.kept.failing_since_ms = other.kept.failing_since_ms = f.clock_ms - 24 * 3600 * 1000;
    state_begin(&f.notify->state, &txn);
    alarm_far_end(f.notify, &txn, &one);
    alarm_far_end(f.notify, &txn, &other);
    assert_int_equal(state_commit(&f.notify->state, &txn), 0);
    assert_int_equal(f.notify->alarms.count, 2);
    alarms = f.notify->alarms.standing;
    assert_string_equal(alarms[0].way.account, "leader-n");
    assert_contains(alarms[0].detail_zh, "渠道 webhook（账号 leader-n 的地址）");
    assert_string_equal(alarms[1].way.account, "leader-s");
    assert_contains(alarms[1].detail_en, "channel webhook (address of account leader-s)");
    cleanup(&f);
}

static void a_server_is_named_as_it_is_set_without_what_is_secret(void **state)
{
    struct channel_settings settings = { .is_set = true, .smtp.server = "smtp://mail.town.example:587",
                                         .sms.url = "https://key:pass@sms.example:8443/send/KEY?to={phone}" };
    struct text name = { 0 };

    (void) state;
    channel_smtp.name_far_end(&settings, &name);
    assert_int_equal(name.size, strlen(settings.smtp.server));
    assert_memory_equal(name.data, settings.smtp.server, name.size);
    text_clear(&name);
    channel_sms.name_far_end(&settings, &name);
    assert_int_equal(name.size, strlen("https://sms.example:8443"));
    assert_memory_equal(name.data, "https://sms.example:8443", name.size);
    text_close(&name);
}

static void while_there_is_no_room_nothing_is_waited_for_that_is_due(void **state)
{
    static const char url[] = "http://127.0.0.1:1/";
    struct fixture f;

    (void) state;
    setup(&f);
    f.notify->channels.heartbeat_url = url;
    f.notify->channels.of[CHANNEL_SMS].sms.receipts_url = url;
    f.notify->handset.perhaps_awaited = true;
    assert_int_equal(heartbeat_timeout_ms(f.notify), 0);
    assert_int_equal(handset_timeout_ms(f.notify), 0);
    f.notify->room.until_ms = f.notify->now_ms + 1000;
    assert_int_equal(heartbeat_timeout_ms(f.notify), INT32_MAX);
    assert_int_equal(handset_timeout_ms(f.notify), INT32_MAX);
    f.notify->room.until_ms = 0;
    f.notify->channels.of[CHANNEL_SMS].sms.receipts_url = f.notify->channels.heartbeat_url = NULL;
    cleanup(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_rules_raises_one_alarm_until_it_is_heard_again),
        cmocka_unit_test(an_alarm_that_comes_again_at_the_same_moment_has_a_key_of_its_own),
        cmocka_unit_test(an_alarm_is_still_standing_after_a_restart),
        cmocka_unit_test(rules_that_stays_behind_is_an_alarm),
        cmocka_unit_test(a_low_disk_is_an_alarm_and_nothing_more_is_taken_over),
        cmocka_unit_test(there_are_only_so_many_alarms_and_places_for_the_house),
        cmocka_unit_test(before_any_policy_time_is_known_there_is_no_alarm),
        cmocka_unit_test(a_time_that_stands_still_is_an_alarm),
        cmocka_unit_test(in_a_rehearsal_time_may_stand_still),
        cmocka_unit_test(a_dead_mail_server_is_one_alarm_and_a_dead_mailbox_is_no_server),
        cmocka_unit_test(alarms_of_two_far_ends_name_whose_they_are),
        cmocka_unit_test(a_server_is_named_as_it_is_set_without_what_is_secret),
        cmocka_unit_test(while_there_is_no_room_nothing_is_waited_for_that_is_due),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
