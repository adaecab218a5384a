/* people.c - duban people, and the acts: availability, on-call. */
#include <string.h>

#include "cli.h"
#include "code_sort.h"
#include "duty_window.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

/* Too many are marked: the number alone says it only to who knows the policy's. */
static struct words load_label(struct cli *cli, const Duban__PersonRow *row)
{
    if (row->open_tasks == 0)
        return (struct words){ "", "" };
    if (row->overload_tasks == 0 || row->open_tasks <= row->overload_tasks)
        return words_of(&cli->arena, "%u", "%u", row->open_tasks);
    return words_of(&cli->arena, "%1$u（超过 %2$u）", "%1$u (more than %2$u)", row->open_tasks, row->overload_tasks);
}

static struct words planned_label(struct cli *cli, const Duban__PersonRow *row)
{
    struct words planned = name_of_availability(row->planned);
    const char *from = show_time_ms(&cli->show, row->planned_from_s * 1000);

    if (row->planned == DUBAN__AVAILABILITY__AVAILABILITY_UNSPECIFIED)
        return (struct words){ "", "" };
    return words_of(&cli->arena, "%1$s 起%2$s%3$.0s", "%3$s from %1$s%2$.0s", from, planned.zh, planned.en);
}

/* What his windows make of this moment stands beside them. */
static struct words duty_label(struct cli *cli, const Duban__PersonRow *row)
{
    const Duban__Holder *holder = row->holder;
    struct words windows = words_of_duty_windows(&cli->arena, holder->duty_windows, holder->n_duty_windows);

    if (row->duty_begins_s == 0)
        return windows;
    return words_of(&cli->arena, "%1$s（不在时段）%2$.0s", "%2$s (not now)%1$.0s", windows.zh, windows.en);
}

static void add_person(struct show_table *table, struct cli *cli, const Duban__PersonRow *row)
{
    table_text(table, row->holder->account);
    table_words(table, words_of_text(row->holder->title));
    table_words(table, roles_of(cli, row->holder));
    table_text(table, row->holder->home_office);
    table_words(table, duty_label(cli, row));
    table_words(table, row->holder->away ? (struct words){ "不在岗", "away" } : name_of_availability(row->availability));
    table_time(table, row->until_s);
    table_words(table, planned_label(cli, row));
    table_words(table, row->on_call ? (struct words){ "值班", "on call" } : (struct words){ "", "" });
    table_words(table, load_label(cli, row));
    table_number(table, row->visits_today);
    table_number(table, row->duty_days);
}

enum exit_code command_people(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "账号", "account" }, 0 }, { { "称谓", "title" }, 30 }, { { "岗位", "roles" }, 40 }, { { "原单位", "home office" }, 0 },
        { { "值守时段", "duty windows" }, 40 }, { { "在岗状态", "availability" }, 0 }, { { "至", "until" }, 0 },
        { { "已安排", "planned" }, 0 }, { { "值班", "on call" }, 0 }, { { "在办", "open tasks" }, 0 }, { { "今日到访", "visits today" }, 0 },
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
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_PEOPLE, &people) || !listing_begin(cli, &people))
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

enum exit_code command_availability(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;

    if (!read_time(cli, "from", &change.from_ms) || !read_time(cli, "until", &change.until_ms))
        return EXIT_WRONG_USE;
    change.availability = (Duban__Availability) enum_value_of(cli, &duban__availability__descriptor, cli->arguments[1]);
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
