/* readings.c - GET /v1/NAME: what rules and notify answer, to whom it may be shown.
 *
 * A question of query.proto under the name of its field, its fields as arguments: /v1/cases?zone=north&closedToo=true is
 * CasesQuery{zone, closed_too}; limit and after belong to every listing, and next of one page is after of the next.
 * Each answer says as of when it is and how much of the journal it knows; what has not changed since is told by 304.
 * Who sees all of it, and what it is narrowed to for others, says the table of rights.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etag.h"
#include "gateway.h"
#include "json.h"
#include "message.h"
#include "readings.h"

enum { LATER_AFTER_S = 5 };

struct asking {
    struct request *request;
    upstream_then *then;               /* who shows the answer, as a page; NULL = it is sent as JSON */
    void *self;                        /* his */
    const struct reading *reading;
    const ProtobufCFieldDescriptor *field;   /* of Query */
    json_t *arguments;                 /* of the question, as JSON; the query's */
    json_t *query;                     /* the whole question; ours until it is asked */
    struct fault fault;
    bool failed;
    const char *const *apart;          /* arguments that are not the question's; NULL = all are */
    readings_then *then_ask;           /* who wants the question; NULL = it is asked */
    const Duban__Holder *holder;       /* who asks; once that is known */
};

/* ---------------------------------------------------------------- answers */

static void drop_query(struct asking *asking)
{
    json_decref(asking->query);
    asking->query = NULL;
}

static void refuse(struct asking *asking, unsigned status, const char *name)
{
    drop_query(asking);
    problem_answer(asking->request, status, name, &asking->fault, status == MHD_HTTP_SERVICE_UNAVAILABLE ? LATER_AFTER_S : 0);
}

static void refuse_silent(struct asking *asking, enum upstream upstream)
{
    drop_query(asking);
    problem_silent(asking->request, upstream);
}

/* ---------------------------------------------------------------- arguments */

/* Base64 of URLs, and the other one after a decoder that knows forms has been at it. */
static json_t *bytes_argument(const char *value)
{
    json_t *json = NULL;
    char *text = strdup(value);

    for (char *at = text; at != NULL && *at != '\0'; at++)
        *at = (char) (*at == '-' || *at == ' ' ? '+' : *at == '_' ? '/' : *at);
    if (text != NULL)
        json = json_string(text);
    free(text);
    return json;
}

static json_t *number_argument(const char *value)
{
    char *end;
    long long number = strtoll(value, &end, 10);

    return *value == '\0' || *end != '\0' ? json_string(value) : json_integer(number);   /* what is no number is refused as such */
}

static json_t *argument(const ProtobufCFieldDescriptor *field, const char *value)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return strcmp(value, "true") == 0 ? json_true() : strcmp(value, "false") == 0 ? json_false() : json_string(value);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_INT32:
        return number_argument(value);
    case PROTOBUF_C_TYPE_BYTES:
        return bytes_argument(value);
    default:
        return json_string(value);
    }
}

static bool is_of_every_reading(const char *name)
{
    const struct reading_argument *common;

    for (size_t i = 0; (common = reading_common_argument(i)) != NULL; i++)
        if (strcmp(name, common->name) == 0)
            return true;
    return false;
}

static bool is_apart(const struct asking *asking, const char *name)
{
    for (const char *const *apart = asking->apart; apart != NULL && *apart != NULL; apart++)
        if (strcmp(*apart, name) == 0)
            return true;
    return false;
}

static bool add_argument(void *self, const char *name, const char *value)
{
    struct asking *asking = self;
    const ProtobufCFieldDescriptor *own = reading_field(asking->field->descriptor, name);
    bool of_every = asking->then_ask == NULL && own == NULL && is_of_every_reading(name);
    const ProtobufCFieldDescriptor *field = of_every ? reading_field(&duban__query__descriptor, name) : own;
    json_t *target = of_every ? asking->query : asking->arguments;
    json_t *list;

    if (is_apart(asking, name))
        return true;
    if (field == NULL || !reading_takes(field)) {
        asking->failed = true;
        return fault_set(&asking->fault, name, "没有参数 %s", "there is no argument %s", name);
    }
    if (!is_utf8(value, strlen(value))) {   /* left out, it would ask for everything */
        asking->failed = true;
        return fault_set(&asking->fault, name, "参数 %s 不是 UTF-8", "argument %s is not UTF-8", name);
    }
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        json_object_set_new(target, name, argument(field, value));
        return true;
    }
    list = json_object_get(target, name);
    if (list == NULL) {
        json_object_set_new(target, name, json_array());
        list = json_object_get(target, name);
    }
    json_array_append_new(list, argument(field, value));
    return true;
}

/* ---------------------------------------------------------------- the question */

static void add_number(struct request *request, const char *name, uint64_t number)
{
    char digits[24];
    const char *kept;

    (void) snprintf(digits, sizeof digits, "%" PRIu64, number);
    kept = arena_copy(&request->arena, digits, strlen(digits));
    if (kept != NULL)
        http_add_header(request, name, kept);
}

/* The mark is of what is said; when it was said stands in the head, so that it is told even where nothing has changed. */
static void answer_reply(struct request *request, Duban__Reply *reply)
{
    int64_t as_of_ms = reply->as_of_ms;
    uint64_t applied_sequence = reply->applied_sequence;
    struct bytes parts[2] = { bytes_of_text(DUBAN_VERSION), bytes_of(NULL, 0) };
    const char *etag = NULL;

    reply->request_id = 0;   /* ours, and nobody else's business */
    reply->as_of_ms = 0;
    reply->applied_sequence = 0;
    parts[1] = message_pack(&request->arena, reply);
    if (parts[1].data != NULL)
        etag = etag_of(request, true, parts, 2);
    if (etag == NULL) {
        problem_send(request, NULL);
        return;
    }
    reply->as_of_ms = as_of_ms;
    reply->applied_sequence = applied_sequence;
    add_number(request, "Duban-As-Of-Ms", (uint64_t) as_of_ms);
    add_number(request, "Duban-Applied-Sequence", applied_sequence);
    if (!etag_answer_unchanged(request, etag))
        answer_message(request, MHD_HTTP_OK, &reply->base);
}

static void on_reply(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct asking *asking = self;
    Duban__Reply *reply = (Duban__Reply *) answer->reply;   /* of this request's arena */

    if (reply == NULL) {
        refuse_silent(asking, asking->reading->upstream);
    } else if (reply->body_case == DUBAN__REPLY__BODY_FAULT) {
        drop_query(asking);
        problem_said(request, reply->fault);
    } else {
        reading_hide(asking->holder, reply);
        if (asking->then != NULL)
            asking->then(request, asking->self, answer);
        else
            answer_reply(request, reply);
    }
}

static void ask_it(struct asking *asking)
{
    Duban__Query *query = json_to_message(&asking->request->arena, &duban__query__descriptor, asking->query, &asking->fault);
    int most_ms = (int) asking->request->gateway->settings.answer_ms / 2;

    if (query == NULL) {
        refuse(asking, MHD_HTTP_BAD_REQUEST, "invalid");
        return;
    }
    drop_query(asking);
    if (asking->then_ask != NULL) {
        asking->then_ask(asking->request, asking->self, query, asking->holder);
        return;
    }
    if (query->wait_ms > (uint32_t) most_ms)   /* it would be given up before it is answered */
        query->wait_ms = (uint32_t) most_ms;
    if (!upstream_ask(asking->request, asking->reading->upstream, query, on_reply, asking))
        refuse_silent(asking, asking->reading->upstream);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct asking *asking = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        refuse_silent(asking, UPSTREAM_RULES);
    } else if (readings_post_in(reply) == NULL) {
        fault_set(&asking->fault, "", "账号 %s 目前没有岗位，不能查看", "account %s holds no post and sees nothing", request->account);
        refuse(asking, MHD_HTTP_FORBIDDEN, "forbidden");
    } else if (!reading_narrow(asking->reading, reply->holders->rows[0], asking->arguments, &asking->fault)) {
        refuse(asking, MHD_HTTP_FORBIDDEN, "forbidden");
    } else {
        asking->holder = reply->holders->rows[0];
        ask_it(asking);
    }
}

const Duban__Holder *readings_post_in(const Duban__Reply *reply)
{
    return reply->holders->n_rows > 0 && reply->holders->rows[0]->n_roles > 0 ? reply->holders->rows[0] : NULL;
}

bool readings_ask_for_holder(struct request *request, upstream_then *then, void *self)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__HoldersQuery holders = DUBAN__HOLDERS_QUERY__INIT;

    holders.account = request->account;
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &holders;
    return upstream_ask(request, UPSTREAM_RULES, &query, then, self);
}

static struct asking *begin(struct request *request, const struct reading *reading)
{
    struct asking *asking = arena_clear(&request->arena, sizeof *asking);

    if (asking == NULL) {
        problem_send(request, NULL);
        return NULL;
    }
    asking->request = request;
    asking->reading = reading;
    asking->field = reading_field(&duban__query__descriptor, reading->name);
    asking->query = json_object();
    asking->arguments = json_object();
    json_object_set_new(asking->query, reading->name, asking->arguments);
    return asking;
}

static void go_on(struct asking *asking)
{
    if (asking->failed)
        refuse(asking, MHD_HTTP_BAD_REQUEST, "invalid");
    else if (!readings_ask_for_holder(asking->request, on_holder, asking))
        refuse_silent(asking, UPSTREAM_RULES);
}

void readings_read(struct request *request)
{
    readings_question(request, request->rest, NULL, NULL, NULL);
}

void readings_question(struct request *request, const char *name, const char *const *apart, readings_then *then, void *self)
{
    const struct reading *reading = reading_named(name);
    struct asking *asking;
    struct fault fault;

    if (reading == NULL) {
        fault_set(&fault, "", "这里没有 %s，请核对网址", "there is nothing at %s; check the address", request->path);
        problem_answer(request, MHD_HTTP_NOT_FOUND, "not-found", &fault, 0);
        return;
    }
    asking = begin(request, reading);
    if (asking == NULL)
        return;
    asking->apart = apart;
    asking->then_ask = then;
    asking->self = self;
    http_each_argument(request, add_argument, asking);
    go_on(asking);
}

void readings_ask(struct request *request, const char *name, const struct asked_argument *arguments, size_t count,
                  upstream_then *then, void *self)
{
    struct asking *asking = begin(request, reading_named(name));

    if (asking == NULL)
        return;
    asking->then = then;
    asking->self = self;
    for (size_t i = 0; i < count; i++)
        if (arguments[i].value[0] != '\0')
            (void) add_argument(asking, arguments[i].name, arguments[i].value);
    go_on(asking);
}
