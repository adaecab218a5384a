/* test_figures.c - figures of days: coverage, blind spots, visits and who makes them, now and as of any past time. */
#include "queries.h"
#include "township.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define FAIL DUBAN__RESULT__RESULT_FAIL
#define NOT_CHECKED DUBAN__RESULT__RESULT_NOT_CHECKED
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define GUIDANCE DUBAN__PURPOSE__PURPOSE_GUIDANCE

enum { NONE_TOLD = -1 };

/* One figure as it was answered. */
struct figure_asked {
    bool refused;
    int64_t numerator, denominator;
    int64_t permille;           /* NONE_TOLD: none was given */
    char first[32];             /* code of its first part; "" = has none */
    char first_kind[32], first_area[32];
    int64_t first_count;
    size_t parts;
};

static int64_t day_of(const char *moment)
{
    return civil_day(at(moment), 8 * 3600);
}

/* most 0: as many as are told by themselves. */
static struct figure_asked ask_most(struct township *t, const char *name, const char *day, const char *as_of, const char *zone,
                                    uint32_t most)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__FiguresQuery wanted = DUBAN__FIGURES_QUERY__INIT;
    struct question question = { .rules = &t->rules, .query = &query, .reply = &reply, .arena = &t->rules.state.arena,
                                 .now_s = t->now_s, .limit = 200 };
    struct figure_asked asked = { .permille = NONE_TOLD };

    wanted.name = (char *) name;
    wanted.most = most;
    wanted.from_day = wanted.to_day = day_of(day);
    wanted.as_of_s = as_of == NULL ? 0 : at(as_of);
    if (zone != NULL) {
        wanted.scope_case = DUBAN__FIGURES_QUERY__SCOPE_ZONE;
        wanted.zone = (char *) zone;
    }
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    query_on_figures(&question, &wanted);
    asked.refused = reply.body_case != DUBAN__REPLY__BODY_FIGURES;
    if (!asked.refused) {
        const Duban__FigureRow *row = reply.figures->rows[0];

        assert_int_equal(reply.figures->n_rows, 1);
        assert_string_equal(row->name, name);
        asked.numerator = row->numerator;
        asked.denominator = row->denominator;
        if (row->permille_presence_case == DUBAN__FIGURE_ROW__PERMILLE_PRESENCE_PERMILLE)
            asked.permille = row->permille;
        if (row->n_parts > 0) {
            asked.parts = row->n_parts;
            snprintf(asked.first, sizeof asked.first, "%s", row->parts[0]->code);
            snprintf(asked.first_kind, sizeof asked.first_kind, "%s", row->parts[0]->kind);
            snprintf(asked.first_area, sizeof asked.first_area, "%s", row->parts[0]->area);
            asked.first_count = row->parts[0]->count;
        }
    }
    store_abort(&t->rules.state.txn);
    return asked;
}

/* as_of NULL: now. */
static struct figure_asked ask(struct township *t, const char *name, const char *day, const char *as_of, const char *zone)
{
    return ask_most(t, name, day, as_of, zone, 0);
}

static void assert_figure(struct township *t, const char *name, const char *day, const char *as_of, int64_t numerator, int64_t denominator)
{
    struct figure_asked asked = ask(t, name, day, as_of, NULL);

    assert_false(asked.refused);
    assert_int_equal(asked.numerator, numerator);
    assert_int_equal(asked.denominator, denominator);
}

static void begin(struct township *t)
{
    township_open(t, "2020-02-09T10:00");
    pass_until(t, "2020-02-10T08:00");
}

#define D1 "2020-02-10T00:00"
#define D2 "2020-02-11T00:00"

/* ---------------------------------------------------------------- coverage */

static void assert_figure_of_zone(struct township *t, const char *name, const char *day, const char *zone, int64_t numerator,
                                  int64_t denominator)
{
    struct figure_asked asked = ask(t, name, day, NULL, zone);

    assert_false(asked.refused);
    assert_int_equal(asked.numerator, numerator);
    assert_int_equal(asked.denominator, denominator);
}

static void the_coverage_of_today_goes_with_an_area_to_another_zone(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    pass_until(&t, "2020-02-11T08:00");
    visit(&t, "inspector-n1", "COUR-1", "EP-04", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_figure_of_zone(&t, "coverage", D2, "north", 1, 3);
    area(&t, "N1", "south");
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_figure_of_zone(&t, "coverage", D2, "south", 1, 4);
    assert_figure_of_zone(&t, "plan_coverage", D2, "south", 1, 4);
    assert_figure_of_zone(&t, "coverage", D2, "north", 0, 0);
    assert_figure_of_zone(&t, "coverage", D1, "north", 0, 3);   /* it lay there then */
    assert_figure(&t, "coverage", D2, NULL, 1, 4);
    visit(&t, "inspector-n1", "GATE-1", "EP-04", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    visit(&t, "lead", "DORM-1", "EP-04", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    assert_figure_of_zone(&t, "coverage", D2, "south", 2, 4);   /* inspector-n1 is of the other zone, the lead of all */
    area(&t, "N1", "north");
    assert_figure_of_zone(&t, "coverage", D2, "north", 2, 3);
    assert_figure_of_zone(&t, "coverage", D2, "south", 0, 1);
    assert_figure_of_zone(&t, "plan_coverage", D2, "south", 0, 1);
    township_close(&t);
}

static void coverage_is_that_of_its_day_and_as_it_was_then(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    assert_figure(&t, "coverage", D1, NULL, 0, 4);
    visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, INSPECTION, 1);
    assert_figure(&t, "coverage", D1, NULL, 1, 4);
    pass_until(&t, "2020-02-10T09:00");
    visit(&t, "inspector-n2", "COUR-1", "CR-03", PASS, INSPECTION, 1);
    visit(&t, "inspector-n2", "DORM-1", "DS-04", PASS, INSPECTION, 1);
    assert_figure(&t, "coverage", D1, NULL, 2, 4);
    assert_figure(&t, "coverage", D1, "2020-02-10T08:30", 1, 4);
    assert_figure(&t, "coverage", D1, "2020-02-10T07:00", 0, 4);
    assert_figure(&t, "coverage", D1, "2020-02-09T23:59", 0, 0);
    assert_int_equal(ask(&t, "coverage", D1, NULL, "north").denominator, 3);
    assert_int_equal(ask(&t, "coverage", D1, NULL, "south").numerator, 0);
    pass_until(&t, "2020-02-11T08:00");
    assert_figure(&t, "coverage", D1, NULL, 2, 4);
    township_close(&t);
}

static void of_fewer_than_five_no_share_is_told(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    site(&t, "OFFC-1", "OFFC", "S1");
    pass_until(&t, "2020-02-10T08:00");
    visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, INSPECTION, 1);
    assert_int_equal(ask(&t, "coverage", D1, NULL, NULL).permille, 200);
    assert_int_equal(ask(&t, "coverage", D1, NULL, "north").permille, NONE_TOLD);
    township_close(&t);
}

static void a_blind_spot_is_one_until_somebody_has_been_there(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    assert_figure(&t, "blind_spots", D1, NULL, 4, 0);
    visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, INSPECTION, 1);
    assert_figure(&t, "blind_spots", D1, NULL, 3, 0);
    pass_until(&t, "2020-02-11T08:00");
    assert_figure(&t, "blind_spots", D2, NULL, 3, 0);   /* due again today, and not past yet */
    pass_until(&t, "2020-02-12T08:00");
    assert_figure(&t, "blind_spots", "2020-02-12T00:00", NULL, 4, 0);
    assert_figure(&t, "blind_spots", D1, "2020-02-10T07:00", 4, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- visits */

static void attempt(struct township *t, const char *who, const char *site_code)
{
    Duban__Report report = DUBAN__REPORT__INIT;

    report.reporter = (char *) who;
    report.device_time_ms = t->now_s * 1000;
    report.site = (char *) site_code;
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED;
    SUBMIT(t, who, REPORT, report, &report);
}

static void load_has_the_members_with_most_first_and_attempts_apart(void **unused)
{
    struct township t;
    struct figure_asked load;

    (void) unused;
    begin(&t);
    visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, INSPECTION, 1);
    visit(&t, "inspector-n2", "DORM-1", "DS-04", PASS, INSPECTION, 1);
    visit(&t, "inspector-n2", "GATE-1", "GT-03", PASS, INSPECTION, 1);
    attempt(&t, "inspector-n1", "DORM-1");
    load = ask(&t, "load", D1, NULL, NULL);
    assert_int_equal(load.numerator, 3);
    assert_int_equal(load.denominator, 2);
    assert_string_equal(load.first, "inspector-n2");
    assert_int_equal(load.first_count, 2);
    assert_figure(&t, "attempts", D1, NULL, 1, 0);
    assert_int_equal(ask(&t, "load", D1, NULL, "south").numerator, 0);
    township_close(&t);
}

static void days_in_a_row_end_with_the_first_without_a_visit(void **unused)
{
    static const char *const MORNINGS[] = { "2020-02-10T09:00", "2020-02-11T09:00", "2020-02-12T09:00" };
    struct township t;
    struct figure_asked streaks;

    (void) unused;
    begin(&t);
    for (size_t i = 0; i < sizeof MORNINGS / sizeof MORNINGS[0]; i++) {
        pass_until(&t, MORNINGS[i]);
        visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, INSPECTION, 1);
        if (i != 1)
            visit(&t, "inspector-n2", "DORM-1", "DS-04", PASS, INSPECTION, 1);
    }
    streaks = ask(&t, "streaks", MORNINGS[2], NULL, NULL);
    assert_int_equal(streaks.numerator, 3);
    assert_string_equal(streaks.first, "inspector-n1");
    assert_int_equal(ask(&t, "streaks", MORNINGS[1], NULL, NULL).numerator, 2);
    pass_until(&t, "2020-02-13T09:00");
    assert_int_equal(ask(&t, "streaks", "2020-02-13T00:00", NULL, NULL).numerator, 0);
    township_close(&t);
}

static void report_with_photo(struct township *t, bool here, uint8_t sha256[32])
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Evidence evidence = DUBAN__EVIDENCE__INIT;
    Duban__Evidence *list[] = { &evidence };

    evidence.name = "1.jpg";
    evidence.sha256 = (ProtobufCBinaryData){ 32, sha256 };
    evidence.here = here;
    report.reporter = "inspector-n1";
    report.device_time_ms = t->now_s * 1000;
    report.site = "COUR-1";
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_evidence = 1;
    report.evidence = list;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void evidence_is_complete_from_the_last_photo_on(void **unused)
{
    uint8_t sha256[32] = { 7 };
    struct township t;
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;

    (void) unused;
    begin(&t);
    report_with_photo(&t, false, sha256);
    arrival.report_sequence = t.sequence;
    arrival.name = "1.jpg";
    arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    assert_figure(&t, "evidence", D1, NULL, 0, 1);
    pass_until(&t, "2020-02-11T10:00");
    SUBMIT(&t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
    assert_figure(&t, "evidence", D1, NULL, 1, 1);   /* on the day of its visit */
    assert_figure(&t, "evidence", D1, "2020-02-11T09:59", 0, 1);
    report_with_photo(&t, true, sha256);
    assert_figure(&t, "photos_again", D2, NULL, 1, 0);
    assert_figure(&t, "photos_again", D1, NULL, 0, 0);
    township_close(&t);
}

static void amend(struct township *t, uint64_t report, const char *item, Duban__Result result)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = (char *) item;
    answer.result = result;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(t, "inspector-n1", AMENDMENT, amendment, &amendment);
}

/* 证据完整率: visits with required evidence; DS-04 asks for a photo of a pass. */
static void a_pass_that_no_photo_shows_has_not_its_evidence(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    begin(&t);
    begin_era(&t, ERA_OF_SHOWN_PASSES);
    visit(&t, "inspector-n1", "DORM-1", "DS-04", PASS, INSPECTION, 1);
    assert_figure(&t, "evidence", D1, NULL, 1, 1);
    visit(&t, "inspector-n1", "DORM-1", "DS-04", FAIL, INSPECTION, 0);
    assert_figure(&t, "evidence", D1, NULL, 2, 2);   /* a fail needs none */
    visit(&t, "inspector-n1", "DORM-1", "DS-04", PASS, GUIDANCE, 0);
    assert_figure(&t, "evidence", D1, NULL, 3, 3);   /* coaching passes nothing */
    visit(&t, "inspector-n1", "DORM-1", "DS-04", PASS, INSPECTION, 0);
    report = t.sequence;
    assert_figure(&t, "evidence", D1, NULL, 3, 4);
    amend(&t, report, "DS-04", NOT_CHECKED);
    assert_figure(&t, "evidence", D1, NULL, 4, 4);
    amend(&t, report, "DS-04", NOT_CHECKED);
    assert_figure(&t, "evidence", D1, NULL, 4, 4);
    amend(&t, report, "DS-04", PASS);
    assert_figure(&t, "evidence", D1, NULL, 3, 4);
    township_close(&t);
}

static void in_an_earlier_era_the_photos_that_were_declared_are_enough(void **unused)
{
    struct township t;
    uint64_t report;

    (void) unused;
    begin(&t);
    begin_era(&t, ERA_OF_SHOWN_PASSES - 1);
    visit(&t, "inspector-n1", "DORM-1", "DS-04", PASS, INSPECTION, 0);
    report = t.sequence;
    assert_figure(&t, "evidence", D1, NULL, 1, 1);
    amend(&t, report, "DS-04", PASS);
    assert_figure(&t, "evidence", D1, NULL, 1, 1);
    begin_era(&t, ERA_OF_SHOWN_PASSES);
    amend(&t, report, "DS-04", PASS);
    assert_figure(&t, "evidence", D1, NULL, 0, 1);   /* judged as now when it is judged anew */
    township_close(&t);
}

/* ---------------------------------------------------------------- findings where they are found */

static void finds(struct township *t, const char *who, const char *site_code, const char *item)
{
    visit(t, who, site_code, item, FAIL, INSPECTION, 0);
}

/* 高频问题: items, site kinds and areas at once. */
static void frequent_findings_are_counted_by_item_kind_and_area_at_once(void **unused)
{
    struct figure_asked asked;
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, ERA_OF_CROSSED_CASES);
    pass_until(&t, "2020-02-11T08:00");
    site(&t, "COUR-9", "COUR", "N1");
    finds(&t, "inspector-n1", "COUR-1", "CR-03");
    finds(&t, "inspector-n1", "COUR-1", "EP-05");
    pass_until(&t, "2020-02-11T09:00");
    finds(&t, "inspector-n1", "COUR-9", "EP-05");
    finds(&t, "inspector-n1", "DORM-1", "DS-04");
    asked = ask(&t, "top_crosses", D2, NULL, NULL);
    assert_int_equal(asked.numerator, 4);
    assert_int_equal(asked.parts, 3);
    assert_string_equal(asked.first, "EP-05");
    assert_string_equal(asked.first_kind, "COUR");
    assert_string_equal(asked.first_area, "N1");
    assert_int_equal(asked.first_count, 2);
    assert_int_equal(ask_most(&t, "top_crosses", D2, NULL, NULL, 1).parts, 1);
    assert_int_equal(ask(&t, "top_crosses", D2, NULL, "north").numerator, 4);
    asked = ask(&t, "top_crosses", D2, "2020-02-11T08:30", NULL);
    assert_int_equal(asked.numerator, 2);
    assert_string_equal(asked.first, "CR-03");
    assert_true(ask_most(&t, "top_crosses", D2, NULL, NULL, 101).refused);
    township_close(&t);
}

static void what_an_earlier_engine_has_filed_is_crossed_from_the_next_day_on(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, ERA_OF_CROSSED_CASES - 1);
    finds(&t, "inspector-n1", "COUR-1", "CR-03");
    assert_true(ask(&t, "top_crosses", D1, NULL, NULL).refused);
    begin_era(&t, ERA_OF_CROSSED_CASES);
    finds(&t, "inspector-n1", "COUR-1", "EP-05");
    assert_true(ask(&t, "top_crosses", D1, NULL, NULL).refused);
    pass_until(&t, "2020-02-11T08:00");
    finds(&t, "inspector-n1", "GATE-1", "GT-03");
    assert_int_equal(ask(&t, "top_crosses", D2, NULL, NULL).numerator, 1);
    assert_int_equal(ask(&t, "top_items", D1, NULL, NULL).numerator, 2);
    township_close(&t);
}

/* ---------------------------------------------------------------- what cannot be answered */

static void what_is_not_counted_by_that_is_refused(void **unused)
{
    struct township t;
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__FiguresQuery wanted = DUBAN__FIGURES_QUERY__INIT;
    struct question question = { .rules = &t.rules, .query = &query, .reply = &reply, .limit = 200 };

    (void) unused;
    begin(&t);
    question.arena = &t.rules.state.arena;
    question.now_s = t.now_s;
    wanted.name = "load";
    wanted.scope_case = DUBAN__FIGURES_QUERY__SCOPE_KIND;
    wanted.kind = "COUR";
    state_begin(&t.rules.state);
    query_on_figures(&question, &wanted);
    assert_int_equal(reply.body_case, DUBAN__REPLY__BODY_FAULT);
    assert_string_equal(reply.fault->field, "figures.scope");
    wanted.name = "";
    duban__reply__init(&reply);
    query_on_figures(&question, &wanted);
    assert_int_equal(reply.body_case, DUBAN__REPLY__BODY_FIGURES);   /* all others are told */
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

static void a_time_that_has_not_come_is_refused(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    assert_true(ask(&t, "coverage", D1, "2020-02-10T08:01", NULL).refused);
    assert_true(ask(&t, "no_such_figure", D1, NULL, NULL).refused);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_coverage_of_today_goes_with_an_area_to_another_zone),
        cmocka_unit_test(coverage_is_that_of_its_day_and_as_it_was_then),
        cmocka_unit_test(of_fewer_than_five_no_share_is_told),
        cmocka_unit_test(a_blind_spot_is_one_until_somebody_has_been_there),
        cmocka_unit_test(load_has_the_members_with_most_first_and_attempts_apart),
        cmocka_unit_test(days_in_a_row_end_with_the_first_without_a_visit),
        cmocka_unit_test(evidence_is_complete_from_the_last_photo_on),
        cmocka_unit_test(a_pass_that_no_photo_shows_has_not_its_evidence),
        cmocka_unit_test(in_an_earlier_era_the_photos_that_were_declared_are_enough),
        cmocka_unit_test(frequent_findings_are_counted_by_item_kind_and_area_at_once),
        cmocka_unit_test(what_an_earlier_engine_has_filed_is_crossed_from_the_next_day_on),
        cmocka_unit_test(what_is_not_counted_by_that_is_refused),
        cmocka_unit_test(a_time_that_has_not_come_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
