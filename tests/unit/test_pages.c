/* LMDB's file read beside LMDB: the same rows; and whatever has become of the file, nobody dies of it. */
#include "pages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store.h"
#include "test.h"

enum { SMALL, LONG, NONE, TABLES, ROWS = 600, LONG_ROWS = 12, LONG_BYTES = 9000, MOST_STEPS = 5000 };

static const char *const NAMES[TABLES] = { "small", "long", "none" };

struct fixture {
    char directory[SCRATCH_BYTES];
    char file[SCRATCH_BYTES + 16];
    uint8_t *sound;              /* the file as it was closed */
    size_t size;
    size_t page_bytes;
    int descriptor;              /* of the file as the test has it now */
};

/* What a walk has met. */
struct met {
    size_t rows, bytes, pages;
    uint32_t sum;
    bool damaged, in_order;
    uint8_t last_key[8];
};

static void put_rows(struct store *store)
{
    uint8_t key[8] = { 0 }, value[LONG_BYTES];
    struct store_txn txn;

    for (unsigned round = 0; round < 4; round++) {   /* pages are freed and taken again between commits */
        store_begin(&txn, store, STORE_WRITE);
        for (unsigned i = 0; i < ROWS; i++) {
            put_u32(key + 4, i * 7919 % 100000);
            memset(value, (int) (i + round), 40 + i % 200);
            store_put(&txn, SMALL, bytes_of(key, sizeof key), bytes_of(value, 40 + i % 200));
        }
        for (unsigned i = 0; i < LONG_ROWS; i++) {
            put_u32(key + 4, i);
            memset(value, (int) (i * round), sizeof value);
            store_put(&txn, LONG, bytes_of(key, sizeof key), bytes_of(value, sizeof value));
        }
        assert_int_equal(store_commit(&txn), 0);
    }
}

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct stat status;
    struct store store;

    scratch_make(f->directory);
    assert_int_equal(store_open(&store, f->directory, 16 << 20, NAMES, TABLES), 0);
    put_rows(&store);
    store_close(&store);
    snprintf(f->file, sizeof f->file, "%s/data.mdb", f->directory);
    f->descriptor = open(f->file, O_RDWR | O_CLOEXEC);
    assert_int_equal(fstat(f->descriptor, &status), 0);
    f->size = (size_t) status.st_size;
    f->sound = malloc(f->size);
    assert_int_equal(pread(f->descriptor, f->sound, f->size, 0), (ssize_t) f->size);
    memcpy(&f->page_bytes, f->sound + 40, 4);
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;

    close(f->descriptor);
    free(f->sound);
    scratch_remove(f->directory);
    free(f);
    return 0;
}

static void on_row(void *self, struct bytes key, struct bytes value)
{
    struct met *met = self;

    if (key.size == sizeof met->last_key) {   /* else it is damaged */
        met->in_order = met->in_order && (met->rows == 0 || memcmp(met->last_key, key.data, key.size) < 0);
        memcpy(met->last_key, key.data, key.size);
    }
    met->rows++;
    met->bytes += value.size;
    for (size_t i = 0; value.data != NULL && i < value.size; i++)
        met->sum = met->sum * 31 + ((const uint8_t *) value.data)[i];
}

static struct met walk(const struct fixture *f, const char *table)
{
    struct pages_walk walk = { .table = table };
    struct met met = { .in_order = true };
    enum pages_step step = PAGES_MORE;
    uint32_t pages = 0;
    size_t steps = 0;

    while (step == PAGES_MORE || step == PAGES_DAMAGED) {
        assert_true(++steps < MOST_STEPS);
        step = pages_step(f->descriptor, &walk, table == NULL ? NULL : on_row, &met, &pages);
        met.damaged |= step == PAGES_DAMAGED || step == PAGES_DAMAGED_TO_END;
    }
    met.pages = pages;
    return met;
}

static bool finds_damage(const struct fixture *f)
{
    bool found = walk(f, NULL).damaged;

    for (int table = 0; table < TABLES; table++)
        found |= walk(f, NAMES[table]).damaged;
    return found;
}

static void as_it_was(const struct fixture *f)
{
    assert_int_equal(ftruncate(f->descriptor, (off_t) f->size), 0);
    assert_int_equal(pwrite(f->descriptor, f->sound, f->size, 0), (ssize_t) f->size);
}

static struct met by_lmdb(const struct fixture *f, int table)
{
    struct met met = { .in_order = true };
    struct store store;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;

    assert_int_equal(store_open(&store, f->directory, 16 << 20, NAMES, TABLES), 0);
    store_begin(&txn, &store, STORE_READ);
    store_cursor_open(&cursor, &txn, table);
    for (bool more = store_seek(&cursor, bytes_of("", 0), &key, &value); more; more = store_next(&cursor, &key, &value))
        on_row(&met, key, value);
    store_cursor_close(&cursor);
    store_abort(&txn);
    store_close(&store);
    return met;
}

static void the_rows_are_those_that_lmdb_reads(void **state)
{
    const struct fixture *f = *state;

    for (int table = 0; table < TABLES; table++) {
        struct met theirs = by_lmdb(f, table), ours = walk(f, NAMES[table]);

        assert_false(ours.damaged);
        assert_true(ours.in_order);
        assert_int_equal(ours.rows, theirs.rows);
        assert_int_equal(ours.bytes, theirs.bytes);
        assert_int_equal(ours.sum, theirs.sum);
    }
    assert_int_equal(walk(f, NAMES[SMALL]).rows, ROWS);
    assert_int_equal(walk(f, NAMES[NONE]).rows, 0);
    assert_false(walk(f, NULL).damaged);
    assert_int_equal(walk(f, "no such table").rows, 0);
}

static void a_walk_goes_on_where_it_stood_whatever_was_committed_meanwhile(void **state)
{
    const struct fixture *f = *state;
    struct pages_walk walk = { .table = NAMES[SMALL] };
    struct met met = { .in_order = true };
    struct store store;
    uint32_t pages = 0;
    enum pages_step step;

    do {
        step = pages_step(f->descriptor, &walk, on_row, &met, &pages);
        assert_int_equal(store_open(&store, f->directory, 16 << 20, NAMES, TABLES), 0);
        put_rows(&store);   /* every page of the table is another one now */
        store_close(&store);
    } while (step == PAGES_MORE);
    assert_int_equal(step, PAGES_END);
    assert_true(met.in_order);
    assert_int_equal(met.rows, ROWS);
}

static void of_a_file_that_was_cut_off_what_is_missing_is_found(void **state)
{
    const struct fixture *f = *state;
    bool found_before = false;

    for (size_t pages = f->size / f->page_bytes; pages-- > 0;) {
        bool found;

        assert_int_equal(ftruncate(f->descriptor, (off_t) (pages * f->page_bytes + 100)), 0);
        found = finds_damage(f);
        assert_true(found || !found_before);   /* the last pages may be free ones */
        found_before = found;
    }
    assert_true(found_before);
}

/* A page that was lost, or written to another place. */
static void a_page_that_is_another_one_is_found_where_it_is_in_use(void **state)
{
    const struct fixture *f = *state;
    struct met small = walk(f, NAMES[SMALL]);
    size_t found = 0;

    for (size_t page = 2; page < f->size / f->page_bytes; page++) {
        const uint8_t *other = f->sound + (page == 2 ? 3 : 2) * f->page_bytes;

        assert_int_equal(pwrite(f->descriptor, other, f->page_bytes, (off_t) (page * f->page_bytes)), (ssize_t) f->page_bytes);
        found += finds_damage(f);
        as_it_was(f);
    }
    assert_true(found >= small.pages / 3);   /* each leaf once, the branches above it many times */
    assert_true(found < f->size / f->page_bytes - 2);
}

static void a_damaged_leaf_hides_its_own_rows_alone(void **state)
{
    const struct fixture *f = *state;
    size_t hurt = 0;

    for (size_t page = 2; page < f->size / f->page_bytes; page++) {
        struct met met;

        assert_int_equal(pwrite(f->descriptor, "\xff\xff", 2, (off_t) (page * f->page_bytes + 16)), 2);   /* its first row's place */
        met = walk(f, NAMES[SMALL]);
        if (met.damaged && met.rows > ROWS / 2) {
            assert_true(met.in_order && met.rows < ROWS);
            hurt++;
        }
        as_it_was(f);
    }
    assert_true(hurt > 3);
}

static void whatever_its_bytes_are_reading_ends(void **state)
{
    const struct fixture *f = *state;
    uint32_t number = 12345;

    for (unsigned round = 0; round < 3000; round++) {
        for (unsigned hit = 0; hit < 1 + round % 3; hit++) {
            uint8_t byte;
            size_t at;

            number = number * 1664525 + 1013904223;
            at = number % f->size;
            if (round % 2 == 0)
                at = at / f->page_bytes * f->page_bytes + at % 48;   /* heads of pages more than the rest */
            number = number * 1664525 + 1013904223;
            byte = (uint8_t) (number >> 24);
            assert_int_equal(pwrite(f->descriptor, &byte, 1, (off_t) at), 1);
        }
        (void) finds_damage(f);
        if (round % 10 == 9)
            as_it_was(f);
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(the_rows_are_those_that_lmdb_reads),
        test(a_walk_goes_on_where_it_stood_whatever_was_committed_meanwhile),
        test(of_a_file_that_was_cut_off_what_is_missing_is_found),
        test(a_page_that_is_another_one_is_found_where_it_is_in_use),
        test(a_damaged_leaf_hides_its_own_rows_alone),
        test(whatever_its_bytes_are_reading_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
