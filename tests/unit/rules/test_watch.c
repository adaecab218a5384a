/* test_watch.c - a watched site is seen every day until it has been clean long enough. */
#include "about.h"
#include "township.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define FAIL DUBAN__RESULT__RESULT_FAIL
#define NOT_CHECKED DUBAN__RESULT__RESULT_NOT_CHECKED
#define CHECK_IN DUBAN__PURPOSE__PURPOSE_CHECK_IN

struct watch {
    const char *watcher, *from, *until;
    uint32_t clean_days;
};

static void begin_watch(struct township *t, const char *who, struct watch what)
{
    Duban__Watch message = DUBAN__WATCH__INIT;

    message.site = "COUR-1";
    message.watcher = (char *) (what.watcher == NULL ? "inspector-n1" : what.watcher);
    message.from_ms = what.from == NULL ? 0 : at(what.from) * 1000;
    message.until_ms = what.until == NULL ? 0 : at(what.until) * 1000;
    message.clean_days = what.clean_days;
    message.reason = "快递员流动大";
    SUBMIT(t, who, WATCH, watch, &message);
}

static void open_watch(struct township *t, struct watch what)
{
    township_open(t, "2020-02-10T09:00");
    begin_watch(t, "leader-north", what);
    assert_null(held_last(t));
}

/* The shipped pack as it is: watches begin by themselves. */
static void open_calling_township(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    t->watches_begin = true;
    activate(t, "epidemic-2020-beijing");
}

static void end_watch(struct township *t, const char *who)
{
    Duban__WatchEnd message = DUBAN__WATCH_END__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = "DS-0001";
    message.watch = &reference;
    message.reason = "已停业";
    SUBMIT(t, who, WATCH_END, watch_end, &message);
}

static void check_in(struct township *t, Duban__Result result)
{
    visit(t, "inspector-n1", "COUR-1", "DS-01", result, CHECK_IN, 1);
}

/* One at ten o'clock on each of these days of February. */
static void check_in_on(struct township *t, int first, int last, Duban__Result result)
{
    for (int day = first; day <= last; day++) {
        char when[32];

        snprintf(when, sizeof when, "2020-02-%02dT10:00", day);
        pass_until(t, when);
        check_in(t, result);
    }
}

/* A report of that day that is submitted now. */
static void check_in_late(struct township *t, const char *when)
{
    int64_t now_s = t->now_s;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "DS-01";
    answer.result = PASS;
    report.reporter = "inspector-n1";
    report.device_time_ms = at(when) * 1000;
    report.site = "COUR-1";
    report.purpose = CHECK_IN;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    assert_true(at(when) <= now_s);
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static Duban__Subject *the_watch(struct township *t)
{
    Duban__Subject *subject;

    state_begin(&t->rules.state);
    subject = state_subject_numbered(&t->rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH, 1);
    store_abort(&t->rules.state.txn);
    assert_non_null(subject);
    return subject;
}

static Duban__Task *the_task(struct township *t)
{
    Duban__Subject *subject = the_watch(t);
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, &subject->task);
    store_abort(&t->rules.state.txn);
    return task;
}

static bool has_ended(struct township *t)
{
    return the_watch(t)->finished_s != 0;
}

static void assert_held(struct township *t, const char *field)
{
    const Duban__Quarantined *row = held_last(t);

    assert_non_null(row);
    assert_string_equal(row->field, field);
    assert_true(row->zh[0] != '\0' && row->en[0] != '\0');
}

/* ---------------------------------------------------------------- tests */

static void a_watch_opens_the_check_in_of_today(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    assert_int_equal(the_task(&t)->kind, DUBAN__TASK_KIND__TASK_KIND_CHECK_IN);
    assert_int_equal(the_task(&t)->due_s, at("2020-02-10T18:00"));
    assert_string_equal(the_task(&t)->owner, "inspector-n1");
    assert_int_equal(told(&t, "inspector-n1", "watch_begins"), 1);
    pass_until(&t, "2020-02-10T16:00");
    assert_int_equal(told(&t, "inspector-n1", "watch_check_in"), 1);
    township_close(&t);
}

static void after_the_hour_the_first_day_is_tomorrow(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T18:00");
    begin_watch(&t, "leader-north", (struct watch){ .watcher = NULL });
    assert_int_equal(the_task(&t)->due_s, at("2020-02-11T18:00"));
    township_close(&t);
}

static void a_check_in_makes_the_next_day_due(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    check_in_on(&t, 10, 12, PASS);
    assert_int_equal(the_task(&t)->due_s, at("2020-02-13T18:00"));
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->number, 3);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->of, 3);
    assert_int_equal(told(&t, "leader-north", "watch_missed"), 0);
    check_in(&t, PASS);   /* twice on one day is once */
    assert_int_equal(facts(&t, FACT(CHECKED_IN)), 3);
    township_close(&t);
}

static void a_missed_day_is_told_that_evening_and_zeroes_the_streak_alone(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    check_in_on(&t, 10, 12, PASS);
    forget_told(&t);
    pass_until(&t, "2020-02-13T18:00");
    assert_int_equal(told(&t, "leader-north", "watch_missed"), 0);
    pass_until(&t, "2020-02-13T18:01");
    assert_int_equal(told(&t, "leader-north", "watch_missed"), 1);
    assert_int_equal(told(&t, "inspector-n1", "watch_missed"), 1);
    assert_int_equal(last_fact(&t, FACT(OVERDUE))->number, 3);
    pass_until(&t, "2020-02-14T00:01");
    assert_int_equal(last_fact(&t, FACT(CHECK_IN_MISSED))->number, 3);
    assert_int_equal(the_watch(&t)->watch->streak, 0);
    assert_int_equal(the_watch(&t)->watch->clean_days, 3);
    check_in_on(&t, 14, 14, PASS);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->number, 1);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->of, 4);
    township_close(&t);
}

static void going_there_late_that_evening_is_a_check_in(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    pass_until(&t, "2020-02-10T20:00");
    check_in(&t, PASS);
    assert_int_equal(facts(&t, FACT(CURED)), 0);
    assert_int_equal(the_task(&t)->due_s, at("2020-02-11T18:00"));
    pass_until(&t, "2020-02-11T00:01");
    assert_int_equal(facts(&t, FACT(CHECK_IN_MISSED)), 0);
    township_close(&t);
}

static void a_report_that_comes_late_cures_its_day(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    check_in_on(&t, 10, 10, PASS);
    pass_until(&t, "2020-02-12T09:00");
    check_in_late(&t, "2020-02-11T17:00");
    assert_int_equal(facts(&t, FACT(CURED)), 1);
    check_in_on(&t, 12, 12, PASS);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->number, 3);
    township_close(&t);
}

static void seven_clean_days_end_it(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    check_in_on(&t, 10, 15, PASS);
    assert_false(has_ended(&t));
    forget_told(&t);
    check_in_on(&t, 16, 16, PASS);
    assert_true(has_ended(&t));
    assert_null(the_task(&t));
    assert_string_equal(last_fact(&t, FACT(ENDED))->rule, "watch.clean_days");
    assert_int_equal(told(&t, "inspector-n1", "watch_ended"), 1);
    assert_int_equal(told(&t, "leader-north", "watch_ended"), 1);
    township_close(&t);
}

static void a_day_on_which_nothing_was_looked_at_is_no_clean_one(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 2 });
    check_in_on(&t, 10, 10, NOT_CHECKED);
    check_in_on(&t, 11, 11, PASS);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->number, 2);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->of, 1);
    assert_false(has_ended(&t));
    check_in_on(&t, 12, 12, PASS);
    assert_true(has_ended(&t));
    township_close(&t);
}

static void a_fail_opens_a_case_and_begins_the_clean_days_anew(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 3 });
    check_in_on(&t, 10, 11, PASS);
    check_in_on(&t, 12, 12, FAIL);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(RECTIFYING));
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->of, 0);
    check_in_on(&t, 13, 13, NOT_CHECKED);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->number, 4);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->of, 0);
    township_close(&t);
}

static void an_open_case_of_level_b_keeps_it_going(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 1 });
    fails(&t, "COUR-1", "CR-02");   /* B */
    pass_until(&t, "2020-02-11T10:00");
    visit(&t, "inspector-n1", "COUR-1", "DS-06", PASS, CHECK_IN, 1);
    assert_false(has_ended(&t));
    township_close(&t);
    open_watch(&t, (struct watch){ .clean_days = 1 });
    fails(&t, "COUR-1", "DS-06");   /* C */
    pass_until(&t, "2020-02-11T10:00");
    visit(&t, "inspector-n1", "COUR-1", "CR-02", PASS, CHECK_IN, 1);
    assert_true(has_ended(&t));
    township_close(&t);
}

static void other_visits_are_no_check_ins(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 1 });
    visit(&t, "inspector-n1", "COUR-1", "DS-01", PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    visit(&t, "inspector-n1", "COUR-1", "DS-01", PASS, DUBAN__PURPOSE__PURPOSE_OBSERVATION, 1);
    assert_int_equal(facts(&t, FACT(CHECKED_IN)), 0);
    assert_int_equal(facts(&t, FACT(VISIT_NOT_COUNTED)), 2);
    assert_false(has_ended(&t));
    township_close(&t);
}

static void an_inspection_is_judged_as_a_check_in_is(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 2 });
    visit(&t, "inspector-n1", "COUR-1", "DS-01", PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->of, 1);
    assert_int_equal(the_task(&t)->due_s, at("2020-02-11T18:00"));
    township_close(&t);
}

static void coach(struct township *t, const char *when, Duban__Result result)
{
    pass_until(t, when);
    visit(t, "inspector-n1", "COUR-1", "DS-01", result, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 1);
}

static void coaching_is_presence_and_moves_no_clean_day(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 3 });
    check_in_on(&t, 10, 11, PASS);
    coach(&t, "2020-02-12T10:00", PASS);
    assert_int_equal(last_fact(&t, FACT(PRESENT))->number, 3);   /* the days in a row go on */
    assert_int_equal(last_fact(&t, FACT(PRESENT))->of, 2);       /* the clean ones stand */
    assert_int_equal(the_task(&t)->due_s, at("2020-02-13T18:00"));
    coach(&t, "2020-02-13T10:00", FAIL);                         /* nothing is judged, nothing begins anew */
    assert_int_equal(the_watch(&t)->watch->clean_days, 2);
    assert_false(has_ended(&t));
    pass_until(&t, "2020-02-14T00:01");
    assert_int_equal(facts(&t, FACT(CHECK_IN_MISSED)), 0);
    assert_int_equal(told(&t, "leader-north", "watch_missed"), 0);
    check_in_on(&t, 14, 14, PASS);
    assert_true(has_ended(&t));
    township_close(&t);
}

static void a_check_in_after_coaching_makes_the_day_clean(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    coach(&t, "2020-02-10T10:00", PASS);
    check_in(&t, PASS);
    assert_int_equal(the_watch(&t)->watch->clean_days, 1);
    assert_int_equal(the_watch(&t)->watch->streak, 1);
    coach(&t, "2020-02-10T15:00", PASS);   /* nothing that was not known */
    assert_int_equal(facts(&t, FACT(PRESENT)), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- its site does not operate */

static void site_stops(struct township *t, const char *when)
{
    Duban__Suspension message = DUBAN__SUSPENSION__INIT;

    pass_until(t, when);
    message.subject_case = DUBAN__SUSPENSION__SUBJECT_SITE;
    message.site = "COUR-1";
    message.reason = "设备检修";
    SUBMIT(t, "leader-north", SUSPENSION, suspension, &message);
    assert_null(held_last(t));
}

static void site_goes_on(struct township *t, const char *when)
{
    Duban__Resumption message = DUBAN__RESUMPTION__INIT;

    pass_until(t, when);
    message.subject_case = DUBAN__RESUMPTION__SUBJECT_SITE;
    message.site = "COUR-1";
    message.reason = "检修完毕";
    SUBMIT(t, "leader-north", RESUMPTION, resumption, &message);
    assert_null(held_last(t));
}

static void days_on_which_the_site_does_not_operate_are_neither_missed_nor_clean(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 4 });
    check_in_on(&t, 10, 11, PASS);
    site_stops(&t, "2020-02-12T11:00");
    assert_null(the_task(&t));
    forget_told(&t);
    pass_until(&t, "2020-02-15T09:00");
    assert_int_equal(facts(&t, FACT(CHECK_IN_MISSED)) + facts(&t, FACT(OVERDUE)), 0);
    assert_int_equal(told(&t, "leader-north", "watch_missed"), 0);
    check_in(&t, PASS);
    assert_string_equal(last_fact(&t, FACT(VISIT_NOT_COUNTED))->reason, "site_stopped");
    site_goes_on(&t, "2020-02-15T11:00");
    assert_int_equal(the_task(&t)->due_s, at("2020-02-15T18:00"));
    assert_int_equal(the_watch(&t)->watch->streak, 2);
    check_in(&t, PASS);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->number, 3);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->of, 3);
    assert_int_equal(the_task(&t)->due_s, at("2020-02-16T18:00"));
    township_close(&t);
}

static void resumed_after_the_hour_the_next_check_in_is_tomorrow(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    check_in(&t, PASS);
    site_stops(&t, "2020-02-10T12:00");
    site_goes_on(&t, "2020-02-12T19:00");
    assert_int_equal(the_task(&t)->due_s, at("2020-02-13T18:00"));
    check_in_on(&t, 13, 13, PASS);
    assert_int_equal(last_fact(&t, FACT(CHECKED_IN))->number, 2);
    township_close(&t);
}

static void an_evening_missed_before_the_site_stopped_stays_missed(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    check_in_on(&t, 10, 11, PASS);
    site_stops(&t, "2020-02-12T20:00");
    assert_int_equal(facts(&t, FACT(CHECK_IN_MISSED)), 1);
    site_goes_on(&t, "2020-02-14T09:00");
    assert_int_equal(the_watch(&t)->watch->streak, 0);
    site_stops(&t, "2020-02-14T10:00");
    check_in_late(&t, "2020-02-12T17:00");   /* it was not: the days in a row go on */
    assert_int_equal(facts(&t, FACT(CURED)), 1);
    assert_int_equal(the_watch(&t)->watch->streak, 3);
    township_close(&t);
}

static void a_watch_that_stands_still_is_ended_by_the_lead_and_none_begins(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    site_stops(&t, "2020-02-10T11:00");
    end_watch(&t, "lead");
    assert_true(has_ended(&t));
    assert_int_equal(told(&t, "leader-north", "watch_ended"), 1);
    begin_watch(&t, "leader-north", (struct watch){ .watcher = NULL });
    assert_held(&t, "watch.site");
    site_goes_on(&t, "2020-02-11T09:00");
    assert_null(the_task(&t));
    township_close(&t);
}

static void void_case(struct township *t, const char *item)
{
    Duban__CaseEdit message = DUBAN__CASE_EDIT__INIT;

    message.case_ = reference_to(t, "COUR-1", item);
    message.voided = true;
    message.reason = "录错了";
    SUBMIT(t, "lead", CASE_EDIT, case_edit, &message);
    assert_null(held_last(t));
}

static void it_ends_when_the_case_that_held_it_is_over(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 1 });
    fails(&t, "COUR-1", "CR-02");   /* B */
    pass_until(&t, "2020-02-11T10:00");
    visit(&t, "inspector-n1", "COUR-1", "DS-06", PASS, CHECK_IN, 1);
    assert_false(has_ended(&t));
    void_case(&t, "CR-02");
    assert_true(has_ended(&t));
    township_close(&t);
}

static void it_ends_when_the_case_that_held_it_is_lowered(void **state)
{
    struct township t;
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 1 });
    fails(&t, "COUR-1", "CR-02");   /* B */
    pass_until(&t, "2020-02-11T10:00");
    visit(&t, "inspector-n1", "COUR-1", "DS-06", PASS, CHECK_IN, 1);
    assert_false(has_ended(&t));
    edit.case_ = reference_to(&t, "COUR-1", "CR-02");
    edit.level = "C";
    edit.reason = "复核";
    SUBMIT(&t, "leader-north", CASE_EDIT, case_edit, &edit);
    assert_null(held_last(&t));
    assert_true(has_ended(&t));
    assert_string_equal(last_fact(&t, FACT(ENDED))->rule, "watch.clean_days");
    township_close(&t);
}

static void it_ends_with_its_last_day_checked_or_missed(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .until = "2020-02-11T12:00" });
    check_in_on(&t, 10, 11, PASS);
    assert_true(has_ended(&t));
    assert_string_equal(last_fact(&t, FACT(ENDED))->rule, "watch.last_day");
    township_close(&t);
    open_watch(&t, (struct watch){ .until = "2020-02-11T12:00" });
    pass_until(&t, "2020-02-12T00:01");
    assert_true(has_ended(&t));
    assert_int_equal(facts(&t, FACT(CHECK_IN_MISSED)), 2);
    pass_until(&t, "2020-02-12T07:01");
    assert_int_equal(told(&t, "leader-north", "watch_ended"), 1);
    township_close(&t);
}

static void the_lead_alone_ends_it_sooner_and_once(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    end_watch(&t, "leader-north");
    assert_held(&t, "account");
    end_watch(&t, "lead");
    assert_true(has_ended(&t));
    assert_string_equal(last_fact(&t, FACT(ENDED))->rule, "watch.decision");
    end_watch(&t, "lead");
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    forget_told(&t);
    pass_until(&t, "2020-02-12T00:01");
    assert_int_equal(told(&t, "leader-north", "watch_missed"), 0);
    township_close(&t);
}

static void what_cannot_be_watched_is_held(void **state)
{
    struct township t;

    (void) state;
    open_watch(&t, (struct watch){ .watcher = NULL });
    begin_watch(&t, "leader-north", (struct watch){ .watcher = NULL });
    assert_held(&t, "watch.site");   /* it is watched already */
    begin_watch(&t, "leader-south", (struct watch){ .watcher = NULL });
    assert_held(&t, "account");
    end_watch(&t, "lead");
    begin_watch(&t, "leader-north", (struct watch){ .watcher = "clerk" });
    assert_held(&t, "watch.watcher");
    begin_watch(&t, "leader-north", (struct watch){ .until = "2020-02-09T12:00" });
    assert_held(&t, "watch.untilMs");
    township_close(&t);
}

/* ---------------------------------------------------------------- a contact is away */

static void say_contact_is(struct township *t, const char *who, bool returned)
{
    Duban__ContactAbsence message = DUBAN__CONTACT_ABSENCE__INIT;

    message.site = "COUR-1";
    message.returned = returned;
    message.text = "家里有急事";
    SUBMIT(t, who, CONTACT_ABSENCE, contact_absence, &message);
}

static void give_a_deputy(struct township *t)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *grants[] = { &grant };

    grant.role = DUBAN__ROLE__ROLE_SITE_CONTACT;
    grant.scope = "COUR-1";
    change.account = "site-COUR-1";
    change.n_roles = 1;
    change.roles = grants;
    change.deputy = "site-DORM-1";
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void without_a_deputy_an_absence_is_an_alert(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    say_contact_is(&t, "inspector-n1", false);
    assert_int_equal(told(&t, "leader-north", "contact_absent"), 1);
    assert_int_equal(told(&t, "contact-n1", "contact_absent"), 1);
    assert_int_equal(last_fact(&t, FACT(CONTACT_AWAY))->number, 1);
    say_contact_is(&t, "committee", true);
    assert_held(&t, "account");
    township_close(&t);
}

static void row_61_a_contact_who_comes_back_is_one_who_came_back(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    say_contact_is(&t, "inspector-n1", true);   /* he was never away */
    say_contact_is(&t, "inspector-n1", false);
    say_contact_is(&t, "inspector-n1", true);   /* on the same day */
    assert_int_equal(told(&t, "contact-n1", "contact_returned"), 0);
    say_contact_is(&t, "inspector-n1", false);
    pass_until(&t, "2020-02-12T09:00");
    say_contact_is(&t, "inspector-n1", false);  /* said once more: he went on the 10th */
    pass_until(&t, "2020-02-14T09:00");
    say_contact_is(&t, "inspector-n1", true);
    assert_int_equal(told(&t, "contact-n1", "contact_returned"), 1);
    assert_int_equal(last_notice(&t, "contact-n1", "contact_returned")->items[0]->days, 4);
    township_close(&t);
}

static void a_pack_without_days_tells_nobody_that_a_contact_is_back(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "  returned_contact_days: 1\n", "");
    activate(&t, "epidemic-2020-beijing");
    say_contact_is(&t, "inspector-n1", false);
    pass_until(&t, "2020-02-14T09:00");
    say_contact_is(&t, "inspector-n1", true);
    assert_int_equal(told(&t, "contact-n1", "contact_returned"), 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- by itself */

static size_t watches(struct township *t)
{
    uint8_t ids[4][ID_BYTES];
    size_t count;

    state_begin(&t->rules.state);
    count = engine_open_subjects(&t->rules.engine, DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH, engine_place_of_site("COUR-1"), ids, 4);
    store_abort(&t->rules.state.txn);
    return count;
}

static void a_grave_finding_at_a_courier_outlet_begins_its_watch(void **state)
{
    struct township t;

    (void) state;
    open_calling_township(&t);
    fails(&t, "COUR-1", "DS-06");   /* C */
    fails(&t, "SHOP-1", "DS-01");   /* B, of another kind */
    assert_int_equal(watches(&t), 0);
    fails(&t, "COUR-1", "DS-01");   /* B */
    assert_int_equal(watches(&t), 1);
    assert_int_equal(the_task(&t)->due_s, at("2020-02-11T18:00"));
    assert_non_null(strstr(the_watch(&t)->watch->reason, "24小时整改"));
    assert_true(the_watch(&t)->watch->reason_en[0] != '\0');
    assert_int_equal(told(&t, "leader-north", "watch_begins"), 1);
    fails(&t, "COUR-1", "CR-01");   /* A: there is one */
    assert_int_equal(watches(&t), 1);
    township_close(&t);
}

static void a_watch_that_was_ended_begins_again_when_it_has_become_so_anew(void **state)
{
    struct township t;

    (void) state;
    open_calling_township(&t);
    fails(&t, "COUR-1", "DS-01");
    end_watch(&t, "lead");
    fails(&t, "COUR-1", "CR-01");   /* it was so before */
    assert_int_equal(watches(&t), 0);
    township_close(&t);
    open_calling_township(&t);
    fails(&t, "COUR-1", "DS-06");
    edit_level(&t, "COUR-1", "DS-06", "B");
    assert_int_equal(watches(&t), 1);
    township_close(&t);
}

static void with_a_deputy_he_is_told_instead_until_the_contact_is_back(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    give_a_deputy(&t);
    say_contact_is(&t, "inspector-n1", false);
    assert_int_equal(told(&t, "leader-north", "contact_absent"), 0);
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(told(&t, "site-DORM-1", "notice_to_site"), 1);
    say_contact_is(&t, "inspector-n1", true);
    fails(&t, "COUR-1", "CR-02");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    township_close(&t);
}

static void a_watch_is_nothing_that_a_recompute_of_its_version_could_move(void **state)
{
    uint8_t old_version[POLICY_VERSION_BYTES];
    struct township t;
    Duban__Recompute recompute = DUBAN__RECOMPUTE__INIT;

    (void) state;
    open_watch(&t, (struct watch){ .clean_days = 3 });
    memcpy(old_version, t.rules.engine.policy->version, POLICY_VERSION_BYTES);
    t.calendar = read_whole(&t, "deploy/demo/calendar-before-27-january.csv");
    activate(&t, "epidemic-2020-beijing");
    recompute.subject_case = DUBAN__RECOMPUTE__SUBJECT_POLICY_VERSION;
    recompute.policy_version = (ProtobufCBinaryData){ sizeof old_version, old_version };
    recompute.reason = "春节假期延长";
    SUBMIT(&t, "clerk", RECOMPUTE, recompute, &recompute);
    assert_non_null(held_last(&t));
    assert_non_null(strstr(held_last(&t)->en, "nothing that is open"));
    township_close(&t);
}

static void who_is_on_leave_stands_in_for_nobody(void **state)
{
    struct township t;
    Duban__AvailabilityChange leave = DUBAN__AVAILABILITY_CHANGE__INIT;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    begin_era(&t, ERA_OF_STAND_INS);
    give_a_deputy(&t);
    leave.account = "site-DORM-1";
    leave.availability = DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    SUBMIT(&t, "lead", AVAILABILITY_CHANGE, availability_change, &leave);
    assert_null(held_last(&t));
    say_contact_is(&t, "inspector-n1", false);
    assert_int_equal(last_fact(&t, FACT(CONTACT_AWAY))->number, 1);
    assert_int_equal(told(&t, "leader-north", "contact_absent"), 1);
    township_close(&t);
}

static void what_waits_for_a_contact_who_is_away_is_told_one_up(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    begin_era(&t, ERA_OF_STAND_INS);
    fails(&t, "COUR-1", "DS-01");
    forget_told(&t);
    say_contact_is(&t, "inspector-n1", false);
    pass_until(&t, "2020-02-10T09:10");
    assert_int_equal(told(&t, "inspector-n1", "nobody_to_receive"), 1);
    say_contact_is(&t, "inspector-n1", true);
    assert_int_equal(told(&t, "site-COUR-1", "taken_over"), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watch_opens_the_check_in_of_today),
        cmocka_unit_test(after_the_hour_the_first_day_is_tomorrow),
        cmocka_unit_test(a_check_in_makes_the_next_day_due),
        cmocka_unit_test(a_missed_day_is_told_that_evening_and_zeroes_the_streak_alone),
        cmocka_unit_test(going_there_late_that_evening_is_a_check_in),
        cmocka_unit_test(a_report_that_comes_late_cures_its_day),
        cmocka_unit_test(seven_clean_days_end_it),
        cmocka_unit_test(a_day_on_which_nothing_was_looked_at_is_no_clean_one),
        cmocka_unit_test(a_fail_opens_a_case_and_begins_the_clean_days_anew),
        cmocka_unit_test(an_open_case_of_level_b_keeps_it_going),
        cmocka_unit_test(other_visits_are_no_check_ins),
        cmocka_unit_test(an_inspection_is_judged_as_a_check_in_is),
        cmocka_unit_test(coaching_is_presence_and_moves_no_clean_day),
        cmocka_unit_test(a_check_in_after_coaching_makes_the_day_clean),
        cmocka_unit_test(days_on_which_the_site_does_not_operate_are_neither_missed_nor_clean),
        cmocka_unit_test(resumed_after_the_hour_the_next_check_in_is_tomorrow),
        cmocka_unit_test(an_evening_missed_before_the_site_stopped_stays_missed),
        cmocka_unit_test(a_watch_that_stands_still_is_ended_by_the_lead_and_none_begins),
        cmocka_unit_test(it_ends_when_the_case_that_held_it_is_over),
        cmocka_unit_test(it_ends_when_the_case_that_held_it_is_lowered),
        cmocka_unit_test(it_ends_with_its_last_day_checked_or_missed),
        cmocka_unit_test(the_lead_alone_ends_it_sooner_and_once),
        cmocka_unit_test(what_cannot_be_watched_is_held),
        cmocka_unit_test(without_a_deputy_an_absence_is_an_alert),
        cmocka_unit_test(row_61_a_contact_who_comes_back_is_one_who_came_back),
        cmocka_unit_test(a_pack_without_days_tells_nobody_that_a_contact_is_back),
        cmocka_unit_test(a_grave_finding_at_a_courier_outlet_begins_its_watch),
        cmocka_unit_test(a_watch_that_was_ended_begins_again_when_it_has_become_so_anew),
        cmocka_unit_test(with_a_deputy_he_is_told_instead_until_the_contact_is_back),
        cmocka_unit_test(a_watch_is_nothing_that_a_recompute_of_its_version_could_move),
        cmocka_unit_test(who_is_on_leave_stands_in_for_nobody),
        cmocka_unit_test(what_waits_for_a_contact_who_is_away_is_told_one_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
