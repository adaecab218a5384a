/* test_aftermath.c - what is told of an entry behind its receipt: what it changed, or that it changed nothing. */
#include "fixture.h"

#define REPORT "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"2020-02-03T09:10\",\"site\":\"cour-1\"," \
               "\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\"}}"

enum { MOST_FACTS = 16, STAMP_S = 1580692200 };

/* Rules that tells the facts which the test has put in, and holds nothing. */
struct told {
    struct known_case known;
    Duban__Fact facts[MOST_FACTS];
    Duban__Fact *list[MOST_FACTS];
    Duban__FactRows rows;
    size_t questions;            /* for facts */
    int64_t from_s, until_s;     /* of the last of them */
    bool everything_held;
    uint64_t notify_cursor;
    char *full_disk;             /* of notify */
};

static void tell(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    struct told *told = f->mine;
    static Duban__HolderRows nobody = DUBAN__HOLDER_ROWS__INIT;

    if (query->body_case == DUBAN__QUERY__BODY_CASE_) {
        answer_case(reply, &told->known);
    } else if (query->body_case == DUBAN__QUERY__BODY_HOLDERS) {
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &nobody;
    } else if (query->body_case == DUBAN__QUERY__BODY_FACTS) {
        told->questions++;
        told->from_s = query->facts->from_s;
        told->until_s = query->facts->until_s;
        reply->applied_sequence = f->last_sequence;
        reply->body_case = DUBAN__REPLY__BODY_FACTS;
        reply->facts = &told->rows;
    } else if (told->everything_held) {
        everything_held(f, query, reply);
    } else {
        nothing_held(f, query, reply);
    }
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();
    struct told *told = calloc(1, sizeof *told);

    assert_non_null(told);
    known_case_make(&told->known);
    duban__fact_rows__init(&told->rows);
    told->rows.rows = told->list;
    f->mine = told;
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", tell);
    *state = f;
    return 0;
}

/* One more fact of the case, caused by that entry. */
static Duban__Fact *add_fact(struct fixture *f, Duban__FactKind kind, uint64_t entry_sequence, const char *actor)
{
    struct told *told = f->mine;
    size_t place = told->rows.n_rows++;
    Duban__Fact *fact = &told->facts[place];

    duban__fact__init(fact);
    fact->sequence = place + 1;
    fact->kind = kind;
    fact->entry_sequence = entry_sequence;
    fact->actor = (char *) actor;
    fact->at_s = STAMP_S;
    fact->subject = told->known.case_.id;
    told->list[place] = fact;
    return fact;
}

static void an_act_tells_the_case_what_happened_and_where_it_stands(void **state)
{
    struct fixture *f = *state;
    struct told *told = f->mine;

    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_CLAIMED, 1, "site-cour-1");
    assert_int_equal(duban(f, "claim", "DB-0002", "--as", "site-cour-1", NULL), EXIT_FINE);
    assert_contains(f->out, "receipt: sequence 1");
    assert_contains(f->out, "DB-0002 快递网点 · 没有消毒记录");
    assert_contains(f->out, "DB-0002 courier outlet · no log");
    assert_contains(f->out, "site-cour-1报告整改完成，等候复查");
    assert_contains(f->out, "site-cour-1 says fixed; waits for the revisit");
    assert_contains(f->out, "现在：待复查，下一期限 2020-02-04 09:10");
    assert_contains(f->out, "now: fix reported, next due 2020-02-04 09:10");
    assert_string_equal(f->errors, "");
    assert_true(told->from_s == STAMP_S && told->until_s == STAMP_S);
}

static void what_others_did_at_the_same_moment_is_not_told(void **state)
{
    struct fixture *f = *state;

    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_OVERDUE, 1, "");       /* a timer that was due by then */
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_ACKNOWLEDGED, 1, "inspector-n1");
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_VOIDED, 7, "lead");
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, 1, "inspector-n1");
    assert_int_equal(duban(f, "acknowledge", "2", NULL), EXIT_FINE);
    assert_contains(f->out, "acknowledged by inspector-n1");
    assert_null(strstr(f->out, "overdue"));
    assert_null(strstr(f->out, "voided"));
    assert_null(strstr(f->out, "not told"));
}

static void what_happened_stands_before_whom_it_told(void **state)
{
    struct fixture *f = *state;
    Duban__Fact *told = add_fact(f, DUBAN__FACT_KIND__FACT_KIND_TOLD, 1, "leader-n");

    told->message_kind = "new_case";
    told->recipient = "inspector-n2";
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_ASSIGNED, 1, "leader-n")->recipient = "inspector-n2";
    assert_int_equal(duban(f, "claim", "2", NULL), EXIT_FINE);
    assert_true(strstr(f->out, "assigned to inspector-n2") < strstr(f->out, "told inspector-n2: new case"));
}

/* ---------------------------------------------------------------- what has left the house */

static void answer_as_notify(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__NotifyStatus status;
    static Duban__Fault later = DUBAN__FAULT__INIT;
    struct told *told = f->mine;

    if (query->min_sequence > told->notify_cursor) {
        later.later = true;
        reply->body_case = DUBAN__REPLY__BODY_FAULT;
        reply->fault = &later;
        return;
    }
    duban__notify_status__init(&status);
    status.cursor = told->notify_cursor;
    status.full_disk = told->full_disk;
    reply->body_case = DUBAN__REPLY__BODY_NOTIFY;
    reply->notify = &status;
}

static void tell_leader_in_notice_five(struct fixture *f)
{
    Duban__Fact *told = add_fact(f, DUBAN__FACT_KIND__FACT_KIND_TOLD, 1, "insp-n");

    told->message_kind = "urgent_fever";
    told->recipient = "leader-n";
    told->outbox_sequence = 5;
}

static int report_urgently(struct fixture *f)
{
    return duban(f, "--timeout", "1", "urgent", "report", "--area", "c1", "--as", "insp-n", NULL);
}

static void what_notify_has_taken_over_is_told(void **state)
{
    struct fixture *f = *state;
    struct told *told = f->mine;

    told->notify_cursor = 5;
    told->full_disk = "";
    fake_start(f, &f->notify, "notify.query", answer_as_notify);
    tell_leader_in_notice_five(f);
    assert_int_equal(report_urgently(f), EXIT_FINE);
    assert_contains(f->out, "  told leader-n: ");
    assert_string_equal(f->errors, "");
}

static void check_that_people_have_to_telephone(struct fixture *f)
{
    assert_int_equal(report_urgently(f), EXIT_NO_ANSWER);
    assert_contains(f->out, "receipt: sequence 1");
    assert_contains(f->out, "尚未发出：通知leader-n");
    assert_contains(f->out, "not sent yet: told leader-n: ");
    assert_contains(f->errors, "已决定通知，但通知服务没有应答或写不了盘，尚未发出");
    assert_contains(f->errors, "decided, but not sent: ");
    assert_contains(f->errors, "请立即打电话");
    assert_contains(f->errors, "nobody has been told yet: telephone at once");
}

static void while_notify_lags_people_have_to_telephone(void **state)
{
    struct fixture *f = *state;
    struct told *told = f->mine;

    told->notify_cursor = 4;
    told->full_disk = "";
    fake_start(f, &f->notify, "notify.query", answer_as_notify);
    tell_leader_in_notice_five(f);
    check_that_people_have_to_telephone(f);
}

static void while_the_disk_of_notify_is_full_people_have_to_telephone(void **state)
{
    struct fixture *f = *state;
    struct told *told = f->mine;

    told->notify_cursor = 5;
    told->full_disk = "/var/lib/duban-notify";
    fake_start(f, &f->notify, "notify.query", answer_as_notify);
    tell_leader_in_notice_five(f);
    check_that_people_have_to_telephone(f);
}

static void while_notify_is_dead_people_have_to_telephone(void **state)
{
    struct fixture *f = *state;

    tell_leader_in_notice_five(f);
    check_that_people_have_to_telephone(f);
}

static void another_act_says_that_it_is_not_sent_and_is_fine(void **state)
{
    struct fixture *f = *state;
    struct told *told = f->mine;

    tell_leader_in_notice_five(f);
    assert_int_equal(duban(f, "--timeout", "1", "claim", "2", NULL), EXIT_FINE);
    assert_contains(f->errors, "decided, but not sent: ");
    told->facts[0].entry_sequence = 2;
    assert_int_equal(duban(f, "--timeout", "1", "--json", "claim", "2", NULL), EXIT_FINE);
    assert_contains(f->out, "\"noticesTakenOver\": false");
    assert_contains(f->errors, "decided, but not sent: ");
}

static void what_ingest_does_not_take_people_have_to_telephone(void **state)
{
    struct fixture *f = *state;

    f->answers[0] = ANSWER_SILENCE;
    f->answers[1] = ANSWER_FULL;
    f->answer_count = 2;
    assert_int_equal(report_urgently(f), EXIT_NO_ANSWER);
    assert_contains(f->errors, "no receipt");
    assert_contains(f->errors, "nobody has been told yet: telephone at once");
    assert_int_equal(report_urgently(f), EXIT_REFUSED);
    assert_contains(f->errors, "nobody has been told yet: telephone at once");
}

static void an_act_that_the_state_contradicts_says_why_and_ends_with_one(void **state)
{
    struct fixture *f = *state;
    Duban__Fact *fact = add_fact(f, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, 1, "site-cour-1");

    fact->from = DUBAN__CASE_STATE__CASE_STATE_CLOSED;
    fact->act = "claim";
    fact->reason = "is_over";
    assert_int_equal(duban(f, "claim", "2", NULL), EXIT_REFUSED);
    assert_contains(f->out, "receipt: sequence 1");
    assert_contains(f->errors, "DB-0002 快递网点 · 没有消毒记录：site-cour-1报整改完成：没有改变什么，只存档（当时：已销号）：问题已经销号或作废");
    assert_contains(f->errors, "DB-0002 courier outlet · no log: site-cour-1's claim changes nothing, only kept (then: closed): "
                               "the case is closed or voided");
    assert_null(strstr(f->out, "now:"));
}

static void every_contradiction_has_its_why(void **state)
{
    static const char *const ACTS[] = { "claim", "acknowledgement", "explanation", "assignment", "edit", "extension",
                                        "approval", "suspension", "resumption", "release", "policy_activation" };
    static const char *const REASONS[] = { "is_over", "is_suspended", "site_stopped", "claimed_already", "passed_already",
                                           "not_overdue", "same_owner", "request_pending", "request_outdated",
                                           "nothing_waits", "not_suspended", "before_closing" };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof REASONS / sizeof REASONS[0]; i++) {
        struct told *told = f->mine;
        Duban__Fact *fact;
        char bare[32];

        told->rows.n_rows = 0;
        fact = add_fact(f, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, i + 1, "n1");
        fact->reason = (char *) REASONS[i];
        fact->act = (char *) ACTS[i % (sizeof ACTS / sizeof ACTS[0])];
        assert_int_equal(duban(f, "claim", "2", NULL), EXIT_REFUSED);
        (void) snprintf(bare, sizeof bare, ": %s\n", REASONS[i]);
        assert_null(strstr(f->errors, bare));   /* the token itself says nothing to people */
        (void) snprintf(bare, sizeof bare, "n1%s：", fact->act);
        assert_null(strstr(f->errors, bare));
        assert_contains(f->errors, " changes nothing, only kept: ");
    }
}

static void what_the_rules_say_of_it_is_told_in_both_languages(void **state)
{
    struct fixture *f = *state;
    Duban__Fact *fact = add_fact(f, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, 1, "lead");

    fact->act = "suspension";
    fact->reason = "复核时间必须晚于现在";
    fact->reason_en = "the time of the review must be later than now";
    assert_int_equal(duban(f, "claim", "2", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "只存档：复核时间必须晚于现在");
    assert_contains(f->errors, "only kept: the time of the review must be later than now");
}

static void who_adopted_an_act_stands_behind_whose_it_is(void **state)
{
    struct fixture *f = *state;
    Duban__Fact *fact = add_fact(f, DUBAN__FACT_KIND__FACT_KIND_EXPLAINED, 1, "inspector-n1");

    fact->reason = "缺人";
    fact->adopted_by = "clerk";
    assert_int_equal(duban(f, "claim", "2", NULL), EXIT_FINE);
    assert_contains(f->out, "inspector-n1说明逾期原因：缺人（待核后由clerk采用）");
    assert_contains(f->out, "inspector-n1 explains: 缺人 (held, adopted by clerk)");
}

static void one_contradiction_among_changes_is_told_with_them(void **state)
{
    struct fixture *f = *state;

    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_PASSED, 1, "n1");
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, 1, "n1")->reason = "before_closing";
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), NULL), EXIT_FINE);
    assert_contains(f->out, "passed");
    assert_contains(f->out, "changes nothing, only kept: it lies before the closing");
}

static void an_entry_without_any_effect_says_so(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), NULL), EXIT_FINE);
    assert_contains(f->out, "没有问题因此改变");
    assert_contains(f->out, "no case changes by it");
}

static void a_release_tells_what_the_entry_caused_that_it_applied(void **state)
{
    struct fixture *f = *state;

    f->last_sequence = 81;   /* the release is 82 */
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_ATTEMPTED, 81, "n1");      /* of the entry when it came */
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_QUARANTINED, 81, "n1");
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_OPENED, 81, "n1")->level_to = "B";
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_RELEASED, 82, "clerk")->other_sequence = 81;
    assert_int_equal(duban(f, "release", "81", "--as", "clerk", NULL), EXIT_FINE);
    assert_contains(f->out, "opened at level B");
    assert_contains(f->out, "entry 81 released by clerk and applied");
    assert_null(strstr(f->out, "nobody there"));
    assert_null(strstr(f->out, "held in quarantine"));
}

static void a_series_asks_for_each_moment_once(void **state)
{
    struct fixture *f = *state;
    struct told *told = f->mine;

    for (uint64_t sequence = 1; sequence <= 3; sequence++)
        add_fact(f, DUBAN__FACT_KIND__FACT_KIND_ACKNOWLEDGED, sequence, "n1");
    assert_int_equal(duban(f, "submit", file_of(f, "a.json", "[" REPORT "," REPORT "," REPORT "]"), NULL), EXIT_FINE);
    assert_int_equal(told->questions, 1);
    assert_contains(strstr(f->out, "[2]: "), "acknowledged by n1");
}

static void rules_that_is_silent_leaves_the_receipt_and_says_where_to_look(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    assert_int_equal(duban(f, "submit", file_of(f, "a.json", "[" REPORT "," REPORT "]"), "--timeout", "1", NULL), EXIT_FINE);
    assert_contains(f->out, "receipt: sequence 2");
    assert_contains(f->errors, "回执有效");
    assert_contains(f->errors, "the receipt stands");
    assert_contains(f->errors, "duban case NUMBER");
    assert_null(strstr(strstr(f->errors, "the receipt stands") + 1, "the receipt stands"));   /* said once */
    assert_null(strstr(f->out, "no case changes"));
}

static void what_rules_has_of_another_journal_is_not_told_as_the_result(void **state)
{
    struct fixture *f = *state;

    f->rules_elsewhere = true;
    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_CLAIMED, 1, "site-cour-1");
    assert_int_equal(duban(f, "submit", file_of(f, "a.json", "[" REPORT "," REPORT "]"), NULL), EXIT_FINE);
    assert_contains(f->out, "receipt: sequence 2");
    assert_null(strstr(f->out, "says fixed"));
    assert_contains(f->errors, "规则引擎处理的不是这份日志");
    assert_contains(f->errors, "rules does not follow this journal");
    assert_null(strstr(strstr(f->errors, "does not follow") + 1, "does not follow"));   /* said once */
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"outcome\": \"otherJournal\"");
}

static void json_has_the_facts_and_whether_it_was_applied(void **state)
{
    struct fixture *f = *state;
    struct told *told = f->mine;
    json_t *document, *receipt;

    add_fact(f, DUBAN__FACT_KIND__FACT_KIND_CLAIMED, 1, "site-cour-1");
    assert_int_equal(duban(f, "claim", "2", "--json", NULL), EXIT_FINE);
    document = json_loads(f->out, 0, NULL);
    receipt = json_array_get(json_object_get(document, "receipts"), 0);
    assert_string_equal(json_string_value(json_object_get(receipt, "outcome")), "applied");
    assert_int_equal(json_array_size(json_object_get(receipt, "facts")), 1);
    json_decref(document);
    told->everything_held = true;
    assert_int_equal(duban(f, "claim", "2", "--json", NULL), EXIT_REFUSED);
    document = json_loads(f->out, 0, NULL);
    receipt = json_array_get(json_object_get(document, "receipts"), 0);
    assert_string_equal(json_string_value(json_object_get(receipt, "outcome")), "held");
    assert_string_equal(json_string_value(json_object_get(json_object_get(receipt, "quarantined"), "field")), "report.site");
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_act_tells_the_case_what_happened_and_where_it_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(what_others_did_at_the_same_moment_is_not_told, setup, teardown),
        cmocka_unit_test_setup_teardown(what_happened_stands_before_whom_it_told, setup, teardown),
        cmocka_unit_test_setup_teardown(what_notify_has_taken_over_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(while_notify_lags_people_have_to_telephone, setup, teardown),
        cmocka_unit_test_setup_teardown(while_the_disk_of_notify_is_full_people_have_to_telephone, setup, teardown),
        cmocka_unit_test_setup_teardown(while_notify_is_dead_people_have_to_telephone, setup, teardown),
        cmocka_unit_test_setup_teardown(another_act_says_that_it_is_not_sent_and_is_fine, setup, teardown),
        cmocka_unit_test_setup_teardown(what_ingest_does_not_take_people_have_to_telephone, setup, teardown),
        cmocka_unit_test_setup_teardown(an_act_that_the_state_contradicts_says_why_and_ends_with_one, setup, teardown),
        cmocka_unit_test_setup_teardown(every_contradiction_has_its_why, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_rules_say_of_it_is_told_in_both_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(who_adopted_an_act_stands_behind_whose_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(one_contradiction_among_changes_is_told_with_them, setup, teardown),
        cmocka_unit_test_setup_teardown(an_entry_without_any_effect_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(a_release_tells_what_the_entry_caused_that_it_applied, setup, teardown),
        cmocka_unit_test_setup_teardown(a_series_asks_for_each_moment_once, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_that_is_silent_leaves_the_receipt_and_says_where_to_look, setup, teardown),
        cmocka_unit_test_setup_teardown(what_rules_has_of_another_journal_is_not_told_as_the_result, setup, teardown),
        cmocka_unit_test_setup_teardown(json_has_the_facts_and_whether_it_was_applied, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
