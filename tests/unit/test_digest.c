#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "digest.h"

static void assert_hex(const void *data, size_t size, const char *expected)
{
    char text[129];

    assert_string_equal(hex_of(text, data, size), expected);
}

typedef uint32_t crc_function(uint32_t crc, const void *data, size_t size);

/* RFC 3720 B.4 (which prints them in wire order), and the check value of the CRC catalogues. */
static void check_rfc3720(crc_function *crc)
{
    static const uint8_t read_command[48] = {
        0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0,
        0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
    };
    uint8_t zeros[32] = { 0 };
    uint8_t ones[32];
    uint8_t rising[32];
    uint8_t falling[32];

    for (uint8_t i = 0; i < 32; i++) {
        ones[i] = 0xff;
        rising[i] = i;
        falling[i] = (uint8_t) (31 - i);
    }
    assert_int_equal(crc(0, zeros, sizeof zeros), 0x8a9136aa);
    assert_int_equal(crc(0, ones, sizeof ones), 0x62a8ab43);
    assert_int_equal(crc(0, rising, sizeof rising), 0x46dd794e);
    assert_int_equal(crc(0, falling, sizeof falling), 0x113fdb5c);
    assert_int_equal(crc(0, read_command, sizeof read_command), 0xd9963a56);
    assert_int_equal(crc(0, "123456789", 9), 0xe3069283);
    assert_int_equal(crc(0, NULL, 0), 0);
}

static void crc32c_agrees_with_rfc3720(void **state)
{
    (void) state;
    check_rfc3720(crc32c);
}

static void crc32c_from_the_table_agrees_with_rfc3720(void **state)
{
    (void) state;
    check_rfc3720(crc32c_portable);
}

static void crc32c_continues_at_any_cut_and_alignment(void **state)
{
    uint8_t data[67];
    uint32_t whole;

    (void) state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t) (i * 37 + 11);
    for (size_t start = 0; start < 9; start++) {
        whole = crc32c_portable(0, data + start, sizeof data - start);
        for (size_t cut = start; cut <= sizeof data; cut++)
            assert_int_equal(crc32c(crc32c(0, data + start, cut - start), data + cut, sizeof data - cut), whole);
    }
}

static void a_chain_is_blake2b_of_the_previous_and_the_added(void **state)
{
    uint8_t digest[DIGEST_BYTES] = { 0 };
    uint8_t other[DIGEST_BYTES] = { 0 };

    (void) state;
    digest_chain(digest, bytes_of_text("abc"));
    assert_hex(digest, sizeof digest, "5db827e5e925e6b933a86596a0446c345c0d74d77f55a751ade5d7c7162eead8");
    digest_chain(other, bytes_of_text("abc"));
    digest_chain(other, bytes_of(NULL, 0));
    assert_memory_not_equal(digest, other, sizeof digest);   /* adding nothing is a link, too */
}

static void parts_are_hashed_with_their_lengths(void **state)
{
    struct bytes three[] = { bytes_of_text("ab"), bytes_of(NULL, 0), bytes_of_text("c") };
    struct bytes two[] = { bytes_of_text("ab"), bytes_of_text("c") };
    struct bytes moved[] = { bytes_of_text("a"), bytes_of_text("bc") };
    uint8_t key[16];
    uint8_t first[DIGEST_BYTES];
    uint8_t second[DIGEST_BYTES];

    (void) state;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t) i;
    digest_of_parts(first, 16, bytes_of(NULL, 0), three, 3);
    assert_hex(first, 16, "4cbf4bdf4d68dfde001f044ea94f432c");
    digest_of_parts(first, 8, bytes_of(key, sizeof key), two, 2);
    assert_hex(first, 8, "ea5904d6356efabb");
    digest_of_parts(first, 32, bytes_of(NULL, 0), two, 2);
    digest_of_parts(second, 32, bytes_of(NULL, 0), moved, 2);
    assert_memory_not_equal(first, second, sizeof first);
}

static void sha256_of_parts_is_that_of_the_whole(void **state)
{
    struct bytes parts[] = { bytes_of_text("a"), bytes_of(NULL, 0), bytes_of_text("bc") };
    uint8_t digest[32];

    (void) state;
    digest_sha256(digest, parts, 3);
    assert_hex(digest, sizeof digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void hexadecimal_goes_both_ways(void **state)
{
    uint8_t out[3] = { 9, 9, 9 };

    (void) state;
    assert_true(hex_parse("00Afff", out, 3));
    assert_hex(out, 3, "00afff");
    assert_true(hex_parse("", out, 0));
}

static void what_is_not_hexadecimal_is_refused(void **state)
{
    uint8_t out[3];

    (void) state;
    assert_false(hex_parse("00aff", out, 3));
    assert_false(hex_parse("00afff0", out, 3));
    assert_false(hex_parse("00afgf", out, 3));
    assert_false(hex_parse("0x0a0f", out, 3));
    assert_false(hex_parse(" 0a0ff", out, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc32c_agrees_with_rfc3720),
        cmocka_unit_test(crc32c_from_the_table_agrees_with_rfc3720),
        cmocka_unit_test(crc32c_continues_at_any_cut_and_alignment),
        cmocka_unit_test(a_chain_is_blake2b_of_the_previous_and_the_added),
        cmocka_unit_test(parts_are_hashed_with_their_lengths),
        cmocka_unit_test(sha256_of_parts_is_that_of_the_whole),
        cmocka_unit_test(hexadecimal_goes_both_ways),
        cmocka_unit_test(what_is_not_hexadecimal_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
