/* queries_preview.c - a notice as each channel would put it, by what sends it: nothing is sent, stored or counted. */
#include <time.h>

#include "message.h"
#include "notify.h"

/* Instead of what stands in files and in the vault. */
static const char HIDDEN[] = "***", ADDRESS[] = "ADDRESS";

static char *kept(struct arena *arena, struct bytes words)
{
    char *copy = arena_copy(arena, words.data == NULL ? "" : words.data, words.size);

    return copy == NULL ? "" : copy;
}

/* How long it would be if the channel took all of it. */
static size_t whole_bytes(struct notify *notify, struct store_txn *txn, const struct channel *channel, const Duban__Notice *notice)
{
    const struct told told = { notice, 0 };
    bool brief = wording_links_are_brief(notify, channel, told);

    text_clear(&notify->scratch);
    wording_words(notify, txn, notice, (struct render_room){ 0 }, &notify->scratch);
    action_links_put(&notify->action_links, channel, told, brief, &notify->scratch);
    return notify->scratch.size;
}

static void render(struct question *question, struct store_txn *txn, const struct channel *channel, const Duban__Notice *notice,
                   Duban__Rendered *row)
{
    struct notify *notify = question->notify;
    struct arena *arena = &notify->queries.arena;
    struct message message = { .notice = notice };
    uint64_t missing = notify->counters.render.missing_values;
    size_t whole = whole_bytes(notify, txn, channel, notice);

    row->missing_values = (uint32_t) (notify->counters.render.missing_values - missing);
    if (!wording_fit(notify, txn, channel, &message))
        return;
    row->cut = notify->scratch.size < whole;
    row->title = kept(arena, message.title);
    row->text = kept(arena, message.words);
    row->bytes = (uint32_t) message.words.size;
}

/* ---------------------------------------------------------------- the request */

static void keep_headers(struct arena *arena, const struct curl_slist *headers, Duban__Rendered *row)
{
    size_t count = 0;

    for (const struct curl_slist *at = headers; at != NULL; at = at->next)
        count++;
    row->headers = (char **) arena_take_pointers(arena, count + 1);
    for (; headers != NULL && row->headers != NULL; headers = headers->next)
        row->headers[row->n_headers++] = kept(arena, bytes_of_text(headers->data));
}

/* Can it be written? A channel that is not set up has nothing to write it with; of those that take the object that is known
 * all the same. */
static bool has_request(const struct channel *channel, bool usable)
{
    return channel->write != NULL && (usable || channel->takes_object);
}

static void write_request(struct question *question, enum channel_number number, const struct message *message,
                          Duban__Rendered *row)
{
    struct channel_settings settings = question->notify->channels.of[number];
    struct arena *arena = &question->notify->queries.arena;
    struct request request = { 0 };

    if (settings.sms.secret != NULL)
        settings.sms.secret = HIDDEN;
    if (channel_of(number)->write(&settings, message, &request) == 0) {
        keep_headers(arena, request.headers, row);
        row->body = kept(arena, bytes_of(request.body.data, request.body.size));
    }
    request_close(&request);
}

/* As it would leave now, and not the words alone. */
static void render_request(struct question *question, struct store_txn *txn, enum channel_number number,
                           const Duban__Notice *notice, Duban__Rendered *row)
{
    const struct channel *channel = channel_of(number);
    struct delivery delivery = { .channel = number };
    struct message message = { .address = ADDRESS, .now_ms = (int64_t) time(NULL) * 1000 };
    Duban__Notice keyed = *notice;
    uint8_t none[ID_BYTES] = { 0 };

    if (keyed.idempotency_key.len != ID_BYTES)
        keyed.idempotency_key = (ProtobufCBinaryData){ ID_BYTES, none };
    message.notice = &keyed;
    row->takes_object = channel->takes_object;
    if (!wording_message(question->notify, txn, &delivery, &message))
        return;
    if (has_request(channel, row->usable))
        write_request(question, number, &message, row);
    else if (channel->takes_object)
        row->body = kept(&question->notify->queries.arena, message.object);
}

static Duban__Rendered *rendered(struct question *question, struct store_txn *txn, enum channel_number number, const Duban__Notice *notice)
{
    struct notify *notify = question->notify;
    const struct channel *channel = channel_of(number);
    Duban__Rendered *row = arena_take(&notify->queries.arena, sizeof *row);
    struct render_counts before = notify->counters.render;

    if (row == NULL)
        return NULL;
    duban__rendered__init(row);
    row->channel = (char *) channel->name;
    row->limit_bytes = (uint32_t) channel->text_limit_bytes;
    row->usable = channel->unusable == NULL || channel->unusable(&notify->channels.of[number]) == NULL;
    render(question, txn, channel, notice, row);
    render_request(question, txn, number, notice, row);
    notify->counters.render = before;
    return row;
}

static bool is_wanted(const struct channel *channel, const char *name)
{
    return channel != NULL && (name[0] == '\0' || strcmp(name, channel->name) == 0);
}

void queries_render(struct question *question, const Duban__RenderQuery *wanted)
{
    struct notify *notify = question->notify;
    Duban__RenderedRows rows = DUBAN__RENDERED_ROWS__INIT;
    struct store_txn txn;

    if (wanted->notice == NULL || wanted->notice->recipient == NULL) {
        queries_fault(question, "render.notice", "没有要预览的通知", "there is no notice to show");
        return;
    }
    rows.rows = (Duban__Rendered **) arena_take_pointers(&notify->queries.arena, CHANNEL_COUNT);
    if (rows.rows == NULL)
        return;
    notify->action_links.for_show = true;
    store_begin(&txn, &notify->state.store, STORE_READ);
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        Duban__Rendered *row;

        if (is_wanted(channel_of((enum channel_number) i), wanted->channel) &&
            (row = rendered(question, &txn, (enum channel_number) i, wanted->notice)) != NULL)
            rows.rows[rows.n_rows++] = row;
    }
    store_abort(&txn);
    notify->action_links.for_show = false;
    if (rows.n_rows == 0) {
        queries_fault(question, "render.channel", "没有这个渠道", "there is no such channel");
        return;
    }
    question->reply.body_case = DUBAN__REPLY__BODY_RENDERED;
    question->reply.rendered = &rows;
    queries_reply(question);
}
