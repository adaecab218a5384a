/* feed.c - duban feed: one account's duties and meetings as a calendar that a phone can read. */
#include <string.h>

#include "calendar_feed.h"
#include "cli.h"

/* NULL after saying why. */
static const Duban__Holder *ask_holder(struct cli *cli, const char *account)
{
    Duban__HoldersQuery which = DUBAN__HOLDERS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing holders;

    which.account = (char *) account;
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_HOLDERS, &holders))
        return NULL;
    if (holders.count == 0) {
        cli->failure = cli_fail(cli, "没有账号 %s；duban holders 列出全部",
                                "there is no account %s; duban holders lists them", account);
        return NULL;
    }
    return holders.rows[0];
}

enum exit_code command_feed(struct cli *cli)
{
    const char *account = cli->arguments[0];
    const Duban__Holder *holder = ask_holder(cli, account);
    Duban__CalendarQuery which = DUBAN__CALENDAR_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing calendar;

    if (holder == NULL)
        return cli->failure;
    which.account = (char *) account;
    query.body_case = DUBAN__QUERY__BODY_CALENDAR;
    query.calendar = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CALENDAR, &calendar))
        return cli->failure;
    if (cli->json)
        return listing_json(cli, &calendar);
    calendar_feed_write(cli->show.out, holder, calendar.rehearsal, (Duban__CalendarRow *const *) calendar.rows, calendar.count);
    return EXIT_FINE;
}
