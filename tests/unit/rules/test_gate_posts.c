/* test_gate_posts.c - posts of a gate by shift, volunteers there, and which class of gate it is. */
#include "township.h"

#define ITEM "GT-01"
#define MANNED DUBAN__MANNING__MANNING_MANNED
#define UNMANNED DUBAN__MANNING__MANNING_UNMANNED

struct seen {
    const char *post, *shift;
    Duban__Manning manned;
};

/* A visit of GATE-1 at that device time; volunteers below 0: not counted. */
static void reports(struct township *t, Duban__Purpose purpose, const char *at_time, const struct seen *seen, size_t count, int volunteers)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__GatePost posts[4], *list[4];

    report.reporter = "inspector-n1";
    report.device_time_ms = at(at_time) * 1000;
    report.site = "GATE-1";
    report.purpose = purpose;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    for (size_t i = 0; i < count; i++) {
        duban__gate_post__init(&posts[i]);
        posts[i].post = (char *) seen[i].post;
        posts[i].shift = (char *) seen[i].shift;
        posts[i].manned = seen[i].manned;
        list[i] = &posts[i];
    }
    report.n_posts = count;
    report.posts = list;
    if (volunteers >= 0) {
        report.volunteers_presence_case = DUBAN__REPORT__VOLUNTEERS_PRESENCE_VOLUNTEERS;
        report.volunteers = (uint32_t) volunteers;
    }
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
    assert_null(held_last(t));
}

static void inspects(struct township *t, const char *at_time, const char *post, const char *shift, Duban__Manning manned)
{
    reports(t, DUBAN__PURPOSE__PURPOSE_INSPECTION, at_time, &(struct seen){ post, shift, manned }, 1, -1);
}

static const Duban__SiteGatePost *post_of(struct township *t, const char *post, const char *shift)
{
    const Duban__SiteGatePost *found;

    state_begin(&t->rules.state);
    found = state_gate_post(&t->rules.state, "GATE-1", post, shift);
    store_abort(&t->rules.state.txn);
    return found;
}

static const Duban__Site *gate(struct township *t)
{
    const Duban__Site *site;

    state_begin(&t->rules.state);
    site = state_site(&t->rules.state, "GATE-1");
    store_abort(&t->rules.state.txn);
    return site;
}

static bool has_case(struct township *t)
{
    bool has;

    state_begin(&t->rules.state);
    has = state_case_at(&t->rules.state, "GATE-1", ITEM) != NULL;
    store_abort(&t->rules.state.txn);
    return has;
}

static void row_21_each_post_is_kept_shift_by_shift_as_it_was_last_seen(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    inspects(&t, "2020-02-10T08:50", "东门岗", "早班", MANNED);
    inspects(&t, "2020-02-10T08:50", "东门岗", "夜班", MANNED);
    inspects(&t, "2020-02-10T08:55", "东门岗", "夜班", UNMANNED);
    inspects(&t, "2020-02-10T08:40", "东门岗", "早班", UNMANNED);   /* of an earlier visit */
    assert_int_equal(post_of(&t, "东门岗", "早班")->manned, MANNED);
    assert_int_equal(post_of(&t, "东门岗", "夜班")->manned, UNMANNED);
    assert_string_equal(post_of(&t, "东门岗", "夜班")->reporter, "inspector-n1");
    assert_null(post_of(&t, "东门岗", ""));
    township_close(&t);
}

static void row_21_a_post_that_nobody_is_at_opens_the_case_of_its_item_and_is_named(void **state)
{
    static const struct seen SEEN[] = { { "东门岗", "早班", MANNED }, { "东门岗", "夜班", UNMANNED }, { "西门岗", "", UNMANNED } };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", SEEN, 1, -1);
    assert_false(has_case(&t));
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", SEEN, 3, -1);
    assert_string_equal(case_at(&t, "GATE-1", ITEM)->finding, "东门岗（夜班）：无人值守；西门岗：无人值守");
    assert_string_equal(case_at(&t, "GATE-1", ITEM)->level, "A");
    assert_int_equal(told(&t, "site-GATE-1", "notice_to_site"), 1);
    township_close(&t);
}

static void row_21_coaching_keeps_the_state_and_opens_nothing(void **state)
{
    static const struct seen SEEN = { "东门岗", "夜班", UNMANNED };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    reports(&t, DUBAN__PURPOSE__PURPOSE_GUIDANCE, "2020-02-10T09:00", &SEEN, 1, -1);
    assert_int_equal(post_of(&t, "东门岗", "夜班")->manned, UNMANNED);
    assert_false(has_case(&t));
    township_close(&t);
}

static void row_21_volunteers_are_a_number_as_it_was_last_counted(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    assert_int_equal(gate(&t)->volunteers_presence_case, DUBAN__SITE__VOLUNTEERS_PRESENCE__NOT_SET);
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T08:50", NULL, 0, 4);
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T08:40", NULL, 0, 7);   /* of an earlier visit */
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", NULL, 0, -1);  /* nobody counted */
    assert_int_equal(gate(&t)->volunteers, 4);
    assert_int_equal(gate(&t)->volunteers_seen_ms, at("2020-02-10T08:50") * 1000);
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", NULL, 0, 0);
    assert_int_equal(gate(&t)->volunteers, 0);
    township_close(&t);
}

static void an_unmanned_post_amended_to_a_pass_is_none(void **state)
{
    static const struct seen SEEN[] = { { "东门岗", "早班", MANNED }, { "东门岗", "夜班", UNMANNED } };
    struct township t;
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT, *answers[] = { &answer };

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    inspects(&t, "2020-02-10T08:30", "北门岗", "", UNMANNED);
    reports(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, "2020-02-10T09:00", SEEN, 2, -1);
    answer.item = ITEM;
    answer.result = DUBAN__RESULT__RESULT_PASS;
    amendment.report_sequence = t.sequence;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错了班次";
    SUBMIT(&t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_null(held_last(&t));
    assert_int_equal(post_of(&t, "东门岗", "夜班")->manned, DUBAN__MANNING__MANNING_UNSPECIFIED);
    assert_int_equal(post_of(&t, "东门岗", "早班")->manned, MANNED);
    assert_int_equal(post_of(&t, "北门岗", "")->manned, UNMANNED);   /* another visit said so */
    township_close(&t);
}

static void registers(struct township *t, const char *kind, const char *site_class)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
    Duban__Text name = DUBAN__TEXT__INIT;

    name.zh = "东门";
    change.code = "GATE-1";
    change.kind = (char *) kind;
    change.area = "N1";
    change.name = &name;
    change.site_class = (char *) site_class;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

static void row_41_which_class_of_gate_it_is_is_one_of_the_packs(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    registers(&t, "GATE", "village");
    assert_null(held_last(&t));
    registers(&t, "GATE", "");   /* as registered before */
    assert_string_equal(gate(&t)->site_class, "village");
    registers(&t, "GATE", "castle");
    assert_string_equal(held_last(&t)->field, "siteChange.siteClass");
    registers(&t, "COUR", "village");   /* a class of another kind */
    assert_string_equal(held_last(&t)->field, "siteChange.siteClass");
    assert_string_equal(gate(&t)->site_class, "village");
    registers(&t, "COUR", "");
    assert_string_equal(gate(&t)->site_class, "");
    township_close(&t);
}

static void the_posts_of_a_removed_site_are_gone(void **state)
{
    struct township t;
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    inspects(&t, "2020-02-10T09:00", "东门岗", "早班", MANNED);
    inspects(&t, "2020-02-10T09:00", "东门岗", "夜班", MANNED);
    change.code = "GATE-1";
    change.removed = true;
    SUBMIT(&t, "operator", SITE_CHANGE, site_change, &change);
    assert_null(post_of(&t, "东门岗", "早班"));
    assert_null(post_of(&t, "东门岗", "夜班"));
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_21_each_post_is_kept_shift_by_shift_as_it_was_last_seen),
        cmocka_unit_test(row_21_a_post_that_nobody_is_at_opens_the_case_of_its_item_and_is_named),
        cmocka_unit_test(row_21_coaching_keeps_the_state_and_opens_nothing),
        cmocka_unit_test(row_21_volunteers_are_a_number_as_it_was_last_counted),
        cmocka_unit_test(an_unmanned_post_amended_to_a_pass_is_none),
        cmocka_unit_test(row_41_which_class_of_gate_it_is_is_one_of_the_packs),
        cmocka_unit_test(the_posts_of_a_removed_site_are_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
