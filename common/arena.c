#include "arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Under ASan what was not taken, or was given back by a reset, must not be touched. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_WATCHED 1
#endif
#endif
#ifdef ARENA_WATCHED
#include <sanitizer/asan_interface.h>
#define FORBID(at, size) __asan_poison_memory_region(at, size)
#define PERMIT(at, size) __asan_unpoison_memory_region(at, size)
#else
#define FORBID(at, size) ((void) (at), (void) (size))
#define PERMIT(at, size) ((void) (at), (void) (size))
#endif

enum { FIRST_BLOCK_BYTES = 16 * 1024, ALIGNMENT = alignof(max_align_t) };

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) uint8_t data[];
};

static size_t rounded(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t) (ALIGNMENT - 1);
}

static void *allocator_take(void *arena, size_t size)
{
    return arena_take(arena, size);
}

static void allocator_free(void *arena, void *pointer)
{
    (void) arena;
    (void) pointer;
}

void arena_open(struct arena *arena, size_t limit_bytes)
{
    *arena = (struct arena){ .limit_bytes = limit_bytes };
    arena->allocator = (ProtobufCAllocator){ allocator_take, allocator_free, arena };
}

/* Blocks double, so that their number stays small and the last one is worth keeping. */
static struct arena_block *add_block(struct arena *arena, size_t size)
{
    size_t wanted = arena->blocks == NULL ? FIRST_BLOCK_BYTES : 2 * arena->blocks->size;
    struct arena_block *block;

    if (wanted > arena->limit_bytes)
        wanted = arena->limit_bytes;
    if (wanted < size)
        wanted = size;
    block = malloc(sizeof *block + wanted);
    if (block == NULL)
        return NULL;
    *block = (struct arena_block){ .next = arena->blocks, .size = wanted };
    FORBID(block->data, block->size);
    arena->blocks = block;
    return block;
}

void *arena_take(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    size_t left = arena->limit_bytes - arena->used_bytes;
    size_t needed;
    void *taken;

    if (size > left || size > PTRDIFF_MAX / 2)   /* no sum of sizes below can overflow */
        return NULL;
    needed = rounded(size > 0 ? size : 1);
    if (needed > left)   /* counted as it lies in memory: a million empty strings are 16 MB */
        return NULL;
    if (block == NULL || needed > block->size - block->used)
        block = add_block(arena, needed);
    if (block == NULL)
        return NULL;
    taken = block->data + block->used;
    PERMIT(taken, size);
    block->used += needed;
    arena->used_bytes += needed;
    return taken;
}

void *arena_clear(struct arena *arena, size_t size)
{
    void *taken = arena_take(arena, size);

    return taken == NULL ? NULL : memset(taken, 0, size);
}

char *arena_copy(struct arena *arena, const void *data, size_t size)
{
    char *copy = size == SIZE_MAX ? NULL : arena_take(arena, size + 1);

    if (copy == NULL)
        return NULL;
    if (size > 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

void arena_shorten(struct arena *arena, const void *taken, size_t size, size_t kept)
{
    struct arena_block *block = arena->blocks;
    size_t given_back = rounded(size) - rounded(kept > 0 ? kept : 1);

    assert(kept <= size && size > 0 && (const uint8_t *) taken + rounded(size) == block->data + block->used);
    block->used -= given_back;
    arena->used_bytes -= given_back;
    FORBID((const uint8_t *) taken + kept, rounded(size) - kept);
}

/* Down to that one, which stays. */
static void free_blocks(struct arena_block *block, const struct arena_block *last)
{
    while (block != last) {
        struct arena_block *next = block->next;

        PERMIT(block->data, block->size);
        free(block);
        block = next;
    }
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){ arena->blocks, arena->blocks == NULL ? 0 : arena->blocks->used, arena->used_bytes };
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    free_blocks(arena->blocks, mark.block);
    arena->blocks = mark.block;
    arena->used_bytes = mark.used_bytes;
    if (mark.block == NULL)
        return;
    mark.block->used = mark.block_used;
    FORBID(mark.block->data + mark.block_used, mark.block->size - mark.block_used);
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->blocks;

    arena->used_bytes = 0;
    if (kept == NULL)
        return;
    free_blocks(kept->next, NULL);
    kept->next = NULL;
    kept->used = 0;
    FORBID(kept->data, kept->size);
}

void arena_close(struct arena *arena)
{
    free_blocks(arena->blocks, NULL);
    arena->blocks = NULL;
    arena->used_bytes = 0;
}
