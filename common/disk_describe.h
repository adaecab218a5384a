/* disk_describe.h - the disk of a daemon, as its status tells it. */
#ifndef DUBAN_DISK_DESCRIBE_H
#define DUBAN_DISK_DESCRIBE_H

#include "query.pb-c.h"

/* It borrows the directory; figures stay 0 where the disk cannot be looked at. */
void disk_describe(const char *directory, uint32_t low_at_percent, Duban__DiskRoom *description);

#endif
