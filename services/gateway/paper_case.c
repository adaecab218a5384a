/* paper_case.c - GET /paper/case/DB-0001: a rectification notice (整改告知书) of what one visit has found at a site, as far as who asks may see it. */
#include <stdio.h>

#include "gateway.h"
#include "gather.h"
#include "number.h"
#include "paper.h"
#include "qr.h"
#include "readings.h"
#include "rows.h"

struct paper_of_case {
    struct request *request;
    const Duban__Holder *holder;       /* who asks */
    const Duban__CaseRow *row;         /* that is asked for */
    const Duban__Reply *reply;         /* that brought it */
    Duban__CasesQuery wanted;          /* others of its site */
    Duban__CaseRows cases;             /* of the same visit */
    size_t room;                       /* for so many */
    bool is_short;                     /* memory was out */
};

/* ---------------------------------------------------------------- what stands on it */

static bool is_of_the_same_visit(const Duban__CaseRow *row, const Duban__CaseRow *other)
{
    return row->case_->number == other->case_->number || (row->case_->opened_by_sequence == other->case_->opened_by_sequence &&
                                                          other->case_->state != DUBAN__CASE_STATE__CASE_STATE_VOIDED);
}

static void put_case(struct page *page, const Duban__CaseRow *row)
{
    html_put(&page->html, "<tr><td>DB-%s</td><td>", paper_number(page, row->case_->number));
    paper_text(page, row->finding);
    html_put(&page->html, "</td><td>");
    paper_text(page, row->level_label);
    html_put(&page->html, "</td><td>%s</td></tr>\n", page_time(page, row->case_->due_s));
}

static void put_cases(struct page *page, const Duban__CaseRows *cases)
{
    html_put(&page->html, "<h2>");
    page_say(page, "发现的问题", "found");
    html_put(&page->html, "</h2>\n<table><thead><tr>");
    paper_column(page, "编号", "number");
    paper_column(page, "问题", "finding");
    paper_column(page, "级别", "level");
    paper_column(page, "整改时限", "fix by");
    html_put(&page->html, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < cases->n_rows; i++)
        put_case(page, cases->rows[i]);
    html_put(&page->html, "</tbody></table>\n");
}

/* With an address a phone opens the case's task there; who is not signed in is asked to. */
static void put_code(struct page *page, const struct paper_of_case *paper, const char *number)
{
    const char *url = page->request->gateway->settings.public_url;
    const ProtobufCBinaryData *task = &paper->row->case_->rectification_task;
    char text[sizeof page->request->gateway->settings.public_url + 64], id[2 * ID_BYTES + 1];

    if (url[0] != '\0' && task->len == ID_BYTES)
        (void) snprintf(text, sizeof text, "%s/t/%s", url, hex_of(id, task->data, ID_BYTES));
    else
        (void) snprintf(text, sizeof text, "DB-%s", number);
    qr_put(&page->html, text, text);
}

static void put_box(struct page *page, const char *zh, const char *en)
{
    html_put(&page->html, "<tr><td class=\"sign\">");
    page_say(page, zh, en);
    html_put(&page->html, "</td><td class=\"sign\">");
    page_say(page, "日期：", "date:");
    html_put(&page->html, "</td></tr>\n");
}

static void put_signatures(struct page *page)
{
    html_put(&page->html, "<h2>");
    page_say(page, "签收", "receipt");
    html_put(&page->html, "</h2>\n<table><tbody>\n");
    put_box(page, "检查人签名：", "inspector:");
    put_box(page, "被检查单位负责人签名：", "for the site:");
    put_box(page, "□ 拒签　原因及见证人签名：", "refused to sign; reason and witness:");
    html_put(&page->html, "</tbody></table>\n");
}

static void show(const struct paper_of_case *paper)
{
    const Duban__CaseRow *row = paper->row;
    struct page page;
    const char *number;

    page_begin(&page, paper->request, "整改告知书", "rectification notice", paper->reply->rehearsal);
    number = paper_number(&page, row->case_->number);
    put_code(&page, paper, number);
    html_put(&page.html, "<dl>\n<dt>");
    page_say(&page, "编号", "number");
    html_put(&page.html, "</dt><dd>DB-%s</dd>\n", number);
    page_row(&page, "点位", "site", paper_zh(row->site_name), paper_en(row->site_name));
    page_row(&page, "检查时间", "inspected", page_time(&page, row->case_->found_at_ms / 1000), "");
    page_row(&page, "现状", "state", paper_zh(row->state_label), paper_en(row->state_label));
    html_put(&page.html, "</dl>\n");
    put_cases(&page, &paper->cases);
    if (row->case_->state == DUBAN__CASE_STATE__CASE_STATE_CLOSED)
        page_paragraph(&page, "已整改到位并复查销号，此件存档。", "It has been fixed, checked and closed: this copy is for the file.");
    else
        page_paragraph(&page, "请在时限前整改到位，完成后回报，我们将上门复查。逾期未整改的，按规定上报。",
                       "Fix all of it by the time given and report it; somebody will come and check. What is not fixed in time is reported up.");
    put_signatures(&page);
    html_put(&page.html, "<p><small>");
    page_say(&page, "打印时的台账截至", "ledger as of");
    html_put(&page.html, " %s</small></p>\n", page_time(&page, paper->reply->as_of_ms / 1000));
    page_send(&page, MHD_HTTP_OK);
}

/* ---------------------------------------------------------------- what is asked */

static void on_cases(void *self, const Duban__Reply *reply)
{
    struct paper_of_case *paper = self;
    Duban__CaseRows *all = &paper->cases;
    const Duban__CaseRows *more = reply->cases;
    Duban__CaseRow **rows = rows_grow(&paper->request->arena, all->rows, all->n_rows, &paper->room, more->n_rows, sizeof *rows);

    paper->is_short = paper->is_short || rows == NULL;
    if (rows == NULL)
        return;
    for (size_t i = 0; i < more->n_rows; i++)
        if (is_of_the_same_visit(paper->row, more->rows[i]) && reading_sees_case(paper->holder, more->rows[i]))
            rows[all->n_rows++] = more->rows[i];
    all->rows = rows;
}

/* Half of a notice would be worse than none. */
static void on_end(struct request *request, void *self)
{
    const struct paper_of_case *paper = self;

    if (paper->is_short)
        problem_send(request, NULL);
    else
        show(paper);
}

static void ask_for_others(struct paper_of_case *paper, const Duban__Holder *holder)
{
    Duban__Query query = DUBAN__QUERY__INIT;

    paper->holder = holder;
    duban__case_rows__init(&paper->cases);
    duban__cases_query__init(&paper->wanted);
    paper->wanted.site = paper->row->case_->site;
    paper->wanted.closed_too = true;
    query.body_case = DUBAN__QUERY__BODY_CASES;
    query.cases = &paper->wanted;
    gather(paper->request, UPSTREAM_RULES, &query, DUBAN__REPLY__BODY_CASES, on_cases, on_end, paper);
}

static void none(struct request *request)
{
    struct fault fault;

    fault_set(&fault, "", "没有这个问题，或您不能查看；编号请写 DB-0001", "there is no such case, or you do not see it; a number is written DB-0001");
    page_fault(request, MHD_HTTP_NOT_FOUND, &fault);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct paper_of_case *paper = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS)
        problem_unanswered(request, UPSTREAM_RULES, reply);
    else if (readings_post_in(reply) == NULL || !reading_sees_case(reply->holders->rows[0], paper->row))
        none(request);
    else
        ask_for_others(paper, reply->holders->rows[0]);
}

static void on_case(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct paper_of_case *paper = self;

    paper->reply = answer->reply;
    if (upstream_says_no(paper->reply)) {
        none(request);
    } else if (paper->reply == NULL || paper->reply->body_case != DUBAN__REPLY__BODY_CASES || paper->reply->cases->n_rows != 1) {
        problem_unanswered(request, UPSTREAM_RULES, paper->reply);
    } else {
        paper->row = paper->reply->cases->rows[0];
        if (!readings_ask_for_holder(request, on_holder, paper))
            problem_silent(request, UPSTREAM_RULES);
    }
}

/* 12 of DB-0012, or of 12; 0 = it is none. */
static uint32_t number_in(const char *text)
{
    const char *digits = strncmp(text, "DB-", 3) == 0 ? text + 3 : text;
    uint64_t number;

    return number_of(digits, &number) && number <= UINT32_MAX ? (uint32_t) number : 0;
}

void paper_case(struct request *request)
{
    struct paper_of_case *paper = arena_clear(&request->arena, sizeof *paper);
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__CaseQuery which = DUBAN__CASE_QUERY__INIT;

    if (paper == NULL) {
        problem_send(request, NULL);
        return;
    }
    paper->request = request;
    which.by_case = DUBAN__CASE_QUERY__BY_NUMBER;
    which.number = number_in(request->rest);
    query.body_case = DUBAN__QUERY__BODY_CASE_;
    query.case_ = &which;
    if (which.number == 0)
        none(request);
    else if (!upstream_ask(request, UPSTREAM_RULES, &query, on_case, paper))
        problem_silent(request, UPSTREAM_RULES);
}
