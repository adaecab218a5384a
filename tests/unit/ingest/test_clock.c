#include "ingest_fixture.h"

/* ---------------------------------------------------------------- the clock by itself */

static struct clock clock_after(int64_t last_stamp_ms)
{
    struct clock clock = { .source = test_clocks(), .jump_ms = 10 * MINUTE_MS, .gap_ms = 30 * DAY_MS };

    test_boot_ms = 1000;
    clock_start(&clock, last_stamp_ms);
    return clock;
}

static void a_first_start_believes_the_wall_clock(void **state)
{
    struct clock clock;

    (void) state;
    test_wall_ms = FIRST_WALL_MS;
    clock = clock_after(0);
    assert_false(clock.memory.held);
    assert_int_equal(clock_now(&clock), FIRST_WALL_MS);
    pass_ms(1234);
    assert_int_equal(clock_now(&clock), FIRST_WALL_MS + 1234);
}

static void a_start_a_small_step_before_the_last_stamp_goes_on_from_it(void **state)
{
    struct clock clock = { .source = test_clocks(), .jump_ms = 10 * MINUTE_MS, .gap_ms = 30 * DAY_MS };

    (void) state;
    test_wall_ms = FIRST_WALL_MS;
    assert_true(clock_start(&clock, FIRST_WALL_MS + 10 * MINUTE_MS));
    assert_false(clock.memory.held);
    assert_int_equal(clock.memory.lead_ms, 10 * MINUTE_MS);
    assert_int_equal(clock_now(&clock), FIRST_WALL_MS + 10 * MINUTE_MS);
}

static void a_start_before_the_last_stamp_is_held_and_goes_on_from_it(void **state)
{
    struct clock clock;

    (void) state;
    test_wall_ms = FIRST_WALL_MS;
    clock = clock_after(FIRST_WALL_MS + 10 * MINUTE_MS + 1);
    assert_true(clock.memory.held);
    assert_string_equal(clock.reason_zh, "系统钟早于上次盖的时间 600 秒");
    assert_string_equal(clock.reason_en, "wall clock lies before the last stamp by 600 s");
    pass_ms(500);
    assert_int_equal(clock_now(&clock), FIRST_WALL_MS + 10 * MINUTE_MS + 501);
}

static void a_start_at_the_edge_of_the_gap_is_believed_and_beyond_it_held(void **state)
{
    struct clock clock;

    (void) state;
    test_wall_ms = FIRST_WALL_MS + 30 * DAY_MS;
    clock = clock_after(FIRST_WALL_MS);
    assert_false(clock.memory.held);
    assert_int_equal(clock_now(&clock), test_wall_ms);
    test_wall_ms++;
    clock = clock_after(FIRST_WALL_MS);
    assert_true(clock.memory.held);
    assert_int_equal(clock_now(&clock), FIRST_WALL_MS);
}

static void a_jump_either_way_holds_and_the_time_goes_on_evenly(void **state)
{
    (void) state;
    for (int64_t sign = -1; sign <= 1; sign += 2) {
        struct clock clock;

        test_wall_ms = FIRST_WALL_MS;
        clock = clock_after(0);
        test_wall_ms += sign * (10 * MINUTE_MS + 1);
        assert_true(clock_check(&clock));
        assert_true(clock.memory.held);
        pass_ms(5000);
        assert_false(clock_check(&clock));
        assert_int_equal(clock_now(&clock), FIRST_WALL_MS + 5000);
    }
}

static void a_small_step_is_followed_slowly_and_never_back(void **state)
{
    (void) state;
    for (int64_t sign = -1; sign <= 1; sign += 2) {
        struct clock clock;
        int64_t before_ms = FIRST_WALL_MS;

        test_wall_ms = FIRST_WALL_MS;
        clock = clock_after(0);
        test_wall_ms += sign * 10 * MINUTE_MS;
        for (int i = 0; i < 15 * 3600; i++) {
            int64_t now_ms;

            pass_ms(1000);
            clock_check(&clock);
            now_ms = clock_now(&clock);
            assert_true(now_ms - before_ms >= 950 && now_ms - before_ms <= 1050);
            before_ms = now_ms;
        }
        assert_false(clock.memory.held);
        assert_int_equal(clock_now(&clock), test_wall_ms);
    }
}

static void a_restart_after_a_small_step_back_is_not_held(void **state)
{
    struct clock clock;
    struct clock_memory memory;
    int64_t last_ms;

    (void) state;
    test_wall_ms = FIRST_WALL_MS;
    clock = clock_after(0);
    pass_ms(MINUTE_MS);
    test_wall_ms -= 5 * MINUTE_MS;
    assert_true(clock_check(&clock));
    memory = clock.memory;
    last_ms = clock_now(&clock);
    clock = (struct clock){ .source = test_clocks(), .jump_ms = 10 * MINUTE_MS, .gap_ms = DAY_MS, .memory = memory };
    clock_start(&clock, last_ms);
    assert_false(clock.memory.held);
    assert_int_equal(clock_now(&clock), last_ms);
}

static void accepting_goes_forward_to_the_wall_clock(void **state)
{
    struct clock clock;

    (void) state;
    test_wall_ms = FIRST_WALL_MS;
    clock = clock_after(0);
    test_wall_ms += DAY_MS;
    clock_check(&clock);
    assert_true(clock.memory.held);
    clock_accept(&clock);
    assert_false(clock.memory.held);
    assert_int_equal(clock_now(&clock), FIRST_WALL_MS + DAY_MS);
    assert_false(clock_check(&clock));
}

static void accepting_an_earlier_wall_clock_never_goes_back(void **state)
{
    struct clock clock;
    int64_t last_ms;

    (void) state;
    test_wall_ms = FIRST_WALL_MS;
    clock = clock_after(0);
    test_wall_ms -= DAY_MS;
    clock_check(&clock);
    clock_accept(&clock);
    assert_int_equal(clock_now(&clock), FIRST_WALL_MS);
    assert_int_equal(clock.memory.lead_ms, DAY_MS);
    pass_ms(1000);
    clock_check(&clock);
    last_ms = clock_now(&clock);
    assert_true(last_ms > FIRST_WALL_MS);
    clock_start(&clock, last_ms);
    assert_false(clock.memory.held);
}

static void a_manual_clock_stands_and_moves_forward_only(void **state)
{
    struct clock clock = { .source = test_clocks(), .manual = true, .memory = { .manual_ms = 5000 } };

    (void) state;
    clock_start(&clock, 0);
    pass_ms(DAY_MS);
    assert_false(clock_check(&clock));
    assert_int_equal(clock_now(&clock), 5000);
    assert_true(clock_advance(&clock, 6000));
    assert_true(clock_advance(&clock, 6000));
    assert_false(clock_advance(&clock, 5999));
    assert_int_equal(clock_now(&clock), 6000);
    clock_start(&clock, 9000);
    assert_int_equal(clock_now(&clock), 9000);
}

/* ---------------------------------------------------------------- inside ingest */

static void a_held_clock_takes_reports_but_makes_no_tick_until_accepted(void **state)
{
    struct fixture f;
    Duban__IngestStatus *now;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    assert_receipt(submit(&f, 1, report_saying(&f, "before")), 1, false);
    wake_at(&f, FIRST_WALL_MS + 1000);
    test_wall_ms += DAY_MS;
    now = status(&f);
    assert_true(now->clock_held);
    pass_ms(2000);
    now = status(&f);
    assert_int_equal(now->last_sequence, 1);
    assert_receipt(submit(&f, 2, report_saying(&f, "while held")), 2, false);
    assert_int_equal(record_at(&f, 2).stamp_ms, FIRST_WALL_MS + 2000);
    wake_at(&f, FIRST_WALL_MS + 2 * MINUTE_MS);
    restart(&f);
    assert_true(status(&f)->clock_held);
    hello_as(&f, "rules");
    wake_at(&f, FIRST_WALL_MS + 2 * MINUTE_MS);
    assert_int_equal(accept_clock(&f)->body_case, DUBAN__REPLY__BODY_DONE);
    now = status(&f);
    assert_false(now->clock_held);
    assert_int_equal(now->clock_ms, test_wall_ms);
    assert_int_equal(now->last_sequence, 3);
    assert_int_equal(entry_at(&f, 3)->body_case, DUBAN__ENTRY__BODY_TICK);
    teardown(&f);
}

static void a_wake_makes_exactly_one_tick_when_its_time_comes(void **state)
{
    struct fixture f;
    Duban__IngestStatus *now;
    struct record tick;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    now = wake_at(&f, FIRST_WALL_MS + 1000);
    assert_int_equal(now->wake_ms, FIRST_WALL_MS + 1000);
    pass_ms(999);
    assert_int_equal(status(&f)->last_sequence, 0);
    pass_ms(1);
    now = status(&f);
    assert_int_equal(now->last_sequence, 1);
    assert_int_equal(now->wake_ms, 0);
    tick = record_at(&f, 1);
    assert_string_equal(tick.account, "ingest");
    assert_int_equal(tick.stamp_ms, FIRST_WALL_MS + 1000);
    assert_int_equal(entry_at(&f, 1)->body_case, DUBAN__ENTRY__BODY_TICK);
    /* The same WAKE again, as with every TAIL, and one of a time gone by. */
    assert_int_equal(wake_at(&f, FIRST_WALL_MS + 1000)->last_sequence, 1);
    assert_int_equal(wake_at(&f, FIRST_WALL_MS + 500)->last_sequence, 1);
    assert_int_equal(status(&f)->last_sequence, 1);
    teardown(&f);
}

static void an_entry_at_the_time_of_the_wake_spares_the_tick(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    wake_at(&f, FIRST_WALL_MS + 1000);
    pass_ms(1000);
    assert_receipt(submit(&f, 1, report_saying(&f, "in time")), 1, false);
    assert_int_equal(status(&f)->last_sequence, 1);
    teardown(&f);
}

static void only_rules_can_ask_for_a_tick(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    hello_as(&f, "replay");
    assert_int_equal(wake_at(&f, FIRST_WALL_MS - 1000)->wake_ms, 0);
    assert_int_equal(status(&f)->last_sequence, 0);
    teardown(&f);
}

static void a_rehearsal_stands_where_it_was_told_and_is_advanced(void **state)
{
    struct fixture f;
    int64_t start_ms = FIRST_WALL_MS;   /* 08:00 in Shanghai */

    (void) state;
    prepare(&f);
    test_wall_ms += 5000 * DAY_MS;
    snprintf(f.settings.rehearsal_start, sizeof f.settings.rehearsal_start, "2020-02-03T08:00");
    start(&f);
    assert_true(status(&f)->rehearsal);
    pass_ms(DAY_MS);
    assert_int_equal(status(&f)->clock_ms, start_ms);
    assert_true(hello_as(&f, "rules")->rehearsal);
    assert_receipt(submit(&f, 1, report_saying(&f, "x")), 1, false);
    assert_int_equal(record_at(&f, 1).stamp_ms, start_ms);
    wake_at(&f, start_ms + MINUTE_MS);
    assert_string_equal(advance_to(&f, start_ms - 1)->fault->field, "clock_advance.to_ms");
    assert_int_equal(advance_to(&f, start_ms + MINUTE_MS)->body_case, DUBAN__REPLY__BODY_DONE);
    assert_int_equal(status(&f)->last_sequence, 2);
    assert_int_equal(record_at(&f, 2).stamp_ms, start_ms + MINUTE_MS);
    restart(&f);
    assert_int_equal(status(&f)->clock_ms, start_ms + MINUTE_MS);
    f.settings.rehearsal_start[0] = '\0';
    restart(&f);
    assert_true(status(&f)->rehearsal);
    teardown(&f);
}

static void a_wake_for_now_makes_its_tick_at_once_in_a_rehearsal(void **state)
{
    struct fixture f;

    (void) state;
    prepare(&f);
    snprintf(f.settings.rehearsal_start, sizeof f.settings.rehearsal_start, "2020-02-03T08:00");
    start(&f);
    hello_as(&f, "rules");
    wake_at(&f, FIRST_WALL_MS);
    assert_int_equal(status(&f)->last_sequence, 1);
    teardown(&f);
}

static void a_step_of_the_clock_is_told_to_the_consumers_at_once(void **state)
{
    struct received received;
    struct fixture f;
    Duban__Tail *tail;

    (void) state;
    prepare(&f);
    snprintf(f.settings.rehearsal_start, sizeof f.settings.rehearsal_start, "2020-02-03T08:00");
    start(&f);
    hello_as(&f, "rules");
    advance_to(&f, FIRST_WALL_MS + 7000);
    for (;;) {
        await_type(&f, f.rules, FRAME_TAIL, &received);
        tail = message_unpack_own(&f.arena, &duban__tail__descriptor, received.body);
        frame_release(&received);
        if (tail->clock_ms == FIRST_WALL_MS + 7000)
            break;
    }
    teardown(&f);
}

static void a_real_clock_cannot_be_advanced(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_string_equal(advance_to(&f, FIRST_WALL_MS + DAY_MS)->fault->field, "clock_advance");
    teardown(&f);
}

static struct fixture *dying;

/* So that a tool which counts what is left at the end finds nothing. */
static void close_store(void)
{
    store_close(&dying->ingest->store);
}

static void start_once(void *argument)
{
    struct fixture *f = argument;

    dying = f;
    assert_int_equal(atexit(close_store), 0);
    start(f);
    stop(f);
}

static void real_data_never_becomes_a_rehearsal(void **state)
{
    static struct child child;
    struct fixture f;

    (void) state;
    prepare(&f);
    child_run(&child, start_once, &f);
    assert_exit(child, 0);
    snprintf(f.settings.rehearsal_start, sizeof f.settings.rehearsal_start, "2020-02-03T08:00");
    child_run(&child, start_once, &f);
    assert_exit(child, 1);
    assert_contains(child.output, "rehearsal_start");
    snprintf(f.settings.rehearsal_start, sizeof f.settings.rehearsal_start, "the third");
    child_run(&child, start_once, &f);
    assert_exit(child, 1);
    assert_contains(child.output, "2020-02-03T08:00");
    arena_close(&f.arena);
    scratch_remove(f.directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_start_believes_the_wall_clock),
        cmocka_unit_test(a_start_a_small_step_before_the_last_stamp_goes_on_from_it),
        cmocka_unit_test(a_start_before_the_last_stamp_is_held_and_goes_on_from_it),
        cmocka_unit_test(a_start_at_the_edge_of_the_gap_is_believed_and_beyond_it_held),
        cmocka_unit_test(a_jump_either_way_holds_and_the_time_goes_on_evenly),
        cmocka_unit_test(a_small_step_is_followed_slowly_and_never_back),
        cmocka_unit_test(a_restart_after_a_small_step_back_is_not_held),
        cmocka_unit_test(accepting_goes_forward_to_the_wall_clock),
        cmocka_unit_test(accepting_an_earlier_wall_clock_never_goes_back),
        cmocka_unit_test(a_manual_clock_stands_and_moves_forward_only),
        cmocka_unit_test(a_held_clock_takes_reports_but_makes_no_tick_until_accepted),
        cmocka_unit_test(a_wake_makes_exactly_one_tick_when_its_time_comes),
        cmocka_unit_test(an_entry_at_the_time_of_the_wake_spares_the_tick),
        cmocka_unit_test(only_rules_can_ask_for_a_tick),
        cmocka_unit_test(a_rehearsal_stands_where_it_was_told_and_is_advanced),
        cmocka_unit_test(a_wake_for_now_makes_its_tick_at_once_in_a_rehearsal),
        cmocka_unit_test(a_step_of_the_clock_is_told_to_the_consumers_at_once),
        cmocka_unit_test(a_real_clock_cannot_be_advanced),
        cmocka_unit_test(real_data_never_becomes_a_rehearsal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
