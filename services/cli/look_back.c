/* look_back.c - duban look-backs: what each draw of closed cases came to, and what still waits to be seen. */
#include <string.h>

#include "cli.h"
#include "names.h"

struct look_backs {
    struct listing rounds;             /* Duban__LookBackRound */
    struct listing tasks;              /* Duban__TaskRow: those that wait */
};

static bool ask_look_backs(struct cli *cli, struct look_backs *look_backs)
{
    Duban__LookBacksQuery rounds = DUBAN__LOOK_BACKS_QUERY__INIT;
    Duban__TasksQuery tasks = DUBAN__TASKS_QUERY__INIT;
    Duban__Query ask_rounds = DUBAN__QUERY__INIT, ask_tasks = DUBAN__QUERY__INIT;

    ask_rounds.body_case = DUBAN__QUERY__BODY_LOOK_BACKS;
    ask_rounds.look_backs = &rounds;
    tasks.kind = DUBAN__TASK_KIND__TASK_KIND_LOOK_BACK;
    ask_tasks.body_case = DUBAN__QUERY__BODY_TASKS;
    ask_tasks.tasks = &tasks;
    return ask_all(cli, RULES_QUERY, &ask_rounds, DUBAN__REPLY__BODY_LOOK_BACKS, &look_backs->rounds) &&
           ask_all(cli, RULES_QUERY, &ask_tasks, DUBAN__REPLY__BODY_TASKS, &look_backs->tasks);
}

/* ---------------------------------------------------------------- figures */

static void add_tally(struct show_table *table, struct cli *cli, const Duban__LookBackTally *tally)
{
    const uint32_t counts[] = { tally->closed, tally->drawn, tally->waiting, tally->kept };

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        table_text(table, number_text(cli, counts[i]));
    table_coloured(table, tally->failed > 0 ? COLOUR_RED : COLOUR_NONE, number_text(cli, tally->failed));
    table_text(table, number_text(cli, tally->ended));
    table_text(table, rate_text(&cli->arena, tally->kept, tally->kept + tally->failed));
}

static void add_to(Duban__LookBackTally *total, const Duban__LookBackTally *tally)
{
    total->closed += tally->closed;
    total->drawn += tally->drawn;
    total->waiting += tally->waiting;
    total->kept += tally->kept;
    total->failed += tally->failed;
    total->ended += tally->ended;
}

/* What takes part in a draw that is still to come has nothing drawn yet. */
static void add_round(struct show_table *table, struct cli *cli, const Duban__LookBackRound *round, Duban__LookBackTally *total)
{
    for (size_t i = 0; i < round->n_tallies; i++) {
        table_time(table, round->draw_s);
        table_text(table, round->tallies[i]->level);
        add_tally(table, cli, round->tallies[i]);
        add_to(total, round->tallies[i]);
    }
}

static void print_rounds(struct cli *cli, const struct listing *rounds)
{
    static const struct show_column COLUMNS[] = {
        { { "抽取时间", "drawn at" }, 0 }, { { "级别", "level" }, 0 }, { { "销号", "closed" }, 0 }, { { "抽中", "drawn" }, 0 },
        { { "待看", "waiting" }, 0 }, { { "保持", "kept" }, 0 }, { { "不合格", "failing" }, 0 }, { { "撤回", "ended" }, 0 },
        { { "保持率", "kept of those seen" }, 0 },
    };
    Duban__LookBackTally total = DUBAN__LOOK_BACK_TALLY__INIT;
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < rounds->count; i++)
        add_round(&table, cli, rounds->rows[i], &total);
    table_words(&table, (struct words){ "合计", "total" });
    table_text(&table, "");
    add_tally(&table, cli, &total);
    table_print(&table);
}

static enum exit_code look_backs_json(struct cli *cli, const struct look_backs *look_backs)
{
    json_t *document = listing_document(cli, &look_backs->rounds);

    json_object_set_new(document, "tasks", json_of_rows(&look_backs->tasks));
    return cli_print_json(cli, document);
}

enum exit_code command_look_backs(struct cli *cli)
{
    struct look_backs look_backs = { 0 };

    if (!ask_look_backs(cli, &look_backs))
        return cli->failure;
    if (cli->json)
        return look_backs_json(cli, &look_backs);
    listing_head(cli, &look_backs.rounds);
    print_rounds(cli, &look_backs.rounds);
    if (look_backs.tasks.count == 0)
        return EXIT_FINE;
    show_words(&cli->show, 0, COLOUR_BOLD, (struct words){ "待回头看", "still to be seen" });
    print_tasks(cli, &look_backs.tasks);
    return EXIT_FINE;
}
