/* photo_turn.c - the orientation in the EXIF of a JPEG (CIPA DC-008). */
#include "photo_turn.h"

enum { APP1 = 0xe1, APP15 = 0xef, APP0 = 0xe0, ORIENTATION = 0x0112, UNTURNED = 1, TURNS = 8, SHORT = 3, TIFF_HEAD = 8, ROW = 12 };

/* A block of TIFF, in whichever byte order it says. */
struct tiff {
    struct bytes block;
    bool is_little;
};

static uint32_t number(const struct tiff *tiff, size_t at, size_t size)
{
    const uint8_t *data = tiff->block.data;
    uint32_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | data[at + (tiff->is_little ? size - 1 - i : i)];
    return value;
}

static uint32_t turn_of(struct bytes block)
{
    struct tiff tiff = { block, false };
    size_t at, rows;

    if (block.size < TIFF_HEAD || (memcmp(block.data, "II*\0", 4) != 0 && memcmp(block.data, "MM\0*", 4) != 0))
        return UNTURNED;
    tiff.is_little = *(const uint8_t *) block.data == 'I';
    at = number(&tiff, 4, 4);
    if (at > block.size - 2)
        return UNTURNED;
    rows = number(&tiff, at, 2);
    for (at += 2; rows > 0 && at + ROW <= block.size; rows--, at += ROW)
        if (number(&tiff, at, 2) == ORIENTATION && number(&tiff, at + 2, 2) == SHORT)
            return number(&tiff, at + 8, 2);
    return UNTURNED;
}

/* Of its first segment with an EXIF, which stands before everything but other segments of applications. */
static uint32_t turn_of_jpeg(const uint8_t *data, size_t size)
{
    size_t at = 2;

    while (at + 4 <= size && data[at] == 0xff && data[at + 1] >= APP0 && data[at + 1] <= APP15) {
        size_t length = get_u16(data + at + 2);

        if (length < 2 || length > size - at - 2)
            return UNTURNED;
        if (data[at + 1] == APP1 && length >= 8 && memcmp(data + at + 4, "Exif\0\0", 6) == 0)
            return turn_of(bytes_of(data + at + 10, length - 8));
        at += length + 2;
    }
    return UNTURNED;
}

bool photo_turn_segment(struct bytes jpeg, uint8_t segment[PHOTO_TURN_BYTES])
{
    static const uint8_t FORM[PHOTO_TURN_BYTES] = {
        0xff, APP1, 0, PHOTO_TURN_BYTES - 2, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, '*', 0, 0, 0, TIFF_HEAD, 0, 1,
        ORIENTATION >> 8, ORIENTATION & 0xff, 0, SHORT, 0, 0, 0, 1,
    };
    uint32_t turn = turn_of_jpeg(jpeg.data, jpeg.size);

    if (turn <= UNTURNED || turn > TURNS)
        return false;
    memcpy(segment, FORM, sizeof FORM);
    put_u16(segment + 28, (uint16_t) turn);
    return true;
}
