/* events.c - listeners, and what they are told. */
#include "events.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway.h"
#include "log.h"
#include "number.h"
#include "readings.h"

enum {
    HOUSE_ARENA_BYTES = 8 * 1024 * 1024,
    ASK_EVERY_MS = 200,                /* at most; each question waits at rules until something is new */
    ASK_AGAIN_MS = 1000,               /* after silence */
    BEAT_EVERY_MS = 15 * 1000, STREAM_MOST_MS = 10 * 60 * 1000,
    RETRY_MS = 3000,                   /* what a client is told to wait before it comes again */
    AT_ONCE = 200,                     /* events of one question */
    PENDING_MOST_BYTES = 32 * 1024,    /* taken out of what is kept for one listener at a time */
    LISTENERS_OF_ACCOUNT = 8,
};

static const char *const KIND_READINGS[EVENT_KIND_COUNT] = { [EVENT_NOTICE] = "notices", [EVENT_CASE] = "cases", [EVENT_FACT] = "facts" };

/* In its request's arena, but for what waits to be taken. */
struct listener {
    struct listener *before, *after;
    struct events *events;
    struct request *request;
    const Duban__Holder *holder;
    uint64_t seen;                     /* sequence up to which it has been told all that it may see */
    bool is_resumed;                   /* it has named that itself */
    bool is_asking, is_over;           /* asking: or waiting for his turn to */
    uint64_t place;                    /* among those who wait; 0 = he does not */
    char *pending;                     /* not taken yet: pending_at to pending_size */
    size_t pending_size, pending_room, pending_at;
    int64_t beat_ms, end_ms;           /* monotonic */
};

/* ---------------------------------------------------------------- what waits to be taken */

static bool is_empty(const struct listener *listener)
{
    return listener->pending_at == listener->pending_size;
}

/* Memory that is out ends the stream: its listener comes again, with what it has got. */
static void add(struct listener *listener, const char *text, size_t size)
{
    if (is_empty(listener))
        listener->pending_at = listener->pending_size = 0;
    if (listener->pending_size + size > listener->pending_room) {
        size_t room = listener->pending_size + size;
        char *grown = realloc(listener->pending, room);

        if (grown == NULL) {
            listener->is_over = true;
            return;
        }
        listener->pending = grown;
        listener->pending_room = room;
    }
    memcpy(listener->pending + listener->pending_size, text, size);
    listener->pending_size += size;
}

/* A block without data is no event, but moves on where the client will resume. */
static void add_beat(struct listener *listener)
{
    char text[64];
    int size = snprintf(text, sizeof text, ":\nid: %" PRIu64 "\n\n", listener->seen);

    add(listener, text, (size_t) size);
    listener->beat_ms = listener->events->gateway->now_ms + BEAT_EVERY_MS;
}

/* The journal is another one, or was set back: nothing that was told before is its past. */
static void add_reset(struct listener *listener, uint64_t last)
{
    static const char RESET[] = "event: reset\ndata: {}\n\n";

    add(listener, RESET, sizeof RESET - 1);
    listener->seen = last;
    add_beat(listener);
}

static bool may_see(const struct listener *listener, const struct event *event)
{
    const struct reading_matter matter = { { [SCOPE_ZONE] = event->zone, [SCOPE_AREA] = event->area, [SCOPE_OFFICE] = "" }, event->own };

    return reading_shows(reading_named(KIND_READINGS[event->kind]), listener->holder, &matter) &&
           (event->kind != EVENT_CASE || !event->tells_times || reading_knows_revisits(listener->holder));
}

static void tell(struct listener *listener, const struct event *event)
{
    if (event->sequence <= listener->seen)
        return;
    listener->seen = event->sequence;
    if (!may_see(listener, event))
        return;
    add(listener, event->text, event->size);
    listener->events->told++;
}

/* ---------------------------------------------------------------- who has fallen behind */

static bool is_behind(const struct listener *listener)
{
    return listener->seen + 1 < listener->events->kept.first;
}

static void wake(struct listener *listener)
{
    if (!listener->is_asking)
        http_stream_wake(listener->request);
}

/* What it asks for goes when it has been told: a long stream would fill its arena. */
struct catching_up {
    struct listener *listener;
    struct arena_mark mark;
};

static void next_asks(struct events *events);

static void on_missed(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct catching_up catching_up = *(struct catching_up *) self;
    struct listener *listener = catching_up.listener;
    const Duban__Reply *reply = answer->reply;
    struct event event;

    listener->is_asking = false;
    listener->events->is_catching_up = false;
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_EVENTS || reply->events->n_rows == 0)
        listener->is_over = true;
    for (size_t i = 0; !listener->is_over && i < reply->events->n_rows; i++) {
        if (event_make(&event, reply->events->rows[i]))
            tell(listener, &event);
        else
            listener->is_over = true;
        free(event.text);
    }
    arena_rewind(&request->arena, catching_up.mark);
    wake(listener);
    next_asks(listener->events);
}

/* False: it cannot be asked, and its stream is over. */
static bool ask_for_missed(struct listener *listener)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__EventsQuery wanted = DUBAN__EVENTS_QUERY__INIT;
    struct arena_mark mark = arena_mark(&listener->request->arena);
    struct catching_up *catching_up = arena_take(&listener->request->arena, sizeof *catching_up);

    wanted.after_sequence = listener->seen;
    query.limit = AT_ONCE;
    query.body_case = DUBAN__QUERY__BODY_EVENTS;
    query.events = &wanted;
    listener->is_asking = true;
    listener->events->fallen_behind++;
    if (catching_up != NULL) {
        *catching_up = (struct catching_up){ listener, mark };
        listener->events->is_catching_up = upstream_ask(listener->request, UPSTREAM_RULES, &query, on_missed, catching_up);
        if (listener->events->is_catching_up)
            return true;
    }
    listener->is_asking = false;
    listener->is_over = true;
    return false;
}

static struct listener *first_in_line(const struct events *events)
{
    struct listener *first = NULL;

    for (struct listener *listener = events->listeners; listener != NULL; listener = listener->after)
        if (listener->place != 0 && (first == NULL || listener->place < first->place))
            first = listener;
    return first;
}

/* Whoever says that he has got nothing makes rules tell all of its past: that is asked for by one at a time. */
static void next_asks(struct events *events)
{
    struct listener *next;

    while (!events->is_catching_up && (next = first_in_line(events)) != NULL) {
        next->place = 0;
        next->is_asking = false;
        next->is_over = next->is_over || events->gateway->is_stopping;
        if (next->is_over || !ask_for_missed(next))
            wake(next);
    }
}

static void get_in_line(struct listener *listener)
{
    listener->place = ++listener->events->places;
    listener->is_asking = true;
    next_asks(listener->events);
}

/* ---------------------------------------------------------------- the stream */

static void fill(struct listener *listener)
{
    struct events *events = listener->events;

    while (!is_behind(listener) && listener->seen < events->kept.last && listener->pending_size - listener->pending_at < PENDING_MOST_BYTES)
        tell(listener, event_kept(&events->kept, listener->seen + 1));
    if (is_behind(listener) && is_empty(listener))
        get_in_line(listener);
}

static ssize_t on_read(void *self, char *out, size_t size)
{
    struct listener *listener = self;
    size_t left;

    if (is_empty(listener) && !listener->is_over)
        fill(listener);
    left = listener->pending_size - listener->pending_at;
    if (left == 0)
        return listener->is_over ? -1 : 0;
    if (size > left)
        size = left;
    memcpy(out, listener->pending + listener->pending_at, size);
    listener->pending_at += size;
    return (ssize_t) size;
}

static void on_end(void *self)
{
    struct listener *listener = self;
    struct events *events = listener->events;

    if (listener->before != NULL)
        listener->before->after = listener->after;
    else
        events->listeners = listener->after;
    if (listener->after != NULL)
        listener->after->before = listener->before;
    free(listener->pending);
    if (--events->count == 0)
        events_keep_nothing(&events->kept, 0);
}

static bool is_room(const struct events *events, const char *account)
{
    uint32_t own = 0;

    for (const struct listener *listener = events->listeners; listener != NULL; listener = listener->after)
        own += strcmp(listener->request->account, account) == 0;
    return events->count < events->gateway->settings.listeners && own < LISTENERS_OF_ACCOUNT;
}

static void refuse_crowd(struct request *request)
{
    struct fault fault;

    request->gateway->events.refused++;
    fault_set(&fault, "", "同时收听的太多：每个账号最多 %d 个，请稍后再试", "too many listen at a time, or of one account more than %d: try again later",
              LISTENERS_OF_ACCOUNT);
    problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, 30);
}

/* What is new is kept from when the first listener comes. */
static void begin(struct listener *listener, uint64_t last)
{
    struct events *events = listener->events;
    int64_t now_ms = events->gateway->now_ms;
    char text[32];
    int size = snprintf(text, sizeof text, "retry: %d\n", RETRY_MS);

    listener->after = events->listeners;
    if (listener->after != NULL)
        listener->after->before = listener;
    events->listeners = listener;
    if (events->count++ == 0)
        events_keep_nothing(&events->kept, last);
    listener->end_ms = now_ms + STREAM_MOST_MS;
    add(listener, text, (size_t) size);
    add_beat(listener);
    http_stream(listener->request, MHD_HTTP_OK, "text/event-stream", &(struct http_stream){ on_read, on_end, listener });
}

/* ---------------------------------------------------------------- who wants to listen */

static void on_last(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct listener *listener = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_EVENTS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    if (request->gateway->is_stopping) {   /* all streams have been ended */
        problem_stopping(request);
        return;
    }
    if (!is_room(listener->events, request->account)) {   /* others have come while rules was asked */
        refuse_crowd(request);
        return;
    }
    if (listener->is_resumed && listener->seen > reply->events->last)
        add_reset(listener, reply->events->last);
    else if (!listener->is_resumed)
        listener->seen = reply->events->last;
    begin(listener, reply->events->last);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct listener *listener = self;
    const Duban__Reply *reply = answer->reply;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__EventsQuery wanted = DUBAN__EVENTS_QUERY__INIT;
    struct fault fault;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    if (readings_post_in(reply) == NULL) {
        fault_set(&fault, "", "账号 %s 目前没有岗位，不能查看", "account %s holds no post and sees nothing", request->account);
        problem_answer(request, MHD_HTTP_FORBIDDEN, "forbidden", &fault, 0);
        return;
    }
    listener->holder = reply->holders->rows[0];
    wanted.last_only = true;
    query.body_case = DUBAN__QUERY__BODY_EVENTS;
    query.events = &wanted;
    if (!upstream_ask(request, UPSTREAM_RULES, &query, on_last, listener))
        problem_silent(request, UPSTREAM_RULES);
}

static bool read_last_event_id(const struct request *request, struct listener *listener)
{
    const char *text = http_header_of(request, "Last-Event-ID");

    if (text == NULL || *text == '\0')
        return true;
    listener->is_resumed = true;
    return number_of(text, &listener->seen);
}

void events_listen(struct request *request)
{
    struct events *events = &request->gateway->events;
    struct listener *listener = arena_clear(&request->arena, sizeof *listener);
    struct fault fault;

    if (listener == NULL) {
        problem_send(request, NULL);
    } else if (!read_last_event_id(request, listener)) {
        fault_set(&fault, "Last-Event-ID", "Last-Event-ID 是一个事件的 id，只有数字", "Last-Event-ID is the id of an event: digits alone");
        problem_answer(request, MHD_HTTP_BAD_REQUEST, "invalid", &fault, 0);
    } else if (!is_room(events, request->account)) {
        refuse_crowd(request);
    } else {
        listener->events = events;
        listener->request = request;
        if (!readings_ask_for_holder(request, on_holder, listener))
            problem_silent(request, UPSTREAM_RULES);
    }
}

/* ---------------------------------------------------------------- one question for all */

static void reset_all(struct events *events, uint64_t last)
{
    events_keep_nothing(&events->kept, last);
    for (struct listener *listener = events->listeners; listener != NULL; listener = listener->after)
        if (listener->seen > last)
            add_reset(listener, last);
}

static void wake_all(struct events *events)
{
    for (struct listener *listener = events->listeners; listener != NULL; listener = listener->after)
        if (listener->seen < events->kept.last || !is_empty(listener))
            wake(listener);
}

static void on_new(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct events *events = self;
    const Duban__Reply *reply = answer->reply;
    bool has_more = false;

    events->is_asking = false;
    if (reply != NULL)
        events->applied = reply->applied_sequence;
    if (events->count > 0 && reply != NULL && reply->body_case == DUBAN__REPLY__BODY_EVENTS) {
        if (reply->events->last < events->kept.last)
            reset_all(events, reply->events->last);
        for (size_t i = 0; i < reply->events->n_rows; i++)
            events_keep(&events->kept, reply->events->rows[i]);
        has_more = reply->events->last > events->kept.last;
        wake_all(events);
    }
    if (has_more)   /* there is nothing to wait for */
        events->applied = 0;
    events->ask_ms = events->gateway->now_ms + (reply == NULL ? ASK_AGAIN_MS : has_more ? 0 : ASK_EVERY_MS);
    arena_reset(&request->arena);
}

static void ask_for_new(struct events *events)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__EventsQuery wanted = DUBAN__EVENTS_QUERY__INIT;

    wanted.after_sequence = events->kept.last;
    query.limit = AT_ONCE;
    query.body_case = DUBAN__QUERY__BODY_EVENTS;
    query.events = &wanted;
    query.min_sequence = events->applied == 0 ? 0 : events->applied + 1;
    query.wait_ms = events->gateway->settings.answer_ms / 2;
    events->is_asking = upstream_ask(&events->house, UPSTREAM_RULES, &query, on_new, events);
    events->ask_ms = events->gateway->now_ms + ASK_AGAIN_MS;
}

void events_turn(struct events *events)
{
    int64_t now_ms = events->gateway->now_ms;

    if (events->count > 0 && !events->is_asking && events->ask_ms <= now_ms && !events->gateway->is_stopping)
        ask_for_new(events);
    for (struct listener *listener = events->listeners; listener != NULL; listener = listener->after) {
        if (listener->end_ms <= now_ms)
            listener->is_over = true;
        else if (listener->beat_ms <= now_ms && is_empty(listener) && !listener->is_asking)
            add_beat(listener);
        else
            continue;
        wake(listener);
    }
}

int events_timeout_ms(const struct events *events)
{
    int64_t left_ms = events->ask_ms - events->gateway->now_ms;

    if (events->count == 0 || events->is_asking || events->gateway->is_stopping)
        return INT32_MAX;
    return left_ms > 0 ? (int) left_ms : 0;
}

/* ---------------------------------------------------------------- open, close */

void events_open(struct events *events, struct gateway *gateway)
{
    *events = (struct events){ .gateway = gateway, .kept = { .first = 1 } };
    events->house.gateway = gateway;
    (void) snprintf(events->house.account, sizeof events->house.account, "gateway");
    arena_open(&events->house.arena, HOUSE_ARENA_BYTES);
}

static void end(struct listener *listener)
{
    listener->is_over = true;
    wake(listener);
}

void events_end_of(struct events *events, const char *account)
{
    for (struct listener *listener = events->listeners; listener != NULL; listener = listener->after)
        if (strcmp(listener->request->account, account) == 0)
            end(listener);
}

void events_end_all(struct events *events)
{
    for (struct listener *listener = events->listeners; listener != NULL; listener = listener->after)
        end(listener);
}

void events_close(struct events *events)
{
    assert(events->count == 0);
    events_keep_nothing(&events->kept, 0);
    arena_close(&events->house.arena);
}
