/* main.c - duban-gateway: settings, open, run, close. */
#include <stddef.h>

#include "civil.h"
#include "gateway.h"
#include "log.h"
#include "public_url.h"
#include "settings.h"

enum { ANSWERS_WITHIN_MS = 5000 };     /* of what is under way when it is to stop */

enum { SECOND_MS = 1000, MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };

#define ROW(field) offsetof(struct gateway_settings, field)
#define TEXT_ROW(field) offsetof(struct gateway_settings, field), sizeof ((struct gateway_settings *) NULL)->field

static const struct setting table[] = {
    { "data", SETTING_TEXT, TEXT_ROW(data), "/var/lib/duban/gateway", 0, 0,
      "数据目录：账号的密码和令牌，照片", "data directory: passwords and tokens of accounts, photos" },
    { "run", SETTING_TEXT, TEXT_ROW(run), "/run/duban", 0, 0,
      "各服务相互连接的目录", "directory where the daemons meet" },
    { "map", SETTING_BYTES, ROW(map), 0, "1G", 1 << 20, UINT64_C(1) << 44,
      "数据最多占用的空间", "most that the store may grow to" },
    { "listen", SETTING_TEXT, TEXT_ROW(http.listen), "127.0.0.1:8440", 0, 0,
      "在哪个地址和端口提供服务；手机要能连到它，如 0.0.0.0:8440",
      "address and port to serve at; phones must reach it, as 0.0.0.0:8440" },
    { "tls_certificate", SETTING_TEXT, TEXT_ROW(http.tls_certificate), "", 0, 0,
      "https 的证书文件（PEM，含中间证书）；留空则是不加密的 http", "file of the certificate for https (PEM, with those between); empty: plain http" },
    { "tls_key", SETTING_TEXT, TEXT_ROW(http.tls_key), "", 0, 0,
      "证书的私钥文件（PEM）", "file of the certificate's private key (PEM)" },
    { "public_url", SETTING_TEXT, TEXT_ROW(public_url), "", 0, 0,
      "手机用哪个网址访问，如 https://duban.example.cn；打印件的二维码和表单清单用它；留空则表单清单按各请求自己所写，二维码只有编号",
      "address by which phones reach it, as https://duban.example.cn: lists of forms and the QR codes of papers name it; empty: lists "
      "name it as each request does, and codes hold the number alone" },
    { "trusted_proxy", SETTING_TEXT, TEXT_ROW(http.trusted_proxy), "", 0, 0,
      "前置代理的地址：只信它写的 X-Forwarded-For；留空则谁的都不信",
      "address of the proxy in front, whose X-Forwarded-For alone is believed; empty: nobody's" },
    { "metrics_from", SETTING_TEXT, TEXT_ROW(http.metrics_from), "", 0, 0,
      "除本机外，监控（Prometheus）从哪个地址读 /metrics；留空则只有本机能读", "address from which a monitoring system reads /metrics, besides this "
      "machine; empty: this machine alone" },
    { "connections", SETTING_COUNT, ROW(http.connections), 0, "10000", 16, 100000,
      "同时最多多少个连接", "most connections at a time" },
    { "connections_per_address", SETTING_COUNT, ROW(http.connections_per_address), 0, "256", 1, 100000,
      "同一地址同时最多多少个连接；有前置代理时不限", "most connections of one address; not counted behind a proxy" },
    { "body_bytes", SETTING_BYTES, ROW(http.body_bytes), 0, "2M", 64 << 10, UINT64_C(1) << 30,
      "一次提交的内容最多多大", "most bytes of one request's body" },
    { "upload_bytes", SETTING_BYTES, ROW(http.upload_bytes), 0, "20M", 64 << 10, UINT64_C(4) << 30,
      "一张照片、一次上传照片的请求最多多大；手机交表单时，更大的照片不收，表单照收",
      "most bytes of one photo, and of one request that brings photos; of a form that brings a larger one the photo alone is refused" },
    { "bodies_bytes", SETTING_BYTES, ROW(http.bodies_bytes), 0, "256M", 1 << 20, UINT64_C(1) << 40,
      "正在接收的内容一共多大，再来的就答复“稍后”，到它的两倍，连接断开；一个账号最多占八分之一",
      "bytes of all bodies under way from which the answer is 'later'; at twice that a connection is cut off; one account takes an "
      "eighth of it at most" },
    { "head_within", SETTING_DURATION, ROW(http.head_ms), 0, "10s", SECOND_MS, 10 * MINUTE_MS,
      "请求头必须在多久内到齐", "within which the head of a request must have come" },
    { "body_within", SETTING_DURATION, ROW(http.body_ms), 0, "30s", SECOND_MS, HOUR_MS,
      "请求内容必须在多久内到齐，另按最低速度加时", "within which a body must have come, and what it needs at the least rate" },
    { "body_rate", SETTING_BYTES, ROW(http.body_bytes_per_s), 0, "4K", 64, 1 << 30,
      "请求内容每秒至少多少字节", "least bytes of a body in a second" },
    { "idle", SETTING_DURATION, ROW(http.idle_ms), 0, "60s", SECOND_MS, HOUR_MS,
      "连接空闲多久即断开", "time after which an idle connection is closed" },
    { "answer_within", SETTING_DURATION, ROW(answer_ms), 0, "10s", SECOND_MS, 10 * MINUTE_MS,
      "等其他服务应答多久；超过则答复“稍后”", "how long another daemon is waited for; then the answer is 'later'" },
    { "orphans_after", SETTING_DURATION, ROW(orphans_after_ms), 0, "7d", MINUTE_MS, UINT64_C(45) * DAY_MS,
      "没传完的上传、没有报告申报的照片留多久", "how long uploads that nobody finishes and photos that no report declares are kept" },
    { "disk_percent", SETTING_COUNT, ROW(disk_percent), 0, "85", 10, 98,
      "磁盘用到百分之几停止接收报告，照片提前 5 个百分点；写得与 ingest 的一样",
      "percent of the disk at which reports are refused, photos 5 points earlier; the same as ingest's" },
    { "time_zone", SETTING_TEXT, TEXT_ROW(zone), "Asia/Shanghai", 0, 0,
      "网页和导出的表上的时间按哪个时区（不实行夏令时）", "zone without daylight saving in which pages and exported tables show times" },
    { "listeners", SETTING_COUNT, ROW(listeners), 0, "1000", 1, 100000,
      "同时最多多少个连接收听事件（/v1/events）", "most connections that listen to events (/v1/events) at a time" },
    { "access_log", SETTING_SWITCH, ROW(access_log), 0, "on", 0, 0,
      "每个请求记一行，不含内容和密码", "one line for each request, without what it said and without secrets" },
};

/* No store, no socket. */
static int check(const struct gateway_settings *settings)
{
    static const char *const FOLDERS[] = { "evidence", "evidence/incoming", "evidence/uploads" };
    bool right = http_check(&settings->http);
    int32_t offset_s;
    bool has_zone = civil_zone(settings->zone, &offset_s), reaches = public_url_is_right(settings->public_url);

    /* Each thing that is wrong is told at once. */
    right &= daemon_check_data(settings->data);
    right &= daemon_check_run(settings->run);
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++)
        right &= daemon_check_within(settings->data, FOLDERS[i]);
    if (!has_zone)
        log_error("time_zone：不支持的时区“%s” / time_zone: unknown time zone \"%s\"", settings->zone, settings->zone);
    if (!right || !has_zone || !reaches)
        settings_refuse();
    settings_approve();
    return 0;
}

static void reload(struct gateway *gateway, struct daemon *daemon)
{
    if (gateway->http.certificate == NULL)
        daemon_reload_nothing(daemon);
    else if (daemon_should_reload(daemon))
        http_reload(&gateway->http);
}

static void run(struct gateway *gateway, struct daemon *daemon)
{
    while (!daemon_should_stop(daemon)) {
        reload(gateway, daemon);
        gateway_turn(gateway, daemon->signal_fd, daemon->watchdog_ms > 0 ? (int) daemon->watchdog_ms : INT32_MAX);
        daemon_alive(daemon);
    }
}

int main(int argc, char **argv)
{
    static struct gateway_settings settings;
    static struct gateway gateway;
    struct daemon daemon = { 0 };

    log_open("duban-gateway");
    if (!settings_read(&settings, table, sizeof table / sizeof table[0],
                       "对外的门：手机应用在这里提交，督导在这里查看。",
                       "The door: field apps submit here, supervisors read here.", argc, argv))
        return check(&settings);
    daemon_open(&daemon, "duban-gateway", settings.data);
    daemon_claim_run(&daemon, settings.run);
    gateway_open(&gateway, daemon.zmq, &settings);
    daemon_ready(&daemon);
    run(&gateway, &daemon);
    gateway_wind_down(&gateway, ANSWERS_WITHIN_MS);
    gateway_close(&gateway);
    daemon_close(&daemon);
    return 0;
}
