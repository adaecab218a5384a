/* coverage.c - duban coverage: how much of what was to be inspected on a day has been; duban blind-spots: what nobody sees to. */
#include <string.h>

#include "civil.h"
#include "cli.h"
#include "names.h"
#include "wanted.h"

/* ---------------------------------------------------------------- days */

bool cli_day(struct cli *cli, const char *what, const char *text, int64_t *day)
{
    int64_t at_s;

    if (strlen(text) != strlen("2020-02-10") || !civil_parse(text_of(&cli->arena, "%sT00:00", text), 0, &at_s) || at_s < 0) {
        cli_wrong_use(cli, "%s 应写成 2020-02-10（1970 至 9999 年），不能是“%s”", "%s is written 2020-02-10 (years 1970 to 9999), not \"%s\"",
                      what, text);
        return false;
    }
    *day = civil_day(at_s, 0);
    return true;
}

const char *cli_day_text(struct cli *cli, int64_t day)
{
    struct civil civil = civil_of(civil_moment(day, 0, 0), 0);

    return text_of(&cli->arena, "%04d-%02d-%02d", (int) civil.year, (int) civil.month, (int) civil.day);
}

/* ---------------------------------------------------------------- coverage */

static void add_up(Duban__CoverageCount *total, const Duban__CoverageCount *count)
{
    total->required += count->required;
    total->inspected += count->inspected;
    total->planned += count->planned;
    total->planned_inspected += count->planned_inspected;
    total->stopped += count->stopped;
    total->unknown += count->unknown;
    total->attempted += count->attempted;
}

static void add_figures(struct show_table *table, struct cli *cli, const Duban__CoverageCount *count)
{
    uint32_t left = count->required - count->inspected - count->stopped;

    table_text(table, number_text(cli, count->required));
    table_text(table, number_text(cli, count->inspected));
    table_coloured(table, left > 0 ? COLOUR_RED : COLOUR_NONE, number_text(cli, left));
    table_text(table, number_text(cli, count->attempted));
    table_text(table, number_text(cli, count->stopped));
    table_text(table, rate_text(&cli->arena, count->inspected, count->required));
    table_text(table, rate_text(&cli->arena, count->planned_inspected, count->planned));
    table_text(table, number_text(cli, count->unknown));
}

/* Label and code: the code is what filters take. */
static struct words kind_words(struct cli *cli, const Duban__Text *label, const char *code)
{
    return label == NULL ? (struct words){ code, code } : name_with_code(cli, words_of_text(label), code);
}

static void add_row(struct show_table *table, struct cli *cli, const Duban__CoverageRow *row)
{
    table_words(table, title_of_zone(cli, row->count->zone));
    table_words(table, title_of_area(cli, row->count->area));
    table_words(table, kind_words(cli, row->kind_label, row->count->kind));
    table_words(table, name_with_code(cli, words_of_text(row->focus_group_label), row->focus_group));
    add_figures(table, cli, row->count);
}

static Duban__CoverageCount sum_of(const struct listing *rows, const char *zone)
{
    Duban__CoverageCount total = DUBAN__COVERAGE_COUNT__INIT;

    for (size_t i = 0; i < rows->count; i++) {
        const Duban__CoverageRow *row = rows->rows[i];

        if (zone == NULL || strcmp(zone, row->count->zone) == 0)
            add_up(&total, row->count);
    }
    return total;
}

static bool is_first_of_its_zone(const struct listing *rows, size_t i)
{
    const Duban__CoverageRow *row = rows->rows[i];

    for (size_t k = 0; k < i; k++)
        if (strcmp(((const Duban__CoverageRow *) rows->rows[k])->count->zone, row->count->zone) == 0)
            return false;
    return true;
}

static void add_sum(struct show_table *table, struct cli *cli, struct words label, const Duban__CoverageCount *sum)
{
    table_words(table, label);
    for (int i = 0; i < 3; i++)
        table_text(table, "");
    add_figures(table, cli, sum);
}

static void print_coverage(struct cli *cli, const struct listing *rows)
{
    static const struct show_column COLUMNS[] = {
        { { "片区", "zone" }, 0 }, { { "社区（村）", "area" }, 0 }, { { "种类", "kind" }, 0 }, { { "重点人群", "focus group" }, 0 },
        { { "应查", "required" }, 0 }, { { "已查", "inspected" }, 0 }, { { "未查", "not yet" }, 0 }, { { "其中到访未果", "tried in vain" }, 0 }, { { "当天停业", "stopped" }, 0 },
        { { "覆盖率", "coverage" }, 0 }, { { "计划内", "of the plan" }, 0 }, { { "无法判定", "unknown" }, 0 },
    };
    Duban__CoverageCount total = sum_of(rows, NULL);
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < rows->count; i++)
        add_row(&table, cli, rows->rows[i]);
    for (size_t i = 0; i < rows->count; i++) {
        const char *zone = ((const Duban__CoverageRow *) rows->rows[i])->count->zone;
        Duban__CoverageCount sum = sum_of(rows, zone);

        if (is_first_of_its_zone(rows, i)) {
            struct words title = title_of_zone(cli, zone);

            add_sum(&table, cli, words_of(&cli->arena, "%1$s 小计%2$.0s", "sum of %2$s%1$.0s", title.zh, title.en), &sum);
        }
    }
    add_sum(&table, cli, (struct words){ "合计", "total" }, &total);
    table_print(&table);
    if (total.unknown > 0)
        show_line(&cli->show, "有 %u 个点位无法判定：所需年份的放假安排未公布；公布后在 calendar.csv 补上", "of %u sites it cannot be told: the calendar of a year is not published; add it to calendar.csv",
                  total.unknown);
}

static bool is_to_come(const struct cli *cli, const Duban__CoverageRows *reply, int64_t as_of_ms)
{
    return reply->day > civil_day(as_of_ms / 1000, cli->show.offset_s);
}

/* Why there are no figures, and what to do. */
static void say_none(struct cli *cli, const Duban__CoverageRows *reply, int64_t as_of_ms)
{
    const char *day = cli_day_text(cli, reply->day);

    if (!reply->has_plan)
        show_line(&cli->show, "现行政策包没有 plan 一节，不数每天应查、已查的点位；请在 policy.yaml 补上再启用",
                  "the policy in force has no section plan: days are not counted; add it to policy.yaml and activate it");
    else if (is_to_come(cli, reply, as_of_ms))
        show_line(&cli->show, "%s 还没有开始：那天零点起才数；计划见 duban plan", "%s has not begun: it is counted from its midnight on; for what is planned see duban plan", day);
    else if (reply->day < reply->first_day)
        show_line(&cli->show, "%1$s 没有数过：从 %2$s 零点起才数", "%1$s was not counted: days are from %2$s on", day,
                  cli_day_text(cli, reply->first_day));
    else
        show_line(&cli->show, "%s 没有应巡查的点位", "no site was to be inspected on %s", day);
}

static enum exit_code coverage_json(struct cli *cli, const struct listing *rows, const Duban__CoverageRows *reply)
{
    json_t *document = listing_document(cli, rows);
    Duban__CoverageCount total = sum_of(rows, NULL);

    json_object_set_new(document, "day", json_string(cli_day_text(cli, reply->day)));
    json_object_set_new(document, "isCounted", json_boolean(rows->count > 0 || (reply->has_plan && reply->day >= reply->first_day &&
                                                                                       !is_to_come(cli, reply, rows->as_of_ms))));
    json_object_set_new(document, "required", number_json(cli, total.required));
    json_object_set_new(document, "inspected", number_json(cli, total.inspected));
    return cli_print_json(cli, document);
}

enum exit_code command_coverage(struct cli *cli)
{
    Duban__CoverageQuery which = DUBAN__COVERAGE_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT, first = DUBAN__QUERY__INIT;
    const char *day = cli_option(cli, "day"), *zone = cli_option(cli, "zone"), *kind = cli_option(cli, "kind");
    Duban__Reply *reply;
    struct listing rows;

    if (day != NULL && !cli_day(cli, "--day", day, &which.day))
        return EXIT_WRONG_USE;
    if (day != NULL)
        which.day_presence_case = DUBAN__COVERAGE_QUERY__DAY_PRESENCE_DAY;
    which.zone = zone == NULL ? "" : (char *) zone;
    which.kind = kind == NULL ? "" : (char *) kind;
    query.body_case = first.body_case = DUBAN__QUERY__BODY_COVERAGE;
    query.coverage = first.coverage = &which;
    first.limit = 1;
    reply = ask(cli, RULES_QUERY, &first, DUBAN__REPLY__BODY_COVERAGE);
    if (reply == NULL || !ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_COVERAGE, &rows))
        return cli->failure;
    if (rows.count == 0 && !filters_name_something(cli))
        return cli->failure;
    if (cli->json)
        return coverage_json(cli, &rows, reply->coverage);
    listing_head(cli, &rows);
    if (rows.count == 0)
        say_none(cli, reply->coverage, rows.as_of_ms);
    else
        print_coverage(cli, &rows);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- blind spots */

static struct words words_of_kind(struct cli *cli, const Duban__BlindSpotRow *row, Duban__BlindSpotKind kind)
{
    struct arena *arena = &cli->arena;
    struct words zone;

    switch (kind) {
    case DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NEVER: return (struct words){ "从未巡查", "never inspected" };
    case DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_PAST:
        return words_of(arena, "超过巡查间隔%u天", "past its interval by %u days", row->days_over);
    case DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NIGHT:
        return (struct words){ "夜间巡查不够", "not inspected at night as often as it must be" };
    case DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NO_AREA: return (struct words){ "不属于任何片区", "in no zone" };
    case DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_NOBODY:
        zone = title_of_zone(cli, row->zone);
        return words_of(arena, "片区 %1$s 没有组长也没有巡查员%2$.0s", "zone %2$s has neither leader nor inspector%1$.0s", zone.zh, zone.en);
    case DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_UNKNOWN:
        return words_of(arena, "无法判定：%u年的日历还没有公布", "cannot be told: the calendar of %u is not published", row->missing_year);
    case DUBAN__BLIND_SPOT_KIND__BLIND_SPOT_KIND_UNSPECIFIED:
    case _DUBAN__BLIND_SPOT_KIND_IS_INT_SIZE: break;
    }
    return (struct words){ "", "" };
}

static struct words why_blind(struct cli *cli, const Duban__BlindSpotRow *row)
{
    struct words all = words_of_kind(cli, row, row->kinds[0]);

    for (size_t i = 1; i < row->n_kinds; i++) {
        struct words more = words_of_kind(cli, row, row->kinds[i]);

        all = words_of(&cli->arena, "%1$s；%3$s%2$.0s%4$.0s", "%2$s; %4$s%1$.0s%3$.0s", all.zh, all.en, more.zh, more.en);
    }
    return all;
}

enum exit_code command_blind_spots(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "点位", "site" }, 0 }, { { "名称", "name" }, 28 }, { { "种类", "kind" }, 0 }, { { "社区（村）", "area" }, 0 },
        { { "片区", "zone" }, 0 }, { { "上次巡查", "last inspection" }, 0 }, { { "原因", "why" }, 48 },
    };
    Duban__BlindSpotsQuery which = DUBAN__BLIND_SPOTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing rows;

    which.zone = cli_option(cli, "zone") == NULL ? "" : (char *) cli_option(cli, "zone");
    query.body_case = DUBAN__QUERY__BODY_BLIND_SPOTS;
    query.blind_spots = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_BLIND_SPOTS, &rows))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < rows.count; i++) {
        const Duban__BlindSpotRow *row = rows.rows[i];
        const char *last = show_time_ms(&cli->show, row->last_inspection_ms);

        table_text(&table, row->site->code);
        table_words(&table, words_of_text(row->site->name));
        table_words(&table, kind_words(cli, row->kind_label, row->site->kind));
        table_words(&table, title_of_area(cli, row->site->area));
        table_words(&table, title_of_zone(cli, row->zone));
        table_words(&table, row->last_inspection_ms == 0 ? (struct words){ "从未巡查", "never" } : (struct words){ last, last });
        table_words(&table, why_blind(cli, row));
    }
    table_print(&table);
    return EXIT_FINE;
}
