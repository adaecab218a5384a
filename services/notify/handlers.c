/* handlers.c - the records of the outbox, one function each; dispatcher last.
 *
 * A batch is unpacked and checked as a whole first, so that nothing is written for one that
 * is refused. Inside a batch what takes back, settles or renews a notice reaches those before it too.
 */
#include <inttypes.h>

#include "log.h"
#include "message.h"
#include "notify.h"

enum { OUTBOX_VERSION = 1, RECORD_HEAD_BYTES = 1 + DIGEST_BYTES };

/* A batch being taken over. */
struct batch {
    struct notify *notify;
    struct store_txn txn;
    struct incoming *incoming;     /* one for each record */
    size_t count;
    uint8_t digest[DIGEST_BYTES];  /* the chain after the last record */
    int64_t stamp_ms;
    bool settles_lines;            /* those written before it, all of them */
};

static int refused(struct notify *notify, uint64_t sequence, const char *why)
{
    notify->counters.refused_records++;
    log_error("outbox: refused: sequence=%" PRIu64 ": %s", sequence, why);
    return -1;
}

/* ---------------------------------------------------------------- one function per record */

static void on_notice(struct batch *batch, struct incoming *incoming)
{
    delivery_take(batch->notify, &batch->txn, incoming);
}

/* A record of a batch comes before all that is taken over from it (see take_batch). */
static void on_withdrawal(struct batch *batch, const Duban__Withdrawal *withdrawal)
{
    batch->notify->counters.withdrawals++;
    delivery_withdraw(batch->notify, &batch->txn, withdrawal->task.data, withdrawal->up_to_outbox_sequence);
    for (size_t i = 0; i < batch->count; i++) {
        struct incoming *incoming = &batch->incoming[i];

        if (incoming->sequence > withdrawal->up_to_outbox_sequence)
            break;
        if (incoming->outbox->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE &&
            delivery_take_item_out(incoming->outbox->notice, withdrawal->task.data))
            incoming->changed = true;
    }
}

static void on_texts(struct batch *batch, const Duban__Texts *texts)
{
    struct head *head = &batch->notify->state.head;
    struct bytes packed = message_pack(&batch->notify->batch, texts);

    memcpy(head->texts_version, texts->version.data, DIGEST_BYTES);
    head->rehearsal = head->rehearsal || texts->rehearsal;
    state_put_texts(&batch->txn, bytes_of(texts->version.data, DIGEST_BYTES), packed);
    if (shelf_add(&batch->notify->shelf, texts) == NULL)
        log_error("texts: no memory to compile them");
}

/* The notice of that sequence in this batch, which is taken over last; NULL = it is not in it. */
static struct incoming *notice_of_batch(struct batch *batch, uint64_t sequence)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->incoming[i].sequence == sequence &&
            batch->incoming[i].outbox->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE)
            return &batch->incoming[i];
    return NULL;
}

static void on_resend(struct batch *batch, const Duban__Resend *resend)
{
    struct incoming *incoming = notice_of_batch(batch, resend->notice);

    if (incoming == NULL) {
        dead_letter_resend(batch->notify, &batch->txn, resend);
        return;
    }
    dead_letter_renew(incoming->outbox->notice, resend);
    incoming->changed = true;
    incoming->retry = resend->retry;
}

static void on_settled(struct batch *batch, const Duban__Settled *settled)
{
    struct incoming *incoming = notice_of_batch(batch, settled->notice);

    if (incoming == NULL)
        dead_letter_settle(batch->notify, &batch->txn, settled);
    else
        incoming->settled = settled;
}

static void on_alarm_settled(struct batch *batch, const Duban__AlarmSettled *settled)
{
    alarm_settle(batch->notify, &batch->txn, settled);
}

/* ---------------------------------------------------------------- form */

static const char *fault_of_notice(const Duban__Notice *notice)
{
    if (notice->recipient == NULL)
        return "notice without recipient";
    return notice->idempotency_key.len == ID_BYTES ? NULL : "notice.idempotency_key must be 16 bytes";
}

static const char *fault_of_resend(const Duban__Resend *resend)
{
    for (size_t i = 0; i < resend->n_ended_tasks; i++)
        if (resend->ended_tasks[i].len != ID_BYTES)
            return "resend.ended_tasks must be 16 bytes each";
    return NULL;
}

/* NULL when the record can be taken over. Rules and notify belong together: what does not fit
 * is a defect or a damaged store, and is not guessed at. */
static const char *fault_of(const Duban__OutboxRecord *outbox)
{
    switch (outbox->body_case) {
    case DUBAN__OUTBOX_RECORD__BODY_NOTICE:
        return fault_of_notice(outbox->notice);
    case DUBAN__OUTBOX_RECORD__BODY_WITHDRAWAL:
        return outbox->withdrawal->task.len == ID_BYTES ? NULL : "withdrawal.task must be 16 bytes";
    case DUBAN__OUTBOX_RECORD__BODY_TEXTS:
        return outbox->texts->version.len == DIGEST_BYTES ? NULL : "texts.version must be 32 bytes";
    case DUBAN__OUTBOX_RECORD__BODY_RESEND:
        return fault_of_resend(outbox->resend);
    case DUBAN__OUTBOX_RECORD__BODY_SETTLED:
    case DUBAN__OUTBOX_RECORD__BODY_ALARM_SETTLED:
        return NULL;
    case DUBAN__OUTBOX_RECORD__BODY__NOT_SET:
    case _DUBAN__OUTBOX_RECORD__BODY__CASE_IS_INT_SIZE:
        break;
    }
    return "empty OutboxRecord";
}

static int unpack(struct batch *batch, const struct link_record *record)
{
    struct incoming *incoming = &batch->incoming[batch->count];
    const uint8_t *data = record->data.data;
    const char *fault;

    if (record->sequence != batch->notify->state.head.cursor + batch->count + 1)
        return refused(batch->notify, record->sequence, "not the record after the cursor");
    if (record->data.size < RECORD_HEAD_BYTES || data[0] != OUTBOX_VERSION)
        return refused(batch->notify, record->sequence, "version of the record is not known here");
    incoming->sequence = record->sequence;
    incoming->packed = bytes_of(data + RECORD_HEAD_BYTES, record->data.size - RECORD_HEAD_BYTES);
    digest_chain(batch->digest, incoming->packed);
    if (memcmp(batch->digest, data + 1, DIGEST_BYTES) != 0)
        return refused(batch->notify, record->sequence, "its chained digest does not follow from ours");
    incoming->outbox =
        message_unpack_own(&batch->notify->batch, &duban__outbox_record__descriptor, incoming->packed);
    if (incoming->outbox == NULL)
        return refused(batch->notify, record->sequence, "cannot be unpacked");
    fault = fault_of(incoming->outbox);
    if (fault != NULL)
        return refused(batch->notify, record->sequence, fault);
    if (record->stamp_ms > batch->stamp_ms)
        batch->stamp_ms = record->stamp_ms;
    batch->count++;
    return 0;
}

/* ---------------------------------------------------------------- the batch */

static int unpack_all(struct batch *batch, const struct link_record *records, size_t count)
{
    arena_reset(&batch->notify->batch);
    memcpy(batch->digest, batch->notify->state.head.digest, DIGEST_BYTES);
    batch->incoming = arena_clear(&batch->notify->batch, count * sizeof *batch->incoming);
    if (batch->incoming == NULL)
        return refused(batch->notify, records[0].sequence, "no memory for the batch");
    for (size_t i = 0; i < count; i++)
        if (unpack(batch, &records[i]) == -1)
            return -1;
    return 0;
}

static void handle(struct batch *batch, struct incoming *incoming)
{
    switch (incoming->outbox->body_case) {
    case DUBAN__OUTBOX_RECORD__BODY_NOTICE:
        on_notice(batch, incoming);
        return;
    case DUBAN__OUTBOX_RECORD__BODY_WITHDRAWAL:
        on_withdrawal(batch, incoming->outbox->withdrawal);
        return;
    case DUBAN__OUTBOX_RECORD__BODY_TEXTS:
        on_texts(batch, incoming->outbox->texts);
        return;
    case DUBAN__OUTBOX_RECORD__BODY_RESEND:
        on_resend(batch, incoming->outbox->resend);
        return;
    case DUBAN__OUTBOX_RECORD__BODY_SETTLED:
        on_settled(batch, incoming->outbox->settled);
        return;
    case DUBAN__OUTBOX_RECORD__BODY_ALARM_SETTLED:
        on_alarm_settled(batch, incoming->outbox->alarm_settled);
        return;
    case DUBAN__OUTBOX_RECORD__BODY__NOT_SET:
    case _DUBAN__OUTBOX_RECORD__BODY__CASE_IS_INT_SIZE:
        return;
    }
}

static void hear_clock(struct notify *notify, int64_t clock_ms)
{
    if (clock_ms > notify->state.head.clock_ms)
        notify->alarms.clock_moved_ms = notify->now_ms;
    state_set_clock(&notify->state, clock_ms);
}

/* Texts and withdrawals first: a notice is rendered and sent as it is taken over, and must be
 * without what the same batch withdraws. */
static void take_batch(struct batch *batch)
{
    struct head *head = &batch->notify->state.head;

    if (batch->settles_lines)
        head->attempting_after = head->cursor;
    hear_clock(batch->notify, batch->stamp_ms);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->incoming[i].outbox->body_case != DUBAN__OUTBOX_RECORD__BODY_NOTICE)
            handle(batch, &batch->incoming[i]);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->incoming[i].outbox->body_case == DUBAN__OUTBOX_RECORD__BODY_NOTICE)
            handle(batch, &batch->incoming[i]);
    head->cursor += batch->count;
    memcpy(head->digest, batch->digest, DIGEST_BYTES);
}

/* What it takes back may be in a line that is written and has no place among its tasks' until it is settled: settled first,
 * it is delivered, or queued again where it is found. */
static bool takes_back(const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->incoming[i].outbox->body_case == DUBAN__OUTBOX_RECORD__BODY_WITHDRAWAL)
            return true;
    return false;
}

static int apply(void *self, const struct link_record *records, size_t count)
{
    struct notify *notify = self;
    struct batch batch = { .notify = notify };

    if (notify_waits_for_room(notify))
        return -1;   /* the store has said so */
    if (alarm_map_is_low(notify))
        return refused(notify, records[0].sequence, "the store is nearly full: raise the setting map");
    if (unpack_all(&batch, records, count) == -1)
        return -1;
    if (notify_is_settling_due(notify) || takes_back(&batch))
        spool_flush(&notify->spool);
    batch.settles_lines = spool_is_flushed(&notify->spool);
    state_begin(&notify->state, &batch.txn);
    notify_settle(notify, &batch.txn);
    take_batch(&batch);
    if (state_commit(&notify->state, &batch.txn) == -1) {
        notify_drop(notify, &batch.txn);
        return -1;
    }
    room_wait_end(&notify->room);
    daemon_kill_point("notify.queued");
    notify_settled(notify);
    spool_write(&notify->spool);
    notify->counters.records += count;
    return 0;
}

/* ---------------------------------------------------------------- the rest of the sink */

static void hello(void *self, Duban__Hello *hello)
{
    struct head *head = &((struct notify *) self)->state.head;

    hello->consumer = "notify";
    hello->lineage = head->lineage;
    hello->cursor = head->cursor;
    if (head->cursor > 0)
        hello->digest = (ProtobufCBinaryData){ DIGEST_BYTES, head->digest };
}

static int hello_ok(void *self, const Duban__HelloOk *hello_ok)
{
    struct notify *notify = self;
    struct head *head = &notify->state.head;
    struct store_txn txn;

    if (head->lineage != 0 && head->lineage != hello_ok->lineage) {
        log_error("outbox: belongs to other data: ours=%" PRIx64 " theirs=%" PRIx64, head->lineage, hello_ok->lineage);
        return -1;
    }
    if (hello_ok->last_sequence < head->cursor) {
        log_error("outbox: rules knows less than notify: was it restored? ours=%" PRIu64 " theirs=%" PRIu64,
                  head->cursor, hello_ok->last_sequence);
        return -1;
    }
    if (head->lineage == hello_ok->lineage && (head->rehearsal || !hello_ok->rehearsal))
        return 0;
    state_begin(&notify->state, &txn);
    head->lineage = hello_ok->lineage;
    head->rehearsal = head->rehearsal || hello_ok->rehearsal;
    if (state_commit(&notify->state, &txn) == 0)
        return 0;
    notify_drop(notify, &txn);
    return -1;
}

/* A rules that has not been greeted by ingest yet does not know how far the journal is, and what it has
 * applied may be old. Before the first entry of all there is nothing to be behind of. */
static bool is_behind(const struct notify *notify, const Duban__Tail *tail)
{
    if (tail->journal_stamp_ms == 0)
        return tail->applied_stamp_ms != 0;
    return tail->applied_stamp_ms + notify->settings.behind_ms < tail->journal_stamp_ms;
}

static void tail(void *self, const Duban__Tail *tail)
{
    struct notify *notify = self;

    hear_clock(notify, tail->clock_ms);
    notify->behind = is_behind(notify, tail);
    notify->tail_heard = true;
    notify->alarms.tail_heard_ms = notify->now_ms;
}

struct link_sink handlers_sink(struct notify *notify)
{
    return (struct link_sink){ .self = notify, .hello = hello, .hello_ok = hello_ok, .apply = apply, .tail = tail };
}
