/* What each account has of what all share: counted for each by itself, and forgotten with its last request. */
#include <stdio.h>

#include "shares.h"
#include "test.h"

static void each_account_has_its_own(void **state)
{
    struct shares shares = { .rows = { NULL } };
    struct share *one = share_use(&shares, "insp-n"), *again = share_use(&shares, "insp-n"), *other = share_use(&shares, "insp-s");

    (void) state;
    assert_non_null(one);
    assert_ptr_equal(one, again);
    assert_ptr_not_equal(one, other);
    one->body_bytes = 7;
    assert_int_equal(other->body_bytes, 0);
    share_release(&shares, one);
    one->body_bytes = 0;
    assert_int_equal(share_use(&shares, "insp-n")->users, 2);
    for (int i = 0; i < 2; i++)
        share_release(&shares, again);
    share_release(&shares, other);
}

/* Who has not signed in is one like others. */
static void without_an_account_all_are_one(void **state)
{
    struct shares shares = { .rows = { NULL } };
    struct share *nobodys = share_use(&shares, "");

    (void) state;
    assert_ptr_equal(share_use(&shares, ""), nobodys);
    assert_int_equal(nobodys->users, 2);
    share_release(&shares, nobodys);
    share_release(&shares, nobodys);
    share_release(&shares, NULL);
}

/* More of them than there are rows: those that meet in one are told apart, whichever goes first. */
static void many_come_and_go_in_any_order(void **state)
{
    enum { MANY = 3 * SHARES_ROWS };
    struct shares shares = { .rows = { NULL } };
    struct share *all[MANY];
    char account[32];

    (void) state;
    for (uint32_t i = 0; i < MANY; i++) {
        (void) snprintf(account, sizeof account, "account-%u", i);
        all[i] = share_use(&shares, account);
        assert_non_null(all[i]);
        all[i]->uploads = i;
    }
    for (uint32_t i = 0; i < MANY; i += 2) {
        all[i]->uploads = 0;
        share_release(&shares, all[i]);
    }
    for (uint32_t i = 1; i < MANY; i += 2) {
        (void) snprintf(account, sizeof account, "account-%u", i);
        assert_ptr_equal(share_use(&shares, account), all[i]);
        assert_int_equal(all[i]->uploads, i);
        all[i]->uploads = 0;
        share_release(&shares, all[i]);
        share_release(&shares, all[i]);
    }
    for (size_t i = 0; i < SHARES_ROWS; i++)
        assert_null(shares.rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_account_has_its_own),
        cmocka_unit_test(without_an_account_all_are_one),
        cmocka_unit_test(many_come_and_go_in_any_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
