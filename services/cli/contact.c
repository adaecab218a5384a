/* contact.c - duban contacts, duban contact: the ways by which somebody is reached, shown and tested. */
#include <string.h>

#include "cli.h"
#include "log.h"
#include "message.h"
#include "names.h"

/* ---------------------------------------------------------------- shown */

static bool is_to_verify(const Duban__ContactWay *way)
{
    return strcmp(way->channel, "spool") != 0;
}

static struct words state_of(const Duban__ContactWay *way)
{
    if (!is_to_verify(way))
        return (struct words){ "在系统内接收", "read in the house" };
    if (way->verified_s != 0)
        return (struct words){ "已核实", "verified" };
    if (way->test_sequence != 0)
        return (struct words){ "已发测试，待回报", "test sent, waits for its code" };
    return way->wrong_codes > 0 ? (struct words){ "未核实，须重新测试", "not verified, needs a new test" } : (struct words){ "未核实", "not verified" };
}

static void add_way(struct cli *cli, struct show_table *table, const Duban__ContactRow *row, size_t place)
{
    const Duban__ContactWay *way = row->contacts->ways[place];

    table_text(table, row->contacts->account);
    table_words(table, row->title == NULL ? (struct words){ "", "" } : words_of_text(row->title));
    table_number(table, place + 1);
    table_text(table, way->channel);
    table_coloured(table, is_to_verify(way) && way->verified_s == 0 ? COLOUR_YELLOW : COLOUR_NONE, show_label(&cli->show, state_of(way)));
    table_time(table, way->verified_s);
    table_words(table, way->verified_by[0] == '\0' ? (struct words){ "", "" } : title_of(cli, way->verified_by));
    table_time(table, way->tested_s);
    table_number(table, way->wrong_codes);
}

static bool ask_contacts(struct cli *cli, const char *account, bool unverified_only, struct listing *contacts)
{
    Duban__ContactsQuery which = DUBAN__CONTACTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    which.account = (char *) account;
    which.unverified_only = unverified_only;
    query.body_case = DUBAN__QUERY__BODY_CONTACTS;
    query.contacts = &which;
    return ask_all(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_CONTACTS, contacts);
}

enum exit_code command_contacts(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "账号", "account" }, 0 }, { { "称谓", "title" }, 30 }, { { "第几种", "way" }, 0 }, { { "渠道", "channel" }, 0 },
        { { "状态", "state" }, 0 }, { { "核实于", "verified since" }, 0 }, { { "核实人", "verified by" }, 24 }, { { "测试于", "tested" }, 0 },
        { { "错码", "wrong codes" }, 0 },
    };
    struct show_table table;
    struct listing contacts;

    if (!ask_contacts(cli, cli->argument_count > 0 ? cli->arguments[0] : "", cli_has(cli, "unverified"), &contacts) ||
        !listing_begin(cli, &contacts))
        return cli->failure;
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < contacts.count; i++) {
        const Duban__ContactRow *row = contacts.rows[i];

        for (size_t k = 0; k < row->contacts->n_ways; k++)
            add_way(cli, &table, row, k);
    }
    table_print(&table);
    return EXIT_FINE;
}

enum { MOST_WAYS = 1 + ENTRY_MAX_OTHER_WAYS };

/* ---------------------------------------------------------------- tested */

static enum exit_code test_one(struct cli *cli, const char *account, uint32_t way)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__ContactTest test = DUBAN__CONTACT_TEST__INIT;

    test.account = (char *) account;
    test.way = way;
    entry.body_case = DUBAN__ENTRY__BODY_CONTACT_TEST;
    entry.contact_test = &test;
    return send_act(cli, &entry);
}

static bool waits_for_a_test(const Duban__ContactWay *way)
{
    return is_to_verify(way) && way->verified_s == 0;
}

static bool add_test(struct cli *cli, struct submission *submission, const char *account, size_t place)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__ContactTest test = DUBAN__CONTACT_TEST__INIT;
    struct fault fault;

    test.account = (char *) account;
    test.way = (uint32_t) place + 1;
    entry.body_case = DUBAN__ENTRY__BODY_CONTACT_TEST;
    entry.contact_test = &test;
    *submission = (struct submission){ .account = cli->account };
    if (entry_pack(cli, &entry, &submission->entry, &fault) && submission_set_id(submission, NULL, &fault))
        return true;
    cli->failure = cli_refuse(cli, &fault);
    return false;
}

/* False after saying why. */
static bool add_tests(struct cli *cli, const Duban__ContactRow *row, struct submission *tests, size_t *count)
{
    for (size_t i = 0; i < row->contacts->n_ways; i++)
        if (waits_for_a_test(row->contacts->ways[i]) && !add_test(cli, &tests[(*count)++], row->contacts->account, i))
            return false;
    return true;
}

/* Each is an entry of its own: one that fails holds up no other. */
static enum exit_code test_all(struct cli *cli)
{
    struct listing contacts;
    struct submission *tests;
    struct aftermath aftermath;
    size_t count = 0;

    if (!ask_contacts(cli, "", true, &contacts))
        return cli->failure;
    tests = arena_take(&cli->arena, (contacts.count * MOST_WAYS + 1) * sizeof *tests);
    if (tests == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < contacts.count; i++)
        if (!add_tests(cli, contacts.rows[i], tests, &count))
            return cli->failure;
    send_all(cli, tests, count, true);
    aftermath_open(&aftermath, cli);
    for (size_t i = 0; i < count; i++)
        aftermath_tell(&aftermath, &tests[i]);
    if (count == 0 && !cli->json)
        show_line(&cli->show, "所有联系方式都已核实", "every way is verified");
    return aftermath_close(&aftermath);
}

static enum exit_code test(struct cli *cli)
{
    uint64_t way = 1;

    if (cli_has(cli, "all") == (cli->argument_count > 1))
        return cli_wrong_use(cli, "写明账号，或用 --all 测试所有未核实的，二者取一", "name an account, or --all for all that are not verified: one of them");
    if (cli_has(cli, "all") && (cli_has(cli, "way") || cli_has(cli, "id")))
        return cli_wrong_use(cli, "--all 不与 --way、--id 同用", "--all goes without --way and --id");
    if (cli_has(cli, "all"))
        return test_all(cli);
    if (cli_has(cli, "way") && !cli_number(cli, "--way", cli_option(cli, "way"), &way))
        return EXIT_WRONG_USE;
    return test_one(cli, cli->arguments[1], way > UINT32_MAX ? UINT32_MAX : (uint32_t) way);
}

static enum exit_code confirm(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__ContactConfirmation confirmation = DUBAN__CONTACT_CONFIRMATION__INIT;

    confirmation.account = (char *) cli->arguments[1];
    confirmation.code = (char *) cli->arguments[2];
    entry.body_case = DUBAN__ENTRY__BODY_CONTACT_CONFIRMATION;
    entry.contact_confirmation = &confirmation;
    return send_act(cli, &entry);
}

enum exit_code command_contact(struct cli *cli)
{
    static const struct verb VERBS[] = { { "away", 1, 1, say_contact_away }, { "back", 1, 1, say_contact_back }, { "test", 0, 1, test },
                                         { "confirm", 2, 2, confirm }, { 0 } };

    return cli_run_verb(cli, VERBS);
}
