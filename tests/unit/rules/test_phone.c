/* test_phone.c - row 6: everything is read on a phone, and everything is answered from one. */
#include "policy_pack.h"

#include "engine_kind.h"

static const char *const PACKS[] = { "epidemic-2020-beijing", "fire-safety-mini" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---------------------------------------------------------------- what is read */

static void row_6_every_message_of_both_packs_fits_into_a_text_message(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(PACKS); i++) {
        struct pack *pack = pack_read(PACKS[i]);

        assert_int_equal(pack_load(pack), 0);
        if (!policy_texts_fit(&pack->policy, &pack->faults) || !policy_texts_can_fit(&pack->policy, &pack->faults))
            fail_msg("%s:%u: %s", PACKS[i], pack->faults.faults[0].place.line, pack->faults.faults[0].en);
        pack_close(pack);
    }
}

static void the_longest_text_is_plain_words_and_the_longest_values(void **state)
{
    (void) state;
    assert_int_equal(policy_longest_text(""), 0);
    assert_int_equal(policy_longest_text("abc"), 3);
    assert_int_equal(policy_longest_text("级"), 3);
    assert_int_equal(policy_longest_text("{site}"), 180);
    assert_int_equal(policy_longest_text("a{site}b{due}c"), 3 + 180 + 25);
    assert_int_equal(policy_longest_text("{finding}{finding}"), 1200);
}

static void row_6_a_message_that_cannot_fit_is_named_with_its_row_and_language(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    const struct file_fault *fault = &pack->faults.faults[0];

    (void) state;
    pack_edit(pack, "messages.csv", "【汇总 {日期}】以下{件数}项请今日处理：",
              "@@{问题}{问题}{原因}{原因}");
    assert_int_equal(pack_load(pack), 0);   /* what is in force stays readable: only a new pack is judged so */
    assert_false(policy_texts_fit(&pack->policy, &pack->faults));
    assert_int_equal(pack->faults.total, 1);
    assert_string_equal(fault->place.file, "messages.csv");
    assert_int_equal(fault->place.line, pack->expected.line);
    assert_non_null(strstr(fault->en, "the Chinese text of message \"digest\" can have 2400 bytes"));
    assert_non_null(strstr(fault->zh, "消息“digest”的中文文字填满后可达 2400 字节"));
    pack_close(pack);
}

static void row_6_what_a_channel_would_cut_is_said_with_its_bytes_and_language(void **state)
{
    struct policy_message message = { .kind = "new_case", .text = { "{finding}", "{site}" }, .zh_place = { "messages.csv", 2, 10 },
                                      .en_place = { "messages.csv", 2, 40 } };
    const struct channel_limit sms = { "sms", "短信", "text message", 700 };
    struct policy_cut cut;

    (void) state;
    assert_true(policy_is_cut(&message, &sms, &cut));
    assert_string_equal(cut.language.en, "both languages together");
    assert_int_equal(cut.bytes, 600 + 1 + 180);
    message.text.zh = "{site}";
    assert_false(policy_is_cut(&message, &sms, &cut));
    message.text.en = "{finding}{reason}";
    assert_true(policy_is_cut(&message, &sms, &cut));
    assert_string_equal(cut.language.zh, "英文");
    assert_int_equal(cut.place.column, 40);
    assert_int_equal(cut.bytes, 1200);
    message.text.zh = message.text.en = "{site}";   /* it has no English text */
    assert_false(policy_is_cut(&message, &sms, &cut));
}

static void row_6_a_text_that_fits_nowhere_whatever_it_is_filled_with_is_a_fault_of_its_cell(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");
    const struct file_fault *fault = &pack->faults.faults[0];
    char words[160 * 4 + 3] = "@@";

    (void) state;
    for (size_t i = 0; i < 155; i++)
        strcat(words, "𠮷");   /* four bytes: as many characters as a text may have, more bytes than a text message */
    pack_edit(pack, "messages.csv", "【汇总 {日期}】以下{件数}项请今日处理：", words);
    assert_int_equal(pack_load(pack), 0);
    assert_true(policy_texts_fit(&pack->policy, &pack->faults));       /* what rules asks of it */
    assert_false(policy_texts_can_fit(&pack->policy, &pack->faults));
    assert_int_equal(pack->faults.total, 1);
    assert_string_equal(fault->place.file, "messages.csv");
    assert_int_equal(fault->place.line, pack->expected.line);
    assert_true(fault->place.column > 1);
    assert_non_null(strstr(fault->en, "620 bytes before anything is filled in, and text message (sms) takes 600"));
    assert_non_null(strstr(fault->zh, "短信（sms）只容 600 字节"));
    pack_close(pack);
}

static bool names_one_of(const char *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, names[i]) != NULL)
            return true;
    return false;
}

/* In both languages: what it is about, so that it can be found and answered; before the due, until when. */
static void assert_answerable(const char *pack, const struct policy_message *message, bool before_due)
{
    static const char *const WHICH[] = { "{number}", "{site}", "{count}", "{matter}", "{held}" };
    static const char *const WHEN[] = { "{due}", "{by}", "{left}", "{new_due}", "{at}", "{date}", "{open}", "今日", "today" };
    const char *const texts[] = { message->text.zh, message->text.en };

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!names_one_of(texts[i], WHICH, COUNT(WHICH)))
            fail_msg("%s: %s does not say what it is about: %s", pack, message->kind, texts[i]);
        if (before_due && !names_one_of(texts[i], WHEN, COUNT(WHEN)))
            fail_msg("%s: %s does not say by when: %s", pack, message->kind, texts[i]);
    }
}

static size_t look_at_plan(const char *pack, const struct policy *policy, const struct policy_plan *plan)
{
    for (size_t i = 0; i < plan->reminder_count; i++)
        assert_answerable(pack, policy_message(policy, plan->reminders[i].message),
                          plan->reminders[i].when == WHEN_OFFSET && plan->reminders[i].offset_s < 0);
    for (size_t i = 0; i < plan->ladder_count; i++)
        assert_answerable(pack, policy_message(policy, plan->ladder[i].message), false);
    return plan->reminder_count + plan->ladder_count;
}

static void row_6_every_reminder_says_what_it_is_about_and_by_when(void **state)
{
    static const char *const FIRST[] = { "new_case", "notice_to_site", "recurrence", "revisit_failed", "complaint_in" };

    (void) state;
    for (size_t i = 0; i < COUNT(PACKS); i++) {
        struct pack *pack = pack_read(PACKS[i]);
        size_t rows = 0;

        assert_int_equal(pack_load(pack), 0);
        for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
            for (size_t level = 0; level < pack->policy.severity_count; level++)
                rows += look_at_plan(PACKS[i], &pack->policy,
                                     policy_plan(&pack->policy, (Duban__TaskKind) kind, pack->policy.severities[level].code));
        assert_true(rows > 50);
        for (size_t k = 0; k < COUNT(FIRST); k++)
            assert_answerable(PACKS[i], policy_message(&pack->policy, FIRST[k]), true);
        pack_close(pack);
    }
}

/* ---------------------------------------------------------------- what is answered */

/* Entries that come from a desk or a daemon: packs, tables, the house's own. */
static bool is_for_a_desk(Duban__Entry__BodyCase act)
{
    static const Duban__Entry__BodyCase DESK[] = {
        DUBAN__ENTRY__BODY_POLICY_FILE, DUBAN__ENTRY__BODY_POLICY_ACTIVATION, DUBAN__ENTRY__BODY_POLICY_REVOCATION,
        DUBAN__ENTRY__BODY_AREA_CHANGE, DUBAN__ENTRY__BODY_SITE_CHANGE, DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE,
        DUBAN__ENTRY__BODY_UNIT_CHANGE, DUBAN__ENTRY__BODY_HOUSEHOLD_CHANGE, DUBAN__ENTRY__BODY_ENGINE_VERSION,
        DUBAN__ENTRY__BODY_OUTCOMES, DUBAN__ENTRY__BODY_TICK, DUBAN__ENTRY__BODY_SKIP, DUBAN__ENTRY__BODY_FORGOTTEN,
    };

    for (size_t i = 0; i < COUNT(DESK); i++)
        if (DESK[i] == act)
            return true;
    return false;
}

static void row_6_every_kind_of_task_is_ended_by_an_entry_that_a_phone_sends(void **state)
{
    size_t kinds = 0;

    (void) state;
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind)) {
        Duban__Entry__BodyCase act = task_kind_act(kind);

        if (act == DUBAN__ENTRY__BODY__NOT_SET)
            fail_msg("%s: no entry ends it; give it a row in engine_kind_act.c", task_kind(kind)->name);
        assert_non_null(protobuf_c_message_descriptor_get_field(&duban__entry__descriptor, (unsigned) act));
        if (is_for_a_desk(act))
            fail_msg("%s is ended at a desk only", task_kind(kind)->name);
        kinds++;
    }
    assert_true(kinds >= 20);
    assert_int_equal(task_kind_act(0), DUBAN__ENTRY__BODY__NOT_SET);
    assert_int_equal(task_kind_act(1000), DUBAN__ENTRY__BODY__NOT_SET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_6_every_message_of_both_packs_fits_into_a_text_message),
        cmocka_unit_test(the_longest_text_is_plain_words_and_the_longest_values),
        cmocka_unit_test(row_6_a_message_that_cannot_fit_is_named_with_its_row_and_language),
        cmocka_unit_test(row_6_what_a_channel_would_cut_is_said_with_its_bytes_and_language),
        cmocka_unit_test(row_6_a_text_that_fits_nowhere_whatever_it_is_filled_with_is_a_fault_of_its_cell),
        cmocka_unit_test(row_6_every_reminder_says_what_it_is_about_and_by_when),
        cmocka_unit_test(row_6_every_kind_of_task_is_ended_by_an_entry_that_a_phone_sends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
