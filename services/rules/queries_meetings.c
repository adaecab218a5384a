/* queries_meetings.c - what a meeting was told, what is to be decided now, remarks of a day. */
#include <assert.h>
#include <stdio.h>

#include "civil.h"
#include "message.h"
#include "queries.h"

static int64_t today_of(struct question *question)
{
    const struct policy *policy = question->rules->engine.policy;

    return civil_day(question->now_s, policy == NULL ? 0 : policy->utc_offset_s);
}

/* ---------------------------------------------------------------- a meeting */

void query_on_meeting(struct question *question, const Duban__MeetingQuery *wanted)
{
    struct state *state = &question->rules->state;
    const struct policy *policy = question->rules->engine.policy;
    const Duban__MeetingBook *book = state_meeting_book(state);
    Duban__MeetingRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__meeting_row__init(row);
    row->day = wanted->day_presence_case == DUBAN__MEETING_QUERY__DAY_PRESENCE_DAY ? wanted->day : today_of(question);
    if (!question_day(question, "meeting.day", row->day))
        return;
    if (wanted->kind != DUBAN__MEETING_KIND__MEETING_KIND_MORNING && wanted->kind != DUBAN__MEETING_KIND__MEETING_KIND_EVENING) {
        question_fault(question, "meeting.kind", "请写明早例会还是晚例会", "say whether the morning's or the evening's");
        return;
    }
    row->meeting = state_meeting(state, row->day, wanted->kind);
    row->before_first_day = row->meeting != NULL && row->meeting->figures->required == 0 &&
                            engine_is_before_first_day(&question->rules->engine, row->day);
    row->has_meetings = policy != NULL && policy->meetings.given;
    if (book != NULL) {
        row->first_day = book->first_day;
        row->next_s = wanted->kind == DUBAN__MEETING_KIND__MEETING_KIND_MORNING ? book->brief_s : book->summary_s;
    }
    question->reply->body_case = DUBAN__REPLY__BODY_MEETING;
    question->reply->meeting = row;
}

/* ---------------------------------------------------------------- the agenda */

static void fill_owner(struct question *question, Duban__AgendaRow *row, const char *account)
{
    const Duban__Holder *holder = account[0] == '\0' ? NULL : state_holder(&question->rules->state, account);

    row->owner = (char *) account;
    row->owner_title = holder == NULL ? NULL : holder->title;
}

static void fill_from_case(struct question *question, Duban__AgendaRow *row, const Duban__Case *case_)
{
    row->what = engine_finding_text(&question->rules->engine, case_);
    row->due_s = case_->due_s;
    row->level = case_->level;
    fill_owner(question, row, case_->owner);
}

static void fill_from_subject(struct question *question, Duban__AgendaRow *row, const Duban__Subject *subject)
{
    struct engine *engine = &question->rules->engine;
    const Duban__Task *task = engine_task_of(engine, &subject->task);

    row->what = subject_kind((int) subject->kind)->what(engine, subject);
    row->due_s = task == NULL ? 0 : task->due_s;
    fill_owner(question, row, task == NULL ? "" : task->owner);
}

/* What is late has a time and somebody of its own. */
static void fill_from_task(struct question *question, Duban__AgendaRow *row, const Duban__Task *task)
{
    row->due_s = task->due_s;
    if (task->owner[0] != '\0')
        fill_owner(question, row, task->owner);
}

static Duban__AgendaRow *agenda_row(struct question *question, Duban__AgendaItem *item)
{
    struct engine *engine = &question->rules->engine;
    const struct agenda_subject about = engine_agenda_subject(engine, item);
    const Duban__AgendaPoint *point;
    Duban__AgendaRow *row;

    if (about.case_ == NULL && about.subject == NULL && about.task == NULL)
        return NULL;
    row = arena_take(question->arena, sizeof *row);
    assert(row != NULL);
    duban__agenda_row__init(row);
    point = engine_agenda_point(engine, item);
    row->item = item;
    row->number = point->number;
    row->duty = point->duty;
    row->site = (char *) engine_agenda_site(&about);
    if (about.case_ != NULL)
        fill_from_case(question, row, about.case_);
    else if (about.subject != NULL)
        fill_from_subject(question, row, about.subject);
    if (about.task != NULL)
        fill_from_task(question, row, about.task);
    row->site_name = query_site_name(question, row->site);
    return row;
}

static void list_agenda(struct question *question, Duban__AgendaRows *reply)
{
    void **rows = question_rows(question);
    struct page page;

    page_open(&page, question, TABLE_AGENDA, bytes_of("", 0));
    while (page.found) {
        Duban__AgendaItem *item = page_row(&page, &duban__agenda_item__descriptor);
        Duban__AgendaRow *row = item == NULL ? NULL : agenda_row(question, item);

        if (row == NULL) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = row;
        question->bytes += protobuf_c_message_get_packed_size(&row->base);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    reply->rows = (Duban__AgendaRow **) rows;
    reply->n_rows = page.rows;
}

void query_on_agenda(struct question *question)
{
    const struct policy *policy = question->rules->engine.policy;
    Duban__AgendaRows *reply = arena_take(question->arena, sizeof *reply);
    Duban__CoverageCount **sums;
    size_t count;

    assert(reply != NULL);
    duban__agenda_rows__init(reply);
    reply->day = today_of(question);
    reply->has_meetings = policy != NULL && policy->meetings.given;
    count = state_coverage_of_zones(&question->rules->state, reply->day, &sums);
    for (size_t i = 0; i < count; i++)
        reply->blind_spots += sums[i]->blind;
    list_agenda(question, reply);
    question->reply->body_case = DUBAN__REPLY__BODY_AGENDA;
    question->reply->agenda = reply;
}

/* ---------------------------------------------------------------- remarks */

static Duban__RemarkRow *remark_row(struct question *question, Duban__RemarkRecord *remark)
{
    const Duban__Case *case_ = remark->case_id.len == ID_BYTES ? state_case(&question->rules->state, remark->case_id.data) : NULL;
    Duban__RemarkRow *row = arena_take(question->arena, sizeof *row);
    char number[24] = "";

    assert(row != NULL);
    duban__remark_row__init(row);
    row->remark = remark;
    if (case_ != NULL)
        snprintf(number, sizeof number, "DB-%04u", case_->number);
    row->number = engine_keep(&question->rules->engine, number);
    row->site_name = query_site_name(question, remark->site);
    return row;
}

void query_on_remarks(struct question *question, const Duban__RemarksQuery *wanted)
{
    Duban__RemarkRows *reply = arena_take(question->arena, sizeof *reply);
    void **rows = question_rows(question);
    uint8_t prefix[8];
    struct page page;

    assert(reply != NULL);
    duban__remark_rows__init(reply);
    reply->day = wanted->day_presence_case == DUBAN__REMARKS_QUERY__DAY_PRESENCE_DAY ? wanted->day : today_of(question);
    if (!question_day(question, "remarks.day", reply->day))
        return;
    put_u64(prefix, (uint64_t) reply->day);
    page_open(&page, question, TABLE_REMARK, bytes_of(prefix, sizeof prefix));
    while (page.found) {
        Duban__RemarkRecord *remark = page_row(&page, &duban__remark_record__descriptor);

        if (remark == NULL) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = remark_row(question, remark);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    reply->rows = (Duban__RemarkRow **) rows;
    reply->n_rows = page.rows;
    question->reply->body_case = DUBAN__REPLY__BODY_REMARKS;
    question->reply->remarks = reply;
}
