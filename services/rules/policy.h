/* policy.h - a policy pack, checked as a whole and ready for the engine.
 *
 * A pack is a folder that a township's own staff can read and change:
 *
 *   policy.yaml    severities, limits, revisit plans, reminder plans, ladders, site kinds
 *   items.csv      the checklist library
 *   messages.csv   what messages say, in both languages
 *   calendar.csv   which years are published, their days off and worked weekends (optional,
 *                  needed by limits in working time)
 *
 * policy_load reads all files, checks each value and every reference between them, and
 * reports every fault it finds (file_fault.h), each with file, line, column and what would be right. A
 * policy is never changed after loading; the engine reads it and nothing else that is not
 * in the journal. All times are whole seconds; there is no floating point.
 */
#ifndef DUBAN_POLICY_H
#define DUBAN_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "bytes.h"
#include "calendar.h"
#include "channel_limits.h"
#include "condition.h"
#include "file_fault.h"
#include "state.pb-c.h"

enum {
    POLICY_VERSION_BYTES = 32,      /* SHA-256 of the pack: entry.proto, PolicyFile */
    POLICY_MAX_FAULTS = FILE_FAULTS_MOST,
    POLICY_MAX_PASSES = 8,
    POLICY_MAX_SELECTORS = 8,
    POLICY_TASK_KINDS = 64,
    POLICY_MAX_ROUTES = 32,
    POLICY_MAX_URGENT_ITEMS = 16,
    POLICY_MAX_LOOK_BACK_LEVELS = 8,
    POLICY_MAX_LOOK_BACKS = 50,     /* of one level in one draw */
    POLICY_MAX_DOOR_DAYS = 16,
    POLICY_MAX_STOPS = 100,         /* of one group on one day */
    POLICY_MAX_LISTED = 16,         /* levels, or kinds of tasks, that a meeting is told of by name */
};

struct policy_text {
    const char *zh;
    const char *en;
};

enum policy_unit {
    UNIT_NATURAL_HOURS,    /* nh: every second counts, nights and holidays too */
    UNIT_CALENDAR_DAYS,    /* cd: n days after the day of start, due at end_of_day */
    UNIT_WORKING_HOURS,    /* wh: only the slots of worked days count */
    UNIT_WORKING_DAYS,     /* wd: n worked days after the day of start, due at end_of_day */
};

/* "2nh", "90nm" (natural minutes), "7cd", "4wh", "7wd". */
struct policy_limit {
    enum policy_unit unit;
    int64_t seconds;       /* of hours: the length */
    int32_t days;          /* of days: the count */
};

/* Whom a row tells; resolved against the registry when the row fires. */
enum policy_selector {
    TO_NONE,
    TO_SITE_CONTACT,       /* site_contact: holders of that role for the site */
    TO_OWNER,              /* owner: the task's owner (for a case's tasks the follow-up owner) */
    TO_FINDER,             /* finder */
    TO_GROUP_LEADER,       /* group_leader of the zone */
    TO_AREA_CONTACT,       /* area_contact of the area */
    TO_LEAD,               /* lead */
    TO_DUTY_CLERK,         /* duty_clerk */
    TO_COMMITTEE,          /* committee */
    TO_SENDER,             /* sender of a quarantined entry */
    TO_INSPECTOR,          /* inspector: all of the zone */
    TO_OFFICE,             /* office that owes the task */
    TO_TOLD,               /* whoever was told of it before; no row can name it */
    TO_FORMER_OWNER,       /* whoever had it before; no row can name it */
};

enum policy_when {
    WHEN_OFFSET,           /* at: -30m, 0, +4h, -1wh, +2wd: from the task's due */
    WHEN_CLOCK,            /* clock: "09:00" on the due day plus `day` days; when it repeats by worked
                            * days, on the first worked day from there */
    WHEN_APPOINTMENT,      /* before: 2h: so long before the time that was agreed for a revisit; where none is, never */
    WHEN_BRIEFING,         /* at: +24h, briefing: true: the first meeting at or after the offset */
};

/* What becomes of a row's message that is later than late_digest_after. */
enum policy_late {
    LATE_DIGEST,           /* it comes in the recipient's digest, as where nothing is written */
    LATE_SEND,             /* by itself, marked late */
    LATE_DROP,             /* not at all: the evening summary counts it */
};

/* One reminder or ladder row. */
struct policy_row {
    enum policy_when when;
    enum policy_unit offset_unit;
    int64_t offset_s;              /* natural or working, as the unit says */
    int32_t offset_days;           /* worked days; a calendar day is 24 hours of offset_s */
    int32_t day;
    int32_t second_of_day;
    int64_t every_s;               /* repeats this long after the last time; 0 = not so */
    int32_t every_days;            /* repeats so many worked days after; 0 = not so */
    uint32_t times;                /* it repeats no more often; 0 = as long as the task is open */
    bool until_explained;          /* the repeat ends with a fresh 逾期说明 */
    bool fold;                     /* never alone: a line of the recipient's next digest */
    enum policy_late late;
    bool is_ladder;
    uint32_t ladder_step;          /* 0 to 4, ladder rows only */
    const char *message;           /* kind in messages.csv */
    enum policy_selector to[POLICY_MAX_SELECTORS];
    size_t to_count;
    struct file_place place;
    const char *name;              /* reminders.rectification.B[1], for explain */
};

/* Rows of one task kind at one level: reminders first, in the order of the file, then
 * ladder rows by step. A row's place in its list is its step number in Task.steps. */
struct policy_plan {
    const struct policy_row *reminders;
    size_t reminder_count;
    const struct policy_row *ladder;
    size_t ladder_count;
};

struct policy_severity {
    const char *code;              /* A */
    struct policy_text label;
    struct policy_limit limit;
    struct policy_limit rework_limit;
    struct policy_limit acknowledge_within;
    int64_t first_window_s;        /* length of the first revisit window; 0 = by days */
    int32_t first_window_days;     /* ends on that many days after the base's day, end_of_day */
    bool window_at_night;          /* its end is not moved out of the night */
    uint32_t passes;               /* N */
    uint32_t pass_offsets_days[POLICY_MAX_PASSES];   /* from the first pass; [0] is 0 */
    bool urgent;                   /* exempt from quiet hours */
    bool starts_yellow;
    bool extendable;
    bool approval_to_close;
    bool different_eyes;           /* at least one pass by somebody else than the finder */
    const struct policy_severity *raised;   /* one level up; itself at the top */
    struct file_place place;
};

struct policy_item {
    const char *code;              /* DS-01 */
    const char *group;             /* DS */
    struct policy_text text;
    const char *const *kinds;      /* site kind codes; NULL-terminated; empty = every kind */
    const struct policy_severity *severity;
    bool has_limit;
    struct policy_limit limit;     /* instead of the severity's */
    uint32_t passes;               /* instead of the severity's; 0 = the severity's */
    uint32_t pass_offsets_days[POLICY_MAX_PASSES];
    uint32_t evidence_needed;      /* photos that a pass needs */
    bool fail_needs_note;          /* a fail without words is judged, and its reporter asked for them */
    bool mandatory;                /* an answer is required on every visit to its kinds */
    const char *const *mandatory_kinds;   /* else: to these only; NULL-terminated, never NULL */
    bool has_minimum, has_maximum;
    int64_t minimum_milli, maximum_milli;
    struct file_place place;
};

/* Whom the work is about. A pack without the table knows none, and its digests have no headings. */
struct policy_focus_group {
    const char *code;              /* returnees */
    struct policy_text label;
    struct file_place place;
};

/* How often an inspection must be at night, [from, to) over midnight. */
struct policy_night {
    int32_t every_days;            /* 7; 0 = never */
    int32_t from_s;                /* 19:00 */
    int32_t to_s;                  /* 06:00 */
};

/* One of several sorts of a kind: which gates there are to guard. */
struct policy_site_class {
    const char *code;              /* compound */
    struct policy_text label;
};

struct policy_site_kind {
    const char *code;              /* COUR */
    struct policy_text label;
    const char *risk;              /* high, medium, low */
    int32_t interval_days;         /* routine inspection; 0 = none */
    const char *focus_group;       /* whom such a site is about; NULL = none */
    struct policy_night night;
    const struct policy_site_class *classes;   /* none: its sites are all of one sort */
    size_t class_count;
    struct file_place place;
};

struct policy_message {
    const char *kind;
    struct policy_text text;       /* placeholders as {english_name} in both */
    struct file_place place;
    struct file_place zh_place;
    struct file_place en_place;  /* of the English text, and how long it was written; 0 = there is none */
    size_t en_characters;
};

/* Where a message has a placeholder. Read with the pack, and judged before it is put in force (policy_placeholders.c). */
struct policy_placing {
    const struct policy_placing *next;
    const char *kind;              /* of the message */
    const char *name;              /* number */
    const char *written;           /* 编号 */
    struct file_place place;
};

/* A finding counts one level higher when this is so; several at once raise by one in all. */
struct policy_uplift {
    struct condition when;         /* of site, item and answer */
    const char *name;              /* uplifts[1], for explain */
    struct file_place place;
};

/* An item that a visit must answer where this is so, beside those that items.csv names for kinds of sites. */
struct policy_mandatory {
    const char *item;
    struct condition when;         /* of site and report */
    struct file_place place;
};

/* How often sites are inspected: rows in order, the first that fits a site counts; where none does, the interval of
 * its kind. A pack without this section has those alone. */
struct policy_cadence {
    const char *const *kinds;      /* site kind codes; NULL-terminated; empty = every kind */
    struct condition when;         /* of the site and what is going on there; none: always */
    struct policy_limit every;     /* calendar or working days */
    const char *name;              /* cadences[1], for explain */
    struct file_place place;
};

/* How complaints are verified; a pack without this section takes none. */
struct policy_complaints {
    bool given;
    struct policy_limit limit;             /* to go there and say what was found */
    struct policy_limit danger_limit;      /* ... where danger or fever is reported */
    int64_t observation_s;                 /* a shorter observation does not count */
    uint32_t visits_shown;                 /* the site's last visits that are shown with the task */
    struct policy_limit feedback_limit;    /* for the office to receipt the result */
    uint32_t forget_after_days;            /* from the closing on, who complained is kept that long: 90 unless given */
    struct file_place place;
};

/* What a problem with an entrance of a site is; a pack without this section keeps their states and opens no case. */
struct policy_entrances {
    bool given;
    const char *item;                      /* the check item that it fails; NULL without the section */
    const char *unmanned_item;             /* the one that a gate post fails at which nobody stands; NULL = none, they are only kept */
    struct file_place place;
};

/* Of which check items the number entered is how much there is of a supply, and what it counts: less than the item's
 * minimum is told. A pack without this section tells none. */
struct policy_supply {
    const char *item;
    struct policy_text measure;            /* 天, " days": behind the number */
    struct file_place place;
};

struct policy_supplies {
    bool given;
    const struct policy_supply *supplies;
    size_t count;
};

/* How sites are watched; a pack without this section watches none. */
struct policy_watch {
    bool given;
    int32_t check_in_by_s;                 /* 18:00: a day without a check-in until then is told */
    uint32_t clean_days;                   /* so many in a row end it */
    const char *held_by;                   /* an open case of this level or a more severe one keeps it going */
    struct condition begins_when;          /* of the site and what is going on there: one begins by itself; none: never */
    struct file_place place, begins_place; /* of the section; of begins_when */
};

/* Whose days are counted how. */
struct policy_isolation_class {
    const char *code;                      /* domestic_return */
    struct policy_text label;
    uint32_t days;
    bool counts_first_day;                 /* the day of the start is day 1; else it is day 0 */
    const char *focus_group;               /* NULL = none */
    struct file_place place;
};

struct policy_isolation_exemption {
    const char *code;
    struct policy_text label;
};

/* How people stay at home under observation; a pack without this section has none. */
/* What opens a case: a check item for each, which fails on the area's first site of that kind. */
enum policy_isolation_cause { ISOLATION_MISSED, ISOLATION_OUTING, ISOLATION_FEVER, ISOLATION_CAUSES };
struct policy_isolation_cases {
    bool given;                            /* else none opens any */
    const char *site_kind;
    const char *items[ISOLATION_CAUSES];
};

struct policy_isolation {
    bool given;
    int32_t morning_ends_s;                /* contacts are due by then: 12:00 */
    int32_t evening_ends_s;                /* and by then: 20:00 */
    uint32_t windows_needed;               /* of the last ones, made and normal, for a release without anybody's word */
    uint32_t forget_after_days;            /* from the end on, what names the person is kept that long */
    uint32_t door_days[POLICY_MAX_DOOR_DAYS];   /* day k of n on which somebody goes to the door, rising */
    size_t door_day_count;
    bool door_checks_given;                /* else nobody does */
    bool returned_contact_given;           /* else nobody is told of a site's contact who comes back */
    uint32_t returned_contact_days;        /* so many days away make him one who came back: 1 */
    uint32_t start_within_days;            /* so many days before its entry it may have started: 21 */
    struct policy_isolation_cases cases;
    const struct policy_isolation_class *classes;
    size_t class_count;
    const struct policy_isolation_exemption *exemptions;
    size_t exemption_count;
    struct file_place place;
};

/* What cannot be met for want of means; a pack without this section knows no difficulties. */
struct policy_coordination {
    bool given;
    struct policy_limit needed_within;     /* where nobody says by when */
    struct policy_limit confirm_limit;     /* from delivery to somebody's having seen it */
    struct file_place place;
};

/* A check item whose fail goes to an office. */
struct policy_route {
    const char *item;
    const char *office;                    /* code: scope of its holders */
    bool and_case;                         /* a case is opened on site as well */
    struct condition when;                 /* of site, item and answer; none: always */
    struct condition mandatory_when;       /* of site and report: must be answered there; none: as items.csv says */
    struct file_place place;
};

/* Standing side-items of every visit; a pack without this section refers nothing. */
struct policy_referrals {
    bool given;
    struct policy_limit receipt_limit;     /* for an office to take it, or for the clerk to send it on */
    struct policy_limit result_limit;      /* from receipt to what the office has done */
    struct policy_limit confirm_limit;     /* from there to somebody's having seen it */
    struct policy_limit answer_limit;      /* to answer what a visit left out; no length: it is given back, and no task */
    uint32_t returns_told;                 /* handed back so often, the lead is told each time */
    struct policy_route routes[POLICY_MAX_ROUTES];
    size_t route_count;
    struct file_place place;
};

/* What is told at any hour before anything else; a pack without this section has ordinary cases instead. */
struct policy_urgent {
    bool given;
    const char *items[POLICY_MAX_URGENT_ITEMS];
    struct file_place item_places[POLICY_MAX_URGENT_ITEMS];
    size_t item_count;
    struct policy_row alert;               /* message and recipients; no time of its own */
    struct policy_limit isolation_limit;
    struct policy_limit referral_limit;
    const char *office;                    /* code: who answers the referral */
    struct file_place place;
};

/* How households are entered and checked; a pack without this section runs no campaign. */
struct policy_campaigns {
    bool given;
    uint32_t attempts;                     /* so many in vain, ... */
    uint32_t attempt_days;                 /* on at least so many days, ... */
    int32_t evening_s;                     /* one of them from this time of day on, or at a weekend: not reached */
    int32_t draw_at_s;                     /* of each day: doors are drawn for checking */
    uint32_t doors_drawn;                  /* in each area */
    struct policy_limit check_limit;       /* for entering those drawn */
    const char *mismatch_item;             /* check item that fails when a door is not as reported */
    uint32_t forget_after_days;            /* from the end on, what was done at each door is kept that long: 60 */
    struct file_place place;
};

/* How many of the cases closed at a level are looked at again. */
struct policy_look_back_share {
    const char *level;
    uint32_t percent;                      /* of those closed, at least one ... */
    uint32_t at_most;
    struct file_place place;
};

/* Which closed cases are looked at again; a pack without this section looks at none. */
struct policy_look_back {
    bool given;
    uint32_t after_days;                   /* no sooner than so many days after the closing */
    uint32_t every_days;                   /* one draw every so many days; every seven: on Mondays */
    int32_t draw_at_s;                     /* time of day of a draw */
    struct policy_limit limit;             /* from the draw to somebody's having been there */
    struct policy_look_back_share shares[POLICY_MAX_LOOK_BACK_LEVELS];
    size_t share_count;
    struct file_place place;
};

/* How the days of the groups are planned, and that days are counted at all; a pack without this section does neither. */
struct policy_day_plan {
    bool given;
    int32_t draft_at_s;                    /* time of day at which each group's stops are drafted */
    int32_t stands_at_s;                   /* from when a draft that nobody has confirmed stands */
    uint32_t stops;                        /* of one group on one day, at most */
    struct file_place place;
};

/* What speaks against a visit, and how much. Points 0: not looked for. A pack without this section doubts nothing. */
struct policy_doubts {
    bool given;
    uint32_t photo_again_points;           /* another visit has shown the same photo ... */
    uint32_t photo_again_days;             /* ... in so many days */
    uint32_t photo_time_points;            /* a photo was taken longer than so before the visit's start or after its end */
    uint32_t photo_time_minutes;
    uint32_t travel_points;                /* between two reports a member went faster than so ... */
    uint32_t travel_km_per_hour;
    uint32_t travel_from_metres;           /* ... and at least so far */
    uint32_t clock_points;                 /* the device's clock is further than so ahead of the time of arrival */
    uint32_t clock_minutes;
    uint32_t tell_from;                    /* so many points are told to whoever supervises the member */
    struct file_place place;
};

/* What a meeting is told of by name as long as it is overdue. */
struct policy_overdue_list {
    const char *levels[POLICY_MAX_LISTED]; /* of cases that are not fixed */
    size_t level_count;
    int kinds[POLICY_MAX_LISTED];          /* of tasks beside cases: complaint */
    size_t kind_count;
};

/* What the two meetings of a day are told, and when; a pack without this section has none. All times are of the day. */
struct policy_meetings {
    bool given;
    int32_t brief_at_s;                    /* the morning brief is told */
    int32_t alert_at_s;                    /* groups that are behind with their plan are told */
    uint32_t alert_percent;                /* fewer of the planned sites inspected by then: behind */
    int32_t cutoff_at_s;                   /* the evening summary holds what has come by the end of that second */
    int32_t summary_at_s;                  /* it is told */
    struct policy_row attend;              /* recipients alone count: posts */
    struct policy_limit resolution_limit;  /* where nobody says by when */
    struct policy_overdue_list overdue_in_brief, overdue_in_summary;   /* empty where the pack does not say */
    struct file_place brief_place, alert_place, summary_place;
    struct file_place place;             /* of resolution_limit */
};

/* What is said of members; a pack without this section says nothing of them. */
struct policy_people {
    bool given;
    uint32_t rest_after_days;              /* days in a row with a visit after which the lead is asked for rest; 0 = never */
    uint32_t overload_tasks;               /* more open tasks than this are too many for one; 0 = there is no such number */
    struct file_place place;
};

/* Of which tasks those are told that it is over who had been called in; a pack without this section tells nobody. */
struct policy_stand_down {
    bool given;
    bool kinds[POLICY_TASK_KINDS];         /* [task kind]: whoever the ladder has called in */
    bool everyone[POLICY_TASK_KINDS];      /* whoever was told of it at all */
    struct file_place place;
};

/* Tasks of no case are acknowledged; in a pack without this section they are not. */
struct policy_acknowledgement {
    bool given;
    int64_t lasts_s;                       /* after that the repeats go on */
    struct file_place place;
};

/* Single messages to one person; a pack without this section sends each by itself. */
struct policy_grouping {
    bool given;
    uint32_t most;                         /* more than these within the time are gathered into one digest */
    int64_t within_s;
    struct file_place place;
};

enum { POLICY_MAX_SINGLE_MESSAGES = 20 };  /* that most may be */

/* Who may have others told later; a pack without this section knows no silences. */
struct policy_silences {
    bool given;
    uint32_t at_most_days;                 /* one lasts no longer */
    uint32_t own_at_most_days;             /* nor does one that a member sets for himself; 0 = nobody may */
    struct file_place place;
};

struct policy {
    uint8_t version[POLICY_VERSION_BYTES];
    const char *name;
    int32_t utc_offset_s;
    struct policy_text time_zone_label;

    int32_t end_of_day_s;          /* 18:00, when limits in days fall due */
    struct calendar calendar;      /* no years and no slots when the pack has none */
    int32_t calendar_notice_days;  /* so long before a year that it does not publish the house is told: 60 unless given */
    int32_t quiet_from_s, quiet_to_s;         /* [22:00, 07:00) */
    int32_t quiet_reminder_s;                 /* 21:30: a reminder before due goes here ... */
    int32_t quiet_due_before_s;               /* ... when the due is before 09:00 */
    int64_t quiet_exempt_limit_s;             /* limits this short are never quiet: 2 h */
    int32_t digest_s;                         /* 07:43 */
    int32_t night_from_s, night_to_s, night_moves_to_s;   /* revisit windows: 20:00, 08:00, 10:00 */
    int32_t briefings_s[4];                   /* 08:30, 20:30 */
    size_t briefing_count;
    int64_t join_window_s;                    /* 30 min: reminders that go together */
    int64_t acknowledged_silence_s;           /* 4 h */
    int64_t late_after_s;                     /* 60 s */
    int64_t late_digest_after_s;              /* 6 h: later than this it comes in a digest; 0 = never */
    int64_t pass_spacing_s;                   /* 20 h between two passes */
    int32_t recurrence_days;                  /* 14 */
    int32_t yellow_percent;                   /* 25 */
    int32_t suspension_review_days;           /* 7 */
    int64_t resumption_revisit_s;             /* 24 h */
    int64_t device_time_window_s;             /* 72 h */
    uint32_t attempts_before_site_check;      /* 2 */
    int64_t photos_within_s;                  /* 4 h: declared photos that have not come by then are told; 0 = never */
    struct policy_limit photos_limit;         /* for their reporter to send them, from then on; no length: they are told, and no task */
    int64_t amendment_window_s;               /* 24 h; 0 = every amendment waits for the lead */
    struct policy_limit settlement_limit;     /* a quarantined entry */
    struct policy_limit approval_limit;
    struct policy_limit site_check_limit;
    struct policy_complaints complaints;
    struct policy_watch watch;
    struct policy_isolation isolation;
    struct policy_coordination coordination;
    struct policy_referrals referrals;
    struct policy_urgent urgent;
    struct policy_campaigns campaigns;
    struct policy_people people;
    struct policy_look_back look_back;
    struct policy_day_plan plan;
    struct policy_doubts doubts;
    struct policy_meetings meetings;
    struct policy_entrances entrances;
    struct policy_acknowledgement acknowledgement;
    struct policy_supplies supplies;
    struct policy_silences silences;
    struct policy_grouping grouping;
    struct policy_stand_down stand_down;

    const struct policy_focus_group *focus_groups;   /* in the order of headings */
    size_t focus_group_count;
    const struct policy_severity *severities; /* most severe first */
    size_t severity_count;
    const struct policy_item *items;          /* by code */
    size_t item_count;
    bool asks_for_notes;                      /* an item does */
    bool asks_for_answers;                    /* an item does, by items.csv or by the section mandatory */
    const struct policy_site_kind *site_kinds;
    size_t site_kind_count;
    const struct policy_message *messages;    /* by kind */
    size_t message_count;
    const struct policy_placing *placings;

    const struct policy_uplift *uplifts;
    size_t uplift_count;

    const struct policy_mandatory *mandatory;
    size_t mandatory_count;

    const struct policy_cadence *cadences;
    size_t cadence_count;

    struct policy_plan plans[POLICY_TASK_KINDS][8];   /* [task kind][place of the level in severities] */
    struct arena arena;                       /* holds all of the above */
};

/* One file of a pack as handed to policy_load. */
struct policy_source {
    const char *path;
    struct bytes content;
};

/* Check everything and build the policy. 0; or -1 with at least one fault and *policy left
 * zeroed. The sources may go away afterwards, except that the fault of a file which does not
 * belong into a pack points at its path. A loaded policy must not be moved. */
int policy_load(struct policy *policy, const struct policy_source *sources, size_t count,
                struct file_faults *faults);

/* The same of a pack that is to be put in force: it needs words for every duty that it opens, and each fits into a text
 * message (policy_texts_fit, policy_texts_can_fit). One that was in force before loads without what was not asked for then. */
int policy_load_new(struct policy *policy, const struct policy_source *sources, size_t count,
                    struct file_faults *faults);

/* Has a loaded policy words for every duty that this engine era asks for (UINT32_MAX: any era, as policy_load_new)? False
 * with a fault for each message that is missing; faults is zeroed, or as policy_load has left it. */
bool policy_says_everything(const struct policy *policy, uint32_t era, struct file_faults *faults);

/* The bytes of a text once its placeholders are filled with the longest values that are plausible. */
enum { POLICY_TEXT_MESSAGE_BYTES = 2048 };   /* the smallest channel */
size_t policy_longest_text(const char *text);

/* The bytes of a text whatever stands for its placeholders. */
size_t policy_shortest_text(const char *text);

/* What a recipient would see cut on a channel, were every value as long as is plausible: in the first of Chinese, English
 * and both that is too long there. */
struct policy_cut {
    const struct policy_message *message;
    struct policy_text language;
    struct file_place place;       /* of the text, of both: the Chinese one */
    size_t bytes;
};

/* False: it fits. Notify loses nothing of what it cuts (render.h); duban policy check warns of it. */
bool policy_is_cut(const struct policy_message *message, const struct channel_limit *channel, struct policy_cut *cut);

/* Does no text lie above what some channel takes even without any value? It could never be read whole there. Asked by duban
 * policy check and before a pack is sent; faults as policy_texts_fit. Rules takes such a pack from elsewhere. */
bool policy_texts_can_fit(const struct policy *policy, struct file_faults *faults);

/* Does every message of a loaded policy fit into a text message? False with the faults filled; faults is zeroed, or as
 * policy_load has left it. */
bool policy_texts_fit(const struct policy *policy, struct file_faults *faults);

/* Has every message a value for each of its placeholders? Faults as policy_texts_fit. */
bool policy_placeholders_fit(const struct policy *policy, struct file_faults *faults);

/* Is no English text longer than engines before era 7 took (160 characters)? Faults as policy_texts_fit. */
bool policy_texts_as_before(const struct policy *policy, struct file_faults *faults);

/* Accepts a zeroed policy. */
void policy_close(struct policy *policy);

/* SHA-256 over the files in byte order of path, as PolicyFile says. */
void policy_version_of(uint8_t version[POLICY_VERSION_BYTES], const struct policy_source *sources, size_t count);

/* SHA-256 of one file, as sha256sum shows it. */
void policy_version_of_file(uint8_t version[POLICY_VERSION_BYTES], struct bytes content);

/* NULL when there is none of that code. */
const struct policy_severity *policy_severity(const struct policy *policy, const char *code);
const struct policy_item *policy_item(const struct policy *policy, const char *code);
/* The same, tried first behind that one (NULL: from the first): a form asks in order. */
const struct policy_item *policy_item_after(const struct policy *policy, const struct policy_item *item, const char *code);
const struct policy_site_kind *policy_site_kind(const struct policy *policy, const char *code);
const struct policy_site_class *policy_site_class(const struct policy *policy, const char *kind_code, const char *code);
const struct policy_focus_group *policy_focus_group(const struct policy *policy, const char *code);
const struct policy_supply *policy_supply(const struct policy *policy, const char *item);
const struct policy_message *policy_message(const struct policy *policy, const char *kind);

const struct policy_isolation_class *policy_isolation_class(const struct policy *policy, const char *code);
const struct policy_isolation_exemption *policy_isolation_exemption(const struct policy *policy, const char *code);

/* The row of cadences that counts for a site of that kind; NULL = none: the kind's own interval. */
const struct policy_cadence *policy_cadence(const struct policy *policy, const char *site_kind,
                                            const struct condition_values *values);

/* Is the item looked at on sites of that kind? */
bool policy_item_is_for(const struct policy_item *item, const char *site_kind);

/* Must a visit to a site of that kind answer the item? */
bool policy_item_is_mandatory(const struct policy_item *item, const char *site_kind);
/* The row of the section mandatory for an item; NULL = there is none. */
const struct policy_mandatory *policy_mandatory(const struct policy *policy, const char *item);

/* The first route of the item behind `after` (NULL: the first of all); NULL = none. */
const struct policy_route *policy_route(const struct policy *policy, const char *item, const struct policy_route *after);

/* NULL: cases closed at that level are not looked at again. */
const struct policy_look_back_share *policy_look_back_share(const struct policy *policy, const char *level);

/* Is a fail of the item told at once, at any hour? */
bool policy_is_urgent_item(const struct policy *policy, const char *item);

/* Rows for a task of that kind at that level; empty when the pack has none. A plan given
 * for level "*" serves every level without one of its own. */
const struct policy_plan *policy_plan(const struct policy *policy, Duban__TaskKind kind, const char *level);

/* A limit as it is written, "4wh". False with the faults filled: place is theirs. */
bool policy_limit_of(const char *text, struct file_place place, struct policy_limit *limit,
                     struct file_faults *faults);

/* ---------------------------------------------------------------- policy_time.c
 *
 * Moments by a calendar, which may be another pack's than the limit or the row. Each is false
 * when it would have to look into a year that is not published: missing_year is it, and what
 * else it fills is left alone. */

/* When a limit that starts at base_s is over (domain: the day of start does not count, days
 * fall due at end_of_day, a start outside the slots counts from the next one). */
bool policy_due(const struct calendar *calendar, const struct policy_limit *limit, int64_t base_s, int64_t *due_s,
                int32_t *missing_year);

/* at_s moved on by as much of that unit as passed in [from_s, to_s): a pause. */
bool policy_shift(const struct calendar *calendar, enum policy_unit unit, int64_t from_s, int64_t to_s, int64_t *at_s,
                  int32_t *missing_year);

/* What there is of that unit's time in [from_s, to_s]: working time for working units. */
bool policy_length(const struct calendar *calendar, enum policy_unit unit, int64_t from_s, int64_t to_s,
                   int64_t *length_s, int32_t *missing_year);

/* The moment that the row names for a task due at due_s, before meetings and quiet hours. */
bool policy_row_time(const struct calendar *calendar, const struct policy_row *row, int64_t due_s, int64_t *at_s,
                     int32_t *missing_year);

/* The row's next time after the one at at_s. */
bool policy_next_time(const struct calendar *calendar, const struct policy_row *row, int64_t at_s, int64_t *next_s,
                      int32_t *missing_year);

bool policy_repeats(const struct policy_row *row);

/* Does the row stand before the due time by its offset? */
bool policy_offset_is_before(const struct policy_row *row);

bool policy_is_working_unit(enum policy_unit unit);

/* ---------------------------------------------------------------- hours of the house */

/* The day that a moment lies in where the pack is in force, in days since 1970; and a time of day on such a day. */
int64_t policy_day(const struct policy *policy, int64_t at_s);
int64_t policy_moment(const struct policy *policy, int64_t day, int32_t second_of_day);

/* Is that moment inside quiet hours? */
bool policy_is_quiet(const struct policy *policy, int64_t at_s);

/* First digest time strictly after at_s. */
int64_t policy_next_digest(const struct policy *policy, int64_t at_s);

/* First briefing at or after at_s. */
int64_t policy_next_briefing(const struct policy *policy, int64_t at_s);

#endif
