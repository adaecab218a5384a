/* problem.c - answers: a message as JSON, and what is refused as problem details (RFC 9457). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway.h"
#include "message.h"
#include "openrosa.h"
#include "page.h"

enum { SILENT_AFTER_S = 5, LATER_AFTER_S = 5, OPENROSA_WORDS_BYTES = 2400 };

static const char PROBLEM[] = "application/problem+json";

static const struct {
    const char *name, *zh, *en;
} TITLES[] = {
    { "not-found", "没有这个网址或记录", "no such address or record" },
    { "method-not-allowed", "不接受这种方法", "method not allowed" },
    { "too-large", "内容过大", "too large" },
    { "no-photo", "不是照片", "not a photo" },
    { "no-such-photo", "照片没有到", "the photo has not come" },
    { "damaged", "照片已损坏", "the photo is damaged" },
    { "not-shown", "照片不能显示", "the photo is not shown" },
    { "unauthorized", "需要登录", "sign in first" },
    { "too-many-attempts", "尝试次数过多", "too many attempts" },
    { "forbidden", "没有权限", "not allowed" },
    { "invalid", "内容不合要求", "not as it should be" },
    { "conflict", "与先前收到的不同", "something else has come before" },
    { "later", "请稍后再试", "try again later" },
    { "full", "空间将满，暂停接收", "hardly any room is left" },
    { "unknown-outcome", "是否收下尚不确定", "whether it was taken is not known" },
};

static const struct refused {
    unsigned status;
    const char *name;
} INVALID = { MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid" };

static struct refused refused_by(Duban__RefusalCode code)
{
    switch (code) {
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_CONFLICT: return (struct refused){ MHD_HTTP_CONFLICT, "conflict" };
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER: return (struct refused){ MHD_HTTP_SERVICE_UNAVAILABLE, "later" };
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL: return (struct refused){ MHD_HTTP_INSUFFICIENT_STORAGE, "full" };
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_FORBIDDEN: return (struct refused){ MHD_HTTP_FORBIDDEN, "forbidden" };
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID:
    case DUBAN__REFUSAL_CODE__REFUSAL_CODE_UNSPECIFIED:
    case _DUBAN__REFUSAL_CODE_IS_INT_SIZE: break;
    }
    return INVALID;
}

unsigned problem_status_of(Duban__RefusalCode code)
{
    return refused_by(code).status;
}

const char *problem_name_of(Duban__RefusalCode code)
{
    return refused_by(code).name;
}

static void title(Duban__Problem *problem, const char *name)
{
    for (size_t i = 0; i < sizeof TITLES / sizeof TITLES[0]; i++) {
        if (strcmp(TITLES[i].name, name) != 0)
            continue;
        problem->title = (char *) TITLES[i].zh;
        problem->title_en = (char *) TITLES[i].en;
    }
}

/* What is no UTF-8 came from whoever asks, and is no JSON. */
static char *kept(struct request *request, const char *text)
{
    size_t size = strlen(text);
    char *copy = arena_copy(&request->arena, text, size);

    for (size_t i = 0, one; copy != NULL && i < size; i += one) {
        for (one = 1; one < 4 && i + one < size && ((unsigned char) copy[i + one] & 0xc0) == 0x80; one++)
            ;
        if (is_utf8(copy + i, one))
            continue;
        copy[i] = '?';
        one = 1;
    }
    return copy == NULL ? "" : copy;
}

Duban__Problem *problem_of(struct request *request, unsigned status, const char *name, const struct fault *fault,
                           uint32_t retry_after_s)
{
    Duban__Problem *problem = arena_take(&request->arena, sizeof *problem);
    char type[64], field[sizeof fault->field];

    if (problem == NULL)
        return NULL;
    duban__problem__init(problem);
    (void) snprintf(type, sizeof type, "urn:duban:problem:%s", name);
    problem->type = kept(request, type);
    problem->status = status;
    problem->detail = kept(request, fault->zh);
    problem->detail_en = kept(request, fault->en);
    message_json_name(fault->field, field, sizeof field);   /* who speaks JSON knows it by that name */
    problem->field = kept(request, field);
    problem->request_id = request->id;
    problem->retry_after_s = retry_after_s == 0 && status == MHD_HTTP_SERVICE_UNAVAILABLE ? LATER_AFTER_S : retry_after_s;
    title(problem, name);
    return problem;
}

json_t *json_of_request(const struct request *request, struct fault *fault)
{
    size_t count = 0;

    for (size_t i = 0; i < request->body_size; i++)
        count += request->body[i] == ',' || request->body[i] == '[' || request->body[i] == '{';
    if (request->body_size > 0 && count <= JSON_VALUES_MOST)
        return json_parse(bytes_of(request->body, request->body_size), fault);
    if (request->body_size == 0)
        fault_set(fault, "", "没有内容：请按接口说明 /v1/openapi.json 写成 JSON", "there is no body: send the JSON that /v1/openapi.json describes");
    else
        fault_set(fault, "", "内容过多，请分几次提交", "there is too much in it; send it in parts");
    return NULL;
}

/* The bytes of the JSON in the arena; data is NULL at its limit. */
static struct bytes json_bytes(struct request *request, const ProtobufCMessage *message)
{
    json_t *json = json_of_message(message);
    size_t size = json == NULL ? 0 : json_dumpb(json, NULL, 0, JSON_COMPACT);
    char *text = size == 0 ? NULL : arena_take(&request->arena, size);

    if (text != NULL)
        (void) json_dumpb(json, text, size, JSON_COMPACT);
    json_decref(json);
    return bytes_of(text, text == NULL ? 0 : size);
}

/* message NULL: there was no memory for it. */
static void answer_json(struct request *request, unsigned status, const char *type, const ProtobufCMessage *message)
{
    static const char NO_MEMORY[] = "{\"title\":\"内存不足\",\"titleEn\":\"out of memory\",\"status\":503}";
    struct bytes json = message == NULL ? bytes_of(NULL, 0) : json_bytes(request, message);

    if (json.data == NULL)
        http_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, PROBLEM, bytes_of_text(NO_MEMORY));
    else
        http_answer(request, status, type, json);
}

void answer_message(struct request *request, unsigned status, const ProtobufCMessage *message)
{
    answer_json(request, status, "application/json", message);
}

/* Chinese first: it is shown to whoever has filled in the form. */
static void send_openrosa(struct request *request, const Duban__Problem *problem)
{
    char words[OPENROSA_WORDS_BYTES];

    (void) snprintf(words, sizeof words, "%s：%s / %s: %s", problem->title, problem->detail, problem->title_en, problem->detail_en);
    openrosa_answer(request, problem->status, "submit_error", words);
}

/* What a browser asks for when somebody has followed a link; programs and scripts ask for anything, or for JSON. */
static bool is_read_by_people(const struct request *request)
{
    const char *accept = http_header_of(request, MHD_HTTP_HEADER_ACCEPT);

    return accept != NULL && strstr(accept, "text/html") != NULL && strstr(accept, "json") == NULL;
}

static enum route_speaks spoken(const struct request *request)
{
    enum route_speaks speaks = request->route == NULL ? SPEAKS_JSON : request->route->speaks;

    return speaks == SPEAKS_JSON && is_read_by_people(request) ? SPEAKS_PAGES : speaks;
}

static void send_no_memory(struct request *request)
{
    static const char PAGE[] = "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>内存不足 out of memory</title></head>"
                               "<body><main><h1>内存不足，请稍后再试 <small lang=\"en\">out of memory; try again later</small></h1>"
                               "<nav><a href=\"/\">首页 <small lang=\"en\">home page</small></a></nav></main></body></html>\n";
    static const char OPENROSA[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\">"
                                   "<message nature=\"submit_error\">内存不足，请稍后再试 / out of memory; try again later</message></OpenRosaResponse>\n";

    http_add_header(request, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    switch (spoken(request)) {
    case SPEAKS_JSON: answer_json(request, MHD_HTTP_SERVICE_UNAVAILABLE, PROBLEM, NULL); return;
    case SPEAKS_PAGES: http_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "text/html; charset=utf-8", bytes_of_text(PAGE)); return;
    case SPEAKS_OPENROSA: http_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "text/xml; charset=utf-8", bytes_of_text(OPENROSA)); return;
    }
}

static void send_page(struct request *request, const Duban__Problem *problem)
{
    struct fault fault;

    fault_carry(&fault, problem->field, problem->detail, problem->detail_en);
    if (request->route != NULL && request->route->speaks == SPEAKS_PAGES)
        page_fault(request, problem->status, &fault);
    else
        page_refuse(request, problem->status, problem->title, problem->title_en, &fault);
}

void problem_retry_after(struct request *request, uint32_t seconds)
{
    char text[16];

    if (seconds == 0)
        return;
    (void) snprintf(text, sizeof text, "%u", seconds);
    http_add_header(request, MHD_HTTP_HEADER_RETRY_AFTER, kept(request, text));
}

void problem_send(struct request *request, const Duban__Problem *problem)
{
    if (problem == NULL) {
        send_no_memory(request);
        return;
    }
    problem_retry_after(request, problem->retry_after_s);
    switch (spoken(request)) {
    case SPEAKS_JSON: answer_json(request, problem->status, PROBLEM, &problem->base); return;
    case SPEAKS_PAGES: send_page(request, problem); return;
    case SPEAKS_OPENROSA: send_openrosa(request, problem); return;
    }
}

void problem_answer(struct request *request, unsigned status, const char *name, const struct fault *fault, uint32_t retry_after_s)
{
    problem_send(request, problem_of(request, status, name, fault, retry_after_s));
}

void problem_stopping(struct request *request)
{
    struct fault fault;

    fault_set(&fault, "", "服务正在停止，请稍后原样重交", "the service is stopping; send the same again later");
    problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, LATER_AFTER_S);
}

void problem_said(struct request *request, const Duban__Fault *said)
{
    struct fault fault;

    fault_carry(&fault, said->field, said->zh, said->en);
    if (said->later)
        problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, LATER_AFTER_S);
    else
        problem_answer(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", &fault, 0);
}

void problem_unanswered(struct request *request, enum upstream upstream, const Duban__Reply *reply)
{
    if (reply != NULL && reply->body_case == DUBAN__REPLY__BODY_FAULT)
        problem_said(request, reply->fault);
    else
        problem_silent(request, upstream);
}

void problem_silent(struct request *request, enum upstream upstream)
{
    struct fault fault;

    upstream_fault(upstream, &fault);
    problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, SILENT_AFTER_S);
}
