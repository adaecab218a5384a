/* dead_letters.c - duban dead-letters: whom a notice did not reach, sent again or settled.
 *
 * Both are entries: rules judges the right, keeps author and reason with the case, and passes it on to
 * notify, whose ledger says what is a dead letter now.
 */
#include <string.h>

#include "cli.h"
#include "client.h"
#include "log.h"

static bool ask_dead_letters(struct cli *cli, struct listing *listing)
{
    Duban__DeadLettersQuery which = DUBAN__DEAD_LETTERS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    query.body_case = DUBAN__QUERY__BODY_DEAD_LETTERS;
    query.dead_letters = &which;
    return ask_all(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_DELIVERIES, listing);
}

static enum exit_code list(struct cli *cli)
{
    struct listing listing;

    if (!ask_dead_letters(cli, &listing) || !listing_begin(cli, &listing))
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
    if (cli_has(cli, "id"))   /* said again after a time-out: it may be none any more, and rules judges anyway */
        return true;
    if (!ask_dead_letters(cli, &listing))
        return false;
    if (is_among(&listing, *notice))
        return true;
    cli->failure = cli_fail(cli, "通知 %llu 不在未送达之列（共 %zu 条）；见 duban dead-letters",
                            "notice %llu is not among those not delivered (%zu in all); see duban dead-letters",
                            (unsigned long long) *notice, listing.count);
    return false;
}

/* ---------------------------------------------------------------- retry */

static void fill_retry(struct cli *cli, Duban__Entry *entry, Duban__DeadLetterRetry *retry, uint64_t notice)
{
    duban__entry__init(entry);
    duban__dead_letter_retry__init(retry);
    retry->notice = notice;
    retry->reason = cli_text(cli, "reason");
    entry->body_case = DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY;
    entry->dead_letter_retry = retry;
}

/* The same while it is the same death, so that what a time-out left unknown may be said again. */
static void name_retry(struct cli *cli, struct submission *submission, const Duban__Delivery *row)
{
    const char *const parts[] = { "retry", submission->place, number_text(cli, (uint64_t) row->done_ms),
                                  cli_text(cli, "reason") };

    id_of_parts(submission->client_id, parts, 4);
}

static bool fill_submission(struct cli *cli, struct submission *submission, const Duban__Delivery *row)
{
    Duban__DeadLetterRetry retry;
    Duban__Entry entry;
    struct fault fault;

    fill_retry(cli, &entry, &retry, row->notice);
    *submission = (struct submission){ .account = cli->account, .place = number_text(cli, row->notice) };
    name_retry(cli, submission, row);
    if (entry_pack(cli, &entry, &submission->entry, &fault))
        return true;
    cli->failure = cli_refuse(cli, &fault);
    return false;
}

static void tell_retry(struct aftermath *aftermath, const struct submission *submission)
{
    size_t known = aftermath->applied + aftermath->unknown;

    aftermath_tell(aftermath, submission);
    if (aftermath->applied + aftermath->unknown == known)
        show_line(&aftermath->cli->errors, "duban: 通知 %s 没有重发", "duban: notice %s is not sent again",
                  submission->place);
}

static enum exit_code tell_retries(struct cli *cli, const struct submission *submissions, size_t count)
{
    struct aftermath aftermath;

    aftermath_open(&aftermath, cli);
    for (size_t i = 0; i < count; i++)
        tell_retry(&aftermath, &submissions[i]);
    if (!cli->json && aftermath.unknown > 0)
        show_line(&cli->show, "%zu 条中有 %zu 条重发，%zu 条还不知道（规则引擎没有应答）；结果见 duban dead-letters",
                  "of %zu, %zu are sent again and %zu are not known yet (rules does not answer); see duban dead-letters",
                  count, aftermath.applied, aftermath.unknown);
    else if (!cli->json)
        show_line(&cli->show, "%zu 条中有 %zu 条重发；结果见 duban dead-letters", "of %zu, %zu are sent again; see duban dead-letters",
                  count, aftermath.applied);
    return aftermath_close(&aftermath);
}

static enum exit_code retry_all(struct cli *cli)
{
    struct submission *submissions;
    struct listing listing;

    if (cli_has(cli, "id"))
        return cli_wrong_use(cli, "retry all 不用 --id：超时后原样再执行一次即可，不会重复",
                             "retry all takes no --id: after a time-out just run it again, nothing is doubled");
    if (!ask_dead_letters(cli, &listing))
        return cli->failure;
    submissions = arena_clear(&cli->arena, (listing.count + 1) * sizeof *submissions);
    if (submissions == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < listing.count; i++)
        if (!fill_submission(cli, &submissions[i], listing.rows[i]))
            return cli->failure;
    send_all(cli, submissions, listing.count, true);
    return tell_retries(cli, submissions, listing.count);
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
    settlement.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT;
    entry.dead_letter_settlement = &settlement;
    return send_act(cli, &entry);
}

enum exit_code command_dead_letters(struct cli *cli)
{
    static const struct verb VERBS[] = { { "retry", 1, 1, retry }, { "settle", 1, 1, settle }, { 0 } };

    return cli->argument_count == 0 ? list(cli) : cli_run_verb(cli, VERBS);
}
