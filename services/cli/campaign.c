/* campaign.c - duban campaigns; duban campaign: open, end, and how far it is, door by door.
 *
 * campaigns lists them, or shows one with its history, as every listing does; campaign shows its figures: a
 * heading and a table for each thing counted.
 *
 * Each rate has numerator and denominator beside it, is rounded down, and is left out below five.
 */
#include <string.h>

#include "cli.h"
#include "json.h"
#include "names.h"

/* ---------------------------------------------------------------- what is asked */

struct progress {
    const Duban__SubjectRow *campaign;
    struct listing areas, members, draws, doors;
    struct listing names;              /* Duban__Area of the whole registry */
};

static bool ask_areas_of(struct cli *cli, struct progress *progress)
{
    Duban__CampaignAreasQuery which = DUBAN__CAMPAIGN_AREAS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.campaign = progress->campaign->subject->number;
    query.body_case = DUBAN__QUERY__BODY_CAMPAIGN_AREAS;
    query.campaign_areas = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CAMPAIGN_AREAS, &progress->areas);
}

static bool ask_members(struct cli *cli, struct progress *progress)
{
    Duban__CampaignTalliesQuery which = DUBAN__CAMPAIGN_TALLIES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.campaign = progress->campaign->subject->number;
    query.body_case = DUBAN__QUERY__BODY_CAMPAIGN_TALLIES;
    query.campaign_tallies = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CAMPAIGN_TALLIES, &progress->members);
}

static bool ask_draws(struct cli *cli, struct progress *progress)
{
    Duban__DoorDrawsQuery which = DUBAN__DOOR_DRAWS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.campaign = progress->campaign->subject->number;
    query.body_case = DUBAN__QUERY__BODY_DOOR_DRAWS;
    query.door_draws = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_DOOR_DRAWS, &progress->draws);
}

static void append(struct cli *cli, struct listing *all, const struct listing *more)
{
    void **rows = arena_take(&cli->arena, (all->count + more->count + 1) * sizeof *rows);

    if (all->count > 0)
        memcpy(rows, all->rows, all->count * sizeof *rows);
    if (more->count > 0)
        memcpy(rows + all->count, more->rows, more->count * sizeof *rows);
    all->rows = rows;
    all->count += more->count;
}

/* The last mile: every door that is neither signed nor vacant, area by area. */
static bool ask_doors(struct cli *cli, struct progress *progress)
{
    progress->doors = (struct listing){ .count = 0 };
    for (size_t i = 0; i < progress->areas.count; i++) {
        Duban__DoorsQuery which = DUBAN__DOORS_QUERY__INIT;
        Duban__Query query = DUBAN__QUERY__INIT;
        struct listing doors;

        which.campaign = progress->campaign->subject->number;
        which.area = ((const Duban__CampaignArea *) progress->areas.rows[i])->area;
        which.remaining_only = true;
        query.body_case = DUBAN__QUERY__BODY_DOORS;
        query.doors = &which;
        if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_DOORS, &doors))
            return false;
        append(cli, &progress->doors, &doors);
    }
    return true;
}

/* A campaign and nothing else. */
static const Duban__SubjectRow *ask_campaign(struct cli *cli, const char *number)
{
    const Duban__SubjectRow *row = ask_subject(cli, number);

    if (row == NULL || row->subject->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN)
        return row;
    cli->failure = cli_fail(cli, "%s 不是入户活动；编号应写作 HD-0001，见 duban campaigns",
                            "%s is no campaign; write its number like HD-0001, see duban campaigns", number);
    return NULL;
}

static bool ask_progress(struct cli *cli, struct progress *progress)
{
    struct fault fault;

    progress->campaign = ask_campaign(cli, cli->arguments[0]);
    if (progress->campaign == NULL || !ask_areas_of(cli, progress) || !ask_members(cli, progress) ||
        !ask_draws(cli, progress) || (cli_has(cli, "all") && !ask_doors(cli, progress)))
        return false;
    if (!ask_areas(cli, &progress->names, &fault))
        progress->names.count = 0;   /* codes do instead */
    return true;
}

/* ---------------------------------------------------------------- figures */

static uint32_t untouched(const Duban__CampaignArea *area)
{
    return area->households - area->begun - area->pledged - area->refused - area->unreached - area->vacancy_said - area->vacant;
}

static uint32_t remaining(const Duban__CampaignArea *area)
{
    return area->households - area->pledged - area->vacant;
}

static struct words area_in_words(const struct progress *progress, const char *code)
{
    for (size_t i = 0; i < progress->names.count; i++) {
        const Duban__Area *area = progress->names.rows[i];

        if (strcmp(area->code, code) == 0)
            return words_or(words_of_text(area->name), code);
    }
    return (struct words){ code, "" };
}

/* ---------------------------------------------------------------- areas */

static void add_counts(struct show_table *table, struct cli *cli, struct words name, const Duban__CampaignArea *area)
{
    const uint32_t counts[] = { area->households, area->notices, area->begun, area->pledged, area->refused, area->unreached,
                                area->vacancy_said, area->vacant };

    table_words(table, name);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        table_text(table, number_text(cli, counts[i]));
    table_text(table, number_text(cli, untouched(area)));
}

static void add_rates(struct show_table *table, struct cli *cli, struct words name, const Duban__CampaignArea *area)
{
    table_words(table, name);
    table_text(table, rate_text(&cli->arena, area->notices, area->households));
    table_text(table, rate_text(&cli->arena, area->pledged, area->households - area->vacant));
    table_text(table, rate_text(&cli->arena, area->pledged, area->households));
    table_text(table, rate_text(&cli->arena, area->as_reported, area->checked));
    table_text(table, number_text(cli, remaining(area)));
}

static void add_to(Duban__CampaignArea *total, const Duban__CampaignArea *area)
{
    total->households += area->households;
    total->notices += area->notices;
    total->begun += area->begun;
    total->pledged += area->pledged;
    total->refused += area->refused;
    total->unreached += area->unreached;
    total->vacancy_said += area->vacancy_said;
    total->vacant += area->vacant;
    total->checked += area->checked;
    total->as_reported += area->as_reported;
}

static const struct words TOTAL = { "合计", "total" };

typedef void add_row(struct show_table *table, struct cli *cli, struct words name, const Duban__CampaignArea *area);

static void print_by_area(struct cli *cli, const struct progress *progress, struct words heading, const struct show_column *columns,
                          size_t count, add_row *add, const Duban__CampaignArea *total)
{
    struct show_table table;

    show_heading(&cli->show, heading);
    table_open(&table, &cli->show, columns, count);
    for (size_t i = 0; i < progress->areas.count; i++) {
        const Duban__CampaignArea *area = progress->areas.rows[i];

        add(&table, cli, area_in_words(progress, area->area), area);
    }
    add(&table, cli, TOTAL, total);
    table_print(&table);
}

/* How many remain in all. */
static uint32_t print_areas(struct cli *cli, const struct progress *progress)
{
    static const struct show_column COUNTS[] = {
        { { "社区（村）", "area" }, 20 }, { { "全部", "all" }, 0 }, { { "已告知", "notices" }, 0 }, { { "进行中", "begun" }, 0 },
        { { "已签", "signed" }, 0 }, { { "拒签", "refused" }, 0 }, { { "未联系上", "not reached" }, 0 },
        { { "空户待证实", "to confirm" }, 0 }, { { "空户", "vacant" }, 0 }, { { "未入户", "untouched" }, 0 },
    };
    static const struct show_column RATES[] = {
        { { "社区（村）", "area" }, 20 }, { { "告知率", "notices" }, 0 }, { { "签订率（除空户）", "signed of all but vacant" }, 0 },
        { { "签订率（全部）", "signed of all" }, 0 }, { { "核实准确率", "found as reported" }, 0 }, { { "未签", "remaining" }, 0 },
    };
    Duban__CampaignArea total = DUBAN__CAMPAIGN_AREA__INIT;

    for (size_t i = 0; i < progress->areas.count; i++)
        add_to(&total, progress->areas.rows[i]);
    print_by_area(cli, progress, (struct words){ "各社区（村）户数", "households by area" }, COUNTS, sizeof COUNTS / sizeof COUNTS[0], add_counts, &total);
    print_by_area(cli, progress, (struct words){ "各社区（村）比率", "rates by area" }, RATES, sizeof RATES / sizeof RATES[0], add_rates, &total);
    return remaining(&total);
}

/* ---------------------------------------------------------------- members */

static void print_members(struct cli *cli, const struct progress *progress)
{
    static const struct show_column COLUMNS[] = {
        { { "入户人", "member" }, 24 }, { { "社区（村）", "area" }, 20 }, { { "入户", "doors" }, 0 }, { { "告知", "notices" }, 0 },
        { { "签订", "signed" }, 0 }, { { "拒签", "refused" }, 0 }, { { "无人应", "nobody" }, 0 }, { { "报空户", "vacant" }, 0 },
        { { "核查", "checked" }, 0 },
    };
    struct show_table table;

    if (progress->members.count == 0)
        return;
    show_heading(&cli->show, (struct words){ "每人入户", "by member" });
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < progress->members.count; i++) {
        const Duban__CampaignTally *tally = progress->members.rows[i];
        const uint32_t counts[] = { tally->doors, tally->notices, tally->pledged, tally->refused, tally->attempts,
                                    tally->vacancies, tally->checks };

        table_words(&table, title_of(cli, tally->member));
        table_words(&table, area_in_words(progress, tally->area));
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
            table_text(&table, number_text(cli, counts[k]));
    }
    table_print(&table);
}

/* ---------------------------------------------------------------- draws */

/* Those that nobody has answered for; what was reported of them is not shown to whoever goes there. */
static const char *open_doors(struct cli *cli, const Duban__DoorDraw *draw)
{
    const char *doors = "";

    for (size_t i = 0; i < draw->n_doors; i++)
        if (draw->doors[i]->checked_by[0] == '\0')
            doors = text_of(&cli->arena, "%s%s%s", doors, doors[0] == '\0' ? "" : " ", draw->doors[i]->household);
    return doors;
}

static void add_draw(struct show_table *table, struct cli *cli, const struct progress *progress, const Duban__DoorDraw *draw)
{
    table_words(table, area_in_words(progress, draw->area));
    table_text(table, number_text(cli, draw->number));
    table_time(table, draw->at_s);
    table_text(table, number_text(cli, draw->n_doors));
    table_text(table, number_text(cli, draw->checked));
    table_coloured(table, draw->differing > 0 ? COLOUR_RED : COLOUR_NONE, number_text(cli, draw->differing));
    table_words(table, draw->owner[0] == '\0' ? (struct words){ "本片组长", "the area's group" } : title_of(cli, draw->owner));
    table_text(table, open_doors(cli, draw));
}

static void print_draws(struct cli *cli, const struct progress *progress)
{
    static const struct show_column COLUMNS[] = {
        { { "社区（村）", "area" }, 20 }, { { "第几次", "draw" }, 0 }, { { "抽取时间", "drawn at" }, 0 }, { { "户数", "doors" }, 0 },
        { { "已核查", "checked" }, 0 }, { { "不符", "differing" }, 0 }, { { "由谁安排", "who sees to it" }, 24 },
        { { "待核查住户", "still to check" }, 0 },
    };
    struct show_table table;

    if (progress->draws.count == 0)
        return;
    show_heading(&cli->show, (struct words){ "入户核查", "checks" });
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < progress->draws.count; i++)
        add_draw(&table, cli, progress, progress->draws.rows[i]);
    table_print(&table);
}

/* ---------------------------------------------------------------- doors */

static struct words name_of_door_state(Duban__DoorState state)
{
    switch (state) {
    case DUBAN__DOOR_STATE__DOOR_STATE_UNSPECIFIED: return (struct words){ "未入户", "untouched" };
    case DUBAN__DOOR_STATE__DOOR_STATE_BEGUN: return (struct words){ "进行中", "begun" };
    case DUBAN__DOOR_STATE__DOOR_STATE_SIGNED: return (struct words){ "已签", "signed" };
    case DUBAN__DOOR_STATE__DOOR_STATE_REFUSED: return (struct words){ "拒签", "refused" };
    case DUBAN__DOOR_STATE__DOOR_STATE_UNREACHED: return (struct words){ "未联系上", "not reached" };
    case DUBAN__DOOR_STATE__DOOR_STATE_VACANCY_SAID: return (struct words){ "空户待证实", "said to be vacant" };
    case DUBAN__DOOR_STATE__DOOR_STATE_VACANT: return (struct words){ "空户", "vacant" };
    case _DUBAN__DOOR_STATE_IS_INT_SIZE:
        break;
    }
    return (struct words){ "—", "" };
}

static void print_doors(struct cli *cli, const struct progress *progress)
{
    static const struct show_column COLUMNS[] = {
        { { "住户", "household" }, 0 }, { { "社区（村）", "area" }, 20 }, { { "状态", "state" }, 0 }, { { "告知时间", "notice" }, 0 },
        { { "无人应次数", "attempts" }, 0 }, { { "最近由谁", "last by" }, 24 },
    };
    struct show_table table;

    show_heading(&cli->show, (struct words){ "未签住户", "households that remain" });
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < progress->doors.count; i++) {
        const Duban__Door *door = progress->doors.rows[i];

        table_text(&table, door->household);
        table_words(&table, area_in_words(progress, door->area));
        table_words(&table, name_of_door_state(door->state));
        table_time(&table, door->notice_s);
        table_text(&table, number_text(cli, door->n_attempts_s));
        table_words(&table, door->reported_by[0] == '\0' ? (struct words){ "", "" } : title_of(cli, door->reported_by));
    }
    table_print(&table);
}

/* ---------------------------------------------------------------- the whole */

static void print_own(struct cli *cli, const Duban__Subject *subject)
{
    const Duban__CampaignRecord *campaign = subject->campaign;

    print_field(cli, (struct words){ "活动", "title" }, campaign->title);
    print_field(cli, (struct words){ "内容", "about" }, campaign->text);
    print_field(cli, (struct words){ "开始", "from" }, show_time(&cli->show, campaign->starts_s));
    print_field(cli, (struct words){ "截止", "until" }, show_time(&cli->show, campaign->ends_s));
    print_field(cli, (struct words){ "目标", "target" },
                text_of(&cli->arena, "%u.%u%%", campaign->target_permille / 10, campaign->target_permille % 10));
    print_field(cli, (struct words){ "结束原因", "why it was ended" }, campaign->reason);
    if (campaign->doors_forgotten_s != 0)
        print_field(cli, (struct words){ "逐户记录已删除", "doors forgotten" }, show_time(&cli->show, campaign->doors_forgotten_s));
}

static void print_campaign(struct cli *cli, const Duban__SubjectRow *row)
{
    show_words(&cli->show, 0, COLOUR_BOLD, (struct words){ row->number, "" });
    print_words_field(cli, (struct words){ "状态", "state" }, words_of_text(row->state_label));
    print_own(cli, row->subject);
    print_field(cli, (struct words){ "结束时间", "ended at" }, show_time(&cli->show, row->subject->finished_s));
}

static enum exit_code progress_json(struct cli *cli, const struct progress *progress)
{
    json_t *document = json_pack("{s:o, s:o, s:o, s:o}", "campaign", json_of_message(&progress->campaign->base),
                                 "areas", json_of_rows(&progress->areas), "members", json_of_rows(&progress->members),
                                 "draws", json_of_rows(&progress->draws));

    if (cli_has(cli, "all"))
        json_object_set_new(document, "doors", json_of_rows(&progress->doors));
    return cli_print_json(cli, document);
}

static enum exit_code show_progress(struct cli *cli)
{
    struct progress progress = { .campaign = NULL };
    uint32_t left;

    if (!ask_progress(cli, &progress))
        return cli->failure;
    if (cli->json)
        return progress_json(cli, &progress);
    print_campaign(cli, progress.campaign);
    left = print_areas(cli, &progress);
    print_members(cli, &progress);
    print_draws(cli, &progress);
    if (cli_has(cli, "all"))
        print_doors(cli, &progress);
    else if (left > 0)
        show_line(&cli->show, "还有 %u 户未签：duban campaign %s --all 逐户列出", "%u households remain: duban campaign %s --all lists them",
                  left, progress.campaign->number);
    return EXIT_FINE;
}

enum exit_code command_campaigns(struct cli *cli)
{
    return list_subjects(cli, DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN, print_own);
}

/* ---------------------------------------------------------------- acts */

/* n-c1:comm-1 */
static bool read_place(struct cli *cli, const char *written, Duban__CampaignPlace *place)
{
    char *area = text_of(&cli->arena, "%s", written), *site = strchr(area, ':');

    duban__campaign_place__init(place);
    if (site == NULL || site == area || site[1] == '\0') {
        cli_wrong_use(cli, "“%s”应写作 社区:委会点位，如 n-c1:comm-1", "write \"%s\" as AREA:SITE, such as n-c1:comm-1", written);
        return false;
    }
    *site++ = '\0';
    place->area = area;
    place->site = site;
    return true;
}

static bool read_places(struct cli *cli, Duban__CampaignOpening *opening)
{
    opening->places = arena_take_pointers(&cli->arena, cli->argument_count);
    for (size_t i = 2; i < cli->argument_count; i++) {
        Duban__CampaignPlace *place = arena_take(&cli->arena, sizeof *place);

        if (!read_place(cli, cli->arguments[i], place))
            return false;
        opening->places[opening->n_places++] = place;
    }
    return true;
}

static bool read_target(struct cli *cli, Duban__CampaignOpening *opening)
{
    uint64_t percent;

    if (!cli_has(cli, "target"))
        return true;
    if (!cli_number(cli, "--target", cli_option(cli, "target"), &percent))
        return false;
    if (percent < 1 || percent > 100) {
        cli_wrong_use(cli, "--target 是 1 至 100 的百分数", "--target is a percentage from 1 to 100");
        return false;
    }
    opening->target_permille = (uint32_t) percent * 10;
    return true;
}

static enum exit_code open_one(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__CampaignOpening opening = DUBAN__CAMPAIGN_OPENING__INIT;

    if (!cli_has(cli, "until"))
        return cli_wrong_use(cli, "须写明 --until；见 duban help campaign", "it needs --until; see duban help campaign");
    if (!cli_time(cli, "--until", cli_option(cli, "until"), &opening.ends_at_ms) ||
        (cli_has(cli, "from") && !cli_time(cli, "--from", cli_option(cli, "from"), &opening.starts_at_ms)) ||
        !read_target(cli, &opening) || !read_places(cli, &opening))
        return EXIT_WRONG_USE;
    opening.title = (char *) cli->arguments[1];
    opening.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_CAMPAIGN_OPENING;
    entry.campaign_opening = &opening;
    return send_act(cli, &entry);
}

static enum exit_code end_one(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__CampaignEnd end = DUBAN__CAMPAIGN_END__INIT;
    Duban__SubjectReference reference = DUBAN__SUBJECT_REFERENCE__INIT;
    const Duban__SubjectRow *row;

    if (!cli_has(cli, "reason"))
        return cli_wrong_use(cli, "须写明 --reason；见 duban help campaign", "it needs --reason; see duban help campaign");
    row = ask_campaign(cli, cli->arguments[1]);
    if (row == NULL)
        return cli->failure;
    reference.by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    reference.id = row->subject->id;
    end.campaign = &reference;
    end.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_CAMPAIGN_END;
    entry.campaign_end = &end;
    return send_act(cli, &entry);
}

enum exit_code command_campaign(struct cli *cli)
{
    static const struct verb VERBS[] = { { "open", 2, COMMAND_MAX_ARGUMENTS, open_one }, { "end", 1, 1, end_one }, { 0 } };

    for (const struct verb *verb = VERBS; verb->name != NULL; verb++)
        if (strcmp(cli->arguments[0], verb->name) == 0)
            return cli_run_verb(cli, VERBS);
    if (cli->argument_count > 1)
        return cli_wrong_use(cli, "看不懂“%s”；用法：duban %s %s", "cannot read \"%s\"; usage: duban %s %s", cli->arguments[1],
                             cli->command->name, cli->command->arguments);
    return show_progress(cli);
}
