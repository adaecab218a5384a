/* what_if_run.c - both runs take each record of the journal, one after the other.
 *
 * The journal has a tick for what was due in the first run. In the second other things are due at other times: they fire on
 * time until the first run's own next due, since nothing tells that the house stood still before that. Where a record comes
 * later than that due, it did stand still, and what is due from then on is late in the second run as in the first.
 */
#include "what_if.h"

#include <inttypes.h>
#include <string.h>

#include "log.h"

/* ---------------------------------------------------------------- the other pack */

static void put_files(struct what_if *what_if)
{
    struct state *state = &what_if->runs[AFTER].state;

    for (size_t file = 0; file < what_if->pack.count; file++)
        for (uint32_t piece = 0; piece < pack_pieces(&what_if->pack, file); piece++) {
            Duban__PolicyFile row;

            pack_piece(&what_if->pack, file, piece, &row);
            state_link_begin(state);
            state_put_policy_file(state, &row);
            state_link_end(state);
        }
}

static void put_in_force(struct what_if *what_if)
{
    struct rules *after = &what_if->runs[AFTER];
    const struct policy *policy = after->engine.shelf.policy(after->engine.shelf.self, what_if->pack.version, NULL);

    if (policy == NULL)
        die("政策包读不回来 / the pack cannot be read back");
    rules_change_policy(after, policy, what_if->from_ms / 1000);
}

/* From here on the second run goes its own way. Before any pack is in force, the first that comes is the other one. */
static void begin_period(struct what_if *what_if)
{
    what_if->begun = true;
    what_if->runs[AFTER].engine.takes_as_accepted = true;
    what_if->outbox_begun = what_if->runs[BEFORE].state.meta.outbox_last;
    for (int run = 0; run < RUN_COUNT; run++)
        what_if->seen[run] = what_if->outbox_begun;
    if (what_if->runs[AFTER].engine.policy != NULL)
        put_in_force(what_if);
}

/* ---------------------------------------------------------------- record by record */

/* Until when the second run may be sure that the house went on. */
static int64_t on_time_before_s(struct what_if *what_if, int64_t until_s)
{
    int64_t due_s = state_next_due(&what_if->runs[BEFORE].state.txn);

    return due_s != 0 && due_s < until_s ? due_s : until_s;
}

static int let_time_pass(struct what_if *what_if, int64_t until_s)
{
    return rules_pass_time(&what_if->runs[AFTER], on_time_before_s(what_if, until_s));
}

static int take_record(struct what_if *what_if, const struct link_record *record)
{
    what_if->variation.on_time_before_s = on_time_before_s(what_if, record->stamp_ms / 1000);
    for (int run = 0; run < RUN_COUNT; run++) {
        if (run == AFTER && what_if->begun)
            what_if->runs[AFTER].engine.lots_of = what_if->runs[BEFORE].engine.policy;
        if (rules_apply_one(&what_if->runs[run], record) == -1)
            return -1;
        if (what_if->begun)
            tellings_gather(what_if, (enum run) run);
    }
    if (what_if->begun_s == 0 && what_if->begun && what_if->runs[AFTER].engine.policy != NULL)
        what_if->begun_s = what_if->from_ms != 0 ? what_if->from_ms / 1000 : record->stamp_ms / 1000;
    what_if->entries += what_if->begun ? 1 : 0;
    what_if->ended_s = record->stamp_ms / 1000;
    return 0;
}

static int begin_when_due(struct what_if *what_if, int64_t stamp_ms)
{
    if (what_if->begun || stamp_ms < what_if->from_ms)
        return 0;
    if (let_time_pass(what_if, what_if->from_ms / 1000) == -1)
        return -1;
    begin_period(what_if);
    return 0;
}

struct living {
    struct what_if *what_if;
    struct feed feed;
};

static int apply(void *self, const struct link_record *records, size_t count)
{
    struct living *living = self;
    struct what_if *what_if = living->what_if;

    for (size_t i = 0; i < count && !living->feed.enough; i++) {
        living->feed.enough = records[i].stamp_ms >= what_if->to_ms;
        if (!living->feed.enough &&
            (begin_when_due(what_if, records[i].stamp_ms) == -1 || take_record(what_if, &records[i]) == -1))
            return -1;
    }
    return 0;
}

static int greet(void *self, const Duban__HelloOk *hello_ok)
{
    struct living *living = self;
    int result = 0;

    for (int run = 0; run < RUN_COUNT && result == 0; run++)
        result = rules_greet(&living->what_if->runs[run], hello_ok);
    return result;
}

/* ---------------------------------------------------------------- the whole */

static void begin(struct what_if *what_if)
{
    for (int run = 0; run < RUN_COUNT; run++)
        rules_begin(&what_if->runs[run]);
    what_if->variation = (struct rules_variation){ .self = what_if, .admit = what_if_admit, .let_go = what_if_let_go };
    what_if->runs[AFTER].variation = &what_if->variation;
    put_files(what_if);
}

/* To the end of the period, where the journal goes on behind it. */
static int end(struct what_if *what_if, bool journal_goes_on)
{
    int result = 0;

    if (journal_goes_on && what_if->begun) {
        what_if->ended_s = what_if->to_ms / 1000;
        result = let_time_pass(what_if, what_if->ended_s);
        tellings_gather(what_if, AFTER);
    }
    for (int run = 0; run < RUN_COUNT; run++)
        if (rules_end(&what_if->runs[run]) == -1)
            result = -1;
    return result;
}

static bool say_nothing_there(struct what_if *what_if)
{
    struct cli *cli = what_if->cli;

    if (!what_if->begun)
        cli->failure = cli_fail(cli, "日志只到 %s，这段时间里没有记录", "the journal ends at %s: there is no entry in that period",
                                show_time(&cli->show, what_if->ended_s));
    else
        cli->failure = cli_fail(cli, "这段时间里没有启用过政策包，没有可比的", "no pack was in force in that period: there is nothing to compare");
    return false;
}

bool what_if_run(struct what_if *what_if, uint64_t journal_last)
{
    struct living living = { .what_if = what_if };
    bool fed;

    living.feed = (struct feed){ .cli = what_if->cli, .rules = &what_if->runs[BEFORE], .self = &living, .greet = greet, .apply = apply,
                                 .target = journal_last };
    begin(what_if);
    fed = feed_run(&living.feed);
    if (end(what_if, living.feed.enough) == -1 && fed) {
        what_if->cli->failure = cli_fail(what_if->cli, "临时数据写不下去，原因见上", "the scratch data cannot be written, see above");
        return false;
    }
    if (fed && what_if->begun_s == 0)
        return say_nothing_there(what_if);
    return fed;
}
