/* dead_letter.c - a notice that did not arrive, and what somebody does about it.
 *
 * A dead letter is graded DEAD, NOT_RECEIVED or SPOOLED. It keeps its notice, and its place among its tasks', so that
 * what is withdrawn later is taken out of it too: sent again, it says nothing that is done by then.
 */
#include "log.h"
#include "message.h"
#include "notify.h"

bool dead_letter_is(const struct delivery *delivery)
{
    return delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD ||
           delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_SPOOLED;
}

static void log_passed_over(uint64_t sequence)
{
    log_info("dead letter: there is none any more: notice=%llu", (unsigned long long) sequence);
}

/* False when it is none, or damaged. */
static bool load(struct notify *notify, struct store_txn *txn, uint64_t sequence, struct delivery *delivery,
                 Duban__OutboxRecord **outbox)
{
    return state_get_delivery(txn, sequence, delivery) && dead_letter_is(delivery) &&
           delivery_open_record(notify, delivery, outbox);
}

static void take_out(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                     const Duban__Notice *notice)
{
    state_delete_dead(txn, delivery, notice);
    notify->state.head.dead--;
}

bool dead_letter_thin(struct notify *notify, struct store_txn *txn, uint64_t sequence, const uint8_t task[ID_BYTES])
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!load(notify, txn, sequence, &delivery, &outbox))
        return false;
    state_delete_dead(txn, &delivery, outbox->notice);
    delivery_take_item_out(outbox->notice, task);
    delivery.record = message_pack(&notify->arena, outbox);
    state_put_dead(txn, &delivery, outbox->notice);
    state_put_delivery(&notify->state, txn, &delivery);
    return true;
}

/* ---------------------------------------------------------------- sent again */

void dead_letter_renew(Duban__Notice *notice, const Duban__Resend *resend)
{
    for (size_t i = 0; i < resend->n_ended_tasks; i++)
        delivery_take_item_out(notice, resend->ended_tasks[i].data);
    if (resend->channel[0] == '\0')
        return;
    notice->recipient->channel = resend->channel;
    notice->recipient->address_token = resend->address_token;
    notice->recipient->n_other_ways = resend->n_other_ways;
    notice->recipient->other_ways = resend->other_ways;
}

/* From the beginning, by the channel that its recipient has by now. */
static void begin_again(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                        const Duban__Notice *notice)
{
    delivery->attempts = 0;
    delivery->emptied = false;
    delivery->fell = false;
    delivery->accepted = false;
    delivery->done_ms = 0;
    delivery_forget_gone(txn, notice);
    delivery_route(notify, txn, delivery, notice);
    delivery_queue(notify, txn, delivery, notice, 0);
    destination_try_now(&notify->flights.destinations, delivery->channel, delivery->token);
    state_put_delivery(&notify->state, txn, delivery);
}

/* Without what has ended, by the ways that its recipient has by now; not at all when nothing is left of it. In no queue. */
static void send_renewed(struct notify *notify, struct store_txn *txn, struct delivery *delivery, Duban__OutboxRecord *outbox,
                         const Duban__Resend *resend)
{
    dead_letter_renew(outbox->notice, resend);
    delivery->record = message_pack(&notify->arena, outbox);
    if (outbox->notice->n_items > 0)
        begin_again(notify, txn, delivery, outbox->notice);
    else
        delivery_finish(notify, txn, delivery, outbox->notice, DUBAN__GRADE__GRADE_WITHDRAWN, false);
}

/* A ledger made anew is still at its first sending; the number is what rules waits for. What is not under way goes as the
 * resend says. */
static bool is_open_renewed(struct notify *notify, struct store_txn *txn, const Duban__Resend *resend)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!delivery_load(notify, txn, resend->notice, &delivery, &outbox))
        return false;
    delivery.retry = resend->retry;
    if (delivery_is_under_way(notify, &delivery)) {
        state_put_delivery(&notify->state, txn, &delivery);
        return true;
    }
    delivery_unqueue(notify, txn, &delivery, outbox->notice);
    send_renewed(notify, txn, &delivery, outbox, resend);
    return true;
}

void dead_letter_resend(struct notify *notify, struct store_txn *txn, const Duban__Resend *resend)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    arena_reset(&notify->arena);
    if (is_open_renewed(notify, txn, resend))
        return;
    if (!load(notify, txn, resend->notice, &delivery, &outbox)) {
        log_passed_over(resend->notice);
        return;
    }
    take_out(notify, txn, &delivery, outbox->notice);
    delivery.retry = resend->retry;
    send_renewed(notify, txn, &delivery, outbox, resend);
}

/* ---------------------------------------------------------------- settled */

void dead_letter_note_settled(struct delivery *delivery, const Duban__Settled *settled)
{
    text_format(delivery->detail, sizeof delivery->detail, "%s: %s", settled->account, settled->reason);
}

/* What is under way may have arrived: its answer decides, but no failure makes it a dead letter again. */
static void settle_open(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                        const Duban__Notice *notice, const Duban__Settled *settled)
{
    dead_letter_note_settled(delivery, settled);
    if (delivery_is_under_way(notify, delivery)) {
        delivery->settled = true;
        state_put_delivery(&notify->state, txn, delivery);
        return;
    }
    delivery_unqueue(notify, txn, delivery, notice);
    delivery_finish_settled(notify, txn, delivery, false);
}

void dead_letter_settle(struct notify *notify, struct store_txn *txn, const Duban__Settled *settled)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    arena_reset(&notify->arena);
    if (delivery_load(notify, txn, settled->notice, &delivery, &outbox)) {
        settle_open(notify, txn, &delivery, outbox->notice, settled);
        return;
    }
    if (!load(notify, txn, settled->notice, &delivery, &outbox)) {
        log_passed_over(settled->notice);
        return;
    }
    take_out(notify, txn, &delivery, outbox->notice);
    dead_letter_note_settled(&delivery, settled);
    delivery_finish_settled(notify, txn, &delivery, false);
}
