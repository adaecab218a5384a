/* test_appointments.c - the time that is agreed for a revisit (domain 4.4, row revisit): told two hours before, refused in
 * words where it does not fit. */
#include "township.h"

static void agree(struct township *t, const char *who, const char *when)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    edit.case_ = reference_to(t, "COUR-1", "DS-01");
    edit.revisit_at_ms = at(when) * 1000;
    edit.reason = "已与网点约好";
    SUBMIT(t, who, CASE_EDIT, case_edit, &edit);
}

static Duban__Task *revisit_of(struct township *t)
{
    const Duban__Case *case_ = case_at(t, "COUR-1", "DS-01");
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = state_task(&t->rules.state, case_->revisit_task.data);
    store_abort(&t->rules.state.txn);
    assert_non_null(task);
    return task;
}

/* Level B, claimed at 10:00: its revisit is due within its first window. */
static void open_claimed(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    begin_era(t, ENGINE_VERSION);
    fails(t, "COUR-1", "DS-01");
    pass_until(t, "2020-02-10T10:00");
    claim(t, "COUR-1", "DS-01");
    forget_told(t);
}

static void what_is_agreed_is_told_two_hours_before(void **unused)
{
    const Duban__Notice *notice;
    struct township t;

    (void) unused;
    open_claimed(&t);
    assert_true(revisit_of(&t)->due_s >= at("2020-02-10T13:30"));
    agree(&t, "inspector-n1", "2020-02-10T13:30");
    assert_null(held_last(&t));
    assert_int_equal(revisit_of(&t)->appointed_s, at("2020-02-10T13:30"));
    assert_int_equal(last_fact(&t, FACT(REVISIT_APPOINTED))->new_s, at("2020-02-10T13:30"));
    pass_until(&t, "2020-02-10T11:29");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 0);
    pass_until(&t, "2020-02-10T11:31");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 1);
    notice = last_notice(&t, "inspector-n1", "revisit_appointed");
    assert_int_equal(notice->items[0]->at_s, at("2020-02-10T13:30"));
    assert_string_equal(notice->cause->rule, "reminders.revisit.*[1]");
    pass_until(&t, "2020-02-10T20:30");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 1);
    township_close(&t);
}

static void without_a_time_agreed_nothing_is_told_before_it(void **unused)
{
    struct township t;

    (void) unused;
    open_claimed(&t);
    pass_until(&t, "2020-02-12T20:30");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 0);
    assert_int_equal(not_told(&t, "year_not_published"), 0);
    township_close(&t);
}

static void another_time_takes_its_place_and_one_too_near_is_not_told_of(void **unused)
{
    struct township t;

    (void) unused;
    open_claimed(&t);
    agree(&t, "inspector-n1", "2020-02-10T12:30");
    agree(&t, "leader-north", "2020-02-10T13:45");
    assert_int_equal(last_fact(&t, FACT(REVISIT_APPOINTED))->old_s, at("2020-02-10T12:30"));
    pass_until(&t, "2020-02-10T11:00");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 0);
    pass_until(&t, "2020-02-10T11:46");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 1);
    agree(&t, "inspector-n1", "2020-02-10T13:00");   /* 11:00 is past */
    assert_int_equal(not_told(&t, "past"), 1);
    pass_until(&t, "2020-02-10T13:30");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 1);
    township_close(&t);
}

static void assert_declined(struct township *t, const char *when, const char *words)
{
    size_t before = facts(t, FACT(CONTRADICTION));

    agree(t, "inspector-n1", when);
    assert_int_equal(facts(t, FACT(CONTRADICTION)), before + 1);
    assert_non_null(strstr(last_fact(t, FACT(CONTRADICTION))->reason_en, words));
    assert_string_equal(last_fact(t, FACT(CONTRADICTION))->rule, "edit.revisitAtMs");
}

static void what_is_past_or_outside_the_window_is_refused_in_words(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    begin_era(&t, ENGINE_VERSION);
    fails(&t, "COUR-1", "DS-01");
    assert_declined(&t, "2020-02-10T15:00", "there is no revisit now");
    claim(&t, "COUR-1", "DS-01");
    assert_declined(&t, "2020-02-10T09:00", "must be later than now");
    assert_declined(&t, "2020-02-20T09:00", "must be within its window: 2020-02-10 09:00:00 to ");
    assert_int_equal(revisit_of(&t)->appointed_s, 0);
    agree(&t, "site-COUR-1", "2020-02-10T12:00");
    assert_non_null(held_last(&t));                  /* the site does not say when somebody comes */
    agree(&t, "inspector-n1", "2020-02-10T12:00");
    assert_int_equal(revisit_of(&t)->appointed_s, at("2020-02-10T12:00"));
    suspend_at(&t, "COUR-1", "DS-01");
    assert_declined(&t, "2020-02-10T12:30", "its clock stands still");
    township_close(&t);
}

static void one_that_was_missed_may_be_agreed_until_the_end_of_the_next_day(void **unused)
{
    struct township t;

    (void) unused;
    open_claimed(&t);
    pass_until(&t, "2020-02-11T09:00");
    assert_true(revisit_of(&t)->overdue_told);
    agree(&t, "inspector-n1", "2020-02-12T10:00");
    assert_int_equal(revisit_of(&t)->appointed_s, at("2020-02-12T10:00"));
    pass_until(&t, "2020-02-12T08:01");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 1);
    assert_declined(&t, "2020-02-14T10:00", "must be within its window");
    township_close(&t);
}

static void a_revisit_early_in_the_morning_is_told_the_evening_before(void **unused)
{
    struct township t;

    (void) unused;
    open_claimed(&t);
    pass_until(&t, "2020-02-11T12:00");
    agree(&t, "inspector-n1", "2020-02-12T07:30");   /* 5:30 lies in quiet hours */
    pass_until(&t, "2020-02-12T07:29");
    assert_int_equal(told(&t, "inspector-n1", "revisit_appointed"), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_agreed_is_told_two_hours_before),
        cmocka_unit_test(without_a_time_agreed_nothing_is_told_before_it),
        cmocka_unit_test(another_time_takes_its_place_and_one_too_near_is_not_told_of),
        cmocka_unit_test(what_is_past_or_outside_the_window_is_refused_in_words),
        cmocka_unit_test(one_that_was_missed_may_be_agreed_until_the_end_of_the_next_day),
        cmocka_unit_test(a_revisit_early_in_the_morning_is_told_the_evening_before),
    };

    return cmocka_run_group_tests_name("appointments", tests, NULL, NULL);
}
