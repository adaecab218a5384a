/* What somebody was shown is kept as it was entered, and changes nothing else. */
#include "township.h"

static void what_was_shown_is_a_fact_of_who_has_seen_it(void **state)
{
    struct township t;
    char *fields[] = { "phone", "name" };
    Duban__Access access = DUBAN__ACCESS__INIT;
    const Duban__Fact *fact;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    access.kind = DUBAN__ACCESS_KIND__ACCESS_KIND_SHOWN;
    access.object = "leader-north";
    access.n_fields = 2;
    access.fields = fields;
    access.reason = "电话催办";
    SUBMIT(&t, "clerk", ACCESS, access, &access);
    fact = last_fact(&t, FACT(SHOWN));
    assert_string_equal(fact->actor, "clerk");
    assert_string_equal(fact->recipient, "leader-north");
    assert_string_equal(fact->reason, "电话催办");
    assert_int_equal(fact->n_fields, 2);
    assert_string_equal(fact->fields[1], "name");
    assert_int_equal(facts(&t, FACT(EXPORTED)), 0);
    access.kind = DUBAN__ACCESS_KIND__ACCESS_KIND_EXPORTED;
    SUBMIT(&t, "nobody", ACCESS, access, &access);
    assert_string_equal(last_fact(&t, FACT(EXPORTED))->actor, "nobody");
    assert_int_equal(facts(&t, FACT(QUARANTINED)), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_was_shown_is_a_fact_of_who_has_seen_it) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
