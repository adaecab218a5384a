/* engine_act.c - acts on a case: claim, acknowledge, explain, assign, edit.
 *
 * Each first asks which case, then whether this account may, then whether the case is in a
 * state for it. An act that the state contradicts is a fact, never an error: it is kept with
 * the case and changes nothing.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { MOMENT_BYTES = 32 };

/* ---------------------------------------------------------------- which case */

/* Typed from a list or a notice, perhaps while nobody could look it up. */
static Duban__Case *numbered_case(struct engine *engine, uint32_t number, struct fault *fault)
{
    Duban__Case *case_ = state_case_numbered(engine->state, number);

    if (case_ == NULL)
        fault_set(fault, "case.number", "没有 DB-%04u 这个问题，请用 duban cases 查编号", "there is no case DB-%04u; duban cases lists them",
                  number);
    return case_;
}

Duban__Case *engine_referenced_case(struct engine *engine, const Duban__CaseReference *reference, struct fault *fault)
{
    Duban__Case *case_ = NULL;

    if (reference != NULL && reference->by_case == DUBAN__CASE_REFERENCE__BY_ID && reference->id.len == ID_BYTES)
        case_ = state_case(engine->state, reference->id.data);
    else if (reference != NULL && reference->by_case == DUBAN__CASE_REFERENCE__BY_PLACE)
        case_ = state_case_at(engine->state, reference->place->site, reference->place->item);
    else if (reference != NULL && reference->by_case == DUBAN__CASE_REFERENCE__BY_NUMBER)
        return numbered_case(engine, reference->number, fault);
    if (case_ == NULL)
        fault_set(fault, "case", "没有这个问题，请用 duban cases 查编号", "there is no such case; duban cases lists them");
    return case_;
}

bool engine_contradiction(struct engine *engine, const Duban__Case *case_, const char *act, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, case_);

    fact->from = case_->state;
    fact->act = (char *) act;
    fact->reason = (char *) reason;
    fact->rule = engine_rule(engine, act, reason);
    engine_add_fact(engine, fact);
    return true;
}

const char *engine_case_not_to_be_fixed(const Duban__Case *case_)
{
    if (!engine_case_is_open(case_))
        return "is_over";
    if (case_->suspended_s != 0)
        return "is_suspended";
    if (case_->site_paused)
        return "site_stopped";
    if (case_->passes > 0)
        return "passed_already";
    return case_->claimed_ms != 0 ? "claimed_already" : NULL;
}

/* Once it is said to be fixed, what comes next is a revisit. */
int64_t engine_next_due_s(struct engine *engine, const Duban__Case *case_)
{
    const Duban__Task *revisit = engine_task_of(engine, &case_->revisit_task);

    return revisit != NULL && (case_->passes > 0 || case_->claimed_ms != 0) ? revisit->due_s : case_->due_s;
}

void engine_tell_decision(struct engine *engine, const char *message, Duban__Case *case_, const char *reason)
{
    static const enum policy_selector TO[] = { TO_SITE_CONTACT, TO_OWNER };
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);
    struct telling telling = {
        .message = message, .to = TO, .to_count = 2, .rule = "case.decided", .case_ = case_, .items = &item, .item_count = 1,
    };

    item->due_s = item->new_due_s = engine_next_due_s(engine, case_);
    item->reason = (char *) reason;
    engine_tell(engine, &telling);
}

/* ---------------------------------------------------------------- claim, acknowledge, explain */

static bool claim_time_is_plausible(const struct engine *engine, const Duban__Case *case_, int64_t fixed_at_ms)
{
    int64_t window_ms = engine->policy->device_time_window_s * 1000;

    return fixed_at_ms >= engine->stamp_ms - window_ms && fixed_at_ms <= engine->stamp_ms &&
           fixed_at_ms >= case_->found_at_ms;
}

/* As with reports: a time that cannot be is in doubt, and the time of arrival counts. */
static void note_doubtful_claim(struct engine *engine, const Duban__Case *case_, int64_t fixed_at_ms)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_TIME_DOUBTFUL, case_);

    fact->old_s = fixed_at_ms / 1000;
    fact->visit_ms = engine->stamp_ms;
    fact->other_sequence = engine->entry_sequence;
    engine_add_fact(engine, fact);
}

/* 0: the site named none. */
static int64_t claim_time(struct engine *engine, const Duban__Case *case_, int64_t fixed_at_ms)
{
    if (fixed_at_ms != 0 && claim_time_is_plausible(engine, case_, fixed_at_ms))
        return fixed_at_ms;
    if (fixed_at_ms != 0)
        note_doubtful_claim(engine, case_, fixed_at_ms);
    return engine->stamp_ms;
}

bool engine_on_claim(struct engine *engine, const Duban__Claim *claim, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, claim->case_, fault);

    if (case_ == NULL || !engine_may(engine, RIGHT_CLAIM, case_, NULL, fault))
        return false;
    if (engine_case_not_to_be_fixed(case_) != NULL)
        return engine_contradiction(engine, case_, "claim", engine_case_not_to_be_fixed(case_));
    engine_case_claim(engine, case_, claim_time(engine, case_, claim->fixed_at_ms));
    engine_case_window(engine, case_, case_->due_s == 0 || engine->now_s < case_->due_s ? engine->now_s : case_->due_s);
    state_put_case(engine->state, case_);
    return true;
}

static bool is_at_or_below(const struct policy_row *row, uint32_t rank)
{
    return row->is_ladder && row->ladder_step <= rank;
}

/* Engines of before stopped all of it up to his step for good, repeats as well. */
static void stop_ladder(struct engine *engine, Duban__Task *task, const Duban__AcknowledgedBy *by)
{
    if (engine_era(engine) >= ERA_OF_ENDING_NOTES)
        engine_stop_ladder(engine, task, by, "acknowledged_above");
    else
        engine_task_drop_steps(engine, task, is_at_or_below, by->rank, INT64_MAX, "acknowledged_above");
}

static void finish_acknowledgement_task(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_of(engine, &case_->acknowledgement_task);

    if (task == NULL || strcmp(task->owner, engine->account) != 0)
        return;
    engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    case_->acknowledgement_task = (ProtobufCBinaryData){ 0, NULL };
}

/* Stops one's own repeats for a while, and the ladder up to one's own step; step 0 is told
 * to the owner himself, whose word alone does not stop it. */
bool engine_on_acknowledgement(struct engine *engine, const Duban__Acknowledgement *acknowledgement, struct fault *fault)
{
    Duban__Case *case_ = acknowledgement->subject != NULL ? NULL : engine_referenced_case(engine, acknowledgement->case_, fault);
    Duban__AcknowledgedBy *by;
    Duban__CaseState *standing;
    Duban__Task *task;
    Duban__Fact *fact;

    if (acknowledgement->subject != NULL)
        return engine_acknowledge_tasks(engine, acknowledgement->subject, fault);
    if (case_ == NULL || !engine_may(engine, RIGHT_ACKNOWLEDGE, case_, NULL, fault))
        return false;
    if (!engine_case_is_open(case_))
        return engine_contradiction(engine, case_, "acknowledgement", "is_over");
    by = engine_acknowledged_by(engine, &case_->acknowledged, &case_->n_acknowledged, engine->account);
    by->until_s = engine->now_s + engine->policy->acknowledged_silence_s;
    by->rank = engine_rank(engine, engine->account, engine_place_of_site(case_->site));
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ACKNOWLEDGED, case_);
    fact->from = case_->state;
    standing = engine_goes_on_as(case_);
    if (*standing == DUBAN__CASE_STATE__CASE_STATE_REWORK ||
        (*standing == DUBAN__CASE_STATE__CASE_STATE_ASSIGNED && strcmp(case_->owner, engine->account) == 0))
        *standing = DUBAN__CASE_STATE__CASE_STATE_RECTIFYING;
    fact->to = case_->state;
    fact->new_s = by->until_s;
    fact->number = by->rank;
    engine_add_fact(engine, fact);
    finish_acknowledgement_task(engine, case_);
    task = engine_task_of(engine, &case_->rectification_task);
    if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN && by->rank > 0)
        stop_ladder(engine, task, by);
    state_put_case(engine->state, case_);
    return true;
}

bool engine_on_overdue_explanation(struct engine *engine, const Duban__OverdueExplanation *explanation, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, explanation->case_, fault);
    Duban__Fact *fact;

    if (case_ == NULL || !engine_may(engine, RIGHT_EXPLAIN, case_, NULL, fault))
        return false;
    if (!engine_case_is_open(case_) || engine->now_s <= case_->due_s)
        return engine_contradiction(engine, case_, "explanation", engine_case_is_open(case_) ? "not_overdue" : "is_over");
    if (explanation->expected_at_ms <= engine->stamp_ms) {
        fault_set(fault, "overdueExplanation.expectedAtMs", "预计完成时间必须晚于现在", "the expected time must be later than now");
        return engine_decline(engine, "explanation", case_->id, fault);
    }
    case_->explained_s = engine->now_s;
    case_->expected_s = explanation->expected_at_ms / 1000;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EXPLAINED, case_);
    fact->reason = explanation->reason;
    fact->new_s = case_->expected_s;
    engine_add_fact(engine, fact);
    state_put_case(engine->state, case_);
    return true;
}

/* ---------------------------------------------------------------- assign */

/* Not now (leave, isolation, remote only), with the end where it is known. */
static bool is_on_duty(struct engine *engine, const char *account, struct fault *fault)
{
    const Duban__Presence *presence = state_presence(engine->state, account);
    char until[MOMENT_BYTES];

    if (engine_availability(engine, account) == DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY)
        return true;
    if (presence->until_s == 0)
        return fault_set(fault, "assignment.owner", "%s 现在不在岗或不能到现场，不能派遣；请另派他人",
                         "%s is not on duty, or not for the field, now; assign it to somebody else", account);
    civil_format(until, sizeof until, presence->until_s, engine->policy->utc_offset_s);
    return fault_set(fault, "assignment.owner", "%s 到 %s 才返岗，现在不能派遣；请另派他人",
                     "%s is not on duty, or not for the field, until %s; assign it to somebody else", account, until);
}

/* Somebody must go there before the revisit is due. */
static bool is_there_in_time(struct engine *engine, const char *account, const Duban__Case *case_, struct fault *fault)
{
    const Duban__Task *revisit = engine_task_of(engine, &case_->revisit_task);
    struct span span = { 0, 0 };
    char begins[MOMENT_BYTES], due[MOMENT_BYTES];

    if (revisit != NULL)
        span = (struct span){ revisit->start_s, revisit->due_s };
    if (engine_serves(engine, account, &span))
        return true;
    civil_format(begins, sizeof begins, engine_duty_begins_s(engine, account, engine->now_s), engine->policy->utc_offset_s);
    civil_format(due, sizeof due, revisit->due_s, engine->policy->utc_offset_s);
    return fault_set(fault, "assignment.owner", "%1$s 下次值守时段从 %2$s 起，复查期限是 %3$s，赶不上；请另派他人，或先安排其值班",
                     "%1$s is there again from %2$s, after the revisit is due (%3$s); assign it to somebody else, or put him on call",
                     account, begins, due);
}

bool engine_on_assignment(struct engine *engine, const Duban__Assignment *assignment, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, assignment->case_, fault);

    if (case_ == NULL || !engine_may(engine, RIGHT_ASSIGN, case_, NULL, fault))
        return false;
    if (state_holder(engine->state, assignment->owner) == NULL)
        return fault_set(fault, "assignment.owner", "账号 %s 不在登记册中", "account %s is not in the registry", assignment->owner);
    if (!engine_case_is_open(case_) || strcmp(case_->owner, assignment->owner) == 0)
        return engine_contradiction(engine, case_, "assignment", engine_case_is_open(case_) ? "same_owner" : "is_over");
    if (!engine_account_may(engine, assignment->owner, RIGHT_VISIT, case_, NULL, "assignment.owner", fault))
        return engine_decline(engine, "assignment", case_->id, fault);   /* who follows up must be able to revisit */
    if (!is_on_duty(engine, assignment->owner, fault) || !is_there_in_time(engine, assignment->owner, case_, fault))
        return engine_decline(engine, "assignment", case_->id, fault);
    engine_case_assign(engine, case_, assignment->owner, assignment->text);
    state_put_case(engine->state, case_);
    return true;
}

/* ---------------------------------------------------------------- edit */

static void relevel(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity, char *reason)
{
    const Duban__Site *site = state_site(engine->state, case_->site);
    bool was_called_for = site != NULL && engine_watch_is_called_for(engine, site);

    engine_case_relevel(engine, case_, severity, reason);
    state_put_case(engine->state, case_);
    if (site != NULL)
        engine_watch_call(engine, site, was_called_for);
}

/* By when somebody may come: within its window, or, where it was missed, by the end of the next day. */
static bool fits_window(struct engine *engine, const Duban__Task *revisit, int64_t at_ms, struct fault *fault)
{
    int64_t until_s = revisit->overdue_told ? engine_missed_revisit_by_s(engine, revisit) : revisit->due_s;
    char from[MOMENT_BYTES], until[MOMENT_BYTES];

    if (at_ms <= engine->stamp_ms)
        return fault_set(fault, "caseEdit.revisitAtMs", "约定的复查时间必须晚于现在", "the time agreed for the revisit must be later than now");
    if (at_ms / 1000 >= revisit->start_s && at_ms / 1000 <= until_s)
        return true;
    civil_format(from, sizeof from, revisit->start_s, engine->policy->utc_offset_s);
    civil_format(until, sizeof until, until_s, engine->policy->utc_offset_s);
    return fault_set(fault, "caseEdit.revisitAtMs", "约定的复查时间要在复查期限内：%1$s 至 %2$s",
                     "the time agreed for the revisit must be within its window: %1$s to %2$s", from, until);
}

/* Kept, and the sender is told, where the time does not fit; nothing of the entry is applied then. */
static bool may_appoint(struct engine *engine, const Duban__Task *revisit, int64_t at_ms, struct fault *fault)
{
    if (revisit == NULL)
        return fault_set(fault, "caseEdit.revisitAtMs", "现在没有待办的复查，报整改完成或到期后才有；不能约定时间",
                         "there is no revisit now: there is one once it is said to be fixed, or due; no time can be agreed upon");
    if (revisit->state != DUBAN__TASK_STATE__TASK_STATE_OPEN)
        return fault_set(fault, "caseEdit.revisitAtMs", "挂账或停业期间复查暂停，不能约定时间；请恢复后再约",
                         "its clock stands still: agree upon a time once it goes on");
    return fits_window(engine, revisit, at_ms, fault);
}

static void appoint(struct engine *engine, Duban__Case *case_, Duban__Task *revisit, const Duban__CaseEdit *edit)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_REVISIT_APPOINTED, case_);

    fact->task = revisit->id;
    fact->old_s = revisit->appointed_s;
    fact->new_s = edit->revisit_at_ms / 1000;
    fact->reason = edit->reason;
    engine_add_fact(engine, fact);
    engine_task_appoint(engine, revisit, edit->revisit_at_ms / 1000);
}

/* Who may go there may agree upon the time. */
static enum right right_to(const Duban__CaseEdit *edit)
{
    if (edit->voided)
        return RIGHT_SUSPEND;
    return edit->level[0] == '\0' && edit->finding[0] == '\0' ? RIGHT_VISIT : RIGHT_EDIT;
}

bool engine_on_case_edit(struct engine *engine, const Duban__CaseEdit *edit, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, edit->case_, fault);
    const struct policy_severity *severity = NULL;
    Duban__Task *revisit;

    if (case_ == NULL || !engine_may(engine, right_to(edit), case_, NULL, fault))
        return false;
    if (edit->level[0] != '\0') {
        severity = policy_severity(engine_policy_of(engine, &case_->policy_version), edit->level);
        if (severity == NULL)
            return fault_set(fault, "caseEdit.level", "政策包中没有级别 %s", "the policy has no level %s", edit->level);
    }
    if (!engine_case_is_open(case_))
        return engine_contradiction(engine, case_, "edit", "is_over");
    if (edit->voided) {
        engine_case_void(engine, case_, edit->reason);
        return true;
    }
    revisit = edit->revisit_at_ms == 0 ? NULL : engine_task_of(engine, &case_->revisit_task);
    if (edit->revisit_at_ms != 0 && !may_appoint(engine, revisit, edit->revisit_at_ms, fault))
        return engine_decline(engine, "edit", case_->id, fault);
    if (revisit != NULL)
        appoint(engine, case_, revisit, edit);
    if (edit->finding[0] != '\0') {
        Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EDITED, case_);

        fact->reason = edit->reason;
        case_->finding = edit->finding;
        case_->finding_en = "";
        engine_add_fact(engine, fact);
    }
    if (severity != NULL && severity != engine_severity(engine, case_))
        relevel(engine, case_, severity, edit->reason);
    state_put_case(engine->state, case_);
    return true;
}
