/* action_link.c - addresses that a message brings. */
#include "action_link.h"

#include <sodium.h>

#include "log.h"
#include "message.h"
#include "wording.h"

enum {
    HOUR_S = 3600,
    FORMER_MOST_HOURS = 10 * 1000 * 1000,   /* until 3110; as seconds, it was over before there was a notice */
    MAC_BYTES = 16,
    HEAD_BYTES = ID_BYTES + 4,
    ACCOUNT_MOST_BYTES = 32,
    TOKEN_MOST_BYTES = HEAD_BYTES + ACCOUNT_MOST_BYTES + MAC_BYTES,
    ENDED_VERSION = 1,
    ENDED_BYTES = 1 + 8,
};

_Static_assert(sodium_base64_ENCODED_LEN(TOKEN_MOST_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING) <= ACTION_TOKEN_BYTES,
               "room for the longest token");

static const char KEY_ROW[] = "action_key";

/* ---------------------------------------------------------------- open */

int action_links_open(struct action_links *links, struct state *state, const char *url, uint32_t last_ms)
{
    struct store_txn txn;
    struct bytes value;
    bool known;

    *links = (struct action_links){ .url = url, .last_s = last_ms / 1000 };
    store_begin(&txn, &state->store, STORE_READ);
    known = store_get(&txn, TABLE_META, bytes_of_text(KEY_ROW), &value) && value.size == ACTION_KEY_BYTES;
    if (known)
        memcpy(links->key, value.data, ACTION_KEY_BYTES);
    store_abort(&txn);
    if (known)
        return 0;
    randombytes_buf(links->key, sizeof links->key);
    store_begin(&txn, &state->store, STORE_WRITE);
    store_put(&txn, TABLE_META, bytes_of_text(KEY_ROW), bytes_of(links->key, sizeof links->key));
    return store_commit(&txn);
}

/* ---------------------------------------------------------------- tokens */

static void authenticate(const struct action_links *links, struct bytes what, uint8_t mac[MAC_BYTES])
{
    const struct bytes parts[] = { bytes_of_text("action link"), what };

    digest_of_parts(mac, MAC_BYTES, bytes_of(links->key, sizeof links->key), parts, 2);
}

static void make_token(const struct action_links *links, const uint8_t *task, const char *account, int64_t decided_s,
                       char out[ACTION_TOKEN_BYTES])
{
    uint8_t token[TOKEN_MOST_BYTES];
    size_t size = HEAD_BYTES + strlen(account);

    memcpy(token, task, ID_BYTES);
    put_u32(token + ID_BYTES, decided_s > 0 ? (uint32_t) decided_s : 0);
    memcpy(token + HEAD_BYTES, account, size - HEAD_BYTES);
    if (links->for_show)
        memset(token + size, 0, MAC_BYTES);
    else
        authenticate(links, bytes_of(token, size), token + size);
    sodium_bin2base64(out, ACTION_TOKEN_BYTES, token, size + MAC_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Of a former version: hours until it expires. Those were made before any was ended, so that each ending counts for them. */
static void read_times(const struct action_links *links, uint32_t number, struct action_link *link)
{
    bool is_former = number < FORMER_MOST_HOURS;

    link->decided_s = is_former ? 0 : (int64_t) number;
    link->expires_s = is_former ? (int64_t) number * HOUR_S : link->decided_s + links->last_s;
}

bool action_link_read(const struct action_links *links, const char *token, struct action_link *link)
{
    uint8_t bytes[TOKEN_MOST_BYTES], mac[MAC_BYTES];
    size_t size, account;

    if (sodium_base642bin(bytes, sizeof bytes, token, strlen(token), NULL, &size, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || size <= HEAD_BYTES + MAC_BYTES)
        return false;
    account = size - HEAD_BYTES - MAC_BYTES;
    authenticate(links, bytes_of(bytes, size - MAC_BYTES), mac);
    if (sodium_memcmp(mac, bytes + size - MAC_BYTES, MAC_BYTES) != 0)
        return false;
    memcpy(link->task, bytes, ID_BYTES);
    read_times(links, get_u32(bytes + ID_BYTES), link);
    link->notice = get_u64(bytes) == 0 ? get_u64(bytes + 8) : 0;
    memcpy(link->account, bytes + HEAD_BYTES, account);
    link->account[account] = '\0';
    return true;
}

/* ---------------------------------------------------------------- those that were ended */

enum { ENDED_KEY_BYTES = ID_BYTES + NAME_BYTES };

/* task NULL: of every one. */
static struct bytes ended_key(uint8_t key[ENDED_KEY_BYTES], const char *account, const uint8_t *task)
{
    size_t size = strnlen(account, NAME_BYTES);

    memset(key, 0, ID_BYTES);
    if (task != NULL)
        memcpy(key, task, ID_BYTES);
    memcpy(key + ID_BYTES, account, size);
    return bytes_of(key, ID_BYTES + size);
}

/* Up to when; INT64_MIN = none was. */
static int64_t ended_up_to(struct store_txn *txn, const char *account, const uint8_t *task)
{
    uint8_t key[ENDED_KEY_BYTES];
    struct bytes value;

    if (!store_get(txn, TABLE_LINK_ENDED, ended_key(key, account, task), &value) || value.size != ENDED_BYTES ||
        ((const uint8_t *) value.data)[0] != ENDED_VERSION)
        return INT64_MIN;
    return (int64_t) get_u64((const uint8_t *) value.data + 1);
}

void action_links_end(struct store_txn *txn, const char *account, const uint8_t *task, int64_t at_s)
{
    uint8_t key[ENDED_KEY_BYTES], row[ENDED_BYTES] = { ENDED_VERSION };

    if (ended_up_to(txn, account, task) >= at_s)
        return;
    put_u64(row + 1, (uint64_t) at_s);
    store_put(txn, TABLE_LINK_ENDED, ended_key(key, account, task), bytes_of(row, sizeof row));
}

bool action_link_is_ended(struct store_txn *txn, const struct action_link *link, const uint8_t *task)
{
    return link->decided_s <= ended_up_to(txn, link->account, link->task) || link->decided_s <= ended_up_to(txn, link->account, NULL) ||
           (task != NULL && link->decided_s <= ended_up_to(txn, link->account, task));
}

/* ---------------------------------------------------------------- what a message says */

/* May it hold his own? */
static bool is_his_own(const struct channel *channel, const Duban__Recipient *recipient)
{
    return channel->is_private && recipient->account[0] != '\0' && strlen(recipient->account) <= ACCOUNT_MOST_BYTES;
}

static void put_own(const struct action_links *links, struct told told, const uint8_t *task, struct text *out)
{
    char token[ACTION_TOKEN_BYTES];

    make_token(links, task, told.notice->recipient->account, told.notice->decided_at_s, token);
    text_add(out, links->url);
    text_add(out, "/a/");
    text_add(out, token);
}

/* Of one task. */
static void put_url(const struct action_links *links, const struct channel *channel, struct told told, const uint8_t *task,
                    struct text *out)
{
    if (is_his_own(channel, told.notice->recipient)) {
        put_own(links, told, task, out);
        return;
    }
    text_add(out, links->url);
    text_add(out, "/t/");
    text_hex(out, task, ID_BYTES);
}

/* Where all are seen. */
static void put_url_of_all(const struct action_links *links, const struct channel *channel, struct told told, struct text *out)
{
    uint8_t list[ID_BYTES] = { 0 };

    if (is_his_own(channel, told.notice->recipient)) {
        put_u64(list + 8, told.sequence);
        put_own(links, told, list, out);
        return;
    }
    text_add(out, links->url);
    text_add(out, "/");
}

struct linked {
    const uint8_t *tasks[ACTION_LINKS_MOST];
    size_t count;
    bool has_more;                     /* a list of many: each would be a line of its own */
};

static bool is_linked(const struct linked *linked, const uint8_t *task)
{
    for (size_t i = 0; i < linked->count; i++)
        if (memcmp(linked->tasks[i], task, ID_BYTES) == 0)
            return true;
    return false;
}

static struct linked linked_by(const struct action_links *links, const Duban__Notice *notice)
{
    struct linked linked = { .has_more = strcmp(notice->kind, "digest") == 0 || strcmp(notice->kind, "morning_brief") == 0 };

    if (links->url[0] == '\0' || notice->recipient == NULL)
        return (struct linked){ 0 };
    for (size_t i = 0; i < notice->n_items; i++) {
        const ProtobufCBinaryData *task = &notice->items[i]->task;

        if (task->len != ID_BYTES || is_linked(&linked, task->data))
            continue;
        if (linked.count == ACTION_LINKS_MOST)
            linked.has_more = true;
        else
            linked.tasks[linked.count++] = task->data;
    }
    return linked;
}

static void put_label(const Duban__Recipient *recipient, bool asks, size_t number, struct text *out)
{
    bool zh = wording_speaks(recipient, LANGUAGE_ZH), en = wording_speaks(recipient, LANGUAGE_EN);

    text_add(out, "\n");
    if (zh)
        text_add(out, asks ? "查看办理（需登录）" : "查看办理（仅限本人，请勿转发）");
    text_add(out, zh && en ? " / " : "");
    if (en || !zh)
        text_add(out, asks ? "Open (sign in)" : "Open (yours alone, do not forward)");
    if (number > 0) {
        text_add(out, " ");
        text_unsigned(out, number);
    }
    text_add(out, zh ? "：" : ": ");
}

void action_links_put_home(const struct action_links *links, const Duban__Recipient *recipient, struct text *out)
{
    if (links->url[0] == '\0')
        return;
    put_label(recipient, true, 0, out);
    text_add(out, links->url);
    text_add(out, "/");
}

void action_links_put(const struct action_links *links, const struct channel *channel, struct told told, bool brief,
                      struct text *out)
{
    struct linked linked = linked_by(links, told.notice);
    bool in_one = linked.has_more || (brief && linked.count > 1);

    if (in_one && (linked.count == 0 || !is_his_own(channel, told.notice->recipient))) {
        action_links_put_home(links, told.notice->recipient, out);
    } else if (in_one) {
        put_label(told.notice->recipient, false, 0, out);
        put_url_of_all(links, channel, told, out);
    }
    for (size_t i = 0; i < linked.count && !in_one; i++) {
        put_label(told.notice->recipient, !channel->is_private, linked.count > 1 ? i + 1 : 0, out);
        put_url(links, channel, told, linked.tasks[i], out);
    }
}

void action_links_put_json(const struct action_links *links, const struct channel *channel, struct told told, struct text *out)
{
    struct linked linked = linked_by(links, told.notice);

    for (size_t i = 0; i < linked.count && !linked.has_more; i++) {
        text_add(out, i == 0 ? "[{\"task\":" : ",{\"task\":");
        text_base64(out, linked.tasks[i], ID_BYTES);
        text_add(out, ",\"url\":\"");
        put_url(links, channel, told, linked.tasks[i], out);
        text_add(out, "\"}");
    }
    if (linked.has_more && linked.count > 0) {
        text_add(out, "[{\"url\":\"");
        put_url_of_all(links, channel, told, out);
        text_add(out, "\"}");
    }
    if (linked.count > 0)
        text_add(out, "]");
}
