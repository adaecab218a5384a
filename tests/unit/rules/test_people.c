/* test_people.c - who is there, who is told instead, and what a change of the roster means at once. */
#include "township.h"

/* ---------------------------------------------------------------- acts */

static void availability(struct township *t, const char *who, const char *account, Duban__Availability to, const char *from,
                         const char *until)
{
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;

    change.account = (char *) account;
    change.availability = to;
    change.from_ms = from == NULL ? 0 : at(from) * 1000;
    change.until_ms = until == NULL ? 0 : at(until) * 1000;
    SUBMIT(t, who, AVAILABILITY_CHANGE, availability_change, &change);
}

static void isolate(struct township *t, const char *account, const char *until)
{
    availability(t, "clerk", account, DUBAN__AVAILABILITY__AVAILABILITY_ISOLATING, NULL, until);
}

static void leave(struct township *t, const char *account)
{
    availability(t, "clerk", account, DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE, NULL, NULL);
}

static void on_call(struct township *t, const char *who, const char *account, const char *from, const char *until)
{
    Duban__OnCallChange change = DUBAN__ON_CALL_CHANGE__INIT;

    change.account = (char *) account;
    change.from_ms = at(from) * 1000;
    change.until_ms = until == NULL ? 0 : at(until) * 1000;
    change.removed = until == NULL;
    SUBMIT(t, who, ON_CALL_CHANGE, on_call_change, &change);
}

static void remove_holder(struct township *t, const char *account)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;

    change.account = (char *) account;
    change.removed = true;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void give_deputy(struct township *t, const char *account, const char *zone, const char *deputy)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *grants[] = { &grant };

    grant.role = DUBAN__ROLE__ROLE_INSPECTOR;
    grant.scope = (char *) zone;
    change.account = (char *) account;
    change.n_roles = 1;
    change.roles = grants;
    change.deputy = (char *) deputy;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void assign(struct township *t, const char *site_code, const char *item, const char *owner)
{
    Duban__Assignment message = DUBAN__ASSIGNMENT__INIT;

    message.case_ = reference_to(t, site_code, item);
    message.owner = (char *) owner;
    SUBMIT(t, "lead", ASSIGNMENT, assignment, &message);
}

/* A case of inspector-n1 at COUR-1, on a morning. */
static void open_with_case(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    fails(t, "COUR-1", "DS-01");
    forget_told(t);
}

static const char *owner(struct township *t)
{
    return case_at(t, "COUR-1", "DS-01")->owner;
}

/* ---------------------------------------------------------------- rows 7, 8: availability */

static void row_7_what_an_isolating_member_follows_goes_to_the_next_inspector(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    isolate(&t, "inspector-n1", "2020-02-24T09:00");
    assert_string_equal(owner(&t), "inspector-n2");
    assert_int_equal(told(&t, "inspector-n2", "new_case"), 1);
    assert_int_equal(facts(&t, FACT(ISOLATING)), 1);
    assert_string_equal(last_fact(&t, FACT(ASSIGNED))->reason, "off_duty");
    assert_string_equal(last_fact(&t, FACT(ASSIGNED))->recipient, "inspector-n2");
    township_close(&t);
}

static void row_7_a_deputy_who_can_be_sent_comes_first(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    holder(&t, "inspector-n0", DUBAN__ROLE__ROLE_INSPECTOR, "north");
    give_deputy(&t, "inspector-n1", "north", "inspector-n0");
    leave(&t, "inspector-n1");
    assert_string_equal(owner(&t), "inspector-n0");
    township_close(&t);
}

static void row_7_the_group_leader_when_no_inspector_is_there_and_else_it_goes_up(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    leave(&t, "inspector-n2");
    isolate(&t, "inspector-n1", NULL);
    assert_string_equal(owner(&t), "leader-north");
    forget_told(&t);
    isolate(&t, "leader-north", NULL);
    assert_string_equal(owner(&t), "leader-north");
    assert_int_equal(told(&t, "lead", "nobody_to_receive") + told(&t, "leader-north", "nobody_to_receive"), 1);
    assert_string_equal(last_fact(&t, FACT(NOBODY))->recipient, "owner");
    assert_string_equal(last_fact(&t, FACT(NOBODY))->rule, "roster.vacant");
    township_close(&t);
}

static void row_7_nobody_is_assigned_who_cannot_be_sent(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    isolate(&t, "inspector-n2", NULL);
    forget_told(&t);
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_string_equal(owner(&t), "inspector-n1");
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    assert_int_equal(told(&t, "lead", "act_declined"), 1);
    township_close(&t);
}

static void row_7_what_an_isolating_member_reports_is_followed_up_by_another(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    isolate(&t, "inspector-n1", NULL);
    fails(&t, "COUR-1", "DS-01");
    assert_string_equal(owner(&t), "inspector-n2");
    assert_string_equal(case_at(&t, "COUR-1", "DS-01")->finder, "inspector-n1");
    township_close(&t);
}

static void complain(struct township *t)
{
    Duban__Complaint message = DUBAN__COMPLAINT__INIT;

    message.source = "12345";
    message.matter = "GT-03";
    message.text = "出入口人员进出无序";
    message.where_case = DUBAN__COMPLAINT__WHERE_SITE;
    message.site = "GATE-1";
    SUBMIT(t, "clerk", COMPLAINT, complaint, &message);
}

static void row_7_who_is_not_for_the_field_gets_no_field_task(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    availability(&t, "clerk", "inspector-n1", DUBAN__AVAILABILITY__AVAILABILITY_REMOTE_ONLY, NULL, NULL);
    isolate(&t, "leader-north", NULL);
    forget_told(&t);
    complain(&t);
    assert_int_equal(told(&t, "inspector-n1", "complaint_in"), 0);
    assert_int_equal(told(&t, "inspector-n2", "complaint_in"), 1);
    assert_int_equal(told(&t, "leader-north", "complaint_in"), 1);   /* he only hears of it */
    township_close(&t);
}

static void row_8_an_isolating_lead_still_hears_and_approves_one_on_leave_does_not_hear(void **unused)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;
    struct township t;

    (void) unused;
    open_with_case(&t);
    isolate(&t, "leader-north", NULL);
    edit.case_ = reference_to(&t, "COUR-1", "DS-01");
    edit.finding = "未测温";
    edit.reason = "核对";
    SUBMIT(&t, "leader-north", CASE_EDIT, case_edit, &edit);
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-11T11:30");   /* two hours overdue: the yellow sheet */
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 1);
    township_close(&t);

    open_with_case(&t);
    leave(&t, "leader-north");
    pass_until(&t, "2020-02-11T11:30");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 0);
    assert_true(told(&t, "lead", "nobody_to_receive") >= 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- row 9: the end */

static void row_9_isolation_ends_by_itself_and_lead_and_group_leader_hear_it(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    isolate(&t, "inspector-n1", "2020-02-24T09:00");
    forget_told(&t);
    pass_until(&t, "2020-02-24T08:59:59");
    assert_int_equal(facts(&t, FACT(BACK_ON_DUTY)), 0);
    pass_until(&t, "2020-02-24T09:00");
    assert_int_equal(facts(&t, FACT(BACK_ON_DUTY)), 1);
    assert_int_equal(told(&t, "lead", "own_isolation_over"), 1);
    assert_int_equal(told(&t, "leader-north", "own_isolation_over"), 1);
    fails(&t, "GATE-1", "GT-03");
    assert_string_equal(case_at(&t, "GATE-1", "GT-03")->owner, "inspector-n1");
    township_close(&t);
}

static void row_9_two_who_come_back_at_one_moment_are_two_notices_and_a_leave_says_so(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    isolate(&t, "inspector-n1", "2020-02-24T09:00");
    isolate(&t, "inspector-n2", "2020-02-24T09:00");
    availability(&t, "clerk", "leader-south", DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE, NULL, "2020-02-24T09:00");
    forget_told(&t);
    pass_until(&t, "2020-02-24T09:00");
    assert_int_equal(told(&t, "lead", "own_isolation_over"), 2);
    assert_int_equal(told(&t, "lead", "back_on_duty"), 1);
    assert_int_equal(told(&t, "leader-south", "back_on_duty"), 0);
    township_close(&t);
}

static void row_9_what_is_planned_begins_at_its_time_and_a_change_before_replaces_it(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    availability(&t, "inspector-n1", "inspector-n1", DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE, "2020-02-10T12:00", "2020-02-12T09:00");
    assert_int_equal(facts(&t, FACT(AVAILABILITY_PLANNED)), 1);
    assert_string_equal(owner(&t), "inspector-n1");
    pass_until(&t, "2020-02-10T12:00");
    assert_string_equal(owner(&t), "inspector-n2");
    pass_until(&t, "2020-02-12T09:00");
    assert_int_equal(facts(&t, FACT(BACK_ON_DUTY)), 1);

    availability(&t, "clerk", "inspector-n2", DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE, "2020-02-13T12:00", NULL);
    availability(&t, "clerk", "inspector-n2", DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY, NULL, NULL);
    pass_until(&t, "2020-02-13T12:00");
    assert_int_equal(facts(&t, FACT(ON_LEAVE)), 1);
    assert_string_equal(owner(&t), "inspector-n2");
    township_close(&t);
}

static void row_9_a_planned_leave_outlasts_the_return_before_it(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    isolate(&t, "inspector-n1", "2020-02-11T09:00");
    availability(&t, "clerk", "inspector-n1", DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE, "2020-02-12T09:00", NULL);
    pass_until(&t, "2020-02-11T09:00");
    assert_int_equal(facts(&t, FACT(BACK_ON_DUTY)), 1);
    pass_until(&t, "2020-02-12T09:00");
    assert_int_equal(facts(&t, FACT(ON_LEAVE)), 1);
    township_close(&t);
}

static void what_is_wrong_with_an_availability_is_held_with_the_field(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    isolate(&t, "stranger", NULL);
    assert_string_equal(held_last(&t)->field, "availabilityChange.account");
    availability(&t, "inspector-n1", "inspector-n2", DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE, NULL, NULL);
    assert_string_equal(held_last(&t)->field, "account");
    isolate(&t, "inspector-n1", "2020-02-10T09:00");
    assert_string_equal(held_last(&t)->field, "availabilityChange.untilMs");
    township_close(&t);
}

/* ---------------------------------------------------------------- row 3: the roster changes */

static void row_3_cases_of_one_who_leaves_the_roster_go_on_at_once(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    remove_holder(&t, "inspector-n1");
    assert_string_equal(owner(&t), "inspector-n2");
    holder(&t, "inspector-n2", DUBAN__ROLE__ROLE_INSPECTOR, "south");   /* no right in the north any more */
    assert_string_equal(owner(&t), "leader-north");
    township_close(&t);
}

static void row_5_an_emptied_post_goes_up_at_once_and_a_filled_one_hears_what_waits(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    remove_holder(&t, "site-COUR-1");
    assert_string_equal(last_fact(&t, FACT(NOBODY))->recipient, "site_contact");
    assert_int_equal(told(&t, "inspector-n1", "nobody_to_receive"), 1);
    forget_told(&t);
    holder(&t, "manager", DUBAN__ROLE__ROLE_SITE_CONTACT, "COUR-1");
    assert_int_equal(told(&t, "manager", "taken_over"), 1);
    holder(&t, "manager-2", DUBAN__ROLE__ROLE_SITE_CONTACT, "COUR-1");   /* the post was not empty */
    assert_int_equal(told(&t, "manager-2", "taken_over"), 0);
    forget_told(&t);
    leave(&t, "manager-2");
    assert_int_equal(facts(&t, FACT(NOBODY)), 0);
    leave(&t, "manager");
    assert_int_equal(told(&t, "inspector-n1", "nobody_to_receive"), 1);
    township_close(&t);
}

static void row_5_an_area_that_loses_its_contact_is_told_to_leader_and_lead(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    remove_holder(&t, "contact-n1");
    assert_int_equal(told(&t, "leader-north", "nobody_to_receive"), 1);
    assert_int_equal(told(&t, "lead", "nobody_to_receive"), 1);
    assert_string_equal(last_fact(&t, FACT(TOLD))->rule, "roster.vacant");
    township_close(&t);
}

static void row_5_a_complaint_that_nobody_can_check_goes_up_at_once(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    complain(&t);
    forget_told(&t);
    remove_holder(&t, "inspector-n1");
    assert_int_equal(facts(&t, FACT(NOBODY)), 0);
    remove_holder(&t, "inspector-n2");
    assert_int_equal(facts(&t, FACT(NOBODY)), 1);
    assert_int_equal(told(&t, "leader-north", "nobody_to_receive"), 1);
    forget_told(&t);
    holder(&t, "inspector-n3", DUBAN__ROLE__ROLE_INSPECTOR, "north");
    assert_int_equal(told(&t, "inspector-n3", "taken_over"), 1);
    township_close(&t);
}

static void row_15_another_zone_for_an_area_is_a_logged_act(void **unused)
{
    struct township t;
    const Duban__Fact *fact;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    area(&t, "N1", "north");
    assert_int_equal(facts(&t, FACT(ZONE_CHANGED)), 0);
    area(&t, "N1", "south");
    fact = last_fact(&t, FACT(ZONE_CHANGED));
    assert_string_equal(fact->recipient, "N1");
    assert_string_equal(fact->level_from, "north");
    assert_string_equal(fact->level_to, "south");
    assert_string_equal(fact->actor, "operator");
    township_close(&t);
}

/* ---------------------------------------------------------------- row 18: rest */

static void row_18_seven_days_in_a_row_ask_the_lead_for_rest_and_a_free_day_begins_anew(void **unused)
{
    char when[32];
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-01T09:00");
    for (int day = 1; day <= 6; day++) {
        snprintf(when, sizeof when, "2020-02-%02dT10:00", day);
        clock_at(&t, when);
        passes(&t, "COUR-1", "DS-01");
        passes(&t, "GATE-1", "GT-03");   /* twice a day is one day */
    }
    assert_int_equal(facts(&t, FACT(REST_WANTED)), 0);
    clock_at(&t, "2020-02-07T10:00");
    passes(&t, "COUR-1", "DS-01");
    assert_int_equal(last_fact(&t, FACT(REST_WANTED))->number, 7);
    assert_int_equal(told(&t, "lead", "duty_of_care"), 1);
    forget_told(&t);
    for (int day = 9; day <= 14; day++) {   /* none on the 8th */
        snprintf(when, sizeof when, "2020-02-%02dT10:00", day);
        clock_at(&t, when);
        passes(&t, "COUR-1", "DS-01");
    }
    assert_int_equal(facts(&t, FACT(REST_WANTED)), 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- kept over a transaction */

enum { ONE_DAY = 6 };

/* An entry of that day, packed as it is shipped. */
static struct link_record entry_of_day(struct township *t, size_t number)
{
    static const char *const REASONS[ONE_DAY] = { [1] = "家中有事", [3] = "" };
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;
    struct record record = { .lineage = TOWNSHIP_LINEAGE, .sequence = ++t->sequence, .stamp_ms = t->now_s * 1000,
                             .account = "inspector-n1" };
    uint8_t *data;

    if (REASONS[number] != NULL) {
        strcpy(record.account, "clerk");
        entry.body_case = DUBAN__ENTRY__BODY_AVAILABILITY_CHANGE;
        entry.availability_change = &change;
        change.account = "inspector-n1";
        change.reason = (char *) REASONS[number];
        change.availability = REASONS[number][0] == '\0' ? DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY
                                                        : DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    } else {
        entry.body_case = DUBAN__ENTRY__BODY_REPORT;
        entry.report = &report;
        report.reporter = "inspector-n1";
        report.site = "COUR-1";
        report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
        report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
        report.device_time_ms = t->now_s * 1000;
    }
    record.payload = message_pack(&t->arena, &entry);
    data = arena_take(&t->arena, record_size(&record));
    record_pack(&record, t->chain, data);
    return (struct link_record){ record.sequence, record.stamp_ms, bytes_of(data, record_size(&record)) };
}

/* Visits, leave with a reason, a visit, back on duty, two more: all in one transaction, or each in its own. */
static void live_one_day(struct township *t, bool together, uint8_t digest[DIGEST_BYTES])
{
    struct link_record records[ONE_DAY];

    township_open(t, "2020-02-10T09:00");
    for (size_t i = 0; i < ONE_DAY; i++) {
        t->now_s += 60;
        records[i] = entry_of_day(t, i);
        if (!together)
            assert_int_equal(rules_apply(&t->rules, &records[i], 1), 0);
    }
    if (together)
        assert_int_equal(rules_apply(&t->rules, records, ONE_DAY), 0);
    memcpy(digest, t->rules.state.state_digest, DIGEST_BYTES);
}

static void what_is_known_of_a_member_is_the_same_within_a_transaction_and_after_it(void **unused)
{
    uint8_t apart[DIGEST_BYTES], together[DIGEST_BYTES];
    const Duban__Presence *presence;
    struct township t;

    (void) unused;
    live_one_day(&t, false, apart);
    township_close(&t);
    live_one_day(&t, true, together);
    assert_memory_equal(together, apart, DIGEST_BYTES);
    state_begin(&t.rules.state);
    presence = state_presence(&t.rules.state, "inspector-n1");
    assert_int_equal(presence->visits, 4);
    assert_int_equal(presence->availability, DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY);
    assert_string_equal(presence->reason, "");
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

/* ---------------------------------------------------------------- row 19: on call */

static void row_19_what_is_urgent_at_night_reaches_who_is_on_call(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T20:00");
    on_call(&t, "clerk", "inspector-n2", "2020-02-10T20:00", "2020-02-11T08:00");
    holder(&t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    on_call(&t, "clerk", "inspector-s1", "2020-02-10T20:00", "2020-02-11T08:00");
    clock_at(&t, "2020-02-10T21:00");
    fails(&t, "GATE-1", "GT-03");    /* by day and not urgent */
    assert_int_equal(told(&t, "inspector-n2", "notice_to_site"), 0);
    clock_at(&t, "2020-02-10T23:00");
    fails(&t, "COUR-1", "CR-01");    /* level A */
    assert_int_equal(told(&t, "inspector-n2", "notice_to_site"), 1);
    assert_int_equal(told(&t, "inspector-s1", "notice_to_site"), 0);   /* another zone */
    forget_told(&t);
    pass_until(&t, "2020-02-11T01:00:01");   /* overdue: steps 0 and 1 together */
    assert_int_equal(told(&t, "inspector-n2", "overdue_group_leader"), 1);
    assert_int_equal(told(&t, "inspector-n2", "overdue_owner"), 0);
    township_close(&t);
}

static void row_19_who_is_off_duty_or_off_the_list_is_not_called(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T20:00");
    on_call(&t, "clerk", "inspector-n2", "2020-02-10T20:00", "2020-02-11T08:00");
    isolate(&t, "inspector-n2", NULL);
    on_call(&t, "lead", "leader-north", "2020-02-10T20:00", "2020-02-10T22:30");   /* over by then */
    on_call(&t, "clerk", "clerk", "2020-02-10T20:00", "2020-02-11T08:00");
    on_call(&t, "clerk", "clerk", "2020-02-10T20:00", NULL);
    assert_int_equal(facts(&t, FACT(ON_CALL_REMOVED)), 1);
    on_call(&t, "clerk", "clerk", "2020-02-10T20:00", NULL);
    assert_string_equal(held_last(&t)->field, "onCallChange.fromMs");
    on_call(&t, "inspector-n1", "inspector-n1", "2020-02-10T20:00", "2020-02-11T08:00");
    assert_string_equal(held_last(&t)->field, "account");
    clock_at(&t, "2020-02-10T23:00");
    fails(&t, "COUR-1", "CR-01");
    assert_int_equal(told(&t, "inspector-n2", "notice_to_site"), 0);
    assert_int_equal(told(&t, "leader-north", "notice_to_site"), 0);
    assert_int_equal(told(&t, "clerk", "notice_to_site"), 0);
    township_close(&t);
}

/* Made at that time, and told now. */
static void visit_late(struct township *t, const char *who, const char *site_code, const char *item, int64_t at_s)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = (char *) item;
    answer.result = DUBAN__RESULT__RESULT_PASS;
    report.reporter = (char *) who;
    report.site = (char *) site_code;
    report.device_time_ms = at_s * 1000;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    SUBMIT(t, who, REPORT, report, &report);
}

static void days_in_a_row_are_those_of_the_visits_in_whatever_order_they_come(void **unused)
{
    char when[32];
    struct township t;
    int64_t now_s;

    (void) unused;
    township_open(&t, "2020-02-01T09:00");
    begin_era(&t, ERA_OF_DUTY_DAYS);
    for (int day = 1; day <= 7; day++) {
        snprintf(when, sizeof when, "2020-02-%02dT10:00", day);
        clock_at(&t, when);
        if (day != 6)
            passes(&t, "COUR-1", "DS-01");
    }
    assert_int_equal(facts(&t, FACT(REST_WANTED)), 0);
    now_s = t.now_s;
    visit_late(&t, "inspector-n1", "COUR-1", "DS-01", at("2020-02-06T10:00"));
    assert_int_equal(t.now_s, now_s);
    assert_int_equal(facts(&t, FACT(REST_WANTED)), 1);
    assert_int_equal(last_fact(&t, FACT(REST_WANTED))->number, 7);
    clock_at(&t, "2020-02-08T10:00");
    passes(&t, "COUR-1", "DS-01");
    assert_int_equal(facts(&t, FACT(REST_WANTED)), 1);   /* the eighth */
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_7_what_an_isolating_member_follows_goes_to_the_next_inspector),
        cmocka_unit_test(row_7_a_deputy_who_can_be_sent_comes_first),
        cmocka_unit_test(row_7_the_group_leader_when_no_inspector_is_there_and_else_it_goes_up),
        cmocka_unit_test(row_7_nobody_is_assigned_who_cannot_be_sent),
        cmocka_unit_test(row_7_what_an_isolating_member_reports_is_followed_up_by_another),
        cmocka_unit_test(row_7_who_is_not_for_the_field_gets_no_field_task),
        cmocka_unit_test(row_8_an_isolating_lead_still_hears_and_approves_one_on_leave_does_not_hear),
        cmocka_unit_test(row_9_isolation_ends_by_itself_and_lead_and_group_leader_hear_it),
        cmocka_unit_test(row_9_two_who_come_back_at_one_moment_are_two_notices_and_a_leave_says_so),
        cmocka_unit_test(row_9_what_is_planned_begins_at_its_time_and_a_change_before_replaces_it),
        cmocka_unit_test(row_9_a_planned_leave_outlasts_the_return_before_it),
        cmocka_unit_test(what_is_wrong_with_an_availability_is_held_with_the_field),
        cmocka_unit_test(row_3_cases_of_one_who_leaves_the_roster_go_on_at_once),
        cmocka_unit_test(row_5_an_emptied_post_goes_up_at_once_and_a_filled_one_hears_what_waits),
        cmocka_unit_test(row_5_an_area_that_loses_its_contact_is_told_to_leader_and_lead),
        cmocka_unit_test(row_5_a_complaint_that_nobody_can_check_goes_up_at_once),
        cmocka_unit_test(row_15_another_zone_for_an_area_is_a_logged_act),
        cmocka_unit_test(row_18_seven_days_in_a_row_ask_the_lead_for_rest_and_a_free_day_begins_anew),
        cmocka_unit_test(what_is_known_of_a_member_is_the_same_within_a_transaction_and_after_it),
        cmocka_unit_test(row_19_what_is_urgent_at_night_reaches_who_is_on_call),
        cmocka_unit_test(row_19_who_is_off_duty_or_off_the_list_is_not_called),
        cmocka_unit_test(days_in_a_row_are_those_of_the_visits_in_whatever_order_they_come),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
