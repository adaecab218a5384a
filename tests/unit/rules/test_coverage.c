/* test_coverage.c - what is to be inspected on a day, and how much of that has been: figures kept with every change. */
#include "queries.h"
#include "township.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define REVISIT DUBAN__PURPOSE__PURPOSE_REVISIT
#define GUIDANCE DUBAN__PURPOSE__PURPOSE_GUIDANCE

/* ---------------------------------------------------------------- asking */

static int64_t day_of(const char *moment)
{
    return civil_day(at(moment), 8 * 3600);
}

/* The figures of one area and kind; zeroes where nothing was counted. */
static Duban__CoverageCount figures(struct township *t, const char *day, const char *area_code, const char *kind)
{
    Duban__CoverageCount none = DUBAN__COVERAGE_COUNT__INIT;
    const Duban__CoverageCount *found;

    state_begin(&t->rules.state);
    found = state_coverage(&t->rules.state, day_of(day), area_code, kind);
    if (found != NULL)
        none = *found;
    store_abort(&t->rules.state.txn);
    none.zone = none.area = none.kind = "";   /* they have gone with the transaction */
    return none;
}

static void assert_figures(struct township *t, const char *day, const char *area_code, const char *kind, uint32_t required,
                           uint32_t inspected, uint32_t stopped)
{
    Duban__CoverageCount found = figures(t, day, area_code, kind);

    assert_int_equal(found.required, required);
    assert_int_equal(found.inspected, inspected);
    assert_int_equal(found.stopped, stopped);
}

#define D1 "2020-02-10T00:00"
#define D2 "2020-02-11T00:00"

struct asked {
    Duban__Reply reply;
    Duban__Query query;
    struct question question;
};

static void open_question(struct township *t, struct asked *asked)
{
    duban__reply__init(&asked->reply);
    duban__query__init(&asked->query);
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    asked->question = (struct question){ .rules = &t->rules, .query = &asked->query, .reply = &asked->reply,
                                         .arena = &t->rules.state.arena, .now_s = t->now_s, .limit = 200 };
}

static void close_question(struct township *t)
{
    store_abort(&t->rules.state.txn);
}

static const Duban__BlindSpotRow *blind_spot(struct township *t, struct asked *asked, const char *code)
{
    Duban__BlindSpotsQuery wanted = DUBAN__BLIND_SPOTS_QUERY__INIT;

    open_question(t, asked);
    query_on_blind_spots(&asked->question, &wanted);
    assert_int_equal(asked->reply.body_case, DUBAN__REPLY__BODY_BLIND_SPOTS);
    for (size_t i = 0; i < asked->reply.blind_spots->n_rows; i++)
        if (strcmp(asked->reply.blind_spots->rows[i]->site->code, code) == 0)
            return asked->reply.blind_spots->rows[i];
    return NULL;
}

static bool is_blind(struct township *t, const char *code, Duban__BlindSpotKind kind)
{
    struct asked asked;
    const Duban__BlindSpotRow *row = blind_spot(t, &asked, code);
    bool found = false;

    for (size_t i = 0; row != NULL && i < row->n_kinds; i++)
        found |= row->kinds[i] == kind;
    close_question(t);
    return found;
}

/* ---------------------------------------------------------------- entering */

static void inspect(struct township *t, const char *site_code, const char *item)
{
    visit(t, "inspector-n1", site_code, item, PASS, INSPECTION, 1);
}

static void change_site(struct township *t, const char *code, const char *kind, const char *area_code, bool removed)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    change.code = (char *) code;
    change.kind = (char *) kind;
    change.area = (char *) area_code;
    change.removed = removed;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

static void begin(struct township *t)
{
    township_open(t, "2020-02-09T10:00");
    pass_until(t, "2020-02-10T08:00");
}

/* ---------------------------------------------------------------- a day */

static void what_was_never_inspected_is_to_be_inspected_from_the_next_midnight_on(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    assert_figures(&t, "2020-02-09T00:00", "N1", "COUR", 0, 0, 0);   /* the policy came into force during that day */
    assert_figures(&t, D1, "N1", "COUR", 1, 0, 0);
    assert_figures(&t, D1, "S1", "SHOP", 1, 0, 0);
    township_close(&t);
}

static void row_60_the_first_inspection_of_the_day_counts_and_once(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    inspect(&t, "COUR-1", "CR-03");
    inspect(&t, "COUR-1", "CR-03");
    assert_figures(&t, D1, "N1", "COUR", 1, 1, 0);
    pass_until(&t, "2020-02-11T08:00");
    assert_figures(&t, D1, "N1", "COUR", 1, 1, 0);
    assert_figures(&t, D2, "N1", "COUR", 1, 0, 0);   /* every day */
    township_close(&t);
}

static void a_site_is_to_be_inspected_once_its_interval_is_over(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    visit(&t, "leader-south", "SHOP-1", "EP-04", PASS, INSPECTION, 1);
    pass_until(&t, "2020-02-13T08:00");
    assert_figures(&t, D2, "S1", "SHOP", 0, 0, 0);
    assert_figures(&t, "2020-02-12T00:00", "S1", "SHOP", 0, 0, 0);
    assert_figures(&t, "2020-02-13T00:00", "S1", "SHOP", 1, 0, 0);
    township_close(&t);
}

static void coaching_and_revisits_count_for_nothing(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, GUIDANCE, 1);
    visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, REVISIT, 1);
    assert_figures(&t, D1, "N1", "COUR", 1, 0, 0);
    township_close(&t);
}

static void late_report(struct township *t, const char *moment)
{
    Duban__Report report = DUBAN__REPORT__INIT;

    report.reporter = "inspector-n1";
    report.device_time_ms = at(moment) * 1000;
    report.site = "DORM-1";
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void a_report_that_comes_late_counts_on_its_day_and_nothing_was_due_since(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-11T08:00");
    assert_figures(&t, D2, "N1", "DORM", 1, 0, 0);
    late_report(&t, "2020-02-10T16:00");
    assert_figures(&t, D1, "N1", "DORM", 1, 1, 0);
    assert_figures(&t, D2, "N1", "DORM", 0, 0, 0);   /* every second day */
    township_close(&t);
}

/* A check-in that looked at something is an inspection; of the first day, when the second has begun. */
static uint64_t late_check_in(struct township *t, const char *moment)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "DS-04";
    answer.result = PASS;
    report.reporter = "inspector-n1";
    report.device_time_ms = at(moment) * 1000;
    report.site = "DORM-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_CHECK_IN;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
    return t->sequence;
}

static void amend_check_in(struct township *t, uint64_t sequence, Duban__Result result)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "DS-04";
    answer.result = result;
    amendment.report_sequence = sequence;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "没有看";
    SUBMIT(t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_int_equal(t->rules.state.meta.quarantined, 0);
}

static void begin_second_day(struct township *t, uint32_t era)
{
    begin(t);
    begin_era(t, era);
    pass_until(t, "2020-02-11T08:00");
    assert_figures(t, D2, "N1", "DORM", 1, 0, 0);
}

static void a_late_inspection_that_is_taken_back_leaves_later_days_due_as_they_were(void **unused)
{
    struct township t;
    uint64_t late;

    (void) unused;
    begin_second_day(&t, 7);
    assert_int_equal(figures(&t, D2, "N1", "DORM").blind, 1);
    late = late_check_in(&t, "2020-02-10T16:00");
    assert_figures(&t, D1, "N1", "DORM", 1, 1, 0);
    assert_figures(&t, D2, "N1", "DORM", 0, 0, 0);
    amend_check_in(&t, late, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_figures(&t, D1, "N1", "DORM", 1, 0, 0);
    assert_figures(&t, D2, "N1", "DORM", 1, 0, 0);
    assert_int_equal(figures(&t, D2, "N1", "DORM").blind, 1);
    amend_check_in(&t, late, PASS);
    assert_figures(&t, D2, "N1", "DORM", 0, 0, 0);
    township_close(&t);
}

static void what_another_late_inspection_says_of_later_days_stands(void **unused)
{
    struct township t;
    uint64_t late;

    (void) unused;
    begin_second_day(&t, 7);
    late_report(&t, "2020-02-10T15:00");
    late = late_check_in(&t, "2020-02-10T16:00");
    amend_check_in(&t, late, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_figures(&t, D1, "N1", "DORM", 1, 1, 0);
    assert_figures(&t, D2, "N1", "DORM", 0, 0, 0);
    township_close(&t);
}

static void before_that_engine_later_days_stayed_excused(void **unused)
{
    struct township t;

    (void) unused;
    begin_second_day(&t, 6);
    amend_check_in(&t, late_check_in(&t, "2020-02-10T16:00"), DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_figures(&t, D2, "N1", "DORM", 0, 0, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- the registry changes */

static void row_60_what_stops_operating_during_the_day_is_told_apart(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    suspend_at(&t, "COUR-1", NULL);
    assert_figures(&t, D1, "N1", "COUR", 1, 0, 1);
    resume_at(&t, "COUR-1", NULL);
    assert_figures(&t, D1, "N1", "COUR", 1, 0, 0);
    suspend_at(&t, "COUR-1", NULL);
    pass_until(&t, "2020-02-11T08:00");
    assert_figures(&t, D2, "N1", "COUR", 0, 0, 0);   /* only operating sites */
    resume_at(&t, "COUR-1", NULL);
    assert_figures(&t, D2, "N1", "COUR", 0, 0, 0);   /* it did not operate at 00:00 */
    township_close(&t);
}

static void figures_go_with_a_site_that_moves(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    inspect(&t, "GATE-1", "GT-01");
    change_site(&t, "GATE-1", "GATE", "S1", false);
    assert_figures(&t, D1, "N1", "GATE", 0, 0, 0);
    assert_figures(&t, D1, "S1", "GATE", 1, 1, 0);
    township_close(&t);
}

static void what_is_removed_has_stopped_and_what_is_new_begins_tomorrow(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    change_site(&t, "GATE-1", "GATE", "N1", true);
    change_site(&t, "GATE-2", "GATE", "N1", false);
    assert_figures(&t, D1, "N1", "GATE", 1, 0, 1);
    pass_until(&t, "2020-02-11T08:00");
    assert_figures(&t, D2, "N1", "GATE", 1, 0, 0);
    township_close(&t);
}

/* More than one timer may look at. */
static void every_site_is_counted_however_many_there_are(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    for (int i = 0; i < 2 * SITES_PER_WALK + 5; i++) {
        char code[32];

        snprintf(code, sizeof code, "X-%03d", i);
        change_site(&t, code, "OFFC", "S1", false);
    }
    pass_until(&t, "2020-02-10T08:00");
    assert_figures(&t, D1, "S1", "OFFC", 2 * SITES_PER_WALK + 5, 0, 0);
    assert_figures(&t, D1, "S1", "SHOP", 1, 0, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- policies */

static void a_pack_without_the_section_counts_nothing_and_one_with_it_begins_at_the_next_midnight(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    leave_out(&t, "\nplan:\n");
    activate(&t, "epidemic-2020-beijing");
    inspect(&t, "COUR-1", "CR-03");
    assert_figures(&t, D1, "N1", "COUR", 1, 0, 0);
    t.policy.data = NULL;
    activate(&t, "epidemic-2020-beijing");
    inspect(&t, "COUR-1", "CR-03");
    assert_figures(&t, D1, "N1", "COUR", 1, 0, 0);   /* of a day that was not counted throughout nothing is said */
    pass_until(&t, "2020-02-11T08:00");
    assert_figures(&t, D2, "N1", "COUR", 1, 0, 0);
    leave_out(&t, "\nplan:\n");
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-13T08:00");
    assert_figures(&t, "2020-02-12T00:00", "N1", "COUR", 0, 0, 0);
    township_close(&t);
}

static void attempt(struct township *t, const char *site_code)
{
    Duban__Report report = DUBAN__REPORT__INIT;

    report.reporter = "inspector-n1";
    report.device_time_ms = t->now_s * 1000;
    report.site = (char *) site_code;
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void attempts_are_told_apart_until_somebody_got_in(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    begin_era(&t, ERA_OF_ATTEMPTS_COUNTED);
    pass_until(&t, "2020-02-10T08:00");
    attempt(&t, "COUR-1");
    attempt(&t, "COUR-1");
    assert_int_equal(figures(&t, D1, "N1", "COUR").attempted, 1);
    assert_int_equal(figures(&t, D1, "N1", "COUR").inspected, 0);
    inspect(&t, "COUR-1", "CR-03");
    assert_int_equal(figures(&t, D1, "N1", "COUR").attempted, 0);
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(figures(&t, "2020-02-11T00:00", "N1", "COUR").attempted, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- blind spots */

static void row_47_what_was_never_inspected_or_is_past_its_interval_is_a_blind_spot(void **unused)
{
    struct township t;
    struct asked asked;

    (void) unused;
    begin(&t);
    assert_true(is_blind(&t, "COUR-1", DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NEVER));
    assert_string_equal(blind_spot(&t, &asked, "COUR-1")->kind_label->en, "courier outlet");
    close_question(&t);
    inspect(&t, "COUR-1", "CR-03");
    assert_false(is_blind(&t, "COUR-1", DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NEVER));
    pass_until(&t, "2020-02-11T08:00");
    assert_false(is_blind(&t, "COUR-1", DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_PAST));   /* it is due today */
    pass_until(&t, "2020-02-12T08:00");
    assert_true(is_blind(&t, "COUR-1", DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_PAST));
    suspend_at(&t, "COUR-1", NULL);
    assert_false(is_blind(&t, "COUR-1", DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_PAST));
    township_close(&t);
}

/* Lines about blind spots in the group leader's brief of that morning; the site and the days of the last one. */
static size_t blind_spots_told(struct township *t, const char *morning, const char **site_code, uint32_t *days)
{
    const Duban__Notice *brief;
    size_t count = 0;

    pass_until(t, morning);
    brief = last_notice(t, "leader-north", "morning_brief");
    for (size_t i = 0; i < brief->n_items; i++) {
        if (strcmp(brief->items[i]->kind, "blind_spot") != 0)
            continue;
        *site_code = brief->items[i]->site;
        *days = brief->items[i]->days;
        count++;
    }
    return count;
}

static void row_47_a_site_that_becomes_a_blind_spot_is_a_line_of_the_leaders_digest_and_weekly_from_there(void **unused)
{
    struct township t;
    const char *site_code = "";
    uint32_t days = 0;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    begin_era(&t, ERA_OF_BLIND_SPOTS);
    pass_until(&t, "2020-02-10T08:00");
    inspect(&t, "COUR-1", "CR-03");
    assert_int_equal(blind_spots_told(&t, "2020-02-11T08:00", &site_code, &days), 0);   /* it is due today */
    assert_int_equal(blind_spots_told(&t, "2020-02-12T08:00", &site_code, &days), 1);   /* of others nothing: they were never inspected */
    assert_string_equal(site_code, "COUR-1");
    assert_int_equal(days, 2);
    assert_int_equal(told(&t, "leader-north", "blind_spot"), 0);   /* in digests only */
    for (int day = 13; day < 19; day++) {
        char morning[32];

        snprintf(morning, sizeof morning, "2020-02-%dT08:00", day);
        assert_int_equal(blind_spots_told(&t, morning, &site_code, &days), 0);
    }
    assert_int_equal(blind_spots_told(&t, "2020-02-19T08:00", &site_code, &days), 1);
    assert_int_equal(days, 9);
    township_close(&t);
}

static void before_that_engine_blind_spots_were_counted_alone(void **unused)
{
    struct township t;
    const char *site_code = "";
    uint32_t days = 0;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    begin_era(&t, ERA_OF_BLIND_SPOTS - 1);
    pass_until(&t, "2020-02-10T08:00");
    inspect(&t, "COUR-1", "CR-03");
    assert_int_equal(blind_spots_told(&t, "2020-02-12T08:00", &site_code, &days), 0);
    township_close(&t);
}

static void row_47_what_nobody_is_responsible_for_is_a_blind_spot(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    area(&t, "W1", "west");
    change_site(&t, "SHOP-9", "SHOP", "W1", false);
    assert_true(is_blind(&t, "SHOP-9", DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NOBODY));
    holder(&t, "inspector-w1", DUBAN__ROLE__ROLE_INSPECTOR, "west");
    assert_false(is_blind(&t, "SHOP-9", DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NOBODY));
    township_close(&t);
}

/* ---------------------------------------------------------------- questions */

static void a_day_outside_the_calendar_is_refused_by_name(void **unused)
{
    static const int64_t DAYS[] = { -1, INT64_MIN, INT64_MAX, 2932897 };
    struct township t;

    (void) unused;
    begin(&t);
    for (size_t i = 0; i < sizeof DAYS / sizeof DAYS[0]; i++) {
        Duban__CoverageQuery wanted = DUBAN__COVERAGE_QUERY__INIT;
        struct asked asked;

        wanted.day_presence_case = DUBAN__COVERAGE_QUERY__DAY_PRESENCE_DAY;
        wanted.day = DAYS[i];
        open_question(&t, &asked);
        query_on_coverage(&asked.question, &wanted);
        assert_int_equal(asked.reply.body_case, DUBAN__REPLY__BODY_FAULT);
        assert_string_equal(asked.reply.fault->field, "coverage.day");
        close_question(&t);
    }
    township_close(&t);
}

static void figures_are_given_for_a_zone_or_a_kind(void **unused)
{
    Duban__CoverageQuery wanted = DUBAN__COVERAGE_QUERY__INIT;
    struct township t;
    struct asked asked;

    (void) unused;
    begin(&t);
    wanted.zone = "north";
    open_question(&t, &asked);
    query_on_coverage(&asked.question, &wanted);
    assert_int_equal(asked.reply.body_case, DUBAN__REPLY__BODY_COVERAGE);
    assert_int_equal(asked.reply.coverage->n_rows, 3);
    assert_int_equal(asked.reply.coverage->day, day_of(D1));
    assert_true(asked.reply.coverage->has_plan);
    close_question(&t);
    wanted.kind = "COUR";
    open_question(&t, &asked);
    query_on_coverage(&asked.question, &wanted);
    assert_int_equal(asked.reply.coverage->n_rows, 1);
    close_question(&t);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_never_inspected_is_to_be_inspected_from_the_next_midnight_on),
        cmocka_unit_test(row_60_the_first_inspection_of_the_day_counts_and_once),
        cmocka_unit_test(a_site_is_to_be_inspected_once_its_interval_is_over),
        cmocka_unit_test(coaching_and_revisits_count_for_nothing),
        cmocka_unit_test(a_report_that_comes_late_counts_on_its_day_and_nothing_was_due_since),
        cmocka_unit_test(a_late_inspection_that_is_taken_back_leaves_later_days_due_as_they_were),
        cmocka_unit_test(what_another_late_inspection_says_of_later_days_stands),
        cmocka_unit_test(before_that_engine_later_days_stayed_excused),
        cmocka_unit_test(row_60_what_stops_operating_during_the_day_is_told_apart),
        cmocka_unit_test(figures_go_with_a_site_that_moves),
        cmocka_unit_test(what_is_removed_has_stopped_and_what_is_new_begins_tomorrow),
        cmocka_unit_test(every_site_is_counted_however_many_there_are),
        cmocka_unit_test(a_pack_without_the_section_counts_nothing_and_one_with_it_begins_at_the_next_midnight),
        cmocka_unit_test(attempts_are_told_apart_until_somebody_got_in),
        cmocka_unit_test(row_47_what_was_never_inspected_or_is_past_its_interval_is_a_blind_spot),
        cmocka_unit_test(row_47_a_site_that_becomes_a_blind_spot_is_a_line_of_the_leaders_digest_and_weekly_from_there),
        cmocka_unit_test(before_that_engine_blind_spots_were_counted_alone),
        cmocka_unit_test(row_47_what_nobody_is_responsible_for_is_a_blind_spot),
        cmocka_unit_test(a_day_outside_the_calendar_is_refused_by_name),
        cmocka_unit_test(figures_are_given_for_a_zone_or_a_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
