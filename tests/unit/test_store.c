#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store.h"

enum table { TABLE_LOG, TABLE_STATE, TABLE_COUNT };
static const char *const names[] = { "log", "state" };

enum { MAP_BYTES = 1024 * 1024, LITTLE_BYTES = 64 * 1024 };

struct fixture {
    char root[32];
    char directory[64];
    struct store store;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    (void) snprintf(f->root, sizeof f->root, "/tmp/duban-store-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    (void) snprintf(f->directory, sizeof f->directory, "%s/data", f->root);
    assert_int_equal(store_open(&f->store, f->directory, MAP_BYTES, names, TABLE_COUNT), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char path[128];

    store_close(&f->store);
    (void) snprintf(path, sizeof path, "%s/data.mdb", f->directory);
    (void) unlink(path);
    (void) snprintf(path, sizeof path, "%s/lock.mdb", f->directory);
    (void) unlink(path);
    (void) rmdir(f->directory);
    (void) rmdir(f->root);
    free(f);
    return 0;
}

static void reopen(struct fixture *f, size_t map_bytes)
{
    store_close(&f->store);
    assert_int_equal(store_open(&f->store, f->directory, map_bytes, names, TABLE_COUNT), 0);
}

static void put_text(struct fixture *f, const char *key, const char *value)
{
    struct store_txn txn;

    store_begin(&txn, &f->store, STORE_WRITE);
    store_put(&txn, TABLE_STATE, bytes_of_text(key), bytes_of_text(value));
    assert_int_equal(store_commit(&txn), 0);
}

/* Value NULL: the key is absent. */
static void assert_text(struct fixture *f, const char *key, const char *value)
{
    struct store_txn txn;
    struct bytes found;

    store_begin(&txn, &f->store, STORE_READ);
    assert_int_equal(store_get(&txn, TABLE_STATE, bytes_of_text(key), &found), value != NULL);
    if (value != NULL)
        assert_true(bytes_equal(found, bytes_of_text(value)));
    assert_int_equal(store_commit(&txn), 0);
}

static void what_is_committed_survives_a_reopen(void **state)
{
    struct fixture *f = *state;

    put_text(f, "colour", "red");
    reopen(f, MAP_BYTES);
    assert_text(f, "colour", "red");
    assert_text(f, "size", NULL);
}

static void the_directory_is_for_its_owner_only(void **state)
{
    struct fixture *f = *state;
    struct stat status;

    assert_int_equal(stat(f->directory, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
}

static void a_directory_that_cannot_be_made_is_an_error(void **state)
{
    struct store store;

    (void) state;
    assert_int_equal(store_open(&store, "/nowhere/at/all", MAP_BYTES, names, TABLE_COUNT), -1);
    assert_null(store.environment);
    store_close(&store);
}

/* Its path; the file is that long afterwards. */
static void cut_file(struct fixture *f, off_t bytes)
{
    char path[128];

    store_close(&f->store);
    (void) snprintf(path, sizeof path, "%s/data.mdb", f->directory);
    assert_int_equal(truncate(path, bytes), 0);
}

static void expect_damage(struct fixture *f)
{
    struct store store;

    assert_int_equal(store_open(&store, f->directory, MAP_BYTES, names, TABLE_COUNT), -1);
    assert_int_equal(errno, EUCLEAN);
}

static void a_file_that_was_cut_off_is_not_opened(void **state)
{
    struct fixture *f = *state;
    char path[128];
    struct stat status;

    for (int i = 0; i < 40; i++) {
        static char value[1024];
        char key[16];

        memset(value, 'v', sizeof value - 1);
        (void) snprintf(key, sizeof key, "%d", i);
        put_text(f, key, value);
    }
    (void) snprintf(path, sizeof path, "%s/data.mdb", f->directory);
    assert_int_equal(stat(path, &status), 0);
    for (off_t left = status.st_size / 4096 / 2; left > 2; left--) {
        cut_file(f, left * 4096);
        expect_damage(f);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_size, left * 4096);   /* left as it was found */
    }
    cut_file(f, 100);
    expect_damage(f);
}

static void an_empty_file_is_no_new_store(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    char path[128];

    put_text(f, "kept", "here");
    cut_file(f, 0);
    expect_damage(f);
    (void) snprintf(path, sizeof path, "%s/data.mdb", f->directory);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 0);
}

static void pages_that_are_free_may_be_missing_at_the_end(void **state)
{
    static uint8_t large[64 * 1024];
    struct fixture *f = *state;
    struct store_txn txn;
    char path[128];
    struct stat status;

    for (int i = 0; i < 10; i++)
        put_text(f, "kept", "here");   /* leaves free pages before those of the large one */
    store_begin(&txn, &f->store, STORE_WRITE);
    store_put(&txn, TABLE_STATE, bytes_of_text("large"), bytes_of(large, sizeof large));
    assert_int_equal(store_commit(&txn), 0);
    store_begin(&txn, &f->store, STORE_WRITE);
    assert_true(store_delete(&txn, TABLE_STATE, bytes_of_text("large")));
    assert_int_equal(store_commit(&txn), 0);
    put_text(f, "kept", "here too");
    (void) snprintf(path, sizeof path, "%s/data.mdb", f->directory);
    assert_int_equal(stat(path, &status), 0);
    cut_file(f, status.st_size - 4096);
    assert_int_equal(store_open(&f->store, f->directory, MAP_BYTES, names, TABLE_COUNT), 0);
    assert_text(f, "kept", "here too");
}

static void what_is_no_store_is_damage(void **state)
{
    struct fixture *f = *state;
    char path[128];
    FILE *file;

    store_close(&f->store);
    (void) snprintf(path, sizeof path, "%s/data.mdb", f->directory);
    file = fopen(path, "w");
    for (int i = 0; i < 4096; i++)
        assert_true(fputs("not a store ", file) >= 0);
    assert_int_equal(fclose(file), 0);
    expect_damage(f);
}

static void closing_what_was_never_opened_is_harmless(void **state)
{
    struct store store = { 0 };

    (void) state;
    store_close(&store);
    store_close(&store);
}

static void an_aborted_transaction_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;

    store_begin(&txn, &f->store, STORE_WRITE);
    store_put(&txn, TABLE_STATE, bytes_of_text("colour"), bytes_of_text("red"));
    store_abort(&txn);
    store_abort(&txn);
    assert_text(f, "colour", NULL);
}

static void a_transaction_sees_its_own_writes(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct bytes found;

    put_text(f, "colour", "red");
    store_begin(&txn, &f->store, STORE_WRITE);
    store_put(&txn, TABLE_STATE, bytes_of_text("colour"), bytes_of_text("blue"));
    assert_true(store_get(&txn, TABLE_STATE, bytes_of_text("colour"), &found));
    assert_true(bytes_equal(found, bytes_of_text("blue")));
    assert_true(store_delete(&txn, TABLE_STATE, bytes_of_text("colour")));
    assert_false(store_delete(&txn, TABLE_STATE, bytes_of_text("colour")));
    assert_false(store_get(&txn, TABLE_STATE, bytes_of_text("colour"), &found));
    assert_int_equal(store_commit(&txn), 0);
    store_abort(&txn);
    assert_text(f, "colour", NULL);
}

static void tables_are_apart(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct bytes found;

    put_text(f, "colour", "red");
    store_begin(&txn, &f->store, STORE_READ);
    assert_false(store_get(&txn, TABLE_LOG, bytes_of_text("colour"), &found));
    store_abort(&txn);
}

static void an_empty_value_is_there(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;

    store_begin(&txn, &f->store, STORE_WRITE);
    store_put(&txn, TABLE_STATE, bytes_of_text("mark"), bytes_of(NULL, 0));
    assert_int_equal(store_commit(&txn), 0);
    assert_text(f, "mark", "");
}

static void a_read_sees_one_moment_and_the_next_read_a_newer_one(void **state)
{
    struct fixture *f = *state;
    struct store_txn first;
    struct store_txn second;
    struct bytes found;

    put_text(f, "colour", "red");
    store_begin(&first, &f->store, STORE_READ);
    put_text(f, "colour", "blue");
    store_begin(&second, &f->store, STORE_READ);
    assert_true(store_get(&first, TABLE_STATE, bytes_of_text("colour"), &found));
    assert_true(bytes_equal(found, bytes_of_text("red")));
    assert_true(store_get(&second, TABLE_STATE, bytes_of_text("colour"), &found));
    assert_true(bytes_equal(found, bytes_of_text("blue")));
    store_abort(&first);
    store_abort(&second);
    assert_text(f, "colour", "blue");
}

static void the_first_error_stays_and_the_commit_aborts(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct bytes found;

    put_text(f, "colour", "red");
    store_begin(&txn, &f->store, STORE_WRITE);
    store_put(&txn, TABLE_STATE, bytes_of_text("colour"), bytes_of_text("blue"));
    store_put(&txn, TABLE_STATE, bytes_of(NULL, 0), bytes_of_text("a key must not be empty"));
    assert_int_equal(txn.error, MDB_BAD_VALSIZE);
    store_put(&txn, TABLE_STATE, bytes_of_text("size"), bytes_of_text("large"));
    store_append(&txn, TABLE_LOG, bytes_of_text("1"), bytes_of_text("one"));
    assert_false(store_delete(&txn, TABLE_STATE, bytes_of_text("colour")));
    assert_false(store_get(&txn, TABLE_STATE, bytes_of_text("colour"), &found));
    assert_int_equal(store_commit(&txn), -1);
    assert_int_equal(txn.error, MDB_BAD_VALSIZE);
    assert_text(f, "colour", "red");
    assert_text(f, "size", NULL);
}

static void writing_in_a_read_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;

    store_begin(&txn, &f->store, STORE_READ);
    store_put(&txn, TABLE_STATE, bytes_of_text("colour"), bytes_of_text("red"));
    assert_int_equal(store_commit(&txn), -1);
    assert_int_equal(txn.error, EACCES);
    assert_text(f, "colour", NULL);
}

static void append_numbers(struct store_txn *txn, uint32_t from, uint32_t to)
{
    uint8_t key[4];

    for (uint32_t i = from; i <= to; i++) {
        put_u32(key, i);
        store_append(txn, TABLE_LOG, bytes_of(key, sizeof key), bytes_of(key, sizeof key));
    }
}

static void appending_out_of_order_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;

    store_begin(&txn, &f->store, STORE_WRITE);
    append_numbers(&txn, 1, 300);
    append_numbers(&txn, 300, 300);
    assert_int_equal(txn.error, MDB_KEYEXIST);
    assert_int_equal(store_commit(&txn), -1);

    store_begin(&txn, &f->store, STORE_WRITE);
    append_numbers(&txn, 1, 300);
    append_numbers(&txn, 299, 299);
    assert_int_equal(store_commit(&txn), -1);
    assert_int_equal(txn.error, MDB_KEYEXIST);
}

static void a_full_map_is_reported_and_the_old_data_stay(void **state)
{
    struct fixture *f = *state;
    static uint8_t large[256 * 1024];
    struct store_txn txn;
    char key[16];

    put_text(f, "colour", "red");
    store_begin(&txn, &f->store, STORE_WRITE);
    for (int i = 0; i < 10; i++) {
        (void) snprintf(key, sizeof key, "%d", i);
        store_put(&txn, TABLE_STATE, bytes_of_text(key), bytes_of(large, sizeof large));
    }
    assert_int_equal(store_commit(&txn), -1);
    assert_int_equal(txn.error, MDB_MAP_FULL);
    assert_text(f, "colour", "red");
    assert_text(f, "0", NULL);
    put_text(f, "colour", "blue");
    reopen(f, 8 * (size_t) MAP_BYTES);
    assert_text(f, "colour", "blue");
}

static uint32_t number(struct bytes key)
{
    assert_int_equal(key.size, 4);
    return get_u32(key.data);
}

static void open_numbers(struct fixture *f, struct store_txn *txn, struct store_cursor *cursor)
{
    store_begin(txn, &f->store, STORE_WRITE);
    append_numbers(txn, 10, 12);
    append_numbers(txn, 20, 22);
    assert_int_equal(store_commit(txn), 0);
    store_begin(txn, &f->store, STORE_READ);
    store_cursor_open(cursor, txn, TABLE_LOG);
}

static struct bytes key_of(uint8_t key[4], uint32_t value)
{
    put_u32(key, value);
    return bytes_of(key, 4);
}

static void a_cursor_walks_in_key_order(void **state)
{
    static const uint32_t expected[] = { 10, 11, 12, 20, 21, 22 };
    struct fixture *f = *state;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    size_t count = 0;

    open_numbers(f, &txn, &cursor);
    for (bool more = store_seek(&cursor, bytes_of(NULL, 0), &key, &value); more;
         more = store_next(&cursor, &key, &value)) {
        assert_true(count < 6);
        assert_int_equal(number(key), expected[count]);
        assert_int_equal(number(value), expected[count]);
        count++;
    }
    assert_int_equal(count, 6);
    store_cursor_close(&cursor);
    store_cursor_close(&cursor);
    assert_int_equal(store_commit(&txn), 0);
}

static void seek_finds_the_key_or_the_next_one(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    uint8_t sought[4];

    open_numbers(f, &txn, &cursor);
    assert_true(store_seek(&cursor, key_of(sought, 11), &key, &value));
    assert_int_equal(number(key), 11);
    assert_true(store_seek(&cursor, key_of(sought, 13), &key, &value));
    assert_int_equal(number(key), 20);
    assert_true(store_seek(&cursor, key_of(sought, 0), &key, &value));
    assert_int_equal(number(key), 10);
    assert_false(store_seek(&cursor, key_of(sought, 23), &key, &value));
    assert_int_equal(txn.error, 0);
    store_cursor_close(&cursor);
    store_abort(&txn);
}

static void before_finds_the_last_smaller_key(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    uint8_t sought[4];

    open_numbers(f, &txn, &cursor);
    assert_true(store_before(&cursor, key_of(sought, 20), &key, &value));
    assert_int_equal(number(key), 12);
    assert_true(store_before(&cursor, key_of(sought, 15), &key, &value));
    assert_int_equal(number(key), 12);
    assert_true(store_before(&cursor, key_of(sought, 99), &key, &value));
    assert_int_equal(number(key), 22);
    assert_true(store_before(&cursor, key_of(sought, 11), &key, &value));
    assert_int_equal(number(key), 10);
    assert_false(store_before(&cursor, key_of(sought, 10), &key, &value));
    assert_false(store_before(&cursor, key_of(sought, 5), &key, &value));
    assert_false(store_before(&cursor, bytes_of(NULL, 0), &key, &value));
    store_cursor_close(&cursor);
    store_abort(&txn);
}

static void last_is_the_greatest_key(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;

    open_numbers(f, &txn, &cursor);
    assert_true(store_last(&cursor, &key, &value));
    assert_int_equal(number(key), 22);
    assert_false(store_next(&cursor, &key, &value));
    store_cursor_close(&cursor);
    store_abort(&txn);
}

static void nothing_is_under_an_empty_key(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes value;

    open_numbers(f, &txn, &cursor);
    store_cursor_close(&cursor);
    assert_false(store_get(&txn, TABLE_LOG, bytes_of(NULL, 0), &value));
    assert_false(store_get(&txn, TABLE_LOG, bytes_of("", 0), &value));
    assert_int_equal(store_commit(&txn), 0);
    store_begin(&txn, &f->store, STORE_WRITE);
    assert_false(store_delete(&txn, TABLE_LOG, bytes_of("", 0)));
    assert_int_equal(store_commit(&txn), 0);
}

static void an_empty_table_has_no_keys(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    uint8_t sought[4];

    store_begin(&txn, &f->store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_LOG);
    assert_false(store_seek(&cursor, bytes_of(NULL, 0), &key, &value));
    assert_false(store_seek(&cursor, key_of(sought, 1), &key, &value));
    assert_false(store_before(&cursor, key_of(sought, 1), &key, &value));
    assert_false(store_last(&cursor, &key, &value));
    assert_false(store_next(&cursor, &key, &value));
    store_cursor_close(&cursor);
    assert_int_equal(store_commit(&txn), 0);
}

static void a_table_may_be_written_under_a_cursor(void **state)
{
    struct fixture *f = *state;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key;
    struct bytes value;
    uint8_t sought[4];
    int deleted = 0;

    open_numbers(f, &txn, &cursor);
    store_cursor_close(&cursor);
    store_abort(&txn);
    store_begin(&txn, &f->store, STORE_WRITE);
    store_cursor_open(&cursor, &txn, TABLE_LOG);
    while (store_seek(&cursor, bytes_of(NULL, 0), &key, &value) && number(key) < 21) {
        (void) store_delete(&txn, TABLE_LOG, key_of(sought, number(key)));
        deleted++;
    }
    assert_int_equal(deleted, 4);
    store_cursor_close(&cursor);
    assert_int_equal(store_commit(&txn), 0);
}

/* 600 reads one after the other, more than there are reader slots, and each sees the newest data. */
static void reads_do_not_use_up_the_reader_slots(void **state)
{
    struct fixture *f = *state;
    struct store_txn open_read;
    char text[16];

    for (int i = 0; i < 600; i++) {
        (void) snprintf(text, sizeof text, "%d", i);
        if (i % 100 == 0)
            put_text(f, "count", text);
        store_begin(&open_read, &f->store, STORE_READ);
        (void) snprintf(text, sizeof text, "%d", i / 100 * 100);
        assert_text(f, "count", text);
        store_abort(&open_read);
    }
}

static void scratch_data_are_read_back_while_the_store_is_open(void **state)
{
    struct fixture *f = *state;

    store_is_scratch(&f->store);
    put_text(f, "count", "1");
    assert_text(f, "count", "1");
}

static void usage_grows_with_the_data_and_falls_when_they_go(void **state)
{
    struct fixture *f = *state;
    static uint8_t large[256 * 1024];
    struct store_txn txn;
    size_t empty;
    size_t full;
    size_t freed;
    size_t map;

    store_usage(&f->store, &empty, &map);
    assert_int_equal(map, MAP_BYTES);
    assert_true(empty < LITTLE_BYTES);
    store_begin(&txn, &f->store, STORE_WRITE);
    store_put(&txn, TABLE_STATE, bytes_of_text("large"), bytes_of(large, sizeof large));
    assert_int_equal(store_commit(&txn), 0);
    store_usage(&f->store, &full, &map);
    assert_true(full >= empty + sizeof large);
    store_begin(&txn, &f->store, STORE_WRITE);
    assert_true(store_delete(&txn, TABLE_STATE, bytes_of_text("large")));
    assert_int_equal(store_commit(&txn), 0);
    store_usage(&f->store, &freed, &map);
    assert_true(freed < empty + LITTLE_BYTES);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_committed_survives_a_reopen),
        TEST(the_directory_is_for_its_owner_only),
        cmocka_unit_test(a_directory_that_cannot_be_made_is_an_error),
        TEST(a_file_that_was_cut_off_is_not_opened),
        TEST(an_empty_file_is_no_new_store),
        TEST(pages_that_are_free_may_be_missing_at_the_end),
        TEST(what_is_no_store_is_damage),
        cmocka_unit_test(closing_what_was_never_opened_is_harmless),
        TEST(an_aborted_transaction_leaves_nothing),
        TEST(a_transaction_sees_its_own_writes),
        TEST(tables_are_apart),
        TEST(an_empty_value_is_there),
        TEST(a_read_sees_one_moment_and_the_next_read_a_newer_one),
        TEST(the_first_error_stays_and_the_commit_aborts),
        TEST(writing_in_a_read_is_an_error),
        TEST(appending_out_of_order_is_an_error),
        TEST(a_full_map_is_reported_and_the_old_data_stay),
        TEST(a_cursor_walks_in_key_order),
        TEST(seek_finds_the_key_or_the_next_one),
        TEST(before_finds_the_last_smaller_key),
        TEST(last_is_the_greatest_key),
        TEST(nothing_is_under_an_empty_key),
        TEST(an_empty_table_has_no_keys),
        TEST(a_table_may_be_written_under_a_cursor),
        TEST(reads_do_not_use_up_the_reader_slots),
        TEST(scratch_data_are_read_back_while_the_store_is_open),
        TEST(usage_grows_with_the_data_and_falls_when_they_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
