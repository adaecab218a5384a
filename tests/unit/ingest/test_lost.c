/* A record of the journal that cannot be read any more: its sequence is never given again, it stays as it lies, who reads
 * stops before it until the operator passes over it, and nothing is started where it is not certain what comes next. */
#include "ingest_fixture.h"

static void take(struct fixture *f, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++)
        assert_receipt(submit(f, i, report_saying(f, "一切正常")), i, false);
}

/* Whoever writes it does not tell LMDB's neighbours: as a disk that rots. */
static void put_row(struct fixture *f, uint64_t sequence, struct bytes row)
{
    struct store_txn txn;
    uint8_t key[8];

    put_u64(key, sequence);
    store_begin(&txn, &f->ingest->store, STORE_WRITE);
    store_put(&txn, TABLE_JOURNAL, bytes_of(key, sizeof key), row);
    assert_int_equal(store_commit(&txn), 0);
}

static struct bytes copy_of_row(struct fixture *f, uint64_t sequence)
{
    struct store_txn txn;
    struct bytes row;
    uint8_t key[8];

    put_u64(key, sequence);
    store_begin(&txn, &f->ingest->store, STORE_READ);
    assert_true(store_get(&txn, TABLE_JOURNAL, bytes_of(key, sizeof key), &row));
    row.data = arena_copy(&f->arena, row.data, row.size);
    store_abort(&txn);
    return row;
}

static void delete_row(struct fixture *f, int table, struct bytes key)
{
    struct store_txn txn;

    store_begin(&txn, &f->ingest->store, STORE_WRITE);
    assert_true(store_delete(&txn, table, key));
    assert_int_equal(store_commit(&txn), 0);
}

/* Nothing of it is what it was. */
static struct bytes wipe(struct fixture *f, uint64_t sequence)
{
    struct bytes row = copy_of_row(f, sequence);
    uint8_t *blank = arena_take(&f->arena, row.size);

    memset(blank, 0, row.size);
    put_row(f, sequence, bytes_of(blank, row.size));
    return bytes_of(blank, row.size);
}

static struct bytes batch_from(struct fixture *f, uint64_t from, uint32_t *records)
{
    static uint8_t room[64 * 1024];
    struct link_batch batch = { .data = room, .capacity = sizeof room, .max_records = 10 };
    int result = journal_read(&f->ingest->journal, from, &batch);

    *records = result == -1 ? 0 : batch.records;
    return bytes_of(room, batch.size);
}

static void pass_over(struct fixture *f, unsigned sequence, uint64_t at)
{
    char text[80];

    (void) hello_as(f, "rules");
    f->ingest->next_of_rules = sequence;   /* it has applied all before */
    (void) snprintf(text, sizeof text, "{\"skip\":{\"sequence\":\"%u\",\"reason\":\"坏了\"}}", sequence);
    assert_receipt(submit(f, 1000 + at, entry_of(f, text)), at, false);
}

static void assert_status_names(struct fixture *f, uint64_t sequence)
{
    assert_int_equal(status(f)->look_over->damaged_sequence, sequence);
}

static void a_damaged_last_record_is_left_as_it_lies_and_the_next_sequence_is_given(void **state)
{
    struct fixture f;
    struct record last, next;
    struct bytes wiped;

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    last = record_at(&f, 3);
    wiped = wipe(&f, 3);
    pass_ms(5000);
    restart(&f);
    assert_int_equal(status(&f)->last_sequence, 3);
    assert_int_equal(status(&f)->last_stamp_ms, last.stamp_ms);
    assert_status_names(&f, 3);
    assert_receipt(submit(&f, 4, report_saying(&f, "照收")), 4, false);
    assert_true(bytes_equal(copy_of_row(&f, 3), wiped));
    next = record_at(&f, 4);
    assert_int_equal(next.sequence, 4);
    assert_true(next.stamp_ms >= last.stamp_ms);
    teardown(&f);
}

/* The chain is as it would have been, though nothing of it can be read in the record. */
static void who_had_applied_a_record_before_it_was_damaged_goes_on(void **state)
{
    uint8_t digest[DIGEST_BYTES];
    struct fixture f;
    struct record last;

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    last = record_at(&f, 3);
    wipe(&f, 3);
    for (int start = 0; start < 3; start++) {
        restart(&f);
        assert_true(journal_digest(&f.ingest->journal, 3, digest));
        assert_memory_equal(digest, last.digest, sizeof digest);
        take(&f, 4 + (uint64_t) start, 1);
    }
    teardown(&f);
}

static void who_reads_stops_before_it_until_it_is_passed_over(void **state)
{
    struct fixture f;
    struct record last, stand_in;
    struct bytes batch, wiped;
    uint32_t records;

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    last = record_at(&f, 3);
    wiped = wipe(&f, 3);
    restart(&f);
    batch_from(&f, 1, &records);
    assert_int_equal(records, 2);
    batch_from(&f, 3, &records);
    assert_int_equal(records, 0);
    pass_over(&f, 3, 4);
    batch = batch_from(&f, 3, &records);
    assert_int_equal(records, 2);
    assert_true(record_unpack(&stand_in, bytes_of((const uint8_t *) batch.data + 24, get_u32(batch.data))));
    assert_int_equal(stand_in.flags, RECORD_STAND_IN);
    assert_int_equal(stand_in.sequence, 3);
    assert_int_equal(stand_in.stamp_ms, last.stamp_ms);
    assert_int_equal(stand_in.payload.size, 0);
    assert_memory_equal(stand_in.digest, last.digest, DIGEST_BYTES);
    assert_true(bytes_equal(copy_of_row(&f, 3), wiped));
    assert_status_names(&f, 0);
    restart(&f);
    assert_status_names(&f, 0);
    batch_from(&f, 1, &records);
    assert_int_equal(records, 4);
    teardown(&f);
}

static void a_record_in_between_that_is_damaged_or_missing_can_be_passed_over_too(void **state)
{
    uint8_t digest[DIGEST_BYTES], key[8];
    struct fixture f;
    struct record stand_in;
    struct bytes batch;
    uint32_t records;

    (void) state;
    setup(&f);
    take(&f, 1, 5);
    wipe(&f, 2);
    put_u64(key, 3);
    delete_row(&f, TABLE_JOURNAL, bytes_of(key, sizeof key));
    pass_over(&f, 2, 6);
    batch_from(&f, 1, &records);
    assert_int_equal(records, 2);
    batch_from(&f, 3, &records);
    assert_int_equal(records, 0);
    assert_status_names(&f, 3);
    pass_over(&f, 3, 7);
    batch_from(&f, 1, &records);
    assert_int_equal(records, 7);
    batch = batch_from(&f, 3, &records);
    assert_true(record_unpack(&stand_in, bytes_of((const uint8_t *) batch.data + 24, get_u32(batch.data))));
    assert_int_equal(stand_in.stamp_ms, record_at(&f, 1).stamp_ms);
    assert_true(journal_digest(&f.ingest->journal, 3, digest));
    assert_memory_equal(stand_in.digest, digest, sizeof digest);
    teardown(&f);
}

/* ---------------------------------------------------------------- where it is not certain what comes next */

static void start_in_child(void *argument)
{
    start(argument);
}

/* The fixture is stopped, and a start of it must die with that in its last words. */
static void assert_no_start(struct fixture *f, const char *part)
{
    static struct child child;

    child_run(&child, start_in_child, f);
    assert_exit(child, 1);
    assert_contains(child.output, part);
    assert_contains(child.output, "不启动");
    assert_contains(child.output, "copy ");
    assert_contains(child.output, f->directory);
    assert_contains(child.output, "restore it from a backup");
}

static void when_the_last_records_are_missing_nothing_is_started(void **state)
{
    struct fixture f;
    uint8_t key[8];

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    put_u64(key, 3);
    delete_row(&f, TABLE_JOURNAL, bytes_of(key, sizeof key));
    stop(&f);
    assert_no_start(&f, "sequence=3 fault=不在了 / it is missing");
    arena_close(&f.arena);
    scratch_remove(f.directory);
}

/* As a directory that only older versions have written, where nothing is said beside the journal. */
static void when_nobody_else_says_where_it_ends_nothing_is_started(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    delete_row(&f, TABLE_META, bytes_of_text("tail"));
    wipe(&f, 3);
    stop(&f);
    assert_no_start(&f, "sequence=3 fault=版本未知 / of an unknown version");
    arena_close(&f.arena);
    scratch_remove(f.directory);
}

static void when_the_last_record_lies_at_another_sequence_nothing_is_started(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    put_row(&f, 1 << 20, copy_of_row(&f, 3));
    stop(&f);
    assert_no_start(&f, "it is the record of another sequence");
    arena_close(&f.arena);
    scratch_remove(f.directory);
}

static void a_sound_directory_of_an_older_version_is_started(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    delete_row(&f, TABLE_META, bytes_of_text("tail"));
    restart(&f);
    take(&f, 4, 1);
    wipe(&f, 4);
    restart(&f);
    take(&f, 5, 1);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_last_record_is_left_as_it_lies_and_the_next_sequence_is_given),
        cmocka_unit_test(who_had_applied_a_record_before_it_was_damaged_goes_on),
        cmocka_unit_test(who_reads_stops_before_it_until_it_is_passed_over),
        cmocka_unit_test(a_record_in_between_that_is_damaged_or_missing_can_be_passed_over_too),
        cmocka_unit_test(when_the_last_records_are_missing_nothing_is_started),
        cmocka_unit_test(when_nobody_else_says_where_it_ends_nothing_is_started),
        cmocka_unit_test(when_the_last_record_lies_at_another_sequence_nothing_is_started),
        cmocka_unit_test(a_sound_directory_of_an_older_version_is_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
