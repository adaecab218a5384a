/* paper.c - what every paper needs. */
#include "paper.h"

#include <stdio.h>

#include "civil.h"
#include "gateway.h"
#include "gather.h"
#include "rows.h"

struct wanted {
    const char *name, *value;
};

static bool on_argument(void *self, const char *name, const char *value)
{
    struct wanted *wanted = self;

    if (strcmp(name, wanted->name) == 0)
        wanted->value = value;
    return true;
}

const char *paper_argument(struct request *request, const char *name)
{
    struct wanted wanted = { name, "" };

    http_each_argument(request, on_argument, &wanted);
    return wanted.value;
}

bool paper_day(struct request *request, char out[PAPER_DAY_BYTES])
{
    const char *day = paper_argument(request, "day");
    char moment[PAPER_DAY_BYTES];
    struct fault fault;
    int64_t at_s;

    out[0] = '\0';
    if (day[0] == '\0')
        return true;
    (void) snprintf(moment, sizeof moment, "%.16sT00:00", day);
    if (!civil_parse(moment, 0, &at_s)) {
        fault_set(&fault, "day", "日期请写成 2020-02-03", "a day is written 2020-02-03");
        page_fault(request, MHD_HTTP_BAD_REQUEST, &fault);
        return false;
    }
    (void) snprintf(out, PAPER_DAY_BYTES, "%lld", (long long) civil_day(at_s, 0));
    return true;
}

const char *paper_day_text(struct page *page, int64_t day)
{
    struct civil civil = civil_of(civil_moment(day, 0, 0), 0);
    char text[40], *copy;
    int size = snprintf(text, sizeof text, "%04d-%02d-%02d", civil.year, civil.month, civil.day);

    copy = arena_copy(&page->request->arena, text, (size_t) size);
    return copy == NULL ? "" : copy;
}

/* ---------------------------------------------------------------- titles */

struct titled {
    paper_show *show;
    void *self;
    struct request *request;
    Duban__HoldersQuery wanted;
    Duban__HolderRows holders;         /* of all pages */
    size_t room;                       /* for so many */
};

static void on_page(void *self, const Duban__Reply *reply)
{
    struct titled *titled = self;
    Duban__HolderRows *holders = &titled->holders;
    const Duban__HolderRows *more = reply->holders;
    Duban__Holder **rows = rows_grow(&titled->request->arena, holders->rows, holders->n_rows, &titled->room, more->n_rows, sizeof *rows);

    if (rows == NULL)
        return;   /* those beyond are shown by their accounts */
    for (size_t i = 0; i < more->n_rows; i++)
        rows[holders->n_rows++] = more->rows[i];
    holders->rows = rows;
}

static void on_end(struct request *request, void *self)
{
    const struct titled *titled = self;

    titled->show(request, titled->self, &titled->holders);
}

void paper_with_titles(struct request *request, paper_show *show, void *self)
{
    struct titled *titled = arena_clear(&request->arena, sizeof *titled);
    Duban__Query query = DUBAN__QUERY__INIT;

    if (titled == NULL) {
        problem_send(request, NULL);
        return;
    }
    *titled = (struct titled){ .show = show, .self = self, .request = request };
    duban__holders_query__init(&titled->wanted);
    duban__holder_rows__init(&titled->holders);
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = &titled->wanted;
    gather(request, UPSTREAM_RULES, &query, DUBAN__REPLY__BODY_HOLDERS, on_page, on_end, titled);
}

void paper_who(struct page *page, const Duban__HolderRows *holders, const char *account)
{
    for (size_t i = 0; i < holders->n_rows; i++)
        if (strcmp(holders->rows[i]->account, account) == 0 && paper_zh(holders->rows[i]->title)[0] != '\0') {
            paper_text(page, holders->rows[i]->title);
            return;
        }
    page_say(page, account, "");
}

/* ---------------------------------------------------------------- pieces */

const char *paper_number(struct page *page, uint32_t number)
{
    char text[16], *copy;
    int size = snprintf(text, sizeof text, "%04u", number);

    copy = arena_copy(&page->request->arena, text, (size_t) size);
    return copy == NULL ? "" : copy;
}

void paper_column(struct page *page, const char *zh, const char *en)
{
    html_put(&page->html, "<th scope=\"col\">");
    page_say(page, zh, en);
    html_put(&page->html, "</th>");
}

const char *paper_zh(const Duban__Text *text)
{
    return text == NULL ? "" : text->zh;
}

const char *paper_en(const Duban__Text *text)
{
    return text == NULL || strcmp(text->zh, text->en) == 0 ? "" : text->en;
}

void paper_text(struct page *page, const Duban__Text *text)
{
    page_say(page, paper_zh(text), paper_en(text));
}
