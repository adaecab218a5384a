/* calendar.h - working time: which days are worked, which hours of them. Pure.
 *
 * A calendar is data that somebody published, year by year: days off and the weekend days
 * that are worked in exchange; every other day is worked from Monday to Friday. Outside the
 * years that it covers nothing is guessed: whatever would have to look there fails and names
 * the year. Working hours lie in slots of a worked day; [start, end), so that a limit that
 * ends as a slot closes is due then and not at the next opening.
 *
 * All moments are seconds since 1970 in UTC; days and slots are those of the zone.
 */
#ifndef DUBAN_CALENDAR_H
#define DUBAN_CALENDAR_H

#include "digest.h"

enum { CALENDAR_MAX_SLOTS = 8, CALENDAR_MAX_YEARS = 50 };

/* A day that is not what its weekday says. */
struct calendar_day {
    int64_t day;                   /* civil_day */
    bool is_worked;
    const char *name_zh;
    const char *name_en;
};

struct calendar {
    const struct calendar_day *days;   /* in order of day */
    size_t day_count;
    int32_t years[CALENDAR_MAX_YEARS]; /* published, in order */
    size_t year_count;
    struct {
        int32_t from_s, to_s;          /* seconds of the day, in order, apart from each other */
    } slots[CALENDAR_MAX_SLOTS];
    size_t slot_count;
    int32_t end_of_day_s;              /* when limits in days fall due */
    int32_t utc_offset_s;
    uint8_t version[DIGEST_BYTES];     /* SHA-256 of the published table; zeros = none was */
};

bool calendar_covers(const struct calendar *calendar, int64_t day);

/* The year of a day. */
int32_t calendar_year(int64_t day);

/* Is it worked? For days that are covered. */
bool calendar_is_worked(const struct calendar *calendar, int64_t day);

/* The day's own entry; NULL when its weekday decides. */
const struct calendar_day *calendar_day_of(const struct calendar *calendar, int64_t day);

/* The moment at which so much working time has passed since start_s (domain 5.2: a start
 * outside the slots counts from the next one). False when that needs a year that is not
 * published: missing_year is it, and *at_s is left alone. */
bool calendar_after_hours(const struct calendar *calendar, int64_t start_s, int64_t working_s, int64_t *at_s,
                          int32_t *missing_year);

/* The moment from which so much working time lies before end_s: the latest such moment. */
bool calendar_before_hours(const struct calendar *calendar, int64_t end_s, int64_t working_s, int64_t *at_s,
                           int32_t *missing_year);

/* end_of_day of the nth worked day after the day of start_s (the day of start does not
 * count); n < 0: before it. */
bool calendar_after_days(const struct calendar *calendar, int64_t start_s, int32_t days, int64_t *at_s,
                         int32_t *missing_year);

/* Working time between two moments, from_s <= to_s. */
bool calendar_working_time(const struct calendar *calendar, int64_t from_s, int64_t to_s, int64_t *working_s,
                           int32_t *missing_year);

/* Worked days after the day of from_s up to and with the day of to_s. */
bool calendar_working_days(const struct calendar *calendar, int64_t from_s, int64_t to_s, int32_t *days,
                           int32_t *missing_year);

#endif
