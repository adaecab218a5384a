/* engine_stale.c - what should have been said long ago: the house was down, and comes back to a day or more of it.
 *
 * It still fires in its order, at its own time. What is urgent goes by itself, marked late; all else whose time lies
 * further back than late_digest_after comes in one digest for each recipient, at once or, at night, in the morning. So
 * does what earlier digests and the end of quiet hours would have brought.
 */
#include <assert.h>

#include "engine.h"

bool engine_is_stale(const struct engine *engine)
{
    int64_t after_s = engine->policy->late_digest_after_s;

    return after_s > 0 && engine->stamp_s - engine->now_s > after_s;
}

int64_t engine_stale_digest_s(const struct engine *engine)
{
    const struct policy *policy = engine->policy;

    return policy_is_quiet(policy, engine->stamp_s) ? policy_next_digest(policy, engine->stamp_s - 1) : engine->stamp_s;
}

void engine_mark_late(const struct engine *engine, Duban__Notice *line)
{
    if (line->late)
        return;
    line->late = true;
    line->decided_at_s = policy_is_quiet(engine->policy, engine->now_s) ? policy_next_digest(engine->policy, engine->now_s - 1) : engine->now_s;
}

static void put_line(struct engine *engine, Duban__Notice *line)
{
    int64_t at_s = engine_stale_digest_s(engine);
    struct telling telling = { .message = line->items[0]->kind, .rule = line->cause->rule, .step = line->cause->step,
                               .items = line->items, .item_count = 1 };

    engine_mark_late(engine, line);
    engine_tell_facts(engine, DUBAN__FACT_KIND__FACT_KIND_FOLDED, &telling, line->recipient->account, "late", 0, at_s);
    state_put_digest_line(engine->state, at_s, line);
    engine_house_timer(engine, HOUSE_DIGEST, at_s);
}

void engine_defer_digests(struct engine *engine)
{
    for (size_t i = 0; i < MAX_DIGEST_ITEMS; i++) {
        Duban__Notice *line = state_take_digest_line(engine->state, engine->now_s, NULL);

        if (line == NULL)
            return;
        put_line(engine, line);
    }
    engine_house_timer(engine, HOUSE_DIGEST, engine->now_s);   /* there may be more */
}

void engine_defer_waiting(struct engine *engine, Duban__Notice *notice)
{
    for (size_t i = 0; i < notice->n_items; i++) {
        Duban__Notice line = *notice;

        line.items = &notice->items[i];
        line.n_items = 1;
        line.late = false;   /* for when it was kept, it was not */
        if (line.items[0]->kind[0] == '\0')
            line.items[0]->kind = notice->kind;
        put_line(engine, &line);
    }
}
