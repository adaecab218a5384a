/* test_coordination.c - a difficulty is no violation: the means are found, delivered, and seen there. */
#include "elsewhere.h"

#define STATE(name) DUBAN__COORDINATION_STATE__COORDINATION_STATE_##name
#define ACT(name) DUBAN__COORDINATION_ACT__COORDINATION_ACT_##name

static void open_township(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    forget_told(t);
}

static void raise_one(struct township *t, const char *who, const char *site_code, const char *needed_by)
{
    Duban__Difficulty message = DUBAN__DIFFICULTY__INIT;

    message.site = (char *) site_code;
    message.matter = "GT-04";
    message.supply = "围挡";
    message.quantity = 20;
    message.measure = "块";
    message.needed_by_ms = needed_by == NULL ? 0 : at(needed_by) * 1000;
    SUBMIT(t, who, DIFFICULTY, difficulty, &message);
}

static void step(struct township *t, const char *who, Duban__CoordinationAct act, const char *unit, const char *when)
{
    Duban__CoordinationStep message = DUBAN__COORDINATION_STEP__INIT;

    message.coordination = numbered(t, "XT-0001");
    message.act = act;
    message.unit = (char *) unit;
    message.at_ms = when == NULL ? 0 : at(when) * 1000;
    message.text = act == ACT(UNMET) ? "无处可借" : "";
    SUBMIT(t, who, COORDINATION_STEP, coordination_step, &message);
}

static Duban__CoordinationRecord *record(struct township *t)
{
    Duban__Subject *subject = subject_numbered(t, "XT-0001");

    assert_non_null(subject);
    return subject->coordination;
}

static void a_difficulty_is_a_request_to_the_coordinators_and_no_case(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", "2020-02-10T18:00");
    assert_null(held_last(&t));
    assert_int_equal(record(&t)->state, STATE(RAISED));
    assert_int_equal(record(&t)->quantity, 20);
    assert_int_equal(open_task(&t, "XT-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_COORDINATION);
    assert_int_equal(open_task(&t, "XT-0001")->due_s, at("2020-02-10T18:00"));
    assert_int_equal(told(&t, "leader-north", "coordination"), 1);
    assert_int_equal(told(&t, "contact-n1", "coordination"), 1);
    assert_int_equal(told(&t, "clerk", "coordination"), 1);
    assert_int_equal(told(&t, "site-GATE-1", "coordination"), 0);
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    township_close(&t);
}

static void without_a_time_it_is_needed_within_the_policys(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "site-GATE-1", "GATE-1", NULL);
    assert_int_equal(open_task(&t, "XT-0001")->due_s, at("2020-02-11T09:00"));
    assert_int_equal(record(&t)->needed_by_s, at("2020-02-11T09:00"));
    township_close(&t);
}

static void the_same_difficulty_twice_is_one_and_wrong_ones_are_held(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", NULL);
    raise_one(&t, "site-GATE-1", "GATE-1", NULL);
    assert_contradicted(&t, "raised_already");
    assert_null(subject_numbered(&t, "XT-0002"));
    raise_one(&t, "inspector-n1", "GATE-9", NULL);
    assert_held(&t, "difficulty.site", "not in the registry");
    raise_one(&t, "inspector-n1", "GATE-1", "2020-02-10T09:00");
    assert_held(&t, "difficulty.neededByMs", "has passed");
    raise_one(&t, "site-SHOP-1", "GATE-1", NULL);
    assert_held(&t, "account", "may not do this");
    township_close(&t);
}

static void a_fail_of_the_item_meanwhile_opens_no_case(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", NULL);
    fails(&t, "GATE-1", "GT-04");
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    assert_int_equal(facts(&t, FACT(NO_VIOLATION)), 1);
    fails(&t, "GATE-1", "GT-03");   /* anything else there is what it always was */
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    township_close(&t);
}

static void delivered_and_seen_it_is_confirmed_with_its_lead_time(void **state)
{
    struct township t;
    Duban__Fact *fact;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", "2020-02-10T18:00");
    step(&t, "leader-north", ACT(ASKED), "某建材公司", NULL);
    assert_int_equal(record(&t)->state, STATE(ASKED));
    step(&t, "leader-north", ACT(PROMISED), "某建材公司", "2020-02-10T15:00");
    assert_int_equal(record(&t)->state, STATE(PROMISED));
    clock_at(&t, "2020-02-10T14:00");
    passes(&t, "GATE-1", "GT-04");   /* nothing has been delivered yet */
    assert_string_equal(last_fact(&t, FACT(VISIT_NOT_COUNTED))->reason, "not_delivered");
    step(&t, "leader-north", ACT(DELIVERED), "", "2020-02-10T13:30");
    assert_int_equal(record(&t)->state, STATE(DELIVERED));
    fact = last_fact(&t, FACT(DELIVERED));
    assert_int_equal(fact->number, 270);   /* minutes from 09:00 */
    assert_int_equal(open_task(&t, "XT-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION);
    assert_int_equal(open_task(&t, "XT-0001")->due_s, at("2020-02-11T14:00"));
    assert_int_equal(told(&t, "inspector-n2", "coordination_done"), 1);
    visit(&t, "inspector-n2", "GATE-1", "GT-04", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 0);
    assert_string_equal(last_fact(&t, FACT(VISIT_NOT_COUNTED))->reason, "no_evidence");
    clock_at(&t, "2020-02-10T16:00");
    passes(&t, "GATE-1", "GT-04");
    assert_int_equal(record(&t)->state, STATE(CONFIRMED));
    assert_int_not_equal(subject_numbered(&t, "XT-0001")->finished_s, 0);
    assert_int_equal(facts(&t, FACT(CONFIRMED)), 1);
    pass_until(&t, "2020-02-12T12:00");   /* neither promise nor due says anything any more */
    assert_int_equal(facts(&t, FACT(PROMISE_BROKEN)), 0);
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);
    township_close(&t);
}

static void a_promise_that_passes_is_told_once_and_another_may_follow(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", "2020-02-10T18:00");
    step(&t, "leader-north", ACT(PROMISED), "甲公司", "2020-02-10T09:00");
    assert_held(&t, "coordinationStep.atMs", "after now");
    step(&t, "leader-north", ACT(PROMISED), "甲公司", "2020-02-10T12:00");
    step(&t, "leader-north", ACT(PROMISED), "乙公司", "2020-02-10T13:00");   /* takes the place of the first */
    pass_until(&t, "2020-02-10T12:30");
    assert_int_equal(facts(&t, FACT(PROMISE_BROKEN)), 0);
    pass_until(&t, "2020-02-10T13:00");   /* exactly then is in time */
    assert_int_equal(facts(&t, FACT(PROMISE_BROKEN)), 0);
    pass_until(&t, "2020-02-10T13:00:01");
    assert_int_equal(facts(&t, FACT(PROMISE_BROKEN)), 1);
    assert_string_equal(last_fact(&t, FACT(PROMISE_BROKEN))->reason, "乙公司");
    assert_int_equal(told(&t, "lead", "coordination_broken"), 1);
    assert_int_equal(record(&t)->state, STATE(ASKED));
    assert_int_equal(record(&t)->promises_broken, 1);
    step(&t, "leader-north", ACT(PROMISED), "丙公司", "2020-02-10T17:00");
    pass_until(&t, "2020-02-10T17:00:01");
    assert_int_equal(record(&t)->promises_broken, 2);
    assert_int_equal(facts(&t, FACT(OVERDUE)), 0);   /* what it is needed by has not passed */
    township_close(&t);
}

static void not_there_when_needed_goes_up_the_ladder_and_a_late_word_cures_it(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", "2020-02-10T18:00");
    forget_told(&t);
    pass_until(&t, "2020-02-10T18:00:01");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    assert_int_equal(told(&t, "leader-north", "coordination_overdue"), 1);
    assert_int_equal(told(&t, "site-GATE-1", "coordination_overdue"), 0);
    pass_until(&t, "2020-02-10T20:00");
    assert_int_equal(told(&t, "contact-n1", "coordination_overdue"), 1);
    pass_until(&t, "2020-02-11T07:43");
    assert_int_equal(told(&t, "lead", "coordination_overdue") + told(&t, "lead", "digest"), 1);
    step(&t, "leader-north", ACT(DELIVERED), "", "2020-02-10T17:30");
    assert_int_equal(facts(&t, FACT(CURED)), 1);
    township_close(&t);
}

static void what_does_not_work_is_sought_again_without_blame(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", NULL);
    step(&t, "leader-north", ACT(DELIVERED), "", NULL);
    clock_at(&t, "2020-02-10T15:00");
    fails(&t, "GATE-1", "GT-04");
    assert_int_equal(record(&t)->state, STATE(ASKED));
    assert_int_equal(record(&t)->delivered_s, 0);
    assert_int_equal(facts(&t, FACT(NOT_CONFIRMED)), 1);
    assert_int_equal(told(&t, "leader-north", "coordination_again"), 1);
    assert_int_equal(open_task(&t, "XT-0001")->kind, DUBAN__TASK_KIND__TASK_KIND_COORDINATION);
    assert_int_equal(open_task(&t, "XT-0001")->due_s, at("2020-02-11T15:00"));
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    township_close(&t);
}

static void only_a_leader_gives_up_and_whoever_raised_it_is_told_why(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    raise_one(&t, "inspector-n1", "GATE-1", NULL);
    step(&t, "clerk", ACT(UNMET), "", NULL);
    assert_held(&t, "account", "may not do this");
    step(&t, "inspector-n1", ACT(ASKED), "甲", NULL);
    assert_held(&t, "account", "may not do this");
    step(&t, "lead", ACT(UNMET), "", NULL);
    assert_int_equal(record(&t)->state, STATE(UNMET));
    assert_int_equal(told(&t, "inspector-n1", "coordination_unmet"), 1);
    assert_int_equal(told(&t, "contact-n1", "coordination_unmet"), 1);
    step(&t, "lead", ACT(DELIVERED), "", NULL);
    assert_contradicted(&t, "finished_already");
    fails(&t, "GATE-1", "GT-04");   /* nobody finds the means any more: an ordinary finding again */
    assert_int_equal(t.rules.state.meta.open_cases, 1);
    township_close(&t);
}

/* As when the year of its due is published. */
static void plan_anew(struct township *t)
{
    struct state *state = &t->rules.state;
    Duban__Subject *subject;

    state_begin(state);
    state_link_begin(state);
    subject = state_subject_numbered(state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION, 1);
    engine_task_replan(&t->rules.engine, engine_task_of(&t->rules.engine, &subject->task), false);
    state_link_end(state);
    assert_int_equal(state_commit(state), 0);
}

static void a_promise_is_broken_once_whatever_is_planned_anew(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_BROKEN_ONCE);
    raise_one(&t, "inspector-n1", "GATE-1", "2020-02-10T18:00");
    step(&t, "leader-north", ACT(PROMISED), "甲公司", "2020-02-10T12:00");
    pass_until(&t, "2020-02-10T12:00:01");
    assert_int_equal(facts(&t, FACT(PROMISE_BROKEN)), 1);
    plan_anew(&t);
    pass_until(&t, "2020-02-10T12:10");
    assert_int_equal(facts(&t, FACT(PROMISE_BROKEN)), 1);
    assert_int_equal(told(&t, "lead", "coordination_broken"), 1);
    assert_int_equal(record(&t)->promises_broken, 1);
    step(&t, "leader-north", ACT(PROMISED), "乙公司", "2020-02-10T13:00");
    pass_until(&t, "2020-02-10T13:00:01");
    assert_int_equal(facts(&t, FACT(PROMISE_BROKEN)), 2);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difficulty_is_a_request_to_the_coordinators_and_no_case),
        cmocka_unit_test(without_a_time_it_is_needed_within_the_policys),
        cmocka_unit_test(the_same_difficulty_twice_is_one_and_wrong_ones_are_held),
        cmocka_unit_test(a_fail_of_the_item_meanwhile_opens_no_case),
        cmocka_unit_test(delivered_and_seen_it_is_confirmed_with_its_lead_time),
        cmocka_unit_test(a_promise_that_passes_is_told_once_and_another_may_follow),
        cmocka_unit_test(not_there_when_needed_goes_up_the_ladder_and_a_late_word_cures_it),
        cmocka_unit_test(what_does_not_work_is_sought_again_without_blame),
        cmocka_unit_test(only_a_leader_gives_up_and_whoever_raised_it_is_told_why),
        cmocka_unit_test(a_promise_is_broken_once_whatever_is_planned_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
