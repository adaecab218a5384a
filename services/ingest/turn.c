#include <errno.h>
#include <zmq.h>

#include "daemon.h"
#include "ingest.h"
#include "log.h"
#include "message.h"

enum {
    COMPACT_EVERY_MS = 3600 * 1000,
    LOOK_EVERY_MS = 1000,
    LATER_PER_TURN = 256,
};

/* ---------------------------------------------------------------- committing */

/* Nothing of what the transaction had changed stands; what is known of it is what was committed before. */
static void drop_batch(struct ingest *ingest)
{
    journal_dropped(&ingest->journal);
    ingest->skips.fresh = 0;
    ingest->compaction_wanted = meta_wants_compaction(&ingest->store);
    if (ingest->txn.error == MDB_MAP_FULL)
        space_map_full(&ingest->space, &ingest->store);
    else
        space_check(&ingest->space, &ingest->store);   /* gives up the reserve, so that the next one has room */
}

/* What was found damaged may be passed over now: the file is read anew, to say what is left. */
static void take_new_skips(struct ingest *ingest)
{
    skips_read(&ingest->skips, &ingest->store);
    if (skips_have(&ingest->skips, ingest->journal.damaged_sequence))
        ingest->journal.damaged_sequence = 0;
    look_over_again(&ingest->look_over);
}

int ingest_commit(struct ingest *ingest)
{
    uint64_t before = ingest->journal.committed.sequence;

    journal_settle(&ingest->journal, &ingest->txn);
    if (store_commit(&ingest->txn) == 0) {
        journal_committed(&ingest->journal);
        ingest->counters.commits += ingest->journal.committed.sequence != before;
        if (ingest->skips.fresh > 0)
            take_new_skips(ingest);
        return 0;
    }
    if (ingest->txn.error != MDB_MAP_FULL && !ingest->txn.no_room)
        die("提交失败(%s)，磁盘已不可信，停止运行；未发出任何回执。请检查磁盘后重启 / "
            "a commit failed (%s): the disk cannot be believed any more, stopping; no receipt has left. "
            "Check the disk, then start again",
            mdb_strerror(ingest->txn.error), mdb_strerror(ingest->txn.error));
    drop_batch(ingest);
    return -1;
}

/* ---------------------------------------------------------------- ticks */

/* Anything journaled at or after the WAKE has moved rules' time as well as a Tick would. */
static bool is_tick_coming(const struct ingest *ingest)
{
    return !ingest->clock.memory.held && ingest->journal.head.stamp_ms < ingest->wake_ms;
}

static bool is_tick_due(struct ingest *ingest)
{
    return is_tick_coming(ingest) && clock_now(&ingest->clock) >= ingest->wake_ms;
}

/* Nobody can submit a Tick, so that its id needs only to be one of its own: its sequence. */
static void append_tick(struct ingest *ingest)
{
    static const uint8_t tick[] = { 0xaa, 0x01, 0x00 };   /* Entry { tick {} } */
    struct record record = { .account = "ingest", .payload = { tick, sizeof tick } };

    put_u64(record.client_id + 8, ingest->journal.head.sequence + 1);
    journal_append(&ingest->journal, &ingest->txn, NULL, clock_now(&ingest->clock), &record);
    ingest->counters.ticks++;
}

static int64_t monotonic_of(const struct ingest *ingest)
{
    return ingest->clock.source.monotonic_ms(ingest->clock.source.self);
}

/* ---------------------------------------------------------------- forgetting */

/* The texts go, and that they have gone is journaled, in one transaction. */
static void append_forgotten(struct ingest *ingest)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Forgotten forgotten = DUBAN__FORGOTTEN__INIT;
    ProtobufCBinaryData tokens[LINK_MOST_FORGET];
    struct record record = { .account = "ingest" };

    forgotten.tokens = tokens;
    for (; forgotten.n_tokens < ingest->forget_count; forgotten.n_tokens++) {
        ingest->compaction_wanted |= vault_forget(&ingest->txn, ingest->forget[forgotten.n_tokens]);
        tokens[forgotten.n_tokens] = (ProtobufCBinaryData){ TOKEN_BYTES, ingest->forget[forgotten.n_tokens] };
    }
    entry.body_case = DUBAN__ENTRY__BODY_FORGOTTEN;
    entry.forgotten = &forgotten;
    arena_reset(&ingest->arena);
    record.payload = message_pack(&ingest->arena, &entry);
    put_u64(record.client_id + 8, ingest->journal.head.sequence + 1);
    if (ingest->compaction_wanted)   /* else all of them were gone: rules, built anew, asks again */
        meta_want_compaction(&ingest->txn, true);
    journal_append(&ingest->journal, &ingest->txn, NULL, clock_now(&ingest->clock), &record);
}

static void forget(struct ingest *ingest)
{
    store_begin(&ingest->txn, &ingest->store, STORE_WRITE);
    append_forgotten(ingest);
    if (ingest_commit(ingest) == 0)
        ingest->forgotten_sequence = ingest->journal.committed.sequence;
    ingest->forget_count = 0;   /* rules asks again for what has not been done */
    link_producer_pump(&ingest->log);
}

/* Between two turns nothing is open. Nobody is served meanwhile: not more often than once an hour, and what fails is
 * tried again then. */
static void compact(struct ingest *ingest)
{
    if (!ingest->compaction_wanted || monotonic_of(ingest) < ingest->compact_after_ms)
        return;
    ingest->compact_after_ms = monotonic_of(ingest) + COMPACT_EVERY_MS;
    ingest->compactions_failed++;
    if (store_compact(&ingest->store, ingest->pulse) == -1)
        return;
    ingest->compactions_failed = 0;
    ingest->compaction_wanted = false;
    store_begin(&ingest->txn, &ingest->store, STORE_WRITE);
    meta_want_compaction(&ingest->txn, false);
    (void) ingest_commit(ingest);
    log_info("forgotten: the file has been compacted");
}

int ingest_save_clock(struct ingest *ingest)
{
    store_begin(&ingest->txn, &ingest->store, STORE_WRITE);
    meta_put_clock(&ingest->txn, &ingest->clock.memory);
    if (is_tick_due(ingest))
        append_tick(ingest);
    if (ingest_commit(ingest) == -1)
        return -1;
    if (ingest->log.socket != NULL)
        link_producer_pump(&ingest->log);
    return 0;
}

/* ---------------------------------------------------------------- one batch */

/* What arrives beyond the ring is told to come again, some of it in every turn. */
static void fill(struct ingest *ingest, struct intake *intake, uint32_t most)
{
    struct received received;

    if (intake_fill(intake, most))
        return;
    for (int i = 0; i < LATER_PER_TURN && intake_overflow(intake, &received); i++) {
        answer_later(ingest, intake, &received);
        frame_release(&received);
    }
}

/* Judge what waits, oldest first. Returns how many; they stay in their ring until answered. */
static uint32_t judge(struct ingest *ingest, struct intake *intake, uint32_t most, uint64_t most_bytes)
{
    uint64_t bytes = 0;
    uint32_t count = 0;

    while (count < intake->count && count < most && bytes <= most_bytes && ingest->txn.error == 0) {
        struct submission *submission = intake_at(intake, count);

        bytes += submission->received.body.size;
        ingest_handle(ingest, intake, submission);
        intake_release(intake, submission);
        count++;
    }
    ingest->unlooked_bytes += bytes;
    return count;
}

static void answer_full(struct ingest *ingest, const struct intake *intake, const struct submission *submission)
{
    struct fault fault;

    if (submission->answer == ANSWER_GIVEN)
        return;
    space_fault(&ingest->space, SPACE_ORDINARY, &fault);
    answer_refusal(ingest, intake->socket, &submission->received.peer, submission->request_id,
                   DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL, &fault);
}

static void answer(struct ingest *ingest, struct intake *intake, uint32_t count, bool committed)
{
    for (uint32_t i = 0; i < count; i++) {
        if (committed)
            answer_committed(ingest, intake, intake_at(intake, i));
        else
            answer_full(ingest, intake, intake_at(intake, i));
    }
    intake_drop(intake, count);
}

static void run_batch(struct ingest *ingest)
{
    const struct ingest_settings *settings = &ingest->settings;
    uint64_t most_bytes = space_batch_bytes(&ingest->space, settings->batch_bytes);
    uint32_t outcomes, submissions;
    bool committed;

    store_begin(&ingest->txn, &ingest->store, STORE_WRITE);
    ingest->now_ms = clock_now(&ingest->clock);
    outcomes = judge(ingest, &ingest->outcome, INGEST_OUTCOME_QUEUE, most_bytes);
    submissions = judge(ingest, &ingest->submit, settings->batch_records, most_bytes);
    if (is_tick_due(ingest))
        append_tick(ingest);
    daemon_kill_point("ingest.before_commit");
    committed = ingest_commit(ingest) == 0;
    if (committed)
        daemon_kill_point("ingest.committed");
    answer(ingest, &ingest->outcome, outcomes, committed);
    answer(ingest, &ingest->submit, submissions, committed);
    daemon_kill_point("ingest.receipted");
    if (!committed)
        ingest->tick_after_ms = ingest->looked_ms + LOOK_EVERY_MS;
    link_producer_pump(&ingest->log);
}

/* ---------------------------------------------------------------- one turn */

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t timeout_ms(struct ingest *ingest)
{
    int64_t timeout = lesser(LOOK_EVERY_MS, link_producer_timeout_ms(&ingest->log));
    int64_t held = queries_timeout_ms(ingest);

    if (ingest->submit.count > 0 || ingest->outcome.count > 0)
        return 0;
    if (held >= 0)
        timeout = lesser(timeout, held);
    timeout = lesser(timeout, ingest->look_over.next_ms - monotonic_of(ingest));
    if (is_tick_due(ingest))
        timeout = lesser(timeout, ingest->tick_after_ms - monotonic_of(ingest));
    else if (is_tick_coming(ingest))
        timeout = lesser(timeout, ingest->wake_ms - clock_now(&ingest->clock));
    return timeout < 0 ? 0 : timeout;
}

/* Where something has come. Asking a socket that has nothing costs three system calls. */
struct arrivals {
    bool submit;
    bool outcome;
    bool log;
    bool queries;
};

static struct arrivals wait_for_work(struct ingest *ingest, int stop_fd)
{
    zmq_pollitem_t items[] = {
        { .socket = ingest->submit.socket, .events = ZMQ_POLLIN },
        { .socket = ingest->outcome.socket, .events = ZMQ_POLLIN },
        { .socket = ingest->log.socket, .events = ZMQ_POLLIN },
        { .socket = ingest->queries.socket, .events = ZMQ_POLLIN },
        { .fd = stop_fd, .events = ZMQ_POLLIN },
    };

    if (zmq_poll(items, stop_fd == -1 ? 4 : 5, (long) timeout_ms(ingest)) == -1 && errno != EINTR)
        die("无法等待套接字 / cannot poll: %s", zmq_strerror(errno));
    return (struct arrivals){ items[0].revents != 0, items[1].revents != 0, items[2].revents != 0, items[3].revents != 0 };
}

static void look_at_clock(struct ingest *ingest)
{
    bool was_held = ingest->clock.memory.held;

    if (!clock_check(&ingest->clock))
        return;
    (void) ingest_save_clock(ingest);
    if (ingest->clock.memory.held && !was_held)
        log_error("house alarm: the clock is held, no deadline fires until 'duban clock accept': %s",
                  ingest->clock.reason_en);
}

/* Every second, and sooner when a good part of what is left has been written. */
static void look_at_space(struct ingest *ingest)
{
    int64_t now_ms = monotonic_of(ingest);

    if (now_ms - ingest->looked_ms < LOOK_EVERY_MS &&
        ingest->unlooked_bytes < space_batch_bytes(&ingest->space, UINT64_MAX))
        return;
    ingest->looked_ms = now_ms;
    ingest->unlooked_bytes = 0;
    space_check(&ingest->space, &ingest->store);
}

/* Nothing says when there is room again, and a quota is not seen: a small commit tries it, less and less often.
 * It makes the memory of the clock durable too, which may have been lost with a commit that failed. */
static void try_full_disk(struct ingest *ingest)
{
    if (!ingest->store.disk_is_full) {
        ingest->room = (struct room_wait){ 0 };
        return;
    }
    if (room_is_awaited(&ingest->room, monotonic_of(ingest)))
        return;
    if (ingest->room.until_ms != 0 && ingest_save_clock(ingest) == 0)
        space_check(&ingest->space, &ingest->store);
    room_wait_longer(&ingest->room, monotonic_of(ingest));
}


/* A record that was damaged when somebody read it may have been put right since: a round that finds all sound says so. */
static void look_over(struct ingest *ingest)
{
    uint32_t rounds = ingest->look_over.rounds;

    look_over_turn(&ingest->look_over, ingest->journal.committed.sequence, &ingest->clock.source);
    if (ingest->look_over.rounds != rounds && ingest->look_over.said.sequence == 0)
        ingest->journal.damaged_sequence = 0;
}

void ingest_turn(struct ingest *ingest, int stop_fd)
{
    struct arrivals arrivals = wait_for_work(ingest, stop_fd);

    look_at_clock(ingest);
    look_at_space(ingest);
    try_full_disk(ingest);
    if (arrivals.outcome)
        fill(ingest, &ingest->outcome, INGEST_OUTCOME_QUEUE);
    if (arrivals.submit)
        fill(ingest, &ingest->submit, 2 * ingest->settings.batch_records);
    if (ingest->submit.count > 0 || ingest->outcome.count > 0 ||
        (is_tick_due(ingest) && monotonic_of(ingest) >= ingest->tick_after_ms))
        run_batch(ingest);
    link_producer_pump(&ingest->log);
    if (arrivals.log && link_producer_receive(&ingest->log) == -1)
        die("无法从套接字 ingest.log 接收，请重启；原因见上一行 / cannot receive at ingest.log, restart; the line above says why");
    if (arrivals.queries)
        queries_receive(ingest);
    queries_held(ingest);
    link_producer_tick(&ingest->log);
    if (ingest->forget_count > 0)
        forget(ingest);
    compact(ingest);
    look_over(ingest);
}
