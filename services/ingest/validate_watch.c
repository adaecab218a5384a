/* validate_watch.c - the form of watches, their ends, and absences of contacts. */
#include "form.h"
#include "validate.h"

enum { MAX_CLEAN_DAYS = 366 };

static bool is_watch_end_condition(const Duban__Watch *watch, struct fault *fault)
{
    const char *in = "watch";

    if (watch->until_ms != 0 && watch->from_ms > watch->until_ms)
        return form_fault(fault, at(in, "until_ms"), "最后一天不能早于第一天(from)", "the last day cannot lie before the first (from)");
    if (watch->until_ms != 0 && watch->clean_days != 0)
        return form_fault(fault, at(in, "clean_days"), "结束日期(until)和连续合格天数(clean days)只能写一个",
                          "it ends on a day (until) or by clean days: give one of them");
    return watch->clean_days <= MAX_CLEAN_DAYS ||
           form_fault(fault, at(in, "clean_days"), "连续合格天数最多 366 天", "at most 366 clean days");
}

bool is_watch(const Duban__Watch *watch, struct fault *fault)
{
    const char *in = "watch";

    return form_code(fault, at(in, "site"), watch->site) && form_code_or_empty(fault, at(in, "watcher"), watch->watcher) &&
           form_time_or_zero(fault, at(in, "from_ms"), watch->from_ms) &&
           form_time_or_zero(fault, at(in, "until_ms"), watch->until_ms) && is_watch_end_condition(watch, fault) &&
           form_required_text(fault, at(in, "reason"), watch->reason);
}

bool is_watch_end(const Duban__WatchEnd *watch_end, struct fault *fault)
{
    return form_subject(fault, at("watch_end", "watch"), watch_end->watch, "DS") &&
           form_required_text(fault, at("watch_end", "reason"), watch_end->reason);
}

bool is_contact_absence(const Duban__ContactAbsence *absence, struct fault *fault)
{
    return form_code(fault, at("contact_absence", "site"), absence->site) &&
           form_text(fault, at("contact_absence", "text"), absence->text);
}
