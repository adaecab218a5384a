/* test_stale.c - the house was down: what should have been said long ago comes in one digest for each recipient. */
#include "township.h"

static Duban__Notice *last_digest(struct township *t, const char *account)
{
    return last_notice(t, account, "digest");
}

static void come_back(struct township *t, const char *when)
{
    Duban__Tick tick = DUBAN__TICK__INIT;

    clock_at(t, when);
    SUBMIT(t, "ingest", TICK, tick, &tick);
    pass_until(t, when);
}

/* Two cases of level C of 10:00 and 10:05, due on the 13th. */
static void begin(struct township *t)
{
    township_open(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "DS-06");
    clock_at(t, "2020-02-10T10:05");
    fails(t, "DORM-1", "DS-06");
    pass_until(t, "2020-02-12T20:00");
    forget_told(t);
}

static void what_is_long_past_comes_in_one_digest_marked_late(void **unused)
{
    const Duban__Notice *digest;
    struct township t;

    (void) unused;
    begin(&t);
    come_back(&t, "2020-02-14T20:00");
    assert_int_equal(told(&t, "lead", "overdue_lead"), 0);
    assert_int_equal(told(&t, "lead", "digest"), 1);
    digest = last_digest(&t, "lead");
    assert_int_equal(digest->n_items, 2);
    assert_true(digest->late);
    assert_int_equal(digest->due_at_s, at("2020-02-14T10:00"));
    assert_int_equal(digest->decided_at_s, at("2020-02-14T20:00"));
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 0);
    assert_string_equal(last_digest(&t, "inspector-n1")->items[0]->kind, "overdue_owner");
    township_close(&t);
}

static void near_due_never_goes_after_the_due(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    come_back(&t, "2020-02-14T20:00");
    for (size_t i = 0; i < last_digest(&t, "inspector-n1")->n_items; i++)
        assert_string_not_equal(last_digest(&t, "inspector-n1")->items[i]->kind, "near_due");
    assert_true(not_told(&t, "past") >= 2);
    township_close(&t);
}

static void what_is_a_little_late_goes_by_itself(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    come_back(&t, "2020-02-13T15:00");
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 1);   /* 5 hours */
    come_back(&t, "2020-02-14T16:00");
    assert_int_equal(told(&t, "lead", "overdue_lead"), 2);           /* 6 hours, not more */
    township_close(&t);
}

static void at_night_it_waits_for_the_morning(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    come_back(&t, "2020-02-14T23:00");
    assert_int_equal(told(&t, "lead", "digest"), 0);
    pass_until(&t, "2020-02-15T07:44");
    assert_int_equal(told(&t, "lead", "digest"), 1);
    assert_true(last_digest(&t, "lead")->late);
    township_close(&t);
}

static void what_is_urgent_goes_by_itself_however_late(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    fails(&t, "COUR-1", "RT-02");          /* level A at 20:00 */
    forget_told(&t);
    come_back(&t, "2020-02-13T12:00");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 1);
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);
    township_close(&t);
}

static void a_night_that_was_slept_through_is_in_it_too(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T22:30");
    fails(&t, "COUR-1", "DS-06");          /* its notices wait for 07:00 */
    forget_told(&t);
    come_back(&t, "2020-02-11T20:00");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 0);
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);
    assert_string_equal(last_digest(&t, "site-COUR-1")->items[0]->kind, "notice_to_site");
    assert_int_equal(last_digest(&t, "site-COUR-1")->due_at_s, at("2020-02-11T07:00"));
    township_close(&t);
}

static void without_the_value_each_goes_by_itself(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "\nlate_digest_after:", "\n# ");
    activate(&t, "epidemic-2020-beijing");
    clock_at(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-12T20:00");
    forget_told(&t);
    come_back(&t, "2020-02-14T20:00");
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);
    township_close(&t);
}

/* A reminder of level C soon after its due that says what becomes of it when it is late. */
static void begin_with_late(struct township *t, const char *late)
{
    char rows[200];

    township_open(t, "2020-02-10T09:00");
    begin_era(t, ERA_OF_EXPIRED);
    snprintf(rows, sizeof rows, "    C:\n      - { at: +30m, late: %s, message: explanation_wanted, to: [site_contact, owner] }\n      - { at: -24h", late);
    write_instead(t, "    C:\n      - { at: -24h", rows);
    activate(t, "epidemic-2020-beijing");
    assert_null(held_last(t));
    clock_at(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "DS-06");
    pass_until(t, "2020-02-13T09:00");
    forget_told(t);
}

static void what_is_to_be_sent_however_late_goes_by_itself(void **unused)
{
    struct township t;

    (void) unused;
    begin_with_late(&t, "send");
    come_back(&t, "2020-02-13T18:00");
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 1);
    assert_true(last_notice(&t, "site-COUR-1", "explanation_wanted")->late);
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);   /* step 0, of which nothing is written */
    township_close(&t);
}

static void what_may_be_dropped_is_counted_by_the_next_summary_that_is_told(void **unused)
{
    const Duban__Notice *summary;
    struct township t;

    (void) unused;
    begin_with_late(&t, "drop");
    come_back(&t, "2020-02-14T10:31");   /* the summary of the 13th is not told any more */
    assert_int_equal(told(&t, "site-COUR-1", "explanation_wanted"), 0);
    assert_true(not_told(&t, "past") >= 1);
    pass_until(&t, "2020-02-14T20:10");
    summary = last_notice(&t, "lead", "evening_summary");
    assert_true(summary->items[0]->meeting->expired >= 2);   /* it, and that summary */
    assert_contains(summary->items[0]->matter->zh, "过时未发");
    pass_until(&t, "2020-02-15T20:10");
    assert_int_equal(last_notice(&t, "lead", "evening_summary")->items[0]->meeting->expired, 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_to_be_sent_however_late_goes_by_itself),
        cmocka_unit_test(what_may_be_dropped_is_counted_by_the_next_summary_that_is_told),
        cmocka_unit_test(what_is_long_past_comes_in_one_digest_marked_late),
        cmocka_unit_test(near_due_never_goes_after_the_due),
        cmocka_unit_test(what_is_a_little_late_goes_by_itself),
        cmocka_unit_test(at_night_it_waits_for_the_morning),
        cmocka_unit_test(what_is_urgent_goes_by_itself_however_late),
        cmocka_unit_test(a_night_that_was_slept_through_is_in_it_too),
        cmocka_unit_test(without_the_value_each_goes_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
