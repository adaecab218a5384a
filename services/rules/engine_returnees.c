/* engine_returnees.c - how many came back, are isolated, are about to be released, as a visit has counted them.
 *
 * Whatever was ticked: where not as many are isolated as came back, the answer fails. How grave that is the pack says (uplifts
 * of policy.yaml know answer.returnees, answer.isolated, answer.due_to_end).
 */
#include <assert.h>
#include <stdio.h>

#include "engine.h"

enum { COUNTS_BYTES = 120 };

bool engine_returnees_agree(const Duban__Answer *answer)
{
    return answer->returnees == NULL || answer->returnees->isolated == answer->returnees->returnees;
}

static char *note_of(struct engine *engine, const Duban__Answer *answer)
{
    char counts[COUNTS_BYTES], *longer;
    int size = snprintf(counts, sizeof counts, "%u人，已隔离%u人，即将期满%u人", (unsigned) answer->returnees->returnees,
                        (unsigned) answer->returnees->isolated, (unsigned) answer->returnees->due_to_end);

    assert(size > 0 && size < COUNTS_BYTES);
    longer = engine_longer_note(engine, answer->note, "返京", counts);
    return longer == NULL ? answer->note : longer;
}

const Duban__Report *engine_with_returnees(struct engine *engine, const Duban__Report *report)
{
    const Duban__Report *judged = report;

    for (size_t i = 0; i < report->n_answers; i++)
        if (!engine_returnees_agree(report->answers[i]))
            judged = engine_failing(engine, judged, report->answers[i]->item, note_of(engine, report->answers[i]));
    return judged;
}
