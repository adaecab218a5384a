/* test_acknowledgements.c - somebody has taken note of what is no case: for a time he hears no repeats of it. */
#include "elsewhere.h"

/* A referral of 10:00 on Monday, due at 15:30: the office is reminded on each working day at 09:00 from Tuesday on, the
 * group leader hears 4 working hours after the due, the lead 2 working days after. */
static void begin(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    holder(t, "office-kwb", DUBAN__ROLE__ROLE_OFFICE, "kongwei");
    holder(t, "office-cg", DUBAN__ROLE__ROLE_OFFICE, "chengguan");
    clock_at(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "SD-01");
    forget_told(t);
}

static void acknowledge(struct township *t, const char *who, Duban__SubjectReference *subject)
{
    Duban__Acknowledgement message = DUBAN__ACKNOWLEDGEMENT__INIT;

    message.subject = subject;
    SUBMIT(t, who, ACKNOWLEDGEMENT, acknowledgement, &message);
}

static Duban__SubjectReference *of_id(struct township *t, const ProtobufCBinaryData *id)
{
    Duban__SubjectReference *reference = numbered(t, "");

    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    reference->id = *id;
    return reference;
}

static void his_own_repeats_wait_and_then_go_on(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    pass_until(&t, "2020-02-11T08:00");
    acknowledge(&t, "office-kwb", numbered(&t, "YJ-0001"));
    assert_null(held_last(&t));
    assert_int_equal(last_fact(&t, FACT(ACKNOWLEDGED))->new_s, at("2020-02-11T12:00"));
    assert_string_equal(last_fact(&t, FACT(ACKNOWLEDGED))->actor, "office-kwb");
    assert_int_equal(open_task(&t, "YJ-0001")->n_acknowledged, 1);
    forget_told(&t);
    pass_until(&t, "2020-02-11T18:00");
    assert_int_equal(told(&t, "office-kwb", "referral_overdue"), 0);
    assert_int_equal(not_told(&t, "acknowledged"), 1);
    assert_int_equal(told(&t, "leader-north", "referral_overdue"), 1);   /* it stops no step of the ladder */
    pass_until(&t, "2020-02-12T09:01");
    assert_int_equal(told(&t, "office-kwb", "referral_overdue"), 1);
    township_close(&t);
}

static void who_stands_higher_stops_the_ladder_up_to_his_step(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    acknowledge(&t, "leader-north", numbered(&t, "YJ-0001"));
    assert_int_equal(last_fact(&t, FACT(ACKNOWLEDGED))->number, 1);
    assert_int_equal(not_told(&t, "acknowledged_above"), 2);   /* steps 0 and 1 */
    pass_until(&t, "2020-02-13T12:00");
    assert_int_equal(told(&t, "leader-north", "referral_overdue"), 0);
    assert_int_equal(told(&t, "office-kwb", "referral_overdue"), 3);   /* 09:00 of three days: the repeats go on */
    assert_int_equal(told(&t, "lead", "referral_overdue"), 1);
    township_close(&t);
}

static void the_ladder_goes_on_once_an_acknowledgement_has_run_out(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    begin_era(&t, ERA_OF_ENDING_NOTES);
    clock_at(&t, "2020-02-10T15:00");
    acknowledge(&t, "leader-north", numbered(&t, "YJ-0001"));   /* until 19:00 */
    assert_int_equal(not_told(&t, "acknowledged_above"), 1);     /* step 0 of 15:30 */
    pass_until(&t, "2020-02-11T12:00");
    assert_int_equal(told(&t, "leader-north", "referral_overdue"), 1);   /* step 1, of Tuesday 10:00 */
    assert_int_equal(told(&t, "office-kwb", "referral_overdue"), 1);     /* Tuesday 09:00 */
    township_close(&t);
}

static void another_due_begins_with_nothing_noted(void **state)
{
    Duban__ReferralStep step = DUBAN__REFERRAL_STEP__INIT;
    struct township t;

    (void) state;
    begin(&t);
    acknowledge(&t, "office-kwb", numbered(&t, "YJ-0001"));
    step.referral = numbered(&t, "YJ-0001");
    step.act = DUBAN__REFERRAL_ACT__REFERRAL_ACT_RECEIVED;
    SUBMIT(&t, "office-kwb", REFERRAL_STEP, referral_step, &step);
    assert_int_equal(open_task(&t, "YJ-0001")->n_acknowledged, 0);   /* the result is another task */
    township_close(&t);
}

static void one_task_is_named_by_its_id(void **state)
{
    struct township t;
    uint8_t id[ID_BYTES];
    const ProtobufCBinaryData task = { sizeof id, id };

    (void) state;
    begin(&t);
    fails(&t, "NO-1", "DS-01");   /* held: its settlement is the clerk's */
    assert_non_null(held_last(&t));
    memcpy(id, held_last(&t)->task.data, sizeof id);
    acknowledge(&t, "clerk", of_id(&t, &task));
    assert_null(held_last(&t));
    assert_int_equal(task_with(&t, &task)->n_acknowledged, 1);
    assert_string_equal(task_with(&t, &task)->acknowledged[0]->account, "clerk");
    township_close(&t);
}

static void a_day_of_a_watch_is_a_task_like_any(void **state)
{
    Duban__Watch watch = DUBAN__WATCH__INIT;
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    watch.site = "COUR-1";
    watch.watcher = "inspector-n1";
    watch.until_ms = at("2020-02-14T10:00") * 1000;
    watch.reason = "多次反弹";
    SUBMIT(&t, "lead", WATCH, watch, &watch);
    assert_null(held_last(&t));
    acknowledge(&t, "inspector-n1", numbered(&t, "DS-0001"));
    assert_null(held_last(&t));
    assert_int_equal(open_task(&t, "DS-0001")->n_acknowledged, 1);
    township_close(&t);
}

static void it_takes_somebody_whom_it_is_sent_to(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    acknowledge(&t, "office-cg", numbered(&t, "YJ-0001"));
    assert_held(&t, "account", "somebody whom it is sent to");
    acknowledge(&t, "leader-south", numbered(&t, "YJ-0001"));
    assert_held(&t, "account", "somebody whom it is sent to");
    acknowledge(&t, "office-kwb", numbered(&t, "YJ-0009"));
    assert_held(&t, "acknowledgement.subject", "no such subject");
    township_close(&t);
}

static void a_pack_without_the_section_knows_it_of_cases_only(void **state)
{
    struct township t;

    (void) state;
    begin(&t);
    write_instead(&t, "\nacknowledgement:\n  lasts: 4h\n", "\n");
    activate(&t, "epidemic-2020-beijing");
    acknowledge(&t, "office-kwb", numbered(&t, "YJ-0001"));
    assert_held(&t, "acknowledgement", "only cases");
    township_close(&t);
}

static void of_too_many_open_tasks_none_is_left_out_in_silence(void **state)
{
    struct township t;
    Duban__Subject *subject;

    (void) state;
    begin(&t);
    begin_era(&t, ERA_OF_ALL_NOTED);
    state_begin(&t.rules.state);
    state_link_begin(&t.rules.state);
    subject = state_subject_numbered(&t.rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_REFERRAL, 1);
    for (size_t i = 0; i < MAX_OPEN_AT_PLACE; i++)
        state_put_task(&t.rules.state, engine_task_about(&t.rules.engine, DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION, subject));
    state_put_subject(&t.rules.state, subject);
    state_link_end(&t.rules.state);
    assert_int_equal(state_commit(&t.rules.state), 0);
    acknowledge(&t, "office-kwb", numbered(&t, "YJ-0001"));
    assert_held(&t, "acknowledgement.subject", "one by one");
    assert_int_equal(facts(&t, FACT(ACKNOWLEDGED)), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(his_own_repeats_wait_and_then_go_on),
        cmocka_unit_test(who_stands_higher_stops_the_ladder_up_to_his_step),
        cmocka_unit_test(the_ladder_goes_on_once_an_acknowledgement_has_run_out),
        cmocka_unit_test(another_due_begins_with_nothing_noted),
        cmocka_unit_test(one_task_is_named_by_its_id),
        cmocka_unit_test(a_day_of_a_watch_is_a_task_like_any),
        cmocka_unit_test(it_takes_somebody_whom_it_is_sent_to),
        cmocka_unit_test(a_pack_without_the_section_knows_it_of_cases_only),
        cmocka_unit_test(of_too_many_open_tasks_none_is_left_out_in_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
