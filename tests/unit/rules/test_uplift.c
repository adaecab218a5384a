/* test_uplift.c - a high-risk site where the item keeps failing: one level up at opening (domain 4.3, row 48). */
#include "township.h"

static void visit_of(struct township *t, const char *site_code, const char *who, const char *item, Duban__Result result)
{
    visit(t, who, site_code, item, result, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
}

/* Found and closed within a day, under one pass. */
static void found_and_closed(struct township *t, const char *site_code, const char *who)
{
    visit_of(t, site_code, who, "DS-06", DUBAN__RESULT__RESULT_FAIL);
    clock_at(t, "2020-02-10T15:00");
    visit_of(t, site_code, who, "DS-06", DUBAN__RESULT__RESULT_PASS);
    assert_int_equal(case_at(t, site_code, "DS-06")->state, CASE_STATE(CLOSED));
}

static void test_row_48_it_failed_in_one_of_the_last_three_visits(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    found_and_closed(&t, "COUR-1", "inspector-n1");
    forget_told(&t);
    clock_at(&t, "2020-02-28T09:00");   /* no recurrence any more: a new case */
    visit_of(&t, "COUR-1", "inspector-n1", "DS-06", DUBAN__RESULT__RESULT_FAIL);
    assert_int_equal(case_at(&t, "COUR-1", "DS-06")->number, 2);
    assert_string_equal(case_at(&t, "COUR-1", "DS-06")->level, "B");
    assert_int_equal(case_at(&t, "COUR-1", "DS-06")->due_s, at("2020-02-29T09:00"));
    assert_string_equal(last_fact(&t, FACT(RAISED))->reason, "failed_lately");
    township_close(&t);
}

static void test_row_48_three_good_visits_since_are_enough(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    found_and_closed(&t, "COUR-1", "inspector-n1");
    for (int day = 20; day < 22; day++) {   /* with the one that closed it: three */
        char when[32];

        snprintf(when, sizeof when, "2020-02-%dT09:00", day);
        clock_at(&t, when);
        visit_of(&t, "COUR-1", "inspector-n1", "DS-06", DUBAN__RESULT__RESULT_PASS);
    }
    forget_told(&t);
    clock_at(&t, "2020-02-28T09:00");
    visit_of(&t, "COUR-1", "inspector-n1", "DS-06", DUBAN__RESULT__RESULT_FAIL);
    assert_string_equal(case_at(&t, "COUR-1", "DS-06")->level, "C");
    assert_int_equal(facts(&t, FACT(RAISED)), 0);
    township_close(&t);
}

static void test_row_48_a_site_of_lower_risk_stays_at_the_items_level(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    holder(&t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    found_and_closed(&t, "SHOP-1", "inspector-s1");
    clock_at(&t, "2020-02-28T09:00");
    visit_of(&t, "SHOP-1", "inspector-s1", "DS-06", DUBAN__RESULT__RESULT_FAIL);
    assert_string_equal(case_at(&t, "SHOP-1", "DS-06")->level, "C");
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_48_it_failed_in_one_of_the_last_three_visits),
        cmocka_unit_test(test_row_48_three_good_visits_since_are_enough),
        cmocka_unit_test(test_row_48_a_site_of_lower_risk_stays_at_the_items_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
