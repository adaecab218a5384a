/* engine_isolation.h - for engine_isolation*.c only: days, windows, and what one part asks of another.
 *
 *   engine_isolation.c  registered, changed    engine_isolation_days.c     day k of n, windows
 *   engine_isolation_end.c  its end, release   engine_isolation_contact.c  contacts, made and missed
 *   engine_isolation_case.c  what opens a case engine_isolation_door.c     somebody goes to the door
 *
 * A day is known by its number (policy_day), a window by 2 * day, + 1 for the evening.
 */
#ifndef DUBAN_RULES_ENGINE_ISOLATION_H
#define DUBAN_RULES_ENGINE_ISOLATION_H

#include "engine.h"

/* ---------------------------------------------------------------- engine_isolation_days.c */

/* As the count gives it, and with a decision that lengthened it. */
int64_t isolation_counted_last_day(const Duban__IsolationRecord *isolation);
int64_t isolation_last_day(const Duban__IsolationRecord *isolation);
/* 24:00 of its last day. */
int64_t isolation_end_s(struct engine *engine, const Duban__Subject *subject);

/* k of a day, 0 before the first; and n. */
uint32_t isolation_day_number(const Duban__IsolationRecord *isolation, int64_t day);
uint32_t isolation_days_in_all(const Duban__IsolationRecord *isolation);

int64_t isolation_window_start_s(const struct policy *policy, int64_t window);
int64_t isolation_window_end_s(const struct policy *policy, int64_t window);
/* [start, end): the one that a moment lies in; -1 after the evening's end. */
int64_t isolation_window_at(const struct policy *policy, int64_t at_s);
int64_t isolation_first_full_window(const struct policy *policy, int64_t from_s);

/* Is a contact expected in it? Not before the first, and not between an end and when it went on after all. */
bool isolation_is_expected(const Duban__IsolationRecord *isolation, int64_t window);
/* ... nor after the last day: nobody has to be spoken with who waits for his release. */
bool isolation_is_asked_for(const Duban__IsolationRecord *isolation, int64_t window);
/* The contact that was made in it, or NULL. */
Duban__MadeContact *isolation_contact_in(const Duban__IsolationRecord *isolation, int64_t window);

/* ---------------------------------------------------------------- engine_isolation.c */

/* A fact about day k of n. The caller adds it. */
Duban__Fact *isolation_fact(struct engine *engine, Duban__FactKind kind, const Duban__Subject *subject, int64_t day);

void isolation_tell(struct engine *engine, const Duban__Subject *subject, const char *message, const char *rule,
                    const enum policy_selector *to, size_t to_count, bool urgent);
void isolation_tell_area(struct engine *engine, const Duban__Subject *subject, const char *message, const char *rule);

/* A task that says where the isolation is, for a telling; nothing of it is written. */
Duban__Task isolation_where(struct engine *engine, const Duban__Subject *subject);

/* ---------------------------------------------------------------- engine_isolation_contact.c */

/* The contact of that window is due, or of the next one without any; none after the last day. Puts the subject. */
void isolation_open_window(struct engine *engine, Duban__Subject *subject, int64_t window);

/* ---------------------------------------------------------------- engine_isolation_end.c */

void isolation_open_end(struct engine *engine, Duban__Subject *subject);
/* Its end has moved; where the contacts had come to theirs, they go on. Puts the subject. */
void isolation_move_end(struct engine *engine, Duban__Subject *subject);
/* It is over. Puts the subject. */
void isolation_finish(struct engine *engine, Duban__Subject *subject, Duban__IsolationState to, const char *rule, const char *reason);
/* Somebody confirms that it is over. */
bool isolation_release(struct engine *engine, Duban__Subject *subject, const char *reason, struct fault *fault);

/* ---------------------------------------------------------------- engine_isolation_door.c */

/* The door check of the next of the pack's door days is due, as its days are counted now, in place of the one that was; none
 * after the last. Puts the subject. */
void isolation_open_door_check(struct engine *engine, Duban__Subject *subject);
/* Somebody was at the door: the check of that day is done. Puts the subject. */
void isolation_door_seen(struct engine *engine, Duban__Subject *subject, int64_t at_s);

/* ---------------------------------------------------------------- engine_isolation_case.c */

/* (17) It opens a case on the area's site, or is noted in the one that is open there. at_s: when it was. Puts the
 * subject. */
void isolation_open_case(struct engine *engine, Duban__Subject *subject, enum policy_isolation_cause cause, int64_t at_s);

#endif
