/* fold.c - gathering, and the words of what is folded. */
#include "fold.h"

#include "message.h"
#include "notify.h"

enum { ONE_MOST_BYTES = 240, TAIL_BYTES = 320, HOME_BYTES = 320, SCANNED_MOST = 512 };

void fold_gather(struct notify *notify, struct store_txn *txn, struct flight *flight)
{
    const struct channel_settings *settings = &notify->channels.of[flight->channel];
    struct queue_place place = { 0 };
    int64_t clock_ms = notify_clock_ms(notify);

    flight->folded_count = 0;
    for (size_t seen = 0; seen < SCANNED_MOST && flight->folded_count < FOLDED_MOST - 1; seen++) {
        if (!state_queue_seek(txn, flight->channel, flight->token, LANE_NORMAL, &place) || place.due_ms > clock_ms)
            break;
        if (flights_find(notify, place.sequence) == NULL)
            flight->folded[flight->folded_count++] = place.sequence;
        place.sequence++;
    }
    if (flight->folded_count < settings->fold_above)
        flight->folded_count = 0;
}

/* ---------------------------------------------------------------- words */

/* Its own words on one line. */
static void put_one(struct notify *notify, struct store_txn *txn, const Duban__Notice *notice, size_t number,
                    struct text *out)
{
    struct text words = { 0 };

    text_add(out, "\n");
    text_unsigned(out, number);
    text_add(out, ". ");
    wording_words(notify, txn, notice, (struct render_room){ .bytes = ONE_MOST_BYTES, .is_part = true }, &words);
    for (size_t i = 0; i < words.size; i++)
        text_put(out, words.data[i] == '\n' ? " " : words.data + i, 1);
    out->failed |= words.failed;
    text_close(&words);
}

static void put_head(struct text *out, const Duban__Recipient *recipient, size_t count)
{
    if (wording_speaks(recipient, LANGUAGE_ZH)) {
        text_add(out, "【督办】");
        text_unsigned(out, count);
        text_add(out, " 条消息合并发送：");
    }
    if (wording_speaks(recipient, LANGUAGE_EN)) {
        text_add(out, wording_speaks(recipient, LANGUAGE_ZH) ? " / " : "");
        text_unsigned(out, count);
        text_add(out, " messages in one:");
    }
}

static void put_tail(const struct notify *notify, struct text *out, const Duban__Recipient *recipient, size_t left)
{
    const char *link = notify->channels.link;

    if (left > 0 && wording_speaks(recipient, LANGUAGE_ZH)) {
        text_add(out, "\n……另有 ");
        text_unsigned(out, left);
        text_add(out, " 条放不下，请到督办系统查看");
    }
    if (left > 0 && wording_speaks(recipient, LANGUAGE_EN)) {
        text_add(out, "\n... and ");
        text_unsigned(out, left);
        text_add(out, " more that do not fit here: see them in Duban");
    }
    if (link != NULL) {
        text_add(out, "\n");
        text_add(out, link);
    } else {
        action_links_put_home(&notify->action_links, recipient, out);
    }
}

/* A message that may still go with the others; NULL when it may not. */
static const Duban__Notice *still_waiting(struct notify *notify, struct store_txn *txn, const struct flight *flight,
                                          uint64_t sequence)
{
    struct delivery delivery;
    Duban__OutboxRecord *outbox;

    if (!delivery_load(notify, txn, sequence, &delivery, &outbox) ||
        delivery.state != DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED || delivery.channel != flight->channel ||
        delivery.emptied || delivery.settled || delivery_is_expired(notify, outbox->notice))
        return NULL;
    return outbox->notice;
}

/* Of the messages the sequences, so that the same ones have the same key. */
static void make_key(uint8_t key[ID_BYTES], const Duban__Notice *first, const struct flight *flight)
{
    struct bytes parts[2] = { bytes_of(first->idempotency_key.data, first->idempotency_key.len),
                              bytes_of(flight->folded, flight->folded_count * sizeof flight->folded[0]) };

    digest_of_parts(key, ID_BYTES, bytes_of(NULL, 0), parts, 2);
}

bool fold_write(struct notify *notify, struct store_txn *txn, struct flight *flight, struct message *message)
{
    const struct channel *channel = channel_of(flight->channel);
    bool has_home = notify->channels.link == NULL && notify->action_links.url[0] != '\0';
    size_t limit = channel->text_limit_bytes - TAIL_BYTES - (has_home ? HOME_BYTES : 0);
    const Duban__Notice *waiting[FOLDED_MOST];
    struct text *out = &notify->scratch;
    size_t count = 0, kept = 0, shown = 0;

    waiting[count++] = message->notice;
    for (size_t i = 0; i < flight->folded_count; i++) {
        const Duban__Notice *notice = still_waiting(notify, txn, flight, flight->folded[i]);

        if (notice != NULL) {
            flight->folded[kept++] = flight->folded[i];
            waiting[count++] = notice;
        }
    }
    flight->folded_count = kept;
    text_clear(out);
    put_head(out, message->notice->recipient, count);
    for (; shown < count && out->size < limit; shown++) {
        size_t before = out->size;

        put_one(notify, txn, waiting[shown], shown + 1, out);
        if (out->size > limit) {
            text_cut(out, before);
            break;
        }
    }
    flight->spelled_out = shown;
    put_tail(notify, out, message->notice->recipient, count - shown);
    make_key(message->key, message->notice, flight);
    return wording_take(notify, channel, message);
}
