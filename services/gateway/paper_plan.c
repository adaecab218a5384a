/* paper_plan.c - GET /paper/plan: the stops of the groups on a day, to be ticked off. */
#include "day_words.h"
#include "gateway.h"
#include "paper.h"

static void put_reasons(struct page *page, const Duban__PlanStop *stop)
{
    for (size_t i = 0; i < stop->n_reasons; i++) {
        struct day_words why = day_words_of_reason(stop->reasons[i]->kind);

        html_put(&page->html, "%s", i == 0 ? "" : "、");
        page_say(page, why.zh, why.en);
        html_put(&page->html, " %s ", stop->reasons[i]->number);
    }
    if (stop->carried_from_day != 0)
        html_put(&page->html, "（%s 未完成转来 <small lang=\"en\">left undone then</small>）", paper_day_text(page, stop->carried_from_day));
    if (stop->reason[0] != '\0')
        html_put(&page->html, "（%s）", stop->reason);
}

static void put_stop(struct page *page, const Duban__PlanRow *row, size_t i, const Duban__HolderRows *holders)
{
    const Duban__PlanStop *stop = row->plan->stops[i];
    struct day_words state = day_words_of_stop(stop->state);

    html_put(&page->html, "<tr><td>%u</td><td>%s ", (unsigned) i + 1, stop->site);
    paper_text(page, i < row->n_site_names ? row->site_names[i] : NULL);
    html_put(&page->html, "</td><td>");
    put_reasons(page, stop);
    html_put(&page->html, "</td><td>");
    paper_who(page, holders, stop->person);
    html_put(&page->html, "</td><td>");
    page_say(page, state.zh, state.en);
    html_put(&page->html, "</td><td>□</td></tr>\n");
}

static struct day_words standing_of(const Duban__PlanRow *row)
{
    switch (row->plan->state) {
    case DUBAN__PLAN_STATE__PLAN_STATE_WITHDRAWN: return (struct day_words){ "已撤回", "withdrawn" };
    case DUBAN__PLAN_STATE__PLAN_STATE_CONFIRMED: return (struct day_words){ "已确认", "confirmed" };
    case DUBAN__PLAN_STATE__PLAN_STATE_DRAFT:
    case DUBAN__PLAN_STATE__PLAN_STATE_UNSPECIFIED:
    case _DUBAN__PLAN_STATE_IS_INT_SIZE: break;
    }
    return row->stands ? (struct day_words){ "未确认，按草案执行", "not confirmed, the draft stands" } : (struct day_words){ "草案", "draft" };
}

static void put_group(struct page *page, const Duban__PlanRow *row, const Duban__HolderRows *holders)
{
    struct day_words standing = standing_of(row);

    html_put(&page->html, "<section><h2>");
    if (row->zone_name == NULL)
        page_say(page, row->plan->zone, "");
    else
        paper_text(page, row->zone_name);
    html_put(&page->html, " ");
    page_say(page, standing.zh, standing.en);
    html_put(&page->html, "</h2>\n<table><thead><tr>");
    paper_column(page, "站", "stop");
    paper_column(page, "点位", "site");
    paper_column(page, "事由", "why");
    paper_column(page, "责任人", "who");
    paper_column(page, "状态", "state");
    paper_column(page, "完成", "done");
    html_put(&page->html, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < row->plan->n_stops; i++)
        put_stop(page, row, i, holders);
    html_put(&page->html, "</tbody></table>\n");
    for (size_t i = 0; i < row->plan->n_left_out; i++) {
        struct day_words rank = day_words_of_reason(row->plan->left_out[i]->rank);

        html_put(&page->html, "<p>排不下：%s %u 处 <small lang=\"en\">no room for: %s, sites: %u</small></p>\n", rank.zh, row->plan->left_out[i]->sites,
                 rank.en, row->plan->left_out[i]->sites);
    }
    html_put(&page->html, "</section>\n");
}

static void show(struct request *request, void *self, const Duban__HolderRows *holders)
{
    const Duban__Reply *reply = self;
    struct page page;

    page_begin(&page, request, "当天路线", "stops of the day", reply->rehearsal);
    html_put(&page.html, "<p>%s</p>\n", paper_day_text(&page, reply->plan->day));
    if (reply->plan->n_rows == 0)
        page_paragraph(&page, "那天没有路线：没有排过，或没有要去的点位。", "There is no plan of that day: it was not planned, or nothing was due.");
    for (size_t i = 0; i < reply->plan->n_rows; i++)
        put_group(&page, reply->plan->rows[i], holders);
    page_send(&page, MHD_HTTP_OK);
}

static void on_plan(struct request *request, void *self, const struct upstream_answer *answer)
{
    (void) self;
    if (answer->reply->body_case == DUBAN__REPLY__BODY_PLAN)
        paper_with_titles(request, show, (void *) answer->reply);
    else
        problem_silent(request, UPSTREAM_RULES);
}

void paper_plan(struct request *request)
{
    char day[PAPER_DAY_BYTES];

    if (paper_day(request, day)) {
        const struct asked_argument arguments[] = { { "day", day }, { "zone", paper_argument(request, "zone") } };

        readings_ask(request, "plan", arguments, 2, on_plan, NULL);
    }
}
