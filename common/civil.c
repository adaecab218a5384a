#include "civil.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Zones that have kept one offset since 1992, by the IANA time zone database. */
static const struct zone {
    const char *name;
    int32_t offset_s;
} zones[] = {
    { "Asia/Shanghai", 28800 },    { "Asia/Urumqi", 21600 },       { "Asia/Hong_Kong", 28800 },
    { "Asia/Macau", 28800 },       { "Asia/Taipei", 28800 },       { "Asia/Singapore", 28800 },
    { "Asia/Kuala_Lumpur", 28800 }, { "Asia/Manila", 28800 },      { "Asia/Bangkok", 25200 },
    { "Asia/Ho_Chi_Minh", 25200 }, { "Asia/Jakarta", 25200 },      { "Asia/Tokyo", 32400 },
    { "Asia/Seoul", 32400 },       { "Asia/Kolkata", 19800 },      { "Asia/Dubai", 14400 },
    { "Africa/Nairobi", 10800 },   { "Africa/Johannesburg", 7200 }, { "Africa/Lagos", 3600 },
    { "UTC", 0 },                  { "Etc/UTC", 0 },
};

bool civil_zone(const char *name, int32_t *offset_s)
{
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (strcmp(name, zones[i].name) == 0) {
            *offset_s = zones[i].offset_s;
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------- days */

/* A time from outside may be anything: past about two million years everything is one day. */
static int64_t local(int64_t at_s, int32_t offset_s)
{
    const int64_t limit = INT64_C(1) << 46;

    if (at_s > limit)
        at_s = limit;
    if (at_s < -limit)
        at_s = -limit;
    return at_s + offset_s;
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t civil_day(int64_t at_s, int32_t offset_s)
{
    return floor_divide(local(at_s, offset_s), DAY_SECONDS);
}

int32_t civil_second_of_day(int64_t at_s, int32_t offset_s)
{
    return (int32_t) (local(at_s, offset_s) - civil_day(at_s, offset_s) * DAY_SECONDS);
}

int64_t civil_moment(int64_t day, int32_t second_of_day, int32_t offset_s)
{
    return day * DAY_SECONDS + second_of_day - offset_s;
}

/* Years begin in March here, so that the leap day is the last of its year; an era is 400
 * years = 146097 days; day 0 lies 719468 days after 0000-03-01. */
int64_t civil_day_of(int32_t year, int32_t month, int32_t day)
{
    int64_t march_year = (int64_t) year - (month <= 2);
    int64_t era = floor_divide(march_year, 400);
    int64_t year_of_era = march_year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct civil civil_of(int64_t at_s, int32_t offset_s)
{
    int64_t shifted = civil_day(at_s, offset_s) + 719468;
    int32_t second = civil_second_of_day(at_s, offset_s);
    int64_t era = floor_divide(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int32_t month = (int32_t) (march_month < 10 ? march_month + 3 : march_month - 9);

    return (struct civil){
        .year = (int32_t) (year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int32_t) (day_of_year - (153 * march_month + 2) / 5 + 1),
        .hour = second / 3600,
        .minute = second / 60 % 60,
        .second = second % 60,
    };
}

int civil_weekday(int64_t day)
{
    int64_t since_monday = day + 3;   /* day 0 was a Thursday */

    return (int) (since_monday - floor_divide(since_monday, 7) * 7);
}

/* ---------------------------------------------------------------- reading */

/* Exactly `digits` digits, and at most `max`; moves *text behind them. */
static bool take_number(const char **text, int digits, int32_t max, int32_t *value)
{
    *value = 0;
    for (int i = 0; i < digits; i++) {
        char at = (*text)[i];

        if (at < '0' || at > '9')
            return false;
        *value = *value * 10 + (at - '0');
    }
    *text += digits;
    return *value <= max;
}

static bool take_mark(const char **text, char mark)
{
    if (**text != mark)
        return false;
    (*text)++;
    return true;
}

static int32_t days_in_month(int32_t year, int32_t month)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static bool take_date(const char **text, int64_t *day)
{
    int32_t year;
    int32_t month;
    int32_t day_of_month;

    if (!take_number(text, 4, 9999, &year) || !take_mark(text, '-') || !take_number(text, 2, 12, &month) ||
        !take_mark(text, '-') || !take_number(text, 2, 31, &day_of_month))
        return false;
    if (month < 1 || day_of_month < 1 || day_of_month > days_in_month(year, month))
        return false;
    *day = civil_day_of(year, month, day_of_month);
    return true;
}

/* "HH:MM" with optional ":SS". */
static bool take_clock(const char **text, int32_t max_hour, int32_t *second_of_day)
{
    int32_t hour;
    int32_t minute;
    int32_t second = 0;

    if (!take_number(text, 2, max_hour, &hour) || !take_mark(text, ':') || !take_number(text, 2, 59, &minute))
        return false;
    if (take_mark(text, ':') && !take_number(text, 2, 59, &second))
        return false;
    *second_of_day = hour * 3600 + minute * 60 + second;
    return true;
}

/* "Z", "+08:00", or nothing: then *offset_s stays. */
static bool take_offset(const char **text, int32_t *offset_s)
{
    bool east = **text == '+';
    int32_t hours;
    int32_t minutes;

    if (**text == '\0')
        return true;
    if (take_mark(text, 'Z')) {
        *offset_s = 0;
        return true;
    }
    if (!(take_mark(text, '+') || take_mark(text, '-')) || !take_number(text, 2, 14, &hours) ||
        !take_mark(text, ':') || !take_number(text, 2, 59, &minutes))
        return false;
    *offset_s = (east ? 1 : -1) * (hours * 3600 + minutes * 60);
    return true;
}

bool civil_parse(const char *text, int32_t offset_s, int64_t *at_s)
{
    int64_t day;
    int32_t second;

    if (!take_date(&text, &day) || !(take_mark(&text, 'T') || take_mark(&text, ' ')) ||
        !take_clock(&text, 23, &second) || !take_offset(&text, &offset_s) || *text != '\0')
        return false;
    *at_s = civil_moment(day, second, offset_s);
    return true;
}

bool civil_parse_clock(const char *text, int32_t *second_of_day)
{
    int32_t second;

    if (!take_clock(&text, 24, &second) || *text != '\0' || second > DAY_SECONDS)
        return false;
    *second_of_day = second;
    return true;
}

/* ---------------------------------------------------------------- writing */

char *civil_format(char *out, size_t size, int64_t at_s, int32_t offset_s)
{
    struct civil at = civil_of(at_s, offset_s);

    (void) snprintf(out, size, "%04" PRId32 "-%02" PRId32 "-%02" PRId32 " %02" PRId32 ":%02" PRId32 ":%02" PRId32,
                    at.year, at.month, at.day, at.hour, at.minute, at.second);
    return out;
}

char *civil_format_short(char *out, size_t size, int64_t at_s, int32_t offset_s)
{
    struct civil at = civil_of(at_s, offset_s);

    (void) snprintf(out, size, "%02" PRId32 "-%02" PRId32 " %02" PRId32 ":%02" PRId32, at.month, at.day, at.hour,
                    at.minute);
    return out;
}
