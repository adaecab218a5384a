/* test_amendments.c - a report amended: what it caused is judged anew, with history kept (4.6 rule 20). */
#include "township.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define FAIL DUBAN__RESULT__RESULT_FAIL
#define NOT_CHECKED DUBAN__RESULT__RESULT_NOT_CHECKED

static void open_township(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    forget_told(t);
}

/* ---------------------------------------------------------------- acts */

static void amend_as(struct township *t, const char *who, uint64_t report, const char *item, Duban__Result result)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = (char *) item;
    answer.result = result;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(t, who, AMENDMENT, amendment, &amendment);
}

static void amend(struct township *t, uint64_t report, const char *item, Duban__Result result)
{
    amend_as(t, "inspector-n1", report, item, result);
}

static void decide(struct township *t, const char *who, uint64_t report, Duban__Decision decision)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.report_sequence = report;
    approval.matter = DUBAN__MATTER__MATTER_AMENDMENT;
    approval.decision = decision;
    approval.reason = "照片看不清";
    SUBMIT(t, who, APPROVAL, approval, &approval);
}

static uint64_t finds(struct township *t, const char *item)
{
    fails(t, "COUR-1", item);
    return t->sequence;
}

static uint64_t revisit_as(struct township *t, const char *who, const char *item, Duban__Result result)
{
    visit(t, who, "COUR-1", item, result, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    return t->sequence;
}

static uint64_t revisit(struct township *t, const char *item, Duban__Result result)
{
    return revisit_as(t, "inspector-n1", item, result);
}

static Duban__Task *task_of(struct township *t, const ProtobufCBinaryData *id)
{
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, id);
    store_abort(&t->rules.state.txn);
    return task;
}

static void assert_kept(struct township *t, const char *reason)
{
    const Duban__Fact *fact = last_fact(t, FACT(CONTRADICTION));

    assert_non_null(fact);
    assert_string_equal(fact->act, "amendment");
    assert_string_equal(fact->reason, reason);
    assert_int_equal(facts(t, FACT(UNDONE)), 0);
}

/* ---------------------------------------------------------------- what it caused is judged anew */

static void test_a_finding_that_never_was_is_taken_back_and_people_hear_of_it(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-01");
    clock_at(&t, "2020-02-10T10:00");
    amend(&t, report, "EP-01", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(VOIDED));
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    assert_int_equal(facts(&t, FACT(OPENED)), 1);
    assert_int_equal(facts(&t, FACT(AMENDED)), 1);
    assert_int_equal(facts(&t, FACT(UNDONE)), 1);
    assert_int_equal(told(&t, "site-COUR-1", "case_amended"), 1);
    pass_until(&t, "2020-02-14T09:00");
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 0);
    township_close(&t);
}

static void test_a_fail_that_was_ticked_as_a_pass_opens_its_case(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = revisit(&t, "EP-01", PASS);
    clock_at(&t, "2020-02-10T10:00");
    amend(&t, report, "EP-01", FAIL);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(RECTIFYING));
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->found_at_ms, at("2020-02-10T09:00") * 1000);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->due_s, at("2020-02-11T10:00"));   /* the order is issued now */
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    township_close(&t);
}

static void test_a_failed_revisit_that_was_none_gives_the_round_back(void **state)
{
    struct township t;
    uint64_t report;
    int64_t due_s;

    (void) state;
    open_township(&t);
    finds(&t, "EP-01");
    due_s = case_at(&t, "COUR-1", "EP-01")->due_s;
    clock_at(&t, "2020-02-10T15:00");
    claim(&t, "COUR-1", "EP-01");
    clock_at(&t, "2020-02-10T17:00");
    report = revisit(&t, "EP-01", FAIL);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(REWORK));
    clock_at(&t, "2020-02-10T17:30");
    amend(&t, report, "EP-01", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(FOLLOWING_UP));
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->passes, 1);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->round, 1);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->failed_revisits, 0);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->due_s, due_s);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->last_pass_ms, at("2020-02-10T17:00") * 1000);
    assert_int_equal(facts(&t, FACT(FAILED)), 1);   /* history is kept */
    township_close(&t);
}

static void test_a_pass_that_was_none_leaves_the_revisit_to_be_made(void **state)
{
    struct township t;
    uint64_t report;
    const Duban__Task *task;

    (void) state;
    open_township(&t);
    finds(&t, "EP-01");
    clock_at(&t, "2020-02-10T15:00");
    claim(&t, "COUR-1", "EP-01");
    clock_at(&t, "2020-02-10T17:00");
    report = revisit(&t, "EP-01", PASS);
    clock_at(&t, "2020-02-10T17:30");
    amend(&t, report, "EP-01", NOT_CHECKED);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(FIX_REPORTED));
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->passes, 0);
    task = task_of(&t, &case_at(&t, "COUR-1", "EP-01")->revisit_task);
    assert_non_null(task);
    assert_int_equal(task->state, DUBAN__TASK_STATE__TASK_STATE_OPEN);
    assert_int_equal(task->due_s, at("2020-02-10T19:00"));
    assert_int_equal(task_of(&t, &case_at(&t, "COUR-1", "EP-01")->rectification_task)->state,
                     DUBAN__TASK_STATE__TASK_STATE_CLAIMED);
    forget_told(&t);
    pass_until(&t, "2020-02-11T09:00");
    assert_true(told(&t, "inspector-n1", "revisit_missed") > 0);
    township_close(&t);
}

static void test_a_closing_pass_that_was_a_fail_is_rework(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    finds(&t, "EP-05");   /* C, one pass */
    clock_at(&t, "2020-02-10T15:00");
    report = revisit(&t, "EP-05", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(CLOSED));
    clock_at(&t, "2020-02-11T08:00");
    amend(&t, report, "EP-05", FAIL);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(RECTIFYING));   /* known already: not past due */
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    assert_int_equal(facts(&t, FACT(STILL_FAILING)), 1);
    assert_int_equal(facts(&t, FACT(CLOSED)), 1);
    clock_at(&t, "2020-02-11T09:00");
    revisit(&t, "EP-05", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(CLOSED));
    township_close(&t);
}

static void test_a_recurrence_that_was_none_closes_again(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    finds(&t, "EP-05");
    clock_at(&t, "2020-02-10T15:00");
    revisit(&t, "EP-05", PASS);
    clock_at(&t, "2020-02-13T10:00");
    report = finds(&t, "EP-05");
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->recurrences, 1);
    clock_at(&t, "2020-02-13T11:00");
    amend(&t, report, "EP-05", NOT_CHECKED);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(CLOSED));
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->recurrences, 0);
    assert_string_equal(case_at(&t, "COUR-1", "EP-05")->level, "C");
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    forget_told(&t);
    pass_until(&t, "2020-02-20T09:00");
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 0);
    township_close(&t);
}

static void test_an_amended_answer_can_be_amended_again(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-01");
    amend(&t, report, "EP-01", PASS);
    amend(&t, report, "EP-01", FAIL);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(RECTIFYING));
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    amend(&t, report, "EP-01", NOT_CHECKED);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(VOIDED));
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    township_close(&t);
}

static void test_what_judges_alike_undoes_nothing(void **state)
{
    struct township t;
    uint64_t report;
    ProtobufCBinaryData revisit_task;

    (void) state;
    open_township(&t);
    finds(&t, "EP-01");
    clock_at(&t, "2020-02-10T17:00");
    report = revisit(&t, "EP-01", PASS);
    revisit_task = case_at(&t, "COUR-1", "EP-01")->revisit_task;
    assert_int_equal(task_of(&t, &revisit_task)->due_s, at("2020-02-13T18:00"));
    clock_at(&t, "2020-02-11T08:00");
    amend(&t, report, "EP-01", PASS);
    assert_int_equal(facts(&t, FACT(AMENDED)), 1);
    assert_int_equal(facts(&t, FACT(UNDONE)), 0);
    assert_int_equal(facts(&t, FACT(PASSED)), 1);
    assert_int_equal(facts(&t, FACT(REVISIT_PLANNED)), 1);   /* no new window */
    assert_int_equal(told(&t, "site-COUR-1", "case_amended"), 0);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->passes, 1);
    report = finds(&t, "EP-05");
    amend(&t, report, "EP-05", FAIL);
    assert_int_equal(facts(&t, FACT(UNDONE)), 0);
    amend(&t, report, "DS-01", NOT_CHECKED);   /* it was not in the report at all */
    assert_int_equal(facts(&t, FACT(UNDONE)), 0);
    assert_int_equal(facts(&t, FACT(AMENDED)), 3);
    township_close(&t);
}

static void edit_void(struct township *t, const char *item)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    edit.case_ = reference_to(t, "COUR-1", item);
    edit.voided = true;
    edit.reason = "重复立案";
    SUBMIT(t, "lead", CASE_EDIT, case_edit, &edit);
}

static void test_an_amendment_that_waits_ends_with_the_case_that_it_would_take_back(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-05");
    clock_at(&t, "2020-02-12T09:00");
    amend(&t, report, "EP-05", PASS);
    assert_int_equal(facts(&t, FACT(AMENDMENT_ASKED)), 1);
    forget_told(&t);
    edit_void(&t, "EP-05");
    assert_int_equal(facts(&t, FACT(AMENDMENT_REFUSED)), 1);
    assert_int_equal(told(&t, "inspector-n1", "act_declined"), 1);
    decide(&t, "lead", report, DUBAN__DECISION__DECISION_GRANTED);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->act, "approval");
    pass_until(&t, "2020-02-14T09:00");
    assert_int_equal(told(&t, "lead", "approval_due"), 0);
    township_close(&t);
}

/* Where hundreds have been since. */
static void test_an_amendment_that_waits_ends_however_many_visits_came_after_its_report(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-05");
    for (size_t i = 0; i < 300; i++)
        visit(&t, "inspector-n2", "COUR-1", "EP-01", PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    clock_at(&t, "2020-02-12T09:00");
    amend(&t, report, "EP-05", PASS);
    assert_int_equal(facts(&t, FACT(AMENDMENT_ASKED)), 1);
    edit_void(&t, "EP-05");
    assert_int_equal(facts(&t, FACT(AMENDMENT_REFUSED)), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- what cannot be judged anew stands, as a fact */

static void test_what_others_have_seen_since_stands(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-01");
    clock_at(&t, "2020-02-10T11:00");
    visit(&t, "inspector-n2", "COUR-1", "EP-01", FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    amend(&t, report, "EP-01", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(RECTIFYING));
    assert_kept(&t, "judged_since");
    assert_int_equal(told(&t, "leader-north", "amendment_kept"), 1);
    assert_int_equal(told(&t, "lead", "amendment_kept"), 1);
    township_close(&t);
}

static void test_what_has_been_decided_since_stands(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    finds(&t, "EP-01");
    clock_at(&t, "2020-02-10T15:00");
    claim(&t, "COUR-1", "EP-01");
    clock_at(&t, "2020-02-10T17:00");
    report = revisit(&t, "EP-01", FAIL);
    clock_at(&t, "2020-02-10T18:00");
    claim(&t, "COUR-1", "EP-01");
    clock_at(&t, "2020-02-10T18:30");
    amend(&t, report, "EP-01", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(FIX_REPORTED));
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->failed_revisits, 1);
    assert_kept(&t, "decided_since");
    township_close(&t);
}

/* ---------------------------------------------------------------- who, and until when */

static void test_only_its_reporter_or_the_clerk_amends(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-01");
    amend_as(&t, "inspector-n2", report, "EP-01", PASS);
    assert_non_null(held_last(&t));
    assert_string_equal(held_last(&t)->field, "account");
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(RECTIFYING));
    amend_as(&t, "clerk", report, "EP-01", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(VOIDED));
    township_close(&t);
}

static void test_a_day_later_it_waits_for_the_lead(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-01");
    clock_at(&t, "2020-02-11T09:00");
    amend(&t, report, "EP-01", PASS);   /* exactly at the end is in time */
    assert_int_equal(case_at(&t, "COUR-1", "EP-01")->state, CASE_STATE(VOIDED));
    report = finds(&t, "EP-05");
    clock_at(&t, "2020-02-12T09:01");
    amend(&t, report, "EP-05", PASS);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(RECTIFYING));
    assert_int_equal(facts(&t, FACT(AMENDMENT_ASKED)), 1);
    assert_int_equal(told(&t, "lead", "approval_wanted"), 1);
    decide(&t, "leader-north", report, DUBAN__DECISION__DECISION_GRANTED);
    assert_non_null(held_last(&t));
    decide(&t, "lead", report, DUBAN__DECISION__DECISION_GRANTED);
    assert_null(held_last(&t));
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(VOIDED));
    decide(&t, "lead", report, DUBAN__DECISION__DECISION_GRANTED);   /* twice: declined, no second effect */
    assert_int_equal(facts(&t, FACT(UNDONE)), 2);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->act, "approval");
    township_close(&t);
}

static const Duban__NoticeItem *asked_of_the_lead(struct township *t, uint32_t era, uint64_t *report)
{
    Duban__Notice *notice;

    open_township(t);
    begin_era(t, era);
    *report = finds(t, "EP-05");
    clock_at(t, "2020-02-12T09:01");
    amend(t, *report, "EP-05", PASS);
    notice = last_notice(t, "lead", "approval_wanted");
    assert_non_null(notice);
    return notice->items[0];
}

static void test_the_lead_is_asked_about_the_report_in_each_language(void **state)
{
    struct township t;
    uint64_t report;
    const Duban__NoticeItem *item = asked_of_the_lead(&t, ERA_OF_REPORT_WORDS, &report);

    (void) state;
    assert_string_equal(item->number, "");
    assert_int_equal(item->report->sequence, report);
    assert_string_equal(item->matter->en, "an amendment");
    township_close(&t);
    item = asked_of_the_lead(&t, ERA_OF_REPORT_WORDS - 1, &report);   /* a journal of before is told as it was */
    assert_non_null(strstr(item->number, "号记录(report)"));
    assert_null(item->report);
    township_close(&t);
}

static void test_what_the_library_in_force_no_longer_has_is_declined_not_applied(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-05");
    clock_at(&t, "2020-02-12T09:01");
    amend(&t, report, "EP-05", PASS);
    activate(&t, "fire-safety-mini");
    decide(&t, "lead", report, DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(RECTIFYING));
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->act, "approval");
    township_close(&t);
}

static void test_a_refused_amendment_changes_nothing_and_its_reporter_is_told(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_township(&t);
    report = finds(&t, "EP-05");
    clock_at(&t, "2020-02-12T09:00");
    amend(&t, report, "EP-05", PASS);
    amend(&t, report, "EP-05", NOT_CHECKED);   /* one at a time */
    assert_int_equal(facts(&t, FACT(AMENDMENT_ASKED)), 1);
    forget_told(&t);
    decide(&t, "lead", report, DUBAN__DECISION__DECISION_REFUSED);
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->state, CASE_STATE(RECTIFYING));
    assert_int_equal(facts(&t, FACT(AMENDMENT_REFUSED)), 1);
    assert_int_equal(told(&t, "inspector-n1", "act_declined"), 1);
    township_close(&t);
}

static void test_what_nobody_could_apply_is_declined_and_kept(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    amend(&t, 4711, "EP-01", PASS);
    assert_string_equal(held_last(&t)->field, "amendment.reportSequence");
    visit(&t, "inspector-n1", "COUR-1", "EP-01", PASS, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 0);
    amend(&t, t.sequence, "EP-01", FAIL);
    assert_null(held_last(&t));
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->act, "amendment");
    finds(&t, "EP-01");
    amend(&t, t.sequence, "ZZ-99", FAIL);
    assert_null(held_last(&t));
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 2);
    township_close(&t);
}

static void remove_site(struct township *t, const char *code)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    change.code = (char *) code;
    change.removed = true;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
    assert_null(held_last(t));
}

/* Of that item the level hangs on the site: uplifts of policy.yaml. */
static void amend_of_removed(struct township *t, uint32_t era)
{
    uint64_t report;

    open_township(t);
    begin_era(t, era);
    report = revisit(t, "DS-01", PASS);
    remove_site(t, "COUR-1");
    forget_told(t);
    clock_at(t, "2020-02-10T10:00");
    amend(t, report, "DS-01", FAIL);
    assert_null(held_last(t));
}

static void test_a_fail_at_a_site_that_is_gone_opens_nothing_and_is_counted(void **state)
{
    struct township t;
    Duban__Visit *visit;

    (void) state;
    amend_of_removed(&t, ERA_OF_REMOVED_SITES);
    assert_kept(&t, "site_removed");
    assert_int_equal(told(&t, "inspector-n1", "act_declined"), 1);
    state_begin(&t.rules.state);
    assert_null(state_case_at(&t.rules.state, "COUR-1", "DS-01"));
    visit = state_visit(&t.rules.state, last_fact(&t, FACT(CONTRADICTION))->other_sequence);
    assert_int_equal(visit->n_failed, 1);
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

/* It stopped rules for good; a journal that holds it is replayed. */
static void test_an_earlier_era_goes_on_behind_an_amendment_of_a_site_that_is_gone(void **state)
{
    struct township t;

    (void) state;
    amend_of_removed(&t, ERA_OF_REMOVED_SITES - 1);
    assert_int_equal(facts(&t, FACT(AMENDED)), 1);
    township_close(&t);
}

static void test_what_people_have_said_since_outlives_the_report(void **state)
{
    struct township t;
    Duban__OverdueExplanation explanation = DUBAN__OVERDUE_EXPLANATION__INIT;
    Duban__Acknowledgement acknowledgement = DUBAN__ACKNOWLEDGEMENT__INIT;
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;
    Duban__Case *case_;
    uint64_t report;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_KEPT_WORDS);
    finds(&t, "EP-01");
    pass_until(&t, "2020-02-11T10:00");   /* overdue */
    report = finds(&t, "EP-01");          /* rework, which is overdue too */
    pass_until(&t, "2020-02-11T22:30");
    edit.case_ = explanation.case_ = acknowledgement.case_ = reference_to(&t, "COUR-1", "EP-01");
    edit.finding = "门口无人测温";
    edit.reason = "写清楚";
    SUBMIT(&t, "leader-north", CASE_EDIT, case_edit, &edit);
    explanation.reason = "等配件";
    explanation.expected_at_ms = at("2020-02-12T12:00") * 1000;
    SUBMIT(&t, "site-COUR-1", OVERDUE_EXPLANATION, overdue_explanation, &explanation);
    SUBMIT(&t, "leader-north", ACKNOWLEDGEMENT, acknowledgement, &acknowledgement);
    assert_null(held_last(&t));
    assert_int_equal(facts(&t, FACT(EXPLAINED)), 1);
    clock_at(&t, "2020-02-11T22:40");
    amend(&t, report, "EP-01", NOT_CHECKED);
    assert_int_equal(facts(&t, FACT(UNDONE)), 1);
    case_ = case_at(&t, "COUR-1", "EP-01");
    assert_string_equal(case_->finding, "门口无人测温");
    assert_int_equal(case_->explained_s, at("2020-02-11T22:30"));
    assert_int_equal(case_->expected_s, at("2020-02-12T12:00"));
    assert_int_equal(case_->n_acknowledged, 1);
    assert_string_equal(case_->acknowledged[0]->account, "leader-north");
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_finding_that_never_was_is_taken_back_and_people_hear_of_it),
        cmocka_unit_test(test_a_fail_that_was_ticked_as_a_pass_opens_its_case),
        cmocka_unit_test(test_a_failed_revisit_that_was_none_gives_the_round_back),
        cmocka_unit_test(test_a_pass_that_was_none_leaves_the_revisit_to_be_made),
        cmocka_unit_test(test_a_closing_pass_that_was_a_fail_is_rework),
        cmocka_unit_test(test_a_recurrence_that_was_none_closes_again),
        cmocka_unit_test(test_an_amended_answer_can_be_amended_again),
        cmocka_unit_test(test_what_judges_alike_undoes_nothing),
        cmocka_unit_test(test_an_amendment_that_waits_ends_with_the_case_that_it_would_take_back),
        cmocka_unit_test(test_an_amendment_that_waits_ends_however_many_visits_came_after_its_report),
        cmocka_unit_test(test_what_others_have_seen_since_stands),
        cmocka_unit_test(test_what_has_been_decided_since_stands),
        cmocka_unit_test(test_only_its_reporter_or_the_clerk_amends),
        cmocka_unit_test(test_a_day_later_it_waits_for_the_lead),
        cmocka_unit_test(test_the_lead_is_asked_about_the_report_in_each_language),
        cmocka_unit_test(test_what_the_library_in_force_no_longer_has_is_declined_not_applied),
        cmocka_unit_test(test_a_refused_amendment_changes_nothing_and_its_reporter_is_told),
        cmocka_unit_test(test_what_nobody_could_apply_is_declined_and_kept),
        cmocka_unit_test(test_a_fail_at_a_site_that_is_gone_opens_nothing_and_is_counted),
        cmocka_unit_test(test_an_earlier_era_goes_on_behind_an_amendment_of_a_site_that_is_gone),
        cmocka_unit_test(test_what_people_have_said_since_outlives_the_report),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
