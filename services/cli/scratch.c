/* scratch.c - a scratch state of rules, and the journal that is fed to it. */
#include "scratch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "log.h"
#include "settings.h"

#define DEFAULT_MAP "64G"   /* as duban-rules' own */

enum { PROGRESS_MS = 500 };

/* ---------------------------------------------------------------- a state of its own */

bool scratch_map(struct cli *cli, uint64_t *map_bytes)
{
    const char *map = cli_has(cli, "map") ? cli_option(cli, "map") : DEFAULT_MAP;

    if (settings_parse_bytes(map, map_bytes) && *map_bytes != 0)
        return true;
    cli->failure = cli_wrong_use(cli, "--map 应写作 16M、8G 等，不能是“%s”", "write --map as 16M or 8G, not \"%s\"", map);
    return false;
}

bool scratch_store(struct cli *cli, int (*open)(void *self, const char *directory, size_t map_bytes), void *self,
                   uint64_t map_bytes)
{
    const char *parent = cli_option(cli, "data");
    char *directory = text_of(&cli->arena, "%s/duban-replay-XXXXXX", parent == NULL ? "/tmp" : parent);

    if (mkdtemp(directory) == NULL) {
        cli->failure = cli_fail_system(cli, errno, "建不了临时目录 %s", "cannot make a scratch directory %s", directory);
        return false;
    }
    if (open(self, directory, (size_t) map_bytes) == -1) {
        cli->failure = cli_fail(cli, "打不开临时数据 %s", "cannot open scratch data in %s", directory);
        rmdir(directory);
        return false;
    }
    unlink(text_of(&cli->arena, "%s/data.mdb", directory));
    unlink(text_of(&cli->arena, "%s/lock.mdb", directory));
    rmdir(directory);
    return true;
}

static int open_rules(void *self, const char *directory, size_t map_bytes)
{
    struct rules *rules = self;

    if (rules_open(rules, directory, map_bytes) == -1)
        return -1;
    store_is_scratch(&rules->state.store);
    return 0;
}

bool scratch_open(struct cli *cli, struct rules *rules, uint64_t map_bytes)
{
    return scratch_store(cli, open_rules, rules, map_bytes);
}

/* ---------------------------------------------------------------- the journal, from nothing */

static uint64_t applied(const struct feed *feed)
{
    return feed->rules->state.meta.cursor;
}

static void sink_hello(void *self, Duban__Hello *hello)
{
    struct feed *feed = self;
    const Duban__Meta *meta = &feed->rules->state.meta;

    hello->consumer = feed->name;
    hello->lineage = meta->lineage;
    hello->cursor = meta->cursor;
    if (hello->cursor > 0)
        hello->digest = meta->journal_digest;
}

static int sink_hello_ok(void *self, const Duban__HelloOk *hello_ok)
{
    struct feed *feed = self;

    feed->greeted = true;   /* no sign of life by itself: what cannot be read is greeted again and again */
    return feed->greet(feed->self, hello_ok);
}

static void sink_refused(void *self, const Duban__Refuse *refuse)
{
    struct feed *feed = self;

    feed->refused = true;
    cli_fail(feed->cli, "日志不让重放：%s", "the journal refuses the replay: %s", refuse->detail);
}

/* Not beyond the target: what is compared stands still there. */
static int sink_apply(void *self, const struct link_record *records, size_t count)
{
    struct feed *feed = self;

    while (count > 0 && records[count - 1].sequence > feed->target)
        count--;
    if (count > 0 && !feed->enough && feed->apply(feed->self, records, count) == -1)
        feed->failed = true;
    feed->heard_ms = monotonic_ms();
    return feed->failed ? -1 : 0;
}

static void tell_progress(struct feed *feed, bool last)
{
    FILE *errors = feed->cli->errors.out;
    int64_t now_ms = monotonic_ms();

    if (feed->cli->json || isatty(STDERR_FILENO) != 1 || (!last && now_ms - feed->told_ms < PROGRESS_MS))
        return;
    feed->told_ms = now_ms;
    fprintf(errors, "\r%" PRIu64 " / %" PRIu64, applied(feed), feed->target);
    if (last)
        fputc('\n', errors);
    fflush(errors);
}

static void turn(struct feed *feed)
{
    zmq_pollitem_t item = { .socket = feed->journal.socket, .events = ZMQ_POLLIN };
    long timeout_ms = link_consumer_timeout_ms(&feed->journal);

    zmq_poll(&item, feed->journal.socket == NULL ? 0 : 1, timeout_ms < PROGRESS_MS ? timeout_ms : PROGRESS_MS);
    link_consumer_receive(&feed->journal);
    link_consumer_tick(&feed->journal);
    tell_progress(feed, false);
}

/* What kept it from going on; cli->failure has the exit code. */
static void say_why(struct feed *feed, bool silent)
{
    struct cli *cli = feed->cli;

    if (silent && feed->greeted) {
        cli->failure = cli_fail(cli, "日志在第 %" PRIu64 " 号之后读不出来；请看 duban-ingest 的运行日志，必要时从备份恢复",
                                "the journal cannot be read beyond entry %" PRIu64 "; see the log of duban-ingest, and restore from a "
                                "backup if need be", applied(feed));
    } else if (silent) {
        cli_fail(cli, "日志没有应答；请检查 duban-ingest 是否在运行", "the journal does not answer; is duban-ingest running?");
        cli->failure = EXIT_NO_ANSWER;
    } else if (feed->failed) {
        cli->failure = cli_fail(cli, "重放在第 %" PRIu64 " 号之后停下，原因见上",
                                "the replay stopped after entry %" PRIu64 ", see above", applied(feed));
    } else if (feed->refused) {
        cli->failure = EXIT_REFUSED;
    }
}

bool feed_run(struct feed *feed)
{
    struct cli *cli = feed->cli;
    struct link_sink sink = { .self = feed, .hello = sink_hello, .hello_ok = sink_hello_ok, .refused = sink_refused,
                              .apply = sink_apply };
    bool silent = false;

    (void) snprintf(feed->name, sizeof feed->name, "replay-%ld", (long) getpid());
    link_consumer_open(&feed->journal, cli->zmq, endpoint_of(cli, "ingest.log"), sink);
    feed->heard_ms = monotonic_ms();
    while (applied(feed) < feed->target && !feed->enough && !feed->failed && !feed->refused && !silent) {
        turn(feed);
        silent = monotonic_ms() - feed->heard_ms > cli->timeout_ms;
    }
    link_consumer_close(&feed->journal);
    tell_progress(feed, true);
    say_why(feed, silent);
    return !silent && !feed->failed && !feed->refused;
}
