/* upstream.c - the gateway's questions to the other daemons. */
#include "upstream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "frame.h"
#include "gateway.h"
#include "link.h"
#include "log.h"
#include "message.h"
#include "packed.h"

enum { NOBODY = UPSTREAM_WAITING_MOST };

static const char *const ENDPOINTS[UPSTREAM_COUNT] = {
    [UPSTREAM_SUBMIT] = "ingest.submit",
    [UPSTREAM_INGEST] = "ingest.query",
    [UPSTREAM_RULES] = "rules.query",
    [UPSTREAM_NOTIFY] = "notify.query",
};

void upstream_fault(enum upstream upstream, struct fault *fault)
{
    static const struct {
        const char *zh, *en;
    } WORDS[UPSTREAM_COUNT] = {
        [UPSTREAM_SUBMIT] = { "收件服务没有应答，这次提交是否已收下尚不能确定：请用同一编号原样重交，不会重复登记",
                              "ingest did not answer; whether this was taken is not known: send the same under the same id "
                              "again, it will not be entered twice" },
        [UPSTREAM_INGEST] = { "收件服务没有应答，请稍后再试", "ingest did not answer; try again later" },
        [UPSTREAM_RULES] = { "规则服务没有应答，请稍后再试", "rules did not answer; try again later" },
        [UPSTREAM_NOTIFY] = { "通知服务没有应答，请稍后再试", "notify did not answer; try again later" },
    };

    fault_set(fault, "", WORDS[upstream].zh, WORDS[upstream].en);
}

/* ---------------------------------------------------------------- places of those that wait */

static void free_all(struct upstreams *upstreams)
{
    for (uint32_t i = 0; i < UPSTREAM_WAITING_MOST; i++)
        upstreams->waiting[i] = (struct waiting){ .next_free = i + 1 };
    upstreams->first_free = 0;
    upstreams->count = 0;
}

/* A number tells its place, and is never given twice: the answer to one that was given up finds nobody. */
static struct waiting *take_place(struct upstreams *upstreams)
{
    uint32_t place = upstreams->first_free;
    struct waiting *waiting = &upstreams->waiting[place];

    if (place == NOBODY)
        return NULL;
    upstreams->first_free = waiting->next_free;
    upstreams->count++;
    waiting->number = ++upstreams->last_number * UPSTREAM_WAITING_MOST + place;
    return waiting;
}

/* Who has not signed in takes no place from those who have. */
static uint32_t *places_of(struct upstreams *upstreams, const struct request *request)
{
    if (request->account[0] != '\0')
        return NULL;
    return request->route != NULL && request->route->of_operations ? &upstreams->operations : &upstreams->nobodys;
}

static bool are_left(const struct upstreams *upstreams, const uint32_t *places)
{
    return places == NULL || *places < (places == &upstreams->operations ? UPSTREAM_OPERATIONS_MOST : UPSTREAM_NOBODYS_MOST);
}

static void give_place(struct upstreams *upstreams, struct waiting *waiting)
{
    if (waiting->places != NULL)
        --*waiting->places;
    upstreams->count_of[waiting->upstream]--;
    *waiting = (struct waiting){ .next_free = upstreams->first_free };
    upstreams->first_free = (uint32_t) (waiting - upstreams->waiting);
    upstreams->count--;
}

static struct waiting *who_waits(struct upstreams *upstreams, enum upstream upstream, uint64_t number)
{
    struct waiting *waiting = &upstreams->waiting[number % UPSTREAM_WAITING_MOST];

    return number != 0 && waiting->number == number && waiting->upstream == upstream ? waiting : NULL;
}

/* His place is free before he is told: he may ask something else. */
static void tell(struct upstreams *upstreams, struct waiting *waiting, const struct upstream_answer *answer)
{
    struct waiting told = *waiting;

    give_place(upstreams, waiting);
    told.request->questions--;
    told.then(told.request, told.self, answer);
}

/* ---------------------------------------------------------------- asking */

static void *connect_to(struct upstreams *upstreams, enum upstream upstream)
{
    char endpoint[256];

    (void) snprintf(endpoint, sizeof endpoint, "ipc://%s/%s", upstreams->gateway->settings.run, ENDPOINTS[upstream]);
    return frame_connect(upstreams->gateway->zmq, endpoint);
}

static bool send_question(struct upstreams *upstreams, enum upstream upstream, struct request *request, enum frame_type type,
                          const void *message)
{
    struct frame frame = { .type = (uint8_t) type };
    struct bytes body = message_pack(&request->arena, message);

    if (upstreams->sockets[upstream] == NULL)   /* it could not be opened when its daemon was silent */
        upstreams->sockets[upstream] = connect_to(upstreams, upstream);
    return body.data != NULL && upstreams->sockets[upstream] != NULL &&
           frame_send(upstreams->sockets[upstream], NULL, &frame, body) == 0;
}

static struct waiting *begin(struct request *request, enum upstream upstream, upstream_then *then, void *self)
{
    struct gateway *gateway = request->gateway;
    struct upstreams *upstreams = &gateway->upstreams;
    uint32_t *places = places_of(upstreams, request);
    struct waiting *waiting = are_left(upstreams, places) ? take_place(upstreams) : NULL;

    if (waiting == NULL)
        return NULL;
    if (places != NULL)
        ++*places;
    waiting->places = places;
    upstreams->count_of[upstream]++;
    waiting->upstream = upstream;
    waiting->request = request;
    waiting->then = then;
    waiting->self = self;
    waiting->until_ms = gateway->now_ms + gateway->settings.answer_ms;
    return waiting;
}

static bool end(struct request *request, struct waiting *waiting, bool sent)
{
    struct upstreams *upstreams = &request->gateway->upstreams;

    if (!sent) {
        give_place(upstreams, waiting);
        return false;
    }
    upstreams->asked[waiting->upstream]++;
    request->questions++;
    return true;
}

bool upstream_ask(struct request *request, enum upstream upstream, Duban__Query *query, upstream_then *then, void *self)
{
    struct waiting *waiting = begin(request, upstream, then, self);

    if (waiting == NULL)
        return false;
    query->request_id = waiting->number;
    return end(request, waiting, send_question(&request->gateway->upstreams, upstream, request, FRAME_QUERY, query));
}

bool upstream_submit(struct request *request, Duban__Submit *submit, upstream_then *then, void *self)
{
    struct waiting *waiting = begin(request, UPSTREAM_SUBMIT, then, self);

    if (waiting == NULL)
        return false;
    submit->request_id = waiting->number;
    return end(request, waiting, send_question(&request->gateway->upstreams, UPSTREAM_SUBMIT, request, FRAME_SUBMIT, submit));
}

/* ---------------------------------------------------------------- answers */

/* The number is field 1 of each of the three, and stands first: by it is known whose arena the answer is unpacked into.
 * 0: it is not there. */
static uint64_t number_of(struct bytes body)
{
    struct walk walk = walk_of(body);
    struct piece piece;

    return packed_take(&walk, &piece) && piece.number == 1 && piece.wire_type == WIRE_VARINT ? piece.varint : 0;
}

static bool read_answer(struct arena *arena, const struct received *received, struct upstream_answer *answer)
{
    if (received->frame.type == FRAME_RECEIPT)
        answer->receipt = message_unpack(arena, &duban__receipt__descriptor, received->body, FRAME_MAX_BYTES, NULL);
    else if (received->frame.type == FRAME_REFUSAL)
        answer->refusal = message_unpack(arena, &duban__refusal__descriptor, received->body, FRAME_MAX_BYTES, NULL);
    else if (received->frame.type == FRAME_REPLY)
        answer->reply = message_unpack(arena, &duban__reply__descriptor, received->body, FRAME_MAX_BYTES, NULL);
    return answer->receipt != NULL || answer->refusal != NULL || answer->reply != NULL;
}

static void on_answer(struct upstreams *upstreams, enum upstream upstream, const struct received *received)
{
    struct waiting *waiting = who_waits(upstreams, upstream, number_of(received->body));
    struct upstream_answer answer = { 0 };

    upstreams->answered_ms[upstream] = upstreams->gateway->now_ms;
    if (waiting == NULL)
        return;
    if (!read_answer(&waiting->request->arena, received, &answer))
        log_warn("upstream: unreadable answer: socket=%s type=%u", ENDPOINTS[upstream], received->frame.type);
    tell(upstreams, waiting, &answer);
}

static void receive_from(struct upstreams *upstreams, enum upstream upstream)
{
    struct received received;
    enum frame_status status;

    while (upstreams->count_of[upstream] > 0 && upstreams->sockets[upstream] != NULL) {
        status = frame_receive(upstreams->sockets[upstream], false, &received);
        if (status == FRAME_NONE || status == FRAME_FAILED)
            return;
        if (status == FRAME_BAD)
            continue;
        on_answer(upstreams, upstream, &received);
        frame_release(&received);
    }
}

void upstream_receive(struct upstreams *upstreams)
{
    for (int i = 0; i < UPSTREAM_COUNT; i++)
        if (upstreams->count_of[i] > 0)
            receive_from(upstreams, (enum upstream) i);
}

/* ---------------------------------------------------------------- silence */

/* What lies queued for a daemon that is not there goes with the socket: it must not reach it minutes after somebody was told
 * that nobody answered. */
static void start_anew(struct upstreams *upstreams, enum upstream upstream)
{
    zmq_close(upstreams->sockets[upstream]);
    upstreams->sockets[upstream] = connect_to(upstreams, upstream);
}

void upstream_give_up(struct upstreams *upstreams, int64_t now_ms)
{
    static const struct upstream_answer NOTHING;
    int64_t since_ms = now_ms - upstreams->gateway->settings.answer_ms;
    bool is_silent[UPSTREAM_COUNT] = { false };

    for (uint32_t i = 0; upstreams->count > 0 && i < UPSTREAM_WAITING_MOST; i++) {
        struct waiting *waiting = &upstreams->waiting[i];

        if (waiting->number == 0 || waiting->until_ms > now_ms)
            continue;
        upstreams->silent[waiting->upstream]++;
        is_silent[waiting->upstream] = upstreams->answered_ms[waiting->upstream] < since_ms;
        tell(upstreams, waiting, &NOTHING);
    }
    for (int i = 0; i < UPSTREAM_COUNT; i++)
        if (is_silent[i])
            start_anew(upstreams, (enum upstream) i);
}

/* ---------------------------------------------------------------- open, close */

int upstream_open(struct upstreams *upstreams, struct gateway *gateway)
{
    *upstreams = (struct upstreams){ .gateway = gateway };
    upstreams->waiting = calloc(UPSTREAM_WAITING_MOST, sizeof *upstreams->waiting);
    if (upstreams->waiting == NULL)
        return -1;
    free_all(upstreams);
    for (int i = 0; i < UPSTREAM_COUNT; i++) {
        upstreams->sockets[i] = connect_to(upstreams, (enum upstream) i);
        if (upstreams->sockets[i] == NULL)
            return -1;
    }
    return 0;
}

void upstream_close(struct upstreams *upstreams)
{
    for (int i = 0; i < UPSTREAM_COUNT; i++)
        if (upstreams->sockets[i] != NULL)
            zmq_close(upstreams->sockets[i]);
    free(upstreams->waiting);
    *upstreams = (struct upstreams){ 0 };
}

bool upstream_says_no(const Duban__Reply *reply)
{
    return reply != NULL && reply->body_case == DUBAN__REPLY__BODY_FAULT && !reply->fault->later;
}
