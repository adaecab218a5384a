/* house.c - what the house itself has to say: by the spool, to the duty clerk, who reads and phones. */
#include "log.h"
#include "message.h"
#include "notify.h"

static int64_t clock_ms(const struct notify *notify)
{
    return notify->state.head.clock_ms;
}

void house_address(struct notify *notify, Duban__Notice *notice, struct house_reader *reader)
{
    duban__text__init(&reader->title);
    duban__recipient__init(&reader->clerk);
    reader->title.zh = "内勤";
    reader->title.en = "duty clerk";
    reader->clerk.account = "role:duty_clerk";
    reader->clerk.role = DUBAN__ROLE__ROLE_DUTY_CLERK;
    reader->clerk.title = &reader->title;
    reader->clerk.channel = (char *) channel_spool.name;
    reader->clerk.language = "zh+en";
    notice->recipient = &reader->clerk;
    notice->urgency = DUBAN__URGENCY__URGENCY_URGENT;
    notice->decided_at_s = notice->due_at_s = clock_ms(notify) / 1000;
    notice->texts_version = (ProtobufCBinaryData){ DIGEST_BYTES, notify->state.head.texts_version };
}

void house_say(struct notify *notify, struct store_txn *txn, Duban__Notice *notice, uint64_t about)
{
    struct house_reader reader;
    Duban__OutboxRecord outbox = DUBAN__OUTBOX_RECORD__INIT;
    struct delivery delivery = { .sequence = HOUSE_BIT | ++notify->state.head.house_last, .about = about };

    house_address(notify, notice, &reader);
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

void house_say_undelivered(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
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
        render_notice(&notify->scratch, &notify->shelf, texts, notice, rehearsal, (enum language) language,
                      (struct render_room){ 0 }, &notify->counters.render);
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
    house_say(notify, txn, &failure, delivery->sequence);
}
