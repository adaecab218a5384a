/* validate_complaint.c - the form of complaints, their results and receipts. */
#include "form.h"
#include "validate.h"

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

    return form_subject(fault, at(in, "complaint"), result->complaint, "TS") && form_chosen(fault, at(in, "outcome"), result->outcome) &&
           form_required_text(fault, at(in, "text"), result->text) &&
           form_code(fault, at(in, "office"), result->office) && form_code_or_empty(fault, at(in, "site"), result->site);
}

bool is_feedback_receipt(const Duban__FeedbackReceipt *receipt, struct fault *fault)
{
    return form_subject(fault, at("feedback_receipt", "complaint"), receipt->complaint, "TS") &&
           form_text(fault, at("feedback_receipt", "text"), receipt->text);
}
