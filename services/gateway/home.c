/* home.c - GET /: what somebody who has signed in has to do, and where to go on. */
#include "gateway.h"
#include "labels.h"
#include "page.h"
#include "readings.h"

static const uint32_t TASKS_SHOWN = 100;

struct home {
    struct request *request;
    const Duban__Holder *holder;
};

static void put_task(struct page *page, const Duban__TaskRow *row, int64_t now_s)
{
    char id[2 * ID_BYTES + 1];
    const Duban__Text *kind = row->kind_label, *site = row->site_name;
    struct task_label number;

    label_task(row, &number);
    html_put(&page->html, "<li><a href=\"/t/%s\">%s %s %s</a>", hex_of(id, row->task->id.data, ID_BYTES), kind == NULL ? "" : kind->zh,
             number.zh, site == NULL ? "" : site->zh);
    if (kind != NULL)
        html_put(&page->html, " <small lang=\"en\">%s %s %s</small>", kind->en, strcmp(number.zh, number.en) == 0 ? "" : number.en,
                 site == NULL || strcmp(site->zh, site->en) == 0 ? "" : site->en);
    if (row->finding != NULL) {
        html_put(&page->html, "<br>");
        page_say(page, row->finding->zh, strcmp(row->finding->zh, row->finding->en) == 0 ? "" : row->finding->en);
    }
    if (row->task->due_s != 0)
        html_put(&page->html, "<br>%s", page_time(page, row->task->due_s));
    if (row->task->due_s != 0 && now_s > row->task->due_s) {
        html_put(&page->html, " ");
        page_say(page, "已逾期", "overdue");
    }
    html_put(&page->html, "</li>\n");
}

static void put_tasks(struct page *page, const Duban__Reply *reply)
{
    html_put(&page->html, "<h2>");
    page_say(page, "您要办的", "yours to do");
    html_put(&page->html, "</h2>\n");
    if (reply->tasks->n_rows == 0)
        page_paragraph(page, "目前没有。", "Nothing at present.");
    html_put(&page->html, "<ul>\n");
    for (size_t i = 0; i < reply->tasks->n_rows; i++)
        put_task(page, reply->tasks->rows[i], reply->as_of_ms / 1000);
    html_put(&page->html, "</ul>\n");
    if (reply->next.len > 0)
        page_paragraph(page, "只列出前一百件，最先到期的在前。", "Only the first hundred are listed, what is due first before the rest.");
}

static void put_papers(struct page *page, const Duban__Holder *holder)
{
    static const struct {
        const char *reading, *path, *zh, *en;
    } PAPERS[] = {
        { "plan", "/paper/plan", "当天路线", "stops of the day" },
        { "meeting", "/paper/morning", "早报", "morning brief" },
        { "meeting", "/paper/evening", "晚报", "evening summary" },
    };

    html_put(&page->html, "<nav><ul>\n");
    for (size_t i = 0; i < sizeof PAPERS / sizeof PAPERS[0]; i++) {
        if (!reading_lets_see(holder, PAPERS[i].reading))
            continue;
        html_put(&page->html, "<li><a href=\"%s\">", PAPERS[i].path);
        page_say(page, PAPERS[i].zh, PAPERS[i].en);
        html_put(&page->html, "</a></li>\n");
    }
    html_put(&page->html, "</ul></nav>\n");
}

static void put_leave(struct page *page)
{
    if (page->request->csrf[0] == '\0')
        return;
    html_put(&page->html, "<form method=\"post\" action=\"/logout\"><input type=\"hidden\" name=\"csrf\" value=\"%s\"><button>",
             page->request->csrf);
    page_say(page, "退出登录", "sign out");
    html_put(&page->html, "</button></form>\n");
}

static void put_no_post(struct request *request, bool rehearsal)
{
    struct page page;

    page_begin(&page, request, "督办", "Duban", rehearsal);
    page_paragraph(&page, "您的账号目前没有岗位。", "Your account holds no post.");
    put_leave(&page);
    page_send(&page, MHD_HTTP_OK);
}

static void on_tasks(struct request *request, void *self, const struct upstream_answer *answer)
{
    const struct home *home = self;
    const Duban__Reply *reply = answer->reply;
    struct page page;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_TASKS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    page_begin(&page, request, "督办", "Duban", reply->rehearsal);
    if (home->holder->title != NULL)
        page_paragraph(&page, home->holder->title->zh, home->holder->title->en);
    put_tasks(&page, reply);
    put_papers(&page, home->holder);
    put_leave(&page);
    page_send(&page, MHD_HTTP_OK);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct home *home = self;
    const Duban__Reply *reply = answer->reply;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__TasksQuery tasks = DUBAN__TASKS_QUERY__INIT;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
        return;
    }
    home->holder = readings_post_in(reply);
    if (home->holder == NULL) {
        put_no_post(request, reply->rehearsal);
        return;
    }
    tasks.waits_for = request->account;
    query.limit = TASKS_SHOWN;
    query.body_case = DUBAN__QUERY__BODY_TASKS;
    query.tasks = &tasks;
    if (!upstream_ask(request, UPSTREAM_RULES, &query, on_tasks, home))
        problem_silent(request, UPSTREAM_RULES);
}

void home_show(struct request *request)
{
    struct home *home = arena_clear(&request->arena, sizeof *home);

    if (home == NULL)
        problem_send(request, NULL);
    else if (!readings_ask_for_holder(request, on_holder, home))
        problem_silent(request, UPSTREAM_RULES);
}
