/* test_isolation.c - day k of n, two contacts a day, an end that is never moved forward. */
#include "about.h"
#include "township.h"

static uint8_t PERSON[16] = { 1 }, ADDRESS[16] = { 2 };

static Duban__Personal token(uint8_t bytes[16])
{
    Duban__Personal personal = DUBAN__PERSONAL__INIT;

    personal.value_case = DUBAN__PERSONAL__VALUE_TOKEN;
    personal.token = (ProtobufCBinaryData){ 16, bytes };
    return personal;
}

static void isolate(struct township *t, const char *who, const char *basis, const char *start)
{
    Duban__Isolation message = DUBAN__ISOLATION__INIT;
    Duban__Personal person = token(PERSON), address = token(ADDRESS);

    message.person = &person;
    message.address = &address;
    message.area = "N1";
    message.basis = (char *) basis;
    message.start_ms = at(start) * 1000;
    SUBMIT(t, who, ISOLATION, isolation, &message);
}

static Duban__SubjectReference *number_one(struct township *t)
{
    Duban__SubjectReference *reference = arena_take(&t->arena, sizeof *reference);

    duban__subject_reference__init(reference);
    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference->number = "GL-0001";
    return reference;
}

static void contact_at(struct township *t, const char *when, bool abnormal)
{
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;

    message.isolation = number_one(t);
    message.at_ms = when == NULL ? 0 : at(when) * 1000;
    message.abnormal = abnormal;
    SUBMIT(t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
}

struct change {
    Duban__IsolationAct act;
    const char *at, *basis, *exemption;
};

static void decide(struct township *t, const char *who, struct change what)
{
    Duban__IsolationChange message = DUBAN__ISOLATION_CHANGE__INIT;

    message.isolation = number_one(t);
    message.act = what.act;
    message.at_ms = what.at == NULL ? 0 : at(what.at) * 1000;
    message.basis = (char *) (what.basis == NULL ? "" : what.basis);
    message.exemption = (char *) (what.exemption == NULL ? "" : what.exemption);
    message.reason = "核对后决定";
    SUBMIT(t, who, ISOLATION_CHANGE, isolation_change, &message);
}

#define ACT(name) DUBAN__ISOLATION_ACT__ISOLATION_ACT_##name
#define STATE(name) DUBAN__ISOLATION_STATE__ISOLATION_STATE_##name

/* Arrived on 1 February, registered that evening: day 1 is the 2nd, day 14 the 15th. */
static void open_isolation(struct township *t)
{
    township_open(t, "2020-02-01T21:00");
    isolate(t, "contact-n1", "domestic_return", "2020-02-01T15:00");
    assert_null(held_last(t));
}

/* At nine and at six of each of these days of February. */
static void contact_on(struct township *t, int first, int last)
{
    for (int day = first; day <= last; day++) {
        char when[32];

        snprintf(when, sizeof when, "2020-02-%02dT09:00", day);
        pass_until(t, when);
        contact_at(t, NULL, false);
        snprintf(when, sizeof when, "2020-02-%02dT18:00", day);
        pass_until(t, when);
        contact_at(t, NULL, false);
    }
}

static Duban__Subject *the_isolation(struct township *t)
{
    Duban__Subject *subject;

    state_begin(&t->rules.state);
    subject = state_subject_numbered(&t->rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION, 1);
    store_abort(&t->rules.state.txn);
    assert_non_null(subject);
    return subject;
}

static Duban__Task *task_named(struct township *t, const ProtobufCBinaryData *id)
{
    Duban__Task *task;

    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, id);
    store_abort(&t->rules.state.txn);
    return task;
}

static int64_t contact_due(struct township *t)
{
    const Duban__Task *task = task_named(t, &the_isolation(t)->task);

    return task == NULL ? 0 : task->due_s;
}

static int64_t end_due(struct township *t)
{
    const Duban__Task *task = task_named(t, &the_isolation(t)->isolation->end_task);

    return task == NULL ? 0 : task->due_s;
}

static void assert_state(struct township *t, Duban__IsolationState state)
{
    assert_int_equal(the_isolation(t)->isolation->state, state);
}

static void assert_held(struct township *t, const char *field)
{
    const Duban__Quarantined *row = held_last(t);

    assert_non_null(row);
    assert_string_equal(row->field, field);
    assert_true(row->zh[0] != '\0' && row->en[0] != '\0');
}

/* Withdrawals that come after the last notice of that kind. */
static size_t withdrawn_after(struct township *t, const char *kind)
{
    size_t count = 0;

    state_begin(&t->rules.state);
    for (uint64_t sequence = t->seen_outbox + 1; sequence <= t->rules.state.meta.outbox_last; sequence++) {
        const Duban__Notice *notice = state_notice(&t->rules.state, sequence);

        if (notice == NULL)
            count++;
        else if (strcmp(notice->kind, kind) == 0)
            count = 0;
    }
    store_abort(&t->rules.state.txn);
    return count;
}

/* ---------------------------------------------------------------- tests */

static void the_day_of_arrival_is_day_zero(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    assert_int_equal(end_due(&t), at("2020-02-16T00:00"));
    assert_int_equal(contact_due(&t), at("2020-02-02T12:00"));
    assert_int_equal(last_fact(&t, FACT(COUNT_STARTED))->number, 14);
    pass_until(&t, "2020-02-02T07:43");
    assert_int_equal(told(&t, "contact-n1", "isolation_begins") + told(&t, "contact-n1", "digest"), 1);
    township_close(&t);
}

static void a_leap_year_and_a_holiday_change_nothing(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-16T21:00");
    isolate(&t, "contact-n1", "overseas", "2020-02-16T10:00");
    assert_int_equal(end_due(&t), at("2020-03-02T00:00"));
    township_close(&t);
    township_open(&t, "2020-03-21T21:00");
    isolate(&t, "contact-n1", "contact", "2020-03-21T10:00");
    assert_int_equal(end_due(&t), at("2020-04-05T00:00"));
    township_close(&t);
}

/* The first class as another pack would have it; of the same length, spaces included. */
static void a_class_may_count_the_day_of_arrival_and_a_running_one_keeps_its_rules(void **state)
{
    static const char OLD[] = "days: 14, count_from: next_day }";
    static const char NEW[] = "days: 9,count_from: arrival_day}";
    struct township t;
    char *place;

    (void) state;
    assert_int_equal(sizeof OLD, sizeof NEW);
    open_isolation(&t);
    t.policy = read_whole(&t, "deploy/packs/epidemic-2020-beijing/policy.yaml");
    ((char *) t.policy.data)[t.policy.size] = '\0';
    place = strstr((char *) t.policy.data, OLD);
    assert_non_null(place);
    memcpy(place, NEW, sizeof NEW - 1);
    activate(&t, "epidemic-2020-beijing");
    decide(&t, "clerk", (struct change){ .act = ACT(RESTART), .at = "2020-02-01T20:00" });
    assert_int_equal(end_due(&t), at("2020-02-16T00:00"));   /* counted as when it was opened */
    isolate(&t, "contact-n1", "domestic_return", "2020-02-01T15:00");
    assert_int_equal(last_fact(&t, FACT(COUNT_STARTED))->number, 9);
    assert_int_equal(last_fact(&t, FACT(COUNT_STARTED))->new_s, at("2020-02-10T00:00"));
    township_close(&t);
}

static void contacts_are_due_each_morning_and_evening(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-02T10:00");
    assert_int_equal(told(&t, "contact-n1", "isolation_contact_due"), 1);
    contact_at(&t, NULL, false);
    assert_int_equal(last_fact(&t, FACT(CONTACTED))->number, 1);
    assert_int_equal(last_fact(&t, FACT(CONTACTED))->of, 14);
    assert_int_equal(contact_due(&t), at("2020-02-02T20:00"));
    contact_at(&t, NULL, false);   /* twice in a morning is once */
    assert_int_equal(contact_due(&t), at("2020-02-02T20:00"));
    township_close(&t);
}

/* Open tasks of that kind about the first isolation. */
static size_t open_contacts(struct township *t)
{
    size_t count = 0;

    state_begin(&t->rules.state);
    for (uint32_t n = 0; n < 64; n++) {
        uint8_t id[ID_BYTES];
        const Duban__Task *task;
        const Duban__Subject *subject = state_subject_numbered(&t->rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION, 1);

        engine_id(id, get_u64(subject->id.data), get_u16(subject->id.data + 8), DUBAN__TASK_KIND__TASK_KIND_ISOLATION_CONTACT, n);
        task = state_task(&t->rules.state, id);
        count += task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN;
    }
    store_abort(&t->rules.state.txn);
    return count;
}

/* Nothing about it but the next window is left to do, and what was told stays told. */
static void a_missed_contact_is_over_once_it_has_been_judged(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-02T12:00");
    assert_int_equal(open_contacts(&t), 1);
    pass_until(&t, "2020-02-02T12:00:01");
    assert_int_equal(open_contacts(&t), 1);
    assert_int_equal(contact_due(&t), at("2020-02-02T20:00"));
    assert_int_equal(told(&t, "lead", "isolation_missing"), 1);
    assert_int_equal(withdrawn_after(&t, "isolation_missing"), 0);
    pass_until(&t, "2020-02-02T21:00");
    decide(&t, "lead", (struct change){ .act = ACT(EXEMPT), .exemption = "special-duty" });
    assert_int_equal(open_contacts(&t), 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- what opens a case */

static void committee_opens(struct township *t)
{
    township_open(t, "2020-02-01T21:00");
    site(t, "COMM-N", "COMM", "N1");
    isolate(t, "contact-n1", "domestic_return", "2020-02-01T15:00");
    assert_null(held_last(t));
}

static bool has_case(struct township *t, const char *item)
{
    bool has;

    state_begin(&t->rules.state);
    has = state_case_at(&t->rules.state, "COMM-N", item) != NULL;
    store_abort(&t->rules.state.txn);
    return has;
}

static void two_missed_in_a_row_open_one_case_of_the_community(void **state)
{
    struct township t;

    (void) state;
    committee_opens(&t);
    pass_until(&t, "2020-02-02T12:01");
    assert_false(has_case(&t, "IS-01"));   /* one is none */
    pass_until(&t, "2020-02-02T20:01");
    assert_string_equal(case_at(&t, "COMM-N", "IS-01")->level, "A");
    assert_string_equal(case_at(&t, "COMM-N", "IS-01")->owner, "contact-n1");
    assert_string_equal(case_at(&t, "COMM-N", "IS-01")->finding,
                        "居家观察户 GL-0001 连续两次随访未联系上（最近一次到 02-02 20:00 为止）");
    assert_string_equal(last_notice(&t, "contact-n1", "new_case")->items[0]->finding->en,
                        "GL-0001 under observation at home: two contacts in a row were missed, the last until 02-02 20:00");
    assert_int_equal(told(&t, "site-COMM-N", "isolation_case"), 1);
    assert_int_equal(told(&t, "site-COMM-N", "notice_to_site"), 0);   /* nobody has inspected anything */
    assert_int_equal(told(&t, "contact-n1", "new_case"), 1);
    assert_int_equal(facts(&t, FACT(LINKED)), 2);
    pass_until(&t, "2020-02-03T12:01");    /* the third: not twice while one is open */
    assert_int_equal(facts(&t, FACT(OPENED)), 1);
    assert_int_equal(facts(&t, FACT(STILL_FAILING)), 1);
    assert_int_equal(facts(&t, FACT(LINKED)), 2);
    township_close(&t);
}

static void missed_with_a_contact_between_opens_none(void **state)
{
    struct township t;

    (void) state;
    committee_opens(&t);
    for (int day = 2; day <= 6; day++) {
        char when[32];

        snprintf(when, sizeof when, "2020-02-%02dT09:00", day);   /* no evening is made */
        pass_until(&t, when);
        contact_at(&t, NULL, false);
    }
    assert_int_equal(facts(&t, FACT(CONTACT_MISSED)), 4);
    assert_false(has_case(&t, "IS-01"));
    township_close(&t);
}

static void fever_and_an_outing_open_a_case_each(void **state)
{
    struct township t;
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;

    (void) state;
    committee_opens(&t);
    pass_until(&t, "2020-02-02T09:00");
    contact_at(&t, NULL, true);
    assert_string_equal(case_at(&t, "COMM-N", "TM-03")->owner, "contact-n1");
    assert_false(has_case(&t, "IS-02"));
    message.isolation = number_one(&t);
    message.went_out = true;
    SUBMIT(&t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
    assert_int_equal(case_at(&t, "COMM-N", "IS-02")->state, CASE_STATE(RECTIFYING));
    assert_string_equal(case_at(&t, "COMM-N", "TM-03")->finding, "居家观察户 GL-0001 健康异常（02-02 09:00 联系时发现）");
    assert_string_equal(case_at(&t, "COMM-N", "IS-02")->finding, "居家观察户 GL-0001 观察期内擅自外出（02-02 09:00 联系时发现）");
    assert_int_equal(told(&t, "site-COMM-N", "isolation_case"), 2);
    assert_int_equal(facts(&t, FACT(OPENED)), 2);
    SUBMIT(&t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
    assert_int_equal(facts(&t, FACT(OPENED)), 2);
    assert_int_equal(facts(&t, FACT(STILL_FAILING)), 1);
    township_close(&t);
}

static void a_contact_says_what_was_wrong(void **state)
{
    struct township t;
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;

    (void) state;
    committee_opens(&t);
    pass_until(&t, "2020-02-02T09:00");
    contact_at(&t, NULL, true);
    assert_false(last_fact(&t, FACT(CONTACTED))->abnormal);   /* an entry of before stays as it was told */
    begin_era(&t, ERA_OF_CONTACTS_SAID);
    contact_at(&t, NULL, false);
    assert_false(last_fact(&t, FACT(CONTACTED))->abnormal);
    contact_at(&t, NULL, true);
    assert_true(last_fact(&t, FACT(CONTACTED))->abnormal);
    assert_false(last_fact(&t, FACT(CONTACTED))->went_out);
    message.isolation = number_one(&t);
    message.went_out = true;
    SUBMIT(&t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
    assert_false(last_fact(&t, FACT(CONTACTED))->abnormal);
    assert_true(last_fact(&t, FACT(CONTACTED))->went_out);
    township_close(&t);
}

static void without_an_area_contact_the_group_leader_follows_it_up(void **state)
{
    struct township t;
    Duban__Isolation message = DUBAN__ISOLATION__INIT;
    Duban__Personal person = token(PERSON);
    const Duban__Case *case_;

    (void) state;
    township_open(&t, "2020-02-01T21:00");
    site(&t, "COMM-S", "COMM", "S1");
    message.person = &person;
    message.area = "S1";
    message.basis = "contact";
    message.start_ms = at("2020-02-01T15:00") * 1000;
    SUBMIT(&t, "clerk", ISOLATION, isolation, &message);
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-02T20:01");
    case_ = case_at(&t, "COMM-S", "IS-01");
    assert_string_equal(case_->owner, "leader-south");
    township_close(&t);
}

/* What a timer opens has an id of its own, its tasks too, however often that happens. */
static void a_voided_case_is_followed_by_another(void **state)
{
    struct township t;
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    (void) state;
    committee_opens(&t);
    pass_until(&t, "2020-02-02T20:01");
    edit.case_ = reference_to(&t, "COMM-N", "IS-01");
    edit.voided = true;
    edit.reason = "社区网络故障";
    SUBMIT(&t, "lead", CASE_EDIT, case_edit, &edit);
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-03T12:01");
    assert_int_equal(case_at(&t, "COMM-N", "IS-01")->number, 2);
    assert_int_equal(case_at(&t, "COMM-N", "IS-01")->state, CASE_STATE(ASSIGNED));
    assert_int_equal(facts(&t, FACT(OPENED)), 2);
    township_close(&t);
}

static void without_a_site_of_that_kind_there_is_no_case_and_a_fact_says_so(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-02T20:01");
    assert_int_equal(facts(&t, FACT(OPENED)), 0);
    assert_string_equal(last_fact(&t, FACT(NO_CASE_SITE))->reason, "COMM");
    assert_string_equal(last_fact(&t, FACT(NO_CASE_SITE))->recipient, "N1");
    township_close(&t);
}

/* As packs that were in force before it could be said. */
static void a_pack_that_names_no_items_opens_no_case(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-01T21:00");
    write_instead(&t, "  cases: { site_kind: COMM, missed: IS-01, outing: IS-02, fever: TM-03 }\n", "");
    activate(&t, "epidemic-2020-beijing");
    site(&t, "COMM-N", "COMM", "N1");
    isolate(&t, "contact-n1", "domestic_return", "2020-02-01T15:00");
    pass_until(&t, "2020-02-02T20:01");
    assert_int_equal(told(&t, "lead", "isolation_missing_again"), 1);
    assert_int_equal(facts(&t, FACT(OPENED)) + facts(&t, FACT(NO_CASE_SITE)), 0);
    township_close(&t);
}

/* ---------------------------------------------------------------- registered late, several at once */

static void registered_late_the_days_before_are_said_to_be_so(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-05T09:00");
    isolate(&t, "contact-n1", "domestic_return", "2020-02-01T15:00");
    assert_int_equal(last_fact(&t, FACT(REGISTERED_LATE))->number, 3);   /* the 2nd to the 4th */
    assert_int_equal(contact_due(&t), at("2020-02-05T20:00"));           /* the first full window */
    pass_until(&t, "2020-02-05T19:00");
    assert_int_equal(facts(&t, FACT(CONTACT_MISSED)), 0);
    township_close(&t);
}

static void registered_in_time_nothing_is_late(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    assert_int_equal(facts(&t, FACT(REGISTERED_LATE)), 0);
    township_close(&t);
}

static Duban__SubjectReference **numbers(struct township *t, size_t count)
{
    Duban__SubjectReference **list = arena_take(&t->arena, sizeof *list * count);

    for (size_t i = 0; i < count; i++) {
        char *number = arena_take(&t->arena, 32);

        list[i] = number_one(t);
        snprintf(number, 32, "GL-%04zu", i + 1);
        list[i]->number = number;
    }
    return list;
}

static Duban__IsolationRecord *record_of(struct township *t, uint32_t number)
{
    Duban__Subject *subject;

    state_begin(&t->rules.state);
    subject = state_subject_numbered(&t->rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_ISOLATION, number);
    store_abort(&t->rules.state.txn);
    assert_non_null(subject);
    return subject->isolation;
}

static void one_home_is_contacted_in_one_act_and_each_keeps_his_days(void **state)
{
    struct township t;
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-03T08:00");
    isolate(&t, "contact-n1", "contact", "2020-02-02T15:00");
    pass_until(&t, "2020-02-03T13:00");
    message.isolation = numbers(&t, 1)[0];
    message.n_others = 1;
    message.others = numbers(&t, 2) + 1;
    SUBMIT(&t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
    assert_int_equal(facts(&t, FACT(CONTACTED)), 2);
    assert_int_equal(last_fact(&t, FACT(CONTACTED))->number, 1);   /* day 1 of the second, day 2 of the first */
    assert_int_equal(record_of(&t, 1)->n_contacts, 1);
    assert_int_equal(record_of(&t, 2)->n_contacts, 1);
    SUBMIT(&t, "inspector-n1", ISOLATION_CONTACT, isolation_contact, &message);
    message.others[0]->number = "GL-0001";   /* named twice */
    SUBMIT(&t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
    assert_held(&t, "isolationContact.others[0]");
    assert_int_equal(record_of(&t, 1)->n_contacts, 1);
    message.others[0]->number = "GL-0009";
    SUBMIT(&t, "contact-n1", ISOLATION_CONTACT, isolation_contact, &message);
    assert_held(&t, "isolationContact.others[0]");
    township_close(&t);
}

static void all_that_are_due_are_released_in_one_act(void **state)
{
    struct township t;
    Duban__IsolationRelease batch = DUBAN__ISOLATION_RELEASE__INIT;

    (void) state;
    open_isolation(&t);
    isolate(&t, "contact-n1", "domestic_return", "2020-02-01T15:00");
    pass_until(&t, "2020-02-10T09:00");
    isolate(&t, "contact-n1", "domestic_return", "2020-02-09T15:00");
    pass_until(&t, "2020-02-16T09:00");
    batch.n_isolations = 3;
    batch.isolations = numbers(&t, 3);
    batch.reason = "已逐户核对";
    SUBMIT(&t, "inspector-n1", ISOLATION_RELEASE, isolation_release, &batch);
    assert_held(&t, "account");
    assert_int_equal(record_of(&t, 1)->state, STATE(TO_RELEASE));
    SUBMIT(&t, "contact-n1", ISOLATION_RELEASE, isolation_release, &batch);
    assert_null(held_last(&t));
    assert_int_equal(record_of(&t, 1)->state, STATE(RELEASED));
    assert_int_equal(record_of(&t, 2)->state, STATE(RELEASED));
    assert_int_equal(record_of(&t, 3)->state, STATE(OBSERVING));   /* its days are not over: declined, the others stand */
    assert_int_equal(facts(&t, FACT(ENDED)), 2);
    township_close(&t);
}

static void a_missed_contact_is_told_and_the_next_is_due(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-02T12:00");
    assert_int_equal(told(&t, "contact-n1", "isolation_missing"), 0);
    pass_until(&t, "2020-02-02T12:01");
    assert_int_equal(told(&t, "contact-n1", "isolation_missing"), 1);
    assert_int_equal(told(&t, "lead", "isolation_missing"), 1);
    assert_int_equal(facts(&t, FACT(CONTACT_MISSED)), 1);
    assert_int_equal(contact_due(&t), at("2020-02-02T20:00"));
    assert_int_equal(told(&t, "lead", "isolation_missing_again"), 0);
    pass_until(&t, "2020-02-02T20:01");
    assert_int_equal(told(&t, "lead", "isolation_missing_again"), 1);
    township_close(&t);
}

static void after_its_window_a_contact_is_late_and_entered_late_it_is_not(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-02T21:00");
    contact_at(&t, NULL, false);
    assert_string_equal(last_fact(&t, FACT(CONTACTED))->act, "late_contact");
    assert_int_equal(the_isolation(&t)->isolation->n_contacts, 0);
    contact_at(&t, "2020-02-02T19:30", false);
    assert_int_equal(the_isolation(&t)->isolation->n_contacts, 1);
    assert_int_equal(facts(&t, FACT(CURED)), 1);
    contact_at(&t, "2020-01-29T19:30", false);
    assert_held(&t, "isolationContact.atMs");
    township_close(&t);
}

static void after_fourteen_days_with_the_last_contacts_it_ends_by_itself(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    contact_on(&t, 14, 15);   /* what was missed before does not hold it */
    assert_int_equal(contact_due(&t), 0);
    forget_told(&t);
    pass_until(&t, "2020-02-15T23:59");
    assert_state(&t, STATE(OBSERVING));
    pass_until(&t, "2020-02-16T00:00");
    assert_state(&t, STATE(RELEASED));
    assert_string_equal(last_fact(&t, FACT(ENDED))->rule, "isolation.complete");
    pass_until(&t, "2020-02-16T07:44");
    assert_int_equal(told(&t, "contact-n1", "isolation_to_release"), 0);
    township_close(&t);
}

static void fever_after_the_last_contact_keeps_him_until_somebody_confirms(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    contact_on(&t, 14, 15);
    pass_until(&t, "2020-02-15T21:00");
    contact_at(&t, NULL, true);
    pass_until(&t, "2020-02-16T00:00");
    assert_state(&t, STATE(TO_RELEASE));
    assert_int_equal(last_fact(&t, FACT(TO_RELEASE))->number, 1);
    township_close(&t);
}

static void with_one_of_them_missing_somebody_confirms(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    contact_on(&t, 2, 14);
    pass_until(&t, "2020-02-15T18:00");
    contact_at(&t, NULL, false);
    pass_until(&t, "2020-02-16T00:01");
    assert_state(&t, STATE(TO_RELEASE));
    assert_int_equal(last_fact(&t, FACT(TO_RELEASE))->number, 1);
    decide(&t, "inspector-n1", (struct change){ .act = ACT(RELEASE) });
    assert_held(&t, "account");
    decide(&t, "contact-n1", (struct change){ .act = ACT(RELEASE) });
    assert_state(&t, STATE(RELEASED));
    decide(&t, "contact-n1", (struct change){ .act = ACT(RELEASE) });
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    township_close(&t);
}

static void a_release_before_its_day_is_kept_told_and_changes_nothing(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-10T09:00");
    forget_told(&t);
    decide(&t, "contact-n1", (struct change){ .act = ACT(RELEASE) });
    assert_null(held_last(&t));
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    assert_int_equal(told(&t, "contact-n1", "act_declined"), 1);
    assert_state(&t, STATE(OBSERVING));
    assert_int_equal(end_due(&t), at("2020-02-16T00:00"));
    township_close(&t);
}

static void a_new_exposure_counts_anew(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-10T09:00");
    forget_told(&t);
    decide(&t, "clerk", (struct change){ .act = ACT(RESTART), .at = "2020-02-09T12:00", .basis = "contact" });
    assert_int_equal(end_due(&t), at("2020-02-24T00:00"));
    assert_int_equal(the_isolation(&t)->isolation->restarts, 1);
    assert_int_equal(told(&t, "contact-n1", "isolation_restart"), 1);
    assert_int_equal(last_fact(&t, FACT(COUNT_STARTED))->old_s, at("2020-02-16T00:00"));
    forget_told(&t);
    decide(&t, "clerk", (struct change){ .act = ACT(RESTART), .at = "2020-02-05T12:00" });   /* would shorten it */
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    assert_int_equal(end_due(&t), at("2020-02-24T00:00"));
    township_close(&t);
}

static void it_is_lengthened_and_never_shortened(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    decide(&t, "clerk", (struct change){ .act = ACT(LENGTHEN), .at = "2020-02-20T12:00" });
    assert_int_equal(end_due(&t), at("2020-02-21T00:00"));
    decide(&t, "clerk", (struct change){ .act = ACT(LENGTHEN), .at = "2020-02-18T12:00" });
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    assert_int_equal(end_due(&t), at("2020-02-21T00:00"));
    decide(&t, "clerk", (struct change){ .act = ACT(LENGTHEN) });   /* taken back: as counted */
    assert_int_equal(end_due(&t), at("2020-02-16T00:00"));
    township_close(&t);
}

static void lengthened_after_its_end_the_contacts_go_on(void **state)
{
    struct township t;
    Duban__Subject *subject;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-16T09:00");
    assert_state(&t, STATE(TO_RELEASE));
    decide(&t, "lead", (struct change){ .act = ACT(LENGTHEN), .at = "2020-02-17T12:00" });
    assert_state(&t, STATE(OBSERVING));
    assert_int_equal(contact_due(&t), at("2020-02-16T20:00"));
    contact_on(&t, 17, 17);
    pass_until(&t, "2020-02-18T00:01");
    assert_state(&t, STATE(TO_RELEASE));   /* two of the last four */
    assert_int_equal(last_fact(&t, FACT(TO_RELEASE))->number, 2);
    subject = the_isolation(&t);
    state_begin(&t.rules.state);
    engine_isolation_count(&t.rules.engine, subject, t.now_s);
    store_abort(&t.rules.state.txn);
    assert_int_equal(subject->isolation->expected, 31);   /* not the morning in which nobody was asked */
    assert_int_equal(subject->isolation->missed, 29);
    township_close(&t);
}

/* From the 16th to the morning of the 18th nobody was asked. */
static void windows_between_its_end_and_a_restart_are_not_missed(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    contact_on(&t, 2, 14);
    pass_until(&t, "2020-02-15T09:00");
    contact_at(&t, NULL, false);
    pass_until(&t, "2020-02-18T10:00");
    assert_state(&t, STATE(TO_RELEASE));
    decide(&t, "clerk", (struct change){ .act = ACT(RESTART), .at = "2020-02-18T08:00" });
    assert_int_equal(contact_due(&t), at("2020-02-18T20:00"));
    forget_told(&t);
    pass_until(&t, "2020-02-18T21:00");
    assert_int_equal(facts(&t, FACT(CONTACT_MISSED)), 1);
    assert_int_equal(told(&t, "lead", "isolation_missing_again"), 0);   /* one in a row */
    pass_until(&t, "2020-02-19T13:00");
    assert_int_equal(told(&t, "lead", "isolation_missing_again"), 1);
    township_close(&t);
}

static void an_exemption_class_alone_ends_it_sooner(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    decide(&t, "contact-n1", (struct change){ .act = ACT(EXEMPT), .exemption = "special-duty" });
    assert_held(&t, "account");
    decide(&t, "lead", (struct change){ .act = ACT(EXEMPT), .exemption = "friend" });
    assert_held(&t, "isolationChange.exemption");
    decide(&t, "lead", (struct change){ .act = ACT(EXEMPT), .exemption = "special-duty" });
    assert_state(&t, STATE(EXEMPT));
    contact_at(&t, NULL, false);
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    township_close(&t);
}

static void who_is_not_well_is_told_at_any_hour(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-03T23:00");
    contact_at(&t, NULL, true);
    assert_int_equal(told(&t, "lead", "isolation_abnormal"), 1);
    assert_int_equal(told(&t, "contact-n1", "isolation_abnormal"), 1);
    township_close(&t);
}

static void what_cannot_be_registered_is_held(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-01T21:00");
    isolate(&t, "inspector-n1", "domestic_return", "2020-02-01T15:00");
    assert_held(&t, "account");
    isolate(&t, "contact-n1", "holiday", "2020-02-01T15:00");
    assert_held(&t, "isolation.basis");
    isolate(&t, "contact-n1", "other", "2020-02-02T15:00");
    assert_held(&t, "isolation.startMs");
    isolate(&t, "contact-n1", "other", "2019-12-10T10:00");   /* an engine of before has accepted it */
    assert_null(held_last(&t));
    begin_era(&t, ERA_OF_NEAR_STARTS);
    isolate(&t, "contact-n1", "other", "2020-01-10T23:59");   /* 22 days ago */
    assert_held(&t, "isolation.startMs");
    isolate(&t, "contact-n1", "other", "2020-01-11T00:00");
    assert_null(held_last(&t));
    township_close(&t);
}

static void how_far_back_one_may_start_is_the_packs(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-01T21:00");
    begin_era(&t, ERA_OF_SENTENCES);
    write_instead(&t, "  start_within_days: 21\n", "  start_within_days: 3\n");
    activate(&t, "epidemic-2020-beijing");
    isolate(&t, "contact-n1", "other", "2020-01-28T15:00");
    assert_held(&t, "isolation.startMs");
    write_instead(&t, "  start_within_days: 21\n", "");
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(t.rules.engine.policy->isolation.start_within_days, 21);
    township_close(&t);
}

static size_t wanted_forgotten(struct township *t)
{
    uint8_t tokens[8][ID_BYTES];
    struct store_txn txn;
    size_t count;

    state_read(&t->rules.state, &txn);
    count = state_forgettings(&txn, t->rules.state.meta.applied_stamp_ms / 1000, tokens, 8);
    store_abort(&txn);
    return count;
}

static void thirty_days_after_the_end_the_person_is_to_be_forgotten(void **state)
{
    struct township t;
    Duban__Forgotten forgotten = DUBAN__FORGOTTEN__INIT;
    ProtobufCBinaryData tokens[] = { { 16, PERSON }, { 16, ADDRESS } };

    (void) state;
    open_isolation(&t);
    contact_on(&t, 14, 15);
    pass_until(&t, "2020-03-16T23:59");
    assert_int_equal(wanted_forgotten(&t), 0);
    pass_until(&t, "2020-03-17T00:00");
    assert_int_equal(wanted_forgotten(&t), 2);
    forgotten.n_tokens = 2;
    forgotten.tokens = tokens;
    SUBMIT(&t, "ingest", FORGOTTEN, forgotten, &forgotten);
    assert_int_equal(wanted_forgotten(&t), 0);
    assert_int_equal(facts(&t, FACT(FORGOTTEN)), 2);
    SUBMIT(&t, "ingest", FORGOTTEN, forgotten, &forgotten);   /* said twice */
    assert_int_equal(facts(&t, FACT(FORGOTTEN)), 2);
    township_close(&t);
}

/* It was held and rejected for good: nothing of it is of use to anybody. */
static void what_a_refused_registration_says_of_people_is_to_be_forgotten_at_once(void **state)
{
    struct township t;
    Duban__Release release = DUBAN__RELEASE__INIT;
    Duban__Forgotten forgotten = DUBAN__FORGOTTEN__INIT;
    ProtobufCBinaryData tokens[] = { { 16, PERSON }, { 16, ADDRESS } };

    (void) state;
    township_open(&t, "2020-02-01T21:00");
    isolate(&t, "contact-n1", "holiday", "2020-02-01T15:00");
    assert_held(&t, "isolation.basis");
    assert_int_equal(wanted_forgotten(&t), 0);
    release.sequence = t.sequence;
    release.rejected = true;
    release.reason = "不属观察对象";
    SUBMIT(&t, "clerk", RELEASE, release, &release);
    assert_int_equal(wanted_forgotten(&t), 2);
    forgotten.n_tokens = 2;
    forgotten.tokens = tokens;
    SUBMIT(&t, "ingest", FORGOTTEN, forgotten, &forgotten);
    assert_int_equal(wanted_forgotten(&t), 0);
    assert_int_equal(facts(&t, FACT(FORGOTTEN)), 2);   /* of its settlement: there is no isolation */
    township_close(&t);
}

/* ---------------------------------------------------------------- at the door */

static int64_t door_due(struct township *t)
{
    const Duban__Task *task = task_named(t, &the_isolation(t)->isolation->door_task);

    return task == NULL ? 0 : task->due_s;
}

static void goes_to_the_door(struct township *t)
{
    Duban__IsolationContact message = DUBAN__ISOLATION_CONTACT__INIT;

    message.isolation = number_one(t);
    message.at_door = true;
    SUBMIT(t, "inspector-n2", ISOLATION_CONTACT, isolation_contact, &message);
    assert_null(held_last(t));
}

static void on_days_1_7_and_14_somebody_goes_to_the_door(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    assert_int_equal(door_due(&t), at("2020-02-02T18:00"));
    forget_told(&t);
    pass_until(&t, "2020-02-02T10:00");
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);   /* a line of the morning's */
    goes_to_the_door(&t);
    assert_int_equal(last_fact(&t, FACT(DOOR_CHECKED))->number, 1);
    assert_int_equal(door_due(&t), at("2020-02-08T18:00"));
    contact_on(&t, 3, 8);                                      /* a call is no check */
    assert_int_equal(door_due(&t), at("2020-02-08T18:00"));
    pass_until(&t, "2020-02-08T18:01");
    assert_int_equal(told(&t, "leader-north", "door_check_missed"), 1);
    assert_int_equal(told(&t, "contact-n1", "door_check_missed"), 1);
    pass_until(&t, "2020-02-09T00:01");
    assert_int_equal(door_due(&t), at("2020-02-15T18:00"));
    pass_until(&t, "2020-02-15T10:00");
    goes_to_the_door(&t);
    assert_int_equal(door_due(&t), 0);
    township_close(&t);
}

static void counted_anew_the_door_days_are_too_and_an_end_is_their_end(void **state)
{
    struct township t;

    (void) state;
    open_isolation(&t);
    pass_until(&t, "2020-02-05T10:00");
    decide(&t, "clerk", (struct change){ .act = ACT(RESTART), .at = "2020-02-05T09:00" });
    assert_null(held_last(&t));
    assert_int_equal(door_due(&t), at("2020-02-06T18:00"));
    decide(&t, "lead", (struct change){ .act = ACT(TRANSFER) });
    assert_int_equal(door_due(&t), 0);
    township_close(&t);
}

static void without_door_days_nobody_goes_there(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-01T21:00");
    write_instead(&t, "  door_days: [1, 7, 14]\n", "");
    activate(&t, "epidemic-2020-beijing");
    isolate(&t, "contact-n1", "domestic_return", "2020-02-01T15:00");
    assert_int_equal(door_due(&t), 0);
    township_close(&t);
}

static void a_batch_that_is_adopted_is_released_whole_or_stays_held(void **state)
{
    struct township t;
    Duban__IsolationRelease batch = DUBAN__ISOLATION_RELEASE__INIT;
    Duban__Release release = DUBAN__RELEASE__INIT;

    (void) state;
    open_isolation(&t);
    begin_era(&t, ERA_OF_WHOLE_RELEASES);
    pass_until(&t, "2020-02-10T09:00");
    isolate(&t, "contact-n1", "domestic_return", "2020-02-09T15:00");
    pass_until(&t, "2020-02-16T09:00");
    holder(&t, "clerk", DUBAN__ROLE__ROLE_LEAD, "");
    batch.n_isolations = 2;
    batch.isolations = numbers(&t, 2);
    batch.reason = "已逐户核对";
    SUBMIT(&t, "inspector-n1", ISOLATION_RELEASE, isolation_release, &batch);
    assert_held(&t, "account");
    release.sequence = t.sequence;
    SUBMIT(&t, "clerk", RELEASE, release, &release);
    assert_int_equal(record_of(&t, 1)->state, STATE(TO_RELEASE));
    assert_int_equal(record_of(&t, 2)->state, STATE(OBSERVING));
    assert_int_equal(facts(&t, FACT(ENDED)), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_of_arrival_is_day_zero),
        cmocka_unit_test(a_leap_year_and_a_holiday_change_nothing),
        cmocka_unit_test(a_class_may_count_the_day_of_arrival_and_a_running_one_keeps_its_rules),
        cmocka_unit_test(contacts_are_due_each_morning_and_evening),
        cmocka_unit_test(a_missed_contact_is_told_and_the_next_is_due),
        cmocka_unit_test(a_missed_contact_is_over_once_it_has_been_judged),
        cmocka_unit_test(two_missed_in_a_row_open_one_case_of_the_community),
        cmocka_unit_test(missed_with_a_contact_between_opens_none),
        cmocka_unit_test(fever_and_an_outing_open_a_case_each),
        cmocka_unit_test(a_contact_says_what_was_wrong),
        cmocka_unit_test(a_voided_case_is_followed_by_another),
        cmocka_unit_test(without_an_area_contact_the_group_leader_follows_it_up),
        cmocka_unit_test(without_a_site_of_that_kind_there_is_no_case_and_a_fact_says_so),
        cmocka_unit_test(a_pack_that_names_no_items_opens_no_case),
        cmocka_unit_test(registered_late_the_days_before_are_said_to_be_so),
        cmocka_unit_test(registered_in_time_nothing_is_late),
        cmocka_unit_test(one_home_is_contacted_in_one_act_and_each_keeps_his_days),
        cmocka_unit_test(all_that_are_due_are_released_in_one_act),
        cmocka_unit_test(after_its_window_a_contact_is_late_and_entered_late_it_is_not),
        cmocka_unit_test(after_fourteen_days_with_the_last_contacts_it_ends_by_itself),
        cmocka_unit_test(fever_after_the_last_contact_keeps_him_until_somebody_confirms),
        cmocka_unit_test(with_one_of_them_missing_somebody_confirms),
        cmocka_unit_test(a_release_before_its_day_is_kept_told_and_changes_nothing),
        cmocka_unit_test(a_new_exposure_counts_anew),
        cmocka_unit_test(it_is_lengthened_and_never_shortened),
        cmocka_unit_test(lengthened_after_its_end_the_contacts_go_on),
        cmocka_unit_test(windows_between_its_end_and_a_restart_are_not_missed),
        cmocka_unit_test(an_exemption_class_alone_ends_it_sooner),
        cmocka_unit_test(who_is_not_well_is_told_at_any_hour),
        cmocka_unit_test(what_cannot_be_registered_is_held),
        cmocka_unit_test(how_far_back_one_may_start_is_the_packs),
        cmocka_unit_test(thirty_days_after_the_end_the_person_is_to_be_forgotten),
        cmocka_unit_test(what_a_refused_registration_says_of_people_is_to_be_forgotten_at_once),
        cmocka_unit_test(on_days_1_7_and_14_somebody_goes_to_the_door),
        cmocka_unit_test(counted_anew_the_door_days_are_too_and_an_end_is_their_end),
        cmocka_unit_test(without_door_days_nobody_goes_there),
        cmocka_unit_test(a_batch_that_is_adopted_is_released_whole_or_stays_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
