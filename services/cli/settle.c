/* settle.c - what the duty clerk and the operator settle: quarantine, release, skip, clock. */
#include <string.h>

#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- quarantine */

static void add_quarantined(struct show_table *table, struct cli *cli, const Duban__Quarantined *row)
{
    table_number(table, row->sequence);
    table_time(table, row->stamp_ms / 1000);
    table_words(table, title_of(cli, row->account));
    table_words(table, name_of_quarantine_state(row->state));
    table_text(table, row->field);
    table_words(table, (struct words){ row->zh, row->en });
}

enum exit_code command_quarantine(struct cli *cli)
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
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_QUARANTINE, &listing))
        return cli->failure;
    if (cli->json)
        return listing_json(cli, &listing);
    listing_head(cli, &listing);
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < listing.count; i++)
        add_quarantined(&table, cli, listing.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- release, skip */

static char *borrowed(const char *text)
{
    return text == NULL ? "" : (char *) text;
}

static bool read_item(struct cli *cli, Duban__Corrections *corrections)
{
    const char *text = cli_option(cli, "item");
    const char *equals = text == NULL ? NULL : strchr(text, '=');

    if (text == NULL)
        return true;
    if (equals == NULL || equals == text || equals[1] == '\0') {
        cli_wrong_use(cli, "--item 应写成 原编号=正确编号", "--item is written WRONG=RIGHT");
        return false;
    }
    corrections->n_items = 1;
    corrections->items = arena_take_pointers(&cli->arena, 1);
    corrections->items[0] = arena_take(&cli->arena, sizeof *corrections->items[0]);
    duban__item_correction__init(corrections->items[0]);
    corrections->items[0]->from = text_of(&cli->arena, "%.*s", (int) (equals - text), text);
    corrections->items[0]->to = text_of(&cli->arena, "%s", equals + 1);
    return true;
}

static bool correction_is_given(struct cli *cli)
{
    return cli_has(cli, "site") || cli_has(cli, "reporter") || cli_has(cli, "item");
}

enum exit_code command_release(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Release release = DUBAN__RELEASE__INIT;
    Duban__Corrections corrections = DUBAN__CORRECTIONS__INIT;
    uint64_t sequence;

    if (!cli_number(cli, "SEQUENCE", cli->arguments[0], &sequence) || !read_item(cli, &corrections))
        return EXIT_WRONG_USE;
    release.rejected = cli_has(cli, "reject");
    if (release.rejected && !cli_has(cli, "reason"))
        return cli_wrong_use(cli, "退回须写明理由：--reason", "a rejection needs its reason: --reason");
    if (release.rejected && correction_is_given(cli))
        return cli_wrong_use(cli, "--reject 不能同时带更正", "--reject takes no corrections");
    release.sequence = sequence;
    release.reason = borrowed(cli_option(cli, "reason"));
    corrections.site = borrowed(cli_option(cli, "site"));
    corrections.reporter = borrowed(cli_option(cli, "reporter"));
    if (correction_is_given(cli))
        release.corrections = &corrections;
    entry.body_case = DUBAN__ENTRY__BODY_RELEASE;
    entry.release = &release;
    return send_act(cli, &entry);
}

enum exit_code command_skip(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Skip skip = DUBAN__SKIP__INIT;
    uint64_t sequence;

    if (!cli_number(cli, "SEQUENCE", cli->arguments[0], &sequence))
        return EXIT_WRONG_USE;
    if (!cli_has(cli, "reason"))
        return cli_wrong_use(cli, "跳过须写明理由：--reason", "passing over an entry needs its reason: --reason");
    skip.sequence = sequence;
    skip.reason = borrowed(cli_option(cli, "reason"));
    entry.body_case = DUBAN__ENTRY__BODY_SKIP;
    entry.skip = &skip;
    return send_act(cli, &entry);
}

/* ---------------------------------------------------------------- clock */

enum exit_code command_clock(struct cli *cli)
{
    Duban__ClockAccept accept = DUBAN__CLOCK_ACCEPT__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__IngestStatus *status;

    if (strcmp(cli->arguments[0], "accept") != 0)
        return cli_wrong_use(cli, "用法：duban clock accept", "usage: duban clock accept");
    query.body_case = DUBAN__QUERY__BODY_CLOCK_ACCEPT;
    query.clock_accept = &accept;
    if (ask(cli, INGEST_QUERY, &query, ANY_REPLY) == NULL)
        return cli->failure;
    status = ask_ingest(cli);
    if (status == NULL)
        return cli->failure;
    show_line(&cli->show, "时钟已确认，现在是 %s", "the clock is accepted, it is %s now",
              show_time_ms(&cli->show, status->clock_ms));
    return EXIT_FINE;
}
