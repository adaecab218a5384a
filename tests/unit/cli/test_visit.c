/* test_visit.c - duban visit and duban items, from the command line to the entry and back. */
#include "fixture.h"

#include "digest.h"

enum { KNOWN_ITEMS = 3, KNOWN_HOLDERS = 2 };

/* A gate that is asked GT-01 and SD-01, which must be answered; CS-02 is asked elsewhere. */
struct known_items {
    Duban__Text text, site_name;
    Duban__ItemRow items[KNOWN_ITEMS];
    Duban__ItemRow *list[KNOWN_ITEMS];
    Duban__ItemRows here, all, nothing;
    Duban__Site site;
    Duban__Site *sites[1];
    Duban__SiteRows registry;
    Duban__CaseRows no_cases;
    Duban__Holder holders[KNOWN_HOLDERS];
    Duban__Holder *holder_list[KNOWN_HOLDERS];
    Duban__HolderRows holder_rows;   /* empty until a test knows them */
};

static void known_make(struct known_items *known)
{
    static const char *const CODES[KNOWN_ITEMS] = { "GT-01", "SD-01", "CS-02" };

    known->text = text_of_words("进出登记", "comings and goings are registered");
    known->site_name = text_of_words("东门岗", "east gate");
    for (size_t i = 0; i < KNOWN_ITEMS; i++) {
        duban__item_row__init(&known->items[i]);
        known->items[i].code = (char *) CODES[i];
        known->items[i].text = &known->text;
        known->items[i].level = "B";
        known->items[i].photos = 1;
        known->list[i] = &known->items[i];
    }
    known->items[1].mandatory = true;
    known->items[1].office = "kongwei";
    known->items[2].maximum_presence_case = DUBAN__ITEM_ROW__MAXIMUM_PRESENCE_MAXIMUM_MILLI;
    known->items[2].maximum_milli = 6500;
    duban__item_rows__init(&known->here);
    duban__item_rows__init(&known->all);
    duban__item_rows__init(&known->nothing);
    known->here.rows = known->all.rows = known->list;
    known->here.n_rows = KNOWN_ITEMS - 1;
    known->all.n_rows = KNOWN_ITEMS;
    duban__site__init(&known->site);
    known->site.code = "gate-1";
    known->site.name = &known->site_name;
    known->sites[0] = &known->site;
    duban__site_rows__init(&known->registry);
    known->registry.rows = known->sites;
    known->registry.n_rows = 1;
    duban__case_rows__init(&known->no_cases);
    duban__holder_rows__init(&known->holder_rows);
    known->holder_rows.rows = known->holder_list;
}

static void know_items(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    struct known_items *known = f->mine;

    if (query->body_case == DUBAN__QUERY__BODY_ITEMS) {
        reply->body_case = DUBAN__REPLY__BODY_ITEMS;
        reply->items = query->items->site[0] == '\0' ? &known->all : &known->nothing;
        if (strcmp(query->items->site, "gate-1") == 0)
            reply->items = &known->here;
        known->items[1].mandatory = query->items->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE;
    } else if (query->body_case == DUBAN__QUERY__BODY_SITES) {
        reply->body_case = DUBAN__REPLY__BODY_SITES;
        reply->sites = &known->registry;
    } else if (query->body_case == DUBAN__QUERY__BODY_HOLDERS) {
        reply->body_case = DUBAN__REPLY__BODY_HOLDERS;
        reply->holders = &known->holder_rows;
    } else if (query->body_case == DUBAN__QUERY__BODY_CASES) {
        reply->body_case = DUBAN__REPLY__BODY_CASES;
        reply->cases = &known->no_cases;
    } else {
        nothing_held(f, query, reply);
    }
}

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    f->mine = calloc(1, sizeof(struct known_items));
    assert_non_null(f->mine);
    known_make(f->mine);
    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->ingest_query, "ingest.query", tell_time);
    fake_start(f, &f->rules, "rules.query", know_items);
    *state = f;
    return 0;
}

static void assert_entry(struct fixture *f, const char *expected)
{
    char *entry = entry_json(f, f->submit_count - 1);

    assert_string_equal(entry, expected);
    free(entry);
}

/* ---------------------------------------------------------------- visits */

#define HEAD(answers) "{\"report\":{\"answers\":[" answers "],\"deviceOffsetMinutes\":480,\"deviceTimeMs\":\"1580692200000\","
#define TAIL(purpose) "\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"purpose\":\"" purpose "\",\"reporter\":\"inspector-n1\",\"site\":\"gate-1\"}}"
#define SD "{\"item\":\"SD-01\",\"result\":\"RESULT_PASS\"}"

static void answers_are_written_in_one_word_each_in_either_language(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=fail:人:挤", "SD-01=pass", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_entry(f, HEAD("{\"item\":\"GT-01\",\"note\":\"人:挤\",\"result\":\"RESULT_FAIL\"}," SD) TAIL("PURPOSE_INSPECTION"));
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=不合格：排队=没有间隔", "SD-01=合格", "--purpose", "复查", "--as", "inspector-n1",
                           NULL), EXIT_FINE);
    assert_entry(f, HEAD("{\"item\":\"GT-01\",\"note\":\"排队=没有间隔\",\"result\":\"RESULT_FAIL\"}," SD) TAIL("PURPOSE_REVISIT"));
    assert_int_equal(duban(f, "visit", "gate-1", "CS-02=pass=-6.25", "GT-01=fixed", "SD-01=na", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_entry(f, HEAD("{\"item\":\"CS-02\",\"numberMilli\":\"-6250\",\"result\":\"RESULT_PASS\"},"
                         "{\"fixedNow\":true,\"item\":\"GT-01\",\"result\":\"RESULT_FAIL\"},"
                         "{\"item\":\"SD-01\",\"result\":\"RESULT_NOT_APPLICABLE\"}") TAIL("PURPOSE_INSPECTION"));
}

static void a_chinese_keyboard_types_the_wide_marks(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "GT-01＝不合格：乱", "CS-02＝合格＝2.5", "SD-01=合格", "--entrances",
                           "东门＝有人看守，南门＝有问题：倒了", "--posts", "东门岗／夜班＝有人值守", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_entry(f, HEAD("{\"item\":\"GT-01\",\"note\":\"乱\",\"result\":\"RESULT_FAIL\"},"
                         "{\"item\":\"CS-02\",\"numberMilli\":\"2500\",\"result\":\"RESULT_PASS\"}," SD)
                 "\"entrances\":[{\"name\":\"东门\",\"state\":\"ENTRANCE_STATE_OPEN_MANNED\"},"
                 "{\"name\":\"南门\",\"note\":\"倒了\",\"state\":\"ENTRANCE_STATE_PROBLEM\"}],"
                 "\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"posts\":[{\"manned\":\"MANNING_MANNED\",\"post\":\"东门岗\",\"shift\":\"夜班\"}],"
                 "\"purpose\":\"PURPOSE_INSPECTION\",\"reporter\":\"inspector-n1\",\"site\":\"gate-1\"}}");
}

static void know_inspectors(struct known_items *known)
{
    static const char *const ACCOUNTS[KNOWN_HOLDERS] = { "clerk", "inspector-n1" };

    for (size_t i = 0; i < KNOWN_HOLDERS; i++) {
        duban__holder__init(&known->holders[i]);
        known->holders[i].account = (char *) ACCOUNTS[i];
        known->holder_list[i] = &known->holders[i];
    }
    known->holder_rows.n_rows = KNOWN_HOLDERS;
}

static void an_account_that_nobody_has_never_becomes_an_entry(void **state)
{
    struct fixture *f = *state;

    know_inspectors(f->mine);
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--as", "inspektor", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "没有账号“inspektor”（是不是 inspector-n1？）");
    assert_contains(f->errors, "there is no account \"inspektor\" (did you mean inspector-n1?)");
    assert_contains(f->errors, "什么也没有提交");
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "请加 --as 账号");
    assert_contains(f->errors, "add --as ACCOUNT");
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--reporter", "inspector-1", "--as", "clerk", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "did you mean inspector-n1?");
    assert_int_equal(duban(f, "watch", "begin", "gate-1", "--watcher", "nobody", "--reason", "反弹", "--as", "clerk", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "没有账号“nobody”");
    assert_int_equal(f->submit_count, 0);
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--reporter", "inspector-n1", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "availability", "inspector-n1", "on_leave", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 2);
}

static void while_rules_is_silent_whoever_it_is_may_submit(void **state)
{
    struct fixture *f = *state;

    fake_stop(&f->rules);
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--as", "inspektor", "--timeout", "1", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 1);
}

static void a_clock_that_is_a_little_fast_is_none_of_the_future(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--end", "2020-02-03T09:20", NULL), EXIT_FINE);
    assert_int_equal(f->submit_count, 1);
}

static void a_watch_begins_on_a_day_and_ends_after_one_clean_day_at_least(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "watch", "begin", "gate-1", "--from", "2020-02-05", "--clean-days", "2", "--reason", "反弹", NULL), EXIT_FINE);
    assert_entry(f, "{\"watch\":{\"cleanDays\":2,\"fromMs\":\"1580832000000\",\"reason\":\"反弹\",\"site\":\"gate-1\"}}");
    assert_int_equal(duban(f, "watch", "begin", "gate-1", "--clean-days", "0", "--reason", "反弹", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--clean-days 至少是 1");
    assert_int_equal(duban(f, "watch", "begin", "gate-1", "--from", "soon", "--reason", "反弹", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "--from");
    assert_int_equal(f->submit_count, 1);
}

static void what_was_not_looked_at_is_said(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=pass", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "SD-01=not-checked，随后仍会退请补答");
    assert_contains(f->errors, "SD-01=not-checked, and it is asked for again afterwards");
    assert_contains(f->errors, "进出登记");
    assert_contains(f->errors, "什么也没有提交");
    assert_int_equal(f->submit_count, 0);
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=pass", "SD-01=未检查", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_entry(f, HEAD("{\"item\":\"GT-01\",\"result\":\"RESULT_PASS\"},{\"item\":\"SD-01\",\"result\":\"RESULT_NOT_CHECKED\"}")
                 TAIL("PURPOSE_INSPECTION"));
}

static void a_fail_says_what_was_seen_where_its_item_asks_for_it(void **state)
{
    struct fixture *f = *state;
    struct known_items *known = f->mine;

    known->items[0].note = true;
    known->items[0].maximum_presence_case = DUBAN__ITEM_ROW__MAXIMUM_PRESENCE_MAXIMUM_MILLI;
    known->items[0].maximum_milli = 6500;
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=fail", "SD-01=pass", "--as", "inspector-n1", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "GT-01 判不合格须写明看到什么");
    assert_contains(f->errors, "a fail of GT-01 has to say what was seen");
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=pass=7", "SD-01=pass", "--as", "inspector-n1", NULL), EXIT_WRONG_USE);
    assert_int_equal(f->submit_count, 0);
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=pass=6.5", "SD-01=fail", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=fail:人挤", "SD-01=pass", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=fail", "--purpose", "guidance", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "items", "--site", "gate-1", NULL), EXIT_FINE);
    assert_contains(f->out, "须写明");
}

static void what_must_be_answered_is_asked_for_the_purpose(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=pass", "--purpose", "revisit", "--as", "inspector-n1", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=pass", "--purpose", "guidance", "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_entry(f, HEAD("{\"item\":\"GT-01\",\"result\":\"RESULT_PASS\"}") TAIL("PURPOSE_GUIDANCE"));
}

static void where_nobody_was_met_there_is_nothing_to_answer(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "--attempted", "--text", "关门", "--purpose", "revisit", "--as", "inspector-n1", NULL),
                     EXIT_FINE);
    assert_entry(f, "{\"report\":{\"deviceOffsetMinutes\":480,\"deviceTimeMs\":\"1580692200000\",\"outcome\":\"VISIT_OUTCOME_ATTEMPTED\","
                    "\"purpose\":\"PURPOSE_REVISIT\",\"reporter\":\"inspector-n1\",\"site\":\"gate-1\",\"text\":\"关门\"}}");
    assert_int_equal(duban(f, "visit", "gate-1", "GT-01=pass", "--attempted", NULL), EXIT_WRONG_USE);
    assert_int_equal(duban(f, "visit", "gate-1", NULL), EXIT_WRONG_USE);
    assert_contains(f->errors, "duban items --site gate-1");
    assert_contains(f->errors, "--attempted");
    assert_int_equal(f->submit_count, 1);
}

static void start_end_and_who_was_there_go_with_it(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--purpose", "observation", "--start", "2020-02-03T08:40", "--end",
                           "2020-02-03T09:05", "--reporter", "inspector-n1", "--as", "clerk", NULL), EXIT_FINE);
    assert_entry(f, "{\"report\":{\"answers\":[" SD "],\"deviceOffsetMinutes\":480,\"deviceTimeMs\":\"1580691900000\",\"enteredFor\":true,"
                    "\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"purpose\":\"PURPOSE_OBSERVATION\",\"reporter\":\"inspector-n1\","
                    "\"site\":\"gate-1\",\"startedAtMs\":\"1580690400000\"}}");
    assert_string_equal(f->submits[0].account, "clerk");
}

static void a_photo_is_named_measured_and_digested(void **state)
{
    struct fixture *f = *state;
    char photos[3 * SCRATCH_BYTES];
    char *path = file_of(f, "gate.jpg", "RIFF....WEBPVP8 of the gate, now");

    (void) snprintf(photos, sizeof photos, "%s,GT-01=%s/after.jpg", path, f->directory);
    file_of(f, "after.jpg", "RIFF....WEBPVP8 of the gate, now.");
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--photo", photos, "--as", "inspector-n1", NULL), EXIT_FINE);
    assert_entry(f, HEAD(SD) "\"evidence\":[{\"here\":true,\"name\":\"gate.jpg\",\"sha256\":\"obS8Q1OAzan7m6p5yGY3pIiJjHzBv4knmed7GhnpAec=\","
                    "\"sizeBytes\":\"32\"},{\"here\":true,\"item\":\"GT-01\",\"name\":\"after.jpg\","
                    "\"sha256\":\"VlXFAxLPbHeOg0CqlmF5cV03ee5H8Sy9KBakhKHMSCc=\",\"sizeBytes\":\"33\"}]," TAIL("PURPOSE_INSPECTION"));
}

static void a_photo_that_is_none_is_refused(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--photo", "no-such.jpg", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "no-such.jpg");
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--photo", file_of(f, "empty.jpg", ""), NULL), EXIT_REFUSED);
    assert_contains(f->errors, "空文件");
    assert_int_equal(duban(f, "visit", "gate-1", "SD-01=pass", "--photo", file_of(f, "list.jpg", "code,name and so on, no photo at all"), NULL), EXIT_REFUSED);
    assert_contains(f->errors, "不是照片");
    assert_int_equal(f->submit_count, 0);
}

static void a_slip_of_the_pen_names_what_would_be_right(void **state)
{
    static const struct {
        const char *site, *answer, *option, *value;
        int code;
        const char *says;
    } LINES[] = {
        { "gate-2", "SD-01=pass", NULL, NULL, EXIT_REFUSED, "did you mean gate-1?" },
        { "gate-1", "SD-10=pass", NULL, NULL, EXIT_REFUSED, "did you mean SD-01?" },
        { "gate-1", "SD-01", NULL, NULL, EXIT_WRONG_USE, "GT-03=pass" },
        { "gate-1", "=pass", NULL, NULL, EXIT_WRONG_USE, "ITEM=RESULT" },
        { "gate-1", "SD-01=good", NULL, NULL, EXIT_WRONG_USE, "not-checked" },
        { "gate-1", "SD-01=", NULL, NULL, EXIT_WRONG_USE, "not-checked" },
        { "gate-1", "SD-01=pass=much", NULL, NULL, EXIT_WRONG_USE, "2.5" },
        { "gate-1", "SD-01=pass=1.2345", NULL, NULL, EXIT_WRONG_USE, "2.5" },
        { "gate-1", "SD-01=pass=5.", NULL, NULL, EXIT_WRONG_USE, "2.5" },
        { "gate-1", "SD-01=pass", "--purpose", "visit", EXIT_WRONG_USE, "observation" },
        { "gate-1", "SD-01=pass", "--start", "soon", EXIT_WRONG_USE, "--start" },
        { "gate-1", "SD-01=pass", "--end", "2021-02-03T09:10", EXIT_WRONG_USE, "--end says 2021-02-03 09:10, and it is only 2020-02-03 09:10" },
        { "gate-1", "SD-01=pass", "--start", "2020-02-03T09:21", EXIT_WRONG_USE, "--start 写的是 2020-02-03 09:21" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        assert_int_equal(duban(f, "visit", LINES[i].site, LINES[i].answer, LINES[i].option, LINES[i].value, NULL), LINES[i].code);
        assert_contains(f->errors, LINES[i].says);
        assert_contains(f->errors, "nothing was submitted");
    }
    assert_int_equal(f->submit_count, 0);
}

/* ---------------------------------------------------------------- items */

static void items_say_what_must_be_answered_and_where_a_fail_goes(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "items", "--site", "gate-1", NULL), EXIT_FINE);
    assert_contains(f->out, "SD-01");
    assert_contains(f->out, "必答");
    assert_contains(f->out, "goes to kongwei");
    assert_contains(f->out, "a case, level B");
    assert_null(strstr(f->out, "CS-02"));
    assert_int_equal(duban(f, "items", NULL), EXIT_FINE);
    assert_contains(f->out, "≤ 6.5");
    assert_int_equal(duban(f, "items", "--site", "gate-1", "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"mandatory\"");
}

static void items_of_nowhere_name_what_there_is(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "items", "--site", "gate-9", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "gate-1");
    assert_int_equal(duban(f, "items", "--site", "gate-1", "--kind", "GATE", NULL), EXIT_WRONG_USE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_are_written_in_one_word_each_in_either_language, setup, teardown),
        cmocka_unit_test_setup_teardown(a_chinese_keyboard_types_the_wide_marks, setup, teardown),
        cmocka_unit_test_setup_teardown(an_account_that_nobody_has_never_becomes_an_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(while_rules_is_silent_whoever_it_is_may_submit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_is_a_little_fast_is_none_of_the_future, setup, teardown),
        cmocka_unit_test_setup_teardown(a_watch_begins_on_a_day_and_ends_after_one_clean_day_at_least, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_not_looked_at_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_fail_says_what_was_seen_where_its_item_asks_for_it, setup, teardown),
        cmocka_unit_test_setup_teardown(what_must_be_answered_is_asked_for_the_purpose, setup, teardown),
        cmocka_unit_test_setup_teardown(where_nobody_was_met_there_is_nothing_to_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(start_end_and_who_was_there_go_with_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_photo_is_named_measured_and_digested, setup, teardown),
        cmocka_unit_test_setup_teardown(a_photo_that_is_none_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slip_of_the_pen_names_what_would_be_right, setup, teardown),
        cmocka_unit_test_setup_teardown(items_say_what_must_be_answered_and_where_a_fail_goes, setup, teardown),
        cmocka_unit_test_setup_teardown(items_of_nowhere_name_what_there_is, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
