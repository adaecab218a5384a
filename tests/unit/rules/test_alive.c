/* test_alive.c - the dead man's signal: each evening summary says what was checked, told, and did not arrive. */
#include "township.h"

static void become(struct township *t, uint64_t notice, Duban__Grade grade)
{
    Duban__Outcomes outcomes = DUBAN__OUTCOMES__INIT;
    Duban__Outcome outcome = DUBAN__OUTCOME__INIT;
    Duban__Outcome *list[] = { &outcome };

    outcome.notice = notice;
    outcome.grade = grade;
    outcomes.n_outcomes = 1;
    outcomes.outcomes = list;
    SUBMIT(t, "notify", OUTCOMES, outcomes, &outcomes);
}

/* All notices since the last look. */
static void all_become(struct township *t, Duban__Grade grade)
{
    uint64_t last = t->rules.state.meta.outbox_last;

    for (uint64_t sequence = t->seen_outbox + 1; sequence <= last; sequence++)
        become(t, sequence, grade);
}

/* Notices among the records of the outbox behind that one. */
static uint32_t notices_after(struct township *t, uint64_t sequence)
{
    uint32_t count = 0;

    state_begin(&t->rules.state);
    while (++sequence <= t->rules.state.meta.outbox_last)
        count += state_notice(&t->rules.state, sequence) != NULL;
    store_abort(&t->rules.state.txn);
    return count;
}

static const Duban__NoticeItem *summary(struct township *t)
{
    return last_notice(t, "lead", "evening_summary")->items[0];
}

static void begin_of(struct township *t, uint32_t era)
{
    township_open(t, "2020-02-10T10:00");
    begin_era(t, era);
    forget_told(t);
}

static void begin(struct township *t)
{
    begin_of(t, ERA_OF_ALIVE);
}

static void the_summary_says_what_was_checked_told_and_did_not_arrive(void **unused)
{
    struct township t;
    uint64_t first, told_now;
    char zh[120], en[120];

    (void) unused;
    begin(&t);
    first = t.rules.state.meta.outbox_last + 1;
    fails(&t, "COUR-1", "DS-06");
    told_now = t.rules.state.meta.outbox_last - first + 1;
    assert_true(told_now > 0);
    become(&t, first, DUBAN__GRADE__GRADE_DEAD);
    for (uint64_t i = 1; i < told_now; i++)
        become(&t, first + i, DUBAN__GRADE__GRADE_DELIVERED);
    become(&t, first, DUBAN__GRADE__GRADE_SPOOLED);   /* the same one */
    pass_until(&t, "2020-02-10T12:00");
    for (uint64_t later = first + told_now; later <= t.rules.state.meta.outbox_last; later++)   /* that it did not arrive is told */
        become(&t, later, DUBAN__GRADE__GRADE_DELIVERED);
    pass_until(&t, "2020-02-10T21:00");
    snprintf(zh, sizeof zh, "提醒机制运行正常：检查%u项，发出%u条，未送达1条", summary(&t)->meeting->checked, summary(&t)->meeting->told);
    snprintf(en, sizeof en, "alerting was alive: %u checked, %u told, 1 did not arrive", summary(&t)->meeting->checked, summary(&t)->meeting->told);
    assert_non_null(strstr(summary(&t)->matter->zh, zh));
    assert_non_null(strstr(summary(&t)->matter->en, en));
    assert_true(summary(&t)->meeting->told >= told_now);
    township_close(&t);
}

static void what_nobody_has_heard_of_for_an_hour_is_in_doubt(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    fails(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-10T21:00");
    assert_true(summary(&t)->meeting->outcomes_missing > 0);
    assert_non_null(strstr(summary(&t)->matter->zh, "提醒机制待查：检查"));
    assert_non_null(strstr(summary(&t)->matter->en, "alerting is in doubt: "));
    all_become(&t, DUBAN__GRADE__GRADE_DELIVERED);   /* it comes to light after all */
    for (int hour = 0; hour < 21; hour++) {
        char when[40];

        snprintf(when, sizeof when, "2020-02-11T%02d:00", hour);
        pass_until(&t, when);
        all_become(&t, DUBAN__GRADE__GRADE_DELIVERED);
    }
    pass_until(&t, "2020-02-11T21:00");
    assert_int_equal(summary(&t)->meeting->outcomes_missing, 0);
    assert_non_null(strstr(summary(&t)->matter->zh, "提醒机制运行正常：检查"));
    township_close(&t);
}

static void each_is_in_one_summary(void **unused)
{
    struct township t;
    uint32_t before;

    (void) unused;
    begin(&t);
    fails(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-10T21:00");
    all_become(&t, DUBAN__GRADE__GRADE_DEAD);   /* after the cut-off: for the next one */
    before = summary(&t)->meeting->told;
    assert_int_equal(summary(&t)->meeting->not_arrived, 0);
    pass_until(&t, "2020-02-11T21:00");
    assert_true(summary(&t)->meeting->not_arrived >= before);
    pass_until(&t, "2020-02-12T21:00");
    assert_int_equal(summary(&t)->meeting->not_arrived, 0);
    township_close(&t);
}

/* Half a day without a sender: the oldest are counted together, and none is lost. */
static void wait_half_a_day(uint32_t era, size_t slots)
{
    struct township t;
    const Duban__AlertingBook *book;
    uint32_t waited_for = 0;
    uint64_t before;

    begin_of(&t, era);
    before = t.rules.state.meta.outbox_last;
    fails(&t, "COUR-1", "DS-06");
    for (int i = 0; i < 120; i++) {
        t.now_s += 340;
        edit_level(&t, "COUR-1", "DS-06", i % 2 == 0 ? "B" : "C");
    }
    assert_true(notices_after(&t, before) >= 60);
    state_begin(&t.rules.state);
    arena_reset(&t.rules.state.arena);
    book = state_alerting_book(&t.rules.state);
    assert_non_null(book);
    assert_int_equal(book->n_slots, slots);
    for (size_t i = 0; i < book->n_slots; i++)
        waited_for += book->slots[i]->told;
    store_abort(&t.rules.state.txn);
    assert_int_equal(waited_for, notices_after(&t, before));
    township_close(&t);
}

static void what_is_waited_for_is_bounded_and_none_is_lost(void **unused)
{
    (void) unused;
    wait_half_a_day(ERA_OF_FEW_SLOTS, 8);
    wait_half_a_day(ERA_OF_FEW_SLOTS - 1, 48);
}

static void an_earlier_era_says_nothing_of_it(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_ALIVE - 1);
    fails(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-10T21:00");
    assert_null(strstr(summary(&t)->matter->zh, "提醒机制"));
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_summary_says_what_was_checked_told_and_did_not_arrive),
        cmocka_unit_test(what_nobody_has_heard_of_for_an_hour_is_in_doubt),
        cmocka_unit_test(each_is_in_one_summary),
        cmocka_unit_test(what_is_waited_for_is_bounded_and_none_is_lost),
        cmocka_unit_test(an_earlier_era_says_nothing_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
