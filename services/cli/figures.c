/* figures.c - duban figures: what a supervisor watches, now or as it was at any past time. */
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "json.h"
#include "names.h"
#include "wanted.h"

enum { MOST_PARTS = 100 };   /* as query.proto says */

/* ---------------------------------------------------------------- asking */

/* A day is written without a clock. */
static bool day_of_option(struct cli *cli, const char *name, int64_t *day)
{
    const char *text = cli_option(cli, name);
    int64_t at_s;

    *day = 0;
    if (text == NULL)
        return true;
    if (strchr(text, 'T') != NULL || !civil_parse(text_of(&cli->arena, "%sT00:00", text), cli->show.offset_s, &at_s)) {
        cli->failure = cli_wrong_use(cli, "--%s 应写成 2020-02-10，不能是“%s”", "--%s is written 2020-02-10, not \"%s\"", name, text);
        return false;
    }
    *day = civil_day(at_s, cli->show.offset_s);
    return true;
}

/* At most one: what a figure is cut by is kept for one cut at a time. */
static bool set_scope(struct cli *cli, Duban__FiguresQuery *wanted)
{
    const struct {
        const char *option;
        Duban__FiguresQuery__ScopeCase scope;
        char **code;
    } scopes[] = {
        { "zone", DUBAN__FIGURES_QUERY__SCOPE_ZONE, &wanted->zone }, { "area", DUBAN__FIGURES_QUERY__SCOPE_AREA, &wanted->area },
        { "kind", DUBAN__FIGURES_QUERY__SCOPE_KIND, &wanted->kind },
        { "focus-group", DUBAN__FIGURES_QUERY__SCOPE_FOCUS_GROUP, &wanted->focus_group },
    };
    size_t given = 0;

    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        if (!cli_has(cli, scopes[i].option))
            continue;
        given++;
        wanted->scope_case = scopes[i].scope;
        *scopes[i].code = cli_text(cli, scopes[i].option);
    }
    if (given <= 1)
        return true;
    cli->failure = cli_wrong_use(cli, "--zone、--area、--kind、--focus-group 一次只能写一个",
                                 "only one of --zone, --area, --kind, --focus-group at a time");
    return false;
}

static bool read_most(struct cli *cli, Duban__FiguresQuery *wanted)
{
    uint64_t most = 0;

    if (!cli_has(cli, "most"))
        return true;
    if (!cli_number(cli, "--most", cli_option(cli, "most"), &most)) {
        cli->failure = EXIT_WRONG_USE;
        return false;
    }
    if (most == 0 || most > MOST_PARTS) {
        cli->failure = cli_wrong_use(cli, "--most 应是 1 至 %d 的整数", "--most is a whole number from 1 to %d", MOST_PARTS);
        return false;
    }
    wanted->most = (uint32_t) most;
    return true;
}

static bool read_options(struct cli *cli, Duban__FiguresQuery *wanted)
{
    int64_t as_of_ms = 0;

    if (!set_scope(cli, wanted) || !day_of_option(cli, "from", &wanted->from_day) || !day_of_option(cli, "to", &wanted->to_day))
        return false;
    if (cli_has(cli, "as-of") && !cli_time(cli, "--as-of", cli_option(cli, "as-of"), &as_of_ms)) {
        cli->failure = EXIT_WRONG_USE;
        return false;
    }
    wanted->as_of_s = as_of_ms / 1000;
    wanted->name = cli_text(cli, "name");
    return read_most(cli, wanted);
}

/* ---------------------------------------------------------------- showing */

static struct words minutes_text(struct cli *cli, int64_t minutes)
{
    return show_duration(&cli->show, minutes * 60);
}

static struct words value_of(struct cli *cli, const Duban__FigureRow *row)
{
    struct words none = { "—", "—" };
    const char *text;

    switch (row->unit) {
    case DUBAN__FIGURE_UNIT__FIGURE_UNIT_COUNT:
        text = text_of(&cli->arena, "%lld", (long long) row->numerator);
        return (struct words){ text, text };
    case DUBAN__FIGURE_UNIT__FIGURE_UNIT_RATE:
        text = row->denominator == 0 ? "—" : row->permille_presence_case != DUBAN__FIGURE_ROW__PERMILLE_PRESENCE_PERMILLE
                   ? text_of(&cli->arena, "— (%lld/%lld)", (long long) row->numerator, (long long) row->denominator)
                   : text_of(&cli->arena, "%lld.%lld%% (%lld/%lld)", (long long) row->permille / 10,
                             (long long) row->permille % 10, (long long) row->numerator, (long long) row->denominator);
        return (struct words){ text, text };
    case DUBAN__FIGURE_UNIT__FIGURE_UNIT_MINUTE:
        return row->denominator == 0 ? none : minutes_text(cli, row->value);
    case DUBAN__FIGURE_UNIT__FIGURE_UNIT_TIME:
        text = row->denominator == 0 ? "—" : show_time(&cli->show, row->value);
        return (struct words){ text, text };
    case DUBAN__FIGURE_UNIT__FIGURE_UNIT_UNSPECIFIED:
    case _DUBAN__FIGURE_UNIT_IS_INT_SIZE: return none;
    }
    return none;
}

/* Of an item crossed with where it was found: kind and area by the codes that filters take. */
static struct words words_of_part(struct cli *cli, const Duban__FigurePart *part)
{
    struct words name = words_of_text(part->name), kind = words_of_text(part->kind_name), area = words_of_text(part->area_name);

    if (part->kind[0] == '\0')
        return words_of(&cli->arena, "  %1$s %2$s%3$.0s", "  %1$s %3$s%2$.0s", part->code, name.zh, name.en);
    return words_of(&cli->arena, "  %1$s %2$s · %4$s %5$s · %7$s %8$s%3$.0s%6$.0s%9$.0s",
                    "  %1$s %3$s · %4$s %6$s · %7$s %9$s%2$.0s%5$.0s%8$.0s", part->code, name.zh, name.en, part->kind, kind.zh,
                    kind.en, part->area, area.zh, area.en);
}

static void add_part(struct show_table *table, struct cli *cli, const Duban__FigureRow *row, const Duban__FigurePart *part)
{
    table_text(table, "");
    table_words(table, words_of_part(cli, part));
    if (row->unit == DUBAN__FIGURE_UNIT__FIGURE_UNIT_MINUTE)
        table_words(table, minutes_text(cli, part->value));
    else
        table_text(table, text_of(&cli->arena, "%lld", (long long) part->count));
    table_text(table, "");
}

static void add_figure(struct show_table *table, struct cli *cli, const Duban__FigureRow *row)
{
    table_text(table, row->name);
    table_words(table, words_of_text(row->label));
    table_words(table, value_of(cli, row));
    table_words(table, words_of_text(row->meaning));
    for (size_t i = 0; i < row->n_parts; i++)
        add_part(table, cli, row, row->parts[i]);
}

static void print_period(struct cli *cli, const Duban__FigureRows *rows)
{
    const char *as_of = show_time(&cli->show, rows->as_of_s);
    struct words from = show_day(&cli->show, civil_moment(rows->from_day, 0, cli->show.offset_s));
    struct words to = show_day(&cli->show, civil_moment(rows->to_day, 0, cli->show.offset_s));

    show_words(&cli->show, 0, COLOUR_BOLD,
               words_of(&cli->arena, "截至 %1$s；期间：%2$s 至 %3$s%4$.0s%5$.0s", "as of %1$s; days: %4$s to %5$s%2$.0s%3$.0s", as_of,
                        from.zh, to.zh, from.en, to.en));
}

static void print_figures(struct cli *cli, const Duban__FigureRows *rows)
{
    static const struct show_column COLUMNS[] = {
        { { "名称", "name" }, 0 }, { { "指标", "figure" }, 40 }, { { "数值", "value" }, 0 }, { { "含义", "meaning" }, 60 },
    };
    struct show_table table;

    print_period(cli, rows);
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < rows->n_rows; i++)
        add_figure(&table, cli, rows->rows[i]);
    table_print(&table);
}

/* ---------------------------------------------------------------- the command */

static bool is_all_nought(const Duban__FigureRows *rows)
{
    for (size_t i = 0; i < rows->n_rows; i++)
        if (rows->rows[i]->numerator != 0 || rows->rows[i]->denominator != 0)
            return false;
    return true;
}

/* A scope that names nothing has figures too, all of them nought: only then is it asked whether it exists. */
enum exit_code command_figures(struct cli *cli)
{
    Duban__FiguresQuery wanted = DUBAN__FIGURES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    if (!read_options(cli, &wanted))
        return cli->failure;
    query.body_case = DUBAN__QUERY__BODY_FIGURES;
    query.figures = &wanted;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_FIGURES);
    if (reply == NULL || (is_all_nought(reply->figures) && !filters_name_something(cli)))
        return cli->failure;
    if (cli->json)
        return cli_print_json(cli, json_of_message(&reply->figures->base));
    print_figures(cli, reply->figures);
    return EXIT_FINE;
}
