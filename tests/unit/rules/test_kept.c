/* test_kept.c - what contradicts how things stand is kept, with the name of the rule. */
#include "township.h"

static void open_and_close(struct township *t)
{
    fails(t, "COUR-1", "EP-04");   /* one pass closes it */
    clock_at(t, "2020-02-10T12:00");
    passes(t, "COUR-1", "EP-04");
    assert_int_equal(case_at(t, "COUR-1", "EP-04")->state, CASE_STATE(CLOSED));
}

static void a_revisit_of_what_is_closed_is_kept(void **state)
{
    struct township t;
    const Duban__Fact *fact;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    open_and_close(&t);
    assert_int_equal(facts(&t, FACT(PASS_NOT_COUNTED)), 0);
    passes(&t, "COUR-1", "EP-04");
    fact = last_fact(&t, FACT(PASS_NOT_COUNTED));
    assert_non_null(fact);
    assert_string_equal(fact->rule, "pass.is_over");
    assert_string_equal(fact->actor, "inspector-n1");
    assert_memory_equal(fact->subject.data, case_at(&t, "COUR-1", "EP-04")->id.data, ID_BYTES);
    township_close(&t);
}

static void a_round_that_finds_it_well_is_no_contradiction(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    open_and_close(&t);
    visit(&t, "inspector-n1", "COUR-1", "EP-04", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_int_equal(facts(&t, FACT(PASS_NOT_COUNTED)), 0);
    township_close(&t);
}

static void whatever_changes_nothing_names_its_rule(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    open_and_close(&t);
    claim(&t, "COUR-1", "EP-04");
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->rule, "claim.is_over");
    fails(&t, "COUR-1", "DS-01");
    visit(&t, "inspector-n1", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 0);
    assert_string_equal(last_fact(&t, FACT(PASS_NOT_COUNTED))->rule, "pass.no_evidence");
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_revisit_of_what_is_closed_is_kept),
        cmocka_unit_test(a_round_that_finds_it_well_is_no_contradiction),
        cmocka_unit_test(whatever_changes_nothing_names_its_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
