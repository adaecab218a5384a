/* paper_meeting.c - GET /paper/morning, /paper/evening: what a meeting was told. */
#include <stdio.h>

#include "day_words.h"
#include "gateway.h"
#include "meeting_lines.h"
#include "paper.h"

enum { LEAST_FOR_A_RATE = 5, PERMILLE = 1000 };

/* ---------------------------------------------------------------- figures */

/* Rounded down, with both numbers beside it; of too few there is none. */
static void put_rate(struct page *page, uint32_t part, uint32_t whole)
{
    uint64_t permille = whole == 0 ? 0 : (uint64_t) part * PERMILLE / whole;

    if (whole < LEAST_FOR_A_RATE)
        html_put(&page->html, "— (%u/%u)", part, whole);
    else
        html_put(&page->html, "%u.%u%% (%u/%u)", (unsigned) (permille / 10), (unsigned) (permille % 10), part, whole);
}

static void put_line(void *self, const struct meeting_line *line)
{
    struct page *page = self;

    html_put(&page->html, "<tr><th scope=\"row\">");
    page_say(page, line->zh, line->en);
    html_put(&page->html, "</th><td>");
    if (line->words_zh != NULL)
        page_say(page, line->words_zh, line->words_en);
    else if (line->is_rate)
        put_rate(page, line->number, line->of);
    else
        html_put(&page->html, "%u", line->number);
    html_put(&page->html, "</td></tr>\n");
}

/* ---------------------------------------------------------------- lists */

static void put_heading(struct page *page, const char *zh, const char *en, uint32_t count)
{
    html_put(&page->html, "<h2>");
    page_say(page, zh, en);
    html_put(&page->html, "：%u</h2>\n", count);
}

static void put_point(struct page *page, const Duban__AgendaPoint *point)
{
    struct day_words why = day_words_of_agenda(point->kind);
    const Duban__Text *what = point->site_name != NULL && point->site_name->zh[0] != '\0' ? point->site_name : point->matter;

    html_put(&page->html, "<li>%s ", point->number);
    paper_text(page, what);
    html_put(&page->html, "（");
    if (point->level[0] != '\0')
        html_put(&page->html, "%s级", point->level);
    html_put(&page->html, "%s%s <small lang=\"en\">", paper_zh(point->duty), why.zh);
    if (point->level[0] != '\0')
        html_put(&page->html, "level %s, ", point->level);
    if (paper_en(point->duty)[0] != '\0')
        html_put(&page->html, "%s, ", paper_en(point->duty));
    html_put(&page->html, "%s</small>）</li>\n", why.en);
}

static void put_more(struct page *page, uint32_t more)
{
    html_put(&page->html, "<p>另有 %u 项未列。 <small lang=\"en\">Not listed: %u more.</small></p>\n", more, more);
}

static void put_points(struct page *page, const char *zh, const char *en, Duban__AgendaPoint *const *points, size_t shown, uint32_t all)
{
    if (all == 0)
        return;
    put_heading(page, zh, en, all);
    html_put(&page->html, "<ol>\n");
    for (size_t i = 0; i < shown; i++)
        put_point(page, points[i]);
    html_put(&page->html, "</ol>\n");
    if (all > shown)
        put_more(page, (uint32_t) (all - shown));
}

static void put_zone(struct page *page, const Duban__MeetingGroup *group)
{
    if (group->zone_name == NULL)
        page_say(page, group->zone, "");
    else
        paper_text(page, group->zone_name);
}

static void put_group(struct page *page, const Duban__MeetingGroup *group)
{
    html_put(&page->html, "<tr><th scope=\"row\">");
    put_zone(page, group);
    html_put(&page->html, "</th><td>%u</td><td>%u</td><td>%u</td><td>%u</td><td>%u</td><td>%u</td></tr>\n", group->required, group->inspected,
             group->planned, group->done, group->carried, group->left_out);
}

static void put_groups(struct page *page, const Duban__Meeting *meeting)
{
    static const struct {
        const char *zh, *en;
    } HEADS[] = {
        { "片区", "zone" }, { "应查", "to inspect" }, { "已查", "inspected" }, { "路线", "stops" }, { "完成", "done" },
        { "转来、转出", "carried over" }, { "排不下", "no room" },
    };

    if (meeting->n_groups == 0)
        return;
    html_put(&page->html, "<h2>");
    page_say(page, "各组", "groups");
    html_put(&page->html, "</h2>\n<table><thead><tr>");
    for (size_t i = 0; i < sizeof HEADS / sizeof HEADS[0]; i++)
        paper_column(page, HEADS[i].zh, HEADS[i].en);
    html_put(&page->html, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < meeting->n_groups; i++)
        put_group(page, meeting->groups[i]);
    html_put(&page->html, "</tbody></table>\n");
}

static void put_undone_stop(struct page *page, const Duban__MeetingStop *stop, const Duban__HolderRows *holders)
{
    html_put(&page->html, "<li>%s ", stop->site);
    paper_text(page, stop->site_name);
    html_put(&page->html, " ");
    paper_who(page, holders, stop->person);
    html_put(&page->html, "（");
    if (stop->reason[0] != '\0')
        page_say(page, stop->reason, "");
    else if (stop->attempted)
        page_say(page, "到过，未能检查", "was there, could not inspect");
    else
        page_say(page, "未说明原因", "nobody has said why");
    html_put(&page->html, "）</li>\n");
}

static void put_undone(struct page *page, const Duban__Meeting *meeting, const Duban__HolderRows *holders)
{
    for (size_t i = 0; i < meeting->n_groups; i++) {
        const Duban__MeetingGroup *group = meeting->groups[i];

        if (group->n_undone == 0)
            continue;
        html_put(&page->html, "<h2>");
        put_zone(page, group);
        html_put(&page->html, "：");
        page_say(page, "未完成的站", "stops left");
        html_put(&page->html, "</h2>\n<ol>\n");
        for (size_t k = 0; k < group->n_undone; k++)
            put_undone_stop(page, group->undone[k], holders);
        html_put(&page->html, "</ol>\n");
        if (group->more_undone > 0)
            put_more(page, group->more_undone);
    }
}

static void put_remark(struct page *page, const Duban__MeetingRemark *remark)
{
    html_put(&page->html, "<li>%s ", remark->about);
    if (remark->by_title == NULL)
        page_say(page, remark->by, "");
    else
        paper_text(page, remark->by_title);
    html_put(&page->html, "：%s</li>\n", remark->text);
}

static void put_remarks(struct page *page, const Duban__Meeting *meeting)
{
    if (meeting->n_remarks == 0)
        return;
    html_put(&page->html, "<h2>");
    page_say(page, "批示", "remarks");
    html_put(&page->html, "</h2>\n<ul>\n");
    for (size_t i = 0; i < meeting->n_remarks; i++)
        put_remark(page, meeting->remarks[i]);
    html_put(&page->html, "</ul>\n");
}

/* ---------------------------------------------------------------- the page */

static void put_meeting(struct page *page, const Duban__MeetingRow *row, const Duban__HolderRows *holders)
{
    const Duban__Meeting *meeting = row->meeting;

    html_put(&page->html, "<p>%s</p>\n<table><tbody>\n", paper_day_text(page, meeting->day));
    meeting_lines(row, put_line, page);
    html_put(&page->html, "</tbody></table>\n");
    if (meeting->broken > 0)
        html_put(&page->html, "<p>路线核对不平 %u 人，请内勤核查。 <small lang=\"en\">Stops do not add up for %u; the duty clerk looks into it.</small></p>\n",
                 meeting->broken, meeting->broken);
    put_groups(page, meeting);
    put_points(page, "仍逾期", "still overdue", meeting->overdue, meeting->n_overdue, meeting->overdue_count);
    put_points(page, "未复查", "revisits missed", meeting->missed_revisits, meeting->n_missed_revisits, meeting->missed_revisit_count);
    put_points(page, "需例会研究", "to be decided", meeting->points, meeting->n_points, meeting->figures->agenda);
    put_undone(page, meeting, holders);
    put_remarks(page, meeting);
}

struct paper_of_meeting {
    bool is_morning;
    const Duban__Reply *reply;
};

static void show(struct request *request, void *self, const Duban__HolderRows *holders)
{
    const struct paper_of_meeting *paper = self;
    const Duban__MeetingRow *row = paper->reply->meeting;
    struct page page;

    if (paper->is_morning)
        page_begin(&page, request, "早报", "morning brief", paper->reply->rehearsal);
    else
        page_begin(&page, request, "晚报", "evening summary", paper->reply->rehearsal);
    if (row->meeting != NULL)
        put_meeting(&page, row, holders);
    else if (row->next_s != 0)
        html_put(&page.html, "<p>%s 没有；下一次将于 %s 出。 <small lang=\"en\">None yet; the next comes then.</small></p>\n",
                 paper_day_text(&page, row->day), page_time(&page, row->next_s));
    else
        page_paragraph(&page, "没有：那天没有例会，或现行政策包没有 meetings 一节。", "There is none: it had no meeting, or the policy has no section meetings.");
    page_send(&page, MHD_HTTP_OK);
}

static void on_meeting(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct paper_of_meeting *paper = self;

    paper->reply = answer->reply;
    if (paper->reply->body_case == DUBAN__REPLY__BODY_MEETING)
        paper_with_titles(request, show, paper);
    else
        problem_silent(request, UPSTREAM_RULES);
}

static void ask(struct request *request, bool is_morning)
{
    struct paper_of_meeting *paper = arena_clear(&request->arena, sizeof *paper);
    char day[PAPER_DAY_BYTES];

    if (paper == NULL) {
        problem_send(request, NULL);
    } else if (paper_day(request, day)) {
        const struct asked_argument arguments[] = {
            { "day", day }, { "kind", is_morning ? "MEETING_KIND_MORNING" : "MEETING_KIND_EVENING" },
        };

        paper->is_morning = is_morning;
        readings_ask(request, "meeting", arguments, 2, on_meeting, paper);
    }
}

void paper_morning(struct request *request)
{
    ask(request, true);
}

void paper_evening(struct request *request)
{
    ask(request, false);
}
