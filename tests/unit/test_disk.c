/* When is a write that failed the fault of a full disk; and how long to wait for room. */
#include "disk.h"
#include "disk_describe.h"

#include <errno.h>
#include <sys/statvfs.h>

#include "store.h"
#include "test.h"

enum { TABLE, TABLES };

static const char *const NAMES[TABLES] = { "table" };
static const uint64_t GIBIBYTE = 1 << 30;

/* The disk as the test has it, in the place of the system's. */
static uint64_t free_of_test;
static int flush_fails_with;

int statvfs(const char *directory, struct statvfs *disk)
{
    (void) directory;
    memset(disk, 0, sizeof *disk);
    disk->f_frsize = 4096;
    disk->f_blocks = 10 * GIBIBYTE / 4096;
    disk->f_bfree = free_of_test / 4096 + 1000;
    disk->f_bavail = free_of_test / 4096;
    return 0;
}

/* LMDB's own calls come here too. */
int fdatasync(int descriptor)
{
    (void) descriptor;
    errno = flush_fails_with;
    return flush_fails_with == 0 ? 0 : -1;
}

static void what_only_root_may_use_is_used(void **state)
{
    struct disk_room room;

    (void) state;
    free_of_test = 1 * GIBIBYTE;
    assert_int_equal(disk_look("/", &room), 0);
    assert_int_equal(room.free_bytes, GIBIBYTE);
    assert_int_equal(room.all_bytes, 10 * GIBIBYTE - 1000 * 4096);
    assert_int_equal(disk_used_percent(&room), 89);
    assert_int_equal(percent_of_room(1, 0), 0);
    assert_int_equal(percent_of_room(0, 100), 0);
    assert_int_equal(percent_of_room(999, 1000), 99);
    assert_int_equal(percent_of_room(UINT64_C(64) << 40, UINT64_C(64) << 40), 100);
}

static void a_quota_says_so_whatever_the_disk_has(void **state)
{
    (void) state;
    free_of_test = 9 * GIBIBYTE;
    assert_true(disk_is_why(EDQUOT, "/"));
}

static void without_room_an_error_of_writing_is_a_full_disk(void **state)
{
    (void) state;
    free_of_test = GIBIBYTE / 2 - 4096;
    assert_true(disk_is_why(ENOSPC, "/"));
    assert_true(disk_is_why(EIO, "/"));
    assert_false(disk_is_why(EINVAL, "/"));
    assert_false(disk_is_why(MDB_MAP_FULL, "/"));
    assert_false(disk_is_why(MDB_CORRUPTED, "/"));
}

static void with_room_it_is_a_disk_that_fails(void **state)
{
    (void) state;
    free_of_test = GIBIBYTE / 2;
    assert_false(disk_is_why(EIO, "/"));
    assert_false(disk_is_why(ENOSPC, "/"));
}

static int put_and_commit(struct store *store, struct store_txn *txn)
{
    store_begin(txn, store, STORE_WRITE);
    store_put(txn, TABLE, bytes_of_text("key"), bytes_of_text("value"));
    return store_commit(txn);
}

static void a_commit_without_room_is_told_apart_from_one_that_failed(void **state)
{
    static const struct {
        int error;
        uint64_t free_bytes;
        bool no_room;
    } CASES[] = {
        { EIO, 0, true }, { ENOSPC, 0, true }, { EDQUOT, UINT64_C(9) << 30, true }, { EIO, UINT64_C(9) << 30, false },
    };
    char directory[SCRATCH_BYTES];
    struct store store;
    struct store_txn txn;

    (void) state;
    scratch_make(directory);
    assert_int_equal(store_open(&store, directory, 1 << 20, NAMES, TABLES), 0);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        free_of_test = CASES[i].free_bytes;
        flush_fails_with = CASES[i].error;
        assert_int_equal(put_and_commit(&store, &txn), -1);
        assert_int_equal(txn.error, CASES[i].error);
        assert_int_equal(txn.no_room, CASES[i].no_room);
        assert_string_equal(store_full_disk(&store), store.disk_is_full ? directory : "");
        assert_int_equal(store.disk_is_full, true);   /* the first of them says so, and only room takes it back */
    }
    flush_fails_with = 0;
    assert_int_equal(put_and_commit(&store, &txn), 0);
    assert_string_equal(store_full_disk(&store), "");
    store_close(&store);
    scratch_remove(directory);
}

static void a_wait_for_room_doubles_up_to_eight_seconds(void **state)
{
    static const int64_t LENGTHS_MS[] = { 1000, 2000, 4000, 8000, 8000 };
    struct room_wait wait = { 0 };
    int64_t now_ms = 70000;

    (void) state;
    assert_false(room_is_awaited(&wait, now_ms));
    for (size_t i = 0; i < sizeof LENGTHS_MS / sizeof LENGTHS_MS[0]; i++) {
        room_wait_longer(&wait, now_ms);
        assert_true(room_is_awaited(&wait, now_ms + LENGTHS_MS[i] - 1));
        now_ms += LENGTHS_MS[i];
        assert_false(room_is_awaited(&wait, now_ms));
    }
    room_wait_longer(&wait, now_ms);
    room_wait_end(&wait);
    assert_true(room_is_awaited(&wait, now_ms + 7999));
    now_ms += 8000;
    room_wait_longer(&wait, now_ms);
    assert_false(room_is_awaited(&wait, now_ms + 1000));
}

static void a_description_names_the_disk_by_a_number(void **state)
{
    Duban__DiskRoom here, there;

    (void) state;
    free_of_test = 3 * GIBIBYTE;
    disk_describe("/proc", 90, &here);
    disk_describe("/proc/self", 80, &there);
    assert_int_equal(here.free_bytes, 3 * GIBIBYTE);
    assert_int_equal(here.low_at_percent, 90);
    assert_string_equal(here.directory, "/proc");
    assert_int_equal(here.file_system, there.file_system);
    assert_int_not_equal(here.file_system, 0);
    disk_describe("/no/such/place", 90, &here);
    assert_int_equal(here.all_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_only_root_may_use_is_used),
        cmocka_unit_test(a_quota_says_so_whatever_the_disk_has),
        cmocka_unit_test(without_room_an_error_of_writing_is_a_full_disk),
        cmocka_unit_test(with_room_it_is_a_disk_that_fails),
        cmocka_unit_test(a_commit_without_room_is_told_apart_from_one_that_failed),
        cmocka_unit_test(a_wait_for_room_doubles_up_to_eight_seconds),
        cmocka_unit_test(a_description_names_the_disk_by_a_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
