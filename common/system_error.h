/* system_error.h - why the system has refused something (errno), in both languages: strerror knows English alone here. */
#ifndef DUBAN_SYSTEM_ERROR_H
#define DUBAN_SYSTEM_ERROR_H

#include "words.h"

/* Chinese for what a file, a disk or an address comes to; of anything else the system's own words stand in both. Valid until the next call
 * of strerror. */
struct words system_error(int error);

#endif
