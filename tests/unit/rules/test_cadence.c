/* test_cadence.c - how often a site is inspected, by the pack's rows, and when next. */
#include "about.h"
#include "township.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define NOT_CHECKED DUBAN__RESULT__RESULT_NOT_CHECKED
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define REVISIT DUBAN__PURPOSE__PURPOSE_REVISIT
#define GUIDANCE DUBAN__PURPOSE__PURPOSE_GUIDANCE
#define OBSERVATION DUBAN__PURPOSE__PURPOSE_OBSERVATION
#define CHECK_IN DUBAN__PURPOSE__PURPOSE_CHECK_IN

/* ---------------------------------------------------------------- asking */

static struct inspection next_of(struct township *t, const char *code, struct cadence *cadence)
{
    struct engine *engine = &t->rules.engine;
    struct inspection next;
    const Duban__Site *site;

    state_begin(&t->rules.state);
    site = state_site(engine->state, code);
    assert_non_null(site);
    *cadence = engine_cadence(engine, site);
    next = engine_next_inspection(engine, site, cadence, civil_day(t->now_s, 8 * 3600));
    store_abort(&t->rules.state.txn);
    return next;
}

static void assert_every(struct township *t, const char *code, int32_t days, enum policy_unit unit, const char *row)
{
    struct cadence cadence;

    next_of(t, code, &cadence);
    assert_int_equal(cadence.every.days, days);
    assert_int_equal(cadence.every.unit, unit);
    if (row == NULL)
        assert_null(cadence.row);
    else
        assert_string_equal(cadence.row->name, row);
}

static void assert_next(struct township *t, const char *code, const char *day)
{
    struct cadence cadence;
    struct inspection next = next_of(t, code, &cadence);

    assert_true(next.has_day);
    assert_int_equal(next.day, civil_day(at(day), 8 * 3600));
    assert_int_equal(next.is_due, next.day <= civil_day(t->now_s, 8 * 3600));
}

static void assert_never(struct township *t, const char *code)
{
    struct cadence cadence;
    struct inspection next = next_of(t, code, &cadence);

    assert_int_equal(next.last_ms, 0);
    assert_true(next.is_due);
    assert_false(next.has_day);
}

/* ---------------------------------------------------------------- entering */

static void go(struct township *t, Duban__Purpose purpose, Duban__Result result)
{
    visit(t, "inspector-n1", "COUR-1", "CR-03", result, purpose, 1);
}

/* An inspection of COUR-1 that answers nothing, at that time of the device's. */
static void report_of(struct township *t, Duban__VisitOutcome outcome, int64_t visit_s)
{
    Duban__Report report = DUBAN__REPORT__INIT;

    report.reporter = "inspector-n1";
    report.device_time_ms = visit_s * 1000;
    report.site = "COUR-1";
    report.purpose = INSPECTION;
    report.outcome = outcome;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void attempt(struct township *t)
{
    report_of(t, DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED, t->now_s);
}

static void enter_site(struct township *t, const char *code, const char *kind, const char *area_code, int64_t headcount)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    change.code = (char *) code;
    change.kind = (char *) kind;
    change.area = (char *) area_code;
    if (headcount >= 0) {
        change.headcount_presence_case = DUBAN__SITE_CHANGE__HEADCOUNT_PRESENCE_HEADCOUNT;
        change.headcount = (uint32_t) headcount;
    }
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

static void suspend_site(struct township *t, const char *code)
{
    Duban__Suspension suspension = DUBAN__SUSPENSION__INIT;

    suspension.subject_case = DUBAN__SUSPENSION__SUBJECT_SITE;
    suspension.site = (char *) code;
    suspension.reason = "停业";
    SUBMIT(t, "clerk", SUSPENSION, suspension, &suspension);
}

static void begin_watch(struct township *t, const char *code)
{
    Duban__Watch message = DUBAN__WATCH__INIT;

    message.site = (char *) code;
    message.watcher = "inspector-n1";
    message.reason = "快递员流动大";
    SUBMIT(t, "leader-north", WATCH, watch, &message);
}

static void end_watch(struct township *t, char *number)
{
    Duban__WatchEnd message = DUBAN__WATCH_END__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = number;
    message.watch = &reference;
    message.reason = "已停业";
    SUBMIT(t, "lead", WATCH_END, watch_end, &message);
}

static void amend_last(struct township *t, Duban__Result result)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "CR-03";
    answer.result = result;
    amendment.report_sequence = t->sequence;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(t, "inspector-n1", AMENDMENT, amendment, &amendment);
}

static const char ROWS[] = "cadences:\n"
                           "  - { kinds: [SHOP], every: 2wd }\n"
                           "  - { kinds: [DORM, RENT], when: site.open_cases >= 2, every: 3cd }\n"
                           "  - when: '\"A\" in site.open_levels'\n"
                           "    every: 1wd\n"
                           "  - { kinds: [GATE], every: 5cd }\n"
                           "  - { kinds: [GATE, DORM], every: 6cd }\n";

/* Rows of a table alone, instead of the pack's. */
static void use_rows(struct township *t, const char *rows)
{
    struct bytes rest;
    char *text;

    leave_out(t, "cadences:\n");
    rest = t->policy;
    text = arena_take(&t->arena, rest.size + strlen(rows));
    memcpy(text, rest.data, rest.size);
    memcpy(text + rest.size, rows, strlen(rows));
    t->policy = bytes_of(text, rest.size + strlen(rows));
    activate(t, "epidemic-2020-beijing");
}

/* ---------------------------------------------------------------- which row */

static void row_48_a_kind_of_site_has_its_interval(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    assert_every(&t, "COUR-1", 1, UNIT_CALENDAR_DAYS, NULL);
    assert_every(&t, "DORM-1", 2, UNIT_CALENDAR_DAYS, NULL);
    assert_every(&t, "SHOP-1", 3, UNIT_CALENDAR_DAYS, NULL);
    site(&t, "MARK-1", "MARK", "S1");
    assert_every(&t, "MARK-1", 1, UNIT_CALENDAR_DAYS, NULL);
    township_close(&t);
}

static void row_48_a_crowded_site_is_inspected_every_day(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    enter_site(&t, "SHOP-1", "SHOP", "S1", 29);
    assert_every(&t, "SHOP-1", 3, UNIT_CALENDAR_DAYS, NULL);
    enter_site(&t, "SHOP-1", "SHOP", "S1", 30);
    assert_every(&t, "SHOP-1", 1, UNIT_CALENDAR_DAYS, "cadences[2]");
    enter_site(&t, "SHOP-1", "SHOP", "S1", -1);      /* entered anew without: as before */
    assert_every(&t, "SHOP-1", 1, UNIT_CALENDAR_DAYS, "cadences[2]");
    enter_site(&t, "DORM-1", "DORM", "N1", 300);     /* not of the kinds of that row */
    assert_every(&t, "DORM-1", 2, UNIT_CALENDAR_DAYS, NULL);
    township_close(&t);
}

static void row_65_a_site_that_is_watched_is_inspected_every_day_until_the_watch_ends(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_watch(&t, "DORM-1");
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_every(&t, "DORM-1", 1, UNIT_CALENDAR_DAYS, "cadences[1]");
    assert_every(&t, "SHOP-1", 3, UNIT_CALENDAR_DAYS, NULL);
    end_watch(&t, "DS-0001");
    assert_every(&t, "DORM-1", 2, UNIT_CALENDAR_DAYS, NULL);
    township_close(&t);
}

static void the_first_row_that_fits_counts(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    use_rows(&t, ROWS);
    assert_every(&t, "SHOP-1", 2, UNIT_WORKING_DAYS, "cadences[1]");
    assert_every(&t, "GATE-1", 5, UNIT_CALENDAR_DAYS, "cadences[4]");
    assert_every(&t, "DORM-1", 6, UNIT_CALENDAR_DAYS, "cadences[5]");
    assert_every(&t, "COUR-1", 1, UNIT_CALENDAR_DAYS, NULL);
    fails(&t, "DORM-1", "DS-01");
    assert_every(&t, "DORM-1", 6, UNIT_CALENDAR_DAYS, "cadences[5]");
    fails(&t, "DORM-1", "DS-04");
    assert_every(&t, "DORM-1", 3, UNIT_CALENDAR_DAYS, "cadences[2]");
    fails(&t, "GATE-1", "GT-01");                     /* level A */
    assert_every(&t, "GATE-1", 1, UNIT_WORKING_DAYS, "cadences[3]");
    township_close(&t);
}

static void without_the_table_the_kinds_have_their_intervals(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    leave_out(&t, "cadences:\n");
    activate(&t, "epidemic-2020-beijing");
    begin_watch(&t, "DORM-1");
    assert_every(&t, "DORM-1", 2, UNIT_CALENDAR_DAYS, NULL);
    township_close(&t);
}

/* ---------------------------------------------------------------- what is an inspection */

static void what_was_never_inspected_is_due_at_once(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    assert_never(&t, "COUR-1");
    go(&t, GUIDANCE, PASS);
    go(&t, OBSERVATION, PASS);
    go(&t, REVISIT, PASS);
    attempt(&t);
    go(&t, CHECK_IN, NOT_CHECKED);                   /* was there, looked at nothing */
    assert_never(&t, "COUR-1");
    go(&t, CHECK_IN, PASS);
    assert_next(&t, "COUR-1", "2020-02-11T00:00");
    township_close(&t);
}

static void a_visit_that_is_none_does_not_put_the_next_one_off(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    go(&t, INSPECTION, PASS);
    assert_next(&t, "COUR-1", "2020-02-11T00:00");
    pass_until(&t, "2020-02-12T10:00");
    go(&t, GUIDANCE, PASS);
    attempt(&t);
    assert_next(&t, "COUR-1", "2020-02-11T00:00");   /* and is due: assert_next looks */
    go(&t, INSPECTION, PASS);
    assert_next(&t, "COUR-1", "2020-02-13T00:00");
    township_close(&t);
}

static void a_report_that_comes_late_counts_on_the_day_of_the_visit(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    pass_until(&t, "2020-02-12T10:00");
    go(&t, INSPECTION, PASS);
    report_of(&t, DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED, at("2020-02-11T09:00"));   /* of the day before */
    assert_next(&t, "COUR-1", "2020-02-13T00:00");
    pass_until(&t, "2020-02-15T08:00");
    report_of(&t, DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED, at("2020-02-13T16:00"));
    assert_next(&t, "COUR-1", "2020-02-14T00:00");
    township_close(&t);
}

static void an_amendment_takes_an_inspection_back_and_makes_one(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    go(&t, INSPECTION, PASS);
    pass_until(&t, "2020-02-12T10:00");
    go(&t, CHECK_IN, PASS);
    assert_next(&t, "COUR-1", "2020-02-13T00:00");
    amend_last(&t, NOT_CHECKED);
    assert_next(&t, "COUR-1", "2020-02-11T00:00");
    go(&t, CHECK_IN, NOT_CHECKED);
    assert_next(&t, "COUR-1", "2020-02-11T00:00");
    amend_last(&t, PASS);
    assert_next(&t, "COUR-1", "2020-02-13T00:00");
    township_close(&t);
}

/* Rows of a version before knew of visits alone. */
static void a_row_of_before_finds_its_inspection_among_the_visits(void **state)
{
    struct township t;
    Duban__Site row;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    go(&t, INSPECTION, PASS);
    pass_until(&t, "2020-02-11T10:00");
    go(&t, GUIDANCE, PASS);
    state_begin(&t.rules.state);
    row = *state_site(&t.rules.state, "COUR-1");
    row.last_inspection_ms = 0;
    assert_int_equal(engine_last_inspection_ms(&t.rules.engine, &row), at("2020-02-10T10:00") * 1000);
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

static void an_inspection_behind_many_other_visits_is_found(void **state)
{
    struct township t;
    Duban__Site row;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    go(&t, INSPECTION, PASS);
    for (size_t i = 0; i < 70; i++) {
        t.now_s += 60;
        go(&t, GUIDANCE, PASS);
    }
    state_begin(&t.rules.state);
    row = *state_site(&t.rules.state, "COUR-1");
    row.last_inspection_ms = 0;
    assert_int_equal(engine_last_inspection_ms(&t.rules.engine, &row), at("2020-02-10T10:00") * 1000);
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

/* ---------------------------------------------------------------- when next */

static void only_an_operating_site_is_ever_due(void **state)
{
    struct township t;
    struct cadence cadence;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    go(&t, INSPECTION, PASS);
    suspend_site(&t, "COUR-1");
    suspend_site(&t, "DORM-1");
    pass_until(&t, "2020-02-14T10:00");
    assert_false(next_of(&t, "COUR-1", &cadence).is_due);
    assert_false(next_of(&t, "COUR-1", &cadence).has_day);
    assert_false(next_of(&t, "DORM-1", &cadence).is_due);   /* never inspected, and shut */
    township_close(&t);
}

static void a_site_without_an_interval_is_never_due(void **state)
{
    struct township t;
    struct cadence cadence;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    enter_site(&t, "COMM-1", "COMM", "N1", -1);
    assert_false(next_of(&t, "COMM-1", &cadence).is_due);
    assert_int_equal(cadence.every.days, 0);
    township_close(&t);
}

static void working_days_go_by_the_calendar(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-01-23T09:00");           /* Thursday; the holiday lasts until 2 February */
    holder(&t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    use_rows(&t, ROWS);
    visit(&t, "inspector-s1", "SHOP-1", "DS-01", PASS, INSPECTION, 1);
    assert_next(&t, "SHOP-1", "2020-02-04T00:00");
    pass_until(&t, "2020-02-04T00:00");
    assert_next(&t, "SHOP-1", "2020-02-04T00:00");
    township_close(&t);
}

static void nothing_is_guessed_for_a_year_that_is_not_published(void **state)
{
    struct township t;
    struct cadence cadence;
    struct inspection next;

    (void) state;
    township_open(&t, "2020-12-31T09:00");
    holder(&t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    use_rows(&t, ROWS);
    visit(&t, "inspector-s1", "SHOP-1", "DS-01", PASS, INSPECTION, 1);
    next = next_of(&t, "SHOP-1", &cadence);
    assert_int_equal(next.missing_year, 2021);
    assert_false(next.has_day || next.is_due);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_48_a_kind_of_site_has_its_interval),
        cmocka_unit_test(row_48_a_crowded_site_is_inspected_every_day),
        cmocka_unit_test(row_65_a_site_that_is_watched_is_inspected_every_day_until_the_watch_ends),
        cmocka_unit_test(the_first_row_that_fits_counts),
        cmocka_unit_test(without_the_table_the_kinds_have_their_intervals),
        cmocka_unit_test(what_was_never_inspected_is_due_at_once),
        cmocka_unit_test(a_visit_that_is_none_does_not_put_the_next_one_off),
        cmocka_unit_test(a_report_that_comes_late_counts_on_the_day_of_the_visit),
        cmocka_unit_test(an_amendment_takes_an_inspection_back_and_makes_one),
        cmocka_unit_test(a_row_of_before_finds_its_inspection_among_the_visits),
        cmocka_unit_test(an_inspection_behind_many_other_visits_is_found),
        cmocka_unit_test(only_an_operating_site_is_ever_due),
        cmocka_unit_test(a_site_without_an_interval_is_never_due),
        cmocka_unit_test(working_days_go_by_the_calendar),
        cmocka_unit_test(nothing_is_guessed_for_a_year_that_is_not_published),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
