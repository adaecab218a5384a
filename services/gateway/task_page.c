/* task_page.c - a task's page, for who has signed in; task_page_link.c who comes by a link. */
#include "readings.h"
#include "task_page.h"

#include "gateway.h"
#include "message.h"
#include "rows.h"

void task_page_refuse(struct task_page *it, unsigned status, const char *zh, const char *en)
{
    struct fault fault;

    fault_set(&fault, "", zh, en);
    page_fault(it->request, status, &fault);
}

static void none(struct task_page *it)
{
    task_page_refuse(it, MHD_HTTP_NOT_FOUND, "没有这件事项，或您不能查看。请核对链接；有疑问请联系内勤。",
                     "There is no such task, or you do not see it. Check the link; if in doubt ask the duty clerk.");
}

void task_page_go_on(struct task_page *it)
{
    if (strcmp(it->request->method, "POST") == 0)
        task_page_act(it);
    else
        task_page_show(it);
}

/* ---------------------------------------------------------------- the task */

void task_page_ask(struct task_page *it, upstream_then *then)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__TasksQuery tasks = DUBAN__TASKS_QUERY__INIT;

    tasks.id = (ProtobufCBinaryData){ ID_BYTES, it->task };
    tasks.closed_too = true;
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &tasks;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, then, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

bool task_page_take(struct task_page *it, const Duban__Reply *reply)
{
    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_TASKS) {
        problem_unanswered(it->request, UPSTREAM_RULES, reply);
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

struct task_page *task_page_begin(struct request *request)
{
    struct task_page *it = arena_clear(&request->arena, sizeof *it);

    if (it == NULL)
        problem_send(request, NULL);
    else
        it->request = request;
    return it;
}

/* ---------------------------------------------------------------- what he was told of it */

bool task_page_is_told_in(const Duban__Notice *notice, const uint8_t task[ID_BYTES])
{
    for (size_t i = 0; i < notice->n_items; i++)
        if (notice->items[i]->task.len == ID_BYTES && memcmp(notice->items[i]->task.data, task, ID_BYTES) == 0)
            return true;
    return false;
}

static void take_notices(void *self, const Duban__Reply *reply)
{
    struct task_page *it = self;
    Duban__NoticeRows *all = &it->told;
    const Duban__NoticeRows *more = reply->notices;
    Duban__NoticeRow **rows = rows_grow(&it->request->arena, all->rows, all->n_rows, &it->told_room, more->n_rows, sizeof *rows);

    it->is_short = it->is_short || rows == NULL;
    if (rows == NULL)
        return;
    all->rows = rows;
    for (size_t i = 0; i < more->n_rows; i++)
        if (task_page_is_told_in(more->rows[i]->notice, it->task))
            rows[all->n_rows++] = more->rows[i];
}

void task_page_ask_notices(struct task_page *it, gather_end *then)
{
    Duban__Query query = DUBAN__QUERY__INIT;

    duban__notice_rows__init(&it->told);
    duban__notices_query__init(&it->wanted);
    it->wanted.about = task_page_about(it);
    it->wanted.recipient = it->request->account;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &it->wanted;
    gather(it->request, UPSTREAM_RULES, &query, DUBAN__REPLY__BODY_NOTICES, take_notices, then, it);
}

/* ---------------------------------------------------------------- by an account */

static void on_waiting(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_TASKS)
        problem_unanswered(request, UPSTREAM_RULES, reply);
    else if (reply->tasks->n_rows == 0)
        none(it);
    else
        task_page_go_on(it);
}

/* The first page lists what waits for his post, whichever of its holders was told. */
static void ask_whether_it_waits(struct task_page *it)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__TasksQuery tasks = DUBAN__TASKS_QUERY__INIT;

    tasks.id = (ProtobufCBinaryData){ ID_BYTES, it->task };
    tasks.waits_for = it->request->account;
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &tasks;
    if (!upstream_ask(it->request, UPSTREAM_RULES, &query, on_waiting, it))
        problem_silent(it->request, UPSTREAM_RULES);
}

static void on_told(struct request *request, void *self)
{
    struct task_page *it = self;

    if (it->is_short)
        problem_send(request, NULL);
    else if (it->told.n_rows == 0)
        ask_whether_it_waits(it);
    else
        task_page_go_on(it);
}

static void on_post(struct task_page *it, const Duban__Holder *holder)
{
    it->may_call = reveal_lets_call(holder);
    if (reading_oversees(holder) || strcmp(it->row->task->owner, it->request->account) == 0)
        task_page_go_on(it);
    else
        task_page_ask_notices(it, on_told);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct task_page *it = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS)
        problem_unanswered(request, UPSTREAM_RULES, reply);
    else if (readings_post_in(reply) == NULL)
        none(it);
    else
        on_post(it, readings_post_in(reply));
}

static void on_task_of_account(struct request *request, void *self, const struct upstream_answer *answer)
{
    if (task_page_take(self, answer->reply) && !readings_ask_for_holder(request, on_holder, self))
        problem_silent(request, UPSTREAM_RULES);
}

void task_page_by_account(struct request *request)
{
    struct task_page *it = task_page_begin(request);

    if (it == NULL)
        return;
    if (hex_parse(request->rest, it->task, ID_BYTES))
        task_page_ask(it, on_task_of_account);
    else
        none(it);
}
