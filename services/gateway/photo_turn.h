/* photo_turn.h - how a JPEG is to be turned before it is shown, as its EXIF says: a phone held upright writes it lying. */
#ifndef DUBAN_GATEWAY_PHOTO_TURN_H
#define DUBAN_GATEWAY_PHOTO_TURN_H

#include "bytes.h"

enum { PHOTO_TURN_BYTES = 36 };

/* A segment APP1 that says that and nothing else. False: it is not to be turned, or nothing is said. */
bool photo_turn_segment(struct bytes jpeg, uint8_t segment[PHOTO_TURN_BYTES]);

#endif
