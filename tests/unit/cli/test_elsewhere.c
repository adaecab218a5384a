/* test_elsewhere.c - duban coordination, referral, urgent and their listings, from the command line to the entry and back. */
#include "fixture.h"

#include "digest.h"

#define KNOWN "{\"id\":\"AAAAAAAAAB3//4ACAAAAAA==\"}"

/* XT-0001, delivered within four and a half hours; a fake rules answers it to whatever is asked. */
struct known_coordination {
    uint8_t id[ID_BYTES];
    Duban__Text state, what;
    Duban__CoordinationRecord record;
    Duban__Subject subject;
    Duban__SubjectRow row;
    Duban__SubjectRow *list[1];
    Duban__SubjectRows rows;
    Duban__SubjectKind asked;        /* the kind of the last listing */
};

static void known_make(struct known_coordination *known)
{
    *known = (struct known_coordination){ .id = { [7] = 29, [8] = 0xff, [9] = 0xff, [10] = 0x80, [11] = 2 } };
    known->state = text_of_words("已送达", "delivered");
    known->what = text_of_words("缺围挡 20块", "lacking: 围挡 20块");
    duban__coordination_record__init(&known->record);
    known->record.supply = "围挡";
    known->record.promises_broken = 1;
    known->record.delivered_s = 1580687000 + 270 * 60;
    duban__subject__init(&known->subject);
    known->subject.id = (ProtobufCBinaryData){ ID_BYTES, known->id };
    known->subject.kind = DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION;
    known->subject.site = "GATE-1";
    known->subject.opened_s = 1580687000;
    known->subject.of_case = DUBAN__SUBJECT__OF_COORDINATION;
    known->subject.coordination = &known->record;
    duban__subject_row__init(&known->row);
    known->row.subject = &known->subject;
    known->row.number = "XT-0001";
    known->row.state_label = &known->state;
    known->row.what = &known->what;
    known->list[0] = &known->row;
    duban__subject_rows__init(&known->rows);
    known->rows.n_rows = 1;
    known->rows.rows = known->list;
}

static void know_one(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__TaskRows no_tasks = DUBAN__TASK_ROWS__INIT;
    static Duban__NoticeRows no_notices = DUBAN__NOTICE_ROWS__INIT;
    struct known_coordination *known = f->mine;

    if (query->body_case == DUBAN__QUERY__BODY_TASKS) {
        reply->body_case = DUBAN__REPLY__BODY_TASKS;
        reply->tasks = &no_tasks;
    } else if (query->body_case == DUBAN__QUERY__BODY_NOTICES) {
        reply->body_case = DUBAN__REPLY__BODY_NOTICES;
        reply->notices = &no_notices;
    } else if (query->body_case != DUBAN__QUERY__BODY_SUBJECTS) {
        nothing_held(f, query, reply);
    } else {
        known->asked = query->subjects->kind;
        reply->body_case = DUBAN__REPLY__BODY_SUBJECTS;
        reply->subjects = &known->rows;
    }
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    f->mine = calloc(1, sizeof(struct known_coordination));
    assert_non_null(f->mine);
    known_make(f->mine);
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", know_one);
    *state = f;
    return 0;
}

static void assert_entry(struct fixture *f, const char *expected)
{
    char *entry = entry_json(f, f->submit_count - 1);

    assert_string_equal(entry, expected);
    free(entry);
}

static void each_act_of_coordination_becomes_its_entry(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "coordination", "raise", "--site", "GATE-1", "--matter", "GT-04", "--supply", "围挡", "--quantity",
                           "20", "--measure", "块", "--by", "2020-02-10T15:00", "--unit", "某公司", NULL), EXIT_FINE);
    assert_entry(f, "{\"difficulty\":{\"askedUnits\":[\"某公司\"],\"matter\":\"GT-04\",\"measure\":\"块\",\"neededByMs\":\"1581318000000\","
                    "\"quantity\":20,\"site\":\"GATE-1\",\"supply\":\"围挡\"}}");
    assert_int_equal(duban(f, "coordination", "promise", "XT-0001", "--unit", "某公司", "--at", "2020-02-10T15:00", NULL), EXIT_FINE);
    assert_entry(f, "{\"coordinationStep\":{\"act\":\"COORDINATION_ACT_PROMISED\",\"atMs\":\"1581318000000\",\"coordination\":" KNOWN ","
                    "\"unit\":\"某公司\"}}");
    assert_int_equal(duban(f, "coordination", "ask", "XT-0001", "--unit", "某公司", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "coordination", "deliver", "XT-0001", NULL), EXIT_FINE);
    assert_entry(f, "{\"coordinationStep\":{\"act\":\"COORDINATION_ACT_DELIVERED\",\"coordination\":" KNOWN "}}");
    assert_int_equal(duban(f, "coordination", "unmet", "XT-0001", "--text", "无货", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 5);
}

static void each_act_of_referrals_and_alerts_becomes_its_entry(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "referral", "receive", "YJ-0001", "--as", "office-kwb", NULL), EXIT_FINE);
    assert_entry(f, "{\"referralStep\":{\"act\":\"REFERRAL_ACT_RECEIVED\",\"referral\":" KNOWN "}}");
    assert_int_equal(duban(f, "referral", "return", "YJ-0001", "--text", "不归我们", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "referral", "result", "YJ-0001", "--text", "已拆除", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "referral", "send", "YJ-0001", "cg", NULL), EXIT_FINE);
    assert_entry(f, "{\"referralStep\":{\"act\":\"REFERRAL_ACT_SENT\",\"office\":\"cg\",\"referral\":" KNOWN "}}");
    assert_int_equal(duban(f, "urgent", "report", "--position", "39.9289,-116.48830001", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "urgent", "report", "--position", "39.9289,-116.4883", "--text", "发热", NULL), EXIT_FINE);
    assert_entry(f, "{\"urgentReport\":{\"position\":{\"latitudeE7\":399289000,\"longitudeE7\":-1164883000},\"text\":\"发热\"}}");
    assert_int_equal(duban(f, "urgent", "report", "--area", "N1", NULL), EXIT_FINE);
    assert_entry(f, "{\"urgentReport\":{\"area\":\"N1\"}}");
    assert_int_equal(duban(f, "urgent", "isolated", "JB-0001", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "urgent", "answered", "JB-0001", "--text", "已转院", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "urgent", "mistaken", "JB-0001", "--text", "误报", NULL), EXIT_FINE);
    assert_entry(f, "{\"urgentStep\":{\"act\":\"URGENT_ACT_MISTAKEN\",\"alert\":" KNOWN ",\"text\":\"误报\"}}");
}

static void what_an_act_needs_is_said_before_anything_is_sent(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "coordination", "raise", "--site", "GATE-1", "--matter", "GT-04", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--supply");
    assert_int_equal(duban(f, "coordination", "promise", "XT-0001", "--unit", "某公司", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--at");
    assert_int_equal(duban(f, "coordination", "unmet", "XT-0001", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--text");
    assert_int_equal(duban(f, "referral", "return", "YJ-0001", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "urgent", "report", "--site", "GATE-1", "--area", "N1", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--site or --area, not both");
    assert_int_equal(duban(f, "urgent", "mistaken", "JB-0001", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "duban help urgent");
    assert_int_equal(f->submit_count, 0);
}

static void the_listing_says_how_long_it_took(void **state)
{
    struct fixture *f = *state;
    const struct known_coordination *known = f->mine;

    assert_int_equal(duban(f, "coordinations", "--all", NULL), EXIT_FINE);
    assert_contains(f->out, "协调用时");
    assert_contains(f->out, "4小时30分");
    assert_contains(f->out, "缺围挡 20块");
    assert_int_equal(known->asked, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION);
    assert_int_equal(duban(f, "coordinations", "XT-0001", NULL), EXIT_FINE);
    assert_contains(f->out, "未兑现次数");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_act_of_coordination_becomes_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(each_act_of_referrals_and_alerts_becomes_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(what_an_act_needs_is_said_before_anything_is_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(the_listing_says_how_long_it_took, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
