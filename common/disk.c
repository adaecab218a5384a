#include "disk.h"

#include <errno.h>
#include <sys/statvfs.h>

enum {
    NO_ROOM_BYTES = 512 << 20,   /* more than a reserve that ingest gives up between our failed write and our look */
    FIRST_WAIT_MS = 1000,
    MOST_DOUBLINGS = 3,
};

int disk_look(const char *directory, struct disk_room *room)
{
    struct statvfs disk;

    if (statvfs(directory, &disk) == -1)
        return -1;
    room->free_bytes = (uint64_t) disk.f_bavail * disk.f_frsize;
    room->all_bytes = (uint64_t) (disk.f_blocks - disk.f_bfree + disk.f_bavail) * disk.f_frsize;
    return 0;
}

uint32_t percent_of_room(uint64_t used_bytes, uint64_t all_bytes)
{
    return all_bytes == 0 ? 0 : (uint32_t) (used_bytes * 100 / all_bytes);
}

uint32_t disk_used_percent(const struct disk_room *room)
{
    return percent_of_room(room->all_bytes - room->free_bytes, room->all_bytes);
}

bool disk_is_below(const char *directory, uint32_t percent)
{
    struct disk_room room;

    return disk_look(directory, &room) == -1 || disk_used_percent(&room) < percent;
}

bool disk_is_why(int error, const char *directory)
{
    struct disk_room room;

    if (error == EDQUOT)
        return true;
    return (error == ENOSPC || error == EIO) && disk_look(directory, &room) == 0 && room.free_bytes < NO_ROOM_BYTES;
}

void room_wait_longer(struct room_wait *wait, int64_t now_ms)
{
    wait->until_ms = now_ms + ((int64_t) FIRST_WAIT_MS << wait->doublings);
    if (wait->doublings < MOST_DOUBLINGS)
        wait->doublings++;
}
