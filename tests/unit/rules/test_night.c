/* test_night.c - what falls into the quiet hours: the light before it, the list of the morning after. */
#include "township.h"

static Duban__Light light_at(struct township *t, const char *site_code, const char *item, const char *when, bool of_revisit)
{
    const Duban__Case *case_ = case_at(t, site_code, item);
    Duban__Light light;

    state_begin(&t->rules.state);
    light = engine_light(&t->rules.engine,
                         engine_task_of(&t->rules.engine, of_revisit ? &case_->revisit_task : &case_->rectification_task), at(when));
    store_abort(&t->rules.state.txn);
    return light;
}

/* Due 05:00: the reminders of 01:00 and 04:00 are one at 21:30 of the evening before. */
static void two_reminders_that_become_one_turn_no_light_yellow_before_it(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T05:00");
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(light_at(&t, "COUR-1", "DS-01", "2020-02-10T05:00", false), DUBAN__LIGHT__LIGHT_GREEN);
    assert_int_equal(light_at(&t, "COUR-1", "DS-01", "2020-02-10T21:29", false), DUBAN__LIGHT__LIGHT_GREEN);
    assert_int_equal(light_at(&t, "COUR-1", "DS-01", "2020-02-10T21:30", false), DUBAN__LIGHT__LIGHT_YELLOW);
    assert_int_equal(light_at(&t, "COUR-1", "DS-01", "2020-02-11T05:01", false), DUBAN__LIGHT__LIGHT_RED);
    township_close(&t);
}

/* A window of level C from 15:00 to 15:00: a quarter is left at 09:00, the reminder comes at 07:43. */
static void a_revisit_is_yellow_from_its_mornings_reminder(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "EP-05");
    clock_at(&t, "2020-02-10T15:00");
    claim(&t, "COUR-1", "EP-05");
    assert_int_equal(light_at(&t, "COUR-1", "EP-05", "2020-02-11T07:42", true), DUBAN__LIGHT__LIGHT_GREEN);
    assert_int_equal(light_at(&t, "COUR-1", "EP-05", "2020-02-11T07:43", true), DUBAN__LIGHT__LIGHT_YELLOW);
    township_close(&t);
}

/* Nobody was reminded that morning: a quarter of four hours it is. */
static void a_morning_before_the_window_is_no_reminder(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T12:00");
    claim(&t, "COUR-1", "DS-01");
    assert_int_equal(light_at(&t, "COUR-1", "DS-01", "2020-02-10T14:59", true), DUBAN__LIGHT__LIGHT_GREEN);
    assert_int_equal(light_at(&t, "COUR-1", "DS-01", "2020-02-10T15:00", true), DUBAN__LIGHT__LIGHT_YELLOW);
    township_close(&t);
}

/* Due 23:50: the chase of that second, the one four hours later and the one of the morning are one line for
 * the site and one for the owner. */
static void the_list_of_the_morning_says_each_thing_once(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T23:50");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-12T07:42");
    assert_int_equal(not_told(&t, "joined"), 0);
    pass_until(&t, "2020-02-12T07:44");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);
    assert_int_equal(not_told(&t, "joined"), 4);
    township_close(&t);
}

/* Overdue at 23:00, by a recompute of two o'clock due a day later. */
static void the_list_of_the_morning_says_nothing_of_a_due_that_a_recompute_has_replaced(void **state)
{
    struct township t;
    Duban__Recompute recompute = DUBAN__RECOMPUTE__INIT;
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    (void) state;
    township_open(&t, "2020-02-10T23:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-12T02:00");
    write_instead(&t, "limit: 24nh\n    rework_limit: 12nh", "limit: 48nh\n    rework_limit: 12nh");
    activate(&t, "epidemic-2020-beijing");
    recompute.subject_case = DUBAN__RECOMPUTE__SUBJECT_CASE_;
    recompute.case_ = approval.case_ = reference_to(&t, "COUR-1", "DS-01");
    recompute.reason = "时限放宽";
    SUBMIT(&t, "clerk", RECOMPUTE, recompute, &recompute);
    approval.matter = DUBAN__MATTER__MATTER_RECOMPUTE;
    approval.decision = DUBAN__DECISION__DECISION_GRANTED;
    SUBMIT(&t, "lead", APPROVAL, approval, &approval);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->due_s, at("2020-02-12T23:00"));
    forget_told(&t);
    pass_until(&t, "2020-02-12T07:44");
    assert_int_equal(not_told(&t, "overtaken"), 4);   /* site, owner, group leader and area contact */
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_reminders_that_become_one_turn_no_light_yellow_before_it),
        cmocka_unit_test(a_revisit_is_yellow_from_its_mornings_reminder),
        cmocka_unit_test(a_morning_before_the_window_is_no_reminder),
        cmocka_unit_test(the_list_of_the_morning_says_each_thing_once),
        cmocka_unit_test(the_list_of_the_morning_says_nothing_of_a_due_that_a_recompute_has_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
