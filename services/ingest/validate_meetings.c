/* validate_meetings.c - the form of what a meeting resolves, and of remarks. */
#include "civil.h"
#include "form.h"
#include "validate.h"

bool is_resolution(const Duban__Resolution *resolution, struct fault *fault)
{
    const char *in = "resolution";

    if (!form_required_text(fault, at(in, "matter"), resolution->matter) || !form_code(fault, at(in, "owner"), resolution->owner) ||
        !form_time_or_zero(fault, at(in, "due_ms"), resolution->due_ms))
        return false;
    switch (resolution->about_case) {
    case DUBAN__RESOLUTION__ABOUT_CASE_: return is_case_reference(resolution->case_, in, fault);
    case DUBAN__RESOLUTION__ABOUT_SITE: return form_code(fault, at(in, "site"), resolution->site);
    case DUBAN__RESOLUTION__ABOUT__NOT_SET:
    case _DUBAN__RESOLUTION__ABOUT__CASE_IS_INT_SIZE: return true;
    }
    return true;
}

/* Only an amendment says anew what is to be done. */
static bool is_change(const Duban__ResolutionStep *step, struct fault *fault)
{
    const char *in = "resolution_step";
    bool changes = step->matter[0] != '\0' || step->owner[0] != '\0' || step->due_ms != 0;

    if (step->act == DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_AMENDED && !changes)
        return form_fault(fault, at(in, "act"), "更改要写明改什么：事项(matter)、责任人(owner)或期限(due)",
                          "an amendment says what changes: the matter, the owner or the due time");
    return step->act == DUBAN__RESOLUTION_ACT__RESOLUTION_ACT_AMENDED || !changes ||
           form_fault(fault, at(in, "act"), "只有更改才写事项、责任人、期限", "only an amendment names a matter, an owner or a due time");
}

bool is_resolution_step(const Duban__ResolutionStep *step, struct fault *fault)
{
    const char *in = "resolution_step";

    return form_subject(fault, at(in, "resolution"), step->resolution, "LH") && form_chosen(fault, at(in, "act"), step->act) &&
           form_required_text(fault, at(in, "text"), step->text) && form_text(fault, at(in, "matter"), step->matter) &&
           form_code_or_empty(fault, at(in, "owner"), step->owner) && form_time_or_zero(fault, at(in, "due_ms"), step->due_ms) &&
           is_change(step, fault);
}

bool is_remark(const Duban__Remark *remark, struct fault *fault)
{
    const char *in = "remark";

    if (!form_required_text(fault, at(in, "text"), remark->text) || !form_code_or_empty(fault, at(in, "addressee"), remark->addressee))
        return false;
    switch (remark->about_case) {
    case DUBAN__REMARK__ABOUT_CASE_: return is_case_reference(remark->case_, in, fault);
    case DUBAN__REMARK__ABOUT_SITE: return form_code(fault, at(in, "site"), remark->site);
    case DUBAN__REMARK__ABOUT_DAY:
        return (remark->day > 0 && remark->day <= civil_day_of(9999, 12, 31)) ||
               form_fault(fault, at(in, "day"), "日期应在 1970-01-01 至 9999-12-31 之间", "the day should be between 1970-01-01 and 9999-12-31");
    case DUBAN__REMARK__ABOUT__NOT_SET:
    case _DUBAN__REMARK__ABOUT__CASE_IS_INT_SIZE: break;
    }
    return form_fault(fault, at(in, "case"), "批示要写明针对哪件、哪个点位或哪一天", "a remark is about a case, a site or a day: name it");
}
