/* gateway.c - its life. */
#include "gateway.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "civil.h"
#include "link.h"
#include "log.h"
#include "public_url.h"

void gateway_open(struct gateway *gateway, void *zmq, const struct gateway_settings *settings)
{
    memset(gateway, 0, sizeof *gateway);
    gateway->settings = *settings;
    gateway->zmq = zmq;
    gateway->now_ms = monotonic_ms();
    if (!civil_zone(settings->zone, &gateway->settings.offset_s))
        die("设置 time_zone 的时区不支持 / unknown time zone in the setting time_zone: %s", settings->zone);
    if (!public_url_is_right(settings->public_url))
        die("设置 public_url 有误，见上一行 / the setting public_url is wrong, see the line above");
    account_open(&gateway->accounts);
    form_book_open(&gateway->form_book);
    if (state_open(&gateway->state, settings->data, settings->map) == -1)
        die("无法打开数据目录 %s，原因见上一行 / cannot open the data in %s; the line above says why", settings->data, settings->data);
    if (evidence_open(&gateway->evidence, gateway) == -1)
        die("照片无处可放，原因见上一行 / there is no place for evidence; the line above says why");
    evidence_index_open(&gateway->evidence_index, gateway);
    if (upstream_open(&gateway->upstreams, gateway) == -1)
        die("无法连接其他服务 / cannot connect to the other daemons: %s", strerror(errno));
    if (exports_open(&gateway->exports, gateway) == -1)
        die("无法准备导出 / cannot get ready for exports: %s", strerror(errno));
    if (queries_open(gateway) == -1)
        die("无法绑定 %s/gateway.query / cannot bind %s/gateway.query: %s", settings->run, settings->run, strerror(errno));
    events_open(&gateway->events, gateway);
    if (http_open(&gateway->http, gateway, &settings->http) == -1)
        die("网址无法提供，原因见上一行 / nothing can be served; the line above says why");
}

void gateway_close(struct gateway *gateway)
{
    http_close(&gateway->http);
    events_close(&gateway->events);
    upstream_close(&gateway->upstreams);
    exports_close(&gateway->exports);
    queries_close(gateway);
    evidence_index_close(&gateway->evidence_index);
    evidence_close(&gateway->evidence);
    form_book_close(&gateway->form_book);
    openapi_close(&gateway->openapi);
    state_close(&gateway->state);
}

enum { ITEM_SIGNAL, ITEM_HTTP, ITEM_QUERY, ITEM_EVIDENCE, ITEM_EXPORTS, ITEM_UPSTREAM, ITEM_MOST = ITEM_UPSTREAM + UPSTREAM_COUNT };

/* Each socket of ZeroMQ costs four calls of the system a turn: only of those from whom an answer is to come. */
static int add_upstreams(const struct upstreams *upstreams, zmq_pollitem_t *items)
{
    int count = 0;

    for (int i = 0; i < UPSTREAM_COUNT; i++)
        if (upstreams->count_of[i] > 0)
            items[count++] = (zmq_pollitem_t){ .socket = upstreams->sockets[i], .fd = -1, .events = ZMQ_POLLIN };
    return count;
}

static void wait_for_something(struct gateway *gateway, int signal_fd, int timeout_ms)
{
    zmq_pollitem_t items[ITEM_MOST] = {
        [ITEM_SIGNAL] = { .fd = signal_fd, .events = signal_fd == -1 ? 0 : ZMQ_POLLIN },
        [ITEM_HTTP] = { .fd = gateway->http.epoll_fd, .events = ZMQ_POLLIN },
        [ITEM_QUERY] = { .socket = gateway->query_socket, .events = ZMQ_POLLIN },
        [ITEM_EVIDENCE] = { .fd = gateway->evidence.done_fd, .events = ZMQ_POLLIN },
        [ITEM_EXPORTS] = { .fd = gateway->exports.done_fd, .events = ZMQ_POLLIN },
    };
    int first = signal_fd == -1 ? ITEM_HTTP : ITEM_SIGNAL;
    int count = ITEM_UPSTREAM + add_upstreams(&gateway->upstreams, items + ITEM_UPSTREAM);

    if (zmq_poll(items + first, count - first, timeout_ms) == -1 && errno != EINTR)
        die("gateway: poll failed: %s", zmq_strerror(errno));
}

static int shortest(int one, int other)
{
    return one < other ? one : other;
}

/* How long a daemon, or somebody who has connected, may be silent is counted in seconds. */
enum { LOOK_EVERY_MS = 1000 };

static void look_at_times(struct gateway *gateway)
{
    if (gateway->now_ms - gateway->looked_ms < LOOK_EVERY_MS)
        return;
    gateway->looked_ms = gateway->now_ms;
    upstream_give_up(&gateway->upstreams, gateway->now_ms);
    http_cut_off(&gateway->http, gateway->now_ms);
    evidence_index_turn(&gateway->evidence_index, gateway->now_ms);
    orphans_turn(&gateway->orphans, gateway);
    losses_turn(&gateway->losses, gateway);
    rereads_turn(&gateway->rereads, gateway);
}

void gateway_turn(struct gateway *gateway, int signal_fd, int timeout_ms)
{
    timeout_ms = shortest(timeout_ms, REREAD_EVERY_MS);
    timeout_ms = shortest(timeout_ms, http_timeout_ms(&gateway->http));
    timeout_ms = shortest(timeout_ms, events_timeout_ms(&gateway->events));
    if (gateway->upstreams.count > 0 || gateway->http.visitor_count > 0 || !gateway->orphans.is_resting ||
        !gateway->losses.is_resting)
        timeout_ms = shortest(timeout_ms, LOOK_EVERY_MS);
    wait_for_something(gateway, signal_fd, timeout_ms);
    gateway->now_ms = monotonic_ms();
    evidence_turn(&gateway->evidence);
    upstream_receive(&gateway->upstreams);
    exports_turn(&gateway->exports);
    look_at_times(gateway);
    events_turn(&gateway->events);
    queries_receive(gateway);
    http_turn(&gateway->http);
}

void gateway_wind_down(struct gateway *gateway, int64_t most_ms)
{
    int64_t until_ms = monotonic_ms() + most_ms;

    gateway->is_stopping = true;
    events_end_all(&gateway->events);
    while ((gateway->upstreams.count > gateway->events.is_asking || gateway->evidence.under_way > 0) && monotonic_ms() < until_ms)
        gateway_turn(gateway, -1, LOOK_EVERY_MS);
    evidence_settle(&gateway->evidence);
    exports_settle(&gateway->exports);
    upstream_give_up(&gateway->upstreams, INT64_MAX);   /* whoever still waits is told that nobody has answered */
    http_turn(&gateway->http);
}
