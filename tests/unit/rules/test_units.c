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

/* What counts for the site counts for its area (engine_is_inspection). */
static void row_13_a_check_in_counts_and_an_amendment_takes_it_back(void **state)
{
    struct township t;
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    visit(&t, "inspector-n1", "DORM-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    pass_until(&t, "2020-02-11T10:00");
    looks(&t, DUBAN__PURPOSE__PURPOSE_CHECK_IN);
    assert_int_equal(inspected_at(&t, "N1"), at("2020-02-11T10:00") * 1000);
    answer.item = "DS-01";
    answer.result = DUBAN__RESULT__RESULT_NOT_CHECKED;
    amendment.report_sequence = t.sequence;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(&t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_null(held_last(&t));
    assert_int_equal(inspected_at(&t, "N1"), at("2020-02-10T09:00") * 1000);   /* the other site's */
    township_close(&t);
}

/* Kept as sites are put, and made anew for rows of a version before. */
static void sites_are_known_by_area_and_kind(void **state)
{
    struct township t;
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
    Duban__EngineVersion version = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__engine_version__descriptor), .version = ENGINE_VERSION };
    static const char LISTED[] = "N1\0COUR\0COUR-0";

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    site(&t, "COUR-0", "COUR", "N1");
    state_begin(&t.rules.state);
    store_delete(&t.rules.state.txn, TABLE_SITE_BY_AREA, bytes_of(LISTED, sizeof LISTED - 1));
    assert_int_equal(store_commit(&t.rules.state.txn), 0);
    SUBMIT(&t, "rules", ENGINE_VERSION, engine_version, &version);
    state_begin(&t.rules.state);
    assert_string_equal(state_first_site(&t.rules.state, "N1", "COUR")->code, "COUR-0");
    assert_null(state_first_site(&t.rules.state, "S1", "COUR"));
    store_abort(&t.rules.state.txn);
    site(&t, "COUR-0", "COUR", "S1");   /* it moves */
    state_begin(&t.rules.state);
    assert_string_equal(state_first_site(&t.rules.state, "N1", "COUR")->code, "COUR-1");
    assert_string_equal(state_first_site(&t.rules.state, "S1", "COUR")->code, "COUR-0");
    store_abort(&t.rules.state.txn);
    change.code = "COUR-0";
    change.removed = true;
    SUBMIT(&t, "operator", SITE_CHANGE, site_change, &change);
    state_begin(&t.rules.state);
    assert_null(state_first_site(&t.rules.state, "S1", "COUR"));
    assert_true(state_area_has_site(&t.rules.state, "S1"));   /* SHOP-1 */
    store_abort(&t.rules.state.txn);
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

/* ---------------------------------------------------------------- focus groups */

/* The only digest to that account since the last look. */
static Duban__Notice *digest_of(struct township *t, const char *account)
{
    for (uint64_t sequence = t->seen_outbox + 1; sequence <= t->rules.state.meta.outbox_last; sequence++) {
        struct store_txn txn;
        struct bytes row;
        uint8_t key[8];
        Duban__OutboxRecord *record;

        put_u64(key, sequence);
        state_read(&t->rules.state, &txn);
        assert_true(store_get(&txn, TABLE_OUTBOX, bytes_of(key, 8), &row));
        record = outbox_record(&t->arena, row);
        store_abort(&txn);
        if (record->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE && strcmp(record->notice->kind, "digest") == 0 &&
            strcmp(record->notice->recipient->account, account) == 0)
            return record->notice;
    }
    fail_msg("no digest to %s", account);
    return NULL;
}

/* Where what names the group ends: at the next comma. */
static size_t end_of_name(const char *text, size_t at)
{
    do
        at++;
    while (text[at] != ',');
    return at;
}

/* The pack as it was before there were focus groups: neither the table, which is last, nor what names one. */
static struct bytes without_focus_groups(struct township *t, struct bytes whole, size_t end)
{
    static const char NAMED[] = ", focus_group: ";
    const char *from = (const char *) whole.data;
    char *text = arena_take(&t->arena, end);
    size_t size = 0;

    for (size_t i = 0; i < end; i++) {
        if (end - i > sizeof NAMED && memcmp(from + i, NAMED, sizeof NAMED - 1) == 0)
            i = end_of_name(from, i);
        text[size++] = from[i];
    }
    return bytes_of(text, size);
}

/* The pack has no item for a closed place that a digest would list the next morning. */
static void a_night_with_cases_of_three_sites(struct township *t)
{
    static const char *const EVERY_KIND[] = { NULL };
    struct policy_item *item = (struct policy_item *) policy_item(t->rules.engine.policy, "DS-01");

    item->kinds = EVERY_KIND;
    site(t, "PUBL-1", "PUBL", "N1");
    fails(t, "PUBL-1", "DS-01");
    fails(t, "COUR-1", "DS-01");
    fails(t, "GATE-1", "GT-03");
    forget_told(t);
    pass_until(t, "2020-02-11T07:44");
}

static void row_11_the_digest_is_cut_by_focus_group_in_the_order_of_the_policy(void **state)
{
    struct township t;
    const Duban__Notice *digest;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    a_night_with_cases_of_three_sites(&t);
    digest = digest_of(&t, "inspector-n1");
    assert_int_equal(digest->n_items, 3);
    assert_string_equal(digest->items[0]->site, "GATE-1");
    assert_string_equal(digest->items[0]->focus_group->zh, "辖区居民");
    assert_string_equal(digest->items[1]->site, "COUR-1");
    assert_string_equal(digest->items[1]->focus_group->en, "staff of resumed enterprises");
    assert_string_equal(digest->items[2]->site, "PUBL-1");
    assert_string_equal(digest->items[2]->focus_group->zh, "其他");
    township_close(&t);
}

static void row_11_without_the_table_the_digest_is_as_before(void **state)
{
    struct township t;
    const char *section = "focus_groups:\n";
    struct bytes whole;
    const char *place;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    whole = read_whole(&t, "deploy/packs/epidemic-2020-beijing/policy.yaml");
    place = memmem(whole.data, whole.size, section, strlen(section));
    assert_non_null(place);
    t.policy = without_focus_groups(&t, whole, (size_t) (place - (const char *) whole.data));
    activate(&t, "epidemic-2020-beijing");
    a_night_with_cases_of_three_sites(&t);
    assert_null(digest_of(&t, "inspector-n1")->items[0]->focus_group);
    assert_string_equal(digest_of(&t, "inspector-n1")->items[0]->site, "PUBL-1");
    township_close(&t);
}

static void row_12_a_branch_is_for_a_focus_group_that_the_policy_knows(void **state)
{
    struct township t;
    Duban__UnitChange change = DUBAN__UNIT_CHANGE__INIT;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    change.code = "b-1";
    change.kind = DUBAN__UNIT_KIND__UNIT_KIND_BRANCH;
    change.focus_group = "returnees";
    SUBMIT(&t, "operator", UNIT_CHANGE, unit_change, &change);
    assert_string_equal(unit_of(&t, "b-1")->focus_group, "returnees");
    change.code = "b-2";
    change.focus_group = "crowds";
    SUBMIT(&t, "operator", UNIT_CHANGE, unit_change, &change);
    assert_held(&t, "unitChange.focusGroup");
    activate(&t, "fire-safety-mini");
    SUBMIT(&t, "operator", UNIT_CHANGE, unit_change, &change);
    assert_string_equal(unit_of(&t, "b-2")->focus_group, "crowds");
    township_close(&t);
}

/* ---------------------------------------------------------------- what an entry leaves out */

static void change_branch(struct township *t, Duban__AreaChange__HasBranchPresenceCase said, bool has_branch)
{
    Duban__AreaChange change = DUBAN__AREA_CHANGE__INIT;
    Duban__Text name = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor), .zh = "某社区", .en = "a community" };

    change.code = "N1";
    change.zone = "north";
    change.kind = DUBAN__AREA_KIND__AREA_KIND_COMMUNITY;
    change.name = &name;
    change.has_branch_presence_case = said;
    change.has_branch = has_branch;
    SUBMIT(t, "operator", AREA_CHANGE, area_change, &change);
}

static bool has_branch(struct township *t)
{
    bool has;

    state_begin(&t->rules.state);
    has = state_area(&t->rules.state, "N1")->has_branch;
    store_abort(&t->rules.state.txn);
    return has;
}

static void an_area_keeps_its_branch_until_it_is_said_to_have_none(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    assert_false(has_branch(&t));
    change_branch(&t, DUBAN__AREA_CHANGE__HAS_BRANCH_PRESENCE_HAS_BRANCH, true);
    assert_true(has_branch(&t));
    change_branch(&t, DUBAN__AREA_CHANGE__HAS_BRANCH_PRESENCE__NOT_SET, false);
    assert_true(has_branch(&t));
    change_branch(&t, DUBAN__AREA_CHANGE__HAS_BRANCH_PRESENCE_HAS_BRANCH, false);
    assert_false(has_branch(&t));
    township_close(&t);
}

static void change_site(struct township *t, const char *code, Duban__OperatingState to)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
    Duban__Text name = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor), .zh = "某网点", .en = "an outlet" };

    change.code = (char *) code;
    change.kind = "COUR";
    change.area = "N1";
    change.name = &name;
    change.operating_state = to;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

static int operating_state(struct township *t, const char *code)
{
    int found;

    state_begin(&t->rules.state);
    found = state_site(&t->rules.state, code)->operating_state;
    store_abort(&t->rules.state.txn);
    return found;
}

static void a_site_operates_as_before_where_nothing_is_said_and_a_new_one_does(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    change_site(&t, "COUR-7", DUBAN__OPERATING_STATE__OPERATING_STATE_UNSPECIFIED);
    assert_int_equal(operating_state(&t, "COUR-7"), DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING);
    change_site(&t, "COUR-7", DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED);
    change_site(&t, "COUR-7", DUBAN__OPERATING_STATE__OPERATING_STATE_UNSPECIFIED);
    assert_int_equal(operating_state(&t, "COUR-7"), DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED);
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
        cmocka_unit_test(row_13_a_check_in_counts_and_an_amendment_takes_it_back),
        cmocka_unit_test(sites_are_known_by_area_and_kind),
        cmocka_unit_test(row_13_the_day_is_that_of_the_visit),
        cmocka_unit_test(row_11_the_digest_is_cut_by_focus_group_in_the_order_of_the_policy),
        cmocka_unit_test(row_11_without_the_table_the_digest_is_as_before),
        cmocka_unit_test(row_12_a_branch_is_for_a_focus_group_that_the_policy_knows),
        cmocka_unit_test(an_area_keeps_its_branch_until_it_is_said_to_have_none),
        cmocka_unit_test(a_site_operates_as_before_where_nothing_is_said_and_a_new_one_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
