/* what_if.c - duban policy diff: what would have been told, to whom and when, had another pack been in force. */
#include "what_if.h"

#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "log.h"

enum { USUAL_LIMIT = 20, MOST_LIMIT = 1000, ARENA_BYTES = 64 * 1024 * 1024, DAY_DIGITS = 10 };

/* A time, or a day: as a beginning its first moment, as an end the one after its last. */
static bool read_moment(struct cli *cli, const char *option, bool is_end, int64_t *at_ms)
{
    const char *text = cli_option(cli, option);
    const char *what = text_of(&cli->arena, "--%s", option);
    int64_t day;

    if (text == NULL)
        return true;
    if (strlen(text) != DAY_DIGITS)
        return cli_time(cli, what, text, at_ms);
    if (!cli_day(cli, what, text, &day))
        return false;
    *at_ms = civil_moment(day + (is_end ? 1 : 0), 0, cli->show.offset_s) * 1000;
    return true;
}

static bool read_period(struct what_if *what_if)
{
    what_if->to_ms = INT64_MAX;
    if (!read_moment(what_if->cli, "from", false, &what_if->from_ms) || !read_moment(what_if->cli, "to", true, &what_if->to_ms)) {
        what_if->cli->failure = EXIT_WRONG_USE;
        return false;
    }
    if (what_if->from_ms < what_if->to_ms)
        return true;
    what_if->cli->failure = cli_wrong_use(what_if->cli, "--to 应晚于 --from", "--to must be later than --from");
    return false;
}

static bool read_limit(struct cli *cli, uint64_t *limit)
{
    *limit = USUAL_LIMIT;
    if (cli_option(cli, "limit") == NULL)
        return true;
    if (!cli_number(cli, "--limit", cli_option(cli, "limit"), limit)) {
        cli->failure = EXIT_WRONG_USE;
        return false;
    }
    if (*limit <= MOST_LIMIT)
        return true;
    cli->failure = cli_wrong_use(cli, "--limit 最多 %d；要全部，请用 --json", "--limit is %d at most; --json gives all", MOST_LIMIT);
    return false;
}

static bool open_states(struct what_if *what_if, uint64_t map_bytes)
{
    arena_open(&what_if->arena, ARENA_BYTES);
    for (int run = 0; run < RUN_COUNT; run++) {
        if (!scratch_open(what_if->cli, &what_if->runs[run], map_bytes))
            return false;
        what_if->runs[run].events_per_transaction = 4 * RULES_EVENTS_PER_TRANSACTION;
    }
    return tellings_open(what_if, map_bytes);
}

static void close_states(struct what_if *what_if)
{
    tellings_close(what_if);
    for (int run = 0; run < RUN_COUNT; run++)
        rules_close(&what_if->runs[run]);
    arena_close(&what_if->arena);
}

bool what_if_is_the_same(const struct what_if *what_if)
{
    uint64_t changes = what_if->cases_changed + what_if->subjects_changed;

    for (int change = 0; change < TELLING_CHANGE_COUNT; change++)
        changes += what_if->changes[change];
    return changes == 0;
}

static enum exit_code compare_and_show(struct what_if *what_if, uint64_t limit)
{
    const Duban__IngestStatus *ingest = ask_ingest(what_if->cli);

    if (ingest == NULL || !what_if_run(what_if, ingest->last_sequence))
        return what_if->cli->failure;
    if (tellings_compare(what_if) == -1)
        return cli_fail(what_if->cli, "临时数据写不下去，原因见上", "the scratch data cannot be written, see above");
    rows_count(what_if, &CASES_COMPARED, what_if->cases, &what_if->cases_changed, what_if->cases_alone);
    rows_count(what_if, &SUBJECTS_COMPARED, what_if->subjects, &what_if->subjects_changed, what_if->subjects_alone);
    return what_if->cli->json ? what_if_json(what_if) : what_if_show(what_if, limit);
}

/* libsodium's state is in it, which wants its alignment. */
static struct what_if *what_if_new(struct cli *cli)
{
    struct what_if *what_if = NULL;

    if (posix_memalign((void **) &what_if, 64, sizeof *what_if) != 0)
        die("内存不足 / out of memory");
    memset(what_if, 0, sizeof *what_if);
    what_if->cli = cli;
    return what_if;
}

enum exit_code policy_diff(struct cli *cli)
{
    struct what_if *what_if = what_if_new(cli);
    enum exit_code code;
    uint64_t map_bytes, limit;

    if (read_period(what_if) && read_limit(cli, &limit) && scratch_map(cli, &map_bytes) &&
        pack_read(cli, cli->arguments[1], &what_if->pack) && pack_is_fine(cli, cli->arguments[1], &what_if->pack) &&
        open_states(what_if, map_bytes))
        code = compare_and_show(what_if, limit);
    else
        code = cli->failure;
    close_states(what_if);
    free(what_if);
    return code;
}
