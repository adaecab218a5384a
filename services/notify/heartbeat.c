/* heartbeat.c - one small POST after the other. */
#include "heartbeat.h"

#include <stdio.h>

#include "log.h"
#include "notify.h"

enum { TIMEOUT_MS = 10 * 1000 };

/* The next one says what happened since this moment. */
static void count_from_here(struct notify *notify)
{
    notify->heartbeat.cursor = notify->state.head.cursor;
    notify->heartbeat.delivered = notify->state.head.delivered;
}

void heartbeat_open(struct notify *notify)
{
    count_from_here(notify);
}

static void on_done(void *owner, struct attempt *attempt, const struct answer *answer)
{
    struct notify *notify = owner;
    bool good = answer->reached == REACHED_ANSWER && answer->status >= 200 && answer->status < 300;

    (void) attempt;
    notify->heartbeat.under_way = false;
    if (good)
        count_from_here(notify);
    notify->heartbeat.sent += good;
    notify->heartbeat.failed += !good;
    if (!good)
        log_warn("heartbeat: not taken: status=%d %s", answer->status, answer->error != NULL ? answer->error : "");
    request_clear(&notify->heartbeat.attempt.request);
}

static void write_body(struct notify *notify, struct text *body)
{
    const struct heartbeat *heartbeat = &notify->heartbeat;
    const struct head *head = &notify->state.head;
    char words[512];

    text_format(words, sizeof words,
                "{\"type\":\"duban.heartbeat\",\"checked\":%llu,\"told\":%llu,"
                "\"clockMs\":\"%lld\",\"outboxCursor\":\"%llu\",\"queued\":\"%llu\","
                "\"delivered\":\"%llu\",\"deadLetters\":\"%llu\",\"alarms\":%zu,\"rehearsal\":%s}",
                (unsigned long long) (head->cursor - heartbeat->cursor),
                (unsigned long long) (head->delivered > heartbeat->delivered ? head->delivered - heartbeat->delivered : 0),
                (long long) head->clock_ms, (unsigned long long) head->cursor, (unsigned long long) head->queued,
                (unsigned long long) head->delivered, (unsigned long long) head->dead, notify->alarms.count,
                head->rehearsal ? "true" : "false");
    text_add(body, words);
}

void heartbeat_beat(struct notify *notify)
{
    struct heartbeat *heartbeat = &notify->heartbeat;
    struct request *request = &heartbeat->attempt.request;
    const char *url = notify->channels.heartbeat_url;

    if (url == NULL || heartbeat->under_way || notify->now_ms < heartbeat->next_ms || !alarm_rules_is_alive(notify))
        return;
    heartbeat->next_ms = notify->now_ms + notify->channels.heartbeat_every_ms;
    request_clear(request);
    text_put(&request->url, url, strlen(url) + 1);
    write_body(notify, &request->body);
    if (request->url.failed || request->body.failed || !request_add_header(request, "content-type: application/json"))
        return;
    heartbeat->under_way = wire_start(&notify->wire, &heartbeat->attempt, TIMEOUT_MS, on_done, notify) == 0;
}

void heartbeat_reloaded(struct notify *notify)
{
    int64_t latest_ms = notify->now_ms + notify->channels.heartbeat_every_ms;

    if (notify->heartbeat.next_ms > latest_ms)
        notify->heartbeat.next_ms = latest_ms;
}

int heartbeat_timeout_ms(const struct notify *notify)
{
    int64_t wait_ms = notify->heartbeat.next_ms - notify->now_ms;

    if (notify_waits_for_room(notify))   /* then none is sent, however long it has been due */
        return INT32_MAX;
    if (notify->channels.heartbeat_url == NULL || notify->heartbeat.under_way || !alarm_rules_is_alive(notify) ||
        wait_ms > INT32_MAX)
        return INT32_MAX;
    return wait_ms > 0 ? (int) wait_ms : 0;
}

void heartbeat_close(struct notify *notify)
{
    if (notify->heartbeat.under_way)
        wire_abandon(&notify->wire, &notify->heartbeat.attempt);
    attempt_close(&notify->heartbeat.attempt);
}
