/* test_why_not.c - what was not told leaves a fact, and why is answered from facts and tasks, as of any time. */
#include "queries.h"
#include "township.h"

#define WHY(name) DUBAN__WHY_NOT__WHY_NOT_##name

/* ---------------------------------------------------------------- asking */

struct asked {
    Duban__Reply reply;
    Duban__Query query;
    struct question question;
    Duban__WhyNotQuery wanted;
    Duban__RoleGrant post;
};

/* The answer lives until answered(). */
static void ask(struct township *t, struct asked *asked, const char *when)
{
    duban__reply__init(&asked->reply);
    asked->wanted.at_s = when == NULL ? 0 : at(when);
    asked->question = (struct question){ .rules = &t->rules, .query = &asked->query, .reply = &asked->reply,
                                         .arena = &t->rules.state.arena, .now_s = t->now_s,
                                         .limit = asked->query.limit == 0 ? 200 : asked->query.limit };
    state_begin(&t->rules.state);
    arena_reset(&t->rules.state.arena);
    query_on_why_not(&asked->question, &asked->wanted);
}

static void answered(struct township *t)
{
    store_abort(&t->rules.state.txn);
}

static struct asked nothing_asked(void)
{
    struct asked asked = { .query = DUBAN__QUERY__INIT, .wanted = DUBAN__WHY_NOT_QUERY__INIT, .post = DUBAN__ROLE_GRANT__INIT };

    return asked;
}

static void ask_case(struct township *t, struct asked *asked, const char *site_code, const char *item, const char *when)
{
    ProtobufCBinaryData id = case_at(t, site_code, item)->id;

    *asked = nothing_asked();
    asked->wanted.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_ID;
    asked->wanted.id = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) arena_copy(&t->arena, id.data, ID_BYTES) };
    ask(t, asked, when);
}

static void ask_site(struct township *t, struct asked *asked, const char *code)
{
    *asked = nothing_asked();
    asked->wanted.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_SITE;
    asked->wanted.site = (char *) code;
    ask(t, asked, NULL);
}

static void ask_account(struct township *t, struct asked *asked, const char *account)
{
    *asked = nothing_asked();
    asked->wanted.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_ACCOUNT;
    asked->wanted.account = (char *) account;
    ask(t, asked, NULL);
}

static size_t rows(const struct asked *asked)
{
    assert_int_equal(asked->reply.body_case, DUBAN__REPLY__BODY_WHY_NOT);
    return asked->reply.why_not->n_rows;
}

/* The first of that reason, and of that message (NULL: any); NULL when there is none. */
static const Duban__WhyNotRow *row_of(const struct asked *asked, Duban__WhyNot why, const char *message)
{
    for (size_t i = 0; i < rows(asked); i++) {
        const Duban__WhyNotRow *row = asked->reply.why_not->rows[i];

        if (row->why == why && (message == NULL || strcmp(row->message, message) == 0))
            return row;
    }
    return NULL;
}

static const Duban__WhyNotRow *the_row(const struct asked *asked, Duban__WhyNot why, const char *message)
{
    const Duban__WhyNotRow *row = row_of(asked, why, message);

    assert_non_null(row);
    return row;
}

/* ---------------------------------------------------------------- acts */

static void leave(struct township *t, const char *account)
{
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;

    change.account = (char *) account;
    change.availability = DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    SUBMIT(t, "clerk", AVAILABILITY_CHANGE, availability_change, &change);
}

static void acknowledge(struct township *t, const char *who, const char *site_code, const char *item)
{
    Duban__Acknowledgement acknowledgement = DUBAN__ACKNOWLEDGEMENT__INIT;

    acknowledgement.case_ = reference_to(t, site_code, item);
    SUBMIT(t, who, ACKNOWLEDGEMENT, acknowledgement, &acknowledgement);
}

static void assign(struct township *t, const char *site_code, const char *item, const char *owner)
{
    Duban__Assignment assignment = DUBAN__ASSIGNMENT__INIT;

    assignment.case_ = reference_to(t, site_code, item);
    assignment.owner = (char *) owner;
    SUBMIT(t, "lead", ASSIGNMENT, assignment, &assignment);
}

static void headcount(struct township *t, const char *code, uint32_t count)
{
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    change.code = (char *) code;
    change.kind = "COUR";
    change.area = "N1";
    change.headcount_presence_case = DUBAN__SITE_CHANGE__HEADCOUNT_PRESENCE_HEADCOUNT;
    change.headcount = count;
    SUBMIT(t, "operator", SITE_CHANGE, site_change, &change);
}

static void outcome(struct township *t, uint64_t notice, Duban__Grade grade)
{
    Duban__Outcomes outcomes = DUBAN__OUTCOMES__INIT;
    Duban__Outcome one = DUBAN__OUTCOME__INIT, *list[] = { &one };

    one.notice = notice;
    one.grade = grade;
    one.channel = "spool";
    outcomes.n_outcomes = 1;
    outcomes.outcomes = list;
    SUBMIT(t, "notify", OUTCOMES, outcomes, &outcomes);
}

/* ---------------------------------------------------------------- each suppression is a fact */

static void who_is_on_leave_is_passed_over_and_that_is_known(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    holder(&t, "leader-north2", DUBAN__ROLE__ROLE_GROUP_LEADER, "north");
    leave(&t, "leader-north");
    fails(&t, "COUR-1", "TM-01");
    pass_until(&t, "2020-02-10T12:30");
    assert_int_equal(told(&t, "leader-north2", "overdue_group_leader"), 1);
    assert_int_equal(not_told(&t, "on_leave"), 1);
    ask_account(&t, &asked, "leader-north");
    assert_string_equal(the_row(&asked, WHY(ABSENT), "overdue_group_leader")->reason, "on_leave");
    assert_string_equal(the_row(&asked, WHY(ABSENT), NULL)->rule, "ladder.rectification.A[1]");
    answered(&t);
    township_close(&t);
}

static void who_follows_it_up_is_not_told_to_supervise_himself(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    assign(&t, "COUR-1", "DS-01", "leader-north");
    pass_until(&t, "2020-02-11T12:30");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 0);
    ask_case(&t, &asked, "COUR-1", "DS-01", NULL);
    assert_string_equal(the_row(&asked, WHY(HIMSELF), "overdue_group_leader")->recipient, "leader-north");
    answered(&t);
    township_close(&t);
}

static void steps_that_an_acknowledgement_stops_are_noted_once(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T10:30");
    acknowledge(&t, "leader-north", "COUR-1", "DS-01");
    assert_int_equal(not_told(&t, "acknowledged_above"), 1);
    ask_case(&t, &asked, "COUR-1", "DS-01", NULL);
    assert_int_equal(the_row(&asked, WHY(STOPPED), "overdue_group_leader")->at_s, at("2020-02-11T12:00"));
    assert_int_equal(the_row(&asked, WHY(STOPPED), NULL)->entry_sequence, t.sequence);
    assert_null(row_of(&asked, WHY(NOT_DUE), "overdue_group_leader"));
    answered(&t);
    suspend_at(&t, "COUR-1", "DS-01");
    resume_at(&t, "COUR-1", "DS-01");
    assert_int_equal(not_told(&t, "acknowledged_above"), 1);   /* planned anew, and dropped as before */
    township_close(&t);
}

static void repeats_that_nothing_ran_for_are_counted(void **state)
{
    Duban__Tick tick = DUBAN__TICK__INIT;
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "TM-01");                /* A: due 12:00, from 13:00 on every 2 h */
    pass_until(&t, "2020-02-10T13:30");
    clock_at(&t, "2020-02-10T20:00");
    SUBMIT(&t, "ingest", TICK, tick, &tick);
    assert_int_equal(not_told(&t, "nothing_ran"), 1);
    ask_case(&t, &asked, "COUR-1", "TM-01", NULL);
    assert_int_equal(the_row(&asked, WHY(NOTHING_RAN), "explanation_wanted")->at_s, at("2020-02-10T15:00"));
    assert_int_equal(the_row(&asked, WHY(NOTHING_RAN), NULL)->times, 2);   /* 15:00 and 17:00; 19:00 was sent */
    answered(&t);
    township_close(&t);
}

static void conditions_that_did_not_hold_are_told_with_the_values_of_then(void **state)
{
    const Duban__WhyNotRow *row;
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    headcount(&t, "COUR-1", 29);
    fails(&t, "COUR-1", "EP-05");
    assert_int_equal(facts(&t, FACT(NOT_RAISED)), 1);
    assert_int_equal(last_fact(&t, FACT(NOT_RAISED))->number, 3);
    headcount(&t, "COUR-1", 300);
    ask_case(&t, &asked, "COUR-1", "EP-05", NULL);
    row = the_row(&asked, WHY(CONDITION), NULL);
    assert_string_equal(row->rule, "uplifts[1]");
    assert_string_equal(row->file, "policy.yaml");
    assert_true(row->line > 0);
    row = asked.reply.why_not->rows[1];
    assert_string_equal(row->rule, "uplifts[2]");
    assert_string_equal(row->condition->en, "the item's level is ordinary, and there is the number of people there, and the number of "
                                            "people there is at least 30");
    assert_int_equal(row->n_values, 2);
    assert_string_equal(row->values[0]->name, "item.level");
    assert_string_equal(row->values[1]->name, "site.headcount");
    assert_int_equal(row->values[1]->milli, 29000);
    assert_string_equal(row->value_words[1]->zh, "在场人数：29");
    assert_string_equal(row->value_words[0]->en, "the item's level: ordinary");
    answered(&t);
    township_close(&t);
}

static void nothing_is_noted_where_no_level_is_above(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "TM-01");
    assert_int_equal(facts(&t, FACT(NOT_RAISED)), 0);
    township_close(&t);
}

static void what_is_taken_back_says_by_which_entry_and_whether_it_had_left(void **state)
{
    const Duban__WhyNotRow *row;
    struct township t;
    struct asked asked;
    uint64_t notice;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "TM-01");
    fails(&t, "GATE-1", "GT-01");
    notice = t.rules.state.meta.outbox_last;
    claim(&t, "COUR-1", "TM-01");
    claim(&t, "GATE-1", "GT-01");
    assert_int_equal(facts(&t, FACT(WITHDRAWN)), 2);
    outcome(&t, notice - 1, DUBAN__GRADE__GRADE_WITHDRAWN);
    outcome(&t, notice, DUBAN__GRADE__GRADE_DELIVERED);
    ask_case(&t, &asked, "COUR-1", "TM-01", NULL);
    row = the_row(&asked, WHY(WITHDRAWN), "notice_to_site");
    assert_int_equal(row->notice, notice - 1);
    assert_int_equal(row->entry_sequence, t.sequence - 3);
    assert_string_equal(row->reason, "claimed");
    assert_null(row_of(&asked, WHY(NOT_WITHDRAWN), NULL));
    answered(&t);
    ask_case(&t, &asked, "GATE-1", "GT-01", NULL);
    row = the_row(&asked, WHY(NOT_WITHDRAWN), "notice_to_site");
    assert_int_equal(row->notice, notice);
    assert_int_equal(row->entry_sequence, t.sequence - 2);
    assert_null(row_of(&asked, WHY(WITHDRAWN), NULL));
    answered(&t);
    township_close(&t);
}

/* ---------------------------------------------------------------- as of a time */

static void a_pause_is_told_from_when_to_when(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T12:00");
    suspend_at(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T15:00");
    resume_at(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T16:00");
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T11:00");
    assert_null(row_of(&asked, WHY(SUSPENDED), NULL));
    assert_int_equal(the_row(&asked, WHY(NOT_DUE), "overdue_owner")->at_s, at("2020-02-11T10:00") + 1);
    answered(&t);
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T13:00");
    assert_int_equal(the_row(&asked, WHY(SUSPENDED), NULL)->decided_s, at("2020-02-10T12:00"));
    assert_int_equal(the_row(&asked, WHY(SUSPENDED), NULL)->at_s, 0);
    assert_null(row_of(&asked, WHY(NOT_DUE), "overdue_owner"));
    answered(&t);
    ask_case(&t, &asked, "COUR-1", "DS-01", NULL);
    assert_int_equal(the_row(&asked, WHY(SUSPENDED), NULL)->at_s, at("2020-02-10T15:00"));
    assert_int_equal(the_row(&asked, WHY(NOT_DUE), "overdue_owner")->at_s, at("2020-02-11T13:00") + 1);
    answered(&t);
    township_close(&t);
}

static void a_level_of_then_has_its_own_plan(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T12:00");
    edit_level(&t, "COUR-1", "DS-01", "A");
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T11:00");
    assert_string_equal(the_row(&asked, WHY(NOT_DUE), "overdue_lead")->rule, "ladder.rectification.B[2]");
    assert_int_equal(the_row(&asked, WHY(NOT_DUE), "overdue_lead")->due_s, at("2020-02-11T10:00"));
    answered(&t);
    ask_case(&t, &asked, "COUR-1", "DS-01", NULL);
    assert_string_equal(the_row(&asked, WHY(NOT_DUE), "overdue_lead")->rule, "ladder.rectification.A[2]");
    assert_int_equal(the_row(&asked, WHY(NOT_DUE), "overdue_lead")->due_s, at("2020-02-10T14:00"));
    answered(&t);
    township_close(&t);
}

/* Counted from the plan as of a moment ago, what is to come is what the steps of now say. */
static void what_was_to_come_is_what_is_to_come(void **state)
{
    struct township t;
    struct asked now, before;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    fails(&t, "COUR-1", "TM-01");
    pass_until(&t, "2020-02-10T13:10");
    ask_case(&t, &now, "COUR-1", "TM-01", NULL);
    for (size_t i = 0; i < rows(&now); i++) {
        int64_t at_s = now.reply.why_not->rows[i]->at_s;
        char rule[64];

        if (now.reply.why_not->rows[i]->why != WHY(NOT_DUE))
            continue;
        snprintf(rule, sizeof rule, "%s", now.reply.why_not->rows[i]->rule);
        answered(&t);
        ask_case(&t, &before, "COUR-1", "TM-01", "2020-02-10T13:09");
        for (size_t k = 0; k < rows(&before); k++)
            if (strcmp(before.reply.why_not->rows[k]->rule, rule) == 0 && before.reply.why_not->rows[k]->why == WHY(NOT_DUE))
                assert_int_equal(before.reply.why_not->rows[k]->at_s, at_s);
        answered(&t);
        ask_case(&t, &now, "COUR-1", "TM-01", NULL);
    }
    answered(&t);
    township_close(&t);
}

enum { MANY_FACTS = 600 };

/* Of the case, and they change nothing of it. */
static void add_many_facts(struct township *t, const char *site_code, const char *item)
{
    uint64_t before = t->rules.state.meta.fact_last;

    for (int i = 0; i < MANY_FACTS; i++) {
        t->now_s++;
        acknowledge(t, "inspector-n1", site_code, item);
    }
    assert_true(t->rules.state.meta.fact_last >= before + MANY_FACTS);
}

/* What people did is found however much has happened before it, or since. */
static void a_case_of_many_facts_is_told_as_a_short_one(void **state)
{
    struct township t;
    struct asked asked;
    const Duban__WhyNotRow *row;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");                /* B: due 02-11T10:00 */
    add_many_facts(&t, "COUR-1", "DS-01");
    acknowledge(&t, "leader-north", "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T11:00");
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T10:30");
    assert_null(row_of(&asked, WHY(NOT_DUE), "overdue_group_leader"));
    assert_non_null(row_of(&asked, WHY(NOT_DUE), "overdue_lead"));
    answered(&t);
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T10:05");   /* among the many */
    assert_non_null(row_of(&asked, WHY(NOT_DUE), "overdue_group_leader"));
    answered(&t);
    claim(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-10T11:30");
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T11:15");
    row = the_row(&asked, WHY(CLAIMED), NULL);
    assert_int_equal(row->decided_s, at("2020-02-10T11:00"));
    answered(&t);
    township_close(&t);
}

/* The level of then is what the first change behind it came from. */
static void a_level_that_changed_long_after_is_told_as_it_was(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T10:02");
    add_many_facts(&t, "COUR-1", "DS-01");
    edit_level(&t, "COUR-1", "DS-01", "A");
    pass_until(&t, "2020-02-10T11:00");
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T10:01");
    assert_string_equal(the_row(&asked, WHY(NOT_DUE), "overdue_group_leader")->rule, "ladder.rectification.B[1]");
    answered(&t);
    ask_case(&t, &asked, "COUR-1", "DS-01", "2020-02-10T10:59");
    assert_string_equal(the_row(&asked, WHY(NOT_DUE), "overdue_group_leader")->rule, "ladder.rectification.A[1]");
    answered(&t);
    township_close(&t);
}

static void what_is_gathered_is_told_as_such(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    for (int i = 0; i < 3; i++)
        fails(&t, "COUR-9", "DS-01");            /* no such site: each is held, and somebody has to settle it */
    pass_until(&t, "2020-02-10T08:31");
    ask_account(&t, &asked, "clerk");
    assert_string_equal(the_row(&asked, WHY(DIGEST), "settlement_wanted")->reason, "together");
    assert_int_equal(the_row(&asked, WHY(DIGEST), "settlement_wanted")->at_s, at("2020-02-10T08:30"));
    answered(&t);
    township_close(&t);
}

static void what_waits_for_a_digest_after_many_messages_says_so(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T08:00");
    begin_era(&t, ENGINE_VERSION);
    for (int i = 0; i < 6; i++)
        fails(&t, "COUR-9", "DS-01");            /* no such site: each time he hears that it is held */
    pass_until(&t, "2020-02-10T08:31");
    ask_account(&t, &asked, "inspector-n1");
    assert_string_equal(the_row(&asked, WHY(DIGEST), "quarantined")->reason, "many");
    assert_int_equal(the_row(&asked, WHY(DIGEST), "quarantined")->at_s, at("2020-02-10T08:30"));
    answered(&t);
    township_close(&t);
}

static void without_a_published_year_nothing_can_be_planned(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-12-30T10:00");
    leave_out(&t, "referrals:\n");
    activate(&t, "epidemic-2020-beijing");
    fails(&t, "DORM-1", "SD-01");
    ask_case(&t, &asked, "DORM-1", "SD-01", NULL);
    assert_int_equal(the_row(&asked, WHY(NO_DUE), NULL)->times, 2021);
    assert_null(row_of(&asked, WHY(NOT_DUE), NULL));
    answered(&t);
    township_close(&t);
}

/* ---------------------------------------------------------------- sites */

static void a_site_says_which_duties_are_not_open(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    site(&t, "FOOD-1", "FOOD", "N1");
    visit(&t, "inspector-n1", "FOOD-1", "DS-01", DUBAN__RESULT__RESULT_PASS, DUBAN__PURPOSE__PURPOSE_INSPECTION, 1);
    ask_site(&t, &asked, "FOOD-1");
    assert_int_equal(the_row(&asked, WHY(CADENCE), NULL)->at_s, at("2020-02-13T00:00"));
    assert_int_equal(the_row(&asked, WHY(CADENCE), NULL)->times, 3);
    assert_int_equal(the_row(&asked, WHY(CADENCE), NULL)->counted->unit, DUBAN__TIME_UNIT__TIME_UNIT_CALENDAR_DAY);
    assert_string_equal(the_row(&asked, WHY(CADENCE), NULL)->rule, "site_kinds.FOOD");
    assert_string_equal(the_row(&asked, WHY(CONDITION), NULL)->rule, "cadences[1]");
    assert_int_equal(the_row(&asked, WHY(FEW_ATTEMPTS), NULL)->of, 2);
    assert_non_null(row_of(&asked, WHY(NOT_WATCHED), NULL));
    answered(&t);
    suspend_at(&t, "FOOD-1", NULL);
    ask_site(&t, &asked, "FOOD-1");
    assert_int_equal(rows(&asked), 1);
    assert_non_null(row_of(&asked, WHY(SITE_STOPPED), NULL));
    answered(&t);
    township_close(&t);
}

/* ---------------------------------------------------------------- pages, and what cannot be asked */

static void small_pages_say_the_same(void **state)
{
    struct township t;
    struct asked asked;
    size_t whole, count = 0;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    pass_until(&t, "2020-02-11T08:00");
    ask_case(&t, &asked, "COUR-1", "DS-01", NULL);
    whole = rows(&asked);
    answered(&t);
    assert_true(whole > 4);
    asked.query.limit = 1;
    for (int page = 0; page < 100; page++) {
        ProtobufCBinaryData next;

        ask(&t, &asked, NULL);
        count += rows(&asked);
        next = asked.reply.next;
        if (next.len > 0)
            next.data = memcpy(arena_take(&t.arena, next.len), next.data, next.len);
        answered(&t);
        if (next.len == 0)
            break;
        asked.query.after = next;
    }
    assert_int_equal(count, whole);
    township_close(&t);
}

static void assert_refused(struct township *t, struct asked *asked, const char *when, const char *field)
{
    ask(t, asked, when);
    assert_int_equal(asked->reply.body_case, DUBAN__REPLY__BODY_FAULT);
    assert_string_equal(asked->reply.fault->field, field);
    answered(t);
}

static void what_is_not_there_is_refused(void **state)
{
    uint8_t rubbish[ID_BYTES] = { 1, 2, 3 };
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "TM-01");
    ask_case(&t, &asked, "COUR-1", "TM-01", NULL);
    answered(&t);
    assert_refused(&t, &asked, "2020-02-10T11:00", "at");
    assert_refused(&t, &asked, "2020-02-10T09:00", "case");
    assert_refused(&t, &asked, "1960-01-01T00:00", "at");
    asked.wanted.id = (ProtobufCBinaryData){ sizeof rubbish, rubbish };
    assert_refused(&t, &asked, NULL, "case");
    asked = nothing_asked();
    assert_refused(&t, &asked, NULL, "why_not");
    asked.wanted.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_SITE;
    asked.wanted.site = "NO-1";
    assert_refused(&t, &asked, NULL, "site");
    asked.wanted.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_ACCOUNT;
    asked.wanted.account = "nobody";
    assert_refused(&t, &asked, NULL, "account");
    asked.wanted.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_POST;
    asked.wanted.post = &asked.post;
    asked.post.role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    assert_refused(&t, &asked, NULL, "post");
    asked.post.scope = "west";
    assert_refused(&t, &asked, NULL, "post");
    asked.post.role = DUBAN__ROLE__ROLE_AUDITOR;
    assert_refused(&t, &asked, NULL, "post");
    township_close(&t);
}

static void where_nothing_was_to_be_told_that_is_the_answer(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    ask_account(&t, &asked, "leader-south");
    assert_int_equal(rows(&asked), 1);
    assert_non_null(row_of(&asked, WHY(NOTHING), NULL));
    answered(&t);
    township_close(&t);
}

static void ask_leader_of(struct township *t, struct asked *asked, const char *zone)
{
    *asked = nothing_asked();
    asked->wanted.about_case = DUBAN__WHY_NOT_QUERY__ABOUT_POST;
    asked->wanted.post = &asked->post;
    asked->post.role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    asked->post.scope = (char *) zone;
    ask(t, asked, NULL);
}

/* What is told of a zone as a whole is about no case and no task. */
static void a_post_that_nobody_held_is_told_what_went_by_it_and_no_other_is(void **state)
{
    struct township t;
    struct asked asked;

    (void) state;
    township_open(&t, "2020-02-09T10:00");
    leave(&t, "leader-south");
    pass_until(&t, "2020-02-10T15:00");
    ask_leader_of(&t, &asked, "south");
    assert_string_equal(the_row(&asked, WHY(NOBODY), "coverage_low")->selector, "group_leader");
    answered(&t);
    ask_leader_of(&t, &asked, "north");
    assert_null(row_of(&asked, WHY(NOBODY), NULL));
    answered(&t);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_on_leave_is_passed_over_and_that_is_known),
        cmocka_unit_test(who_follows_it_up_is_not_told_to_supervise_himself),
        cmocka_unit_test(steps_that_an_acknowledgement_stops_are_noted_once),
        cmocka_unit_test(repeats_that_nothing_ran_for_are_counted),
        cmocka_unit_test(conditions_that_did_not_hold_are_told_with_the_values_of_then),
        cmocka_unit_test(nothing_is_noted_where_no_level_is_above),
        cmocka_unit_test(what_is_taken_back_says_by_which_entry_and_whether_it_had_left),
        cmocka_unit_test(a_pause_is_told_from_when_to_when),
        cmocka_unit_test(a_level_of_then_has_its_own_plan),
        cmocka_unit_test(what_was_to_come_is_what_is_to_come),
        cmocka_unit_test(a_case_of_many_facts_is_told_as_a_short_one),
        cmocka_unit_test(a_level_that_changed_long_after_is_told_as_it_was),
        cmocka_unit_test(what_is_gathered_is_told_as_such),
        cmocka_unit_test(what_waits_for_a_digest_after_many_messages_says_so),
        cmocka_unit_test(without_a_published_year_nothing_can_be_planned),
        cmocka_unit_test(a_site_says_which_duties_are_not_open),
        cmocka_unit_test(small_pages_say_the_same),
        cmocka_unit_test(what_is_not_there_is_refused),
        cmocka_unit_test(a_post_that_nobody_held_is_told_what_went_by_it_and_no_other_is),
        cmocka_unit_test(where_nothing_was_to_be_told_that_is_the_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
