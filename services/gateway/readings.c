/* readings.c - GET /v1/NAME: what rules and notify answer, to whom it may be shown.
 *
 * A question of query.proto under the name of its field, its fields as arguments: /v1/cases?zone=north&closedToo=true is
 * CasesQuery{zone, closed_too}; limit and after belong to every listing, and next of one page is after of the next.
 * The table says by post who sees all of it, and what it is narrowed to for others; who is not named sees nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "gateway.h"
#include "json.h"
#include "message.h"

enum { LATER_AFTER_S = 5 };

#define POST(role) (1u << DUBAN__ROLE__ROLE_##role)

enum {
    OVERSIGHT = POST(LEAD) | POST(DUTY_CLERK) | POST(AUDITOR),
    OF_A_ZONE = POST(GROUP_LEADER) | POST(INSPECTOR),
    OF_AN_AREA = POST(AREA_CONTACT) | POST(AREA_STAFF),
    IN_THE_HOUSE = OVERSIGHT | OF_A_ZONE | OF_AN_AREA | POST(OFFICE) | POST(COMMITTEE) | POST(ADMINISTRATOR),
    EVERYBODY = IN_THE_HOUSE | POST(SITE_CONTACT),   /* a site sees its notices, and nothing of the follow-up */
    KNOWS_COMPLAINANTS = POST(LEAD) | POST(DUTY_CLERK),
};

struct reading {
    const char *name;                  /* of the path, and the JSON name of the field of Query */
    enum upstream upstream;
    unsigned all_of_it;                /* posts that see everything */
    const char *zone;                  /* argument that is a zone: those of a zone see theirs; NULL = they see nothing */
    const char *own;                   /* argument that is an account: who sees what is his own; NULL = nobody else does */
    unsigned own_of;                   /* posts that do */
};

static const struct reading READINGS[] = {
    { "cases", UPSTREAM_RULES, OVERSIGHT, "zone", "owner", IN_THE_HOUSE },
    { "tasks", UPSTREAM_RULES, OVERSIGHT, NULL, "owner", IN_THE_HOUSE },
    { "notices", UPSTREAM_RULES, OVERSIGHT, NULL, "recipient", EVERYBODY },
    { "subjects", UPSTREAM_RULES, OVERSIGHT, "zone", NULL, 0 },
    { "facts", UPSTREAM_RULES, OVERSIGHT, NULL, NULL, 0 },
    { "quarantine", UPSTREAM_RULES, POST(LEAD) | POST(DUTY_CLERK), NULL, NULL, 0 },
    { "sites", UPSTREAM_RULES, IN_THE_HOUSE, NULL, NULL, 0 },
    { "areas", UPSTREAM_RULES, IN_THE_HOUSE, NULL, NULL, 0 },
    { "items", UPSTREAM_RULES, IN_THE_HOUSE, NULL, NULL, 0 },
    { "holders", UPSTREAM_RULES, OVERSIGHT | POST(ADMINISTRATOR), NULL, "account", EVERYBODY },
    { "visits", UPSTREAM_RULES, OVERSIGHT, NULL, NULL, 0 },
    { "figures", UPSTREAM_RULES, OVERSIGHT, "zone", NULL, 0 },
    { "coverage", UPSTREAM_RULES, OVERSIGHT, "zone", NULL, 0 },
    { "plan", UPSTREAM_RULES, OVERSIGHT, "zone", NULL, 0 },
    { "blindSpots", UPSTREAM_RULES, OVERSIGHT, "zone", NULL, 0 },
    { "agenda", UPSTREAM_RULES, OVERSIGHT, NULL, NULL, 0 },
    { "meeting", UPSTREAM_RULES, OVERSIGHT, NULL, NULL, 0 },
    { "remarks", UPSTREAM_RULES, OVERSIGHT, NULL, NULL, 0 },
    { "whyNot", UPSTREAM_RULES, OVERSIGHT, NULL, "account", IN_THE_HOUSE },
    { "calendar", UPSTREAM_RULES, POST(LEAD), NULL, "account", IN_THE_HOUSE },
    { "deliveries", UPSTREAM_NOTIFY, OVERSIGHT, NULL, NULL, 0 },
    { "deadLetters", UPSTREAM_NOTIFY, OVERSIGHT, NULL, NULL, 0 },
    { "alarms", UPSTREAM_NOTIFY, OVERSIGHT | POST(ADMINISTRATOR), NULL, NULL, 0 },
};

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
    bool knows_complainants;           /* who asks */
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

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, const char *json_name)
{
    char name[64];

    for (unsigned i = 0; i < type->n_fields; i++) {
        message_json_name(type->fields[i].name, name, sizeof name);
        if (strcmp(name, json_name) == 0)
            return &type->fields[i];
    }
    return NULL;
}

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

static bool is_of_every_listing(const char *name)
{
    return strcmp(name, "limit") == 0 || strcmp(name, "after") == 0 || strcmp(name, "minSequence") == 0 || strcmp(name, "waitMs") == 0;
}

static bool add_argument(void *self, const char *name, const char *value)
{
    struct asking *asking = self;
    bool of_every = is_of_every_listing(name);
    const ProtobufCFieldDescriptor *field =
        field_of(of_every ? &duban__query__descriptor : asking->field->descriptor, name);
    json_t *target = of_every ? asking->query : asking->arguments;
    json_t *list;

    if (field == NULL || field->type == PROTOBUF_C_TYPE_MESSAGE) {
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

/* ---------------------------------------------------------------- who may see it */

bool readings_holds(const Duban__Holder *holder, unsigned posts)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if ((posts & 1u << holder->roles[i]->role) != 0)
            return true;
    return false;
}

static const char *given(const struct asking *asking, const char *name)
{
    const char *value = json_string_value(json_object_get(asking->arguments, name));

    return value == NULL ? "" : value;
}

/* He sees his zone: the one he asks for, or without asking the only one he has. */
static bool narrow_to_zone(struct asking *asking, const Duban__Holder *holder)
{
    const char *wanted = given(asking, asking->reading->zone), *only = NULL;

    for (size_t i = 0; i < holder->n_roles; i++) {
        const Duban__RoleGrant *grant = holder->roles[i];

        if ((OF_A_ZONE & 1u << grant->role) == 0 || grant->scope[0] == '\0' || (wanted[0] != '\0' && strcmp(wanted, grant->scope) != 0))
            continue;
        if (only != NULL && strcmp(only, grant->scope) != 0)
            return fault_set(&asking->fault, asking->reading->zone, "您负责不止一个片区，请写明是哪一个",
                             "you have more than one zone: say which");
        only = grant->scope;
    }
    if (only == NULL)
        return fault_set(&asking->fault, asking->reading->zone, "片区 %s 不归您负责", "zone %s is not yours", wanted);
    json_object_set_new(asking->arguments, asking->reading->zone, json_string(only));
    return true;
}

static bool narrow_to_own(struct asking *asking)
{
    const char *wanted = given(asking, asking->reading->own);

    if (wanted[0] != '\0' && strcmp(wanted, asking->request->account) != 0)
        return fault_set(&asking->fault, asking->reading->own, "只能查看本人的，不能查看 %s 的", "you see your own, not that of %s", wanted);
    json_object_set_new(asking->arguments, asking->reading->own, json_string(asking->request->account));
    return true;
}

static bool may_see(struct asking *asking, const Duban__Holder *holder)
{
    const struct reading *reading = asking->reading;

    asking->knows_complainants = readings_holds(holder, KNOWS_COMPLAINANTS);
    if (readings_holds(holder, reading->all_of_it))
        return true;
    if (reading->zone != NULL && readings_holds(holder, OF_A_ZONE) && (reading->own == NULL || given(asking, reading->own)[0] == '\0'))
        return narrow_to_zone(asking, holder);
    if (reading->own != NULL && readings_holds(holder, reading->own_of))
        return narrow_to_own(asking);
    return fault_set(&asking->fault, "", "您的岗位不能查看 %s", "your post does not see %s", reading->name);
}

/* ---------------------------------------------------------------- what of it */

static void hide(const struct asking *asking, Duban__Reply *reply)
{
    if (reply->body_case == DUBAN__REPLY__BODY_SUBJECTS && !asking->knows_complainants)
        for (size_t i = 0; i < reply->subjects->n_rows; i++)
            if (reply->subjects->rows[i]->subject->of_case == DUBAN__SUBJECT__OF_COMPLAINT)
                reply->subjects->rows[i]->subject->complaint->complainant_token.len = 0;
}

/* ---------------------------------------------------------------- the question */

static void on_reply(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct asking *asking = self;
    Duban__Reply *reply = (Duban__Reply *) answer->reply;   /* of this request's arena */

    if (reply == NULL) {
        refuse_silent(asking, asking->reading->upstream);
    } else if (reply->body_case == DUBAN__REPLY__BODY_FAULT) {
        fault_carry(&asking->fault, reply->fault->field, reply->fault->zh, reply->fault->en);
        refuse(asking, reply->fault->later ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_UNPROCESSABLE_CONTENT,
               reply->fault->later ? "later" : "invalid");
    } else {
        hide(asking, reply);
        reply->request_id = 0;   /* ours, and nobody else's business */
        if (asking->then != NULL)
            asking->then(request, asking->self, answer);
        else
            answer_message(request, MHD_HTTP_OK, &reply->base);
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
    } else if (reply->holders->n_rows == 0) {
        fault_set(&asking->fault, "", "账号 %s 目前没有岗位，不能查看", "account %s holds no post and sees nothing", request->account);
        refuse(asking, MHD_HTTP_FORBIDDEN, "forbidden");
    } else if (!may_see(asking, reply->holders->rows[0])) {
        refuse(asking, MHD_HTTP_FORBIDDEN, "forbidden");
    } else {
        ask_it(asking);
    }
}

static const struct reading *reading_of(const char *name)
{
    for (size_t i = 0; i < sizeof READINGS / sizeof READINGS[0]; i++)
        if (strcmp(READINGS[i].name, name) == 0)
            return &READINGS[i];
    return NULL;
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

bool readings_oversees(const Duban__Holder *holder)
{
    return readings_holds(holder, OVERSIGHT);
}

/* Of its zone, followed up by himself, or at his own site. */
bool readings_sees_case(const Duban__Holder *holder, const Duban__CaseRow *row)
{
    if (readings_oversees(holder) || (readings_holds(holder, IN_THE_HOUSE) && strcmp(row->case_->owner, holder->account) == 0))
        return true;
    for (size_t i = 0; i < holder->n_roles; i++) {
        const Duban__RoleGrant *grant = holder->roles[i];

        if (((OF_A_ZONE & 1u << grant->role) != 0 && grant->scope[0] != '\0' && strcmp(grant->scope, row->zone) == 0) ||
            (grant->role == DUBAN__ROLE__ROLE_SITE_CONTACT && strcmp(grant->scope, row->case_->site) == 0))
            return true;
    }
    return false;
}

bool readings_lets_see(const Duban__Holder *holder, const char *name)
{
    const struct reading *reading = reading_of(name);

    return reading != NULL && (readings_holds(holder, reading->all_of_it) || (reading->zone != NULL && readings_holds(holder, OF_A_ZONE)) ||
                               (reading->own != NULL && readings_holds(holder, reading->own_of)));
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
    asking->field = field_of(&duban__query__descriptor, reading->name);
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
    const struct reading *reading = reading_of(request->rest);
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
    http_each_argument(request, add_argument, asking);
    go_on(asking);
}

void readings_ask(struct request *request, const char *name, const struct reading_argument *arguments, size_t count,
                  upstream_then *then, void *self)
{
    struct asking *asking = begin(request, reading_of(name));

    if (asking == NULL)
        return;
    asking->then = then;
    asking->self = self;
    for (size_t i = 0; i < count; i++)
        if (arguments[i].value[0] != '\0')
            (void) add_argument(asking, arguments[i].name, arguments[i].value);
    go_on(asking);
}
