/* engine_suspension.c - 挂账 of a case, and sites that do not operate: clocks stop, somebody
 * looks again at a set time.
 *
 * Both are acts of the house, so they count from their stamp: what comes in meanwhile is kept and counts for
 * nothing, whenever it was seen; what was seen meanwhile and comes in later counts.
 */
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- review */

/* 0: none was named. */
static bool review_is_ahead(const struct engine *engine, int64_t review_at_ms, struct fault *fault)
{
    return review_at_ms == 0 || review_at_ms > engine->stamp_ms ||
           fault_set(fault, "suspension.reviewAtMs", "复核时间必须晚于现在", "the time of the review must be later than now");
}

static int64_t review_time(struct engine *engine, int64_t review_at_ms)
{
    const struct policy *policy = engine->policy;

    if (review_at_ms > engine->stamp_ms)
        return review_at_ms / 1000;
    return civil_moment(civil_day(engine->now_s, policy->utc_offset_s) + policy->suspension_review_days,
                        policy->end_of_day_s, policy->utc_offset_s);
}

static void open_review(struct engine *engine, Duban__Case *case_, int64_t review_s, Duban__Role role)
{
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_REVIEW, case_, case_->next_other++);

    task->owner = "";
    task->owner_role = role;
    task->due_s = review_s;
    case_->review_task = task->id;
    case_->review_s = review_s;
    engine_task_start(engine, task);
}

static void end_review(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_of(engine, &case_->review_task);

    if (task != NULL)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    case_->review_task = (ProtobufCBinaryData){ 0, NULL };
    case_->review_s = 0;
}

static void note_pause(struct engine *engine, Duban__FactKind kind, Duban__Case *case_, const char *reason, int64_t review_s)
{
    Duban__Fact *fact = engine_fact(engine, kind, case_);

    fact->to = case_->state;
    fact->reason = (char *) reason;
    fact->new_s = review_s;
    engine_add_fact(engine, fact);
}

static bool suspend_case(struct engine *engine, const Duban__Suspension *suspension, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, suspension->case_, fault);

    if (case_ == NULL || !engine_may(engine, RIGHT_SUSPEND, case_, NULL, fault))
        return false;
    if (!engine_case_is_open(case_) || case_->suspended_s != 0)
        return engine_contradiction(engine, case_, "suspension", engine_case_is_open(case_) ? "is_suspended" : "is_over");
    if (!review_is_ahead(engine, suspension->review_at_ms, fault))
        return engine_decline(engine, "suspension", case_->id, fault);
    case_->state_before_suspension = case_->state;
    case_->state = DUBAN__CASE_STATE__CASE_STATE_SUSPENDED;
    engine_case_pause(engine, case_, false);
    end_review(engine, case_);   /* the site's, when it is closed too: this one stands above it */
    open_review(engine, case_, review_time(engine, suspension->review_at_ms), DUBAN__ROLE__ROLE_LEAD);
    note_pause(engine, DUBAN__FACT_KIND__FACT_KIND_SUSPENDED, case_, suspension->reason, case_->review_s);
    engine_tell_decision(engine, "suspended", case_, suspension->reason);
    state_put_case(engine->state, case_);
    return true;
}

static bool resume_case(struct engine *engine, const Duban__Resumption *resumption, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, resumption->case_, fault);

    if (case_ == NULL || !engine_may(engine, RIGHT_SUSPEND, case_, NULL, fault))
        return false;
    if (case_->suspended_s == 0 || !engine_case_is_open(case_))
        return engine_contradiction(engine, case_, "resumption", engine_case_is_open(case_) ? "not_suspended" : "is_over");
    case_->state = case_->state_before_suspension;
    end_review(engine, case_);
    if (case_->site_paused)   /* the site is still closed: somebody must look again */
        open_review(engine, case_, review_time(engine, 0), DUBAN__ROLE__ROLE_GROUP_LEADER);
    note_pause(engine, DUBAN__FACT_KIND__FACT_KIND_RESUMED, case_, resumption->reason, 0);
    engine_case_resume(engine, case_, false);
    engine_tell_decision(engine, "resumed", case_, resumption->reason);
    state_put_case(engine->state, case_);
    return true;
}

static void pause_for_site(struct engine *engine, Duban__Case *case_, const char *reason, int64_t review_s)
{
    engine_case_pause(engine, case_, true);
    if (case_->review_task.len == 0)
        open_review(engine, case_, review_s, DUBAN__ROLE__ROLE_GROUP_LEADER);
    note_pause(engine, DUBAN__FACT_KIND__FACT_KIND_SUSPENDED, case_, reason, review_s);
}

static void resume_for_site(struct engine *engine, Duban__Case *case_, const char *reason)
{
    if (case_->suspended_s == 0)
        end_review(engine, case_);
    note_pause(engine, DUBAN__FACT_KIND__FACT_KIND_RESUMED, case_, reason, 0);
    engine_case_resume(engine, case_, true);
}

/* Whatever hangs on it: the site's own record says since when, and why. */
static void note_site(struct engine *engine, const Duban__Site *site, bool operates, const char *reason, int64_t review_s)
{
    Duban__Fact *fact;

    if (engine_era(engine) < ERA_OF_SITE_FACTS ||
        operates == (site->operating_state == DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING))
        return;
    fact = engine_fact(engine, operates ? DUBAN__FACT_KIND__FACT_KIND_SITE_GOES_ON : DUBAN__FACT_KIND__FACT_KIND_SITE_STOPPED, NULL);
    fact->recipient = site->code;
    fact->reason = (char *) reason;
    fact->new_s = operates ? 0 : review_s;
    engine_add_fact(engine, fact);
}

/* A closed one whose look-back waits, too. */
static bool is_touched(void *self, const Duban__Case *case_)
{
    (void) self;
    return engine_case_is_open(case_) || case_->look_back_task.len > 0;
}

void engine_site_operates(struct engine *engine, Duban__Site *site, Duban__OperatingState state, const char *reason,
                          int64_t review_s)
{
    bool operates = state == DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING;
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = state_cases_wanted(engine->state, site->code, is_touched, NULL, ids, MAX_CASES_PER_SITE);

    note_site(engine, site, operates, reason, review_s);
    engine_coverage_begin(engine, site);
    site->operating_state = state;
    engine_coverage_operates(engine, site);
    site->attempts_in_a_row = 0;
    engine_end_site_check(engine, site);
    for (size_t i = 0; i < count; i++) {
        Duban__Case *case_ = state_case(engine->state, ids[i]);

        engine_look_back_operates(engine, case_, operates);
        if (!engine_case_is_open(case_) || case_->site_paused == !operates)
            continue;
        if (operates)
            resume_for_site(engine, case_, reason);
        else
            pause_for_site(engine, case_, reason, review_s != 0 ? review_s : review_time(engine, 0));
        state_put_case(engine->state, case_);
    }
    engine_watches_operate(engine, site, operates, reason);
}

static bool change_site(struct engine *engine, const char *code, Duban__OperatingState state, const char *reason,
                        int64_t review_at_ms, struct fault *fault)
{
    Duban__Site *site = state_site(engine->state, code);

    if (site == NULL)
        return fault_set(fault, "site", "点位 %s 不在登记册中", "site %s is not in the registry", code);
    if (!engine_may(engine, RIGHT_SUSPEND_SITE, NULL, site, fault))
        return false;
    if (!review_is_ahead(engine, review_at_ms, fault))
        return engine_decline(engine, "suspension", (ProtobufCBinaryData){ 0, NULL }, fault);
    engine_site_operates(engine, site, state, reason, review_time(engine, review_at_ms));
    state_put_site(engine->state, site);
    return true;
}

static bool needs_policy(const struct engine *engine, struct fault *fault)
{
    return engine->policy != NULL ||
           fault_set(fault, "", "尚无生效的政策包，请先 duban policy activate", "no policy is in force yet: duban policy activate");
}

bool engine_on_suspension(struct engine *engine, const Duban__Suspension *suspension, struct fault *fault)
{
    if (!needs_policy(engine, fault))
        return false;
    switch (suspension->subject_case) {
    case DUBAN__SUSPENSION__SUBJECT_CASE_:
        return suspend_case(engine, suspension, fault);
    case DUBAN__SUSPENSION__SUBJECT_SITE:
        return change_site(engine, suspension->site, DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED, suspension->reason,
                           suspension->review_at_ms, fault);
    case DUBAN__SUSPENSION__SUBJECT__NOT_SET:
    case _DUBAN__SUSPENSION__SUBJECT__CASE_IS_INT_SIZE:
        break;
    }
    return fault_set(fault, "suspension.subject", "未说明挂账对象", "which case or site is missing");
}

bool engine_on_resumption(struct engine *engine, const Duban__Resumption *resumption, struct fault *fault)
{
    if (!needs_policy(engine, fault))
        return false;
    switch (resumption->subject_case) {
    case DUBAN__RESUMPTION__SUBJECT_CASE_:
        return resume_case(engine, resumption, fault);
    case DUBAN__RESUMPTION__SUBJECT_SITE:
        return change_site(engine, resumption->site, DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING, resumption->reason, 0, fault);
    case DUBAN__RESUMPTION__SUBJECT__NOT_SET:
    case _DUBAN__RESUMPTION__SUBJECT__CASE_IS_INT_SIZE:
        break;
    }
    return fault_set(fault, "resumption.subject", "未说明恢复对象", "which case or site is missing");
}
