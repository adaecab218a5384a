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

/* For tables in memory whose keys nobody chooses to make them collide: eight bytes at once, by the multiplier of
 * Fibonacci hashing (Knuth, TAOCP volume 3, 6.4). The same within one run of one program only. */
static inline uint32_t bytes_hash(uint32_t start, struct bytes bytes)
{
    const uint64_t multiplier = UINT64_C(0x9e3779b97f4a7c15);
    const uint8_t *at = bytes.data;
    uint64_t sum = start ^ (uint64_t) bytes.size << 32, word;
    size_t left = bytes.size;

    for (; left >= sizeof word; at += sizeof word, left -= sizeof word) {
        memcpy(&word, at, sizeof word);
        sum = (sum ^ word) * multiplier;
        sum ^= sum >> 32;
    }
    word = 0;
    for (size_t i = 0; i < left; i++)
        word = word << 8 | at[i];
    sum = (sum ^ word) * multiplier;
    sum ^= sum >> 29;
    return (uint32_t) (sum * multiplier >> 32);
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
