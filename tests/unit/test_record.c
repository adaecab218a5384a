#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

static struct record example(void)
{
    struct record record = {
        .flags = RECORD_REPACKED, .lineage = 7, .sequence = 5, .stamp_ms = 1580000000123, .account = "n1",
        .payload = bytes_of_text("payload"),
    };

    for (size_t i = 0; i < sizeof record.client_id; i++)
        record.client_id[i] = (uint8_t) i;
    return record;
}

static void a_record_has_the_layout_of_the_header_file(void **state)
{
    struct record record = example();
    uint8_t chain[DIGEST_BYTES] = { 0 };
    uint8_t packed[89];
    char text[2 * sizeof packed + 1];

    (void) state;
    assert_int_equal(record_size(&record), sizeof packed);
    record_pack(&record, chain, packed);
    /* Made by another implementation (hashlib and a CRC loop) from the layout alone. */
    assert_string_equal(hex_of(text, packed, sizeof packed),
                        "01010200000000000000000700000000000000050000016fdf56b87b000102030405060708090a0b0c0d0e0f"
                        "be280887156aaa3fbe738e7d461b9b8d4cd511caa4068c454424c026d8d9480a5cc73c22"
                        "6e317061796c6f6164");
    assert_memory_equal(chain, record.digest, sizeof chain);
}

static void a_record_comes_back_as_it_went_in(void **state)
{
    struct record record = example();
    struct record read;
    uint8_t chain[DIGEST_BYTES] = { 1 };
    uint8_t packed[89];

    (void) state;
    record_pack(&record, chain, packed);
    assert_true(record_unpack(&read, bytes_of(packed, sizeof packed)));
    assert_int_equal(read.flags, RECORD_REPACKED);
    assert_int_equal(read.lineage, 7);
    assert_int_equal(read.sequence, 5);
    assert_int_equal(read.stamp_ms, 1580000000123);
    assert_memory_equal(read.client_id, record.client_id, sizeof read.client_id);
    assert_memory_equal(read.digest, chain, sizeof read.digest);
    assert_string_equal(read.account, "n1");
    assert_true(bytes_equal(read.payload, bytes_of_text("payload")));
}

static void the_longest_account_and_an_empty_payload_fit(void **state)
{
    struct record record = { .account = "12345678901234567890123456789012", .stamp_ms = -1 };
    struct record read;
    uint8_t chain[DIGEST_BYTES] = { 0 };
    uint8_t packed[RECORD_HEADER_BYTES + RECORD_MAX_ACCOUNT];

    (void) state;
    assert_int_equal(record_size(&record), sizeof packed);
    record_pack(&record, chain, packed);
    assert_true(record_unpack(&read, bytes_of(packed, sizeof packed)));
    assert_string_equal(read.account, record.account);
    assert_int_equal(read.stamp_ms, -1);
    assert_int_equal(read.payload.size, 0);
}

static void the_chain_links_each_record_to_the_one_before(void **state)
{
    struct record record = example();
    uint8_t one[DIGEST_BYTES] = { 0 };
    uint8_t two[DIGEST_BYTES] = { 0 };
    uint8_t packed[89];

    (void) state;
    record_pack(&record, one, packed);
    record_pack(&record, one, packed);
    record_pack(&record, two, packed);
    assert_memory_not_equal(one, two, sizeof one);
}

static void any_flipped_bit_is_noticed(void **state)
{
    struct record record = example();
    uint8_t chain[DIGEST_BYTES] = { 0 };
    uint8_t packed[89];

    (void) state;
    record_pack(&record, chain, packed);
    for (size_t bit = 0; bit < 8 * sizeof packed; bit++) {
        packed[bit / 8] ^= (uint8_t) (1 << bit % 8);
        assert_false(record_unpack(&record, bytes_of(packed, sizeof packed)));
        packed[bit / 8] ^= (uint8_t) (1 << bit % 8);
    }
    assert_true(record_unpack(&record, bytes_of(packed, sizeof packed)));
}

static void any_shorter_record_is_refused(void **state)
{
    struct record record = example();
    uint8_t chain[DIGEST_BYTES] = { 0 };
    uint8_t packed[89];

    (void) state;
    record_pack(&record, chain, packed);
    for (size_t size = 0; size < sizeof packed; size++)
        assert_false(record_unpack(&record, bytes_of(packed, size)));
}

/* The CRC is right here: only the sizes do not add up. */
static void an_account_longer_than_the_record_is_refused(void **state)
{
    uint8_t packed[RECORD_HEADER_BYTES] = { RECORD_VERSION };
    struct record record;

    (void) state;
    put_u32(packed + 76, crc32c(0, packed, 76));
    assert_true(record_unpack(&record, bytes_of(packed, sizeof packed)));
    packed[2] = 1;
    put_u32(packed + 76, crc32c(0, packed, 76));
    assert_false(record_unpack(&record, bytes_of(packed, sizeof packed)));
}

/* It would read back as another, shorter account. */
static void an_account_with_a_zero_byte_is_refused(void **state)
{
    struct record record = example();
    uint8_t chain[DIGEST_BYTES] = { 0 };
    uint8_t packed[89];

    (void) state;
    record_pack(&record, chain, packed);
    packed[RECORD_HEADER_BYTES] = '\0';
    put_u32(packed + 76, crc32c(crc32c(0, packed, 76), packed + RECORD_HEADER_BYTES, sizeof packed - RECORD_HEADER_BYTES));
    assert_false(record_unpack(&record, bytes_of(packed, sizeof packed)));
    packed[RECORD_HEADER_BYTES] = 'x';
    put_u32(packed + 76, crc32c(crc32c(0, packed, 76), packed + RECORD_HEADER_BYTES, sizeof packed - RECORD_HEADER_BYTES));
    assert_true(record_unpack(&record, bytes_of(packed, sizeof packed)));
}

static void another_version_is_refused(void **state)
{
    uint8_t packed[RECORD_HEADER_BYTES] = { RECORD_VERSION + 1 };
    struct record record;

    (void) state;
    put_u32(packed + 76, crc32c(0, packed, 76));
    assert_false(record_unpack(&record, bytes_of(packed, sizeof packed)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_has_the_layout_of_the_header_file),
        cmocka_unit_test(a_record_comes_back_as_it_went_in),
        cmocka_unit_test(the_longest_account_and_an_empty_payload_fit),
        cmocka_unit_test(the_chain_links_each_record_to_the_one_before),
        cmocka_unit_test(any_flipped_bit_is_noticed),
        cmocka_unit_test(any_shorter_record_is_refused),
        cmocka_unit_test(an_account_longer_than_the_record_is_refused),
        cmocka_unit_test(an_account_with_a_zero_byte_is_refused),
        cmocka_unit_test(another_version_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
