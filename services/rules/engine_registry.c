/* engine_registry.c - areas, sites, role holders. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- areas and sites */

static bool has_open_subject(struct engine *engine, struct place place)
{
    uint8_t ids[1][ID_BYTES];

    for (int kind = subject_kind_after(0); kind != 0; kind = subject_kind_after(kind))
        if (engine_open_subjects(engine, (Duban__SubjectKind) kind, place, ids, 1) > 0)
            return true;
    return false;
}

/* Another group's territory from now on: a logged act. */
static void note_zone(struct engine *engine, const Duban__Area *old, const char *zone)
{
    Duban__Fact *fact;

    if (old == NULL || strcmp(old->zone, zone) == 0)
        return;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ZONE_CHANGED, NULL);
    fact->recipient = old->code;
    fact->level_from = old->zone;
    fact->level_to = (char *) zone;
    engine_add_fact(engine, fact);
}

bool engine_on_area_change(struct engine *engine, const Duban__AreaChange *change, struct fault *fault)
{
    Duban__Area area = DUBAN__AREA__INIT;
    const Duban__Area *old;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (change->removed) {
        if (state_area_has_site(engine->state, change->code))
            return fault_set(fault, "areaChange.removed", "区域 %s 还有点位，不能删除；请先把点位改到别的区域", "area %s still has sites; move them to another area first", change->code);
        if (state_area_households(engine->state, change->code)->households > 0)
            return fault_set(fault, "areaChange.removed", "区域 %s 还登记有住户，不能删除；请先注销住户", "area %s still has households registered; remove them first", change->code);
        if (engine_era(engine) >= ERA_OF_AREAS_IN_CAMPAIGNS && state_area_households(engine->state, change->code)->campaign.len > 0)
            return fault_set(fault, "areaChange.removed", "区域 %s 正在入户活动中，不能删除；请先结束该活动(duban campaign end)",
                             "a campaign runs in area %s, which cannot be removed; end the campaign first (duban campaign end)", change->code);
        if (has_open_subject(engine, (struct place){ "", change->code }))
            return fault_set(fault, "areaChange.removed", "区域 %s 还有未办结的投诉等事项，不能删除", "area %s has complaints or the like that are not finished, and cannot be removed", change->code);
        state_delete_area(engine->state, change->code);
        return true;
    }
    old = state_area(engine->state, change->code);
    note_zone(engine, old, change->zone);
    if (old != NULL) {
        area.last_inspection_ms = old->last_inspection_ms;
        area.has_branch = old->has_branch;
    }
    if (change->has_branch_presence_case == DUBAN__AREA_CHANGE__HAS_BRANCH_PRESENCE_HAS_BRANCH)
        area.has_branch = change->has_branch;
    area.code = change->code;
    area.kind = change->kind;
    area.zone = change->zone;
    area.name = change->name;
    area.zone_name = change->zone_name;
    if (old != NULL && strcmp(old->zone, area.zone) != 0) {
        const char *from = engine_keep(engine, old->zone);

        state_put_area(engine->state, &area);
        engine_coverage_rezoned(engine, area.code, area.zone);
        engine_stops_moved(engine, area.code, from, area.zone);
        return true;
    }
    state_put_area(engine->state, &area);
    return true;
}

static bool site_is_right(struct engine *engine, const Duban__SiteChange *change, struct fault *fault)
{
    if (state_area(engine->state, change->area) == NULL)
        return fault_set(fault, "siteChange.area", "区域 %s 不在登记册中，请先登记社区(村)", "area %s is not in the registry; register it first",
                         change->area);
    if (engine->policy != NULL && policy_site_kind(engine->policy, change->kind) == NULL)
        return fault_set(fault, "siteChange.kind", "现行政策包没有点位类别 %s", "the policy in force has no site kind %s", change->kind);
    if (engine->policy != NULL && change->site_class[0] != '\0' &&
        policy_site_class(engine->policy, change->kind, change->site_class) == NULL)
        return fault_set(fault, "siteChange.siteClass", "现行政策包的点位类别 %s 没有分类 %s", "site kind %s of the policy in force has no class %s",
                         change->kind, change->site_class);
    return true;
}

/* A class is one of its kind: of another kind it says nothing. */
static char *class_of(const Duban__Site *old, const Duban__SiteChange *change)
{
    if (change->site_class[0] != '\0' || old == NULL)
        return change->site_class;
    return strcmp(old->kind, change->kind) == 0 ? old->site_class : "";
}

static bool has_open_case(struct engine *engine, const char *code)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];

    return engine_open_cases(engine, code, ids) > 0;
}

bool engine_on_site_change(struct engine *engine, const Duban__SiteChange *change, struct fault *fault)
{
    Duban__Site *old = state_site(engine->state, change->code);
    Duban__Site site = DUBAN__SITE__INIT;
    Duban__OperatingState to = change->operating_state;
    const char *from_zone = old == NULL ? NULL : engine_zone_of(engine, engine_place_of_site(change->code));

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (change->removed) {
        if (has_open_case(engine, change->code))
            return fault_set(fault, "siteChange.removed", "点位 %s 还有未销号的案件，不能删除", "site %s has open cases and cannot be removed", change->code);
        if (has_open_subject(engine, engine_place_of_site(change->code)))
            return fault_set(fault, "siteChange.removed", "点位 %s 还有未办结的投诉等事项，不能删除", "site %s has complaints or the like that are not finished, and cannot be removed", change->code);
        if (old != NULL) {
            engine_end_site_check(engine, old);
            engine_end_side_items(engine, old, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
            engine_coverage_removed(engine, old);
        }
        engine_look_backs_end_at(engine, change->code);
        state_delete_entrances(engine->state, change->code);
        state_delete_gate_posts(engine->state, change->code);
        state_delete_site(engine->state, change->code);
        return true;
    }
    if (!site_is_right(engine, change, fault))
        return false;
    if (to == DUBAN__OPERATING_STATE__OPERATING_STATE_UNSPECIFIED)
        to = old == NULL ? DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING : old->operating_state;
    if (old != NULL) {
        engine_coverage_begin(engine, old);
        site = *old;
    }
    if (old == NULL)
        engine_coverage_registered(engine, &site);
    site.operating_state = old == NULL ? to : old->operating_state;
    site.site_class = class_of(old, change);
    site.code = change->code;
    site.kind = change->kind;
    site.area = change->area;
    site.name = change->name;
    if (change->headcount_presence_case == DUBAN__SITE_CHANGE__HEADCOUNT_PRESENCE_HEADCOUNT) {
        site.headcount_presence_case = DUBAN__SITE__HEADCOUNT_PRESENCE_HEADCOUNT;
        site.headcount = change->headcount;
    }
    state_register_site(engine->state, &site);
    if (old != NULL && strcmp(old->area, site.area) != 0)
        engine_list_tasks_anew(engine, site.code, old->area);
    if (old != NULL)
        engine_coverage_moved(engine, &site, old->area, old->kind);
    if (engine->policy != NULL && to != site.operating_state)
        engine_site_operates(engine, &site, to, "", 0);
    site.operating_state = to;
    state_put_site(engine->state, &site);
    if (from_zone != NULL)
        engine_stop_moved(engine, site.code, from_zone, engine_zone_of(engine, engine_place_of_site(site.code)));
    return true;
}

void engine_ask_site_check(struct engine *engine, Duban__Site *site)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT };
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_SITE_CHECK, NULL, 0);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "site_check_wanted", .to = TO, .to_count = 1, .rule = "site.attempted", .task = task,
        .items = &item, .item_count = 1,
    };

    task->site = site->code;
    task->owner_role = DUBAN__ROLE__ROLE_AREA_CONTACT;
    engine_task_limit(engine, task, &engine->policy->site_check_limit);
    engine_task_start(engine, task);
    item = engine_item(engine, task, NULL);
    item->count = site->attempts_in_a_row;
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
    site->check_task = task->id;
}

void engine_end_site_check(struct engine *engine, Duban__Site *site)
{
    Duban__Task *task = engine_task_of(engine, &site->check_task);

    if (task != NULL)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    site->check_task = (ProtobufCBinaryData){ 0, NULL };
}

/* ---------------------------------------------------------------- role holders */

static bool scope_exists(struct engine *engine, const Duban__RoleGrant *grant, size_t i, struct fault *fault)
{
    char field[64];

    snprintf(field, sizeof field, "roleHolderChange.roles[%zu].scope", i);
    switch (grant->role) {
    case DUBAN__ROLE__ROLE_AREA_CONTACT:
    case DUBAN__ROLE__ROLE_AREA_STAFF:
        return state_area(engine->state, grant->scope) != NULL ||
               fault_set(fault, field, "区域 %s 不在登记册中", "area %s is not in the registry", grant->scope);
    case DUBAN__ROLE__ROLE_SITE_CONTACT:
        return state_site(engine->state, grant->scope) != NULL ||
               fault_set(fault, field, "点位 %s 不在登记册中", "site %s is not in the registry", grant->scope);
    default:
        return true;
    }
}

/* Everybody who holds a post is told: so no more may hold it than one row reaches. */
static bool post_has_room(struct engine *engine, const Duban__RoleHolderChange *change, size_t i, struct fault *fault)
{
    const char *accounts[MAX_RECIPIENTS];
    size_t count = state_holders_by_role(engine->state, change->roles[i]->role, change->roles[i]->scope, accounts, MAX_RECIPIENTS);

    for (size_t k = 0; k < count; k++)
        if (strcmp(accounts[k], change->account) == 0)
            return true;
    return count < MAX_RECIPIENTS ||
           fault_set(fault, "roleHolderChange.roles", "同一岗位最多 %d 人", "at most %d may hold one post", MAX_RECIPIENTS);
}

static ProtobufCBinaryData token_of(const Duban__Personal *personal)
{
    if (personal == NULL || personal->value_case != DUBAN__PERSONAL__VALUE_TOKEN)
        return (ProtobufCBinaryData){ 0, NULL };
    return personal->token;
}

/* Whoever leads the groups that he led before, or leads now, answers for their stops. */
static void hand_stops_over(struct engine *engine, const Duban__Holder *holder)
{
    for (size_t i = 0; holder != NULL && i < holder->n_roles; i++)
        if (holder->roles[i]->role == DUBAN__ROLE__ROLE_GROUP_LEADER)
            engine_stops_of_group(engine, holder->roles[i]->scope);
}

static Duban__HolderWay **ways_of(struct engine *engine, const Duban__RoleHolderChange *change)
{
    struct arena *arena = &engine->state->arena;
    Duban__HolderWay **ways = arena_take(arena, (change->n_other_ways + 1) * sizeof *ways);

    assert(ways != NULL);
    for (size_t i = 0; i < change->n_other_ways; i++) {
        ways[i] = arena_take(arena, sizeof **ways);
        assert(ways[i] != NULL);
        duban__holder_way__init(ways[i]);
        ways[i]->channel = change->other_ways[i]->channel;
        ways[i]->address_token = token_of(change->other_ways[i]->address);
    }
    return ways;
}

bool engine_on_role_holder_change(struct engine *engine, const Duban__RoleHolderChange *change, struct fault *fault)
{
    const Duban__Holder *old = state_holder(engine->state, change->account);
    Duban__Holder holder = DUBAN__HOLDER__INIT;
    struct roster before;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    engine_roster_before(engine, change->account, &before);
    if (change->removed) {
        if (old != NULL)
            state_delete_holder(engine->state, old);
        engine_roster_after(engine, change->account, &before);
        hand_stops_over(engine, old);
        engine_contacts_changed(engine, change);
        return true;
    }
    for (size_t i = 0; i < change->n_roles; i++)
        if (!scope_exists(engine, change->roles[i], i, fault) || !post_has_room(engine, change, i, fault))
            return false;
    if (!engine_units_known(engine, change, fault))
        return false;
    holder.account = change->account;
    holder.n_roles = change->n_roles;
    holder.roles = change->roles;
    holder.title = change->title;
    holder.name_token = token_of(change->name);
    holder.phone_token = token_of(change->phone);
    holder.address_token = token_of(change->address);
    holder.channel = change->channel;
    holder.n_other_ways = change->n_other_ways;
    holder.other_ways = ways_of(engine, change);
    holder.deputy = change->deputy;
    holder.away = change->away;
    if (old != NULL && old->away && holder.away)
        holder.away_since_s = old->away_since_s;
    holder.language = change->language;
    holder.n_units = change->n_units;
    holder.units = change->units;
    holder.home_office = change->home_office;
    holder.n_duty_windows = change->n_duty_windows;
    holder.duty_windows = change->duty_windows;
    state_put_holder(engine->state, &holder, old);
    engine_roster_after(engine, change->account, &before);
    hand_stops_over(engine, old);
    hand_stops_over(engine, &holder);
    engine_contacts_changed(engine, change);
    return true;
}
