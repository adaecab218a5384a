/* engine_progress.c - in the afternoon: which groups are behind with what they planned, and how.
 *
 * (15) of the domain: inspected within the plan against the plan. A group that has nothing to inspect is never behind.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

/* Why it is told; zh NULL: it is not. */
static struct policy_text why_behind(struct engine *engine, const Duban__CoverageCount *sum)
{
    const Duban__DayPlan *plan = state_day_plan(engine->state, policy_day(engine->policy, engine->now_s), sum->zone);
    bool has_plan = plan != NULL && plan->drafted_s != 0 && plan->state != DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN;

    if (!has_plan && sum->required > sum->inspected)
        return (struct policy_text){ "今天没有路线，仍有应查点位", "no plan today, and sites to be inspected" };
    if (sum->planned == 0)
        return (struct policy_text){ NULL, NULL };
    if (sum->planned_inspected == 0)
        return (struct policy_text){ "还没有开始", "not begun yet" };
    if ((uint64_t) sum->planned_inspected * 100 < (uint64_t) sum->planned * engine->policy->meetings.alert_percent)
        return (struct policy_text){ "进度落后", "behind" };
    return (struct policy_text){ NULL, NULL };
}

static void note_low(struct engine *engine, const Duban__CoverageCount *sum, struct policy_text why)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_COVERAGE_LOW, NULL);

    fact->recipient = sum->zone;
    fact->number = sum->planned_inspected;
    fact->of = sum->planned;
    fact->reason = (char *) why.zh;
    fact->reason_en = (char *) why.en;
    engine_add_fact(engine, fact);
}

static Duban__MeetingCounts *counts_of(struct engine *engine, const Duban__CoverageCount *sum, bool by_plan)
{
    Duban__MeetingCounts *counts = arena_take(&engine->state->arena, sizeof *counts);

    assert(counts != NULL);
    duban__meeting_counts__init(counts);
    counts->required = sum->required;
    counts->planned = by_plan ? sum->planned : sum->required;
    counts->inspected = by_plan ? sum->planned_inspected : sum->inspected;
    counts->remaining = counts->planned - counts->inspected;
    return counts;
}

/* Two groups may be told of to the same lead at the same moment: each is a notice of its own. */
static void tell(struct engine *engine, const Duban__CoverageCount *sum, struct policy_text why, uint32_t turn)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_LEAD };
    const Duban__Area *area = state_area_of_zone_after(engine->state, sum->zone, "");
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    struct telling telling = {
        .message = "coverage_low", .to = TO, .to_count = 2, .rule = "meetings.alert_at", .place = &engine->policy->meetings.alert_place,
        .zone = sum->zone, .step = turn, .items = &item, .item_count = 1,
    };

    item->group = area == NULL || area->zone_name == NULL ? engine_text(engine, sum->zone, sum->zone) : area->zone_name;
    item->matter = engine_text(engine, why.zh, why.en);
    item->meeting = counts_of(engine, sum, sum->planned > 0);
    engine_tell(engine, &telling);
}

static void look_at(struct engine *engine)
{
    Duban__CoverageCount **sums;
    size_t count = state_coverage_of_zones(engine->state, policy_day(engine->policy, engine->now_s), &sums);

    for (size_t i = 0; i < count; i++) {
        struct policy_text why = sums[i]->zone[0] == '\0' ? (struct policy_text){ NULL, NULL } : why_behind(engine, sums[i]);

        if (why.zh == NULL)
            continue;
        note_low(engine, sums[i], why);
        tell(engine, sums[i], why, (uint32_t) i);
    }
}

void engine_progress_alert(struct engine *engine)
{
    Duban__MeetingBook *book = engine->policy != NULL && engine->policy->meetings.given ? state_meeting_book(engine->state) : NULL;
    int64_t day = engine->policy == NULL ? 0 : policy_day(engine->policy, engine->now_s);

    if (book == NULL)
        return;
    /* That a day was behind is of no use to anybody once it is over. */
    if (engine->policy->plan.given && engine->policy->meetings.alert_percent > 0 && policy_day(engine->policy, engine->stamp_s) == day)
        look_at(engine);
    book->alert_s = policy_moment(engine->policy, day + 1, engine->policy->meetings.alert_at_s);
    engine_house_timer(engine, HOUSE_ALERT, book->alert_s);
    state_put_meeting_book(engine->state, book);
}
