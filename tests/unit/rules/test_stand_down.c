/* test_stand_down.c - it is over, for exactly those who had been called in; and repeats that end. */
#include "township.h"

/* A case of level C, found at 10:00: due 72 hours later, step 1 in the morning after, step 2 a day after the due. */
static void begin(struct township *t)
{
    township_open(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "DS-06");
    forget_told(t);
}

static void urgent(struct township *t, const char *who, Duban__UrgentAct act, const char *number)
{
    Duban__UrgentStep step = DUBAN__URGENT_STEP__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = (char *) number;
    step.alert = &reference;
    step.act = act;
    step.text = "已处置";
    SUBMIT(t, who, URGENT_STEP, urgent_step, &step);
}

static void report_fever(struct township *t, const char *who)
{
    Duban__UrgentReport report = DUBAN__URGENT_REPORT__INIT;

    report.where_case = DUBAN__URGENT_REPORT__WHERE_SITE;
    report.site = "COUR-1";
    SUBMIT(t, who, URGENT_REPORT, urgent_report, &report);
}

static void exactly_those_who_were_called_in_hear_that_it_is_over(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-14T11:00");
    assert_int_equal(told(&t, "leader-north", "digest"), 1);          /* step 1, folded at 22:00 */
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(told(&t, "leader-north", "stand_down"), 1);
    assert_int_equal(told(&t, "contact-n1", "stand_down"), 1);
    assert_int_equal(told(&t, "lead", "stand_down"), 1);
    assert_int_equal(told(&t, "inspector-n1", "stand_down"), 0);      /* the owner, who has seen it himself */
    assert_int_equal(told(&t, "site-COUR-1", "stand_down"), 0);       /* told at step 0 only */
    assert_int_equal(told(&t, "committee", "stand_down"), 0);
    pass_until(&t, "2020-02-25T12:00");
    assert_int_equal(told(&t, "lead", "stand_down"), 1);              /* once */
    township_close(&t);
}

static void who_was_never_called_in_hears_nothing(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-13T20:00");   /* overdue, step 0 */
    passes(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-14T12:00");
    assert_int_equal(told(&t, "leader-north", "stand_down") + told(&t, "lead", "stand_down"), 0);
    township_close(&t);
}

static void what_had_not_been_said_yet_calls_nobody_in(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-13T23:00");   /* step 1 stands in the digest of the morning */
    passes(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-14T12:00");
    assert_int_equal(told(&t, "leader-north", "digest") + told(&t, "leader-north", "stand_down"), 0);
    township_close(&t);
}

static void who_ended_it_knows(void **unused)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-14T11:00");
    edit.case_ = reference_to(&t, "COUR-1", "DS-06");
    edit.voided = true;
    edit.reason = "录错";
    SUBMIT(&t, "lead", CASE_EDIT, case_edit, &edit);
    assert_int_equal(case_at(&t, "COUR-1", "DS-06")->state, CASE_STATE(VOIDED));
    assert_int_equal(told(&t, "lead", "stand_down"), 0);
    assert_int_equal(told(&t, "leader-north", "stand_down"), 1);
    township_close(&t);
}

static void at_night_it_comes_with_the_morning(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-14T23:00");
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(told(&t, "lead", "stand_down"), 0);
    pass_until(&t, "2020-02-15T07:44");
    assert_int_equal(told(&t, "lead", "stand_down"), 0);
    assert_int_equal(told(&t, "lead", "digest"), 1);
    township_close(&t);
}

static void of_an_exempt_alert_it_comes_at_once(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T22:30");
    report_fever(&t, "inspector-n1");
    assert_int_equal(told(&t, "lead", "urgent_fever"), 1);
    urgent(&t, "leader-north", DUBAN__URGENT_ACT__URGENT_ACT_MISTAKEN, "JB-0001");
    assert_int_equal(facts(&t, FACT(MISTAKEN)), 1);
    assert_int_equal(told(&t, "lead", "stand_down"), 1);
    assert_int_equal(told(&t, "contact-n1", "stand_down"), 1);
    assert_int_equal(told(&t, "clerk", "stand_down"), 1);
    assert_int_equal(told(&t, "leader-north", "stand_down"), 0);
    township_close(&t);
}

static void a_pack_without_the_section_stands_nobody_down(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "  kinds: [rectification, complaint, feedback, coordination, confirmation, referral, referral_result, urgent]\n"
                      "  everyone: [complaint, confirmation]\n", "  kinds: []\n");
    activate(&t, "epidemic-2020-beijing");
    clock_at(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-14T11:00");
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);
    assert_int_equal(told(&t, "lead", "stand_down"), 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- repeats */

static void a_repeat_ends_after_so_many_times(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "at: +1h, every: 2h, until: explained,", "at: +1h, every: 2h, times: 2, until: explained,");
    activate(&t, "epidemic-2020-beijing");
    clock_at(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "RT-02");          /* level A, due at 12:00 */
    pass_until(&t, "2020-02-11T12:00");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 3);   /* 13:00, and twice more */
    assert_int_equal(not_told(&t, "repeated_enough"), 1);
    township_close(&t);
}

static void what_was_missed_counts_as_a_time(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "at: +1h, every: 2h, until: explained,", "at: +1h, every: 2h, times: 2, until: explained,");
    activate(&t, "epidemic-2020-beijing");
    clock_at(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "RT-02");
    clock_at(&t, "2020-02-10T23:00");      /* down until then: its last time was 17:00 */
    passes(&t, "SHOP-1", "DS-06");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);
    assert_int_equal(not_told(&t, "repeated_enough"), 1);
    township_close(&t);
}

/* What was said of the case before, more of it than the memory of one link holds. */
static void say_much(struct township *t, size_t count)
{
    struct state *state = &t->rules.state;
    const Duban__Case *case_;

    state_begin(state);
    state_link_begin(state);
    case_ = state_case_at(state, "COUR-1", "DS-06");
    for (size_t i = 0; i < count; i++) {
        Duban__Fact *fact = engine_fact(&t->rules.engine, FACT(EXPLAINED), case_);

        fact->reason = "补充说明";
        engine_add_fact(&t->rules.engine, fact);
    }
    state_link_end(state);
    assert_int_equal(state_commit(state), 0);
}

static void it_is_over_however_much_has_been_said_of_it(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-14T11:00");
    for (int i = 0; i < 4; i++)
        say_much(&t, 1000);
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);
    t.rules.state.arena.limit_bytes = 4 * 1024 * 1024;
    forget_told(&t);
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(told(&t, "lead", "stand_down"), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_those_who_were_called_in_hear_that_it_is_over),
        cmocka_unit_test(who_was_never_called_in_hears_nothing),
        cmocka_unit_test(what_had_not_been_said_yet_calls_nobody_in),
        cmocka_unit_test(who_ended_it_knows),
        cmocka_unit_test(at_night_it_comes_with_the_morning),
        cmocka_unit_test(of_an_exempt_alert_it_comes_at_once),
        cmocka_unit_test(a_pack_without_the_section_stands_nobody_down),
        cmocka_unit_test(a_repeat_ends_after_so_many_times),
        cmocka_unit_test(what_was_missed_counts_as_a_time),
        cmocka_unit_test(it_is_over_however_much_has_been_said_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
