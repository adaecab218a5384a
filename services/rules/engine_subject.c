/* engine_subject.c - duties about something that is no case: a complaint, a request, a referral.
 *
 *   entry -> subject (in the ledger of its kind) -> task after task -> finished
 *
 * What is the same for every kind stands here; what one kind does, in a file of its own.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "engine.h"

enum { NUMBER_BYTES = 24, MAX_NUMBER = 999999999 };

/* ---------------------------------------------------------------- opening, finishing */

Duban__Subject *engine_subject_new(struct engine *engine, Duban__SubjectKind kind, struct place place)
{
    Duban__Subject *subject = arena_take(&engine->state->arena, sizeof *subject);
    uint8_t *id = arena_take(&engine->state->arena, ID_BYTES);

    assert(subject != NULL && id != NULL);
    duban__subject__init(subject);
    engine_id(id, engine->entry_sequence, engine_next_index(engine), (uint16_t) (ID_OF_SUBJECT + kind), 0);
    subject->id = (ProtobufCBinaryData){ ID_BYTES, id };
    subject->kind = kind;
    subject->site = (char *) place.site;
    subject->area = (char *) engine_area_of(engine, place);
    subject->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) engine->policy->version };
    subject->opened_by_sequence = engine->entry_sequence;
    subject->opened_s = engine->now_s;
    state_number_subject(engine->state, subject);
    return subject;
}

/* Not started: the subject is put first, since whoever is told of the task asks for it. */
static Duban__Task *task_for(struct engine *engine, Duban__Subject *subject, const struct duty *duty)
{
    Duban__Task *task = engine_task_about(engine, duty->kind, subject);

    task->owner_role = duty->owner_role;
    task->office = (char *) duty->office;
    engine_task_limit(engine, task, duty->limit);
    if (duty->due_s != 0) {
        task->counted->given_s = duty->due_s;
        task->counted->missing_year = 0;
        task->due_s = duty->due_s;
    }
    return task;
}

Duban__Task *engine_subject_side_task(struct engine *engine, Duban__Subject *subject, const struct duty *duty)
{
    Duban__Task *task = task_for(engine, subject, duty);

    state_put_subject(engine->state, subject);
    engine_task_start(engine, task);
    return task;
}

Duban__Task *engine_subject_task(struct engine *engine, Duban__Subject *subject, const struct duty *duty)
{
    const struct policy *policy = engine_policy_of(engine, &subject->policy_version);
    Duban__Task *task = task_for(engine, subject, duty);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = duty->message, .to = duty->to, .to_count = duty->to_count, .rule = duty->rule, .place = duty->place,
        .task = task,
        .items = &item, .item_count = 1,
    };

    subject->task = task->id;
    state_put_subject(engine->state, subject);
    engine_task_start(engine, task);
    item = engine_item(engine, task, NULL);
    telling.urgent = engine_is_exempt_from_quiet(policy, task);
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
    return task;
}

void engine_subject_tell(struct engine *engine, const Duban__Subject *subject, Duban__Task *task,
                         Duban__NoticeItem *item, const struct words_of_subject *words)
{
    struct telling telling = {
        .message = words->message, .to = words->to, .to_count = words->to_count, .rule = words->rule,
        .place = words->place, .task = task, .sender = words->sender, .urgent = words->urgent,
        .items = &item, .item_count = 1,
    };

    assert(bytes_equal(bytes_of(item->subject.data, item->subject.len), bytes_of(subject->id.data, subject->id.len)));
    engine_tell(engine, &telling);
}

void engine_subject_cure(struct engine *engine, const Duban__Subject *subject, int64_t done_ms)
{
    Duban__Task *task = engine_task_of(engine, &subject->task);
    Duban__Fact *fact;

    if (!task->overdue_told || done_ms / 1000 > task->due_s)
        return;
    fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CURED, subject);
    fact->task = task->id;
    fact->visit_ms = done_ms;
    fact->old_s = task->due_s;
    engine_add_fact(engine, fact);
    task->done_ms = done_ms;
    state_put_task(engine->state, task);
}

void engine_subject_end_task(struct engine *engine, Duban__Subject *subject, Duban__TaskState state)
{
    engine_end_task(engine, &subject->task, state);
}

void engine_subject_finish(struct engine *engine, Duban__Subject *subject)
{
    engine_subject_end_task(engine, subject, DUBAN__TASK_STATE__TASK_STATE_DONE);
    engine_end_task(engine, &subject->recompute_task, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    subject->finished_s = engine->now_s;
    state_finish_subject(engine->state, subject);
    engine_add_fact(engine, engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_FINISHED, subject));
    if (subject->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_URGENT)
        engine_urgent_over(engine, subject);
    state_put_subject(engine->state, subject);
}

void engine_subject_reopen(struct engine *engine, Duban__Subject *subject)
{
    subject->finished_s = 0;
    state_reopen_subject(engine->state, subject);
}

struct policy_text engine_subject_state(const Duban__Subject *subject)
{
    if (subject->withdrawn_s != 0)
        return (struct policy_text){ "已撤销", "withdrawn" };
    return subject_kind((int) subject->kind)->state(subject);
}

void engine_subject_touched(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit)
{
    state_put_touched(engine->state, visit->sequence, subject->id.data);
}

/* ---------------------------------------------------------------- facts */

Duban__Fact *engine_subject_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->subject = subject->id;
    return fact;
}

Duban__Fact *engine_subject_visit_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject,
                                       const Duban__Visit *visit)
{
    Duban__Fact *fact = engine_subject_fact(engine, kind, subject);

    engine_subject_touched(engine, subject, visit);
    fact->actor = visit->reporter;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    return fact;
}

bool engine_subject_contradiction(struct engine *engine, const Duban__Subject *subject, const char *act,
                                  const char *reason)
{
    Duban__Fact *fact = engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, subject);

    fact->act = (char *) act;
    fact->reason = (char *) reason;
    fact->rule = engine_rule(engine, act, reason);
    engine_add_fact(engine, fact);
    return true;
}

void engine_subject_link(struct engine *engine, const ProtobufCBinaryData *one, const ProtobufCBinaryData *other)
{
    const ProtobufCBinaryData *ends[][2] = { { one, other }, { other, one } };

    for (size_t i = 0; i < 2; i++) {
        Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_LINKED, NULL);

        fact->subject = *ends[i][0];
        fact->other = *ends[i][1];
        engine_add_fact(engine, fact);
    }
}

/* ---------------------------------------------------------------- finding one */

const struct policy *engine_subject_policy(struct engine *engine, const Duban__Subject *subject)
{
    return engine_policy_of(engine, &subject->policy_version);
}

const char *engine_subject_number(struct engine *engine, const Duban__Subject *subject)
{
    char *number = arena_take(&engine->state->arena, NUMBER_BYTES);

    assert(number != NULL);
    snprintf(number, NUMBER_BYTES, "%s-%04u", subject_kind((int) subject->kind)->prefix, subject->number);
    return number;
}

Duban__Subject *engine_subject_of(struct engine *engine, const Duban__Task *task)
{
    return task->subject.len == ID_BYTES ? state_subject(engine->state, task->subject.data) : NULL;
}

/* The number behind "TS-", or 0. */
static uint32_t number_behind(const char *text, const char *prefix)
{
    size_t size = strlen(prefix);
    unsigned long number;
    char *end;

    if (strncmp(text, prefix, size) != 0 || text[size] != '-' || strspn(text + size + 1, "0123456789") == 0)
        return 0;
    number = strtoul(text + size + 1, &end, 10);
    return *end == '\0' && number <= MAX_NUMBER ? (uint32_t) number : 0;
}

int engine_kind_numbered(const char *number)
{
    int kind = subject_kind_after(0);

    while (kind != 0 && number_behind(number, subject_kind(kind)->prefix) == 0)
        kind = subject_kind_after(kind);
    return kind;
}

Duban__Subject *engine_subject_numbered(struct engine *engine, const char *number)
{
    int kind = engine_kind_numbered(number);

    return kind == 0 ? NULL
                     : state_subject_numbered(engine->state, (Duban__SubjectKind) kind, number_behind(number, subject_kind(kind)->prefix));
}

Duban__Subject *engine_referenced_subject(struct engine *engine, const Duban__SubjectReference *reference,
                                          Duban__SubjectKind kind, const char *field, struct fault *fault)
{
    const struct subject_kind *row = subject_kind((int) kind);
    Duban__Subject *subject = NULL;

    if (reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_NUMBER)
        subject = engine_subject_numbered(engine, reference->number);
    else if (reference->id.len == ID_BYTES)
        subject = state_subject(engine->state, reference->id.data);
    if (subject != NULL && subject->kind == kind)
        return subject;
    fault_set(fault, field, "没有这件%1$s；编号应写作 %3$s-0001%2$.0s", "there is no such %2$s%1$.0s; write its number like %3$s-0001",
              row->label.zh, row->label.en, row->prefix);
    return NULL;
}

void engine_open_at(struct engine *engine, Duban__SubjectKind kind, struct place place, struct open_subjects *open)
{
    Duban__Fact *fact;

    open->count = engine_open_subjects(engine, kind, place, open->ids, MAX_OPEN_AT_PLACE + 1);
    if (open->count <= MAX_OPEN_AT_PLACE)
        return;
    open->count = MAX_OPEN_AT_PLACE;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_MORE_OPEN, NULL);
    fact->subject = state_subject(engine->state, open->ids[0])->id;
    fact->number = MAX_OPEN_AT_PLACE;
    engine_add_fact(engine, fact);
}

size_t engine_open_subjects(struct engine *engine, Duban__SubjectKind kind, struct place place,
                            uint8_t (*ids)[ID_BYTES], size_t most)
{
    return state_open_subjects(engine->state, kind, place.site, place.area, ids, most);
}
