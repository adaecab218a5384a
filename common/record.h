/* record.h - a journal record: how ingest keeps it, ships it, and others read it.
 *
 * The same bytes lie in ingest's store and travel in a BATCH. Layout, big-endian:
 *
 *   0 version u8 (1)   1 flags u8        2 account size u8   3 zero u8
 *   4 lineage u64     12 sequence u64   20 stamp_ms u64     28 client id 16
 *  44 chain digest 32 (of the journal up to and with this record)
 *  76 crc32c u32, over everything but these four bytes
 *  80 account, then the payload: a packed Entry, byte for byte as received
 *
 * The chain covers bytes 0 to 43, account and payload: chain = BLAKE2b-256(previous || those).
 */
#ifndef DUBAN_RECORD_H
#define DUBAN_RECORD_H

#include "bytes.h"
#include "digest.h"

enum {
    RECORD_VERSION = 1,
    RECORD_HEADER_BYTES = 80,
    RECORD_MAX_ACCOUNT = 32,
    RECORD_REPACKED = 1,      /* flag: payload is not as received: clear personal fields became tokens,
                                 or outcome facts already held were dropped */
    RECORD_STAND_IN = 2,      /* flag: shipped in place of one that is damaged and passed over; without payload, never kept */
};

struct record {
    uint8_t flags;
    uint64_t lineage;
    uint64_t sequence;
    int64_t stamp_ms;
    uint8_t client_id[16];
    uint8_t digest[DIGEST_BYTES];
    char account[RECORD_MAX_ACCOUNT + 1];
    struct bytes payload;
};

/* Bytes that record_pack will write. */
size_t record_size(const struct record *record);

/* Write the record at out (record_size bytes), extending `chain` and filling record->digest. */
void record_pack(struct record *record, uint8_t chain[DIGEST_BYTES], uint8_t *out);

/* Read and verify; payload borrows from data. False when the version is unknown, the sizes
 * do not add up, there is a zero byte in the account or the CRC differs. */
bool record_unpack(struct record *record, struct bytes data);

/* What is wrong with bytes that record_unpack refuses, Chinese / English; NULL when it takes them. */
const char *record_fault(struct bytes data);

/* Of a damaged record, the digest as it stands there, right or wrong. False when it is too short to hold one. */
bool record_salvage_digest(struct bytes data, uint8_t digest[DIGEST_BYTES]);

/* Write in place of a record that is lost one that can be read, with its digest as given: it extends no chain. */
void record_pack_stand_in(const struct record *record, uint8_t *out);

#endif
