/* test_acts.c - what people do to a running case, and what may not move by it. */
#include "township.h"

static Duban__Task *task_by_id(struct township *t, const ProtobufCBinaryData *id)
{
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, id);
    store_abort(&t->rules.state.txn);
    assert_non_null(task);
    return task;
}

static void a_raised_level_brings_the_due_forward_and_a_lowered_one_leaves_it(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-04");   /* C: 72 h */
    clock_at(&t, "2020-02-10T12:00");
    edit_level(&t, "DORM-1", "DS-04", "B");
    assert_int_equal(case_at(&t, "DORM-1", "DS-04")->due_s, at("2020-02-11T12:00"));
    edit_level(&t, "DORM-1", "DS-04", "D");
    assert_int_equal(case_at(&t, "DORM-1", "DS-04")->due_s, at("2020-02-11T12:00"));
    assert_int_equal(case_at(&t, "DORM-1", "DS-04")->found_at_ms, at("2020-02-10T10:00") * 1000);
    assert_int_equal(facts(&t, FACT(RAISED)), 1);
    assert_int_equal(facts(&t, FACT(LOWERED)), 1);
    township_close(&t);
}

static void a_raised_level_never_moves_the_due_back(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-04");
    pass_until(&t, "2020-02-13T09:00");   /* one hour before the due */
    edit_level(&t, "DORM-1", "DS-04", "B");
    assert_int_equal(case_at(&t, "DORM-1", "DS-04")->due_s, at("2020-02-13T10:00"));
    township_close(&t);
}

static void claim_by_number(struct township *t, uint32_t number)
{
    Duban__CaseReference reference = DUBAN__CASE_REFERENCE__INIT;
    Duban__Claim message = DUBAN__CLAIM__INIT;

    reference.by_case = DUBAN__CASE_REFERENCE__BY_NUMBER;
    reference.number = number;
    message.case_ = &reference;
    SUBMIT(t, "site-COUR-1", CLAIM, claim, &message);
}

static void a_number_names_the_case_that_has_it_when_the_act_is_applied(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    claim_by_number(&t, 2);   /* typed before there is one */
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    assert_string_equal(held_last(&t)->field, "case.number");
    fails(&t, "COUR-1", "DS-01");
    fails(&t, "COUR-1", "DS-02");
    claim_by_number(&t, 2);
    assert_int_not_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(FIX_REPORTED));
    assert_int_equal(case_at(&t, "COUR-1", "DS-02")->state, CASE_STATE(FIX_REPORTED));
    claim_by_number(&t, 3);
    assert_string_equal(held_last(&t)->field, "case.number");
    township_close(&t);
}

static void ask_extension(struct township *t, const char *item, const char *until)
{
    Duban__Extension extension = DUBAN__EXTENSION__INIT;

    extension.case_ = reference_to(t, "DORM-1", item);
    extension.new_due_ms = at(until) * 1000;
    extension.reason = "材料未到";
    SUBMIT(t, "site-DORM-1", EXTENSION, extension, &extension);
}

static void decide(struct township *t, const char *who, const char *item, Duban__Decision decision)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.case_ = reference_to(t, "DORM-1", item);
    approval.matter = DUBAN__MATTER__MATTER_EXTENSION;
    approval.decision = decision;
    approval.reason = "同意";
    SUBMIT(t, who, APPROVAL, approval, &approval);
}

static void an_extension_needs_the_leader_the_first_time_and_the_lead_the_second(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    ask_extension(&t, "DS-01", "2020-02-12T10:00");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 1);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->due_s, at("2020-02-11T10:00"));
    decide(&t, "leader-north", "DS-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->due_s, at("2020-02-12T10:00"));
    assert_int_equal(told(&t, "site-DORM-1", "extension_granted"), 1);
    ask_extension(&t, "DS-01", "2020-02-13T10:00");
    decide(&t, "leader-north", "DS-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    decide(&t, "lead", "DS-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->due_s, at("2020-02-13T10:00"));
    township_close(&t);
}

static void a_request_overtaken_by_the_fix_ends_with_a_fact_and_a_word_to_who_asked(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    ask_extension(&t, "DS-01", "2020-02-12T10:00");
    clock_at(&t, "2020-02-10T11:00");
    passes(&t, "DORM-1", "DS-01");
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->extension_asked_s, 0);
    assert_int_equal(facts(&t, FACT(EXTENSION_REFUSED)), 1);
    assert_string_equal(last_fact(&t, FACT(EXTENSION_REFUSED))->reason, "fixed_since");
    assert_int_equal(told(&t, "site-DORM-1", "extension_over"), 1);
    township_close(&t);
}

static void a_request_overtaken_by_a_failed_revisit_ends_with_a_word_to_who_asked(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    ask_extension(&t, "DS-01", "2020-02-12T10:00");
    pass_until(&t, "2020-02-11T10:30");
    fails(&t, "DORM-1", "DS-01");
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->state, CASE_STATE(REWORK));
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->extension_asked_s, 0);
    assert_string_equal(last_fact(&t, FACT(EXTENSION_REFUSED))->reason, "failed_since");
    assert_int_equal(told(&t, "site-DORM-1", "extension_over"), 1);
    township_close(&t);
}

static void a_request_about_a_case_that_is_voided_ends_with_a_word_to_who_asked(void **state)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    ask_extension(&t, "DS-01", "2020-02-12T10:00");
    edit.case_ = reference_to(&t, "DORM-1", "DS-01");
    edit.voided = true;
    edit.reason = "重复";
    SUBMIT(&t, "lead", CASE_EDIT, case_edit, &edit);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->state, CASE_STATE(VOIDED));
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->extension_asked_s, 0);
    assert_string_equal(last_fact(&t, FACT(EXTENSION_REFUSED))->reason, "voided_since");
    assert_int_equal(told(&t, "site-DORM-1", "extension_over"), 1);
    township_close(&t);
}

static void level_a_is_never_extended_and_no_extension_exceeds_the_limit(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "RT-04");
    ask_extension(&t, "RT-04", "2020-02-10T13:00");
    assert_non_null(strstr(last_fact(&t, FACT(CONTRADICTION))->reason_en, "level A cannot be extended"));
    assert_int_equal(told(&t, "site-DORM-1", "act_declined"), 1);
    fails(&t, "DORM-1", "DS-01");
    ask_extension(&t, "DS-01", "2020-02-12T10:01");
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 2);
    assert_int_equal(t.rules.state.meta.quarantined, 0);   /* a clerk could only reject them */
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->extension_asked_s, 0);
    township_close(&t);
}

static void an_extension_after_the_due_keeps_the_fact_of_being_overdue(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    passes(&t, "DORM-1", "SD-01");         /* nobody may skip it there */
    pass_until(&t, "2020-02-11T11:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    ask_extension(&t, "DS-01", "2020-02-12T10:00");
    decide(&t, "leader-north", "DS-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->overdue_rounds, 1);
    pass_until(&t, "2020-02-12T10:01");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 2);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->overdue_rounds, 2);
    township_close(&t);
}

static void a_suspension_stops_the_clock_in_the_unit_of_the_limit(void **state)
{
    struct township t;
    Duban__Suspension suspension = DUBAN__SUSPENSION__INIT;
    Duban__Resumption resumption = DUBAN__RESUMPTION__INIT;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");          /* B: natural hours */
    passes(&t, "DORM-1", "SD-01");         /* nobody may skip it there */
    clock_at(&t, "2020-02-10T15:00");
    suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_CASE_;
    suspension.case_ = reference_to(&t, "DORM-1", "DS-01");
    suspension.reason = "停工";
    SUBMIT(&t, "lead", SUSPENSION, suspension, &suspension);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->state, CASE_STATE(SUSPENDED));
    pass_until(&t, "2020-02-13T15:00");    /* nothing becomes overdue meanwhile */
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);
    resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_CASE_;
    resumption.case_ = reference_to(&t, "DORM-1", "DS-01");
    SUBMIT(&t, "lead", RESUMPTION, resumption, &resumption);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->due_s, at("2020-02-14T10:00"));
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->state, CASE_STATE(RECTIFYING));
    township_close(&t);
}

static void a_closed_site_pauses_its_cases_and_is_revisited_within_a_day(void **state)
{
    struct township t;
    Duban__Suspension suspension = DUBAN__SUSPENSION__INIT;
    Duban__Resumption resumption = DUBAN__RESUMPTION__INIT;
    Duban__Case *case_;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    claim(&t, "COUR-1", "DS-01");
    suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_SITE;
    suspension.site = "COUR-1";
    suspension.reason = "关门";
    SUBMIT(&t, "contact-n1", SUSPENSION, suspension, &suspension);
    assert_true(case_at(&t, "COUR-1", "DS-01")->site_paused);
    pass_until(&t, "2020-02-12T10:00");
    assert_int_equal(facts(&t, FACT(MISSED)), 0);
    resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_SITE;
    resumption.site = "COUR-1";
    SUBMIT(&t, "contact-n1", RESUMPTION, resumption, &resumption);
    case_ = case_at(&t, "COUR-1", "DS-01");
    assert_int_equal(task_by_id(&t, &case_->revisit_task)->due_s, at("2020-02-13T10:00"));
    township_close(&t);
}

static void acknowledge(struct township *t, const char *who, const char *site_code, const char *item)
{
    Duban__Acknowledgement acknowledgement = DUBAN__ACKNOWLEDGEMENT__INIT;

    acknowledgement.case_ = reference_to(t, site_code, item);
    SUBMIT(t, who, ACKNOWLEDGEMENT, acknowledgement, &acknowledgement);
}

static void an_acknowledgement_stops_the_ladder_up_to_ones_own_step_only(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T07:30");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T08:00");
    acknowledge(&t, "site-COUR-1", "COUR-1", "DS-01");   /* the site's word does not stop the ladder */
    pass_until(&t, "2020-02-11T09:31");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 1);
    acknowledge(&t, "leader-north", "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T19:31");
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);   /* step 2 is not his to stop */
    township_close(&t);
}

static void level_a_repeats_every_two_hours_until_explained(void **state)
{
    struct township t;
    Duban__OverdueExplanation explanation = DUBAN__OVERDUE_EXPLANATION__INIT;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    fails(&t, "GATE-1", "GT-01");           /* due 10:00 */
    pass_until(&t, "2020-02-10T15:30");     /* 11:00, 13:00, 15:00 */
    assert_int_equal(told(&t, "site-GATE-1", "explanation_wanted"), 3);
    explanation.case_ = reference_to(&t, "GATE-1", "GT-01");
    explanation.reason = "缺人";
    explanation.expected_at_ms = at("2020-02-10T20:00") * 1000;
    SUBMIT(&t, "site-GATE-1", OVERDUE_EXPLANATION, overdue_explanation, &explanation);
    pass_until(&t, "2020-02-10T21:00");
    assert_int_equal(told(&t, "site-GATE-1", "explanation_wanted"), 3);
    township_close(&t);
}

static void an_acknowledgement_silences_ones_own_repeats_for_four_hours(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    fails(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-10T11:30");
    acknowledge(&t, "site-GATE-1", "GATE-1", "GT-01");
    pass_until(&t, "2020-02-10T17:30");     /* 13:00 and 15:00 are silent for him, 17:00 is not */
    assert_int_equal(told(&t, "site-GATE-1", "explanation_wanted"), 2);
    assert_int_equal(told(&t, "inspector-n1", "explanation_wanted"), 4);
    township_close(&t);
}

static void another_owner_must_acknowledge_in_time(void **state)
{
    struct township t;
    Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    assignment.case_ = reference_to(&t, "COUR-1", "DS-01");
    assignment.owner = "inspector-n2";
    SUBMIT(&t, "leader-north", ASSIGNMENT, assignment, &assignment);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(ASSIGNED));
    assert_int_equal(told(&t, "inspector-n2", "new_case"), 1);
    pass_until(&t, "2020-02-10T12:01");
    assert_int_equal(told(&t, "inspector-n2", "not_acknowledged"), 1);
    acknowledge(&t, "inspector-n2", "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(RECTIFYING));
    pass_until(&t, "2020-02-10T20:00");
    assert_int_equal(told(&t, "leader-north", "not_acknowledged"), 0);
    township_close(&t);
}

static void early_morning_reminders_go_the_evening_before(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T08:30");
    fails(&t, "COUR-1", "DS-01");           /* due 08:30: -4 h and -1 h: 04:30 is quiet, 07:30 is not */
    pass_until(&t, "2020-02-10T21:29");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 0);
    pass_until(&t, "2020-02-10T21:31");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 1);
    pass_until(&t, "2020-02-11T07:31");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 2);
    township_close(&t);
}

/* Rework at level B, twelve hours from 18:00: four hours and one hour before 06:00 both lie in
 * quiet hours and move to 21:30. */
static void reminders_that_quiet_hours_bring_together_are_one(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    clock_at(&t, "2020-02-10T17:00");
    claim(&t, "DORM-1", "DS-01");
    clock_at(&t, "2020-02-10T18:00");
    fails(&t, "DORM-1", "DS-01");
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->due_s, at("2020-02-11T06:00"));
    assert_int_equal(not_told(&t, "joined"), 1);
    forget_told(&t);
    pass_until(&t, "2020-02-10T21:31");
    assert_int_equal(told(&t, "site-DORM-1", "near_due"), 1);
    pass_until(&t, "2020-02-11T05:59");
    assert_int_equal(told(&t, "site-DORM-1", "near_due"), 1);
    township_close(&t);
}

static void findings_at_night_are_told_in_the_morning_unless_urgent(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T22:30");
    fails(&t, "COUR-1", "DS-01");
    fails(&t, "GATE-1", "GT-01");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 0);
    assert_int_equal(told(&t, "site-GATE-1", "notice_to_site"), 1);
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    township_close(&t);
}

static void reminders_of_one_site_within_half_an_hour_go_together(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T14:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T14:20");
    fails(&t, "COUR-1", "DS-02");
    pass_until(&t, "2020-02-11T12:00");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 1);   /* -4 h of both at 10:00 */
    pass_until(&t, "2020-02-11T13:50");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 2);
    pass_until(&t, "2020-02-11T14:01");
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 1);   /* at-due ones never move */
    pass_until(&t, "2020-02-11T14:21");
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 2);
    township_close(&t);
}

static void fixed_in_front_of_the_inspector_is_the_first_pass(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence[2];
    Duban__Evidence *list[] = { &evidence[0], &evidence[1] };
    uint8_t sha256[32] = { 1 };
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    answer.item = "DS-01";
    answer.result = DUBAN__RESULT__RESULT_FAIL;
    answer.fixed_now = true;
    report.reporter = "inspector-n1";
    report.site = "COUR-1";
    report.device_time_ms = t.now_s * 1000;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    report.n_evidence = 2;
    report.evidence = list;
    for (int i = 0; i < 2; i++) {
        duban__evidence__init(&evidence[i]);
        evidence[i].name = i == 0 ? "before.jpg" : "after.jpg";
        evidence[i].sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
        evidence[i].here = i == 0;
    }
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 0);   /* incomplete: cannot count yet */
    arrival.report_sequence = t.sequence;
    arrival.name = "after.jpg";
    arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    clock_at(&t, "2020-02-10T12:00");
    SUBMIT(&t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 1);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(FOLLOWING_UP));
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->last_pass_ms, at("2020-02-10T10:00") * 1000);
    township_close(&t);
}

static void a_report_that_arrives_late_cures_what_it_disproves(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence = DUBAN__EVIDENCE__INIT;
    Duban__Evidence *list[] = { &evidence };

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T15:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    answer.item = "DS-01";
    answer.result = DUBAN__RESULT__RESULT_PASS;
    evidence.name = "1.jpg";
    evidence.here = true;
    report.reporter = "inspector-n1";
    report.site = "COUR-1";
    report.device_time_ms = at("2020-02-11T09:00") * 1000;   /* was offline since */
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    report.n_evidence = 1;
    report.evidence = list;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(facts(&t, FACT(CURED)), 2);   /* the rectification, and the revisit missed at 14:00 */
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);   /* history is kept */
    assert_false(case_at(&t, "COUR-1", "DS-01")->fixed_late);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_names_the_case_that_has_it_when_the_act_is_applied),
        cmocka_unit_test(a_raised_level_brings_the_due_forward_and_a_lowered_one_leaves_it),
        cmocka_unit_test(a_raised_level_never_moves_the_due_back),
        cmocka_unit_test(an_extension_needs_the_leader_the_first_time_and_the_lead_the_second),
        cmocka_unit_test(level_a_is_never_extended_and_no_extension_exceeds_the_limit),
        cmocka_unit_test(an_extension_after_the_due_keeps_the_fact_of_being_overdue),
        cmocka_unit_test(a_suspension_stops_the_clock_in_the_unit_of_the_limit),
        cmocka_unit_test(a_closed_site_pauses_its_cases_and_is_revisited_within_a_day),
        cmocka_unit_test(an_acknowledgement_stops_the_ladder_up_to_ones_own_step_only),
        cmocka_unit_test(level_a_repeats_every_two_hours_until_explained),
        cmocka_unit_test(an_acknowledgement_silences_ones_own_repeats_for_four_hours),
        cmocka_unit_test(another_owner_must_acknowledge_in_time),
        cmocka_unit_test(early_morning_reminders_go_the_evening_before),
        cmocka_unit_test(reminders_that_quiet_hours_bring_together_are_one),
        cmocka_unit_test(findings_at_night_are_told_in_the_morning_unless_urgent),
        cmocka_unit_test(reminders_of_one_site_within_half_an_hour_go_together),
        cmocka_unit_test(fixed_in_front_of_the_inspector_is_the_first_pass),
        cmocka_unit_test(a_report_that_arrives_late_cures_what_it_disproves),
        cmocka_unit_test(a_request_overtaken_by_the_fix_ends_with_a_fact_and_a_word_to_who_asked),
        cmocka_unit_test(a_request_overtaken_by_a_failed_revisit_ends_with_a_word_to_who_asked),
        cmocka_unit_test(a_request_about_a_case_that_is_voided_ends_with_a_word_to_who_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
