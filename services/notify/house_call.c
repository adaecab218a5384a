/* house_call.c - one message at a time by each way. */
#include "house_call.h"

#include <time.h>

#include "log.h"
#include "notify.h"

enum { AGAIN_FIRST_MS = 30 * 1000, AGAIN_MOST_MS = 10 * 60 * 1000, DOUBLED_MOST = 5 };

static const Duban__AlarmKind CAUSES[HOUSE_CALL_CAUSES] = {
    DUBAN__ALARM_KIND__ALARM_KIND_RULES_STALLED, DUBAN__ALARM_KIND__ALARM_KIND_TAIL_STALE,
};

/* ---------------------------------------------------------------- what there is to tell */

static void look(struct notify *notify)
{
    struct house_calls *calls = &notify->house_calls;

    for (size_t i = 0; i < HOUSE_CALL_CAUSES; i++) {
        const struct alarm *alarm = alarm_standing(notify, CAUSES[i], "");

        if (alarm == NULL) {
            calls->since_ms[i] = 0;
        } else if (calls->since_ms[i] == 0) {
            calls->since_ms[i] = notify->now_ms;
            calls->last[i] = *alarm;
        }
    }
}

/* False when there is nothing to tell by that way. */
static bool find_cause(const struct notify *notify, const struct house_call *call, size_t *cause, bool *stands)
{
    const struct house_calls *calls = &notify->house_calls;

    for (size_t i = 0; i < HOUSE_CALL_CAUSES; i++) {
        int64_t since_ms = calls->since_ms[i];
        bool has_lasted = since_ms != 0 && notify->now_ms - since_ms >= notify->channels.house_after_ms;

        *cause = i;
        *stands = since_ms != 0;
        if (call->told[i] ? since_ms == 0 : has_lasted)
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------- one message */

static const struct house_way *way_of(const struct notify *notify, const struct house_call *call)
{
    return &notify->channels.house[call - notify->house_calls.calls];
}

static int64_t again_ms(uint32_t failures)
{
    int64_t wait_ms = (int64_t) AGAIN_FIRST_MS << (failures < DOUBLED_MOST ? failures : DOUBLED_MOST);

    return wait_ms < AGAIN_MOST_MS ? wait_ms : AGAIN_MOST_MS;
}

static void note_failure(struct notify *notify, struct house_call *call, const char *why, int64_t said_ms)
{
    int64_t wait_ms = again_ms(call->failures++);

    call->next_ms = notify->now_ms + (said_ms > wait_ms ? said_ms : wait_ms);
    notify->house_calls.failed++;
    log_warn("house: not told that rules %s: channel=%s: %s", call->stands ? "stands still" : "goes on",
             channel_of(way_of(notify, call)->channel)->name, why);
}

static void on_done(void *owner, struct attempt *attempt, const struct answer *answer)
{
    struct notify *notify = owner;
    struct house_call *call = (struct house_call *) (void *) ((char *) attempt - offsetof(struct house_call, attempt));
    const struct house_way *way = way_of(notify, call);
    const struct channel_settings *settings = &notify->channels.of[way->channel];
    struct judgement judgement = { .verdict = VERDICT_LATER };

    channel_of(way->channel)->judge(settings, answer, &judgement);
    answer_hide(judgement.detail, way->address);
    request_clear(&call->attempt.request);
    call->under_way = false;
    if (judgement.verdict != VERDICT_ACCEPTED &&
        !(judgement.verdict == VERDICT_UNCERTAIN && settings->uncertain == UNCERTAIN_LEAVE)) {
        note_failure(notify, call, judgement.detail, judgement.wait_ms);
        return;
    }
    call->told[call->cause] = call->stands;
    call->failures = 0;
    notify->house_calls.sent++;
    log_info("house: told that rules %s: channel=%s", call->stands ? "stands still" : "goes on", channel_of(way->channel)->name);
}

/* What the channel takes, in message and request. */
static bool write_request(struct notify *notify, struct house_call *call, struct alarm_notice *words)
{
    const struct house_way *way = way_of(notify, call);
    const struct channel *channel = channel_of(way->channel);
    struct delivery delivery = { .channel = way->channel };
    struct message message = { .notice = &words->notice, .address = way->address, .now_ms = (int64_t) time(NULL) * 1000 };
    struct house_reader reader;
    struct store_txn txn;
    bool good;

    request_clear(&call->attempt.request);
    house_address(notify, &words->notice, &reader);
    store_begin(&txn, &notify->state.store, STORE_READ);
    good = wording_message(notify, &txn, &delivery, &message) &&
           channel->write(&notify->channels.of[way->channel], &message, &call->attempt.request) == 0;
    store_abort(&txn);
    call->attempt.request.ca_file = notify->channels.of[way->channel].ca_file;
    return good;
}

static void begin(struct notify *notify, struct house_call *call)
{
    const struct alarm *alarm = &notify->house_calls.last[call->cause];
    uint32_t timeout_ms = notify->channels.of[way_of(notify, call)->channel].timeout_ms;
    struct alarm_notice words;

    arena_reset(&notify->arena);
    alarm_word(&words, alarm, call->stands ? "house_alarm" : "house_alarm_over", (uint64_t) alarm->at_ms);
    call->under_way = write_request(notify, call, &words) &&
                      wire_start(&notify->wire, &call->attempt, timeout_ms, on_done, notify) == 0;
    if (!call->under_way)
        note_failure(notify, call, "it cannot be begun now", 0);
}

void house_calls_make(struct notify *notify)
{
    look(notify);
    for (size_t i = 0; i < notify->channels.house_count; i++) {
        struct house_call *call = &notify->house_calls.calls[i];

        if (!call->under_way && notify->now_ms >= call->next_ms && find_cause(notify, call, &call->cause, &call->stands))
            begin(notify, call);
    }
}

/* ---------------------------------------------------------------- life */

static void give_up(struct notify *notify, struct house_call *call)
{
    if (call->under_way)
        wire_abandon(&notify->wire, &call->attempt);
    call->under_way = false;
}

void house_calls_reload(struct notify *notify)
{
    for (size_t i = 0; i < HOUSE_WAYS_MOST; i++) {
        struct house_call *call = &notify->house_calls.calls[i];

        give_up(notify, call);
        request_clear(&call->attempt.request);
        call->failures = 0;
        call->next_ms = 0;
    }
}

void house_calls_close(struct notify *notify)
{
    for (size_t i = 0; i < HOUSE_WAYS_MOST; i++) {
        give_up(notify, &notify->house_calls.calls[i]);
        attempt_close(&notify->house_calls.calls[i].attempt);
    }
}
