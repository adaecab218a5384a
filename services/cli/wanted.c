/* wanted.c - what a filter may name: one row for each sort of name, one for each filter. */
#include "wanted.h"

#include <string.h>

#include "choices.h"
#include "engine_kind.h"
#include "names.h"

/* A name being looked for among those that there are. */
struct seeking {
    struct cli *cli;
    struct choices choices;
    bool found;
};

static void see(struct seeking *seeking, const char *name)
{
    seeking->found = seeking->found || strcmp(name, seeking->choices.written) == 0;
    choices_add(&seeking->choices, name);
}

/* ---------------------------------------------------------------- the sorts of names */

static bool is_zone_before(const struct listing *areas, size_t place)
{
    const Duban__Area *area = areas->rows[place];

    for (size_t i = 0; i < place; i++)
        if (strcmp(((const Duban__Area *) areas->rows[i])->zone, area->zone) == 0)
            return true;
    return false;
}

static bool see_zones(struct seeking *seeking, struct fault *fault)
{
    struct listing areas;

    if (!ask_areas(seeking->cli, &areas, fault))
        return false;
    for (size_t i = 0; i < areas.count; i++)
        if (!is_zone_before(&areas, i))
            see(seeking, ((const Duban__Area *) areas.rows[i])->zone);
    return true;
}

static bool see_sites(struct seeking *seeking, struct fault *fault)
{
    struct listing sites;

    if (!ask_sites(seeking->cli, &sites, fault))
        return false;
    for (size_t i = 0; i < sites.count; i++)
        see(seeking, ((const Duban__Site *) sites.rows[i])->code);
    return true;
}

static bool see_accounts(struct seeking *seeking, struct fault *fault)
{
    struct listing holders;

    if (!ask_holders(seeking->cli, &holders, fault))
        return false;
    for (size_t i = 0; i < holders.count; i++)
        see(seeking, ((const Duban__Holder *) holders.rows[i])->account);
    return true;
}

static bool see_areas(struct seeking *seeking, struct fault *fault)
{
    struct listing areas;

    if (!ask_areas(seeking->cli, &areas, fault))
        return false;
    for (size_t i = 0; i < areas.count; i++)
        see(seeking, ((const Duban__Area *) areas.rows[i])->code);
    return true;
}

static bool see_units(struct seeking *seeking, struct fault *fault)
{
    struct listing units;

    if (!ask_units(seeking->cli, &units, fault))
        return false;
    for (size_t i = 0; i < units.count; i++)
        see(seeking, ((const Duban__UnitRow *) units.rows[i])->unit->code);
    return true;
}

static bool see_levels(struct seeking *seeking, struct fault *fault)
{
    const Duban__Codes *codes = ask_codes(seeking->cli, fault);

    for (size_t i = 0; codes != NULL && i < codes->n_levels; i++)
        see(seeking, codes->levels[i]->code);
    return codes != NULL;
}

static bool see_focus_groups(struct seeking *seeking, struct fault *fault)
{
    const Duban__Codes *codes = ask_codes(seeking->cli, fault);

    for (size_t i = 0; codes != NULL && i < codes->n_focus_groups; i++)
        see(seeking, codes->focus_groups[i]->code);
    return codes != NULL;
}

static bool see_task_kinds(struct seeking *seeking, struct fault *fault)
{
    (void) fault;
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        see(seeking, task_kind(kind)->name);
    return true;
}

static bool see_site_kinds(struct seeking *seeking, struct fault *fault)
{
    const Duban__Codes *codes = ask_codes(seeking->cli, fault);

    for (size_t i = 0; codes != NULL && i < codes->n_site_kinds; i++)
        see(seeking, codes->site_kinds[i]->code);
    return codes != NULL;
}

static bool see_items(struct seeking *seeking, struct fault *fault)
{
    struct listing items;

    if (!ask_items(seeking->cli, "", "", DUBAN__PURPOSE__PURPOSE_UNSPECIFIED, &items, fault))
        return false;
    for (size_t i = 0; i < items.count; i++)
        see(seeking, ((const Duban__ItemRow *) items.rows[i])->code);
    return true;
}

struct sort {
    struct words name;
    const char *listed_by;       /* the command that lists them all */
    bool (*see)(struct seeking *seeking, struct fault *fault);   /* false: the fault tells */
};

static const struct sort ZONE = { { "片区", "zone" }, "duban areas", see_zones };
static const struct sort AREA = { { "社区（村）", "area" }, "duban areas", see_areas };
static const struct sort SITE = { { "点位", "site" }, "duban sites", see_sites };
static const struct sort ACCOUNT = { { "账号", "account" }, "duban holders", see_accounts };
static const struct sort LEVEL = { { "级别", "level" }, "", see_levels };
static const struct sort KIND_OF_SITE = { { "点位类别", "site kind" }, "", see_site_kinds };
static const struct sort ITEM = { { "检查项", "check item" }, "duban items", see_items };
static const struct sort TASK_KIND = { { "任务种类", "task kind" }, "duban help tasks", see_task_kinds };
static const struct sort FOCUS_GROUP = { { "重点人群", "focus group" }, "", see_focus_groups };
static const struct sort UNIT = { { "组织", "unit" }, "duban units", see_units };

/* ---------------------------------------------------------------- the filters */

/* An option by its name, or the argument of a listing by how its usage line has it. */
static const struct filter {
    const char *name;
    const struct sort *sort;
    const char *command;         /* whose option it is; NULL = of every command that has it */
} FILTERS[] = {
    { "zone", &ZONE, NULL },   { "site", &SITE, NULL },   { "owner", &ACCOUNT, NULL },     { "to", &ACCOUNT, NULL },
    { "level", &LEVEL, NULL }, { "[CODE]", &SITE, NULL }, { "[ACCOUNT]", &ACCOUNT, NULL },
    { "contact-of", &AREA, NULL }, { "kind", &KIND_OF_SITE, "items" }, { "kind", &KIND_OF_SITE, "coverage" }, { "[UNIT]", &UNIT, NULL },
    { "focus-group", &FOCUS_GROUP, NULL }, { "area", &AREA, "figures" }, { "kind", &KIND_OF_SITE, "figures" },
};

static const char *value_of(const struct cli *cli, const struct filter *filter)
{
    if (filter->command != NULL && strcmp(cli->command->name, filter->command) != 0)
        return NULL;
    if (cli->argument_count > 0 && strcmp(cli->command->arguments, filter->name) == 0)
        return cli->arguments[0];
    return cli_option(cli, filter->name);
}

static void say_no_such(const struct seeking *seeking, const struct sort *sort)
{
    struct cli *cli = seeking->cli;
    const struct choices *choices = &seeking->choices;
    const char *near = choices_near(choices);
    struct words guess = { "", "" }, see = { "", "" };

    if (choices->all[0] == '\0') {
        cli_fail(cli, "没有%1$s“%3$s”%2$.0s：一个%1$s也还没有", "there is no %2$s \"%3$s\"%1$.0s: there are none yet",
                 sort->name.zh, sort->name.en, choices->written);
        return;
    }
    if (near != NULL)
        guess = words_of(&cli->arena, "（是不是 %s？）", " (did you mean %s?)", near);
    if (sort->listed_by[0] != '\0')
        see = words_of(&cli->arena, "（见 %s）", " (see %s)", sort->listed_by);
    cli_fail(cli, "没有%1$s“%3$s”%2$.0s%4$s%5$.0s；现有：%6$s%7$s%8$.0s",
             "there is no %2$s \"%3$s\"%1$.0s%5$s%4$.0s; there are: %6$s%8$s%7$.0s", sort->name.zh, sort->name.en,
             choices->written, guess.zh, guess.en, choices->all, see.zh, see.en);
}

/* Does it name something? Also true, after saying why, when that cannot be found out. */
static bool names_something(struct cli *cli, const struct sort *sort, const char *value)
{
    struct seeking seeking = { .cli = cli, .choices = choices_for(value) };
    struct fault fault;

    if (!sort->see(&seeking, &fault)) {
        cli_refuse(cli, &fault);
        show_line(&cli->errors, "没有查到是否有%1$s“%3$s”%2$.0s", "whether the %2$s \"%3$s\" exists was not checked%1$.0s",
                  sort->name.zh, sort->name.en, value);
        return true;
    }
    if (!seeking.found)
        say_no_such(&seeking, sort);
    return seeking.found;
}

bool filters_name_something(struct cli *cli)
{
    bool fine = true;

    for (size_t i = 0; i < sizeof FILTERS / sizeof FILTERS[0]; i++) {
        const char *value = value_of(cli, &FILTERS[i]);

        if (value != NULL && value[0] != '\0' && !names_something(cli, FILTERS[i].sort, value))
            fine = false;
    }
    if (!fine)
        cli->failure = EXIT_REFUSED;
    return fine;
}

void no_such_account(struct cli *cli, const struct listing *holders, const char *account)
{
    struct seeking seeking = { .cli = cli, .choices = choices_for(account) };

    for (size_t i = 0; i < holders->count; i++)
        see(&seeking, ((const Duban__Holder *) holders->rows[i])->account);
    say_no_such(&seeking, &ACCOUNT);
}

bool is_known_site(struct cli *cli, const char *code)
{
    return names_something(cli, &SITE, code);
}

bool is_known_item(struct cli *cli, const char *code)
{
    return names_something(cli, &ITEM, code);
}

enum exit_code no_such_task_kind(struct cli *cli, const char *text)
{
    struct seeking seeking = { .cli = cli, .choices = choices_for(text) };
    struct fault fault;

    see_task_kinds(&seeking, &fault);
    say_no_such(&seeking, &TASK_KIND);
    return EXIT_REFUSED;
}
