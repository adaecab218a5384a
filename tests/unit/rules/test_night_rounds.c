/* test_night_rounds.c - sites of which some inspections must be at night. */
#include "township.h"

static void inspect(struct township *t, const char *site_code, const char *item)
{
    visit(t, "inspector-n1", site_code, item, DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_null(held_last(t));
}

static struct night_inspection next_night(struct township *t, const char *site_code, const char *day)
{
    struct night_inspection next;

    state_begin(&t->rules.state);
    next = engine_next_night(&t->rules.engine, state_site(&t->rules.state, site_code), civil_day(at(day), 8 * 3600));
    store_abort(&t->rules.state.txn);
    return next;
}

#define assert_night_is_due(t, day) assert_true(next_night(t, "GATE-1", day).is_due)
#define assert_no_night_is_due(t, day) assert_false(next_night(t, "GATE-1", day).is_due)

static void a_gate_is_wanted_at_night_once_in_seven_days(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T18:00");
    assert_night_is_due(&t, "2020-02-10T00:00");   /* never */
    inspect(&t, "GATE-1", "GT-01");
    assert_night_is_due(&t, "2020-02-10T00:00");   /* by day */
    pass_until(&t, "2020-02-10T19:00");
    inspect(&t, "GATE-1", "GT-01");
    assert_no_night_is_due(&t, "2020-02-10T00:00");
    assert_no_night_is_due(&t, "2020-02-16T00:00");
    assert_night_is_due(&t, "2020-02-17T00:00");
    assert_false(next_night(&t, "COUR-1", "2020-02-10T00:00").is_wanted);
    township_close(&t);
}

static void the_small_hours_belong_to_the_evening_before(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-11T05:59");
    inspect(&t, "GATE-1", "GT-01");
    assert_no_night_is_due(&t, "2020-02-16T00:00");
    assert_night_is_due(&t, "2020-02-17T00:00");   /* seven days after the 10th */
    pass_until(&t, "2020-02-18T06:00");
    inspect(&t, "GATE-1", "GT-01");
    assert_night_is_due(&t, "2020-02-18T00:00");   /* that is the morning */
    township_close(&t);
}

static void who_coaches_or_is_not_let_in_inspects_nothing(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T21:00");
    visit(&t, "inspector-n1", "GATE-1", "GT-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 1);
    assert_night_is_due(&t, "2020-02-10T00:00");
    township_close(&t);
}

static const Duban__PlanStop *stop_of(struct township *t, const char *day, const char *site_code)
{
    const Duban__DayPlan *plan;
    const Duban__PlanStop *stop;

    state_begin(&t->rules.state);
    plan = state_day_plan(&t->rules.state, civil_day(at(day), 8 * 3600), "north");
    assert_non_null(plan);
    stop = engine_stop_of(plan, site_code);
    store_abort(&t->rules.state.txn);
    return stop;
}

static bool is_for_the_night(const Duban__PlanStop *stop)
{
    for (size_t i = 0; stop != NULL && i < stop->n_reasons; i++)
        if (stop->reasons[i]->kind == DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_NIGHT)
            return true;
    return false;
}

static void the_days_stops_say_so_until_somebody_was_there_at_night(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-09T10:00");
    pass_until(&t, "2020-02-10T08:00");
    assert_true(is_for_the_night(stop_of(&t, "2020-02-10T00:00", "GATE-1")));
    assert_false(is_for_the_night(stop_of(&t, "2020-02-10T00:00", "COUR-1")));
    clock_at(&t, "2020-02-10T10:00");
    inspect(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-11T08:00");            /* that was done, but not at night: wanted again */
    assert_true(is_for_the_night(stop_of(&t, "2020-02-11T00:00", "GATE-1")));
    assert_int_equal(stop_of(&t, "2020-02-11T00:00", "GATE-1")->carried_from_day, 0);
    pass_until(&t, "2020-02-11T22:00");
    inspect(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-12T08:00");
    assert_false(is_for_the_night(stop_of(&t, "2020-02-12T00:00", "GATE-1")));
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gate_is_wanted_at_night_once_in_seven_days),
        cmocka_unit_test(the_small_hours_belong_to_the_evening_before),
        cmocka_unit_test(who_coaches_or_is_not_let_in_inspects_nothing),
        cmocka_unit_test(the_days_stops_say_so_until_somebody_was_there_at_night),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
