/* engine_uplift.c - a finding that counts one level higher than its item says, and why. */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { LOOKED_AT = 3, VISITS_READ = 12, SENTENCE_BYTES = 400 };

static void set_text(struct condition_values *values, enum condition_variable variable, const char *text)
{
    values->of[variable] = (struct condition_value){ .is_given = true, .text = text };
}

static void set_number(struct condition_values *values, enum condition_variable variable, int64_t milli)
{
    values->of[variable] = (struct condition_value){ .is_given = true, .number = milli };
}

static bool has_failed(const Duban__Visit *visit, const char *item)
{
    for (size_t i = 0; i < visit->n_failed; i++)
        if (strcmp(visit->failed[i], item) == 0)
            return true;
    return false;
}

/* Of the last three completed visits made before this one. */
static uint32_t failed_before(struct engine *engine, const struct finding *finding)
{
    uint64_t sequences[VISITS_READ];
    size_t count = state_visits_of_site(engine->state, finding->visit->site, 0, sequences, VISITS_READ);
    uint32_t looked_at = 0, failed = 0;

    for (size_t i = 0; i < count && looked_at < LOOKED_AT; i++) {
        const Duban__Visit *visit = state_visit(engine->state, sequences[i]);

        if (visit == NULL || visit->sequence == finding->visit->sequence || visit->visit_ms > finding->visit->visit_ms ||
            visit->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED)
            continue;
        looked_at++;
        failed += has_failed(visit, finding->item->code);
    }
    return failed;
}

static void set_site(struct engine *engine, struct condition_values *values, const char *code)
{
    const Duban__Site *site = state_site(engine->state, code);
    const struct policy_site_kind *kind;

    assert(site != NULL);   /* a report of an unknown site has been held */
    kind = policy_site_kind(engine->policy, site->kind);
    set_text(values, SITE_CODE, site->code);
    set_text(values, SITE_KIND, site->kind);
    set_text(values, SITE_AREA, site->area);
    set_text(values, SITE_RISK, kind == NULL ? "low" : kind->risk);
    set_number(values, SITE_INTERVAL_DAYS, kind == NULL ? 0 : kind->interval_days * INT64_C(1000));
    set_number(values, SITE_OPERATING, site->operating_state == DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING);
    set_number(values, SITE_ATTEMPTS, site->attempts_in_a_row * INT64_C(1000));
}

static void set_finding(struct engine *engine, struct condition_values *values, const struct finding *finding)
{
    set_text(values, ITEM_CODE, finding->item->code);
    set_text(values, ITEM_GROUP, finding->item->group);
    set_text(values, ITEM_LEVEL, finding->item->severity->code);
    set_number(values, ITEM_FAILED_OF_LAST_THREE, failed_before(engine, finding) * INT64_C(1000));
    set_text(values, ANSWER_NOTE, finding->answer->note);
    if (finding->answer->number_presence_case == DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI)
        set_number(values, ANSWER_NUMBER, finding->answer->number_milli);
}

const struct policy_uplift *engine_uplift(struct engine *engine, const struct finding *finding)
{
    const struct policy *policy = engine->policy;
    struct condition_values values = { 0 };

    if (policy->uplift_count == 0 || finding->item->severity->raised == finding->item->severity)
        return NULL;
    set_site(engine, &values, finding->visit->site);
    set_finding(engine, &values, finding);
    for (size_t i = 0; i < policy->uplift_count; i++)
        if (condition_is_true(&policy->uplifts[i].when, &values))
            return &policy->uplifts[i];
    return NULL;
}

static char *sentence(struct engine *engine, const struct policy_uplift *uplift, bool chinese)
{
    char *text = arena_take(&engine->state->arena, SENTENCE_BYTES);

    assert(text != NULL);
    condition_sentence(&uplift->when, engine->policy, chinese, text, SENTENCE_BYTES);
    return text;
}

void engine_note_uplift(struct engine *engine, const Duban__Case *case_, const struct finding *finding,
                        const struct policy_uplift *uplift)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RAISED, case_);

    fact->level_from = (char *) finding->item->severity->code;
    fact->level_to = case_->level;
    fact->rule = (char *) uplift->name;
    fact->reason = sentence(engine, uplift, true);
    fact->reason_en = sentence(engine, uplift, false);
    engine_add_fact(engine, fact);
}
