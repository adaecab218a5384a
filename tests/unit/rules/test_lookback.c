/* test_lookback.c - 回头看: closed cases are drawn and seen again by somebody who did not close them. */
#include "elsewhere.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define FAIL DUBAN__RESULT__RESULT_FAIL
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define LOOK_BACK(name) DUBAN__LOOK_BACK_STATE__LOOK_BACK_STATE_##name

enum { SITES = 12 };

/* ---------------------------------------------------------------- acts */

static uint64_t sees(struct township *t, const char *who, Duban__Result result)
{
    visit(t, who, "COUR-1", "EP-05", result, INSPECTION, 1);
    return t->sequence;
}

static void amend(struct township *t, const char *who, uint64_t report, Duban__Result result)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *list[] = { &answer };

    answer.item = "EP-05";
    answer.result = result;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = list;
    amendment.reason = "看错一栏";
    SUBMIT(t, who, AMENDMENT, amendment, &amendment);
    assert_null(held_last(t));
}

/* ---------------------------------------------------------------- what came of it */

static Duban__Case *the_case(struct township *t)
{
    return case_at(t, "COUR-1", "EP-05");
}

/* The only tally of a draw, in the township's arena; NULL: nothing takes part. */
static Duban__LookBackTally *tally(struct township *t, const char *drawn_at)
{
    Duban__LookBackRound *round;

    state_begin(&t->rules.state);
    round = state_look_back_round(&t->rules.state, at(drawn_at));
    round = state_unpack(&t->arena, &duban__look_back_round__descriptor, message_pack(&t->arena, round));
    store_abort(&t->rules.state.txn);
    assert_true(round->n_tallies <= 1);
    return round->n_tallies == 0 ? NULL : round->tallies[0];
}

static void assert_tally(struct township *t, uint32_t waiting, uint32_t kept, uint32_t failed, uint32_t ended)
{
    const Duban__LookBackTally *found = tally(t, "2020-02-17T08:00");

    assert_non_null(found);
    assert_int_equal(found->waiting, waiting);
    assert_int_equal(found->kept, kept);
    assert_int_equal(found->failed, failed);
    assert_int_equal(found->ended, ended);
    assert_int_equal(found->drawn, waiting + kept + failed + ended);
}

/* Closed on Monday the 10th by inspector-n1 alone: C, of which a tenth, at least one, is drawn a week later. */
static void open_and_close(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    fails(t, "COUR-1", "EP-05");
    clock_at(t, "2020-02-10T15:00");
    passes(t, "COUR-1", "EP-05");
    assert_int_equal(the_case(t)->state, CASE_STATE(CLOSED));
    forget_told(t);
}

static void open_and_draw(struct township *t)
{
    open_and_close(t);
    pass_until(t, "2020-02-17T09:30");
    assert_int_equal(the_case(t)->look_back->state, LOOK_BACK(WAITING));
}

/* ---------------------------------------------------------------- drawn, and by whom */

static void a_closed_case_is_drawn_for_a_colleague_who_did_not_close_it(void **state)
{
    struct township t;
    const Duban__Task *task;

    (void) state;
    open_and_close(&t);
    pass_until(&t, "2020-02-17T07:59");
    assert_null(the_case(&t)->look_back);
    assert_int_equal(tally(&t, "2020-02-17T08:00")->closed, 1);
    pass_until(&t, "2020-02-17T08:00");
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(WAITING));
    task = task_with(&t, &the_case(&t)->look_back_task);
    assert_string_equal(task->owner, "inspector-n2");
    assert_int_equal(task->due_s, at("2020-02-20T18:00"));
    assert_int_equal(told(&t, "inspector-n2", "look_back"), 1);
    assert_int_equal(told(&t, "inspector-n1", "look_back"), 0);
    assert_int_equal(told(&t, "site-COUR-1", "look_back"), 0);   /* the site is not warned */
    assert_int_equal(last_fact(&t, FACT(LOOK_BACK_DRAWN))->of, 1);
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    pass_until(&t, "2020-02-20T12:00");
    assert_int_equal(told(&t, "inspector-n2", "look_back_due"), 1);
    township_close(&t);
}

static void where_no_inspector_is_left_it_is_the_group_leaders(void **state)
{
    struct township t;

    (void) state;
    open_and_close(&t);
    holder(&t, "inspector-n2", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    pass_until(&t, "2020-02-17T08:00");
    assert_string_equal(task_with(&t, &the_case(&t)->look_back_task)->owner, "");
    assert_int_equal(told(&t, "leader-north", "look_back"), 1);
    township_close(&t);
}

static void what_was_reopened_before_the_draw_is_passed_over(void **state)
{
    struct township t;

    (void) state;
    open_and_close(&t);
    pass_until(&t, "2020-02-14T10:00");
    fails(&t, "COUR-1", "EP-05");
    assert_int_equal(the_case(&t)->recurrences, 1);
    pass_until(&t, "2020-02-17T08:00");
    assert_null(the_case(&t)->look_back);
    assert_int_equal(tally(&t, "2020-02-17T08:00")->drawn, 0);
    township_close(&t);
}

static void a_pack_without_the_section_looks_at_nothing_again(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    leave_out(&t, "look_back:\n  after_days");
    activate(&t, "epidemic-2020-beijing");
    assert_false(t.rules.engine.policy->look_back.given);
    fails(&t, "COUR-1", "EP-05");
    clock_at(&t, "2020-02-10T15:00");
    passes(&t, "COUR-1", "EP-05");
    pass_until(&t, "2020-02-25T09:00");
    assert_null(the_case(&t)->look_back);
    assert_null(tally(&t, "2020-02-17T08:00"));
    township_close(&t);
}

/* The figures of one level in the draw of the 17th, in the township's arena. */
static const Duban__LookBackTally *tally_of_level(struct township *t, const char *level)
{
    const Duban__LookBackTally *found = NULL;
    Duban__LookBackRound *round;

    state_begin(&t->rules.state);
    round = state_look_back_round(&t->rules.state, at("2020-02-17T08:00"));
    round = state_unpack(&t->arena, &duban__look_back_round__descriptor, message_pack(&t->arena, round));
    store_abort(&t->rules.state.txn);
    for (size_t i = 0; i < round->n_tallies; i++)
        if (strcmp(round->tallies[i]->level, level) == 0)
            found = round->tallies[i];
    assert_non_null(found);
    return found;
}

/* At C on the 8th, as a recurrence at B on the 11th. */
static void close_twice(struct township *t)
{
    township_open(t, "2020-02-08T09:00");
    fails(t, "COUR-1", "EP-05");
    clock_at(t, "2020-02-08T15:00");
    passes(t, "COUR-1", "EP-05");
    assert_int_equal(the_case(t)->state, CASE_STATE(CLOSED));
    clock_at(t, "2020-02-08T16:00");
    fails(t, "COUR-1", "EP-05");
    assert_string_equal(the_case(t)->level, "B");
    clock_at(t, "2020-02-08T17:00");
    sees(t, "inspector-n2", PASS);
    clock_at(t, "2020-02-11T11:00");
    sees(t, "inspector-n2", PASS);
    assert_int_equal(the_case(t)->state, CASE_STATE(CLOSED));
}

static void closed_twice_before_one_draw_it_is_drawn_once_at_the_level_of_the_closing_that_stands(void **state)
{
    struct township t;

    (void) state;
    close_twice(&t);
    assert_int_equal(tally_of_level(&t, "C")->closed, 0);
    assert_int_equal(tally_of_level(&t, "B")->closed, 1);
    pass_until(&t, "2020-02-17T09:30");
    assert_int_equal(facts(&t, FACT(LOOK_BACK_DRAWN)), 1);
    assert_string_equal(the_case(&t)->look_back->level, "B");
    assert_int_equal(tally_of_level(&t, "C")->drawn, 0);
    assert_int_equal(tally_of_level(&t, "B")->waiting, 1);
    sees(&t, "inspector-n1", PASS);   /* it was closed by the other one */
    assert_int_equal(tally_of_level(&t, "B")->waiting, 0);
    assert_int_equal(tally_of_level(&t, "B")->kept, 1);
    assert_int_equal(tally_of_level(&t, "C")->kept, 0);
    township_close(&t);
}

/* A link of its own for each: no draw is too large. */
static void each_level_is_drawn_a_second_after_the_one_before(void **state)
{
    struct township t;

    (void) state;
    close_twice(&t);
    pass_until(&t, "2020-02-17T08:00");
    assert_int_equal(tally_of_level(&t, "C")->seed.len, LOT_SEED_BYTES);
    assert_int_equal(tally_of_level(&t, "B")->seed.len, 0);
    assert_null(the_case(&t)->look_back);
    pass_until(&t, "2020-02-17T08:01");
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(WAITING));
    assert_int_equal(the_case(&t)->look_back->draw_s, at("2020-02-17T08:00"));
    assert_int_equal(last_fact(&t, FACT(LOOK_BACK_DRAWN))->at_s, at("2020-02-17T08:00") + 1);
    township_close(&t);
}

static void a_closing_undone_before_the_draw_leaves_it_and_a_recurrence_undone_comes_back(void **state)
{
    struct township t;
    uint64_t closing, recurrence;

    (void) state;
    open_and_close(&t);
    clock_at(&t, "2020-02-10T16:00");
    recurrence = sees(&t, "inspector-n1", FAIL);
    assert_int_equal(tally(&t, "2020-02-17T08:00")->closed, 0);
    amend(&t, "inspector-n1", recurrence, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_int_equal(the_case(&t)->state, CASE_STATE(CLOSED));
    assert_int_equal(tally(&t, "2020-02-17T08:00")->closed, 1);
    pass_until(&t, "2020-02-17T08:00");
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(WAITING));
    township_close(&t);
    open_and_close(&t);
    closing = t.sequence;
    amend(&t, "inspector-n1", closing, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_int_equal(the_case(&t)->state, CASE_STATE(RECTIFYING));
    assert_int_equal(tally(&t, "2020-02-17T08:00")->closed, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- the same for whoever draws */

/* A case on each of twelve sites is closed; which are drawn (a bit each), and the seed. */
static unsigned drawn_of_twelve(uint8_t seed[LOT_SEED_BYTES], bool with_other_entries, const char *last_pass_at)
{
    struct township t;
    unsigned drawn = 0;
    char code[24];

    township_open(&t, "2020-02-10T09:00");
    for (int i = 0; i < SITES; i++) {
        snprintf(code, sizeof code, "COUR-1%02d", i);
        site(&t, code, "COUR", "N1");
        fails(&t, code, "EP-05");
        if (with_other_entries)
            area(&t, "N9", "north");
    }
    for (int i = 0; i < SITES; i++) {
        clock_at(&t, i == SITES - 1 ? last_pass_at : "2020-02-10T15:00");
        snprintf(code, sizeof code, "COUR-1%02d", i);
        passes(&t, code, "EP-05");
    }
    pass_until(&t, "2020-02-17T08:00");
    for (int i = 0; i < SITES; i++) {
        snprintf(code, sizeof code, "COUR-1%02d", i);
        if (case_at(&t, code, "EP-05")->look_back != NULL)
            drawn |= 1U << i;
    }
    assert_int_equal(tally(&t, "2020-02-17T08:00")->closed, SITES);
    assert_int_equal(tally(&t, "2020-02-17T08:00")->drawn, 2);   /* a tenth of twelve, rounded up */
    memcpy(seed, tally(&t, "2020-02-17T08:00")->seed.data, LOT_SEED_BYTES);
    township_close(&t);
    return drawn;
}

static void the_same_closings_draw_the_same_whatever_else_was_journaled(void **state)
{
    uint8_t seed[LOT_SEED_BYTES], again[LOT_SEED_BYTES], other[LOT_SEED_BYTES];
    unsigned drawn = drawn_of_twelve(seed, false, "2020-02-10T15:30");

    (void) state;
    assert_int_equal(drawn_of_twelve(again, true, "2020-02-10T15:30"), drawn);
    assert_memory_equal(seed, again, LOT_SEED_BYTES);
    drawn_of_twelve(other, false, "2020-02-10T15:31");   /* one closing a minute later: another draw */
    assert_memory_not_equal(seed, other, LOT_SEED_BYTES);
}

/* ---------------------------------------------------------------- kept, or not */

static void a_colleagues_pass_keeps_it_and_ones_own_does_not_count(void **state)
{
    struct township t;
    uint8_t task[ID_BYTES];
    ProtobufCBinaryData id = { ID_BYTES, task };

    (void) state;
    open_and_draw(&t);
    memcpy(task, the_case(&t)->look_back_task.data, ID_BYTES);
    sees(&t, "inspector-n1", PASS);
    assert_string_equal(last_fact(&t, FACT(PASS_NOT_COUNTED))->reason, "own_work");
    visit(&t, "inspector-n2", "COUR-1", "EP-05", PASS, INSPECTION, 0);
    assert_string_equal(last_fact(&t, FACT(PASS_NOT_COUNTED))->reason, "no_evidence");
    assert_tally(&t, 1, 0, 0, 0);
    sees(&t, "inspector-n2", PASS);
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(KEPT));
    assert_int_equal(the_case(&t)->state, CASE_STATE(CLOSED));
    assert_int_equal(task_with(&t, &id)->state, DUBAN__TASK_STATE__TASK_STATE_DONE);
    assert_tally(&t, 0, 1, 0, 0);
    sees(&t, "inspector-n2", PASS);   /* once is enough */
    assert_int_equal(facts(&t, FACT(LOOK_BACK_KEPT)), 1);
    pass_until(&t, "2020-02-22T09:00");
    assert_int_equal(told(&t, "inspector-n2", "look_back_overdue"), 0);
    township_close(&t);
}

static void a_fail_within_its_days_is_a_recurrence(void **state)
{
    struct township t;

    (void) state;
    open_and_draw(&t);
    sees(&t, "inspector-n2", FAIL);
    assert_int_equal(the_case(&t)->state, CASE_STATE(RECTIFYING));
    assert_int_equal(the_case(&t)->recurrences, 1);
    assert_string_equal(the_case(&t)->level, "B");
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(FAILED));
    assert_int_equal(the_case(&t)->look_back_task.len, 0);
    assert_int_equal(told(&t, "lead", "look_back_failed"), 1);
    assert_tally(&t, 0, 0, 1, 0);
    township_close(&t);
}

static void a_fail_after_its_days_is_another_case(void **state)
{
    struct township t;
    uint32_t number;

    (void) state;
    open_and_draw(&t);
    number = the_case(&t)->number;
    pass_until(&t, "2020-02-25T10:00");
    sees(&t, "inspector-n2", FAIL);
    assert_int_not_equal(the_case(&t)->number, number);
    assert_int_equal(the_case(&t)->recurrences, 0);
    assert_tally(&t, 0, 0, 1, 0);
    township_close(&t);
}

/* A report of that time which comes only now. */
static void sees_late(struct township *t, const char *seen_at)
{
    int64_t now_s = t->now_s;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *list[] = { &answer };
    Duban__Evidence photo = DUBAN__EVIDENCE__INIT, *photos[] = { &photo };
    static uint8_t sha256[32];

    answer.item = "EP-05";
    answer.result = PASS;
    photo.name = "1.jpg";
    photo.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    photo.here = true;
    report.reporter = "inspector-n2";
    report.device_time_ms = at(seen_at) * 1000;
    report.site = "COUR-1";
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = list;
    report.n_evidence = 1;
    report.evidence = photos;
    assert_true(at(seen_at) <= now_s);
    SUBMIT(t, "inspector-n2", REPORT, report, &report);
}

static void what_nobody_has_looked_at_goes_up_and_a_late_report_cures_it(void **state)
{
    struct township t;

    (void) state;
    open_and_draw(&t);
    sees_late(&t, "2020-02-17T07:00");
    assert_string_equal(last_fact(&t, FACT(PASS_NOT_COUNTED))->reason, "before_drawn");
    pass_until(&t, "2020-02-20T19:00");
    assert_int_equal(told(&t, "inspector-n2", "look_back_overdue"), 1);
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    sees_late(&t, "2020-02-20T17:00");
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(KEPT));
    assert_int_equal(facts(&t, FACT(CURED)), 1);
    township_close(&t);
}

static void a_revisit_that_answers_it_is_not_also_one_of_what_is_closed(void **state)
{
    struct township t;

    (void) state;
    open_and_draw(&t);
    visit(&t, "inspector-n1", "COUR-1", "EP-05", PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    assert_int_equal(facts(&t, FACT(PASS_NOT_COUNTED)), 1);
    assert_string_equal(last_fact(&t, FACT(PASS_NOT_COUNTED))->rule, "pass.own_work");
    visit(&t, "inspector-n2", "COUR-1", "EP-05", PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(KEPT));
    assert_int_equal(facts(&t, FACT(PASS_NOT_COUNTED)), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- the site, the colleague */

static void operates(struct township *t, Duban__OperatingState operating_state)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
    Duban__Text name = DUBAN__TEXT__INIT;

    name.zh = "快递点";
    change.code = "COUR-1";
    change.kind = "COUR";
    change.area = "N1";
    change.name = &name;
    change.operating_state = operating_state;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
    assert_null(held_last(t));
}

static void remove_site(struct township *t)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    change.code = "COUR-1";
    change.removed = true;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
    assert_null(held_last(t));
}

static void a_site_that_does_not_operate_is_passed_over(void **state)
{
    struct township t;

    (void) state;
    open_and_close(&t);
    operates(&t, DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED);
    pass_until(&t, "2020-02-17T09:30");
    assert_null(the_case(&t)->look_back);
    assert_tally(&t, 0, 0, 0, 0);
    township_close(&t);
}

static void a_look_back_stands_still_with_its_site(void **state)
{
    struct township t;

    (void) state;
    open_and_draw(&t);
    operates(&t, DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED);
    assert_int_equal(task_with(&t, &the_case(&t)->look_back_task)->state, DUBAN__TASK_STATE__TASK_STATE_PAUSED);
    pass_until(&t, "2020-02-22T09:30");
    assert_int_equal(told(&t, "inspector-n2", "look_back_overdue"), 0);
    operates(&t, DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING);
    assert_int_equal(task_with(&t, &the_case(&t)->look_back_task)->state, DUBAN__TASK_STATE__TASK_STATE_OPEN);
    assert_int_equal(task_with(&t, &the_case(&t)->look_back_task)->due_s, at("2020-02-25T18:00"));
    sees(&t, "inspector-n2", PASS);
    assert_tally(&t, 0, 1, 0, 0);
    township_close(&t);
}

static void a_look_back_ends_with_its_site(void **state)
{
    struct township t;

    (void) state;
    open_and_draw(&t);
    remove_site(&t);
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(ENDED));
    assert_int_equal(the_case(&t)->look_back_task.len, 0);
    assert_string_equal(last_fact(&t, FACT(LOOK_BACK_ENDED))->reason, "site_removed");
    assert_tally(&t, 0, 0, 0, 1);
    township_close(&t);
}

static void serves_on_saturdays(struct township *t, const char *account)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT, *grants[] = { &grant };
    Duban__DutyWindow window = DUBAN__DUTY_WINDOW__INIT, *windows[] = { &window };

    grant.role = DUBAN__ROLE__ROLE_INSPECTOR;
    grant.scope = "north";
    window.first_day = window.last_day = 6;
    window.from_minute = 9 * 60;
    window.to_minute = 12 * 60;
    change.account = (char *) account;
    change.n_roles = 1;
    change.roles = grants;
    change.n_duty_windows = 1;
    change.duty_windows = windows;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void who_does_not_serve_before_it_is_due_is_not_sent(void **state)
{
    struct township t;

    (void) state;
    open_and_close(&t);
    serves_on_saturdays(&t, "inspector-n2");   /* it is drawn on a Monday, due on the Thursday */
    pass_until(&t, "2020-02-17T08:00");
    assert_string_equal(task_with(&t, &the_case(&t)->look_back_task)->owner, "");
    assert_int_equal(told(&t, "leader-north", "look_back"), 1);
    township_close(&t);
}

static void goes_on_leave(struct township *t, const char *account)
{
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;

    change.account = (char *) account;
    change.availability = DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    SUBMIT(t, "clerk", AVAILABILITY_CHANGE, availability_change, &change);
    assert_null(held_last(t));
}

static void a_colleague_who_leaves_or_goes_on_leave_hands_it_over(void **state)
{
    struct township t;

    (void) state;
    open_and_draw(&t);
    holder(&t, "inspector-n3", DUBAN__ROLE__ROLE_INSPECTOR, "north");
    goes_on_leave(&t, "inspector-n2");
    assert_string_equal(task_with(&t, &the_case(&t)->look_back_task)->owner, "inspector-n3");
    assert_string_equal(last_fact(&t, FACT(LOOK_BACK_GIVEN))->recipient, "inspector-n3");
    assert_int_equal(told(&t, "inspector-n3", "look_back"), 1);
    assert_int_equal(told(&t, "inspector-n2", "assigned_away"), 0);   /* on leave, and nobody stands in for him */
    holder(&t, "inspector-n3", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    assert_int_equal(told(&t, "inspector-n3", "assigned_away"), 1);
    assert_string_equal(last_notice(&t, "inspector-n3", "assigned_away")->items[0]->owner_title->zh, "片组组长");
    assert_string_equal(task_with(&t, &the_case(&t)->look_back_task)->owner, "");
    assert_int_equal(told(&t, "leader-north", "look_back"), 1);
    assert_tally(&t, 1, 0, 0, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- amended */

static void an_answer_amended_moves_the_look_back_and_its_figures(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_and_draw(&t);
    report = sees(&t, "inspector-n2", PASS);
    assert_tally(&t, 0, 1, 0, 0);
    amend(&t, "inspector-n2", report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(WAITING));
    assert_int_equal(task_with(&t, &the_case(&t)->look_back_task)->due_s, at("2020-02-20T18:00"));
    assert_tally(&t, 1, 0, 0, 0);
    amend(&t, "inspector-n2", report, FAIL);
    assert_int_equal(the_case(&t)->recurrences, 1);
    assert_tally(&t, 0, 0, 1, 0);
    amend(&t, "inspector-n2", report, PASS);
    assert_int_equal(the_case(&t)->state, CASE_STATE(CLOSED));
    assert_int_equal(the_case(&t)->recurrences, 0);
    assert_tally(&t, 0, 1, 0, 0);
    township_close(&t);
}

static void a_fail_after_its_days_that_was_none_is_to_be_seen_again(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_and_draw(&t);
    pass_until(&t, "2020-02-25T10:00");
    report = sees(&t, "inspector-n2", FAIL);
    amend(&t, "inspector-n2", report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_int_equal(the_case(&t)->number, 1);   /* the other one is void: what waits is the case of its place again */
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(WAITING));
    assert_int_equal(t.rules.state.meta.open_cases, 0);
    assert_tally(&t, 1, 0, 0, 0);
    clock_at(&t, "2020-02-25T12:00");
    sees(&t, "inspector-n2", PASS);
    assert_int_equal(the_case(&t)->look_back->state, LOOK_BACK(KEPT));
    assert_tally(&t, 0, 1, 0, 0);
    township_close(&t);
}

static void a_fail_after_its_days_that_somebody_has_acted_on_stands_with_its_case(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    open_and_draw(&t);
    pass_until(&t, "2020-02-25T10:00");
    report = sees(&t, "inspector-n2", FAIL);
    clock_at(&t, "2020-02-25T11:00");
    sees(&t, "inspector-n1", PASS);   /* of the new case */
    amend(&t, "inspector-n2", report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_int_equal(the_case(&t)->number, 2);
    assert_int_not_equal(the_case(&t)->state, CASE_STATE(VOIDED));
    assert_tally(&t, 0, 0, 1, 0);
    township_close(&t);
}

static void what_has_failed_again_before_the_draw_is_another_case_and_not_drawn(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "  after_days: 5\n", "  after_days: 20\n");
    activate(&t, "epidemic-2020-beijing");
    fails(&t, "COUR-1", "EP-05");
    clock_at(&t, "2020-02-10T15:00");
    passes(&t, "COUR-1", "EP-05");
    pass_until(&t, "2020-02-26T10:00");   /* no recurrence any more */
    sees(&t, "inspector-n2", FAIL);
    assert_int_equal(the_case(&t)->number, 2);
    pass_until(&t, "2020-03-02T08:01");
    assert_int_equal(tally(&t, "2020-03-02T08:00")->closed, 1);
    assert_int_equal(tally(&t, "2020-03-02T08:00")->drawn, 0);
    assert_int_equal(facts(&t, FACT(LOOK_BACK_DRAWN)), 0);
    township_close(&t);
}

static void a_closing_that_does_not_stand_ends_its_look_back(void **state)
{
    struct township t;
    uint64_t report;
    Duban__Approval approval = DUBAN__APPROVAL__INIT;

    (void) state;
    open_and_close(&t);
    report = t.sequence;
    pass_until(&t, "2020-02-17T09:30");
    amend(&t, "inspector-n1", report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    approval.report_sequence = report;
    approval.matter = DUBAN__MATTER__MATTER_AMENDMENT;
    approval.decision = DUBAN__DECISION__DECISION_GRANTED;
    SUBMIT(&t, "lead", APPROVAL, approval, &approval);
    assert_null(held_last(&t));
    assert_int_equal(the_case(&t)->state, CASE_STATE(RECTIFYING));
    assert_int_equal(the_case(&t)->look_back_task.len, 0);
    assert_tally(&t, 0, 0, 0, 1);
    township_close(&t);
}

static void whose_pass_was_taken_back_has_not_closed_it(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    begin_era(&t, ERA_OF_LAST_CLOSERS);
    fails(&t, "COUR-1", "EP-05");
    clock_at(&t, "2020-02-10T15:00");
    report = sees(&t, "inspector-n1", PASS);
    clock_at(&t, "2020-02-10T15:30");
    amend(&t, "inspector-n1", report, DUBAN__RESULT__RESULT_NOT_CHECKED);
    assert_int_equal(the_case(&t)->state, CASE_STATE(RECTIFYING));
    clock_at(&t, "2020-02-10T16:00");
    sees(&t, "inspector-n2", PASS);
    assert_int_equal(the_case(&t)->state, CASE_STATE(CLOSED));
    forget_told(&t);
    pass_until(&t, "2020-02-17T08:00");
    assert_int_equal(the_case(&t)->look_back->n_closed_by, 1);
    assert_string_equal(the_case(&t)->look_back->closed_by[0], "inspector-n2");
    assert_int_equal(told(&t, "inspector-n2", "look_back"), 0);
    assert_int_equal(told(&t, "leader-north", "look_back"), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_case_is_drawn_for_a_colleague_who_did_not_close_it),
        cmocka_unit_test(where_no_inspector_is_left_it_is_the_group_leaders),
        cmocka_unit_test(what_was_reopened_before_the_draw_is_passed_over),
        cmocka_unit_test(a_pack_without_the_section_looks_at_nothing_again),
        cmocka_unit_test(closed_twice_before_one_draw_it_is_drawn_once_at_the_level_of_the_closing_that_stands),
        cmocka_unit_test(each_level_is_drawn_a_second_after_the_one_before),
        cmocka_unit_test(a_closing_undone_before_the_draw_leaves_it_and_a_recurrence_undone_comes_back),
        cmocka_unit_test(the_same_closings_draw_the_same_whatever_else_was_journaled),
        cmocka_unit_test(a_colleagues_pass_keeps_it_and_ones_own_does_not_count),
        cmocka_unit_test(a_fail_within_its_days_is_a_recurrence),
        cmocka_unit_test(a_fail_after_its_days_is_another_case),
        cmocka_unit_test(what_nobody_has_looked_at_goes_up_and_a_late_report_cures_it),
        cmocka_unit_test(a_revisit_that_answers_it_is_not_also_one_of_what_is_closed),
        cmocka_unit_test(a_site_that_does_not_operate_is_passed_over),
        cmocka_unit_test(a_look_back_stands_still_with_its_site),
        cmocka_unit_test(a_look_back_ends_with_its_site),
        cmocka_unit_test(who_does_not_serve_before_it_is_due_is_not_sent),
        cmocka_unit_test(a_colleague_who_leaves_or_goes_on_leave_hands_it_over),
        cmocka_unit_test(an_answer_amended_moves_the_look_back_and_its_figures),
        cmocka_unit_test(a_fail_after_its_days_that_was_none_is_to_be_seen_again),
        cmocka_unit_test(a_fail_after_its_days_that_somebody_has_acted_on_stands_with_its_case),
        cmocka_unit_test(what_has_failed_again_before_the_draw_is_another_case_and_not_drawn),
        cmocka_unit_test(a_closing_that_does_not_stand_ends_its_look_back),
        cmocka_unit_test(whose_pass_was_taken_back_has_not_closed_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
