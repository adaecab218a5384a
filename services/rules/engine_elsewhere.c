/* engine_elsewhere.c - what a finding becomes when it is no case of its site.
 *
 *   urgent item    -> alert          (engine_urgent.c)
 *   routed item    -> referral       (engine_referral.c); also a case where the policy says so
 *   known as a difficulty -> nothing but a note  (engine_coordination.c)
 *   drawn for a look-back -> its answer, beside all that  (engine_look_back.c)
 *
 * A case that is open already, under a pack that knew nothing of this, goes on as it began.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

struct none_there engine_none_there(struct engine *engine, const char *site)
{
    struct place place = engine_place_of_site(site);
    uint8_t id[1][ID_BYTES];

    return (struct none_there){
        .cases = state_cases_of_site(engine->state, site, id, 1) == 0,
        .coordinations = engine_open_subjects(engine, DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION, place, id, 1) == 0,
        .referrals = engine_open_subjects(engine, DUBAN__SUBJECT_KIND__SUBJECT_KIND_REFERRAL, place, id, 1) == 0,
    };
}

/* The first of the item's routes whose condition holds. */
static const struct policy_route *route_of(struct engine *engine, const struct finding *finding)
{
    const struct policy_route *route = policy_route(engine->policy, finding->item->code, NULL);
    struct condition_values values = { 0 };

    if (route == NULL)
        return NULL;
    engine_values_of_finding(engine, finding, &values);
    while (route != NULL && route->when.node_count > 0 && !condition_is_true(&route->when, &values))
        route = policy_route(engine->policy, finding->item->code, route);
    return route;
}

bool engine_failed_elsewhere(struct engine *engine, Duban__Case *case_, const struct finding *finding)
{
    const struct policy_route *route = route_of(engine, finding);
    bool has_case = case_ != NULL && engine_case_is_open(case_);

    engine_look_back_failed(engine, case_, finding);
    if (policy_is_urgent_item(engine->policy, finding->item->code)) {
        engine_urgent_found(engine, finding);
        return !has_case;
    }
    if (route != NULL && (route->and_case || !has_case)) {
        engine_referral_found(engine, finding, route);
        return !route->and_case;
    }
    return !has_case && engine_coordination_failed(engine, finding);
}

void engine_failed_side_item(struct engine *engine, const struct finding *finding)
{
    const struct policy_route *route = route_of(engine, finding);

    if (policy_is_urgent_item(engine->policy, finding->item->code))
        engine_urgent_found(engine, finding);
    else if (route != NULL)
        engine_referral_found(engine, finding, route);
}

bool engine_passed_elsewhere(struct engine *engine, Duban__Case *case_, const struct finding *finding, const char *defect)
{
    if (!finding->none.coordinations)
        engine_coordination_passed(engine, finding, defect);
    if (!finding->none.referrals)
        engine_referral_passed(engine, finding, defect);
    return engine_look_back_passed(engine, case_, finding, defect);
}

void engine_subject_confirm(struct engine *engine, Duban__Subject *subject, const char *message, const char *rule)
{
    static const enum policy_selector TO[] = { TO_GROUP_LEADER, TO_INSPECTOR };
    const struct policy *policy = engine_policy_of(engine, &subject->policy_version);
    bool is_coordination = subject->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION;
    struct duty confirmation = {
        .kind = DUBAN__TASK_KIND__TASK_KIND_CONFIRMATION, .owner_role = DUBAN__ROLE__ROLE_GROUP_LEADER, .office = "",
        .limit = is_coordination ? &policy->coordination.confirm_limit : &policy->referrals.confirm_limit,
        .place = is_coordination ? &policy->coordination.place : &policy->referrals.place,
        .message = message, .rule = rule, .to = TO, .to_count = 2,
    };

    engine_subject_task(engine, subject, &confirmation);
}

const struct policy_limit *engine_confirmation_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                           const Duban__Case *case_)
{
    const Duban__Subject *subject = engine_subject_of(engine, task);

    (void) case_;
    return subject->kind == DUBAN__SUBJECT_KIND__SUBJECT_KIND_COORDINATION ? &policy->coordination.confirm_limit
                                                                          : &policy->referrals.confirm_limit;
}
