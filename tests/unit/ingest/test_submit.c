#include "ingest_fixture.h"

#include "conflict.h"

/* ---------------------------------------------------------------- receipts and the journal */

static void a_receipt_tells_where_the_entry_is_journaled_as_it_came(void **state)
{
    struct fixture f;
    struct bytes entry;
    struct verdict answer;
    struct record record;

    (void) state;
    setup(&f);
    entry = entry_of(&f, REPORT);
    answer = submit(&f, 7, entry);
    assert_receipt(answer, 1, false);
    assert_int_equal(answer.receipt->stamp_ms, FIRST_WALL_MS);
    record = record_at(&f, 1);
    assert_int_equal(record.stamp_ms, FIRST_WALL_MS);
    assert_int_equal(record.lineage, f.ingest->identity.lineage);
    assert_string_equal(record.account, "operator");
    assert_memory_equal(record.client_id, id_of(7).bytes, ID_BYTES);
    assert_true(bytes_equal(record.payload, entry));
    assert_int_equal(record.flags, 0);
    teardown(&f);
}

static void all_that_has_arrived_is_journaled_in_one_commit_in_order(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    for (uint64_t i = 1; i <= 50; i++)
        push(&f, f.submitter, "n1", id_of(i), report_saying(&f, "together"));
    for (uint64_t i = 1; i <= 50; i++) {
        struct verdict answer = verdict(&f, f.submitter);

        assert_receipt(answer, i, false);
        assert_int_equal(answer.receipt->request_id, i);
    }
    assert_int_equal(status(&f)->commits, 1);
    teardown(&f);
}

static void a_batch_has_no_more_than_the_set_number_of_entries(void **state)
{
    struct fixture f;

    (void) state;
    prepare(&f);
    f.settings.batch_records = 4;
    start(&f);
    for (uint64_t i = 1; i <= 10; i++)
        push(&f, f.submitter, "n1", id_of(i), report_saying(&f, "many"));
    for (uint64_t i = 1; i <= 10; i++)
        assert_receipt(verdict(&f, f.submitter), i, false);
    assert_int_equal(status(&f)->commits, 3);
    teardown(&f);
}

static void a_restart_keeps_the_chain_and_counts_the_epoch(void **state)
{
    uint8_t chain[DIGEST_BYTES] = { 0 };
    uint8_t packed[1024];
    struct fixture f;
    uint64_t lineage;

    (void) state;
    setup(&f);
    lineage = f.ingest->identity.lineage;
    assert_true(lineage != 0);
    assert_int_equal(f.ingest->identity.epoch, 1);
    assert_receipt(submit(&f, 1, report_saying(&f, "one")), 1, false);
    restart(&f);
    assert_int_equal(f.ingest->identity.epoch, 2);
    assert_int_equal(f.ingest->identity.lineage, lineage);
    pass_ms(5);
    assert_receipt(submit(&f, 1, report_saying(&f, "one")), 1, true);
    assert_receipt(submit(&f, 2, report_saying(&f, "two")), 2, false);
    for (uint64_t i = 1; i <= 2; i++) {
        struct record record = record_at(&f, i);
        uint8_t digest[DIGEST_BYTES];

        memcpy(digest, record.digest, sizeof digest);
        record_pack(&record, chain, packed);
        assert_memory_equal(chain, digest, sizeof digest);
    }
    assert_memory_equal(status(&f)->digest.data, chain, sizeof chain);
    teardown(&f);
}

/* ---------------------------------------------------------------- the same again */

static void the_same_submission_again_gets_its_first_receipt(void **state)
{
    struct fixture f;
    struct verdict first, again;

    (void) state;
    setup(&f);
    first = submit(&f, 1, report_saying(&f, "once"));
    pass_ms(MINUTE_MS);
    again = submit(&f, 1, report_saying(&f, "once"));
    assert_receipt(first, 1, false);
    assert_receipt(again, 1, true);
    assert_int_equal(again.receipt->stamp_ms, first.receipt->stamp_ms);
    assert_int_equal(status(&f)->last_sequence, 1);
    assert_int_equal(status(&f)->duplicates, 1);
    teardown(&f);
}

static void the_same_submission_twice_in_one_batch_is_journaled_once(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    push(&f, f.submitter, "n1", id_of(1), report_saying(&f, "once"));
    push(&f, f.submitter, "n1", id_of(1), report_saying(&f, "once"));
    assert_receipt(verdict(&f, f.submitter), 1, false);
    assert_receipt(verdict(&f, f.submitter), 1, true);
    assert_int_equal(status(&f)->commits, 1);
    assert_int_equal(rows_in(&f, TABLE_JOURNAL), 1);
    teardown(&f);
}

static void the_same_id_of_another_account_is_another_submission(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit_as(&f, "n1", 1, report_saying(&f, "a")), 1, false);
    assert_receipt(submit_as(&f, "n2", 1, report_saying(&f, "b")), 2, false);
    teardown(&f);
}

static void another_payload_under_a_known_id_is_a_conflict_and_is_kept_once(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, report_saying(&f, "first")), 1, false);
    assert_refusal(submit(&f, 1, report_saying(&f, "second")), CONFLICT, "client_id");
    assert_refusal(submit(&f, 1, report_saying(&f, "second")), CONFLICT, "client_id");
    assert_int_equal(rows_in(&f, TABLE_CONFLICT), 1);
    assert_refusal(submit(&f, 1, report_saying(&f, "third")), CONFLICT, "client_id");
    assert_int_equal(rows_in(&f, TABLE_CONFLICT), 2);
    assert_true(is_on_disk(&f, "second"));
    assert_receipt(submit(&f, 1, report_saying(&f, "first")), 1, true);
    assert_string_equal(entry_at(&f, 1)->report->text, "first");
    assert_int_equal(rows_in(&f, TABLE_JOURNAL), 1);
    teardown(&f);
}

static void a_conflict_within_one_batch_is_seen(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    push(&f, f.submitter, "n1", id_of(1), report_saying(&f, "first"));
    push(&f, f.submitter, "n1", id_of(1), report_saying(&f, "second"));
    assert_receipt(verdict(&f, f.submitter), 1, false);
    assert_refusal(verdict(&f, f.submitter), CONFLICT, "client_id");
    teardown(&f);
}

static void conflicts_older_than_their_time_make_room(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, report_saying(&f, "first")), 1, false);
    assert_refusal(submit(&f, 1, report_saying(&f, "second")), CONFLICT, "client_id");
    assert_refusal(submit(&f, 1, report_saying(&f, "third")), CONFLICT, "client_id");
    pass_ms((CONFLICT_KEPT_DAYS + 1) * DAY_MS);
    assert_refusal(submit(&f, 1, report_saying(&f, "fourth")), CONFLICT, "client_id");
    assert_int_equal(rows_in(&f, TABLE_CONFLICT), 1);
    assert_int_equal(rows_in(&f, TABLE_CONFLICT_ORDER), 1);
    teardown(&f);
}

static void a_conflict_that_cannot_be_read_does_not_keep_older_ones_for_ever(void **state)
{
    static const uint8_t first[8] = { [7] = 1 };
    struct store_txn txn;
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, report_saying(&f, "first")), 1, false);
    assert_refusal(submit(&f, 1, report_saying(&f, "second")), CONFLICT, "client_id");
    assert_refusal(submit(&f, 1, report_saying(&f, "third")), CONFLICT, "client_id");
    store_begin(&txn, &f.ingest->store, STORE_WRITE);
    store_put(&txn, TABLE_CONFLICT_ORDER, bytes_of(first, sizeof first), bytes_of("short", 5));
    assert_int_equal(store_commit(&txn), 0);
    pass_ms((CONFLICT_KEPT_DAYS + 1) * DAY_MS);
    assert_refusal(submit(&f, 1, report_saying(&f, "fourth")), CONFLICT, "client_id");
    assert_int_equal(rows_in(&f, TABLE_CONFLICT_ORDER), 1);
    teardown(&f);
}

static void a_refused_submission_may_come_again_put_right(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_refusal(submit(&f, 1, entry_of(&f, "{\"report\":{\"reporter\":\"n1\"}}")), INVALID, "report.device_time_ms");
    assert_receipt(submit(&f, 1, report_saying(&f, "right")), 1, false);
    teardown(&f);
}

/* ---------------------------------------------------------------- the envelope, and who may */

static void every_fault_of_the_envelope_names_its_field(void **state)
{
    struct fixture f;
    struct bytes report;
    static uint8_t large[MESSAGE_MAX_BYTES + 1];

    (void) state;
    setup(&f);
    report = report_saying(&f, "x");
    assert_refusal(submit_as(&f, "", 1, report), INVALID, "account");
    assert_refusal(submit_as(&f, "张三", 1, report), INVALID, "account");
    assert_refusal(submit(&f, 0, report), INVALID, "client_id");
    assert_refusal(submit(&f, 1, bytes_of(NULL, 0)), INVALID, "entry");
    assert_refusal(submit(&f, 1, bytes_of(large, sizeof large)), INVALID, "entry");
    assert_refusal(submit(&f, 1, bytes_of("\x0a\x05xx", 4)), INVALID, "entry");
    assert_refusal(submit(&f, 1, bytes_of("\xfa\x0f\x00", 3)), INVALID, "#255");
    assert_int_equal(status(&f)->last_sequence, 0);
    assert_int_equal(status(&f)->refused, 7);
    teardown(&f);
}

static void a_client_id_of_another_length_is_refused(void **state)
{
    Duban__Submit submit = DUBAN__SUBMIT__INIT;
    struct fixture f;
    struct bytes entry;

    (void) state;
    setup(&f);
    entry = report_saying(&f, "x");
    submit.account = "n1";
    submit.client_id = (ProtobufCBinaryData){ .len = 15, .data = (uint8_t *) "123456789012345" };
    submit.entry = (ProtobufCBinaryData){ .len = entry.size, .data = (uint8_t *) entry.data };
    send_message(&f, f.submitter, FRAME_SUBMIT, &submit);
    assert_refusal(verdict(&f, f.submitter), INVALID, "client_id");
    teardown(&f);
}

static void what_is_no_submit_is_refused_and_what_is_no_frame_is_dropped(void **state)
{
    struct frame frame = { .type = FRAME_QUERY };
    struct fixture f;

    (void) state;
    setup(&f);
    assert_int_equal(zmq_send(f.submitter, "one part", 8, 0), 8);
    assert_int_equal(frame_send(f.submitter, NULL, &frame, bytes_of("x", 1)), 0);
    assert_refusal(verdict(&f, f.submitter), FORBIDDEN, "frame.type");
    frame.type = FRAME_SUBMIT;
    assert_int_equal(frame_send(f.submitter, NULL, &frame, bytes_of("\xff", 1)), 0);
    assert_refusal(verdict(&f, f.submitter), INVALID, "submit");
    assert_int_equal(f.ingest->submit.bad_frames, 1);
    teardown(&f);
}

static void a_submission_of_another_version_is_told_so_and_is_a_bad_frame_only(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    send_of_another_version(f.submitter, FRAME_SUBMIT);
    assert_refusal(verdict(&f, f.submitter), INVALID, "frame.version");
    send_of_another_version(f.notify, FRAME_SUBMIT);
    assert_refusal(verdict(&f, f.notify), INVALID, "frame.version");
    assert_int_equal(f.ingest->submit.bad_frames + f.ingest->outcome.bad_frames, 2);
    assert_int_equal(status(&f)->received, 0);
    assert_int_equal(status(&f)->refused, 0);
    teardown(&f);
}

#define VISIT "{\"report\":{\"reporter\":\"n1\",\"site\":\"S-1\",\"purpose\":1,\"outcome\":1,"

struct hostile {
    struct bytes bytes;
    const char *json;      /* instead of the bytes */
    const char *field;
};

/* One between two that are good, all in one batch: both are journaled, in one commit. */
static void assert_disturbs_nobody(struct fixture *f, const struct hostile *hostile, uint64_t place)
{
    uint64_t commits = f->ingest->counters.commits;

    push(f, f->submitter, "n1", id_of(1000 + 2 * place), report_saying(f, "before"));
    push(f, f->submitter, "n1", id_of(2000 + place), hostile->json == NULL ? hostile->bytes : entry_of(f, hostile->json));
    push(f, f->submitter, "n1", id_of(1001 + 2 * place), report_saying(f, "after"));
    assert_refusal(verdict(f, f->submitter), INVALID, hostile->field);   /* needs no commit, so it comes first */
    assert_receipt(verdict(f, f->submitter), 2 * place + 1, false);
    assert_receipt(verdict(f, f->submitter), 2 * place + 2, false);
    assert_int_equal(f->ingest->counters.commits, commits + 1);
    assert_int_equal(f->ingest->counters.invalid, place + 1);
}

static void what_is_refused_disturbs_nobody_in_its_batch(void **state)
{
    static uint8_t deep[10000];
    static uint8_t large[MESSAGE_MAX_BYTES + 1];
    const struct hostile hostile[] = {
        { bytes_of("\x0a\x10\x0a", 3), NULL, "entry" },                         /* truncated */
        { bytes_of(large, sizeof large), NULL, "entry" },                       /* oversized */
        { bytes_of(deep, sizeof deep), NULL, "report" },                        /* deeply nested */
        { bytes_of("\x0a\x04\x0a\x02\xc3\x28", 6), NULL, "report.reporter" },   /* not UTF-8 */
        { bytes_of("\x0a\x05\x0a\x03" "a\0b", 7), NULL, "report.reporter" },    /* a zero byte inside */
        { bytes_of("\x0a\x02\x38\x63", 4), NULL, "report.purpose" },            /* an unknown enum value */
        { bytes_of("\x0a\x03\x98\x06\x01", 5), NULL, "report.#99" },            /* a field of a later version */
        { { 0 }, VISIT "\"deviceTimeMs\":4102444800000}}", "report.device_time_ms" },   /* the year 2100 */
        { { 0 }, VISIT "\"deviceTimeMs\":1580687000000,\"startedAtMs\":1580687000001}}", "report.started_at_ms" },
        { { 0 }, "{\"release\":{\"sequence\":1,\"rejected\":true,\"reason\":\"x\",\"corrections\":{}}}",
          "release.corrections" },                                              /* rejected, yet corrected */
    };
    struct fixture f;

    (void) state;
    setup(&f);
    memset(deep, 0x0a, sizeof deep);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        assert_disturbs_nobody(&f, &hostile[i], i);
    teardown(&f);
}

static void a_probe_is_answered_and_counted_as_nothing_else(void **state)
{
    Duban__Submit probe = DUBAN__SUBMIT__INIT;
    struct frame frame = { .type = FRAME_SUBMIT };
    struct fixture f;

    (void) state;
    setup(&f);
    probe.request_id = 9;
    probe.account = "operator";
    assert_int_equal(frame_send(f.submitter, NULL, &frame, message_pack(&f.arena, &probe)), 0);
    assert_refusal(verdict(&f, f.submitter), INVALID, "client_id");
    assert_int_equal(status(&f)->last_sequence, 0);
    assert_int_equal(status(&f)->received, 0);
    assert_int_equal(status(&f)->refused, 0);
    assert_int_equal(f.ingest->counters.probes, 1);
    teardown(&f);
}

static void each_socket_and_account_submits_only_what_is_its_own(void **state)
{
    struct fixture f;
    struct bytes outcomes;

    (void) state;
    setup(&f);
    outcomes = entry_of(&f, "{\"outcomes\":{\"outcomes\":[{\"notice\":\"1\",\"grade\":\"GRADE_DEAD\"}]}}");
    assert_refusal(submit_as(&f, "notify", 1, outcomes), FORBIDDEN, "outcomes");
    assert_refusal(submit(&f, 2, entry_of(&f, "{\"tick\":{}}")), FORBIDDEN, "tick");
    assert_refusal(submit(&f, 3, entry_of(&f, "{\"engineVersion\":{\"version\":1}}")), FORBIDDEN, "account");
    assert_refusal(submit_as(&f, "ingest", 4, report_saying(&f, "x")), FORBIDDEN, "account");
    push(&f, f.notify, "notify", id_of(5), report_saying(&f, "x"));
    assert_refusal(verdict(&f, f.notify), FORBIDDEN, "entry");
    assert_refusal(submit_as(&f, "rules", 6, entry_of(&f, "{\"engineVersion\":{}}")), INVALID,
                   "engine_version.version");
    assert_int_equal(status(&f)->last_sequence, 0);
    teardown(&f);
}

/* ---------------------------------------------------------------- skips */

static void only_the_operator_passes_over_an_entry(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_refusal(submit_as(&f, "n1", 1, entry_of(&f, "{\"skip\":{\"sequence\":\"1\",\"reason\":\"崩溃\"}}")), FORBIDDEN, "account");
    teardown(&f);
}

static struct bytes skip_of(struct fixture *f, unsigned sequence)
{
    char text[80];

    snprintf(text, sizeof text, "{\"skip\":{\"sequence\":\"%u\",\"reason\":\"崩溃\"}}", sequence);
    return entry_of(f, text);
}

static void only_the_entry_behind_the_cursor_of_rules_is_passed_over(void **state)
{
    Duban__Credit credit = DUBAN__CREDIT__INIT;
    Duban__Cursor cursor = DUBAN__CURSOR__INIT;
    struct received received;
    struct verdict answer;
    struct fixture f;

    (void) state;
    setup(&f);
    for (uint64_t i = 1; i <= 3; i++)
        assert_receipt(submit(&f, i, report_saying(&f, "x")), i, false);
    hello_as(&f, "replay");
    answer = submit(&f, 10, skip_of(&f, 1));
    assert_refusal(answer, INVALID, "skip.sequence");
    assert_non_null(strstr(answer.refusal->en, "not been heard"));
    hello_as(&f, "rules");
    assert_refusal(submit(&f, 11, skip_of(&f, 2)), INVALID, "skip.sequence");
    credit.records = 1;
    credit.bytes = 100000;
    send_message(&f, f.rules, FRAME_CREDIT, &credit);
    await_type(&f, f.rules, FRAME_BATCH, &received);
    frame_release(&received);
    cursor.sequence = 1;
    send_message(&f, f.rules, FRAME_CURSOR, &cursor);
    status(&f);
    answer = submit(&f, 12, skip_of(&f, 1));
    assert_refusal(answer, INVALID, "skip.sequence");
    assert_non_null(strstr(answer.refusal->en, "only entry 2 "));
    assert_refusal(submit(&f, 13, skip_of(&f, 3)), INVALID, "skip.sequence");
    assert_receipt(submit(&f, 14, skip_of(&f, 2)), 4, false);
    teardown(&f);
}

static void nothing_is_passed_over_when_rules_is_at_the_end(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    push(&f, f.submitter, "operator", id_of(1), report_saying(&f, "x"));
    push(&f, f.submitter, "operator", id_of(2), skip_of(&f, 1));   /* in one batch: nobody can have stopped there */
    assert_refusal(verdict(&f, f.submitter), INVALID, "skip.sequence");   /* before the commit */
    assert_receipt(verdict(&f, f.submitter), 1, false);
    teardown(&f);
}

static void skipped_sequences_are_handed_over_also_after_a_restart(void **state)
{
    struct fixture f;
    Duban__HelloOk *hello_ok;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    assert_receipt(submit(&f, 1, report_saying(&f, "poison")), 1, false);
    assert_receipt(submit(&f, 2, entry_of(&f, "{\"skip\":{\"sequence\":\"1\",\"reason\":\"崩溃\"}}")), 2, false);
    hello_ok = hello_as(&f, "rules");
    assert_int_equal(hello_ok->n_skips, 1);
    assert_int_equal(hello_ok->skips[0], 1);
    restart(&f);
    hello_ok = hello_as(&f, "rules");
    assert_int_equal(hello_ok->n_skips, 1);
    assert_int_equal(hello_ok->last_sequence, 2);
    assert_int_equal(hello_ok->epoch, 2);
    teardown(&f);
}

/* ---------------------------------------------------------------- overload */

static void beyond_the_queue_the_answer_is_later_and_what_was_taken_is_kept(void **state)
{
    struct fixture f;
    uint64_t taken = 0, later = 0;

    (void) state;
    prepare(&f);
    f.settings.submit_queue = 64;
    f.settings.batch_records = 64;
    f.settings.batch_bytes = 4000;   /* bytes bound a batch first, so that the queue grows */
    start(&f);
    for (uint64_t i = 1; i <= 200; i++)
        push(&f, f.submitter, "n1", id_of(i), report_saying(&f, "crowd"));
    for (uint64_t i = 1; i <= 200; i++) {
        struct verdict answer = verdict(&f, f.submitter);

        if (answer.receipt != NULL) {
            taken++;
            continue;
        }
        assert_refusal(answer, LATER, "");
        assert_true(answer.refusal->retry_after_ms > 0);
        later++;
    }
    assert_true(taken >= 64);
    assert_true(later > 0);
    assert_int_equal(status(&f)->last_sequence, taken);
    teardown(&f);
}

/* ---------------------------------------------------------------- the log */

static void a_committed_entry_is_shipped_to_who_has_credit(void **state)
{
    Duban__Credit credit = DUBAN__CREDIT__INIT;
    struct received received;
    struct fixture f;

    (void) state;
    setup(&f);
    assert_int_equal(hello_as(&f, "rules")->first_sequence, 1);
    credit.records = 10;
    credit.bytes = 100000;
    send_message(&f, f.rules, FRAME_CREDIT, &credit);
    assert_receipt(submit(&f, 1, report_saying(&f, "x")), 1, false);
    await_type(&f, f.rules, FRAME_BATCH, &received);
    assert_int_equal(received.frame.value, 1);
    frame_release(&received);
    teardown(&f);
}

/* Byte by byte, as a disk would. */
static void spoil(struct fixture *f, uint64_t sequence)
{
    struct store_txn txn;
    struct bytes value;
    uint8_t key[8];
    uint8_t row[4096];

    put_u64(key, sequence);
    store_begin(&txn, &f->ingest->store, STORE_WRITE);
    assert_true(store_get(&txn, TABLE_JOURNAL, bytes_of(key, sizeof key), &value));
    assert_true(value.size <= sizeof row);
    memcpy(row, value.data, value.size);
    row[value.size - 1] ^= 1;
    store_put(&txn, TABLE_JOURNAL, bytes_of(key, sizeof key), bytes_of(row, value.size));
    assert_int_equal(store_commit(&txn), 0);
}

static void a_damaged_record_ends_who_reads_it_and_intake_goes_on(void **state)
{
    Duban__Credit credit = DUBAN__CREDIT__INIT;
    struct received received;
    struct fixture f;

    (void) state;
    setup(&f);
    for (uint64_t i = 1; i <= 3; i++)
        assert_receipt(submit(&f, i, report_saying(&f, "x")), i, false);
    spoil(&f, 2);
    hello_as(&f, "replay");
    credit.records = 10;
    credit.bytes = 100000;
    send_message(&f, f.rules, FRAME_CREDIT, &credit);
    await_type(&f, f.rules, FRAME_BATCH, &received);   /* what comes before it is good */
    assert_int_equal(received.frame.value, 1);
    frame_release(&received);
    await_type(&f, f.rules, FRAME_BYE, &received);
    frame_release(&received);
    assert_int_equal(f.ingest->journal.damaged_sequence, 2);
    assert_receipt(submit(&f, 4, report_saying(&f, "y")), 4, false);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_tells_where_the_entry_is_journaled_as_it_came),
        cmocka_unit_test(all_that_has_arrived_is_journaled_in_one_commit_in_order),
        cmocka_unit_test(a_batch_has_no_more_than_the_set_number_of_entries),
        cmocka_unit_test(a_restart_keeps_the_chain_and_counts_the_epoch),
        cmocka_unit_test(the_same_submission_again_gets_its_first_receipt),
        cmocka_unit_test(the_same_submission_twice_in_one_batch_is_journaled_once),
        cmocka_unit_test(the_same_id_of_another_account_is_another_submission),
        cmocka_unit_test(another_payload_under_a_known_id_is_a_conflict_and_is_kept_once),
        cmocka_unit_test(a_conflict_within_one_batch_is_seen),
        cmocka_unit_test(conflicts_older_than_their_time_make_room),
        cmocka_unit_test(a_conflict_that_cannot_be_read_does_not_keep_older_ones_for_ever),
        cmocka_unit_test(a_refused_submission_may_come_again_put_right),
        cmocka_unit_test(every_fault_of_the_envelope_names_its_field),
        cmocka_unit_test(a_client_id_of_another_length_is_refused),
        cmocka_unit_test(what_is_no_submit_is_refused_and_what_is_no_frame_is_dropped),
        cmocka_unit_test(a_submission_of_another_version_is_told_so_and_is_a_bad_frame_only),
        cmocka_unit_test(what_is_refused_disturbs_nobody_in_its_batch),
        cmocka_unit_test(a_probe_is_answered_and_counted_as_nothing_else),
        cmocka_unit_test(each_socket_and_account_submits_only_what_is_its_own),
        cmocka_unit_test(only_the_operator_passes_over_an_entry),
        cmocka_unit_test(only_the_entry_behind_the_cursor_of_rules_is_passed_over),
        cmocka_unit_test(nothing_is_passed_over_when_rules_is_at_the_end),
        cmocka_unit_test(skipped_sequences_are_handed_over_also_after_a_restart),
        cmocka_unit_test(beyond_the_queue_the_answer_is_later_and_what_was_taken_is_kept),
        cmocka_unit_test(a_committed_entry_is_shipped_to_who_has_credit),
        cmocka_unit_test(a_damaged_record_ends_who_reads_it_and_intake_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
