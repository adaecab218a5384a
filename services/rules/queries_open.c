/* queries_open.c - how much is open, and how much of that overdue: cases, or one kind of subject. */
#include <assert.h>

#include "engine_figures.h"
#include "queries.h"

typedef void count_row(struct question *question, struct bytes id, Duban__OpenRow *row);

static void count_light(Duban__OpenRow *row, Duban__Light light)
{
    row->open++;
    row->overdue += light == DUBAN__LIGHT__LIGHT_RED;
}

static void count_case(struct question *question, struct bytes id, Duban__OpenRow *row)
{
    const Duban__Case *case_ = state_case(&question->rules->state, id.data);
    Duban__Task *task;

    if (case_ == NULL || !engine_case_is_open(case_))
        return;
    count_light(row, query_light_of_case(question, case_, &task));
    row->overdue_unfixed += engine_case_is_overdue(case_);
}

static void count_subject(struct question *question, struct bytes id, Duban__OpenRow *row)
{
    const Duban__Subject *subject = state_subject(&question->rules->state, id.data);
    const Duban__Task *task;

    if (subject != NULL)
        count_light(row, query_light_of_subject(question, subject, &task));
}

/* Every row counts as skipped: a page is as long as one answer may take. */
static void count(struct question *question, int table, struct bytes prefix, count_row *count, Duban__OpenRow *row)
{
    struct page page;

    page_open(&page, question, table, prefix);
    while (page.found) {
        count(question, page.value, row);
        page_skip(&page);
    }
    page_close(&page);
}

void query_on_open(struct question *question, const Duban__OpenQuery *wanted)
{
    Duban__OpenRows *rows = arena_take(question->arena, sizeof *rows);
    Duban__OpenRow *row = arena_take(question->arena, sizeof *row);
    Duban__OpenRow **list = arena_take(question->arena, sizeof *list);
    uint8_t kind[2];

    assert(rows != NULL && row != NULL && list != NULL);
    duban__open_rows__init(rows);
    duban__open_row__init(row);
    put_u16(kind, (uint16_t) wanted->kind);
    if (wanted->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_UNSPECIFIED)
        count(question, TABLE_CASE_BY_NUMBER, bytes_of("", 0), count_case, row);
    else
        count(question, TABLE_OPEN_SUBJECT, bytes_of(kind, sizeof kind), count_subject, row);
    *list = row;
    rows->n_rows = 1;
    rows->rows = list;
    question->reply->body_case = DUBAN__REPLY__BODY_OPEN;
    question->reply->open = rows;
}
