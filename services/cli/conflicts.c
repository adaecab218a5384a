/* conflicts.c - duban conflicts: what was refused because its id had brought something else. */
#include <string.h>

#include "cli.h"
#include "difference.h"
#include "digest.h"
#include "entry_words.h"
#include "json.h"
#include "message.h"
#include "names.h"

enum { MAX_DIFFERENCES_SHOWN = 200 };

static Duban__Query query_of(Duban__ConflictsQuery *which)
{
    Duban__Query query = DUBAN__QUERY__INIT;

    query.body_case = DUBAN__QUERY__BODY_CONFLICTS;
    query.conflicts = which;
    return query;
}

/* ---------------------------------------------------------------- all of them */

static enum exit_code list_all(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "序号", "sequence" }, 0 }, { { "入账时间", "taken in" }, 0 }, { { "已入账的", "stands" }, 22 },
        { { "提交人", "sender" }, 24 }, { { "被拒时间", "refused at" }, 0 }, { { "被拒的", "refused" }, 22 },
    };
    Duban__ConflictsQuery which = DUBAN__CONFLICTS_QUERY__INIT;
    Duban__Query query = query_of(&which);
    struct show_table table;
    struct listing listing;

    if (!ask_table(cli, INGEST_QUERY, &query, DUBAN__REPLY__BODY_CONFLICTS, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < listing.count; i++) {
        const Duban__Conflict *row = listing.rows[i];

        table_number(&table, row->sequence);
        table_time(&table, row->stamp_ms / 1000);
        table_words(&table, name_of_entry_kind(row->kind));
        table_text(&table, row->account);
        table_time(&table, row->refused_ms / 1000);
        table_words(&table, name_of_entry_kind(row->refused_kind));
    }
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- beside the entry that stands */

/* What stands and what was refused, unpacked. */
struct beside {
    Duban__Entry *stands;
    Duban__Entry *refused;
    struct differences differences;
};

static Duban__Entry *unpack(struct cli *cli, const ProtobufCBinaryData *packed)
{
    return message_unpack_own(&cli->arena, &duban__entry__descriptor, bytes_of(packed->data, packed->len));
}

static bool put_beside(struct cli *cli, const Duban__Conflict *row, struct beside *beside)
{
    beside->stands = unpack(cli, &row->entry);
    beside->refused = unpack(cli, &row->refused_entry);
    if (beside->stands == NULL || beside->refused == NULL) {
        cli->failure = cli_fail(cli, "第 %llu 号记录读不出来；各程序版本是否一致？",
                                "entry %llu cannot be read; are all programs of one version?",
                                (unsigned long long) row->sequence);
        return false;
    }
    beside->differences = differences_between(cli, beside->stands, beside->refused);
    return true;
}

static void add_side(struct show_table *table, const struct difference *difference, const char *text)
{
    if (difference->personal)
        table_words(table, (struct words){ "（个人信息，不显示）", "(personal, not shown)" });
    else if (text == NULL)
        table_words(table, (struct words){ "（未填）", "(not given)" });
    else
        table_text(table, text);
}

static void print_differences(struct cli *cli, const struct differences *differences)
{
    static const struct show_column COLUMNS[] = {
        { { "字段", "field" }, 40 }, { { "已入账的", "stands" }, 48 }, { { "被拒的", "refused" }, 48 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < differences->count && i < MAX_DIFFERENCES_SHOWN; i++) {
        const struct difference *row = &differences->rows[i];

        table_text(&table, row->field);
        add_side(&table, row, row->stands);
        add_side(&table, row, row->refused);
    }
    if (differences->count > 0)
        table_print(&table);
    else
        show_line(&cli->show, "内容看不出不同，只是编码不同", "both say the same, in other bytes");
    if (differences->count > MAX_DIFFERENCES_SHOWN)
        show_line(&cli->show, "另有 %zu 处不同，用 --json 可全部列出", "and %zu more; --json has all of them",
                  differences->count - MAX_DIFFERENCES_SHOWN);
}

static void print_one(struct cli *cli, const Duban__Conflict *row, const struct beside *beside)
{
    char id[2 * ID_BYTES + 1] = "";

    if (row->client_id.len == ID_BYTES)
        hex_of(id, row->client_id.data, ID_BYTES);
    show_heading(&cli->show, words_of(&cli->arena, "第 %llu 号记录，和以同一编号提交而被拒的",
                                      "entry %llu, and what was refused under its id",
                                      (unsigned long long) row->sequence));
    print_field(cli, (struct words){ "提交人", "sender" }, row->account);
    print_field(cli, (struct words){ "提交编号", "client id" }, id);
    print_field(cli, (struct words){ "已入账", "stands" },
                text_of(&cli->arena, "%s %s", show_time_ms(&cli->show, row->stamp_ms),
                        show_label(&cli->show, name_of_entry_kind(row->kind))));
    print_field(cli, (struct words){ "被拒", "refused" },
                text_of(&cli->arena, "%s %s", show_time_ms(&cli->show, row->refused_ms),
                        show_label(&cli->show, name_of_entry_kind(row->refused_kind))));
    fputc('\n', cli->show.out);
    print_differences(cli, &beside->differences);
}

static json_t *json_of_differences(const struct differences *differences)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < differences->count; i++) {
        const struct difference *row = &differences->rows[i];

        json_array_append_new(rows, json_pack("{s:s, s:s*, s:s*, s:b}", "field", row->field, "stands", row->stands,
                                              "refused", row->refused, "personal", row->personal));
    }
    return rows;
}

static json_t *json_of_one(struct cli *cli, const Duban__Conflict *row, const struct beside *beside)
{
    char id[2 * ID_BYTES + 1] = "";

    if (row->client_id.len == ID_BYTES)
        hex_of(id, row->client_id.data, ID_BYTES);
    return json_pack("{s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "sequence", number_json(cli, row->sequence), "stampMs",
                     number_json(cli, (uint64_t) row->stamp_ms), "refusedMs", number_json(cli, (uint64_t) row->refused_ms),
                     "account", row->account, "clientId", id, "stands", json_of_message(&beside->stands->base), "refused",
                     json_of_message(&beside->refused->base), "differences", json_of_differences(&beside->differences));
}

static enum exit_code show_one(struct cli *cli, uint64_t sequence)
{
    Duban__ConflictsQuery which = DUBAN__CONFLICTS_QUERY__INIT;
    Duban__Query query = query_of(&which);
    json_t *rows = json_array();
    struct listing listing;
    struct beside beside;
    bool fine;

    which.sequence = sequence;
    fine = ask_all(cli, INGEST_QUERY, &query, DUBAN__REPLY__BODY_CONFLICTS, &listing);
    for (size_t i = 0; fine && i < listing.count; i++) {
        fine = put_beside(cli, listing.rows[i], &beside);
        if (fine && cli->json)
            json_array_append_new(rows, json_of_one(cli, listing.rows[i], &beside));
        else if (fine)
            print_one(cli, listing.rows[i], &beside);
    }
    if (fine && cli->json)
        return cli_print_json(cli, json_pack("{s:o}", "rows", rows));
    json_decref(rows);
    if (!fine)
        return cli->failure;
    if (listing.count == 0)
        show_line(&cli->show, "第 %llu 号记录没有重号提交", "nothing else came under the id of entry %llu",
                  (unsigned long long) sequence);
    else
        show_line(&cli->show, "已入账的不变；如果被拒的才对，请换新编号重新提交",
                  "the entry stands; if the other is right, submit it again under a new id");
    return EXIT_FINE;
}

enum exit_code command_conflicts(struct cli *cli)
{
    uint64_t sequence;

    if (cli->argument_count == 0)
        return list_all(cli);
    if (!cli_number(cli, "SEQUENCE", cli->arguments[0], &sequence))
        return EXIT_WRONG_USE;
    if (sequence == 0)
        return cli_wrong_use(cli, "序号从 1 开始", "sequences start at 1");
    return show_one(cli, sequence);
}
