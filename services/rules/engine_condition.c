/* engine_condition.c - what conditions of the pack may ask: of a site, a finding, a report. */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { LOOKED_AT = 3, SENTENCE_BYTES = 1000 };

static void set_text(struct condition_values *values, enum condition_variable variable, const char *text)
{
    values->of[variable] = (struct condition_value){ .is_given = true, .text = text };
}

static void set_number(struct condition_values *values, enum condition_variable variable, int64_t milli)
{
    values->of[variable] = (struct condition_value){ .is_given = true, .number = milli };
}

bool engine_visit_failed(const Duban__Visit *visit, const char *item)
{
    for (size_t i = 0; i < visit->n_failed; i++)
        if (strcmp(visit->failed[i], item) == 0)
            return true;
    return false;
}

bool engine_visit_passed(const Duban__Visit *visit, const char *item)
{
    for (size_t i = 0; i < visit->n_passed; i++)
        if (strcmp(visit->passed[i], item) == 0)
            return true;
    return false;
}

struct failed_before {
    const struct finding *finding;
    uint32_t looked_at;
    uint32_t failed;
};

static bool look_at(void *self, const Duban__Visit *visit)
{
    struct failed_before *before = self;

    if (visit->sequence != before->finding->visit->sequence &&
        visit->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED &&
        visit->purpose != DUBAN__PURPOSE__PURPOSE_GUIDANCE) {
        before->looked_at++;
        before->failed += engine_visit_failed(visit, before->finding->item->code);
    }
    return before->looked_at < LOOKED_AT;
}

/* Of the last three completed visits made before this one. */
static uint32_t failed_before(struct engine *engine, const struct finding *finding)
{
    struct visit_span span = { finding->visit->site, 0, finding->visit->visit_ms + 1, MAX_VISITS_BACK };
    struct failed_before before = { .finding = finding };

    state_show_visits(engine->state, &span, look_at, &before);
    return before.failed;
}

void engine_values_of_site(struct engine *engine, const Duban__Site *site, struct condition_values *values)
{
    const struct policy_site_kind *kind = policy_site_kind(engine->policy, site->kind);

    set_text(values, SITE_CODE, site->code);
    set_text(values, SITE_KIND, site->kind);
    set_text(values, SITE_AREA, site->area);
    set_text(values, SITE_RISK, kind == NULL ? "low" : kind->risk);
    set_number(values, SITE_INTERVAL_DAYS, kind == NULL ? 0 : kind->interval_days * INT64_C(1000));
    set_number(values, SITE_OPERATING, site->operating_state == DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING);
    set_number(values, SITE_ATTEMPTS, site->attempts_in_a_row * INT64_C(1000));
    if (site->headcount_presence_case == DUBAN__SITE__HEADCOUNT_PRESENCE_HEADCOUNT)
        set_number(values, SITE_HEADCOUNT, site->headcount * INT64_C(1000));
}

/* Of all sites in turn by the walks of a day: each case is only looked at. */
void engine_values_of_standing(struct engine *engine, const Duban__Site *site, struct condition_values *values)
{
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES], watch[1][ID_BYTES];
    size_t count = state_cases_of_site(engine->state, site->code, ids, MAX_CASES_PER_SITE);
    const char **levels = (const char **) arena_take_pointers(&engine->state->arena, count + 1);
    struct arena arena;
    size_t open = 0;

    assert(levels != NULL);
    arena_open(&arena, engine->state->arena.limit_bytes);
    for (size_t i = 0; i < count; i++) {
        const Duban__Case *case_ = state_look_at_case(engine->state, ids[i], &arena);

        if (engine_case_is_open(case_))
            levels[open++] = engine_keep(engine, case_->level);
        arena_reset(&arena);
    }
    arena_close(&arena);
    set_number(values, SITE_OPEN_CASES, (int64_t) open * 1000);
    values->of[SITE_OPEN_LEVELS] = (struct condition_value){ .is_given = true, .texts = levels, .text_count = open };
    set_number(values, SITE_WATCHED, engine_open_subjects(engine, DUBAN__SUBJECT_KIND__SUBJECT_KIND_WATCH,
                                                          engine_place_of_site(site->code), watch, 1) > 0);
}

static void set_returnees(struct condition_values *values, const Duban__ReturneeCounts *counts)
{
    set_number(values, ANSWER_RETURNEES, counts->returnees * INT64_C(1000));
    set_number(values, ANSWER_ISOLATED, counts->isolated * INT64_C(1000));
    set_number(values, ANSWER_DUE_TO_END, counts->due_to_end * INT64_C(1000));
}

void engine_values_of_finding(struct engine *engine, const struct finding *finding, struct condition_values *values)
{
    const Duban__Site *site = state_site(engine->state, finding->visit->site);
    Duban__Site removed = DUBAN__SITE__INIT;   /* since the report, which is amended under an earlier engine */

    removed.code = finding->visit->site;
    engine_values_of_site(engine, site != NULL ? site : &removed, values);
    set_text(values, ITEM_CODE, finding->item->code);
    set_text(values, ITEM_GROUP, finding->item->group);
    set_text(values, ITEM_LEVEL, finding->item->severity->code);
    set_number(values, ITEM_FAILED_OF_LAST_THREE, failed_before(engine, finding) * INT64_C(1000));
    set_text(values, ANSWER_NOTE, finding->answer->note);
    if (finding->answer->number_presence_case == DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI)
        set_number(values, ANSWER_NUMBER, finding->answer->number_milli);
    if (finding->answer->returnees != NULL)
        set_returnees(values, finding->answer->returnees);
}

void engine_values_of_report(const Duban__Report *report, const Duban__Visit *visit, struct condition_values *values)
{
    const struct condition_code *purpose = condition_purpose((size_t) report->purpose - 1);

    set_text(values, REPORT_PURPOSE, purpose == NULL ? "" : purpose->code);
    set_number(values, REPORT_PHOTOS, (int64_t) report->n_evidence * 1000);
    values->of[REPORT_FAILED] = (struct condition_value){ .is_given = true, .texts = (const char *const *) visit->failed,
                                                          .text_count = visit->n_failed };
}

Duban__ConditionValue *engine_condition_value(struct engine *engine, enum condition_variable variable,
                                              const struct condition_value *value)
{
    Duban__ConditionValue *row = arena_take(&engine->state->arena, sizeof *row);
    enum condition_type type = CONDITION_NAMES[variable].type;

    assert(row != NULL);
    duban__condition_value__init(row);
    row->name = (char *) CONDITION_NAMES[variable].name;
    row->given = value->is_given;
    if (!value->is_given)
        return row;
    row->n_texts = type == CONDITION_TEXTS ? value->text_count : type == CONDITION_TEXT;
    row->texts = arena_take_pointers(&engine->state->arena, row->n_texts + 1);
    assert(row->texts != NULL);
    for (size_t i = 0; i < row->n_texts; i++)
        row->texts[i] = (char *) (type == CONDITION_TEXTS ? value->texts[i] : value->text);
    row->milli = value->number;
    return row;
}

void engine_condition_values(Duban__ConditionValue *const *rows, size_t count, struct condition_values *values)
{
    for (size_t i = 0; i < count; i++)
        for (int variable = 0; variable < CONDITION_VARIABLES; variable++)
            if (strcmp(rows[i]->name, CONDITION_NAMES[variable].name) == 0)
                values->of[variable] = (struct condition_value){
                    .is_given = rows[i]->given, .number = rows[i]->milli, .text = rows[i]->n_texts > 0 ? rows[i]->texts[0] : "",
                    .texts = (const char *const *) rows[i]->texts, .text_count = rows[i]->n_texts,
                };
}

static char *sentence(struct engine *engine, const struct condition *condition, bool chinese)
{
    char *text = arena_take(&engine->state->arena, SENTENCE_BYTES);

    assert(text != NULL);
    condition_sentence(condition, engine->policy, chinese, text, SENTENCE_BYTES);
    return text;
}

Duban__Text *engine_condition_words(struct engine *engine, const struct condition *condition)
{
    return engine_text(engine, sentence(engine, condition, true), sentence(engine, condition, false));
}
