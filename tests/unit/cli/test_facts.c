/* test_facts.c - everything that rules may tell has a name and a sentence in both languages. */
#include "fixture.h"

#include "entry_words.h"
#include "names.h"

static int setup(void **state)
{
    struct cli *cli = calloc(1, sizeof *cli);

    cli_open(cli, stdout, stderr);
    cli->holders_read = cli->areas_read = true;   /* nobody to ask */
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

static void assert_words(struct words words)
{
    assert_true(words.zh[0] != '\0' && words.en[0] != '\0');
    assert_null(strpbrk(words.zh, "{}[]"));
    assert_null(strpbrk(words.en, "{}[]"));
}

static Duban__Fact full_fact(Duban__FactKind kind)
{
    Duban__Fact fact = DUBAN__FACT__INIT;

    fact.kind = kind;
    fact.actor = "inspector-n1";
    fact.level_from = "B";
    fact.level_to = "A";
    fact.old_s = fact.new_s = 1580692200;
    fact.reason = "too_soon";
    fact.message_kind = "near_due";
    fact.recipient = "group_leader";
    fact.outbox_sequence = 18;
    fact.number = 1;
    fact.of = 3;
    fact.visit_ms = 1580692200000;
    fact.other_sequence = 81;
    fact.policy = "winter-pack";
    return fact;
}

static void every_fact_is_a_sentence_full_or_bare(void **state)
{
    const ProtobufCEnumDescriptor *kinds = &duban__fact_kind__descriptor;

    for (unsigned i = 1; i < kinds->n_values; i++) {
        Duban__FactKind kind = (Duban__FactKind) kinds->values[i].value;
        Duban__Fact full = full_fact(kind);
        Duban__Fact bare = DUBAN__FACT__INIT;

        bare.kind = kind;
        assert_words(words_of_fact(*state, &full));
        assert_words(words_of_fact(*state, &bare));
        assert_null(strstr(words_of_fact(*state, &full).zh, "未知"));
    }
}

static void who_was_shown_or_took_what_is_said_without_names_of_fields(void **state)
{
    static char *fields[] = { "phone", "name" }, *all[] = { "all" };
    Duban__Fact fact = DUBAN__FACT__INIT;

    fact.kind = DUBAN__FACT_KIND__FACT_KIND_SHOWN;
    fact.actor = "clerk";
    fact.recipient = "m-1";
    fact.reason = "催办";
    fact.fields = fields;
    fact.n_fields = 2;
    assert_string_equal(words_of_fact(*state, &fact).zh, "clerk查看了m-1的个人信息（电话、姓名）：催办");
    fact.kind = DUBAN__FACT_KIND__FACT_KIND_EXPORTED;
    fact.fields = all;
    fact.n_fields = 1;
    fact.recipient = "holders";
    assert_string_equal(words_of_fact(*state, &fact).zh, "clerk导出了人员岗位（全部）：催办");
    assert_string_equal(words_of_fact(*state, &fact).en, "clerk took the table of role holders out of the house (all of it): 催办");
    fact.recipient = "cases";
    assert_string_equal(words_of_fact(*state, &fact).zh, "clerk导出了问题台账（全部）：催办");
}

static void a_contact_says_that_somebody_is_unwell_or_went_out(void **state)
{
    Duban__Fact fact = DUBAN__FACT__INIT;
    struct words said;

    fact.kind = DUBAN__FACT_KIND__FACT_KIND_CONTACTED;
    fact.actor = "contact-n1";
    fact.visit_ms = 1580692200000;
    fact.number = 1;
    fact.of = 14;
    said = words_of_fact(*state, &fact);
    assert_null(strstr(said.zh, "异常"));
    fact.abnormal = fact.went_out = true;
    said = words_of_fact(*state, &fact);
    assert_contains(said.zh, "第 1/14 天，健康异常，擅自外出");
    assert_contains(said.en, "day 1 of 14, not well, went out");
}

static void what_has_no_subject_is_named_by_what_happened(void **state)
{
    static const struct {
        Duban__FactKind kind;
        const char *en;
    } cases[] = {
        { DUBAN__FACT_KIND__FACT_KIND_ALARM_SETTLED, "house alarm" },
        { DUBAN__FACT_KIND__FACT_KIND_RETRIED, "notice" },
        { DUBAN__FACT_KIND__FACT_KIND_SETTLED, "notice" },
        { DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, "notice" },
        { DUBAN__FACT_KIND__FACT_KIND_SKIPPED, "entry" },
        { DUBAN__FACT_KIND__FACT_KIND_POLICY_REVOKED, "policy" },
        { DUBAN__FACT_KIND__FACT_KIND_INCOMPLETE, "report" },
        { DUBAN__FACT_KIND__FACT_KIND_MEETING_FIXED, "meeting" },
        { DUBAN__FACT_KIND__FACT_KIND_PLAN_DRAFTED, "stops of the day" },
        { DUBAN__FACT_KIND__FACT_KIND_COVERAGE_LOW, "stops of the day" },
        { (Duban__FactKind) 999, "report" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Duban__Fact fact = DUBAN__FACT__INIT;

        fact.kind = cases[i].kind;
        assert_string_equal(words_of_subject(*state, &fact).en, cases[i].en);
    }
}

static void a_fact_of_a_newer_version_is_shown_by_its_number(void **state)
{
    Duban__Fact fact = DUBAN__FACT__INIT;

    fact.kind = (Duban__FactKind) 999;
    assert_string_equal(words_of_fact(*state, &fact).en, "(unknown fact 999)");
}

static void a_zone_and_an_area_are_named_and_a_count_of_none_is_a_number(void **state)
{
    struct cli *cli = *state;
    Duban__Text name = DUBAN__TEXT__INIT, zone_name = DUBAN__TEXT__INIT;
    Duban__Area area = DUBAN__AREA__INIT;
    void *rows[] = { &area };
    Duban__Fact fact = full_fact(DUBAN__FACT_KIND__FACT_KIND_COVERAGE_LOW);

    name.zh = "东里社区";
    name.en = "Dongli";
    zone_name.zh = "北片组";
    zone_name.en = "the north group";
    area.code = "c1";
    area.zone = "north";
    area.name = &name;
    area.zone_name = &zone_name;
    cli->areas.rows = rows;
    cli->areas.count = 1;
    fact.recipient = "north";
    fact.number = 0;
    fact.reason = "";
    assert_string_equal(words_of_fact(cli, &fact).zh, "北片组进度：计划 3 处，已查 0 处");
    assert_string_equal(words_of_fact(cli, &fact).en, "the north group: 0 of 3 planned sites inspected");
    fact.kind = DUBAN__FACT_KIND__FACT_KIND_TARGET_REACHED;
    fact.recipient = "c1";
    fact.number = 3;
    assert_string_equal(words_of_fact(cli, &fact).zh, "东里社区达到目标：已签 3/3 户");
    fact.kind = DUBAN__FACT_KIND__FACT_KIND_DELIVERED;
    fact.number = 1190;
    assert_string_equal(words_of_fact(cli, &fact).zh, "已送达（2020-02-03 09:10，用时19小时50分）");
    assert_string_equal(words_of_fact(cli, &fact).en, "delivered (2020-02-03 09:10, 19 h 50 min after it was asked for)");
    cli->areas.count = 0;
}

static void what_a_fact_lacks_is_left_out_of_its_sentence(void **state)
{
    Duban__Fact fact = full_fact(DUBAN__FACT_KIND__FACT_KIND_FAILED);

    assert_string_equal(words_of_fact(*state, &fact).en,
                        "revisit failed, rework: too soon after the pass before; to be redone by 2020-02-03 09:10");
    fact.reason = "";
    assert_string_equal(words_of_fact(*state, &fact).en, "revisit failed, rework; to be redone by 2020-02-03 09:10");
    assert_string_equal(words_of_fact(*state, &fact).zh, "复查不合格，返工；2020-02-03 09:10 前重新整改");
}

static void every_value_has_a_label(void **state)
{
    (void) state;
    for (unsigned i = 1; i < duban__case_state__descriptor.n_values; i++)
        assert_words(name_of_case_state((Duban__CaseState) i));
    for (unsigned i = 1; i < duban__task_kind__descriptor.n_values; i++)
        assert_words(name_of_task_kind((Duban__TaskKind) duban__task_kind__descriptor.values[i].value));   /* with gaps */
    for (unsigned i = 1; i < duban__task_state__descriptor.n_values; i++)
        assert_words(name_of_task_state((Duban__TaskState) i));
    for (unsigned i = 1; i < duban__role__descriptor.n_values; i++)
        assert_words(name_of_role((Duban__Role) i));
    for (unsigned i = 1; i < duban__light__descriptor.n_values; i++)
        assert_words(name_of_light((Duban__Light) i));
    for (unsigned i = 1; i < duban__grade__descriptor.n_values; i++)
        assert_words(name_of_grade((Duban__Grade) duban__grade__descriptor.values[i].value));   /* with gaps */
    for (unsigned i = 1; i < duban__delivery_state__descriptor.n_values; i++)
        assert_words(name_of_delivery_state((Duban__DeliveryState) i));
    for (unsigned i = 1; i < duban__alarm_kind__descriptor.n_values; i++)
        assert_words(name_of_alarm((Duban__AlarmKind) i));
    for (unsigned i = 1; i < duban__quarantine_state__descriptor.n_values; i++)
        assert_words(name_of_quarantine_state((Duban__QuarantineState) i));
    for (unsigned i = 1; i < duban__operating_state__descriptor.n_values; i++)
        assert_words(name_of_operating_state((Duban__OperatingState) i));
    for (unsigned i = 1; i < duban__area_kind__descriptor.n_values; i++)
        assert_words(name_of_area_kind((Duban__AreaKind) i));
    for (unsigned i = 0; i < duban__entry__descriptor.n_fields; i++)
        assert_words(name_of_entry_kind(duban__entry__descriptor.fields[i].name));
}

/* Read from the pack's table. */
static size_t messages_without_a_name(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[4096];
    size_t missing = 0;

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, ",")] = '\0';
        if (name_of_message(line).en[0] == '\0') {
            print_message("no name for message kind %s of %s\n", line, path);
            missing++;
        }
    }
    fclose(file);
    return missing;
}

static void every_message_of_the_packs_has_a_name(void **state)
{
    (void) state;
    assert_int_equal(messages_without_a_name("deploy/packs/epidemic-2020-beijing/messages.csv"), 0);
    assert_int_equal(messages_without_a_name("deploy/packs/fire-safety-mini/messages.csv"), 0);
    assert_int_equal(messages_without_a_name("tests/bench/pack/messages.csv"), 0);
}

static void how_somebody_was_found_is_told_in_words(void **state)
{
    struct words found = name_of_lookup(*state, "group_leader zone=north");

    assert_string_equal(found.zh, "片组组长（north）");
    assert_string_equal(found.en, "the group leader (north)");
    assert_string_equal(name_of_lookup(*state, "owner").en, "the follow-up owner");
    assert_string_equal(name_of_lookup(*state, "something new").zh, "something new");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_fact_is_a_sentence_full_or_bare, setup, teardown_show),
        cmocka_unit_test_setup_teardown(who_was_shown_or_took_what_is_said_without_names_of_fields, setup, teardown_show),
        cmocka_unit_test_setup_teardown(a_contact_says_that_somebody_is_unwell_or_went_out, setup, teardown_show),
        cmocka_unit_test_setup_teardown(what_has_no_subject_is_named_by_what_happened, setup, teardown_show),
        cmocka_unit_test_setup_teardown(a_fact_of_a_newer_version_is_shown_by_its_number, setup, teardown_show),
        cmocka_unit_test_setup_teardown(a_zone_and_an_area_are_named_and_a_count_of_none_is_a_number, setup, teardown_show),
        cmocka_unit_test_setup_teardown(what_a_fact_lacks_is_left_out_of_its_sentence, setup, teardown_show),
        cmocka_unit_test(every_value_has_a_label),
        cmocka_unit_test(every_message_of_the_packs_has_a_name),
        cmocka_unit_test_setup_teardown(how_somebody_was_found_is_told_in_words, setup, teardown_show),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
