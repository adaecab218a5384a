/* validate_isolation.c - the form of isolations, contacts with the isolated, and what is decided about them. */
#include "form.h"
#include "validate.h"

bool is_isolation(const Duban__Isolation *isolation, struct fault *fault)
{
    const char *in = "isolation";

    return form_present(fault, at(in, "person"), isolation->person) && form_personal(fault, at(in, "person"), isolation->person) &&
           form_personal(fault, at(in, "address"), isolation->address) && form_code(fault, at(in, "area"), isolation->area) &&
           form_code(fault, at(in, "basis"), isolation->basis) && form_time(fault, at(in, "start_ms"), isolation->start_ms) &&
           form_text(fault, at(in, "text"), isolation->text);
}

bool is_isolation_contact(const Duban__IsolationContact *contact, struct fault *fault)
{
    const char *in = "isolation_contact";

    return form_subject(fault, at(in, "isolation"), contact->isolation, "GL") &&
           form_time_or_zero(fault, at(in, "at_ms"), contact->at_ms) && form_text(fault, at(in, "text"), contact->text);
}

/* What only one act has, the others leave empty. */
static bool fits_its_act(const Duban__IsolationChange *change, struct fault *fault)
{
    const char *in = "isolation_change";
    bool restarts = change->act == DUBAN__ISOLATION_ACT__ISOLATION_ACT_RESTART;
    bool exempts = change->act == DUBAN__ISOLATION_ACT__ISOLATION_ACT_EXEMPT;

    if (restarts && change->at_ms == 0)
        return form_fault(fault, at(in, "at_ms"), "重新计算须写明从何时起", "a restart needs the time that it starts from");
    if (change->at_ms != 0 && !restarts && change->act != DUBAN__ISOLATION_ACT__ISOLATION_ACT_LENGTHEN)
        return form_fault(fault, at(in, "at_ms"), "只有重新计算和延长才写时间", "only a restart and a lengthening have a time");
    if (!restarts && change->basis[0] != '\0')
        return form_fault(fault, at(in, "basis"), "只有重新计算才改类别", "only a restart changes the class");
    return exempts == (change->exemption[0] != '\0') ||
           form_fault(fault, at(in, "exemption"), "免除须写明免除类别，其他操作不写", "an exemption names its class, nothing else does");
}

bool is_isolation_change(const Duban__IsolationChange *change, struct fault *fault)
{
    const char *in = "isolation_change";

    return form_subject(fault, at(in, "isolation"), change->isolation, "GL") && form_chosen(fault, at(in, "act"), (int) change->act) &&
           form_time_or_zero(fault, at(in, "at_ms"), change->at_ms) && form_code_or_empty(fault, at(in, "basis"), change->basis) &&
           form_code_or_empty(fault, at(in, "exemption"), change->exemption) && fits_its_act(change, fault) &&
           form_required_text(fault, at(in, "reason"), change->reason);
}
