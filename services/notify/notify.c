/* notify.c - the life of the daemon: open, one turn of the loop, close. */
#include "notify.h"

#include <errno.h>

#include "log.h"
#include "message.h"
#include "public_url.h"

enum { BATCH_ARENA_BYTES = 64 * 1024 * 1024, ARENA_BYTES = 16 * 1024 * 1024, LONGEST_WAIT_MS = 1000, SETTLE_WITHIN_MS = 100 };

void notify_endpoint(const struct notify *notify, const char *name, char *out, size_t size)
{
    snprintf(out, size, "ipc://%s/%s", notify->settings.run, name);
}

static _Noreturn void die_of_the_store(const char *data)
{
    if (errno == EUCLEAN)
        die("投递记录损坏：请用备份恢复 %s；没有备份就移到别处再启动，先看 README“恢复”：以前的通知会怎样 / the ledger is damaged: restore %s "
            "from a backup; without one move it away and start again, but read \"restoring\" in the README first, on what "
            "becomes of earlier notices", data, data);
    die("打不开状态库 %s，原因见上一行 / cannot open the store in %s; the line above says why", data, data);
}

void notify_open(struct notify *notify, void *zmq, const struct notify_settings *settings)
{
    char endpoint[256];

    memset(notify, 0, sizeof *notify);
    notify->settings = *settings;
    notify->zmq = zmq;
    notify->now_ms = monotonic_ms();
    notify->alarms.tail_heard_ms = notify->alarms.clock_moved_ms = notify->now_ms;
    arena_open(&notify->batch, BATCH_ARENA_BYTES);
    arena_open(&notify->arena, ARENA_BYTES);
    if (shelf_open(&notify->shelf) == -1)
        die("内存不足，无法启动 / no memory to start with");
    errno = 0;
    if (state_open(&notify->state, settings->data, settings->map) == -1)
        die_of_the_store(settings->data);
    if (!public_url_is_right(settings->public_url))
        die("设置 public_url 有误，见上一行 / the setting public_url is wrong, see the line above");
    if (action_links_open(&notify->action_links, &notify->state, notify->settings.public_url, settings->links_last_ms) == -1)
        die("状态库写不进去，原因见上一行 / the store cannot be written; the line above says why");
    if (spool_open(&notify->spool, settings->data, settings->spool_file) == -1)
        die("打不开留存目录 %s/spool / cannot open the spool in %s/spool", settings->data, settings->data);
    alarm_open(notify);
    channels_open(&notify->channels);
    if (settings->channels[0] != '\0' && channels_read(&notify->channels, settings->channels) == -1)
        die("渠道设置 %s 有误，见以上各行 / the channel settings %s are wrong, see the lines above", settings->channels,
            settings->channels);
    wire_open(&notify->wire);
    flights_open(notify);
    handset_open(notify);
    heartbeat_open(notify);
    spooling_recover(notify);
    outcome_open(notify);
    notify_endpoint(notify, "notify.query", endpoint, sizeof endpoint);
    if (queries_open(notify, endpoint) == -1)
        die("无法绑定 %s / cannot bind %s: %s", endpoint, endpoint, zmq_strerror(errno));
    notify_endpoint(notify, "rules.outbox", endpoint, sizeof endpoint);
    link_consumer_open(&notify->rules, zmq, endpoint, handlers_sink(notify));
}

void notify_reload(struct notify *notify)
{
    house_calls_reload(notify);
    notify->settings_refused = channels_read_again(&notify->channels, notify->settings.channels) == -1;
    if (notify->settings_refused) {
        log_error("渠道设置有误，仍用原来的 / the channel settings are wrong, the former ones stay in force: path=%s",
                  notify->settings.channels);
        return;
    }
    heartbeat_reloaded(notify);
    handset_reloaded(notify);
    destinations_fit(&notify->flights.destinations, &notify->channels, notify_clock_ms(notify));
    log_info("reloaded: channels=%s", notify->settings.channels);
}

void notify_close(struct notify *notify)
{
    link_consumer_close(&notify->rules);
    queries_close(notify);
    vault_close(notify);
    outcome_close(notify);
    flights_close(notify);
    heartbeat_close(notify);
    house_calls_close(notify);
    handset_close(notify);
    wire_close(&notify->wire);
    channels_close(&notify->channels);
    spool_close(&notify->spool);
    state_close(&notify->state);
    shelf_close(&notify->shelf);
    text_close(&notify->object);
    text_close(&notify->title);
    text_close(&notify->scratch);
    arena_close(&notify->batch);
    arena_close(&notify->arena);
}

/* ---------------------------------------------------------------- what holds now */

bool notify_is_holding(const struct notify *notify)
{
    return notify->behind || !notify->tail_heard;
}

int64_t notify_clock_ms(const struct notify *notify)
{
    int64_t clock_ms = notify->state.head.clock_ms;
    int64_t silent_ms = notify->now_ms - notify->alarms.clock_moved_ms;

    return notify->state.head.rehearsal || clock_ms == 0 || silent_ms <= 0 ? clock_ms : clock_ms + silent_ms;
}

static int64_t spool_next_ms(struct notify *notify, int lane)
{
    static const uint8_t none[TOKEN_BYTES];
    struct queue_place place = { 0 };
    struct store_txn txn;
    bool found;

    store_begin(&txn, &notify->state.store, STORE_READ);
    found = state_queue_seek(&txn, CHANNEL_SPOOL, none, lane, &place);
    store_abort(&txn);
    return found ? place.due_ms : INT64_MAX;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t earliest_due_ms(struct notify *notify)
{
    return earlier(flights_next_ms(notify),
                   earlier(spool_next_ms(notify, LANE_URGENT), spool_next_ms(notify, LANE_NORMAL)));
}

int64_t notify_next_attempt_ms(struct notify *notify)
{
    int64_t earliest = earliest_due_ms(notify);

    return earliest != INT64_MAX ? earliest : 0;
}

bool notify_is_idle(struct notify *notify)
{
    return notify->state.head.outcomes_waiting == 0 && notify->spool.waiting_count == 0 &&
           notify->flights.used == 0 &&
           earliest_due_ms(notify) > notify_clock_ms(notify);
}

const struct texts *notify_texts(struct notify *notify, struct store_txn *txn, struct bytes version)
{
    const struct texts *texts = shelf_find(&notify->shelf, version);
    const Duban__Texts *message;
    struct bytes packed;

    if (texts != NULL || !state_get_texts(txn, version, &packed))
        return texts;
    message = message_unpack_own(&notify->arena, &duban__texts__descriptor, packed);
    return message != NULL ? shelf_add(&notify->shelf, message) : NULL;
}

/* ---------------------------------------------------------------- writing */

void notify_settle(struct notify *notify, struct store_txn *txn)
{
    spooling_settle(notify, txn);
    flights_settle(notify, txn);
    outcome_settle(notify, txn);
    handset_settle(notify, txn);
}

void notify_settled(struct notify *notify)
{
    if (notify->spool.tried_count > 0)
        daemon_kill_point("notify.delivered");
    spool_settled(&notify->spool);
    flights_settled(notify);
    outcome_settled(notify);
    handset_settled(notify);
    if (notify->spool.tried_count == 0)
        notify->settle_at_ms = 0;
}

bool notify_waits_for_room(const struct notify *notify)
{
    return room_is_awaited(&notify->room, notify->now_ms);
}

/* Texts on the shelf go by their digest and come again; flights and receipts stay until they are settled. */
void notify_drop(struct notify *notify, const struct store_txn *txn)
{
    spool_drop(&notify->spool);
    alarm_open(notify);
    if (txn->no_room)
        room_wait_longer(&notify->room, notify->now_ms);
}

int notify_commit(struct notify *notify, struct store_txn *txn)
{
    if (state_commit(&notify->state, txn) == 0) {
        room_wait_end(&notify->room);
        return 0;
    }
    if (!txn->no_room)
        die("状态库已满，请调大设置 map 后重新启动 / the store is full: raise the setting map, then start again");
    notify_drop(notify, txn);
    return -1;
}

bool notify_is_settling_due(const struct notify *notify)
{
    return notify->spool.error != 0 || (notify->settle_at_ms != 0 && notify->now_ms >= notify->settle_at_ms);
}

/* Lines that are written and facts that are receipted can wait a moment for more of them: settled one by
 * one, each would cost three flushes, which the next ones then wait for. */
static bool has_to_settle(struct notify *notify)
{
    if (notify->flights.landed > 0 || handset_has_answer(notify) || alarm_is_due(notify) || flights_have_to_divert(notify) ||
        flights_have_forsaken(notify))
        return true;
    if (notify->spool.tried_count == 0 && !outcome_has_receipts(notify))
        return false;
    if (queries_want_idle(notify))
        notify->settle_at_ms = notify->now_ms;
    else if (notify->settle_at_ms == 0)
        notify->settle_at_ms = notify->now_ms + SETTLE_WITHIN_MS;
    return notify_is_settling_due(notify);
}

static int settle(struct notify *notify)
{
    struct store_txn txn;

    spool_flush(&notify->spool);
    state_begin(&notify->state, &txn);
    arena_reset(&notify->arena);
    notify_settle(notify, &txn);
    arena_reset(&notify->arena);
    alarm_check(notify, &txn);
    flights_divert(notify, &txn);
    if (notify_commit(notify, &txn) == -1)
        return -1;
    notify_settled(notify);
    return 0;
}

/* What is sent and cannot be noted would go again: while the disk is full nothing is begun. */
void notify_work(struct notify *notify)
{
    if (notify_waits_for_room(notify) || (has_to_settle(notify) && settle(notify) == -1))
        return;
    if (spooling_send_due(notify)) {
        if (settle(notify) == -1)
            return;
        notify->more = true;
    }
    if (notify_waits_for_room(notify) || notify->is_stopping)
        return;
    flights_refill(notify);
    vault_ask(notify);
    flights_start(notify);
    if (notify->flights.landed > 0) {
        if (settle(notify) == -1)
            return;
        notify->more = true;
    }
    outcome_send(notify);
    heartbeat_beat(notify);
    house_calls_make(notify);
    handset_ask(notify);
}

/* ---------------------------------------------------------------- one turn */

static int shorter(int a, int b)
{
    return a < b ? a : b;
}

static int wait_ms(const struct notify *notify, int timeout_ms)
{
    if (notify->more)
        return 0;
    timeout_ms = shorter(timeout_ms, LONGEST_WAIT_MS);
    timeout_ms = shorter(timeout_ms, link_consumer_timeout_ms(&notify->rules));
    timeout_ms = shorter(timeout_ms, wire_timeout_ms(&notify->wire));
    timeout_ms = shorter(timeout_ms, queries_timeout_ms(notify));
    timeout_ms = shorter(timeout_ms, heartbeat_timeout_ms(notify));
    timeout_ms = shorter(timeout_ms, handset_timeout_ms(notify));
    if (room_is_awaited(&notify->room, monotonic_ms()))
        timeout_ms = shorter(timeout_ms, (int) (notify->room.until_ms - monotonic_ms()));
    else if (notify->settle_at_ms != 0)
        timeout_ms = shorter(timeout_ms, (int) (notify->settle_at_ms - monotonic_ms()));
    return timeout_ms > 0 ? timeout_ms : 0;
}

enum source { FROM_RULES, FROM_INGEST, FROM_VAULT, FROM_ASKERS, SOURCE_COUNT };

/* Where something has come: asking a socket that has nothing costs three system calls. */
static void wait_for_input(struct notify *notify, int signal_fd, int timeout_ms, bool arrived[SOURCE_COUNT])
{
    void *const sockets[SOURCE_COUNT] = { notify->rules.socket, notify->outcome.socket, notify->vault.socket,
                                          notify->queries.socket };
    zmq_pollitem_t items[SOURCE_COUNT + 2];
    int places[SOURCE_COUNT];
    int count = 0;

    for (int i = 0; i < SOURCE_COUNT; i++) {
        places[i] = count;
        if (sockets[i] != NULL)
            items[count++] = (zmq_pollitem_t){ .socket = sockets[i], .events = ZMQ_POLLIN };
    }
    items[count++] = (zmq_pollitem_t){ .fd = notify->wire.epoll_fd, .events = ZMQ_POLLIN };
    if (signal_fd != -1)
        items[count++] = (zmq_pollitem_t){ .fd = signal_fd, .events = ZMQ_POLLIN };
    zmq_poll(items, count, timeout_ms);
    for (int i = 0; i < SOURCE_COUNT; i++)
        arrived[i] = sockets[i] != NULL && items[places[i]].revents != 0;
}

/* Who comes next may be another start of rules: whether it keeps up it has to say itself. */
static void hear_rules(struct notify *notify, bool has_come)
{
    bool was_open = notify->rules.state == LINK_OPEN;

    if (has_come)
        link_consumer_receive(&notify->rules);
    link_consumer_tick(&notify->rules);
    if (was_open && notify->rules.state != LINK_OPEN)
        notify->tail_heard = false;
}

void notify_turn(struct notify *notify, int signal_fd, int timeout_ms)
{
    bool arrived[SOURCE_COUNT];

    wait_for_input(notify, signal_fd, wait_ms(notify, timeout_ms), arrived);
    notify->more = false;
    notify->now_ms = monotonic_ms();
    if (!notify->is_stopping)
        hear_rules(notify, arrived[FROM_RULES]);
    if (arrived[FROM_INGEST])
        outcome_receive(notify);
    if (arrived[FROM_VAULT])
        vault_receive(notify);
    wire_drive(&notify->wire);
    notify_work(notify);
    if (arrived[FROM_ASKERS])
        queries_receive(notify);
    queries_pump(notify);
}

void notify_wind_down(struct notify *notify, int64_t most_ms)
{
    int64_t until_ms = monotonic_ms() + most_ms;

    notify->is_stopping = true;
    while (notify->flights.flying > 0 && monotonic_ms() < until_ms)
        notify_turn(notify, -1, (int) (until_ms - monotonic_ms()));
    flights_leave(notify);
    if (!notify_waits_for_room(notify) && notify->flights.landed > 0)
        settle(notify);
}
