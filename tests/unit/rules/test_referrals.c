/* test_referrals.c - what a visit finds that is another office's: taken, returned, answered, seen. */
#include "elsewhere.h"

#define STATE(name) DUBAN__REFERRAL_STATE__REFERRAL_STATE_##name
#define ACT(name) DUBAN__REFERRAL_ACT__REFERRAL_ACT_##name

static void open_township(struct township *t)
{
    township_open(t, "2020-02-10T10:00");   /* a Monday */
    holder(t, "office-kwb", DUBAN__ROLE__ROLE_OFFICE, "kongwei");
    holder(t, "office-cg", DUBAN__ROLE__ROLE_OFFICE, "chengguan");
    holder(t, "office-xf", DUBAN__ROLE__ROLE_OFFICE, "xiaofang");
    forget_told(t);
}

static void step(struct township *t, const char *who, Duban__ReferralAct act, const char *office)
{
    Duban__ReferralStep message = DUBAN__REFERRAL_STEP__INIT;

    message.referral = numbered(t, "YJ-0001");
    message.act = act;
    message.office = (char *) office;
    message.text = act == ACT(RETURNED) ? "不属本科室" : act == ACT(RESULT) ? "已拆除" : "";
    SUBMIT(t, who, REFERRAL_STEP, referral_step, &message);
}

static Duban__ReferralRecord *record(struct township *t)
{
    Duban__Subject *subject = subject_numbered(t, "YJ-0001");

    assert_non_null(subject);
    return subject->referral;
}

static void a_hit_goes_to_the_office_in_working_hours_and_opens_no_case(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "COUR-1", "SD-01");
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    assert_int_equal(record(&t)->state, STATE(SENT));
    assert_string_equal(record(&t)->office, "kongwei");
    assert_int_equal(open_task(&t, "YJ-0001")->due_s, at("2020-02-10T15:30"));   /* 4 working hours over lunch */
    assert_int_equal(told(&t, "office-kwb", "referral"), 1);
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 0);
    visit(&t, "inspector-n1", "COUR-1", "SD-01", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 0);
    assert_int_equal(record(&t)->seen_again, 1);   /* on a coaching visit too */
    assert_null(subject_numbered(&t, "YJ-0002"));
    township_close(&t);
}

static void the_office_is_told_how_many_photos_there_are(void **state)
{
    struct township t;
    Duban__Notice *notice;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_REPORT_WORDS);
    visit(&t, "inspector-n1", "COUR-1", "SD-01", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 2);
    notice = last_notice(&t, "office-kwb", "referral");
    assert_int_equal(notice->items[0]->report->photos, 2);
    assert_string_equal(notice->items[0]->number, "YJ-0001");
    township_close(&t);
}

static void on_a_sunday_the_office_is_told_at_once_and_its_limit_begins_on_monday(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-16T10:00");   /* a Sunday */
    holder(&t, "office-kwb", DUBAN__ROLE__ROLE_OFFICE, "kongwei");
    forget_told(&t);
    fails(&t, "COUR-1", "SD-01");
    assert_int_equal(told(&t, "office-kwb", "referral"), 1);
    assert_int_equal(open_task(&t, "YJ-0001")->due_s, at("2020-02-17T14:00"));
    pass_until(&t, "2020-02-17T08:30");
    assert_int_equal(told(&t, "office-kwb", "referral_due"), 0);   /* reminders keep to working hours */
    township_close(&t);
}

static void a_danger_on_site_is_a_case_as_well(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "DORM-1", "SD-02");
    assert_string_equal(case_at(&t, "DORM-1", "SD-02")->level, "A");
    assert_string_equal(record(&t)->office, "xiaofang");
    assert_int_equal(told(&t, "office-xf", "referral"), 1);
    township_close(&t);
}

static void what_may_not_be_skipped_goes_back_to_the_reporter(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "DORM-1", "DS-01");
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_ANSWERED))->reason, "SD-01");
    assert_int_equal(told(&t, "inspector-n1", "item_not_answered"), 1);
    visit(&t, "inspector-n1", "DORM-1", "SD-01", DUBAN__RESULT__RESULT_NOT_CHECKED, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 2);   /* not checked is no answer */
    passes(&t, "DORM-1", "SD-01");
    fails(&t, "COUR-1", "DS-01");   /* of another kind of site nobody asks */
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 2);
    township_close(&t);
}

/* The site's task to answer what was left out; NULL when there is none. */
static const Duban__Task *left_out_task(struct township *t, const char *site_code)
{
    const Duban__Task *task;
    const Duban__Site *site;

    state_begin(&t->rules.state);
    site = state_site(&t->rules.state, site_code);
    task = site->side_items_task.len == 0 ? NULL : state_task(&t->rules.state, site->side_items_task.data);
    store_abort(&t->rules.state.txn);
    return task;
}

static void row_68_what_was_left_out_is_a_task_until_somebody_answers_it_there(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "COUR-1", "DS-01");
    assert_null(left_out_task(&t, "COUR-1"));
    fails(&t, "DORM-1", "DS-01");
    assert_int_equal(left_out_task(&t, "DORM-1")->kind, DUBAN__TASK_KIND__TASK_KIND_SIDE_ITEMS);
    assert_string_equal(left_out_task(&t, "DORM-1")->owner, "inspector-n1");
    assert_int_equal(left_out_task(&t, "DORM-1")->due_s, t.now_s + 24 * 3600);
    visit(&t, "inspector-n2", "DORM-1", "DS-01", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    assert_string_equal(left_out_task(&t, "DORM-1")->owner, "inspector-n1");   /* there is one already */
    forget_told(&t);
    pass_until(&t, "2020-02-11T10:01");
    assert_int_equal(told(&t, "inspector-n1", "item_not_answered"), 1);   /* before its due, in one notice or the other */
    pass_until(&t, "2020-02-12T08:00");
    assert_true(left_out_task(&t, "DORM-1")->overdue_told);
    visit(&t, "inspector-n2", "DORM-1", "SD-01", DUBAN__RESULT__RESULT_NOT_CHECKED, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    assert_non_null(left_out_task(&t, "DORM-1"));
    visit(&t, "inspector-n2", "DORM-1", "SD-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 0);
    assert_null(left_out_task(&t, "DORM-1"));
    township_close(&t);
}

static void without_a_limit_it_is_only_given_back(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "  answer_limit: 24nh\n", "");
    activate(&t, "epidemic-2020-beijing");
    fails(&t, "DORM-1", "DS-01");
    assert_int_equal(told(&t, "inspector-n1", "item_not_answered"), 1);
    assert_null(left_out_task(&t, "DORM-1"));
    township_close(&t);
}

static void the_task_goes_with_its_site_and_an_amendment_answers_it(void **state)
{
    struct township t;
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT, *answers[] = { &answer };

    (void) state;
    open_township(&t);
    visit(&t, "inspector-n1", "DORM-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    assert_non_null(left_out_task(&t, "DORM-1"));
    answer.item = "SD-01";
    answer.result = DUBAN__RESULT__RESULT_PASS;
    amendment.report_sequence = t.sequence;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "漏填";
    SUBMIT(&t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_null(held_last(&t));
    assert_null(left_out_task(&t, "DORM-1"));
    township_close(&t);
}

static void received_answered_and_seen_it_is_over(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "COUR-1", "SD-01");
    step(&t, "office-kwb", ACT(RECEIVED), "");
    assert_int_equal(record(&t)->state, STATE(RECEIVED));
    assert_int_equal(open_task(&t, "YJ-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_REFERRAL_RESULT);
    assert_int_equal(open_task(&t, "YJ-0001")->due_s, at("2020-02-19T18:00"));   /* 7 working days */
    assert_int_equal(told(&t, "leader-north", "referral_received"), 1);
    step(&t, "office-kwb", ACT(RECEIVED), "");
    assert_contradicted(&t, "receipted");
    clock_at(&t, "2020-02-11T09:00");
    passes(&t, "COUR-1", "SD-01");
    assert_string_equal(last_fact(&t, FACT(VISIT_NOT_COUNTED))->reason, "not_answered");
    step(&t, "office-kwb", ACT(RESULT), "");
    assert_int_equal(record(&t)->state, STATE(ANSWERED));
    assert_int_equal(told(&t, "inspector-n1", "referral_done"), 1);
    assert_int_equal(open_task(&t, "YJ-0001")->due_s, at("2020-02-13T18:00"));
    clock_at(&t, "2020-02-12T09:00");
    passes(&t, "COUR-1", "SD-01");
    assert_int_equal(record(&t)->state, STATE(CONFIRMED));
    assert_int_not_equal(subject_numbered(&t, "YJ-0001")->finished_s, 0);
    step(&t, "office-kwb", ACT(RESULT), "");
    assert_contradicted(&t, "finished_already");
    fails(&t, "COUR-1", "SD-01");   /* something else, later */
    assert_non_null(subject_numbered(&t, "YJ-0002"));
    township_close(&t);
}

static void what_is_still_there_goes_back_to_the_office(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "COUR-1", "SD-01");
    step(&t, "office-kwb", ACT(RESULT), "");   /* whoever answers at once has received it too */
    assert_int_equal(facts(&t, FACT(RECEIPTED)), 1);
    clock_at(&t, "2020-02-12T09:00");
    fails(&t, "COUR-1", "SD-01");
    assert_int_equal(record(&t)->state, STATE(RECEIVED));
    assert_int_equal(facts(&t, FACT(NOT_CONFIRMED)), 1);
    assert_int_equal(told(&t, "office-kwb", "referral_again"), 1);
    assert_int_equal(open_task(&t, "YJ-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_REFERRAL_RESULT);
    township_close(&t);
}

static void another_office_has_no_say_and_is_told_so(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "COUR-1", "SD-01");
    step(&t, "office-cg", ACT(RESULT), "");
    assert_null(held_last(&t));
    assert_int_equal(record(&t)->state, STATE(SENT));
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->act, "referral_step");
    assert_contains(last_fact(&t, FACT(CONTRADICTION))->reason_en, "not with your office");
    assert_int_equal(told(&t, "office-cg", "act_declined"), 1);
    step(&t, "inspector-n1", ACT(RESULT), "");   /* no office at all */
    assert_held(&t, "account", "the office that it was referred to");
    township_close(&t);
}

static void returned_it_is_sent_on_and_from_the_second_time_the_lead_hears(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "COUR-1", "SD-01");
    step(&t, "clerk", ACT(SENT), "chengguan");
    assert_contradicted(&t, "not_returned");
    step(&t, "office-kwb", ACT(RETURNED), "");
    assert_int_equal(record(&t)->state, STATE(RETURNED));
    assert_int_equal(open_task(&t, "YJ-0001")->owner_role, DUBAN__ROLE__ROLE_DUTY_CLERK);
    assert_int_equal(told(&t, "clerk", "referral_returned"), 1);
    assert_int_equal(told(&t, "lead", "referral_returned_often"), 0);
    step(&t, "office-kwb", ACT(RESULT), "");   /* what was handed back is nobody's to answer */
    assert_contradicted(&t, "returned_already");
    step(&t, "clerk", ACT(SENT), "nobody");
    assert_held(&t, "referralStep.office", "nobody is registered");
    step(&t, "clerk", ACT(SENT), "chengguan");
    assert_string_equal(record(&t)->office, "chengguan");
    assert_int_equal(told(&t, "office-cg", "referral"), 1);
    assert_int_equal(last_fact(&t, FACT(REFERRED))->number, 2);
    step(&t, "office-kwb", ACT(RECEIVED), "");   /* the first one has no say any more */
    assert_int_equal(record(&t)->state, STATE(SENT));
    step(&t, "office-cg", ACT(RETURNED), "");
    assert_int_equal(record(&t)->returns, 2);
    assert_int_equal(told(&t, "lead", "referral_returned_often"), 1);
    township_close(&t);
}

static void nobody_taking_it_goes_up_by_working_hours(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    clock_at(&t, "2020-02-14T17:00");   /* Friday: due Monday 11:30 */
    fails(&t, "COUR-1", "SD-01");
    assert_int_equal(open_task(&t, "YJ-0001")->due_s, at("2020-02-17T11:30"));
    forget_told(&t);
    pass_until(&t, "2020-02-17T09:59");
    assert_int_equal(told(&t, "office-kwb", "referral_due"), 0);
    pass_until(&t, "2020-02-17T10:30");
    assert_int_equal(told(&t, "office-kwb", "referral_due"), 1);
    pass_until(&t, "2020-02-17T11:30:01");
    assert_int_equal(told(&t, "office-kwb", "referral_overdue"), 1);
    pass_until(&t, "2020-02-17T17:00");
    assert_int_equal(told(&t, "leader-north", "referral_overdue"), 1);
    pass_until(&t, "2020-02-19T18:00");
    assert_int_equal(told(&t, "lead", "referral_overdue"), 1);
    township_close(&t);
}

static void a_case_opened_before_there_were_referrals_goes_on(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    leave_out(&t, "\nreferrals:\n");
    activate(&t, "epidemic-2020-beijing");
    fails(&t, "COUR-1", "SD-01");
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    t.policy = bytes_of(NULL, 0);
    activate(&t, "epidemic-2020-beijing");
    fails(&t, "COUR-1", "SD-01");
    assert_int_equal(facts(&t, FACT(STILL_FAILING)), 1);
    assert_null(subject_numbered(&t, "YJ-0001"));
    township_close(&t);
}

/* ---------------------------------------------------------------- routes with conditions */

static void use_routes(struct township *t, const char *routes)
{
    write_instead(t, "    - { item: SD-01, office: kongwei }\n", routes);
    activate(t, "epidemic-2020-beijing");
}

static void the_first_route_whose_condition_holds_is_taken(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    use_routes(&t, "    - { item: SD-01, office: chengguan, when: 'site.kind == \"DORM\"' }\n"
                   "    - { item: SD-01, office: xiaofang, when: 'site.kind == \"COUR\" && answer.note.contains(\"电\")' }\n"
                   "    - { item: SD-01, office: kongwei }\n");
    assert_null(held_last(&t));
    fails(&t, "DORM-1", "SD-01");
    assert_string_equal(subject_numbered(&t, "YJ-0001")->referral->office, "chengguan");
    fails(&t, "COUR-1", "SD-01");
    assert_string_equal(subject_numbered(&t, "YJ-0002")->referral->office, "kongwei");
    township_close(&t);
}

static void where_no_route_holds_the_finding_is_a_case(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    use_routes(&t, "    - { item: SD-01, office: chengguan, when: 'site.kind == \"DORM\"' }\n");
    fails(&t, "COUR-1", "SD-01");
    assert_null(subject_numbered(&t, "YJ-0001"));
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    township_close(&t);
}

static void what_must_be_answered_may_depend_on_site_and_report(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    use_routes(&t, "    - { item: SD-01, office: kongwei, mandatory_when: 'site.risk == \"high\" && report.purpose == \"inspection\"' }\n");
    visit(&t, "inspector-n1", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_ANSWERED))->reason, "SD-01");
    visit(&t, "inspector-n1", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 1);   /* by the condition: inspections only */
    township_close(&t);
}

static bool must_answer(struct township *t, const char *item, const char *site_code, Duban__Purpose purpose)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Visit visit = DUBAN__VISIT__INIT;
    struct condition_values values = { 0 };
    const Duban__Site *site;
    bool must;

    state_begin(&t->rules.state);
    site = state_site(&t->rules.state, site_code);
    report.purpose = purpose;
    engine_values_of_site(&t->rules.engine, site, &values);
    engine_values_of_report(&report, &visit, &values);
    must = engine_must_be_answered(&t->rules.engine, policy_item(t->rules.engine.policy, item), site, &values);
    store_abort(&t->rules.state.txn);
    return must;
}

static void what_must_be_answered_is_known_before_the_report(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    use_routes(&t, "    - { item: SD-01, office: kongwei, mandatory_when: 'site.risk == \"high\" && report.purpose == \"inspection\"' }\n");
    assert_true(must_answer(&t, "SD-01", "COUR-1", DUBAN__PURPOSE__PURPOSE_INSPECTION));
    assert_false(must_answer(&t, "SD-01", "COUR-1", DUBAN__PURPOSE__PURPOSE_REVISIT));
    assert_false(must_answer(&t, "DS-01", "COUR-1", DUBAN__PURPOSE__PURPOSE_INSPECTION));   /* asked, but goes nowhere else */
    township_close(&t);
}

static void answer_tm01_at_couriers(struct township *t)
{
    t->items = file_with(t, "items.csv", "GATE CONS COUR OFFC FACT SHOP MARK,A,,,,1,,,,", "GATE CONS COUR OFFC FACT SHOP MARK,A,,,,1,COUR,,,");
    activate(t, "epidemic-2020-beijing");
    assert_null(held_last(t));
}

static void any_item_that_must_be_answered_is_asked_for_not_those_of_offices_alone(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_MANDATORY_ITEMS);
    answer_tm01_at_couriers(&t);
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_ANSWERED))->reason, "TM-01");
    assert_string_equal(last_fact(&t, FACT(NOT_ANSWERED))->rule, "items.mandatory");
    assert_string_equal(last_notice(&t, "inspector-n1", "item_not_answered")->cause->rule, "items.mandatory");
    assert_string_equal(last_notice(&t, "inspector-n1", "item_not_answered")->cause->file, "items.csv");
    assert_string_equal(left_out_task(&t, "COUR-1")->owner, "inspector-n1");
    passes(&t, "COUR-1", "TM-01");
    assert_null(left_out_task(&t, "COUR-1"));
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 1);
    township_close(&t);
}

static void an_earlier_era_asks_for_those_of_offices_alone(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_MANDATORY_ITEMS - 1);
    answer_tm01_at_couriers(&t);
    fails(&t, "COUR-1", "DS-01");
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 0);
    township_close(&t);
}

static void an_item_must_be_answered_where_its_condition_holds(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_MANDATORY_ITEMS);
    write_instead(&t, "stand_down:\n", "mandatory:\n  - { item: EP-02, when: 'site.risk == \"high\" && report.purpose == \"inspection\"' }\nstand_down:\n");
    activate(&t, "epidemic-2020-beijing");
    assert_null(held_last(&t));
    assert_true(must_answer(&t, "EP-02", "COUR-1", DUBAN__PURPOSE__PURPOSE_INSPECTION));
    assert_false(must_answer(&t, "EP-02", "COUR-1", DUBAN__PURPOSE__PURPOSE_REVISIT));
    assert_false(must_answer(&t, "EP-02", "GATE-1", DUBAN__PURPOSE__PURPOSE_INSPECTION));   /* not asked at gates */
    visit(&t, "inspector-n1", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_string_equal(last_fact(&t, FACT(NOT_ANSWERED))->reason, "EP-02");
    township_close(&t);
}

static void the_fire_pack_asks_for_what_it_calls_mandatory(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_MANDATORY_ITEMS);
    activate(&t, "fire-safety-mini");
    site(&t, "RESI-1", "RESI", "N1");
    visit(&t, "inspector-n1", "RESI-1", "EX-03", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_int_equal(facts(&t, FACT(NOT_ANSWERED)), 2);   /* EX-01 everywhere, EB-01 at residential buildings */
    assert_contains(last_notice(&t, "inspector-n1", "item_not_answered")->items[0]->matter->en, "e-bike");
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_route_whose_condition_holds_is_taken),
        cmocka_unit_test(where_no_route_holds_the_finding_is_a_case),
        cmocka_unit_test(what_must_be_answered_may_depend_on_site_and_report),
        cmocka_unit_test(what_must_be_answered_is_known_before_the_report),
        cmocka_unit_test(any_item_that_must_be_answered_is_asked_for_not_those_of_offices_alone),
        cmocka_unit_test(an_earlier_era_asks_for_those_of_offices_alone),
        cmocka_unit_test(an_item_must_be_answered_where_its_condition_holds),
        cmocka_unit_test(the_fire_pack_asks_for_what_it_calls_mandatory),
        cmocka_unit_test(a_hit_goes_to_the_office_in_working_hours_and_opens_no_case),
        cmocka_unit_test(the_office_is_told_how_many_photos_there_are),
        cmocka_unit_test(on_a_sunday_the_office_is_told_at_once_and_its_limit_begins_on_monday),
        cmocka_unit_test(a_danger_on_site_is_a_case_as_well),
        cmocka_unit_test(what_may_not_be_skipped_goes_back_to_the_reporter),
        cmocka_unit_test(row_68_what_was_left_out_is_a_task_until_somebody_answers_it_there),
        cmocka_unit_test(without_a_limit_it_is_only_given_back),
        cmocka_unit_test(the_task_goes_with_its_site_and_an_amendment_answers_it),
        cmocka_unit_test(received_answered_and_seen_it_is_over),
        cmocka_unit_test(what_is_still_there_goes_back_to_the_office),
        cmocka_unit_test(another_office_has_no_say_and_is_told_so),
        cmocka_unit_test(returned_it_is_sent_on_and_from_the_second_time_the_lead_hears),
        cmocka_unit_test(nobody_taking_it_goes_up_by_working_hours),
        cmocka_unit_test(a_case_opened_before_there_were_referrals_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
