/* engine_act.c - acts on a case: claim, acknowledge, assign, approve, extend, edit, suspend.
 *
 * Each first asks which case, then whether this account may, then whether the case is in a
 * state for it. An act that the state contradicts is a fact, never an error: it is kept with
 * the case and changes nothing.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

/* ---------------------------------------------------------------- which case */

Duban__Case *engine_referenced_case(struct engine *engine, const Duban__CaseReference *reference, struct fault *fault)
{
    Duban__Case *case_ = NULL;

    if (reference != NULL && reference->by_case == DUBAN__CASE_REFERENCE__BY_ID && reference->id.len == ID_BYTES)
        case_ = state_case(engine->state, reference->id.data);
    else if (reference != NULL && reference->by_case == DUBAN__CASE_REFERENCE__BY_PLACE)
        case_ = state_case_at(engine->state, reference->place->site, reference->place->item);
    if (case_ == NULL)
        fault_set(fault, "case", "没有这个案件，请用 duban cases 查编号", "there is no such case; duban cases lists them");
    return case_;
}

static bool contradiction(struct engine *engine, const Duban__Case *case_, const char *reason)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION, case_);

    fact->from = case_->state;
    fact->reason = (char *) reason;
    engine_add_fact(engine, fact);
    return true;
}

static bool is_waiting_to_be_fixed(const Duban__Case *case_)
{
    return engine_case_is_open(case_) && case_->claimed_ms == 0 && case_->passes == 0 && case_->suspended_s == 0 &&
           !case_->site_paused;
}

/* ---------------------------------------------------------------- claim, acknowledge, explain */

static int64_t claim_time(const struct engine *engine, const Duban__Case *case_, int64_t fixed_at_ms)
{
    int64_t window_ms = engine->policy->device_time_window_s * 1000;

    if (fixed_at_ms < engine->stamp_ms - window_ms || fixed_at_ms > engine->stamp_ms || fixed_at_ms < case_->found_at_ms)
        return engine->stamp_ms;
    return fixed_at_ms;
}

bool engine_on_claim(struct engine *engine, const Duban__Claim *claim, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, claim->case_, fault);

    if (case_ == NULL || !engine_may(engine, RIGHT_CLAIM, case_, NULL, fault))
        return false;
    if (!is_waiting_to_be_fixed(case_))
        return contradiction(engine, case_, "claim");
    engine_case_claim(engine, case_, claim_time(engine, case_, claim->fixed_at_ms));
    engine_case_window(engine, case_, engine->now_s < case_->due_s ? engine->now_s : case_->due_s);
    state_put_case(engine->state, case_);
    return true;
}

static Duban__AcknowledgedBy *acknowledged_by(struct engine *engine, Duban__Case *case_, const char *account)
{
    struct arena *arena = &engine->state->arena;
    Duban__AcknowledgedBy **list;

    for (size_t i = 0; i < case_->n_acknowledged; i++)
        if (strcmp(case_->acknowledged[i]->account, account) == 0)
            return case_->acknowledged[i];
    list = arena_take(arena, sizeof *list * (case_->n_acknowledged + 1));
    assert(list != NULL);
    if (case_->n_acknowledged > 0)
        memcpy(list, case_->acknowledged, sizeof *list * case_->n_acknowledged);
    list[case_->n_acknowledged] = arena_take(arena, sizeof **list);
    assert(list[case_->n_acknowledged] != NULL);
    duban__acknowledged_by__init(list[case_->n_acknowledged]);
    list[case_->n_acknowledged]->account = (char *) account;
    case_->acknowledged = list;
    return list[case_->n_acknowledged++];
}

static bool is_at_or_below(const struct policy_row *row, uint32_t rank)
{
    return row->is_ladder && row->ladder_step <= rank;
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
    Duban__Case *case_ = engine_referenced_case(engine, acknowledgement->case_, fault);
    Duban__AcknowledgedBy *by;
    Duban__Task *task;
    Duban__Fact *fact;

    if (case_ == NULL || !engine_may(engine, RIGHT_ACKNOWLEDGE, case_, NULL, fault))
        return false;
    if (!engine_case_is_open(case_))
        return contradiction(engine, case_, "acknowledgement");
    by = acknowledged_by(engine, case_, engine->account);
    by->until_s = engine->now_s + engine->policy->acknowledged_silence_s;
    by->rank = engine_rank(engine, engine->account, case_);
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_ACKNOWLEDGED, case_);
    fact->from = case_->state;
    if (case_->state == DUBAN__CASE_STATE__CASE_STATE_ASSIGNED || case_->state == DUBAN__CASE_STATE__CASE_STATE_REWORK)
        case_->state = DUBAN__CASE_STATE__CASE_STATE_RECTIFYING;
    fact->to = case_->state;
    fact->new_s = by->until_s;
    fact->number = by->rank;
    engine_add_fact(engine, fact);
    finish_acknowledgement_task(engine, case_);
    task = engine_task_of(engine, &case_->rectification_task);
    if (task != NULL && task->state == DUBAN__TASK_STATE__TASK_STATE_OPEN && by->rank > 0)
        engine_task_drop_steps(engine, task, is_at_or_below, by->rank);
    state_put_case(engine->state, case_);
    return true;
}

bool engine_on_overdue_explanation(struct engine *engine, const Duban__OverdueExplanation *explanation, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, explanation->case_, fault);
    Duban__Fact *fact;

    if (case_ == NULL || !engine_may(engine, RIGHT_EXPLAIN, case_, NULL, fault))
        return false;
    if (!engine_case_is_open(case_))
        return contradiction(engine, case_, "explanation");
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

bool engine_on_assignment(struct engine *engine, const Duban__Assignment *assignment, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, assignment->case_, fault);

    if (case_ == NULL || !engine_may(engine, RIGHT_ASSIGN, case_, NULL, fault))
        return false;
    if (state_holder(engine->state, assignment->owner) == NULL)
        return fault_set(fault, "assignment.owner", "账号 %s 不在登记册中", "account %s is not in the registry", assignment->owner);
    if (!engine_case_is_open(case_) || strcmp(case_->owner, assignment->owner) == 0)
        return contradiction(engine, case_, "assignment");
    engine_case_assign(engine, case_, assignment->owner, assignment->text);
    state_put_case(engine->state, case_);
    return true;
}

/* ---------------------------------------------------------------- extension and approval */

static void tell_decision(struct engine *engine, const char *message, Duban__Case *case_, const char *reason)
{
    static const enum policy_selector TO[] = { TO_SITE_CONTACT, TO_OWNER };
    Duban__NoticeItem *item = engine_item(engine, NULL, case_);
    struct telling telling = {
        .message = message, .to = TO, .to_count = 2, .rule = "case.decided", .case_ = case_, .items = &item, .item_count = 1,
    };

    item->new_due_s = case_->due_s;
    item->reason = (char *) reason;
    engine_tell(engine, &telling);
}

static void ask_for_extension(struct engine *engine, Duban__Case *case_, const Duban__Extension *extension)
{
    static const enum policy_selector LEADER[] = { TO_GROUP_LEADER }, LEAD[] = { TO_LEAD };
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    Duban__Task *task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_APPROVAL, case_, case_->next_other++);
    Duban__Text matter = DUBAN__TEXT__INIT;
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "approval_wanted", .to = case_->extensions == 0 ? LEADER : LEAD, .to_count = 1,
        .rule = "case.extension_asked", .task = task, .case_ = case_, .items = &item, .item_count = 1,
    };

    task->owner = "";
    task->owner_role = case_->extensions == 0 ? DUBAN__ROLE__ROLE_GROUP_LEADER : DUBAN__ROLE__ROLE_LEAD;
    task->matter = DUBAN__MATTER__MATTER_EXTENSION;
    task->due_s = policy_due(policy, &policy->approval_limit, engine->now_s);
    case_->approval_task = task->id;
    case_->extension_asked_s = extension->new_due_ms / 1000;
    case_->extension_reason = extension->reason;
    engine_task_start(engine, task);
    item = engine_item(engine, task, case_);
    matter.zh = "延期";
    matter.en = "an extension";
    item->matter = &matter;
    item->new_due_s = case_->extension_asked_s;
    item->reason = extension->reason;
    engine_tell(engine, &telling);
    state_put_task(engine->state, task);
}

/* Up to the original length once more; the second needs the lead (who approves it). */
static bool extension_is_allowed(struct engine *engine, const Duban__Case *case_, const Duban__Extension *extension,
                                 struct fault *fault)
{
    int64_t new_due_s = extension->new_due_ms / 1000;
    int64_t longest_s = case_->due_s + case_->limit_s;

    if (!engine_severity(engine, case_)->extendable)
        return fault_set(fault, "extension.case", "%s级问题不得延期", "level %s cannot be extended", case_->level);
    if (new_due_s <= case_->due_s || new_due_s <= engine->now_s)
        return fault_set(fault, "extension.newDueMs", "新时限必须晚于现时限和当前时间", "the new due must be later than the one in force and than now");
    if (new_due_s > longest_s)
        return fault_set(fault, "extension.newDueMs", "延期不得超过原时限长度", "an extension may be at most as long as the original limit");
    return true;
}

bool engine_on_extension(struct engine *engine, const Duban__Extension *extension, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, extension->case_, fault);
    Duban__Fact *fact;

    if (case_ == NULL || !engine_may(engine, RIGHT_ASK_EXTENSION, case_, NULL, fault))
        return false;
    if (!is_waiting_to_be_fixed(case_) || case_->extension_asked_s != 0)
        return contradiction(engine, case_, "extension");
    if (!extension_is_allowed(engine, case_, extension, fault))
        return false;
    fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EXTENSION_ASKED, case_);
    fact->old_s = case_->due_s;
    fact->new_s = extension->new_due_ms / 1000;
    fact->reason = extension->reason;
    engine_add_fact(engine, fact);
    ask_for_extension(engine, case_, extension);
    state_put_case(engine->state, case_);
    return true;
}

static void end_approval(struct engine *engine, Duban__Case *case_)
{
    Duban__Task *task = engine_task_of(engine, &case_->approval_task);

    if (task != NULL)
        engine_task_stop(engine, task, DUBAN__TASK_STATE__TASK_STATE_DONE);
    case_->approval_task = (ProtobufCBinaryData){ 0, NULL };
}

static bool decide_extension(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault)
{
    int64_t asked_s = case_->extension_asked_s;
    enum right right = case_->extensions == 0 ? RIGHT_APPROVE_EXTENSION : RIGHT_APPROVE_CLOSURE;
    Duban__Fact *fact;

    if (!engine_may(engine, right, case_, NULL, fault))
        return false;
    if (asked_s == 0 || !is_waiting_to_be_fixed(case_))
        return contradiction(engine, case_, "approval");
    end_approval(engine, case_);
    case_->extension_asked_s = 0;
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED) {
        engine_case_move_due(engine, case_, asked_s, case_->extension_reason);
        tell_decision(engine, "extension_granted", case_, case_->extension_reason);
    } else {
        fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EXTENSION_REFUSED, case_);
        fact->reason = approval->reason;
        engine_add_fact(engine, fact);
        tell_decision(engine, "extension_refused", case_, approval->reason);
    }
    state_put_case(engine->state, case_);
    return true;
}

/* Refused: one more revisit, the next day. */
static void refuse_closure(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval)
{
    Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CLOSURE_REFUSED, case_);
    const struct policy *policy = engine_policy_of(engine, &case_->policy_version);
    int64_t day = civil_day(engine->now_s, policy->utc_offset_s) + 1;
    Duban__Task *task;

    fact->from = case_->state;
    fact->to = case_->state = DUBAN__CASE_STATE__CASE_STATE_FOLLOWING_UP;
    fact->reason = approval->reason;
    engine_add_fact(engine, fact);
    case_->passes_needed = case_->passes + 1;
    task = engine_task_new(engine, DUBAN__TASK_KIND__TASK_KIND_REVISIT, case_, case_->next_revisit++);
    task->start_s = civil_moment(day, 0, policy->utc_offset_s);
    task->due_s = civil_moment(day, policy->end_of_day_s, policy->utc_offset_s);
    task->pass_number = case_->passes_needed;
    case_->revisit_task = task->id;
    engine_task_start(engine, task);
    tell_decision(engine, "closure_refused", case_, approval->reason);
}

static bool decide_closure(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault)
{
    if (!engine_may(engine, RIGHT_APPROVE_CLOSURE, case_, NULL, fault))
        return false;
    if (case_->state != DUBAN__CASE_STATE__CASE_STATE_TO_APPROVE)
        return contradiction(engine, case_, "approval");
    end_approval(engine, case_);
    if (approval->decision == DUBAN__DECISION__DECISION_GRANTED)
        engine_case_close(engine, case_);
    else
        refuse_closure(engine, case_, approval);
    state_put_case(engine->state, case_);
    return true;
}

bool engine_on_approval(struct engine *engine, const Duban__Approval *approval, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, approval->case_, fault);

    if (case_ == NULL)
        return false;
    switch (approval->matter) {
    case DUBAN__MATTER__MATTER_EXTENSION:
        return decide_extension(engine, case_, approval, fault);
    case DUBAN__MATTER__MATTER_CLOSURE:
        return decide_closure(engine, case_, approval, fault);
    case DUBAN__MATTER__MATTER_UNSPECIFIED:
    case _DUBAN__MATTER_IS_INT_SIZE:
        break;
    }
    return fault_set(fault, "approval.matter", "未说明审批事项", "the matter is missing");
}

/* ---------------------------------------------------------------- edit */

bool engine_on_case_edit(struct engine *engine, const Duban__CaseEdit *edit, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, edit->case_, fault);
    const struct policy_severity *severity = NULL;

    if (case_ == NULL || !engine_may(engine, edit->voided ? RIGHT_SUSPEND : RIGHT_EDIT, case_, NULL, fault))
        return false;
    if (edit->level[0] != '\0') {
        severity = policy_severity(engine_policy_of(engine, &case_->policy_version), edit->level);
        if (severity == NULL)
            return fault_set(fault, "caseEdit.level", "政策包中没有级别 %s", "the policy has no level %s", edit->level);
    }
    if (!engine_case_is_open(case_))
        return contradiction(engine, case_, "edit");
    if (edit->voided) {
        engine_case_void(engine, case_, edit->reason);
        return true;
    }
    if (edit->finding[0] != '\0') {
        Duban__Fact *fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_EDITED, case_);

        fact->reason = edit->reason;
        case_->finding = edit->finding;
        engine_add_fact(engine, fact);
    }
    if (severity != NULL && severity != engine_severity(engine, case_))
        engine_case_relevel(engine, case_, severity, edit->reason);
    state_put_case(engine->state, case_);
    return true;
}

/* ---------------------------------------------------------------- suspension */

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
        return contradiction(engine, case_, "suspension");
    case_->state_before_suspension = case_->state;
    case_->state = DUBAN__CASE_STATE__CASE_STATE_SUSPENDED;
    engine_case_pause(engine, case_, false);
    open_review(engine, case_, review_time(engine, suspension->review_at_ms), DUBAN__ROLE__ROLE_LEAD);
    note_pause(engine, DUBAN__FACT_KIND__FACT_KIND_SUSPENDED, case_, suspension->reason, case_->review_s);
    tell_decision(engine, "suspended", case_, suspension->reason);
    state_put_case(engine->state, case_);
    return true;
}

static bool resume_case(struct engine *engine, const Duban__Resumption *resumption, struct fault *fault)
{
    Duban__Case *case_ = engine_referenced_case(engine, resumption->case_, fault);

    if (case_ == NULL || !engine_may(engine, RIGHT_SUSPEND, case_, NULL, fault))
        return false;
    if (case_->suspended_s == 0 || !engine_case_is_open(case_))
        return contradiction(engine, case_, "resumption");
    case_->state = case_->state_before_suspension;
    end_review(engine, case_);
    note_pause(engine, DUBAN__FACT_KIND__FACT_KIND_RESUMED, case_, resumption->reason, 0);
    engine_case_resume(engine, case_, false);
    tell_decision(engine, "resumed", case_, resumption->reason);
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

void engine_site_operates(struct engine *engine, Duban__Site *site, Duban__OperatingState state, const char *reason,
                          int64_t review_s)
{
    bool operates = state == DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING;
    uint8_t ids[MAX_CASES_PER_SITE][ID_BYTES];
    size_t count = state_cases_of_site(engine->state, site->code, ids, MAX_CASES_PER_SITE);

    site->operating_state = state;
    site->attempts_in_a_row = 0;
    engine_end_site_check(engine, site);
    for (size_t i = 0; i < count; i++) {
        Duban__Case *case_ = state_case(engine->state, ids[i]);

        if (!engine_case_is_open(case_) || case_->site_paused == !operates)
            continue;
        if (operates)
            resume_for_site(engine, case_, reason);
        else
            pause_for_site(engine, case_, reason, review_s != 0 ? review_s : review_time(engine, 0));
        state_put_case(engine->state, case_);
    }
}

static bool change_site(struct engine *engine, const char *code, Duban__OperatingState state, const char *reason,
                        int64_t review_at_ms, struct fault *fault)
{
    Duban__Site *site = state_site(engine->state, code);

    if (site == NULL)
        return fault_set(fault, "site", "点位 %s 不在登记册中", "site %s is not in the registry", code);
    if (!engine_may(engine, RIGHT_SUSPEND_SITE, NULL, site, fault))
        return false;
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
