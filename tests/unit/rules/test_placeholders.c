/* test_placeholders.c - a message that can never fill a placeholder is found when its pack is checked. */
#include "policy_pack.h"

#define MESSAGES "messages.csv"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char NEAR_DUE[] = "\nnear_due,【临近到期】{编号}", OVERDUE[] = "\noverdue_owner,【逾期催办】{编号}";

/* Exactly this one is told, where it stands; one of before loads as it is. */
static void assert_dash(const char *from, const char *to, const char *message, const char *placeholder)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    char words[200];

    pack_edit(pack, MESSAGES, from, to);
    assert_int_equal(policy_load(&pack->policy, pack->sources, pack->count, &pack->faults), 0);
    policy_close(&pack->policy);
    if (policy_load_new(&pack->policy, pack->sources, pack->count, &pack->faults) == 0)
        fail_msg("%s is taken in %s", placeholder, message);
    assert_int_equal(pack->faults.total, 1);
    assert_string_equal(pack->faults.faults[0].place.file, MESSAGES);
    assert_int_equal(pack->faults.faults[0].place.line, pack->expected.line);
    assert_int_equal(pack->faults.faults[0].place.column, pack->expected.column);
    snprintf(words, sizeof words, "message \"%s\" has no value for \"%s\"", message, placeholder);
    assert_non_null(strstr(pack->faults.faults[0].en, words));
    pack_close(pack);
}

static void assert_dash_in(const char *head, const char *message, const char *placeholder)
{
    char edit[200];

    snprintf(edit, sizeof edit, "%s@@{%s}", head, placeholder);
    assert_dash(head, edit, message, placeholder);
}

static void a_reminder_of_a_case_has_no_value_of_other_messages(void **state)
{
    static const char *const OTHERS[] = {
        "验证码", "code", "现有", "最少", "待核记录", "近况", "逾期件数", "到期件数", "复查数", "投诉数", "应查数", "计划数", "已查数",
        "剩余数", "新增数", "销号数", "转明日数", "补报数", "其他逾期数", "死角数", "原因", "事项", "时间", "天数", "新时限", "新日期",
    };

    (void) state;
    for (size_t i = 0; i < COUNT(OTHERS); i++)
        assert_dash_in(NEAR_DUE, "near_due", OTHERS[i]);
}

static void what_goes_before_the_due_is_not_overdue_nor_is_there_time_left_after_it(void **state)
{
    (void) state;
    assert_dash_in(NEAR_DUE, "near_due", "逾期");
    assert_dash_in(NEAR_DUE, "near_due", "逾期情况");
    assert_dash_in(OVERDUE, "overdue_owner", "剩余");
}

static void the_english_text_is_looked_at_as_well(void **state)
{
    (void) state;
    assert_dash("\nwatch_check_in,【盯守提醒】{点位}今日尚未打卡", "\nwatch_check_in,【盯守提醒】{点位}今日@@{code}尚未打卡", "watch_check_in", "code");
    assert_dash("No check-in yet at {site}", "No check-in yet at {site} @@{amount}", "watch_check_in", "amount");
}

/* A message of one's own has what the tasks have in whose rows it stands. */
static void a_message_of_ones_own_has_the_values_of_its_tasks(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    pack_edit(pack, MESSAGES, "\nnear_due,", "\nown_due,{编号}{近况}{事项},\nnear_due,");
    pack_edit(pack, "policy.yaml", "message: complaint_due,", "message: own_due,");
    if (policy_load_new(&pack->policy, pack->sources, pack->count, &pack->faults) != 0)
        pack_print_faults(pack);
    assert_int_equal(pack->faults.total, 0);
    pack_close(pack);
}

static void the_shipped_packs_fill_all_of_theirs(void **state)
{
    static const char *const PACKS[] = { "epidemic-2020-beijing", "fire-safety-mini" };

    (void) state;
    for (size_t i = 0; i < COUNT(PACKS); i++) {
        struct pack *pack = pack_loaded(PACKS[i]);

        assert_true(policy_placeholders_fit(&pack->policy, &pack->faults));
        pack_close(pack);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reminder_of_a_case_has_no_value_of_other_messages),
        cmocka_unit_test(what_goes_before_the_due_is_not_overdue_nor_is_there_time_left_after_it),
        cmocka_unit_test(the_english_text_is_looked_at_as_well),
        cmocka_unit_test(a_message_of_ones_own_has_the_values_of_its_tasks),
        cmocka_unit_test(the_shipped_packs_fill_all_of_theirs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
