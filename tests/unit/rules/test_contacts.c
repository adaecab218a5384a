/* test_contacts.c - a way by which somebody is reached is tested, verified by its code, and unverified when it leads elsewhere. */
#include "queries.h"
#include "township.h"

static const uint8_t TOKENS[2][ID_BYTES] = { "robot-of-leader", "phone-of-leader" };

/* The leader of the north with two ways; the text behind the first token is another one. */
static void reach(struct township *t, const char *first, const char *second, bool changed)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *grants[] = { &grant };
    Duban__Personal addresses[2] = { DUBAN__PERSONAL__INIT, DUBAN__PERSONAL__INIT };
    Duban__Text title = DUBAN__TEXT__INIT;
    Duban__ChannelWay way = DUBAN__CHANNEL_WAY__INIT;
    Duban__ChannelWay *ways[] = { &way };

    for (size_t i = 0; i < 2; i++) {
        addresses[i].value_case = DUBAN__PERSONAL__VALUE_TOKEN;
        addresses[i].token = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) TOKENS[i] };
    }
    addresses[0].changed = changed;
    title.zh = "北片组组长";
    title.en = "leader of the north";
    grant.role = DUBAN__ROLE__ROLE_GROUP_LEADER;
    grant.scope = "north";
    change.account = "leader-north";
    change.title = &title;
    change.n_roles = 1;
    change.roles = grants;
    change.channel = (char *) first;
    change.address = &addresses[0];
    way.channel = (char *) second;
    way.address = &addresses[1];
    change.n_other_ways = 1;
    change.other_ways = ways;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void test_way(struct township *t, const char *who, const char *account, uint32_t way)
{
    Duban__ContactTest test = DUBAN__CONTACT_TEST__INIT;

    test.account = (char *) account;
    test.way = way;
    SUBMIT(t, who, CONTACT_TEST, contact_test, &test);
}

static void say(struct township *t, const char *who, const char *code)
{
    Duban__ContactConfirmation confirmation = DUBAN__CONTACT_CONFIRMATION__INIT;

    confirmation.account = "leader-north";
    confirmation.code = (char *) code;
    SUBMIT(t, who, CONTACT_CONFIRMATION, contact_confirmation, &confirmation);
}

/* Code of the last test; in the township's arena. */
static const char *code_sent(struct township *t)
{
    const Duban__Notice *notice = last_notice(t, "leader-north", "contact_test");

    assert_int_equal(notice->n_items, 1);
    assert_int_equal(strlen(notice->items[0]->code), 6);
    return arena_copy(&t->arena, notice->items[0]->code, 6);
}

/* A code of 6 digits that it is not. */
static const char *another(const char *code)
{
    return strcmp(code, "000000") == 0 ? "000001" : "000000";
}

/* What the list has of the account; NULL: nothing. In the state's arena. */
static Duban__Contacts *listed(struct township *t, bool unverified_only)
{
    Duban__ContactsQuery wanted = DUBAN__CONTACTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply reply = DUBAN__REPLY__INIT;
    struct question question = { .rules = &t->rules, .query = &query, .reply = &reply, .arena = &t->arena, .now_s = t->now_s, .limit = 200 };

    wanted.unverified_only = unverified_only;
    state_begin(&t->rules.state);
    query_on_contacts(&question, &wanted);
    store_abort(&t->rules.state.txn);
    assert_int_equal(reply.body_case, DUBAN__REPLY__BODY_CONTACTS);
    assert_true(reply.contacts->n_rows <= 1);
    return reply.contacts->n_rows == 0 ? NULL : reply.contacts->rows[0]->contacts;
}

static void begin(struct township *t)
{
    township_open(t, "2020-02-10T10:00");
    begin_era(t, ERA_OF_CONTACTS);
    reach(t, "wecom", "sms", false);
    forget_told(t);
}

static void a_test_goes_by_that_one_way_and_its_code_verifies_it(void **unused)
{
    struct township t;
    const Duban__Notice *notice;

    (void) unused;
    begin(&t);
    assert_int_equal(listed(&t, true)->n_ways, 2);
    test_way(&t, "clerk", "leader-north", 2);
    notice = last_notice(&t, "leader-north", "contact_test");
    assert_string_equal(notice->recipient->channel, "sms");
    assert_memory_equal(notice->recipient->address_token.data, TOKENS[1], ID_BYTES);
    assert_int_equal(notice->recipient->n_other_ways, 0);
    assert_int_equal(last_fact(&t, FACT(CONTACT_TESTED))->number, 2);
    assert_string_equal(last_fact(&t, FACT(CONTACT_TESTED))->reason, "sms");
    say(&t, "leader-north", code_sent(&t));
    assert_int_equal(last_fact(&t, FACT(CONTACT_VERIFIED))->number, 2);
    assert_int_equal(listed(&t, false)->ways[0]->verified_s, 0);
    assert_int_equal(listed(&t, false)->ways[1]->verified_s, t.now_s);
    assert_string_equal(listed(&t, false)->ways[1]->verified_by, "leader-north");
    clock_at(&t, "2020-02-10T10:05");
    test_way(&t, "leader-north", "leader-north", 1);
    say(&t, "clerk", code_sent(&t));   /* he has told her */
    assert_null(listed(&t, true));
    township_close(&t);
}

static void a_wrong_code_is_counted_and_the_fifth_asks_for_a_new_test(void **unused)
{
    struct township t;
    const char *code;

    (void) unused;
    begin(&t);
    test_way(&t, "clerk", "leader-north", 1);
    code = code_sent(&t);
    for (uint32_t i = 1; i <= 5; i++) {
        say(&t, "leader-north", another(code));
        assert_int_equal(last_fact(&t, FACT(CONTACT_WRONG_CODE))->of, i);
    }
    assert_int_equal(told(&t, "leader-north", "act_declined"), 5);
    say(&t, "leader-north", code);   /* too late */
    assert_int_equal(facts(&t, FACT(CONTACT_VERIFIED)), 0);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->rule, "contact_confirmation.no_test");
    clock_at(&t, "2020-02-10T10:05");
    test_way(&t, "clerk", "leader-north", 1);
    assert_string_not_equal(code_sent(&t), code);
    say(&t, "leader-north", code_sent(&t));
    assert_int_equal(facts(&t, FACT(CONTACT_VERIFIED)), 1);
    township_close(&t);
}

static void another_address_is_not_verified_again(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    test_way(&t, "clerk", "leader-north", 1);
    say(&t, "clerk", code_sent(&t));
    reach(&t, "wecom", "sms", false);   /* the same once more */
    assert_int_equal(listed(&t, false)->ways[0]->verified_s, t.now_s);
    reach(&t, "wecom", "sms", true);    /* the same token, and another text behind it */
    assert_int_equal(listed(&t, false)->ways[0]->verified_s, 0);
    assert_string_equal(last_fact(&t, FACT(CONTACT_CHANGED))->reason, "wecom");
    clock_at(&t, "2020-02-10T10:05");
    test_way(&t, "clerk", "leader-north", 1);
    say(&t, "clerk", code_sent(&t));
    reach(&t, "dingtalk", "sms", false);
    assert_int_equal(listed(&t, false)->ways[0]->verified_s, 0);
    assert_int_equal(facts(&t, FACT(CONTACT_CHANGED)), 2);
    township_close(&t);
}

static void who_may_not_and_what_cannot_be_tested_is_said(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    test_way(&t, "inspector-n1", "leader-north", 1);
    assert_string_equal(held_last(&t)->field, "account");
    test_way(&t, "clerk", "nobody-here", 1);
    assert_string_equal(held_last(&t)->field, "contactTest.account");
    test_way(&t, "clerk", "leader-north", 3);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->rule, "contact_test.way");
    test_way(&t, "clerk", "inspector-n1", 1);   /* the spool alone */
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->rule, "contact_test.account");
    test_way(&t, "clerk", "leader-north", 1);
    test_way(&t, "clerk", "leader-north", 1);
    assert_string_equal(last_fact(&t, FACT(CONTRADICTION))->rule, "contact_test.often");
    assert_int_equal(told(&t, "leader-north", "contact_test"), 1);
    township_close(&t);
}

static void the_morning_brief_names_who_is_not_verified(void **unused)
{
    struct township t;
    const Duban__Notice *brief;

    (void) unused;
    begin(&t);
    pass_until(&t, "2020-02-11T09:00");
    brief = last_notice(&t, "lead", "morning_brief");
    assert_non_null(strstr(brief->items[0]->matter->zh, "未核实联系方式1人：北片组组长"));
    assert_non_null(strstr(brief->items[0]->matter->en, "not verified how they are reached, 1 in all: leader of the north"));
    test_way(&t, "clerk", "leader-north", 1);
    say(&t, "clerk", code_sent(&t));
    test_way(&t, "clerk", "leader-north", 2);
    say(&t, "clerk", code_sent(&t));
    pass_until(&t, "2020-02-12T09:00");
    assert_null(strstr(last_notice(&t, "lead", "morning_brief")->items[0]->matter->zh, "未核实"));
    township_close(&t);
}

static void those_registered_before_the_era_are_known_with_it(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T10:00");
    begin_era(&t, ERA_OF_CONTACTS - 1);
    reach(&t, "wecom", "sms", false);
    assert_null(listed(&t, false));
    begin_era(&t, ERA_OF_CONTACTS);
    assert_int_equal(listed(&t, true)->n_ways, 2);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_test_goes_by_that_one_way_and_its_code_verifies_it),
        cmocka_unit_test(a_wrong_code_is_counted_and_the_fifth_asks_for_a_new_test),
        cmocka_unit_test(another_address_is_not_verified_again),
        cmocka_unit_test(who_may_not_and_what_cannot_be_tested_is_said),
        cmocka_unit_test(the_morning_brief_names_who_is_not_verified),
        cmocka_unit_test(those_registered_before_the_era_are_known_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
