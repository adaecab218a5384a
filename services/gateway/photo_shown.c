/* photo_shown.c - a photo without what it says of where, when and by what it was taken. */
#include "photo_shown.h"

#include "photo_turn.h"

/* ---------------------------------------------------------------- parts */

/* What adjoins the part before belongs to it. */
static bool keep(struct photo_shown *shown, const uint8_t *from, size_t size)
{
    struct bytes *last = shown->count == 0 ? NULL : &shown->parts[shown->count - 1];

    shown->size_bytes += size;
    if (last != NULL && (const uint8_t *) last->data + last->size == from) {
        last->size += size;
        return true;
    }
    if (shown->count == PHOTO_PARTS_MOST)
        return false;
    shown->parts[shown->count++] = bytes_of(from, size);
    return true;
}

/* Bytes that are not in the file; they are kept by the caller afterwards. */
static uint8_t *own_copy(struct photo_shown *shown, const void *data, size_t size)
{
    uint8_t *copy = shown->own + shown->own_used;

    memcpy(copy, data, size);
    shown->own_used += size;
    return copy;
}

void photo_whole(struct photo_shown *shown, struct bytes photo)
{
    *shown = (struct photo_shown){ .parts = { photo }, .count = 1, .size_bytes = photo.size };
}

void photo_cut(struct photo_shown *shown, uint64_t first, uint64_t last)
{
    uint64_t at = 0;
    size_t kept = 0;

    for (size_t i = 0; i < shown->count; i++) {
        struct bytes part = shown->parts[i];
        uint64_t from = first > at ? first - at : 0, to = last + 1 - at < part.size ? last + 1 - at : part.size;

        at += part.size;
        if (from < part.size && from < to)
            shown->parts[kept++] = bytes_of((const uint8_t *) part.data + from, (size_t) (to - from));
        if (at > last)
            break;
    }
    shown->count = kept;
    shown->size_bytes = last + 1 - first;
}

/* ---------------------------------------------------------------- JPEG (ITU-T T.81, annex B) */

enum {
    JPEG_START = 0xd8, JPEG_END = 0xd9, JPEG_SCAN = 0xda, JPEG_APP0 = 0xe0, JPEG_APP1 = 0xe1, JPEG_APP2 = 0xe2, JPEG_APP14 = 0xee,
    JPEG_APP15 = 0xef, JPEG_COMMENT = 0xfe, JPEG_RESTART_0 = 0xd0, JPEG_RESTART_7 = 0xd7, JPEG_DEFINE_FIRST = 0xc0,
};

static bool begins_with(const uint8_t *content, size_t size, const char *name, size_t name_size)
{
    return size >= name_size && memcmp(content, name, name_size) == 0;
}

/* JFIF, a colour profile, and Adobe's word on the colours; tables, frames and scans. */
static bool is_of_the_picture(uint8_t marker, const uint8_t *content, size_t size)
{
    if (marker == JPEG_APP0)
        return begins_with(content, size, "JFIF\0", 5);
    if (marker == JPEG_APP2)
        return begins_with(content, size, "ICC_PROFILE\0", 12);
    if (marker == JPEG_APP14)
        return begins_with(content, size, "Adobe", 5);
    return (marker >= JPEG_DEFINE_FIRST && marker < JPEG_RESTART_0) || (marker >= JPEG_SCAN && marker < JPEG_APP0);
}

/* Behind a scan: the next marker that is none of it. The end when there is none. */
static size_t end_of_scan(const uint8_t *data, size_t at, size_t size)
{
    while (at + 1 < size) {
        const uint8_t *found = memchr(data + at, 0xff, size - 1 - at);

        if (found == NULL)
            return size;
        at = (size_t) (found - data);
        if (found[1] != 0 && found[1] != 0xff && (found[1] < JPEG_RESTART_0 || found[1] > JPEG_RESTART_7))
            return at;
        at += found[1] == 0xff ? 1 : 2;
    }
    return size;
}

/* The picture's turn is said right behind its start. */
static bool keep_start(struct photo_shown *shown, struct bytes photo)
{
    uint8_t segment[PHOTO_TURN_BYTES];

    if (!keep(shown, photo.data, 2))
        return false;
    return !photo_turn_segment(photo, segment) || keep(shown, own_copy(shown, segment, sizeof segment), sizeof segment);
}

/* What stands behind the end, a film or a second picture with an EXIF of its own, is left out; so are bytes that are no
 * segment. */
static bool strip_jpeg(struct photo_shown *shown, struct bytes photo)
{
    const uint8_t *data = photo.data;
    size_t at = 2, size = photo.size;
    bool has_scan = false;

    if (!keep_start(shown, photo))
        return false;
    while (at + 4 <= size && data[at] == 0xff) {
        uint8_t marker = data[at + 1];
        size_t length = get_u16(data + at + 2);

        if (marker == 0xff) {              /* filling */
            at++;
            continue;
        }
        if (marker == JPEG_END)
            break;
        if (length < 2 || length > size - at - 2)
            return false;
        if (is_of_the_picture(marker, data + at + 4, length - 2) && !keep(shown, data + at, length + 2))
            return false;
        at += length + 2;
        if (marker == JPEG_SCAN) {
            size_t end = end_of_scan(data, at, size);

            has_scan = true;
            if (!keep(shown, data + at, end - at))
                return false;
            at = end;
        }
    }
    return has_scan && keep(shown, own_copy(shown, "\xff\xd9", 2), 2);
}

/* ---------------------------------------------------------------- PNG (ISO/IEC 15948) */

static bool is_named(const uint8_t *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (memcmp(name, *names, 4) == 0)
            return true;
    return false;
}

static bool strip_png(struct photo_shown *shown, struct bytes photo)
{
    static const char *const KEPT[] = { "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs", NULL };
    const uint8_t *data = photo.data;
    size_t at = 8;

    if (!keep(shown, data, 8))
        return false;
    while (at + 12 <= photo.size) {
        size_t length = get_u32(data + at);

        if (length > photo.size - at - 12)
            return false;
        if (is_named(data + at + 4, KEPT) && !keep(shown, data + at, length + 12))
            return false;
        if (memcmp(data + at + 4, "IEND", 4) == 0)
            return true;
        at += length + 12;
    }
    return false;
}

/* ---------------------------------------------------------------- WebP (RFC 9649) */

enum { WEBP_HAS_EXIF = 0x08, WEBP_HAS_XMP = 0x04, WEBP_EXTENDED_BYTES = 18 };

static uint32_t little_u32(const uint8_t *at)
{
    return (uint32_t) at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 | (uint32_t) at[3] << 24;
}

static void put_little_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t) (value >> 8 * i);
}

/* The chunk that tells what there is says that there is none of either. */
static bool keep_extended(struct photo_shown *shown, const uint8_t *chunk, size_t size)
{
    uint8_t *copy;

    if (size != WEBP_EXTENDED_BYTES || shown->own_used + size > PHOTO_OWN_BYTES)
        return false;
    copy = own_copy(shown, chunk, size);
    copy[8] &= (uint8_t) ~(WEBP_HAS_EXIF | WEBP_HAS_XMP);
    return keep(shown, copy, size);
}

static bool strip_webp(struct photo_shown *shown, struct bytes photo)
{
    static const char *const KEPT[] = { "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP", NULL };
    static const char *const PICTURES[] = { "VP8 ", "VP8L", "ANMF", NULL };
    const uint8_t *data = photo.data;
    size_t at = 12, end = photo.size;
    uint8_t *head = own_copy(shown, data, 12);
    bool has_picture = false;

    if ((size_t) little_u32(data + 4) + 8 < end)
        end = (size_t) little_u32(data + 4) + 8;
    if (!keep(shown, head, 12))
        return false;
    while (at + 8 <= end) {
        size_t length = little_u32(data + at + 4), whole = 8 + length + (length & 1);
        bool fine = true;

        if (whole > end - at)
            return false;
        if (memcmp(data + at, "VP8X", 4) == 0)
            fine = keep_extended(shown, data + at, whole);
        else if (is_named(data + at, KEPT))
            fine = keep(shown, data + at, whole);
        if (!fine)
            return false;
        has_picture = has_picture || is_named(data + at, PICTURES);
        at += whole;
    }
    put_little_u32(head + 4, (uint32_t) (shown->size_bytes - 8));
    return has_picture;
}

/* ---------------------------------------------------------------- all */

bool photo_strip(struct photo_shown *shown, enum photo_kind kind, struct bytes photo)
{
    *shown = (struct photo_shown){ .count = 0 };
    switch (kind) {
    case PHOTO_JPEG:
        return strip_jpeg(shown, photo);
    case PHOTO_PNG:
        return strip_png(shown, photo);
    case PHOTO_WEBP:
        return strip_webp(shown, photo);
    case PHOTO_HEIF:                   /* its EXIF is an item among the others, which are found by their places in the file */
    case PHOTO_AVIF:
    case PHOTO_NONE:
    case PHOTO_KIND_COUNT:
        break;
    }
    return false;
}
