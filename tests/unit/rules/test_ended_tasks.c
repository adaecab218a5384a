/* test_ended_tasks.c - tasks that have ended, listed by whose they were and when: what a calendar shows as called off is found
 * without going through all that there ever was. */
#include "township.h"

static void void_case(struct township *t, const char *site_code, const char *item)
{
    Duban__CaseEdit edit = DUBAN__CASE_EDIT__INIT;

    edit.case_ = reference_to(t, site_code, item);
    edit.reason = "误报";
    edit.voided = true;
    SUBMIT(t, "lead", CASE_EDIT, case_edit, &edit);
    assert_null(held_last(t));
}

/* How many of that account ended at that time or later. */
static size_t ended_since(struct township *t, const char *account, int64_t from_s)
{
    uint8_t after[ID_BYTES] = { 0 }, ids[2][ID_BYTES];
    size_t count = 0, found;

    state_begin(&t->rules.state);
    while ((found = state_ended_tasks_listed(&t->rules.state, TASKS_OF_MEMBER, account, &from_s, after, ids, 2)) > 0)
        count += found;
    store_abort(&t->rules.state.txn);
    return count;
}

static const char *owner_of(struct township *t, const char *site_code, const char *item)
{
    static char owner[64];

    (void) snprintf(owner, sizeof owner, "%s", case_at(t, site_code, item)->owner);
    return owner;
}

/* Voided at ten and at eleven. */
static const char *end_three(struct township *t)
{
    static const char *const ITEMS[] = { "DS-01", "MS-01", "TM-01" };
    const char *owner;

    for (size_t i = 0; i < 3; i++)
        fails(t, "COUR-1", ITEMS[i]);
    owner = owner_of(t, "COUR-1", "DS-01");
    void_case(t, "COUR-1", "DS-01");
    pass_until(t, "2020-02-10T11:00");
    void_case(t, "COUR-1", "MS-01");
    void_case(t, "COUR-1", "TM-01");
    return owner;
}

static void they_are_found_by_whose_they_were_and_when(void **state)
{
    struct township t;
    const char *owner;
    int64_t ten_s = at("2020-02-10T10:00");

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_ENDED_TASKS);
    owner = end_three(&t);
    assert_int_equal(ended_since(&t, owner, ten_s), 3);
    assert_int_equal(ended_since(&t, owner, ten_s + 1800), 2);   /* what ended before is not even looked at */
    assert_int_equal(ended_since(&t, owner, ten_s + 7200), 0);
    assert_int_equal(ended_since(&t, "nobody", 0), 0);
    township_close(&t);
}

static void those_of_before_that_era_are_listed_when_it_begins(void **state)
{
    struct township t;
    const char *owner;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_ENDED_TASKS - 1);
    owner = end_three(&t);
    assert_int_equal(ended_since(&t, owner, 0), 0);
    begin_era(&t, ERA_OF_ENDED_TASKS);
    assert_int_equal(ended_since(&t, owner, 0), 3);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_found_by_whose_they_were_and_when),
        cmocka_unit_test(those_of_before_that_era_are_listed_when_it_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
