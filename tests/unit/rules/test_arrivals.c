/* test_arrivals.c - what hangs on whether a notice reached somebody: when it is repeated, and who hears of the end. */
#include "elsewhere.h"

/* Level A, due at 12:00; its explanation is wanted at 13:00, and every 2 hours from there. */
static void begin_in(struct township *t, uint32_t era)
{
    township_open(t, "2020-02-10T09:00");
    begin_era(t, era);
    clock_at(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "RT-02");
    forget_told(t);
    pass_until(t, "2020-02-10T13:01");
    assert_int_equal(told(t, "site-COUR-1", "explanation_wanted"), 1);
}

static void begin(struct township *t)
{
    begin_in(t, ERA_OF_ARRIVALS);
}

static void outcome_at(struct township *t, const char *when, const char *account, const char *kind, Duban__Grade grade)
{
    pass_until(t, when);
    outcome_of(t, last_sequence(t, account, kind), 0, grade);
}

/* ---------------------------------------------------------------- repeats */

static void what_did_not_arrive_is_repeated_before_its_time_to_whom_it_did_not_reach(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    outcome_at(&t, "2020-02-10T13:10", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_DEAD);
    pass_until(&t, "2020-02-10T13:39");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);
    pass_until(&t, "2020-02-10T13:41");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    assert_int_equal(told(&t, "inspector-n1", "explanation_wanted"), 1);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(told(&t, "inspector-n1", "explanation_wanted"), 2);
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);   /* his clock runs from 13:40 */
    assert_int_equal(not_told(&t, "told_lately"), 1);
    assert_int_equal(last_fact(&t, FACT(NOT_TOLD))->new_s, at("2020-02-10T15:40"));
    pass_until(&t, "2020-02-10T15:41");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 3);
    assert_int_equal(told(&t, "inspector-n1", "explanation_wanted"), 2);
    township_close(&t);
}

static void a_line_in_the_spool_that_he_did_not_choose_is_no_delivery(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    outcome_at(&t, "2020-02-10T13:10", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_SPOOLED);
    pass_until(&t, "2020-02-10T13:41");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    township_close(&t);
}

static void what_fails_again_waits_for_the_time_of_its_row(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    outcome_at(&t, "2020-02-10T13:10", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_DEAD);
    outcome_at(&t, "2020-02-10T13:50", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_DEAD);
    pass_until(&t, "2020-02-10T14:59");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 3);
    township_close(&t);
}

static void what_arrives_late_is_repeated_from_there_on(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    outcome_at(&t, "2020-02-10T14:30", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_DELIVERED);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);
    assert_int_equal(told(&t, "inspector-n1", "explanation_wanted"), 2);   /* of whose nothing is known: from 13:00 on */
    pass_until(&t, "2020-02-10T16:31");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    township_close(&t);
}

static void what_left_without_an_answer_is_repeated_from_when_it_left(void **state)
{
    struct township t;

    (void) state;
    begin_in(&t, ERA_OF_UNCERTAIN);
    outcome_at(&t, "2020-02-10T14:30", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_UNCERTAIN);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);   /* at once it would be a double for sure */
    pass_until(&t, "2020-02-10T16:29");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);
    pass_until(&t, "2020-02-10T16:31");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);   /* and never is it the last */
    township_close(&t);
}

static void an_earlier_era_repeats_what_is_uncertain_from_when_it_was_decided(void **state)
{
    struct township t;

    (void) state;
    begin_in(&t, ERA_OF_UNCERTAIN - 1);
    outcome_at(&t, "2020-02-10T14:30", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_UNCERTAIN);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    township_close(&t);
}

static void what_arrives_in_time_keeps_to_the_hour(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    outcome_at(&t, "2020-02-10T13:01", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_DELIVERED);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    assert_int_equal(not_told(&t, "told_lately"), 0);
    township_close(&t);
}

static void a_new_due_begins_with_nothing_heard(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    outcome_at(&t, "2020-02-10T13:10", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_DEAD);
    pass_until(&t, "2020-02-10T13:15");
    passes(&t, "COUR-1", "RT-02");
    pass_until(&t, "2020-02-10T14:00");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);   /* it is fixed: nothing is repeated */
    fails(&t, "COUR-1", "RT-02");   /* and is not, as of now: due at 15:00 */
    pass_until(&t, "2020-02-10T16:01");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    township_close(&t);
}

static void what_is_gathered_waits_only_behind_one_that_arrived(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_ARRIVALS);
    fails(&t, "NO-1", "DS-01");   /* no such site: held */
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 1);
    outcome_at(&t, "2020-02-10T10:05", "clerk", "settlement_wanted", DUBAN__GRADE__GRADE_DEAD);
    fails(&t, "NO-2", "DS-01");
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 2);
    outcome_at(&t, "2020-02-10T10:06", "clerk", "settlement_wanted", DUBAN__GRADE__GRADE_DELIVERED);
    fails(&t, "NO-3", "DS-01");
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 2);
    township_close(&t);
}

static void an_earlier_era_repeats_as_it_did(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    begin_era(&t, ERA_OF_ARRIVALS - 1);
    clock_at(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "RT-02");
    forget_told(&t);
    outcome_at(&t, "2020-02-10T13:10", "site-COUR-1", "explanation_wanted", DUBAN__GRADE__GRADE_DEAD);
    pass_until(&t, "2020-02-10T14:59");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 2);
    township_close(&t);
}

/* ---------------------------------------------------------------- stood down: exactly whom the call has reached */

/* The notice with the lines of his digest: the brief of who attends it, the digest of who does not. 0 = there is none. */
static uint64_t sequence_of_lines(struct township *t, const char *account)
{
    for (uint64_t sequence = t->rules.state.meta.fact_last; sequence > t->seen_fact; sequence--) {
        const Duban__Fact *fact = fact_at(t, sequence);

        if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_TOLD && strcmp(fact->recipient, account) == 0 &&
            strcmp(fact->rule, "digest") == 0)
            return fact->outbox_sequence;
    }
    return 0;
}

/* A case of level C: group leader and area contact in the digest of 07:43, the lead a day after the due. */
static void call_in_era(struct township *t, uint32_t era)
{
    township_open(t, "2020-02-10T09:00");
    begin_era(t, era);
    clock_at(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "DS-06");
    forget_told(t);
    pass_until(t, "2020-02-14T11:00");
    assert_true(sequence_of_lines(t, "leader-north") != 0);
    assert_int_equal(told(t, "lead", "overdue_lead"), 1);
}

static void call_in(struct township *t)
{
    call_in_era(t, ERA_OF_ARRIVALS);
}

static size_t stood_down(struct township *t, const char *account)
{
    return told(t, account, "stand_down");
}

static void who_got_it_is_stood_down_and_nobody_else(void **state)
{
    struct township t;

    (void) state;
    call_in(&t);
    outcome_of(&t, sequence_of_lines(&t, "leader-north"), 0, DUBAN__GRADE__GRADE_DELIVERED);
    outcome_of(&t, sequence_of_lines(&t, "contact-n1"), 0, DUBAN__GRADE__GRADE_WITHDRAWN);
    outcome_of(&t, last_sequence(&t, "lead", "overdue_lead"), 0, DUBAN__GRADE__GRADE_DEAD);
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(stood_down(&t, "leader-north"), 1);
    assert_int_equal(stood_down(&t, "contact-n1"), 0);
    assert_int_equal(stood_down(&t, "lead"), 0);
    assert_int_equal(not_told(&t, "not_reached"), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_TOLD))->recipient, "lead");
    township_close(&t);
}

/* Nothing more will be heard of it: he would stay called in for good. */
static void who_may_have_got_it_is_stood_down_too(void **state)
{
    for (uint32_t era = ERA_OF_UNCERTAIN - 1; era <= ERA_OF_UNCERTAIN; era++) {
        struct township t;
        uint64_t notice;

        (void) state;
        call_in_era(&t, era);
        outcome_of(&t, sequence_of_lines(&t, "leader-north"), 0, DUBAN__GRADE__GRADE_UNCERTAIN);
        notice = last_sequence(&t, "lead", "overdue_lead");
        passes(&t, "COUR-1", "DS-06");
        assert_int_equal(stood_down(&t, "leader-north"), era == ERA_OF_UNCERTAIN);
        assert_int_equal(stood_down(&t, "lead"), 0);                  /* it is under way */
        outcome_of(&t, notice, 0, DUBAN__GRADE__GRADE_UNCERTAIN);
        assert_int_equal(stood_down(&t, "lead"), era == ERA_OF_UNCERTAIN);
        township_close(&t);
    }
}

static void who_gets_it_after_the_end_is_told_then_once(void **state)
{
    struct township t;
    uint64_t notice;

    (void) state;
    call_in(&t);
    notice = last_sequence(&t, "lead", "overdue_lead");
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(stood_down(&t, "lead"), 0);   /* it is under way */
    outcome_of(&t, notice, 0, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(stood_down(&t, "lead"), 1);
    outcome_of(&t, notice, 0, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(stood_down(&t, "lead"), 1);
    township_close(&t);
}

static void who_got_it_only_when_it_was_sent_again_is_stood_down(void **state)
{
    struct township t;
    uint64_t notice;

    (void) state;
    call_in(&t);
    notice = last_sequence(&t, "lead", "overdue_lead");
    outcome_of(&t, notice, 0, DUBAN__GRADE__GRADE_DEAD);
    retry_notice(&t, "clerk", notice);
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(stood_down(&t, "lead"), 0);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(stood_down(&t, "lead"), 1);
    township_close(&t);
}

static void what_is_sent_again_after_the_end_leaves_it_out(void **state)
{
    struct township t;
    uint64_t notice;

    (void) state;
    call_in(&t);
    notice = sequence_of_lines(&t, "leader-north");
    outcome_of(&t, notice, 0, DUBAN__GRADE__GRADE_DEAD);
    passes(&t, "COUR-1", "DS-06");
    retry_notice(&t, "clerk", notice);
    outcome_of(&t, notice, 1, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(stood_down(&t, "leader-north"), 0);
    township_close(&t);
}

static void what_has_come_back_since_is_not_over(void **state)
{
    struct township t;
    uint64_t notice;

    (void) state;
    call_in(&t);
    notice = last_sequence(&t, "lead", "overdue_lead");
    passes(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-14T12:00");
    fails(&t, "COUR-1", "DS-06");
    assert_int_equal(case_at(&t, "COUR-1", "DS-06")->rectification_task.len, ID_BYTES);
    outcome_of(&t, notice, 0, DUBAN__GRADE__GRADE_DELIVERED);
    assert_int_equal(stood_down(&t, "lead"), 0);
    township_close(&t);
}

static void in_a_what_if_what_nothing_is_heard_of_was_accepted(void **state)
{
    struct township t;

    (void) state;
    call_in(&t);
    t.rules.engine.takes_as_accepted = true;
    passes(&t, "COUR-1", "DS-06");
    assert_int_equal(stood_down(&t, "lead"), 1);
    assert_int_equal(not_told(&t, "not_reached"), 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- referrals */

static void referral_step(struct township *t, Duban__ReferralAct act)
{
    Duban__ReferralStep step = DUBAN__REFERRAL_STEP__INIT;

    step.referral = numbered(t, "YJ-0001");
    step.act = act;
    step.text = "核对";
    SUBMIT(t, "office-kwb", REFERRAL_STEP, referral_step, &step);
    assert_null(held_last(t));
}

/* Nobody has taken it for two working days and more: the lead has been told. */
static void leave_a_referral(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    begin_era(t, ERA_OF_ARRIVALS);
    holder(t, "office-kwb", DUBAN__ROLE__ROLE_OFFICE, "kongwei");
    clock_at(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "SD-01");
    forget_told(t);
    pass_until(t, "2020-02-12T18:00");
    assert_int_equal(told(t, "lead", "referral_overdue"), 1);
    outcome_of(t, last_sequence(t, "lead", "referral_overdue"), 0, DUBAN__GRADE__GRADE_DELIVERED);
}

static void a_referral_that_is_taken_or_answered_stands_down(void **state)
{
    struct township t;

    (void) state;
    leave_a_referral(&t);
    referral_step(&t, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED);
    assert_int_equal(stood_down(&t, "lead"), 1);
    assert_string_equal(last_notice(&t, "lead", "stand_down")->items[0]->reason_text->en, "an office has taken it");
    forget_told(&t);
    pass_until(&t, "2020-03-10T12:00");
    assert_int_equal(told(&t, "lead", "referral_result_overdue"), 1);
    outcome_of(&t, last_sequence(&t, "lead", "referral_result_overdue"), 0, DUBAN__GRADE__GRADE_DELIVERED);
    referral_step(&t, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RESULT);
    assert_int_equal(stood_down(&t, "lead"), 1);
    assert_string_equal(last_notice(&t, "lead", "stand_down")->items[0]->reason_text->en, "the office has answered");
    township_close(&t);
}

static void one_that_is_handed_back_is_not_over(void **state)
{
    struct township t;

    (void) state;
    leave_a_referral(&t);
    referral_step(&t, DUBAN__REFERRAL_ACT__REFERRAL_ACT_RETURNED);
    assert_int_equal(stood_down(&t, "lead"), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_did_not_arrive_is_repeated_before_its_time_to_whom_it_did_not_reach),
        cmocka_unit_test(a_line_in_the_spool_that_he_did_not_choose_is_no_delivery),
        cmocka_unit_test(what_fails_again_waits_for_the_time_of_its_row),
        cmocka_unit_test(what_arrives_late_is_repeated_from_there_on),
        cmocka_unit_test(what_left_without_an_answer_is_repeated_from_when_it_left),
        cmocka_unit_test(an_earlier_era_repeats_what_is_uncertain_from_when_it_was_decided),
        cmocka_unit_test(what_arrives_in_time_keeps_to_the_hour),
        cmocka_unit_test(a_new_due_begins_with_nothing_heard),
        cmocka_unit_test(what_is_gathered_waits_only_behind_one_that_arrived),
        cmocka_unit_test(an_earlier_era_repeats_as_it_did),
        cmocka_unit_test(who_got_it_is_stood_down_and_nobody_else),
        cmocka_unit_test(who_may_have_got_it_is_stood_down_too),
        cmocka_unit_test(who_gets_it_after_the_end_is_told_then_once),
        cmocka_unit_test(who_got_it_only_when_it_was_sent_again_is_stood_down),
        cmocka_unit_test(what_is_sent_again_after_the_end_leaves_it_out),
        cmocka_unit_test(what_has_come_back_since_is_not_over),
        cmocka_unit_test(in_a_what_if_what_nothing_is_heard_of_was_accepted),
        cmocka_unit_test(a_referral_that_is_taken_or_answered_stands_down),
        cmocka_unit_test(one_that_is_handed_back_is_not_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
