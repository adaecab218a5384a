/* engine_count.c - how a due comes about: limit, calendar, pauses; and what is done while a year
 * is not published.
 *
 *   engine_count: due = (the moment that people agreed on, else limit from from_s) + pauses
 *
 * A due that would need an unpublished year is not guessed: it is 0 and counted.missing_year
 * says which. The task is then open without steps, the duty clerk has been told (once for a
 * year and a pack), and a pack that publishes the year sets the due when it is put in force.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "about.h"
#include "engine.h"

static Duban__TimeUnit stored_unit(enum policy_unit unit)
{
    switch (unit) {
    case UNIT_NATURAL_HOURS: return DUBAN__TIME_UNIT__TIME_UNIT_NATURAL_HOUR;
    case UNIT_CALENDAR_DAYS: return DUBAN__TIME_UNIT__TIME_UNIT_CALENDAR_DAY;
    case UNIT_WORKING_HOURS: return DUBAN__TIME_UNIT__TIME_UNIT_WORKING_HOUR;
    case UNIT_WORKING_DAYS: return DUBAN__TIME_UNIT__TIME_UNIT_WORKING_DAY;
    }
    assert(!"a limit has one of the four units");
    return DUBAN__TIME_UNIT__TIME_UNIT_UNSPECIFIED;
}

enum policy_unit engine_unit_of(const Duban__Counted *counted)
{
    switch (counted->unit) {
    case DUBAN__TIME_UNIT__TIME_UNIT_CALENDAR_DAY: return UNIT_CALENDAR_DAYS;
    case DUBAN__TIME_UNIT__TIME_UNIT_WORKING_HOUR: return UNIT_WORKING_HOURS;
    case DUBAN__TIME_UNIT__TIME_UNIT_WORKING_DAY: return UNIT_WORKING_DAYS;
    case DUBAN__TIME_UNIT__TIME_UNIT_NATURAL_HOUR:
    case DUBAN__TIME_UNIT__TIME_UNIT_UNSPECIFIED:
    case _DUBAN__TIME_UNIT_IS_INT_SIZE:
        break;
    }
    return UNIT_NATURAL_HOURS;
}

/* ---------------------------------------------------------------- counting */

void engine_counted_set(Duban__Counted *counted, const struct policy *policy, enum policy_unit unit)
{
    counted->unit = stored_unit(unit);
    counted->policy_version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, (uint8_t *) policy->version };
    counted->calendar_version = (ProtobufCBinaryData){ 0, NULL };
    if (policy->calendar.year_count > 0)
        counted->calendar_version = (ProtobufCBinaryData){ DIGEST_BYTES, (uint8_t *) policy->calendar.version };
}

Duban__Counted *engine_counted_new(struct engine *engine, const struct policy *policy, enum policy_unit unit, int64_t from_s)
{
    Duban__Counted *counted = arena_take(&engine->state->arena, sizeof *counted);

    assert(counted != NULL);
    duban__counted__init(counted);
    counted->from_s = from_s;
    engine_counted_set(counted, policy, unit);
    return counted;
}

int64_t engine_count_by(const struct policy *policy, const Duban__Counted *counted, const struct policy_limit *limit,
                        int32_t *missing_year)
{
    const struct calendar *calendar = &policy->calendar;
    int64_t due_s = counted->given_s;

    *missing_year = 0;
    if (due_s == 0 && !policy_due(calendar, limit, counted->from_s, &due_s, missing_year))
        return 0;
    for (size_t i = 0; i < counted->n_pauses; i++)
        if (!policy_shift(calendar, limit->unit, counted->pauses[i]->from_s, counted->pauses[i]->to_s, &due_s,
                          missing_year))
            return 0;
    return due_s;
}

int64_t engine_count(struct engine *engine, Duban__Counted *counted, const struct policy_limit *limit)
{
    const struct policy *policy = engine_policy_of(engine, &counted->policy_version);
    int32_t missing_year;
    int64_t due_s = engine_count_by(policy, counted, limit, &missing_year);

    counted->missing_year = (uint32_t) missing_year;
    return due_s;
}

void engine_task_limit(struct engine *engine, Duban__Task *task, const struct policy_limit *limit)
{
    const struct policy *policy = engine_policy_of(engine, &task->policy_version);

    task->counted = engine_counted_new(engine, policy, limit->unit, engine->now_s);
    task->counted->level = task->level;
    task->due_s = engine_count(engine, task->counted, limit);
}

const struct calendar *engine_calendar_of(struct engine *engine, const Duban__Task *task)
{
    const ProtobufCBinaryData *version = task->counted != NULL ? &task->counted->policy_version : &task->policy_version;

    return &engine_policy_of(engine, version)->calendar;
}

/* ---------------------------------------------------------------- pauses */

static void add_pause(struct engine *engine, Duban__Counted *counted, int64_t from_s)
{
    Duban__Pause **pauses = arena_take_pointers(&engine->state->arena, counted->n_pauses + 1);
    Duban__Pause *pause = arena_take(&engine->state->arena, sizeof *pause);

    assert(pauses != NULL && pause != NULL);
    duban__pause__init(pause);
    pause->from_s = from_s;
    pause->to_s = engine->now_s;
    for (size_t i = 0; i < counted->n_pauses; i++)
        pauses[i] = counted->pauses[i];
    pauses[counted->n_pauses++] = pause;
    counted->pauses = pauses;
}

/* Of an earlier engine: its due is taken as it stands. */
static Duban__Counted *counted_of(struct engine *engine, const Duban__Task *task, bool in_days)
{
    Duban__Counted *counted = task->counted;

    if (counted != NULL)
        return counted;
    counted = engine_counted_new(engine, engine_policy_of(engine, &task->policy_version),
                                 in_days ? UNIT_CALENDAR_DAYS : UNIT_NATURAL_HOURS, task->base_s);
    counted->level = task->level;
    counted->given_s = task->due_s;
    return counted;
}

static bool shift(struct engine *engine, const Duban__Task *task, int64_t *at_s, int32_t *missing_year)
{
    return policy_shift(engine_calendar_of(engine, task), engine_unit_of(task->counted), task->paused_s, engine->now_s, at_s,
                        missing_year);
}

void engine_shift_by_pause(struct engine *engine, const Duban__Task *task, int64_t *at_s)
{
    int32_t missing_year;

    shift(engine, task, at_s, &missing_year);
}

void engine_count_pause(struct engine *engine, Duban__Task *task, bool in_days)
{
    Duban__Counted *counted = counted_of(engine, task, in_days);
    int32_t missing_year = 0;

    task->counted = counted;
    add_pause(engine, counted, task->paused_s);
    if (counted->missing_year != 0)
        return;   /* there is no due to move */
    if (shift(engine, task, &task->due_s, &missing_year) && shift(engine, task, &task->base_s, &missing_year))
        return;
    counted->missing_year = (uint32_t) missing_year;
    task->due_s = 0;
}

/* ---------------------------------------------------------------- a year that is not published */

static bool is_told(const Duban__PolicyState *row, const ProtobufCBinaryData *version, uint32_t year)
{
    for (size_t i = 0; i < row->n_missing_years; i++)
        if (row->missing_years[i]->year == year &&
            memcmp(row->missing_years[i]->policy_version.data, version->data, POLICY_VERSION_BYTES) == 0)
            return true;
    return false;
}

static void note_told(struct engine *engine, Duban__PolicyState *row, const ProtobufCBinaryData *version, uint32_t year)
{
    Duban__MissingYear **years = arena_take_pointers(&engine->state->arena, row->n_missing_years + 1);
    Duban__MissingYear *missing = arena_take(&engine->state->arena, sizeof *missing);

    assert(years != NULL && missing != NULL);
    duban__missing_year__init(missing);
    missing->policy_version = *version;
    missing->year = year;
    for (size_t i = 0; i < row->n_missing_years; i++)
        years[i] = row->missing_years[i];
    years[row->n_missing_years++] = missing;
    row->missing_years = years;
    state_put_policy(engine->state, row);
    engine_agenda_years(engine);
}

static Duban__NoticeItem *year_item(struct engine *engine, uint32_t year)
{
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    char zh[64], en[64];

    snprintf(zh, sizeof zh, "%u年放假安排未公布", year);
    snprintf(en, sizeof en, "the calendar of %u is not published", year);
    item->reason_text = engine_text(engine, engine_keep(engine, zh), engine_keep(engine, en));
    item->reason = item->reason_text->zh;
    return item;
}

/* A matter of the house: once for a year and a pack, however many cases wait for it. */
void engine_year_missing(struct engine *engine, const ProtobufCBinaryData *version, uint32_t year)
{
    static const enum policy_selector TO[] = { TO_DUTY_CLERK };
    Duban__PolicyState *row = state_policy(engine->state);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "year_missing", .to = TO, .to_count = 1, .rule = "calendar.year_missing", .items = &item, .item_count = 1,
    };

    if (row == NULL || is_told(row, version, year))
        return;
    note_told(engine, row, version, year);
    if (policy_message(engine->policy, telling.message) == NULL)
        return;   /* the pack in force knows natural time only, and has no words for this */
    item = year_item(engine, year);
    engine_tell(engine, &telling);
}

void engine_note_no_due(struct engine *engine, const Duban__Task *task)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_YEAR_MISSING, NULL);

    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->number = task->counted->missing_year;
    engine_add_fact(engine, fact);
    engine_year_missing(engine, &task->counted->policy_version, task->counted->missing_year);
}

/* ---------------------------------------------------------------- a year has been published */

const struct policy_limit *engine_rectification_limit(struct engine *engine, const struct policy *policy,
                                                      const Duban__Task *task, const Duban__Case *case_)
{
    (void) engine;
    (void) task;
    return engine_limit_by(policy, case_->item, case_->counted);
}

const struct policy_limit *engine_limit_of_task(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                                const Duban__Case *case_)
{
    const struct task_kind *kind = task_kind((int) task->kind);

    if (kind->limit == NULL || task->counted == NULL || (kind->is_in != NULL && !kind->is_in(policy)))
        return NULL;
    if (kind->limit_of != NULL)
        return kind->limit_of(engine, policy, task, case_);
    return kind->limit(policy, policy_severity(policy, task->counted->level));
}

static void set_case_due(struct engine *engine, Duban__Case *case_, const Duban__Task *task)
{
    case_->due_s = task->due_s;
    case_->limit_s = task->due_s - case_->base_s;
    case_->counted = task->counted;
    if (case_->original_due_s == 0)
        case_->original_due_s = task->due_s;
    state_put_case(engine->state, case_);
}

static void set_due(struct engine *engine, Duban__Task *task)
{
    Duban__Case *case_ = task->case_id.len == ID_BYTES ? state_case(engine->state, task->case_id.data) : NULL;
    const struct policy_limit *limit = engine_limit_of_task(engine, engine_policy_of(engine, &task->policy_version), task, case_);
    int32_t missing_year;
    int64_t due_s;
    Duban__Fact *fact;

    assert(limit != NULL);   /* else no limit of its pack had been short of a year */
    due_s = engine_count_by(engine->policy, task->counted, limit, &missing_year);
    if (due_s == 0)
        return;
    task->counted->missing_year = 0;
    engine_counted_set(task->counted, engine->policy, limit->unit);
    engine_task_set_due(engine, task, due_s);
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_DUE_SET, NULL);
    fact->subject = *task_about(task);
    fact->task = task->id;
    fact->new_s = due_s;
    engine_add_fact(engine, fact);
    if (task->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION)
        set_case_due(engine, case_, task);
    if (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN)
        engine_task_replan(engine, task, false);
    else
        state_put_task(engine->state, task);   /* paused: planned when it goes on */
}

static bool waits_for_year(const Duban__Task *task)
{
    return (task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN || task->state == DUBAN__TASK_STATE__TASK_STATE_PAUSED) &&
           task->counted != NULL && task->counted->missing_year != 0;
}

void engine_years_published(struct engine *engine, const Duban__PolicyState *row)
{
    uint8_t id[ID_BYTES] = { 0 };

    if (row->n_missing_years == 0)
        return;   /* nothing has ever waited: no need to look through all tasks */
    while (state_task_without_due(engine->state, id)) {
        Duban__Task *task = state_task(engine->state, id);

        if (waits_for_year(task))
            set_due(engine, task);
    }
}
