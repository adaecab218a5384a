/* routes.c - what the gateway serves. */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "openrosa.h"

#define JSON "application/json"
#define TEXT "text/plain"
#define XML "text/xml"
#define HTML "text/html"
#define FORM "application/x-www-form-urlencoded"

static const struct route ROUTES[] = {
    { "GET", "/healthz", NEEDS_NOTHING, operations_health,
      "服务在运行", "it runs",
      .answers = { { 200, TEXT, NULL } } },
    { "GET", "/readyz", NEEDS_NOTHING, operations_ready,
      "收件和规则服务都有应答，报告照收；不然说明原因", "ingest and rules answer, and reports are taken; otherwise why not",
      .answers = { { 200, TEXT, NULL }, { 503, TEXT, NULL } }, .of_operations = true },
    { "GET", "/metrics", NEEDS_NOTHING, operations_metrics,
      "各服务的运行指标，Prometheus 文本格式；只答复本机和 metrics_from 写明的地址",
      "figures of all daemons, in the text format of Prometheus; to this machine and the address in metrics_from alone",
      .answers = { { 200, TEXT, NULL } }, .problems = { 403 }, .of_operations = true },
    { "GET", "/v1/openapi.json", NEEDS_NOTHING, openapi_read,
      "本接口说明，OpenAPI 3.1", "this description, OpenAPI 3.1",
      .answers = { { 200, JSON, NULL }, { 304, NULL, NULL } }, .headers = { ROUTE_IF_NONE_MATCH } },
    { "POST", "/v1/entries", NEEDS_ACCOUNT, entries_submit,
      "提交一条或多条：同一编号、同一内容再交，得到同一回执；201 表示已入流水账，不会丢失",
      "submit one entry or several: the same again under the same id gives the same receipt; 201 means durable",
      .bodies = { { 0, JSON, &duban__submission__descriptor }, { 0, JSON, &duban__submissions__descriptor } },
      .answers = { { 201, JSON, &duban__submitted__descriptor }, { 200, JSON, &duban__submitted__descriptor },
                   { 200, JSON, &duban__submitted_all__descriptor } },
      .problems = { 403, 409, 413, 415, 422, 507 } },
    { "GET", "/v1/submissions/", NEEDS_ACCOUNT, entries_status,
      "本账号的一次提交现在怎样：已收下、已生效、待核（附原因）、已放行、已退回",
      "what has become of a submission of this account: accepted, applied, held (and why), released, rejected",
      .rest = "clientId", .answers = { { 200, JSON, &duban__submission_progress__descriptor } }, .problems = { 404 } },
    { "GET", "/v1/evidence/", NEEDS_ACCOUNT, evidence_show,
      "一张照片：督导看全部，片区岗位看本片区的，申报人看自己的；去掉拍摄位置、时间和机型",
      "a photo: oversight sees all, those of a zone its own, a reporter his; without where, when and by what it was taken",
      .rest = "sha256",
      .answers = { { 200, "image/*", NULL }, { 206, "image/*", NULL }, { 304, NULL, NULL } }, .problems = { 403, 404, 416, 422, 500 },
      .headers = { ROUTE_IF_NONE_MATCH, { "Range", "只要其中一段", "only a part of it" } },
      .arguments = { { "original", "true：原件，限督导岗位，先入流水账", "true: as it came; oversight alone, and the journal has it first" },
                     { "reason", "看原件的事由，必填", "what it is wanted for as it came; required then" } },
      .noted = "original", .of_photos = true },
    { "PUT", "/v1/evidence/", NEEDS_ACCOUNT, evidence_put,
      "上传一张照片的全部内容，网址末尾是它的 SHA-256；写明 report 与 name 的，照片到达随即入流水账",
      "one whole photo, under its SHA-256; with report and name, that it has come is journaled before the answer",
      .rest = "sha256", .bodies = { { 0, "image/*", NULL } },
      .answers = { { 201, JSON, &duban__stored_photo__descriptor }, { 200, JSON, &duban__stored_photo__descriptor } },
      .problems = { 403, 409, 413, 415, 422, 507 },
      .arguments = { { "report", "申报它的报告的序号", "sequence of the report that declares it" },
                     { "name", "报告里申报的文件名", "its name in that report" } },
      .intake = &EVIDENCE_INTAKE,
      .of_photos = true },
    { "GET", "/formList", NEEDS_ACCOUNT, openrosa_list,
      "手机应用（OpenRosa）的表单清单：本岗位填的", "forms for field apps (OpenRosa): those of the account's posts",
      .answers = { { 200, XML, NULL } }, .problems = { 403 }, .arguments = { { "formID", "只要这一张", "only this one" } },
      .speaks = SPEAKS_OPENROSA },
    { "GET", "/forms/", NEEDS_ACCOUNT, openrosa_form,
      "一张表单（XForm）", "a form (XForm)",
      .rest = "formId", .answers = { { 200, XML, NULL } }, .problems = { 403, 404 }, .speaks = SPEAKS_OPENROSA },
    { "GET", "/manifest/", NEEDS_ACCOUNT, openrosa_manifest,
      "一张表单用到的文件有哪些", "which files a form looks into",
      .rest = "formId", .answers = { { 200, XML, NULL } }, .problems = { 403, 404 }, .speaks = SPEAKS_OPENROSA },
    { "GET", "/media/", NEEDS_ACCOUNT, openrosa_media,
      "表单用到的文件：点位、今天路线、待复查的问题等，只含本人范围", "a file that forms look into: sites, stops, cases, within one's scope",
      .rest = "file", .answers = { { 200, "text/csv", NULL } }, .problems = { 403, 404 }, .speaks = SPEAKS_OPENROSA },
    { "HEAD", "/submission", NEEDS_ACCOUNT, openrosa_submission_head,
      "这里收填好的表单；一次最多多大", "here filled-in forms are taken; how much at a time",
      .answers = { { 204, NULL, NULL } }, .speaks = SPEAKS_OPENROSA },
    { "POST", "/submission", NEEDS_ACCOUNT, openrosa_submit,
      "交一张填好的表单，照片可分几次交；201 表示已入流水账", "a filled-in form, its photos at once or in parts; 201 means durable",
      .bodies = { { 0, "multipart/form-data", NULL } }, .answers = { { 201, XML, NULL } },
      .problems = { 403, 409, 413, 415, 422, 507 }, .intake = &OPENROSA_INTAKE, .speaks = SPEAKS_OPENROSA },
    { "POST", "/v1/reveal", NEEDS_ACCOUNT, reveal_show,
      "查看个人信息原文（电话、地址等），须写理由；先入流水账，再显示",
      "personal data in clear, for a reason that is said; the journal has it before the answer does",
      .bodies = { { 0, JSON, &duban__reveal__descriptor } }, .answers = { { 200, JSON, &duban__revealed__descriptor } },
      .problems = { 403, 404, 415, 422 } },
    { "OPTIONS", "/v1/uploads", NEEDS_NOTHING, tus_options,
      "断点续传（tus 1.0.0）的能力", "what of the tus protocol 1.0.0 for resumed uploads is here",
      .answers = { { 204, NULL, NULL } } },
    { "POST", "/v1/uploads", NEEDS_ACCOUNT, tus_create,
      "开始断点续传一张照片（tus 1.0.0）", "begin to upload a photo that may be resumed (tus 1.0.0)",
      .answers = { { 201, NULL, NULL } }, .problems = { 403, 412, 413, 507 },
      .headers = { ROUTE_TUS, { "Upload-Length", "照片的字节数", "bytes of the photo" },
                   { "Upload-Metadata", "report、name、sha256，值用 base64", "report, name, sha256; values in base64" } },
      .of_photos = true },
    { "HEAD", "/v1/uploads/", NEEDS_ACCOUNT, tus_head,
      "已收到多少：Upload-Offset", "how much has come: Upload-Offset",
      .rest = "upload", .answers = { { 200, NULL, NULL } }, .problems = { 404, 409, 412, 413, 422, 507 }, .headers = { ROUTE_TUS },
      .of_photos = true },
    { "PATCH", "/v1/uploads/", NEEDS_ACCOUNT, tus_patch,
      "接着传；传完即存盘，写明 report 的随即入流水账，然后才答复", "the next bytes; with the last it is stored, and that it has come is journaled, before the answer",
      .rest = "upload", .bodies = { { 0, "application/offset+octet-stream", NULL } }, .answers = { { 204, NULL, NULL } },
      .problems = { 403, 404, 409, 412, 413, 415, 422, 507 },
      .headers = { ROUTE_TUS, { "Upload-Offset", "从第几个字节接着传", "the byte to go on from" } }, .intake = &TUS_INTAKE,
      .of_photos = true },
    { "DELETE", "/v1/uploads/", NEEDS_ACCOUNT, tus_delete,
      "不要了", "it is not wanted any more",
      .rest = "upload", .answers = { { 204, NULL, NULL } }, .problems = { 403, 404, 412 }, .headers = { ROUTE_TUS },
      .of_photos = true },
    { "GET", "/v1/events", NEEDS_ACCOUNT, events_listen,
      "事件：决定了什么，随时告知（server-sent events）；notice 是发给谁的通知，case 是问题状态的变化，fact 是其他经过，reset 是流水账换了",
      "events, as they are decided (server-sent events): notice, case (a change of state), fact (anything else), reset (another journal)",
      .answers = { { 200, "text/event-stream", NULL } }, .problems = { 403 },
      .headers = { { "Last-Event-ID", "上次得到的事件编号，从它之后接着来", "id of the last event that was got: what follows it comes" } } },
    { "GET", "/calendar/", NEEDS_NOTHING, calendar_read,
      "某人的日历，网址 SECRET.ics 保密，不用登录；duban account calendar 给出", "somebody's calendar at a secret address, SECRET.ics, without signing in; made by duban account calendar",
      .rest = "secret", .answers = { { 200, "text/calendar", NULL }, { 304, NULL, NULL } }, .problems = { 404, 429 },
      .headers = { ROUTE_IF_NONE_MATCH } },
    { "GET", "/v1/export/", NEEDS_ACCOUNT, exports_read,
      "导出台账：cases、tasks、visits、sites、subjects，.xlsx 或 .csv；须写事由，先入流水账",
      "tables to take away: cases, tasks, visits, sites, subjects as .xlsx or .csv; for a reason, and the journal has it first",
      .rest = "file", .answers = { { 200, "text/csv", NULL }, { 200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", NULL } },
      .problems = { 403, 404, 422, 507 },
      .arguments = { { "reason", "做什么用，必填", "what it is for; required" }, { "lang", "en：英文表头", "en: in English" } },
      .noted = "" },
    { "GET", "/v1/", NEEDS_ACCOUNT, readings_read,
      "查询", "read",
      .rest = "", .answers = { { 200, JSON, &duban__reply__descriptor }, { 304, NULL, NULL } }, .problems = { 403, 404, 422 },
      .headers = { ROUTE_IF_NONE_MATCH } },
    { "GET", "/login", NEEDS_NOTHING, login_show,
      "登录页", "where somebody signs in",
      .answers = { { 200, HTML, NULL } }, .speaks = SPEAKS_PAGES },
    { "POST", "/login", NEEDS_NOTHING, login_enter,
      "登录", "sign in",
      .bodies = { { 0, FORM, NULL } }, .answers = { { 303, NULL, NULL } }, .problems = { 401, 403, 413, 429 }, .speaks = SPEAKS_PAGES },
    { "POST", "/logout", NEEDS_LOGIN, login_leave,
      "退出登录", "sign out",
      .bodies = { { 0, FORM, NULL } }, .answers = { { 303, NULL, NULL } }, .problems = { 403 }, .speaks = SPEAKS_PAGES },
    { "GET", "/a/", NEEDS_NOTHING, task_page_by_link,
      "消息里的链接：一件任务，或一条消息说到的几件，只看不改", "a message's link: one task, or those that the message was about, looked at without effect",
      .rest = "token", .more = "task", .answers = { { 200, HTML, NULL } }, .problems = { 403, 404, 410 }, .speaks = SPEAKS_PAGES },
    { "POST", "/a/", NEEDS_NOTHING, task_page_by_link,
      "在链接里办理", "act by a message's link",
      .rest = "token", .more = "task", .bodies = { { 0, FORM, NULL } }, .answers = { { 200, HTML, NULL } }, .problems = { 403, 404, 409, 410, 413, 422 }, .speaks = SPEAKS_PAGES },
    { "GET", "/t/", NEEDS_LOGIN, task_page_by_account,
      "登录后看一件任务", "one task, for who has signed in",
      .rest = "task", .answers = { { 200, HTML, NULL } }, .problems = { 403, 404 }, .speaks = SPEAKS_PAGES },
    { "POST", "/t/", NEEDS_LOGIN, task_page_by_account,
      "登录后办理一件任务", "act on a task, for who has signed in",
      .rest = "task", .bodies = { { 0, FORM, NULL } }, .answers = { { 200, HTML, NULL } }, .problems = { 403, 404, 409, 413, 422 }, .speaks = SPEAKS_PAGES },
    { "POST", "/reveal", NEEDS_LOGIN, reveal_on_page,
      "在任务页上看点位负责人的电话，须写理由", "the phone number of a site's contact, on a task's page, for a reason",
      .bodies = { { 0, FORM, NULL } }, .answers = { { 200, HTML, NULL } }, .problems = { 403, 404, 422 }, .speaks = SPEAKS_PAGES },
    { "GET", "/paper/case/", NEEDS_LOGIN, paper_case,
      "整改通知书，供打印", "a rectification notice, to be printed",
      .rest = "number", .answers = { { 200, HTML, NULL } }, .problems = { 403, 404 }, .speaks = SPEAKS_PAGES },
    { "GET", "/paper/plan", NEEDS_LOGIN, paper_plan,
      "一天的路线，供打印", "a day's stops, to be printed",
      .answers = { { 200, HTML, NULL } }, .problems = { 403, 422 },
      .arguments = { { "day", "哪一天，如 2020-02-03", "which day, as 2020-02-03" }, { "zone", "哪个片区", "which zone" } }, .speaks = SPEAKS_PAGES },
    { "GET", "/paper/morning", NEEDS_LOGIN, paper_morning,
      "早报，供打印", "a morning brief, to be printed",
      .answers = { { 200, HTML, NULL } }, .problems = { 403, 422 }, .arguments = { { "day", "哪一天", "which day" } }, .speaks = SPEAKS_PAGES },
    { "GET", "/paper/evening", NEEDS_LOGIN, paper_evening,
      "晚报，供打印", "an evening summary, to be printed",
      .answers = { { 200, HTML, NULL } }, .problems = { 403, 422 }, .arguments = { { "day", "哪一天", "which day" } }, .speaks = SPEAKS_PAGES },
    { "GET", "/", NEEDS_LOGIN, home_show,
      "本人要办的", "what is his to do",
      .answers = { { 200, HTML, NULL } }, .speaks = SPEAKS_PAGES },
};
enum { ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0] };

static bool is_path(const struct route *route, const char *path)
{
    size_t size = strlen(route->path);

    return size > 1 && route->path[size - 1] == '/' ? strncmp(route->path, path, size) == 0 : strcmp(route->path, path) == 0;
}

static bool is_method(const struct route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* The longest path is meant: those that are longer stand first in the table. */
static const struct route *first_of_path(const char *path)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (is_path(&ROUTES[i], path))
            return &ROUTES[i];
    return NULL;
}

const struct route *route_find(const char *method, const char *path, bool *other_method)
{
    const struct route *first = first_of_path(path);

    *other_method = first != NULL;
    for (size_t i = 0; first != NULL && i < ROUTE_COUNT; i++)
        if (strcmp(ROUTES[i].path, first->path) == 0 && is_method(&ROUTES[i], method))
            return &ROUTES[i];
    return NULL;
}

void route_methods(const char *path, char out[ROUTE_METHODS_BYTES])
{
    const struct route *first = first_of_path(path);
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; first != NULL && i < ROUTE_COUNT; i++)
        if (strcmp(ROUTES[i].path, first->path) == 0)
            used += (size_t) snprintf(out + used, ROUTE_METHODS_BYTES - used, "%s%s%s", used == 0 ? "" : ", ", ROUTES[i].method,
                                      strcmp(ROUTES[i].method, "GET") == 0 ? ", HEAD" : "");
}

const struct route *route_at(size_t row)
{
    return row < ROUTE_COUNT ? &ROUTES[row] : NULL;
}
