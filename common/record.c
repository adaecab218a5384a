#include "record.h"

#include <assert.h>
#include <sodium.h>

enum {
    AT_VERSION = 0, AT_FLAGS = 1, AT_ACCOUNT_SIZE = 2, AT_ZERO = 3, AT_LINEAGE = 4, AT_SEQUENCE = 12, AT_STAMP = 20,
    AT_CLIENT_ID = 28, AT_DIGEST = 44, AT_CRC = 76,
};

_Static_assert(AT_CLIENT_ID + ID_BYTES == AT_DIGEST, "the client id ends where the digest begins");
_Static_assert(AT_DIGEST + DIGEST_BYTES == AT_CRC, "the digest ends where the CRC begins");
_Static_assert(AT_CRC + 4 == RECORD_HEADER_BYTES, "the CRC ends the header");

size_t record_size(const struct record *record)
{
    return RECORD_HEADER_BYTES + strlen(record->account) + record->payload.size;
}

static uint32_t record_crc(const uint8_t *data, size_t size)
{
    uint32_t crc = crc32c(0, data, AT_CRC);

    return crc32c(crc, data + RECORD_HEADER_BYTES, size - RECORD_HEADER_BYTES);
}

/* digest_chain wants one run of bytes, and the digest itself lies between the two here. */
static void extend_chain(uint8_t chain[DIGEST_BYTES], const uint8_t *data, size_t size)
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
    crypto_generichash_update(&state, chain, DIGEST_BYTES);
    crypto_generichash_update(&state, data, AT_DIGEST);
    crypto_generichash_update(&state, data + RECORD_HEADER_BYTES, size - RECORD_HEADER_BYTES);
    crypto_generichash_final(&state, chain, DIGEST_BYTES);
}

/* All but digest and CRC. */
static void put_content(const struct record *record, uint8_t *out)
{
    size_t account_size = strlen(record->account);

    assert(account_size <= RECORD_MAX_ACCOUNT);
    out[AT_VERSION] = RECORD_VERSION;
    out[AT_FLAGS] = record->flags;
    out[AT_ACCOUNT_SIZE] = (uint8_t) account_size;
    out[AT_ZERO] = 0;
    put_u64(out + AT_LINEAGE, record->lineage);
    put_u64(out + AT_SEQUENCE, record->sequence);
    put_u64(out + AT_STAMP, (uint64_t) record->stamp_ms);
    memcpy(out + AT_CLIENT_ID, record->client_id, ID_BYTES);
    memcpy(out + RECORD_HEADER_BYTES, record->account, account_size);
    if (record->payload.size > 0)
        memcpy(out + RECORD_HEADER_BYTES + account_size, record->payload.data, record->payload.size);
}

static void put_digest(const struct record *record, uint8_t *out)
{
    memcpy(out + AT_DIGEST, record->digest, DIGEST_BYTES);
    put_u32(out + AT_CRC, record_crc(out, record_size(record)));
}

void record_pack(struct record *record, uint8_t chain[DIGEST_BYTES], uint8_t *out)
{
    put_content(record, out);
    extend_chain(chain, out, record_size(record));
    memcpy(record->digest, chain, DIGEST_BYTES);
    put_digest(record, out);
}

void record_pack_stand_in(const struct record *record, uint8_t *out)
{
    put_content(record, out);
    put_digest(record, out);
}

const char *record_fault(struct bytes data)
{
    const uint8_t *at = data.data;
    size_t size = data.size;

    if (size < RECORD_HEADER_BYTES)
        return "长度不足 / too short";
    if (at[AT_VERSION] != RECORD_VERSION)
        return "版本未知 / of an unknown version";
    if (at[AT_ZERO] != 0 || at[AT_ACCOUNT_SIZE] > RECORD_MAX_ACCOUNT ||
        size - RECORD_HEADER_BYTES < at[AT_ACCOUNT_SIZE] ||
        memchr(at + RECORD_HEADER_BYTES, '\0', at[AT_ACCOUNT_SIZE]) != NULL)
        return "记录头不对 / its header is wrong";
    return get_u32(at + AT_CRC) == record_crc(at, size) ? NULL : "校验和不符 / its checksum differs";
}

bool record_salvage_digest(struct bytes data, uint8_t digest[DIGEST_BYTES])
{
    if (data.size < RECORD_HEADER_BYTES)
        return false;
    memcpy(digest, (const uint8_t *) data.data + AT_DIGEST, DIGEST_BYTES);
    return true;
}

bool record_unpack(struct record *record, struct bytes data)
{
    const uint8_t *at = data.data;
    size_t account_size;

    if (record_fault(data) != NULL)
        return false;
    account_size = at[AT_ACCOUNT_SIZE];
    record->flags = at[AT_FLAGS];
    record->lineage = get_u64(at + AT_LINEAGE);
    record->sequence = get_u64(at + AT_SEQUENCE);
    record->stamp_ms = (int64_t) get_u64(at + AT_STAMP);
    memcpy(record->client_id, at + AT_CLIENT_ID, ID_BYTES);
    memcpy(record->digest, at + AT_DIGEST, DIGEST_BYTES);
    memcpy(record->account, at + RECORD_HEADER_BYTES, account_size);
    record->account[account_size] = '\0';
    record->payload = bytes_of(at + RECORD_HEADER_BYTES + account_size, data.size - RECORD_HEADER_BYTES - account_size);
    return true;
}
