/* test_complaints.c - no complaint is closed before somebody has been there and the office has it. */
#include "about.h"
#include "township.h"

enum { MINUTE_MS = 60 * 1000 };

static void open_township(struct township *t)
{
    township_open(t, "2020-02-10T09:00");
    holder(t, "office-wjk", DUBAN__ROLE__ROLE_OFFICE, "wjk");
    forget_told(t);
}

/* ---------------------------------------------------------------- acts */

struct complaint {
    const char *site, *area, *matter, *received;
    bool danger;
};

static void complain(struct township *t, const char *who, struct complaint what)
{
    Duban__Complaint message = DUBAN__COMPLAINT__INIT;

    message.source = "12345";
    message.matter = (char *) (what.matter == NULL ? "GT-03" : what.matter);
    message.text = "出入口人员进出无序";
    message.danger = what.danger;
    if (what.received != NULL)
        message.received_at_ms = at(what.received) * 1000;
    if (what.area != NULL) {
        message.where_case = DUBAN__COMPLAINT__WHERE_AREA;
        message.area = (char *) what.area;
    } else {
        message.where_case = DUBAN__COMPLAINT__WHERE_SITE;
        message.site = (char *) (what.site == NULL ? "GATE-1" : what.site);
    }
    SUBMIT(t, who, COMPLAINT, complaint, &message);
}

/* One answer, made at `when` (NULL: now) after so many minutes there. */
static uint64_t look(struct township *t, Duban__Purpose purpose, Duban__Result answered, const char *when, int64_t minutes)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = "GT-03";
    answer.result = answered;
    report.reporter = "inspector-n1";
    report.site = "GATE-1";
    report.purpose = purpose;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.device_time_ms = (when == NULL ? t->now_s : at(when)) * 1000;
    report.started_at_ms = minutes == 0 ? 0 : report.device_time_ms - minutes * MINUTE_MS;
    report.n_answers = 1;
    report.answers = answers;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
    return t->sequence;
}

static uint64_t observe(struct township *t, int64_t minutes, Duban__Result answered)
{
    return look(t, DUBAN__PURPOSE__PURPOSE_OBSERVATION, answered, NULL, minutes);
}

struct finding_of {
    const char *number, *office, *site;
    Duban__ComplaintOutcome outcome;
    uint64_t visit;
};

static void conclude(struct township *t, const char *who, struct finding_of what)
{
    Duban__ComplaintResult message = DUBAN__COMPLAINT_RESULT__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = (char *) (what.number == NULL ? "TS-0001" : what.number);
    message.complaint = &reference;
    message.outcome = what.outcome == 0 ? DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED : what.outcome;
    message.text = "秩序良好";
    message.office = (char *) (what.office == NULL ? "wjk" : what.office);
    message.site = (char *) (what.site == NULL ? "" : what.site);
    message.report_sequence = what.visit;
    SUBMIT(t, who, COMPLAINT_RESULT, complaint_result, &message);
}

static void receipt(struct township *t, const char *who, const char *number)
{
    Duban__FeedbackReceipt message = DUBAN__FEEDBACK_RECEIPT__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;

    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_NUMBER;
    reference.number = (char *) number;
    message.complaint = &reference;
    SUBMIT(t, who, FEEDBACK_RECEIPT, feedback_receipt, &message);
}

static void release_entry(struct township *t, uint64_t sequence)
{
    Duban__Release release = DUBAN__RELEASE__INIT;

    release.sequence = sequence;
    SUBMIT(t, "clerk", RELEASE, release, &release);
}

/* ---------------------------------------------------------------- what came of them */

static Duban__Subject *complaint_of(struct township *t, uint32_t number)
{
    Duban__Subject *subject;

    state_begin(&t->rules.state);
    subject = state_subject_numbered(&t->rules.state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT, number);
    store_abort(&t->rules.state.txn);
    return subject;
}

static Duban__Task *task_of(struct township *t, uint32_t number)
{
    Duban__Subject *subject = complaint_of(t, number);
    Duban__Task *task;

    assert_non_null(subject);
    state_begin(&t->rules.state);
    task = engine_task_of(&t->rules.engine, &subject->task);
    store_abort(&t->rules.state.txn);
    return task;
}

static void assert_state(struct township *t, uint32_t number, Duban__ComplaintState state)
{
    Duban__Subject *subject = complaint_of(t, number);

    assert_non_null(subject);
    assert_int_equal(subject->complaint->state, state);
}

#define STATE(name) DUBAN__COMPLAINT_STATE__COMPLAINT_STATE_##name
#define OUTCOME(name) DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_##name
#define PASS DUBAN__RESULT__RESULT_PASS
#define FAIL DUBAN__RESULT__RESULT_FAIL

static void assert_held(struct township *t, const char *field, const char *word)
{
    const Duban__Quarantined *row = held_last(t);

    assert_non_null(row);
    assert_string_equal(row->field, field);
    assert_non_null(strstr(row->zh, word));
    assert_true(row->en[0] != '\0');
}

/* ---------------------------------------------------------------- tests */

static void a_complaint_opens_a_check_for_the_group_of_its_zone(void **state)
{
    struct township t;
    const Duban__Task *task;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    task = task_of(&t, 1);
    assert_int_equal(task->kind, DUBAN__TASK_KIND__TASK_KIND_COMPLAINT);
    assert_int_equal(task->due_s, at("2020-02-11T09:00"));
    assert_string_equal(task->site, "GATE-1");
    assert_int_equal(told(&t, "leader-north", "complaint_in"), 1);
    assert_int_equal(told(&t, "inspector-n2", "complaint_in"), 1);
    assert_int_equal(told(&t, "leader-south", "complaint_in"), 0);
    assert_int_equal(facts(&t, FACT(RECEIVED)), 1);
    township_close(&t);
}

static void danger_shortens_the_limit_and_disturbs_the_night(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    clock_at(&t, "2020-02-10T23:00");
    complain(&t, "clerk", (struct complaint){ .danger = true });
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-11T01:00"));
    assert_int_equal(told(&t, "leader-north", "complaint_in"), 1);
    township_close(&t);
}

static void an_area_without_a_site_has_its_zone_too(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .area = "N1" });
    assert_int_equal(told(&t, "leader-north", "complaint_in"), 1);
    assert_string_equal(task_of(&t, 1)->area, "N1");
    clock_at(&t, "2020-02-10T10:00");
    observe(&t, 25, PASS);
    conclude(&t, "inspector-n1", (struct finding_of){ .site = NULL });
    assert_held(&t, "complaintResult.site", "N1");
    conclude(&t, "inspector-n1", (struct finding_of){ .site = "SHOP-1" });
    assert_held(&t, "complaintResult.site", "N1");
    conclude(&t, "inspector-n1", (struct finding_of){ .site = "GATE-1" });
    assert_state(&t, 1, STATE(FEEDBACK));
    township_close(&t);
}

static void only_the_clerk_enters_only_the_group_concludes_only_the_office_receipts(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "inspector-n1", (struct complaint){ .site = NULL });
    assert_held(&t, "account", "内勤");
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    observe(&t, 25, PASS);
    conclude(&t, "leader-south", (struct finding_of){ .number = NULL });
    assert_held(&t, "account", "本片");
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    receipt(&t, "clerk", "TS-0001");
    assert_held(&t, "account", "科室");
    assert_state(&t, 1, STATE(FEEDBACK));
    receipt(&t, "office-wjk", "TS-0001");
    assert_state(&t, 1, STATE(FINISHED));
    township_close(&t);
}

static void what_rules_does_not_know_is_held(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = "GATE-9" });
    assert_held(&t, "complaint.site", "GATE-9");
    complain(&t, "clerk", (struct complaint){ .area = "N9" });
    assert_held(&t, "complaint.area", "N9");
    complain(&t, "clerk", (struct complaint){ .matter = "ZZ-01" });
    assert_held(&t, "complaint.matter", "ZZ-01");
    complain(&t, "clerk", (struct complaint){ .received = "2020-02-10T09:01" });
    assert_held(&t, "complaint.receivedAtMs", "晚于");
    conclude(&t, "leader-north", (struct finding_of){ .number = "TS-0001" });
    assert_held(&t, "complaintResult.complaint", "TS-0001");
    assert_null(complaint_of(&t, 1));
    township_close(&t);
}

static void the_prior_is_shown_and_never_closes_it(void **state)
{
    struct township t;
    const Duban__Subject *subject;

    (void) state;
    open_township(&t);
    visit(&t, "inspector-n1", "GATE-1", "GT-01", DUBAN__RESULT__RESULT_FAIL, DUBAN__PURPOSE__PURPOSE_INSPECTION, 0);
    for (int hour = 10; hour < 14; hour++) {
        char when[32];

        snprintf(when, sizeof when, "2020-02-10T%02d:00", hour);
        clock_at(&t, when);
        observe(&t, 30, PASS);
    }
    clock_at(&t, "2020-02-10T14:00");
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    subject = complaint_of(&t, 1);
    assert_int_equal(subject->complaint->n_prior_visits, 3);   /* visits_shown */
    assert_int_equal(subject->complaint->prior_visits[0]->at_s, at("2020-02-10T13:00"));
    assert_int_equal(subject->complaint->n_prior_cases, 1);
    assert_int_equal(subject->complaint->prior_cases[0], 1);
    clock_at(&t, "2020-02-10T14:30");
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_held(&t, "complaintResult.complaint", "现场核实");
    assert_state(&t, 1, STATE(VERIFYING));
    township_close(&t);
}

static void an_observation_below_the_minimum_is_insufficient(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    observe(&t, 19, PASS);
    assert_int_equal(facts(&t, FACT(VISIT_NOT_COUNTED)), 1);
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_held(&t, "complaintResult.complaint", "complaints.observation");
    observe(&t, 0, PASS);   /* no start recorded */
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_non_null(held_last(&t));
    clock_at(&t, "2020-02-10T11:00");
    observe(&t, 20, PASS);   /* exactly the minimum */
    assert_int_equal(facts(&t, FACT(VISITED)), 1);
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_state(&t, 1, STATE(FEEDBACK));
    township_close(&t);
}

static void neither_guidance_nor_revisit_nor_what_lies_before_is_a_check(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    clock_at(&t, "2020-02-10T12:00");
    complain(&t, "clerk", (struct complaint){ .received = "2020-02-10T11:00" });
    look(&t, DUBAN__PURPOSE__PURPOSE_OBSERVATION, PASS, "2020-02-10T11:00", 40);   /* at the very moment: not after */
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_non_null(held_last(&t));
    clock_at(&t, "2020-02-10T13:00");
    look(&t, DUBAN__PURPOSE__PURPOSE_GUIDANCE, PASS, NULL, 60);
    look(&t, DUBAN__PURPOSE__PURPOSE_REVISIT, PASS, NULL, 60);
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_non_null(held_last(&t));
    look(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, PASS, "2020-02-10T11:30", 0);   /* of any length; before its entry, after its making */
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_state(&t, 1, STATE(FEEDBACK));
    township_close(&t);
}

static void a_result_that_overtakes_its_visit_is_released_when_that_has_come(void **state)
{
    struct township t;
    uint64_t held;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T12:00");
    conclude(&t, "inspector-n1", (struct finding_of){ .number = NULL });
    held = t.sequence;
    assert_non_null(held_last(&t));
    look(&t, DUBAN__PURPOSE__PURPOSE_OBSERVATION, PASS, "2020-02-10T11:30", 25);
    release_entry(&t, held);
    assert_null(held_last(&t));
    assert_state(&t, 1, STATE(FEEDBACK));
    assert_string_equal(complaint_of(&t, 1)->complaint->concluded_by, "inspector-n1");
    township_close(&t);
}

static void what_is_found_true_needs_a_failing_item_and_is_linked_with_its_cases(void **state)
{
    struct township t;
    const Duban__Subject *subject;
    uint64_t good;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    good = observe(&t, 25, PASS);
    conclude(&t, "leader-north", (struct finding_of){ .outcome = OUTCOME(SUBSTANTIATED) });
    assert_held(&t, "complaintResult.outcome", "GT-03");
    clock_at(&t, "2020-02-10T11:00");
    observe(&t, 25, FAIL);
    conclude(&t, "leader-north", (struct finding_of){ .outcome = OUTCOME(PARTLY), .visit = good });
    assert_held(&t, "complaintResult.outcome", "GT-03");
    conclude(&t, "leader-north", (struct finding_of){ .outcome = OUTCOME(PARTLY) });
    subject = complaint_of(&t, 1);
    assert_int_equal(subject->complaint->outcome, OUTCOME(PARTLY));
    assert_int_equal(subject->complaint->n_cases, 1);
    assert_memory_equal(subject->complaint->cases[0].data, case_at(&t, "GATE-1", "GT-03")->id.data, ID_BYTES);
    assert_int_equal(facts(&t, FACT(LINKED)), 2);   /* told on both sides */
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

static void complain_by_name(struct township *t, const char *matter)
{
    static uint8_t who[16] = { 7 };
    Duban__Complaint message = DUBAN__COMPLAINT__INIT;
    Duban__Personal complainant = DUBAN__PERSONAL__INIT;

    complainant.value_case = DUBAN__PERSONAL__VALUE_TOKEN;
    complainant.token = (ProtobufCBinaryData){ sizeof who, who };
    message.source = "12345";
    message.matter = (char *) matter;
    message.text = "出入口人员进出无序";
    message.where_case = DUBAN__COMPLAINT__WHERE_SITE;
    message.site = "GATE-1";
    message.complainant = &complainant;
    SUBMIT(t, "clerk", COMPLAINT, complaint, &message);
}

static void close_it(struct township *t)
{
    complain_by_name(t, "GT-03");
    clock_at(t, "2020-02-10T10:00");
    observe(t, 25, PASS);
    conclude(t, "leader-north", (struct finding_of){ .number = NULL });
    receipt(t, "office-wjk", "TS-0001");
    assert_state(t, 1, STATE(FINISHED));
}

static void ninety_days_after_its_closing_who_complained_is_to_be_forgotten(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    close_it(&t);
    pass_until(&t, "2020-05-10T09:59");
    assert_int_equal(wanted_forgotten(&t), 0);
    pass_until(&t, "2020-05-10T10:00");
    assert_int_equal(wanted_forgotten(&t), 1);
    township_close(&t);
}

/* As packs that were in force before it could be said. */
static void a_pack_that_does_not_say_means_ninety_days(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    write_instead(&t, "  forget_after_days: 90\n", "");
    activate(&t, "epidemic-2020-beijing");
    close_it(&t);
    pass_until(&t, "2020-05-10T09:59");
    assert_int_equal(wanted_forgotten(&t), 0);
    pass_until(&t, "2020-05-10T10:00");
    assert_int_equal(wanted_forgotten(&t), 1);
    township_close(&t);
}

static void what_a_refused_complaint_says_of_people_is_to_be_forgotten_at_once(void **state)
{
    struct township t;
    Duban__Release release = DUBAN__RELEASE__INIT;

    (void) state;
    open_township(&t);
    complain_by_name(&t, "ZZ-99");
    assert_held(&t, "complaint.matter", "ZZ-99");
    release.sequence = t.sequence;
    release.rejected = true;
    release.reason = "不属受理范围";
    SUBMIT(&t, "clerk", RELEASE, release, &release);
    assert_int_equal(wanted_forgotten(&t), 1);
    township_close(&t);
}

static void it_stays_open_until_the_office_has_receipted(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    receipt(&t, "office-wjk", "TS-0001");
    assert_held(&t, "feedbackReceipt.complaint", "TS-0001");
    clock_at(&t, "2020-02-10T10:00");
    observe(&t, 25, PASS);
    conclude(&t, "leader-north", (struct finding_of){ .office = "nobody" });
    assert_held(&t, "complaintResult.office", "nobody");
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_int_equal(told(&t, "office-wjk", "complaint_result"), 1);
    assert_int_equal(task_of(&t, 1)->kind, DUBAN__TASK_KIND__TASK_KIND_FEEDBACK);
    pass_until(&t, "2020-02-11T09:00");
    assert_int_equal(told(&t, "office-wjk", "digest"), 1);   /* four hours before the due is at night */
    pass_until(&t, "2020-02-11T12:00");
    assert_int_equal(told(&t, "office-wjk", "feedback_not_receipted"), 1);
    assert_int_equal(told(&t, "clerk", "feedback_overdue"), 1);
    receipt(&t, "office-wjk", "TS-0001");
    assert_state(&t, 1, STATE(FINISHED));
    assert_null(task_of(&t, 1));
    pass_until(&t, "2020-02-14T12:00");
    assert_int_equal(told(&t, "office-wjk", "feedback_not_receipted"), 1);
    township_close(&t);
}

static void what_is_said_twice_changes_nothing(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    observe(&t, 25, PASS);
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    conclude(&t, "leader-north", (struct finding_of){ .outcome = OUTCOME(UNVERIFIABLE) });
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 1);
    assert_int_equal(complaint_of(&t, 1)->complaint->outcome, OUTCOME(UNFOUNDED));
    receipt(&t, "office-wjk", "TS-0001");
    receipt(&t, "office-wjk", "TS-0001");
    assert_int_equal(facts(&t, FACT(CONTRADICTION)), 2);
    assert_int_equal(facts(&t, FACT(FINISHED)), 1);
    township_close(&t);
}

static void another_of_the_same_site_and_matter_is_joined_one_visit_feedback_for_each(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    complain(&t, "clerk", (struct complaint){ .matter = "GT-01" });
    assert_int_equal(told(&t, "leader-north", "complaint_in"), 2);   /* of the first and the third */
    assert_null(task_of(&t, 2));
    clock_at(&t, "2020-02-10T11:00");
    observe(&t, 25, PASS);
    conclude(&t, "leader-north", (struct finding_of){ .number = "TS-0002" });
    assert_state(&t, 1, STATE(FEEDBACK));
    assert_state(&t, 2, STATE(FEEDBACK));
    assert_state(&t, 3, STATE(VERIFYING));
    assert_int_equal(complaint_of(&t, 1)->complaint->n_joined, 1);
    assert_int_equal(told(&t, "office-wjk", "complaint_result"), 2);
    receipt(&t, "office-wjk", "TS-0001");
    assert_state(&t, 2, STATE(FEEDBACK));
    complain(&t, "clerk", (struct complaint){ .site = NULL });   /* the check is over: a new one */
    assert_int_equal(task_of(&t, 4)->kind, DUBAN__TASK_KIND__TASK_KIND_COMPLAINT);
    township_close(&t);
}

static void a_joined_complaint_made_after_the_visit_is_checked_by_itself(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    observe(&t, 25, PASS);
    clock_at(&t, "2020-02-10T11:00");
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_state(&t, 1, STATE(FEEDBACK));
    assert_state(&t, 2, STATE(VERIFYING));
    assert_int_equal(task_of(&t, 2)->due_s, at("2020-02-11T11:00"));
    assert_null(task_of(&t, 3));
    assert_int_equal(complaint_of(&t, 1)->complaint->n_joined, 0);
    assert_int_equal(complaint_of(&t, 2)->complaint->n_joined, 1);
    clock_at(&t, "2020-02-10T12:00");
    observe(&t, 25, PASS);
    conclude(&t, "leader-north", (struct finding_of){ .number = "TS-0003" });
    assert_state(&t, 2, STATE(FEEDBACK));
    assert_state(&t, 3, STATE(FEEDBACK));
    township_close(&t);
}

static void the_first_of_a_group_may_be_the_one_that_the_visit_does_not_answer(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    clock_at(&t, "2020-02-10T12:00");
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    complain(&t, "clerk", (struct complaint){ .received = "2020-02-10T09:00" });   /* made before, entered after */
    look(&t, DUBAN__PURPOSE__PURPOSE_OBSERVATION, PASS, "2020-02-10T11:00", 25);
    conclude(&t, "leader-north", (struct finding_of){ .number = "TS-0001" });
    assert_non_null(held_last(&t));
    conclude(&t, "leader-north", (struct finding_of){ .number = "TS-0002" });
    assert_state(&t, 2, STATE(FEEDBACK));
    assert_state(&t, 1, STATE(VERIFYING));
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-11T12:00"));
    township_close(&t);
}

static void danger_said_later_hastens_the_check(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    complain(&t, "clerk", (struct complaint){ .danger = true });
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-10T12:00"));
    assert_int_equal(told(&t, "leader-north", "complaint_in"), 2);
    pass_until(&t, "2020-02-10T12:01");
    assert_int_equal(told(&t, "leader-north", "complaint_overdue"), 1);
    township_close(&t);
}

static void a_due_that_is_hastened_is_set_anew(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_DUES_SET);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    assert_int_equal(task_of(&t, 1)->due_set_s, 0);
    clock_at(&t, "2020-02-10T10:00");
    complain(&t, "clerk", (struct complaint){ .danger = true });
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-10T12:00"));
    assert_int_equal(task_of(&t, 1)->due_set_s, at("2020-02-10T10:00"));   /* lines kept before that are of the old due */
    township_close(&t);
}

static void a_result_finds_its_visit_behind_any_number_of_others(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    begin_era(&t, ERA_OF_ALL_VISITS);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    look(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, DUBAN__RESULT__RESULT_PASS, NULL, 0);
    for (int i = 0; i < 260; i++) {
        t.now_s++;
        look(&t, DUBAN__PURPOSE__PURPOSE_GUIDANCE, DUBAN__RESULT__RESULT_PASS, NULL, 0);
    }
    conclude(&t, "inspector-n1", (struct finding_of){ .number = NULL });
    assert_null(held_last(&t));
    assert_state(&t, 1, STATE(FEEDBACK));
    township_close(&t);
}

/* ---------------------------------------------------------------- working time */

static const char TWO_YEARS[] = "date,kind,zh,en\n2020,year,,\n2021,year,,\n2021-01-01,off,元旦,New Year's Day\n";

/* The pack with limits in working time. Those of the same length in text as its own, so that it is edited in place. */
static void use_working_time(struct township *t)
{
    static const char *const EDITS[][2] = {
        { "\n  limit: 24nh\n", "\n  limit: 02wd\n" }, { "\n  danger_limit: 2nh\n", "\n  danger_limit: 2wh\n" },
        { "\n  feedback_limit: 24nh\n", "\n  feedback_limit: 04wh\n" },
    };
    struct bytes own = read_whole(t, "deploy/packs/epidemic-2020-beijing/policy.yaml");
    char *text = arena_take(&t->arena, own.size + 1);

    assert_non_null(text);
    memcpy(text, own.data, own.size);
    text[own.size] = '\0';
    for (size_t i = 0; i < sizeof EDITS / sizeof EDITS[0]; i++) {
        char *place = strstr(text, EDITS[i][0]);

        assert_non_null(place);
        assert_int_equal(strlen(EDITS[i][0]), strlen(EDITS[i][1]));
        memcpy(place, EDITS[i][1], strlen(EDITS[i][1]));
    }
    t->policy = bytes_of(text, own.size);
    activate(t, "epidemic-2020-beijing");
}

static void limits_in_working_time_are_counted_by_the_calendar(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    use_working_time(&t);
    clock_at(&t, "2020-02-14T17:00");   /* a Friday */
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-18T18:00"));
    assert_int_equal(task_of(&t, 1)->counted->unit, DUBAN__TIME_UNIT__TIME_UNIT_WORKING_DAY);
    complain(&t, "clerk", (struct complaint){ .danger = true });
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-17T09:30"));
    assert_int_equal(task_of(&t, 1)->counted->unit, DUBAN__TIME_UNIT__TIME_UNIT_WORKING_HOUR);
    clock_at(&t, "2020-02-14T17:30");
    observe(&t, 25, PASS);
    conclude(&t, "inspector-n1", (struct finding_of){ .number = NULL });
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-17T12:00"));   /* half an hour today, three and a half on Monday */
    township_close(&t);
}

static void without_a_published_year_a_check_gets_its_due_later(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    use_working_time(&t);
    clock_at(&t, "2020-12-31T10:00");
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    complain(&t, "clerk", (struct complaint){ .matter = "GT-01" });
    assert_int_equal(task_of(&t, 1)->due_s, 0);
    assert_int_equal(facts(&t, FACT(YEAR_MISSING)), 2);
    assert_int_equal(told(&t, "clerk", "year_missing"), 1);
    clock_at(&t, "2020-12-31T17:00");
    complain(&t, "clerk", (struct complaint){ .danger = true });
    assert_int_equal(task_of(&t, 1)->due_s, 0);
    t.calendar = bytes_of(TWO_YEARS, sizeof TWO_YEARS - 1);
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(task_of(&t, 1)->due_s, at("2021-01-04T09:30"));   /* from the moment at which danger was said */
    assert_int_equal(task_of(&t, 2)->due_s, at("2021-01-05T18:00"));
    assert_int_equal(facts(&t, FACT(DUE_SET)), 2);
    pass_until(&t, "2021-01-04T09:31");
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    township_close(&t);
}

static void reminders_go_before_and_after_the_due_and_up(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    clock_at(&t, "2020-02-10T15:00");
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    pass_until(&t, "2020-02-11T14:59");
    assert_int_equal(told(&t, "leader-north", "complaint_due"), 2);
    pass_until(&t, "2020-02-11T17:00:01");
    assert_int_equal(told(&t, "leader-north", "complaint_overdue"), 1);
    assert_int_equal(told(&t, "lead", "complaint_overdue"), 1);
    assert_int_equal(facts(&t, FACT(OVERDUE)), 1);
    look(&t, DUBAN__PURPOSE__PURPOSE_OBSERVATION, PASS, "2020-02-11T14:00", 25);   /* comes late, was in time */
    assert_int_equal(facts(&t, FACT(CURED)), 1);
    township_close(&t);
}

static void only_a_visit_that_passed_its_item_shows_that_it_is_unfounded(void **state)
{
    static const Duban__Result OTHERS[] = { FAIL, DUBAN__RESULT__RESULT_NOT_APPLICABLE, DUBAN__RESULT__RESULT_NOT_CHECKED };
    struct township t;
    uint64_t sequence = 0;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        sequence = observe(&t, 25, OTHERS[i]);
        conclude(&t, "leader-north", (struct finding_of){ .visit = i % 2 == 0 ? 0 : sequence });
        assert_state(&t, 1, STATE(VERIFYING));
        assert_int_equal(facts(&t, FACT(CONTRADICTION)), i + 1);
        assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->rule, "complaint_result.matter_not_passed");
    }
    observe(&t, 25, PASS);
    conclude(&t, "leader-north", (struct finding_of){ .visit = sequence });
    assert_state(&t, 1, STATE(VERIFYING));
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_state(&t, 1, STATE(FEEDBACK));
    township_close(&t);
}

static void photos_that_are_missing_keep_a_visit_from_counting(void **state)
{
    struct township t;
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Evidence evidence = DUBAN__EVIDENCE__INIT;
    Duban__Evidence *list[] = { &evidence };
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;
    static uint8_t sha256[32];

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T10:00");
    evidence.name = "1.jpg";
    evidence.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    report.reporter = "inspector-n1";
    report.site = "GATE-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.device_time_ms = t.now_s * 1000;
    answer.item = "GT-03";
    answer.result = PASS;
    report.n_answers = 1;
    report.answers = answers;
    report.n_evidence = 1;
    report.evidence = list;
    SUBMIT(&t, "inspector-n1", REPORT, report, &report);
    arrival.report_sequence = t.sequence;
    assert_int_equal(facts(&t, FACT(VISIT_NOT_COUNTED)), 1);
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_non_null(held_last(&t));
    arrival.name = "1.jpg";
    arrival.sha256 = evidence.sha256;
    arrival.size_bytes = 1;
    SUBMIT(&t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
    assert_int_equal(facts(&t, FACT(VISITED)), 1);
    conclude(&t, "leader-north", (struct finding_of){ .number = NULL });
    assert_state(&t, 1, STATE(FEEDBACK));
    township_close(&t);
}

static void a_place_with_an_open_complaint_stays_in_the_registry(void **state)
{
    struct township t;
    Duban__SiteChange change = DUBAN__SITE_CHANGE__INIT;

    (void) state;
    open_township(&t);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    change.code = "GATE-1";
    change.removed = true;
    SUBMIT(&t, "operator", SITE_CHANGE, site_change, &change);
    assert_held(&t, "siteChange.removed", "GATE-1");
    township_close(&t);
}

static void another_pack_without_the_section_takes_none_and_says_so(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T09:00");
    activate(&t, "fire-safety-mini");
    complain(&t, "clerk", (struct complaint){ .matter = "EX-01" });
    assert_int_equal(task_of(&t, 1)->due_s, at("2020-02-12T09:00"));   /* nothing here is about an epidemic */
    township_close(&t);
}

static void what_a_task_is_about_is_its_case_else_its_subject_else_itself(void **state)
{
    uint8_t bytes[3][ID_BYTES] = { { 1 }, { 2 }, { 3 } };
    Duban__Task task = DUBAN__TASK__INIT;
    Duban__NoticeItem item = DUBAN__NOTICE_ITEM__INIT;

    (void) state;
    task.id = item.task = (ProtobufCBinaryData){ ID_BYTES, bytes[0] };
    assert_ptr_equal(task_about(&task)->data, bytes[0]);
    assert_ptr_equal(item_about(&item)->data, bytes[0]);
    task.subject = item.subject = (ProtobufCBinaryData){ ID_BYTES, bytes[1] };
    assert_ptr_equal(task_about(&task)->data, bytes[1]);
    assert_ptr_equal(item_about(&item)->data, bytes[1]);
    task.case_id = item.case_id = (ProtobufCBinaryData){ ID_BYTES, bytes[2] };
    assert_ptr_equal(task_about(&task)->data, bytes[2]);
    assert_ptr_equal(item_about(&item)->data, bytes[2]);
}

/* However many there are, no entry is cut short in silence. */
static void more_complaints_than_one_visit_can_serve_are_said_to_be_there(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    for (int i = 0; i < MAX_OPEN_AT_PLACE; i++)
        complain(&t, "clerk", (struct complaint){ .site = NULL });
    assert_int_equal(facts(&t, FACT(MORE_OPEN)), 0);
    complain(&t, "clerk", (struct complaint){ .site = NULL });
    clock_at(&t, "2020-02-10T11:00");
    look(&t, DUBAN__PURPOSE__PURPOSE_INSPECTION, DUBAN__RESULT__RESULT_PASS, NULL, 30);
    assert_int_equal(facts(&t, FACT(MORE_OPEN)), 1);
    assert_int_equal(last_fact(&t, FACT(MORE_OPEN))->number, MAX_OPEN_AT_PLACE);
    township_close(&t);
}

static void sent_out_and_verified(struct township *t, uint32_t era)
{
    open_township(t);
    begin_era(t, era);
    t->rules.engine.takes_as_accepted = true;
    complain(t, "clerk", (struct complaint){ .site = NULL });
    pass_until(t, "2020-02-11T06:00");
    clock_at(t, "2020-02-11T08:30");
    look(t, DUBAN__PURPOSE__PURPOSE_INSPECTION, DUBAN__RESULT__RESULT_PASS, NULL, 5);
    conclude(t, "inspector-n1", (struct finding_of){ .outcome = 0 });
    assert_null(held_last(t));
}

static void everybody_who_was_sent_out_hears_once_that_it_has_been_verified(void **state)
{
    struct township t;

    (void) state;
    sent_out_and_verified(&t, ERA_OF_EVERYONE_STOOD_DOWN);
    assert_int_equal(told(&t, "inspector-n2", "stand_down"), 1);
    assert_string_equal(last_notice(&t, "inspector-n2", "stand_down")->items[0]->reason, "已核实");
    assert_int_equal(told(&t, "inspector-n1", "stand_down"), 0);   /* who has done it */
    assert_int_equal(told(&t, "lead", "stand_down"), 0);           /* never told of it */
    township_close(&t);
}

/* Two complaints about one gate, made ten minutes apart: reminders at 08:00 and 08:10. */
static void remind_of_two(struct township *t, uint32_t era)
{
    open_township(t);
    begin_era(t, era);
    complain(t, "clerk", (struct complaint){ .matter = "GT-03" });
    t->now_s += 600;
    complain(t, "clerk", (struct complaint){ .matter = "GT-01" });
    forget_told(t);
    pass_until(t, "2020-02-11T08:30");
}

static void row_33_reminders_of_two_complaints_about_one_site_within_half_an_hour_go_together(void **state)
{
    struct township t;

    (void) state;
    remind_of_two(&t, ERA_OF_JOINED_SUBJECTS);
    assert_int_equal(last_notice(&t, "inspector-n2", "complaint_due")->n_items, 2);
    assert_int_equal(told(&t, "inspector-n2", "complaint_due"), 1);
    township_close(&t);
    remind_of_two(&t, ERA_OF_JOINED_SUBJECTS - 1);
    assert_int_equal(told(&t, "inspector-n2", "complaint_due"), 2);
    township_close(&t);
}

static void an_earlier_era_stood_down_those_whom_the_ladder_called_alone(void **state)
{
    struct township t;

    (void) state;
    sent_out_and_verified(&t, ERA_OF_EVERYONE_STOOD_DOWN - 1);
    assert_int_equal(told(&t, "inspector-n2", "stand_down"), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_33_reminders_of_two_complaints_about_one_site_within_half_an_hour_go_together),
        cmocka_unit_test(everybody_who_was_sent_out_hears_once_that_it_has_been_verified),
        cmocka_unit_test(an_earlier_era_stood_down_those_whom_the_ladder_called_alone),
        cmocka_unit_test(a_complaint_opens_a_check_for_the_group_of_its_zone),
        cmocka_unit_test(danger_shortens_the_limit_and_disturbs_the_night),
        cmocka_unit_test(an_area_without_a_site_has_its_zone_too),
        cmocka_unit_test(only_the_clerk_enters_only_the_group_concludes_only_the_office_receipts),
        cmocka_unit_test(what_rules_does_not_know_is_held),
        cmocka_unit_test(the_prior_is_shown_and_never_closes_it),
        cmocka_unit_test(an_observation_below_the_minimum_is_insufficient),
        cmocka_unit_test(neither_guidance_nor_revisit_nor_what_lies_before_is_a_check),
        cmocka_unit_test(a_result_that_overtakes_its_visit_is_released_when_that_has_come),
        cmocka_unit_test(what_is_found_true_needs_a_failing_item_and_is_linked_with_its_cases),
        cmocka_unit_test(it_stays_open_until_the_office_has_receipted),
        cmocka_unit_test(ninety_days_after_its_closing_who_complained_is_to_be_forgotten),
        cmocka_unit_test(a_pack_that_does_not_say_means_ninety_days),
        cmocka_unit_test(what_a_refused_complaint_says_of_people_is_to_be_forgotten_at_once),
        cmocka_unit_test(what_is_said_twice_changes_nothing),
        cmocka_unit_test(another_of_the_same_site_and_matter_is_joined_one_visit_feedback_for_each),
        cmocka_unit_test(a_joined_complaint_made_after_the_visit_is_checked_by_itself),
        cmocka_unit_test(the_first_of_a_group_may_be_the_one_that_the_visit_does_not_answer),
        cmocka_unit_test(danger_said_later_hastens_the_check),
        cmocka_unit_test(limits_in_working_time_are_counted_by_the_calendar),
        cmocka_unit_test(without_a_published_year_a_check_gets_its_due_later),
        cmocka_unit_test(reminders_go_before_and_after_the_due_and_up),
        cmocka_unit_test(only_a_visit_that_passed_its_item_shows_that_it_is_unfounded),
        cmocka_unit_test(photos_that_are_missing_keep_a_visit_from_counting),
        cmocka_unit_test(a_place_with_an_open_complaint_stays_in_the_registry),
        cmocka_unit_test(another_pack_without_the_section_takes_none_and_says_so),
        cmocka_unit_test(what_a_task_is_about_is_its_case_else_its_subject_else_itself),
        cmocka_unit_test(more_complaints_than_one_visit_can_serve_are_said_to_be_there),
        cmocka_unit_test(a_due_that_is_hastened_is_set_anew),
        cmocka_unit_test(a_result_finds_its_visit_behind_any_number_of_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
