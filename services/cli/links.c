/* links.c - duban links: ending addresses that messages brought, by which somebody acts without an account. */
#include <string.h>

#include "cli.h"
#include "digest.h"
#include "wanted.h"

static bool end_links(struct cli *cli, Duban__ActionLinksEnd *end)
{
    Duban__Query query = DUBAN__QUERY__INIT;

    end->on_behalf_of = (char *) cli->account;
    query.body_case = DUBAN__QUERY__BODY_ACTION_LINKS_END;
    query.action_links_end = end;
    return ask(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_DONE) != NULL;
}

bool links_end_of(struct cli *cli, const char *account)
{
    Duban__ActionLinksEnd end = DUBAN__ACTION_LINKS_END__INIT;

    end.account = (char *) account;
    return end_links(cli, &end);
}

/* What it is about; none is no reason to end all of his. Its list goes by its sequence in place of a task. */
static bool take_tasks(struct cli *cli, const Duban__Notice *notice, uint64_t sequence, Duban__ActionLinksEnd *end)
{
    uint8_t *list = cli_take(cli, ID_BYTES);

    memset(list, 0, ID_BYTES);
    put_u64(list + 8, sequence);
    end->tasks = cli_take(cli, (notice->n_items + 1) * sizeof *end->tasks);
    for (size_t i = 0; i < notice->n_items; i++)
        if (notice->items[i]->task.len == ID_BYTES)
            end->tasks[end->n_tasks++] = notice->items[i]->task;
    if (end->n_tasks == 0)
        cli->failure = cli_fail(cli, "通知 %llu 没有带可以办理的链接", "notice %llu brought no link to act by", (unsigned long long) sequence);
    else
        end->tasks[end->n_tasks++] = (ProtobufCBinaryData){ ID_BYTES, list };
    return end->n_tasks > 0;
}

static bool end_of_notice(struct cli *cli, const char *word)
{
    Duban__ActionLinksEnd end = DUBAN__ACTION_LINKS_END__INIT;
    const Duban__NoticeRow *row;
    uint64_t sequence;

    if (!cli_number(cli, "NOTICE-SEQUENCE", word, &sequence))
        return false;
    row = ask_notice(cli, sequence);
    if (row == NULL || !take_tasks(cli, row->notice, sequence, &end))
        return false;
    end.account = row->notice->recipient->account;
    end.up_to_s = row->notice->decided_at_s;
    if (!end_links(cli, &end))
        return false;
    show_line(&cli->show, "通知 %llu 发给 %s 的链接已收回，此前为同一事项发给他的也一并收回",
              "the links of notice %llu to %s are ended, and so are those that were sent to him before about the same",
              (unsigned long long) sequence, end.account);
    return true;
}

/* A slip of the pen would be told as done. Nothing is looked at while rules is silent. */
static bool is_somebody(struct cli *cli, const char *account)
{
    const struct listing *holders = find_holders(cli);

    for (size_t i = 0; holders != NULL && i < holders->count; i++)
        if (strcmp(((const Duban__Holder *) holders->rows[i])->account, account) == 0)
            return true;
    if (holders == NULL)
        return true;
    no_such_account(cli, holders, account);
    cli->failure = EXIT_REFUSED;
    return false;
}

static enum exit_code on_end(struct cli *cli)
{
    const char *account = cli_option(cli, "of");

    if ((account == NULL) == (cli->argument_count == 1))
        return cli_wrong_use(cli, "请写通知序号（见 duban notices），或者 --of 账号", "write sequences of notices (see duban notices), or --of ACCOUNT");
    for (size_t i = 1; i < cli->argument_count; i++)
        if (!end_of_notice(cli, cli->arguments[i]))
            return cli->failure;
    if (account == NULL)
        return EXIT_FINE;
    if (!is_somebody(cli, account) || !links_end_of(cli, account))
        return cli->failure;
    show_line(&cli->show, "此前发给 %s 的链接已全部收回", "all links that were sent to %s until now are ended", account);
    return EXIT_FINE;
}

enum exit_code command_links(struct cli *cli)
{
    static const struct verb VERBS[] = { { "end", 0, COMMAND_MAX_ARGUMENTS, on_end }, { 0 } };

    return cli_run_verb(cli, VERBS);
}
