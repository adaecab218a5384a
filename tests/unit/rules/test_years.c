/* test_years.c - a year that the calendar does not publish stands on the agenda and in the status, until it does. */
#include "queries.h"
#include "township.h"

#define YEAR DUBAN__AGENDA_KIND__AGENDA_KIND_CALENDAR

static const char TWO_YEARS[] = "date,kind,zh,en\n2020,year,,\n2021,year,,\n2021-01-01,off,元旦,New Year's Day\n";

static const char NOTICE[] = "calendar_notice_days: 60", NO_NOTICE[] = "calendar_notice_days: 0 ";

/* SD-01 is the item of level X, whose limits are in working time; under a pack that refers nothing it is a case. */
static void begin(struct township *t, const char *when, uint32_t era)
{
    township_open(t, when);
    leave_out(t, "\nreferrals:\n");
    activate(t, "epidemic-2020-beijing");
    begin_era(t, era);
    forget_told(t);
}

static const Duban__AgendaRows *agenda(struct township *t)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply reply = DUBAN__REPLY__INIT, *copy;
    struct question question;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    question = (struct question){ .rules = &t->rules, .query = &query, .reply = &reply, .arena = &t->rules.state.arena,
                                  .now_s = t->now_s, .limit = 200 };
    query_on_agenda(&question);
    copy = message_unpack_own(&t->arena, &duban__reply__descriptor, message_pack(&t->arena, &reply));
    store_abort(&t->rules.state.txn);
    assert_non_null(copy);
    return copy->agenda;
}

/* The line of a year, when it is the only one of its kind; NULL: there is none. */
static const Duban__AgendaRow *year_on_agenda(struct township *t)
{
    const Duban__AgendaRows *rows = agenda(t);
    const Duban__AgendaRow *found = NULL;

    for (size_t i = 0; i < rows->n_rows; i++)
        if (rows->rows[i]->item->kind == YEAR) {
            assert_null(found);
            found = rows->rows[i];
        }
    return found;
}

static size_t gaps(struct township *t, struct calendar_gap found[MAX_CALENDAR_GAPS])
{
    size_t count;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    count = engine_calendar_gaps(&t->rules.engine, t->now_s, found);
    store_abort(&t->rules.state.txn);
    return count;
}

static const Duban__Meeting *morning(struct township *t, const char *day)
{
    Duban__Meeting *found;
    struct bytes packed;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    found = state_meeting(&t->rules.state, civil_day(at(day), 8 * 3600), DUBAN__MEETING_KIND__MEETING_KIND_MORNING);
    assert_non_null(found);
    packed = message_pack(&t->arena, found);
    store_abort(&t->rules.state.txn);
    return message_unpack_own(&t->arena, &duban__meeting__descriptor, packed);
}

static void a_due_that_needs_a_year_puts_it_on_the_agenda_until_it_is_published(void **unused)
{
    const Duban__AgendaRow *row;
    struct calendar_gap found[MAX_CALENDAR_GAPS];
    struct township t;

    (void) unused;
    begin(&t, "2020-10-30T10:00", 7);
    leave_out(&t, "\nreferrals:\n");
    memcpy(memmem(t.policy.data, t.policy.size, NOTICE, strlen(NOTICE)), NO_NOTICE, strlen(NOTICE));
    activate(&t, "epidemic-2020-beijing");
    assert_null(year_on_agenda(&t));
    clock_at(&t, "2020-12-30T10:00");
    assert_null(year_on_agenda(&t));
    fails(&t, "DORM-1", "SD-01");
    row = year_on_agenda(&t);
    assert_non_null(row);
    assert_string_equal(row->duty->zh, "2021年放假安排");
    assert_string_equal(row->duty->en, "calendar of 2021");
    assert_non_null(strstr(row->what->zh, "calendar.csv"));
    assert_int_equal(gaps(&t, found), 1);
    assert_int_equal(found[0].year, 2021);
    assert_true(found[0].is_needed);
    t.calendar = bytes_of(TWO_YEARS, sizeof TWO_YEARS - 1);
    activate(&t, "epidemic-2020-beijing");
    assert_null(year_on_agenda(&t));
    assert_int_equal(gaps(&t, found), 0);
    assert_true(case_at(&t, "DORM-1", "SD-01")->due_s != 0);
    township_close(&t);
}

static void sixty_days_before_a_year_it_stands_on_the_morning_agenda(void **unused)
{
    const Duban__Meeting *brief;
    struct calendar_gap found[MAX_CALENDAR_GAPS];
    struct township t;

    (void) unused;
    begin(&t, "2020-10-31T10:00", 7);
    pass_until(&t, "2020-11-01T12:00");
    assert_null(year_on_agenda(&t));
    assert_int_equal(gaps(&t, found), 0);
    pass_until(&t, "2020-11-02T08:00");   /* 1 January is 60 days off */
    assert_non_null(year_on_agenda(&t));
    brief = morning(&t, "2020-11-02T00:00");
    assert_int_equal(brief->figures->agenda, 1);
    assert_int_equal(brief->n_points, 1);
    assert_int_equal(brief->points[0]->kind, YEAR);
    assert_int_equal(gaps(&t, found), 1);
    assert_false(found[0].is_needed);
    assert_int_equal(found[0].from_s, at("2021-01-01T00:00"));
    assert_non_null(last_notice(&t, "lead", "morning_brief"));
    assert_non_null(strstr(last_notice(&t, "lead", "morning_brief")->items[0]->matter->zh, "2021年放假安排未公布"));
    township_close(&t);
}

static void a_year_is_taken_up_behind_decisions_and_before_what_is_due_soon(void **unused)
{
    const Duban__AgendaRows *rows;
    Duban__Resolution resolution = DUBAN__RESOLUTION__INIT;
    struct township t;

    (void) unused;
    begin(&t, "2020-12-15T09:00", 7);
    resolution.matter = "添置围挡";
    resolution.owner = "leader-north";
    SUBMIT(&t, "lead", RESOLUTION, resolution, &resolution);
    fails(&t, "COUR-1", "EP-05");
    pass_until(&t, "2020-12-17T12:00");   /* its first reminder: the light is yellow */
    rows = agenda(&t);
    assert_int_equal(rows->n_rows, 3);
    assert_int_equal(rows->rows[0]->item->kind, DUBAN__AGENDA_KIND__AGENDA_KIND_RESOLUTION);
    assert_int_equal(rows->rows[1]->item->kind, YEAR);
    assert_int_equal(rows->rows[2]->item->kind, DUBAN__AGENDA_KIND__AGENDA_KIND_SOON);
    township_close(&t);
}

static void before_that_engine_no_year_stood_on_it_and_its_start_puts_it_there(void **unused)
{
    struct calendar_gap found[MAX_CALENDAR_GAPS];
    struct township t;

    (void) unused;
    begin(&t, "2020-12-30T10:00", 6);
    fails(&t, "DORM-1", "SD-01");
    pass_until(&t, "2020-12-31T12:00");
    assert_null(year_on_agenda(&t));
    assert_int_equal(gaps(&t, found), 1);   /* an answer, and no decision */
    begin_era(&t, 7);
    assert_non_null(year_on_agenda(&t));
    township_close(&t);
}

static void a_pack_that_knows_natural_time_only_asks_for_no_year(void **unused)
{
    struct calendar_gap found[MAX_CALENDAR_GAPS];
    struct township t;

    (void) unused;
    begin(&t, "2020-12-30T10:00", 7);
    assert_int_equal(gaps(&t, found), 1);
    t.policy.data = NULL;
    activate(&t, "fire-safety-mini");
    assert_int_equal(gaps(&t, found), 0);
    assert_null(year_on_agenda(&t));
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_due_that_needs_a_year_puts_it_on_the_agenda_until_it_is_published),
        cmocka_unit_test(sixty_days_before_a_year_it_stands_on_the_morning_agenda),
        cmocka_unit_test(a_year_is_taken_up_behind_decisions_and_before_what_is_due_soon),
        cmocka_unit_test(before_that_engine_no_year_stood_on_it_and_its_start_puts_it_there),
        cmocka_unit_test(a_pack_that_knows_natural_time_only_asks_for_no_year),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
