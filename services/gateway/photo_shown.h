/* photo_shown.h - a photo without what it says of where, when and by what it was taken.
 *
 * What is shown is made of parts of the file as it is, in its order: everything that is not needed to see the picture is left
 * out, whatever it is. Of JPEG what its own EXIF said of how to turn it stays, in an EXIF of ours. Nothing is decoded.
 */
#ifndef DUBAN_GATEWAY_PHOTO_SHOWN_H
#define DUBAN_GATEWAY_PHOTO_SHOWN_H

#include "photo_kind.h"

enum { PHOTO_PARTS_MOST = 256, PHOTO_OWN_BYTES = 64 };

struct photo_shown {
    struct bytes parts[PHOTO_PARTS_MOST];   /* of the file, or of own */
    size_t count;
    uint64_t size_bytes;
    uint8_t own[PHOTO_OWN_BYTES];
    size_t own_used;
};

/* shown must not be moved afterwards, and borrows the photo. False: it cannot be told what belongs to the picture: HEIC and AVIF
 * never, others when they are damaged. */
bool photo_strip(struct photo_shown *shown, enum photo_kind kind, struct bytes photo);

/* The whole file as it came. */
void photo_whole(struct photo_shown *shown, struct bytes photo);

/* Only the bytes from first to last, which lie inside. */
void photo_cut(struct photo_shown *shown, uint64_t first, uint64_t last);

#endif
