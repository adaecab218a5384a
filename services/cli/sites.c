/* sites.c - duban sites: where they are, how often they are inspected, and which are to be inspected today. */
#include "cli.h"
#include "names.h"

static struct words interval_of(struct cli *cli, const Duban__SiteDueRow *row)
{
    struct arena *arena = &cli->arena;

    if (row->rule[0] == '\0')
        return (struct words){ "", "" };
    if (row->interval_days == 0)
        return (struct words){ "不定期", "none" };
    if (row->interval_days == 1)
        return row->in_working_days ? (struct words){ "每个工作日", "every working day" } : (struct words){ "每天", "daily" };
    return row->in_working_days ? words_of(arena, "每%u个工作日", "every %u working days", row->interval_days)
                                : words_of(arena, "每%u天", "every %u days", row->interval_days);
}

static struct words last_of(struct cli *cli, const Duban__SiteDueRow *row)
{
    const char *last = show_time_ms(&cli->show, row->last_inspection_ms);

    return row->last_inspection_ms == 0 ? (struct words){ "从未巡查", "never" } : (struct words){ last, last };
}

/* "2020-02-03", with how many days ago where it is past. */
static struct words next_of(struct cli *cli, const Duban__SiteDueRow *row)
{
    struct arena *arena = &cli->arena;
    const char *day = text_of(arena, "%.10s", show_time(&cli->show, row->due_day_s));

    if (row->missing_year != 0)
        return words_of(arena, "%u年的日历还没有公布", "the calendar of %u is not published", row->missing_year);
    if (row->days_over > 0)
        return words_of(arena, "%1$s（已过%2$u天）", "%1$s (%2$u days ago)", day, row->days_over);
    if (row->is_due)
        return row->due_day_s == 0 ? (struct words){ "现在", "now" } : words_of(arena, "%s（今天）", "%s (today)", day);
    return (struct words){ day, day };
}

/* Where some inspections must be at night: on whose evening next. */
static struct words night_of(struct cli *cli, const Duban__SiteDueRow *row)
{
    const char *day = text_of(&cli->arena, "%.10s", show_time(&cli->show, row->night_due_s));

    if (!row->has_night)
        return (struct words){ "", "" };
    if (row->night_is_due)
        return (struct words){ "今晚", "tonight" };
    return (struct words){ day, day };
}

static void add_site(struct show_table *table, struct cli *cli, const Duban__SiteDueRow *row)
{
    const Duban__Site *site = row->site;

    table_text(table, site->code);
    table_text(table, site->kind);
    table_text(table, site->area);
    table_words(table, words_of_text(site->name));
    table_words(table, name_of_operating_state(site->operating_state));
    table_words(table, last_of(cli, row));
    table_words(table, interval_of(cli, row));
    table_coloured(table, row->is_due ? COLOUR_RED : COLOUR_NONE, show_label(&cli->show, next_of(cli, row)));
    table_coloured(table, row->night_is_due ? COLOUR_RED : COLOUR_NONE, show_label(&cli->show, night_of(cli, row)));
    table_words(table, words_of_text(row->why));
}

enum exit_code command_sites(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "code" }, 0 }, { { "种类", "kind" }, 0 }, { { "社区（村）", "area" }, 0 }, { { "名称", "name" }, 28 },
        { { "状态", "state" }, 0 }, { { "上次巡查", "last inspection" }, 0 }, { { "间隔", "interval" }, 0 },
        { { "下次应巡查", "next inspection" }, 28 }, { { "夜间巡查", "at night" }, 0 }, { { "间隔的依据", "why this often" }, 36 },
    };
    Duban__SiteDuesQuery which = DUBAN__SITE_DUES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing listing;

    which.code = cli->argument_count > 0 ? (char *) cli->arguments[0] : "";
    which.due_only = cli_has(cli, "due");
    query.body_case = DUBAN__QUERY__BODY_SITE_DUES;
    query.site_dues = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_SITE_DUES, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < listing.count; i++)
        add_site(&table, cli, listing.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}
