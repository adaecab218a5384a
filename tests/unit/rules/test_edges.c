/* test_edges.c - histories in which one act overtakes another, and days with too much in them. */
#include "township.h"

static Duban__Task *task_by_id(struct township *t, const ProtobufCBinaryData *id)
{
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, id);
    store_abort(&t->rules.state.txn);
    return task;
}

/* One answer with two photos, made at `when` and arriving now. */
static void late_answer(struct township *t, const char *item, Duban__Result result, bool fixed_now, const char *when)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence[2];
    Duban__Evidence *list[] = { &evidence[0], &evidence[1] };

    for (int i = 0; i < 2; i++) {
        duban__evidence__init(&evidence[i]);
        evidence[i].name = i == 0 ? "1.jpg" : "2.jpg";
        evidence[i].here = true;
    }
    answer.item = (char *) item;
    answer.result = result;
    answer.fixed_now = fixed_now;
    report.reporter = "inspector-n1";
    report.site = "DORM-1";
    report.device_time_ms = at(when) * 1000;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    report.n_evidence = 2;
    report.evidence = list;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void a_late_pass_never_beats_a_later_fail(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    clock_at(&t, "2020-02-10T15:00");
    fails(&t, "DORM-1", "DS-01");            /* still failing */
    clock_at(&t, "2020-02-10T18:00");
    late_answer(&t, "DS-01", DUBAN__RESULT__RESULT_PASS, false, "2020-02-10T12:00");
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->passes, 0);
    late_answer(&t, "DS-01", DUBAN__RESULT__RESULT_FAIL, true, "2020-02-10T11:00");
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->passes, 0);
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->found_at_ms, at("2020-02-10T10:00") * 1000);
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

static void grant(struct township *t, const char *item)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.case_ = reference_to(t, "DORM-1", item);
    approval.matter = DUBAN__MATTER__MATTER_EXTENSION;
    approval.decision = DUBAN__DECISION__DECISION_GRANTED;
    SUBMIT(t, "leader-north", APPROVAL, approval, &approval);
}

static void a_request_that_a_claim_overtook_is_not_granted(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    ask_extension(&t, "DS-01", "2020-02-12T10:00");
    claim(&t, "DORM-1", "DS-01");
    clock_at(&t, "2020-02-10T12:00");
    fails(&t, "DORM-1", "DS-01");            /* rework: 12 h */
    grant(&t, "DS-01");
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->due_s, at("2020-02-11T00:00"));
    ask_extension(&t, "DS-01", "2020-02-11T06:00");   /* a new one may be asked for */
    assert_int_equal(case_at(&t, "DORM-1", "DS-01")->extension_asked_s, at("2020-02-11T06:00"));
    township_close(&t);
}

static void an_extension_asked_for_after_the_due_does_not_make_it_on_time(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    pass_until(&t, "2020-02-11T11:00");
    ask_extension(&t, "DS-01", "2020-02-11T20:00");
    grant(&t, "DS-01");
    pass_until(&t, "2020-02-11T19:00");
    claim(&t, "DORM-1", "DS-01");
    passes(&t, "DORM-1", "DS-01");
    assert_true(case_at(&t, "DORM-1", "DS-01")->fixed_late);
    township_close(&t);
}

static void a_case_that_stands_still_twice_is_never_without_a_review(void **state)
{
    struct township t;
    Duban__Case *case_;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-01");
    suspend_at(&t, "DORM-1", "DS-01");
    suspend_at(&t, "DORM-1", NULL);
    resume_at(&t, "DORM-1", "DS-01");
    case_ = case_at(&t, "DORM-1", "DS-01");
    assert_true(case_->site_paused);
    assert_int_equal(task_by_id(&t, &case_->review_task)->state, DUBAN__TASK_STATE__TASK_STATE_OPEN);
    resume_at(&t, "DORM-1", NULL);
    case_ = case_at(&t, "DORM-1", "DS-01");
    assert_int_equal(case_->review_task.len, 0);
    assert_int_equal(task_by_id(&t, &case_->rectification_task)->state, DUBAN__TASK_STATE__TASK_STATE_OPEN);
    township_close(&t);
}

static void a_level_edited_during_a_pause_holds_for_case_and_task(void **state)
{
    struct township t;
    Duban__Case *case_;
    Duban__Task *task;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-04");
    suspend_at(&t, "DORM-1", "DS-04");
    clock_at(&t, "2020-02-10T12:00");
    edit_level(&t, "DORM-1", "DS-04", "B");
    resume_at(&t, "DORM-1", "DS-04");
    case_ = case_at(&t, "DORM-1", "DS-04");
    task = task_by_id(&t, &case_->rectification_task);
    assert_int_equal(task->due_s, case_->due_s);
    assert_string_equal(task->level, "B");
    township_close(&t);
}

static void what_an_acknowledgement_stopped_stays_stopped_over_a_pause(void **state)
{
    struct township t;
    Duban__Acknowledgement acknowledgement = DUBAN__ACKNOWLEDGEMENT__INIT;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    fails(&t, "DORM-1", "DS-01");
    pass_until(&t, "2020-02-11T09:00");
    acknowledgement.case_ = reference_to(&t, "DORM-1", "DS-01");
    SUBMIT(&t, "leader-north", ACKNOWLEDGEMENT, acknowledgement, &acknowledgement);
    pass_until(&t, "2020-02-11T11:00");
    suspend_at(&t, "DORM-1", "DS-01");
    resume_at(&t, "DORM-1", "DS-01");
    pass_until(&t, "2020-02-11T11:30");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 0);
    assert_int_equal(told(&t, "site-DORM-1", "overdue_owner"), 1);
    township_close(&t);
}

static void a_closing_refused_many_times_and_a_changed_level_stay_in_bounds(void **state)
{
    struct township t;
    Duban__Approval approval = DUBAN__APPROVAL__INIT;
    char day[32];

    (void) state;
    township_open(&t, "2020-02-01T10:00");
    fails(&t, "DORM-1", "RT-04");
    claim(&t, "DORM-1", "RT-04");
    approval.case_ = reference_to(&t, "DORM-1", "RT-04");
    approval.matter = DUBAN__MATTER__MATTER_CLOSURE;
    approval.decision = DUBAN__DECISION__DECISION_REFUSED;
    approval.reason = "再看一次";
    for (int i = 1; i <= 14; i++) {
        snprintf(day, sizeof day, "2020-02-%02dT%d:00", i, 11);
        pass_until(&t, day);
        visit(&t, "inspector-n2", "DORM-1", "RT-04", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
        if (case_at(&t, "DORM-1", "RT-04")->state == CASE_STATE(TO_APPROVE)) {
            if (case_at(&t, "DORM-1", "RT-04")->passes >= 8)
                edit_level(&t, "DORM-1", "RT-04", "B");
            SUBMIT(&t, "lead", APPROVAL, approval, &approval);
        }
    }
    assert_true(case_at(&t, "DORM-1", "RT-04")->passes > 8);
    township_close(&t);
}

static void the_chase_of_a_leader_who_owns_the_case_reaches_him_and_the_lead(void **state)
{
    struct township t;
    Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    fails(&t, "GATE-1", "GT-01");
    assignment.case_ = reference_to(&t, "GATE-1", "GT-01");
    assignment.owner = "leader-north";
    SUBMIT(&t, "lead", ASSIGNMENT, assignment, &assignment);
    pass_until(&t, "2020-02-10T10:01");
    assert_int_equal(told(&t, "leader-north", "overdue_owner"), 1);
    assert_int_equal(told(&t, "lead", "overdue_group_leader"), 1);   /* nobody supervises himself */
    township_close(&t);
}

/* 200 sites overdue in one night: each contact gets his list, and rules lives. */
static void a_night_with_many_overdue_cases_makes_many_small_links(void **state)
{
    struct township t;
    char code[32], contact[48];
    size_t digests = 0;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    for (int i = 0; i < 200; i++) {
        snprintf(code, sizeof code, "S-%03d", i);
        site(&t, code, "COUR", "N1");
    }
    clock_at(&t, "2020-02-10T21:59");
    for (int i = 0; i < 200; i++) {
        snprintf(code, sizeof code, "S-%03d", i);
        fails(&t, code, "DS-01");
    }
    pass_until(&t, "2020-02-12T07:44");
    for (int i = 0; i < 200; i++) {
        snprintf(contact, sizeof contact, "site-S-%03d", i);
        digests += told(&t, contact, "digest");
    }
    assert_true(digests >= 200);
    assert_true(told(&t, "inspector-n1", "digest") >= 5);   /* 200 lines, at most 40 in each */
    township_close(&t);
}

/* A shop's item answered at a gate, beside one of the gate's own. */
static void an_answer_about_another_kind_of_site_is_kept_and_not_judged(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answers[] = { DUBAN__ANSWER__INIT, DUBAN__ANSWER__INIT, DUBAN__ANSWER__INIT };
    Duban__Answer *list[] = { &answers[0], &answers[1], &answers[2] };

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    answers[0].item = "PB-02";
    answers[1].item = "GT-03";
    answers[2].item = "UR-01";   /* urgent: of any place */
    for (size_t i = 0; i < 3; i++)
        answers[i].result = DUBAN__RESULT__RESULT_FAIL;
    report.reporter = "inspector-n1";
    report.site = "GATE-1";
    report.device_time_ms = t.now_s * 1000;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 2;
    report.answers = list;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    assert_int_equal(facts(&t, FACT(NOT_JUDGED)), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_JUDGED))->reason, "PB-02");
    assert_string_equal(last_fact(&t, FACT(NOT_JUDGED))->rule, "items.kinds");
    clock_at(&t, "2020-02-10T11:00");
    report.device_time_ms = t.now_s * 1000;
    report.answers = list + 2;
    report.n_answers = 1;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(facts(&t, FACT(NOT_JUDGED)), 1);
    township_close(&t);
}

static void every_finding_of_a_long_visit_is_told(void **state)
{
    enum { MANY = 45 };
    static const char *const EVERY_KIND[] = { NULL };
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answers[MANY];
    Duban__Answer *list[MANY];
    size_t count = 0;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    for (size_t i = 0; i < t.rules.engine.policy->item_count && count < MANY; i++) {
        struct policy_item *item = (struct policy_item *) &t.rules.engine.policy->items[i];

        item->kinds = EVERY_KIND;   /* no kind of site has as many of its own */
        duban__answer__init(&answers[count]);
        answers[count].item = (char *) item->code;
        answers[count].result = DUBAN__RESULT__RESULT_FAIL;
        answers[count].note = "没有做到";   /* some items ask for it */
        list[count] = &answers[count];
        count++;
    }
    report.reporter = "inspector-n1";
    report.site = "COUR-1";
    report.device_time_ms = t.now_s * 1000;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = count;
    report.answers = list;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(t.rules.state.meta.open_cases, MANY);
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 2);
    assert_int_equal(facts(&t, FACT(TOLD)), MANY + 1);   /* and that he has too much in hand */
    township_close(&t);
}

static void a_pack_that_has_been_in_force_takes_no_more_files(void **state)
{
    struct township t;
    Duban__PolicyFile file = DUBAN__POLICY_FILE__INIT;
    uint8_t version[POLICY_VERSION_BYTES];

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    memcpy(version, t.rules.engine.policy->version, sizeof version);
    file.pack_sha256 = (ProtobufCBinaryData){ sizeof version, version };
    file.path = "extra.csv";
    file.pieces = 1;
    file.files = 4;
    SUBMIT(&t, "operator", POLICY_FILE, policy_file, &file);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    file.path = "a-path-that-is-far-too-long-for-a-file-of-a-policy-pack-because-nobody-would-ever-name-one-like-this.csv";
    SUBMIT(&t, "operator", POLICY_FILE, policy_file, &file);
    assert_int_equal(t.rules.state.meta.quarantined, 2);
    rules_close(&t.rules);
    assert_int_equal(rules_open(&t.rules, t.directory, 64 << 20), 0);
    assert_non_null(t.rules.engine.policy);
    township_close(&t);
}

static void an_area_with_sites_stays(void **state)
{
    struct township t;
    Duban__AreaChange change = DUBAN__AREA_CHANGE__INIT;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    change.code = "N1";
    change.removed = true;
    SUBMIT(&t, "operator", AREA_CHANGE, area_change, &change);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    township_close(&t);
}

static void photos_of_a_held_report_wait_with_it(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Evidence evidence = DUBAN__EVIDENCE__INIT;
    Duban__Evidence *list[] = { &evidence };
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;
    Duban__Release release = DUBAN__RELEASE__INIT;
    Duban__Corrections corrections = DUBAN__CORRECTIONS__INIT;
    uint8_t sha256[32] = { 7 };

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    evidence.name = "1.jpg";
    evidence.sha256 = arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    report.reporter = "inspector-n1";
    report.site = "DORM-9";
    report.device_time_ms = t.now_s * 1000;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_evidence = 1;
    report.evidence = list;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    release.sequence = arrival.report_sequence = t.sequence;
    arrival.name = "1.jpg";
    SUBMIT(&t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    corrections.site = "DORM-1";
    release.corrections = &corrections;
    SUBMIT(&t, "clerk", RELEASE, release, &release);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_int_equal(facts(&t, FACT(INCOMPLETE)), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_pass_never_beats_a_later_fail),
        cmocka_unit_test(a_request_that_a_claim_overtook_is_not_granted),
        cmocka_unit_test(an_extension_asked_for_after_the_due_does_not_make_it_on_time),
        cmocka_unit_test(a_case_that_stands_still_twice_is_never_without_a_review),
        cmocka_unit_test(a_level_edited_during_a_pause_holds_for_case_and_task),
        cmocka_unit_test(what_an_acknowledgement_stopped_stays_stopped_over_a_pause),
        cmocka_unit_test(a_closing_refused_many_times_and_a_changed_level_stay_in_bounds),
        cmocka_unit_test(the_chase_of_a_leader_who_owns_the_case_reaches_him_and_the_lead),
        cmocka_unit_test(a_night_with_many_overdue_cases_makes_many_small_links),
        cmocka_unit_test(an_answer_about_another_kind_of_site_is_kept_and_not_judged),
        cmocka_unit_test(every_finding_of_a_long_visit_is_told),
        cmocka_unit_test(a_pack_that_has_been_in_force_takes_no_more_files),
        cmocka_unit_test(an_area_with_sites_stays),
        cmocka_unit_test(photos_of_a_held_report_wait_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
