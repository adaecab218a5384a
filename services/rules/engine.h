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
 *   engine_policy.c  which policy is in force   engine_delivery.c  what became of notices
 *   engine_suspension.c  stopped clocks         engine_digest.c  what quiet hours kept back
 *   engine_settle.c  quarantine                 engine_people.c  recipients, rights
 *   engine_recompute*.c  dues counted anew      engine_recount.c what they would be
 *   engine_light.c      lights, when asked
 *   engine_kind.c  kinds of tasks, of subjects  engine_count.c   how a due comes about
 *   engine_subject.c  what is no case           engine_complaint.c  go there and look, tell the office
 *   engine_watch.c   a site seen every day      engine_absence.c  a site's contact is away
 *   engine_watch_days.c  who was there when     engine_watch_pause.c  its site does not operate
 *   engine_isolation.c  at home, day k of n     engine_isolation_contact.c  contacts, made and missed
 *   engine_isolation_end.c  released            engine_isolation_case.c  what opens a case
 *   engine_isolation_days.c  days and windows   engine_forget.c  texts leave the vault
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
 *   engine_duty.c    duty windows by the week   engine_post.c    what waits for a post
 *   engine_load.c    who has too much in hand   engine_decider.c  the second person
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
    ENGINE_VERSION = 4,         /* +1 when a decision changes: a new engine era */
    ERA_OF_WHOLE_PACKS = 4,     /* from this era on a pack is put in force only when it says everything (policy.h) */
    MAX_CASES_PER_SITE = 1024,  /* one per item: as many as a pack may have */
    MAX_RECIPIENTS = 64,        /* of one row; no more may hold one post */
    MAX_STEPS = 64,             /* of one task */
    MAX_DIGEST_ITEMS = 40,      /* items of one notice; the rest makes another */
    MAX_NOTICE_BYTES = 128 * 1024,   /* of items, after which another notice is begun */
};

/* Steps of a task beside its plan's rows. */
enum {
    STEP_REMINDER = 0x0000,     /* + place in the plan's reminders */
    STEP_OVERDUE = 0x3fff,      /* T + 1 s: overdue from here, and ladder rows of that moment */
    STEP_LADDER = 0x4000,       /* + place in the plan's ladder */
    STEP_OWN = 0x8000,          /* + n: what only its kind does then (engine_kind.h) */
    HOUSE_DIGEST = 1,           /* steps of the house timers */
    HOUSE_WAITING = 2,
    HOUSE_POLICY = 3,
    HOUSE_FORGET = 4,
    HOUSE_PRESENCE = 10,
    HOUSE_LOOK_BACK = 160,
    HOUSE_ROSTER = 11,
};

/* Who loads policies: running cases keep the version that they were opened under. */
struct policy_shelf {
    void *self;
    /* The pack of that version, loaded from state when it is not in memory; NULL (and the
     * faults filled when not NULL) when its files are missing or faulty. */
    const struct policy *(*policy)(void *self, const uint8_t version[POLICY_VERSION_BYTES], struct policy_faults *faults);
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

/* Index of the next thing that this entry creates and that is no case. */
uint16_t engine_next_index(struct engine *engine);

/* Plan its steps from now on, put its timers and the task. */
void engine_task_start(struct engine *engine, Duban__Task *task);

/* Likewise, where that message is said at once: a reminder of the same words whose time is past
 * is not noted as left out. */
void engine_task_start_saying(struct engine *engine, Duban__Task *task, const char *message);

/* A new due or level: unsent steps are dropped and planned anew. goes_on: under the same due,
 * so that what has been sent already is not planned again. */
void engine_task_replan(struct engine *engine, Duban__Task *task, bool goes_on);

/* No more steps; withdraws what has been told and not left yet. state: DONE, CANCELLED,
 * CLAIMED or PAUSED. Puts the task. */
void engine_task_stop(struct engine *engine, Duban__Task *task, Duban__TaskState state);

/* Start again after a pause; the caller has moved its due. */
void engine_task_resume(struct engine *engine, Duban__Task *task);

/* Drop steps for which `drop` says so; puts the task. */
void engine_task_drop_steps(struct engine *engine, Duban__Task *task,
                            bool (*drop)(const struct policy_row *row, uint32_t rank), uint32_t rank);

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

/* Urgent levels and short limits are told at any hour. */
bool engine_is_exempt_from_quiet(const struct policy *policy, const Duban__Task *task);

/* Set a house timer unless it is there. */
void engine_house_timer(struct engine *engine, uint16_t step, int64_t due_s);
bool engine_is_house_timer(const struct timer *timer);

/* The plan row of a step; NULL for steps that are not rows. */
const struct policy_row *engine_row(struct engine *engine, const Duban__Task *task, uint32_t step);

/* When the first reminder before its due comes, or would have come before it was opened; INT64_MAX
 * where its plan has none. */
int64_t engine_first_reminder_s(struct engine *engine, const Duban__Task *task);

/* A single reminder, not a list line, not a chase: it may go along with another. */
bool engine_row_may_join(const struct policy_row *row);
/* The same words for the same people. */
bool engine_rows_tell_alike(const struct policy_row *one, const struct policy_row *other);

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

/* ---------------------------------------------------------------- engine_recount.c */

/* What a recompute would make of a case, or of the open task of a subject, now. */
struct recount {
    const char *kept;              /* why its due stays, a token; NULL when it moves */
    int64_t due_s;                 /* the new one */
    const struct policy_limit *limit;
};
struct recount engine_recount(struct engine *engine, const Duban__Case *case_);
struct recount engine_recount_subject(struct engine *engine, const Duban__Subject *subject);

/* ---------------------------------------------------------------- engine_recompute.c */

/* Decide a request for it; case_ NULL: of a subject, or of a whole policy version. */
bool engine_decide_recompute(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault);

/* What is the same whatever is counted anew: who is asked; the approval as a task of his, started; he told of it; a fact
 * of the refusal. case_ may be NULL. */
struct request engine_recompute_request(const Duban__Case *case_, const char *asked_by);
void engine_recompute_approval(struct engine *engine, Duban__Task *task, const Duban__Case *case_);
void engine_recompute_asked(struct engine *engine, Duban__Task *approval, Duban__Case *case_, Duban__NoticeItem *item);
void engine_recompute_refused(struct engine *engine, const ProtobufCBinaryData *subject, const char *reason);

/* ---------------------------------------------------------------- engine_recompute_subject.c */

bool engine_ask_recompute_of_subject(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault);
bool engine_decide_recompute_of_subject(struct engine *engine, const Duban__Approval *approval, struct fault *fault);
/* Approved: its due moves and its owner is told, or a fact says why not. */
void engine_recompute_subject(struct engine *engine, Duban__Subject *subject, const char *reason);

/* ---------------------------------------------------------------- engine_notice.c */

/* What one message is about, filled from a task and its case or subject; each may be NULL. */
Duban__NoticeItem *engine_item(struct engine *engine, const Duban__Task *task, const Duban__Case *case_);
/* The same of a place alone. */
Duban__NoticeItem *engine_item_at(struct engine *engine, struct place place);
/* The same of a subject alone: what is said stays true whatever becomes of its tasks. */
Duban__NoticeItem *engine_item_of_subject(struct engine *engine, const Duban__Subject *subject);

/* How much is left, overdue and gone by, as of the moment at which it is said: the stamp. */
void engine_item_times(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task);

/* Is it still of use to say: has its task, if it has one, not been stopped? */
bool engine_item_stands(struct engine *engine, const Duban__NoticeItem *item);

/* The channel by which a holder is told. */
const char *engine_channel_of(const Duban__Holder *holder);

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
    const struct policy_place *place;    /* of that rule in the task's pack, beside a row and a case; NULL = built in */
    Duban__Task *task;                   /* may be NULL; its place counts when there is no case */
    Duban__Case *case_;                  /* may be NULL */
    const struct place *where;           /* when there is neither; NULL: nowhere */
    uint32_t step;
    Duban__NoticeItem **items;
    size_t item_count;
    const char *sender;                  /* for TO_SENDER, TO_TOLD */
    bool urgent;
    bool foldable;                       /* inside quiet hours it becomes a digest line */
    int64_t expires_s;                   /* of no use to anybody after this; 0 = never */
    const char *zone;                    /* whose group leader is meant where there is neither task nor case; may be NULL */
    const char *const *skip;             /* accounts told by a higher step of the same moment */
    size_t skip_count;
};

/* Resolve, judge quiet hours, and write notices, digest lines or waiting notices. Every
 * decision leaves a fact: TOLD, FOLDED, NOT_TOLD or NOBODY. Returns the last outbox
 * sequence written, 0 when none. Updates task->last_outbox_sequence (the caller puts it). */
uint64_t engine_tell(struct engine *engine, const struct telling *telling);

/* One message about several cases of one visit: their tasks learn of the notice. */
void engine_tell_site(struct engine *engine, Duban__Case **cases, size_t count);

/* Nobody is there for that selector: a fact, and one up it is told at once (once for each case or subject). May
 * change the case. */
void engine_report_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector);

/* What that consists of, for lists: the facts, and whether it is new; who is one up; what they are told. */
bool engine_note_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector);
size_t engine_recipients_up(struct engine *engine, const struct telling *telling, enum policy_selector selector,
                            struct recipient *found, size_t most);
Duban__NoticeItem *engine_item_of_nobody(struct engine *engine, const struct telling *telling, enum policy_selector selector);

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

/* ---------------------------------------------------------------- engine_digest.c */

/* House timers: release what quiet hours kept, send the digests. */
void engine_release_waiting(struct engine *engine);
void engine_send_digests(struct engine *engine);

/* ---------------------------------------------------------------- engine_people.c */

/* Who is meant, in order of account; 0 = nobody. case_ and task may be NULL. Of inspectors asked to go somewhere, those
 * whose duty windows let them go now (their deputies for them); else those whom they let go before it is due. */
size_t engine_recipients(struct engine *engine, enum policy_selector selector, const struct telling *telling,
                         struct recipient *recipients, size_t most);

/* One level up for a selector that nobody holds or that would supervise himself. */
enum policy_selector engine_one_up(enum policy_selector selector);

/* 0 owner and site, 1 group leader and area contact, 2 lead, 4 committee: whom a ladder step
 * is at. */
uint32_t engine_rank(struct engine *engine, const char *account, const Duban__Case *case_);

/* May the submitting account do this, or whoever adopts its entry? By the registry as it is
 * now (domain: roles and rights). False with the fault filled. case_ and site may be NULL. */
enum right {
    RIGHT_VISIT, RIGHT_CLAIM, RIGHT_ACKNOWLEDGE, RIGHT_ASSIGN, RIGHT_APPROVE_CLOSURE, RIGHT_APPROVE_EXTENSION,
    RIGHT_ASK_EXTENSION, RIGHT_EXPLAIN, RIGHT_EDIT, RIGHT_SUSPEND, RIGHT_SUSPEND_SITE, RIGHT_EVIDENCE,
    RIGHT_ASK_RECOMPUTE, RIGHT_APPROVE_RECOMPUTE, RIGHT_SETTLE, RIGHT_ENTER_COMPLAINT, RIGHT_CONCLUDE, RIGHT_RECEIPT,
    RIGHT_WATCH, RIGHT_END_WATCH, RIGHT_REPORT_ABSENCE, RIGHT_ISOLATE, RIGHT_CONTACT, RIGHT_RELEASE_PERSON, RIGHT_EXEMPT,
    RIGHT_RAISE_DIFFICULTY, RIGHT_COORDINATE, RIGHT_GIVE_UP, RIGHT_REFER, RIGHT_TAKE_REFERRAL, RIGHT_CONFIRM_ISOLATION,
    RIGHT_ANSWER_URGENT,
    RIGHT_REGISTER_HOUSEHOLD, RIGHT_CAMPAIGN, RIGHT_ENTER_HOUSEHOLD, RIGHT_CHECK_HOUSEHOLD,
    RIGHT_SET_AVAILABILITY, RIGHT_SET_ON_CALL,
    RIGHT_APPROVE_AMENDMENT, RIGHT_APPEAL, RIGHT_SUPPORT_APPEAL, RIGHT_DECIDE_APPEAL,
    RIGHT_OPERATE, RIGHT_ADMINISTER, RIGHT_APPROVE_POLICY, RIGHT_COUNT
};
bool engine_may(struct engine *engine, enum right right, const Duban__Case *case_, const Duban__Site *site,
                struct fault *fault);

/* May that account, whoever submits? False with the fault filled for that field. */
bool engine_account_may(struct engine *engine, const char *account, enum right right, const Duban__Case *case_,
                        const Duban__Site *site, const char *field, struct fault *fault);

/* Is a post registered that brings the right for the whole house? */
bool engine_right_is_held(struct engine *engine, enum right right);

/* The same where there is no case: for what is at that place, and owed by that office ("" = none). */
bool engine_may_at(struct engine *engine, enum right right, struct place place, const char *office, struct fault *fault);
bool engine_account_may_at(struct engine *engine, const char *account, enum right right, struct place place,
                           const char *field, struct fault *fault);

/* The same about a member: he himself may too where his own right says so. "": about nobody. */
bool engine_may_for(struct engine *engine, enum right right, const char *account, struct fault *fault);

/* Has he a post of that role, of whatever scope? */
bool engine_holds(const Duban__Holder *holder, Duban__Role role);

/* Is he told in that role, by himself or his deputy (an inspector: can one of them be sent)? Is anybody who holds the
 * post, but for that account (NULL: anybody at all)? */
bool engine_is_told(struct engine *engine, const char *account, Duban__Role role);
bool engine_post_is_held(struct engine *engine, const Duban__RoleGrant *post, const char *but_for);

/* The selector that means holders of the role; TO_NONE when no row can name them. The scope in which it looks:
 * "" when it has none there. */
enum policy_selector engine_selector_of(Duban__Role role);
const char *engine_scope_of(struct engine *engine, enum policy_selector selector, const struct telling *telling);

/* Where a case, task or subject is; never NULL inside. */
struct place engine_place_of_site(const char *code);
struct place engine_place_of_task(const Duban__Task *task);
struct place engine_place_of_subject(const Duban__Subject *subject);

/* Its area as the registry has it now, and that one's zone; "" when not known. */
const char *engine_area_of(struct engine *engine, struct place place);
const char *engine_zone_of(struct engine *engine, struct place place);

/* ---------------------------------------------------------------- engine_presence.c */

/* On duty when nothing else is known. */
Duban__Availability engine_availability(struct engine *engine, const char *account);

/* What is known of him day by day; a new row, not put yet, when nothing is. */
Duban__Presence *engine_presence_of(struct engine *engine, const char *account);

/* His group leader is told that he has that many open tasks, too many; the lead where he has none. */
void engine_tell_overload(struct engine *engine, const char *account, uint32_t tasks);

/* Registered, not away and on duty: can be sent somewhere. His duty windows do not count here. */
bool engine_is_for_the_field(struct engine *engine, const char *account);

/* Is he on call at that time? */
bool engine_is_on_call(struct engine *engine, const char *account, int64_t at_s);

/* House timer: what was planned begins, what has ended ends. */
void engine_presence_due(struct engine *engine);

/* He was somewhere: his days in a row. What an inspector who cannot be sent has found goes to another. */
void engine_presence_visited(struct engine *engine, const Duban__Visit *visit);

/* Whom the telling reaches beside its rows, at night, because it is urgent; 0 by day. */
size_t engine_on_call(struct engine *engine, const struct telling *telling, struct recipient *recipients, size_t most);

/* ---------------------------------------------------------------- engine_duty.c */

/* When some field work can be done: [from_s, until_s). Until_s is 0 where it has no end. */
struct span {
    int64_t from_s;
    int64_t until_s;
};

/* The first moment from from_s on at which he is there: from_s itself where he is in one of his duty windows, has none,
 * or is on call then. */
int64_t engine_duty_begins_s(struct engine *engine, const char *account, int64_t from_s);

/* Is he there at some moment of what is left of it? True of what has no end, and when nothing is left: late work is
 * anybody's. */
bool engine_serves(struct engine *engine, const char *account, const struct span *span);

/* ---------------------------------------------------------------- engine_roster.c */

enum { MAX_POSTS = 32 };                  /* of one account: ingest's bound */

/* What an account was before a change. */
struct roster {
    const Duban__Holder *holder;          /* NULL: not registered */
    bool told[MAX_POSTS];                 /* was anybody of that post told? */
};

/* Around every change of an account's posts or availability: his cases go to somebody who can be sent; a post that
 * is empty now is told one up for all that waits for it, one that was empty hears what waits. */
void engine_roster_before(struct engine *engine, const char *account, struct roster *roster);
void engine_roster_after(struct engine *engine, const char *account, const struct roster *roster);

/* Its first revisit begins now. When its owner is not there at any moment of it (his duty windows), the case goes to his
 * deputy, the next inspector of the zone, or its group leader who is; to nobody: it stays his, and that goes one up. */
void engine_hand_over_for_duty(struct engine *engine, Duban__Case *case_);

/* Open cases of the site that he follows up and cannot any more, to his deputy, the next inspector of the zone, or
 * its group leader. */
void engine_hand_over_at(struct engine *engine, const char *site, const char *account);

/* ---------------------------------------------------------------- engine_post.c */

/* Nobody holds the post any more, or somebody does again: what waits for it is told, one up or to him, a notice for each
 * MAX_DIGEST_ITEMS of it. Of much, the rest follows in links of its own (house timer). */
void engine_post_vacant(struct engine *engine, Duban__RoleGrant *post);
void engine_post_filled(struct engine *engine, Duban__RoleGrant *post);
void engine_post_goes_on(struct engine *engine);

/* A new engine era begins: tasks that an earlier version has stored are listed, some in each link. */
void engine_list_tasks(struct engine *engine);

/* The site lies in another area now: its tasks are listed there. Looks at all open tasks of posts of the old one. */
void engine_list_tasks_anew(struct engine *engine, const char *site, const char *old_area);

/* ---------------------------------------------------------------- engine_decider.c */

/* What waits for a decision. Who asked, and for whom it may have been asked, never decide it: another holder of the post
 * does; else the lead, a lead's deputy, the committee, in this order. */
struct request {
    enum right right;                    /* that deciding it takes */
    Duban__Role role;                    /* GROUP_LEADER or LEAD: who decides it where nobody is barred */
    const Duban__Case *case_;            /* NULL: about no case */
    const char *asked_by;                /* account; "" = not known */
    const char *asked_for;               /* account: the case's follow-up owner, the report's reporter; "" = nobody */
};

/* Before it starts: the approval belongs to whoever may decide it. */
void engine_give_to_decider(struct engine *engine, const struct request *request, Duban__Task *task);

/* Tell them of telling->task, given to them by engine_give_to_decider; whom else the telling names does not count. When
 * nobody is left, that is a fact, and duty clerk and lead hear it at once. The caller puts task and case. */
void engine_ask_decider(struct engine *engine, const struct request *request, struct telling *telling);

/* May the submitting account decide it? False with the fault filled, which names who may. */
bool engine_may_decide(struct engine *engine, const struct request *request, struct fault *fault);

/* ---------------------------------------------------------------- engine_load.c */

/* At the end of each link: whose open tasks have just passed the policy's number, or fallen below it again? */
void engine_heed_loads(struct engine *engine);

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
    const struct policy_place *place;    /* of that rule in the pack */
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
    const struct policy_place *place;
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

/* It and the case go together: a fact of each. */
void engine_subject_link(struct engine *engine, const Duban__Subject *subject, const Duban__Case *case_);

/* Open ones of a kind at a place, oldest first; at most `most` ids. */
size_t engine_open_subjects(struct engine *engine, Duban__SubjectKind kind, struct place place,
                            uint8_t (*ids)[ID_BYTES], size_t most);

/* ---------------------------------------------------------------- engine_case.c */

/* A fact about a case (or a subject without one), with the common fields filled. */
Duban__Fact *engine_fact(struct engine *engine, Duban__FactKind kind, const Duban__Case *case_);
void engine_add_fact(struct engine *engine, Duban__Fact *fact);

/* The task that the case names; NULL when it has none of that kind open. */
Duban__Task *engine_task_of(struct engine *engine, const ProtobufCBinaryData *id);

struct finding {                          /* one answer of one visit */
    const Duban__Visit *visit;
    const Duban__Answer *answer;
    const struct policy_item *item;
    uint32_t photos;                      /* that show it, arrived */
    const Duban__Subject *about;          /* found by a timer of that subject, not by an entry: its id gives the case's; ... */
    uint32_t occurrence;                  /* ... which is the n-th such case, from 1 */
};

Duban__Case *engine_case_open(struct engine *engine, const struct finding *finding);
void engine_case_reopen(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* The site says it was fixed at fixed_ms. */
void engine_case_claim(struct engine *engine, Duban__Case *case_, int64_t fixed_ms);

/* Pass k counts; closes, asks for approval, or plans the next revisit. */
void engine_case_pass(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* Does a fail at that time only show that it is still not fixed, or is it a failed revisit? */
bool engine_case_is_still_failing(const Duban__Case *case_, int64_t visit_ms);

/* A failed revisit: rework. */
void engine_case_fail(struct engine *engine, Duban__Case *case_, const struct finding *finding);

/* The last pass has been counted and approved. */
void engine_case_close(struct engine *engine, Duban__Case *case_);
void engine_case_void(struct engine *engine, Duban__Case *case_, const char *reason);

/* Due reached without a claim: the first revisit window opens. */
void engine_case_window(struct engine *engine, Duban__Case *case_, int64_t base_s);

bool engine_case_is_open(const Duban__Case *case_);

/* Was the item answered with a fail at that visit; with a pass? (engine_condition.c) */
bool engine_visit_failed(const Duban__Visit *visit, const char *item);
bool engine_visit_passed(const Duban__Visit *visit, const char *item);

/* ---------------------------------------------------------------- engine_condition.c
 *
 * Each gives the variables of what it is about (condition.h); texts live as long as what they were taken from. */

void engine_values_of_site(struct engine *engine, const Duban__Site *site, struct condition_values *values);
/* Site, item and answer; looks at the site's last visits. */
void engine_values_of_finding(struct engine *engine, const struct finding *finding, struct condition_values *values);
void engine_values_of_report(const Duban__Report *report, const Duban__Visit *visit, struct condition_values *values);
/* What is going on at the site: looks at its cases and watches. */
void engine_values_of_standing(struct engine *engine, const Duban__Site *site, struct condition_values *values);
/* The condition in words, by the policy in force; in the state's arena. */
Duban__Text *engine_condition_words(struct engine *engine, const struct condition *condition);

/* engine_uplift.c: the first of the pack's uplifts that holds for a failed answer; NULL = none, or no level is above
 * the item's. */
const struct policy_uplift *engine_uplift(struct engine *engine, const struct finding *finding);
/* The case was opened one level above its item's. */
void engine_note_uplift(struct engine *engine, const Duban__Case *case_, const struct finding *finding,
                        const struct policy_uplift *uplift);

/* ---------------------------------------------------------------- engine_cadence.c
 *
 * How often a site is inspected and when next, by the policy in force. (15) of the domain. */

/* An inspection, or a check-in at which something was looked at, and not merely attempted. */
bool engine_is_inspection(const Duban__Visit *visit);

/* The site's visit has been reported: the caller puts the site. */
void engine_inspected(const Duban__Visit *visit, Duban__Site *site);
/* What the visit found has been amended. */
void engine_inspection_amended(struct engine *engine, const Duban__Visit *visit);

/* visit_at of the site's last inspection; 0 = never. */
int64_t engine_last_inspection_ms(struct engine *engine, const Duban__Site *site);

struct cadence {
    const struct policy_cadence *row;      /* NULL = the interval of the site's kind */
    const struct policy_site_kind *kind;   /* NULL = not in the policy in force: no interval */
    struct policy_limit every;             /* calendar or working days; 0 days = no routine inspection */
};
struct cadence engine_cadence(struct engine *engine, const Duban__Site *site);

/* On which day it is to be inspected next, and is that so on this day (civil_day)? */
struct inspection {
    int64_t last_ms;                       /* 0 = never inspected */
    bool is_due;                           /* its day has come, or it was never inspected: it belongs to 应查 of the day */
    bool has_day;
    int64_t day;                           /* civil_day; for those that have one */
    int32_t missing_year;                  /* that the calendar would have to publish; 0 = none */
};
struct inspection engine_next_inspection(struct engine *engine, const Duban__Site *site, const struct cadence *cadence,
                                         int64_t day);

/* The level with what follows from it (passes and their spacing), and its limit: the item's
 * own at the item's own level. */
void engine_set_level(struct engine *engine, Duban__Case *case_, const struct policy_severity *severity);
const struct policy_limit *engine_limit_of(struct engine *engine, const Duban__Case *case_,
                                           const struct policy_severity *severity);

/* The limit that counted names, in that pack; NULL when the pack has no such level. */
const struct policy_limit *engine_limit_by(const struct policy *policy, const char *item_code, const Duban__Counted *counted);

/* Stop the task that a field of the case names, if any, and clear the field. */
void engine_end_task(struct engine *engine, ProtobufCBinaryData *id, Duban__TaskState state);

/* Severity in force of a case, under its own policy. */
const struct policy_severity *engine_severity(struct engine *engine, const Duban__Case *case_);

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

/* ---------------------------------------------------------------- engine_light.c */

/* The task's light at a moment (4.6 rule 10). */
Duban__Light engine_light(struct engine *engine, const Duban__Task *task, int64_t now_s);

/* ---------------------------------------------------------------- what the kinds do (engine_kind.h) */

int64_t engine_window_opens_s(const Duban__Task *task);
const struct policy_limit *engine_rectification_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                                      const Duban__Case *case_);
const struct policy_limit *engine_complaint_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                           const Duban__Case *case_);
void engine_fire_window(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_rectification_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
void engine_revisit_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
void engine_fill_missed_revisit(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task);
void engine_fill_approval(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                          const Duban__Case *case_);
void engine_fill_settlement(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                            const Duban__Case *case_);
void engine_fill_complaint_check(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                 const Duban__Case *case_);
void engine_fill_feedback(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                          const Duban__Case *case_);
void engine_fill_complaint(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_complaint_state(const Duban__Subject *subject);
Duban__Text *engine_complaint_words(struct engine *engine, const Duban__Subject *subject);
void engine_fill_check_in(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);
void engine_fill_watch(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_watch_state(const Duban__Subject *subject);
Duban__Text *engine_watch_words(struct engine *engine, const Duban__Subject *subject);
int64_t engine_check_in_midnight_s(const Duban__Task *task);
void engine_fire_check_in_midnight(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_check_in_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
void engine_fill_isolation_contact(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                   const Duban__Case *case_);
void engine_fill_isolation(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_isolation_state(const Duban__Subject *subject);
Duban__Text *engine_isolation_words(struct engine *engine, const Duban__Subject *subject);
void engine_isolation_count(struct engine *engine, Duban__Subject *subject, int64_t now_s);
int64_t engine_isolation_contact_closes_s(const Duban__Task *task);
void engine_fire_isolation_contact(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_isolation_contact_overdue(struct engine *engine, Duban__Task *task, Duban__Case *case_, Duban__Fact *fact);
int64_t engine_isolation_ends_s(const Duban__Task *task);
void engine_fire_isolation_end(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);

int64_t engine_promise_passes_s(const Duban__Task *task);
void engine_fire_promise(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
const struct policy_limit *engine_confirmation_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                           const Duban__Case *case_);
void engine_fill_coordination(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_coordination_state(const Duban__Subject *subject);
Duban__Text *engine_coordination_words(struct engine *engine, const Duban__Subject *subject);
void engine_fill_referral_task(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                               const Duban__Case *case_);
void engine_fill_referral(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_referral_state(const Duban__Subject *subject);
Duban__Text *engine_referral_words(struct engine *engine, const Duban__Subject *subject);
const struct policy_limit *engine_urgent_limit(struct engine *engine, const struct policy *policy, const Duban__Task *task,
                                           const Duban__Case *case_);
void engine_fill_urgent_task(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                             const Duban__Case *case_);
void engine_fill_urgent(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_urgent_state(const Duban__Subject *subject);
Duban__Text *engine_urgent_words(struct engine *engine, const Duban__Subject *subject);
int64_t engine_campaign_draws_s(const Duban__Task *task);
void engine_fire_draw(struct engine *engine, Duban__Task *task, Duban__Case *case_, uint32_t step);
void engine_fill_households(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);
void engine_fill_look_back(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task, const Duban__Case *case_);
void engine_fill_household_check(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task,
                                 const Duban__Case *case_);
void engine_fill_campaign(struct engine *engine, Duban__NoticeItem *item, const Duban__Subject *subject);
struct policy_text engine_campaign_state(const Duban__Subject *subject);
Duban__Text *engine_campaign_words(struct engine *engine, const Duban__Subject *subject);
const char *engine_coordination_item(const Duban__Subject *subject);
void engine_coordination_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused);
const char *engine_referral_item(const Duban__Subject *subject);
void engine_referral_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused);
const char *engine_urgent_item(const Duban__Subject *subject);
void engine_urgent_withdraw(struct engine *engine, Duban__Subject *subject, const Duban__Fact *caused);
void engine_complaint_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason);
void engine_watch_amended(struct engine *engine, Duban__Subject *subject, const Duban__Visit *visit, const char *reason);

/* ---------------------------------------------------------------- entries */

bool engine_on_report(struct engine *engine, const Duban__Report *report, struct fault *fault);
bool engine_on_evidence_arrival(struct engine *engine, const Duban__EvidenceArrival *arrival, struct fault *fault);

bool engine_on_claim(struct engine *engine, const Duban__Claim *claim, struct fault *fault);
bool engine_on_acknowledgement(struct engine *engine, const Duban__Acknowledgement *acknowledgement, struct fault *fault);
bool engine_on_assignment(struct engine *engine, const Duban__Assignment *assignment, struct fault *fault);
bool engine_on_approval(struct engine *engine, const Duban__Approval *approval, struct fault *fault);
bool engine_on_extension(struct engine *engine, const Duban__Extension *extension, struct fault *fault);
bool engine_on_overdue_explanation(struct engine *engine, const Duban__OverdueExplanation *explanation, struct fault *fault);
bool engine_on_case_edit(struct engine *engine, const Duban__CaseEdit *edit, struct fault *fault);
bool engine_on_recompute(struct engine *engine, const Duban__Recompute *recompute, struct fault *fault);
bool engine_on_suspension(struct engine *engine, const Duban__Suspension *suspension, struct fault *fault);
bool engine_on_resumption(struct engine *engine, const Duban__Resumption *resumption, struct fault *fault);

/* The report is held in quarantine: note there that the photo has come. False: it is not. */
bool engine_keep_with_held(struct engine *engine, const Duban__EvidenceArrival *arrival);
bool engine_on_release(struct engine *engine, const Duban__Release *release, struct fault *fault);

bool engine_on_area_change(struct engine *engine, const Duban__AreaChange *change, struct fault *fault);
bool engine_on_site_change(struct engine *engine, const Duban__SiteChange *change, struct fault *fault);
bool engine_on_role_holder_change(struct engine *engine, const Duban__RoleHolderChange *change, struct fault *fault);
bool engine_on_unit_change(struct engine *engine, const Duban__UnitChange *change, struct fault *fault);

/* Are all units that he names registered? False with the fault filled. */
bool engine_units_known(struct engine *engine, const Duban__RoleHolderChange *change, struct fault *fault);

/* The focus group by the policy in force: of the site's kind, of an isolation's class. NULL = none. */
const struct policy_focus_group *engine_focus_of_site(struct engine *engine, const char *code);
const struct policy_focus_group *engine_focus_of_subject(struct engine *engine, const Duban__Subject *subject);

/* Under which heading of a digest the item stands; a pack without focus groups has no headings. */
void engine_item_focus(struct engine *engine, Duban__NoticeItem *item);
/* Lines of one group together, in the order of the policy's table, each group's in the order that they had. */
void engine_sort_by_focus(struct engine *engine, Duban__Notice *digest);

/* The report with what its entrances mean for the check item that the policy names for them: an entrance with a problem
 * fails it, and its note names the entrance. The report itself where that changes nothing. */
const Duban__Report *engine_with_entrances(struct engine *engine, const Duban__Report *report);

/* Note how the visit found the site's entrances, but for those that a later visit has seen. */
void engine_entrances_seen(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit);

/* An inspection of the site was completed: its area has been inspected on that day. */
void engine_area_inspected(struct engine *engine, const Duban__Site *site, const Duban__Visit *visit);
bool engine_on_policy_file(struct engine *engine, const Duban__PolicyFile *file, struct fault *fault);
bool engine_on_policy_activation(struct engine *engine, const Duban__PolicyActivation *activation, struct fault *fault);
bool engine_on_policy_revocation(struct engine *engine, const Duban__PolicyRevocation *revocation, struct fault *fault);
bool engine_on_engine_version(struct engine *engine, const Duban__EngineVersion *version, struct fault *fault);
bool engine_on_outcomes(struct engine *engine, const Duban__Outcomes *outcomes, struct fault *fault);
bool engine_on_dead_letter_retry(struct engine *engine, const Duban__DeadLetterRetry *retry, struct fault *fault);
bool engine_on_dead_letter_settlement(struct engine *engine, const Duban__DeadLetterSettlement *settlement,
                                      struct fault *fault);
bool engine_on_alarm_settlement(struct engine *engine, const Duban__AlarmSettlement *settlement, struct fault *fault);

/* Kept with the case as a fact: the act does not fit its state, for that reason (a token), and
 * changes nothing. True. */
bool engine_contradiction(struct engine *engine, const Duban__Case *case_, const char *act, const char *reason);

/* An act that can never be applied as it is, whoever looks at it: kept as a fact of the subject
 * (empty: none), its sender told why. True; false while a held entry is being adopted, which then
 * stays held for the fault. */
bool engine_decline(struct engine *engine, const char *act, ProtobufCBinaryData subject, const struct fault *fault);

/* Why nobody can fix it now (a token); NULL when it waits to be fixed. */
const char *engine_case_not_to_be_fixed(const Duban__Case *case_);

bool engine_on_complaint(struct engine *engine, const Duban__Complaint *complaint, struct fault *fault);
bool engine_on_complaint_result(struct engine *engine, const Duban__ComplaintResult *result, struct fault *fault);
bool engine_on_feedback_receipt(struct engine *engine, const Duban__FeedbackReceipt *receipt, struct fault *fault);

bool engine_on_household_change(struct engine *engine, const Duban__HouseholdChange *change, struct fault *fault);
bool engine_on_campaign_opening(struct engine *engine, const Duban__CampaignOpening *opening, struct fault *fault);
bool engine_on_campaign_end(struct engine *engine, const Duban__CampaignEnd *end, struct fault *fault);
bool engine_on_household_act(struct engine *engine, const Duban__HouseholdAct *act, struct fault *fault);
bool engine_on_household_check(struct engine *engine, const Duban__HouseholdCheck *check, struct fault *fault);

/* The item failed on site, whoever found that out and how: its case is opened, reopened, or told again.
 * Returns the newest case of the item there. */
Duban__Case *engine_visit_fail(struct engine *engine, const struct finding *finding);

bool engine_on_availability_change(struct engine *engine, const Duban__AvailabilityChange *change, struct fault *fault);
bool engine_on_on_call_change(struct engine *engine, const Duban__OnCallChange *change, struct fault *fault);

/* ---------------------------------------------------------------- engine_checked.c */

/* This visit's answer changes the case now: remember how it is before (is_new: it is not there yet). */
void engine_check_begins(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit, bool is_new);

/* Has an answer of this visit changed the case, and was that not taken back? */
bool engine_check_caused(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit);

/* Why what this visit made of the case cannot be taken back (a token); NULL when it can. */
const char *engine_check_stands(struct engine *engine, const Duban__Case *case_, const Duban__Visit *visit);

/* The case, which this visit did not open, as it was before it; its tasks with it. Puts it. */
void engine_check_undo(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, char *reason);

/* ---------------------------------------------------------------- engine_withdrawn.c
 *
 * A report is amended: what its answers had caused in complaints, referrals and the like. What somebody has acted on
 * since (taken, returned, answered, promised, delivered, isolated, asked a hospital, concluded) is not undone: it is
 * marked, a contradiction, and the group leader and the lead are told. */

/* The answer is not what it was: called before the new one is judged. */
void engine_answer_withdrawn(struct engine *engine, const Duban__Visit *visit, const char *item, const char *reason);

/* All its answers have been judged anew, and the visit is put. */
void engine_visit_amended(struct engine *engine, const Duban__Visit *visit, const char *reason);

/* For the kinds: the answer that opened it was withdrawn, it is over. */
void engine_subject_withdraw(struct engine *engine, Duban__Subject *subject);

/* ... what the visit did stands (a token says why); the fact that it does not, and a word to those who were told. */
void engine_subject_kept(struct engine *engine, const Duban__Subject *subject, const char *why);
void engine_subject_note_undone(struct engine *engine, const Duban__Subject *subject, const Duban__Visit *visit, const char *reason);
void engine_subject_tell_undone(struct engine *engine, const Duban__Subject *subject, const char *reason);

/* ---------------------------------------------------------------- engine_lot.c */

enum { LOT_SEED_BYTES = 16 };

/* BLAKE2b-128 over the parts, in the state's arena: a seed, or a digest that seeds hang on. */
ProtobufCBinaryData engine_lot_seed(struct engine *engine, const struct bytes *parts, size_t count);

/* The rank from which on that seed draws; where a thing lies: BLAKE2b-64 over its parts. */
uint64_t engine_lot_start(const ProtobufCBinaryData *seed);
uint64_t engine_lot_rank(const struct bytes *parts, size_t count);

/* In hexadecimal, for a fact. */
char *engine_lot_words(struct engine *engine, const ProtobufCBinaryData *seed);

/* ---------------------------------------------------------------- engine_look_back.c */

/* The case has been closed: it takes part in a draw where its policy says so. */
void engine_look_back_closed(struct engine *engine, const Duban__Case *case_);

/* House timer: those whose moment is now are drawn. */
void engine_draw_look_backs(struct engine *engine);

/* The item was seen on site; defect: why a pass does not count as one, NULL = it does. Before the case is told. */
void engine_look_back_passed(struct engine *engine, const struct finding *finding, const char *defect);
void engine_look_back_failed(struct engine *engine, const struct finding *finding);

/* The case is void: one that waits is over. The caller puts the case. */
void engine_look_back_end(struct engine *engine, Duban__Case *case_);

/* A case is as it was before a visit again: figures follow. */
void engine_look_back_undone(struct engine *engine, const Duban__Case *now, const Duban__Case *before);

/* An answer of that visit to a look-back of the case is not what it was. */
void engine_look_back_withdrawn(struct engine *engine, Duban__Case *case_, const Duban__Visit *visit, const char *reason);

/* ---------------------------------------------------------------- amendments and appeals */

bool engine_on_amendment(struct engine *engine, const Duban__Amendment *amendment, struct fault *fault);
bool engine_decide_amendment(struct engine *engine, const Duban__Approval *approval, struct fault *fault);
void engine_fill_amendment(struct engine *engine, Duban__NoticeItem *item, const Duban__Task *task);
bool engine_on_appeal(struct engine *engine, const Duban__Appeal *appeal, struct fault *fault);
bool engine_decide_appeal(struct engine *engine, Duban__Case *case_, const Duban__Approval *approval, struct fault *fault);
void engine_fill_appeal(struct engine *engine, Duban__NoticeItem *item, const Duban__Case *case_);

/* Whatever was appealed is over: nobody decides it any more. The caller puts the case. */
void engine_end_appeal(struct engine *engine, Duban__Case *case_);

/* The case is void: amendments that wait and ask for nothing but to take its item back are not decided any more. */
void engine_end_amendments_of(struct engine *engine, const Duban__Case *case_);

/* engine_late.c: the case has just been opened by this visit; passes of later visits count for it. */
void engine_heed_later_passes(struct engine *engine, const Duban__Case *case_, const Duban__Visit *finding);

/* Does the answer fail: by its result, or by a number beyond the item's limits? */
bool engine_answer_fails(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer);

/* What one answer of a visit means for the case of its place; the case when it opens or reopens one. */
Duban__Case *engine_judge_answer(struct engine *engine, const Duban__Visit *visit, const Duban__Answer *answer);

/* Somebody was at the site, or the last photo of that visit has come: complaints there take note. */
void engine_complaints_visited(struct engine *engine, const Duban__Visit *visit);

bool engine_on_watch(struct engine *engine, const Duban__Watch *watch, struct fault *fault);
bool engine_on_watch_end(struct engine *engine, const Duban__WatchEnd *watch_end, struct fault *fault);
bool engine_on_contact_absence(struct engine *engine, const Duban__ContactAbsence *absence, struct fault *fault);
bool engine_on_isolation(struct engine *engine, const Duban__Isolation *isolation, struct fault *fault);
bool engine_on_isolation_contact(struct engine *engine, const Duban__IsolationContact *contact, struct fault *fault);
bool engine_on_isolation_change(struct engine *engine, const Duban__IsolationChange *change, struct fault *fault);
bool engine_on_isolation_release(struct engine *engine, const Duban__IsolationRelease *batch, struct fault *fault);

/* ---------------------------------------------------------------- engine_forget.c */

/* The text of the token is to leave the vault from at_s on; a fact about that id says so once it has. An empty
 * token: there is none. */
void engine_forget_from(struct engine *engine, int64_t at_s, const ProtobufCBinaryData *token, const uint8_t about[ID_BYTES]);

/* An entry that was refused for good: what it says of people is of no use to anybody. about: its settlement. */
void engine_forget_rejected(struct engine *engine, const Duban__Entry *entry, const ProtobufCBinaryData *about);

/* Ingest says so: it never fails. */
bool engine_on_forgotten(struct engine *engine, const Duban__Forgotten *forgotten);

/* Somebody was at the site: its watch takes note; or the last photo of that visit has come. */
void engine_watches_visited(struct engine *engine, const Duban__Visit *visit);
void engine_watches_completed(struct engine *engine, const Duban__Visit *visit);

/* A case of the site is over: a watch that only waited for that ends. */
void engine_watches_relieved(struct engine *engine, const char *site);

/* The site stops operating: its watch stands still; it operates again: the watch goes on. */
void engine_watches_operate(struct engine *engine, const Duban__Site *site, bool operates, const char *reason);

/* Why the site is being watched; "" when it is not. */
const char *engine_risk_of_site(struct engine *engine, const char *site);
bool engine_on_difficulty(struct engine *engine, const Duban__Difficulty *difficulty, struct fault *fault);
bool engine_on_coordination_step(struct engine *engine, const Duban__CoordinationStep *step, struct fault *fault);
bool engine_on_referral_step(struct engine *engine, const Duban__ReferralStep *step, struct fault *fault);
bool engine_on_urgent_report(struct engine *engine, const Duban__UrgentReport *report, struct fault *fault);
bool engine_on_urgent_step(struct engine *engine, const Duban__UrgentStep *step, struct fault *fault);

/* ---------------------------------------------------------------- engine_elsewhere.c */

/* A failed answer that is urgent, another office's, or known as a difficulty. True: it opens no case.
 * has_case: one is open already, and goes on. */
bool engine_failed_elsewhere(struct engine *engine, const struct finding *finding, bool has_case);

/* On coaching visits too, which judge nothing else. */
void engine_failed_side_item(struct engine *engine, const struct finding *finding);

/* A pass may be what such a thing waits for; defect: why it does not count as one, NULL = it does. */
void engine_passed_elsewhere(struct engine *engine, const struct finding *finding, const char *defect);

/* Side-items that the policy lets nobody skip there: what was left out goes back to the reporter. */
void engine_side_items_unanswered(struct engine *engine, const Duban__Report *report, const Duban__Visit *visit,
                                  const Duban__Site *site);

/* What each of the three makes of it; true when it has one open at that place and item. */
bool engine_coordination_failed(struct engine *engine, const struct finding *finding);
void engine_coordination_passed(struct engine *engine, const struct finding *finding, const char *defect);
void engine_referral_found(struct engine *engine, const struct finding *finding, const struct policy_route *route);
void engine_referral_passed(struct engine *engine, const struct finding *finding, const char *defect);
void engine_urgent_found(struct engine *engine, const struct finding *finding);

/* Somebody goes there and sees that it is as it was said to be; it becomes the subject's open task. */
void engine_subject_confirm(struct engine *engine, Duban__Subject *subject, const char *message, const char *rule);


/* Tell site and owner what was decided about the case. */
void engine_tell_decision(struct engine *engine, const char *message, Duban__Case *case_, const char *reason);

/* A site stops or starts operating: its cases pause or go on. */
void engine_site_operates(struct engine *engine, Duban__Site *site, Duban__OperatingState state, const char *reason,
                          int64_t review_s);

/* A pack's effective time has come. */
void engine_policy_due(struct engine *engine);

/* Resolve a reference; NULL with the fault filled. */
Duban__Case *engine_referenced_case(struct engine *engine, const Duban__CaseReference *reference, struct fault *fault);

/* An attempted visit at the site was the second in a row: ask the area contact. Changes the
 * site; the caller puts it. */
void engine_ask_site_check(struct engine *engine, Duban__Site *site);

/* Somebody has been there or said how it is. Changes the site; the caller puts it. */
void engine_end_site_check(struct engine *engine, Duban__Site *site);

#endif
