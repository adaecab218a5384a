/* handlers.c - one line for each entry; the functions are in the engine's files. */
#include "engine.h"

/* Ingest records what is skipped and hands it over in HELLO_OK; here it is only judged. */
static bool on_skip(struct engine *engine, const Duban__Skip *skip, struct fault *fault)
{
    (void) skip;
    return engine_may(engine, RIGHT_OPERATE, NULL, NULL, fault);
}

/* Its stamp has moved time already: the timers before it have fired. */
static bool on_tick(void)
{
    return true;
}

/* No default: the compiler names any entry added to entry.proto but not here. */
bool engine_handle(struct engine *engine, const Duban__Entry *entry, struct fault *fault)
{
    switch (entry->body_case) {
    case DUBAN__ENTRY__BODY_REPORT:
        return engine_on_report(engine, entry->report, fault);
    case DUBAN__ENTRY__BODY_CLAIM:
        return engine_on_claim(engine, entry->claim, fault);
    case DUBAN__ENTRY__BODY_ACKNOWLEDGEMENT:
        return engine_on_acknowledgement(engine, entry->acknowledgement, fault);
    case DUBAN__ENTRY__BODY_ASSIGNMENT:
        return engine_on_assignment(engine, entry->assignment, fault);
    case DUBAN__ENTRY__BODY_APPROVAL:
        return engine_on_approval(engine, entry->approval, fault);
    case DUBAN__ENTRY__BODY_EXTENSION:
        return engine_on_extension(engine, entry->extension, fault);
    case DUBAN__ENTRY__BODY_OVERDUE_EXPLANATION:
        return engine_on_overdue_explanation(engine, entry->overdue_explanation, fault);
    case DUBAN__ENTRY__BODY_CASE_EDIT:
        return engine_on_case_edit(engine, entry->case_edit, fault);
    case DUBAN__ENTRY__BODY_RECOMPUTE:
        return engine_on_recompute(engine, entry->recompute, fault);
    case DUBAN__ENTRY__BODY_SUSPENSION:
        return engine_on_suspension(engine, entry->suspension, fault);
    case DUBAN__ENTRY__BODY_RESUMPTION:
        return engine_on_resumption(engine, entry->resumption, fault);
    case DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL:
        return engine_on_evidence_arrival(engine, entry->evidence_arrival, fault);
    case DUBAN__ENTRY__BODY_RELEASE:
        return engine_on_release(engine, entry->release, fault);
    case DUBAN__ENTRY__BODY_SKIP:
        return on_skip(engine, entry->skip, fault);
    case DUBAN__ENTRY__BODY_AREA_CHANGE:
        return engine_on_area_change(engine, entry->area_change, fault);
    case DUBAN__ENTRY__BODY_SITE_CHANGE:
        return engine_on_site_change(engine, entry->site_change, fault);
    case DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE:
        return engine_on_role_holder_change(engine, entry->role_holder_change, fault);
    case DUBAN__ENTRY__BODY_POLICY_FILE:
        return engine_on_policy_file(engine, entry->policy_file, fault);
    case DUBAN__ENTRY__BODY_POLICY_ACTIVATION:
        return engine_on_policy_activation(engine, entry->policy_activation, fault);
    case DUBAN__ENTRY__BODY_ENGINE_VERSION:
        return engine_on_engine_version(engine, entry->engine_version, fault);
    case DUBAN__ENTRY__BODY_OUTCOMES:
        return engine_on_outcomes(engine, entry->outcomes, fault);
    case DUBAN__ENTRY__BODY_TICK:
        return on_tick();
    case DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY:
        return engine_on_dead_letter_retry(engine, entry->dead_letter_retry, fault);
    case DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT:
        return engine_on_dead_letter_settlement(engine, entry->dead_letter_settlement, fault);
    case DUBAN__ENTRY__BODY_ALARM_SETTLEMENT:
        return engine_on_alarm_settlement(engine, entry->alarm_settlement, fault);
    case DUBAN__ENTRY__BODY_POLICY_REVOCATION:
        return engine_on_policy_revocation(engine, entry->policy_revocation, fault);
    case DUBAN__ENTRY__BODY_COMPLAINT:
        return engine_on_complaint(engine, entry->complaint, fault);
    case DUBAN__ENTRY__BODY_COMPLAINT_RESULT:
        return engine_on_complaint_result(engine, entry->complaint_result, fault);
    case DUBAN__ENTRY__BODY_FEEDBACK_RECEIPT:
        return engine_on_feedback_receipt(engine, entry->feedback_receipt, fault);
    case DUBAN__ENTRY__BODY_WATCH:
        return engine_on_watch(engine, entry->watch, fault);
    case DUBAN__ENTRY__BODY_WATCH_END:
        return engine_on_watch_end(engine, entry->watch_end, fault);
    case DUBAN__ENTRY__BODY_CONTACT_ABSENCE:
        return engine_on_contact_absence(engine, entry->contact_absence, fault);
    case DUBAN__ENTRY__BODY_ISOLATION:
        return engine_on_isolation(engine, entry->isolation, fault);
    case DUBAN__ENTRY__BODY_ISOLATION_CONTACT:
        return engine_on_isolation_contact(engine, entry->isolation_contact, fault);
    case DUBAN__ENTRY__BODY_ISOLATION_CHANGE:
        return engine_on_isolation_change(engine, entry->isolation_change, fault);
    case DUBAN__ENTRY__BODY_FORGOTTEN:
        return engine_on_forgotten(engine, entry->forgotten);
    case DUBAN__ENTRY__BODY_DIFFICULTY:
        return engine_on_difficulty(engine, entry->difficulty, fault);
    case DUBAN__ENTRY__BODY_COORDINATION_STEP:
        return engine_on_coordination_step(engine, entry->coordination_step, fault);
    case DUBAN__ENTRY__BODY_REFERRAL_STEP:
        return engine_on_referral_step(engine, entry->referral_step, fault);
    case DUBAN__ENTRY__BODY_URGENT_REPORT:
        return engine_on_urgent_report(engine, entry->urgent_report, fault);
    case DUBAN__ENTRY__BODY_URGENT_STEP:
        return engine_on_urgent_step(engine, entry->urgent_step, fault);
    case DUBAN__ENTRY__BODY_HOUSEHOLD_CHANGE:
        return engine_on_household_change(engine, entry->household_change, fault);
    case DUBAN__ENTRY__BODY_CAMPAIGN_OPENING:
        return engine_on_campaign_opening(engine, entry->campaign_opening, fault);
    case DUBAN__ENTRY__BODY_CAMPAIGN_END:
        return engine_on_campaign_end(engine, entry->campaign_end, fault);
    case DUBAN__ENTRY__BODY_HOUSEHOLD_ACT:
        return engine_on_household_act(engine, entry->household_act, fault);
    case DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK:
        return engine_on_household_check(engine, entry->household_check, fault);
    case DUBAN__ENTRY__BODY_AVAILABILITY_CHANGE:
        return engine_on_availability_change(engine, entry->availability_change, fault);
    case DUBAN__ENTRY__BODY_ON_CALL_CHANGE:
        return engine_on_on_call_change(engine, entry->on_call_change, fault);
    case DUBAN__ENTRY__BODY_UNIT_CHANGE:
        return engine_on_unit_change(engine, entry->unit_change, fault);
    case DUBAN__ENTRY__BODY_AMENDMENT:
        return engine_on_amendment(engine, entry->amendment, fault);
    case DUBAN__ENTRY__BODY_APPEAL:
        return engine_on_appeal(engine, entry->appeal, fault);
    case DUBAN__ENTRY__BODY_PLAN_CONFIRMATION:
        return engine_on_plan_confirmation(engine, entry->plan_confirmation, fault);
    case DUBAN__ENTRY__BODY_SILENCE:
        return engine_on_silence(engine, entry->silence, fault);
    case DUBAN__ENTRY__BODY_SILENCE_END:
        return engine_on_silence_end(engine, entry->silence_end, fault);
    case DUBAN__ENTRY__BODY_RESOLUTION:
        return engine_on_resolution(engine, entry->resolution, fault);
    case DUBAN__ENTRY__BODY_RESOLUTION_STEP:
        return engine_on_resolution_step(engine, entry->resolution_step, fault);
    case DUBAN__ENTRY__BODY_REMARK:
        return engine_on_remark(engine, entry->remark, fault);
    case DUBAN__ENTRY__BODY_CONTACT_TEST:
        return engine_on_contact_test(engine, entry->contact_test, fault);
    case DUBAN__ENTRY__BODY_CONTACT_CONFIRMATION:
        return engine_on_contact_confirmation(engine, entry->contact_confirmation, fault);
    case DUBAN__ENTRY__BODY_ACCESS:
        return engine_on_access(engine, entry->access);
    case DUBAN__ENTRY__BODY_STOP_LEFT:
        return engine_on_stop_left(engine, entry->stop_left, fault);
    case DUBAN__ENTRY__BODY_ISOLATION_RELEASE:
        return engine_on_isolation_release(engine, entry->isolation_release, fault);
    case DUBAN__ENTRY__BODY__NOT_SET:
    case _DUBAN__ENTRY__BODY__CASE_IS_INT_SIZE:   /* protobuf-c's filler */
        break;
    }
    return fault_set(fault, "body", "空记录", "an entry without a body");
}
