/* engine_uplift.c - a finding that counts one level higher than its item says, and why. */
#include "engine.h"

const struct policy_uplift *engine_uplift(struct engine *engine, const struct finding *finding)
{
    const struct policy *policy = engine->policy;
    struct condition_values values = { 0 };

    if (policy->uplift_count == 0 || finding->item->severity->raised == finding->item->severity)
        return NULL;
    engine_values_of_finding(engine, finding, &values);
    for (size_t i = 0; i < policy->uplift_count; i++)
        if (condition_is_true(&policy->uplifts[i].when, &values))
            return &policy->uplifts[i];
    return NULL;
}

void engine_note_uplift(struct engine *engine, const Duban__Case *case_, const struct finding *finding,
                        const struct policy_uplift *uplift)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_RAISED, case_);
    const Duban__Text *words = engine_condition_words(engine, &uplift->when);

    fact->level_from = (char *) finding->item->severity->code;
    fact->level_to = case_->level;
    fact->rule = (char *) uplift->name;
    fact->reason = words->zh;
    fact->reason_en = words->en;
    engine_add_fact(engine, fact);
}
