/* settle.c - what the duty clerk and the operator settle: release, skip, clock. */
#include <string.h>

#include "cli.h"
#include "log.h"
#include "names.h"

/* ---------------------------------------------------------------- release, skip */

static bool read_item(struct cli *cli, Duban__Corrections *corrections)
{
    const char *text = cli_option(cli, "item");
    const char *equals = text == NULL ? NULL : strchr(text, '=');

    if (text == NULL)
        return true;
    if (equals == NULL || equals == text || equals[1] == '\0') {
        cli_wrong_use(cli, "--item 应写成 原编号=正确编号", "--item is written WRONG=RIGHT");
        return false;
    }
    corrections->n_items = 1;
    corrections->items = arena_take_pointers(&cli->arena, 1);
    corrections->items[0] = arena_take(&cli->arena, sizeof *corrections->items[0]);
    duban__item_correction__init(corrections->items[0]);
    corrections->items[0]->from = text_of(&cli->arena, "%.*s", (int) (equals - text), text);
    corrections->items[0]->to = text_of(&cli->arena, "%s", equals + 1);
    return true;
}

static bool correction_is_given(struct cli *cli)
{
    return cli_has(cli, "site") || cli_has(cli, "reporter") || cli_has(cli, "item");
}

/* "Entry 42 was adopted at 2020-02-10 10:00 by the duty clerk (entry 49)" */
static void say_settled_already(struct cli *cli, const Duban__Quarantined *row)
{
    struct words state = name_of_quarantine_state(row->state);
    struct words who = title_of(cli, row->settled_by);
    const char *when = show_time(&cli->show, row->settled_s);

    cli->failure = cli_fail(cli, "第 %1$llu 号记录%2$s：%4$s，由%5$s处理（第 %7$llu 号记录），不能再处理；没有提交%3$.0s%6$.0s",
                            "entry %1$llu has been %2$.0s%3$s: %4$s by %5$.0s%6$s (entry %7$llu); it cannot be settled again, "
                            "nothing was submitted",
                            (unsigned long long) row->sequence, state.zh, state.en, when, who.zh,
                            who.en[0] == '\0' ? who.zh : who.en, (unsigned long long) row->settled_by_sequence);
}

/* When rules does not answer, it will judge by itself. */
static bool can_be_settled(struct cli *cli, uint64_t sequence)
{
    Duban__Quarantined *row = NULL;
    enum held held = ask_held(cli, sequence, &row);

    if (held != HELD_RELEASED && held != HELD_REJECTED)
        return true;
    say_settled_already(cli, row);
    return false;
}

/* The same settlement of each entry that the command line names. */
static enum exit_code send_releases(struct cli *cli, Duban__Release *release, const uint64_t *sequences)
{
    struct submission *submissions = arena_clear(&cli->arena, cli->argument_count * sizeof *submissions);
    struct aftermath aftermath;

    if (submissions == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < cli->argument_count; i++) {
        Duban__Entry entry = DUBAN__ENTRY__INIT;
        struct fault fault;

        release->sequence = sequences[i];
        entry.body_case = DUBAN__ENTRY__BODY_RELEASE;
        entry.release = release;
        submissions[i].account = cli->account;
        submissions[i].place = cli->argument_count > 1 ? cli->arguments[i] : NULL;
        if (!entry_pack(cli, &entry, &submissions[i].entry, &fault) ||
            !submission_set_id(&submissions[i], cli_option(cli, "id"), &fault))
            return cli_refuse(cli, &fault);
    }
    send_all(cli, submissions, cli->argument_count, false);
    aftermath_open(&aftermath, cli);
    for (size_t i = 0; i < cli->argument_count; i++)
        aftermath_tell(&aftermath, &submissions[i]);
    return aftermath_close(&aftermath);
}

enum exit_code command_release(struct cli *cli)
{
    Duban__Release release = DUBAN__RELEASE__INIT;
    Duban__Corrections corrections = DUBAN__CORRECTIONS__INIT;
    uint64_t sequences[COMMAND_MAX_ARGUMENTS];

    for (size_t i = 0; i < cli->argument_count; i++)
        if (!cli_number(cli, "SEQUENCE", cli->arguments[i], &sequences[i]))
            return EXIT_WRONG_USE;
    if (!read_item(cli, &corrections))
        return EXIT_WRONG_USE;
    if (cli_has(cli, "id") && cli->argument_count > 1)
        return cli_wrong_use(cli, "--id 只能用于一条记录", "--id is for one entry");
    release.rejected = cli_has(cli, "reject");
    if (release.rejected && !cli_has(cli, "reason"))
        return cli_wrong_use(cli, "退回须写明理由：--reason", "a rejection needs its reason: --reason");
    if (release.rejected && correction_is_given(cli))
        return cli_wrong_use(cli, "--reject 不能同时带更正", "--reject takes no corrections");
    for (size_t i = 0; i < cli->argument_count; i++)
        if (!can_be_settled(cli, sequences[i]))
            return cli->failure;
    release.reason = cli_text(cli, "reason");
    corrections.site = cli_text(cli, "site");
    corrections.reporter = cli_text(cli, "reporter");
    if (correction_is_given(cli))
        release.corrections = &corrections;
    return send_releases(cli, &release, sequences);
}

enum exit_code command_skip(struct cli *cli)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Skip skip = DUBAN__SKIP__INIT;
    uint64_t sequence;

    if (!cli_number(cli, "SEQUENCE", cli->arguments[0], &sequence))
        return EXIT_WRONG_USE;
    if (!cli_has(cli, "reason"))
        return cli_wrong_use(cli, "跳过须写明理由：--reason", "passing over an entry needs its reason: --reason");
    skip.sequence = sequence;
    skip.reason = cli_text(cli, "reason");
    entry.body_case = DUBAN__ENTRY__BODY_SKIP;
    entry.skip = &skip;
    return send_act(cli, &entry);
}

/* ---------------------------------------------------------------- clock */

enum exit_code command_clock(struct cli *cli)
{
    Duban__ClockAccept accept = DUBAN__CLOCK_ACCEPT__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__IngestStatus *status;

    if (strcmp(cli->arguments[0], "accept") != 0)
        return cli_wrong_use(cli, "用法：duban clock accept", "usage: duban clock accept");
    query.body_case = DUBAN__QUERY__BODY_CLOCK_ACCEPT;
    query.clock_accept = &accept;
    if (ask(cli, INGEST_QUERY, &query, ANY_REPLY) == NULL)
        return cli->failure;
    status = ask_ingest(cli);
    if (status == NULL)
        return cli->failure;
    show_line(&cli->show, "时钟已确认，现在是 %s", "the clock is accepted, it is %s now",
              show_time_ms(&cli->show, status->clock_ms));
    if (status->wall_ms != 0 && status->clock_ms - status->wall_ms > INT64_C(60) * 1000) {
        struct words ahead = show_duration(&cli->show, (status->clock_ms - status->wall_ms) / 1000);

        show_line(&cli->show, "系统钟是 %1$s：督办不往回走，要快 %2$s%3$.0s，直到系统钟走到那里",
                  "the wall clock says %1$s: Duban does not go back and stays %2$.0s%3$s ahead until that has caught up",
                  show_time_ms(&cli->show, status->wall_ms), ahead.zh, ahead.en);
    }
    return EXIT_FINE;
}
