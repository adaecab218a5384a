/* engine_plan.c - each group's stops of the day, drafted before the morning meeting.
 *
 *   all sites, some at a time -> what is due at each -> the plan of its group, in order, as many stops as the policy has
 *                                                       room for; what did not fit is counted by its rank
 *   then each group          -> its leader is told; without one the lead is
 *
 * A stop that was left undone yesterday comes before others of its rank. Numbers in brackets are rules of the domain:
 * (13) a draft stands when its time comes, confirmed or not; (15) one stop carries all that is due at its site.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "message.h"

enum { MAX_REASONS = 16, MAX_OF_ONE_KIND = 4, STOPS_TOLD = 3, STOP_WORDS_BYTES = 640, MAX_NAME_SHOWN = 180, MAX_LEFT_OUT_NAMED = 5 };

#define REASON(kind) DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_##kind
#define STOP(state) DUBAN__STOP_STATE__STOP_STATE_##state

/* ---------------------------------------------------------------- what is due at a site */

static Duban__PlanStop *new_stop(struct engine *engine, const Duban__Site *site)
{
    Duban__PlanStop *stop = arena_take(&engine->state->arena, sizeof *stop);

    assert(stop != NULL);
    duban__plan_stop__init(stop);
    stop->site = site->code;
    stop->state = STOP(PLANNED);
    stop->reasons = (Duban__StopReason **) arena_take_pointers(&engine->state->arena, MAX_REASONS);
    assert(stop->reasons != NULL);
    return stop;
}

static void add_reason(struct engine *engine, Duban__PlanStop *stop, Duban__StopReasonKind kind, const char *number)
{
    Duban__StopReason *reason;

    if (stop->n_reasons == MAX_REASONS)
        return;
    reason = arena_take(&engine->state->arena, sizeof *reason);
    assert(reason != NULL);
    duban__stop_reason__init(reason);
    reason->kind = kind;
    reason->number = (char *) number;
    stop->reasons[stop->n_reasons++] = reason;
}

/* Its window begins today at the latest. */
static bool has_revisit_today(struct engine *engine, const Duban__Case *case_, int64_t tomorrow_s, struct arena *arena)
{
    const Duban__Task *task = NULL;

    if (engine_case_is_open(case_) && case_->revisit_task.len == ID_BYTES)
        task = state_look_at_task(engine->state, case_->revisit_task.data, arena);
    return task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN && task->start_s < tomorrow_s;
}

/* Most of what was ever found at a site is closed, and many sites are drafted in one link: each case is only looked at. */
static void add_revisits(struct engine *engine, Duban__PlanStop *stop, int64_t day)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = state_cases_of_site(engine->state, stop->site, ids, MAX_CASES_PER_SITE);
    int64_t tomorrow_s = policy_moment(engine->policy, day + 1, 0);
    struct arena arena;

    arena_open(&arena, engine->state->arena.limit_bytes);
    for (size_t i = 0; i < count && stop->n_reasons < MAX_REASONS; i++) {
        const Duban__Case *case_;

        arena_reset(&arena);
        case_ = state_look_at_case(engine->state, ids[i], &arena);
        if (!has_revisit_today(engine, case_, tomorrow_s, &arena))
            continue;
        add_reason(engine, stop, REASON(REVISIT), state_case_label(&engine->state->arena, case_->number));
    }
    arena_close(&arena);
}

static bool waits_for(struct engine *engine, const Duban__Subject *subject, Duban__TaskKind kind)
{
    const Duban__Task *task = engine_task_of(engine, &subject->task);

    return task != NULL && task->kind == kind && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN;
}

/* Subjects of a kind at the site that wait for such a task. */
static void add_subjects(struct engine *engine, Duban__PlanStop *stop, Duban__SubjectKind kind, Duban__TaskKind task,
                         Duban__StopReasonKind reason)
{
    uint8_t ids[MAX_OF_ONE_KIND][ID_BYTES];
    size_t count = engine_open_subjects(engine, kind, engine_place_of_site(stop->site), ids, MAX_OF_ONE_KIND);

    for (size_t i = 0; i < count; i++) {
        const Duban__Subject *subject = state_subject(engine->state, ids[i]);

        if (waits_for(engine, subject, task))
            add_reason(engine, stop, reason, engine_subject_number(engine, subject));
    }
}

static void add_routine(struct engine *engine, Duban__PlanStop *stop, const Duban__Site *site, int64_t day)
{
    const struct policy_site_kind *kind = policy_site_kind(engine->policy, site->kind);

    if (!engine_is_required(site, day) || engine_was_inspected(site, day) ||
        site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING)
        return;
    add_reason(engine, stop, kind != NULL && strcmp(kind->risk, "high") == 0 ? REASON(HIGH_RISK) : REASON(ROUTINE), "");
}

static void add_night(struct engine *engine, Duban__PlanStop *stop, const Duban__Site *site, int64_t day)
{
    const struct night_inspection next = engine_next_night(engine, site, day);

    if (next.is_due)
        add_reason(engine, stop, REASON(NIGHT), "");
}

bool engine_stop_is_done(const Duban__PlanStop *stop, const Duban__Site *site, int64_t day)
{
    if (site == NULL)
        return false;
    for (size_t i = 0; i < stop->n_reasons; i++)
        if (stop->reasons[i]->kind == REASON(HIGH_RISK) || stop->reasons[i]->kind == REASON(ROUTINE))
            return engine_was_inspected(site, day);   /* the night is wanted again tomorrow */
    for (size_t i = 0; i < stop->n_reasons; i++)
        if (stop->reasons[i]->kind == REASON(NIGHT))
            return site->last_night_day >= day;
    return engine_was_followed(site, day);   /* what somebody saw before it was planned is no answer to it */
}

/* ---------------------------------------------------------------- left over from the day before */

Duban__PlanStop *engine_stop_of(const Duban__DayPlan *plan, const char *site)
{
    for (size_t i = 0; plan != NULL && i < plan->n_stops; i++)
        if (strcmp(plan->stops[i]->site, site) == 0)
            return plan->stops[i];
    return NULL;
}

bool engine_stop_counts(const Duban__PlanStop *stop)
{
    return stop != NULL && stop->state != STOP(DROPPED) && stop->state != STOP(MOVED);
}

/* The plan of that day that has the site, whatever zone the site lies in now: a house has few groups. */
static Duban__DayPlan *plan_with(struct engine *engine, int64_t day, const char *site)
{
    const char *zone = "";

    while ((zone = state_planned_zone_after(engine->state, day, zone)) != NULL) {
        Duban__DayPlan *plan = state_day_plan(engine->state, day, zone);

        if (plan->state != DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN && engine_stop_counts(engine_stop_of(plan, site)))
            return plan;
    }
    return NULL;
}

/* Yesterday's stop there when it was left undone. Whether it was done is written down with it: nothing else will be. */
static const Duban__PlanStop *left_undone(struct engine *engine, const Duban__Site *site, int64_t day)
{
    Duban__DayPlan *yesterday = engine_was_planned(site, day - 1) ? plan_with(engine, day - 1, site->code) : NULL;
    Duban__PlanStop *stop = engine_stop_of(yesterday, site->code);

    if (stop == NULL)
        return NULL;
    stop->state = engine_stop_is_done(stop, site, day - 1) ? STOP(DONE) : STOP(NOT_DONE);
    state_put_day_plan(engine->state, yesterday);
    return stop->state == STOP(NOT_DONE) ? stop : NULL;
}

/* The last word counts: why it was left yesterday, else why before that. */
static void carry_reason(Duban__PlanStop *stop, const Duban__PlanStop *undone, const Duban__Site *site, int64_t day)
{
    stop->carried_reason = undone->left_reason[0] != '\0' ? undone->left_reason : undone->carried_reason;
    stop->carried_attempted = engine_was_attempted(site, day - 1) || undone->carried_attempted;
}

static void carry_over(struct engine *engine, Duban__PlanStop *stop, const Duban__PlanStop *undone, const Duban__Site *site, int64_t day)
{
    stop->carried_from_day = undone->carried_from_day != 0 ? undone->carried_from_day : day - 1;
    if (engine_era(engine) >= ERA_OF_STOPS_TOLD)
        carry_reason(stop, undone, site, day);
    if (stop->n_reasons > 0 || !undone->added)
        return;
    add_reason(engine, stop, REASON(ADDED), "");   /* somebody wanted it: it stays until it is done or dropped */
    stop->added = true;
    stop->reason = undone->reason;
    stop->changed_by = undone->changed_by;
}

/* ---------------------------------------------------------------- into the plan */

static bool goes_before(const Duban__PlanStop *one, const Duban__PlanStop *other)
{
    if (one->rank != other->rank)
        return one->rank < other->rank;
    if ((one->carried_from_day != 0) != (other->carried_from_day != 0))
        return one->carried_from_day != 0;
    if (one->carried_from_day != other->carried_from_day)
        return one->carried_from_day < other->carried_from_day;
    return strcmp(one->site, other->site) < 0;
}

static bool is_required(const Duban__PlanStop *stop)
{
    for (size_t i = 0; i < stop->n_reasons; i++)
        if (stop->reasons[i]->kind == REASON(HIGH_RISK) || stop->reasons[i]->kind == REASON(ROUTINE))
            return true;
    return false;
}

static Duban__LeftOut *left_out_at(struct engine *engine, Duban__DayPlan *plan, Duban__StopReasonKind rank)
{
    Duban__LeftOut **more, *row;

    for (size_t i = 0; i < plan->n_left_out; i++)
        if (plan->left_out[i]->rank == rank)
            return plan->left_out[i];
    more = (Duban__LeftOut **) arena_take_pointers(&engine->state->arena, plan->n_left_out + 1);
    row = arena_take(&engine->state->arena, sizeof *row);
    assert(more != NULL && row != NULL);
    duban__left_out__init(row);
    row->rank = rank;
    for (size_t i = 0; i < plan->n_left_out; i++)
        more[i] = plan->left_out[i];
    more[plan->n_left_out++] = row;
    plan->left_out = more;
    return row;
}

static void name_left_out(struct engine *engine, Duban__DayPlan *plan, Duban__PlanStop *stop)
{
    Duban__PlanStop **stops = (Duban__PlanStop **) arena_take_pointers(&engine->state->arena, plan->n_no_room + 1);
    size_t count = 0, i = 0;

    assert(stops != NULL);
    while (i < plan->n_no_room && goes_before(plan->no_room[i], stop))
        stops[count++] = plan->no_room[i++];
    stops[count++] = stop;
    while (i < plan->n_no_room)
        stops[count++] = plan->no_room[i++];
    plan->no_room = stops;
    plan->n_no_room = count < MAX_LEFT_OUT_NAMED ? count : MAX_LEFT_OUT_NAMED;
}

static void leave_out(struct engine *engine, Duban__DayPlan *plan, Duban__PlanStop *stop)
{
    Duban__LeftOut *row = left_out_at(engine, plan, stop->rank);

    if (is_required(stop) && engine_era(engine) >= ERA_OF_NAMES_AT_MEETINGS)
        name_left_out(engine, plan, stop);

    row->sites++;
    row->required += is_required(stop);
}

/* Somebody wants it, and it was left undone: it takes no room from what is due, nor does that from it. */
static bool is_held(struct engine *engine, const Duban__PlanStop *stop)
{
    return stop->added && stop->carried_from_day != 0 && engine_era(engine) >= ERA_OF_HELD_STOPS;
}

static size_t held_among(struct engine *engine, Duban__PlanStop *const *stops, size_t count)
{
    size_t held = 0;

    for (size_t i = 0; i < count; i++)
        held += is_held(engine, stops[i]);
    return held;
}

/* The last that is not held, taken out; there is one. */
static Duban__PlanStop *take_last(struct engine *engine, Duban__PlanStop **stops, size_t *count)
{
    size_t last = *count - 1;
    Duban__PlanStop *stop;

    while (is_held(engine, stops[last]))
        last--;
    stop = stops[last];
    memmove(stops + last, stops + last + 1, (--*count - last) * sizeof *stops);
    return stop;
}

static void insert(struct engine *engine, Duban__DayPlan *plan, Duban__PlanStop *stop)
{
    Duban__PlanStop **stops = (Duban__PlanStop **) arena_take_pointers(&engine->state->arena, plan->n_stops + 1);
    size_t count = 0, i = 0;

    assert(stops != NULL);
    while (i < plan->n_stops && goes_before(plan->stops[i], stop))
        stops[count++] = plan->stops[i++];
    stops[count++] = stop;
    while (i < plan->n_stops)
        stops[count++] = plan->stops[i++];
    if (count - held_among(engine, stops, count) > engine->policy->plan.stops)
        leave_out(engine, plan, take_last(engine, stops, &count));
    plan->stops = stops;
    plan->n_stops = count;
}

static Duban__DayPlan *plan_of(struct engine *engine, int64_t day, const char *zone)
{
    Duban__DayPlan *plan = state_day_plan(engine->state, day, zone);

    if (plan != NULL && plan->state != DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN)
        return plan;
    plan = arena_take(&engine->state->arena, sizeof *plan);
    assert(plan != NULL);
    duban__day_plan__init(plan);
    plan->day = day;
    plan->zone = (char *) zone;
    plan->state = DUBAN__PLAN_STATE__PLAN_STATE_DRAFT;
    plan->stands_s = policy_moment(engine->policy, day, engine->policy->plan.stands_at_s);
    return plan;
}

static void draft_site(struct engine *engine, const Duban__Site *site, int64_t day)
{
    const Duban__Area *area = state_area(engine->state, site->area);
    const Duban__PlanStop *undone;
    Duban__PlanStop *stop;
    Duban__DayPlan *plan;

    if (area == NULL || area->zone[0] == '\0')
        return;   /* nobody's: a blind spot */
    stop = new_stop(engine, site);
    undone = left_undone(engine, site, day);
    add_revisits(engine, stop, day);
    add_subjects(engine, stop, DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH, DUBAN__TASK_KIND__TASK_KIND_CHECK_IN, REASON(WATCH));
    add_subjects(engine, stop, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT, DUBAN__TASK_KIND__TASK_KIND_COMPLAINT, REASON(COMPLAINT));
    add_subjects(engine, stop, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION, DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION,
                 REASON(CONFIRMATION));
    add_subjects(engine, stop, DUBAN__SUBJECT_KIND__SUBJECT_KIND_REFERRAL, DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION,
                 REASON(CONFIRMATION));
    add_routine(engine, stop, site, day);
    add_night(engine, stop, site, day);
    if (undone != NULL)
        carry_over(engine, stop, undone, site, day);
    if (stop->n_reasons == 0)
        return;
    stop->rank = stop->reasons[0]->kind;
    plan = plan_of(engine, day, area->zone);
    insert(engine, plan, stop);
    state_put_day_plan(engine->state, plan);
}

/* ---------------------------------------------------------------- a group is told */

static uint32_t left_out_of(const Duban__DayPlan *plan)
{
    uint32_t sites = 0;

    for (size_t i = 0; i < plan->n_left_out; i++)
        sites += plan->left_out[i]->sites;
    return sites;
}

/* The first few stops, by name. */
static Duban__Text *first_stops(struct engine *engine, const Duban__DayPlan *plan)
{
    char zh[STOP_WORDS_BYTES] = "", en[STOP_WORDS_BYTES] = "";
    size_t zh_size = 0, en_size = 0;

    for (size_t i = 0; i < plan->n_stops && i < STOPS_TOLD; i++) {
        const Duban__Site *site = state_site(engine->state, plan->stops[i]->site);
        const char *name = site == NULL || site->name == NULL ? plan->stops[i]->site : site->name->zh;
        const char *english = site == NULL || site->name == NULL || site->name->en[0] == '\0' ? plan->stops[i]->site : site->name->en;

        zh_size += (size_t) snprintf(zh + zh_size, sizeof zh - zh_size, "%zu.%.*s；", i + 1,
                                     utf8_size_within(name, MAX_NAME_SHOWN), name);
        en_size += (size_t) snprintf(en + en_size, sizeof en - en_size, "%zu. %.*s; ", i + 1,
                                     utf8_size_within(english, MAX_NAME_SHOWN), english);
        assert(zh_size < sizeof zh && en_size < sizeof en);
    }
    if (left_out_of(plan) > 0) {
        snprintf(zh + zh_size, sizeof zh - zh_size, "排不下的另有%u处；", left_out_of(plan));
        snprintf(en + en_size, sizeof en - en_size, "%u more sites did not fit; ", left_out_of(plan));
    }
    return engine_text(engine, engine_keep(engine, zh), engine_keep(engine, en));
}

static const Duban__Area *area_in(struct engine *engine, const char *zone)
{
    return state_area_of_zone_after(engine->state, zone, "");
}

static void tell_group(struct engine *engine, const Duban__DayPlan *plan)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_LEAD };
    const Duban__Area *area = area_in(engine, plan->zone);
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    const char *leaders[1];
    bool has_leader = state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_GROUP_LEADER, plan->zone, leaders, 1) > 0;
    struct telling telling = {
        .message = "plan_drafted", .expires_s = plan->stands_s, .to = TO,
        .to_count = has_leader ? 1 : 2, .rule = "plan.draft_at",
        .place = &engine->policy->plan.place, .zone = plan->zone, .items = &item, .item_count = 1,
    };

    item->group = area == NULL || area->zone_name == NULL ? engine_text(engine, plan->zone, plan->zone) : area->zone_name;
    item->count = (uint32_t) plan->n_stops;
    item->due_s = plan->stands_s;
    item->matter = first_stops(engine, plan);
    if (engine->stamp_s > plan->stands_s) {   /* the house was down: it stands already */
        engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, &telling, plan->zone, "past", 0, 0);
        engine_alive_expired(engine);
    } else {
        engine_tell(engine, &telling);
    }
}

static void note_drafted(struct engine *engine, const Duban__DayPlan *plan)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_PLAN_DRAFTED, NULL);

    fact->recipient = plan->zone;
    fact->number = (uint32_t) plan->n_stops;
    fact->of = (uint32_t) plan->n_stops + left_out_of(plan);
    engine_add_fact(engine, fact);
}

static void finish_draft(struct engine *engine, Duban__DayPlan *plan)
{
    for (size_t i = 0; i < plan->n_stops; i++) {
        Duban__Site *site = state_site(engine->state, plan->stops[i]->site);

        engine_stop_given(engine, plan, plan->stops[i], STOP_PLANNED);
        plan->carried += plan->stops[i]->carried_from_day != 0;
        if (site == NULL)   /* removed since */
            continue;
        engine_coverage_planned(engine, site, true);
        state_put_site(engine->state, site);
    }
    plan->drafted = (uint32_t) plan->n_stops;
    plan->drafted_s = engine->now_s;
    note_drafted(engine, plan);
    tell_group(engine, plan);
    engine_stops_await(engine, plan);
    state_put_day_plan(engine->state, plan);
}

/* ---------------------------------------------------------------- the walk */

static void begin_draft(struct engine *engine, Duban__DayBook *book)
{
    book->draft_day = policy_day(engine->policy, engine->now_s);
    book->drafted_to = book->told_to = "";
    book->sites_drafted = false;
    book->draft_s = policy_moment(engine->policy, book->draft_day + 1, engine->policy->plan.draft_at_s);
    engine_house_timer(engine, HOUSE_PLAN, book->draft_s);
}

static void draft_on(struct engine *engine, Duban__DayBook *book)
{
    const char *codes[SITES_PER_WALK];
    size_t count = state_sites_after(engine->state, book->drafted_to, codes, SITES_PER_WALK);

    for (size_t i = 0; i < count; i++)
        draft_site(engine, state_site(engine->state, codes[i]), book->draft_day);
    book->sites_drafted = count < SITES_PER_WALK;
    book->drafted_to = book->sites_drafted ? "" : (char *) codes[count - 1];
}

/* False: all have been told. */
static bool tell_on(struct engine *engine, Duban__DayBook *book)
{
    const char *zone = state_planned_zone_after(engine->state, book->draft_day, book->told_to);

    if (zone == NULL)
        return false;
    book->told_to = (char *) zone;
    finish_draft(engine, state_day_plan(engine->state, book->draft_day, zone));
    return true;
}

void engine_plan_walk(struct engine *engine)
{
    Duban__DayBook *book = engine->policy != NULL && engine->policy->plan.given ? state_day_book(engine->state) : NULL;
    bool goes_on = true;

    if (book == NULL)
        return;
    if (engine->now_s >= book->draft_s)
        begin_draft(engine, book);
    if (book->draft_day < book->first_day)   /* another pack has come and gone since: this walk was of its days */
        return;
    if (!book->sites_drafted)
        draft_on(engine, book);
    else
        goes_on = tell_on(engine, book);
    if (goes_on)
        engine_house_timer(engine, HOUSE_PLAN, engine->now_s + 1);   /* a link of its own needs a moment of its own */
    state_put_day_book(engine->state, book);
}

/* ---------------------------------------------------------------- policies come and go */

void engine_plan_begin(struct engine *engine, Duban__DayBook *book)
{
    book->draft_s = policy_moment(engine->policy, book->first_day, engine->policy->plan.draft_at_s);
    engine_house_timer(engine, HOUSE_PLAN, book->draft_s);
}

void engine_plan_moved(struct engine *engine, Duban__DayBook *book)
{
    engine_house_timer_off(engine, HOUSE_PLAN, book->draft_s);
    book->draft_s = engine_moved_s(engine, book->draft_s, engine->policy->plan.draft_at_s);
    engine_house_timer(engine, HOUSE_PLAN, book->draft_s);
}

/* A house has few groups. */
void engine_plan_end(struct engine *engine, const Duban__DayBook *book)
{
    const char *zone = "";

    engine_house_timer_off(engine, HOUSE_PLAN, book->draft_s);
    while ((zone = state_planned_zone_after(engine->state, book->draft_day, zone)) != NULL) {
        Duban__DayPlan *plan = state_day_plan(engine->state, book->draft_day, zone);

        if (plan->state != DUBAN__PLAN_STATE__PLAN_STATE_DRAFT)
            continue;
        plan->state = DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN;
        state_put_day_plan(engine->state, plan);
    }
}
