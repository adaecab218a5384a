#include "ingest_fixture.h"

static Duban__Query status_query(Duban__StatusQuery *body)
{
    Duban__Query query = DUBAN__QUERY__INIT;

    duban__status_query__init(body);
    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = body;
    return query;
}

static void status_tells_where_the_journal_stands(void **state)
{
    struct fixture f;
    Duban__IngestStatus *now;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, report_saying(&f, "x")), 1, false);
    now = status(&f);
    assert_int_equal(now->lineage, f.ingest->identity.lineage);
    assert_int_equal(now->epoch, 1);
    assert_int_equal(now->last_sequence, 1);
    assert_int_equal(now->last_stamp_ms, FIRST_WALL_MS);
    assert_int_equal(now->clock_ms, FIRST_WALL_MS);
    assert_false(now->rehearsal);
    assert_false(now->clock_held);
    assert_int_equal(now->digest.len, DIGEST_BYTES);
    assert_int_equal(now->received, 1);
    assert_int_equal(now->accepted, 1);
    assert_int_equal(now->map_bytes, f.settings.map_bytes);
    teardown(&f);
}

static void a_question_waits_for_the_sequence_that_it_names(void **state)
{
    struct fixture f;
    Duban__StatusQuery body;
    Duban__Query query = status_query(&body);
    Duban__Reply *answer;

    (void) state;
    setup(&f);
    query.min_sequence = 2;
    query.wait_ms = 5000;
    push_query(&f, &query);
    assert_receipt(submit(&f, 1, report_saying(&f, "x")), 1, false);
    assert_int_equal(f.ingest->queries.held_count, 1);
    assert_receipt(submit(&f, 2, report_saying(&f, "y")), 2, false);
    answer = reply(&f);
    assert_int_equal(answer->request_id, query.request_id);
    assert_int_equal(answer->ingest->last_sequence, 2);
    assert_int_equal(answer->applied_sequence, 2);
    assert_int_equal(f.ingest->queries.held_count, 0);
    teardown(&f);
}

static void a_question_that_waits_too_long_may_be_asked_again_later(void **state)
{
    struct fixture f;
    Duban__StatusQuery body;
    Duban__Query query = status_query(&body);
    Duban__Reply *answer;

    (void) state;
    setup(&f);
    query.min_sequence = 2;
    query.wait_ms = 5000;
    push_query(&f, &query);
    status(&f);
    pass_ms(5000);
    answer = reply(&f);
    assert_int_equal(answer->request_id, query.request_id);
    assert_int_equal(answer->body_case, DUBAN__REPLY__BODY_FAULT);
    assert_true(answer->fault->later);
    query.wait_ms = 0;
    assert_true(ask(&f, &query)->fault->later);
    teardown(&f);
}

static void more_questions_than_can_wait_are_told_later(void **state)
{
    struct fixture f;
    Duban__StatusQuery body;
    Duban__Query query = status_query(&body);

    (void) state;
    setup(&f);
    query.min_sequence = 1;
    query.wait_ms = 5000;
    for (int i = 0; i < INGEST_MAX_HELD; i++)
        push_query(&f, &query);
    assert_true(ask(&f, &query)->fault->later);
    assert_receipt(submit(&f, 1, report_saying(&f, "x")), 1, false);
    for (int i = 0; i < INGEST_MAX_HELD; i++)
        assert_int_equal(reply(&f)->body_case, DUBAN__REPLY__BODY_INGEST);
    teardown(&f);
}

static void a_submission_is_found_by_account_and_client_id(void **state)
{
    struct fixture f;
    struct id id = id_of(9);
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__SubmissionQuery body = DUBAN__SUBMISSION_QUERY__INIT;
    Duban__SubmissionStatus *found;

    (void) state;
    setup(&f);
    body.account = "n1";
    body.client_id = (ProtobufCBinaryData){ .len = ID_BYTES, .data = id.bytes };
    query.body_case = DUBAN__QUERY__BODY_SUBMISSION;
    query.submission = &body;
    assert_false(ask(&f, &query)->submission->known);
    assert_receipt(submit_as(&f, "n1", 9, report_saying(&f, "x")), 1, false);
    found = ask(&f, &query)->submission;
    assert_true(found->known);
    assert_int_equal(found->sequence, 1);
    assert_int_equal(found->stamp_ms, FIRST_WALL_MS);
    body.account = "?";
    assert_string_equal(ask(&f, &query)->fault->field, "submission.account");
    body.account = "n1";
    body.client_id.len = 4;
    assert_string_equal(ask(&f, &query)->fault->field, "submission.client_id");
    teardown(&f);
}

static void metrics_are_told_as_text(void **state)
{
    struct fixture f;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__MetricsQuery body = DUBAN__METRICS_QUERY__INIT;
    Duban__Reply *answer;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, report_saying(&f, "x")), 1, false);
    query.body_case = DUBAN__QUERY__BODY_METRICS;
    query.metrics = &body;
    answer = ask(&f, &query);
    assert_int_equal(answer->body_case, DUBAN__REPLY__BODY_METRICS);
    assert_contains(answer->metrics->text, "duban_ingest_accepted_total 1\n");
    assert_contains(answer->metrics->text, "duban_ingest_last_sequence 1\n");
    teardown(&f);
}

static void questions_for_others_and_nonsense_get_a_fault(void **state)
{
    struct frame frame = { .type = FRAME_QUERY };
    struct fixture f;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__CasesQuery body = DUBAN__CASES_QUERY__INIT;

    (void) state;
    setup(&f);
    assert_int_equal(ask(&f, &query)->body_case, DUBAN__REPLY__BODY_FAULT);
    query.body_case = DUBAN__QUERY__BODY_CASES;
    query.cases = &body;
    assert_int_equal(ask(&f, &query)->body_case, DUBAN__REPLY__BODY_FAULT);
    assert_int_equal(frame_send(f.asker, NULL, &frame, bytes_of("\xff", 1)), 0);
    assert_int_equal(reply(&f)->body_case, DUBAN__REPLY__BODY_FAULT);
    frame.type = FRAME_HELLO;
    assert_int_equal(frame_send(f.asker, NULL, &frame, bytes_of("", 0)), 0);
    assert_string_equal(reply(&f)->fault->field, "frame.type");
    assert_int_equal(f.ingest->counters.bad_frames, 2);
    teardown(&f);
}

static void a_question_of_another_version_is_told_so(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    send_of_another_version(f.asker, FRAME_QUERY);
    assert_string_equal(reply(&f)->fault->field, "frame.version");
    assert_int_equal(f.ingest->counters.bad_frames, 1);
    teardown(&f);
}

static void a_rehearsal_moves_to_no_time_that_nobody_lives_in(void **state)
{
    static const int64_t beyond[] = { INT64_MAX, 4102444800000, -1, 0 };
    struct fixture f;
    int64_t now_ms;

    (void) state;
    prepare(&f);
    snprintf(f.settings.rehearsal_start, sizeof f.settings.rehearsal_start, "2020-02-03T08:00");
    start(&f);
    now_ms = status(&f)->clock_ms;
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++)
        assert_string_equal(advance_to(&f, beyond[i])->fault->field, "clock_advance.to_ms");
    assert_int_equal(status(&f)->clock_ms, now_ms);
    assert_int_equal(advance_to(&f, now_ms + DAY_MS)->body_case, DUBAN__REPLY__BODY_DONE);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_tells_where_the_journal_stands),
        cmocka_unit_test(a_question_waits_for_the_sequence_that_it_names),
        cmocka_unit_test(a_question_that_waits_too_long_may_be_asked_again_later),
        cmocka_unit_test(more_questions_than_can_wait_are_told_later),
        cmocka_unit_test(a_submission_is_found_by_account_and_client_id),
        cmocka_unit_test(metrics_are_told_as_text),
        cmocka_unit_test(questions_for_others_and_nonsense_get_a_fault),
        cmocka_unit_test(a_question_of_another_version_is_told_so),
        cmocka_unit_test(a_rehearsal_moves_to_no_time_that_nobody_lives_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
