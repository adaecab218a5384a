/* people.c - duban people, and the acts: availability, on-call. */
#include <string.h>

#include "cli.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

static Duban__PersonRow *person_of(const struct listing *people, const char *account)
{
    for (size_t i = 0; i < people->count; i++) {
        Duban__PersonRow *row = people->rows[i];

        if (strcmp(row->holder->account, account) == 0)
            return row;
    }
    return NULL;
}

/* Whose open tasks are how many. False after saying why. */
static bool count_tasks(struct cli *cli, const struct listing *people)
{
    Duban__TasksQuery which = DUBAN__TASKS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing tasks;

    which.owner = cli->argument_count > 0 ? (char *) cli->arguments[0] : "";
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_TASKS, &tasks))
        return false;
    for (size_t i = 0; i < tasks.count; i++) {
        const Duban__TaskRow *task = tasks.rows[i];
        Duban__PersonRow *row = person_of(people, task->task->owner);

        if (row != NULL)
            row->open_tasks++;
    }
    return true;
}

static const char *count_label(struct cli *cli, uint32_t count)
{
    return count == 0 ? "" : text_of(&cli->arena, "%u", count);
}

static void add_person(struct show_table *table, struct cli *cli, const Duban__PersonRow *row)
{
    table_text(table, row->holder->account);
    table_words(table, words_of_text(row->holder->title));
    table_words(table, roles_of(cli, row->holder));
    table_words(table, row->holder->away ? (struct words){ "不在岗", "away" } : name_of_availability(row->availability));
    table_time(table, row->until_s);
    table_words(table, row->on_call ? (struct words){ "值班", "on call" } : (struct words){ "", "" });
    table_text(table, count_label(cli, row->open_tasks));
    table_text(table, count_label(cli, row->visits_today));
    table_text(table, count_label(cli, row->duty_days));
}

enum exit_code command_people(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "账号", "account" }, 0 }, { { "称谓", "title" }, 30 }, { { "岗位", "roles" }, 40 }, { { "在岗状态", "availability" }, 0 },
        { { "至", "until" }, 0 }, { { "值班", "on call" }, 0 }, { { "在办", "open tasks" }, 0 }, { { "今日到访", "visits today" }, 0 },
        { { "连续上岗", "days in a row" }, 0 },
    };
    Duban__PeopleQuery which = DUBAN__PEOPLE_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct show_table table;
    struct listing people;

    which.account = cli->argument_count > 0 ? (char *) cli->arguments[0] : "";
    which.contact_of = cli_text(cli, "contact-of");
    query.body_case = DUBAN__QUERY__BODY_PEOPLE;
    query.people = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_PEOPLE, &people) || !count_tasks(cli, &people) ||
        !listing_begin(cli, &people))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < people.count; i++)
        add_person(&table, cli, people.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- acts */

/* 0 when it was not given. False after saying why. */
static bool read_time(struct cli *cli, const char *option, int64_t *at_ms)
{
    *at_ms = 0;
    return !cli_has(cli, option) || cli_time(cli, text_of(&cli->arena, "--%s", option), cli_option(cli, option), at_ms);
}

static bool read_availability(struct cli *cli, const char *text, Duban__Availability *availability)
{
    static const char *const STATES[] = {
        [DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY] = "on_duty",
        [DUBAN__AVAILABILITY__AVAILABILITY_REMOTE_ONLY] = "remote_only",
        [DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE] = "on_leave",
        [DUBAN__AVAILABILITY__AVAILABILITY_ISOLATING] = "isolating",
    };

    for (size_t i = 1; i < sizeof STATES / sizeof STATES[0]; i++)
        if (strcmp(STATES[i], text) == 0) {
            *availability = (Duban__Availability) i;
            return true;
        }
    cli_wrong_use(cli, "在岗状态是 on_duty（在岗）、remote_only（远程办公）、on_leave（休假）或 isolating（隔离），不能是“%s”",
                  "the state is on_duty, remote_only, on_leave or isolating, not \"%s\"", text);
    return false;
}

enum exit_code command_availability(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;

    if (!read_availability(cli, cli->arguments[1], &change.availability) || !read_time(cli, "from", &change.from_ms) ||
        !read_time(cli, "until", &change.until_ms))
        return EXIT_WRONG_USE;
    change.account = (char *) cli->arguments[0];
    change.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_AVAILABILITY_CHANGE;
    entry.availability_change = &change;
    return send_act(cli, &entry);
}

enum exit_code command_on_call(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__OnCallChange change = DUBAN__ON_CALL_CHANGE__INIT;

    change.removed = cli_has(cli, "remove");
    if (!cli_has(cli, "from") || cli_has(cli, "until") == change.removed)
        return cli_wrong_use(cli, "登记值班须写 --from 和 --until；取消须写 --from 和 --remove",
                             "it needs --from and --until; to take one back, --from and --remove");
    if (!read_time(cli, "from", &change.from_ms) || !read_time(cli, "until", &change.until_ms))
        return EXIT_WRONG_USE;
    change.account = (char *) cli->arguments[0];
    entry.body_case = DUBAN__ENTRY__BODY_ON_CALL_CHANGE;
    entry.on_call_change = &change;
    return send_act(cli, &entry);
}
