/* entrances.c - duban entrances: each entrance of a site as it was last seen. */
#include "cli.h"
#include "names.h"

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

static void add_entrance(struct cli *cli, struct show_table *table, const Duban__SiteEntrance *entrance)
{
    bool is_problem = entrance->state == DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM;

    table_text(table, entrance->site);
    table_text(table, entrance->name);
    table_coloured(table, is_problem ? COLOUR_RED : COLOUR_NONE, show_label(&cli->show, name_of_entrance_state(entrance->state)));
    table_text(table, entrance->note);
    table_time(table, entrance->visit_ms / 1000);
    table_words(table, title_of(cli, entrance->reporter));
}

enum exit_code command_entrances(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "点位", "site" }, 0 }, { { "出入口", "entrance" }, 24 }, { { "状态", "state" }, 0 }, { { "说明", "note" }, 40 },
        { { "到访时间", "seen at" }, 0 }, { { "填报人", "by" }, 24 },
    };
    Duban__EntrancesQuery which = DUBAN__ENTRANCES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing listing;

    which.site = cli->argument_count > 0 ? (char *) cli->arguments[0] : "";
    which.problems_only = cli_has(cli, "problems");
    query.body_case = DUBAN__QUERY__BODY_ENTRANCES;
    query.entrances = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_ENTRANCES, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < listing.count; i++)
        add_entrance(cli, &table, listing.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}
