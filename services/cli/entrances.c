/* entrances.c - duban entrances: each entrance of a site, and each post of a gate, as it was last seen. */
#include <jansson.h>

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

static void print_entrances(struct cli *cli, const struct listing *entrances)
{
    static const struct show_column COLUMNS[] = {
        { { "点位", "site" }, 0 }, { { "出入口", "entrance" }, 24 }, { { "状态", "state" }, 0 }, { { "说明", "note" }, 40 },
        { { "到访时间", "seen at" }, 0 }, { { "填报人", "by" }, 24 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < entrances->count; i++)
        add_entrance(cli, &table, entrances->rows[i]);
    table_print(&table);
}

/* ---------------------------------------------------------------- posts */

static struct words volunteers_of(struct cli *cli, const Duban__GatePostRow *row)
{
    const char *day = text_of(&cli->arena, "%.10s", show_time_ms(&cli->show, row->volunteers_seen_ms));

    if (row->volunteers_presence_case != DUBAN__GATE_POST_ROW__VOLUNTEERS_PRESENCE_VOLUNTEERS)
        return (struct words){ "", "" };
    return words_of(&cli->arena, "%1$u人（%2$s）", "%1$u (%2$s)", row->volunteers, day);
}

static void add_post(struct cli *cli, struct show_table *table, const Duban__GatePostRow *row)
{
    const Duban__SiteGatePost *post = row->post;
    bool is_unmanned = post->manned == DUBAN__MANNING__MANNING_UNMANNED;

    table_text(table, post->site);
    table_words(table, words_of_text(row->class_label));
    table_text(table, post->post);
    table_text(table, post->shift);
    table_coloured(table, is_unmanned ? COLOUR_RED : COLOUR_NONE, show_label(&cli->show, name_of_manning(post->manned)));
    table_words(table, volunteers_of(cli, row));
    table_time(table, post->visit_ms / 1000);
    table_words(table, title_of(cli, post->reporter));
}

static void print_posts(struct cli *cli, const struct listing *posts)
{
    static const struct show_column COLUMNS[] = {
        { { "点位", "site" }, 0 }, { { "分类", "class" }, 0 }, { { "岗位", "post" }, 24 }, { { "班次", "shift" }, 16 },
        { { "值守", "manned" }, 0 }, { { "志愿者", "volunteers" }, 0 }, { { "到访时间", "seen at" }, 0 }, { { "填报人", "by" }, 24 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < posts->count; i++)
        add_post(cli, &table, posts->rows[i]);
    table_print(&table);
}

/* ---------------------------------------------------------------- both */

static bool ask_entrances(struct cli *cli, char *site, struct listing *entrances)
{
    Duban__EntrancesQuery which = DUBAN__ENTRANCES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.site = site;
    which.problems_only = cli_has(cli, "problems");
    query.body_case = DUBAN__QUERY__BODY_ENTRANCES;
    query.entrances = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_ENTRANCES, entrances);
}

static bool ask_posts(struct cli *cli, char *site, struct listing *posts)
{
    Duban__GatePostsQuery which = DUBAN__GATE_POSTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.site = site;
    which.problems_only = cli_has(cli, "problems");
    query.body_case = DUBAN__QUERY__BODY_GATE_POSTS;
    query.gate_posts = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_GATE_POSTS, posts);
}

static enum exit_code print_json(struct cli *cli, const struct listing *entrances, const struct listing *posts)
{
    json_t *document = listing_document(cli, entrances);

    json_object_set_new(document, "posts", json_of_rows(posts));
    return cli_print_json(cli, document);
}

enum exit_code command_entrances(struct cli *cli)
{
    char *site = cli->argument_count > 0 ? (char *) cli->arguments[0] : "";
    struct listing entrances, posts;

    if (!ask_entrances(cli, site, &entrances) || !ask_posts(cli, site, &posts))
        return cli->failure;
    if (cli->json && entrances.count + posts.count > 0)
        return print_json(cli, &entrances, &posts);
    if ((entrances.count > 0 || posts.count == 0) && !listing_begin(cli, &entrances))
        return cli->failure;
    if (entrances.count > 0)
        print_entrances(cli, &entrances);
    if (posts.count == 0)
        return EXIT_FINE;
    listing_head(cli, &posts);
    print_posts(cli, &posts);
    return EXIT_FINE;
}
