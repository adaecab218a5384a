/* handset.c - numbers remembered, a gateway asked, its receipts carried out. */
#include "handset.h"

#include "log.h"
#include "message.h"
#include "notify.h"

enum { GIVEN_UP_AT_A_TIME = 256 };

static const struct channel_settings *settings_of(const struct notify *notify)
{
    return &notify->channels.of[CHANNEL_SMS];
}

void handset_open(struct notify *notify)
{
    notify->handset.perhaps_awaited = true;
}

void handset_close(struct notify *notify)
{
    if (notify->handset.under_way)
        wire_abandon(&notify->wire, &notify->handset.attempt);
    attempt_close(&notify->handset.attempt);
    text_close(&notify->handset.answer);
}

/* ---------------------------------------------------------------- awaited */

/* The delivery whose receipt is awaited, and its notice. False when it is none. */
static bool load(struct notify *notify, struct store_txn *txn, uint64_t sequence, struct delivery *delivery,
                 Duban__OutboxRecord **outbox)
{
    return state_get_delivery(txn, sequence, delivery) && delivery->awaited &&
           delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_DELIVERED &&
           delivery_open_record(notify, delivery, outbox);
}

/* Nothing more is heard or said of it. */
static void forget(struct notify *notify, struct store_txn *txn, struct delivery *delivery)
{
    delivery->record = bytes_of("", 0);
    state_put_delivery(&notify->state, txn, delivery);
}

/* No receipt will come for it. */
static void let_go(struct notify *notify, struct store_txn *txn, const struct reference *reference)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!load(notify, txn, reference->notice, &delivery, &outbox) || delivery.retry != reference->retry)
        return;
    state_unindex_tasks(txn, &delivery, outbox->notice);
    delivery.awaited = false;
    forget(notify, txn, &delivery);
}

bool handset_await(struct notify *notify, struct store_txn *txn, const struct delivery *delivery)
{
    struct reference reference = { delivery->sequence, delivery->retry, notify->state.head.clock_ms }, former;
    const char *number = delivery->receipt != NULL ? delivery->receipt->reference : "";

    if (delivery->channel != CHANNEL_SMS || settings_of(notify)->sms.receipts_url == NULL || number[0] == '\0' ||
        (delivery->sequence & HOUSE_BIT) != 0)
        return false;
    if (state_get_reference(txn, CHANNEL_SMS, number, &former)) {   /* a gateway that gives one number twice */
        state_delete_reference(txn, CHANNEL_SMS, number);
        let_go(notify, txn, &former);
    }
    state_put_reference(txn, CHANNEL_SMS, number, &reference);
    if (!notify->handset.perhaps_awaited)
        notify->handset.next_ms = notify->now_ms + settings_of(notify)->sms.receipts_every_ms;
    notify->handset.perhaps_awaited = true;
    return true;
}

bool handset_thin(struct notify *notify, struct store_txn *txn, uint64_t sequence, const uint8_t task[ID_BYTES])
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!load(notify, txn, sequence, &delivery, &outbox))
        return false;
    state_unindex_tasks(txn, &delivery, outbox->notice);
    delivery_take_item_out(outbox->notice, task);
    delivery.record = message_pack(&notify->arena, outbox);
    state_index_tasks(txn, &delivery, outbox->notice);
    state_put_delivery(&notify->state, txn, &delivery);
    return true;
}

/* ---------------------------------------------------------------- asked */

static void read_answer(struct notify *notify, const struct attempt *attempt)
{
    struct handset *handset = &notify->handset;
    bool is_whole = !attempt->answer_too_long && !handset->answer.failed;
    int count = is_whole ? sms_read_receipts(&settings_of(notify)->sms, handset->answer.data, handset->receipts,
                                             HANDSET_RECEIPTS_MOST) : -1;

    handset->unreadable = count == -1;
    handset->count = count != -1 ? (size_t) count : 0;
    if (handset->unreadable)
        log_warn("sms: receipts cannot be read: bytes=%zu%s", attempt->answer_bytes, is_whole ? "" : ", which is too long");
}

static void on_done(void *owner, struct attempt *attempt, const struct answer *answer)
{
    struct notify *notify = owner;
    struct handset *handset = &notify->handset;
    bool good = answer->reached == REACHED_ANSWER && answer->status >= 200 && answer->status < 300 &&
                settings_of(notify)->sms.receipts_url != NULL;   /* not taken out of notify.yaml meanwhile */

    handset->under_way = false;
    text_put(&handset->answer, "", 1);
    if (good)
        read_answer(notify, attempt);
    else
        log_warn("sms: no receipts: status=%d %s", answer->status, answer->error != NULL ? answer->error : "");
    handset->failed += !good || handset->unreadable;
    handset->answered = true;
    request_clear(&attempt->request);
}

static bool is_awaited(struct notify *notify)
{
    struct store_txn txn;
    bool awaited;

    store_begin(&txn, &notify->state.store, STORE_READ);
    awaited = state_has_reference(&txn, CHANNEL_SMS);
    store_abort(&txn);
    return awaited;
}

static bool is_to_ask(const struct notify *notify)
{
    const struct handset *handset = &notify->handset;

    return handset->perhaps_awaited && settings_of(notify)->sms.receipts_url != NULL && !handset->under_way &&
           !handset->answered;
}

void handset_ask(struct notify *notify)
{
    struct handset *handset = &notify->handset;
    struct request *request = &handset->attempt.request;
    const struct channel_settings *settings = settings_of(notify);

    if (!is_to_ask(notify) || notify->now_ms < handset->next_ms)
        return;
    handset->perhaps_awaited = is_awaited(notify);
    if (!handset->perhaps_awaited)
        return;
    handset->next_ms = notify->now_ms + settings->sms.receipts_every_ms;
    handset->asked++;
    request_clear(request);
    text_clear(&handset->answer);
    handset->attempt.whole = &handset->answer;
    if (sms_ask_receipts(&settings->sms, request) == 0)
        handset->under_way = wire_start(&notify->wire, &handset->attempt, settings->timeout_ms, on_done, notify) == 0;
}

void handset_reloaded(struct notify *notify)
{
    int64_t latest_ms = notify->now_ms + settings_of(notify)->sms.receipts_every_ms;

    if (notify->handset.next_ms > latest_ms)
        notify->handset.next_ms = latest_ms;
}

int handset_timeout_ms(const struct notify *notify)
{
    int64_t wait_ms = notify->handset.next_ms - notify->now_ms;

    if (!is_to_ask(notify) || wait_ms > INT32_MAX || notify_waits_for_room(notify))
        return INT32_MAX;
    return wait_ms > 0 ? (int) wait_ms : 0;
}

/* ---------------------------------------------------------------- carried out */

static void came(struct notify *notify, struct store_txn *txn, struct delivery *delivery, const Duban__Notice *notice)
{
    delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_RECEIVED, false);
}

/* It is not delivered any more: on by another way, or a dead letter. */
static void was_lost(struct notify *notify, struct store_txn *txn, struct delivery *delivery, const Duban__Notice *notice)
{
    struct receipt receipt;

    notify->state.head.delivered--;
    delivery->accepted = true;
    delivery->done_ms = 0;
    ledger_open_word(&notify->state, delivery, DUBAN__GRADE__GRADE_NOT_RECEIVED, &receipt);
    if (delivery_is_expired(notify, notice) || !delivery_goes_another_way(notify, txn, delivery, notice))
        delivery_finish(notify, txn, delivery, notice, DUBAN__GRADE__GRADE_NOT_RECEIVED, false);
    ledger_close_attempt(&notify->state, txn, &receipt);
}

static void carry_out(struct notify *notify, struct store_txn *txn, const struct handset_receipt *receipt)
{
    bool has_come = strcmp(receipt->code, settings_of(notify)->sms.receipt_delivered) == 0;
    struct reference reference;
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    arena_reset(&notify->arena);
    if (!state_get_reference(txn, CHANNEL_SMS, receipt->reference, &reference))
        return;
    state_delete_reference(txn, CHANNEL_SMS, receipt->reference);
    if (!load(notify, txn, reference.notice, &delivery, &outbox) || delivery.retry != reference.retry)
        return;
    state_unindex_tasks(txn, &delivery, outbox->notice);
    delivery.awaited = false;
    text_format(delivery.detail, sizeof delivery.detail, "receipt %s: %s", receipt->reference, receipt->code);
    if (has_come)
        came(notify, txn, &delivery, outbox->notice);
    else if (outbox->notice->n_items == 0)
        forget(notify, txn, &delivery);
    else
        was_lost(notify, txn, &delivery, outbox->notice);
}

/* No receipt came in three days: none will. However that is, asked for or not. */
static void give_up_old(struct notify *notify, struct store_txn *txn)
{
    int64_t before_ms = notify->state.head.clock_ms - HANDSET_WITHIN_MS;
    char number[REFERENCE_BYTES + 1];
    struct reference reference;

    for (int i = 0; i < GIVEN_UP_AT_A_TIME &&
                    state_find_old_reference(txn, CHANNEL_SMS, before_ms, number, sizeof number, &reference); i++) {
        arena_reset(&notify->arena);
        state_delete_reference(txn, CHANNEL_SMS, number);
        let_go(notify, txn, &reference);
    }
}

/* Whom a text message did not reach is not known then. */
static void tell_unreadable(struct notify *notify, struct store_txn *txn)
{
    static const char subject[] = "channel/sms/receipts";

    if (notify->handset.unreadable)
        alarm_raise_channel(notify, txn, CHANNEL_SMS, subject,
                            "网关的回执读不出来，短信是否到手机无从得知，请核对 notify.yaml 的 receipts",
                            "the gateway's receipts cannot be read, and whether messages arrive is not known: check "
                            "receipts in notify.yaml");
    else if (notify->alarms.count > 0)
        alarm_clear(notify, txn, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, subject);
}

bool handset_has_answer(const struct notify *notify)
{
    return notify->handset.answered;
}

void handset_settle(struct notify *notify, struct store_txn *txn)
{
    struct handset *handset = &notify->handset;

    give_up_old(notify, txn);
    if (!handset->answered)
        return;
    tell_unreadable(notify, txn);
    for (size_t i = 0; i < handset->count && settings_of(notify)->sms.receipts_url != NULL; i++)
        carry_out(notify, txn, &handset->receipts[i]);
}

void handset_settled(struct notify *notify)
{
    notify->handset.answered = false;
    notify->handset.count = 0;
}
