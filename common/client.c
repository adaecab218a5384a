#include "client.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>
#include <zmq.h>

#include "digest.h"
#include "link.h"
#include "message.h"

int client_open(struct client *client, void *zmq, const char *endpoint)
{
    *client = (struct client){ .zmq = zmq };
    if (snprintf(client->endpoint, sizeof client->endpoint, "%s", endpoint) >= (int) sizeof client->endpoint) {
        errno = ENAMETOOLONG;
        return -1;
    }
    client->socket = frame_connect(zmq, endpoint);
    return client->socket == NULL ? -1 : 0;
}

void client_close(struct client *client)
{
    if (client->socket != NULL)
        zmq_close(client->socket);
    client->socket = NULL;
}

/* ---------------------------------------------------------------- faults */

struct no_answer {
    const char *socket;   /* how the last part of the endpoint begins */
    const char *zh;
    const char *en;
};

static const struct no_answer no_answers[] = {
    { "ingest.", "收件守护进程(ingest)没有应答，请检查 duban-ingest 是否在运行；地址 %s",
      "no answer from ingest at %s; is duban-ingest running?" },
    { "rules.", "规则守护进程(rules)没有应答，请检查 duban-rules 是否在运行；地址 %s",
      "no answer from rules at %s; is duban-rules running?" },
    { "notify.", "通知守护进程(notify)没有应答，请检查 duban-notify 是否在运行；地址 %s",
      "no answer from notify at %s; is duban-notify running?" },
    { "gateway.", "网关守护进程(gateway)没有应答，请检查 duban-gateway 是否在运行；地址 %s",
      "no answer from the gateway at %s; is duban-gateway running?" },
    { "", "没有应答，请检查该处的守护进程是否在运行；地址 %s", "no answer from %s; is the daemon there running?" },
};

static enum client_status nobody_answered(const struct client *client, struct fault *fault)
{
    const char *slash = strrchr(client->endpoint, '/');
    const char *name = slash == NULL ? client->endpoint : slash + 1;
    const struct no_answer *row = no_answers;

    while (strncmp(name, row->socket, strlen(row->socket)) != 0)
        row++;   /* the last one fits all */
    fault_set(fault, "", row->zh, row->en, client->endpoint);
    return CLIENT_TIMEOUT;
}

static enum client_status no_receipt(const struct client *client, struct fault *fault)
{
    fault_set(fault, "",
              "收件守护进程(ingest)没有应答，请检查 duban-ingest 是否在运行；地址 %s。"
              "这次提交是否已收下尚不能确定：用同一编号再提交一次即可，不会重复登记",
              "no answer from ingest at %s; is duban-ingest running? Whether this was taken is not known: "
              "submit it again under the same id, it will not be entered twice",
              client->endpoint);
    return CLIENT_TIMEOUT;
}

static enum client_status too_large(struct fault *fault)
{
    fault_set(fault, "", "内容太大，发不出去；请分成几次", "too large to be sent; split it into several");
    return CLIENT_REFUSED;
}

static enum client_status unreadable(const struct client *client, struct fault *fault)
{
    fault_set(fault, "", "%s 的应答无法解读；请检查各守护进程与命令是否为同一版本",
              "cannot read the answer of %s; are the daemons and this program of one version?", client->endpoint);
    return CLIENT_TIMEOUT;
}

/* ---------------------------------------------------------------- asking */

/* The request may lie queued for a daemon that is not there: with its socket it goes, so that it
 * does not reach the daemon minutes after the person was told that nobody answered. */
static void start_anew(struct client *client)
{
    client_close(client);
    client->socket = frame_connect(client->zmq, client->endpoint);
}

/* False when nothing came until then. */
static bool wait_for_input(struct client *client, int64_t until_ms)
{
    zmq_pollitem_t item = { .socket = client->socket, .events = ZMQ_POLLIN };
    int64_t left_ms;
    int ready;

    do {
        left_ms = until_ms - monotonic_ms();
        ready = zmq_poll(&item, 1, left_ms > 0 ? (long) left_ms : 0);
    } while (ready == -1 && errno == EINTR && left_ms > 0);
    return ready > 0;
}

/* What came in answer to the last request. */
struct answer {
    Duban__Receipt *receipt;
    Duban__Refusal *refusal;
    Duban__Reply *reply;
    bool unreadable;
};

static void *unpack(struct answer *answer, struct arena *arena, const ProtobufCMessageDescriptor *type,
                    const struct received *received)
{
    void *message = message_unpack(arena, type, received->body, FRAME_MAX_BYTES, NULL);

    answer->unreadable = message == NULL;
    return message;
}

/* True when it is the answer; one to an older request is dropped. */
static bool is_answer(struct answer *answer, struct arena *arena, uint64_t request_id, const struct received *received)
{
    uint64_t answered = 0;

    if (received->frame.type == FRAME_RECEIPT) {
        answer->receipt = unpack(answer, arena, &duban__receipt__descriptor, received);
        answered = answer->receipt != NULL ? answer->receipt->request_id : 0;
    } else if (received->frame.type == FRAME_REFUSAL) {
        answer->refusal = unpack(answer, arena, &duban__refusal__descriptor, received);
        answered = answer->refusal != NULL ? answer->refusal->request_id : 0;
    } else if (received->frame.type == FRAME_REPLY) {
        answer->reply = unpack(answer, arena, &duban__reply__descriptor, received);
        answered = answer->reply != NULL ? answer->reply->request_id : 0;
    }
    if (answer->unreadable || answered == request_id)
        return true;
    *answer = (struct answer){ 0 };
    return false;
}

static bool wait_for_answer(struct client *client, struct arena *arena, int timeout_ms, struct answer *answer)
{
    int64_t until_ms = monotonic_ms() + timeout_ms;
    struct received received;
    enum frame_status status;
    bool found = false;

    do {
        status = frame_receive(client->socket, false, &received);
        if (status == FRAME_FAILED || (status == FRAME_NONE && !wait_for_input(client, until_ms)))
            return false;
        if (status == FRAME_OK) {
            found = is_answer(answer, arena, client->last_request_id, &received);
            frame_release(&received);
        }
    } while (!found && monotonic_ms() <= until_ms);
    return found;
}

enum outcome { ANSWERED, SILENT, UNREADABLE, TOO_LARGE };

static enum outcome exchange(struct client *client, struct arena *arena, enum frame_type type, const void *message,
                             int timeout_ms, struct answer *answer)
{
    struct frame frame = { .type = (uint8_t) type };
    struct bytes body = message_pack(arena, message);

    *answer = (struct answer){ 0 };
    if (body.data == NULL || body.size > FRAME_MAX_BYTES)
        return TOO_LARGE;
    if (client->socket == NULL)
        start_anew(client);
    if (client->socket == NULL || frame_send(client->socket, NULL, &frame, body) == -1)
        return SILENT;
    if (!wait_for_answer(client, arena, timeout_ms, answer)) {
        start_anew(client);
        return SILENT;
    }
    return answer->unreadable ? UNREADABLE : ANSWERED;
}

static enum client_status refused(const Duban__Refusal *refusal, struct fault *fault)
{
    fault_carry(fault, refusal->field, refusal->zh, refusal->en);
    switch (refusal->code) {
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER:
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL:
        return CLIENT_LATER;
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_UNSPECIFIED:
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID:
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_CONFLICT:
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_FORBIDDEN:
    case _DUBAN__REFUSAL_CODE_IS_INT_SIZE:
        break;
    }
    return CLIENT_REFUSED;
}

/* request_id is set here. */
static enum client_status submit_and_wait(struct client *client, struct arena *arena, Duban__Submit *submit,
                                          int timeout_ms, Duban__Receipt **receipt, struct fault *fault)
{
    struct answer answer;

    submit->request_id = ++client->last_request_id;
    switch (exchange(client, arena, FRAME_SUBMIT, submit, timeout_ms, &answer)) {
    case SILENT:
        return no_receipt(client, fault);
    case TOO_LARGE:
        return too_large(fault);
    case UNREADABLE:
        return unreadable(client, fault);
    case ANSWERED:
        break;
    }
    if (answer.refusal != NULL)
        return refused(answer.refusal, fault);
    if (answer.receipt == NULL)
        return unreadable(client, fault);
    *receipt = answer.receipt;
    return CLIENT_OK;
}

enum client_status client_submit(struct client *client, struct arena *arena, const char *account,
                                 const uint8_t client_id[16], struct bytes entry, int timeout_ms,
                                 Duban__Receipt **receipt, struct fault *fault)
{
    Duban__Submit submit = DUBAN__SUBMIT__INIT;

    submit.account = (char *) account;
    submit.client_id = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) client_id };
    submit.entry = (ProtobufCBinaryData){ entry.size, (uint8_t *) entry.data };
    return submit_and_wait(client, arena, &submit, timeout_ms, receipt, fault);
}

enum client_status client_probe(struct client *client, struct arena *arena, const char *account, int timeout_ms,
                                struct fault *fault)
{
    Duban__Submit submit = DUBAN__SUBMIT__INIT;
    Duban__Receipt *receipt;

    submit.account = (char *) account;
    return submit_and_wait(client, arena, &submit, timeout_ms, &receipt, fault);
}

enum client_status client_ask(struct client *client, struct arena *arena, Duban__Query *query, int timeout_ms,
                              Duban__Reply **reply, struct fault *fault)
{
    struct answer answer;

    query->request_id = ++client->last_request_id;
    switch (exchange(client, arena, FRAME_QUERY, query, timeout_ms, &answer)) {
    case SILENT:
        return nobody_answered(client, fault);
    case TOO_LARGE:
        return too_large(fault);
    case UNREADABLE:
        return unreadable(client, fault);
    case ANSWERED:
        break;
    }
    if (answer.reply == NULL)
        return unreadable(client, fault);
    if (answer.reply->body_case == DUBAN__REPLY__BODY_FAULT) {
        fault_carry(fault, answer.reply->fault->field, answer.reply->fault->zh, answer.reply->fault->en);
        return answer.reply->fault->later ? CLIENT_LATER : CLIENT_REFUSED;
    }
    *reply = answer.reply;
    return CLIENT_OK;
}

/* RFC 9562 5.7: 48 bits of milliseconds, then random but for version and variant. */
void client_new_id(uint8_t id[16])
{
    struct timespec now;
    uint64_t now_ms;

    clock_gettime(CLOCK_REALTIME, &now);
    now_ms = (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
    put_u16(id, (uint16_t) (now_ms >> 32));
    put_u32(id + 2, (uint32_t) now_ms);
    randombytes_buf(id + 6, ID_BYTES - 6);
    id[6] = (uint8_t) (0x70 | (id[6] & 0x0f));
    id[8] = (uint8_t) (0x80 | (id[8] & 0x3f));
}
