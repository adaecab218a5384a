/* engine_photos.c - photos that a report declared and that never came.
 *
 *   a report lacks photos -> photos_within later, or when the quiet hours are over -> its reporter and his group leader
 *                        \-> the last of them has come: nothing
 *
 * Told once: nothing of that visit closes a case until they are there, and its reporter alone has them.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

void engine_photos_await(struct engine *engine, Duban__Visit *visit)
{
    if (visit->evidence_missing == 0 || engine->policy->photos_within_s == 0)
        return;
    visit->photos_due_s = engine_out_of_quiet_s(engine->policy, engine->now_s + engine->policy->photos_within_s);   /* nobody is woken up for a photo */
    state_put_photos_awaited(engine->state, visit);
    engine_house_timer(engine, HOUSE_PHOTOS, visit->photos_due_s);
}

static void await_no_more(struct engine *engine, Duban__Visit *visit)
{
    int64_t due_s = visit->photos_due_s;

    state_delete_photos_awaited(engine->state, visit);
    visit->photos_due_s = 0;
    if (state_photos_awaited(engine->state, due_s) == 0)
        engine_house_timer_off(engine, HOUSE_PHOTOS, due_s);
}

void engine_photos_complete(struct engine *engine, Duban__Visit *visit)
{
    if (visit->photos_due_s != 0)
        await_no_more(engine, visit);
}

static void note_late(struct engine *engine, const Duban__Visit *visit)
{
    Duban__Fact *fact = engine_visit_fact(engine, DUBAN__FACT_KIND__FACT_KIND_PHOTOS_LATE, visit);

    fact->number = visit->evidence_missing;
    engine_add_fact(engine, fact);
}

static void tell_late(struct engine *engine, const Duban__Visit *visit)
{
    static const enum policy_selector TO[] = { TO_SENDER, TO_GROUP_LEADER };
    const struct place place = engine_place_of_site(visit->site);
    Duban__NoticeItem *item = engine_item_at(engine, place);
    struct telling telling = {
        .message = "photos_missing", .to = TO, .to_count = state_site(engine->state, visit->site) == NULL ? 1 : 2,
        .rule = "visit.photos_late", .where = &place, .items = &item, .item_count = 1, .sender = visit->reporter,
        .cause_sequence = visit->sequence,
    };

    item->at_s = visit->visit_ms / 1000;
    item->count = visit->evidence_missing;
    engine_tell(engine, &telling);
}

/* One visit for each firing: the timer is set again at the same moment while there is more. */
void engine_photos_due(struct engine *engine)
{
    uint64_t sequence = state_photos_awaited(engine->state, engine->now_s);
    Duban__Visit *visit = sequence == 0 ? NULL : state_visit(engine->state, sequence);
    int64_t due_s = engine->now_s;

    assert(visit != NULL);   /* rows and timers change together */
    await_no_more(engine, visit);
    state_put_visit(engine->state, visit);
    note_late(engine, visit);
    tell_late(engine, visit);
    if (state_photos_awaited(engine->state, due_s) != 0)
        engine_house_timer(engine, HOUSE_PHOTOS, due_s);
}
