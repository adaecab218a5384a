/* validate_complaint.c - the form of complaints, their results and receipts. */
#include "form.h"
#include "validate.h"

#include <string.h>

enum { SUBJECT_ID_BYTES = 16, MAX_PREFIX = 4, MAX_DIGITS = 9 };

/* TS-0001: letters, a hyphen, digits. Which there are, only rules knows. */
static bool is_number(const char *number)
{
    size_t letters = strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const char *digits = number + letters + 1;

    if (letters == 0 || letters > MAX_PREFIX || number[letters] != '-')
        return false;
    return strlen(digits) >= 1 && strlen(digits) <= MAX_DIGITS && strspn(digits, "0123456789") == strlen(digits);
}

static bool is_reference(const Duban__SubjectReference *reference, const char *in, struct fault *fault)
{
    if (!form_present(fault, at(in, "complaint"), reference))
        return false;
    switch (reference->by_case) {
    case DUBAN__SUBJECT_REFERENCE__BY_ID:
        return reference->id.len == SUBJECT_ID_BYTES ||
               form_fault(fault, at(in, "complaint.id"), "编号须为 16 字节", "an id has 16 bytes");
    case DUBAN__SUBJECT_REFERENCE__BY_NUMBER:
        return is_number(reference->number) ||
               form_fault(fault, at(in, "complaint.number"), "编号应写作 TS-0001", "write the number like TS-0001");
    case DUBAN__SUBJECT_REFERENCE__BY__NOT_SET:
    case _DUBAN__SUBJECT_REFERENCE__BY__CASE_IS_INT_SIZE:
        break;
    }
    return form_fault(fault, at(in, "complaint"), "须指明投诉编号，如 TS-0001", "name the complaint by its number, like TS-0001");
}

static bool is_where(const Duban__Complaint *complaint, struct fault *fault)
{
    switch (complaint->where_case) {
    case DUBAN__COMPLAINT__WHERE_SITE:
        return form_code(fault, at("complaint", "site"), complaint->site);
    case DUBAN__COMPLAINT__WHERE_AREA:
        return form_code(fault, at("complaint", "area"), complaint->area);
    case DUBAN__COMPLAINT__WHERE__NOT_SET:
    case _DUBAN__COMPLAINT__WHERE__CASE_IS_INT_SIZE:
        break;
    }
    return form_fault(fault, at("complaint", "site"), "须填点位；不清楚点位的，填社区(村)(area)",
                      "name the site, or the area when the site is not known");
}

bool is_complaint(const Duban__Complaint *complaint, struct fault *fault)
{
    const char *in = "complaint";

    return form_code(fault, at(in, "source"), complaint->source) && is_where(complaint, fault) &&
           form_text(fault, at(in, "place"), complaint->place) &&
           form_code(fault, at(in, "matter"), complaint->matter) &&
           form_required_text(fault, at(in, "text"), complaint->text) &&
           form_time_or_zero(fault, at(in, "received_at_ms"), complaint->received_at_ms) &&
           form_personal(fault, at(in, "complainant"), complaint->complainant);
}

bool is_complaint_result(const Duban__ComplaintResult *result, struct fault *fault)
{
    const char *in = "complaint_result";

    return is_reference(result->complaint, in, fault) && form_chosen(fault, at(in, "outcome"), result->outcome) &&
           form_required_text(fault, at(in, "text"), result->text) &&
           form_code(fault, at(in, "office"), result->office) && form_code_or_empty(fault, at(in, "site"), result->site);
}

bool is_feedback_receipt(const Duban__FeedbackReceipt *receipt, struct fault *fault)
{
    return is_reference(receipt->complaint, "feedback_receipt", fault) &&
           form_text(fault, at("feedback_receipt", "text"), receipt->text);
}
