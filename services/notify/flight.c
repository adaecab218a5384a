/* flight.c - into the window, addressed, started, landed, settled. */
#include "flight.h"

#include <stdlib.h>
#include <time.h>

#include <sodium.h>

#include "log.h"
#include "message.h"
#include "notify.h"

enum {
    NORMAL_FLIGHTS_MOST = FLIGHTS_MOST * 3 / 4,     /* the rest is for what is urgent */
    NORMAL_ROUNDS_MOST = 2,                         /* of a channel: what may fly, and as many addressed meanwhile */
    UNPROVEN_FLIGHTS_MOST = FLIGHTS_MOST / 2,       /* to far ends that have not answered well lately */
    DESTINATIONS_KEPT = 1024,                       /* more are looked through for those that are done */
};

static struct channel_settings *settings_of(struct notify *notify, enum channel_number channel)
{
    return &notify->channels.of[channel];
}

static struct destination *destination_of_flight(struct notify *notify, const struct flight *flight)
{
    return destination_of(&notify->flights.destinations, flight->channel, flight->token);
}

static struct far_end *far_end_of_flight(struct notify *notify, const struct flight *flight)
{
    return far_end_of(&notify->flights.destinations, flight->channel, flight->far_end_digest);
}

/* ---------------------------------------------------------------- life */

void flights_open(struct notify *notify)
{
    struct flights *flights = &notify->flights;
    struct store_txn txn;

    memset(flights, 0, sizeof *flights);
    store_begin(&txn, &notify->state.store, STORE_READ);
    if (destinations_open(&flights->destinations, &txn) == -1)
        die("内存不足，无法启动 / no memory to start with");
    store_abort(&txn);
    destinations_fit(&flights->destinations, &notify->channels, notify_clock_ms(notify));
}

static void wipe_address(struct flight *flight)
{
    if (flight->address != NULL)
        sodium_memzero(flight->address, strlen(flight->address));
    free(flight->address);
    flight->address = NULL;
}

static void stop_flying(struct notify *notify, struct flight *flight)
{
    struct far_end *far_end = far_end_of_flight(notify, flight);

    notify->flights.flying--;
    notify->flights.flying_by_channel[flight->channel]--;
    if (far_end != NULL && far_end->flying > 0)
        far_end->flying--;
}

/* Its place is free again; the handle and the buffers stay for the next one. */
static void free_flight(struct notify *notify, struct flight *flight)
{
    struct flights *flights = &notify->flights;
    struct destination *destination;

    if (flight->state == FLIGHT_FREE)
        return;
    if (flight->state == FLIGHT_FLYING) {
        wire_abandon(&notify->wire, &flight->attempt);
        stop_flying(notify, flight);
    }
    if (flight->state == FLIGHT_LANDED)
        flights->landed--;
    request_clear(&flight->attempt.request);
    wipe_address(flight);
    destination = destination_of_flight(notify, flight);
    if (destination != NULL && destination->in_window > 0)
        destination->in_window--;
    if (destination != NULL && flight->state != FLIGHT_LANDED) {
        destination->due_ms[lane_of(flight->urgent)] = 0;   /* back in its queue, which it has not left ... */
        destination->taken[lane_of(flight->urgent)] = (struct queue_place){ 0 };   /* ... and before those behind it */
    }
    flight->state = FLIGHT_FREE;
    flights->used--;
    flights->used_by_channel[flight->channel]--;
}

void flights_close(struct notify *notify)
{
    struct flights *flights = &notify->flights;

    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        free_flight(notify, &flights->list[i]);
        attempt_close(&flights->list[i].attempt);
    }
    destinations_close(&flights->destinations);
}

/* ---------------------------------------------------------------- into the window */

static bool carries(const struct flight *flight, uint64_t sequence)
{
    if (flight->state == FLIGHT_FREE)
        return false;
    for (size_t i = 0; i < flight->folded_count; i++)
        if (flight->folded[i] == sequence)
            return true;
    return flight->sequence == sequence;
}

struct flight *flights_find(struct notify *notify, uint64_t sequence)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++)
        if (carries(&notify->flights.list[i], sequence))
            return &notify->flights.list[i];
    return NULL;
}

static struct flight *free_place(struct flights *flights)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++)
        if (flights->list[i].state == FLIGHT_FREE)
            return &flights->list[i];
    return NULL;
}

static void take_in(struct notify *notify, struct destination *destination, uint64_t sequence, bool urgent)
{
    struct flight *flight = free_place(&notify->flights);

    flight->state = channel_of(destination->channel)->needs_address ? FLIGHT_UNADDRESSED : FLIGHT_READY;
    memset(flight->address_digest, 0, DIGEST_BYTES);
    memset(flight->far_end_digest, 0, DIGEST_BYTES);
    flight->channel = destination->channel;
    memcpy(flight->token, destination->token, TOKEN_BYTES);
    flight->sequence = sequence;
    flight->urgent = urgent;
    flight->folded_count = 0;
    flight->attempted = false;
    flight->renewed = false;
    flight->damaged = false;
    memset(&flight->judgement, 0, sizeof flight->judgement);
    notify->flights.used++;
    notify->flights.used_by_channel[flight->channel]++;
    destination->in_window++;
}

/* The next message of the lane that is due and not in the window. False when there is none. What was looked at already
 * is not looked at again until the end was reached: messages enter a queue behind, or were tried and enter again. */
static bool next_due(struct notify *notify, struct store_txn *txn, struct destination *destination, int lane,
                     uint64_t *sequence)
{
    int64_t clock_ms = notify_clock_ms(notify);
    struct queue_place *taken = &destination->taken[lane];
    bool from_front = taken->sequence == 0;

    for (;;) {
        struct queue_place place = { taken->due_ms, taken->sequence > 0 ? taken->sequence + 1 : 0 };
        bool found = state_queue_seek(txn, destination->channel, destination->token, lane, &place);

        if (found && place.due_ms <= clock_ms) {
            *taken = place;
            if (flights_find(notify, place.sequence) != NULL)
                continue;
            *sequence = place.sequence;
            return true;
        }
        *taken = (struct queue_place){ 0 };
        if (from_front) {
            destination->due_ms[lane] = found ? place.due_ms : INT64_MAX;
            return false;
        }
        from_front = true;
    }
}

/* How many more of its messages may come into the window now. While its far end has to wait, one now and then: somebody
 * may have entered another address since. */
static uint32_t room_of(struct notify *notify, const struct destination *destination)
{
    const struct far_end *far_end = destination_far_end(&notify->flights.destinations, destination);
    const struct channel_settings *settings = settings_of(notify, destination->channel);
    uint32_t window = far_end != NULL ? far_end->window : 1;
    uint32_t taken = destination->in_window;

    if (far_end != NULL && far_end_wait_ms(far_end, settings, notify_clock_ms(notify)) > 0)
        return destination->in_window == 0 && notify_clock_ms(notify) - destination->addressed_ms >= ADDRESS_GOOD_FOR_MS;
    if (far_end != NULL && far_end->flying > taken)   /* another token's messages are on their way there */
        taken = far_end->flying;
    return taken < window ? window - taken : 0;
}

static bool is_unproven(struct notify *notify, const struct destination *destination)
{
    const struct far_end *far_end = destination_far_end(&notify->flights.destinations, destination);

    return far_end == NULL || !far_end->answers_well;
}

/* What one destination may bring in now. */
static void refill_from(struct notify *notify, struct store_txn *txn, size_t place, size_t *unproven)
{
    struct destination *destination = &notify->flights.destinations.list[place];
    int64_t clock_ms = notify_clock_ms(notify);
    uint32_t in_flight = settings_of(notify, destination->channel)->in_flight;
    bool proven = !is_unproven(notify, destination);

    for (uint32_t room = room_of(notify, destination); room > 0; room--) {
        uint64_t sequence;
        bool found = false, urgent = false;

        if (!proven && *unproven >= UNPROVEN_FLIGHTS_MOST)
            return;
        if (destination->due_ms[LANE_URGENT] <= clock_ms && notify->flights.used < FLIGHTS_MOST)
            found = urgent = next_due(notify, txn, destination, LANE_URGENT, &sequence);
        if (!found && destination->due_ms[LANE_NORMAL] <= clock_ms && !notify_is_holding(notify) &&
            notify->flights.used < NORMAL_FLIGHTS_MOST &&
            notify->flights.used_by_channel[destination->channel] < NORMAL_ROUNDS_MOST * in_flight)
            found = next_due(notify, txn, destination, LANE_NORMAL, &sequence);
        if (!found)
            return;
        take_in(notify, destination, sequence, urgent);
        *unproven += !proven;
    }
}

static size_t unproven_in_window(struct notify *notify)
{
    size_t count = 0;

    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        const struct flight *flight = &notify->flights.list[i];

        if (flight->state != FLIGHT_FREE) {
            const struct destination *destination = destination_of_flight(notify, flight);

            count += destination == NULL || is_unproven(notify, destination);
        }
    }
    return count;
}

void flights_refill(struct notify *notify)
{
    struct destinations *destinations = &notify->flights.destinations;
    struct store_txn txn;
    size_t unproven;

    if (destinations->count > DESTINATIONS_KEPT || destinations->far_end_count > DESTINATIONS_KEPT)
        destinations_prune(destinations, &notify->channels, notify_clock_ms(notify));
    if (destinations->count == 0 || notify->flights.used == FLIGHTS_MOST)
        return;
    unproven = unproven_in_window(notify);
    store_begin(&txn, &notify->state.store, STORE_READ);
    for (size_t i = 0; i < destinations->count && notify->flights.used < FLIGHTS_MOST; i++) {
        size_t place = (destinations->turn + i) % destinations->count;

        if (!channel_of(destinations->list[place].channel)->at_once)
            refill_from(notify, &txn, place, &unproven);
    }
    destinations->turn++;
    store_abort(&txn);
}

/* ---------------------------------------------------------------- addressed */

static void land(struct notify *notify, struct flight *flight, enum verdict verdict, const char *detail)
{
    flight->state = FLIGHT_LANDED;
    notify->flights.landed++;
    judgement_set(&flight->judgement, verdict, 0, "%s", detail);
}

size_t flights_wanted(const struct notify *notify, ProtobufCBinaryData *tokens, size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < FLIGHTS_MOST && count < most; i++) {
        const struct flight *flight = &notify->flights.list[i];
        size_t same = 0;

        if (flight->state != FLIGHT_UNADDRESSED)
            continue;
        while (same < count && memcmp(tokens[same].data, flight->token, TOKEN_BYTES) != 0)
            same++;
        if (same == count)
            tokens[count++] = (ProtobufCBinaryData){ TOKEN_BYTES, (uint8_t *) flight->token };
    }
    return count;
}

/* One robot entered with two secrets or keywords behind its # is one far end, with one budget; what said "gone" for a
 * wrong secret is tried again with another one. */
static void digest_address(struct flight *flight, const char *clear)
{
    size_t reached = channel_of(flight->channel)->address_is_url ? strcspn(clear, "#") : strlen(clear);

    memset(flight->address_digest, 0, DIGEST_BYTES);
    memset(flight->far_end_digest, 0, DIGEST_BYTES);
    digest_chain(flight->address_digest, bytes_of_text(clear));
    digest_chain(flight->far_end_digest, bytes_of(clear, reached));
}

static void address_flight(struct notify *notify, struct flight *flight, const char *clear)
{
    const char *fault = clear == NULL || clear[0] == '\0' ? "its address is not kept any more"
                                                          : channel_of(flight->channel)->address_fault(clear);
    struct destination *destination;

    if (fault != NULL) {
        land(notify, flight, VERDICT_UNUSABLE, fault);
        return;
    }
    flight->address = strdup(clear);
    if (flight->address == NULL)
        return;
    digest_address(flight, clear);
    destination = destination_of_flight(notify, flight);
    if (destination != NULL) {
        destination->has_digest = true;
        destination->addressed_ms = notify_clock_ms(notify);
        memcpy(destination->digest, flight->far_end_digest, DIGEST_BYTES);
    }
    flight->state = FLIGHT_READY;
}

void flights_addressed(struct notify *notify, const uint8_t *token, const char *clear)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->flights.list[i];

        if (flight->state == FLIGHT_UNADDRESSED && memcmp(flight->token, token, TOKEN_BYTES) == 0)
            address_flight(notify, flight, clear);
    }
}

/* ---------------------------------------------------------------- started */

/* The endpoint said "gone" once; that holds for the address that it was then. */
static bool is_gone(struct store_txn *txn, struct flight *flight)
{
    struct endpoint endpoint;

    if (!state_get_endpoint(txn, flight->token, &endpoint))
        return false;
    flight->renewed = memcmp(endpoint.address_digest, flight->address_digest, DIGEST_BYTES) != 0;
    return !flight->renewed;
}

static bool is_queued_for(const struct delivery *delivery, const struct flight *flight)
{
    return delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED && delivery->channel == flight->channel &&
           memcmp(delivery->token, flight->token, TOKEN_BYTES) == 0;
}

static void on_done(void *owner, struct attempt *attempt, const struct answer *answer)
{
    struct notify *notify = owner;
    struct flight *flight = (struct flight *) (void *) ((char *) attempt - offsetof(struct flight, attempt));

    channel_of(flight->channel)->judge(settings_of(notify, flight->channel), answer, &flight->judgement);
    answer_hide(flight->judgement.detail, flight->address);
    notify->counters.failures[flight->channel] += flight->judgement.verdict != VERDICT_ACCEPTED;
    stop_flying(notify, flight);
    flight->state = FLIGHT_LANDED;
    notify->flights.landed++;
    daemon_kill_point("notify.answered");
}

/* On the wire. False when it cannot be begun now. */
static bool take_off(struct notify *notify, struct store_txn *txn, struct flight *flight,
                     const struct delivery *delivery, const Duban__Notice *notice, struct far_end *far_end)
{
    const struct channel *channel = channel_of(flight->channel);
    const struct channel_settings *settings = settings_of(notify, flight->channel);
    struct message message = { .sequence = flight->sequence, .notice = notice, .address = flight->address,
                               .now_ms = (int64_t) time(NULL) * 1000 };

    request_clear(&flight->attempt.request);
    if (channel->folds && !flight->urgent)
        fold_gather(notify, txn, flight);
    if (!(flight->folded_count > 0 ? fold_write(notify, txn, flight, &message)
                                   : wording_message(notify, txn, delivery, &message)) ||
        channel->write(settings, &message, &flight->attempt.request) == -1)
        return false;
    flight->attempt.request.ca_file = settings->ca_file;
    if (wire_start(&notify->wire, &flight->attempt, settings->timeout_ms, on_done, notify) == -1)
        return false;
    flight->state = FLIGHT_FLYING;
    flight->attempted = true;
    notify->flights.flying++;
    notify->flights.flying_by_channel[flight->channel]++;
    far_end->flying++;
    text_copy(far_end->kept.account, sizeof far_end->kept.account, notice->recipient->account);
    budget_take(&settings->budget, &far_end->kept.bucket, notify_clock_ms(notify));
    notify->counters.attempts[flight->channel]++;
    daemon_kill_point("notify.started");
    return true;
}

/* The last look before it leaves. */
static void start(struct notify *notify, struct store_txn *txn, struct flight *flight)
{
    struct far_end *far_end = far_end_of_flight(notify, flight);
    const struct channel_settings *settings = settings_of(notify, flight->channel);
    const char *why = channel_of(flight->channel)->unusable(settings);
    struct delivery delivery;
    Duban__OutboxRecord *outbox = NULL;

    arena_reset(&notify->arena);
    if (!state_get_delivery(txn, flight->sequence, &delivery) ||
        (is_queued_for(&delivery, flight) && (outbox = delivery_unpack(&notify->arena, &delivery)) == NULL)) {
        flight->damaged = true;
        land(notify, flight, VERDICT_DEAD, "damaged");
    } else if (!is_queued_for(&delivery, flight)) {
        free_flight(notify, flight);
    } else if (delivery.emptied || delivery.settled) {
        land(notify, flight, VERDICT_LATER, "");
    } else if (delivery_is_expired(notify, outbox->notice)) {
        land(notify, flight, VERDICT_DEAD, "expired");
    } else if (why != NULL) {
        land(notify, flight, VERDICT_UNUSABLE, why);   /* its section is gone since it was queued */
    } else if (is_gone(txn, flight)) {
        land(notify, flight, VERDICT_GONE, "its address said 410 Gone before");
    } else if ((!flight->urgent && notify_is_holding(notify)) || far_end == NULL || far_end->flying >= far_end->window ||
               far_end_wait_ms(far_end, settings, notify_clock_ms(notify)) > 0) {
        free_flight(notify, flight);   /* back in its queue, which it has not left */
    } else if (!take_off(notify, txn, flight, &delivery, outbox->notice, far_end)) {
        land(notify, flight, VERDICT_LATER, "no memory for the request");
    }
}

static void start_those(struct notify *notify, struct store_txn *txn, bool urgent)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->flights.list[i];

        if (flight->state == FLIGHT_READY && flight->urgent == urgent &&
            notify->flights.flying_by_channel[flight->channel] < settings_of(notify, flight->channel)->in_flight)
            start(notify, txn, flight);
    }
}

void flights_start(struct notify *notify)
{
    struct store_txn txn;

    if (notify->flights.used == 0)
        return;
    store_begin(&txn, &notify->state.store, STORE_READ);
    start_those(notify, &txn, true);
    start_those(notify, &txn, false);
    store_abort(&txn);
}

void flights_leave(struct notify *notify)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->flights.list[i];

        if (flight->state != FLIGHT_FLYING || settings_of(notify, flight->channel)->uncertain != UNCERTAIN_LEAVE)
            continue;
        wire_abandon(&notify->wire, &flight->attempt);
        stop_flying(notify, flight);
        land(notify, flight, VERDICT_UNCERTAIN, "notify was stopped before it was answered");
    }
}

/* ---------------------------------------------------------------- settled */

static void remember_gone(struct notify *notify, struct store_txn *txn, const struct flight *flight)
{
    struct endpoint endpoint = { .disabled_ms = notify->state.head.clock_ms };

    memcpy(endpoint.address_digest, flight->address_digest, DIGEST_BYTES);
    memcpy(endpoint.detail, flight->judgement.detail, sizeof endpoint.detail);
    state_put_endpoint(&notify->state, txn, flight->token, &endpoint);
}

/* What the answer means for the far end, which others may share. */
static void tell_far_end(struct notify *notify, struct store_txn *txn, const struct flight *flight, int64_t again_ms)
{
    const struct channel_settings *settings = settings_of(notify, flight->channel);
    struct far_end *far_end = far_end_of_flight(notify, flight);
    int64_t clock_ms = notify_clock_ms(notify);

    if (far_end == NULL)
        return;
    switch (flight->judgement.verdict) {
    case VERDICT_ACCEPTED:
    case VERDICT_DEAD:                 /* it has answered, if only that this one is not wanted */
        far_end_accepted(far_end, settings);
        notify->flights.accepted_ms[flight->channel] = clock_ms;
        break;
    case VERDICT_LATER:
    case VERDICT_UNCERTAIN:
        if (again_ms == 0 && far_end_has_failed_for_long(far_end, settings, clock_ms))   /* gone another way: so do others meanwhile */
            again_ms = clock_ms + BACK_OFF_MOST_MS;
        far_end_failed(far_end, clock_ms, again_ms, flight->judgement.wait_ms);
        break;
    case VERDICT_THROTTLED:
        far_end_throttled(far_end, settings, clock_ms, flight->judgement.wait_ms);
        break;
    case VERDICT_GONE:
    case VERDICT_UNUSABLE:
        break;
    }
    destinations_divert_anew(&notify->flights.destinations, far_end);
    alarm_far_end(notify, txn, far_end);
    if (far_end->kept.failing_since_ms != 0 || far_end->kept.not_before_ms > clock_ms ||
        !budget_is_full(&settings->budget, &far_end->kept.bucket, clock_ms))
        state_put_far_end(txn, flight->channel, flight->far_end_digest, &far_end->kept);
    else
        state_delete_far_end(txn, flight->channel, flight->far_end_digest);
}

static void settle(struct notify *notify, struct store_txn *txn, struct flight *flight)
{
    int64_t again_ms;

    if (flight->damaged) {
        arena_reset(&notify->arena);
        delivery_park_damaged(notify, txn, flight->sequence, flight->channel, flight->token);
        return;
    }
    if (flight->renewed)
        state_delete_endpoint(txn, flight->token);
    if (flight->judgement.verdict == VERDICT_GONE && flight->attempted)
        remember_gone(notify, txn, flight);
    arena_reset(&notify->arena);
    again_ms = delivery_judged(notify, txn, flight->sequence, &flight->judgement, flight->attempted);
    for (size_t i = 0; i < flight->folded_count; i++) {
        struct judgement judgement = flight->judgement;

        if (i + 1 >= flight->spelled_out)
            judgement.counted_in = flight->sequence;
        arena_reset(&notify->arena);
        delivery_judged(notify, txn, flight->folded[i], &judgement, flight->attempted);
    }
    if (flight->attempted)
        tell_far_end(notify, txn, flight, again_ms);
}

void flights_settle(struct notify *notify, struct store_txn *txn)
{
    bool posted = false;

    for (size_t i = 0; notify->flights.landed > 0 && i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->flights.list[i];

        if (flight->state != FLIGHT_LANDED)
            continue;
        settle(notify, txn, flight);
        posted |= flight->attempted;
    }
    flights_forsake(notify, txn);
    if (posted)
        daemon_kill_point("notify.posted");
}

/* While its far end has to wait nothing is taken from a queue: what was last seen there need not be there any more. */
static void look_at_queue_again(struct notify *notify, struct store_txn *txn, const struct flight *flight)
{
    struct destination *destination = destination_of_flight(notify, flight);

    if (destination == NULL || destination->in_window > 0)
        return;
    for (int lane = 0; lane < LANES_PER_CHANNEL; lane++) {
        struct queue_place front = { 0 };
        bool found = state_queue_seek(txn, destination->channel, destination->token, lane, &front);

        destination->due_ms[lane] = found ? front.due_ms : INT64_MAX;
    }
}

void flights_settled(struct notify *notify)
{
    struct store_txn txn;

    flights_forget_forsaken(notify);
    if (notify->flights.landed == 0)
        return;
    store_begin(&txn, &notify->state.store, STORE_READ);
    for (size_t i = 0; notify->flights.landed > 0 && i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->flights.list[i];

        if (flight->state != FLIGHT_LANDED)
            continue;
        free_flight(notify, flight);
        look_at_queue_again(notify, &txn, flight);
    }
    store_abort(&txn);
    daemon_kill_point("notify.settled");
}

/* ---------------------------------------------------------------- when */

int64_t flights_next_ms(struct notify *notify)
{
    struct destinations *destinations = &notify->flights.destinations;
    int64_t earliest_ms = INT64_MAX;

    for (size_t i = 0; i < destinations->count; i++) {
        const struct destination *destination = &destinations->list[i];
        int64_t next_ms = destination_next_ms(destinations, destination, settings_of(notify, destination->channel),
                                              notify_clock_ms(notify));

        if (channel_of(destination->channel)->at_once)
            continue;
        if (next_ms < earliest_ms)
            earliest_ms = next_ms;
    }
    return earliest_ms;
}
