/* policy_private.h - how a pack is read; for policy*.c only.
 *
 *   policy.c            load, close, version, questions
 *   policy_time.c       moments by a calendar
 *   policy_fault.c      complaints, and memory
 *   policy_elsewhere.c  coordination, referrals, urgent
 *   policy_values.c     one value of policy.yaml (common/yaml.h): limit, clock, count, ...; a map by a table of its keys
 *   policy_condition.c  when a rule applies
 *   policy_uplift.c     conditions that raise a level
 *   policy_document.c   the settings, severities and site kinds of policy.yaml
 *   policy_plans.c      its reminders and ladder
 *   policy_row.c        one row of these
 *   policy_tables.c     what the CSV files share
 *   policy_calendar.c   calendar.csv
 *   policy_items.c      items.csv
 *   policy_texts.c      messages.csv and its placeholders
 *   policy_placeholders.c  which message can fill which placeholder
 *   policy_check.c      what only the whole pack shows
 *   policy_watch.c      its section watch
 *   policy_look_back.c  its section look_back
 *   policy_day_plan.c   its section plan
 *   policy_isolation.c  its section isolation
 *   policy_mandatory.c  items that must be answered where a condition holds
 *   policy_cadence.c    how often sites are inspected
 *   policy_duties.c     texts that a pack needs which is put in force now
 *
 * Reading never stops at a fault: what is wrong is left at zero, complained about once, and
 * the rest is read on, so that one reading shows all there is to put right.
 */
#ifndef DUBAN_POLICY_PRIVATE_H
#define DUBAN_POLICY_PRIVATE_H

#include "choices.h"
#include "condition.h"
#include "csv.h"
#include "policy.h"
#include "yaml.h"

#define POLICY_DOCUMENT_FILE "policy.yaml"
#define POLICY_ITEMS_FILE "items.csv"
#define POLICY_MESSAGES_FILE "messages.csv"
#define POLICY_CALENDAR_FILE "calendar.csv"

enum {
    POLICY_MAX_FILE_BYTES = 1 << 20,
    POLICY_MAX_SEVERITIES = 7,          /* one column of policy.plans is for "*" */
    POLICY_ANY_LEVEL = POLICY_MAX_SEVERITIES,
    POLICY_MAX_SITE_KINDS = 200,
    POLICY_MAX_FOCUS_GROUPS = 16,
    POLICY_MAX_ROWS = 24,               /* reminders of one task kind at one level */
    POLICY_LAST_STEP = 4,               /* of a ladder */
    POLICY_MAX_UPLIFTS = 500,
    POLICY_MAX_CADENCES = 100,
    POLICY_MAX_MANDATORY = 200,
    POLICY_MAX_ITEMS = 1024,
    POLICY_MAX_TEXT_BYTES = 2000,
    POLICY_MAX_MESSAGE_CHARACTERS = 160,   /* Chinese; a phone shows them at a glance */
    POLICY_MAX_ENGLISH_CHARACTERS = 480,   /* which says the same in about three times as many */
    POLICY_MAX_PERIOD_DAYS = 366,
};

/* A condition that has been read: its codes are checked when everything is. */
struct noted_condition {
    struct condition condition;
    struct file_place place;          /* of its text */
    const struct noted_condition *next;
};

/* One reading of a pack. */
struct loading {
    struct policy *policy;
    struct file_faults *faults;
    struct arena scratch;               /* trees and tables; gone when the reading ends */
    const struct yaml *document;        /* NULL when there is none to be read */
    bool is_new;                        /* to be put in force, not in force already */
    bool messages_known;                /* references to them can be judged */
    bool site_kinds_known;
    bool levels_known;
    bool calendar_faulty;               /* whether it publishes a year cannot be judged */
    bool exhausted;
    const struct noted_condition *conditions;
    struct file_place working_unit;   /* where working time was first wanted; line 0: nowhere */
};

/* ---------------------------------------------------------------- policy_fault.c */

static inline struct file_place policy_place_at(const char *file, uint32_t line, uint32_t column)
{
    return file_place_at(file, line, column);
}

/* Note a fault; both formats take the same arguments. */
void policy_complain(struct loading *loading, struct file_place place, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

static inline struct excerpt policy_excerpt(const char *text)
{
    return excerpt_of(text);
}

static inline void policy_complain_unknown(struct loading *loading, struct file_place place, const char *what_zh,
                                           const char *what_en, const struct choices *choices)
{
    file_complain_unknown(loading->faults, place, what_zh, what_en, choices);
}

static inline void policy_complain_twice(struct loading *loading, struct file_place place, const char *what_zh,
                                         const char *what_en, const char *code, uint32_t first_line)
{
    file_complain_twice(loading->faults, place, what_zh, what_en, code, first_line);
}

/* By file, line and column, as a reader goes through them. */
void policy_sort_faults(struct file_faults *faults);

/* Cleared memory from one of the loading's two arenas; NULL after a complaint. */
void *policy_take(struct loading *loading, struct arena *arena, size_t count, size_t size);

/* A copy that lives as long as the policy; "" when memory is out. */
const char *policy_keep(struct loading *loading, const char *text);

/* ---------------------------------------------------------------- yaml.h, for a loading */

static inline const struct yaml *policy_yaml_member(const struct yaml *map, const char *key)
{
    return yaml_member(map, key);
}

static inline struct file_place policy_yaml_place(const struct yaml *map, const char *first, const char *second)
{
    return yaml_place(map, first, second);
}

static inline bool policy_is_scalar(struct loading *loading, const struct yaml *value)
{
    return yaml_is_scalar(loading->faults, value);
}

static inline bool policy_is_list(struct loading *loading, const struct yaml *value)
{
    return yaml_is_list(loading->faults, value);
}

static inline bool policy_is_map(struct loading *loading, const struct yaml *value)
{
    return yaml_is_map(loading->faults, value);
}

/* ---------------------------------------------------------------- policy_values.c */

struct field;

/* Reads value into target, which is the field's own place inside the struct being filled. */
typedef void field_reader(struct loading *loading, const struct yaml *value, void *target,
                          const struct field *field);

/* One key of a map. */
struct field {
    const char *key;
    field_reader *read;
    size_t offset;
    int64_t min, max;                   /* inclusive, for numbers and periods */
    bool optional;
};

/* Fill target from the map by the table, in the table's order: unknown and missing keys are
 * complained about. False when value is no map at all. */
bool policy_read_fields(struct loading *loading, const struct yaml *value, const struct field *fields,
                        size_t count, void *target);

/* The same values wherever they stand; false after a complaint. */
bool policy_parse_limit(struct loading *loading, const char *text, struct file_place place,
                        struct policy_limit *limit);
bool policy_parse_count(struct loading *loading, const char *text, struct file_place place, int64_t min,
                        int64_t max, int64_t *count);

/* Offsets of passes as a list: as many as passes, from 0, rising. */
void policy_check_offsets(struct loading *loading, struct file_place place, uint32_t passes,
                          const uint32_t *offsets_days, size_t count);

/* The longest that a limit can last, for comparing limits of different units; working time as
 * if no day were off. */
int64_t policy_limit_longest(const struct policy *policy, const struct policy_limit *limit);

field_reader policy_read_clock;         /* int32_t, seconds of the day */
field_reader policy_read_clock_end;     /* the same; 24:00 is allowed */
field_reader policy_read_period;        /* int64_t, seconds: 30m, 4h, 7d */
field_reader policy_read_offset;        /* struct policy_row: -30m, 0, +4h, -1wh, +2wd */
field_reader policy_read_every;         /* struct policy_row: 2h, 24h, 1wd */
field_reader policy_read_hours;         /* int64_t, seconds: a limit in natural hours */
field_reader policy_read_limit;         /* struct policy_limit */
field_reader policy_read_count;         /* uint32_t */
field_reader policy_read_number;        /* int32_t */
field_reader policy_read_flag;          /* bool */
field_reader policy_read_code;          /* const char * */
field_reader policy_read_name;          /* const char * */
field_reader policy_read_text;          /* struct policy_text: {zh, en} */

/* ---------------------------------------------------------------- policy_condition.c */

/* Text into a condition that may name what the rule knows (KNOWS_... of condition.h); place is that of the text's
 * first character. False after a complaint. */
bool policy_parse_condition(struct loading *loading, const char *text, struct file_place place, unsigned knows,
                            struct condition *condition);

field_reader policy_read_condition;     /* struct condition; the field's max says what the rule knows */

/* The codes that all conditions read so far name. */
void policy_check_conditions(struct loading *loading);

/* ---------------------------------------------------------------- the parts of a pack */

void policy_read_document(struct loading *loading, const struct policy_source *source);
void policy_read_reminders(struct loading *loading, const struct yaml *value, void *target,
                           const struct field *field);
void policy_read_ladder(struct loading *loading, const struct yaml *value, void *target,
                        const struct field *field);
field_reader policy_read_uplifts;       /* struct policy */
field_reader policy_read_mandatory;     /* struct policy */
void policy_check_mandatory(struct loading *loading);
field_reader policy_read_cadences;      /* struct policy; after the site kinds */
/* policy_watch.c */
field_reader policy_read_watch;
void policy_check_watch(struct loading *loading);

/* policy_day_plan.c */
field_reader policy_read_day_plan;
/* policy_doubts.c */
field_reader policy_read_doubts;
void policy_check_doubts(struct loading *loading);

/* policy_meetings.c */
field_reader policy_read_meetings;
void policy_check_meetings(struct loading *loading);

/* policy_look_back.c */
field_reader policy_read_look_back;
void policy_check_look_back(struct loading *loading);
void policy_check_isolation(struct loading *loading);
/* policy_territory.c */
field_reader policy_read_entrances;
field_reader policy_read_supplies;
field_reader policy_read_silences;
field_reader policy_read_acknowledgement;
field_reader policy_read_stand_down;
field_reader policy_read_grouping;
field_reader policy_read_focus_groups;  /* struct policy */
void policy_check_territory(struct loading *loading);
void policy_check_supplies(struct loading *loading);
/* policy_isolation.c */
field_reader policy_read_isolation;
field_reader policy_read_coordination;  /* struct policy_coordination; and so on */
field_reader policy_read_referrals;
field_reader policy_read_urgent;
void policy_check_elsewhere(struct loading *loading);
/* Complains where there is no such check item; not while it is unknown which there are. */
void policy_check_item(struct loading *loading, struct file_place place, const char *code);

/* policy_duties.c: the pack needs a text for every duty that it opens. */
void policy_check_duties(struct loading *loading);

/* Each message fits into a text message, filled with the longest values that are plausible. */
void policy_check_texts_fit(struct loading *loading);
void policy_check_texts_can_fit(struct loading *loading);

/* Each message has a value for each of its placeholders: policy_placeholders.c. */
void policy_check_placeholders(struct loading *loading);

/* May the message only go before the due time; only after it? */
bool policy_is_said_before_due(const char *message);
bool policy_is_said_after_due(const char *message);

/* The pack needs a text of each of these kinds. */
void policy_check_texts(struct loading *loading, const char *const *kinds, size_t count);

void policy_read_items(struct loading *loading, const struct policy_source *source);
void policy_read_messages(struct loading *loading, const struct policy_source *source);
void policy_read_calendar(struct loading *loading, const struct policy_source *source);
void policy_check_whole(struct loading *loading);

/* The row at that place of the list, for a task of that kind; those before it have been read. */
void policy_read_row(struct loading *loading, const struct yaml *value, bool is_ladder, int kind,
                     struct policy_row *rows, size_t place);

/* Message and recipients of what has no time of its own: a struct policy_row. */
field_reader policy_read_alert;

/* Recipients alone: a struct policy_row. */
field_reader policy_read_recipients;

/* ---------------------------------------------------------------- policy_tables.c */

/* A row being read: what a cell says and where. */
struct table {
    const char *file;
    struct bytes source;
    struct csv_table csv;
};

struct cell {
    const char *text;
    struct csv_cell raw;
    struct file_place place;
};

/* Read the file and check its headings: the first `needed` of them there, none unknown, no row
 * longer. False after a complaint. */
bool policy_table_read(struct loading *loading, struct table *table, const struct policy_source *source,
                       const char *file, const char *const *headings, size_t heading_count, size_t needed);

struct cell policy_cell(const struct table *table, const struct csv_row *row, const char *heading);

/* Where the byte at that offset of the cell's text stands in the file. */
struct file_place policy_inside(const struct loading *loading, const struct table *table, const struct cell *cell,
                                  size_t offset);

/* The cell must say something, and no more than max bytes. */
bool policy_cell_text(struct loading *loading, const struct cell *cell, const char *heading, size_t max_bytes);

/* It must be a code. */
bool policy_cell_code(struct loading *loading, const struct cell *cell, const char *heading);

#endif
