#include "disk_describe.h"

#include <sys/stat.h>

#include "disk.h"

void disk_describe(const char *directory, uint32_t low_at_percent, Duban__DiskRoom *description)
{
    struct disk_room room;
    struct stat status;

    duban__disk_room__init(description);
    description->directory = (char *) directory;
    description->low_at_percent = low_at_percent;
    if (disk_look(directory, &room) == -1 || stat(directory, &status) == -1)
        return;
    description->free_bytes = room.free_bytes;
    description->all_bytes = room.all_bytes;
    description->file_system = status.st_dev;
}
