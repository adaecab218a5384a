/* test_plan.c - each group's stops of the day: drafted in the morning, confirmed or standing as they are, carried over. */
#include "queries.h"
#include "township.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define REASON(kind) DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_##kind
#define STATE(state) DUBAN__STOP_STATE__STOP_STATE_##state

/* ---------------------------------------------------------------- asking */

struct shown {
    Duban__Reply reply;
    Duban__Query query;
    struct question question;
};

/* The plan as it is shown now; until close_plan. NULL: there is none. */
static const Duban__PlanRow *open_plan(struct township *t, struct shown *shown, const char *zone, const char *day)
{
    Duban__PlanQuery wanted = DUBAN__PLAN_QUERY__INIT;

    duban__reply__init(&shown->reply);
    duban__query__init(&shown->query);
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    shown->question = (struct question){ .rules = &t->rules, .query = &shown->query, .reply = &shown->reply,
                                         .arena = &t->rules.state.arena, .now_s = t->now_s, .limit = 200 };
    wanted.zone = (char *) zone;
    if (day != NULL) {
        wanted.day_presence_case = DUBAN__PLAN_QUERY__DAY_PRESENCE_DAY;
        wanted.day = civil_day(at(day), 8 * 3600);
    }
    query_on_plan(&shown->question, &wanted);
    assert_int_equal(shown->reply.body_case, DUBAN__REPLY__BODY_PLAN);
    return shown->reply.plan->n_rows == 0 ? NULL : shown->reply.plan->rows[0];
}

static void close_plan(struct township *t)
{
    store_abort(&t->rules.state.txn);
}

static const Duban__PlanStop *stop_at(const Duban__PlanRow *row, size_t i)
{
    assert_non_null(row);
    assert_true(i < row->plan->n_stops);
    return row->plan->stops[i];
}

static void assert_stop(struct township *t, size_t i, const char *site_code, Duban__StopReasonKind rank, Duban__StopState state)
{
    struct shown shown;
    const Duban__PlanStop *stop = stop_at(open_plan(t, &shown, "north", NULL), i);

    assert_string_equal(stop->site, site_code);
    assert_int_equal(stop->rank, rank);
    assert_int_equal(stop->state, state);
    close_plan(t);
}

static size_t stops_of(struct township *t, const char *zone)
{
    struct shown shown;
    const Duban__PlanRow *row = open_plan(t, &shown, zone, NULL);
    size_t count = row == NULL ? 0 : row->plan->n_stops;

    close_plan(t);
    return count;
}

/* ---------------------------------------------------------------- entering */

static void inspect(struct township *t, const char *site_code)
{
    visit(t, "inspector-n1", site_code, "EP-04", PASS, INSPECTION, 1);
}

struct settling {
    const char *who;
    const char *zone;
    int64_t day;
    const char *first, *drop, *add;   /* one site each; NULL = none */
};

static void settle(struct township *t, struct settling settling)
{
    Duban__PlanConfirmation confirmation = DUBAN__PLAN_CONFIRMATION__INIT;
    Duban__StopChange drop = DUBAN__STOP_CHANGE__INIT, add = DUBAN__STOP_CHANGE__INIT;
    Duban__StopChange *drops[] = { &drop }, *adds[] = { &add };
    char *first[] = { (char *) settling.first };

    drop.reason = add.reason = "停水";
    drop.site = (char *) settling.drop;
    add.site = (char *) settling.add;
    confirmation.zone = (char *) settling.zone;
    confirmation.day = settling.day;
    confirmation.n_first = settling.first != NULL;
    confirmation.first = first;
    confirmation.n_drops = settling.drop != NULL;
    confirmation.drops = drops;
    confirmation.n_adds = settling.add != NULL;
    confirmation.adds = adds;
    SUBMIT(t, settling.who, PLAN_CONFIRMATION, plan_confirmation, &confirmation);
}

static uint64_t held(struct township *t)
{
    return t->rules.state.meta.quarantined;
}

static void begin(struct township *t)
{
    township_open(t, "2020-02-09T10:00");
    pass_until(t, "2020-02-10T08:00");
}

static void fill_south(struct township *t, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;
        char code[32];

        snprintf(code, sizeof code, "X-%03zu", i);
        change.code = code;
        change.kind = "OFFC";
        change.area = "S1";
        SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
    }
}

/* ---------------------------------------------------------------- drafted */

static void row_24_a_draft_is_there_before_the_meeting_and_its_leader_is_told(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    pass_until(&t, "2020-02-10T07:00");
    assert_int_equal(stops_of(&t, "north"), 0);
    pass_until(&t, "2020-02-10T08:00");
    assert_int_equal(stops_of(&t, "north"), 3);
    assert_int_equal(stops_of(&t, "south"), 1);
    assert_int_equal(told(&t, "leader-north", "plan_drafted"), 1);
    assert_int_equal(told(&t, "leader-south", "plan_drafted"), 1);
    assert_int_equal(told(&t, "lead", "plan_drafted"), 0);
    township_close(&t);
}

static void row_25_stops_come_in_order_of_risk_and_a_site_once_with_all_its_reasons(void **unused)
{
    struct township t;
    struct shown shown;
    const Duban__PlanStop *stop;

    (void) unused;
    begin(&t);
    inspect(&t, "COUR-1");
    inspect(&t, "GATE-1");
    fails(&t, "DORM-1", "DS-04");
    claim(&t, "DORM-1", "DS-04");
    pass_until(&t, "2020-02-12T08:00");
    stop = stop_at(open_plan(&t, &shown, "north", NULL), 0);
    assert_string_equal(stop->site, "DORM-1");
    assert_int_equal(stop->reasons[0]->kind, REASON(REVISIT));
    assert_string_equal(stop->reasons[0]->number, "DB-0001");
    assert_int_equal(stop->reasons[1]->kind, REASON(HIGH_RISK));   /* its interval is over, too */
    close_plan(&t);
    assert_stop(&t, 1, "COUR-1", REASON(HIGH_RISK), STATE(PLANNED));
    assert_int_equal(stops_of(&t, "north"), 3);
    township_close(&t);
}

static void what_does_not_fit_is_counted_by_its_rank(void **unused)
{
    struct township t;
    struct shown shown;
    const Duban__PlanRow *row;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    fill_south(&t, 100);
    pass_until(&t, "2020-02-10T08:00");
    row = open_plan(&t, &shown, "south", NULL);
    assert_non_null(row);
    assert_int_equal(row->plan->n_stops, 40);
    assert_int_equal(row->plan->n_left_out, 1);
    assert_int_equal(row->plan->left_out[0]->sites, 61);
    assert_int_equal(row->plan->left_out[0]->required, 61);
    assert_int_equal(row->plan->left_out[0]->rank, REASON(ROUTINE));
    close_plan(&t);
    township_close(&t);
}

static void a_long_name_is_cut_between_characters(void **unused)
{
    struct township t;
    const Duban__Text *matter;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    name_at_length(&t, "SHOP-1", "SHOP", "S1");
    pass_until(&t, "2020-02-10T08:00");
    assert_non_null(last_notice(&t, "leader-south", "plan_drafted"));
    matter = last_notice(&t, "leader-south", "plan_drafted")->items[0]->matter;
    assert_non_null(strstr(matter->zh, "1.A北"));
    assert_non_null(strstr(matter->en, "北; "));
    assert_int_equal(strlen(matter->zh), strlen("1.A；") + 59 * strlen("北"));
    assert_true(is_utf8(matter->zh, strlen(matter->zh)) && is_utf8(matter->en, strlen(matter->en)));
    township_close(&t);
}

enum { CLOSED_CASES_PER_SITE = 300 };

/* As the site's cases of years, each of another item. */
static void add_closed_cases(struct township *t, size_t site_number, const Duban__Case *like)
{
    struct arena arena;

    arena_open(&arena, TOWNSHIP_ARENA_BYTES);
    state_begin(&t->rules.state);
    for (uint32_t i = 0; i < CLOSED_CASES_PER_SITE; i++) {
        uint8_t id[ID_BYTES] = { 'c' };
        char code[16], item[16], place[40];
        Duban__Case case_ = *like;
        size_t size;

        put_u32(id + 1, (uint32_t) site_number);
        put_u32(id + 5, i);
        snprintf(code, sizeof code, "X-%03zu", site_number);
        snprintf(item, sizeof item, "IT-%04u", i);
        size = (size_t) snprintf(place, sizeof place, "%s%c%s", code, 0, item);
        case_.id = (ProtobufCBinaryData){ ID_BYTES, id };
        case_.site = code;
        case_.item = item;
        case_.state = DUBAN__CASE_STATE__CASE_STATE_CLOSED;
        store_put(&t->rules.state.txn, TABLE_CASE, bytes_of(id, ID_BYTES), message_pack(&arena, &case_));
        store_put(&t->rules.state.txn, TABLE_CASE_BY_PLACE, bytes_of(place, size), bytes_of(id, ID_BYTES));
        arena_reset(&arena);
    }
    assert_int_equal(store_commit(&t->rules.state.txn), 0);
    arena_close(&arena);
}

static Duban__Case *claimed_case(struct township *t)
{
    Duban__Case *like;

    fails(t, "DORM-1", "DS-04");
    claim(t, "DORM-1", "DS-04");
    state_begin(&t->rules.state);
    like = state_case_at(&t->rules.state, "DORM-1", "DS-04");
    like = message_unpack_own(&t->arena, &duban__case__descriptor, message_pack(&t->arena, like));
    store_abort(&t->rules.state.txn);
    assert_non_null(like);
    return like;
}

static void sites_with_years_of_closed_cases_are_drafted(void **unused)
{
    struct township t;
    Duban__Case *like;
    struct shown shown;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    fill_south(&t, 64);
    like = claimed_case(&t);
    for (size_t i = 0; i < 64; i++)
        add_closed_cases(&t, i, like);
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(stop_at(open_plan(&t, &shown, "north", NULL), 0)->reasons[0]->kind, REASON(REVISIT));
    close_plan(&t);
    assert_int_equal(stops_of(&t, "south"), 40);
    township_close(&t);
}

static void attempts(struct township *t, const char *code)
{
    Duban__Report report = DUBAN__REPORT__INIT;

    report.reporter = "leader-south";
    report.device_time_ms = t->now_s * 1000;
    report.site = (char *) code;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED;
    SUBMIT(t, "leader-south", REPORT, report, &report);
}

static void complains(struct township *t, const char *code)
{
    Duban__Complaint message = DUBAN__COMPLAINT__INIT;

    message.source = "12345";
    message.matter = "EP-04";
    message.text = "乱";
    message.where_case = DUBAN__COMPLAINT__WHERE_SITE;
    message.site = (char *) code;
    SUBMIT(t, "clerk", COMPLAINT, complaint, &message);
}

static void closes(struct township *t, const char *code)
{
    suspend_at(t, code, NULL);
}

static void opens(struct township *t, const char *code)
{
    resume_at(t, code, NULL);
}

static void changes_contact(struct township *t, const char *code)
{
    char contact[64];

    snprintf(contact, sizeof contact, "other-%s", code);
    holder(t, contact, DUBAN__ROLE__ROLE_SITE_CONTACT, code);
}

/* Only what is looked at and kept lies in the arena when the link is over. */
static void an_entry_about_a_site_with_years_of_closed_cases_keeps_none_of_them(void **unused)
{
    static void (*const ACTS[])(struct township *t, const char *code) = { attempts, complains, closes, opens, changes_contact };
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    fill_south(&t, 2);
    add_closed_cases(&t, 0, claimed_case(&t));
    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++) {
        size_t with, without;

        ACTS[i](&t, "X-000");
        with = t.rules.state.arena.used_bytes;
        ACTS[i](&t, "X-001");
        without = t.rules.state.arena.used_bytes;
        assert_true(with < without + 16 * 1024);
    }
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    township_close(&t);
}

static void a_group_without_a_leader_has_a_draft_all_the_same_and_the_lead_is_told(void **unused)
{
    struct township t;
    struct shown shown;
    Duban__RoleHolderChange gone = DUBAN__ROLE_HOLDER_CHANGE__INIT;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    gone.account = "leader-north";
    gone.removed = true;
    SUBMIT(&t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &gone);
    pass_until(&t, "2020-02-10T08:00");
    assert_true(open_plan(&t, &shown, "north", NULL)->nobody);
    close_plan(&t);
    assert_int_equal(told(&t, "lead", "plan_drafted"), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- done, carried over */

static void row_26_a_visit_marks_its_stop_and_what_is_left_is_carried_over(void **unused)
{
    struct township t;
    struct shown shown;
    const Duban__PlanRow *row;

    (void) unused;
    begin(&t);
    inspect(&t, "COUR-1");
    assert_stop(&t, 0, "COUR-1", REASON(HIGH_RISK), STATE(DONE));
    assert_stop(&t, 1, "DORM-1", REASON(HIGH_RISK), STATE(PLANNED));
    pass_until(&t, "2020-02-12T08:00");
    row = open_plan(&t, &shown, "north", NULL);
    assert_string_equal(stop_at(row, 0)->site, "DORM-1");   /* before COUR-1, which was not left undone that long */
    assert_int_equal(stop_at(row, 0)->carried_from_day, civil_day(at("2020-02-10T00:00"), 8 * 3600));
    assert_int_equal(row->plan->carried, 3);
    close_plan(&t);
    row = open_plan(&t, &shown, "north", "2020-02-10T00:00");
    assert_int_equal(row->done, 1);
    assert_int_equal(row->not_done, 2);
    close_plan(&t);
    township_close(&t);
}

/* ---------------------------------------------------------------- confirmed */

static void rule_13_what_nobody_confirms_stands_as_drafted(void **unused)
{
    struct township t;
    struct shown shown;

    (void) unused;
    begin(&t);
    assert_false(open_plan(&t, &shown, "north", NULL)->stands);
    close_plan(&t);
    pass_until(&t, "2020-02-10T09:15");
    assert_true(open_plan(&t, &shown, "north", NULL)->stands);
    close_plan(&t);
    township_close(&t);
}

static void row_25_its_leader_drops_adds_and_reorders_with_a_reason(void **unused)
{
    struct township t;
    struct shown shown;
    const Duban__PlanRow *row;

    (void) unused;
    begin(&t);
    settle(&t, (struct settling){ .who = "leader-north", .zone = "north", .first = "GATE-1", .drop = "DORM-1" });
    row = open_plan(&t, &shown, "north", NULL);
    assert_int_equal(row->plan->state, DUBAN__PLAN_STATE__PLAN_STATE_CONFIRMED);
    assert_string_equal(row->plan->confirmed_by, "leader-north");
    assert_string_equal(stop_at(row, 0)->site, "GATE-1");
    assert_int_equal(row->dropped, 1);
    assert_string_equal(stop_at(row, 2)->reason, "停水");
    close_plan(&t);
    settle(&t, (struct settling){ .who = "clerk", .zone = "north", .add = "DORM-1" });
    row = open_plan(&t, &shown, "north", NULL);
    assert_int_equal(row->dropped, 0);
    assert_true(stop_at(row, 2)->added);
    close_plan(&t);
    assert_int_equal(held(&t), 0);
    township_close(&t);
}

static void what_cannot_be_confirmed_is_held_and_changes_nothing(void **unused)
{
    static const struct settling WRONG[] = {
        { .who = "leader-south", .zone = "north" },
        { .who = "inspector-n1", .zone = "north" },
        { .who = "leader-north", .zone = "east" },
        { .who = "leader-north", .zone = "north", .day = 1 },
        { .who = "leader-north", .zone = "north", .day = 2932896 },
        { .who = "leader-north", .zone = "north", .drop = "SHOP-1" },
        { .who = "leader-north", .zone = "north", .add = "SHOP-1" },
        { .who = "leader-north", .zone = "north", .add = "DORM-1" },
        { .who = "leader-north", .zone = "north", .first = "NONE-1" },
    };
    struct township t;
    struct shown shown;

    (void) unused;
    begin(&t);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        settle(&t, WRONG[i]);
        assert_int_equal(held(&t), i + 1);
    }
    assert_int_equal(open_plan(&t, &shown, "north", NULL)->plan->state, DUBAN__PLAN_STATE__PLAN_STATE_DRAFT);
    close_plan(&t);
    township_close(&t);
}

/* ---------------------------------------------------------------- policies */

static void a_pack_without_the_section_takes_drafts_back_and_one_with_it_plans_the_next_day(void **unused)
{
    struct township t;
    struct shown shown;

    (void) unused;
    begin(&t);
    leave_out(&t, "\nplan:\n");
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(open_plan(&t, &shown, "north", NULL)->plan->state, DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN);
    close_plan(&t);
    settle(&t, (struct settling){ .who = "leader-north", .zone = "north" });
    assert_int_equal(held(&t), 1);
    t.policy.data = NULL;
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-10T20:00");
    assert_int_equal(open_plan(&t, &shown, "north", NULL)->plan->state, DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN);
    close_plan(&t);
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(open_plan(&t, &shown, "north", NULL)->plan->state, DUBAN__PLAN_STATE__PLAN_STATE_DRAFT);
    assert_int_equal(shown.reply.plan->rows[0]->plan->carried, 0);
    close_plan(&t);
    township_close(&t);
}

static void a_pack_with_another_hour_drafts_the_next_day_at_that_hour(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-10T10:00");
    write_instead(&t, "draft_at: \"07:30\"\n  stands_at: \"09:15\"", "draft_at: \"05:30\"\n  stands_at: \"07:15\"");
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(held(&t), 0);
    forget_told(&t);
    pass_until(&t, "2020-02-11T05:31");
    assert_int_equal(last_fact(&t, FACT(PLAN_DRAFTED))->at_s / 60, at("2020-02-11T05:30") / 60);
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(told(&t, "leader-north", "plan_drafted"), 1);
    assert_int_equal(not_told(&t, "past"), 0);
    township_close(&t);
}

static void an_hour_that_is_over_already_drafts_today_at_once(void **unused)
{
    uint8_t version[POLICY_VERSION_BYTES];
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    write_instead(&t, "draft_at: \"07:30\"", "draft_at: \"05:30\"");
    activate_from(&t, "epidemic-2020-beijing", at("2020-02-10T06:00"), version);
    pass_until(&t, "2020-02-10T06:01");
    assert_int_equal(facts(&t, FACT(PLAN_DRAFTED)), 2);
    pass_until(&t, "2020-02-10T08:00");
    assert_int_equal(facts(&t, FACT(PLAN_DRAFTED)), 2);
    assert_int_equal(told(&t, "leader-north", "plan_drafted"), 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- who goes is told */

static void begin_stops(struct township *t)
{
    township_open(t, "2020-02-09T10:00");
    begin_era(t, ENGINE_VERSION);
    pass_until(t, "2020-02-10T08:00");
    forget_told(t);
}

static const char *stops_of_account(struct township *t, const char *account)
{
    const Duban__Notice *notice = last_notice(t, account, "todays_stops");

    return notice == NULL ? "" : notice->items[0]->matter->en;
}

static void row_24_who_goes_is_told_where_and_why_when_the_plan_is_confirmed(void **unused)
{
    struct township t;

    (void) unused;
    begin_stops(&t);
    settle(&t, (struct settling){ .who = "leader-north", .zone = "north", .first = "GATE-1", .drop = "COUR-1" });
    assert_int_equal(told(&t, "inspector-n1", "todays_stops"), 1);
    assert_int_equal(told(&t, "inspector-n2", "todays_stops"), 1);
    assert_int_equal(told(&t, "leader-north", "todays_stops"), 0);   /* he has just settled it */
    assert_int_equal(last_notice(&t, "inspector-n1", "todays_stops")->items[0]->count, 2);
    assert_string_equal(stops_of_account(&t, "inspector-n1"),
                        "1. GATE-1 (high-risk inspection, inspection at night); 2. DORM-1 (high-risk inspection)");
    pass_until(&t, "2020-02-10T09:16");
    assert_int_equal(told(&t, "inspector-n1", "todays_stops"), 1);   /* it was confirmed before its time came */
    township_close(&t);
}

static void rule_13_who_goes_is_told_when_an_unconfirmed_draft_stands(void **unused)
{
    struct township t;

    (void) unused;
    begin_stops(&t);
    pass_until(&t, "2020-02-10T09:14");
    assert_int_equal(told(&t, "inspector-n1", "todays_stops"), 0);
    pass_until(&t, "2020-02-10T09:16");
    assert_int_equal(told(&t, "inspector-n1", "todays_stops"), 1);
    assert_int_equal(last_notice(&t, "inspector-n1", "todays_stops")->items[0]->count, 3);
    assert_string_equal(last_notice(&t, "inspector-n1", "todays_stops")->cause->rule, "plan.stands");
    settle(&t, (struct settling){ .who = "leader-north", .zone = "north", .drop = "COUR-1" });
    assert_int_equal(told(&t, "inspector-n1", "todays_stops"), 2);   /* it is another one now */
    township_close(&t);
}

static void a_stop_of_somebodys_own_case_is_told_to_him_and_no_other(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    begin_era(&t, ENGINE_VERSION);
    visit(&t, "inspector-n2", "COUR-1", "DS-01", DUBAN__RESULT__RESULT_FAIL, INSPECTION, 0);
    claim(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T09:16");
    assert_non_null(strstr(stops_of_account(&t, "inspector-n2"), "COUR-1 (revisit DB-0001"));
    assert_null(strstr(stops_of_account(&t, "inspector-n1"), "COUR-1"));
    assert_non_null(strstr(stops_of_account(&t, "inspector-n1"), "DORM-1"));
    township_close(&t);
}

static void where_nobody_inspects_the_leader_is_told(void **unused)
{
    struct township t;

    (void) unused;
    begin_stops(&t);
    pass_until(&t, "2020-02-10T09:16");
    assert_int_equal(told(&t, "leader-south", "todays_stops"), 1);
    assert_non_null(strstr(stops_of_account(&t, "leader-south"), "SHOP-1"));
    township_close(&t);
}

static void an_earlier_era_told_the_group_alone(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    begin_era(&t, ERA_OF_STOPS_TOLD - 1);
    pass_until(&t, "2020-02-10T10:00");
    assert_int_equal(told(&t, "leader-north", "plan_drafted"), 1);
    assert_int_equal(told(&t, "inspector-n1", "todays_stops"), 0);
    township_close(&t);
}

static void leave(struct township *t, const char *site_code, const char *why)
{
    Duban__StopLeft left = DUBAN__STOP_LEFT__INIT;

    left.site = (char *) site_code;
    left.reason = (char *) why;
    SUBMIT(t, "leader-north", STOP_LEFT, stop_left, &left);
    assert_null(held_last(t));
}

static void a_stop_that_is_carried_over_says_why_it_was_left(void **unused)
{
    struct township t;
    struct shown shown;
    const Duban__PlanRow *row;

    (void) unused;
    begin_stops(&t);
    leave(&t, "COUR-1", "车坏了");
    pass_until(&t, "2020-02-11T08:00");
    row = open_plan(&t, &shown, "north", NULL);
    assert_string_equal(stop_at(row, 0)->site, "COUR-1");
    assert_string_equal(stop_at(row, 0)->carried_reason, "车坏了");
    assert_string_equal(stop_at(row, 0)->left_reason, "");       /* of that day nobody has said anything yet */
    assert_string_equal(stop_at(row, 1)->carried_reason, "");
    close_plan(&t);
    pass_until(&t, "2020-02-12T08:00");
    row = open_plan(&t, &shown, "north", NULL);
    assert_string_equal(stop_at(row, 0)->carried_reason, "车坏了");   /* still the last word on it */
    close_plan(&t);
    township_close(&t);
}

static void a_stop_that_somebody_has_added_stays_until_it_is_done_or_dropped(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    begin_era(&t, ERA_OF_HELD_STOPS);
    write_instead(&t, "  stops: 40\n", "  stops: 2\n");
    activate(&t, "epidemic-2020-beijing");
    site(&t, "RENT-1", "RENT", "N1");
    inspect(&t, "RENT-1");                      /* not due for a week */
    pass_until(&t, "2020-02-10T08:00");
    assert_int_equal(stops_of(&t, "north"), 2);   /* of three that are due */
    settle(&t, (struct settling){ .who = "leader-north", .zone = "north", .add = "RENT-1" });
    assert_int_equal(held(&t), 0);
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(stops_of(&t, "north"), 3);
    assert_stop(&t, 2, "RENT-1", REASON(ADDED), STATE(PLANNED));
    pass_until(&t, "2020-02-12T08:00");
    assert_stop(&t, 2, "RENT-1", REASON(ADDED), STATE(PLANNED));
    settle(&t, (struct settling){ .who = "leader-north", .zone = "north", .drop = "RENT-1" });
    pass_until(&t, "2020-02-13T08:00");
    assert_int_equal(stops_of(&t, "north"), 2);
    township_close(&t);
}

static void stops_of_which_a_pack_has_no_words_do_not_count_as_told(void **unused)
{
    struct township t;
    struct shown shown;
    char *messages, *row;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    t.messages = read_whole(&t, "deploy/packs/epidemic-2020-beijing/messages.csv");
    messages = (char *) arena_copy(&t.arena, t.messages.data, t.messages.size);
    row = strstr(messages, "\ntodays_stops,") + 1;
    memmove(row, strchr(row, '\n') + 1, strlen(strchr(row, '\n') + 1) + 1);
    t.messages = bytes_of(messages, strlen(messages));
    activate(&t, "epidemic-2020-beijing");   /* under an era that asks for no more words */
    begin_era(&t, ERA_OF_UNSAID_STOPS);
    pass_until(&t, "2020-02-10T09:20");
    assert_int_equal(told(&t, "inspector-n1", "todays_stops"), 0);
    assert_int_equal(open_plan(&t, &shown, "north", NULL)->plan->stops_told_s, 0);
    close_plan(&t);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_24_a_draft_is_there_before_the_meeting_and_its_leader_is_told),
        cmocka_unit_test(row_25_stops_come_in_order_of_risk_and_a_site_once_with_all_its_reasons),
        cmocka_unit_test(what_does_not_fit_is_counted_by_its_rank),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(sites_with_years_of_closed_cases_are_drafted),
        cmocka_unit_test(an_entry_about_a_site_with_years_of_closed_cases_keeps_none_of_them),
        cmocka_unit_test(a_group_without_a_leader_has_a_draft_all_the_same_and_the_lead_is_told),
        cmocka_unit_test(row_26_a_visit_marks_its_stop_and_what_is_left_is_carried_over),
        cmocka_unit_test(rule_13_what_nobody_confirms_stands_as_drafted),
        cmocka_unit_test(row_25_its_leader_drops_adds_and_reorders_with_a_reason),
        cmocka_unit_test(what_cannot_be_confirmed_is_held_and_changes_nothing),
        cmocka_unit_test(a_pack_without_the_section_takes_drafts_back_and_one_with_it_plans_the_next_day),
        cmocka_unit_test(a_pack_with_another_hour_drafts_the_next_day_at_that_hour),
        cmocka_unit_test(an_hour_that_is_over_already_drafts_today_at_once),
        cmocka_unit_test(row_24_who_goes_is_told_where_and_why_when_the_plan_is_confirmed),
        cmocka_unit_test(rule_13_who_goes_is_told_when_an_unconfirmed_draft_stands),
        cmocka_unit_test(a_stop_of_somebodys_own_case_is_told_to_him_and_no_other),
        cmocka_unit_test(where_nobody_inspects_the_leader_is_told),
        cmocka_unit_test(an_earlier_era_told_the_group_alone),
        cmocka_unit_test(a_stop_that_is_carried_over_says_why_it_was_left),
        cmocka_unit_test(a_stop_that_somebody_has_added_stays_until_it_is_done_or_dropped),
        cmocka_unit_test(stops_of_which_a_pack_has_no_words_do_not_count_as_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
