/* validate.h - the form of every Entry: required fields, codes, ranges, counts, contradictions.
 *
 * Form only: what can be judged without knowing anything else. Whether a site exists or an
 * account may do that is for rules. What message_unpack has checked (sizes, UTF-8, declared
 * enum values) is taken as given. Each returns false with the fault naming the field.
 */
#ifndef DUBAN_INGEST_VALIDATE_H
#define DUBAN_INGEST_VALIDATE_H

#include "entry.pb-c.h"
#include "fault.h"

enum {
    MAX_ANSWERS = 200,
    MAX_EVIDENCE = 100,
    MAX_CORRECTIONS = 200,
    MAX_PATH_BYTES = 80,
    MAX_OUTCOMES = 256,
    MAX_ALARMS = 64,
    MAX_ASKED_UNITS = 20,
    MAX_ENTRANCES = 50,
    MAX_GATE_POSTS = 50,
};

bool is_report(const Duban__Report *report, struct fault *fault);
bool is_claim(const Duban__Claim *claim, struct fault *fault);
bool is_acknowledgement(const Duban__Acknowledgement *acknowledgement, struct fault *fault);
bool is_assignment(const Duban__Assignment *assignment, struct fault *fault);
bool is_approval(const Duban__Approval *approval, struct fault *fault);
bool is_extension(const Duban__Extension *extension, struct fault *fault);
bool is_overdue_explanation(const Duban__OverdueExplanation *explanation, struct fault *fault);
bool is_case_edit(const Duban__CaseEdit *edit, struct fault *fault);
bool is_recompute(const Duban__Recompute *recompute, struct fault *fault);
bool is_amendment(const Duban__Amendment *amendment, struct fault *fault);
bool is_appeal(const Duban__Appeal *appeal, struct fault *fault);
bool is_suspension(const Duban__Suspension *suspension, struct fault *fault);
bool is_resumption(const Duban__Resumption *resumption, struct fault *fault);
bool is_evidence_arrival(const Duban__EvidenceArrival *arrival, struct fault *fault);
bool is_release(const Duban__Release *release, struct fault *fault);
bool is_skip(const Duban__Skip *skip, struct fault *fault);
bool is_area_change(const Duban__AreaChange *change, struct fault *fault);
bool is_site_change(const Duban__SiteChange *change, struct fault *fault);
bool is_role_holder_change(const Duban__RoleHolderChange *change, struct fault *fault);
bool is_policy_file(const Duban__PolicyFile *file, struct fault *fault);
bool is_policy_activation(const Duban__PolicyActivation *activation, struct fault *fault);
bool is_policy_revocation(const Duban__PolicyRevocation *revocation, struct fault *fault);
bool is_engine_version(const Duban__EngineVersion *version, struct fault *fault);
bool is_outcomes(const Duban__Outcomes *outcomes, struct fault *fault);
/* validate_complaint.c */
bool is_complaint(const Duban__Complaint *complaint, struct fault *fault);
bool is_complaint_result(const Duban__ComplaintResult *result, struct fault *fault);
bool is_feedback_receipt(const Duban__FeedbackReceipt *receipt, struct fault *fault);
/* validate_plan.c */
bool is_plan_confirmation(const Duban__PlanConfirmation *confirmation, struct fault *fault);
bool is_stop_left(const Duban__StopLeft *left, struct fault *fault);
/* validate_meetings.c */
bool is_resolution(const Duban__Resolution *resolution, struct fault *fault);
bool is_resolution_step(const Duban__ResolutionStep *step, struct fault *fault);
bool is_remark(const Duban__Remark *remark, struct fault *fault);
/* validate_watch.c */
bool is_watch(const Duban__Watch *watch, struct fault *fault);
bool is_watch_end(const Duban__WatchEnd *watch_end, struct fault *fault);
bool is_contact_absence(const Duban__ContactAbsence *absence, struct fault *fault);
/* validate.c: which case; in: the message that names it. */
bool is_case_reference(const Duban__CaseReference *reference, const char *in, struct fault *fault);
/* validate_silence.c */
bool is_silence(const Duban__Silence *silence, struct fault *fault);
bool is_silence_end(const Duban__SilenceEnd *silence_end, struct fault *fault);
/* validate_contact.c */
bool is_contact_test(const Duban__ContactTest *test, struct fault *fault);
bool is_contact_confirmation(const Duban__ContactConfirmation *confirmation, struct fault *fault);
/* validate_access.c */
bool is_access(const Duban__Access *access, struct fault *fault);
/* validate_isolation.c */
bool is_isolation(const Duban__Isolation *isolation, struct fault *fault);
bool is_isolation_contact(const Duban__IsolationContact *contact, struct fault *fault);
bool is_isolation_change(const Duban__IsolationChange *change, struct fault *fault);
bool is_isolation_release(const Duban__IsolationRelease *batch, struct fault *fault);
/* validate_elsewhere.c */
bool is_difficulty(const Duban__Difficulty *difficulty, struct fault *fault);
bool is_coordination_step(const Duban__CoordinationStep *step, struct fault *fault);
bool is_referral_step(const Duban__ReferralStep *step, struct fault *fault);
bool is_urgent_report(const Duban__UrgentReport *report, struct fault *fault);
bool is_urgent_step(const Duban__UrgentStep *step, struct fault *fault);

/* validate_household.c */
bool is_household_change(const Duban__HouseholdChange *change, struct fault *fault);
bool is_campaign_opening(const Duban__CampaignOpening *opening, struct fault *fault);
bool is_campaign_end(const Duban__CampaignEnd *end, struct fault *fault);
bool is_household_act(const Duban__HouseholdAct *act, struct fault *fault);
bool is_household_check(const Duban__HouseholdCheck *check, struct fault *fault);
/* validate_people.c */
bool is_home_and_duty(const Duban__RoleHolderChange *change, struct fault *fault);   /* of a holder, the part of its own */
bool is_availability_change(const Duban__AvailabilityChange *change, struct fault *fault);
bool is_on_call_change(const Duban__OnCallChange *change, struct fault *fault);
/* validate_entrance.c */
bool are_entrances(const Duban__Report *report, struct fault *fault);
bool are_gate_posts(const Duban__Report *report, struct fault *fault);
/* validate_unit.c */
bool is_unit_change(const Duban__UnitChange *change, struct fault *fault);
bool are_memberships(const Duban__RoleHolderChange *change, struct fault *fault);

bool is_dead_letter_retry(const Duban__DeadLetterRetry *retry, struct fault *fault);
bool is_dead_letter_settlement(const Duban__DeadLetterSettlement *settlement, struct fault *fault);
bool is_alarm_settlement(const Duban__AlarmSettlement *settlement, struct fault *fault);

#endif
