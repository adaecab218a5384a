/* test_meetings.c - the two meetings of a day: what they are told, what they decide, and that a day's stops add up. */
#include "queries.h"
#include "township.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define MORNING DUBAN__MEETING_KIND__MEETING_KIND_MORNING
#define EVENING DUBAN__MEETING_KIND__MEETING_KIND_EVENING
#define AGENDA(kind) DUBAN__AGENDA_KIND__AGENDA_KIND_##kind
#define DID(act) DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_##act

/* ---------------------------------------------------------------- asking */

static int64_t day_of(const char *day)
{
    return civil_day(at(day), 8 * 3600);
}

/* What that meeting was told; a copy in the township's arena. NULL: nothing. */
static Duban__Meeting *meeting(struct township *t, const char *day, Duban__MeetingKind kind)
{
    Duban__Meeting *found;
    struct bytes packed;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    found = state_meeting(&t->rules.state, day_of(day), kind);
    packed = found == NULL ? bytes_of(NULL, 0) : message_pack(&t->arena, found);
    store_abort(&t->rules.state.txn);
    return found == NULL ? NULL : message_unpack_own(&t->arena, &duban__meeting__descriptor, packed);
}

static const Duban__MeetingGroup *group(const Duban__Meeting *of, const char *zone)
{
    assert_non_null(of);
    for (size_t i = 0; i < of->n_groups; i++)
        if (strcmp(of->groups[i]->zone, zone) == 0)
            return of->groups[i];
    fail_msg("no group %s", zone);
    return NULL;
}

static const Duban__MeetingPerson *person(const Duban__Meeting *of, const char *zone, const char *account)
{
    const Duban__MeetingGroup *where = group(of, zone);

    for (size_t i = 0; i < where->n_people; i++)
        if (strcmp(where->people[i]->account, account) == 0)
            return where->people[i];
    fail_msg("no person %s", account);
    return NULL;
}

/* Kinds on the agenda, in order; returns how many. */
static size_t agenda(struct township *t, Duban__AgendaKind *kinds, size_t most)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct question question;
    size_t count;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    question = (struct question){ .rules = &t->rules, .query = &query, .reply = &reply, .arena = &t->rules.state.arena, .now_s = t->now_s,
                                  .limit = 200 };
    query_on_agenda(&question);
    assert_int_equal(reply.body_case, DUBAN__REPLY__BODY_AGENDA);
    count = reply.agenda->n_rows;
    assert_true(count <= most);
    for (size_t i = 0; i < count; i++)
        kinds[i] = reply.agenda->rows[i]->item->kind;
    store_abort(&t->rules.state.txn);
    return count;
}

static void assert_agenda(struct township *t, const Duban__AgendaKind *wanted, size_t count)
{
    Duban__AgendaKind found[20];

    assert_int_equal(agenda(t, found, 20), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(found[i], wanted[i]);
}

/* How many more reasons the case stands there for; one of them in also. */
static size_t also_of(struct township *t, Duban__AgendaKind kind, uint32_t number, Duban__AgendaKind *also)
{
    const Duban__AgendaItem *found;
    const Duban__Case *case_;
    size_t count;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    case_ = state_case_numbered(&t->rules.state, number);
    assert_non_null(case_);
    found = state_agenda_item(&t->rules.state, kind, &case_->id);
    assert_non_null(found);
    count = found->n_also;
    if (also != NULL && count > 0)
        *also = found->also[0];
    store_abort(&t->rules.state.txn);
    return count;
}

/* ---------------------------------------------------------------- entering */

static void inspect(struct township *t, const char *site_code)
{
    visit(t, "inspector-n1", site_code, "EP-04", PASS, INSPECTION, 1);
}

static void attempt(struct township *t, const char *site_code)
{
    Duban__Report report = DUBAN__REPORT__INIT;

    report.reporter = "inspector-n1";
    report.site = (char *) site_code;
    report.device_time_ms = t->now_s * 1000;
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void leave(struct township *t, const char *who, const char *site_code)
{
    Duban__StopLeft left = DUBAN__STOP_LEFT__INIT;

    left.site = (char *) site_code;
    left.reason = "车坏了";
    SUBMIT(t, who, STOP_LEFT, stop_left, &left);
}

static void drop_and_add_in(struct township *t, const char *who, const char *zone, const char *drop_site, const char *add_site)
{
    Duban__PlanConfirmation confirmation = DUBAN__PLAN_CONFIRMATION__INIT;
    Duban__StopChange drop = DUBAN__STOP_CHANGE__INIT, add = DUBAN__STOP_CHANGE__INIT;
    Duban__StopChange *drops[] = { &drop }, *adds[] = { &add };

    drop.reason = add.reason = "停水";
    drop.site = (char *) drop_site;
    add.site = (char *) add_site;
    confirmation.zone = (char *) zone;
    confirmation.n_drops = drop_site != NULL;
    confirmation.drops = drops;
    confirmation.n_adds = add_site != NULL;
    confirmation.adds = adds;
    SUBMIT(t, who, PLAN_CONFIRMATION, plan_confirmation, &confirmation);
}

static void drop_and_add(struct township *t, const char *drop_site, const char *add_site)
{
    drop_and_add_in(t, "leader-north", "north", drop_site, add_site);
}

static void drop_and_add_by(struct township *t, const char *who, const char *drop_site)
{
    drop_and_add_in(t, who, "north", drop_site, NULL);
}

static void move_area(struct township *t, const char *code, const char *zone)
{
    area(t, code, zone);
}

struct resolving {
    const char *who, *owner, *site, *due;
};

static void resolve(struct township *t, struct resolving resolving)
{
    Duban__Resolution resolution = DUBAN__RESOLUTION__INIT;

    resolution.matter = "找来围挡";
    resolution.owner = (char *) resolving.owner;
    resolution.due_ms = resolving.due == NULL ? 0 : at(resolving.due) * 1000;
    if (resolving.site != NULL) {
        resolution.about_case = DUBAN__RESOLUTION__ABOUT_SITE;
        resolution.site = (char *) resolving.site;
    }
    SUBMIT(t, resolving.who, RESOLUTION, resolution, &resolution);
}

struct stepping {
    const char *who, *number, *owner, *due;
    Duban__ResolutionAct act;
};

static void step(struct township *t, struct stepping stepping)
{
    Duban__ResolutionStep message = DUBAN__RESOLUTION_STEP__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = (char *) (stepping.number == NULL ? "LH-0001" : stepping.number);
    message.resolution = &reference;
    message.act = stepping.act;
    message.text = "已装好";
    message.owner = (char *) (stepping.owner == NULL ? "" : stepping.owner);
    message.due_ms = stepping.due == NULL ? 0 : at(stepping.due) * 1000;
    SUBMIT(t, stepping.who, RESOLUTION_STEP, resolution_step, &message);
}

static void remark(struct township *t, const char *who, Duban__Remark *message)
{
    message->text = "请抓紧";
    SUBMIT(t, who, REMARK, remark, message);
}

static void report_urgent(struct township *t, const char *site_code)
{
    Duban__UrgentReport message = DUBAN__URGENT_REPORT__INIT;

    message.where_case = DUBAN__URGENT_REPORT__WHERE_SITE;
    message.site = (char *) site_code;
    SUBMIT(t, "inspector-n1", URGENT_REPORT, urgent_report, &message);
}

static void isolate(struct township *t)
{
    Duban__UrgentStep message = DUBAN__URGENT_STEP__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = "JB-0001";
    message.alert = &reference;
    message.act = DUBAN__URGENT_ACT__URGENT_ACT_ISOLATED;
    SUBMIT(t, "contact-n1", URGENT_STEP, urgent_step, &message);
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

/* ---------------------------------------------------------------- the first day */

static const Duban__Text *told_on_the_first_evening(struct township *t, uint32_t era)
{
    township_open(t, "2020-02-09T10:00");
    begin_era(t, era);
    holder(t, "lead", DUBAN__ROLE__ROLE_LEAD, "");
    inspect(t, "DORM-1");
    pass_until(t, "2020-02-09T20:30");
    return last_notice(t, "lead", "evening_summary")->items[0]->matter;
}

static void on_its_first_day_a_summary_says_when_sites_begin_to_count(void **unused)
{
    static const char ZH[] = "应查、已查从明日零时起计入", EN[] = "counted from tomorrow's midnight on";
    const Duban__Text *matter;
    struct township t;

    (void) unused;
    matter = told_on_the_first_evening(&t, ERA_OF_FIRST_DAYS);
    assert_non_null(strstr(matter->zh, "无；巡查今日起记"));
    assert_non_null(strstr(matter->zh, ZH));
    assert_non_null(strstr(matter->en, EN));
    pass_until(&t, "2020-02-10T20:30");
    matter = last_notice(&t, "lead", "evening_summary")->items[0]->matter;
    assert_null(strstr(matter->zh, ZH));
    assert_null(strstr(matter->en, EN));
    township_close(&t);
    assert_null(strstr(told_on_the_first_evening(&t, ERA_OF_FIRST_DAYS - 1)->zh, ZH));   /* as it was told then */
    township_close(&t);
}

/* ---------------------------------------------------------------- the morning */

static void row_23_the_brief_is_told_before_the_meeting_to_all_who_attend_once(void **unused)
{
    struct township t;
    const Duban__Meeting *brief;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    holder(&t, "lead", DUBAN__ROLE__ROLE_LEAD, "");
    pass_until(&t, "2020-02-10T07:42");
    assert_int_equal(told(&t, "lead", "morning_brief"), 0);
    pass_until(&t, "2020-02-10T07:43");
    assert_int_equal(told(&t, "lead", "morning_brief"), 1);
    assert_int_equal(told(&t, "clerk", "morning_brief"), 1);
    assert_int_equal(told(&t, "leader-north", "morning_brief"), 1);
    assert_int_equal(told(&t, "leader-south", "morning_brief"), 1);
    assert_int_equal(told(&t, "inspector-n1", "morning_brief"), 0);
    brief = meeting(&t, "2020-02-10T00:00", MORNING);
    assert_non_null(brief);
    assert_int_equal(brief->figures->required, 4);
    assert_int_equal(brief->figures->planned, 4);
    assert_int_equal(brief->figures->blind_spots, 4);   /* none was ever inspected */
    assert_int_equal(brief->figures->overdue, 0);
    assert_int_equal(group(brief, "north")->planned, 3);
    township_close(&t);
}

static void the_brief_says_what_is_due_and_what_is_overdue(void **unused)
{
    struct township t;
    const Duban__Meeting *brief;

    (void) unused;
    begin(&t);
    fails(&t, "COUR-1", "EP-05");
    fails(&t, "DORM-1", "DS-04");
    claim(&t, "DORM-1", "DS-04");
    pass_until(&t, "2020-02-11T08:00");
    brief = meeting(&t, "2020-02-11T00:00", MORNING);
    assert_int_equal(brief->figures->due_today, 0);
    assert_int_equal(brief->figures->revisits, 1);
    pass_until(&t, "2020-02-13T07:50");
    brief = meeting(&t, "2020-02-13T00:00", MORNING);
    assert_int_equal(brief->figures->due_today, 1);
    assert_int_equal(brief->figures->overdue, 0);
    pass_until(&t, "2020-02-14T08:00");
    brief = meeting(&t, "2020-02-14T00:00", MORNING);
    assert_int_equal(brief->figures->overdue, 1);
    assert_int_equal(brief->figures->due_today, 0);
    assert_int_equal(brief->points[0]->kind, AGENDA(OVERDUE));
    assert_string_equal(brief->points[0]->number, "DB-0001");
    township_close(&t);
}

static void what_is_to_be_inspected_is_planned_or_has_no_room_and_adds_up(void **unused)
{
    struct township t;
    const Duban__MeetingGroup *south;
    const Duban__MeetingFigures *figures;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    for (int i = 0; i < 60; i++) {
        char code[24];

        snprintf(code, sizeof code, "SHOP-%03d", i + 100);
        site(&t, code, "SHOP", "S1");
    }
    inspect(&t, "DORM-1");
    fails(&t, "DORM-1", "DS-04");
    claim(&t, "DORM-1", "DS-04");   /* seen today: a stop for its revisit, and not to be inspected */
    pass_until(&t, "2020-02-10T08:00");
    figures = meeting(&t, "2020-02-10T00:00", MORNING)->figures;
    south = group(meeting(&t, "2020-02-10T00:00", MORNING), "south");
    assert_int_equal(south->planned, 40);
    assert_int_equal(south->required, south->required_planned + south->left_out_required);
    assert_true(south->left_out_required > 0);
    assert_int_equal(figures->required, figures->planned + figures->left_out_required);
    assert_true(figures->stops > figures->planned);
    township_close(&t);
}

static void who_is_away_and_has_no_deputy_leaves_a_fact(void **unused)
{
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    change.account = "leader-north";
    change.availability = DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    SUBMIT(&t, "clerk", AVAILABILITY_CHANGE, availability_change, &change);
    pass_until(&t, "2020-02-10T07:42");
    forget_told(&t);
    pass_until(&t, "2020-02-10T07:43");
    assert_int_equal(told(&t, "leader-north", "morning_brief"), 0);
    assert_int_equal(told(&t, "leader-south", "morning_brief"), 1);
    assert_int_equal(not_told(&t, "on_leave"), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_TOLD))->message_kind, "morning_brief");
    assert_string_equal(last_fact(&t, FACT(NOT_TOLD))->recipient, "leader-north");
    assert_string_equal(last_fact(&t, FACT(NOBODY))->recipient, "group_leader");
    township_close(&t);
}

enum { MORE_ZONES = 80 };

/* As many more, each with an area, its contact and a shop. */
static void add_zones(struct township *t)
{
    for (size_t i = 0; i < MORE_ZONES; i++) {
        char code[16], zone[16], contact[16];

        snprintf(code, sizeof code, "A%02zu", i);
        snprintf(zone, sizeof zone, "zone-%02zu", i);
        snprintf(contact, sizeof contact, "contact-%02zu", i);
        area(t, code, zone);
        holder(t, contact, DUBAN__ROLE__ROLE_AREA_CONTACT, code);
        snprintf(code, sizeof code, "SHOP-A%02zu", i);
        snprintf(zone, sizeof zone, "A%02zu", i);
        site(t, code, "SHOP", zone);
    }
}

static void a_house_of_many_zones_is_told_whole_sums_and_all_who_attend_are_told(void **unused)
{
    struct township t;
    const Duban__Meeting *brief;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    write_instead(&t, "attend: [lead, duty_clerk, group_leader]", "attend: [lead, duty_clerk, area_contact, group_leader]");
    activate(&t, "epidemic-2020-beijing");
    add_zones(&t);
    assert_int_equal(held(&t), 0);
    pass_until(&t, "2020-02-10T08:00");
    brief = meeting(&t, "2020-02-10T00:00", MORNING);
    assert_int_equal(brief->figures->required, 4 + MORE_ZONES);
    assert_int_equal(brief->figures->planned, 4 + MORE_ZONES);
    assert_int_equal(brief->n_groups, MAX_ZONES);
    assert_string_equal(last_fact(&t, FACT(MEETING_FIXED))->reason_en, "of 82 groups the first 64 are listed, the sums are of all");
    assert_int_equal(told(&t, "contact-n1", "morning_brief"), 1);
    assert_int_equal(told(&t, "contact-79", "morning_brief"), 1);
    assert_int_equal(told(&t, "leader-north", "morning_brief"), 1);
    assert_int_equal(told(&t, "leader-south", "morning_brief"), 1);
    pass_until(&t, "2020-02-10T15:01");
    assert_int_equal(facts(&t, FACT(COVERAGE_LOW)), 2 + MORE_ZONES);
    pass_until(&t, "2020-02-10T20:30");
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->figures->carried, 4 + MORE_ZONES);
    township_close(&t);
}

/* ---------------------------------------------------------------- the evening */

static void rule_13_the_cut_off_is_inclusive_and_what_comes_later_is_told_in_the_morning(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;

    (void) unused;
    begin(&t);
    forget_told(&t);
    pass_until(&t, "2020-02-10T20:00");
    inspect(&t, "COUR-1");
    assert_null(meeting(&t, "2020-02-10T00:00", EVENING));
    pass_until(&t, "2020-02-10T20:00:01");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(evening->figures->inspected, 1);
    assert_int_equal(evening->as_of_s, at("2020-02-10T20:00:00"));
    t.now_s = at("2020-02-10T20:05");
    {   /* made before the cut-off, reported after it */
        int64_t now_s = t.now_s;
        Duban__Report report = DUBAN__REPORT__INIT;
        Duban__Answer answer = DUBAN__ANSWER__INIT;
        Duban__Answer *answers[] = { &answer };

        answer.item = "EP-04";
        answer.result = PASS;
        report.reporter = "inspector-n1";
        report.site = "GATE-1";
        report.device_time_ms = (now_s - 3600) * 1000;
        report.purpose = INSPECTION;
        report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
        report.n_answers = 1;
        report.answers = answers;
        SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    }
    pass_until(&t, "2020-02-10T20:30");
    assert_int_equal(told(&t, "lead", "evening_summary"), 1);
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->figures->inspected, 1);   /* published figures never change */
    inspect(&t, "DORM-1");   /* of this very hour: not late, and of no figure of that evening */
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(meeting(&t, "2020-02-11T00:00", MORNING)->figures->late_reports, 1);
    pass_until(&t, "2020-02-12T08:00");
    assert_int_equal(meeting(&t, "2020-02-12T00:00", MORNING)->figures->late_reports, 0);
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->figures->inspected, 1);
    township_close(&t);
}

static void the_summary_counts_findings_cases_and_visits_without_a_plan(void **unused)
{
    struct township t;
    const Duban__MeetingFigures *figures;

    (void) unused;
    begin(&t);
    fails(&t, "COUR-1", "EP-05");
    fails(&t, "COUR-1", "CR-03");
    drop_and_add(&t, "GATE-1", NULL);
    inspect(&t, "GATE-1");
    pass_until(&t, "2020-02-10T20:30");
    figures = meeting(&t, "2020-02-10T00:00", EVENING)->figures;
    assert_int_equal(figures->findings, 2);
    assert_int_equal(figures->filed, 2);
    assert_int_equal(figures->closed, 0);
    assert_int_equal(figures->required, 4);
    assert_int_equal(figures->inspected, 2);
    assert_int_equal(figures->extra, 1);
    assert_int_equal(figures->blind_spots, 2);
    assert_int_equal(figures->carried, 2);   /* DORM-1 and SHOP-1: GATE-1 was dropped */
    township_close(&t);
}

/* ---------------------------------------------------------------- rule 14 */

static void rule_14_each_persons_stops_add_up(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;
    const Duban__MeetingPerson *leader;

    (void) unused;
    begin(&t);
    inspect(&t, "COUR-1");
    attempt(&t, "DORM-1");
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    leader = person(evening, "north", "leader-north");
    assert_int_equal(leader->planned, 3);
    assert_int_equal(leader->done, 1);
    assert_int_equal(leader->with_reason, 1);
    assert_int_equal(leader->missed, 1);
    assert_false(leader->broken);
    assert_int_equal(evening->broken, 0);
    assert_int_equal(group(evening, "north")->n_undone, 2);
    assert_true(group(evening, "north")->undone[0]->attempted);
    township_close(&t);
}

static void rule_14_dropped_added_and_explained_stops_add_up(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;
    const Duban__MeetingPerson *leader;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    pass_until(&t, "2020-02-10T08:00");
    site(&t, "OFFC-1", "OFFC", "N1");   /* too late for the draft */
    drop_and_add(&t, "GATE-1", "OFFC-1");
    leave(&t, "inspector-n1", "DORM-1");
    assert_int_equal(held(&t), 0);
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    leader = person(evening, "north", "leader-north");
    assert_int_equal(leader->planned, 3);
    assert_int_equal(leader->added, 1);
    assert_int_equal(leader->withdrawn, 1);
    assert_int_equal(leader->with_reason, 1);
    assert_int_equal(leader->missed, 2);
    assert_int_equal(evening->broken, 0);
    assert_string_equal(group(evening, "north")->undone[1]->reason, "车坏了");
    township_close(&t);
}

static void rule_14_a_stop_that_is_handed_over_or_moved_is_counted_on_both_sides(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;

    (void) unused;
    begin(&t);
    fails(&t, "DORM-1", "DS-04");
    claim(&t, "DORM-1", "DS-04");
    pass_until(&t, "2020-02-12T08:00");
    {   /* its revisit is inspector-n1's, until the case is given to another */
        Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;

        assignment.case_ = reference_to(&t, "DORM-1", "DS-04");
        assignment.owner = "inspector-n2";
        SUBMIT(&t, "leader-north", ASSIGNMENT, assignment, &assignment);
    }
    move_area(&t, "N1", "south");
    move_area(&t, "N1", "north");   /* there and back */
    move_area(&t, "N1", "south");
    assert_int_equal(held(&t), 0);
    pass_until(&t, "2020-02-12T20:30");
    evening = meeting(&t, "2020-02-12T00:00", EVENING);
    assert_int_equal(evening->broken, 0);
    assert_int_equal(person(evening, "north", "inspector-n1")->transferred_out, 1);
    assert_int_equal(person(evening, "north", "inspector-n2")->transferred_out, 2);
    assert_int_equal(person(evening, "north", "inspector-n2")->transferred_in, 2);
    assert_int_equal(person(evening, "south", "inspector-n2")->transferred_in, 2);
    assert_int_equal(person(evening, "south", "inspector-n2")->transferred_out, 1);
    assert_true(facts(&t, FACT(STOP_MOVED)) > 0);
    assert_int_equal(facts(&t, FACT(IDENTITY_BROKEN)), 0);
    township_close(&t);
}

static void rule_14_a_stop_that_is_added_again_where_it_was_moved_away_adds_up(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;

    (void) unused;
    begin(&t);
    move_area(&t, "N1", "south");
    drop_and_add_in(&t, "leader-south", "south", "GATE-1", NULL);
    move_area(&t, "N1", "north");
    drop_and_add(&t, NULL, "GATE-1");
    assert_int_equal(held(&t), 0);
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(evening->broken, 0);
    assert_int_equal(person(evening, "north", "leader-north")->added, 1);
    assert_int_equal(person(evening, "south", "leader-south")->withdrawn, 1);
    assert_int_equal(facts(&t, FACT(IDENTITY_BROKEN)), 0);
    township_close(&t);
}

static void rule_14_another_leader_answers_for_the_stops_of_his_group(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;
    Duban__RoleHolderChange gone = DUBAN__ROLE_HOLDER_CHANGE__INIT;

    (void) unused;
    begin(&t);
    gone.account = "leader-north";
    gone.removed = true;
    SUBMIT(&t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &gone);
    holder(&t, "new-leader", DUBAN__ROLE__ROLE_GROUP_LEADER, "north");
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(evening->broken, 0);
    assert_int_equal(person(evening, "north", "leader-north")->transferred_out, 3);
    assert_int_equal(person(evening, "north", "new-leader")->transferred_in, 3);
    assert_int_equal(person(evening, "north", "new-leader")->missed, 3);
    township_close(&t);
}

static void rule_14_what_is_withdrawn_or_not_due_yet_is_neither_missed_nor_done(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;

    (void) unused;
    begin(&t);
    suspend_at(&t, "GATE-1", NULL);
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(person(evening, "north", "leader-north")->withdrawn, 1);
    assert_int_equal(person(evening, "north", "leader-north")->missed, 2);
    assert_int_equal(evening->broken, 0);
    township_close(&t);
}

/* Rows that disagree are told of, whatever made them disagree. */
static void rule_14_what_does_not_add_up_is_said_and_recorded(void **unused)
{
    struct township t;
    Duban__DayPlan *plan;

    (void) unused;
    begin(&t);
    state_begin(&t.rules.state);
    state_link_begin(&t.rules.state);
    plan = state_day_plan(&t.rules.state, day_of("2020-02-10T00:00"), "north");
    plan->people[0]->planned++;
    state_put_day_plan(&t.rules.state, plan);
    state_link_end(&t.rules.state);
    assert_int_equal(state_commit(&t.rules.state), 0);
    pass_until(&t, "2020-02-10T20:30");
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->broken, 1);
    assert_int_equal(facts(&t, FACT(IDENTITY_BROKEN)), 1);
    assert_int_equal(last_fact(&t, FACT(IDENTITY_BROKEN))->of, 4);
    assert_int_equal(last_fact(&t, FACT(IDENTITY_BROKEN))->number, 3);
    township_close(&t);
}

/* ---------------------------------------------------------------- stops */

static void a_carried_stop_is_not_lost_when_its_area_changes_zone_overnight(void **unused)
{
    struct township t;
    const Duban__Meeting *brief;

    (void) unused;
    begin(&t);
    drop_and_add(&t, NULL, NULL);
    pass_until(&t, "2020-02-10T23:00");
    move_area(&t, "N1", "south");
    pass_until(&t, "2020-02-11T08:00");
    brief = meeting(&t, "2020-02-11T00:00", MORNING);
    assert_int_equal(group(brief, "south")->planned, 4);
    assert_int_equal(brief->figures->carried, 4);
    township_close(&t);
}

static void a_stop_for_a_revisit_is_done_only_by_a_visit_after_the_draft(void **unused)
{
    struct township t;
    Duban__MeetingPerson const *owner;

    (void) unused;
    begin(&t);
    inspect(&t, "DORM-1");
    fails(&t, "DORM-1", "DS-04");
    claim(&t, "DORM-1", "DS-04");   /* a revisit by the next evening; not to be inspected again before the 12th */
    pass_until(&t, "2020-02-11T06:00");
    visit(&t, "inspector-n1", "DORM-1", "EP-04", PASS, DUBAN__PURPOSE__PURPOSE_REVISIT, 1);   /* of another item, before the draft */
    pass_until(&t, "2020-02-11T20:30");
    owner = person(meeting(&t, "2020-02-11T00:00", EVENING), "north", "inspector-n1");
    assert_int_equal(owner->planned, 1);
    assert_int_equal(owner->done, 0);
    township_close(&t);
}

static void what_cannot_be_left_is_held(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    leave(&t, "inspector-n1", "SHOP-1");     /* of another zone */
    assert_int_equal(held(&t), 1);
    leave(&t, "inspector-n1", "NONE-1");
    assert_int_equal(held(&t), 2);
    inspect(&t, "COUR-1");
    leave(&t, "inspector-n1", "COUR-1");     /* done */
    assert_int_equal(held(&t), 3);
    leave(&t, "clerk", "DORM-1");
    assert_int_equal(held(&t), 3);
    township_close(&t);
}

static void release(struct township *t, uint64_t sequence)
{
    Duban__Release message = DUBAN__RELEASE__INIT;

    message.sequence = sequence;
    SUBMIT(t, "clerk", RELEASE, release, &message);
}

/* Does the plan of that day hold a reason why the stop was left? False also where it is no stop. */
static bool is_left_on(struct township *t, const char *day, const char *site)
{
    const Duban__PlanStop *stop;
    bool is_left;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    stop = engine_stop_of(state_day_plan(&t->rules.state, civil_day(at(day), 28800), "north"), site);
    is_left = stop != NULL && strcmp(stop->left_reason, "车坏了") == 0;
    store_abort(&t->rules.state.txn);
    return is_left;
}

static void what_was_held_is_of_the_day_on_which_it_came(void **unused)
{
    struct township t;
    uint64_t left, dropped, confirmed;

    (void) unused;
    begin(&t);
    leave(&t, "stranger", "DORM-1");
    left = t.sequence;
    assert_int_equal(held(&t), 1);
    drop_and_add(&t, "GATE-1", NULL);
    leave(&t, "stranger", "GATE-1");
    dropped = t.sequence;
    drop_and_add_by(&t, "stranger", "DORM-1");
    confirmed = t.sequence;
    pass_until(&t, "2020-02-11T09:00");
    release(&t, left);
    assert_int_equal(held(&t), 2);
    assert_true(is_left_on(&t, "2020-02-10T12:00", "DORM-1"));
    assert_false(is_left_on(&t, "2020-02-11T12:00", "DORM-1"));
    release(&t, dropped);                    /* no stop of that day: it still waits */
    release(&t, confirmed);                  /* that day is over */
    assert_int_equal(held(&t), 2);
    township_close(&t);
}

/* ---------------------------------------------------------------- the alert */

static void at_15_00_a_group_that_has_not_begun_or_is_behind_is_told_of(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    inspect(&t, "COUR-1");
    pass_until(&t, "2020-02-10T15:00");
    assert_int_equal(told(&t, "leader-north", "coverage_low"), 1);   /* 1 of 3 */
    assert_int_equal(told(&t, "leader-south", "coverage_low"), 1);   /* 0 of 1 */
    assert_int_equal(told(&t, "lead", "coverage_low"), 2);
    forget_told(&t);
    pass_until(&t, "2020-02-11T08:00");
    inspect(&t, "COUR-1");
    inspect(&t, "DORM-1");
    inspect(&t, "GATE-1");
    pass_until(&t, "2020-02-11T15:01");
    assert_int_equal(told(&t, "leader-north", "coverage_low"), 0);
    assert_int_equal(told(&t, "leader-south", "coverage_low"), 1);
    assert_int_equal(last_fact(&t, FACT(COVERAGE_LOW))->of, 1);
    township_close(&t);
}

static void at_15_00_a_group_with_sites_and_no_plan_is_told_of(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    pass_until(&t, "2020-02-10T08:00");
    pass_until(&t, "2020-02-10T10:00");
    {   /* nobody had drafted for it: its area is given to a zone that is new today */
        Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

        area(&t, "W1", "west");
        change.code = "SHOP-9";
        change.kind = "SHOP";
        change.area = "W1";
        SUBMIT(&t, "operator", SITE_CHANGE, site_change, &change);
    }
    pass_until(&t, "2020-02-11T00:05");   /* counted, not drafted yet */
    leave_out(&t, "\nplan:\n");
    forget_told(&t);
    pass_until(&t, "2020-02-11T15:01");
    assert_int_equal(told(&t, "lead", "coverage_low"), 3);
    township_close(&t);
}

static void the_coverage_of_an_area_is_its_new_zones_from_then_on(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;

    (void) unused;
    begin(&t);
    inspect(&t, "COUR-1");
    move_area(&t, "N1", "south");
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(group(evening, "south")->required, 4);
    assert_int_equal(group(evening, "south")->inspected, 1);
    assert_int_equal(group(evening, "north")->required, 0);
    assert_int_equal(evening->figures->required, 4);
    assert_int_equal(evening->broken, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- what is resolved */

static void row_27_a_resolution_has_one_owner_and_a_due_and_is_chased_until_it_is_done(void **unused)
{
    static const Duban__AgendaKind ON_IT[] = { AGENDA(RESOLUTION) };
    struct township t;

    (void) unused;
    begin(&t);
    resolve(&t, (struct resolving){ .who = "lead", .owner = "leader-north", .site = "GATE-1", .due = "2020-02-10T18:00" });
    assert_int_equal(held(&t), 0);
    assert_int_equal(told(&t, "leader-north", "briefing_decision"), 1);
    assert_agenda(&t, ON_IT, 1);
    pass_until(&t, "2020-02-10T14:00");
    assert_int_equal(told(&t, "leader-north", "resolution_due"), 1);
    pass_until(&t, "2020-02-10T18:01");
    assert_int_equal(told(&t, "leader-north", "resolution_overdue"), 1);
    step(&t, (struct stepping){ .who = "inspector-n1", .act = DID(DONE) });
    assert_int_equal(held(&t), 1);
    step(&t, (struct stepping){ .who = "leader-north", .act = DID(DONE) });
    assert_int_equal(held(&t), 1);
    assert_agenda(&t, NULL, 0);
    pass_until(&t, "2020-02-12T18:01");
    assert_int_equal(told(&t, "leader-north", "resolution_overdue"), 1);
    township_close(&t);
}

static void a_resolution_without_a_due_has_the_policys(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    resolve(&t, (struct resolving){ .who = "clerk", .owner = "inspector-n2" });
    assert_int_equal(held(&t), 0);
    assert_int_equal(last_fact(&t, FACT(RESOLVED))->new_s, at("2020-02-11T08:00"));
    township_close(&t);
}

static void a_resolution_is_amended_and_taken_back(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    resolve(&t, (struct resolving){ .who = "lead", .owner = "leader-north", .due = "2020-02-10T18:00" });
    step(&t, (struct stepping){ .who = "lead", .act = DID(AMENDED), .owner = "leader-south", .due = "2020-02-11T18:00" });
    assert_int_equal(held(&t), 0);
    assert_int_equal(told(&t, "leader-south", "briefing_decision"), 1);
    pass_until(&t, "2020-02-10T18:01");
    assert_int_equal(told(&t, "leader-north", "resolution_overdue"), 0);
    step(&t, (struct stepping){ .who = "leader-south", .act = DID(TAKEN_BACK) });
    assert_int_equal(held(&t), 1);
    step(&t, (struct stepping){ .who = "clerk", .act = DID(TAKEN_BACK) });
    assert_int_equal(told(&t, "leader-south", "resolution_taken_back"), 1);
    assert_agenda(&t, NULL, 0);
    step(&t, (struct stepping){ .who = "lead", .act = DID(DONE) });   /* it is over: kept, and changes nothing */
    assert_int_equal(held(&t), 1);
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    pass_until(&t, "2020-02-12T18:01");
    assert_int_equal(told(&t, "leader-south", "resolution_overdue"), 0);
    township_close(&t);
}

static void what_cannot_be_resolved_is_held(void **unused)
{
    static const struct resolving WRONG[] = {
        { .who = "inspector-n1", .owner = "leader-north" },
        { .who = "leader-north", .owner = "leader-north" },
        { .who = "lead", .owner = "nobody" },
        { .who = "lead", .owner = "leader-north", .site = "NONE-1" },
        { .who = "lead", .owner = "leader-north", .due = "2020-02-10T07:00" },
    };
    struct township t;

    (void) unused;
    begin(&t);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        resolve(&t, WRONG[i]);
        assert_int_equal(held(&t), i + 1);
    }
    step(&t, (struct stepping){ .who = "lead", .number = "LH-0007", .act = DID(DONE) });
    assert_int_equal(held(&t), 6);
    township_close(&t);
}

static void row_28_a_remark_is_told_kept_with_its_case_and_shown_to_the_meetings_of_its_day(void **unused)
{
    struct township t;
    Duban__Remark about_case = DUBAN__REMARK__INIT, about_site = DUBAN__REMARK__INIT, about_day = DUBAN__REMARK__INIT;
    const Duban__Meeting *evening;

    (void) unused;
    begin(&t);
    fails(&t, "COUR-1", "EP-05");
    about_case.about_case = DUBAN__REMARK__ABOUT_CASE_;
    about_case.case_ = reference_to(&t, "COUR-1", "EP-05");
    remark(&t, "lead", &about_case);
    assert_int_equal(told(&t, "inspector-n1", "remark"), 1);   /* who follows it up */
    assert_int_equal(last_fact(&t, FACT(REMARKED))->subject.len, 16);
    about_site.about_case = DUBAN__REMARK__ABOUT_SITE;
    about_site.site = "GATE-1";
    remark(&t, "committee", &about_site);
    assert_int_equal(told(&t, "leader-north", "remark"), 1);
    about_day.about_case = DUBAN__REMARK__ABOUT_DAY;
    about_day.day = day_of("2020-02-10T00:00");
    about_day.addressee = "leader-south";
    remark(&t, "lead", &about_day);
    assert_int_equal(held(&t), 0);
    assert_int_equal(told(&t, "leader-south", "remark"), 1);
    remark(&t, "inspector-n1", &about_day);
    assert_int_equal(held(&t), 1);
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(evening->n_remarks, 3);
    assert_int_equal(evening->day_remarks, 1);
    assert_string_equal(evening->remarks[0]->about, "");   /* for all who attend: first */
    assert_string_equal(evening->remarks[1]->about, "DB-0001");
    assert_string_equal(evening->remarks[2]->about, "GATE-1");
    township_close(&t);
}

static void row_28_a_remark_on_a_day_that_is_over_or_far_off_is_held_with_its_field(void **unused)
{
    static const char *const DAYS[] = { "2020-02-02T00:00", "2020-04-11T00:00" };
    struct township t;
    Duban__Remark about_day = DUBAN__REMARK__INIT;

    (void) unused;
    begin(&t);
    about_day.about_case = DUBAN__REMARK__ABOUT_DAY;
    for (uint64_t i = 0; i < 2; i++) {
        about_day.day = day_of(DAYS[i]);
        remark(&t, "lead", &about_day);
        assert_int_equal(held(&t), i + 1);
        state_begin(&t.rules.state);
        arena_reset(&t.rules.state.arena);
        assert_string_equal(state_quarantined(&t.rules.state, t.sequence)->field, "remark.day");
        store_abort(&t.rules.state.txn);
    }
    about_day.day = day_of("2020-02-03T00:00");
    remark(&t, "lead", &about_day);
    about_day.day = day_of("2020-04-10T00:00");
    remark(&t, "lead", &about_day);
    assert_int_equal(held(&t), 2);
    township_close(&t);
}

static size_t remarks_of(struct township *t, const char *day, int64_t *at_s)
{
    Duban__RemarkRecord *remarks[4];
    size_t count;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    count = state_remarks(&t->rules.state, day_of(day), remarks, 4);
    if (count > 0)
        *at_s = remarks[0]->at_s;
    store_abort(&t->rules.state.txn);
    return count;
}

static void row_28_a_remark_that_is_released_belongs_to_the_day_on_which_it_came(void **unused)
{
    struct township t;
    Duban__Remark about_site = DUBAN__REMARK__INIT;
    Duban__Release release = DUBAN__RELEASE__INIT;
    int64_t at_s = 0;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-10T19:00");
    about_site.about_case = DUBAN__REMARK__ABOUT_SITE;
    about_site.site = "GATE-9";
    remark(&t, "committee", &about_site);
    assert_int_equal(held(&t), 1);
    release.sequence = t.sequence;
    pass_until(&t, "2020-02-11T09:00");
    site(&t, "GATE-9", "GATE", "N1");
    SUBMIT(&t, "clerk", RELEASE, release, &release);
    assert_int_equal(remarks_of(&t, "2020-02-10T00:00", &at_s), 1);
    assert_int_equal(at_s, at("2020-02-10T19:00"));
    assert_int_equal(remarks_of(&t, "2020-02-11T00:00", &at_s), 0);
    assert_string_equal(last_fact(&t, FACT(REMARKED))->actor, "committee");
    township_close(&t);
}

/* ---------------------------------------------------------------- the agenda */

static void row_27_the_agenda_is_built_of_cases_and_requests_by_weight(void **unused)
{
    static const Duban__AgendaKind FIRST[] = { AGENDA(LEVEL_A), AGENDA(EXTENSION) };
    static const Duban__AgendaKind LATER[] = { AGENDA(LEVEL_A), AGENDA(OVERDUE) };   /* a line for each case, its gravest */
    struct township t;
    Duban__Extension extension = DUBAN__EXTENSION__INIT;
    Duban__AgendaKind also;

    (void) unused;
    begin(&t);
    fails(&t, "COUR-1", "EP-05");
    edit_level(&t, "COUR-1", "EP-05", "A");
    fails(&t, "DORM-1", "DS-04");
    passes(&t, "DORM-1", "SD-01");   /* nobody may skip it there */
    extension.case_ = reference_to(&t, "DORM-1", "DS-04");
    extension.new_due_ms = at("2020-02-15T18:00") * 1000;
    extension.reason = "缺人手";
    SUBMIT(&t, "site-DORM-1", EXTENSION, extension, &extension);
    assert_int_equal(held(&t), 0);
    assert_agenda(&t, FIRST, 2);
    pass_until(&t, "2020-02-14T12:00");
    assert_agenda(&t, LATER, 2);
    assert_int_equal(also_of(&t, AGENDA(LEVEL_A), 1, NULL), 1);
    assert_int_equal(also_of(&t, AGENDA(OVERDUE), 2, &also), 1);
    assert_int_equal(also, AGENDA(EXTENSION));
    claim(&t, "COUR-1", "EP-05");
    claim(&t, "DORM-1", "DS-04");
    assert_true(meeting(&t, "2020-02-14T00:00", MORNING)->figures->agenda == 2);
    township_close(&t);
}

static void row_27_the_agenda_lists_what_is_overdue_in_every_ledger_and_a_meeting_counts_it(void **unused)
{
    static const Duban__AgendaKind ONE[] = { AGENDA(URGENT) };
    static const Duban__AgendaKind BOTH[] = { AGENDA(URGENT), AGENDA(URGENT), AGENDA(LATE) };   /* nobody isolated, nobody answered; the revisit */
    static const Duban__AgendaKind LATE[] = { AGENDA(URGENT), AGENDA(LATE) };
    const Duban__Meeting *brief;
    struct township t;

    (void) unused;
    begin(&t);
    fails(&t, "DORM-1", "DS-04");
    passes(&t, "DORM-1", "SD-01");  /* nobody may skip it there */
    claim(&t, "DORM-1", "DS-04");   /* its revisit is missed */
    report_urgent(&t, "COUR-1");
    assert_agenda(&t, NULL, 0);
    pass_until(&t, "2020-02-10T09:30");
    assert_agenda(&t, ONE, 1);
    pass_until(&t, "2020-02-10T20:30");
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->figures->other_overdue, 2);
    pass_until(&t, "2020-02-13T08:00");
    assert_agenda(&t, BOTH, 3);
    brief = meeting(&t, "2020-02-13T00:00", MORNING);
    assert_int_equal(brief->figures->overdue, 0);
    assert_int_equal(brief->figures->other_overdue, 3);
    assert_string_equal(brief->points[0]->number, "JB-0001");
    assert_string_equal(brief->points[0]->duty->zh, "紧急处置");
    assert_string_equal(brief->points[1]->number, "DB-0001");
    assert_string_equal(brief->points[1]->duty->zh, "复查");
    isolate(&t);
    assert_int_equal(held(&t), 0);
    assert_agenda(&t, LATE, 2);
    pass_until(&t, "2020-02-14T08:00");
    assert_int_equal(meeting(&t, "2020-02-14T00:00", MORNING)->figures->other_overdue, 2);
    assert_int_equal(meeting(&t, "2020-02-13T00:00", MORNING)->figures->other_overdue, 3);
    township_close(&t);
}

/* The words in which the only line of an urgent report is told; it stands once. */
static char *duty_of_urgent(struct township *t)
{
    Duban__AgendaItem *items[20];
    const Duban__AgendaPoint *point = NULL;
    char *words;
    size_t count;

    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    count = state_agenda(&t->rules.state, items, 20);
    for (size_t i = 0; i < count; i++)
        if (items[i]->kind == AGENDA(URGENT)) {
            assert_null(point);
            point = engine_agenda_point(&t->rules.engine, items[i]);
        }
    assert_non_null(point);
    assert_string_equal(point->number, "JB-0001");
    words = arena_copy(&t->arena, point->duty->zh, strlen(point->duty->zh));
    store_abort(&t->rules.state.txn);
    return words;
}

static void an_urgent_report_stands_on_the_agenda_once_and_names_what_of_it_is_late(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, 7);
    report_urgent(&t, "COUR-1");
    pass_until(&t, "2020-02-10T09:30");
    assert_string_equal(duty_of_urgent(&t), "隔离确认");
    pass_until(&t, "2020-02-10T20:30");
    assert_string_equal(duty_of_urgent(&t), "隔离确认、转诊反馈");
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->figures->other_overdue, 1);
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->figures->agenda, 1);
    isolate(&t);
    assert_string_equal(duty_of_urgent(&t), "转诊反馈");
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(meeting(&t, "2020-02-11T00:00", MORNING)->figures->other_overdue, 1);
    township_close(&t);
}

static void two_lines_of_an_earlier_engine_become_one_with_the_new_era(void **unused)
{
    static const Duban__AgendaKind TWO[] = { AGENDA(URGENT), AGENDA(URGENT) };
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, 6);
    report_urgent(&t, "COUR-1");
    pass_until(&t, "2020-02-10T12:00");
    assert_agenda(&t, TWO, 2);
    begin_era(&t, 7);
    assert_string_equal(duty_of_urgent(&t), "隔离确认、转诊反馈");
    township_close(&t);
}

/* Found at 13:00 with 24 hours to go: a quarter of that is left from 07:00 on, the first reminder comes at 09:00. */
static void find_at_one(struct township *t, uint32_t era)
{
    begin(t);
    begin_era(t, era);
    pass_until(t, "2020-02-10T13:00");
    fails(t, "COUR-1", "EP-01");
    pass_until(t, "2020-02-11T06:59:59");
    assert_agenda(t, NULL, 0);
}

static void a_light_that_turns_yellow_is_on_the_agenda_of_that_morning(void **unused)
{
    static const Duban__AgendaKind SOON[] = { AGENDA(SOON) };
    const Duban__Notice *brief;
    struct township t;

    (void) unused;
    find_at_one(&t, 7);
    forget_told(&t);
    pass_until(&t, "2020-02-11T07:00:01");
    assert_agenda(&t, SOON, 1);
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 0);   /* nobody is told of it by itself */
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(meeting(&t, "2020-02-11T00:00", MORNING)->n_points, 1);
    assert_int_equal(meeting(&t, "2020-02-11T00:00", MORNING)->figures->agenda, 0);   /* due soon is not to be decided */
    brief = last_notice(&t, "lead", "morning_brief");
    assert_non_null(brief);
    assert_non_null(strstr(brief->items[0]->matter->zh, "即将到期：DB-0001"));
    assert_non_null(strstr(brief->items[0]->matter->en, "due soon: DB-0001"));
    claim(&t, "COUR-1", "EP-01");
    assert_agenda(&t, NULL, 0);
    township_close(&t);
}

static void a_light_is_yellow_though_its_reminder_went_along_with_another(void **unused)
{
    static const Duban__AgendaKind BOTH[] = { AGENDA(SOON), AGENDA(SOON) };
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, 7);
    pass_until(&t, "2020-02-10T13:00");
    fails(&t, "COUR-1", "EP-05");   /* level C: the first reminder, a day before, turns it yellow */
    pass_until(&t, "2020-02-10T13:20");
    fails(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-12T13:10");
    pass_until(&t, "2020-02-12T13:21");
    assert_agenda(&t, BOTH, 2);
    township_close(&t);
}

static void lights_of_an_earlier_engine_come_as_they_turn_once_the_new_era_has_begun(void **unused)
{
    static const Duban__AgendaKind SOON[] = { AGENDA(SOON) };
    struct township t;

    (void) unused;
    find_at_one(&t, 6);
    pass_until(&t, "2020-02-11T08:00");
    assert_agenda(&t, NULL, 0);
    begin_era(&t, 7);   /* it is yellow by now */
    assert_agenda(&t, SOON, 1);
    township_close(&t);
    find_at_one(&t, 6);
    begin_era(&t, 7);
    pass_until(&t, "2020-02-11T07:00:01");
    assert_agenda(&t, SOON, 1);
    township_close(&t);
}

static void a_long_name_is_cut_between_characters(void **unused)
{
    struct township t;
    const Duban__Text *matter;

    (void) unused;
    begin(&t);
    name_at_length(&t, "COUR-1", "COUR", "N1");
    fails(&t, "COUR-1", "EP-05");
    edit_level(&t, "COUR-1", "EP-05", "A");
    pass_until(&t, "2020-02-11T09:00");
    assert_non_null(last_notice(&t, "lead", "morning_brief"));
    matter = last_notice(&t, "lead", "morning_brief")->items[0]->matter;
    assert_non_null(strstr(matter->zh, "DB-0001 A北"));
    assert_non_null(strstr(matter->zh, "北（"));
    assert_non_null(strstr(matter->en, "北 ("));
    assert_true(is_utf8(matter->zh, strlen(matter->zh)) && is_utf8(matter->en, strlen(matter->en)));
    township_close(&t);
}

/* ---------------------------------------------------------------- policies */

static void a_pack_without_the_section_has_no_meetings_and_one_with_it_has_them_again(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    leave_out(&t, "\nmeetings:\n");
    activate(&t, "epidemic-2020-beijing");
    forget_told(&t);
    pass_until(&t, "2020-02-11T23:00");
    assert_int_equal(told(&t, "lead", "morning_brief") + told(&t, "lead", "evening_summary") + told(&t, "lead", "coverage_low"), 0);
    resolve(&t, (struct resolving){ .who = "lead", .owner = "leader-north" });
    assert_int_equal(held(&t), 1);
    t.policy.data = NULL;
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-12T23:00");
    assert_int_equal(told(&t, "lead", "morning_brief"), 1);
    assert_int_equal(told(&t, "lead", "evening_summary"), 1);
    assert_null(meeting(&t, "2020-02-11T00:00", MORNING));
    township_close(&t);
}

static void a_pack_with_other_hours_tells_each_meeting_once(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    write_instead(&t, "brief_at: \"07:43\"", "brief_at: \"08:20\"");
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-10T23:00");
    assert_int_equal(told(&t, "lead", "morning_brief"), 1);
    pass_until(&t, "2020-02-11T08:19");
    assert_int_equal(told(&t, "lead", "morning_brief"), 1);
    pass_until(&t, "2020-02-11T08:20");
    assert_int_equal(told(&t, "lead", "morning_brief"), 2);
    township_close(&t);
}

static void a_pack_that_comes_into_force_at_the_hour_of_the_brief_loses_none(void **unused)
{
    uint8_t version[POLICY_VERSION_BYTES];
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    write_instead(&t, "alert_at: \"15:00\"", "alert_at: \"15:10\"");
    activate_from(&t, "epidemic-2020-beijing", at("2020-02-10T07:43"), version);
    pass_until(&t, "2020-02-10T08:00");
    assert_int_equal(told(&t, "lead", "morning_brief"), 1);
    assert_non_null(meeting(&t, "2020-02-10T00:00", MORNING));
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(told(&t, "lead", "morning_brief"), 2);
    township_close(&t);
}

static void a_cut_off_moved_to_an_hour_that_is_over_comes_at_once(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-10T19:30");
    forget_told(&t);
    inspect(&t, "COUR-1");
    write_instead(&t, "cutoff_at: \"20:00\"\n  summary_at: \"20:07\"", "cutoff_at: \"19:00\"\n  summary_at: \"19:10\"");
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(held(&t), 0);
    pass_until(&t, "2020-02-10T19:31");
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->as_of_s, at("2020-02-10T19:30:00"));
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->figures->inspected, 1);
    assert_int_equal(told(&t, "lead", "evening_summary"), 1);
    pass_until(&t, "2020-02-11T18:59");
    assert_int_equal(told(&t, "lead", "evening_summary"), 1);
    pass_until(&t, "2020-02-11T19:10");
    assert_int_equal(told(&t, "lead", "evening_summary"), 2);
    assert_int_equal(meeting(&t, "2020-02-11T00:00", EVENING)->as_of_s, at("2020-02-11T19:00:00"));
    township_close(&t);
}

static void what_was_told_today_is_not_told_again_at_a_later_hour(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    forget_told(&t);
    pass_until(&t, "2020-02-10T20:30");
    write_instead(&t, "summary_at: \"20:07\"", "summary_at: \"21:00\"");
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-10T23:00");
    assert_int_equal(told(&t, "lead", "evening_summary"), 1);
    pass_until(&t, "2020-02-11T21:00");
    assert_int_equal(told(&t, "lead", "evening_summary"), 2);
    township_close(&t);
}

static void a_section_that_comes_between_cut_off_and_summary_begins_the_next_day(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    leave_out(&t, "\nmeetings:\n");
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-09T20:03");
    t.policy.data = NULL;
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-09T22:00");
    assert_int_equal(told(&t, "lead", "evening_summary"), 0);
    pass_until(&t, "2020-02-10T21:00");
    assert_int_equal(told(&t, "lead", "evening_summary"), 1);
    township_close(&t);
}

static void without_a_plan_a_meeting_is_told_of_cases_alone(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    leave_out(&t, "\nplan:\n");
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-10T08:00");
    fails(&t, "COUR-1", "EP-05");
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_false(evening->counts_days);
    assert_int_equal(evening->figures->required, 0);
    assert_int_equal(evening->figures->filed, 1);
    assert_int_equal(told(&t, "lead", "coverage_low"), 0);
    township_close(&t);
}

static void what_a_meeting_that_is_over_was_to_be_told_is_kept_and_not_told(void **unused)
{
    Duban__Tick tick = DUBAN__TICK__INIT;
    struct township t;

    (void) unused;
    begin(&t);
    forget_told(&t);
    t.now_s = at("2020-02-13T08:10");   /* the house was down for three days */
    SUBMIT(&t, "ingest", TICK, tick, &tick);
    assert_int_equal(told(&t, "lead", "morning_brief"), 1);   /* they meet at 08:30 */
    assert_int_equal(told(&t, "lead", "evening_summary"), 0);
    assert_non_null(meeting(&t, "2020-02-11T00:00", MORNING));
    assert_non_null(meeting(&t, "2020-02-11T00:00", EVENING));
    assert_true(not_told(&t, "past") >= 5);
    township_close(&t);
}

static void a_house_in_which_nobody_attends_goes_on(void **unused)
{
    static const char *const GONE[] = { "lead", "clerk", "committee", "leader-north", "leader-south" };
    struct township t;

    (void) unused;
    begin(&t);
    for (size_t i = 0; i < sizeof GONE / sizeof GONE[0]; i++) {
        Duban__RoleHolderChange gone = DUBAN__ROLE_HOLDER_CHANGE__INIT;

        gone.account = (char *) GONE[i];
        gone.removed = true;
        SUBMIT(&t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &gone);
    }
    pass_until(&t, "2020-02-11T08:00");
    assert_non_null(meeting(&t, "2020-02-10T00:00", EVENING));
    assert_int_equal(meeting(&t, "2020-02-10T00:00", EVENING)->broken, 0);
    assert_true(group(meeting(&t, "2020-02-11T00:00", MORNING), "north")->nobody);
    township_close(&t);
}

/* ---------------------------------------------------------------- this era */

static void begin_now(struct township *t, const char *when)
{
    township_open(t, when);
    begin_era(t, ENGINE_VERSION);
    forget_told(t);
}

static void the_brief_says_why_stops_were_left_over(void **unused)
{
    struct township t;
    const Duban__MeetingGroup *north;

    (void) unused;
    begin_now(&t, "2020-02-09T10:00");
    pass_until(&t, "2020-02-10T10:00");
    leave(&t, "leader-north", "COUR-1");
    attempt(&t, "DORM-1");
    pass_until(&t, "2020-02-11T08:00");
    north = group(meeting(&t, "2020-02-11T00:00", MORNING), "north");
    assert_int_equal(north->n_undone, 3);
    assert_string_equal(north->undone[0]->site, "COUR-1");
    assert_string_equal(north->undone[0]->reason, "车坏了");
    assert_string_equal(north->undone[1]->site, "DORM-1");
    assert_true(north->undone[1]->attempted);
    assert_false(north->undone[2]->attempted);
    township_close(&t);
}

/* Level C is overdue by 12 hours at night: its yellow sheet goes to the group's leader, who attends, and to the area's
 * contact, who does not. */
static void rule_11_who_attends_has_his_digest_in_his_brief(void **unused)
{
    struct township t;
    const Duban__Notice *brief;

    (void) unused;
    begin_now(&t, "2020-02-10T10:30");
    fails(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-14T07:40");
    forget_told(&t);
    pass_until(&t, "2020-02-14T08:00");
    assert_int_equal(told(&t, "leader-north", "digest"), 0);
    assert_int_equal(told(&t, "leader-north", "morning_brief"), 1);
    brief = last_notice(&t, "leader-north", "morning_brief");
    assert_int_equal(brief->n_items, 2);
    assert_string_equal(brief->items[1]->kind, "overdue_group_leader");
    assert_int_equal(told(&t, "contact-n1", "digest"), 1);
    assert_int_equal(last_notice(&t, "contact-n1", "digest")->n_items, 1);
    assert_int_equal(told(&t, "contact-n1", "morning_brief"), 0);
    assert_int_equal(last_notice(&t, "lead", "morning_brief")->n_items, 1);
    township_close(&t);
}

static uint64_t inspect_with_photo_to_come(struct township *t)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Evidence evidence = DUBAN__EVIDENCE__INIT;
    Duban__Evidence *list[] = { &evidence };
    uint8_t sha256[32] = { 7 };

    evidence.name = "1.jpg";
    evidence.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    report.reporter = "inspector-n1";
    report.site = "DORM-1";
    report.device_time_ms = t->now_s * 1000;
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_evidence = 1;
    report.evidence = list;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
    assert_null(held_last(t));
    return t->sequence;
}

static void photo_comes(struct township *t, uint64_t report)
{
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;
    uint8_t sha256[32] = { 7 };

    arrival.report_sequence = report;
    arrival.name = "1.jpg";
    arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    SUBMIT(t, "ingest", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
}

static void amend(struct township *t, uint64_t report)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "EP-04";
    answer.result = DUBAN__RESULT__RESULT_NOT_APPLICABLE;
    amendment.report_sequence = report;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_null(held_last(t));
}

static void rule_13_whatever_comes_after_the_cutoff_is_a_late_arrival(void **unused)
{
    struct township t;
    uint64_t seen, photographed, later;

    (void) unused;
    begin_now(&t, "2020-02-09T10:00");
    pass_until(&t, "2020-02-10T19:00");
    inspect(&t, "COUR-1");
    seen = t.sequence;
    photographed = inspect_with_photo_to_come(&t);
    pass_until(&t, "2020-02-10T20:30");
    amend(&t, seen);
    photo_comes(&t, photographed);
    inspect(&t, "GATE-1");                                  /* of after the cut-off: it is not late, nor what is added to it */
    later = t.sequence;
    amend(&t, later);
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(meeting(&t, "2020-02-11T00:00", MORNING)->figures->late_reports, 2);
    township_close(&t);
}

static void the_summary_names_revisits_that_were_missed(void **unused)
{
    struct township t;
    const Duban__Meeting *evening;

    (void) unused;
    begin_now(&t, "2020-02-10T09:00");
    fails(&t, "COUR-1", "DS-01");
    claim(&t, "COUR-1", "DS-01");                           /* its revisit is due four hours later, and nobody goes */
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(evening->missed_revisit_count, 1);
    assert_int_equal(evening->n_missed_revisits, 1);
    assert_string_equal(evening->missed_revisits[0]->number, "DB-0001");
    assert_non_null(strstr(last_notice(&t, "lead", "evening_summary")->items[0]->matter->zh, "未复查：DB-0001"));
    pass_until(&t, "2020-02-11T08:00");
    assert_int_equal(meeting(&t, "2020-02-11T00:00", MORNING)->missed_revisit_count, 0);
    township_close(&t);
}

static void row_49_the_summary_names_required_sites_without_room(void **unused)
{
    struct township t;
    const Duban__MeetingGroup *north;

    (void) unused;
    township_open(&t, "2020-02-09T10:00");
    begin_era(&t, ENGINE_VERSION);
    write_instead(&t, "\n  stops: 40\n", "\n  stops: 1\n");
    activate(&t, "epidemic-2020-beijing");
    pass_until(&t, "2020-02-10T20:30");
    north = group(meeting(&t, "2020-02-10T00:00", EVENING), "north");
    assert_int_equal(north->left_out_required, 2);
    assert_int_equal(north->n_no_room, 2);
    assert_string_equal(north->no_room[0]->site, "DORM-1");
    assert_string_equal(north->no_room[1]->site, "GATE-1");
    assert_non_null(strstr(last_notice(&t, "lead", "evening_summary")->items[0]->matter->en, "without room: DORM-1, GATE-1"));
    township_close(&t);
}

/* 4.4, row B: overdue it stands in both digests, one of level C in the morning's alone. */
static void what_is_overdue_is_listed_at_both_meetings_as_the_policy_says(void **unused)
{
    static const char *const ITEMS[] = { "DS-01", "MS-01", "EP-01", "EP-02" };
    const Duban__Meeting *evening, *morning;
    const Duban__Text *words;
    struct township t;

    (void) unused;
    begin_now(&t, "2020-02-10T09:00");
    fails(&t, "DORM-1", "DS-06");                           /* C, due on the 13th at 9:00 */
    pass_until(&t, "2020-02-12T10:00");
    for (size_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++)
        fails(&t, "COUR-1", ITEMS[i]);                      /* B, due on the 13th at 10:00 */
    pass_until(&t, "2020-02-13T20:30");
    evening = meeting(&t, "2020-02-13T00:00", EVENING);
    assert_int_equal(evening->overdue_count, 4);
    assert_int_equal(evening->n_overdue, 4);
    assert_string_equal(evening->overdue[0]->number, "DB-0002");
    assert_string_equal(evening->overdue[0]->level, "B");
    words = last_notice(&t, "lead", "evening_summary")->items[0]->matter;
    assert_non_null(strstr(words->zh, "；还有逾期："));   /* the three that weigh most stand before */
    assert_non_null(strstr(words->zh, "（B）"));
    assert_non_null(strstr(words->en, "; also overdue: "));
    claim(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-14T08:00");
    morning = meeting(&t, "2020-02-14T00:00", MORNING);
    assert_int_equal(morning->overdue_count, 4);            /* three of B, one of C */
    assert_string_equal(morning->overdue[0]->number, "DB-0001");
    assert_string_equal(morning->overdue[0]->level, "C");
    assert_string_equal(morning->overdue[3]->number, "DB-0005");
    township_close(&t);
}

static void an_overdue_complaint_stands_in_both_digests_too(void **unused)
{
    Duban__Complaint complaint = DUBAN__COMPLAINT__INIT;
    const Duban__Meeting *evening;
    struct township t;

    (void) unused;
    begin_now(&t, "2020-02-10T09:00");
    complaint.source = "12345";
    complaint.where_case = DUBAN__COMPLAINT__WHERE_SITE;
    complaint.site = "GATE-1";
    complaint.matter = "GT-03";
    complaint.text = "出入口人员进出无序";
    SUBMIT(&t, "clerk", COMPLAINT, complaint, &complaint);
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-12T20:30");
    evening = meeting(&t, "2020-02-12T00:00", EVENING);
    assert_int_equal(evening->overdue_count, 1);
    assert_string_equal(evening->overdue[0]->number, "TS-0001");
    assert_string_equal(evening->overdue[0]->level, "");
    assert_non_null(evening->overdue[0]->duty);
    township_close(&t);
}

static void before_this_era_nothing_is_listed_as_overdue(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T09:00");
    begin_era(&t, ERA_OF_OVERDUE_LISTS - 1);
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T20:30");
    assert_int_equal(meeting(&t, "2020-02-11T00:00", EVENING)->figures->overdue, 1);
    assert_int_equal(meeting(&t, "2020-02-11T00:00", EVENING)->overdue_count, 0);
    township_close(&t);
}

static void a_resolution_about_no_site_is_told_by_what_it_is_about(void **unused)
{
    const Duban__Meeting *evening;
    struct township t;

    (void) unused;
    begin_now(&t, "2020-02-10T09:00");
    resolve(&t, (struct resolving){ "lead", "leader-north", NULL, "2020-02-12T18:00" });
    resolve(&t, (struct resolving){ "lead", "leader-north", "GATE-1", "2020-02-12T18:00" });
    pass_until(&t, "2020-02-10T20:30");
    evening = meeting(&t, "2020-02-10T00:00", EVENING);
    assert_int_equal(evening->n_points, 2);
    assert_null(evening->points[0]->site_name);
    assert_string_equal(evening->points[0]->matter->zh, "找来围挡");
    assert_null(evening->points[1]->matter);
    assert_non_null(strstr(last_notice(&t, "lead", "evening_summary")->items[0]->matter->zh, "LH-0001 找来围挡（交办未办结）"));
    assert_non_null(strstr(last_notice(&t, "lead", "evening_summary")->items[0]->matter->en, "LH-0001 找来围挡 (resolved, not done)"));
    township_close(&t);
}

static const char *summary_words(struct township *t, uint32_t era)
{
    township_open(t, "2020-02-09T10:00");
    begin_era(t, era);
    pass_until(t, "2020-02-10T20:30");
    assert_int_equal(group(meeting(t, "2020-02-10T00:00", EVENING), "north")->n_undone, 3);
    return last_notice(t, "lead", "evening_summary")->items[0]->matter->en;
}

static void row_49_the_summary_names_stops_that_nobody_came_to(void **unused)
{
    struct township t;

    (void) unused;
    assert_contains(summary_words(&t, ERA_OF_SHORTFALL_NAMES), "planned and not inspected: COUR-1, DORM-1, GATE-1 and others, 4 in all");
    township_close(&t);
    assert_null(strstr(summary_words(&t, ERA_OF_SHORTFALL_NAMES - 1), "planned and not inspected"));
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_overdue_is_listed_at_both_meetings_as_the_policy_says),
        cmocka_unit_test(an_overdue_complaint_stands_in_both_digests_too),
        cmocka_unit_test(before_this_era_nothing_is_listed_as_overdue),
        cmocka_unit_test(a_resolution_about_no_site_is_told_by_what_it_is_about),
        cmocka_unit_test(on_its_first_day_a_summary_says_when_sites_begin_to_count),
        cmocka_unit_test(row_23_the_brief_is_told_before_the_meeting_to_all_who_attend_once),
        cmocka_unit_test(the_brief_says_what_is_due_and_what_is_overdue),
        cmocka_unit_test(who_is_away_and_has_no_deputy_leaves_a_fact),
        cmocka_unit_test(a_house_of_many_zones_is_told_whole_sums_and_all_who_attend_are_told),
        cmocka_unit_test(rule_13_the_cut_off_is_inclusive_and_what_comes_later_is_told_in_the_morning),
        cmocka_unit_test(the_summary_counts_findings_cases_and_visits_without_a_plan),
        cmocka_unit_test(rule_14_each_persons_stops_add_up),
        cmocka_unit_test(rule_14_dropped_added_and_explained_stops_add_up),
        cmocka_unit_test(rule_14_a_stop_that_is_handed_over_or_moved_is_counted_on_both_sides),
        cmocka_unit_test(rule_14_a_stop_that_is_added_again_where_it_was_moved_away_adds_up),
        cmocka_unit_test(rule_14_another_leader_answers_for_the_stops_of_his_group),
        cmocka_unit_test(rule_14_what_is_withdrawn_or_not_due_yet_is_neither_missed_nor_done),
        cmocka_unit_test(rule_14_what_does_not_add_up_is_said_and_recorded),
        cmocka_unit_test(a_carried_stop_is_not_lost_when_its_area_changes_zone_overnight),
        cmocka_unit_test(a_stop_for_a_revisit_is_done_only_by_a_visit_after_the_draft),
        cmocka_unit_test(what_cannot_be_left_is_held),
        cmocka_unit_test(what_was_held_is_of_the_day_on_which_it_came),
        cmocka_unit_test(at_15_00_a_group_that_has_not_begun_or_is_behind_is_told_of),
        cmocka_unit_test(at_15_00_a_group_with_sites_and_no_plan_is_told_of),
        cmocka_unit_test(the_coverage_of_an_area_is_its_new_zones_from_then_on),
        cmocka_unit_test(row_27_a_resolution_has_one_owner_and_a_due_and_is_chased_until_it_is_done),
        cmocka_unit_test(a_resolution_without_a_due_has_the_policys),
        cmocka_unit_test(a_resolution_is_amended_and_taken_back),
        cmocka_unit_test(what_cannot_be_resolved_is_held),
        cmocka_unit_test(row_28_a_remark_is_told_kept_with_its_case_and_shown_to_the_meetings_of_its_day),
        cmocka_unit_test(row_28_a_remark_on_a_day_that_is_over_or_far_off_is_held_with_its_field),
        cmocka_unit_test(row_28_a_remark_that_is_released_belongs_to_the_day_on_which_it_came),
        cmocka_unit_test(row_27_the_agenda_is_built_of_cases_and_requests_by_weight),
        cmocka_unit_test(row_27_the_agenda_lists_what_is_overdue_in_every_ledger_and_a_meeting_counts_it),
        cmocka_unit_test(what_is_to_be_inspected_is_planned_or_has_no_room_and_adds_up),
        cmocka_unit_test(an_urgent_report_stands_on_the_agenda_once_and_names_what_of_it_is_late),
        cmocka_unit_test(two_lines_of_an_earlier_engine_become_one_with_the_new_era),
        cmocka_unit_test(a_light_that_turns_yellow_is_on_the_agenda_of_that_morning),
        cmocka_unit_test(a_light_is_yellow_though_its_reminder_went_along_with_another),
        cmocka_unit_test(lights_of_an_earlier_engine_come_as_they_turn_once_the_new_era_has_begun),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(a_pack_without_the_section_has_no_meetings_and_one_with_it_has_them_again),
        cmocka_unit_test(a_pack_with_other_hours_tells_each_meeting_once),
        cmocka_unit_test(a_pack_that_comes_into_force_at_the_hour_of_the_brief_loses_none),
        cmocka_unit_test(a_cut_off_moved_to_an_hour_that_is_over_comes_at_once),
        cmocka_unit_test(what_was_told_today_is_not_told_again_at_a_later_hour),
        cmocka_unit_test(a_section_that_comes_between_cut_off_and_summary_begins_the_next_day),
        cmocka_unit_test(without_a_plan_a_meeting_is_told_of_cases_alone),
        cmocka_unit_test(what_a_meeting_that_is_over_was_to_be_told_is_kept_and_not_told),
        cmocka_unit_test(a_house_in_which_nobody_attends_goes_on),
        cmocka_unit_test(the_brief_says_why_stops_were_left_over),
        cmocka_unit_test(rule_11_who_attends_has_his_digest_in_his_brief),
        cmocka_unit_test(rule_13_whatever_comes_after_the_cutoff_is_a_late_arrival),
        cmocka_unit_test(the_summary_names_revisits_that_were_missed),
        cmocka_unit_test(row_49_the_summary_names_required_sites_without_room),
        cmocka_unit_test(row_49_the_summary_names_stops_that_nobody_came_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
