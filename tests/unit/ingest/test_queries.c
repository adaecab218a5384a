#include "ingest_fixture.h"

#include "conflict.h"

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

/* ---------------------------------------------------------------- conflicts */

static Duban__Reply *ask_conflicts(struct fixture *f, uint64_t sequence, uint32_t limit, ProtobufCBinaryData after)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__ConflictsQuery body = DUBAN__CONFLICTS_QUERY__INIT;

    body.sequence = sequence;
    query.limit = limit;
    query.after = after;
    query.body_case = DUBAN__QUERY__BODY_CONFLICTS;
    query.conflicts = &body;
    return ask(f, &query);
}

static const ProtobufCBinaryData FIRST = { 0, NULL };

/* Two ids, each with what stands and what was refused. */
static void make_conflicts(struct fixture *f)
{
    assert_receipt(submit_as(f, "n1", 1, report_saying(f, "first")), 1, false);
    assert_receipt(submit_as(f, "n2", 1, report_saying(f, "other account")), 2, false);
    assert_refusal(submit_as(f, "n1", 1, report_saying(f, "second")), CONFLICT, "client_id");
    pass_ms(MINUTE_MS);
    assert_refusal(submit_as(f, "n2", 1, entry_of(f, "{\"acknowledgement\":{\"case\":{\"place\":{\"site\":\"S-1\","
                                                     "\"item\":\"DS-01\"}}}}")), CONFLICT, "client_id");
    assert_refusal(submit_as(f, "n1", 1, report_saying(f, "third")), CONFLICT, "client_id");
}

static void conflicts_are_listed_oldest_first_without_their_entries(void **state)
{
    struct fixture f;
    Duban__Conflict **rows;
    Duban__Reply *answer;

    (void) state;
    setup(&f);
    make_conflicts(&f);
    answer = ask_conflicts(&f, 0, 0, FIRST);
    assert_int_equal(answer->body_case, DUBAN__REPLY__BODY_CONFLICTS);
    assert_int_equal(answer->conflicts->n_rows, 3);
    assert_int_equal(answer->next.len, 0);
    rows = answer->conflicts->rows;
    assert_string_equal(rows[0]->account, "n1");
    assert_int_equal(rows[0]->sequence, 1);
    assert_int_equal(rows[0]->stamp_ms, FIRST_WALL_MS);
    assert_int_equal(rows[0]->refused_ms, FIRST_WALL_MS);
    assert_string_equal(rows[0]->kind, "report");
    assert_string_equal(rows[1]->account, "n2");
    assert_int_equal(rows[1]->sequence, 2);
    assert_int_equal(rows[1]->refused_ms, FIRST_WALL_MS + MINUTE_MS);
    assert_string_equal(rows[1]->refused_kind, "acknowledgement");
    assert_memory_equal(rows[2]->client_id.data, id_of(1).bytes, ID_BYTES);
    assert_int_equal(rows[0]->entry.len + rows[0]->refused_entry.len, 0);
    teardown(&f);
}

static void conflicts_come_in_pages(void **state)
{
    struct fixture f;
    Duban__Reply *answer;

    (void) state;
    setup(&f);
    make_conflicts(&f);
    answer = ask_conflicts(&f, 0, 2, FIRST);
    assert_int_equal(answer->conflicts->n_rows, 2);
    assert_int_equal(answer->next.len, 8);
    answer = ask_conflicts(&f, 0, 2, answer->next);
    assert_int_equal(answer->conflicts->n_rows, 1);
    assert_string_equal(answer->conflicts->rows[0]->account, "n1");
    assert_int_equal(answer->next.len, 0);
    answer = ask_conflicts(&f, 1, 1, FIRST);
    assert_int_equal(answer->conflicts->n_rows, 1);
    answer = ask_conflicts(&f, 1, 2, answer->next);
    assert_int_equal(answer->conflicts->n_rows, 1);
    assert_int_equal(answer->next.len, 0);
    assert_string_equal(ask_conflicts(&f, 0, 2, (ProtobufCBinaryData){ 3, (uint8_t *) "abc" })->fault->field, "after");
    teardown(&f);
}

static void conflicts_of_one_entry_hold_it_and_what_was_refused(void **state)
{
    struct fixture f;
    Duban__Reply *answer;
    char seen[2][16] = { "", "" };

    (void) state;
    setup(&f);
    make_conflicts(&f);
    answer = ask_conflicts(&f, 1, 0, FIRST);
    assert_int_equal(answer->conflicts->n_rows, 2);
    for (size_t i = 0; i < 2; i++) {
        const Duban__Conflict *row = answer->conflicts->rows[i];
        const Duban__Entry *stands = message_unpack_own(&f.arena, &duban__entry__descriptor,
                                                        bytes_of(row->entry.data, row->entry.len));
        const Duban__Entry *refused = message_unpack_own(&f.arena, &duban__entry__descriptor,
                                                         bytes_of(row->refused_entry.data, row->refused_entry.len));

        assert_string_equal(stands->report->text, "first");
        snprintf(seen[i], sizeof seen[i], "%s", refused->report->text);
    }
    assert_true(strcmp(seen[0], seen[1]) != 0);   /* in no particular order */
    assert_true(strcmp(seen[0], "second") == 0 || strcmp(seen[1], "second") == 0);
    assert_true(strcmp(seen[0], "third") == 0 || strcmp(seen[1], "third") == 0);
    assert_receipt(submit_as(&f, "n1", 5, report_saying(&f, "alone")), 3, false);
    assert_int_equal(ask_conflicts(&f, 3, 0, FIRST)->conflicts->n_rows, 0);
    assert_string_equal(ask_conflicts(&f, 9, 0, FIRST)->fault->field, "conflicts.sequence");
    teardown(&f);
}

/* Puts value at the row of that number in table, counted from 0; the value there goes. */
static void damage_row(struct fixture *f, int table, int number, struct bytes value)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, old;
    uint8_t copy[CONFLICT_PLACE_BYTES];
    bool found;

    store_begin(&txn, &f->ingest->store, STORE_WRITE);
    store_cursor_open(&cursor, &txn, table);
    found = store_seek(&cursor, bytes_of(NULL, 0), &key, &old);
    while (found && number-- > 0)
        found = store_next(&cursor, &key, &old);
    assert_true(found && key.size <= sizeof copy);
    memcpy(copy, key.data, key.size);
    store_cursor_close(&cursor);
    store_put(&txn, table, bytes_of(copy, key.size), value);
    assert_int_equal(store_commit(&txn), 0);
}

static void a_conflict_that_cannot_be_read_hides_no_other(void **state)
{
    struct fixture f;
    Duban__Reply *answer;

    (void) state;
    setup(&f);
    make_conflicts(&f);
    damage_row(&f, TABLE_CONFLICT_ORDER, 0, bytes_of("short", 5));
    answer = ask_conflicts(&f, 0, 0, FIRST);
    assert_int_equal(answer->conflicts->n_rows, 2);
    assert_string_equal(answer->conflicts->rows[0]->account, "n2");
    answer = ask_conflicts(&f, 0, 1, FIRST);
    assert_int_equal(answer->conflicts->n_rows, 1);
    answer = ask_conflicts(&f, 0, 2, answer->next);
    assert_int_equal(answer->conflicts->n_rows, 1);
    assert_string_equal(answer->conflicts->rows[0]->account, "n1");
    for (int i = 0; i < 3; i++)
        damage_row(&f, TABLE_CONFLICT, i, bytes_of("short", 5));
    assert_int_equal(ask_conflicts(&f, 0, 0, FIRST)->conflicts->n_rows, 0);
    teardown(&f);
}

static void of_one_entry_too_a_conflict_that_cannot_be_read_hides_no_other(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit_as(&f, "n1", 1, report_saying(&f, "first")), 1, false);
    assert_refusal(submit_as(&f, "n1", 1, report_saying(&f, "second")), CONFLICT, "client_id");
    assert_refusal(submit_as(&f, "n1", 1, report_saying(&f, "third")), CONFLICT, "client_id");
    damage_row(&f, TABLE_CONFLICT, 0, bytes_of("short", 5));
    assert_int_equal(ask_conflicts(&f, 1, 0, FIRST)->conflicts->n_rows, 1);
    teardown(&f);
}

static void a_conflict_shows_no_personal_text(void **state)
{
    static const char HOLDER[] = "{\"roleHolderChange\":{\"account\":\"c1\",\"title\":{\"zh\":\"内勤\"},"
                                 "\"phone\":{\"clear\":\"%s\"},\"roles\":[{\"role\":\"ROLE_DUTY_CLERK\"}]}}";
    struct fixture f;
    const Duban__Conflict *row;
    const Duban__Entry *entry;
    char text[400];

    (void) state;
    setup(&f);
    snprintf(text, sizeof text, HOLDER, "13900001111");
    assert_receipt(submit(&f, 1, entry_of(&f, text)), 1, false);
    snprintf(text, sizeof text, HOLDER, "13900002222");
    assert_refusal(submit(&f, 1, entry_of(&f, text)), CONFLICT, "client_id");
    row = ask_conflicts(&f, 1, 0, FIRST)->conflicts->rows[0];
    entry = message_unpack_own(&f.arena, &duban__entry__descriptor, bytes_of(row->entry.data, row->entry.len));
    assert_int_equal(entry->role_holder_change->phone->value_case, DUBAN__PERSONAL__VALUE_TOKEN);
    entry = message_unpack_own(&f.arena, &duban__entry__descriptor,
                               bytes_of(row->refused_entry.data, row->refused_entry.len));
    assert_null(entry->role_holder_change->phone);
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
        cmocka_unit_test(conflicts_are_listed_oldest_first_without_their_entries),
        cmocka_unit_test(conflicts_come_in_pages),
        cmocka_unit_test(conflicts_of_one_entry_hold_it_and_what_was_refused),
        cmocka_unit_test(a_conflict_that_cannot_be_read_hides_no_other),
        cmocka_unit_test(of_one_entry_too_a_conflict_that_cannot_be_read_hides_no_other),
        cmocka_unit_test(a_conflict_shows_no_personal_text),
        cmocka_unit_test(metrics_are_told_as_text),
        cmocka_unit_test(questions_for_others_and_nonsense_get_a_fault),
        cmocka_unit_test(a_question_of_another_version_is_told_so),
        cmocka_unit_test(a_rehearsal_moves_to_no_time_that_nobody_lives_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
