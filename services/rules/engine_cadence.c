/* engine_cadence.c - how often a site is inspected, and when next.
 *
 *   last inspection + interval = the day on which it is to be inspected next; never inspected: at once
 *
 * Only an operating site is ever due. Coaching, observing, checking a fix and standing before a shut door are no
 * inspections, so what is kept is the last inspection and not the last visit. Days go by visit_at. Numbers in
 * brackets are rules of the domain: (15) which sites are to be inspected on a day.
 */
#include "engine.h"

/* ---------------------------------------------------------------- the last inspection */

bool engine_is_inspection(const Duban__Visit *visit)
{
    if (visit->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED)
        return false;
    return visit->purpose == DUBAN__PURPOSE__PURPOSE_INSPECTION ||
           (visit->purpose == DUBAN__PURPOSE__PURPOSE_CHECK_IN && visit->n_passed + visit->n_failed > 0);
}

void engine_inspected(const Duban__Visit *visit, Duban__Site *site)
{
    if (engine_is_inspection(visit) && visit->visit_ms > site->last_inspection_ms)
        site->last_inspection_ms = visit->visit_ms;
}

/* The first one that is shown is the last that was made. */
static bool is_none(void *self, const Duban__Visit *visit)
{
    int64_t *last_ms = self;

    if (engine_is_inspection(visit))
        *last_ms = visit->visit_ms;
    return *last_ms == 0;
}

static int64_t last_among_visits_ms(struct engine *engine, const Duban__Site *site)
{
    struct visit_span span = { site->code, 0, INT64_MAX, MAX_VISITS_BACK };
    int64_t last_ms = 0;

    state_show_visits(engine->state, &span, is_none, &last_ms);
    return last_ms;
}

/* A check-in at which nothing was looked at after all is no inspection any more; one at which something was is. */
void engine_inspection_amended(struct engine *engine, const Duban__Visit *visit)
{
    Duban__Site *site = state_site(engine->state, visit->site);

    if (site == NULL)   /* removed since */
        return;
    engine_coverage_amended(engine, visit, site);
    engine_night_amended(engine, site);
    if (engine_is_inspection(visit)) {
        engine_inspected(visit, site);
        state_put_site(engine->state, site);
        engine_area_inspected(engine, site, visit);
    } else if (visit->visit_ms == site->last_inspection_ms) {
        site->last_inspection_ms = last_among_visits_ms(engine, site);
        state_put_site(engine->state, site);
        engine_area_not_inspected(engine, site, visit);
    } else {
        state_put_site(engine->state, site);
    }
}

/* A row that was written before inspections were kept knows of a visit only. */
int64_t engine_last_inspection_ms(struct engine *engine, const Duban__Site *site)
{
    if (site->last_inspection_ms != 0 || site->last_visit_ms == 0)
        return site->last_inspection_ms;
    return last_among_visits_ms(engine, site);
}

/* ---------------------------------------------------------------- how often */

struct cadence engine_cadence(struct engine *engine, const Duban__Site *site)
{
    struct cadence cadence = { .kind = policy_site_kind(engine->policy, site->kind),
                               .every = { .unit = UNIT_CALENDAR_DAYS } };
    struct condition_values values = { 0 };

    if (engine->policy->cadence_count > 0) {
        engine_values_of_site(engine, site, &values);
        engine_values_of_standing(engine, site, &values);
        cadence.row = policy_cadence(engine->policy, site->kind, &values);
    }
    if (cadence.row != NULL)
        cadence.every = cadence.row->every;
    else if (cadence.kind != NULL)
        cadence.every.days = cadence.kind->interval_days;
    return cadence;
}

/* ---------------------------------------------------------------- when next */

/* The day so many days after the one of that moment. */
static bool day_after(const struct policy *policy, const struct policy_limit *every, int64_t from_s, int64_t *day,
                      int32_t *missing_year)
{
    int64_t due_s;

    if (!policy_due(&policy->calendar, every, from_s, &due_s, missing_year))
        return false;
    *day = civil_day(due_s - policy->end_of_day_s, policy->utc_offset_s);
    return true;
}

struct inspection engine_next_inspection(struct engine *engine, const Duban__Site *site, const struct cadence *cadence,
                                         int64_t day)
{
    struct inspection next = { .last_ms = engine_last_inspection_ms(engine, site) };

    if (site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING || cadence->every.days == 0)
        return next;
    if (next.last_ms == 0) {
        next.is_due = true;
        return next;
    }
    next.has_day = day_after(engine->policy, &cadence->every, next.last_ms / 1000, &next.day, &next.missing_year);
    next.is_due = next.has_day && next.day <= day;   /* (15) */
    return next;
}
