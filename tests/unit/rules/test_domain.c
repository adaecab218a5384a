/* test_domain.c - the epidemic pack beside the tables of the domain: its 53 check items (4.3), its reminders (4.4) and ladder
 * (4.5), its look-backs (4.1).
 *
 * Markets are a kind of their own beside shops: where the domain says SHOP of enterprises, the pack says SHOP MARK.
 */
#include "policy_pack.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIRMS "COUR CONS OFFC FACT SHOP MARK FOOD"
#define ANY_NUMBER INT64_MIN

enum { HOUR = 3600 };

/* ---------------------------------------------------------------- check items */

/* passes: of the item itself; 0 = as its level. Numbers in thousandths, 0 = no such bound. */
static const struct {
    const char *code, *kinds, *level;
    uint32_t passes;
    int64_t least, most;
} ITEMS[] = {
    { "EP-01", FIRMS, "B", 0, 0, 0 },
    { "EP-02", FIRMS, "B", 0, 0, 0 },
    { "EP-03", "CONS COUR FACT OFFC", "B", 0, 0, 0 },
    { "EP-04", FIRMS, "B", 1, 0, 0 },
    { "EP-05", "COUR CONS", "C", 1, 0, 0 },
    { "MS-01", FIRMS, "B", 0, 7000, 0 },
    { "MS-02", FIRMS, "B", 0, 7000, 0 },
    { "MS-03", FIRMS " GATE", "B", 1, 2000, 0 },
    { "MS-04", "CONS FACT", "D", 0, 0, 0 },
    { "DS-01", "COUR CONS OFFC FACT FOOD SHOP MARK DORM", "B", 0, 0, 0 },
    { "DS-02", "COUR", "B", 0, 0, 0 },
    { "DS-03", "COUR FACT", "B", 0, 0, 0 },
    { "DS-04", "OFFC FACT DORM", "C", 1, 0, 0 },
    { "DS-05", "OFFC SHOP MARK", "B", 0, 0, 0 },
    { "DS-06", "*", "C", 1, 0, 0 },
    { "TM-01", "GATE CONS COUR OFFC FACT SHOP MARK", "A", 0, 0, 0 },
    { "TM-02", "COUR CONS FACT", "B", 0, 0, 0 },
    { "TM-03", "*", "A", 0, 0, 0 },
    { "TM-04", "COUR CONS FACT", "B", 0, 5000, 5000 },
    { "RT-01", FIRMS " DORM RENT", "B", 0, ANY_NUMBER, ANY_NUMBER },
    { "RT-02", FIRMS, "A", 0, 0, 0 },
    { "RT-03", "DORM CONS ISOL", "B", 0, 0, 0 },
    { "RT-04", "CONS DORM", "A", 0, 0, 0 },
    { "GT-01", "GATE", "A", 0, 0, 0 },
    { "GT-02", "GATE", "A", 0, 0, 0 },
    { "GT-03", "GATE", "B", 0, 0, 0 },
    { "GT-04", "GATE", "B", 0, 0, 0 },
    { "GT-05", "GATE", "C", 1, 0, 0 },
    { "GT-06", "GATE", "D", 0, 0, 0 },
    { "CS-01", "CONS", "A", 0, 2500, 0 },
    { "CS-02", "CONS DORM", "B", 0, 0, 6000 },
    { "CS-03", "CONS DORM", "B", 0, 2500, 0 },
    { "CS-04", "CONS", "B", 0, 0, 0 },
    { "CS-05", "CONS FACT FOOD", "C", 1, 0, 0 },
    { "CR-01", "COUR", "A", 0, 0, 0 },
    { "CR-02", "COUR", "B", 0, 0, 0 },
    { "CR-03", "COUR", "C", 1, 0, 0 },
    { "CR-04", "COUR", "B", 0, 0, 0 },
    { "OF-01", "OFFC", "B", 0, 0, 50000 },
    { "OF-02", "OFFC", "B", 0, 2500, 0 },
    { "OF-03", "OFFC", "C", 1, 0, 0 },
    { "PB-01", "PUBL", "A", 0, 0, 0 },
    { "PB-02", "SHOP MARK FOOD", "B", 0, 0, 0 },
    { "HH-01", "HHLD", "C", 1, 0, 0 },
    { "HH-02", "HHLD", "C", 1, 0, 0 },
    { "HH-03", "HHLD COMM", "B", 0, 0, 0 },   /* on the community: its committee is a site */
    { "HH-04", "HHLD", "A", 0, 0, 0 },
    { "IS-01", "ISOL COMM", "A", 1, 0, 0 },   /* as for what a case of an isolation is opened on */
    { "IS-02", "ISOL COMM", "A", 0, 0, 0 },
    { "IS-03", "ISOL", "B", 1, 0, 0 },
    { "SD-01", "*", "X", 0, 0, 0 },
    { "SD-02", "DORM RENT CONS", "A", 0, 0, 0 },
    { "UR-01", "*", "A", 1, 0, 0 },
};

static bool is_among(const char *code, const char *list)
{
    size_t size = strlen(code);

    for (const char *at = strstr(list, code); at != NULL; at = strstr(at + 1, code))
        if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static void assert_kinds(const struct policy_item *item, const char *kinds)
{
    size_t count = 0, wanted = 1;

    for (const char *at = kinds; (at = strchr(at, ' ')) != NULL; at++)
        wanted++;
    for (; item->kinds[count] != NULL; count++)
        if (!is_among(item->kinds[count], kinds))
            fail_msg("%s is asked at %s", item->code, item->kinds[count]);
    assert_int_equal(count, strcmp(kinds, "*") == 0 ? 0 : wanted);
}

static void assert_bound(const char *code, bool given, int64_t milli, int64_t wanted)
{
    if (wanted == ANY_NUMBER)
        return;
    if (given != (wanted != 0) || (given && milli != wanted))
        fail_msg("%s has another number", code);
}

static void the_53_items_are_those_of_the_domain(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");

    (void) state;
    assert_int_equal(pack->policy.item_count, COUNT(ITEMS));
    for (size_t i = 0; i < COUNT(ITEMS); i++) {
        const struct policy_item *item = policy_item(&pack->policy, ITEMS[i].code);

        if (item == NULL)
            fail_msg("%s is missing", ITEMS[i].code);
        assert_true(strncmp(item->code, item->group, 2) == 0 && item->group[2] == '\0');
        assert_string_equal(item->severity->code, ITEMS[i].level);
        assert_kinds(item, ITEMS[i].kinds);
        assert_int_equal(item->passes, ITEMS[i].passes);
        assert_int_equal(item->has_limit, strcmp(item->code, "UR-01") == 0);
        assert_bound(item->code, item->has_minimum, item->minimum_milli, ITEMS[i].least);
        assert_bound(item->code, item->has_maximum, item->maximum_milli, ITEMS[i].most);
    }
    pack_close(pack);
}

/* A day's contact of IS-01 is due by 20:00 and told then: the isolation's own evening contact. A case opens after two missed
 * (4.6 rule 17), be it at 20:00, and has the limit of its level. */
static void the_evening_contact_is_due_by_eight_and_told_then(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy_plan *plan = policy_plan(&pack->policy, DUBAN__TASK_KIND__TASK_KIND_ISOLATION_CONTACT, "");

    (void) state;
    assert_int_equal(pack->policy.isolation.evening_ends_s, 20 * HOUR);
    assert_int_equal(plan->reminders[0].offset_s, -2 * HOUR);
    assert_int_equal(plan->ladder[0].offset_s, 0);
    assert_int_equal(plan->ladder[0].to[0], TO_OWNER);   /* the area contact */
    assert_int_equal(plan->ladder[0].to[1], TO_LEAD);
    pack_close(pack);
}

/* ---------------------------------------------------------------- reminders and ladder */

/* An offset in its own unit: seconds of natural or working hours, or worked days. */
struct moment {
    enum policy_when when;
    enum policy_unit unit;
    int64_t amount;
    int64_t every_s;
    int32_t every_days;
    bool fold;
    const char *message;
};

#define NATURAL(hours, kind) { WHEN_OFFSET, UNIT_NATURAL_HOURS, (hours) * HOUR, 0, 0, false, kind }
#define LISTED(hours, kind) { WHEN_OFFSET, UNIT_NATURAL_HOURS, (hours) * HOUR, 0, 0, true, kind }
#define BRIEFING(hours) { WHEN_BRIEFING, UNIT_NATURAL_HOURS, (hours) * HOUR, 0, 0, false, "agenda" }
#define DAILY { WHEN_CLOCK, UNIT_NATURAL_HOURS, 7 * HOUR + 43 * 60, 24 * HOUR, 0, true, "overdue_owner" }
#define WORKED(days, kind) { WHEN_OFFSET, UNIT_WORKING_DAYS, days, 0, 0, false, kind }

static int64_t amount_of(const struct policy_row *row)
{
    if (row->when == WHEN_CLOCK)
        return row->second_of_day;
    return row->offset_unit == UNIT_WORKING_DAYS ? row->offset_days : row->offset_s;
}

static void assert_moments(const struct policy_row *rows, size_t count, const struct moment *moments, size_t wanted)
{
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(rows[i].message, moments[i].message);
        assert_int_equal(rows[i].when, moments[i].when);
        assert_int_equal(amount_of(&rows[i]), moments[i].amount);
        if (rows[i].when != WHEN_CLOCK)
            assert_int_equal(rows[i].offset_unit, moments[i].unit);
        assert_int_equal(rows[i].every_s, moments[i].every_s);
        assert_int_equal(rows[i].every_days, moments[i].every_days);
        assert_int_equal(rows[i].fold, moments[i].fold);
    }
}

static void assert_plan(const char *level, const struct moment *reminders, size_t reminder_count, const struct moment *ladder,
                        size_t ladder_count)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy_plan *plan = policy_plan(&pack->policy, DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION, level);

    assert_moments(plan->reminders, plan->reminder_count, reminders, reminder_count);
    assert_moments(plan->ladder, plan->ladder_count, ladder, ladder_count);
    for (size_t i = 0; i < plan->ladder_count; i++)
        assert_int_equal(plan->ladder[i].ladder_step, i);
    pack_close(pack);
}

static void the_plan_of_level_b_is_that_of_the_domain(void **state)
{
    static const struct moment reminders[] = { NATURAL(-4, "near_due"), NATURAL(-1, "near_due"), NATURAL(4, "overdue_owner"), DAILY };
    static const struct moment ladder[] = { NATURAL(0, "overdue_owner"), NATURAL(2, "overdue_group_leader"), NATURAL(12, "overdue_lead"),
                                            BRIEFING(24), LISTED(48, "reported_up") };

    (void) state;
    assert_plan("B", reminders, COUNT(reminders), ladder, COUNT(ladder));
}

static void the_plan_of_level_c_is_that_of_the_domain(void **state)
{
    static const struct moment reminders[] = { NATURAL(-24, "near_due"), NATURAL(-4, "near_due"), DAILY };
    static const struct moment ladder[] = { NATURAL(0, "overdue_owner"), NATURAL(12, "overdue_group_leader"), NATURAL(24, "overdue_lead"),
                                            BRIEFING(72), LISTED(7 * 24, "reported_up") };

    (void) state;
    assert_plan("C", reminders, COUNT(reminders), ladder, COUNT(ladder));
}

static void the_plan_of_level_x_is_that_of_the_domain(void **state)
{
    static const struct moment reminders[] = {
        WORKED(-1, "near_due"), { WHEN_CLOCK, UNIT_NATURAL_HOURS, 9 * HOUR, 0, 1, false, "overdue_owner" },
    };
    static const struct moment ladder[] = {
        NATURAL(0, "overdue_owner"), { WHEN_OFFSET, UNIT_WORKING_HOURS, 4 * HOUR, 0, 0, false, "overdue_group_leader" },
        WORKED(2, "overdue_lead"), { WHEN_BRIEFING, UNIT_WORKING_DAYS, 5, 0, 0, false, "agenda" },
    };

    (void) state;
    assert_plan("X", reminders, COUNT(reminders), ladder, COUNT(ladder));
}

/* ---------------------------------------------------------------- look-backs, texts */

static void a_fifth_of_a_and_b_and_a_tenth_of_c_and_d_are_looked_at_again(void **state)
{
    static const struct {
        const char *level;
        uint32_t percent;
    } shares[] = { { "A", 20 }, { "B", 20 }, { "C", 10 }, { "D", 10 } };
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy_look_back *look_back = &pack->policy.look_back;

    (void) state;
    assert_int_equal(look_back->share_count, COUNT(shares));
    for (size_t i = 0; i < COUNT(shares); i++) {
        const struct policy_look_back_share *share = policy_look_back_share(&pack->policy, shares[i].level);

        assert_non_null(share);
        assert_int_equal(share->percent, shares[i].percent);
        assert_int_equal(share->at_most, POLICY_MAX_LOOK_BACKS);   /* as many as any pack may have */
    }
    assert_true(look_back->after_days + look_back->every_days <= 14);
    pack_close(pack);
}

static void the_urgent_text_says_the_limits_of_the_policy(void **state)
{
    struct pack *pack = pack_loaded("epidemic-2020-beijing");
    const struct policy_text *text = &policy_message(&pack->policy, "urgent_fever")->text;

    (void) state;
    assert_int_equal(pack->policy.urgent.isolation_limit.seconds, HOUR);
    assert_int_equal(pack->policy.urgent.referral_limit.seconds, 2 * HOUR);
    assert_non_null(strstr(text->zh, "{due}前（1小时内）"));
    assert_non_null(strstr(text->zh, "2小时内"));
    assert_non_null(strstr(text->en, "{due} (within 1 h)"));
    assert_non_null(strstr(text->en, "within 2 h"));
    pack_close(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_53_items_are_those_of_the_domain),
        cmocka_unit_test(the_evening_contact_is_due_by_eight_and_told_then),
        cmocka_unit_test(the_plan_of_level_b_is_that_of_the_domain),
        cmocka_unit_test(the_plan_of_level_c_is_that_of_the_domain),
        cmocka_unit_test(the_plan_of_level_x_is_that_of_the_domain),
        cmocka_unit_test(a_fifth_of_a_and_b_and_a_tenth_of_c_and_d_are_looked_at_again),
        cmocka_unit_test(the_urgent_text_says_the_limits_of_the_policy),
    };

    return cmocka_run_group_tests_name("domain", tests, NULL, NULL);
}
