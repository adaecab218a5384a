/* task_page_link.c - whose a link from a message is, and whether it still is. */
#include "task_page.h"

#include <stdio.h>

#include "gateway.h"
#include "message.h"
#include "readings.h"

static void forged(struct task_page *it)
{
    task_page_refuse(it, MHD_HTTP_NOT_FOUND, "这个链接不完整或不是本系统发出的。请从消息里重新点开，或向内勤索取。",
                     "This link is incomplete, or was never sent from here. Open it from the message again, or ask the duty clerk.");
}

static void his_no_more(struct task_page *it)
{
    task_page_refuse(it, MHD_HTTP_FORBIDDEN, "这件事项已不归您负责，这个链接不再归您使用。有疑问请联系内勤。",
                     "This link is yours no more: the matter is in other hands. If in doubt ask the duty clerk.");
}

/* ---------------------------------------------------------------- is the matter still his? */

static bool still_holds(const Duban__Holder *holder, const Duban__Recipient *recipient)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (holder->roles[i]->role == recipient->role &&
            (recipient->scope[0] == '\0' || strcmp(holder->roles[i]->scope, recipient->scope) == 0))
            return true;
    return false;
}

static bool is_digest(const Duban__Notice *notice)
{
    return strcmp(notice->kind, "digest") == 0;
}

static bool was_found_as(const Duban__Notice *notice, const char *lookup)
{
    return notice->cause != NULL && strcmp(notice->cause->lookup, lookup) == 0;
}

/* He was told as its owner, or in the owner's place, and another owns it by now. A digest says of its first line alone how he was
 * found. */
static bool has_lost_it(const struct task_page *it, const Duban__Notice *notice)
{
    const Duban__Recipient *recipient = notice->recipient;
    const char *owner = it->row->task->owner;

    return was_found_as(notice, "owner") && !is_digest(notice) && owner[0] != '\0' &&
           strcmp(owner, recipient->deputy_for[0] != '\0' ? recipient->deputy_for : recipient->account) != 0;
}

static bool has_lost_it_since(const struct task_page *it)
{
    for (size_t i = 0; i < it->told.n_rows; i++)
        if (has_lost_it(it, it->told.rows[i]->notice))
            return true;
    return false;
}

/* He was told as its owner, and owns it still, whatever his post is by now. */
static bool owns_it_still(const struct task_page *it, const Duban__Notice *notice)
{
    return was_found_as(notice, "owner") && strcmp(it->row->task->owner, it->request->account) == 0;
}

/* In one of the notices that told him of it he was told for what he is still. */
static bool is_still_his(struct task_page *it)
{
    bool has_lost = has_lost_it_since(it);

    for (size_t i = 0; i < it->told.n_rows; i++) {
        const Duban__Notice *notice = it->told.rows[i]->notice;

        if (was_found_as(notice, "former_owner") || has_lost_it(it, notice) || (has_lost && is_digest(notice)))
            continue;
        if (notice->recipient->deputy_for[0] != '\0')
            it->absent = notice->recipient->deputy_for;
        else if (owns_it_still(it, notice) || still_holds(it->holder, notice->recipient))
            return true;
    }
    return false;
}

static void on_absent(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS)
        problem_unanswered(request, UPSTREAM_RULES, reply);
    else if (readings_post_in(reply) != NULL && strcmp(reply->holders->rows[0]->deputy, request->account) == 0)
        task_page_go_on(it);
    else
        his_no_more(it);
}

static void ask_for_absent(struct task_page *it)
{
    struct request *request = it->request;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__HoldersQuery holders = DUBAN__HOLDERS_QUERY__INIT;

    holders.account = (char *) it->absent;
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &holders;
    if (!upstream_ask(request, UPSTREAM_RULES, &query, on_absent, it))
        problem_silent(request, UPSTREAM_RULES);
}

static void on_told(struct request *request, void *self)
{
    struct task_page *it = self;

    if (it->is_short)
        problem_send(request, NULL);
    else if (is_still_his(it))
        task_page_go_on(it);
    else if (it->absent != NULL)
        ask_for_absent(it);
    else
        his_no_more(it);
}

/* Of a list: only that he still holds the post in which he was told, if it was for a post; the rest is asked of each task when it
 * is opened. */
static void show_list(struct task_page *it)
{
    const Duban__Recipient *recipient = it->notice->recipient;

    if (recipient->deputy_for[0] == '\0' && !was_found_as(it->notice, "owner") && !still_holds(it->holder, recipient))
        his_no_more(it);
    else if (strcmp(it->request->method, "POST") == 0)
        task_page_refuse(it, MHD_HTTP_UNPROCESSABLE_CONTENT, "什么也没有登记：请先点开其中一件再办理。",
                         "Nothing was entered: open one of them first, and act there.");
    else
        task_page_show_list(it);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    it->holder = readings_post_in(reply);
    if (it->holder == NULL)
        task_page_refuse(it, MHD_HTTP_FORBIDDEN, "您已没有岗位，这个链接不再归您使用。有疑问请联系内勤。",
                         "This link is yours no more: you hold no post. If in doubt ask the duty clerk.");
    else if (it->notice != NULL && !it->has_task)
        show_list(it);
    else
        task_page_ask_notices(it, on_told);
}

static void on_task(struct request *request, void *self, const struct upstream_answer *answer)
{
    if (task_page_take(self, answer->reply) && !readings_ask_for_holder(request, on_holder, self))
        problem_silent(request, UPSTREAM_RULES);
}

/* ---------------------------------------------------------------- a list */

static void on_notice(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (!upstream_says_no(reply) && (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_NOTICES)) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    if (reply->body_case == DUBAN__REPLY__BODY_NOTICES && reply->notices->n_rows == 1)
        it->notice = reply->notices->rows[0]->notice;
    it->rehearsal = reply->rehearsal;
    if (it->notice == NULL || strcmp(it->notice->recipient->account, request->account) != 0 ||
        (it->has_task && !task_page_is_told_in(it->notice, it->task)))
        forged(it);
    else if (it->has_task)
        task_page_ask(it, on_task);
    else if (!readings_ask_for_holder(request, on_holder, it))
        problem_silent(request, UPSTREAM_RULES);
}

static void ask_for_notice(struct task_page *it, uint64_t sequence)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__NoticesQuery notices = DUBAN__NOTICES_QUERY__INIT;

    notices.only_sequence = sequence;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &notices;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_notice, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

/* ---------------------------------------------------------------- whose it is */

static void open_it(struct task_page *it, const Duban__ActionLink *link)
{
    if (link->notice != 0) {
        ask_for_notice(it, link->notice);
    } else {
        memcpy(it->task, link->task.data, ID_BYTES);
        task_page_ask(it, on_task);
    }
}

static void take_link(struct task_page *it, const Duban__ActionLink *link)
{
    if (link->ended) {
        task_page_refuse(it, MHD_HTTP_GONE, "这个链接已被收回。请登录督办系统办理，或联系内勤。",
                         "This link was ended. Sign in to act on it, or ask the duty clerk.");
    } else if (link->expired) {
        task_page_refuse(it, MHD_HTTP_GONE, "这个链接已过期。请登录督办系统办理，或联系内勤。",
                         "This link has expired. Sign in to act on it, or ask the duty clerk.");
    } else if (link->notice == 0 && it->has_task) {
        forged(it);
    } else {
        (void) snprintf(it->request->account, sizeof it->request->account, "%s", link->account);
        open_it(it, link);
    }
}

static void on_link(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply != NULL && reply->body_case == DUBAN__REPLY__BODY_ACTION_LINK)
        take_link(it, reply->action_link);
    else if (upstream_says_no(reply))
        forged(it);
    else
        problem_unanswered(request, UPSTREAM_NOTIFY, reply);   /* notify could not look: that is no word about the link */
}

/* TOKEN, or TOKEN/TASK. False: it is neither. */
static bool read_path(struct task_page *it, const char *rest)
{
    size_t size = strcspn(rest, "/");

    if (size > ACTION_TOKEN_MOST_BYTES || !is_utf8(rest, size))   /* no question could hold it */
        return false;
    memcpy(it->token, rest, size);
    it->has_task = rest[size] == '/';
    return !it->has_task || hex_parse(rest + size + 1, it->task, ID_BYTES);
}

void task_page_by_link(struct request *request)
{
    struct task_page *it = task_page_begin(request);
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__ActionLinkQuery link = DUBAN__ACTION_LINK_QUERY__INIT;

    if (it == NULL)
        return;
    it->by_link = true;
    query.body_case = DUBAN__QUERY__BODY_ACTION_LINK;
    query.action_link = &link;
    if (!read_path(it, request->rest)) {
        forged(it);
        return;
    }
    link.token = it->token;
    if (it->has_task)
        link.task = (ProtobufCBinaryData){ ID_BYTES, it->task };
    if (!upstream_ask(request, UPSTREAM_NOTIFY, &query, on_link, it))
        problem_silent(request, UPSTREAM_NOTIFY);
}
