/* test_units.c - task forces and branches, who belongs to them, and areas with a branch. */
#include "township.h"

static void unit(struct township *t, const char *who, const char *code, Duban__UnitKind kind, const char *zone, const char *area_code)
{
    Duban__UnitChange change = DUBAN__UNIT_CHANGE__INIT;
    Duban__Text name = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor), .zh = "某专班", .en = "a task force" };

    change.code = (char *) code;
    change.kind = kind;
    change.name = &name;
    change.zone = (char *) zone;
    change.area = (char *) area_code;
    SUBMIT(t, who, UNIT_CHANGE, unit_change, &change);
}

static void task_force(struct township *t, const char *code)
{
    unit(t, "operator", code, DUBAN__UNIT_KIND__UNIT_KIND_TASK_FORCE, "", "");
}

static void remove_unit(struct township *t, const char *code)
{
    Duban__UnitChange change = DUBAN__UNIT_CHANGE__INIT;

    change.code = (char *) code;
    change.removed = true;
    SUBMIT(t, "operator", UNIT_CHANGE, unit_change, &change);
}

/* inspector-n1 of these units; NULL = of none. */
static void join(struct township *t, char *first, char *second)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *grants[] = { &grant };
    char *units[] = { first, second };

    grant.role = DUBAN__ROLE__ROLE_INSPECTOR;
    grant.scope = "north";
    change.account = "inspector-n1";
    change.n_roles = 1;
    change.roles = grants;
    change.n_units = first == NULL ? 0 : second == NULL ? 1 : 2;
    change.units = units;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void leave_the_house(struct township *t)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;

    change.account = "inspector-n1";
    change.removed = true;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void assert_held(struct township *t, const char *field)
{
    assert_non_null(held_last(t));
    assert_string_equal(held_last(t)->field, field);
}

static const Duban__Unit *unit_of(struct township *t, const char *code)
{
    const Duban__Unit *found;

    state_begin(&t->rules.state);
    found = state_unit(&t->rules.state, code);
    store_abort(&t->rules.state.txn);
    return found;
}

static bool has_member(struct township *t, const char *code)
{
    bool has;

    state_begin(&t->rules.state);
    has = state_unit_has_member(&t->rules.state, code);
    store_abort(&t->rules.state.txn);
    return has;
}

static void row_1_a_task_force_is_registered_beside_the_areas(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    unit(&t, "operator", "tf-north", DUBAN__UNIT_KIND__UNIT_KIND_TASK_FORCE, "north", "");
    assert_null(held_last(&t));
    assert_string_equal(unit_of(&t, "tf-north")->zone, "north");
    unit(&t, "operator", "tf-north", DUBAN__UNIT_KIND__UNIT_KIND_BRANCH, "", "S1");
    assert_int_equal(unit_of(&t, "tf-north")->kind, DUBAN__UNIT_KIND__UNIT_KIND_BRANCH);
    assert_string_equal(unit_of(&t, "tf-north")->area, "S1");
    township_close(&t);
}

static void row_1_only_those_who_administer_register_units_and_of_places_that_there_are(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    unit(&t, "inspector-n1", "tf-1", DUBAN__UNIT_KIND__UNIT_KIND_TASK_FORCE, "", "");
    assert_held(&t, "account");
    unit(&t, "operator", "tf-1", DUBAN__UNIT_KIND__UNIT_KIND_TASK_FORCE, "west", "");
    assert_held(&t, "unitChange.zone");
    unit(&t, "operator", "tf-1", DUBAN__UNIT_KIND__UNIT_KIND_TASK_FORCE, "", "W1");
    assert_held(&t, "unitChange.area");
    assert_null(unit_of(&t, "tf-1"));
    township_close(&t);
}

static void row_1_members_name_their_units_and_a_unit_with_members_stays(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    join(&t, "tf-1", NULL);
    assert_held(&t, "roleHolderChange.units[0]");
    task_force(&t, "tf-1");
    task_force(&t, "tf-2");
    join(&t, "tf-1", "tf-2");
    assert_null(held_last(&t));
    assert_true(has_member(&t, "tf-1") && has_member(&t, "tf-2"));
    remove_unit(&t, "tf-1");
    assert_held(&t, "unitChange.removed");
    join(&t, "tf-2", NULL);
    assert_false(has_member(&t, "tf-1"));
    remove_unit(&t, "tf-1");
    assert_null(held_last(&t));
    assert_null(unit_of(&t, "tf-1"));
    leave_the_house(&t);
    assert_false(has_member(&t, "tf-2"));
    township_close(&t);
}

static void a_unit_whose_code_begins_like_anothers_has_its_own_members(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    task_force(&t, "tf-1");
    task_force(&t, "tf-12");
    join(&t, "tf-12", NULL);
    assert_true(has_member(&t, "tf-12"));
    assert_false(has_member(&t, "tf-1"));
    township_close(&t);
}

/* ---------------------------------------------------------------- areas inspected */

static int64_t inspected_at(struct township *t, const char *code)
{
    int64_t at_ms;

    state_begin(&t->rules.state);
    at_ms = state_area(&t->rules.state, code)->last_inspection_ms;
    store_abort(&t->rules.state.txn);
    return at_ms;
}

static void looks(struct township *t, Duban__Purpose purpose)
{
    visit(t, "inspector-n1", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_PASS, purpose, 1);
}

static void row_13_an_area_is_inspected_by_a_completed_inspection_only(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    looks(&t, DUBAN__PURPOSE__PURPOSE_GUIDANCE);
    looks(&t, DUBAN__PURPOSE__PURPOSE_REVISIT);
    report.reporter = "inspector-n1";
    report.device_time_ms = t.now_s * 1000;
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    assert_int_equal(inspected_at(&t, "N1"), 0);
    looks(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION);
    assert_int_equal(inspected_at(&t, "N1"), at("2020-02-10T09:00") * 1000);
    assert_int_equal(inspected_at(&t, "S1"), 0);
    township_close(&t);
}

/* One write for an area and day; a report that comes late is of its own day. */
static void row_13_the_day_is_that_of_the_visit(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T23:00");
    looks(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION);
    pass_until(&t, "2020-02-10T23:59");
    looks(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION);
    assert_int_equal(inspected_at(&t, "N1"), at("2020-02-10T23:00") * 1000);
    pass_until(&t, "2020-02-11T00:00");
    looks(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION);
    assert_int_equal(inspected_at(&t, "N1"), at("2020-02-11T00:00") * 1000);
    t.now_s = at("2020-02-11T00:01");
    area(&t, "N1", "north");
    assert_int_equal(inspected_at(&t, "N1"), at("2020-02-11T00:00") * 1000);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_1_a_task_force_is_registered_beside_the_areas),
        cmocka_unit_test(row_1_only_those_who_administer_register_units_and_of_places_that_there_are),
        cmocka_unit_test(row_1_members_name_their_units_and_a_unit_with_members_stays),
        cmocka_unit_test(a_unit_whose_code_begins_like_anothers_has_its_own_members),
        cmocka_unit_test(row_13_an_area_is_inspected_by_a_completed_inspection_only),
        cmocka_unit_test(row_13_the_day_is_that_of_the_visit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
