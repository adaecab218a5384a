/* engine_presence.c - who is there: availability and its end, on call, days in a row with a visit.
 *
 *   availability change -> in force | planned -> (house timer) -> in force -> (house timer) -> back on duty
 *
 * What follows for cases, tasks and posts is the roster's (engine_roster.c).
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

static const int64_t LONGEST_ON_CALL_S = (int64_t) 31 * 24 * 3600;

/* ---------------------------------------------------------------- asked */

Duban__Availability engine_availability(struct engine *engine, const char *account)
{
    const Duban__Presence *presence = state_presence(engine->state, account);

    if (presence == NULL || presence->availability == DUBAN__AVAILABILITY__AVAILABILITY_UNSPECIFIED)
        return DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY;
    return presence->availability;
}

bool engine_is_for_the_field(struct engine *engine, const char *account)
{
    const Duban__Holder *holder = state_holder(engine->state, account);

    return holder != NULL && !holder->away &&
           engine_availability(engine, account) == DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY;
}

/* ---------------------------------------------------------------- what is known of one member */

Duban__Presence *engine_presence_of(struct engine *engine, const char *account)
{
    Duban__Presence *presence = state_presence(engine->state, account);

    if (presence != NULL)
        return presence;
    presence = arena_take(&engine->state->arena, sizeof *presence);
    assert(presence != NULL);
    duban__presence__init(presence);
    presence->account = engine_keep(engine, account);
    return presence;
}

static Duban__Fact *member_fact(struct engine *engine, Duban__FactKind kind, const char *account)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->recipient = (char *) account;
    return fact;
}

/* His zone by his posts; "" when they are of the whole house. */
static const char *zone_of_member(struct engine *engine, const Duban__Holder *holder)
{
    for (size_t i = 0; i < holder->n_roles; i++) {
        const Duban__RoleGrant *grant = holder->roles[i];

        if (grant->role == DUBAN__ROLE__ROLE_GROUP_LEADER || grant->role == DUBAN__ROLE__ROLE_INSPECTOR)
            return grant->scope;
        if (grant->role == DUBAN__ROLE__ROLE_AREA_CONTACT || grant->role == DUBAN__ROLE__ROLE_AREA_STAFF)
            return engine_zone_of(engine, (struct place){ "", grant->scope });
    }
    return "";
}

/* Lead and group leader hear it; nobody is told of himself by his own post. */
static void tell_about_member(struct engine *engine, const char *message, const char *rule, const char *account,
                              uint32_t days)
{
    static const enum policy_selector TO[] = { TO_LEAD, TO_GROUP_LEADER };
    const Duban__Holder *holder = state_holder(engine->state, account);
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    struct telling telling = { .message = message, .to = TO, .rule = rule, .items = &item, .item_count = 1 };

    if (holder == NULL || engine->policy == NULL || !engine->policy->people.given)
        return;
    telling.place = &engine->policy->people.place;
    telling.zone = zone_of_member(engine, holder);
    telling.to_count = telling.zone[0] == '\0' || engine_holds(holder, DUBAN__ROLE__ROLE_GROUP_LEADER) ? 1 : 2;
    item->owner = (char *) account;
    item->owner_title = holder->title;
    item->reason = (char *) account;   /* two who return at one moment are two notices */
    item->at_s = engine->now_s;
    item->days = days;
    engine_tell(engine, &telling);
}

void engine_tell_overload(struct engine *engine, const char *account, uint32_t tasks)
{
    static const enum policy_selector LEAD[] = { TO_LEAD }, GROUP_LEADER[] = { TO_GROUP_LEADER };
    const Duban__Holder *holder = state_holder(engine->state, account);
    struct telling telling = { .message = "overloaded", .rule = "people.overload_tasks", .place = &engine->policy->people.place };
    Duban__NoticeItem *item;

    if (holder == NULL)
        return;
    telling.zone = zone_of_member(engine, holder);
    telling.to = telling.zone[0] == '\0' || engine_holds(holder, DUBAN__ROLE__ROLE_GROUP_LEADER) ? LEAD : GROUP_LEADER;
    telling.to_count = 1;
    item = engine_item(engine, NULL, NULL);
    item->owner = item->reason = (char *) account;
    item->owner_title = holder->title;
    item->count = tasks;
    item->passes_needed = engine->policy->people.overload_tasks;
    telling.items = &item;
    telling.item_count = 1;
    engine_tell(engine, &telling);
}

/* ---------------------------------------------------------------- availability */

static void put_timer(struct engine *engine, int64_t at_s)
{
    if (at_s != 0)
        engine_house_timer(engine, HOUSE_PRESENCE, at_s);
}

static void add_availability_fact(struct engine *engine, const Duban__Presence *presence)
{
    Duban__FactKind kind = DUBAN__FACT_KIND__FACT_KIND_BACK_ON_DUTY +
                           (presence->availability - DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY);
    Duban__Fact *fact = member_fact(engine, kind, presence->account);

    fact->new_s = presence->until_s;
    fact->reason = presence->reason;
    engine_add_fact(engine, fact);
}

static void set_availability(struct engine *engine, Duban__Presence *presence, Duban__Availability availability,
                             int64_t until_s, char *reason)
{
    struct roster before;

    engine_roster_before(engine, presence->account, &before);
    presence->availability = availability;
    presence->since_s = engine->now_s;
    presence->until_s = until_s;
    presence->reason = reason;
    state_put_presence(engine->state, presence);
    put_timer(engine, until_s);
    add_availability_fact(engine, presence);
    engine_roster_after(engine, presence->account, &before);
}

static void forget_plan(Duban__Presence *presence)
{
    presence->planned = DUBAN__AVAILABILITY__AVAILABILITY_UNSPECIFIED;
    presence->planned_from_s = presence->planned_until_s = 0;
    presence->planned_reason = "";
}

static void plan_availability(struct engine *engine, Duban__Presence *presence, const Duban__AvailabilityChange *change)
{
    Duban__Fact *fact = member_fact(engine, DUBAN__FACT_KIND__FACT_KIND_AVAILABILITY_PLANNED, presence->account);

    presence->planned = change->availability;
    presence->planned_from_s = change->from_ms / 1000;
    presence->planned_until_s = change->until_ms / 1000;
    presence->planned_reason = change->reason;
    state_put_presence(engine->state, presence);
    put_timer(engine, presence->planned_from_s);
    fact->old_s = presence->planned_from_s;
    fact->new_s = presence->planned_until_s;
    fact->number = (uint32_t) presence->planned;
    fact->reason = presence->planned_reason;
    engine_add_fact(engine, fact);
}

bool engine_on_availability_change(struct engine *engine, const Duban__AvailabilityChange *change, struct fault *fault)
{
    Duban__Presence *presence;

    if (state_holder(engine->state, change->account) == NULL)
        return fault_set(fault, "availabilityChange.account", "账号 %s 不在登记册中，请先登记人员岗位", "account %s is not in the registry; register the member first", change->account);
    if (!engine_may_for(engine, RIGHT_SET_AVAILABILITY, change->account, fault))
        return false;
    if (change->until_ms != 0 && change->until_ms / 1000 <= engine->now_s)
        return fault_set(fault, "availabilityChange.untilMs", "截止时间已经过去，请填以后的时间", "the end is past already; give a later one");
    presence = engine_presence_of(engine, change->account);
    if (change->from_ms / 1000 > engine->now_s) {
        plan_availability(engine, presence, change);
    } else {
        forget_plan(presence);   /* what is said now replaces what was said before; coming back by itself does not */
        set_availability(engine, presence, change->availability, change->until_ms / 1000, change->reason);
    }
    return true;
}

static void begin_planned(struct engine *engine, Duban__Presence *presence)
{
    Duban__Availability planned = presence->planned;
    int64_t until_s = presence->planned_until_s;
    char *reason = presence->planned_reason;

    forget_plan(presence);
    set_availability(engine, presence, planned, until_s, reason);
}

static void come_back(struct engine *engine, Duban__Presence *presence)
{
    bool was_isolating = presence->availability == DUBAN__AVAILABILITY__AVAILABILITY_ISOLATING;

    set_availability(engine, presence, DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY, 0, "");
    tell_about_member(engine, was_isolating ? "own_isolation_over" : "back_on_duty", "people.back", presence->account, 0);
}

void engine_presence_due(struct engine *engine)
{
    Duban__Presence *presence;

    for (const char *account = ""; (presence = state_presence_after(engine->state, account)) != NULL;) {
        account = presence->account;
        if (presence->planned_from_s != 0 && presence->planned_from_s <= engine->now_s)
            begin_planned(engine, presence);
        else if (presence->until_s != 0 && presence->until_s <= engine->now_s)
            come_back(engine, presence);
    }
}

/* ---------------------------------------------------------------- days in a row */

/* Has he come to so many days, from `before` on, that he is to have a rest? */
static bool wants_rest(const struct policy *policy, const Duban__Presence *presence, uint32_t before)
{
    uint32_t days = policy->people.rest_after_days;

    return policy->people.given && days > 0 && presence->duty_days / days > before / days;
}

static void want_rest(struct engine *engine, const Duban__Presence *presence)
{
    Duban__Fact *fact;

    fact = member_fact(engine, DUBAN__FACT_KIND__FACT_KIND_REST_WANTED, presence->account);
    fact->number = presence->duty_days;
    engine_add_fact(engine, fact);
    tell_about_member(engine, "duty_of_care", "people.rest_after_days", presence->account, presence->duty_days);
}

enum { DUTY_DAYS_SEEN = 64 };

static uint64_t days_seen(const Duban__Presence *presence)
{
    if (presence->duty_days_seen != 0)
        return presence->duty_days_seen;
    return presence->duty_days >= DUTY_DAYS_SEEN ? UINT64_MAX : (UINT64_C(1) << presence->duty_days) - 1;
}

static void begin_duty_day(struct engine *engine, Duban__Presence *presence, int64_t day)
{
    int64_t since = day - presence->duty_day;
    bool goes_on = since == 1;
    uint32_t before = goes_on ? presence->duty_days : 0;

    if (engine_era(engine) >= ERA_OF_DUTY_DAYS)
        presence->duty_days_seen = (since < DUTY_DAYS_SEEN ? days_seen(presence) << since : 0) | 1;
    presence->duty_days = before + 1;
    presence->duty_day = day;
    presence->visits = 0;
    if (wants_rest(engine->policy, presence, before))
        want_rest(engine, presence);
}

/* A visit of a day before the latest, told later: it may join two runs of days to one. */
static void add_duty_day(struct engine *engine, Duban__Presence *presence, int64_t day)
{
    int64_t ago = presence->duty_day - day;
    uint32_t before = presence->duty_days, in_a_row = 0;
    uint64_t seen = days_seen(presence);

    if (engine_era(engine) < ERA_OF_DUTY_DAYS || ago >= DUTY_DAYS_SEEN)
        return;
    presence->duty_days_seen = seen |= UINT64_C(1) << ago;
    for (; (seen & 1) != 0; seen >>= 1)
        in_a_row++;
    if (in_a_row > before)
        presence->duty_days = in_a_row;
    state_put_presence(engine->state, presence);
    if (wants_rest(engine->policy, presence, before))
        want_rest(engine, presence);
}

void engine_presence_visited(struct engine *engine, const Duban__Visit *visit)
{
    int64_t day = civil_day(visit->visit_ms / 1000, engine->policy->utc_offset_s);
    Duban__Presence *presence = engine_presence_of(engine, visit->reporter);

    if (day < presence->duty_day) {
        add_duty_day(engine, presence, day);
        return;
    }
    if (day > presence->duty_day)
        begin_duty_day(engine, presence, day);
    presence->visits++;
    state_put_presence(engine->state, presence);
    if (!engine_is_for_the_field(engine, visit->reporter))
        engine_hand_over_at(engine, visit->site, visit->reporter);
}

/* ---------------------------------------------------------------- on call */

bool engine_on_on_call_change(struct engine *engine, const Duban__OnCallChange *change, struct fault *fault)
{
    Duban__OnCall on_call = DUBAN__ON_CALL__INIT;
    Duban__Fact *fact;

    if (!engine_may_for(engine, RIGHT_SET_ON_CALL, "", fault))
        return false;
    if (state_holder(engine->state, change->account) == NULL)
        return fault_set(fault, "onCallChange.account", "账号 %s 不在登记册中，请先登记人员岗位", "account %s is not in the registry; register the member first", change->account);
    on_call.account = change->account;
    on_call.from_s = change->from_ms / 1000;
    on_call.until_s = change->until_ms / 1000;
    if (!change->removed)
        state_put_on_call(engine->state, &on_call);
    else if (!state_delete_on_call(engine->state, on_call.from_s, change->account))
        return fault_set(fault, "onCallChange.fromMs", "%s 没有从这一时间开始的值班", "%s has no time on call that begins then", change->account);
    fact = member_fact(engine, change->removed ? DUBAN__FACT_KIND__FACT_KIND_ON_CALL_REMOVED : DUBAN__FACT_KIND__FACT_KIND_ON_CALL, change->account);
    fact->old_s = on_call.from_s;
    fact->new_s = on_call.until_s;
    engine_add_fact(engine, fact);
    return true;
}

bool engine_is_on_call(struct engine *engine, const char *account, int64_t at_s)
{
    const char *accounts[MAX_RECIPIENTS];
    size_t found = state_on_call(engine->state, at_s, LONGEST_ON_CALL_S, accounts, MAX_RECIPIENTS);

    for (size_t i = 0; i < found; i++)
        if (strcmp(accounts[i], account) == 0)
            return true;
    return false;
}

/* Somebody of that zone, or of the whole house. */
static bool serves(struct engine *engine, const Duban__Holder *holder, const char *zone)
{
    const char *own = zone_of_member(engine, holder);

    return own[0] == '\0' || strcmp(own, zone) == 0;
}

size_t engine_on_call(struct engine *engine, const struct telling *telling, struct recipient *recipients, size_t most)
{
    const char *accounts[MAX_RECIPIENTS];
    struct place place;
    size_t found, count = 0;

    if (!telling->urgent || (telling->case_ == NULL && telling->task == NULL) ||
        !policy_is_quiet(engine->policy, engine->now_s))
        return 0;
    place = telling->case_ != NULL ? engine_place_of_site(telling->case_->site) : engine_place_of_task(telling->task);
    found = state_on_call(engine->state, engine->now_s, LONGEST_ON_CALL_S, accounts, MAX_RECIPIENTS);
    for (size_t i = 0; i < found && count < most; i++) {
        const Duban__Holder *holder = state_holder(engine->state, accounts[i]);

        if (holder == NULL || !engine_is_for_the_field(engine, accounts[i]) ||
            !serves(engine, holder, engine_zone_of(engine, place)))
            continue;
        recipients[count++] = (struct recipient){
            .holder = holder, .role = holder->n_roles == 0 ? DUBAN__ROLE__ROLE_UNSPECIFIED : holder->roles[0]->role,
            .scope = "", .lookup = "on_call",
        };
    }
    return count;
}
