/* test_activations.c - a policy takes effect later, is revoked before, or is too late to be; the record stays. */
#include "township.h"

#define ACTIVATION(name) DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_##name

static Duban__Activation *activation_at(struct township *t, uint64_t sequence)
{
    Duban__Activation *row;

    state_begin(&t->rules.state);
    row = state_activation(&t->rules.state, sequence);
    store_abort(&t->rules.state.txn);
    assert_non_null(row);
    return row;
}

static Duban__PolicyState policy_row(struct township *t)
{
    Duban__PolicyState *row;

    state_begin(&t->rules.state);
    row = state_policy(&t->rules.state);
    store_abort(&t->rules.state.txn);
    assert_non_null(row);
    return *row;
}

static void take_back(struct township *t, const char *who, uint8_t version[POLICY_VERSION_BYTES])
{
    Duban__PolicyRevocation revocation = DUBAN__POLICY_REVOCATION__INIT;

    revocation.pack_sha256 = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, version };
    revocation.reason = "群里说暂缓";
    SUBMIT(t, who, POLICY_REVOCATION, policy_revocation, &revocation);
}

static void what_takes_effect_later_is_kept_with_its_approver_until_then(void **state)
{
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES];
    uint64_t first, second;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    first = policy_row(&t).active_sequence;
    assert_int_equal(activation_at(&t, first)->state, ACTIVATION(IN_FORCE));
    activate_from(&t, "fire-safety-mini", at("2020-02-11T00:00"), version);
    second = t.sequence;
    assert_int_equal(policy_row(&t).pending_sequence, second);
    assert_int_equal(activation_at(&t, second)->state, ACTIVATION(SCHEDULED));
    assert_int_equal(activation_at(&t, second)->effective_s, at("2020-02-11T00:00"));
    assert_int_equal(activation_at(&t, second)->accepted_s, at("2020-02-10T10:00"));
    assert_string_equal(activation_at(&t, second)->approver, "lead");
    assert_string_equal(activation_at(&t, second)->account, "operator");
    assert_string_equal(activation_at(&t, second)->name, "fire-safety-mini");
    pass_until(&t, "2020-02-11T00:01");
    assert_memory_equal(t.rules.engine.policy->version, version, sizeof version);
    assert_int_equal(facts(&t, FACT(POLICY_SCHEDULED)), 1);
    assert_int_equal(facts(&t, FACT(POLICY_IN_FORCE)), 1);
    assert_int_equal(activation_at(&t, second)->state, ACTIVATION(IN_FORCE));
    assert_int_equal(activation_at(&t, first)->state, ACTIVATION(EARLIER));
    assert_int_equal(activation_at(&t, first)->ended_s, at("2020-02-11T00:00"));
    assert_int_equal(policy_row(&t).pending_sequence, 0);
    township_close(&t);
}

static void revoked_before_its_time_it_never_takes_effect(void **state)
{
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES];
    uint64_t sequence;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    activate_from(&t, "fire-safety-mini", at("2020-02-11T00:00"), version);
    sequence = t.sequence;
    clock_at(&t, "2020-02-10T23:59");
    take_back(&t, "operator", version);
    assert_null(held_last(&t));
    assert_int_equal(activation_at(&t, sequence)->state, ACTIVATION(REVOKED));
    assert_int_equal(activation_at(&t, sequence)->ended_s, at("2020-02-10T23:59"));
    assert_string_equal(activation_at(&t, sequence)->ended_by, "operator");
    assert_string_equal(activation_at(&t, sequence)->reason, "群里说暂缓");
    assert_int_equal(facts(&t, FACT(POLICY_REVOKED)), 1);
    assert_int_equal(policy_row(&t).pending.len, 0);
    pass_until(&t, "2020-02-11T08:00");
    assert_string_equal(t.rules.engine.policy->name, "epidemic-2020-beijing");
    activate_from(&t, "fire-safety-mini", at("2020-02-12T00:00"), version);   /* and may be scheduled anew */
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-12T00:01");
    assert_string_equal(t.rules.engine.policy->name, "fire-safety-mini");
    township_close(&t);
}

static void a_revocation_that_comes_too_late_is_held_and_says_so(void **state)
{
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES], never[POLICY_VERSION_BYTES] = { 1 };

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    activate_from(&t, "fire-safety-mini", at("2020-02-11T00:00"), version);
    clock_at(&t, "2020-02-11T00:00");   /* takes effect before the entry of that very second */
    take_back(&t, "operator", version);
    assert_string_equal(held_last(&t)->field, "policyRevocation.packSha256");
    assert_non_null(strstr(held_last(&t)->en, "in force already"));
    take_back(&t, "operator", never);
    assert_non_null(strstr(held_last(&t)->en, "no activation of this pack waits"));
    assert_string_equal(t.rules.engine.policy->name, "fire-safety-mini");
    township_close(&t);
}

static void who_may_not_activate_may_not_revoke(void **state)
{
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES];

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    activate_from(&t, "fire-safety-mini", at("2020-02-11T00:00"), version);
    take_back(&t, "lead", version);
    assert_string_equal(held_last(&t)->field, "account");
    holder(&t, "admin", DUBAN__ROLE__ROLE_ADMINISTRATOR, "");
    take_back(&t, "admin", version);
    assert_null(held_last(&t));
    township_close(&t);
}

static void one_that_another_takes_the_place_of_is_kept_as_replaced(void **state)
{
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES];
    uint64_t first, second;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    activate_from(&t, "fire-safety-mini", at("2020-02-12T00:00"), version);
    first = t.sequence;
    activate_from(&t, "fire-safety-mini", at("2020-02-11T00:00"), version);
    second = t.sequence;
    assert_int_equal(activation_at(&t, first)->state, ACTIVATION(REPLACED));
    assert_int_equal(policy_row(&t).pending_sequence, second);
    activate(&t, "epidemic-2020-beijing");
    assert_int_equal(activation_at(&t, second)->state, ACTIVATION(REPLACED));
    pass_until(&t, "2020-02-12T08:00");
    assert_string_equal(t.rules.engine.policy->name, "epidemic-2020-beijing");
    township_close(&t);
}

/* As an engine left it that kept no activations. */
static void forget_activations(struct township *t)
{
    Duban__PolicyState *row;

    state_begin(&t->rules.state);
    state_link_begin(&t->rules.state);
    row = state_policy(&t->rules.state);
    row->active_sequence = row->pending_sequence = 0;
    state_put_policy(&t->rules.state, row);
    state_link_end(&t->rules.state);
    assert_int_equal(state_commit(&t->rules.state), 0);
}

static void what_was_scheduled_before_these_were_kept_works_as_before(void **state)
{
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES];

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    activate_from(&t, "fire-safety-mini", at("2020-02-11T00:00"), version);
    forget_activations(&t);
    pass_until(&t, "2020-02-11T00:01");
    assert_string_equal(t.rules.engine.policy->name, "fire-safety-mini");
    activate_from(&t, "epidemic-2020-beijing", at("2020-02-12T00:00"), version);
    forget_activations(&t);
    take_back(&t, "operator", version);
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-12T08:00");
    assert_string_equal(t.rules.engine.policy->name, "fire-safety-mini");
    township_close(&t);
}

static void who_may_not_approve_is_held_once_somebody_may(void **state)
{
    static const char *const NOT_FIT[] = { "nobody", "inspector-n1", "clerk" };
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES];

    (void) state;
    township_open(&t, "2020-02-10T10:00");   /* its own pack was put in force before anybody was registered */
    for (size_t i = 0; i < sizeof NOT_FIT / sizeof NOT_FIT[0]; i++) {
        activate_by(&t, NOT_FIT[i], "fire-safety-mini", 0, version);
        assert_string_equal(held_last(&t)->field, "policyActivation.approver");
        assert_non_null(strstr(held_last(&t)->zh, NOT_FIT[i]));
    }
    assert_string_equal(t.rules.engine.policy->name, "epidemic-2020-beijing");
    activate_by(&t, "committee", "fire-safety-mini", 0, version);
    assert_null(held_last(&t));
    assert_string_equal(t.rules.engine.policy->name, "fire-safety-mini");
    township_close(&t);
}

static void what_should_have_taken_effect_before_is_declined(void **state)
{
    struct township t;
    uint8_t version[POLICY_VERSION_BYTES];

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    activate_from(&t, "fire-safety-mini", at("2020-02-10T09:00"), version);
    assert_null(held_last(&t));
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->act, "policy_activation");
    assert_string_equal(t.rules.engine.policy->name, "epidemic-2020-beijing");
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_effect_later_is_kept_with_its_approver_until_then),
        cmocka_unit_test(revoked_before_its_time_it_never_takes_effect),
        cmocka_unit_test(a_revocation_that_comes_too_late_is_held_and_says_so),
        cmocka_unit_test(who_may_not_activate_may_not_revoke),
        cmocka_unit_test(one_that_another_takes_the_place_of_is_kept_as_replaced),
        cmocka_unit_test(who_may_not_approve_is_held_once_somebody_may),
        cmocka_unit_test(what_should_have_taken_effect_before_is_declined),
        cmocka_unit_test(what_was_scheduled_before_these_were_kept_works_as_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
