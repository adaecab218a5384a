/* quarantine.c - duban quarantine: what rules holds, and one held entry whole: what it says, why it is
 * held, what may be done about it.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "entry_words.h"
#include "json.h"
#include "message.h"
#include "names.h"

/* ---------------------------------------------------------------- the list */

static void add_quarantined(struct show_table *table, struct cli *cli, const Duban__Quarantined *row)
{
    table_number(table, row->sequence);
    table_time(table, row->stamp_ms / 1000);
    table_words(table, title_of(cli, row->account));
    table_words(table, name_of_quarantine_state(row->state));
    table_words(table, words_of_field_path(cli, row->field));
    table_words(table, (struct words){ row->zh, row->en });
}

static enum exit_code list_quarantine(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "序号", "sequence" }, 0 }, { { "时间", "time" }, 0 }, { { "提交人", "sender" }, 24 },
        { { "状态", "state" }, 0 }, { { "字段", "field" }, 24 }, { { "原因", "reason" }, 60 },
    };
    Duban__QuarantineQuery which = DUBAN__QUARANTINE_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing listing;

    which.settled_too = cli_has(cli, "all");
    query.body_case = DUBAN__QUERY__BODY_QUARANTINE;
    query.quarantine = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_QUARANTINE, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < listing.count; i++)
        add_quarantined(&table, cli, listing.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- what may be done */

enum { MOST_WAYS = 4 };

/* A command line that settles the entry, and when it is the right one. */
struct way {
    const char *command;
    struct words when;
};

struct ways {
    struct way rows[MOST_WAYS];
    size_t count;
};

static void add_way(struct ways *ways, const char *command, const char *zh, const char *en)
{
    if (ways->count < MOST_WAYS)
        ways->rows[ways->count++] = (struct way){ command, { zh, en } };
}

/* The item of the answer that the field names: report.answers[2].item. */
static const char *item_at_fault(const Duban__Report *report, const char *field)
{
    const char *bracket = strchr(field, '[');
    size_t place = bracket == NULL ? report->n_answers : strtoul(bracket + 1, NULL, 10);

    return place < report->n_answers ? report->answers[place]->item : "WRONG";
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* What can be corrected, by the option that fits the field; matter and item are check items. */
static void add_correction(struct cli *cli, struct ways *ways, const char *item, const char *field, const char *release)
{
    if (ends_with(field, "site"))
        add_way(ways, text_of(&cli->arena, "%s --site CODE", release), "点位写错：换成正确的编号（见 duban sites）",
                "the site is wrong: the right code (see duban sites)");
    else if (ends_with(field, "reporter"))
        add_way(ways, text_of(&cli->arena, "%s --reporter ACCOUNT", release), "上报人写错：换成正确的账号（见 duban holders）",
                "the reporter is wrong: the right account (see duban holders)");
    else if (ends_with(field, "item") || ends_with(field, "matter"))
        add_way(ways, text_of(&cli->arena, "%s --item %s=RIGHT", release, item),
                "检查项写错：换成政策包里的编号", "the item is wrong: the right code of the policy's library");
}

/* What the sender may not do is done when somebody who may adopts it. */
static void add_release(struct cli *cli, struct ways *ways, const Duban__Entry *entry, const char *field,
                        const char *release)
{
    if (entry->body_case != DUBAN__ENTRY__BODY_REPORT && strcmp(field, "account") == 0)
        add_way(ways, text_of(&cli->arena, "%s --as ACCOUNT", release), "由既能处理待核、又有此权限的人采用，仍记为提交人的，并注明由谁采用",
                "somebody who may settle and may do this act adopts it: it stays the sender's, with who adopted it");
    else if (ends_with(field, "siteKind"))
        add_way(ways, release, "按这个点位现在的检查项判定：原样采用", "judged by what is checked at that site now: apply it as it is");
    else
        add_way(ways, release, "缺少的登记已补上：原样采用", "what was missing is in the registry now: apply it as it is");
}

static struct ways ways_of(struct cli *cli, const Duban__Quarantined *row, const Duban__Entry *entry)
{
    const char *release = text_of(&cli->arena, "duban release %llu", (unsigned long long) row->sequence);
    const char *reject = text_of(&cli->arena, "%s --reject --reason TEXT", release);
    struct ways ways = { .count = 0 };

    if (row->state != DUBAN__QUARANTINE_STATE__QUARANTINE_STATE_HELD)
        return ways;
    if (entry == NULL) {
        add_way(&ways, reject, "记录无法解析，只能退回", "the entry cannot be read; it can only be rejected");
        return ways;
    }
    if (entry->body_case == DUBAN__ENTRY__BODY_RELEASE) {
        add_way(&ways, reject, "先退回这次没有成功的处理", "first reject this settlement, which did not work");
        add_way(&ways, text_of(&cli->arena, "duban quarantine %llu", (unsigned long long) entry->release->sequence),
                "再重新处理原记录", "then settle the entry itself anew");
        return ways;
    }
    if (entry->body_case == DUBAN__ENTRY__BODY_REPORT)
        add_correction(cli, &ways, item_at_fault(entry->report, row->field), row->field, release);
    if (entry->body_case == DUBAN__ENTRY__BODY_COMPLAINT)
        add_correction(cli, &ways, entry->complaint->matter, row->field, release);
    if (entry->body_case == DUBAN__ENTRY__BODY_DIFFICULTY)
        add_correction(cli, &ways, entry->difficulty->matter, row->field, release);
    add_release(cli, &ways, entry, row->field, release);
    add_way(&ways, reject, "不采用，并告诉提交人为什么", "do not apply it, and tell the sender why");
    return ways;
}

/* ---------------------------------------------------------------- one entry */

static Duban__Quarantined *ask_quarantined(struct cli *cli, uint64_t sequence)
{
    Duban__QuarantineQuery which = DUBAN__QUARANTINE_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    which.sequence = sequence;
    which.settled_too = true;
    query.body_case = DUBAN__QUERY__BODY_QUARANTINE;
    query.quarantine = &which;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_QUARANTINE);
    if (reply == NULL)
        return NULL;
    if (reply->quarantine->n_rows == 0) {
        cli->failure = cli_fail(cli, "序号 %llu 没有待核记录，也没有处理过的；用 duban quarantine --all 查看",
                                "no entry is or was held under sequence %llu; see duban quarantine --all",
                                (unsigned long long) sequence);
        return NULL;
    }
    return reply->quarantine->rows[0];
}

static void print_head(struct cli *cli, const Duban__Quarantined *row, const Duban__Entry *entry)
{
    const struct show *show = &cli->show;
    struct words kind = entry == NULL ? (struct words){ "（无法解析）", "(unreadable)" } : name_of_entry(entry);
    const char *settled = row->settled_by_sequence == 0 ? "" : number_text(cli, row->settled_by_sequence);

    show_words(show, 0, COLOUR_BOLD, words_of(&cli->arena, "第 %llu 号记录", "entry %llu", (unsigned long long) row->sequence));
    print_field(cli, (struct words){ "种类", "kind" }, show_label(show, kind));
    print_field(cli, (struct words){ "提交人", "sender" }, show_label(show, title_of(cli, row->account)));
    print_field(cli, (struct words){ "账号", "account" }, row->account);
    print_field(cli, (struct words){ "收到", "received" }, show_time_ms(show, row->stamp_ms));
    print_field(cli, (struct words){ "状态", "state" }, show_label(show, name_of_quarantine_state(row->state)));
    print_field(cli, (struct words){ "由哪条记录处理", "settled by entry" }, settled);
    print_field(cli, (struct words){ "处理人", "settled by" }, row->settled_by[0] == '\0' ? "" : show_label(show, title_of(cli, row->settled_by)));
    print_field(cli, (struct words){ "处理时间", "settled at" }, show_time(show, row->settled_s));
    show_heading(show, (struct words){ "为什么待核", "why it is held" });
    show_words(show, 0, COLOUR_RED, (struct words){ row->zh, row->en });
    print_field(cli, (struct words){ "字段", "field" }, row->field);
}

static void print_ways(struct cli *cli, const struct ways *ways)
{
    if (ways->count > 0)
        show_heading(&cli->show, (struct words){ "可以怎么办", "what may be done" });
    for (size_t i = 0; i < ways->count; i++) {
        show_words(&cli->show, 0, COLOUR_BOLD, (struct words){ ways->rows[i].command, "" });
        show_words(&cli->show, 4, COLOUR_NONE, ways->rows[i].when);
    }
}

static enum exit_code print_in_json(struct cli *cli, const Duban__Quarantined *row, const Duban__Entry *entry,
                                    const struct ways *ways)
{
    json_t *commands = json_array();

    for (size_t i = 0; i < ways->count; i++)
        json_array_append_new(commands, json_string(ways->rows[i].command));
    return cli_print_json(cli, json_pack("{s:o, s:o, s:o}", "quarantined", json_of_message(&row->base), "entry",
                                         entry == NULL ? json_null() : json_of_message(&entry->base), "ways", commands));
}

static enum exit_code show_quarantined(struct cli *cli, uint64_t sequence)
{
    const Duban__Quarantined *row = ask_quarantined(cli, sequence);
    const Duban__Entry *entry;
    struct ways ways;

    if (row == NULL)
        return cli->failure;
    entry = message_unpack_own(&cli->arena, &duban__entry__descriptor, bytes_of(row->entry.data, row->entry.len));
    ways = ways_of(cli, row, entry);
    if (cli->json)
        return print_in_json(cli, row, entry, &ways);
    print_head(cli, row, entry);
    if (entry != NULL) {
        show_heading(&cli->show, (struct words){ "记录内容", "what it says" });
        print_entry(cli, entry, strcmp(row->field, "account") == 0 ? "" : row->field);   /* that is the sender's */
    }
    print_ways(cli, &ways);
    return EXIT_FINE;
}

enum exit_code command_quarantine(struct cli *cli)
{
    uint64_t sequence;

    if (cli->argument_count == 0)
        return list_quarantine(cli);
    if (!cli_number(cli, "SEQUENCE", cli->arguments[0], &sequence))
        return EXIT_WRONG_USE;
    if (sequence == 0)
        return cli_wrong_use(cli, "序号从 1 起", "sequences begin with 1");
    return show_quarantined(cli, sequence);
}
