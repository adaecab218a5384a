/* test_submit.c - entries from JSON to receipts. */
#include "fixture.h"

#include "digest.h"

#define REPORT "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"2020-02-03T09:10\",\"site\":\"cour-1\"," \
               "\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\"}}"
#define ID "00112233445566778899aabbccddeeff"

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", nothing_held);
    *state = f;
    return 0;
}

static const char *id_of(const struct seen_submit *submit)
{
    static char hex[33];

    return hex_of(hex, submit->client_id, 16);
}

static Duban__Entry *entry_of(struct fixture *f, size_t place)
{
    return duban__entry__unpack(NULL, f->submits[place].entry_size, f->submits[place].entry);
}

static void a_report_is_submitted_and_its_receipt_shown(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), NULL), EXIT_FINE);
    assert_contains(f->out, "第 1 号");
    assert_contains(f->out, "receipt: sequence 1, 2020-02-03 09:10");
    assert_int_equal(f->submit_count, 1);
    assert_string_equal(f->submits[0].account, "operator");
    entry = entry_of(f, 0);
    assert_int_equal(entry->body_case, DUBAN__ENTRY__BODY_REPORT);
    assert_int_equal(entry->report->device_time_ms, 1580692200000);   /* written in Beijing time */
    duban__entry__free_unpacked(entry, NULL);
}

static void the_same_file_again_has_the_same_ids(void **state)
{
    struct fixture *f = *state;
    char *path = file_of(f, "r.jsonl", REPORT "\n" REPORT "\n");

    assert_int_equal(duban(f, "submit", path, NULL), EXIT_FINE);
    assert_null(strstr(f->out, "--again"));
    f->answers[2] = f->answers[3] = ANSWER_DUPLICATE;
    f->answer_count = 4;
    assert_int_equal(duban(f, "submit", path, NULL), EXIT_FINE);
    assert_contains(f->out, "2 of them were submitted before and have no second effect");
    assert_memory_equal(f->submits[0].client_id, f->submits[2].client_id, 16);
    assert_memory_equal(f->submits[1].client_id, f->submits[3].client_id, 16);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[1].client_id, 16);   /* twice in it: meant twice */
    assert_int_equal(duban(f, "submit", path, "--again", NULL), EXIT_FINE);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[4].client_id, 16);
    assert_int_equal(duban(f, "submit", path, "--as", "clerk", NULL), EXIT_FINE);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[6].client_id, 16);
}

static void lines_without_a_receipt_are_named_once(void **state)
{
    enum { MANY = 130 };   /* more than are in flight at a time */
    struct fixture *f = *state;
    char text[MANY * sizeof REPORT + 1] = "";
    size_t used = 0;

    f->answers[0] = ANSWER_RECEIPT;
    f->answers[1] = ANSWER_REFUSED;
    fake_stop(&f->ingest);
    for (int i = 0; i < MANY; i++)
        used += (size_t) sprintf(text + used, "%s\n", REPORT);
    assert_int_equal(duban(f, "submit", file_of(f, "l.jsonl", text), "--timeout", "1", NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "l.jsonl:1 … ");
    assert_contains(f->errors, "l.jsonl:128 (128): duban: 没有收到回执");
    assert_contains(f->errors, "l.jsonl:129 … ");
    assert_contains(f->errors, "l.jsonl:130 (2): duban: 没有提交");
    assert_contains(f->errors, "Submit the same file again");
    assert_null(strstr(f->errors, "--id"));
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    f->answer_count = 2;
    assert_int_equal(duban(f, "submit", file_of(f, "l.jsonl", REPORT "\n" REPORT "\n"), NULL), EXIT_REFUSED);
    assert_contains(f->errors, "l.jsonl:2: duban: 巡查记录");
}

static void the_id_and_the_account_are_taken_over(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), "--id", ID, "--as", "clerk", NULL), EXIT_FINE);
    assert_string_equal(id_of(&f->submits[0]), ID);
    assert_string_equal(f->submits[0].account, "clerk");
    assert_int_equal(duban(f, "submit", file_of(f, "e.json",
                                                "{\"as\":\"n1\",\"clientId\":\"" ID "\",\"entry\":" REPORT "}"), NULL),
                     EXIT_FINE);
    assert_string_equal(id_of(&f->submits[1]), ID);
    assert_string_equal(f->submits[1].account, "n1");
}

static void an_array_and_lines_keep_their_order(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "submit", file_of(f, "a.json", "[" REPORT ",\n" REPORT "]"), NULL), EXIT_FINE);
    assert_contains(f->out, "[1]: ");
    assert_int_equal(f->submit_count, 2);
    assert_int_equal(duban(f, "submit", file_of(f, "l.jsonl", REPORT "\n\n" REPORT "\n" REPORT "\n"), NULL), EXIT_FINE);
    assert_contains(f->out, "4: ");
    assert_int_equal(f->submit_count, 5);
}

static void a_faulty_line_is_named_and_nothing_is_submitted(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "submit", file_of(f, "l.jsonl", REPORT "\n" REPORT "\n{\"report\":{\"sites\":\"x\"}}\n"),
                           NULL), EXIT_REFUSED);
    assert_contains(f->errors, "3:");
    assert_contains(f->errors, "sites");
    assert_int_equal(duban(f, "submit", file_of(f, "t.json", "{\"report\":{\"deviceTimeMs\":\"gestern\"}}"), NULL),
                     EXIT_REFUSED);
    assert_contains(f->errors, "deviceTimeMs");
    assert_contains(f->errors, "gestern");
    assert_int_equal(duban(f, "submit", file_of(f, "e.json", "{\"as\":\"n1\",\"entri\":1,\"entry\":" REPORT "}"), NULL),
                     EXIT_REFUSED);
    assert_contains(f->errors, "entri");
    assert_int_equal(duban(f, "submit", file_of(f, "n.json", "{}"), NULL), EXIT_REFUSED);
    assert_int_equal(duban(f, "submit", file_of(f, "b.json", "{\"report\":"), NULL), EXIT_REFUSED);
    assert_int_equal(duban(f, "submit", "/nonexistent/file", NULL), EXIT_REFUSED);
    assert_int_equal(duban(f, "submit", file_of(f, "i.json", REPORT), "--id", "12", NULL), EXIT_REFUSED);
    assert_int_equal(f->submit_count, 0);
}

static void a_repeat_says_that_it_had_one_effect(void **state)
{
    struct fixture *f = *state;

    f->answers[0] = ANSWER_DUPLICATE;
    f->answer_count = 1;
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), NULL), EXIT_FINE);
    assert_contains(f->out, "重复");
    assert_contains(f->out, "one effect");
}

static void a_wrong_folder_is_said_and_not_taken_for_a_dead_daemon(void **state)
{
    struct fixture *f = *state;
    char *path = file_of(f, "r.json", REPORT);

    assert_int_equal(duban(f, "submit", path, "--run", "/nowhere/at/all", NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "没有 /nowhere/at/all 这个目录");
    assert_contains(f->errors, "there is no folder /nowhere/at/all: is DUBAN_RUN set");
    assert_contains(f->errors, "nothing was submitted");
    assert_null(strstr(f->errors, "duban-ingest"));
    assert_int_equal(duban(f, "cases", "--run", "/nowhere/at/all", NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "there is no folder /nowhere/at/all");
    assert_int_equal(duban(f, "status", "--run", path, NULL), EXIT_NO_ANSWER);   /* a file */
    assert_contains(f->errors, "is no folder");
    assert_null(strstr(f->out, "does not answer"));
}

static void a_refusal_names_the_field_in_both_languages(void **state)
{
    struct fixture *f = *state;

    f->answers[0] = ANSWER_REFUSED;
    f->answer_count = 1;
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), NULL), EXIT_REFUSED);
    assert_contains(f->errors, "巡查记录 · 点位（report.site）：点位编号不对");
    assert_contains(f->errors, "(report.site): bad site code");
}

static void later_is_tried_again_with_the_same_id_and_bytes(void **state)
{
    struct fixture *f = *state;

    f->answers[0] = f->answers[1] = ANSWER_LATER;
    f->answer_count = 2;
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 3);
    assert_memory_equal(f->submits[0].client_id, f->submits[2].client_id, 16);
    assert_int_equal(f->submits[0].entry_size, f->submits[2].entry_size);
    assert_memory_equal(f->submits[0].entry, f->submits[2].entry, f->submits[0].entry_size);
}

static void without_a_receipt_success_is_never_invented(void **state)
{
    struct fixture *f = *state;

    f->answers[0] = ANSWER_SILENCE;
    f->answer_count = 1;
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), "--timeout", "1", NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "不知道是否已入账");
    assert_contains(f->errors, "it is not known whether the entry was taken");
    assert_contains(f->errors, "Submit the same file again");
    assert_string_equal(f->out, "");
    f->answers[1] = ANSWER_SILENCE;
    f->answer_count = 2;
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), "--id", ID, "--timeout", "1", NULL), EXIT_NO_ANSWER);
    assert_contains(f->errors, "--id " ID);   /* how to repeat safely */
}

static void what_rules_holds_in_quarantine_is_said_with_the_reason(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    fake_start(f, &f->rules, "rules.query", everything_held);
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), NULL), EXIT_REFUSED);
    assert_contains(f->out, "receipt: sequence 1");
    assert_contains(f->errors, "没有这个点位");
    assert_contains(f->errors, "no such site");
    assert_contains(f->errors, "duban release 1");
}

static void rules_that_does_not_answer_leaves_the_receipt_standing(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    assert_int_equal(duban(f, "submit", file_of(f, "r.json", REPORT), "--timeout", "1", NULL), EXIT_FINE);
    assert_contains(f->out, "receipt: sequence 1");
    assert_contains(f->errors, "rules has not answered yet");
}

static void thousands_go_through_in_one_run(void **state)
{
    enum { MANY = 1500 };
    struct fixture *f = *state;
    char *text = calloc(MANY, sizeof REPORT + 1);

    for (int i = 0; i < MANY; i++)
        strcat(text + (size_t) i * sizeof REPORT, REPORT "\n");
    assert_int_equal(duban(f, "submit", file_of(f, "many.jsonl", text), NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, MANY);
    assert_contains(f->out, "receipt: sequence 1500");
    free(text);
}

static void json_output_is_one_document(void **state)
{
    struct fixture *f = *state;
    json_t *document;
    json_t *receipts;

    f->answers[1] = ANSWER_REFUSED;
    f->answer_count = 2;
    assert_int_equal(duban(f, "submit", file_of(f, "a.json", "[" REPORT "," REPORT "]"), "--json", NULL), EXIT_REFUSED);
    document = json_loads(f->out, 0, NULL);
    receipts = json_object_get(document, "receipts");
    assert_int_equal(json_array_size(receipts), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(receipts, 0), "sequence")), "1");
    assert_string_equal(json_string_value(json_object_get(json_array_get(receipts, 1), "state")), "refused");
    json_decref(document);
}

static void releasing_and_skipping_are_entries_of_the_account(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(duban(f, "release", "81", "--site", "food-1", "--item", "PB-2=PB-02", "--as", "clerk", NULL),
                     EXIT_FINE);
    entry = entry_of(f, 0);
    assert_string_equal(f->submits[0].account, "clerk");
    assert_int_equal(entry->release->sequence, 81);
    assert_string_equal(entry->release->corrections->site, "food-1");
    assert_string_equal(entry->release->corrections->items[0]->from, "PB-2");
    assert_string_equal(entry->release->corrections->items[0]->to, "PB-02");
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(duban(f, "release", "81", "--reject", "--reason", "重复上报", NULL), EXIT_FINE);
    entry = entry_of(f, 1);
    assert_true(entry->release->rejected);
    assert_null(entry->release->corrections);
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(duban(f, "release", "82", "83", "--as", "clerk", NULL), EXIT_FINE);
    assert_contains(f->out, "83: 已入账：第 4 号");
    for (size_t i = 2; i < 4; i++) {
        entry = entry_of(f, i);
        assert_int_equal(entry->release->sequence, 80 + i);
        duban__entry__free_unpacked(entry, NULL);
    }
    assert_int_equal(duban(f, "release", "82", "83", "--id", ID, NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "skip", "9", "--reason", "已查明", NULL), EXIT_FINE);
    entry = entry_of(f, 4);
    assert_int_equal(entry->skip->sequence, 9);
    duban__entry__free_unpacked(entry, NULL);
}

static void a_file_without_entries_says_so(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "submit", file_of(f, "none.json", "[]\n"), NULL), EXIT_FINE);
    assert_contains(f->errors, "none.json 里没有记录");
    assert_contains(f->errors, "there is no entry in");
    assert_int_equal(duban(f, "submit", file_of(f, "empty.json", ""), NULL), EXIT_REFUSED);
    assert_contains(f->errors, "empty.json 是空的");
    assert_int_equal(duban(f, "submit", file_of(f, "blank.json", " \r\n\n"), NULL), EXIT_REFUSED);
    assert_contains(f->errors, "blank.json is empty");
    assert_int_equal(duban(f, "submit", file_of(f, "gbk.json", "{\"text\":\"\xb6\xbd\xb0\xec\"}\n"), NULL), EXIT_REFUSED);
    assert_contains(f->errors, "gbk.json 不是 UTF-8");
    assert_contains(f->errors, "save it as UTF-8");
    assert_int_equal(f->submit_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_without_entries_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(a_report_is_submitted_and_its_receipt_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_file_again_has_the_same_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_without_a_receipt_are_named_once, setup, teardown),
        cmocka_unit_test_setup_teardown(the_id_and_the_account_are_taken_over, setup, teardown),
        cmocka_unit_test_setup_teardown(an_array_and_lines_keep_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_faulty_line_is_named_and_nothing_is_submitted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repeat_says_that_it_had_one_effect, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wrong_folder_is_said_and_not_taken_for_a_dead_daemon, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refusal_names_the_field_in_both_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(later_is_tried_again_with_the_same_id_and_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_receipt_success_is_never_invented, setup, teardown),
        cmocka_unit_test_setup_teardown(what_rules_holds_in_quarantine_is_said_with_the_reason, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_that_does_not_answer_leaves_the_receipt_standing, setup, teardown),
        cmocka_unit_test_setup_teardown(thousands_go_through_in_one_run, setup, teardown),
        cmocka_unit_test_setup_teardown(json_output_is_one_document, setup, teardown),
        cmocka_unit_test_setup_teardown(releasing_and_skipping_are_entries_of_the_account, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
