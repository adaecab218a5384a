/* engine_complaint.h - for engine_complaint.c, engine_complaint_result.c and engine_feedback.c only: a complaint
 * on its way from the check to the receipt.
 *
 * One complaint of a place and matter leads the check; those joined to it have no task of their own.
 */
#ifndef DUBAN_RULES_ENGINE_COMPLAINT_H
#define DUBAN_RULES_ENGINE_COMPLAINT_H

#include "engine.h"

static const Duban__SubjectKind COMPLAINT = DUBAN__SUBJECT_KIND__SUBJECT_KIND_COMPLAINT;

/* Of the pack that it was opened under. */
const struct policy_complaints *complaint_rules(struct engine *engine, const Duban__Subject *subject);

/* The complaint of that id, which is one. */
Duban__Subject *complaint_with(struct engine *engine, const ProtobufCBinaryData *id);

/* Is its check open, and does it have the task itself? */
bool complaint_leads_a_check(const Duban__Subject *subject);

/* Somebody has to go there: the task, and who is told of it. `rule` says why. */
void complaint_open_check(struct engine *engine, Duban__Subject *subject, const char *rule);

/* The complaint waits for the check of the other; both are put. */
void complaint_join(struct engine *engine, Duban__Subject *head, Duban__Subject *subject);

/* One id more in a list, which moves to the arena. */
void complaint_add_id(struct engine *engine, ProtobufCBinaryData **ids, size_t *count, const ProtobufCBinaryData *id);

/* The result goes to the office: its task, and the notice. */
void complaint_open_feedback(struct engine *engine, Duban__Subject *subject);

#endif
