/* engine_duty.c - duty windows: when a member who has a job of his own beside this one is there.
 *
 *   window  weekly, [from, to) on each of its days, in the zone of the policy in force; none = always there
 *   on call he is there, whatever his windows say
 *
 * They count for field work that begins now, and only for whom it goes to: what is his already stays his, and he is
 * told of it at any hour. Leave, isolation and "remote only" are another matter (engine_presence.c).
 */
#include "engine.h"

enum { DAYS_OF_WEEK = 7, SECONDS_OF_MINUTE = 60 };

/* The first moment from from_s on that lies in the window on that day; INT64_MAX: none. */
static int64_t begins_on(const Duban__DutyWindow *window, int64_t day, int64_t from_s, int32_t offset_s)
{
    uint32_t weekday = (uint32_t) civil_weekday(day) + 1;
    int64_t opens_s = civil_moment(day, (int32_t) window->from_minute * SECONDS_OF_MINUTE, offset_s);
    int64_t closes_s = civil_moment(day, (int32_t) window->to_minute * SECONDS_OF_MINUTE, offset_s);

    if (weekday < window->first_day || weekday > window->last_day || closes_s <= from_s)
        return INT64_MAX;
    return opens_s > from_s ? opens_s : from_s;
}

/* The window that went by today comes again a week later: hence one day more than a week has. */
static int64_t window_begins_s(const Duban__Holder *holder, int64_t from_s, int32_t offset_s)
{
    int64_t today = civil_day(from_s, offset_s), first_s = INT64_MAX;

    for (int64_t day = today; day <= today + DAYS_OF_WEEK; day++)
        for (size_t i = 0; i < holder->n_duty_windows; i++) {
            int64_t begins_s = begins_on(holder->duty_windows[i], day, from_s, offset_s);

            first_s = begins_s < first_s ? begins_s : first_s;
        }
    return first_s;
}

int64_t engine_duty_begins_s(struct engine *engine, const char *account, int64_t from_s)
{
    const Duban__Holder *holder = state_holder(engine->state, account);

    if (holder == NULL || holder->n_duty_windows == 0 || engine->policy == NULL ||
        engine_is_on_call(engine, account, from_s))
        return from_s;
    return window_begins_s(holder, from_s, engine->policy->utc_offset_s);
}

bool engine_serves(struct engine *engine, const char *account, const struct span *span)
{
    int64_t from_s = span->from_s > engine->now_s ? span->from_s : engine->now_s;

    return span->until_s <= from_s || engine_duty_begins_s(engine, account, from_s) < span->until_s;
}
