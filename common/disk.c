#include "disk.h"

#include <sys/statvfs.h>

int disk_look(const char *directory, struct disk_room *room)
{
    struct statvfs disk;

    if (statvfs(directory, &disk) == -1)
        return -1;
    room->free_bytes = (uint64_t) disk.f_bavail * disk.f_frsize;
    room->all_bytes = (uint64_t) (disk.f_blocks - disk.f_bfree + disk.f_bavail) * disk.f_frsize;
    return 0;
}

uint32_t disk_used_percent(const struct disk_room *room)
{
    return room->all_bytes == 0 ? 0 : (uint32_t) ((room->all_bytes - room->free_bytes) * 100 / room->all_bytes);
}
