/* test_gaps.c - what is right in a table and will bite later. */
#include "registry.h"

#define SITES "code,kind,area,name_zh,name_en\n"
#define HOLDERS "account,roles,title_zh,title_en,deputy,away,removed\n"

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    f->mine = calloc(1, sizeof(struct registry));
    registry_init(f->mine);
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", answer_from_registry);
    *state = f;
    return 0;
}

static int check(struct fixture *f, const char *kind, const char *text)
{
    return duban(f, "import", kind, file_of(f, "table.csv", text), "--dry-run", NULL);
}

static void posts_that_nobody_holds_are_named(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check(f, "holders", HOLDERS "clerk,duty_clerk,内勤,clerk,,,\n"), EXIT_FINE);
    assert_contains(f->errors, "these zones have no group leader on duty (group_leader:ZONE): nobody would be told: south\n");
    assert_contains(f->errors, "没有人会被告知：south\n");
    assert_contains(f->errors, "these areas have no area contact on duty (area_contact:AREA): nobody would be told: s-v1\n");
    assert_contains(f->errors, "these sites have no contact on duty (site_contact:SITE): nobody would be told to fix a finding: "
                               "cour-2\n");
    assert_null(strstr(f->errors, "these posts"));
    assert_null(strstr(f->errors, "not registered"));
}

static void the_table_counts_as_if_it_were_in_force(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check(f, "holders", HOLDERS "all-s,group_leader:south area_contact:s-v1 site_contact:cour-2,南,S,,,\n"),
                     EXIT_FINE);
    assert_string_equal(f->errors, "");
    assert_int_equal(check(f, "holders", HOLDERS "lead,lead,组长,lead,,,yes\nclerk,area_staff:n-c1,内勤,clerk,,,\n"), EXIT_FINE);
    assert_contains(f->errors, "nobody on duty holds these posts: nobody would be told: lead, duty_clerk\n");
}

static void who_is_away_counts_by_his_deputy(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check(f, "holders", HOLDERS "lead,lead,组长,lead,clerk,yes,\n"), EXIT_FINE);
    assert_null(strstr(f->errors, "these posts"));
    assert_int_equal(check(f, "holders", HOLDERS "lead,lead,组长,lead,,yes,\n"), EXIT_FINE);
    assert_contains(f->errors, "these posts: nobody would be told: lead\n");
    assert_int_equal(check(f, "holders", HOLDERS "lead,lead,组长,lead,nobody,,\n"), EXIT_FINE);
    assert_contains(f->errors, "the deputy of these accounts (in brackets) is not registered: nobody would be told while they are "
                               "away: lead (nobody)\n");
}

static int check_alone(struct fixture *f, const char *kind, const char *text)
{
    return duban(f, "import", kind, file_of(f, "table.csv", text), "--dry-run", "--hold", NULL);
}

static void codes_that_name_nothing_are_told_with_their_row(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check_alone(f, "sites", SITES "cour-3,COUR,n-c9,三,3\ncour-4,COURR,n-c1,四,4\n"), EXIT_FINE);
    assert_contains(f->errors, "they would be held in quarantine: cour-3 (n-c9)\n");
    assert_contains(f->errors, "括号内，箭头后是可用的），会被列为待核：cour-4 (COURR -> COUR)\n");
    assert_int_equal(check_alone(f, "holders", HOLDERS "x,inspector:nroth site_contact:cour-8 area_contact:n-c1,某,x,,,\n"), EXIT_FINE);
    assert_contains(f->errors, "(in brackets) is not registered: x (nroth), x (cour-8)\n");
}

static void what_rules_would_hold_is_a_fault_of_its_line_before_anything_is_submitted(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check(f, "sites", SITES "cour-3,COUR,n-c9,三,3\ncour-4,COURR,n-c1,四,4\ncour-5,GATE,n-c1,五,5\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2:13: “社区 area”列写的是“n-c9”：没有登记这个社区（村）；先导入 areas");
    assert_contains(f->errors, "table.csv:3:8: column \"kind\" says \"COURR\": the policy in force has none such, it should be COUR;");
    assert_contains(f->errors, "2 faults in all; nothing was submitted");
    assert_int_equal(check(f, "holders", HOLDERS "x,site_contact:cour-8 area_contact:n-c8,某,x,,,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "column \"roles\" says \"cour-8\": no such site is registered; import sites first");
    assert_contains(f->errors, "column \"roles\" says \"n-c8\": no such area is registered; import areas first");
    assert_int_equal(check(f, "units", "code,kind,name_zh,name_en,secretary,zone\nu,task_force,专班,u,lead,nroth\n"), EXIT_REFUSED);
    assert_contains(f->errors, "column \"zone\" says \"nroth\": no such area of that zone is registered");
    assert_int_equal(check(f, "areas", "code,kind,zone,name_zh,name_en,removed\nn-c1,community,north,一,1,yes\n"), EXIT_REFUSED);
    assert_contains(f->errors, "column \"removed\": sites still belong to this area, move them first");
    assert_int_equal(f->submit_count, 0);
}

static void a_closed_site_needs_no_contact(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check(f, "sites", "code,kind,area,name_zh,name_en,state\ncour-2,COUR,s-v1,二,2,closed\n"), EXIT_FINE);
    assert_null(strstr(f->errors, "these sites"));
}

static void of_many_names_the_first_ten_are_told(void **state)
{
    struct fixture *f = *state;
    char text[2000] = SITES;

    for (int i = 10; i < 30; i++)
        (void) snprintf(text + strlen(text), sizeof text - strlen(text), "new-%d,GATE,n-c1,门,gate\n", i);
    assert_int_equal(check(f, "sites", text), EXIT_FINE);
    assert_contains(f->errors, "new-18, 21 in all\n");
    assert_contains(f->errors, "new-18 等 21 个\n");
}

static void while_nobody_is_registered_that_is_all_that_is_said(void **state)
{
    struct fixture *f = *state;
    struct registry *r = f->mine;

    r->holder_rows.n_rows = 0;
    assert_int_equal(check(f, "sites", SITES "cour-3,COUR,n-c1,三,3\n"), EXIT_FINE);
    assert_contains(f->errors, "nobody is registered yet: nobody would be told; go on with importing: holders\n");
    assert_null(strstr(f->errors, "these"));
}

static void a_good_import_is_judged_by_what_rules_has_then(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "import", "holders", file_of(f, "t.csv", HOLDERS "clerk,duty_clerk,内勤,clerk,,,\n"), NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 1);
    assert_contains(f->out, "1 rows: 1 submitted");
    assert_contains(f->errors, "these zones have no group leader");
}

static void json_has_the_gaps_in_its_document(void **state)
{
    struct fixture *f = *state;
    json_t *document, *gaps;

    assert_int_equal(duban(f, "import", "holders", file_of(f, "t.csv", HOLDERS "clerk,duty_clerk,内勤,clerk,,,\n"), "--dry-run",
                           "--json", NULL), EXIT_FINE);
    document = json_loads(f->out, 0, NULL);
    assert_non_null(document);
    gaps = json_object_get(document, "gaps");
    assert_int_equal(json_array_size(gaps), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(gaps, 0), "what")), "zoneWithoutGroupLeader");
    assert_string_equal(json_string_value(json_array_get(json_object_get(json_array_get(gaps, 0), "names"), 0)), "south");
    json_decref(document);
}

static void without_rules_it_is_said_that_nothing_was_checked(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    assert_int_equal(duban(f, "import", "holders", file_of(f, "t.csv", HOLDERS "clerk,duty_clerk,内勤,clerk,,,\n"), "--dry-run",
                           "--timeout", "1", NULL), EXIT_FINE);
    assert_contains(f->out, "1 rows");
    assert_contains(f->errors, "规则引擎没有应答：有没有无人负责的片区");
    assert_contains(f->errors, "has nobody to be told was not checked");
    assert_int_equal(duban(f, "import", "holders", file_of(f, "t.csv", HOLDERS "clerk,duty_clerk,内勤,clerk,,,\n"), "--dry-run",
                           "--timeout", "1", "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"gaps\": null");
}

/* The inspector of the south follows up two open cases. */
static void answer_with_cases(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__CaseRow row = DUBAN__CASE_ROW__INIT;
    static Duban__Case case_ = DUBAN__CASE__INIT;
    static Duban__CaseRow *list[] = { &row, &row };
    static Duban__CaseRows rows = DUBAN__CASE_ROWS__INIT;

    answer_from_registry(f, query, reply);
    if (query->body_case != DUBAN__QUERY__BODY_CASES || strcmp(query->cases->owner, "inspector-s") != 0)
        return;
    row.case_ = &case_;
    rows.n_rows = 2;
    rows.rows = list;
    reply->cases = &rows;
}

static void who_leaves_open_cases_behind_is_named(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    fake_start(f, &f->rules, "rules.query", answer_with_cases);
    assert_int_equal(check(f, "holders", HOLDERS "inspector-s,inspector:south,巡,i,,,yes\nleader-n,group_leader:north,组,l,,,yes\n"),
                     EXIT_FINE);
    assert_contains(f->errors, "still follow up open cases (in brackets, how many): reassign them with duban assign: inspector-s (2)\n");
    assert_contains(f->errors, "请用 duban assign 改派：inspector-s (2)\n");
    assert_null(strstr(f->errors, "leader-n ("));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(posts_that_nobody_holds_are_named, setup, teardown),
        cmocka_unit_test_setup_teardown(the_table_counts_as_if_it_were_in_force, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_away_counts_by_his_deputy, setup, teardown),
        cmocka_unit_test_setup_teardown(codes_that_name_nothing_are_told_with_their_row, setup, teardown),
        cmocka_unit_test_setup_teardown(what_rules_would_hold_is_a_fault_of_its_line_before_anything_is_submitted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_closed_site_needs_no_contact, setup, teardown),
        cmocka_unit_test_setup_teardown(of_many_names_the_first_ten_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(while_nobody_is_registered_that_is_all_that_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_good_import_is_judged_by_what_rules_has_then, setup, teardown),
        cmocka_unit_test_setup_teardown(json_has_the_gaps_in_its_document, setup, teardown),
        cmocka_unit_test_setup_teardown(without_rules_it_is_said_that_nothing_was_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(who_leaves_open_cases_behind_is_named, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
