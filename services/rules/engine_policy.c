/* engine_policy.c - which policy is in force, which will be, and the version of the engine. */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { MAX_PATH_BYTES = 80 };   /* fits a key of TABLE_POLICY_FILE */

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

/* One put in force before these were kept has none: nothing to change then. */
static Duban__Activation *change_activation(struct engine *engine, uint64_t sequence, Duban__ActivationState to)
{
    Duban__Activation *activation = state_activation(engine->state, sequence);

    if (activation == NULL)
        return NULL;
    activation->state = to;
    if (to != DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_IN_FORCE)
        activation->ended_s = engine->now_s;
    return activation;
}

/* What waited for its time does not any more. */
static void drop_pending(struct engine *engine, Duban__PolicyState *row, Duban__Activation *activation)
{
    if (activation != NULL)
        state_put_activation(engine->state, activation);
    row->pending = (ProtobufCBinaryData){ 0, NULL };
    row->pending_effective_s = 0;
    row->pending_sequence = 0;
}

static void replace_pending(struct engine *engine, Duban__PolicyState *row)
{
    drop_pending(engine, row, change_activation(engine, row->pending_sequence,
                                                DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REPLACED));
}

/* Policies bear on no case, and everybody's work changes by them. */
static void note_policy(struct engine *engine, Duban__FactKind kind, const char *name, const Duban__Activation *activation,
                        const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->policy = (char *) name;
    fact->reason = (char *) reason;
    if (activation != NULL) {
        fact->recipient = activation->approver;
        fact->old_s = fact->new_s = activation->effective_s;
        fact->other_sequence = activation->sequence;
    }
    engine_add_fact(engine, fact);
}

static void put_in_force(struct engine *engine, Duban__PolicyState *row, const struct policy *policy,
                         Duban__Activation *activation)
{
    Duban__Activation *before = change_activation(engine, row->active_sequence,
                                                  DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_EARLIER);

    if (before != NULL)
        state_put_activation(engine->state, before);
    if (activation != NULL)
        state_put_activation(engine->state, activation);
    note_policy(engine, DUBAN__FACT_KIND__FACT_KIND_POLICY_IN_FORCE, policy->name, activation, "");
    row->active = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) policy->version };
    row->active_sequence = activation == NULL ? 0 : activation->sequence;
    state_put_policy(engine->state, row);
    engine->policy = policy;
    engine_send_texts(engine);
    engine_years_published(engine, row);
    engine_day_policy_changed(engine);
    engine_meetings_policy_changed(engine);
    engine_agenda_years(engine);
}

static bool pack_is_faulty(const struct file_faults *faults, struct fault *fault)
{
    const struct file_fault *first = &faults->faults[0];

    if (faults->total == 0)
        return fault_set(fault, "policyActivation.packSha256", "没有收到这个政策包的全部文件", "the files of this pack have not all come");
    return fault_set(fault, "policyActivation.packSha256", "政策包有%1$zu处错误，首处 %2$s:%3$u:%4$u %5$s%6$.0s",
                     "the pack has %1$zu faults, the first at %2$s:%3$u:%4$u%5$.0s %6$s", faults->total,
                     first->place.file, first->place.line, first->place.column, first->zh, first->en);
}

static Duban__Activation new_activation(struct engine *engine, const Duban__PolicyActivation *entry,
                                        const struct policy *policy)
{
    Duban__Activation activation = DUBAN__ACTIVATION__INIT;
    int64_t from_s = entry->effective_at_ms / 1000;

    activation.sequence = engine->entry_sequence;
    activation.pack_sha256 = entry->pack_sha256;
    activation.name = (char *) policy->name;
    activation.approver = entry->approver;
    activation.account = (char *) engine->account;
    activation.accepted_s = engine->now_s;
    activation.effective_s = from_s > engine->now_s ? from_s : engine->now_s;
    activation.state = from_s > engine->now_s ? DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_SCHEDULED
                                              : DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_IN_FORCE;
    return activation;
}

static void accept(struct engine *engine, const Duban__PolicyActivation *entry, const struct policy *policy)
{
    Duban__Activation activation = new_activation(engine, entry, policy);
    Duban__PolicyState *row = policy_state(engine);

    replace_pending(engine, row);
    if (activation.state == DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_IN_FORCE) {
        put_in_force(engine, row, policy, &activation);
        return;
    }
    row->pending = entry->pack_sha256;
    row->pending_effective_s = activation.effective_s;
    row->pending_sequence = activation.sequence;
    state_put_policy(engine->state, row);
    state_put_activation(engine->state, &activation);
    note_policy(engine, DUBAN__FACT_KIND__FACT_KIND_POLICY_SCHEDULED, policy->name, &activation, "");
    engine_house_timer(engine, HOUSE_POLICY, row->pending_effective_s);
}

/* While nobody holds the right, the house is being set up. */
static bool approver_may(struct engine *engine, const Duban__PolicyActivation *activation, struct fault *fault)
{
    return !engine_right_is_held(engine, RIGHT_APPROVE_POLICY) ||
           engine_account_may(engine, activation->approver, RIGHT_APPROVE_POLICY, NULL, NULL, "policyActivation.approver", fault);
}

uint32_t engine_era(struct engine *engine)
{
    return state_era(engine->state);
}

/* Each era asks for what it asked for when the entry came, so that a journal is replayed as it went. One goes back to a
 * pack that was accepted before as it is: its files are frozen, nobody can add the words. */
static bool has_its_words(struct engine *engine, const struct policy *policy, struct file_faults *faults)
{
    uint32_t era = engine_era(engine);

    if (era != 0 && era < ERA_OF_SENTENCES && !policy_texts_as_before(policy, faults))
        return false;
    if (era < ERA_OF_WHOLE_PACKS || (era >= ERA_OF_RETURN && state_is_frozen(engine->state, policy->version)))
        return true;
    return policy_says_everything(policy, era, faults) && policy_texts_fit(policy, faults) &&
           (era < ERA_OF_PLACEHOLDERS || policy_placeholders_fit(policy, faults));
}

bool engine_on_policy_activation(struct engine *engine, const Duban__PolicyActivation *activation, struct fault *fault)
{
    struct file_faults *faults = arena_clear(&engine->state->arena, sizeof *faults);
    const struct policy *policy;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault))
        return false;
    if (activation->effective_at_ms != 0 && activation->effective_at_ms / 1000 < engine->now_s - 60) {
        fault_set(fault, "policyActivation.effectiveAtMs", "生效时间已过；请重新启用，另定生效时间",
                  "the effective time is past; activate it again with another");
        return engine_decline(engine, "policy_activation", (ProtobufCBinaryData){ 0, NULL }, fault);
    }
    if (!approver_may(engine, activation, fault))
        return false;
    assert(faults != NULL);
    policy = engine->shelf.policy(engine->shelf.self, activation->pack_sha256.data, faults);
    if (policy == NULL || !has_its_words(engine, policy, faults))
        return pack_is_faulty(faults, fault);
    state_freeze_pack(engine->state, policy->version);
    accept(engine, activation, policy);
    return true;
}

void engine_change_policy(struct engine *engine, const struct policy *policy)
{
    Duban__PolicyState *row = policy_state(engine);

    replace_pending(engine, row);
    state_freeze_pack(engine->state, policy->version);
    put_in_force(engine, row, policy, NULL);
}

void engine_policy_due(struct engine *engine)
{
    Duban__PolicyState *row = policy_state(engine);
    const struct policy *policy;
    Duban__Activation *activation;

    if (row->pending.len != POLICY_VERSION_BYTES || row->pending_effective_s > engine->now_s)
        return;   /* another activation took its place, or it was revoked */
    policy = engine->shelf.policy(engine->shelf.self, row->pending.data, NULL);
    assert(policy != NULL);   /* checked when it was accepted, and frozen since */
    activation = change_activation(engine, row->pending_sequence, DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_IN_FORCE);
    drop_pending(engine, row, NULL);
    put_in_force(engine, row, policy, activation);
}

static bool is_pack(const ProtobufCBinaryData *one, const ProtobufCBinaryData *other)
{
    return one->len == other->len && one->len == POLICY_VERSION_BYTES && memcmp(one->data, other->data, one->len) == 0;
}

static bool is_revocable(const Duban__PolicyState *row, const ProtobufCBinaryData *pack, struct fault *fault)
{
    const char *field = "policyRevocation.packSha256";

    if (is_pack(&row->pending, pack))
        return true;
    if (is_pack(&row->active, pack))
        return fault_set(fault, field, "这个政策包已经生效，撤销已晚；要换回原来的，请重新启用原来的政策包",
                         "this pack is in force already: too late to revoke it; activate the former one again");
    return fault_set(fault, field, "这个政策包没有等待生效的启用；请用 duban policy list 核对",
                     "no activation of this pack waits for its time; see duban policy list");
}

bool engine_on_policy_revocation(struct engine *engine, const Duban__PolicyRevocation *revocation, struct fault *fault)
{
    Duban__PolicyState *row = policy_state(engine);
    Duban__Activation *activation;

    if (!engine_may(engine, RIGHT_ADMINISTER, NULL, NULL, fault) || !is_revocable(row, &revocation->pack_sha256, fault))
        return false;
    activation = change_activation(engine, row->pending_sequence, DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_REVOKED);
    if (activation != NULL) {
        activation->ended_by = (char *) engine->account;
        activation->reason = revocation->reason;
    }
    note_policy(engine, DUBAN__FACT_KIND__FACT_KIND_POLICY_REVOKED, activation == NULL ? "" : activation->name, activation,
                revocation->reason);
    drop_pending(engine, row, activation);
    state_put_policy(engine->state, row);
    return true;
}

bool engine_on_engine_version(struct engine *engine, const Duban__EngineVersion *version, struct fault *fault)
{
    Duban__PolicyState *row = policy_state(engine);

    if (strcmp(engine->account, "rules") != 0)
        return fault_set(fault, "engineVersion", "只有 duban-rules 可以提交引擎版本", "only duban-rules submits its version");
    if (row->engine_version < ERA_OF_FOCUSED_DAYS && version->version >= ERA_OF_FOCUSED_DAYS && engine->policy != NULL)
        row->focused_from_day = policy_day(engine->policy, engine->now_s) + 1;   /* of today a part is counted otherwise */
    row->engine_version = version->version;
    state_put_policy(engine->state, row);
    state_list_sites(engine->state);
    engine_list_tasks(engine);
    if (version->version >= ERA_OF_OLD_DOORS)
        engine_doors_of_before(engine);
    if (version->version >= ERA_OF_CONTACTS)
        engine_contacts_of_before(engine);
    engine_agenda_years(engine);
    return true;
}
