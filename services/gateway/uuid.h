/* uuid.h - ids that clients make (RFC 9562 4). */
#ifndef DUBAN_GATEWAY_UUID_H
#define DUBAN_GATEWAY_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

/* 8-4-4-4-12 hexadecimal digits; the form without hyphens is taken as well. False: it is neither. */
bool uuid_read(const char *text, uint8_t id[ID_BYTES]);

#endif
