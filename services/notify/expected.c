/* expected.c - when what waits is to leave, and what it waits for, as far as can be told now. */
#include "notify.h"

enum { AHEAD_MOST = 100,               /* looked at; behind more than that, it is not before then */
       MOMENT_MS = 1000 };             /* too little to be what it waits for */

/* What leaves by the same queue before it, in the order in which they leave. */
static uint32_t ahead_in_lane(struct store_txn *txn, const struct delivery *delivery, int lane, struct queue_place until)
{
    struct queue_place place = { 0 };
    uint32_t count = 0;

    while (count < AHEAD_MOST && state_queue_seek(txn, delivery->channel, delivery->token, lane, &place) &&
           (place.due_ms < until.due_ms || (place.due_ms == until.due_ms && place.sequence < until.sequence))) {
        count++;
        place.sequence++;
    }
    return count;
}

static uint32_t ahead_of(struct notify *notify, struct store_txn *txn, const struct delivery *delivery)
{
    const struct channel_settings *settings = &notify->channels.of[delivery->channel];
    struct queue_place place = { delivery->next_ms, delivery->sequence };
    struct queue_place due = { notify_clock_ms(notify), UINT64_MAX };
    uint32_t ahead;

    if (delivery->urgent)
        return ahead_in_lane(txn, delivery, LANE_URGENT, place);
    ahead = ahead_in_lane(txn, delivery, LANE_URGENT, due);
    if (!channel_of(delivery->channel)->folds || ahead_in_lane(txn, delivery, LANE_NORMAL, due) <= settings->fold_above)
        ahead += ahead_in_lane(txn, delivery, LANE_NORMAL, place);   /* else all of them leave as one */
    return ahead;
}

/* When its far end's budget lets it go, those ahead of it before; from_ms = at once. */
static int64_t by_budget_ms(const struct budget *budget, struct bucket bucket, uint32_t ahead, int64_t from_ms)
{
    for (uint32_t i = 0; i <= ahead; i++) {
        from_ms += budget_wait_ms(budget, &bucket, from_ms);
        budget_take(budget, &bucket, from_ms);
    }
    return from_ms;
}

static int64_t by_far_end_ms(struct notify *notify, struct store_txn *txn, const struct delivery *delivery, int64_t at_ms,
                             Duban__WaitReason *reason)
{
    struct destinations *destinations = &notify->flights.destinations;
    const struct destination *destination = destination_known(destinations, delivery->channel, delivery->token);
    const struct far_end *far_end = destination != NULL ? destination_far_end(destinations, destination) : NULL;
    int64_t budget_ms;

    if (far_end == NULL)
        return at_ms;
    budget_ms = by_budget_ms(&notify->channels.of[delivery->channel].budget, far_end->kept.bucket,
                             ahead_of(notify, txn, delivery), at_ms);
    if (budget_ms > at_ms + MOMENT_MS)
        *reason = DUBAN__WAIT_REASON__WAIT_REASON_BUDGET;
    if (far_end->kept.not_before_ms <= budget_ms)
        return budget_ms;
    if (far_end->kept.not_before_ms > at_ms + MOMENT_MS)
        *reason = DUBAN__WAIT_REASON__WAIT_REASON_FAR_END;
    return far_end->kept.not_before_ms;
}

int64_t expected_ms(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                    Duban__WaitReason *reason)
{
    int64_t clock_ms = notify_clock_ms(notify);
    int64_t at_ms = delivery->next_ms > clock_ms ? delivery->next_ms : clock_ms;

    *reason = DUBAN__WAIT_REASON__WAIT_REASON_UNSPECIFIED;
    if (delivery->state != DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED)
        return 0;
    *reason = DUBAN__WAIT_REASON__WAIT_REASON_TURN;
    if (delivery->next_ms > clock_ms)
        *reason = delivery->attempts > 0 ? DUBAN__WAIT_REASON__WAIT_REASON_RETRY : DUBAN__WAIT_REASON__WAIT_REASON_TIME;
    at_ms = by_far_end_ms(notify, txn, delivery, at_ms, reason);
    if (!delivery->urgent && notify_is_holding(notify))
        *reason = DUBAN__WAIT_REASON__WAIT_REASON_RULES;
    return at_ms;
}
