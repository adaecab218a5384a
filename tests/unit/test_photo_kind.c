/* What counts as a photo. */
#include "photo_kind.h"

#include "test.h"

static enum photo_kind kind_of(const char *beginning, size_t size)
{
    uint8_t head[PHOTO_HEAD_BYTES] = { 0 };

    memcpy(head, beginning, size);
    return photo_kind_of(bytes_of(head, sizeof head));
}

#define KIND_OF(text) kind_of(text, sizeof text - 1)

static void each_kind_is_known_by_its_first_bytes(void **state)
{
    (void) state;
    assert_int_equal(KIND_OF("\xff\xd8\xff\xe1"), PHOTO_JPEG);
    assert_int_equal(KIND_OF("\x89PNG\r\n\x1a\n"), PHOTO_PNG);
    assert_int_equal(KIND_OF("RIFF\x10\0\0\0WEBPVP8 "), PHOTO_WEBP);
    assert_int_equal(KIND_OF("\0\0\0\x18" "ftypheic\0\0\0\0mif1heic"), PHOTO_HEIF);
    assert_int_equal(KIND_OF("\0\0\0\x1c" "ftypmif1\0\0\0\0mif1heix"), PHOTO_HEIF);
    assert_int_equal(KIND_OF("\0\0\0\x1c" "ftypavif\0\0\0\0mif1miaf"), PHOTO_AVIF);
}

static void what_is_none_is_refused(void **state)
{
    (void) state;
    assert_int_equal(KIND_OF("%PDF-1.7"), PHOTO_NONE);
    assert_int_equal(KIND_OF("<html><script>"), PHOTO_NONE);
    assert_int_equal(KIND_OF("MZ\x90"), PHOTO_NONE);
    assert_int_equal(KIND_OF("GIF89a"), PHOTO_NONE);
    assert_int_equal(KIND_OF("RIFF\x10\0\0\0WAVEfmt "), PHOTO_NONE);
    assert_int_equal(KIND_OF("\0\0\0\x18" "ftypisom\0\0\0\0isommp42"), PHOTO_NONE);
    assert_int_equal(KIND_OF("\0\0\0\x14" "ftypisom\0\0\0\0isomheic"), PHOTO_NONE);   /* the brand stands behind the box */
    assert_int_equal(photo_kind_of(bytes_of("\xff\xd8\xff", 3)), PHOTO_NONE);
    assert_int_equal(photo_kind_of(bytes_of(NULL, 0)), PHOTO_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_known_by_its_first_bytes),
        cmocka_unit_test(what_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
