/* test_photos.c - photos that a report declared and that never came. */
#include "township.h"

/* A visit of COUR-1 with that many photos that are still to come; the sequence of its report. */
static uint64_t visit_lacking(struct township *t, const char *who, size_t missing)
{
    static const char *const NAMES[] = { "1.jpg", "2.jpg" };
    static uint8_t sha256[32];
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence[2], *list[] = { &evidence[0], &evidence[1] };

    answer.item = "DS-01";
    answer.result = DUBAN__RESULT__RESULT_PASS;
    report.reporter = (char *) who;
    report.device_time_ms = (t->now_s - 600) * 1000;
    report.site = "COUR-1";
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    report.n_evidence = 2;
    report.evidence = list;
    for (size_t i = 0; i < 2; i++) {
        duban__evidence__init(&evidence[i]);
        evidence[i].name = (char *) NAMES[i];
        evidence[i].sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
        evidence[i].here = i >= missing;
    }
    SUBMIT(t, who, REPORT, report, &report);
    assert_null(held_last(t));
    return t->sequence;
}

static void comes(struct township *t, uint64_t report, const char *name)
{
    static uint8_t sha256[32];
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;

    arrival.report_sequence = report;
    arrival.name = (char *) name;
    arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    SUBMIT(t, "inspector-n1", EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
}

static void photos_that_do_not_come_in_time_are_told_once_to_reporter_and_leader(void **state)
{
    const Duban__NoticeItem *item;
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 2);
    pass_until(&t, "2020-02-10T13:59:59");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 0);
    comes(&t, report, "1.jpg");
    pass_until(&t, "2020-02-10T14:00:01");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 1);
    item = last_notice(&t, "leader-north", "photos_missing")->items[0];
    assert_int_equal(item->count, 1);
    assert_int_equal(item->at_s, at("2020-02-10T09:50"));
    assert_string_equal(item->site, "COUR-1");
    assert_int_equal(last_notice(&t, "leader-north", "photos_missing")->cause->entry_sequence, report);
    assert_int_equal(last_fact(&t, FACT(PHOTOS_LATE))->number, 1);
    assert_int_equal(last_fact(&t, FACT(PHOTOS_LATE))->other_sequence, report);
    pass_until(&t, "2020-02-12T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    comes(&t, report, "2.jpg");   /* late, and counts all the same */
    assert_int_equal(facts(&t, FACT(COMPLETED)), 1);
    township_close(&t);
}

static void photos_that_come_in_time_are_not_spoken_of(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    report = visit_lacking(&t, "inspector-n1", 1);
    clock_at(&t, "2020-02-10T12:00");
    comes(&t, report, "1.jpg");
    pass_until(&t, "2020-02-11T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 0);
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 0);
    township_close(&t);
}

static void each_visit_of_one_moment_is_told_by_itself(void **state)
{
    struct township t;
    uint64_t report;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    visit_lacking(&t, "inspector-n1", 1);
    report = visit_lacking(&t, "inspector-n1", 1);
    visit_lacking(&t, "inspector-n2", 2);
    comes(&t, report, "1.jpg");
    pass_until(&t, "2020-02-10T15:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    assert_int_equal(told(&t, "inspector-n2", "photos_missing"), 1);
    assert_int_equal(told(&t, "leader-north", "photos_missing"), 2);
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 2);
    township_close(&t);
}

static void nobody_is_woken_up_for_a_photo(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T19:00");
    visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-11T06:59:59");
    assert_int_equal(facts(&t, FACT(PHOTOS_LATE)), 0);
    pass_until(&t, "2020-02-11T07:01");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 1);
    township_close(&t);
}

static void a_pack_without_a_time_for_them_says_nothing(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    write_instead(&t, "photos_within: 4h ", "# ");
    activate(&t, "epidemic-2020-beijing");
    visit_lacking(&t, "inspector-n1", 1);
    pass_until(&t, "2020-02-12T10:00");
    assert_int_equal(told(&t, "inspector-n1", "photos_missing"), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photos_that_do_not_come_in_time_are_told_once_to_reporter_and_leader),
        cmocka_unit_test(photos_that_come_in_time_are_not_spoken_of),
        cmocka_unit_test(each_visit_of_one_moment_is_told_by_itself),
        cmocka_unit_test(nobody_is_woken_up_for_a_photo),
        cmocka_unit_test(a_pack_without_a_time_for_them_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
