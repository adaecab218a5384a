/* test_deciders.c - a second person decides what somebody has asked for; one up where there is none; plain where nobody is. */
#include "township.h"

#define GRANTED DUBAN__DECISION__DECISION_GRANTED

/* ---------------------------------------------------------------- acts */

static void enter_holder(struct township *t, const char *account, Duban__Role role, const char *scope, const char *deputy, bool removed)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT, *grants[] = { &grant };

    grant.role = role;
    grant.scope = (char *) scope;
    change.account = (char *) account;
    change.n_roles = 1;
    change.roles = grants;
    change.deputy = (char *) deputy;
    change.removed = removed;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void amend(struct township *t, const char *who, uint64_t report)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT, *answers[] = { &answer };

    answer.item = "DS-01";
    answer.result = DUBAN__RESULT__RESULT_NOT_CHECKED;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(t, who, AMENDMENT, amendment, &amendment);
}

static void decide_amendment(struct township *t, const char *who, uint64_t report)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.report_sequence = report;
    approval.matter = DUBAN__MATTER__MATTER_AMENDMENT;
    approval.decision = GRANTED;
    SUBMIT(t, who, APPROVAL, approval, &approval);
}

static void extend(struct township *t, const char *who)
{
    Duban__Extension message = DUBAN__EXTENSION__INIT;

    message.case_ = reference_to(t, "COUR-1", "DS-01");
    message.new_due_ms = at("2020-02-12T09:00") * 1000;
    message.reason = "等配件";
    SUBMIT(t, who, EXTENSION, extension, &message);
}

static void decide(struct township *t, const char *who, Duban__Matter matter)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.case_ = reference_to(t, "COUR-1", "DS-01");
    approval.matter = matter;
    approval.decision = GRANTED;
    SUBMIT(t, who, APPROVAL, approval, &approval);
}

static void appeal(struct township *t, const char *who)
{
    Duban__Appeal message = DUBAN__APPEAL__INIT;

    message.case_ = reference_to(t, "COUR-1", "DS-01");
    message.reason = "封路，配件进不来";
    SUBMIT(t, who, APPEAL, appeal, &message);
}

static void assign(struct township *t, const char *owner)
{
    Duban__Assignment message = DUBAN__ASSIGNMENT__INIT;

    message.case_ = reference_to(t, "COUR-1", "DS-01");
    message.owner = (char *) owner;
    SUBMIT(t, "lead", ASSIGNMENT, assignment, &message);
}

static void assert_held(struct township *t, const char *names)
{
    const Duban__Quarantined *held = held_last(t);

    assert_non_null(held);
    assert_string_equal(held->field, "account");
    assert_non_null(strstr(held->zh, names));
    assert_non_null(strstr(held->en, names));
}

/* The lead's own report, which nobody may amend by himself any more. */
static uint64_t old_report_of(struct township *t, const char *who)
{
    uint64_t report;

    visit(t, who, "COUR-1", "DS-01", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    report = t->sequence;
    clock_at(t, "2020-02-12T09:00");
    forget_told(t);
    return report;
}

static bool is_voided(struct township *t)
{
    return case_at(t, "COUR-1", "DS-01")->state == CASE_STATE(VOIDED);
}

/* ---------------------------------------------------------------- rule 20: amendments */

static void a_sole_leads_own_amendment_goes_to_the_committee(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    report = old_report_of(&t, "lead");
    amend(&t, "lead", report);
    assert_int_equal(told(&t, "committee", "approval_wanted"), 1);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 0);
    decide_amendment(&t, "lead", report);
    assert_held(&t, "committee");
    assert_false(is_voided(&t));
    decide_amendment(&t, "committee", report);
    assert_true(is_voided(&t));
    township_close(&t);
}

static void a_leads_deputy_comes_before_the_committee_and_another_lead_before_him(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    enter_holder(&t, "lead", DUBAN__ROLE__ROLE_LEAD, "", "leader-south", false);
    report = old_report_of(&t, "lead");
    amend(&t, "lead", report);
    assert_int_equal(told(&t, "leader-south", "approval_wanted"), 1);
    assert_int_equal(told(&t, "committee", "approval_wanted"), 0);
    decide_amendment(&t, "committee", report);   /* not his, while the deputy is there */
    assert_held(&t, "committee");
    holder(&t, "lead-2", DUBAN__ROLE__ROLE_LEAD, "");
    decide_amendment(&t, "leader-south", report);
    assert_held(&t, "leader-south");
    decide_amendment(&t, "lead-2", report);
    assert_true(is_voided(&t));
    township_close(&t);
}

static void two_leads_decide_for_one_another_and_only_the_other_one_is_asked(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    holder(&t, "lead-2", DUBAN__ROLE__ROLE_LEAD, "");
    report = old_report_of(&t, "lead");
    amend(&t, "lead", report);
    assert_int_equal(told(&t, "lead-2", "approval_wanted"), 1);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 0);
    assert_int_equal(told(&t, "committee", "approval_wanted"), 0);
    township_close(&t);
}

static void where_really_nobody_can_decide_clerk_and_lead_hear_it_at_once_and_whoever_comes_hears_what_waits(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    enter_holder(&t, "committee", DUBAN__ROLE__ROLE_COMMITTEE, "", "", true);
    report = old_report_of(&t, "lead");
    amend(&t, "lead", report);
    assert_string_equal(last_fact(&t, FACT(NOBODY))->recipient, "committee");
    assert_int_equal(told(&t, "clerk", "nobody_to_receive"), 1);
    assert_int_equal(told(&t, "lead", "nobody_to_receive"), 1);
    decide_amendment(&t, "lead", report);
    assert_non_null(strstr(held_last(&t)->en, "register another lead, a deputy, or the committee"));
    holder(&t, "committee", DUBAN__ROLE__ROLE_COMMITTEE, "");
    assert_int_equal(told(&t, "committee", "taken_over"), 1);
    decide_amendment(&t, "committee", report);
    assert_true(is_voided(&t));
    township_close(&t);
}

static void a_reporter_does_not_approve_what_a_clerk_has_asked_for_him(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    report = old_report_of(&t, "lead");
    amend(&t, "clerk", report);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 0);
    decide_amendment(&t, "lead", report);
    assert_held(&t, "committee");
    assert_false(is_voided(&t));
    township_close(&t);
}

/* ---------------------------------------------------------------- extensions */

static void a_leader_does_not_decide_on_the_extension_that_he_has_asked_for(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "DS-01");
    forget_told(&t);
    extend(&t, "leader-north");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 0);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 1);
    decide(&t, "leader-north", DUBAN__MATTER__MATTER_EXTENSION);
    assert_held(&t, "lead");
    decide(&t, "lead", DUBAN__MATTER__MATTER_EXTENSION);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->extensions, 1);
    township_close(&t);
}

static void an_owner_does_not_decide_on_what_a_clerk_has_asked_for_him(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "DS-01");
    assign(&t, "leader-north");
    forget_told(&t);
    extend(&t, "clerk");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 0);
    decide(&t, "leader-north", DUBAN__MATTER__MATTER_EXTENSION);
    assert_held(&t, "lead");
    decide(&t, "lead", DUBAN__MATTER__MATTER_EXTENSION);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->extensions, 1);
    township_close(&t);
}

static void what_the_site_asks_is_the_leaders_to_decide_as_ever(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "DS-01");
    forget_told(&t);
    extend(&t, "site-COUR-1");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 1);
    decide(&t, "leader-north", DUBAN__MATTER__MATTER_EXTENSION);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->extensions, 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- who is away */

static void on_leave(struct township *t, const char *account)
{
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;

    change.account = (char *) account;
    change.availability = DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    change.until_ms = at("2020-03-10T09:00") * 1000;
    SUBMIT(t, "clerk", AVAILABILITY_CHANGE, availability_change, &change);
}

static void the_deputy_of_a_lead_on_leave_is_asked_and_decides(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    enter_holder(&t, "lead", DUBAN__ROLE__ROLE_LEAD, "", "leader-south", false);
    fails(&t, "COUR-1", "DS-01");
    on_leave(&t, "lead");
    forget_told(&t);
    extend(&t, "leader-north");
    assert_int_equal(told(&t, "leader-south", "approval_wanted"), 1);
    decide(&t, "leader-south", DUBAN__MATTER__MATTER_EXTENSION);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->extensions, 1);
    township_close(&t);
}

static void who_asks_does_not_stand_in_for_the_lead_who_is_on_leave(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    enter_holder(&t, "lead-2", DUBAN__ROLE__ROLE_LEAD, "", "lead", false);
    report = old_report_of(&t, "lead");
    on_leave(&t, "lead-2");
    forget_told(&t);
    amend(&t, "lead", report);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 0);
    assert_int_equal(told(&t, "committee", "approval_wanted"), 1);
    decide_amendment(&t, "committee", report);
    assert_true(is_voided(&t));
    township_close(&t);
}

static void what_the_deputy_of_a_leader_on_leave_asks_for_goes_to_the_lead(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    enter_holder(&t, "leader-north", DUBAN__ROLE__ROLE_GROUP_LEADER, "north", "inspector-n1", false);
    fails(&t, "COUR-1", "DS-01");
    on_leave(&t, "leader-north");
    forget_told(&t);
    extend(&t, "inspector-n1");   /* he follows the case up */
    assert_int_equal(told(&t, "inspector-n1", "approval_wanted"), 0);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 1);
    decide(&t, "lead", DUBAN__MATTER__MATTER_EXTENSION);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->extensions, 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- closing at level A */

static void give_gate_to(struct township *t, const char *owner)
{
    Duban__Assignment message = DUBAN__ASSIGNMENT__INIT;

    message.case_ = reference_to(t, "GATE-1", "GT-01");
    message.owner = (char *) owner;
    SUBMIT(t, "lead", ASSIGNMENT, assignment, &message);
}

static void close_gate(struct township *t, const char *who)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.case_ = reference_to(t, "GATE-1", "GT-01");
    approval.matter = DUBAN__MATTER__MATTER_CLOSURE;
    approval.decision = GRANTED;
    SUBMIT(t, who, APPROVAL, approval, &approval);
}

/* Passed three times, the last time by that account. */
static void pass_gate(struct township *t, const char *owner, const char *last)
{
    township_open(t, "2020-02-10T10:00");
    fails(t, "GATE-1", "GT-01");
    if (owner != NULL)
        give_gate_to(t, owner);
    clock_at(t, "2020-02-10T11:00");
    passes(t, "GATE-1", "GT-01");
    pass_until(t, "2020-02-11T11:00");
    passes(t, "GATE-1", "GT-01");
    pass_until(t, "2020-02-13T11:00");
    forget_told(t);
    visit(t, last, "GATE-1", "GT-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    assert_int_equal(case_at(t, "GATE-1", "GT-01")->state, CASE_STATE(TO_APPROVE));
    assert_int_equal(told(t, "lead", "approval_wanted"), 0);
    assert_int_equal(told(t, "committee", "approval_wanted"), 1);
    close_gate(t, "lead");
    assert_held(t, "committee");
    assert_int_equal(case_at(t, "GATE-1", "GT-01")->state, CASE_STATE(TO_APPROVE));
    close_gate(t, "committee");
    assert_int_equal(case_at(t, "GATE-1", "GT-01")->state, CASE_STATE(CLOSED));
    township_close(t);
}

static void a_lead_does_not_close_the_case_that_he_follows_up(void **unused)
{
    struct township t;

    (void) unused;
    pass_gate(&t, "lead", "inspector-n2");
}

static void a_lead_does_not_close_the_case_that_he_has_passed_last(void **unused)
{
    struct township t;

    (void) unused;
    pass_gate(&t, NULL, "lead");
}

static void the_revisit_after_a_refused_closure_is_said_to_be_planned(void **unused)
{
    struct township t;
    Duban__Approval approval = DUBAN__APPROVAL__INIT;
    const Duban__Fact *fact;

    (void) unused;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_REVISITS_SAID);
    fails(&t, "GATE-1", "GT-01");
    clock_at(&t, "2020-02-10T11:00");
    passes(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-11T11:00");
    passes(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-13T11:00");
    visit(&t, "inspector-n2", "GATE-1", "GT-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    approval.case_ = reference_to(&t, "GATE-1", "GT-01");
    approval.matter = DUBAN__MATTER__MATTER_CLOSURE;
    approval.decision = DUBAN__DECISION__DECISION_REFUSED;
    approval.reason = "再看一次";
    SUBMIT(&t, "lead", APPROVAL, approval, &approval);
    fact = last_fact(&t, FACT(REVISIT_PLANNED));
    assert_int_equal(fact->entry_sequence, t.sequence);
    assert_int_equal(fact->new_s, at("2020-02-14T18:00"));
    assert_int_equal(fact->number, 4);
    assert_int_equal(fact->of, 4);
    township_close(&t);
}

/* ---------------------------------------------------------------- appeals */

/* Found at level B, overdue, passed twice and closed; then the lead follows it up. */
static void open_with_lead_as_owner(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    fails(t, "COUR-1", "DS-01");
    assign(t, "lead");
    pass_until(t, "2020-02-12T15:00");
    passes(t, "COUR-1", "DS-01");
    pass_until(t, "2020-02-15T15:00");
    passes(t, "COUR-1", "DS-01");
    assert_int_equal(case_at(t, "COUR-1", "DS-01")->state, CASE_STATE(CLOSED));
    forget_told(t);
}

static void a_leads_own_appeal_is_supported_by_the_leader_and_decided_by_the_committee(void **unused)
{
    struct township t;

    (void) unused;
    open_with_lead_as_owner(&t);
    appeal(&t, "lead");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 1);
    decide(&t, "leader-north", DUBAN__MATTER__MATTER_APPEAL);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 0);
    assert_int_equal(told(&t, "committee", "approval_wanted"), 1);
    decide(&t, "lead", DUBAN__MATTER__MATTER_APPEAL);
    assert_held(&t, "committee");
    assert_false(case_at(&t, "COUR-1", "DS-01")->exempt_from_stats);
    decide(&t, "committee", DUBAN__MATTER__MATTER_APPEAL);
    assert_true(case_at(&t, "COUR-1", "DS-01")->exempt_from_stats);
    township_close(&t);
}

static void an_owner_does_not_decide_on_the_appeal_that_a_clerk_has_entered(void **unused)
{
    struct township t;

    (void) unused;
    open_with_lead_as_owner(&t);
    appeal(&t, "clerk");
    decide(&t, "lead", DUBAN__MATTER__MATTER_APPEAL);
    assert_held(&t, "leader-north");
    assert_false(case_at(&t, "COUR-1", "DS-01")->exempt_from_stats);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sole_leads_own_amendment_goes_to_the_committee),
        cmocka_unit_test(a_leads_deputy_comes_before_the_committee_and_another_lead_before_him),
        cmocka_unit_test(two_leads_decide_for_one_another_and_only_the_other_one_is_asked),
        cmocka_unit_test(where_really_nobody_can_decide_clerk_and_lead_hear_it_at_once_and_whoever_comes_hears_what_waits),
        cmocka_unit_test(a_reporter_does_not_approve_what_a_clerk_has_asked_for_him),
        cmocka_unit_test(a_leader_does_not_decide_on_the_extension_that_he_has_asked_for),
        cmocka_unit_test(an_owner_does_not_decide_on_what_a_clerk_has_asked_for_him),
        cmocka_unit_test(what_the_site_asks_is_the_leaders_to_decide_as_ever),
        cmocka_unit_test(a_leads_own_appeal_is_supported_by_the_leader_and_decided_by_the_committee),
        cmocka_unit_test(an_owner_does_not_decide_on_the_appeal_that_a_clerk_has_entered),
        cmocka_unit_test(the_deputy_of_a_lead_on_leave_is_asked_and_decides),
        cmocka_unit_test(who_asks_does_not_stand_in_for_the_lead_who_is_on_leave),
        cmocka_unit_test(what_the_deputy_of_a_leader_on_leave_asks_for_goes_to_the_lead),
        cmocka_unit_test(a_lead_does_not_close_the_case_that_he_follows_up),
        cmocka_unit_test(a_lead_does_not_close_the_case_that_he_has_passed_last),
        cmocka_unit_test(the_revisit_after_a_refused_closure_is_said_to_be_planned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
