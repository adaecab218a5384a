#include "arena.h"

#include "test.h"

enum { LIMIT_BYTES = 64 * 1024 };

static void what_is_taken_is_aligned_and_apart(void **state)
{
    struct arena arena;
    char *before = NULL;

    (void) state;
    arena_open(&arena, 1 << 20);
    for (size_t size = 0; size < 200; size++) {
        char *taken = arena_take(&arena, size);

        assert_non_null(taken);
        assert_int_equal((uintptr_t) taken % _Alignof(max_align_t), 0);
        memset(taken, 0x5a, size);
        assert_ptr_not_equal(taken, before);
        before = taken;
    }
    arena_close(&arena);
}

static void the_limit_holds_between_two_resets(void **state)
{
    struct arena arena;

    (void) state;
    arena_open(&arena, 1024);
    assert_null(arena_take(&arena, 1025));
    assert_non_null(arena_take(&arena, 1024));
    assert_null(arena_take(&arena, 1));
    assert_null(arena_take(&arena, 0));
    arena_reset(&arena);
    assert_non_null(arena_take(&arena, 1024));
    arena_close(&arena);
}

static void many_small_pieces_count_as_they_lie_in_memory(void **state)
{
    struct arena arena;
    size_t pieces = 0;

    (void) state;
    arena_open(&arena, LIMIT_BYTES);
    while (arena_take(&arena, 1) != NULL)
        pieces++;
    assert_int_equal(pieces, LIMIT_BYTES / _Alignof(max_align_t));
    arena_close(&arena);
}

static void absurd_sizes_are_refused(void **state)
{
    struct arena arena;

    (void) state;
    arena_open(&arena, SIZE_MAX);
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_null(arena_take(&arena, SIZE_MAX - 8));
    assert_null(arena_copy(&arena, "", SIZE_MAX));
    arena_close(&arena);
}

static void clear_is_zero_after_a_reset_too(void **state)
{
    struct arena arena;
    unsigned char *taken;

    (void) state;
    arena_open(&arena, 4096);
    memset(arena_take(&arena, 4096), 0xff, 4096);
    arena_reset(&arena);
    taken = arena_clear(&arena, 4096);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(taken[i], 0);
    assert_null(arena_clear(&arena, 1));
    arena_close(&arena);
}

static void a_copy_ends_in_a_zero_byte(void **state)
{
    struct arena arena;

    (void) state;
    arena_open(&arena, 4096);
    assert_string_equal(arena_copy(&arena, "abcdef", 3), "abc");
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    arena_close(&arena);
}

static void a_reset_keeps_the_newest_block(void **state)
{
    struct arena arena;
    struct arena_block *kept;

    (void) state;
    arena_open(&arena, 1 << 20);
    for (int i = 0; i < 100; i++)
        assert_non_null(arena_take(&arena, 4000));
    kept = arena.blocks;
    arena_reset(&arena);
    assert_ptr_equal(arena.blocks, kept);
    assert_int_equal(arena.used_bytes, 0);
    arena_close(&arena);
}

static void what_was_taken_after_a_mark_is_given_back_alone(void **state)
{
    struct arena arena;
    struct arena_mark mark;
    char *kept, *next;

    (void) state;
    arena_open(&arena, 1024 * 1024);
    mark = arena_mark(&arena);
    assert_non_null(arena_take(&arena, 100));
    arena_rewind(&arena, mark);
    assert_int_equal(arena.used_bytes, 0);
    kept = arena_copy(&arena, "kept", 4);
    mark = arena_mark(&arena);
    next = arena_take(&arena, 16);
    for (int i = 0; i < 100; i++)
        assert_non_null(arena_take(&arena, 5000));   /* blocks of their own */
    arena_rewind(&arena, mark);
    assert_string_equal(kept, "kept");
    assert_ptr_equal(arena_take(&arena, 16), next);
    arena_close(&arena);
}

static void an_arena_never_opened_can_be_used_closed_and_reset(void **state)
{
    struct arena arena = { 0 };

    (void) state;
    assert_null(arena_take(&arena, 1));
    arena_reset(&arena);
    arena_close(&arena);
    arena_close(&arena);
}

static void what_is_left_of_the_last_is_given_back(void **state)
{
    struct arena arena;
    uint8_t *first, *second;

    (void) state;
    arena_open(&arena, 1024);
    first = arena_take(&arena, 500);
    memset(first, 7, 500);
    arena_shorten(&arena, first, 500, 30);
    assert_int_equal(arena.used_bytes, 32);
    second = arena_take(&arena, 900);
    assert_non_null(second);
    assert_ptr_equal(second, first + 32);
    arena_shorten(&arena, second, 900, 900);
    arena_shorten(&arena, second, 900, 0);   /* still a place of its own */
    assert_ptr_not_equal(arena_take(&arena, 1), second);
    for (size_t i = 0; i < 30; i++)
        assert_int_equal(first[i], 7);
    arena_close(&arena);
}

static void the_allocator_takes_from_the_arena(void **state)
{
    struct arena arena;
    void *taken;

    (void) state;
    arena_open(&arena, 1024);
    taken = arena.allocator.alloc(arena.allocator.allocator_data, 100);
    assert_non_null(taken);
    assert_true(arena.used_bytes >= 100);
    arena.allocator.free(arena.allocator.allocator_data, taken);
    assert_true(arena.used_bytes >= 100);
    assert_null(arena.allocator.alloc(arena.allocator.allocator_data, 1024));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_is_aligned_and_apart),
        cmocka_unit_test(the_limit_holds_between_two_resets),
        cmocka_unit_test(many_small_pieces_count_as_they_lie_in_memory),
        cmocka_unit_test(absurd_sizes_are_refused),
        cmocka_unit_test(clear_is_zero_after_a_reset_too),
        cmocka_unit_test(a_copy_ends_in_a_zero_byte),
        cmocka_unit_test(a_reset_keeps_the_newest_block),
        cmocka_unit_test(what_was_taken_after_a_mark_is_given_back_alone),
        cmocka_unit_test(an_arena_never_opened_can_be_used_closed_and_reset),
        cmocka_unit_test(what_is_left_of_the_last_is_given_back),
        cmocka_unit_test(the_allocator_takes_from_the_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
