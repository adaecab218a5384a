/* dead_letters.c - duban dead-letters: whom a notice did not reach, sent again or settled.
 *
 * Both are entries: rules judges the right, keeps author and reason with the case, and passes it on to
 * notify, whose ledger says what is a dead letter now.
 */
#include <string.h>

#include "cli.h"
#include "client.h"
#include "log.h"

static bool ask_dead_letters(struct cli *cli, struct listing *listing,
                             bool (*ask_rows)(struct cli *, enum endpoint, Duban__Query *, Duban__Reply__BodyCase,
                                              struct listing *))
{
    Duban__DeadLettersQuery which = DUBAN__DEAD_LETTERS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    query.body_case = DUBAN__QUERY__BODY_DEAD_LETTERS;
    query.dead_letters = &which;
    return ask_rows(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_DELIVERIES, listing);
}

static enum exit_code list(struct cli *cli)
{
    struct listing listing;

    if (!ask_dead_letters(cli, &listing, ask_table))
        return cli->failure;
    print_deliveries(cli, &listing);
    if (listing.count > 0)
        show_line(&cli->show, "重发：duban dead-letters retry 序号|all；已另行告知：duban dead-letters settle 序号 --reason 理由",
                  "send again: duban dead-letters retry SEQUENCE|all; told otherwise: duban dead-letters settle SEQUENCE "
                  "--reason TEXT");
    return EXIT_FINE;
}

static bool is_among(const struct listing *listing, uint64_t notice)
{
    for (size_t i = 0; i < listing->count; i++)
        if (((const Duban__Delivery *) listing->rows[i])->notice == notice)
            return true;
    return false;
}

/* The dead letter that the argument names; wrong use or a refusal otherwise. */
static bool read_dead_letter(struct cli *cli, uint64_t *notice)
{
    struct listing listing;

    if (!cli_number(cli, "SEQUENCE", cli->arguments[1], notice)) {
        cli->failure = EXIT_WRONG_USE;
        return false;
    }
    if (!ask_dead_letters(cli, &listing, ask_all))
        return false;
    if (is_among(&listing, *notice))
        return true;
    cli->failure = cli_fail(cli, "通知 %llu 不在未送达之列（共 %zu 条）；见 duban dead-letters",
                            "notice %llu is not among those not delivered (%zu in all); see duban dead-letters",
                            (unsigned long long) *notice, listing.count);
    return false;
}

/* ---------------------------------------------------------------- retry */

static char *reason_of(const struct cli *cli)
{
    return cli_has(cli, "reason") ? (char *) cli_option(cli, "reason") : "";
}

static void fill_retry(struct cli *cli, Duban__Entry *entry, Duban__DeadLetterRetry *retry, uint64_t notice)
{
    duban__entry__init(entry);
    duban__dead_letter_retry__init(retry);
    retry->notice = notice;
    retry->reason = reason_of(cli);
    entry->body_case = DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY;
    entry->dead_letter_retry = retry;
}

static bool fill_submission(struct cli *cli, struct submission *submission, uint64_t notice)
{
    Duban__DeadLetterRetry retry;
    Duban__Entry entry;
    struct fault fault;

    fill_retry(cli, &entry, &retry, notice);
    *submission = (struct submission){ .account = cli->account };
    client_new_id(submission->client_id);
    if (entry_pack(cli, &entry, &submission->entry, &fault))
        return true;
    cli->failure = cli_refuse(cli, &fault);
    return false;
}

/* What speaks against it is said. */
static bool is_taken(struct cli *cli, const struct submission *submission)
{
    Duban__Quarantined *quarantined = NULL;
    enum held held;

    if (submission->state != SEND_RECEIVED) {
        say_not_received(cli, submission);
        return false;
    }
    held = ask_held(cli, submission->sequence, &quarantined);
    return say_held(cli, held, quarantined) == EXIT_FINE;
}

static size_t count_taken(struct cli *cli, const struct submission *submissions, const struct listing *listing)
{
    size_t again = 0;

    for (size_t i = 0; i < listing->count; i++) {
        const Duban__Delivery *row = listing->rows[i];

        if (is_taken(cli, &submissions[i]))
            again++;
        else
            show_line(&cli->errors, "duban: 通知 %llu 没有重发", "duban: notice %llu is not sent again",
                      (unsigned long long) row->notice);
    }
    return again;
}

static enum exit_code retry_all(struct cli *cli)
{
    struct submission *submissions;
    struct listing listing;
    size_t again;

    if (!ask_dead_letters(cli, &listing, ask_all))
        return cli->failure;
    submissions = arena_clear(&cli->arena, (listing.count + 1) * sizeof *submissions);
    if (submissions == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < listing.count; i++)
        if (!fill_submission(cli, &submissions[i], ((const Duban__Delivery *) listing.rows[i])->notice))
            return cli->failure;
    send_all(cli, submissions, listing.count, true);
    again = count_taken(cli, submissions, &listing);
    show_line(&cli->show, "%zu 条中有 %zu 条重发；结果见 duban dead-letters", "of %zu, %zu are sent again; see duban dead-letters",
              listing.count, again);
    return again == listing.count ? EXIT_FINE : EXIT_REFUSED;
}

static enum exit_code retry(struct cli *cli)
{
    Duban__DeadLetterRetry message;
    Duban__Entry entry;
    uint64_t notice;

    if (strcmp(cli->arguments[1], "all") == 0)
        return retry_all(cli);
    if (!read_dead_letter(cli, &notice))
        return cli->failure;
    fill_retry(cli, &entry, &message, notice);
    return send_act(cli, &entry);
}

/* ---------------------------------------------------------------- settle */

static enum exit_code settle(struct cli *cli)
{
    Duban__DeadLetterSettlement settlement = DUBAN__DEAD_LETTER_SETTLEMENT__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    uint64_t notice;

    if (!cli_has(cli, "reason"))
        return cli_wrong_use(cli, "了结须写明如何告知：--reason，如“已电话告知”",
                             "settling needs how its recipient was told: --reason, as \"told by phone\"");
    if (!read_dead_letter(cli, &notice))
        return cli->failure;
    settlement.notice = notice;
    settlement.reason = reason_of(cli);
    entry.body_case = DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT;
    entry.dead_letter_settlement = &settlement;
    return send_act(cli, &entry);
}

enum exit_code command_dead_letters(struct cli *cli)
{
    static const struct verb VERBS[] = { { "retry", 1, 1, retry }, { "settle", 1, 1, settle }, { 0 } };

    return cli->argument_count == 0 ? list(cli) : cli_run_verb(cli, VERBS);
}
