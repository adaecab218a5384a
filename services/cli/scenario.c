/* scenario.c - reading a rehearsal's script. */
#include "scenario.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "digest.h"
#include "json.h"
#include "log.h"
#include "message.h"

enum { MAX_PHOTOS = 100, PHOTO_BYTES = 200 * 1024 };

/* ---------------------------------------------------------------- labels */

static struct scenario_line *find_label(const struct scenario *scenario, const char *label)
{
    for (size_t i = scenario->count; i > 0; i--)
        if (scenario->lines[i - 1].label != NULL && strcmp(scenario->lines[i - 1].label, label) == 0)
            return &scenario->lines[i - 1];
    return NULL;
}

static bool fill_labels(struct cli *cli, const struct scenario *scenario, json_t *json, struct fault *fault);

/* "@r1" becomes the sequence of r1's receipt; while the file is checked there is none, and 1
 * stands in. */
static bool fill_label(struct cli *cli, const struct scenario *scenario, json_t *value, struct fault *fault)
{
    const char *text = json_string_value(value);
    const struct scenario_line *line;

    if (text == NULL)
        return fill_labels(cli, scenario, value, fault);
    if (text[0] != '@')
        return true;
    line = find_label(scenario, text + 1);
    if (line == NULL)
        return fault_set(fault, text, "前面没有这个标签", "no earlier line has this label");
    json_string_set(value, number_text(cli, line->sequence == 0 ? 1 : line->sequence));
    return true;
}

static bool fill_labels(struct cli *cli, const struct scenario *scenario, json_t *json, struct fault *fault)
{
    const char *name;
    json_t *value;
    size_t i;

    json_object_foreach(json, name, value)
        if (!fill_label(cli, scenario, value, fault))
            return false;
    json_array_foreach(json, i, value)
        if (!fill_label(cli, scenario, value, fault))
            return false;
    return true;
}

/* ---------------------------------------------------------------- what a line leaves out */

/* The same for the same line, whenever it is played. */
static void photo_digest(const struct scenario *scenario, const struct scenario_line *line, uint32_t photo,
                         uint8_t sha256[32])
{
    uint8_t numbers[12];
    const struct bytes parts[] = { bytes_of_text(scenario->name), bytes_of(numbers, sizeof numbers) };

    put_u64(numbers, line->number);
    put_u32(numbers + 8, photo);
    digest_sha256(sha256, parts, 2);
}

static json_t *base64_of(struct cli *cli, const uint8_t *data, size_t size)
{
    char *text = text_of(&cli->arena, "%*s", (int) (4 * ((size + 2) / 3)), "");

    sodium_bin2base64(text, 4 * ((size + 2) / 3) + 1, data, size, sodium_base64_VARIANT_ORIGINAL);
    return json_string(text);
}

static json_t *photo(struct cli *cli, const struct scenario *scenario, const struct scenario_line *line,
                     uint32_t number)
{
    uint8_t sha256[32];

    photo_digest(scenario, line, number, sha256);
    return json_pack("{s:s, s:i, s:o, s:b}", "name", text_of(&cli->arena, "photo-%u.jpg", number + 1), "sizeBytes",
                     PHOTO_BYTES + (int) number, "sha256", base64_of(cli, sha256, sizeof sha256), "here",
                     number < line->photos);
}

static void set_missing(json_t *object, const char *name, const char *proto_name, json_t *value)
{
    if (json_object_get(object, name) == NULL && json_object_get(object, proto_name) == NULL)
        json_object_set(object, name, value);
    json_decref(value);
}

static void fill_report(struct cli *cli, const struct scenario *scenario, const struct scenario_line *line,
                        json_t *report)
{
    json_t *evidence = json_object_get(report, "evidence");

    set_missing(report, "deviceTimeMs", "device_time_ms", json_integer(line->at_s * 1000));
    set_missing(report, "deviceOffsetMinutes", "device_offset_minutes", json_integer(cli->show.offset_s / 60));
    set_missing(report, "reporter", "reporter", json_string(line->account));
    set_missing(report, "outcome", "outcome", json_string("VISIT_OUTCOME_COMPLETED"));
    if (line->photos + line->photos_missing == 0)
        return;
    if (evidence == NULL) {
        evidence = json_array();
        json_object_set_new(report, "evidence", evidence);
    }
    for (uint32_t i = 0; i < line->photos + line->photos_missing; i++)
        json_array_append_new(evidence, photo(cli, scenario, line, i));
}

/* 3 for "photo-3.jpg"; 0 when it is none of ours. */
static uint32_t photo_number(const char *name)
{
    static const char BEFORE[] = "photo-";
    char *end;
    unsigned long number;

    if (name == NULL || strncmp(name, BEFORE, sizeof BEFORE - 1) != 0)
        return 0;
    number = strtoul(name + sizeof BEFORE - 1, &end, 10);
    return strcmp(end, ".jpg") == 0 && number <= MAX_PHOTOS ? (uint32_t) number : 0;
}

/* A photo of the labelled report: its size and digest are what was declared. */
static void fill_arrival(struct cli *cli, const struct scenario *scenario, const char *label, json_t *arrival)
{
    const struct scenario_line *line = label == NULL || label[0] != '@' ? NULL : find_label(scenario, label + 1);
    uint32_t number = photo_number(json_string_value(json_object_get(arrival, "name")));
    uint8_t sha256[32];

    if (line == NULL || number == 0)
        return;
    photo_digest(scenario, line, number - 1, sha256);
    set_missing(arrival, "sha256", "sha256", base64_of(cli, sha256, sizeof sha256));
    set_missing(arrival, "sizeBytes", "size_bytes", json_integer(PHOTO_BYTES + (int) number - 1));
}

bool scenario_pack(struct cli *cli, const struct scenario *scenario, struct scenario_line *line, struct fault *fault)
{
    json_t *json = json_deep_copy(line->entry);
    json_t *report = json_object_get(json, "report");
    json_t *arrival = json_object_get(json, "evidenceArrival");
    Duban__Entry *entry = NULL;
    bool fine;

    if (arrival != NULL)
        fill_arrival(cli, scenario, json_string_value(json_object_get(arrival, "reportSequence")), arrival);
    if (report != NULL)
        fill_report(cli, scenario, line, report);
    fine = fill_labels(cli, scenario, json, fault) && (entry = entry_of_json(cli, json, fault)) != NULL &&
           entry_pack(cli, entry, &line->packed, fault);
    json_decref(json);
    return fine;
}

/* ---------------------------------------------------------------- one line */

static bool read_text(struct cli *cli, const json_t *json, const char *name, const char **text, struct fault *fault)
{
    const json_t *value = json_object_get(json, name);

    if (value == NULL)
        return true;
    if (!json_is_string(value))
        return fault_set(fault, name, "应为文字", "this should be a text");
    *text = text_of(&cli->arena, "%s", json_string_value(value));
    return true;
}

static bool read_time(struct cli *cli, const json_t *json, const char *name, int64_t *at_s, struct fault *fault)
{
    const char *text = json_string_value(json_object_get(json, name));

    if (text == NULL || !civil_parse(text, cli->show.offset_s, at_s))
        return fault_set(fault, name, "应为时间，如 2020-02-03T09:10", "this should be a time, as in 2020-02-03T09:10");
    return true;
}

static bool read_say(struct cli *cli, const json_t *json, struct words *say, struct fault *fault)
{
    static const char *const MEMBERS[] = { "zh", "en" };
    const json_t *both = json_object_get(json, "say");

    *say = (struct words){ "", "" };
    if (both == NULL)
        return true;
    if (!has_only(both, MEMBERS, 2, fault))
        return false;
    return read_text(cli, both, "zh", &say->zh, fault) && read_text(cli, both, "en", &say->en, fault);
}

static bool read_count(const json_t *json, const char *name, uint32_t *count, struct fault *fault)
{
    const json_t *value = json_object_get(json, name);

    if (value == NULL)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > MAX_PHOTOS)
        return fault_set(fault, name, "应为 0 到 %d 的整数", "this should be a whole number from 0 to %d", MAX_PHOTOS);
    *count = (uint32_t) json_integer_value(value);
    return true;
}

static bool read_expectation(struct cli *cli, const json_t *json, struct scenario_line *line, struct fault *fault)
{
    static const char *const MEMBERS[] = { "refused", "quarantined", "duplicate" };
    const json_t *expect = json_object_get(json, "expect");

    line->expected_field = "";
    if (expect == NULL)
        return true;
    if (!has_only(expect, MEMBERS, 3, fault))
        return false;
    if (json_object_get(expect, "refused") != NULL)
        line->expectation = EXPECT_REFUSED;
    if (json_object_get(expect, "quarantined") != NULL)
        line->expectation = EXPECT_QUARANTINED;
    if (json_is_true(json_object_get(expect, "duplicate")))
        line->expectation = EXPECT_DUPLICATE;
    return read_text(cli, expect, "refused", &line->expected_field, fault) &&
           read_text(cli, expect, "quarantined", &line->expected_field, fault);
}

static void set_client_id(struct cli *cli, const struct scenario *scenario, struct scenario_line *line)
{
    const char *const parts[] = { "scenario", scenario->name, text_of(&cli->arena, "%zu", line->number) };

    id_of_parts(line->client_id, parts, 3);
}

static bool read_submission(struct cli *cli, const struct scenario *scenario, const json_t *json,
                            struct scenario_line *line,
                            struct fault *fault)
{
    const char *repeat = NULL;

    line->account = cli->account;
    line->entry = json_incref(json_object_get(json, "entry"));
    if (!read_text(cli, json, "as", &line->account, fault) || !read_text(cli, json, "label", &line->label, fault) ||
        !read_text(cli, json, "repeat", &repeat, fault) || !read_count(json, "photos", &line->photos, fault) ||
        !read_count(json, "photosMissing", &line->photos_missing, fault) || !read_expectation(cli, json, line, fault))
        return false;
    if (repeat != NULL) {
        line->repeats = find_label(scenario, repeat);
        if (line->repeats == NULL || line->entry != NULL)
            return fault_set(fault, "repeat", "应为前面某行的标签，且本行不带 entry",
                             "this should be the label of an earlier line, in a line without an entry");
    }
    if (line->label != NULL && find_label(scenario, line->label) != NULL)
        return fault_set(fault, "label", "标签重复", "this label is taken");
    return line->entry == NULL || scenario_pack(cli, scenario, line, fault);
}

/* A line's own time, not before the line above; or the end of the file. */
static bool read_moment(struct cli *cli, struct scenario *scenario, const json_t *json, struct scenario_line *line,
                        struct fault *fault)
{
    int64_t before_s = scenario->count == 0 ? INT64_MIN : scenario->lines[scenario->count - 1].at_s;
    bool is_end = json_object_get(json, "until") != NULL;

    if (scenario->until_s != 0)
        return fault_set(fault, "", "until 之后不能再有内容", "nothing may follow until");
    if (!read_time(cli, json, is_end ? "until" : "at", &line->at_s, fault))
        return false;
    if (line->at_s < before_s)
        return fault_set(fault, is_end ? "until" : "at", "时间早于上一行", "this lies before the line above");
    if (is_end)
        scenario->until_s = line->at_s;
    return true;
}

static bool read_line(struct cli *cli, struct scenario *scenario, const json_t *json, struct scenario_line *line,
                      struct fault *fault)
{
    static const char *const MEMBERS[] = { "at", "as", "say", "label", "entry", "photos", "photosMissing", "repeat",
                                           "expect", "until" };

    if (!has_only(json, MEMBERS, sizeof MEMBERS / sizeof MEMBERS[0], fault) ||
        !read_moment(cli, scenario, json, line, fault) || !read_say(cli, json, &line->say, fault))
        return false;
    set_client_id(cli, scenario, line);
    return read_submission(cli, scenario, json, line, fault);
}

/* ---------------------------------------------------------------- the file */

static size_t count_lines(struct bytes text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.size; i++)
        count += ((const char *) text.data)[i] == '\n';
    return count;
}

static bool is_comment(const char *line)
{
    line += strspn(line, " \t\r");
    return *line == '\0' || *line == '#';
}

static bool take_line(struct cli *cli, struct scenario *scenario, const char *text, size_t number)
{
    struct fault fault = { .field = "" };
    struct scenario_line *line = &scenario->lines[scenario->count];
    json_t *json = json_parse(bytes_of_text(text), &fault);
    bool fine;

    line->number = number;
    fine = json != NULL && read_line(cli, scenario, json, line, &fault);
    json_decref(json);
    scenario->count++;   /* even a faulty one: it holds JSON to give back */
    if (fine)
        return true;
    cli->failure = cli_fail(cli, "%1$s:%2$zu: %3$s：%4$s%5$.0s", "%1$s:%2$zu: %3$s: %4$.0s%5$s", scenario->path, number,
                            fault.field, fault.zh, fault.en);
    return false;
}

bool scenario_read(struct cli *cli, const char *path, struct scenario *scenario)
{
    struct bytes text = file_read(cli, path);
    const char *slash = strrchr(path, '/');
    char *rest = (char *) text.data;
    bool fine = text.data != NULL;

    *scenario = (struct scenario){ .path = path, .name = slash == NULL ? path : slash + 1 };
    if (!fine)
        return false;
    if (!is_utf8(text.data, text.size)) {
        cli->failure = cli_fail(cli, "%s 不是 UTF-8 文本", "%s is not UTF-8 text", path);
        return false;
    }
    scenario->lines = arena_clear(&cli->arena, count_lines(text) * sizeof *scenario->lines);
    if (scenario->lines == NULL)
        die("内存不足 / out of memory: %s", path);
    for (size_t number = 1; fine && rest != NULL; number++) {
        char *line = strsep(&rest, "\n");

        fine = is_comment(line) || take_line(cli, scenario, line, number);
    }
    return fine;
}

void scenario_close(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->count; i++)
        json_decref(scenario->lines[i].entry);
}
