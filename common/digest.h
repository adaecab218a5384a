/* digest.h - BLAKE2b chains and CRC32C.
 *
 * A chain is a running digest: next = BLAKE2b-256(previous || what was added). Two streams
 * with the same chained digest at a sequence agree on everything up to it.
 */
#ifndef DUBAN_DIGEST_H
#define DUBAN_DIGEST_H

#include "bytes.h"

enum { DIGEST_BYTES = 32, TOKEN_BYTES = 16, ID_BYTES = 16 };

/* digest = BLAKE2b-256(digest || data), in place. */
void digest_chain(uint8_t digest[DIGEST_BYTES], struct bytes data);

/* BLAKE2b of a list of parts, each preceded by its length as u32 big-endian so that no two
 * lists collide; out_size 8 to 32. key may be empty (data NULL) or 16 to 64 bytes. */
void digest_of_parts(uint8_t *out, size_t out_size, struct bytes key, const struct bytes *parts, size_t count);

/* SHA-256, for packs and evidence. */
void digest_sha256(uint8_t out[32], const struct bytes *parts, size_t count);

/* CRC32C (Castagnoli, RFC 3720 B.4) of data continuing from crc; start with 0. */
uint32_t crc32c(uint32_t crc, const void *data, size_t size);

/* The same from a table, for processors without the instruction; crc32c chooses. */
uint32_t crc32c_portable(uint32_t crc, const void *data, size_t size);

/* 2 * size hexadecimal digits and a zero byte. Returns out. */
char *hex_of(char *out, const void *data, size_t size);

/* The reverse; false unless text is exactly 2 * size hexadecimal digits. */
bool hex_parse(const char *text, uint8_t *out, size_t size);

#endif
