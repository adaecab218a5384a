/* test_uplifts.c - findings that open one level higher, by the pack's conditions. */
#include "township.h"

static void use_uplifts(struct township *t, const char *uplifts)
{
    write_instead(t, "  - when: site.risk == \"high\" && item.failed_of_last_three >= 1\n", uplifts);
    activate(t, "epidemic-2020-beijing");
}

/* As often as the level needs it, each on a day when it counts. */
static void close_case(struct township *t, const char *site_code, const char *item, const char *const *days, size_t count)
{
    claim(t, site_code, item);
    for (size_t i = 0; i < count; i++) {
        pass_until(t, days[i]);
        passes(t, site_code, item);
    }
    assert_int_equal(case_at(t, site_code, item)->state, CASE_STATE(CLOSED));
}

static void where_it_failed_lately_a_high_risk_site_gets_the_level_above(void **state)
{
    static const char *const DAYS[] = { "2020-02-10T12:00", "2020-02-13T10:00" };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->level, "B");
    assert_int_equal(facts(&t, FACT(RAISED)), 0);
    close_case(&t, "COUR-1", "DS-01", DAYS, 2);
    pass_until(&t, "2020-03-10T10:00");          /* out of the watch period: a case of its own */
    fails(&t, "COUR-1", "DS-01");                /* of the last three visits the first failed */
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->level, "A");
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->due_s, at("2020-03-10T12:00"));
    assert_int_equal(facts(&t, FACT(RAISED)), 1);
    assert_string_equal(last_fact(&t, FACT(RAISED))->rule, "uplifts[1]");
    assert_string_equal(last_fact(&t, FACT(RAISED))->level_from, "B");
    assert_string_equal(last_fact(&t, FACT(RAISED))->level_to, "A");
    assert_string_equal(last_fact(&t, FACT(RAISED))->reason, "点位风险为高，并且该项此前三次检查中不合格的次数不少于1");
    assert_string_equal(last_fact(&t, FACT(RAISED))->reason_en,
                        "the site's risk is high, and the number of the last three visits at which the item failed is at least 1");
    assert_int_equal(told(&t, "inspector-n1", "level_raised"), 1);
    assert_int_equal(told(&t, "leader-north", "level_raised"), 1);
    assert_int_equal(told(&t, "site-COUR-1", "level_raised"), 0);   /* its own notice names level and due */
    township_close(&t);
}

static void a_fail_further_back_than_three_visits_is_forgotten(void **state)
{
    static const char *const DAYS[] = { "2020-02-10T12:00", "2020-02-13T10:00" };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    close_case(&t, "COUR-1", "DS-01", DAYS, 2);
    pass_until(&t, "2020-03-09T10:00");
    passes(&t, "COUR-1", "DS-01");               /* the third visit since */
    pass_until(&t, "2020-03-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->level, "B");
    assert_int_equal(facts(&t, FACT(RAISED)), 0);
    township_close(&t);
}

static void the_fails_of_another_item_do_not_count(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T15:00");
    fails(&t, "COUR-1", "EP-01");
    assert_string_equal(case_at(&t, "COUR-1", "EP-01")->level, "B");
    assert_int_equal(facts(&t, FACT(RAISED)), 0);
    township_close(&t);
}

static void several_at_once_raise_by_one_and_the_first_is_named(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    use_uplifts(&t, "  - when: site.kind == 'CONS'\n  - when: item.level == 'B'\n  - when: site.area == site.area\n");
    fails(&t, "COUR-1", "DS-01");
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->level, "A");
    assert_int_equal(facts(&t, FACT(RAISED)), 1);
    assert_string_equal(last_fact(&t, FACT(RAISED))->rule, "uplifts[2]");
    township_close(&t);
}

static void those_of_one_visit_are_told_in_one_notice(void **state)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer of[3], *answers[3];
    static const char *const ITEMS[] = { "EP-05", "CR-03", "DS-01" };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    use_uplifts(&t, "  - when: item.level == 'C'\n");
    forget_told(&t);
    for (size_t i = 0; i < 3; i++) {
        duban__answer__init(&of[i]);
        of[i].item = (char *) ITEMS[i];
        of[i].result = DUBAN__RESULT__RESULT_FAIL;
        answers[i] = &of[i];
    }
    report.reporter = "inspector-n1";
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 3;
    report.answers = answers;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(facts(&t, FACT(RAISED)), 2);
    assert_int_equal(told(&t, "leader-north", "level_raised"), 1);
    assert_int_equal(last_notice(&t, "leader-north", "level_raised")->n_items, 2);   /* DS-01 is what its item says */
    assert_string_equal(last_notice(&t, "leader-north", "level_raised")->items[0]->level, "B");
    assert_string_equal(last_notice(&t, "leader-north", "level_raised")->items[0]->reason_text->zh, "检查项的级别为3日整改");
    township_close(&t);
}

enum { MANY_ITEMS = MAX_DIGEST_ITEMS + 5 };

/* The pack with as many more items for couriers, QQ-00 and on. */
static void add_items(struct township *t)
{
    struct bytes whole = read_whole(t, "deploy/packs/epidemic-2020-beijing/items.csv");
    size_t room = whole.size + MANY_ITEMS * 64, size = whole.size;
    char *text = arena_take(&t->arena, room);

    memcpy(text, whole.data, whole.size);
    for (size_t i = 0; i < MANY_ITEMS; i++)
        size += (size_t) snprintf(text + size, room - size, "QQ-%02zu,EP,台账齐全,records kept,COUR,C,,1,0,1,,,\n", i);
    t->items = bytes_of(text, size);
}

static void more_than_one_notice_holds_are_told_in_more(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answers[MANY_ITEMS];
    Duban__Answer *list[MANY_ITEMS];
    char codes[MANY_ITEMS][8];

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    add_items(&t);
    use_uplifts(&t, "  - when: item.level == 'C'\n");
    for (size_t i = 0; i < MANY_ITEMS; i++) {
        duban__answer__init(list[i] = &answers[i]);
        snprintf(codes[i], sizeof codes[i], "QQ-%02zu", i);
        answers[i].item = codes[i];
        answers[i].result = DUBAN__RESULT__RESULT_FAIL;
    }
    report.reporter = "inspector-n1";
    report.device_time_ms = t.now_s * 1000;
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = MANY_ITEMS;
    report.answers = list;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(facts(&t, FACT(RAISED)), MANY_ITEMS);
    assert_int_equal(told(&t, "leader-north", "level_raised"), 2);
    assert_int_equal(last_notice(&t, "leader-north", "level_raised")->n_items, MANY_ITEMS - MAX_DIGEST_ITEMS);
    township_close(&t);
}

static void nothing_is_above_the_highest_level(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    use_uplifts(&t, "  - when: 'true'\n");
    fails(&t, "COUR-1", "TM-01");
    assert_string_equal(case_at(&t, "COUR-1", "TM-01")->level, "A");
    assert_int_equal(facts(&t, FACT(RAISED)), 0);
    township_close(&t);
}

static void headcount(struct township *t, const char *code, const char *kind, const char *area_code, uint32_t count)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    change.code = (char *) code;
    change.kind = (char *) kind;
    change.area = (char *) area_code;
    change.headcount_presence_case = DUBAN__SITE_CHANGE__HEADCOUNT_PRESENCE_HEADCOUNT;
    change.headcount = count;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

static void row_48_where_thirty_people_are_an_ordinary_finding_is_a_major_one(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    headcount(&t, "COUR-1", "COUR", "N1", 30);
    fails(&t, "COUR-1", "EP-05");
    assert_string_equal(case_at(&t, "COUR-1", "EP-05")->level, "B");
    assert_int_equal(case_at(&t, "COUR-1", "EP-05")->due_s, at("2020-02-11T10:00"));
    assert_string_equal(last_fact(&t, FACT(RAISED))->rule, "uplifts[2]");
    assert_string_equal(last_fact(&t, FACT(RAISED))->reason, "检查项的级别为3日整改，并且已有在场人数，并且在场人数不少于30");
    fails(&t, "COUR-1", "DS-01");                /* B stays: only C is raised */
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->level, "B");
    assert_int_equal(facts(&t, FACT(RAISED)), 1);
    township_close(&t);
}

static void row_48_where_fewer_are_or_nobody_knows_it_stays_ordinary(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    headcount(&t, "COUR-1", "COUR", "N1", 29);
    fails(&t, "COUR-1", "EP-05");
    fails(&t, "GATE-1", "GT-05");                /* its headcount is not registered */
    assert_string_equal(case_at(&t, "COUR-1", "EP-05")->level, "C");
    assert_string_equal(case_at(&t, "GATE-1", "GT-05")->level, "C");
    assert_int_equal(facts(&t, FACT(RAISED)), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_it_failed_lately_a_high_risk_site_gets_the_level_above),
        cmocka_unit_test(a_fail_further_back_than_three_visits_is_forgotten),
        cmocka_unit_test(the_fails_of_another_item_do_not_count),
        cmocka_unit_test(several_at_once_raise_by_one_and_the_first_is_named),
        cmocka_unit_test(those_of_one_visit_are_told_in_one_notice),
        cmocka_unit_test(more_than_one_notice_holds_are_told_in_more),
        cmocka_unit_test(nothing_is_above_the_highest_level),
        cmocka_unit_test(row_48_where_thirty_people_are_an_ordinary_finding_is_a_major_one),
        cmocka_unit_test(row_48_where_fewer_are_or_nobody_knows_it_stays_ordinary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
