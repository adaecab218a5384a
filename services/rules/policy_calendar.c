/* policy_calendar.c - calendar.csv: which years are published, and their days that are not what
 * the weekday says.
 *
 *   date,kind,zh,en[,source]
 *   2020,year,...               the year is published; every day of the table belongs to such a year
 *   2020-01-24,off,春节,...      a day off
 *   2020-01-19,work,春节调休,... a weekend day that is worked in exchange
 *
 * A table beside which no working hours stand is judged by its form only: nothing counts by it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SATURDAY = 5, NEEDED_HEADINGS = 4, FIRST_YEAR = 1970, LAST_YEAR = 2199 };

/* What has been read so far, in the order of the file. */
struct reading {
    struct loading *loading;
    struct table table;
    struct calendar_day *days;
    struct file_place *places;      /* of their dates */
    size_t day_count;
};

/* ---------------------------------------------------------------- one row */

static bool read_date(struct loading *loading, const struct cell *date, int64_t *day)
{
    char moment[40];
    int64_t at_s;

    snprintf(moment, sizeof moment, "%.20sT00:00", date->text);
    if (strlen(date->text) == strlen("2020-02-03") && civil_parse(moment, 0, &at_s)) {
        *day = civil_day(at_s, 0);
        return true;
    }
    policy_complain(loading, date->place, "“%s”不是日期；应写作 2020-02-03", "\"%s\" is no date; write it like 2020-02-03",
                    policy_excerpt(date->text).text);
    return false;
}

static void add_year(struct loading *loading, const struct cell *date)
{
    struct calendar *calendar = &loading->policy->calendar;
    int64_t year = 0;

    if (strlen(date->text) != strlen("2020")) {
        policy_complain(loading, date->place, "“%s”不是年份；kind 为 year 的一行，date 只写年份，如 2020",
                        "\"%s\" is no year; in a row of kind year the date is the year alone, as 2020",
                        policy_excerpt(date->text).text);
        return;
    }
    if (!policy_parse_count(loading, date->text, date->place, FIRST_YEAR, LAST_YEAR, &year))
        return;
    if (calendar->year_count == CALENDAR_MAX_YEARS) {
        policy_complain(loading, date->place, "最多 %d 个年份", "at most %d years", (int) CALENDAR_MAX_YEARS);
        return;
    }
    calendar->years[calendar->year_count++] = (int32_t) year;
}

static void add_day(struct reading *reading, const struct csv_row *row, const struct cell *date, bool is_worked)
{
    struct calendar_day *day = &reading->days[reading->day_count];

    if (!read_date(reading->loading, date, &day->day))
        return;
    day->is_worked = is_worked;
    day->name_zh = policy_keep(reading->loading, policy_cell(&reading->table, row, "zh").text);
    day->name_en = policy_keep(reading->loading, policy_cell(&reading->table, row, "en").text);
    reading->places[reading->day_count++] = date->place;
}

/* The same date twice, a copied list's classic: 2020-02-01 both as off and as worked. */
static void check_repeat(struct reading *reading, size_t row, const struct cell *date)
{
    for (size_t i = 0; i < row; i++) {
        struct cell earlier = policy_cell(&reading->table, &reading->table.csv.rows[i], "date");

        if (strcmp(earlier.text, date->text) == 0) {
            policy_complain_twice(reading->loading, date->place, "日期", "date", date->text, earlier.place.line);
            return;
        }
    }
}

static void read_row(struct reading *reading, size_t place)
{
    const struct csv_row *row = &reading->table.csv.rows[place];
    struct cell date = policy_cell(&reading->table, row, "date");
    struct cell kind = policy_cell(&reading->table, row, "kind");
    int64_t day;

    check_repeat(reading, place, &date);
    if (strcmp(kind.text, "year") == 0) {
        add_year(reading->loading, &date);
        return;
    }
    if (strcmp(kind.text, "off") == 0 || strcmp(kind.text, "work") == 0) {
        add_day(reading, row, &date, strcmp(kind.text, "work") == 0);
        return;
    }
    read_date(reading->loading, &date, &day);
    policy_complain(reading->loading, kind.place, "“%s”不对；休息写 off，调休上班写 work，公布某一年写 year",
                    "\"%s\" is wrong; write off for a day off, work for a worked weekend, year for a published year",
                    policy_excerpt(kind.text).text);
}

/* ---------------------------------------------------------------- the whole table */

static void check_day(const struct reading *reading, size_t i)
{
    const struct calendar *calendar = &reading->loading->policy->calendar;
    const struct calendar_day *day = &reading->days[i];
    int32_t year = calendar_year(day->day);

    if (!calendar_covers(calendar, day->day))
        policy_complain(reading->loading, reading->places[i], "表中没有公布 %d 年；请补上一行 %d,year", "the table does not publish %d; add a row %d,year",
                        year, year);
    if (day->is_worked && civil_weekday(day->day) < SATURDAY)
        policy_complain(reading->loading, reading->places[i], "这一天不是周末，本来就上班；work 只写调休上班的周末",
                        "this is no weekend day, it is worked anyway; work is for worked weekends only");
}

static int by_day(const void *left, const void *right)
{
    const struct calendar_day *a = left, *b = right;

    return (a->day > b->day) - (a->day < b->day);
}

static int by_number(const void *left, const void *right)
{
    const int32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static void take_days(struct reading *reading)
{
    struct calendar *calendar = &reading->loading->policy->calendar;

    qsort(calendar->years, calendar->year_count, sizeof calendar->years[0], by_number);
    for (size_t i = 0; i < reading->day_count && calendar->slot_count > 0; i++)
        check_day(reading, i);
    qsort(reading->days, reading->day_count, sizeof reading->days[0], by_day);
    calendar->days = reading->days;
    calendar->day_count = reading->day_count;
}

void policy_read_calendar(struct loading *loading, const struct policy_source *source)
{
    static const char *const headings[] = { "date", "kind", "zh", "en", "source" };
    struct reading reading = { .loading = loading };
    size_t faults = loading->faults->total;

    loading->calendar_faulty = true;
    if (!policy_table_read(loading, &reading.table, source, POLICY_CALENDAR_FILE, headings, COUNT(headings),
                           NEEDED_HEADINGS))
        return;
    reading.days = policy_take(loading, &loading->policy->arena, reading.table.csv.count + 1, sizeof *reading.days);
    reading.places = policy_take(loading, &loading->scratch, reading.table.csv.count + 1, sizeof *reading.places);
    if (reading.days == NULL || reading.places == NULL)
        return;
    for (size_t i = 0; i < reading.table.csv.count; i++)
        read_row(&reading, i);
    take_days(&reading);
    loading->calendar_faulty = loading->faults->total > faults;
    policy_version_of_file(loading->policy->calendar.version, source->content);
}
