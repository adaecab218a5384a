/* serve.c - the daemon's turn: journal in, outbox out, time passed on, queries answered. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "client.h"
#include "log.h"
#include "message.h"
#include "rules.h"

enum { QUERY_ARENA_BYTES = 16 * 1024 * 1024, SUBMIT_TIMEOUT_MS = 2000, VERSION_RETRY_MS = 10 * 1000 };

/* ---------------------------------------------------------------- journal in */

static void sink_hello(void *self, Duban__Hello *hello)
{
    struct rules *rules = self;

    hello->consumer = "rules";
    hello->lineage = rules->state.meta.lineage;
    hello->cursor = rules->state.meta.cursor;
    if (hello->cursor > 0)
        hello->digest = rules->state.meta.journal_digest;
}

/* What became due by the last entry itself fires before the next one: a tick must come even
 * though its time is not after the journal's. */
static void ask_to_be_woken(struct rules *rules)
{
    uint8_t tokens[LINK_MOST_FORGET][TOKEN_BYTES];
    size_t count;
    int64_t after_last_ms = rules->state.meta.applied_stamp_ms + 1;
    struct store_txn txn;
    int64_t due_ms;

    state_read(&rules->state, &txn);
    due_ms = state_next_due(&txn) * 1000;
    count = state_forgettings(&txn, rules->state.meta.applied_stamp_ms / 1000, tokens, LINK_MOST_FORGET);
    store_abort(&txn);
    link_consumer_forget(&rules->journal, tokens, count);
    link_consumer_wake(&rules->journal, due_ms > 0 && due_ms < after_last_ms ? after_last_ms : due_ms);
}

static int sink_hello_ok(void *self, const Duban__HelloOk *hello_ok)
{
    struct rules *rules = self;

    if (rules_greet(rules, hello_ok) == -1)
        return -1;
    rules->tail.last_sequence = hello_ok->last_sequence;
    rules->tail.last_stamp_ms = hello_ok->last_stamp_ms;
    ask_to_be_woken(rules);   /* after a restart there may be nothing to apply, and yet something due */
    return 0;
}

static _Noreturn void die_of_the_store(int error)
{
    if (error == MDB_MAP_FULL)
        die("状态库已满，请调大设置 map 后重新启动 / the store is full: raise the setting map, then start again");
    die("状态库提交失败，请检查磁盘后重新启动 / commit failed: check the disk, then start again: %s", mdb_strerror(error));
}

/* The session ends with what could not be applied; the next one begins after what is durable, and when it is time. */
static int wait_for_room(struct rules *rules)
{
    int error = rules->state.txn.error;

    if (!rules->state.txn.no_room || rules_reload(rules) == -1)
        die_of_the_store(error);
    room_wait_longer(&rules->room, monotonic_ms());
    return -1;
}

static int sink_apply(void *self, const struct link_record *records, size_t count)
{
    struct rules *rules = self;
    int result = rules_apply(rules, records, count);

    if (rules->damaged)
        return wait_for_room(rules);
    room_wait_end(&rules->room);
    ask_to_be_woken(rules);
    return result;
}

static void sink_tail(void *self, const Duban__Tail *tail)
{
    struct rules *rules = self;
    bool moved = tail->clock_ms != rules->tail.clock_ms;

    rules->tail = *tail;
    if (moved)
        link_producer_tail_now(&rules->outbox);
}

/* ---------------------------------------------------------------- outbox out */

static void source_hello_ok(void *self, Duban__HelloOk *hello_ok)
{
    struct rules *rules = self;

    hello_ok->first_sequence = 1;   /* notices are facts: kept as long as the state */
    hello_ok->last_sequence = rules->state.committed.outbox_last;
    hello_ok->last_stamp_ms = rules->state.committed.applied_stamp_ms;
    hello_ok->rehearsal = rules->state.meta.rehearsal;
}

static bool source_digest(void *self, uint64_t sequence, uint8_t digest[DIGEST_BYTES])
{
    struct rules *rules = self;
    uint8_t key[STATE_KEY_BYTES];
    struct store_txn txn;
    struct bytes row;
    bool found;

    memset(digest, 0, DIGEST_BYTES);
    if (sequence == 0)
        return true;
    state_read(&rules->state, &txn);
    found = store_get(&txn, TABLE_OUTBOX, bytes_of(key, key_of_number(key, sequence)), &row);
    if (found)
        memcpy(digest, (const uint8_t *) row.data + 9, DIGEST_BYTES);
    store_abort(&txn);
    return found;
}

static int source_read(void *self, uint64_t from, struct link_batch *batch)
{
    struct rules *rules = self;
    struct store_cursor cursor;
    struct store_txn txn;
    struct bytes key, row;
    uint8_t start[STATE_KEY_BYTES];
    bool found;

    state_read(&rules->state, &txn);
    store_cursor_open(&cursor, &txn, TABLE_OUTBOX);
    found = store_seek(&cursor, bytes_of(start, key_of_number(start, from)), &key, &row);
    while (found) {
        int64_t stamp_ms;
        struct bytes shipped = outbox_shipped(row, &stamp_ms);

        if (!link_batch_add(batch, get_u64(key.data), stamp_ms, shipped))
            break;
        found = store_next(&cursor, &key, &row);
    }
    store_cursor_close(&cursor);
    store_abort(&txn);
    return txn.error == 0 ? 0 : -1;
}

static void source_tail(void *self, Duban__Tail *tail)
{
    struct rules *rules = self;

    tail->last_sequence = rules->state.committed.outbox_last;
    tail->last_stamp_ms = rules->state.committed.applied_stamp_ms;
    tail->clock_ms = rules->tail.clock_ms;
    tail->journal_sequence = rules->tail.last_sequence;
    tail->journal_stamp_ms = rules->tail.last_stamp_ms;
    tail->applied_stamp_ms = rules->state.committed.applied_stamp_ms;
}

/* Until the journal has greeted us we do not know whose outbox this is: nobody is served. */
static void hand_over(struct rules *rules, bool readable)
{
    if (rules->state.meta.lineage == 0)
        return;
    rules->outbox.lineage = rules->state.meta.lineage;
    link_producer_pump(&rules->outbox);
    if (readable && link_producer_receive(&rules->outbox) == -1)
        die("rules: 发件箱无法读取，请检查磁盘后重新启动 / the outbox cannot be read; check the disk, then start again");
}

/* While more is applied. */
static void ship(void *self)
{
    struct rules *rules = self;

    hand_over(rules, true);
    daemon_alive(&rules->daemon);
}

/* ---------------------------------------------------------------- the engine's era */

/* Once everything that the greeting told of is applied and the journal does not name this version yet, it begins an
 * era: an entry says so, in a new journal before anybody's. The id is derived, so that asking again is the same submission. */
static void submit_version(struct rules *rules)
{
    Duban__EngineVersion version = DUBAN__ENGINE_VERSION__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Receipt *receipt;
    struct client client;
    struct fault fault;
    char endpoint[256];
    uint8_t id[16];

    version.version = ENGINE_VERSION;
    entry.body_case = DUBAN__ENTRY__BODY_ENGINE_VERSION;
    entry.engine_version = &version;
    put_u64(id, rules->state.meta.lineage);
    put_u32(id + 8, ENGINE_VERSION);
    put_u32(id + 12, rules->era);
    snprintf(endpoint, sizeof endpoint, "ipc://%s/ingest.submit", rules->settings.run);
    arena_reset(&rules->query_arena);
    if (client_open(&client, rules->daemon.zmq, endpoint) == -1)
        return;
    if (client_submit(&client, &rules->query_arena, "rules", id, message_pack(&rules->query_arena, &entry), SUBMIT_TIMEOUT_MS,
                      &receipt, &fault) == CLIENT_OK)
        rules->version_submitted = true;
    else
        log_warn("engine version: not submitted yet: %s", fault.en);
    client_close(&client);
}

static bool version_is_known(struct rules *rules)
{
    Duban__PolicyState *row;
    struct store_txn txn;
    struct bytes value;
    bool known = false;

    state_read(&rules->state, &txn);
    arena_reset(&rules->query_arena);
    if (store_get(&txn, TABLE_POLICY_STATE, bytes_of_text("policy"), &value)) {
        row = state_unpack(&rules->query_arena, &duban__policy_state__descriptor, value);
        known = row != NULL && row->engine_version == ENGINE_VERSION;
        rules->era = row == NULL ? 0 : row->engine_version;
    }
    store_abort(&txn);
    return known;
}

static void begin_era(struct rules *rules)
{
    if (rules->version_submitted || rules->journal.state != LINK_OPEN ||
        rules->state.meta.cursor < rules->tail.last_sequence || monotonic_ms() < rules->version_retry_ms)
        return;
    rules->version_retry_ms = monotonic_ms() + VERSION_RETRY_MS;
    if (version_is_known(rules))
        rules->version_submitted = true;
    else
        submit_version(rules);
}

/* ---------------------------------------------------------------- open, turn, close */

static int open_outbox(struct rules *rules)
{
    struct link_source source = {
        .self = rules, .hello_ok = source_hello_ok, .digest = source_digest, .read = source_read, .tail = source_tail,
    };
    char endpoint[256];

    snprintf(endpoint, sizeof endpoint, "ipc://%s/rules.outbox", rules->settings.run);
    /* The outbox is derived: its lineage is the journal's, known after the first greeting;
     * an epoch of its own would say nothing, because the chain tells a rebuilt one apart. */
    return link_producer_open(&rules->outbox, rules->daemon.zmq, endpoint, rules->state.meta.lineage, 1, source);
}

int rules_serve_open(struct rules *rules)
{
    struct link_sink sink = {
        .self = rules, .hello = sink_hello, .hello_ok = sink_hello_ok, .apply = sink_apply, .tail = sink_tail,
        .takes_together = true,
    };
    char endpoint[256];

    if (open_outbox(rules) == -1)
        return -1;
    rules->outbox.gather_ms = LINK_GATHER_MS;
    snprintf(endpoint, sizeof endpoint, "ipc://%s/rules.query", rules->settings.run);
    rules->query_socket = frame_bind(rules->daemon.zmq, endpoint);
    if (rules->query_socket == NULL)
        return -1;
    arena_open(&rules->query_arena, QUERY_ARENA_BYTES);
    rules->ship = ship;
    rules->ship_self = rules;
    snprintf(endpoint, sizeof endpoint, "ipc://%s/ingest.log", rules->settings.run);
    link_consumer_open(&rules->journal, rules->daemon.zmq, endpoint, sink);
    return 0;
}

void rules_serve_close(struct rules *rules)
{
    rules_queries_close(rules);
    link_consumer_close(&rules->journal);
    link_producer_close(&rules->outbox);
    if (rules->query_socket != NULL)
        zmq_close(rules->query_socket);
    arena_close(&rules->query_arena);
}

static int shortest(int a, int b)
{
    return a < b ? a : b;
}

static void hear_journal(struct rules *rules, bool has_come)
{
    if (room_is_awaited(&rules->room, monotonic_ms()))
        return;
    if (has_come)
        link_consumer_receive(&rules->journal);
    link_consumer_tick(&rules->journal);
}

static int journal_timeout_ms(const struct rules *rules)
{
    int64_t wait_ms = rules->room.until_ms - monotonic_ms();

    return wait_ms > 0 ? (int) wait_ms : link_consumer_timeout_ms(&rules->journal);
}

void rules_serve(struct rules *rules)
{
    zmq_pollitem_t items[] = {
        { .fd = rules->daemon.signal_fd, .events = ZMQ_POLLIN },
        { .socket = rules->outbox.socket, .events = rules->state.meta.lineage == 0 ? 0 : ZMQ_POLLIN },
        { .socket = rules->query_socket, .events = ZMQ_POLLIN },
        { .socket = rules->journal.socket, .events = ZMQ_POLLIN },
    };
    int count = rules->journal.socket == NULL ? 3 : 4;
    int timeout_ms = shortest(journal_timeout_ms(rules), link_producer_timeout_ms(&rules->outbox));

    if (rules->held_count > 0)
        timeout_ms = shortest(timeout_ms, 100);
    if (zmq_poll(items, count, timeout_ms) == -1 && errno != EINTR)
        die("rules: poll failed: %s", zmq_strerror(errno));
    hear_journal(rules, count == 4 && (items[3].revents & ZMQ_POLLIN) != 0);
    hand_over(rules, items[1].revents != 0);
    if (rules->state.meta.lineage != 0)
        link_producer_tick(&rules->outbox);
    rules_queries_tick(rules);
    if (items[2].revents != 0)
        rules_queries(rules);
    begin_era(rules);
    daemon_alive(&rules->daemon);
}
