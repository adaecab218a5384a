/* engine_agenda.c - what is to be decided at the next meeting: kept with every change of what it is about.
 *
 *   a case                    one line, for the gravest of its reasons; the others stand beside it
 *   a request, a resolution   as long as it is not done
 *   any other duty            a line of its own once its time is over, until it is done (those that its case names: with the case)
 *   an urgent report          one line, whichever of its duties are late
 *   a year of the calendar    while it is needed, or near, and not published: looked at before each meeting
 *
 * Whether something stands there is a function of its row alone, but for a yellow light and a duty that is late: those are
 * looked at whenever the task changes, which its turning yellow (STEP_YELLOW) and the end of its time do.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "engine_figures.h"

#define KIND(name) DUBAN__AGENDA_KIND__AGENDA_KIND_##name

enum { AGENDA_KINDS = KIND(SOON) };

struct policy_text engine_agenda_words(Duban__AgendaKind kind)
{
    switch (kind) {
    case KIND(LEVEL_A): return (struct policy_text){ "立即整改未完成", "immediate, not fixed" };
    case KIND(URGENT):
    case KIND(LATE):
    case KIND(OVERDUE): return (struct policy_text){ "逾期", "overdue" };
    case KIND(UNOWNED): return (struct policy_text){ "无跟进人", "nobody follows it up" };
    case KIND(APPEAL): return (struct policy_text){ "申诉待定", "an appeal waits" };
    case KIND(EXTENSION): return (struct policy_text){ "延期待批", "an extension waits" };
    case KIND(CLOSURE): return (struct policy_text){ "销号待批", "closing waits" };
    case KIND(COORDINATION): return (struct policy_text){ "物资未到位", "supplies not there" };
    case KIND(RESOLUTION): return (struct policy_text){ "交办未办结", "resolved, not done" };
    case KIND(SOON): return (struct policy_text){ "临近到期", "due soon" };
    case KIND(CALENDAR): return (struct policy_text){ "未公布", "not published" };
    case KIND(UNSPECIFIED):
    case _DUBAN__AGENDA_KIND_IS_INT_SIZE: break;
    }
    return (struct policy_text){ "", "" };
}

static bool is_of_other_duty(Duban__AgendaKind kind)
{
    return kind == KIND(URGENT) || kind == KIND(LATE);
}

/* What is overdue beside cases is a figure, too. */
static void count_other_overdue(struct engine *engine, Duban__AgendaKind kind, int sign)
{
    const struct figure_place place = { "", CELL_OTHER_OVERDUE, 0, "" };

    if (is_of_other_duty(kind))
        state_add_figure(engine->state, &place, engine->now_s, sign, 0);
}

static void keep(struct engine *engine, Duban__AgendaKind kind, const ProtobufCBinaryData *about, bool stands)
{
    bool stood = state_agenda_item(engine->state, kind, about) != NULL;
    Duban__AgendaItem item = DUBAN__AGENDA_ITEM__INIT;

    if (stood == stands)
        return;
    count_other_overdue(engine, kind, stands ? 1 : -1);
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

static bool is_late(const Duban__Task *task)
{
    return task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN && task->overdue_told;
}

/* A duty of the case beside its rectification that is late; NULL: none is. */
static const Duban__Task *late_task_of(struct engine *engine, const Duban__Case *case_)
{
    const ProtobufCBinaryData *const ids[] = { &case_->revisit_task, &case_->look_back_task, &case_->review_task };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const Duban__Task *task = ids[i]->len == 0 ? NULL : engine_task_of(engine, ids[i]);

        if (is_late(task))
            return task;
    }
    return NULL;
}

/* All for which the case stands there, the gravest first; returns how many. */
static size_t reasons_of(struct engine *engine, const Duban__Case *case_, Duban__AgendaKind reasons[AGENDA_KINDS])
{
    bool open = engine_case_is_open(case_);
    Duban__AppealState appeal = case_->appeal == NULL ? DUBAN__APPEAL_STATE__APPEAL_STATE_UNSPECIFIED : case_->appeal->state;
    const bool stands[AGENDA_KINDS + 1] = {
        [KIND(LEVEL_A)] = is_urgent(engine, case_),
        [KIND(OVERDUE)] = engine_case_is_overdue(case_),
        [KIND(LATE)] = !engine_case_is_overdue(case_) && late_task_of(engine, case_) != NULL,
        [KIND(UNOWNED)] = open && case_->owner[0] == '\0',
        [KIND(APPEAL)] = appeal == DUBAN__APPEAL_STATE__APPEAL_STATE_FIRST || appeal == DUBAN__APPEAL_STATE__APPEAL_STATE_SECOND,
        [KIND(EXTENSION)] = open && case_->extension_asked_s != 0,
        [KIND(CLOSURE)] = case_->state == DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE,
        [KIND(SOON)] = is_soon(engine, case_),
    };
    size_t count = 0;

    for (int kind = 1; kind <= AGENDA_KINDS; kind++)
        if (stands[kind])
            reasons[count++] = (Duban__AgendaKind) kind;
    return count;
}

static bool says(const Duban__AgendaItem *item, const Duban__AgendaKind *also, size_t count)
{
    return item != NULL && item->n_also == count && (count == 0 || memcmp(item->also, also, count * sizeof *also) == 0);
}

/* One line for a case, where its gravest reason puts it. */
static void keep_case(struct engine *engine, const Duban__Case *case_)
{
    Duban__AgendaKind reasons[AGENDA_KINDS];
    size_t count = reasons_of(engine, case_, reasons);
    Duban__AgendaItem item = DUBAN__AGENDA_ITEM__INIT;
    const Duban__AgendaItem *stood;

    for (int kind = KIND(LEVEL_A); kind <= AGENDA_KINDS; kind++)
        if (count == 0 || reasons[0] != (Duban__AgendaKind) kind)
            keep(engine, (Duban__AgendaKind) kind, &case_->id, false);
    if (count == 0)
        return;
    stood = state_agenda_item(engine->state, reasons[0], &case_->id);
    if (says(stood, reasons + 1, count - 1))
        return;
    item.kind = reasons[0];
    item.about = case_->id;
    item.since_s = stood == NULL ? engine->now_s : stood->since_s;
    item.also = reasons + 1;
    item.n_also = count - 1;
    if (stood == NULL)
        count_other_overdue(engine, reasons[0], 1);
    state_put_agenda_item(engine->state, &item);
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

/* ---------------------------------------------------------------- the calendar */

/* Behind all that entries have made. */
static ProtobufCBinaryData about_year(uint8_t id[ID_BYTES], uint32_t year)
{
    engine_id(id, UINT64_MAX, 0, 0, year);
    return (ProtobufCBinaryData){ ID_BYTES, id };
}

static uint32_t year_of(const ProtobufCBinaryData *about)
{
    return get_u32(about->data + ID_BYTES - sizeof(uint32_t));
}

static bool is_gap(const struct calendar_gap *gaps, size_t count, uint32_t year)
{
    for (size_t i = 0; i < count; i++)
        if (gaps[i].year == year)
            return true;
    return false;
}

void engine_agenda_years(struct engine *engine)
{
    struct calendar_gap gaps[MAX_CALENDAR_GAPS];
    Duban__AgendaItem *stood[MAX_CALENDAR_GAPS];
    size_t count, stood_count;
    uint8_t id[ID_BYTES];

    if (engine_era(engine) < ERA_OF_YEARS)
        return;
    count = engine_calendar_gaps(engine, engine->now_s, gaps);
    stood_count = state_agenda_of_calendar(engine->state, stood, MAX_CALENDAR_GAPS);
    for (size_t i = 0; i < stood_count; i++)
        keep(engine, KIND(CALENDAR), &stood[i]->about, is_gap(gaps, count, year_of(&stood[i]->about)));
    for (size_t i = 0; i < count; i++) {
        const ProtobufCBinaryData about = about_year(id, gaps[i].year);

        keep(engine, KIND(CALENDAR), &about, true);
    }
}

static Duban__Text *name_of_year(struct engine *engine, uint32_t year)
{
    char zh[48], en[48];

    snprintf(zh, sizeof zh, "%u年放假安排", year);
    snprintf(en, sizeof en, "calendar of %u", year);
    return engine_text(engine, engine_keep(engine, zh), engine_keep(engine, en));
}

/* ---------------------------------------------------------------- a link */

/* Cases, requests and resolutions stand there by themselves; that nobody has taken note of something is for no meeting. */
static bool stands_by_itself(const Duban__Task *task)
{
    switch (task->kind) {
    case DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION:
    case DUBAN__TASK_KIND__TASK_KIND_ACKNOWLEDGEMENT:
    case DUBAN__TASK_KIND__TASK_KIND_COORDINATION:
    case DUBAN__TASK_KIND__TASK_KIND_RESOLUTION: return true;
    case DUBAN__TASK_KIND__TASK_KIND_APPROVAL:
        return task->matter == DUBAN__MATTER__MATTER_CLOSURE || task->matter == DUBAN__MATTER__MATTER_EXTENSION ||
               task->matter == DUBAN__MATTER__MATTER_APPEAL;
    default: return false;
    }
}

/* Its case names it: that stands there once, whatever of it is late. */
static bool stands_with_its_case(const Duban__Task *task)
{
    return task->case_id.len == ID_BYTES &&
           (task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION || task->kind == DUBAN__TASK_KIND__TASK_KIND_REVISIT ||
            task->kind == DUBAN__TASK_KIND__TASK_KIND_LOOK_BACK || task->kind == DUBAN__TASK_KIND__TASK_KIND_REVIEW);
}

/* Most tasks that change are not late and never were: they need no look at what stands there. One that was told to be late
 * stays so until it is given another due. */
static bool may_stand(const struct engine *engine, const Duban__Task *task)
{
    return !stands_by_itself(task) && (task->overdue_told || task->due_set_s == engine->now_s);
}

/* One line for all that is late of an urgent report; a line of the duty itself is an earlier engine's. */
static void keep_urgent(struct engine *engine, const Duban__Task *task)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    keep(engine, KIND(URGENT), &task->id, false);
    keep(engine, KIND(URGENT), &subject->id, engine_urgent_late_duties(engine, subject).task != NULL);
}

/* A reminder, and that its time is over, change the task alone. */
static void keep_task(struct engine *engine, const Duban__Task *task)
{
    const Duban__Case *case_ = stands_with_its_case(task) ? state_case(engine->state, task->case_id.data) : NULL;

    if (case_ != NULL)
        keep_case(engine, case_);
    else if (task->kind == DUBAN__TASK_KIND__TASK_KIND_URGENT && engine_era(engine) >= ERA_OF_WHOLE_AGENDA)
        keep_urgent(engine, task);
    else if (may_stand(engine, task))
        keep(engine, task->kind == DUBAN__TASK_KIND__TASK_KIND_URGENT ? KIND(URGENT) : KIND(LATE), &task->id,
             is_late(task));
}

void engine_keep_agenda(struct engine *engine, int table, const void *row)
{
    if (table == TABLE_CASE)
        keep_case(engine, row);
    else if (table == TABLE_TASK)
        keep_task(engine, row);
    else if (table == TABLE_SUBJECT)
        keep_subject(engine, row);
}

/* ---------------------------------------------------------------- told */

static Duban__Text *name_of(struct engine *engine, const char *code)
{
    const Duban__Site *site = code[0] == '\0' ? NULL : state_site(engine->state, code);

    if (site != NULL && site->name != NULL)
        return site->name;
    return code[0] == '\0' ? NULL : engine_text(engine, code, code);
}

struct agenda_subject engine_agenda_subject(struct engine *engine, const Duban__AgendaItem *item)
{
    struct agenda_subject found = { .case_ = state_case(engine->state, item->about.data) };

    if (item->kind == KIND(CALENDAR)) {
        found.year = year_of(&item->about);
    } else if (found.case_ != NULL && is_of_other_duty(item->kind)) {
        found.task = late_task_of(engine, found.case_);
    } else if (is_of_other_duty(item->kind)) {
        found.task = state_task(engine->state, item->about.data);
        if (found.task == NULL)
            found.subject = state_subject(engine->state, item->about.data);
        if (found.subject != NULL)
            found.task = engine_urgent_late_duties(engine, found.subject).task;
        else if (found.task != NULL && found.task->case_id.len == ID_BYTES)
            found.case_ = state_case(engine->state, found.task->case_id.data);
        else if (found.task != NULL)
            found.subject = engine_subject_of(engine, found.task);
    } else if (found.case_ == NULL) {
        found.subject = state_subject(engine->state, item->about.data);
    }
    return found;
}

const char *engine_agenda_site(const struct agenda_subject *about)
{
    if (about->case_ != NULL)
        return about->case_->site;
    if (about->year != 0)
        return "";
    return about->subject != NULL ? about->subject->site : about->task->site;
}

static const char *number_of(struct engine *engine, const struct agenda_subject *about)
{
    if (about->case_ == NULL)
        return about->subject == NULL ? "" : engine_subject_number(engine, about->subject);
    return state_case_label(&engine->state->arena, about->case_->number);
}

static bool is_about(const Duban__AgendaItem *item, const ProtobufCBinaryData *id)
{
    return bytes_equal(bytes_of(item->about.data, item->about.len), bytes_of(id->data, id->len));
}

Duban__AgendaPoint *engine_agenda_point(struct engine *engine, const Duban__AgendaItem *item)
{
    const struct agenda_subject about = engine_agenda_subject(engine, item);
    Duban__AgendaPoint *point = arena_take(&engine->state->arena, sizeof *point);

    assert(point != NULL && (about.case_ != NULL || about.subject != NULL || about.task != NULL || about.year != 0));
    duban__agenda_point__init(point);
    point->kind = item->kind;
    point->number = (char *) number_of(engine, &about);
    point->site_name = name_of(engine, engine_agenda_site(&about));
    if (point->site_name == NULL && item->kind == KIND(RESOLUTION) && engine_era(engine) >= ERA_OF_RESOLUTION_NAMES)
        point->matter = engine_resolution_words(engine, about.subject);
    if (about.year != 0) {
        point->duty = name_of_year(engine, about.year);
    } else if (about.subject != NULL && about.subject->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_URGENT &&
               is_about(item, &about.subject->id)) {
        point->duty = engine_urgent_late_duties(engine, about.subject).words;
    } else if (about.task != NULL) {
        const struct policy_text label = task_kind((int) about.task->kind)->label;

        point->duty = engine_text(engine, label.zh, label.en);
    }
    return point;
}
