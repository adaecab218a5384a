#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "daemon.h"
#include "ingest.h"
#include "log.h"
#include "settings.h"

#define AT(field) offsetof(struct ingest_settings, field)
#define TEXT(field) AT(field), sizeof(((struct ingest_settings *) NULL)->field)

static const struct setting settings_table[] = {
    { "data", SETTING_TEXT, TEXT(data), "/var/lib/duban/ingest", 0, 0,
      "数据目录：日志、去重表、个人信息库", "data directory: the journal, the dedup table, the vault" },
    { "run", SETTING_TEXT, TEXT(run), "/run/duban", 0, 0,
      "套接字所在目录", "directory of the sockets" },
    { "time_zone", SETTING_TEXT, TEXT(time_zone), "Asia/Shanghai", 0, 0,
      "本地时区，用来读 rehearsal_start", "local time zone, in which rehearsal_start is read" },
    { "rehearsal_start", SETTING_TEXT, TEXT(rehearsal_start), "", 0, 0,
      "演练的起始时间，如 2020-02-03T08:00；只对新目录有效，此后永远是演练；留空用真实时钟",
      "where a rehearsal's clock starts, as 2020-02-03T08:00; for a new directory only, which then stays a rehearsal; "
      "empty = the real clock" },
    { "map", SETTING_BYTES, AT(map_bytes), 0, "64G", 1 << 20, (uint64_t) 16 << 40,
      "数据库的上限，只占地址空间，不预先占磁盘", "upper bound of the database; address space only, not disk" },
    { "batch_records", SETTING_COUNT, AT(batch_records), 0, "512", 1, 4096,
      "一次提交最多几条", "most entries in one commit" },
    { "batch_bytes", SETTING_BYTES, AT(batch_bytes), 0, "8M", 64 << 10, 64 << 20,
      "一次提交最多几字节", "most bytes in one commit" },
    { "submit_queue", SETTING_COUNT, AT(submit_queue), 0, "4096", 64, 65536,
      "最多几条提交排队等候，再多则答复“稍后”", "most submissions that wait for their turn; beyond, the answer is 'later'" },
    { "submit_queue_bytes", SETTING_BYTES, AT(submit_queue_bytes), 0, "64M", 1 << 20, (uint64_t) 4 << 30,
      "排队的提交最多占多少内存", "most memory that waiting submissions take" },
    { "clock_jump", SETTING_DURATION, AT(clock_jump_ms), 0, "10m", 1000, 86400000,
      "系统钟跳变超过它即挂起，等人确认", "a step of the wall clock beyond this holds the clock until accepted" },
    { "clock_gap", SETTING_DURATION, AT(clock_gap_ms), 0, "30d", 60000, (uint64_t) 45 * 86400000,
      "启动时系统钟最多比上次盖的时间晚多少", "how far after the last stamp a start is believed" },
    { "refuse_at_percent", SETTING_COUNT, AT(refuse_at_percent), 0, "85", 10, 95,
      "数据库用到百分之几停止接收报告(照片提前 5 个百分点)",
      "percent of the map at which reports are refused (evidence 5 points earlier)" },
    { "disk_percent", SETTING_COUNT, AT(disk_percent), 0, "85", 10, 98,
      "磁盘用到百分之几停止接收报告(照片提前 5 个百分点)",
      "percent of the disk at which reports are refused (evidence 5 points earlier)" },
    { "reserve_bytes", SETTING_BYTES, AT(reserve_bytes), 0, "64M", 0, (uint64_t) 64 << 30,
      "预占的备用空间，磁盘将满时放出，供签收、投递结果等收尾；0 = 不备",
      "space kept in reserve, given up when the disk is nearly full so that house-keeping goes on; 0 = none" },
};

/* One line for `systemctl status`, when it has changed. */
static void show_state(struct daemon *daemon, const struct ingest *ingest, char *shown, size_t size)
{
    const char *mode = ingest->identity.rehearsal ? "演练 rehearsal" : "运行 running";
    bool held = ingest->clock.memory.held;
    const char *zh = held ? ingest->clock.reason_zh : ingest->space.reason_zh;
    const char *en = held ? ingest->clock.reason_en : ingest->space.reason_en;

    if (strcmp(shown, zh) == 0)
        return;
    snprintf(shown, size, "%s", zh);
    daemon_status(daemon, "%s%s%s%s%s", mode, zh[0] == '\0' ? "" : ": ", zh, en[0] == '\0' ? "" : " / ", en);
}

/* No store, no socket. */
static int check(const struct ingest_settings *settings)
{
    int64_t ignored_ms;
    bool starts = ingest_rehearsal_start(settings, &ignored_ms);
    bool right = daemon_check_data(settings->data), runs = daemon_check_run(settings->run);

    if (!right || !runs || !starts)
        settings_refuse();
    settings_approve();
    return 0;
}

static void beat(void *daemon)
{
    daemon_alive(daemon);
}

int main(int argc, char **argv)
{
    static struct ingest_settings settings;
    static struct ingest ingest;
    struct daemon daemon;
    char shown[sizeof ingest.space.reason_zh] = "-";

    log_open("duban-ingest");
    if (!settings_read(&settings, settings_table, sizeof settings_table / sizeof settings_table[0],
                       "接收现场提交，盖时间，记入日志，转给 rules",
                       "takes submissions, stamps and journals them, hands them to rules", argc, argv))
        return check(&settings);
    daemon_open(&daemon, "duban-ingest", settings.data);
    daemon_claim_run(&daemon, settings.run);
    ingest_open(&ingest, &settings, clock_system(), daemon.zmq);
    ingest.pulse = (struct store_pulse){ beat, &daemon };
    daemon_ready(&daemon);
    while (!daemon_should_stop(&daemon)) {
        daemon_reload_nothing(&daemon);
        ingest_turn(&ingest, daemon.signal_fd);
        daemon_alive(&daemon);
        show_state(&daemon, &ingest, shown, sizeof shown);
    }
    ingest_close(&ingest);
    daemon_close(&daemon);
    return 0;
}
