/* main.c - the life of duban-rules. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "log.h"
#include "rules.h"
#include "settings.h"

static const struct setting SETTINGS[] = {
    { "data", SETTING_TEXT, offsetof(struct rules_settings, data), sizeof(((struct rules_settings *) 0)->data),
      "/var/lib/duban/rules", 0, 0, "数据目录：案件、任务、定时、发件箱", "data directory: cases, tasks, timers, outbox" },
    { "run", SETTING_TEXT, offsetof(struct rules_settings, run), sizeof(((struct rules_settings *) 0)->run),
      "/run/duban", 0, 0, "各守护进程的套接字所在目录", "directory of the daemons' sockets" },
    { "map", SETTING_BYTES, offsetof(struct rules_settings, map_bytes), 0, "64G", 1 << 20, 0,
      "数据文件的上限(只占地址空间)", "upper bound of the data file (reserves address space only)" },
    { "events_per_transaction", SETTING_COUNT, offsetof(struct rules_settings, events_per_transaction), 0, "16384", 1, 1000000,
      "每次提交最多处理的到期定时与记录数；结果与此无关", "timers and entries per commit at most; the result does not depend on it" },
};

static _Noreturn void die_of_the_store(const char *data)
{
    if (errno == EUCLEAN)
        die("状态库损坏，但可由日志重建：把 %s 移到别处再启动（README：恢复） / the state is damaged but can be rebuilt from the "
            "journal: move %s away and start again (README: restoring)", data, data);
    die("打不开状态库 %s，原因见上一行 / cannot open the store in %s; the line above says why", data, data);
}

/* No store, no socket. */
static int check(const struct rules_settings *settings)
{
    bool right = daemon_check_data(settings->data), runs = daemon_check_run(settings->run);

    if (!right || !runs)
        settings_refuse();
    settings_approve();
    return 0;
}

int main(int argc, char **argv)
{
    static struct rules rules;   /* large, and one for each process */
    struct rules_settings settings;
    struct daemon daemon;

    log_open("duban-rules");
    if (!settings_read(&settings, SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0],
                       "按政策决定何时提醒谁、何时复查、何时升级",
                       "decides by the policy whom to remind, when to revisit, when to escalate", argc, argv))
        return check(&settings);
    daemon_open(&daemon, "duban-rules", settings.data);
    daemon_claim_run(&daemon, settings.run);
    errno = 0;
    if (rules_open(&rules, settings.data, settings.map_bytes) == -1)
        die_of_the_store(settings.data);
    rules.daemon = daemon;
    rules.settings = settings;
    rules.events_per_transaction = settings.events_per_transaction;
    if (rules_serve_open(&rules) == -1)
        die("无法绑定 %s 中的套接字：%s。请检查 run 目录及其权限 / cannot bind the sockets in %s: %s; check the directory "
            "given by run, and who owns it", settings.run, strerror(errno), settings.run, strerror(errno));
    daemon_ready(&rules.daemon);
    while (!daemon_should_stop(&rules.daemon)) {
        daemon_reload_nothing(&rules.daemon);
        rules_serve(&rules);
    }
    rules_serve_close(&rules);
    rules_close(&rules);
    daemon_close(&rules.daemon);
    return 0;
}
