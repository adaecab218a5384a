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

static void amend_finding(struct township *t, uint64_t report)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "EP-05";
    answer.result = DUBAN__RESULT__RESULT_NOT_CHECKED;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(t, "inspector-n1", AMENDMENT, amendment, &amendment);
}

/* Found and put right in one visit: what became of the case is all that visit's. */
static uint64_t finds_and_fixes(struct township *t, bool with_photos)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence[2], *list[2];
    static uint8_t sha256[32];

    answer.item = "EP-05";
    answer.result = DUBAN__RESULT__RESULT_FAIL;
    answer.fixed_now = true;
    report.reporter = "inspector-n1";
    report.device_time_ms = t->now_s * 1000;
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    for (size_t i = 0; i < 2; i++) {
        duban__evidence__init(&evidence[i]);
        evidence[i].name = i == 0 ? "1.jpg" : "2.jpg";
        evidence[i].sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
        evidence[i].here = with_photos;
        list[i] = &evidence[i];
    }
    report.n_evidence = 2;
    report.evidence = list;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
    return t->sequence;
}

static void test_a_voided_case_has_nothing_to_appeal_and_says_so(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    report = finds_and_fixes(&t, true);
    assert_int_equal(the_case(&t)->state, CASE_STATE(CLOSED));
    amend_finding(&t, report);
    assert_int_equal(the_case(&t)->state, CASE_STATE(VOIDED));
    forget_told(&t);
    appeal(&t, "site-COUR-1");
    assert_contradiction(&t, "appeal", "voided");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 0);
    township_close(&t);
}

static void photo_arrives(struct township *t, uint64_t report, const char *name)
{
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;
    static uint8_t sha256[32];

    arrival.report_sequence = report;
    arrival.name = (char *) name;
    arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    SUBMIT(t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
}

static void approve_amendment(struct township *t, uint64_t report)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.report_sequence = report;
    approval.matter = DUBAN__MATTER__MATTER_AMENDMENT;
    approval.decision = GRANTED;
    SUBMIT(t, "lead", APPROVAL, approval, &approval);
}

static Duban__TaskState state_of_task(struct township *t, const uint8_t id[ID_BYTES])
{
    Duban__TaskState found;

    state_begin(&t->rules.state);
    found = state_task(&t->rules.state, id)->state;
    store_abort(&t->rules.state.txn);
    return found;
}

static void test_an_appeal_that_waits_ends_when_its_case_is_voided(void **state)
{
    struct township t;
    uint64_t report;
    uint8_t task[ID_BYTES];

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    report = finds_and_fixes(&t, false);
    pass_until(&t, "2020-02-14T15:00");   /* overdue, for want of its photos */
    photo_arrives(&t, report, "1.jpg");
    photo_arrives(&t, report, "2.jpg");
    assert_int_equal(the_case(&t)->state, CASE_STATE(CLOSED));
    appeal(&t, "site-COUR-1");
    memcpy(task, the_case(&t)->appeal->task.data, ID_BYTES);
    amend_finding(&t, report);
    approve_amendment(&t, report);
    assert_int_equal(the_case(&t)->state, CASE_STATE(VOIDED));
    assert_null(the_case(&t)->appeal);
    assert_int_equal(state_of_task(&t, task), DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    decide(&t, "lead", GRANTED);
    assert_contradiction(&t, "approval", "nothing_waits");
    assert_int_equal(facts(&t, FACT(APPEALED)), 1);
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
        cmocka_unit_test(test_a_voided_case_has_nothing_to_appeal_and_says_so),
        cmocka_unit_test(test_an_appeal_that_waits_ends_when_its_case_is_voided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
