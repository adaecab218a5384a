/* task_page.c - whose a task's page is. */
#include "readings.h"
#include "task_page.h"

#include <stdio.h>

#include "gateway.h"
#include "message.h"

static void refuse(struct task_page *it, unsigned status, const char *zh, const char *en)
{
    struct fault fault;

    fault_set(&fault, "", zh, en);
    page_fault(it->request, status, &fault);
}

static void none(struct task_page *it)
{
    refuse(it, MHD_HTTP_NOT_FOUND, "没有这件事项，或您不能查看。请核对链接；有疑问请联系内勤。",
           "There is no such task, or you do not see it. Check the link; if in doubt ask the duty clerk.");
}

static void forged(struct task_page *it)
{
    refuse(it, MHD_HTTP_NOT_FOUND, "这个链接不完整或不是本系统发出的。请从消息里重新点开，或向内勤索取。",
           "This link is incomplete, or was never sent from here. Open it from the message again, or ask the duty clerk.");
}

static void go_on(struct task_page *it)
{
    if (strcmp(it->request->method, "POST") == 0)
        task_page_act(it);
    else
        task_page_show(it);
}

/* ---------------------------------------------------------------- the task */

static void ask_for_task(struct task_page *it, upstream_then *then)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__TasksQuery tasks = DUBAN__TASKS_QUERY__INIT;

    tasks.id = (ProtobufCBinaryData){ ID_BYTES, it->task };
    tasks.closed_too = true;
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &tasks;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, then, it))
        page_silent(it->request, UPSTREAM_RULES);
}

/* False: there is none, and that has been answered. */
static bool take_task(struct task_page *it, const Duban__Reply *reply)
{
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_TASKS) {
        page_silent(it->request, UPSTREAM_RULES);
        return false;
    }
    if (reply->tasks->n_rows != 1) {
        none(it);
        return false;
    }
    it->row = reply->tasks->rows[0];
    it->rehearsal = reply->rehearsal;
    it->now_s = reply->as_of_ms / 1000;
    return true;
}

static struct task_page *begin(struct request *request)
{
    struct task_page *it = arena_clear(&request->arena, sizeof *it);

    if (it == NULL)
        problem_send(request, NULL);
    else
        it->request = request;
    return it;
}

/* ---------------------------------------------------------------- by a link */

/* He was told of it, or there were no link: all that may have changed is that he holds a post. */
static void on_holder_of_link(struct request *request, void *self, const struct upstream_answer *answer)
{
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS)
        page_silent(request, UPSTREAM_RULES);
    else if (readings_post_in(reply) == NULL)
        refuse(self, MHD_HTTP_FORBIDDEN, "您已没有岗位，这个链接不再归您使用。有疑问请联系内勤。",
               "This link is yours no more: you hold no post. If in doubt ask the duty clerk.");
    else
        go_on(self);
}

static void on_task_of_link(struct request *request, void *self, const struct upstream_answer *answer)
{
    if (take_task(self, answer->reply) && !readings_ask_for_holder(request, on_holder_of_link, self))
        page_silent(request, UPSTREAM_RULES);
}

static void on_link(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || (reply->body_case != DUBAN__REPLY__BODY_ACTION_LINK && reply->body_case != DUBAN__REPLY__BODY_FAULT)) {
        page_silent(request, UPSTREAM_NOTIFY);
    } else if (reply->body_case == DUBAN__REPLY__BODY_FAULT) {
        forged(it);
    } else if (reply->action_link->expired) {
        refuse(it, MHD_HTTP_GONE, "这个链接已过期。请登录督办系统办理，或联系内勤。",
               "This link has expired. Sign in to act on it, or ask the duty clerk.");
    } else {
        (void) snprintf(request->account, sizeof request->account, "%s", reply->action_link->account);
        memcpy(it->task, reply->action_link->task.data, ID_BYTES);
        ask_for_task(it, on_task_of_link);
    }
}

void task_page_by_link(struct request *request)
{
    struct task_page *it = begin(request);
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__ActionLinkQuery link = DUBAN__ACTION_LINK_QUERY__INIT;

    if (it == NULL)
        return;
    it->by_link = true;
    link.token = (char *) request->rest;
    query.body_case = DUBAN__QUERY__BODY_ACTION_LINK;
    query.action_link = &link;
    if (!is_utf8(request->rest, strlen(request->rest)))   /* no question could hold it */
        forged(it);
    else if (!upstream_ask(request, UPSTREAM_NOTIFY, &query, on_link, it))
        page_silent(request, UPSTREAM_NOTIFY);
}

/* ---------------------------------------------------------------- by an account */

static bool is_about(const Duban__Notice *notice, const uint8_t task[ID_BYTES])
{
    for (size_t i = 0; i < notice->n_items; i++)
        if (notice->items[i]->task.len == ID_BYTES && memcmp(notice->items[i]->task.data, task, ID_BYTES) == 0)
            return true;
    return false;
}

static bool was_told(const struct task_page *it, const Duban__NoticeRows *notices)
{
    for (size_t i = 0; i < notices->n_rows; i++)
        if (is_about(notices->rows[i]->notice, it->task))
            return true;
    return false;
}

static void on_notices(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_NOTICES)
        page_silent(request, UPSTREAM_RULES);
    else if (!was_told(it, reply->notices))
        none(it);
    else
        go_on(it);
}

static void ask_whether_told(struct task_page *it)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__NoticesQuery notices = DUBAN__NOTICES_QUERY__INIT;

    notices.about = task_page_about(it);
    notices.recipient = it->request->account;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &notices;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_notices, it))
        page_silent(it->request, UPSTREAM_RULES);
}

static void on_post(struct task_page *it, const Duban__Holder *holder)
{
    it->may_call = reveal_lets_call(holder);
    if (reading_oversees(holder) || strcmp(it->row->task->owner, it->request->account) == 0)
        go_on(it);
    else
        ask_whether_told(it);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS)
        page_silent(request, UPSTREAM_RULES);
    else if (readings_post_in(reply) == NULL)
        none(it);
    else
        on_post(it, readings_post_in(reply));
}

static void on_task_of_account(struct request *request, void *self, const struct upstream_answer *answer)
{
    if (take_task(self, answer->reply) && !readings_ask_for_holder(request, on_holder, self))
        page_silent(request, UPSTREAM_RULES);
}

void task_page_by_account(struct request *request)
{
    struct task_page *it = begin(request);

    if (it == NULL)
        return;
    if (hex_parse(request->rest, it->task, ID_BYTES))
        ask_for_task(it, on_task_of_account);
    else
        none(it);
}
