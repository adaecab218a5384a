/* arena.h - memory that is given back all at once, with a hard limit.
 *
 * One arena serves one message or one transaction: everything unpacked or built for it is
 * taken from the arena and dropped by arena_reset. At the limit arena_take returns NULL, so
 * that hostile input makes an unpack fail instead of the process.
 */
#ifndef DUBAN_ARENA_H
#define DUBAN_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks;   /* newest first */
    size_t used_bytes;            /* over all blocks */
    size_t limit_bytes;
    ProtobufCAllocator allocator; /* takes from this arena; its free does nothing */
};

/* An arena that never hands out more than limit_bytes between two resets. Cannot fail:
 * the first block is taken when it is needed. Must not be moved afterwards. */
void arena_open(struct arena *arena, size_t limit_bytes);

/* Aligned for any type of C itself (not for libsodium's states, which want 64 bytes) and not
 * cleared; NULL at the limit or when memory is out.
 * Lives until the next arena_reset or arena_close. */
void *arena_take(struct arena *arena, size_t size);

/* Room for that many pointers: what protobuf-c wants for a repeated message. */
static inline void *arena_take_pointers(struct arena *arena, size_t count)
{
    return arena_take(arena, count * sizeof(void *));
}

/* The same as arena_take, cleared. */
void *arena_clear(struct arena *arena, size_t size);

/* A copy of size bytes with a zero byte behind it; NULL as above. */
char *arena_copy(struct arena *arena, const void *data, size_t size);

/* What was taken last, with that size, is shorter now: the rest is given back. */
void arena_shorten(struct arena *arena, const void *taken, size_t size, size_t kept);

/* A moment of an arena: what is taken after it can be given back alone. */
struct arena_mark {
    struct arena_block *block;
    size_t block_used, used_bytes;
};
struct arena_mark arena_mark(const struct arena *arena);
/* No reset may lie between. */
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Drop all that was taken; keeps one block for the next round. */
void arena_reset(struct arena *arena);

/* Accepts an arena that was never opened (all zero). */
void arena_close(struct arena *arena);

#endif
