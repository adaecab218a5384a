/* test_variation.c - a journal that is applied otherwise than it was written: what a what-if stands on. */
#include "township.h"

/* What the variation does to the next entry. */
struct varied {
    struct rules_variation variation;
    enum rules_admission admission;
    const char *site;              /* put in the place of a report's own; NULL = it stays */
    bool lets_go;
};

static enum rules_admission admit(void *self, uint64_t sequence, Duban__Entry *entry)
{
    struct varied *varied = self;

    assert_true(sequence > 0);
    if (varied->site != NULL && entry->body_case == DUBAN__ENTRY__BODY_REPORT)
        entry->report->site = (char *) varied->site;
    return varied->admission;
}

static bool let_go(void *self, uint64_t sequence, const Duban__Entry *entry)
{
    assert_true(sequence > 0 && entry != NULL);
    return ((struct varied *) self)->lets_go;
}

static void vary(struct township *t, struct varied *varied, enum rules_admission admission)
{
    *varied = (struct varied){ .variation = { .self = varied, .admit = admit, .let_go = let_go }, .admission = admission };
    t->rules.variation = &varied->variation;
}

static bool has_case(struct township *t, const char *site_code, const char *item)
{
    bool found;

    state_begin(&t->rules.state);
    found = state_case_at(&t->rules.state, site_code, item) != NULL;
    store_abort(&t->rules.state.txn);
    return found;
}

static void what_is_passed_over_leaves_its_stamp(void **state)
{
    struct township t;
    struct varied varied;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    vary(&t, &varied, PASS_OVER);
    forget_told(&t);
    clock_at(&t, "2020-02-11T09:00");   /* DS-01 is due in an hour */
    fails(&t, "GATE-1", "GT-01");
    assert_false(has_case(&t, "GATE-1", "GT-01"));
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 1);
    assert_int_equal(t.rules.state.meta.cursor, t.sequence);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    township_close(&t);
}

static void what_is_held_is_the_entry_as_it_was_changed(void **state)
{
    struct township t;
    struct varied varied;
    Duban__Quarantined *held;
    Duban__Entry *entry;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    vary(&t, &varied, ADMIT_CHANGED);
    varied.site = "NO-1";
    fails(&t, "COUR-1", "DS-01");
    state_begin(&t.rules.state);
    held = state_quarantined(&t.rules.state, t.sequence);
    assert_non_null(held);
    entry = message_unpack_own(&t.arena, &duban__entry__descriptor, bytes_of(held->entry.data, held->entry.len));
    assert_non_null(entry);
    assert_string_equal(entry->report->site, "NO-1");
    store_abort(&t.rules.state.txn);
    varied.site = "GATE-1";
    fails(&t, "COUR-1", "GT-01");
    assert_true(has_case(&t, "GATE-1", "GT-01"));
    township_close(&t);
}

static void what_is_let_go_is_not_held(void **state)
{
    struct township t;
    struct varied varied;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    vary(&t, &varied, ADMIT_AS_IT_IS);
    varied.lets_go = true;
    claim(&t, "COUR-1", "DS-01");   /* there is no such case */
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    varied.lets_go = false;
    claim(&t, "COUR-1", "DS-01");
    assert_int_equal(t.rules.state.meta.quarantined, 1);
    township_close(&t);
}

static int64_t decided_at(struct township *t, const char *account, const char *kind)
{
    int64_t at_s = 0;

    state_begin(&t->rules.state);
    for (uint64_t sequence = t->seen_outbox + 1; sequence <= t->rules.state.meta.outbox_last; sequence++) {
        const Duban__Notice *notice = state_notice(&t->rules.state, sequence);

        if (notice != NULL && strcmp(notice->kind, kind) == 0 && strcmp(notice->recipient->account, account) == 0)
            at_s = notice->decided_at_s;
    }
    store_abort(&t->rules.state.txn);
    return at_s;
}

static void what_is_due_before_a_moment_is_on_time_and_the_rest_late(void **state)
{
    struct township t;
    struct varied varied;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    vary(&t, &varied, ADMIT_AS_IT_IS);
    varied.variation.on_time_before_s = at("2020-02-11T10:00");
    forget_told(&t);
    clock_at(&t, "2020-02-11T15:30");
    fails(&t, "GATE-1", "GT-01");
    assert_int_equal(decided_at(&t, "site-COUR-1", "near_due"), at("2020-02-11T09:00"));
    assert_int_equal(decided_at(&t, "leader-north", "overdue_group_leader"), at("2020-02-11T15:30"));
    township_close(&t);
}

static void time_passes_without_an_entry(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    fails(&t, "COUR-1", "DS-01");
    forget_told(&t);
    rules_begin(&t.rules);
    assert_int_equal(rules_pass_time(&t.rules, at("2020-02-11T09:00")), 0);
    assert_int_equal(rules_end(&t.rules), 0);
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 0);   /* not at that moment itself */
    rules_begin(&t.rules);
    assert_int_equal(rules_pass_time(&t.rules, at("2020-02-11T09:00") + 1), 0);
    assert_int_equal(rules_end(&t.rules), 0);
    assert_int_equal(decided_at(&t, "site-COUR-1", "near_due"), at("2020-02-11T09:00"));
    assert_int_equal(t.rules.state.meta.cursor, t.sequence);
    township_close(&t);
}

static const struct policy *pack_of(struct township *t, const uint8_t version[POLICY_VERSION_BYTES])
{
    return t->rules.engine.shelf.policy(t->rules.engine.shelf.self, version, NULL);
}

static void a_pack_takes_the_place_of_what_is_in_force_and_of_what_is_to_come(void **state)
{
    struct township t;
    uint8_t mini[POLICY_VERSION_BYTES], later[POLICY_VERSION_BYTES], first[POLICY_VERSION_BYTES];

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    memcpy(first, t.rules.engine.policy->version, sizeof first);
    activate_from(&t, "fire-safety-mini", 0, mini);
    write_instead(&t, "late_after: 60s", "late_after: 90s");
    activate_from(&t, "epidemic-2020-beijing", at("2020-02-11T00:00"), later);
    rules_begin(&t.rules);
    rules_change_policy(&t.rules, pack_of(&t, first), at("2020-02-10T12:00"));
    assert_int_equal(rules_end(&t.rules), 0);
    assert_memory_equal(t.rules.engine.policy->version, first, sizeof first);
    pass_until(&t, "2020-02-12T10:00");
    assert_memory_equal(t.rules.engine.policy->version, first, sizeof first);
    township_close(&t);
}

static void a_record_at_a_time_comes_to_the_same_as_a_batch(void **state)
{
    struct township one, other;

    (void) state;
    township_open(&one, "2020-02-10T10:00");
    township_open(&other, "2020-02-10T10:00");
    other.rules.events_per_transaction = 1;
    for (int i = 0; i < 2; i++) {
        struct township *t = i == 0 ? &one : &other;

        fails(t, "COUR-1", "DS-01");
        clock_at(t, "2020-02-13T10:00");
        fails(t, "GATE-1", "GT-01");
    }
    assert_memory_equal(one.rules.state.state_digest, other.rules.state.state_digest, DIGEST_BYTES);
    assert_memory_equal(one.rules.state.outbox_digest, other.rules.state.outbox_digest, DIGEST_BYTES);
    township_close(&one);
    township_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_passed_over_leaves_its_stamp),
        cmocka_unit_test(what_is_held_is_the_entry_as_it_was_changed),
        cmocka_unit_test(what_is_let_go_is_not_held),
        cmocka_unit_test(what_is_due_before_a_moment_is_on_time_and_the_rest_late),
        cmocka_unit_test(time_passes_without_an_entry),
        cmocka_unit_test(a_pack_takes_the_place_of_what_is_in_force_and_of_what_is_to_come),
        cmocka_unit_test(a_record_at_a_time_comes_to_the_same_as_a_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
