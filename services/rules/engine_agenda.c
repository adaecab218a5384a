/* engine_agenda.c - what is to be decided at the next meeting: kept with every change of what it is about.
 *
 * Whether something stands there is a function of its row alone, but for a yellow light: that is looked at whenever its
 * task changes, which a reminder does.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "engine_figures.h"

#define KIND(name) DUBAN__AGENDA_KIND__AGENDA_KIND_##name

struct policy_text engine_agenda_words(Duban__AgendaKind kind)
{
    switch (kind) {
    case KIND(LEVEL_A): return (struct policy_text){ "立即整改未完成", "immediate, not fixed" };
    case KIND(OVERDUE): return (struct policy_text){ "逾期", "overdue" };
    case KIND(UNOWNED): return (struct policy_text){ "无跟进人", "nobody follows it up" };
    case KIND(APPEAL): return (struct policy_text){ "申诉待定", "an appeal waits" };
    case KIND(EXTENSION): return (struct policy_text){ "延期待批", "an extension waits" };
    case KIND(CLOSURE): return (struct policy_text){ "销号待批", "closing waits" };
    case KIND(COORDINATION): return (struct policy_text){ "物资未到位", "supplies not there" };
    case KIND(RESOLUTION): return (struct policy_text){ "交办未办结", "resolved, not done" };
    case KIND(SOON): return (struct policy_text){ "临近到期", "due soon" };
    case KIND(UNSPECIFIED):
    case _DUBAN__AGENDA_KIND_IS_INT_SIZE: break;
    }
    return (struct policy_text){ "", "" };
}

static void keep(struct engine *engine, Duban__AgendaKind kind, const ProtobufCBinaryData *about, bool stands)
{
    bool stood = state_agenda_item(engine->state, kind, about) != NULL;
    Duban__AgendaItem item = DUBAN__AGENDA_ITEM__INIT;

    if (stood == stands)
        return;
    if (!stands) {
        state_delete_agenda_item(engine->state, kind, about);
        return;
    }
    item.kind = kind;
    item.about = *about;
    item.since_s = engine->now_s;
    state_put_agenda_item(engine->state, &item);
}

/* ---------------------------------------------------------------- cases */

static bool waits_to_be_fixed(const Duban__Case *case_)
{
    return engine_case_is_open(case_) && case_->passes == 0 && case_->claimed_ms == 0;
}

static bool is_urgent(struct engine *engine, const Duban__Case *case_)
{
    return waits_to_be_fixed(case_) && engine_severity(engine, case_)->urgent;
}

/* What stands above for a graver reason is not said again. */
static bool is_soon(struct engine *engine, const Duban__Case *case_)
{
    const Duban__Task *task = !waits_to_be_fixed(case_) || is_urgent(engine, case_) || engine_case_is_overdue(case_)
                                  ? NULL : engine_task_of(engine, &case_->rectification_task);

    return task != NULL && engine_light(engine, task, engine->now_s) == DUBAN__LIGHT__LIGHT_YELLOW;
}

static void keep_soon(struct engine *engine, const Duban__Case *case_)
{
    keep(engine, KIND(SOON), &case_->id, is_soon(engine, case_));
}

static void keep_case(struct engine *engine, const Duban__Case *case_)
{
    bool open = engine_case_is_open(case_);
    Duban__AppealState appeal = case_->appeal == NULL ? DUBAN__APPEAL_STATE__APPEAL_STATE_UNSPECIFIED : case_->appeal->state;

    keep(engine, KIND(LEVEL_A), &case_->id, is_urgent(engine, case_));
    keep(engine, KIND(OVERDUE), &case_->id, engine_case_is_overdue(case_));
    keep(engine, KIND(UNOWNED), &case_->id, open && case_->owner[0] == '\0');
    keep(engine, KIND(APPEAL), &case_->id, appeal == DUBAN__APPEAL_STATE__APPEAL_STATE_FIRST || appeal == DUBAN__APPEAL_STATE__APPEAL_STATE_SECOND);
    keep(engine, KIND(EXTENSION), &case_->id, open && case_->extension_asked_s != 0);
    keep(engine, KIND(CLOSURE), &case_->id, case_->state == DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE);
    keep_soon(engine, case_);
}

/* ---------------------------------------------------------------- subjects */

static bool lacks_means(const Duban__Subject *subject)
{
    Duban__CoordinationState state = subject->coordination->state;

    return subject->finished_s == 0 && subject->withdrawn_s == 0 &&
           (state == DUBAN__COORDINATION_STATE__COORDINATION_STATE_RAISED || state == DUBAN__COORDINATION_STATE__COORDINATION_STATE_ASKED ||
            state == DUBAN__COORDINATION_STATE__COORDINATION_STATE_PROMISED);
}

static void keep_subject(struct engine *engine, const Duban__Subject *subject)
{
    if (subject->of_case == DUBAN__SUBJECT__OF_COORDINATION)
        keep(engine, KIND(COORDINATION), &subject->id, lacks_means(subject));
    else if (subject->of_case == DUBAN__SUBJECT__OF_RESOLUTION)
        keep(engine, KIND(RESOLUTION), &subject->id, subject->finished_s == 0);
}

/* ---------------------------------------------------------------- a link */

/* A reminder changes the task alone. */
static void keep_task(struct engine *engine, const Duban__Task *task)
{
    const Duban__Case *case_ = task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION && task->case_id.len == ID_BYTES
                                   ? state_case(engine->state, task->case_id.data) : NULL;

    if (case_ != NULL)
        keep_soon(engine, case_);
}

/* What is put here are rows of the agenda's own table, and none of those that are walked. */
void engine_keep_agenda(struct engine *engine)
{
    const void *row;
    int table;

    if (engine->policy == NULL)
        return;
    for (size_t at = 0; (row = state_put_in_link(engine->state, at, &table)) != NULL; at++) {
        if (table == TABLE_CASE)
            keep_case(engine, row);
        else if (table == TABLE_TASK)
            keep_task(engine, row);
        else if (table == TABLE_SUBJECT)
            keep_subject(engine, row);
    }
}

/* ---------------------------------------------------------------- told */

static Duban__Text *name_of(struct engine *engine, const char *code)
{
    const Duban__Site *site = code[0] == '\0' ? NULL : state_site(engine->state, code);

    if (site != NULL && site->name != NULL)
        return site->name;
    return code[0] == '\0' ? NULL : engine_text(engine, code, code);
}

Duban__AgendaPoint *engine_agenda_point(struct engine *engine, const Duban__AgendaItem *item)
{
    const Duban__Case *case_ = state_case(engine->state, item->about.data);
    const Duban__Subject *subject = case_ == NULL ? state_subject(engine->state, item->about.data) : NULL;
    Duban__AgendaPoint *point = arena_take(&engine->state->arena, sizeof *point);
    char number[24];

    assert(point != NULL && (case_ != NULL || subject != NULL));
    duban__agenda_point__init(point);
    point->kind = item->kind;
    if (case_ != NULL) {
        snprintf(number, sizeof number, "DB-%04u", case_->number);
        point->number = engine_keep(engine, number);
        point->site_name = name_of(engine, case_->site);
    } else {
        point->number = (char *) engine_subject_number(engine, subject);
        point->site_name = name_of(engine, subject->site);
    }
    return point;
}
