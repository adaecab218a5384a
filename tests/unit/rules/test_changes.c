/* test_changes.c - level, due, owner and clock of a running case changed one upon the other: 4.6 rules 5, 7, 9, 10
 * and 11, and what engine_change.c says where these are silent.
 */
#include "township.h"

/* ---------------------------------------------------------------- acts */

static void acknowledge(struct township *t, const char *who, const char *site_code, const char *item)
{
    Duban__Acknowledgement acknowledgement = DUBAN__ACKNOWLEDGEMENT__INIT;

    acknowledgement.case_ = reference_to(t, site_code, item);
    SUBMIT(t, who, ACKNOWLEDGEMENT, acknowledgement, &acknowledgement);
}

static void assign(struct township *t, const char *site_code, const char *item, const char *owner)
{
    Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;

    assignment.case_ = reference_to(t, site_code, item);
    assignment.owner = (char *) owner;
    SUBMIT(t, "leader-north", ASSIGNMENT, assignment, &assignment);
}

static void ask_extension(struct township *t, const char *site_code, const char *item, const char *until)
{
    Duban__Extension extension = DUBAN__EXTENSION__INIT;

    extension.case_ = reference_to(t, site_code, item);
    extension.new_due_ms = at(until) * 1000;
    extension.reason = "材料未到";
    SUBMIT(t, "leader-north", EXTENSION, extension, &extension);
}

static void decide(struct township *t, const char *site_code, const char *item, Duban__Matter matter)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.case_ = reference_to(t, site_code, item);
    approval.matter = matter;
    approval.decision = DUBAN__DECISION__DECISION_GRANTED;
    approval.reason = "同意";
    SUBMIT(t, "lead", APPROVAL, approval, &approval);
}

static Duban__Task *task_by_id(struct township *t, const ProtobufCBinaryData *id)
{
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, id);
    store_abort(&t->rules.state.txn);
    assert_non_null(task);
    return task;
}

static Duban__Task *revisit_of(struct township *t, const char *site_code, const char *item)
{
    return task_by_id(t, &case_at(t, site_code, item)->revisit_task);
}

static Duban__Light light_of_revisit(struct township *t, const char *site_code, const char *item, const char *when)
{
    const Duban__Task *task = revisit_of(t, site_code, item);
    Duban__Light light;

    state_begin(&t->rules.state);
    light = engine_light(&t->rules.engine, task, at(when));
    store_abort(&t->rules.state.txn);
    return light;
}

/* ---------------------------------------------------------------- a raised level */

static void rule_5_a_due_brought_forward_starts_the_ladder_anew_whoever_acknowledged(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-04");   /* C: 72 h */
    acknowledge(&t, "leader-north", "DORM-1", "DS-04");
    clock_at(&t, "2020-02-10T12:00");
    edit_level(&t, "DORM-1", "DS-04", "B");
    pass_until(&t, "2020-02-11T14:01");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 1);
    township_close(&t);
}

static void rule_9_a_level_raised_while_the_clock_stands_still_counts_from_where_it_stopped(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "CR-03");   /* C: 72 h */
    suspend_at(&t, "COUR-1", "CR-03");
    pass_until(&t, "2020-02-12T10:00");
    edit_level(&t, "COUR-1", "CR-03", "A");
    pass_until(&t, "2020-02-14T10:00");
    resume_at(&t, "COUR-1", "CR-03");
    assert_int_equal(case_at(&t, "COUR-1", "CR-03")->due_s, at("2020-02-14T12:00"));
    township_close(&t);
}

static void rules_7_and_9_a_level_raised_after_a_failed_revisit_has_the_limit_of_a_rework(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-04");
    claim(&t, "DORM-1", "DS-04");
    clock_at(&t, "2020-02-10T12:00");
    fails(&t, "DORM-1", "DS-04");   /* C: 36 h */
    edit_level(&t, "DORM-1", "DS-04", "B");
    assert_int_equal(case_at(&t, "DORM-1", "DS-04")->due_s, at("2020-02-11T00:00"));   /* B: 12 h */
    assert_true(case_at(&t, "DORM-1", "DS-04")->counted->rework);
    township_close(&t);
}

static void rule_10_the_planned_revisit_is_one_of_the_new_level(void **state)
{
    struct township t;
    int64_t due_s;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "CR-03");
    claim(&t, "COUR-1", "CR-03");
    due_s = revisit_of(&t, "COUR-1", "CR-03")->due_s;
    assert_int_equal(light_of_revisit(&t, "COUR-1", "CR-03", "2020-02-10T11:00"), DUBAN__LIGHT__LIGHT_GREEN);
    edit_level(&t, "COUR-1", "CR-03", "A");
    assert_int_equal(light_of_revisit(&t, "COUR-1", "CR-03", "2020-02-10T11:00"), DUBAN__LIGHT__LIGHT_YELLOW);
    assert_int_equal(revisit_of(&t, "COUR-1", "CR-03")->due_s, due_s);
    township_close(&t);
}

static void a_level_lowered_while_the_closing_waits_wants_no_further_pass(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "GATE-1", "GT-01");
    clock_at(&t, "2020-02-10T11:00");
    passes(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-11T11:00");
    passes(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-13T11:00");
    visit(&t, "inspector-n2", "GATE-1", "GT-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    edit_level(&t, "GATE-1", "GT-01", "B");
    assert_int_equal(case_at(&t, "GATE-1", "GT-01")->passes_needed, 3);
    decide(&t, "GATE-1", "GT-01", DUBAN__MATTER__MATTER_CLOSURE);
    assert_int_equal(case_at(&t, "GATE-1", "GT-01")->state, CASE_STATE(CLOSED));
    township_close(&t);
}

static void rule_7_a_new_round_wants_the_passes_of_its_level(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T12:00");
    passes(&t, "COUR-1", "DS-01");
    edit_level(&t, "COUR-1", "DS-01", "D");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes_needed, 2);   /* the planned revisit is still made */
    pass_until(&t, "2020-02-13T10:00");
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes_needed, 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- another due */

static void rule_5_what_the_morning_list_would_say_of_an_old_due_is_not_said(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T06:30");   /* -4 h is 06:00, for the list of 07:43 */
    ask_extension(&t, "COUR-1", "DS-01", "2020-02-12T10:00");
    decide(&t, "COUR-1", "DS-01", DUBAN__MATTER__MATTER_EXTENSION);
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 0);
    assert_int_equal(not_told(&t, "overtaken"), 2);   /* the site's and the owner's */
    township_close(&t);
}

/* The due that the last notice of that kind to that account names; 0 when there is none. */
static int64_t due_named(struct township *t, const char *account, const char *kind)
{
    int64_t due_s = 0;

    for (uint64_t sequence = t->seen_outbox + 1; sequence <= t->rules.state.meta.outbox_last; sequence++) {
        struct store_txn txn;
        struct bytes row;
        uint8_t key[8];
        const Duban__OutboxRecord *record;

        put_u64(key, sequence);
        state_read(&t->rules.state, &txn);
        assert_true(store_get(&txn, TABLE_OUTBOX, bytes_of(key, 8), &row));
        record = outbox_record(&t->arena, row);
        store_abort(&txn);
        if (record->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE && strcmp(record->notice->kind, kind) == 0 &&
            strcmp(record->notice->recipient->account, account) == 0)
            due_s = record->notice->items[0]->due_s;
    }
    return due_s;
}

static void an_order_that_waited_for_the_morning_names_the_due_in_force(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T22:30");
    fails(&t, "DORM-1", "DS-04");   /* C: 72 h */
    clock_at(&t, "2020-02-10T23:00");
    edit_level(&t, "DORM-1", "DS-04", "B");
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(due_named(&t, "site-DORM-1", "notice_to_site"), at("2020-02-11T23:00"));
    township_close(&t);
}

static void a_first_pass_ends_what_was_asked_of_the_leader(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T11:00");   /* overdue: the window is open, and time may still be asked for */
    ask_extension(&t, "COUR-1", "DS-01", "2020-02-12T10:00");
    passes(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->extension_asked_s, 0);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->approval_task.len, 0);
    forget_told(&t);
    pass_until(&t, "2020-02-13T20:00");
    assert_int_equal(told(&t, "leader-north", "approval_wanted"), 0);
    township_close(&t);
}

static void a_raised_level_is_told_but_not_to_who_has_raised_it(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "DS-04");
    edit_level(&t, "DORM-1", "DS-04", "B");   /* by the leader */
    assert_int_equal(told(&t, "site-DORM-1", "level_raised"), 1);
    assert_int_equal(told(&t, "inspector-n1", "level_raised"), 1);
    assert_int_equal(told(&t, "leader-north", "level_raised"), 0);
    assert_int_equal(not_told(&t, "own_act"), 1);
    assert_int_equal(last_notice(&t, "site-DORM-1", "level_raised")->items[0]->new_due_s, at("2020-02-11T10:00"));
    assert_string_equal(last_notice(&t, "site-DORM-1", "level_raised")->items[0]->reason, "复核");
    edit_level(&t, "DORM-1", "DS-04", "C");
    assert_int_equal(told(&t, "inspector-n1", "level_raised"), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- another owner */

static void who_had_it_hears_that_somebody_else_has_it_now(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_int_equal(told(&t, "inspector-n1", "assigned_away"), 1);
    assert_string_equal(last_notice(&t, "inspector-n1", "assigned_away")->items[0]->owner, "inspector-n2");
    assert_int_equal(told(&t, "inspector-n2", "assigned_away"), 0);
    township_close(&t);
}

static void what_came_back_in_the_same_night_is_not_told_as_gone(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T21:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T23:00");
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assign(&t, "COUR-1", "DS-01", "inspector-n1");
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(told(&t, "inspector-n1", "assigned_away"), 0);
    assert_int_equal(not_told(&t, "overtaken"), 1);
    assert_int_equal(told(&t, "inspector-n2", "assigned_away"), 1);
    township_close(&t);
}

static void rule_11_who_must_acknowledge_at_night_is_told_at_night(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T22:30");
    fails(&t, "COUR-1", "DS-01");
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_int_equal(told(&t, "inspector-n2", "new_case"), 1);   /* B: within 2 h, which no quiet hours hold back */
    pass_until(&t, "2020-02-11T00:31");
    assert_int_equal(told(&t, "inspector-n2", "not_acknowledged"), 1);
    township_close(&t);
}

static void another_owner_named_while_it_is_suspended_counts_when_it_goes_on(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    suspend_at(&t, "COUR-1", "DS-01");
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(SUSPENDED));
    resume_at(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(ASSIGNED));
    suspend_at(&t, "COUR-1", "DS-01");
    acknowledge(&t, "inspector-n2", "COUR-1", "DS-01");
    resume_at(&t, "COUR-1", "DS-01");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->state, CASE_STATE(RECTIFYING));
    township_close(&t);
}

static void what_was_said_of_an_acknowledgement_is_not_said_again_after_a_pause(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    assign(&t, "COUR-1", "DS-01", "inspector-n2");   /* B: within 2 h, the leader 2 h later */
    pass_until(&t, "2020-02-10T13:00");
    assert_int_equal(told(&t, "inspector-n2", "not_acknowledged"), 1);
    suspend_at(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T15:00");
    resume_at(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T16:01");
    assert_int_equal(told(&t, "inspector-n2", "not_acknowledged"), 1);
    assert_int_equal(told(&t, "leader-north", "not_acknowledged"), 1);   /* 14:00 and the two hours of the pause */
    township_close(&t);
}

/* ---------------------------------------------------------------- clocks that stand still */

static void the_original_due_stands_still_with_the_clock(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "CR-03");   /* C: 72 h */
    suspend_at(&t, "COUR-1", "CR-03");
    pass_until(&t, "2020-02-20T10:00");
    resume_at(&t, "COUR-1", "CR-03");
    claim(&t, "COUR-1", "CR-03");
    clock_at(&t, "2020-02-20T11:00");
    fails(&t, "COUR-1", "CR-03");
    clock_at(&t, "2020-02-20T15:00");
    claim(&t, "COUR-1", "CR-03");
    passes(&t, "COUR-1", "CR-03");
    assert_int_equal(case_at(&t, "COUR-1", "CR-03")->original_due_s, at("2020-02-23T10:00"));
    assert_false(case_at(&t, "COUR-1", "CR-03")->fixed_late);
    township_close(&t);
}

static void rule_10_an_interrupted_revisit_begins_anew(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "CR-03");
    claim(&t, "COUR-1", "CR-03");
    pass_until(&t, "2020-02-10T12:00");
    suspend_at(&t, "COUR-1", "CR-03");
    pass_until(&t, "2020-02-20T12:00");
    resume_at(&t, "COUR-1", "CR-03");
    assert_int_equal(revisit_of(&t, "COUR-1", "CR-03")->due_s, at("2020-02-21T12:00"));
    assert_int_equal(light_of_revisit(&t, "COUR-1", "CR-03", "2020-02-20T12:01"), DUBAN__LIGHT__LIGHT_GREEN);
    assert_int_equal(light_of_revisit(&t, "COUR-1", "CR-03", "2020-02-21T07:43"), DUBAN__LIGHT__LIGHT_YELLOW);
    township_close(&t);
}

static void a_case_closed_while_its_site_stood_still_runs_when_it_comes_back(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "GATE-1", "GT-01");
    clock_at(&t, "2020-02-10T11:00");
    passes(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-11T11:00");
    passes(&t, "GATE-1", "GT-01");
    pass_until(&t, "2020-02-13T11:00");
    visit(&t, "inspector-n2", "GATE-1", "GT-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    suspend_at(&t, "GATE-1", NULL);
    decide(&t, "GATE-1", "GT-01", DUBAN__MATTER__MATTER_CLOSURE);
    pass_until(&t, "2020-02-15T10:00");
    fails(&t, "GATE-1", "GT-01");
    assert_int_equal(case_at(&t, "GATE-1", "GT-01")->recurrences, 1);
    claim(&t, "GATE-1", "GT-01");
    assert_int_equal(case_at(&t, "GATE-1", "GT-01")->state, CASE_STATE(FIX_REPORTED));
    township_close(&t);
}

static void that_a_site_stops_and_goes_on_is_a_fact_whatever_is_open_there(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_SITE_FACTS);
    suspend_at(&t, "GATE-1", NULL);
    assert_int_equal(facts(&t, FACT(SITE_STOPPED)), 1);
    assert_string_equal(last_fact(&t, FACT(SITE_STOPPED))->recipient, "GATE-1");
    assert_string_equal(last_fact(&t, FACT(SITE_STOPPED))->actor, "lead");
    suspend_at(&t, "GATE-1", NULL);   /* it stands still already */
    assert_int_equal(facts(&t, FACT(SITE_STOPPED)), 1);
    resume_at(&t, "GATE-1", NULL);
    assert_int_equal(facts(&t, FACT(SITE_GOES_ON)), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_5_a_due_brought_forward_starts_the_ladder_anew_whoever_acknowledged),
        cmocka_unit_test(rule_9_a_level_raised_while_the_clock_stands_still_counts_from_where_it_stopped),
        cmocka_unit_test(rules_7_and_9_a_level_raised_after_a_failed_revisit_has_the_limit_of_a_rework),
        cmocka_unit_test(rule_10_the_planned_revisit_is_one_of_the_new_level),
        cmocka_unit_test(a_level_lowered_while_the_closing_waits_wants_no_further_pass),
        cmocka_unit_test(rule_7_a_new_round_wants_the_passes_of_its_level),
        cmocka_unit_test(rule_5_what_the_morning_list_would_say_of_an_old_due_is_not_said),
        cmocka_unit_test(an_order_that_waited_for_the_morning_names_the_due_in_force),
        cmocka_unit_test(a_raised_level_is_told_but_not_to_who_has_raised_it),
        cmocka_unit_test(who_had_it_hears_that_somebody_else_has_it_now),
        cmocka_unit_test(what_came_back_in_the_same_night_is_not_told_as_gone),
        cmocka_unit_test(a_first_pass_ends_what_was_asked_of_the_leader),
        cmocka_unit_test(rule_11_who_must_acknowledge_at_night_is_told_at_night),
        cmocka_unit_test(another_owner_named_while_it_is_suspended_counts_when_it_goes_on),
        cmocka_unit_test(what_was_said_of_an_acknowledgement_is_not_said_again_after_a_pause),
        cmocka_unit_test(the_original_due_stands_still_with_the_clock),
        cmocka_unit_test(rule_10_an_interrupted_revisit_begins_anew),
        cmocka_unit_test(a_case_closed_while_its_site_stood_still_runs_when_it_comes_back),
        cmocka_unit_test(that_a_site_stops_and_goes_on_is_a_fact_whatever_is_open_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
