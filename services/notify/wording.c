/* wording.c - words of a notice in its recipient's languages. */
#include "notify.h"

enum { TITLE_MOST_BYTES = 120 };

bool wording_speaks(const Duban__Recipient *recipient, enum language language)
{
    const char *languages = recipient->language;

    if (languages[0] == '\0')
        return language == LANGUAGE_ZH;
    return strstr(languages, language == LANGUAGE_ZH ? "zh" : "en") != NULL;
}

void wording_words(struct notify *notify, struct store_txn *txn, const Duban__Notice *notice, size_t limit_bytes,
                   struct text *out)
{
    const struct texts *texts =
        notify_texts(notify, txn, bytes_of(notice->texts_version.data, notice->texts_version.len));
    bool rehearsal = notify->state.head.rehearsal || (texts != NULL && texts->rehearsal);
    bool both = wording_speaks(notice->recipient, LANGUAGE_ZH) && wording_speaks(notice->recipient, LANGUAGE_EN);
    size_t share = both && limit_bytes > 0 ? limit_bytes / 2 - 1 : limit_bytes;
    bool any = false;

    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        if (!wording_speaks(notice->recipient, (enum language) language))
            continue;
        if (any)
            text_add(out, "\n");
        any = true;
        render_notice(out, &notify->shelf, texts, notice, rehearsal, (enum language) language, share,
                      &notify->counters.render);
    }
}

static void write_title(struct notify *notify)
{
    const struct text *words = &notify->scratch;
    const char *end = words->size > 0 ? memchr(words->data, '\n', words->size) : NULL;

    text_clear(&notify->title);
    text_put(&notify->title, words->data, end != NULL ? (size_t) (end - words->data) : words->size);
    if (notify->title.size > TITLE_MOST_BYTES)
        text_cut(&notify->title, TITLE_MOST_BYTES);
}

bool wording_take(struct notify *notify, const struct channel *channel, struct message *message)
{
    const struct text *plain = &notify->scratch;

    text_clear(&notify->object);
    if (channel->escape != NULL)
        channel->escape(&notify->object, bytes_of(plain->data, plain->size));
    else
        text_put(&notify->object, plain->data, plain->size);
    if (channel->text_limit_bytes > 0 && notify->object.size > channel->text_limit_bytes)
        text_cut(&notify->object, channel->text_limit_bytes);   /* what is escaped is longer */
    write_title(notify);
    message->words = bytes_of(notify->object.data, notify->object.size);
    message->title = bytes_of(notify->title.data, notify->title.size);
    return !notify->object.failed && !notify->title.failed && !plain->failed;
}

bool wording_message(struct notify *notify, struct store_txn *txn, const struct delivery *delivery,
                     struct message *message)
{
    const struct channel *channel = channel_of(delivery->channel);

    memcpy(message->key, message->notice->idempotency_key.data, ID_BYTES);
    if (channel->takes_object) {
        message->object = delivery_object(notify, txn, delivery, message->notice);
        return message->object.size > 0;
    }
    text_clear(&notify->scratch);
    wording_words(notify, txn, message->notice, channel->text_limit_bytes, &notify->scratch);
    return wording_take(notify, channel, message);
}
