/* queries.c - answers to notify.query.
 *
 * Reading changes nothing. A question that has to wait (for a sequence, or until nothing is
 * left to do) is held, bounded in number and time, and answered by queries_pump.
 */
#include <errno.h>

#include "disk_describe.h"
#include "log.h"
#include "message.h"
#include "notify.h"

enum {
    ARENA_BYTES = 8 * 1024 * 1024,
    QUERY_MOST_BYTES = 64 * 1024,
    METRICS_BYTES = 16 * 1024,
    QUERIES_AT_A_TIME = 64,
};

int queries_open(struct notify *notify, const char *endpoint)
{
    memset(&notify->queries, 0, sizeof notify->queries);
    arena_open(&notify->queries.arena, ARENA_BYTES);
    notify->queries.socket = frame_bind(notify->zmq, endpoint);
    return notify->queries.socket != NULL ? 0 : -1;
}

void queries_close(struct notify *notify)
{
    if (notify->queries.socket != NULL)
        zmq_close(notify->queries.socket);
    notify->queries.socket = NULL;
    arena_close(&notify->queries.arena);
}

static void begin(struct question *question, struct notify *notify, const struct peer *peer, uint64_t request_id)
{
    question->notify = notify;
    question->peer = peer;
    duban__reply__init(&question->reply);
    question->reply.request_id = request_id;
    question->reply.as_of_ms = notify->state.head.clock_ms;
    question->reply.applied_sequence = notify->state.head.cursor;
    question->reply.rehearsal = notify->state.head.rehearsal;
}

void queries_reply(struct question *question)
{
    struct frame frame = { .type = FRAME_REPLY };
    struct bytes body = message_pack(&question->notify->queries.arena, &question->reply);

    if (body.data == NULL || frame_send(question->notify->queries.socket, question->peer, &frame, body) == -1)
        log_warn("query: answer not sent: request=%llu", (unsigned long long) question->reply.request_id);
}

static void answer_fault(struct question *question, const char *field, const char *zh, const char *en, bool later)
{
    Duban__Fault fault = DUBAN__FAULT__INIT;

    fault.field = (char *) field;
    fault.zh = (char *) zh;
    fault.en = (char *) en;
    fault.later = later;
    question->reply.body_case = DUBAN__REPLY__BODY_FAULT;
    question->reply.fault = &fault;
    queries_reply(question);
}

void queries_fault(struct question *question, const char *field, const char *zh, const char *en)
{
    answer_fault(question, field, zh, en, false);
}

void queries_later(struct question *question, const char *field, const char *zh, const char *en)
{
    answer_fault(question, field, zh, en, true);
}

/* ---------------------------------------------------------------- status */

/* Those that nobody has settled: what was is no longer missing. */
static uint64_t spooled_dead_letters(struct notify *notify)
{
    struct store_cursor cursor;
    struct bytes key, value;
    struct store_txn txn;
    uint64_t count = 0;

    store_begin(&txn, &notify->state.store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_DEAD);
    for (bool more = store_seek(&cursor, bytes_of("", 0), &key, &value); more; more = store_next(&cursor, &key, &value)) {
        struct delivery delivery;

        if (state_get_delivery(&txn, get_u64(key.data), &delivery))
            count += delivery.state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_SPOOLED;
    }
    store_cursor_close(&cursor);
    store_abort(&txn);
    return count;
}

static void answer_status(struct question *question)
{
    struct notify *notify = question->notify;
    const struct head *head = &notify->state.head;
    Duban__NotifyStatus status = DUBAN__NOTIFY_STATUS__INIT;
    Duban__LinkState outbox;
    Duban__DiskRoom disk;

    status.cursor = head->cursor;
    status.queued = head->queued;
    status.attempting = notify->spool.waiting_count + notify->flights.flying;
    status.next_attempt_ms = notify_next_attempt_ms(notify);
    status.outcomes_unreceipted = head->outcomes_waiting;
    status.delivered = head->delivered;
    status.dead = head->dead;
    status.withdrawn = head->withdrawn;
    status.uncertain = head->uncertain;
    status.spooled = spooled_dead_letters(notify);
    status.alarms = queries_standing_alarms(notify);
    status.n_alarms = status.alarms != NULL ? notify->alarms.count : 0;
    status.holding = notify_is_holding(notify);
    status.full_disk = (char *) store_full_disk(&notify->state.store);
    status.refused_settings = notify->settings_refused ? (char *) notify->settings.channels : "";
    disk_describe(notify->settings.data, notify->settings.disk_percent, &disk);
    status.disk = &disk;
    link_consumer_describe(&notify->rules, &outbox);
    status.outbox = &outbox;
    question->reply.body_case = DUBAN__REPLY__BODY_NOTIFY;
    question->reply.notify = &status;
    queries_reply(question);
}

static void hold(struct question *question)
{
    struct queries *queries = &question->notify->queries;
    const Duban__Query *query = question->query;
    struct held_query *held;

    if (queries->held_count == QUERIES_HELD_MOST) {
        answer_fault(question, "wait_ms", "等待答复的查询太多，请稍后再问。", "too many queries wait; ask again later.",
                     true);
        return;
    }
    held = &queries->held[queries->held_count++];
    held->peer = *question->peer;
    held->request_id = query->request_id;
    held->min_sequence = query->min_sequence;
    held->idle = query->status->idle;
    held->deadline_ms = monotonic_ms() + query_wait_ms(query->wait_ms);
    question->notify->more = true;   /* what it waits for may have been put off */
}

bool queries_want_idle(const struct notify *notify)
{
    for (size_t i = 0; i < notify->queries.held_count; i++)
        if (notify->queries.held[i].idle)
            return true;
    return false;
}

static bool is_answerable(struct notify *notify, uint64_t min_sequence, bool idle)
{
    return notify->state.head.cursor >= min_sequence && (!idle || notify_is_idle(notify));
}

static void not_yet(struct question *question)
{
    answer_fault(question, "min_sequence", "尚未处理到所要求的序号，或仍有消息在途，请稍后再问。",
                 "not caught up to that sequence, or something is still under way; ask again later.", true);
}

static void on_status(struct question *question, const Duban__StatusQuery *status)
{
    if (is_answerable(question->notify, question->query->min_sequence, status->idle))
        answer_status(question);
    else if (question->query->wait_ms > 0)
        hold(question);
    else
        not_yet(question);
}

void queries_pump(struct notify *notify)
{
    struct queries *queries = &notify->queries;
    int64_t now_ms = monotonic_ms();

    for (size_t i = 0; i < queries->held_count;) {
        struct held_query held = queries->held[i];
        bool answerable = is_answerable(notify, held.min_sequence, held.idle);
        struct question question = { 0 };

        if (!answerable && held.deadline_ms > now_ms) {
            i++;
            continue;
        }
        queries->held[i] = queries->held[--queries->held_count];
        arena_reset(&queries->arena);
        begin(&question, notify, &held.peer, held.request_id);
        if (answerable)
            answer_status(&question);
        else
            not_yet(&question);
    }
}

int queries_timeout_ms(const struct notify *notify)
{
    int64_t first_ms = INT64_MAX;
    int64_t wait_ms;

    for (size_t i = 0; i < notify->queries.held_count; i++)
        if (notify->queries.held[i].deadline_ms < first_ms)
            first_ms = notify->queries.held[i].deadline_ms;
    if (first_ms == INT64_MAX)
        return INT32_MAX;
    wait_ms = first_ms - monotonic_ms();
    return wait_ms > 0 ? (int) wait_ms : 0;
}

/* ---------------------------------------------------------------- metrics */

static void on_metrics(struct question *question)
{
    struct notify *notify = question->notify;
    const struct counters *counters = &notify->counters;
    const struct head *head = &notify->state.head;
    uint64_t flying = notify->flights.flying, alarms = notify->alarms.count, holding = notify_is_holding(notify);
    const struct metric table[] = {
        { "duban_notify_records_total", METRIC_COUNTER, "Outbox records taken over.", &counters->records },
        { "duban_notify_notices_total", METRIC_COUNTER, "Notices taken over.", &counters->notices },
        { "duban_notify_withdrawals_total", METRIC_COUNTER, "Withdrawals taken over.", &counters->withdrawals },
        { "duban_notify_records_refused_total", METRIC_COUNTER, "Records that did not fit.", &counters->refused_records },
        { "duban_notify_delivered_total{channel=\"spool\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_SPOOL] },
        { "duban_notify_delivered_total{channel=\"webhook\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_WEBHOOK] },
        { "duban_notify_delivered_total{channel=\"wecom\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_WECOM] },
        { "duban_notify_delivered_total{channel=\"dingtalk\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_DINGTALK] },
        { "duban_notify_delivered_total{channel=\"feishu\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_FEISHU] },
        { "duban_notify_delivered_total{channel=\"smtp\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_SMTP] },
        { "duban_notify_delivered_total{channel=\"sms\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_SMS] },
        { "duban_notify_delivered_total{channel=\"exec\"}", METRIC_COUNTER, "Accepted by the far end.",
          &counters->delivered[CHANNEL_EXEC] },
        { "duban_notify_dead_total", METRIC_COUNTER, "Given up.", &counters->dead },
        { "duban_notify_withdrawn_total", METRIC_COUNTER, "Withdrawn before they left.", &counters->withdrawn },
        { "duban_notify_fell_to_spool_total", METRIC_COUNTER, "Whose channel could not be used.",
          &counters->fell_to_spool },
        { "duban_notify_attempts_total{channel=\"webhook\"}", METRIC_COUNTER, "Requests made.",
          &counters->attempts[CHANNEL_WEBHOOK] },
        { "duban_notify_attempts_total{channel=\"wecom\"}", METRIC_COUNTER, "Requests made.",
          &counters->attempts[CHANNEL_WECOM] },
        { "duban_notify_attempts_total{channel=\"dingtalk\"}", METRIC_COUNTER, "Requests made.",
          &counters->attempts[CHANNEL_DINGTALK] },
        { "duban_notify_attempts_total{channel=\"feishu\"}", METRIC_COUNTER, "Requests made.",
          &counters->attempts[CHANNEL_FEISHU] },
        { "duban_notify_attempts_total{channel=\"smtp\"}", METRIC_COUNTER, "Requests made.",
          &counters->attempts[CHANNEL_SMTP] },
        { "duban_notify_attempts_total{channel=\"sms\"}", METRIC_COUNTER, "Requests made.",
          &counters->attempts[CHANNEL_SMS] },
        { "duban_notify_attempts_total{channel=\"exec\"}", METRIC_COUNTER, "Requests made.",
          &counters->attempts[CHANNEL_EXEC] },
        { "duban_notify_failures_total{channel=\"webhook\"}", METRIC_COUNTER, "Requests that were not accepted.",
          &counters->failures[CHANNEL_WEBHOOK] },
        { "duban_notify_failures_total{channel=\"wecom\"}", METRIC_COUNTER, "Requests that were not accepted.",
          &counters->failures[CHANNEL_WECOM] },
        { "duban_notify_failures_total{channel=\"dingtalk\"}", METRIC_COUNTER, "Requests that were not accepted.",
          &counters->failures[CHANNEL_DINGTALK] },
        { "duban_notify_failures_total{channel=\"feishu\"}", METRIC_COUNTER, "Requests that were not accepted.",
          &counters->failures[CHANNEL_FEISHU] },
        { "duban_notify_failures_total{channel=\"smtp\"}", METRIC_COUNTER, "Requests that were not accepted.",
          &counters->failures[CHANNEL_SMTP] },
        { "duban_notify_failures_total{channel=\"sms\"}", METRIC_COUNTER, "Requests that were not accepted.",
          &counters->failures[CHANNEL_SMS] },
        { "duban_notify_failures_total{channel=\"exec\"}", METRIC_COUNTER, "Requests that were not accepted.",
          &counters->failures[CHANNEL_EXEC] },
        { "duban_notify_other_ways_total", METRIC_COUNTER, "Went on by another way of their recipient.",
          &counters->other_ways },
        { "duban_notify_outcome_requests_total", METRIC_COUNTER, "Requests with facts for ingest.",
          &counters->outcome_requests },
        { "duban_notify_outcome_refusals_total", METRIC_COUNTER, "Of those refused.", &counters->outcome_refusals },
        { "duban_notify_vault_questions_total", METRIC_COUNTER, "Addresses asked of the vault.",
          &counters->vault_questions },
        { "duban_notify_bad_frames_total", METRIC_COUNTER, "Malformed messages.", &counters->bad_frames },
        { "duban_notify_queries_total", METRIC_COUNTER, "Queries received.", &counters->queries },
        { "duban_notify_missing_values_total", METRIC_COUNTER, "Placeholders without a value.",
          &counters->render.missing_values },
        { "duban_notify_unknown_kinds_total", METRIC_COUNTER, "Messages without a text.",
          &counters->render.unknown_kinds },
        { "duban_notify_spool_lines_total", METRIC_COUNTER, "Lines written.", &notify->spool.line_count },
        { "duban_notify_spool_bytes_total", METRIC_COUNTER, "Bytes written.", &notify->spool.byte_count },
        { "duban_notify_commits_total", METRIC_COUNTER, "Transactions committed.", &notify->state.commits },
        { "duban_notify_dead_letters", METRIC_GAUGE, "Dead letters that nobody has settled.", &head->dead },
        { "duban_notify_queued", METRIC_GAUGE, "Waiting, retries included.", &head->queued },
        { "duban_notify_in_flight", METRIC_GAUGE, "Requests under way.", &flying },
        { "duban_notify_outcomes_unreceipted", METRIC_GAUGE, "Facts that ingest has not receipted.",
          &head->outcomes_waiting },
        { "duban_notify_alarms", METRIC_GAUGE, "House alarms that stand.", &alarms },
        { "duban_notify_holding", METRIC_GAUGE, "1 while what is not urgent is held.", &holding },
    };
    Duban__Metrics metrics = DUBAN__METRICS__INIT;

    metrics.text = arena_take(&notify->queries.arena, METRICS_BYTES);
    if (metrics.text == NULL)
        return;
    metrics_render(metrics.text, METRICS_BYTES, table, sizeof table / sizeof table[0]);
    question->reply.body_case = DUBAN__REPLY__BODY_METRICS;
    question->reply.metrics = &metrics;
    queries_reply(question);
}

/* ---------------------------------------------------------------- dispatcher */

static void not_here(struct question *question)
{
    answer_fault(question, "body", "通知服务不回答这个查询，请改问 ingest 或 rules。",
                 "notify does not answer this; ask ingest or rules.", false);
}

static void dispatch(struct question *question)
{
    const Duban__Query *query = question->query;

    switch (query->body_case) {
    case DUBAN__QUERY__BODY_STATUS:
        on_status(question, query->status);
        return;
    case DUBAN__QUERY__BODY_METRICS:
        on_metrics(question);
        return;
    case DUBAN__QUERY__BODY_DELIVERIES:
        listings_deliveries(question, query->deliveries);
        return;
    case DUBAN__QUERY__BODY_DEAD_LETTERS:
        listings_dead_letters(question);
        return;
    case DUBAN__QUERY__BODY_ALARMS:
        queries_alarms(question, query->alarms);
        return;
    case DUBAN__QUERY__BODY_LEDGER:
        queries_ledger(question, query->ledger);
        return;
    case DUBAN__QUERY__BODY_ACTION_LINK:
        queries_action_link(question, query->action_link);
        return;
    case DUBAN__QUERY__BODY_ACTION_LINKS_END:
        queries_action_links_end(question, query->action_links_end);
        return;
    case DUBAN__QUERY__BODY_RENDER:
        queries_render(question, query->render);
        return;
    case DUBAN__QUERY__BODY_CLOCK_ADVANCE:
    case DUBAN__QUERY__BODY_CLOCK_ACCEPT:
    case DUBAN__QUERY__BODY_VAULT_READ:
    case DUBAN__QUERY__BODY_SUBMISSION:
    case DUBAN__QUERY__BODY_CONFLICTS:
    case DUBAN__QUERY__BODY_CASES:
    case DUBAN__QUERY__BODY_CASE_:
    case DUBAN__QUERY__BODY_TASKS:
    case DUBAN__QUERY__BODY_NOTICES:
    case DUBAN__QUERY__BODY_FACTS:
    case DUBAN__QUERY__BODY_SITES:
    case DUBAN__QUERY__BODY_HOLDERS:
    case DUBAN__QUERY__BODY_QUARANTINE:
    case DUBAN__QUERY__BODY_ROWS:
    case DUBAN__QUERY__BODY_VISITS:
    case DUBAN__QUERY__BODY_EVIDENCE:
    case DUBAN__QUERY__BODY_AREAS:
    case DUBAN__QUERY__BODY_CODES:
    case DUBAN__QUERY__BODY_SUBJECTS:
    case DUBAN__QUERY__BODY_CAMPAIGN_AREAS:
    case DUBAN__QUERY__BODY_CAMPAIGN_TALLIES:
    case DUBAN__QUERY__BODY_DOOR_DRAWS:
    case DUBAN__QUERY__BODY_DOORS:
    case DUBAN__QUERY__BODY_LOOK_BACKS:
    case DUBAN__QUERY__BODY_PEOPLE:
    case DUBAN__QUERY__BODY_SITE_DUES:
    case DUBAN__QUERY__BODY_ITEMS:
    case DUBAN__QUERY__BODY_OPEN:
    case DUBAN__QUERY__BODY_UNITS:
    case DUBAN__QUERY__BODY_FIGURES:
    case DUBAN__QUERY__BODY_CALENDAR:
    case DUBAN__QUERY__BODY_SILENCES:
    case DUBAN__QUERY__BODY_CONTACTS:
    case DUBAN__QUERY__BODY_PREVIEW:
    case DUBAN__QUERY__BODY_PACK:
    case DUBAN__QUERY__BODY_ENTRANCES:
    case DUBAN__QUERY__BODY_GATE_POSTS:
    case DUBAN__QUERY__BODY_COVERAGE:
    case DUBAN__QUERY__BODY_BLIND_SPOTS:
    case DUBAN__QUERY__BODY_PLAN:
    case DUBAN__QUERY__BODY_WHY_NOT:
    case DUBAN__QUERY__BODY_MEETING:
    case DUBAN__QUERY__BODY_AGENDA:
    case DUBAN__QUERY__BODY_REMARKS:
    case DUBAN__QUERY__BODY_ACTIVATIONS:
    case DUBAN__QUERY__BODY_RECOMPUTE:
    case DUBAN__QUERY__BODY_PASSWORD_SET:
    case DUBAN__QUERY__BODY_APP_PASSWORD_MAKE:
    case DUBAN__QUERY__BODY_TOKEN_MAKE:
    case DUBAN__QUERY__BODY_TOKEN_REVOKE:
    case DUBAN__QUERY__BODY_TOKENS:
    case DUBAN__QUERY__BODY_EVENTS:
    case DUBAN__QUERY__BODY_CALENDAR_ADDRESS_MAKE:
    case DUBAN__QUERY__BODY__NOT_SET:
    case _DUBAN__QUERY__BODY__CASE_IS_INT_SIZE:
        break;
    }
    not_here(question);
}

/* What came is no question of ours. */
static void answer_bad(struct notify *notify, const struct peer *peer, const struct fault *fault)
{
    struct question question = { 0 };

    notify->counters.bad_frames++;
    arena_reset(&notify->queries.arena);
    begin(&question, notify, peer, 0);
    answer_fault(&question, fault->field, fault->zh, fault->en, false);
}

static void on_question(struct notify *notify, const struct peer *peer, struct bytes body)
{
    struct fault fault;
    struct question question = { 0 };

    notify->counters.queries++;
    arena_reset(&notify->queries.arena);
    question.query = message_unpack(&notify->queries.arena, &duban__query__descriptor, body, QUERY_MOST_BYTES, &fault);
    if (question.query == NULL) {
        answer_bad(notify, peer, &fault);
        return;
    }
    begin(&question, notify, peer, question.query->request_id);
    if (question.query->as_of_s != 0)
        answer_fault(&question, "as_of_s", "这项查询只能答现在的情况", "this is answered as of now only", false);
    else
        dispatch(&question);
}

static void on_frame(struct notify *notify, const struct received *received)
{
    struct fault fault;

    if (received->frame.type == FRAME_QUERY) {
        on_question(notify, &received->peer, received->body);
        return;
    }
    frame_type_fault(&fault, "提问(QUERY)", "QUERY");
    answer_bad(notify, &received->peer, &fault);
}

static void on_malformed(struct notify *notify, const struct peer *peer, int error)
{
    struct fault fault;

    if (error != EPROTONOSUPPORT) {
        notify->counters.bad_frames++;
        return;
    }
    frame_version_fault(&fault);
    answer_bad(notify, peer, &fault);
}

void queries_receive(struct notify *notify)
{
    for (int i = 0; i < QUERIES_AT_A_TIME; i++) {
        struct received received;
        enum frame_status status = frame_receive(notify->queries.socket, true, &received);

        if (status == FRAME_NONE || status == FRAME_FAILED)
            return;
        if (status == FRAME_BAD) {
            on_malformed(notify, &received.peer, errno);
            continue;
        }
        on_frame(notify, &received);
        frame_release(&received);
    }
    notify->more = true;
}
