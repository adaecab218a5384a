/* link_producer.c - the end of a link that is asked: checks who greets, sends batches within credit, tells its tail. */
#include <assert.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

#include "link_private.h"
#include "log.h"

enum { MESSAGES_PER_TURN = 64, GATHER_AFTER_RECORDS = 16 };

static const uint64_t max_credit = UINT64_C(1) << 32;

static const char no_session[] = "no session: say HELLO";
static const char unreadable[] = "what comes next cannot be read";
static const char replaced[] = "a newer session took this one's place";

/* Weak, so that a test can put a clock of its own in its place. */
__attribute__((weak)) int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool link_batch_add(struct link_batch *batch, uint64_t sequence, int64_t stamp_ms, struct bytes data)
{
    uint8_t *at = batch->data + batch->size;

    assert(data.size <= LINK_MAX_RECORD_BYTES);
    if (batch->records >= batch->max_records || BATCH_RECORD_BYTES + data.size > batch->capacity - batch->size)
        return false;
    put_u32(at + BATCH_AT_LENGTH, (uint32_t) data.size);
    put_u32(at + BATCH_AT_CRC, crc32c(0, data.data, data.size));
    put_u64(at + BATCH_AT_SEQUENCE, sequence);
    put_u64(at + BATCH_AT_STAMP, (uint64_t) stamp_ms);
    if (data.size > 0)
        memcpy(at + BATCH_RECORD_BYTES, data.data, data.size);
    batch->size += BATCH_RECORD_BYTES + data.size;
    batch->records++;
    return true;
}

/* ---------------------------------------------------------------- sessions */

static struct link_session *session_of(struct link_producer *producer, const struct peer *peer)
{
    for (size_t i = 0; i < LINK_MAX_CONSUMERS; i++) {
        struct link_session *session = &producer->sessions[i];

        if (session->open &&
            bytes_equal(bytes_of(session->peer.id, session->peer.size), bytes_of(peer->id, peer->size)))
            return session;
    }
    return NULL;
}

static struct link_session *session_named(struct link_producer *producer, const char *consumer)
{
    for (size_t i = 0; i < LINK_MAX_CONSUMERS; i++) {
        if (producer->sessions[i].open && strcmp(producer->sessions[i].consumer, consumer) == 0)
            return &producer->sessions[i];
    }
    return NULL;
}

static struct link_session *free_session(struct link_producer *producer)
{
    for (size_t i = 0; i < LINK_MAX_CONSUMERS; i++) {
        if (!producer->sessions[i].open)
            return &producer->sessions[i];
    }
    return NULL;
}

static void forget(struct link_session *session)
{
    *session = (struct link_session){ .open = false };
}

/* ---------------------------------------------------------------- answers */

static int answer(struct link_producer *producer, const struct peer *peer, enum frame_type type, const void *message)
{
    struct frame frame = { .type = (uint8_t) type, .lineage = producer->lineage, .epoch = producer->epoch };

    return link_send(producer->socket, peer, frame, &producer->arena, message);
}

/* Whether it arrives is the peer's business: without it, silence ends the session as well. */
static void say_bye(struct link_producer *producer, const struct peer *peer, const char *reason)
{
    Duban__Bye bye = DUBAN__BYE__INIT;

    bye.reason = (char *) reason;
    (void) answer(producer, peer, FRAME_BYE, &bye);
}

static void refuse(struct link_producer *producer, const struct peer *peer, Duban__RefuseReason reason,
                   const char *detail)
{
    struct link_session *session = session_of(producer, peer);
    Duban__Refuse message = DUBAN__REFUSE__INIT;

    producer->refused_count++;
    if (session != NULL)
        forget(session);
    message.reason = reason;
    message.detail = (char *) detail;
    if (peer->size > 0)
        (void) answer(producer, peer, FRAME_REFUSE, &message);
}

static void refuse_malformed(struct link_producer *producer, const struct peer *peer, const char *detail)
{
    refuse(producer, peer, DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED, detail);
}

/* ---------------------------------------------------------------- HELLO */

static bool is_well_formed(const Duban__Hello *hello)
{
    if (!is_code(hello->consumer))
        return false;
    return hello->digest.len == DIGEST_BYTES || (hello->cursor == 0 && hello->digest.len == 0);
}

/* Why not, or UNSPECIFIED when there is nothing against it. */
static Duban__RefuseReason judge(struct link_producer *producer, const Duban__Hello *hello,
                                 const Duban__HelloOk *stream)
{
    uint8_t digest[DIGEST_BYTES];

    if (!is_well_formed(hello))
        return DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED;
    if (hello->lineage != producer->lineage && (hello->lineage != 0 || hello->cursor != 0))
        return DUBAN__REFUSE_REASON__REFUSE_REASON_LINEAGE;
    if (hello->cursor > stream->last_sequence)
        return DUBAN__REFUSE_REASON__REFUSE_REASON_AHEAD;
    if (hello->cursor + 1 < stream->first_sequence)
        return DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED;
    if (hello->digest.len == 0)
        return DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED;
    if (!producer->source.digest(producer->source.self, hello->cursor, digest))
        return DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED;
    if (memcmp(digest, hello->digest.data, DIGEST_BYTES) != 0)
        return DUBAN__REFUSE_REASON__REFUSE_REASON_DIVERGED;
    return DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED;
}

static const char *detail_of(Duban__RefuseReason reason)
{
    switch (reason) {
    case DUBAN__REFUSE_REASON__REFUSE_REASON_LINEAGE:
        return "lineage：对方属于另一套数据 / lineage: the consumer belongs to another data set";
    case DUBAN__REFUSE_REASON__REFUSE_REASON_AHEAD:
        return "cursor：对方比这里新，其中一方是恢复出来的 / cursor: the consumer knows more than this stream holds: "
               "one of the two was restored";
    case DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED:
        return "cursor：其后的记录已不在 / cursor: the records after it are not held any more";
    case DUBAN__REFUSE_REASON__REFUSE_REASON_DIVERGED:
        return "digest：同一序号处内容不同 / digest: the consumer has other content at the same sequence";
    case DUBAN__REFUSE_REASON__REFUSE_REASON_VERSION:
        return "frame.version：消息的版本不同 / frame.version: frames of another version";
    case DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED:
        return "consumer 须为编号，digest 须为 32 字节 / consumer must be a code, digest 32 bytes";
    case DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED:
    case _DUBAN__REFUSE_REASON_IS_INT_SIZE:
        break;
    }
    return "连接的对方过多 / too many consumers";
}

/* One session for each consumer's name: who says HELLO last has it. */
static struct link_session *make_place(struct link_producer *producer, const struct peer *peer, const char *consumer)
{
    struct link_session *older = session_of(producer, peer);
    struct link_session *namesake;

    if (older != NULL)
        forget(older);
    namesake = session_named(producer, consumer);
    if (namesake != NULL) {
        say_bye(producer, &namesake->peer, replaced);
        forget(namesake);
    }
    return free_session(producer);
}

static void open_session(struct link_producer *producer, const struct peer *peer, const Duban__Hello *hello,
                         const Duban__HelloOk *hello_ok)
{
    struct link_session *session = make_place(producer, peer, hello->consumer);

    if (session == NULL) {
        refuse(producer, peer, DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED,
               detail_of(DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED));
        return;
    }
    if (answer(producer, peer, FRAME_HELLO_OK, hello_ok) == -1)
        return;
    *session = (struct link_session){
        .peer = *peer, .next = hello->cursor + 1, .acknowledged = hello->cursor,
        .opened_ms = monotonic_ms(), .heard_ms = monotonic_ms(), .open = true,
    };
    memcpy(session->consumer, hello->consumer, strlen(hello->consumer) + 1);   /* a code: it fits */
    log_info("link: consumer connected: consumer=%s cursor=%llu", session->consumer,
             (unsigned long long) hello->cursor);
    if (producer->source.cursor != NULL)
        producer->source.cursor(producer->source.self, session->consumer, hello->cursor);
}

static void on_hello(struct link_producer *producer, const struct received *received)
{
    Duban__Hello *hello =
        message_unpack(&producer->arena, &duban__hello__descriptor, received->body, LINK_BODY_BYTES, NULL);
    Duban__HelloOk hello_ok = DUBAN__HELLO_OK__INIT;
    Duban__RefuseReason reason;

    if (hello == NULL) {
        refuse_malformed(producer, &received->peer, "HELLO 无法解析 / malformed HELLO");
        return;
    }
    producer->source.hello_ok(producer->source.self, &hello_ok);
    hello_ok.lineage = producer->lineage;
    hello_ok.epoch = producer->epoch;
    reason = judge(producer, hello, &hello_ok);
    if (reason == DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED) {
        open_session(producer, &received->peer, hello, &hello_ok);
        return;
    }
    if (reason != DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED)
        log_warn("link: consumer refused: consumer=%s cursor=%llu reason=%s", hello->consumer,
                 (unsigned long long) hello->cursor, detail_of(reason));
    refuse(producer, &received->peer, reason, detail_of(reason));
}

/* ---------------------------------------------------------------- within a session */

/* NULL: the frame belongs to no session of this start. Who sends from before our start, or after
 * a silence, is told, so that it need not wait for its own silence to end. */
static struct link_session *session_for(struct link_producer *producer, const struct received *received)
{
    struct link_session *session = session_of(producer, &received->peer);

    if (session == NULL) {
        producer->refused_count++;
        say_bye(producer, &received->peer, no_session);
        return NULL;
    }
    if (received->frame.lineage != producer->lineage || received->frame.epoch != producer->epoch) {
        producer->refused_count++;
        return NULL;
    }
    session->heard_ms = monotonic_ms();
    return session;
}

static uint64_t saturated(uint64_t credit, uint32_t more)
{
    return credit + more > max_credit ? max_credit : credit + more;
}

static void on_credit(struct link_producer *producer, const struct received *received)
{
    struct link_session *session = session_for(producer, received);
    Duban__Credit *credit;

    if (session == NULL)
        return;
    credit = message_unpack(&producer->arena, &duban__credit__descriptor, received->body, LINK_BODY_BYTES, NULL);
    if (credit == NULL) {
        refuse_malformed(producer, &received->peer, "CREDIT 无法解析 / malformed CREDIT");
        return;
    }
    session->credit_records = saturated(session->credit_records, credit->records);
    session->credit_bytes = saturated(session->credit_bytes, credit->bytes);
}

static void on_cursor(struct link_producer *producer, const struct received *received)
{
    struct link_session *session = session_for(producer, received);
    Duban__Cursor *cursor;

    if (session == NULL)
        return;
    cursor = message_unpack(&producer->arena, &duban__cursor__descriptor, received->body, LINK_BODY_BYTES, NULL);
    if (cursor == NULL) {
        refuse_malformed(producer, &received->peer, "CURSOR 无法解析 / malformed CURSOR");
        return;
    }
    if (cursor->sequence >= session->next) {
        refuse_malformed(producer, &received->peer, "sequence：CURSOR 超出已发送的记录 / sequence: CURSOR beyond what was sent");
        return;
    }
    if (cursor->sequence <= session->acknowledged)
        return;
    session->acknowledged = cursor->sequence;
    if (producer->source.cursor != NULL)
        producer->source.cursor(producer->source.self, session->consumer, cursor->sequence);
}

static bool are_tokens(const Duban__Wake *wake)
{
    if (wake->n_forget > LINK_MOST_FORGET)
        return false;
    for (size_t i = 0; i < wake->n_forget; i++)
        if (wake->forget[i].len != TOKEN_BYTES)
            return false;
    return true;
}

static void on_wake(struct link_producer *producer, const struct received *received)
{
    struct link_session *session = session_for(producer, received);
    Duban__Wake *wake;

    if (session == NULL)
        return;
    wake = message_unpack(&producer->arena, &duban__wake__descriptor, received->body, LINK_BODY_BYTES, NULL);
    if (wake == NULL || wake->due_ms < 0 || !are_tokens(wake)) {
        refuse_malformed(producer, &received->peer, "WAKE 无法解析，due_ms 不能为负，代号须为 16 字节 / malformed WAKE, due_ms must not be negative, a token has 16 bytes");
        return;
    }
    if (producer->source.wake != NULL)
        producer->source.wake(producer->source.self, session->consumer, wake->due_ms);
    else
        producer->refused_count++;
    if (wake->n_forget > 0 && producer->source.forget != NULL)
        producer->source.forget(producer->source.self, session->consumer, wake->forget, wake->n_forget);
}

static void dispatch(struct link_producer *producer, const struct received *received)
{
    switch ((enum frame_type) received->frame.type) {
    case FRAME_HELLO:
        on_hello(producer, received);
        return;
    case FRAME_CREDIT:
        on_credit(producer, received);
        return;
    case FRAME_CURSOR:
        on_cursor(producer, received);
        return;
    case FRAME_WAKE:
        on_wake(producer, received);
        return;
    case FRAME_HELLO_OK:
    case FRAME_REFUSE:
    case FRAME_BATCH:
    case FRAME_TAIL:
    case FRAME_BYE:
    case FRAME_SUBMIT:
    case FRAME_RECEIPT:
    case FRAME_REFUSAL:
    case FRAME_QUERY:
    case FRAME_REPLY:
        break;
    }
    refuse_malformed(producer, &received->peer, "a frame that no consumer sends");
}

static void on_bad_frame(struct link_producer *producer, const struct peer *peer, int error)
{
    if (error == EPROTONOSUPPORT)
        refuse(producer, peer, DUBAN__REFUSE_REASON__REFUSE_REASON_VERSION,
               detail_of(DUBAN__REFUSE_REASON__REFUSE_REASON_VERSION));
    else
        refuse_malformed(producer, peer, "malformed frames");
}

int link_producer_receive(struct link_producer *producer)
{
    struct received received;

    for (int i = 0; i < MESSAGES_PER_TURN; i++) {
        arena_reset(&producer->arena);
        switch (frame_receive(producer->socket, true, &received)) {
        case FRAME_OK:
            dispatch(producer, &received);
            frame_release(&received);
            break;
        case FRAME_BAD:
            on_bad_frame(producer, &received.peer, errno);
            break;
        case FRAME_NONE:
            link_producer_pump(producer);
            return 0;
        case FRAME_FAILED:
            log_error("link: cannot receive: error=%s", zmq_strerror(errno));
            return -1;
        }
    }
    link_producer_pump(producer);
    return 0;
}

/* ---------------------------------------------------------------- records out */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static struct link_batch allowance(const struct link_producer *producer, const struct link_session *session)
{
    uint64_t unacknowledged = session->next - 1 - session->acknowledged;
    uint64_t records = least(session->credit_records, LINK_MAX_UNACKNOWLEDGED - unacknowledged);

    return (struct link_batch){
        .data = producer->buffer,
        .capacity = least(session->credit_bytes, LINK_BATCH_BYTES),
        .max_records = (uint32_t) least(records, LINK_BATCH_RECORDS),
    };
}

/* True when it was sent. */
static bool send_batch(struct link_producer *producer, struct link_session *session, const struct link_batch *batch)
{
    struct frame frame = {
        .type = FRAME_BATCH, .lineage = producer->lineage, .epoch = producer->epoch, .value = session->next,
    };

    if (get_u64(batch->data + BATCH_AT_SEQUENCE) != session->next) {
        /* Trimmed behind its back: its next HELLO gets the proper answer. */
        say_bye(producer, &session->peer, no_session);
        forget(session);
        return false;
    }
    if (frame_send(producer->socket, &session->peer, &frame, bytes_of(batch->data, batch->size)) == -1) {
        if (errno != EAGAIN)
            forget(session);
        return false;
    }
    session->next += batch->records;
    session->credit_records -= batch->records;
    session->credit_bytes -= batch->size;
    producer->sent_count += batch->records;
    return true;
}

/* Others may read elsewhere, and what keeps the stream may go on: only who has come to it must wait. */
static void end_unreadable(struct link_producer *producer, struct link_session *session)
{
    log_warn("link: cannot be read on: consumer=%s from=%llu", session->consumer, (unsigned long long) session->next);
    say_bye(producer, &session->peer, unreadable);
    forget(session);
}

static void pump_session(struct link_producer *producer, struct link_session *session)
{
    struct link_batch batch;
    uint32_t sent = 0;

    if (monotonic_ms() < session->gather_until_ms)
        return;
    for (;;) {
        batch = allowance(producer, session);
        if (batch.max_records == 0 || batch.capacity < BATCH_RECORD_BYTES)
            return;   /* what waits for credit gathers meanwhile */
        if (producer->source.read(producer->source.self, session->next, &batch) == -1) {
            end_unreadable(producer, session);
            return;
        }
        if (batch.records == 0 || !send_batch(producer, session, &batch))
            break;
        sent += batch.records;
    }
    if (sent >= GATHER_AFTER_RECORDS)
        session->gather_until_ms = monotonic_ms() + producer->gather_ms;
}

void link_producer_pump(struct link_producer *producer)
{
    arena_reset(&producer->arena);
    for (size_t i = 0; i < LINK_MAX_CONSUMERS; i++) {
        if (producer->sessions[i].open)
            pump_session(producer, &producer->sessions[i]);
    }
}

/* ---------------------------------------------------------------- time */

/* When we were the ones who did not listen, nobody was silent. */
static void forget_silent(struct link_producer *producer, int64_t now_ms)
{
    if (link_is_readable(producer->socket))
        return;
    for (size_t i = 0; i < LINK_MAX_CONSUMERS; i++) {
        struct link_session *session = &producer->sessions[i];

        if (session->open && now_ms - session->heard_ms >= LINK_SILENCE_MS) {
            log_warn("link: consumer is silent: consumer=%s cursor=%llu", session->consumer,
                     (unsigned long long) session->acknowledged);
            forget(session);
        }
    }
}

void link_producer_tail_now(struct link_producer *producer)
{
    Duban__Tail tail = DUBAN__TAIL__INIT;

    producer->tail_sent_ms = monotonic_ms();
    arena_reset(&producer->arena);
    producer->source.tail(producer->source.self, &tail);
    for (size_t i = 0; i < LINK_MAX_CONSUMERS; i++) {
        struct link_session *session = &producer->sessions[i];

        if (session->open && answer(producer, &session->peer, FRAME_TAIL, &tail) == -1 && errno == EHOSTUNREACH)
            forget(session);
    }
}

void link_producer_tick(struct link_producer *producer)
{
    int64_t now_ms = monotonic_ms();

    if (now_ms - producer->tail_sent_ms < LINK_TAIL_MS)
        return;
    forget_silent(producer, now_ms);
    link_producer_tail_now(producer);
}

int link_producer_timeout_ms(const struct link_producer *producer)
{
    int64_t now_ms = monotonic_ms();
    int64_t at_ms = producer->tail_sent_ms + LINK_TAIL_MS;

    for (size_t i = 0; i < LINK_MAX_CONSUMERS; i++) {
        const struct link_session *session = &producer->sessions[i];

        if (session->open && session->gather_until_ms > now_ms && session->gather_until_ms < at_ms)
            at_ms = session->gather_until_ms;
    }
    return at_ms > now_ms ? (int) (at_ms - now_ms) : 0;
}

/* ---------------------------------------------------------------- shown */

static Duban__LinkSession *shown(const struct link_session *session, uint64_t last, struct arena *arena)
{
    Duban__LinkSession *row = arena_take(arena, sizeof *row);

    if (row == NULL)
        return NULL;
    duban__link_session__init(row);
    row->consumer = (char *) session->consumer;
    row->cursor = session->acknowledged;
    row->behind = last > session->acknowledged ? last - session->acknowledged : 0;
    row->connected_ms = monotonic_ms() - session->opened_ms;
    return row;
}

Duban__LinkSession **link_producer_sessions(const struct link_producer *producer, uint64_t last, struct arena *arena,
                                            size_t *count)
{
    Duban__LinkSession **rows = arena_take_pointers(arena, LINK_MAX_CONSUMERS);

    *count = 0;
    for (size_t i = 0; rows != NULL && i < LINK_MAX_CONSUMERS; i++) {
        const struct link_session *session = &producer->sessions[i];

        if (session->open && (rows[*count] = shown(session, last, arena)) != NULL)
            (*count)++;
    }
    return rows;
}

/* ---------------------------------------------------------------- life */

int link_producer_open(struct link_producer *producer, void *zmq, const char *endpoint, uint64_t lineage,
                       uint32_t epoch, struct link_source source)
{
    *producer = (struct link_producer){
        .source = source, .lineage = lineage, .epoch = epoch, .tail_sent_ms = monotonic_ms(),
    };
    arena_open(&producer->arena, LINK_ARENA_BYTES);
    producer->buffer = malloc(LINK_BATCH_BYTES);
    if (producer->buffer == NULL)
        return -1;
    producer->socket = frame_bind(zmq, endpoint);
    if (producer->socket != NULL)
        return 0;
    link_producer_close(producer);
    return -1;
}

void link_producer_close(struct link_producer *producer)
{
    int error = errno;

    if (producer->socket != NULL)
        zmq_close(producer->socket);
    free(producer->buffer);
    arena_close(&producer->arena);
    producer->socket = NULL;
    producer->buffer = NULL;
    errno = error;
}
