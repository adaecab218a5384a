/* test_house_call.c - while rules cannot decide, the house itself tells those of its section in notify.yaml. */
#include "fixture.h"
#include "server.h"

#define TAKEN "HTTP/1.1 200 OK\r\ncontent-length: 27\r\nconnection: close\r\n\r\n{\"errcode\":0,\"errmsg\":\"ok\"}"

struct called {
    struct fixture f;
    struct server far_end;
};

static void setup_called(struct called *c)
{
    char path[SCRATCH_BYTES + 16];

    server_open(&c->far_end);
    prepare(&c->f);
    (void) snprintf(path, sizeof path, "%s/robot", c->f.scratch);
    write_file(path, c->far_end.address);
    assert_int_equal(chmod(path, 0600), 0);
    write_channels(&c->f, "  wecom:\nhouse: {after: 1m, to: [{channel: wecom, address_file: robot}]}\n");
    start(&c->f);
    tail(&c->f);
}

static void cleanup_called(struct called *c)
{
    cleanup(&c->f);
    server_close(&c->far_end);
}

/* Rules has said nothing for that long. */
static void be_silent(struct called *c, int64_t ms)
{
    c->f.notify->alarms.tail_heard_ms = c->f.notify->now_ms - ms;
    notify_work(c->f.notify);
}

/* As if the alarm had stood for that long. */
static void let_stand(struct called *c, int64_t ms)
{
    c->f.notify->house_calls.since_ms[1] = c->f.notify->now_ms - ms;
    house_calls_make(c->f.notify);
}

static void rules_that_stays_silent_is_told_once_and_that_it_is_over(void **state)
{
    struct called c;

    (void) state;
    setup_called(&c);
    server_says(&c.far_end, TAKEN);
    server_says(&c.far_end, TAKEN);
    be_silent(&c, 20000);
    assert_true(alarm_stands(c.f.notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, ""));
    let_stand(&c, 59000);
    assert_false(c.f.notify->house_calls.calls[0].under_way);   /* it may be only a restart */
    let_stand(&c, 60000);
    UNTIL(&c.f, c.f.notify->house_calls.sent == 1);
    assert_contains(server_body(&c.far_end, 0), "【系统告警】");
    assert_contains(server_body(&c.far_end, 0), "收不到规则服务的消息");
    assert_contains(server_body(&c.far_end, 0), "nothing is heard from the rules");
    let_stand(&c, 3600 * 1000);
    assert_false(c.f.notify->house_calls.calls[0].under_way);   /* said once */
    tail(&c.f);
    UNTIL(&c.f, c.f.notify->house_calls.sent == 2);
    assert_contains(server_body(&c.far_end, 1), "【系统告警解除】");
    assert_int_equal(server_requests(&c.far_end), 2);
    cleanup_called(&c);
}

static void what_was_not_told_is_not_said_to_be_over(void **state)
{
    struct called c;

    (void) state;
    setup_called(&c);
    be_silent(&c, 20000);
    tail(&c.f);
    UNTIL_IDLE(&c.f);
    assert_false(alarm_stands(c.f.notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, ""));
    house_calls_make(c.f.notify);
    assert_int_equal(server_requests(&c.far_end), 0);
    cleanup_called(&c);
}

static void what_is_not_taken_is_told_again(void **state)
{
    struct called c;
    struct house_call *call;

    (void) state;
    setup_called(&c);
    call = &c.f.notify->house_calls.calls[0];
    server_says(&c.far_end, STATUS("500 Oops"));
    server_says(&c.far_end, TAKEN);
    be_silent(&c, 20000);
    let_stand(&c, 60000);
    UNTIL(&c.f, c.f.notify->house_calls.failed == 1);
    assert_true(call->next_ms >= c.f.notify->now_ms + 20000);
    call->next_ms = 0;
    house_calls_make(c.f.notify);
    UNTIL(&c.f, c.f.notify->house_calls.sent == 1);
    assert_true(call->told[1]);
    cleanup_called(&c);
}

static void read_again_it_begins_anew_and_without_the_section_nobody_is_told(void **state)
{
    struct called c;

    (void) state;
    setup_called(&c);
    be_silent(&c, 20000);
    let_stand(&c, 60000);
    assert_true(c.f.notify->house_calls.calls[0].under_way);
    write_channels(&c.f, "");
    notify_reload(c.f.notify);
    assert_false(c.f.notify->house_calls.calls[0].under_way);
    let_stand(&c, 60000);
    assert_false(c.f.notify->house_calls.calls[0].under_way);
    cleanup_called(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_that_stays_silent_is_told_once_and_that_it_is_over),
        cmocka_unit_test(what_was_not_told_is_not_said_to_be_over),
        cmocka_unit_test(what_is_not_taken_is_told_again),
        cmocka_unit_test(read_again_it_begins_anew_and_without_the_section_nobody_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
