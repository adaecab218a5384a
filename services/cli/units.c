/* units.c - duban areas, with today's coverage; duban units. */
#include <string.h>

#include "cli.h"
#include "names.h"

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

/* ---------------------------------------------------------------- areas */

static void add_area(struct show_table *table, const Duban__Area *area, int64_t day_s)
{
    bool inspected = area->last_inspection_ms / 1000 >= day_s;

    table_text(table, area->code);
    table_words(table, name_of_area_kind(area->kind));
    table_words(table, words_of_text(area->name));
    table_text(table, area->zone);
    table_words(table, words_of_text(area->zone_name));
    table_words(table, area->has_branch ? (struct words){ "有", "yes" } : (struct words){ "", "" });
    table_coloured(table, inspected ? COLOUR_NONE : COLOUR_YELLOW,
                   show_label(table->show, inspected ? (struct words){ "已巡查", "inspected" } : (struct words){ "未巡查", "not yet" }));
}

/* Rules counts, over all areas: whichever page is asked for has the figures. */
static const Duban__AreaRows *ask_coverage(struct cli *cli)
{
    Duban__AreasQuery which = DUBAN__AREAS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_AREAS;
    query.areas = &which;
    query.limit = 1;
    reply = ask(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_AREAS);
    return reply == NULL ? NULL : reply->areas;
}

static enum exit_code areas_json(struct cli *cli, const struct listing *areas, const Duban__AreaRows *coverage)
{
    json_t *document = listing_document(cli, areas);

    json_object_set_new(document, "branches", number_json(cli, coverage->branches));
    json_object_set_new(document, "branchesInspectedToday", number_json(cli, coverage->branches_inspected));
    return cli_print_json(cli, document);
}

enum exit_code command_areas(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "code" }, 0 }, { { "种类", "kind" }, 0 }, { { "名称", "name" }, 36 }, { { "片区", "zone" }, 0 },
        { { "片区名称", "zone name" }, 28 }, { { "支部", "branch" }, 0 }, { { "今日", "today" }, 0 },
    };
    const Duban__AreaRows *coverage = ask_coverage(cli);
    struct show_table table;
    struct listing areas;
    struct fault fault;

    if (coverage == NULL)
        return cli->failure;
    if (!ask_areas(cli, &areas, &fault))
        return cli_refuse(cli, &fault);
    if (cli->json)
        return areas_json(cli, &areas, coverage);
    listing_head(cli, &areas);
    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < areas.count; i++)
        add_area(&table, areas.rows[i], coverage->day_s);
    table_print(&table);
    if (coverage->branches > 0)
        show_line(&cli->show, "今日已巡查 %u/%u 个社区（村）（有支部）", "%u/%u areas with a branch inspected today",
                  coverage->branches_inspected, coverage->branches);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- units */

/* What the sites and cases of units are counted from. */
struct township {
    struct listing areas, sites, cases;
    const Duban__Codes *codes;
};

static bool ask_township(struct cli *cli, struct township *township)
{
    Duban__CasesQuery which = DUBAN__CASES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault fault;

    query.body_case = DUBAN__QUERY__BODY_CASES;
    query.cases = &which;
    township->codes = ask_codes(cli, &fault);
    if (township->codes == NULL || !ask_areas(cli, &township->areas, &fault) || !ask_sites(cli, &township->sites, &fault)) {
        cli_refuse(cli, &fault);
        return false;
    }
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CASES, &township->cases);
}

static const char *zone_of(const struct township *township, const char *area)
{
    for (size_t i = 0; i < township->areas.count; i++)
        if (strcmp(((const Duban__Area *) township->areas.rows[i])->code, area) == 0)
            return ((const Duban__Area *) township->areas.rows[i])->zone;
    return "";
}

static const char *focus_of(const struct township *township, const Duban__Site *site)
{
    for (size_t i = 0; i < township->codes->n_site_kinds; i++)
        if (strcmp(township->codes->site_kinds[i]->code, site->kind) == 0)
            return township->codes->site_kinds[i]->focus_group;
    return "";
}

static struct words name_of_focus_group(struct cli *cli, const struct township *township, const char *group)
{
    for (size_t i = 0; i < township->codes->n_focus_groups; i++)
        if (strcmp(township->codes->focus_groups[i]->code, group) == 0)
            return name_with_code(cli, words_of_text(township->codes->focus_groups[i]->label), group);
    return (struct words){ group, group };
}

static bool is_of_unit(const struct township *township, const Duban__Unit *unit, const Duban__Site *site)
{
    return (unit->focus_group[0] == '\0' || strcmp(unit->focus_group, focus_of(township, site)) == 0) &&
           (unit->area[0] == '\0' || strcmp(unit->area, site->area) == 0) &&
           (unit->zone[0] == '\0' || strcmp(unit->zone, zone_of(township, site->area)) == 0);
}

static const Duban__Site *site_of(const struct township *township, const char *code)
{
    for (size_t i = 0; i < township->sites.count; i++)
        if (strcmp(((const Duban__Site *) township->sites.rows[i])->code, code) == 0)
            return township->sites.rows[i];
    return NULL;
}

static size_t count_sites(const struct township *township, const Duban__Unit *unit)
{
    size_t count = 0;

    for (size_t i = 0; i < township->sites.count; i++)
        count += is_of_unit(township, unit, township->sites.rows[i]);
    return count;
}

static size_t count_cases(const struct township *township, const Duban__Unit *unit)
{
    size_t count = 0;

    for (size_t i = 0; i < township->cases.count; i++) {
        const Duban__Site *site = site_of(township, ((const Duban__CaseRow *) township->cases.rows[i])->case_->site);

        count += site != NULL && is_of_unit(township, unit, site);
    }
    return count;
}

static struct words territory_of(const Duban__Unit *unit)
{
    if (unit->area[0] != '\0')
        return (struct words){ unit->area, unit->area };
    return unit->zone[0] != '\0' ? (struct words){ unit->zone, unit->zone } : (struct words){ "全辖区", "whole township" };
}

static struct words secretary_of(const Duban__UnitRow *row)
{
    if (row->unit->secretary[0] == '\0')
        return (struct words){ "", "" };
    return row->secretary_title != NULL ? words_of_text(row->secretary_title)
                                        : (struct words){ row->unit->secretary, row->unit->secretary };
}

static const char *members_of(struct cli *cli, const Duban__UnitRow *row)
{
    const char *all = "";

    for (size_t i = 0; i < row->n_members; i++)
        all = text_of(&cli->arena, "%s%s%s", all, i == 0 ? "" : " ", row->members[i]);
    return all;
}

static void add_unit(struct cli *cli, struct show_table *table, const struct township *township, const Duban__UnitRow *row)
{
    table_text(table, row->unit->code);
    table_words(table, name_of_unit_kind(row->unit->kind));
    table_words(table, words_of_text(row->unit->name));
    table_words(table, name_of_focus_group(cli, township, row->unit->focus_group));
    table_words(table, territory_of(row->unit));
    table_words(table, secretary_of(row));
    table_text(table, members_of(cli, row));
    table_number(table, count_sites(township, row->unit));
    table_number(table, count_cases(township, row->unit));
}

enum exit_code command_units(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "编号", "code" }, 0 }, { { "种类", "kind" }, 0 }, { { "名称", "name" }, 30 }, { { "重点人群", "focus group" }, 0 },
        { { "范围", "territory" }, 0 }, { { "书记（负责人）", "secretary" }, 24 }, { { "成员", "members" }, 36 },
        { { "点位", "sites" }, 0 }, { { "未销号问题", "open cases" }, 0 },
    };
    Duban__UnitsQuery which = DUBAN__UNITS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct township township;
    struct show_table table;
    struct listing units;

    which.code = cli->argument_count > 0 ? (char *) cli->arguments[0] : "";
    query.body_case = DUBAN__QUERY__BODY_UNITS;
    query.units = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_UNITS, &units) || !ask_township(cli, &township) ||
        !listing_begin(cli, &units))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < units.count; i++)
        add_unit(cli, &table, &township, units.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}
