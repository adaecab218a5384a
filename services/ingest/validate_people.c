/* validate_people.c - the form of what is said of people: home office and duty windows, availability, on call. */
#include "form.h"
#include "message.h"
#include "validate.h"

static const int64_t LONGEST_ON_CALL_MS = (int64_t) 31 * 24 * 3600 * 1000;

enum { MINUTES_OF_DAY = 24 * 60 };

static bool is_duty_window(const Duban__DutyWindow *window, size_t i, struct fault *fault)
{
    const char *in = "role_holder_change.duty_windows";

    if (window->first_day < 1 || window->first_day > 7)
        return form_fault(fault, at_item(in, i, "first_day"), "星期用 1（周一）到 7（周日）表示", "days are 1 (Monday) to 7 (Sunday)");
    if (window->last_day < window->first_day || window->last_day > 7)
        return form_fault(fault, at_item(in, i, "last_day"), "截止的星期不早于起始的星期，最大 7（周日）；跨周请分两条写",
                          "the last day is not before the first one, at most 7 (Sunday); write two for what goes over the weekend");
    return (window->to_minute > window->from_minute && window->to_minute <= MINUTES_OF_DAY) ||
           form_fault(fault, at_item(in, i, "to_minute"), "截止须晚于开始，最晚 1440（24:00）；跨午夜请分两条写",
                      "the end is after the start, at most 1440 (24:00); write two for what goes over midnight");
}

bool is_home_and_duty(const Duban__RoleHolderChange *change, struct fault *fault)
{
    const char *in = "role_holder_change";

    if (!form_code_or_empty(fault, at(in, "home_office"), change->home_office) ||
        !form_count(fault, at(in, "duty_windows"), change->n_duty_windows, ENTRY_MAX_DUTY_WINDOWS))
        return false;
    for (size_t i = 0; i < change->n_duty_windows; i++)
        if (!is_duty_window(change->duty_windows[i], i, fault))
            return false;
    return true;
}

static bool is_until(const Duban__AvailabilityChange *change, struct fault *fault)
{
    struct place place = at("availability_change", "until_ms");

    if (!form_time_or_zero(fault, place, change->until_ms))
        return false;
    if (change->availability == DUBAN__AVAILABILITY__AVAILABILITY_ON_DUTY && change->until_ms != 0)
        return form_fault(fault, place, "在岗不填截止时间；要预先登记以后的休假、隔离，请填其开始时间(from_ms)",
                          "on duty has no end; to enter a later leave or isolation, give its own start (from_ms)");
    return change->until_ms == 0 || change->until_ms > change->from_ms ||
           form_fault(fault, place, "截止时间须晚于开始时间", "the end must lie after the start (from_ms)");
}

bool is_availability_change(const Duban__AvailabilityChange *change, struct fault *fault)
{
    const char *in = "availability_change";

    return form_code(fault, at(in, "account"), change->account) &&
           form_chosen(fault, at(in, "availability"), change->availability) &&
           form_time_or_zero(fault, at(in, "from_ms"), change->from_ms) && is_until(change, fault) &&
           form_text(fault, at(in, "reason"), change->reason);
}

bool is_on_call_change(const Duban__OnCallChange *change, struct fault *fault)
{
    const char *in = "on_call_change";

    if (!form_code(fault, at(in, "account"), change->account) ||
        !form_time(fault, at(in, "from_ms"), change->from_ms))
        return false;
    if (change->removed)
        return form_time_or_zero(fault, at(in, "until_ms"), change->until_ms);
    if (!form_time(fault, at(in, "until_ms"), change->until_ms))
        return false;
    return (change->until_ms > change->from_ms && change->until_ms - change->from_ms <= LONGEST_ON_CALL_MS) ||
           form_fault(fault, at(in, "until_ms"), "值班须有始有终：截止晚于开始，最长 31 天",
                      "on call ends after it begins, and lasts at most 31 days");
}
