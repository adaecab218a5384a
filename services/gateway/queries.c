/* queries.c - gateway.query: how it is, and the operator's acts on accounts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "disk_describe.h"
#include "frame.h"
#include "gateway.h"
#include "log.h"
#include "message.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, QUERY_MOST_BYTES = 64 * 1024 };

struct question {
    struct gateway *gateway;
    const struct peer *peer;
    Duban__Reply reply;
};

int queries_open(struct gateway *gateway)
{
    char endpoint[160];

    arena_open(&gateway->query_arena, ARENA_BYTES);
    (void) snprintf(endpoint, sizeof endpoint, "ipc://%s/gateway.query", gateway->settings.run);
    gateway->query_socket = frame_bind(gateway->zmq, endpoint);
    return gateway->query_socket == NULL ? -1 : 0;
}

void queries_close(struct gateway *gateway)
{
    if (gateway->query_socket != NULL)
        zmq_close(gateway->query_socket);
    arena_close(&gateway->query_arena);
}

static void reply(struct question *question)
{
    struct frame frame = { .type = FRAME_REPLY };
    struct bytes body = message_pack(&question->gateway->query_arena, &question->reply);

    if (body.data == NULL || frame_send(question->gateway->query_socket, question->peer, &frame, body) == -1)
        log_warn("query: answer not sent: request=%llu", (unsigned long long) question->reply.request_id);
}

static void refuse(struct question *question, const char *field, const char *zh, const char *en)
{
    Duban__Fault fault = DUBAN__FAULT__INIT;

    fault.field = (char *) field;
    fault.zh = (char *) zh;
    fault.en = (char *) en;
    question->reply.body_case = DUBAN__REPLY__BODY_FAULT;
    question->reply.fault = &fault;
    reply(question);
}

static void refuse_store(struct question *question)
{
    refuse(question, "", "没有写下：磁盘或内存不足，见网关的日志", "not written: no room on the disk or in memory, see the gateway's log");
}

static void done(struct question *question)
{
    Duban__Done nothing = DUBAN__DONE__INIT;

    question->reply.body_case = DUBAN__REPLY__BODY_DONE;
    question->reply.done = &nothing;
    reply(question);
}

/* ---------------------------------------------------------------- status */

static void describe_evidence(struct evidence *evidence, Duban__GatewayStatus *status)
{
    status->evidence_failing = evidence_failing(evidence);
    status->evidence_full = evidence_is_full(evidence);
}

/* False: none is known. */
static bool describe_losses(struct gateway *gateway, Duban__LostPhotos *lost)
{
    struct losses *losses = &gateway->losses;

    duban__lost_photos__init(lost);
    lost->count = losses_count(losses, &gateway->evidence);
    if (losses->count > 0) {
        lost->sha256 = (ProtobufCBinaryData){ SHA256_BYTES, losses->known[0].photo.sha256 };
        lost->report_sequence = losses->known[0].photo.report_sequence;
        lost->loss = losses->known[0].how;
    }
    return lost->count > 0;
}

static void describe_certificate(const struct http *http, Duban__CertificateState *state)
{
    duban__certificate_state__init(state);
    state->path = (char *) http->settings.tls_certificate;
    state->expires_s = http->certificate->expires_s;
    state->expires_soon = certificate_expires_soon(http->certificate);
    state->is_over = certificate_has_expired(http->certificate);
    state->refused = http->has_refused_certificate;
}

static void on_status(struct question *question)
{
    struct gateway *gateway = question->gateway;
    Duban__GatewayStatus status = DUBAN__GATEWAY_STATUS__INIT;
    Duban__CertificateState certificate;
    Duban__LostPhotos lost;
    Duban__DiskRoom disk;
    char listening[ADDRESS_BYTES + 8];

    http_listening(&gateway->http, listening, sizeof listening);
    disk_describe(gateway->settings.data, gateway->settings.disk_percent - LOW_EARLIER_PERCENT, &disk);
    status.listening = listening;
    status.connections = gateway->http.visitor_count;
    status.waiting = gateway->upstreams.count;
    status.requests = gateway->http.requests;
    status.refused = gateway->http.by_class[4] + gateway->http.by_class[5];
    status.accounts = state_count(&gateway->state, TABLE_CREDENTIAL);
    status.tokens = state_count(&gateway->state, TABLE_TOKEN);
    status.disk = &disk;
    describe_evidence(&gateway->evidence, &status);
    if (describe_losses(gateway, &lost))
        status.lost_photos = &lost;
    if (gateway->http.certificate != NULL) {
        describe_certificate(&gateway->http, &certificate);
        status.certificate = &certificate;
    }
    question->reply.body_case = DUBAN__REPLY__BODY_GATEWAY;
    question->reply.gateway = &status;
    reply(question);
}

static void on_metrics(struct question *question)
{
    struct gateway *gateway = question->gateway;
    size_t size = operations_own_metrics(gateway, NULL, 0) + 1;
    Duban__Metrics metrics = DUBAN__METRICS__INIT;

    metrics.text = arena_take(&gateway->query_arena, size);
    if (metrics.text == NULL) {
        refuse_store(question);
        return;
    }
    (void) operations_own_metrics(gateway, metrics.text, size);
    question->reply.body_case = DUBAN__REPLY__BODY_METRICS;
    question->reply.metrics = &metrics;
    reply(question);
}

/* ---------------------------------------------------------------- accounts */

/* Those in whose name the house itself acts: nobody enters as one of them. */
static bool is_of_the_house(const char *account)
{
    static const char *const HOUSE[] = { "operator", "ingest", "rules", "notify", "gateway" };

    for (size_t i = 0; i < sizeof HOUSE / sizeof HOUSE[0]; i++)
        if (strcmp(HOUSE[i], account) == 0)
            return true;
    return false;
}

static bool is_account(struct question *question, const char *field, const char *account)
{
    if (!is_code(account)) {
        refuse(question, field, "账号请用 1 到 32 个字母、数字或 . _ -", "an account is 1 to 32 letters, digits or . _ -");
        return false;
    }
    if (is_of_the_house(account)) {
        refuse(question, field, "这是系统自用的账号，不能登录", "the house itself acts in that name; nobody signs in as it");
        return false;
    }
    return true;
}

static void on_password_set(struct question *question, const Duban__PasswordSet *set)
{
    size_t size = strlen(set->password);

    if (!is_account(question, "passwordSet.account", set->account))
        return;
    if (size != 0 && (size < PASSWORD_LEAST_BYTES || size > PASSWORD_MOST_BYTES))
        refuse(question, "passwordSet.password", "密码请用 10 到 200 个字节", "a password has 10 to 200 bytes");
    else if (account_set_password(question->gateway, set->account, set->password) == -1)
        refuse_store(question);
    else
        done(question);
}

static void on_app_password_make(struct question *question, const Duban__AppPasswordMake *make)
{
    Duban__AppPasswordMade made = DUBAN__APP_PASSWORD_MADE__INIT;
    char text[ACCOUNT_APP_PASSWORD_BYTES];

    if (!is_account(question, "appPasswordMake.account", make->account))
        return;
    if (account_make_app_password(question->gateway, make->account, text) == -1) {
        refuse_store(question);
        return;
    }
    made.password = text;
    question->reply.body_case = DUBAN__REPLY__BODY_APP_PASSWORD_MADE;
    question->reply.app_password_made = &made;
    reply(question);
}

static void on_token_make(struct question *question, const Duban__TokenMake *make)
{
    Duban__TokenMade made = DUBAN__TOKEN_MADE__INIT;
    uint8_t id[ACCOUNT_TOKEN_ID_BYTES];
    char text[ACCOUNT_TOKEN_BYTES];

    if (!is_account(question, "tokenMake.account", make->account))
        return;
    if (strlen(make->label) > ENTRY_NAME_BYTES || make->expires_ms < 0) {
        refuse(question, "tokenMake", "说明不超过 200 字节，到期时间不早于 1970 年", "a label has at most 200 bytes, and nothing expires before 1970");
        return;
    }
    if (account_make_token(question->gateway, make->account, make->label, make->expires_ms, text, id) == -1) {
        refuse_store(question);
        return;
    }
    made.id = (ProtobufCBinaryData){ sizeof id, id };
    made.token = text;
    question->reply.body_case = DUBAN__REPLY__BODY_TOKEN_MADE;
    question->reply.token_made = &made;
    reply(question);
}

static void on_token_revoke(struct question *question, const Duban__TokenRevoke *revoke)
{
    int gone = revoke->id.len == ACCOUNT_TOKEN_ID_BYTES
                   ? state_delete_token(&question->gateway->state, bytes_of(revoke->id.data, revoke->id.len))
                   : 0;

    if (gone == -1) {
        refuse_store(question);
    } else if (gone == 0) {
        refuse(question, "tokenRevoke.id", "没有这个令牌，请看 duban account tokens", "there is no such token; see duban account tokens");
    } else {
        events_end_all(&question->gateway->events);   /* whose it was is gone with it */
        done(question);
    }
}

static void on_tokens(struct question *question, const Duban__TokensQuery *query)
{
    Duban__TokenRows rows = DUBAN__TOKEN_ROWS__INIT;

    rows.rows = state_tokens(&question->gateway->state, &question->gateway->query_arena, query->account, &rows.n_rows);
    if (rows.rows == NULL) {
        refuse_store(question);
        return;
    }
    question->reply.body_case = DUBAN__REPLY__BODY_TOKENS;
    question->reply.tokens = &rows;
    reply(question);
}

static void on_calendar_address_make(struct question *question, const Duban__CalendarAddressMake *make)
{
    Duban__CalendarAddressMade made = DUBAN__CALENDAR_ADDRESS_MADE__INIT;
    char path[CALENDAR_PATH_BYTES] = "";

    if (!is_account(question, "calendarAddressMake.account", make->account))
        return;
    if (calendar_set_address(question->gateway, make->account, make->revoke_only ? NULL : path) == -1) {
        refuse_store(question);
        return;
    }
    made.path = path;
    question->reply.body_case = DUBAN__REPLY__BODY_CALENDAR_ADDRESS_MADE;
    question->reply.calendar_address_made = &made;
    reply(question);
}

/* ---------------------------------------------------------------- dispatcher */

static void dispatch(struct question *question, const Duban__Query *query)
{
    switch (query->body_case) {
    case DUBAN__QUERY__BODY_STATUS:
        on_status(question);
        return;
    case DUBAN__QUERY__BODY_METRICS:
        on_metrics(question);
        return;
    case DUBAN__QUERY__BODY_PASSWORD_SET:
        on_password_set(question, query->password_set);
        return;
    case DUBAN__QUERY__BODY_APP_PASSWORD_MAKE:
        on_app_password_make(question, query->app_password_make);
        return;
    case DUBAN__QUERY__BODY_TOKEN_MAKE:
        on_token_make(question, query->token_make);
        return;
    case DUBAN__QUERY__BODY_TOKEN_REVOKE:
        on_token_revoke(question, query->token_revoke);
        return;
    case DUBAN__QUERY__BODY_TOKENS:
        on_tokens(question, query->tokens);
        return;
    case DUBAN__QUERY__BODY_CALENDAR_ADDRESS_MAKE:
        on_calendar_address_make(question, query->calendar_address_make);
        return;
    case DUBAN__QUERY__BODY_EVENTS:
    case DUBAN__QUERY__BODY_DELIVERIES:
    case DUBAN__QUERY__BODY_DEAD_LETTERS:
    case DUBAN__QUERY__BODY_ALARMS:
    case DUBAN__QUERY__BODY_LEDGER:
    case DUBAN__QUERY__BODY_ACTION_LINK:
    case DUBAN__QUERY__BODY_ACTION_LINKS_END:
    case DUBAN__QUERY__BODY_RENDER:
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
    case DUBAN__QUERY__BODY__NOT_SET:
    case _DUBAN__QUERY__BODY__CASE_IS_INT_SIZE:
        break;
    }
    refuse(question, "body", "网关不回答这个查询，请改问其他服务。", "the gateway does not answer this; ask another daemon.");
}

static void on_frame(struct gateway *gateway, const struct received *received)
{
    struct question question = { .gateway = gateway, .peer = &received->peer };
    const Duban__Query *query = NULL;
    struct fault fault;

    arena_reset(&gateway->query_arena);
    duban__reply__init(&question.reply);
    if (received->frame.type == FRAME_QUERY)
        query = message_unpack(&gateway->query_arena, &duban__query__descriptor, received->body, QUERY_MOST_BYTES, &fault);
    else
        frame_type_fault(&fault, "提问(QUERY)", "QUERY");
    if (query == NULL) {
        refuse(&question, fault.field, fault.zh, fault.en);
        return;
    }
    question.reply.request_id = query->request_id;
    dispatch(&question, query);
}

void queries_receive(struct gateway *gateway)
{
    struct received received;
    enum frame_status status;

    while ((status = frame_receive(gateway->query_socket, true, &received)) == FRAME_OK || status == FRAME_BAD) {
        if (status == FRAME_BAD)
            continue;
        on_frame(gateway, &received);
        frame_release(&received);
    }
}
