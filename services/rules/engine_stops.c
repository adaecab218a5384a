/* engine_stops.c - who answers for the stops of a day, and what became of them.
 *
 *   drafted, added, handed over, moved --noted when it happens-->  PlanPerson of the plan
 *   the stops as they stand            --counted at the cut-off--> MeetingPerson beside it
 *
 * Numbers in brackets are rules of the domain: (14) planned + added + transferred in = done + not done with reason +
 * silently missed + not yet due + withdrawn + transferred out, for each person. That both sides come from different rows
 * is what makes it a check.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

enum { MAX_UNDONE_TOLD = 40 };

#define REASON(kind) DUBAN__STOP_REASON_KIND__STOP_REASON_KIND_##kind
#define STOP(state) DUBAN__STOP_STATE__STOP_STATE_##state

/* ---------------------------------------------------------------- who answers for it */

static const Duban__Case *case_of(struct engine *engine, const Duban__StopReason *reason)
{
    return strncmp(reason->number, "DB-", 3) == 0 ? state_case_numbered(engine->state, (uint32_t) strtoul(reason->number + 3, NULL, 10)) : NULL;
}

static const char *leader_of(struct engine *engine, const char *zone)
{
    const char *leaders[1];

    return state_holders_by_role(engine->state, DUBAN__ROLE__ROLE_GROUP_LEADER, zone, leaders, 1) > 0 ? leaders[0] : "";
}

static const char *person_of(struct engine *engine, const Duban__PlanStop *stop, const char *zone)
{
    for (size_t i = 0; i < stop->n_reasons; i++) {
        const Duban__Case *case_ = stop->reasons[i]->kind == REASON(REVISIT) ? case_of(engine, stop->reasons[i]) : NULL;

        if (case_ != NULL && case_->owner[0] != '\0')
            return case_->owner;
    }
    return leader_of(engine, zone);
}

/* ---------------------------------------------------------------- noted when it is given */

static Duban__PlanPerson *noted(struct engine *engine, Duban__DayPlan *plan, const char *account)
{
    Duban__PlanPerson **more;

    for (size_t i = 0; i < plan->n_people; i++)
        if (strcmp(plan->people[i]->account, account) == 0)
            return plan->people[i];
    more = (Duban__PlanPerson **) arena_take_pointers(&engine->state->arena, plan->n_people + 1);
    assert(more != NULL);
    for (size_t i = 0; i < plan->n_people; i++)
        more[i] = plan->people[i];
    plan->people = more;
    more[plan->n_people] = arena_take(&engine->state->arena, sizeof **more);
    assert(more[plan->n_people] != NULL);
    duban__plan_person__init(more[plan->n_people]);
    more[plan->n_people]->account = engine_keep(engine, account);
    return more[plan->n_people++];
}

void engine_stop_given(struct engine *engine, Duban__DayPlan *plan, Duban__PlanStop *stop, enum stop_given given)
{
    Duban__PlanPerson *person;

    stop->person = (char *) person_of(engine, stop, plan->zone);
    person = noted(engine, plan, stop->person);
    if (given == STOP_PLANNED)
        person->planned++;
    else
        person->added++;
}

static bool hand_over(struct engine *engine, Duban__DayPlan *plan, Duban__PlanStop *stop)
{
    const char *person = person_of(engine, stop, plan->zone);

    if (!engine_stop_counts(stop) || strcmp(stop->person, person) == 0)
        return false;
    noted(engine, plan, stop->person)->transferred_out++;
    noted(engine, plan, person)->transferred_in++;
    stop->person = (char *) person;
    return true;
}

/* The zone's plan of the day, drafted and standing; NULL: there is none. */
static Duban__DayPlan *plan_of(struct engine *engine, int64_t at_s, const char *zone)
{
    Duban__DayPlan *plan;

    if (engine->policy == NULL || !engine->policy->plan.given || zone[0] == '\0')
        return NULL;
    plan = state_day_plan(engine->state, policy_day(engine->policy, at_s), zone);
    return plan == NULL || plan->drafted_s == 0 || plan->state == DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN ? NULL : plan;
}

static Duban__DayPlan *todays_plan(struct engine *engine, const char *zone)
{
    return plan_of(engine, engine->now_s, zone);
}

void engine_stop_handed_over(struct engine *engine, const char *site)
{
    Duban__DayPlan *plan = todays_plan(engine, engine_zone_of(engine, engine_place_of_site(site)));
    Duban__PlanStop *stop = engine_stop_of(plan, site);

    if (stop != NULL && hand_over(engine, plan, stop))
        state_put_day_plan(engine->state, plan);
}

void engine_stops_of_group(struct engine *engine, const char *zone)
{
    Duban__DayPlan *plan = todays_plan(engine, zone);
    bool changed = false;

    for (size_t i = 0; plan != NULL && i < plan->n_stops; i++)
        changed |= hand_over(engine, plan, plan->stops[i]);
    if (changed)
        state_put_day_plan(engine->state, plan);
}

/* ---------------------------------------------------------------- moved to another zone */

/* One that begins in the middle of a day: its group has been told of nothing, and may confirm it. */
static Duban__DayPlan *plan_for(struct engine *engine, const Duban__DayPlan *from, const char *zone)
{
    Duban__DayPlan *plan = state_day_plan(engine->state, from->day, zone);

    if (plan != NULL)
        return plan;
    plan = arena_take(&engine->state->arena, sizeof *plan);
    assert(plan != NULL);
    duban__day_plan__init(plan);
    plan->day = from->day;
    plan->zone = engine_keep(engine, zone);
    plan->state = DUBAN__PLAN_STATE__PLAN_STATE_DRAFT;
    plan->drafted_s = engine->now_s;
    plan->stands_s = from->stands_s;
    return plan;
}

static Duban__PlanStop *place_in(struct engine *engine, Duban__DayPlan *plan, const Duban__PlanStop *stop)
{
    Duban__PlanStop *there = engine_stop_of(plan, stop->site);
    Duban__PlanStop **more;

    if (there != NULL) {   /* it had been moved away from here; or was dropped, and is superseded */
        if (there->state == STOP(DROPPED))
            noted(engine, plan, there->person)->transferred_out++;
        *there = *stop;
        return there;
    }
    more = (Duban__PlanStop **) arena_take_pointers(&engine->state->arena, plan->n_stops + 1);
    there = arena_take(&engine->state->arena, sizeof *there);
    assert(more != NULL && there != NULL);
    for (size_t i = 0; i < plan->n_stops; i++)
        more[i] = plan->stops[i];
    *there = *stop;
    more[plan->n_stops++] = there;
    plan->stops = more;
    return there;
}

static void note_moved(struct engine *engine, const char *site, const char *from_zone, const char *to_zone)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_STOP_MOVED, NULL);

    fact->actor = (char *) engine->account;
    fact->recipient = (char *) site;
    fact->level_from = (char *) from_zone;
    fact->level_to = (char *) to_zone;
    engine_add_fact(engine, fact);
}

static void move(struct engine *engine, Duban__DayPlan *plan, Duban__PlanStop *stop, const char *to_zone)
{
    const Duban__Site *site = state_site(engine->state, stop->site);
    Duban__DayPlan *to = to_zone[0] == '\0' ? NULL : plan_for(engine, plan, to_zone);
    Duban__PlanStop *there;

    if (!engine_stop_counts(stop) || engine_stop_is_done(stop, site, plan->day))
        return;
    if (to != NULL && to->state == DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN)
        return;
    noted(engine, plan, stop->person)->transferred_out++;
    note_moved(engine, stop->site, plan->zone, to_zone);
    if (to != NULL) {
        there = place_in(engine, to, stop);
        there->moved_in = true;
        there->person = (char *) person_of(engine, there, to_zone);
        noted(engine, to, there->person)->transferred_in++;
        state_put_day_plan(engine->state, to);
    }
    stop->state = STOP(MOVED);
    state_put_day_plan(engine->state, plan);
}

void engine_stop_moved(struct engine *engine, const char *site, const char *from_zone, const char *to_zone)
{
    Duban__DayPlan *plan = strcmp(from_zone, to_zone) == 0 ? NULL : todays_plan(engine, from_zone);
    Duban__PlanStop *stop = engine_stop_of(plan, site);

    if (stop != NULL)
        move(engine, plan, stop, to_zone);
}

void engine_stops_moved(struct engine *engine, const char *area, const char *from_zone, const char *to_zone)
{
    Duban__DayPlan *plan = todays_plan(engine, from_zone);

    for (size_t i = 0; plan != NULL && i < plan->n_stops; i++) {
        const Duban__Site *site = state_site(engine->state, plan->stops[i]->site);

        if (site != NULL && strcmp(site->area, area) == 0)
            move(engine, plan, plan->stops[i], to_zone);
    }
}

/* ---------------------------------------------------------------- why it was left undone */

/* Of the day on which it came, however long it was held. */
static Duban__PlanStop *stop_to_leave(struct engine *engine, const Duban__StopLeft *left, Duban__DayPlan **plan, struct fault *fault)
{
    const Duban__Site *site = state_site(engine->state, left->site);
    Duban__PlanStop *stop;

    if (site == NULL) {
        fault_set(fault, "stopLeft.site", "点位 %s 不在登记册中，请核对编号或先登记点位", "site %s is not in the registry; check the code or register the site", left->site);
        return NULL;
    }
    *plan = plan_of(engine, engine->received_ms / 1000, engine_zone_of(engine, engine_place_of_site(left->site)));
    stop = engine_stop_of(*plan, left->site);
    if (!engine_stop_counts(stop)) {
        fault_set(fault, "stopLeft.site", "当天的路线里没有 %s 这一站", "%s is no stop of that day's plan", left->site);
        return NULL;
    }
    if (engine_stop_is_done(stop, site, (*plan)->day)) {
        fault_set(fault, "stopLeft.site", "%s 当天已经去过，不用说明", "somebody has been at %s that day: there is nothing to say", left->site);
        return NULL;
    }
    return stop;
}

bool engine_on_stop_left(struct engine *engine, const Duban__StopLeft *left, struct fault *fault)
{
    Duban__DayPlan *plan = NULL;
    Duban__PlanStop *stop;
    Duban__Fact *fact;

    if (engine->policy == NULL)
        return fault_set(fault, "", "尚无生效的政策包，请先 duban policy activate", "no policy is in force yet: duban policy activate");
    if (!engine_may_at(engine, RIGHT_LEAVE_STOP, engine_place_of_site(left->site), "", fault))
        return false;
    stop = stop_to_leave(engine, left, &plan, fault);
    if (stop == NULL)
        return false;
    stop->left_reason = left->reason;
    stop->left_by = (char *) engine->account;
    state_put_day_plan(engine->state, plan);
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_STOP_LEFT, NULL);
    fact->actor = (char *) engine->account;
    fact->recipient = left->site;
    fact->reason = left->reason;
    engine_add_fact(engine, fact);
    return true;
}

/* ---------------------------------------------------------------- counted at the end */

/* What a reason waits for; NULL: it is no task, or it is over. */
static const Duban__Task *task_of(struct engine *engine, const Duban__StopReason *reason)
{
    const Duban__Case *case_ = case_of(engine, reason);
    const Duban__Subject *subject = case_ == NULL && reason->number[0] != '\0' ? engine_subject_numbered(engine, reason->number) : NULL;
    const Duban__Task *task = NULL;

    if (case_ != NULL)
        task = engine_task_of(engine, &case_->revisit_task);
    else if (subject != NULL)
        task = engine_task_of(engine, &subject->task);
    return task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN ? task : NULL;
}

enum fate { DONE, WITH_REASON, MISSED, NOT_YET_DUE, WITHDRAWN };

/* Of one that nobody has been to, by what it was planned for: nothing is left to go there for, or it may wait. */
static enum fate by_reasons(struct engine *engine, const Duban__PlanStop *stop, int64_t as_of_s)
{
    bool waits = false, is_due = false;

    for (size_t i = 0; i < stop->n_reasons; i++) {
        const Duban__StopReason *reason = stop->reasons[i];
        const Duban__Task *task = reason->number[0] == '\0' ? NULL : task_of(engine, reason);

        waits |= reason->number[0] == '\0' || task != NULL;
        is_due |= reason->number[0] == '\0' || (task != NULL && task->due_s != 0 && task->due_s <= as_of_s);
    }
    if (!waits)
        return WITHDRAWN;
    return is_due ? MISSED : NOT_YET_DUE;
}

static enum fate fate_of(struct engine *engine, const Duban__DayPlan *plan, const Duban__PlanStop *stop, int64_t as_of_s)
{
    const Duban__Site *site = state_site(engine->state, stop->site);
    enum fate fate;

    if (stop->state == STOP(DROPPED))
        return WITHDRAWN;
    if (engine_stop_is_done(stop, site, plan->day))
        return DONE;
    if (site == NULL || site->operating_state != DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING)
        return WITHDRAWN;
    fate = by_reasons(engine, stop, as_of_s);
    if (fate != WITHDRAWN && (stop->left_reason[0] != '\0' || engine_was_attempted(site, plan->day)))
        return WITH_REASON;
    return fate;
}

static Duban__MeetingPerson *person_in(struct engine *engine, Duban__MeetingGroup *group, const char *account)
{
    Duban__MeetingPerson *person;

    for (size_t i = 0; i < group->n_people; i++)
        if (strcmp(group->people[i]->account, account) == 0)
            return group->people[i];
    person = arena_take(&engine->state->arena, sizeof *person);
    assert(person != NULL);
    duban__meeting_person__init(person);
    person->account = (char *) account;
    person->zone = group->zone;
    group->people[group->n_people++] = person;
    return person;
}

static void count_fate(Duban__MeetingPerson *person, enum fate fate)
{
    person->done += fate == DONE;
    person->with_reason += fate == WITH_REASON;
    person->missed += fate == MISSED;
    person->not_yet_due += fate == NOT_YET_DUE;
    person->withdrawn += fate == WITHDRAWN;
}

/* NULL: it is counted, the list is full. */
static Duban__MeetingStop *tell_undone(struct engine *engine, Duban__MeetingGroup *group, const Duban__DayPlan *plan, const Duban__PlanStop *stop)
{
    const Duban__Site *site = state_site(engine->state, stop->site);
    Duban__MeetingStop *undone;

    if (group->n_undone == MAX_UNDONE_TOLD) {
        group->more_undone++;
        return NULL;
    }
    undone = arena_take(&engine->state->arena, sizeof *undone);
    assert(undone != NULL);
    duban__meeting_stop__init(undone);
    undone->site = stop->site;
    undone->site_name = site == NULL ? NULL : site->name;
    undone->person = stop->person;
    undone->reason = stop->left_reason;
    undone->attempted = site != NULL && engine_was_attempted(site, plan->day);
    return group->undone[group->n_undone++] = undone;
}

void engine_group_carried(struct engine *engine, int64_t day, Duban__MeetingGroup *group)
{
    const Duban__DayPlan *plan = group->has_plan ? state_day_plan(engine->state, day, group->zone) : NULL;

    for (size_t i = 0; plan != NULL && i < plan->n_stops; i++) {
        const Duban__PlanStop *stop = plan->stops[i];
        Duban__MeetingStop *left;

        if (stop->carried_from_day == 0 || !engine_stop_counts(stop))
            continue;
        left = tell_undone(engine, group, plan, stop);
        if (left == NULL)
            continue;
        left->reason = stop->carried_reason;
        left->attempted = stop->carried_attempted;
    }
}

static void count_stops(struct engine *engine, Duban__MeetingGroup *group, const Duban__DayPlan *plan, int64_t as_of_s)
{
    for (size_t i = 0; i < plan->n_stops; i++) {
        const Duban__PlanStop *stop = plan->stops[i];
        enum fate fate;

        if (stop->state == STOP(MOVED))   /* noted as transferred out */
            continue;
        fate = fate_of(engine, plan, stop, as_of_s);
        count_fate(person_in(engine, group, stop->person), fate);
        group->done += fate == DONE;
        if (fate == DONE || fate == WITHDRAWN)
            continue;
        group->carried++;
        tell_undone(engine, group, plan, stop);
    }
}

static void add_noted(struct engine *engine, Duban__MeetingGroup *group, const Duban__DayPlan *plan)
{
    for (size_t i = 0; i < plan->n_people; i++) {
        Duban__MeetingPerson *person = person_in(engine, group, plan->people[i]->account);

        person->planned = plan->people[i]->planned;
        person->added = plan->people[i]->added;
        person->transferred_in = plan->people[i]->transferred_in;
        person->transferred_out = plan->people[i]->transferred_out;
    }
}

/* (14) */
static bool adds_up(const Duban__MeetingPerson *person)
{
    return person->planned + person->added + person->transferred_in ==
           person->done + person->with_reason + person->missed + person->not_yet_due + person->withdrawn + person->transferred_out;
}

/* What had no room may have been added since, or somebody was there all the same. */
static void name_no_room(struct engine *engine, Duban__MeetingGroup *group, const Duban__DayPlan *plan)
{
    group->no_room = (Duban__MeetingStop **) arena_take_pointers(&engine->state->arena, plan->n_no_room + 1);
    assert(group->no_room != NULL);
    for (size_t i = 0; i < plan->n_no_room; i++) {
        const Duban__Site *site = state_site(engine->state, plan->no_room[i]->site);
        Duban__MeetingStop *named;

        if (site == NULL || engine_stop_of(plan, site->code) != NULL || engine_was_inspected(site, plan->day))
            continue;
        named = arena_take(&engine->state->arena, sizeof *named);
        assert(named != NULL);
        duban__meeting_stop__init(named);
        named->site = site->code;
        named->site_name = site->name;
        group->no_room[group->n_no_room++] = named;
    }
}

static void fill_from_plan(struct engine *engine, Duban__MeetingGroup *group, const Duban__DayPlan *plan, int64_t as_of_s)
{
    group->has_plan = true;
    group->confirmed = plan->state == DUBAN__PLAN_STATE__PLAN_STATE_CONFIRMED;
    for (size_t i = 0; i < plan->n_left_out; i++) {
        group->left_out += plan->left_out[i]->sites;
        group->left_out_required += plan->left_out[i]->required;
    }
    for (size_t i = 0; i < plan->n_stops; i++)
        group->planned += plan->stops[i]->state != STOP(MOVED);
    group->people = (Duban__MeetingPerson **) arena_take_pointers(&engine->state->arena, plan->n_people + plan->n_stops + 1);
    group->undone = (Duban__MeetingStop **) arena_take_pointers(&engine->state->arena, MAX_UNDONE_TOLD);
    assert(group->people != NULL && group->undone != NULL);
    add_noted(engine, group, plan);
    name_no_room(engine, group, plan);
    count_stops(engine, group, plan, as_of_s);
    for (size_t i = 0; i < group->n_people; i++)
        group->people[i]->broken = !adds_up(group->people[i]);
}

Duban__MeetingGroup *engine_group_of(struct engine *engine, int64_t day, const char *zone, int64_t as_of_s)
{
    const Duban__DayPlan *plan = zone[0] == '\0' ? NULL : state_day_plan(engine->state, day, zone);
    const Duban__Area *area = state_area_of_zone_after(engine->state, zone, "");
    Duban__MeetingGroup *group = arena_take(&engine->state->arena, sizeof *group);

    assert(group != NULL);
    duban__meeting_group__init(group);
    group->zone = (char *) zone;
    group->zone_name = area == NULL ? NULL : area->zone_name;
    group->nobody = leader_of(engine, zone)[0] == '\0';
    if (plan != NULL && plan->drafted_s != 0 && plan->state != DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN)
        fill_from_plan(engine, group, plan, as_of_s);
    return group;
}
