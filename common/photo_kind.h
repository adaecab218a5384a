/* photo_kind.h - what a photo is by its first bytes: the kinds that phones take. */
#ifndef DUBAN_PHOTO_KIND_H
#define DUBAN_PHOTO_KIND_H

#include "bytes.h"

enum photo_kind { PHOTO_NONE, PHOTO_JPEG, PHOTO_PNG, PHOTO_WEBP, PHOTO_HEIF, PHOTO_AVIF, PHOTO_KIND_COUNT };

enum { PHOTO_HEAD_BYTES = 32 };        /* that many decide; a file that is shorter is none */

/* PHOTO_NONE: it is none. */
enum photo_kind photo_kind_of(struct bytes head);

/* Its media type, as image/jpeg; and its ending, as jpg. */
const char *photo_type(enum photo_kind kind);
const char *photo_ending(enum photo_kind kind);

#endif
