/* items.c - duban items: what a visit is asked at a site, and what a fail of it does. */
#include <string.h>

#include "cli.h"

enum { THOUSANDTHS = 1000 };

/* ---------------------------------------------------------------- cells */

/* What is open at the site already, by item; empty without a site. */
static bool ask_open_cases(struct cli *cli, const char *site, struct listing *cases)
{
    Duban__CasesQuery which = DUBAN__CASES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    *cases = (struct listing){ .count = 0 };
    if (site[0] == '\0')
        return true;
    which.site = (char *) site;
    query.body_case = DUBAN__QUERY__BODY_CASES;
    query.cases = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CASES, cases);
}

static const char *open_case_of(struct cli *cli, const struct listing *cases, const char *item)
{
    for (size_t i = 0; i < cases->count; i++) {
        const Duban__Case *case_ = ((const Duban__CaseRow *) cases->rows[i])->case_;

        if (strcmp(case_->item, item) == 0)
            return text_of(&cli->arena, "DB-%04u", case_->number);
    }
    return "";
}

static struct words mandatory_words(struct cli *cli, const Duban__ItemRow *row)
{
    const char *kinds = "";

    if (row->mandatory)
        return (struct words){ "必答", "must" };
    for (size_t i = 0; i < row->n_mandatory_kinds; i++)
        kinds = text_of(&cli->arena, "%s%s%s", kinds, i == 0 ? "" : " ", row->mandatory_kinds[i]);
    if (row->mandatory_when != NULL)
        return words_of(&cli->arena, "%1$s时必答%2$.0s", "must, where %2$s%1$.0s", row->mandatory_when->zh, row->mandatory_when->en);
    return kinds[0] == '\0' ? (struct words){ "", "" } : words_of(&cli->arena, "%s 必答", "must at %s", kinds);
}

static const char *thousandths(struct cli *cli, int64_t milli)
{
    unsigned long long size = milli < 0 ? 0 - (unsigned long long) milli : (unsigned long long) milli;
    char *text = text_of(&cli->arena, "%s%llu.%03llu", milli < 0 ? "-" : "", size / THOUSANDTHS, size % THOUSANDTHS);
    size_t end = strlen(text);

    while (text[end - 1] == '0')
        end--;
    text[text[end - 1] == '.' ? end - 1 : end] = '\0';
    return text;
}

static const char *number_range(struct cli *cli, const Duban__ItemRow *row)
{
    bool has_least = row->minimum_presence_case == DUBAN__ITEM_ROW__MINIMUM_PRESENCE_MINIMUM_MILLI;
    bool has_most = row->maximum_presence_case == DUBAN__ITEM_ROW__MAXIMUM_PRESENCE_MAXIMUM_MILLI;

    if (has_least && has_most)
        return text_of(&cli->arena, "%s–%s", thousandths(cli, row->minimum_milli), thousandths(cli, row->maximum_milli));
    if (has_least)
        return text_of(&cli->arena, "≥ %s", thousandths(cli, row->minimum_milli));
    return has_most ? text_of(&cli->arena, "≤ %s", thousandths(cli, row->maximum_milli)) : "";
}

static struct words what_a_fail_does(struct cli *cli, const Duban__ItemRow *row)
{
    if (row->urgent)
        return (struct words){ "立即上报", "told at once" };
    if (row->office[0] != '\0')
        return words_of(&cli->arena, "移交 %s", "goes to %s", row->office);
    return words_of(&cli->arena, "立案 %s 级", "a case, level %s", row->level);
}

/* ---------------------------------------------------------------- the table */

static void add_item(struct show_table *table, struct cli *cli, const Duban__ItemRow *row, const struct listing *cases)
{
    table_text(table, row->code);
    table_words(table, words_of_text(row->text));
    table_words(table, mandatory_words(cli, row));
    table_text(table, number_range(cli, row));
    table_number(table, row->photos);
    table_words(table, what_a_fail_does(cli, row));
    table_words(table, row->note ? (struct words){ "须写明", "must" } : (struct words){ "", "" });
    table_text(table, open_case_of(cli, cases, row->code));
}

enum exit_code command_items(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "检查项", "item" }, 0 }, { { "内容", "what is asked" }, 44 }, { { "必答", "must" }, 24 }, { { "数值", "number" }, 0 },
        { { "合格须照片", "photos of a pass" }, 0 }, { { "不合格", "a fail" }, 18 },
        { { "不合格说明", "words of a fail" }, 0 }, { { "未销号", "open case" }, 0 },
    };
    struct listing items, cases;
    struct fault fault = { .field = "" };
    struct show_table table;

    if (cli_has(cli, "site") && cli_has(cli, "kind"))
        return cli_wrong_use(cli, "--site 和 --kind 二者取一：点位自有类别", "give --site or --kind, not both: a site has its kind");
    if (!ask_items(cli, cli_text(cli, "site"), cli_text(cli, "kind"), DUBAN__PURPOSE__PURPOSE_UNSPECIFIED, &items, &fault)) {
        cli_refuse(cli, &fault);
        return cli->failure;
    }
    if (!ask_open_cases(cli, cli_text(cli, "site"), &cases) || !listing_begin(cli, &items))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < items.count; i++)
        add_item(&table, cli, items.rows[i], &cases);
    table_print(&table);
    return EXIT_FINE;
}
