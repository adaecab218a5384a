/* outcome.c - facts back to ingest: what became of each notice, and the house's alarms.
 *
 * Facts wait in a table until ingest has receipted them. A request covers a run of them and
 * is made again from the same rows, with the same client id, until its receipt comes. While
 * one is under way the next ones gather, so that a busy house sends few and full requests
 * and a quiet one sends at once.
 */
#include <inttypes.h>

#include "detail.h"
#include "log.h"
#include "message.h"
#include "notify.h"

enum { RECEIPT_WITHIN_MS = 5000, REFUSED_WAIT_MS = 60 * 1000, LATER_WAIT_MS = 1000, ARENA_BYTES = 64 * 1024 };

static const char account[] = "notify";

/* A run of facts as they go into one entry. */
struct run {
    struct fact facts[OUTCOME_MOST_FACTS];
    char chinese[OUTCOME_MOST_FACTS][DETAIL_BYTES + 1];
    size_t count;
    Duban__Outcome outcomes[OUTCOME_MOST_FACTS];
    Duban__Outcome *outcome_list[OUTCOME_MOST_FACTS];
    Duban__HouseAlarm alarm;
    Duban__Text alarm_detail;
    Duban__HouseAlarm *alarm_list[1];
};

static void open_socket(struct notify *notify)
{
    char endpoint[256];

    notify_endpoint(notify, "ingest.outcome", endpoint, sizeof endpoint);
    notify->outcome.socket = frame_connect(notify->zmq, endpoint);
    if (notify->outcome.socket == NULL)
        die("无法连接 %s / cannot connect %s: %s", endpoint, endpoint, zmq_strerror(zmq_errno()));
}

static uint64_t first_fact(struct notify *notify)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    uint64_t first = notify->state.head.outcome_last + 1;

    store_begin(&txn, &notify->state.store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_OUTCOME);
    if (store_seek(&cursor, bytes_of(NULL, 0), &key, &value))
        first = get_u64(key.data);
    store_cursor_close(&cursor);
    store_abort(&txn);
    return first;
}

void outcome_open(struct notify *notify)
{
    memset(&notify->outcome, 0, sizeof notify->outcome);
    notify->outcome.next = first_fact(notify);
    open_socket(notify);
}

void outcome_close(struct notify *notify)
{
    if (notify->outcome.socket != NULL)
        zmq_close(notify->outcome.socket);
    notify->outcome.socket = NULL;
}

/* ---------------------------------------------------------------- one request */

/* Facts from `first` to at most `last`; an alarm goes alone, so that its client id is its own
 * whatever gathers around it. */
static void read_run(struct notify *notify, struct run *run, uint64_t first, uint64_t last)
{
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    uint8_t from[8];
    bool more;

    run->count = 0;
    put_u64(from, first);
    store_begin(&txn, &notify->state.store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_OUTCOME);
    more = store_seek(&cursor, bytes_of(from, sizeof from), &key, &value);
    while (more && run->count < OUTCOME_MOST_FACTS) {
        struct fact *fact = &run->facts[run->count];

        if (!state_read_fact(key, value, fact) || fact->number > last || (fact->is_alarm && run->count > 0))
            break;
        run->count++;
        if (fact->is_alarm)
            break;
        more = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    store_abort(&txn);
}

static void fill_outcomes(struct run *run, Duban__Outcomes *outcomes)
{
    for (size_t i = 0; i < run->count; i++) {
        Duban__Outcome *outcome = &run->outcomes[i];

        duban__outcome__init(outcome);
        outcome->notice = run->facts[i].notice;
        outcome->grade = run->facts[i].grade;
        outcome->retry = run->facts[i].retry;
        outcome->channel = (char *) channel_of(run->facts[i].channel)->name;
        outcome->attempts = run->facts[i].attempts;
        outcome->counted_in = run->facts[i].counted_in;
        outcome->detail = run->facts[i].detail;
        detail_in_chinese(run->chinese[i], sizeof run->chinese[i], outcome->detail);
        if (strcmp(run->chinese[i], outcome->detail) != 0)
            outcome->detail_zh = run->chinese[i];
        run->outcome_list[i] = outcome;
    }
    outcomes->outcomes = run->outcome_list;
    outcomes->n_outcomes = run->count;
}

static void fill_alarm(struct run *run, Duban__Outcomes *outcomes)
{
    duban__house_alarm__init(&run->alarm);
    run->alarm.kind = run->facts[0].alarm;
    run->alarm.at_ms = run->facts[0].at_ms;
    duban__text__init(&run->alarm_detail);
    run->alarm_detail.zh = run->facts[0].detail;
    run->alarm_detail.en = run->facts[0].detail_en;
    run->alarm.detail_text = &run->alarm_detail;
    alarm_fill_way(&run->alarm, &run->facts[0].way);
    run->alarm_list[0] = &run->alarm;
    outcomes->alarms = run->alarm_list;
    outcomes->n_alarms = 1;
}

static bool submit(struct notify *notify, struct run *run, uint64_t request_id)
{
    Duban__Outcomes outcomes = DUBAN__OUTCOMES__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__Submit message = DUBAN__SUBMIT__INIT;
    struct frame frame = { .type = FRAME_SUBMIT };
    uint8_t client_id[ID_BYTES];
    struct bytes packed, body;

    if (run->facts[0].is_alarm)
        fill_alarm(run, &outcomes);
    else
        fill_outcomes(run, &outcomes);
    entry.body_case = DUBAN__ENTRY__BODY_OUTCOMES;
    entry.outcomes = &outcomes;
    packed = message_pack(&notify->arena, &entry);
    if (packed.data == NULL)
        return false;
    digest_of_parts(client_id, sizeof client_id, bytes_of(NULL, 0), &packed, 1);
    message.request_id = request_id;
    message.account = (char *) account;
    message.client_id = (ProtobufCBinaryData){ sizeof client_id, client_id };
    message.entry = (ProtobufCBinaryData){ packed.size, (uint8_t *) packed.data };
    body = message_pack(&notify->arena, &message);
    return body.data != NULL && frame_send(notify->outcome.socket, NULL, &frame, body) == 0;
}

static void send_request(struct notify *notify, struct submission *request)
{
    struct run *run;

    arena_reset(&notify->arena);
    run = arena_take(&notify->arena, sizeof *run);
    if (run == NULL)
        return;
    read_run(notify, run, request->first, request->last);
    if (run->count == 0) {
        request->state = SUBMISSION_FREE;
        return;
    }
    request->last = run->facts[run->count - 1].number;
    request->id = ++notify->outcome.last_request_id;
    request->at_ms = notify->now_ms + (submit(notify, run, request->id) ? RECEIPT_WITHIN_MS : LATER_WAIT_MS);
    request->state = SUBMISSION_SENT;
    notify->counters.outcome_requests++;
    if (notify->outcome.next <= request->last)
        notify->outcome.next = request->last + 1;
}

/* ---------------------------------------------------------------- what to send now */

/* An answer is overdue: it or the request was lost. */
static void give_up_waiting(struct notify *notify)
{
    struct outcome *outcome = &notify->outcome;
    bool lost = false;

    for (int i = 0; i < OUTCOME_REQUESTS; i++)
        lost |= outcome->requests[i].state == SUBMISSION_SENT && outcome->requests[i].at_ms <= notify->now_ms;
    if (!lost)
        return;
    outcome_close(notify);
    open_socket(notify);
    for (int i = 0; i < OUTCOME_REQUESTS; i++) {
        if (outcome->requests[i].state == SUBMISSION_SENT) {
            outcome->requests[i].state = SUBMISSION_UNSENT;
            outcome->requests[i].at_ms = 0;
        }
    }
}

static bool any_under_way(const struct outcome *outcome)
{
    for (int i = 0; i < OUTCOME_REQUESTS; i++)
        if (outcome->requests[i].state == SUBMISSION_SENT || outcome->requests[i].state == SUBMISSION_UNSENT)
            return true;
    return false;
}

/* A new request when there is a full one, or nothing is under way that others could wait for. */
static bool wants_a_request(struct notify *notify)
{
    const struct outcome *outcome = &notify->outcome;
    uint64_t last = notify->state.committed.outcome_last;

    return outcome->next <= last && (last - outcome->next + 1 >= OUTCOME_MOST_FACTS || !any_under_way(outcome));
}

void outcome_send(struct notify *notify)
{
    struct outcome *outcome = &notify->outcome;

    give_up_waiting(notify);
    for (int i = 0; i < OUTCOME_REQUESTS; i++) {
        struct submission *request = &outcome->requests[i];

        if (request->state == SUBMISSION_UNSENT && request->at_ms <= notify->now_ms)
            send_request(notify, request);
        if (request->state == SUBMISSION_FREE && wants_a_request(notify)) {
            request->first = outcome->next;
            request->last = notify->state.committed.outcome_last;
            send_request(notify, request);
        }
    }
}

/* ---------------------------------------------------------------- answers */

static struct submission *request_of(struct outcome *outcome, uint64_t id)
{
    for (int i = 0; i < OUTCOME_REQUESTS; i++)
        if (outcome->requests[i].state == SUBMISSION_SENT && outcome->requests[i].id == id)
            return &outcome->requests[i];
    return NULL;
}

static void on_receipt(struct notify *notify, struct bytes body)
{
    Duban__Receipt *receipt = message_unpack(&notify->arena, &duban__receipt__descriptor, body, ARENA_BYTES, NULL);
    struct submission *request = receipt != NULL ? request_of(&notify->outcome, receipt->request_id) : NULL;

    if (request != NULL)
        request->state = SUBMISSION_RECEIPTED;
}

/* Nothing is dropped for being refused: "later" soon, anything else is a defect that somebody
 * has to see, and is tried again slowly. */
static void on_refusal(struct notify *notify, struct bytes body)
{
    Duban__Refusal *refusal = message_unpack(&notify->arena, &duban__refusal__descriptor, body, ARENA_BYTES, NULL);
    struct submission *request = refusal != NULL ? request_of(&notify->outcome, refusal->request_id) : NULL;
    bool later;

    if (request == NULL)
        return;
    later = refusal->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER ||
            refusal->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL;
    notify->counters.outcome_refusals++;
    if (!later)
        log_error("outcome: refused: code=%d field=%s: %s", refusal->code, refusal->field, refusal->en);
    request->state = SUBMISSION_UNSENT;
    request->at_ms = notify->now_ms + (later ? LATER_WAIT_MS : REFUSED_WAIT_MS);
    if (later && refusal->retry_after_ms > 0 && refusal->retry_after_ms < REFUSED_WAIT_MS)
        request->at_ms = notify->now_ms + refusal->retry_after_ms;
}

void outcome_receive(struct notify *notify)
{
    struct received received;
    enum frame_status status;

    while (notify->outcome.socket != NULL &&
           (status = frame_receive(notify->outcome.socket, false, &received)) != FRAME_NONE) {
        if (status == FRAME_BAD)
            continue;
        if (status == FRAME_FAILED)
            return;
        arena_reset(&notify->arena);
        if (received.frame.type == FRAME_RECEIPT)
            on_receipt(notify, received.body);
        else if (received.frame.type == FRAME_REFUSAL)
            on_refusal(notify, received.body);
        frame_release(&received);
    }
}

/* ---------------------------------------------------------------- receipted */

bool outcome_has_receipts(const struct notify *notify)
{
    for (int i = 0; i < OUTCOME_REQUESTS; i++)
        if (notify->outcome.requests[i].state == SUBMISSION_RECEIPTED)
            return true;
    return false;
}

void outcome_settle(struct notify *notify, struct store_txn *txn)
{
    for (int i = 0; i < OUTCOME_REQUESTS; i++)
        if (notify->outcome.requests[i].state == SUBMISSION_RECEIPTED)
            state_delete_facts(&notify->state, txn, notify->outcome.requests[i].first,
                               notify->outcome.requests[i].last);
}

void outcome_settled(struct notify *notify)
{
    for (int i = 0; i < OUTCOME_REQUESTS; i++)
        if (notify->outcome.requests[i].state == SUBMISSION_RECEIPTED)
            notify->outcome.requests[i].state = SUBMISSION_FREE;
}
