/* test_listings.c - what is shown of cases, notices, deliveries, the spool; and why a notice was sent. */
#include "fixture.h"

static uint8_t CASE_ID[16] = { 0, 0, 0, 0, 0, 0, 0, 29 };
static uint8_t TASK_ID[16] = { 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 1 };

/* ---------------------------------------------------------------- one case, as rules would tell it */

static Duban__Text *text(const char *zh, const char *en)
{
    static Duban__Text texts[64];
    static size_t used;
    Duban__Text *text = &texts[used++ % 64];

    duban__text__init(text);
    text->zh = (char *) zh;
    text->en = (char *) en;
    return text;
}

static void answer_cases(Duban__Reply *reply)
{
    static Duban__CaseRows rows;
    static Duban__CaseRow row;
    static Duban__CaseRow *list[] = { &row };
    static Duban__Case case_;

    duban__case_rows__init(&rows);
    duban__case_row__init(&row);
    duban__case__init(&case_);
    case_.id = (ProtobufCBinaryData){ 16, CASE_ID };
    case_.number = 1;
    case_.site = "cour-1";
    case_.item = "DS-01";
    case_.level = "B";
    case_.owner = "inspector-n1";
    case_.state = DUBAN__CASE_STATE__CASE_STATE_RECTIFYING;
    row.case_ = &case_;
    row.site_name = text("快递网点", "courier outlet");
    row.finding = text("没有消毒记录", "no log");
    row.state_label = text("整改中", "rectifying");
    row.light = DUBAN__LIGHT__LIGHT_RED;
    row.overdue = true;
    row.overdue_label = text("复查逾期", "revisit overdue");
    row.next_s = 1580778600;
    rows.n_rows = 1;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_CASES;
    reply->cases = &rows;
}

static bool more_tasks;   /* than the one of the case */

static void answer_tasks(Duban__Reply *reply)
{
    static Duban__TaskRows rows;
    static Duban__TaskRow row, settlement_row;
    static Duban__TaskRow *list[] = { &row, &settlement_row };
    static Duban__Task task, settlement;

    duban__task_rows__init(&rows);
    duban__task_row__init(&row);
    duban__task__init(&task);
    task.id = (ProtobufCBinaryData){ 16, TASK_ID };
    task.case_id = (ProtobufCBinaryData){ 16, CASE_ID };
    task.kind = DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION;
    task.state = DUBAN__TASK_STATE__TASK_STATE_OPEN;
    task.opened_s = 1580692200;
    task.due_s = 1580778600;
    row.task = &task;
    row.case_number = 1;
    row.number = "DB-0001";
    duban__task_row__init(&settlement_row);
    duban__task__init(&settlement);
    settlement.id = (ProtobufCBinaryData){ 16, TASK_ID };
    settlement.kind = DUBAN__TASK_KIND__TASK_KIND_SETTLEMENT;
    settlement.state = DUBAN__TASK_STATE__TASK_STATE_OPEN;
    settlement.due_s = task.due_s - 3600;
    settlement.quarantined_sequence = 42;
    settlement.overdue_told = true;
    settlement_row.task = &settlement;
    rows.n_rows = more_tasks ? 2 : 1;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_TASKS;
    reply->tasks = &rows;
}

static void answer_facts(Duban__Reply *reply)
{
    static Duban__FactRows rows;
    static Duban__Fact opened, not_told, nobody;
    static Duban__Fact *list[] = { &opened, &not_told, &nobody };

    duban__fact_rows__init(&rows);
    duban__fact__init(&opened);
    duban__fact__init(&not_told);
    duban__fact__init(&nobody);
    opened.kind = DUBAN__FACT_KIND__FACT_KIND_OPENED;
    opened.at_s = 1580692200;
    opened.entry_sequence = 29;
    opened.actor = "inspector-n1";
    opened.level_to = "B";
    opened.new_s = 1580778600;
    not_told.kind = DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD;
    not_told.at_s = nobody.at_s = 1580785800;
    not_told.message_kind = "overdue_owner";
    not_told.recipient = "inspector-n1";
    not_told.reason = "acknowledged";
    nobody.kind = DUBAN__FACT_KIND__FACT_KIND_NOBODY;
    nobody.message_kind = "overdue_group_leader";
    nobody.recipient = "area_contact";
    rows.n_rows = 3;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_FACTS;
    reply->facts = &rows;
}

static void answer_notices(const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__NoticeRows rows;
    static Duban__NoticeRow row;
    static Duban__NoticeRow *list[] = { &row };
    static Duban__Notice notice;
    static Duban__Recipient recipient;
    static Duban__Cause cause;
    static Duban__NoticeItem item;
    static Duban__NoticeItem *items[] = { &item };
    static Duban__Outcome outcome;
    static Duban__Outcome *outcomes[] = { &outcome };

    duban__notice_rows__init(&rows);
    duban__notice_row__init(&row);
    duban__notice__init(&notice);
    duban__recipient__init(&recipient);
    duban__cause__init(&cause);
    duban__notice_item__init(&item);
    duban__outcome__init(&outcome);
    recipient.account = "leader-n";
    recipient.title = text("北片组组长", "north group leader");
    recipient.role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    recipient.deputy_for = "leader-s";
    cause.entry_sequence = 29;
    cause.rule = "ladder.rectification.B[1]";
    cause.file = "policy.yaml";
    cause.line = 235;
    cause.task = (ProtobufCBinaryData){ 16, TASK_ID };
    cause.step = 0x4001;
    cause.lookup = "group_leader zone=north";
    item.case_id = (ProtobufCBinaryData){ 16, CASE_ID };
    item.task = (ProtobufCBinaryData){ 16, TASK_ID };
    item.number = "DB-0001";
    outcome.grade = DUBAN__GRADE__GRADE_DELIVERED;
    outcome.channel = "webhook";
    outcome.attempts = 2;
    notice.kind = "overdue_group_leader";
    notice.recipient = &recipient;
    notice.cause = &cause;
    notice.items = items;
    notice.n_items = 1;
    notice.due_at_s = 1580785800;
    notice.decided_at_s = 1580793000;
    notice.late = true;
    row.sequence = 18;
    row.notice = &notice;
    row.outcomes = outcomes;
    row.n_outcomes = 1;
    rows.n_rows = query->notices->only_sequence == 0 || query->notices->only_sequence == 18 ? 1 : 0;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_NOTICES;
    reply->notices = &rows;
}

static void answer_nothing(const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__HolderRows holders = DUBAN__HOLDER_ROWS__INIT;
    static Duban__RulesStatus status = DUBAN__RULES_STATUS__INIT;

    if (query->body_case == DUBAN__QUERY__BODY_HOLDERS) {
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &holders;
    } else {
        reply->body_case = DUBAN__REPLY__BODY_RULES;
        reply->rules = &status;
    }
}

/* A meeting of the day: 4 of 10 sites were inspected. */
static void answer_meeting(const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__MeetingRow row;
    static Duban__Meeting meeting;
    static Duban__MeetingFigures figures;

    duban__meeting_row__init(&row);
    duban__meeting__init(&meeting);
    duban__meeting_figures__init(&figures);
    figures.required = 10;
    figures.planned = 10;
    figures.inspected = 4;
    figures.alerting_counted = true;
    meeting.kind = query->meeting->kind;
    meeting.counts_days = true;
    meeting.figures = &figures;
    row.meeting = &meeting;
    reply->body_case = DUBAN__REPLY__BODY_MEETING;
    reply->meeting = &row;
}

static void answer_of_rules(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    (void) f;
    switch ((int) query->body_case) {
    case DUBAN__QUERY__BODY_CASES:
    case DUBAN__QUERY__BODY_CASE_:
        answer_cases(reply);
        return;
    case DUBAN__QUERY__BODY_MEETING:
        answer_meeting(query, reply);
        return;
    case DUBAN__QUERY__BODY_TASKS:
        answer_tasks(reply);
        return;
    case DUBAN__QUERY__BODY_FACTS:
        answer_facts(reply);
        return;
    case DUBAN__QUERY__BODY_NOTICES:
        answer_notices(query, reply);
        return;
    default:
        answer_nothing(query, reply);
    }
}

static void answer_as_rules(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    reply->rehearsal = true;
    answer_of_rules(f, query, reply);
}

static void answer_as_notify(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__LedgerRows receipts = DUBAN__LEDGER_ROWS__INIT;
    static Duban__DeliveryRows rows;
    static Duban__Delivery delivery;
    static Duban__Delivery *list[] = { &delivery };

    (void) f;
    if (query->body_case == DUBAN__QUERY__BODY_LEDGER) {
        reply->body_case = DUBAN__REPLY__BODY_LEDGER;
        reply->ledger = &receipts;
        return;
    }
    duban__delivery_rows__init(&rows);
    duban__delivery__init(&delivery);
    delivery.notice = 18;
    delivery.state = DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD;
    delivery.channel = "webhook";
    delivery.attempts = 10;
    delivery.detail = "410 Gone\033[2J";
    rows.n_rows = 1;
    rows.rows = list;
    reply->body_case = DUBAN__REPLY__BODY_DELIVERIES;
    reply->deliveries = &rows;
}

static void answer_as_ingest(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__IngestStatus status = DUBAN__INGEST_STATUS__INIT;

    (void) f;
    (void) query;
    status.rehearsal = true;
    status.clock_held = true;
    reply->body_case = DUBAN__REPLY__BODY_INGEST;
    reply->ingest = &status;
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    fake_start(f, &f->ingest_query, "ingest.query", answer_as_ingest);
    fake_start(f, &f->rules, "rules.query", answer_as_rules);
    fake_start(f, &f->notify, "notify.query", answer_as_notify);
    *state = f;
    return 0;
}

/* ---------------------------------------------------------------- listings */

static void cases_are_listed_with_the_moment_and_the_drill(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "cases", NULL), EXIT_FINE);
    assert_contains(f->out, "【演练】截至 2020-02-03 09:10（Asia/Shanghai），共 1 条");
    assert_contains(f->out, "DB-0001  红");
    assert_contains(f->out, "courier outlet");
    assert_contains(f->out, "2020-02-04 09:10");
    assert_contains(f->out, "逾期");
}

static void a_meeting_says_what_was_inspected_beneath_what_was_to_be_and_that_it_is_a_drill(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "summary", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "【演练】截至");
    assert_true(strstr(f->out, "应查点位") < strstr(f->out, "其中已查"));
    assert_true(strstr(f->out, "其中已查") < strstr(f->out, "覆盖率"));
    assert_true(strstr(f->out, "覆盖率") < strstr(f->out, "其中列入路线"));
    assert_true(strstr(f->out, "未完成转明日") < strstr(f->out, "提醒机制"));
    assert_int_equal(duban(f, "brief", "--lang", "zh", NULL), EXIT_FINE);
    assert_contains(f->out, "【演练】截至");
    assert_null(strstr(f->out, "其中已查"));
}

static void json_is_one_document_with_canonical_rows(void **state)
{
    struct fixture *f = *state;
    json_t *document, *row;

    assert_int_equal(duban(f, "cases", "--json", NULL), EXIT_FINE);
    document = json_loads(f->out, 0, NULL);
    assert_non_null(document);
    row = json_array_get(json_object_get(document, "rows"), 0);
    assert_string_equal(json_string_value(json_object_get(row, "light")), "LIGHT_RED");
    assert_string_equal(json_string_value(json_object_get(json_object_get(row, "case"), "site")), "cour-1");
    assert_string_equal(json_string_value(json_object_get(document, "asOfMs")), "1580692200000");
    json_decref(document);
}

static void one_case_is_found_by_number_id_or_place(void **state)
{
    static const char *const NAMES[] = { "1", "DB-0001", "db-1", "000000000000001d0000000000000000", "cour-1/DS-01" };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        assert_int_equal(duban(f, "case", NAMES[i], NULL), EXIT_FINE);
        assert_contains(f->out, "opened at level B, to be fixed by 2020-02-04 09:10");
        assert_contains(f->out, "north group leader");
    }
    assert_int_equal(duban(f, "case", "first", NULL), EXIT_WRONG_USE);
}

static void what_a_far_end_says_cannot_steer_the_terminal(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "dead-letters", NULL), EXIT_FINE);
    assert_contains(f->out, "410 Gone");
    assert_null(strchr(f->out, '\033'));
}

static void status_says_what_is_wrong_first(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "status", "--timeout", "1", NULL), EXIT_REFUSED);   /* notify answers something else */
    assert_contains(f->out, "! 时钟跳变");
    assert_contains(f->out, "! the clock has jumped");
    assert_contains(f->out, "duban-notify does not answer");
    assert_true(strstr(f->out, "clock accept") < strstr(f->out, "== "));
}

/* ---------------------------------------------------------------- explain */

static void a_notice_is_explained_in_chinese_then_in_english(void **state)
{
    static const char *const PARTS[] = {
        "通知 18“黄单”发给：北片组组长（账号 leader-n）", "本应告诉 leader-s", "应于 2020-02-04 11:10 发出", "迟了2小时",
        "整改（B 级）督办阶梯第 2 行（政策包", "policy.yaml 第 235 行", "DB-0001 快递网点「没有消毒记录」", "督办阶梯第 2 行",
        "第 29 号记录（inspector-n1 提交）：立案", "没有通知inspector-n1：逾期催办——本人已签收", "“包片联系人”无人在岗", "渠道已接收，渠道 webhook，共 2 次",
        "对方答复：410 Gone",
        "Notice 18, \"yellow slip\", went to: north group leader", "the rule tells the group leader (north)",
        "It was meant for leader-s", "2 h late", "policy.yaml line 235", "row 2 of the ladder",
            "entry 29 (by inspector-n1): opened",
        "acknowledged by the recipient", "(at the same moment)", "accepted by the channel, by webhook, attempts: 2",
            "answer: 410 Gone",
    };
    struct fixture *f = *state;
    const char *at;

    assert_int_equal(duban(f, "explain", "18", NULL), EXIT_FINE);
    at = f->out;
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        assert_contains(at, PARTS[i]);
        at = strstr(at, PARTS[i]);
    }
    assert_int_equal(duban(f, "explain", "18", "--lang", "en", NULL), EXIT_FINE);
    assert_null(strstr(f->out, "发给"));
}

static void a_notice_that_does_not_exist_is_said_so(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "explain", "19", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "there is no notice 19");
}

/* ---------------------------------------------------------------- spool */

#define LINE(n, account)                                                                                        \
    "{\"notice\":" #n ",\"at\":\"2020-02-04T11:10:00+08:00\",\"kind\":\"overdue_group_leader\","                    \
    "\"to\":\"" account "\",\"title\":{\"zh\":\"组长\",\"en\":\"leader\"},"                                         \
    "\"text\":{\"zh\":\"【黄单】第" #n "条\",\"en\":\"Yellow " #n "\"}}\n"

static void the_spool_is_read_over_its_files_up_to_the_last_whole_line(void **state)
{
    struct fixture *f = *state;

    file_of(f, "spool-000002.jsonl", LINE(19, "leader-s") "{\"notice\":20,\"at\":");
    file_of(f, "spool-000001.jsonl", LINE(17, "leader-n") LINE(18, "leader-n"));
    file_of(f, "other.jsonl", LINE(99, "leader-n"));
    assert_int_equal(duban(f, "spool", f->directory, NULL), EXIT_FINE);
    assert_contains(f->out, "Yellow 17");
    assert_contains(f->out, "Yellow 19");
    assert_null(strstr(f->out, "99"));
    assert_int_equal(duban(f, "spool", f->directory, "--to", "leader-s", NULL), EXIT_FINE);
    assert_null(strstr(f->out, "Yellow 17"));
    assert_int_equal(duban(f, "explain", "18", "--spool", f->directory, NULL), EXIT_FINE);
    assert_contains(f->out, "原文：【黄单】第18条");
    assert_int_equal(duban(f, "spool", "/nonexistent", NULL), EXIT_REFUSED);
}

static void tasks_stand_in_order_of_due_and_say_what_is_overdue(void **state)
{
    struct fixture *f = *state;

    more_tasks = true;
    assert_int_equal(duban(f, "tasks", NULL), EXIT_FINE);
    assert_contains(f->out, "待核记录 42（duban quarantine 42）");
    assert_contains(f->out, "逾期");
    assert_true(strstr(f->out, "待核记录 42（duban quarantine 42）") < strstr(f->out, "DB-0001"));
    assert_int_equal(duban(f, "tasks", "--overdue", NULL), EXIT_FINE);
    assert_contains(f->out, "待核记录 42（duban quarantine 42）");
    assert_null(strstr(f->out, "DB-0001"));
    assert_int_equal(duban(f, "tasks", "--kind", "整改", NULL), EXIT_FINE);
    more_tasks = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tasks_stand_in_order_of_due_and_say_what_is_overdue, setup, teardown),
        cmocka_unit_test_setup_teardown(cases_are_listed_with_the_moment_and_the_drill, setup, teardown),
        cmocka_unit_test_setup_teardown(a_meeting_says_what_was_inspected_beneath_what_was_to_be_and_that_it_is_a_drill, setup, teardown),
        cmocka_unit_test_setup_teardown(json_is_one_document_with_canonical_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(one_case_is_found_by_number_id_or_place, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_far_end_says_cannot_steer_the_terminal, setup, teardown),
        cmocka_unit_test_setup_teardown(status_says_what_is_wrong_first, setup, teardown),
        cmocka_unit_test_setup_teardown(a_notice_is_explained_in_chinese_then_in_english, setup, teardown),
        cmocka_unit_test_setup_teardown(a_notice_that_does_not_exist_is_said_so, setup, teardown),
        cmocka_unit_test_setup_teardown(the_spool_is_read_over_its_files_up_to_the_last_whole_line, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
