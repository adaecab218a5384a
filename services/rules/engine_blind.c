/* engine_blind.c - a site that was not inspected when its day had come: a line of its group leader's digest.
 *
 * (15) of the domain: blind spots appear in digests only. It is said on the first day on which it is one, and each week from
 * there; how many there are stands in brief and summary every day. One that was never inspected is a stop of the plan, or
 * stands in the list of blind spots.
 */
#include "engine.h"

static const char MESSAGE[] = "blind_spot";

enum { AGAIN_DAYS = 7 };

static bool is_its_day(int64_t day, const struct inspection *next)
{
    return next->last_ms != 0 && next->has_day && next->day < day && (day - next->day - 1) % AGAIN_DAYS == 0;
}

void engine_tell_blind_spot(struct engine *engine, const Duban__Site *site, int64_t day, const struct inspection *next)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER };
    const struct policy *policy = engine->policy;
    const Duban__Area *area = state_area(engine->state, site->area);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = MESSAGE, .to = TO, .to_count = 1, .rule = "plan.blind_spot", .place = &policy->plan.place, .items = &item,
        .item_count = 1, .foldable = true, .expires_s = policy_moment(policy, day + 1, 0) - 1,
    };

    if (engine_era(engine) < ERA_OF_BLIND_SPOTS || policy_message(policy, MESSAGE) == NULL || area == NULL || area->zone[0] == '\0' ||
        !next->is_due || !is_its_day(day, next))
        return;
    telling.zone = area->zone;
    item = engine_item(engine, NULL, NULL);
    item->site = site->code;
    item->site_name = site->name;
    item->days = (uint32_t) (day - policy_day(policy, next->last_ms / 1000));
    engine_tell(engine, &telling);
}
