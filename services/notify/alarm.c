/* alarm.c - what the house has to say about itself.
 *
 * An alarm stands while its condition lasts. It is kept, put among the facts for ingest, and
 * said to the duty clerk by the spool: once when it is raised.
 */
#include "detail.h"
#include "disk.h"
#include "log.h"
#include "notify.h"

enum { DISK_LOOK_MS = 10 * 1000, PERCENT_BACK = 2, SUBJECT_WORDS_BYTES = 128 };

static const struct {
    Duban__AlarmKind kind;
    const char *zh;
    const char *en;
} sayings[] = {
    { DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED, "规则服务长时间没有进展，非紧急提醒暂缓发送，请检查 duban-rules",
      "the rules make no progress and what is not urgent is held; check duban-rules" },
    { DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, "收不到规则服务的消息，新的提醒发不出来，请检查 duban-rules 是否在运行",
      "nothing is heard from the rules and new reminders do not go out; check that duban-rules is running" },
    { DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, "有一个发送渠道不可用，请核对该账号的渠道和地址",
      "a channel cannot be used; check channel and address of that account" },
    { DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, "磁盘或状态库空间不足，请尽快清理，否则提醒将发不出来",
      "disk or store are low; make room, or reminders will stop" },
};

static void subject_of(uint8_t out[SUBJECT_BYTES], const char *subject)
{
    struct bytes part = bytes_of_text(subject);

    digest_of_parts(out, SUBJECT_BYTES, bytes_of(NULL, 0), &part, 1);
}

static struct alarm *find(const struct notify *notify, Duban__AlarmKind kind, const char *subject)
{
    uint8_t wanted[SUBJECT_BYTES];

    subject_of(wanted, subject);
    for (size_t i = 0; i < notify->alarms.count; i++) {
        const struct alarm *alarm = &notify->alarms.standing[i];

        if (alarm->kind == kind && memcmp(alarm->subject, wanted, SUBJECT_BYTES) == 0)
            return (struct alarm *) alarm;
    }
    return NULL;
}

void alarm_open(struct notify *notify)
{
    struct store_txn txn;

    store_begin(&txn, &notify->state.store, STORE_READ);
    notify->alarms.count = state_read_alarms(&txn, notify->alarms.standing, ALARMS_MOST);
    store_abort(&txn);
    if (txn.error != 0)
        die("读不出告警，请检查磁盘后重新启动 / the alarms cannot be read: %s; check the disk, then start again", mdb_strerror(txn.error));
}

const struct alarm *alarm_standing(const struct notify *notify, Duban__AlarmKind kind, const char *subject)
{
    return find(notify, kind, subject);
}

bool alarm_stands(const struct notify *notify, Duban__AlarmKind kind, const char *subject)
{
    return find(notify, kind, subject) != NULL;
}

/* "what (detail)", as the matter of the message. */
void alarm_word(struct alarm_notice *words, const struct alarm *alarm, const char *kind, uint64_t number)
{
    uint8_t kind_and_number[1 + 8];
    struct bytes parts[] = { bytes_of_text(kind), bytes_of(kind_and_number, sizeof kind_and_number),
                             bytes_of(alarm->subject, SUBJECT_BYTES) };

    words->zh[0] = words->en[0] = '\0';
    duban__text__init(&words->matter);
    duban__notice_item__init(&words->item);
    duban__notice__init(&words->notice);
    for (size_t i = 0; i < sizeof sayings / sizeof sayings[0]; i++) {
        if (sayings[i].kind != alarm->kind)
            continue;
        text_format(words->zh, sizeof words->zh, "%s（%s）", sayings[i].zh, alarm->detail_zh);
        text_format(words->en, sizeof words->en, "%s (%s)", sayings[i].en, alarm->detail_en);
    }
    kind_and_number[0] = (uint8_t) alarm->kind;
    put_u64(kind_and_number + 1, number);
    digest_of_parts(words->key, sizeof words->key, bytes_of(NULL, 0), parts, 3);
    words->matter.zh = words->zh;
    words->matter.en = words->en;
    words->item.matter = words->item.reason_text = &words->matter;
    words->item.at_s = alarm->at_ms / 1000;
    words->items[0] = &words->item;
    words->notice.kind = (char *) kind;
    words->notice.items = words->items;
    words->notice.n_items = 1;
    words->notice.idempotency_key = (ProtobufCBinaryData){ sizeof words->key, words->key };
}

/* By the number of its fact: an alarm may come again at the same moment of policy time. */
static void say(struct notify *notify, struct store_txn *txn, const struct alarm *alarm, uint64_t fact)
{
    struct alarm_notice words;

    alarm_word(&words, alarm, "house_alarm", fact);
    house_say(notify, txn, &words.notice, 0);
}

/* One condition each, and a place kept for it. */
static bool is_of_the_house(Duban__AlarmKind kind, const char *subject)
{
    return kind != DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD || strcmp(subject, "channel/spool") == 0;
}

/* As wanted: its kind, its details, and where it is about a way out that and the token of its address. */
static void raise_about(struct notify *notify, struct store_txn *txn, const char *subject, const struct alarm *wanted)
{
    Duban__AlarmKind kind = wanted->kind;
    struct alarm *alarm;
    struct fact fact = { .is_alarm = true, .alarm = kind, .way = wanted->way };

    if (find(notify, kind, subject) != NULL)
        return;
    if (notify->alarms.count >= (is_of_the_house(kind, subject) ? ALARMS_MOST : ALARMS_MOST - ALARMS_RESERVED)) {
        if (!notify->alarms.full_logged)
            log_warn("alarm: more stand than can be kept: kind=%d detail=%s", kind, wanted->detail_en);
        notify->alarms.full_logged = true;
        return;
    }
    alarm = &notify->alarms.standing[notify->alarms.count++];
    *alarm = *wanted;
    alarm->at_ms = notify->state.head.clock_ms;
    subject_of(alarm->subject, subject);
    log_warn("alarm: raised: kind=%d detail=%s", kind, alarm->detail_en);
    state_put_alarm(&notify->state, txn, alarm);
    fact.at_ms = alarm->at_ms;
    memcpy(fact.detail, alarm->detail_zh, sizeof fact.detail);
    memcpy(fact.detail_en, alarm->detail_en, sizeof fact.detail_en);
    state_add_fact(&notify->state, txn, &fact);
    say(notify, txn, alarm, fact.number);
}

void alarm_raise(struct notify *notify, struct store_txn *txn, Duban__AlarmKind kind, const char *subject, const char *zh,
                 const char *en)
{
    struct alarm wanted = { .kind = kind };

    text_copy(wanted.detail_zh, sizeof wanted.detail_zh, zh);
    text_copy(wanted.detail_en, sizeof wanted.detail_en, en);
    raise_about(notify, txn, subject, &wanted);
}

/* Which way out it is, and what of it: in both languages, and as fields. */
static void fill_way(struct alarm *alarm, const char *why_zh, const char *why_en)
{
    const struct failing_way *way = &alarm->way;
    char zh[2 * NAME_BYTES + DESTINATION_BYTES + 64] = "", en[2 * NAME_BYTES + DESTINATION_BYTES + 64] = "";

    if (!way->is_far_end) {
        text_format(zh, sizeof zh, "账号 %s，渠道 %s", way->account, way->channel);
        text_format(en, sizeof en, "account %s, channel %s", way->account, way->channel);
    } else if (way->destination[0] != '\0') {
        text_format(zh, sizeof zh, "渠道 %s（%s）", way->channel, way->destination);
        text_format(en, sizeof en, "channel %s (%s)", way->channel, way->destination);
    } else if (way->account[0] != '\0') {
        text_format(zh, sizeof zh, "渠道 %s（账号 %s 的地址）", way->channel, way->account);
        text_format(en, sizeof en, "channel %s (address of account %s)", way->channel, way->account);
    } else {
        text_format(zh, sizeof zh, "渠道 %s", way->channel);
        text_format(en, sizeof en, "channel %s", way->channel);
    }
    alarm->kind = DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD;
    text_format(alarm->detail_zh, sizeof alarm->detail_zh, "%s：%s", zh, why_zh);
    text_format(alarm->detail_en, sizeof alarm->detail_en, "%s: %s", en, why_en);
}

void alarm_raise_channel(struct notify *notify, struct store_txn *txn, enum channel_number channel, const char *subject,
                         const char *zh, const char *en)
{
    struct alarm wanted = { .way.is_far_end = true };

    text_copy(wanted.way.channel, sizeof wanted.way.channel, channel_of(channel)->name);
    fill_way(&wanted, zh, en);
    raise_about(notify, txn, subject, &wanted);
}

void alarm_fill_way(Duban__HouseAlarm *message, const struct failing_way *way)
{
    message->channel = (char *) way->channel;
    message->account = (char *) way->account;
    message->destination = (char *) way->destination;
    message->far_end = way->is_far_end;
}

/* account and reason: of who settled it; no account = it ended by itself, with its condition or for that reason (a token). */
static void end(struct notify *notify, struct store_txn *txn, struct alarm *alarm, const char *account,
                const char *reason)
{
    struct ended_alarm ended = { .alarm = *alarm, .ended_ms = notify->state.head.clock_ms, .account = account,
                                 .reason = reason };

    log_info("alarm: over: kind=%d settled_by=%s detail=%s", alarm->kind, account, alarm->detail_en);
    state_end_alarm(&notify->state, txn, &ended);
    *alarm = notify->alarms.standing[--notify->alarms.count];
    notify->alarms.full_logged = false;
}

void alarm_clear(struct notify *notify, struct store_txn *txn, Duban__AlarmKind kind, const char *subject)
{
    struct alarm *alarm = find(notify, kind, subject);

    if (alarm != NULL)
        end(notify, txn, alarm, "", "");
}

/* ---------------------------------------------------------------- of an account */

/* The first way's is as it was when an account had only one. */
static const char *subject_of_way(char words[SUBJECT_WORDS_BYTES], const char *account, size_t way)
{
    if (way == 0)
        text_format(words, SUBJECT_WORDS_BYTES, "account/%s", account);
    else
        text_format(words, SUBJECT_WORDS_BYTES, "account/%s/%zu", account, way);
    return words;
}

static bool tells_of_a_failure(const Duban__Notice *notice)
{
    return strcmp(notice->kind, "house_alarm") == 0 || strcmp(notice->kind, "delivery_failure") == 0;
}

void alarm_unreachable(struct notify *notify, struct store_txn *txn, const Duban__Notice *notice, size_t way,
                       const char *why)
{
    const char *account = notice->recipient->account;
    struct bytes token = delivery_way_token(notice, way);
    char subject[SUBJECT_WORDS_BYTES], why_zh[DETAIL_BYTES + 1];
    struct alarm wanted = { .at_ms = 0 };

    if (tells_of_a_failure(notice))
        return;
    if (token.size == TOKEN_BYTES)
        memcpy(wanted.token, token.data, TOKEN_BYTES);
    text_copy(wanted.way.channel, sizeof wanted.way.channel, delivery_way_channel(notice, way));
    text_copy(wanted.way.account, sizeof wanted.way.account, account);
    detail_in_chinese(why_zh, sizeof why_zh, why);
    fill_way(&wanted, why_zh, why);
    raise_about(notify, txn, subject_of_way(subject, account, way), &wanted);
}

void alarm_reachable(struct notify *notify, struct store_txn *txn, const Duban__Recipient *recipient, size_t way)
{
    char subject[SUBJECT_WORDS_BYTES];

    if (notify->alarms.count > 0)
        alarm_clear(notify, txn, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD,
                    subject_of_way(subject, recipient->account, way));
}

void alarm_settle(struct notify *notify, struct store_txn *txn, const Duban__AlarmSettled *settled)
{
    /* What has been seen to is tried again, even where it said that it is gone for good: whichever way that was. */
    if (settled->address_token.len == TOKEN_BYTES)
        state_delete_endpoint(txn, settled->address_token.data);
    for (size_t way = 0; way < WAYS_MOST; way++) {
        char subject[SUBJECT_WORDS_BYTES];
        struct alarm *alarm = find(notify, settled->kind, subject_of_way(subject, settled->subject, way));

        if (alarm == NULL)
            continue;
        state_delete_endpoint(txn, alarm->token);
        end(notify, txn, alarm, settled->account, settled->reason);
    }
}

/* ---------------------------------------------------------------- of a far end */

/* Where all addresses are behind one server, gateway or program, that is what fails. */
static const char *subject_of_far_end(char words[SUBJECT_WORDS_BYTES], const struct far_end *far_end)
{
    char hex[2 * DIGEST_BYTES + 1];

    if (channel_of(far_end->channel)->one_for_all) {
        text_format(words, SUBJECT_WORDS_BYTES, "far_end/%s", channel_of(far_end->channel)->name);
        return words;
    }
    text_format(words, SUBJECT_WORDS_BYTES, "far_end/%s/%s", channel_of(far_end->channel)->name,
                hex_of(hex, far_end->digest, DIGEST_BYTES));
    return words;
}

static void name_far_end(const struct notify *notify, const struct far_end *far_end, struct failing_way *way)
{
    const struct channel *channel = channel_of(far_end->channel);
    struct text name = { 0 };

    way->is_far_end = true;
    text_copy(way->channel, sizeof way->channel, channel->name);
    text_copy(way->account, sizeof way->account, far_end->kept.account);
    if (channel->name_far_end != NULL && notify->channels.of[far_end->channel].is_set)
        channel->name_far_end(&notify->channels.of[far_end->channel], &name);
    if (name.size > 0 && !name.failed) {
        text_put(&name, "", 1);
        text_copy(way->destination, sizeof way->destination, name.data);
    }
    text_close(&name);
}

/* One mailbox or phone is not the server: whom it does not reach is said of his account. */
static bool takes_others(const struct notify *notify, const struct far_end *far_end)
{
    return channel_of(far_end->channel)->one_for_all &&
           notify->flights.accepted_ms[far_end->channel] > far_end->kept.failing_since_ms;
}

void alarm_far_end(struct notify *notify, struct store_txn *txn, const struct far_end *far_end)
{
    int64_t since_ms = far_end->kept.failing_since_ms, failing_ms = notify_clock_ms(notify) - since_ms;
    char subject[SUBJECT_WORDS_BYTES], zh[DETAIL_BYTES + 1], en[DETAIL_BYTES + 1];
    struct alarm wanted = { .at_ms = 0 };
    unsigned minutes = (unsigned) (failing_ms / 60000);

    subject_of_far_end(subject, far_end);
    if (since_ms == 0) {
        if (notify->alarms.count > 0)
            alarm_clear(notify, txn, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, subject);
        return;
    }
    if (failing_ms <= notify->channels.of[far_end->channel].failing_after_ms || takes_others(notify, far_end))
        return;
    text_format(zh, sizeof zh, "对方已 %u 分钟没有接收消息，失败 %u 次", minutes, far_end->kept.failures);
    text_format(en, sizeof en, "its far end took nothing for %u min, failures: %u", minutes, far_end->kept.failures);
    name_far_end(notify, far_end, &wanted.way);
    fill_way(&wanted, zh, en);
    raise_about(notify, txn, subject, &wanted);
}

void alarm_forsaken(struct notify *notify, struct store_txn *txn, const struct far_end *far_end)
{
    char subject[SUBJECT_WORDS_BYTES];
    struct alarm *alarm = find(notify, DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD, subject_of_far_end(subject, far_end));

    if (alarm != NULL)
        end(notify, txn, alarm, "", "nothing_sent_there");
}

/* ---------------------------------------------------------------- conditions looked at by time */

/* Rules says its TAIL without ingest too: then it is ingest, the only clock, that is not heard. */
static bool clock_stands_still(const struct notify *notify)
{
    return !notify->state.head.rehearsal &&
           notify->now_ms - notify->alarms.clock_moved_ms > notify->settings.tail_stale_ms;
}

static bool nothing_is_heard(const struct notify *notify)
{
    return notify->now_ms - notify->alarms.tail_heard_ms > notify->settings.tail_stale_ms;
}

static bool tail_is_stale(const struct notify *notify)
{
    return nothing_is_heard(notify) || clock_stands_still(notify);
}

static bool rules_is_stalled(const struct notify *notify)
{
    return notify->alarms.behind_since_ms != 0 &&
           notify->now_ms - notify->alarms.behind_since_ms > notify->settings.rules_stalled_ms;
}

static unsigned percent_of_disk(const struct notify *notify)
{
    struct disk_room room;

    return disk_look(notify->settings.data, &room) == 0 ? disk_used_percent(&room) : 0;
}

static unsigned percent_of_map(struct notify *notify)
{
    size_t used = 0, map = 0;

    store_usage(&notify->state.store, &used, &map);
    return percent_of_room(used, map);
}

/* Comes back a little below where it went, so that it does not flutter. */
static bool is_low(bool was_low, unsigned percent, unsigned most)
{
    return percent + (was_low ? PERCENT_BACK : 0) >= most;
}

static void look_at_disk(struct notify *notify)
{
    struct alarms *alarms = &notify->alarms;
    unsigned most = notify->settings.disk_percent;

    if (alarms->disk_looked_ms != 0 && notify->now_ms - alarms->disk_looked_ms < DISK_LOOK_MS)
        return;
    alarms->disk_looked_ms = notify->now_ms;
    alarms->disk_is_low = alarm_map_is_low(notify) || is_low(alarms->disk_is_low, percent_of_disk(notify), most);
}

bool alarm_map_is_low(struct notify *notify)
{
    struct alarms *alarms = &notify->alarms;

    alarms->map_is_low = is_low(alarms->map_is_low, percent_of_map(notify), notify->settings.disk_percent);
    alarms->disk_is_low |= alarms->map_is_low;
    return alarms->map_is_low;
}

static void look_at_rules(struct notify *notify)
{
    if (!notify->behind)
        notify->alarms.behind_since_ms = 0;
    else if (notify->alarms.behind_since_ms == 0)
        notify->alarms.behind_since_ms = notify->now_ms;
}

bool alarm_rules_is_alive(const struct notify *notify)
{
    return notify->tail_heard && !tail_is_stale(notify) && !rules_is_stalled(notify);
}

/* Before any policy time was heard of there is none to put on an alarm. */
bool alarm_is_due(struct notify *notify)
{
    look_at_disk(notify);
    look_at_rules(notify);
    if (notify->state.head.clock_ms == 0)
        return false;
    return alarm_stands(notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, "") != tail_is_stale(notify) ||
           alarm_stands(notify, DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED, "") != rules_is_stalled(notify) ||
           alarm_stands(notify, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, "") != notify->alarms.disk_is_low;
}

static void set(struct notify *notify, struct store_txn *txn, Duban__AlarmKind kind, bool stands, const char *zh, const char *en)
{
    if (stands)
        alarm_raise(notify, txn, kind, "", zh, en);
    else
        alarm_clear(notify, txn, kind, "");
}

void alarm_check(struct notify *notify, struct store_txn *txn)
{
    unsigned stale_s = notify->settings.tail_stale_ms / 1000, stalled_s = notify->settings.rules_stalled_ms / 1000;
    unsigned most = notify->settings.disk_percent;
    char zh[DETAIL_BYTES + 1], en[DETAIL_BYTES + 1];

    if (notify->state.head.clock_ms == 0)
        return;
    if (nothing_is_heard(notify)) {
        text_format(zh, sizeof zh, "%u 秒没有消息", stale_s);
        text_format(en, sizeof en, "nothing heard for %u s", stale_s);
    } else {
        text_format(zh, sizeof zh, "时刻 %u 秒没有前进，请检查 duban-ingest 是否在运行", stale_s);
        text_format(en, sizeof en, "its time has stood still for %u s: check that duban-ingest is running", stale_s);
    }
    set(notify, txn, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, tail_is_stale(notify), zh, en);
    text_format(zh, sizeof zh, "已落后 %u 秒", stalled_s);
    text_format(en, sizeof en, "behind for %u s", stalled_s);
    set(notify, txn, DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED, rules_is_stalled(notify), zh, en);
    text_format(zh, sizeof zh, "磁盘或状态库已用 %u%% 以上", most);
    text_format(en, sizeof en, "more than %u%% of disk or store used", most);
    set(notify, txn, DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW, notify->alarms.disk_is_low, zh, en);
}
