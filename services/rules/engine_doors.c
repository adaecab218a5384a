/* engine_doors.c - what was done at each door of a campaign is forgotten some days after its end; its figures stay.
 *
 *   a campaign ends -> (days of the policy) -> its doors, some at a time -> said on the campaign
 *
 * Those that ended before an engine knew of this have their day from the start of a later one on.
 */
#include "engine.h"

enum { DOORS_AT_ONCE = 512 };

static const int64_t SECONDS_OF_DAY = 24 * 3600;

void engine_doors_end(struct engine *engine, const Duban__Subject *campaign)
{
    int64_t from_s = campaign->finished_s + engine_subject_policy(engine, campaign)->campaigns.forget_after_days * SECONDS_OF_DAY;

    state_put_doors_to_forget(engine->state, from_s, campaign->number);
    engine_house_timer(engine, HOUSE_DOORS, from_s > engine->now_s ? from_s : engine->now_s + 1);
}

void engine_doors_of_before(struct engine *engine)
{
    static const Duban__SubjectKind CAMPAIGN = DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN;

    for (uint32_t number = 1; number <= engine->state->ledger_last[CAMPAIGN]; number++) {
        const Duban__Subject *campaign = state_subject_numbered(engine->state, CAMPAIGN, number);

        if (campaign != NULL && campaign->finished_s != 0 && campaign->campaign->doors_forgotten_s == 0)
            engine_doors_end(engine, campaign);
    }
}

static void note_forgotten(struct engine *engine, Duban__Subject *campaign)
{
    campaign->campaign->doors_forgotten_s = engine->now_s;
    engine_add_fact(engine, engine_subject_fact(engine, DUBAN__FACT_KIND__FACT_KIND_DOORS_FORGOTTEN, campaign));
    state_put_subject(engine->state, campaign);
}

void engine_doors_due(struct engine *engine)
{
    int64_t from_s;
    uint32_t number;

    if (!state_doors_to_forget(engine->state, engine->now_s, &from_s, &number))
        return;   /* another timer of this moment has seen to it */
    if (state_forget_doors(engine->state, number, DOORS_AT_ONCE) < DOORS_AT_ONCE) {
        state_delete_doors_to_forget(engine->state, from_s, number);
        note_forgotten(engine, state_subject_numbered(engine->state, DUBAN__SUBJECT_KIND__SUBJECT_KIND_CAMPAIGN, number));
    }
    if (state_doors_to_forget(engine->state, engine->now_s, &from_s, &number))
        engine_house_timer(engine, HOUSE_DOORS, engine->now_s + 1);   /* a link of its own needs a moment of its own */
}
