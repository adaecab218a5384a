/* alarms.c - duban alarms: what the house has to say about itself, and settling what does not end by itself. */
#include <string.h>

#include "cli.h"
#include "names.h"

/* What ends with its condition, and nobody settles. */
static bool ends_by_itself(const Duban__HouseAlarm *alarm)
{
    return alarm->kind != DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD || alarm->far_end;
}

static bool ask_alarms(struct cli *cli, bool ended_too, struct listing *listing)
{
    Duban__AlarmsQuery which = DUBAN__ALARMS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.ended_too = ended_too;
    query.body_case = DUBAN__QUERY__BODY_ALARMS;
    query.alarms = &which;
    return ask_all(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_ALARMS, listing);
}

/* ---------------------------------------------------------------- list */

static struct words state_of(struct cli *cli, const Duban__AlarmRow *row)
{
    struct words who = title_of(cli, row->account);

    if (row->ended_ms == 0)
        return (struct words){ "未解除", "stands" };
    if (row->account[0] == '\0' && row->reason[0] == '\0')
        return (struct words){ "已自行解除", "over" };
    if (row->account[0] == '\0') {
        struct words why = name_of_reason(row->reason);

        return (struct words){ text_of(&cli->arena, "已自行解除：%s", why.zh), text_of(&cli->arena, "over: %s", why.en) };
    }
    return (struct words){ text_of(&cli->arena, "%s了结：%s", who.zh, row->reason),
                           text_of(&cli->arena, "settled by %s: %s", who.en[0] == '\0' ? who.zh : who.en, row->reason) };
}

static struct words advice_for(const Duban__AlarmRow *row)
{
    if (row->ended_ms != 0)
        return (struct words){ "", "" };
    if (row->alarm->kind != DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD)
        return (struct words){ "情况恢复后自行解除", "ends with its condition" };
    if (row->alarm->far_end)
        return (struct words){ "检查该渠道的地址、网络和对方服务；它接收下一条消息，或两天没有消息发往该处，即解除",
                               "check address, network and service there; ends with the next message that it takes, or "
                               "when nothing was sent there for two days" };
    return (struct words){ "核对该账号的渠道和地址；之后送达一条即解除，或 duban alarms settle 账号",
                           "check that account's channel and address; ends with the next delivery, or duban alarms settle ACCOUNT" };
}

static void add_alarm(struct show_table *table, struct cli *cli, const Duban__AlarmRow *row)
{
    table_time(table, row->alarm->at_ms / 1000);
    table_words(table, name_of_alarm(row->alarm->kind));
    table_words(table, detail_of_alarm(row->alarm));
    table_time(table, row->ended_ms / 1000);
    table_words(table, state_of(cli, row));
    table_words(table, advice_for(row));
}

static enum exit_code list(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "时间", "time" }, 0 }, { { "告警", "alarm" }, 22 }, { { "详情", "detail" }, 44 }, { { "解除", "ended" }, 0 },
        { { "状态", "state" }, 36 }, { { "怎么办", "what to do" }, 40 },
    };
    struct show_table table;
    struct listing listing;

    if (!ask_alarms(cli, cli_has(cli, "all"), &listing) || !listing_begin(cli, &listing))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < listing.count; i++)
        add_alarm(&table, cli, listing.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- settle */

static bool is_about(const Duban__AlarmRow *row, const char *account)
{
    return !ends_by_itself(row->alarm) && strcmp(row->alarm->account, account) == 0;
}

static bool stands_for(struct cli *cli, const char *account)
{
    struct listing listing;

    if (!ask_alarms(cli, false, &listing))
        return false;
    for (size_t i = 0; i < listing.count; i++)
        if (is_about(listing.rows[i], account))
            return true;
    cli->failure = cli_fail(cli, "账号 %s 没有未解除的渠道告警；其他告警在情况恢复后自行解除，见 duban alarms",
                            "no alarm stands about the channel of %s; others end with their condition, see duban alarms",
                            account);
    return false;
}

static enum exit_code settle(struct cli *cli)
{
    Duban__AlarmSettlement settlement = DUBAN__ALARM_SETTLEMENT__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;

    if (!cli_has(cli, "reason"))
        return cli_wrong_use(cli, "了结告警须写明理由：--reason", "settling an alarm needs its reason: --reason");
    /* With --id it is said again after a time-out, and may be settled by then. */
    if (!cli_has(cli, "id") && !stands_for(cli, cli->arguments[1]))
        return cli->failure;
    settlement.kind = DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD;
    settlement.account = (char *) cli->arguments[1];
    settlement.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_ALARM_SETTLEMENT;
    entry.alarm_settlement = &settlement;
    return send_act(cli, &entry);
}

enum exit_code command_alarms(struct cli *cli)
{
    static const struct verb VERBS[] = { { "settle", 1, 1, settle }, { 0 } };

    return cli->argument_count == 0 ? list(cli) : cli_run_verb(cli, VERBS);
}
