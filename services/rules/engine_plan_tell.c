/* engine_plan_tell.c - who goes today is told where and why: when the plan is confirmed, or when it stands unconfirmed.
 *
 *   a stop of somebody's own case         -> to him
 *   a stop that falls to the group's leader -> to the inspectors of the zone; to the leader where it has none
 *
 * Numbers in brackets are rules of the domain: (13) a draft stands when its time comes.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "message.h"

enum { WORDS_BYTES = 1536, STOP_BYTES = 640, MAX_NAME_SHOWN = 120, MAX_WHY_SHOWN = 240 };

#define REASON(kind) DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_##kind

/* ---------------------------------------------------------------- why there */

static struct policy_text words_of_reason(Duban__StopReasonKind kind)
{
    switch (kind) {
    case REASON(REVISIT): return (struct policy_text){ "复查", "revisit" };
    case REASON(WATCH): return (struct policy_text){ "盯守", "watch" };
    case REASON(COMPLAINT): return (struct policy_text){ "投诉核实", "complaint check" };
    case REASON(CONFIRMATION): return (struct policy_text){ "到场确认", "confirmation" };
    case REASON(HIGH_RISK): return (struct policy_text){ "高风险巡查", "high-risk inspection" };
    case REASON(ROUTINE): return (struct policy_text){ "日常巡查", "routine inspection" };
    case REASON(NIGHT): return (struct policy_text){ "夜间巡查", "inspection at night" };
    case REASON(ADDED): return (struct policy_text){ "会上增加", "added" };
    case REASON(UNSPECIFIED):
    case _DUBAN__STOP_REASON_KIND_IS_INT_SIZE: break;
    }
    return (struct policy_text){ "", "" };
}

/* Words of one language; what does not fit any more is left out. */
struct words {
    char text[WORDS_BYTES];
    size_t size, room;
};

static void put(struct words *words, const char *before, const char *text)
{
    int more = snprintf(words->text + words->size, words->room - words->size, "%s%s", before, text);

    if (more < 0 || words->size + (size_t) more >= words->room)
        words->text[words->size] = '\0';
    else
        words->size += (size_t) more;
}

static void put_reasons(const Duban__PlanStop *stop, struct words *zh, struct words *en)
{
    for (size_t i = 0; i < stop->n_reasons; i++) {
        const Duban__StopReason *reason = stop->reasons[i];
        const char *space = reason->number[0] == '\0' ? "" : " ";
        struct policy_text kind = words_of_reason(reason->kind);
        char words[160];

        snprintf(words, sizeof words, "%s%s%s", kind.zh, space, reason->number);
        put(zh, i == 0 ? "" : "、", words);
        snprintf(words, sizeof words, "%s%s%s", kind.en, space, reason->number);
        put(en, i == 0 ? "" : ", ", words);
    }
    if (stop->carried_from_day != 0) {
        put(zh, "、", "昨日未完成");
        put(en, ", ", "left over");
    }
}

Duban__Text *engine_why_stop(struct engine *engine, const Duban__PlanStop *stop)
{
    struct words zh = { .room = MAX_WHY_SHOWN }, en = { .room = MAX_WHY_SHOWN };

    put_reasons(stop, &zh, &en);
    return engine_text(engine, engine_keep(engine, zh.text), engine_keep(engine, en.text));
}

/* "1.the east gate (revisit DB-0012)". */
static void name_stop(struct engine *engine, const Duban__PlanStop *stop, size_t place, char zh[STOP_BYTES], char en[STOP_BYTES])
{
    const Duban__Site *site = state_site(engine->state, stop->site);
    const char *name = site == NULL || site->name == NULL ? stop->site : site->name->zh;
    const char *english = site == NULL || site->name == NULL || site->name->en[0] == '\0' ? stop->site : site->name->en;
    struct words why_zh = { .room = MAX_WHY_SHOWN }, why_en = { .room = MAX_WHY_SHOWN };

    put_reasons(stop, &why_zh, &why_en);
    snprintf(zh, STOP_BYTES, "%zu.%.*s（%.*s）", place, utf8_size_within(name, MAX_NAME_SHOWN), name,
             utf8_size_within(why_zh.text, MAX_WHY_SHOWN), why_zh.text);
    snprintf(en, STOP_BYTES, "%zu. %.*s (%.*s)", place, utf8_size_within(english, MAX_NAME_SHOWN), english,
             utf8_size_within(why_en.text, MAX_WHY_SHOWN), why_en.text);
}

/* ---------------------------------------------------------------- whose it is */

/* The inspectors of the zone who are there, and whom they stand in for. */
struct goers {
    struct recipient people[MAX_RECIPIENTS];
    size_t count;
};

/* A leader's stops are anybody's of the group. */
static bool falls_to_group(struct engine *engine, const Duban__DayPlan *plan, const char *person)
{
    const char *leaders[MAX_RECIPIENTS];
    size_t count = state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_GROUP_LEADER, plan->zone, leaders, MAX_RECIPIENTS);

    for (size_t i = 0; i < count; i++)
        if (strcmp(leaders[i], person) == 0)
            return true;
    return person[0] == '\0';
}

static bool goes_for(const struct goers *goers, const char *account, const char *person)
{
    for (size_t i = 0; i < goers->count; i++)
        if (strcmp(goers->people[i].holder->account, account) == 0 &&
            (strcmp(account, person) == 0 || (goers->people[i].stands_in_for != NULL && strcmp(goers->people[i].stands_in_for->account, person) == 0)))
            return true;
    return false;
}

/* Somebody of the zone is told of what is his. */
static bool has_goer(const struct goers *goers, const char *person)
{
    for (size_t i = 0; i < goers->count; i++)
        if (goes_for(goers, goers->people[i].holder->account, person))
            return true;
    return false;
}

/* ---------------------------------------------------------------- told */

/* Which stops one message lists: those of the person, of whoever the account goes for, of the whole group. */
struct share {
    const Duban__DayPlan *plan;
    const struct goers *goers;   /* NULL: those of the person alone */
    const char *account;
    bool of_group;
};

static bool is_in(struct engine *engine, const struct share *share, const Duban__PlanStop *stop)
{
    if (!engine_stop_counts(stop) || engine_stop_is_done(stop, state_site(engine->state, stop->site), share->plan->day))
        return false;
    if (share->of_group && falls_to_group(engine, share->plan, stop->person))
        return true;
    return share->goers == NULL ? strcmp(share->account, stop->person) == 0 : goes_for(share->goers, share->account, stop->person);
}

/* NULL: there is none. */
static Duban__NoticeItem *item_of(struct engine *engine, const struct share *share)
{
    const Duban__Area *area = state_area_of_zone_after(engine->state, share->plan->zone, "");
    struct words zh = { .room = WORDS_BYTES - 64 }, en = { .room = WORDS_BYTES - 64 };
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    bool is_cut = false;

    for (size_t i = 0; i < share->plan->n_stops; i++) {
        char stop_zh[STOP_BYTES], stop_en[STOP_BYTES];

        if (!is_in(engine, share, share->plan->stops[i]))
            continue;
        name_stop(engine, share->plan->stops[i], ++item->count, stop_zh, stop_en);
        is_cut = is_cut || zh.size + strlen(stop_zh) + 4 >= zh.room || en.size + strlen(stop_en) + 4 >= en.room;
        if (is_cut)
            continue;
        put(&zh, zh.size == 0 ? "" : "；", stop_zh);
        put(&en, en.size == 0 ? "" : "; ", stop_en);
    }
    if (item->count == 0)
        return NULL;
    zh.room = en.room = WORDS_BYTES;
    put(&zh, is_cut ? "；" : "", is_cut ? "其余见 duban plan" : "");
    put(&en, is_cut ? "; " : "", is_cut ? "the rest: duban plan" : "");
    item->group = area == NULL || area->zone_name == NULL ? engine_text(engine, share->plan->zone, share->plan->zone) : area->zone_name;
    item->matter = engine_text(engine, engine_keep(engine, zh.text), engine_keep(engine, en.text));
    return item;
}

static struct telling telling_of(struct engine *engine, const Duban__DayPlan *plan)
{
    return (struct telling){
        .message = "todays_stops", .rule = plan->state == DUBAN__PLAN_STATE__PLAN_STATE_CONFIRMED ? "plan.confirmed" : "plan.stands",
        .zone = plan->zone, .is_list = true, .item_count = 1,
        .expires_s = policy_moment(engine->policy, plan->day + 1, 0),
    };
}

static void tell_share(struct engine *engine, const struct share *share, const struct recipient *recipient)
{
    struct telling telling = telling_of(engine, share->plan);
    Duban__NoticeItem *item = item_of(engine, share);

    if (item == NULL)
        return;
    telling.items = &item;
    if (engine->stamp_s > telling.expires_s) {   /* the house was down: the day is over */
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, &telling, recipient->holder->account, "past", 0, 0);
        engine_alive_expired(engine);
    } else {
        engine_tell_one(engine, &telling, recipient);
    }
}

static void tell_goers(struct engine *engine, const Duban__DayPlan *plan, const struct goers *goers)
{
    for (size_t i = 0; i < goers->count; i++) {
        struct share share = { plan, goers, goers->people[i].holder->account, true };
        bool was_told = false;

        for (size_t k = 0; k < i && !was_told; k++)
            was_told = strcmp(goers->people[k].holder->account, share.account) == 0;
        if (!was_told)
            tell_share(engine, &share, &goers->people[i]);
    }
}

/* Whoever has stops of his own and is no inspector of the zone; the leader where nobody else goes, unless he has just seen it. */
static void tell_person(struct engine *engine, const Duban__DayPlan *plan, const struct goers *goers, const char *person)
{
    bool of_group = falls_to_group(engine, plan, person);
    struct share share = { plan, NULL, person, of_group };
    struct telling telling = telling_of(engine, plan);
    struct recipient found[MAX_RECIPIENTS];
    size_t count;

    if (person[0] == '\0' || has_goer(goers, person) || (of_group && (goers->count > 0 || strcmp(person, engine->account) == 0)))
        return;
    telling.sender = person;
    count = engine_recipients(engine, TO_TOLD, &telling, found, MAX_RECIPIENTS);
    if (count > 0)
        tell_share(engine, &share, &found[0]);
}

static bool is_named_before(const Duban__DayPlan *plan, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (strcmp(plan->stops[i]->person, plan->stops[place]->person) == 0)
            return true;
    return false;
}

void engine_tell_stops(struct engine *engine, Duban__DayPlan *plan)
{
    struct telling telling = telling_of(engine, plan);
    struct goers goers;

    if (engine_era(engine) < ERA_OF_STOPS_TOLD || policy_message(engine->policy, telling.message) == NULL)
        return;
    plan->stops_told_s = engine->now_s;
    goers.count = engine_recipients(engine, TO_INSPECTOR, &telling, goers.people, MAX_RECIPIENTS);
    tell_goers(engine, plan, &goers);
    for (size_t i = 0; i < plan->n_stops; i++)
        if (!is_named_before(plan, i))
            tell_person(engine, plan, &goers, plan->stops[i]->person);
}

/* ---------------------------------------------------------------- it stands */

void engine_stops_await(struct engine *engine, const Duban__DayPlan *plan)
{
    if (engine_era(engine) >= ERA_OF_STOPS_TOLD)
        engine_house_timer(engine, HOUSE_STOPS, plan->stands_s > engine->now_s ? plan->stands_s : engine->now_s + 1);
}

static bool waits(const struct engine *engine, const Duban__DayPlan *plan)
{
    return plan->state == DUBAN__PLAN_STATE__PLAN_STATE_DRAFT && plan->drafted_s != 0 && plan->stops_told_s == 0 &&
           plan->stands_s <= engine->now_s;
}

/* (13) One group for each firing. */
void engine_stops_stand(struct engine *engine)
{
    int64_t day = engine->policy == NULL ? 0 : policy_day(engine->policy, engine->now_s);
    const char *zone = "";

    if (engine->policy == NULL || !engine->policy->plan.given)
        return;
    if (engine_era(engine) >= ERA_OF_UNSAID_STOPS && policy_message(engine->policy, "todays_stops") == NULL)
        return;   /* a pack of before: nobody is told, and nothing says that he was */
    while ((zone = state_planned_zone_after(engine->state, day, zone)) != NULL) {
        Duban__DayPlan *plan = state_day_plan(engine->state, day, zone);

        if (!waits(engine, plan))
            continue;
        plan->stops_told_s = engine->now_s;
        engine_tell_stops(engine, plan);
        state_put_day_plan(engine->state, plan);
        engine_house_timer(engine, HOUSE_STOPS, engine->now_s + 1);   /* a link of its own needs a moment of its own */
        return;
    }
}
