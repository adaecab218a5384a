/* flight_failing.c - far ends that take nothing: for how long, what waits there goes another way, and those that nothing goes
 * to any more. */
#include "flight.h"

#include "notify.h"

static bool has_failed_for_long(const struct notify *notify, const struct far_end *far_end)
{
    return far_end != NULL &&
           far_end_has_failed_for_long(far_end, &notify->channels.of[far_end->channel], notify_clock_ms(notify));
}

static const struct far_end *far_end_behind(struct notify *notify, enum channel_number channel,
                                            const uint8_t token[TOKEN_BYTES])
{
    struct destinations *destinations = &notify->flights.destinations;
    const struct destination *destination = destination_known(destinations, channel, token);

    return destination != NULL ? destination_far_end(destinations, destination) : NULL;
}

int64_t flights_failing_since_ms(struct notify *notify, enum channel_number channel, const uint8_t token[TOKEN_BYTES])
{
    const struct far_end *far_end = far_end_behind(notify, channel, token);

    return far_end != NULL ? far_end->kept.failing_since_ms : 0;
}

bool flights_have_failed_for_long(struct notify *notify, enum channel_number channel, const uint8_t token[TOKEN_BYTES])
{
    return has_failed_for_long(notify, far_end_behind(notify, channel, token));
}

bool flights_would_wait(struct notify *notify, enum channel_number channel, const uint8_t token[TOKEN_BYTES])
{
    const struct far_end *far_end = far_end_behind(notify, channel, token);

    return has_failed_for_long(notify, far_end) &&
           (far_end->flying > 0 || far_end_wait_ms(far_end, &notify->channels.of[channel], notify_clock_ms(notify)) > 0);
}

/* ---------------------------------------------------------------- forsaken */

bool flights_have_forsaken(const struct notify *notify)
{
    const struct destinations *destinations = &notify->flights.destinations;

    for (size_t i = 0; i < destinations->far_end_count; i++)
        if (far_end_is_forsaken(destinations, &destinations->far_ends[i], notify_clock_ms(notify)))
            return true;
    return false;
}

void flights_forsake(struct notify *notify, struct store_txn *txn)
{
    struct destinations *destinations = &notify->flights.destinations;

    for (size_t i = 0; i < destinations->far_end_count; i++) {
        struct far_end *far_end = &destinations->far_ends[i];

        far_end->forsaken = far_end_is_forsaken(destinations, far_end, notify_clock_ms(notify));
        if (!far_end->forsaken)
            continue;
        alarm_forsaken(notify, txn, far_end);
        state_delete_far_end(txn, far_end->channel, far_end->digest);
    }
}

void flights_forget_forsaken(struct notify *notify)
{
    struct destinations *destinations = &notify->flights.destinations;

    for (size_t i = 0; i < destinations->far_end_count; i++)
        if (destinations->far_ends[i].forsaken)
            far_end_forget(&destinations->far_ends[i]);
}

/* ---------------------------------------------------------------- another way */

enum { DIVERTED_AT_A_TIME = 256 };

/* Once after each attempt that fails: what comes meanwhile does not queue there (flights_would_wait). */
static bool is_to_divert(struct notify *notify, const struct destination *destination)
{
    return !destination->diverted &&
           has_failed_for_long(notify, destination_far_end(&notify->flights.destinations, destination));
}

bool flights_have_to_divert(struct notify *notify)
{
    struct destinations *destinations = &notify->flights.destinations;

    for (size_t i = 0; i < destinations->count; i++)
        if (is_to_divert(notify, &destinations->list[i]))
            return true;
    return false;
}

/* What is only in the window does not leave when it is found to have gone elsewhere. */
static bool is_on_the_wire(const struct flight *flight)
{
    return flight != NULL && (flight->state == FLIGHT_FLYING || flight->state == FLIGHT_LANDED);
}

static void divert_from(struct notify *notify, struct store_txn *txn, struct destination *destination)
{
    size_t count = 0;

    for (int lane = 0; lane < LANES_PER_CHANNEL; lane++) {
        struct queue_place place = destination->diverted_to[lane];

        while (count < DIVERTED_AT_A_TIME &&
               state_queue_seek(txn, destination->channel, destination->token, lane, &place)) {
            if (!is_on_the_wire(flights_find(notify, place.sequence)))
                delivery_divert(notify, txn, place.sequence);
            place.sequence++;
            count++;
        }
        destination->diverted_to[lane] = place;
    }
    destination->diverted = count < DIVERTED_AT_A_TIME;
}

/* Diverting queues elsewhere, which may make new destinations and move the list: the place is looked up each time. */
void flights_divert(struct notify *notify, struct store_txn *txn)
{
    struct destinations *destinations = &notify->flights.destinations;

    for (size_t i = 0; i < destinations->count; i++) {
        if (is_to_divert(notify, &destinations->list[i])) {
            struct destination destination = destinations->list[i];
            struct destination *kept;

            alarm_far_end(notify, txn, destination_far_end(destinations, &destination));
            divert_from(notify, txn, &destination);
            kept = destination_of(destinations, destination.channel, destination.token);
            if (kept != NULL) {
                kept->diverted = destination.diverted;
                memcpy(kept->diverted_to, destination.diverted_to, sizeof kept->diverted_to);
            }
            return;
        }
    }
}
