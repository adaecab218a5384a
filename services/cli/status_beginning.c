/* status_beginning.c - of duban status: what a township that is new, or not complete yet, needs next. */
#include "status.h"

/* What nothing comes of without it, in the order in which it is imported. */
static const struct table {
    const char *kind;
    Duban__Query__BodyCase asks;
    Duban__Reply__BodyCase answers;
    struct words without;
} TABLES[] = {
    { "areas", DUBAN__QUERY__BODY_AREAS, DUBAN__REPLY__BODY_AREAS,
      { "还没有登记社区（村）：片区、点位无从说起", "no area is registered yet, so there are no zones and can be no sites" } },
    { "sites", DUBAN__QUERY__BODY_SITES, DUBAN__REPLY__BODY_SITES,
      { "还没有登记点位：报来的记录都会待核", "no site is registered yet: every report is held" } },
    { "holders", DUBAN__QUERY__BODY_HOLDERS, DUBAN__REPLY__BODY_HOLDERS,
      { "还没有登记人员岗位：派单、提醒都没有人收", "no role holder is registered yet: nobody gets tasks or notices" } },
};

enum { TABLE_COUNT = sizeof TABLES / sizeof TABLES[0] };

static size_t rows_of(const Duban__Reply *reply)
{
    return reply->body_case == DUBAN__REPLY__BODY_AREAS ? reply->areas->n_rows
           : reply->body_case == DUBAN__REPLY__BODY_SITES ? reply->sites->n_rows : reply->holders->n_rows;
}

/* False as well where rules does not say. */
static bool is_empty(struct cli *cli, const struct table *table)
{
    Duban__AreasQuery areas = DUBAN__AREAS_QUERY__INIT;
    Duban__SitesQuery sites = DUBAN__SITES_QUERY__INIT;
    Duban__HoldersQuery holders = DUBAN__HOLDERS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const Duban__Reply *reply;
    struct fault fault;

    query.limit = 1;
    query.body_case = table->asks;
    if (table->asks == DUBAN__QUERY__BODY_AREAS)
        query.areas = &areas;
    else if (table->asks == DUBAN__QUERY__BODY_SITES)
        query.sites = &sites;
    else
        query.holders = &holders;
    reply = ask_quietly(cli, RULES_QUERY, &query, table->answers, status_timeout(cli), &fault);
    return reply != NULL && rows_of(reply) == 0;
}

static void say_all_is_to_be_done(struct cli *cli, struct house *house)
{
    problem(cli, house, SEVERITY_RULES,
            "这是新的乡镇，还是空的：报来的先照收，但不派单、不提醒。下一步：一、duban policy activate 政策包目录 --approver 账号（先用 duban policy check 检查）；"
            "二、依次 duban import areas、sites、units、holders 文件.csv（空表：duban registry areas 文件.csv --template）；三、duban account password 账号",
            "this township is new and empty: what is reported is taken, but nothing is decided. Next: 1. duban policy activate FOLDER --approver ACCOUNT "
            "(duban policy check looks at it first); 2. duban import areas, then sites, units, holders FILE.csv (an empty table: duban registry areas "
            "FILE.csv --template); 3. duban account password ACCOUNT");
}

void status_judge_beginning(struct cli *cli, struct house *house)
{
    bool has_policy, empty[TABLE_COUNT];
    size_t empty_count = 0;

    if (house->rules == NULL)
        return;
    has_policy = house->rules->policy_version.len > 0;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        empty_count += empty[i] = is_empty(cli, &TABLES[i]);
    if (!has_policy && empty_count == TABLE_COUNT) {
        say_all_is_to_be_done(cli, house);
        return;
    }
    if (!has_policy)
        problem(cli, house, SEVERITY_RULES, "还没有生效的政策包：不派单、不提醒；用 duban policy activate 启用",
                "no policy is in force, and nothing is decided; see duban policy activate");
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (empty[i])
            problem(cli, house, SEVERITY_RULES, "%1$s。请用 duban import %3$s 文件.csv 导入（空表：duban registry %3$s 文件.csv --template）%2$.0s",
                    "%2$s: duban import %3$s FILE.csv (an empty table: duban registry %3$s FILE.csv --template)%1$.0s", TABLES[i].without.zh,
                    TABLES[i].without.en, TABLES[i].kind);
}
