/* Rows in memory: found by their key, and in its order. */
#include "row_map.h"

#include "test.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, MANY = 5000 };

struct fixture {
    struct arena arena;
    struct row_map map;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    arena_open(&fixture->arena, ARENA_BYTES);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    row_map_close(&fixture->map);
    arena_close(&fixture->arena);
    free(fixture);
    return 0;
}

static void put(struct fixture *fixture, const void *key, size_t size)
{
    assert_non_null(row_map_put(&fixture->map, &fixture->arena, bytes_of(key, size), bytes_of(key, size)));
}

/* Of any length, alike in their first eight bytes or not, with zero bytes at the end or without. */
static void rows_are_in_the_order_of_their_keys(void **state)
{
    static const struct bytes IN_ORDER[] = {
        { "", 0 }, { "\0", 1 }, { "a", 1 }, { "a\0", 2 }, { "a\0\0\0\0\0\0\0", 8 }, { "a\0\0\0\0\0\0\0\0", 9 }, { "a\1", 2 },
        { "abcdefgh", 8 }, { "abcdefgh\0", 9 }, { "abcdefgha", 9 }, { "abcdefghab", 10 }, { "abcdefghb", 9 }, { "abcdefgi", 8 },
        { "\x80", 1 }, { "\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9 },
    };
    enum { COUNT = sizeof IN_ORDER / sizeof IN_ORDER[0] };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT; i++)
        put(fixture, IN_ORDER[i * 7 % COUNT].data, IN_ORDER[i * 7 % COUNT].size);
    row_map_sort(&fixture->map);
    assert_int_equal(fixture->map.count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(bytes_equal(row_map_key(&fixture->map.rows[i]), IN_ORDER[i]));
        assert_ptr_equal(row_map_find(&fixture->map, IN_ORDER[i]), &fixture->map.rows[i]);
    }
}

static void many_keys_that_differ_little_are_all_found(void **state)
{
    struct fixture *fixture = *state;
    uint8_t key[24] = { 0 };

    for (uint64_t i = 0; i < MANY; i++) {
        put_u64(key + i % 3 * 8, i);
        put(fixture, key, sizeof key);
    }
    memset(key, 0, sizeof key);
    for (uint64_t i = 0; i < MANY; i++) {
        put_u64(key + i % 3 * 8, i);
        assert_true(bytes_equal(row_map_value(row_map_find(&fixture->map, bytes_of(key, sizeof key))), bytes_of(key, sizeof key)));
        assert_null(row_map_find(&fixture->map, bytes_of(key, sizeof key - 1)));
    }
    row_map_clear(&fixture->map);
    assert_null(row_map_find(&fixture->map, bytes_of(key, sizeof key)));
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(rows_are_in_the_order_of_their_keys),
        test(many_keys_that_differ_little_are_all_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
