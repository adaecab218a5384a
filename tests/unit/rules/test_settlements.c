/* test_settlements.c - what is held and settled, by whom and once; what is declined instead of held. */
#include "township.h"

/* ---------------------------------------------------------------- entries */

static void release(struct township *t, const char *who, uint64_t sequence, const char *site_code, bool rejected)
{
    Duban__Release message = DUBAN__RELEASE__INIT;
    Duban__Corrections corrections = DUBAN__CORRECTIONS__INIT;

    corrections.site = (char *) site_code;
    message.sequence = sequence;
    message.rejected = rejected;
    message.reason = rejected ? "重复" : "";
    if (site_code[0] != '\0')
        message.corrections = &corrections;
    SUBMIT(t, who, RELEASE, release, &message);
}

/* A report for a site that nobody registered; its sequence. */
static uint64_t hold(struct township *t)
{
    fails(t, "COUR-9", "DS-01");
    assert_non_null(held_last(t));
    return t->sequence;
}

static void explain(struct township *t, const char *who, const char *expected)
{
    Duban__OverdueExplanation explanation = DUBAN__OVERDUE_EXPLANATION__INIT;

    explanation.case_ = reference_to(t, "COUR-1", "DS-01");
    explanation.reason = "缺人";
    explanation.expected_at_ms = at(expected) * 1000;
    SUBMIT(t, who, OVERDUE_EXPLANATION, overdue_explanation, &explanation);
}

static void suspend(struct township *t, const char *who, const char *review)
{
    Duban__Suspension suspension = DUBAN__SUSPENSION__INIT;

    suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_CASE_;
    suspension.case_ = reference_to(t, "COUR-1", "DS-01");
    suspension.reason = "停工";
    suspension.review_at_ms = review == NULL ? 0 : at(review) * 1000;
    SUBMIT(t, who, SUSPENSION, suspension, &suspension);
}

static void resume(struct township *t)
{
    Duban__Resumption resumption = DUBAN__RESUMPTION__INIT;

    resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_CASE_;
    resumption.case_ = reference_to(t, "COUR-1", "DS-01");
    SUBMIT(t, "lead", RESUMPTION, resumption, &resumption);
}

static void assign(struct township *t, const char *owner)
{
    Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;

    assignment.case_ = reference_to(t, "COUR-1", "DS-01");
    assignment.owner = (char *) owner;
    SUBMIT(t, "leader-north", ASSIGNMENT, assignment, &assignment);
}

static void claim_at(struct township *t, int64_t fixed_at_ms)
{
    Duban__Claim message = DUBAN__CLAIM__INIT;

    message.case_ = reference_to(t, "COUR-1", "DS-01");
    message.fixed_at_ms = fixed_at_ms;
    SUBMIT(t, "site-COUR-1", CLAIM, claim, &message);
}

/* ---------------------------------------------------------------- what came of them */

/* The last act was kept as a fact, and nothing waits for a clerk because of it. */
static void is_declined(struct township *t, const char *act, const char *words)
{
    const Duban__Fact *fact = last_fact(t, FACT(CONTRADICTION));

    assert_null(held_last(t));
    assert_non_null(fact);
    assert_int_equal(fact->entry_sequence, t->sequence);
    assert_string_equal(fact->act, act);
    assert_non_null(strstr(fact->reason_en[0] == '\0' ? fact->reason : fact->reason_en, words));
}

/* ---------------------------------------------------------------- settled once */

static void what_is_settled_cannot_be_settled_again(void **state)
{
    struct township t;
    uint64_t sequence;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    sequence = hold(&t);
    release(&t, "clerk", sequence, "COUR-1", false);
    forget_told(&t);
    release(&t, "clerk", sequence, "", true);
    is_declined(&t, "release", "has been adopted by clerk");
    assert_int_equal(told(&t, "clerk", "act_declined"), 1);
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 0);
    release(&t, "clerk", 7777, "", false);
    is_declined(&t, "release", "no entry is held");
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    pass_until(&t, "2020-02-12T10:00");
    assert_int_equal(told(&t, "lead", "settlement_wanted"), 0);
    township_close(&t);
}

static void a_settlement_that_does_not_work_leaves_the_entry_held_and_nothing_else(void **state)
{
    struct township t;
    uint64_t sequence;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    sequence = hold(&t);
    release(&t, "clerk", sequence, "COUR-8", false);
    is_declined(&t, "release", "COUR-8");
    release(&t, "inspector-n1", sequence, "COUR-1", false);
    is_declined(&t, "release", "inspector-n1");
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    release(&t, "clerk", sequence, "COUR-1", false);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_string_equal(last_notice(&t, "inspector-n1", "quarantine_settled")->items[0]->matter->en, "adopted");
    township_close(&t);
}

static void the_sender_is_told_that_it_was_rejected_and_why(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    release(&t, "clerk", hold(&t), "", true);
    assert_string_equal(last_notice(&t, "inspector-n1", "quarantine_settled")->items[0]->matter->zh, "退回：重复");
    township_close(&t);
}

/* The inspector of another zone may not; the clerk, who may, adopts it. */
static void an_adopted_act_stays_its_senders(void **state)
{
    struct township t;
    const Duban__Fact *fact;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    holder(&t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T11:00");
    explain(&t, "inspector-s1", "2020-02-12T10:00");
    assert_non_null(held_last(&t));
    release(&t, "clerk", t.sequence, "", false);
    fact = last_fact(&t, FACT(EXPLAINED));
    assert_non_null(fact);
    assert_string_equal(fact->actor, "inspector-s1");
    assert_string_equal(fact->adopted_by, "clerk");
    township_close(&t);
}

/* ---------------------------------------------------------------- many at once */

static void reminders_to_settle_go_together(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    for (int i = 0; i < 5; i++) {
        t.now_s += 60;
        hold(&t);
    }
    forget_told(&t);
    pass_until(&t, "2020-02-10T09:00");
    forget_told(&t);
    pass_until(&t, "2020-02-10T21:59");     /* due 08:01 to 08:05: four hours before lies in quiet hours */
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 1);
    assert_int_equal(last_notice(&t, "clerk", "settlement_wanted")->n_items, 5);
    township_close(&t);
}

static void the_first_is_told_at_once_and_those_after_it_in_one_notice(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    for (int i = 0; i < 45; i++)
        hold(&t);
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 1);
    pass_until(&t, "2020-02-10T08:29:59");
    release(&t, "clerk", t.sequence - 1, "", true);   /* settled before it is told */
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 1);
    forget_told(&t);
    pass_until(&t, "2020-02-10T08:30:01");
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 2);   /* 43: as many as one notice holds, and the rest */
    assert_int_equal(not_told(&t, "done"), 1);
    hold(&t);
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 2);   /* he has just heard of the others */
    pass_until(&t, "2020-02-10T09:00");
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 3);
    clock_at(&t, "2020-02-10T11:00");
    hold(&t);
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 4);
    township_close(&t);
}

static void what_nobody_settles_is_chased_in_one_notice_for_each(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    for (int i = 0; i < 5; i++) {
        t.now_s += 60;
        hold(&t);
    }
    pass_until(&t, "2020-02-11T08:00");
    forget_told(&t);
    pass_until(&t, "2020-02-11T12:00");   /* due from 08:01 on */
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 2);
    assert_int_equal(last_notice(&t, "clerk", "settlement_wanted")->n_items, 4);
    pass_until(&t, "2020-02-11T21:00");   /* twelve hours later */
    assert_int_equal(told(&t, "lead", "settlement_wanted"), 2);
    assert_int_equal(last_notice(&t, "lead", "settlement_wanted")->n_items, 4);
    township_close(&t);
}

static void what_came_at_night_to_be_settled_is_one_notice_in_the_morning(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T23:00");
    for (int i = 0; i < 5; i++)
        hold(&t);
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 1);
    assert_int_equal(last_notice(&t, "clerk", "settlement_wanted")->n_items, 5);
    assert_int_equal(told(&t, "inspector-n1", "quarantined"), 5);
    township_close(&t);
}

static void nobody_to_receive_says_what_waits(void **state)
{
    struct township t;
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    uint64_t sequence;
    char words[64];

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    change.account = "clerk";
    change.removed = true;
    SUBMIT(&t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
    sequence = hold(&t);
    snprintf(words, sizeof words, "held entry %llu", (unsigned long long) sequence);
    assert_string_equal(last_notice(&t, "lead", "nobody_to_receive")->items[0]->matter->en, words);
    township_close(&t);
}

/* ---------------------------------------------------------------- declined */

static void times_that_cannot_be_are_declined_or_in_doubt(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T12:00");
    explain(&t, "site-COUR-1", "2020-02-12T10:00");
    is_declined(&t, "explanation", "not_overdue");
    suspend(&t, "lead", "2020-02-10T11:00");
    is_declined(&t, "suspension", "later than now");
    assert_int_equal(told(&t, "lead", "act_declined"), 1);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->suspended_s, 0);
    claim_at(&t, at("2020-02-10T09:00") * 1000);
    assert_int_equal(facts(&t, FACT(TIME_DOUBTFUL)), 1);
    assert_int_equal(last_fact(&t, FACT(TIME_DOUBTFUL))->old_s, at("2020-02-10T09:00"));
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->claimed_ms, at("2020-02-10T12:00") * 1000);
    claim_at(&t, 0);
    is_declined(&t, "claim", "claimed_already");
    township_close(&t);
}

static void an_explanation_promises_a_time_to_come(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T11:00");
    explain(&t, "site-COUR-1", "2020-02-11T10:00");
    is_declined(&t, "explanation", "later than now");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->explained_s, 0);
    explain(&t, "site-COUR-1", "2020-02-11T18:00");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->explained_s, at("2020-02-11T11:00"));
    township_close(&t);
}

static void a_follow_up_owner_must_be_able_to_revisit(void **state)
{
    static const char *const NOT_FIT[] = { "site-COUR-1", "site-DORM-1", "committee", "contact-n1" };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    holder(&t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    fails(&t, "COUR-1", "DS-01");
    for (size_t i = 0; i < sizeof NOT_FIT / sizeof NOT_FIT[0]; i++) {
        assign(&t, NOT_FIT[i]);
        is_declined(&t, "assignment", NOT_FIT[i]);
    }
    assign(&t, "inspector-s1");
    is_declined(&t, "assignment", "inspector-s1");
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->owner, "inspector-n1");
    assign(&t, "inspector-n2");
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->owner, "inspector-n2");
    assign(&t, "inspector-n2");
    is_declined(&t, "assignment", "same_owner");
    township_close(&t);
}

/* ---------------------------------------------------------------- pauses */

static void a_pause_that_ended_in_its_night_is_not_told(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");           /* due 10:00 */
    clock_at(&t, "2020-02-10T22:30");
    suspend(&t, "lead", NULL);
    resume(&t);
    assert_int_equal(facts(&t, FACT(DUE_MOVED)), 0);   /* nothing moved */
    suspend(&t, "lead", NULL);
    clock_at(&t, "2020-02-10T23:00");
    resume(&t);
    assert_int_equal(facts(&t, FACT(DUE_MOVED)), 1);
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(told(&t, "site-COUR-1", "suspended"), 0);
    assert_int_equal(told(&t, "site-COUR-1", "resumed"), 2);
    assert_int_equal(last_notice(&t, "site-COUR-1", "resumed")->items[0]->due_s, at("2020-02-11T10:30"));
    township_close(&t);
}

static void a_resumption_never_names_a_due_that_has_passed(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T05:00");
    fails(&t, "COUR-1", "DS-01");           /* due 05:00 */
    clock_at(&t, "2020-02-10T22:30");
    suspend(&t, "lead", NULL);
    clock_at(&t, "2020-02-10T23:00");
    resume(&t);                             /* due 05:30, before quiet hours end */
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(told(&t, "site-COUR-1", "resumed"), 0);
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- first revisit */

static void a_revisit_that_is_told_at_once_is_not_said_to_be_untold(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    forget_told(&t);
    claim_at(&t, 0);
    assert_int_equal(told(&t, "inspector-n1", "revisit_today"), 1);
    assert_int_equal(not_told(&t, "past"), 0);
    township_close(&t);
}

/* The lead is the duty clerk too: at step 2 he would supervise himself. */
static void rule_5_who_holds_the_post_that_it_waits_for_does_not_supervise_himself(void **state)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant lead = DUBAN__ROLE_GRANT__INIT, clerk = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *grants[] = { &lead, &clerk };
    struct township t;

    (void) state;
    lead.role = DUBAN__ROLE__ROLE_LEAD;
    clerk.role = DUBAN__ROLE__ROLE_DUTY_CLERK;
    change.account = "lead";
    change.n_roles = 2;
    change.roles = grants;
    for (uint32_t era = ERA_OF_OWN_POSTS - 1; era <= ERA_OF_OWN_POSTS; era++) {
        township_open(&t, "2020-02-10T10:00");
        begin_era(&t, era);
        holder(&t, "clerk", DUBAN__ROLE__ROLE_INSPECTOR, "south");
        SUBMIT(&t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
        hold(&t);
        pass_until(&t, "2020-02-11T21:59");
        forget_told(&t);
        pass_until(&t, "2020-02-12T07:50");                 /* due 11 February 10:00, step 2 twelve hours later, folded */
        assert_int_equal(told(&t, "committee", "digest"), era == ERA_OF_OWN_POSTS);
        assert_int_equal(not_told(&t, "supervises_himself"), era == ERA_OF_OWN_POSTS);
        township_close(&t);
    }
}

static void rules_does_not_begin_with_more_entries_passed_over_than_it_keeps(void **state)
{
    struct township t;
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;
    uint64_t skips[RULES_MAX_SKIPS + 1] = { 0 };

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    hello_ok.lineage = TOWNSHIP_LINEAGE;
    hello_ok.last_sequence = t.sequence;
    hello_ok.skips = skips;
    hello_ok.n_skips = RULES_MAX_SKIPS;
    assert_int_equal(rules_greet(&t.rules, &hello_ok), 0);
    hello_ok.n_skips = RULES_MAX_SKIPS + 1;
    assert_int_equal(rules_greet(&t.rules, &hello_ok), -1);
    township_close(&t);
}

/* A complaint of an unknown site is held; its site put right, it is entered. */
static void what_a_release_opens_is_not_named_as_its_settlement(void **state)
{
    struct township t;
    Duban__Complaint complaint = DUBAN__COMPLAINT__INIT;
    Duban__Release message = DUBAN__RELEASE__INIT;
    Duban__Corrections corrections = DUBAN__CORRECTIONS__INIT;
    const Duban__Subject *subject;
    uint8_t settlement[10];

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    begin_era(&t, ERA_OF_OWN_IDS);
    complaint.source = "12345";
    complaint.matter = "GT-03";
    complaint.text = "出入口人员进出无序";
    complaint.where_case = DUBAN__COMPLAINT__WHERE_SITE;
    complaint.site = "GATE-9";
    SUBMIT(&t, "clerk", COMPLAINT, complaint, &complaint);
    memcpy(settlement, held_last(&t)->task.data, sizeof settlement);
    corrections.site = "GATE-1";
    message.sequence = t.sequence;
    message.corrections = &corrections;
    SUBMIT(&t, "clerk", RELEASE, release, &message);
    state_begin(&t.rules.state);
    subject = state_subject_numbered(&t.rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT, 1);
    assert_non_null(subject);
    assert_memory_not_equal(subject->id.data, settlement, sizeof settlement);
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_settled_cannot_be_settled_again),
        cmocka_unit_test(a_settlement_that_does_not_work_leaves_the_entry_held_and_nothing_else),
        cmocka_unit_test(the_sender_is_told_that_it_was_rejected_and_why),
        cmocka_unit_test(an_adopted_act_stays_its_senders),
        cmocka_unit_test(reminders_to_settle_go_together),
        cmocka_unit_test(the_first_is_told_at_once_and_those_after_it_in_one_notice),
        cmocka_unit_test(what_nobody_settles_is_chased_in_one_notice_for_each),
        cmocka_unit_test(what_came_at_night_to_be_settled_is_one_notice_in_the_morning),
        cmocka_unit_test(nobody_to_receive_says_what_waits),
        cmocka_unit_test(times_that_cannot_be_are_declined_or_in_doubt),
        cmocka_unit_test(an_explanation_promises_a_time_to_come),
        cmocka_unit_test(a_follow_up_owner_must_be_able_to_revisit),
        cmocka_unit_test(a_pause_that_ended_in_its_night_is_not_told),
        cmocka_unit_test(a_resumption_never_names_a_due_that_has_passed),
        cmocka_unit_test(a_revisit_that_is_told_at_once_is_not_said_to_be_untold),
        cmocka_unit_test(rule_5_who_holds_the_post_that_it_waits_for_does_not_supervise_himself),
        cmocka_unit_test(rules_does_not_begin_with_more_entries_passed_over_than_it_keeps),
        cmocka_unit_test(what_a_release_opens_is_not_named_as_its_settlement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
