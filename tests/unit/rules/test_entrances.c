/* test_entrances.c - entrances of a site: how each was last seen, and what a problem with one becomes. */
#include "township.h"

#define STATE(name) DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_##name
#define ITEM "GT-04"

struct seen {
    const char *name;
    Duban__EntranceState state;
    const char *note;
};

/* A visit at that device time; result UNSPECIFIED: the item is not answered. */
static void reports_at(struct township *t, const char *site_code, Duban__Purpose purpose, const char *at_time, const struct seen *seen,
                       size_t count, Duban__Result result, const char *note)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Entrance entrances[4];
    Duban__Entrance *list[4];
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    report.reporter = "inspector-n1";
    report.device_time_ms = at(at_time) * 1000;
    report.site = (char *) site_code;
    report.purpose = purpose;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    answer.item = ITEM;
    answer.result = result;
    answer.note = (char *) note;
    answer.fixed_now = result == DUBAN__RESULT__RESULT_FAIL;
    report.n_answers = result == DUBAN__RESULT__RESULT_UNSPECIFIED ? 0 : 1;
    report.answers = answers;
    for (size_t i = 0; i < count; i++) {
        duban__entrance__init(&entrances[i]);
        entrances[i].name = (char *) seen[i].name;
        entrances[i].state = seen[i].state;
        entrances[i].note = (char *) seen[i].note;
        list[i] = &entrances[i];
    }
    report.n_entrances = count;
    report.entrances = list;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
    assert_null(held_last(t));
}

static void reports(struct township *t, Duban__Purpose purpose, const char *at_time, const struct seen *seen, size_t count,
                    Duban__Result result, const char *note)
{
    reports_at(t, "GATE-1", purpose, at_time, seen, count, result, note);
}

static void sees(struct township *t, const char *at_time, const char *name, Duban__EntranceState state, const char *note)
{
    reports(t, DUBAN__PURPOSE__PURPOSE_INSPECTION, at_time, &(struct seen){ name, state, note }, 1,
            DUBAN__RESULT__RESULT_UNSPECIFIED, "");
}

static const Duban__SiteEntrance *entrance(struct township *t, const char *name)
{
    const Duban__SiteEntrance *found;

    state_begin(&t->rules.state);
    found = state_entrance(&t->rules.state, "GATE-1", name);
    store_abort(&t->rules.state.txn);
    return found;
}

static bool has_case(struct township *t)
{
    bool has;

    state_begin(&t->rules.state);
    has = state_case_at(&t->rules.state, "GATE-1", ITEM) != NULL;
    store_abort(&t->rules.state.txn);
    return has;
}

static void row_42_each_entrance_is_kept_as_it_was_last_seen(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    sees(&t, "2020-02-10T08:50", "东门", STATE(OPEN_MANNED), "");
    sees(&t, "2020-02-10T08:55", "西门", STATE(CLOSED), "");
    assert_int_equal(entrance(&t, "东门")->state, STATE(OPEN_MANNED));
    assert_int_equal(entrance(&t, "西门")->state, STATE(CLOSED));
    assert_string_equal(entrance(&t, "西门")->reporter, "inspector-n1");
    assert_int_equal(entrance(&t, "西门")->visit_ms, at("2020-02-10T08:55") * 1000);
    sees(&t, "2020-02-10T09:00", "东门", STATE(CLOSED), "");
    assert_int_equal(entrance(&t, "东门")->state, STATE(CLOSED));
    assert_false(has_case(&t));
    township_close(&t);
}

static void row_42_a_late_report_changes_nothing_that_was_seen_later(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    sees(&t, "2020-02-10T08:50", "东门", STATE(CLOSED), "");
    sees(&t, "2020-02-10T08:00", "东门", STATE(OPEN_MANNED), "");
    assert_int_equal(entrance(&t, "东门")->state, STATE(CLOSED));
    sees(&t, "2020-02-10T08:50", "东门", STATE(OPEN_MANNED), "");
    assert_int_equal(entrance(&t, "东门")->state, STATE(OPEN_MANNED));
    township_close(&t);
}

static void row_42_a_problem_opens_the_case_of_its_item_and_names_the_entrance(void **state)
{
    struct township t;
    const struct seen seen[] = { { "东门", STATE(OPEN_MANNED), "" }, { "西门", STATE(PROBLEM), "围挡倒了" },
                                 { "北门", STATE(PROBLEM), "无人值守" } };

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", seen, 3, DUBAN__RESULT__RESULT_UNSPECIFIED, "");
    assert_string_equal(case_at(&t, "GATE-1", ITEM)->finding, "西门：围挡倒了；北门：无人值守");
    assert_int_equal(case_at(&t, "GATE-1", ITEM)->due_s, at("2020-02-11T09:00"));
    assert_int_equal(told(&t, "site-GATE-1", "notice_to_site"), 1);
    township_close(&t);
}

static void row_42_a_problem_outweighs_a_tick_and_is_added_to_a_note(void **state)
{
    struct township t;
    const struct seen seen[] = { { "西门", STATE(PROBLEM), "围挡倒了" } };

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", seen, 1, DUBAN__RESULT__RESULT_FAIL, "两处");
    assert_string_equal(case_at(&t, "GATE-1", ITEM)->finding, "两处；西门：围挡倒了");
    assert_int_equal(case_at(&t, "GATE-1", ITEM)->state, CASE_STATE(RECTIFYING));   /* not fixed on the spot */
    township_close(&t);
    township_open(&t, "2020-02-10T09:00");
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", seen, 1, DUBAN__RESULT__RESULT_PASS, "");
    assert_string_equal(case_at(&t, "GATE-1", ITEM)->finding, "西门：围挡倒了");
    township_close(&t);
}

static void row_42_coaching_keeps_the_state_and_opens_nothing(void **state)
{
    struct township t;
    const struct seen seen[] = { { "西门", STATE(PROBLEM), "围挡倒了" } };

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    reports(&t, DUBAN__PURPOSE__PURPOSE_GUIDANCE, "2020-02-10T09:00", seen, 1, DUBAN__RESULT__RESULT_UNSPECIFIED, "");
    assert_int_equal(entrance(&t, "西门")->state, STATE(PROBLEM));
    assert_false(has_case(&t));
    township_close(&t);
}

static void a_pack_without_the_section_keeps_states_only(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "entrances:\n  item: GT-04\n  unmanned_item: GT-01\n", "\n");
    activate(&t, "epidemic-2020-beijing");
    sees(&t, "2020-02-10T09:00", "西门", STATE(PROBLEM), "围挡倒了");
    assert_int_equal(entrance(&t, "西门")->state, STATE(PROBLEM));
    assert_false(has_case(&t));
    township_close(&t);
}

static void a_problem_amended_to_a_pass_is_none_and_others_stay(void **state)
{
    struct township t;
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT, *answers[] = { &answer };
    const struct seen seen[] = { { "东门", STATE(OPEN_MANNED), "" }, { "西门", STATE(PROBLEM), "围挡倒了" } };

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    sees(&t, "2020-02-10T08:30", "北门", STATE(PROBLEM), "无人");
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", seen, 2, DUBAN__RESULT__RESULT_UNSPECIFIED, "");
    answer.item = ITEM;
    answer.result = DUBAN__RESULT__RESULT_PASS;
    amendment.report_sequence = t.sequence;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错了门";
    SUBMIT(&t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_null(held_last(&t));
    assert_int_equal(entrance(&t, "西门")->state, STATE(UNSPECIFIED));
    assert_string_equal(entrance(&t, "西门")->note, "");
    assert_int_equal(entrance(&t, "东门")->state, STATE(OPEN_MANNED));
    assert_int_equal(entrance(&t, "北门")->state, STATE(PROBLEM));   /* another visit said so */
    township_close(&t);
}

/* A courier outlet has no gate, but it may have a door that does not close. */
static void a_problem_is_one_at_a_site_that_is_no_gate_too(void **unused)
{
    static const struct seen DOOR = { "北门", STATE(PROBLEM), "锁坏了" };
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T10:00");
    reports_at(&t, "COUR-1", DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T10:00", &DOOR, 1, DUBAN__RESULT__RESULT_PASS, "");
    assert_int_equal(facts(&t, FACT(NOT_JUDGED)), 1);   /* what was ticked is no item of the site; the problem is */
    assert_string_equal(last_fact(&t, FACT(NOT_JUDGED))->reason, ITEM);
    assert_string_equal(case_at(&t, "COUR-1", ITEM)->finding, "北门：锁坏了");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    clock_at(&t, "2020-02-10T11:00");
    reports_at(&t, "COUR-1", DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T11:00", NULL, 0, DUBAN__RESULT__RESULT_FAIL, "");
    assert_int_equal(facts(&t, FACT(NOT_JUDGED)), 1);   /* it has a case there now */
    assert_int_equal(facts(&t, FACT(STILL_FAILING)), 1);
    township_close(&t);
}

static void another_pack_fails_an_item_of_its_own(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    activate(&t, "fire-safety-mini");
    sees(&t, "2020-02-10T09:00", "西侧出口", STATE(PROBLEM), "堆放杂物");
    assert_string_equal(case_at(&t, "GATE-1", "EX-01")->finding, "西侧出口：堆放杂物");
    township_close(&t);
}

static void the_entrances_of_a_removed_site_are_gone(void **state)
{
    struct township t;
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    sees(&t, "2020-02-10T09:00", "东门", STATE(CLOSED), "");
    sees(&t, "2020-02-10T09:00", "西门", STATE(CLOSED), "");
    change.code = "GATE-1";
    change.removed = true;
    SUBMIT(&t, "operator", SITE_CHANGE, site_change, &change);
    assert_null(entrance(&t, "东门"));
    assert_null(entrance(&t, "西门"));
    township_close(&t);
}

static void a_note_that_is_cut_says_how_many_are_missing(void **state)
{
    struct township t;
    char what[1000];
    struct seen seen[] = { { "东门", STATE(PROBLEM), what }, { "西门", STATE(PROBLEM), what }, { "南门", STATE(PROBLEM), what },
                           { "北门", STATE(PROBLEM), "无人" } };

    (void) state;
    memset(what, 'x', sizeof what - 1);
    what[sizeof what - 1] = '\0';
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_CUT_NOTES);
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T10:00", seen, 4, DUBAN__RESULT__RESULT_UNSPECIFIED, "");
    assert_non_null(strstr(case_at(&t, "GATE-1", ITEM)->finding, "东门：x"));
    assert_non_null(strstr(case_at(&t, "GATE-1", ITEM)->finding, "；……另有3处"));
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_42_each_entrance_is_kept_as_it_was_last_seen),
        cmocka_unit_test(row_42_a_late_report_changes_nothing_that_was_seen_later),
        cmocka_unit_test(row_42_a_problem_opens_the_case_of_its_item_and_names_the_entrance),
        cmocka_unit_test(row_42_a_problem_outweighs_a_tick_and_is_added_to_a_note),
        cmocka_unit_test(row_42_coaching_keeps_the_state_and_opens_nothing),
        cmocka_unit_test(a_pack_without_the_section_keeps_states_only),
        cmocka_unit_test(a_problem_amended_to_a_pass_is_none_and_others_stay),
        cmocka_unit_test(a_problem_is_one_at_a_site_that_is_no_gate_too),
        cmocka_unit_test(another_pack_fails_an_item_of_its_own),
        cmocka_unit_test(the_entrances_of_a_removed_site_are_gone),
        cmocka_unit_test(a_note_that_is_cut_says_how_many_are_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
