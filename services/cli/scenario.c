/* scenario.c - reading a rehearsal's script, line by line. */
#include "scenario.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "digest.h"
#include "json.h"
#include "log.h"
#include "message.h"

#define LABELS_MAX_BYTES ((size_t) 256 * 1024 * 1024)

enum { MAX_PHOTOS = 100, PHOTO_BYTES = 200 * 1024 };

/* ---------------------------------------------------------------- labels */

static struct scenario_line *find_label(const struct scenario *scenario, const char *label)
{
    for (struct scenario_line *line = scenario->labels; line != NULL; line = line->older_label)
        if (strcmp(line->label, label) == 0)
            return line;
    return NULL;
}

static char *keep_text(struct scenario *scenario, const char *text)
{
    char *copy = arena_copy(&scenario->arena, text, strlen(text));

    if (copy == NULL)
        die("内存不足 / out of memory");
    return copy;
}

/* What a later line may need of this one. */
static bool keep_label(struct scenario *scenario, struct scenario_line *line, struct fault *fault)
{
    struct scenario_line *kept = find_label(scenario, line->label);

    line->kept = kept;
    if (scenario->checked)
        return true;
    if (kept != NULL)
        return fault_set(fault, "label", "标签重复", "this label is taken");
    kept = arena_clear(&scenario->arena, sizeof *kept);
    if (kept == NULL)
        die("内存不足 / out of memory");
    *kept = (struct scenario_line){
        .number = line->number, .at_s = line->at_s, .photos = line->photos, .photos_missing = line->photos_missing,
        .label = keep_text(scenario, line->label), .account = keep_text(scenario, line->account),
        .older_label = scenario->labels,
    };
    memcpy(kept->client_id, line->client_id, sizeof kept->client_id);
    scenario->labels = line->kept = kept;
    return true;
}

/* As it is submitted, for a line that repeats it. */
static void keep_packed(struct scenario *scenario, struct scenario_line *line)
{
    struct bytes packed = line->packed;
    char *copy = line->kept == NULL ? NULL : arena_copy(&scenario->arena, packed.data, packed.size);

    if (line->kept == NULL)
        return;
    if (copy == NULL)
        die("内存不足 / out of memory");
    line->kept->packed = bytes_of(copy, packed.size);
}

void scenario_received(struct scenario_line *line, uint64_t sequence)
{
    line->sequence = sequence;
    if (line->kept != NULL)
        line->kept->sequence = sequence;
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

bool scenario_pack(struct cli *cli, struct scenario *scenario, struct scenario_line *line, struct fault *fault)
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
    if (fine)
        keep_packed(scenario, line);
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

static bool are_codes(const json_t *areas)
{
    const json_t *area;
    size_t i;

    json_array_foreach(areas, i, area)
        if (!json_is_string(area))
            return false;
    return json_array_size(areas) > 0;
}

static bool read_check(struct cli *cli, const json_t *json, struct scenario_line *line, struct fault *fault)
{
    static const char *const MEMBERS[] = { "campaign", "areas" };
    const json_t *check = json_object_get(json, "check");

    if (check == NULL)
        return true;
    if (!has_only(check, MEMBERS, 2, fault) || !read_text(cli, check, "campaign", &line->check.campaign, fault))
        return false;
    line->check.areas = json_object_get(check, "areas");
    if (line->check.campaign == NULL || !are_codes(line->check.areas) || line->entry != NULL)
        return fault_set(fault, "check", "应为 {\"campaign\":\"HD-0001\",\"areas\":[\"区域编号\",…]}，且本行不带 entry",
                         "this should be {\"campaign\":\"HD-0001\",\"areas\":[\"AREA\",...]}, in a line without an entry");
    return true;
}

static bool read_submission(struct cli *cli, struct scenario *scenario, const json_t *json, struct scenario_line *line,
                            struct fault *fault)
{
    const char *repeat = NULL;

    line->account = cli->account;
    line->entry = json_object_get(json, "entry");
    if (!read_text(cli, json, "as", &line->account, fault) || !read_text(cli, json, "label", &line->label, fault) ||
        !read_text(cli, json, "repeat", &repeat, fault) || !read_count(json, "photos", &line->photos, fault) ||
        !read_count(json, "photosMissing", &line->photos_missing, fault) || !read_expectation(cli, json, line, fault) ||
        !read_check(cli, json, line, fault))
        return false;
    if (repeat != NULL) {
        line->repeats = find_label(scenario, repeat);
        if (line->repeats == NULL || line->entry != NULL)
            return fault_set(fault, "repeat", "应为前面某行的标签，且本行不带 entry",
                             "this should be the label of an earlier line, in a line without an entry");
    }
    if (line->label != NULL && !keep_label(scenario, line, fault))
        return false;
    return line->entry == NULL || scenario->checked || scenario_pack(cli, scenario, line, fault);
}

/* A line's own time, not before the line above; or the end of the file. */
static bool read_moment(struct cli *cli, struct scenario *scenario, const json_t *json, struct scenario_line *line,
                        struct fault *fault)
{
    bool is_end = json_object_get(json, "until") != NULL;

    if (scenario->until_s != 0 && !scenario->checked)
        return fault_set(fault, "", "until 之后不能再有内容", "nothing may follow until");
    if (!read_time(cli, json, is_end ? "until" : "at", &line->at_s, fault))
        return false;
    if (line->at_s < scenario->before_s)
        return fault_set(fault, is_end ? "until" : "at", "时间早于上一行", "this lies before the line above");
    scenario->before_s = line->at_s;
    if (is_end)
        scenario->until_s = line->at_s;
    return true;
}

static bool read_line(struct cli *cli, struct scenario *scenario, json_t *json, struct scenario_line *line,
                      struct fault *fault)
{
    static const char *const MEMBERS[] = { "at", "as", "say", "label", "entry", "photos", "photosMissing", "repeat",
                                           "expect", "until", "check" };

    if (!has_only(json, MEMBERS, sizeof MEMBERS / sizeof MEMBERS[0], fault) ||
        !read_moment(cli, scenario, json, line, fault) || !read_say(cli, json, &line->say, fault))
        return false;
    set_client_id(cli, scenario, line);
    return read_submission(cli, scenario, json, line, fault);
}

/* ---------------------------------------------------------------- the file */

static bool is_comment(const char *line)
{
    line += strspn(line, " \t\r");
    return *line == '\0' || *line == '#';
}

static bool say_faulty(struct cli *cli, const struct scenario *scenario, const struct fault *fault)
{
    cli->failure = cli_fail(cli, "%1$s:%2$zu: %3$s：%4$s%5$.0s", "%1$s:%2$zu: %3$s: %4$.0s%5$s", scenario->path,
                            scenario->number, fault->field, fault->zh, fault->en);
    return false;
}

/* The next line as it stands in the file, without its end; false behind the last. */
static bool read_raw(struct scenario *scenario)
{
    ssize_t size;

    if (scenario->again) {
        scenario->again = false;
        return true;
    }
    size = getline(&scenario->text, &scenario->text_capacity, scenario->file);
    if (size <= 0)
        return false;
    if (scenario->text[size - 1] == '\n')
        scenario->text[--size] = '\0';
    scenario->text_size = (size_t) size;
    scenario->number++;
    return true;
}

bool scenario_next(struct cli *cli, struct scenario *scenario, struct scenario_line *line)
{
    struct fault fault = { .field = "" };

    *line = (struct scenario_line){ .account = "" };
    do {
        if (!read_raw(scenario))
            return false;
    } while (is_comment(scenario->text));
    line->number = scenario->number;
    line->json = json_parse(bytes_of(scenario->text, scenario->text_size), &fault);
    if (line->json != NULL && read_line(cli, scenario, line->json, line, &fault))
        return true;
    scenario_line_close(line);
    return say_faulty(cli, scenario, &fault);
}

void scenario_read_again(struct scenario *scenario)
{
    scenario->again = true;
}

void scenario_line_close(struct scenario_line *line)
{
    json_decref(line->json);
    line->json = line->entry = NULL;
}

static bool refers_to_a_label(const json_t *json)
{
    const char *name, *text = json_string_value(json);
    const json_t *value;
    size_t i;

    if (text != NULL)
        return text[0] == '@';
    json_object_foreach((json_t *) json, name, value)
        if (refers_to_a_label(value))
            return true;
    json_array_foreach(json, i, value)
        if (refers_to_a_label(value))
            return true;
    return false;
}

bool scenario_is_plain(const struct scenario_line *line)
{
    return line->entry != NULL && line->say.zh[0] == '\0' && line->say.en[0] == '\0' && line->label == NULL &&
           line->expectation == EXPECT_NOTHING && !refers_to_a_label(line->entry);
}

/* ---------------------------------------------------------------- open and close */

/* Standard input is read twice as well. */
static FILE *copy_of_standard_input(void)
{
    FILE *copy = tmpfile();
    int byte;

    while (copy != NULL && (byte = getc(stdin)) != EOF)
        putc(byte, copy);
    if (copy != NULL)
        rewind(copy);
    return copy;
}

static bool open_file(struct cli *cli, struct scenario *scenario)
{
    bool is_standard_input = strcmp(scenario->path, "-") == 0;

    scenario->file = is_standard_input ? copy_of_standard_input() : fopen(scenario->path, "re");
    if (scenario->file == NULL)
        cli->failure = cli_fail_system(cli, errno, "读不了 %s", "cannot read %s", scenario->path);
    return scenario->file != NULL;
}

/* Line by line: nothing of one is needed for the next but what is kept. */
static bool check_all(struct cli *cli, struct scenario *scenario)
{
    struct scenario_line line;

    cli->failure = EXIT_FINE;
    for (;;) {
        struct arena_mark mark = arena_mark(&cli->arena);
        bool more = scenario_next(cli, scenario, &line);

        if (!more)
            return cli->failure == EXIT_FINE;
        scenario->count++;
        scenario_line_close(&line);
        arena_rewind(&cli->arena, mark);
    }
}

static bool is_text(struct cli *cli, struct scenario *scenario)
{
    while (read_raw(scenario))
        if (!is_utf8(scenario->text, scenario->text_size)) {
            cli->failure = cli_fail(cli, "%s 不是 UTF-8 文本", "%s is not UTF-8 text", scenario->path);
            return false;
        }
    if (!ferror(scenario->file))
        return true;
    cli->failure = cli_fail_system(cli, errno, "读不了 %s", "cannot read %s", scenario->path);
    return false;
}

static void go_to_the_beginning(struct scenario *scenario)
{
    rewind(scenario->file);
    scenario->number = 0;
    scenario->before_s = INT64_MIN;
}

bool scenario_open(struct cli *cli, const char *path, struct scenario *scenario)
{
    const char *slash = strrchr(path, '/');

    *scenario = (struct scenario){ .path = path, .name = slash == NULL ? path : slash + 1 };
    arena_open(&scenario->arena, LABELS_MAX_BYTES);
    if (!open_file(cli, scenario) || !is_text(cli, scenario))
        return false;
    go_to_the_beginning(scenario);
    if (!check_all(cli, scenario))
        return false;
    go_to_the_beginning(scenario);
    scenario->checked = true;
    return true;
}

void scenario_close(struct scenario *scenario)
{
    if (scenario->file != NULL)
        fclose(scenario->file);
    free(scenario->text);
    arena_close(&scenario->arena);
}
