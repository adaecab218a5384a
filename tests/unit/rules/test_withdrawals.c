/* test_withdrawals.c - a report amended: what its answers had caused beside the cases (4.6 rule 20). */
#include "elsewhere.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define FAIL DUBAN__RESULT__RESULT_FAIL
#define NOT_CHECKED DUBAN__RESULT__RESULT_NOT_CHECKED
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define CHECK_IN DUBAN__PURPOSE__PURPOSE_CHECK_IN

static void open_township(struct township *t)
{
    township_open(t, "2020-02-10T10:00");   /* a Monday */
    holder(t, "office-wjk", DUBAN__ROLE__ROLE_OFFICE, "wjk");
    holder(t, "office-kwb", DUBAN__ROLE__ROLE_OFFICE, "kongwei");
    forget_told(t);
}

/* ---------------------------------------------------------------- acts */

static uint64_t answers(struct township *t, const char *who, const char *site_code, const char *item, Duban__Result result)
{
    visit(t, who, site_code, item, result, INSPECTION, 1);
    return t->sequence;
}

static uint64_t finds(struct township *t, const char *site_code, const char *item)
{
    return answers(t, "inspector-n1", site_code, item, FAIL);
}

static void amend(struct township *t, uint64_t report, const char *item, Duban__Result result)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *list[] = { &answer };

    answer.item = (char *) item;
    answer.result = result;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = list;
    amendment.reason = "看错一栏";
    SUBMIT(t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_null(held_last(t));
}

static void urgent_step(struct township *t, const char *who, Duban__UrgentAct act)
{
    Duban__UrgentStep message = DUBAN__URGENT_STEP__INIT;

    message.alert = numbered(t, "JB-0001");
    message.act = act;
    message.text = "已处置";
    SUBMIT(t, who, URGENT_STEP, urgent_step, &message);
    assert_null(held_last(t));
}

static void referral_step(struct township *t, Duban__ReferralAct act)
{
    Duban__ReferralStep message = DUBAN__REFERRAL_STEP__INIT;

    message.referral = numbered(t, "YJ-0001");
    message.act = act;
    message.text = "已拆除";
    SUBMIT(t, "office-kwb", REFERRAL_STEP, referral_step, &message);
    assert_null(held_last(t));
}

static void raise_difficulty(struct township *t)
{
    Duban__Difficulty message = DUBAN__DIFFICULTY__INIT;

    message.site = "GATE-1";
    message.matter = "GT-04";
    message.supply = "围挡";
    message.quantity = 20;
    message.measure = "块";
    SUBMIT(t, "inspector-n1", DIFFICULTY, difficulty, &message);
    assert_null(held_last(t));
}

static void coordination_step(struct township *t, Duban__CoordinationAct act)
{
    Duban__CoordinationStep message = DUBAN__COORDINATION_STEP__INIT;

    message.coordination = numbered(t, "XT-0001");
    message.act = act;
    message.unit = "建材市场";
    SUBMIT(t, "leader-north", COORDINATION_STEP, coordination_step, &message);
    assert_null(held_last(t));
}

static void watch_site(struct township *t, uint32_t clean_days)
{
    Duban__Watch message = DUBAN__WATCH__INIT;

    message.site = "COUR-1";
    message.watcher = "inspector-n1";
    message.clean_days = clean_days;
    message.reason = "快递员流动大";
    SUBMIT(t, "leader-north", WATCH, watch, &message);
    assert_null(held_last(t));
}

static uint64_t check_in(struct township *t, Duban__Result result)
{
    visit(t, "inspector-n1", "COUR-1", "DS-06", result, CHECK_IN, 1);
    return t->sequence;
}

/* ---------------------------------------------------------------- what came of it */

static void assert_stands(struct township *t, const char *reason)
{
    assert_string_equal(last_fact(t, FACT(CONTRADICTION))->act, "amendment");
    assert_string_equal(last_fact(t, FACT(CONTRADICTION))->reason, reason);
    assert_int_equal(facts(t, FACT(UNDONE)), 0);
    assert_int_equal(told(t, "lead", "amendment_kept"), 1);
    assert_int_equal(told(t, "leader-north", "amendment_kept"), 1);
}

static void assert_withdrawn(struct township *t, const char *number)
{
    const Duban__Subject *subject = subject_numbered(t, number);

    assert_int_not_equal(subject->withdrawn_s, 0);
    assert_int_not_equal(subject->finished_s, 0);
    assert_int_equal(subject->task.len, 0);
    assert_int_equal(facts(t, FACT(UNDONE)), 1);
}

/* ---------------------------------------------------------------- what coaching has seen */

static uint64_t coaches(struct township *t, const char *site_code, const char *item, Duban__Result result)
{
    visit(t, "inspector-n1", site_code, item, result, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 1);
    return t->sequence;
}

static void a_referral_that_coaching_opened_is_taken_back_while_nobody_has_touched_it(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, 7);
    report = coaches(&t, "DORM-1", "SD-01", FAIL);
    assert_int_equal(told(&t, "office-kwb", "referral"), 1);
    amend(&t, report, "SD-01", PASS);
    assert_withdrawn(&t, "YJ-0001");
    assert_int_equal(told(&t, "office-kwb", "case_amended"), 1);
    assert_int_equal(last_fact(&t, FACT(AMENDED))->subject.len, 0);   /* it is about no case */
    township_close(&t);
}

static void a_referral_that_coaching_opened_stands_once_the_office_has_it(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, 7);
    report = coaches(&t, "DORM-1", "SD-01", FAIL);
    referral_step(&t, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED);
    amend(&t, report, "SD-01", PASS);
    assert_stands(&t, "acted_since");
    assert_int_equal(subject_numbered(&t, "YJ-0001")->withdrawn_s, 0);
    township_close(&t);
}

static void coaching_that_saw_it_after_all_opens_a_referral_and_no_case(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, 7);
    report = coaches(&t, "DORM-1", "SD-01", PASS);
    amend(&t, report, "SD-01", FAIL);
    assert_non_null(subject_numbered(&t, "YJ-0001"));
    report = coaches(&t, "COUR-1", "EP-05", PASS);
    amend(&t, report, "EP-05", FAIL);
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    township_close(&t);
}

static void an_alert_that_coaching_raised_is_taken_back(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, 7);
    report = coaches(&t, "COUR-1", "UR-01", FAIL);
    amend(&t, report, "UR-01", PASS);
    assert_withdrawn(&t, "JB-0001");
    township_close(&t);
}

static void what_coaching_saw_of_a_case_that_is_open_stays_without_a_say(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, 7);
    finds(&t, "COUR-1", "EP-05");
    report = coaches(&t, "COUR-1", "EP-05", FAIL);
    amend(&t, report, "EP-05", PASS);
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->passes, 0);
    assert_int_equal(facts(&t, FACT(PASS_NOT_COUNTED)), 0);
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 0);
    township_close(&t);
}

static void before_that_engine_coaching_was_not_amended(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, 6);
    report = coaches(&t, "DORM-1", "SD-01", FAIL);
    amend(&t, report, "SD-01", PASS);
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    assert_int_equal(subject_numbered(&t, "YJ-0001")->withdrawn_s, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- urgent matters */

static void an_alert_that_nobody_acted_on_ends_and_all_who_were_woken_hear_of_it(void **state)
{
    struct township t;
    uint64_t report;
    Duban__UrgentRecord *alert;

    (void) state;
    open_township(&t);
    report = finds(&t, "COUR-1", "UR-01");
    assert_int_equal(told(&t, "lead", "urgent_fever"), 1);
    alert = subject_numbered(&t, "JB-0001")->urgent;
    amend(&t, report, "UR-01", NOT_CHECKED);
    assert_withdrawn(&t, "JB-0001");
    assert_int_equal(task_with(&t, &alert->isolation_task)->state, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    assert_int_equal(task_with(&t, &alert->referral_task)->state, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    assert_int_equal(told(&t, "lead", "case_amended"), 1);
    assert_int_equal(told(&t, "contact-n1", "case_amended"), 1);
    assert_int_equal(told(&t, "office-wjk", "case_amended"), 1);
    assert_int_equal(told(&t, "site-COUR-1", "case_amended"), 0);   /* nobody had told it */
    forget_told(&t);
    pass_until(&t, "2020-02-10T18:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);
    amend(&t, report, "UR-01", FAIL);
    assert_non_null(subject_numbered(&t, "JB-0002"));   /* it was so after all */
    township_close(&t);
}

static void an_alert_that_somebody_acted_on_stands_and_the_leaders_settle_it(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "COUR-1", "UR-01");
    urgent_step(&t, "office-wjk", DUBAN__URGENT_ACT__URGENT_ACT_ANSWERED);   /* a hospital has been asked */
    amend(&t, report, "UR-01", NOT_CHECKED);
    assert_stands(&t, "acted_since");
    assert_int_equal(subject_numbered(&t, "JB-0001")->finished_s, 0);
    assert_int_equal(subject_numbered(&t, "JB-0001")->withdrawn_s, 0);
    township_close(&t);
}

static void a_pass_that_was_an_urgent_fail_is_told_at_once(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = answers(&t, "inspector-n1", "COUR-1", "UR-01", PASS);
    clock_at(&t, "2020-02-10T23:30");
    amend(&t, report, "UR-01", FAIL);
    assert_int_equal(told(&t, "lead", "urgent_fever"), 1);
    assert_int_equal(subject_numbered(&t, "JB-0001")->urgent->found_sequence, report);
    amend(&t, report, "UR-01", PASS);
    assert_withdrawn(&t, "JB-0001");
    assert_int_equal(told(&t, "lead", "case_amended"), 1);   /* at night too: he is on his feet because of it */
    township_close(&t);
}

/* ---------------------------------------------------------------- referrals */

static void a_referral_that_no_office_has_taken_ends_and_the_office_hears_of_it(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "COUR-1", "SD-01");
    amend(&t, report, "SD-01", PASS);
    assert_withdrawn(&t, "YJ-0001");
    assert_int_equal(told(&t, "office-kwb", "case_amended"), 1);
    forget_told(&t);
    pass_until(&t, "2020-02-12T18:00");
    assert_int_equal(told(&t, "office-kwb", "referral_overdue"), 0);
    finds(&t, "COUR-1", "SD-01");
    assert_non_null(subject_numbered(&t, "YJ-0002"));
    township_close(&t);
}

static void a_referral_that_an_office_has_taken_or_another_visit_has_seen_stands(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "COUR-1", "SD-01");
    referral_step(&t, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED);
    amend(&t, report, "SD-01", NOT_CHECKED);
    assert_stands(&t, "acted_since");
    township_close(&t);
    open_township(&t);
    report = finds(&t, "COUR-1", "SD-01");
    answers(&t, "inspector-n2", "COUR-1", "SD-01", FAIL);
    amend(&t, report, "SD-01", NOT_CHECKED);
    assert_stands(&t, "judged_since");
    assert_int_equal(subject_numbered(&t, "YJ-0001")->referral->seen_again, 1);
    township_close(&t);
}

static void having_seen_it_once_more_is_taken_back_without_a_word(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    answers(&t, "inspector-n2", "COUR-1", "SD-01", FAIL);
    report = finds(&t, "COUR-1", "SD-01");
    referral_step(&t, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED);
    forget_told(&t);
    amend(&t, report, "SD-01", NOT_CHECKED);
    assert_int_equal(subject_numbered(&t, "YJ-0001")->referral->seen_again, 0);
    assert_int_equal(facts(&t, FACT(UNDONE)), 1);
    assert_int_equal(facts(&t, FACT(TOLD)), 0);
    assert_int_equal(subject_numbered(&t, "YJ-0001")->finished_s, 0);
    township_close(&t);
}

static void a_confirmation_that_was_none_is_wanted_again_and_a_fail_goes_back_to_the_office(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    finds(&t, "COUR-1", "SD-01");
    referral_step(&t, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RESULT);
    clock_at(&t, "2020-02-11T09:00");
    report = answers(&t, "inspector-n1", "COUR-1", "SD-01", PASS);
    assert_int_not_equal(subject_numbered(&t, "YJ-0001")->finished_s, 0);
    forget_told(&t);
    amend(&t, report, "SD-01", NOT_CHECKED);
    assert_int_equal(subject_numbered(&t, "YJ-0001")->finished_s, 0);
    assert_int_equal(subject_numbered(&t, "YJ-0001")->withdrawn_s, 0);
    assert_int_equal(open_task(&t, "YJ-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION);
    amend(&t, report, "SD-01", FAIL);
    assert_int_equal(open_task(&t, "YJ-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_REFERRAL_RESULT);
    assert_int_equal(told(&t, "office-kwb", "referral_again"), 1);
    amend(&t, report, "SD-01", PASS);
    assert_int_not_equal(subject_numbered(&t, "YJ-0001")->finished_s, 0);
    assert_int_equal(subject_numbered(&t, "YJ-0001")->referral->state, DUBAN__REFERRAL_STATE__REFERRAL_STATE_CONFIRMED);
    township_close(&t);
}

/* ---------------------------------------------------------------- coordination */

static void what_was_not_there_and_is_after_all_is_confirmed(void **state)
{
    struct township t;
    uint64_t report;
    int64_t delivered_s;

    (void) state;
    open_township(&t);
    raise_difficulty(&t);
    clock_at(&t, "2020-02-10T12:00");
    coordination_step(&t, DUBAN__COORDINATION_ACT__COORDINATION_ACT_DELIVERED);
    delivered_s = subject_numbered(&t, "XT-0001")->coordination->delivered_s;
    clock_at(&t, "2020-02-10T14:00");
    report = finds(&t, "GATE-1", "GT-04");
    assert_int_equal(subject_numbered(&t, "XT-0001")->coordination->delivered_s, 0);
    amend(&t, report, "GT-04", NOT_CHECKED);
    assert_int_equal(subject_numbered(&t, "XT-0001")->coordination->delivered_s, delivered_s);
    assert_int_equal(open_task(&t, "XT-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION);
    answers(&t, "inspector-n2", "GATE-1", "GT-04", PASS);
    assert_int_equal(subject_numbered(&t, "XT-0001")->coordination->state, DUBAN__COORDINATION_STATE__COORDINATION_STATE_CONFIRMED);
    township_close(&t);
}

static void what_units_were_asked_for_again_stands(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    raise_difficulty(&t);
    clock_at(&t, "2020-02-10T12:00");
    coordination_step(&t, DUBAN__COORDINATION_ACT__COORDINATION_ACT_DELIVERED);
    clock_at(&t, "2020-02-10T14:00");
    report = finds(&t, "GATE-1", "GT-04");
    coordination_step(&t, DUBAN__COORDINATION_ACT__COORDINATION_ACT_ASKED);
    amend(&t, report, "GT-04", NOT_CHECKED);
    assert_stands(&t, "acted_since");
    assert_int_equal(open_task(&t, "XT-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_COORDINATION);
    township_close(&t);
}

/* ---------------------------------------------------------------- the day of a watch */

static void a_day_goes_by_what_all_its_check_ins_say_now(void **state)
{
    struct township t;
    uint64_t first, second;

    (void) state;
    open_township(&t);
    watch_site(&t, 7);
    first = check_in(&t, PASS);
    clock_at(&t, "2020-02-10T11:00");
    second = check_in(&t, FAIL);
    assert_int_equal(subject_numbered(&t, "DS-0001")->watch->clean_days, 0);
    amend(&t, first, "DS-06", NOT_CHECKED);   /* the fail counts, whatever the other says */
    assert_int_equal(subject_numbered(&t, "DS-0001")->watch->clean_days, 0);
    amend(&t, second, "DS-06", PASS);
    assert_int_equal(subject_numbered(&t, "DS-0001")->watch->clean_days, 1);
    assert_true(subject_numbered(&t, "DS-0001")->watch->days[0]->checked);
    amend(&t, second, "DS-06", NOT_CHECKED);
    assert_int_equal(subject_numbered(&t, "DS-0001")->watch->clean_days, 0);
    assert_int_equal(subject_numbered(&t, "DS-0001")->watch->streak, 1);   /* somebody was there all the same */
    township_close(&t);
}

static void a_watch_that_ended_by_a_day_that_was_not_clean_goes_on(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    watch_site(&t, 2);
    check_in(&t, PASS);
    pass_until(&t, "2020-02-11T10:00");
    report = check_in(&t, PASS);
    assert_int_not_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    forget_told(&t);
    clock_at(&t, "2020-02-11T20:00");
    amend(&t, report, "DS-06", FAIL);
    assert_int_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    assert_int_equal(open_task(&t, "DS-0001")->due_s, at("2020-02-12T18:00"));
    assert_int_equal(facts(&t, FACT(UNDONE)), 1);
    assert_int_equal(told(&t, "inspector-n1", "case_amended"), 1);
    pass_until(&t, "2020-02-12T19:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);   /* and is asked for every day again */
    township_close(&t);
}

static void a_day_that_was_clean_after_all_may_end_the_watch(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    watch_site(&t, 2);
    check_in(&t, PASS);
    pass_until(&t, "2020-02-11T10:00");
    report = check_in(&t, FAIL);
    assert_int_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    amend(&t, report, "DS-06", PASS);
    assert_int_not_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    assert_string_equal(last_fact(&t, FACT(ENDED))->rule, "watch.clean_days");
    township_close(&t);
}

static void a_site_that_is_watched_again_since_is_not_watched_twice(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    watch_site(&t, 1);
    report = check_in(&t, PASS);
    watch_site(&t, 7);
    forget_told(&t);
    amend(&t, report, "DS-06", NOT_CHECKED);
    assert_int_not_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->reason, "watched_again");
    assert_int_equal(told(&t, "lead", "amendment_kept"), 1);
    township_close(&t);
}

static void site_operates(struct township *t, bool operates)
{
    Duban__Suspension stop = DUBAN__SUSPENSION__INIT;
    Duban__Resumption go_on = DUBAN__RESUMPTION__INIT;

    stop.subject_case = DUBAN__SUSPENSION__SUBJECT_SITE;
    go_on.subject_case = DUBAN__RESUMPTION__SUBJECT_SITE;
    stop.site = go_on.site = "COUR-1";
    stop.reason = go_on.reason = "设备检修";
    if (operates)
        SUBMIT(t, "leader-north", RESUMPTION, resumption, &go_on);
    else
        SUBMIT(t, "leader-north", SUSPENSION, suspension, &stop);
    assert_null(held_last(t));
}

static void void_case(struct township *t, const char *item)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    edit.case_ = reference_to(t, "COUR-1", item);
    edit.voided = true;
    edit.reason = "录错了";
    SUBMIT(t, "lead", CASE_EDIT, case_edit, &edit);
    assert_null(held_last(t));
}

/* A watch of one clean day that a case of level B holds, and that ends while its site does not operate. */
static uint64_t ends_on_a_shut_site(struct township *t)
{
    uint64_t report;

    open_township(t);
    watch_site(t, 1);
    finds(t, "COUR-1", "CR-02");
    pass_until(t, "2020-02-11T10:00");
    report = check_in(t, PASS);
    site_operates(t, false);
    void_case(t, "CR-02");
    assert_int_not_equal(subject_numbered(t, "DS-0001")->finished_s, 0);
    return report;
}

static void a_watch_that_ended_while_its_site_was_shut_goes_on_with_the_site(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    report = ends_on_a_shut_site(&t);
    pass_until(&t, "2020-02-11T14:00");
    site_operates(&t, true);
    amend(&t, report, "DS-06", FAIL);
    assert_int_equal(open_task(&t, "DS-0001")->due_s, at("2020-02-11T18:00"));
    pass_until(&t, "2020-02-12T10:00");
    assert_int_equal(open_task(&t, "DS-0001")->due_s, at("2020-02-12T18:00"));
    check_in(&t, PASS);
    assert_int_equal(facts(&t, FACT(VISIT_NOT_COUNTED)), 0);
    assert_int_not_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);   /* by its clean day */
    township_close(&t);
}

static void a_watch_that_goes_on_waits_for_its_site_to_operate(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    report = ends_on_a_shut_site(&t);
    amend(&t, report, "DS-06", FAIL);
    assert_int_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    assert_int_equal(subject_numbered(&t, "DS-0001")->task.len, 0);
    pass_until(&t, "2020-02-13T23:00");   /* nobody is expected at a shut door */
    assert_int_equal(facts(&t, FACT(CHECK_IN_MISSED)) + facts(&t, FACT(OVERDUE)), 0);
    pass_until(&t, "2020-02-14T09:00");
    site_operates(&t, true);
    assert_int_equal(open_task(&t, "DS-0001")->due_s, at("2020-02-14T18:00"));
    township_close(&t);
}

static void a_watch_of_a_site_that_is_gone_stays_over_and_the_leaders_are_told(void **state)
{
    struct township t;
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
    uint64_t report;

    (void) state;
    open_township(&t);
    watch_site(&t, 1);
    report = check_in(&t, PASS);
    change.code = "COUR-1";
    change.removed = true;
    SUBMIT(&t, "operator", SITE_CHANGE, site_change, &change);
    assert_null(held_last(&t));
    forget_told(&t);
    amend(&t, report, "DS-06", NOT_CHECKED);
    assert_int_not_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->reason, "site_removed");
    assert_int_equal(told(&t, "lead", "amendment_kept"), 1);
    township_close(&t);
}

static void what_was_reported_after_the_end_does_not_open_the_watch_again(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    watch_site(&t, 1);
    visit(&t, "inspector-n1", "COUR-1", "DS-06", PASS, CHECK_IN, 1);
    report = t.sequence;
    clock_at(&t, "2020-02-10T15:00");
    finds(&t, "COUR-1", "DS-04");
    amend(&t, report, "CR-03", PASS);   /* harmless */
    assert_int_not_equal(subject_numbered(&t, "DS-0001")->finished_s, 0);
    assert_int_equal(facts(&t, FACT(UNDONE)), 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- complaints */

static void a_result_that_was_given_stands_and_the_leaders_are_told(void **state)
{
    struct township t;
    Duban__Complaint complaint = DUBAN__COMPLAINT__INIT;
    Duban__ComplaintResult result = DUBAN__COMPLAINT_RESULT__INIT;
    uint64_t report;

    (void) state;
    open_township(&t);
    complaint.source = "12345";
    complaint.matter = "GT-03";
    complaint.text = "出入口人员进出无序";
    complaint.where_case = DUBAN__COMPLAINT__WHERE_SITE;
    complaint.site = "GATE-1";
    SUBMIT(&t, "clerk", COMPLAINT, complaint, &complaint);
    clock_at(&t, "2020-02-10T11:00");
    report = finds(&t, "GATE-1", "GT-03");
    amend(&t, report, "GT-03", NOT_CHECKED);   /* nobody has concluded anything from it */
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 0);
    amend(&t, report, "GT-03", FAIL);
    result.complaint = numbered(&t, "TS-0001");
    result.outcome = DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_SUBSTANTIATED;
    result.text = "属实";
    result.office = "wjk";
    SUBMIT(&t, "leader-north", COMPLAINT_RESULT, complaint_result, &result);
    assert_null(held_last(&t));
    forget_told(&t);
    amend(&t, report, "GT-03", NOT_CHECKED);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->reason, "concluded");
    amend(&t, report, "GT-01", NOT_CHECKED);   /* once is enough */
    assert_int_equal(told(&t, "lead", "amendment_kept"), 1);
    assert_int_equal(subject_numbered(&t, "TS-0001")->complaint->outcome,
                     DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_SUBSTANTIATED);
    township_close(&t);
}

/* Of many others it has told something, too. */
static void touch_many(struct township *t, uint64_t report, size_t count)
{
    state_begin(&t->rules.state);
    state_link_begin(&t->rules.state);
    for (size_t i = 0; i < count; i++) {
        uint8_t id[ID_BYTES] = { 0 };

        put_u32(id + 8, (uint32_t) i + 1);
        state_put_touched(&t->rules.state, report, id);
    }
    state_link_end(&t->rules.state);
    assert_int_equal(state_commit(&t->rules.state), 0);
}

static void all_that_a_report_has_touched_is_asked(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_ALL_TOUCHED);
    report = finds(&t, "COUR-1", "SD-01");
    assert_int_equal(subject_numbered(&t, "YJ-0001")->finished_s, 0);
    touch_many(&t, report, 300);
    amend(&t, report, "SD-01", PASS);
    assert_int_not_equal(subject_numbered(&t, "YJ-0001")->withdrawn_s, 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_referral_that_coaching_opened_is_taken_back_while_nobody_has_touched_it),
        cmocka_unit_test(a_referral_that_coaching_opened_stands_once_the_office_has_it),
        cmocka_unit_test(coaching_that_saw_it_after_all_opens_a_referral_and_no_case),
        cmocka_unit_test(an_alert_that_coaching_raised_is_taken_back),
        cmocka_unit_test(what_coaching_saw_of_a_case_that_is_open_stays_without_a_say),
        cmocka_unit_test(before_that_engine_coaching_was_not_amended),
        cmocka_unit_test(an_alert_that_nobody_acted_on_ends_and_all_who_were_woken_hear_of_it),
        cmocka_unit_test(an_alert_that_somebody_acted_on_stands_and_the_leaders_settle_it),
        cmocka_unit_test(a_pass_that_was_an_urgent_fail_is_told_at_once),
        cmocka_unit_test(a_referral_that_no_office_has_taken_ends_and_the_office_hears_of_it),
        cmocka_unit_test(a_referral_that_an_office_has_taken_or_another_visit_has_seen_stands),
        cmocka_unit_test(having_seen_it_once_more_is_taken_back_without_a_word),
        cmocka_unit_test(a_confirmation_that_was_none_is_wanted_again_and_a_fail_goes_back_to_the_office),
        cmocka_unit_test(what_was_not_there_and_is_after_all_is_confirmed),
        cmocka_unit_test(what_units_were_asked_for_again_stands),
        cmocka_unit_test(a_day_goes_by_what_all_its_check_ins_say_now),
        cmocka_unit_test(a_watch_that_ended_by_a_day_that_was_not_clean_goes_on),
        cmocka_unit_test(a_day_that_was_clean_after_all_may_end_the_watch),
        cmocka_unit_test(a_site_that_is_watched_again_since_is_not_watched_twice),
        cmocka_unit_test(a_watch_that_ended_while_its_site_was_shut_goes_on_with_the_site),
        cmocka_unit_test(a_watch_that_goes_on_waits_for_its_site_to_operate),
        cmocka_unit_test(a_watch_of_a_site_that_is_gone_stays_over_and_the_leaders_are_told),
        cmocka_unit_test(what_was_reported_after_the_end_does_not_open_the_watch_again),
        cmocka_unit_test(a_result_that_was_given_stands_and_the_leaders_are_told),
        cmocka_unit_test(all_that_a_report_has_touched_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
