/* bench.h - what the programs of the bench share: time, percentiles, client ids. */
#ifndef DUBAN_BENCH_H
#define DUBAN_BENCH_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "bytes.h"

static inline int64_t now_ns(clockid_t clock)
{
    struct timespec at;

    clock_gettime(clock, &at);
    return (int64_t) at.tv_sec * 1000000000 + at.tv_nsec;
}

static inline int by_size(const void *left, const void *right)
{
    int64_t a = *(const int64_t *) left, b = *(const int64_t *) right;

    return (a > b) - (a < b);
}

/* Microseconds below which that percentage of the spans lies; sorts them. */
static inline double percentile_us(int64_t *spans_ns, size_t count, unsigned percent)
{
    size_t place;

    if (count == 0)
        return 0;
    qsort(spans_ns, count, sizeof *spans_ns, by_size);
    place = (count - 1) * percent / 100;
    return (double) spans_ns[place] / 1000;
}

/* xorshift64*: fast and good enough to scatter keys; state must not be 0. */
static inline uint64_t scatter(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* A UUIDv7, or a v4 when the ids are to be random. */
static inline void make_id(uint8_t id[16], bool is_random, uint64_t *state)
{
    put_u64(id, scatter(state));
    put_u64(id + 8, scatter(state));
    if (!is_random) {
        uint64_t wall_ms = (uint64_t) now_ns(CLOCK_REALTIME) / 1000000;

        put_u32(id, (uint32_t) (wall_ms >> 16));
        put_u16(id + 4, (uint16_t) wall_ms);
    }
    id[6] = (uint8_t) ((is_random ? 0x40 : 0x70) | (id[6] & 0x0f));
    id[8] = (uint8_t) (0x80 | (id[8] & 0x3f));
}

#endif
