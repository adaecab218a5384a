/* test_wanted.c - an empty listing: nothing to list, or a filter that names nothing. */
#include "registry.h"

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    f->mine = calloc(1, sizeof(struct registry));
    registry_init(f->mine);
    fake_start(f, &f->rules, "rules.query", answer_from_registry);
    *state = f;
    return 0;
}

static void a_filter_that_names_nothing_is_named_with_what_there_is(void **state)
{
    static const struct {
        const char *words[3];
        const char *zh;
        const char *en;
    } WRONG[] = {
        { { "cases", "--zone", "nroth" }, "没有片区“nroth”（是不是 north？）；现有：north / south（见 duban areas）",
          "there is no zone \"nroth\" (did you mean north?); there are: north / south (see duban areas)" },
        { { "cases", "--site", "cour-9" }, "没有点位“cour-9”（是不是 cour-1？）；现有：cour-1 / cour-2（见 duban sites）",
          "there is no site \"cour-9\" (did you mean cour-1?)" },
        { { "cases", "--owner", "somebody-else" }, "没有账号“somebody-else”；现有：clerk / contact-n",
          "there is no account \"somebody-else\"; there are: clerk / contact-n" },
        { { "cases", "--level", "Z" }, "没有级别“Z”；现有：A / B", "there is no level \"Z\"; there are: A / B" },
        { { "tasks", "--owner", "leed" }, "是不是 lead？", "did you mean lead?" },
        { { "tasks", "--kind", "revist" }, "没有任务种类“revist”（是不是 revisit？）；现有：rectification（整改） / revisit（复查）",
          "there is no task kind \"revist\" (did you mean revisit?)" },
        { { "notices", "--to", "Lead" }, "没有账号“Lead”（是不是 lead？）", "(see duban holders)" },
        { { "sites", "cour-7", NULL }, "没有点位“cour-7”", "there is no site \"cour-7\"" },
        { { "holders", "clark", NULL }, "没有账号“clark”（是不是 clerk？）", "there is no account \"clark\"" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        assert_int_equal(duban(f, WRONG[i].words[0], WRONG[i].words[1], WRONG[i].words[2], NULL), EXIT_REFUSED);
        assert_contains(f->errors, WRONG[i].zh);
        assert_contains(f->errors, WRONG[i].en);
        assert_string_equal(f->out, "");
    }
}

static void right_filters_that_find_nothing_say_none(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "cases", "--zone", "north", "--site", "cour-1", "--owner", "leader-n", "--level", "B", NULL),
                     EXIT_FINE);
    assert_contains(f->out, "（无）");
    assert_string_equal(f->errors, "");
    assert_int_equal(duban(f, "tasks", "--kind", "revisit", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "notices", "--to", "lead", "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"rows\": []");
}

static void each_wrong_filter_is_named(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "cases", "--zone", "nort", "--level", "Z", "--owner", "lead", "--json", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "there is no zone \"nort\"");
    assert_contains(f->errors, "there is no level \"Z\"");
    assert_null(strstr(f->errors, "account"));
    assert_string_equal(f->out, "");
}

static void where_there_are_none_at_all_that_is_said(void **state)
{
    struct fixture *f = *state;
    struct registry *r = f->mine;

    r->area_rows.n_rows = 0;
    r->known.n_levels = 0;
    assert_int_equal(duban(f, "cases", "--zone", "north", "--level", "A", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "没有片区“north”：一个片区也还没有");
    assert_contains(f->errors, "there is no level \"A\": there are none yet");
}

static void a_name_in_either_language_stands_for_its_code(void **state)
{
    struct fixture *f = *state;
    struct registry *r = f->mine;
    Duban__Text north = DUBAN__TEXT__INIT, kind = DUBAN__TEXT__INIT;

    north.zh = "北片";
    north.en = "the north";
    kind.zh = "一般";
    kind.en = "ordinary";
    r->areas[0].zone_name = &north;
    r->codes[1].label = &kind;
    assert_int_equal(duban(f, "cases", "--zone", "北片", "--level", "一般", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "cases", "--zone", "the north", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "tasks", "--kind", "复查", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "cases", "--zone", "西片", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "没有片区“西片”（是不是 北片？）；现有：north（北片） / south（见 duban areas）");
    assert_contains(f->errors, "there are: north (the north) / south (see duban areas)");
    r->areas[1].zone_name = &north;
    assert_int_equal(duban(f, "cases", "--zone", "北片", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "有 2 个片区都叫“北片”，请写编号: duban areas");
}

static void what_must_be_one_of_a_few_is_looked_at_before_it_is_submitted(void **state)
{
    static const struct {
        const char *words[7];
        const char *en;
    } WRONG[] = {
        { { "availability", "n1", "休息" }, "there is no state \"休息\"" },
        { { "availability", "n1", "on-duty" }, "did you mean on_duty?); there are: on_duty (on duty) / remote_only (remote only)" },
        { { "isolation", "begin", "--basis", "回国" }, "there is no class of observation \"回国\"; there are: return (back home)" },
        { { "isolation", "exempt", "GL-0001", "--class", "住院" }, "there is no exemption \"住院\": there are none yet" },
        { { "silence", "--message", "nearly_due" }, "near_due" },
        { { "silence", "--role", "leader" }, "there is no post \"leader\"" },
        { { "preview", "提醒" }, "there is no kind of message \"提醒\"" },
        { { "preview", "near_due", "--channel", "微信" }, "there is no channel \"微信\"" },
    };
    struct fixture *f = *state;
    struct registry *r = f->mine;
    Duban__Text label = DUBAN__TEXT__INIT;
    Duban__Code class_ = DUBAN__CODE__INIT, *classes[] = { &class_ };

    label.zh = "返乡";
    label.en = "back home";
    class_.code = "return";
    class_.label = &label;
    r->known.n_isolation_classes = 1;
    r->known.isolation_classes = classes;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        const char *const *words = WRONG[i].words;

        assert_int_equal(duban(f, words[0], words[1], words[2], words[3], words[4], words[5], NULL), EXIT_REFUSED);
        assert_contains(f->errors, WRONG[i].en);
    }
}

static void the_spool_knows_accounts_from_rules(void **state)
{
    struct fixture *f = *state;

    file_of(f, "spool-000001.jsonl", "{\"notice\":1,\"at\":\"2020-02-04T11:10:00+08:00\",\"kind\":\"near_due\",\"to\":\"lead\","
                                     "\"title\":{\"zh\":\"组长\",\"en\":\"lead\"},\"text\":{\"zh\":\"一\",\"en\":\"one\"}}\n");
    assert_int_equal(duban(f, "spool", f->directory, "--to", "lead", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "spool", f->directory, "--to", "clerk", NULL), EXIT_FINE);
    assert_contains(f->out, "(none)");
    assert_int_equal(duban(f, "spool", f->directory, "--to", "clark", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "did you mean clerk?");
    fake_stop(&f->rules);
    assert_int_equal(duban(f, "spool", f->directory, "--to", "clark", "--timeout", "1", NULL), EXIT_FINE);
    assert_contains(f->out, "(none)");
    assert_contains(f->errors, "没有查到是否有账号“clark”");
    assert_contains(f->errors, "whether the account \"clark\" exists was not checked");
}

static void areas_are_listed_with_their_zones(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "areas", NULL), EXIT_FINE);
    assert_contains(f->out, "n-c1");
    assert_contains(f->out, "社区");
    assert_contains(f->out, "south");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_filter_that_names_nothing_is_named_with_what_there_is, setup, teardown),
        cmocka_unit_test_setup_teardown(right_filters_that_find_nothing_say_none, setup, teardown),
        cmocka_unit_test_setup_teardown(each_wrong_filter_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(where_there_are_none_at_all_that_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_in_either_language_stands_for_its_code, setup, teardown),
        cmocka_unit_test_setup_teardown(what_must_be_one_of_a_few_is_looked_at_before_it_is_submitted, setup, teardown),
        cmocka_unit_test_setup_teardown(the_spool_knows_accounts_from_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(areas_are_listed_with_their_zones, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
