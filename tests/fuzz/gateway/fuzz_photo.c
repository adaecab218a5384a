/* Any file as a photo: what is shown of it is made of its own bytes, is of the same kind, and has nothing left to take out.
 */
#include "fuzz.h"
#include "photo_shown.h"
#include "photo_turn.h"

enum { OWN_MOST = PHOTO_TURN_BYTES + 2 };

static void must_lie_inside(const struct photo_shown *shown, struct bytes photo)
{
    const uint8_t *from = photo.data, *own = shown->own;

    for (size_t i = 0; i < shown->count; i++) {
        const uint8_t *part = shown->parts[i].data;
        size_t size = shown->parts[i].size;

        MUST((part >= from && size <= photo.size && part <= from + (photo.size - size)) ||
             (part >= own && size <= PHOTO_OWN_BYTES && part <= own + (PHOTO_OWN_BYTES - size)));
    }
}

static uint8_t *joined(const struct photo_shown *shown)
{
    uint8_t *whole = malloc((size_t) shown->size_bytes + 1), *at = whole;

    MUST(whole != NULL);
    for (size_t i = 0; i < shown->count; i++) {
        memcpy(at, shown->parts[i].data, shown->parts[i].size);
        at += shown->parts[i].size;
    }
    MUST((uint64_t) (at - whole) == shown->size_bytes);
    return whole;
}

static void must_be_done(struct bytes once, enum photo_kind kind)
{
    struct photo_shown shown;
    uint8_t *twice;

    if (once.size >= PHOTO_HEAD_BYTES)
        MUST(photo_kind_of(once) == kind);
    MUST(photo_strip(&shown, kind, once));
    twice = joined(&shown);
    MUST(bytes_equal(once, bytes_of(twice, (size_t) shown.size_bytes)));
    free(twice);
}

static void must_be_cut(const struct photo_shown *shown, const uint8_t *whole)
{
    struct photo_shown cut = *shown;
    uint64_t first = shown->size_bytes / 3, last = shown->size_bytes * 2 / 3;
    uint8_t *middle;

    photo_cut(&cut, first, last);
    MUST(cut.size_bytes == last + 1 - first);
    middle = joined(&cut);
    MUST(memcmp(middle, whole + first, (size_t) cut.size_bytes) == 0);
    free(middle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes photo = bytes_of(data, size);
    enum photo_kind kind = photo_kind_of(photo);
    struct photo_shown shown;
    uint8_t *once;

    if (!photo_strip(&shown, kind, photo))
        return 0;
    MUST(kind != PHOTO_NONE && shown.size_bytes <= size + OWN_MOST);
    must_lie_inside(&shown, photo);
    once = joined(&shown);
    must_be_done(bytes_of(once, (size_t) shown.size_bytes), kind);
    must_be_cut(&shown, once);
    free(once);
    return 0;
}
