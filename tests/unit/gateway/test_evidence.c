/* A file of evidence is in the store whole and under its hash, or not at all. */
#include "evidence.h"

#include <dirent.h>
#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway.h"
#include "test.h"

enum { PHOTO_BYTES = 100000, MOST_BYTES = 200000, ARENA_BYTES = 8 * 1024 * 1024 };

/* The disk as the test has it, in the place of the system's: how it flushes folders. */
static struct {
    atomic_uint flushes;
    atomic_int fails_with;
    atomic_bool holds;                 /* it says that it is at it, and waits */
    sem_t is_at_it, goes_on;
} disk;

int fsync(int file)
{
    (void) file;
    disk.flushes++;
    if (disk.holds) {
        sem_post(&disk.is_at_it);
        sem_wait(&disk.goes_on);
    }
    errno = disk.fails_with;
    return disk.fails_with == 0 ? 0 : -1;
}

struct fixture {
    char directory[SCRATCH_BYTES];
    struct gateway gateway;
    struct request request;
    struct share share;
    uint8_t photo[PHOTO_BYTES], sha256[SHA256_BYTES];
    size_t told;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct bytes photo = { fixture->photo, PHOTO_BYTES };

    disk.fails_with = 0;
    disk.holds = false;
    sem_init(&disk.is_at_it, 0, 0);
    sem_init(&disk.goes_on, 0, 0);
    scratch_make(fixture->directory);
    snprintf(fixture->gateway.settings.data, sizeof fixture->gateway.settings.data, "%s", fixture->directory);
    fixture->gateway.settings.http.upload_bytes = MOST_BYTES;
    fixture->gateway.settings.disk_percent = 1000;   /* whatever is on the disk of those who try this */
    fixture->request.gateway = &fixture->gateway;
    fixture->request.share = &fixture->share;
    arena_open(&fixture->request.arena, ARENA_BYTES);
    fixture->request.body_is_whole = true;
    for (size_t i = 0; i < PHOTO_BYTES; i++)
        fixture->photo[i] = (uint8_t) (i * i >> 4);
    memcpy(fixture->photo, "\xff\xd8\xff\xe0", 4);
    digest_sha256(fixture->sha256, &photo, 1);
    assert_int_equal(evidence_open(&fixture->gateway.evidence, &fixture->gateway), 0);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    evidence_close(&fixture->gateway.evidence);
    arena_close(&fixture->request.arena);
    scratch_remove(fixture->directory);
    free(fixture);
    return 0;
}

static void on_finished(struct request *request, void *self, struct upload *upload)
{
    struct fixture *fixture = self;

    assert_ptr_equal(request, &fixture->request);
    assert_non_null(upload->then);
    fixture->told++;
}

static void add_in_pieces(struct fixture *fixture, struct upload *upload, size_t piece)
{
    for (size_t at = 0; at < PHOTO_BYTES; at += piece)
        assert_true(evidence_add(upload, fixture->photo + at, piece < PHOTO_BYTES - at ? piece : PHOTO_BYTES - at));
}

static void finish(struct fixture *fixture, struct upload *upload, const uint8_t *expected)
{
    evidence_finish(upload, expected, on_finished, fixture);
    assert_int_equal(fixture->request.questions, 1);
    evidence_settle(&fixture->gateway.evidence);
    assert_int_equal(fixture->request.questions, 0);
    assert_int_equal(fixture->gateway.evidence.under_way, 0);
}

static size_t incoming(const struct fixture *fixture)
{
    char path[SCRATCH_BYTES + 32];
    size_t count = 0;
    DIR *folder;

    snprintf(path, sizeof path, "%s/evidence/incoming", fixture->directory);
    folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void a_photo_is_found_by_its_hash_however_it_was_cut(void **state)
{
    struct fixture *fixture = *state;
    struct evidence *evidence = &fixture->gateway.evidence;
    static const size_t PIECES[] = { 1, 31, 32, 33, 4096, PHOTO_BYTES };
    struct upload upload;
    uint64_t size_bytes = 0;

    assert_false(evidence_has(evidence, fixture->sha256, NULL));
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
        assert_true(evidence_begin(&fixture->request, &upload));
        add_in_pieces(fixture, &upload, PIECES[i]);
        finish(fixture, &upload, fixture->sha256);
        assert_int_equal(upload.outcome, EVIDENCE_FINE);
        assert_int_equal(upload.kind, PHOTO_JPEG);
        assert_memory_equal(upload.sha256, fixture->sha256, SHA256_BYTES);
        assert_true(evidence_has(evidence, fixture->sha256, &size_bytes));
        assert_int_equal(size_bytes, PHOTO_BYTES);
    }
    assert_int_equal(fixture->told, sizeof PIECES / sizeof PIECES[0]);
    assert_int_equal(evidence->stored, 1);
    assert_int_equal(evidence->known_before, sizeof PIECES / sizeof PIECES[0] - 1);
    assert_int_equal(incoming(fixture), 0);
}

static void several_at_a_time_do_not_disturb_each_other(void **state)
{
    struct fixture *fixture = *state;
    struct evidence *evidence = &fixture->gateway.evidence;
    struct upload uploads[3];

    for (size_t i = 0; i < 3; i++)
        assert_true(evidence_begin(&fixture->request, &uploads[i]));
    for (size_t at = 0; at < PHOTO_BYTES; at += 1000)
        for (size_t i = 0; i < 3; i++)
            assert_true(evidence_add(&uploads[i], fixture->photo + (i == 2 && at > 0 ? 0 : at), 1000));
    for (size_t i = 0; i < 3; i++)
        evidence_finish(&uploads[i], NULL, on_finished, fixture);
    evidence_settle(evidence);
    assert_int_equal(fixture->told, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(uploads[i].outcome, EVIDENCE_FINE);
        assert_true(evidence_has(evidence, uploads[i].sha256, NULL));
    }
    assert_memory_equal(uploads[0].sha256, uploads[1].sha256, SHA256_BYTES);
    assert_memory_not_equal(uploads[0].sha256, uploads[2].sha256, SHA256_BYTES);
    assert_int_equal(evidence->stored, 2);
    assert_int_equal(incoming(fixture), 0);
}

static void expect_refused(struct fixture *fixture, struct upload *upload, const uint8_t *expected, enum evidence_outcome outcome)
{
    finish(fixture, upload, expected);
    assert_int_equal(upload->outcome, outcome);
    assert_true(fixture->gateway.evidence.refused[outcome] > 0);
    assert_int_equal(incoming(fixture), 0);
    assert_int_equal(fixture->gateway.evidence.stored, 0);
}

static void what_is_no_photo_is_not_written(void **state)
{
    struct fixture *fixture = *state;
    struct upload upload;

    assert_true(evidence_begin(&fixture->request, &upload));
    assert_true(evidence_add(&upload, "<html>", 6));
    assert_false(evidence_add(&upload, fixture->photo, 1000));
    assert_false(evidence_add(&upload, fixture->photo, 1000));
    expect_refused(fixture, &upload, NULL, EVIDENCE_NO_PHOTO);
    assert_true(evidence_begin(&fixture->request, &upload));
    assert_true(evidence_add(&upload, fixture->photo, PHOTO_HEAD_BYTES - 1));   /* too short for one */
    expect_refused(fixture, &upload, fixture->sha256, EVIDENCE_NO_PHOTO);
}

static void what_is_too_large_or_another_is_not_kept(void **state)
{
    struct fixture *fixture = *state;
    uint8_t other[SHA256_BYTES];
    struct upload upload;

    assert_true(evidence_begin(&fixture->request, &upload));
    add_in_pieces(fixture, &upload, PHOTO_BYTES);
    add_in_pieces(fixture, &upload, PHOTO_BYTES);
    assert_false(evidence_add(&upload, "x", 1));
    expect_refused(fixture, &upload, NULL, EVIDENCE_TOO_LARGE);
    memcpy(other, fixture->sha256, SHA256_BYTES);
    other[31] ^= 1;
    assert_true(evidence_begin(&fixture->request, &upload));
    add_in_pieces(fixture, &upload, PHOTO_BYTES);
    expect_refused(fixture, &upload, other, EVIDENCE_OTHER);
    assert_false(evidence_has(&fixture->gateway.evidence, fixture->sha256, NULL));
}

static void a_disk_that_is_nearly_full_takes_none(void **state)
{
    struct fixture *fixture = *state;
    struct upload upload;

    fixture->gateway.evidence.disk_percent = 5;   /* 0 % are used at least, and evidence stops 5 points before */
    assert_false(evidence_begin(&fixture->request, &upload));
    assert_int_equal(upload.outcome, EVIDENCE_NO_ROOM);
    assert_int_equal(fixture->gateway.evidence.refused[EVIDENCE_NO_ROOM], 1);
    evidence_abandon(&upload);
    assert_int_equal(fixture->gateway.evidence.under_way, 0);
}

static void what_is_abandoned_or_cut_by_a_crash_is_gone(void **state)
{
    struct fixture *fixture = *state;
    struct evidence *evidence = &fixture->gateway.evidence;
    struct upload upload = { 0 };
    struct evidence again;

    evidence_abandon(&upload);
    assert_true(evidence_begin(&fixture->request, &upload));
    add_in_pieces(fixture, &upload, 1000);
    assert_int_equal(incoming(fixture), 1);
    evidence_abandon(&upload);
    evidence_abandon(&upload);
    assert_int_equal(incoming(fixture), 0);
    assert_true(evidence_begin(&fixture->request, &upload));
    add_in_pieces(fixture, &upload, 1000);
    assert_int_equal(evidence_open(&again, &fixture->gateway), 0);   /* as the next gateway would */
    assert_int_equal(incoming(fixture), 0);
    evidence_close(&again);
    finish(fixture, &upload, NULL);
    assert_int_equal(upload.outcome, EVIDENCE_FAILED);
    assert_int_equal(evidence->stored, 0);
    assert_false(evidence_has(evidence, fixture->sha256, NULL));
}

static void one_account_does_not_take_all_places(void **state)
{
    struct fixture *fixture = *state;
    struct share of_other = { .account = "other" };
    struct request other = { .gateway = &fixture->gateway, .share = &of_other };
    struct upload *uploads = calloc(EVIDENCE_UPLOADS_OF_ACCOUNT, sizeof *uploads), one_more, of_others;
    const uint8_t id[ID_BYTES] = { 1 };

    for (size_t i = 0; i < EVIDENCE_UPLOADS_OF_ACCOUNT; i++)
        assert_true(evidence_begin(&fixture->request, &uploads[i]));
    assert_false(evidence_begin(&fixture->request, &one_more));
    assert_int_equal(one_more.outcome, EVIDENCE_BUSY);
    assert_false(evidence_resume(&fixture->request, &one_more, id, true));
    assert_int_equal(one_more.outcome, EVIDENCE_BUSY);
    arena_open(&other.arena, MOST_BYTES);
    assert_true(evidence_begin(&other, &of_others));
    evidence_abandon(&uploads[0]);
    assert_true(evidence_begin(&fixture->request, &one_more));
    evidence_abandon(&one_more);
    evidence_abandon(&of_others);
    for (size_t i = 0; i < EVIDENCE_UPLOADS_OF_ACCOUNT; i++)
        evidence_abandon(&uploads[i]);
    assert_int_equal(fixture->share.uploads, 0);
    assert_int_equal(of_other.uploads, 0);
    arena_close(&other.arena);
    free(uploads);
}

/* The folder of its hash is not there: a disk that does not take it. */
static void stand_in_the_way(const struct fixture *fixture, bool stands)
{
    char folder[SCRATCH_BYTES + 32], aside[SCRATCH_BYTES + 32];

    snprintf(folder, sizeof folder, "%s/evidence/%02x", fixture->directory, fixture->sha256[0]);
    snprintf(aside, sizeof aside, "%s/aside", fixture->directory);
    assert_int_equal(stands ? rename(folder, aside) : rename(aside, folder), 0);
}

static void what_was_resumed_outlives_a_disk_that_fails(void **state)
{
    struct fixture *fixture = *state;
    struct evidence *evidence = &fixture->gateway.evidence;
    const uint8_t id[ID_BYTES] = { 1 };
    struct upload upload;
    uint64_t size_bytes = 0;

    assert_true(evidence_resume(&fixture->request, &upload, id, true));
    add_in_pieces(fixture, &upload, 1000);
    stand_in_the_way(fixture, true);
    finish(fixture, &upload, NULL);
    assert_int_equal(upload.outcome, EVIDENCE_FAILED);
    assert_int_equal(upload.error, ENOENT);
    assert_int_equal(evidence_failing(evidence), ENOENT);
    assert_true(evidence_resumable(evidence, id, &size_bytes));
    assert_int_equal(size_bytes, PHOTO_BYTES);
    stand_in_the_way(fixture, false);
    assert_true(evidence_resume(&fixture->request, &upload, id, false));
    assert_int_equal(upload.size_bytes, PHOTO_BYTES);
    finish(fixture, &upload, fixture->sha256);
    assert_int_equal(upload.outcome, EVIDENCE_FINE);
    assert_true(evidence_has(evidence, fixture->sha256, &size_bytes));
    assert_int_equal(size_bytes, PHOTO_BYTES);
    assert_int_equal(evidence_failing(evidence), 0);
    assert_false(evidence_resumable(evidence, id, &size_bytes));
    assert_int_equal(errno, ENOENT);
}

static void what_was_resumed_and_is_another_is_gone(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t id[ID_BYTES] = { 1 }, other[SHA256_BYTES] = { 2 };
    struct upload upload;
    uint64_t size_bytes;

    assert_true(evidence_resume(&fixture->request, &upload, id, true));
    add_in_pieces(fixture, &upload, 1000);
    finish(fixture, &upload, other);
    assert_int_equal(upload.outcome, EVIDENCE_OTHER);
    assert_false(evidence_resumable(&fixture->gateway.evidence, id, &size_bytes));
}

static bool has_name(const struct fixture *fixture)
{
    char path[EVIDENCE_PATH_BYTES];

    evidence_path_of(&fixture->gateway.evidence, fixture->sha256, path);
    return access(path, F_OK) == 0;
}

static void a_photo_is_not_there_before_its_name_outlives_a_power_cut(void **state)
{
    struct fixture *fixture = *state;
    struct evidence *evidence = &fixture->gateway.evidence;
    struct upload upload;

    assert_true(evidence_begin(&fixture->request, &upload));
    add_in_pieces(fixture, &upload, PHOTO_BYTES);
    disk.holds = true;
    evidence_finish(&upload, fixture->sha256, on_finished, fixture);
    sem_wait(&disk.is_at_it);
    assert_true(has_name(fixture));
    assert_false(evidence_has(evidence, fixture->sha256, NULL));
    assert_false(evidence_keep(evidence, fixture->sha256, NULL));
    disk.holds = false;
    sem_post(&disk.goes_on);
    evidence_settle(evidence);
    assert_int_equal(upload.outcome, EVIDENCE_FINE);
    assert_true(evidence_has(evidence, fixture->sha256, NULL));
    assert_true(evidence_keep(evidence, fixture->sha256, NULL));
}

static void a_name_that_cannot_be_made_to_last_is_taken_back(void **state)
{
    struct fixture *fixture = *state;
    struct evidence *evidence = &fixture->gateway.evidence;
    const uint8_t id[ID_BYTES] = { 1 };
    struct upload uploads[2], resumed;
    uint64_t size_bytes = 0;

    disk.fails_with = EIO;
    for (size_t i = 0; i < 2; i++) {
        assert_true(evidence_begin(&fixture->request, &uploads[i]));
        add_in_pieces(fixture, &uploads[i], PHOTO_BYTES);
    }
    for (size_t i = 0; i < 2; i++)
        evidence_finish(&uploads[i], fixture->sha256, on_finished, fixture);
    evidence_settle(evidence);
    assert_true(uploads[0].outcome == EVIDENCE_FAILED && uploads[1].outcome == EVIDENCE_FAILED);
    assert_false(has_name(fixture));
    assert_int_equal(incoming(fixture), 0);
    assert_int_equal(evidence_failing(evidence), EIO);
    assert_true(evidence_resume(&fixture->request, &resumed, id, true));
    add_in_pieces(fixture, &resumed, PHOTO_BYTES);
    finish(fixture, &resumed, fixture->sha256);
    assert_int_equal(resumed.outcome, EVIDENCE_FAILED);
    assert_true(evidence_resumable(evidence, id, &size_bytes) && size_bytes == PHOTO_BYTES);
    assert_false(has_name(fixture));
    disk.fails_with = 0;
    assert_true(evidence_resume(&fixture->request, &resumed, id, false));
    finish(fixture, &resumed, fixture->sha256);
    assert_int_equal(resumed.outcome, EVIDENCE_FINE);
    assert_true(evidence_has(evidence, fixture->sha256, NULL));
}

static void a_name_that_is_there_stays_when_the_disk_fails_later(void **state)
{
    struct fixture *fixture = *state;
    struct upload upload;

    for (size_t i = 0; i < 2; i++) {
        disk.fails_with = i == 0 ? 0 : EIO;
        assert_true(evidence_begin(&fixture->request, &upload));
        add_in_pieces(fixture, &upload, PHOTO_BYTES);
        finish(fixture, &upload, fixture->sha256);
        assert_int_equal(upload.outcome, i == 0 ? EVIDENCE_FINE : EVIDENCE_FAILED);
    }
    assert_true(evidence_has(&fixture->gateway.evidence, fixture->sha256, NULL));
}

static void names_that_a_killed_gateway_gave_are_flushed_by_the_next(void **state)
{
    struct fixture *fixture = *state;
    struct evidence again;

    disk.flushes = 0;
    assert_int_equal(evidence_open(&again, &fixture->gateway), 0);
    assert_int_equal(disk.flushes, EVIDENCE_FOLDERS);
    assert_int_equal(evidence_failing(&again), 0);
    evidence_close(&again);
    disk.fails_with = EIO;
    assert_int_equal(evidence_open(&again, &fixture->gateway), 0);   /* reports are taken all the same */
    assert_int_equal(evidence_failing(&again), EIO);
    evidence_close(&again);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        CASE(a_photo_is_found_by_its_hash_however_it_was_cut),
        CASE(several_at_a_time_do_not_disturb_each_other),
        CASE(what_is_no_photo_is_not_written),
        CASE(what_is_too_large_or_another_is_not_kept),
        CASE(a_disk_that_is_nearly_full_takes_none),
        CASE(what_is_abandoned_or_cut_by_a_crash_is_gone),
        CASE(one_account_does_not_take_all_places),
        CASE(what_was_resumed_outlives_a_disk_that_fails),
        CASE(what_was_resumed_and_is_another_is_gone),
        CASE(a_photo_is_not_there_before_its_name_outlives_a_power_cut),
        CASE(a_name_that_cannot_be_made_to_last_is_taken_back),
        CASE(a_name_that_is_there_stays_when_the_disk_fails_later),
        CASE(names_that_a_killed_gateway_gave_are_flushed_by_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
