/* main.c - duban-notify: settings, open, run, close. */
#include "log.h"
#include "notify.h"
#include "public_url.h"
#include "settings.h"

enum { ANSWERS_WITHIN_MS = 5000 };     /* of what is on the wire when it is to stop */

enum { SECOND_MS = 1000, MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000 };

#define ROW(field) offsetof(struct notify_settings, field)
#define TEXT_ROW(field) offsetof(struct notify_settings, field), sizeof ((struct notify_settings *) NULL)->field

static const struct setting table[] = {
    { "data", SETTING_TEXT, TEXT_ROW(data), "/var/lib/duban/notify", 0, 0,
      "数据目录，留存文件在其下 spool/", "data directory; the spool is in spool/ below it" },
    { "run", SETTING_TEXT, TEXT_ROW(run), "/run/duban", 0, 0,
      "各服务相互连接的目录", "directory where the daemons meet" },
    { "map", SETTING_BYTES, ROW(map), 0, "16G", 1 << 20, UINT64_C(1) << 44,
      "状态库最多占用的空间", "most that the store may grow to" },
    { "spool_file", SETTING_BYTES, ROW(spool_file), 0, "64M", 4096, UINT64_C(1) << 40,
      "留存文件写到多大换新文件", "size at which the spool goes on in a new file" },
    { "channels", SETTING_TEXT, TEXT_ROW(channels), "", 0, 0,
      "渠道设置文件 notify.yaml；留空则只有留存", "notify.yaml, the settings of channels; empty: only the spool" },
    { "public_url", SETTING_TEXT, TEXT_ROW(public_url), "", 0, 0,
      "手机打开网关的网址，如 https://duban.example；写了，消息里就带办理的链接，留空则不带",
      "address at which phones reach the gateway, as https://duban.example; messages then say where to act. Empty: they do not" },
    { "links_last", SETTING_DURATION, ROW(links_last_ms), 0, "14d", HOUR_MS, 40 * (uint64_t) DAY_MS,
      "免登录的办理链接多久有效", "how long an address works that needs no account" },
    { "behind", SETTING_DURATION, ROW(behind_ms), 0, "5s", SECOND_MS, HOUR_MS,
      "规则服务落后多久，非紧急消息暂缓发送", "lag of the rules from which what is not urgent is held" },
    { "tail_stale", SETTING_DURATION, ROW(tail_stale_ms), 0, "10s", 3 * (uint64_t) SECOND_MS, HOUR_MS,
      "多久没有规则服务的消息即告警", "silence of the rules that raises an alarm" },
    { "rules_stalled", SETTING_DURATION, ROW(rules_stalled_ms), 0, "3m", 10 * (uint64_t) SECOND_MS, DAY_MS,
      "规则服务持续落后多久即告警", "lasting lag of the rules that raises an alarm" },
    { "disk_percent", SETTING_COUNT, ROW(disk_percent), 0, "90", 10, 100,
      "磁盘或状态库用到百分之几即告警；状态库到此不再接收新提醒",
      "use of disk or store, in percent, that raises an alarm; a store this full takes over nothing more" },
};

static void run(struct notify *notify, struct daemon *daemon)
{
    while (!daemon_should_stop(daemon)) {
        if (daemon_should_reload(daemon))
            notify_reload(notify);
        notify_turn(notify, daemon->signal_fd, daemon->watchdog_ms > 0 ? (int) daemon->watchdog_ms : INT32_MAX);
        daemon_alive(daemon);
    }
}

/* No store, no socket. */
static int check(const struct notify_settings *settings)
{
    struct channels channels;
    bool reaches = public_url_is_right(settings->public_url);
    bool right = daemon_check_data(settings->data), runs = daemon_check_run(settings->run), keeps = daemon_check_within(settings->data, "spool");

    channels_open(&channels);
    if ((settings->channels[0] != '\0' && channels_read(&channels, settings->channels) == -1) || !right || !runs || !keeps || !reaches)
        settings_refuse();
    channels_close(&channels);
    settings_approve();
    return 0;
}

int main(int argc, char **argv)
{
    struct notify notify;
    struct notify_settings settings = { 0 };
    struct daemon daemon = { 0 };

    log_open("duban-notify");
    if (!settings_read(&settings, table, sizeof table / sizeof table[0],
                       "把规则决定的提醒发出去，并把结果告诉收件服务。",
                       "Sends what the rules decided and tells ingest what became of it.", argc, argv))
        return check(&settings);
    daemon_open(&daemon, "duban-notify", settings.data);
    daemon_claim_run(&daemon, settings.run);
    notify_open(&notify, daemon.zmq, &settings);
    daemon_ready(&daemon);
    run(&notify, &daemon);
    notify_wind_down(&notify, ANSWERS_WITHIN_MS);
    notify_close(&notify);
    daemon_close(&daemon);
    return 0;
}
