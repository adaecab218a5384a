/* blake2b.h - BLAKE2b (RFC 7693), up to 32 bytes of it: what libsodium's crypto_generichash says.
 *
 * Rules hashes every change of every row, a fifth of its work. libsodium takes the widest vectors that a processor has: on
 * some that is nearly twice as slow as its own plain C, which cannot be asked for. This is plain C everywhere.
 */
#ifndef DUBAN_BLAKE2B_H
#define DUBAN_BLAKE2B_H

#include "bytes.h"

enum { BLAKE2B_BLOCK_BYTES = 128, BLAKE2B_MOST_BYTES = 32, BLAKE2B_LEAST_KEY_BYTES = 16, BLAKE2B_MOST_KEY_BYTES = 64 };

struct blake2b {
    uint64_t chain[8];
    uint64_t count;                       /* bytes in the blocks before this one */
    size_t used;                          /* of block, which is hashed when more comes */
    size_t out_size;
    uint8_t block[BLAKE2B_BLOCK_BYTES];
};

/* key: empty, or as long as a key may be. out_size: 1 to BLAKE2B_MOST_BYTES. */
void blake2b_begin(struct blake2b *hash, struct bytes key, size_t out_size);
void blake2b_add(struct blake2b *hash, const void *data, size_t size);
/* Writes out_size bytes. */
void blake2b_end(struct blake2b *hash, uint8_t *out);

#endif
