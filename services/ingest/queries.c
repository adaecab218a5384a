#include <assert.h>
#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "form.h"
#include "log.h"
#include "message.h"
#include "queries.h"

enum { QUERIES_PER_TURN = INGEST_MAX_WAITING, QUERY_BYTES = 64 * 1024, METRICS_BYTES = 16 * 1024, MAX_TOKENS = 64 };

/* ---------------------------------------------------------------- replies */

static void fill_reply(const struct ingest *ingest, Duban__Reply *reply, uint64_t request_id, int64_t now_ms)
{
    reply->request_id = request_id;
    reply->as_of_ms = now_ms;
    reply->applied_sequence = ingest->journal.committed.sequence;
    reply->rehearsal = ingest->identity.rehearsal;
}

static void send_body(struct ingest *ingest, const struct peer *peer, struct bytes body)
{
    struct frame frame = { .type = FRAME_REPLY, .lineage = ingest->identity.lineage, .epoch = ingest->identity.epoch };

    if (body.data == NULL || frame_send(ingest->queries.socket, peer, &frame, body) == -1)
        ingest->counters.unanswered++;
}

static void send_reply(struct ingest *ingest, const struct peer *peer, uint64_t request_id, Duban__Reply *reply)
{
    fill_reply(ingest, reply, request_id, clock_now(&ingest->clock));
    arena_reset(&ingest->answers);
    send_body(ingest, peer, message_pack(&ingest->answers, reply));
}

static void send_fault(struct ingest *ingest, const struct peer *peer, uint64_t request_id, const struct fault *fault,
                       bool later)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Fault body = DUBAN__FAULT__INIT;

    body.field = (char *) fault->field;
    body.zh = (char *) fault->zh;
    body.en = (char *) fault->en;
    body.later = later;
    reply.body_case = DUBAN__REPLY__BODY_FAULT;
    reply.fault = &body;
    send_reply(ingest, peer, request_id, &reply);
}

void queries_answer(struct asking *asking, Duban__Reply *reply)
{
    send_reply(asking->ingest, asking->peer, asking->query->request_id, reply);
}

void queries_refuse(struct asking *asking, const char *field, const char *zh, const char *en)
{
    struct fault fault;

    fault_set(&fault, field, zh, en);
    send_fault(asking->ingest, asking->peer, asking->query->request_id, &fault, false);
}

static void done(struct asking *asking)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Done body = DUBAN__DONE__INIT;

    reply.body_case = DUBAN__REPLY__BODY_DONE;
    reply.done = &body;
    queries_answer(asking, &reply);
}

static void say_full(struct ingest *ingest, const struct peer *peer, uint64_t request_id)
{
    struct fault fault;

    space_fault(&ingest->space, SPACE_ORDINARY, &fault);
    send_fault(ingest, peer, request_id, &fault, true);
}

/* ---------------------------------------------------------------- the vault's answers wait for its log */

static void send_waiting(struct ingest *ingest)
{
    struct queries *queries = &ingest->queries;
    bool durable;

    if (queries->waiting_count == 0)
        return;
    durable = ingest_commit(ingest) == 0;
    for (size_t i = 0; i < queries->waiting_count; i++) {
        struct waiting_reply *waiting = &queries->waiting[i];

        if (durable)
            send_body(ingest, &waiting->peer, waiting->body);
        else
            say_full(ingest, &waiting->peer, waiting->request_id);   /* not noted, so not told */
    }
    queries->waiting_count = 0;
    arena_reset(&queries->arena);
}

static void let_wait(struct asking *asking, Duban__Reply *reply)
{
    struct queries *queries = &asking->ingest->queries;
    struct waiting_reply *waiting = &queries->waiting[queries->waiting_count++];

    fill_reply(asking->ingest, reply, asking->query->request_id, clock_now(&asking->ingest->clock));
    waiting->peer = *asking->peer;
    waiting->request_id = asking->query->request_id;
    waiting->body = message_pack(&queries->arena, reply);
}

/* ---------------------------------------------------------------- one function per question */

static void on_status(struct asking *asking)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__IngestStatus status = DUBAN__INGEST_STATUS__INIT;

    figures_status(asking->ingest, &status);
    reply.body_case = DUBAN__REPLY__BODY_INGEST;
    reply.ingest = &status;
    queries_answer(asking, &reply);
}

static void on_metrics(struct asking *asking)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__Metrics body = DUBAN__METRICS__INIT;
    char text[METRICS_BYTES];
    size_t needed = figures_render(asking->ingest, text, sizeof text);

    assert(needed < sizeof text);
    (void) needed;
    body.text = text;
    reply.body_case = DUBAN__REPLY__BODY_METRICS;
    reply.metrics = &body;
    queries_answer(asking, &reply);
}

static void on_clock_advance(struct asking *asking, const Duban__ClockAdvance *advance)
{
    struct ingest *ingest = asking->ingest;
    struct clock_memory before = ingest->clock.memory;
    struct fault fault;

    send_waiting(ingest);
    if (!ingest->clock.manual) {
        queries_refuse(asking, "clock_advance", "不是演练，时钟不能拨动", "this is no rehearsal: its clock cannot be moved");
        return;
    }
    if (!form_time(&fault, at("clock_advance", "to_ms"), advance->to_ms)) {
        send_fault(ingest, asking->peer, asking->query->request_id, &fault, false);
        return;
    }
    if (!clock_advance(&ingest->clock, advance->to_ms)) {
        queries_refuse(asking, "clock_advance.to_ms", "时钟只能向前拨", "the clock can only be moved forward");
        return;
    }
    if (ingest_save_clock(ingest) == -1) {
        ingest->clock.memory = before;
        say_full(ingest, asking->peer, asking->query->request_id);
        return;
    }
    link_producer_tail_now(&ingest->log);
    done(asking);
}

static void on_clock_accept(struct asking *asking)
{
    struct ingest *ingest = asking->ingest;
    struct clock before = ingest->clock;

    send_waiting(ingest);
    if (!ingest->clock.memory.held) {
        done(asking);
        return;
    }
    clock_accept(&ingest->clock);
    if (ingest_save_clock(ingest) == -1) {
        ingest->clock = before;
        say_full(ingest, asking->peer, asking->query->request_id);
        return;
    }
    log_info("clock accepted: now_ms=%lld lead_ms=%lld", (long long) clock_now(&ingest->clock),
             (long long) ingest->clock.memory.lead_ms);
    link_producer_tail_now(&ingest->log);
    done(asking);
}

static bool is_vault_read(const Duban__VaultRead *read, struct fault *fault)
{
    if (read->n_tokens == 0 || read->n_tokens > MAX_TOKENS)
        return fault_set(fault, "vault_read.tokens", "一次查 1 至 64 个代号", "1 to 64 tokens are asked for at once");
    for (size_t i = 0; i < read->n_tokens; i++)
        if (read->tokens[i].len != TOKEN_BYTES)
            return fault_set(fault, "vault_read.tokens", "代号须为 16 字节", "a token has 16 bytes");
    if (read->purpose == DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_UNSPECIFIED)
        return fault_set(fault, "vault_read.purpose", "须说明用途：发送或查看", "say what for: to send or to show");
    /* Who sends asks for himself; who shows says to whom. */
    if (is_code(read->on_behalf_of) ||
        (read->on_behalf_of[0] == '\0' && read->purpose == DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_SEND))
        return true;
    return fault_set(fault, "vault_read.on_behalf_of", "须说明给哪个账号看", "say which account will see it");
}

static bool read_rows(struct ingest *ingest, const Duban__VaultRead *read, Duban__VaultRows *rows)
{
    int64_t now_ms = clock_now(&ingest->clock);

    rows->rows = arena_take(&ingest->queries.arena, read->n_tokens * sizeof(void *));
    if (rows->rows == NULL)
        return false;
    for (; rows->n_rows < read->n_tokens; rows->n_rows++) {
        rows->rows[rows->n_rows] = vault_read(&ingest->vault, &ingest->txn, &ingest->queries.arena,
                                              read->tokens[rows->n_rows].data, read, now_ms);
        if (rows->rows[rows->n_rows] == NULL)
            return false;
    }
    ingest->counters.vault_reads += read->n_tokens;
    return true;
}

static void on_vault_read(struct asking *asking, const Duban__VaultRead *read)
{
    struct ingest *ingest = asking->ingest;
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__VaultRows rows = DUBAN__VAULT_ROWS__INIT;
    struct fault fault;

    if (!is_vault_read(read, &fault)) {
        send_fault(ingest, asking->peer, asking->query->request_id, &fault, false);
        return;
    }
    if (ingest->queries.waiting_count == INGEST_MAX_WAITING)
        send_waiting(ingest);
    if (ingest->queries.waiting_count == 0)
        store_begin(&ingest->txn, &ingest->store, STORE_WRITE);
    if (!read_rows(ingest, read, &rows))
        rows.n_rows = 0;   /* no memory: an answer without the tokens asked for */
    reply.body_case = DUBAN__REPLY__BODY_VAULT;
    reply.vault = &rows;
    let_wait(asking, &reply);
}

static void on_submission(struct asking *asking, const Duban__SubmissionQuery *submission)
{
    Duban__Reply reply = DUBAN__REPLY__INIT;
    Duban__SubmissionStatus status = DUBAN__SUBMISSION_STATUS__INIT;
    struct place_in_journal place = { 0 };
    struct store_txn txn;

    if (!is_code(submission->account)) {
        queries_refuse(asking, "submission.account", "须填提交账号", "name the account that submitted");
        return;
    }
    if (submission->client_id.len != ID_BYTES) {
        queries_refuse(asking, "submission.client_id", "提交编号须为 16 字节", "a client id has 16 bytes");
        return;
    }
    store_begin(&txn, &asking->ingest->store, STORE_READ);
    status.known = journal_locate(&txn, submission->account, submission->client_id.data, &place);
    store_abort(&txn);
    status.sequence = place.sequence;
    status.stamp_ms = place.stamp_ms;
    reply.body_case = DUBAN__REPLY__BODY_SUBMISSION;
    reply.submission = &status;
    queries_answer(asking, &reply);
}

static void not_for_us(struct asking *asking)
{
    queries_refuse(asking, "", "这个问题不归 ingest 回答，请问 rules 或 notify", "this is not for ingest to answer: ask rules or notify");
}

/* No default: the compiler names any question added to query.proto but not here. */
static void dispatch(struct asking *asking)
{
    const Duban__Query *query = asking->query;

    switch (query->body_case) {
    case DUBAN__QUERY__BODY_STATUS:
        on_status(asking);
        return;
    case DUBAN__QUERY__BODY_METRICS:
        on_metrics(asking);
        return;
    case DUBAN__QUERY__BODY_CLOCK_ADVANCE:
        on_clock_advance(asking, query->clock_advance);
        return;
    case DUBAN__QUERY__BODY_CLOCK_ACCEPT:
        on_clock_accept(asking);
        return;
    case DUBAN__QUERY__BODY_VAULT_READ:
        on_vault_read(asking, query->vault_read);
        return;
    case DUBAN__QUERY__BODY_SUBMISSION:
        on_submission(asking, query->submission);
        return;
    case DUBAN__QUERY__BODY_CONFLICTS:
        queries_on_conflicts(asking, query->conflicts);
        return;
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
    case DUBAN__QUERY__BODY_RECOMPUTE:
    case DUBAN__QUERY__BODY_DELIVERIES:
    case DUBAN__QUERY__BODY_DEAD_LETTERS:
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
    case DUBAN__QUERY__BODY_ACTION_LINKS_END:
    case DUBAN__QUERY__BODY_RENDER:
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
    case DUBAN__QUERY__BODY_ALARMS:
    case DUBAN__QUERY__BODY_LEDGER:
    case DUBAN__QUERY__BODY_ACTION_LINK:
        not_for_us(asking);
        return;
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
    queries_refuse(asking, "body", "没有问题，或问题的种类本版本不认识", "there is no question in it, or a kind unknown to this version");
}

/* ---------------------------------------------------------------- arriving, waiting */

static void not_there_yet(struct ingest *ingest, const struct peer *peer, uint64_t request_id)
{
    struct fault fault;

    fault_set(&fault, "min_sequence", "日志还没有到这一条，请稍后再问", "the journal has not got there yet; ask again later");
    send_fault(ingest, peer, request_id, &fault, true);
}

static void hold(struct ingest *ingest, const struct peer *peer, const Duban__Query *query, struct bytes body)
{
    struct queries *queries = &ingest->queries;
    int64_t wait_ms = query_wait_ms(query->wait_ms);
    struct held_query *held = &queries->held[queries->held_count];

    if (wait_ms == 0 || queries->held_count == INGEST_MAX_HELD || body.size > sizeof held->body) {
        not_there_yet(ingest, peer, query->request_id);
        return;
    }
    queries->held_count++;
    held->peer = *peer;
    held->request_id = query->request_id;
    held->min_sequence = query->min_sequence;
    held->until_ms = ingest->clock.source.monotonic_ms(ingest->clock.source.self) + wait_ms;
    held->size = body.size;
    memcpy(held->body, body.data, body.size);
}

/* What came is no question of ours. */
static void refuse_bad(struct ingest *ingest, const struct peer *peer, const struct fault *fault)
{
    ingest->counters.bad_frames++;
    send_fault(ingest, peer, 0, fault, false);
}

static void handle(struct ingest *ingest, const struct peer *peer, struct bytes body)
{
    struct asking asking = { ingest, peer, NULL };
    struct fault fault;

    arena_reset(&ingest->arena);
    asking.query = message_unpack(&ingest->arena, &duban__query__descriptor, body, QUERY_BYTES, &fault);
    if (asking.query == NULL)
        refuse_bad(ingest, peer, &fault);
    else if (asking.query->min_sequence > ingest->journal.committed.sequence)
        hold(ingest, peer, asking.query, body);
    else
        dispatch(&asking);
}

static void take(struct ingest *ingest, const struct received *received)
{
    struct fault fault;

    ingest->counters.queries++;
    if (received->frame.type == FRAME_QUERY) {
        handle(ingest, &received->peer, received->body);
        return;
    }
    frame_type_fault(&fault, "提问(QUERY)", "QUERY");
    refuse_bad(ingest, &received->peer, &fault);
}

static void drop_malformed(struct ingest *ingest, const struct peer *peer, int error)
{
    struct fault fault;

    if (error != EPROTONOSUPPORT) {
        ingest->counters.bad_frames++;
        return;
    }
    frame_version_fault(&fault);
    refuse_bad(ingest, peer, &fault);
}

void queries_receive(struct ingest *ingest)
{
    struct received received;

    for (int i = 0; i < QUERIES_PER_TURN; i++) {
        switch (frame_receive(ingest->queries.socket, true, &received)) {
        case FRAME_OK:
            take(ingest, &received);
            frame_release(&received);
            break;
        case FRAME_BAD:
            drop_malformed(ingest, &received.peer, errno);
            break;
        case FRAME_NONE:
            send_waiting(ingest);
            return;
        case FRAME_FAILED:
            die("无法接收提问 / cannot receive questions: %s", zmq_strerror(errno));
        }
    }
    send_waiting(ingest);
}

static void release_held(struct ingest *ingest, const struct held_query *held)
{
    if (held->min_sequence > ingest->journal.committed.sequence)
        not_there_yet(ingest, &held->peer, held->request_id);
    else
        handle(ingest, &held->peer, bytes_of(held->body, held->size));
}

void queries_held(struct ingest *ingest)
{
    struct queries *queries = &ingest->queries;
    int64_t now_ms = queries->held_count == 0 ? 0 : ingest->clock.source.monotonic_ms(ingest->clock.source.self);

    for (size_t i = 0; i < queries->held_count;) {
        struct held_query held = queries->held[i];

        if (held.min_sequence > ingest->journal.committed.sequence && now_ms < held.until_ms) {
            i++;
            continue;
        }
        queries->held[i] = queries->held[--queries->held_count];
        release_held(ingest, &held);
    }
    send_waiting(ingest);
}

int64_t queries_timeout_ms(const struct ingest *ingest)
{
    const struct queries *queries = &ingest->queries;
    int64_t now_ms, least_ms = -1;

    if (queries->held_count == 0)
        return -1;
    now_ms = ingest->clock.source.monotonic_ms(ingest->clock.source.self);
    for (size_t i = 0; i < queries->held_count; i++) {
        int64_t left_ms = queries->held[i].until_ms > now_ms ? queries->held[i].until_ms - now_ms : 0;

        if (least_ms == -1 || left_ms < least_ms)
            least_ms = left_ms;
    }
    return least_ms;
}
