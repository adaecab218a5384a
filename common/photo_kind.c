/* photo_kind.c - what a photo is by its first bytes. */
#include "photo_kind.h"

static const struct {
    const char *type, *ending;
} KINDS[PHOTO_KIND_COUNT] = {
    [PHOTO_NONE] = { "application/octet-stream", "bin" },
    [PHOTO_JPEG] = { "image/jpeg", "jpg" },
    [PHOTO_PNG] = { "image/png", "png" },
    [PHOTO_WEBP] = { "image/webp", "webp" },
    [PHOTO_HEIF] = { "image/heic", "heic" },
    [PHOTO_AVIF] = { "image/avif", "avif" },
};

/* ISO/IEC 23008-12 and what iPhones and Androids write: the major brand, or one of the compatible ones behind it. */
static const struct {
    char brand[5];
    enum photo_kind kind;
} BRANDS[] = {
    { "heic", PHOTO_HEIF }, { "heix", PHOTO_HEIF }, { "heim", PHOTO_HEIF }, { "heis", PHOTO_HEIF },
    { "hevc", PHOTO_HEIF }, { "hevx", PHOTO_HEIF }, { "avif", PHOTO_AVIF }, { "avis", PHOTO_AVIF },
};

static enum photo_kind kind_of_brand(const uint8_t *brand)
{
    for (size_t i = 0; i < sizeof BRANDS / sizeof BRANDS[0]; i++)
        if (memcmp(BRANDS[i].brand, brand, 4) == 0)
            return BRANDS[i].kind;
    return PHOTO_NONE;
}

/* The first box: its size, "ftyp", the major brand, a version, the compatible brands. */
static enum photo_kind kind_of_boxes(const uint8_t *head)
{
    enum photo_kind kind = kind_of_brand(head + 8);
    uint32_t size = get_u32(head);

    if (memcmp(head + 4, "ftyp", 4) != 0)
        return PHOTO_NONE;
    for (size_t at = 16; kind == PHOTO_NONE && at + 4 <= PHOTO_HEAD_BYTES && at + 4 <= size; at += 4)
        kind = kind_of_brand(head + at);
    return kind;
}

enum photo_kind photo_kind_of(struct bytes head)
{
    const uint8_t *at = head.data;

    if (head.size < PHOTO_HEAD_BYTES)
        return PHOTO_NONE;
    if (memcmp(at, "\xff\xd8\xff", 3) == 0)
        return PHOTO_JPEG;
    if (memcmp(at, "\x89PNG\r\n\x1a\n", 8) == 0)
        return PHOTO_PNG;
    if (memcmp(at, "RIFF", 4) == 0 && memcmp(at + 8, "WEBP", 4) == 0)
        return PHOTO_WEBP;
    return kind_of_boxes(at);
}

const char *photo_type(enum photo_kind kind)
{
    return KINDS[kind].type;
}

const char *photo_ending(enum photo_kind kind)
{
    return KINDS[kind].ending;
}
