/* What Google's json_format also knows is compared with it in tests/system/test_json.py; here
 * is what it cannot tell: texts of faults, limits, values that only C can build. */
#include "json.h"

#include "entry.pb-c.h"
#include "message.h"
#include "state.pb-c.h"
#include "test.h"

enum { ARENA_BYTES = 64 * 1024 };

struct fixture {
    struct arena arena;
    struct fault fault;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    arena_open(&fixture->arena, ARENA_BYTES);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    arena_close(&fixture->arena);
    free(fixture);
    return 0;
}

static Duban__Entry *read_entry(struct fixture *fixture, const char *text)
{
    json_t *json = json_parse(bytes_of_text(text), &fixture->fault);
    Duban__Entry *entry = NULL;

    if (json != NULL)
        entry = json_to_message(&fixture->arena, &duban__entry__descriptor, json, &fixture->fault);
    json_decref(json);
    return entry;
}

static void assert_fault(struct fixture *fixture, const char *text, const char *field, const char *zh, const char *en)
{
    assert_null(read_entry(fixture, text));
    assert_string_equal(fixture->fault.field, field);
    assert_string_equal(fixture->fault.zh, zh);
    assert_string_equal(fixture->fault.en, en);
}

static void a_report_is_read(void **state)
{
    struct fixture *fixture = *state;
    Duban__Entry *entry = read_entry(fixture, "\xef\xbb\xbf"
                                              "{\"report\": {\"site\": \"KD-01\", \"purpose\": \"PURPOSE_INSPECTION\","
                                              " \"deviceTimeMs\": \"1580692200000\", \"enteredFor\": true,"
                                              " \"answers\": [{\"item\": \"DS-01\", \"result\": 2,"
                                              " \"numberMilli\": 0}],"
                                              " \"evidence\": [{\"sha256\": \"3q2+7w==\"}]}}");

    assert_non_null(entry);
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_REPORT);
    assert_string_equal(entry->report->site, "KD-01");
    assert_string_equal(entry->report->text, "");
    assert_int_equal(entry->report->purpose, DUBAN__PURPOSE__PURPOSE_INSPECTION);
    assert_true(entry->report->device_time_ms == INT64_C(1580692200000));
    assert_true(entry->report->entered_for);
    assert_int_equal(entry->report->n_answers, 1);
    assert_int_equal(entry->report->answers[0]->result, DUBAN__RESULT__RESULT_FAIL);
    assert_int_equal(entry->report->answers[0]->number_presence_case,
                     DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI);
    assert_int_equal(entry->report->evidence[0]->sha256.len, 4);
    assert_memory_equal(entry->report->evidence[0]->sha256.data, "\xde\xad\xbe\xef", 4);
}

static void a_message_is_written_in_field_order(void **state)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__CaseReference reference = DUBAN__CASE_REFERENCE__INIT;
    Duban__Claim claim = DUBAN__CLAIM__INIT;
    uint8_t id[] = { 0xfb, 0xff };
    json_t *json;
    char *text;

    (void) state;
    entry.body_case = DUBAN__ENTRY__BODY_CLAIM;
    entry.claim = &claim;
    claim.case_ = &reference;
    claim.fixed_at_ms = -1;
    claim.text = "已整改";
    reference.by_case = DUBAN__CASE_REFERENCE__BY_ID;
    reference.id = (ProtobufCBinaryData){ sizeof id, id };
    json = json_of_message(&entry.base);
    text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, "{\"claim\":{\"case\":{\"id\":\"+/8=\"},\"fixedAtMs\":\"-1\",\"text\":\"已整改\"}}");
    free(text);
    json_decref(json);
}

static void what_only_c_can_build_is_written_too(void **state)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    json_t *json;
    char *text;

    (void) state;
    report.site = NULL;                         /* a field never set */
    report.purpose = (Duban__Purpose) 77;       /* a value of a later version */
    json = json_of_message(&report.base);
    text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, "{\"purpose\":77}");
    free(text);
    json_decref(json);
}

static void a_text_that_is_not_utf8_cannot_be_written(void **state)
{
    Duban__Report report = DUBAN__REPORT__INIT;

    (void) state;
    report.site = "\xff";
    assert_null(json_of_message(&report.base));
}

static void faults_say_what_would_be_right(void **state)
{
    struct fixture *fixture = *state;

    assert_fault(fixture, "{\"report\":{\"answers\":[{},{\"result\":\"FAIL\"}]}}", "report.answers[1].result",
                 "应为其中之一：RESULT_PASS, RESULT_FAIL, RESULT_NOT_APPLICABLE, RESULT_NOT_CHECKED",
                 "should be one of: RESULT_PASS, RESULT_FAIL, RESULT_NOT_APPLICABLE, RESULT_NOT_CHECKED");
    assert_fault(fixture, "{\"report\":{\"sight\":\"x\"}}", "report.sight", "没有“sight”这个字段，请核对名称",
                 "there is no field \"sight\", check the name");
    assert_fault(fixture, "{\"report\":{\"deviceOffsetMinutes\":1e10}}", "report.device_offset_minutes",
                 "数值超出范围", "the number is out of range");
    assert_fault(fixture, "{\"release\":{\"sequence\":-1}}", "release.sequence", "不能为负数", "must not be negative");
    assert_fault(fixture, "{\"report\":{},\"tick\":{}}", "tick", "与 report 只能填一个",
                 "only one of this and report may be there");
    assert_fault(fixture, "{\"report\":{\"site\":\"a\",\"site\":\"b\"}}", "1:28", "同一名称写了两次",
                 "duplicate object key near '\"site\"'");
}

static void long_lists_of_names_are_cut_at_a_name(void **state)
{
    struct fixture *fixture = *state;
    json_t *json = json_pack("{s:s}", "kind", "TOLD");

    assert_null(json_to_message(&fixture->arena, &duban__fact__descriptor, json, &fixture->fault));
    assert_string_equal(fixture->fault.field, "kind");
    assert_contains(fixture->fault.en, "should be one of: FACT_KIND_OPENED, FACT_KIND_REOPENED, ");
    assert_string_equal(fixture->fault.en + strlen(fixture->fault.en) - 5, ", ...");
    json_decref(json);
}

static void text_faults_are_told_in_both_languages(void **state)
{
    static const struct {
        const char *text;
        const char *zh;
    } bad[] = {
        { "", "结束" }, { "{\"a\":", "结束" }, { "{} x", "多余" }, { "{\"a\":\"\xff\"}", "UTF-8" },
        { "{a:1}", "不是有效的 JSON" }, { "{\"a\":99999999999999999999}", "加引号" }, { "5", "不是有效的 JSON" },
        { "{\"a\":\"\\u0000\"}", "零字符" }, { "{\"a\\u0000\":1}", "零字符" },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(json_parse(bytes_of_text(bad[i].text), &fixture->fault));
        assert_contains(fixture->fault.zh, bad[i].zh);
        assert_true(fixture->fault.en[0] != '\0');
        assert_non_null(strchr(fixture->fault.field, ':'));
    }
    assert_null(json_parse(bytes_of(NULL, 0), &fixture->fault));
}

static void deep_nesting_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char text[100000];

    memset(text, '[', sizeof text);
    assert_null(json_parse(bytes_of(text, sizeof text), &fixture->fault));
    assert_contains(fixture->fault.zh, "嵌套过深");
}

static void the_arena_bounds_what_is_read(void **state)
{
    struct fixture *fixture = *state;
    json_t *answers = json_array();
    json_t *json = json_pack("{s:{s:o}}", "report", "answers", answers);

    for (int i = 0; i < 5000; i++)
        json_array_append_new(answers, json_object());
    assert_null(json_to_message(&fixture->arena, &duban__entry__descriptor, json, &fixture->fault));
    assert_contains(fixture->fault.en, "too much at once");
    json_decref(json);
}

static void the_verdict_alone_needs_no_fault(void **state)
{
    struct fixture *fixture = *state;
    json_t *json = json_pack("{s:i}", "report", 5);

    assert_null(json_to_message(&fixture->arena, &duban__entry__descriptor, json, NULL));
    assert_null(json_parse(bytes_of_text("{"), NULL));
    json_decref(json);
}

static void a_long_name_from_outside_is_cut_between_characters(void **state)
{
    struct fixture *fixture = *state;

    for (size_t phase = 0; phase < 3; phase++) {
        char name[1000] = "";
        json_t *json = json_object();

        memset(name, 'x', phase);
        while (strlen(name) + 4 < sizeof name)
            memcpy(name + strlen(name), "名", 4);
        json_object_set_new(json, name, json_true());
        assert_null(json_to_message(&fixture->arena, &duban__report__descriptor, json, &fixture->fault));
        assert_true(strlen(fixture->fault.field) + 3 >= sizeof fixture->fault.field);
        assert_true(is_utf8(fixture->fault.field, strlen(fixture->fault.field)));
        assert_true(is_utf8(fixture->fault.zh, strlen(fixture->fault.zh)));
        json_decref(json);
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_report_is_read),
        test(a_message_is_written_in_field_order),
        test(what_only_c_can_build_is_written_too),
        test(a_text_that_is_not_utf8_cannot_be_written),
        test(faults_say_what_would_be_right),
        test(long_lists_of_names_are_cut_at_a_name),
        test(text_faults_are_told_in_both_languages),
        test(deep_nesting_is_refused),
        test(the_arena_bounds_what_is_read),
        test(the_verdict_alone_needs_no_fault),
        test(a_long_name_from_outside_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
