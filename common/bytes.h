/* bytes.h - a borrowed run of bytes, and big-endian integers.
 *
 * A struct bytes never owns what it points at: whoever hands one out says how long it
 * lives. Every key and every header in Duban is big-endian, so that byte order is
 * number order in the store.
 */
#ifndef DUBAN_BYTES_H
#define DUBAN_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const void *data;
    size_t size;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){ data, size };
}

static inline struct bytes bytes_of_text(const char *text)
{
    return (struct bytes){ text, strlen(text) };
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/): for tables in memory whose keys nobody chooses
 * to make them collide. Goes on from `hash`; begin with HASH_START. */
#define HASH_START UINT32_C(2166136261)

static inline uint32_t bytes_hash(uint32_t hash, struct bytes bytes)
{
    const uint8_t *data = bytes.data;

    for (size_t i = 0; i < bytes.size; i++)
        hash = (hash ^ data[i]) * UINT32_C(16777619);
    return hash;
}

static inline void put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t) (value >> 8);
    at[1] = (uint8_t) value;
}

static inline void put_u32(uint8_t *at, uint32_t value)
{
    put_u16(at, (uint16_t) (value >> 16));
    put_u16(at + 2, (uint16_t) value);
}

static inline void put_u64(uint8_t *at, uint64_t value)
{
    put_u32(at, (uint32_t) (value >> 32));
    put_u32(at + 4, (uint32_t) value);
}

static inline uint16_t get_u16(const uint8_t *at)
{
    return (uint16_t) ((at[0] << 8) | at[1]);
}

static inline uint32_t get_u32(const uint8_t *at)
{
    return ((uint32_t) get_u16(at) << 16) | get_u16(at + 2);
}

static inline uint64_t get_u64(const uint8_t *at)
{
    return ((uint64_t) get_u32(at) << 32) | get_u32(at + 4);
}

#endif
