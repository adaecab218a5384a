/* heartbeat.c - one small POST after the other. */
#include "heartbeat.h"

#include <stdio.h>

#include "log.h"
#include "notify.h"

enum { TIMEOUT_MS = 10 * 1000 };

static void on_done(void *owner, struct attempt *attempt, const struct answer *answer)
{
    struct notify *notify = owner;
    bool good = answer->reached == REACHED_ANSWER && answer->status >= 200 && answer->status < 300;

    (void) attempt;
    notify->heartbeat.under_way = false;
    notify->heartbeat.sent += good;
    notify->heartbeat.failed += !good;
    if (!good)
        log_warn("heartbeat: not taken: status=%d %s", answer->status, answer->error != NULL ? answer->error : "");
    request_clear(&notify->heartbeat.attempt.request);
}

static void write_body(struct notify *notify, struct text *body)
{
    const struct head *head = &notify->state.head;
    char words[512];

    text_format(words, sizeof words,
                "{\"type\":\"duban.heartbeat\",\"clockMs\":\"%lld\",\"outboxCursor\":\"%llu\",\"queued\":\"%llu\","
                "\"delivered\":\"%llu\",\"deadLetters\":\"%llu\",\"alarms\":%zu,\"rehearsal\":%s}",
                (long long) head->clock_ms, (unsigned long long) head->cursor, (unsigned long long) head->queued,
                (unsigned long long) head->delivered, (unsigned long long) head->dead, notify->alarms.count,
                head->rehearsal ? "true" : "false");
    text_add(body, words);
}

static bool is_alive(const struct notify *notify)
{
    return notify->tail_heard && !alarm_stands(notify, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE, "") &&
           !alarm_stands(notify, DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED, "");
}

void heartbeat_beat(struct notify *notify)
{
    struct heartbeat *heartbeat = &notify->heartbeat;
    struct request *request = &heartbeat->attempt.request;
    const char *url = notify->channels.heartbeat_url;

    if (url == NULL || heartbeat->under_way || notify->now_ms < heartbeat->next_ms || !is_alive(notify))
        return;
    heartbeat->next_ms = notify->now_ms + notify->channels.heartbeat_every_ms;
    request_clear(request);
    text_put(&request->url, url, strlen(url) + 1);
    write_body(notify, &request->body);
    if (request->url.failed || request->body.failed || !request_add_header(request, "content-type: application/json"))
        return;
    heartbeat->under_way = wire_start(&notify->wire, &heartbeat->attempt, TIMEOUT_MS, on_done, notify) == 0;
}

int heartbeat_timeout_ms(const struct notify *notify)
{
    int64_t wait_ms = notify->heartbeat.next_ms - notify->now_ms;

    if (notify->channels.heartbeat_url == NULL || notify->heartbeat.under_way || !is_alive(notify) || wait_ms > INT32_MAX)
        return INT32_MAX;
    return wait_ms > 0 ? (int) wait_ms : 0;
}

void heartbeat_close(struct notify *notify)
{
    if (notify->heartbeat.under_way)
        wire_abandon(&notify->wire, &notify->heartbeat.attempt);
    attempt_close(&notify->heartbeat.attempt);
}
