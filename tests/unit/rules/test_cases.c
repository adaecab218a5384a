/* test_cases.c - a case from the finding to the closing, as the domain's rules say. */
#include "township.h"

static void a_failed_item_opens_a_case_with_the_limit_of_its_level(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->due_s, at("2020-02-11T10:00"));
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->level, "B");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    township_close(&t);
}

static void a_second_fail_before_the_due_opens_nothing(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T15:00");
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->round, 1);
    assert_int_equal(facts(&t, FACT(STILL_FAILING)), 1);
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    township_close(&t);
}

static void reminders_come_before_the_due_and_the_chase_after_it(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T09:59");
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);   /* -4 h is 06:00: quiet */
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 1);
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 1);
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 0);
    pass_until(&t, "2020-02-11T10:00");
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 0);   /* exactly at due is on time */
    pass_until(&t, "2020-02-11T10:01");
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 1);
    pass_until(&t, "2020-02-11T12:01");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 1);
    assert_int_equal(told(&t, "contact-n1", "overdue_group_leader"), 1);
    pass_until(&t, "2020-02-11T21:00");
    assert_int_equal(told(&t, "lead", "overdue_lead"), 0);
    pass_until(&t, "2020-02-12T07:44");   /* +12 h is 22:00: quiet, so it is a line of the 07:43 digest */
    assert_int_equal(told(&t, "lead", "overdue_lead"), 0);
    assert_int_equal(told(&t, "lead", "digest"), 1);
    township_close(&t);
}

static void a_claim_stops_the_chase_and_two_spaced_passes_close(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T14:00");
    claim(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(FIX_REPORTED));
    pass_until(&t, "2020-02-10T16:00");
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 0);
    passes(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(FOLLOWING_UP));
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 1);
    pass_until(&t, "2020-02-12T10:00");
    passes(&t, "COUR-1", "DS-01");          /* planned for the 13th: a pass before its day does not count */
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 1);
    pass_until(&t, "2020-02-13T10:00");
    passes(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(CLOSED));
    assert_int_equal(told(&t, "site-COUR-1", "closed"), 1);
    assert_false(case_at(&t, "COUR-1", "DS-01")->fixed_late);
    township_close(&t);
}

static void a_failed_revisit_is_rework_and_the_second_raises_the_level(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "CS-02");
    claim(&t, "DORM-1", "CS-02");
    clock_at(&t, "2020-02-10T12:00");
    fails(&t, "DORM-1", "CS-02");
    assert_int_equal(case_at(&t, "DORM-1", "CS-02")->state, CASE_STATE(REWORK));
    assert_int_equal(case_at(&t, "DORM-1", "CS-02")->due_s, at("2020-02-11T00:00"));   /* B: 12 h */
    assert_int_equal(told(&t, "leader-north", "revisit_failed"), 1);
    claim(&t, "DORM-1", "CS-02");
    clock_at(&t, "2020-02-10T14:00");
    fails(&t, "DORM-1", "CS-02");
    assert_string_equal(case_at(&t, "DORM-1", "CS-02")->level, "A");
    assert_int_equal(case_at(&t, "DORM-1", "CS-02")->due_s, at("2020-02-10T15:00"));   /* A: 1 h */
    assert_int_equal(case_at(&t, "DORM-1", "CS-02")->passes_needed, 3);
    assert_int_equal(told(&t, "inspector-n1", "level_raised"), 1);
    assert_int_equal(told(&t, "leader-north", "level_raised"), 1);
    assert_int_equal(told(&t, "site-DORM-1", "level_raised"), 0);
    assert_int_equal(told(&t, "site-DORM-1", "revisit_failed"), 2);
    township_close(&t);
}

static void close_b_case(struct township *t)
{
    fails(t, "DORM-1", "CS-02");
    claim(t, "DORM-1", "CS-02");
    clock_at(t, "2020-02-10T12:00");
    passes(t, "DORM-1", "CS-02");
    pass_until(t, "2020-02-13T10:00");
    passes(t, "DORM-1", "CS-02");
    assert_int_equal(case_at(t, "DORM-1", "CS-02")->state, CASE_STATE(CLOSED));
}

/* 4.6 rule 2: 复查认定. */
static void a_pass_in_the_first_window_establishes_a_fix_that_nobody_claimed(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_SEEN_FIXES);
    fails(&t, "COUR-1", "DS-01");
    fails(&t, "COUR-1", "EP-01");
    claim(&t, "COUR-1", "EP-01");
    clock_at(&t, "2020-02-11T12:00");   /* due at 10:00, the window ends at 14:00 */
    passes(&t, "COUR-1", "EP-01");
    assert_int_equal(facts(&t, FACT(SEEN_FIXED)), 0);   /* claimed */
    passes(&t, "COUR-1", "DS-01");
    assert_int_equal(facts(&t, FACT(SEEN_FIXED)), 1);
    assert_int_equal(last_fact(&t, FACT(SEEN_FIXED))->visit_ms, at("2020-02-11T12:00") * 1000);
    assert_int_equal(last_fact(&t, FACT(SEEN_FIXED))->old_s, at("2020-02-11T10:00"));
    assert_false(case_at(&t, "COUR-1", "DS-01")->fixed_late);
    township_close(&t);
}

static void a_pass_after_the_first_window_establishes_no_fix_in_time(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_SEEN_FIXES);
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-11T15:00");
    passes(&t, "COUR-1", "DS-01");
    assert_true(case_at(&t, "COUR-1", "DS-01")->fixed_late);
    assert_int_equal(facts(&t, FACT(SEEN_FIXED)), 0);
    township_close(&t);
}

static const Duban__NoticeItem *rework_told(struct township *t, uint32_t era)
{
    Duban__Notice *notice;

    township_open(t, "2020-02-10T10:00");
    begin_era(t, era);
    fails(t, "COUR-1", "DS-01");
    claim(t, "COUR-1", "DS-01");
    clock_at(t, "2020-02-10T12:00");
    fails(t, "COUR-1", "DS-01");
    notice = last_notice(t, "site-COUR-1", "revisit_failed");
    assert_non_null(notice);
    return notice->items[0];
}

static void rework_without_a_note_says_what_failed_in_each_language(void **state)
{
    struct township t;
    const Duban__NoticeItem *item = rework_told(&t, ERA_OF_REPORT_WORDS);

    (void) state;
    assert_string_equal(item->reason_text->en, "not met: public areas disinfected at least twice a day, with log");
    assert_string_equal(item->reason_text->zh, item->reason);
    township_close(&t);
    item = rework_told(&t, ERA_OF_REPORT_WORDS - 1);   /* a journal of before is told as it was */
    assert_null(item->reason_text);
    township_close(&t);
}

static void a_fail_within_fourteen_days_reopens_one_level_up(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    close_b_case(&t);
    pass_until(&t, "2020-02-27T10:00");   /* day 14 */
    fails(&t, "DORM-1", "CS-02");
    assert_int_equal(case_at(&t, "DORM-1", "CS-02")->number, 1);
    assert_string_equal(case_at(&t, "DORM-1", "CS-02")->level, "A");
    assert_int_equal(case_at(&t, "DORM-1", "CS-02")->due_s, at("2020-02-27T12:00"));
    assert_int_equal(told(&t, "leader-north", "recurrence"), 1);
    township_close(&t);
}

static void a_fail_after_fourteen_days_is_a_new_case(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    close_b_case(&t);
    pass_until(&t, "2020-02-27T20:00");
    passes(&t, "DORM-1", "CS-02");   /* three good visits: no uplift */
    pass_until(&t, "2020-02-28T10:00");
    fails(&t, "DORM-1", "CS-02");
    assert_int_equal(case_at(&t, "DORM-1", "CS-02")->number, 2);
    assert_string_equal(case_at(&t, "DORM-1", "CS-02")->level, "B");
    township_close(&t);
}

static void level_a_waits_for_the_lead_to_close_it(void **state)
{
    struct township t;
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "GATE-1", "GT-01");
    clock_at(&t, "2020-02-10T11:00");
    passes(&t, "GATE-1", "GT-01");          /* before the window: claim and pass 1 at once */
    pass_until(&t, "2020-02-11T11:00");
    passes(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-13T11:00");
    passes(&t, "GATE-1", "GT-01");
    assert_int_equal(case_at(&t, "GATE-1", "GT-01")->passes, 2);   /* the finder has made all: a colleague must look */
    visit(&t, "inspector-n2", "GATE-1", "GT-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    assert_int_equal(case_at(&t, "GATE-1", "GT-01")->state, CASE_STATE(TO_APPROVE));
    assert_int_equal(told(&t, "lead", "approval_wanted"), 1);
    approval.case_ = reference_to(&t, "GATE-1", "GT-01");
    approval.matter = DUBAN__MATTER__MATTER_CLOSURE;
    approval.decision = DUBAN__DECISION__DECISION_GRANTED;
    SUBMIT(&t, "leader-north", APPROVAL, approval, &approval);
    assert_int_equal(t.rules.state.meta.quarantined, 1);   /* not his to decide */
    SUBMIT(&t, "lead", APPROVAL, approval, &approval);
    assert_int_equal(case_at(&t, "GATE-1", "GT-01")->state, CASE_STATE(CLOSED));
    township_close(&t);
}

static void a_pass_without_a_photo_does_not_count(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T14:00");
    visit(&t, "inspector-n1", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 0);
    visit(&t, "inspector-n1", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 1);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 0);
    assert_int_equal(facts(&t, FACT(PASS_NOT_COUNTED)), 1);   /* guidance is no answer at all */
    township_close(&t);
}

static void an_unknown_site_is_kept_and_its_sender_told(void **state)
{
    struct township t;
    Duban__Release release = DUBAN__RELEASE__INIT;
    Duban__Corrections corrections = DUBAN__CORRECTIONS__INIT;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-9", "DS-01");
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    assert_int_equal(told(&t, "inspector-n1", "quarantined"), 1);
    assert_int_equal(told(&t, "clerk", "settlement_wanted"), 1);
    release.sequence = t.sequence;
    release.corrections = &corrections;
    corrections.site = "COUR-1";
    SUBMIT(&t, "clerk", RELEASE, release, &release);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->finder, "inspector-n1");
    township_close(&t);
}

static void two_attempts_in_a_row_ask_the_area_contact(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    claim(&t, "COUR-1", "DS-01");
    report.reporter = "inspector-n1";
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_REVISIT;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED;
    for (int i = 0; i < 2; i++) {
        clock_at(&t, i == 0 ? "2020-02-10T12:00" : "2020-02-10T13:00");
        report.device_time_ms = t.now_s * 1000;
        SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    }
    assert_int_equal(facts(&t, FACT(ATTEMPTED)), 2);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(FIX_REPORTED));
    assert_int_equal(told(&t, "contact-n1", "site_check_wanted"), 1);
    township_close(&t);
}

static void the_result_does_not_depend_on_where_transactions_are_split(void **state)
{
    uint8_t digests[4][DIGEST_BYTES];
    static const uint32_t SPLITS[] = { 1, 2, 3, 4096 };

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct township t;
        Duban__Tick tick = DUBAN__TICK__INIT;

        township_open(&t, "2020-02-10T10:00");
        t.rules.events_per_transaction = SPLITS[i];
        fails(&t, "COUR-1", "DS-01");
        fails(&t, "COUR-1", "DS-02");
        fails(&t, "GATE-1", "GT-01");
        clock_at(&t, "2020-02-20T10:00");   /* ten days of timers before one entry */
        SUBMIT(&t, "ingest", TICK, tick, &tick);
        memcpy(digests[i], t.rules.state.state_digest, DIGEST_BYTES);
        assert_memory_equal(digests[i], digests[0], DIGEST_BYTES);
        township_close(&t);
    }
}

/* DS-01 of yesterday is due at 14:00 and told of at 10:00, CR-01 of today at 10:40 and would be told of at 10:10. */
static void two_that_go_together(struct township *t)
{
    township_open(t, "2020-02-10T14:00");
    begin_era(t, ERA_OF_JOINED_DUES);
    fails(t, "COUR-1", "DS-01");
    pass_until(t, "2020-02-11T08:40");
    fails(t, "COUR-1", "CR-01");
    pass_until(t, "2020-02-11T09:59");
    forget_told(t);
}

static void a_reminder_that_goes_along_never_goes_after_its_own_due(void **state)
{
    struct township t;
    const Duban__Notice *notice;

    (void) state;
    two_that_go_together(&t);
    clock_at(&t, "2020-02-11T10:41");   /* nothing ran meanwhile */
    claim(&t, "DORM-1", "DS-01");
    notice = last_notice(&t, "site-COUR-1", "near_due");
    assert_non_null(notice);
    assert_int_equal(notice->n_items, 1);
    assert_int_equal(notice->items[0]->due_s, at("2020-02-11T14:00"));
    assert_int_equal(not_told(&t, "past"), 1);
    township_close(&t);
}

static void what_goes_together_is_true_until_the_first_of_its_dues(void **state)
{
    struct township t;
    const Duban__Notice *notice;

    (void) state;
    two_that_go_together(&t);
    pass_until(&t, "2020-02-11T10:01");
    notice = last_notice(&t, "site-COUR-1", "near_due");
    assert_non_null(notice);
    assert_int_equal(notice->n_items, 2);
    assert_int_equal(notice->expires_at_s, at("2020-02-11T10:40"));
    township_close(&t);
}

/* Seen fixed first of all, and then by so many others that did not look; what was found before comes last. */
static void find_late(struct township *t, int others)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    township_open(t, "2020-02-10T09:00");
    begin_era(t, ERA_OF_ALL_VISITS);
    clock_at(t, "2020-02-10T10:00");
    passes(t, "COUR-1", "DS-01");
    for (int i = 0; i < others; i++) {
        t->now_s++;
        visit(t, "inspector-n2", "COUR-1", "EP-05", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    }
    answer.item = "DS-01";
    answer.result = DUBAN__RESULT__RESULT_FAIL;
    report.reporter = "inspector-n1";
    report.site = "COUR-1";
    report.device_time_ms = at("2020-02-10T09:30") * 1000;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void a_late_finding_heeds_every_visit_made_since(void **state)
{
    struct township t;

    (void) state;
    find_late(&t, 70);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 1);
    assert_null(last_fact(&t, FACT(LATER_VISITS_CUT)));
    township_close(&t);
}

static void that_a_late_finding_heeds_only_the_latest_visits_is_a_fact(void **state)
{
    struct township t;
    const Duban__Fact *fact;

    (void) state;
    find_late(&t, MAX_VISITS_BACK);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 0);
    fact = last_fact(&t, FACT(LATER_VISITS_CUT));
    assert_non_null(fact);
    assert_int_equal(fact->number, MAX_VISITS_BACK);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_item_opens_a_case_with_the_limit_of_its_level),
        cmocka_unit_test(a_second_fail_before_the_due_opens_nothing),
        cmocka_unit_test(reminders_come_before_the_due_and_the_chase_after_it),
        cmocka_unit_test(a_claim_stops_the_chase_and_two_spaced_passes_close),
        cmocka_unit_test(a_failed_revisit_is_rework_and_the_second_raises_the_level),
        cmocka_unit_test(a_pass_in_the_first_window_establishes_a_fix_that_nobody_claimed),
        cmocka_unit_test(a_pass_after_the_first_window_establishes_no_fix_in_time),
        cmocka_unit_test(rework_without_a_note_says_what_failed_in_each_language),
        cmocka_unit_test(a_fail_within_fourteen_days_reopens_one_level_up),
        cmocka_unit_test(a_fail_after_fourteen_days_is_a_new_case),
        cmocka_unit_test(level_a_waits_for_the_lead_to_close_it),
        cmocka_unit_test(a_pass_without_a_photo_does_not_count),
        cmocka_unit_test(an_unknown_site_is_kept_and_its_sender_told),
        cmocka_unit_test(two_attempts_in_a_row_ask_the_area_contact),
        cmocka_unit_test(the_result_does_not_depend_on_where_transactions_are_split),
        cmocka_unit_test(a_reminder_that_goes_along_never_goes_after_its_own_due),
        cmocka_unit_test(what_goes_together_is_true_until_the_first_of_its_dues),
        cmocka_unit_test(a_late_finding_heeds_every_visit_made_since),
        cmocka_unit_test(that_a_late_finding_heeds_only_the_latest_visits_is_a_fact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
