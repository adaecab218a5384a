/* delivery.c - the life of a notice: taken over, tried, withdrawn. */
#include "log.h"
#include "message.h"
#include "notify.h"

enum { HALF_HOUR_S = 30 * 60 };

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
    return notice->expires_at_s != 0 && notice->expires_at_s * 1000 <= notify_clock_ms(notify);
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

/* ---------------------------------------------------------------- its ways */

static size_t way_count(const Duban__Notice *notice)
{
    size_t count = 1 + notice->recipient->n_other_ways;

    return count < WAYS_MOST ? count : WAYS_MOST;
}

const char *delivery_way_channel(const Duban__Notice *notice, size_t way)
{
    return way == 0 ? notice->recipient->channel : notice->recipient->other_ways[way - 1]->channel;
}

struct bytes delivery_way_token(const Duban__Notice *notice, size_t way)
{
    ProtobufCBinaryData token =
        way == 0 ? notice->recipient->address_token : notice->recipient->other_ways[way - 1]->address_token;

    return bytes_of(token.data, token.len == TOKEN_BYTES ? TOKEN_BYTES : 0);
}

/* ---------------------------------------------------------------- what it says */

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
        .room = { .bytes = channel_of(delivery->channel)->text_limit_bytes, .link = notify->channels.link },
        .links = &notify->action_links,
        .channel = channel_of(delivery->channel),
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
    delivery->next_ms = notify_clock_ms(notify) + wait_ms;
    if (delivery->first_ms == 0)
        delivery->first_ms = delivery->next_ms;
    /* Dies at its time, not at the retry after it. */
    if (notice->expires_at_s != 0 && delivery->next_ms > notice->expires_at_s * 1000)
        delivery->next_ms = notice->expires_at_s * 1000;
    state_index(txn, delivery, notice);
    if (!channel_of(delivery->channel)->at_once)
        destinations_note_due(&notify->flights.destinations, delivery->channel, delivery->token,
                              delivery->urgent, delivery->next_ms);
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

void delivery_park_damaged(struct notify *notify, struct store_txn *txn, uint64_t sequence, enum channel_number channel,
                           const uint8_t token[TOKEN_BYTES])
{
    Duban__Text title = DUBAN__TEXT__INIT;
    Duban__Recipient nobody = DUBAN__RECIPIENT__INIT;
    Duban__Notice empty = DUBAN__NOTICE__INIT;
    struct delivery delivery = { .channel = channel };
    const char *record;

    if (!state_get_delivery(txn, sequence, &delivery))
        delivery.queued_ms = clock_ms(notify);
    record = arena_copy(&notify->arena, delivery.record.data, delivery.record.size);
    delivery.record = bytes_of(record, record != NULL ? delivery.record.size : 0);
    delivery.sequence = delivery.about = sequence;
    delivery.settled = delivery.emptied = false;
    if (!state_unqueue(txn, channel, token, sequence))
        return;
    notify->state.head.queued--;
    text_copy(delivery.detail, sizeof delivery.detail,
              "its row in notify's store is damaged and does not say what it was: see duban explain, and check the disk");
    log_error("state: damaged delivery is a dead letter: notice=%llu", (unsigned long long) sequence);
    nobody.title = &title;
    empty.recipient = &nobody;
    delivery_finish(notify, txn, &delivery, &empty, DUBAN__GRADE__GRADE_DEAD, false);
}

/* ---------------------------------------------------------------- taken over */

/* way: that cannot be used, its channel, and why. */
static void fall_to_spool(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                          const Duban__Notice *notice, size_t way, const char *channel, const char *why)
{
    char words[DETAIL_BYTES + 1];

    alarm_unreachable(notify, txn, notice, way, why);
    text_format(words, sizeof words, "channel %s: %s; spool instead", channel, why);
    memcpy(delivery->detail, words, sizeof words);
    delivery->channel = CHANNEL_SPOOL;
    memset(delivery->token, 0, TOKEN_BYTES);
    delivery->fell = true;
    notify->counters.fell_to_spool++;
}

/* Why that way cannot be taken; NULL when it can, and the delivery is on it. */
static const char *take_way(struct notify *notify, struct delivery *delivery, const Duban__Notice *notice, size_t way)
{
    struct bytes token = delivery_way_token(notice, way);
    enum channel_number number;
    const struct channel *channel;
    const char *why;

    if (!channel_named(delivery_way_channel(notice, way), &number))
        return "not known here";
    channel = channel_of(number);
    why = channel->unusable(&notify->channels.of[number]);
    if (why == NULL && channel->needs_address && token.size == 0)
        why = "no address";
    if (why != NULL)
        return why;
    delivery->way = (uint8_t) way;
    delivery->channel = number;
    delivery->attempts = 0;
    delivery->first_ms = 0;
    memset(delivery->token, 0, TOKEN_BYTES);
    if (channel->needs_address)
        memcpy(delivery->token, token.data, TOKEN_BYTES);
    return NULL;
}

void delivery_forget_gone(struct store_txn *txn, const Duban__Notice *notice)
{
    for (size_t way = 0; way < way_count(notice); way++)
        if (delivery_way_token(notice, way).size > 0)
            state_delete_endpoint(txn, delivery_way_token(notice, way).data);
}

/* What is queued there would wait for a far end that has failed for long. */
static bool would_wait(struct notify *notify, const Duban__Notice *notice, size_t way)
{
    struct bytes token = delivery_way_token(notice, way);
    enum channel_number number;

    return token.size > 0 && channel_named(delivery_way_channel(notice, way), &number) &&
           flights_would_wait(notify, number, token.data);
}

static bool take_first_from(struct notify *notify, struct delivery *delivery, const Duban__Notice *notice, size_t from,
                            bool may_wait, const char **channel, const char **why)
{
    for (size_t way = from; way < way_count(notice); way++) {
        const char *fault;

        if (!may_wait && would_wait(notify, notice, way))
            continue;
        fault = take_way(notify, delivery, notice, way);
        if (fault == NULL)
            return true;
        *channel = delivery_way_channel(notice, way);
        *why = fault;
    }
    return false;
}

/* On the first way from `from` on that can be taken, on one whose far end fails only when there is no other. False, and
 * why not, when there is none. */
static bool take_way_from(struct notify *notify, struct delivery *delivery, const Duban__Notice *notice, size_t from,
                          const char **channel, const char **why)
{
    return (from + 1 < way_count(notice) && take_first_from(notify, delivery, notice, from, false, channel, why)) ||
           take_first_from(notify, delivery, notice, from, true, channel, why);
}

void delivery_route(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                    const Duban__Notice *notice)
{
    const char *channel = "", *why = "";

    if (!take_way_from(notify, delivery, notice, 0, &channel, &why))
        fall_to_spool(notify, txn, delivery, notice, way_count(notice) - 1, channel, why);
    else if (channel_of(delivery->channel)->last_resort)
        alarm_reachable(notify, txn, notice->recipient, delivery->way);
}

/* False when it has to wait in the queue after all. */
static bool goes_at_once(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                         const Duban__Notice *notice)
{
    struct bytes line;

    if (!channel_of(delivery->channel)->at_once || (!delivery->urgent && notify_is_holding(notify)))
        return false;
    line = delivery_object(notify, txn, delivery, notice);
    return line.size > 0 && spool_add(&notify->spool, delivery->sequence, line) == 0;
}

/* What was set for nine o'clock is set for nine o'clock by everybody: robots are asked a little later, each message
 * always by the same. */
static int64_t first_wait_ms(const struct notify *notify, const struct delivery *delivery, const Duban__Notice *notice)
{
    const struct channel_settings *settings = &notify->channels.of[delivery->channel];
    int64_t wait_ms = 0;

    if (!channel_of(delivery->channel)->last_resort)
        wait_ms = schedule_wait_ms(&settings->schedule, notice->idempotency_key.data, 0);
    if (!delivery->urgent && notice->due_at_s % HALF_HOUR_S == 0)
        wait_ms += spread_ms(settings->spread_ms, notice->idempotency_key.data);
    return wait_ms;
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
        delivery_queue(notify, txn, &delivery, notice, first_wait_ms(notify, &delivery, notice));
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
    const struct flight *flight = flights_find(notify, delivery->sequence);

    return delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING ||
           (flight != NULL && flight->state == FLIGHT_FLYING);
}

static void withdraw_from(struct notify *notify, struct store_txn *txn, uint64_t sequence, const uint8_t *task)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    arena_reset(&notify->arena);
    if (dead_letter_thin(notify, txn, sequence, task) || handset_thin(notify, txn, sequence, task) ||
        !delivery_load(notify, txn, sequence, &delivery, &outbox))
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
        alarm_reachable(notify, txn, notice->recipient, delivery->way);
    delivery->awaited = !delivery->fell && handset_await(notify, txn, delivery);
    delivery_finish(notify, txn, delivery, notice,
                    delivery->fell ? DUBAN__GRADE__GRADE_SPOOLED : DUBAN__GRADE__GRADE_DELIVERED, false);
}

bool delivery_goes_another_way(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                               const Duban__Notice *notice)
{
    const char *channel = "", *why = "", *before = channel_of(delivery->channel)->name;
    char last[DETAIL_BYTES + 1];

    if (delivery->fell || delivery->emptied ||
        !take_way_from(notify, delivery, notice, (size_t) delivery->way + 1, &channel, &why))
        return false;
    memcpy(last, delivery->detail, sizeof last);
    text_format(delivery->detail, sizeof delivery->detail, "%s: %s; now by %s", before, last,
                channel_of(delivery->channel)->name);
    notify->counters.other_ways++;
    delivery_queue(notify, txn, delivery, notice, 0);
    state_put_delivery(&notify->state, txn, delivery);
    return true;
}

static void give_up(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                    const Duban__Notice *notice)
{
    char last[DETAIL_BYTES + 1];

    memcpy(last, delivery->detail, sizeof last);
    text_format(delivery->detail, sizeof delivery->detail, "given up after %u attempts: %s", delivery->attempts, last);
    alarm_unreachable(notify, txn, notice, delivery->way, delivery->detail);
    if (!delivery_goes_another_way(notify, txn, delivery, notice))
        delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_DEAD, false);
}

/* Its far end may be failing for all: then others were tried, and this one has waited as long as it may. */
static bool is_out_of_time(const struct notify *notify, const struct delivery *delivery)
{
    const struct schedule *schedule = &notify->channels.of[delivery->channel].schedule;
    int64_t span_ms = schedule_span_ms(schedule);

    return delivery->attempts >= schedule->attempts ||
           (delivery->attempts > 1 && notify_clock_ms(notify) - delivery->first_ms > span_ms + span_ms / 5);
}

/* To be told to wait is no attempt, and as long as its far end takes others it waits its turn. One that takes nothing is
 * left after the time that a schedule may last, however it says so. */
static bool is_throttled_for_good(struct notify *notify, const struct delivery *delivery)
{
    const struct channel_settings *settings = &notify->channels.of[delivery->channel];
    int64_t since_ms = flights_failing_since_ms(notify, delivery->channel, delivery->token);
    int64_t most_ms = schedule_span_ms(&settings->schedule) * 6 / 5;

    if (most_ms < settings->failing_after_ms)
        most_ms = settings->failing_after_ms;
    if (since_ms != 0 && since_ms < delivery->first_ms)
        since_ms = delivery->first_ms;
    return since_ms != 0 && notify_clock_ms(notify) - since_ms > most_ms;
}

static bool may_try_again(struct notify *notify, const struct delivery *delivery, const struct judgement *judgement)
{
    if (channel_of(delivery->channel)->last_resort)
        return true;
    return judgement->verdict == VERDICT_THROTTLED ? !is_throttled_for_good(notify, delivery)
                                                   : !is_out_of_time(notify, delivery);
}

/* Returns when it is tried again; 0 = not. */
static int64_t try_later(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                         const Duban__Notice *notice, const struct judgement *judgement)
{
    int64_t wait_ms = 0;

    if (delivery->emptied) {
        delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_WITHDRAWN, false);
        return 0;
    }
    if (!may_try_again(notify, delivery, judgement)) {
        give_up(notify, txn, delivery, notice);
        return 0;
    }
    if (flights_have_failed_for_long(notify, delivery->channel, delivery->token) &&
        delivery_goes_another_way(notify, txn, delivery, notice))
        return 0;
    if (!channel_of(delivery->channel)->last_resort && judgement->verdict != VERDICT_THROTTLED)
        wait_ms = schedule_wait_ms(&notify->channels.of[delivery->channel].schedule, notice->idempotency_key.data,
                                   delivery->attempts);
    delivery_queue(notify, txn, delivery, notice, wait_ms > judgement->wait_ms ? wait_ms : judgement->wait_ms);
    state_put_delivery(&notify->state, txn, delivery);
    return delivery->next_ms;
}

void delivery_divert(struct notify *notify, struct store_txn *txn, uint64_t sequence)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    arena_reset(&notify->arena);
    if (!delivery_load(notify, txn, sequence, &delivery, &outbox) || delivery.settled ||
        (size_t) delivery.way + 1 >= way_count(outbox->notice))
        return;
    delivery_unqueue(notify, txn, &delivery, outbox->notice);
    text_copy(delivery.detail, sizeof delivery.detail, "its far end has failed for long");
    if (delivery_goes_another_way(notify, txn, &delivery, outbox->notice))
        return;
    state_index(txn, &delivery, outbox->notice);
    notify->state.head.queued++;
}

/* Perhaps it arrived. Where the far end drops doubles it goes once more; else by another way, which is told twice at
 * worst; else it is left alone. */
static int64_t judge_uncertain(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                               const Duban__Notice *notice, const struct judgement *judgement)
{
    if (delivery->emptied || notify->channels.of[delivery->channel].uncertain == UNCERTAIN_RETRY)
        return try_later(notify, txn, delivery, notice, judgement);
    if (delivery->urgent && delivery_goes_another_way(notify, txn, delivery, notice))
        return 0;
    delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_UNCERTAIN, false);
    return 0;
}

static int64_t judged(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                      const Duban__Notice *notice, const struct judgement *judgement)
{
    if (delivery->settled && (judgement->verdict != VERDICT_ACCEPTED || delivery->fell)) {
        delivery_finish_settled(notify, txn, delivery, false);
        return 0;
    }
    if (judgement->detail[0] != '\0' || delivery->settled)   /* whoever settled it is not its far end */
        memcpy(delivery->detail, judgement->detail, sizeof delivery->detail);
    switch (judgement->verdict) {
    case VERDICT_ACCEPTED:
        delivered(notify, txn, delivery, notice);
        return 0;
    case VERDICT_LATER:
    case VERDICT_THROTTLED:
        return try_later(notify, txn, delivery, notice, judgement);
    case VERDICT_UNCERTAIN:
        return judge_uncertain(notify, txn, delivery, notice, judgement);
    case VERDICT_GONE:
        alarm_unreachable(notify, txn, notice, delivery->way, delivery->detail);
        if (!delivery_goes_another_way(notify, txn, delivery, notice))
            delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_DEAD, false);
        return 0;
    case VERDICT_DEAD:
        if (delivery_is_expired(notify, notice) || !delivery_goes_another_way(notify, txn, delivery, notice))
            delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_DEAD, false);
        return 0;
    case VERDICT_UNUSABLE:
        if (delivery_goes_another_way(notify, txn, delivery, notice))
            return 0;
        fall_to_spool(notify, txn, delivery, notice, delivery->way, channel_of(delivery->channel)->name, judgement->detail);
        delivery_queue(notify, txn, delivery, notice, 0);
        state_put_delivery(&notify->state, txn, delivery);
        return 0;
    }
    return 0;
}

int64_t delivery_judged(struct notify *notify, struct store_txn *txn, uint64_t sequence,
                        const struct judgement *judgement, bool attempted)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;
    struct receipt receipt;
    int64_t again_ms;

    if (!delivery_load(notify, txn, sequence, &delivery, &outbox))
        return 0;
    delivery_unqueue(notify, txn, &delivery, outbox->notice);
    delivery.attempts += attempted && judgement->verdict != VERDICT_THROTTLED;
    if (!attempted)
        return judged(notify, txn, &delivery, outbox->notice, judgement);
    ledger_open_attempt(&notify->state, &delivery, judgement, &receipt);
    again_ms = judged(notify, txn, &delivery, outbox->notice, judgement);
    ledger_close_attempt(&notify->state, txn, &receipt);
    return again_ms;
}

/* ---------------------------------------------------------------- lines that left with their batch */

/* The common case: nothing is unpacked. */
bool delivery_line_written(struct notify *notify, struct store_txn *txn, uint64_t sequence)
{
    static const struct judgement accepted = { .verdict = VERDICT_ACCEPTED };
    struct delivery delivery;
    struct receipt receipt;

    if (!state_get_delivery(txn, sequence, &delivery) ||
        delivery.state != DUBAN__DELIVERY_STATE__DELIVERY_STATE_ATTEMPTING || delivery.fell ||
        delivery.settled)
        return false;
    delivery.attempts++;
    ledger_open_attempt(&notify->state, &delivery, &accepted, &receipt);
    delivery_finish(notify, txn, &delivery, NULL, DUBAN__GRADE__GRADE_DELIVERED, false);
    ledger_close_attempt(&notify->state, txn, &receipt);
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
