/* test_doubts.c - what speaks against a visit: photos shown twice or taken at another time, the way, the clock. */
#include "township.h"

enum { MINUTE_MS = 60 * 1000, METRE_E7 = 90 };   /* 10^-7 degrees of latitude in a metre, a little more than it has */

/* A visit as a phone hands it in. */
struct shown {
    const char *who;
    const char *site;
    int64_t device_ms;
    int64_t started_ms;
    uint8_t photo;           /* the first byte of its digest; 0 = no photo */
    bool by_name_only;       /* the digest is known when it comes */
    int64_t taken_ms;
    bool has_position;
    Duban__Position position;
    bool entered_for;
    Duban__Result result;
};

static uint64_t show(struct township *t, const struct shown *shown)
{
    Duban__Report report = DUBAN__REPORT__INIT;
    Duban__Answer answer = DUBAN__ANSWER__INIT;
    Duban__Answer *answers[] = { &answer };
    Duban__Evidence evidence = DUBAN__EVIDENCE__INIT;
    Duban__Evidence *list[] = { &evidence };
    Duban__Position position = shown->position;
    uint8_t sha256[32] = { shown->photo };

    position.base = (ProtobufCMessage) PROTOBUF_C_MESSAGE_INIT(&duban__position__descriptor);
    answer.item = "DS-01";
    answer.result = shown->result != 0 ? shown->result : DUBAN__RESULT__RESULT_PASS;
    report.reporter = (char *) shown->who;
    report.entered_for = shown->entered_for;
    report.device_time_ms = shown->device_ms != 0 ? shown->device_ms : t->now_s * 1000;
    report.started_at_ms = shown->started_ms;
    report.site = (char *) shown->site;
    report.purpose = DUBAN__PURPOSE__PURPOSE_INSPECTION;
    report.outcome = DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED;
    report.n_answers = 1;
    report.answers = answers;
    evidence.name = "1.jpg";
    evidence.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    evidence.taken_at_ms = shown->taken_ms;
    evidence.here = !shown->by_name_only;
    if (shown->by_name_only)
        evidence.sha256 = (ProtobufCBinaryData){ 0 };
    report.n_evidence = shown->photo != 0;
    report.evidence = list;
    report.position = shown->has_position ? &position : NULL;
    SUBMIT(t, shown->entered_for ? "clerk" : shown->who, REPORT, report, &report);
    return t->sequence;
}

/* As it lies there now; lives until the next entry. */
static const Duban__Visit *visit_in_state(struct township *t, uint64_t sequence)
{
    const Duban__Visit *found;

    state_begin(&t->rules.state);
    found = state_visit(&t->rules.state, sequence);
    store_abort(&t->rules.state.txn);
    assert_non_null(found);
    return found;
}

static uint32_t score(struct township *t, uint64_t sequence)
{
    return visit_in_state(t, sequence)->doubt_score;
}

static size_t rows(struct township *t, int table)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t first[1] = { 0 };
    size_t count = 0;

    state_read(&t->rules.state, &txn);
    store_cursor_open(&cursor, &txn, table);
    for (bool found = store_seek(&cursor, bytes_of(first, 1), &key, &value); found; found = store_next(&cursor, &key, &value))
        count++;
    store_cursor_close(&cursor);
    store_abort(&txn);
    return count;
}

/* ---------------------------------------------------------------- photos */

static void a_photo_of_another_visit_is_a_doubt_that_names_it(void **state)
{
    struct township t;
    uint64_t first, second;
    const Duban__Visit *visit;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    first = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 7 });
    assert_int_equal(score(&t, first), 0);
    clock_at(&t, "2020-02-11T10:00");
    forget_told(&t);
    second = show(&t, &(struct shown){ .who = "inspector-n2", .site = "DORM-1", .photo = 7 });
    visit = visit_in_state(&t, second);
    assert_int_equal(visit->n_doubts, 1);
    assert_int_equal(visit->doubts[0]->kind, DUBAN__DOUBT_KIND__DOUBT_KIND_PHOTO_AGAIN);
    assert_int_equal(visit->doubts[0]->other_visit, first);
    assert_int_equal(visit->doubts[0]->photos, 1);
    assert_string_equal(visit->doubts[0]->photo, "1.jpg");
    assert_int_equal(visit->doubt_score, 3);
    assert_int_equal(facts(&t, FACT(PHOTO_AGAIN)), 1);
    assert_string_equal(last_fact(&t, FACT(PHOTO_AGAIN))->actor, "inspector-n2");
    assert_int_equal(told(&t, "leader-north", "visit_doubted"), 1);
    assert_int_equal(told(&t, "inspector-n2", "visit_doubted"), 0);
    assert_int_equal(told(&t, "lead", "visit_doubted"), 0);
    township_close(&t);
}

static void comes(struct township *t, const char *who, uint64_t report, uint8_t photo)
{
    uint8_t sha256[32] = { photo };
    Duban__EvidenceArrival arrival = DUBAN__EVIDENCE_ARRIVAL__INIT;

    arrival.report_sequence = report;
    arrival.name = "1.jpg";
    arrival.sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    arrival.size_bytes = 1000;
    SUBMIT(t, who, EVIDENCE_ARRIVAL, evidence_arrival, &arrival);
}

static void a_photo_declared_by_its_name_is_looked_at_when_it_comes(void **state)
{
    struct township t;
    uint64_t first, second;
    const Duban__Visit *visit;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    first = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 7, .by_name_only = true });
    assert_int_equal(visit_in_state(&t, first)->evidence_missing, 1);
    comes(&t, "inspector-n2", first, 9);   /* not his report */
    assert_string_equal(held_last(&t)->field, "evidenceArrival.name");
    assert_int_equal(visit_in_state(&t, first)->evidence_missing, 1);
    comes(&t, "inspector-n1", first, 7);
    visit = visit_in_state(&t, first);
    assert_int_equal(visit->evidence_missing, 0);
    assert_int_equal(visit->evidence[0]->sha256.data[0], 7);
    assert_int_equal(visit->evidence[0]->size_bytes, 1000);
    assert_int_equal(visit->doubt_score, 0);
    comes(&t, "inspector-n1", first, 8);   /* another one under its name */
    assert_string_equal(held_last(&t)->field, "evidenceArrival.sha256");
    forget_told(&t);
    second = show(&t, &(struct shown){ .who = "inspector-n2", .site = "DORM-1", .photo = 7, .by_name_only = true });
    assert_int_equal(score(&t, second), 0);
    comes(&t, "inspector-n2", second, 7);
    visit = visit_in_state(&t, second);
    assert_int_equal(visit->doubt_score, 3);
    assert_int_equal(visit->doubts[0]->other_visit, first);
    assert_int_equal(facts(&t, FACT(PHOTO_AGAIN)), 1);
    assert_int_equal(told(&t, "leader-north", "visit_doubted"), 1);
    comes(&t, "inspector-n2", second, 7);
    assert_int_equal(score(&t, second), 3);
    township_close(&t);
}

static void a_photo_is_forgotten_after_the_days_of_the_policy_and_what_is_kept_is_bounded(void **state)
{
    struct township t;
    uint64_t last;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    for (uint8_t photo = 1; photo <= 20; photo++)
        show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = photo });
    assert_int_equal(rows(&t, TABLE_PHOTO), 20);
    clock_at(&t, "2020-05-10T10:00");            /* day 90 to the second: still known */
    last = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 20 });
    assert_int_equal(score(&t, last), 3);
    clock_at(&t, "2020-05-10T10:01");
    last = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 19 });
    assert_int_equal(score(&t, last), 0);
    for (uint8_t photo = 21; photo <= 40; photo++)
        show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = photo });
    assert_int_equal(rows(&t, TABLE_PHOTO), 21);   /* 19 again and the twenty new ones */
    assert_int_equal(rows(&t, TABLE_PHOTO_BY_TIME), 21);
    township_close(&t);
}

static void a_photo_taken_long_before_or_after_the_visit_is_a_doubt(void **state)
{
    static const struct {
        int minutes;         /* from the start, when before it; from the end, when after it */
        int more_ms;
        uint32_t points;
    } CASES[] = { { -60, 0, 0 }, { -60, -1, 1 }, { 0, 0, 0 }, { 30, 0, 0 }, { 90, 0, 0 }, { 90, 1, 1 } };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T12:00");
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        int64_t start_ms = at("2020-02-10T10:00") * 1000;   /* half an hour there, handed in later */

        assert_int_equal(score(&t, show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = (uint8_t) (i + 1),
                                                              .started_ms = start_ms, .device_ms = start_ms + 30 * MINUTE_MS,
                                                              .taken_ms = start_ms + CASES[i].minutes * MINUTE_MS + CASES[i].more_ms })),
                         CASES[i].points);
    }
    assert_int_equal(facts(&t, FACT(PHOTO_TIME_OFF)), 2);
    assert_int_equal(told(&t, "leader-north", "visit_doubted"), 0);   /* one point: less than tell_from */
    township_close(&t);
}

/* ---------------------------------------------------------------- the way */

static Duban__Position beijing(int32_t north_metres, uint32_t accuracy_cm)
{
    return (Duban__Position){ .latitude_e7 = 399000000 + north_metres * METRE_E7, .longitude_e7 = 1164000000, .accuracy_cm = accuracy_cm };
}

static uint32_t score_of_way(const char *second_at, Duban__Position second)
{
    struct township t;
    uint64_t sequence;
    uint32_t points;

    township_open(&t, "2020-02-10T10:00");
    show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .has_position = true, .position = beijing(0, 0) });
    clock_at(&t, second_at);
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "DORM-1", .has_position = true, .position = second });
    points = score(&t, sequence);
    township_close(&t);
    return points;
}

static void too_far_for_the_time_between_is_a_doubt(void **state)
{
    (void) state;
    assert_int_equal(score_of_way("2020-02-10T10:10", beijing(19900, 0)), 0);      /* 20 km in 10 minutes: 120 km/h */
    assert_int_equal(score_of_way("2020-02-10T10:10", beijing(20100, 0)), 2);
    assert_int_equal(score_of_way("2020-02-10T10:10", beijing(20100, 20000)), 0);  /* anywhere within 200 m */
    assert_int_equal(score_of_way("2020-02-10T10:00", beijing(980, 0)), 0);        /* not so far as to be asked */
    assert_int_equal(score_of_way("2020-02-10T10:00", beijing(1010, 0)), 2);
    assert_int_equal(score_of_way("2020-03-10T10:10", (Duban__Position){ .latitude_e7 = -336000000, .longitude_e7 = -700000000 }), 0);
    assert_int_equal(score_of_way("2020-02-10T11:00", (Duban__Position){ .latitude_e7 = -336000000, .longitude_e7 = -700000000 }), 2);
    assert_int_equal(score_of_way("2020-02-10T10:10", (Duban__Position){ .latitude_e7 = 399000000, .longitude_e7 = 1166320000 }), 0);
    assert_int_equal(score_of_way("2020-02-10T10:10", (Duban__Position){ .latitude_e7 = 399000000, .longitude_e7 = 1166360000 }), 2);
}

static void a_report_handed_in_late_is_compared_and_takes_no_other_place(void **state)
{
    struct township t;
    uint64_t sequence;

    (void) state;
    township_open(&t, "2020-02-10T12:00");
    show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .has_position = true, .position = beijing(0, 0) });
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "DORM-1", .device_ms = at("2020-02-10T11:55") * 1000,
                                         .has_position = true, .position = beijing(50000, 0) });
    assert_int_equal(score(&t, sequence), 2);
    clock_at(&t, "2020-02-10T12:01");
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .has_position = true, .position = beijing(0, 0) });
    assert_int_equal(score(&t, sequence), 0);   /* where he was at noon */
    sequence = show(&t, &(struct shown){ .who = "inspector-n2", .site = "COUR-1", .has_position = true, .position = beijing(90000, 0) });
    assert_int_equal(score(&t, sequence), 0);   /* somebody else */
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .entered_for = true,
                                         .has_position = true, .position = beijing(90000, 0) });
    assert_int_equal(score(&t, sequence), 0);   /* the clerk's position */
    township_close(&t);
}

/* ---------------------------------------------------------------- the clock */

static void a_clock_that_is_ahead_is_the_only_doubt_of_time(void **state)
{
    struct township t;
    uint64_t sequence;
    const Duban__Visit *visit;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .has_position = true, .position = beijing(0, 0) });
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "DORM-1", .device_ms = (t.now_s + 601) * 1000, .photo = 1,
                                         .taken_ms = (t.now_s - 7200) * 1000, .has_position = true, .position = beijing(90000, 0) });
    visit = visit_in_state(&t, sequence);
    assert_int_equal(visit->n_doubts, 1);
    assert_int_equal(visit->doubts[0]->kind, DUBAN__DOUBT_KIND__DOUBT_KIND_CLOCK);
    assert_int_equal(visit->doubts[0]->apart_s, 601);
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .has_position = true, .position = beijing(0, 0) });
    assert_int_equal(score(&t, sequence), 0);   /* what the doubtful one said is no place to have come from */
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .device_ms = (t.now_s + 600) * 1000, .photo = 2 });
    assert_int_equal(score(&t, sequence), 0);   /* ten minutes to the second */
    township_close(&t);
}

static void how_far_a_clock_is_ahead_is_said_in_minutes_hours_or_days(void **state)
{
    enum { HOUR = 3600, DAY = 24 * HOUR };
    static const struct { int64_t seconds; const char *zh, *en; } WORDS[] = {
        { 11 * 60, "手机时间比收到的时间快 11 分钟", "the phone's clock was 11 min ahead of the time of arrival" },
        { 2 * HOUR - 1, "手机时间比收到的时间快 119 分钟", "the phone's clock was 119 min ahead of the time of arrival" },
        { 2 * HOUR, "手机时间比收到的时间快 2 小时 0 分", "the phone's clock was 2 h 0 min ahead of the time of arrival" },
        { DAY - 1, "手机时间比收到的时间快 23 小时 59 分", "the phone's clock was 23 h 59 min ahead of the time of arrival" },
        { DAY, "手机时间比收到的时间快 1 天 0 小时", "the phone's clock was 1 d 0 h ahead of the time of arrival" },
        { 8 * DAY + 5 * HOUR, "手机时间比收到的时间快 8 天 5 小时", "the phone's clock was 8 d 5 h ahead of the time of arrival" },
    };
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        uint64_t sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = (uint8_t) (i + 1),
                                                      .device_ms = (t.now_s + WORDS[i].seconds) * 1000 });
        const Duban__Visit *visit = visit_in_state(&t, sequence);

        assert_int_equal(visit->n_doubts, 1);
        assert_string_equal(visit->doubts[0]->words->zh, WORDS[i].zh);
        assert_string_equal(visit->doubts[0]->words->en, WORDS[i].en);
    }
    township_close(&t);
}

static void a_phone_without_network_hands_in_late_and_is_not_doubted(void **state)
{
    struct township t;
    int64_t then_ms = at("2020-02-08T10:00") * 1000;
    uint64_t sequence;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .device_ms = then_ms, .photo = 1, .taken_ms = then_ms,
                                         .has_position = true, .position = beijing(0, 0) });
    assert_int_equal(score(&t, sequence), 0);
    sequence = show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .device_ms = then_ms - 30 * 86400000LL, .photo = 2,
                                         .taken_ms = then_ms });
    assert_int_equal(score(&t, sequence), 0);   /* too old to be taken at its word: nothing is compared by it */
    assert_true(visit_in_state(&t, sequence)->time_doubtful);
    township_close(&t);
}

/* ---------------------------------------------------------------- what follows from it */

static void with_deputy(struct township *t, const char *account, Duban__Role role, const char *deputy)
{
    Duban__RoleHolderChange change = DUBAN__ROLE_HOLDER_CHANGE__INIT;
    Duban__RoleGrant grant = DUBAN__ROLE_GRANT__INIT;
    Duban__RoleGrant *grants[] = { &grant };

    grant.role = role;
    change.account = (char *) account;
    change.deputy = (char *) deputy;
    change.n_roles = 1;
    change.roles = grants;
    SUBMIT(t, "operator", ROLE_HOLDER_CHANGE, role_holder_change, &change);
}

static void nobody_is_told_of_himself(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 7 });
    forget_told(&t);
    show(&t, &(struct shown){ .who = "leader-north", .site = "COUR-1", .photo = 7 });
    assert_int_equal(told(&t, "leader-north", "visit_doubted"), 0);
    assert_int_equal(told(&t, "lead", "visit_doubted"), 1);
    forget_told(&t);
    show(&t, &(struct shown){ .who = "lead", .site = "COUR-1", .photo = 7 });   /* without a deputy: one up */
    assert_int_equal(told(&t, "lead", "visit_doubted"), 0);
    assert_int_equal(told(&t, "leader-north", "visit_doubted"), 0);
    assert_int_equal(told(&t, "committee", "visit_doubted"), 1);
    with_deputy(&t, "lead", DUBAN__ROLE__ROLE_LEAD, "clerk");
    forget_told(&t);
    show(&t, &(struct shown){ .who = "lead", .site = "COUR-1", .photo = 7 });
    assert_int_equal(told(&t, "clerk", "visit_doubted"), 1);
    assert_int_equal(told(&t, "lead", "visit_doubted"), 0);
    assert_int_equal(told(&t, "committee", "visit_doubted"), 0);
    township_close(&t);
}

static void who_is_away_leaves_a_fact_and_it_goes_one_up(void **state)
{
    Duban__AvailabilityChange change = DUBAN__AVAILABILITY_CHANGE__INIT;
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    change.account = "leader-north";
    change.availability = DUBAN__AVAILABILITY__AVAILABILITY_ON_LEAVE;
    SUBMIT(&t, "clerk", AVAILABILITY_CHANGE, availability_change, &change);
    show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 7 });
    forget_told(&t);
    show(&t, &(struct shown){ .who = "inspector-n2", .site = "COUR-1", .photo = 7 });
    assert_int_equal(told(&t, "leader-north", "visit_doubted"), 0);
    assert_int_equal(told(&t, "lead", "visit_doubted"), 1);
    assert_int_equal(not_told(&t, "on_leave"), 1);
    assert_string_equal(last_fact(&t, FACT(NOT_TOLD))->message_kind, "visit_doubted");
    assert_string_equal(last_fact(&t, FACT(NOT_TOLD))->recipient, "leader-north");
    township_close(&t);
}

static void a_doubted_pass_stays_a_pass_and_its_case_says_so(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 7, .result = DUBAN__RESULT__RESULT_FAIL });
    assert_int_equal(last_fact(&t, FACT(OPENED))->doubt_score, 0);
    claim(&t, "COUR-1", "DS-01");
    clock_at(&t, "2020-02-10T11:00");
    show(&t, &(struct shown){ .who = "inspector-n2", .site = "COUR-1", .photo = 7 });
    assert_int_equal(case_at(&t, "COUR-1", "DS-01")->passes, 1);
    assert_int_equal(last_fact(&t, FACT(PASSED))->doubt_score, 3);
    assert_int_equal(t.rules.state.meta.quarantined, 0);
    township_close(&t);
}

static void without_photos_or_the_section_nothing_is_kept(void **state)
{
    struct township t;

    (void) state;
    township_open(&t, "2020-02-10T10:00");
    show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .device_ms = (t.now_s + 3600) * 1000 });
    assert_int_equal(facts(&t, FACT(CLOCK_AHEAD)), 0);
    assert_int_equal(rows(&t, TABLE_PHOTO) + rows(&t, TABLE_PHOTO_BY_TIME) + rows(&t, TABLE_LAST_POSITION), 0);
    leave_out(&t, "evidence_doubts:\n");
    activate(&t, "epidemic-2020-beijing");
    for (int i = 0; i < 2; i++)
        show(&t, &(struct shown){ .who = "inspector-n1", .site = "COUR-1", .photo = 7, .has_position = true, .position = beijing(0, 0) });
    assert_int_equal(facts(&t, FACT(PHOTO_AGAIN)), 0);
    assert_int_equal(rows(&t, TABLE_PHOTO) + rows(&t, TABLE_PHOTO_BY_TIME) + rows(&t, TABLE_LAST_POSITION), 0);
    township_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_photo_of_another_visit_is_a_doubt_that_names_it),
        cmocka_unit_test(a_photo_declared_by_its_name_is_looked_at_when_it_comes),
        cmocka_unit_test(a_photo_is_forgotten_after_the_days_of_the_policy_and_what_is_kept_is_bounded),
        cmocka_unit_test(a_photo_taken_long_before_or_after_the_visit_is_a_doubt),
        cmocka_unit_test(too_far_for_the_time_between_is_a_doubt),
        cmocka_unit_test(a_report_handed_in_late_is_compared_and_takes_no_other_place),
        cmocka_unit_test(a_clock_that_is_ahead_is_the_only_doubt_of_time),
        cmocka_unit_test(how_far_a_clock_is_ahead_is_said_in_minutes_hours_or_days),
        cmocka_unit_test(a_phone_without_network_hands_in_late_and_is_not_doubted),
        cmocka_unit_test(nobody_is_told_of_himself),
        cmocka_unit_test(who_is_away_leaves_a_fact_and_it_goes_one_up),
        cmocka_unit_test(a_doubted_pass_stays_a_pass_and_its_case_says_so),
        cmocka_unit_test(without_photos_or_the_section_nothing_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
