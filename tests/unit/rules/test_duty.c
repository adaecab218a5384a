/* test_duty.c - home offices and duty windows, too much in hand for one, and what waits for a post told as lists. */
#include "township.h"

#include "state_rows.h"

enum { MORNING_FROM = 8 * 60 + 30, MORNING_TO = 12 * 60 };

/* ---------------------------------------------------------------- acts */

/* An inspector of that zone with one window, or none (last_day 0). */
static void inspector(struct township *t, const char *account, const char *zone, uint32_t first_day, uint32_t last_day,
                      const char *deputy)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT, *grants[] = { &grant };
    Duban__DutyWindow window = DUBAN__DUTY_WINDOW__INIT, *windows[] = { &window };

    grant.role = DUBAN__ROLE__ROLE_INSPECTOR;
    grant.scope = (char *) zone;
    change.account = (char *) account;
    change.n_roles = 1;
    change.roles = grants;
    change.deputy = (char *) deputy;
    change.home_office = "kongwei";
    window.first_day = first_day;
    window.last_day = last_day;
    window.from_minute = MORNING_FROM;
    window.to_minute = MORNING_TO;
    change.n_duty_windows = last_day > 0 ? 1 : 0;
    change.duty_windows = windows;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void mornings(struct township *t, const char *account)
{
    inspector(t, account, "north", 1, 5, "");
}

static void remove_holder(struct township *t, const char *account)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;

    change.account = (char *) account;
    change.removed = true;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void on_call(struct township *t, const char *account, const char *from, const char *until)
{
    Duban__OnCallChange change = DUBAN__ON_CALL_CHANGE__INIT;

    change.account = (char *) account;
    change.from_ms = at(from) * 1000;
    change.until_ms = at(until) * 1000;
    SUBMIT(t, "clerk", ON_CALL_CHANGE, on_call_change, &change);
}

static void on_leave(struct township *t, const char *account, const char *until)
{
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;

    change.account = (char *) account;
    change.availability = DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    change.until_ms = at(until) * 1000;
    SUBMIT(t, "clerk", AVAILABILITY_CHANGE, availability_change, &change);
}

static void assign(struct township *t, const char *site_code, const char *item, const char *owner)
{
    Duban__Assignment message = DUBAN__ASSIGNMENT__INIT;

    message.case_ = reference_to(t, site_code, item);
    message.owner = (char *) owner;
    SUBMIT(t, "lead", ASSIGNMENT, assignment, &message);
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

static const char *owner(struct township *t)
{
    return case_at(t, "COUR-1", "DS-01")->owner;
}

/* 10 February 2020 is a Monday. */
static void open_with_case(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    mornings(t, "inspector-n1");
    fails(t, "COUR-1", "DS-01");
    forget_told(t);
}

/* ---------------------------------------------------------------- row 17: duty windows */

static int64_t begins(struct township *t, const char *account, const char *from)
{
    int64_t begins_s;

    state_begin(&t->rules.state);
    begins_s = engine_duty_begins_s(&t->rules.engine, account, at(from));
    store_abort(&t->rules.state.txn);
    return begins_s;
}

static void row_17_a_window_is_of_each_of_its_days_in_the_policys_zone(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    mornings(&t, "inspector-n1");
    assert_int_equal(begins(&t, "inspector-n1", "2020-02-10T08:29"), at("2020-02-10T08:30"));
    assert_int_equal(begins(&t, "inspector-n1", "2020-02-10T08:30"), at("2020-02-10T08:30"));
    assert_int_equal(begins(&t, "inspector-n1", "2020-02-10T11:59"), at("2020-02-10T11:59"));
    assert_int_equal(begins(&t, "inspector-n1", "2020-02-10T12:00"), at("2020-02-11T08:30"));
    assert_int_equal(begins(&t, "inspector-n1", "2020-02-14T12:00"), at("2020-02-17T08:30"));   /* over the weekend */
    inspector(&t, "inspector-n2", "north", 1, 1, "");
    assert_int_equal(begins(&t, "inspector-n2", "2020-02-10T12:00"), at("2020-02-17T08:30"));   /* a week on */
    inspector(&t, "inspector-n2", "north", 0, 0, "");
    assert_int_equal(begins(&t, "inspector-n2", "2020-02-10T03:00"), at("2020-02-10T03:00"));   /* none = always */
    township_close(&t);
}

static void row_17_a_complaint_goes_to_who_is_in_his_window_now(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T15:00");
    mornings(&t, "inspector-n1");
    forget_told(&t);
    complain(&t);
    assert_int_equal(told(&t, "inspector-n1", "complaint_in"), 0);
    assert_int_equal(told(&t, "inspector-n2", "complaint_in"), 1);
    assert_int_equal(not_told(&t, "not_on_shift"), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_TOLD))->recipient, "inspector-n1");
    township_close(&t);
}

static void row_17_outside_the_window_the_deputy_is_told_as_on_leave(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T15:00");
    remove_holder(&t, "inspector-n2");
    holder(&t, "inspector-n9", DUBAN__ROLE__ROLE_INSPECTOR, "elsewhere");
    inspector(&t, "inspector-n1", "north", 1, 5, "inspector-n9");
    forget_told(&t);
    complain(&t);
    assert_int_equal(told(&t, "inspector-n9", "complaint_in"), 1);
    assert_int_equal(told(&t, "inspector-n1", "complaint_in"), 0);
    township_close(&t);
}

static void row_17_where_nobody_is_there_now_who_will_be_before_the_due_is_told(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T15:00");
    mornings(&t, "inspector-n1");
    inspector(&t, "inspector-n2", "north", 6, 7, "");   /* not before the complaint is due */
    forget_told(&t);
    complain(&t);
    assert_int_equal(told(&t, "inspector-n1", "complaint_in"), 1);
    assert_int_equal(told(&t, "inspector-n2", "complaint_in"), 0);
    assert_int_equal(facts(&t, FACT(NOBODY)), 0);
    township_close(&t);
}

static void row_17_when_nobody_will_be_there_in_time_it_goes_one_up_at_once(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T15:00");
    inspector(&t, "inspector-n1", "north", 6, 7, "");
    inspector(&t, "inspector-n2", "north", 6, 7, "");
    forget_told(&t);
    complain(&t);
    assert_string_equal(last_fact(&t, FACT(NOBODY))->recipient, "inspector");
    assert_int_equal(told(&t, "leader-north", "nobody_to_receive"), 1);
    township_close(&t);
}

static void row_17_a_revisit_that_begins_outside_the_owners_window_goes_to_the_next(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    clock_at(&t, "2020-02-10T14:00");
    claim(&t, "COUR-1", "DS-01");   /* to be revisited by 18:00 */
    assert_string_equal(owner(&t), "inspector-n2");
    assert_string_equal(last_fact(&t, FACT(ASSIGNED))->reason, "outside_duty");
    assert_int_equal(told(&t, "inspector-n2", "revisit_today"), 1);
    assert_int_equal(told(&t, "inspector-n1", "revisit_today"), 0);
    township_close(&t);
}

static void row_17_what_is_his_already_stays_his(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    claim(&t, "COUR-1", "DS-01");   /* at 09:00, to be revisited by 13:00 */
    clock_at(&t, "2020-02-10T13:30");
    mornings(&t, "inspector-n1");   /* entered anew outside his window */
    assert_string_equal(owner(&t), "inspector-n1");
    assert_int_equal(told(&t, "inspector-n1", "revisit_today"), 1);
    assert_int_equal(facts(&t, FACT(ASSIGNED)), 0);
    pass_until(&t, "2020-02-10T19:00");
    assert_string_equal(owner(&t), "inspector-n1");   /* missed, and still his */
    township_close(&t);
}

static void row_17_when_nobody_else_can_go_it_stays_his_and_that_goes_up(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    mornings(&t, "inspector-n2");
    on_leave(&t, "leader-north", "2020-02-20T09:00");
    forget_told(&t);
    clock_at(&t, "2020-02-10T14:00");
    claim(&t, "COUR-1", "DS-01");
    assert_string_equal(owner(&t), "inspector-n1");
    assert_string_equal(last_fact(&t, FACT(NOBODY))->recipient, "owner");
    assert_int_equal(told(&t, "lead", "nobody_to_receive"), 1);
    township_close(&t);
}

static void row_17_and_19_who_is_on_call_is_there(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    on_call(&t, "inspector-n1", "2020-02-10T12:00", "2020-02-10T20:00");
    clock_at(&t, "2020-02-10T14:00");
    claim(&t, "COUR-1", "DS-01");
    assert_string_equal(owner(&t), "inspector-n1");
    township_close(&t);
}

static void row_17_who_goes_on_leave_hands_over_to_one_whose_window_meets_the_revisit_else_to_any(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    inspector(&t, "inspector-n2", "north", 6, 7, "");
    holder(&t, "inspector-n3", DUBAN__ROLE__ROLE_INSPECTOR, "north");
    claim(&t, "COUR-1", "DS-01");
    on_leave(&t, "inspector-n1", "2020-02-20T09:00");
    assert_string_equal(owner(&t), "inspector-n3");
    on_leave(&t, "leader-north", "2020-02-20T09:00");
    on_leave(&t, "inspector-n3", "2020-02-20T09:00");
    assert_string_equal(owner(&t), "inspector-n2");
    township_close(&t);
}

/* ---------------------------------------------------------------- row 2: another owner */

static void row_2_an_assignment_to_one_who_is_not_there_in_time_is_declined_with_when_he_is(void **unused)
{
    struct township t;
    Duban__Fact *declined;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "DS-01");
    mornings(&t, "inspector-n2");
    clock_at(&t, "2020-02-10T13:00");
    claim(&t, "COUR-1", "DS-01");
    forget_told(&t);
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_string_equal(owner(&t), "inspector-n1");
    declined = last_fact(&t, FACT(CONTRADICTION));
    assert_non_null(declined);
    assert_non_null(strstr(declined->reason, "2020-02-11 08:30"));
    assert_non_null(strstr(declined->reason, "2020-02-10 17:00"));
    assert_int_equal(told(&t, "lead", "act_declined"), 1);
    township_close(&t);
}

static void row_2_an_assignment_to_one_on_leave_is_declined_with_when_he_is_back(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    on_leave(&t, "inspector-n2", "2020-02-12T09:00");
    forget_told(&t);
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_string_equal(owner(&t), "inspector-n1");
    assert_non_null(strstr(last_fact(&t, FACT(CONTRADICTION))->reason, "2020-02-12 09:00"));
    township_close(&t);
}

static void row_2_an_assignment_outside_the_window_stands_while_there_is_nobody_to_go_yet(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    mornings(&t, "inspector-n2");
    clock_at(&t, "2020-02-10T13:00");
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_string_equal(owner(&t), "inspector-n2");
    assert_int_equal(told(&t, "inspector-n2", "new_case"), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- row 17: load */

static const char *const ITEMS[] = { "DS-01", "DS-03", "EP-01", "EP-02", "EP-03", "EP-05", "MS-01", "MS-02", "MS-03", "TM-02",
                                     "TM-04", "RT-01", "CR-02", "CR-03", "CR-04", "DS-02", "DS-06" };

static uint32_t open_tasks(struct township *t, const char *account)
{
    uint32_t count;

    state_begin(&t->rules.state);
    count = state_open_tasks_of(&t->rules.state, account, 100);
    store_abort(&t->rules.state.txn);
    return count;
}

static void row_17_too_many_open_tasks_are_told_to_the_group_leader_once_until_they_are_fewer(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    for (size_t i = 0; i < 15; i++)
        fails(&t, "COUR-1", ITEMS[i]);
    assert_int_equal(open_tasks(&t, "inspector-n1"), 15);
    assert_int_equal(facts(&t, FACT(OVERLOADED)), 0);
    fails(&t, "COUR-1", ITEMS[15]);
    assert_int_equal(last_fact(&t, FACT(OVERLOADED))->number, 16);
    assert_int_equal(last_fact(&t, FACT(OVERLOADED))->of, 15);
    assert_string_equal(last_fact(&t, FACT(OVERLOADED))->recipient, "inspector-n1");
    fails(&t, "COUR-1", ITEMS[16]);
    assert_int_equal(told(&t, "leader-north", "overloaded"), 1);
    assert_int_equal(told(&t, "lead", "overloaded"), 0);
    for (size_t i = 0; i < 2; i++)
        assign(&t, "COUR-1", ITEMS[i], "inspector-n2");
    assert_int_equal(facts(&t, FACT(LOAD_EASED)), 0);   /* 15 are not fewer than 15 */
    assign(&t, "COUR-1", ITEMS[2], "inspector-n2");
    assert_int_equal(last_fact(&t, FACT(LOAD_EASED))->number, 14);
    for (size_t i = 0; i < 2; i++)
        assign(&t, "COUR-1", ITEMS[i], "inspector-n1");
    assert_int_equal(facts(&t, FACT(OVERLOADED)), 2);
    township_close(&t);
}

static void row_17_a_pack_without_the_number_warns_of_no_load(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "  overload_tasks: 15\n", "");
    activate(&t, "epidemic-2020-beijing");
    for (size_t i = 0; i < 17; i++)
        fails(&t, "COUR-1", ITEMS[i]);
    assert_int_equal(facts(&t, FACT(OVERLOADED)), 0);
    township_close(&t);
}

static void row_17_an_overloaded_group_leader_is_told_to_the_lead(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    write_instead(&t, "overload_tasks: 15", "overload_tasks: 1");
    activate(&t, "epidemic-2020-beijing");
    fails(&t, "COUR-1", "DS-01");
    assign(&t, "COUR-1", "DS-01", "leader-north");   /* the case, and to acknowledge it */
    assert_int_equal(told(&t, "lead", "overloaded"), 1);
    assert_int_equal(told(&t, "leader-north", "overloaded"), 0);
    township_close(&t);
}

static void what_is_done_is_nobodys_load(void **unused)
{
    struct township t;

    (void) unused;
    open_with_case(&t);
    assert_int_equal(open_tasks(&t, "inspector-n1"), 1);
    assign(&t, "COUR-1", "DS-01", "inspector-n2");
    assert_int_equal(open_tasks(&t, "inspector-n1"), 0);
    assert_int_equal(open_tasks(&t, "inspector-n2"), 2);
    township_close(&t);
}

/* ---------------------------------------------------------------- rows 3, 5: lists for a post */

static void quarantine_something(struct township *t)
{
    visit(t, "inspector-n1", "NOWHERE", "DS-01", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
}

static void row_3_what_waits_for_a_filled_post_is_one_notice_with_a_list(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    for (size_t i = 0; i < 5; i++)
        quarantine_something(&t);
    forget_told(&t);
    remove_holder(&t, "clerk");
    assert_int_equal(facts(&t, FACT(NOBODY)), 5);
    assert_int_equal(told(&t, "lead", "nobody_to_receive"), 1);
    holder(&t, "clerk-2", DUBAN__ROLE__ROLE_DUTY_CLERK, "");
    assert_int_equal(told(&t, "clerk-2", "taken_over"), 1);
    assert_int_equal(facts(&t, FACT(TOLD)), 10);
    township_close(&t);
}

static void row_3_much_that_waits_is_told_over_several_links_and_each_thing_once(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    for (size_t i = 0; i < 300; i++)
        quarantine_something(&t);
    remove_holder(&t, "clerk");
    pass_until(&t, "2020-02-10T09:05");
    forget_told(&t);
    holder(&t, "clerk-2", DUBAN__ROLE__ROLE_DUTY_CLERK, "");
    assert_int_equal(told(&t, "clerk-2", "taken_over"), 7);   /* 256 in lists of 40 */
    pass_until(&t, "2020-02-10T09:10");
    assert_int_equal(told(&t, "clerk-2", "taken_over"), 9);
    assert_int_equal(facts(&t, FACT(TOLD)), 300);
    pass_until(&t, "2020-02-10T09:15");
    assert_int_equal(facts(&t, FACT(TOLD)), 300);
    township_close(&t);
}

static void row_3_a_post_that_is_filled_while_it_is_told_as_empty_hears_all_of_it(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    for (size_t i = 0; i < 300; i++)
        quarantine_something(&t);
    forget_told(&t);
    remove_holder(&t, "clerk");
    holder(&t, "clerk-2", DUBAN__ROLE__ROLE_DUTY_CLERK, "");
    pass_until(&t, "2020-02-10T09:05");
    assert_int_equal(facts(&t, FACT(NOBODY)), 256);
    assert_int_equal(told(&t, "clerk-2", "taken_over"), 9);
    township_close(&t);
}

static void row_15_what_waits_in_a_site_that_moves_goes_with_it(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    complain(&t);
    site(&t, "GATE-1", "GATE", "S1");
    forget_told(&t);
    remove_holder(&t, "leader-north");
    assert_int_equal(facts(&t, FACT(NOBODY)), 0);
    remove_holder(&t, "leader-south");
    assert_int_equal(facts(&t, FACT(NOBODY)), 1);
    township_close(&t);
}

static void row_15_what_waits_in_an_area_that_moves_goes_with_it(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    complain(&t);
    area(&t, "N1", "south");
    forget_told(&t);
    remove_holder(&t, "leader-north");
    assert_int_equal(facts(&t, FACT(NOBODY)), 0);
    remove_holder(&t, "leader-south");
    assert_int_equal(facts(&t, FACT(NOBODY)), 1);
    township_close(&t);
}

/* As an earlier version has left them. */
static void forget_lists(struct township *t)
{
    static const uint8_t first[ID_BYTES];
    struct state *state = &t->rules.state;
    uint8_t ids[16][ID_BYTES], key[STATE_KEY_BYTES];
    size_t count;

    state_begin(state);
    state_link_begin(state);
    count = state_tasks_after(state, first, ids, 16);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        Duban__Task *task = state_task(state, ids[i]);

        memcpy(key, task->listed_under.data, task->listed_under.len);
        memcpy(key + task->listed_under.len, ids[i], ID_BYTES);
        row_delete(state, TABLE_OPEN_TASK, bytes_of(key, task->listed_under.len + ID_BYTES));
        task->listed_under = (ProtobufCBinaryData){ 0, NULL };
        row_put_shared(state, TABLE_TASK, bytes_of(ids[i], ID_BYTES), task);
    }
    state_link_end(state);
    assert_int_equal(state_commit(state), 0);
}

static void tasks_of_an_earlier_version_are_listed_when_the_new_era_begins(void **unused)
{
    struct township t;
    Duban__EngineVersion version = DUBAN__ENGINE_VERSION__INIT;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "DS-01");
    complain(&t);
    forget_lists(&t);
    assert_int_equal(open_tasks(&t, "inspector-n1"), 0);
    version.version = ENGINE_VERSION + 1;
    SUBMIT(&t, "rules", ENGINE_VERSION, engine_version, &version);
    assert_int_equal(open_tasks(&t, "inspector-n1"), 1);
    forget_told(&t);
    remove_holder(&t, "leader-north");
    assert_int_equal(facts(&t, FACT(NOBODY)), 1);
    township_close(&t);
}

/* There are more of them than one link lists. */
static void who_leaves_while_they_are_listed_leaves_nothing_behind_in_silence(void **unused)
{
    Duban__RosterWork work = DUBAN__ROSTER_WORK__INIT;
    Duban__RoleGrant nobody = DUBAN__ROLE_GRANT__INIT;
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "DS-01");
    complain(&t);
    forget_lists(&t);
    work.post = &nobody;
    state_begin(&t.rules.state);
    state_link_begin(&t.rules.state);
    state_put_roster_work(&t.rules.state, &work);
    t.rules.engine.now_s = t.now_s;
    engine_house_timer(&t.rules.engine, HOUSE_ROSTER, t.now_s + 1);
    state_link_end(&t.rules.state);
    assert_int_equal(state_commit(&t.rules.state), 0);
    forget_told(&t);
    remove_holder(&t, "leader-north");
    assert_int_equal(facts(&t, FACT(NOBODY)), 0);
    pass_until(&t, "2020-02-10T09:01");
    assert_int_equal(facts(&t, FACT(NOBODY)), 1);
    assert_int_equal(told(&t, "lead", "nobody_to_receive"), 1);
    township_close(&t);
}

static void the_load_of_each_is_looked_at_however_many_a_link_touches(void **unused)
{
    enum { MANY = 200 };
    struct township t;
    Duban__Task tasks[MANY];
    uint8_t ids[MANY][ID_BYTES];
    char owners[MANY][16];

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    state_begin(&t.rules.state);
    state_link_begin(&t.rules.state);
    for (uint16_t i = 0; i < MANY; i++) {
        duban__task__init(&tasks[i]);
        engine_id(ids[i], 1, i, 1, 0);
        snprintf(owners[i], sizeof owners[i], "member-%u", (unsigned) i);
        tasks[i].id = (ProtobufCBinaryData){ ID_BYTES, ids[i] };
        tasks[i].owner = owners[i];
        state_put_task(&t.rules.state, &tasks[i]);
    }
    assert_int_equal(t.rules.state.load_count, MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_string_equal(t.rules.state.loads[i], owners[i]);
    state_link_end(&t.rules.state);
    assert_int_equal(state_commit(&t.rules.state), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_17_a_window_is_of_each_of_its_days_in_the_policys_zone),
        cmocka_unit_test(row_17_a_complaint_goes_to_who_is_in_his_window_now),
        cmocka_unit_test(row_17_outside_the_window_the_deputy_is_told_as_on_leave),
        cmocka_unit_test(row_17_where_nobody_is_there_now_who_will_be_before_the_due_is_told),
        cmocka_unit_test(row_17_when_nobody_will_be_there_in_time_it_goes_one_up_at_once),
        cmocka_unit_test(row_17_a_revisit_that_begins_outside_the_owners_window_goes_to_the_next),
        cmocka_unit_test(row_17_what_is_his_already_stays_his),
        cmocka_unit_test(row_17_when_nobody_else_can_go_it_stays_his_and_that_goes_up),
        cmocka_unit_test(row_17_and_19_who_is_on_call_is_there),
        cmocka_unit_test(row_17_who_goes_on_leave_hands_over_to_one_whose_window_meets_the_revisit_else_to_any),
        cmocka_unit_test(row_2_an_assignment_to_one_who_is_not_there_in_time_is_declined_with_when_he_is),
        cmocka_unit_test(row_2_an_assignment_to_one_on_leave_is_declined_with_when_he_is_back),
        cmocka_unit_test(row_2_an_assignment_outside_the_window_stands_while_there_is_nobody_to_go_yet),
        cmocka_unit_test(row_17_too_many_open_tasks_are_told_to_the_group_leader_once_until_they_are_fewer),
        cmocka_unit_test(row_17_a_pack_without_the_number_warns_of_no_load),
        cmocka_unit_test(row_17_an_overloaded_group_leader_is_told_to_the_lead),
        cmocka_unit_test(what_is_done_is_nobodys_load),
        cmocka_unit_test(row_3_what_waits_for_a_filled_post_is_one_notice_with_a_list),
        cmocka_unit_test(row_3_much_that_waits_is_told_over_several_links_and_each_thing_once),
        cmocka_unit_test(row_3_a_post_that_is_filled_while_it_is_told_as_empty_hears_all_of_it),
        cmocka_unit_test(row_15_what_waits_in_a_site_that_moves_goes_with_it),
        cmocka_unit_test(row_15_what_waits_in_an_area_that_moves_goes_with_it),
        cmocka_unit_test(tasks_of_an_earlier_version_are_listed_when_the_new_era_begins),
        cmocka_unit_test(who_leaves_while_they_are_listed_leaves_nothing_behind_in_silence),
        cmocka_unit_test(the_load_of_each_is_looked_at_however_many_a_link_touches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
