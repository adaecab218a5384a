/* link_consumer.c - the end of a link that asks: greets, gives credit, takes batches over, says how far it is. */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>

#include "link_private.h"
#include "log.h"

enum { BACK_OFF_MIN_MS = 100, BACK_OFF_MAX_MS = 5000, MESSAGES_PER_TURN = 64, MOST_TOGETHER = 32 };

/* ---------------------------------------------------------------- sessions */

/* Anywhere between the least and a bound that doubles: consumers that failed together do not
 * come back together. */
static int64_t back_off_ms(uint32_t failures)
{
    uint32_t bound_ms = failures > 5 ? BACK_OFF_MAX_MS : (uint32_t) BACK_OFF_MIN_MS << failures;

    return BACK_OFF_MIN_MS + randombytes_uniform(bound_ms - BACK_OFF_MIN_MS + 1);
}

static void close_socket(struct link_consumer *consumer)
{
    if (consumer->socket != NULL)
        zmq_close(consumer->socket);
    consumer->socket = NULL;
    consumer->state = LINK_CLOSED;
}

/* Every ending of a session comes here. The same reason is logged once, not at every retry. */
static void end_session(struct link_consumer *consumer, enum link_fault fault)
{
    if (consumer->fault != fault)
        log_warn("link: session closed: endpoint=%s cursor=%llu reason=%s", consumer->endpoint,
                 (unsigned long long) consumer->cursor, link_trouble_of(fault)->en);
    close_socket(consumer);
    consumer->fault = fault;
    consumer->failures++;
    consumer->retry_at_ms = monotonic_ms() + back_off_ms(consumer->failures);
}

static void drop_frame(struct link_consumer *consumer, enum link_fault fault)
{
    consumer->dropped_count++;
    end_session(consumer, fault);
}

static void proved_good(struct link_consumer *consumer)
{
    if (consumer->fault != LINK_FINE)
        log_info("link: session is good again: endpoint=%s cursor=%llu", consumer->endpoint,
                 (unsigned long long) consumer->cursor);
    consumer->fault = LINK_FINE;
    consumer->failures = 0;
    consumer->good_ms = monotonic_ms();
}

/* ---------------------------------------------------------------- sending */

/* What cannot be sent would be missed for ever (a credit above all), so that the session ends. */
static bool tell(struct link_consumer *consumer, enum frame_type type, const void *message)
{
    struct frame frame = { .type = (uint8_t) type, .lineage = consumer->lineage, .epoch = consumer->epoch };

    if (consumer->socket == NULL)
        return false;   /* an earlier message of this turn ended the session */
    if (type == FRAME_HELLO)
        frame.epoch = 0;
    if (link_send(consumer->socket, NULL, frame, &consumer->arena, message) == 0)
        return true;
    end_session(consumer, LINK_FAULT_UNSENT);
    return false;
}

static bool tell_cursor(struct link_consumer *consumer)
{
    Duban__Cursor cursor = DUBAN__CURSOR__INIT;

    cursor.sequence = consumer->cursor;
    return tell(consumer, FRAME_CURSOR, &cursor);
}

static bool grant(struct link_consumer *consumer, uint32_t records, uint32_t bytes)
{
    Duban__Credit credit = DUBAN__CREDIT__INIT;

    credit.records = records;
    credit.bytes = bytes;
    return tell(consumer, FRAME_CREDIT, &credit);
}

static bool tell_wake(struct link_consumer *consumer)
{
    Duban__Wake wake = DUBAN__WAKE__INIT;
    ProtobufCBinaryData tokens[LINK_MOST_FORGET];

    if (consumer->wake_ms < 0)
        return true;
    wake.due_ms = consumer->wake_ms;
    wake.forget = tokens;
    for (; wake.n_forget < consumer->forget_count; wake.n_forget++)
        tokens[wake.n_forget] = (ProtobufCBinaryData){ TOKEN_BYTES, consumer->forget[wake.n_forget] };
    return tell(consumer, FRAME_WAKE, &wake);
}

static uint32_t window_records(const struct link_consumer *consumer)
{
    return consumer->sink.takes_together ? LINK_TOGETHER_RECORDS : LINK_CREDIT_RECORDS;
}

static uint32_t window_bytes(const struct link_consumer *consumer)
{
    return consumer->sink.takes_together ? LINK_TOGETHER_BYTES : LINK_CREDIT_BYTES;
}

/* Grant again what was consumed. While more lies waiting it is saved up to half of the window:
 * granted in crumbs it would come back in crumbs, and every batch costs a commit. */
static void grant_owed(struct link_consumer *consumer)
{
    bool large = consumer->owed_records >= window_records(consumer) / 2 || consumer->owed_bytes >= window_bytes(consumer) / 2;

    if (consumer->state != LINK_OPEN || consumer->owed_records == 0)
        return;
    if (!large && link_is_readable(consumer->socket))
        return;
    if (!grant(consumer, consumer->owed_records, consumer->owed_bytes))
        return;
    consumer->owed_records = 0;
    consumer->owed_bytes = 0;
}

static void say_hello(struct link_consumer *consumer)
{
    Duban__Hello hello = DUBAN__HELLO__INIT;

    arena_reset(&consumer->arena);
    consumer->sink.hello(consumer->sink.self, &hello);
    if (hello.lineage != consumer->lineage)
        consumer->epoch = 0;   /* epochs are counted within a lineage */
    consumer->lineage = hello.lineage;
    consumer->cursor = hello.cursor;
    (void) tell(consumer, FRAME_HELLO, &hello);
}

static void open_session(struct link_consumer *consumer)
{
    consumer->socket = frame_connect(consumer->zmq, consumer->endpoint);
    if (consumer->socket == NULL) {
        end_session(consumer, LINK_FAULT_UNCONNECTED);
        return;
    }
    consumer->state = LINK_GREETING;
    consumer->heard_ms = monotonic_ms();
    consumer->owed_records = 0;
    consumer->owed_bytes = 0;
    say_hello(consumer);
}

/* ---------------------------------------------------------------- batches */

static void handle(struct link_consumer *consumer, enum frame_status status, struct received *received);

/* One record at offset; what is wrong with it, or LINK_FINE. */
static enum link_fault read_record(struct bytes body, size_t offset, struct link_record *record)
{
    const uint8_t *at = (const uint8_t *) body.data + offset;
    size_t length;

    if (body.size - offset < BATCH_RECORD_BYTES)
        return LINK_FAULT_HALF_RECORD;
    length = get_u32(at + BATCH_AT_LENGTH);
    if (length > body.size - offset - BATCH_RECORD_BYTES)
        return LINK_FAULT_HALF_RECORD;
    record->sequence = get_u64(at + BATCH_AT_SEQUENCE);
    record->stamp_ms = (int64_t) get_u64(at + BATCH_AT_STAMP);
    record->data = bytes_of(at + BATCH_RECORD_BYTES, length);
    if (get_u32(at + BATCH_AT_CRC) != crc32c(0, record->data.data, length))
        return LINK_FAULT_BAD_CRC;
    return LINK_FINE;
}

/* Of one batch, or of some that are applied as one. */
struct batch_read {
    struct link_record *records;   /* window_records of them */
    size_t kept;                   /* those after the cursor */
    uint32_t count;                /* all */
    uint32_t bytes;                /* of their bodies */
};

/* What is wrong, or LINK_FINE. Goes on behind what has been read before. */
static enum link_fault read_batch(const struct link_consumer *consumer, const struct received *received,
                                  struct batch_read *batch)
{
    uint64_t expected = received->frame.value;
    struct link_record record;
    enum link_fault fault;

    if (received->body.size > LINK_CREDIT_BYTES || received->body.size == 0)
        return LINK_FAULT_BATCH_SIZE;
    for (size_t offset = 0; offset < received->body.size; offset += BATCH_RECORD_BYTES + record.data.size) {
        if (expected - received->frame.value == LINK_CREDIT_RECORDS || batch->count == window_records(consumer))
            return LINK_FAULT_BATCH_CREDIT;
        fault = read_record(received->body, offset, &record);
        if (fault != LINK_FINE)
            return fault;
        if (record.sequence != expected)
            return LINK_FAULT_GAP_INSIDE;
        expected++;
        batch->count++;
        if (record.sequence <= consumer->cursor)
            continue;
        if (record.sequence != consumer->cursor + 1 + batch->kept)
            return LINK_FAULT_GAP_BEFORE;
        batch->records[batch->kept++] = record;
    }
    batch->bytes += (uint32_t) received->body.size;
    return LINK_FINE;
}

static void take_over(struct link_consumer *consumer, const struct batch_read *batch)
{
    if (batch->kept > 0) {
        if (consumer->sink.apply(consumer->sink.self, batch->records, batch->kept) == -1) {
            end_session(consumer, LINK_FAULT_NOT_APPLIED);
            return;
        }
        consumer->cursor = batch->records[batch->kept - 1].sequence;
        proved_good(consumer);
    }
    consumer->owed_records += batch->count;
    consumer->owed_bytes += batch->bytes;
    (void) tell_cursor(consumer);
}

/* For another one, be it as large as a batch can be. */
static bool has_room(const struct link_consumer *consumer, const struct batch_read *batch)
{
    return consumer->sink.takes_together && batch->count + LINK_CREDIT_RECORDS <= window_records(consumer) &&
           batch->bytes + LINK_BATCH_BYTES <= window_bytes(consumer) / 2;
}

static bool joins(const struct link_consumer *consumer, const struct received *received, struct batch_read *batch)
{
    struct batch_read longer = *batch;

    if (received->frame.type != FRAME_BATCH || received->frame.lineage != consumer->lineage ||
        received->frame.epoch != consumer->epoch || read_batch(consumer, received, &longer) != LINK_FINE)
        return false;
    *batch = longer;
    return true;
}

/* The batch and those that lie behind it already. What is none, or bad, comes in its turn: what was before it stands. */
static void take_together(struct link_consumer *consumer, struct batch_read *batch)
{
    struct received others[MOST_TOGETHER];
    enum frame_status behind = FRAME_NONE;
    size_t count = 0;

    while (count < MOST_TOGETHER && has_room(consumer, batch)) {
        behind = frame_receive(consumer->socket, false, &others[count]);
        if (behind != FRAME_OK || !joins(consumer, &others[count], batch))
            break;
        behind = FRAME_NONE;
        count++;
    }
    take_over(consumer, batch);
    arena_reset(&consumer->arena);
    handle(consumer, behind, &others[count]);
    while (count > 0)
        frame_release(&others[--count]);
}

static void on_batch(struct link_consumer *consumer, const struct received *received)
{
    struct batch_read batch = { 0 };
    enum link_fault fault;

    batch.records = arena_take(&consumer->arena, window_records(consumer) * sizeof *batch.records);
    if (batch.records == NULL) {
        end_session(consumer, LINK_FAULT_NO_MEMORY);
        return;
    }
    fault = read_batch(consumer, received, &batch);
    if (fault == LINK_FINE)
        take_together(consumer, &batch);
    else
        drop_frame(consumer, fault);
}

/* ---------------------------------------------------------------- the other messages */

/* NULL: malformed, and the session is closed. */
static void *unpack(struct link_consumer *consumer, const ProtobufCMessageDescriptor *type,
                    const struct received *received)
{
    void *message = message_unpack(&consumer->arena, type, received->body, LINK_BODY_BYTES, NULL);

    if (message == NULL)
        drop_frame(consumer, LINK_FAULT_MALFORMED);
    return message;
}

/* What speaks against this producer, or LINK_FINE. */
static enum link_fault judge(const struct link_consumer *consumer, const struct received *received,
                         const Duban__HelloOk *hello_ok)
{
    if (hello_ok->lineage != received->frame.lineage || hello_ok->epoch != received->frame.epoch)
        return LINK_FAULT_HEADER;
    if (consumer->lineage != 0 && hello_ok->lineage != consumer->lineage)
        return LINK_FAULT_OTHER_LINEAGE;
    if (hello_ok->epoch < consumer->epoch)
        return LINK_FAULT_OLDER_START;
    if (hello_ok->last_sequence < consumer->cursor || hello_ok->first_sequence > consumer->cursor + 1)
        return LINK_FAULT_NOT_REACHED;
    return LINK_FINE;
}

static void on_hello_ok(struct link_consumer *consumer, const struct received *received)
{
    Duban__HelloOk *hello_ok = unpack(consumer, &duban__hello_ok__descriptor, received);
    enum link_fault fault;

    if (hello_ok == NULL)
        return;
    fault = judge(consumer, received, hello_ok);
    if (fault != LINK_FINE) {
        drop_frame(consumer, fault);
        return;
    }
    if (consumer->sink.hello_ok(consumer->sink.self, hello_ok) == -1) {
        end_session(consumer, LINK_FAULT_NOT_ACCEPTED);
        return;
    }
    consumer->lineage = hello_ok->lineage;
    consumer->epoch = hello_ok->epoch;
    consumer->state = LINK_OPEN;
    if (consumer->fault == LINK_FINE)
        log_info("link: session open: endpoint=%s epoch=%u cursor=%llu last=%llu", consumer->endpoint, hello_ok->epoch,
                 (unsigned long long) consumer->cursor, (unsigned long long) hello_ok->last_sequence);
    if (grant(consumer, window_records(consumer), window_bytes(consumer)))
        (void) tell_wake(consumer);
}

static void on_tail(struct link_consumer *consumer, const struct received *received)
{
    Duban__Tail *tail = unpack(consumer, &duban__tail__descriptor, received);

    if (tail == NULL)
        return;
    proved_good(consumer);
    if (consumer->sink.tail != NULL)
        consumer->sink.tail(consumer->sink.self, tail);
    if (tell_cursor(consumer))
        (void) tell_wake(consumer);
}

static enum link_fault refusal_of(Duban__RefuseReason reason)
{
    switch (reason) {
    case DUBAN__REFUSE_REASON__REFUSE_REASON_LINEAGE:
        return LINK_FAULT_REFUSED_LINEAGE;
    case DUBAN__REFUSE_REASON__REFUSE_REASON_AHEAD:
        return LINK_FAULT_REFUSED_AHEAD;
    case DUBAN__REFUSE_REASON__REFUSE_REASON_TRIMMED:
        return LINK_FAULT_REFUSED_TRIMMED;
    case DUBAN__REFUSE_REASON__REFUSE_REASON_DIVERGED:
        return LINK_FAULT_REFUSED_DIVERGED;
    case DUBAN__REFUSE_REASON__REFUSE_REASON_VERSION:
        return LINK_FAULT_REFUSED_VERSION;
    case DUBAN__REFUSE_REASON__REFUSE_REASON_MALFORMED:
        return LINK_FAULT_REFUSED_MALFORMED;
    case DUBAN__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED:
    case _DUBAN__REFUSE_REASON_IS_INT_SIZE:
        break;
    }
    return LINK_FAULT_REFUSED_FULL;
}

static void on_refuse(struct link_consumer *consumer, const struct received *received)
{
    Duban__Refuse *refuse = unpack(consumer, &duban__refuse__descriptor, received);

    if (refuse == NULL)
        return;
    if (consumer->sink.refused != NULL)
        consumer->sink.refused(consumer->sink.self, refuse);
    end_session(consumer, refusal_of(refuse->reason));
}

static void dispatch_greeting(struct link_consumer *consumer, const struct received *received)
{
    if (received->frame.type == FRAME_HELLO_OK)
        on_hello_ok(consumer, received);
    else if (received->frame.type == FRAME_REFUSE)
        on_refuse(consumer, received);
    else
        drop_frame(consumer, LINK_FAULT_EARLY_FRAME);
}

static void dispatch_open(struct link_consumer *consumer, const struct received *received)
{
    switch ((enum frame_type) received->frame.type) {
    case FRAME_BATCH:
        on_batch(consumer, received);
        return;
    case FRAME_TAIL:
        on_tail(consumer, received);
        return;
    case FRAME_REFUSE:
        on_refuse(consumer, received);
        return;
    case FRAME_BYE:
        end_session(consumer, LINK_FAULT_BYE);
        return;
    case FRAME_HELLO:
    case FRAME_HELLO_OK:
    case FRAME_CREDIT:
    case FRAME_CURSOR:
    case FRAME_WAKE:
    case FRAME_SUBMIT:
    case FRAME_RECEIPT:
    case FRAME_REFUSAL:
    case FRAME_QUERY:
    case FRAME_REPLY:
        break;
    }
    drop_frame(consumer, LINK_FAULT_UNEXPECTED);
}

/* The socket is new in each session: nothing of an older one can be on its way. */
static void dispatch(struct link_consumer *consumer, const struct received *received)
{
    if (consumer->state == LINK_GREETING)
        dispatch_greeting(consumer, received);
    else if (received->frame.lineage != consumer->lineage)
        drop_frame(consumer, LINK_FAULT_FRAME_LINEAGE);
    else if (received->frame.epoch != consumer->epoch)
        drop_frame(consumer, LINK_FAULT_FRAME_START);
    else
        dispatch_open(consumer, received);
}

static void handle(struct link_consumer *consumer, enum frame_status status, struct received *received)
{
    if (status == FRAME_OK && consumer->socket != NULL)
        dispatch(consumer, received);
    if (status == FRAME_OK)
        frame_release(received);
    else if (status == FRAME_BAD)
        drop_frame(consumer, LINK_FAULT_MALFORMED_FRAMES);
    else if (status == FRAME_FAILED)
        end_session(consumer, LINK_FAULT_UNHEARD);
}

/* False when there is nothing more to handle in this turn. */
static bool receive_one(struct link_consumer *consumer)
{
    struct received received;
    enum frame_status status;
    bool is_batch;

    arena_reset(&consumer->arena);
    status = frame_receive(consumer->socket, false, &received);
    is_batch = status == FRAME_OK && received.frame.type == FRAME_BATCH;
    handle(consumer, status, &received);
    if (status != FRAME_OK)
        return false;
    consumer->heard_ms = monotonic_ms();   /* our own work in between was no silence */
    grant_owed(consumer);
    return !is_batch;
}

void link_consumer_receive(struct link_consumer *consumer)
{
    for (int i = 0; i < MESSAGES_PER_TURN && consumer->socket != NULL; i++) {
        if (!receive_one(consumer))
            return;
    }
}

/* ---------------------------------------------------------------- time */

void link_consumer_tick(struct link_consumer *consumer)
{
    int64_t now_ms = monotonic_ms();

    if (consumer->state == LINK_CLOSED) {
        if (now_ms >= consumer->retry_at_ms)
            open_session(consumer);
        return;
    }
    /* What we have not yet listened to is no silence. */
    if (now_ms - consumer->heard_ms >= LINK_SILENCE_MS && !link_is_readable(consumer->socket))
        end_session(consumer, LINK_FAULT_SILENT);
}

int link_consumer_timeout_ms(const struct link_consumer *consumer)
{
    int64_t at_ms = consumer->state == LINK_CLOSED ? consumer->retry_at_ms : consumer->heard_ms + LINK_SILENCE_MS;
    int64_t left_ms = at_ms - monotonic_ms();

    return left_ms > 0 ? (int) left_ms : 0;
}

const struct link_trouble *link_consumer_trouble(const struct link_consumer *consumer)
{
    if (consumer->state == LINK_OPEN)
        return NULL;
    return link_trouble_of(consumer->fault != LINK_FINE ? consumer->fault : LINK_FAULT_UNGREETED);
}

void link_consumer_describe(const struct link_consumer *consumer, Duban__LinkState *state)
{
    const struct link_trouble *trouble = link_consumer_trouble(consumer);

    duban__link_state__init(state);
    state->silent_ms = monotonic_ms() - consumer->good_ms;
    if (trouble == NULL)
        return;
    state->zh = (char *) trouble->zh;
    state->en = (char *) trouble->en;
    state->other_stream = trouble->other_stream;
}

void link_consumer_wake(struct link_consumer *consumer, int64_t due_ms)
{
    bool known = due_ms == consumer->wake_ms;

    assert(due_ms >= 0);
    consumer->wake_ms = due_ms;
    if (!known && consumer->state == LINK_OPEN)
        (void) tell_wake(consumer);
}

void link_consumer_forget(struct link_consumer *consumer, const uint8_t (*tokens)[TOKEN_BYTES], size_t count)
{
    bool known = count == consumer->forget_count && (count == 0 || memcmp(consumer->forget, tokens, count * TOKEN_BYTES) == 0);

    assert(count <= LINK_MOST_FORGET);
    if (known)
        return;
    if (count > 0)
        memcpy(consumer->forget, tokens, count * TOKEN_BYTES);
    consumer->forget_count = count;
    if (count > 0 && consumer->state == LINK_OPEN)
        (void) tell_wake(consumer);
}

/* ---------------------------------------------------------------- life */

void link_consumer_open(struct link_consumer *consumer, void *zmq, const char *endpoint, struct link_sink sink)
{
    *consumer = (struct link_consumer){ .zmq = zmq, .sink = sink, .wake_ms = -1 };
    consumer->retry_at_ms = consumer->good_ms = monotonic_ms();
    assert(strlen(endpoint) < sizeof consumer->endpoint);
    (void) snprintf(consumer->endpoint, sizeof consumer->endpoint, "%s", endpoint);
    arena_open(&consumer->arena, LINK_ARENA_BYTES);
}

void link_consumer_close(struct link_consumer *consumer)
{
    close_socket(consumer);
    arena_close(&consumer->arena);
}
