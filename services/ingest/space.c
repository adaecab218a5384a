#include "space.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "log.h"

enum { BATCH_DIVISOR = 16 };

int space_of_disk(void *self, const char *directory, uint64_t *free_bytes, uint64_t *all_bytes)
{
    struct disk_room room;

    (void) self;
    if (disk_look(directory, &room) == -1)
        return -1;
    *free_bytes = room.free_bytes;
    *all_bytes = room.all_bytes;
    return 0;
}

/* ---------------------------------------------------------------- the reserve file */

static const char *reserve_path(const struct space *space, char *path, size_t size)
{
    snprintf(path, size, "%s/reserve", space->directory);
    return path;
}

static void give_up_reserve(struct space *space)
{
    char path[300];

    if (unlink(reserve_path(space, path, sizeof path)) == 0)
        log_error("house alarm: the disk is nearly full, the reserve is given up: file=%s", path);
    else if (errno != ENOENT)
        log_error("reserve: cannot delete: file=%s error=%s", path, strerror(errno));
    space->reserve_there = false;
}

static void make_reserve(struct space *space)
{
    char path[300];
    int fd = open(reserve_path(space, path, sizeof path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int error = fd == -1 ? errno : posix_fallocate(fd, 0, (off_t) space->reserve_bytes);

    if (fd != -1)
        close(fd);
    space->reserve_there = error == 0;
    if (error == 0)
        return;
    log_warn("reserve: cannot be made: file=%s error=%s", path, strerror(error));
    give_up_reserve(space);
}

static void keep_reserve(struct space *space, uint64_t free_bytes)
{
    if (space->reserve_bytes == 0)
        return;
    if (free_bytes < space->reserve_bytes) {
        if (space->reserve_there)
            give_up_reserve(space);
    } else if (!space->reserve_there && free_bytes / 2 > space->reserve_bytes) {
        make_reserve(space);
    }
}

/* What the reserve will take again counts as taken, so that intake does not open just to close. */
static uint64_t missing_reserve(const struct space *space, uint64_t free_bytes)
{
    if (space->reserve_there)
        return 0;
    return space->reserve_bytes < free_bytes ? space->reserve_bytes : free_bytes;
}

void space_prepare(struct space *space)
{
    uint64_t free_bytes, all_bytes;
    struct stat status;
    char path[300];
    bool exists;

    exists = stat(reserve_path(space, path, sizeof path), &status) == 0;
    /* A smaller one was not finished, or is to grow. */
    space->reserve_there = exists && (uint64_t) status.st_size >= space->reserve_bytes;
    space->open_for = SPACE_EVIDENCE;
    if (space->disk(space->disk_self, space->directory, &free_bytes, &all_bytes) == 0 &&
        free_bytes < space->reserve_bytes && exists)
        give_up_reserve(space);
}

/* ---------------------------------------------------------------- how full */

static enum space_use use_at(uint32_t percent, uint32_t limit)
{
    if (percent >= limit)
        return SPACE_HOUSE_KEEPING;
    return percent + SPACE_EVIDENCE_EARLIER_PERCENT >= limit ? SPACE_ORDINARY : SPACE_EVIDENCE;
}

/* BY_RESERVE: the disk is too small for it, whatever is deleted. BY_ITS_ROOM: there was room for it, and others have taken it. */
enum narrowing { BY_MAP, BY_DISK, BY_RESERVE, BY_ITS_ROOM };

static void tell_of_its_room(struct space *space)
{
    unsigned long long mib = space->reserve_bytes >> 20, left_mib = space->disk_free_bytes >> 20;

    snprintf(space->why_zh, sizeof space->why_zh, "磁盘只剩 %lluM，其中 %lluM 要留作备用空间", left_mib, mib);
    snprintf(space->why_en, sizeof space->why_en, "%lluM are left on the disk, of which the reserve takes %lluM", left_mib, mib);
    snprintf(space->remedy_zh, sizeof space->remedy_zh, "清理磁盘");
    snprintf(space->remedy_en, sizeof space->remedy_en, "free disk space");
}

static void tell_of_reserve(struct space *space)
{
    unsigned long long mib = space->reserve_bytes >> 20;

    snprintf(space->why_zh, sizeof space->why_zh, "磁盘放不下备用空间");
    snprintf(space->why_en, sizeof space->why_en, "the disk has no room for the reserve");
    snprintf(space->remedy_zh, sizeof space->remedy_zh, "调小 reserve_bytes（现为 %lluM）或换大磁盘", mib);
    snprintf(space->remedy_en, sizeof space->remedy_en, "lower reserve_bytes (%lluM) or take a larger disk", mib);
}

static void tell_of_use(struct space *space, bool by_disk)
{
    snprintf(space->why_zh, sizeof space->why_zh, "%s已用 %u%%", by_disk ? "磁盘" : "数据库（map）", space->used_percent);
    snprintf(space->why_en, sizeof space->why_en, "%s %u%% used", by_disk ? "disk" : "map", space->used_percent);
    snprintf(space->remedy_zh, sizeof space->remedy_zh, "%s", by_disk ? "清理磁盘" : "调大 ingest.conf 的 map 并重新启动 duban-ingest");
    snprintf(space->remedy_en, sizeof space->remedy_en, "%s",
             by_disk ? "free disk space" : "raise map in ingest.conf and restart duban-ingest");
}

static void log_change(const struct space *space, enum space_use before)
{
    if (before == space->open_for)
        return;
    if (space->open_for == SPACE_EVIDENCE)
        log_info("space: intake is open again: map_used_bytes=%llu", (unsigned long long) space->used_bytes);
    else
        log_error("house alarm: %s: %s: %s", space->open_for == SPACE_ORDINARY ? "evidence is not taken any more" : "intake is stopped",
                  space->why_en, space->remedy_en);
}

static void tell(struct space *space, enum space_use before, enum narrowing by)
{
    bool evidence_only = space->open_for == SPACE_ORDINARY;

    if (space->open_for == SPACE_EVIDENCE) {
        space->why_zh[0] = space->why_en[0] = space->remedy_zh[0] = space->remedy_en[0] = '\0';
        space->reason_zh[0] = space->reason_en[0] = '\0';
    } else {
        if (by == BY_RESERVE)
            tell_of_reserve(space);
        else if (by == BY_ITS_ROOM)
            tell_of_its_room(space);
        else
            tell_of_use(space, by == BY_DISK);
        snprintf(space->reason_zh, sizeof space->reason_zh, "%s：%s：%s", evidence_only ? "暂不接收照片到达，报告照收" : "已停止接收",
                 space->why_zh, space->remedy_zh);
        snprintf(space->reason_en, sizeof space->reason_en, "%s: %s: %s",
                 evidence_only ? "evidence waits, reports go through" : "intake is stopped", space->why_en, space->remedy_en);
    }
    log_change(space, before);
}

static enum narrowing narrowing_of_disk(const struct space *space, const struct store *store, uint64_t free_bytes, uint64_t all_bytes)
{
    /* Is it only what is set aside for the reserve that makes the disk look full? */
    if (store->disk_is_full || use_at(percent_of_room(all_bytes - free_bytes, all_bytes), space->disk_percent) != SPACE_EVIDENCE)
        return BY_DISK;
    return use_at(percent_of_room(space->reserve_bytes, all_bytes), space->disk_percent) == SPACE_EVIDENCE ? BY_ITS_ROOM : BY_RESERVE;
}

void space_check(struct space *space, struct store *store)
{
    enum space_use before = space->open_for;
    uint64_t free_bytes = 0, all_bytes = 0;
    uint32_t map_percent, disk_percent = 0;
    enum space_use by_map, by_disk;
    size_t used, map;
    enum narrowing narrowing = BY_MAP;

    store_usage(store, &used, &map);
    space->used_bytes = used;
    space->map_bytes = map;
    if (space->full_at_bytes != 0 && used < space->full_at_bytes)
        space->full_at_bytes = 0;
    space->disk_free_bytes = UINT64_MAX;
    if (space->disk(space->disk_self, space->directory, &free_bytes, &all_bytes) == 0) {
        space->disk_free_bytes = free_bytes;
        disk_percent = percent_of_room(all_bytes - free_bytes + missing_reserve(space, free_bytes), all_bytes);
        keep_reserve(space, free_bytes);
    }
    map_percent = percent_of_room(used, map);
    by_map = space->full_at_bytes != 0 ? SPACE_HOUSE_KEEPING : use_at(map_percent, space->map_percent);
    by_disk = store->disk_is_full ? SPACE_HOUSE_KEEPING : use_at(disk_percent, space->disk_percent);
    space->disk_is_full = store->disk_is_full;
    space->open_for = by_map < by_disk ? by_map : by_disk;
    space->used_percent = by_disk < by_map ? disk_percent : map_percent;
    if (by_disk < by_map)
        narrowing = narrowing_of_disk(space, store, free_bytes, all_bytes);
    tell(space, before, narrowing);
}

void space_map_full(struct space *space, struct store *store)
{
    size_t used, map;

    store_usage(store, &used, &map);
    space->full_at_bytes = used;
    space_check(space, store);
}

bool space_fault(const struct space *space, enum space_use use, struct fault *fault)
{
    if (space->disk_is_full)
        return fault_set(fault, "", "磁盘已满，这次提交没有保存，暂停接收；请管理员在 %s 所在的磁盘腾出空间，腾出后自动恢复，届时原样重交",
                         "the disk is full, nothing of this was kept: intake is stopped; the administrator should free some "
                         "space where %s lies, then intake resumes by itself; submit the same again then",
                         space->directory);
    if (use == SPACE_EVIDENCE && space->open_for == SPACE_ORDINARY)
        return fault_set(fault, "",
                         "空间将满（%1$s%3$.0s），暂不接收照片到达，报告仍可提交；请管理员%2$s%4$.0s，之后自动恢复，届时原样重交",
                         "space is running out (%3$s%1$.0s): evidence waits, reports still go through; the administrator "
                         "should %4$s%2$.0s, then intake resumes by itself; submit the same again then",
                         space->why_zh, space->remedy_zh, space->why_en, space->remedy_en);
    return fault_set(fault, "", "空间将满（%1$s%3$.0s），暂停接收；请管理员%2$s%4$.0s，之后自动恢复，届时原样重交",
                     "space is running out (%3$s%1$.0s): intake is stopped; the administrator should %4$s%2$.0s, then intake "
                     "resumes by itself; submit the same again then",
                     space->why_zh, space->remedy_zh, space->why_en, space->remedy_en);
}

uint64_t space_batch_bytes(const struct space *space, uint64_t most_bytes)
{
    uint64_t left = space->map_bytes > space->used_bytes ? space->map_bytes - space->used_bytes : 0;

    if (space->disk_free_bytes < left)
        left = space->disk_free_bytes;
    return left / BATCH_DIVISOR < most_bytes ? left / BATCH_DIVISOR : most_bytes;
}
