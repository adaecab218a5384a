/* test_heartbeat.c - a sign of life to a watcher outside: sent, held back, sent again. */
#include "fixture.h"
#include "server.h"

struct watched {
    struct fixture f;
    struct server watcher;
};

static void setup_watched(struct watched *w)
{
    char path[SCRATCH_BYTES + 16];

    server_open(&w->watcher);
    server_says(&w->watcher, OK);
    prepare(&w->f);
    (void) snprintf(path, sizeof path, "%s/watcher", w->f.scratch);
    write_file(path, w->watcher.address);
    assert_int_equal(chmod(path, 0600), 0);
    write_channels(&w->f, "heartbeat: {url_file: watcher, every: 1m}\n");
    start(&w->f);
}

static void cleanup_watched(struct watched *w)
{
    cleanup(&w->f);
    server_close(&w->watcher);
}

static void beat(struct watched *w, uint64_t total)
{
    w->f.notify->heartbeat.next_ms = 0;
    UNTIL(&w->f, w->f.notify->heartbeat.sent == total);
}

static json_int_t said(struct watched *w, size_t request, const char *name)
{
    json_t *body = json_loads(server_body(&w->watcher, request), 0, NULL);
    json_int_t value = json_integer_value(json_object_get(body, name));

    assert_string_equal(json_text(body, "type"), "duban.heartbeat");
    json_decref(body);
    return value;
}

static void it_says_what_was_checked_and_told_since_the_last_one(void **state)
{
    struct watched w;
    struct sample s;

    (void) state;
    setup_watched(&w);
    tail(&w.f);
    beat(&w, 1);
    sample_init(&s);
    push_texts(&w.f);
    (void) push_notice(&w.f, &s);
    apply(&w.f);
    UNTIL_IDLE(&w.f);
    beat(&w, 2);
    beat(&w, 3);
    assert_int_equal(said(&w, 0, "checked"), 0);
    assert_int_equal(said(&w, 1, "checked"), 2);
    assert_int_equal(said(&w, 1, "told"), 1);
    assert_int_equal(said(&w, 2, "checked"), 0);
    assert_int_equal(said(&w, 2, "told"), 0);
    cleanup_watched(&w);
}

static void it_stays_away_until_rules_is_heard_and_while_it_stalls(void **state)
{
    struct watched w;

    (void) state;
    setup_watched(&w);
    heartbeat_beat(w.f.notify);
    assert_false(w.f.notify->heartbeat.under_way);   /* nothing was heard yet */
    tail_behind(&w.f, 60000);
    w.f.notify->alarms.behind_since_ms = w.f.notify->now_ms - 180001;
    heartbeat_beat(w.f.notify);
    assert_false(w.f.notify->heartbeat.under_way);   /* with or without an alarm that says so */
    assert_int_equal(heartbeat_timeout_ms(w.f.notify), INT32_MAX);
    w.f.notify->alarms.behind_since_ms = 0;
    tail(&w.f);
    beat(&w, 1);
    assert_int_equal(server_requests(&w.watcher), 1);
    cleanup_watched(&w);
}

static void read_again_it_is_not_later_than_the_settings_say(void **state)
{
    struct watched w;

    (void) state;
    setup_watched(&w);
    w.f.notify->heartbeat.next_ms = w.f.notify->now_ms + 24 * 3600 * 1000;
    w.f.notify->handset.next_ms = INT64_MAX;
    notify_reload(w.f.notify);
    assert_true(w.f.notify->heartbeat.next_ms <= w.f.notify->now_ms + 60 * 1000);
    assert_true(w.f.notify->handset.next_ms < INT64_MAX);
    cleanup_watched(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_was_checked_and_told_since_the_last_one),
        cmocka_unit_test(it_stays_away_until_rules_is_heard_and_while_it_stalls),
        cmocka_unit_test(read_again_it_is_not_later_than_the_settings_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
