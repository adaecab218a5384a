/* engine_registry.c - areas, sites, role holders; which policy is in force; outcomes. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

enum { MAX_PATH_BYTES = 80 };   /* fits a key of TABLE_POLICY_FILE */

/* ---------------------------------------------------------------- areas and sites */

bool engine_on_area_change(struct engine *engine, const Duban__AreaChange *change, struct fault *fault)
{
    Duban__Area area = DUBAN__AREA__INIT;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (change->removed) {
        if (state_area_has_site(engine->state, change->code))
            return fault_set(fault, "areaChange.removed", "区域 %s 还有点位，不能删除；请先把点位改到别的区域", "area %s still has sites; move them to another area first", change->code);
        state_delete_area(engine->state, change->code);
        return true;
    }
    area.code = change->code;
    area.kind = change->kind;
    area.zone = change->zone;
    area.name = change->name;
    area.zone_name = change->zone_name;
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
    return true;
}

static bool has_open_case(struct engine *engine, const char *code)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = state_cases_of_site(engine->state, code, ids, MAX_CASES_PER_SITE);

    for (size_t i = 0; i < count; i++)
        if (engine_case_is_open(state_case(engine->state, ids[i])))
            return true;
    return false;
}

bool engine_on_site_change(struct engine *engine, const Duban__SiteChange *change, struct fault *fault)
{
    Duban__Site *old = state_site(engine->state, change->code);
    Duban__Site site = DUBAN__SITE__INIT;
    Duban__OperatingState to = change->operating_state;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (change->removed) {
        if (has_open_case(engine, change->code))
            return fault_set(fault, "siteChange.removed", "点位 %s 还有未销号的案件，不能删除", "site %s has open cases and cannot be removed", change->code);
        if (old != NULL)
            engine_end_site_check(engine, old);
        state_delete_site(engine->state, change->code);
        return true;
    }
    if (!site_is_right(engine, change, fault))
        return false;
    if (to == DUBAN__OPERATING_STATE__OPERATING_STATE_UNSPECIFIED)
        to = old == NULL ? DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING : old->operating_state;
    if (old != NULL)
        site = *old;
    site.operating_state = old == NULL ? to : old->operating_state;
    site.code = change->code;
    site.kind = change->kind;
    site.area = change->area;
    site.name = change->name;
    state_put_site(engine->state, &site);
    if (engine->policy != NULL && to != site.operating_state)
        engine_site_operates(engine, &site, to, "", 0);
    site.operating_state = to;
    state_put_site(engine->state, &site);
    return true;
}

void engine_ask_site_check(struct engine *engine, Duban__Site *site)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT };
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_SITE_CHECK, NULL, 0);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "site_check_wanted", .to = TO, .to_count = 1, .rule = "site.attempted", .task = task,
        .zone_site = site->code, .items = &item, .item_count = 1,
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

bool engine_on_role_holder_change(struct engine *engine, const Duban__RoleHolderChange *change, struct fault *fault)
{
    Duban__Holder *old = state_holder(engine->state, change->account);
    Duban__Holder holder = DUBAN__HOLDER__INIT;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (change->removed) {
        if (old != NULL)
            state_delete_holder(engine->state, old);
        return true;
    }
    for (size_t i = 0; i < change->n_roles; i++)
        if (!scope_exists(engine, change->roles[i], i, fault) || !post_has_room(engine, change, i, fault))
            return false;
    holder.account = change->account;
    holder.n_roles = change->n_roles;
    holder.roles = change->roles;
    holder.title = change->title;
    holder.name_token = token_of(change->name);
    holder.phone_token = token_of(change->phone);
    holder.address_token = token_of(change->address);
    holder.channel = change->channel;
    holder.deputy = change->deputy;
    holder.away = change->away;
    holder.language = change->language;
    state_put_holder(engine->state, &holder, old);
    return true;
}

/* ---------------------------------------------------------------- policy */

bool engine_on_policy_file(struct engine *engine, const Duban__PolicyFile *file, struct fault *fault)
{
    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (strlen(file->path) > MAX_PATH_BYTES)
        return fault_set(fault, "policyFile.path", "文件名不得超过 %d 个字节", "a file name has at most %d bytes", MAX_PATH_BYTES);
    if (state_is_frozen(engine->state, file->pack_sha256.data))   /* cases run under it: its files stay as they are */
        return state_has_policy_file(engine->state, file) ||
               fault_set(fault, "policyFile.packSha256", "这个政策包已启用过，不能再增改文件", "this pack has been in force; its files cannot be added to or changed");
    state_put_policy_file(engine->state, file);
    return true;
}

static Duban__PolicyState *policy_state(struct engine *engine)
{
    Duban__PolicyState *row = state_policy(engine->state);

    if (row == NULL) {
        row = arena_take(&engine->state->arena, sizeof *row);
        assert(row != NULL);
        duban__policy_state__init(row);
    }
    return row;
}

static void put_in_force(struct engine *engine, Duban__PolicyState *row, const struct policy *policy)
{
    row->active = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) policy->version };
    row->pending = (ProtobufCBinaryData){ 0, NULL };
    row->pending_effective_s = 0;
    state_put_policy(engine->state, row);
    engine->policy = policy;
    engine_send_texts(engine);
    engine_years_published(engine, row);
}

static bool pack_is_faulty(const struct policy_faults *faults, struct fault *fault)
{
    const struct policy_fault *first = &faults->faults[0];

    if (faults->total == 0)
        return fault_set(fault, "policyActivation.packSha256", "没有收到这个政策包的全部文件", "the files of this pack have not all come");
    return fault_set(fault, "policyActivation.packSha256", "政策包有%1$zu处错误，首处 %2$s:%3$u:%4$u %5$s%6$.0s",
                     "the pack has %1$zu faults, the first at %2$s:%3$u:%4$u%5$.0s %6$s", faults->total,
                     first->place.file, first->place.line, first->place.column, first->zh, first->en);
}

bool engine_on_policy_activation(struct engine *engine, const Duban__PolicyActivation *activation, struct fault *fault)
{
    struct policy_faults *faults = arena_clear(&engine->state->arena, sizeof *faults);
    const struct policy *policy;
    Duban__PolicyState *row;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (activation->effective_at_ms != 0 && activation->effective_at_ms / 1000 < engine->now_s - 60)
        return fault_set(fault, "policyActivation.effectiveAtMs", "生效时间已过", "the effective time is past");
    assert(faults != NULL);
    policy = engine->shelf.policy(engine->shelf.self, activation->pack_sha256.data, faults);
    if (policy == NULL)
        return pack_is_faulty(faults, fault);
    state_freeze_pack(engine->state, policy->version);
    row = policy_state(engine);
    if (activation->effective_at_ms / 1000 <= engine->now_s) {
        put_in_force(engine, row, policy);
        return true;
    }
    row->pending = activation->pack_sha256;
    row->pending_effective_s = activation->effective_at_ms / 1000;
    state_put_policy(engine->state, row);
    engine_house_timer(engine, HOUSE_POLICY, row->pending_effective_s);
    return true;
}

void engine_policy_due(struct engine *engine)
{
    Duban__PolicyState *row = policy_state(engine);
    const struct policy *policy;

    if (row->pending.len != POLICY_VERSION_BYTES || row->pending_effective_s > engine->now_s)
        return;   /* another activation took its place */
    policy = engine->shelf.policy(engine->shelf.self, row->pending.data, NULL);
    assert(policy != NULL);   /* checked when it was accepted, and frozen since */
    put_in_force(engine, row, policy);
}

bool engine_on_engine_version(struct engine *engine, const Duban__EngineVersion *version, struct fault *fault)
{
    Duban__PolicyState *row = policy_state(engine);

    if (strcmp(engine->account, "rules") != 0)
        return fault_set(fault, "engineVersion", "只有 duban-rules 可以提交引擎版本", "only duban-rules submits its version");
    row->engine_version = version->version;
    state_put_policy(engine->state, row);
    return true;
}

/* ---------------------------------------------------------------- outcomes */

static void note_dead(struct engine *engine, const Duban__Outcome *outcome)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD, NULL);

    fact->outbox_sequence = outcome->notice;
    fact->reason = "dead";
    fact->number = outcome->attempts;
    engine_add_fact(engine, fact);
}

bool engine_on_outcomes(struct engine *engine, const Duban__Outcomes *outcomes, struct fault *fault)
{
    if (strcmp(engine->account, "notify") != 0)
        return fault_set(fault, "outcomes", "只有 duban-notify 可以报告送达结果", "only duban-notify reports outcomes");
    for (size_t i = 0; i < outcomes->n_outcomes; i++) {
        const Duban__Outcome *outcome = outcomes->outcomes[i];

        if (outcome->notice > engine->state->meta.outbox_last || state_has_outcome(engine->state, outcome->notice, outcome->grade))
            continue;
        state_put_outcome(engine->state, outcome);
        if (outcome->grade == DUBAN__GRADE__GRADE_DEAD)
            note_dead(engine, outcome);
    }
    return true;
}
