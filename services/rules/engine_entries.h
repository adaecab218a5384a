/* engine_entries.h - one function for each entry, called by handlers.c alone: true, or false with the fault filled and
 * nothing changed. Included by engine.h. */
#ifndef DUBAN_RULES_ENGINE_ENTRIES_H
#define DUBAN_RULES_ENGINE_ENTRIES_H

#include "engine.h"

/* ---------------------------------------------------------------- entries */

bool engine_on_report(struct engine *engine, const Duban__Report *report, struct fault *fault);
bool engine_on_evidence_arrival(struct engine *engine, const Duban__EvidenceArrival *arrival, struct fault *fault);

/* Is what has come the photo that was declared? One declared by its name alone is whatever comes under it first. */
bool engine_is_evidence(const Duban__Evidence *declared, const Duban__EvidenceArrival *arrival);

/* What is declared by its name alone has nothing that it could be held against: it comes from the reporter, or from who settles
 * records. */
bool engine_may_bring_evidence(struct engine *engine, const char *reporter, struct fault *fault);

/* It is here. True: what it is has become known only now; the arrival's bytes are lent to it. */
bool engine_take_evidence(Duban__Evidence *declared, const Duban__EvidenceArrival *arrival);

bool engine_on_claim(struct engine *engine, const Duban__Claim *claim, struct fault *fault);
/* Of what is no case: a subject with all that is open of it, or one task (engine_acknowledge.c). */
bool engine_acknowledge_tasks(struct engine *engine, const Duban__SubjectReference *reference, struct fault *fault);
/* His place in such a list, which is added where he is not in it. */
/* (4) What somebody's acknowledgement stops of the ladder of a task, once: steps up to his own, until it has run out. They
 * repeat from then on. Puts the task. reason: as of engine_task_drop_steps. */
void engine_stop_ladder(struct engine *engine, Duban__Task *task, const Duban__AcknowledgedBy *by, const char *reason);
Duban__AcknowledgedBy *engine_acknowledged_by(struct engine *engine, Duban__AcknowledgedBy ***list, size_t *count, const char *account);
bool engine_on_acknowledgement(struct engine *engine, const Duban__Acknowledgement *acknowledgement, struct fault *fault);
bool engine_on_assignment(struct engine *engine, const Duban__Assignment *assignment, struct fault *fault);
bool engine_on_approval(struct engine *engine, const Duban__Approval *approval, struct fault *fault);
bool engine_on_extension(struct engine *engine, const Duban__Extension *extension, struct fault *fault);
bool engine_on_overdue_explanation(struct engine *engine, const Duban__OverdueExplanation *explanation, struct fault *fault);
bool engine_on_case_edit(struct engine *engine, const Duban__CaseEdit *edit, struct fault *fault);
bool engine_on_recompute(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault);
bool engine_on_suspension(struct engine *engine, const Duban__Suspension *suspension, struct fault *fault);
bool engine_on_resumption(struct engine *engine, const Duban__Resumption *resumption, struct fault *fault);

/* The report is held in quarantine: note there that the photo has come. False: it is not. */
bool engine_keep_with_held(struct engine *engine, const Duban__EvidenceArrival *arrival);
bool engine_on_release(struct engine *engine, const Duban__Release *release, struct fault *fault);

bool engine_on_area_change(struct engine *engine, const Duban__AreaChange *change, struct fault *fault);
bool engine_on_site_change(struct engine *engine, const Duban__SiteChange *change, struct fault *fault);
bool engine_on_role_holder_change(struct engine *engine, const Duban__RoleHolderChange *change, struct fault *fault);
bool engine_on_unit_change(struct engine *engine, const Duban__UnitChange *change, struct fault *fault);

/* Are all units that he names registered? False with the fault filled. */
bool engine_units_known(struct engine *engine, const Duban__RoleHolderChange *change, struct fault *fault);

bool engine_on_policy_file(struct engine *engine, const Duban__PolicyFile *file, struct fault *fault);
bool engine_on_policy_activation(struct engine *engine, const Duban__PolicyActivation *activation, struct fault *fault);
bool engine_on_policy_revocation(struct engine *engine, const Duban__PolicyRevocation *revocation, struct fault *fault);
bool engine_on_engine_version(struct engine *engine, const Duban__EngineVersion *version, struct fault *fault);
/* Somebody is told of a notice that reached nobody, of a house alarm; nobody of a failure to tell just that. */
void engine_tell_undelivered(struct engine *engine, const Duban__Outcome *outcome);
void engine_tell_house_alarm(struct engine *engine, const Duban__HouseAlarm *alarm);

bool engine_on_outcomes(struct engine *engine, const Duban__Outcomes *outcomes, struct fault *fault);
bool engine_on_dead_letter_retry(struct engine *engine, const Duban__DeadLetterRetry *retry, struct fault *fault);
bool engine_on_dead_letter_settlement(struct engine *engine, const Duban__DeadLetterSettlement *settlement,
                                      struct fault *fault);
bool engine_on_alarm_settlement(struct engine *engine, const Duban__AlarmSettlement *settlement, struct fault *fault);

/* Kept with the case as a fact: the act does not fit its state, for that reason (a token), and
 * changes nothing. True. */
bool engine_contradiction(struct engine *engine, const Duban__Case *case_, const char *act, const char *reason);

/* An act that can never be applied as it is, whoever looks at it: kept as a fact of the subject
 * (empty: none), its sender told why. True; false while a held entry is being adopted, which then
 * stays held for the fault. */
bool engine_decline(struct engine *engine, const char *act, ProtobufCBinaryData subject, const struct fault *fault);

/* Why nobody can fix it now (a token); NULL when it waits to be fixed. */
const char *engine_case_not_to_be_fixed(const Duban__Case *case_);

bool engine_on_complaint(struct engine *engine, const Duban__Complaint *complaint, struct fault *fault);
bool engine_on_complaint_result(struct engine *engine, const Duban__ComplaintResult *result, struct fault *fault);
bool engine_on_feedback_receipt(struct engine *engine, const Duban__FeedbackReceipt *receipt, struct fault *fault);

bool engine_on_household_change(struct engine *engine, const Duban__HouseholdChange *change, struct fault *fault);
bool engine_on_campaign_opening(struct engine *engine, const Duban__CampaignOpening *opening, struct fault *fault);
bool engine_on_campaign_end(struct engine *engine, const Duban__CampaignEnd *end, struct fault *fault);
bool engine_on_household_act(struct engine *engine, const Duban__HouseholdAct *act, struct fault *fault);
bool engine_on_household_check(struct engine *engine, const Duban__HouseholdCheck *check, struct fault *fault);

/* The item failed on site, whoever found that out and how: its case is opened, reopened, or told again.
 * Returns the newest case of the item there. */
Duban__Case *engine_visit_fail(struct engine *engine, const struct finding *finding);

bool engine_on_availability_change(struct engine *engine, const Duban__AvailabilityChange *change, struct fault *fault);
bool engine_on_on_call_change(struct engine *engine, const Duban__OnCallChange *change, struct fault *fault);

/* What watches, isolations, other offices and second thoughts are told. */
bool engine_on_amendment(struct engine *engine, const Duban__Amendment *amendment, struct fault *fault);
bool engine_on_appeal(struct engine *engine, const Duban__Appeal *appeal, struct fault *fault);
bool engine_on_watch(struct engine *engine, const Duban__Watch *watch, struct fault *fault);
bool engine_on_silence(struct engine *engine, const Duban__Silence *silence, struct fault *fault);
bool engine_on_silence_end(struct engine *engine, const Duban__SilenceEnd *silence_end, struct fault *fault);
bool engine_on_plan_confirmation(struct engine *engine, const Duban__PlanConfirmation *confirmation, struct fault *fault);
bool engine_on_contact_test(struct engine *engine, const Duban__ContactTest *test, struct fault *fault);
bool engine_on_contact_confirmation(struct engine *engine, const Duban__ContactConfirmation *confirmation, struct fault *fault);
bool engine_on_access(struct engine *engine, const Duban__Access *access);
bool engine_on_stop_left(struct engine *engine, const Duban__StopLeft *left, struct fault *fault);
bool engine_on_resolution(struct engine *engine, const Duban__Resolution *resolution, struct fault *fault);
bool engine_on_resolution_step(struct engine *engine, const Duban__ResolutionStep *step, struct fault *fault);
bool engine_on_remark(struct engine *engine, const Duban__Remark *remark, struct fault *fault);
bool engine_on_watch_end(struct engine *engine, const Duban__WatchEnd *watch_end, struct fault *fault);
bool engine_on_contact_absence(struct engine *engine, const Duban__ContactAbsence *absence, struct fault *fault);
bool engine_on_isolation(struct engine *engine, const Duban__Isolation *isolation, struct fault *fault);
bool engine_on_isolation_contact(struct engine *engine, const Duban__IsolationContact *contact, struct fault *fault);
bool engine_on_isolation_change(struct engine *engine, const Duban__IsolationChange *change, struct fault *fault);
bool engine_on_isolation_release(struct engine *engine, const Duban__IsolationRelease *batch, struct fault *fault);
/* Ingest says so: it never fails. */
bool engine_on_forgotten(struct engine *engine, const Duban__Forgotten *forgotten);
bool engine_on_difficulty(struct engine *engine, const Duban__Difficulty *difficulty, struct fault *fault);
bool engine_on_coordination_step(struct engine *engine, const Duban__CoordinationStep *step, struct fault *fault);
bool engine_on_referral_step(struct engine *engine, const Duban__ReferralStep *step, struct fault *fault);
bool engine_on_urgent_report(struct engine *engine, const Duban__UrgentReport *report, struct fault *fault);
bool engine_on_urgent_step(struct engine *engine, const Duban__UrgentStep *step, struct fault *fault);

#endif
