/* Passwords that were right a while ago: each account's own, until it is changed or ten minutes are over. */
#include <stdio.h>
#include <string.h>

#include "remembered.h"
#include "test.h"

static struct remembered remembered;

static int open_it(void **state)
{
    (void) state;
    remembered_open(&remembered);
    return 0;
}

static void what_was_right_is_so_for_a_while(void **state)
{
    (void) state;
    assert_false(remembered_was_right(&remembered, "lead", "secret words", 1000));
    remembered_note(&remembered, "lead", "secret words", 1000);
    assert_true(remembered_was_right(&remembered, "lead", "secret words", 1000 + REMEMBERED_MS - 1));
    assert_false(remembered_was_right(&remembered, "lead", "secret words", 1000 + REMEMBERED_MS));
    assert_false(remembered_was_right(&remembered, "lead", "secret word", 1000));
    assert_false(remembered_was_right(&remembered, "lea", "dsecret words", 1000));
    assert_false(remembered_was_right(&remembered, "", "", 1000));
}

static void one_that_is_changed_is_forgotten_and_no_other(void **state)
{
    (void) state;
    remembered_note(&remembered, "lead", "secret words", 1000);
    remembered_note(&remembered, "clerk", "other words", 1000);
    remembered_forget(&remembered, "nobody");
    remembered_forget(&remembered, "lead");
    assert_false(remembered_was_right(&remembered, "lead", "secret words", 1000));
    assert_true(remembered_was_right(&remembered, "clerk", "other words", 1000));
}

static void an_account_has_one(void **state)
{
    (void) state;
    remembered_note(&remembered, "lead", "secret words", 1000);
    remembered_note(&remembered, "lead", "new words", 2000);
    assert_false(remembered_was_right(&remembered, "lead", "secret words", 2000));
    assert_true(remembered_was_right(&remembered, "lead", "new words", 2000));
}

/* A house of 200 accounts has room for all, whoever of them meet: each row has four places. */
static void a_house_is_remembered_and_of_too_many_the_oldest_go(void **state)
{
    enum { HOUSE = 200, CROWD = 5000 };
    size_t known = 0;
    char account[32];

    (void) state;
    memset(remembered.key, 7, sizeof remembered.key);   /* the same rows in every run */
    for (int i = 0; i < HOUSE; i++) {
        (void) snprintf(account, sizeof account, "account-%d", i);
        remembered_note(&remembered, account, "words", 1000 + i);
    }
    for (int i = 0; i < HOUSE; i++) {
        (void) snprintf(account, sizeof account, "account-%d", i);
        known += remembered_was_right(&remembered, account, "words", 2000);
    }
    assert_int_equal(known, HOUSE);
    for (int i = HOUSE; i < CROWD; i++) {
        (void) snprintf(account, sizeof account, "account-%d", i);
        remembered_note(&remembered, account, "words", 1000 + i);
        assert_true(remembered_was_right(&remembered, account, "words", 1000 + i));
    }
    for (int i = 0; i < HOUSE; i++) {
        (void) snprintf(account, sizeof account, "account-%d", i);
        assert_false(remembered_was_right(&remembered, account, "words", 2000));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_right_is_so_for_a_while, open_it),
        cmocka_unit_test_setup(one_that_is_changed_is_forgotten_and_no_other, open_it),
        cmocka_unit_test_setup(an_account_has_one, open_it),
        cmocka_unit_test_setup(a_house_is_remembered_and_of_too_many_the_oldest_go, open_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
