/* delivery.c - the life of a notice: taken over, tried, withdrawn. */
#include "log.h"
#include "message.h"
#include "notify.h"

bool delivery_is_open(const struct delivery *delivery)
{
    return delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED ||
           delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING;
}

static int64_t clock_ms(const struct notify *notify)
{
    return notify->state.head.clock_ms;
}

bool delivery_is_expired(const struct notify *notify, const Duban__Notice *notice)
{
    return notice->expires_at_s != 0 && notice->expires_at_s * 1000 <= clock_ms(notify);
}

Duban__OutboxRecord *delivery_unpack(struct arena *arena, const struct delivery *delivery)
{
    Duban__OutboxRecord *outbox = message_unpack_own(arena, &duban__outbox_record__descriptor, delivery->record);

    if (outbox == NULL || outbox->body_case != DUBAN__OUTBOX_RECORD__BODY_NOTICE || outbox->notice->recipient == NULL) {
        log_error("state: damaged delivery: notice=%llu", (unsigned long long) delivery->sequence);
        return NULL;
    }
    return outbox;
}

bool delivery_open_record(struct notify *notify, struct delivery *delivery, Duban__OutboxRecord **outbox)
{
    delivery->record.data = arena_copy(&notify->arena, delivery->record.data, delivery->record.size);
    if (delivery->record.data == NULL)
        return false;
    *outbox = delivery_unpack(&notify->arena, delivery);
    return *outbox != NULL;
}

bool delivery_load(struct notify *notify, struct store_txn *txn, uint64_t sequence, struct delivery *delivery,
                   Duban__OutboxRecord **outbox)
{
    return state_get_delivery(txn, sequence, delivery) && delivery_is_open(delivery) &&
           delivery_open_record(notify, delivery, outbox);
}

struct bytes delivery_object(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                             const Duban__Notice *notice)
{
    const struct texts *texts =
        notify_texts(notify, txn, bytes_of(notice->texts_version.data, notice->texts_version.len));
    struct line line = {
        .about = delivery->about,
        .notice = notice,
        .shelf = &notify->shelf,
        .texts = texts,
        .at_ms = clock_ms(notify),
        .rehearsal = notify->state.head.rehearsal || (texts != NULL && texts->rehearsal),
        .text_limit_bytes = channel_of(delivery->channel)->text_limit_bytes,
    };

    text_clear(&notify->object);
    line_write(&notify->object, &notify->scratch, &line, &notify->counters.render);
    return bytes_of(notify->object.data, notify->object.failed ? 0 : notify->object.size);
}

/* ---------------------------------------------------------------- into and out of the queue */

void delivery_queue(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                    const Duban__Notice *notice, int64_t wait_ms)
{
    delivery->state = DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED;
    delivery->next_ms = clock_ms(notify) + wait_ms;
    /* Dies at its time, not at the retry after it. */
    if (notice->expires_at_s != 0 && delivery->next_ms > notice->expires_at_s * 1000)
        delivery->next_ms = notice->expires_at_s * 1000;
    state_index(txn, delivery, notice);
    notify->state.head.queued++;
}

void delivery_unqueue(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                      const Duban__Notice *notice)
{
    if (delivery->state != DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED)
        return;
    state_unindex(txn, delivery, notice);
    notify->state.head.queued--;
}

/* ---------------------------------------------------------------- taken over */

static void fall_to_spool(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                          const Duban__Notice *notice, const char *why)
{
    char words[DETAIL_BYTES + 1];

    alarm_unreachable(notify, txn, notice->recipient, why);
    text_format(words, sizeof words, "channel %s: %s; spool instead", notice->recipient->channel, why);
    memcpy(delivery->detail, words, sizeof words);
    delivery->channel = CHANNEL_SPOOL;
    delivery->fell = true;
    notify->counters.fell_to_spool++;
}

void delivery_route(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                    const Duban__Notice *notice)
{
    const struct channel *channel;
    const char *why;

    if (!channel_named(notice->recipient->channel, &delivery->channel)) {
        fall_to_spool(notify, txn, delivery, notice, "not known here");
        return;
    }
    channel = channel_of(delivery->channel);
    why = channel->unusable(notify);
    if (why == NULL && channel->needs_address && notice->recipient->address_token.len != TOKEN_BYTES)
        why = "no address";
    if (why != NULL)
        fall_to_spool(notify, txn, delivery, notice, why);
    else if (!channel->needs_address)
        alarm_reachable(notify, txn, notice->recipient);
}

/* False when it has to wait in the queue after all. */
static bool goes_at_once(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                         const Duban__Notice *notice)
{
    const struct channel *channel = channel_of(delivery->channel);
    struct message message = { .delivery = delivery, .notice = notice };

    if (!channel->at_once || (!delivery->urgent && notify_is_holding(notify)))
        return false;
    message.object = delivery_object(notify, txn, delivery, notice);
    return message.object.size > 0 && channel->send(notify, &message) == 0;
}

void delivery_take(struct notify *notify, struct store_txn *txn, struct incoming *incoming)
{
    const Duban__Notice *notice = incoming->outbox->notice;
    struct delivery delivery = { .sequence = incoming->sequence, .about = incoming->sequence, .retry = incoming->retry };

    arena_reset(&notify->arena);
    notify->counters.notices++;
    delivery.urgent = notice->urgency == DUBAN__URGENCY__URGENCY_URGENT;
    delivery.queued_ms = clock_ms(notify);
    delivery.record = incoming->changed ? message_pack(&notify->arena, incoming->outbox) : incoming->packed;
    if (incoming->settled != NULL) {
        dead_letter_note_settled(&delivery, incoming->settled);
        delivery_finish_settled(notify, txn, &delivery, true);
        return;
    }
    delivery_route(notify, txn, &delivery, notice);
    if (incoming->changed && notice->n_items == 0) {
        delivery_finish(notify, txn, &delivery, notice, DUBAN__GRADE__GRADE_WITHDRAWN, true);
        return;
    }
    if (delivery_is_expired(notify, notice)) {
        text_copy(delivery.detail, sizeof delivery.detail, "expired");
        delivery_finish(notify, txn, &delivery, notice, DUBAN__GRADE__GRADE_DEAD, true);
        return;
    }
    if (goes_at_once(notify, txn, &delivery, notice)) {
        delivery.state = DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING;
    } else {
        int64_t wait_ms = 0;

        if (!channel_of(delivery.channel)->last_resort)
            wait_ms = schedule_wait_ms(&notify->webhook.schedule, notice->idempotency_key.data, 0);
        delivery_queue(notify, txn, &delivery, notice, wait_ms);
    }
    state_append_delivery(&notify->state, txn, &delivery);
}

/* ---------------------------------------------------------------- withdrawn */

bool delivery_take_item_out(Duban__Notice *notice, const uint8_t task[ID_BYTES])
{
    size_t kept = 0;

    for (size_t i = 0; i < notice->n_items; i++) {
        const ProtobufCBinaryData *other = &notice->items[i]->task;

        if (other->len != ID_BYTES || memcmp(other->data, task, ID_BYTES) != 0)
            notice->items[kept++] = notice->items[i];
    }
    if (kept == notice->n_items)
        return false;
    notice->n_items = kept;
    return true;
}

bool delivery_is_under_way(struct notify *notify, const struct delivery *delivery)
{
    const struct flight *flight = webhook_flight(notify, delivery->sequence);

    return delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING ||
           (flight != NULL && flight->state == FLIGHT_FLYING);
}

static void withdraw_from(struct notify *notify, struct store_txn *txn, uint64_t sequence, const uint8_t *task)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    arena_reset(&notify->arena);
    if (dead_letter_thin(notify, txn, sequence, task) || !delivery_load(notify, txn, sequence, &delivery, &outbox))
        return;
    delivery_unqueue(notify, txn, &delivery, outbox->notice);
    delivery_take_item_out(outbox->notice, task);
    if (outbox->notice->n_items == 0 && !delivery_is_under_way(notify, &delivery)) {
        delivery_finish(notify, txn, &delivery, outbox->notice, DUBAN__GRADE__GRADE_WITHDRAWN, false);
        return;
    }
    /* What is under way may have arrived: its answer decides, but it is not tried again. */
    delivery.emptied = outbox->notice->n_items == 0;
    delivery.record = message_pack(&notify->arena, outbox);
    state_index(txn, &delivery, outbox->notice);
    notify->state.head.queued++;
    state_put_delivery(&notify->state, txn, &delivery);
}

void delivery_withdraw(struct notify *notify, struct store_txn *txn, const uint8_t task[ID_BYTES], uint64_t up_to)
{
    uint64_t sequence = 0;

    while (state_next_of_task(txn, task, sequence, &sequence) && sequence <= up_to)
        withdraw_from(notify, txn, sequence, task);
}

/* ---------------------------------------------------------------- judged */

static void delivered(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                      const Duban__Notice *notice)
{
    if (channel_of(delivery->channel)->needs_address)
        alarm_reachable(notify, txn, notice->recipient);
    delivery_finish(notify, txn, delivery, notice,
                    delivery->fell ? DUBAN__GRADE__GRADE_SPOOLED : DUBAN__GRADE__GRADE_DELIVERED, false);
}

static void give_up(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                    const Duban__Notice *notice)
{
    char last[DETAIL_BYTES + 1];

    memcpy(last, delivery->detail, sizeof last);
    text_format(delivery->detail, sizeof delivery->detail, "given up after %u attempts: %s", delivery->attempts, last);
    alarm_unreachable(notify, txn, notice->recipient, delivery->detail);
    delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_DEAD, false);
}

static void try_later(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                      const Duban__Notice *notice, const struct judgement *judgement)
{
    int64_t wait_ms = 0;

    if (delivery->emptied) {
        delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_WITHDRAWN, false);
        return;
    }
    if (!channel_of(delivery->channel)->last_resort) {
        wait_ms = schedule_wait_ms(&notify->webhook.schedule, notice->idempotency_key.data, delivery->attempts);
        if (wait_ms == -1) {
            give_up(notify, txn, delivery, notice);
            return;
        }
    }
    delivery_queue(notify, txn, delivery, notice, wait_ms > judgement->wait_ms ? wait_ms : judgement->wait_ms);
    state_put_delivery(&notify->state, txn, delivery);
}

void delivery_judged(struct notify *notify, struct store_txn *txn, uint64_t sequence,
                     const struct judgement *judgement, bool attempted)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!delivery_load(notify, txn, sequence, &delivery, &outbox))
        return;
    delivery_unqueue(notify, txn, &delivery, outbox->notice);
    delivery.attempts += attempted;
    if (delivery.settled && (judgement->verdict != VERDICT_DELIVERED || delivery.fell)) {
        delivery_finish_settled(notify, txn, &delivery, false);
        return;
    }
    if (judgement->detail[0] != '\0' || delivery.settled)   /* whoever settled it is not its far end */
        memcpy(delivery.detail, judgement->detail, sizeof delivery.detail);
    switch (judgement->verdict) {
    case VERDICT_DELIVERED:
        delivered(notify, txn, &delivery, outbox->notice);
        return;
    case VERDICT_LATER:
        try_later(notify, txn, &delivery, outbox->notice, judgement);
        return;
    case VERDICT_GONE:
        alarm_unreachable(notify, txn, outbox->notice->recipient, delivery.detail);
        delivery_finish(notify, txn, &delivery, outbox->notice, DUBAN__GRADE__GRADE_DEAD, false);
        return;
    case VERDICT_DEAD:
        delivery_finish(notify, txn, &delivery, outbox->notice, DUBAN__GRADE__GRADE_DEAD, false);
        return;
    case VERDICT_UNUSABLE:
        fall_to_spool(notify, txn, &delivery, outbox->notice, judgement->detail);
        delivery_queue(notify, txn, &delivery, outbox->notice, 0);
        state_put_delivery(&notify->state, txn, &delivery);
        return;
    }
}

/* ---------------------------------------------------------------- lines that left with their batch */

/* The common case: nothing is unpacked. */
bool delivery_line_written(struct notify *notify, struct store_txn *txn, uint64_t sequence)
{
    struct delivery delivery;

    if (!state_get_delivery(txn, sequence, &delivery) ||
        delivery.state != DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING || delivery.fell ||
        delivery.settled)
        return false;
    delivery.attempts++;
    delivery_finish(notify, txn, &delivery, NULL, DUBAN__GRADE__GRADE_DELIVERED, false);
    return true;
}

void delivery_queue_again(struct notify *notify, struct store_txn *txn, uint64_t sequence)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    arena_reset(&notify->arena);
    if (!delivery_load(notify, txn, sequence, &delivery, &outbox) ||
        delivery.state != DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING)
        return;
    if (delivery.settled) {
        delivery_finish_settled(notify, txn, &delivery, false);
        return;
    }
    delivery_queue(notify, txn, &delivery, outbox->notice, 0);
    state_put_delivery(&notify->state, txn, &delivery);
}
