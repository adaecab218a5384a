/* test_working_time.c - limits, reminders and pauses in working time; years that nobody published. */
#include "township.h"

/* SD-01 is the item of level X, whose limits are in working time; under a pack that refers nothing it is a case. */
static void open_without_referrals(struct township *t, const char *when)
{
    township_open(t, when);
    leave_out(t, "\nreferrals:\n");
    activate(t, "epidemic-2020-beijing");
    forget_told(t);
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

static void assign(struct township *t, const char *site_code, const char *item)
{
    Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;

    assignment.case_ = reference_to(t, site_code, item);
    assignment.owner = "inspector-n2";
    SUBMIT(t, "leader-north", ASSIGNMENT, assignment, &assignment);
}

static void suspend(struct township *t, const char *site_code, const char *item)
{
    Duban__Suspension suspension = DUBAN__SUSPENSION__INIT;

    suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_CASE_;
    suspension.case_ = reference_to(t, site_code, item);
    suspension.reason = "等材料";
    SUBMIT(t, "lead", SUSPENSION, suspension, &suspension);
}

static void resume(struct township *t, const char *site_code, const char *item)
{
    Duban__Resumption resumption = DUBAN__RESUMPTION__INIT;

    resumption.subject_case = DUBAN__RESUMPTION__SUBJECT_CASE_;
    resumption.case_ = reference_to(t, site_code, item);
    SUBMIT(t, "lead", RESUMPTION, resumption, &resumption);
}

static size_t facts_with_reason(struct township *t, const char *reason)
{
    size_t count = 0;

    for (uint64_t sequence = t->seen_fact + 1; sequence <= t->rules.state.meta.fact_last; sequence++) {
        struct store_txn txn;
        struct bytes row;
        uint8_t key[8];
        Duban__Fact *fact;

        put_u64(key, sequence);
        state_read(&t->rules.state, &txn);
        assert_true(store_get(&txn, TABLE_FACT, bytes_of(key, 8), &row));
        fact = state_unpack(&t->arena, &duban__fact__descriptor, row);
        count += strcmp(fact->reason, reason) == 0;
        store_abort(&txn);
    }
    return count;
}

static void a_due_says_its_unit_calendar_and_policy(void **state)
{
    struct township t;
    const struct policy *policy;
    const Duban__Counted *counted;
    Duban__Case *case_;

    (void) state;
    open_without_referrals(&t, "2020-01-23T15:00");
    policy = t.rules.engine.policy;
    fails(&t, "DORM-1", "SD-01");
    case_ = case_at(&t, "DORM-1", "SD-01");
    counted = case_->counted;
    assert_int_equal(case_->due_s, at("2020-02-11T18:00"));   /* 7 working days after the lengthened holiday */
    assert_int_equal(counted->unit, DUBAN__TIME_UNIT__TIME_UNIT_WORKING_DAY);
    assert_memory_equal(counted->calendar_version.data, policy->calendar.version, DIGEST_BYTES);
    assert_memory_equal(counted->policy_version.data, policy->version, POLICY_VERSION_BYTES);
    assert_int_equal(counted->from_s, at("2020-01-23T15:00"));
    assert_string_equal(counted->level, "X");
    assert_int_equal(task_by_id(&t, &case_->rectification_task)->due_s, case_->due_s);
    assert_int_equal(task_by_id(&t, &case_->rectification_task)->counted->unit, counted->unit);
    township_close(&t);
}

static void a_running_case_keeps_the_calendar_that_it_was_opened_under(void **state)
{
    struct township t;

    (void) state;
    open_without_referrals(&t, "2020-01-22T10:00");
    t.calendar = read_whole(&t, "deploy/demo/calendar-before-27-january.csv");
    activate(&t, "epidemic-2020-beijing");
    clock_at(&t, "2020-01-23T15:00");
    fails(&t, "DORM-1", "SD-01");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-07T18:00"));
    clock_at(&t, "2020-01-27T10:00");
    t.calendar = bytes_of(NULL, 0);
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-07T18:00"));
    assign(&t, "DORM-1", "SD-01");   /* in its own calendar: 31 January is a Friday like others */
    assert_int_equal(task_by_id(&t, &case_at(&t, "DORM-1", "SD-01")->acknowledgement_task)->due_s, at("2020-01-31T14:00"));
    township_close(&t);
}

static void an_acknowledgement_is_due_in_working_hours_with_a_reminder_before(void **state)
{
    struct township t;

    (void) state;
    open_without_referrals(&t, "2020-02-14T17:00");
    fails(&t, "DORM-1", "SD-01");
    assign(&t, "DORM-1", "SD-01");
    assert_int_equal(task_by_id(&t, &case_at(&t, "DORM-1", "SD-01")->acknowledgement_task)->due_s, at("2020-02-17T11:30"));
    forget_told(&t);
    pass_until(&t, "2020-02-17T10:29");
    assert_int_equal(told(&t, "inspector-n2", "not_acknowledged"), 0);
    pass_until(&t, "2020-02-17T10:31");
    assert_int_equal(told(&t, "inspector-n2", "not_acknowledged"), 1);
    pass_until(&t, "2020-02-17T16:59");
    assert_int_equal(told(&t, "leader-north", "not_acknowledged"), 0);
    pass_until(&t, "2020-02-17T17:02");   /* + 4 working hours: 11:30 to 12:00, 13:30 to 17:00 */
    assert_int_equal(told(&t, "leader-north", "not_acknowledged"), 1);
    township_close(&t);
}

static void an_overdue_referral_is_chased_on_working_days_only(void **state)
{
    struct township t;

    (void) state;
    open_without_referrals(&t, "2020-01-23T15:00");
    fails(&t, "DORM-1", "SD-01");
    forget_told(&t);
    pass_until(&t, "2020-02-10T17:59");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 0);
    pass_until(&t, "2020-02-10T18:01");   /* a working day before 11 February */
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 1);
    pass_until(&t, "2020-02-11T23:00");
    forget_told(&t);
    pass_until(&t, "2020-02-12T13:59");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 0);
    pass_until(&t, "2020-02-12T14:01");   /* + 4 working hours after the end of a day */
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 1);
    pass_until(&t, "2020-02-13T18:01");
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);
    pass_until(&t, "2020-02-14T12:00");
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 3);   /* 09:00 on the 12th, 13th, 14th */
    pass_until(&t, "2020-02-17T08:59");
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 3);   /* nothing at the weekend */
    pass_until(&t, "2020-02-17T09:01");
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 4);
    township_close(&t);
}

static void after_a_long_silence_a_repeat_by_working_days_is_told_once(void **state)
{
    struct township t;
    Duban__Tick tick = DUBAN__TICK__INIT;

    (void) state;
    open_without_referrals(&t, "2020-01-23T15:00");
    fails(&t, "DORM-1", "SD-01");
    pass_until(&t, "2020-02-11T19:00");
    forget_told(&t);
    clock_at(&t, "2020-02-16T10:00");   /* a Sunday: no tick came since Tuesday */
    SUBMIT(&t, "ingest", TICK, tick, &tick);
    pass_until(&t, "2020-02-16T10:00");
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 0);
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);   /* Friday's 09:00 */
    pass_until(&t, "2020-02-17T09:01");
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 1);
    township_close(&t);
}

static void a_pause_is_measured_in_the_working_days_of_the_limit(void **state)
{
    struct township t;

    (void) state;
    open_without_referrals(&t, "2020-02-10T10:00");
    fails(&t, "DORM-1", "SD-01");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-19T18:00"));
    clock_at(&t, "2020-02-14T16:00");
    suspend(&t, "DORM-1", "SD-01");
    pass_until(&t, "2020-02-17T09:00");   /* from Friday to Monday: one working day, not three */
    resume(&t, "DORM-1", "SD-01");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-20T18:00"));
    township_close(&t);
}

static void a_pause_outside_working_hours_moves_no_limit_in_working_hours(void **state)
{
    struct township t;

    (void) state;
    open_without_referrals(&t, "2020-02-14T17:00");
    fails(&t, "DORM-1", "SD-01");
    assign(&t, "DORM-1", "SD-01");
    pass_until(&t, "2020-02-14T18:00");
    suspend(&t, "DORM-1", "SD-01");
    pass_until(&t, "2020-02-17T08:00");
    resume(&t, "DORM-1", "SD-01");
    assert_int_equal(task_by_id(&t, &case_at(&t, "DORM-1", "SD-01")->acknowledgement_task)->due_s, at("2020-02-17T11:30"));
    pass_until(&t, "2020-02-17T09:00");
    suspend(&t, "DORM-1", "SD-01");
    pass_until(&t, "2020-02-17T14:00");   /* 3 hours and a half of work, lunch is none */
    resume(&t, "DORM-1", "SD-01");
    assert_int_equal(task_by_id(&t, &case_at(&t, "DORM-1", "SD-01")->acknowledgement_task)->due_s, at("2020-02-17T16:30"));
    township_close(&t);
}

static const char TWO_YEARS[] = "date,kind,zh,en\n2020,year,,\n2021,year,,\n2021-01-01,off,元旦,New Year's Day\n";

static void without_a_published_year_a_case_opens_without_a_due_and_gets_it_later(void **state)
{
    struct township t;
    Duban__Case *case_;

    (void) state;
    open_without_referrals(&t, "2020-12-30T10:00");
    fails(&t, "DORM-1", "SD-01");
    fails(&t, "COUR-1", "SD-01");
    case_ = case_at(&t, "DORM-1", "SD-01");
    assert_int_equal(case_->due_s, 0);
    assert_int_equal(case_->counted->missing_year, 2021);
    assert_int_equal(task_by_id(&t, &case_->rectification_task)->n_steps, 0);
    assert_int_equal(facts(&t, FACT(YEAR_MISSING)), 2);
    assert_int_equal(told(&t, "clerk", "year_missing"), 1);   /* once for the house */
    pass_until(&t, "2021-01-04T10:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);
    t.calendar = bytes_of(TWO_YEARS, sizeof TWO_YEARS - 1);
    activate(&t, "epidemic-2020-beijing");
    case_ = case_at(&t, "DORM-1", "SD-01");
    assert_int_equal(case_->due_s, at("2021-01-11T18:00"));
    assert_int_equal(case_->original_due_s, case_->due_s);
    assert_int_equal(case_->counted->missing_year, 0);
    assert_int_equal(case_at(&t, "COUR-1", "SD-01")->due_s, case_->due_s);
    assert_int_equal(facts(&t, FACT(DUE_SET)), 2);
    pass_until(&t, "2021-01-11T18:01");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 2);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    township_close(&t);
}

static void a_claim_and_a_pause_do_without_a_due(void **state)
{
    struct township t;
    Duban__Case *case_;

    (void) state;
    open_without_referrals(&t, "2020-12-30T10:00");
    fails(&t, "DORM-1", "SD-01");
    clock_at(&t, "2020-12-30T15:00");
    suspend(&t, "DORM-1", "SD-01");
    clock_at(&t, "2020-12-31T15:00");
    resume(&t, "DORM-1", "SD-01");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, 0);
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->counted->n_pauses, 1);
    t.calendar = bytes_of(TWO_YEARS, sizeof TWO_YEARS - 1);
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2021-01-12T18:00"));   /* with the day of the pause */
    fails(&t, "COUR-1", "SD-01");
    claim(&t, "COUR-1", "SD-01");
    case_ = case_at(&t, "COUR-1", "SD-01");
    assert_int_equal(case_->state, CASE_STATE(FIX_REPORTED));
    township_close(&t);
}

static void a_claim_before_the_due_is_known_opens_the_revisit_at_once(void **state)
{
    struct township t;
    Duban__Case *case_;

    (void) state;
    open_without_referrals(&t, "2020-12-30T10:00");
    fails(&t, "DORM-1", "SD-01");
    clock_at(&t, "2020-12-30T15:00");
    claim(&t, "DORM-1", "SD-01");
    case_ = case_at(&t, "DORM-1", "SD-01");
    assert_int_equal(task_by_id(&t, &case_->revisit_task)->start_s, at("2020-12-30T15:00"));
    clock_at(&t, "2020-12-30T16:00");
    passes(&t, "DORM-1", "SD-01");
    case_ = case_at(&t, "DORM-1", "SD-01");
    assert_int_equal(case_->state, CASE_STATE(CLOSED));
    assert_false(case_->fixed_late);
    township_close(&t);
}

static void a_row_that_cannot_be_placed_is_recorded_as_not_told(void **state)
{
    struct township t;

    (void) state;
    open_without_referrals(&t, "2020-12-22T10:00");
    fails(&t, "DORM-1", "SD-01");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-12-31T18:00"));
    assert_int_equal(facts_with_reason(&t, "year_not_published"), 4);   /* each working day, and ladder steps 1 to 3 */
    assert_int_equal(told(&t, "clerk", "year_missing"), 1);
    pass_until(&t, "2021-01-05T10:00");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 0);
    township_close(&t);
}

static void the_light_turns_yellow_by_working_time_left(void **state)
{
    struct township t;
    Duban__Task *task;

    (void) state;
    open_without_referrals(&t, "2020-02-14T17:00");
    fails(&t, "DORM-1", "SD-01");
    assign(&t, "DORM-1", "SD-01");   /* due Monday 11:30; 4 hours, of which the weekend is none */
    task = task_by_id(&t, &case_at(&t, "DORM-1", "SD-01")->acknowledgement_task);
    state_begin(&t.rules.state);
    assert_int_equal(engine_light(&t.rules.engine, task, at("2020-02-16T12:00")), DUBAN__LIGHT__LIGHT_GREEN);
    assert_int_equal(engine_light(&t.rules.engine, task, at("2020-02-17T10:29")), DUBAN__LIGHT__LIGHT_GREEN);
    assert_int_equal(engine_light(&t.rules.engine, task, at("2020-02-17T10:30")), DUBAN__LIGHT__LIGHT_YELLOW);
    assert_int_equal(engine_light(&t.rules.engine, task, at("2020-02-17T11:31")), DUBAN__LIGHT__LIGHT_RED);
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

/* ---------------------------------------------------------------- counted anew */

static void ask_recompute(struct township *t, const char *who, const char *site_code, const char *item)
{
    Duban__Recompute recompute = DUBAN__RECOMPUTE__INIT;

    recompute.subject_case = DUBAN__RECOMPUTE__SUBJECT_CASE_;
    recompute.case_ = reference_to(t, site_code, item);
    recompute.reason = "春节假期延长";
    SUBMIT(t, who, RECOMPUTE, recompute, &recompute);
}

static void decide_recompute(struct township *t, const char *who, const char *site_code, const char *item, Duban__Decision decision)
{
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    approval.case_ = reference_to(t, site_code, item);
    approval.matter = DUBAN__MATTER__MATTER_RECOMPUTE;
    approval.decision = decision;
    approval.reason = "核对";
    SUBMIT(t, who, APPROVAL, approval, &approval);
}

/* Opened on 23 January under the calendar of then; on the 27th the holiday is lengthened. */
static void open_amended(struct township *t, uint8_t old_version[POLICY_VERSION_BYTES])
{
    open_without_referrals(t, "2020-01-22T10:00");
    t->calendar = read_whole(t, "deploy/demo/calendar-before-27-january.csv");
    activate(t, "epidemic-2020-beijing");
    memcpy(old_version, t->rules.engine.policy->version, POLICY_VERSION_BYTES);
    clock_at(t, "2020-01-23T15:00");
    fails(t, "DORM-1", "SD-01");
    fails(t, "COUR-1", "SD-01");
    fails(t, "COUR-1", "DS-01");   /* natural hours: no calendar moves it */
    clock_at(t, "2020-01-27T10:00");
    t->calendar = bytes_of(NULL, 0);
    activate(t, "epidemic-2020-beijing");
    forget_told(t);
}

static void a_due_is_counted_anew_only_after_another_person_has_approved(void **state)
{
    uint8_t old_version[POLICY_VERSION_BYTES];
    struct township t;
    Duban__Case *case_;

    (void) state;
    open_amended(&t, old_version);
    ask_recompute(&t, "lead", "DORM-1", "SD-01");
    assert_int_equal(facts(&t, FACT(RECOMPUTE_ASKED)), 1);
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-07T18:00"));
    decide_recompute(&t, "lead", "DORM-1", "SD-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(t.rules.state.meta.quarantined, 1);   /* not by who asked */
    holder(&t, "second", DUBAN__ROLE__ROLE_LEAD, "");
    decide_recompute(&t, "second", "DORM-1", "SD-01", DUBAN__DECISION__DECISION_GRANTED);
    case_ = case_at(&t, "DORM-1", "SD-01");
    assert_int_equal(case_->due_s, at("2020-02-11T18:00"));
    assert_int_equal(case_->original_due_s, case_->due_s);
    assert_int_equal(case_->recompute_task.len, 0);
    assert_memory_equal(case_->counted->policy_version.data, t.rules.engine.policy->version, POLICY_VERSION_BYTES);
    assert_memory_equal(case_->policy_version.data, old_version, POLICY_VERSION_BYTES);
    assert_int_equal(facts(&t, FACT(RECOMPUTED)), 1);
    assert_int_equal(told(&t, "site-DORM-1", "due_recomputed"), 1);
    forget_told(&t);
    pass_until(&t, "2020-02-10T17:59");   /* its reminder goes by the calendar of its due */
    assert_int_equal(told(&t, "site-DORM-1", "near_due"), 0);
    pass_until(&t, "2020-02-10T18:01");
    assert_int_equal(told(&t, "site-DORM-1", "near_due"), 1);
    pass_until(&t, "2020-02-11T18:02");
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->overdue_rounds, 1);
    township_close(&t);
}

static void a_refused_recompute_and_one_without_right_change_nothing(void **state)
{
    uint8_t old_version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    open_amended(&t, old_version);
    ask_recompute(&t, "inspector-n1", "DORM-1", "SD-01");
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    ask_recompute(&t, "clerk", "DORM-1", "SD-01");
    assert_int_equal(told(&t, "lead", "approval_wanted"), 1);
    ask_recompute(&t, "clerk", "DORM-1", "SD-01");   /* it waits already */
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    decide_recompute(&t, "leader-north", "DORM-1", "SD-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(t.rules.state.meta.quarantined, 2);
    decide_recompute(&t, "lead", "DORM-1", "SD-01", DUBAN__DECISION__DECISION_REFUSED);
    assert_int_equal(facts(&t, FACT(RECOMPUTE_REFUSED)), 1);
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-07T18:00"));
    decide_recompute(&t, "lead", "DORM-1", "SD-01", DUBAN__DECISION__DECISION_GRANTED);   /* nothing waits any more */
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 2);
    ask_recompute(&t, "clerk", "COUR-1", "DS-01");   /* its due would stay */
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 3);
    township_close(&t);
}

static void all_open_cases_of_a_version_are_counted_anew_by_one_act(void **state)
{
    Duban__Recompute recompute = DUBAN__RECOMPUTE__INIT;
    Duban__Approval approval = DUBAN__APPROVAL__INIT;
    uint8_t old_version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    open_amended(&t, old_version);
    recompute.subject_case = DUBAN__RECOMPUTE__SUBJECT_POLICY_VERSION;
    recompute.policy_version = approval.policy_version = (ProtobufCBinaryData){ sizeof old_version, old_version };
    recompute.reason = "春节假期延长";
    approval.matter = DUBAN__MATTER__MATTER_RECOMPUTE;
    approval.decision = DUBAN__DECISION__DECISION_GRANTED;
    SUBMIT(&t, "lead", APPROVAL, approval, &approval);
    assert_int_equal(t.rules.state.meta.quarantined, 1);   /* nothing waits yet */
    begin_era(&t, ERA_OF_COUNTED_REQUESTS);
    SUBMIT(&t, "clerk", RECOMPUTE, recompute, &recompute);
    assert_string_equal(last_notice(&t, "lead", "approval_wanted")->items[0]->number, "");
    assert_string_equal(last_notice(&t, "lead", "approval_wanted")->items[0]->matter->zh, "重新计算时限（未了结3件）");
    assert_string_equal(last_notice(&t, "lead", "approval_wanted")->items[0]->matter->en, "counting dues anew (3 open)");
    SUBMIT(&t, "clerk", RECOMPUTE, recompute, &recompute);
    assert_int_equal(t.rules.state.meta.quarantined, 2);   /* one at a time */
    SUBMIT(&t, "lead", APPROVAL, approval, &approval);
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-11T18:00"));
    assert_int_equal(case_at(&t, "COUR-1", "SD-01")->due_s, at("2020-02-11T18:00"));
    assert_int_equal(facts(&t, FACT(RECOMPUTED)), 2);
    assert_int_equal(facts(&t, FACT(RECOMPUTE_KEPT)), 1);
    township_close(&t);
}

/* Reworked under a milder calendar, and back: the sooner due is past already. */
static void what_is_overdue_by_a_recompute_is_so_from_now_with_a_fact(void **state)
{
    static const char NO_HOLIDAY[] = "date,kind,zh,en\n2020,year,,\n";
    uint8_t old_version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    open_amended(&t, old_version);
    pass_until(&t, "2020-02-05T10:00");
    t.calendar = bytes_of(NO_HOLIDAY, sizeof NO_HOLIDAY - 1);
    activate(&t, "epidemic-2020-beijing");
    ask_recompute(&t, "clerk", "DORM-1", "SD-01");
    forget_told(&t);
    decide_recompute(&t, "lead", "DORM-1", "SD-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-03T18:00"));
    assert_int_equal(facts(&t, FACT(RECOMPUTED)), 1);
    pass_until(&t, "2020-02-05T10:01");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    township_close(&t);
}

static void pauses_are_measured_again_by_the_new_calendar(void **state)
{
    uint8_t old_version[POLICY_VERSION_BYTES];
    struct township t;

    (void) state;
    open_amended(&t, old_version);
    suspend(&t, "DORM-1", "SD-01");
    pass_until(&t, "2020-02-04T10:00");
    resume(&t, "DORM-1", "SD-01");   /* of then: 31 January, 1, 3 and 4 February are four working days */
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-13T18:00"));
    ask_recompute(&t, "clerk", "DORM-1", "SD-01");
    decide_recompute(&t, "lead", "DORM-1", "SD-01", DUBAN__DECISION__DECISION_GRANTED);
    assert_int_equal(case_at(&t, "DORM-1", "SD-01")->due_s, at("2020-02-13T18:00"));   /* 11 February and two days */
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 2);   /* so that there was nothing to ask for, nor to approve */
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_due_says_its_unit_calendar_and_policy),
        cmocka_unit_test(a_running_case_keeps_the_calendar_that_it_was_opened_under),
        cmocka_unit_test(an_acknowledgement_is_due_in_working_hours_with_a_reminder_before),
        cmocka_unit_test(an_overdue_referral_is_chased_on_working_days_only),
        cmocka_unit_test(after_a_long_silence_a_repeat_by_working_days_is_told_once),
        cmocka_unit_test(a_pause_is_measured_in_the_working_days_of_the_limit),
        cmocka_unit_test(a_pause_outside_working_hours_moves_no_limit_in_working_hours),
        cmocka_unit_test(without_a_published_year_a_case_opens_without_a_due_and_gets_it_later),
        cmocka_unit_test(a_claim_and_a_pause_do_without_a_due),
        cmocka_unit_test(a_claim_before_the_due_is_known_opens_the_revisit_at_once),
        cmocka_unit_test(a_row_that_cannot_be_placed_is_recorded_as_not_told),
        cmocka_unit_test(the_light_turns_yellow_by_working_time_left),
        cmocka_unit_test(a_due_is_counted_anew_only_after_another_person_has_approved),
        cmocka_unit_test(a_refused_recompute_and_one_without_right_change_nothing),
        cmocka_unit_test(all_open_cases_of_a_version_are_counted_anew_by_one_act),
        cmocka_unit_test(what_is_overdue_by_a_recompute_is_so_from_now_with_a_fact),
        cmocka_unit_test(pauses_are_measured_again_by_the_new_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
