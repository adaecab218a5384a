/* test_notes.c - check items whose fail needs words (row 30 of the domain): what comes without them is judged, and asked back. */
#include "policy_pack.h"
#include "township.h"

#define FAIL DUBAN__RESULT__RESULT_FAIL

/* The epidemic pack asks for words at PB-01 and not at TM-03; both may be answered at a closed public place. */
static void open_township(struct township *t)
{
    township_open(t, "2020-02-10T10:00");
    site(t, "PUBL-1", "PUBL", "N1");
    forget_told(t);
}

static void fails_with(struct township *t, const char *item, const char *note)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };

    answer.item = (char *) item;
    answer.result = FAIL;
    answer.note = (char *) note;
    report.reporter = "inspector-n1";
    report.device_time_ms = t->now_s * 1000;
    report.site = "PUBL-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    SUBMIT(t, "inspector-n1", REPORT, report, &report);
}

static void a_fail_without_its_words_is_a_case_and_goes_back_to_the_reporter(void **state)
{
    struct township t;
    Duban__Notice *notice;
    uint64_t report;

    (void) state;
    open_township(&t);
    fails(&t, "PUBL-1", "PB-01");
    report = t.sequence;
    assert_non_null(case_at(&t, "PUBL-1", "PB-01"));
    assert_int_equal(facts(&t, FACT(NOT_EXPLAINED)), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_EXPLAINED))->reason, "PB-01");
    notice = last_notice(&t, "inspector-n1", "note_missing");
    assert_non_null(notice);
    assert_int_equal(notice->items[0]->report->sequence, report);
    assert_string_equal(notice->items[0]->matter->en, "places ordered closed stay closed");
    township_close(&t);
}

static void with_its_words_nothing_is_asked(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails_with(&t, "PB-01", "活动室开着，有人打牌");
    assert_int_equal(facts(&t, FACT(NOT_EXPLAINED)), 0);
    assert_int_equal(told(&t, "inspector-n1", "note_missing"), 0);
    township_close(&t);
}

static void other_items_and_passes_need_no_words(void **state)
{
    struct township t;

    (void) state;
    open_township(&t);
    fails(&t, "PUBL-1", "TM-03");
    passes(&t, "PUBL-1", "PB-01");
    visit(&t, "inspector-n1", "PUBL-1", "PB-01", FAIL, DUBAN__PURPOSE__PURPOSE_GUIDANCE, 0);   /* coaching judges nothing */
    assert_int_equal(facts(&t, FACT(NOT_EXPLAINED)), 0);
    township_close(&t);
}

static void each_item_says_for_itself_whether_a_fail_needs_words(void **state)
{
    struct pack *pack = pack_read("fire-safety-mini");

    (void) state;
    pack_edit(pack, "items.csv", "SCHL,II,,,,1,,1.4,,", "SCHL,II,,,,1,,1.4,,yes");
    assert_int_equal(pack_load(pack), 0);
    assert_true(policy_item(&pack->policy, "EX-02")->fail_needs_note);
    assert_true(policy_item(&pack->policy, "EQ-01")->fail_needs_note);
    assert_false(policy_item(&pack->policy, "EX-01")->fail_needs_note);
    pack_close(pack);
}

static void a_pack_of_before_has_no_such_column(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    pack_remove(pack, "items.csv");
    pack_add_text(pack, "items.csv", "code,group,zh,en,kinds,level,limit,passes,offsets_days,evidence,mandatory,min,max\n"
                                     "EP-01,EP,预案,plan,COUR,B,,,,1,,,\n");
    pack_load(pack);   /* other items are missing */
    for (size_t i = 0; i < pack->faults.count; i++)
        assert_null(strstr(pack->faults.faults[i].en, "column"));
    assert_false(pack->policy.asks_for_notes);
    pack_close(pack);
}

static void who_asks_for_words_must_be_able_to_say_so(void **state)
{
    struct pack *pack = pack_read("epidemic-2020-beijing");

    (void) state;
    pack_edit(pack, "messages.csv", "\nnote_missing,", "\nx_note_missing,");
    assert_int_equal(pack_load(pack), 0);
    assert_true(policy_says_everything(&pack->policy, 6, &pack->faults));   /* before, nobody could ask for them */
    assert_false(policy_says_everything(&pack->policy, 7, &pack->faults));
    assert_non_null(strstr(pack->faults.faults[0].en, "\"note_missing\" is missing, which tells of a fail that does not say what was seen"));
    pack_close(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fail_without_its_words_is_a_case_and_goes_back_to_the_reporter),
        cmocka_unit_test(with_its_words_nothing_is_asked),
        cmocka_unit_test(other_items_and_passes_need_no_words),
        cmocka_unit_test(each_item_says_for_itself_whether_a_fail_needs_words),
        cmocka_unit_test(a_pack_of_before_has_no_such_column),
        cmocka_unit_test(who_asks_for_words_must_be_able_to_say_so),
    };

    return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
