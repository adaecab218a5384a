/* test_why_not.c - every reason why a notice was not sent is a sentence in both languages. */
#include "fixture.h"

#include "names.h"

static int setup(void **state)
{
    struct cli *cli = calloc(1, sizeof *cli);

    cli_open(cli, stdout, stderr);
    cli->holders_read = true;   /* nobody to ask */
    cli->timeout_ms = 1;
    *state = cli;
    return 0;
}

static int teardown_show(void **state)
{
    cli_close(*state);
    free(*state);
    return 0;
}

static char *accounts[] = { "leader-n", "lead" };

static Duban__Text value = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor), .zh = "点位风险：高", .en = "the site's risk: high" };
static Duban__Text condition = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__text__descriptor), .zh = "点位风险为低", .en = "the site's risk is low" };
static Duban__Text *values[] = { &value };
static Duban__Counted counted = { .base = PROTOBUF_C_MESSAGE_INIT(&duban__counted__descriptor), .unit = DUBAN__TIME_UNIT__TIME_UNIT_WORKING_DAY };

static Duban__WhyNotRow full_row(Duban__WhyNot why)
{
    Duban__WhyNotRow row = DUBAN__WHY_NOT_ROW__INIT;

    row.why = why;
    row.message = "near_due";
    row.recipient = "inspector-n1";
    row.selector = "group_leader";
    row.n_to = 2;
    row.to = accounts;
    row.decided_s = row.at_s = row.heard_s = row.due_s = 1580692200;
    row.notice = 18;
    row.entry_sequence = 81;
    row.rule = "ladder.rectification.B[1]";
    row.file = "policy.yaml";
    row.line = 435;
    row.task_kind = DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION;
    row.counted = &counted;
    row.reason = "done";
    row.condition = &condition;
    row.n_value_words = 1;
    row.value_words = values;
    row.times = 2;
    row.of = 3;
    return row;
}

static void assert_words(struct words words)
{
    assert_true(words.zh[0] != '\0' && words.en[0] != '\0');
    assert_null(strpbrk(words.zh, "{}"));
    assert_null(strpbrk(words.en, "{}"));
    assert_null(strstr(words.zh, "未知"));
}

static void every_reason_is_a_sentence_full_or_bare(void **state)
{
    const ProtobufCEnumDescriptor *reasons = &duban__why_not__descriptor;

    for (unsigned i = 1; i < reasons->n_values; i++) {
        Duban__WhyNotRow full = full_row((Duban__WhyNot) reasons->values[i].value);
        Duban__WhyNotRow bare = DUBAN__WHY_NOT_ROW__INIT;
        struct words words;

        bare.why = full.why;
        assert_words(words_of_why_not(*state, &full));
        assert_words(words_of_why_not(*state, &bare));
        words = words_of_why_not(*state, &full);
        assert_null(strstr(words.zh, "—"));   /* a name that no row fills */
        assert_null(strstr(words.en, "—"));
        assert_non_null(strstr(words.zh, "［依据：整改（B 级）督办阶梯第 2 行，policy.yaml 第 435 行］"));
        assert_non_null(strstr(words.en, "[by rule: row 2 of the ladder for rectification, level B, policy.yaml line 435]"));
    }
}

static void a_reason_of_a_newer_version_is_shown_by_its_number(void **state)
{
    Duban__WhyNotRow row = full_row((Duban__WhyNot) 999);
    struct words words = words_of_why_not(*state, &row);

    assert_non_null(strstr(words.zh, "999"));
    assert_non_null(strstr(words.en, "999"));
}

static void what_is_not_there_leaves_no_hole(void **state)
{
    Duban__WhyNotRow row = full_row(DUBAN__WHY_NOT__WHY_NOT_NOT_DUE);
    struct words words;

    row.heard_s = 0;
    row.selector = "";
    row.counted = NULL;
    row.file = row.rule = "";
    words = words_of_why_not(*state, &row);
    assert_string_equal(words.zh, "“临近到期”：未到时间，2020-02-03 09:10 才发，届时发给leader-n、lead（整改时限 2020-02-03 09:10）");
    assert_string_equal(words.en, "\"near due\": not due until 2020-02-03 09:10; it would go to leader-n, lead "
                                  "(rectification due 2020-02-03 09:10)");
}

static void what_leaves_with_others_like_it_is_no_line_of_a_digest(void **state)
{
    Duban__WhyNotRow row = full_row(DUBAN__WHY_NOT__WHY_NOT_DIGEST);
    struct words words;

    row.reason = "together";
    row.file = row.rule = "";
    words = words_of_why_not(*state, &row);
    assert_words(words);
    assert_null(strstr(words.zh, "汇总"));
    assert_null(strstr(words.en, "digest"));
    assert_non_null(strstr(words.zh, "与其他同类的合成一条，2020-02-03 09:10 发出（通知 18）"));
    assert_non_null(strstr(words.en, "in one notice with others like it at 2020-02-03 09:10 (notice 18)"));
    row.reason = "listed";
    assert_non_null(strstr(words_of_why_not(*state, &row).zh, "汇总"));
}

static void a_registry_of_now_is_named_as_such(void **state)
{
    Duban__WhyNotRow row = full_row(DUBAN__WHY_NOT__WHY_NOT_CADENCE);
    struct words words;

    row.as_registered_now = true;
    words = words_of_why_not(*state, &row);
    assert_non_null(strstr(words.zh, "2020年2月3日 星期一 才到（每 2 个工作日一次）（按现在的登记）"));
    assert_non_null(strstr(words.en, "every 2 working days) (as registered now)"));
}

static void what_waits_in_notify_says_for_what(void **state)
{
    Duban__Delivery delivery = DUBAN__DELIVERY__INIT;
    Duban__Recipient recipient = DUBAN__RECIPIENT__INIT;
    Duban__Notice notice = DUBAN__NOTICE__INIT;

    recipient.account = "leader-n";
    notice.kind = "near_due";
    notice.recipient = &recipient;
    delivery.notice = 18;
    delivery.what = &notice;
    assert_string_equal(words_of_waiting(*state, &delivery, true).zh,
                        "“临近到期”（发给leader-n，通知 18）：规则引擎还没有跟上日志，不紧急的先不发");
    assert_string_equal(words_of_waiting(*state, &delivery, true).en,
                        "\"near due\" to leader-n (notice 18): rules is behind the journal, what is not urgent is held");
    delivery.next_attempt_ms = 1580692200000;
    assert_string_equal(words_of_waiting(*state, &delivery, false).en,
                        "\"near due\" to leader-n (notice 18): it is still queued, next attempt 2020-02-03 09:10");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_reason_is_a_sentence_full_or_bare, setup, teardown_show),
        cmocka_unit_test_setup_teardown(a_reason_of_a_newer_version_is_shown_by_its_number, setup, teardown_show),
        cmocka_unit_test_setup_teardown(what_is_not_there_leaves_no_hole, setup, teardown_show),
        cmocka_unit_test_setup_teardown(what_waits_in_notify_says_for_what, setup, teardown_show),
        cmocka_unit_test_setup_teardown(what_leaves_with_others_like_it_is_no_line_of_a_digest, setup, teardown_show),
        cmocka_unit_test_setup_teardown(a_registry_of_now_is_named_as_such, setup, teardown_show),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
