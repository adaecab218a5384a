/* test_acts.c - what people do with a case, from the command line to the entry. */
#include "fixture.h"

#include "digest.h"

#define CASE "\"case\":{\"id\":\"AAAAAAAAAB0AAAAAAAAAAA==\"}"   /* of the known case */
#define ID "00112233445566778899aabbccddeeff"

static void answer_holders(const Duban__Query *query, Duban__Reply *reply)
{
    static const char *const ACCOUNTS[] = { "inspector-n2", "operator", "site-cour-1" };
    static Duban__Holder holders[3];
    static Duban__Holder *list[3];
    static Duban__HolderRows rows;

    duban__holder_rows__init(&rows);
    rows.rows = list;
    for (size_t i = 0; i < 3; i++) {
        duban__holder__init(&holders[i]);
        holders[i].account = (char *) ACCOUNTS[i];
        if (query->holders->account[0] == '\0' || strcmp(query->holders->account, ACCOUNTS[i]) == 0)
            list[rows.n_rows++] = &holders[i];
    }
    reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
    reply->holders = &rows;
}

/* Rules that knows case 2 and one account. */
static void know_one_case(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__Fault fault = DUBAN__FAULT__INIT;

    if (query->body_case == DUBAN__QUERY__BODY_HOLDERS) {
        answer_holders(query, reply);
    } else if (query->body_case != DUBAN__QUERY__BODY_CASE_) {
        nothing_held(f, query, reply);
    } else if (query->case_->by_case == DUBAN__CASE_QUERY__BY_NUMBER && query->case_->number != 2) {
        fault.zh = "没有这个问题";
        fault.en = "there is no such case";
        reply->body_case = DUBAN__REPLY__BODY_FAULT;
        reply->fault = &fault;
    } else {
        answer_case(reply, f->mine);
    }
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    f->mine = calloc(1, sizeof(struct known_case));
    assert_non_null(f->mine);
    known_case_make(f->mine);
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->ingest_query, "ingest.query", tell_time);
    fake_start(f, &f->rules, "rules.query", know_one_case);
    *state = f;
    return 0;
}

/* ---------------------------------------------------------------- entries */

struct line {
    const char *words[10];
    const char *entry;
};

static const struct line LINES[] = {
    { { "claim", "DB-0002" }, "{\"claim\":{" CASE "}}" },
    { { "claim", "2", "--fixed", "2020-02-02T15:00", "--text", "已消毒" },
      "{\"claim\":{" CASE ",\"fixedAtMs\":\"1580626800000\",\"text\":\"已消毒\"}}" },   /* 07:00 UTC */
    { { "claim", "DB0002" }, "{\"claim\":{" CASE "}}" },
    { { "claim", "ＤＢ－０００２" }, "{\"claim\":{" CASE "}}" },
    { { "extend", "db-2", "--until", "2020-02-12", "--reason", "等配件" },   /* to the end of that day */
      "{\"extension\":{" CASE ",\"newDueMs\":\"1581523140000\",\"reason\":\"等配件\"}}" },
    { { "acknowledge", "cour-1/DS-01" }, "{\"acknowledgement\":{" CASE "}}" },
    { { "assign", "DB-0002", "inspector-n2", "--text", "轮换" },
      "{\"assignment\":{" CASE ",\"owner\":\"inspector-n2\",\"text\":\"轮换\"}}" },
    { { "approve", "DB-0002", "closure" },
      "{\"approval\":{" CASE ",\"decision\":\"DECISION_GRANTED\",\"matter\":\"MATTER_CLOSURE\"}}" },
    { { "approve", "DB-0002", "extension", "--refuse", "--reason", "材料已到" },
      "{\"approval\":{" CASE ",\"decision\":\"DECISION_REFUSED\",\"matter\":\"MATTER_EXTENSION\",\"reason\":\"材料已到\"}}" },
    { { "extend", "DB-0002", "--until", "2020-02-12T18:00", "--reason", "等配件" },
      "{\"extension\":{" CASE ",\"newDueMs\":\"1581501600000\",\"reason\":\"等配件\"}}" },
    { { "explain-overdue", "DB-0002", "--expected", "2020-02-12T18:00", "--reason", "人手不足" },
      "{\"overdueExplanation\":{" CASE ",\"expectedAtMs\":\"1581501600000\",\"reason\":\"人手不足\"}}" },
    { { "edit", "DB-0002", "--level", "A", "--finding", "发热", "--reason", "核对" },
      "{\"caseEdit\":{" CASE ",\"finding\":\"发热\",\"level\":\"A\",\"reason\":\"核对\"}}" },
    { { "edit", "DB-0002", "--revisit-at", "2020-02-11T15:00", "--reason", "已与网点约好" },
      "{\"caseEdit\":{" CASE ",\"reason\":\"已与网点约好\",\"revisitAtMs\":\"1581404400000\"}}" },
    { { "edit", "DB-0002", "--void", "--reason", "重复" }, "{\"caseEdit\":{" CASE ",\"reason\":\"重复\",\"voided\":true}}" },
    { { "suspend", "DB-0002", "--reason", "等材料", "--review", "2020-02-12T18:00", "--measure", "围挡" },
      "{\"suspension\":{" CASE ",\"interimMeasure\":\"围挡\",\"reason\":\"等材料\",\"reviewAtMs\":\"1581501600000\"}}" },
    { { "suspend", "--site", "cour-1", "--reason", "停业" }, "{\"suspension\":{\"reason\":\"停业\",\"site\":\"cour-1\"}}" },
    { { "resume", "DB-0002", "--reason", "材料已到" }, "{\"resumption\":{" CASE ",\"reason\":\"材料已到\"}}" },
    { { "resume", "--site", "cour-1" }, "{\"resumption\":{\"site\":\"cour-1\"}}" },
    { { "appeal", "DB-0002", "--reason", "封路" }, "{\"appeal\":{" CASE ",\"reason\":\"封路\"}}" },
    { { "approve", "DB-0002", "appeal" },
      "{\"approval\":{" CASE ",\"decision\":\"DECISION_GRANTED\",\"matter\":\"MATTER_APPEAL\"}}" },
    { { "approve", "--report", "81" },
      "{\"approval\":{\"decision\":\"DECISION_GRANTED\",\"matter\":\"MATTER_AMENDMENT\",\"reportSequence\":\"81\"}}" },
    { { "amend", "81", "GT-03=pass", "--reason", "看错" },
      "{\"amendment\":{\"answers\":[{\"item\":\"GT-03\",\"result\":\"RESULT_PASS\"}],\"reason\":\"看错\",\"reportSequence\":\"81\"}}" },
};

static int type(struct fixture *f, const struct line *line)
{
    const char *const *words = line->words;

    return duban(f, words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7], words[8], NULL);
}

static void each_act_becomes_its_entry(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        char *entry;

        assert_int_equal(type(f, &LINES[i]), EXIT_FINE);
        assert_int_equal(f->submit_count, i + 1);
        entry = entry_json(f, i);
        assert_string_equal(entry, LINES[i].entry);
        free(entry);
    }
}

static void every_act_has_a_line_above_and_an_example_in_its_help(void **state)
{
    struct fixture *f = *state;

    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        size_t found = 0;

        if (command->run != command_act)
            continue;
        for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
            found += strcmp(LINES[i].words[0], command->name) == 0;
        assert_true(found > 0);
        assert_int_equal(duban(f, "help", command->name, NULL), EXIT_FINE);
        assert_contains(f->out, "例：duban ");
        assert_contains(f->out, "Example: duban ");
    }
}

static void an_act_is_the_accounts_and_has_the_id_that_was_given(void **state)
{
    struct fixture *f = *state;
    char id[33];

    assert_int_equal(duban(f, "claim", "2", "--as", "site-cour-1", "--id", ID, NULL), EXIT_FINE);
    assert_string_equal(f->submits[0].account, "site-cour-1");
    assert_string_equal(hex_of(id, f->submits[0].client_id, 16), ID);
    assert_int_equal(duban(f, "claim", "2", "--id", "12", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "32 hexadecimal digits");
    assert_int_equal(f->submit_count, 1);
}

static void a_time_without_an_answer_can_be_repeated_under_the_id_that_is_told(void **state)
{
    struct fixture *f = *state;
    char id[33];

    f->answers[0] = ANSWER_SILENCE;
    f->answer_count = 1;
    assert_int_equal(duban(f, "claim", "2", "--timeout", "1", NULL), EXIT_NO_ANSWER);
    hex_of(id, f->submits[0].client_id, 16);
    assert_contains(f->errors, id);
    assert_int_equal(duban(f, "claim", "2", "--id", id, NULL), EXIT_FINE);
    assert_memory_equal(f->submits[0].client_id, f->submits[1].client_id, 16);
    assert_int_equal(f->submits[0].entry_size, f->submits[1].entry_size);
    assert_memory_equal(f->submits[0].entry, f->submits[1].entry, f->submits[0].entry_size);
}

/* ---------------------------------------------------------------- what is told before it is an entry */

static void what_an_act_lacks_is_told_before_anybody_is_asked(void **state)
{
    struct fixture *f = *state;
    static const struct line LACKING[] = {
        { { "extend", "2", "--until", "2020-02-12T18:00" }, "--reason" },
        { { "extend", "2", "--reason", "等配件" }, "--until" },
        { { "extend", "2", "--until", "soon", "--reason", "x" }, "\"soon\"" },
        { { "claim", "2", "--fixed", "gestern" }, "\"gestern\"" },
        { { "explain-overdue", "2", "--reason", "x" }, "--expected" },
        { { "explain-overdue", "2", "--expected", "2020-02-12T18:00", "--reason", "" }, "--reason" },
        { { "edit", "2", "--reason", "x" }, "--level, --finding, --revisit-at or --void" },
        { { "edit", "2", "--level", "A" }, "--reason" },
        { { "suspend", "2" }, "--reason" },
        { { "suspend", "--reason", "x" }, "name a case, or a site" },
        { { "suspend", "2", "--site", "cour-1", "--reason", "x" }, "one of them" },
        { { "approve", "2", "--refuse" }, "--reason" },
        { { "appeal", "2" }, "--reason" },
        { { "approve", "2", "--report", "81" }, "one of them" },
        { { "amend", "81", "GT-03=pass" }, "--reason" },
        { { "amend", "81", "GT-03", "--reason", "x" }, "ITEM=RESULT" },
        { { "amend", "81", "GT-03=good", "--reason", "x" }, "not-checked" },
        { { "amend", "81", "GT-03=fixed", "--reason", "x" }, "a result is pass, fail, na (not applicable) or not-checked, not \"fixed\"" },
        { { "approve", "2", "everything" }, "closure, extension, recompute or appeal" },
        { { "assign", "2" }, "duban assign CASE ACCOUNT" },
        { { "claim" }, "duban claim CASE" },
    };

    fake_stop(&f->rules);
    for (size_t i = 0; i < sizeof LACKING / sizeof LACKING[0]; i++) {
        assert_int_equal(type(f, &LACKING[i]), EXIT_WRONG_USE);
        assert_contains(f->errors, LACKING[i].entry);
        assert_string_equal(f->out, "");
    }
    assert_int_equal(f->submit_count, 0);
}

static void a_case_or_an_account_that_is_not_there_never_becomes_an_entry(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "claim", "DB-0077", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "没有这个问题");
    assert_contains(f->errors, "there is no such case");
    assert_int_equal(duban(f, "assign", "2", "nobody", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "nobody 不在登记册中");
    assert_contains(f->errors, "nobody is not in the registry");
    assert_int_equal(f->submit_count, 0);
}

static void a_fix_in_the_future_never_becomes_an_entry(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "claim", "2", "--fixed", "2021-02-03T09:00", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--fixed 写的是 2021-02-03 09:00，现在才 2020-02-03 09:10");
    assert_contains(f->errors, "什么也没有提交");
    assert_int_equal(f->submit_count, 0);
    fake_stop(&f->ingest_query);
    assert_int_equal(duban(f, "claim", "2", "--fixed", "2021-02-03T09:00", "--timeout", "1", NULL), EXIT_FINE);
}

static void an_approval_without_a_matter_is_about_what_waits(void **state)
{
    struct fixture *f = *state;
    struct known_case *known = f->mine;
    char *entry;

    assert_int_equal(duban(f, "approve", "2", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "没有等待审批的事项");
    assert_contains(f->errors, "nothing of this case waits for approval");
    assert_int_equal(f->submit_count, 0);
    known->case_.extension_asked_s = 1581501600;
    assert_int_equal(duban(f, "approve", "2", NULL), EXIT_FINE);
    entry = entry_json(f, 0);
    assert_contains(entry, "MATTER_EXTENSION");
    free(entry);
    known->case_.state = DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE;
    assert_int_equal(duban(f, "approve", "2", NULL), EXIT_FINE);
    entry = entry_json(f, 1);
    assert_contains(entry, "MATTER_CLOSURE");
    free(entry);
}

static void assert_last_entry(struct fixture *f, const char *expected)
{
    char *entry = entry_json(f, f->submit_count - 1);

    assert_string_equal(entry, expected);
    free(entry);
}

static void while_rules_is_silent_an_act_goes_in_as_it_was_typed_and_that_is_said(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    assert_int_equal(duban(f, "claim", "DB-0012", "--timeout", "1", NULL), EXIT_FINE);
    assert_contains(f->errors, "规则引擎没有应答：有没有 DB-0012 这个问题");
    assert_contains(f->errors, "neither whether there is a case DB-0012");
    assert_null(strstr(f->errors, "什么也没有提交"));
    assert_last_entry(f, "{\"claim\":{\"case\":{\"number\":12}}}");
    assert_int_equal(duban(f, "assign", "cour-1/DS-01", "nobody", "--timeout", "1", NULL), EXIT_FINE);
    assert_last_entry(f, "{\"assignment\":{\"case\":{\"place\":{\"item\":\"DS-01\",\"site\":\"cour-1\"}},\"owner\":\"nobody\"}}");
    assert_int_equal(duban(f, "approve", "12", "closure", "--timeout", "1", NULL), EXIT_FINE);
    assert_last_entry(f, "{\"approval\":{\"case\":{\"number\":12},\"decision\":\"DECISION_GRANTED\",\"matter\":\"MATTER_CLOSURE\"}}");
}

static void while_rules_is_silent_what_only_it_could_say_must_be_typed(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    assert_int_equal(duban(f, "approve", "12", "--timeout", "1", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "请写明 closure、extension、recompute 或 appeal");
    assert_contains(f->errors, "什么也没有提交");
    assert_int_equal(duban(f, "claim", "gestern", "--timeout", "1", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "names no case");
    assert_int_equal(f->submit_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(while_rules_is_silent_an_act_goes_in_as_it_was_typed_and_that_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(while_rules_is_silent_what_only_it_could_say_must_be_typed, setup, teardown),
        cmocka_unit_test_setup_teardown(each_act_becomes_its_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(every_act_has_a_line_above_and_an_example_in_its_help, setup, teardown),
        cmocka_unit_test_setup_teardown(an_act_is_the_accounts_and_has_the_id_that_was_given, setup, teardown),
        cmocka_unit_test_setup_teardown(a_time_without_an_answer_can_be_repeated_under_the_id_that_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(what_an_act_lacks_is_told_before_anybody_is_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_case_or_an_account_that_is_not_there_never_becomes_an_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(a_fix_in_the_future_never_becomes_an_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(an_approval_without_a_matter_is_about_what_waits, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
