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

/* The duty clerk; where nobody else than who was not reached holds the post, the lead. */
static void tell(struct engine *engine, const struct telling *telling, const char *unreached)
{
    static const enum policy_selector TO[] = { TO_DUTY_CLERK, TO_LEAD };
    size_t told = 0;

    for (size_t i = 0; told == 0 && i < sizeof TO / sizeof TO[0]; i++) {
        struct recipient found[MAX_RECIPIENTS];
        size_t count = engine_recipients(engine, TO[i], telling, found, MAX_RECIPIENTS);

        for (size_t k = 0; k < count; k++) {
            if (strcmp(found[k].holder->account, unreached) == 0)
                continue;
            engine_tell_one(engine, telling, &found[k]);
            told++;
        }
    }
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
    item->count = 1;
    item->at_s = engine->stamp_s;
    return item;
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
    tell(engine, &telling, notice->recipient->account);
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
    tell(engine, &telling, "");
}
