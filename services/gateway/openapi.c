/* openapi.c - paths, arguments and answers of the API. */
#include "openapi.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etag.h"
#include "gateway.h"
#include "message.h"
#include "openapi_schema.h"
#include "readings.h"

enum { NAME_BYTES = 64, PATH_BYTES = 128 };

static const struct {
    unsigned status;
    const char *zh, *en;
} STATUSES[] = {
    { 200, "成功", "done" },
    { 201, "已入流水账", "durable in the journal" },
    { 204, "成功，没有内容", "done; nothing to say" },
    { 206, "其中一段", "a part of it" },
    { 303, "请看另一网址", "go on at another address" },
    { 304, "没有变化", "nothing has changed" },
    { 400, "请求写得不对", "the request is not as it should be" },
    { 401, "需要登录", "sign in first" },
    { 403, "没有权限", "not allowed" },
    { 404, "没有这条记录", "no such record" },
    { 409, "与先前收到的不同：提交编号、照片名称已用于别的内容，或不是从已收到的地方接着传", "something else has come before: under this id, as this photo, or up to another place" },
    { 410, "已过期", "it is over" },
    { 412, "协议版本不对", "another version of the protocol" },
    { 413, "内容过大", "too large" },
    { 416, "没有所要的那一段", "there is no such part" },
    { 415, "不接受这种内容", "such content is not taken" },
    { 422, "内容不合要求，field 指出是哪一处", "the content is not as it should be; field says where" },
    { 429, "尝试次数过多，请稍后再试", "too many attempts; try again later" },
    { 500, "服务器上的文件已损坏", "a file of the server is damaged" },
    { 503, "请稍后再试", "try again later" },
    { 507, "空间将满，暂停接收", "hardly any room is left" },
};

struct document {
    struct schemas schemas;
    json_t *paths;
};

static json_t *words(const char *zh, const char *en)
{
    return json_sprintf("%s / %s", zh, en);
}

static void set(struct document *document, json_t *object, const char *name, json_t *value)
{
    schema_set(&document->schemas, object, name, value);
}

static void append(struct document *document, json_t *array, json_t *value)
{
    schema_append(&document->schemas, array, value);
}

/* ---------------------------------------------------------------- answers */

static json_t *description_of(unsigned status)
{
    for (size_t i = 0; i < sizeof STATUSES / sizeof STATUSES[0]; i++)
        if (STATUSES[i].status == status)
            return words(STATUSES[i].zh, STATUSES[i].en);
    return NULL;
}

bool openapi_knows_status(unsigned status)
{
    json_t *description = description_of(status);
    bool knows = description != NULL;

    json_decref(description);
    return knows;
}

static json_t *header(const char *zh, const char *en)
{
    return json_pack("{s:o, s:{s:s}}", "description", words(zh, en), "schema", "type", "string");
}

static json_t *headers_of(struct document *document, unsigned status, bool is_marked)
{
    json_t *headers = json_pack("{s:o}", "X-Request-Id", header("请求编号，日志中同此", "number of the request, as in the log"));

    if (status == 201)
        set(document, headers, "Location", header("查询它现在怎样的网址", "where to ask what has become of it"));
    if (status == 303)
        set(document, headers, "Location", header("接着去的网址", "where to go on"));
    if (status == 401)
        set(document, headers, "WWW-Authenticate", header("登录方式", "how to sign in"));
    if (status == 429 || status == 503)
        set(document, headers, "Retry-After", header("多少秒后再试", "seconds to wait"));
    if (is_marked && (status == 200 || status == 304))
        set(document, headers, "ETag", header("内容的标记，下次放进 If-None-Match", "mark of the content, for If-None-Match next time"));
    return headers;
}

/* The content of that type, once more: one or the other comes. */
static void add_content(struct document *document, json_t *content, const char *type, json_t *schema)
{
    json_t *before = json_object_get(json_object_get(content, type), "schema");

    if (before == NULL)
        set(document, content, type, json_pack("{s:o}", "schema", schema));
    else
        set(document, content, type, json_pack("{s:{s:[O, o]}}", "schema", "anyOf", before, schema));
}

/* type NULL: it has no body. */
static void add_answer(struct document *document, json_t *responses, unsigned status, const char *type, json_t *schema, bool is_marked)
{
    char name[8];
    json_t *response;

    (void) snprintf(name, sizeof name, "%u", status);
    response = json_object_get(responses, name);
    if (response == NULL) {
        response = json_pack("{s:o, s:o}", "description", description_of(status), "headers", headers_of(document, status, is_marked));
        set(document, responses, name, response);
    }
    if (type == NULL)
        return;
    if (json_object_get(response, "content") == NULL)
        set(document, response, "content", json_object());
    add_content(document, json_object_get(response, "content"), type, schema);
}

static void add_problem(struct document *document, const struct route *route, json_t *responses, unsigned status)
{
    switch (route->speaks) {
    case SPEAKS_JSON:
        add_answer(document, responses, status, "application/problem+json",
                   schema_of_message(&document->schemas, &duban__problem__descriptor), false);
        add_answer(document, responses, status, "text/html", json_pack("{s:s}", "type", "string"), false);   /* to a browser */
        return;
    case SPEAKS_PAGES:
        add_answer(document, responses, status, "text/html", json_pack("{s:s}", "type", "string"), false);
        return;
    case SPEAKS_OPENROSA:
        add_answer(document, responses, status, "text/xml", json_pack("{s:s}", "type", "string"), false);
        return;
    }
}

/* ---------------------------------------------------------------- bodies */

static json_t *schema_of_content(struct document *document, const struct route_content *content)
{
    if (content->message != NULL)
        return schema_of_message(&document->schemas, content->message);
    return json_pack("{s:s}", "type", strcmp(content->type, "application/json") == 0 ? "object" : "string");
}

static void add_bodies(struct document *document, json_t *operation, const struct route *route)
{
    json_t *content;

    if (route->bodies[0].type == NULL)
        return;
    content = json_object();
    for (size_t i = 0; i < ROUTE_BODIES && route->bodies[i].type != NULL; i++)
        add_content(document, content, route->bodies[i].type, schema_of_content(document, &route->bodies[i]));
    set(document, operation, "requestBody", json_pack("{s:b, s:o}", "required", 1, "content", content));
}

/* ---------------------------------------------------------------- one operation */

/* From whoever has signed in with a browser. */
static bool needs_csrf(const struct route *route)
{
    return route->needs != NEEDS_NOTHING && strcmp(route->method, "POST") == 0;
}

static json_t *responses_of(struct document *document, const struct route *route)
{
    json_t *responses = json_object();

    for (size_t i = 0; i < ROUTE_PROBLEMS && route->problems[i] != 0; i++)
        add_problem(document, route, responses, route->problems[i]);
    add_problem(document, route, responses, MHD_HTTP_BAD_REQUEST);
    add_problem(document, route, responses, MHD_HTTP_SERVICE_UNAVAILABLE);
    if (route->needs != NEEDS_NOTHING) {
        add_problem(document, route, responses, MHD_HTTP_UNAUTHORIZED);
        add_problem(document, route, responses, MHD_HTTP_TOO_MANY_REQUESTS);
    }
    if (route->needs == NEEDS_LOGIN)   /* who has shown nothing */
        add_answer(document, responses, MHD_HTTP_SEE_OTHER, NULL, NULL, false);
    if (needs_csrf(route) && json_object_get(responses, "403") == NULL)
        add_problem(document, route, responses, MHD_HTTP_FORBIDDEN);
    return responses;
}

static bool answers_unchanged(const struct route *route)
{
    for (size_t i = 0; i < ROUTE_ANSWERS; i++)
        if (route->answers[i].status == MHD_HTTP_NOT_MODIFIED)
            return true;
    return false;
}

static json_t *security_of(const struct route *route)
{
    if (route->needs == NEEDS_NOTHING)
        return json_array();
    if (needs_csrf(route))
        return json_pack("[{s:[]}, {s:[]}, {s:[], s:[]}]", "token", "password", "session", "csrf");
    return json_pack("[{s:[]}, {s:[]}, {s:[]}]", "token", "password", "session");
}

static void add_parameters(struct document *document, json_t *parameters, const char *in, const struct route_header *headers)
{
    for (size_t i = 0; i < ROUTE_HEADERS && headers[i].name != NULL; i++)
        append(document, parameters, json_pack("{s:s, s:s, s:o, s:{s:s}}", "name", headers[i].name, "in", in, "description",
                                               words(headers[i].zh, headers[i].en), "schema", "type", "string"));
}

static void add_place(struct document *document, json_t *parameters, const char *name)
{
    if (name != NULL && name[0] != '\0')
        append(document, parameters, json_pack("{s:s, s:s, s:b, s:{s:s}}", "name", name, "in", "path", "required", 1, "schema", "type", "string"));
}

static json_t *parameters_of(struct document *document, const struct route *route, const char *more)
{
    json_t *parameters = json_array();

    add_parameters(document, parameters, "header", route->headers);
    add_parameters(document, parameters, "query", route->arguments);
    add_place(document, parameters, route->rest);
    add_place(document, parameters, more);
    return parameters;
}

/* getV1Submissions, getATask */
static json_t *operation_id(const struct route *route, const char *more)
{
    char id[PATH_BYTES];
    size_t used = 0;
    bool begins = true;

    for (const char *at = route->method; *at != '\0'; at++)
        id[used++] = (char) tolower((unsigned char) *at);
    for (const char *at = route->path; *at != '\0' && used + 1 < sizeof id; at++) {
        if (isalnum((unsigned char) *at))
            id[used++] = (char) (begins ? toupper((unsigned char) *at) : *at);
        begins = !isalnum((unsigned char) *at);
    }
    for (const char *at = more; at != NULL && *at != '\0' && used + 1 < sizeof id; at++)
        id[used++] = (char) (at == more ? toupper((unsigned char) *at) : *at);
    return json_stringn(id, used);
}

static void add_operation(struct document *document, const char *path, const struct route *route, json_t *operation)
{
    char method[16];
    json_t *item = json_object_get(document->paths, path);
    size_t size = strlen(route->method);

    for (size_t i = 0; i <= size && i < sizeof method; i++)
        method[i] = (char) tolower((unsigned char) route->method[i]);
    if (item == NULL) {
        item = json_object();
        set(document, document->paths, path, item);
    }
    set(document, item, method, operation);
}

/* more: what follows the rest behind another /; NULL = nothing does. */
static void describe(struct document *document, const struct route *route, const char *more)
{
    char path[PATH_BYTES];
    json_t *responses = responses_of(document, route), *operation;

    for (size_t i = 0; i < ROUTE_ANSWERS && route->answers[i].status != 0; i++)
        add_answer(document, responses, route->answers[i].status, route->answers[i].type,
                   route->answers[i].type == NULL ? NULL : schema_of_content(document, &route->answers[i]), answers_unchanged(route));
    operation = json_pack("{s:o, s:o, s:o, s:o, s:o}", "operationId", operation_id(route, more), "summary", words(route->zh, route->en), "security",
                          security_of(route), "parameters", parameters_of(document, route, more), "responses", responses);
    add_bodies(document, operation, route);
    (void) snprintf(path, sizeof path, route->rest == NULL ? "%s" : more == NULL ? "%s{%s}" : "%s{%s}/{%s}", route->path, route->rest, more);
    add_operation(document, path, route, operation);
}

/* ---------------------------------------------------------------- readings */

static json_t *argument(struct document *document, const char *name, const ProtobufCFieldDescriptor *field)
{
    return json_pack("{s:s, s:s, s:o}", "name", name, "in", "query", "schema", schema_of_field(&document->schemas, field));
}

static void add_arguments(struct document *document, json_t *parameters, const struct reading *reading)
{
    const ProtobufCMessageDescriptor *query = reading_field(&duban__query__descriptor, reading->name)->descriptor;
    const struct reading_argument *common;
    json_t *described;

    for (unsigned i = 0; i < query->n_fields; i++) {
        char name[NAME_BYTES];

        message_json_name(query->fields[i].name, name, sizeof name);
        if (reading_takes(&query->fields[i]))
            append(document, parameters, argument(document, name, &query->fields[i]));
    }
    for (size_t i = 0; (common = reading_common_argument(i)) != NULL; i++) {
        if (reading_field(query, common->name) != NULL || (common->is_of_the_past && !reading->tells_of_the_past))
            continue;
        described = argument(document, common->name, reading_field(&duban__query__descriptor, common->name));
        set(document, described, "description", words(common->zh, common->en));
        append(document, parameters, described);
    }
}

/* Reply, with the one body that this question is answered by. */
static json_t *answer_of(struct document *document, const struct reading *reading)
{
    const ProtobufCMessageDescriptor *reply = &duban__reply__descriptor;
    const char *body = reading->answer == NULL ? reading->name : reading->answer;
    json_t *properties = json_object();

    for (unsigned i = 0; i < reply->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &reply->fields[i];
        char name[NAME_BYTES];

        message_json_name(field->name, name, sizeof name);
        if (strcmp(name, body) == 0 || ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0 && strcmp(name, "requestId") != 0))
            set(document, properties, name, schema_of_field(&document->schemas, field));
    }
    return json_pack("{s:s, s:b, s:[s], s:o}", "type", "object", "additionalProperties", 0, "required", body,
                     "properties", properties);
}

/* Even where nothing has changed. */
static void add_stamps(struct document *document, json_t *response)
{
    json_t *headers = json_object_get(response, "headers");

    set(document, headers, "Duban-As-Of-Ms", header("截至何时", "as of when"));
    set(document, headers, "Duban-Applied-Sequence", header("处理到流水账的哪个序号", "how much of the journal it knows"));
}

static void describe_reading(struct document *document, const struct route *route, const struct reading *reading)
{
    char path[PATH_BYTES];
    json_t *responses = responses_of(document, route), *parameters = parameters_of(document, route, NULL);

    add_arguments(document, parameters, reading);
    add_answer(document, responses, MHD_HTTP_OK, "application/json", answer_of(document, reading), true);
    add_answer(document, responses, MHD_HTTP_NOT_MODIFIED, NULL, NULL, true);
    add_stamps(document, json_object_get(responses, "200"));
    add_stamps(document, json_object_get(responses, "304"));
    (void) snprintf(path, sizeof path, "%s%s", route->path, reading->name);
    add_operation(document, path, route,
                  json_pack("{s:s, s:o, s:o, s:o, s:o}", "operationId", reading->name, "summary", words(reading->zh, reading->en),
                            "security", security_of(route), "parameters", parameters, "responses", responses));
}

/* ---------------------------------------------------------------- all of it */

static void describe_all(struct document *document)
{
    const struct route *route;
    const struct reading *reading;

    for (size_t i = 0; (route = route_at(i)) != NULL; i++) {
        if (route->rest == NULL || route->rest[0] != '\0') {
            describe(document, route, NULL);
            if (route->more != NULL)
                describe(document, route, route->more);
            continue;
        }
        for (size_t row = 0; (reading = reading_at(row)) != NULL; row++)
            describe_reading(document, route, reading);
    }
}

static json_t *info(void)
{
    return json_pack("{s:o, s:s, s:o}", "title", words("督办接口", "Duban API"), "version", DUBAN_VERSION, "description",
                     words("JSON 是标准的 protobuf JSON：64 位整数写成字符串，字节写成 base64，枚举写名称，默认值不写出。时间是 1970 年以来的毫秒"
                           "（Ms）或秒（S）。被拒绝的一律答复 problem+json，中英文写明原因和字段；要 text/html（浏览器）的得到同样内容的网页。",
                           "JSON is canonical protobuf JSON: 64-bit integers as strings, bytes as base64, enums by name, defaults left out. "
                           "Times are milliseconds (Ms) or seconds (S) since 1970. Whatever is refused is answered with problem+json that "
                           "says why, and names the field, in both languages; who wants text/html, as browsers do, gets a page that says the same."));
}

static json_t *security_schemes(void)
{
    return json_pack("{s:{s:s, s:s, s:o}, s:{s:s, s:s, s:o}, s:{s:s, s:s, s:s, s:o}, s:{s:s, s:s, s:s, s:o}}",
                     "token", "type", "http", "scheme", "bearer", "description", words("duban account token 给出的令牌", "a token of duban account token"),
                     "password", "type", "http", "scheme", "basic", "description", words("账号和密码", "account and password"),
                     "session", "type", "apiKey", "in", "cookie", "name", "duban", "description",
                     words("登录页给出的 cookie；走 https 时名为 __Host-duban", "the cookie of the page for signing in; over https its name is __Host-duban"),
                     "csrf", "type", "apiKey", "in", "header", "name", "X-CSRF-Token", "description",
                     words("用 cookie 提交时须有，网页表单里是 csrf 一栏", "whoever posts by a cookie shows it; in the forms of pages it is the field csrf"));
}

json_t *openapi_document(void)
{
    struct document document = { { json_object(), false }, json_object() };
    json_t *whole = NULL;

    describe_all(&document);
    if (!document.schemas.failed)
        whole = json_pack("{s:s, s:o, s:[{s:s}], s:O, s:{s:o, s:O}}", "openapi", "3.1.0", "info", info(), "servers", "url", "/", "paths",
                          document.paths, "components", "securitySchemes", security_schemes(), "schemas", document.schemas.all);
    json_decref(document.paths);
    json_decref(document.schemas.all);
    return whole;
}

void openapi_close(struct openapi *openapi)
{
    free(openapi->text);
    *openapi = (struct openapi){ NULL, 0 };
}

void openapi_read(struct request *request)
{
    struct openapi *openapi = &request->gateway->openapi;
    const char *etag;
    struct bytes text;

    if (openapi->text == NULL) {
        json_t *document = openapi_document();

        openapi->text = document == NULL ? NULL : json_dumps(document, JSON_COMPACT);
        openapi->size = openapi->text == NULL ? 0 : strlen(openapi->text);
        json_decref(document);
    }
    text = bytes_of(openapi->text, openapi->size);
    etag = openapi->text == NULL ? NULL : etag_of(request, false, &text, 1);
    if (etag == NULL)
        problem_send(request, NULL);
    else if (!etag_answer_unchanged(request, etag))
        http_answer(request, MHD_HTTP_OK, "application/json", text);
}
