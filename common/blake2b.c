/* blake2b.c - BLAKE2b (RFC 7693). */
#include "blake2b.h"

#include <assert.h>
#include <endian.h>

enum { WORDS = 16 };

/* RFC 7693, 2.6: the same as of SHA-512. */
static const uint64_t FIRST_CHAIN[8] = {
    UINT64_C(0x6a09e667f3bcc908), UINT64_C(0xbb67ae8584caa73b), UINT64_C(0x3c6ef372fe94f82b), UINT64_C(0xa54ff53a5f1d36f1),
    UINT64_C(0x510e527fade682d1), UINT64_C(0x9b05688c2b3e6c1f), UINT64_C(0x1f83d9abfb41bd6b), UINT64_C(0x5be0cd19137e2179),
};

static inline uint64_t word_at(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

static inline uint64_t turned(uint64_t word, unsigned bits)
{
    return word >> bits | word << (64 - bits);
}

/* Written out, because only then all sixteen words stay in registers and the order of the message is no table. */
#define MIX(a, b, c, d, x, y)          \
    a += b + m[x];                     \
    d = turned(d ^ a, 32);             \
    c += d;                            \
    b = turned(b ^ c, 24);             \
    a += b + m[y];                     \
    d = turned(d ^ a, 16);             \
    c += d;                            \
    b = turned(b ^ c, 63)

#define ROUND(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15) \
    MIX(v0, v4, v8, v12, s0, s1);      \
    MIX(v1, v5, v9, v13, s2, s3);      \
    MIX(v2, v6, v10, v14, s4, s5);     \
    MIX(v3, v7, v11, v15, s6, s7);     \
    MIX(v0, v5, v10, v15, s8, s9);     \
    MIX(v1, v6, v11, v12, s10, s11);   \
    MIX(v2, v7, v8, v13, s12, s13);    \
    MIX(v3, v4, v9, v14, s14, s15)

/* RFC 7693, 3.2. count: bytes up to the end of this block. */
static void compress(uint64_t chain[8], const uint8_t *block, uint64_t count, bool is_last)
{
    uint64_t m[WORDS];
    uint64_t v0 = chain[0], v1 = chain[1], v2 = chain[2], v3 = chain[3], v4 = chain[4], v5 = chain[5], v6 = chain[6], v7 = chain[7];
    uint64_t v8 = FIRST_CHAIN[0], v9 = FIRST_CHAIN[1], v10 = FIRST_CHAIN[2], v11 = FIRST_CHAIN[3];
    uint64_t v12 = FIRST_CHAIN[4] ^ count, v13 = FIRST_CHAIN[5], v14 = is_last ? ~FIRST_CHAIN[6] : FIRST_CHAIN[6], v15 = FIRST_CHAIN[7];

    for (size_t i = 0; i < WORDS; i++)
        m[i] = word_at(block + i * sizeof m[i]);
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3);
    ROUND(11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4);
    ROUND(7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8);
    ROUND(9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13);
    ROUND(2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9);
    ROUND(12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11);
    ROUND(13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10);
    ROUND(6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5);
    ROUND(10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0);
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3);
    chain[0] ^= v0 ^ v8;
    chain[1] ^= v1 ^ v9;
    chain[2] ^= v2 ^ v10;
    chain[3] ^= v3 ^ v11;
    chain[4] ^= v4 ^ v12;
    chain[5] ^= v5 ^ v13;
    chain[6] ^= v6 ^ v14;
    chain[7] ^= v7 ^ v15;
}

void blake2b_begin(struct blake2b *hash, struct bytes key, size_t out_size)
{
    assert(out_size > 0 && out_size <= BLAKE2B_MOST_BYTES);
    assert(key.size == 0 || (key.size >= BLAKE2B_LEAST_KEY_BYTES && key.size <= BLAKE2B_MOST_KEY_BYTES));
    memcpy(hash->chain, FIRST_CHAIN, sizeof hash->chain);
    hash->chain[0] ^= UINT64_C(0x01010000) ^ (uint64_t) key.size << 8 ^ out_size;
    hash->count = 0;
    hash->used = 0;
    hash->out_size = out_size;
    if (key.size == 0)
        return;
    memset(hash->block, 0, sizeof hash->block);
    memcpy(hash->block, key.data, key.size);
    hash->used = sizeof hash->block;
}

/* The last block waits for the end, be it full: only then it is known as the last. */
void blake2b_add(struct blake2b *hash, const void *data, size_t size)
{
    const uint8_t *at = data;
    size_t left = sizeof hash->block - hash->used;

    if (size == 0)
        return;
    if (size > left) {
        memcpy(hash->block + hash->used, at, left);
        hash->count += sizeof hash->block;
        compress(hash->chain, hash->block, hash->count, false);
        hash->used = 0;
        for (at += left, size -= left; size > sizeof hash->block; at += sizeof hash->block, size -= sizeof hash->block) {
            hash->count += sizeof hash->block;
            compress(hash->chain, at, hash->count, false);
        }
    }
    memcpy(hash->block + hash->used, at, size);
    hash->used += size;
}

void blake2b_end(struct blake2b *hash, uint8_t *out)
{
    memset(hash->block + hash->used, 0, sizeof hash->block - hash->used);
    compress(hash->chain, hash->block, hash->count + hash->used, true);
    for (size_t i = 0; i < hash->out_size; i++)
        out[i] = (uint8_t) (hash->chain[i / 8] >> i % 8 * 8);
}
