/* What may be entered, and by whom: each right for each post, written down by hand from domain 6 and asked of the engine cell by cell.
 *
 * Of something at GATE-1 (north, N1) that inspector "owner" follows up and office kongwei owes.
 */
#include "township.h"

static const struct {
    char letter;
    const char *account;
} POSTS[] = {
    { 'L', "lead" }, { 'C', "clerk" }, { 'D', "administrator" }, { 'M', "committee" }, { 'O', "owner" },
    { 'G', "leader-north" }, { 'g', "leader-south" }, { 'I', "inspector-n1" }, { 'i', "inspector-s1" },
    { 'A', "contact-n1" }, { 'a', "contact-s1" }, { 'S', "staff-n1" }, { 's', "staff-s1" },
    { 'X', "site-GATE-1" }, { 'x', "site-SHOP-1" }, { 'F', "office" }, { 'f', "other-office" }, { 'N', "nobody" },
};

/* Small letters: of elsewhere. O is whoever it is owed by, whatever his post; N has none. */
static const struct {
    enum right right;
    const char *by;
} TABLE[] = {
    { RIGHT_VISIT, "LGI" }, { RIGHT_CLAIM, "XOSGLC" }, { RIGHT_ACKNOWLEDGE, "XOGALI" }, { RIGHT_ACKNOWLEDGE_TASK, "XOGASLICFM" },
    { RIGHT_ASSIGN, "GL" }, { RIGHT_APPROVE_CLOSURE, "L" }, { RIGHT_APPROVE_EXTENSION, "GL" }, { RIGHT_ASK_EXTENSION, "XOGLC" },
    { RIGHT_EXPLAIN, "XOGLC" }, { RIGHT_EDIT, "GL" }, { RIGHT_SUSPEND, "L" }, { RIGHT_SUSPEND_SITE, "GASLC" },
    { RIGHT_EVIDENCE, "LCDMOGgIiAaSsXxFfN" }, { RIGHT_ASK_RECOMPUTE, "LCD" }, { RIGHT_APPROVE_RECOMPUTE, "L" }, { RIGHT_SETTLE, "CLD" },
    { RIGHT_ENTER_COMPLAINT, "CL" }, { RIGHT_CONCLUDE, "IGL" }, { RIGHT_RECEIPT, "F" }, { RIGHT_WATCH, "GLC" }, { RIGHT_END_WATCH, "L" },
    { RIGHT_REPORT_ABSENCE, "IGASLC" }, { RIGHT_ISOLATE, "ASLC" }, { RIGHT_CONTACT, "ASIGLC" }, { RIGHT_RELEASE_PERSON, "AL" },
    { RIGHT_EXEMPT, "L" }, { RIGHT_RAISE_DIFFICULTY, "IGLCASX" }, { RIGHT_COORDINATE, "GLCA" }, { RIGHT_GIVE_UP, "GL" },
    { RIGHT_REFER, "GLC" }, { RIGHT_TAKE_REFERRAL, "F" }, { RIGHT_CONFIRM_ISOLATION, "IGLCASX" }, { RIGHT_ANSWER_URGENT, "FLC" },
    { RIGHT_REGISTER_HOUSEHOLD, "DC" }, { RIGHT_CAMPAIGN, "LC" }, { RIGHT_ENTER_HOUSEHOLD, "SAIGL" },
    { RIGHT_CHECK_HOUSEHOLD, "IiGgL" }, { RIGHT_SET_AVAILABILITY, "OLCD" }, { RIGHT_SET_ON_CALL, "LCD" }, { RIGHT_PLAN, "GLC" },
    { RIGHT_LEAVE_STOP, "IGLC" }, { RIGHT_RESOLVE, "LC" }, { RIGHT_FINISH_RESOLUTION, "OLC" }, { RIGHT_REMARK, "LMG" },
    { RIGHT_APPROVE_AMENDMENT, "L" }, { RIGHT_APPEAL, "XOSC" }, { RIGHT_SUPPORT_APPEAL, "GL" }, { RIGHT_DECIDE_APPEAL, "L" },
    { RIGHT_SILENCE, "GL" }, { RIGHT_TEST_CONTACT, "OLCD" }, { RIGHT_CONFIRM_CONTACT, "OLCD" }, { RIGHT_OPERATE, "D" },
    { RIGHT_ADMINISTER, "D" }, { RIGHT_APPROVE_POLICY, "LM" },
};

enum { COUNT = sizeof TABLE / sizeof TABLE[0], POST_COUNT = sizeof POSTS / sizeof POSTS[0] };

static void open_with_every_post(struct township *t)
{
    township_open(t, "2020-02-10T10:00");
    holder(t, "administrator", DUBAN__ROLE__ROLE_ADMINISTRATOR, "");
    holder(t, "owner", DUBAN__ROLE__ROLE_OFFICE, "anjian");   /* a post that brings none of it */
    holder(t, "inspector-s1", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    holder(t, "contact-s1", DUBAN__ROLE__ROLE_AREA_CONTACT, "S1");
    holder(t, "staff-n1", DUBAN__ROLE__ROLE_AREA_STAFF, "N1");
    holder(t, "staff-s1", DUBAN__ROLE__ROLE_AREA_STAFF, "S1");
    holder(t, "office", DUBAN__ROLE__ROLE_OFFICE, "kongwei");
    holder(t, "other-office", DUBAN__ROLE__ROLE_OFFICE, "xinfang");
    assert_int_equal(t->rules.state.meta.quarantined, 0);
}

static void every_right_is_in_the_table_once(void **state)
{
    (void) state;
    assert_int_equal(COUNT, RIGHT_COUNT);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(TABLE[i].right, TABLE[j].right);
}

static void each_post_may_what_the_table_says_and_nothing_else(void **state)
{
    struct township t;
    Duban__Task task = DUBAN__TASK__INIT;

    (void) state;
    open_with_every_post(&t);
    task.site = "GATE-1";
    task.owner = "owner";
    task.office = "kongwei";
    state_begin(&t.rules.state);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < POST_COUNT; k++) {
            struct fault fault = { .field = "" };
            bool may;

            t.rules.engine.account = POSTS[k].account;
            may = engine_may_on_task(&t.rules.engine, TABLE[i].right, &task, &fault);
            if (may != (strchr(TABLE[i].by, POSTS[k].letter) != NULL))
                fail_msg("right %d for %s: %s", (int) TABLE[i].right, POSTS[k].account, may ? "given" : "refused");
            if (!may)
                assert_true(fault.zh[0] != '\0' && fault.en[0] != '\0' && strcmp(fault.field, "account") == 0);
        }
    store_abort(&t.rules.state.txn);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_right_is_in_the_table_once),
        cmocka_unit_test(each_post_may_what_the_table_says_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
