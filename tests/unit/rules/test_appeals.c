/* test_appeals.c - an appeal takes a case out of the figures, never the fact out of its history. */
#include "township.h"

#define GRANTED DUBAN__DECISION__DECISION_GRANTED
#define REFUSED DUBAN__DECISION__DECISION_REFUSED
#define APPEAL_STATE(name) DUBAN__APPEAL_STATE__APPEAL_STATE_##name

static void appeal(struct township *t, const char *who)
{
    Duban__Appeal message = DUBAN__APPEAL__INIT;

    message.case_ = reference_to(t, "COUR-1", "EP-05");
    message.reason = "封路，配件进不来";
    SUBMIT(t, who, APPEAL, appeal, &message);
}

static void decide(struct township *t, const char *who, Duban__Decision decision)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.case_ = reference_to(t, "COUR-1", "EP-05");
    approval.matter = DUBAN__MATTER__MATTER_APPEAL;
    approval.decision = decision;
    approval.reason = "没有依据";
    SUBMIT(t, who, APPROVAL, approval, &approval);
}

static Duban__Case *the_case(struct township *t)
{
    return case_at(t, "COUR-1", "EP-05");
}

/* Found, overdue for a day, passed and closed. */
static void open_township(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    fails(t, "COUR-1", "EP-05");
    pass_until(t, "2020-02-14T15:00");
    passes(t, "COUR-1", "EP-05");
    assert_int_equal(the_case(t)->state, CASE_STATE(CLOSED));
    forget_told(t);
}

static void assert_contradiction(struct township *t, const char *act, const char *reason)
{
    const Duban__Fact *fact = last_fact(t, FACT(CONTRADICTION));

    assert_non_null(fact);
    assert_string_equal(fact->act, act);
    assert_string_equal(fact->reason, reason);
}

static void test_two_levels_are_for_it_and_it_counts_no_more(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    appeal(&t, "site-COUR-1");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 1);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 0);
    decide(&t, "leader-north", GRANTED);
    assert_false(the_case(&t)->exempt_from_stats);
    assert_int_equal(the_case(&t)->appeal->state, APPEAL_STATE(SECOND));
    assert_int_equal(told(&t, "lead", "approval_wanted"), 1);
    decide(&t, "leader-north", GRANTED);   /* the second level is another person */
    assert_non_null(held_last(&t));
    decide(&t, "lead", GRANTED);
    assert_true(the_case(&t)->exempt_from_stats);
    assert_int_equal(the_case(&t)->overdue_rounds, 1);   /* the fact stays */
    assert_int_equal(the_case(&t)->state, CASE_STATE(CLOSED));
    assert_int_equal(facts(&t, FACT(APPEAL_SUPPORTED)), 1);
    assert_int_equal(facts(&t, FACT(APPEAL_GRANTED)), 1);
    assert_int_equal(told(&t, "site-COUR-1", "appeal_granted"), 1);
    township_close(&t);
}

static void test_a_recurrence_counts_again_and_ends_an_appeal_that_waits(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    appeal(&t, "site-COUR-1");
    decide(&t, "leader-north", GRANTED);
    decide(&t, "lead", GRANTED);
    pass_until(&t, "2020-02-19T10:00");
    fails(&t, "COUR-1", "EP-05");
    assert_int_equal(the_case(&t)->recurrences, 1);
    assert_false(the_case(&t)->exempt_from_stats);
    assert_null(the_case(&t)->appeal);
    township_close(&t);
}

static void test_either_level_refuses_for_good(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    appeal(&t, "site-COUR-1");
    decide(&t, "leader-north", REFUSED);
    assert_int_equal(the_case(&t)->appeal->state, APPEAL_STATE(REFUSED));
    assert_false(the_case(&t)->exempt_from_stats);
    assert_int_equal(told(&t, "site-COUR-1", "appeal_refused"), 1);
    appeal(&t, "site-COUR-1");
    assert_contradiction(&t, "appeal", "appealed_already");
    decide(&t, "lead", GRANTED);
    assert_contradiction(&t, "approval", "nothing_waits");
    assert_false(the_case(&t)->exempt_from_stats);
    township_close(&t);
}

static void test_the_lead_alone_has_the_last_word(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    appeal(&t, "site-COUR-1");
    decide(&t, "lead", GRANTED);
    assert_true(the_case(&t)->exempt_from_stats);
    township_close(&t);
}

static void test_an_appeal_waits_for_closing_and_for_a_reason(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "EP-05");
    appeal(&t, "site-COUR-1");
    assert_contradiction(&t, "appeal", "not_closed");
    clock_at(&t, "2020-02-10T15:00");
    passes(&t, "COUR-1", "EP-05");
    appeal(&t, "site-COUR-1");
    assert_contradiction(&t, "appeal", "was_not_overdue");
    assert_null(the_case(&t)->appeal);
    township_close(&t);
}

static void test_only_those_who_answer_for_it_appeal(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    appeal(&t, "inspector-n2");
    assert_non_null(held_last(&t));
    assert_string_equal(held_last(&t)->field, "account");
    assert_null(the_case(&t)->appeal);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_levels_are_for_it_and_it_counts_no_more),
        cmocka_unit_test(test_a_recurrence_counts_again_and_ends_an_appeal_that_waits),
        cmocka_unit_test(test_either_level_refuses_for_good),
        cmocka_unit_test(test_the_lead_alone_has_the_last_word),
        cmocka_unit_test(test_an_appeal_waits_for_closing_and_for_a_reason),
        cmocka_unit_test(test_only_those_who_answer_for_it_appeal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
