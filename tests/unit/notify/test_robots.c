/* test_robots.c - what leaves for a robot, byte by byte, and what each of its answers means. */
#include "writing.h"

#include "robot.h"

/* ---------------------------------------------------------------- signatures: vectors computed apart from this code */

static void dingtalk_signs_in_the_query_with_the_secret_as_key(void **state)
{
    struct writing w;
    json_t *body;

    (void) state;
    writing_open(&w, "https://oapi.dingtalk.com/robot/send?access_token=T#secret=this is secret", "【整改】\"东风\"");
    w.message.now_ms = 1577808000000;
    assert_int_equal(channel_dingtalk.write(&w.settings, &w.message, &w.request), 0);
    assert_string_equal(w.request.url.data, "https://oapi.dingtalk.com/robot/send?access_token=T&timestamp=1577808000000"
                                            "&sign=ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0%3D");
    body = body_of(&w);
    assert_string_equal(json_string_value(json_object_get(body, "msgtype")), "text");
    assert_string_equal(json_string_value(json_object_get(json_object_get(body, "text"), "content")), "【整改】\"东风\"");
    json_decref(body);
    writing_close(&w);
}

static void feishu_signs_in_the_body_with_an_empty_message(void **state)
{
    struct writing w;
    json_t *body;

    (void) state;
    writing_open(&w, "https://open.feishu.cn/open-apis/bot/v2/hook/TOKEN#secret=demo", "你好");
    w.message.now_ms = INT64_C(1599360473) * 1000;
    assert_int_equal(channel_feishu.write(&w.settings, &w.message, &w.request), 0);
    assert_string_equal(w.request.url.data, "https://open.feishu.cn/open-apis/bot/v2/hook/TOKEN");
    body = body_of(&w);
    assert_string_equal(json_string_value(json_object_get(body, "timestamp")), "1599360473");
    assert_string_equal(json_string_value(json_object_get(body, "sign")), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
    assert_string_equal(json_string_value(json_object_get(body, "msg_type")), "text");
    assert_string_equal(json_string_value(json_object_get(json_object_get(body, "content"), "text")), "你好");
    json_decref(body);
    writing_close(&w);
}

static void what_stands_behind_the_hash_is_never_sent(void **state)
{
    static const struct channel *const channels[] = { &channel_wecom, &channel_dingtalk, &channel_feishu };

    (void) state;
    for (size_t i = 0; i < 3; i++) {
        struct writing w;

        writing_open(&w, "https://robots.example/send?key=K#secret=hush&keyword=督办", "催办");
        assert_int_equal(channels[i]->write(&w.settings, &w.message, &w.request), 0);
        assert_null(strstr(w.request.url.data, "hush"));
        assert_null(memmem(w.request.body.data, w.request.body.size, "hush", 4));
        assert_non_null(memmem(w.request.body.data, w.request.body.size, "【督办】催办", strlen("【督办】催办")));
        writing_close(&w);
    }
}

static void a_keyword_that_is_there_is_not_put_in_front(void **state)
{
    struct text out = { 0 };

    (void) state;
    robot_put_words(&out, bytes_of_text("请督办"), bytes_of_text("督办"));
    text_put(&out, "", 1);
    assert_string_equal(out.data, "\"请督办\"");
    text_close(&out);
}

static void nobody_is_mentioned_by_what_somebody_reported(void **state)
{
    struct text out = { 0 };

    (void) state;
    robot_escape(&out, bytes_of_text("<@all> <at user_id=\"all\"> a<b <"));
    text_put(&out, "", 1);
    assert_string_equal(out.data, "＜@all> ＜at user_id=\"all\"> a<b <");
    text_close(&out);
}

/* ---------------------------------------------------------------- answers */

static void the_code_decides_and_not_the_status(void **state)
{
    static const struct {
        const struct channel *channel;
        int status;
        const char *words;
        enum verdict verdict;
        int64_t wait_ms;
    } cases[] = {
        { &channel_wecom, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", VERDICT_ACCEPTED, 0 },
        { &channel_wecom, 200, "{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}", VERDICT_THROTTLED, 60000 },
        { &channel_wecom, 200, "{\"errcode\":-1,\"errmsg\":\"system busy\"}", VERDICT_LATER, 60000 },
        { &channel_wecom, 200, "{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}", VERDICT_GONE, 0 },
        { &channel_wecom, 200, "{\"errcode\":40008,\"errmsg\":\"invalid message type\"}", VERDICT_DEAD, 0 },
        { &channel_dingtalk, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", VERDICT_ACCEPTED, 0 },
        { &channel_dingtalk, 200, "{\"errcode\":130101,\"errmsg\":\"send too fast\",\"wait\":5,\"punish\":\"deny\"}",
          VERDICT_THROTTLED, 600000 },
        { &channel_dingtalk, 200, "{\"errcode\":310000,\"errmsg\":\"sign not match\"}", VERDICT_GONE, 0 },
        { &channel_dingtalk, 200, "{\"errcode\":460101,\"errmsg\":\"message too long\"}", VERDICT_DEAD, 0 },
        { &channel_feishu, 200, "{\"code\":0,\"msg\":\"success\",\"StatusCode\":0}", VERDICT_ACCEPTED, 0 },
        { &channel_feishu, 400, "{\"code\":9499,\"msg\":\"too many request\"}", VERDICT_THROTTLED, 60000 },
        { &channel_feishu, 200, "{\"code\":11232,\"msg\":\"frequency limited\"}", VERDICT_THROTTLED, 60000 },
        { &channel_feishu, 200, "{\"code\":19021,\"msg\":\"sign match fail\"}", VERDICT_GONE, 0 },
        { &channel_feishu, 200, "{\"code\":19024,\"msg\":\"Key Words Not Found\"}", VERDICT_GONE, 0 },
        { &channel_feishu, 200, "{\"StatusCode\":0,\"StatusMessage\":\"success\"}", VERDICT_LATER, 0 },
        { &channel_wecom, 200, "<html>login first</html>", VERDICT_LATER, 0 },
        { &channel_wecom, 200, "", VERDICT_LATER, 0 },
        { &channel_wecom, 200, "{\"errcode\":\"0\"}", VERDICT_LATER, 0 },
        { &channel_dingtalk, 200, "{\"errcode\":0,\"errcode\":130101}", VERDICT_LATER, 0 },
        { &channel_wecom, 502, "", VERDICT_LATER, 0 },
        { &channel_wecom, 404, "", VERDICT_GONE, 0 },
        { &channel_feishu, 429, "", VERDICT_THROTTLED, 60000 },
    };
    struct channel_settings settings = { .is_set = true };

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct judgement judgement = judge_answer(cases[i].channel, &settings, cases[i].status, cases[i].words);

        assert_int_equal(judgement.verdict, cases[i].verdict);
        assert_int_equal(judgement.wait_ms, cases[i].wait_ms);
        if (judgement.verdict != VERDICT_ACCEPTED)
            assert_true(judgement.detail[0] != '\0');
    }
}

/* DingTalk and Feishu refuse what is an hour off: then the clock is to be set, not the secret looked at. */
static void its_words_are_one_line_whatever_they_are(void **state)
{
    struct writing w;
    struct judgement judgement;

    (void) state;
    writing_open(&w, "", "");
    judgement = judge_answer(&channel_wecom, &w.settings, 200, "{\"errcode\":40008,\"errmsg\":\"a\\nb\\u007f\\u0001\"}");
    assert_string_equal(judgement.detail, "errcode 40008: a b  ");
    writing_close(&w);
}

static void a_clock_that_is_off_is_told_from_a_wrong_secret(void **state)
{
    struct channel_settings settings = { .is_set = true };
    struct answer answer = { .reached = REACHED_ANSWER, .status = 200, .retry_after_s = -1, .now_s = 1580691600,
                             .date_s = 1580691600 - 7200, .words = "{\"errcode\":310000,\"errmsg\":\"invalid timestamp\"}" };
    struct judgement judgement;

    (void) state;
    channel_dingtalk.judge(&settings, &answer, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_LATER);
    assert_non_null(strstr(judgement.detail, "our clock is 7200 s ahead of theirs"));
    answer.date_s = answer.now_s + 30;
    channel_dingtalk.judge(&settings, &answer, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_GONE);
}

static void no_answer_is_uncertain_once_it_was_written(void **state)
{
    struct channel_settings settings = { .is_set = true };
    struct answer answer = { .reached = REACHED_PERHAPS, .retry_after_s = -1, .words = "", .error = "Timeout was reached" };
    struct judgement judgement;

    (void) state;
    channel_wecom.judge(&settings, &answer, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_UNCERTAIN);
    answer.reached = REACHED_NOTHING;
    channel_wecom.judge(&settings, &answer, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_LATER);
    assert_string_equal(judgement.detail, "Timeout was reached");
}

static void a_code_that_was_cut_off_may_have_been_good(void **state)
{
    struct channel_settings settings = { .is_set = true };
    struct answer answer = { .reached = REACHED_ANSWER, .status = 200, .retry_after_s = -1, .words = "{\"errmsg\":\"...",
                             .words_cut = true };
    struct judgement judgement;

    (void) state;
    channel_wecom.judge(&settings, &answer, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_UNCERTAIN);
    answer.words = "<html>";
    channel_wecom.judge(&settings, &answer, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_LATER);
    answer.words = "{\"errmsg\":\"...";
    answer.words_cut = false;
    channel_wecom.judge(&settings, &answer, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_LATER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dingtalk_signs_in_the_query_with_the_secret_as_key),
        cmocka_unit_test(feishu_signs_in_the_body_with_an_empty_message),
        cmocka_unit_test(what_stands_behind_the_hash_is_never_sent),
        cmocka_unit_test(a_keyword_that_is_there_is_not_put_in_front),
        cmocka_unit_test(nobody_is_mentioned_by_what_somebody_reported),
        cmocka_unit_test(the_code_decides_and_not_the_status),
        cmocka_unit_test(its_words_are_one_line_whatever_they_are),
        cmocka_unit_test(a_clock_that_is_off_is_told_from_a_wrong_secret),
        cmocka_unit_test(no_answer_is_uncertain_once_it_was_written),
        cmocka_unit_test(a_code_that_was_cut_off_may_have_been_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
