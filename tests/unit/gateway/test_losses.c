/* Photos that were stored and are not there as they came are known until they are; others are not missed. */
#include "losses.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway.h"
#include "link.h"
#include "test.h"
#include "watch.h"

enum { MAP_BYTES = 16 * 1024 * 1024, PHOTO_BYTES = 100, FEW = 40, MANY = LOSSES_MOST + 300, HOUR_MS = 3600 * 1000, REPORT = 7 };

struct fixture {
    char directory[SCRATCH_BYTES];
    struct gateway gateway;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    watch.step_ms = 0;
    scratch_make(fixture->directory);
    snprintf(fixture->gateway.settings.data, sizeof fixture->gateway.settings.data, "%s", fixture->directory);
    fixture->gateway.settings.disk_percent = 1000;
    assert_int_equal(state_open(&fixture->gateway.state, fixture->directory, MAP_BYTES), 0);
    assert_int_equal(evidence_open(&fixture->gateway.evidence, &fixture->gateway), 0);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    evidence_close(&fixture->gateway.evidence);
    state_close(&fixture->gateway.state);
    scratch_remove(fixture->directory);
    free(fixture);
    return 0;
}

static struct declared_photo photo(size_t number, uint64_t size_bytes)
{
    struct declared_photo photo = { .report_sequence = REPORT, .size_bytes = size_bytes };

    put_u64(photo.sha256, number);
    return photo;
}

/* size 0: there is none. */
static void put_file(struct fixture *fixture, size_t number, size_t size)
{
    const struct declared_photo one = photo(number, 0);
    char path[EVIDENCE_PATH_BYTES];
    FILE *file;

    evidence_path_of(&fixture->gateway.evidence, one.sha256, path);
    (void) unlink(path);
    if (size == 0)
        return;
    file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++)
        fputc('x', file);
    assert_int_equal(fclose(file), 0);
}

static void declare(struct fixture *fixture, size_t number, uint64_t size_bytes)
{
    const struct declared_photo one = photo(number, size_bytes);

    assert_int_equal(state_note_declared(&fixture->gateway.state, one.sha256, one.report_sequence, one.size_bytes), 0);
}

static void look_at_all(struct fixture *fixture)
{
    struct losses *losses = &fixture->gateway.losses;
    uint64_t before = losses->rounds;

    fixture->gateway.now_ms += HOUR_MS;
    while (losses->rounds == before)
        losses_turn(losses, &fixture->gateway);
    losses_turn(losses, &fixture->gateway);   /* it is not time for the next one */
    assert_int_equal(losses->rounds, before + 1);
}

static void expect(struct fixture *fixture, uint64_t count)
{
    assert_int_equal(losses_count(&fixture->gateway.losses, &fixture->gateway.evidence), count);
}

static void what_was_never_stored_is_not_missed_and_what_was_is(void **state)
{
    struct fixture *fixture = *state;
    uint8_t never[SHA256_BYTES];

    declare(fixture, 1, 0);
    declare(fixture, 2, 0);
    memcpy(never, photo(1, 0).sha256, sizeof never);
    put_file(fixture, 2, PHOTO_BYTES);
    look_at_all(fixture);
    expect(fixture, 0);
    assert_int_equal(state_stored(&fixture->gateway.state, never), 0);
    assert_int_equal(state_stored(&fixture->gateway.state, photo(2, 0).sha256), PHOTO_BYTES);
    declare(fixture, 2, 0);            /* what is known is not taken back */
    put_file(fixture, 2, 0);
    expect(fixture, 0);
    look_at_all(fixture);
    expect(fixture, 1);
    assert_int_equal(fixture->gateway.losses.known[0].how, DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE);
    put_file(fixture, 2, PHOTO_BYTES - 1);
    look_at_all(fixture);
    expect(fixture, 1);
    assert_int_equal(fixture->gateway.losses.known[0].how, DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_SIZE);
    put_file(fixture, 2, PHOTO_BYTES);
    expect(fixture, 0);
}

static void more_than_can_be_named_are_counted_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct losses *losses = &fixture->gateway.losses;

    for (size_t i = 0; i < MANY; i++) {
        declare(fixture, i, PHOTO_BYTES);
        if (i % 2 == 0)
            put_file(fixture, i, PHOTO_BYTES);
    }
    look_at_all(fixture);
    expect(fixture, MANY / 2);
    for (size_t i = 0; i < MANY; i++)
        put_file(fixture, i, 0);
    look_at_all(fixture);
    expect(fixture, MANY);
    assert_int_equal(losses->count, LOSSES_MOST);
    for (size_t i = 0; i < MANY; i++)
        put_file(fixture, i, PHOTO_BYTES);
    expect(fixture, MANY - LOSSES_MOST);   /* until they are looked for again */
    assert_int_equal(losses->count, 0);
    look_at_all(fixture);
    expect(fixture, 0);
}

static void one_that_many_want_to_see_is_counted_once(void **state)
{
    struct fixture *fixture = *state;
    struct losses *losses = &fixture->gateway.losses;
    const struct declared_photo one = photo(LOSSES_MOST + 1, PHOTO_BYTES);

    for (size_t i = 0; i <= LOSSES_MOST; i++)
        declare(fixture, i, PHOTO_BYTES);
    look_at_all(fixture);
    expect(fixture, LOSSES_MOST + 1);
    for (size_t i = 0; i < 3; i++)
        assert_false(losses_note(losses, &fixture->gateway.evidence, &one, DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE));
    expect(fixture, LOSSES_MOST + 1);
}

static void one_that_was_gone_and_is_back_but_cannot_be_read_is_not_whole(void **state)
{
    struct fixture *fixture = *state;
    struct losses *losses = &fixture->gateway.losses;
    const struct declared_photo one = photo(1, PHOTO_BYTES);

    assert_true(losses_note(losses, &fixture->gateway.evidence, &one, DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE));
    put_file(fixture, 1, PHOTO_BYTES);
    assert_true(losses_note(losses, &fixture->gateway.evidence, &one, DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE));
    expect(fixture, 1);
    put_file(fixture, 1, 0);
    assert_true(losses_note(losses, &fixture->gateway.evidence, &one, DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE));
    put_file(fixture, 1, PHOTO_BYTES);
    expect(fixture, 0);
}

static void one_that_cannot_be_read_is_whole_when_it_can_and_another_file_is_read_first(void **state)
{
    struct fixture *fixture = *state;
    struct losses *losses = &fixture->gateway.losses;
    const struct declared_photo one = photo(1, PHOTO_BYTES);
    char path[EVIDENCE_PATH_BYTES], other[EVIDENCE_PATH_BYTES];

    put_file(fixture, 1, PHOTO_BYTES);
    put_file(fixture, 2, PHOTO_BYTES);
    assert_true(losses_note(losses, &fixture->gateway.evidence, &one, DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE));
    assert_true(losses_note(losses, &fixture->gateway.evidence, &one, DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE));
    look_at_all(fixture);
    expect(fixture, 1);
    losses_end(losses, one.sha256);
    expect(fixture, 0);
    assert_true(losses_note(losses, &fixture->gateway.evidence, &one, DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE));
    evidence_path_of(&fixture->gateway.evidence, one.sha256, path);
    evidence_path_of(&fixture->gateway.evidence, photo(2, 0).sha256, other);
    assert_int_equal(rename(other, path), 0);
    expect(fixture, 1);                /* another one, and not that photo either */
    assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
    expect(fixture, 1);                /* touched */
}

/* The next turns, until all were looked for: how many. */
static size_t turns_of_a_round(struct fixture *fixture)
{
    struct losses *losses = &fixture->gateway.losses;
    uint64_t before = losses->rounds;
    size_t turns = 0;

    fixture->gateway.now_ms += HOUR_MS;
    for (; losses->rounds == before; turns++)
        losses_turn(losses, &fixture->gateway);
    return turns;
}

static void a_slow_disk_has_more_turns_and_all_are_looked_for(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < FEW; i++)
        declare(fixture, i, PHOTO_BYTES);
    assert_int_equal(turns_of_a_round(fixture), 1);
    expect(fixture, FEW);
    fixture->gateway.losses.count = 0;
    watch.step_ms = LOOKING_MS / 4;
    assert_int_equal(turns_of_a_round(fixture), FEW / 4);
    expect(fixture, FEW);
    fixture->gateway.losses.count = 0;
    watch.step_ms = 100 * LOOKING_MS;   /* one in each turn all the same */
    assert_int_equal(turns_of_a_round(fixture), FEW);
    expect(fixture, FEW);
}

static void while_the_folder_is_away_nothing_in_it_is_missed(void **state)
{
    struct fixture *fixture = *state;
    char incoming[SCRATCH_BYTES + 32];

    declare(fixture, 1, PHOTO_BYTES);
    snprintf(incoming, sizeof incoming, "%s/evidence/incoming", fixture->directory);
    assert_int_equal(rmdir(incoming), 0);
    losses_turn(&fixture->gateway.losses, &fixture->gateway);
    assert_int_equal(fixture->gateway.losses.rounds, 0);
    expect(fixture, 0);
}

static void what_cannot_be_seen_is_not_missed(void **state)
{
    struct fixture *fixture = *state;
    char folder[SCRATCH_BYTES + 32], away[SCRATCH_BYTES + 32];

    declare(fixture, 1, PHOTO_BYTES);
    put_file(fixture, 1, PHOTO_BYTES);
    snprintf(folder, sizeof folder, "%s/evidence/00", fixture->directory);
    snprintf(away, sizeof away, "%s/away", fixture->directory);
    assert_int_equal(rename(folder, away), 0);
    fclose(fopen(folder, "w"));
    losses_turn(&fixture->gateway.losses, &fixture->gateway);
    expect(fixture, 0);
    assert_int_equal(evidence_failing(&fixture->gateway.evidence), ENOTDIR);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(rename(away, folder), 0);
    assert_int_equal(evidence_failing(&fixture->gateway.evidence), 0);
    look_at_all(fixture);
    expect(fixture, 0);
}

/* ---------------------------------------------------------------- read once more */

static void write_photo(struct fixture *fixture, const uint8_t sha256[SHA256_BYTES], const char *content)
{
    char path[EVIDENCE_PATH_BYTES];
    FILE *file;

    evidence_path_of(&fixture->gateway.evidence, sha256, path);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

/* Once round: all of it is read, and once nothing is left. */
static void read_all(struct fixture *fixture, uint64_t count)
{
    struct rereads *rereads = &fixture->gateway.rereads;
    uint64_t before = rereads->photos;

    while (rereads->photos < before + count) {
        fixture->gateway.now_ms += REREAD_EVERY_MS;
        rereads_turn(rereads, &fixture->gateway);
        rereads_turn(rereads, &fixture->gateway);   /* it is not time for the next one */
        assert_true(rereads->photos <= before + count);
    }
}

static void what_a_disk_loses_quietly_is_found_by_reading_it_once_more(void **state)
{
    static const char *const CONTENTS[] = { "a photo", "another" };
    struct fixture *fixture = *state;
    uint8_t sha256[2][SHA256_BYTES];

    declare(fixture, 3, PHOTO_BYTES);  /* what is lost, or was never stored, is not read */
    declare(fixture, 4, 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA256, CONTENTS[i], strlen(CONTENTS[i]), sha256[i]), 0);
        write_photo(fixture, sha256[i], CONTENTS[i]);
        assert_int_equal(state_note_declared(&fixture->gateway.state, sha256[i], REPORT, strlen(CONTENTS[i])), 0);
    }
    read_all(fixture, 4);              /* twice round */
    expect(fixture, 0);
    write_photo(fixture, sha256[1], "a mothe");
    look_at_all(fixture);
    expect(fixture, 1);                /* the one that is lost */
    read_all(fixture, 2);
    expect(fixture, 2);
    read_all(fixture, 2);
    expect(fixture, 2);
    assert_memory_equal(fixture->gateway.losses.known[1].photo.sha256, sha256[1], SHA256_BYTES);
    assert_int_equal(fixture->gateway.losses.known[1].how, DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_CONTENT);
    write_photo(fixture, sha256[1], CONTENTS[1]);
    read_all(fixture, 2);
    expect(fixture, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        CASE(what_was_never_stored_is_not_missed_and_what_was_is),
        CASE(more_than_can_be_named_are_counted_all_the_same),
        CASE(one_that_many_want_to_see_is_counted_once),
        CASE(one_that_was_gone_and_is_back_but_cannot_be_read_is_not_whole),
        CASE(one_that_cannot_be_read_is_whole_when_it_can_and_another_file_is_read_first),
        CASE(a_slow_disk_has_more_turns_and_all_are_looked_for),
        CASE(while_the_folder_is_away_nothing_in_it_is_missed),
        CASE(what_cannot_be_seen_is_not_missed),
        CASE(what_a_disk_loses_quietly_is_found_by_reading_it_once_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
