/* visits.c - duban visits: what was reported from where, and what speaks against it. */
#include <string.h>

#include "cli.h"
#include "names.h"
#include "photo.h"

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

static uint32_t photos_needed(const struct listing *items, const char *code)
{
    for (size_t i = 0; i < items->count; i++) {
        const Duban__ItemRow *row = items->rows[i];

        if (strcmp(row->code, code) == 0)
            return row->photos;
    }
    return 0;
}

/* Passes that show fewer photos than the policy in force wants of them: they prove nothing. */
static unsigned passes_unshown(const Duban__Visit *visit, const struct listing *items)
{
    unsigned unshown = 0;

    for (size_t i = 0; i < visit->n_passed; i++) {
        uint32_t shown = 0;

        for (size_t k = 0; k < visit->n_evidence; k++)
            shown += visit->evidence[k]->here && photo_shows(visit->evidence[k], visit->passed[i]);
        unshown += shown < photos_needed(items, visit->passed[i]);
    }
    return unshown;
}

/* "1/2" of those declared, and what should have been declared and was not. */
static struct words photos_of(struct cli *cli, const Duban__Visit *visit, const struct listing *items)
{
    const char *text = visit->evidence_declared == 0 ? ""
                       : text_of(&cli->arena, "%u/%u", visit->evidence_declared - visit->evidence_missing, visit->evidence_declared);
    unsigned unshown = passes_unshown(visit, items);

    if (unshown == 0)
        return (struct words){ text, text };
    return words_of(&cli->arena, "%1$s%2$s合格缺照片 %4$u 项%3$.0s", "%1$s%3$spasses without photo: %4$u%2$.0s", text, text[0] == '\0' ? "" : "；",
                    text[0] == '\0' ? "" : "; ", unshown);
}

static struct words doubts_of(struct cli *cli, const Duban__Visit *visit)
{
    struct words all = { "", "" };

    for (size_t i = 0; i < visit->n_doubts; i++) {
        struct words words = words_of_text(visit->doubts[i]->words);

        all.zh = text_of(&cli->arena, "%s%s%s", all.zh, i > 0 ? "；" : "", words.zh);
        all.en = text_of(&cli->arena, "%s%s%s", all.en, i > 0 ? "; " : "", words.en);
    }
    return all;
}

static void add_visit(struct cli *cli, struct show_table *table, const Duban__Visit *visit, const struct listing *items)
{
    table_number(table, visit->sequence);
    table_time(table, visit->visit_ms / 1000);
    table_text(table, visit->site);
    table_words(table, name_of_purpose(visit->purpose));
    table_words(table, title_of(cli, visit->reporter));
    table_words(table, photos_of(cli, visit, items));
    table_coloured(table, visit->n_doubts > 0 ? COLOUR_YELLOW : COLOUR_NONE,
                   visit->doubt_score == 0 ? "" : text_of(&cli->arena, "%u", visit->doubt_score));
    table_words(table, doubts_of(cli, visit));
}

enum exit_code command_visits(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "记录", "report" }, 0 }, { { "到访时间", "visited at" }, 0 }, { { "点位", "site" }, 0 }, { { "目的", "purpose" }, 0 },
        { { "填报人", "by" }, 24 }, { { "照片", "photos" }, 24 }, { { "存疑分", "doubt" }, 0 }, { { "存疑原因", "why" }, 60 },
    };
    Duban__VisitsQuery which = DUBAN__VISITS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct fault fault = { .field = "" };
    struct listing listing, items;

    which.site = cli->argument_count > 0 ? (char *) cli->arguments[0] : "";
    which.doubtful_only = cli_has(cli, "doubtful");
    which.incomplete_only = cli_has(cli, "incomplete");
    query.body_case = DUBAN__QUERY__BODY_VISITS;
    query.visits = &which;
    if (!ask_table(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_VISITS, &listing))
        return cli->failure;
    if (!ask_items(cli, "", "", DUBAN__PURPOSE__PURPOSE_UNSPECIFIED, &items, &fault))
        items.count = 0;
    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < listing.count; i++)
        add_visit(cli, &table, listing.rows[i], &items);
    table_print(&table);
    return EXIT_FINE;
}
