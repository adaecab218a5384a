/* civil.h - calendar days and clock times at a fixed offset from UTC. Pure.
 *
 * Decisions are made in the deployment's zone. Only zones without daylight saving are
 * accepted, so that a zone is one number of seconds and no database can change it.
 * Days are counted from 1970-01-01 (day 0, a Thursday) in the zone.
 */
#ifndef DUBAN_CIVIL_H
#define DUBAN_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct civil {
    int32_t year;
    int32_t month;   /* 1 to 12 */
    int32_t day;     /* 1 to 31 */
    int32_t hour;
    int32_t minute;
    int32_t second;
};

enum { DAY_SECONDS = 86400 };

/* Offset of a zone that has had no daylight saving since 1992; false when not known here. */
bool civil_zone(const char *name, int32_t *offset_s);

/* Day number of a moment; floors for times before 1970. */
int64_t civil_day(int64_t at_s, int32_t offset_s);

/* Seconds since midnight in the zone, 0 to 86399. */
int32_t civil_second_of_day(int64_t at_s, int32_t offset_s);

/* The moment at which that day and second begin. */
int64_t civil_moment(int64_t day, int32_t second_of_day, int32_t offset_s);

/* Proleptic Gregorian, both ways (Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms", days_from_civil). */
int64_t civil_day_of(int32_t year, int32_t month, int32_t day);
struct civil civil_of(int64_t at_s, int32_t offset_s);

/* 0 = Monday to 6 = Sunday. */
int civil_weekday(int64_t day);

/* "2020-02-03T09:10", with optional ":SS" and an optional "Z" or "+08:00"; without a zone
 * offset_s is meant; a space may stand for the T. False when malformed or no such day. */
bool civil_parse(const char *text, int32_t offset_s, int64_t *at_s);

/* "HH:MM" or "HH:MM:SS" to seconds of the day; "24:00" is 86400. */
bool civil_parse_clock(const char *text, int32_t *second_of_day);

/* "2020-02-03 09:10:00" / "02-03 09:10" into out. Returns out. */
char *civil_format(char *out, size_t size, int64_t at_s, int32_t offset_s);
char *civil_format_short(char *out, size_t size, int64_t at_s, int32_t offset_s);

#endif
