/* test_campaigns.c - every door is entered, honestly counted, and seen again by somebody else. */
#include "queries.h"
#include "township.h"

#define ACT(name) DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_##name
#define FOUND(name) DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_##name
#define DOOR(name) DUBAN__DOOR_STATE__DOOR_STATE_##name

enum { NORTH_DOORS = 8 };

/* ---------------------------------------------------------------- acts */

static void household(struct township *t, const char *who, const char *code, const char *area_code, bool removed)
{
    Duban__HouseholdChange change = DUBAN__HOUSEHOLD_CHANGE__INIT;

    change.code = (char *) code;
    change.area = (char *) area_code;
    change.removed = removed;
    SUBMIT(t, who, HOUSEHOLD_CHANGE, household_change, &change);
}

static void open_campaign(struct township *t, const char *who, const char *ends, uint32_t target_permille)
{
    Duban__CampaignOpening opening = DUBAN__CAMPAIGN_OPENING__INIT;
    Duban__CampaignPlace north = DUBAN__CAMPAIGN_PLACE__INIT, south = DUBAN__CAMPAIGN_PLACE__INIT;
    Duban__CampaignPlace *places[] = { &north, &south };

    north.area = "N1";
    north.site = "COMM-N";
    south.area = "S1";
    south.site = "COMM-S";
    opening.title = "户户是堡垒";
    opening.ends_at_ms = at(ends) * 1000;
    opening.target_permille = target_permille;
    opening.n_places = 2;
    opening.places = places;
    SUBMIT(t, who, CAMPAIGN_OPENING, campaign_opening, &opening);
}

static void end_campaign(struct township *t, const char *who, const char *number)
{
    Duban__CampaignEnd end = DUBAN__CAMPAIGN_END__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = (char *) number;
    end.campaign = &reference;
    end.reason = "转入常态";
    SUBMIT(t, who, CAMPAIGN_END, campaign_end, &end);
}

struct doing {
    const char *member, *when;
};

static void act_with(struct township *t, const char *who, const char *code, Duban__HouseholdActKind kind, struct doing doing)
{
    Duban__HouseholdAct act = DUBAN__HOUSEHOLD_ACT__INIT;

    act.household = (char *) code;
    act.kind = kind;
    if (kind == ACT(NOTICE))
        act.manner = DUBAN__HOUSEHOLD_MANNER__HOUSEHOLD_MANNER_AT_DOOR;
    act.member = (char *) (doing.member == NULL ? "" : doing.member);
    act.at_ms = doing.when == NULL ? 0 : at(doing.when) * 1000;
    SUBMIT(t, who, HOUSEHOLD_ACT, household_act, &act);
}

static void act(struct township *t, const char *who, const char *code, Duban__HouseholdActKind kind)
{
    act_with(t, who, code, kind, (struct doing){ NULL, NULL });
}

/* when NULL: just now. */
static void check_at(struct township *t, const char *who, const char *code, Duban__HouseholdFinding finding, const char *when)
{
    Duban__HouseholdCheck message = DUBAN__HOUSEHOLD_CHECK__INIT;

    message.at_ms = when == NULL ? 0 : at(when) * 1000;
    message.household = (char *) code;
    message.finding = finding;
    SUBMIT(t, who, HOUSEHOLD_CHECK, household_check, &message);
}

static void check(struct township *t, const char *who, const char *code, Duban__HouseholdFinding finding)
{
    check_at(t, who, code, finding, NULL);
}

/* Eight doors in the north, none in the south; a campaign from Monday the 10th to Sunday the 16th. */
static void open_township(struct township *t)
{
    static const char *const CODES[NORTH_DOORS] = { "N1-1", "N1-2", "N1-3", "N1-4", "N1-5", "N1-6", "N1-7", "N1-8" };

    township_open(t, "2020-02-10T09:00");
    site(t, "COMM-N", "COMM", "N1");
    site(t, "COMM-S", "COMM", "S1");
    holder(t, "staff-n1", DUBAN__ROLE__ROLE_AREA_STAFF, "N1");
    holder(t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    for (size_t i = 0; i < NORTH_DOORS; i++)
        household(t, "operator", CODES[i], "N1", false);
    open_campaign(t, "lead", "2020-02-16T18:00", 0);
    assert_null(held_last(t));
}

/* ---------------------------------------------------------------- what came of them */

static Duban__CampaignArea *area_of(struct township *t, const char *code)
{
    Duban__CampaignArea *row;

    state_begin(&t->rules.state);
    row = state_campaign_area(&t->rules.state, 1, code);
    store_abort(&t->rules.state.txn);
    assert_non_null(row);
    return row;
}

static Duban__Door *door_at(struct township *t, const char *code)
{
    Duban__Door *row;

    state_begin(&t->rules.state);
    row = state_door(&t->rules.state, 1, "N1", code);
    store_abort(&t->rules.state.txn);
    assert_non_null(row);
    return row;
}

static Duban__DoorDraw *draw_of(struct township *t, uint32_t number)
{
    Duban__DoorDraw *row;

    state_begin(&t->rules.state);
    row = state_door_draw(&t->rules.state, 1, "N1", number);
    store_abort(&t->rules.state.txn);
    return row;
}

static void assert_held(struct township *t, const char *field)
{
    const Duban__Quarantined *row = held_last(t);

    assert_non_null(row);
    assert_string_equal(row->field, field);
    assert_true(row->zh[0] != '\0' && row->en[0] != '\0');
}

static void assert_contradicts(struct township *t, const char *reason)
{
    const Duban__Fact *fact = last_fact(t, FACT(CONTRADICTION));

    assert_non_null(fact);
    assert_int_equal(fact->entry_sequence, t->sequence);
    assert_string_equal(fact->reason, reason);
}

/* Signed by somebody of the community, and drawn the next morning. */
static void sign_five_and_draw(struct township *t)
{
    static const char *const CODES[] = { "N1-1", "N1-2", "N1-3", "N1-4", "N1-5" };

    for (size_t i = 0; i < 5; i++)
        act(t, "staff-n1", CODES[i], ACT(PLEDGE));
    pass_until(t, "2020-02-11T08:00:01");
    assert_non_null(draw_of(t, 1));
    assert_int_equal(draw_of(t, 1)->open, 5);
}

/* ---------------------------------------------------------------- the register and the opening */

static void households_are_counted_by_area_when_they_are_registered(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    assert_int_equal(area_of(&t, "N1")->households, NORTH_DOORS);
    household(&t, "operator", "N1-1", "N1", false);    /* known already */
    assert_int_equal(area_of(&t, "N1")->households, NORTH_DOORS);
    household(&t, "clerk", "N1-8", "S1", false);       /* moved */
    household(&t, "clerk", "N1-7", "", true);
    assert_int_equal(area_of(&t, "N1")->households, NORTH_DOORS - 2);
    assert_int_equal(area_of(&t, "S1")->households, 1);
    township_close(&t);
}

static void a_household_is_registered_by_those_who_may_and_stays_while_it_is_entered(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    household(&t, "staff-n1", "N1-9", "N1", false);
    assert_held(&t, "account");
    household(&t, "clerk", "N1-9", "X9", false);
    assert_held(&t, "householdChange.area");
    household(&t, "clerk", "N1-9", "", true);
    assert_held(&t, "householdChange.code");
    act(&t, "staff-n1", "N1-1", ACT(NOTICE));
    household(&t, "clerk", "N1-1", "", true);
    assert_held(&t, "householdChange.code");
    township_close(&t);
}

static void a_campaign_opens_a_task_for_each_area_and_tells_its_contact(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    assert_int_equal(told(&t, "contact-n1", "campaign_opened"), 1);
    assert_int_equal(area_of(&t, "N1")->task.len, ID_BYTES);
    assert_int_equal(facts(&t, FACT(RECEIVED)), 1);
    open_campaign(&t, "lead", "2020-03-16T18:00", 0);   /* it runs there already */
    assert_held(&t, "campaignOpening.places[0]");
    open_campaign(&t, "inspector-n1", "2020-03-16T18:00", 0);
    assert_held(&t, "account");
    open_campaign(&t, "lead", "2020-02-10T08:00", 0);
    assert_held(&t, "campaignOpening.endsAtMs");
    township_close(&t);
}

/* ---------------------------------------------------------------- what is done at a door */

static void a_notice_is_counted_once_whatever_becomes_of_the_door(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(NOTICE));
    act(&t, "staff-n1", "N1-1", ACT(NOTICE));
    assert_contradicts(&t, "notice_known");
    assert_int_equal(area_of(&t, "N1")->notices, 1);
    assert_int_equal(area_of(&t, "N1")->begun, 1);
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    assert_int_equal(area_of(&t, "N1")->notices, 1);
    assert_int_equal(area_of(&t, "N1")->begun, 0);
    assert_int_equal(area_of(&t, "N1")->pledged, 1);
    assert_string_equal(door_at(&t, "N1-1")->notice_by, "staff-n1");
    township_close(&t);
}

static void a_refusal_can_become_a_pledge_and_a_pledge_stands(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(REFUSAL));
    assert_int_equal(area_of(&t, "N1")->refused, 1);
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    act(&t, "staff-n1", "N1-1", ACT(REFUSAL));
    assert_contradicts(&t, "door_signed");
    assert_int_equal(area_of(&t, "N1")->refused, 0);
    assert_int_equal(area_of(&t, "N1")->pledged, 1);
    township_close(&t);
}

static void three_attempts_on_two_days_one_in_the_evening_make_it_not_reached(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(NO_ANSWER));
    clock_at(&t, "2020-02-10T19:00");
    act(&t, "staff-n1", "N1-1", ACT(NO_ANSWER));
    clock_at(&t, "2020-02-10T20:00");
    act(&t, "staff-n1", "N1-1", ACT(NO_ANSWER));         /* three, but one day */
    assert_int_equal(door_at(&t, "N1-1")->state, DOOR(BEGUN));
    act(&t, "staff-n1", "N1-2", ACT(NO_ANSWER));
    clock_at(&t, "2020-02-11T10:00");
    act(&t, "staff-n1", "N1-1", ACT(NO_ANSWER));
    assert_int_equal(door_at(&t, "N1-1")->state, DOOR(UNREACHED));
    assert_int_equal(area_of(&t, "N1")->unreached, 1);
    assert_int_equal(area_of(&t, "N1")->households, NORTH_DOORS);
    township_close(&t);
}

static void attempts_by_day_need_a_weekend_instead_of_an_evening(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    clock_at(&t, "2020-02-15T10:00");   /* a Saturday */
    act_with(&t, "staff-n1", "N1-1", ACT(NO_ANSWER), (struct doing){ NULL, "2020-02-12T10:00" });
    act_with(&t, "staff-n1", "N1-1", ACT(NO_ANSWER), (struct doing){ NULL, "2020-02-13T17:59" });
    act_with(&t, "staff-n1", "N1-1", ACT(NO_ANSWER), (struct doing){ NULL, "2020-02-14T10:00" });
    assert_int_equal(door_at(&t, "N1-1")->state, DOOR(BEGUN));
    act(&t, "staff-n1", "N1-1", ACT(NO_ANSWER));
    assert_int_equal(door_at(&t, "N1-1")->state, DOOR(UNREACHED));
    township_close(&t);
}

static void vacant_needs_somebody_elses_word(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(VACANCY));
    assert_int_equal(area_of(&t, "N1")->vacancy_said, 1);
    act(&t, "staff-n1", "N1-1", ACT(VACANCY));
    assert_contradicts(&t, "same_person");
    assert_int_equal(area_of(&t, "N1")->vacant, 0);
    act(&t, "inspector-n1", "N1-1", ACT(VACANCY));
    assert_int_equal(area_of(&t, "N1")->vacant, 1);
    assert_int_equal(area_of(&t, "N1")->vacancy_said, 0);
    township_close(&t);
}

static void only_those_of_the_area_enter_and_a_clerk_for_them(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "inspector-s1", "N1-1", ACT(PLEDGE));
    assert_held(&t, "account");
    act(&t, "clerk", "N1-1", ACT(PLEDGE));
    assert_held(&t, "account");
    act_with(&t, "staff-n1", "N1-1", ACT(PLEDGE), (struct doing){ "inspector-n1", NULL });
    assert_held(&t, "account");
    act_with(&t, "clerk", "N1-1", ACT(PLEDGE), (struct doing){ "inspector-s1", NULL });
    assert_held(&t, "householdAct.member");
    act_with(&t, "clerk", "N1-1", ACT(PLEDGE), (struct doing){ "inspector-n1", NULL });
    assert_string_equal(door_at(&t, "N1-1")->reported_by, "inspector-n1");
    township_close(&t);
}

static void what_rules_does_not_know_is_held(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-99", ACT(PLEDGE));
    assert_held(&t, "householdAct.household");
    act_with(&t, "staff-n1", "N1-1", ACT(PLEDGE), (struct doing){ NULL, "2020-02-10T09:01" });
    assert_held(&t, "householdAct.atMs");
    act_with(&t, "staff-n1", "N1-1", ACT(PLEDGE), (struct doing){ NULL, "2020-02-09T09:00" });
    assert_held(&t, "householdAct.atMs");
    check(&t, "inspector-s1", "N1-1", FOUND(SIGNED));
    assert_held(&t, "householdCheck.household");
    township_close(&t);
}

static void a_member_is_tallied_by_door_and_by_act(void **state)
{
    struct township t;
    Duban__CampaignTally *tally;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(NOTICE));
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    act(&t, "staff-n1", "N1-2", ACT(NO_ANSWER));
    act(&t, "inspector-n1", "N1-2", ACT(REFUSAL));
    state_begin(&t.rules.state);
    tally = state_campaign_tally(&t.rules.state, 1, "N1", "staff-n1");
    assert_int_equal(tally->doors, 2);
    assert_int_equal(tally->notices, 1);
    assert_int_equal(tally->pledged, 1);
    assert_int_equal(tally->attempts, 1);
    tally = state_campaign_tally(&t.rules.state, 1, "N1", "inspector-n1");
    assert_int_equal(tally->doors, 1);
    assert_int_equal(tally->refused, 1);
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

/* ---------------------------------------------------------------- the target and the end */

static void an_area_is_done_when_all_but_the_vacant_have_signed_and_open_again_when_one_is_added(void **state)
{
    static const char *const CODES[] = { "N1-2", "N1-3", "N1-4", "N1-5", "N1-6", "N1-7", "N1-8" };
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(VACANCY));
    act(&t, "inspector-n1", "N1-1", ACT(VACANCY));
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(area_of(&t, "N1")->task.len, ID_BYTES);
        act(&t, "staff-n1", CODES[i], ACT(PLEDGE));
    }
    assert_int_equal(area_of(&t, "N1")->task.len, 0);
    assert_int_equal(last_fact(&t, FACT(TARGET_REACHED))->number, 7);
    assert_int_equal(last_fact(&t, FACT(TARGET_REACHED))->of, 7);
    household(&t, "clerk", "N1-9", "N1", false);
    assert_int_equal(area_of(&t, "N1")->task.len, ID_BYTES);
    township_close(&t);
}

static void what_remains_at_the_end_is_told_goes_up_and_stays_on_the_list(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    pass_until(&t, "2020-02-16T12:00");
    forget_told(&t);
    pass_until(&t, "2020-02-16T19:00");
    assert_int_equal(told(&t, "lead", "campaign_over"), 1);
    assert_int_equal(told(&t, "contact-n1", "household_gap"), 1);
    pass_until(&t, "2020-02-19T10:00");
    assert_true(told(&t, "lead", "household_gap") > 0);
    act(&t, "staff-n1", "N1-2", ACT(PLEDGE));   /* carried on after the date */
    assert_int_equal(area_of(&t, "N1")->pledged, 2);
    end_campaign(&t, "inspector-n1", "HD-0001");
    assert_held(&t, "account");
    end_campaign(&t, "lead", "HD-0001");
    assert_int_equal(told(&t, "clerk", "campaign_ended"), 1);
    assert_int_equal(area_of(&t, "N1")->task.len, 0);
    act(&t, "staff-n1", "N1-3", ACT(PLEDGE));
    assert_held(&t, "householdAct.household");
    end_campaign(&t, "lead", "HD-0001");
    assert_contradicts(&t, "campaign_ended");
    household(&t, "clerk", "N1-9", "N1", false);
    assert_int_equal(area_of(&t, "N1")->households, NORTH_DOORS);
    township_close(&t);
}

static size_t rows_of_doors(struct township *t)
{
    size_t count = 0;

    state_begin(&t->rules.state);
    for (size_t i = 1; i <= NORTH_DOORS; i++) {
        char code[24];

        snprintf(code, sizeof code, "N1-%zu", i);
        count += state_door(&t->rules.state, 1, "N1", code) != NULL;
    }
    count += state_door_draw(&t->rules.state, 1, "N1", 1) != NULL;
    store_abort(&t->rules.state.txn);
    return count;
}

static void sixty_days_after_its_end_the_doors_are_forgotten_and_the_figures_stay(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    act(&t, "staff-n1", "N1-2", ACT(PLEDGE));
    pass_until(&t, "2020-02-11T09:00");   /* drawn at eight */
    end_campaign(&t, "lead", "HD-0001");
    assert_null(held_last(&t));
    pass_until(&t, "2020-04-11T08:59");
    assert_int_equal(rows_of_doors(&t), 3);
    pass_until(&t, "2020-04-11T09:00:01");
    assert_int_equal(rows_of_doors(&t), 0);
    assert_int_equal(facts(&t, FACT(DOORS_FORGOTTEN)), 1);
    assert_int_equal(area_of(&t, "N1")->pledged, 2);
    assert_int_equal(area_of(&t, "N1")->households, NORTH_DOORS);
    open_campaign(&t, "lead", "2020-04-20T18:00", 0);   /* another has doors of its own */
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    assert_null(held_last(&t));
    pass_until(&t, "2020-04-18T09:00");
    assert_int_equal(facts(&t, FACT(DOORS_FORGOTTEN)), 1);
    township_close(&t);
}

static size_t checks_listed(struct township *t)
{
    Duban__TasksQuery wanted = DUBAN__TASKS_QUERY__INIT;
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct question question = { .rules = &t->rules, .query = &query, .reply = &reply, .arena = &t->rules.state.arena,
                                 .now_s = t->now_s, .limit = 200 };

    wanted.closed_too = true;
    wanted.kind = DUBAN__TASK_KIND__TASK_KIND_HOUSEHOLD_CHECK;
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    query_on_tasks(&question, &wanted);
    store_abort(&t->rules.state.txn);
    assert_int_equal(reply.body_case, DUBAN__REPLY__BODY_TASKS);
    return reply.tasks->n_rows;
}

/* What is said of the one opened at that time; "" = nothing. The text lives in the state's arena. */
static const char *said_of_check(struct township *t, const char *opened)
{
    Duban__Task task = DUBAN__TASK__INIT;
    Duban__NoticeItem item = DUBAN__NOTICE_ITEM__INIT;

    task.area = "N1";
    task.opened_s = at(opened);
    state_begin(&t->rules.state);
    task.subject = state_subject_numbered(&t->rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN, 1)->id;
    engine_fill_household_check(&t->rules.engine, &item, &task, NULL);
    store_abort(&t->rules.state.txn);
    return item.finding == NULL ? "" : item.finding->zh;
}

/* Two mornings, a check on each. */
static void a_check_that_is_over_states_its_own_draw_as_long_as_its_doors_are_known(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    act(&t, "staff-n1", "N1-2", ACT(PLEDGE));
    pass_until(&t, "2020-02-11T09:00");
    check(&t, "inspector-s1", "N1-1", FOUND(SIGNED));
    check(&t, "inspector-s1", "N1-2", FOUND(SIGNED));
    act(&t, "staff-n1", "N1-3", ACT(PLEDGE));
    pass_until(&t, "2020-02-12T09:00");
    assert_string_equal(said_of_check(&t, "2020-02-11T08:00"), "抽查2户，待核查0户，已核查2户，与上报不符0户");
    assert_string_equal(said_of_check(&t, "2020-02-12T08:00"), "抽查1户，待核查1户，已核查0户，与上报不符0户");
    end_campaign(&t, "lead", "HD-0001");
    pass_until(&t, "2020-04-13T09:00");
    assert_int_equal(facts(&t, FACT(DOORS_FORGOTTEN)), 1);
    assert_int_equal(checks_listed(&t), 2);
    assert_string_equal(said_of_check(&t, "2020-02-11T08:00"), "");
    assert_string_equal(said_of_check(&t, "2020-02-12T08:00"), "");
    township_close(&t);
}

/* As an engine left it that forgot no doors. */
static void lose_the_day(struct township *t)
{
    struct state *state = &t->rules.state;
    uint32_t number;
    int64_t from_s;

    state_begin(state);
    state_link_begin(state);
    assert_true(state_doors_to_forget(state, INT64_MAX, &from_s, &number));
    state_delete_doors_to_forget(state, from_s, number);
    state_link_end(state);
    assert_int_equal(state_commit(state), 0);
}

static void open_ended(struct township *t)
{
    open_township(t);
    act(t, "staff-n1", "N1-1", ACT(PLEDGE));
    pass_until(t, "2020-02-11T09:00");
    end_campaign(t, "lead", "HD-0001");
    lose_the_day(t);
}

static void doors_of_a_campaign_that_ended_under_an_earlier_engine_get_their_day_with_the_new_era(void **state)
{
    struct township t;

    (void) state;
    open_ended(&t);
    pass_until(&t, "2020-03-01T09:00");
    begin_era(&t, 7);
    pass_until(&t, "2020-04-11T08:59");
    assert_int_equal(rows_of_doors(&t), 2);
    pass_until(&t, "2020-04-11T09:00:01");
    assert_int_equal(rows_of_doors(&t), 0);
    assert_int_equal(facts(&t, FACT(DOORS_FORGOTTEN)), 1);
    begin_era(&t, 8);   /* they are gone, and said to be */
    pass_until(&t, "2020-04-12T09:00");
    assert_int_equal(facts(&t, FACT(DOORS_FORGOTTEN)), 1);
    township_close(&t);
}

static void doors_whose_day_is_long_past_are_forgotten_when_the_new_era_begins(void **state)
{
    struct township t;

    (void) state;
    open_ended(&t);
    pass_until(&t, "2020-06-01T09:00");
    assert_int_equal(rows_of_doors(&t), 2);
    begin_era(&t, 7);
    pass_until(&t, "2020-06-01T09:01");
    assert_int_equal(rows_of_doors(&t), 0);
    assert_int_equal(facts(&t, FACT(DOORS_FORGOTTEN)), 1);
    assert_int_equal(area_of(&t, "N1")->pledged, 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- seen again by somebody else */

static void doors_are_drawn_each_morning_for_another_group(void **state)
{
    struct township t;
    const Duban__DoorDraw *draw;

    (void) state;
    open_township(&t);
    sign_five_and_draw(&t);
    draw = draw_of(&t, 1);
    assert_int_equal(draw->seed.len, 16);
    assert_string_equal(draw->owner, "leader-south");
    assert_int_equal(told(&t, "leader-south", "household_check_in"), 1);
    act(&t, "staff-n1", "N1-6", ACT(PLEDGE));
    pass_until(&t, "2020-02-12T08:00:01");
    assert_null(draw_of(&t, 2));   /* those drawn before come first */
    township_close(&t);
}

static void the_seed_gives_the_same_doors_again(void **state)
{
    struct township t;
    const Duban__DoorDraw *draw;
    struct { uint64_t rank; const char *code; } ring[NORTH_DOORS];
    static char codes[NORTH_DOORS][8];
    size_t first = 0;

    (void) state;
    open_township(&t);
    for (size_t i = 0; i < NORTH_DOORS; i++) {
        snprintf(codes[i], sizeof codes[i], "N1-%zu", i + 1);
        act(&t, "staff-n1", codes[i], ACT(REFUSAL));
    }
    pass_until(&t, "2020-02-11T08:00:01");
    draw = draw_of(&t, 1);
    assert_int_equal(draw->n_doors, 5);
    for (size_t i = 0; i < NORTH_DOORS; i++) {   /* worked out by hand, as anybody may */
        uint8_t campaign[4] = { 0, 0, 0, 1 }, rank[8];
        const struct bytes parts[] = { bytes_of(campaign, sizeof campaign), bytes_of_text(codes[i]) };
        size_t k = i;

        digest_of_parts(rank, 8, bytes_of(NULL, 0), parts, 2);
        for (; k > 0 && ring[k - 1].rank > get_u64(rank); k--)
            ring[k] = ring[k - 1];
        ring[k].rank = get_u64(rank);
        ring[k].code = codes[i];
    }
    while (first < NORTH_DOORS && ring[first].rank < get_u64(draw->seed.data))
        first++;
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(draw->doors[i]->household, ring[(first + i) % NORTH_DOORS].code);
    township_close(&t);
}

static void nobody_checks_what_he_reported_and_only_doors_drawn_are_checked(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "inspector-n1", "N1-1", ACT(PLEDGE));
    pass_until(&t, "2020-02-11T08:00:01");
    check(&t, "inspector-n1", "N1-1", FOUND(SIGNED));
    assert_held(&t, "householdCheck.member");
    check(&t, "staff-n1", "N1-1", FOUND(SIGNED));
    assert_held(&t, "householdCheck.member");
    check(&t, "inspector-s1", "N1-2", FOUND(SIGNED));
    assert_held(&t, "householdCheck.household");
    check(&t, "inspector-n2", "N1-1", FOUND(SIGNED));
    assert_null(held_last(&t));
    assert_true(draw_of(&t, 1)->doors[0]->own_group);
    assert_int_equal(area_of(&t, "N1")->checked, 1);
    check(&t, "inspector-s1", "N1-1", FOUND(SIGNED));   /* it has been */
    assert_held(&t, "householdCheck.household");
    township_close(&t);
}

static void mismatches_open_one_case_on_the_committee_and_correct_the_figures(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    sign_five_and_draw(&t);
    clock_at(&t, "2020-02-11T10:00");
    check(&t, "inspector-s1", "N1-1", FOUND(SIGNED));
    check(&t, "inspector-s1", "N1-2", FOUND(UNTOUCHED));
    check(&t, "inspector-s1", "N1-3", FOUND(NOTICE_ONLY));
    assert_int_equal(facts(&t, FACT(OPENED)), 1);
    assert_string_equal(case_at(&t, "COMM-N", "HH-03")->level, "B");
    assert_int_equal(facts(&t, FACT(STILL_FAILING)), 1);
    check(&t, "inspector-s1", "N1-4", FOUND(REFUSED));
    check(&t, "inspector-s1", "N1-5", FOUND(NOBODY));    /* says nothing: may be drawn again */
    assert_int_equal(area_of(&t, "N1")->checked, 4);
    assert_int_equal(area_of(&t, "N1")->as_reported, 1);
    assert_int_equal(area_of(&t, "N1")->pledged, 2);
    assert_int_equal(area_of(&t, "N1")->refused, 1);
    assert_int_equal(area_of(&t, "N1")->begun, 1);
    assert_int_equal(door_at(&t, "N1-2")->state, DOOR(UNSPECIFIED));
    assert_int_equal(told(&t, "contact-n1", "mismatch"), 1);
    assert_int_equal(told(&t, "site-COMM-N", "notice_to_site"), 1);
    assert_int_equal(area_of(&t, "N1")->check_task.len, 0);
    pass_until(&t, "2020-02-12T08:00:01");
    assert_int_equal(draw_of(&t, 2)->n_doors, 2);        /* N1-5 once more, and the refusal at N1-4 */
    township_close(&t);
}

static void a_mismatch_of_another_day_meets_the_open_case(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    pass_until(&t, "2020-02-11T08:00:01");
    check(&t, "inspector-s1", "N1-1", FOUND(UNTOUCHED));
    act(&t, "staff-n1", "N1-2", ACT(PLEDGE));
    pass_until(&t, "2020-02-12T08:00:01");
    check(&t, "inspector-s1", "N1-2", FOUND(UNTOUCHED));
    assert_int_equal(facts(&t, FACT(OPENED)), 1);
    assert_int_equal(case_at(&t, "COMM-N", "HH-03")->number, 1);
    assert_int_equal(draw_of(&t, 2)->case_id.len, ID_BYTES);
    township_close(&t);
}

static void what_a_finding_says_goes_by_what_was_reported(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(VACANCY));
    act(&t, "inspector-n1", "N1-1", ACT(VACANCY));
    act(&t, "staff-n1", "N1-2", ACT(REFUSAL));
    for (int day = 0; day < 3; day++)
        act(&t, "staff-n1", "N1-3", ACT(NO_ANSWER));
    clock_at(&t, "2020-02-10T18:30");
    act(&t, "staff-n1", "N1-3", ACT(NO_ANSWER));
    clock_at(&t, "2020-02-11T07:00");
    act(&t, "staff-n1", "N1-3", ACT(NO_ANSWER));
    pass_until(&t, "2020-02-11T08:00:01");
    assert_int_equal(draw_of(&t, 1)->n_doors, 3);
    check(&t, "inspector-s1", "N1-1", FOUND(NOBODY));
    check(&t, "inspector-s1", "N1-2", FOUND(REFUSED));
    check(&t, "inspector-s1", "N1-3", FOUND(NOTICE_ONLY));
    assert_int_equal(area_of(&t, "N1")->as_reported, 3);
    assert_int_equal(facts(&t, FACT(OPENED)), 0);
    assert_int_equal(area_of(&t, "N1")->vacant, 1);
    township_close(&t);
}

/* Refused when it was drawn at eight; what was done there and reported before the checker came counts. */
static void an_honest_change_since_the_draw_is_no_mismatch(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    for (int i = 1; i <= 4; i++)
        act(&t, "staff-n1", (const char *[]){ "N1-1", "N1-2", "N1-3", "N1-4" }[i - 1], ACT(REFUSAL));
    pass_until(&t, "2020-02-11T08:00:01");
    assert_int_equal(draw_of(&t, 1)->n_doors, 4);
    clock_at(&t, "2020-02-11T10:00");
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    act(&t, "staff-n1", "N1-2", ACT(VACANCY));
    act(&t, "staff-n1", "N1-3", ACT(PLEDGE));
    clock_at(&t, "2020-02-11T11:00");
    check(&t, "inspector-s1", "N1-1", FOUND(SIGNED));
    check(&t, "inspector-s1", "N1-2", FOUND(NOBODY));
    assert_int_equal(area_of(&t, "N1")->as_reported, 2);
    assert_int_equal(facts(&t, FACT(OPENED)), 0);
    check(&t, "inspector-s1", "N1-3", FOUND(REFUSED));   /* what was claimed since is looked at too */
    assert_int_equal(area_of(&t, "N1")->as_reported, 2);
    assert_int_equal(facts(&t, FACT(OPENED)), 1);
    assert_int_equal(door_at(&t, "N1-3")->state, DOOR(REFUSED));
    check(&t, "inspector-s1", "N1-4", FOUND(REFUSED));
    assert_int_equal(area_of(&t, "N1")->as_reported, 3);
    township_close(&t);
}

/* The checker stood there at nine and enters it at noon; the pledge of ten is no word of what he saw. */
static void what_was_done_after_the_check_is_not_what_it_checks(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    act(&t, "staff-n1", "N1-1", ACT(REFUSAL));
    pass_until(&t, "2020-02-11T08:00:01");
    clock_at(&t, "2020-02-11T10:00");
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    clock_at(&t, "2020-02-11T12:00");
    check_at(&t, "inspector-s1", "N1-1", FOUND(REFUSED), "2020-02-11T09:00");
    assert_int_equal(area_of(&t, "N1")->as_reported, 1);
    assert_int_equal(door_at(&t, "N1-1")->state, DOOR(SIGNED));
    pass_until(&t, "2020-02-12T08:00:01");
    assert_int_equal(draw_of(&t, 2)->n_doors, 1);        /* the pledge is for another day */
    township_close(&t);
}

static void a_check_that_is_not_made_is_asked_for_and_goes_up(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    sign_five_and_draw(&t);
    pass_until(&t, "2020-02-12T18:00:01");
    assert_int_equal(told(&t, "leader-south", "household_check_due"), 1);
    pass_until(&t, "2020-02-13T10:00:01");
    assert_int_equal(told(&t, "lead", "household_check_due"), 1);
    township_close(&t);
}

static void an_area_with_households_stays_in_the_registry(void **state)
{
    struct township t;
    Duban__AreaChange change = DUBAN__AREA_CHANGE__INIT;

    (void) state;
    open_township(&t);
    area(&t, "N2", "north");
    household(&t, "clerk", "N2-1", "N2", false);
    change.code = "N2";
    change.removed = true;
    SUBMIT(&t, "operator", AREA_CHANGE, area_change, &change);
    assert_held(&t, "areaChange.removed");
    township_close(&t);
}

static void another_pack_runs_it_by_its_own_values(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    activate(&t, "fire-safety-mini");
    site(&t, "COMM-N", "COMM", "N1");
    site(&t, "COMM-S", "COMM", "S1");
    holder(&t, "staff-n1", DUBAN__ROLE__ROLE_AREA_STAFF, "N1");
    holder(&t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    household(&t, "clerk", "N1-1", "N1", false);
    open_campaign(&t, "clerk", "2020-02-20T18:00", 900);
    act(&t, "staff-n1", "N1-1", ACT(PLEDGE));
    assert_int_equal(area_of(&t, "N1")->task.len, 0);
    pass_until(&t, "2020-02-11T09:00:01");
    check(&t, "inspector-s1", "N1-1", FOUND(UNTOUCHED));
    assert_string_equal(case_at(&t, "COMM-N", "NT-02")->level, "II");
    township_close(&t);
}

static uint32_t late_arrivals(struct township *t)
{
    uint32_t count;

    state_begin(&t->rules.state);
    count = state_meeting_book(&t->rules.state)->late_reports;
    store_abort(&t->rules.state.txn);
    return count;
}

static void rule_13_a_door_entered_after_the_cutoff_is_a_late_arrival(void **unused)
{
    struct township t;

    (void) unused;
    open_township(&t);
    begin_era(&t, ENGINE_VERSION);
    pass_until(&t, "2020-02-10T20:30");
    act_with(&t, "staff-n1", "N1-1", ACT(NOTICE), (struct doing){ NULL, "2020-02-10T19:00" });
    assert_int_equal(late_arrivals(&t), 1);
    act(&t, "staff-n1", "N1-2", ACT(NOTICE));           /* of this hour */
    assert_int_equal(late_arrivals(&t), 1);
    township_close(&t);
}

static void act_then(struct township *t, const char *who, const char *code, Duban__HouseholdActKind kind, const char *when)
{
    act_with(t, who, code, kind, (struct doing){ NULL, when });
    assert_null(held_last(t));
}

static void open_in_order(struct township *t)
{
    open_township(t);
    begin_era(t, ERA_OF_DOORS_IN_ORDER);
    clock_at(t, "2020-02-10T12:00");
}

static void what_was_done_at_a_door_counts_in_the_order_in_which_it_was_done(void **state)
{
    struct township t;

    (void) state;
    open_in_order(&t);
    act_then(&t, "staff-n1", "N1-1", ACT(REFUSAL), "2020-02-10T10:00");
    act_then(&t, "inspector-n1", "N1-1", ACT(VACANCY), "2020-02-10T09:30");
    assert_int_equal(door_at(&t, "N1-1")->state, DOOR(REFUSED));
    assert_int_equal(door_at(&t, "N1-1")->reported_s, at("2020-02-10T10:00"));
    assert_string_equal(door_at(&t, "N1-1")->vacancy_by, "");
    assert_int_equal(facts(&t, FACT(VACANCY_SAID)), 1);
    act_then(&t, "staff-n1", "N1-2", ACT(VACANCY), "2020-02-10T10:00");
    act_then(&t, "inspector-n1", "N1-2", ACT(REFUSAL), "2020-02-10T09:30");
    assert_int_equal(door_at(&t, "N1-2")->state, DOOR(VACANCY_SAID));
    act_then(&t, "inspector-n2", "N1-2", ACT(VACANCY), "2020-02-10T09:40");   /* two have said so, whoever first */
    assert_int_equal(door_at(&t, "N1-2")->state, DOOR(VACANT));
    assert_int_equal(door_at(&t, "N1-2")->reported_s, at("2020-02-10T10:00"));
    assert_int_equal(area_of(&t, "N1")->refused, 1);
    assert_int_equal(area_of(&t, "N1")->vacant, 1);
    assert_int_equal(area_of(&t, "N1")->vacancy_said, 0);
    township_close(&t);
}

static void a_signature_and_a_refusal_stand_though_they_are_told_later(void **state)
{
    struct township t;

    (void) state;
    open_in_order(&t);
    act_then(&t, "staff-n1", "N1-3", ACT(REFUSAL), "2020-02-10T10:00");
    act_then(&t, "inspector-n1", "N1-3", ACT(PLEDGE), "2020-02-10T09:30");
    assert_int_equal(door_at(&t, "N1-3")->state, DOOR(SIGNED));
    act_then(&t, "staff-n1", "N1-4", ACT(NO_ANSWER), "2020-02-10T10:00");
    act_then(&t, "inspector-n1", "N1-4", ACT(REFUSAL), "2020-02-10T09:30");
    assert_int_equal(door_at(&t, "N1-4")->state, DOOR(REFUSED));
    township_close(&t);
}

static void what_a_check_has_found_stands_for_what_was_done_before_it(void **state)
{
    struct township t;

    (void) state;
    open_in_order(&t);
    act_then(&t, "staff-n1", "N1-5", ACT(REFUSAL), "2020-02-10T10:00");
    pass_until(&t, "2020-02-11T08:00:01");
    pass_until(&t, "2020-02-11T10:00");
    check(&t, "inspector-s1", "N1-5", FOUND(UNTOUCHED));
    assert_null(held_last(&t));
    act_then(&t, "staff-n1", "N1-5", ACT(PLEDGE), "2020-02-11T09:00");
    assert_int_equal(door_at(&t, "N1-5")->state, DOOR(UNSPECIFIED));
    act_then(&t, "staff-n1", "N1-5", ACT(PLEDGE), "2020-02-11T10:00");
    assert_int_equal(door_at(&t, "N1-5")->state, DOOR(SIGNED));
    township_close(&t);
}

static void an_area_stays_while_a_campaign_runs_there(void **state)
{
    struct township t;
    Duban__AreaChange change = DUBAN__AREA_CHANGE__INIT;
    Duban__SiteChange gone = DUBAN__SITE_CHANGE__INIT;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_AREAS_IN_CAMPAIGNS);
    gone.removed = true;
    gone.code = "COMM-S";
    SUBMIT(&t, "operator", SITE_CHANGE, site_change, &gone);
    gone.code = "SHOP-1";
    SUBMIT(&t, "operator", SITE_CHANGE, site_change, &gone);
    assert_null(held_last(&t));
    change.code = "S1";
    change.removed = true;
    SUBMIT(&t, "operator", AREA_CHANGE, area_change, &change);
    assert_held(&t, "areaChange.removed");
    end_campaign(&t, "lead", "HD-0001");
    SUBMIT(&t, "operator", AREA_CHANGE, area_change, &change);
    state_begin(&t.rules.state);
    assert_null(state_area(&t.rules.state, "S1"));
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(households_are_counted_by_area_when_they_are_registered),
        cmocka_unit_test(a_household_is_registered_by_those_who_may_and_stays_while_it_is_entered),
        cmocka_unit_test(a_campaign_opens_a_task_for_each_area_and_tells_its_contact),
        cmocka_unit_test(a_notice_is_counted_once_whatever_becomes_of_the_door),
        cmocka_unit_test(a_refusal_can_become_a_pledge_and_a_pledge_stands),
        cmocka_unit_test(three_attempts_on_two_days_one_in_the_evening_make_it_not_reached),
        cmocka_unit_test(attempts_by_day_need_a_weekend_instead_of_an_evening),
        cmocka_unit_test(vacant_needs_somebody_elses_word),
        cmocka_unit_test(only_those_of_the_area_enter_and_a_clerk_for_them),
        cmocka_unit_test(what_rules_does_not_know_is_held),
        cmocka_unit_test(a_member_is_tallied_by_door_and_by_act),
        cmocka_unit_test(an_area_is_done_when_all_but_the_vacant_have_signed_and_open_again_when_one_is_added),
        cmocka_unit_test(sixty_days_after_its_end_the_doors_are_forgotten_and_the_figures_stay),
        cmocka_unit_test(a_check_that_is_over_states_its_own_draw_as_long_as_its_doors_are_known),
        cmocka_unit_test(doors_of_a_campaign_that_ended_under_an_earlier_engine_get_their_day_with_the_new_era),
        cmocka_unit_test(doors_whose_day_is_long_past_are_forgotten_when_the_new_era_begins),
        cmocka_unit_test(what_remains_at_the_end_is_told_goes_up_and_stays_on_the_list),
        cmocka_unit_test(doors_are_drawn_each_morning_for_another_group),
        cmocka_unit_test(the_seed_gives_the_same_doors_again),
        cmocka_unit_test(an_honest_change_since_the_draw_is_no_mismatch),
        cmocka_unit_test(what_was_done_after_the_check_is_not_what_it_checks),
        cmocka_unit_test(nobody_checks_what_he_reported_and_only_doors_drawn_are_checked),
        cmocka_unit_test(mismatches_open_one_case_on_the_committee_and_correct_the_figures),
        cmocka_unit_test(a_mismatch_of_another_day_meets_the_open_case),
        cmocka_unit_test(what_a_finding_says_goes_by_what_was_reported),
        cmocka_unit_test(a_check_that_is_not_made_is_asked_for_and_goes_up),
        cmocka_unit_test(an_area_with_households_stays_in_the_registry),
        cmocka_unit_test(another_pack_runs_it_by_its_own_values),
        cmocka_unit_test(rule_13_a_door_entered_after_the_cutoff_is_a_late_arrival),
        cmocka_unit_test(what_was_done_at_a_door_counts_in_the_order_in_which_it_was_done),
        cmocka_unit_test(a_signature_and_a_refusal_stand_though_they_are_told_later),
        cmocka_unit_test(what_a_check_has_found_stands_for_what_was_done_before_it),
        cmocka_unit_test(an_area_stays_while_a_campaign_runs_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
