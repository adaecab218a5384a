/* engine_plan_confirm.c - a group's leader or the clerk settles the stops of the day, at the meeting or later.
 *
 * (13) of the domain: what nobody confirms stands as drafted. It may be confirmed again, as long as the day lasts; what was
 * dropped stays in the plan, with its reason.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

#define STOP(state) DUBAN__STOP_STATE__STOP_STATE_##state

/* ---------------------------------------------------------------- may it be done? */

static bool is_in_plan(const Duban__DayPlan *plan, const char *site)
{
    return engine_stop_counts(engine_stop_of(plan, site));
}

static bool adds(const Duban__PlanConfirmation *confirmation, const char *site)
{
    for (size_t i = 0; i < confirmation->n_adds; i++)
        if (strcmp(confirmation->adds[i]->site, site) == 0)
            return true;
    return false;
}

static bool is_in_zone(struct engine *engine, const char *site_code, const char *zone)
{
    const Duban__Site *site = state_site(engine->state, site_code);
    const Duban__Area *area = site == NULL ? NULL : state_area(engine->state, site->area);

    return area != NULL && strcmp(area->zone, zone) == 0;
}

static bool changes_fit(struct engine *engine, const Duban__PlanConfirmation *confirmation, const Duban__DayPlan *plan, struct fault *fault)
{
    for (size_t i = 0; i < confirmation->n_drops; i++)
        if (!is_in_plan(plan, confirmation->drops[i]->site))
            return fault_set(fault, "planConfirmation.drops", "今天的路线里没有 %s 这一站", "%s is no stop of today's plan", confirmation->drops[i]->site);
    for (size_t i = 0; i < confirmation->n_adds; i++) {
        const char *site = confirmation->adds[i]->site;

        if (!is_in_zone(engine, site, confirmation->zone))
            return fault_set(fault, "planConfirmation.adds", "点位 %1$s 不在片区 %2$s 的登记册中", "site %1$s is not registered in zone %2$s", site,
                             confirmation->zone);
        if (is_in_plan(plan, site))
            return fault_set(fault, "planConfirmation.adds", "今天的路线里已有 %s 这一站", "%s is a stop of today's plan already", site);
    }
    for (size_t i = 0; i < confirmation->n_first; i++)
        if (!is_in_plan(plan, confirmation->first[i]) && !adds(confirmation, confirmation->first[i]))
            return fault_set(fault, "planConfirmation.first", "今天的路线里没有 %s 这一站", "%s is no stop of today's plan", confirmation->first[i]);
    return plan->n_stops + confirmation->n_adds <= 4 * POLICY_MAX_STOPS ||
           fault_set(fault, "planConfirmation.adds", "一个片区一天最多 %d 站", "at most %d stops of one group on one day", 4 * POLICY_MAX_STOPS);
}

/* What was held until another day is about the day on which it came, which is over. */
static bool is_open_for_it(struct engine *engine, const Duban__PlanConfirmation *confirmation, int64_t today, const Duban__DayPlan *plan,
                           struct fault *fault)
{
    int64_t day = confirmation->day != 0 ? confirmation->day : policy_day(engine->policy, engine->received_ms / 1000);

    if (day != today)
        return fault_set(fault, "planConfirmation.day", "只能确认当天的路线", "only today's plan may be confirmed");
    if (!engine->policy->plan.given)
        return fault_set(fault, "planConfirmation", "现行政策包没有 plan 一节，不排路线", "the policy in force has no section plan: days are not planned");
    if (plan == NULL || plan->drafted_s == 0 || plan->state == DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN)
        return fault_set(fault, "planConfirmation.zone", "片区 %s 今天没有排出路线：还没到排的时间，或没有要去的点位", "there is no plan of zone %s today: it is not time yet, or nothing is due there",
                         confirmation->zone);
    return true;
}

/* ---------------------------------------------------------------- it is done */

static void note(struct engine *engine, Duban__FactKind kind, const char *what, const char *reason, size_t number)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->actor = (char *) engine->account;
    fact->recipient = (char *) what;
    fact->reason = (char *) reason;
    fact->number = (uint32_t) number;
    engine_add_fact(engine, fact);
}

static void mark_site(struct engine *engine, const char *code, bool planned)
{
    Duban__Site *site = state_site(engine->state, code);

    if (site == NULL)   /* removed since */
        return;
    engine_coverage_planned(engine, site, planned);
    state_put_site(engine->state, site);
}

static void drop(struct engine *engine, Duban__DayPlan *plan, const Duban__StopChange *change)
{
    Duban__PlanStop *stop = engine_stop_of(plan, change->site);

    stop->state = STOP(DROPPED);
    stop->reason = change->reason;
    stop->changed_by = (char *) engine->account;
    mark_site(engine, change->site, false);
    note(engine, DUBAN__FACT_KIND__FACT_KIND_STOP_DROPPED, change->site, change->reason, 0);
}

static Duban__PlanStop *added_stop(struct engine *engine, const Duban__StopChange *change)
{
    Duban__PlanStop *stop = arena_take(&engine->state->arena, sizeof *stop);
    Duban__StopReason *reason = arena_take(&engine->state->arena, sizeof *reason);

    assert(stop != NULL && reason != NULL);
    duban__plan_stop__init(stop);
    duban__stop_reason__init(reason);
    reason->kind = DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_ADDED;
    stop->reasons = (Duban__StopReason **) arena_take_pointers(&engine->state->arena, 1);
    assert(stop->reasons != NULL);
    stop->reasons[stop->n_reasons++] = reason;
    stop->site = change->site;
    stop->rank = reason->kind;
    return stop;
}

/* What was dropped before comes back with all that is due there. What was moved away has been noted as gone: it is given anew. */
static void add(struct engine *engine, Duban__DayPlan *plan, const Duban__StopChange *change)
{
    Duban__PlanStop *stop = engine_stop_of(plan, change->site);

    if (stop == NULL || stop->state == STOP(MOVED)) {
        if (stop == NULL)
            stop = plan->stops[plan->n_stops++] = added_stop(engine, change);
        engine_stop_given(engine, plan, stop, STOP_ADDED);
    }
    stop->state = STOP(PLANNED);
    stop->added = true;
    stop->reason = change->reason;
    stop->changed_by = (char *) engine->account;
    mark_site(engine, change->site, true);
    note(engine, DUBAN__FACT_KIND__FACT_KIND_STOP_ADDED, change->site, change->reason, 0);
}

static bool is_among(char *const *sites, size_t count, const char *site)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sites[i], site) == 0)
            return true;
    return false;
}

/* Those named, in their order, then the others as they were. */
static void reorder(struct engine *engine, Duban__DayPlan *plan, const Duban__PlanConfirmation *confirmation)
{
    Duban__PlanStop **stops = (Duban__PlanStop **) arena_take_pointers(&engine->state->arena, plan->n_stops + 1);
    size_t count = 0;

    assert(stops != NULL);
    for (size_t i = 0; i < confirmation->n_first; i++)
        stops[count++] = engine_stop_of(plan, confirmation->first[i]);
    for (size_t i = 0; i < plan->n_stops; i++)
        if (!is_among(confirmation->first, confirmation->n_first, plan->stops[i]->site))
            stops[count++] = plan->stops[i];
    plan->stops = stops;
}

static void make_room(struct engine *engine, Duban__DayPlan *plan, size_t more)
{
    Duban__PlanStop **stops = (Duban__PlanStop **) arena_take_pointers(&engine->state->arena, plan->n_stops + more + 1);

    assert(stops != NULL);
    for (size_t i = 0; i < plan->n_stops; i++)
        stops[i] = plan->stops[i];
    plan->stops = stops;
}

static size_t stops_left(const Duban__DayPlan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->n_stops; i++)
        count += engine_stop_counts(plan->stops[i]);
    return count;
}

bool engine_on_plan_confirmation(struct engine *engine, const Duban__PlanConfirmation *confirmation, struct fault *fault)
{
    const Duban__Area *area = state_area_of_zone_after(engine->state, confirmation->zone, "");
    Duban__DayPlan *plan;
    int64_t today;

    if (engine->policy == NULL)
        return fault_set(fault, "", "尚无生效的政策包，请先 duban policy activate", "no policy is in force yet: duban policy activate");
    if (area == NULL)
        return fault_set(fault, "planConfirmation.zone", "没有片区 %s", "there is no zone %s", confirmation->zone);
    if (!engine_may_at(engine, RIGHT_PLAN, (struct place){ "", area->code }, "", fault))
        return false;
    today = policy_day(engine->policy, engine->now_s);
    plan = state_day_plan(engine->state, today, confirmation->zone);
    if (!is_open_for_it(engine, confirmation, today, plan, fault) || !changes_fit(engine, confirmation, plan, fault))
        return false;
    make_room(engine, plan, confirmation->n_adds);
    for (size_t i = 0; i < confirmation->n_drops; i++)
        drop(engine, plan, confirmation->drops[i]);
    for (size_t i = 0; i < confirmation->n_adds; i++)
        add(engine, plan, confirmation->adds[i]);
    reorder(engine, plan, confirmation);
    plan->state = DUBAN__PLAN_STATE__PLAN_STATE_CONFIRMED;
    plan->confirmed_by = (char *) engine->account;
    plan->confirmed_s = engine->now_s;
    note(engine, DUBAN__FACT_KIND__FACT_KIND_PLAN_CONFIRMED, plan->zone, "", stops_left(plan));
    engine_tell_stops(engine, plan);
    state_put_day_plan(engine->state, plan);
    return true;
}
