/* test_sms.c - templates filled in for where they stand, and a gateway's own codes. */
#include "writing.h"

#include "pointer.h"

static void setup(struct writing *w)
{
    writing_open(w, "+8613800000000", "【督办】\"东风\" 100% & 完");
    w->settings.sms.url = "https://sms.example/send?to={phone}&key={secret}";
    w->settings.sms.body = "{\"to\":\"{phone}\",\"text\":\"{text}\",\"id\":\"{id}\",\"keep\":\"{other}\"}";
    w->settings.sms.secret = "s/e c";
    w->settings.sms.authorization = "Bearer {secret}";
    w->settings.sms.code_at = "/result/code";
    w->settings.sms.reference_at = "/result/ids/0";
}

static bool has_header(const struct writing *w, const char *line)
{
    for (const struct curl_slist *at = w->request.headers; at != NULL; at = at->next)
        if (strcmp(at->data, line) == 0)
            return true;
    return false;
}

static void values_are_escaped_for_a_url_and_for_json(void **state)
{
    struct writing w;
    json_t *body;

    (void) state;
    setup(&w);
    assert_int_equal(channel_sms.write(&w.settings, &w.message, &w.request), 0);
    assert_string_equal(w.request.url.data, "https://sms.example/send?to=%2B8613800000000&key=s%2Fe%20c");
    body = body_of(&w);
    assert_string_equal(json_string_value(json_object_get(body, "to")), "+8613800000000");
    assert_string_equal(json_string_value(json_object_get(body, "text")), "【督办】\"东风\" 100% & 完");
    assert_string_equal(json_string_value(json_object_get(body, "id")), "abababababababababababababababab");
    assert_string_equal(json_string_value(json_object_get(body, "keep")), "{other}");
    assert_true(has_header(&w, "authorization: Bearer s/e c"));
    assert_true(has_header(&w, "content-type: application/json"));
    json_decref(body);
    writing_close(&w);
}

static void a_form_is_escaped_as_a_form(void **state)
{
    static const char wanted[] = "mobile=%2B8613800000000&content=%E3%80%90%E7%9D%A3%E5%8A%9E%E3%80%91%22%E4%B8%9C%E9%A3%8E%22"
                                 "%20100%25%20%26%20%E5%AE%8C";
    struct writing w;

    (void) state;
    setup(&w);
    w.settings.sms.content_type = "application/x-www-form-urlencoded";
    w.settings.sms.body = "mobile={phone}&content={text}";
    assert_int_equal(channel_sms.write(&w.settings, &w.message, &w.request), 0);
    assert_int_equal(w.request.body.size, sizeof wanted - 1);
    assert_memory_equal(w.request.body.data, wanted, sizeof wanted - 1);
    writing_close(&w);
}

static void its_own_code_decides(void **state)
{
    static const char *const later[] = { "BUSY", NULL };
    static const char *const throttled[] = { "isv.BUSINESS_LIMIT_CONTROL", NULL };
    static const struct {
        int status;
        const char *words;
        enum verdict verdict;
    } cases[] = {
        { 200, "{\"result\":{\"code\":0,\"ids\":[\"m-1\"]}}", VERDICT_ACCEPTED },
        { 200, "{\"result\":{\"code\":\"0\",\"ids\":[7]}}", VERDICT_ACCEPTED },
        { 200, "{\"result\":{\"code\":\"BUSY\"}}", VERDICT_LATER },
        { 200, "{\"result\":{\"code\":\"isv.BUSINESS_LIMIT_CONTROL\"}}", VERDICT_THROTTLED },
        { 200, "{\"result\":{\"code\":12}}", VERDICT_DEAD },
        { 200, "{\"result\":{}}", VERDICT_UNCERTAIN },
        { 200, "ok", VERDICT_UNCERTAIN },
        { 500, "{\"result\":{\"code\":0}}", VERDICT_LATER },
        { 403, "no", VERDICT_DEAD },
        { 429, "", VERDICT_THROTTLED },
    };
    struct writing w;

    (void) state;
    setup(&w);
    w.settings.sms.codes_later = later;
    w.settings.sms.codes_throttled = throttled;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct judgement judgement = judge_answer(&channel_sms, &w.settings, cases[i].status, cases[i].words);

        assert_int_equal(judgement.verdict, cases[i].verdict);
        if (i < 2)
            assert_string_equal(judgement.reference, i == 0 ? "m-1" : "7");
    }
    writing_close(&w);
}

static void pointers_are_those_of_rfc_6901(void **state)
{
    json_t *root = json_loads("{\"a/b\":{\"m~n\":[10,\"x\"]},\"\":3}", 0, NULL);
    char out[16];

    (void) state;
    assert_true(pointer_text(root, "/a~1b/m~0n/1", out, sizeof out));
    assert_string_equal(out, "x");
    assert_true(pointer_text(root, "/a~1b/m~0n/0", out, sizeof out));
    assert_string_equal(out, "10");
    assert_true(pointer_text(root, "/", out, sizeof out));
    assert_string_equal(out, "3");
    assert_false(pointer_text(root, "/a~1b/m~0n/2", out, sizeof out));
    assert_false(pointer_text(root, "/a~1b", out, sizeof out));
    assert_false(pointer_text(NULL, "/a", out, sizeof out));
    assert_true(pointer_is("") && pointer_is("/a/0"));
    assert_false(pointer_is("a") || pointer_is("/a~2"));
    json_decref(root);
}

static void what_is_no_phone_number_is_not_sent_to(void **state)
{
    (void) state;
    assert_null(channel_sms.address_fault("+8613800000000"));
    assert_null(channel_sms.address_fault("13800000000"));
    assert_non_null(channel_sms.address_fault("138-0000"));
    assert_non_null(channel_sms.address_fault("12"));
    assert_non_null(channel_sms.address_fault("+"));
    assert_non_null(channel_sms.address_fault("138&to=1"));
}

static void its_number_is_read_without_a_code(void **state)
{
    struct writing w;

    (void) state;
    setup(&w);
    w.settings.sms.code_at = NULL;
    assert_int_equal(judge_answer(&channel_sms, &w.settings, 200, "{\"result\":{\"ids\":[\"m-7\"]}}").verdict, VERDICT_ACCEPTED);
    assert_string_equal(judge_answer(&channel_sms, &w.settings, 200, "{\"result\":{\"ids\":[\"m-7\"]}}").reference, "m-7");
    writing_close(&w);
}

static void without_its_section_nobody_knows_what_the_answer_says(void **state)
{
    struct channel_settings none = { 0 };

    (void) state;
    assert_int_equal(judge_answer(&channel_sms, &none, 200, "{\"code\":\"no balance\"}").verdict, VERDICT_UNCERTAIN);
    assert_int_equal(judge_answer(&channel_sms, &none, 404, "").verdict, VERDICT_DEAD);
}

static void every_channel_says_what_it_proves(void **state)
{
    (void) state;
    for (int i = 0; i < CHANNEL_COUNT; i++)
        assert_true(channel_of((enum channel_number) i)->proves != DUBAN__GRADE__GRADE_UNSPECIFIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped_for_a_url_and_for_json),
        cmocka_unit_test(a_form_is_escaped_as_a_form),
        cmocka_unit_test(its_own_code_decides),
        cmocka_unit_test(pointers_are_those_of_rfc_6901),
        cmocka_unit_test(what_is_no_phone_number_is_not_sent_to),
        cmocka_unit_test(its_number_is_read_without_a_code),
        cmocka_unit_test(without_its_section_nobody_knows_what_the_answer_says),
        cmocka_unit_test(every_channel_says_what_it_proves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
