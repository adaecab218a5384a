/* test_urgent.c - found anywhere, by anybody: told at once at any hour, with two limits of its own. */
#include "elsewhere.h"

#define ACT(name) DUBAN__URGENT_ACT__URGENT_ACT_##name

static void open_township(struct township *t, const char *when)
{
    township_open(t, when);
    holder(t, "office-wjk", DUBAN__ROLE__ROLE_OFFICE, "wjk");
    forget_told(t);
}

static void report(struct township *t, const char *who, const char *site_code, const char *area_code, const char *place)
{
    Duban__UrgentReport message = DUBAN__URGENT_REPORT__INIT;
    Duban__Position position = DUBAN__POSITION__INIT;

    if (site_code != NULL) {
        message.where_case = DUBAN__URGENT_REPORT__WHERE_SITE;
        message.site = (char *) site_code;
    } else if (area_code != NULL) {
        message.where_case = DUBAN__URGENT_REPORT__WHERE_AREA;
        message.area = (char *) area_code;
    }
    if (place == NULL) {
        position.latitude_e7 = 399289000;
        position.longitude_e7 = 1164883000;
        message.position = &position;
    } else {
        message.place = (char *) place;
    }
    SUBMIT(t, who, URGENT_REPORT, urgent_report, &message);
}

static void step(struct township *t, const char *who, Duban__UrgentAct act)
{
    Duban__UrgentStep message = DUBAN__URGENT_STEP__INIT;

    message.alert = numbered(t, "JB-0001");
    message.act = act;
    message.text = "体温计坏了";
    SUBMIT(t, who, URGENT_STEP, urgent_step, &message);
}

static void one_tap_at_night_wakes_the_lead_and_the_contact_at_once(void **state)
{
    struct township t;

    (void) state;
    open_township(&t, "2020-02-10T23:30");
    report(&t, "inspector-n1", NULL, "N1", "");
    assert_null(held_last(&t));
    assert_int_equal(told(&t, "lead", "urgent_fever"), 1);
    assert_int_equal(told(&t, "contact-n1", "urgent_fever"), 1);
    assert_int_equal(told(&t, "leader-north", "urgent_fever"), 1);
    assert_int_equal(told(&t, "office-wjk", "urgent_referral"), 1);
    assert_int_equal(facts(&t, FACT(FOLDED)), 0);
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    township_close(&t);
}

static void a_position_alone_or_a_code_that_nobody_knows_is_enough(void **state)
{
    struct township t;

    (void) state;
    open_township(&t, "2020-02-10T10:00");
    report(&t, "stranger", NULL, NULL, NULL);
    assert_null(held_last(&t));
    assert_int_equal(told(&t, "lead", "urgent_fever"), 1);
    assert_int_equal(subject_numbered(&t, "JB-0001")->urgent->position->latitude_e7, 399289000);
    assert_int_equal(open_task(&t, "JB-0001")->owner_role, DUBAN__ROLE__ROLE_DUTY_CLERK);
    report(&t, "inspector-n1", "GATE-9", NULL, "东侧小门");
    assert_null(held_last(&t));
    assert_string_equal(subject_numbered(&t, "JB-0002")->urgent->place, "GATE-9 东侧小门");
    assert_int_equal(told(&t, "lead", "urgent_fever"), 2);
    township_close(&t);
}

static void isolation_and_referral_have_limits_of_their_own(void **state)
{
    struct township t;
    Duban__Subject *alert;

    (void) state;
    open_township(&t, "2020-02-10T10:00");
    report(&t, "inspector-n1", "COUR-1", NULL, "");
    alert = subject_numbered(&t, "JB-0001");
    assert_int_equal(task_with(&t, &alert->urgent->isolation_task)->due_s, at("2020-02-10T11:00"));
    assert_int_equal(task_with(&t, &alert->urgent->referral_task)->due_s, at("2020-02-10T12:00"));
    assert_string_equal(task_with(&t, &alert->urgent->referral_task)->office, "wjk");
    step(&t, "contact-n1", ACT(ISOLATED));
    assert_int_equal(facts(&t, FACT(ISOLATED)), 1);
    assert_int_equal(facts(&t, FACT(FINISHED)), 0);
    assert_int_equal(open_task(&t, "JB-0001")->due_s, at("2020-02-10T12:00"));   /* what is left */
    step(&t, "contact-n1", ACT(ISOLATED));
    assert_contradicted(&t, "isolated_already");
    step(&t, "inspector-n1", ACT(ANSWERED));
    assert_held(&t, "account", "the office that takes the referral");
    step(&t, "office-wjk", ACT(ANSWERED));
    assert_int_equal(facts(&t, FACT(FINISHED)), 1);
    assert_int_not_equal(subject_numbered(&t, "JB-0001")->finished_s, 0);
    pass_until(&t, "2020-02-10T20:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);
    township_close(&t);
}

static void each_limit_that_passes_goes_up_at_night_too(void **state)
{
    struct township t;

    (void) state;
    open_township(&t, "2020-02-10T22:30");
    report(&t, "inspector-n1", "COUR-1", NULL, "");
    forget_told(&t);
    pass_until(&t, "2020-02-10T23:00");
    assert_int_equal(told(&t, "contact-n1", "urgent_due"), 1);   /* half an hour before the isolation's */
    pass_until(&t, "2020-02-10T23:30:01");
    assert_int_equal(told(&t, "contact-n1", "urgent_overdue"), 1);
    assert_int_equal(told(&t, "lead", "urgent_overdue"), 1);
    assert_int_equal(told(&t, "leader-north", "urgent_overdue"), 1);
    pass_until(&t, "2020-02-11T00:30:01");
    assert_int_equal(told(&t, "office-wjk", "urgent_overdue"), 1);
    assert_int_equal(told(&t, "lead", "urgent_overdue"), 2);
    assert_int_equal(facts(&t, FACT(FOLDED)), 0);
    township_close(&t);
}

static void each_report_is_an_alert_of_its_own_and_a_visits_is_one_too(void **state)
{
    struct township t;

    (void) state;
    open_township(&t, "2020-02-10T10:00");
    report(&t, "inspector-n1", "COUR-1", NULL, "");
    report(&t, "inspector-n2", "COUR-1", NULL, "");
    fails(&t, "COUR-1", "UR-01");   /* without a photo */
    visit(&t, "inspector-n1", "COUR-1", "UR-01", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 0);
    assert_int_equal(told(&t, "lead", "urgent_fever"), 4);
    assert_int_equal(subject_numbered(&t, "JB-0003")->urgent->found_sequence, t.sequence - 1);
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    township_close(&t);
}

static void a_mistake_ends_both_by_a_leader(void **state)
{
    struct township t;

    (void) state;
    open_township(&t, "2020-02-10T10:00");
    report(&t, "site-COUR-1", "COUR-1", NULL, "");
    step(&t, "site-COUR-1", ACT(MISTAKEN));
    assert_held(&t, "account", "may not do this");
    step(&t, "leader-north", ACT(MISTAKEN));
    assert_true(subject_numbered(&t, "JB-0001")->urgent->mistaken);
    assert_int_equal(facts(&t, FACT(FINISHED)), 1);
    step(&t, "office-wjk", ACT(ANSWERED));
    assert_contradicted(&t, "finished_already");
    pass_until(&t, "2020-02-10T20:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_tap_at_night_wakes_the_lead_and_the_contact_at_once),
        cmocka_unit_test(a_position_alone_or_a_code_that_nobody_knows_is_enough),
        cmocka_unit_test(isolation_and_referral_have_limits_of_their_own),
        cmocka_unit_test(each_limit_that_passes_goes_up_at_night_too),
        cmocka_unit_test(each_report_is_an_alert_of_its_own_and_a_visits_is_one_too),
        cmocka_unit_test(a_mistake_ends_both_by_a_leader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
