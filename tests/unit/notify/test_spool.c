/* test_spool.c - the files: rotation, what is torn, what is found after a crash. */
#include "fixture.h"

#include <fcntl.h>

enum { FOUND_MOST = 64 };

struct found {
    uint8_t ids[FOUND_MOST][ID_BYTES];
    uint64_t about[FOUND_MOST];
    size_t count;
};

struct files {
    char scratch[SCRATCH_BYTES];
    struct spool spool;
    struct found found;
};

static void open_files(struct files *files, uint64_t rotate_bytes)
{
    assert_int_equal(spool_open(&files->spool, files->scratch, rotate_bytes), 0);
}

static void prepare_files(struct files *files, uint64_t rotate_bytes)
{
    memset(files, 0, sizeof *files);
    (void) scratch_make(files->scratch);
    open_files(files, rotate_bytes);
}

static void close_files(struct files *files)
{
    spool_close(&files->spool);
    scratch_remove(files->scratch);
}

static void add(struct files *files, uint64_t sequence)
{
    char line[128];

    (void) snprintf(line, sizeof line, "{\"id\":\"%032llx\",\"notice\":%llu,\"x\":\"\"}", (unsigned long long) sequence,
                    (unsigned long long) sequence);
    assert_int_equal(spool_add(&files->spool, sequence, bytes_of_text(line)), 0);
}

static void flush(struct files *files)
{
    spool_flush(&files->spool);
    assert_int_equal(files->spool.error, 0);
    spool_settled(&files->spool);
}

static void path_of(const struct files *files, unsigned file, char *out, size_t size)
{
    (void) snprintf(out, size, "%s/spool/spool-%06u.jsonl", files->scratch, file);
}

static off_t size_of(const struct files *files, unsigned file)
{
    char path[256];
    struct stat status;

    path_of(files, file, path, sizeof path);
    return stat(path, &status) == 0 ? status.st_size : -1;
}

static void append_raw(const struct files *files, unsigned file, const char *data, size_t size)
{
    char path[256];
    int fd;

    path_of(files, file, path, sizeof path);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(fd != -1);
    assert_int_equal(write(fd, data, size), size);
    close(fd);
}

static void note(void *self, const uint8_t id[ID_BYTES], uint64_t about)
{
    struct found *found = self;

    assert_true(found->count < FOUND_MOST);
    memcpy(found->ids[found->count], id, ID_BYTES);
    found->about[found->count++] = about;
}

static void recover(struct files *files, uint32_t file, uint64_t bytes)
{
    files->found.count = 0;
    assert_int_equal(spool_recover(&files->spool, file, bytes, note, &files->found), 0);
}

static void a_full_file_is_followed_by_the_next(void **state)
{
    struct files files;

    (void) state;
    prepare_files(&files, 150);
    for (uint64_t i = 1; i <= 5; i++) {
        add(&files, i);
        flush(&files);
    }
    assert_int_equal(files.spool.file, 3);
    assert_true(size_of(&files, 1) > 0 && size_of(&files, 1) <= 150);
    assert_int_equal(size_of(&files, 1), size_of(&files, 2));
    assert_int_equal(size_of(&files, 4), -1);
    spool_close(&files.spool);
    open_files(&files, 150);
    assert_int_equal(files.spool.file, 3);
    close_files(&files);
}

static void lines_of_one_batch_stay_together(void **state)
{
    struct files files;

    (void) state;
    prepare_files(&files, 150);
    for (uint64_t i = 1; i <= 5; i++)
        add(&files, i);
    flush(&files);
    assert_int_equal(files.spool.file, 1);
    assert_true(size_of(&files, 1) > 150);
    close_files(&files);
}

static void only_lines_behind_the_settled_place_are_told(void **state)
{
    struct files files;
    uint64_t settled;

    (void) state;
    prepare_files(&files, 150);
    for (uint64_t i = 1; i <= 2; i++)
        add(&files, i);
    flush(&files);
    settled = files.spool.bytes;
    for (uint64_t i = 3; i <= 6; i++) {
        add(&files, i);
        flush(&files);
    }
    recover(&files, 1, settled);
    assert_int_equal(files.found.count, 4);
    assert_int_equal(files.found.about[0], 3);
    assert_int_equal(files.found.ids[3][15], 6);
    recover(&files, files.spool.file, files.spool.bytes);
    assert_int_equal(files.found.count, 0);
    close_files(&files);
}

static void a_torn_line_is_cut_off(void **state)
{
    static const char torn[] = "{\"id\":\"00000000000000000000000000000009\",\"notice\":9,\"te";
    struct files files;
    off_t whole;

    (void) state;
    prepare_files(&files, 1000);
    add(&files, 1);
    flush(&files);
    whole = size_of(&files, 1);
    append_raw(&files, 1, torn, strlen(torn));
    spool_close(&files.spool);
    open_files(&files, 1000);
    recover(&files, 1, 0);
    assert_int_equal(files.found.count, 1);
    assert_int_equal(size_of(&files, 1), whole);
    add(&files, 2);
    flush(&files);
    assert_int_equal(size_of(&files, 1), 2 * whole);
    close_files(&files);
}

static void a_hole_of_a_lost_block_ends_what_is_believed(void **state)
{
    static const char hole[100];
    struct files files;
    off_t whole;

    (void) state;
    prepare_files(&files, 1000);
    add(&files, 1);
    flush(&files);
    whole = size_of(&files, 1);
    append_raw(&files, 1, hole, sizeof hole);
    append_raw(&files, 1, "\n", 1);
    append_raw(&files, 1, "{\"id\":\"00000000000000000000000000000009\",\"notice\":9,\"x\":\"\"}\n", 59);
    spool_close(&files.spool);
    open_files(&files, 1000);
    recover(&files, 1, 0);
    assert_int_equal(files.found.count, 1);
    assert_int_equal(size_of(&files, 1), whole);
    close_files(&files);
}

static void numbers_go_on_rising_when_files_were_taken_away(void **state)
{
    struct files files;
    char path[256];

    (void) state;
    prepare_files(&files, 100);
    for (uint64_t i = 1; i <= 3; i++) {
        add(&files, i);
        flush(&files);
    }
    assert_int_equal(files.spool.file, 3);
    spool_close(&files.spool);
    for (unsigned file = 2; file <= 3; file++) {
        path_of(&files, file, path, sizeof path);
        assert_int_equal(unlink(path), 0);
    }
    open_files(&files, 100);
    recover(&files, 3, 50);
    add(&files, 4);
    flush(&files);
    assert_int_equal(files.spool.file, 4);
    close_files(&files);
}

static void a_file_that_cannot_be_made_is_an_error_to_settle(void **state)
{
    struct files files;
    char path[256];

    (void) state;
    prepare_files(&files, 1000);
    path_of(&files, 1, path, sizeof path);
    assert_int_equal(mkdir(path, 0700), 0);   /* takes the name */
    add(&files, 1);
    spool_flush(&files.spool);
    assert_int_not_equal(files.spool.error, 0);
    assert_int_equal(files.spool.tried_count, 1);
    spool_settled(&files.spool);
    assert_int_equal(rmdir(path), 0);
    add(&files, 1);
    flush(&files);
    assert_true(size_of(&files, 1) > 0);
    close_files(&files);
}

/* The names are what people read by: a file that has none any more is no place for a line. */
static void a_file_that_was_taken_away_is_followed_by_a_new_one(void **state)
{
    struct files files;
    char path[256];

    (void) state;
    prepare_files(&files, 1000);
    add(&files, 1);
    flush(&files);
    path_of(&files, 1, path, sizeof path);
    assert_int_equal(unlink(path), 0);
    add(&files, 2);
    flush(&files);
    assert_int_equal(files.spool.file, 2);
    assert_true(size_of(&files, 2) > 0);
    close_files(&files);
}

static void lines_in_a_file_that_went_before_its_flush_are_not_written(void **state)
{
    struct files files;
    char path[256];

    (void) state;
    prepare_files(&files, 1000);
    add(&files, 1);
    spool_write(&files.spool);
    assert_int_equal(files.spool.written_count, 1);
    path_of(&files, 1, path, sizeof path);
    assert_int_equal(unlink(path), 0);
    spool_flush(&files.spool);
    assert_true(spool_is_flushed(&files.spool));
    assert_int_equal(files.spool.error, ENOENT);
    assert_int_equal(files.spool.tried_count, 1);
    assert_int_equal(files.spool.written_count, 0);
    spool_settled(&files.spool);
    add(&files, 1);
    flush(&files);
    assert_true(size_of(&files, 2) > 0);
    close_files(&files);
}

static void a_folder_that_was_taken_away_is_made_again(void **state)
{
    struct files files;
    char folder[256], elsewhere[256];

    (void) state;
    prepare_files(&files, 1000);
    add(&files, 1);
    flush(&files);
    (void) snprintf(folder, sizeof folder, "%s/spool", files.scratch);
    (void) snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", files.scratch);
    assert_int_equal(rename(folder, elsewhere), 0);
    add(&files, 2);
    flush(&files);
    assert_true(size_of(&files, 2) > 0);
    close_files(&files);
}

static void where_no_folder_can_be_made_the_lines_wait(void **state)
{
    struct files files;
    char folder[256], elsewhere[256];
    int file;

    (void) state;
    prepare_files(&files, 1000);
    add(&files, 1);
    flush(&files);
    (void) snprintf(folder, sizeof folder, "%s/spool", files.scratch);
    (void) snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", files.scratch);
    assert_int_equal(rename(folder, elsewhere), 0);
    file = open(folder, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);   /* takes the name */
    assert_true(file >= 0);
    close(file);
    for (int i = 0; i < 2; i++) {
        add(&files, 2);
        spool_flush(&files.spool);
        assert_int_not_equal(files.spool.error, 0);
        spool_settled(&files.spool);
    }
    assert_int_equal(unlink(folder), 0);
    add(&files, 2);
    flush(&files);
    assert_true(size_of(&files, 2) > 0);
    close_files(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_file_is_followed_by_the_next),
        cmocka_unit_test(lines_of_one_batch_stay_together),
        cmocka_unit_test(only_lines_behind_the_settled_place_are_told),
        cmocka_unit_test(a_torn_line_is_cut_off),
        cmocka_unit_test(a_hole_of_a_lost_block_ends_what_is_believed),
        cmocka_unit_test(numbers_go_on_rising_when_files_were_taken_away),
        cmocka_unit_test(a_file_that_cannot_be_made_is_an_error_to_settle),
        cmocka_unit_test(a_file_that_was_taken_away_is_followed_by_a_new_one),
        cmocka_unit_test(lines_in_a_file_that_went_before_its_flush_are_not_written),
        cmocka_unit_test(a_folder_that_was_taken_away_is_made_again),
        cmocka_unit_test(where_no_folder_can_be_made_the_lines_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
