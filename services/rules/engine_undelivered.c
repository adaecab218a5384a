/* engine_undelivered.c - a notice that reached nobody, and what the house says of itself: told to somebody who can do
 * something about it, by his own ways.
 *
 * Notify has a line in the spool for the duty clerk in either case; who reads no spool learns of it here. Never of a failed
 * telling of just that: it ends there, and stands among the dead letters.
 */
#include <assert.h>
#include <string.h>

#include "about.h"
#include "engine.h"

static bool is_told(struct engine *engine)
{
    return engine->policy != NULL && engine_era(engine) >= ERA_OF_TOLD_FAILURES;
}

/* ---------------------------------------------------------------- to whom, and by which of his ways */

struct failure {
    const char *account;           /* who was not reached; "" = nobody in particular */
    const char *channel;           /* that has failed; "" = none */
    bool has_other_ways;           /* not all of his ways were tried: where nobody else can be told, he may be */
};

/* How well somebody can be told of it, the best first. */
enum fitness { BY_ANOTHER_CHANNEL, HIMSELF_BY_ANOTHER_CHANNEL, BY_THE_SAME_CHANNEL, NOT_AT_ALL };

static bool has_another_channel(const Duban__Holder *holder, const char *channel)
{
    bool has = strcmp(engine_channel_of(holder), channel) != 0;

    for (size_t i = 0; i < holder->n_other_ways; i++)
        has |= strcmp(holder->other_ways[i]->channel, channel) != 0;
    return has;
}

static enum fitness fitness_of(struct engine *engine, const Duban__Holder *holder, const struct failure *failure)
{
    bool is_he = strcmp(holder->account, failure->account) == 0;

    if (engine_era(engine) < ERA_OF_OTHER_CHANNELS)
        return is_he ? NOT_AT_ALL : BY_ANOTHER_CHANNEL;
    if (!has_another_channel(holder, failure->channel))
        return is_he ? NOT_AT_ALL : BY_THE_SAME_CHANNEL;
    if (!is_he)
        return BY_ANOTHER_CHANNEL;
    return failure->has_other_ways ? HIMSELF_BY_ANOTHER_CHANNEL : NOT_AT_ALL;
}

static void put_ways(Duban__HolderWay **ways, size_t *count, Duban__HolderWay *const *all, size_t all_count, const char *channel,
                     bool same)
{
    for (size_t i = 0; i < all_count; i++)
        if ((strcmp(all[i]->channel, channel) == 0) == same)
            ways[(*count)++] = all[i];
}

/* The same person, with his ways by that channel behind the others. */
static const Duban__Holder *by_other_ways(struct engine *engine, const Duban__Holder *holder, const char *channel)
{
    struct arena *arena = &engine->state->arena;
    size_t all_count = 1 + holder->n_other_ways, count = 0;
    Duban__HolderWay **all = arena_take_pointers(arena, all_count), **ways = arena_take_pointers(arena, all_count);
    Duban__HolderWay *first = arena_take(arena, sizeof *first);
    Duban__Holder *turned = arena_take(arena, sizeof *turned);

    assert(all != NULL && ways != NULL && first != NULL && turned != NULL);
    duban__holder_way__init(first);
    first->channel = (char *) engine_channel_of(holder);
    first->address_token = holder->address_token;
    all[0] = first;
    for (size_t i = 0; i < holder->n_other_ways; i++)
        all[i + 1] = holder->other_ways[i];
    put_ways(ways, &count, all, all_count, channel, false);
    put_ways(ways, &count, all, all_count, channel, true);
    *turned = *holder;
    turned->channel = ways[0]->channel;
    turned->address_token = ways[0]->address_token;
    turned->other_ways = ways + 1;
    return turned;
}

static void tell_him(struct engine *engine, const struct telling *telling, struct recipient *recipient, const char *channel)
{
    if (engine_era(engine) >= ERA_OF_OTHER_CHANNELS)
        recipient->holder = by_other_ways(engine, recipient->holder, channel);
    engine_tell_one(engine, telling, recipient);
}

/* All who hold the post and can be told so well. */
static size_t tell_holders(struct engine *engine, const struct telling *telling, enum policy_selector post,
                           const struct failure *failure, enum fitness fitness)
{
    struct recipient found[MAX_RECIPIENTS];
    size_t count = engine_recipients(engine, post, telling, found, MAX_RECIPIENTS), told = 0;

    for (size_t i = 0; i < count; i++) {
        if (fitness_of(engine, found[i].holder, failure) != fitness)
            continue;
        tell_him(engine, telling, &found[i], failure->channel);
        told++;
    }
    return told;
}

/* The duty clerk; where nobody who holds that post can be told so well, the lead. */
static void tell(struct engine *engine, const struct telling *telling, const struct failure *failure)
{
    for (enum fitness fitness = BY_ANOTHER_CHANNEL; fitness < NOT_AT_ALL; fitness++)
        if (tell_holders(engine, telling, TO_DUTY_CLERK, failure, fitness) > 0 ||
            tell_holders(engine, telling, TO_LEAD, failure, fitness) > 0)
            return;
}

/* ---------------------------------------------------------------- a notice */

static bool is_about_a_failure(const Duban__Notice *notice)
{
    return strcmp(notice->kind, "delivery_failure") == 0 || strcmp(notice->kind, "house_alarm") == 0;
}

/* "DB-0012 东风快递": which matter he was to hear of. */
static Duban__Text *matter_of(struct engine *engine, const struct telling *telling, const Duban__NoticeItem *item)
{
    const char *number = item->number[0] != '\0' ? engine_joined(engine, item->number, " ") : "";
    Duban__Text *matter;

    if (item->matter != NULL && item->number[0] == '\0')
        return item->matter;
    if (item->site_name == NULL)
        return engine_what_waits(engine, telling, item);
    matter = engine_text(engine, engine_joined(engine, number, item->site_name->zh),
                         engine_joined(engine, number, item->site_name->en[0] != '\0' ? item->site_name->en
                                                                                       : item->site_name->zh));
    return matter;
}

static Duban__NoticeItem *item_of_failure(struct engine *engine, const struct telling *telling, const Duban__Notice *notice,
                                          const Duban__Outcome *outcome)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    const Duban__NoticeItem *first = notice->items[0];

    item->case_id = first->case_id;
    item->subject = first->subject;
    item->number = first->number;
    item->site = first->site;
    item->site_name = first->site_name;
    item->matter = matter_of(engine, telling, first);
    item->owner = notice->recipient->account;
    item->owner_title = notice->recipient->title;
    item->reason = engine_keep(engine, outcome->detail);
    if (outcome->detail_zh[0] != '\0' && engine_era(engine) >= ERA_OF_OTHER_CHANNELS)
        item->reason_text = engine_text(engine, engine_keep(engine, outcome->detail_zh), item->reason);
    item->count = 1;
    item->at_s = engine->stamp_s;
    return item;
}

/* What fell to the spool failed by the way before that. */
static const char *failed_channel(const Duban__Notice *notice, const Duban__Outcome *outcome)
{
    return outcome->grade == DUBAN__GRADE__GRADE_SPOOLED ? notice->recipient->channel : outcome->channel;
}

void engine_tell_undelivered(struct engine *engine, const Duban__Outcome *outcome)
{
    const Duban__Notice *notice = is_told(engine) ? state_notice(engine->state, outcome->notice) : NULL;
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "delivery_failure", .rule = "delivery.failed", .items = &item, .item_count = 1,
        .step = (uint32_t) outcome->notice,   /* one entry may bring several about one case */
    };

    if (notice == NULL || notice->n_items == 0 || is_about_a_failure(notice))
        return;
    telling.urgent = notice->urgency == DUBAN__URGENCY__URGENCY_URGENT;
    item = item_of_failure(engine, &telling, notice, outcome);
    tell(engine, &telling, &(struct failure){ notice->recipient->account, failed_channel(notice, outcome), false });
}

/* ---------------------------------------------------------------- the house */

/* NULL: rules itself was silent then, and hears of it when that is over. */
static const Duban__Text *words_of(struct engine *engine, Duban__AlarmKind kind)
{
    switch (kind) {
    case DUBAN__ALARM_KIND__ALARM_KIND_CHANNEL_DEAD:
        return engine_text(engine, "有一个发送渠道不可用，请核对渠道、地址和网络：", "a channel cannot be used; check it, its address and the network: ");
    case DUBAN__ALARM_KIND__ALARM_KIND_DISK_LOW:
        return engine_text(engine, "磁盘或状态库空间不足，请尽快清理，否则提醒将发不出来：", "disk or store are low; make room, or reminders will stop: ");
    case DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED:
    case DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE:
    case DUBAN__ALARM_KIND__ALARM_KIND_UNSPECIFIED:
    case _DUBAN__ALARM_KIND_IS_INT_SIZE:
        break;
    }
    return NULL;
}

void engine_tell_house_alarm(struct engine *engine, const Duban__HouseAlarm *alarm)
{
    const Duban__Text *words = is_told(engine) ? words_of(engine, alarm->kind) : NULL;
    bool is_new = engine_era(engine) >= ERA_OF_OTHER_CHANNELS;
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "house_alarm", .rule = "house.alarm", .items = &item, .item_count = 1, .step = (uint32_t) alarm->kind,
        .urgent = true,
    };

    if (words == NULL || alarm->detail_text == NULL)
        return;
    item = engine_item(engine, NULL, NULL);
    item->matter = engine_text(engine, engine_joined(engine, words->zh, alarm->detail_text->zh),
                               engine_joined(engine, words->en, alarm->detail_text->en));
    item->reason_text = item->matter;
    item->at_s = alarm->at_ms / 1000;
    tell(engine, &telling, &(struct failure){ is_new ? alarm->account : "", is_new ? alarm->channel : "", true });
}
