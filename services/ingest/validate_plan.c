/* validate_plan.c - the form of a confirmation of the day's stops. */
#include "civil.h"
#include "form.h"
#include "validate.h"

enum { MAX_STOP_CHANGES = 100 };

static bool is_order(const Duban__PlanConfirmation *confirmation, struct fault *fault)
{
    const char *in = "plan_confirmation";
    size_t repeat;

    if (confirmation->n_first == 0)
        return true;
    if (!form_count(fault, at(in, "first"), confirmation->n_first, MAX_STOP_CHANGES))
        return false;
    for (size_t i = 0; i < confirmation->n_first; i++)
        if (!form_code(fault, at_item("plan_confirmation.first", i, ""), confirmation->first[i]))
            return false;
    repeat = form_first_repeat((const char *const *) confirmation->first, confirmation->n_first);
    return repeat == confirmation->n_first ||
           form_fault(fault, at_item("plan_confirmation.first", repeat, ""), "同一个点位只写一次", "each site stands once");
}

static bool are_changes(Duban__StopChange *const *changes, size_t count, const char *name, const char *path, struct fault *fault)
{
    const char *sites[MAX_STOP_CHANGES];
    size_t repeat;

    if (count == 0)
        return true;
    if (!form_count(fault, at("plan_confirmation", name), count, MAX_STOP_CHANGES))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!form_code(fault, at_item(path, i, "site"), changes[i]->site) ||
            !form_required_text(fault, at_item(path, i, "reason"), changes[i]->reason))
            return false;
        sites[i] = changes[i]->site;
    }
    repeat = form_first_repeat(sites, count);
    return repeat == count || form_fault(fault, at_item(path, repeat, "site"), "同一个点位只写一次", "each site stands once");
}

bool is_plan_confirmation(const Duban__PlanConfirmation *confirmation, struct fault *fault)
{
    const char *in = "plan_confirmation";

    if (!form_code(fault, at(in, "zone"), confirmation->zone))
        return false;
    if (confirmation->day < 0 || confirmation->day > civil_day_of(9999, 12, 31))
        return form_fault(fault, at(in, "day"), "日期应在 1970-01-01 至 9999-12-31 之间", "the day should be between 1970-01-01 and 9999-12-31");
    return is_order(confirmation, fault) &&
           are_changes(confirmation->drops, confirmation->n_drops, "drops", "plan_confirmation.drops", fault) &&
           are_changes(confirmation->adds, confirmation->n_adds, "adds", "plan_confirmation.adds", fault);
}

bool is_stop_left(const Duban__StopLeft *left, struct fault *fault)
{
    return form_code(fault, at("stop_left", "site"), left->site) && form_required_text(fault, at("stop_left", "reason"), left->reason);
}
