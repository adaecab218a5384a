/* What rules says of photos is noted as far as there is time for in one turn, and nothing is left out for good. */
#include "evidence_index.h"

#include "gateway.h"
#include "link.h"
#include "test.h"
#include "watch.h"

enum { MAP_BYTES = 16 * 1024 * 1024, REPORTS = 40, FIRST = 100, LOOKED_TO = 1000, LINEAGE = 9 };

struct fixture {
    char directory[SCRATCH_BYTES];
    struct gateway gateway;
    uint8_t sha256[REPORTS][SHA256_BYTES];
    Duban__Evidence photos[REPORTS], *lists[REPORTS][1];
    Duban__EvidenceRow reports[REPORTS], *rows[REPORTS];
    Duban__EvidenceRows answer;
};

static void declare(struct fixture *fixture, size_t i)
{
    put_u64(fixture->sha256[i], i);
    duban__evidence__init(&fixture->photos[i]);
    fixture->photos[i].sha256 = (ProtobufCBinaryData){ SHA256_BYTES, fixture->sha256[i] };
    fixture->photos[i].here = true;
    fixture->lists[i][0] = &fixture->photos[i];
    duban__evidence_row__init(&fixture->reports[i]);
    fixture->reports[i].sequence = FIRST + i;
    fixture->reports[i].n_evidence = 1;
    fixture->reports[i].evidence = fixture->lists[i];
    fixture->rows[i] = &fixture->reports[i];
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    watch.step_ms = 0;
    scratch_make(fixture->directory);
    snprintf(fixture->gateway.settings.data, sizeof fixture->gateway.settings.data, "%s", fixture->directory);
    assert_int_equal(state_open(&fixture->gateway.state, fixture->directory, MAP_BYTES), 0);
    assert_int_equal(evidence_open(&fixture->gateway.evidence, &fixture->gateway), 0);
    evidence_index_open(&fixture->gateway.evidence_index, &fixture->gateway);
    assert_int_equal(state_begin_declared(&fixture->gateway.state, LINEAGE), 0);
    for (size_t i = 0; i < REPORTS; i++)
        declare(fixture, i);
    duban__evidence_rows__init(&fixture->answer);
    fixture->answer.lineage = LINEAGE;
    fixture->answer.looked_to = LOOKED_TO;
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    evidence_index_close(&fixture->gateway.evidence_index);
    evidence_close(&fixture->gateway.evidence);
    state_close(&fixture->gateway.state);
    scratch_remove(fixture->directory);
    free(fixture);
    return 0;
}

/* Rules answers with what is behind the mark, until nothing is left: how often. */
static size_t answers(struct fixture *fixture)
{
    struct evidence_index *index = &fixture->gateway.evidence_index;
    size_t count = 0;
    bool is_left = true;

    for (; is_left; count++) {
        struct state_marks marks = state_marks(&fixture->gateway.state);
        uint64_t mark = index->held ? marks.held : marks.visits;
        size_t noted = mark < FIRST ? 0 : mark + 1 - FIRST;

        fixture->answer.rows = fixture->rows + noted;
        fixture->answer.n_rows = REPORTS - noted;
        assert_true(evidence_index_note(index, &fixture->answer, &is_left));
    }
    return count;
}

static void expect_all(struct fixture *fixture)
{
    uint64_t report = 0;

    for (size_t i = 0; i < REPORTS; i++) {
        assert_int_equal(state_declared(&fixture->gateway.state, fixture->sha256[i], &report, 1), 1);
        assert_int_equal(report, FIRST + i);
    }
    assert_int_equal(state_marks(&fixture->gateway.state).visits, LOOKED_TO);
}

static void all_that_there_is_time_for_is_noted_at_once(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(answers(fixture), 1);
    expect_all(fixture);
}

static void what_a_slow_disk_leaves_no_time_for_is_asked_for_again(void **state)
{
    struct fixture *fixture = *state;

    watch.step_ms = LOOKING_MS / 4;
    assert_int_equal(answers(fixture), REPORTS / 4);
    expect_all(fixture);
    assert_int_equal(state_marks(&fixture->gateway.state).held, 0);
    fixture->gateway.evidence_index.held = true;
    watch.step_ms = 100 * LOOKING_MS;   /* one for each answer all the same */
    assert_int_equal(answers(fixture), REPORTS);
    expect_all(fixture);
    assert_int_equal(state_marks(&fixture->gateway.state).held, LOOKED_TO);
}

static void what_is_of_another_journal_is_asked_for_from_the_beginning(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(answers(fixture), 1);
    fixture->answer.lineage = LINEAGE + 1;
    assert_int_equal(answers(fixture), 2);
    expect_all(fixture);
}

/* As after a restore from a copy that is older: what it knew of reports that are no more would keep it from asking for new ones. */
static void a_shorter_journal_is_asked_about_from_the_beginning(void **state)
{
    struct fixture *fixture = *state;
    struct evidence_index *index = &fixture->gateway.evidence_index;
    uint64_t report;

    (void) answers(fixture);
    index->complete_ms = 1;
    assert_true(evidence_index_fits(index, LOOKED_TO));
    assert_int_equal(state_marks(&fixture->gateway.state).visits, LOOKED_TO);
    assert_int_equal(index->complete_ms, 1);
    assert_true(evidence_index_fits(index, LOOKED_TO - 1));
    assert_int_equal(state_marks(&fixture->gateway.state).visits, 0);
    assert_int_equal(state_marks(&fixture->gateway.state).lineage, LINEAGE);
    assert_int_equal(index->complete_ms, 0);
    assert_int_equal(state_declared(&fixture->gateway.state, fixture->sha256[0], &report, 1), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        CASE(all_that_there_is_time_for_is_noted_at_once),
        CASE(what_a_slow_disk_leaves_no_time_for_is_asked_for_again),
        CASE(what_is_of_another_journal_is_asked_for_from_the_beginning),
        CASE(a_shorter_journal_is_asked_about_from_the_beginning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
