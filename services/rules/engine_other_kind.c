/* engine_other_kind.c - answers about what is not looked at on a site of that kind: kept in the report and said, not judged.
 *
 * Judged all the same: what is urgent, what somebody has complained of there, and what has a case there already (the site
 * may have become another kind since). What kind a site was that is gone nobody knows: there all are.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

static bool is_complained_of(struct engine *engine, const Duban__Site *site, const char *item)
{
    uint8_t ids[MAX_OPEN_AT_PLACE][ID_BYTES];
    size_t count = engine_open_subjects(engine, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT, engine_place_of_site(site->code), ids,
                                        MAX_OPEN_AT_PLACE);

    for (size_t i = 0; i < count; i++)
        if (strcmp(state_subject(engine->state, ids[i])->complaint->matter, item) == 0)
            return true;
    return false;
}

static bool is_judged(struct engine *engine, const Duban__Site *site, const char *code)
{
    const struct policy_item *item = policy_item(engine->policy, code);

    return item == NULL || site == NULL || policy_item_is_for(item, site->kind) || policy_site_kind(engine->policy, site->kind) == NULL ||
           policy_is_urgent_item(engine->policy, code) || state_case_at(engine->state, site->code, code) != NULL ||
           is_complained_of(engine, site, code);
}

Duban__Answer **engine_judged_only(struct engine *engine, const Duban__Site *site, const Duban__Visit *visit,
                                   Duban__Answer **answers, size_t *count)
{
    Duban__Answer **judged = arena_take_pointers(&engine->state->arena, *count + 1);
    size_t kept = 0;

    assert(judged != NULL);
    for (size_t i = 0; i < *count; i++)
        if (is_judged(engine, site, answers[i]->item))
            judged[kept++] = answers[i];
        else
            engine_add_item_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_JUDGED, visit, answers[i]->item, "items.kinds");
    *count = kept;
    return judged;
}
