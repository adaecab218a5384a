/* test_quarantine.c - one held entry whole: what it says, why it is held, what may be done. */
#include "fixture.h"

#include "entry_words.h"

/* Rules that holds one entry, as the test has put it. */
struct holding {
    struct known_case known;
    Duban__Quarantined row;
    Duban__Quarantined *list[1];
    Duban__QuarantineRows rows;
    uint8_t entry[4096];
};

static void tell(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__HolderRows nobody = DUBAN__HOLDER_ROWS__INIT;
    static Duban__QuarantineRows none = DUBAN__QUARANTINE_ROWS__INIT;
    struct holding *holding = f->mine;

    if (query->body_case == DUBAN__QUERY__BODY_HOLDERS) {
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &nobody;
    } else if (query->body_case == DUBAN__QUERY__BODY_CASE_) {
        answer_case(reply, &holding->known);
    } else {
        assert_int_equal(query->body_case, DUBAN__QUERY__BODY_QUARANTINE);
        reply->body_case = DUBAN__REPLY__BODY_QUARANTINE;
        reply->quarantine = query->quarantine->sequence == holding->row.sequence ? &holding->rows : &none;
    }
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();
    struct holding *holding = calloc(1, sizeof *holding);

    assert_non_null(holding);
    known_case_make(&holding->known);
    duban__quarantined__init(&holding->row);
    duban__quarantine_rows__init(&holding->rows);
    holding->row.sequence = 81;
    holding->row.account = "inspector-n1";
    holding->row.stamp_ms = 1580692200000;
    holding->row.zh = "不对";
    holding->row.en = "wrong";
    holding->row.state = DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD;
    holding->list[0] = &holding->row;
    holding->rows.n_rows = 1;
    holding->rows.rows = holding->list;
    f->mine = holding;
    fake_start(f, &f->rules, "rules.query", tell);
    *state = f;
    return 0;
}

/* The entry is held, written in JSON, for something in that field. */
static void hold(struct fixture *f, const char *field, const char *json_text)
{
    struct holding *holding = f->mine;
    struct fault fault = { .field = "" };
    json_t *json = json_parse(bytes_of_text(json_text), &fault);
    struct arena arena = { 0 };
    Duban__Entry *entry;

    assert_non_null(json);
    arena_open(&arena, 65536);
    entry = json_to_message(&arena, &duban__entry__descriptor, json, &fault);
    assert_non_null(entry);
    assert_true(duban__entry__get_packed_size(entry) <= sizeof holding->entry);
    holding->row.entry = (ProtobufCBinaryData){ duban__entry__pack(entry, holding->entry), holding->entry };
    holding->row.field = (char *) field;
    arena_close(&arena);
    json_decref(json);
}

#define REPORT(site, item) \
    "{\"report\":{\"reporter\":\"inspector-n1\",\"deviceTimeMs\":\"1580692200000\",\"deviceOffsetMinutes\":480," \
    "\"site\":\"" site "\",\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\"," \
    "\"position\":{\"latitudeE7\":399000001,\"longitudeE7\":-5}," \
    "\"answers\":[{\"item\":\"DS-01\",\"result\":\"RESULT_FAIL\",\"numberMilli\":37500,\"note\":\"没有记录\"}," \
    "{\"item\":\"" item "\",\"result\":\"RESULT_PASS\",\"fixedNow\":true}]}}"

static void a_held_report_is_shown_whole_with_the_place_at_fault(void **state)
{
    struct fixture *f = *state;

    hold(f, "report.site", REPORT("food-7", "DS-02"));
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "第 81 号记录\nentry 81\n");
    assert_contains(f->out, "巡查记录 visit report");
    assert_contains(f->out, "不对\nwrong\n");
    assert_contains(f->out, "设备时间 device time    2020-02-03 09:10");
    assert_contains(f->out, "UTC+08:00");
    assert_contains(f->out, "food-7  ← 问题在这里 <- here\n");
    assert_contains(f->out, "目的 purpose            巡查 inspection");
    assert_contains(f->out, "检查结果 1 answer 1\n    检查项 item           DS-01\n");
    assert_contains(f->out, "37.500");
    assert_contains(f->out, "39.9000001");
    assert_contains(f->out, "-0.0000005");
    assert_contains(f->out, "没有记录");
    assert_contains(f->out, "立行立改 fixed now    是 yes");
    assert_contains(f->out, "duban release 81 --site CODE\n");
    assert_contains(f->out, "duban release 81\n");
    assert_contains(f->out, "duban release 81 --reject --reason TEXT\n");
    assert_null(strstr(f->out, "--reporter"));
}

static void the_option_fits_the_field_at_fault(void **state)
{
    struct fixture *f = *state;

    hold(f, "report.answers[1].item", REPORT("food-1", "DS-99"));
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "DS-99  ← 问题在这里 <- here\n");
    assert_contains(f->out, "duban release 81 --item DS-99=RIGHT\n");
    hold(f, "report.reporter", REPORT("food-1", "DS-02"));
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "duban release 81 --reporter ACCOUNT\n");
}

static void an_act_is_shown_with_its_case_and_who_may_release_it(void **state)
{
    struct fixture *f = *state;

    hold(f, "account", "{\"claim\":{\"case\":{\"id\":\"AAAAAAAAAB0AAAAAAAAAAA==\"},\"fixedAtMs\":\"1580692200000\"}}");
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "DB-0002 快递网点 · 没有消毒记录");
    assert_contains(f->out, "完成时间 fixed at       2020-02-03 09:10");
    assert_contains(f->out, "duban release 81 --as ACCOUNT\n");
    assert_null(strstr(f->out, "--site"));
    assert_null(strstr(f->out, "<- here"));   /* the account is the sender's, no field of the entry */
    hold(f, "case", "{\"claim\":{\"case\":{\"place\":{\"site\":\"cour-1\",\"item\":\"DS-01\"}}}}");
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "cour-1/DS-01  ← 问题在这里 <- here\n");
}

static void personal_fields_stay_tokens(void **state)
{
    struct fixture *f = *state;

    hold(f, "account", "{\"roleHolderChange\":{\"account\":\"x1\",\"title\":{\"zh\":\"组长\",\"en\":\"leader\"},"
                       "\"phone\":{\"token\":\"AAECAwQFBgcICQoLDA0ODw==\"},"
                       "\"roles\":[{\"role\":\"ROLE_INSPECTOR\",\"scope\":\"north\"}]}}");
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "（个人信息，代号 000102030405060708090a0b0c0d0e0f）");
    assert_contains(f->out, "(personal, token 000102030405060708090a0b0c0d0e0f)");
    assert_contains(f->out, "组长 leader");
    assert_contains(f->out, "巡查员 inspector");
}

static void a_held_settlement_is_rejected_before_the_entry_is_settled_anew(void **state)
{
    struct fixture *f = *state;
    const char *reject;

    hold(f, "report.site", "{\"release\":{\"sequence\":\"77\",\"corrections\":{\"site\":\"food-8\"}}}");
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    reject = strstr(f->out, "duban release 81 --reject --reason TEXT\n");
    assert_non_null(reject);
    assert_contains(reject, "duban quarantine 77\n");
    assert_null(strstr(f->out, "duban release 81\n"));
}

static void what_is_settled_shows_by_what_and_offers_nothing(void **state)
{
    struct fixture *f = *state;
    struct holding *holding = f->mine;

    hold(f, "report.site", REPORT("food-7", "DS-02"));
    holding->row.state = DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED;
    holding->row.settled_by_sequence = 90;
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "已采用 released");
    assert_contains(f->out, "settled by entry  90");
    assert_null(strstr(f->out, "duban release"));
}

static void what_is_settled_is_not_settled_again(void **state)
{
    struct fixture *f = *state;
    struct holding *holding = f->mine;

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    hold(f, "report.site", REPORT("food-7", "DS-02"));
    holding->row.state = DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_RELEASED;
    holding->row.settled_by_sequence = 90;
    holding->row.settled_by = "clerk";
    holding->row.settled_s = 1580692260;
    assert_int_equal(duban(f, "release", "81", "--reject", "--reason", "x", "--as", "clerk", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "第 81 号记录已采用：");
    assert_contains(f->errors, "entry 81 has been released: ");
    assert_contains(f->errors, "by clerk (entry 90)");
    assert_int_equal(f->submit_count, 0);
}

static void what_cannot_be_read_can_only_be_rejected(void **state)
{
    struct fixture *f = *state;
    struct holding *holding = f->mine;

    memset(holding->entry, 0xff, 8);
    holding->row.entry = (ProtobufCBinaryData){ 8, holding->entry };
    holding->row.field = "entry";
    assert_int_equal(duban(f, "quarantine", "81", NULL), EXIT_FINE);
    assert_contains(f->out, "（无法解析） (unreadable)");
    assert_contains(f->out, "duban release 81 --reject --reason TEXT\n");
    assert_null(strstr(f->out, "duban release 81\n"));
}

static void json_has_the_row_the_entry_and_the_ways(void **state)
{
    struct fixture *f = *state;
    json_t *document;

    hold(f, "report.site", REPORT("food-7", "DS-02"));
    assert_int_equal(duban(f, "quarantine", "81", "--json", NULL), EXIT_FINE);
    document = json_loads(f->out, 0, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(json_object_get(document, "quarantined"), "sequence")), "81");
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(json_object_get(document, "entry"), "report"), "site")), "food-7");
    assert_string_equal(json_string_value(json_array_get(json_object_get(document, "ways"), 0)),
                        "duban release 81 --site CODE");
    json_decref(document);
}

static void a_sequence_that_was_never_held_is_said(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "quarantine", "5", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "序号 5");
    assert_contains(f->errors, "no entry is or was held under sequence 5");
    assert_int_equal(duban(f, "quarantine", "all", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "quarantine", "0", NULL), EXIT_WRONG_USE);
}

/* ---------------------------------------------------------------- names */

static void assert_named(const char *what, struct words words)
{
    if (words.zh[0] == '\0' || strcmp(words.zh, what) == 0)
        fail_msg("%s has no name for people; give it a row in entry_names.c", what);
}

static void every_value_is_named(const ProtobufCEnumDescriptor *type)
{
    for (unsigned i = 0; i < type->n_values; i++)
        if (type->values[i].value != 0)
            assert_named(type->values[i].name, name_of_value(type, &type->values[i]));
}

/* Messages of an entry never contain themselves. */
static void every_field_below_is_named(const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];

        assert_named(field->name, name_of_field(field));
        if (field->type == PROTOBUF_C_TYPE_ENUM)
            every_value_is_named(field->descriptor);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            every_field_below_is_named(field->descriptor);
    }
}

static void everything_that_an_entry_may_say_has_a_name(void **state)
{
    (void) state;
    every_field_below_is_named(&duban__entry__descriptor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_held_report_is_shown_whole_with_the_place_at_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(the_option_fits_the_field_at_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(an_act_is_shown_with_its_case_and_who_may_release_it, setup, teardown),
        cmocka_unit_test_setup_teardown(personal_fields_stay_tokens, setup, teardown),
        cmocka_unit_test_setup_teardown(a_held_settlement_is_rejected_before_the_entry_is_settled_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_settled_shows_by_what_and_offers_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_settled_is_not_settled_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_can_only_be_rejected, setup, teardown),
        cmocka_unit_test_setup_teardown(json_has_the_row_the_entry_and_the_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sequence_that_was_never_held_is_said, setup, teardown),
        cmocka_unit_test(everything_that_an_entry_may_say_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
