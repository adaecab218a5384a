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

static void put_language(struct notify *notify, const struct texts *texts, const Duban__Notice *notice, enum language language,
                         struct render_room room, struct text *out)
{
    bool rehearsal = notify->state.head.rehearsal || (texts != NULL && texts->rehearsal);

    render_notice(out, &notify->shelf, texts, notice, rehearsal, language, room, &notify->counters.render);
}

/* Were all of it said; nothing is appended or counted. */
static size_t whole_bytes(struct notify *notify, const struct texts *texts, const Duban__Notice *notice, enum language language,
                          struct text *out)
{
    const struct render_counts counts = notify->counters.render;
    size_t before = out->size, bytes;

    put_language(notify, texts, notice, language, (struct render_room){ 0 }, out);
    bytes = out->size - before;
    text_cut(out, before);
    notify->counters.render = counts;
    return bytes;
}

static void share_out(size_t bytes, const size_t whole[LANGUAGE_COUNT], size_t share[LANGUAGE_COUNT])
{
    size_t half = bytes / 2;

    share[LANGUAGE_ZH] = share[LANGUAGE_EN] = half;
    if (whole[LANGUAGE_ZH] <= half)
        share[LANGUAGE_EN] = bytes - whole[LANGUAGE_ZH];
    else if (whole[LANGUAGE_EN] <= half)
        share[LANGUAGE_ZH] = bytes - whole[LANGUAGE_EN];
}

static void put_both(struct notify *notify, const struct texts *texts, const Duban__Notice *notice, struct render_room room,
                     struct text *out)
{
    size_t whole[LANGUAGE_COUNT], share[LANGUAGE_COUNT] = { 0 };

    if (room.bytes > 1) {
        for (int language = 0; language < LANGUAGE_COUNT; language++)
            whole[language] = whole_bytes(notify, texts, notice, (enum language) language, out);
        share_out(room.bytes - 1, whole, share);   /* a line end stands between them */
    }
    room.bytes = share[LANGUAGE_ZH];
    put_language(notify, texts, notice, LANGUAGE_ZH, room, out);
    text_add(out, "\n");
    room.bytes = share[LANGUAGE_EN];
    put_language(notify, texts, notice, LANGUAGE_EN, room, out);
}

void wording_words(struct notify *notify, struct store_txn *txn, const Duban__Notice *notice, struct render_room room,
                   struct text *out)
{
    const struct texts *texts =
        notify_texts(notify, txn, bytes_of(notice->texts_version.data, notice->texts_version.len));
    bool zh = wording_speaks(notice->recipient, LANGUAGE_ZH), en = wording_speaks(notice->recipient, LANGUAGE_EN);

    if (zh && en)
        put_both(notify, texts, notice, room, out);
    else if (zh || en)
        put_language(notify, texts, notice, zh ? LANGUAGE_ZH : LANGUAGE_EN, room, out);
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

/* Into notify->object. By how many bytes it is too long for the channel. */
static size_t escape(struct notify *notify, const struct channel *channel)
{
    const struct text *plain = &notify->scratch;
    size_t limit = channel->text_limit_bytes;

    text_clear(&notify->object);
    if (channel->escape != NULL)
        channel->escape(&notify->object, bytes_of(plain->data, plain->size));
    else
        text_put(&notify->object, plain->data, plain->size);
    return limit > 0 && notify->object.size > limit ? notify->object.size - limit : 0;
}

bool wording_take(struct notify *notify, const struct channel *channel, struct message *message)
{
    if (escape(notify, channel) > 0)
        text_cut(&notify->object, channel->text_limit_bytes);
    write_title(notify);
    message->words = bytes_of(notify->object.data, notify->object.size);
    message->title = bytes_of(notify->title.data, notify->title.size);
    return !notify->object.failed && !notify->title.failed && !notify->scratch.failed;
}

static size_t links_bytes(struct notify *notify, const struct channel *channel, struct told told, bool brief)
{
    text_clear(&notify->scratch);
    action_links_put(&notify->action_links, channel, told, brief, &notify->scratch);
    return notify->scratch.size;
}

bool wording_links_are_brief(struct notify *notify, const struct channel *channel, struct told told)
{
    return channel->text_limit_bytes > 0 && links_bytes(notify, channel, told, false) > channel->text_limit_bytes / 2;
}

/* What is escaped is longer: it is said again in so much less room. */
bool wording_fit(struct notify *notify, struct store_txn *txn, const struct channel *channel, struct message *message)
{
    struct render_room room = { .bytes = channel->text_limit_bytes, .link = notify->channels.link };
    const struct told told = { message->notice, message->sequence };
    bool brief = wording_links_are_brief(notify, channel, told);
    size_t links = links_bytes(notify, channel, told, brief), over;
    bool has_room = room.bytes == 0 || links <= room.bytes / 2;

    if (room.bytes > 0 && has_room)
        room.bytes -= links;
    do {
        text_clear(&notify->scratch);
        wording_words(notify, txn, message->notice, room, &notify->scratch);
        if (has_room)
            action_links_put(&notify->action_links, channel, told, brief, &notify->scratch);
        over = escape(notify, channel);
        room.bytes -= over < room.bytes ? over : 0;
    } while (over > 0 && over < room.bytes);
    return wording_take(notify, channel, message);
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
    return wording_fit(notify, txn, channel, message);
}
