/* engine_night.c - sites of which some inspections must be at night, and when the next of these is wanted.
 *
 *   last night with an inspection + every_days = the day whose night it is wanted in; never: at once
 *
 * It is an inspection like any other, so it counts for the day's coverage as well. A night is known by the day on whose
 * evening it begins. Only an operating site is ever due.
 */
#include "engine.h"

static const struct policy_night *night_of(struct engine *engine, const Duban__Site *site)
{
    const struct policy_site_kind *kind = engine->policy == NULL ? NULL : policy_site_kind(engine->policy, site->kind);

    return kind == NULL || kind->night.every_days == 0 ? NULL : &kind->night;
}

/* The day of the night in which the visit was an inspection; 0 = it was none, or by day. */
static int64_t night_day_of(struct engine *engine, const struct policy_night *night, const Duban__Visit *visit)
{
    int32_t offset = engine->policy->utc_offset_s;
    int32_t clock_s = civil_second_of_day(visit->visit_ms / 1000, offset);
    int64_t day = civil_day(visit->visit_ms / 1000, offset);

    if (!engine_is_inspection(visit) || (clock_s < night->from_s && clock_s >= night->to_s))
        return 0;
    return clock_s < night->to_s ? day - 1 : day;
}

void engine_inspected_at_night(struct engine *engine, const Duban__Visit *visit, Duban__Site *site)
{
    const struct policy_night *night = night_of(engine, site);
    int64_t day = night == NULL ? 0 : night_day_of(engine, night, visit);

    if (day > site->last_night_day)
        site->last_night_day = day;
}

struct search {
    struct engine *engine;
    const struct policy_night *night;
    int64_t day;
};

/* Visits are shown from the last one on. */
static bool is_none(void *self, const Duban__Visit *visit)
{
    struct search *search = self;

    search->day = night_day_of(search->engine, search->night, visit);
    return search->day == 0;
}

void engine_night_amended(struct engine *engine, Duban__Site *site)
{
    struct search search = { .engine = engine, .night = night_of(engine, site) };
    struct visit_span span = { site->code, 0, INT64_MAX, MAX_VISITS_BACK };

    if (search.night == NULL)
        return;
    state_show_visits(engine->state, &span, is_none, &search);
    site->last_night_day = search.day;
}

struct night_inspection engine_next_night(struct engine *engine, const Duban__Site *site, int64_t day)
{
    const struct policy_night *night = night_of(engine, site);
    struct night_inspection next = { .last_day = site->last_night_day };

    if (night == NULL || site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING)
        return next;
    next.is_wanted = true;
    next.day = next.last_day == 0 ? day : next.last_day + night->every_days;
    next.is_due = next.day <= day;
    return next;
}
