/* queries_events.c - facts with whose business each is, for whoever tells them as they are decided. */
#include <assert.h>

#include "queries.h"

static void fill_place(struct question *question, Duban__EventRow *row, struct place place)
{
    struct engine *engine = &question->rules->engine;

    row->site = place.site == NULL ? "" : (char *) place.site;
    row->area = (char *) engine_area_of(engine, place);
    row->zone = (char *) engine_zone_of(engine, place);
}

static void fill_case(struct question *question, Duban__EventRow *row, const Duban__Case *case_)
{
    fill_place(question, row, engine_place_of_site(case_->site));
    row->number = state_case_label(question->arena, case_->number);
    row->owner = case_->owner;
}

static void fill_subject(struct question *question, Duban__EventRow *row, const Duban__Subject *subject)
{
    fill_place(question, row, engine_place_of_subject(subject));
    row->number = (char *) engine_subject_number(&question->rules->engine, subject);
}

/* A fact names a case, else a subject, else a task. */
static Duban__EventRow *event_row(struct question *question, Duban__Fact *fact)
{
    struct state *state = &question->rules->state;
    const uint8_t *id = fact->subject.len == ID_BYTES ? fact->subject.data : NULL;
    const Duban__Case *case_ = id == NULL ? NULL : state_case(state, id);
    const Duban__Subject *subject = id == NULL || case_ != NULL ? NULL : state_subject(state, id);
    const Duban__Task *task = fact->task.len == ID_BYTES ? state_task(state, fact->task.data) : NULL;
    Duban__EventRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__event_row__init(row);
    row->fact = fact;
    if (case_ != NULL)
        fill_case(question, row, case_);
    else if (subject != NULL)
        fill_subject(question, row, subject);
    else if (task != NULL)
        fill_place(question, row, engine_place_of_task(task));
    if (task != NULL && case_ == NULL)
        row->owner = task->owner;
    return row;
}

void query_on_events(struct question *question, const Duban__EventsQuery *wanted)
{
    Duban__EventRows *events = arena_take(question->arena, sizeof *events);
    void **rows = question_rows(question);
    uint64_t last = question->rules->state.meta.fact_last;

    duban__event_rows__init(events);
    events->last = last;
    events->rows = (Duban__EventRow **) rows;
    question->reply->body_case = DUBAN__REPLY__BODY_EVENTS;
    question->reply->events = events;
    if (wanted->last_only)
        return;
    for (uint64_t sequence = wanted->after_sequence + 1; sequence <= last && sequence != 0; sequence++) {
        Duban__Fact *fact = query_fact_at(question, sequence);

        assert(fact != NULL);
        rows[events->n_rows++] = event_row(question, fact);
        if (page_is_full(question, events->n_rows))
            return;
    }
}
