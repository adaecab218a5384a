/* engine_uplift.c - a finding that counts one level higher than its item says, and why. */
#include <assert.h>

#include "engine.h"

static bool may_be_raised(const struct policy *policy, const struct finding *finding)
{
    return policy->uplift_count > 0 && finding->item->severity->raised != finding->item->severity;
}

const struct policy_uplift *engine_uplift(struct engine *engine, const struct finding *finding, struct condition_values *values)
{
    const struct policy *policy = engine->policy;

    if (!may_be_raised(policy, finding))
        return NULL;
    engine_values_of_finding(engine, finding, values);
    for (size_t i = 0; i < policy->uplift_count; i++)
        if (condition_is_true(&policy->uplifts[i].when, values))
            return &policy->uplifts[i];
    return NULL;
}

static bool any_reads(const struct policy *policy, enum condition_variable variable)
{
    for (size_t i = 0; i < policy->uplift_count; i++)
        if (condition_reads(&policy->uplifts[i].when, variable))
            return true;
    return false;
}

void engine_note_no_uplift(struct engine *engine, const Duban__Case *case_, const struct finding *finding,
                           const struct condition_values *values)
{
    const struct policy *policy = engine->policy;
    Duban__Fact *fact;

    if (!may_be_raised(policy, finding))
        return;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_RAISED, case_);
    fact->level_from = (char *) finding->item->severity->code;
    fact->level_to = (char *) finding->item->severity->raised->code;
    fact->rule = "uplifts";
    fact->number = (uint32_t) policy->uplift_count;
    fact->values = (Duban__ConditionValue **) arena_take_pointers(&engine->state->arena, CONDITION_VARIABLES);
    assert(fact->values != NULL);
    for (int variable = 0; variable < CONDITION_VARIABLES; variable++)
        if (any_reads(policy, variable))
            fact->values[fact->n_values++] = engine_condition_value(engine, variable, &values->of[variable]);
    engine_add_fact(engine, fact);
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
