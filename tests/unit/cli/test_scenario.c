/* test_scenario.c - a rehearsal's script is checked whole before it is played. */
#include "fixture.h"

#include "scenario.h"

#define VISIT "\"entry\":{\"report\":{\"site\":\"cour-1\",\"purpose\":\"PURPOSE_INSPECTION\"}}"

enum { MOST_LINES = 4 };

struct reading {
    struct fixture *fixture;
    struct cli cli;
    struct scenario scenario;
    struct scenario_line lines[MOST_LINES];   /* as they are played, packed where they have an entry */
    size_t count;
    FILE *errors_file;
    char *errors;
    size_t errors_size;
    bool fine;
};

static struct reading *read_text(struct fixture *f, const char *name, const char *text)
{
    struct reading *reading = calloc(1, sizeof *reading);

    reading->fixture = f;
    reading->errors_file = open_memstream(&reading->errors, &reading->errors_size);
    cli_open(&reading->cli, stdout, reading->errors_file);
    reading->fine = scenario_open(&reading->cli, file_of(f, name, text), &reading->scenario);
    while (reading->fine && reading->count < MOST_LINES &&
           scenario_next(&reading->cli, &reading->scenario, &reading->lines[reading->count])) {
        struct scenario_line *line = &reading->lines[reading->count++];
        struct fault fault;

        assert_true(line->entry == NULL || scenario_pack(&reading->cli, &reading->scenario, line, &fault));
    }
    assert_int_equal(fflush(reading->errors_file), 0);
    return reading;
}

static void done(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++)
        scenario_line_close(&reading->lines[i]);
    scenario_close(&reading->scenario);
    cli_close(&reading->cli);
    fclose(reading->errors_file);
    free(reading->errors);
    free(reading);
}

static int setup(void **state)
{
    *state = fixture_open();
    return 0;
}

static Duban__Entry *entry_of(const struct scenario_line *line)
{
    return duban__entry__unpack(NULL, line->packed.size, line->packed.data);
}

static void what_a_line_leaves_out_is_filled_in(void **state)
{
    struct reading *reading = read_text(*state, "s.jsonl",
                                        "# comment\n\n"
                                        "{\"at\":\"2020-02-03T09:10\",\"as\":\"n1\",\"photos\":1,\"photosMissing\":1,"
                                        VISIT "}\n");
    const struct scenario_line *line = &reading->lines[0];
    Duban__Entry *entry;

    assert_true(reading->fine);
    assert_int_equal(reading->scenario.count, 1);
    assert_int_equal(line->number, 3);
    entry = entry_of(line);
    assert_string_equal(entry->report->reporter, "n1");
    assert_int_equal(entry->report->device_time_ms, 1580692200000);
    assert_int_equal(entry->report->device_offset_minutes, 480);
    assert_int_equal(entry->report->outcome, DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED);
    assert_int_equal(entry->report->n_evidence, 2);
    assert_string_equal(entry->report->evidence[0]->name, "photo-1.jpg");
    assert_int_equal(entry->report->evidence[0]->sha256.len, 32);
    assert_true(entry->report->evidence[0]->here);
    assert_false(entry->report->evidence[1]->here);
    duban__entry__free_unpacked(entry, NULL);
    done(reading);
}

static void the_same_file_is_the_same_bytes_under_the_same_ids(void **state)
{
    const char *text = "{\"at\":\"2020-02-03T09:10\",\"photos\":2," VISIT "}\n";
    struct reading *first = read_text(*state, "s.jsonl", text);
    struct reading *again = read_text(*state, "s.jsonl", text);
    struct reading *other = read_text(*state, "t.jsonl", text);

    assert_memory_equal(first->lines[0].client_id, again->lines[0].client_id, 16);
    assert_memory_not_equal(first->lines[0].client_id, other->lines[0].client_id, 16);
    assert_int_equal(first->lines[0].packed.size, again->lines[0].packed.size);
    assert_memory_equal(first->lines[0].packed.data, again->lines[0].packed.data,
                        first->lines[0].packed.size);
    done(first);
    done(again);
    done(other);
}

static void a_label_stands_for_the_sequence_of_its_receipt(void **state)
{
    struct reading *reading = read_text(*state, "s.jsonl",
        "{\"at\":\"2020-02-03T09:10\",\"label\":\"r1\",\"photosMissing\":1," VISIT "}\n"
        "{\"at\":\"2020-02-03T09:20\",\"entry\":{\"evidenceArrival\":{\"reportSequence\":\"@r1\","
        "\"name\":\"photo-1.jpg\"}}}\n");
    struct scenario_line *lines = reading->lines;
    Duban__Entry *report, *arrival;
    struct fault fault;

    assert_true(reading->fine);
    assert_int_equal(lines[0].kept->sequence, 0);
    scenario_received(&lines[0], 4711);
    assert_true(scenario_pack(&reading->cli, &reading->scenario, &lines[1], &fault));
    report = entry_of(&lines[0]);
    arrival = entry_of(&lines[1]);
    assert_int_equal(arrival->evidence_arrival->report_sequence, 4711);
    assert_memory_equal(arrival->evidence_arrival->sha256.data, report->report->evidence[0]->sha256.data, 32);
    assert_int_equal(arrival->evidence_arrival->size_bytes, report->report->evidence[0]->size_bytes);
    duban__entry__free_unpacked(report, NULL);
    duban__entry__free_unpacked(arrival, NULL);
    done(reading);
}

static void a_repeat_is_the_line_that_it_repeats(void **state)
{
    struct reading *reading = read_text(*state, "s.jsonl",
        "{\"at\":\"2020-02-03T09:10\",\"label\":\"r1\"," VISIT "}\n"
        "{\"at\":\"2020-02-03T09:12\",\"repeat\":\"r1\",\"expect\":{\"duplicate\":true}}\n"
        "{\"until\":\"2020-02-04T08:00\"}\n");

    assert_true(reading->fine);
    assert_int_equal(reading->count, 3);
    assert_ptr_equal(reading->lines[1].repeats, reading->lines[0].kept);
    assert_memory_equal(reading->lines[1].repeats->client_id, reading->lines[0].client_id, 16);
    assert_memory_equal(reading->lines[1].repeats->packed.data, reading->lines[0].packed.data, reading->lines[0].packed.size);
    assert_int_equal(reading->lines[1].expectation, EXPECT_DUPLICATE);
    assert_int_equal(reading->scenario.until_s, 1580774400);
    done(reading);
}

static void what_has_words_a_label_or_a_reference_is_played_by_itself(void **state)
{
    struct reading *reading = read_text(*state, "s.jsonl",
        "{\"at\":\"2020-02-03T09:10\"," VISIT "}\n"
        "{\"at\":\"2020-02-03T09:10\",\"label\":\"r1\"," VISIT "}\n"
        "{\"at\":\"2020-02-03T09:10\",\"say\":{\"en\":\"Look.\"}," VISIT "}\n"
        "{\"at\":\"2020-02-03T09:10\",\"entry\":{\"amendment\":{\"reportSequence\":\"@r1\",\"reason\":\"x\","
        "\"answers\":[{\"item\":\"DS-01\",\"result\":\"RESULT_PASS\"}]}}}\n");

    assert_true(reading->fine);
    assert_true(scenario_is_plain(&reading->lines[0]));
    for (size_t i = 1; i < 4; i++)
        assert_false(scenario_is_plain(&reading->lines[i]));
    done(reading);
}

static void a_line_may_be_read_once_more(void **state)
{
    struct reading reading = { .fixture = *state };
    const char *path = file_of(*state, "s.jsonl", "{\"at\":\"2020-02-03T09:10\"," VISIT "}\n{\"until\":\"2020-02-04T08:00\"}");
    struct scenario_line line;

    cli_open(&reading.cli, stdout, stderr);
    assert_true(scenario_open(&reading.cli, path, &reading.scenario));
    for (int i = 0; i < 3; i++) {
        assert_true(scenario_next(&reading.cli, &reading.scenario, &line));
        assert_int_equal(line.number, 1);
        scenario_line_close(&line);
        scenario_read_again(&reading.scenario);
    }
    assert_true(scenario_next(&reading.cli, &reading.scenario, &line));
    scenario_line_close(&line);
    assert_true(scenario_next(&reading.cli, &reading.scenario, &line));
    assert_int_equal(line.number, 2);
    scenario_line_close(&line);
    assert_false(scenario_next(&reading.cli, &reading.scenario, &line));
    scenario_close(&reading.scenario);
    cli_close(&reading.cli);
}

static void drawn_doors_are_named_by_their_areas(void **state)
{
    struct reading *reading = read_text(*state, "s.jsonl",
        "{\"at\":\"2020-02-03T09:10\",\"as\":\"n1\",\"check\":{\"campaign\":\"HD-0001\",\"areas\":[\"c1\",\"c2\"]}}\n");

    assert_true(reading->fine);
    assert_string_equal(reading->lines[0].check.campaign, "HD-0001");
    assert_int_equal(json_array_size(reading->lines[0].check.areas), 2);
    assert_null(reading->lines[0].entry);
    assert_false(scenario_is_plain(&reading->lines[0]));
    done(reading);
}

static void faults_name_the_line_and_what_would_be_right(void **state)
{
    static const struct { const char *text, *line, *says; } FAULTS[] = {
        { "{\"at\":\"2020-02-03T09:10\"\n", "s.jsonl:1:", "" },
        { "\n{\"when\":\"2020-02-03T09:10\"}\n", "s.jsonl:2:", "when" },
        { "{\"at\":\"3 February\"}\n", "s.jsonl:1:", "2020-02-03T09:10" },
        { "{\"at\":\"2020-02-03T09:10\"}\n{\"at\":\"2020-02-03T09:09\"}\n", "s.jsonl:2:", "before the line above" },
        { "{\"at\":\"2020-02-03T09:10\",\"say\":{\"de\":\"x\"}}\n", "s.jsonl:1:", "de" },
        { "{\"at\":\"2020-02-03T09:10\",\"repeat\":\"r9\"}\n", "s.jsonl:1:", "label" },
        { "{\"at\":\"2020-02-03T09:10\",\"photos\":-1," VISIT "}\n", "s.jsonl:1:", "photos" },
        { "{\"at\":\"2020-02-03T09:10\",\"label\":\"a\"," VISIT "}\n"
          "{\"at\":\"2020-02-03T09:10\",\"label\":\"a\"," VISIT "}\n", "s.jsonl:2:", "taken" },
        { "{\"at\":\"2020-02-03T09:10\",\"entry\":{\"report\":{\"purpose\":\"PURPOSE_HOLIDAY\"}}}\n", "s.jsonl:1:",
          "purpose" },
        { "{\"at\":\"2020-02-03T09:10\",\"entry\":{\"skip\":{\"sequence\":\"@nobody\"}}}\n", "s.jsonl:1:", "@nobody" },
        { "{\"at\":\"2020-02-03T09:10\",\"expect\":{\"praise\":true}}\n", "s.jsonl:1:", "praise" },
        { "{\"at\":\"2020-02-03T09:10\",\"check\":{\"campaign\":\"HD-0001\"}}\n", "s.jsonl:1:", "areas" },
        { "{\"at\":\"2020-02-03T09:10\",\"check\":{\"areas\":[\"c1\"]}}\n", "s.jsonl:1:", "campaign" },
        { "{\"at\":\"2020-02-03T09:10\",\"check\":{\"campaign\":\"HD-0001\",\"areas\":[7]}}\n", "s.jsonl:1:", "areas" },
        { "{\"at\":\"2020-02-03T09:10\",\"check\":{\"campaign\":\"HD-0001\",\"areas\":[\"c1\"]}," VISIT "}\n", "s.jsonl:1:",
          "without an entry" },
        { "{\"until\":\"2020-02-03T09:10\"}\n{\"at\":\"2020-02-03T09:20\"}\n", "s.jsonl:2:", "until" },
    };

    for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++) {
        struct reading *reading = read_text(*state, "s.jsonl", FAULTS[i].text);

        assert_false(reading->fine);
        assert_contains(reading->errors, FAULTS[i].line);
        assert_contains(reading->errors, FAULTS[i].says);
        assert_int_equal(reading->cli.failure, EXIT_REFUSED);
        done(reading);
    }
}

static void the_demo_scenario_is_fine(void **state)
{
    struct reading reading = { .fixture = *state };

    cli_open(&reading.cli, stdout, stderr);
    assert_true(scenario_open(&reading.cli, "deploy/demo/township.jsonl", &reading.scenario));
    assert_true(reading.scenario.count > 30);
    assert_true(reading.scenario.until_s > 0);
    scenario_close(&reading.scenario);
    cli_close(&reading.cli);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_line_leaves_out_is_filled_in, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_file_is_the_same_bytes_under_the_same_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(a_label_stands_for_the_sequence_of_its_receipt, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repeat_is_the_line_that_it_repeats, setup, teardown),
        cmocka_unit_test_setup_teardown(what_has_words_a_label_or_a_reference_is_played_by_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_may_be_read_once_more, setup, teardown),
        cmocka_unit_test_setup_teardown(drawn_doors_are_named_by_their_areas, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_name_the_line_and_what_would_be_right, setup, teardown),
        cmocka_unit_test_setup_teardown(the_demo_scenario_is_fine, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
