/* engine_load.c - who has more in hand than the policy's number of open tasks: told once, and anew only after it has
 * fallen below that number.
 *
 * The group leader of his zone hears it, who can give some of it to others; of whoever has no zone, and of a group
 * leader himself, the lead.
 */
#include "engine.h"

/* Enough to say how many there are of a member who has far too much. */
enum { MOST_COUNTED = 999 };

static void note(struct engine *engine, Duban__FactKind kind, const char *account, uint32_t tasks)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->recipient = (char *) account;
    fact->number = tasks;
    fact->of = engine->policy->people.overload_tasks;
    engine_add_fact(engine, fact);
}

static void heed(struct engine *engine, const char *account)
{
    uint32_t most = engine->policy->people.overload_tasks;
    uint32_t tasks = state_open_tasks_of(engine->state, account, MOST_COUNTED);
    Duban__Presence *presence = state_presence(engine->state, account);
    bool was_told = presence != NULL && presence->overloaded;

    if (was_told ? tasks >= most : tasks <= most)
        return;
    presence = engine_presence_of(engine, account);
    presence->overloaded = !was_told;
    state_put_presence(engine->state, presence);
    note(engine, was_told ? DUBAN__FACT_KIND__FACT_KIND_LOAD_EASED : DUBAN__FACT_KIND__FACT_KIND_OVERLOADED, account, tasks);
    if (!was_told)
        engine_tell_overload(engine, account, tasks);
}

void engine_heed_loads(struct engine *engine)
{
    if (engine->policy == NULL || !engine->policy->people.given || engine->policy->people.overload_tasks == 0)
        return;
    for (size_t i = 0; i < engine->state->load_count; i++)
        heed(engine, engine->state->loads[i]);
    engine->state->load_count = 0;
}
