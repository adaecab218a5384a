/* BLAKE2b against RFC 7693 and against libsodium, which says the same. */
#include "blake2b.h"

#include <sodium.h>

#include "digest.h"
#include "test.h"

enum { MOST_BYTES = 1024 };

static void hash_in_pieces(uint8_t *out, size_t out_size, struct bytes key, struct bytes data, size_t piece)
{
    const uint8_t *at = data.data;
    struct blake2b hash;

    blake2b_begin(&hash, key, out_size);
    for (size_t done = 0; done < data.size; done += piece)
        blake2b_add(&hash, at + done, data.size - done < piece ? data.size - done : piece);
    blake2b_end(&hash, out);
}

static void assert_as_libsodium(struct bytes key, struct bytes data, size_t out_size, size_t piece)
{
    uint8_t ours[BLAKE2B_MOST_BYTES], theirs[BLAKE2B_MOST_BYTES];

    hash_in_pieces(ours, out_size, key, data, piece);
    assert_int_equal(crypto_generichash(theirs, out_size, data.data, data.size, key.data, key.size), 0);
    assert_memory_equal(ours, theirs, out_size);
}

/* b2sum -l 256 */
static void abc_is_what_others_say(void **state)
{
    uint8_t digest[BLAKE2B_MOST_BYTES];
    char text[65];

    (void) state;
    hash_in_pieces(digest, sizeof digest, bytes_of(NULL, 0), bytes_of_text("abc"), 3);
    assert_string_equal(hex_of(text, digest, sizeof digest), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void every_length_is_hashed_as_by_libsodium(void **state)
{
    uint8_t data[MOST_BYTES];

    (void) state;
    randombytes_buf(data, sizeof data);
    for (size_t size = 0; size <= sizeof data; size++) {
        uint8_t *exact = malloc(size > 0 ? size : 1);   /* ASan sees a byte too many */

        memcpy(exact, data, size);
        assert_as_libsodium(bytes_of(NULL, 0), bytes_of(exact, size), BLAKE2B_MOST_BYTES, size + 1);
        free(exact);
    }
}

static void the_pieces_do_not_matter(void **state)
{
    uint8_t data[MOST_BYTES];

    (void) state;
    randombytes_buf(data, sizeof data);
    for (size_t piece = 1; piece <= 3 * BLAKE2B_BLOCK_BYTES; piece++)
        assert_as_libsodium(bytes_of(NULL, 0), bytes_of(data, 700), BLAKE2B_MOST_BYTES, piece);
}

static void keys_and_shorter_digests_are_as_libsodium_has_them(void **state)
{
    uint8_t data[MOST_BYTES], key[BLAKE2B_MOST_KEY_BYTES];

    (void) state;
    randombytes_buf(data, sizeof data);
    randombytes_buf(key, sizeof key);
    for (size_t key_size = BLAKE2B_LEAST_KEY_BYTES; key_size <= BLAKE2B_MOST_KEY_BYTES; key_size++)
        for (size_t size = 0; size < 300; size += 43)
            assert_as_libsodium(bytes_of(key, key_size), bytes_of(data, size), 16 + key_size % 17, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(abc_is_what_others_say),
        cmocka_unit_test(every_length_is_hashed_as_by_libsodium),
        cmocka_unit_test(the_pieces_do_not_matter),
        cmocka_unit_test(keys_and_shorter_digests_are_as_libsodium_has_them),
    };

    if (sodium_init() == -1)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
