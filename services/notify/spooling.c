/* spooling.c - lines on their way: settled, sent from the queue, found again after a crash. */
#include "detail.h"
#include "log.h"
#include "message.h"
#include "notify.h"

enum { DUE_AT_A_TIME = 512 };

/* ---------------------------------------------------------------- settled */

/* why: it could not be written. */
static void tell_of_spool(struct notify *notify, struct store_txn *txn, const char *why)
{
    static const char subject[] = "channel/spool";
    char zh[DETAIL_BYTES + 1];

    if (notify->spool.error != 0) {
        detail_in_chinese(zh, sizeof zh, why);
        alarm_raise_channel(notify, txn, CHANNEL_SPOOL, subject, zh, why);
    } else if (notify->alarms.count > 0) {
        alarm_clear(notify, txn, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, subject);
    }
}

void spooling_settle(struct notify *notify, struct store_txn *txn)
{
    struct spool *spool = &notify->spool;
    const struct channel_settings *settings = &notify->channels.of[CHANNEL_SPOOL];
    struct answer good = { .words = "" };
    struct answer bad = { .error = strerror(spool->error), .words = "" };
    struct judgement written, judgement;

    if (spool->tried_count == 0 || !spool_is_flushed(spool))
        return;
    channel_spool.judge(settings, &good, &written);
    channel_spool.judge(settings, spool->error != 0 ? &bad : &good, &judgement);
    for (size_t i = 0; i < spool->tried_count; i++) {
        bool is_written = i < spool->written_count;

        if (is_written && delivery_line_written(notify, txn, spool->waiting[i]))
            continue;
        arena_reset(&notify->arena);
        delivery_judged(notify, txn, spool->waiting[i], is_written ? &written : &judgement, true);
    }
    notify->state.head.spool_file = spool->file;
    notify->state.head.spool_bytes = spool->bytes;
    tell_of_spool(notify, txn, judgement.detail);
}

/* ---------------------------------------------------------------- from the queue */

/* Sequences due in the lane, at most `most`. */
static size_t due_in_lane(struct notify *notify, int lane, uint64_t *sequences, size_t most)
{
    static const uint8_t none[TOKEN_BYTES];
    struct queue_place place = { 0 };
    struct store_txn txn;
    size_t count = 0;

    store_begin(&txn, &notify->state.store, STORE_READ);
    while (count < most && state_queue_seek(&txn, CHANNEL_SPOOL, none, lane, &place) &&
           place.due_ms <= notify_clock_ms(notify)) {
        sequences[count++] = place.sequence;
        place.sequence++;
    }
    store_abort(&txn);
    return count;
}

/* True when something was written in the transaction. */
static bool send_one_due(struct notify *notify, struct store_txn *txn, uint64_t sequence)
{
    static const uint8_t none[TOKEN_BYTES];
    struct judgement expired = { .verdict = VERDICT_DEAD, .detail = "expired" };
    struct delivery delivery;
    Duban__OutboxRecord *outbox;
    struct bytes line;

    arena_reset(&notify->arena);
    if (!delivery_load(notify, txn, sequence, &delivery, &outbox)) {
        delivery_park_damaged(notify, txn, sequence, CHANNEL_SPOOL, none);
        return true;
    }
    if (delivery_is_expired(notify, outbox->notice)) {
        delivery_judged(notify, txn, sequence, &expired, false);
        return true;
    }
    line = delivery_object(notify, txn, &delivery, outbox->notice);
    if (line.size > 0)
        spool_add(&notify->spool, sequence, line);
    return false;
}

bool spooling_send_due(struct notify *notify)
{
    uint64_t sequences[DUE_AT_A_TIME];
    struct store_txn txn;
    bool written = false;
    size_t count;

    /* Lines on their way are still in the queue until they are settled. */
    if (notify->spool.waiting_count > 0)
        return false;
    count = due_in_lane(notify, LANE_URGENT, sequences, DUE_AT_A_TIME);
    if (!notify_is_holding(notify))
        count += due_in_lane(notify, LANE_NORMAL, sequences + count, DUE_AT_A_TIME - count);
    if (count == 0)
        return false;
    state_begin(&notify->state, &txn);
    for (size_t i = 0; i < count; i++)
        written |= send_one_due(notify, &txn, sequences[i]);
    if (!written)
        state_abort(&notify->state, &txn);
    else if (notify_commit(notify, &txn) == -1)
        return false;
    spool_flush(&notify->spool);
    return true;
}

/* ---------------------------------------------------------------- after a start */

struct recovery {
    struct notify *notify;
    struct store_txn *txn;
};

static bool has_key(struct notify *notify, const struct delivery *delivery, const uint8_t id[ID_BYTES])
{
    const Duban__OutboxRecord *outbox = delivery_unpack(&notify->arena, delivery);

    return outbox != NULL && outbox->notice->idempotency_key.len == ID_BYTES &&
           memcmp(outbox->notice->idempotency_key.data, id, ID_BYTES) == 0;
}

/* The house's own has no outbox sequence in its line: look through the few that wait. */
static uint64_t house_message(struct recovery *recovery, const uint8_t id[ID_BYTES])
{
    struct store_cursor cursor;
    struct bytes key, value;
    struct delivery delivery;
    uint64_t sequence = 0;
    bool more;

    store_cursor_open(&cursor, recovery->txn, TABLE_HOUSE);
    more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value);
    while (more && sequence == 0) {
        if (state_read_delivery(value, get_u64(key.data), &delivery) && has_key(recovery->notify, &delivery, id))
            sequence = delivery.sequence;
        more = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return sequence;
}

static void line_is_there(void *self, const uint8_t id[ID_BYTES], uint64_t about)
{
    struct recovery *recovery = self;
    struct judgement judgement = { .verdict = VERDICT_ACCEPTED };
    struct delivery delivery;
    uint64_t sequence = about;

    arena_reset(&recovery->notify->arena);
    if (!state_get_delivery(recovery->txn, about, &delivery) || !delivery_is_open(&delivery) ||
        !has_key(recovery->notify, &delivery, id))
        sequence = house_message(recovery, id);
    if (sequence != 0)
        delivery_judged(recovery->notify, recovery->txn, sequence, &judgement, true);
}

void spooling_recover(struct notify *notify)
{
    struct head *head = &notify->state.head;
    struct store_txn txn;
    struct recovery recovery = { notify, &txn };

    state_begin(&notify->state, &txn);
    if (spool_recover(&notify->spool, head->spool_file, head->spool_bytes, line_is_there, &recovery) == -1)
        die("留存文件不可用，请检查 %s/spool / the spool cannot be used, check %s/spool", notify->settings.data,
            notify->settings.data);
    for (uint64_t sequence = head->attempting_after + 1; sequence <= head->cursor; sequence++)
        delivery_queue_again(notify, &txn, sequence);
    head->attempting_after = head->cursor;
    head->spool_file = notify->spool.file;
    head->spool_bytes = notify->spool.bytes;
    if (notify_commit(notify, &txn) == -1)
        die("磁盘已满，无法启动：请在 %s 所在的磁盘腾出空间后再启动 / the disk is full, cannot start: free some space where %s lies, then start",
            notify->settings.data, notify->settings.data);
}
