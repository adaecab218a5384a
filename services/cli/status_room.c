/* status_room.c - duban status: room on disks and in maps, and whether the journal is whole. */
#include <string.h>

#include "disk.h"
#include "names.h"
#include "status.h"

enum { MAP_WARN_PERCENT = 70, DAEMONS = 4, MEBIBYTE_BITS = 20, GIBIBYTE_BITS = 30, FEW_GIBIBYTES = 10, STOPPED_ABOVE_LOW_PERCENT = 5 };

/* ---------------------------------------------------------------- the journal */

/* What follows of it, which depends on whether rules has come by yet. */
static struct words consequence(const struct house *house, uint64_t sequence)
{
    if (house->rules != NULL && house->rules->cursor >= sequence)
        return (struct words){ "已立的案和已发的通知不受影响，但今后重建、重放到这里就停",
                               "cases and notices are as they were, but rebuilding and replaying will stop there" };
    return (struct words){ "规则引擎到这里就停：记录照收，但不派单、不提醒", "rules stops there: entries are taken but nothing is decided" };
}

/* Only the entry that rules stops before can be passed over. */
static struct words without_backup(struct cli *cli, const struct house *house, uint64_t sequence)
{
    if (house->rules != NULL && house->rules->cursor >= sequence)
        return (struct words){ "", "" };
    return words_of(&cli->arena, "；没有备份，就用 duban skip %llu --reason 理由 跳过它，它的内容就没有了",
                    "; where there is no backup, duban skip %llu --reason WHY passes over it, and what it held is gone",
                    (unsigned long long) sequence);
}

static void judge_records(struct cli *cli, struct house *house, const Duban__LookOver *look_over, const char *directory)
{
    unsigned long long sequence = look_over->damaged_sequence;
    struct words follows = consequence(house, look_over->damaged_sequence);
    struct words without = without_backup(cli, house, look_over->damaged_sequence);

    if (look_over->damaged_records > 1)
        problem(cli, house, "日志从第 %1$llu 号起有 %2$u 条记录损坏或丢失：%3$s%4$.0s。先把 %5$s 另存一份，再从备份恢复（README：恢复）%6$s%7$.0s；恢复以前不要移走 "
                "duban-rules 的数据目录",
                "%2$u records of the journal are damaged or missing, the first is %1$llu: %3$.0s%4$s. Copy %5$s to another place, then restore "
                "it from a backup (README: restoring)%6$.0s%7$s; until then leave the data directory of duban-rules where it is",
                sequence, look_over->damaged_records, follows.zh, follows.en, directory, without.zh, without.en);
    else
        problem(cli, house, "日志第 %1$llu 号记录损坏：%2$s%3$.0s。先把 %4$s 另存一份，再从备份恢复（README：恢复）%5$s%6$.0s；恢复以前不要移走 duban-rules 的数据目录",
                "record %1$llu of the journal is damaged: %2$.0s%3$s. Copy %4$s to another place, then restore it from a backup "
                "(README: restoring)%5$.0s%6$s; until then leave the data directory of duban-rules where it is",
                sequence, follows.zh, follows.en, directory, without.zh, without.en);
}

void status_judge_journal(struct cli *cli, struct house *house)
{
    const Duban__LookOver *look_over = house->ingest == NULL ? NULL : house->ingest->look_over;
    const char *directory = house->ingest == NULL || house->ingest->disk == NULL ? "" : house->ingest->disk->directory;

    if (look_over == NULL)
        return;
    if (look_over->damaged_sequence != 0)
        judge_records(cli, house, look_over, directory);
    if (look_over->damaged_table[0] != '\0')
        problem(cli, house, "duban-ingest 的数据文件有读不出的页（表 %1$s）：用到时 duban-ingest 可能停止。先把 %2$s 另存一份，再从备份恢复（README：恢复）",
                "a page of the data file of duban-ingest cannot be read (table %1$s): duban-ingest may end when it needs it. Copy "
                "%2$s to another place, then restore it from a backup (README: restoring)", look_over->damaged_table, directory);
}

/* ---------------------------------------------------------------- maps */

static void judge_maps(struct cli *cli, struct house *house)
{
    const Duban__IngestStatus *ingest = house->ingest;
    const Duban__RulesStatus *rules = house->rules;

    if (ingest != NULL && percent_of_room(ingest->used_bytes, ingest->map_bytes) >= MAP_WARN_PERCENT)
        problem(cli, house, "日志空间已用 %1$u%%：请调大 ingest.conf 的 map，再重新启动 duban-ingest",
                "%1$u%% of the journal's room is used: raise map in ingest.conf, then restart duban-ingest",
                percent_of_room(ingest->used_bytes, ingest->map_bytes));
    if (rules != NULL && percent_of_room(rules->used_bytes, rules->map_bytes) >= MAP_WARN_PERCENT)
        problem(cli, house, "规则状态库已用 %1$u%%：用满就停。请调大 rules.conf 的 map，再重新启动 duban-rules",
                "%1$u%% of the room of rules is used: when it is full rules stops. Raise map in rules.conf, then restart "
                "duban-rules", percent_of_room(rules->used_bytes, rules->map_bytes));
}

/* ---------------------------------------------------------------- disks */

static void judge_full_disk(struct cli *cli, struct house *house, const char *daemon, const char *full_disk)
{
    if (full_disk[0] != '\0')
        problem(cli, house, "%1$s 的磁盘已满，暂停写入：请在 %2$s 所在的磁盘腾出空间，腾出后自动恢复，不必重新启动",
                "the disk of %1$s is full, it writes nothing: free some space where %2$s lies, then it goes on by itself, without a "
                "restart", daemon, full_disk);
}

static const char *size_text(struct cli *cli, uint64_t bytes)
{
    if (bytes >> GIBIBYTE_BITS >= FEW_GIBIBYTES)
        return text_of(&cli->arena, "%llu GB", (unsigned long long) (bytes >> GIBIBYTE_BITS));
    return text_of(&cli->arena, "%llu MB", (unsigned long long) (bytes >> MEBIBYTE_BITS));
}

static uint32_t used_percent(const Duban__DiskRoom *disk)
{
    struct disk_room room = { disk->free_bytes, disk->all_bytes };

    return disk_used_percent(&room);
}

static bool is_low(const Duban__DiskRoom *disk)
{
    return disk != NULL && disk->all_bytes != 0 && used_percent(disk) >= disk->low_at_percent;
}

/* At 5 percent below the limit the first of it is stopped, and the disk is low 10 below. */
static bool is_stopped_by(const struct house *house, const Duban__DiskRoom *disk)
{
    const Duban__IngestStatus *ingest = house->ingest;
    bool ingest_is_there = ingest != NULL && ingest->disk != NULL && ingest->disk->file_system == disk->file_system;

    return (ingest_is_there && ingest->intake_stopped && used_percent(ingest->disk) >= ingest->disk->low_at_percent + STOPPED_ABOVE_LOW_PERCENT) ||
           (house->rules != NULL && house->rules->full_disk[0] != '\0' && house->rules->disk != NULL &&
            house->rules->disk->file_system == disk->file_system) ||
           (house->notify != NULL && house->notify->full_disk[0] != '\0' && house->notify->disk != NULL &&
            house->notify->disk->file_system == disk->file_system);
}

/* What has stopped already is said by itself. */
static void judge_low_disk(struct cli *cli, struct house *house, const Duban__DiskRoom *disk)
{
    const char *left = size_text(cli, disk->free_bytes);

    if (is_stopped_by(house, disk))
        problem(cli, house, "磁盘满了：%1$s 所在的磁盘只剩 %2$s（已用 %3$u%%），现在已有停下的（见各条）。请马上删掉不用的文件，或换大一点的磁盘",
                "the disk is full: %2$s left where %1$s lies (%3$u%% used), and some things have stopped by now (they are listed). "
                "Delete what is not needed at once, or give it a larger disk", disk->directory, left, used_percent(disk));
    else
        problem(cli, house, "磁盘快满了：%1$s 所在的磁盘只剩 %2$s（已用 %3$u%%），再满下去会停收记录、停发通知。请删掉不用的文件，或换大一点的磁盘",
                "the disk is getting full: %2$s left where %1$s lies (%3$u%% used); when it is full no entry is taken and no notice "
                "leaves. Delete what is not needed, or give it a larger disk", disk->directory, left, used_percent(disk));
}

void status_judge_room(struct cli *cli, struct house *house)
{
    const Duban__DiskRoom *const disks[DAEMONS] = {
        house->ingest == NULL ? NULL : house->ingest->disk,
        house->rules == NULL ? NULL : house->rules->disk,
        house->notify == NULL ? NULL : house->notify->disk,
        house->gateway == NULL ? NULL : house->gateway->disk,
    };

    judge_maps(cli, house);
    if (house->rules != NULL)
        judge_full_disk(cli, house, "duban-rules", house->rules->full_disk);
    if (house->notify != NULL)
        judge_full_disk(cli, house, "duban-notify", house->notify->full_disk);
    for (size_t i = 0; i < DAEMONS; i++) {
        bool is_said = false;

        for (size_t other = 0; other < i; other++)
            is_said |= is_low(disks[other]) && disks[i] != NULL && disks[other]->file_system == disks[i]->file_system;
        if (is_low(disks[i]) && !is_said)
            judge_low_disk(cli, house, disks[i]);
    }
}
