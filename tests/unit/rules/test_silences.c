/* test_silences.c - for a time some notices wait; what is still open then comes in one digest. */
#include "queries.h"
#include "township.h"

struct silencing {
    const char *who;
    const char *site, *area, *message, *account;
    const char *case_site, *case_item;
    Duban__Role role;
    const char *from, *until;
    bool personal;
};

static char *or_empty(const char *text)
{
    return text == NULL ? "" : (char *) text;
}

static void silence(struct township *t, struct silencing wanted)
{
    Duban__Silence entry = DUBAN__SILENCE__INIT;

    entry.site = or_empty(wanted.site);
    entry.area = or_empty(wanted.area);
    entry.message = or_empty(wanted.message);
    entry.account = or_empty(wanted.account);
    entry.role = wanted.role;
    if (wanted.case_site != NULL)
        entry.case_ = reference_to(t, wanted.case_site, wanted.case_item);
    entry.from_ms = wanted.from == NULL ? 0 : at(wanted.from) * 1000;
    entry.until_ms = at(wanted.until) * 1000;
    entry.reason = "停电检修";
    entry.personal = wanted.personal;
    SUBMIT(t, wanted.who, SILENCE, silence, &entry);
}

static void end(struct township *t, const char *who, uint32_t number)
{
    Duban__SilenceEnd entry = DUBAN__SILENCE_END__INIT;

    entry.number = number;
    entry.reason = "已恢复供电";
    SUBMIT(t, who, SILENCE_END, silence_end, &entry);
}

/* What the list shows, one row at most; with those that are over. */
static Duban__SilenceRow *shown(struct township *t, bool over_too)
{
    Duban__SilencesQuery wanted = DUBAN__SILENCES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply reply = DUBAN__REPLY__INIT;
    struct question question = { .rules = &t->rules, .query = &query, .reply = &reply, .arena = &t->arena, .now_s = t->now_s, .limit = 200 };

    wanted.over_too = over_too;
    state_begin(&t->rules.state);
    query_on_silences(&question, &wanted);
    store_abort(&t->rules.state.txn);
    assert_int_equal(reply.body_case, DUBAN__REPLY__BODY_SILENCES);
    assert_true(reply.silences->n_rows <= 1);
    return reply.silences->n_rows == 0 ? NULL : reply.silences->rows[0];
}

/* A case of level C is found at 10:00, due 72 hours later: reminders 24 and 4 hours before. */
static void begin(struct township *t)
{
    township_open(t, "2020-02-10T10:00");
    fails(t, "COUR-1", "DS-06");
    assert_string_equal(case_at(t, "COUR-1", "DS-06")->level, "C");
    forget_told(t);
}

static void what_fits_waits_and_comes_in_one_digest_at_the_end(void **unused)
{
    struct township t;
    const Duban__Notice *digest;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "leader-north", .site = "COUR-1", .message = "near_due", .until = "2020-02-13T08:00" });
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-13T07:59");
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 0);
    assert_int_equal(facts(&t, FACT(SILENCED)), 4);   /* two reminders for two */
    assert_int_equal(last_fact(&t, FACT(SILENCED))->number, 1);
    assert_int_equal(shown(&t, false)->silence->kept, 4);
    pass_until(&t, "2020-02-13T08:01");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);
    digest = last_notice(&t, "site-COUR-1", "digest");
    assert_int_equal(digest->n_items, 1);   /* the same words twice are one line */
    assert_string_equal(digest->items[0]->kind, "near_due");
    assert_int_equal(digest->items[0]->left_s, 2 * 3600);
    assert_int_equal(last_fact(&t, FACT(SILENCE_OVER))->of, 4);
    assert_null(shown(&t, false));
    assert_true(shown(&t, true)->silence->over);
    township_close(&t);
}

static void others_are_told_as_ever(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "lead", .account = "inspector-n1", .until = "2020-02-13T08:00" });
    pass_until(&t, "2020-02-13T07:50");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 0);
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 1);
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);   /* the one of 06:00 */
    forget_told(&t);
    fails(&t, "COUR-1", "CR-03");
    assert_string_equal(last_notice(&t, "site-COUR-1", "notice_to_site")->items[0]->kind, "");   /* no line of a list */
    township_close(&t);
}

static void all_that_is_given_must_fit(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "lead", .role = DUBAN__ROLE__ROLE_SITE_CONTACT, .area = "S1", .until = "2020-02-13T08:00" });
    silence(&t, (struct silencing){ .who = "lead", .role = DUBAN__ROLE__ROLE_LEAD, .area = "N1", .until = "2020-02-13T08:00" });
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .message = "overdue_owner", .until = "2020-02-13T08:00" });
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .from = "2020-02-13T07:00", .until = "2020-02-13T08:00" });
    pass_until(&t, "2020-02-13T06:59");
    assert_int_equal(facts(&t, FACT(SILENCED)), 0);
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 1);
    township_close(&t);
}

static void what_is_done_by_then_is_not_said_any_more(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .until = "2020-02-13T08:00" });
    pass_until(&t, "2020-02-13T07:00");
    claim(&t, "COUR-1", "DS-06");
    pass_until(&t, "2020-02-13T08:01");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 0);
    assert_int_equal(not_told(&t, "done"), 2);   /* the latest of each: his and the follow-up owner's */
    township_close(&t);
}

static void the_ladder_is_silenced_only_where_the_case_is_named(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .until = "2020-02-17T09:00" });
    pass_until(&t, "2020-02-14T12:00");
    assert_int_equal(told(&t, "site-COUR-1", "overdue_owner"), 0);
    assert_int_equal(told(&t, "leader-north", "digest"), 1);   /* 22:00, so it comes in the morning */
    assert_int_equal(told(&t, "lead", "overdue_lead"), 1);
    township_close(&t);
    begin(&t);
    silence(&t, (struct silencing){ .who = "lead", .case_site = "COUR-1", .case_item = "DS-06", .until = "2020-02-17T09:00" });
    assert_string_equal(shown(&t, false)->case_number, "DB-0001");
    pass_until(&t, "2020-02-14T12:00");
    assert_int_equal(told(&t, "leader-north", "digest"), 0);
    assert_int_equal(told(&t, "lead", "overdue_lead"), 0);
    pass_until(&t, "2020-02-17T09:01");
    assert_int_equal(told(&t, "leader-north", "digest"), 1);
    assert_int_equal(told(&t, "lead", "digest"), 1);
    township_close(&t);
}

static void what_is_urgent_is_never_silenced(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "lead", .area = "N1", .until = "2020-02-13T08:00" });
    fails(&t, "COUR-1", "RT-02");
    assert_string_equal(case_at(&t, "COUR-1", "RT-02")->level, "A");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    silence(&t, (struct silencing){ .who = "lead", .case_site = "COUR-1", .case_item = "RT-02", .until = "2020-02-13T08:00" });
    assert_string_equal(held_last(&t)->field, "silence.case");
    pass_until(&t, "2020-02-10T12:30");
    assert_int_equal(told(&t, "leader-north", "overdue_group_leader"), 1);
    assert_int_equal(facts(&t, FACT(SILENCED)), 0);
    township_close(&t);
}

static void at_night_it_comes_with_the_morning(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .until = "2020-02-12T23:00" });
    pass_until(&t, "2020-02-13T07:42");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 0);
    pass_until(&t, "2020-02-13T07:44");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);
    township_close(&t);
}

static void ended_sooner_it_hands_on_at_once(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "leader-north", .site = "COUR-1", .until = "2020-02-13T08:00" });
    pass_until(&t, "2020-02-12T12:00");
    end(&t, "leader-south", 1);
    assert_string_equal(held_last(&t)->field, "account");
    end(&t, "leader-north", 2);
    assert_string_equal(held_last(&t)->field, "silenceEnd.number");
    end(&t, "leader-north", 1);
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-12T12:01");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);
    assert_string_equal(last_fact(&t, FACT(SILENCE_OVER))->actor, "leader-north");
    end(&t, "leader-north", 1);
    assert_string_equal(held_last(&t)->field, "silenceEnd.number");
    pass_until(&t, "2020-02-13T07:44");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 2);
    township_close(&t);
}

static void what_waits_for_the_morning_is_silenced_too(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T22:30");
    fails(&t, "COUR-1", "DS-06");
    forget_told(&t);
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .until = "2020-02-11T12:00" });
    pass_until(&t, "2020-02-11T11:59");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 0);
    pass_until(&t, "2020-02-11T12:01");
    assert_int_equal(told(&t, "site-COUR-1", "digest"), 1);
    township_close(&t);
}

static void several_that_end_together_make_one_digest(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    fails(&t, "DORM-1", "DS-06");
    passes(&t, "DORM-1", "SD-01");   /* nobody may skip it there */
    forget_told(&t);
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .until = "2020-02-13T08:00" });
    silence(&t, (struct silencing){ .who = "lead", .site = "DORM-1", .until = "2020-02-13T08:00" });
    pass_until(&t, "2020-02-13T08:01");
    assert_int_equal(facts(&t, FACT(SILENCE_OVER)), 2);
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);
    assert_int_equal(last_notice(&t, "inspector-n1", "digest")->n_items, 2);
    township_close(&t);
}

static void who_may_and_for_how_long(void **unused)
{
    static const struct {
        struct silencing wanted;
        const char *field;
    } WRONG[] = {
        { { .who = "leader-south", .site = "COUR-1", .until = "2020-02-11T10:00" }, "account" },
        { { .who = "leader-north", .message = "near_due", .until = "2020-02-11T10:00" }, "account" },
        { { .who = "leader-north", .case_site = "SHOP-1", .case_item = "DS-06", .until = "2020-02-11T10:00" }, "case" },
        { { .who = "inspector-n1", .site = "COUR-1", .until = "2020-02-11T10:00" }, "account" },
        { { .who = "lead", .site = "NO-1", .until = "2020-02-11T10:00" }, "silence.site" },
        { { .who = "lead", .area = "NO", .until = "2020-02-11T10:00" }, "silence.area" },
        { { .who = "lead", .account = "nobody", .until = "2020-02-11T10:00" }, "silence.account" },
        { { .who = "lead", .message = "no_such", .until = "2020-02-11T10:00" }, "silence.message" },
        { { .who = "lead", .message = "quarantined", .until = "2020-02-11T10:00" }, "silence.message" },
        { { .who = "lead", .site = "COUR-1", .until = "2020-02-10T10:00" }, "silence.untilMs" },
        { { .who = "lead", .site = "COUR-1", .until = "2020-02-17T10:01" }, "silence.untilMs" },
    };
    struct township t;

    (void) unused;
    begin(&t);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        silence(&t, WRONG[i].wanted);
        assert_non_null(held_last(&t));
        assert_string_equal(held_last(&t)->field, WRONG[i].field);
    }
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .until = "2020-02-17T10:00" });
    assert_null(held_last(&t));
    township_close(&t);
}

static void a_pack_without_the_section_silences_nothing(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    write_instead(&t, "\nsilences:\n  at_most_days: 7\n  own_at_most_days: 3\n", "\n");
    activate(&t, "epidemic-2020-beijing");
    silence(&t, (struct silencing){ .who = "lead", .site = "COUR-1", .until = "2020-02-11T10:00" });
    assert_string_equal(held_last(&t)->field, "silence");
    township_close(&t);
}

static void no_more_than_64_at_one_time(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    for (size_t i = 0; i < 64; i++)
        silence(&t, (struct silencing){ .who = "lead", .site = "SHOP-1", .until = "2020-02-11T10:00" });
    assert_null(held_last(&t));
    silence(&t, (struct silencing){ .who = "lead", .site = "SHOP-1", .until = "2020-02-11T10:00" });
    assert_string_equal(held_last(&t)->field, "silence");
    pass_until(&t, "2020-02-11T10:01");
    assert_int_equal(facts(&t, FACT(SILENCE_OVER)), 64);
    silence(&t, (struct silencing){ .who = "lead", .site = "SHOP-1", .until = "2020-02-12T10:00" });
    assert_null(held_last(&t));
    township_close(&t);
}

/* ---------------------------------------------------------------- 本人免扰: for oneself */

static void one_silences_for_himself_alone(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "inspector-n1", .site = "COUR-1", .until = "2020-02-13T08:00", .personal = true });
    assert_null(held_last(&t));
    assert_true(shown(&t, false)->silence->personal);
    assert_string_equal(shown(&t, false)->silence->account, "inspector-n1");
    pass_until(&t, "2020-02-13T07:50");
    assert_int_equal(told(&t, "inspector-n1", "near_due"), 0);
    assert_int_equal(told(&t, "site-COUR-1", "near_due"), 1);
    assert_int_equal(facts(&t, FACT(SILENCED)), 2);
    assert_string_equal(last_fact(&t, FACT(SILENCED))->recipient, "inspector-n1");
    pass_until(&t, "2020-02-13T08:01");
    assert_int_equal(told(&t, "inspector-n1", "digest"), 1);
    assert_int_equal(facts(&t, FACT(SILENCE_OVER)), 1);
    assert_null(shown(&t, false));
    forget_told(&t);
    pass_until(&t, "2020-02-13T12:00");
    assert_int_equal(told(&t, "inspector-n1", "overdue_owner"), 1);   /* and nothing is kept any more */
    township_close(&t);
}

static void what_is_urgent_reaches_him_all_the_same(void **unused)
{
    struct township t;

    (void) unused;
    township_open(&t, "2020-02-10T10:00");
    silence(&t, (struct silencing){ .who = "site-COUR-1", .site = "COUR-1", .until = "2020-02-11T08:00", .personal = true });
    assert_null(held_last(&t));
    fails(&t, "COUR-1", "RT-02");   /* level A */
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    fails(&t, "COUR-1", "DS-06");
    assert_int_equal(told(&t, "site-COUR-1", "notice_to_site"), 1);
    assert_int_equal(facts(&t, FACT(SILENCED)), 1);
    township_close(&t);
}

static void it_lasts_as_long_as_the_policy_says_and_is_ended_by_himself_or_the_lead(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    silence(&t, (struct silencing){ .who = "inspector-n1", .site = "COUR-1", .until = "2020-02-13T10:01", .personal = true });
    assert_string_equal(held_last(&t)->en, "a silence lasts at most 3 days");
    silence(&t, (struct silencing){ .who = "nobody", .site = "COUR-1", .until = "2020-02-11T10:00", .personal = true });
    assert_string_equal(held_last(&t)->field, "account");
    silence(&t, (struct silencing){ .who = "inspector-n1", .site = "COUR-1", .until = "2020-02-11T10:00", .personal = true });
    assert_null(held_last(&t));
    end(&t, "leader-north", 1);
    assert_string_equal(held_last(&t)->field, "account");
    end(&t, "inspector-n1", 1);
    assert_null(held_last(&t));
    pass_until(&t, "2020-02-10T10:01");
    assert_null(shown(&t, false));
    for (int i = 0; i < 9; i++)
        silence(&t, (struct silencing){ .who = "inspector-n1", .message = "near_due", .until = "2020-02-11T10:00", .personal = true });
    assert_string_equal(held_last(&t)->en, "at most 8 of one's own at one time: end some first");
    silence(&t, (struct silencing){ .who = "inspector-n2", .message = "near_due", .until = "2020-02-11T10:00", .personal = true });
    assert_null(held_last(&t));
    township_close(&t);
}

static void a_pack_that_says_no_time_for_it_knows_none(void **unused)
{
    struct township t;

    (void) unused;
    begin(&t);
    write_instead(&t, "  own_at_most_days: 3\n", "");
    activate(&t, "epidemic-2020-beijing");
    silence(&t, (struct silencing){ .who = "inspector-n1", .site = "COUR-1", .until = "2020-02-11T10:00", .personal = true });
    assert_string_equal(held_last(&t)->field, "silence.personal");
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_waits_and_comes_in_one_digest_at_the_end),
        cmocka_unit_test(others_are_told_as_ever),
        cmocka_unit_test(all_that_is_given_must_fit),
        cmocka_unit_test(what_is_done_by_then_is_not_said_any_more),
        cmocka_unit_test(the_ladder_is_silenced_only_where_the_case_is_named),
        cmocka_unit_test(what_is_urgent_is_never_silenced),
        cmocka_unit_test(at_night_it_comes_with_the_morning),
        cmocka_unit_test(ended_sooner_it_hands_on_at_once),
        cmocka_unit_test(what_waits_for_the_morning_is_silenced_too),
        cmocka_unit_test(several_that_end_together_make_one_digest),
        cmocka_unit_test(who_may_and_for_how_long),
        cmocka_unit_test(a_pack_without_the_section_silences_nothing),
        cmocka_unit_test(no_more_than_64_at_one_time),
        cmocka_unit_test(one_silences_for_himself_alone),
        cmocka_unit_test(what_is_urgent_reaches_him_all_the_same),
        cmocka_unit_test(it_lasts_as_long_as_the_policy_says_and_is_ended_by_himself_or_the_lead),
        cmocka_unit_test(a_pack_that_says_no_time_for_it_knows_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
