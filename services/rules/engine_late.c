/* engine_late.c - reports that come out of order: a finding arrives after a later visit has seen it fixed.
 *
 * The visits of the site that were made after the finding are judged for it now, in the order in
 * which they were made, so that the case ends as it would have in order.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { MAX_LATER_VISITS = 64 };   /* of an earlier engine: the latest, whatever they had seen */

struct passed_since {
    const Duban__Visit *finding;
    const char *item;
    uint64_t *sequences;   /* the latest first */
    size_t count, shown;
    bool is_cut;           /* there are older ones, and nobody asks those */
};

static bool passes_item(const struct passed_since *since, const Duban__Visit *visit)
{
    return visit->sequence != since->finding->sequence && visit->evidence_missing == 0 && engine_visit_passed(visit, since->item);
}

static bool add_if_passed(void *self, const Duban__Visit *visit)
{
    struct passed_since *since = self;

    if (since->shown++ == MAX_VISITS_BACK) {
        since->is_cut = true;
        return false;
    }
    if (passes_item(since, visit))
        since->sequences[since->count++] = visit->sequence;
    return true;
}

static void note_cut(struct engine *engine, const Duban__Case *case_)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_LATER_VISITS_CUT, case_);

    fact->number = MAX_VISITS_BACK;
    engine_add_fact(engine, fact);
}

/* Sequences of those that may be judged for it, the latest first. */
static size_t later_visits(struct engine *engine, const Duban__Case *case_, const Duban__Visit *finding,
                           uint64_t sequences[MAX_VISITS_BACK])
{
    struct visit_span span = { finding->site, finding->visit_ms + 1, INT64_MAX, MAX_VISITS_BACK + 1 };
    struct passed_since since = { .finding = finding, .item = case_->item, .sequences = sequences };

    if (engine_era(engine) < ERA_OF_ALL_VISITS)
        return state_visits_of_site(engine->state, finding->site, finding->visit_ms, sequences, MAX_LATER_VISITS);
    state_show_visits(engine->state, &span, add_if_passed, &since);
    if (since.is_cut)
        note_cut(engine, case_);
    return since.count;
}

static void judge_pass(struct engine *engine, const Duban__Visit *visit, const char *item)
{
    Duban__Answer answer = DUBAN__ANSWER__INIT;

    answer.item = (char *) item;
    answer.result = DUBAN__RESULT__RESULT_PASS;
    engine_judge_answer(engine, visit, &answer);
}

void engine_heed_later_passes(struct engine *engine, const Duban__Case *case_, const Duban__Visit *finding)
{
    uint64_t sequences[MAX_VISITS_BACK];
    size_t count = later_visits(engine, case_, finding, sequences);

    for (size_t i = count; i > 0 && engine_case_is_open(case_); i--) {
        const Duban__Visit *visit = state_visit(engine->state, sequences[i - 1]);

        assert(visit != NULL);
        if (visit->sequence != finding->sequence && visit->evidence_missing == 0 && engine_visit_passed(visit, case_->item))
            judge_pass(engine, visit, case_->item);
    }
}
