/* test_grouping.c - what is said to one person at one moment, or after many other messages, is said together. */
#include "township.h"

enum { HOUSEHOLDS = 4 };

static void begin(struct township *t, const char *when)
{
    township_open(t, when);
    begin_era(t, ENGINE_VERSION);
    forget_told(t);
}

static void isolate(struct township *t, uint8_t number)
{
    Duban__Isolation message = DUBAN__ISOLATION__INIT;
    Duban__Personal person = DUBAN__PERSONAL__INIT, address = DUBAN__PERSONAL__INIT;
    uint8_t tokens[2][16] = { { 1, number }, { 2, number } };

    person.value_case = address.value_case = DUBAN__PERSONAL__VALUE_TOKEN;
    person.token = (ProtobufCBinaryData){ 16, tokens[0] };
    address.token = (ProtobufCBinaryData){ 16, tokens[1] };
    message.person = &person;
    message.address = &address;
    message.area = "N1";
    message.basis = "domestic_return";
    message.start_ms = at("2020-02-01T15:00") * 1000;
    SUBMIT(t, "contact-n1", ISOLATION, isolation, &message);
}

/* Arrived on 1 February, registered that evening. */
static void isolate_all(struct township *t)
{
    begin(t, "2020-02-01T21:00");
    for (uint8_t i = 0; i < HOUSEHOLDS; i++)
        isolate(t, i);
    forget_told(t);
}

/* Nothing is held of that number: the clerk is told that each of these acts is declined. */
static void decline(struct township *t, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        Duban__Release message = DUBAN__RELEASE__INIT;

        message.sequence = 7777;
        message.reason = "重复";
        message.rejected = true;
        SUBMIT(t, "clerk", RELEASE, release, &message);
    }
}

static size_t folded(struct township *t, const char *recipient, const char *reason)
{
    size_t count = 0;

    for (uint64_t sequence = t->seen_fact + 1; sequence <= t->rules.state.meta.fact_last; sequence++) {
        const Duban__Fact *fact = fact_at(t, sequence);

        count += fact->kind == FACT(FOLDED) && strcmp(fact->recipient, recipient) == 0 && strcmp(fact->reason, reason) == 0;
    }
    return count;
}

/* ---------------------------------------------------------------- of one second */

static void households_of_one_area_are_one_message_to_whoever_hears_of_them(void **state)
{
    struct township t;

    (void) state;
    isolate_all(&t);
    pass_until(&t, "2020-02-02T12:30");
    assert_int_equal(told(&t, "contact-n1", "isolation_contact_due"), 1);
    assert_int_equal(last_notice(&t, "contact-n1", "isolation_contact_due")->n_items, HOUSEHOLDS);
    assert_int_equal(last_notice(&t, "contact-n1", "isolation_contact_due")->due_at_s, at("2020-02-02T10:00"));
    assert_int_equal(told(&t, "contact-n1", "isolation_missing"), 1);
    assert_int_equal(told(&t, "lead", "isolation_missing"), 1);
    assert_int_equal(last_notice(&t, "lead", "isolation_missing")->n_items, HOUSEHOLDS);
    assert_int_equal(last_notice(&t, "lead", "isolation_missing")->due_at_s, at("2020-02-02T12:00") + 1);
    pass_until(&t, "2020-02-02T20:30");
    assert_int_equal(told(&t, "lead", "isolation_missing_again"), 1);
    assert_int_equal(last_notice(&t, "lead", "isolation_missing_again")->n_items, HOUSEHOLDS);
    township_close(&t);
}

static void each_of_them_has_its_own_fact_and_none_is_lost(void **state)
{
    struct township t;
    size_t found = 0;

    (void) state;
    isolate_all(&t);
    pass_until(&t, "2020-02-02T10:00");
    for (uint64_t sequence = t.seen_fact + 1; sequence <= t.rules.state.meta.fact_last; sequence++) {
        const Duban__Fact *fact = fact_at(&t, sequence);

        if (fact->kind != FACT(TOLD) || strcmp(fact->message_kind, "isolation_contact_due") != 0)
            continue;
        assert_int_equal(fact->outbox_sequence, t.rules.state.meta.outbox_last);
        assert_string_equal(fact->rule, "reminders.isolation_contact.*[0]");
        found++;
    }
    assert_int_equal(found, HOUSEHOLDS);
    township_close(&t);
}

static void cases_that_fall_due_at_one_moment_chase_their_owner_once(void **state)
{
    struct township t;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    fails(&t, "DORM-1", "DS-01");
    forget_told(&t);
    pass_until(&t, "2020-02-11T10:30");
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 1);
    assert_int_equal(last_notice(&t, "inspector-n1", "overdue_owner")->n_items, 2);
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 1);
    assert_int_equal(last_notice(&t, "site-COUR-1", "overdue_owner")->n_items, 1);
    township_close(&t);
}

/* The end of one takes its item out of the notice, as of any other. */
static void what_went_along_is_withdrawn_with_its_task(void **state)
{
    struct township t;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    fails(&t, "DORM-1", "DS-01");
    pass_until(&t, "2020-02-11T10:00");
    pass_until(&t, "2020-02-11T10:01");
    forget_told(&t);
    passes(&t, "DORM-1", "DS-01");
    assert_non_null(last_fact(&t, FACT(WITHDRAWN)));
    assert_true(last_fact(&t, FACT(WITHDRAWN))->outbox_sequence > 0);
    township_close(&t);
}

static void an_earlier_era_said_each_by_itself(void **state)
{
    struct township t;

    (void) state;
    isolate_all(&t);
    begin_era(&t, ERA_OF_GROUPING - 1);
    pass_until(&t, "2020-02-02T10:00");
    assert_int_equal(told(&t, "contact-n1", "isolation_contact_due"), HOUSEHOLDS);
    decline(&t, 8);
    assert_int_equal(told(&t, "clerk", "act_declined"), 8);
    township_close(&t);
}

/* ---------------------------------------------------------------- after many others */

static void after_five_single_messages_the_rest_of_the_half_hour_comes_in_one_digest(void **state)
{
    struct township t;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    decline(&t, 1);
    clock_at(&t, "2020-02-10T10:05");
    decline(&t, 6);
    assert_int_equal(told(&t, "clerk", "act_declined"), 5);
    assert_int_equal(folded(&t, "clerk", "many"), 2);
    assert_int_equal(last_fact(&t, FACT(FOLDED))->new_s, at("2020-02-10T10:30"));
    pass_until(&t, "2020-02-10T10:20");
    decline(&t, 1);                                     /* still within the time that counts */
    pass_until(&t, "2020-02-10T10:31");
    assert_int_equal(told(&t, "clerk", "act_declined"), 5);
    assert_int_equal(told(&t, "clerk", "digest"), 1);
    assert_int_equal(last_notice(&t, "clerk", "digest")->n_items, 3);
    assert_int_equal(last_notice(&t, "clerk", "digest")->due_at_s, at("2020-02-10T10:30"));
    decline(&t, 1);                                     /* the first one counts no more */
    assert_int_equal(told(&t, "clerk", "act_declined"), 6);
    township_close(&t);
}

static void what_is_urgent_waits_for_no_digest(void **state)
{
    struct township t;
    Duban__UrgentReport report = DUBAN__URGENT_REPORT__INIT;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    decline(&t, 7);
    report.where_case = DUBAN__URGENT_REPORT__WHERE_SITE;
    report.site = "COUR-1";
    SUBMIT(&t, "inspector-n1", URGENT_REPORT, urgent_report, &report);
    assert_int_equal(told(&t, "clerk", "urgent_fever"), 1);
    assert_int_equal(folded(&t, "clerk", "many"), 2);
    township_close(&t);
}

static void what_is_done_by_then_is_not_said(void **state)
{
    struct township t;
    Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;
    Duban__Acknowledgement acknowledgement = DUBAN__ACKNOWLEDGEMENT__INIT;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    for (size_t i = 0; i < 5; i++)
        fails(&t, "COUR-9", "DS-01");                   /* no such site: inspector-n1 hears five times that it is held */
    visit(&t, "inspector-n2", "COUR-1", "DS-06", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    assignment.case_ = reference_to(&t, "COUR-1", "DS-06");
    assignment.owner = "inspector-n1";
    SUBMIT(&t, "leader-north", ASSIGNMENT, assignment, &assignment);
    assert_int_equal(told(&t, "inspector-n1", "new_case"), 0);
    assert_int_equal(folded(&t, "inspector-n1", "many"), 1);
    clock_at(&t, "2020-02-10T10:10");
    acknowledgement.case_ = reference_to(&t, "COUR-1", "DS-06");
    SUBMIT(&t, "inspector-n1", ACKNOWLEDGEMENT, acknowledgement, &acknowledgement);
    pass_until(&t, "2020-02-10T10:40");
    assert_int_equal(told(&t, "inspector-n1", "digest"), 0);
    assert_int_equal(not_told(&t, "done"), 1);
    township_close(&t);
}

/* What the night kept comes at seven, and is no more than the day allows. */
static void the_end_of_the_night_brings_no_more_single_messages_than_that(void **state)
{
    struct township t;

    (void) state;
    begin(&t, "2020-02-10T23:00");
    decline(&t, 8);
    pass_until(&t, "2020-02-11T07:31");
    assert_int_equal(told(&t, "clerk", "act_declined"), 5);
    assert_int_equal(told(&t, "clerk", "digest"), 1);
    assert_int_equal(last_notice(&t, "clerk", "digest")->n_items, 3);
    township_close(&t);
}

static void a_pack_without_the_section_sends_each_by_itself(void **state)
{
    struct township t;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    write_instead(&t, "\ngrouping:\n  most: 5\n  within: 30m\n", "\n");
    activate(&t, "epidemic-2020-beijing");
    decline(&t, 8);
    assert_int_equal(told(&t, "clerk", "act_declined"), 8);
    township_close(&t);
}

static void what_is_kept_for_one_person_changes_nothing_of_what_another_is_told(void **state)
{
    static const char *const ITEMS[] = { "DS-01", "DS-06", "EP-01", "EP-05", "EP-04", "EP-02" };
    struct township t;
    Duban__Extension extension = DUBAN__EXTENSION__INIT;
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    for (size_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++)
        fails(&t, "COUR-1", ITEMS[i]);   /* its contact hears of five at once, and of more in a list */
    forget_told(&t);
    extension.case_ = approval.case_ = reference_to(&t, "COUR-1", "DS-01");
    extension.new_due_ms = at("2020-02-11T15:00") * 1000;
    extension.reason = "等配件";
    SUBMIT(&t, "site-COUR-1", EXTENSION, extension, &extension);
    approval.matter = DUBAN__MATTER__MATTER_EXTENSION;
    approval.decision = DUBAN__DECISION__DECISION_GRANTED;
    SUBMIT(&t, "leader-north", APPROVAL, approval, &approval);
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->extensions, 1);
    assert_int_equal(told(&t, "site-COUR-1", "extension_granted"), 0);
    assert_int_equal(told(&t, "inspector-n1", "extension_granted"), 1);
    assert_string_equal(last_notice(&t, "inspector-n1", "extension_granted")->items[0]->kind, "");
    township_close(&t);
}

/* Said to its owner once more, as timers of one second do, and the second is over. */
static void say_together(struct township *t, Duban__Notice *notice)
{
    struct state *state = &t->rules.state;

    t->rules.engine.account = "";      /* a timer is nobody's; who was heard last is gone with his entry */
    state_begin(state);
    state_link_begin(state);
    state_put_together(state, notice);
    engine_send_together(&t->rules.engine);
    state_link_end(state);
    assert_int_equal(state_commit(state), 0);
}

static void what_ended_in_the_same_second_is_not_said(void **state)
{
    struct township t;
    Duban__Notice *notice;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T09:01");
    notice = last_notice(&t, "site-COUR-1", "near_due");
    assert_non_null(notice);
    notice = state_unpack(&t.arena, &duban__notice__descriptor, message_pack(&t.arena, notice));
    forget_told(&t);
    say_together(&t, notice);
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 1);
    claim(&t, "COUR-1", "DS-01");
    forget_told(&t);
    say_together(&t, notice);
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 0);
    assert_int_equal(not_told(&t, "done"), 1);
    township_close(&t);
}

static Duban__Task *rectification_of(struct township *t, const char *item)
{
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, &state_case_at(&t->rules.state, "COUR-1", item)->rectification_task);
    store_abort(&t->rules.state.txn);
    assert_non_null(task);
    return task;
}

/* The row at that place of the other's plan repeats, and is not what was said of it. */
static void what_goes_along_starts_no_clock_of_a_row_of_its_own(void **state)
{
    struct township t;
    Duban__Notice *notice;
    Duban__NoticeItem other = DUBAN__NOTICE_ITEM__INIT;
    Duban__NoticeItem *items[2];
    size_t heard;

    (void) state;
    begin(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "RT-02");
    pass_until(&t, "2020-02-10T10:30");
    fails(&t, "COUR-1", "CR-01");
    pass_until(&t, "2020-02-10T13:01");
    notice = last_notice(&t, "site-COUR-1", "explanation_wanted");
    assert_non_null(notice);
    notice = state_unpack(&t.arena, &duban__notice__descriptor, message_pack(&t.arena, notice));
    heard = rectification_of(&t, "RT-02")->n_heard;
    assert_true(heard > 0);
    other.task = rectification_of(&t, "CR-01")->id;
    other.task.data = (uint8_t *) arena_copy(&t.arena, other.task.data, other.task.len);
    items[0] = notice->items[0];
    items[1] = &other;
    notice->n_items = 2;
    notice->items = items;
    state_begin(&t.rules.state);
    state_link_begin(&t.rules.state);
    engine_note_all_heard(&t.rules.engine, notice, 1);
    state_link_end(&t.rules.state);
    assert_int_equal(state_commit(&t.rules.state), 0);
    assert_int_equal(rectification_of(&t, "RT-02")->n_heard, heard);
    assert_int_equal(rectification_of(&t, "CR-01")->n_heard, 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(households_of_one_area_are_one_message_to_whoever_hears_of_them),
        cmocka_unit_test(each_of_them_has_its_own_fact_and_none_is_lost),
        cmocka_unit_test(cases_that_fall_due_at_one_moment_chase_their_owner_once),
        cmocka_unit_test(what_went_along_is_withdrawn_with_its_task),
        cmocka_unit_test(an_earlier_era_said_each_by_itself),
        cmocka_unit_test(after_five_single_messages_the_rest_of_the_half_hour_comes_in_one_digest),
        cmocka_unit_test(what_is_urgent_waits_for_no_digest),
        cmocka_unit_test(what_is_done_by_then_is_not_said),
        cmocka_unit_test(the_end_of_the_night_brings_no_more_single_messages_than_that),
        cmocka_unit_test(a_pack_without_the_section_sends_each_by_itself),
        cmocka_unit_test(what_is_kept_for_one_person_changes_nothing_of_what_another_is_told),
        cmocka_unit_test(what_ended_in_the_same_second_is_not_said),
        cmocka_unit_test(what_goes_along_starts_no_clock_of_a_row_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
