/* engine_uplift.c - a crowded kind of site where the item keeps failing: a new case starts one level up. */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { MAX_VISITS = 64 };

static bool is_high_risk(struct engine *engine, const char *site_code)
{
    const Duban__Site *site = state_site(engine->state, site_code);
    const struct policy_site_kind *kind = site == NULL ? NULL : policy_site_kind(engine->policy, site->kind);

    return kind != NULL && strcmp(kind->risk, "high") == 0;
}

static bool has_failed(const Duban__Visit *visit, const char *item)
{
    for (size_t i = 0; i < visit->n_failed; i++)
        if (strcmp(visit->failed[i], item) == 0)
            return true;
    return false;
}

/* In any of the site's last completed visits before the finding, as many as the policy looks back. */
static bool failed_lately(struct engine *engine, const struct finding *finding)
{
    uint64_t sequences[MAX_VISITS];
    size_t count = state_visits_of_site(engine->state, finding->visit->site, 0, sequences, MAX_VISITS);
    uint32_t seen = 0;

    for (size_t i = 0; i < count && seen < engine->policy->uplift_visits; i++) {
        const Duban__Visit *visit = state_visit(engine->state, sequences[i]);

        assert(visit != NULL);
        if (visit->visit_ms >= finding->visit->visit_ms || visit->outcome != DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_COMPLETED)
            continue;
        if (has_failed(visit, finding->item->code))
            return true;
        seen++;
    }
    return false;
}

/* An earlier case must have been closed: one that is open takes the fail itself, a voided one says nothing. */
const struct policy_severity *engine_opening_level(struct engine *engine, const struct finding *finding)
{
    const struct policy_severity *severity = finding->item->severity;
    const Duban__Case *earlier = state_case_at(engine->state, finding->visit->site, finding->item->code);

    if (earlier == NULL || earlier->state != DUBAN__CASE_STATE__CASE_STATE_CLOSED)
        return severity;
    return is_high_risk(engine, finding->visit->site) && failed_lately(engine, finding) ? severity->raised : severity;
}

void engine_note_uplift(struct engine *engine, const Duban__Case *case_, const struct finding *finding)
{
    Duban__Fact *fact;

    if (strcmp(case_->level, finding->item->severity->code) == 0)
        return;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RAISED, case_);
    fact->level_from = (char *) finding->item->severity->code;
    fact->level_to = case_->level;
    fact->reason = "failed_lately";
    engine_add_fact(engine, fact);
}
