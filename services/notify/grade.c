/* grade.c - the end of a notice: its grade, its fact, and what somebody does about one that did not arrive.
 *
 * A dead letter is graded DEAD or SPOOLED. It keeps its notice, and its place among its tasks', so that
 * what is withdrawn later is taken out of it too: sent again, it says nothing that is done by then.
 */
#include "log.h"
#include "message.h"
#include "notify.h"

static int64_t clock_ms(const struct notify *notify)
{
    return notify->state.head.clock_ms;
}

static bool is_dead_letter(const struct delivery *delivery)
{
    return delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_DEAD ||
           delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_SPOOLED;
}

/* The last resort: the duty clerk reads in the spool whom it did not reach, and phones. */
static void say_undelivered(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                            const Duban__Notice *notice)
{
    static const char name[] = "delivery_failure";
    uint8_t died_ms[8];   /* sent again it may fail again, and that is told again */
    struct bytes key_parts[] = { bytes_of_text(name),
                                 bytes_of(notice->idempotency_key.data, notice->idempotency_key.len),
                                 bytes_of(died_ms, sizeof died_ms) };
    uint8_t key[ID_BYTES];
    Duban__Text matter = DUBAN__TEXT__INIT;
    Duban__NoticeItem item = DUBAN__NOTICE_ITEM__INIT;
    Duban__NoticeItem *items[] = { &item };
    Duban__Notice failure = DUBAN__NOTICE__INIT;
    const struct texts *texts =
        notify_texts(notify, txn, bytes_of(notice->texts_version.data, notice->texts_version.len));
    bool rehearsal = notify->state.head.rehearsal || (texts != NULL && texts->rehearsal);
    char **words[LANGUAGE_COUNT] = { [LANGUAGE_ZH] = &matter.zh, [LANGUAGE_EN] = &matter.en };

    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        char *copy;

        text_clear(&notify->scratch);
        render_notice(&notify->scratch, &notify->shelf, texts, notice, rehearsal, (enum language) language, 0,
                      &notify->counters.render);
        copy = arena_copy(&notify->arena, notify->scratch.data, notify->scratch.size);
        if (copy != NULL)
            *words[language] = copy;
    }
    put_u64(died_ms, (uint64_t) delivery->done_ms);
    digest_of_parts(key, sizeof key, bytes_of(NULL, 0), key_parts, 3);
    item.matter = &matter;
    item.owner = notice->recipient->account;
    item.owner_title = notice->recipient->title;
    item.reason = (char *) delivery->detail;
    item.count = 1;
    item.at_s = clock_ms(notify) / 1000;
    failure.kind = (char *) name;
    failure.items = items;
    failure.n_items = 1;
    failure.cause = notice->cause;
    failure.idempotency_key = (ProtobufCBinaryData){ sizeof key, key };
    delivery_say(notify, txn, &failure, delivery->sequence);
}

void delivery_say(struct notify *notify, struct store_txn *txn, Duban__Notice *notice, uint64_t about)
{
    Duban__Text title = DUBAN__TEXT__INIT;
    Duban__Recipient clerk = DUBAN__RECIPIENT__INIT;
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;
    struct delivery delivery = { .sequence = HOUSE_BIT | ++notify->state.head.house_last, .about = about };

    title.zh = "内勤";
    title.en = "duty clerk";
    clerk.account = "role:duty_clerk";
    clerk.role = DUBAN__ROLE__ROLE_DUTY_CLERK;
    clerk.title = &title;
    clerk.channel = (char *) channel_spool.name;
    clerk.language = "zh+en";
    notice->recipient = &clerk;
    notice->urgency = DUBAN__URGENCY__URGENCY_URGENT;
    notice->decided_at_s = notice->due_at_s = clock_ms(notify) / 1000;
    notice->texts_version = (ProtobufCBinaryData){ DIGEST_BYTES, notify->state.head.texts_version };
    outbox.body_case = DUBAN__OUTBOX_RECORD__BODY_NOTICE;
    outbox.notice = notice;
    delivery.channel = CHANNEL_SPOOL;
    delivery.urgent = true;
    delivery.queued_ms = clock_ms(notify);
    delivery.record = message_pack(&notify->arena, &outbox);
    if (delivery.record.data == NULL) {
        log_error("house: no memory to say: kind=%s", notice->kind);
        return;
    }
    delivery_queue(notify, txn, &delivery, notice, 0);
    state_append_delivery(&notify->state, txn, &delivery);
}

/* ---------------------------------------------------------------- done */

static void count_grade(struct notify *notify, const struct delivery *delivery, Duban__Grade grade)
{
    struct head *head = &notify->state.head;

    switch (grade) {
    case DUBAN__GRADE__GRADE_DELIVERED:
        head->delivered++;
        notify->counters.delivered[delivery->channel]++;
        break;
    case DUBAN__GRADE__GRADE_DEAD:
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
    case DUBAN__GRADE__GRADE_SETTLED:
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
    };

    return STATES[grade];
}

void delivery_finish(struct notify *notify, struct store_txn *txn, struct delivery *delivery,
                     const Duban__Notice *notice, Duban__Grade grade, bool is_new)
{
    struct fact fact = { .notice = delivery->sequence, .grade = grade, .channel = delivery->channel,
                         .attempts = delivery->attempts };

    if ((delivery->sequence & HOUSE_BIT) != 0) {
        state_delete_delivery(txn, delivery->sequence);
        return;
    }
    count_grade(notify, delivery, grade);
    delivery->state = state_of(grade);
    delivery->done_ms = clock_ms(notify);
    delivery->next_ms = 0;
    if (is_dead_letter(delivery)) {
        state_put_dead(txn, delivery, notice);
        if (strcmp(notice->kind, "delivery_failure") != 0)
            say_undelivered(notify, txn, delivery, notice);
    } else {
        delivery->record = bytes_of("", 0);
    }
    if (is_new)
        state_append_delivery(&notify->state, txn, delivery);
    else
        state_put_delivery(&notify->state, txn, delivery);
    memcpy(fact.detail, delivery->detail, sizeof fact.detail);
    state_add_fact(&notify->state, txn, &fact);
}

/* ---------------------------------------------------------------- dead letters */

/* False when it is none, or damaged. */
static bool load(struct notify *notify, struct store_txn *txn, uint64_t sequence, struct delivery *delivery,
                 Duban__OutboxRecord **outbox)
{
    return state_get_delivery(txn, sequence, delivery) && is_dead_letter(delivery) &&
           delivery_open_record(notify, delivery, outbox);
}

/* The same, to be a dead letter no more. */
static bool take_out(struct notify *notify, struct store_txn *txn, uint64_t sequence, struct delivery *delivery,
                     Duban__OutboxRecord **outbox)
{
    arena_reset(&notify->arena);
    if (!load(notify, txn, sequence, delivery, outbox)) {
        log_info("dead letter: there is none any more: notice=%llu", (unsigned long long) sequence);
        return false;
    }
    state_delete_dead(txn, delivery, (*outbox)->notice);
    notify->state.head.dead--;
    return true;
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

void dead_letter_resend(struct notify *notify, struct store_txn *txn, uint64_t sequence)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!take_out(notify, txn, sequence, &delivery, &outbox))
        return;
    if (outbox->notice->n_items == 0) {
        delivery_finish(notify, txn, &delivery, outbox->notice, DUBAN__GRADE__GRADE_WITHDRAWN, false);
        return;
    }
    delivery.attempts = 0;
    delivery.emptied = false;
    delivery.fell = false;
    delivery.done_ms = 0;
    delivery_route(notify, txn, &delivery, outbox->notice);
    delivery_queue(notify, txn, &delivery, outbox->notice, 0);
    state_put_delivery(&notify->state, txn, &delivery);
}

void dead_letter_settle(struct notify *notify, struct store_txn *txn, const Duban__Settled *settled)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!take_out(notify, txn, settled->notice, &delivery, &outbox))
        return;
    delivery.state = DUBAN__DELIVERY_STATE__DELIVERY_STATE_SETTLED;
    delivery.done_ms = clock_ms(notify);
    delivery.record = bytes_of("", 0);
    text_format(delivery.detail, sizeof delivery.detail, "%s: %s", settled->account, settled->reason);
    state_put_delivery(&notify->state, txn, &delivery);
}
