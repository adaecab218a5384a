/* disk.h - how much room the file system of a directory has, for those who may use it. */
#ifndef DUBAN_DISK_H
#define DUBAN_DISK_H

#include <stdint.h>

struct disk_room {
    uint64_t free_bytes;
    uint64_t all_bytes;    /* what only root may use counts as used, and so is not in free_bytes */
};

/* 0, or -1 with errno. */
int disk_look(const char *directory, struct disk_room *room);

/* Rounded down; 0 where nothing is known. */
uint32_t disk_used_percent(const struct disk_room *room);

#endif
