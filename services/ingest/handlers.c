#include <assert.h>
#include <string.h>

#include "conflict.h"
#include "ingest.h"
#include "message.h"
#include "outcome.h"
#include "validate.h"

/* One submission while it is judged. */
struct judging {
    struct ingest *ingest;
    const struct intake *intake;
    struct submission *submission;
    const Duban__Submit *submit;
    Duban__Entry *entry;
    struct bytes payload;              /* as it came */
    struct submission_key key;
    enum known known;
    struct place_in_journal place;     /* of what is known under its id */
    struct fault fault;
};

/* ---------------------------------------------------------------- the four ends */

static void refuse(struct judging *judging, Duban__RefusalCode code)
{
    judging->submission->answer = ANSWER_GIVEN;
    answer_refusal(judging->ingest, judging->intake->socket, &judging->submission->received.peer,
                   judging->submission->request_id, code, &judging->fault);
}

static void refuse_form(struct judging *judging)
{
    refuse(judging, DUBAN__REFUSAL_CODE__REFUSAL_CODE_INVALID);
}

/* Bytes that are damaged as a whole have no field of their own: then it is the one that holds them. */
static void refuse_whole(struct judging *judging, const char *holder)
{
    struct fault *fault = &judging->fault;

    if (fault->field[0] == '\0')
        memcpy(fault->field, holder, strlen(holder) + 1);
    refuse_form(judging);
}

static void forbid(struct judging *judging, const char *field, const char *zh, const char *en)
{
    fault_set(&judging->fault, field, zh, en);
    refuse(judging, DUBAN__REFUSAL_CODE__REFUSAL_CODE_FORBIDDEN);
}

static void receive_as(struct judging *judging, struct place_in_journal place, bool duplicate)
{
    judging->submission->answer = ANSWER_RECEIPT;
    judging->submission->place = place;
    judging->submission->duplicate = duplicate;
}

static struct bytes pack(struct judging *judging)
{
    struct bytes packed = message_pack(&judging->ingest->answers, judging->entry);

    assert(packed.data != NULL);   /* never larger than it came by more than three tokens */
    return packed;
}

static void keep_conflict(struct judging *judging)
{
    struct ingest *ingest = judging->ingest;
    struct bytes payload = judging->payload;

    if (vault_concerns(&ingest->vault, judging->entry)) {
        vault_blank(judging->entry);
        payload = pack(judging);
    }
    conflict_keep(&ingest->txn, &judging->key, judging->submit->account, judging->place.sequence, ingest->now_ms,
                  payload);
    judging->submission->answer = ANSWER_CONFLICT;
}

static void append(struct judging *judging, struct bytes payload, uint8_t flags)
{
    struct ingest *ingest = judging->ingest;
    struct record record = { .flags = flags, .payload = payload };

    memcpy(record.account, judging->submit->account, strlen(judging->submit->account) + 1);   /* a code */
    memcpy(record.client_id, judging->submit->client_id.data, sizeof record.client_id);
    journal_append(&ingest->journal, &ingest->txn, &judging->key, ingest->now_ms, &record);
    receive_as(judging, (struct place_in_journal){ record.sequence, record.stamp_ms }, false);
}

/* ---------------------------------------------------------------- admission */

/* May it be journaled? Whatever speaks against it is answered here. */
static bool may_enter(struct judging *judging, bool well_formed, enum space_use use)
{
    struct ingest *ingest = judging->ingest;

    if (!well_formed) {
        refuse_form(judging);
        return false;
    }
    if (judging->known == KNOWN_OTHER) {
        if (space_allows(&ingest->space, SPACE_ORDINARY))
            keep_conflict(judging);
        else
            judging->submission->answer = ANSWER_CONFLICT_NOT_KEPT;
        return false;
    }
    if (!space_allows(&ingest->space, use)) {
        space_fault(&ingest->space, use, &judging->fault);
        refuse(judging, DUBAN__REFUSAL_CODE__REFUSAL_CODE_FULL);
        return false;
    }
    return true;
}

static void enter_with_personal(struct judging *judging)
{
    struct ingest *ingest = judging->ingest;
    struct vault_subject subject = { judging->submit->account, judging->submit->client_id.data };

    if (!vault_allows(&ingest->txn, judging->entry, &judging->fault)) {
        refuse_form(judging);
        return;
    }
    if (!vault_take(&ingest->txn, &ingest->answers, subject, judging->entry)) {
        append(judging, judging->payload, 0);
        return;
    }
    ingest->counters.personal++;
    append(judging, pack(judging), RECORD_REPACKED);
}

static void enter(struct judging *judging, bool well_formed, enum space_use use)
{
    if (!may_enter(judging, well_formed, use))
        return;
    if (vault_concerns(&judging->ingest->vault, judging->entry))
        enter_with_personal(judging);
    else
        append(judging, judging->payload, 0);
}

/* ---------------------------------------------------------------- one function per entry */

static void on_report(struct judging *judging, const Duban__Report *report)
{
    enter(judging, is_report(report, &judging->fault), SPACE_ORDINARY);
}

static void on_claim(struct judging *judging, const Duban__Claim *claim)
{
    enter(judging, is_claim(claim, &judging->fault), SPACE_ORDINARY);
}

static void on_acknowledgement(struct judging *judging, const Duban__Acknowledgement *acknowledgement)
{
    enter(judging, is_acknowledgement(acknowledgement, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_assignment(struct judging *judging, const Duban__Assignment *assignment)
{
    enter(judging, is_assignment(assignment, &judging->fault), SPACE_ORDINARY);
}

static void on_approval(struct judging *judging, const Duban__Approval *approval)
{
    enter(judging, is_approval(approval, &judging->fault), SPACE_ORDINARY);
}

static void on_extension(struct judging *judging, const Duban__Extension *extension)
{
    enter(judging, is_extension(extension, &judging->fault), SPACE_ORDINARY);
}

static void on_overdue_explanation(struct judging *judging, const Duban__OverdueExplanation *explanation)
{
    enter(judging, is_overdue_explanation(explanation, &judging->fault), SPACE_ORDINARY);
}

static void on_case_edit(struct judging *judging, const Duban__CaseEdit *edit)
{
    enter(judging, is_case_edit(edit, &judging->fault), SPACE_ORDINARY);
}

static void on_recompute(struct judging *judging, const Duban__Recompute *recompute)
{
    enter(judging, is_recompute(recompute, &judging->fault), SPACE_ORDINARY);
}

static void on_suspension(struct judging *judging, const Duban__Suspension *suspension)
{
    enter(judging, is_suspension(suspension, &judging->fault), SPACE_ORDINARY);
}

static void on_resumption(struct judging *judging, const Duban__Resumption *resumption)
{
    enter(judging, is_resumption(resumption, &judging->fault), SPACE_ORDINARY);
}

static void on_evidence_arrival(struct judging *judging, const Duban__EvidenceArrival *arrival)
{
    enter(judging, is_evidence_arrival(arrival, &judging->fault), SPACE_EVIDENCE);
}

static void on_amendment(struct judging *judging, const Duban__Amendment *amendment)
{
    enter(judging, is_amendment(amendment, &judging->fault), SPACE_ORDINARY);
}

static void on_appeal(struct judging *judging, const Duban__Appeal *appeal)
{
    enter(judging, is_appeal(appeal, &judging->fault), SPACE_ORDINARY);
}

static void on_release(struct judging *judging, const Duban__Release *release)
{
    enter(judging, is_release(release, &judging->fault), SPACE_HOUSE_KEEPING);
}

/* Only where rules may have stopped: an entry that it has applied would be passed over by every replay,
 * and none would ever come to the same again. */
static bool is_where_rules_stops(const struct ingest *ingest, uint64_t sequence, struct fault *fault)
{
    const char *field = "skip.sequence";
    uint64_t next = ingest->next_of_rules;

    if (next == 0)
        return fault_set(fault, field, "启动后还没有收到 rules 的进度，不知道它停在哪一条；请确认 rules 在运行，稍后再试",
                         "rules has not been heard since the start, so nobody knows where it stops; see that it runs, "
                         "then try again");
    if (next > ingest->journal.committed.sequence)
        return fault_set(fault, field, "rules 已处理完全部 %llu 条记录，没有可跳过的",
                         "rules has applied all %llu entries: there is none to pass over", (unsigned long long) next - 1);
    return sequence == next || fault_set(fault, field, "现在只能跳过第 %llu 条：rules 已处理到它的前一条",
                                         "only entry %llu may be passed over now: rules has applied all before it",
                                         (unsigned long long) next);
}

static bool is_skip_of_something(const struct judging *judging, const Duban__Skip *skip, struct fault *fault)
{
    const struct ingest *ingest = judging->ingest;

    if (!is_skip(skip, fault) || !is_where_rules_stops(ingest, skip->sequence, fault))
        return false;
    return !skips_are_full(&ingest->skips) ||
           fault_set(fault, "skip.sequence", "跳过的记录已达上限 %d 条",
                     "%d entries are passed over already, the most there can be", MAX_SKIPS);
}

static void on_skip(struct judging *judging, const Duban__Skip *skip)
{
    struct ingest *ingest = judging->ingest;

    /* Rules obeys the list without asking the registry, which it may be unable to read on. */
    if (strcmp(judging->submit->account, "operator") != 0) {
        forbid(judging, "account", "跳过记录只由 operator 提交", "only the operator passes over an entry");
        return;
    }
    if (!may_enter(judging, is_skip_of_something(judging, skip, &judging->fault), SPACE_HOUSE_KEEPING))
        return;
    skips_put(&ingest->skips, &ingest->txn, skip->sequence, ingest->journal.head.sequence + 1);
    append(judging, judging->payload, 0);
}

static void on_area_change(struct judging *judging, const Duban__AreaChange *change)
{
    enter(judging, is_area_change(change, &judging->fault), SPACE_ORDINARY);
}

static void on_site_change(struct judging *judging, const Duban__SiteChange *change)
{
    enter(judging, is_site_change(change, &judging->fault), SPACE_ORDINARY);
}

static void on_role_holder_change(struct judging *judging, const Duban__RoleHolderChange *change)
{
    enter(judging, is_role_holder_change(change, &judging->fault), SPACE_ORDINARY);
}

static void on_policy_file(struct judging *judging, const Duban__PolicyFile *file)
{
    enter(judging, is_policy_file(file, &judging->fault), SPACE_ORDINARY);
}

static void on_policy_activation(struct judging *judging, const Duban__PolicyActivation *activation)
{
    enter(judging, is_policy_activation(activation, &judging->fault), SPACE_ORDINARY);
}

/* Small, and what is wrong at night has to be put right on a full disk too. */
static void on_policy_revocation(struct judging *judging, const Duban__PolicyRevocation *revocation)
{
    enter(judging, is_policy_revocation(revocation, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_complaint(struct judging *judging, const Duban__Complaint *complaint)
{
    enter(judging, is_complaint(complaint, &judging->fault), SPACE_ORDINARY);
}

static void on_complaint_result(struct judging *judging, const Duban__ComplaintResult *result)
{
    enter(judging, is_complaint_result(result, &judging->fault), SPACE_ORDINARY);
}

static void on_feedback_receipt(struct judging *judging, const Duban__FeedbackReceipt *receipt)
{
    enter(judging, is_feedback_receipt(receipt, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_watch(struct judging *judging, const Duban__Watch *watch)
{
    enter(judging, is_watch(watch, &judging->fault), SPACE_ORDINARY);
}

static void on_plan_confirmation(struct judging *judging, const Duban__PlanConfirmation *confirmation)
{
    enter(judging, is_plan_confirmation(confirmation, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_silence(struct judging *judging, const Duban__Silence *silence)
{
    enter(judging, is_silence(silence, &judging->fault), SPACE_ORDINARY);
}

static void on_silence_end(struct judging *judging, const Duban__SilenceEnd *silence_end)
{
    enter(judging, is_silence_end(silence_end, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_contact_test(struct judging *judging, const Duban__ContactTest *test)
{
    enter(judging, is_contact_test(test, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_contact_confirmation(struct judging *judging, const Duban__ContactConfirmation *confirmation)
{
    enter(judging, is_contact_confirmation(confirmation, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_access(struct judging *judging, const Duban__Access *access)
{
    enter(judging, is_access(access, &judging->fault), SPACE_ORDINARY);
}

static void on_resolution(struct judging *judging, const Duban__Resolution *resolution)
{
    enter(judging, is_resolution(resolution, &judging->fault), SPACE_ORDINARY);
}

static void on_resolution_step(struct judging *judging, const Duban__ResolutionStep *step)
{
    enter(judging, is_resolution_step(step, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_remark(struct judging *judging, const Duban__Remark *remark)
{
    enter(judging, is_remark(remark, &judging->fault), SPACE_ORDINARY);
}

static void on_stop_left(struct judging *judging, const Duban__StopLeft *left)
{
    enter(judging, is_stop_left(left, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_watch_end(struct judging *judging, const Duban__WatchEnd *watch_end)
{
    enter(judging, is_watch_end(watch_end, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_contact_absence(struct judging *judging, const Duban__ContactAbsence *absence)
{
    enter(judging, is_contact_absence(absence, &judging->fault), SPACE_ORDINARY);
}

static void on_isolation(struct judging *judging, const Duban__Isolation *isolation)
{
    enter(judging, is_isolation(isolation, &judging->fault), SPACE_ORDINARY);
}

static void on_isolation_contact(struct judging *judging, const Duban__IsolationContact *contact)
{
    enter(judging, is_isolation_contact(contact, &judging->fault), SPACE_ORDINARY);
}

static void on_isolation_change(struct judging *judging, const Duban__IsolationChange *change)
{
    enter(judging, is_isolation_change(change, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_isolation_release(struct judging *judging, const Duban__IsolationRelease *batch)
{
    enter(judging, is_isolation_release(batch, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_difficulty(struct judging *judging, const Duban__Difficulty *difficulty)
{
    enter(judging, is_difficulty(difficulty, &judging->fault), SPACE_ORDINARY);
}

static void on_coordination_step(struct judging *judging, const Duban__CoordinationStep *step)
{
    enter(judging, is_coordination_step(step, &judging->fault), SPACE_ORDINARY);
}

static void on_referral_step(struct judging *judging, const Duban__ReferralStep *step)
{
    enter(judging, is_referral_step(step, &judging->fault), SPACE_ORDINARY);
}

/* A full disk is no reason to wait either. */
static void on_urgent_report(struct judging *judging, const Duban__UrgentReport *report)
{
    enter(judging, is_urgent_report(report, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_urgent_step(struct judging *judging, const Duban__UrgentStep *step)
{
    enter(judging, is_urgent_step(step, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_household_change(struct judging *judging, const Duban__HouseholdChange *change)
{
    enter(judging, is_household_change(change, &judging->fault), SPACE_ORDINARY);
}

static void on_campaign_opening(struct judging *judging, const Duban__CampaignOpening *opening)
{
    enter(judging, is_campaign_opening(opening, &judging->fault), SPACE_ORDINARY);
}

static void on_campaign_end(struct judging *judging, const Duban__CampaignEnd *end)
{
    enter(judging, is_campaign_end(end, &judging->fault), SPACE_ORDINARY);
}

static void on_household_act(struct judging *judging, const Duban__HouseholdAct *act)
{
    enter(judging, is_household_act(act, &judging->fault), SPACE_ORDINARY);
}

static void on_household_check(struct judging *judging, const Duban__HouseholdCheck *check)
{
    enter(judging, is_household_check(check, &judging->fault), SPACE_ORDINARY);
}

static void on_availability_change(struct judging *judging, const Duban__AvailabilityChange *change)
{
    enter(judging, is_availability_change(change, &judging->fault), SPACE_ORDINARY);
}

static void on_unit_change(struct judging *judging, const Duban__UnitChange *change)
{
    enter(judging, is_unit_change(change, &judging->fault), SPACE_ORDINARY);
}

static void on_on_call_change(struct judging *judging, const Duban__OnCallChange *change)
{
    enter(judging, is_on_call_change(change, &judging->fault), SPACE_ORDINARY);
}

static void on_dead_letter_retry(struct judging *judging, const Duban__DeadLetterRetry *retry)
{
    enter(judging, is_dead_letter_retry(retry, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_dead_letter_settlement(struct judging *judging, const Duban__DeadLetterSettlement *settlement)
{
    enter(judging, is_dead_letter_settlement(settlement, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_alarm_settlement(struct judging *judging, const Duban__AlarmSettlement *settlement)
{
    enter(judging, is_alarm_settlement(settlement, &judging->fault), SPACE_HOUSE_KEEPING);
}

/* Small, once in an era, and rules cannot go on without it: a full disk does not stop it. */
static void on_engine_version(struct judging *judging, const Duban__EngineVersion *version)
{
    if (strcmp(judging->submit->account, "rules") != 0)
        forbid(judging, "account", "引擎版本只由 rules 提交", "only rules submits an engine version");
    else
        enter(judging, is_engine_version(version, &judging->fault), SPACE_HOUSE_KEEPING);
}

static void on_outcomes(struct judging *judging, Duban__Outcomes *outcomes)
{
    struct ingest *ingest = judging->ingest;
    size_t came = outcomes->n_outcomes;
    struct place_in_journal held;
    size_t kept;

    if (!judging->intake->for_outcomes) {
        forbid(judging, "outcomes", "投递结果只从 ingest.outcome 接收", "outcomes are taken at ingest.outcome only");
        return;
    }
    if (!may_enter(judging, is_outcomes(outcomes, &judging->fault), SPACE_HOUSE_KEEPING))
        return;
    kept = outcome_take_new(&ingest->txn, outcomes, ingest->journal.head.sequence + 1, &held.sequence);
    ingest->counters.facts += kept;
    ingest->counters.facts_held += came - kept;
    if (kept == 0 && outcomes->n_alarms == 0) {
        held.stamp_ms = journal_stamp(&ingest->txn, held.sequence);
        receive_as(judging, held, true);
        return;
    }
    if (kept == came)
        append(judging, judging->payload, 0);
    else
        append(judging, pack(judging), RECORD_REPACKED);
}

static void on_tick(struct judging *judging)
{
    forbid(judging, "tick", "时刻(Tick)只由 ingest 自己记", "only ingest itself journals a Tick");
}

static void on_forgotten(struct judging *judging)
{
    forbid(judging, "forgotten", "个人信息已删除(Forgotten)只由 ingest 自己记", "only ingest itself journals what was forgotten");
}

static void on_nothing(struct judging *judging)
{
    fault_set(&judging->fault, "entry", "没有内容，或内容的种类本版本不认识",
              "there is nothing in it, or a kind unknown to this version");
    refuse_form(judging);
}

/* ---------------------------------------------------------------- the dispatcher */

/* No default: the compiler names any entry added to entry.proto but not here. */
static void dispatch(struct judging *judging)
{
    Duban__Entry *entry = judging->entry;

    switch (entry->body_case) {
    case DUBAN__ENTRY__BODY_REPORT:
        on_report(judging, entry->report);
        return;
    case DUBAN__ENTRY__BODY_CLAIM:
        on_claim(judging, entry->claim);
        return;
    case DUBAN__ENTRY__BODY_ACKNOWLEDGEMENT:
        on_acknowledgement(judging, entry->acknowledgement);
        return;
    case DUBAN__ENTRY__BODY_ASSIGNMENT:
        on_assignment(judging, entry->assignment);
        return;
    case DUBAN__ENTRY__BODY_APPROVAL:
        on_approval(judging, entry->approval);
        return;
    case DUBAN__ENTRY__BODY_EXTENSION:
        on_extension(judging, entry->extension);
        return;
    case DUBAN__ENTRY__BODY_OVERDUE_EXPLANATION:
        on_overdue_explanation(judging, entry->overdue_explanation);
        return;
    case DUBAN__ENTRY__BODY_CASE_EDIT:
        on_case_edit(judging, entry->case_edit);
        return;
    case DUBAN__ENTRY__BODY_RECOMPUTE:
        on_recompute(judging, entry->recompute);
        return;
    case DUBAN__ENTRY__BODY_SUSPENSION:
        on_suspension(judging, entry->suspension);
        return;
    case DUBAN__ENTRY__BODY_RESUMPTION:
        on_resumption(judging, entry->resumption);
        return;
    case DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL:
        on_evidence_arrival(judging, entry->evidence_arrival);
        return;
    case DUBAN__ENTRY__BODY_RELEASE:
        on_release(judging, entry->release);
        return;
    case DUBAN__ENTRY__BODY_SKIP:
        on_skip(judging, entry->skip);
        return;
    case DUBAN__ENTRY__BODY_AREA_CHANGE:
        on_area_change(judging, entry->area_change);
        return;
    case DUBAN__ENTRY__BODY_SITE_CHANGE:
        on_site_change(judging, entry->site_change);
        return;
    case DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE:
        on_role_holder_change(judging, entry->role_holder_change);
        return;
    case DUBAN__ENTRY__BODY_POLICY_FILE:
        on_policy_file(judging, entry->policy_file);
        return;
    case DUBAN__ENTRY__BODY_POLICY_ACTIVATION:
        on_policy_activation(judging, entry->policy_activation);
        return;
    case DUBAN__ENTRY__BODY_COMPLAINT:
        on_complaint(judging, entry->complaint);
        return;
    case DUBAN__ENTRY__BODY_COMPLAINT_RESULT:
        on_complaint_result(judging, entry->complaint_result);
        return;
    case DUBAN__ENTRY__BODY_FEEDBACK_RECEIPT:
        on_feedback_receipt(judging, entry->feedback_receipt);
        return;
    case DUBAN__ENTRY__BODY_WATCH:
        on_watch(judging, entry->watch);
        return;
    case DUBAN__ENTRY__BODY_WATCH_END:
        on_watch_end(judging, entry->watch_end);
        return;
    case DUBAN__ENTRY__BODY_CONTACT_ABSENCE:
        on_contact_absence(judging, entry->contact_absence);
        return;
    case DUBAN__ENTRY__BODY_ISOLATION:
        on_isolation(judging, entry->isolation);
        return;
    case DUBAN__ENTRY__BODY_ISOLATION_CONTACT:
        on_isolation_contact(judging, entry->isolation_contact);
        return;
    case DUBAN__ENTRY__BODY_ISOLATION_CHANGE:
        on_isolation_change(judging, entry->isolation_change);
        return;
    case DUBAN__ENTRY__BODY_FORGOTTEN:
        on_forgotten(judging);
        return;
    case DUBAN__ENTRY__BODY_DIFFICULTY:
        on_difficulty(judging, entry->difficulty);
        return;
    case DUBAN__ENTRY__BODY_COORDINATION_STEP:
        on_coordination_step(judging, entry->coordination_step);
        return;
    case DUBAN__ENTRY__BODY_REFERRAL_STEP:
        on_referral_step(judging, entry->referral_step);
        return;
    case DUBAN__ENTRY__BODY_URGENT_REPORT:
        on_urgent_report(judging, entry->urgent_report);
        return;
    case DUBAN__ENTRY__BODY_URGENT_STEP:
        on_urgent_step(judging, entry->urgent_step);
        return;
    case DUBAN__ENTRY__BODY_HOUSEHOLD_CHANGE:
        on_household_change(judging, entry->household_change);
        return;
    case DUBAN__ENTRY__BODY_CAMPAIGN_OPENING:
        on_campaign_opening(judging, entry->campaign_opening);
        return;
    case DUBAN__ENTRY__BODY_CAMPAIGN_END:
        on_campaign_end(judging, entry->campaign_end);
        return;
    case DUBAN__ENTRY__BODY_HOUSEHOLD_ACT:
        on_household_act(judging, entry->household_act);
        return;
    case DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK:
        on_household_check(judging, entry->household_check);
        return;
    case DUBAN__ENTRY__BODY_ENGINE_VERSION:
        on_engine_version(judging, entry->engine_version);
        return;
    case DUBAN__ENTRY__BODY_OUTCOMES:
        on_outcomes(judging, entry->outcomes);
        return;
    case DUBAN__ENTRY__BODY_TICK:
        on_tick(judging);
        return;
    case DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY:
        on_dead_letter_retry(judging, entry->dead_letter_retry);
        return;
    case DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT:
        on_dead_letter_settlement(judging, entry->dead_letter_settlement);
        return;
    case DUBAN__ENTRY__BODY_ALARM_SETTLEMENT:
        on_alarm_settlement(judging, entry->alarm_settlement);
        return;
    case DUBAN__ENTRY__BODY_POLICY_REVOCATION:
        on_policy_revocation(judging, entry->policy_revocation);
        return;
    case DUBAN__ENTRY__BODY_AVAILABILITY_CHANGE:
        on_availability_change(judging, entry->availability_change);
        return;
    case DUBAN__ENTRY__BODY_ON_CALL_CHANGE:
        on_on_call_change(judging, entry->on_call_change);
        return;
    case DUBAN__ENTRY__BODY_UNIT_CHANGE:
        on_unit_change(judging, entry->unit_change);
        return;
    case DUBAN__ENTRY__BODY_AMENDMENT:
        on_amendment(judging, entry->amendment);
        return;
    case DUBAN__ENTRY__BODY_APPEAL:
        on_appeal(judging, entry->appeal);
        return;
    case DUBAN__ENTRY__BODY_PLAN_CONFIRMATION:
        on_plan_confirmation(judging, entry->plan_confirmation);
        return;
    case DUBAN__ENTRY__BODY_SILENCE:
        on_silence(judging, entry->silence);
        return;
    case DUBAN__ENTRY__BODY_SILENCE_END:
        on_silence_end(judging, entry->silence_end);
        return;
    case DUBAN__ENTRY__BODY_RESOLUTION:
        on_resolution(judging, entry->resolution);
        return;
    case DUBAN__ENTRY__BODY_RESOLUTION_STEP:
        on_resolution_step(judging, entry->resolution_step);
        return;
    case DUBAN__ENTRY__BODY_REMARK:
        on_remark(judging, entry->remark);
        return;
    case DUBAN__ENTRY__BODY_STOP_LEFT:
        on_stop_left(judging, entry->stop_left);
        return;
    case DUBAN__ENTRY__BODY_ISOLATION_RELEASE:
        on_isolation_release(judging, entry->isolation_release);
        return;
    case DUBAN__ENTRY__BODY_CONTACT_TEST:
        on_contact_test(judging, entry->contact_test);
        return;
    case DUBAN__ENTRY__BODY_CONTACT_CONFIRMATION:
        on_contact_confirmation(judging, entry->contact_confirmation);
        return;
    case DUBAN__ENTRY__BODY_ACCESS:
        on_access(judging, entry->access);
        return;
    case DUBAN__ENTRY__BODY__NOT_SET:
    case _DUBAN__ENTRY__BODY__CASE_IS_INT_SIZE:
        break;
    }
    on_nothing(judging);
}

/* ---------------------------------------------------------------- the envelope */

static bool is_zero(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] != 0)
            return false;
    return true;
}

/* It is only asked whether anybody answers here. */
static bool is_probe(const Duban__Submit *submit)
{
    return is_code(submit->account) && submit->client_id.len == 0 && submit->entry.len == 0;
}

static bool is_envelope(const Duban__Submit *submit, struct fault *fault)
{
    if (!is_code(submit->account))
        return fault_set(fault, "account", "账号须为 1 至 32 个字母、数字、点、下划线或连字符",
                         "an account is 1 to 32 letters, digits, dots, underscores or hyphens");
    if (submit->client_id.len != ID_BYTES || is_zero(submit->client_id.data, ID_BYTES))
        return fault_set(fault, "client_id", "提交编号须为 16 字节且不全为零(UUID)",
                         "a client id has 16 bytes, not all zero (a UUID)");
    if (submit->entry.len == 0 || submit->entry.len > MESSAGE_MAX_BYTES)
        return fault_set(fault, "entry", "内容须为 1 字节至 64 KiB，现为 %zu 字节",
                         "an entry has 1 byte to 64 KiB; this one has %zu bytes", submit->entry.len);
    return true;
}

static void open_entry(struct judging *judging)
{
    judging->entry = message_unpack(&judging->ingest->arena, &duban__entry__descriptor, judging->payload,
                                    MESSAGE_MAX_BYTES, &judging->fault);
    if (judging->entry == NULL)
        refuse_whole(judging, "entry");
    else if (judging->intake->for_outcomes && judging->entry->body_case != DUBAN__ENTRY__BODY_OUTCOMES)
        forbid(judging, "entry", "ingest.outcome 只接收投递结果，其他请交 ingest.submit",
               "ingest.outcome takes outcomes only; submit others at ingest.submit");
    else
        dispatch(judging);
}

/* What is known already was well-formed when it came: its receipt is owed whatever this version
 * thinks of its form, and however full the disk is. */
static void judge(struct judging *judging)
{
    struct ingest *ingest = judging->ingest;
    const Duban__Submit *submit = judging->submit;

    judging->payload = bytes_of(submit->entry.data, submit->entry.len);
    journal_key(&ingest->journal, submit->account, submit->client_id.data, judging->payload, &judging->key);
    judging->known = journal_find(&ingest->txn, &judging->key, &judging->place);
    if (judging->known == KNOWN_SAME)
        receive_as(judging, judging->place, true);
    else
        open_entry(judging);
}

/* NULL: what came is answered. */
static const Duban__Submit *unpack_submit(struct judging *judging)
{
    struct ingest *ingest = judging->ingest;
    const struct received *received = &judging->submission->received;
    const Duban__Submit *submit;

    if (received->frame.type != FRAME_SUBMIT) {
        ingest->counters.received++;
        frame_type_fault(&judging->fault, "提交(SUBMIT)", "SUBMIT");
        refuse(judging, DUBAN__REFUSAL_CODE__REFUSAL_CODE_FORBIDDEN);
        return NULL;
    }
    submit = message_unpack(&ingest->arena, &duban__submit__descriptor, received->body, FRAME_MAX_BYTES, &judging->fault);
    if (submit != NULL)
        return submit;
    ingest->counters.received++;
    refuse_whole(judging, "submit");
    return NULL;
}

void ingest_handle(struct ingest *ingest, const struct intake *intake, struct submission *submission)
{
    struct judging judging;

    judging.ingest = ingest;
    judging.intake = intake;
    judging.submission = submission;
    submission->request_id = 0;
    arena_reset(&ingest->arena);
    arena_reset(&ingest->answers);
    judging.submit = unpack_submit(&judging);
    if (judging.submit == NULL)
        return;
    submission->request_id = judging.submit->request_id;
    if (is_probe(judging.submit)) {
        answer_probe(ingest, intake, submission);
        return;
    }
    ingest->counters.received++;
    if (!is_envelope(judging.submit, &judging.fault))
        refuse_form(&judging);
    else if (strcmp(judging.submit->account, "ingest") == 0)
        forbid(&judging, "account", "账号 ingest 留给 ingest 自己", "the account ingest is ingest's own");
    else
        judge(&judging);
}
