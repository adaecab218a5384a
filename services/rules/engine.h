/* engine.h - decisions: (state, entry or timer) -> changes, tasks, notices. Pure.
 *
 * No socket, clock, random, locale or floating point: the only time is the stamp of the
 * entry being applied, the only memory is the state, the only rules are a policy's. That
 * makes replay, rehearsal and what-if the same code.
 *
 *   handlers.c  one function per entry          engine_case.c    a case's turning points
 *   engine_visit.c  what a report means         engine_change.c  its level, due, pause, owner
 *   engine_act.c  acts on a case                engine_task.c    a task opens, plans, closes
 *   engine_approval.c  a second person          engine_fire.c    a step's moment has come
 *   engine_registry.c  areas, sites, holders    engine_notice.c  whom to tell, now or later
 *   engine_repeat.c  clocks of what repeats     engine_acknowledge.c  noted, for a time
 *   engine_policy.c  which policy is in force   engine_delivery.c  what became of notices
 *   engine_undelivered.c  who is told of those that reached nobody
 *   engine_suspension.c  stopped clocks         engine_digest.c  what quiet hours kept back
 *   engine_settle.c  quarantine                 engine_people.c  recipients, rights
 *   engine_recompute*.c  dues counted anew      engine_recount.c what they would be
 *   engine_light.c      lights, when asked      engine_hear.c    who hears that a case has changed
 *   engine_photos.c  photos that never came      engine_night.c   inspections at night
 *   engine_doors.c   what was done at each door is forgotten
 *   engine_kind.c  kinds of tasks, of subjects  engine_count.c   how a due comes about
 *   engine_calendar.c   years that are not published
 *   engine_subject.c  what is no case           engine_complaint.c  go there and look, tell the office
 *   engine_supplies.c  too little of a supply   engine_returnees.c  counts that do not agree
 *   engine_entrance.c  entrances of a site      engine_gate_post.c  who stands at a gate
 *   engine_watch.c   a site seen every day      engine_absence.c  a site's contact is away
 *   engine_watch_days.c  who was there when     engine_watch_pause.c  its site does not operate
 *   engine_isolation.c  at home, day k of n     engine_isolation_contact.c  contacts, made and missed
 *   engine_isolation_end.c  released            engine_isolation_case.c  what opens a case
 *   engine_isolation_door.c  somebody goes to the door
 *   engine_isolation_days.c  days and windows   engine_forget.c  texts leave the vault
 *   engine_side_items.c  what nobody may skip
 *   engine_elsewhere.c  what a finding becomes  engine_coordination.c  means are found and delivered
 *   engine_referral.c  it is another office's   engine_urgent.c  told at once, at any hour
 *   engine_campaign.c  households by area       engine_household.c  what was done at a door
 *   engine_draw.c  doors entered again by somebody else
 *   engine_presence.c  availability, on call    engine_roster.c  who does it now, what is nobody's
 *   engine_amendment.c  reports that were wrong engine_checked.c  taking back what one did
 *   engine_appeal.c  not to count as overdue    engine_late.c    findings that come after their fix
 *   engine_withdrawn.c  taking back what an answer did elsewhere
 *   engine_look_back.c  closed cases seen again engine_lot.c     drawing, so that anybody can draw again
 *   engine_uplift.c  failing again and again    engine_cadence.c  when a site is inspected next
 *   engine_doubt.c   what speaks against a visit
 *   engine_duty.c    duty windows by the week   engine_post.c    what waits for a post
 *   engine_coverage.c  the day: to be inspected, and inspected    engine_plan.c    each group's stops
 *   engine_blind.c   sites that nobody inspected when their day had come
 *   engine_plan_tell.c  who goes is told where and why
 *   engine_stops.c   who answers for them        engine_meeting.c  what the two meetings are told
 *   engine_progress.c  groups that are behind   engine_agenda.c  what is to be decided
 *   engine_resolution.c  resolutions, remarks
 *   engine_load.c    who has too much in hand   engine_decider.c  the second person
 *   engine_silence.c what is not said for a time     engine_stale.c   what should have been said long ago
 *   engine_gather.c  several for one person said together
 *   engine_stand_down.c  it is over, for whom it concerned    engine_contact.c  does a message arrive there?
 *   engine_alive.c   was there somebody to remind people?
 *
 * A handler checks first and changes afterwards: it returns false with the fault filled
 * before anything has been changed, and the entry goes into quarantine whole.
 */
#ifndef DUBAN_RULES_ENGINE_H
#define DUBAN_RULES_ENGINE_H

#include "civil.h"
#include "engine_kind.h"
#include "entry.pb-c.h"
#include "fault.h"
#include "policy.h"
#include "query.pb-c.h"
#include "state.h"

enum {
    ENGINE_VERSION = 8,         /* +1 when a decision changes: a new engine era */
    ERA_OF_WHOLE_PACKS = 4,     /* from this era on a pack is put in force only when it says everything (policy.h) */
    ERA_OF_RETURN = 6,          /* from this one on a pack that was accepted before is so again, whatever words came since */
    ERA_OF_WATCHES_BY_SITE = 7, /* from this one on the days of watches are counted for each site */
    ERA_OF_NEAR_STARTS = 6,     /* from this one on an isolation has started within the days of its pack */
    ERA_OF_AMENDED_GUIDANCE = 7,   /* from this one on what coaching has seen is amended as what others have */
    ERA_OF_CHECKS_BY_VISIT = 7, /* from this one on a complaint was checked in time when somebody was there in time */
    ERA_OF_REMOVED_SITES = 8,   /* from this one on what is amended to a fail at a site that was removed since opens nothing */
    ERA_OF_WHOLE_RELEASES = 8,  /* from this one on a batch of releases that is adopted is applied whole, or not at all */
    ERA_OF_BROKEN_ONCE = 8,     /* from this one on a promise is broken once, whatever is planned anew after that */
    ERA_OF_JOINED_DUES = 8,     /* from this one on a reminder that goes along with another never goes after its own due */
    ERA_OF_LAST_CLOSERS = 8,    /* from this one on whose pass was taken back did not close the case */
    ERA_OF_DOORS_IN_ORDER = 8,  /* from this one on what was done at a door counts in the order in which it was done */
    ERA_OF_HELD_STOPS = 8,      /* from this one on a stop that somebody has added is carried over whatever else is due */
    ERA_OF_DUES_SET = 8,        /* from this one on a line about a due that was replaced is dropped, however it was replaced */
    ERA_OF_KEPT_WORDS = 8,      /* from this one on taking back a report leaves what people have said since */
    ERA_OF_STANDING_ITEMS = 8,  /* from this one on what is said together leaves out what ended in that second */
    ERA_OF_OWN_CLOCKS = 8,      /* from this one on what is said together starts the clock of the row that says it, no other */
    ERA_OF_ITEMS_APART = 8,     /* from this one on what is kept for one person changes nothing of what another is told */
    ERA_OF_ALL_VISITS = 8,      /* from this one on all visits made since are asked, not the latest alone */
    ERA_OF_ALL_NOTED = 8,       /* from this one on a subject of too many open tasks is not acknowledged in part */
    ERA_OF_SITE_FACTS = 8,      /* from this one on that a site stops or goes on is a fact, whatever is open there */
    ERA_OF_DUTY_DAYS = 8,       /* from this one on days in a row are those of the visits, in whatever order they come */
    ERA_OF_OWN_IDS = 8,         /* from this one on what a release opens has no id that begins as its settlement's */
    ERA_OF_STAND_INS = 8,       /* from this one on who is on leave stands in for nobody; a contact's absence moves his work */
    ERA_OF_ALL_TOUCHED = 8,     /* from this one on all that a report has touched is asked when it is amended */
    ERA_OF_CUT_NOTES = 8,       /* from this one on a note that is cut says how much is missing */
    ERA_OF_UNSAID_STOPS = 8,    /* from this one on stops of which a pack has no words do not count as told */
    ERA_OF_AREAS_IN_CAMPAIGNS = 8,   /* from this one on an area stays while a campaign runs there */
    ERA_OF_CONTACTS_SAID = 8,   /* from this one on a contact says whether the person was unwell, or had gone out */
    ERA_OF_REVISITS_SAID = 8,   /* from this one on the revisit after a refused closure is said to be planned */
    ERA_OF_OLD_DOORS = 7,       /* from this one on the doors of campaigns that ended long ago are forgotten, too */
    ERA_OF_EXCUSED_DAYS = 7,    /* from this one on days that a late report excuses are due again when it is taken back */
    ERA_OF_WHOLE_AGENDA = 7,    /* from this one on lights come onto it as they turn yellow, and an urgent report once */
    ERA_OF_YEARS = 7,           /* from this one on a year that is not published stands on the agenda */
    ERA_OF_SHOWN_PASSES = 7,    /* from this one on a visit lacks evidence where a pass lacks the photos that its item needs */
    ERA_OF_FIRST_DAYS = 7,      /* from this one on a brief and a summary say when sites begin to be counted */
    ERA_OF_SENTENCES = 7,       /* from this one on an English text of a pack may be longer than a Chinese one */
    ERA_OF_SEEN_FIXES = 7,      /* from this one on a pass in time that nobody had claimed is said to have established the fix */
    ERA_OF_KEYS_BY_REPORT = 7,  /* from this one on the key of a notice holds the report that it is about */
    ERA_OF_CONTACTS = 7,        /* from this one on it is known which ways of an account are verified */
    ERA_OF_ALIVE = 7,           /* from this one on a summary says whether alerting was alive */
    ERA_OF_REPORT_WORDS = 7,    /* from this one on rework, amendments and referrals say in each language what they are about */
    ERA_OF_ARRIVALS = 7,        /* from this one on it counts what became of a notice: clocks of repeats, who was told */
    ERA_OF_GROUPING = 7,        /* from this one on what is said to one person at one moment, or in a short while, is said together */
    ERA_OF_STOPS_TOLD = 7,      /* ... who goes is told of his stops, and a stop carried over says why it was left */
    ERA_OF_OWN_POSTS = 7,       /* ... nobody supervises himself where there is no case, too */
    ERA_OF_LISTS_IN_BRIEFS = 7, /* ... who attends the morning meeting has his digest in its brief */
    ERA_OF_LATE_ARRIVALS = 7,   /* ... all that comes after the cut-off counts as late, not reports alone */
    ERA_OF_NAMES_AT_MEETINGS = 7,   /* ... the summary names revisits that were missed, and sites without room */
    ERA_OF_TOLD_FAILURES = 7,   /* from this one on somebody is told of dead letters and house alarms by his own ways */
    ERA_OF_RESOLUTION_NAMES = 8,    /* from this one on a resolution about no site is told at a meeting by what it is about */
    ERA_OF_COUNTED_REQUESTS = 8,    /* ... a request to count a version anew says in each language how many are open */
    ERA_OF_OVERDUE_LISTS = 8,       /* ... both meetings are told by name what is overdue, as the policy says */
    ERA_OF_FOCUSED_DAYS = 8,        /* from this one on coverage and visits are figures by focus group, too */
    ERA_OF_CROSSED_CASES = 8,       /* ... and cases filed are one by item, site kind and area at once */
    ERA_OF_FEW_SLOTS = 8,       /* from this one on what nobody knows the outcome of is kept by the last hour, and older */
    ERA_OF_UNCERTAIN = 8,       /* from this one on what left and was not answered counts from when it left, and called in */
    ERA_OF_MANDATORY_ITEMS = 8, /* from this one on every item that must be answered is asked for, not those of offices alone */
    ERA_OF_EVERYONE_STOOD_DOWN = 8,   /* ... where the pack says so, everybody who was told of a task hears that it is over */
    ERA_OF_BLIND_SPOTS = 8,     /* ... a group leader's digest names sites that have become blind spots */
    ERA_OF_SHORTFALL_NAMES = 8, /* ... a summary names stops that nobody came to */
    ERA_OF_ENDING_NOTES = 8,    /* ... an acknowledgement stops no step of the ladder that comes after it has run out */
    ERA_OF_ATTEMPTS_COUNTED = 8,   /* from this one on sites to inspect where somebody was in vain are a figure of the day */
    ERA_OF_JOINED_SUBJECTS = 8, /* ... reminders of complaints, referrals and the like at one site go together, too */
    ERA_OF_PLACEHOLDERS = 8,    /* from this one on a pack is put in force only when its messages can fill their placeholders */
    ERA_OF_EXPIRED = 8,         /* ... a summary says how much was not said because its time had passed */
    ERA_OF_ENDED_TASKS = 8,     /* from this one on tasks that have ended are listed by whose they were, and when that was */
    ERA_OF_BEGINS_LINES = 8,    /* from this one on that a watch begins by itself is told with the line of what called for it */
    ERA_OF_OTHER_CHANNELS = 8,  /* from this one on a failure is told by another channel than the one that failed, to another person */
    ENDED_TASKS_SHOWN_DAYS = 28,   /* in a calendar, as called off */
    MAX_CASES_PER_SITE = 1024,  /* one per item: as many as a pack may have */
    MAX_RECIPIENTS = 64,        /* of one row; no more may hold one post */
    MAX_STEPS = 64,             /* of one task */
    MAX_DIGEST_ITEMS = 40,      /* items of one notice; the rest makes another */
    MAX_NOTICE_BYTES = 128 * 1024,   /* of items, after which another notice is begun */
};

/* Steps of a task beside its plan's rows. */
enum {
    STEP_REMINDER = 0x0000,     /* + place in the plan's reminders */
    STEP_YELLOW = 0x3ffe,       /* the light of a case turns yellow: nobody is told, it comes onto the agenda */
    STEP_OVERDUE = 0x3fff,      /* T + 1 s: overdue from here, and ladder rows of that moment */
    STEP_LADDER = 0x4000,       /* + place in the plan's ladder */
    STEP_OWN = 0x8000,          /* + n: what only its kind does then (engine_kind.h) */
    STEP_AGAIN = 0xc000,        /* + place in the plan's reminders: for whom that row has not reached (engine_repeat.c) */
    STEP_LADDER_AGAIN = 0xd000, /* + place in the plan's ladder */
    HOUSE_DIGEST = 1,           /* steps of the house timers; at one moment they fire in this order */
    HOUSE_WAITING = 2,
    HOUSE_POLICY = 3,
    HOUSE_FORGET = 4,
    HOUSE_PRESENCE = 10,
    HOUSE_ROSTER = 11,
    HOUSE_LOOK_BACK = 12,
    HOUSE_DAY = 13,
    HOUSE_PLAN = 14,
    HOUSE_BRIEF = 15,
    HOUSE_ALERT = 16,
    HOUSE_CUTOFF = 17,
    HOUSE_SUMMARY = 18,
    HOUSE_PHOTOS = 19,
    HOUSE_SILENCE = 20,
    HOUSE_DOORS = 21,
    HOUSE_TOGETHER = 22,
    HOUSE_STOPS = 23,
};

/* Who loads policies: running cases keep the version that they were opened under. */
struct policy_shelf {
    void *self;
    /* The pack of that version, loaded from state when it is not in memory; NULL (and the
     * faults filled when not NULL) when its files are missing or faulty. */
    const struct policy *(*policy)(void *self, const uint8_t version[POLICY_VERSION_BYTES], struct file_faults *faults);
};

/* Where something is: a site, or where there is none an area; empty = not known. */
struct place {
    const char *site;
    const char *area;
};

struct engine {
    struct state *state;
    struct policy_shelf shelf;
    const struct policy *policy;   /* in force now; NULL = none yet */
    int64_t now_s;                 /* due of the timer that fires, else stamp_s */
    int64_t stamp_s;               /* S: of the entry being applied */
    int64_t stamp_ms;
    uint64_t entry_sequence;
    int64_t received_ms;           /* stamp at which the entry came; before stamp_ms on a release */
    const char *account;           /* who submitted the entry; "" while timers fire */
    const char *adopter;           /* who adopts the entry, which was held; NULL = it is applied as it came */
    uint16_t next_subject;         /* index of the next case or task subject of this entry */
    struct bytes payload;          /* the entry as journaled, for quarantine */
    bool rehearsal;
    bool takes_as_accepted;        /* in a what-if: of its notices nothing may ever be heard */
    const struct policy *lots_of;  /* in a what-if: lots are drawn as under this pack, not as under the one in force; else NULL */
};

/* ---------------------------------------------------------------- handlers.c */

/* Apply the entry (engine->now_s is its stamp). False: fault says why it is quarantined. */
bool engine_handle(struct engine *engine, const Duban__Entry *entry, struct fault *fault);

/* One text after the other, in the state's arena. */
char *engine_joined(struct engine *engine, const char *first, const char *second);

/* The name of the rule by which something was kept and changed nothing: claim.is_over, pass.no_evidence. */
char *engine_rule(struct engine *engine, const char *act, const char *what);

/* A bilingual text in the state's arena, borrowing both. */
Duban__Text *engine_text(struct engine *engine, const char *zh, const char *en);

/* A copy in the state's arena. */
char *engine_keep(struct engine *engine, const char *text);

/* The engine era of this place of the journal; 0 before the first EngineVersion. */
uint32_t engine_era(struct engine *engine);

/* Put a pack in force by no entry, in place of what is in force and what waits for its time (engine_policy.c). */
void engine_change_policy(struct engine *engine, const struct policy *policy);

/* Keep the entry: quarantine row, notice to the sender, settlement task. */
void engine_quarantine(struct engine *engine, const struct fault *fault);

/* An entry passed over by the operator. */
void engine_note_skipped(struct engine *engine);

/* ---------------------------------------------------------------- engine_fire.c */

/* Fire the timer, which is the first one; engine->now_s is its due. */
void engine_fire(struct engine *engine, const struct timer *timer);

/* When the timer is a repeat whose next occurrence is not after stamp_s, move it unfired to
 * its last one and return true. */
bool engine_move_repeat(struct engine *engine, const struct timer *timer);

/* ---------------------------------------------------------------- engine_task.c */

/* The policy a task or case runs under. */
const struct policy *engine_policy_of(struct engine *engine, const ProtobufCBinaryData *version);

/* Write a derived id: see state.proto. */
void engine_id(uint8_t id[ID_BYTES], uint64_t sequence, uint16_t index, uint16_t kind, uint32_t occurrence);

/* A new open task of that kind with empty plan; the caller fills due and the rest, then
 * calls engine_task_start. case_ may be NULL (the subject is then new). */
Duban__Task *engine_task_new(struct engine *engine, Duban__TaskKind kind, Duban__Case *case_, uint32_t occurrence);

/* The same about a subject: its id within the subject's, place and policy from there. The caller
 * puts the subject. */
Duban__Task *engine_task_about(struct engine *engine, Duban__TaskKind kind, Duban__Subject *subject);

/* The same about a report, whenever it is opened: its id is none of those of the report's entry. */
Duban__Task *engine_task_of_report(struct engine *engine, Duban__TaskKind kind, const Duban__Visit *visit);

/* Index of the next thing that this entry creates and that is no case. */
uint16_t engine_next_index(struct engine *engine);

/* Plan its steps from now on, put its timers and the task. */
void engine_task_start(struct engine *engine, Duban__Task *task);

/* Likewise, where that message is said at once: a reminder of the same words whose time is past
 * is not noted as left out. */
void engine_task_start_saying(struct engine *engine, Duban__Task *task, const char *message);

/* Another due in place of the one that it had, from now on: what was kept of that one is not said any more. */
void engine_task_set_due(struct engine *engine, Duban__Task *task, int64_t due_s);

/* A new due or level: unsent steps are dropped and planned anew. goes_on: under the same due,
 * so that what has been sent already is not planned again. */
void engine_task_replan(struct engine *engine, Duban__Task *task, bool goes_on);

/* Somebody comes for the revisit at that time, as agreed: rows that are told before it are planned, in place of those for a
 * time that had been agreed before. Puts the task. */
void engine_task_appoint(struct engine *engine, Duban__Task *task, int64_t at_s);

/* No more steps; withdraws what has been told and not left yet. state: DONE, CANCELLED,
 * CLAIMED or PAUSED. Puts the task. */
void engine_task_stop(struct engine *engine, Duban__Task *task, Duban__TaskState state);

/* Start again after a pause; the caller has moved its due. */
void engine_task_resume(struct engine *engine, Duban__Task *task);

/* Drop steps before that moment for which `drop` says so; puts the task. reason: of the fact that each leaves; NULL = it is
 * known already. */
void engine_task_drop_steps(struct engine *engine, Duban__Task *task,
                            bool (*drop)(const struct policy_row *row, uint32_t rank), uint32_t rank, int64_t before_s, const char *reason);

/* It is open, and was planned by an engine that did not heed when lights turn yellow: it does now. True: the caller puts the
 * task. */
bool engine_heed_light(struct engine *engine, Duban__Task *task);

/* One more step with its timer, in its place in time; or take step i and its timer away.
 * The caller puts the task. */
void engine_step_add(struct engine *engine, Duban__Task *task, uint32_t number, int64_t due_s);
void engine_step_take(struct engine *engine, Duban__Task *task, size_t i);

/* When a row repeats next after at_s. False, with a fact that says so, when that lies in a year
 * that is not published. */
bool engine_next_repeat(struct engine *engine, const Duban__Task *task, const struct policy_row *row, uint32_t step,
                        int64_t at_s, int64_t *next_s);

/* Its last time not after until_s; at_s, one of its times, when there is none later. */
int64_t engine_last_repeat(struct engine *engine, const Duban__Task *task, const struct policy_row *row, int64_t at_s,
                           int64_t until_s);

/* How many of its times lie in [at_s, last_s), both of them times of its own. */
uint32_t engine_repeats_between(struct engine *engine, const Duban__Task *task, const struct policy_row *row, int64_t at_s,
                                int64_t last_s);

/* Urgent levels and short limits are told at any hour. */
bool engine_is_exempt_from_quiet(const struct policy *policy, const Duban__Task *task);

/* Set a house timer unless it is there. */
void engine_house_timer(struct engine *engine, uint16_t step, int64_t due_s);
/* It does not come after all. */
void engine_house_timer_off(struct engine *engine, uint16_t step, int64_t due_s);
bool engine_is_house_timer(const struct timer *timer);
/* What was to come once a day, next at old_s, comes at second_of_day from now on: on the same day, so that no day goes
 * without it or has it twice; at once where its new hour is over. */
int64_t engine_moved_s(const struct engine *engine, int64_t old_s, int32_t second_of_day);

/* The step of the plan's row that this one repeats between its times; else the step itself. */
uint32_t engine_row_step(uint32_t step);

/* The plan row of a step; NULL for steps that are not rows. */
const struct policy_row *engine_row(struct engine *engine, const Duban__Task *task, uint32_t step);

/* Does it say anything of this task? One before an appointment does where there is one. */
bool engine_row_applies(const Duban__Task *task, const struct policy_row *row);

/* When the row's moment comes, for the task's due; of a row that repeats, its first. False when that lies in a year that
 * is not published. */
bool engine_row_moment(struct engine *engine, const Duban__Task *task, const struct policy_row *row, int64_t *at_s,
                       int32_t *missing_year);

/* The last time at which a row that repeats may: INT64_MAX where the policy sets no number of times. */
int64_t engine_repeat_ends_s(struct engine *engine, const Duban__Task *task, const struct policy_row *row);

/* When the first reminder before its due comes, or would have come before it was opened; INT64_MAX
 * where its plan has none. */
int64_t engine_first_reminder_s(struct engine *engine, const Duban__Task *task);

/* A single reminder, not a list line, not a chase: it may go along with another. */
bool engine_row_may_join(const struct policy_row *row);
/* The same words for the same people. */
bool engine_rows_tell_alike(const struct policy_row *one, const struct policy_row *other);

/* ---------------------------------------------------------------- engine_calendar.c */

/* A year that the calendar in force does not publish. */
struct calendar_gap {
    uint32_t year;
    int64_t from_s;                /* its first second */
    bool is_needed;                /* a due has been asked of it, or it has begun; else it is near */
};
enum { MAX_CALENDAR_GAPS = 8 };

/* Those that are needed at that time or within calendar_notice_days of it, in order; how many. None where the policy in
 * force knows natural time only. */
size_t engine_calendar_gaps(struct engine *engine, int64_t now_s, struct calendar_gap gaps[MAX_CALENDAR_GAPS]);

/* ---------------------------------------------------------------- engine_count.c */

/* A limit of that unit that runs from from_s, by the pack's calendar; level and the rest are the
 * caller's to fill. In the state's arena. */
Duban__Counted *engine_counted_new(struct engine *engine, const struct policy *policy, enum policy_unit unit, int64_t from_s);
enum policy_unit engine_unit_of(const Duban__Counted *counted);

/* The due by its own calendar; 0 when that needs an unpublished year, noted in counted. */
int64_t engine_count(struct engine *engine, Duban__Counted *counted, const struct policy_limit *limit);

/* The task gets its due from a limit that starts now. */
void engine_task_limit(struct engine *engine, Duban__Task *task, const struct policy_limit *limit);

/* The same by another pack's calendar: counted is left alone, the due alone is the answer; 0 and
 * missing_year as there. */
int64_t engine_count_by(const struct policy *policy, const Duban__Counted *counted, const struct policy_limit *limit,
                        int32_t *missing_year);

/* From now on counted by that pack, in that unit. */
void engine_counted_set(Duban__Counted *counted, const struct policy *policy, enum policy_unit unit);

/* The calendar that its due was counted by. */
const struct calendar *engine_calendar_of(struct engine *engine, const Duban__Task *task);

/* A pause since task->paused_s ends now: due and base move on by what passed of the limit's unit.
 * in_days: of a task that an earlier engine opened, its limit was in calendar days. */
void engine_count_pause(struct engine *engine, Duban__Task *task, bool in_days);

/* Another moment of the same clock moves on like the due; after engine_count_pause, before the task resumes. Stays
 * where it is when that needs a year that is not published. */
void engine_shift_by_pause(struct engine *engine, const Duban__Task *task, int64_t *at_s);

/* The task is open without a due. */
void engine_note_no_due(struct engine *engine, const Duban__Task *task);

/* That pack lacks a year which something needs: the duty clerk is told once. */
void engine_year_missing(struct engine *engine, const ProtobufCBinaryData *version, uint32_t year);

/* A pack has been put in force: tasks whose year it publishes get their due. */
void engine_years_published(struct engine *engine, const Duban__PolicyState *row);

/* The limit of a task by a pack, its own or the one in force; NULL = no limit of a pack sets its due, or that pack
 * has none for it. case_ is the task's, or NULL. */
const struct policy_limit *engine_limit_of_task(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                                const Duban__Case *case_);

/* ---------------------------------------------------------------- engine_notice.c */

/* What one message is about, filled from a task and its case or subject; each may be NULL. */
Duban__NoticeItem *engine_item(struct engine *engine, const Duban__Task *task, const Duban__Case *case_);

/* A copy that is a line of that kind, for one person. */
Duban__NoticeItem *engine_item_of_kind(struct engine *engine, Duban__NoticeItem *item, const char *kind);
/* The same of a place alone. */
/* For NoticeItem.report. */
Duban__ReportRef *engine_report_ref(struct engine *engine, uint64_t sequence, uint32_t photos);
Duban__NoticeItem *engine_item_at(struct engine *engine, struct place place);
/* The same of a subject alone: what is said stays true whatever becomes of its tasks. */
Duban__NoticeItem *engine_item_of_subject(struct engine *engine, const Duban__Subject *subject);

/* How much is left, overdue and gone by, as of the moment at which it is said: the stamp. */
void engine_item_times(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task);

/* Is it still of use to say: has its task, if it has one, not been stopped? */
bool engine_item_stands(struct engine *engine, const Duban__NoticeItem *item);

/* The channel by which a holder is told. */
const char *engine_channel_of(const Duban__Holder *holder);

/* His further ways, in order, in the arena of the link. */
Duban__Way **engine_other_ways(struct engine *engine, const Duban__Holder *holder);

/* What is wrong, for people: the inspector's words, else the item's; English from the item. */
Duban__Text *engine_finding_text(struct engine *engine, const Duban__Case *case_);
/* The same of an item under a pack, without a case. */
Duban__Text *engine_finding_words(struct engine *engine, const struct policy *policy, const char *item_code, const char *note);

struct recipient {
    const Duban__Holder *holder;
    Duban__Role role;
    const char *scope;
    const Duban__Holder *stands_in_for;  /* who is away; NULL = nobody: told for himself */
    const char *lookup;                  /* group_leader zone=north */
};

struct telling {
    const char *message;                 /* kind */
    const enum policy_selector *to;
    size_t to_count;
    const struct policy_row *row;        /* NULL: not from a plan */
    const char *rule;                    /* case.opened, ...; the row's name when there is one */
    const struct file_place *place;    /* of that rule in the task's pack, beside a row and a case; NULL = built in */
    Duban__Task *task;                   /* may be NULL; its place counts when there is no case */
    Duban__Case *case_;                  /* may be NULL */
    const struct place *where;           /* when there is neither; NULL: nowhere */
    uint32_t step;
    bool again;                          /* between the row's times: for whom it has not reached */
    Duban__NoticeItem **items;
    size_t item_count;
    const char *sender;                  /* for TO_SENDER, TO_TOLD, TO_FORMER_OWNER */
    bool urgent;
    bool foldable;                       /* inside quiet hours it becomes a digest line */
    bool is_list;                        /* a list of the day: no single message, and never a line of another list */
    bool takes_lines;                    /* of a meeting: whoever is told has his lines of this moment in it, behind its own item */
    size_t line_count;                   /* of its items the last ones, which are lines of a digest that goes along */
    int64_t expires_s;                   /* of no use to anybody after this; 0 = never */
    const char *zone;                    /* whose group leader is meant where there is neither task nor case; may be NULL */
    const char *const *skip;             /* accounts told by a higher step of the same moment */
    size_t skip_count;
    uint64_t cause_sequence;             /* the entry that it comes of, where that is neither the task's nor the one applied; 0 = it is */
    const char *doer;                    /* knows it: he did it himself; may be NULL, or "" for nobody */
};

/* Resolve, judge quiet hours, and write notices, digest lines or waiting notices. Every
 * decision leaves a fact: TOLD, FOLDED, NOT_TOLD or NOBODY. Returns the last outbox
 * sequence written, 0 when none. Updates task->last_outbox_sequence (the caller puts it). */
uint64_t engine_tell(struct engine *engine, const struct telling *telling);

/* One message (NULL = notice_to_site) to the site about several cases of one visit: their tasks learn of the notice. And
 * one to whom the level concerns, about those that an uplift has opened above their item's. */
void engine_tell_opened(struct engine *engine, const char *message, Duban__Case **cases, size_t count);

/* Nobody is there for that selector: a fact, and one up it is told at once (once for each case or subject). May
 * change the case. */
void engine_report_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector);

/* What that consists of, for lists: the facts, and whether it is new; who is one up; what they are told. */
bool engine_note_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector);
size_t engine_recipients_up(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                            struct recipient *found, size_t most);
Duban__NoticeItem *engine_item_of_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector);
/* The name of the zone, area or site (the code where it has none; an office by its code) in which the selector
 * looks for that telling; NULL when it looks in the whole house. */
Duban__Text *engine_scope_text(struct engine *engine, enum policy_selector selector, const struct telling *telling);

/* Facts of who would have been told and is not there (found: whoever is); and of the owner, where it is about supervising him.
 * engine_tell leaves them; who tells one by one calls this for each selector. */
void engine_note_passed_over(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                             const struct recipient *found, size_t count);

/* One notice to one who has been found: sent, kept until the morning, or folded, with its facts. The outbox sequence when it
 * was sent, else 0. The telling's own recipients do not count. */
uint64_t engine_tell_one(struct engine *engine, const struct telling *telling, const struct recipient *recipient);

/* What waits for somebody, in words: a case by its number, else the thing itself. */
Duban__Text *engine_what_waits(struct engine *engine, const struct telling *telling, const Duban__NoticeItem *item);

/* Packed size of an item: a notice is bounded by bytes too. */
size_t engine_item_bytes(const Duban__NoticeItem *item);

/* Who a row's selector reaches once nobody supervises himself. */
size_t engine_audience(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                       struct recipient *found, size_t most);

/* Of such messages one person gets one in a join window: what comes after it waits, and makes one notice. */
bool engine_is_gathered(const char *message);

/* That moment, or the end of the quiet hours that it lies in. */
int64_t engine_out_of_quiet_s(const struct policy *policy, int64_t at_s);

/* Take a task's items out of what has not left yet. */
void engine_withdraw(struct engine *engine, Duban__Task *task, const char *reason);

/* A fact for each item of a telling: told, folded, not told. */
void engine_tell_facts(struct engine *engine, Duban__FactKind kind, const struct telling *telling, const char *recipient,
                       const char *reason, uint64_t outbox_sequence, int64_t new_s);

/* Give the notice its idempotency key; write it to the outbox and return its sequence. */
void engine_key_notice(struct engine *engine, Duban__Notice *notice);
uint64_t engine_send(struct engine *engine, Duban__Notice *notice);

/* Send the texts of the policy in force to notify. */
void engine_send_texts(struct engine *engine);

/* ---------------------------------------------------------------- engine_repeat.c */

/* The row was told to him by that notice: his clock begins. */
void engine_note_heard(struct engine *engine, const struct telling *telling, const char *account, uint64_t notice);

/* The same for each task of a notice that was put together of several. */
void engine_note_all_heard(struct engine *engine, const Duban__Notice *notice, uint64_t sequence);

/* Until when his clock runs, so that the row is not told to him now; 0 = it is. */
int64_t engine_rests_until_s(struct engine *engine, const struct telling *telling, const char *account);

/* Is he among those whom this telling is for? All are, unless the row is told again. */
bool engine_is_told_again(struct engine *engine, const struct telling *telling, const char *account);

/* The row has been told as far as it could be now: whoever's clock runs out before its next time is told then. */
void engine_plan_again(struct engine *engine, Duban__Task *task, const struct policy_row *row, uint32_t step);

/* That notice has not reached its recipient: what repeats is told to him again. */
void engine_repeat_failed(struct engine *engine, uint64_t notice);

/* ---------------------------------------------------------------- engine_delivery.c */

/* What became of a notice, whichever sending of it it was. */
enum arrival {
    ARRIVAL_AWAITED,       /* nothing is known yet */
    ARRIVAL_UNCERTAIN,     /* it left, no answer came, and nothing more will be known: most likely he has it */
    ARRIVAL_ACCEPTED,      /* it was delivered, or somebody told its recipient otherwise */
    ARRIVAL_FAILED,
    ARRIVAL_WITHDRAWN,
};
/* at_s: when that was known; 0 = an earlier engine did not keep it. */
enum arrival engine_arrival_of(struct engine *engine, uint64_t notice, int64_t *at_s);

/* ---------------------------------------------------------------- engine_digest.c */

/* House timers: release what quiet hours kept, send the digests. */
void engine_release_waiting(struct engine *engine);
void engine_send_digests(struct engine *engine);

/* The brief of that account takes his lines of this moment along: their items, at most `most`, and how many. */
size_t engine_take_lines_of(struct engine *engine, const char *account, Duban__NoticeItem **items, size_t most);
/* Is the brief told in this very second, before the digests? */
bool engine_brief_comes(struct engine *engine);

/* A notice has left, made of others or alone: its facts, and its tasks know of it. */
void engine_note_sent(struct engine *engine, const Duban__Notice *notice, uint64_t sequence);

/* ---------------------------------------------------------------- engine_gather.c */

/* True: kept until all timers of this second have fired, to go along with others of its kind for the same person. */
bool engine_goes_along(struct engine *engine, const struct telling *telling, Duban__Notice *notice);
/* House timer: what was kept so goes. */
void engine_send_together(struct engine *engine);

/* By the policy's `grouping` its recipient has had so many single messages that this one waits for a digest: true, with a fact
 * for each item. Else it counts as one more. */
bool engine_is_one_too_many(struct engine *engine, const Duban__Notice *notice);

/* ---------------------------------------------------------------- engine_stale.c */

/* Should what fires now have been said longer ago than the policy lets single notices be late? */
bool engine_is_stale(const struct engine *engine);
/* When the digest comes in which it is said instead. */
int64_t engine_stale_digest_s(const struct engine *engine);
/* Lines of a digest whose time is that long past, some of them; a notice that waited for a morning that is. */
void engine_defer_digests(struct engine *engine);
void engine_defer_waiting(struct engine *engine, Duban__Notice *notice);
/* A line of a late digest: it should have been said now, at night in the next digest. Kept in decided_at_s until it leaves;
 * what is late already stays as it is. */
void engine_mark_late(const struct engine *engine, Duban__Notice *line);

/* ---------------------------------------------------------------- engine_stand_down.c */

/* It is over, for that reason: exactly those who had been called in for the task, or for one like it about the same thing, are
 * told, where the policy says so. */
void engine_stand_down(struct engine *engine, Duban__Task *task, const struct policy_text *reason);

/* That notice has been delivered, at first (retry 0) or when it was sent again: whoever it has called in for what is over by
 * now, and has not been stood down yet, is. */
void engine_stand_down_reached(struct engine *engine, uint64_t notice, uint32_t retry);

/* ---------------------------------------------------------------- engine_silence.c */

/* The silence that keeps this back from that recipient now; NULL: none does. */
Duban__KeptSilence *engine_silence_of(struct engine *engine, const struct telling *telling, const struct recipient *recipient);
/* The same of one item of a notice that has waited. */
Duban__KeptSilence *engine_silence_of_item(struct engine *engine, const Duban__Notice *notice, const Duban__NoticeItem *item);

/* Keep an item of the notice until the silence is over, with a fact. Takes a copy of the notice and of the item. */
void engine_keep_silent(struct engine *engine, Duban__KeptSilence *silence, const Duban__Notice *notice,
                        const Duban__NoticeItem *item);

/* House timer: what the silences that are over have kept goes into digests. */
void engine_silences_due(struct engine *engine);

/* ---------------------------------------------------------------- engine_focus.c */

/* The focus group by the policy in force: of the site's kind, of an isolation's class. NULL = none. */
const struct policy_focus_group *engine_focus_of_site(struct engine *engine, const char *code);
const struct policy_focus_group *engine_focus_of_subject(struct engine *engine, const Duban__Subject *subject);

/* Under which heading of a digest the item stands; a pack without focus groups has no headings. */
void engine_item_focus(struct engine *engine, Duban__NoticeItem *item);
/* Lines, notices of one item each: those of one group together in the order of the policy's table, each group's in the
 * order that they had. At most MAX_DIGEST_ITEMS. */
void engine_sort_by_focus(struct engine *engine, Duban__Notice **lines, size_t count);

/* ---------------------------------------------------------------- engine_subject.c */

/* A new one in the ledger of its kind, at that place, under the policy in force; the caller fills
 * its own part and puts it. */
Duban__Subject *engine_subject_new(struct engine *engine, Duban__SubjectKind kind, struct place place);

/* The pack that it runs under. */
const struct policy *engine_subject_policy(struct engine *engine, const Duban__Subject *subject);

/* "TS-0001" */
const char *engine_subject_number(struct engine *engine, const Duban__Subject *subject);

/* What the task is about; NULL when that is no subject. */
Duban__Subject *engine_subject_of(struct engine *engine, const Duban__Task *task);

/* The kind that the letters of a number mean: of YJ-0001 a referral; 0 = of none. */
int engine_kind_numbered(const char *number);

/* The one of that kind under the number that people write, or NULL. */
Duban__Subject *engine_subject_numbered(struct engine *engine, const char *number);

/* Resolve a reference to one of that kind; NULL with the fault filled. `field` is the reference's. */
Duban__Subject *engine_referenced_subject(struct engine *engine, const Duban__SubjectReference *reference,
                                          Duban__SubjectKind kind, const char *field, struct fault *fault);

/* A fact about it, with the common fields filled. */
Duban__Fact *engine_subject_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject);

/* Kept as a fact: the act does not fit its state, for that reason (both tokens), and changes nothing. True. */
bool engine_subject_contradiction(struct engine *engine, const Duban__Subject *subject, const char *act, const char *reason);

/* Open its next task, due after that limit, told to those of the list; it becomes the subject's open
 * task. The caller puts the subject. */
struct duty {
    Duban__TaskKind kind;
    Duban__Role owner_role;
    const char *office;                  /* of owner_role OFFICE; else "" */
    const struct policy_limit *limit;
    int64_t due_s;                       /* that people named, instead of what the limit would give; 0 = none */
    const char *message;
    const char *rule;
    const struct file_place *place;    /* of that rule in the pack */
    const enum policy_selector *to;
    size_t to_count;
};
Duban__Task *engine_subject_task(struct engine *engine, Duban__Subject *subject, const struct duty *duty);

/* One more task beside that, which nobody is told of here. */
Duban__Task *engine_subject_side_task(struct engine *engine, Duban__Subject *subject, const struct duty *duty);

/* Say of the subject what stays true whatever becomes of its tasks; task (may be over) says where and who.
 * The caller puts the task. */
struct words_of_subject {
    const char *message;
    const char *rule;
    const struct file_place *place;
    const enum policy_selector *to;
    size_t to_count;
    const char *sender;                  /* for TO_SENDER */
    bool urgent;
};
void engine_subject_tell(struct engine *engine, const Duban__Subject *subject, Duban__Task *task,
                         Duban__NoticeItem *item, const struct words_of_subject *words);

/* It was done by then, as only comes to light now: its overdue task is cured. */
void engine_subject_cure(struct engine *engine, const Duban__Subject *subject, int64_t done_ms);

/* Its open task ends, if there is one. The caller puts the subject. */
void engine_subject_end_task(struct engine *engine, Duban__Subject *subject, Duban__TaskState state);

/* Nothing is left to do about it. Puts it. */
void engine_subject_finish(struct engine *engine, Duban__Subject *subject);

/* The subject was finished and is open again, without a task. The caller puts it. */
void engine_subject_reopen(struct engine *engine, Duban__Subject *subject);

/* Its state in words. */
struct policy_text engine_subject_state(const Duban__Subject *subject);

/* What it says of itself lives by that visit too: it is asked when the report is amended. */
void engine_subject_touched(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit);

/* A visit that shows, or does not show, what the subject waits for: a fact of its reporter. The visit has touched it. */
Duban__Fact *engine_subject_visit_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject,
                                       const Duban__Visit *visit);

/* One entry deals with so many of a kind at one place, so that no entry takes long. */
enum { MAX_OPEN_AT_PLACE = 256 };

struct open_subjects {
    uint8_t ids[MAX_OPEN_AT_PLACE + 1][ID_BYTES];
    size_t count;
};

/* Open ones of a kind at a place, oldest first. When there are more than one entry deals with, a fact says so: the
 * submitter is told, and nothing is left out in silence. */
void engine_open_at(struct engine *engine, Duban__SubjectKind kind, struct place place, struct open_subjects *open);

/* Two subjects, or a subject and a case, go together: what the one is about is about the other too. A fact of each. */
void engine_subject_link(struct engine *engine, const ProtobufCBinaryData *one, const ProtobufCBinaryData *other);

/* Open ones of a kind at a place, oldest first; at most `most` ids. */
size_t engine_open_subjects(struct engine *engine, Duban__SubjectKind kind, struct place place,
                            uint8_t (*ids)[ID_BYTES], size_t most);

/* ---------------------------------------------------------------- engine_case.c */

/* A fact about a case (or a subject without one), with the common fields filled. */
Duban__Fact *engine_fact(struct engine *engine, Duban__FactKind kind, const Duban__Case *case_);
void engine_add_fact(struct engine *engine, Duban__Fact *fact);

/* The task that the case names; NULL when it has none of that kind open. */
Duban__Task *engine_task_of(struct engine *engine, const ProtobufCBinaryData *id);

/* Of this there is nothing at the site: asked once for a visit, so that not every answer asks. Zero = not known. */
struct none_there {
    bool cases;
    bool coordinations;
    bool referrals;
};

struct finding {                          /* one answer of one visit */
    const Duban__Visit *visit;
    const Duban__Answer *answer;
    const struct policy_item *item;
    const char *note_en;                  /* beside the answer's note where the words are ours; NULL = they are somebody's */
    const char *message;                  /* what the site is told when it opens a case; NULL = notice_to_site */
    uint32_t photos;                      /* that show it, arrived */
    const Duban__Subject *about;          /* found by a timer of that subject, not by an entry: its id gives the case's; ... */
    uint32_t occurrence;                  /* ... which is the n-th such case, from 1 */
    struct none_there none;               /* when the visit began: holds for this answer, each item being answered once */
};

Duban__Case *engine_case_open(struct engine *engine, const struct finding *finding);
void engine_case_reopen(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* The site says it was fixed at fixed_ms. */
void engine_case_claim(struct engine *engine, Duban__Case *case_, int64_t fixed_ms);

/* From when on a pass is late enough after the one before it; 0 = there is none before. */
int64_t engine_case_pass_counts_from_s(struct engine *engine, const Duban__Case *case_);

/* Pass k counts; closes, asks for approval, or plans the next revisit. */
void engine_case_pass(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* Does a fail at that time only show that it is still not fixed, or is it a failed revisit? */
bool engine_case_is_still_failing(const Duban__Case *case_, int64_t visit_ms);

/* A failed revisit: rework. */
void engine_case_fail(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* The last pass has been counted and approved. */
void engine_case_close(struct engine *engine, Duban__Case *case_);
void engine_case_void(struct engine *engine, Duban__Case *case_, const char *reason);

/* One more revisit in that window, beside those of its level. */
void engine_case_revisit(struct engine *engine, Duban__Case *case_, int64_t start_s, int64_t due_s);

/* Due reached without a claim: the first revisit window opens. */
void engine_case_window(struct engine *engine, Duban__Case *case_, int64_t base_s);

bool engine_case_is_open(const Duban__Case *case_);
/* Ids of the open cases of a site, MAX_CASES_PER_SITE at most; how many. */
size_t engine_open_cases(struct engine *engine, const char *site, uint8_t (*ids)[ID_BYTES]);

/* Was the item answered with a fail at that visit; with a pass? (engine_condition.c) */
bool engine_visit_failed(const Duban__Visit *visit, const char *item);
bool engine_visit_passed(const Duban__Visit *visit, const char *item);

/* Have all its photos come, and does each pass have those that its item asks for? Coaching judges nothing, and needs none.
 * (engine_visit.c) */
bool engine_visit_is_shown(const struct engine *engine, const Duban__Visit *visit);

/* ---------------------------------------------------------------- engine_change.c */

/* Another level, at most one up for failed revisits; due as 4.6 rule 9 says. */
void engine_case_relevel(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity,
                         const char *reason);

/* A due counted anew by the pack in force; the ladder starts again, as after an extension. */
void engine_case_recount(struct engine *engine, Duban__Case *case_, enum policy_unit unit, int64_t due_s, const char *reason);

void engine_case_move_due(struct engine *engine, Duban__Case *case_, int64_t new_due_s, const char *reason);
void engine_case_pause(struct engine *engine, Duban__Case *case_, bool by_site);
/* A task opened for a case whose clocks stand still waits with it. */
void engine_pause_with_case(struct engine *engine, const Duban__Case *case_, Duban__Task *task);
void engine_case_resume(struct engine *engine, Duban__Case *case_, bool by_site);
void engine_case_assign(struct engine *engine, Duban__Case *case_, const char *owner, const char *reason);
/* Its state, or the one that a suspended case goes on in. */
Duban__CaseState *engine_goes_on_as(Duban__Case *case_);

/* ---------------------------------------------------------------- engine_hear.c */

/* The level was raised: told with the reason. Cases of one visit that an uplift has opened above their item's level,
 * among those given, in one notice. */
void engine_tell_raised_by_edit(struct engine *engine, Duban__Case *case_, const char *reason);
void engine_tell_raised_by_failures(struct engine *engine, Duban__Case *case_);
void engine_tell_uplifted(struct engine *engine, Duban__Case **cases, size_t count);

/* Somebody else has the case, or that task of it (NULL: the case), now: who had it is told. */
void engine_tell_assigned_away(struct engine *engine, Duban__Case *case_, const Duban__Task *task, const char *from);

/* ---------------------------------------------------------------- engine_visit.c */

/* A fact about the visit; the caller adds it. One about that item at the visit, under that rule, added. */
Duban__Fact *engine_visit_fact(struct engine *engine, Duban__FactKind kind, const Duban__Visit *visit);
void engine_add_item_fact(struct engine *engine, Duban__FactKind kind, const Duban__Visit *visit, const char *item, const char *rule);

/* Answered with fail, or passed with a number beyond the item's limits. */
bool engine_says_fail(const struct finding *finding);

/* ---------------------------------------------------------------- engine_doors.c */

/* The campaign has ended. HOUSE_DOORS has come. */
void engine_doors_end(struct engine *engine, const Duban__Subject *campaign);
void engine_doors_due(struct engine *engine);
/* A new engine era begins: campaigns that are over and whose doors are kept get their day, where they have none yet. */
void engine_doors_of_before(struct engine *engine);

/* ---------------------------------------------------------------- engine_photos.c */

/* The new report lacks photos: late after the policy's time. The last has come. The caller puts the visit. */
void engine_photos_await(struct engine *engine, Duban__Visit *visit);
void engine_photos_complete(struct engine *engine, Duban__Visit *visit);
/* HOUSE_PHOTOS has come. */
void engine_photos_due(struct engine *engine);
/* All its answers were taken back, so that no photo would show anything. */
bool engine_photos_show_nothing(const Duban__Visit *visit);
/* It was amended, and showed nothing before, or not: of a report without answers nobody owes photos, where they would be a task.
 * The caller puts the visit. */
void engine_photos_amended(struct engine *engine, Duban__Visit *visit, bool showed_nothing);
/* Somebody's posts have changed: who has left owes none any more, the group leader does. */
void engine_photos_hand_over(struct engine *engine, const char *account);
void engine_fill_photos(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);

/* ---------------------------------------------------------------- engine_light.c */

/* The task's light at a moment (4.6 rule 10). */
Duban__Light engine_light(struct engine *engine, const Duban__Task *task, int64_t now_s);

/* When it turns yellow, if its due is known and it does not start so. */
int64_t engine_turns_yellow_s(struct engine *engine, const Duban__Task *task);

/* The rest of what decisions are made of, by subject. */
#include "engine_again.h"
#include "engine_day.h"
#include "engine_duties.h"
#include "engine_entries.h"
#include "engine_meetings.h"
#include "engine_people.h"

#endif
