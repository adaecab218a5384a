/* queries_subjects.c - complaints and the like: one listing for every kind. */
#include <assert.h>
#include <string.h>

#include "queries.h"

Duban__Light query_light_of_subject(struct question *question, const Duban__Subject *subject, const Duban__Task **task)
{
    struct engine *engine = &question->rules->engine;

    *task = engine_task_of(engine, &subject->task);
    return *task == NULL ? DUBAN__LIGHT__LIGHT_GREEN : engine_light(engine, *task, question->now_s);
}

/* Light and due of the task that is open; a joined one waits with the one that leads. */
static void fill_task(struct question *question, Duban__SubjectRow *row)
{
    const Duban__Task *task;

    row->light = query_light_of_subject(question, row->subject, &task);
    row->overdue = row->light == DUBAN__LIGHT__LIGHT_RED;
    row->next_s = task == NULL ? 0 : task->due_s;
}

static Duban__SubjectRow *subject_row(struct question *question, Duban__Subject *subject)
{
    struct engine *engine = &question->rules->engine;
    const struct subject_kind *kind = subject_kind((int) subject->kind);
    Duban__SubjectRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__subject_row__init(row);
    row->subject = subject;
    if (kind->count != NULL)
        kind->count(engine, subject, question->now_s);
    row->number = (char *) engine_subject_number(engine, subject);
    row->kind_label = query_text(question, kind->label);
    row->state_label = query_text(question, engine_subject_state(subject));
    row->site_name = query_site_name(question, subject->site);
    row->area_name = query_area_name(question, subject->area);
    row->zone = (char *) engine_zone_of(engine, engine_place_of_subject(subject));
    row->what = kind->what(engine, subject);
    row->focus_group = query_focus_code(engine_focus_of_subject(engine, subject));
    fill_task(question, row);
    return row;
}

static void reply_subjects(struct question *question, void **rows, size_t count)
{
    Duban__SubjectRows *subjects = arena_take(question->arena, sizeof *subjects);

    assert(subjects != NULL);
    duban__subject_rows__init(subjects);
    subjects->n_rows = count;
    subjects->rows = (Duban__SubjectRow **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_SUBJECTS;
    question->reply->subjects = subjects;
}

/* The office that it is with, or that gets its result; "" = none. */
static const char *office_of(const Duban__Subject *subject)
{
    if (subject->of_case == DUBAN__SUBJECT__OF_REFERRAL)
        return subject->referral->office;
    return subject->of_case == DUBAN__SUBJECT__OF_COMPLAINT ? subject->complaint->office : "";
}

static bool is_where_wanted(struct question *question, const Duban__SubjectsQuery *wanted, const Duban__Subject *subject)
{
    struct engine *engine = &question->rules->engine;

    return query_matches(wanted->site, subject->site) &&
           query_matches(wanted->zone, engine_zone_of(engine, engine_place_of_subject(subject))) &&
           query_matches(wanted->area, engine_area_of(engine, engine_place_of_subject(subject))) &&
           query_matches(wanted->office, office_of(subject)) &&
           query_matches(wanted->focus_group, query_focus_code(engine_focus_of_subject(engine, subject)));
}

static bool is_wanted(struct question *question, const Duban__SubjectsQuery *wanted, const Duban__Subject *subject)
{
    return (wanted->closed_too || subject->finished_s == 0) && is_where_wanted(question, wanted, subject);
}

static void list(struct question *question, const Duban__SubjectsQuery *wanted)
{
    uint8_t kind[2];
    bool any = wanted->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_UNSPECIFIED;
    void **rows = question_rows(question);
    struct page page;

    put_u16(kind, (uint16_t) wanted->kind);
    page_open(&page, question, TABLE_SUBJECT_BY_NUMBER, bytes_of(kind, any ? 0 : sizeof kind));
    while (page.found) {
        Duban__Subject *subject = state_subject(&question->rules->state, page.value.data);

        assert(subject != NULL);
        if (!is_wanted(question, wanted, subject)) {
            page_skip(&page);
            continue;
        }
        rows[page.rows] = subject_row(question, subject);
        question->bytes += protobuf_c_message_get_packed_size(rows[page.rows]);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    reply_subjects(question, rows, page.rows);
}

static const char *kept(struct question *question, const char *text)
{
    const char *copy = arena_copy(question->arena, text, strlen(text));

    assert(copy != NULL);
    return copy;
}

/* Which command lists the like of it, the letters of the number say. */
static void nothing_there(struct question *question, const char *number)
{
    const struct subject_kind *kind = subject_kind(engine_kind_numbered(number));
    struct fault fault;

    if (kind == NULL) {
        question_fault(question, "subjects", "没有这个编号的事项，请用 duban complaints --all 等查编号",
                       "there is nothing of that number; duban complaints --all and the like list them");
        return;
    }
    fault_set(&fault, "subjects", "没有这个编号的事项，请用 duban %s --all 查编号", "there is nothing of that number; duban %s --all lists them",
              kind->listing);
    question_fault(question, "subjects", kept(question, fault.zh), kept(question, fault.en));
}

/* Whoever may see only what is somewhere asks for one in the same way. */
static void only(struct question *question, const Duban__SubjectsQuery *wanted, Duban__Subject *subject, const char *number)
{
    void **rows = question_rows(question);

    if (subject == NULL || !is_where_wanted(question, wanted, subject)) {
        nothing_there(question, number);
        return;
    }
    rows[0] = subject_row(question, subject);
    reply_subjects(question, rows, 1);
}

void query_on_subjects(struct question *question, const Duban__SubjectsQuery *wanted)
{
    struct rules *rules = question->rules;

    switch (wanted->by_case) {
    case DUBAN__SUBJECTS_QUERY__BY_ID:
        only(question, wanted, wanted->id.len == ID_BYTES ? state_subject(&rules->state, wanted->id.data) : NULL, "");
        return;
    case DUBAN__SUBJECTS_QUERY__BY_NUMBER:
        only(question, wanted, engine_subject_numbered(&rules->engine, wanted->number), wanted->number);
        return;
    case DUBAN__SUBJECTS_QUERY__BY__NOT_SET:
    case _DUBAN__SUBJECTS_QUERY__BY__CASE_IS_INT_SIZE:
        break;
    }
    list(question, wanted);
}
