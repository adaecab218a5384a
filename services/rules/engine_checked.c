/* engine_checked.c - what a report made of a case, and taking it back.
 *
 *   report changes the case --engine_check_begins--> row: the case as it was before
 *   the report is amended   --engine_check_undo----> the case as it was, its tasks with it
 *
 * Only the latest report that changed a case can be taken back, and only while nobody has decided
 * anything on what it made of the case; engine_check_stands says why not.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- before and after */

void engine_check_begins(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit, bool is_new)
{
    const Duban__Checked *last = state_checked(engine->state, case_->id.data);
    Duban__Checked checked = DUBAN__CHECKED__INIT;

    if (last != NULL && last->report_sequence == visit->sequence)
        return;   /* failed and put right in one visit: before both */
    checked.report_sequence = visit->sequence;
    checked.by_sequence = engine->entry_sequence;
    checked.fact_sequence = engine->state->meta.fact_last;
    if (!is_new)
        checked.before = (Duban__Case *) case_;
    state_put_checked(engine->state, case_->id.data, &checked);
}

/* ---------------------------------------------------------------- does it stand */

/* What people, or the rules on their behalf, decide on the strength of how the case stands. */
static bool is_decision(Duban__FactKind kind)
{
    static const Duban__FactKind DECISIONS[] = {
        DUBAN__FACT_KIND__FACT_KIND_CLAIMED, DUBAN__FACT_KIND__FACT_KIND_RAISED, DUBAN__FACT_KIND__FACT_KIND_LOWERED,
        DUBAN__FACT_KIND__FACT_KIND_DUE_MOVED, DUBAN__FACT_KIND__FACT_KIND_DUE_SET,
        DUBAN__FACT_KIND__FACT_KIND_EXTENSION_ASKED, DUBAN__FACT_KIND__FACT_KIND_EXTENDED,
        DUBAN__FACT_KIND__FACT_KIND_SUSPENDED, DUBAN__FACT_KIND__FACT_KIND_RESUMED,
        DUBAN__FACT_KIND__FACT_KIND_CLOSED, DUBAN__FACT_KIND__FACT_KIND_CLOSURE_REFUSED,
        DUBAN__FACT_KIND__FACT_KIND_VOIDED, DUBAN__FACT_KIND__FACT_KIND_ASSIGNED,
        DUBAN__FACT_KIND__FACT_KIND_RECOMPUTE_ASKED, DUBAN__FACT_KIND__FACT_KIND_RECOMPUTED,
        DUBAN__FACT_KIND__FACT_KIND_APPEALED,
    };

    for (size_t i = 0; i < sizeof DECISIONS / sizeof DECISIONS[0]; i++)
        if (DECISIONS[i] == kind)
            return true;
    return false;
}

static bool is_decided_since(struct engine *engine, const Duban__Case *case_, const Duban__Checked *checked)
{
    const Duban__Fact *fact;

    for (uint64_t last = checked->fact_sequence; (fact = state_fact_after(engine->state, case_->id.data, last)) != NULL;
         last = fact->sequence)
        if (fact->entry_sequence != checked->by_sequence && is_decision(fact->kind))
            return true;
    return false;
}

static bool is_caused_by(const Duban__Fact *fact, uint64_t report_sequence)
{
    if (fact->other_sequence != report_sequence)
        return false;
    return fact->kind == DUBAN__FACT_KIND__FACT_KIND_OPENED || fact->kind == DUBAN__FACT_KIND__FACT_KIND_REOPENED ||
           fact->kind == DUBAN__FACT_KIND__FACT_KIND_FAILED || fact->kind == DUBAN__FACT_KIND__FACT_KIND_PASSED ||
           fact->kind == DUBAN__FACT_KIND__FACT_KIND_STILL_FAILING || fact->kind == DUBAN__FACT_KIND__FACT_KIND_LOOK_BACK_KEPT ||
           fact->kind == DUBAN__FACT_KIND__FACT_KIND_LOOK_BACK_FAILED;
}

bool engine_check_caused(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit)
{
    const Duban__Fact *fact;
    bool caused = false;

    for (uint64_t last = 0; (fact = state_fact_after(engine->state, case_->id.data, last)) != NULL; last = fact->sequence)
        if (is_caused_by(fact, visit->sequence))
            caused = true;
        else if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_UNDONE && fact->other_sequence == visit->sequence)
            caused = false;
    return caused;
}

const char *engine_check_stands(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit)
{
    const Duban__Checked *checked = state_checked(engine->state, case_->id.data);

    if (checked == NULL || checked->report_sequence != visit->sequence)
        return "judged_since";
    if (checked->before != NULL && is_decided_since(engine, case_, checked))
        return "decided_since";
    return NULL;
}

/* ---------------------------------------------------------------- taking it back */

static bool is_same(const ProtobufCBinaryData *one, const ProtobufCBinaryData *other)
{
    return bytes_equal(bytes_of(one->data, one->len), bytes_of(other->data, other->len));
}

/* A stopped task never runs again: another one like it goes on in its place. */
static void open_again(struct engine *engine, Duban__Case *case_, ProtobufCBinaryData *id, uint32_t *occurrence)
{
    Duban__Task *old = engine_task_of(engine, id);
    Duban__Task *task;

    assert(old != NULL);
    old->taken_back = true;
    state_put_task(engine->state, old);
    task = engine_task_new(engine, old->kind, case_, (*occurrence)++);
    task->owner = old->owner;
    task->owner_role = old->owner_role;
    task->start_s = old->start_s;
    task->due_s = old->due_s;
    task->base_s = old->base_s;
    task->counted = old->counted;
    task->pass_number = old->pass_number;
    task->attempts = old->attempts;
    task->matter = old->matter;
    task->overdue_told = old->overdue_told;
    task->overdue_round = old->overdue_round;
    *id = task->id;
    engine_task_start(engine, task);
    if (old->kind == DUBAN__TASK_KIND__TASK_KIND_RECTIFICATION && case_->claimed_ms != 0)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_CLAIMED);
    else
        engine_pause_with_case(engine, case_, task);
}

/* `now` is the task that the case has, `then` the one that it had. */
static void bring_back(struct engine *engine, Duban__Case *case_, ProtobufCBinaryData *now, ProtobufCBinaryData *then,
                       uint32_t *occurrence)
{
    if (is_same(now, then))
        return;
    engine_end_task(engine, now, DUBAN__TASK_STATE__TASK_STATE_CANCELLED);
    if (then->len > 0)
        open_again(engine, case_, then, occurrence);
}

/* What is counted on, and what the report has nothing to do with, stays as it is now. */
static void keep_what_goes_on(Duban__Case *before, const Duban__Case *now)
{
    before->next_revisit = now->next_revisit;
    before->next_rectification = now->next_rectification;
    before->next_other = now->next_other;
    before->overdue_rounds = now->overdue_rounds;
    before->chased = now->chased;
    before->nobody_told = now->nobody_told;
    before->appeal = now->appeal;
    before->exempt_from_stats = now->exempt_from_stats;
}

/* He has taken note, of a case that waited for that or not: he is not asked again. */
static void keep_acknowledged(struct engine *engine, Duban__Case *before, const Duban__Case *now, const Duban__Fact *fact)
{
    for (size_t i = 0; i < now->n_acknowledged; i++)
        if (strcmp(now->acknowledged[i]->account, fact->actor) == 0)
            *engine_acknowledged_by(engine, &before->acknowledged, &before->n_acknowledged, fact->actor) = *now->acknowledged[i];
    if (before->state != DUBAN__CASE_STATE__CASE_STATE_ASSIGNED || fact->from != before->state || fact->to == fact->from)
        return;
    before->state = fact->to;
    before->acknowledgement_task = now->acknowledgement_task;
}

static void keep_word(struct engine *engine, Duban__Case *before, const Duban__Case *now, const Duban__Fact *fact)
{
    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_EDITED) {
        before->finding = now->finding;
        before->finding_en = now->finding_en;
    } else if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_EXPLAINED) {
        before->explained_s = now->explained_s;
        before->expected_s = now->expected_s;
    } else if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_ACKNOWLEDGED) {
        keep_acknowledged(engine, before, now, fact);
    }
}

/* What people have said of the case since is theirs, whatever becomes of the report. */
static void keep_words(struct engine *engine, const Duban__Checked *checked, const Duban__Case *now)
{
    const Duban__Fact *fact;

    if (engine_era(engine) < ERA_OF_KEPT_WORDS)
        return;
    for (uint64_t last = checked->fact_sequence; (fact = state_fact_after(engine->state, now->id.data, last)) != NULL;
         last = fact->sequence)
        if (fact->entry_sequence != checked->by_sequence)
            keep_word(engine, checked->before, now, fact);
}

static void note_undone(struct engine *engine, const Duban__Case *now, const Duban__Case *before, const Duban__Visit *visit,
                        char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_UNDONE, now);

    fact->from = now->state;
    fact->to = before->state;
    fact->level_from = now->level;
    fact->level_to = before->level;
    fact->old_s = now->due_s;
    fact->new_s = before->due_s;
    fact->visit_ms = visit->visit_ms;
    fact->other_sequence = visit->sequence;
    fact->reason = reason;
    engine_add_fact(engine, fact);
}

static void count_open(struct engine *engine, const Duban__Case *now, const Duban__Case *before)
{
    if (engine_case_is_open(before) && !engine_case_is_open(now))
        engine->state->meta.open_cases++;
    if (!engine_case_is_open(before) && engine_case_is_open(now))
        engine->state->meta.open_cases--;
}

void engine_check_undo(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, char *reason)
{
    const Duban__Checked *checked = state_checked(engine->state, case_->id.data);
    Duban__Case now = *case_;

    assert(checked != NULL && checked->report_sequence == visit->sequence && checked->before != NULL);
    keep_words(engine, checked, case_);
    note_undone(engine, case_, checked->before, visit, reason);
    count_open(engine, case_, checked->before);
    keep_what_goes_on(checked->before, case_);
    *case_ = *checked->before;
    bring_back(engine, case_, &now.rectification_task, &case_->rectification_task, &case_->next_rectification);
    bring_back(engine, case_, &now.revisit_task, &case_->revisit_task, &case_->next_revisit);
    bring_back(engine, case_, &now.acknowledgement_task, &case_->acknowledgement_task, &case_->next_other);
    bring_back(engine, case_, &now.approval_task, &case_->approval_task, &case_->next_other);
    bring_back(engine, case_, &now.review_task, &case_->review_task, &case_->next_other);
    bring_back(engine, case_, &now.recompute_task, &case_->recompute_task, &case_->next_other);
    bring_back(engine, case_, &now.look_back_task, &case_->look_back_task, &case_->next_other);
    engine_look_back_undone(engine, &now, case_);
    state_delete_checked(engine->state, case_->id.data);
    state_put_case(engine->state, case_);
}
