/* what_if_json.c - what would be otherwise as one JSON document, written as it is read back. */
#include "what_if.h"

#include <string.h>

#include "digest.h"
#include "log.h"
#include "names.h"

static const char *const NAMES[TELLING_CHANGE_COUNT] = {
    [TELLING_ADDED] = "added", [TELLING_DROPPED] = "dropped", [TELLING_MOVED] = "moved", [TELLING_READDRESSED] = "readdressed",
    [TELLING_CHANGED] = "changed",
};

struct writing {
    struct what_if *what_if;
    enum telling_change change;
    bool is_first;                 /* of a list */
};

static const char *role_name(int role)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(&duban__role__descriptor, role);

    return value == NULL ? "ROLE_UNSPECIFIED" : value->name;
}

static void write_json(struct what_if *what_if, json_t *json)
{
    if (json == NULL || json_dumpf(json, what_if->cli->show.out, JSON_COMPACT | JSON_ENCODE_ANY) == -1)
        die("内存不足 / out of memory");
    json_decref(json);
}

static void write_member(struct what_if *what_if, const char *name, json_t *json)
{
    fprintf(what_if->cli->show.out, "  \"%s\": ", name);
    write_json(what_if, json);
    fputs(",\n", what_if->cli->show.out);
}

static json_t *pair_json(struct what_if *what_if, const uint64_t of[RUN_COUNT])
{
    return json_pack("{s:o, s:o}", "before", number_json(what_if->cli, of[BEFORE]), "after", number_json(what_if->cli, of[AFTER]));
}

static json_t *changes_json(struct what_if *what_if)
{
    json_t *json = json_object();

    for (int change = 0; change < TELLING_CHANGE_COUNT; change++)
        json_object_set_new(json, NAMES[change], number_json(what_if->cli, what_if->changes[change]));
    return json;
}

static json_t *load_json(struct what_if *what_if)
{
    json_t *list = json_array();

    for (int role = 0; role < WHAT_IF_ROLES; role++)
        for (int hour = 0; hour < WHAT_IF_HOURS; hour++) {
            uint64_t of[RUN_COUNT] = { what_if->load[BEFORE][role][hour], what_if->load[AFTER][role][hour] };
            json_t *row = of[BEFORE] + of[AFTER] == 0 ? NULL : pair_json(what_if, of);

            if (row == NULL)
                continue;
            json_object_set_new(row, "role", json_string(role_name(role)));
            json_object_set_new(row, "hour", json_integer(hour));
            json_array_append_new(list, row);
        }
    return list;
}

static json_t *sums_json(struct cli *cli, const uint64_t counts[RUN_COUNT], uint64_t changed, const uint64_t alone[RUN_COUNT])
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "before", number_json(cli, counts[BEFORE]), "after", number_json(cli, counts[AFTER]),
                     "changed", number_json(cli, changed), "onlyBefore", number_json(cli, alone[BEFORE]), "onlyAfter",
                     number_json(cli, alone[AFTER]));
}

static void write_figures(struct what_if *what_if)
{
    struct cli *cli = what_if->cli;
    char version[2 * POLICY_VERSION_BYTES + 1];

    write_member(what_if, "fromMs", number_json(cli, (uint64_t) what_if->begun_s * 1000));
    write_member(what_if, "toMs", number_json(cli, (uint64_t) what_if->ended_s * 1000));
    write_member(what_if, "rehearsal", json_boolean(what_if->runs[BEFORE].engine.rehearsal));
    write_member(what_if, "policy", json_string(what_if->runs[AFTER].engine.policy->name));
    write_member(what_if, "policyVersion", json_string(hex_of(version, what_if->pack.version, POLICY_VERSION_BYTES)));
    write_member(what_if, "entries", number_json(cli, what_if->entries));
    write_member(what_if, "same", json_boolean(what_if_is_the_same(what_if)));
    write_member(what_if, "notices", pair_json(what_if, what_if->notices));
    write_member(what_if, "tellings", pair_json(what_if, what_if->tellings));
    write_member(what_if, "changes", changes_json(what_if));
    write_member(what_if, "cases", sums_json(cli, what_if->cases, what_if->cases_changed, what_if->cases_alone));
    write_member(what_if, "subjects", sums_json(cli, what_if->subjects, what_if->subjects_changed, what_if->subjects_alone));
    write_member(what_if, "references", json_pack("{s:o, s:o, s:o}", "missing", number_json(cli, what_if->references_missing),
                                                  "unknown", number_json(cli, what_if->references_unknown), "refused",
                                                  number_json(cli, what_if->references_refused)));
    write_member(what_if, "load", load_json(what_if));
}

static json_t *telling_json(struct what_if *what_if, const Duban__Notice *notice, const Duban__NoticeItem *item)
{
    struct cli *cli = what_if->cli;

    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:s, s:s, s:I}", "kind",
                     item->kind[0] != '\0' ? item->kind : notice->kind, "account", notice->recipient->account, "role",
                     role_name((int) notice->recipient->role), "atMs", number_json(cli, (uint64_t) notice->due_at_s * 1000), "decidedAtMs",
                     number_json(cli, (uint64_t) notice->decided_at_s * 1000), "number", item->number, "site", item->site, "level",
                     item->level, "dueMs", number_json(cli, (uint64_t) item->due_s * 1000), "rule", notice->cause->rule, "file",
                     notice->cause->file, "line", (json_int_t) notice->cause->line);
}

/* Nothing is wanted any more of what was read or built before: there may be a million of these. */
static void begin_element(struct writing *writing)
{
    fputs(writing->is_first ? "\n    " : ",\n    ", writing->what_if->cli->show.out);
    writing->is_first = false;
    arena_reset(&writing->what_if->cli->arena);
}

static bool write_telling(void *self, const struct telling_place places[RUN_COUNT])
{
    struct writing *writing = self;
    struct difference difference = telling_difference(writing->what_if, places);
    json_t *json = json_object();

    begin_element(writing);
    for (int run = 0; run < RUN_COUNT; run++)
        if (difference.item[run] != NULL)
            json_object_set_new(json, run == BEFORE ? "before" : "after",
                                telling_json(writing->what_if, difference.notice[run], difference.item[run]));
    write_json(writing->what_if, json);
    return true;
}

static json_t *fields_json(const struct differing *differing)
{
    json_t *fields = json_object();

    for (size_t i = 0; i < differing->field_count; i++)
        json_object_set_new(fields, differing->fields[i].name, json_pack("{s:s, s:s}", "before", differing->fields[i].text[BEFORE],
                                                                         "after", differing->fields[i].text[AFTER]));
    return fields;
}

static bool write_differing(void *self, const struct differing *differing)
{
    struct writing *writing = self;
    json_t *json = json_pack("{s:s, s:s, s:b, s:b, s:o}", "site", differing->site, "item", differing->item, "before",
                             differing->there[BEFORE], "after", differing->there[AFTER], "differs", fields_json(differing));

    if (json != NULL && differing->there[BEFORE])
        json_object_set_new(json, "number", json_string(differing->number));
    if (json != NULL && differing->kind.zh != NULL)
        json_object_set_new(json, "kind", json_string(differing->kind.zh));
    begin_element(writing);
    write_json(writing->what_if, json);
    return true;
}

static void write_list(struct what_if *what_if, const char *name, struct writing *writing, void (*write_all)(struct writing *writing))
{
    fprintf(what_if->cli->show.out, "  \"%s\": [", name);
    writing->is_first = true;
    write_all(writing);
    fputs(writing->is_first ? "]" : "\n  ]", what_if->cli->show.out);
}

static void write_tellings(struct writing *writing)
{
    tellings_show(writing->what_if, writing->change, write_telling, writing);
}

static void write_cases(struct writing *writing)
{
    uint64_t unused[RUN_COUNT] = { 0 };

    rows_compare(writing->what_if, &CASES_COMPARED, write_differing, writing, unused);
}

static void write_subjects(struct writing *writing)
{
    uint64_t unused[RUN_COUNT] = { 0 };

    rows_compare(writing->what_if, &SUBJECTS_COMPARED, write_differing, writing, unused);
}

/* There may be more differences than memory holds: the document is written piece by piece. */
enum exit_code what_if_json(struct what_if *what_if)
{
    struct writing writing = { .what_if = what_if };
    FILE *out = what_if->cli->show.out;

    fputs("{\n", out);
    write_figures(what_if);
    for (int change = 0; change < TELLING_CHANGE_COUNT; change++) {
        writing.change = (enum telling_change) change;
        write_list(what_if, NAMES[change], &writing, write_tellings);
        fputs(",\n", out);
    }
    write_list(what_if, "changedCases", &writing, write_cases);
    fputs(",\n", out);
    write_list(what_if, "changedSubjects", &writing, write_subjects);
    fputs("\n}\n", out);
    return EXIT_FINE;
}
