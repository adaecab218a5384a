/* engine_late.c - reports that come out of order: a finding arrives after a later visit has seen it fixed.
 *
 * The visits of the site that were made after the finding are judged for it now, in the order in
 * which they were made, so that the case ends as it would have in order.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { MAX_LATER_VISITS = 64 };

static void judge_pass(struct engine *engine, const Duban__Visit *visit, const char *item)
{
    Duban__Answer answer = DUBAN__ANSWER__INIT;

    answer.item = (char *) item;
    answer.result = DUBAN__RESULT__RESULT_PASS;
    engine_judge_answer(engine, visit, &answer);
}

void engine_heed_later_passes(struct engine *engine, const Duban__Case *case_, const Duban__Visit *finding)
{
    uint64_t sequences[MAX_LATER_VISITS];
    size_t count = state_visits_of_site(engine->state, finding->site, finding->visit_ms, sequences, MAX_LATER_VISITS);

    for (size_t i = count; i > 0 && engine_case_is_open(case_); i--) {
        const Duban__Visit *visit = state_visit(engine->state, sequences[i - 1]);

        assert(visit != NULL);
        if (visit->sequence != finding->sequence && visit->evidence_missing == 0 && engine_visit_passed(visit, case_->item))
            judge_pass(engine, visit, case_->item);
    }
}
