/* ledger.c - duban ledger: the receipts of what was tried and what became of it, and whether their chain is whole.
 *
 * Notify hands over receipts as it has written them; the chain is walked here, so that nobody has to take its word.
 */
#include <string.h>

#include "cli.h"
#include "ledger_walk.h"
#include "log.h"
#include "message.h"
#include "names.h"

enum { PAGE_ROWS = 1000 };

/* ---------------------------------------------------------------- receipts read */

Duban__DeliveryReceipt *receipt_of(struct cli *cli, const Duban__LedgerRow *row)
{
    struct fault fault;

    return message_unpack(&cli->arena, &duban__delivery_receipt__descriptor, bytes_of(row->record.data, row->record.len),
                          MESSAGE_MAX_BYTES, &fault);
}

/* Rows of the ledger into receipts; what cannot be read is left out: --verify finds it. */
static void read_receipts(struct cli *cli, struct listing *listing)
{
    size_t kept = 0;

    for (size_t i = 0; i < listing->count; i++) {
        Duban__DeliveryReceipt *receipt = receipt_of(cli, listing->rows[i]);

        if (receipt != NULL)
            listing->rows[kept++] = receipt;
    }
    listing->count = kept;
}

static void turn_round(struct listing *listing)
{
    for (size_t i = 0; i < listing->count / 2; i++) {
        void *row = listing->rows[i];

        listing->rows[i] = listing->rows[listing->count - 1 - i];
        listing->rows[listing->count - 1 - i] = row;
    }
}

static void fill_query(Duban__Query *query, Duban__LedgerQuery *which, uint64_t notice)
{
    duban__query__init(query);
    duban__ledger_query__init(which);
    which->notice = notice;
    query->body_case = DUBAN__QUERY__BODY_LEDGER;
    query->ledger = which;
}

bool ask_receipts(struct cli *cli, uint64_t notice, struct listing *receipts)
{
    Duban__LedgerQuery which;
    Duban__Query query;

    fill_query(&query, &which, notice);
    if (!ask_all(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_LEDGER, receipts))
        return false;
    read_receipts(cli, receipts);
    if (notice != 0)
        turn_round(receipts);
    return true;
}

/* ---------------------------------------------------------------- list */

static struct words grade_of(struct cli *cli, const Duban__DeliveryReceipt *receipt)
{
    struct words grade = name_of_grade(receipt->grade), counted = words_of_counted(cli, receipt->counted_in);

    return (struct words){ text_of(&cli->arena, "%s%s", grade.zh, counted.zh), text_of(&cli->arena, "%s%s", grade.en, counted.en) };
}

static void add_receipt(struct show_table *table, struct cli *cli, const Duban__DeliveryReceipt *receipt)
{
    table_number(table, receipt->number);
    table_time(table, receipt->at_ms / 1000);
    if (receipt->notice >> 63 != 0)
        table_words(table, words_of(&cli->arena, "系统 %llu", "house %llu", (unsigned long long) (receipt->notice & INT64_MAX)));
    else
        table_number(table, receipt->notice);
    table_number(table, receipt->retry);
    table_number(table, receipt->attempt);
    table_text(table, receipt->channel);
    table_words(table, name_of_verdict(receipt->verdict));
    table_words(table, grade_of(cli, receipt));
    table_words(table, words_of_detail(cli, receipt->detail));
    table_text(table, receipt->reference);
}

static enum exit_code list(struct cli *cli, uint64_t notice)
{
    static const struct show_column COLUMNS[] = {
        { { "回执", "receipt" }, 0 }, { { "时间", "time" }, 0 }, { { "通知", "notice" }, 0 }, { { "重发", "resent" }, 0 },
        { { "第几次", "attempt" }, 0 }, { { "渠道", "channel" }, 0 }, { { "答复判为", "verdict" }, 20 },
        { { "结果", "grade" }, 44 }, { { "对方答复", "answer" }, 40 }, { { "对方编号", "reference" }, 24 },
    };
    struct show_table table;
    struct listing receipts;

    if (!ask_receipts(cli, notice, &receipts) || !listing_begin(cli, &receipts))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < receipts.count; i++)
        add_receipt(&table, cli, receipts.rows[i]);
    table_print(&table);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- verify */

/* One page through the walk; false when it is the last, or broken. */
static bool walk_page(struct cli *cli, struct ledger_walk *walk, Duban__Query *query, uint8_t next[8])
{
    Duban__Reply *reply = ask(cli, NOTIFY_QUERY, query, DUBAN__REPLY__BODY_LEDGER);

    if (reply == NULL) {
        walk->fault = LEDGER_UNREAD;
        return false;
    }
    for (size_t i = 0; i < reply->ledger->n_rows; i++) {
        const Duban__LedgerRow *row = reply->ledger->rows[i];
        const Duban__DeliveryReceipt *receipt = receipt_of(cli, row);

        if (!ledger_walk_on(walk, bytes_of(row->record.data, row->record.len), bytes_of(row->chain.data, row->chain.len),
                            receipt))
            return false;
    }
    if (reply->next.len == 8) {
        memcpy(next, reply->next.data, 8);
        query->after = (ProtobufCBinaryData){ 8, next };
        return true;
    }
    ledger_walk_end(walk, reply->ledger->last, bytes_of(reply->ledger->chain.data, reply->ledger->chain.len));
    return false;
}

static enum exit_code tell_broken(struct cli *cli, const struct ledger_walk *walk)
{
    struct words why = words_of_ledger_fault(walk->fault);

    return cli_fail(cli, "台账在第 %llu 条回执处断开：%s（此前 %llu 条完整）",
                    "the ledger breaks at receipt %llu: %s (the %llu before it are whole)",
                    (unsigned long long) walk->broken_at, show_label(&cli->show, why),
                    (unsigned long long) walk->count);
}

static enum exit_code tell_whole(struct cli *cli, const struct ledger_walk *walk)
{
    char hex[2 * DIGEST_BYTES + 1];

    hex_of(hex, walk->chain, DIGEST_BYTES);
    if (cli->json)
        return cli_print_json(cli, json_pack("{s:b, s:o, s:s}", "whole", 1, "receipts", number_json(cli, walk->count),
                                             "chain", hex));
    show_line(&cli->show, "台账完整：%llu 条回执，末条摘要 %s", "the ledger is whole: receipts: %llu, digest of the last: %s",
              (unsigned long long) walk->count, hex);
    return EXIT_FINE;
}

static enum exit_code verify(struct cli *cli)
{
    struct ledger_walk walk = { .count = 0 };
    struct arena_mark start = arena_mark(&cli->arena);
    Duban__LedgerQuery which;
    Duban__Query query;
    uint8_t next[8];

    fill_query(&query, &which, 0);
    query.limit = PAGE_ROWS;
    while (walk_page(cli, &walk, &query, next))
        arena_rewind(&cli->arena, start);
    if (walk.fault == LEDGER_UNREAD)
        return cli->failure;
    return walk.fault == LEDGER_WHOLE ? tell_whole(cli, &walk) : tell_broken(cli, &walk);
}

enum exit_code command_ledger(struct cli *cli)
{
    uint64_t notice = 0;

    if (cli_has(cli, "verify") && cli->argument_count > 0)
        return cli_wrong_use(cli, "--verify 核对整个台账，不写通知序号", "--verify walks the whole ledger and takes no notice");
    if (cli_has(cli, "verify"))
        return verify(cli);
    if (cli->argument_count == 1 && !cli_number(cli, "NOTICE-SEQUENCE", cli->arguments[0], &notice))
        return EXIT_WRONG_USE;
    return list(cli, notice);
}
