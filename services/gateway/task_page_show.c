/* task_page_show.c - how a task's page looks. */
#include <stdio.h>

#include <sodium.h>

#include "gateway.h"
#include "labels.h"
#include "reasons.h"
#include "task_page.h"

enum { TEXT_MOST_CHARACTERS = 600 };

ProtobufCBinaryData task_page_about(const struct task_page *it)
{
    const Duban__Task *task = it->row->task;

    return task->case_id.len > 0 ? task->case_id : task->subject.len > 0 ? task->subject : task->id;
}

bool task_page_is_over(const struct task_page *it)
{
    return it->row->task->state == DUBAN__TASK_STATE__TASK_STATE_DONE || it->row->task->state == DUBAN__TASK_STATE__TASK_STATE_CANCELLED;
}

static void put_text_row(struct page *page, const char *zh, const char *en, const Duban__Text *text)
{
    if (text != NULL)
        page_row(page, zh, en, text->zh, text->en);
}

static void put_facts(struct page *page, const struct task_page *it)
{
    const Duban__TaskRow *row = it->row;
    bool is_late = row->task->due_s != 0 && it->now_s > row->task->due_s && !task_page_is_over(it);
    struct task_label number;

    label_task(row, &number);
    html_put(&page->html, "<dl>\n");
    page_row(page, "编号", "number", number.zh, number.en);
    put_text_row(page, "点位", "site", row->site_name);
    if (row->site_name == NULL)
        put_text_row(page, "社区（村）", "area", row->area_name);
    put_text_row(page, "事项", "matter", row->finding);
    page_row(page, "时限", "due", page_time(page, row->task->due_s), "");
    if (is_late)
        page_row(page, "状态", "state", "已逾期", "overdue");
    html_put(&page->html, "</dl>\n");
}

static void begin(struct page *page, const struct task_page *it)
{
    const Duban__Text *kind = it->row->kind_label;

    page_begin(page, it->request, kind == NULL ? "事项" : kind->zh, kind == NULL ? "task" : kind->en, it->rehearsal);
}

/* ---------------------------------------------------------------- what can be done */

/* Where the page itself is: only the path, for the form stays on this machine. */
static void put_form_begin(struct page *page, const struct task_page *it, const struct task_act *act, const char *number)
{
    html_put(&page->html, "<form method=\"post\" action=\"%s\">\n<input type=\"hidden\" name=\"act\" value=\"%s\">"
                          "<input type=\"hidden\" name=\"number\" value=\"%s\">", it->request->path, act->name, number);
    if (it->request->csrf[0] != '\0')
        html_put(&page->html, "<input type=\"hidden\" name=\"csrf\" value=\"%s\">", it->request->csrf);
}

static void put_act(struct page *page, const struct task_page *it, const struct task_act *act)
{
    char number[2 * ID_BYTES + 1];
    uint8_t random[ID_BYTES];

    randombytes_buf(random, sizeof random);
    put_form_begin(page, it, act, hex_of(number, random, sizeof random));
    if (act->text_zh != NULL) {
        html_put(&page->html, "<label>");
        page_say(page, act->text_zh, act->text_en);
        if (act->needs_text)
            html_put(&page->html, "<textarea name=\"text\" rows=\"3\" maxlength=\"%d\" required></textarea></label>\n", TEXT_MOST_CHARACTERS);
        else
            html_put(&page->html, "<textarea name=\"text\" rows=\"2\" maxlength=\"%d\"></textarea></label>\n", TEXT_MOST_CHARACTERS);
    }
    if (act->until_zh != NULL) {
        html_put(&page->html, "<label>");
        page_say(page, act->until_zh, act->until_en);
        html_put(&page->html, "<input type=\"datetime-local\" name=\"until\" placeholder=\"2020-02-03 18:00\" required></label>\n");
    }
    html_put(&page->html, "<button>");
    page_say(page, act->zh, act->en);
    html_put(&page->html, "</button></form>\n");
}

/* 打电话: the number is shown for a reason that the journal has. */
static void put_call(struct page *page, const struct task_page *it)
{
    html_put(&page->html, "<form method=\"post\" action=\"/reveal\">\n<input type=\"hidden\" name=\"site\" value=\"%s\">", it->row->task->site);
    if (it->request->csrf[0] != '\0')
        html_put(&page->html, "<input type=\"hidden\" name=\"csrf\" value=\"%s\">", it->request->csrf);
    html_put(&page->html, "<label>");
    page_say(page, "打电话的事由", "why he is called");
    html_put(&page->html, "<input name=\"reason\" required maxlength=\"%d\"></label>\n<button>", TEXT_MOST_CHARACTERS);
    page_say(page, "显示负责人电话", "show the contact's phone");
    html_put(&page->html, "</button></form>\n");
}

void task_page_show(struct task_page *it)
{
    const struct task_act *act;
    struct page page;

    begin(&page, it);
    put_facts(&page, it);
    if (task_page_is_over(it)) {
        html_put(&page.html, "<div class=\"note\" role=\"status\">");
        page_paragraph(&page, "这件事项已经结束，不用再办。", "This is over; nothing more to do.");
        html_put(&page.html, "</div>\n");
    }
    for (size_t i = 0; !task_page_is_over(it) && (act = task_act_at(i)) != NULL; i++)
        if (task_act_fits(act, it->row, it->now_s))
            put_act(&page, it, act);
    if (it->may_call && it->row->task->site[0] != '\0')
        put_call(&page, it);
    if (!it->by_link && it->row->case_number > 0) {
        html_put(&page.html, "<nav><a href=\"/paper/case/%u\">", it->row->case_number);
        page_say(&page, "打印整改告知书", "print the rectification notice");
        html_put(&page.html, "</a></nav>\n");
    }
    if (it->by_link)
        page_paragraph(&page, "本页仅限收到消息的本人使用，请勿转发。", "This page is for whoever got the message alone; do not forward it.");
    page_send(&page, MHD_HTTP_OK);
}

/* ---------------------------------------------------------------- several */

static bool was_listed(const Duban__Notice *notice, size_t place)
{
    const ProtobufCBinaryData *task = &notice->items[place]->task;

    for (size_t i = 0; i < place; i++)
        if (task->len == notice->items[i]->task.len && memcmp(task->data, notice->items[i]->task.data, task->len) == 0)
            return true;
    return false;
}

static void put_listed(struct page *page, const struct task_page *it, const Duban__NoticeItem *item)
{
    const Duban__Text *site = item->site_name, *matter = item->finding != NULL ? item->finding : item->matter;
    char id[2 * ID_BYTES + 1];

    html_put(&page->html, "<li><a href=\"/a/%s/%s\">%s %s</a>", it->token, hex_of(id, item->task.data, ID_BYTES), item->number,
             site == NULL ? "" : site->zh);
    if (site != NULL && strcmp(site->zh, site->en) != 0)
        html_put(&page->html, " <small lang=\"en\">%s</small>", site->en);
    if (matter != NULL) {
        html_put(&page->html, "<br>");
        page_say(page, matter->zh, strcmp(matter->zh, matter->en) == 0 ? "" : matter->en);
    }
    if (item->due_s != 0) {
        html_put(&page->html, "<br>");
        page_say(page, "时限", "due");
        html_put(&page->html, " %s", page_time(page, item->due_s));
    }
    html_put(&page->html, "</li>\n");
}

void task_page_show_list(struct task_page *it)
{
    struct page page;

    page_begin(&page, it->request, "消息里说到的事项", "what the message was about", it->rehearsal);
    page_paragraph(&page, "逐件点开办理；以点开后显示的为准。", "Open each to act on it; what is shown there is how it stands now.");
    html_put(&page.html, "<ul>\n");
    for (size_t i = 0; i < it->notice->n_items; i++)
        if (it->notice->items[i]->task.len == ID_BYTES && !was_listed(it->notice, i))
            put_listed(&page, it, it->notice->items[i]);
    html_put(&page.html, "</ul>\n");
    page_paragraph(&page, "本页仅限收到消息的本人使用，请勿转发。", "This page is for whoever got the message alone; do not forward it.");
    page_send(&page, MHD_HTTP_OK);
}

/* ---------------------------------------------------------------- what became of it */

/* why NULL: it went as it was meant. */
static void show_outcome(struct task_page *it, unsigned status, const char *zh, const char *en, const Duban__Text *why)
{
    struct page page;

    begin(&page, it);
    if (why != NULL)
        html_put(&page.html, "<div class=\"note bad\" role=\"alert\">");
    else
        html_put(&page.html, "<div class=\"note\" role=\"status\">");
    page_paragraph(&page, zh, en);
    if (why != NULL)
        page_paragraph(&page, why->zh, why->en);
    html_put(&page.html, "</div>\n");
    put_facts(&page, it);
    html_put(&page.html, "<p><a href=\"%s\">", it->request->path);
    page_say(&page, "返回这件事项", "back to it");
    html_put(&page.html, "</a></p>\n");
    page_send(&page, status);
}

void task_page_show_done(struct task_page *it)
{
    show_outcome(it, MHD_HTTP_OK, it->act->done_zh, it->act->done_en, NULL);
}

void task_page_show_held(struct task_page *it, const Duban__Quarantined *held)
{
    Duban__Text why = DUBAN__TEXT__INIT;
    unsigned long long sequence = held->sequence;
    char zh[160], en[160];

    why.zh = held->zh;
    why.en = held->en;
    (void) snprintf(zh, sizeof zh, "已收下（待核记录 %llu），内勤会处理，不用重复提交。原因：", sequence);
    (void) snprintf(en, sizeof en, "Taken (held entry %llu); the duty clerk will settle it, do not send it again. Why:", sequence);
    show_outcome(it, MHD_HTTP_OK, zh, en, &why);
}

void task_page_show_kept(struct task_page *it, const Duban__Fact *fact)
{
    const struct reason *reason = reason_named(fact->reason);
    Duban__Text why = DUBAN__TEXT__INIT;

    why.zh = reason == NULL ? fact->reason : (char *) reason->zh;
    why.en = reason == NULL ? fact->reason_en : (char *) reason->en;
    show_outcome(it, MHD_HTTP_OK, "已收下存档，但没有改变什么。原因：", "Taken and kept, but nothing has changed. Why:", &why);
}

void task_page_show_taken(struct task_page *it)
{
    show_outcome(it, MHD_HTTP_ACCEPTED, "已收下，正在处理；稍后打开本页可看结果。", "Taken, and on its way; open this page later for what came of it.", NULL);
}
