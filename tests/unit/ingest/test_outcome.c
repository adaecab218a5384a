#include "ingest_fixture.h"

/* A Submit at ingest.outcome with facts [first, first + count) of one grade. */
static struct verdict tell(struct fixture *f, uint64_t number, uint64_t first, size_t count, Duban__Grade grade,
                           size_t alarms)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Outcomes outcomes = DUBAN__OUTCOMES__INIT;
    Duban__HouseAlarm alarm = DUBAN__HOUSE_ALARM__INIT;
    Duban__HouseAlarm *alarm_list[1] = { &alarm };
    Duban__Outcome *list[256];

    alarm.kind = DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW;
    alarm.at_ms = FIRST_WALL_MS;
    for (size_t i = 0; i < count; i++) {
        list[i] = arena_take(&f->arena, sizeof *list[i]);
        duban__outcome__init(list[i]);
        list[i]->notice = first + i;
        list[i]->grade = grade;
        list[i]->channel = "spool";
    }
    outcomes.outcomes = list;
    outcomes.n_outcomes = count;
    outcomes.alarms = alarm_list;
    outcomes.n_alarms = alarms;
    entry.body_case = DUBAN__ENTRY__BODY_OUTCOMES;
    entry.outcomes = &outcomes;
    push(f, f->notify, "notify", id_of(number), message_pack(&f->arena, &entry));
    return verdict(f, f->notify);
}

#define DELIVERED DUBAN__GRADE__GRADE_DELIVERED
#define DEAD DUBAN__GRADE__GRADE_DEAD

static void each_fact_is_journaled_once(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(tell(&f, 1, 1, 3, DELIVERED, 0), 1, false);
    assert_int_equal(record_at(&f, 1).flags, 0);
    assert_receipt(tell(&f, 2, 2, 4, DELIVERED, 0), 2, false);
    assert_int_equal(record_at(&f, 2).flags, RECORD_REPACKED);
    assert_int_equal(entry_at(&f, 2)->outcomes->n_outcomes, 2);
    assert_int_equal(entry_at(&f, 2)->outcomes->outcomes[0]->notice, 4);
    assert_int_equal(entry_at(&f, 2)->outcomes->outcomes[1]->notice, 5);
    assert_int_equal(f.ingest->counters.facts, 5);
    assert_int_equal(f.ingest->counters.facts_held, 2);
    teardown(&f);
}

static void facts_that_are_all_held_get_the_receipt_of_the_entry_that_holds_them(void **state)
{
    struct fixture f;
    struct verdict first, again;

    (void) state;
    setup(&f);
    first = tell(&f, 1, 1, 3, DELIVERED, 0);
    pass_ms(MINUTE_MS);
    again = tell(&f, 2, 1, 2, DELIVERED, 0);
    assert_receipt(again, 1, true);
    assert_int_equal(again.receipt->stamp_ms, first.receipt->stamp_ms);
    assert_int_equal(status(&f)->last_sequence, 1);
    teardown(&f);
}

static void another_grade_of_the_same_notice_is_another_fact(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(tell(&f, 1, 1, 1, DELIVERED, 0), 1, false);
    assert_receipt(tell(&f, 2, 1, 1, DEAD, 0), 2, false);
    teardown(&f);
}

static void what_became_of_it_when_it_was_sent_again_is_another_fact(void **state)
{
    struct fixture f;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Outcomes outcomes = DUBAN__OUTCOMES__INIT;
    Duban__Outcome outcome = DUBAN__OUTCOME__INIT;
    Duban__Outcome *list[] = { &outcome };

    (void) state;
    setup(&f);
    assert_receipt(tell(&f, 1, 1, 1, DEAD, 0), 1, false);
    outcome.notice = 1;
    outcome.grade = DEAD;
    outcomes.outcomes = list;
    outcomes.n_outcomes = 1;
    entry.body_case = DUBAN__ENTRY__BODY_OUTCOMES;
    entry.outcomes = &outcomes;
    for (uint32_t retry = 1; retry <= 2; retry++) {
        outcome.retry = retry;
        outcome.attempts = 1;
        push(&f, f.notify, "notify", id_of(UINT64_C(10) * retry), message_pack(&f.arena, &entry));
        assert_receipt(verdict(&f, f.notify), 1 + retry, false);
        outcome.attempts = 2;   /* the same told otherwise */
        push(&f, f.notify, "notify", id_of(10 * retry + 1), message_pack(&f.arena, &entry));
        assert_receipt(verdict(&f, f.notify), 1 + retry, true);
    }
    teardown(&f);
}

static void alarms_are_journaled_even_beside_facts_that_are_held(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(tell(&f, 1, 1, 1, DELIVERED, 0), 1, false);
    assert_receipt(tell(&f, 2, 1, 1, DELIVERED, 1), 2, false);
    assert_int_equal(entry_at(&f, 2)->outcomes->n_outcomes, 0);
    assert_int_equal(entry_at(&f, 2)->outcomes->n_alarms, 1);
    assert_receipt(tell(&f, 3, 0, 0, DELIVERED, 1), 3, false);
    teardown(&f);
}

static void facts_are_remembered_over_a_restart_and_a_full_entry_has_256(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(tell(&f, 1, 1, 256, DELIVERED, 0), 1, false);
    restart(&f);
    assert_receipt(tell(&f, 2, 1, 256, DELIVERED, 0), 1, true);
    assert_int_equal(rows_in(&f, TABLE_FACT), 256);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_is_journaled_once),
        cmocka_unit_test(facts_that_are_all_held_get_the_receipt_of_the_entry_that_holds_them),
        cmocka_unit_test(another_grade_of_the_same_notice_is_another_fact),
        cmocka_unit_test(what_became_of_it_when_it_was_sent_again_is_another_fact),
        cmocka_unit_test(alarms_are_journaled_even_beside_facts_that_are_held),
        cmocka_unit_test(facts_are_remembered_over_a_restart_and_a_full_entry_has_256),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
