/* A journal record: not read, or the same bytes when written again. No fuzzer guesses a CRC: every
 * input is tried as it is and with the CRC that it should have.
 */
#include "fuzz.h"
#include "record.h"

enum { AT_DIGEST = 44, AT_CRC = 76 };

/* The digest is a link of somebody else's chain: it is taken over, not made again. */
static void must_be_written_the_same(struct record *record, struct bytes given)
{
    uint8_t chain[DIGEST_BYTES] = { 0 };
    uint8_t *out = malloc(record_size(record));
    struct record again;

    MUST(record_size(record) == given.size);
    record_pack(record, chain, out);
    MUST(memcmp(out, given.data, AT_DIGEST) == 0);
    MUST(memcmp(out + RECORD_HEADER_BYTES, (const uint8_t *) given.data + RECORD_HEADER_BYTES,
                given.size - RECORD_HEADER_BYTES) == 0);
    MUST(record_unpack(&again, bytes_of(out, given.size)));
    MUST(memcmp(again.digest, chain, DIGEST_BYTES) == 0);
    MUST(strcmp(again.account, record->account) == 0 && bytes_equal(again.payload, record->payload));
    free(out);
}

static void try_record(struct bytes given)
{
    struct record record;

    if (!record_unpack(&record, given))
        return;
    MUST(strlen(record.account) <= RECORD_MAX_ACCOUNT);
    must_be_written_the_same(&record, given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *mended = malloc(size + 1);
    uint32_t crc;

    try_record(bytes_of(data, size));
    if (size >= RECORD_HEADER_BYTES) {
        memcpy(mended, data, size);
        crc = crc32c(0, mended, AT_CRC);
        put_u32(mended + AT_CRC, crc32c(crc, mended + RECORD_HEADER_BYTES, size - RECORD_HEADER_BYTES));
        try_record(bytes_of(mended, size));
    }
    free(mended);
    return 0;
}
