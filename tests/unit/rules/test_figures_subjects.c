/* test_figures_subjects.c - figures of complaints, referrals, isolations, watches, doors and days, where they are easily
 * wrong: what counts for nothing, what is counted where it was, what is not answered at all. */
#include "elsewhere.h"
#include "engine_figures.h"
#include "queries.h"

#define PASS DUBAN__RESULT__RESULT_PASS
#define FAIL DUBAN__RESULT__RESULT_FAIL
#define INSPECTION DUBAN__PURPOSE__PURPOSE_INSPECTION
#define CHECK_IN DUBAN__PURPOSE__PURPOSE_CHECK_IN
#define REFERRAL(name) DUBAN__REFERRAL_ACT__REFERRAL_ACT_##name

enum { NONE_TOLD = -1, TOO_MANY_PARTS = 65537, DAYS_OF_A_LINK = 2048 };

/* ---------------------------------------------------------------- asking */

/* Of which days, of what, as of when; NULL and 0: the township, now, each day. */
struct wanted {
    const char *name, *from, *to, *as_of, *zone, *focus_group;
};

struct answered {
    char field[64];             /* of the fault; "" = none */
    int64_t numerator, denominator, permille;
};

static int64_t day_of(const char *moment)
{
    return civil_day(at(moment), 8 * 3600);
}

static void fill(Duban__FiguresQuery *query, const struct wanted *wanted)
{
    query->name = (char *) wanted->name;
    query->from_day = wanted->from == NULL ? 1 : day_of(wanted->from);
    query->to_day = wanted->to == NULL ? 100000 : day_of(wanted->to);
    query->as_of_s = wanted->as_of == NULL ? 0 : at(wanted->as_of);
    if (wanted->zone != NULL) {
        query->scope_case = DUBAN__FIGURES_QUERY__SCOPE_ZONE;
        query->zone = (char *) wanted->zone;
    } else if (wanted->focus_group != NULL) {
        query->scope_case = DUBAN__FIGURES_QUERY__SCOPE_FOCUS_GROUP;
        query->focus_group = (char *) wanted->focus_group;
    }
}

static struct answered ask(struct township *t, struct wanted wanted)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__FiguresQuery figures = DUBAN__FIGURES_QUERY__INIT;
    struct question question = { .rules = &t->rules, .query = &query, .reply = &reply, .arena = &t->rules.state.arena,
                                 .now_s = t->now_s, .limit = 200 };
    struct answered answered = { .permille = NONE_TOLD };

    fill(&figures, &wanted);
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    query_on_figures(&question, &figures);
    if (reply.body_case == DUBAN__REPLY__BODY_FAULT) {
        snprintf(answered.field, sizeof answered.field, "%s", reply.fault->field);
    } else {
        const Duban__FigureRow *row = reply.figures->rows[0];

        assert_int_equal(reply.figures->n_rows, 1);
        answered.numerator = row->numerator;
        answered.denominator = row->denominator;
        if (row->permille_presence_case == DUBAN__FIGURE_ROW__PERMILLE_PRESENCE_PERMILLE)
            answered.permille = row->permille;
    }
    store_abort(&t->rules.state.txn);
    return answered;
}

static void assert_answer(struct township *t, struct wanted wanted, int64_t numerator, int64_t denominator)
{
    struct answered answered = ask(t, wanted);

    assert_string_equal(answered.field, "");
    assert_int_equal(answered.numerator, numerator);
    assert_int_equal(answered.denominator, denominator);
}

static void assert_figure(struct township *t, const char *name, int64_t numerator, int64_t denominator)
{
    assert_answer(t, (struct wanted){ .name = name }, numerator, denominator);
}

static void begin(struct township *t)
{
    township_open(t, "2020-02-09T10:00");
    holder(t, "office-kongwei", DUBAN__ROLE__ROLE_OFFICE, "kongwei");
    pass_until(t, "2020-02-10T09:00");
}

/* ---------------------------------------------------------------- complaints */

static void complain(struct township *t, size_t times)
{
    Duban__Complaint message = DUBAN__COMPLAINT__INIT;

    message.source = "12345";
    message.matter = "GT-03";
    message.text = "出入口人员进出无序";
    message.where_case = DUBAN__COMPLAINT__WHERE_SITE;
    message.site = "GATE-1";
    for (size_t i = 0; i < times; i++)
        SUBMIT(t, "clerk", COMPLAINT, complaint, &message);
}

static void conclude(struct township *t, const char *number)
{
    Duban__ComplaintResult message = DUBAN__COMPLAINT_RESULT__INIT;

    message.complaint = numbered(t, number);
    message.outcome = DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED;
    message.text = "现场看过";
    message.office = "kongwei";
    SUBMIT(t, "inspector-n1", COMPLAINT_RESULT, complaint_result, &message);
}

/* Joined to one check, each is told for itself; the check is one. */
static void of_five_a_share_is_told_and_of_four_none(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    complain(&t, 4);
    pass_until(&t, "2020-02-10T10:00");
    visit(&t, "inspector-n1", "GATE-1", "GT-03", PASS, INSPECTION, 1);
    conclude(&t, "TS-0001");
    assert_figure(&t, "complaints_in_time", 1, 1);
    assert_figure(&t, "complaints_true", 0, 4);
    assert_int_equal(ask(&t, (struct wanted){ .name = "complaints_true" }).permille, NONE_TOLD);
    complain(&t, 1);
    pass_until(&t, "2020-02-10T11:00");
    visit(&t, "inspector-n1", "GATE-1", "GT-03", PASS, INSPECTION, 1);
    conclude(&t, "TS-0005");
    assert_figure(&t, "feedback", 0, 5);
    assert_int_equal(ask(&t, (struct wanted){ .name = "feedback" }).permille, 0);
    assert_answer(&t, (struct wanted){ .name = "feedback", .as_of = "2020-02-10T10:30" }, 0, 4);
    township_close(&t);
}

/* Seen after so long from ten in the morning, the result at noon of the next day. */
static void see_and_conclude_late(struct township *t, uint32_t era, const char *seen)
{
    begin(t);
    begin_era(t, era);
    pass_until(t, "2020-02-10T10:00");
    complain(t, 1);
    pass_until(t, seen);
    visit(t, "inspector-n1", "GATE-1", "GT-03", PASS, INSPECTION, 1);
    pass_until(t, "2020-02-11T12:00");
    assert_int_equal(facts(t, FACT(OVERDUE)), 1);   /* the house waits for the result */
    assert_figure(t, "complaints_in_time", 0, 1);
    conclude(t, "TS-0001");
}

static void a_check_is_in_time_by_its_visit_though_the_result_comes_late(void **unused)
{
    struct township t;

    (void) unused;
    see_and_conclude_late(&t, 7, "2020-02-11T10:00");   /* at the very due */
    assert_figure(&t, "complaints_in_time", 1, 1);
    township_close(&t);
    see_and_conclude_late(&t, 7, "2020-02-11T10:30");
    assert_figure(&t, "complaints_in_time", 0, 1);
    assert_int_equal(facts(&t, FACT(CURED)), 0);
    township_close(&t);
    see_and_conclude_late(&t, 6, "2020-02-11T09:00");   /* then it was the result that counted */
    assert_figure(&t, "complaints_in_time", 0, 1);
    township_close(&t);
}

static void a_check_of_an_area_is_in_time_by_the_visit_that_the_result_names(void **unused)
{
    Duban__Complaint message = DUBAN__COMPLAINT__INIT;
    Duban__ComplaintResult result = DUBAN__COMPLAINT_RESULT__INIT;
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, 7);
    message.source = "12345";
    message.matter = "GT-03";
    message.text = "乱";
    message.where_case = DUBAN__COMPLAINT__WHERE_AREA;
    message.area = "N1";
    SUBMIT(&t, "clerk", COMPLAINT, complaint, &message);
    pass_until(&t, "2020-02-10T15:00");
    visit(&t, "inspector-n1", "GATE-1", "GT-03", PASS, INSPECTION, 1);
    pass_until(&t, "2020-02-11T12:00");
    result.complaint = numbered(&t, "TS-0001");
    result.outcome = DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED;
    result.text = "现场看过";
    result.office = "kongwei";
    result.site = "GATE-1";
    SUBMIT(&t, "inspector-n1", COMPLAINT_RESULT, complaint_result, &result);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    assert_figure(&t, "complaints_in_time", 1, 1);
    assert_int_equal(facts(&t, FACT(CURED)), 1);
    township_close(&t);
}

/* What is held, and rejected for good, has never been a complaint. */
static void a_complaint_that_is_rejected_counts_for_nothing(void **unused)
{
    Duban__Release release = DUBAN__RELEASE__INIT;
    struct township t;

    (void) unused;
    begin(&t);
    SUBMIT(&t, "clerk", COMPLAINT, complaint, (&(Duban__Complaint){
        .base = PROTOBUF_C_MESSAGE_INIT(&duban__complaint__descriptor), .source = "12345", .matter = "GT-03", .text = "乱",
        .place = "", .where_case = DUBAN__COMPLAINT__WHERE_SITE, .site = "GATE-9" }));
    release.sequence = t.sequence;
    release.rejected = true;
    release.reason = "没有这个点位";
    SUBMIT(&t, "clerk", RELEASE, release, &release);
    pass_until(&t, "2020-02-12T10:00");
    assert_figure(&t, "complaints_in_time", 0, 0);
    assert_figure(&t, "complaints_true", 0, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- referrals */

static void step(struct township *t, const char *who, Duban__ReferralAct act)
{
    Duban__ReferralStep message = DUBAN__REFERRAL_STEP__INIT;

    message.referral = numbered(t, "YJ-0001");
    message.act = act;
    message.office = act == REFERRAL(SENT) ? "kongwei" : "";
    message.text = act == REFERRAL(RETURNED) || act == REFERRAL(RESULT) ? "已看过" : "";
    SUBMIT(t, who, REFERRAL_STEP, referral_step, &message);
}

static void suspect(struct township *t)
{
    begin(t);
    visit(t, "inspector-n1", "DORM-1", "SD-01", FAIL, INSPECTION, 1);
}

static void what_an_office_returns_it_has_not_answered(void **unused)
{
    struct township t;

    (void) unused;
    suspect(&t);
    step(&t, "office-kongwei", REFERRAL(RECEIVED));
    step(&t, "office-kongwei", REFERRAL(RETURNED));
    assert_figure(&t, "referrals", 0, 0);
    step(&t, "clerk", REFERRAL(SENT));
    step(&t, "office-kongwei", REFERRAL(RECEIVED));
    pass_until(&t, "2020-02-20T10:00");             /* seven working days are over */
    assert_figure(&t, "referrals", 0, 1);
    step(&t, "office-kongwei", REFERRAL(RETURNED));
    assert_figure(&t, "referrals", 0, 1);
    township_close(&t);
}

static void whoever_answers_at_once_has_answered_in_time(void **unused)
{
    struct township t;

    (void) unused;
    suspect(&t);
    step(&t, "office-kongwei", REFERRAL(RESULT));
    assert_figure(&t, "referrals", 1, 1);
    assert_answer(&t, (struct wanted){ .name = "referrals", .from = "2020-02-19T00:00", .to = "2020-02-19T00:00" }, 1, 1);
    township_close(&t);
}

static void a_suspicion_that_was_none_counts_for_nothing(void **unused)
{
    Duban__Amendment amendment = DUBAN__AMENDMENT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    struct township t;

    (void) unused;
    suspect(&t);
    answer.item = "SD-01";
    answer.result = PASS;
    amendment.report_sequence = t.sequence;
    amendment.n_answers = 1;
    amendment.answers = answers;
    amendment.reason = "看错一栏";
    SUBMIT(&t, "inspector-n1", AMENDMENT, amendment, &amendment);
    assert_true(subject_numbered(&t, "YJ-0001")->withdrawn_s != 0);
    pass_until(&t, "2020-02-28T10:00");
    assert_figure(&t, "referrals", 0, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- isolation */

static void isolate(struct township *t, const char *start)
{
    static uint8_t token[16] = { 1 };
    Duban__Isolation message = DUBAN__ISOLATION__INIT;
    Duban__Personal person = DUBAN__PERSONAL__INIT;

    person.value_case = DUBAN__PERSONAL__VALUE_TOKEN;
    person.token = (ProtobufCBinaryData){ sizeof token, token };
    message.person = &person;
    message.area = "N1";
    message.basis = "domestic_return";
    message.start_ms = at(start) * 1000;
    SUBMIT(t, "contact-n1", ISOLATION, isolation, &message);
}

static void contact(struct township *t)
{
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;

    message.isolation = numbered(t, "GL-0001");
    SUBMIT(t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
}

static void decide(struct township *t, Duban__IsolationAct act, const char *when)
{
    Duban__IsolationChange message = DUBAN__ISOLATION_CHANGE__INIT;

    message.isolation = numbered(t, "GL-0001");
    message.act = act;
    message.at_ms = when == NULL ? 0 : at(when) * 1000;
    message.reason = "核对后决定";
    SUBMIT(t, "lead", ISOLATION_CHANGE, isolation_change, &message);
    assert_null(held_last(t));
}

/* Registered at ten: the first that is asked for is that of the afternoon. */
static void a_contact_that_nobody_asked_for_counts_for_nothing(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T10:00");
    isolate(&t, "2020-02-08T10:00");
    contact(&t);
    assert_figure(&t, "isolation_contacts", 0, 0);
    pass_until(&t, "2020-02-10T13:00");
    contact(&t);
    assert_figure(&t, "isolation_contacts", 1, 1);
    pass_until(&t, "2020-02-11T13:00");
    assert_figure(&t, "isolation_contacts", 1, 2);
    township_close(&t);
}

static void whoever_is_taken_away_has_missed_no_contact(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T10:00");
    isolate(&t, "2020-02-08T10:00");
    pass_until(&t, "2020-02-10T13:00");
    assert_figure(&t, "isolated", 1, 0);
    decide(&t, DUBAN__ISOLATION_ACT__ISOLATION_ACT_TRANSFER, NULL);
    assert_figure(&t, "isolated", 0, 0);
    assert_figure(&t, "isolation_contacts", 0, 0);
    pass_until(&t, "2020-02-12T13:00");
    assert_figure(&t, "isolation_contacts", 0, 0);
    assert_answer(&t, (struct wanted){ .name = "isolated", .as_of = "2020-02-10T12:00" }, 1, 0);
    township_close(&t);
}

/* Day 14 is the 15th; lengthened, and taken back on that day, when its contacts have been made. */
static void after_its_end_no_contact_is_asked_for(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-14T21:00");
    isolate(&t, "2020-02-01T15:00");
    decide(&t, DUBAN__ISOLATION_ACT__ISOLATION_ACT_LENGTHEN, "2020-02-18T10:00");
    pass_until(&t, "2020-02-15T09:00");
    contact(&t);
    pass_until(&t, "2020-02-15T13:00");
    contact(&t);
    decide(&t, DUBAN__ISOLATION_ACT__ISOLATION_ACT_LENGTHEN, NULL);
    pass_until(&t, "2020-02-16T13:00");
    contact(&t);                                     /* he waits for his release */
    assert_figure(&t, "isolation_contacts", 2, 2);
    assert_figure(&t, "isolated", 1, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- watches */

static void watch(struct township *t)
{
    Duban__Watch message = DUBAN__WATCH__INIT;

    message.site = "COUR-1";
    message.clean_days = 9;
    message.reason = "快递员流动大";
    SUBMIT(t, "leader-north", WATCH, watch, &message);
}

static void end_watch(struct township *t)
{
    Duban__WatchEnd message = DUBAN__WATCH_END__INIT;

    message.watch = numbered(t, "DS-0001");
    message.reason = "已停业";
    SUBMIT(t, "lead", WATCH_END, watch_end, &message);
}

static void the_day_on_which_a_watch_ends_is_not_missed(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    watch(&t);
    visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, CHECK_IN, 1);
    pass_until(&t, "2020-02-12T10:00");
    assert_figure(&t, "check_ins", 1, 2);
    end_watch(&t);
    assert_figure(&t, "watched", 0, 0);
    pass_until(&t, "2020-02-13T10:00");
    assert_figure(&t, "check_ins", 1, 2);
    township_close(&t);
}

static void days_in_a_row_and_days_missed_are_told_for_each_watched_site(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, ENGINE_VERSION);
    watch(&t);
    for (int day = 10; day <= 14; day++) {
        char when[32];

        snprintf(when, sizeof when, "2020-02-%02dT10:00", day);
        pass_until(&t, when);
        if (day != 12)
            visit(&t, "inspector-n1", "COUR-1", "CR-03", PASS, CHECK_IN, 1);
    }
    assert_figure(&t, "watch_streaks", 2, 0);   /* the 13th and the 14th */
    assert_answer(&t, (struct wanted){ .name = "watch_streaks", .from = "2020-02-11T12:00", .to = "2020-02-11T12:00" }, 2, 0);
    assert_figure(&t, "check_ins_missed", 1, 0);
    assert_answer(&t, (struct wanted){ .name = "check_ins_missed", .zone = "south" }, 0, 0);
    assert_figure(&t, "watched", 1, 0);
    assert_figure(&t, "check_ins", 4, 5);
    end_watch(&t);
    assert_figure(&t, "watch_streaks", 0, 0);
    township_close(&t);
}

static void move(struct township *t, const char *code, const char *kind, const char *area_code)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    change.code = (char *) code;
    change.kind = (char *) kind;
    change.area = (char *) area_code;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

/* Those who were there and the days on which somebody had to be are counted in one place. */
static void a_watch_is_counted_where_it_began(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    watch(&t);
    move(&t, "COUR-1", "COUR", "S1");
    visit(&t, "lead", "COUR-1", "CR-03", PASS, CHECK_IN, 1);
    assert_answer(&t, (struct wanted){ .name = "check_ins", .zone = "north" }, 1, 1);
    assert_answer(&t, (struct wanted){ .name = "check_ins", .zone = "south" }, 0, 0);
    township_close(&t);
}

static void operate(struct township *t, bool stops)
{
    if (stops) {
        Duban__Suspension message = DUBAN__SUSPENSION__INIT;

        message.subject_case = DUBAN__SUSPENSION__SUBJECT_SITE;
        message.site = "COUR-1";
        message.reason = "停业";
        SUBMIT(t, "lead", SUSPENSION, suspension, &message);
    } else {
        Duban__Resumption message = DUBAN__RESUMPTION__INIT;

        message.subject_case = DUBAN__RESUMPTION__SUBJECT_SITE;
        message.site = "COUR-1";
        SUBMIT(t, "lead", RESUMPTION, resumption, &message);
    }
}

static void report_of(struct township *t, const char *who, const char *site_code, const char *when)
{
    int64_t now_s = t->now_s;
    Duban__Report report = DUBAN__REPORT__INIT;

    report.reporter = (char *) who;
    report.device_time_ms = (when == NULL ? now_s : at(when)) * 1000;
    report.site = (char *) site_code;
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    SUBMIT(t, who, REPORT, report, &report);
}

/* Nobody is expected there on the day on which it stops, whoever had been there. */
static void a_day_on_which_a_watch_stands_still_is_not_asked_for(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    watch(&t);
    pass_until(&t, "2020-02-10T12:00");
    operate(&t, true);
    report_of(&t, "inspector-n1", "COUR-1", "2020-02-10T11:00");
    assert_figure(&t, "check_ins", 0, 0);
    pass_until(&t, "2020-02-11T12:00");
    operate(&t, false);
    report_of(&t, "inspector-n1", "COUR-1", NULL);
    assert_figure(&t, "check_ins", 1, 1);
    township_close(&t);
}

/* ---------------------------------------------------------------- doors */

static void household(struct township *t, const char *code)
{
    Duban__HouseholdChange change = DUBAN__HOUSEHOLD_CHANGE__INIT;

    change.code = (char *) code;
    change.area = "N1";
    SUBMIT(t, "clerk", HOUSEHOLD_CHANGE, household_change, &change);
}

static void open_campaign(struct township *t)
{
    Duban__CampaignOpening opening = DUBAN__CAMPAIGN_OPENING__INIT;
    Duban__CampaignPlace place = DUBAN__CAMPAIGN_PLACE__INIT;
    Duban__CampaignPlace *places[] = { &place };

    place.area = "N1";
    place.site = "GATE-1";
    opening.title = "户户是堡垒";
    opening.ends_at_ms = at("2020-03-01T18:00") * 1000;
    opening.n_places = 1;
    opening.places = places;
    SUBMIT(t, "lead", CAMPAIGN_OPENING, campaign_opening, &opening);
}

static void sign_and_see_again(struct township *t)
{
    Duban__HouseholdAct act = DUBAN__HOUSEHOLD_ACT__INIT;
    Duban__HouseholdCheck check = DUBAN__HOUSEHOLD_CHECK__INIT;

    act.household = check.household = "h1";
    act.kind = DUBAN__HOUSEHOLD_ACT_KIND__HOUSEHOLD_ACT_KIND_PLEDGE;
    check.finding = DUBAN__HOUSEHOLD_FINDING__HOUSEHOLD_FINDING_SIGNED;
    SUBMIT(t, "inspector-n1", HOUSEHOLD_ACT, household_act, &act);
    pass_until(t, "2020-02-11T10:00");
    SUBMIT(t, "inspector-n2", HOUSEHOLD_CHECK, household_check, &check);
    assert_null(held_last(t));
}

static void a_new_campaign_has_nothing_of_the_one_before(void **unused)
{
    Duban__CampaignEnd end = DUBAN__CAMPAIGN_END__INIT;
    struct township t;

    (void) unused;
    begin(&t);
    household(&t, "h1");
    household(&t, "h2");
    open_campaign(&t);
    sign_and_see_again(&t);
    assert_figure(&t, "households_signed", 1, 2);
    assert_figure(&t, "households_true", 1, 1);
    end.campaign = numbered(&t, "HD-0001");
    end.reason = "转入常态";
    SUBMIT(&t, "lead", CAMPAIGN_END, campaign_end, &end);
    open_campaign(&t);
    assert_figure(&t, "households_signed", 0, 2);
    assert_figure(&t, "households_true", 0, 0);
    assert_answer(&t, (struct wanted){ .name = "households_true", .as_of = "2020-02-11T09:59" }, 0, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- days */

#define ON(day) .from = "2020-02-" day "T00:00", .to = "2020-02-" day "T00:00"

/* DORM-1 is seen every two days: on the 10th and the 13th, and that of the 10th is told last. */
static void a_report_that_comes_late_relieves_the_days_after_it(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-12T10:00");
    report_of(&t, "inspector-n1", "DORM-1", NULL);
    assert_answer(&t, (struct wanted){ .name = "coverage", .zone = "north", ON("11") }, 0, 3);
    assert_answer(&t, (struct wanted){ .name = "blind_spots", .zone = "north", ON("11") }, 3, 0);
    report_of(&t, "inspector-n1", "DORM-1", "2020-02-10T09:30");
    assert_answer(&t, (struct wanted){ .name = "coverage", .zone = "north", ON("10") }, 1, 3);
    assert_answer(&t, (struct wanted){ .name = "coverage", .zone = "north", ON("11") }, 0, 2);
    assert_answer(&t, (struct wanted){ .name = "blind_spots", .zone = "north", ON("11") }, 2, 0);
    assert_answer(&t, (struct wanted){ .name = "coverage", .zone = "north", ON("12") }, 1, 3);
    township_close(&t);
}

/* COUR-1 is due every day: that it was seen yesterday makes it no blind spot today. */
static void what_was_seen_yesterday_is_no_blind_spot_today(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-11T10:00");
    assert_answer(&t, (struct wanted){ .name = "blind_spots", .zone = "north", ON("11") }, 3, 0);
    report_of(&t, "inspector-n1", "COUR-1", "2020-02-10T10:00");
    assert_answer(&t, (struct wanted){ .name = "blind_spots", .zone = "north", ON("11") }, 2, 0);
    assert_answer(&t, (struct wanted){ .name = "coverage", .zone = "north", ON("11") }, 0, 3);
    township_close(&t);
}

static void a_new_site_is_asked_for_from_tomorrow_on(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    move(&t, "SHOP-2", "SHOP", "S1");
    report_of(&t, "leader-south", "SHOP-2", NULL);
    assert_answer(&t, (struct wanted){ .name = "coverage", .zone = "south", ON("10") }, 0, 1);
    move(&t, "SHOP-3", "SHOP", "S1");
    pass_until(&t, "2020-02-11T10:00");
    assert_answer(&t, (struct wanted){ .name = "coverage", .zone = "south", ON("11") }, 0, 2);
    township_close(&t);
}

static void with_photos(struct township *t, const char *site_code, bool here, uint8_t first)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Evidence evidence[2] = { DUBAN__EVIDENCE__INIT, DUBAN__EVIDENCE__INIT };
    Duban__Evidence *list[] = { &evidence[0], &evidence[1] };
    uint8_t sha256[2][32] = { { first }, { (uint8_t) (first + 1) } };

    for (size_t i = 0; i < 2; i++) {
        evidence[i].name = i == 0 ? "1.jpg" : "2.jpg";
        evidence[i].sha256 = (ProtobufCBinaryData){ 32, sha256[i] };
        evidence[i].here = here || i > 0;
    }
    report.reporter = "inspector-n1";
    report.device_time_ms = t->now_s * 1000;
    report.site = (char *) site_code;
    report.purpose = INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_evidence = 2;
    report.evidence = list;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void evidence_is_complete_where_its_visit_was_counted(void **unused)
{
    uint8_t sha256[32] = { 1 };
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;
    struct township t;

    (void) unused;
    begin(&t);
    with_photos(&t, "COUR-1", false, 1);
    arrival.report_sequence = t.sequence;
    arrival.name = "1.jpg";
    arrival.sha256 = (ProtobufCBinaryData){ 32, sha256 };
    move(&t, "COUR-1", "COUR", "S1");
    SUBMIT(&t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
    assert_answer(&t, (struct wanted){ .name = "evidence", .zone = "north" }, 1, 1);
    assert_answer(&t, (struct wanted){ .name = "evidence", .zone = "south" }, 0, 0);
    township_close(&t);
}

static void each_photo_that_was_shown_before_is_counted(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    with_photos(&t, "COUR-1", true, 1);
    assert_figure(&t, "photos_again", 0, 0);
    with_photos(&t, "DORM-1", true, 1);
    assert_figure(&t, "photos_again", 2, 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- by focus group */

static void answer_of_group(struct township *t, const char *name, const char *group, const char *day, int64_t numerator, int64_t denominator)
{
    assert_answer(t, (struct wanted){ .name = name, .focus_group = group, .from = day, .to = day }, numerator, denominator);
}

/* Courier outlet and dormitory are about staff, the gate about residents. */
static void rows_11_and_28_coverage_and_visits_are_counted_by_focus_group(void **unused)
{
    static const char STAFF[] = "resumed_enterprise_staff", DAY[] = "2020-02-11T00:00";
    uint8_t sha256[32] = { 1 };
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, ERA_OF_FOCUSED_DAYS);
    pass_until(&t, "2020-02-11T10:00");
    answer_of_group(&t, "coverage", STAFF, DAY, 0, 3);
    answer_of_group(&t, "coverage", "residents", DAY, 0, 1);
    with_photos(&t, "COUR-1", false, 1);
    arrival.report_sequence = t.sequence;
    arrival.name = "1.jpg";
    arrival.sha256 = (ProtobufCBinaryData){ 32, sha256 };
    visit(&t, "inspector-n1", "GATE-1", "GT-03", PASS, INSPECTION, 1);
    answer_of_group(&t, "coverage", STAFF, DAY, 1, 3);
    answer_of_group(&t, "coverage", "residents", DAY, 1, 1);
    answer_of_group(&t, "coverage", "returnees", DAY, 0, 0);
    answer_of_group(&t, "evidence", STAFF, DAY, 0, 1);
    SUBMIT(&t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
    answer_of_group(&t, "evidence", STAFF, DAY, 1, 1);
    answer_of_group(&t, "load", STAFF, DAY, 1, 1);
    assert_answer(&t, (struct wanted){ .name = "load", .zone = "north", .from = DAY, .to = DAY }, 2, 1);
    assert_answer(&t, (struct wanted){ .name = "evidence", .from = DAY, .to = DAY }, 2, 2);
    township_close(&t);
}

static void what_was_counted_before_by_no_focus_group_is_refused_and_stays(void **unused)
{
    static const char STAFF[] = "resumed_enterprise_staff";
    struct township t;

    (void) unused;
    begin(&t);
    begin_era(&t, ERA_OF_FOCUSED_DAYS - 1);
    with_photos(&t, "COUR-1", true, 1);
    assert_string_equal(ask(&t, (struct wanted){ .name = "coverage", .focus_group = STAFF, ON("10") }).field, "figures.scope");
    begin_era(&t, ERA_OF_FOCUSED_DAYS);
    visit(&t, "inspector-n1", "GATE-1", "GT-03", PASS, INSPECTION, 1);
    assert_string_equal(ask(&t, (struct wanted){ .name = "coverage", .focus_group = STAFF, ON("10") }).field, "figures.fromDay");
    assert_string_equal(ask(&t, (struct wanted){ .name = "evidence", .focus_group = STAFF, ON("10") }).field, "figures.fromDay");
    assert_answer(&t, (struct wanted){ .name = "coverage", ON("10") }, 2, 4);
    assert_answer(&t, (struct wanted){ .name = "load", .zone = "north", ON("10") }, 2, 1);
    pass_until(&t, "2020-02-11T10:00");
    assert_answer(&t, (struct wanted){ .name = "coverage", .focus_group = STAFF, ON("11") }, 0, 3);
    assert_string_equal(ask(&t, (struct wanted){ .name = "streaks", .focus_group = STAFF, ON("11") }).field, "figures.fromDay");
    township_close(&t);
}

/* ---------------------------------------------------------------- what is not answered */

static void what_has_not_come_or_is_not_kept_is_refused(void **unused)
{
    const struct wanted backwards = { .name = "feedback", .from = "2020-02-11T00:00", .to = "2020-02-10T00:00" };
    struct township t;

    (void) unused;
    begin(&t);
    assert_string_equal(ask(&t, (struct wanted){ .name = "isolated", .as_of = "2020-02-10T09:01" }).field, "figures.asOfS");
    assert_string_equal(ask(&t, (struct wanted){ .name = "isolated", .as_of = "2020-02-10T09:00" }).field, "");
    assert_string_equal(ask(&t, (struct wanted){ .name = "coverage", .focus_group = "residents" }).field, "figures.scope");
    assert_string_equal(ask(&t, (struct wanted){ .name = "load", .focus_group = "residents" }).field, "figures.scope");
    assert_string_equal(ask(&t, (struct wanted){ .name = "watched", .focus_group = "residents" }).field, "");
    assert_string_equal(ask(&t, backwards).field, "figures.fromDay");
    township_close(&t);
}

/* Written by links of some days each, as a link is bounded. */
static void fill_days(struct township *t, int64_t first, int64_t last)
{
    state_begin(&t->rules.state);
    state_link_begin(&t->rules.state);
    for (int64_t day = first; day <= last; day++) {
        const struct figure_place place = { "", CELL_VISIT, day, "north\x1f" "inspector-n1" };

        state_add_figure(&t->rules.state, &place, t->now_s, 1, 1);
    }
    state_link_end(&t->rules.state);
    assert_int_equal(state_commit(&t->rules.state), 0);
}

/* Somebody there on each of so many days, as in no township: what one answer may add up is bounded. */
static void a_period_that_holds_too_much_is_refused(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    for (int64_t day = 1; day <= TOO_MANY_PARTS; day += DAYS_OF_A_LINK)
        fill_days(&t, day, day + DAYS_OF_A_LINK - 1);
    assert_string_equal(ask(&t, (struct wanted){ .name = "load" }).field, "figures.fromDay");
    assert_answer(&t, (struct wanted){ .name = "load", .to = "2020-02-09T00:00" }, day_of("2020-02-09T00:00"), 1);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_five_a_share_is_told_and_of_four_none),
        cmocka_unit_test(a_check_is_in_time_by_its_visit_though_the_result_comes_late),
        cmocka_unit_test(a_check_of_an_area_is_in_time_by_the_visit_that_the_result_names),
        cmocka_unit_test(a_complaint_that_is_rejected_counts_for_nothing),
        cmocka_unit_test(what_an_office_returns_it_has_not_answered),
        cmocka_unit_test(whoever_answers_at_once_has_answered_in_time),
        cmocka_unit_test(a_suspicion_that_was_none_counts_for_nothing),
        cmocka_unit_test(a_contact_that_nobody_asked_for_counts_for_nothing),
        cmocka_unit_test(whoever_is_taken_away_has_missed_no_contact),
        cmocka_unit_test(after_its_end_no_contact_is_asked_for),
        cmocka_unit_test(the_day_on_which_a_watch_ends_is_not_missed),
        cmocka_unit_test(a_watch_is_counted_where_it_began),
        cmocka_unit_test(days_in_a_row_and_days_missed_are_told_for_each_watched_site),
        cmocka_unit_test(a_day_on_which_a_watch_stands_still_is_not_asked_for),
        cmocka_unit_test(a_new_campaign_has_nothing_of_the_one_before),
        cmocka_unit_test(a_report_that_comes_late_relieves_the_days_after_it),
        cmocka_unit_test(what_was_seen_yesterday_is_no_blind_spot_today),
        cmocka_unit_test(a_new_site_is_asked_for_from_tomorrow_on),
        cmocka_unit_test(evidence_is_complete_where_its_visit_was_counted),
        cmocka_unit_test(each_photo_that_was_shown_before_is_counted),
        cmocka_unit_test(rows_11_and_28_coverage_and_visits_are_counted_by_focus_group),
        cmocka_unit_test(what_was_counted_before_by_no_focus_group_is_refused_and_stays),
        cmocka_unit_test(what_has_not_come_or_is_not_kept_is_refused),
        cmocka_unit_test(a_period_that_holds_too_much_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
