/* grade.c - the end of a notice: its grade and its fact. */
#include "notify.h"

static void count_grade(struct notify *notify, const struct delivery *delivery, Duban__Grade grade)
{
    struct head *head = &notify->state.head;

    switch (grade) {
    case DUBAN__GRADE__GRADE_DELIVERED:
        head->delivered++;
        notify->counters.delivered[delivery->channel]++;
        break;
    case DUBAN__GRADE__GRADE_DEAD:
    case DUBAN__GRADE__GRADE_NOT_RECEIVED:
        head->dead++;
        notify->counters.dead++;
        break;
    case DUBAN__GRADE__GRADE_SPOOLED:
        head->dead++;
        break;
    case DUBAN__GRADE__GRADE_WITHDRAWN:
        head->withdrawn++;
        notify->counters.withdrawn++;
        break;
    case DUBAN__GRADE__GRADE_UNCERTAIN:
        head->uncertain++;
        break;
    case DUBAN__GRADE__GRADE_SETTLED:
    case DUBAN__GRADE__GRADE_RECEIVED:
    case DUBAN__GRADE__GRADE_UNSPECIFIED:
    case _DUBAN__GRADE_IS_INT_SIZE:
        break;
    }
}

static Duban__DeliveryState state_of(Duban__Grade grade)
{
    static const Duban__DeliveryState STATES[] = {
        [DUBAN__GRADE__GRADE_DELIVERED] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_DELIVERED,
        [DUBAN__GRADE__GRADE_DEAD] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD,
        [DUBAN__GRADE__GRADE_WITHDRAWN] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_WITHDRAWN,
        [DUBAN__GRADE__GRADE_SPOOLED] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_SPOOLED,
        [DUBAN__GRADE__GRADE_SETTLED] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_SETTLED,
        [DUBAN__GRADE__GRADE_UNCERTAIN] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_UNCERTAIN,
        [DUBAN__GRADE__GRADE_NOT_RECEIVED] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD,
        [DUBAN__GRADE__GRADE_RECEIVED] = DUBAN__DELIVERY_STATE__DELIVERY_STATE_RECEIVED,
    };

    return STATES[grade];
}

static void put(struct notify *notify, struct store_txn *txn, const struct delivery *delivery, bool is_new)
{
    if (is_new)
        state_append_delivery(&notify->state, txn, delivery);
    else
        state_put_delivery(&notify->state, txn, delivery);
}

/* What one channel took and lost, and no other took, was said to be delivered before. */
static Duban__Grade grade_after_loss(const struct delivery *delivery, Duban__Grade grade)
{
    bool is_dead = grade == DUBAN__GRADE__GRADE_DEAD || grade == DUBAN__GRADE__GRADE_SPOOLED;

    return delivery->accepted && is_dead ? DUBAN__GRADE__GRADE_NOT_RECEIVED : grade;
}

/* The record stays while it may have to go by another way. */
static void keep_awaited(struct store_txn *txn, struct delivery *delivery, const Duban__Notice *notice)
{
    if (delivery->awaited)
        state_index_tasks(txn, delivery, notice);
    else
        delivery->record = bytes_of("", 0);
}

void delivery_finish(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                     const Duban__Notice *notice, Duban__Grade grade, bool is_new)
{
    struct fact fact = { .notice = delivery->sequence, .retry = delivery->retry, .channel = delivery->channel,
                         .attempts = delivery->attempts, .counted_in = delivery->counted_in };

    fact.grade = grade = grade_after_loss(delivery, grade);
    ledger_note_grade(&notify->state, txn, delivery, grade);
    if ((delivery->sequence & HOUSE_BIT) != 0) {
        state_delete_delivery(txn, delivery->sequence);
        return;
    }
    count_grade(notify, delivery, grade);
    delivery->state = state_of(grade);
    delivery->done_ms = notify->state.head.clock_ms;
    delivery->next_ms = 0;
    if (dead_letter_is(delivery)) {
        state_put_dead(txn, delivery, notice);
        if (strcmp(notice->kind, "delivery_failure") != 0)
            house_say_undelivered(notify, txn, delivery, notice);
    } else {
        keep_awaited(txn, delivery, notice);
    }
    put(notify, txn, delivery, is_new);
    if (delivery->accepted && grade == DUBAN__GRADE__GRADE_DELIVERED)
        return;   /* that it was taken is a fact already */
    memcpy(fact.detail, delivery->detail, sizeof fact.detail);
    state_add_fact(&notify->state, txn, &fact);
}

/* Rules has said so, and knows: there is no fact of it. */
void delivery_finish_settled(struct notify *notify, struct store_txn *txn, struct delivery *delivery, bool is_new)
{
    ledger_note_grade(&notify->state, txn, delivery, DUBAN__GRADE__GRADE_SETTLED);
    delivery->state = DUBAN__DELIVERY_STATE__DELIVERY_STATE_SETTLED;
    delivery->done_ms = notify->state.head.clock_ms;
    delivery->next_ms = 0;
    delivery->settled = false;
    delivery->record = bytes_of("", 0);
    put(notify, txn, delivery, is_new);
}
