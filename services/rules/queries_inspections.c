/* queries_inspections.c - which sites are to be inspected, how often and why. */
#include <assert.h>

#include "message.h"
#include "queries.h"

static Duban__Text *why(struct question *question, const struct cadence *cadence)
{
    struct engine *engine = &question->rules->engine;
    const struct policy_text *kind = &cadence->kind->label;

    if (cadence->row != NULL && cadence->row->when.node_count > 0)
        return engine_condition_words(engine, &cadence->row->when);
    return engine_text(engine, engine_joined(engine, "点位类别为", kind->zh), engine_joined(engine, "the kind of site is ", kind->en));
}

static const char *rule(struct question *question, const struct cadence *cadence)
{
    return cadence->row != NULL ? cadence->row->name
                                : engine_joined(&question->rules->engine, "site_kinds.", cadence->kind->code);
}

static void fill_next(struct question *question, Duban__SiteDueRow *row, const struct inspection *next, int64_t today)
{
    const struct policy *policy = question->rules->engine.policy;

    row->is_due = next->is_due;
    row->missing_year = (uint32_t) next->missing_year;
    if (!next->has_day)
        return;
    row->due_day_s = civil_moment(next->day, 0, policy->utc_offset_s);
    row->days_over = next->day < today ? (uint32_t) (today - next->day) : 0;
}

static void fill_night(struct question *question, Duban__SiteDueRow *row, int64_t today)
{
    struct engine *engine = &question->rules->engine;
    struct night_inspection next = engine_next_night(engine, row->site, today);

    row->has_night = next.is_wanted;
    row->night_is_due = next.is_due;
    if (next.is_wanted && next.last_day != 0)
        row->night_due_s = civil_moment(next.day, 0, engine->policy->utc_offset_s);
}

static void fill_due(struct question *question, Duban__SiteDueRow *row)
{
    struct engine *engine = &question->rules->engine;
    int64_t today = civil_day(question->now_s, engine->policy->utc_offset_s);
    struct cadence cadence = engine_cadence(engine, row->site);
    struct inspection next = engine_next_inspection(engine, row->site, &cadence, today);

    fill_next(question, row, &next, today);
    fill_night(question, row, today);
    if (cadence.kind == NULL)
        return;
    row->kind_label = query_text(question, cadence.kind->label);
    row->interval_days = (uint32_t) cadence.every.days;
    row->in_working_days = cadence.every.unit == UNIT_WORKING_DAYS;
    row->rule = (char *) rule(question, &cadence);
    row->why = why(question, &cadence);
}

static Duban__SiteDueRow *due_row(struct question *question, Duban__Site *site)
{
    Duban__SiteDueRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    duban__site_due_row__init(row);
    row->site = site;
    row->last_inspection_ms = engine_last_inspection_ms(&question->rules->engine, site);
    if (question->rules->engine.policy != NULL)
        fill_due(question, row);
    return row;
}

static ProtobufCMessage *wanted_due(struct question *question, const void *asked, void *found)
{
    const Duban__SiteDuesQuery *wanted = asked;
    Duban__Site *site = found;
    Duban__SiteDueRow *row = query_matches(wanted->code, site->code) ? due_row(question, site) : NULL;

    return row == NULL || (wanted->due_only && !row->is_due && !row->night_is_due) ? NULL : &row->base;
}

void query_on_site_dues(struct question *question, const Duban__SiteDuesQuery *wanted)
{
    Duban__SiteDueRows *dues = arena_take(question->arena, sizeof *dues);

    assert(dues != NULL);
    if (wanted->code[0] != '\0' && !is_code(wanted->code)) {
        question_fault(question, "site_dues.code", "点位编号只能用字母、数字和 . _ -，不超过 32 个",
                       "a site code has letters, digits and . _ -, at most 32");
        return;
    }
    duban__site_due_rows__init(dues);
    dues->rows = (Duban__SiteDueRow **) page_list(question, TABLE_SITE, bytes_of_text(wanted->code), &duban__site__descriptor,
                                                  wanted_due, wanted, &dues->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_SITE_DUES;
    question->reply->site_dues = dues;
}
