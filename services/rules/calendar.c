/* calendar.c - walking over worked days and their slots, forwards and backwards. */
#include "calendar.h"

#include <assert.h>

#include "civil.h"

enum { SATURDAY = 5 };

/* ---------------------------------------------------------------- days */

int32_t calendar_year(int64_t day)
{
    return civil_of(civil_moment(day, 0, 0), 0).year;
}

bool calendar_covers(const struct calendar *calendar, int64_t day)
{
    int32_t year = calendar_year(day);

    for (size_t i = 0; i < calendar->year_count; i++)
        if (calendar->years[i] == year)
            return true;
    return false;
}

const struct calendar_day *calendar_day_of(const struct calendar *calendar, int64_t day)
{
    size_t from = 0;
    size_t to = calendar->day_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (calendar->days[middle].day == day)
            return &calendar->days[middle];
        if (calendar->days[middle].day < day)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

bool calendar_is_worked(const struct calendar *calendar, int64_t day)
{
    const struct calendar_day *own = calendar_day_of(calendar, day);

    return own != NULL ? own->is_worked : civil_weekday(day) < SATURDAY;
}

/* False, with the year, when the day is not covered. */
static bool judge(const struct calendar *calendar, int64_t day, bool *is_worked, int32_t *missing_year)
{
    if (!calendar_covers(calendar, day)) {
        *missing_year = calendar_year(day);
        return false;
    }
    *is_worked = calendar_is_worked(calendar, day);
    return true;
}

/* ---------------------------------------------------------------- hours */

/* Working time of a worked day that lies in [from_s, to_s), in seconds of the day. */
static int64_t worked_within(const struct calendar *calendar, int32_t from_s, int32_t to_s)
{
    int64_t sum = 0;

    for (size_t i = 0; i < calendar->slot_count; i++) {
        int32_t start = calendar->slots[i].from_s > from_s ? calendar->slots[i].from_s : from_s;
        int32_t end = calendar->slots[i].to_s < to_s ? calendar->slots[i].to_s : to_s;

        if (end > start)
            sum += end - start;
    }
    return sum;
}

/* The second of the day at which so much of it has been worked since from_s. */
static int32_t second_after(const struct calendar *calendar, int32_t from_s, int64_t working_s)
{
    for (size_t i = 0; i < calendar->slot_count; i++) {
        int32_t start = calendar->slots[i].from_s > from_s ? calendar->slots[i].from_s : from_s;
        int64_t length = calendar->slots[i].to_s - start;

        if (length <= 0)
            continue;
        if (working_s <= length)
            return (int32_t) (start + working_s);
        working_s -= length;
    }
    assert(!"the day holds that much");
    return DAY_SECONDS;
}

/* The second of the day from which so much of it is worked until to_s. */
static int32_t second_before(const struct calendar *calendar, int32_t to_s, int64_t working_s)
{
    for (size_t i = calendar->slot_count; i > 0; i--) {
        int32_t end = calendar->slots[i - 1].to_s < to_s ? calendar->slots[i - 1].to_s : to_s;
        int64_t length = end - calendar->slots[i - 1].from_s;

        if (length <= 0)
            continue;
        if (working_s <= length)
            return (int32_t) (end - working_s);
        working_s -= length;
    }
    assert(!"the day holds that much");
    return 0;
}

bool calendar_after_hours(const struct calendar *calendar, int64_t start_s, int64_t working_s, int64_t *at_s,
                          int32_t *missing_year)
{
    int64_t day = civil_day(start_s, calendar->utc_offset_s);
    int32_t from_s = civil_second_of_day(start_s, calendar->utc_offset_s);
    bool is_worked;

    assert(working_s > 0 && calendar->slot_count > 0);
    for (;; day++, from_s = 0) {
        int64_t today_s;

        if (!judge(calendar, day, &is_worked, missing_year))
            return false;
        today_s = is_worked ? worked_within(calendar, from_s, DAY_SECONDS) : 0;
        if (working_s <= today_s)
            break;
        working_s -= today_s;
    }
    *at_s = civil_moment(day, second_after(calendar, from_s, working_s), calendar->utc_offset_s);
    return true;
}

bool calendar_before_hours(const struct calendar *calendar, int64_t end_s, int64_t working_s, int64_t *at_s,
                           int32_t *missing_year)
{
    int64_t day = civil_day(end_s, calendar->utc_offset_s);
    int32_t to_s = civil_second_of_day(end_s, calendar->utc_offset_s);
    bool is_worked;

    assert(working_s > 0 && calendar->slot_count > 0);
    for (;; day--, to_s = DAY_SECONDS) {
        int64_t today_s;

        if (!judge(calendar, day, &is_worked, missing_year))
            return false;
        today_s = is_worked ? worked_within(calendar, 0, to_s) : 0;
        if (working_s <= today_s)
            break;
        working_s -= today_s;
    }
    *at_s = civil_moment(day, second_before(calendar, to_s, working_s), calendar->utc_offset_s);
    return true;
}

bool calendar_working_time(const struct calendar *calendar, int64_t from_s, int64_t to_s, int64_t *working_s,
                           int32_t *missing_year)
{
    int64_t first = civil_day(from_s, calendar->utc_offset_s);
    int64_t last = civil_day(to_s, calendar->utc_offset_s);
    int64_t sum = 0;

    assert(from_s <= to_s);
    for (int64_t day = first; day <= last; day++) {
        int32_t start = day == first ? civil_second_of_day(from_s, calendar->utc_offset_s) : 0;
        int32_t end = day == last ? civil_second_of_day(to_s, calendar->utc_offset_s) : DAY_SECONDS;
        bool is_worked;

        if (!judge(calendar, day, &is_worked, missing_year))
            return false;
        if (is_worked)
            sum += worked_within(calendar, start, end);
    }
    *working_s = sum;
    return true;
}

/* ---------------------------------------------------------------- days as a limit */

bool calendar_after_days(const struct calendar *calendar, int64_t start_s, int32_t days, int64_t *at_s,
                         int32_t *missing_year)
{
    int64_t day = civil_day(start_s, calendar->utc_offset_s);
    int step = days < 0 ? -1 : 1;
    int32_t left = days < 0 ? -days : days;
    bool is_worked;

    while (left > 0) {
        day += step;
        if (!judge(calendar, day, &is_worked, missing_year))
            return false;
        left -= is_worked;
    }
    *at_s = civil_moment(day, calendar->end_of_day_s, calendar->utc_offset_s);
    return true;
}

bool calendar_working_days(const struct calendar *calendar, int64_t from_s, int64_t to_s, int32_t *days,
                           int32_t *missing_year)
{
    int64_t last = civil_day(to_s, calendar->utc_offset_s);
    int32_t sum = 0;

    for (int64_t day = civil_day(from_s, calendar->utc_offset_s) + 1; day <= last; day++) {
        bool is_worked;

        if (!judge(calendar, day, &is_worked, missing_year))
            return false;
        sum += is_worked;
    }
    *days = sum;
    return true;
}
