/* test_detail.c - what notify says of an attempt, in Chinese: ours, with the words of far ends in it as they came. */
#include "test.h"

#include "detail.h"

static const char *chinese(const char *detail)
{
    static char out[256];

    detail_in_chinese(out, sizeof out, detail);
    return out;
}

static void what_is_ours_has_chinese(void **state)
{
    (void) state;
    assert_string_equal(chinese("no address"), "没有地址");
    assert_string_equal(chinese("expired"), "已过有效期");
    assert_string_equal(chinese(""), "");
}

static void what_is_theirs_stays_as_it_came(void **state)
{
    (void) state;
    assert_string_equal(chinese("HTTP 401: token expired"), "HTTP 401: token expired");
    assert_string_equal(chinese("HTTP 500"), "HTTP 500");
    assert_string_equal(chinese("errcode 93000: invalid webhook url"), "errcode 93000: invalid webhook url");
}

static void what_stands_within_what_is_ours_is_looked_up_in_turn(void **state)
{
    (void) state;
    assert_string_equal(chinese("channel pager: not known here; spool instead"), "渠道 pager：没有这种渠道；改为留存");
    assert_string_equal(chinese("given up after 4 attempts: HTTP 500: broken"), "尝试 4 次后放弃：HTTP 500: broken");
    assert_string_equal(chinese("webhook: given up after 3 attempts: Timeout was reached; now by sms"),
                        "webhook：尝试 3 次后放弃：等待超时；改由 sms 发送");
    assert_string_equal(chinese("code 19021: sign match fail; check secret and keyword of its address"),
                        "代码 19021: sign match fail；请核对该地址的密钥和关键词");
    assert_string_equal(chinese("x; our clock is 4000 s ahead of theirs: set the clock"), "x；本机时钟比对方快 4000 秒，请校准");
}

static void it_is_cut_at_a_whole_character(void **state)
{
    char out[8];

    (void) state;
    detail_in_chinese(out, sizeof out, "no address");
    assert_string_equal(out, "没有");
    detail_in_chinese(out, sizeof out, "given up after 4 attempts: x");
    assert_string_equal(out, "尝试 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_ours_has_chinese),
        cmocka_unit_test(what_is_theirs_stays_as_it_came),
        cmocka_unit_test(what_stands_within_what_is_ours_is_looked_up_in_turn),
        cmocka_unit_test(it_is_cut_at_a_whole_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
