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

static void fill_from_year(struct question *question, Duban__AgendaRow *row)
{
    row->what = engine_text(&question->rules->engine, "请在政策包的 calendar.csv 补上这一年，再用 duban policy activate 启用",
                            "put the year into the pack's calendar.csv, then put the pack in force with duban policy activate");
}

static ProtobufCMessage *agenda_row(struct question *question, const void *wanted, void *found)
{
    struct engine *engine = &question->rules->engine;
    Duban__AgendaItem *item = found;
    const struct agenda_subject about = engine_agenda_subject(engine, item);
    const Duban__AgendaPoint *point;
    Duban__AgendaRow *row;

    (void) wanted;
    if (about.case_ == NULL && about.subject == NULL && about.task == NULL && about.year == 0)
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
    else if (about.year != 0)
        fill_from_year(question, row);
    if (about.task != NULL)
        fill_from_task(question, row, about.task);
    row->site_name = query_site_name(question, row->site);
    return &row->base;
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
    reply->rows = (Duban__AgendaRow **) page_list(question, TABLE_AGENDA, bytes_of("", 0), &duban__agenda_item__descriptor,
                                                  agenda_row, NULL, &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_AGENDA;
    question->reply->agenda = reply;
}

/* ---------------------------------------------------------------- remarks */

static ProtobufCMessage *remark_row(struct question *question, const void *wanted, void *found)
{
    Duban__RemarkRecord *remark = found;
    const Duban__Case *case_ = remark->case_id.len == ID_BYTES ? state_case(&question->rules->state, remark->case_id.data) : NULL;
    Duban__RemarkRow *row = arena_take(question->arena, sizeof *row);

    (void) wanted;
    assert(row != NULL);
    duban__remark_row__init(row);
    row->remark = remark;
    row->number = case_ == NULL ? "" : state_case_label(question->arena, case_->number);
    row->site_name = query_site_name(question, remark->site);
    return &row->base;
}

void query_on_remarks(struct question *question, const Duban__RemarksQuery *wanted)
{
    Duban__RemarkRows *reply = arena_take(question->arena, sizeof *reply);
    uint8_t prefix[8];

    assert(reply != NULL);
    duban__remark_rows__init(reply);
    reply->day = wanted->day_presence_case == DUBAN__REMARKS_QUERY__DAY_PRESENCE_DAY ? wanted->day : today_of(question);
    if (!question_day(question, "remarks.day", reply->day))
        return;
    put_u64(prefix, (uint64_t) reply->day);
    reply->rows = (Duban__RemarkRow **) page_list(question, TABLE_REMARK, bytes_of(prefix, sizeof prefix),
                                                  &duban__remark_record__descriptor, remark_row, NULL, &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_REMARKS;
    question->reply->remarks = reply;
}
