/* queries_plan.c - the stops of the groups on a day, as of now. */
#include <assert.h>

#include "civil.h"
#include "message.h"
#include "queries.h"

#define STOP(state) DUBAN__STOP_STATE__STOP_STATE_##state

/* As of now: somebody may have been there since the plan was changed last, or its day may be over. */
static Duban__StopState state_of(struct question *question, const Duban__DayPlan *plan, const Duban__PlanStop *stop)
{
    const struct policy *policy = question->rules->engine.policy;
    int64_t today = civil_day(question->now_s, policy == NULL ? 0 : policy->utc_offset_s);

    if (!engine_stop_counts(stop) || stop->state == STOP(DONE))
        return stop->state;
    if (engine_stop_is_done(stop, state_site(&question->rules->state, stop->site), plan->day))
        return STOP(DONE);
    return plan->day < today ? STOP(NOT_DONE) : STOP(PLANNED);
}

static void add_stop(struct question *question, Duban__PlanRow *row, Duban__PlanStop *stop)
{
    Duban__Text *name = query_site_name(question, stop->site);

    stop->state = state_of(question, row->plan, stop);
    row->planned += stop->state == STOP(PLANNED);
    row->done += stop->state == STOP(DONE);
    row->not_done += stop->state == STOP(NOT_DONE);
    row->dropped += stop->state == STOP(DROPPED);
    row->why[row->n_why++] = engine_why_stop(&question->rules->engine, stop);
    row->site_names[row->n_site_names++] = name != NULL ? name : engine_text(&question->rules->engine, stop->site, stop->site);
}

static Duban__PlanRow *plan_row(struct question *question, Duban__DayPlan *plan)
{
    Duban__PlanRow *row = arena_take(question->arena, sizeof *row);
    const Duban__Area *area = state_area_of_zone_after(&question->rules->state, plan->zone, "");
    const char *leaders[1];

    assert(row != NULL);
    duban__plan_row__init(row);
    row->plan = plan;
    row->zone_name = area == NULL ? NULL : area->zone_name;
    row->stands = plan->state == DUBAN__PLAN_STATE__PLAN_STATE_DRAFT && question->now_s >= plan->stands_s;
    row->nobody = state_holders_by_role(&question->rules->state, DUBAN__ROLE__ROLE_GROUP_LEADER, plan->zone, leaders, 1) == 0;
    row->site_names = (Duban__Text **) arena_take_pointers(question->arena, plan->n_stops + 1);
    row->why = (Duban__Text **) arena_take_pointers(question->arena, plan->n_stops + 1);
    assert(row->site_names != NULL && row->why != NULL);
    for (size_t i = 0; i < plan->n_stops; i++)
        add_stop(question, row, plan->stops[i]);
    return row;
}

static ProtobufCMessage *wanted_plan(struct question *question, const void *asked, void *found)
{
    const Duban__PlanQuery *wanted = asked;
    Duban__DayPlan *plan = found;

    return query_matches(wanted->zone, plan->zone) ? &plan_row(question, plan)->base : NULL;
}

void query_on_plan(struct question *question, const Duban__PlanQuery *wanted)
{
    const struct policy *policy = question->rules->engine.policy;
    const Duban__DayBook *book = state_day_book(&question->rules->state);
    Duban__PlanRows *reply = arena_take(question->arena, sizeof *reply);
    uint8_t prefix[8];

    assert(reply != NULL);
    duban__plan_rows__init(reply);
    reply->day = wanted->day_presence_case == DUBAN__PLAN_QUERY__DAY_PRESENCE_DAY
                     ? wanted->day
                     : civil_day(question->now_s, policy == NULL ? 0 : policy->utc_offset_s);
    if (!question_day(question, "plan.day", reply->day))
        return;
    reply->has_plan = policy != NULL && policy->plan.given;
    reply->first_day = book == NULL ? 0 : book->first_day;
    reply->draft_s = book == NULL ? 0 : book->draft_s;
    put_u64(prefix, (uint64_t) reply->day);
    reply->rows = (Duban__PlanRow **) page_list(question, TABLE_DAY_PLAN, bytes_of(prefix, sizeof prefix),
                                                &duban__day_plan__descriptor, wanted_plan, wanted, &reply->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_PLAN;
    question->reply->plan = reply;
}
