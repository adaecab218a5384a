/* test_complaints.c - duban complaint and complaints, from the command line to the entry and back. */
#include "fixture.h"

#include "digest.h"

#define COMPLAINT "\"complaint\":{\"id\":\"AAAAAAAAAB3//4ABAAAAAA==\"}"   /* of the known one */

/* TS-0001, and what a fake rules answers about it. */
struct known_complaint {
    uint8_t id[ID_BYTES];
    Duban__Text kind, state, site_name, what;
    Duban__PriorVisit visit;
    Duban__PriorVisit *visits[1];
    uint32_t cases[1];
    Duban__ComplaintRecord record;
    Duban__Subject subject;
    Duban__SubjectRow row;
    Duban__SubjectRow *list[1];
    Duban__SubjectRows rows;
    Duban__SubjectsQuery asked;      /* the last listing that was asked for */
};

static void known_make(struct known_complaint *known)
{
    *known = (struct known_complaint){ .id = { [7] = 29, [8] = 0xff, [9] = 0xff, [10] = 0x80, [11] = 1 } };
    known->kind = text_of_words("投诉", "complaint");
    known->state = text_of_words("反馈待收", "waits for the receipt");
    known->site_name = text_of_words("东里东门", "Dongli east gate");
    known->what = text_of_words("出入无序", "no order");
    duban__prior_visit__init(&known->visit);
    known->visit.at_s = 1580687000;
    known->visit.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    known->visit.failed = 2;
    known->visits[0] = &known->visit;
    known->cases[0] = 7;
    duban__complaint_record__init(&known->record);
    known->record.source = "12345";
    known->record.matter = "GT-03";
    known->record.n_prior_visits = 1;
    known->record.prior_visits = known->visits;
    known->record.n_prior_cases = 1;
    known->record.prior_cases = known->cases;
    known->record.outcome = DUBAN__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNFOUNDED;
    known->record.result = "秩序良好";
    known->record.office = "wjk";
    known->record.concluded_s = 1580690000;
    duban__subject__init(&known->subject);
    known->subject.id = (ProtobufCBinaryData){ ID_BYTES, known->id };
    known->subject.kind = DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT;
    known->subject.site = "GATE-1";
    known->subject.of_case = DUBAN__SUBJECT__OF_COMPLAINT;
    known->subject.complaint = &known->record;
    duban__subject_row__init(&known->row);
    known->row.subject = &known->subject;
    known->row.number = "TS-0001";
    known->row.kind_label = &known->kind;
    known->row.state_label = &known->state;
    known->row.site_name = &known->site_name;
    known->row.what = &known->what;
    known->row.next_s = 1580778600;   /* 2020-02-04 09:10 in Beijing */
    known->list[0] = &known->row;
    duban__subject_rows__init(&known->rows);
    known->rows.n_rows = 1;
    known->rows.rows = known->list;
}

static bool is_another(const Duban__SubjectsQuery *asked)
{
    return asked->by_case == DUBAN__SUBJECTS_QUERY__BY_NUMBER && strcmp(asked->number, "TS-0001") != 0;
}

static void know_one_complaint(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__Fault fault = DUBAN__FAULT__INIT;
    static Duban__TaskRows no_tasks = DUBAN__TASK_ROWS__INIT;
    static Duban__NoticeRows no_notices = DUBAN__NOTICE_ROWS__INIT;
    struct known_complaint *known = f->mine;

    if (query->body_case == DUBAN__QUERY__BODY_TASKS) {
        reply->body_case = DUBAN__REPLY__BODY_TASKS;
        reply->tasks = &no_tasks;
    } else if (query->body_case == DUBAN__QUERY__BODY_NOTICES) {
        reply->body_case = DUBAN__REPLY__BODY_NOTICES;
        reply->notices = &no_notices;
    } else if (query->body_case != DUBAN__QUERY__BODY_SUBJECTS) {
        nothing_held(f, query, reply);
    } else if (is_another(query->subjects)) {
        fault.zh = "没有这个编号的事项";
        fault.en = "there is nothing of that number";
        reply->body_case = DUBAN__REPLY__BODY_FAULT;
        reply->fault = &fault;
    } else {
        known->asked = *query->subjects;
        reply->body_case = DUBAN__REPLY__BODY_SUBJECTS;
        reply->subjects = &known->rows;
    }
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    f->mine = calloc(1, sizeof(struct known_complaint));
    assert_non_null(f->mine);
    known_make(f->mine);
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", know_one_complaint);
    *state = f;
    return 0;
}

/* ---------------------------------------------------------------- acts */

static void assert_entry(struct fixture *f, const char *expected)
{
    char *entry = entry_json(f, f->submit_count - 1);

    assert_string_equal(entry, expected);
    free(entry);
}

static void each_act_becomes_its_entry(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "complaint", "enter", "--site", "GATE-1", "--matter", "GT-03", "--text", "出入无序", "--received",
                           "2020-02-10T15:00", "--danger", "--place", "东门", "--source", "letter", NULL), EXIT_FINE);
    assert_entry(f, "{\"complaint\":{\"danger\":true,\"matter\":\"GT-03\",\"place\":\"东门\",\"receivedAtMs\":\"1581318000000\","
                    "\"site\":\"GATE-1\",\"source\":\"letter\",\"text\":\"出入无序\"}}");
    assert_int_equal(duban(f, "complaint", "enter", "--area", "N1", "--matter", "GT-03", "--text", "无人值守", "--complainant",
                           "某居民 13800000000", NULL), EXIT_FINE);
    assert_entry(f, "{\"complaint\":{\"area\":\"N1\",\"complainant\":{\"clear\":\"某居民 13800000000\"},\"matter\":\"GT-03\","
                    "\"source\":\"12345\",\"text\":\"无人值守\"}}");
    assert_int_equal(duban(f, "complaint", "result", "TS-0001", "partly", "--text", "有时无人", "--office", "wjk", "--visit", "7",
                           NULL), EXIT_FINE);
    assert_entry(f, "{\"complaintResult\":{" COMPLAINT ",\"office\":\"wjk\",\"outcome\":\"COMPLAINT_OUTCOME_PARTLY\","
                    "\"reportSequence\":\"7\",\"text\":\"有时无人\"}}");
    assert_int_equal(duban(f, "complaint", "receipt", "TS-0001", "--as", "office-wjk", NULL), EXIT_FINE);
    assert_entry(f, "{\"feedbackReceipt\":{" COMPLAINT "}}");
    assert_string_equal(f->submits[3].account, "office-wjk");
}

static void a_slip_of_the_pen_never_becomes_an_entry(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "complaint", "enter", "--matter", "GT-03", "--text", "x", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--area");
    assert_int_equal(duban(f, "complaint", "enter", "--site", "S", "--area", "A", "--matter", "GT-03", "--text", "x", NULL),
                     EXIT_WRONG_USE);
    assert_int_equal(duban(f, "complaint", "enter", "--site", "GATE-1", "--text", "x", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--matter");
    assert_int_equal(duban(f, "complaint", "enter", "--site", "GATE-1", "--matter", "GT-03", "--text", "x", "--received", "昨天",
                           NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "complaint", "result", "TS-0001", "false", "--text", "x", "--office", "wjk", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "unfounded");
    assert_int_equal(duban(f, "complaint", "result", "TS-0001", "unfounded", "--text", "x", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--office");
    assert_int_equal(duban(f, "complaint", "receipt", "TS-0009", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "没有这个编号的事项");
    assert_int_equal(duban(f, "complaint", "forget", "TS-0001", NULL), EXIT_WRONG_USE);
    assert_int_equal(f->submit_count, 0);
}

/* ---------------------------------------------------------------- shown */

static void the_listing_has_number_place_matter_state_and_due(void **state)
{
    struct fixture *f = *state;
    const struct known_complaint *known = f->mine;

    assert_int_equal(duban(f, "complaints", "--all", NULL), EXIT_FINE);
    assert_contains(f->out, "TS-0001");
    assert_contains(f->out, "东里东门");
    assert_contains(f->out, "出入无序");
    assert_contains(f->out, "反馈待收");
    assert_contains(f->out, "2020-02-04 09:10");
    assert_true(known->asked.closed_too);
    assert_int_equal(known->asked.kind, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT);
}

static void one_complaint_is_shown_whole(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "complaints", "TS-0001", NULL), EXIT_FINE);
    assert_contains(f->out, "2020-02-03 07:43");   /* 1580687000 */
    assert_contains(f->out, "2 项不合格");
    assert_contains(f->out, "DB-0007");
    assert_contains(f->out, "不属实");
    assert_contains(f->out, "秩序良好");
    assert_int_equal(duban(f, "complaints", "TS-0001", "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"subject\"");
    assert_contains(f->out, "COMPLAINT_OUTCOME_UNFOUNDED");
    assert_int_equal(duban(f, "notices", "--case", "TS-0001", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "notices", "--case", "TS-0009", NULL), EXIT_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_act_becomes_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slip_of_the_pen_never_becomes_an_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(the_listing_has_number_place_matter_state_and_due, setup, teardown),
        cmocka_unit_test_setup_teardown(one_complaint_is_shown_whole, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
