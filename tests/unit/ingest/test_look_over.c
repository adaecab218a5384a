/* The data file read from end to end in the turns of the loop: what is damaged is found, and intake goes on. */
#include "ingest_fixture.h"

enum { MANY_RECORDS = 400, MOST_SLICES = 200 };

static void take(struct fixture *f, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++)
        assert_receipt(submit(f, i, report_saying(f, "一切正常，没有发现问题")), i, false);
}

static const Duban__LookOver *looked_over(struct fixture *f)
{
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    push_query(f, &query);
    return reply(f)->ingest->look_over;
}

/* Until the round under way is complete; returns how many turns had a slice. */
static unsigned finish_round(struct fixture *f)
{
    uint32_t rounds = f->ingest->look_over.rounds;
    unsigned slices = 0;

    while (f->ingest->look_over.rounds == rounds) {
        assert_true(++slices < MOST_SLICES);
        pass_ms(50);
        ingest_turn(f->ingest, -1);
        assert_true(f->ingest->look_over.pages_read < 64 + 32);
    }
    return slices;
}

static void a_day_later(struct fixture *f)
{
    pass_ms(DAY_MS);
    finish_round(f);
}

static struct bytes row_of(struct store_txn *txn, uint64_t sequence, uint8_t key[8])
{
    struct bytes value;

    put_u64(key, sequence);
    assert_true(store_get(txn, TABLE_JOURNAL, bytes_of(key, 8), &value));
    return value;
}

/* In the file itself, where no transaction has been: a bit that has rotted. */
static void rot(struct fixture *f, uint64_t sequence)
{
    uint8_t *file, key[8], row[4096];
    struct store_txn txn;
    struct bytes value;
    size_t size, row_size;
    int descriptor;
    uint8_t *found;

    store_begin(&txn, &f->ingest->store, STORE_READ);
    value = row_of(&txn, sequence, key);
    row_size = value.size;
    memcpy(row, value.data, row_size);
    store_abort(&txn);
    assert_int_equal(mdb_env_get_fd(f->ingest->store.environment, &descriptor), 0);
    size = (size_t) lseek(descriptor, 0, SEEK_END);
    file = malloc(size);
    assert_int_equal(pread(descriptor, file, size, 0), (ssize_t) size);
    for (uint8_t *at = file; (found = memmem(at, size - (size_t) (at - file), row, row_size)) != NULL; at = found + 1) {
        uint8_t byte = found[row_size - 1] ^ 1;   /* older copies of its page too: they are nobody's */

        assert_int_equal(pwrite(descriptor, &byte, 1, found - file + (off_t) row_size - 1), 1);
    }
    free(file);
}

static void remove_record(struct fixture *f, uint64_t sequence)
{
    uint8_t key[8];
    struct store_txn txn;

    put_u64(key, sequence);
    store_begin(&txn, &f->ingest->store, STORE_WRITE);
    assert_true(store_delete(&txn, TABLE_JOURNAL, bytes_of(key, sizeof key)));
    assert_int_equal(store_commit(&txn), 0);
}

static void a_sound_file_is_read_in_slices_and_nothing_is_said(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, MANY_RECORDS);
    a_day_later(&f);
    assert_int_equal(looked_over(&f)->damaged_sequence, 0);
    assert_string_equal(looked_over(&f)->damaged_table, "");
    assert_int_equal(f.ingest->counters.accepted, MANY_RECORDS);
    teardown(&f);
}

static void the_first_round_begins_with_the_start_and_the_next_a_day_later(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, MANY_RECORDS);
    restart(&f);
    assert_true(finish_round(&f) >= 2);
    pass_ms(DAY_MS - 1000);
    ingest_turn(f.ingest, -1);
    assert_int_equal(f.ingest->look_over.rounds, 1);
    pass_ms(1000);
    finish_round(&f);
    assert_int_equal(looked_over(&f)->rounds, 2);
    teardown(&f);
}

static void a_record_that_has_rotted_is_named_until_it_is_sound(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, MANY_RECORDS);
    rot(&f, 123);
    rot(&f, 300);
    a_day_later(&f);
    a_day_later(&f);
    assert_int_equal(looked_over(&f)->damaged_sequence, 123);
    assert_int_equal(looked_over(&f)->damaged_records, 2);
    take(&f, MANY_RECORDS + 1, 5);   /* intake goes on */
    rot(&f, 123);
    rot(&f, 300);
    a_day_later(&f);
    assert_int_equal(looked_over(&f)->damaged_sequence, 0);
    assert_int_equal(looked_over(&f)->damaged_records, 0);
    teardown(&f);
}

static void records_that_are_missing_are_counted(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, MANY_RECORDS);
    for (uint64_t sequence = 200; sequence < 210; sequence++)
        remove_record(&f, sequence);
    remove_record(&f, MANY_RECORDS);
    a_day_later(&f);
    a_day_later(&f);
    assert_int_equal(looked_over(&f)->damaged_sequence, 200);
    assert_int_equal(looked_over(&f)->damaged_records, 11);
    teardown(&f);
}

static void what_a_reader_has_met_is_said_at_once(void **state)
{
    struct link_batch batch = { 0 };
    uint8_t room[4096];
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, 3);
    a_day_later(&f);
    rot(&f, 2);
    batch = (struct link_batch){ .data = room, .capacity = sizeof room, .max_records = 10 };
    assert_int_equal(journal_read(&f.ingest->journal, 2, &batch), -1);
    assert_int_equal(looked_over(&f)->damaged_sequence, 2);
    teardown(&f);
}

/* What is read through the map then would end the process with a bus error. */
static void a_file_that_is_cut_off_under_way_ends_nobody(void **state)
{
    struct fixture f;
    struct look_over *look;
    uint32_t rounds;
    uint8_t *file;
    int descriptor;
    off_t size;

    (void) state;
    setup(&f);
    take(&f, 1, MANY_RECORDS);
    a_day_later(&f);
    look = &f.ingest->look_over;
    assert_int_equal(mdb_env_get_fd(f.ingest->store.environment, &descriptor), 0);
    size = lseek(descriptor, 0, SEEK_END);
    file = malloc((size_t) size);
    assert_int_equal(pread(descriptor, file, (size_t) size, 0), size);
    assert_int_equal(ftruncate(descriptor, size / 3), 0);
    rounds = look->rounds;
    for (pass_ms(DAY_MS); look->rounds == rounds; pass_ms(50))
        look_over_turn(look, MANY_RECORDS, &f.ingest->clock.source);
    assert_int_not_equal(look_over_findings(look).sequence, 0);
    assert_true(look_over_findings(look).records > 100);
    assert_non_null(look_over_findings(look).table);
    assert_int_equal(pwrite(descriptor, file, (size_t) size, 0), size);
    free(file);
    a_day_later(&f);
    assert_int_equal(looked_over(&f)->damaged_sequence, 0);
    teardown(&f);
}

/* The page, and its older copies, that hold who submitted that entry. */
static void spoil_dedup_of(struct fixture *f, uint64_t number)
{
    static const uint8_t nothing[16];
    struct id id = id_of(number);
    uint8_t page[4096], *row;
    int descriptor;

    assert_int_equal(mdb_env_get_fd(f->ingest->store.environment, &descriptor), 0);
    for (off_t at = 0; pread(descriptor, page, sizeof page, at) == sizeof page; at += (off_t) sizeof page) {
        uint16_t upper;   /* what lies before it is of a page that was here earlier */

        memcpy(&upper, page + 14, sizeof upper);
        row = upper > sizeof page - 32 ? NULL : memmem(page + upper, sizeof page - 32 - upper, id.bytes, sizeof id.bytes);
        if (row != NULL && get_u64(row + 24) == number)   /* a record of the journal goes on otherwise */
            assert_int_equal(pwrite(descriptor, nothing, sizeof nothing, at), (ssize_t) sizeof nothing);
    }
}

static void a_page_of_another_table_is_named_by_its_table(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    take(&f, 1, MANY_RECORDS);
    a_day_later(&f);
    assert_string_equal(looked_over(&f)->damaged_table, "");
    spoil_dedup_of(&f, 200);
    a_day_later(&f);
    assert_string_equal(looked_over(&f)->damaged_table, "dedup");
    assert_int_equal(looked_over(&f)->damaged_sequence, 0);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_file_is_read_in_slices_and_nothing_is_said),
        cmocka_unit_test(the_first_round_begins_with_the_start_and_the_next_a_day_later),
        cmocka_unit_test(a_record_that_has_rotted_is_named_until_it_is_sound),
        cmocka_unit_test(records_that_are_missing_are_counted),
        cmocka_unit_test(what_a_reader_has_met_is_said_at_once),
        cmocka_unit_test(a_file_that_is_cut_off_under_way_ends_nobody),
        cmocka_unit_test(a_page_of_another_table_is_named_by_its_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
