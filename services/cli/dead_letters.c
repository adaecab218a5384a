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
        show_line(&cli->show, "重发：duban dead-letters retry 序号…|--all；已另行告知：duban dead-letters settle 序号…|--all --reason 理由",
                  "send again: duban dead-letters retry SEQUENCE...|--all; told otherwise: duban dead-letters settle "
                  "SEQUENCE...|--all --reason TEXT");
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- which ones */

/* "17", "17-25", or "all". */
struct selection {
    uint64_t first, last;
};

static bool read_selection(struct cli *cli, const char *word, struct selection *selection)
{
    const char *dash = strchr(word, '-');
    const char *first = dash == NULL ? word : text_of(&cli->arena, "%.*s", (int) (dash - word), word);

    if (strcmp(word, "all") == 0) {
        *selection = (struct selection){ 0, UINT64_MAX };
        return true;
    }
    if (number_of(first, &selection->first) && number_of(dash == NULL ? word : dash + 1, &selection->last) &&
        selection->first <= selection->last)
        return true;
    cli->failure = cli_wrong_use(cli, "“%s”不是通知序号；可以写 17、17-25 或 all", "\"%s\" is no sequence; write 17, 17-25 or all", word);
    return false;
}

/* Adds those that it names; none is a mistake, so that nothing is passed over in silence. */
static bool select_one(struct cli *cli, const struct listing *listing, const char *word, bool *selected)
{
    struct selection selection;
    bool found = false;

    if (!read_selection(cli, word, &selection))
        return false;
    for (size_t i = 0; i < listing->count; i++) {
        uint64_t notice = ((const Duban__Delivery *) listing->rows[i])->notice;
        bool is_in = notice >= selection.first && notice <= selection.last;

        selected[i] |= is_in;
        found |= is_in;
    }
    if (found || strcmp(word, "all") == 0)
        return true;
    cli->failure = cli_fail(cli, "通知 %s 不在未送达之列（共 %zu 条）；见 duban dead-letters",
                            "notice %s is not among those not delivered (%zu in all); see duban dead-letters", word,
                            listing->count);
    return false;
}

static void keep_selected(struct listing *listing, const bool *selected)
{
    size_t kept = 0;

    for (size_t i = 0; i < listing->count; i++)
        if (selected[i])
            listing->rows[kept++] = listing->rows[i];
    listing->count = kept;
}

static bool wants_all(struct cli *cli)
{
    return cli_has(cli, "all") || (cli->argument_count == 2 && strcmp(cli->arguments[1], "all") == 0);
}

/* The dead letters that the arguments name, each once. */
static bool ask_selected(struct cli *cli, struct listing *listing)
{
    bool *selected;

    if (!ask_dead_letters(cli, listing))
        return false;
    if (wants_all(cli))
        return true;
    selected = arena_clear(&cli->arena, listing->count + 1);
    if (selected == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 1; i < cli->argument_count; i++)
        if (!select_one(cli, listing, cli->arguments[i], selected))
            return false;
    keep_selected(listing, selected);
    return true;
}

/* One by its number: only that can be said again under its id. */
static bool names_one(struct cli *cli, uint64_t *notice)
{
    return !wants_all(cli) && cli->argument_count == 2 && number_of(cli->arguments[1], notice);
}

static bool names_none(struct cli *cli)
{
    if (cli_has(cli, "all") == (cli->argument_count == 1))
        return false;
    cli->failure = cli_wrong_use(cli, "请写通知序号（17、17-25）或 --all 之一", "write sequences (17, 17-25), or --all");
    return true;
}

/* May that one be asked for? Said again after a time-out it may be none any more, and rules judges anyway. */
static bool is_dead_letter(struct cli *cli)
{
    struct listing listing;

    return cli_has(cli, "id") || ask_selected(cli, &listing);
}

/* ---------------------------------------------------------------- many of them */

/* What is done to one of them. */
struct treatment {
    const char *verb;
    void (*fill)(struct cli *cli, Duban__Entry *entry, uint64_t notice);
    struct words done;           /* what it is then: "重发", "sent again" */
};

/* The same while it is the same death, so that what a time-out left unknown may be said again. */
static void name_submission(struct cli *cli, const struct treatment *treatment, struct submission *submission,
                            const Duban__Delivery *row)
{
    const char *const parts[] = { treatment->verb, submission->place, number_text(cli, (uint64_t) row->done_ms),
                                  cli_text(cli, "reason") };

    id_of_parts(submission->client_id, parts, 4);
}

static bool fill_submission(struct cli *cli, const struct treatment *treatment, struct submission *submission,
                            const Duban__Delivery *row)
{
    Duban__Entry entry;
    struct fault fault;

    treatment->fill(cli, &entry, row->notice);
    *submission = (struct submission){ .account = cli->account, .place = number_text(cli, row->notice) };
    name_submission(cli, treatment, submission, row);
    if (entry_pack(cli, &entry, &submission->entry, &fault))
        return true;
    cli->failure = cli_refuse(cli, &fault);
    return false;
}

static void tell_one(struct aftermath *aftermath, const struct treatment *treatment, const struct submission *submission)
{
    size_t known = aftermath->applied + aftermath->unknown;
    struct cli *cli = aftermath->cli;

    aftermath_tell(aftermath, submission);
    if (aftermath->applied + aftermath->unknown == known)
        show_words(&cli->errors, 0, COLOUR_NONE, (struct words){
            text_of(&cli->arena, "duban: 通知 %s 没有%s", submission->place, treatment->done.zh),
            text_of(&cli->arena, "duban: notice %s is not %s", submission->place, treatment->done.en) });
}

static void print_count(struct cli *cli, const struct treatment *treatment, const struct aftermath *aftermath, size_t count)
{
    struct words unknown = aftermath->unknown == 0
        ? (struct words){ "", "" }
        : words_of(&cli->arena, "，%zu 条还不知道（规则引擎没有应答）", " and %zu are not known yet (rules does not answer)",
                   aftermath->unknown);

    show_words(&cli->show, 0, COLOUR_NONE, (struct words){
        text_of(&cli->arena, "%zu 条中有 %zu 条%s%s；结果见 duban dead-letters", count, aftermath->applied,
                treatment->done.zh, unknown.zh),
        text_of(&cli->arena, "of %zu, %zu are %s%s; see duban dead-letters", count, aftermath->applied, treatment->done.en,
                unknown.en) });
}

static enum exit_code tell_many(struct cli *cli, const struct treatment *treatment, const struct submission *submissions,
                                size_t count)
{
    struct aftermath aftermath;

    aftermath_open(&aftermath, cli);
    for (size_t i = 0; i < count; i++)
        tell_one(&aftermath, treatment, &submissions[i]);
    if (!cli->json)
        print_count(cli, treatment, &aftermath, count);
    return aftermath_close(&aftermath);
}

static enum exit_code treat_many(struct cli *cli, const struct treatment *treatment)
{
    struct submission *submissions;
    struct listing listing;

    if (cli_has(cli, "id"))
        return cli_wrong_use(cli, "几条一起时不用 --id：超时后原样再执行一次即可，不会重复",
                             "several at once take no --id: after a time-out just run it again, nothing is doubled");
    if (!ask_selected(cli, &listing))
        return cli->failure;
    submissions = arena_clear(&cli->arena, (listing.count + 1) * sizeof *submissions);
    if (submissions == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < listing.count; i++)
        if (!fill_submission(cli, treatment, &submissions[i], listing.rows[i]))
            return cli->failure;
    send_all(cli, submissions, listing.count, true);
    return tell_many(cli, treatment, submissions, listing.count);
}

static enum exit_code treat(struct cli *cli, const struct treatment *treatment)
{
    Duban__Entry entry;
    uint64_t notice;

    if (names_none(cli))
        return cli->failure;
    if (!names_one(cli, &notice))
        return treat_many(cli, treatment);
    if (!is_dead_letter(cli))
        return cli->failure;
    treatment->fill(cli, &entry, notice);
    return send_act(cli, &entry);
}

/* ---------------------------------------------------------------- retry, settle */

static void *in_arena(struct cli *cli, size_t size)
{
    void *message = arena_clear(&cli->arena, size);

    if (message == NULL)
        die("内存不足 / out of memory");
    return message;
}

static void fill_retry(struct cli *cli, Duban__Entry *entry, uint64_t notice)
{
    Duban__DeadLetterRetry *retry = in_arena(cli, sizeof *retry);

    duban__entry__init(entry);
    duban__dead_letter_retry__init(retry);
    retry->notice = notice;
    retry->reason = cli_text(cli, "reason");
    entry->body_case = DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY;
    entry->dead_letter_retry = retry;
}

static enum exit_code retry(struct cli *cli)
{
    static const struct treatment RETRY = { "retry", fill_retry, { "重发", "sent again" } };

    return treat(cli, &RETRY);
}

static void fill_settlement(struct cli *cli, Duban__Entry *entry, uint64_t notice)
{
    Duban__DeadLetterSettlement *settlement = in_arena(cli, sizeof *settlement);

    duban__entry__init(entry);
    duban__dead_letter_settlement__init(settlement);
    settlement->notice = notice;
    settlement->reason = cli_text(cli, "reason");
    entry->body_case = DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT;
    entry->dead_letter_settlement = settlement;
}

static enum exit_code settle(struct cli *cli)
{
    static const struct treatment SETTLEMENT = { "settle", fill_settlement, { "了结", "settled" } };

    if (!cli_has(cli, "reason"))
        return cli_wrong_use(cli, "了结须写明如何告知：--reason，如“已电话告知”",
                             "settling needs how its recipient was told: --reason, as \"told by phone\"");
    return treat(cli, &SETTLEMENT);
}

enum exit_code command_dead_letters(struct cli *cli)
{
    enum { MOST = COMMAND_MAX_ARGUMENTS - 1 };
    static const struct verb VERBS[] = { { "retry", 0, MOST, retry }, { "settle", 0, MOST, settle }, { 0 } };

    return cli->argument_count == 0 ? list(cli) : cli_run_verb(cli, VERBS);
}
