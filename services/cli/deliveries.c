/* deliveries.c - duban deliveries: what waits to leave, and what notify has of a notice. */
#include <string.h>

#include "cli.h"
#include "names.h"

#define COUNT_OF(columns) (sizeof (columns) / sizeof (columns)[0])

/* Of one that waits: until when, and why. */
static struct words state_of(struct cli *cli, const Duban__Delivery *row)
{
    struct words expected = words_of_expected(cli, row);

    return expected.zh[0] != '\0' ? expected : name_of_delivery_state(row->state);
}

static void add_delivery(struct show_table *table, struct cli *cli, const Duban__Delivery *row)
{
    const Duban__Notice *what = row->what;

    table_number(table, row->notice);
    table_words(table, what == NULL ? (struct words){ "", "" } : name_of_message(what->kind));
    table_words(table, what == NULL || what->recipient == NULL
                           ? (struct words){ "", "" }
                           : words_or(words_of_text(what->recipient->title), what->recipient->account));
    table_text(table, row->channel);
    table_words(table, state_of(cli, row));
    table_number(table, row->attempts);
    table_time(table, row->done_ms / 1000);
    table_words(table, words_of_detail(cli, row->detail));
}

void print_deliveries(struct cli *cli, const struct listing *deliveries)
{
    static const struct show_column COLUMNS[] = {
        { { "通知", "notice" }, 0 }, { { "种类", "kind" }, 22 }, { { "收件人", "to" }, 26 }, { { "渠道", "channel" }, 0 },
        { { "状态", "state" }, 60 }, { { "尝试次数", "attempts" }, 0 }, { { "结束", "done" }, 0 }, { { "对方答复", "detail" }, 40 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < deliveries->count; i++)
        add_delivery(&table, cli, deliveries->rows[i]);
    table_print(&table);
}


enum exit_code command_deliveries(struct cli *cli)
{
    Duban__DeliveriesQuery which = DUBAN__DELIVERIES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing listing;

    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &which;
    if (!ask_table(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_DELIVERIES, &listing))
        return cli->failure;
    print_deliveries(cli, &listing);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- of notices */

enum { NOTICES_AT_A_TIME = 200 };

/* Those of one question, by the order of the notices. False when notify does not answer. */
static bool find_some(struct cli *cli, const struct listing *notices, size_t from, size_t count, Duban__Delivery **found)
{
    Duban__DeliveriesQuery which = DUBAN__DELIVERIES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct listing listing;
    struct fault fault;
    uint64_t wanted[NOTICES_AT_A_TIME];
    size_t next = 0;

    for (size_t i = 0; i < count; i++)
        wanted[i] = ((const Duban__NoticeRow *) notices->rows[from + i])->sequence;
    which.notices = wanted;
    which.n_notices = count;
    query.body_case = DUBAN__QUERY__BODY_DELIVERIES;
    query.deliveries = &which;
    if (!ask_all_quietly(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_DELIVERIES, &listing, &fault))
        return false;
    for (size_t i = 0; i < count && next < listing.count; i++)
        if (((const Duban__Delivery *) listing.rows[next])->notice == wanted[i])
            found[from + i] = listing.rows[next++];
    return true;
}

Duban__Delivery **find_deliveries(struct cli *cli, const struct listing *notices)
{
    Duban__Delivery **found = arena_clear(&cli->arena, (notices->count + 1) * sizeof *found);

    if (found == NULL)
        return NULL;
    for (size_t from = 0; from < notices->count; from += NOTICES_AT_A_TIME) {
        size_t left = notices->count - from;

        if (!find_some(cli, notices, from, left < NOTICES_AT_A_TIME ? left : NOTICES_AT_A_TIME, found))
            break;
    }
    return found;
}
