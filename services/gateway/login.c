/* login.c - GET, POST /login and POST /logout. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "form.h"
#include "gateway.h"
#include "page.h"
#include "session.h"

enum { WHERE_MOST_BYTES = 200 };

/* A path of ours: whoever signs in is sent nowhere else. */
static bool is_ours(const char *where)
{
    if (where[0] != '/' || where[1] == '/' || strlen(where) > WHERE_MOST_BYTES)
        return false;
    for (const char *at = where; *at != '\0'; at++)
        if ((*at < 'a' || *at > 'z') && (*at < 'A' || *at > 'Z') && (*at < '0' || *at > '9') && strchr("/-_.", *at) == NULL)
            return false;
    return true;
}

bool login_first(struct request *request)
{
    char where[WHERE_MOST_BYTES + sizeof "/login?to="] = "/login";
    bool can_come_back = strcmp(request->method, "POST") != 0 && is_ours(request->path);

    if (can_come_back && strcmp(request->path, "/") != 0)
        (void) snprintf(where, sizeof where, "/login?to=%s", request->path);
    page_go(request, where);
    return false;
}

static void show(struct request *request, unsigned status, const char *where, const char *account, const struct fault *fault)
{
    struct page page;

    page_begin(&page, request, "登录督办系统", "Duban: sign in", false);
    if (fault != NULL) {
        html_put(&page.html, "<div class=\"note bad\" role=\"alert\">");
        page_paragraph(&page, fault->zh, fault->en);
        html_put(&page.html, "</div>\n");
    }
    html_put(&page.html, "<form method=\"post\" action=\"/login\"><input type=\"hidden\" name=\"to\" value=\"%s\">\n<label>", where);
    page_say(&page, "账号", "account");
    html_put(&page.html, "<input name=\"account\" value=\"%s\" required maxlength=\"32\" autocomplete=\"username\" autocapitalize=\"none\"></label>\n<label>",
             account);
    page_say(&page, "密码", "password");
    html_put(&page.html, "<input type=\"password\" name=\"password\" required maxlength=\"200\" autocomplete=\"current-password\"></label>\n<button>");
    page_say(&page, "登录", "sign in");
    html_put(&page.html, "</button></form>\n");
    page_paragraph(&page, "没有账号或忘记密码，请找系统管理员。", "Without an account or a password ask the administrator.");
    page_send(&page, status);
}

struct wanted {
    const char *where;
};

static bool on_argument(void *self, const char *name, const char *value)
{
    struct wanted *wanted = self;

    if (strcmp(name, "to") == 0 && is_ours(value))
        wanted->where = value;
    return true;
}

void login_show(struct request *request)
{
    struct wanted wanted = { "/" };

    http_each_argument(request, on_argument, &wanted);
    show(request, MHD_HTTP_OK, wanted.where, "", NULL);
}

static unsigned status_of(enum password_verdict verdict)
{
    switch (verdict) {
    case PASSWORD_WAIT: return MHD_HTTP_TOO_MANY_REQUESTS;
    case PASSWORD_BUSY: return MHD_HTTP_SERVICE_UNAVAILABLE;
    case PASSWORD_WRONG: return MHD_HTTP_UNAUTHORIZED;
    case PASSWORD_RIGHT: break;
    }
    return MHD_HTTP_OK;
}

static void enter(struct request *request, const struct form *form, const char *where)
{
    enum password_verdict verdict;
    struct fault fault;
    int64_t wait_ms = 0;

    verdict = account_check_password(request, form_value(form, "account"), form_value(form, "password"), &wait_ms);
    if (verdict != PASSWORD_RIGHT) {
        account_fault_of(verdict, wait_ms, &fault);
        show(request, status_of(verdict), where, form_value(form, "account"), &fault);
    } else if (session_begin(request) == -1) {
        fault_set(&fault, "", "没有登录成功：磁盘或内存不足，请稍后再试", "not signed in: no room on the disk or in memory; try again later");
        page_fault(request, MHD_HTTP_SERVICE_UNAVAILABLE, &fault);
    } else {
        page_go(request, where);
    }
}

void login_enter(struct request *request)
{
    struct form form;
    struct fault fault;
    const char *where;

    if (!form_read(&form, &request->arena, bytes_of(request->body, request->body_size), &fault)) {
        page_fault(request, MHD_HTTP_BAD_REQUEST, &fault);
        return;
    }
    where = form_value(&form, "to");
    enter(request, &form, is_ours(where) ? where : "/");
}

void login_leave(struct request *request)
{
    session_end(request);
    page_go(request, "/login");
}
