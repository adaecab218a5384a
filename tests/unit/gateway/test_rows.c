/* An array that grows in an arena. */
#include "rows.h"
#include "test.h"

enum { MANY = 1000 };

static void what_was_put_stays_when_it_grows(void **state)
{
    struct arena arena = { 0 };
    size_t count = 0, room = 0, moved = 0;
    uint32_t *rows = NULL;

    (void) state;
    arena_open(&arena, 1 << 20);
    while (count < MANY) {
        uint32_t *grown = rows_grow(&arena, rows, count, &room, 1, sizeof *grown);

        assert_non_null(grown);
        moved += grown != rows;
        rows = grown;
        rows[count] = (uint32_t) count;
        count++;
    }
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rows[i], i);
    assert_in_range(moved, 1, 6);   /* doubled, not moved for each */
    arena_close(&arena);
}

static void many_fit_at_once_and_none_are_an_array_too(void **state)
{
    struct arena arena = { 0 };
    size_t room = 0;
    char *rows;

    (void) state;
    arena_open(&arena, 1 << 20);
    rows = rows_grow(&arena, NULL, 0, &room, 0, 1);
    assert_non_null(rows);
    rows = rows_grow(&arena, rows, 0, &room, MANY, 1);
    assert_non_null(rows);
    assert_true(room >= MANY);
    memset(rows, 'x', MANY);
    arena_close(&arena);
}

static void at_the_limit_rows_stay_as_they_were(void **state)
{
    struct arena arena = { 0 };
    size_t room = 0, before;
    char *rows;

    (void) state;
    arena_open(&arena, 4096);
    rows = rows_grow(&arena, NULL, 0, &room, 1, 1);
    assert_non_null(rows);
    rows[0] = 'x';
    before = room;
    assert_null(rows_grow(&arena, rows, 1, &room, 1 << 20, 1));
    assert_int_equal(room, before);
    assert_int_equal(rows[0], 'x');
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_stays_when_it_grows),
        cmocka_unit_test(many_fit_at_once_and_none_are_an_array_too),
        cmocka_unit_test(at_the_limit_rows_stay_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
