/* notices.c - duban notices: what was decided to be said, to whom, how far it came and when. */
#include <string.h>

#include "cli.h"
#include "log.h"
#include "names.h"

#define COUNT_OF(columns) (sizeof (columns) / sizeof (columns)[0])

/* The message that only counted it. */
static uint64_t counted_in_of(const Duban__NoticeRow *row, Duban__Grade grade)
{
    uint64_t counted_in = 0;

    for (size_t i = 0; i < row->n_outcomes; i++)
        if (row->outcomes[i]->grade == grade)
            counted_in = row->outcomes[i]->counted_in;   /* the last sending counts */
    return counted_in;
}

static struct words with_count(struct cli *cli, struct words words, uint64_t counted_in)
{
    struct words counted = words_of_counted(cli, counted_in);

    return (struct words){ text_of(&cli->arena, "%s%s", words.zh, counted.zh), text_of(&cli->arena, "%s%s", words.en, counted.en) };
}

/* None yet means on its way; then notify may say when it leaves. */
static struct words outcome_of(struct cli *cli, const Duban__NoticeRow *row, const Duban__Delivery *delivery)
{
    Duban__Grade grade = grade_of_notice(row);
    struct words expected = delivery != NULL ? words_of_expected(cli, delivery) : (struct words){ "", "" };

    if (grade != DUBAN__GRADE__GRADE_UNSPECIFIED)
        return with_count(cli, name_of_grade(grade), counted_in_of(row, grade));
    return expected.zh[0] != '\0' ? expected : (struct words){ "发送中", "on its way" };
}

/* That it went by; before it did, that it is to go by. */
static const char *channel_of_notice(const Duban__NoticeRow *row, const Duban__Delivery *delivery)
{
    Duban__Grade grade = grade_of_notice(row);

    for (size_t i = 0; i < row->n_outcomes; i++)
        if (row->outcomes[i]->grade == grade && row->outcomes[i]->channel[0] != '\0')
            return row->outcomes[i]->channel;
    return delivery != NULL ? delivery->channel : row->notice->recipient->channel;
}

/* An item's count is then the number of its record. */
static bool is_about_what_is_held(const Duban__Notice *notice)
{
    return notice->n_items == 1 && notice->items[0]->count != 0 && strcmp(notice->kind, "settlement_wanted") == 0;
}

static struct words subject_of(struct cli *cli, const Duban__Notice *notice)
{
    const Duban__NoticeItem *item = notice->n_items == 0 ? NULL : notice->items[0];
    struct words site, number;

    if (item == NULL)
        return (struct words){ "", "" };
    site = words_or(words_of_text(item->site_name), item->site);
    number = number_of_item(cli, item);
    if (is_about_what_is_held(notice))
        return held_label(cli, item->count);
    if (number.zh[0] == '\0' && notice->cause != NULL && notice->cause->entry_sequence != 0 && notice->n_items == 1)
        return words_of(&cli->arena, "第 %1$llu 号记录 %2$s%3$.0s", "entry %1$llu %2$.0s%3$s",
                        (unsigned long long) notice->cause->entry_sequence, site.zh,
                        site.en[0] == '\0' ? site.zh : site.en);
    if (notice->n_items == 1)
        return (struct words){ text_of(&cli->arena, "%s %s", number.zh, site.zh),
                               text_of(&cli->arena, "%s %s", number.en, site.en[0] == '\0' ? site.zh : site.en) };
    return (struct words){ text_of(&cli->arena, "%s 等 %zu 项", number.zh, notice->n_items),
                           text_of(&cli->arena, "%s and others, %zu in all", number.en, notice->n_items) };
}

static void add_notice(struct show_table *table, struct cli *cli, const Duban__NoticeRow *row,
                       const Duban__Delivery *delivery)
{
    const Duban__Notice *notice = row->notice;

    table_number(table, row->sequence);
    table_time(table, notice->decided_at_s);
    table_words(table, name_of_message(notice->kind));
    table_words(table, words_or(words_of_text(notice->recipient->title), notice->recipient->account));
    table_words(table, subject_of(cli, notice));
    table_words(table, notice->late ? (struct words){ "迟发", "late" } : (struct words){ "", "" });
    table_text(table, channel_of_notice(row, delivery));
    table_words(table, outcome_of(cli, row, delivery));
    table_time(table, delivery != NULL ? delivery->done_ms / 1000 : 0);
}

static void print_notices_with(struct cli *cli, const struct listing *notices, Duban__Delivery *const *deliveries)
{
    static const struct show_column COLUMNS[] = {
        { { "序号", "sequence" }, 0 }, { { "时间", "time" }, 0 }, { { "通知", "notice" }, 22 }, { { "收件人", "to" }, 26 },
        { { "事项", "about" }, 36 }, { { "", "" }, 0 }, { { "渠道", "channel" }, 0 }, { { "结果", "outcome" }, 60 },
        { { "结果时间", "since" }, 0 },
    };
    struct show_table table;

    table_open(&table, &cli->show, COLUMNS, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < notices->count; i++)
        add_notice(&table, cli, notices->rows[i], deliveries != NULL ? deliveries[i] : NULL);
    table_print(&table);
}

void print_notices(struct cli *cli, const struct listing *notices)
{
    print_notices_with(cli, notices, NULL);
}

/* What the table says, for programs. */
static Duban__NoticeDelivery *delivery_of(struct cli *cli, const Duban__NoticeRow *row, const Duban__Delivery *known)
{
    Duban__NoticeDelivery *delivery = arena_take(&cli->arena, sizeof *delivery);

    if (delivery == NULL)
        die("内存不足 / out of memory");
    duban__notice_delivery__init(delivery);
    delivery->grade = grade_of_notice(row);
    delivery->channel = (char *) channel_of_notice(row, known);
    delivery->counted_in = counted_in_of(row, delivery->grade);
    if (known == NULL)
        return delivery;
    delivery->since_ms = known->done_ms;
    delivery->attempts = known->attempts;
    if (known->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED) {
        delivery->expected_ms = known->expected_ms;
        delivery->waits_for = known->waits_for;
    }
    return delivery;
}

static void fill_deliveries(struct cli *cli, const struct listing *notices, Duban__Delivery *const *deliveries)
{
    for (size_t i = 0; i < notices->count; i++) {
        Duban__NoticeRow *row = notices->rows[i];

        row->delivery = delivery_of(cli, row, deliveries != NULL ? deliveries[i] : NULL);
    }
}

enum exit_code command_notices(struct cli *cli)
{
    Duban__NoticesQuery which = DUBAN__NOTICES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const char *from = cli_option(cli, "from");
    struct listing listing;
    Duban__Delivery **deliveries;
    uint64_t sequence = 0;

    if (from != NULL && !cli_number(cli, "--from", from, &sequence))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "case") && !ask_about(cli, cli_option(cli, "case"), &which.about))
        return cli->failure;
    which.recipient = cli_text(cli, "to");
    which.from_sequence = sequence;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &which;
    if (!ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_NOTICES, &listing))
        return cli->failure;
    deliveries = find_deliveries(cli, &listing);
    fill_deliveries(cli, &listing, deliveries);
    if (!listing_begin(cli, &listing))
        return cli->failure;
    print_notices_with(cli, &listing, deliveries);
    return EXIT_FINE;
}

