/* policy_time.c - moments by a calendar: when a limit is over, a row's time, a pause.
 *
 * One function for each unit would repeat what calendar.c has; here is only which of its
 * answers a unit wants.
 */
#include <assert.h>

#include "civil.h"
#include "policy.h"

bool policy_is_working_unit(enum policy_unit unit)
{
    return unit == UNIT_WORKING_HOURS || unit == UNIT_WORKING_DAYS;
}

bool policy_repeats(const struct policy_row *row)
{
    return row->every_s > 0 || row->every_days > 0;
}

bool policy_offset_is_before(const struct policy_row *row)
{
    return row->offset_s < 0 || row->offset_days < 0;
}

/* ---------------------------------------------------------------- working time */

/* seconds of working time after at_s, or before it. */
static bool by_hours(const struct calendar *calendar, int64_t at_s, int64_t seconds, int64_t *moved_s,
                     int32_t *missing_year)
{
    if (calendar->slot_count == 0) {   /* a pack without working hours has published no year either */
        *missing_year = calendar_year(civil_day(at_s, calendar->utc_offset_s));
        return false;
    }
    if (seconds > 0)
        return calendar_after_hours(calendar, at_s, seconds, moved_s, missing_year);
    return calendar_before_hours(calendar, at_s, -seconds, moved_s, missing_year);
}

/* The worked day so many after the day of at_s, or before it, at the clock time of at_s. */
static bool by_days(const struct calendar *calendar, int64_t at_s, int32_t days, int64_t *moved_s, int32_t *missing_year)
{
    int32_t second = civil_second_of_day(at_s, calendar->utc_offset_s);
    int64_t end_s;

    if (!calendar_after_days(calendar, at_s, days, &end_s, missing_year))
        return false;
    *moved_s = civil_moment(civil_day(end_s - calendar->end_of_day_s, calendar->utc_offset_s), second,
                            calendar->utc_offset_s);
    return true;
}

/* ---------------------------------------------------------------- limits */

bool policy_due(const struct calendar *calendar, const struct policy_limit *limit, int64_t base_s, int64_t *due_s,
                int32_t *missing_year)
{
    switch (limit->unit) {
    case UNIT_NATURAL_HOURS:
        *due_s = base_s + limit->seconds;
        return true;
    case UNIT_CALENDAR_DAYS:
        *due_s = civil_moment(civil_day(base_s, calendar->utc_offset_s) + limit->days, calendar->end_of_day_s,
                              calendar->utc_offset_s);
        return true;
    case UNIT_WORKING_HOURS:
        return by_hours(calendar, base_s, limit->seconds, due_s, missing_year);
    case UNIT_WORKING_DAYS:
        return calendar_after_days(calendar, base_s, limit->days, due_s, missing_year);
    }
    assert(!"a limit has one of the four units");
    return false;
}

static bool shift_by_hours(const struct calendar *calendar, int64_t from_s, int64_t to_s, int64_t *at_s,
                           int32_t *missing_year)
{
    int64_t paused_s;

    if (!calendar_working_time(calendar, from_s, to_s, &paused_s, missing_year))
        return false;
    return paused_s == 0 || by_hours(calendar, *at_s, paused_s, at_s, missing_year);
}

static bool shift_by_days(const struct calendar *calendar, int64_t from_s, int64_t to_s, int64_t *at_s,
                          int32_t *missing_year)
{
    int32_t paused_days;

    if (!calendar_working_days(calendar, from_s, to_s, &paused_days, missing_year))
        return false;
    return paused_days == 0 || by_days(calendar, *at_s, paused_days, at_s, missing_year);
}

bool policy_shift(const struct calendar *calendar, enum policy_unit unit, int64_t from_s, int64_t to_s, int64_t *at_s,
                  int32_t *missing_year)
{
    switch (unit) {
    case UNIT_NATURAL_HOURS:
        *at_s += to_s - from_s;
        return true;
    case UNIT_CALENDAR_DAYS:
        *at_s += (civil_day(to_s, calendar->utc_offset_s) - civil_day(from_s, calendar->utc_offset_s)) * DAY_SECONDS;
        return true;
    case UNIT_WORKING_HOURS:
        return shift_by_hours(calendar, from_s, to_s, at_s, missing_year);
    case UNIT_WORKING_DAYS:
        return shift_by_days(calendar, from_s, to_s, at_s, missing_year);
    }
    assert(!"a limit has one of the four units");
    return false;
}

bool policy_length(const struct calendar *calendar, enum policy_unit unit, int64_t from_s, int64_t to_s,
                   int64_t *length_s, int32_t *missing_year)
{
    if (policy_is_working_unit(unit))
        return calendar_working_time(calendar, from_s, to_s, length_s, missing_year);
    *length_s = to_s - from_s;
    return true;
}

/* ---------------------------------------------------------------- rows */

/* The first worked day from that moment's day on, at its clock time. */
static bool on_worked_day(const struct calendar *calendar, int64_t *at_s, int32_t *missing_year)
{
    int64_t day = civil_day(*at_s, calendar->utc_offset_s);

    while (calendar_covers(calendar, day)) {
        if (calendar_is_worked(calendar, day)) {
            *at_s = civil_moment(day, civil_second_of_day(*at_s, calendar->utc_offset_s), calendar->utc_offset_s);
            return true;
        }
        day++;
    }
    *missing_year = calendar_year(day);
    return false;
}

static bool clock_time(const struct calendar *calendar, const struct policy_row *row, int64_t due_s, int64_t *at_s,
                       int32_t *missing_year)
{
    int64_t clock_s = civil_moment(civil_day(due_s, calendar->utc_offset_s) + row->day, row->second_of_day,
                                   calendar->utc_offset_s);

    if (row->every_days > 0 && !on_worked_day(calendar, &clock_s, missing_year))
        return false;
    *at_s = clock_s;
    return true;
}

bool policy_row_time(const struct calendar *calendar, const struct policy_row *row, int64_t due_s, int64_t *at_s,
                     int32_t *missing_year)
{
    if (row->when == WHEN_CLOCK)
        return clock_time(calendar, row, due_s, at_s, missing_year);
    switch (row->offset_unit) {
    case UNIT_WORKING_HOURS:
        return by_hours(calendar, due_s, row->offset_s, at_s, missing_year);
    case UNIT_WORKING_DAYS:
        return by_days(calendar, due_s, row->offset_days, at_s, missing_year);
    case UNIT_NATURAL_HOURS:
    case UNIT_CALENDAR_DAYS:
        break;
    }
    *at_s = due_s + row->offset_s;
    return true;
}

bool policy_next_time(const struct calendar *calendar, const struct policy_row *row, int64_t at_s, int64_t *next_s,
                      int32_t *missing_year)
{
    assert(policy_repeats(row));
    if (row->every_days > 0)
        return by_days(calendar, at_s, row->every_days, next_s, missing_year);
    *next_s = at_s + row->every_s;
    return true;
}
