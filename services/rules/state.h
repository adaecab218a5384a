/* state.h - what survives a restart: typed rows in one LMDB environment.
 *
 * Every read and write of a decision goes through here, and every change enters the state
 * digest: one link of a BLAKE2b-256 chain for each fired timer and each entry, over the
 * ordered changes (table, key, new value or deletion). Messages returned live in the
 * state's arena until the next link; they may be changed and put back. Who asks for the same
 * area, site, holder, case, subject or task again within a link gets the same message; a case,
 * subject or task that is put several times is written once, as it is when the link ends, so that it and all
 * that it points at must live until then.
 */
#ifndef DUBAN_RULES_STATE_H
#define DUBAN_RULES_STATE_H

#include <sodium.h>

#include "arena.h"
#include "digest.h"
#include "link_rows.h"
#include "row_map.h"
#include "outbox.pb-c.h"
#include "state.pb-c.h"
#include "store.h"

/* Tables, with their keys. Codes and accounts are text; numbers are big-endian. */
enum {
    TABLE_META,               /* "meta"                          -> Meta */
    TABLE_POLICY_STATE,       /* "policy"                        -> PolicyState
                               * pack 32                         -> empty: accepted once, frozen */
    TABLE_POLICY_FILE,        /* pack 32, path, 0, piece u32     -> PolicyFile */
    TABLE_AREA,               /* code                            -> Area */
    TABLE_SITE,               /* code                            -> Site */
    TABLE_HOLDER,             /* account                         -> Holder */
    TABLE_HOLDER_BY_ROLE,     /* role u8, scope, 0, account      -> empty */
    TABLE_CASE,               /* id 16                           -> Case */
    TABLE_CASE_BY_PLACE,      /* site, 0, item                   -> id 16 of the newest */
    TABLE_CASE_BY_NUMBER,     /* number u32                      -> id 16 */
    TABLE_TASK,               /* id 16                           -> Task */
    TABLE_TIMER,              /* due_s u64, task id 16, step u16 -> empty */
    TABLE_FACT,               /* sequence u64                    -> Fact */
    TABLE_FACT_BY_SUBJECT,    /* subject 16, sequence u64        -> empty; of TOLD: outbox sequence u64 */
    TABLE_OUTBOX,             /* sequence u64                    -> stamp_ms u64, shipped record */
    TABLE_OUTCOME,            /* outbox sequence u64, grade u8   -> Outcome
                               * ..., 0xff, retry u32, grade u8  -> Outcome of a sending again */
    TABLE_VISIT,              /* sequence u64                    -> Visit */
    TABLE_QUARANTINE,         /* sequence u64                    -> Quarantined */
    TABLE_WAITING,            /* release_s u64, fact u64         -> Notice, kept back by quiet hours */
    TABLE_DIGEST_LINE,        /* at_s u64, account, 0, fact u64  -> Notice of one item */
    TABLE_ACTIVATION,         /* sequence u64 of its entry       -> Activation */
    TABLE_RETRY,              /* outbox sequence u64             -> u32: how often it was sent again */
    TABLE_SUBJECT,            /* id 16                           -> Subject */
    TABLE_SUBJECT_BY_NUMBER,  /* kind u16, number u32            -> id 16 */
    TABLE_OPEN_SUBJECT,       /* kind u16, site or "", 0, area where there is no site, 0, number u32 -> id 16 */
    TABLE_VISIT_BY_SITE,      /* site, 0, visit_ms u64, sequence u64 -> empty */
    TABLE_FORGETTING,         /* from_s u64, token 16            -> id 16 of the subject that it names somebody of */
    TABLE_HOUSEHOLD,          /* code                            -> Household */
    TABLE_HOUSEHOLD_BY_AREA,  /* area, 0, code                   -> empty */
    TABLE_AREA_HOUSEHOLDS,    /* area                            -> AreaHouseholds */
    TABLE_CAMPAIGN_AREA,      /* campaign u32, area              -> CampaignArea */
    TABLE_CAMPAIGN_TALLY,     /* campaign u32, area, 0, account  -> CampaignTally */
    TABLE_DOOR,               /* campaign u32, area, 0, household -> Door */
    TABLE_DOOR_TO_CHECK,      /* campaign u32, area, 0, rank u64, household -> empty */
    TABLE_DOOR_DRAW,          /* campaign u32, area, 0, number u32 -> DoorDraw */
    TABLE_PRESENCE,           /* account                         -> Presence */
    TABLE_ON_CALL,            /* from_s u64, account             -> OnCall */
    TABLE_CHECKED,            /* case id 16                      -> Checked: before its latest check */
    TABLE_TOUCHED,            /* visit u64, subject or case id 16 -> that id: the visit has told it something */
    TABLE_LOOK_BACK_ROUND,    /* draw_s u64                      -> LookBackRound */
    TABLE_TO_LOOK_BACK,       /* draw_s u64, pack 32, level, 0, rank u64, case id 16 -> empty; stays once drawn, for who draws it again */
    TABLE_UNIT,               /* code                            -> Unit */
    TABLE_UNIT_MEMBER,        /* unit, 0, account                -> empty */
    TABLE_ENTRANCE,           /* site, 0, name                   -> SiteEntrance */
    TABLE_OPEN_TASK,          /* whose (see state_load.c), id 16 -> empty */
    TABLE_ROSTER_WORK,        /* role u8, scope                  -> RosterWork */
    TABLE_SITE_BY_AREA,       /* area, 0, kind, 0, code          -> empty */
    TABLE_WAITING_AMENDMENT,  /* site, 0, visit u64              -> empty: an amendment of it waits for its approval */
    TABLE_COVERAGE,           /* day u64, area, 0, kind          -> CoverageCount */
    TABLE_DAY_BOOK,           /* "book"                          -> DayBook */
    TABLE_DAY_PLAN,           /* day u64, zone                   -> DayPlan */
    TABLE_COUNTING,           /* c, t, s + id 16; h + campaign u32, area -> Counting */
    TABLE_FIGURE,             /* scope, 0, cell u16, day u32, part, 0, ~at_s u64 -> numerator u64, denominator u64: the sums
                               * from that second on; the newest comes first */
    TABLE_PHOTO,              /* sha256 32                       -> visit u64, stamp_s u64: which one showed it first, when it was applied */
    TABLE_PHOTO_BY_TIME,      /* stamp_s u64, sha256 32          -> empty: the oldest go first */
    TABLE_LAST_POSITION,      /* account                         -> LastPosition */
    TABLE_PHOTOS_AWAITED,     /* due_s u64, visit u64            -> empty: photos that it declared are late then */
    TABLE_TOLD_LAST,          /* account, 0, message kind        -> at_s u64: when he got one, of kinds that are gathered */
    TABLE_SILENCE,            /* number u32                      -> KeptSilence */
    TABLE_SILENCE_BOOK,       /* "book"                          -> SilenceBook
                               * "own", 0, account, 0            -> SilenceBook of what he has set for himself */
    TABLE_SILENCED,           /* silence u32, account, 0, task id 16 or fact u64, kind -> Notice of one item */
    TABLE_DOORS_TO_FORGET,    /* from_s u64, campaign u32        -> empty */
    TABLE_MEETING,            /* day u64, kind u8                -> Meeting */
    TABLE_MEETING_BOOK,       /* "book"                          -> MeetingBook */
    TABLE_AGENDA,             /* kind u8, id 16 of a case, subject or task -> AgendaItem */
    TABLE_REMARK,             /* day u64, sequence u64           -> RemarkRecord */
    TABLE_STAND_DOWN_AWAITED, /* outbox sequence u64             -> StandDownAwaited */
    TABLE_GATE_POST,          /* site, 0, post, 0, shift         -> SiteGatePost */
    TABLE_TOGETHER,           /* account, 0, message kind, 0, expires_s u64, id 16 of the task, else subject, step u32 -> Notice, due in this second */
    TABLE_TOLD_LATELY,        /* account                         -> ToldLately */
    TABLE_CONTACT,            /* account                         -> Contacts */
    TABLE_UNVERIFIED,         /* account                         -> empty: it has a way that nobody has verified */
    TABLE_ALERTING,           /* "book"                          -> AlertingBook */
    TABLE_ENDED_TASK,         /* whose (see state_load.c), closed_s u64, id 16 -> empty: it ended then, and may have begun again */
    TABLE_COUNT
};

enum { SHA256_BYTES = 32 };

enum { STATE_KEY_BYTES = 256,   /* three codes of 64 bytes, and numbers; the store takes 511 */
        MAX_LEDGERS = 16,   /* by SubjectKind */
        OUTBOX_RECORD_VERSION = 1 };

/* A timer that fires: which step of which task. */
struct timer {
    int64_t due_s;
    uint8_t task[ID_BYTES];
    uint16_t step;
};

struct state {
    struct store store;
    struct store_txn txn;
    struct arena arena;               /* of the link in progress */
    crypto_generichash_state link;
    Duban__Meta meta;                 /* its bytes fields and ledger_last point at the arrays below */
    uint8_t journal_digest[DIGEST_BYTES];
    uint8_t state_digest[DIGEST_BYTES];
    uint8_t outbox_digest[DIGEST_BYTES];
    uint32_t ledger_last[MAX_LEDGERS];
    int64_t stamp_ms;                 /* put beside each outbox record */
    struct {                          /* what the disk holds, while meta runs ahead of it */
        uint64_t outbox_last;
        int64_t applied_stamp_ms;
    } committed;
    bool in_link;
    struct link_rows rows;            /* shared by all who ask within a link: state_rows.h */
    struct link_rows kept;            /* of the registry, over the links of a transaction: state_rows.h */
    struct arena kept_arena;
    struct row_map newest;            /* cells of figures that this transaction has changed: state_figures.c */
    struct arena newest_arena;
    int64_t earliest_timer_s;         /* at or before the first timer; 0 = unknown */
    const char **loads;               /* all accounts whose number of open tasks the link has changed; in the arena */
    size_t load_count;
    size_t load_room;
};

/* 0, or -1 and logged. */
int state_open(struct state *state, const char *directory, size_t map_bytes);
void state_close(struct state *state);

/* Begin a write transaction; all puts until state_commit are one. */
void state_begin(struct state *state);

/* Writes meta with the rest. 0: durable. -1: nothing changed on disk, and what is in memory no longer
 * agrees with it: the process must stop, or read it anew where only the disk is full (txn.no_room). */
int state_commit(struct state *state);

/* After a commit that failed: all that is remembered is what was committed last. 0; -1 (logged) when it cannot
 * be read, or is not there: the process must stop. */
int state_reload(struct state *state);

/* A read-only view for queries; end with state_read_end. */
void state_read(struct state *state, struct store_txn *txn);

/* Begin and end one link of the digest. Beginning resets the arena. */
void state_link_begin(struct state *state);
void state_link_end(struct state *state);

/* Rows. A getter returns NULL when the row is absent. */
Duban__PolicyState *state_policy(struct state *state);
void state_put_policy(struct state *state, const Duban__PolicyState *policy);
/* Of the engine that decides: PolicyState's engine_version, read once for a transaction. */
uint32_t state_era(struct state *state);
/* Its focused_from_day. */
int64_t state_focused_from_day(struct state *state);
void state_put_policy_file(struct state *state, const Duban__PolicyFile *file);
/* Is exactly this piece there? */
bool state_has_policy_file(struct state *state, const Duban__PolicyFile *file);
/* A pack that has been accepted once never changes again: cases may run under it. */
void state_freeze_pack(struct state *state, const uint8_t version[32]);
bool state_is_frozen(struct state *state, const uint8_t version[32]);

/* Sequence 0 has none. */
Duban__Activation *state_activation(struct state *state, uint64_t sequence);
void state_put_activation(struct state *state, const Duban__Activation *activation);

/* Areas and holders are read once for a transaction: to change one, put a copy. */
const Duban__Area *state_area(struct state *state, const char *code);
void state_put_area(struct state *state, const Duban__Area *area);
void state_delete_area(struct state *state, const char *code);
/* Does any area belong to the zone? */
bool state_zone_has_area(struct state *state, const char *zone);
bool state_area_has_site(struct state *state, const char *area);
/* The first site of that kind in the area, in order of code; NULL when it has none. */
Duban__Site *state_first_site(struct state *state, const char *area, const char *kind);
/* visit_at of the last inspection of any site of the area, as the sites were put; 0 = none. */
int64_t state_area_last_inspection_ms(struct state *state, const char *area);
/* Sites that an earlier version put are in no list by area: once, when a new engine era begins. */
void state_list_sites(struct state *state);

Duban__Site *state_site(struct state *state, const char *code);
/* Its area and kind are as they were registered; the second registers them: it keeps what an area has in step. */
void state_put_site(struct state *state, const Duban__Site *site);
void state_register_site(struct state *state, const Duban__Site *site);
void state_delete_site(struct state *state, const char *code);

const Duban__Holder *state_holder(struct state *state, const char *account);
/* Keeps the index by role in step; old may be NULL. */
void state_put_holder(struct state *state, const Duban__Holder *holder, const Duban__Holder *old);
void state_delete_holder(struct state *state, const Duban__Holder *old);
/* Accounts that hold the role for that scope, in order of account; at most `most`. */
size_t state_holders_by_role(struct state *state, Duban__Role role, const char *scope, const char **accounts, size_t most);
/* The scope after that one ("": the first that is not empty) in which somebody holds the role; NULL after the last. */
const char *state_scope_after(struct state *state, Duban__Role role, const char *scope);

/* The account after that one ("": the first); NULL after the last. */
const char *state_holder_after(struct state *state, const char *account);

/* The ways of an account (state_contact.c); NULL: it has none that could be verified. The put also keeps the list of those
 * that are not. */
Duban__Contacts *state_contacts(struct state *state, const char *account);
void state_put_contacts(struct state *state, const Duban__Contacts *contacts, bool is_unverified);
void state_delete_contacts(struct state *state, const char *account);
/* The first accounts with a way that is not verified, at most `most`; total: all of them, counted up to 9999. */
size_t state_unverified(struct state *state, const char **accounts, size_t most, uint32_t *total);

Duban__Unit *state_unit(struct state *state, const char *code);
void state_put_unit(struct state *state, const Duban__Unit *unit);
void state_delete_unit(struct state *state, const char *code);
/* Whom the units have as a member: put and deleted with the holder, by state_put_holder and state_delete_holder. */
void state_index_units(struct state *state, const Duban__Holder *holder, bool present);
bool state_unit_has_member(struct state *state, const char *code);

Duban__SiteEntrance *state_entrance(struct state *state, const char *site, const char *name);
void state_put_entrance(struct state *state, const Duban__SiteEntrance *entrance);
/* The site's next one after that name ("": the first); NULL after the last. */
Duban__SiteEntrance *state_entrance_after(struct state *state, const char *site, const char *name);
/* All of the site. */
void state_delete_entrances(struct state *state, const char *site);

/* Posts of a gate, in the same way; NULL when it was never told. */
Duban__SiteGatePost *state_gate_post(struct state *state, const char *site, const char *post, const char *shift);
void state_put_gate_post(struct state *state, const Duban__SiteGatePost *post);
/* The site's next one after that post and shift (both "": the first); NULL after the last. */
Duban__SiteGatePost *state_gate_post_after(struct state *state, const char *site, const char *post, const char *shift);
void state_delete_gate_posts(struct state *state, const char *site);

Duban__Case *state_case(struct state *state, const uint8_t id[ID_BYTES]);

/* "DB-0012", as everybody writes a case's number; in the arena. */
char *state_case_label(struct arena *arena, uint32_t number);
void state_put_case(struct state *state, const Duban__Case *case_);
/* The next open case after that ledger number that was opened under the pack; moves number on to it.
 * False when there is none. Walks the ledger as it was when the link began. */
bool state_open_case_after(struct state *state, const uint8_t version[32], uint32_t *number, uint8_t id[ID_BYTES]);
/* The newest case of an item at a site, open or closed. */
Duban__Case *state_case_at(struct state *state, const char *site, const char *item);
Duban__Case *state_case_numbered(struct state *state, uint32_t number);
void state_put_case_place(struct state *state, const Duban__Case *case_);
/* As state_case and state_task, for one look at each of many: what the link has at hand is given as it is, else the row is
 * read into that arena. */
const Duban__Case *state_look_at_case(struct state *state, const uint8_t id[ID_BYTES], struct arena *arena);
const Duban__Task *state_look_at_task(struct state *state, const uint8_t id[ID_BYTES], struct arena *arena);
/* Ids of the newest cases of a site, in order of item; at most `most`. */
size_t state_cases_of_site(struct state *state, const char *site, uint8_t (*ids)[ID_BYTES], size_t most);
/* Those among them that are wanted. Most of what was ever found at a site is closed: each case is only looked at, one at a
 * time, and none is kept. */
typedef bool case_choice(void *self, const Duban__Case *case_);
size_t state_cases_wanted(struct state *state, const char *site, case_choice *wanted, void *self, uint8_t (*ids)[ID_BYTES],
                          size_t most);

Duban__Task *state_task(struct state *state, const uint8_t id[ID_BYTES]);
/* Keeps the list of open tasks in step. */
void state_put_task(struct state *state, Duban__Task *task);
/* Ids of all tasks, open or closed, that come after that one, as they were when the link began; at most `most`. */
size_t state_tasks_after(struct state *state, const uint8_t *after, uint8_t (*ids)[ID_BYTES], size_t most);
/* Moves id on to the next task that is not closed and has no due; false when there is none. Walks
 * all tasks after it, as they were when the link began. */
bool state_task_without_due(struct state *state, uint8_t id[ID_BYTES]);

/* Subjects. A new one takes the next number of its kind and is found by it, and by its place until
 * it is finished. */
Duban__Subject *state_subject(struct state *state, const uint8_t id[ID_BYTES]);
void state_put_subject(struct state *state, const Duban__Subject *subject);
void state_number_subject(struct state *state, Duban__Subject *subject);
void state_finish_subject(struct state *state, const Duban__Subject *subject);
/* ... and found by its place again. */
void state_reopen_subject(struct state *state, const Duban__Subject *subject);
Duban__Subject *state_subject_numbered(struct state *state, Duban__SubjectKind kind, uint32_t number);
/* Ids of the open ones of a kind at a site, or (site empty) at an area without a site, oldest first;
 * at most `most`. */
size_t state_open_subjects(struct state *state, Duban__SubjectKind kind, const char *site, const char *area,
                           uint8_t (*ids)[ID_BYTES], size_t most);
/* The next open one that was opened under that version, by kind and place; begin with size 0. False: no more. */
struct subject_cursor {
    uint8_t key[STATE_KEY_BYTES];
    size_t size;
    Duban__SubjectKind kind;   /* of the one that it stands at */
};
bool state_open_subject_after(struct state *state, const uint8_t version[32], struct subject_cursor *at, uint8_t id[ID_BYTES]);

/* A token of that subject whose text is to leave the vault from at_s on; the first of those whose time has come, at
 * most `most`; and take out one that has been forgotten, false when it was not asked for. */
void state_put_forgetting(struct state *state, int64_t at_s, const uint8_t token[ID_BYTES], const uint8_t subject[ID_BYTES]);
size_t state_forgettings(struct store_txn *txn, int64_t until_s, uint8_t (*tokens)[ID_BYTES], size_t most);
bool state_take_forgetting(struct state *state, int64_t until_s, const uint8_t token[ID_BYTES], uint8_t subject[ID_BYTES]);

/* Households, and what campaigns know of them (state_household.c). Each is read and put by itself: what a
 * getter returns is the caller's to change and put. */
Duban__Household *state_household(struct state *state, const char *code);
/* Keeps the index by area in step; old may be NULL. The caller counts. */
void state_put_household(struct state *state, const Duban__Household *household, const Duban__Household *old);
void state_delete_household(struct state *state, const Duban__Household *old);
/* Never NULL: zeroes for an area without households. */
Duban__AreaHouseholds *state_area_households(struct state *state, const char *area);
void state_put_area_households(struct state *state, const char *area, const Duban__AreaHouseholds *row);
Duban__CampaignArea *state_campaign_area(struct state *state, uint32_t campaign, const char *area);
void state_put_campaign_area(struct state *state, const Duban__CampaignArea *row);
/* Never NULL: zeroes for a member who has done nothing there yet. */
Duban__CampaignTally *state_campaign_tally(struct state *state, uint32_t campaign, const char *area, const char *member);
void state_put_campaign_tally(struct state *state, const Duban__CampaignTally *row);
/* NULL: not entered yet. */
Duban__Door *state_door(struct state *state, uint32_t campaign, const char *area, const char *household);
void state_put_door(struct state *state, uint32_t campaign, const Duban__Door *door);
Duban__DoorDraw *state_door_draw(struct state *state, uint32_t campaign, const char *area, uint32_t number);
void state_put_door_draw(struct state *state, const Duban__DoorDraw *draw);
/* Doors that may be drawn lie on a ring by rank. */
void state_put_door_to_check(struct state *state, uint32_t campaign, const char *area, uint64_t rank, const char *household);
void state_delete_door_to_check(struct state *state, uint32_t campaign, const char *area, uint64_t rank, const char *household);
/* Households from that rank on, around the ring once; at most `most`. Reads no more rows than that. */
size_t state_doors_to_check(struct state *state, uint32_t campaign, const char *area, uint64_t from_rank,
                            const char **households, size_t most);

/* What the case was before the latest report that changed it; NULL: no report has yet. The case in
 * it is a copy as of the put. */
Duban__Checked *state_checked(struct state *state, const uint8_t case_id[ID_BYTES]);
void state_put_checked(struct state *state, const uint8_t case_id[ID_BYTES], const Duban__Checked *checked);
void state_delete_checked(struct state *state, const uint8_t case_id[ID_BYTES]);
/* What a draw of closed cases came to; never NULL: empty before the first closing takes part (state_look_back.c). */
Duban__LookBackRound *state_look_back_round(struct state *state, int64_t draw_s);
void state_put_look_back_round(struct state *state, const Duban__LookBackRound *round);
/* The first one that is drawn later than that; NULL when there is none. */
Duban__LookBackRound *state_look_back_round_after(struct state *state, int64_t draw_s);
/* Cases that take part in a draw lie on a ring by rank, one for each pack and level. */
struct look_back_ring {
    const uint8_t *policy_version;
    const char *level;
};
void state_put_to_look_back(struct state *state, int64_t draw_s, const struct look_back_ring *ring, uint64_t rank,
                            const uint8_t case_id[ID_BYTES]);
void state_delete_to_look_back(struct state *state, int64_t draw_s, const struct look_back_ring *ring, uint64_t rank,
                               const uint8_t case_id[ID_BYTES]);
/* Ids (16 bytes each) of those that are wanted, from that rank on, around the ring once; at most `most`. Reads no more
 * rows than that and those that are not wanted. */
size_t state_to_look_back(struct state *state, int64_t draw_s, const struct look_back_ring *of, uint64_t from_rank,
                          bool (*is_wanted)(void *self, const char *case_id), void *self, const char **case_ids, size_t most);

/* That visit has told that subject (a case: about its look-back) something; ids of those that it has, at most `most` (state_touched.c). */
void state_put_touched(struct state *state, uint64_t visit, const uint8_t subject[ID_BYTES]);
size_t state_touched(struct state *state, uint64_t visit, uint8_t (*ids)[ID_BYTES], size_t most);
bool state_has_touched(struct state *state, uint64_t visit, const uint8_t subject[ID_BYTES]);
/* The first fact of that subject after that sequence; NULL when there is none. */
Duban__Fact *state_fact_after(struct state *state, const uint8_t subject[ID_BYTES], uint64_t sequence);

void state_put_timer(struct state *state, const struct timer *timer);
void state_delete_timer(struct state *state, const struct timer *timer);
/* First timer with due <= until_s; false when there is none. Reads outside the digest. */
bool state_first_timer(struct state *state, int64_t until_s, struct timer *timer);
/* Timers of tasks of that kind with due <= until_s, in their order; at most `most`. */
size_t state_timers_of_kind(struct state *state, uint16_t kind, int64_t until_s, struct timer *timers, size_t most);
/* Due of the earliest timer in all; 0 = none. Works in a read transaction too. */
int64_t state_next_due(struct store_txn *txn);

/* Gives the fact its sequence and appends it. */
void state_add_fact(struct state *state, Duban__Fact *fact);

/* Appends to the outbox, extends its chain, indexes a notice by its items' cases. Returns
 * the outbox sequence. */
uint64_t state_add_outbox(struct state *state, const Duban__OutboxRecord *record);

/* The notice under that sequence; NULL when there is none, or something else. */
Duban__Notice *state_notice(struct state *state, uint64_t sequence);

/* How often somebody has had the notice sent again; 0 = never. */
uint32_t state_retries(struct state *state, uint64_t notice);
void state_put_retries(struct state *state, uint64_t notice, uint32_t retries);

/* The next task after that id about the same thing, written in its place: those share 10 bytes. False: there is none. */
bool state_next_task_about(struct state *state, uint8_t id[ID_BYTES]);

/* What became of it when it was sent for the first time (retry 0), or again for the n-th; NULL: not that, or nothing yet. */
Duban__Outcome *state_outcome(struct state *state, uint64_t notice, uint32_t retry, Duban__Grade grade);
bool state_has_outcome(struct state *state, uint64_t notice, uint32_t retry, Duban__Grade grade);
/* Is anything known of its first sending? The moment at which it was decided; 0 = there is no such record. */
bool state_has_any_outcome(struct state *state, uint64_t notice);
int64_t state_outbox_stamp_s(struct state *state, uint64_t sequence);
void state_put_outcome(struct state *state, const Duban__Outcome *outcome);

/* What somebody is told should that notice reach him after all. Taking deletes it; NULL: nothing. */
void state_put_stand_down_awaited(struct state *state, uint64_t notice, const Duban__StandDownAwaited *awaited);
Duban__StandDownAwaited *state_take_stand_down_awaited(struct state *state, uint64_t notice);

Duban__Visit *state_visit(struct state *state, uint64_t sequence);
void state_put_visit(struct state *state, const Duban__Visit *visit);
/* Sequences of a site's visits made after that time (visit_ms), the latest first; at most `most`. */
size_t state_visits_of_site(struct state *state, const char *site, int64_t after_ms, uint64_t *sequences, size_t most);

/* Visits of a site made in [from_ms, until_ms), one at a time and the latest first, until one is the last that is wanted
 * or `most` have been shown. A visit lives only while it is shown. */
enum { MAX_VISITS_BACK = 4096 };   /* for who looks back without a date: a year and more of a gate with ten reports a day */
struct visit_span {
    const char *site;
    int64_t from_ms;
    int64_t until_ms;
    size_t most;
};
typedef bool visit_shown(void *self, const Duban__Visit *visit);   /* false: no more are wanted */
void state_show_visits(struct state *state, const struct visit_span *span, visit_shown *shown, void *self);

/* Visits whose amendment waits for its approval, by site (state_amendment.c). The one after that sequence at the site;
 * 0 = none. */
void state_put_waiting_amendment(struct state *state, const Duban__Visit *visit);
void state_delete_waiting_amendment(struct state *state, const Duban__Visit *visit);
uint64_t state_waiting_amendment_after(struct state *state, const char *site, uint64_t sequence);

/* Photos that visits have shown, by their digest (state_photo.c). The visit that showed it first, when that is known and
 * not before since_s; else 0. */
uint64_t state_photo_shown(struct state *state, const uint8_t sha256[SHA256_BYTES], int64_t since_s);
/* Shown now by that visit; nothing when it was shown since then. Takes out two that were shown before, if there are such:
 * what is kept never grows beyond twice what a period brings. */
void state_put_photo(struct state *state, const uint8_t sha256[SHA256_BYTES], uint64_t visit, int64_t since_s);

/* NULL: not known. */
Duban__LastPosition *state_last_position(struct state *state, const char *account);
void state_put_last_position(struct state *state, const Duban__LastPosition *position);

/* What is known of a member's availability; NULL: nothing, he is on duty. */
Duban__Presence *state_presence(struct state *state, const char *account);
void state_put_presence(struct state *state, const Duban__Presence *presence);
/* The one of the next account in order; NULL after the last. */
Duban__Presence *state_presence_after(struct state *state, const char *account);

void state_put_on_call(struct state *state, const Duban__OnCall *on_call);
/* False when there is none that begins then. */
bool state_delete_on_call(struct state *state, int64_t from_s, const char *account);
/* Accounts on call at that time, none for longer than longest_s; at most `most`. */
size_t state_on_call(struct state *state, int64_t at_s, int64_t longest_s, const char **accounts, size_t most);

/* The next open case after that ledger number whose follow-up owner he is; moves number on to it. False when there
 * is none. Walks the ledger as it was when the link began: for changes of the roster only. */
bool state_open_case_of_owner_after(struct state *state, const char *owner, uint32_t *number, uint8_t id[ID_BYTES]);

/* Open tasks by whose they are (state_load.c). Those of an account, counted up to `most`; no more rows are read. */
uint32_t state_open_tasks_of(struct state *state, const char *account, uint32_t most);
/* Tasks that belong to posts, not to accounts: of the whole house (lead, clerk, ...: code ""), of an area whatever its
 * role and zone, or of an office; or those of an account. Their ids after that one (NULL: from the first), in order; at most `most`. As they
 * were when the link began. */
enum task_list { TASKS_OF_HOUSE = 'h', TASKS_OF_AREA = 'a', TASKS_OF_OFFICE = 'o', TASKS_OF_MEMBER = 'm' };
enum task_list state_task_list_of(Duban__Role role);
size_t state_open_tasks_listed(struct state *state, enum task_list list, const char *code, const uint8_t *after,
                               uint8_t (*ids)[ID_BYTES], size_t most);
/* The same, of an area, for one site of it. */
size_t state_open_tasks_at(struct state *state, const char *area, const char *site, const uint8_t *after,
                           uint8_t (*ids)[ID_BYTES], size_t most);
/* The task has ended: listed from now on by whose it was, and when that was. */
void state_list_ended(struct state *state, const Duban__Task *task);
/* Those that have ended at from_s or later and come after that id of that second (zeroes: from the first), in order of time;
 * at most `most`. The last one found is where the next ones begin: from_s and after move on to it. */
size_t state_ended_tasks_listed(struct state *state, enum task_list list, const char *code, int64_t *from_s, uint8_t after[ID_BYTES],
                                uint8_t (*ids)[ID_BYTES], size_t most);
/* The area after that code in order ("": the first) that lies in the zone; NULL after the last. */
Duban__Area *state_area_of_zone_after(struct state *state, const char *zone, const char *code);

/* What is still to be told of a post; one row for each. */
void state_put_roster_work(struct state *state, const Duban__RosterWork *work);
void state_delete_roster_work(struct state *state, const Duban__RoleGrant *post);
/* The first of all; NULL when there is none. */
Duban__RosterWork *state_roster_work(struct state *state);

/* Coverage of a day in an area, for one kind of site (state_coverage.c); NULL: nothing has been counted there. */
Duban__CoverageCount *state_coverage(struct state *state, int64_t day, const char *area, const char *kind);
void state_put_coverage(struct state *state, const Duban__CoverageCount *count);
/* The area's row of that day whose kind comes next after that one ("" = the first). NULL: there is no more. */
Duban__CoverageCount *state_coverage_after(struct state *state, int64_t day, const char *area, const char *kind);
/* Coverage of a day, added up for each zone in the order of its first area: all of them, "" for what is nobody's. The
 * sums live in the state's arena; their areas and kinds are empty. Returns how many. */
size_t state_coverage_of_zones(struct state *state, int64_t day, Duban__CoverageCount ***sums);
/* NULL: days are not counted. */
Duban__DayBook *state_day_book(struct state *state);
void state_put_day_book(struct state *state, const Duban__DayBook *book);
void state_delete_day_book(struct state *state);
/* Campaigns whose doors are to be forgotten from that time on (state_doors.c). The first until then; false: there is none. */
void state_put_doors_to_forget(struct state *state, int64_t from_s, uint32_t campaign);
void state_delete_doors_to_forget(struct state *state, int64_t from_s, uint32_t campaign);
bool state_doors_to_forget(struct state *state, int64_t until_s, int64_t *from_s, uint32_t *campaign);
/* Deletes rows of its doors and draws; how many. At most `most`: as many mean that there may be more. */
size_t state_forget_doors(struct state *state, uint32_t campaign, size_t most);

/* Of photos_due_s; the first visit whose photos are late at that very moment, 0 = none. */
void state_put_photos_awaited(struct state *state, const Duban__Visit *visit);
void state_delete_photos_awaited(struct state *state, const Duban__Visit *visit);
uint64_t state_photos_awaited(struct state *state, int64_t due_s);

/* The plan of a group; NULL: there is none. All who ask within a link get the same one. */
Duban__DayPlan *state_day_plan(struct state *state, int64_t day, const char *zone);
void state_put_day_plan(struct state *state, const Duban__DayPlan *plan);
/* The zone after that one ("": the first) that has a plan for the day; NULL after the last. */
const char *state_planned_zone_after(struct state *state, int64_t day, const char *zone);
/* Codes of the sites after that one ("": from the first), in order; at most `most`. */
size_t state_sites_after(struct state *state, const char *code, const char **codes, size_t most);

/* ---------------------------------------------------------------- the two meetings (state_meetings.c) */

/* NULL: that meeting was told nothing. */
Duban__Meeting *state_meeting(struct state *state, int64_t day, Duban__MeetingKind kind);
void state_put_meeting(struct state *state, const Duban__Meeting *meeting);
/* NULL: the policy in force has no meetings. */
Duban__MeetingBook *state_meeting_book(struct state *state);
void state_put_meeting_book(struct state *state, const Duban__MeetingBook *book);
void state_delete_meeting_book(struct state *state);

/* Does the case, subject or task stand on the agenda for that? NULL: no. */
Duban__AgendaItem *state_agenda_item(struct state *state, Duban__AgendaKind kind, const ProtobufCBinaryData *about);
void state_put_agenda_item(struct state *state, const Duban__AgendaItem *item);
/* Nothing happens when it does not stand there. */
void state_delete_agenda_item(struct state *state, Duban__AgendaKind kind, const ProtobufCBinaryData *about);
/* The first ones of all, in the order of kinds; at most `most`. */
size_t state_agenda(struct state *state, Duban__AgendaItem **items, size_t most);
/* Years of the calendar that stand there; at most `most`. */
size_t state_agenda_of_calendar(struct state *state, Duban__AgendaItem **items, size_t most);
/* How many stand there, but for those that are merely due soon; counted up to 9999. */
uint32_t state_agenda_size(struct state *state);

void state_put_remark(struct state *state, const Duban__RemarkRecord *remark);
/* Of the day, in the order in which they came; at most `most`. */
size_t state_remarks(struct state *state, int64_t day, Duban__RemarkRecord **remarks, size_t most);

/* The dead man's signal (state_alive.c); NULL: nothing has been counted yet. All who ask within a link get the same one. */
Duban__AlertingBook *state_alerting_book(struct state *state);
void state_put_alerting_book(struct state *state, const Duban__AlertingBook *book);

Duban__Quarantined *state_quarantined(struct state *state, uint64_t sequence);
void state_put_quarantined(struct state *state, const Duban__Quarantined *quarantined);

/* When that account last got a notice of that kind; 0 = never. */
int64_t state_told_last_s(struct state *state, const char *account, const char *message);
void state_put_told_last(struct state *state, const char *account, const char *message, int64_t at_s);

/* Notices that fire in one second, in order of account and kind. Is there one of that account, kind and end (expires_at_s)? */
bool state_has_together(struct state *state, const Duban__Notice *like);
void state_put_together(struct state *state, const Duban__Notice *notice);
/* The first, or the first like that one; NULL when there is none. It stays until it is deleted. */
Duban__Notice *state_first_together(struct state *state, const Duban__Notice *like);
void state_delete_together(struct state *state, const Duban__Notice *notice);

/* The single messages that the account had last; NULL: none is known. */
Duban__ToldLately *state_told_lately(struct state *state, const char *account);
void state_put_told_lately(struct state *state, const char *account, const Duban__ToldLately *heard);

void state_put_waiting(struct state *state, int64_t release_s, const Duban__Notice *notice);
void state_put_digest_line(struct state *state, int64_t at_s, const Duban__Notice *notice);
/* Take out the first row due at or before at_s; NULL when there is none. A digest line only
 * when it is the account's (NULL: anybody's). */
Duban__Notice *state_take_waiting(struct state *state, int64_t at_s);
Duban__Notice *state_take_digest_line(struct state *state, int64_t at_s, const char *account);
/* Take out those among the next rows due then that are of the same kind and for the same
 * account, in their order; at most `most`. It looks no further than WAITING_LOOK_AHEAD rows. */
size_t state_take_waiting_like(struct state *state, int64_t at_s, const Duban__Notice *like, Duban__Notice **taken, size_t most);
/* A line of that account for exactly that moment; NULL when there is none. */
Duban__Notice *state_take_digest_line_of(struct state *state, int64_t at_s, const char *account);
/* Is there another? */
bool state_has_waiting(struct state *state, int64_t at_s);
bool state_has_digest_line(struct state *state, int64_t at_s);

/* Silences; the book has those that are not over, NULL = there never was one. */
Duban__SilenceBook *state_silence_book(struct state *state);
void state_put_silence_book(struct state *state, const Duban__SilenceBook *book);
/* The same of one member: what he has set for himself. */
Duban__SilenceBook *state_own_silence_book(struct state *state, const char *account);
void state_put_own_silence_book(struct state *state, const char *account, const Duban__SilenceBook *book);
Duban__KeptSilence *state_silence(struct state *state, uint32_t number);
void state_put_silence(struct state *state, const Duban__KeptSilence *silence);
/* What it keeps back: of the same words about the same task for the same account the latest. Take out the first; NULL:
 * there is none. */
void state_put_silenced(struct state *state, uint32_t silence, const Duban__Notice *notice);
Duban__Notice *state_take_silenced(struct state *state, uint32_t silence);

/* Keys shared with the queries. Return the size. */
size_t key_of_number(uint8_t *key, uint64_t number);
size_t key_of_place(uint8_t *key, const char *site, const char *item);
size_t key_of_subject(uint8_t *key, const uint8_t id[ID_BYTES], uint64_t sequence);

/* Unpack a row found by a query into an arena; NULL when damaged. */
void *state_unpack(struct arena *arena, const ProtobufCMessageDescriptor *type, struct bytes value);

/* The shipped part of an outbox row (version, digest, packed record), and the record in it. */
struct bytes outbox_shipped(struct bytes row, int64_t *stamp_ms);
Duban__OutboxRecord *outbox_record(struct arena *arena, struct bytes row);

/* ---------------------------------------------------------------- figures (state_figures.c) */

/* What the link in progress is to write, in the order in which it was first put: call with 0, 1, ... until NULL. */
const void *state_put_in_link(const struct state *state, size_t at, int *table);

/* What one thing counts for now; NULL when nothing yet. The key: see TABLE_COUNTING. */
Duban__Counting *state_counting(struct state *state, struct bytes key);
void state_delete_counting(struct state *state, struct bytes key);
void state_put_counting(struct state *state, struct bytes key, const Duban__Counting *counting);

/* One cell: whose (see engine_figures.h), which, for which day, cut by what. */
struct figure_place {
    const char *scope;
    uint32_t cell;
    int64_t day;
    const char *part;
};

/* From at_s on the cell holds so much more. Nothing that was true at an earlier second changes. */
void state_add_figure(struct state *state, const struct figure_place *place, int64_t at_s, int64_t numerator, int64_t denominator);

#define FIGURE_FOCUS_SEPARATOR '\x1e'
#define FIGURE_PART_SEPARATOR '\x1f'   /* in no name: those hold no control characters */

/* The cells of one scope and kind for days in [from_day, to_day], as they were at as_of_s, in order of day and part; those
 * that did not exist by then are left out. Begin with zeroes behind `zone`. */
struct figure_walk {
    const char *scope;
    uint32_t cell;
    int64_t from_day, to_day;
    int64_t as_of_s;
    const char *zone;                 /* NULL: as they are; else each part has a zone and a separator before it, which are left
                                         out: those of that zone, or of all where it is empty */
    const char *focus;                /* where zone is given: those of that focus group; NULL = of all */
    uint8_t key[STATE_KEY_BYTES];     /* of the cell stood at, without its time */
    size_t key_size;
    int64_t day;
    const char *part;                 /* in key */
    int64_t numerator, denominator;
};
bool state_next_figure(struct state *state, struct figure_walk *walk);

/* Of all that it comes by. */
struct figure_sums {
    int64_t numerator, denominator;
};
struct figure_sums state_sum_figures(struct state *state, struct figure_walk walk);

#endif
