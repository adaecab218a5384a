/* engine_calendar.c - years that the calendar in force does not publish: those of which a due was asked, and those that
 * have begun or will before long.
 */
#include "civil.h"
#include "engine.h"

static const struct calendar *calendar_in_force(const struct engine *engine)
{
    return engine->policy == NULL || engine->policy->calendar.slot_count == 0 ? NULL : &engine->policy->calendar;
}

static bool is_listed(const struct calendar_gap *gaps, size_t count, uint32_t year)
{
    for (size_t i = 0; i < count; i++)
        if (gaps[i].year == year)
            return true;
    return false;
}

/* In order of years; nothing changes when it is published, or listed already. */
static size_t add(const struct calendar *calendar, struct calendar_gap *gaps, size_t count, uint32_t year, bool is_needed)
{
    int64_t first_day = civil_day_of((int32_t) year, 1, 1);
    size_t place = count;

    if (count == MAX_CALENDAR_GAPS || calendar_covers(calendar, first_day) || is_listed(gaps, count, year))
        return count;
    for (; place > 0 && gaps[place - 1].year > year; place--)
        gaps[place] = gaps[place - 1];
    gaps[place] = (struct calendar_gap){ year, civil_moment(first_day, 0, calendar->utc_offset_s), is_needed };
    return count + 1;
}

size_t engine_calendar_gaps(struct engine *engine, int64_t now_s, struct calendar_gap gaps[MAX_CALENDAR_GAPS])
{
    const struct calendar *calendar = calendar_in_force(engine);
    const Duban__PolicyState *row = calendar == NULL ? NULL : state_policy(engine->state);
    int64_t today;
    size_t count = 0;

    if (row == NULL)
        return 0;
    today = civil_day(now_s, calendar->utc_offset_s);
    for (size_t i = 0; i < row->n_missing_years; i++)
        count = add(calendar, gaps, count, row->missing_years[i]->year, true);
    count = add(calendar, gaps, count, (uint32_t) calendar_year(today), true);
    return add(calendar, gaps, count, (uint32_t) calendar_year(today + engine->policy->calendar_notice_days), false);
}
