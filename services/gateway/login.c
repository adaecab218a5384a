/* login.c - GET, POST /login and POST /logout. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "form.h"
#include "gateway.h"
#include "page.h"
#include "session.h"

enum { WHERE_MOST_BYTES = 200 };

#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static bool is_plain(const char *text)
{
    return text[strspn(text, LETTERS_AND_DIGITS "-_.")] == '\0';
}

/* A path of ours, and plain arguments: whoever signs in is sent nowhere else. */
static bool is_ours(const char *where)
{
    size_t path = strspn(where, LETTERS_AND_DIGITS "/-_.");

    if (where[0] != '/' || where[1] == '/' || strlen(where) > WHERE_MOST_BYTES)
        return false;
    return where[path] == '\0' || (where[path] == '?' && where[path + 1 + strspn(where + path + 1, LETTERS_AND_DIGITS "-_.=&")] == '\0');
}

/* What stands behind /login?to=: ?, = and & of it are written so that they are its own. */
struct way_back {
    char text[WHERE_MOST_BYTES + 1];
    bool has_some, is_lost;
};

static bool add_to_way(void *self, const char *name, const char *value)
{
    struct way_back *way = self;
    size_t used = strlen(way->text), room = sizeof way->text - used;
    int size = snprintf(way->text + used, room, "%s%s%%3D%s", way->has_some ? "%26" : "%3F", name, value);

    way->has_some = true;
    way->is_lost = !is_plain(name) || !is_plain(value) || size < 0 || (size_t) size >= room;
    return !way->is_lost;
}

static void send_to_login(struct request *request)
{
    char where[WHERE_MOST_BYTES + sizeof "/login?to="] = "/login";
    struct way_back way = { "", false, false };

    (void) snprintf(way.text, sizeof way.text, "%s", request->path);
    http_each_argument(request, add_to_way, &way);
    if (is_ours(request->path) && (way.has_some || strcmp(request->path, "/") != 0))
        (void) snprintf(where, sizeof where, "/login?to=%s", way.is_lost ? request->path : way.text);
    page_go(request, where);
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

/* What somebody wrote is not taken, and he is told so: he may go back to it. */
static void say_it_is_lost(struct request *request)
{
    bool other_method, can_come_back = is_ours(request->path) && route_find("GET", request->path, &other_method) != NULL;
    struct fault fault;

    fault_set(&fault, "", "没有提交：登录已过期。请登录后再填一次", "not entered: you are signed in no more. Sign in, and write it again");
    show(request, MHD_HTTP_UNAUTHORIZED, can_come_back ? request->path : "/", "", &fault);
}

bool login_first(struct request *request)
{
    if (strcmp(request->method, "POST") == 0)
        say_it_is_lost(request);
    else
        send_to_login(request);
    return false;
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

/* It is of no use any more, and memory is written into cores and read by mistakes. */
static void wipe(struct request *request, const char *password)
{
    sodium_memzero((char *) password, strlen(password));
    sodium_memzero(request->body, request->body_size);
}

static void enter(struct request *request, const struct form *form, const char *where)
{
    enum password_verdict verdict;
    struct fault fault;
    int64_t wait_ms = 0;

    verdict = account_check_password(request, form_value(form, "account"), form_value(form, "password"), &wait_ms);
    wipe(request, form_value(form, "password"));
    if (verdict != PASSWORD_RIGHT) {
        account_fault_of(verdict, wait_ms, &fault);
        problem_retry_after(request, account_retry_after_s(verdict, wait_ms));
        show(request, status_of(verdict), where, form_value(form, "account"), &fault);
    } else if (session_begin(request) == -1) {
        fault_set(&fault, "", "没有登录成功：磁盘或内存不足，请稍后再试", "not signed in: no room on the disk or in memory; try again later");
        problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, 0);
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
    struct fault fault;

    if (session_end(request) == 0) {
        page_go(request, "/login");
        return;
    }
    fault_set(&fault, "", "没有退出成功：磁盘或内存不足，请稍后再试", "not signed out: no room on the disk or in memory; try again later");
    problem_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", &fault, 0);
}
