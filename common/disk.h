/* disk.h - how much room the file system of a directory has, for those who may use it; and waiting for some. */
#ifndef DUBAN_DISK_H
#define DUBAN_DISK_H

#include <stdbool.h>
#include <stdint.h>

struct disk_room {
    uint64_t free_bytes;
    uint64_t all_bytes;    /* what only root may use counts as used, and so is not in free_bytes */
};

/* 0, or -1 with errno. */
int disk_look(const char *directory, struct disk_room *room);

/* Rounded down; 0 where nothing is known. */
uint32_t disk_used_percent(const struct disk_room *room);
uint32_t percent_of_room(uint64_t used_bytes, uint64_t all_bytes);

/* Is less used of the directory's disk than so many percent? Where nothing is known, too. */
bool disk_is_below(const char *directory, uint32_t percent);

/* LMDB calls a write that was cut short EIO, and does not tell a write that failed from a flush: what counts is whether
 * the directory's disk has hardly any room. A quota is not seen in the file system's own figures. */
bool disk_is_why(int error, const char *directory);

/* ---------------------------------------------------------------- nothing says when there is room again */

/* Who found none tries again after one second, then two, then four, then every eight. All zero: there is room. */
struct room_wait {
    int64_t until_ms;      /* monotonic */
    uint32_t doublings;
};

void room_wait_longer(struct room_wait *wait, int64_t now_ms);

/* There was room: the next wait is a short one again. A wait that is under way goes on to its end. */
static inline void room_wait_end(struct room_wait *wait)
{
    wait->doublings = 0;
}

static inline bool room_is_awaited(const struct room_wait *wait, int64_t now_ms)
{
    return now_ms < wait->until_ms;
}

#endif
